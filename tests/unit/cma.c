/* SPDX-License-Identifier: MIT */
/* CMA-ES on functions whose maximum is known. */
#include "study/cma.h"

#include <math.h>

#include "tests/unit/unit.h"

enum { DIMENSIONS = 4, VALUES = 1600 };

struct hill {
    double steepness; /* of each axis, as many times that of the one before */
    uint32_t left;
    double best;
};

/* An ellipsoid around (0.3, .., 0.3) whose axes lie across those of the cube. */
static double height(void *context, const double *x)
{
    static const double axis[DIMENSIONS][DIMENSIONS] = {
        {1, 1, 1, 1}, {1, -1, 1, -1}, {1, 1, -1, -1}, {1, -1, -1, 1}};
    struct hill *h = context;
    double sum = 0, weight = 1;
    for (int k = 0; k < DIMENSIONS; k++, weight *= h->steepness) {
        double along = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            ck_assert(x[i] >= 0 && x[i] <= 1);
            along += axis[k][i] * (x[i] - 0.3) / 2;
        }
        sum += weight * along * along;
    }
    h->best = fmax(h->best, -sum);
    h->left--;
    return -sum;
}

static bool spent(void *context)
{
    return ((const struct hill *)context)->left == 0;
}

static double loss(double steepness, uint32_t values, uint64_t seed)
{
    struct hill h = {steepness, values, -HUGE_VAL};
    const struct cma_problem p = {DIMENSIONS, &h, height, spent};
    ck_assert(cma_search(&p, seed));
    ck_assert_uint_eq(h.left, 0);
    return -h.best;
}

/* Steps of one size in all directions would be too small for the flattest axis, whose
 * curvature is a millionth of the steepest one's. */
START_TEST(it_learns_where_the_hill_is_flat)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        ck_assert_double_lt(loss(1, VALUES / 4, seed), 1e-6);
        ck_assert_double_lt(loss(100, VALUES, seed), 1e-8);
    }
}
END_TEST

START_TEST(a_seed_is_a_search)
{
    ck_assert_double_eq(loss(3, 50, 7), loss(3, 50, 7));
    ck_assert_double_ne(loss(3, 50, 7), loss(3, 50, 8));
}
END_TEST

UNIT_MAIN("cma", it_learns_where_the_hill_is_flat, a_seed_is_a_search)
