/* SPDX-License-Identifier: MIT */
/* A world in one process: every player of a session, a virtual clock, and a network
 * that loses, doubles, delays and cuts. One seed decides everything, so a world that
 * went wrong can be run again, byte for byte. */
#ifndef TREATY_SIM_WORLD_H
#define TREATY_SIM_WORLD_H

#include "adversary/adversary.h"
#include "protocol/record.h"
#include "sim/trace.h"

enum {
    WORLD_PARTITIONS_MAX = 16,
    WORLD_CRASHES_MAX = 64,
    WORLD_LIMIT_MS = 24 * 3600 * 1000, /* where the options name no limit */
    WORLD_DELAY_MS_MIN = 10,           /* what a network is like where nobody says */
    WORLD_DELAY_MS_MAX = 50,
};

/* Nothing that a player of a sends to a player of b, or the other way, arrives if it is
 * sent while from_ms <= now < to_ms. Masks: bit i is player i. */
struct partition {
    uint64_t a, b;
    uint64_t from_ms, to_ms;
};

/* A player's process dies: at a time, or, with at_record > 0, right after it has
 * written that many records to its log (the header is the first), before it does what
 * the record tells of. Its log stays. With restart_ms > 0 it is born again that long
 * after and led through its log; what was sent to it meanwhile is lost. */
struct crash {
    uint8_t player;
    uint64_t at_ms;
    uint64_t at_record;
    uint64_t restart_ms;
};

/* Every message takes a time uniform in [delay_ms_min, delay_ms_max]. loss, duplicate
 * and reorder are shares of the messages, in [0, 1]: a lost one never arrives, a
 * doubled one arrives twice, and a reordered one takes up to four times delay_ms_max
 * longer, so that others overtake it. */
struct network {
    uint32_t delay_ms_min, delay_ms_max;
    double loss, duplicate, reorder;
    uint8_t n_partitions;
    struct partition partition[WORLD_PARTITIONS_MAX];
    uint8_t n_crashes;
    struct crash crash[WORLD_CRASHES_MAX];
};

/* True if it has no faults at all: no loss, no doubling, no reordering, no partition,
 * no crash. */
bool network_calm(const struct network *n);

/* Told of every note as it is made. */
typedef void world_watch(void *context, uint64_t now_ms, uint8_t player,
                         const struct note *note);

struct world_options {
    uint64_t seed;
    const struct terms *terms; /* copied; of the game's shape */
    const struct game *game;   /* borrowed for life; each player sees its own payoffs */
    const struct private_options *private_options; /* n_players of them; copied */
    const struct misdeeds *misdeeds; /* n_players of them, copied; NULL: all honest */
    struct network network;
    uint32_t work_ms_max; /* a player's own work on decks takes up to so long */
    uint64_t limit_ms; /* virtual time after which the world stops; 0: WORLD_LIMIT_MS */
    uint64_t trace;    /* which notes the trace tells: TRACE(NOTE_..) | ..; 0: none */
    world_watch *watch; /* may be NULL */
    void *context;
};

/* Opaque. */
struct world;

/* Keys, roster and the seeds of all players follow from the seed. NULL when memory is
 * short, or where the terms do not fit the game (terms_valid and the shapes say). */
struct world *world_new(const struct world_options *o);
void world_free(struct world *w);
/* One event. False when there was none: the world has ended, or the time limit is
 * reached. */
bool world_step(struct world *w);
/* Steps until there is nothing left to do. True if the world ended before the limit. */
bool world_run(struct world *w);

uint64_t world_now_ms(const struct world *w);
/* True if every player is done or dead for good. A cheat need not come to an end: when
 * all others have, it gets twice the hard limit of silence more. */
bool world_ended(const struct world *w);
const struct terms *world_terms(const struct world *w);
const struct roster *world_roster(const struct world *w);
uint64_t world_seed(const struct world *w);
/* What a player knows and nobody else; borrowed. */
const struct payoffs *world_payoffs(const struct world *w, uint8_t player);
/* True if the player has no misdeeds. */
bool world_honest(const struct world *w, uint8_t player);
/* True if the player has crashed for good. */
bool world_dead(const struct world *w, uint8_t player);
const struct network *world_network(const struct world *w);
const struct misdeeds *world_misdeeds(const struct world *w, uint8_t player);
/* How it stands with a player; of a dead one, how it stood when it died. */
void world_report(const struct world *w, uint8_t player, struct report *out);
/* The player's log, as the file of a node would hold it; borrowed until the next step.
 * It ends with a RECORD_END once the player is done. */
const uint8_t *world_log(const struct world *w, uint8_t player, size_t *size);

/* The stages in which a cheat really played something else than was prescribed. */
struct broken_stage {
    uint32_t stage;
    uint8_t prescribed, played;
};
/* Returns how many; the first capacity of them are put in out, in order. */
size_t world_broken(const struct world *w, uint8_t player, struct broken_stage *out,
                    size_t capacity);

/* Which of its misdeeds have had an effect; over all lives of the player. */
struct deeds world_deeds(const struct world *w, uint8_t player);

/* True if the player has signed two different messages for its slot of one round, and
 * sent both. */
bool world_two_faced(const struct world *w, uint8_t player);

struct world_counts {
    uint64_t messages, bytes;         /* sent, one for each receiver */
    uint64_t received, lost, doubled; /* of messages sent to it */
    uint32_t restarts;
    uint32_t contradictions; /* records that it would have written otherwise, led
                                through its log: always 0 */
    uint64_t phase_ms[PHASE_OVER + 1]; /* virtual time spent in each phase */
};
void world_counts(const struct world *w, uint8_t player, struct world_counts *out);

/* The story so far, one line for each note that the options ask for:
 *     [   10] 2 > reveal
 * the time in ms, the player from 1, what it notes. Borrowed until the next step. */
const char *world_trace(const struct world *w);

#endif
