/* SPDX-License-Identifier: MIT */
/* SOO on a simplex: its cells are a partition whatever it is told, in many dimensions,
 * too; corners come first and no cell stays large; the order of telling is free; and
 * what mixes few corners is found. */
#include "sampling/simplex.h"

#include <math.h>
#include <string.h>

#include "base/secure.h"
#include "tests/unit/unit.h"

enum { ASKED_MAX = 3000, N_MAX = 32 };

static double shares[ASKED_MAX][SIMPLEX_CORNERS_MAX];

/* ---- a partition ---- */

/* The absolute determinant of the corners' shares: the part of the whole simplex that a
 * cell fills. Halves of halves are exact. */
static double volume_of(const struct simplex *s, const struct simplex_cell *c)
{
    static double m[N_MAX][SIMPLEX_CORNERS_MAX];
    const uint16_t n = c->n_corners;
    double volume = 1;
    for (uint16_t k = 0; k < n; k++)
        simplex_point(s, c->corner[k], m[k]);
    for (uint16_t k = 0; k < n; k++) {
        uint16_t pivot = k;
        for (uint16_t row = k; row < n; row++)
            if (fabs(m[row][k]) > fabs(m[pivot][k]))
                pivot = row;
        for (uint16_t column = 0; column < n; column++) {
            const double kept = m[k][column];
            m[k][column] = m[pivot][column];
            m[pivot][column] = kept;
        }
        volume *= fabs(m[k][k]);
        for (uint16_t row = (uint16_t)(k + 1); row < n && m[k][k] != 0; row++) {
            const double factor = m[row][k] / m[k][k];
            for (uint16_t column = k; column < n; column++)
                m[row][column] -= factor * m[k][column];
        }
    }
    return volume;
}

/* True if the point, as a mixture of the cell's corners, has no negative share. Solved
 * by elimination on the corners' coordinates. */
static bool inside(const struct simplex *s, const struct simplex_cell *c,
                   const double *point)
{
    static double m[N_MAX][N_MAX + 1];
    const uint16_t n = c->n_corners;
    double corner[SIMPLEX_CORNERS_MAX];
    for (uint16_t k = 0; k < n; k++) {
        simplex_point(s, c->corner[k], corner);
        for (uint16_t row = 0; row < n; row++)
            m[row][k] = corner[row];
        m[k][n] = point[k];
    }
    for (uint16_t k = 0; k < n; k++) {
        uint16_t pivot = k;
        for (uint16_t row = k; row < n; row++)
            if (fabs(m[row][k]) > fabs(m[pivot][k]))
                pivot = row;
        for (uint16_t column = 0; column <= n; column++) {
            const double kept = m[k][column];
            m[k][column] = m[pivot][column];
            m[pivot][column] = kept;
        }
        for (uint16_t row = 0; row < n; row++) {
            const double factor = row == k ? 0 : m[row][k] / m[k][k];
            for (uint16_t column = 0; column <= n; column++)
                m[row][column] -= factor * m[k][column];
        }
    }
    for (uint16_t k = 0; k < n; k++)
        if (m[k][n] / m[k][k] < 0)
            return false;
    return true;
}

/* The leaves fill all, and a point drawn uniformly lies in one of them (on a border,
 * where it would lie in two, it never is). */
static void assert_partition(const struct simplex *s, uint16_t n, struct prng *p)
{
    double volume = 0, point[N_MAX], sum = 0;
    int inside_of = 0;
    for (uint16_t k = 0; k < n; k++)
        sum += point[k] = -log(prng_share(p) + 0x1p-54);
    for (uint16_t k = 0; k < n; k++)
        point[k] /= sum;
    for (uint32_t i = 0; i < simplex_cells(s); i++) {
        struct simplex_cell c;
        simplex_cell(s, i, &c);
        if (!c.leaf)
            continue;
        ck_assert_uint_eq(c.n_corners, n);
        volume += volume_of(s, &c);
        inside_of += inside(s, &c, point);
    }
    ck_assert_double_eq_tol(volume, 1, 1e-12);
    ck_assert_int_eq(inside_of, 1);
}

START_TEST(the_leaves_partition_the_simplex_after_every_step)
{
    struct prng p = {11};
    static const uint16_t corners[] = {2, 3, 4, 5, 9, 27, 32};
    for (int run = 0; run < 7; run++) {
        const uint16_t n = corners[run];
        const uint32_t evaluations = n + (n > 9 ? 25u : 60u);
        struct simplex *s = simplex_new(n, evaluations, n, (uint16_t)run);
        uint32_t id;
        assert_partition(s, n, &p);
        while (simplex_ask(s, shares[0], &id)) {
            simplex_tell(s, id, prng_share(&p));
            if (id >= n)
                assert_partition(s, n, &p);
        }
        ck_assert(simplex_exhausted(s));
        ck_assert_uint_ge(simplex_cells(s), 1 + 2 * (evaluations - n));
        simplex_free(s);
    }
}
END_TEST

static double diameter_of(const struct simplex *s, const struct simplex_cell *c)
{
    double corner[SIMPLEX_CORNERS_MAX][8], widest = 0;
    for (uint16_t k = 0; k < c->n_corners; k++)
        simplex_point(s, c->corner[k], corner[k]);
    for (uint16_t k = 0; k < c->n_corners; k++)
        for (uint16_t j = 0; j < k; j++) {
            double sum = 0;
            for (uint16_t d = 0; d < c->n_corners; d++)
                sum += pow(corner[k][d] - corner[j][d], 2);
            widest = fmax(widest, sqrt(sum));
        }
    return widest;
}

/* Whatever the values are that decide between edges. */
START_TEST(no_leaf_stays_large)
{
    struct prng p = {12};
    static const struct {
        uint16_t n;
        uint16_t depth;
        double widest;
    } cases[] = {{2, 20, 1e-3}, {3, 30, 0.05}, {4, 40, 0.25}};
    for (int i = 0; i < 3; i++) {
        for (int run = 0; run < 5; run++) {
            struct simplex *s = simplex_new(cases[i].n, ASKED_MAX, cases[i].n, 0);
            uint32_t id, deep = 0;
            while (simplex_ask(s, shares[0], &id))
                simplex_tell(s, id, prng_share(&p));
            for (uint32_t k = 0; k < simplex_cells(s); k++) {
                struct simplex_cell c;
                simplex_cell(s, k, &c);
                if (c.depth < cases[i].depth)
                    continue;
                deep++;
                if (diameter_of(s, &c) > cases[i].widest)
                    ck_abort_msg("%d corners, depth %d: %g", cases[i].n, c.depth,
                                 diameter_of(s, &c));
            }
            ck_assert_uint_gt(deep, 10);
            simplex_free(s);
        }
    }
}
END_TEST

/* ---- asking and telling ---- */

START_TEST(corners_come_first_then_what_two_of_them_mix)
{
    enum { N = 27 };
    struct simplex *s = simplex_new(N, 200, N, 5);
    uint32_t id;
    for (uint32_t k = 0; k < N; k++) {
        ck_assert(simplex_ask(s, shares[0], &id));
        ck_assert_uint_eq(id, (5 + k) % N);
        ck_assert_double_eq(shares[0][id], 1);
    }
    ck_assert(!simplex_ask(s, shares[0], &id));
    for (uint32_t k = 0; k < N; k++)
        simplex_tell(s, k, k == 4 ? 9 : k == 20 ? 8 : -(double)k);
    ck_assert(simplex_ask(s, shares[0], &id));
    ck_assert_double_eq(shares[0][4], 0.5);
    ck_assert_double_eq(shares[0][20], 0.5);
    simplex_free(s);
}
END_TEST

/* Of 256 corners 50 are opened; the others are mixed only when nothing else is left. */
START_TEST(corners_that_were_not_opened_are_the_last_to_be_mixed)
{
    struct prng p = {13};
    struct simplex *s = simplex_new(256, 100, 50, 230);
    uint32_t id;
    for (uint32_t asked = 0; simplex_ask(s, shares[0], &id); asked++) {
        for (uint32_t k = 0; k < 256; k++)
            if (shares[0][k] > 0)
                ck_assert_uint_lt((k + 256 - 230) % 256, 50);
        ck_assert_uint_lt(asked, 100);
        simplex_tell(s, id, prng_share(&p));
    }
    ck_assert(simplex_exhausted(s));
    simplex_free(s);
}
END_TEST

/* A value for a point that depends on nothing else. */
static double value_of(const double *share, uint16_t n)
{
    double sum = 0;
    for (uint16_t k = 0; k < n; k++)
        sum += share[k] * sin(3.0 * k + 1) - share[k] * share[k];
    return sum;
}

static bool same_trees(const struct simplex *a, const struct simplex *b)
{
    static struct simplex_cell one, two;
    if (simplex_cells(a) != simplex_cells(b))
        return false;
    for (uint32_t k = 0; k < simplex_cells(a); k++) {
        simplex_cell(a, k, &one);
        simplex_cell(b, k, &two);
        if (one.leaf != two.leaf || one.value != two.value ||
            memcmp(one.corner, two.corner, one.n_corners * sizeof one.corner[0]) != 0)
            return false;
    }
    return true;
}

START_TEST(the_order_of_telling_changes_nothing)
{
    struct prng p = {14};
    for (int run = 0; run < 20; run++) {
        const uint16_t n = (uint16_t)(2 + prng_below(&p, 9));
        struct simplex *plain = simplex_new(n, 120, n, 0);
        struct simplex *mixed = simplex_new(n, 120, n, 0);
        uint32_t open[120], n_open = 0, id;
        double value[120];
        while (simplex_ask(plain, shares[0], &id))
            simplex_tell(plain, id, value_of(shares[0], n));
        while (!simplex_exhausted(mixed) || n_open > 0) {
            while (n_open < 120 && prng_below(&p, 4) > 0 &&
                   simplex_ask(mixed, shares[0], &id)) {
                value[n_open] = value_of(shares[0], n);
                open[n_open++] = id;
            }
            if (n_open == 0)
                continue;
            const uint32_t k = (uint32_t)prng_below(&p, n_open);
            simplex_tell(mixed, open[k], value[k]);
            open[k] = open[--n_open];
            value[k] = value[n_open];
        }
        ck_assert(same_trees(plain, mixed));
        simplex_free(plain);
        simplex_free(mixed);
    }
}
END_TEST

/* ---- what it finds ---- */

static double loss(uint16_t n, uint32_t evaluations, const double *target)
{
    struct simplex *s = simplex_new(n, evaluations, n, 0);
    double best = HUGE_VAL;
    uint32_t id;
    while (simplex_ask(s, shares[0], &id)) {
        double far = 0;
        for (uint16_t k = 0; k < n; k++)
            far += fabs(shares[0][k] - target[k]);
        best = fmin(best, far);
        simplex_tell(s, id, -far);
    }
    simplex_free(s);
    return best;
}

/* With the usual budgets: 100 questions of each of two, three and five players. */
START_TEST(mixtures_of_few_corners_are_found_in_many_dimensions)
{
    static const struct {
        uint16_t n;
        uint32_t evaluations;
        double most_two, most_three;
    } cases[] = {{4, 200, 0.03, 0.05}, {27, 300, 0.03, 0.6}, {32, 500, 0.03, 0.6}};
    for (int i = 0; i < 3; i++) {
        double pair[N_MAX] = {0}, three[N_MAX] = {0};
        pair[1] = 0.7;
        pair[3] = 0.3;
        three[0] = three[1] = three[3] = 1.0 / 3;
        const double of_two = loss(cases[i].n, cases[i].evaluations, pair);
        const double of_three = loss(cases[i].n, cases[i].evaluations, three);
        if (of_two > cases[i].most_two || of_three > cases[i].most_three)
            ck_abort_msg("%d corners: %g of two, %g of three", cases[i].n, of_two,
                         of_three);
    }
}
END_TEST

UNIT_MAIN("simplex", the_leaves_partition_the_simplex_after_every_step,
          no_leaf_stays_large, corners_come_first_then_what_two_of_them_mix,
          corners_that_were_not_opened_are_the_last_to_be_mixed,
          the_order_of_telling_changes_nothing,
          mixtures_of_few_corners_are_found_in_many_dimensions)
