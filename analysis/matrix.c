/* SPDX-License-Identifier: MIT */
/* Hides a simplex on whole numbers: all entries share one denominator, the last pivot,
 * and every division is exact (Edmonds' and Bareiss' integer pivoting). Bland's rule
 * ends it whatever ties there are. */
#include "analysis/matrix.h"

#include <stdlib.h>

#include "base/check.h"

struct matrix *matrix_new(uint32_t n_rows, uint32_t n_columns)
{
    const size_t n = (size_t)n_rows * n_columns;
    struct matrix *m = malloc(sizeof *m);
    if (m == NULL || n == 0 || n > MATRIX_MAX ||
        (m->entry = malloc(n * sizeof *m->entry)) == NULL) {
        free(m);
        return NULL;
    }
    m->n_rows = n_rows;
    m->n_columns = n_columns;
    for (size_t k = 0; k < n; k++)
        mpz_init(m->entry[k]);
    return m;
}

void matrix_free(struct matrix *m)
{
    if (m == NULL)
        return;
    for (size_t k = 0; k < (size_t)m->n_rows * m->n_columns; k++)
        mpz_clear(m->entry[k]);
    free((void *)m->entry);
    free(m);
}

/* The greatest goal for variables >= 0 that keep each row's sum at or below its limit.
 */
struct tableau {
    uint32_t n_rows, n_columns; /* without the last of each: goal and limits */
    mpz_t *cell;
    mpz_t common;            /* the denominator of all cells */
    uint32_t *basic, *other; /* variables: columns from 0, then rows' slacks */
};

static mpz_ptr cell(const struct tableau *t, uint32_t row, uint32_t column)
{
    return t->cell[(size_t)row * (t->n_columns + 1) + column];
}

/* The column that comes in: the lowest variable that would raise the goal. */
static bool choose_column(uint32_t *chosen, const struct tableau *t)
{
    bool any = false;
    for (uint32_t k = 0; k < t->n_columns; k++) {
        if (mpz_sgn(cell(t, t->n_rows, k)) >= 0 ||
            (any && t->other[k] > t->other[*chosen]))
            continue;
        *chosen = k;
        any = true;
    }
    return any;
}

/* The row that goes out: the first that would become negative, the lowest variable of
 * those. */
static uint32_t choose_row(const struct tableau *t, uint32_t column)
{
    uint32_t chosen = t->n_rows;
    mpz_t mine, best;
    mpz_inits(mine, best, NULL);
    for (uint32_t i = 0; i < t->n_rows; i++) {
        if (mpz_sgn(cell(t, i, column)) <= 0)
            continue;
        int order = -1;
        if (chosen < t->n_rows) {
            mpz_mul(mine, cell(t, i, t->n_columns), cell(t, chosen, column));
            mpz_mul(best, cell(t, chosen, t->n_columns), cell(t, i, column));
            order = mpz_cmp(mine, best);
        }
        if (order < 0 || (order == 0 && t->basic[i] < t->basic[chosen]))
            chosen = i;
    }
    mpz_clears(mine, best, NULL);
    CHECK(chosen < t->n_rows); /* the goal is bounded */
    return chosen;
}

static void pivot(struct tableau *t, uint32_t row, uint32_t column)
{
    mpz_t p;
    mpz_init_set(p, cell(t, row, column));
    for (uint32_t i = 0; i <= t->n_rows; i++) {
        if (i == row)
            continue;
        for (uint32_t k = 0; k <= t->n_columns; k++) {
            if (k == column)
                continue;
            mpz_mul(cell(t, i, k), cell(t, i, k), p);
            mpz_submul(cell(t, i, k), cell(t, i, column), cell(t, row, k));
            mpz_divexact(cell(t, i, k), cell(t, i, k), t->common);
        }
        mpz_neg(cell(t, i, column), cell(t, i, column));
    }
    mpz_set(cell(t, row, column), t->common);
    mpz_set(t->common, p);
    mpz_clear(p);
    const uint32_t leaves = t->basic[row];
    t->basic[row] = t->other[column];
    t->other[column] = leaves;
}

/* Every entry is there, raised by shift; limits and goal are 0. */
static bool tableau_start(struct tableau *t, const struct matrix *m, mpz_srcptr shift)
{
    const size_t n = ((size_t)m->n_rows + 1) * (m->n_columns + 1);
    *t = (struct tableau){.n_rows = m->n_rows, .n_columns = m->n_columns};
    t->cell = malloc(n * sizeof *t->cell);
    t->basic = malloc(((size_t)m->n_rows + m->n_columns) * sizeof *t->basic);
    if (t->cell == NULL || t->basic == NULL) {
        free((void *)t->cell);
        free(t->basic);
        return false;
    }
    t->other = t->basic + m->n_rows;
    mpz_init_set_ui(t->common, 1);
    for (size_t k = 0; k < n; k++)
        mpz_init(t->cell[k]);
    for (uint32_t i = 0; i < m->n_rows; i++) {
        for (uint32_t k = 0; k < m->n_columns; k++)
            mpz_add(cell(t, i, k), m->entry[(size_t)i * m->n_columns + k], shift);
        t->basic[i] = m->n_columns + i;
    }
    for (uint32_t k = 0; k < m->n_columns; k++)
        t->other[k] = k;
    return true;
}

static void tableau_optimise(struct tableau *t)
{
    uint32_t column = 0;
    while (choose_column(&column, t))
        pivot(t, choose_row(t, column), column);
}

static void tableau_end(struct tableau *t)
{
    for (size_t k = 0; k < ((size_t)t->n_rows + 1) * (t->n_columns + 1); k++)
        mpz_clear(t->cell[k]);
    free((void *)t->cell);
    free(t->basic);
    mpz_clear(t->common);
}

static void fraction(mpq_ptr out, mpz_srcptr above, mpz_srcptr below)
{
    mpq_set_num(out, above);
    mpq_set_den(out, below);
    mpq_canonicalize(out);
}

/* Reads both solutions: values of q in the basis, prices in the goal row. */
static void tableau_read(mpq_ptr value, mpq_t *rows, mpq_t *columns,
                         const struct tableau *t, mpz_srcptr shift)
{
    mpz_srcptr goal = cell(t, t->n_rows, t->n_columns);
    mpq_t shifted;
    mpq_init(shifted);
    mpq_set_z(shifted, shift);
    fraction(value, t->common, goal);
    mpq_sub(value, value, shifted);
    mpq_clear(shifted);
    for (uint32_t i = 0; rows != NULL && i < t->n_rows; i++)
        mpq_set_ui(rows[i], 0, 1);
    for (uint32_t k = 0; columns != NULL && k < t->n_columns; k++)
        mpq_set_ui(columns[k], 0, 1);
    for (uint32_t i = 0; columns != NULL && i < t->n_rows; i++)
        if (t->basic[i] < t->n_columns)
            fraction(columns[t->basic[i]], cell(t, i, t->n_columns), goal);
    for (uint32_t k = 0; rows != NULL && k < t->n_columns; k++)
        if (t->other[k] >= t->n_columns)
            fraction(rows[t->other[k] - t->n_columns], cell(t, t->n_rows, k), goal);
}

/* The columns' program: with all payoffs made positive, the greatest sum of q >= 0 for
 * which no row gets more than 1. Its dual is the rows' program. */
bool matrix_solve(mpq_ptr value, mpq_t *rows, mpq_t *columns, const struct matrix *m)
{
    struct tableau t;
    mpz_t shift;
    mpz_init_set(shift, m->entry[0]);
    for (size_t k = 1; k < (size_t)m->n_rows * m->n_columns; k++)
        if (mpz_cmp(m->entry[k], shift) < 0)
            mpz_set(shift, m->entry[k]);
    mpz_ui_sub(shift, 1, shift); /* the least payoff becomes 1 */
    const bool started = tableau_start(&t, m, shift);
    if (started) {
        for (uint32_t i = 0; i < m->n_rows; i++)
            mpz_set_ui(cell(&t, i, m->n_columns), 1);
        for (uint32_t k = 0; k < m->n_columns; k++)
            mpz_set_si(cell(&t, m->n_rows, k), -1);
        tableau_optimise(&t);
        tableau_read(value, rows, columns, &t, shift);
        tableau_end(&t);
    }
    mpz_clear(shift);
    return started;
}

bool matrix_maximise(mpq_ptr greatest, mpq_t *x, const struct matrix *m,
                     const mpz_t *goal, const mpz_t *limit)
{
    struct tableau t;
    mpz_t nothing;
    mpz_init(nothing);
    const bool started = tableau_start(&t, m, nothing);
    if (started) {
        for (uint32_t i = 0; i < m->n_rows; i++)
            mpz_set(cell(&t, i, m->n_columns), limit[i]);
        for (uint32_t k = 0; k < m->n_columns; k++)
            mpz_neg(cell(&t, m->n_rows, k), goal[k]);
        tableau_optimise(&t);
        fraction(greatest, cell(&t, m->n_rows, m->n_columns), t.common);
        for (uint32_t k = 0; k < m->n_columns; k++)
            mpq_set_ui(x[k], 0, 1);
        for (uint32_t i = 0; i < m->n_rows; i++)
            if (t.basic[i] < m->n_columns)
                fraction(x[t.basic[i]], cell(&t, i, m->n_columns), t.common);
        tableau_end(&t);
    }
    mpz_clear(nothing);
    return started;
}
