/* SPDX-License-Identifier: MIT */
/* Searches to compare the samplers with: the paper's SOO as published, and global
 * optimisers of a library. They call what they minimise and cannot wait for a round of
 * messages, so each player in turn searches alone for its equation (10), and every
 * candidate that was not asked before is a question. */
#ifndef TREATY_STUDY_RIVALS_H
#define TREATY_STUDY_RIVALS_H

#include "study/bout.h"

struct rival {
    const char *name;
    const char *about; /* one line */
    /* The number of the search in the library, or one of these. */
    int algorithm;
#define RIVAL_PUBLISHED (-1)
#define RIVAL_CMA (-2)
};
/* Ends with a NULL name. */
extern const struct rival rivals[];

/* Instead of bout_negotiate. False when memory is short. */
bool rival_negotiate(const struct rival *r, struct bout *b,
                     const struct bout_options *o);

/* ---- what its files share ---- */

/* One player's search. */
struct duel {
    struct bout *bout;
    const struct bout_options *o;
    struct shape candidates;
    uint16_t dimensions; /* of the cube that is searched */
    uint8_t self;
    uint32_t asked;  /* questions that nobody had asked before */
    uint32_t looked; /* all points, those outside and asked before included */
    uint64_t seed;
};
/* Equation (10) at a point of the unit cube, whose border is the border of the
 * simplices. */
double duel_value(struct duel *d, const double *cube);
/* True if the budget is spent, or so many points were looked at that it never will be.
 */
bool duel_over(const struct duel *d);

#endif
