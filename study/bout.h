/* SPDX-License-Identifier: MIT */
/* One negotiation without messages, signatures and lies: the nodes' real askers,
 * samplers, table, draw and pruning, in the order in which the rounds of the protocol
 * have them. What is on the table at the end is what `treaty simulate` has there, for
 * the same game, options and seed. */
#ifndef TREATY_STUDY_BOUT_H
#define TREATY_STUDY_BOUT_H

#include "base/secure.h"
#include "sampling/asker.h"

struct bout_options {
    const struct game *game;      /* borrowed for life */
    const struct profile *threat; /* borrowed for life */
    uint64_t seed;                /* what the players' samplers start from */
    /* Of every player; payoffs, tolerance and sampler_seed are filled in. */
    struct asker_options asking;
};

/* Opaque. */
struct bout;

/* Nothing has been asked yet. NULL when memory is short. */
struct bout *bout_new(const struct bout_options *o);
void bout_free(struct bout *b);

/* The sampling of all players, from the first round to the last. */
void bout_negotiate(struct bout *b);

/* One question outside of the rounds: everybody answers, and it is on the table if that
 * suits all. Returns its index in the table. At most as many different ones as the
 * budgets of all players; *fresh is false if it was asked before. */
uint32_t bout_ask(struct bout *b, bool *fresh, const struct candidate *c,
                  uint8_t proposer);
/* Equation (10) of a candidate for a player. */
double bout_value(const struct bout *b, uint32_t index, uint8_t player);

/* How many were asked about, and how many of them suit everybody (A_s). */
uint32_t bout_asked(const struct bout *b);
uint32_t bout_accepted(const struct bout *b);
/* The index of the k-th of A_s, in the order of indices. */
uint32_t bout_accept(const struct bout *b, uint32_t k);
void bout_candidate(const struct bout *b, struct candidate *out, uint32_t index);
/* Who asked about it first. */
uint8_t bout_proposer(const struct bout *b, uint32_t index);
/* Everybody's payoff: n_players numbers. */
const double *bout_payoff(const struct bout *b, uint32_t index);
/* The lottery and the pruning, by truthful marks, on a copy of the table: the index of
 * what is agreed on. A_s is not empty. *first, unless NULL: what was drawn first.
 * UINT32_MAX when memory is short. */
uint32_t bout_settle(const struct bout *b, uint32_t *first, struct prng *lottery);

#endif
