/* SPDX-License-Identifier: MIT */
/* What one player knows of the others' payoffs, from their rewards. A reward is
 * |U_j - u_j(p)|, with the sign of the answer (equation (11)), and U_j is linear in the
 * payoffs of the pure profiles: so every answered candidate is one equation for each of
 * the others, up to a sign where the answer was no. Best linear estimate; exact where
 * the equations determine a payoff. Who lies misleads only about its own payoffs.
 *
 * Payoffs are relative to the threat's. */
#ifndef TREATY_SAMPLING_BELIEF_H
#define TREATY_SAMPLING_BELIEF_H

#include "game/game.h"

enum { BELIEF_PLAYERS_MAX = 16, BELIEF_PROFILES_MAX = WEIGHTS_MAX };

/* Opaque. */
struct belief;

struct belief_options {
    const struct payoffs
        *own; /* borrowed for life; at most so many players, profiles */
    /* Whoever refuses what pays it u > 0 could get more than this times u by leaving
     * it. */
    double tempted;
    bool corrects; /* signs that were guessed wrong are turned over when that shows */
};
/* NULL when memory is short. The only allocation. */
struct belief *belief_new(const struct belief_options *o);
void belief_free(struct belief *b);
/* The own payoff of the threat: from now on the rest can be called. */
void belief_start(struct belief *b, double threat_payoff);
/* A candidate was answered. weight: the probability of each pure profile under it;
 * rewards: one per player, the own is not looked at. True if something is known that
 * was not. */
bool belief_hear(struct belief *b, const double *weight, const double *rewards);
/* Everybody's payoffs as far as they are known, by player: the own are exact. Borrowed,
 * until the next belief_*. */
const struct payoffs *belief_payoffs(const struct belief *b, uint8_t player);
/* How much of a payoff is not known: from 0, determined, to 1, nothing heard. */
double belief_doubt(const struct belief *b, uint32_t profile);
/* True if a player refused the pure profile and it is not certain whether it pays that
 * player less than the threat, or more and tempts too much. */
bool belief_guessed(const struct belief *b, uint8_t player, uint32_t profile);
/* How large a player's payoffs are, as far as is known; positive. */
double belief_scale(const struct belief *b, uint8_t player);

#endif
