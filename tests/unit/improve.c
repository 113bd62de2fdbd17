/* SPDX-License-Identifier: MIT */
/* What would pay everybody more: what is found is kept by all and pays what is said,
 * and a lattice of everything finds nothing better. */
#include "sampling/improve.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/secure.h"
#include "tests/unit/unit.h"

static const double even[2] = {1, 1}, nothing[2] = {0};

struct setup {
    struct payoffs *payoffs[2];
    struct prospects prospects;
    struct improve_options o;
    struct improver *improver;
};

/* value: of the four profiles of two players with two actions, relative to the threat.
 */
static struct setup setup_new(double (*value)[4], enum concept concept,
                              enum incentive incentive, double discount)
{
    struct setup s = {.o = {.shape = {2, {2, 2}},
                            .concept = concept,
                            .incentive = incentive,
                            .enforcement = {discount, 0}}};
    for (uint8_t i = 0; i < 2; i++) {
        s.payoffs[i] = payoffs_new(&s.o.shape, i, value[i]);
        for (int a = 0; a < 4; a++) {
            s.prospects.value[i][a] = value[i][a];
            s.prospects.scale[i] = fmax(s.prospects.scale[i], fabs(value[i][a]));
        }
    }
    s.improver = improver_new(&s.o);
    return s;
}

static void setup_free(struct setup *s)
{
    for (uint8_t i = 0; i < 2; i++)
        payoffs_free(s->payoffs[i]);
    improver_free(s->improver);
}

/* By how much a candidate raises both payoffs at once, in proportion; -INFINITY if it
 * is not kept. */
static double raises_by(const struct setup *s, const struct profile *x,
                        const double *base, const double *direction)
{
    double least = INFINITY;
    for (uint8_t i = 0; i < 2; i++) {
        struct incentive_view v;
        if (s->o.concept == CONCEPT_NASH)
            incentive_view_profile(&v, s->payoffs[i], x, 0);
        else
            incentive_view_distribution(&v, s->payoffs[i], x->share, s->o.concept, 0);
        if (!incentive_holds(&v, s->o.concept, s->o.incentive, &s->o.enforcement, 1e-9))
            return -INFINITY;
        least =
            fmin(least, (v.payoff - base[i]) / s->prospects.scale[i] / direction[i]);
    }
    return least;
}

static double raises(const struct setup *s, const struct profile *x, const double *base)
{
    return raises_by(s, x, base, even);
}

static double raises_to(const struct setup *s, const struct profile *x,
                        const double *direction)
{
    return raises_by(s, x, nothing, direction);
}

static double lattice_best(const struct setup *s, const double *base, int steps)
{
    double best = -INFINITY;
    struct profile x;
    if (s->o.concept == CONCEPT_NASH) {
        for (int a = 0; a <= steps; a++)
            for (int b = 0; b <= steps; b++) {
                x = (struct profile){{(double)a / steps, 1 - (double)a / steps,
                                      (double)b / steps, 1 - (double)b / steps}};
                best = fmax(best, raises(s, &x, base));
            }
        return best;
    }
    for (int a = 0; a <= steps; a++)
        for (int b = 0; a + b <= steps; b++)
            for (int c = 0; a + b + c <= steps; c++) {
                x = (struct profile){{(double)a / steps, (double)b / steps,
                                      (double)c / steps,
                                      (double)(steps - a - b - c) / steps}};
                best = fmax(best, raises(s, &x, base));
            }
    return best;
}

/* The sum counts a little, too, so a common raise may be that much smaller. */
START_TEST(a_lattice_of_everything_finds_nothing_better)
{
    static const double discounts[] = {0.3, 0.5, 0.9};
    int found = 0, worse = 0;
    for (int k = 0; k < 180; k++) {
        struct prng p = {(uint64_t)k};
        const enum concept concept = (enum concept)(k % 3);
        const enum incentive incentive =
            k % 2 == 0 ? INCENTIVE_INTERIM : INCENTIVE_EX_ANTE;
        double value[2][4];
        for (int i = 0; i < 2; i++)
            for (int a = 0; a < 4; a++)
                value[i][a] = (double)prng_below(&p, 100) - 45;
        struct setup s = setup_new(value, concept, incentive, discounts[k / 3 % 3]);
        struct profile x, start = {{0.5, 0.5, 0.5, 0.5}};
        double raise = -INFINITY;
        for (int pure = -1; pure < 4; pure++) {
            if (pure >= 0) {
                const int one = pure % 2, two = pure / 2;
                start = (struct profile){{one, 1 - one, two, 1 - two}};
            }
            if (improve(s.improver, &s.prospects, nothing, even, &start, &x) <= 0)
                continue;
            const double now = raises(&s, &x, nothing);
            ck_assert_msg(now >= -1e-6, "game %d: what is found is not kept", k);
            raise = fmax(raise, now);
        }
        const double best =
            lattice_best(&s, nothing, concept == CONCEPT_NASH ? 60 : 20);
        found += raise > 0.01;
        worse += best > 0.001 && raise < best - 0.05;
        setup_free(&s);
    }
    ck_assert_int_ge(found, 60);
    ck_assert_msg(worse <= 3, "%d are worse", worse);
}
END_TEST

/* Battle of the sexes, over the mixed equilibrium's 2/3: half and half pays 3/2. */
START_TEST(a_coin_between_two_equilibria_is_found)
{
    double value[2][4] = {{4.0 / 3, -2.0 / 3, -2.0 / 3, 1.0 / 3},
                          {1.0 / 3, -2.0 / 3, -2.0 / 3, 4.0 / 3}};
    struct setup s = setup_new(value, CONCEPT_PUBLIC, INCENTIVE_INTERIM, 0.1);
    struct profile x;
    ck_assert_double_gt(improve(s.improver, &s.prospects, nothing, even, NULL, &x), 0);
    ck_assert_double_eq_tol(x.share[0], 0.5, 1e-6);
    ck_assert_double_eq_tol(x.share[3], 0.5, 1e-6);
    /* In another proportion, and from what cannot be improved. */
    ck_assert_double_gt(
        improve(s.improver, &s.prospects, nothing, (const double[2]){9, 1}, NULL, &x),
        0);
    ck_assert_double_gt(x.share[0], 0.9);
    const double there[2] = {5.0 / 6, 5.0 / 6};
    ck_assert_double_eq_tol(improve(s.improver, &s.prospects, there, even, NULL, &x), 0,
                            1e-12);
    setup_free(&s);
}
END_TEST

/* Aumann's chicken at 0.3, over 14/3: docs/correlated.md has one that pays 87/16. */
START_TEST(advice_is_found_where_nothing_else_is_kept)
{
    double value[2][4];
    static const double one[4] = {6, 7, 2, 0}, two[4] = {6, 2, 7, 0};
    for (int a = 0; a < 4; a++) {
        value[0][a] = one[a] - 14.0 / 3;
        value[1][a] = two[a] - 14.0 / 3;
    }
    struct setup s = setup_new(value, CONCEPT_PRIVATE, INCENTIVE_INTERIM, 0.3);
    struct profile x;
    ck_assert_double_gt(improve(s.improver, &s.prospects, nothing, even, NULL, &x), 0);
    ck_assert_double_ge(raises(&s, &x, nothing),
                        (87.0 / 16 - 14.0 / 3) / s.prospects.scale[0] - 1e-9);
    setup_free(&s);
    s = setup_new(value, CONCEPT_PUBLIC, INCENTIVE_INTERIM, 0.3);
    ck_assert_double_eq_tol(improve(s.improver, &s.prospects, nothing, even, NULL, &x),
                            0, 1e-12);
    setup_free(&s);
}
END_TEST

/* The paper's chicken at 0.9, above the mixed equilibrium's -1/10. A lattice says what
 * is the best; taking turns stops far below it, and a move of both at once does not, in
 * whatever proportion more is wanted. */
START_TEST(both_at_once_leave_what_neither_leaves_alone)
{
    double value[2][4] = {{-9.9, -0.9, 1.1, 0.1}, {-9.9, 1.1, -0.9, 0.1}};
    static const double directions[][2] = {{1, 1}, {1, 3}, {3, 1}, {1, 1.5}};
    for (int ex_ante = 0; ex_ante < 2; ex_ante++) {
        struct setup s = setup_new(
            value, CONCEPT_NASH, ex_ante ? INCENTIVE_EX_ANTE : INCENTIVE_INTERIM, 0.9);
        for (int k = 0; k < 4; k++) {
            struct profile x, y = {{0.1, 0.9, 0.1, 0.9}};
            double best = 0;
            const double alone =
                improve(s.improver, &s.prospects, nothing, directions[k], &y, &x);
            const double by = improve_together(s.improver, &s.prospects, nothing,
                                               directions[k], 0, &y);
            for (int a = 0; a <= 400; a++) /* whoever dares more loses */
                for (int b = 0; b <= 400; b++) {
                    const double one = a / 4000.0, two = b / 4000.0;
                    x = (struct profile){{one, 1 - one, two, 1 - two}};
                    best = fmax(best, raises_to(&s, &x, directions[k]));
                }
            ck_assert_double_gt(best, 0.004);
            ck_assert_double_lt(alone, best / 2);
            ck_assert_double_ge(raises_to(&s, &y, directions[k]), 0.99 * best);
            ck_assert_double_ge(by, 0.99 * best); /* the sum counts, too */
            ck_assert_double_le(by, 1.2 * best);
        }
        setup_free(&s);
    }
}
END_TEST

/* What it returns is kept by all, raises nobody less than it says, and is never less
 * than what it was given. */
START_TEST(all_at_once_never_lose_anything)
{
    int better = 0;
    for (uint64_t seed = 0; seed < 120; seed++) {
        struct prng p = {seed};
        double value[2][4];
        for (int i = 0; i < 2; i++)
            for (int a = 0; a < 4; a++)
                value[i][a] = (double)prng_below(&p, 100) - 45;
        struct setup s = setup_new(value, CONCEPT_NASH,
                                   seed % 2 ? INCENTIVE_EX_ANTE : INCENTIVE_INTERIM,
                                   0.3 + 0.2 * (double)(seed % 4));
        struct profile x, start = {{0.5, 0.5, 0.5, 0.5}};
        const double alone =
            improve(s.improver, &s.prospects, nothing, even, &start, &x);
        const struct profile before = x;
        const double both =
            improve_together(s.improver, &s.prospects, nothing, even, alone, &x);
        ck_assert_double_ge(both, alone);
        if (both > alone) {
            ck_assert_double_ge(raises(&s, &x, nothing), 0);
            better += raises(&s, &x, nothing) > raises(&s, &before, nothing) + 0.01;
        } else {
            ck_assert_mem_eq(x.share, before.share, 4 * sizeof *x.share);
        }
        setup_free(&s);
    }
    ck_assert_int_ge(better, 3);
}
END_TEST

UNIT_MAIN("improve", a_lattice_of_everything_finds_nothing_better,
          a_coin_between_two_equilibria_is_found,
          advice_is_found_where_nothing_else_is_kept,
          both_at_once_leave_what_neither_leaves_alone, all_at_once_never_lose_anything)
