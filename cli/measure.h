/* SPDX-License-Identifier: MIT */
/* The arithmetic of a report. Only the launcher, who has the whole game, can do it; the
 * definitions are those of docs/commands.md, in the words of this file's comments. */
#ifndef TREATY_CLI_MEASURE_H
#define TREATY_CLI_MEASURE_H

#include "cli/account.h"

/* One deviation, for the report. */
struct offence {
    uint32_t stage; /* 0 before the play */
    uint8_t node;
    const char *kind; /* "action", "omission", or the name of a fault */
    uint32_t claims;  /* omissions: how many say so */
    uint64_t round;   /* where the kind is not "action" */
    uint8_t played, prescribed;
    bool weighed; /* gain and loss are known: kind is "action" */
    double gain;  /* u_i(played, others played) - u_i(prescribed, others played) */
    /* sum over the later stages s, up to the end of the play, of
     * d^(s - stage) (U_i - u_i(s)) */
    double loss;
    double deterred_from; /* gain / (gain + U_i - u_i(p)); 0 where nothing was gained,
                             -1 where no discount factor below 1 deters it */
};

struct measures {
    double threat_payoff[PLAYERS_MAX];    /* u_i(p) */
    double epsilon[PLAYERS_MAX];          /* each one's regret at the threat */
    double agreement_payoff[PLAYERS_MAX]; /* U_i; u_i(p) where there is no agreement */
    double average[PLAYERS_MAX]; /* of the stages that were played; 0 without any */
    double
        discounted[PLAYERS_MAX]; /* (1 - d_i) sum over stages t of d_i^(t-1) u_i(t) */
    size_t n_offences, capacity;
    struct offence *offences; /* in the order of stages, then nodes */
};

/* Fills out (release with measures_free) from what one log says; options has
 * everybody's own discount factor. */
void measures_take(struct measures *out, const struct game *game,
                   const struct private_options *options, const struct account *a);
void measures_free(struct measures *m);

/* The least discount factor at which grim trigger deters a deviation that gains this
 * much at once and costs `loss_per_stage` in every stage after it. */
double measure_deterrence(double gain, double loss_per_stage);

#endif
