/* SPDX-License-Identifier: MIT */
/* Shapes and candidates, against definitions written out. */
#include "game/game.h"

#include <math.h>
#include <string.h>

#include "tests/unit/unit.h"

static struct shape shape_of(uint8_t n_players, const uint8_t *n_actions)
{
    struct shape s = {.n_players = n_players};
    for (uint8_t i = 0; i < n_players; i++)
        s.n_actions[i] = n_actions[i];
    return s;
}

START_TEST(shapes_beyond_the_limits_are_not_valid)
{
    struct shape s = {2, {2, 3}};
    ck_assert(shape_valid(&s));
    ck_assert(!shape_valid(&(struct shape){1, {2}}));
    ck_assert(!shape_valid(&(struct shape){0, {0}}));
    ck_assert(!shape_valid(&(struct shape){2, {2, 0}}));
    ck_assert(shape_valid(&(struct shape){2, {1, 1}}));
    ck_assert(shape_valid(&(struct shape){2, {64, 64}}));
    ck_assert(!shape_valid(&(struct shape){2, {65, 2}}));
    ck_assert(shape_valid(&(struct shape){3, {64, 64, 64}}));
    ck_assert(!shape_valid(&(struct shape){4, {64, 64, 64, 64}})); /* 2^24 profiles */
    s = shape_uniform(32, 2);
    s.n_players = 22;
    ck_assert(shape_valid(&s) && shape_tabled(&s)); /* 2^22 */
    s.n_players = 23;                               /* by count only */
    ck_assert(shape_valid(&s) && !shape_tabled(&s));
    s.n_actions[0] = 3; /* then everybody has to have the same actions */
    ck_assert(!shape_valid(&s));
    s = shape_uniform(32, 1);
    ck_assert(shape_valid(&s) && shape_tabled(&s));
    s = shape_uniform(33, 1);
    ck_assert(shape_valid(&s) && !shape_tabled(&s));
    s = shape_uniform(64, 4);
    ck_assert(shape_valid(&s) && !shape_tabled(&s));
    ck_assert_uint_eq(shape_profiles(&s), UINT32_MAX);
    s = shape_uniform(64, 5); /* 320 actions */
    ck_assert(!shape_valid(&s));
    s = shape_uniform(16, 7); /* 7 times 54264 payoffs by count */
    ck_assert(!shape_valid(&s));
    s = shape_uniform(64, 1);
    s.n_players = 65;
    ck_assert(!shape_valid(&s));
}
END_TEST

START_TEST(a_coarse_candidate_lies_on_its_grid_and_is_the_nearest)
{
    struct prng rng = {11};
    const struct shape s = shape_uniform(1, 256);
    for (int round = 0; round < 100; round++) {
        const uint32_t resolution = 16u << 2 * prng_below(&rng, 3);
        struct profile p;
        struct candidate c;
        double sum = 0;
        for (int k = 0; k < 256; k++)
            sum += p.share[k] = prng_below(&rng, 4) == 0 ? prng_share(&rng) : 0;
        for (int k = 0; k < 256; k++)
            p.share[k] /= sum;
        candidate_from_profile_at(&c, &s, resolution, &p);
        ck_assert(candidate_valid(&c, &s));
        ck_assert(candidate_on_grid(&c, &s, resolution));
        for (int k = 0; k < 256; k++)
            ck_assert(fabs(c.weight[k] / (double)WEIGHT_ONE - p.share[k]) <
                      1.0 / resolution);
        c.weight[0] += WEIGHT_ONE / resolution / 2;
        ck_assert(!candidate_on_grid(&c, &s, resolution));
        ck_assert(candidate_on_grid(&c, &s, 2 * resolution));
        c.weight[255]++;
        ck_assert(!candidate_on_grid(&c, &s, 2 * resolution));
    }
}
END_TEST

/* The limit of the weights follows from the other limits, but arrays rely on it. */
START_TEST(the_widest_valid_shape_fits_a_candidate)
{
    struct shape s = shape_uniform(32, 1);
    s.n_actions[0] = s.n_actions[1] = s.n_actions[2] = 64;
    s.n_actions[3] = 16;
    ck_assert(shape_valid(&s));
    ck_assert_uint_eq(shape_weights(&s), 236);
    ck_assert_uint_le(shape_weights(&s), WEIGHTS_MAX);
}
END_TEST

START_TEST(the_first_players_action_varies_fastest)
{
    struct shape s = {3, {2, 3, 4}};
    ck_assert_uint_eq(shape_profiles(&s), 24);
    ck_assert_uint_eq(shape_weights(&s), 9);
    ck_assert_uint_eq(shape_offset(&s, 0), 0);
    ck_assert_uint_eq(shape_offset(&s, 1), 2);
    ck_assert_uint_eq(shape_offset(&s, 2), 5);
    ck_assert_uint_eq(profile_index(&s, (uint8_t[]){1, 0, 0}), 1);
    ck_assert_uint_eq(profile_index(&s, (uint8_t[]){0, 1, 0}), 2);
    ck_assert_uint_eq(profile_index(&s, (uint8_t[]){0, 0, 1}), 6);
    for (uint32_t a = 0; a < 24; a++) {
        uint8_t actions[3];
        profile_actions(actions, &s, a);
        for (int i = 0; i < 3; i++)
            ck_assert_uint_lt(actions[i], s.n_actions[i]);
        ck_assert_uint_eq(profile_index(&s, actions), a);
    }
}
END_TEST

START_TEST(a_valid_candidate_sums_to_one_for_each_player_and_has_nothing_behind)
{
    struct shape s = {2, {2, 3}};
    struct candidate c;
    candidate_from_pure(&c, &s, (uint8_t[]){1, 2});
    ck_assert(candidate_valid(&c, &s));
    ck_assert(candidate_pure(&c, &s));
    ck_assert_uint_eq(c.weight[1], WEIGHT_ONE);
    ck_assert_uint_eq(c.weight[4], WEIGHT_ONE);
    c.weight[5] = 1;
    ck_assert(!candidate_valid(&c, &s));
    c.weight[5] = 0;
    c.weight[4]--;
    ck_assert(!candidate_valid(&c, &s));
    ck_assert(!candidate_pure(&c, &s));
    c.weight[3]++;
    ck_assert(candidate_valid(&c, &s));
    ck_assert(!candidate_pure(&c, &s));
    c.weight[1]--; /* the whole still sums to 2 */
    c.weight[3]++;
    ck_assert(!candidate_valid(&c, &s));
    /* A sum that wraps around 32 bits to the right value. */
    struct candidate wrapped = {{WEIGHT_ONE, 0, 3u << 30, 1u << 30, 1u << 30}};
    ck_assert(!candidate_valid(&wrapped, &s));
    struct candidate last;
    candidate_from_pure(&last, &s, (uint8_t[]){0, 0});
    last.weight[WEIGHTS_MAX - 1] = 1;
    ck_assert(!candidate_valid(&last, &s));
}
END_TEST

START_TEST(candidates_are_ordered_by_their_bytes)
{
    struct shape s = {2, {2, 2}};
    /* 256 is 00 01 00 00 in bytes, 1 is 01 00 00 00: 256 comes first. */
    struct candidate a = {{256, WEIGHT_ONE - 256, 0, WEIGHT_ONE}};
    struct candidate b = {{1, WEIGHT_ONE - 1, 0, WEIGHT_ONE}};
    struct candidate c = {{1, WEIGHT_ONE - 1, WEIGHT_ONE, 0}};
    struct candidate d = {{1 << 16, WEIGHT_ONE - (1 << 16), 0, WEIGHT_ONE}};
    ck_assert_int_eq(candidate_order(&a, &b, &s), -1);
    ck_assert_int_eq(candidate_order(&b, &a, &s), 1);
    ck_assert_int_eq(candidate_order(&a, &a, &s), 0);
    ck_assert_int_eq(candidate_order(&b, &c, &s), -1);
    ck_assert_int_eq(candidate_order(&d, &a, &s), -1);
    ck_assert(candidate_equal(&a, &a));
    ck_assert(!candidate_equal(&b, &c));
    for (int x = 0; x < 500; x++) {
        struct prng p = {(uint64_t)x};
        struct candidate m = {{(uint32_t)prng_below(&p, WEIGHT_ONE)}};
        struct candidate n = {{(uint32_t)prng_below(&p, WEIGHT_ONE)}};
        uint8_t bytes[2][4];
        for (int i = 0; i < 4; i++) {
            bytes[0][i] = (uint8_t)(m.weight[0] >> (8 * i));
            bytes[1][i] = (uint8_t)(n.weight[0] >> (8 * i));
        }
        int order = memcmp(bytes[0], bytes[1], 4);
        ck_assert_int_eq(candidate_order(&m, &n, &s), (order > 0) - (order < 0));
    }
}
END_TEST

START_TEST(the_nearest_candidate_is_found_by_largest_remainders)
{
    struct shape s = {2, {3, 2}};
    /* A third of 2^30 is 357913941 and a third: the one that is left goes to the first
     * of equals. */
    struct profile p = {{1. / 3, 1. / 3, 1. / 3, 0.25, 0.75}};
    struct candidate c;
    candidate_from_profile(&c, &s, &p);
    ck_assert(candidate_valid(&c, &s));
    ck_assert_uint_eq(c.weight[0], 357913942);
    ck_assert_uint_eq(c.weight[1], 357913941);
    ck_assert_uint_eq(c.weight[2], 357913941);
    ck_assert_uint_eq(c.weight[3], WEIGHT_ONE / 4);
    /* Remainders .25, .25, .5: the largest one gets it, not the first. */
    double unit = 1.0 / WEIGHT_ONE;
    p = (struct profile){{10.25 * unit, 20.25 * unit, 1 - 30.5 * unit, 2, 6}};
    candidate_from_profile(&c, &s, &p);
    ck_assert_uint_eq(c.weight[0], 10);
    ck_assert_uint_eq(c.weight[1], 20);
    ck_assert_uint_eq(c.weight[2], WEIGHT_ONE - 30);
    ck_assert_uint_eq(c.weight[3], WEIGHT_ONE / 4); /* scaled: 2 of 8 */
    /* Two are left over for .875, .625 and .5: one each for the first two. */
    p = (struct profile){{10.875 * unit, 20.625 * unit, 1 - 31.5 * unit, 1, 0}};
    candidate_from_profile(&c, &s, &p);
    ck_assert_uint_eq(c.weight[0], 11);
    ck_assert_uint_eq(c.weight[1], 21);
    ck_assert_uint_eq(c.weight[2], WEIGHT_ONE - 32);
}
END_TEST

START_TEST(a_candidate_survives_the_way_through_shares)
{
    struct shape s = {4, {5, 1, 64, 3}};
    struct prng rng = {11};
    for (int run = 0; run < 300; run++) {
        struct profile p, back;
        struct candidate c, again;
        for (int w = 0; w < 73; w++)
            p.share[w] = prng_below(&rng, 3) ? prng_share(&rng) + 1e-9 : 1e-12;
        candidate_from_profile(&c, &s, &p);
        ck_assert(candidate_valid(&c, &s));
        profile_from_candidate(&back, &s, &c);
        ck_assert_double_eq(back.share[3], (double)c.weight[3] / WEIGHT_ONE);
        candidate_from_profile(&again, &s, &back);
        ck_assert(candidate_equal(&c, &again));
    }
}
END_TEST

START_TEST(an_action_that_is_not_played_gets_no_weight)
{
    struct shape s = {2, {4, 2}};
    struct prng rng = {12};
    for (int run = 0; run < 200; run++) {
        struct profile p = {{0, prng_share(&rng) + .1, prng_share(&rng), 0, 1, 0}};
        struct candidate c;
        candidate_from_profile(&c, &s, &p);
        ck_assert(candidate_valid(&c, &s));
        ck_assert(c.weight[0] == 0 && c.weight[3] == 0 && c.weight[5] == 0);
    }
}
END_TEST

START_TEST(payoffs_know_their_range)
{
    struct shape s = shape_of(2, (uint8_t[]){2, 2});
    double value[] = {-3, 2, 7, 2};
    struct payoffs *p = payoffs_new(&s, 1, value);
    ck_assert_double_eq(p->least, -3);
    ck_assert_double_eq(p->greatest, 7);
    ck_assert_double_eq(payoffs_range(p), 10);
    ck_assert_uint_eq(p->player, 1);
    value[0] = 99; /* copied, so this changes nothing */
    ck_assert_double_eq(p->value[0], -3);
    payoffs_free(p);
    payoffs_free(NULL);
}
END_TEST

START_TEST(a_game_frees_its_players_payoffs_once)
{
    struct game g = {.shape = {2, {1, 1}}};
    double value = 4;
    for (uint8_t i = 0; i < 2; i++)
        g.payoffs[i] = payoffs_new(&g.shape, i, &value);
    game_free(&g);
    game_free(&g);
    ck_assert_ptr_null(g.payoffs[1]);
}
END_TEST

UNIT_MAIN("game", a_coarse_candidate_lies_on_its_grid_and_is_the_nearest,
          shapes_beyond_the_limits_are_not_valid,
          the_widest_valid_shape_fits_a_candidate,
          the_first_players_action_varies_fastest,
          a_valid_candidate_sums_to_one_for_each_player_and_has_nothing_behind,
          candidates_are_ordered_by_their_bytes,
          the_nearest_candidate_is_found_by_largest_remainders,
          a_candidate_survives_the_way_through_shares,
          an_action_that_is_not_played_gets_no_weight, payoffs_know_their_range,
          a_game_frees_its_players_payoffs_once)
