/* SPDX-License-Identifier: MIT */
/* Distances and volumes that were computed by hand. */
#include "study/truth_frontier.h"

#include <math.h>

#include "tests/unit/unit.h"

static void put(struct frontier *f, double a, double b, double c)
{
    ck_assert(frontier_add(f, (const double[]){a, b, c}));
}

static void join_all(struct frontier *f)
{
    f->joined = calloc(f->n + 1, sizeof *f->joined);
    for (uint32_t k = 0; k + 1 < f->n; k++)
        f->joined[k] = true;
}

START_TEST(what_is_dominated_is_not_on_the_frontier)
{
    struct frontier f;
    frontier_start(&f, 2);
    put(&f, 1, 1, 0);
    ck_assert(!frontier_add(&f, (const double[]){1, 1}));
    ck_assert(!frontier_add(&f, (const double[]){1, 0.5}));
    put(&f, 0, 2, 0);
    put(&f, 1, 1.5, 0); /* the first one goes */
    ck_assert_uint_eq(f.n, 2);
    ck_assert(frontier_dominates(&f, (const double[]){1, 1}));
    ck_assert(!frontier_dominates(&f, (const double[]){1, 1.5}));
    ck_assert(!frontier_dominates(&f, (const double[]){1.1, 0}));
    frontier_free(&f);
}
END_TEST

START_TEST(a_distance_is_to_the_nearest_point_or_join)
{
    struct frontier f;
    const double below[] = {0.9, 0.3}, on[] = {0.5, 1.5};
    frontier_start(&f, 2);
    put(&f, 2, 0, 0);
    put(&f, 0, 2, 0);
    put(&f, 1, 1, 0);
    ck_assert_double_eq_tol(frontier_distance(&f, below), sqrt(0.5), 1e-12);
    ck_assert_double_eq(frontier_distance(&f, on), 0); /* nothing dominates it */
    ck_assert_double_eq(frontier_distance(&f, (const double[]){3, -1}), 0);
    join_all(&f);
    ck_assert_double_eq_tol(frontier_distance(&f, below), 0.8 / sqrt(2), 1e-12);
    ck_assert_double_eq(frontier_distance(&f, on), 0);
    ck_assert_double_eq_tol(frontier_distance(&f, (const double[]){0.5, 1.4}),
                            0.1 / sqrt(2), 1e-12);
    f.joined[0] = false; /* from (0, 2) to (1, 1) there is nothing */
    ck_assert_double_eq(frontier_distance(&f, (const double[]){0.5, 1.4}), 0);
    frontier_free(&f);
    frontier_start(&f, 3);
    put(&f, 1, 2, 3);
    ck_assert_double_eq_tol(frontier_distance(&f, (const double[]){0, 0, 1}), 3, 1e-12);
    frontier_free(&f);
}
END_TEST

START_TEST(an_area_is_that_of_all_boxes_and_of_what_is_joined)
{
    struct frontier f;
    const double most[] = {2, 2};
    frontier_start(&f, 2);
    ck_assert_double_eq(frontier_volume(&f, most), 0);
    put(&f, 2, 1, 0);
    put(&f, 1, 2, 0);
    ck_assert_double_eq_tol(frontier_volume(&f, most), 3, 1e-12);
    join_all(&f);
    ck_assert_double_eq_tol(frontier_volume(&f, most), 3.5, 1e-12);
    frontier_free(&f);
    frontier_start(&f, 2);
    put(&f, -1, 5, 0); /* nothing of it is above the threat */
    put(&f, 2, 1, 0);
    ck_assert_double_eq_tol(frontier_volume(&f, most), 2, 1e-12);
    frontier_free(&f);
}
END_TEST

START_TEST(three_boxes_overlap)
{
    struct frontier f;
    double most[3];
    frontier_start(&f, 3);
    put(&f, 1, 2, 3);
    put(&f, 3, 1, 1);
    frontier_most(&f, most);
    ck_assert_double_eq(most[0], 3);
    ck_assert_double_eq(most[1], 2);
    ck_assert_double_eq(most[2], 3);
    ck_assert_double_eq_tol(frontier_volume(&f, most), 6 + 3 - 1, 1e-12);
    put(&f, 2, 2, 0.5); /* adds what is beyond 1 of the first and of the second */
    ck_assert_double_eq_tol(frontier_volume(&f, most), 8 + 0.5, 1e-12);
    frontier_free(&f);
}
END_TEST

START_TEST(in_four_dimensions_a_sample_is_near_what_is_exact)
{
    struct frontier f;
    const double most[] = {2, 2, 2, 2};
    frontier_start(&f, 4);
    ck_assert(frontier_add(&f, (const double[]){1, 1, 1, 2}));
    ck_assert(frontier_add(&f, (const double[]){2, 1, 1, 1}));
    ck_assert_double_eq_tol(frontier_volume(&f, most), 3, 0.03);
    frontier_free(&f);
}
END_TEST

UNIT_MAIN("truth_frontier", what_is_dominated_is_not_on_the_frontier,
          a_distance_is_to_the_nearest_point_or_join,
          an_area_is_that_of_all_boxes_and_of_what_is_joined, three_boxes_overlap,
          in_four_dimensions_a_sample_is_near_what_is_exact)
