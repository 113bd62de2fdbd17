/* Proofs that a third party can check with nothing but the roster. */
#ifndef TREATY_PROTOCOL_FAULT_H
#define TREATY_PROTOCOL_FAULT_H

#include "protocol/message.h"
#include "protocol/player.h"

/* E1: true if both envelopes are signed by the same player for the same slot of the
 * same session and say different things; *guilty is that player. Two hellos prove
 * something only if they are of one attempt: a node that lost its memory begins anew,
 * with a greater one. */
bool fault_equivocation(uint8_t *guilty, const struct body_evidence *e,
                        const struct roster *roster, size_t body_max);

#endif
