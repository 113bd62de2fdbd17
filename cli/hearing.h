/* SPDX-License-Identifier: MIT */
/* One running node's events as they come (docs/interface.md, /events). Whoever listens
 * is called back within hearing_turn; a node that does not answer is asked again. */
#ifndef TREATY_CLI_HEARING_H
#define TREATY_CLI_HEARING_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/fetch.h"

/* Opaque. */
struct hearing;

/* event: "" for a record; data: one JSON object as text. */
typedef void heard_fn(void *context, const char *event, const char *data);

/* address: as fetch_address makes it. NULL when memory is short. */
struct hearing *hearing_new(const char *address, heard_fn *heard, void *context);
void hearing_free(struct hearing *h);
/* Takes what has come, without waiting. True if something came. */
bool hearing_turn(struct hearing *h);
/* From now on without what nodes say to each other: in play it is most of what there
 * is, and the rest tells it as well. */
void hearing_spare_messages(struct hearing *h);
/* NULL while the node answers; else a sentence's end that says why not. */
const char *hearing_why(const struct hearing *h);

#endif
