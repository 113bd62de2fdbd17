/* SPDX-License-Identifier: MIT */
/* The search for a threat: side by side as the nodes run it, against liars, and how
 * often and how fast it succeeds. */
#include "game/threat.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "game/incentive.h"
#include "tests/unit/unit.h"

enum { ROUNDS_MAX = 2000, GAMES_MAX = 200 };
#define EPSILON 1e-3

/* ---- a table: everybody searches side by side ---- */

struct table {
    struct shape shape;
    struct payoffs *payoffs[PLAYERS_MAX];
    struct threat_search *search[PLAYERS_MAX];
    struct threat_word words[PLAYERS_MAX];
    /* One more that hears everything as player 0, with payoffs of its own, and says
     * nothing. */
    struct payoffs *other_payoffs;
    struct threat_search *listener;
    /* Changes what was said before anybody hears it. */
    void (*lie)(struct table *t, struct prng *rng);
    struct prng rng;
    uint32_t rounds;
    enum threat_state state;
    bool stepping; /* the words of the round before had slopes */
    struct candidate found;
};

static void table_start(struct table *t, double epsilon, uint32_t rounds_max,
                        uint64_t seed)
{
    uint32_t n_profiles = shape_profiles(&t->shape);
    double *value = malloc(n_profiles * sizeof *value);
    t->rng.state = seed;
    for (uint32_t a = 0; a < n_profiles; a++)
        value[a] = prng_share(&t->rng);
    t->other_payoffs = payoffs_new(&t->shape, 0, value);
    free(value);
    t->listener =
        threat_search_new(t->other_payoffs, epsilon / 3, rounds_max, seed + 99);
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        t->search[i] = threat_search_new(t->payoffs[i], epsilon, rounds_max, seed + i);
    t->rounds = 0;
    t->state = THREAT_SEARCHING;
}

static bool slopes_in(const struct table *t)
{
    bool any = false;
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        any = any || t->words[i].n_slopes > 0;
    return any;
}

/* The states are opaque, but all that can be seen of them must be the same: which words
 * are legal, how it goes on, and what was found. */
static void table_round(struct table *t)
{
    uint8_t n = t->shape.n_players;
    for (uint8_t i = 0; i < n; i++)
        threat_say(t->search[i], &t->words[i]);
    if (t->lie)
        t->lie(t, &t->rng);
    for (uint8_t i = 0; i < n; i++) {
        for (uint8_t hearer = 0; hearer < n; hearer++)
            ck_assert(threat_word_legal(t->search[hearer], i, &t->words[i]));
        ck_assert(threat_word_legal(t->listener, i, &t->words[i]));
        ck_assert_uint_le(t->words[i].n_slopes, THREAT_SLOPES_MAX);
        for (uint16_t v = 0; v < t->words[i].n_slopes; v++)
            ck_assert(t->words[i].slope[v] != 0 || !signbit(t->words[i].slope[v]));
    }
    t->stepping = !t->stepping && slopes_in(t);
    t->state = threat_hear(t->listener, t->words);
    for (uint8_t i = 0; i < n; i++)
        ck_assert_int_eq((int)threat_hear(t->search[i], t->words), (int)t->state);
    t->rounds++;
}

static void table_end(struct table *t)
{
    if (t->state == THREAT_FOUND) {
        threat_found(t->listener, &t->found);
        ck_assert(candidate_valid(&t->found, &t->shape));
        for (uint8_t i = 0; i < t->shape.n_players; i++) {
            struct candidate c;
            threat_found(t->search[i], &c);
            ck_assert(candidate_equal(&c, &t->found));
        }
    }
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        threat_search_free(t->search[i]);
    threat_search_free(t->listener);
    payoffs_free(t->other_payoffs);
}

static void table_run(struct table *t, double epsilon, uint32_t rounds_max,
                      uint64_t seed)
{
    table_start(t, epsilon, rounds_max, seed);
    while (t->state == THREAT_SEARCHING)
        table_round(t);
    ck_assert_uint_le(t->rounds, rounds_max);
    table_end(t);
}

static void table_free(struct table *t)
{
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        payoffs_free(t->payoffs[i]);
}

/* By definition: no use of the code under test. As a share of the range. */
static double regret_by_definition(const struct payoffs *p, const struct candidate *c)
{
    const struct shape *s = &p->shape;
    double by_action[ACTIONS_MAX] = {0}, payoff = 0, best = -INFINITY;
    for (uint32_t a = 0; a < shape_profiles(s); a++) {
        uint8_t actions[PLAYERS_MAX];
        double share = 1;
        profile_actions(actions, s, a);
        for (uint8_t i = 0; i < s->n_players; i++) {
            if (i != p->player)
                share *= c->weight[shape_offset(s, i) + actions[i]] / 0x1p30;
        }
        by_action[actions[p->player]] += share * p->value[a];
    }
    for (uint8_t k = 0; k < s->n_actions[p->player]; k++) {
        payoff += c->weight[shape_offset(s, p->player) + k] / 0x1p30 * by_action[k];
        best = fmax(best, by_action[k]);
    }
    return p->greatest > p->least ? (best - payoff) / (p->greatest - p->least) : 0;
}

static double worst_regret(const struct table *t, int except)
{
    double worst = 0;
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        if (i != except)
            worst = fmax(worst, regret_by_definition(t->payoffs[i], &t->found));
    }
    return worst;
}

static void random_table(struct table *t, uint8_t n_players, uint8_t least,
                         uint8_t greatest, uint64_t seed)
{
    struct prng rng = {seed};
    *t = (struct table){.shape.n_players = n_players};
    for (uint8_t i = 0; i < n_players; i++)
        t->shape.n_actions[i] =
            (uint8_t)(least + prng_below(&rng, greatest - least + 1u));
    uint32_t n_profiles = shape_profiles(&t->shape);
    double *value = malloc(n_profiles * sizeof *value);
    for (uint8_t i = 0; i < n_players; i++) {
        for (uint32_t a = 0; a < n_profiles; a++)
            value[a] = 10 * prng_share(&rng) - 3;
        t->payoffs[i] = payoffs_new(&t->shape, i, value);
    }
    free(value);
}

/* ---- games of the paper and of the textbooks ---- */

/* Two players; rows as people read the matrix. */
struct matrix {
    double rows[9][2];
};

static void bimatrix_table(struct table *t, uint8_t n, const struct matrix *m)
{
    *t = (struct table){.shape = {2, {n, n}}};
    for (uint8_t i = 0; i < 2; i++) {
        double value[9] = {0};
        for (uint8_t r = 0; r < n; r++) {
            for (uint8_t c = 0; c < n; c++)
                value[r + n * c] = m->rows[n * r + c][i];
        }
        t->payoffs[i] = payoffs_new(&t->shape, i, value);
    }
}

static const struct matrix prisoners = {{{2, 2}, {-1, 3}, {3, -1}, {0, 0}}};
static const struct matrix pennies = {{{1, -1}, {-1, 1}, {-1, 1}, {1, -1}}};
static const struct matrix sexes = {{{2, 1}, {0, 0}, {0, 0}, {1, 2}}};

START_TEST(the_games_of_the_paper_get_their_known_threats)
{
    static const struct {
        const char *name;
        uint8_t n;
        struct matrix matrix;
        double share[6];
    } games[] = {
        {"matching pennies",
         2,
         {{{1, -1}, {-1, 1}, {-1, 1}, {1, -1}}},
         {.5, .5, .5, .5}},
        {"prisoner's dilemma", 2, {{{2, 2}, {-1, 3}, {3, -1}, {0, 0}}}, {0, 1, 0, 1}},
        {"battle of the sexes",
         2,
         {{{2, 1}, {0, 0}, {0, 0}, {1, 2}}},
         {2. / 3, 1. / 3, 1. / 3, 2. / 3}},
        {"chicken", 2, {{{-10, -10}, {1, -1}, {-1, 1}, {0, 0}}}, {.1, .9, .1, .9}},
        {"Aumann's chicken",
         2,
         {{{6, 6}, {2, 7}, {7, 2}, {0, 0}}},
         {2. / 3, 1. / 3, 2. / 3, 1. / 3}},
        {"rock, paper, scissors",
         3,
         {{{0, 0},
           {-1, 1},
           {1, -1},
           {1, -1},
           {0, 0},
           {-1, 1},
           {-1, 1},
           {1, -1},
           {0, 0}}},
         {1. / 3, 1. / 3, 1. / 3, 1. / 3, 1. / 3, 1. / 3}},
        {"Shapley's game",
         3,
         {{{1, 0}, {0, 1}, {0, 0}, {0, 0}, {1, 0}, {0, 1}, {0, 1}, {0, 0}, {1, 0}}},
         {1. / 3, 1. / 3, 1. / 3, 1. / 3, 1. / 3, 1. / 3}},
    };
    for (size_t g = 0; g < sizeof games / sizeof games[0]; g++) {
        struct table t;
        bimatrix_table(&t, games[g].n, &games[g].matrix);
        table_run(&t, EPSILON, ROUNDS_MAX, g);
        ck_assert_msg(t.state == THREAT_FOUND, "%s", games[g].name);
        ck_assert_msg(t.rounds <= 12, "%s: %u rounds", games[g].name, t.rounds);
        for (int w = 0; w < 2 * games[g].n; w++)
            ck_assert_msg(fabs(t.found.weight[w] / 0x1p30 - games[g].share[w]) < 3e-9,
                          "%s: weight %d is %u", games[g].name, w, t.found.weight[w]);
        ck_assert(worst_regret(&t, -1) < 1e-8);
        table_free(&t);
    }
}
END_TEST

/* Each wants to meet the next one; the last one wants to avoid the first. */
START_TEST(three_player_matching_pennies_is_mixed_evenly)
{
    struct table t = {.shape = {3, {2, 2, 2}}};
    for (uint8_t i = 0; i < 3; i++) {
        double value[8];
        for (uint32_t a = 0; a < 8; a++) {
            bool meets = (a >> i & 1) == (a >> (i + 1) % 3 & 1);
            value[a] = meets == (i < 2) ? 1 : -1;
        }
        t.payoffs[i] = payoffs_new(&t.shape, i, value);
    }
    table_run(&t, EPSILON, ROUNDS_MAX, 1);
    ck_assert(t.state == THREAT_FOUND && t.rounds <= 12);
    for (int w = 0; w < 6; w++)
        ck_assert_uint_eq(t.found.weight[w], WEIGHT_ONE / 2);
    table_free(&t);
}
END_TEST

/* A public good that one contribution provides, worth 1 at a cost of 0.3: everybody
 * keeps out with probability 0.3^(1 / (n - 1)) in the symmetric equilibrium. */
START_TEST(symmetric_public_goods_get_symmetric_threats)
{
    for (uint8_t n = 3; n <= 8; n++) {
        struct table t = {.shape = shape_uniform(n, 2)};
        double value[256];
        for (uint8_t i = 0; i < n; i++) {
            for (uint32_t a = 0; a < 1u << n; a++)
                value[a] = (a > 0 ? 1 : 0) - 0.3 * (a >> i & 1);
            t.payoffs[i] = payoffs_new(&t.shape, i, value);
        }
        table_run(&t, EPSILON, ROUNDS_MAX, n);
        ck_assert_int_eq((int)t.state, (int)THREAT_FOUND);
        ck_assert_uint_le(t.rounds, 60);
        for (uint8_t i = 0; i < n; i++)
            ck_assert_double_eq_tol(t.found.weight[2 * i] / 0x1p30,
                                    pow(0.3, 1. / (n - 1)), 1e-7);
        ck_assert(worst_regret(&t, -1) <= 1.01e-8);
        table_free(&t);
    }
}
END_TEST

START_TEST(symmetric_games_of_two_get_symmetric_threats)
{
    int symmetric = 0;
    enum { GAMES = 100 };
    for (uint64_t seed = 0; seed < GAMES; seed++) {
        struct prng rng = {seed + 500};
        struct matrix m;
        double own[9];
        struct table t;
        for (int a = 0; a < 9; a++)
            own[a] = prng_share(&rng);
        for (int r = 0; r < 3; r++) {
            for (int c = 0; c < 3; c++) {
                m.rows[3 * r + c][0] = own[3 * r + c];
                m.rows[3 * r + c][1] = own[3 * c + r];
            }
        }
        bimatrix_table(&t, 3, &m);
        table_run(&t, EPSILON, ROUNDS_MAX, seed);
        bool same = t.state == THREAT_FOUND;
        for (int k = 0; k < 3; k++)
            same =
                same && fabs((double)t.found.weight[k] - t.found.weight[3 + k]) < 100;
        if (!same)
            (void)fprintf(stderr, "not symmetric: seed %d\n", (int)seed);
        symmetric += same;
        table_free(&t);
    }
    ck_assert_int_ge(symmetric, 97);
}
END_TEST

/* ---- random games ---- */

static int by_size(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

struct rates {
    int found, exact;
    uint32_t median,
        tenth; /* rounds: half of the games, nine tenths of them end by then */
};

static struct rates search_random_games(uint8_t n_players, uint8_t least,
                                        uint8_t greatest, int n_games)
{
    struct rates r = {0};
    uint32_t rounds[GAMES_MAX];
    for (int g = 0; g < n_games; g++) {
        struct table t;
        uint64_t seed = 1000u * n_players + 100u * greatest + (unsigned)g;
        random_table(&t, n_players, least, greatest, seed);
        table_run(&t, EPSILON, ROUNDS_MAX, seed);
        rounds[g] = t.rounds;
        if (t.state == THREAT_FOUND) {
            double regret = worst_regret(&t, -1);
            ck_assert_msg(regret <= EPSILON * 1.000001, "seed %d: %g", (int)seed,
                          regret);
            r.found++;
            r.exact += regret <= 1.01e-8;
        } else {
            (void)fprintf(stderr, "not found: %d players, seed %d\n", n_players,
                          (int)seed);
        }
        table_free(&t);
    }
    qsort(rounds, (size_t)n_games, sizeof *rounds, by_size);
    r.median = rounds[n_games / 2];
    r.tenth = rounds[n_games * 9 / 10];
    return r;
}

START_TEST(random_games_find_a_threat_and_mostly_soon)
{
    static const struct {
        uint8_t n_players, least, greatest;
        int n_games;
        uint32_t median_most, tenth_most;
    } rows[] = {{2, 2, 2, 60, 10, 20},    {2, 3, 3, 60, 15, 30},
                {2, 4, 4, 40, 20, 60},    {2, 5, 5, 40, 25, 50},
                {3, 2, 2, 60, 15, 30},    {3, 2, 4, 40, 40, 100},
                {4, 2, 4, 20, 70, 600},   {5, 2, 4, 20, 120, 600},
                {6, 2, 4, 10, 250, 1200}, {8, 2, 2, 20, 120, 600}};
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        struct rates r = search_random_games(rows[row].n_players, rows[row].least,
                                             rows[row].greatest, rows[row].n_games);
        (void)fprintf(stderr,
                      "%d players, %d to %d actions: %d of %d found, %d exact, rounds: "
                      "median %u, 90 %% %u\n",
                      rows[row].n_players, rows[row].least, rows[row].greatest, r.found,
                      rows[row].n_games, r.exact, r.median, r.tenth);
        ck_assert_int_ge(20 * r.found, 19 * rows[row].n_games);
        ck_assert_int_ge(10 * r.exact, 9 * r.found);
        ck_assert_uint_le(r.median, rows[row].median_most);
        ck_assert_uint_le(r.tenth, rows[row].tenth_most);
    }
}
END_TEST

/* The claims about anything else are lost. */
static void only_listed_count(struct table *t, struct prng *rng)
{
    (void)rng;
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        t->words[i].claims &= 0x1c;
}

START_TEST(every_pure_profile_is_listed_sooner_or_later)
{
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct table t;
        random_table(&t, 3, 3, 4, 7000 + seed);
        struct prng rng = {seed};
        uint32_t best = (uint32_t)prng_below(&rng, shape_profiles(&t.shape));
        for (uint8_t i = 0; i < 3; i++)
            t.payoffs[i]->value[best] = t.payoffs[i]->greatest = 7.5;
        t.lie = only_listed_count;
        table_run(&t, EPSILON, ROUNDS_MAX, seed);
        ck_assert_msg(t.state == THREAT_FOUND, "seed %d", (int)seed);
        ck_assert(candidate_pure(&t.found, &t.shape));
        ck_assert(worst_regret(&t, -1) <= 0);
        /* Not in the first attempt, which treats alike who is alike. */
        ck_assert_uint_gt(t.rounds, ROUNDS_MAX / 8);
        table_free(&t);
    }
}
END_TEST

/* An action twice in the table makes every equation about it singular. */
START_TEST(actions_that_are_the_same_do_not_stop_the_polishing)
{
    static const struct matrix doubled = {
        {{2, 1}, {0, 0}, {2, 1}, {0, 0}, {1, 2}, {0, 0}, {2, 1}, {0, 0}, {2, 1}}};
    struct table t;
    bimatrix_table(&t, 3, &doubled);
    table_run(&t, EPSILON, ROUNDS_MAX, 1);
    ck_assert_int_eq((int)t.state, (int)THREAT_FOUND);
    ck_assert_uint_le(t.rounds, 20);
    ck_assert(worst_regret(&t, -1) <= 1e-8);
    table_free(&t);
    int exact = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct prng rng = {seed};
        struct matrix m;
        double mixed[4] = {1 + prng_share(&rng), prng_share(&rng) - 1,
                           prng_share(&rng) - 1, 1 + prng_share(&rng)};
        for (int a = 0; a < 9; a++) {
            int r = a / 3 > 0,
                c = a % 3 > 0; /* the second and the third are the same */
            m.rows[a][0] = mixed[2 * r + c];
            m.rows[a][1] = -mixed[2 * r + c];
        }
        bimatrix_table(&t, 3, &m);
        table_run(&t, EPSILON, ROUNDS_MAX, seed);
        exact +=
            t.state == THREAT_FOUND && t.rounds < 60 && worst_regret(&t, -1) <= 1e-8;
        table_free(&t);
    }
    ck_assert_int_ge(exact, 38);
}
END_TEST

/* ---- words ---- */

START_TEST(saying_changes_nothing)
{
    struct table t;
    random_table(&t, 3, 2, 3, 42);
    table_start(&t, EPSILON, 50, 42);
    for (int round = 0; round < 20 && t.state == THREAT_SEARCHING; round++) {
        struct threat_word first, second;
        threat_say(t.search[1], &first);
        threat_say(t.search[1], &second);
        ck_assert_mem_eq(first.weight, second.weight, sizeof first.weight);
        ck_assert(first.claims == second.claims && first.n_slopes == second.n_slopes);
        table_round(&t);
        ck_assert_mem_eq(first.weight, t.words[1].weight, sizeof first.weight);
    }
    table_end(&t);
    table_free(&t);
}
END_TEST

START_TEST(illegal_words_are_refused)
{
    struct table t;
    bimatrix_table(&t, 2, &sexes);
    table_start(&t, EPSILON, ROUNDS_MAX, 3);
    bool polished = false, stepped = false;
    for (int round = 0; round < 60 && t.state == THREAT_SEARCHING; round++) {
        struct threat_word good, bad;
        threat_say(t.search[1], &good);
        const struct threat_search *s = t.search[0];
        ck_assert(threat_word_legal(s, 1, &good));
        bad = good;
        bad.weight[1]++;
        ck_assert(!threat_word_legal(s, 1, &bad));
        bad = good; /* the right sum, but an action that the player does not have */
        bad.weight[0] = bad.weight[1] = bad.weight[2] = bad.weight[3] = bad.weight[4] =
            0;
        bad.weight[5] = WEIGHT_ONE;
        ck_assert(!threat_word_legal(s, 1, &bad));
        bad = good;
        bad.n_slopes++;
        bad.slope[good.n_slopes] = 0;
        ck_assert(!threat_word_legal(s, 1, &bad));
        /* Nothing is listed in the first attempt. */
        for (uint8_t bit = 2; bit < 5; bit++) {
            bad = good;
            bad.claims = (uint8_t)(bad.claims | 1u << bit);
            ck_assert(!threat_word_legal(s, 1, &bad));
        }
        /* While a step is said nothing is on trial. */
        for (uint8_t bit = 0; bit < 8 && t.stepping; bit++) {
            bad = good;
            bad.claims = (uint8_t)(1u << bit);
            ck_assert(!threat_word_legal(s, 1, &bad));
        }
        stepped = stepped || t.stepping;
        if (good.n_slopes > 0) {
            static const double wrong[] = {NAN, INFINITY, -INFINITY, 1.1e9, -1.1e9};
            polished = true;
            for (size_t v = 0; v < sizeof wrong / sizeof wrong[0]; v++) {
                bad = good;
                bad.slope[good.n_slopes - 1] = wrong[v];
                ck_assert(!threat_word_legal(s, 1, &bad));
            }
            bad = good;
            bad.n_slopes--;
            ck_assert(!threat_word_legal(s, 1, &bad));
        }
        table_round(&t);
    }
    ck_assert(polished && stepped);
    table_end(&t);
    table_free(&t);
}
END_TEST

/* ---- liars ---- */

static void random_weights(uint32_t *weight, uint16_t n_actions, struct prng *rng)
{
    uint32_t left = WEIGHT_ONE;
    memset(weight, 0, ACTIONS_MAX * sizeof *weight);
    switch (prng_below(rng, 3)) {
    case 0: /* pure */
        weight[prng_below(rng, n_actions)] = WEIGHT_ONE;
        return;
    case 1: /* all of it */
        for (uint8_t k = 0; k < n_actions; k++)
            left -= weight[k] = WEIGHT_ONE / n_actions;
        weight[0] += left;
        return;
    default: /* crumbs */
        for (uint8_t k = 1; k < n_actions; k++)
            left -= weight[k] = (uint32_t)prng_below(rng, 3);
        weight[0] = left;
        return;
    }
}

/* A legal word of the last player with nothing true in it. */
static void last_player_lies(struct table *t, struct prng *rng)
{
    uint8_t liar = (uint8_t)(t->shape.n_players - 1);
    struct threat_word *w = &t->words[liar];
    static const double extremes[] = {0, 1e9, -1e9, 1e-300, -5e-324, 1, -1};
    random_weights(w->weight, t->shape.n_actions[liar], rng);
    for (uint16_t s = 0; s < w->n_slopes; s++)
        w->slope[s] =
            prng_below(rng, 2) ? extremes[prng_below(rng, 7)] : 4 * prng_share(rng) - 2;
    unsigned claims = (unsigned)prng_below(rng, 256);
    w->claims = 0;
    for (uint8_t bit = 0; bit < 8; bit++) {
        struct threat_word v = *w;
        v.claims = (uint8_t)(claims & 1u << bit);
        if (threat_word_legal(t->listener, liar, &v))
            w->claims = (uint8_t)(w->claims | v.claims);
    }
}

START_TEST(a_liar_can_neither_split_nor_hurt_the_others)
{
    int found = 0;
    for (uint64_t seed = 0; seed < 150; seed++) {
        struct table t;
        random_table(&t, (uint8_t)(2 + seed % 4), 1, 4, 300 + seed);
        t.lie = last_player_lies;
        table_run(&t, EPSILON, 300, seed);
        /* What was found suits everybody who told the truth. */
        if (t.state == THREAT_FOUND)
            ck_assert_msg(worst_regret(&t, t.shape.n_players - 1) <= EPSILON * 1.000001,
                          "seed %d", (int)seed);
        found += t.state == THREAT_FOUND;
        table_free(&t);
    }
    ck_assert_int_gt(found, 30);
    ck_assert_int_lt(found, 150);
}
END_TEST

/* Everybody plays everything, always, and claims nothing: the greatest supports. */
static void all_play_everything(struct table *t, struct prng *rng)
{
    (void)rng;
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        uint32_t left = WEIGHT_ONE;
        for (uint8_t k = 0; k < t->shape.n_actions[i]; k++)
            left -= t->words[i].weight[k] = WEIGHT_ONE / t->shape.n_actions[i];
        t->words[i].weight[0] += left;
        t->words[i].claims = 0;
    }
}

START_TEST(supports_beyond_what_can_be_polished_are_let_be)
{
    static const struct shape shapes[] = {{2, {64, 64}},
                                          {2, {23, 23}},
                                          {2, {24, 24}},
                                          {3, {30, 30, 3}},
                                          {3, {33, 33, 2}}};
    for (size_t n = 0; n < sizeof shapes / sizeof shapes[0]; n++) {
        struct table t = {.shape = shapes[n], .lie = all_play_everything};
        struct prng rng = {n};
        uint32_t n_profiles = shape_profiles(&t.shape);
        double *value = malloc(n_profiles * sizeof *value);
        for (uint8_t i = 0; i < t.shape.n_players; i++) {
            for (uint32_t a = 0; a < n_profiles; a++)
                value[a] = prng_share(&rng);
            t.payoffs[i] = payoffs_new(&t.shape, i, value);
        }
        free(value);
        table_run(&t, EPSILON, 60, n);
        ck_assert_int_eq((int)t.state, (int)THREAT_NONE);
        ck_assert_uint_eq(t.rounds, 60);
        table_free(&t);
    }
}
END_TEST

/* Truthful but for the steps, which lead from a small support to the greatest one. */
static void steps_lead_everywhere(struct table *t, struct prng *rng)
{
    if (t->stepping)
        all_play_everything(t, rng);
}

START_TEST(steps_to_supports_beyond_what_can_be_polished_end_the_polishing)
{
    int steps = 0;
    for (uint64_t seed = 0; seed < 6; seed++) {
        struct table t;
        random_table(&t, 2, 30, 40, 800 + seed);
        t.lie = steps_lead_everywhere;
        table_start(&t, EPSILON, 60, seed);
        while (t.state == THREAT_SEARCHING) {
            table_round(&t);
            steps += t.stepping;
        }
        table_end(&t);
        table_free(&t);
    }
    ck_assert_int_gt(steps, 10);
}
END_TEST

/* Nobody ever says that anything suits it. */
static void last_player_claims_nothing(struct table *t, struct prng *rng)
{
    (void)rng;
    t->words[t->shape.n_players - 1].claims = 0;
}

START_TEST(without_everybodys_claim_nothing_is_found)
{
    struct table t;
    bimatrix_table(&t, 2, &prisoners);
    t.lie = last_player_claims_nothing;
    table_run(&t, EPSILON, 400, 1);
    ck_assert_int_eq((int)t.state, (int)THREAT_NONE);
    ck_assert_uint_eq(t.rounds, 400);
    table_free(&t);
}
END_TEST

/* ---- borders ---- */

START_TEST(what_is_near_an_equilibrium_is_accepted_when_the_rounds_are_over)
{
    struct table t;
    bimatrix_table(&t, 2, &pennies);
    table_run(&t, EPSILON, 1, 1);
    ck_assert_int_eq((int)t.state, (int)THREAT_NONE);
    table_run(&t, EPSILON, 2, 1); /* the first row suits both, unpolished */
    ck_assert_int_eq((int)t.state, (int)THREAT_FOUND);
    ck_assert_uint_eq(t.found.weight[0], WEIGHT_ONE / 2);
    table_free(&t);
}
END_TEST

START_TEST(payoffs_of_any_size_do_not_matter)
{
    static const struct {
        double scale, shift;
    } units[] = {{1e308, 0}, {1e-300, 0}, {5e-324, 0}, {1, 1e6}, {0, 1}};
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        struct matrix m = {{{1, .5}, {0, 0}, {0, 0}, {.5, 1}}};
        struct table t;
        for (int a = 0; a < 4; a++) {
            for (int i = 0; i < 2; i++)
                m.rows[a][i] = (2 * m.rows[a][i] - 1) * units[u].scale + units[u].shift;
        }
        bimatrix_table(&t, 2, &m);
        table_run(&t, EPSILON, ROUNDS_MAX, u);
        ck_assert_msg(t.state == THREAT_FOUND, "unit %zu", u);
        ck_assert_uint_le(t.rounds, 40);
        if (units[u].scale > 1e-310 || units[u].scale == 0)
            ck_assert_double_eq_tol(t.found.weight[0] / 0x1p30,
                                    units[u].scale == 0 ? .5 : 2. / 3, 1e-6);
        table_free(&t);
    }
}
END_TEST

START_TEST(who_has_one_action_only_is_no_obstacle)
{
    struct table t;
    random_table(&t, 4, 1, 1, 5);
    table_run(&t, EPSILON, ROUNDS_MAX, 1);
    ck_assert_int_eq((int)t.state, (int)THREAT_FOUND);
    ck_assert_uint_eq(t.rounds, 1);
    table_free(&t);
    for (uint64_t seed = 0; seed < 20; seed++) {
        random_table(&t, 3, 1, 2, 600 + seed);
        table_run(&t, EPSILON, ROUNDS_MAX, seed);
        ck_assert_int_eq((int)t.state, (int)THREAT_FOUND);
        table_free(&t);
    }
}
END_TEST

START_TEST(an_epsilon_of_0_asks_for_an_exact_equilibrium)
{
    struct table t;
    bimatrix_table(&t, 2, &prisoners);
    table_run(&t, 0, ROUNDS_MAX, 1);
    ck_assert_int_eq((int)t.state, (int)THREAT_FOUND);
    ck_assert_uint_eq(t.found.weight[1], WEIGHT_ONE);
    table_free(&t);
    /* A third is no weight, so no mixed one is exact: a pure one is listed in time. */
    bimatrix_table(&t, 2, &sexes);
    table_run(&t, 0, ROUNDS_MAX, 1);
    ck_assert_int_eq((int)t.state, (int)THREAT_FOUND);
    ck_assert(candidate_pure(&t.found, &t.shape));
    table_free(&t);
}
END_TEST

UNIT_MAIN("threat", the_games_of_the_paper_get_their_known_threats,
          three_player_matching_pennies_is_mixed_evenly,
          symmetric_public_goods_get_symmetric_threats,
          symmetric_games_of_two_get_symmetric_threats,
          random_games_find_a_threat_and_mostly_soon,
          every_pure_profile_is_listed_sooner_or_later,
          actions_that_are_the_same_do_not_stop_the_polishing, saying_changes_nothing,
          illegal_words_are_refused, a_liar_can_neither_split_nor_hurt_the_others,
          supports_beyond_what_can_be_polished_are_let_be,
          steps_to_supports_beyond_what_can_be_polished_end_the_polishing,
          without_everybodys_claim_nothing_is_found,
          what_is_near_an_equilibrium_is_accepted_when_the_rounds_are_over,
          payoffs_of_any_size_do_not_matter, who_has_one_action_only_is_no_obstacle,
          an_epsilon_of_0_asks_for_an_exact_equilibrium)
