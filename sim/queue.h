/* SPDX-License-Identifier: MIT */
/* What is still to happen in a world, in the order of time, and the packets on their
 * way. Packets are shared: one copy of the bytes, however many receivers. */
#ifndef TREATY_SIM_QUEUE_H
#define TREATY_SIM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QUEUE_MAX = 1 << 20 };

/* Bytes with a count of those who still need them. */
struct packet {
    uint32_t holders;
    size_t size;
    uint8_t bytes[];
};
/* A copy of the bytes with one holder. NULL when memory is short. */
struct packet *packet_new(const uint8_t *bytes, size_t size);
void packet_hold(struct packet *p);
/* One holder less; the last one frees it. p may be NULL. */
void packet_drop(struct packet *p);

enum happening_kind {
    HAPPENING_BIRTH,
    HAPPENING_ARRIVAL, /* of packet at player */
    HAPPENING_WAKE,    /* player wanted to be told the time */
    HAPPENING_CRASH,   /* number: which crash of the options */
    HAPPENING_WORK,    /* player's work of this number is done */
};
struct happening {
    uint64_t at_ms;
    uint64_t order; /* of two at the same time, the one added first goes first */
    enum happening_kind kind;
    uint8_t player;
    uint8_t number;
    struct packet *packet; /* held by the queue; NULL unless something arrives */
};

/* A binary heap of at most QUEUE_MAX happenings. */
struct queue {
    struct happening *item; /* owned */
    uint32_t n, capacity;
    uint64_t added;
};
/* False when memory is short. */
bool queue_start(struct queue *q);
void queue_end(struct queue *q);
/* Takes over one hold of the packet. False, with the packet dropped, when it is full.
 */
bool queue_add(struct queue *q, const struct happening *h);
/* The earliest one; its packet is the caller's then. False when there is none. */
bool queue_take(struct queue *q, struct happening *out);

#endif
