/* SPDX-License-Identifier: MIT */
/* Which payoffs mixed profiles of a game of the paper's have, and which of them are
 * kept: as columns of the plane of payoffs. */
#ifndef TREATY_STUDY_PAPER_REGION_H
#define TREATY_STUDY_PAPER_REGION_H

#include "study/paper_rules.h"

/* At this payoff of player 1, player 2 gets `low` to `high`; columns with the same
 * piece belong together, one beside the other, and stand one after the other. */
struct paper_column {
    double at, low, high;
    uint32_t piece;
};
enum { PAPER_COLUMNS_MAX = 4096 };
struct paper_region {
    uint32_t n;
    struct paper_column column[PAPER_COLUMNS_MAX];
};

/* c is about mixed profiles (PAPER_NE). kept: only what (7) keeps for both players. */
void paper_region_fill(struct paper_region *out, const struct paper_case *c, bool kept);

#endif
