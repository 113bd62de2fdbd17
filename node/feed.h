/* SPDX-License-Identifier: MIT */
/* What one client of /events gets (docs/interface.md), as bytes: the records of the log
 * from where it left off, and the node's status between them. It reads the log's file,
 * so a client that is slow costs nothing but its place in it. */
#ifndef TREATY_NODE_FEED_H
#define TREATY_NODE_FEED_H

#include <stdio.h>

#include "node/log.h"

/* Writes one record as a line of JSON. own: with what only this node may know. */
typedef void record_words(FILE *out, const struct record *r, uint64_t number,
                          const struct terms *terms, const struct roster *roster,
                          bool own);

struct feed_options {
    const char *log_path;      /* borrowed */
    const struct terms *terms; /* likewise, and the roster */
    const struct roster *roster;
    record_words *words;
    bool own; /* what only this node may know is shown */
};

/* Opaque. */
struct feed;

/* kinds: names of kinds of records or messages, separated by commas; NULL: all. after:
 * the id that the client has seen last; NULL: none. STATUS_USAGE, with the reason, for
 * a kind that does not exist. */
enum status feed_open(struct feed **out, const struct feed_options *o,
                      const char *kinds, const char *after, char message[256]);
void feed_close(struct feed *f);

/* At most `size` bytes of what comes next; 0: nothing for now. status is the node's
 * (sight_json), number which of them that is: one that is new to this client comes
 * before the next record. Work is bounded: where many records are passed over, a
 * comment line comes instead. */
size_t feed_read(struct feed *f, char *out, size_t size, const char *status,
                 uint64_t number);
/* The signed end of the log comes too, and then nothing any more: without it a node
 * that goes on takes its end off again. */
void feed_finish(struct feed *f);
/* Nothing more will come: the log has ended, or cannot be read. */
bool feed_over(const struct feed *f);

#endif
