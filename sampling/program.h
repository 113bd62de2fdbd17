/* SPDX-License-Identifier: MIT */
/* Small dense linear programs of one kind: how is one whole to be shared out,
 *     maximise  goal . x   where   x >= 0,   the first n_shares of x sum to at most 1,
 *     and each row . x <= 0.
 * Doing nothing (x = 0) is always allowed, so there is always a best. By pivoting, in
 * memory that is there from the start. */
#ifndef TREATY_SAMPLING_PROGRAM_H
#define TREATY_SAMPLING_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

/* Opaque. */
struct program;

/* NULL when memory is short. The only allocation. */
struct program *program_new(uint32_t rows_max, uint32_t columns_max);
void program_free(struct program *p);
/* Forgets all rows and the goal. n_shares <= n_columns <= columns_max. */
void program_start(struct program *p, uint32_t n_columns, uint32_t n_shares);
/* n_columns coefficients, 0 at first, for the caller to write. */
double *program_goal(struct program *p);
/* A new row, likewise; NULL when there are rows_max already. */
double *program_row(struct program *p);
/* The row that was made n-th, counted from 0; the next follows n_columns later. */
double *program_nth(struct program *p, uint32_t n);
uint32_t program_rows(const struct program *p);
/* Forgets the rows after the first n_rows. */
void program_cut(struct program *p, uint32_t n_rows);
/* x: n_columns values. Rows are kept within about 1e-8 if their coefficients are around
 * 1. out: columns that must stay 0, or NULL. False if the numbers do not allow it (not
 * finite, unbounded) or it took too long. */
bool program_solve(struct program *p, double *x, const bool *out);

#endif
