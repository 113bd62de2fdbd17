/* SPDX-License-Identifier: MIT */
/* The work of a player (protocol/work.h), done on libuv's pool of threads while the
 * loop goes on. */
#ifndef TREATY_NODE_WORKS_H
#define TREATY_NODE_WORKS_H

#include <uv.h>

#include "node/status.h"
#include "protocol/work.h"

/* Opaque. */
struct works;

/* Told in the loop's own thread of each piece that is done. */
typedef void works_done(void *context, struct work *work);

enum status works_open(struct works **out, uv_loop_t *loop, works_done *done,
                       void *context, char message[256]);
/* Of one number only one piece can be out at a time. */
void works_begin(struct works *w, struct work *work);
/* Drops what has not begun and waits for what has: then no thread holds a piece any
 * more. The loop runs meanwhile; done is not called any more. */
void works_end(struct works *w);
/* works_end was called. NULL is fine. */
void works_free(struct works *w);

#endif
