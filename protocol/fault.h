/* SPDX-License-Identifier: MIT */
/* Proofs that a third party can check with nothing but the roster: two signed messages
 * of one author that no player who keeps to the protocol signs both. What is proven by
 * a whole row (E2, E3, E5) is negotiation.c's and play.c's to find. */
#ifndef TREATY_PROTOCOL_FAULT_H
#define TREATY_PROTOCOL_FAULT_H

#include "protocol/message.h"
#include "protocol/player.h"

/* What two messages of one author and one session (else: nothing) mean together, if
 * both are signed: FAULT_EQUIVOCATION: they fill one slot and say different things. Two
 * hellos prove something only if they are of one attempt: a node that lost its memory
 * begins anew, with a greater one. FAULT_EXCLUSIVE: one is `fail` and the other belongs
 * to a later round, which its author has said it would never come to; or both are
 * `sign`, in different rounds. FAULT_ACCUSATION: one is `suspect` or `fail`, and its
 * author's own transcript contradicts it: it names a round that its own header says is
 * complete (both are then this message), or the other fills the author's slot of the
 * same round with another transcript. FAULT_NONE: nothing is wrong with them. The order
 * does not matter. */
enum fault_kind fault_between(const struct message *a, const struct message *b);

/* The same for two envelopes, whose signatures are checked: what is proven, and who is
 * guilty. body_max: the largest body of a round's message (terms_slot_max). */
enum fault_kind fault_proven(uint8_t *guilty, const struct body_evidence *e,
                             const struct roster *roster, size_t body_max);

#endif
