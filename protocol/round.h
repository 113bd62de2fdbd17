/* SPDX-License-Identifier: MIT */
/* Transcript-chained unanimous rounds. In round r every player fills one slot with one
 * signed message that carries T_(r-1), the digest of everything before; the round is
 * complete when the row is full, and then
 *     T_r = H("CA1/T", session, r, T_(r-1), H(kind_1, body_1), .., H(kind_N, body_N)).
 * Who completes round r knows that every honest player has completed round r - 1 with
 * the same bodies (docs/protocol.md, claim 1), so honest players are never more than
 * one round apart and three rows are all that can be needed: the one before (for those
 * who are behind), this one, and the next (for those who are ahead). */
#ifndef TREATY_PROTOCOL_ROUND_H
#define TREATY_PROTOCOL_ROUND_H

#include "protocol/envelope.h"

/* Opaque. */
struct round;

/* slot_max: the largest body. NULL when memory is short. The only allocation. */
struct round *round_new(uint8_t n_players, size_t slot_max);
void round_free(struct round *r);

/* The round that is being filled, from 0. */
uint64_t round_number(const struct round *r);
/* T of the rounds before it: what its messages carry; zeros in round 0. */
struct digest round_transcript(const struct round *r);

enum filing {
    FILED,    /* the slot is filled now */
    REPEATED, /* it was, by the same words */
    CONFLICT, /* it was, by other words: both are signed, so this is a proof */
    ASTRAY,   /* another transcript: its author lives in another history, or lies */
    OUTSIDE,  /* neither of the three rows, or too large */
};
/* Files a message whose signature holds; bytes are copied. */
enum filing round_file(struct round *r, const struct message *m, const uint8_t *bytes,
                       size_t n);
/* Puts this message where another one is, in the round that is being filled: a hello of
 * a later attempt. */
void round_replace(struct round *r, const struct message *m, const uint8_t *bytes,
                   size_t n);
/* Back from round 1 to round 0, whose row is kept: all that was said later belongs to a
 * session that is not the one. */
void round_reopen(struct round *r);
/* The envelope in a slot; NULL where there is none. Borrowed until the round ends. */
const uint8_t *round_slot(const struct round *r, uint64_t number, uint8_t player,
                          size_t *size);
/* The same as a message, borrowed as long. */
const struct message *round_message(const struct round *r, uint64_t number,
                                    uint8_t player);
/* Mask of the players whose slot in this round is empty. */
uint64_t round_missing(const struct round *r);
/* The full row's messages, by player; borrowed until round_advance. */
const struct message *round_row(const struct round *r);
/* T of the full row. */
struct digest round_close(const struct round *r, const struct digest *session);
/* On to the next round, with that T. Returns a mask of those whose early message
 * carries another session or another T: it is dropped. */
uint64_t round_advance(struct round *r, const struct digest *session,
                       const struct digest *transcript);

#endif
