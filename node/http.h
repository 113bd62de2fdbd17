/* SPDX-License-Identifier: MIT */
/* The HTTP server of a node (docs/interface.md), on the node's own loop. It shows and
 * changes nothing; nothing here waits for a client, and what clients can take of
 * memory, descriptors and time is bounded. */
#ifndef TREATY_NODE_HTTP_H
#define TREATY_NODE_HTTP_H

#include "node/feed.h"
#include "node/sight.h"

struct uv_loop_s;

struct http_options {
    struct uv_loop_s *loop;
    const char *listen;       /* as http_address_read has it */
    struct feed_options feed; /* what streams read; borrowed for life */
    /* Fills in all but what the server knows itself. */
    void (*look)(void *context, struct sight *out);
    void *context;
};

/* Opaque. */
struct http;

/* Listens. STATUS_USAGE for an address that is none, STATUS_FAILED where the world
 * refuses. */
enum status http_open(struct http **out, const struct http_options *o,
                      char message[256]);
/* "http://127.0.0.1:9101" */
const char *http_place(const struct http *h);
/* The log has grown, or the node is about something else. NULL: nobody watches. */
void http_wake(struct http *h);
/* The log's signed end is final, and is shown. */
void http_seal(struct http *h);
/* Nothing will come any more: streams are ended once they have everything, at the
 * latest after a second. */
void http_finish(struct http *h);
/* True once no stream is left; http_finish has been called. */
bool http_finished(const struct http *h);
/* Begins to close: the loop must go on until it has no handles left. NULL is closed
 * already. */
void http_close(struct http *h);

#endif
