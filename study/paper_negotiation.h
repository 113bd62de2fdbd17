/* SPDX-License-Identifier: MIT */
/* One negotiation of the paper's two players: what they sample, what is accepted, and
 * what pruning leaves (Algorithms 1 to 3). */
#ifndef TREATY_STUDY_PAPER_NEGOTIATION_H
#define TREATY_STUDY_PAPER_NEGOTIATION_H

#include "study/paper_rules.h"

/* Of Figure 3: eq, rn, op1 (SOO, lambda = 1/2), op2 (SOO, lambda = 1). */
enum paper_sampler { PAPER_EQUISPACED, PAPER_RANDOM, PAPER_SOO_HALF, PAPER_SOO_OWN };
enum { PAPER_SAMPLERS = 4, PAPER_BUDGET_MAX = 200 };

/* PAPER_AUTHORS   as the program did it that made the published figures: equispaced
 *                 sampling asks nobody but intersects two random subsets of the grid,
 *                 SOO's cells are no partition and leave the simplex, the lottery's
 *                 index is rounded, pruning ends at the first tie
 * PAPER_WRITTEN   as the paper says: Algorithm 2 with each sampler, (12) and (13),
 *                 Algorithm 3, which is stopped where it would go on for ever
 * PAPER_REPAIRED  the samplers, the lottery and the pruning of a running node */
enum paper_version { PAPER_AUTHORS, PAPER_WRITTEN, PAPER_REPAIRED };
enum { PAPER_VERSIONS = 3 };

/* Equispaced points: K = 50 per player; and the distributions whose weights are
 * multiples of 1/24, which are 2925: the paper says "approximately 2500", its program
 * takes these. */
enum { PAPER_SAMPLES = 50, PAPER_LATTICE = 24, PAPER_GRID_MAX = 2925 };
struct paper_grid {
    uint32_t n;
    struct paper_point point[PAPER_GRID_MAX];
};
void paper_grid_fill(struct paper_grid *out, enum paper_concept concept);

/* A_s: what both accepted, without repetitions. */
struct paper_accepted {
    uint32_t n;
    struct {
        double payoff[2];
        struct paper_point point; /* not of PAPER_REPAIRED */
        uint8_t proposer;         /* of PAPER_REPAIRED */
    } row[2 * PAPER_BUDGET_MAX];
};
/* grid: of the concept. questions: N_c, at most PAPER_BUDGET_MAX. For PAPER_AUTHORS and
 * PAPER_WRITTEN. */
void paper_sample(struct paper_accepted *out, const struct paper_case *c,
                  const struct paper_grid *grid, enum paper_sampler sampler,
                  enum paper_version version, uint32_t questions, struct prng *p);
/* Which row pruning leaves; a is not empty. PAPER_REPAIRED: the draw of two levels and
 * the three marks of sampling/candidates.h; payoffs that differ by no more than
 * tolerance are equal. */
uint32_t paper_prune(const struct paper_accepted *a, enum paper_version version,
                     const double tolerance[2], struct prng *p);

#endif
