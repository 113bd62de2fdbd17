/* SPDX-License-Identifier: MIT */
/* Games seen as crowds: classes of players that are interchangeable, so that only how
 * many of a class do what matters. */
#ifndef TREATY_ANALYSIS_CROWD_H
#define TREATY_ANALYSIS_CROWD_H

#include "analysis/security.h"

struct crowd_class {
    uint32_t n_players, n_actions;
    uint32_t first;  /* of its actions among those of all classes */
    uint64_t *radix; /* what one player on an action adds to a cell's number; owned */
};

struct crowd {
    uint32_t n_players, n_classes, n_actions; /* actions of all classes */
    uint32_t *class_of;                       /* of each player; owned */
    struct crowd_class *class;                /* owned */
    /* payoff[cell * n_actions + first + action] says which of the game's payoffs a
     * player of a class gets with that action, where the numbers of players on all
     * actions make up cell. NULL where it would be too large: then the graph is asked.
     */
    uint32_t *payoff;
    const struct multiples *payoffs; /* of the game, borrowed */
    const struct agg *graph;         /* borrowed */
    uint32_t *node; /* of each action of each class, for the graph; owned */
};

/* Finds the classes. NULL when memory is short, or for tables in which no two players
 * are interchangeable. */
struct crowd *crowd_new(const struct arena *a);
void crowd_free(struct crowd *c);

/* How many states a search for a profile has: the ways to spread coalition and
 * Byzantine players over the classes, of at most these sizes. */
double crowd_states(const struct crowd *c, const uint32_t *action,
                    uint32_t coalition_max, uint32_t byzantine_max);
/* Looks at all of them. False if stopped early. */
bool crowd_search(struct front *f, const struct crowd *c, const uint32_t *action,
                  const atomic_bool *stop);

#endif
