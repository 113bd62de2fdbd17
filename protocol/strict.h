/* SPDX-License-Identifier: MIT */
/* Strict verdicts: all honest players agree on whose message of a round is missing, by
 * authenticated broadcast (Dolev and Strong) on its slot. A message that comes late
 * needs more than its author's signature: in sub-round k, that of k players, its author
 * among them. Who accepts one late vouches for it with a signature of its own and sends
 * it to everybody, so that it is in time there in sub-round k + 1. docs/protocol.md,
 * section 8, has the argument; nothing here is used, and nothing is sent, while all is
 * well. */
#ifndef TREATY_PROTOCOL_STRICT_H
#define TREATY_PROTOCOL_STRICT_H

#include "protocol/message.h"

/* All times in ms, since the player entered the round. */

/* How many signatures a message needs that comes then, from 1 on. Where that is
 * n_players, none suffices: its author and all others but the receiver are one less. */
uint64_t strict_needed(const struct terms *t, uint64_t since_ms);
/* True if others may not get it in time by asking, so that who accepts it must vouch.
 */
bool strict_late(const struct terms *t, uint64_t since_ms);
/* From then on nothing is accepted. */
uint64_t strict_patience_ms(const struct terms *t);
/* The least hard_ms with which this works. */
uint64_t strict_hard_ms_min(const struct terms *t);

/* A co-signature is of the words of an envelope, not of its signature: the owner of a
 * key can make several. */
struct signature strict_cosign(const uint8_t *envelope, size_t size,
                               const struct keypair *key);
bool strict_cosigned(const struct signature *s, const uint8_t *envelope, size_t size,
                     const struct public_key *key);

/* The vouches that a player has sent for the slots of this round and the one before,
 * for those who ask for them. Opaque. */
struct vouches;
/* NULL when memory is short. */
struct vouches *vouches_new(uint8_t n_players, size_t envelope_max);
void vouches_free(struct vouches *v);
/* Room for an envelope of envelope_max bytes; what was there of older rounds is gone.
 */
uint8_t *vouches_room(struct vouches *v, uint64_t round, uint8_t player);
void vouches_filled(struct vouches *v, uint64_t round, uint8_t player, size_t size);
/* NULL where there is none. */
const uint8_t *vouches_find(const struct vouches *v, uint64_t round, uint8_t player,
                            size_t *size);

#endif
