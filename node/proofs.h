/* SPDX-License-Identifier: MIT */
/* Evidence: what a node's log proves against others, written beside it as files that
 * anybody who has the roster can judge (protocol/evidence.h). */
#ifndef TREATY_NODE_PROOFS_H
#define TREATY_NODE_PROOFS_H

#include "node/home.h"
#include "protocol/evidence.h"

/* Which proofs have been written: by fault, masks of players. All zeros: none. */
struct proofs {
    uint64_t written[EVIDENCE_ACCUSATION + 1];
};

/* True for a note that somebody is guilty of what no proof has been written of yet. */
bool proofs_due(const struct proofs *p, const struct note *n, uint8_t self);
/* Reads the log and writes evidence-SESSION-RN-playerK-FAULT.ev into the data
 * directory: the first of each player and fault, but for the node itself. due: the note
 * that asks for it, whose proof is not asked for again; or NULL. */
enum status proofs_write(struct proofs *p, const struct home *h, const struct note *due,
                         char message[256]);

#endif
