/* SPDX-License-Identifier: MIT */
/* CMA-ES, an evolution strategy that adapts the covariance of its steps, as N. Hansen,
 * "The CMA Evolution Strategy: A Tutorial" (2016), has it: weighted recombination of
 * the better half, evolution paths, rank-one and rank-mu updates, no negative weights.
 */
#ifndef TREATY_STUDY_CMA_H
#define TREATY_STUDY_CMA_H

#include <stdbool.h>
#include <stdint.h>

struct cma_problem {
    uint16_t n; /* dimensions, at least 1 */
    void *context;
    double (*value)(void *context, const double *cube); /* to be maximised */
    bool (*over)(void *context);                        /* asked before each value */
};
/* Maximises over the unit cube from its middle, with steps of 0.3 at first, until
 * `over` says so. Points outside are drawn anew, and moved to the border at last. False
 * when memory is short. */
bool cma_search(const struct cma_problem *p, uint64_t seed);

#endif
