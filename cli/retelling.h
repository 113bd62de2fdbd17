/* SPDX-License-Identifier: MIT */
/* Records out of what a node tells of them (docs/log.md, docs/interface.md): the way
 * back from cli/stream.h. */
#ifndef TREATY_CLI_RETELLING_H
#define TREATY_CLI_RETELLING_H

#include <jansson.h>

#include "protocol/record.h"

/* Fills out from one object; its payload lies in buffer, its chain is 0. What the node
 * has kept to itself (its regret, its payoff) is NAN. False for an object that is no
 * record of a session with these terms, or for a kind that this version does not know.
 */
bool record_retold(struct record *out, uint8_t buffer[RECORD_PAYLOAD_MAX],
                   const json_t *told, const struct terms *terms);

#endif
