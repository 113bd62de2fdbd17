/* SPDX-License-Identifier: MIT */
/* What nodes answer over HTTP (docs/interface.md), asked for all at the same time. */
#ifndef TREATY_CLI_FETCH_H
#define TREATY_CLI_FETCH_H

#include <stdbool.h>
#include <stddef.h>

enum { FETCH_ADDRESS_SIZE = 300, FETCH_WHY_SIZE = 200, FETCH_MAX = 64 };

/* One question and its answer. */
struct fetch {
    char address[FETCH_ADDRESS_SIZE]; /* "localhost:9101", as fetch_address makes it */
    const char *path;                 /* "/status"; borrowed */
    char *body;                       /* a text; NULL where there is none: see why */
    long code;                        /* 0: nobody answered */
    char why[FETCH_WHY_SIZE];         /* nobody answered; a sentence's end */
};

/* Whether text means a node by its address: PORT, HOST:PORT, or with http:// before it.
 * out: HOST:PORT. */
bool fetch_address(char out[FETCH_ADDRESS_SIZE], const char *text);
/* Asks them all, at most FETCH_MAX, and waits timeout_ms at most. */
void fetch_all(struct fetch *f, size_t n, long timeout_ms);
void fetch_free(struct fetch *f, size_t n);

#endif
