/* SPDX-License-Identifier: MIT */
/* Where everybody comes in: listens, and hands over whole frames of whoever connects
 * and speaks as a PUSH socket of nanomsg's does (eight bytes of greeting, then frames
 * behind their size, eight bytes, big-endian). Nobody is known here, and nobody can
 * take more than a place: a connection holds at most the frame that is under way and a
 * few KiB, and a turn of the loop takes a bounded number of frames, a few from each in
 * turn. They are handed over together when it ends: what is judged together costs less.
 */
#ifndef TREATY_NODE_DOOR_H
#define TREATY_NODE_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct sockaddr;
struct uv_loop_s;

enum { DOOR_FRAMES_MAX = 64 };

/* What the owner makes of a frame. */
enum welcome {
    WELCOME_ANY,   /* it cost next to nothing */
    WELCOME_NEW,   /* who sends such is no stranger any more */
    WELCOME_VAIN,  /* it cost time, and was good for nothing */
    WELCOME_FALSE, /* nobody honest sends that: the connection is ended */
};

struct door_options {
    struct uv_loop_s *loop;
    size_t frame_max;     /* bytes; who announces more is sent away */
    unsigned greet_looks; /* who has not greeted at so many door_keep is sent away */
    uint64_t crowded_ms;  /* not more often than this is everybody sent away */
    /* The whole frames, of anybody, that came in one turn of the loop, at least one and
     * at most DOOR_FRAMES_MAX, of 0 bytes or more; borrowed. marks: for each, what the
     * owner remembers about the connection that it came by, 0 at first. welcome: for
     * each, WELCOME_ANY unless it says otherwise. May call door_close. */
    void (*receive)(void *context, const struct bytes *frames, uint8_t *const *marks,
                    enum welcome *welcome, size_t n);
    void (*closed)(
        void *context); /* after door_close: the loop holds nothing any more */
    void *context;
};

/* Opaque. */
struct door;

/* 0, or an error of libuv's; closed is not called then, but the loop must go on. */
int door_open(struct door **out, const struct door_options *o,
              const struct sockaddr *address);
/* Now and then: sends away who has not greeted, and hears those again who have to wait
 * because they had wasted too much time since the last time. Where so many are in that
 * a peer might soon find no place, all strangers are sent away, or, where there are
 * none, everybody, and who is a peer comes again: true then. */
bool door_keep(struct door *d);
/* True while there are frames that have come and were not handed over. */
bool door_waiting(const struct door *d);
/* Released in the loop's last callback about it. */
void door_close(struct door *d);

#endif
