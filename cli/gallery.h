/* SPDX-License-Identifier: MIT */
/* Every node that is watched: its log as far as it was read, what that tells, and how
 * the node is. Finished logs and growing ones are the same here. */
#ifndef TREATY_CLI_GALLERY_H
#define TREATY_CLI_GALLERY_H

#include "cli/account.h"
#include "cli/hearing.h"
#include "cli/insight.h"
#include "cli/tale.h"

/* How it is with a node as a source. */
enum watched_state {
    WATCHED_ABSENT, /* there is no log yet */
    WATCHED_OPEN,   /* it may grow */
    WATCHED_CLOSED, /* its end is signed */
    WATCHED_BROKEN, /* it does not continue its chain, or cannot be read */
    WATCHED_GONE,   /* the node answered, and does not any more */
};

struct gallery;

struct watched {
    struct gallery *gallery;
    char log[PATH_SIZE];     /* empty: it is told over HTTP */
    struct hearing *hearing; /* NULL: it is a file */
    uint8_t player;          /* by its directory; whose the log says once it is open */
    enum watched_state state;
    char words[256];  /* why it is broken, or gone */
    uint64_t gone_ms; /* since when it is gone, by the clock of the world */
    /* Grows whenever the log begins anew (another session in the same place): whoever
     * was told by an earlier one forgets it. */
    uint32_t edition;
    bool read_up; /* to where it ended when it was read last; a log that is not there
                     too */
    struct account account;
    struct tale *tale;
    struct log_reader *reader;
    uint64_t file; /* which file is open, and when that was looked at last */
    uint64_t looked_ms;
};

struct gallery {
    struct insight insight;
    char
        place[PATH_SIZE]; /* as the user named it: what is verified; empty: addresses */
    bool cluster;         /* a directory with one directory per node */
    uint8_t n;
    struct watched node[PLAYERS_MAX];
    uint64_t changes; /* grows with every record and every change of a state */
};

/* place: a run's directory, which may still be waiting for its nodes' logs; a node's;
 * or a log. STATUS_USAGE, with the reason, where it is none of these. */
enum status gallery_open(struct gallery *g, const char *place,
                         char reason[REASON_SIZE]);
/* n addresses of running nodes, at least one of which must answer now: it is asked for
 * the terms and the roster. STATUS_FAILED where none does. */
enum status gallery_call(struct gallery *g, const char *const *address, uint8_t n,
                         char reason[REASON_SIZE]);
void gallery_free(struct gallery *g);
/* Reads on, but for no more than about a tenth of a second: true if there is more to
 * read at once. */
bool gallery_read(struct gallery *g);
/* The log to show first: of those that are not proven to have cheated, the longest. */
uint8_t gallery_first(const struct gallery *g);
/* Everybody's state, as the event `nodes` of docs/page.md. */
void gallery_emit(const struct gallery *g, FILE *out);

#endif
