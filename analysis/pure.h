/* SPDX-License-Identifier: MIT */
/* What a game says in pure actions alone: equilibria, potentials, and what each
 * player can secure. Everything here is exact: payoffs are compared as the whole
 * numbers that they are on the game's scale. */
#ifndef TREATY_ANALYSIS_PURE_H
#define TREATY_ANALYSIS_PURE_H

#include "analysis/exact.h"

/* How far apart two profiles are whose only difference is player's next action. */
uint32_t pure_stride(const struct shape *s, uint8_t player);
uint8_t pure_action(const struct shape *s, uint8_t player, uint32_t profile);
/* The profile in which player does action instead, and all others the same. */
uint32_t pure_reply(const struct shape *s, uint8_t player, uint32_t profile,
                    uint8_t action);
/* The payoff in units of the game's scale; out has been initialised. */
void pure_payoff(mpz_ptr out, const struct exact_game *g, uint32_t profile,
                 uint8_t player);
/* The sum of everybody's payoffs, in units of the game's scale. */
void pure_welfare(mpz_ptr out, const struct exact_game *g, uint32_t profile);

/* tempted: shape_profiles entries, each the mask of those players who would be better
 * off with another action of theirs alone: 0 at the pure equilibria. One sweep over all
 * payoffs. */
void pure_sweep(uint32_t *tempted, const struct exact_game *g);
/* True if at profile everybody would lose by doing anything else. */
bool pure_strict(const struct exact_game *g, uint32_t profile);

enum potential { POTENTIAL_NONE, POTENTIAL_ORDINAL, POTENTIAL_EXACT };

/* Says whether one function of the profile moves as each player's payoff does when that
 * player alone changes its action: by as much (exact; then value is in the game's
 * scale), or in the same direction, standing still where the payoff does (ordinal; then
 * value is a small whole number). value: shape_profiles entries, initialised; the least
 * is 0. Unspecified with POTENTIAL_NONE. A game with an exact potential has an ordinal
 * one. False when memory is short. Source: Monderer and Shapley 1996; Voorneveld and
 * Norde 1997. */
bool pure_potential(enum potential *found, mpz_t *value, const struct exact_game *g);

/* What player can make sure of with one action whatever the others do (maxmin), and
 * what the others can hold it down to with one joint action that it knows (minmax), as
 * profiles at which it gets just that. */
uint32_t pure_maxmin(const struct exact_game *g, uint8_t player);
uint32_t pure_minmax(const struct exact_game *g, uint8_t player);

#endif
