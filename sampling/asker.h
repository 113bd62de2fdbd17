/* SPDX-License-Identifier: MIT */
/* One player's side of the sampling: what it wants to ask, what it may ask in this
 * round, what it answers, and what its sampler is told. Not shared with anybody. A
 * running node and a study of samplers have the same. */
#ifndef TREATY_SAMPLING_ASKER_H
#define TREATY_SAMPLING_ASKER_H

#include "game/incentive.h"
#include "sampling/candidates.h"
#include "sampling/sampler.h"

struct asker_options {
    const struct payoffs *payoffs; /* the player's own; borrowed for life */
    double tolerance;              /* of comparisons of payoffs, in their units */
    enum concept concept;
    uint32_t resolution; /* weights are multiples of WEIGHT_ONE / resolution; 0: any */
    enum incentive incentive;
    struct enforcement enforcement;
    bool shortest; /* the length of the punishment is still open */
    double lambda; /* equation (10); 1 where rewards are not shared */
    enum sampler_kind sampler;
    uint64_t sampler_seed;
    uint32_t budget;   /* N_c: how many candidates it may ask about */
    uint16_t batch;    /* how many of them in one round, at most */
    bool opening_pure; /* first questions are pure profiles, for half of the budget */
    uint32_t without;  /* of SAMPLER_SURROGATE, for studies: surrogate.h; 0 for nodes */
};

/* Opaque. */
struct asker;

/* NULL when memory is short. */
struct asker *asker_new(const struct asker_options *o);
void asker_free(struct asker *a);
/* The threat is known, a mixed profile: from now on candidates can be judged. */
void asker_start(struct asker *a, const struct profile *threat);
/* The proposal of this round of sampling, counted from 0: the candidates, strictly
 * increasing by candidate_order, with room for batch of them. Returns how many. table:
 * all that has been asked, none of which is asked again. */
uint16_t asker_propose(struct asker *a, const struct candidates *table, uint32_t batch,
                       struct candidate *proposal);
/* True if nothing more will be proposed, as far as it knows now: ask after
 * asker_propose. */
bool asker_finished(const struct asker *a);
/* What a candidate is to this player: the expected payoff per stage, the reward of
 * equation (11), and whether it suits, which is the answer. */
struct judgement {
    double payoff;
    double reward;
    bool suits;
};
struct judgement asker_judge(const struct asker *a, const struct candidate *candidate);
/* After how many rounds sampling ends in any case. A question is asked in the first
 * round in which it could be, or the second, and answered in the one after; whoever
 * says for longer that it is not finished only wastes time. */
uint32_t asker_rounds_max(uint32_t budget, uint8_t n_players);
/* Equation (10) for a candidate that everybody has answered; rewards: one per player.
 * Tells the sampler if it waits for this. */
void asker_hear(struct asker *a, uint32_t index, const struct candidate *candidate,
                const double *rewards);

#endif
