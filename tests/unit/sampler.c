/* SPDX-License-Identifier: MIT */
/* The samplers: every point is a candidate, none comes twice, none of the budget is
 * wasted, and what they reach is the whole product of simplices. */
#include "sampling/sampler.h"

#include <math.h>
#include <string.h>

#include "sampling/soo.h"
#include "tests/unit/unit.h"

enum { ASKED_MAX = 3000 };

static const enum sampler_kind kinds[] = {SAMPLER_SOO, SAMPLER_GRID, SAMPLER_RANDOM};

static const struct shape shapes[] = {
    {2, {2, 2}},   {2, {3, 3}}, {3, {2, 3, 4}},       {1, {4}},  {4, {1, 2, 1, 5}},
    {2, {64, 64}}, {1, {64}},   {5, {2, 2, 2, 2, 2}}, {1, {27}}, {1, {256}},
};
enum { N_SHAPES = sizeof shapes / sizeof shapes[0] };

static struct sampler *start(enum sampler_kind kind, const struct shape *s,
                             uint32_t budget, uint8_t self)
{
    return sampler_new(&(struct sampler_options){
        .kind = kind, .shape = *s, .seed = 42, .self = self, .budget = budget});
}

/* Some smooth function with its greatest value inside. */
static double value_of(const struct candidate *c, const struct shape *s)
{
    double sum = 0;
    for (uint16_t w = 0; w < shape_weights(s); w++) {
        double share = (double)c->weight[w] / WEIGHT_ONE;
        sum += share * sin(3.0 * w + 1) - share * share;
    }
    return sum;
}

/* Asks and tells at once until nothing comes any more; returns how many came. */
static uint32_t run(struct sampler *sampler, struct candidate *out,
                    const struct shape *s)
{
    struct question q;
    uint32_t n = 0;
    while (sampler_ask(sampler, &q)) {
        ck_assert(n < ASKED_MAX && q.id == n);
        out[n++] = q.point;
        sampler_tell(sampler, q.id, value_of(&q.point, s));
    }
    ck_assert(sampler_exhausted(sampler));
    return n;
}

static struct candidate asked[ASKED_MAX], others[ASKED_MAX];

START_TEST(the_budget_is_spent_on_different_valid_candidates)
{
    for (int i = 0; i < N_SHAPES * 3; i++) {
        const struct shape *s = &shapes[i / 3];
        for (uint32_t budget = 1; budget < 400; budget = budget * 3 + 1) {
            struct sampler *sampler = start(kinds[i % 3], s, budget, 1);
            ck_assert(!sampler_exhausted(sampler));
            ck_assert_uint_eq(run(sampler, asked, s), budget);
            bool fine = true;
            for (uint32_t a = 0; a < budget; a++) {
                fine &= candidate_valid(&asked[a], s);
                for (uint32_t b = 0; b < a; b++)
                    fine &= !candidate_equal(&asked[a], &asked[b]);
            }
            ck_assert(fine);
            sampler_free(sampler);
        }
    }
}
END_TEST

START_TEST(a_game_without_choices_has_one_point)
{
    const struct shape s = {3, {1, 1, 1}};
    for (int i = 0; i < 3; i++) {
        struct sampler *sampler = start(kinds[i], &s, 100, 2);
        ck_assert(!sampler_exhausted(sampler));
        ck_assert_uint_eq(run(sampler, asked, &s), 1);
        ck_assert(candidate_pure(&asked[0], &s));
        sampler_free(sampler);
    }
}
END_TEST

START_TEST(the_same_options_give_the_same_points)
{
    for (int i = 0; i < N_SHAPES * 3; i++) {
        const struct shape *s = &shapes[i / 3];
        struct sampler *a = start(kinds[i % 3], s, 50, 1);
        struct sampler *b = start(kinds[i % 3], s, 50, 1);
        ck_assert_uint_eq(run(a, asked, s), run(b, others, s));
        ck_assert(memcmp(asked, others, 50 * sizeof asked[0]) == 0);
        sampler_free(a);
        sampler_free(b);
    }
}
END_TEST

START_TEST(nodes_start_at_different_places)
{
    const struct shape *s = &shapes[0];
    for (int i = 0; i < 3; i++) {
        struct sampler *a = start(kinds[i], s, 50, 0);
        struct sampler *b = start(kinds[i], s, 50, 1);
        run(a, asked, s);
        run(b, others, s);
        ck_assert(!candidate_equal(&asked[1], &others[1]));
        sampler_free(a);
        sampler_free(b);
    }
}
END_TEST

START_TEST(soo_splits_a_nodes_own_simplex_first)
{
    const struct shape s = {3, {3, 2, 4}};
    for (uint8_t self = 0; self < 3; self++) {
        struct sampler *sampler = start(SAMPLER_SOO, &s, 3, self);
        run(sampler, asked, &s);
        for (uint8_t player = 0; player < 3; player++) {
            uint16_t at = shape_offset(&s, player);
            bool same = memcmp(asked[0].weight + at, asked[1].weight + at,
                               s.n_actions[player] * sizeof(uint32_t)) == 0;
            ck_assert(same == (player != self));
        }
        sampler_free(sampler);
    }
}
END_TEST

START_TEST(soo_waits_for_values_and_the_order_of_telling_is_free)
{
    for (int i = 0; i < N_SHAPES; i++) {
        const struct shape *s = &shapes[i];
        struct prng prng = {3};
        struct sampler *in_order = start(SAMPLER_SOO, s, 200, 1);
        struct sampler *shuffled = start(SAMPLER_SOO, s, 200, 1);
        static struct question pending[200];
        uint32_t n = run(in_order, asked, s), n_others = 0, n_pending = 0;
        while (true) {
            while (sampler_ask(shuffled, &pending[n_pending]))
                others[n_others++] = pending[n_pending++].point;
            if (n_pending == 0)
                break;
            ck_assert(n_others == 200 || !sampler_exhausted(shuffled));
            uint32_t k = (uint32_t)prng_below(&prng, n_pending);
            sampler_tell(shuffled, pending[k].id, value_of(&pending[k].point, s));
            pending[k] = pending[--n_pending];
        }
        ck_assert_uint_eq(n_others, n);
        ck_assert(memcmp(asked, others, n * sizeof asked[0]) == 0);
        sampler_free(in_order);
        sampler_free(shuffled);
    }
}
END_TEST

START_TEST(grid_and_random_wait_for_nothing)
{
    for (int i = 1; i < 3; i++) {
        struct sampler *sampler = start(kinds[i], &shapes[1], 77, 0);
        struct question q;
        for (uint32_t n = 0; n < 77; n++)
            ck_assert(!sampler_exhausted(sampler) && sampler_ask(sampler, &q));
        ck_assert(sampler_exhausted(sampler) && !sampler_ask(sampler, &q));
        sampler_free(sampler);
    }
}
END_TEST

/* ---- SOO ---- */

START_TEST(for_two_actions_the_cube_is_the_simplex)
{
    const struct shape s = {2, {2, 1}};
    struct sampler *sampler = start(SAMPLER_SOO, &s, 3, 0);
    ck_assert_uint_eq(run(sampler, asked, &s), 3);
    ck_assert_uint_eq(asked[0].weight[0], WEIGHT_ONE / 2);
    ck_assert_uint_eq(asked[1].weight[0], 0);
    ck_assert_uint_eq(asked[2].weight[0], WEIGHT_ONE);
    sampler_free(sampler);
}
END_TEST

START_TEST(soo_comes_close_to_any_mixed_action)
{
    struct prng prng = {21};
    for (int i = 0; i < 40; i++) {
        const struct shape s = {2, {(uint16_t)(2 + i % 4), 1}};
        struct sampler *sampler = start(SAMPLER_SOO, &s, 1500, 0);
        double goal[5], sum = 0, nearest = 1;
        for (int k = 0; k < s.n_actions[0]; k++)
            sum += goal[k] = i < 20 ? prng_share(&prng) : (double)prng_below(&prng, 2);
        struct question q;
        while (sum > 0 && sampler_ask(sampler, &q)) {
            double squares = 0;
            for (int k = 0; k < s.n_actions[0]; k++)
                squares +=
                    pow(goal[k] / sum - (double)q.point.weight[k] / WEIGHT_ONE, 2);
            nearest = fmin(nearest, sqrt(squares));
            sampler_tell(sampler, q.id, -squares);
        }
        ck_assert_msg(sum <= 0 || nearest < 0.03, "%d: %g", i, nearest);
        sampler_free(sampler);
    }
}
END_TEST

START_TEST(soo_asks_for_every_pure_action_early)
{
    for (uint8_t m = 2; m <= 6; m++) {
        const struct shape s = {2, {m, 1}};
        uint32_t budget = 12u * m * m, n_pure = 0;
        struct sampler *sampler = start(SAMPLER_SOO, &s, budget, 0);
        struct question q;
        while (sampler_ask(sampler, &q)) {
            double squares = 0;
            for (uint8_t k = 0; k < m; k++)
                squares += pow((double)q.point.weight[k] / WEIGHT_ONE, 2);
            n_pure += candidate_pure(&q.point, &s);
            sampler_tell(sampler, q.id, squares);
        }
        ck_assert_msg(n_pure == m, "%u of %u", n_pure, m);
        sampler_free(sampler);
    }
}
END_TEST

/* So near to the greatest value, cells are smaller than a weight: SOO evaluates points
 * that are the same candidate, and the sampler asks for each candidate once. */
START_TEST(points_that_round_to_the_same_candidate_are_asked_once)
{
    const struct shape s = {2, {2, 1}};
    enum { EVALUATIONS = 2000 };
    struct soo *soo = soo_new(1, EVALUATIONS, 0, SOO_BORDERS);
    struct sampler *sampler = start(SAMPLER_SOO, &s, EVALUATIONS, 0);
    uint32_t n = 0, n_expected = 0, cell;
    double x;
    while (soo_ask(soo, &x, &cell)) {
        struct candidate *c = &others[n_expected];
        candidate_from_profile(c, &s, &(struct profile){{x, 1 - x, 1}});
        double value = -fabs((double)c->weight[0] - 29785766);
        bool fresh = true;
        for (uint32_t i = 0; i < n_expected; i++)
            fresh &= !candidate_equal(&others[i], c);
        n_expected += fresh;
        soo_tell(soo, cell, value);
    }
    struct question q;
    while (sampler_ask(sampler, &q)) {
        asked[n++] = q.point;
        sampler_tell(sampler, q.id, -fabs((double)q.point.weight[0] - 29785766));
    }
    ck_assert(sampler_exhausted(sampler));
    ck_assert_uint_eq(n, n_expected);
    ck_assert_uint_lt(n, EVALUATIONS);
    ck_assert(memcmp(asked, others, n * sizeof asked[0]) == 0);
    /* Told late, a point can be the same candidate as one that still waits. */
    struct sampler *late = start(SAMPLER_SOO, &s, EVALUATIONS, 0);
    static struct question pending[EVALUATIONS];
    uint32_t n_late = 0, n_pending = 0;
    do {
        while (sampler_ask(late, &pending[n_pending]))
            ck_assert(candidate_equal(&pending[n_pending++].point, &asked[n_late++]));
        if (n_pending > 0) {
            q = pending[--n_pending];
            sampler_tell(late, q.id, -fabs((double)q.point.weight[0] - 29785766));
        }
    } while (n_pending > 0 || !sampler_exhausted(late));
    ck_assert_uint_eq(n_late, n);
    sampler_free(late);
    sampler_free(sampler);
    soo_free(soo);
}
END_TEST

/* ---- grid ---- */

/* True if all weights are multiples of 1 / denominator, up to rounding. */
static bool on_lattice(const struct candidate *c, const struct shape *s,
                       uint32_t denominator)
{
    for (uint16_t w = 0; w < shape_weights(s); w++) {
        double parts = (double)c->weight[w] / WEIGHT_ONE * denominator;
        if (fabs(parts - round(parts)) > 1e-6)
            return false;
    }
    return true;
}

START_TEST(the_grid_is_the_coarsest_with_enough_points)
{
    static const struct {
        struct shape shape;
        uint32_t budget, denominator;
    } cases[] = {
        {{2, {2, 1}}, 11, 10},  {{2, {2, 1}}, 12, 11}, {{2, {2, 2}}, 25, 4},
        {{2, {2, 2}}, 26, 5},   {{2, {3, 1}}, 15, 4},  {{2, {3, 1}}, 16, 5},
        {{2, {3, 2}}, 40, 3},   {{2, {3, 2}}, 41, 4},  {{2, {1, 4}}, 20, 3},
        {{3, {2, 1, 2}}, 9, 2}, {{2, {2, 2}}, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct shape *s = &cases[i].shape;
        struct sampler *sampler = start(SAMPLER_GRID, s, cases[i].budget, 0);
        uint32_t n = run(sampler, asked, s);
        ck_assert_uint_eq(n, cases[i].budget);
        for (uint32_t k = 0; k < n; k++)
            ck_assert(on_lattice(&asked[k], s, cases[i].denominator));
        sampler_free(sampler);
    }
}
END_TEST

START_TEST(any_part_of_the_grid_is_spread_evenly)
{
    const struct shape s = {2, {2, 2}};
    for (uint32_t budget = 16; budget <= 1024; budget *= 2) {
        for (uint8_t self = 0; self < 10; self++) {
            struct sampler *sampler = start(SAMPLER_GRID, &s, budget, self);
            uint32_t n = run(sampler, asked, &s);
            uint32_t quadrant[4] = {0}, prefix = n / 2;
            for (uint32_t k = 0; k < prefix; k++)
                quadrant[(asked[k].weight[0] > WEIGHT_ONE / 2) +
                         2 * (asked[k].weight[2] > WEIGHT_ONE / 2)]++;
            for (int k = 0; k < 4; k++)
                ck_assert(quadrant[k] * 10 >= prefix);
            sampler_free(sampler);
        }
    }
}
END_TEST

/* ---- random ---- */

START_TEST(random_points_are_uniform_on_each_simplex)
{
    const struct shape s = {2, {3, 2}};
    enum { N = 3000 };
    struct sampler *sampler = start(SAMPLER_RANDOM, &s, N, 0);
    ck_assert_uint_eq(run(sampler, asked, &s), N);
    double half[5] = {0}, together = 0;
    for (int i = 0; i < N; i++) {
        for (int w = 0; w < 5; w++)
            half[w] += asked[i].weight[w] > WEIGHT_ONE / 2;
        together +=
            (double)asked[i].weight[0] * asked[i].weight[3] / WEIGHT_ONE / WEIGHT_ONE;
    }
    /* One share of three is above 1/2 on a quarter of the simplex. */
    for (int w = 0; w < 3; w++)
        ck_assert_double_eq_tol(half[w] / N, 0.25, 0.03);
    for (int w = 3; w < 5; w++)
        ck_assert_double_eq_tol(half[w] / N, 0.5, 0.03);
    ck_assert_double_eq_tol(together / N, 1.0 / 6, 0.01);
    sampler_free(sampler);
}
END_TEST

/* ---- one simplex, which is what distributions are ---- */

static int support_of(const struct candidate *c, const struct shape *s)
{
    int n = 0;
    for (uint16_t w = 0; w < shape_weights(s); w++)
        n += c->weight[w] > 0;
    return n;
}

START_TEST(on_one_simplex_the_grid_and_soo_begin_with_every_corner)
{
    static const uint16_t corners[] = {4, 27, 32};
    for (int i = 0; i < 6; i++) {
        const struct shape s = {1, {corners[i / 2]}};
        struct sampler *sampler =
            start(i % 2 == 0 ? SAMPLER_GRID : SAMPLER_SOO, &s, 100, 1);
        ck_assert_uint_eq(run(sampler, asked, &s), 100);
        const uint32_t n = s.n_actions[0];
        const uint32_t n_of_two = i % 2 == 0 ? n * (n - 1) / 2 : 1;
        for (uint32_t k = 0; k < n + n_of_two && k < 100; k++)
            ck_assert_int_eq(support_of(&asked[k], &s), k < n ? 1 : 2);
        sampler_free(sampler);
    }
}
END_TEST

START_TEST(on_one_simplex_random_points_mix_few_and_any)
{
    const struct shape s = {1, {32}};
    enum { N = 2000 };
    uint32_t of[33] = {0}, has[32] = {0};
    struct sampler *sampler = start(SAMPLER_RANDOM, &s, N, 0);
    ck_assert_uint_eq(run(sampler, asked, &s), N);
    for (int k = 0; k < N; k++) {
        of[support_of(&asked[k], &s)]++;
        for (int c = 0; c < 32; c++)
            has[c] += asked[k].weight[c] > 0;
    }
    /* Each corner is asked about once; of what is left a half mixes two, a quarter
     * three.
     */
    ck_assert_uint_eq(of[1], 32);
    ck_assert_double_eq_tol(of[2] / (N - 32.0), 0.5, 0.05);
    ck_assert_double_eq_tol(of[3] / (N - 32.0), 0.25, 0.05);
    for (int c = 0; c < 32; c++)
        ck_assert_uint_gt(has[c], N / 32);
    sampler_free(sampler);
}
END_TEST

/* 16 rows of 3 profiles can be 153 candidates, of 2 profiles 17, however large the
 * budget.
 */
START_TEST(with_coarse_weights_a_sampler_ends_and_stays_on_them)
{
    static const uint32_t all[] = {17, 153, 969};
    for (int i = 0; i < 9; i++) {
        const struct shape s = {1, {(uint16_t)(2 + i / 3)}};
        struct sampler *sampler = sampler_new(&(struct sampler_options){
            .kind = kinds[i % 3], .shape = s, .resolution = 16, .budget = 2000});
        const uint32_t n = run(sampler, asked, &s);
        for (uint32_t k = 0; k < n; k++) {
            ck_assert(candidate_valid(&asked[k], &s));
            ck_assert(candidate_on_grid(&asked[k], &s, 16));
        }
        ck_assert_uint_le(n, all[i / 3]);
        ck_assert_uint_gt(n, all[i / 3] / 4);
        if (kinds[i % 3] == SAMPLER_GRID)
            ck_assert_uint_eq(n, all[i / 3]);
        sampler_free(sampler);
    }
}
END_TEST

START_TEST(on_one_simplex_soo_hears_in_any_order)
{
    struct prng prng = {31};
    const struct shape s = {1, {9}};
    struct sampler *plain = start(SAMPLER_SOO, &s, 150, 0);
    struct sampler *mixed = start(SAMPLER_SOO, &s, 150, 0);
    static struct question pending[150];
    uint32_t n_pending = 0, n_asked = 0;
    const uint32_t n = run(plain, asked, &s);
    do {
        while (sampler_ask(mixed, &pending[n_pending]))
            ck_assert(candidate_equal(&pending[n_pending++].point, &asked[n_asked++]));
        const uint32_t k = (uint32_t)prng_below(&prng, n_pending);
        const struct question q = pending[k];
        pending[k] = pending[--n_pending];
        sampler_tell(mixed, q.id, value_of(&q.point, &s));
    } while (n_pending > 0 || !sampler_exhausted(mixed));
    ck_assert_uint_eq(n_asked, n);
    sampler_free(plain);
    sampler_free(mixed);
}
END_TEST

UNIT_MAIN("sampler", the_budget_is_spent_on_different_valid_candidates,
          a_game_without_choices_has_one_point, the_same_options_give_the_same_points,
          nodes_start_at_different_places, soo_splits_a_nodes_own_simplex_first,
          soo_waits_for_values_and_the_order_of_telling_is_free,
          grid_and_random_wait_for_nothing, for_two_actions_the_cube_is_the_simplex,
          soo_comes_close_to_any_mixed_action, soo_asks_for_every_pure_action_early,
          points_that_round_to_the_same_candidate_are_asked_once,
          the_grid_is_the_coarsest_with_enough_points,
          any_part_of_the_grid_is_spread_evenly,
          random_points_are_uniform_on_each_simplex,
          on_one_simplex_the_grid_and_soo_begin_with_every_corner,
          on_one_simplex_random_points_mix_few_and_any,
          with_coarse_weights_a_sampler_ends_and_stays_on_them,
          on_one_simplex_soo_hears_in_any_order)
