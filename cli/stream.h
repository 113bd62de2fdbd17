/* SPDX-License-Identifier: MIT */
/* Records as JSON lines; docs/log.md names every field. */
#ifndef TREATY_CLI_STREAM_H
#define TREATY_CLI_STREAM_H

#include <stdio.h>

#include "protocol/record.h"

/* One line. number: of the record, from 1. own: with the node's own payoffs, which are
 * null otherwise. */
void stream_record(FILE *out, const struct record *r, uint64_t number,
                   const struct terms *terms, const struct roster *roster, bool own);

#endif
