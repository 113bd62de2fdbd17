/* SPDX-License-Identifier: MIT */
/* What is gathered from a player's notes for those who watch a node: how often each
 * action was played, who was waited for, and what deviations came to. Bounded, however
 * long the play is. */
#ifndef TREATY_NODE_WATCH_H
#define TREATY_NODE_WATCH_H

#include "protocol/player.h"

enum { WATCH_KEPT = 32, STAGE_MODES = 3 };

/* One deviation. What a node cannot know is not there: it knows its own payoffs. */
struct watched_deviation {
    uint32_t stage;
    uint8_t player;
    enum fault_kind fault;
    uint8_t played, prescribed; /* FAULT_ACTION only */
    double gain;                /* one's own: u(played) - u(prescribed) at that stage */
    double loss;                /* one's own: sum over the later stages s of
                                   d^(s - stage) (U - u(s)), so far */
    double deterred_from; /* one's own: gain / (gain + U - u(p)); -1: by no d below 1 */
    double harm;          /* another's: u(prescribed) - u(played), own, at that stage */
    double weight;        /* d^(s - stage) of the next stage */
};

struct watched_punishment {
    uint32_t from, length; /* 0 for ever */
    uint32_t restored;     /* the first stage that is played as agreed again; 0: none */
};

/* Start with watch_start. The last WATCH_KEPT of each list, in a ring: number k, from
 * 0, stands at k % WATCH_KEPT. */
struct watch {
    const struct payoffs *payoffs; /* own; borrowed */
    double discount;
    double agreed_payoff, threat_payoff; /* own */
    bool threatened;
    /* stages with each action, at shape_offset(player) + action, by NOTE_STAGE's mode:
     * as agreed, punishing, without an agreement */
    uint32_t observed[STAGE_MODES][WEIGHTS_MAX];
    uint32_t stages[STAGE_MODES];
    uint8_t last_actions[PLAYERS_MAX];
    uint64_t deviations_of[PLAYERS_MAX][FAULT_KINDS];
    uint32_t n_deviations, n_punishments;
    struct watched_deviation deviation[WATCH_KEPT];
    struct watched_punishment punishment[WATCH_KEPT];
    double harm; /* the sum over all deviations of others */
    uint64_t wait_round;
    uint64_t waited_for; /* mask, in wait_round */
    uint64_t waits[PLAYERS_MAX], waited_ms[PLAYERS_MAX];
    uint64_t strangers, reborn, guilty, silent; /* masks */
    bool doubled;                               /* somebody else has this node's key */
};

void watch_start(struct watch *w, const struct payoffs *own, double discount);
void watch_note(struct watch *w, const struct note *n);

#endif
