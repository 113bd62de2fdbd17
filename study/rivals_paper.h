/* SPDX-License-Identifier: MIT */
/* The program behind the paper's figures as a rival: SOO with lambda = 1/2 as the
 * authors have it, conditions (7) and (9), their lottery and their pruning. */
#ifndef TREATY_STUDY_RIVALS_PAPER_H
#define TREATY_STUDY_RIVALS_PAPER_H

#include "study/truth.h"

enum { RIVALS_PAPER_BUDGET_MAX = 200 };
/* It is written for two players with two actions. */
bool rivals_paper_plays(const struct shape *s);
/* table: what both accepted, scaled (release with frontier_free). settled: by lottery
 * and player, what its lotteries and prunings come to; not written if nothing was
 * accepted. Returns how many were. Distributions are judged by (9), in public as well.
 */
uint32_t rivals_paper_hold(struct frontier *table, double *settled,
                           const struct contest *c, uint32_t questions,
                           uint32_t lotteries, uint64_t seed);

#endif
