/* SPDX-License-Identifier: MIT */
/* What one node's log tells to the page: the events of docs/page.md, each a JSON object
 * as text, in the order of the log. Stages in a row are one event that grows, so that a
 * long play stays small. */
#ifndef TREATY_CLI_TALE_H
#define TREATY_CLI_TALE_H

#include "cli/account.h"
#include "cli/insight.h"

/* Opaque. */
struct tale;
/* Both are borrowed; account is that of the same log. NULL when memory is short. */
struct tale *tale_new(const struct insight *insight, const struct account *account);
void tale_free(struct tale *t);
/* One record, in the order of the log; the account has taken it already. */
void tale_record(struct tale *t, const struct record *r);

/* How far somebody has been told. Starts at 0, and may be kept as a text. */
struct telling_place {
    size_t event;
    uint32_t stage; /* of an event that grows: told up to this one */
};
/* Writes the next event that was not told yet, without a newline, and moves on. False
 * where there is none so far. */
bool tale_next(const struct tale *t, struct telling_place *at, FILE *out);

#endif
