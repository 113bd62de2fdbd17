/* SPDX-License-Identifier: MIT */
/* What many negotiations of the paper's games share, and one of them at a time. */
#ifndef TREATY_STUDY_PAPER_WORKSHOP_H
#define TREATY_STUDY_PAPER_WORKSHOP_H

#include "game/game.h"
#include "study/paper_negotiation.h"

/* The rounds of regret matching before a threat is taken. */
enum { PAPER_ROUNDS = 1000 };

/* What SOO finds with the nodes' threat is the same in every run. */
struct paper_memory;

struct paper_workshop {
    struct paper_grid grid[PAPER_CONCEPTS];
    struct game *game[PAPER_GAMES]; /* owned: the same games, for the nodes' code */
    /* What the nodes' search finds, an exact static equilibrium; and what it pays. */
    struct profile exact[PAPER_GAMES];
    double exact_payoff[PAPER_GAMES][2];
    struct paper_memory *memory; /* owned */
};
/* NULL when memory is short. */
struct paper_workshop *paper_workshop_new(void);
void paper_workshop_free(struct paper_workshop *w);

struct paper_task {
    enum paper_game game;
    enum paper_concept concept;
    enum paper_sampler sampler;
    enum paper_version version;
    double discount;
    uint32_t questions;
    double threat[2]; /* u_i(p) of regret matching; PAPER_REPAIRED has its own */
};
struct paper_outcome {
    double payoff[2]; /* of the agreement; of the threat where A_s is empty */
    double gained[2]; /* the same, less what the threat pays that was used */
    bool agreed;      /* A_s is not empty */
};
/* False when memory is short. */
bool paper_negotiate(struct paper_outcome *out, struct paper_workshop *w,
                     const struct paper_task *t, struct prng *p);

/* Random numbers of their own for every purpose: `numbers` says which one it is. */
struct prng paper_stream(uint64_t seed, const uint32_t *numbers, unsigned n);

#endif
