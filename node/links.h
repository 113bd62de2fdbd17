/* SPDX-License-Identifier: MIT */
/* Moves frames between nodes. The only includer of nanomsg: one PUSH socket per peer;
 * what comes in is door.h's. A frame that was accepted may still be lost, repeated or
 * late, and anybody may send one: identity, order and repetition are the protocol's
 * affair. What is promised: nothing here waits, memory and work per turn of the loop
 * are bounded whatever arrives, and a link that died is made again (docs/transport.md).
 */
#ifndef TREATY_NODE_LINKS_H
#define TREATY_NODE_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "node/config.h"
#include "node/door.h"

struct uv_loop_s;

enum { LINKS_MESSAGES_MAX = 64 };

struct links_options {
    struct uv_loop_s *loop;
    uint8_t self, n_players;
    const char *listen;                /* "tcp://127.0.0.1:7001"; copied */
    const struct addresses *addresses; /* of everybody; copied */
    size_t message_min, message_max;   /* of what is sent and handed over, in bytes */
    /* Messages from anybody, those of one turn of the loop, at least one and at most
     * LINKS_MESSAGES_MAX; borrowed. welcome: for each, WELCOME_ANY unless it says
     * otherwise. May call links_send and links_close. */
    void (*receive)(void *context, const struct bytes *messages, enum welcome *welcome,
                    size_t n);
    void *context;
};

struct links_counts {
    uint64_t messages_sent, bytes_sent; /* without heartbeats */
    uint64_t messages_received, bytes_received;
    uint64_t
        dropped; /* frames of wrong sizes or kinds, and what queues had no room for */
    uint64_t remade;  /* links that were made again */
    uint64_t crowded; /* times that all connections were ended, to make room */
};

/* Opaque. */
struct links;

/* Listens, and begins to connect to everybody else. STATUS_USAGE for an address that is
 * none, STATUS_FAILED where the world refuses (a port that is taken, no descriptors).
 */
enum status links_open(struct links **out, const struct links_options *o,
                       char message[256]);
/* To one peer. Accepted at once; where the peer takes nothing, the newest few are kept
 * until it does. */
void links_send(struct links *l, uint8_t to, const uint8_t *bytes, size_t size);
/* True while there are messages that have come and were not handed over. */
bool links_waiting(const struct links *l);
/* Since when, in ms, nothing came from this peer; UINT64_MAX if nothing ever did. */
uint64_t links_silent_ms(const struct links *l, uint8_t player);
/* Among so many nodes something of a peer comes three times in this time. */
uint64_t links_heard_ms(uint8_t n_players);
void links_count(const struct links *l, struct links_counts *out);
/* Begins to close. The loop must go on until it has no handles left: everything is
 * released in its last callback. NULL is closed already. */
void links_close(struct links *l);

/* False unless address is "tcp://HOST:PORT" with a host that can be connected to;
 * message says what is wrong. */
bool address_valid(const char *address, char message[256]);

#endif
