/* SPDX-License-Identifier: MIT */
/* Linear programs: the only user of CLP. */
#ifndef TREATY_ANALYSIS_LINEAR_H
#define TREATY_ANALYSIS_LINEAR_H

#include <stdbool.h>
#include <stdint.h>

/* Opaque. Columns are variables >= 0; the goal is to maximise. Whatever memory it lacks
 * is remembered, and linear_solve fails then. */
struct linear;
/* NULL when memory is short. */
struct linear *linear_new(uint32_t n_columns);
void linear_free(struct linear *l);
/* The column may be negative, too. */
void linear_unbounded(struct linear *l, uint32_t column);
void linear_goal(struct linear *l, uint32_t column, double coefficient);
/* One coefficient of the row that is being written; each column at most once. Rows
 * should be scaled to coefficients around 1: what is below 1e-13 counts as 0. */
void linear_term(struct linear *l, uint32_t column, double coefficient);
/* Ends the row: least <= its sum <= greatest. LINEAR_FREE is no bound. */
#define LINEAR_FREE 1e300
void linear_row(struct linear *l, double least, double greatest);
/* How the rows so far are bounded can be changed between two solutions. */
void linear_bound(struct linear *l, uint32_t row, double least, double greatest);

enum linear_outcome { LINEAR_OPTIMAL, LINEAR_INFEASIBLE, LINEAR_FAILED };
/* solution: n_columns values; rows are kept within 1e-9. May be NULL. */
enum linear_outcome linear_solve(struct linear *l, double *solution);
/* The same by another way, often slower: for a solution that turned out too rough. */
enum linear_outcome linear_solve_otherwise(struct linear *l, double *solution);

#endif
