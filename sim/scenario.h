/* SPDX-License-Identifier: MIT */
/* Worlds to be run: a game, terms, and everything that can go wrong, ready for
 * world_new. One seed makes a whole random scenario, so a seed is all that a failure
 * has to tell. */
#ifndef TREATY_SIM_SCENARIO_H
#define TREATY_SIM_SCENARIO_H

#include "sim/world.h"

struct scenario {
    struct game game; /* payoffs are owned */
    struct terms terms;
    struct private_options private_options[PLAYERS_MAX];
    struct misdeeds misdeeds[PLAYERS_MAX];
    struct world_options options; /* points to all of the above */
};

/* A game of that shape with all payoffs 0, players and actions named by their numbers,
 * default terms with 10 stages and a budget of 4 each, patient honest players, and a
 * calm network that takes 10 ms. */
void scenario_start(struct scenario *s, const struct shape *shape);
/* Sets one payoff of one player. */
void scenario_pay(struct scenario *s, uint8_t player, const uint8_t *actions,
                  double payoff);
/* The public goods game, which for two is a prisoner's dilemma: every player has 1 (to
 * contribute) and 2 (to keep), a contribution costs its giver 3 and gives 2 to
 * everybody (with two players: payoffs 1, -1, 2, 0 for 11, 12, 21, 22). All 2 is the
 * threat and given. */
void scenario_public_goods(struct scenario *s, uint8_t n_players);
/* Two players with a choice of two; nothing is stable but that both mix evenly, which
 * is the threat and given: what one wins the other loses. */
void scenario_pennies(struct scenario *s);
/* Players, game, terms, network and cheats, all from the seed; small enough to run in
 * some hundredths of a second. */
void scenario_random(struct scenario *s, uint64_t seed);
void scenario_free(struct scenario *s);

#endif
