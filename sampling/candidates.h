/* SPDX-License-Identifier: MIT */
/* The table of a session: every candidate that was ever asked about, who proposed it,
 * and what became of it. The accepted ones are A_s, what is on the table; drawing and
 * pruning leave one of them. Everything here follows from what all players said, so the
 * table is the same at every node: nobody's payoffs enter, only marks. */
#ifndef TREATY_SAMPLING_CANDIDATES_H
#define TREATY_SAMPLING_CANDIDATES_H

#include "game/game.h"

#define CANDIDATES_NONE UINT32_MAX

/* What a player says of a surviving candidate, compared with the drawn one. */
enum mark { MARK_EQUAL, MARK_WORSE, MARK_BETTER };

/* Opaque. */
struct candidates;

/* weights    the shape of a candidate: one simplex per entry. A distribution over pure
 *            profiles is one simplex with as many actions as there are profiles.
 * n_players  who may propose: players 0 .. n_players - 1
 * capacity   how many candidates will be added, at most; at least 1
 * NULL when memory is short. The only allocation. */
struct candidates *candidates_new(const struct shape *weights, uint8_t n_players,
                                  uint32_t capacity);
void candidates_free(struct candidates *t);

/* Puts a valid candidate on the table, neither accepted nor refused. Candidates are
 * numbered from 0 in the order of adding. Returns its index and sets *fresh; if it was
 * there already, *fresh is false, the index is the old one, and the proposer stays who
 * it was. Adding more than capacity different ones is our own bug. */
uint32_t candidates_add(struct candidates *t, bool *fresh, const struct candidate *c,
                        uint8_t proposer);
/* The index of an equal candidate, or CANDIDATES_NONE. */
uint32_t candidates_find(const struct candidates *t, const struct candidate *c);
/* How many were added. */
uint32_t candidates_count(const struct candidates *t);
void candidates_get(const struct candidates *t, struct candidate *out, uint32_t index);
/* Those in the mask proposed it as well, in the same row: what each player proposed
 * does not depend on who else did. */
void candidates_join(struct candidates *t, uint32_t index, uint64_t proposers);
/* Mask of those who proposed it, and the first of them in the order of players. */
uint64_t candidates_proposed_by(const struct candidates *t, uint32_t index);
uint8_t candidates_proposer(const struct candidates *t, uint32_t index);

/* Everybody said yes: the candidate is a member of A_s and survives until it is pruned.
 * Each candidate is accepted at most once. */
void candidates_accept(struct candidates *t, uint32_t index);
/* True if it was accepted, pruned or not. */
bool candidates_accepted(const struct candidates *t, uint32_t index);
/* True if it was accepted and has not been pruned. */
bool candidates_survives(const struct candidates *t, uint32_t index);
/* How many survive. */
uint32_t candidates_survivors(const struct candidates *t);
/* The index of the k-th survivor, counted from 0 in the order of indices;
 * k < candidates_survivors. */
uint32_t candidates_survivor(const struct candidates *t, uint32_t k);

/* The two-level draw: first one of the players that proposed a survivor, then one of
 * that player's survivors, so that flooding the table with variants of one's favourite
 * does not make it likelier. The lottery says j and k, each uniform in its range:
 *     j = draw below candidates_proposers(t)
 *     k = draw below candidates_of(t, j)
 *     drawn = candidates_draw(t, j, k). */
uint8_t candidates_proposers(const struct candidates *t);
/* The j-th such player, in the order of players, and how many survivors it has; at
 * least 1. */
uint8_t candidates_nth_proposer(const struct candidates *t, uint8_t j);
uint32_t candidates_of(const struct candidates *t, uint8_t j);
/* The index of the k-th of them, in the order of indices. */
uint32_t candidates_draw(const struct candidates *t, uint8_t j, uint32_t k);

/* Notes what one player says of a survivor. Unmarked is equal; the order of marking is
 * free. */
void candidates_mark(struct candidates *t, uint32_t index, enum mark mark);
/* Forgets all marks, as if nobody had said anything. */
void candidates_unmark(struct candidates *t);
/* Ends one pruning, when everybody's marks are noted. drawn is a survivor, and nobody
 * marked it worse or better (the caller refuses such a message). Removes every survivor
 * that somebody marked worse. If somebody marked one of the rest better, removes the
 * drawn one too and returns false: draw again, a survivor is left. Otherwise true: the
 * drawn one is the result. All marks are forgotten. Every call that returns false
 * removes at least one candidate, whatever was marked, so there are fewer than |A_s| of
 * them. */
bool candidates_prune(struct candidates *t, uint32_t drawn);

/* Whose turn it is to propose this candidate in this round of sampling: those who want
 * to ask about it at the same time leave it to one of them, if that is one of them.
 * weights and n_players as for candidates_new. */
uint8_t candidates_turn(const struct candidate *c, const struct shape *weights,
                        uint32_t round, uint8_t n_players);

#endif
