/* SPDX-License-Identifier: MIT */
/* How nodes stand, in the words of /status (docs/interface.md): as a running node tells
 * it, or, with fewer fields, as a log does. */
#ifndef TREATY_CLI_STANDING_H
#define TREATY_CLI_STANDING_H

#include <jansson.h>

#include "cli/archive.h"
#include "cli/fetch.h"
#include "cli/words.h"

enum { STANDINGS_MAX = FETCH_MAX };

struct standing {
    char address[FETCH_ADDRESS_SIZE]; /* empty: the node does not answer over HTTP */
    char log[PATH_SIZE];              /* empty: it is not on this machine */
    char name[NAME_MAX + 1];          /* of the node, as far as it is known; or empty */
    json_t *told;                     /* NULL: nothing is known, and why says why */
    bool live;                        /* told by the node itself, and now */
    char why[FETCH_WHY_SIZE];
};

/* Asks all that have an address, and reads the logs of those who have none or do not
 * answer. What was told before is forgotten. */
void standings_look(struct standing *s, size_t n, long timeout_ms);
void standings_free(struct standing *s, size_t n);
/* The nodes of a cluster's directory, or the one of a node's. STATUS_USAGE, with the
 * reason, where there are none. */
enum status standings_find(struct standing *s, size_t *n, const char *directory,
                           char reason[REASON_SIZE]);

/* One field, or one inside an object: ("play", "average_payoff"); inside may be NULL.
 * What is not there is 0, NAN, "" or NULL. */
uint64_t told_whole(const struct standing *s, const char *field, const char *inside);
double told_number(const struct standing *s, const char *field, const char *inside);
const char *told_text(const struct standing *s, const char *field, const char *inside);
const json_t *told(const struct standing *s, const char *field, const char *inside);

/* "playing, stage 120 of 1000, round 250, agreed" and so on, without a name. */
void say_standing(struct line *l, const struct standing *s);

#endif
