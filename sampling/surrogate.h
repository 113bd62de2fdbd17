/* SPDX-License-Identifier: MIT */
/* Proposals from a model of the game. The others' rewards say what their payoffs are
 * (belief). In the game so believed, what would suit everybody and pay everybody more
 * than something on the table does (improve) is asked next, and the answer is learned
 * from. Deterministic, and seen from one's own seat (seat.h). In the order of what is
 * tried:
 *
 *   1. what improves on an accepted candidate that no other dominates, or on the threat
 *      as long as none is accepted;
 *   2. a pure profile of which the belief knows too little, the own favourite first;
 *   3. as 1, with payoffs as they may be at best;
 *   4. more of the frontier: what improves on the threat in other proportions. */
#ifndef TREATY_SAMPLING_SURROGATE_H
#define TREATY_SAMPLING_SURROGATE_H

#include "game/incentive.h"
#include "sampling/candidates.h"

/* What it is made of: a study leaves one out to see what it is for. */
enum surrogate_idea {
    IDEA_PURE_STARTS,   /* mixed profiles: improve from good pure ones, too */
    IDEA_RANDOM_STARTS, /* and from anywhere */
    IDEA_TOGETHER,      /* and then all players move at once */
    IDEA_MENDING,       /* repair what coarse weights broke */
    IDEA_EXPLORING,     /* ask about pure profiles that are not known */
    IDEA_HOPE,          /* improve with payoffs as they may be at best */
    IDEA_SPREAD,        /* more of the frontier, in other proportions */
    IDEA_CORRECTION,    /* signs guessed wrong are turned over when that shows */
    SURROGATE_IDEAS
};
/* What a surrogate without it is called, by idea. */
extern const char *const surrogate_without[];

struct surrogate_options {
    const struct payoffs *payoffs; /* the player's own; borrowed for life */
    double tolerance;              /* of comparisons of own payoffs */
    enum concept concept;
    enum incentive incentive;
    struct enforcement enforcement; /* as is supposed of all players */
    uint32_t resolution; /* weights are multiples of WEIGHT_ONE / resolution; 0: any */
    uint32_t without;    /* mask of 1 << enum surrogate_idea; 0: nothing is left out */
};

/* Opaque. */
struct surrogate;

/* True if a game is small enough for it. */
bool surrogate_fits(const struct shape *game);
/* NULL when memory is short. The only allocation. */
struct surrogate *surrogate_new(const struct surrogate_options *o);
void surrogate_free(struct surrogate *s);
/* The threat is known: from now on the rest can be called. */
void surrogate_start(struct surrogate *s, const struct profile *threat);
/* A candidate that everybody has answered; rewards: one per player. */
void surrogate_hear(struct surrogate *s, const struct candidate *c,
                    const double *rewards);
/* What to ask next. table: all that has been answered. It may be something that is on
 * the table, or was given before and not answered yet: whoever asks drops it and takes
 * the next. False if nothing is worth asking until more is heard. */
bool surrogate_next(struct surrogate *s, const struct candidates *table,
                    struct candidate *out);

/* True if it is this player's turn, as candidates_turn has it, but so that in a game
 * that looks alike to all each asks in its place what the others ask in theirs: the
 * turn moves with the players when they are renumbered in a circle. What stays the same
 * then is everybody's turn, if questions are plenty. */
bool surrogate_turn(const struct surrogate *s, const struct candidate *c,
                    uint32_t round, bool plenty);
/* True if no answer could tell it more of the game. */
bool surrogate_certain(const struct surrogate *s);

#endif
