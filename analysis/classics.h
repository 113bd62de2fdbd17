/* SPDX-License-Identifier: MIT */
/* Two games of the literature on coalitions, with their parameters, as tables and as
 * action graphs that pay the same. Kupcu 2017 (incentivized outsourced computation),
 * Naserian and Tepe 2009 (forwarding dilemma), both as Taweel, Yildiz and Kupcu print
 * them in their tables 1 and 2. */
#ifndef TREATY_ANALYSIS_CLASSICS_H
#define TREATY_ANALYSIS_CLASSICS_H

#include "analysis/agg.h"

/* n contractors compute (Diligent) or guess (Lazy); with k others lazy one gets
 *     diligent  r - c(1)                                    if k = 0
 *               r + b (1 - q) - c(1)                        otherwise
 *     lazy      r - c(q)                                    if k = n - 1
 *               r q - (f + b (n-k-1) / (k+1)) (1 - q) - c(q) otherwise
 * Lazy is the first action, "L", Diligent the second, "D". */
struct ioc {
    mpq_t reward, bounty, fine, cost, guess_cost,
        guess_right; /* r, b, f, c(1), c(q), q */
};
/* What the paper's figures use: 20, 20, 2.5, 10, 5, 1/2. */
void ioc_init(struct ioc *p);
void ioc_clear(struct ioc *p);

/* Everybody wants a packet forwarded: Drop, "D", pays g if another forwards and else 0;
 * Forward, "F", pays g - c. */
struct forwarding {
    mpq_t gain, cost; /* g, c */
};
/* What the paper's figures use: 2 and 1. */
void forwarding_init(struct forwarding *p);
void forwarding_clear(struct forwarding *p);

/* The games of n players. NULL, or why not, in words that follow "the game". */
const char *ioc_table(struct exact_game *out, const struct ioc *p, uint32_t n);
const char *ioc_graph(struct agg *out, const struct ioc *p, uint32_t n);
const char *forwarding_table(struct exact_game *out, const struct forwarding *p,
                             uint32_t n);
const char *forwarding_graph(struct agg *out, const struct forwarding *p, uint32_t n);

/* An action graph that pays what the table pays: one node for each action of each class
 * of interchangeable players. Where nobody is like anybody else it is larger than the
 * table. NULL, or why not, in words that follow "the game". */
const char *agg_from_table(struct agg *out, const struct exact_game *g);

#endif
