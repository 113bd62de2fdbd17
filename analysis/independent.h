/* SPDX-License-Identifier: MIT */
/* What a player is held down to by others each of whom mixes for itself. */
#ifndef TREATY_ANALYSIS_INDEPENDENT_H
#define TREATY_ANALYSIS_INDEPENDENT_H

#include "analysis/exact.h"

enum { INDEPENDENT_CELLS_MAX = 1 << 12 };

/* The least payoff to which the others can hold the player lies between least and most,
 * both included, for certain: they are computed exactly. */
struct independent {
    struct shape shape;
    mpq_t least, most;
    bool exact; /* least and most are the same */
    /* At shape_offset(j) + k: mixed actions of the others against which the player's
     * best reply pays most; 0 for the player itself. Owned. */
    mpq_t *share;
};

/* together, others: what mixed_minmax said of this game and player (analysis/mixed.h).
 * The search ends when most - least is below a millionth of the player's payoff range,
 * or after a number of steps that depends on the size of the game alone. NULL, or why
 * not, in words that follow "the minmax"; else release with independent_free. */
const char *independent_minmax(struct independent *out, const struct exact_game *g,
                               uint8_t player, mpq_srcptr together,
                               const mpq_t *others);
void independent_free(struct independent *i);

#endif
