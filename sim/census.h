/* SPDX-License-Identifier: MIT */
/* What was tried in many worlds, and what came of it: so that one sees of a million
 * worlds in which no law broke that each kind of trouble was there. */
#ifndef TREATY_SIM_CENSUS_H
#define TREATY_SIM_CENSUS_H

#include <stdio.h>

#include "sim/world.h"

enum { CENSUS_LARGE = 9 }; /* so many players and more are counted together */

/* Counts add up: those of the parts are those of the whole. */
struct census {
    uint64_t worlds, lawless;
    uint64_t players[CENSUS_LARGE + 1]; /* worlds by number of players */
    /* worlds with ... */
    uint64_t calm, lossy, doubling, overtaking, parted, crashing, crashing_often;
    uint64_t honest, one_cheat, coalition, one_honest, calm_honest, calm_one_cheat;
    uint64_t defecting, two_faced;
    uint64_t misbehaving[MISBEHAVIOUR_KINDS]; /* with an effect on what was said */
    /* what happened in them */
    uint64_t messages, lost, doubled, restarts, broken_stages;
    uint64_t notes[NOTE_KINDS];        /* by kind */
    uint64_t faults[FAULT_KINDS];      /* of deviations and of the proven guilty */
    uint64_t ended[OUTCOME_FAULT + 1]; /* honest players by outcome */
    uint64_t dead, agreed;             /* honest players */
    uint64_t all_played, all_alike;    /* worlds by their honest players */
    /* Sum over the worlds of 32 bits that depend on every note of every player and on
     * when it was made: two runs that differ in a single digest differ here. */
    uint64_t stories;
    uint64_t story; /* of the world at hand; what the sum takes 32 bits of */
};

/* A world_watch with the census as its context: told of every note of the world that
 * census_add is then given. */
void census_watch(void *census, uint64_t now_ms, uint8_t player,
                  const struct note *note);
/* A world that has been run, and whether all laws hold in it. */
void census_add(struct census *c, const struct world *w, bool lawful);
/* A line for each count: the number, two spaces, what was counted; the same lines in
 * the same order whatever was counted. */
void census_write(FILE *out, const struct census *c);

#endif
