/* SPDX-License-Identifier: MIT */
/* Hides the simplex method: a dictionary of the columns that are not basic. Nearly all
 * right sides are 0, where the method can turn in circles; so each is moved up by a
 * different little bit. */
#include "sampling/program.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define MOVED_UP 1e-10
#define SMALL 1e-9 /* coefficients below are rounding */
enum { PIVOTS_PER_LINE = 8 };

struct program {
    uint32_t rows_max, columns_max;
    uint32_t n_rows, n_columns, n_shares;
    double *goal; /* columns_max */
    double *rows; /* rows_max times columns_max */
    /* The dictionary: one line for each row, one for the whole that is shared out, one
     * for the goal; the right side is the last entry of a line. */
    double *cells;
    uint32_t *basic;   /* by line: whose value it says; columns first, then slacks */
    uint32_t *outside; /* by entry: whose coefficient it is */
};

struct program *program_new(uint32_t rows_max, uint32_t columns_max)
{
    struct program *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    const size_t lines = (size_t)rows_max + 2, width = (size_t)columns_max + 1;
    p->rows_max = rows_max;
    p->columns_max = columns_max;
    p->goal = calloc(columns_max, sizeof *p->goal);
    p->rows = calloc((size_t)rows_max * columns_max, sizeof *p->rows);
    p->cells = calloc(lines * width, sizeof *p->cells);
    p->basic = calloc(lines, sizeof *p->basic);
    p->outside = calloc(width, sizeof *p->outside);
    if (p->goal == NULL || p->rows == NULL || p->cells == NULL || p->basic == NULL ||
        p->outside == NULL) {
        program_free(p);
        return NULL;
    }
    return p;
}

void program_free(struct program *p)
{
    if (p == NULL)
        return;
    free(p->goal);
    free(p->rows);
    free(p->cells);
    free(p->basic);
    free(p->outside);
    free(p);
}

void program_start(struct program *p, uint32_t n_columns, uint32_t n_shares)
{
    CHECK(n_shares <= n_columns && n_columns <= p->columns_max);
    p->n_rows = 0;
    p->n_columns = n_columns;
    p->n_shares = n_shares;
    memset(p->goal, 0, n_columns * sizeof *p->goal);
}

double *program_goal(struct program *p)
{
    return p->goal;
}

double *program_row(struct program *p)
{
    if (p->n_rows == p->rows_max)
        return NULL;
    double *row = p->rows + (size_t)p->n_rows++ * p->n_columns;
    memset(row, 0, p->n_columns * sizeof *row);
    return row;
}

double *program_nth(struct program *p, uint32_t n)
{
    CHECK(n < p->n_rows);
    return p->rows + (size_t)n * p->n_columns;
}

uint32_t program_rows(const struct program *p)
{
    return p->n_rows;
}

void program_cut(struct program *p, uint32_t n_rows)
{
    CHECK(n_rows <= p->n_rows);
    p->n_rows = n_rows;
}

/* ---- the dictionary ---- */

static double *line_of(const struct program *p, uint32_t line)
{
    return p->cells + (size_t)line * (p->n_columns + 1);
}

static void fill(struct program *p, const bool *out)
{
    const uint32_t n = p->n_columns, last = p->n_rows + 1;
    for (uint32_t r = 0; r < p->n_rows; r++) {
        memcpy(line_of(p, r), p->rows + (size_t)r * n, n * sizeof *p->rows);
        const double bit = r * 0.6180339887498949;
        line_of(p, r)[n] = MOVED_UP * (1 + bit - floor(bit));
    }
    for (uint32_t k = 0; k <= n; k++)
        line_of(p, p->n_rows)[k] = k < p->n_shares || k == n ? 1 : 0;
    for (uint32_t k = 0; k < n; k++) {
        line_of(p, last)[k] = out != NULL && out[k] ? 0 : -p->goal[k];
        p->outside[k] = k;
    }
    line_of(p, last)[n] = 0;
    for (uint32_t r = 0; r <= p->n_rows; r++)
        p->basic[r] = n + r;
}

/* The column that is worth most, among those that may enter. */
static uint32_t entering(const struct program *p, const bool *out)
{
    const double *goal = line_of(p, p->n_rows + 1);
    uint32_t best = p->n_columns;
    for (uint32_t k = 0; k < p->n_columns; k++) {
        const uint32_t who = p->outside[k];
        if (out != NULL && who < p->n_columns && out[who])
            continue;
        if (goal[k] < -SMALL && (best == p->n_columns || goal[k] < goal[best]))
            best = k;
    }
    return best;
}

/* The line that lets it grow least; of nearly equal ones the one with the greatest
 * coefficient. n_rows + 1 if none does. */
static uint32_t leaving(const struct program *p, uint32_t column)
{
    const uint32_t n = p->n_columns;
    uint32_t best = p->n_rows + 1;
    double least = INFINITY;
    for (uint32_t r = 0; r <= p->n_rows; r++) {
        const double *line = line_of(p, r);
        if (line[column] < SMALL)
            continue;
        const double ratio = fmax(line[n], 0) / line[column];
        if (ratio < least) {
            least = ratio;
            best = r;
        }
    }
    return best;
}

static void pivot(struct program *p, uint32_t at, uint32_t column)
{
    const uint32_t n = p->n_columns;
    double *pivot_line = line_of(p, at);
    const double by = 1 / pivot_line[column];
    for (uint32_t k = 0; k <= n; k++)
        pivot_line[k] *= by;
    pivot_line[column] = by;
    for (uint32_t r = 0; r <= p->n_rows + 1; r++) {
        double *line = line_of(p, r);
        const double times = line[column];
        if (r == at || !(fabs(times) > 0))
            continue;
        line[column] = 0;
        for (uint32_t k = 0; k <= n; k++)
            line[k] -= times * pivot_line[k];
    }
    const uint32_t who = p->basic[at];
    p->basic[at] = p->outside[column];
    p->outside[column] = who;
}

bool program_solve(struct program *p, double *x, const bool *out)
{
    const uint32_t patience = PIVOTS_PER_LINE * (p->n_rows + p->n_columns + 2);
    fill(p, out);
    for (uint32_t turn = 0;; turn++) {
        const uint32_t column = entering(p, out);
        if (column == p->n_columns)
            break;
        const uint32_t at = leaving(p, column);
        if (at > p->n_rows || turn == patience)
            return false;
        pivot(p, at, column);
    }
    memset(x, 0, p->n_columns * sizeof *x);
    for (uint32_t r = 0; r <= p->n_rows; r++)
        if (p->basic[r] < p->n_columns)
            x[p->basic[r]] = fmax(line_of(p, r)[p->n_columns], 0);
    for (uint32_t k = 0; k < p->n_columns; k++)
        if (!isfinite(x[k]))
            return false;
    return true;
}
