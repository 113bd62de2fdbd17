/* SPDX-License-Identifier: MIT */
/* Pairs of profiles, in many blocks and for more players than fit into one vector, and
 * players of action graphs that are too many to keep their counts: against a search
 * that has no blocks, no vectors, no pruning and no classes. */
#include "analysis/sweep.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/raw.h"
#include "tests/unit/unit.h"

enum { N_MAX = TABLE_PLAYERS_MAX };
#define ALL UINT32_MAX

/* What the definitions leave to find: by the number of Byzantine deviators the size of
 * the smallest coalition that profits, the fewest that harm, and the largest gains. */
struct truth {
    uint32_t smallest[SIDES][N_MAX + 1];
    uint32_t harm;
    long total[N_MAX + 1], member[N_MAX + 1];
};

/* Those without a choice get all the same, which makes them interchangeable. */
static void make_alike(struct raw *r)
{
    const uint8_t n = r->shape.n_players;
    uint8_t first = 0;
    while (first < n && r->shape.n_actions[first] > 1)
        first++;
    for (uint32_t x = 0; x < shape_profiles(&r->shape); x++)
        for (uint8_t i = 0; i < n; i++)
            if (r->shape.n_actions[i] == 1)
                r->value[x * n + i] = raw_at(r, x, first);
}

/* Whoever deviates loses, but for a few places where somebody gains after all: what is
 * found there is found nowhere else. */
static void plant(struct raw *r, struct prng *p, uint32_t s)
{
    const uint8_t n = r->shape.n_players;
    uint8_t own[TABLE_PLAYERS_MAX], a[TABLE_PLAYERS_MAX];
    profile_actions(own, &r->shape, s);
    for (uint32_t x = 0; x < shape_profiles(&r->shape); x++) {
        profile_actions(a, &r->shape, x);
        for (uint8_t i = 0; i < n; i++)
            r->value[x * n + i] = 3 - (a[i] != own[i]);
    }
    for (uint64_t k = 1 + prng_below(p, 3); k > 0; k--) {
        const uint64_t x = prng_below(p, shape_profiles(&r->shape));
        for (uint64_t m = 1 + prng_below(p, 2); m > 0; m--)
            r->value[x * n + prng_below(p, n)] += (int)prng_below(p, 7) - 2;
    }
}

/* Many players, of whom a few have a choice. */
static uint32_t draw_game(struct raw *r, struct prng *p, unsigned n_min, unsigned n_max)
{
    const uint8_t n = (uint8_t)(n_min + prng_below(p, n_max - n_min + 1));
    r->shape = shape_uniform(n, 1);
    uint32_t n_profiles = 1;
    for (int k = 0; k < 6; k++) {
        const uint64_t i = prng_below(p, n), m = 2 + prng_below(p, 2);
        if (r->shape.n_actions[i] > 1 || n_profiles * m * n > RAW_MAX ||
            n_profiles > 60)
            continue;
        r->shape.n_actions[i] = (uint8_t)m;
        n_profiles *= (uint32_t)m;
    }
    raw_random(r, p, 2 + (unsigned)prng_below(p, 4));
    const uint32_t s = (uint32_t)prng_below(p, n_profiles);
    /* Better for some where nobody deviates, so that levels hold. */
    const int by = (int)prng_below(p, 3);
    for (uint8_t i = 0; i < n; i++)
        r->value[s * n + i] += prng_below(p, 4) == 0 ? 0 : by;
    if (prng_below(p, 2) == 0)
        plant(r, p, s);
    if (prng_below(p, 3) == 0)
        make_alike(r);
    return s;
}

static void least(uint32_t *most, uint32_t value)
{
    *most = value < *most ? value : *most;
}

static void greatest(long *most, long value)
{
    *most = value > *most ? value : *most;
}

/* Members E go from before to after, which Byzantine players have left already;
 * outsiders who gain most join first. */
static void judge_pair(struct truth *t, const struct raw *r, uint32_t after,
                       uint32_t before, uint32_t E, uint32_t R)
{
    const uint32_t e = (uint32_t)__builtin_popcount(E);
    const uint32_t n_r = (uint32_t)__builtin_popcount(R);
    uint32_t joined = E | R;
    long total = 0, best = 0;
    for (uint8_t i = 0; i < r->shape.n_players; i++)
        if (E >> i & 1) {
            total += raw_at(r, after, i) - raw_at(r, before, i);
            greatest(&best, raw_at(r, after, i) - raw_at(r, before, i));
        }
    for (uint32_t size = e;; size++) {
        if (total > 0)
            least(&t->smallest[SIDE_TOTAL][n_r], size);
        if (best > 0)
            least(&t->smallest[SIDE_MEMBER][n_r], size);
        if (n_r == 0) {
            greatest(&t->total[size], total);
            greatest(&t->member[size], best);
        }
        long next = LONG_MIN;
        uint8_t who = N_MAX;
        for (uint8_t i = 0; i < r->shape.n_players; i++)
            if (!(joined >> i & 1) &&
                raw_at(r, after, i) - raw_at(r, before, i) > next) {
                next = raw_at(r, after, i) - raw_at(r, before, i);
                who = i;
            }
        if (who == N_MAX)
            return;
        joined |= UINT32_C(1) << who;
        total += next;
        greatest(&best, next);
    }
}

static uint32_t with_those_of(const struct shape *shape, uint32_t x, uint32_t y,
                              uint32_t set)
{
    uint8_t a[TABLE_PLAYERS_MAX], b[TABLE_PLAYERS_MAX];
    profile_actions(a, shape, x);
    profile_actions(b, shape, y);
    for (uint8_t i = 0; i < shape->n_players; i++)
        a[i] = set >> i & 1 ? b[i] : a[i];
    return profile_index(shape, a);
}

static void judge(struct truth *t, const struct raw *r, uint32_t s, uint32_t most_c,
                  uint32_t most_t)
{
    const uint8_t n = r->shape.n_players;
    memset(t, 0, sizeof *t);
    t->harm = n + 1u;
    for (int side = 0; side < SIDES; side++)
        for (uint32_t k = 0; k <= n; k++)
            t->smallest[side][k] = n + 1u;
    for (uint32_t x = 0; x < shape_profiles(&r->shape); x++) {
        uint8_t a[TABLE_PLAYERS_MAX], b[TABLE_PLAYERS_MAX];
        uint32_t D = 0;
        profile_actions(a, &r->shape, s);
        profile_actions(b, &r->shape, x);
        for (uint8_t i = 0; i < n; i++)
            D |= (uint32_t)(a[i] != b[i]) << i;
        const uint32_t d = (uint32_t)__builtin_popcount(D);
        for (uint8_t i = 0; i < n; i++)
            if (!(D >> i & 1) && d <= most_t && raw_at(r, x, i) < raw_at(r, s, i))
                least(&t->harm, d);
        for (uint32_t E = D; E != 0; E = (E - 1) & D)
            if ((uint32_t)__builtin_popcount(E) <= most_c &&
                (uint32_t)__builtin_popcount(D & ~E) <= most_t)
                judge_pair(t, r, x, with_those_of(&r->shape, s, x, D & ~E), E, D & ~E);
    }
}

static void answer_is(const struct security *a, const struct truth *t,
                      const struct exact_game *g)
{
    const uint32_t n = a->n_players, most_c = a->front->coalition_max;
    mpq_t gain;
    mpq_init(gain);
    ck_assert_uint_eq(a->immunity,
                      t->harm <= n ? t->harm - 1 : a->front->byzantine_max);
    for (int side = 0; side < SIDES; side++)
        for (uint32_t c = 0; c <= most_c; c++) {
            int32_t most = -1;
            while (most < (int32_t)a->front->byzantine_max &&
                   t->smallest[side][most + 1] > c)
                most++;
            ck_assert_int_eq(a->most_faulty[side][c], most);
        }
    for (uint32_t c = 0; c <= most_c; c++) {
        mpq_set_z(gain, a->front->most_total[c]);
        mpq_mul(gain, gain, g->payoffs.scale);
        ck_assert_int_eq(mpq_cmp_si(gain, t->total[c], 1), 0);
        mpq_set_z(gain, a->front->most_member[c]);
        mpq_mul(gain, gain, g->payoffs.scale);
        ck_assert_int_eq(mpq_cmp_si(gain, t->member[c], 1), 0);
    }
    mpq_clear(gain);
}

/* However many threads there are, the counterexamples are the same. */
static void same_witnesses(const struct security *a, const struct security *b,
                           const struct arena *arena)
{
    for (int notion = 0; notion < NOTIONS; notion++) {
        struct witness *v = witness_new(a, arena, (enum notion)notion);
        struct witness *w = witness_new(b, arena, (enum notion)notion);
        ck_assert_int_eq(v != NULL, w != NULL);
        for (uint32_t i = 0; v != NULL && i < v->n_players; i++) {
            ck_assert_uint_eq(v->deed[i].action, w->deed[i].action);
            ck_assert_int_eq(v->deed[i].role, w->deed[i].role);
        }
        witness_free(v);
        witness_free(w);
    }
}

static void all_searches_find(const struct raw *r, uint32_t s, uint32_t most_c,
                              uint32_t most_t, int seen[METHOD_WIDE + 1])
{
    struct exact_game g;
    struct truth t;
    struct security *a[METHOD_WIDE + 1] = {NULL}, *threaded;
    uint8_t actions[TABLE_PLAYERS_MAX];
    uint32_t action[TABLE_PLAYERS_MAX];
    const char *fault;
    raw_to_exact(&g, r);
    const struct arena arena = {&g, NULL};
    profile_actions(actions, &r->shape, s);
    for (uint8_t i = 0; i < r->shape.n_players; i++)
        action[i] = actions[i];
    judge(&t, r, s, most_c, most_t);
    for (enum method m = METHOD_COUNTS; m <= METHOD_WIDE; m++) {
        struct security_options o = {most_c, most_t, m, 1, NULL, false};
        a[m] = security_new(&arena, action, &o, &fault);
        ck_assert(a[m] != NULL || m == METHOD_COUNTS);
        if (a[m] == NULL)
            continue;
        seen[m]++;
        answer_is(a[m], &t, &g);
        o.n_threads = 3;
        threaded = m == METHOD_SWEEP ? security_new(&arena, action, &o, &fault) : NULL;
        if (threaded != NULL)
            same_witnesses(a[m], threaded, &arena);
        security_free(threaded);
    }
    for (enum method m = METHOD_COUNTS; m <= METHOD_WIDE; m++)
        security_free(a[m]);
    exact_free(&g);
}

START_TEST(players_of_every_vector_and_block_count)
{
    struct prng p = {41};
    static struct raw r;
    int seen[METHOD_WIDE + 1] = {0};
    for (int round = 0; round < 500; round++) {
        const unsigned n_min[] = {2, 9, 17, 25};
        const unsigned from = n_min[round % 4];
        const uint32_t s = draw_game(&r, &p, from, from + 7 < N_MAX ? from + 7 : N_MAX);
        all_searches_find(&r, s, ALL, ALL, seen);
    }
    ck_assert_int_gt(seen[METHOD_COUNTS], 100);
    ck_assert_int_eq(seen[METHOD_SWEEP], 500);
}
END_TEST

/* More rows than a block holds, few enough bounds for the search that is plain. */
START_TEST(bounds_are_kept_across_blocks)
{
    struct prng p = {42};
    static struct raw r;
    int seen[METHOD_WIDE + 1] = {0};
    for (uint32_t round = 0; round < 12; round++) {
        static const struct shape shapes[] = {{5, {4, 4, 4, 4, 2}},
                                              {5, {2, 4, 4, 4, 4}},
                                              {5, {3, 3, 3, 7, 3}},
                                              {5, {2, 5, 5, 5, 3}}};
        r.shape = shapes[round % 4];
        raw_random(&r, &p, 2 + round % 3);
        const uint32_t s = (uint32_t)prng_below(&p, shape_profiles(&r.shape));
        for (uint8_t i = 0; i < 5; i++)
            r.value[s * 5 + i] += (int)(round % 5);
        if (round >= 4)
            plant(&r, &p, s);
        all_searches_find(&r, s, round % 2 == 0 ? ALL : 1 + round % 3,
                          round % 2 == 0 ? ALL : 1 + round / 4 % 3, seen);
    }
}
END_TEST

/* Sums that need more than 32 bits, but not more than 64. */
START_TEST(payoffs_of_64_bits_are_added_in_64_bits)
{
    struct prng p = {43};
    static struct raw r;
    int seen[METHOD_WIDE + 1] = {0};
    for (int round = 0; round < 200; round++) {
        const uint32_t s = draw_game(&r, &p, 3, 20);
        const uint32_t n = shape_profiles(&r.shape) * r.shape.n_players;
        for (uint32_t k = 0; k < n; k++)
            r.value[k] = r.value[k] * 100000000 + (int)prng_below(&p, 2);
        all_searches_find(&r, s, ALL, ALL, seen);
    }
}
END_TEST

/* ---- counts that are not kept ---- */

/* 24 players: a set of their own each for a coordination of neighbours on a ring, so
 * that there are 2^24 cells and more, and nobody is like anybody else. */
enum { RING = 24 };

static void ring(struct agg *out, struct prng *p, int *value)
{
    static char text[1 << 16];
    struct format_error error;
    int at = snprintf(text, sizeof text, "#AGG\n%d %d 0\n", RING, 2 * RING);
    for (int i = 0; i < RING; i++)
        at += snprintf(text + at, sizeof text - (size_t)at, "2 ");
    for (int i = 0; i < RING; i++)
        at +=
            snprintf(text + at, sizeof text - (size_t)at, "\n%d %d", 2 * i, 2 * i + 1);
    for (int v = 0; v < 2 * RING; v++)
        at += snprintf(text + at, sizeof text - (size_t)at, "\n1 %d",
                       (2 * (v / 2 + 1) + 1) % (2 * RING));
    /* On each node: what it pays where the next does its first action, its second. */
    for (int v = 0; v < 2 * RING; v++) {
        for (int k = 0; k < 2; k++)
            value[2 * v + k] = (int)prng_below(p, 3);
        at += snprintf(text + at, sizeof text - (size_t)at, "\n0 %d %d", value[2 * v],
                       value[2 * v + 1]);
    }
    ck_assert_msg(agg_read(out, text, (size_t)at, &error), "%u:%u: %s", error.line,
                  error.column, error.message);
}

static int ring_payoff(const int *value, const uint32_t *action, int player)
{
    return value[2 * (2 * player + (int)action[player]) +
                 (int)action[(player + 1) % RING]];
}

/* Whether one deviator, member or not, beside one Byzantine player at most lets a
 * coalition of one gain; and whether one harms another. */
static void judge_ring(const int *value, uint32_t *action, bool gains[2], bool *harms)
{
    int payoff[RING];
    gains[0] = gains[1] = *harms = false;
    for (int i = 0; i < RING; i++)
        payoff[i] = ring_payoff(value, action, i);
    for (int j = 0; j < RING; j++) {
        action[j] ^= 1;
        gains[0] = gains[0] || ring_payoff(value, action, j) > payoff[j];
        for (int i = 0; i < RING; i++) {
            const int before = ring_payoff(value, action, i);
            if (i == j)
                continue;
            *harms = *harms || before < payoff[i];
            action[i] ^= 1;
            gains[1] = gains[1] || ring_payoff(value, action, i) > before;
            action[i] ^= 1;
        }
        action[j] ^= 1;
    }
    gains[1] = gains[1] || gains[0];
}

START_TEST(graphs_with_too_many_counts_to_keep_are_asked_each_time)
{
    struct prng p = {44};
    int seen[3] = {0};
    for (int round = 0; round < 60; round++) {
        struct agg graph;
        int value[4 * RING];
        uint32_t action[RING];
        bool gains[2], harms;
        const char *fault;
        ring(&graph, &p, value);
        for (int i = 0; i < RING; i++)
            action[i] = (uint32_t)prng_below(&p, 2);
        /* Most rounds begin where nobody gains alone. */
        for (int k = 0; round % 4 != 0 && k < 20 * RING; k++) {
            const int i = k % RING, before = ring_payoff(value, action, i);
            action[i] ^= 1;
            action[i] ^= ring_payoff(value, action, i) <= before;
        }
        judge_ring(value, action, gains, &harms);
        const struct arena arena = {NULL, &graph};
        const struct security_options o = {1, 1, METHOD_CHOSEN, 1, NULL, false};
        struct security *a = security_new(&arena, action, &o, &fault);
        ck_assert_msg(a != NULL, "%s", fault);
        ck_assert_int_eq(a->method, METHOD_COUNTS);
        ck_assert_uint_eq(a->resiliency, !gains[0]);
        ck_assert_uint_eq(a->immunity, !harms);
        ck_assert_int_eq(a->most_faulty[SIDE_MEMBER][1], !gains[0] + !gains[1] - 1);
        ck_assert_int_eq(a->most_faulty[SIDE_TOTAL][1], !gains[0] + !gains[1] - 1);
        ck_assert(security_nash(&arena, action) == !gains[0]);
        for (int notion = 0; notion < NOTIONS; notion++)
            witness_free(witness_new(a, &arena, (enum notion)notion));
        seen[!gains[0] + !gains[1]]++;
        security_free(a);
        agg_free(&graph);
    }
    for (int k = 0; k < 2; k++)
        ck_assert_int_gt(seen[k], 0);
}
END_TEST

UNIT_MAIN("sweep", players_of_every_vector_and_block_count,
          bounds_are_kept_across_blocks, payoffs_of_64_bits_are_added_in_64_bits,
          graphs_with_too_many_counts_to_keep_are_asked_each_time)
