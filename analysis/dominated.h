/* SPDX-License-Identifier: MIT */
/* Actions that are never worth doing: dominated by another action of the same player or
 * by a mixture of others. Everything here is exact. */
#ifndef TREATY_ANALYSIS_DOMINATED_H
#define TREATY_ANALYSIS_DOMINATED_H

#include "analysis/exact.h"

enum dominance { DOMINANCE_STRICT, DOMINANCE_WEAK };

/* What became of one action when dominated actions were taken away, round by round. */
struct elimination {
    uint32_t round; /* from 1; 0: it stays */
    uint8_t by;     /* an action that dominates it in what was left then */
    /* Where no action alone does: the shares of a mixture that does, one for each of
     * the player's actions, owned; else NULL, and then `by` counts. */
    mpq_t *mixture;
};

struct domination {
    struct shape shape;
    struct elimination fate[WEIGHTS_MAX]; /* at shape_offset(player) + action */
    uint32_t n_rounds;
    /* False: for some actions no mixture was looked for, because the payoffs to be
     * compared are more than MATRIX_MAX (analysis/matrix.h); these stay. */
    bool complete;
};

/* In each round all actions go at once that another action or a mixture, of those that
 * are left, dominates: pays more against everything that the others have left (strict),
 * or never less and once more (weak). Which actions stay does not depend on the order
 * for strict dominance; for weak it does, and this is the order. False when memory is
 * short; else release with dominated_free. */
bool dominated_find(struct domination *out, const struct exact_game *g,
                    enum dominance dominance);
void dominated_free(struct domination *d);

#endif
