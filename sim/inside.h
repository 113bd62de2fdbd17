/* SPDX-License-Identifier: MIT */
/* The inside of a world, for the files that make up sim/world.h. */
#ifndef TREATY_SIM_INSIDE_H
#define TREATY_SIM_INSIDE_H

#include "sim/overheard.h"
#include "sim/queue.h"
#include "sim/tape.h"
#include "sim/world.h"

enum { ECHOES_MAX = 16 };

/* What the log of a player that is being born again says it did before. */
struct memory {
    bool known; /* next is a message that was said or kept before the crash */
    struct record next;
    struct tape_reader reader; /* after next */
    struct tape_reader tail;   /* after the last such message: notes and plays only */
};

/* One node of the world: a player and the process around it. */
struct mind {
    struct keypair key;
    struct seed seed;
    struct misdeeds misdeeds;
    struct player *player;       /* NULL while it is down */
    struct adversary *adversary; /* NULL where it is honest, and while it is down */
    struct tape tape;
    struct memory memory;
    struct packet *echo[ECHOES_MAX]; /* own words, to be handed back */
    size_t n_echoes;
    struct work *work[WORKS_MAX]; /* out, by number; NULL: none */
    bool done, dead;
    const struct crash *dying; /* a crash that takes effect as soon as we are back */
    uint64_t told_ms;          /* the time of its last event */
    uint64_t wake_ms;          /* the wake that counts; others are stale */
    struct broken_stage broken[DEFECTIONS_MAX];
    size_t n_broken;
    struct overheard overheard; /* of a cheat */
    struct report report;       /* at the last death */
    struct deeds deeds;         /* of earlier lives */
    enum phase phase;
    uint64_t phase_since_ms;
    struct world_counts counts;
};

struct world {
    struct world_options options;
    struct terms terms;
    struct private_options private_options[PLAYERS_MAX];
    struct roster roster;
    uint8_t n_players;
    struct mind mind[PLAYERS_MAX];
    bool crashed[WORLD_CRASHES_MAX];
    struct queue queue;
    struct prng chance;
    uint64_t now_ms;
    uint64_t round;         /* the latest that anybody is in */
    uint64_t honest_end_ms; /* since when all who are honest have ended; or never */
    struct actions actions; /* of the step at hand */
    char *trace;            /* owned, ends with a NUL */
    size_t trace_size, trace_capacity;
};

#endif
