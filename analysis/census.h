/* SPDX-License-Identifier: MIT */
/* Pure equilibria of an action graph as it is, by how many players are on each node: a
 * game of a thousand players has no table that one could sweep. */
#ifndef TREATY_ANALYSIS_CENSUS_H
#define TREATY_ANALYSIS_CENSUS_H

#include "analysis/agg.h"

enum { CENSUS_MAX = 1 << 22 }; /* states */

/* Players with the same set of actions are alike, so a state says for each set how many
 * of its players are on each of its nodes. */
struct census {
    uint32_t n_places;             /* all sets' nodes, one set after the other */
    uint32_t *first;               /* of each set: its first place; owned */
    uint32_t *node;                /* of each place; owned */
    uint32_t *n_players;           /* of each set; owned */
    uint64_t n_states;             /* that there are */
    uint32_t n_equilibria, n_room; /* states that are, and room for */
    uint32_t *count;               /* n_places for each of these, owned */
    bool *strict;                  /* everybody would lose by any other action; owned */
};

/* Finds all states in which nobody alone gains by another action. NULL, or why not, in
 * words that follow "the game"; else release with census_free. */
const char *census_take(struct census *out, const struct agg *a);
void census_free(struct census *c);

/* How many pure profiles equilibrium k stands for; out has been initialised. */
void census_profiles(mpz_ptr out, const struct census *c, const struct agg *a,
                     uint32_t k);
/* What each player on the place gets in equilibrium k, where there is one. */
void census_payoff(mpq_ptr out, const struct census *c, const struct agg *a, uint32_t k,
                   uint32_t place);

#endif
