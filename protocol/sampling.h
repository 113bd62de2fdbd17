/* SPDX-License-Identifier: MIT */
/* One player's side of the sampling: what it wants to ask, what it may ask in this
 * round, what it answers, and what its sampler is told. Not shared with anybody. */
#ifndef TREATY_PROTOCOL_SAMPLING_H
#define TREATY_PROTOCOL_SAMPLING_H

#include "protocol/negotiation.h"
#include "sampling/candidates.h"

/* Opaque. */
struct asker;

struct asker *asker_new(const struct context *c);
void asker_free(struct asker *a);
/* The threat is known: from now on candidates can be judged. */
void asker_start(struct asker *a, double threat_payoff);
/* The proposal of this round of sampling, counted from 0. table: all that has been
 * asked, none of which is asked again. */
void asker_propose(struct asker *a, const struct context *c,
                   const struct candidates *table, uint32_t batch,
                   struct body_propose *out);
/* The own answer to one candidate, and the own reward (equation (11)). */
bool asker_judge(const struct asker *a, const struct context *c,
                 const struct candidate *candidate, double *reward);
/* Equation (10) for a candidate that everybody has answered; rewards: one per player.
 * Tells the sampler if it waits for this. */
void asker_hear(struct asker *a, const struct context *c, uint32_t index,
                const struct candidate *candidate, const double *rewards);

#endif
