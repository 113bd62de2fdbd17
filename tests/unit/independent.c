/* SPDX-License-Identifier: MIT */
/* What others can hold a player to when each mixes for itself: the bounds against all
 * their mixtures on a grid, and games whose answer is known. */
#include "analysis/independent.h"

#include "analysis/mixed.h"
#include "tests/unit/raw.h"
#include "tests/unit/unit.h"

static void find(struct independent *out, const struct exact_game *g, uint8_t player,
                 mpq_ptr together)
{
    const uint32_t n = shape_profiles(&g->head.shape) / g->head.shape.n_actions[player];
    mpq_t *others = calloc(n, sizeof *others);
    ck_assert_ptr_nonnull(others);
    for (uint32_t k = 0; k < n; k++)
        mpq_init(others[k]);
    ck_assert_ptr_null(mixed_minmax(together, NULL, others, g, player));
    ck_assert_ptr_null(
        independent_minmax(out, g, player, together, (const mpq_t *)others));
    for (uint32_t k = 0; k < n; k++)
        mpq_clear(others[k]);
    free((void *)others);
}

/* What the player's best reply to the shares pays. */
static void best_reply(mpq_ptr out, const struct raw *r, const mpq_t *share,
                       uint8_t player)
{
    mpq_t sum, part;
    mpq_inits(sum, part, NULL);
    for (uint8_t k = 0; k < r->shape.n_actions[player]; k++) {
        mpq_set_ui(sum, 0, 1);
        for (uint32_t at = 0; at < shape_profiles(&r->shape); at++) {
            uint8_t actions[PLAYERS_MAX];
            profile_actions(actions, &r->shape, at);
            mpq_set_si(part, raw_at(r, at, player), 1);
            for (uint8_t j = 0; j < r->shape.n_players; j++)
                if (j != player)
                    mpq_mul(part, part, share[shape_offset(&r->shape, j) + actions[j]]);
            if (actions[player] == k)
                mpq_add(sum, sum, part);
        }
        if (k == 0 || mpq_cmp(sum, out) > 0)
            mpq_set(out, sum);
    }
    mpq_clears(sum, part, NULL);
}

/* The same for shares in n-ths, times n for each other player. */
static long grid_reply(const struct raw *r, const int *share, uint8_t player)
{
    long best = 0;
    for (uint8_t k = 0; k < r->shape.n_actions[player]; k++) {
        long sum = 0;
        for (uint32_t at = 0; at < shape_profiles(&r->shape); at++) {
            uint8_t actions[PLAYERS_MAX];
            profile_actions(actions, &r->shape, at);
            long part = actions[player] == k ? raw_at(r, at, player) : 0;
            for (uint8_t j = 0; j < r->shape.n_players; j++)
                if (j != player)
                    part *= share[shape_offset(&r->shape, j) + actions[j]];
            sum += part;
        }
        best = k == 0 || sum > best ? sum : best;
    }
    return best;
}

/* The next way for a player with n_actions to share n; false, and the first, after the
 * last. */
static bool next_share(int *share, uint16_t n_actions, int n)
{
    uint8_t k = 0;
    while (share[k] == 0)
        k++;
    const int rest = share[k] - 1;
    share[k] = 0;
    share[0] = k + 1 == n_actions ? n : rest;
    if (k + 1 == n_actions)
        return false;
    share[k + 1]++;
    return true;
}

/* The least over the grid. */
static void grid_minmax(mpq_ptr out, const struct raw *r, uint8_t player, int n)
{
    int share[WEIGHTS_MAX] = {0};
    long least = 0;
    bool any = false, more = true;
    for (uint8_t j = 0; j < r->shape.n_players; j++)
        share[shape_offset(&r->shape, j)] = n;
    while (more) {
        const long reply = grid_reply(r, share, player);
        least = !any || reply < least ? reply : least;
        any = true;
        more = false;
        for (uint8_t j = 0; j < r->shape.n_players && !more; j++)
            more = j != player && next_share(share + shape_offset(&r->shape, j),
                                             r->shape.n_actions[j], n);
    }
    mpq_set_si(out, least, 1);
    mpq_t by;
    mpq_init(by);
    mpq_set_ui(by, 1, (unsigned long)n);
    for (uint8_t j = 0; j + 1 < r->shape.n_players; j++)
        mpq_mul(out, out, by);
    mpq_clear(by);
}

/* The bounds hold, and each mixture is one. */
static void bounds_hold(const struct independent *found, const struct raw *r,
                        uint8_t player, mpq_srcptr together, int n)
{
    mpq_t number;
    mpq_init(number);
    best_reply(number, r, (const mpq_t *)found->share, player);
    ck_assert(mpq_equal(number, found->most));
    ck_assert_int_le(mpq_cmp(together, found->least), 0);
    ck_assert_int_le(mpq_cmp(found->least, found->most), 0);
    ck_assert_int_eq(found->exact, mpq_equal(found->least, found->most));
    grid_minmax(number, r, player, n);
    ck_assert_int_le(mpq_cmp(found->least, number), 0);
    for (uint8_t j = 0; j < r->shape.n_players; j++) {
        mpq_set_ui(number, 0, 1);
        for (uint8_t k = 0; k < r->shape.n_actions[j]; k++) {
            ck_assert_int_ge(mpq_sgn(found->share[shape_offset(&r->shape, j) + k]), 0);
            mpq_add(number, number, found->share[shape_offset(&r->shape, j) + k]);
        }
        ck_assert_int_eq(mpq_cmp_ui(number, j != player, 1), 0);
    }
    mpq_clear(number);
}

static double gap(const struct independent *found)
{
    mpq_t difference;
    mpq_init(difference);
    mpq_sub(difference, found->most, found->least);
    const double d = mpq_get_d(difference);
    mpq_clear(difference);
    return d;
}

START_TEST(no_mixture_on_a_grid_holds_a_player_lower_than_the_least)
{
    struct prng p = {41};
    static struct raw r;
    mpq_t together;
    int n_apart = 0;
    mpq_init(together);
    for (int round = 0; round < 60; round++) {
        struct exact_game g;
        const unsigned n_players = 3 + (unsigned)prng_below(&p, 2);
        r.shape = (struct shape){.n_players = (uint8_t)n_players};
        for (uint8_t i = 0; i < n_players; i++)
            r.shape.n_actions[i] = (uint8_t)(n_players > 3 ? 2 : 1 + prng_below(&p, 3));
        raw_random(&r, &p, 2 + (unsigned)round % 8);
        raw_to_exact(&g, &r);
        for (uint8_t i = 0; i < n_players; i++) {
            struct independent found;
            find(&found, &g, i, together);
            bounds_hold(&found, &r, i, together, 6);
            ck_assert_double_lt(gap(&found), 0.05);
            n_apart += mpq_cmp(found.least, together) > 0;
            independent_free(&found);
        }
        exact_free(&g);
    }
    ck_assert_int_gt(n_apart, 20);
    mpq_clear(together);
}
END_TEST

/* Player 1 guesses whether the two others do both their first, both their second, or
 * not the same. Together they draw each with a third. Apart, with x the root of the
 * product of their first shares, they cannot get max(x^2, 2x - 2x^2) below 4/9. */
START_TEST(apart_they_cannot_make_three_events_equally_likely)
{
    static struct raw r = {.shape = {.n_players = 3, .n_actions = {3, 2, 2}}};
    static const int event[4] = {0, 1, 1, 2};
    struct exact_game g;
    struct independent found;
    mpq_t together;
    mpq_init(together);
    for (int k = 0; k < 4; k++)
        r.value[(3 * k + event[k]) * 3] = 1;
    raw_to_exact(&g, &r);
    find(&found, &g, 0, together);
    ck_assert_int_eq(mpq_cmp_ui(together, 1, 3), 0);
    ck_assert_int_eq(mpq_cmp_ui(found.most, 4, 9), 0);
    ck_assert_double_lt(gap(&found), 2e-6);
    bounds_hold(&found, &r, 0, together, 12);
    independent_free(&found);
    find(&found, &g, 1, together);
    ck_assert(found.exact);
    ck_assert_int_eq(mpq_sgn(found.most), 0);
    independent_free(&found);
    exact_free(&g);
    mpq_clear(together);
}
END_TEST

START_TEST(one_other_always_mixes_for_itself)
{
    struct prng p = {42};
    static struct raw r;
    mpq_t together;
    mpq_init(together);
    for (int round = 0; round < 100; round++) {
        struct exact_game g;
        raw_shape(&r, &p, 2, 4);
        raw_random(&r, &p, 5);
        raw_to_exact(&g, &r);
        for (uint8_t i = 0; i < 2; i++) {
            struct independent found;
            find(&found, &g, i, together);
            ck_assert(found.exact);
            ck_assert(mpq_equal(found.most, together));
            bounds_hold(&found, &r, i, together, 6);
            independent_free(&found);
        }
        exact_free(&g);
    }
    mpq_clear(together);
}
END_TEST

UNIT_MAIN("independent", no_mixture_on_a_grid_holds_a_player_lower_than_the_least,
          apart_they_cannot_make_three_events_equally_likely,
          one_other_always_mixes_for_itself)
