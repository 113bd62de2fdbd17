/* SPDX-License-Identifier: MIT */
/* Who contradicts itself: every word is held against those of its author that are at
 * hand, the rows of the round and its refusal. */
#ifndef TREATY_PROTOCOL_CONTRADICTION_H
#define TREATY_PROTOCOL_CONTRADICTION_H

#include "protocol/fault.h"
#include "protocol/round.h"

/* The first refusal (`fail`) of each player that was heard. All zeros: none. */
struct refusals {
    bool heard[PLAYERS_MAX];
    struct message message[PLAYERS_MAX];
    uint8_t bytes[PLAYERS_MAX][ENVELOPE_OVERHEAD + CLAIM_SIZE];
};
/* m is a refusal whose body can be read; its signature holds. */
void refusals_keep(struct refusals *r, const struct message *m, const uint8_t *bytes,
                   size_t size);

/* What m proves about its author, and with which other word of it: *out then holds both
 * envelopes, borrowed from the rows, from r, and from bytes. */
enum fault_kind contradiction_find(struct body_evidence *out, const struct refusals *r,
                                   const struct round *rows, const struct message *m,
                                   const uint8_t *bytes, size_t size);

#endif
