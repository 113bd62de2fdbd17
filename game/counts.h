/* SPDX-License-Identifier: MIT */
/* Payoffs by count: what a player gets for its own action and for how many of the
 * others took each action, where everybody has the same m actions. A table of m
 * C(N+m-2, m-1) numbers instead of m^N; an expectation takes O(N C(N+m-2, m-1) m)
 * steps, for two actions O(N^2). docs/theory.md has the formula.
 *
 * A *crowd* is how many of some players take each action. Those of n players are
 * numbered by how many do not take the first action, and among those that agree in that
 * by a fixed order, so that the crowds of fewer players come first: with two actions
 * the number is how many take the second. */
#ifndef TREATY_GAME_COUNTS_H
#define TREATY_GAME_COUNTS_H

#include "game/game.h"

/* Entries of one player's payoffs by count. */
enum { COUNTS_MAX = 1 << 18 };

/* True if everybody has the same number of actions, and payoffs by count fit
 * COUNTS_MAX. */
bool shape_counted(const struct shape *s);
/* How many crowds n_players can be: C(n_players + n_actions - 1, n_actions - 1), or
 * UINT32_MAX where that is more than COUNTS_MAX. */
uint32_t crowds(uint8_t n_players, uint16_t n_actions);
/* The number of a crowd. count: n_actions entries, of which the first is not read. */
uint32_t crowd_number(const uint8_t *count, uint16_t n_actions);
/* And back. count: n_actions entries; n_players is their sum. */
void crowd_count(uint8_t *count, uint8_t n_players, uint16_t n_actions,
                 uint32_t number);
/* On to the crowd with the next number; after the last one comes the first again. */
void crowd_next(uint8_t *count, uint16_t n_actions);

/* Pure profiles that are tried one after the other: all of them, by their numbers,
 * where they have any (shape_tabled). Of a larger game, which is counted, those in
 * which everybody does the same, and then for each other crowd one profile, its first
 * action by the first players, its second by those after them; and then all of these
 * with one player later as the first. */
uint32_t shape_listed(const struct shape *s);
/* number: below shape_listed. */
void listed_actions(uint8_t *actions, const struct shape *s, uint32_t number);

/* Opaque. */
struct counts;

/* Copies value: for each own action in order, crowds(n_players - 1, n_actions) payoffs
 * by the crowd of the others. NULL when memory is short. */
struct counts *counts_new(const struct shape *s, uint8_t player, const double *value);
void counts_free(struct counts *c);
/* What counts_new was given; borrowed. */
const double *counts_value(const struct counts *c);
/* The payoff of a pure profile. */
double counts_at(const struct counts *c, const uint8_t *actions);
/* As payoffs_expect and payoffs_by_action. Others may all mix differently. A pure
 * profile gives exactly what counts_at gives. They work in memory that c owns, so not
 * from two threads at once. */
double counts_expect(const struct counts *c, const struct profile *x);
void counts_by_action(double *out, const struct counts *c, const struct profile *x);

#endif
