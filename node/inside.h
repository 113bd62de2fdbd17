/* SPDX-License-Identifier: MIT */
/* The inside of a node, for the two files that make up node/node.h: node.c, which runs
 * it, and recall.c, which leads its player through its log again. */
#ifndef TREATY_NODE_INSIDE_H
#define TREATY_NODE_INSIDE_H

#include "node/files.h"
#include "node/home.h"
#include "node/http.h"
#include "node/links.h"
#include "node/node.h"
#include "node/progress.h"
#include "node/proofs.h"
#include "node/result.h"
#include "node/service.h"
#include "node/shelf.h"
#include "node/works.h"
#include "protocol/message.h"

/* After the rest: it brings a NAME_MAX of its own. */
#include <uv.h>

enum { PENDING_MAX = 32 }; /* notes of the last moments before a crash */

/* What the player says and notes while it is led through its log, until the log is
 * found to have it. What is left at the end was cut short by the crash. */
struct replay {
    bool running, started;
    uint64_t n_records, last_ms;
    char wrong[MESSAGE_SIZE];
    uint64_t offset;           /* of the record at hand */
    struct replayed *compared; /* NULL: a restart, which compares only what was said */
    unsigned n_notes;          /* a ring of the last ones; how many there were in all */
    struct pending_note {
        size_t size; /* 0: found in the log */
        uint8_t payload[NOTE_SIZE_MAX];
    } notes[PENDING_MAX];
    bool play_pending;
    struct action play;
    struct work *work[WORKS_MAX]; /* out, by number; NULL: none */
};

struct node {
    struct home home;
    struct player *player;
    struct adversary *adversary; /* NULL for an honest node */
    struct log *log;
    struct links *links;
    struct works *works;
    size_t message_max;
    uv_loop_t loop;
    uv_timer_t timer;
    uv_prepare_t before_waiting;
    uv_timer_t held; /* until what was heard is written, at the latest */
    uv_signal_t signals[2];
    uint64_t now_ms;           /* never goes backwards, and jumps with no wall clock */
    uint64_t base_ms, base_ns; /* the wall clock and the monotonic one at the start */
    struct actions actions;
    struct shelf shelf;
    struct replay replay;
    struct progress progress;
    struct service service;
    struct proofs proofs;
    struct tally tally;
    struct watch watch;
    struct http *http; /* NULL: nobody watches */
    record_words *words;
    bool handing_back; /* the event is one's own message, which the log has already */
    bool stopping, signalled;
    unsigned turns_due; /* of the loop since the player's time was due */
    enum status status;
    char *message;
};

/* node.c: one event for the player, and what it wants done about it. */
void node_give(struct node *n, enum event_kind kind, const uint8_t *bytes, size_t size);
void node_give_work(struct node *n, struct work *work);
/* Into the log, at the latest before anything is sent or waited for: node_write. Both
 * are false, with the node stopped, when the disk refuses. */
bool node_keep(struct node *n, enum record_kind kind, const uint8_t *payload,
               size_t size);
bool node_write(struct node *n, bool sync);
void node_say_otherwise(struct node *n, const struct action *a);
void node_play(struct node *n, const struct action *a);
void node_send_to_others(struct node *n, uint64_t mask, const uint8_t *bytes,
                         size_t size);

/* recall.c: what the player wants done is not done again. */
void recall_action(struct node *n, const struct action *a);
/* One record of the log after a restart; context: the node. */
void recall_record(void *context, const struct record *r);
/* After the last one: does what the crash left undone. */
void recall_finish(struct node *n);
/* The same as recall_record, and everything is compared. */
void recall_compare(void *context, const struct record *r);

#endif
