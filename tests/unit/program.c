/* SPDX-License-Identifier: MIT */
/* Linear programs of sharing out: what is found keeps the rows, and nothing that chance
 * or the corners find is better. */
#include "sampling/program.h"

#include <math.h>

#include "base/secure.h"
#include "tests/unit/unit.h"

enum { COLUMNS = 6, ROWS = 5, TRIES = 20000 };

static double worth(const double *goal, const double *x)
{
    double sum = 0;
    for (int k = 0; k < COLUMNS; k++)
        sum += goal[k] * x[k];
    return sum;
}

static double broken_by(double (*rows)[COLUMNS], const double *x)
{
    double most = -1, sum = 0;
    for (int r = 0; r < ROWS; r++)
        most = fmax(most, worth(rows[r], x));
    for (int k = 0; k < COLUMNS; k++)
        sum += x[k];
    return fmax(most, sum - 1);
}

/* The greatest part of a random direction that all rows allow, 0 if they allow none. */
static void ray(double *x, double (*rows)[COLUMNS], struct prng *p)
{
    double sum = 0;
    for (int k = 0; k < COLUMNS; k++) {
        x[k] = prng_below(p, 2) == 0 ? prng_share(p) : 0;
        sum += x[k];
    }
    for (int k = 0; k < COLUMNS; k++)
        x[k] = sum > 0 ? x[k] / sum : 0;
    if (broken_by(rows, x) > 0)
        for (int k = 0; k < COLUMNS; k++)
            x[k] = 0;
}

START_TEST(nothing_that_keeps_the_rows_is_better)
{
    struct program *program = program_new(ROWS, COLUMNS);
    struct prng p = {4};
    int found = 0;
    for (int k = 0; k < 60; k++) {
        double rows[ROWS][COLUMNS], goal[COLUMNS], x[COLUMNS], y[COLUMNS];
        program_start(program, COLUMNS, COLUMNS);
        for (int c = 0; c < COLUMNS; c++)
            program_goal(program)[c] = goal[c] = 2 * prng_share(&p) - 0.6;
        for (int r = 0; r < ROWS; r++) {
            double *row = program_row(program);
            for (int c = 0; c < COLUMNS; c++)
                row[c] = rows[r][c] = 2 * prng_share(&p) - 1;
        }
        ck_assert_uint_eq(program_rows(program), ROWS);
        ck_assert_ptr_null(program_row(program));
        ck_assert(program_solve(program, x, NULL));
        ck_assert_double_le(broken_by(rows, x), 1e-8);
        found += worth(goal, x) > 0.01;
        for (int c = 0; c < COLUMNS; c++)
            ck_assert_double_ge(x[c], 0);
        for (int t = 0; t < TRIES; t++) {
            ray(y, rows, &p);
            ck_assert_double_le(worth(goal, y), worth(goal, x) + 1e-7);
        }
    }
    ck_assert_int_ge(found, 20);
    program_free(program);
}
END_TEST

START_TEST(rows_can_be_forgotten_and_columns_left_out)
{
    struct program *program = program_new(2, 3);
    double x[3];
    program_start(program, 3, 2);
    program_goal(program)[0] = 2;
    program_goal(program)[1] = 1;
    ck_assert(program_solve(program, x, NULL));
    ck_assert_double_eq_tol(x[0], 1, 1e-9);
    double *row = program_row(program); /* as much of 0 as of 1, at most */
    row[0] = 1;
    row[1] = -1;
    ck_assert(program_solve(program, x, NULL));
    ck_assert_double_eq_tol(x[0], 0.5, 1e-8);
    ck_assert_double_eq_tol(x[1], 0.5, 1e-8);
    program_cut(program, 0);
    ck_assert(program_solve(program, x, (const bool[3]){true, false, false}));
    ck_assert_double_eq_tol(x[0], 0, 1e-12);
    ck_assert_double_eq_tol(x[1], 1, 1e-9);
    program_goal(program)[2] = 1; /* is no share, and nothing bounds it */
    ck_assert(!program_solve(program, x, NULL));
    program_goal(program)[2] = 0;
    program_row(program)[0] = NAN;
    program_goal(program)[0] = NAN;
    (void)program_solve(program, x, NULL); /* ends */
    program_free(program);
}
END_TEST

UNIT_MAIN("program", nothing_that_keeps_the_rows_is_better,
          rows_can_be_forgotten_and_columns_left_out)
