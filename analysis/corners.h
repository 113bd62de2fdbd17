/* SPDX-License-Identifier: MIT */
/* The corners of a player's best-reply polyhedron, by exact whole numbers: the mixed
 * actions at which what it does not play and the other's best replies leave no choice.
 */
#ifndef TREATY_ANALYSIS_CORNERS_H
#define TREATY_ANALYSIS_CORNERS_H

#include "analysis/mixed.h"

/* All corners of { (x, v): x a mixed action, v >= sum over k of x_k payoff(k, j) for
 * every j }, where payoff(k, j), at payoff[k * n_columns + j], is the other's payoff of
 * j against k. *out is an array of *n (release with corners_free). NULL, or why not, in
 * words that follow "the equilibria". */
const char *corners_find(struct mixed_corner **out, uint32_t *n, mpz_t *payoff,
                         uint8_t n_rows, uint8_t n_columns);
void corners_free(struct mixed_corner *corner, uint32_t n, uint8_t n_rows);

#endif
