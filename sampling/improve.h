/* SPDX-License-Identifier: MIT */
/* What would suit everybody and pay everybody more, if payoffs are what they are
 * believed to be? For distributions over pure profiles by linear programs, for mixed
 * profiles by one for each player in turn, the others' actions held, and then by
 * programs of what is nearly so if all move a little. */
#ifndef TREATY_SAMPLING_IMPROVE_H
#define TREATY_SAMPLING_IMPROVE_H

#include "game/incentive.h"

/* The most players of a game. */
enum { IMPROVE_PLAYERS_MAX = 16 };
/* Of a common raise: what a raise of the mean is worth. */
#define IMPROVE_SUM_COUNTS 0.05

struct improve_options {
    struct shape shape; /* of the game */
    enum concept concept;
    enum incentive incentive;
    struct enforcement enforcement;
};

/* Payoffs are relative to the threat's, by player and pure profile. */
struct prospects {
    double value[IMPROVE_PLAYERS_MAX][WEIGHTS_MAX];
    double scale[IMPROVE_PLAYERS_MAX]; /* how large they are; positive */
};

/* Opaque. */
struct improver;

/* At most WEIGHTS_MAX pure profiles. NULL when memory is short. The only allocation. */
struct improver *improver_new(const struct improve_options *o);
void improver_free(struct improver *m);
/* Among what is found to suit everybody, what raises all payoffs from base (one per
 * player, none negative) in proportion to direction (positive) the most; and of what
 * raises them alike, what raises their sum more. start: where to begin, for mixed
 * profiles; else NULL. Returns by how much, in units of scale times direction, or 0 if
 * nothing raises them. */
double improve(struct improver *m, const struct prospects *p, const double *base,
               const double *direction, const struct profile *start,
               struct profile *out);
/* The same for mixed profiles, from x, which improve found and which raises payoffs by
 * `by`, or which raises nothing (by = 0): all players move at once. x becomes what is
 * better, if anything is. */
double improve_together(struct improver *m, const struct prospects *p,
                        const double *base, const double *direction, double by,
                        struct profile *x);

#endif
