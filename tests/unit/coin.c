/* SPDX-License-Identifier: MIT */
/* Coins: what is committed to, and how often each action comes. */
#include "lottery/coin.h"

#include <math.h>
#include <string.h>

#include "game/game.h"
#include "tests/unit/unit.h"

static const struct digest session = {{1}};
static const struct coin_half five = {{5}};
static const struct digest six = {{6}};

static bool digest_is(const struct digest *d, const char *hex)
{
    char text[65];
    hex_encode(text, d->bytes, sizeof d->bytes);
    return strcmp(text, hex) == 0;
}

/* Independent of this program: BLAKE2b over the bytes that the headers describe. */
START_TEST(the_hashes_are_those_of_the_specification)
{
    const struct coin_half halves[2] = {five, {{6}}};
    const struct nonce nonce = {{5}};
    const struct digest k = coin_commit(&session, 4, 2, &five);
    const struct digest b = coin_beacon(&session, 4, &six, halves, 2);
    const struct digest a = action_commit(&session, 4, 2, 1, &nonce);
    ck_assert(digest_is(
        &k, "1346a96f87ff8fe23a18d5f837661f8fe2f4faaa29c4c639e71c10674be87f41"));
    ck_assert(digest_is(
        &b, "8b355a41a864b6260757dc853f8c9525aa8db8b5a152349786b2228b5afb4410"));
    ck_assert(digest_is(
        &a, "241ef586445ae8121f2fd58f0575d98f5969cc5a6a1d02b0efbfdd6bc2f930f3"));
    /* This coin shows v = 431648619: the border is where it should be. */
    const uint32_t above[2] = {431648620, WEIGHT_ONE - 431648620};
    const uint32_t below[2] = {431648619, WEIGHT_ONE - 431648619};
    ck_assert_uint_eq(coin_action(&session, 4, 2, &five, &b, above, 2), 0);
    ck_assert_uint_eq(coin_action(&session, 4, 2, &five, &b, below, 2), 1);
    /* And this public draw v = 838103974. */
    const uint32_t more[2] = {838103975, WEIGHT_ONE - 838103975};
    const uint32_t less[2] = {838103974, WEIGHT_ONE - 838103974};
    ck_assert_uint_eq(coin_draw(&session, 4, &b, more, 2), 0);
    ck_assert_uint_eq(coin_draw(&session, 4, &b, less, 2), 1);
}
END_TEST

START_TEST(a_coin_commitment_fits_one_seat_one_flip_one_session_and_one_half)
{
    const struct digest other_session = {{2}};
    const struct coin_half other = {{5, 1}};
    const struct digest c = coin_commit(&session, 1, 0, &five);
    const struct digest copied = coin_commit(&session, 1, 1, &five);
    const struct digest later = coin_commit(&session, 2, 0, &five);
    const struct digest elsewhere = coin_commit(&other_session, 1, 0, &five);
    const struct digest changed = coin_commit(&session, 1, 0, &other);
    ck_assert(!digest_equal(&c, &copied));
    ck_assert(!digest_equal(&c, &later));
    ck_assert(!digest_equal(&c, &elsewhere));
    ck_assert(!digest_equal(&c, &changed));
}
END_TEST

START_TEST(a_beacon_holds_everybodys_half_in_order_and_all_beacons_before)
{
    struct coin_half h[3] = {{{1}}, {{2}}, {{3}}};
    const struct digest other = {{7}};
    const struct digest b = coin_beacon(&session, 2, &six, h, 3);
    struct digest x = coin_beacon(&session, 3, &six, h, 3);
    ck_assert(!digest_equal(&b, &x));
    x = coin_beacon(&session, 2, &other, h, 3);
    ck_assert(!digest_equal(&b, &x));
    x = coin_beacon(&other, 2, &six, h, 3);
    ck_assert(!digest_equal(&b, &x));
    for (int i = 0; i < 3; i++) {
        h[i].bytes[31] ^= 1;
        x = coin_beacon(&session, 2, &six, h, 3);
        ck_assert(!digest_equal(&b, &x));
        h[i].bytes[31] ^= 1;
    }
    const struct coin_half swapped[3] = {h[1], h[0], h[2]};
    x = coin_beacon(&session, 2, &six, swapped, 3);
    ck_assert(!digest_equal(&b, &x));
}
END_TEST

START_TEST(an_action_commitment_fits_one_seat_one_stage_one_action_and_one_nonce)
{
    const struct nonce n = {{1}}, other = {{1, 1}};
    const struct digest c = action_commit(&session, 1, 0, 1, &n);
    struct digest x = action_commit(&session, 1, 1, 1, &n);
    ck_assert(!digest_equal(&c, &x));
    x = action_commit(&session, 2, 0, 1, &n);
    ck_assert(!digest_equal(&c, &x));
    x = action_commit(&session, 1, 0, 0, &n);
    ck_assert(!digest_equal(&c, &x));
    x = action_commit(&session, 1, 0, 1, &other);
    ck_assert(!digest_equal(&c, &x));
    x = action_commit(&six, 1, 0, 1, &n);
    ck_assert(!digest_equal(&c, &x));
}
END_TEST

/* Chi-square against the weights; weights of 0 must never come. */
static double chi_square(const uint32_t *weights, uint16_t n_actions, uint32_t n_flips)
{
    uint32_t count[ACTIONS_MAX] = {0};
    for (uint32_t flip = 0; flip < n_flips; flip++)
        count[coin_action(&session, flip, 3, &five, &six, weights, n_actions)]++;
    double sum = 0;
    for (uint8_t k = 0; k < n_actions; k++) {
        const double mean = (double)n_flips * weights[k] / WEIGHT_ONE;
        ck_assert(weights[k] > 0 || count[k] == 0);
        if (mean > 0)
            sum += (count[k] - mean) * (count[k] - mean) / mean;
    }
    return sum;
}

/* The bounds are quantiles 1 - 1e-6 of chi-square, rounded up. */
START_TEST(actions_come_as_often_as_their_weights_say)
{
    const uint32_t even[2] = {WEIGHT_ONE / 2, WEIGHT_ONE / 2};
    const uint32_t rare[2] = {WEIGHT_ONE / 100, WEIGHT_ONE - WEIGHT_ONE / 100};
    const uint32_t four[4] = {WEIGHT_ONE / 8, 0, WEIGHT_ONE / 2,
                              WEIGHT_ONE - WEIGHT_ONE / 8 - WEIGHT_ONE / 2};
    ck_assert_double_lt(chi_square(even, 2, 200000), 24);
    ck_assert_double_lt(chi_square(rare, 2, 200000), 24);
    ck_assert_double_lt(chi_square(four, 4, 200000), 28);
}
END_TEST

/* The same for draws from many weights: 3 players with 3 actions, 8 with 2. */
START_TEST(public_draws_come_as_often_as_their_weights_say)
{
    static const struct {
        uint16_t n;
        double bound;
    } cases[] = {{27, 77}, {256, 378}};
    for (int k = 0; k < 2; k++) {
        uint32_t weights[256] = {0}, count[256] = {0};
        const uint16_t n = cases[k].n;
        double sum = 0;
        weights[n - 1] = WEIGHT_ONE;
        for (uint32_t i = 0; i + 1 < n; i++) {
            weights[i] = (WEIGHT_ONE / n / 4) * (1 + i % 4);
            weights[n - 1] -= weights[i];
        }
        for (uint32_t flip = 0; flip < 100000; flip++)
            count[coin_draw(&session, flip, &six, weights, n)]++;
        for (uint32_t i = 0; i < n; i++) {
            const double mean = 100000.0 * weights[i] / WEIGHT_ONE;
            sum += (count[i] - mean) * (count[i] - mean) / mean;
        }
        ck_assert_double_lt(sum, cases[k].bound);
    }
}
END_TEST

START_TEST(session_flip_and_beacon_all_decide_the_draw)
{
    const uint32_t even[2] = {WEIGHT_ONE / 2, WEIGHT_ONE / 2};
    const struct digest other = {{9}};
    uint32_t differs[3] = {0};
    for (uint32_t flip = 0; flip < 4000; flip++) {
        const uint16_t a = coin_draw(&session, flip, &six, even, 2);
        differs[0] += a != coin_draw(&session, flip, &other, even, 2);
        differs[1] += a != coin_draw(&other, flip, &six, even, 2);
        differs[2] += a != coin_draw(&session, flip + 4000, &six, even, 2);
    }
    for (int k = 0; k < 3; k++) { /* mean 2000, standard deviation 32 */
        ck_assert_uint_gt(differs[k], 1830);
        ck_assert_uint_lt(differs[k], 2170);
    }
}
END_TEST

START_TEST(a_weight_of_one_always_comes_and_a_weight_of_zero_never)
{
    for (uint8_t sure = 0; sure < 5; sure++) {
        uint32_t weights[5] = {0};
        weights[sure] = WEIGHT_ONE;
        for (uint32_t flip = 0; flip < 2000; flip++)
            ck_assert_uint_eq(coin_action(&session, flip, 1, &five, &six, weights, 5),
                              sure);
    }
}
END_TEST

START_TEST(a_weight_of_one_in_a_billion_counts_at_either_end)
{
    const uint32_t first[2] = {1, WEIGHT_ONE - 1}, last[2] = {WEIGHT_ONE - 1, 1};
    for (uint32_t flip = 0; flip < 2000; flip++) {
        ck_assert_uint_eq(coin_action(&session, flip, 1, &five, &six, first, 2), 1);
        ck_assert_uint_eq(coin_action(&session, flip, 1, &five, &six, last, 2), 0);
    }
}
END_TEST

/* Each of what is hashed flips the coin about half of the time. */
START_TEST(half_beacon_seat_flip_and_session_all_decide_the_coin)
{
    const uint32_t even[2] = {WEIGHT_ONE / 2, WEIGHT_ONE / 2};
    const struct coin_half other_half = {{5, 9}};
    const struct digest other = {{9}};
    uint32_t differs[4] = {0};
    for (uint32_t flip = 0; flip < 4000; flip++) {
        const uint8_t a = coin_action(&session, flip, 0, &five, &six, even, 2);
        differs[0] += a != coin_action(&session, flip, 0, &other_half, &six, even, 2);
        differs[1] += a != coin_action(&session, flip, 0, &five, &other, even, 2);
        differs[2] += a != coin_action(&session, flip, 1, &five, &six, even, 2);
        differs[3] += a != coin_action(&other, flip, 0, &five, &six, even, 2);
    }
    for (int k = 0; k < 4; k++) { /* mean 2000, standard deviation 32 */
        ck_assert_uint_gt(differs[k], 1830);
        ck_assert_uint_lt(differs[k], 2170);
    }
}
END_TEST

UNIT_MAIN("coin", the_hashes_are_those_of_the_specification,
          a_coin_commitment_fits_one_seat_one_flip_one_session_and_one_half,
          a_beacon_holds_everybodys_half_in_order_and_all_beacons_before,
          an_action_commitment_fits_one_seat_one_stage_one_action_and_one_nonce,
          actions_come_as_often_as_their_weights_say,
          public_draws_come_as_often_as_their_weights_say,
          session_flip_and_beacon_all_decide_the_draw,
          a_weight_of_one_always_comes_and_a_weight_of_zero_never,
          a_weight_of_one_in_a_billion_counts_at_either_end,
          half_beacon_seat_flip_and_session_all_decide_the_coin)
