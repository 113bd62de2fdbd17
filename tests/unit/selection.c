/* SPDX-License-Identifier: MIT */
/* Choosing by reports: what a truthful report says, what the rules choose (computed
 * once more, by other means), and what holds whatever the others report. */
#include "sampling/selection.h"

#include <string.h>

#include "sampling/candidates.h"
#include "tests/unit/unit.h"

enum { MOST = 24, ROUNDS = 2000 };
static const struct shape square = {2, {2, 2}};
static const enum selection rules[] = {SELECTION_NASH, SELECTION_EGALITARIAN};

/* Tables of n candidates on the table, all proposed by player 0; their indices are not
 * their places, since every third was refused. */
static struct candidates *table_of(uint32_t n)
{
    struct candidates *t = candidates_new(&square, 2, 2 * n + 2);
    uint32_t accepted = 0;
    for (uint32_t k = 0; accepted < n; k++) {
        struct candidate c = {{k, WEIGHT_ONE - k, k, WEIGHT_ONE - k}};
        bool fresh;
        const uint32_t index = candidates_add(t, &fresh, &c, 0);
        if (k % 3 == 2)
            continue;
        candidates_accept(t, index);
        accepted++;
    }
    return t;
}

/* What is left, as a mask of places, and how many were as good as the drawn one. */
static uint32_t narrow(enum selection rule, const uint32_t *gain, uint8_t n_players,
                       uint32_t n, uint32_t drawn, uint32_t *as_good)
{
    struct candidates *t = table_of(n);
    uint32_t index[MOST] = {0}, left = 0;
    for (uint32_t k = 0; k < n; k++)
        index[k] = candidates_survivor(t, k);
    *as_good = selection_narrow(t, rule, gain, n_players, index[drawn]);
    for (uint32_t k = 0; k < n; k++)
        if (candidates_survives(t, index[k]))
            left |= UINT32_C(1) << k;
    candidates_free(t);
    return left;
}

/* ---- the rules once more ---- */

__extension__ typedef unsigned __int128 wide;

/* Positive where a is the better one; at most four players, whose product fits. */
static int nash_order(const uint32_t *a, const uint32_t *b, uint8_t n_players)
{
    int more = 0;
    wide x = 1, y = 1;
    for (uint8_t i = 0; i < n_players; i++) {
        more += (a[i] > 0) - (b[i] > 0);
        x *= a[i] > 0 ? a[i] : 1;
        y *= b[i] > 0 ? b[i] : 1;
    }
    return more != 0 ? more : (x > y) - (x < y);
}

static int by_size(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static int egalitarian_order(const uint32_t *a, const uint32_t *b, uint8_t n_players)
{
    uint32_t x[PLAYERS_MAX], y[PLAYERS_MAX];
    memcpy(x, a, n_players * sizeof *x);
    memcpy(y, b, n_players * sizeof *y);
    qsort(x, n_players, sizeof *x, by_size);
    qsort(y, n_players, sizeof *y, by_size);
    for (uint8_t i = 0; i < n_players; i++)
        if (x[i] != y[i])
            return x[i] > y[i] ? 1 : -1;
    return 0;
}

static void column(uint32_t *out, const uint32_t *gain, uint8_t n_players, uint32_t n,
                   uint32_t k)
{
    for (uint8_t i = 0; i < n_players; i++)
        out[i] = gain[i * n + k];
}

static uint32_t again(enum selection rule, const uint32_t *gain, uint8_t n_players,
                      uint32_t n, uint32_t drawn, uint32_t *as_good)
{
    uint32_t a[PLAYERS_MAX], b[PLAYERS_MAX], fit = 0, best = 0;
    *as_good = 0;
    column(b, gain, n_players, n, drawn);
    for (uint32_t k = 0; k < n; k++) {
        bool worse = false;
        column(a, gain, n_players, n, k);
        for (uint8_t i = 0; i < n_players; i++)
            worse = worse || a[i] < b[i];
        fit |= worse ? 0 : UINT32_C(1) << k;
        *as_good += !worse;
    }
    for (uint32_t k = 0; k < n; k++) {
        bool beaten = (fit >> k & 1) == 0;
        column(a, gain, n_players, n, k);
        for (uint32_t l = 0; l < n && !beaten; l++) {
            column(b, gain, n_players, n, l);
            beaten = (fit >> l & 1) != 0 &&
                     (rule == SELECTION_NASH ? nash_order(b, a, n_players)
                                             : egalitarian_order(b, a, n_players)) > 0;
        }
        best |= beaten ? 0 : UINT32_C(1) << k;
    }
    return best;
}

/* ---- random minds ---- */

/* Few values, so that there are many ties; sometimes nothing gains anything, or
 * everything the same. */
static void random_payoffs(double *u, uint32_t n, struct prng *p)
{
    const uint64_t values = 1 + prng_below(p, 6);
    for (uint32_t k = 0; k < n; k++)
        u[k] = 0.1 * (double)prng_below(p, values);
}

/* Anything that is a report. */
static void random_report(uint32_t *gain, uint32_t n, struct prng *p)
{
    const uint64_t most = prng_below(p, 3) == 0 ? 4 : GAIN_ONE;
    for (uint32_t k = 0; k < n; k++)
        gain[k] = (uint32_t)prng_below(p, most);
    if (prng_below(p, 8) == 0)
        memset(gain, 0, n * sizeof *gain);
    else
        gain[prng_below(p, n)] = GAIN_ONE;
    ck_assert(selection_report_valid(gain, n));
}

struct room {
    uint8_t n_players;
    uint32_t n, drawn, honest; /* honest: mask */
    double payoff[4][MOST];
    uint32_t gain[4 * MOST];
};

static void random_room(struct room *r, struct prng *p)
{
    r->n_players = (uint8_t)(2 + prng_below(p, 3));
    r->n = 2 + (uint32_t)prng_below(p, MOST - 1);
    r->drawn = (uint32_t)prng_below(p, r->n);
    r->honest = (uint32_t)prng_below(p, UINT32_C(1) << r->n_players);
    for (uint8_t i = 0; i < r->n_players; i++) {
        random_payoffs(r->payoff[i], r->n, p);
        if (r->honest >> i & 1)
            selection_report(r->gain + i * r->n, r->payoff[i], r->n, 0, 1e-9);
        else
            random_report(r->gain + i * r->n, r->n, p);
    }
}

/* ---- reports ---- */

START_TEST(a_report_is_shares_of_the_own_best_gain)
{
    static const double u[] = {-3, 1, 0.5, 5, 3};
    uint32_t gain[5];
    selection_report(gain, u, 5, 1, 1e-8);
    static const uint32_t expected[] = {0, 0, 0, GAIN_ONE, GAIN_ONE / 2};
    ck_assert_mem_eq(gain, expected, sizeof gain);
    ck_assert(selection_report_valid(gain, 5));
    double moved[5]; /* other units, another zero */
    for (int k = 0; k < 5; k++)
        moved[k] = 7 + 1000 * u[k];
    selection_report(gain, moved, 5, 1007, 1e-5);
    ck_assert_mem_eq(gain, expected, sizeof gain);
}
END_TEST

START_TEST(who_gains_nothing_reports_nothing_and_who_gains_alike_reports_wholes)
{
    static const double nothing[] = {1, 1 + 1e-12, 0.5}, alike[] = {2, 2 - 1e-12, 2};
    uint32_t gain[3];
    selection_report(gain, nothing, 3, 1, 1e-9);
    ck_assert(gain[0] == 0 && gain[1] == 0 && gain[2] == 0);
    ck_assert(selection_report_valid(gain, 3));
    selection_report(gain, alike, 3, 1, 1e-9);
    ck_assert(gain[0] == GAIN_ONE && gain[1] == GAIN_ONE && gain[2] == GAIN_ONE);
    selection_report(gain, alike, 3, 2, 0); /* to whom all is the same has no unit */
    ck_assert(gain[0] == 0 && gain[1] == 0 && gain[2] == 0);
    gain[1] = 1;
    ck_assert(!selection_report_valid(gain, 3));
    gain[2] = GAIN_ONE;
    ck_assert(selection_report_valid(gain, 3));
    gain[2] = GAIN_ONE - 1;
    ck_assert(!selection_report_valid(gain, 3));
}
END_TEST

START_TEST(what_differs_by_more_than_rounding_is_told_apart)
{
    struct prng p = {11};
    for (int round = 0; round < ROUNDS; round++) {
        const double range = 1 + 100 * prng_share(&p), unit = 1e-9 * range;
        double u[MOST];
        uint32_t gain[MOST];
        for (int k = 0; k < MOST; k++) /* some next to each other */
            u[k] = k % 2 == 1 ? u[k - 1] + unit * (3 * prng_share(&p) - 1.5)
                              : range * prng_share(&p);
        selection_report(gain, u, MOST, 0, unit);
        for (int k = 0; k < MOST; k++)
            for (int l = 0; l < MOST; l++)
                if ((u[k] >= u[l] + 1.001 * unit && gain[k] <= gain[l]) ||
                    (u[k] >= u[l] && gain[k] < gain[l]))
                    ck_abort_msg("%.17g reads %u, %.17g %u", u[k], gain[k], u[l],
                                 gain[l]);
    }
}
END_TEST

/* ---- rules ---- */

START_TEST(the_rules_choose_what_they_say)
{
    enum { Q = GAIN_ONE / 4 };
    /* Even but low; uneven but more; nothing for one of them; nothing for both. */
    const uint32_t gain[] = {2 * Q, 4 * Q,     0,     0, /* */
                             2 * Q, Q + Q / 2, 4 * Q, 0};
    uint32_t as_good;
    ck_assert_uint_eq(narrow(SELECTION_NASH, gain, 2, 4, 3, &as_good), 1u << 1);
    ck_assert_uint_eq(as_good, 4);
    ck_assert_uint_eq(narrow(SELECTION_EGALITARIAN, gain, 2, 4, 3, &as_good), 1u << 0);
    ck_assert_uint_eq(as_good, 4);
    for (uint32_t drawn = 0; drawn < 3; drawn++) { /* which nothing improves on */
        ck_assert_uint_eq(narrow(SELECTION_NASH, gain, 2, 4, drawn, &as_good),
                          1u << drawn);
        ck_assert_uint_eq(as_good, 1);
    }
}
END_TEST

START_TEST(the_rules_choose_what_they_choose_by_other_means)
{
    struct prng p = {12};
    uint32_t several = 0, moved = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct room r;
        random_room(&r, &p);
        for (int k = 0; k < 2; k++) {
            uint32_t as_good, expected;
            const uint32_t left =
                narrow(rules[k], r.gain, r.n_players, r.n, r.drawn, &as_good);
            ck_assert_uint_eq(
                left, again(rules[k], r.gain, r.n_players, r.n, r.drawn, &expected));
            ck_assert_uint_eq(as_good, expected);
            several += (left & (left - 1)) != 0;
            moved += (left >> r.drawn & 1) == 0;
        }
    }
    ck_assert_uint_gt(several, 100);
    ck_assert_uint_gt(moved, 100);
}
END_TEST

/* Thirty-two factors, the whole of which no machine word holds: the last unit of one of
 * them decides. */
START_TEST(products_of_many_gains_are_exact)
{
    uint32_t gain[PLAYERS_MAX * 3], as_good;
    for (uint32_t i = 0; i < PLAYERS_MAX; i++) {
        gain[3 * i] = 1; /* the drawn one */
        gain[3 * i + 1] = GAIN_ONE - (i == 5 ? 2 : 1);
        gain[3 * i + 2] = GAIN_ONE - (i == 9 ? 3 : 1);
    }
    ck_assert_uint_eq(narrow(SELECTION_NASH, gain, PLAYERS_MAX, 3, 0, &as_good), 2);
    gain[3 * 5 + 1] -= 1; /* now equal factors in another order */
    ck_assert_uint_eq(narrow(SELECTION_NASH, gain, PLAYERS_MAX, 3, 0, &as_good), 6);
    ck_assert_uint_eq(as_good, 3);
}
END_TEST

START_TEST(who_gains_nothing_anywhere_has_no_say)
{
    struct prng p = {13};
    for (int round = 0; round < ROUNDS; round++) {
        struct room r;
        random_room(&r, &p);
        if (r.n_players == 4)
            continue;
        for (int k = 0; k < 2; k++) {
            uint32_t as_good, with;
            const uint32_t left =
                narrow(rules[k], r.gain, r.n_players, r.n, r.drawn, &as_good);
            memset(r.gain + r.n_players * r.n, 0, r.n * sizeof *r.gain);
            ck_assert_uint_eq(narrow(rules[k], r.gain, (uint8_t)(r.n_players + 1), r.n,
                                     r.drawn, &with),
                              left);
            ck_assert_uint_eq(with, as_good);
        }
    }
}
END_TEST

/* ---- what holds whatever others report ---- */

START_TEST(who_tells_the_truth_gets_at_least_what_was_drawn)
{
    struct prng p = {14};
    for (int round = 0; round < ROUNDS; round++) {
        struct room r;
        random_room(&r, &p);
        for (int rule = 0; rule < 2; rule++) {
            uint32_t as_good;
            const uint32_t left =
                narrow(rules[rule], r.gain, r.n_players, r.n, r.drawn, &as_good);
            ck_assert_uint_ne(left, 0);
            for (uint8_t i = 0; i < r.n_players; i++)
                for (uint32_t k = 0; k < r.n; k++)
                    if ((left >> k & 1) != 0 && (r.honest >> i & 1) != 0 &&
                        r.payoff[i][k] < r.payoff[i][r.drawn] - 2e-9)
                        ck_abort_msg("player %u has less than was drawn", i + 1u);
        }
    }
}
END_TEST

static bool dominates(const struct room *r, uint32_t a, uint32_t b)
{
    bool better = false;
    for (uint8_t i = 0; i < r->n_players; i++) {
        if (r->payoff[i][a] < r->payoff[i][b] - 1e-9)
            return false;
        better = better || r->payoff[i][a] > r->payoff[i][b] + 1e-9;
    }
    return better;
}

START_TEST(of_true_reports_comes_what_nothing_dominates)
{
    struct prng p = {15};
    for (int round = 0; round < ROUNDS; round++) {
        struct room r;
        random_room(&r, &p);
        for (uint8_t i = 0; i < r.n_players; i++)
            selection_report(r.gain + i * r.n, r.payoff[i], r.n, 0, 1e-9);
        for (int rule = 0; rule < 2; rule++) {
            uint32_t as_good;
            const uint32_t left =
                narrow(rules[rule], r.gain, r.n_players, r.n, r.drawn, &as_good);
            for (uint32_t k = 0; k < r.n; k++)
                for (uint32_t l = 0; l < r.n; l++)
                    if ((left >> k & 1) != 0 && dominates(&r, l, k))
                        ck_abort_msg("%u is left, which %u dominates", k, l);
        }
    }
}
END_TEST

START_TEST(selections_have_the_names_of_the_field)
{
    ck_assert_str_eq(selection_name(SELECTION_LOTTERY), "lottery");
    ck_assert_str_eq(selection_name(SELECTION_NASH), "nash-bargaining");
    ck_assert_str_eq(selection_name(SELECTION_EGALITARIAN), "egalitarian");
}
END_TEST

UNIT_MAIN("selection", a_report_is_shares_of_the_own_best_gain,
          who_gains_nothing_reports_nothing_and_who_gains_alike_reports_wholes,
          what_differs_by_more_than_rounding_is_told_apart,
          the_rules_choose_what_they_say,
          the_rules_choose_what_they_choose_by_other_means,
          products_of_many_gains_are_exact, who_gains_nothing_anywhere_has_no_say,
          who_tells_the_truth_gets_at_least_what_was_drawn,
          of_true_reports_comes_what_nothing_dominates,
          selections_have_the_names_of_the_field)
