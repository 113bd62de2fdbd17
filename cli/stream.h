/* SPDX-License-Identifier: MIT */
/* Records as JSON lines; docs/log.md names every field. */
#ifndef TREATY_CLI_STREAM_H
#define TREATY_CLI_STREAM_H

#include <stdio.h>

#include "cli/json.h"
#include "protocol/record.h"

/* One line. number: of the record, from 1. own: with the node's own payoffs, which are
 * null otherwise. */
void stream_record(FILE *out, const struct record *r, uint64_t number,
                   const struct terms *terms, const struct roster *roster, bool own);
/* False for a note that no node makes: a log that somebody else wrote may hold one. The
 * functions here, and those of cli/account.h, want notes for which this is true. */
bool stream_tells(const struct record *r, const struct terms *terms);
/* "as agreed", "punishing", "no agreement". */
const char *stream_mode_name(uint32_t mode);
/* What a note is called, and its fields, into an object that is open. */
const char *stream_note_name(enum note_kind kind);
void stream_note(struct json *j, const struct note *n, const struct terms *t);

#endif
