/* SPDX-License-Identifier: MIT */
/* The search over all pairs of profiles of a table: who deviates, who of them belongs
 * to the coalition, and what everybody gains by the coalition's part of it. */
#ifndef TREATY_ANALYSIS_SWEEP_H
#define TREATY_ANALYSIS_SWEEP_H

#include "analysis/security.h"

/* The number of pairs: the product of 2 m - 1 over players with m actions each. */
double sweep_pairs(const struct shape *shape);
/* True if sums of payoff differences fit into 64 bits. */
bool sweep_fits(const struct exact_game *g);
/* Looks at all of them, with at most n_threads. False if stopped early. sweep_fits. */
bool sweep_search(struct front *f, const struct exact_game *g, const uint32_t *action,
                  uint32_t n_threads, const atomic_bool *stop);
/* The same with numbers of any size, one pair after the other. */
bool wide_search(struct front *f, const struct exact_game *g, const uint32_t *action,
                 const atomic_bool *stop);

#endif
