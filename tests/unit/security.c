/* SPDX-License-Identifier: MIT */
/* Coalitions and Byzantine players: the fast searches against the definitions, on
 * thousands of games with many ties, and what is known of two games from the
 * literature.
 */
#include "analysis/security.h"

#include <stdio.h>
#include <string.h>

#include "analysis/classics.h"
#include "tests/unit/unit.h"

enum { N_MAX = 5 };
#define ALL UINT32_MAX

/* ---- random games ---- */

static uint64_t draw(uint64_t *state, uint64_t below)
{
    *state += 0x9e3779b97f4a7c15;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % below;
}

struct sample {
    uint32_t n, n_profiles;
    uint32_t m[N_MAX];
    int64_t payoff[3 * 3 * 3 * 3 * 3 * N_MAX];
    /* What is written behind each payoff, which is its scale. The last digit becomes 1,
     * which changes no difference, but keeps them from being divided by it again. */
    const char *unit;
};

/* Whoever has the same number is interchangeable, if symmetric. */
static void sample_draw(struct sample *g, uint64_t *seed, bool symmetric)
{
    const uint64_t values = 2 + draw(seed, 4);
    g->n = 2 + (uint32_t)draw(seed, 3);
    g->n_profiles = 1;
    for (uint32_t i = 0; i < g->n; i++) {
        g->m[i] = symmetric && i > 0 ? g->m[0] : 1 + (uint32_t)draw(seed, 3);
        g->n_profiles *= g->m[i];
    }
    for (uint32_t k = 0; k < g->n_profiles * g->n; k++)
        g->payoff[k] = (int64_t)draw(seed, values) - 1;
    if (!symmetric)
        return;
    /* What one gets depends on its own action and on how many play each. */
    int64_t by_count[3][125];
    for (int action = 0; action < 3; action++)
        for (int count = 0; count < 125; count++)
            by_count[action][count] = (int64_t)draw(seed, values) - 1;
    for (uint32_t x = 0; x < g->n_profiles; x++) {
        uint32_t count = 0;
        for (uint32_t i = 0, rest = x; i < g->n; i++, rest /= g->m[0])
            count += rest % g->m[0] == 1 ? 1 : rest % g->m[0] == 2 ? 5 : 0;
        for (uint32_t i = 0, rest = x; i < g->n; i++, rest /= g->m[0])
            g->payoff[x * g->n + i] = by_count[rest % g->m[0]][count];
    }
}

/* Makes the profile s a little better for everybody, so that some levels hold. */
static void sample_favour(struct sample *g, uint32_t s, int64_t by)
{
    for (uint32_t i = 0; i < g->n; i++)
        g->payoff[s * g->n + i] += by;
}

static void sample_game(struct exact_game *out, const struct sample *g)
{
    static char text[1 << 16];
    struct format_error error;
    int size = snprintf(text, sizeof text, "NFG 1 R \"\" {");
    for (uint32_t i = 0; i < g->n; i++)
        size += snprintf(text + size, sizeof text - (size_t)size, " \"p%u\"", i);
    size += snprintf(text + size, sizeof text - (size_t)size, "} {");
    for (uint32_t i = 0; i < g->n; i++)
        size += snprintf(text + size, sizeof text - (size_t)size, " %u", g->m[i]);
    size += snprintf(text + size, sizeof text - (size_t)size, "}");
    for (uint32_t k = 0; k < g->n_profiles * g->n; k++) {
        size += snprintf(text + size, sizeof text - (size_t)size, " %lld%s",
                         (long long)g->payoff[k] + 1, g->unit);
        if (g->unit[0] != '\0')
            text[size - 1] = '1';
    }
    ck_assert_int_lt(size, (int)sizeof text);
    ck_assert_msg(exact_read(out, text, (size_t)size, &error), "%s", error.message);
}

/* ---- the definitions, word by word ---- */

struct truth {
    /* violated[c][t]: some C of size c and T of size t, exactly. */
    bool robust[N_MAX + 1][N_MAX + 1], resistant[N_MAX + 1][N_MAX + 1];
    bool immune[N_MAX + 1];
    bool stable[N_MAX + 1]; /* some s_C, C of size c, is not weakly dominant */
    int64_t total[N_MAX + 1], member[N_MAX + 1];
};

static uint32_t action_in(const struct sample *g, uint32_t x, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        x /= g->m[k];
    return x % g->m[i];
}

/* The profile x where players of set play as in y. */
static uint32_t mixed(const struct sample *g, uint32_t x, uint32_t y, uint32_t set)
{
    uint32_t out = 0, step = 1;
    for (uint32_t i = 0; i < g->n; step *= g->m[i], i++)
        out += step * action_in(g, set >> i & 1 ? y : x, i);
    return out;
}

static int64_t u(const struct sample *g, uint32_t x, uint32_t i)
{
    return g->payoff[x * g->n + i];
}

static int64_t u_sum(const struct sample *g, uint32_t x, uint32_t set)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < g->n; i++)
        sum += set >> i & 1 ? u(g, x, i) : 0;
    return sum;
}

static void judge_pair(struct truth *t, const struct sample *g, uint32_t s, uint32_t C,
                       uint32_t T)
{
    const int c = __builtin_popcount(C), n_t = __builtin_popcount(T);
    for (uint32_t y = 0; y < g->n_profiles; y++) {
        const uint32_t before = mixed(g, s, y, T), after = mixed(g, s, y, T | C);
        const int64_t total = u_sum(g, after, C) - u_sum(g, before, C);
        if (total > 0)
            t->resistant[c][n_t] = true;
        if (n_t == 0 && total > t->total[c])
            t->total[c] = total;
        for (uint32_t i = 0; i < g->n; i++) {
            const int64_t gain = u(g, after, i) - u(g, before, i);
            if (C >> i & 1 && gain > 0)
                t->robust[c][n_t] = true;
            if (C >> i & 1 && n_t == 0 && gain > t->member[c])
                t->member[c] = gain;
        }
    }
}

static void judge(struct truth *t, const struct sample *g, uint32_t s)
{
    memset(t, 0, sizeof *t);
    for (uint32_t T = 0; T < 1u << g->n; T++) {
        for (uint32_t C = 1; C < 1u << g->n; C++)
            if ((C & T) == 0)
                judge_pair(t, g, s, C, T);
        for (uint32_t y = 0; y < g->n_profiles; y++)
            for (uint32_t i = 0; i < g->n; i++)
                if (!(T >> i & 1) && u(g, mixed(g, s, y, T), i) < u(g, s, i))
                    t->immune[__builtin_popcount(T)] = true;
    }
    for (uint32_t C = 1; C < 1u << g->n; C++)
        for (uint32_t x = 0; x < g->n_profiles; x++)
            if (u_sum(g, x, C) > u_sum(g, mixed(g, x, s, C), C))
                t->stable[__builtin_popcount(C)] = true;
}

/* True if no coalition of at most c beside at most t others violates. */
static bool holds(const bool violated[N_MAX + 1][N_MAX + 1], uint32_t c, uint32_t t)
{
    for (uint32_t i = 0; i <= c; i++)
        for (uint32_t k = 0; k <= t; k++)
            if (violated[i][k])
                return false;
    return true;
}

static uint32_t level(const bool *violated, uint32_t n)
{
    uint32_t k = 0;
    while (k < n && !violated[k + 1])
        k++;
    return k;
}

static void pairs_are(const struct security *a, enum side side,
                      const bool violated[N_MAX + 1][N_MAX + 1], uint32_t n)
{
    uint32_t found = 0;
    for (uint32_t c = 0; c <= n; c++) {
        int32_t most = -1;
        while (most < (int32_t)n && holds(violated, c, (uint32_t)(most + 1)))
            most++;
        ck_assert_int_eq(a->most_faulty[side][c], most);
        for (uint32_t t = 0; c + t <= n; t++) {
            if (!holds(violated, c, t) ||
                (c + t < n && (holds(violated, c + 1, t) || holds(violated, c, t + 1))))
                continue;
            ck_assert_uint_lt(found, a->n_pairs[side]);
            ck_assert_uint_eq(a->pairs[side][found].size, c);
            ck_assert_uint_eq(a->pairs[side][found++].faulty, t);
        }
    }
    ck_assert_uint_eq(found, a->n_pairs[side]);
}

/* Every notion that can fail has a counterexample, which checks itself. */
static void witnesses_tell(const struct security *a, const struct arena *arena)
{
    const uint32_t n = a->n_players;
    const uint32_t next[] = {[NOTION_RESILIENCY] = a->resiliency,
                             [NOTION_REPELLENCE] = a->repellence,
                             [NOTION_IMMUNITY] = a->immunity,
                             [NOTION_STABILITY] = a->stability};
    for (int notion = 0; notion < NOTIONS; notion++) {
        struct witness *w = witness_new(a, arena, (enum notion)notion);
        if (notion == NOTION_IMMUNITY)
            ck_assert_uint_eq(w != NULL ? w->faulty : n + 1, next[notion] + 1);
        else if (notion != NOTION_ROBUSTNESS && notion != NOTION_RESISTANCE)
            ck_assert_uint_eq(w != NULL ? w->size : n + 1, next[notion] + 1);
        witness_free(w);
    }
}

/* The smallest size that is violated beside at most t_max others, and the fewest of
 * them that it takes; false where nothing is. */
static bool first_violated(const bool violated[N_MAX + 1][N_MAX + 1], uint32_t n,
                           uint32_t t_max, uint32_t *c, uint32_t *t)
{
    for (*c = 1; *c <= n; ++*c)
        for (*t = 0; *t <= t_max; ++*t)
            if (violated[*c][*t])
                return true;
    return false;
}

/* What a counterexample says, once more from the payoffs of the sample. */
static void witness_proves(const struct witness *w, const struct sample *g, uint32_t s)
{
    uint32_t set[3] = {0}, after = 0, step = 1;
    int64_t total = 0, most = INT64_MIN;
    for (uint32_t i = 0; i < g->n; step *= g->m[i], i++) {
        set[w->deed[i].role] |= 1u << i;
        after += step * w->deed[i].action;
        ck_assert_uint_lt(w->deed[i].action, g->m[i]);
    }
    const bool harm = w->notion == NOTION_IMMUNITY;
    ck_assert_uint_eq(mixed(g, s, after, ~set[ROLE_OUTSIDER]), after);
    ck_assert_uint_eq((uint32_t)__builtin_popcount(set[ROLE_BYZANTINE]), w->faulty);
    ck_assert_uint_eq((uint32_t)__builtin_popcount(set[ROLE_MEMBER]), w->size);
    ck_assert(!harm || w->size == 0);
    const uint32_t before = harm ? s : mixed(g, s, after, set[ROLE_BYZANTINE]);
    for (uint32_t i = 0; i < g->n; i++) {
        const int64_t gain = u(g, after, i) - u(g, before, i);
        ck_assert_int_eq(mpq_cmp_si(w->before[i], u(g, before, i) + 1, 1), 0);
        ck_assert_int_eq(mpq_cmp_si(w->after[i], u(g, after, i) + 1, 1), 0);
        if (!(set[harm ? ROLE_OUTSIDER : ROLE_MEMBER] >> i & 1))
            continue;
        total += gain;
        most = harm ? (-gain > most ? -gain : most) : gain > most ? gain : most;
        if (i == w->player &&
            (harm || w->notion == NOTION_RESILIENCY || w->notion == NOTION_ROBUSTNESS))
            ck_assert_int_eq(mpq_cmp_si(w->gain, harm ? -gain : gain, 1), 0);
    }
    const bool together = w->notion == NOTION_REPELLENCE ||
                          w->notion == NOTION_RESISTANCE ||
                          w->notion == NOTION_STABILITY;
    ck_assert_int_gt(together ? total : most, 0);
    ck_assert_int_eq(mpq_cmp_si(w->gain, together ? total : most, 1), 0);
}

static void witnesses_prove(const struct security *a, const struct arena *arena,
                            const struct truth *t, const struct sample *g, uint32_t s)
{
    for (int k = 0; k < NOTIONS; k++) {
        const enum notion notion = (enum notion)k;
        const bool alone = notion == NOTION_RESILIENCY || notion == NOTION_REPELLENCE;
        const bool member = notion == NOTION_RESILIENCY || notion == NOTION_ROBUSTNESS;
        uint32_t size = 0, faulty = 1;
        bool any = false;
        if (notion == NOTION_IMMUNITY)
            for (; faulty <= g->n && !(any = t->immune[faulty]); faulty++)
                continue;
        else
            any = first_violated(member ? t->robust : t->resistant, g->n,
                                 alone ? 0 : g->n, &size, &faulty);
        struct witness *w = witness_new(a, arena, notion);
        ck_assert_int_eq(w != NULL, any);
        if (w == NULL)
            continue;
        ck_assert_uint_eq(w->size, size);
        ck_assert_uint_eq(w->faulty, faulty);
        witness_proves(w, g, s);
        witness_free(w);
    }
}

/* (k,t)-robust as other papers have it: t-immune as well. */
static void immune_pairs_are(const struct arena *arena, const uint32_t *action,
                             const struct truth *t, uint32_t n, enum method m)
{
    const struct security_options o = {ALL, ALL, m, 1, NULL, true};
    const char *fault;
    bool violated[N_MAX + 1][N_MAX + 1];
    struct security *a = security_new(arena, action, &o, &fault);
    ck_assert_ptr_nonnull(a);
    for (uint32_t c = 0; c <= n; c++)
        for (uint32_t k = 0; k <= n; k++)
            violated[c][k] = t->robust[c][k] || t->immune[k];
    pairs_are(a, SIDE_MEMBER, (const bool(*)[N_MAX + 1]) violated, n);
    pairs_are(a, SIDE_TOTAL, t->resistant, n);
    security_free(a);
}

static void answer_is(const struct security *a, const struct truth *t,
                      const struct sample *g, const struct exact_game *e)
{
    bool robust[N_MAX + 1], resistant[N_MAX + 1];
    mpq_t scale, gain;
    mpq_inits(scale, gain, NULL);
    for (uint32_t c = 0; c <= g->n; c++) {
        robust[c] = t->robust[c][0];
        resistant[c] = t->resistant[c][0];
    }
    ck_assert(a->complete);
    ck_assert_uint_eq(a->resiliency, level(robust, g->n));
    ck_assert_uint_eq(a->repellence, level(resistant, g->n));
    ck_assert_uint_eq(a->immunity, level(t->immune, g->n));
    ck_assert_uint_eq(a->stability, level(t->stable, g->n));
    pairs_are(a, SIDE_MEMBER, t->robust, g->n);
    pairs_are(a, SIDE_TOTAL, t->resistant, g->n);
    /* Gains, in the units of the sample. */
    mpq_set_ui(scale, 1, 1);
    for (const char *c = g->unit; *c != '\0'; c++)
        if (*c == '0')
            mpz_mul_ui(mpq_numref(scale), mpq_numref(scale), 10);
    mpq_div(scale, e->payoffs.scale, scale);
    for (uint32_t c = 0; c <= g->n; c++) {
        mpq_set_z(gain, a->front->most_total[c]);
        mpq_mul(gain, gain, scale);
        ck_assert_int_eq(mpq_cmp_si(gain, t->total[c], 1), 0);
        mpq_set_z(gain, a->front->most_member[c]);
        mpq_mul(gain, gain, scale);
        ck_assert_int_eq(mpq_cmp_si(gain, t->member[c], 1), 0);
    }
    mpq_clears(scale, gain, NULL);
}

static void all_methods_agree(const struct sample *g, uint32_t s, bool symmetric)
{
    struct truth t;
    struct exact_game e;
    uint32_t action[N_MAX];
    const char *fault;
    judge(&t, g, s);
    sample_game(&e, g);
    const struct arena arena = {&e, NULL};
    for (uint32_t i = 0; i < g->n; i++)
        action[i] = action_in(g, s, i);
    for (enum method m = METHOD_CHOSEN; m <= METHOD_WIDE; m++) {
        const struct security_options o = {ALL,  ALL,  m, m == METHOD_SWEEP ? 3 : 1,
                                           NULL, false};
        struct security *a = security_new(&arena, action, &o, &fault);
        if (a == NULL) {
            ck_assert((m == METHOD_COUNTS && !symmetric) ||
                      (m == METHOD_SWEEP && e.payoffs.value == NULL));
            continue;
        }
        answer_is(a, &t, g, &e);
        if (g->unit[0] == '\0')
            witnesses_prove(a, &arena, &t, g, s);
        else
            witnesses_tell(a, &arena);
        immune_pairs_are(&arena, action, &t, g->n, m);
        ck_assert(security_nash(&arena, action) == (a->resiliency >= 1));
        security_free(a);
    }
    exact_free(&e);
}

static void sample_and_compare(int n_games, uint64_t seed, bool symmetric,
                               const char *unit)
{
    for (int k = 0; k < n_games; k++) {
        struct sample g = {.unit = unit};
        sample_draw(&g, &seed, symmetric);
        const uint32_t s = (uint32_t)draw(&seed, g.n_profiles);
        if (!symmetric || s == 0 || s == g.n_profiles - 1)
            sample_favour(&g, s, (int64_t)draw(&seed, 3));
        all_methods_agree(&g, s, symmetric);
    }
}

START_TEST(every_search_finds_what_the_definitions_say)
{
    sample_and_compare(1500, 1, false, "");
}
END_TEST

START_TEST(counting_players_that_are_alike_finds_the_same)
{
    sample_and_compare(1000, 2, true, "");
}
END_TEST

START_TEST(large_payoffs_change_nothing)
{
    sample_and_compare(300, 3, false, "000000000000");
    sample_and_compare(100, 4, true, "0000000000000000000000000");
}
END_TEST

/* ---- two games of the literature ---- */

static struct security *ask(const struct exact_game *table, const struct agg *graph,
                            const uint32_t *action)
{
    const struct arena arena = {table, graph};
    const struct security_options o = {ALL, ALL, METHOD_CHOSEN, 1, NULL, false};
    const char *fault;
    struct security *a = security_new(&arena, action, &o, &fault);
    ck_assert_msg(a != NULL, "%s", fault);
    return a;
}

static void levels_are(const struct security *a, uint32_t k, uint32_t l, uint32_t t,
                       uint32_t m)
{
    ck_assert_uint_eq(a->resiliency, k);
    ck_assert_uint_eq(a->repellence, l);
    ck_assert_uint_eq(a->immunity, t);
    ck_assert_uint_eq(a->stability, m);
}

static void has_pairs(const struct security *a, enum side side,
                      const struct pair *wanted, uint32_t n)
{
    ck_assert_uint_eq(a->n_pairs[side], n);
    for (uint32_t i = 0; i < n; i++) {
        ck_assert_uint_eq(a->pairs[side][i].size, wanted[i].size);
        ck_assert_uint_eq(a->pairs[side][i].faulty, wanted[i].faulty);
    }
}

START_TEST(contractors_who_all_compute_are_as_secure_as_their_paper_proves)
{
    const uint32_t diligent[] = {1, 1, 1, 1, 1, 1, 1, 1};
    struct ioc p;
    ioc_init(&p);
    for (uint32_t n = 3; n <= 8; n++) {
        struct agg graph;
        struct exact_game table;
        ck_assert_ptr_null(ioc_graph(&graph, &p, n));
        ck_assert_ptr_null(ioc_table(&table, &p, n));
        for (int k = 0; k < 2; k++) {
            struct security *a =
                k == 0 ? ask(&table, NULL, diligent) : ask(NULL, &graph, diligent);
            struct pair resistant[8] = {{0, n}};
            for (uint32_t l = 1; l < n; l++)
                resistant[l] = (struct pair){l, n - l};
            levels_are(a, 1, n - 1, n, n - 1);
            has_pairs(a, SIDE_MEMBER, (const struct pair[]){{0, n}, {1, n - 1}}, 2);
            has_pairs(a, SIDE_TOTAL, resistant, n);
            security_free(a);
        }
        agg_free(&graph);
        exact_free(&table);
    }
    ioc_clear(&p);
}
END_TEST

START_TEST(the_bounty_that_keeps_coalitions_diligent_is_the_cost_of_a_right_result)
{
    /* At q = 1/2 stability jumps between 8 and 10, at q = 1/5 between 5 and 8. */
    static const struct {
        unsigned q, bounty;
        bool stable;
    } cases[] = {{2, 8, false}, {2, 10, true}, {5, 5, false}, {5, 8, true}};
    const uint32_t diligent[] = {1, 1, 1, 1, 1, 1};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (uint32_t n = 3; n <= 6; n++) {
            struct ioc p;
            struct agg graph;
            ioc_init(&p);
            mpq_set_ui(p.guess_right, 1, cases[i].q);
            mpq_set_ui(p.bounty, cases[i].bounty, 1);
            ck_assert_ptr_null(ioc_graph(&graph, &p, n));
            struct security *a = ask(NULL, &graph, diligent);
            ck_assert_uint_eq(a->stability, cases[i].stable ? n - 1 : 0);
            security_free(a);
            agg_free(&graph);
            ioc_clear(&p);
        }
}
END_TEST

START_TEST(one_radio_that_forwards_for_all_is_secure_without_byzantine_ones_only)
{
    struct forwarding p;
    forwarding_init(&p);
    for (uint32_t n = 3; n <= 8; n++) {
        uint32_t one[8] = {0};
        struct agg graph;
        one[n / 2] = 1;
        ck_assert_ptr_null(forwarding_graph(&graph, &p, n));
        struct security *a = ask(NULL, &graph, one);
        levels_are(a, 1, n, 0, 0);
        has_pairs(a, SIDE_MEMBER, (const struct pair[]){{0, n}, {1, 0}}, 2);
        has_pairs(a, SIDE_TOTAL, (const struct pair[]){{0, n}, {n, 0}}, 2);
        security_free(a);
        agg_free(&graph);
    }
    forwarding_clear(&p);
}
END_TEST

START_TEST(a_thousand_contractors_are_counted)
{
    static uint32_t diligent[1000];
    struct ioc p;
    struct agg graph;
    ioc_init(&p);
    for (uint32_t i = 0; i < 1000; i++)
        diligent[i] = 1;
    ck_assert_ptr_null(ioc_graph(&graph, &p, 1000));
    struct security *a = ask(NULL, &graph, diligent);
    levels_are(a, 1, 999, 1000, 999);
    ck_assert_int_eq(a->method, METHOD_COUNTS);
    security_free(a);
    agg_free(&graph);
    ioc_clear(&p);
}
END_TEST

/* Three to five players with sets of their own on three nodes, any payoffs. */
static void draw_graph(struct agg *out, uint64_t *seed)
{
    static const char *const sets[] = {"0 1", "1 2", "0 1 2", "1"};
    static const int sizes[] = {2, 2, 3, 1};
    static char text[1 << 15];
    struct format_error error;
    const int n = 3 + (int)draw(seed, 3);
    int set[5], at = snprintf(text, sizeof text, "#AGG\n%d 3 0\n", n);
    for (int i = 0; i < n; i++) {
        set[i] = (int)draw(seed, 4);
        at += snprintf(text + at, sizeof text - (size_t)at, "%d ", sizes[set[i]]);
    }
    for (int i = 0; i < n; i++)
        at += snprintf(text + at, sizeof text - (size_t)at, "\n%s", sets[set[i]]);
    const int first = (int)draw(seed, 3), second = (int)draw(seed, 3);
    for (int node = 0; node < 3; node++)
        at += snprintf(text + at, sizeof text - (size_t)at, "\n2 %d %d", first, second);
    for (int node = 0; node < 3; node++) {
        at += snprintf(text + at, sizeof text - (size_t)at, "\n1 36\n");
        for (int x = 0; x < 36; x++)
            at += snprintf(text + at, sizeof text - (size_t)at, "[%d %d] %d/3 ", x / 6,
                           x % 6, (int)draw(seed, 4));
    }
    ck_assert_msg(agg_read(out, text, (size_t)at, &error), "%s", error.message);
}

START_TEST(an_action_graph_is_as_secure_as_its_table)
{
    uint64_t seed = 7;
    for (int k = 0; k < 300; k++) {
        struct agg graph;
        struct exact_game table;
        uint32_t action[5] = {0};
        draw_graph(&graph, &seed);
        ck_assert_ptr_null(agg_expand(&table, &graph));
        for (uint32_t i = 0; i < graph.n_players; i++)
            action[i] = (uint32_t)draw(&seed, agg_actions(&graph, i));
        struct security *a = ask(&table, NULL, action), *b = ask(NULL, &graph, action);
        const struct arena arena = {NULL, &graph};
        ck_assert_int_eq(b->method, METHOD_COUNTS);
        levels_are(b, a->resiliency, a->repellence, a->immunity, a->stability);
        for (int side = 0; side < SIDES; side++)
            has_pairs(b, (enum side)side, a->pairs[side], a->n_pairs[side]);
        witnesses_tell(b, &arena);
        ck_assert(security_nash(&arena, action) == (b->resiliency >= 1));
        security_free(a);
        security_free(b);
        agg_free(&graph);
        exact_free(&table);
    }
}
END_TEST

/* ---- what must not change anything, and what must ---- */

static void same_levels(const struct sample *g, uint32_t s, const struct sample *h,
                        uint32_t r)
{
    struct exact_game one, other;
    uint32_t at[N_MAX], there[N_MAX];
    sample_game(&one, g);
    sample_game(&other, h);
    for (uint32_t i = 0; i < g->n; i++) {
        at[i] = action_in(g, s, i);
        there[i] = action_in(h, r, i);
    }
    struct security *a = ask(&one, NULL, at), *b = ask(&other, NULL, there);
    levels_are(b, a->resiliency, a->repellence, a->immunity, a->stability);
    for (int side = 0; side < SIDES; side++)
        has_pairs(b, (enum side)side, a->pairs[side], a->n_pairs[side]);
    security_free(a);
    security_free(b);
    exact_free(&one);
    exact_free(&other);
}

/* The same game with player i in the place of player n - 1 - i. */
static uint32_t turned(struct sample *out, const struct sample *g, uint32_t s)
{
    uint32_t turned_s = 0;
    *out = *g;
    for (uint32_t i = 0; i < g->n; i++)
        out->m[i] = g->m[g->n - 1 - i];
    for (uint32_t x = 0; x < g->n_profiles; x++) {
        uint32_t y = 0;
        for (uint32_t i = 0; i < g->n; i++)
            y = y * g->m[i] + action_in(g, x, i);
        for (uint32_t i = 0; i < g->n; i++)
            out->payoff[y * g->n + g->n - 1 - i] = u(g, x, i);
        turned_s = x == s ? y : turned_s;
    }
    return turned_s;
}

/* One more action for the last player: to others like its first one, to itself far
 * worse than anything. */
static void with_dominated(struct sample *out, const struct sample *g)
{
    const uint32_t last = g->n - 1, block = g->n_profiles / g->m[last];
    *out = *g;
    out->m[last]++;
    out->n_profiles += block;
    for (uint32_t x = 0; x < block; x++)
        for (uint32_t i = 0; i < g->n; i++)
            out->payoff[(g->n_profiles + x) * g->n + i] =
                i == last ? -1000 : u(g, x, i);
}

START_TEST(names_offsets_and_dominated_actions_change_no_level)
{
    uint64_t seed = 5;
    for (int k = 0; k < 300; k++) {
        struct sample g = {.unit = ""}, h;
        sample_draw(&g, &seed, false);
        const uint32_t s = (uint32_t)draw(&seed, g.n_profiles);
        sample_favour(&g, s, (int64_t)draw(&seed, 3));
        const uint32_t r = turned(&h, &g, s);
        same_levels(&g, s, &h, r);
        h = g;
        for (uint32_t i = 0; i < g.n_profiles * g.n; i++)
            h.payoff[i] = 7 * g.payoff[i] + 5 * (int64_t)(i % g.n);
        same_levels(&g, s, &h, s);
        if (g.m[g.n - 1] < 3) {
            with_dominated(&h, &g);
            same_levels(&g, s, &h, s);
        }
    }
}
END_TEST

START_TEST(bounded_questions_find_what_lies_within_the_bounds)
{
    uint64_t seed = 6;
    for (int k = 0; k < 300; k++) {
        struct sample g = {.unit = ""};
        struct exact_game e;
        struct truth truth;
        const struct truth *t = &truth;
        const char *fault;
        uint32_t action[N_MAX];
        sample_draw(&g, &seed, k % 2 == 0);
        const uint32_t s = k % 2 == 0 ? 0 : (uint32_t)draw(&seed, g.n_profiles);
        judge(&truth, &g, s);
        sample_game(&e, &g);
        for (uint32_t i = 0; i < g.n; i++)
            action[i] = action_in(&g, s, i);
        const struct arena arena = {&e, NULL};
        const struct security_options o = {1, 1, (enum method)(k % 4), 1, NULL, true};
        struct security *a = security_new(&arena, action, &o, &fault);
        if (a != NULL) {
            ck_assert_uint_eq(a->resiliency, holds(t->robust, 1, 0));
            ck_assert_uint_eq(a->immunity, !t->immune[1]);
            ck_assert_int_eq(a->most_faulty[SIDE_TOTAL][1],
                             (int)holds(t->resistant, 1, 0) +
                                 (int)holds(t->resistant, 1, 1) - 1);
            ck_assert_int_eq(a->most_faulty[SIDE_MEMBER][1],
                             (int)holds(t->robust, 1, 0) +
                                 (int)(holds(t->robust, 1, 1) && !t->immune[1]) - 1);
        }
        security_free(a);
        exact_free(&e);
    }
}
END_TEST

START_TEST(a_search_that_is_stopped_says_so)
{
    const uint32_t diligent[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    const atomic_bool stop = true;
    struct ioc p;
    struct exact_game table;
    const char *fault;
    ioc_init(&p);
    ck_assert_ptr_null(ioc_table(&table, &p, 14));
    const struct arena arena = {&table, NULL};
    for (enum method m = METHOD_COUNTS; m <= METHOD_WIDE; m++) {
        const struct security_options o = {ALL, ALL, m, 2, &stop, false};
        struct security *a = security_new(&arena, diligent, &o, &fault);
        ck_assert(a != NULL && !a->complete);
        ck_assert_uint_ge(a->resiliency, 1);
        security_free(a);
    }
    exact_free(&table);
    ioc_clear(&p);
}
END_TEST

UNIT_MAIN("security", every_search_finds_what_the_definitions_say,
          counting_players_that_are_alike_finds_the_same, large_payoffs_change_nothing,
          contractors_who_all_compute_are_as_secure_as_their_paper_proves,
          the_bounty_that_keeps_coalitions_diligent_is_the_cost_of_a_right_result,
          one_radio_that_forwards_for_all_is_secure_without_byzantine_ones_only,
          a_thousand_contractors_are_counted, an_action_graph_is_as_secure_as_its_table,
          names_offsets_and_dominated_actions_change_no_level,
          bounded_questions_find_what_lies_within_the_bounds,
          a_search_that_is_stopped_says_so)
