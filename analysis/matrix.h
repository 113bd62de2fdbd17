/* SPDX-License-Identifier: MIT */
/* Zero-sum games on a matrix and linear programs, solved exactly, in fractions. */
#ifndef TREATY_ANALYSIS_MATRIX_H
#define TREATY_ANALYSIS_MATRIX_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MATRIX_MAX = 1 << 18 }; /* entries */

/* Entry (row, column) is entry[row * n_columns + column]: what the one who chooses the
 * row gets from the one who chooses the column. Owned, and initialised by _new to 0. */
struct matrix {
    uint32_t n_rows, n_columns;
    mpz_t *entry;
};
/* NULL when memory is short or there are more than MATRIX_MAX entries. */
struct matrix *matrix_new(uint32_t n_rows, uint32_t n_columns);
void matrix_free(struct matrix *m);

/* value: what the rows can secure and the columns can hold them to. rows: n_rows,
 * columns: n_columns probabilities, one optimal mixed action each; either may be NULL.
 * All are initialised. By von Neumann's theorem, through linear programming (Dantzig
 * 1951). Never fails but for memory: then false. */
bool matrix_solve(mpq_ptr value, mpq_t *rows, mpq_t *columns, const struct matrix *m);

/* greatest: the most that goal . x can be for x >= 0 with  entry . x <= limit  in every
 * row, and x, n_columns numbers that reach it; all are initialised. No limit is below
 * 0, and the rows must bound the goal. Never fails but for memory: then false. */
bool matrix_maximise(mpq_ptr greatest, mpq_t *x, const struct matrix *m,
                     const mpz_t *goal, const mpz_t *limit);

#endif
