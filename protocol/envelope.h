/* SPDX-License-Identifier: MIT */
/* Signed bytes: the only evidence there is. An envelope is a header of 88 bytes, a
 * body, and an Ed25519 signature over both: magic 4, version 1, kind 1, flags 2 (0),
 * session 32, round 8, sender 2, reserved 2 (0), body size 4, transcript 32. */
#ifndef TREATY_PROTOCOL_ENVELOPE_H
#define TREATY_PROTOCOL_ENVELOPE_H

#include "base/bytes.h"
#include "protocol/terms.h"

enum {
    ENVELOPE_HEADER = 88,
    ENVELOPE_OVERHEAD = ENVELOPE_HEADER + 64,
    ENVELOPE_VERSION = 3,
};

enum message_kind {
    MESSAGE_HELLO = 1,
    MESSAGE_REGRET,
    MESSAGE_PUNISH,
    MESSAGE_PUNISH_OK,
    MESSAGE_PROPOSE,
    MESSAGE_ANSWER,
    MESSAGE_SET,
    MESSAGE_REVEAL,
    MESSAGE_PRUNE,
    MESSAGE_LENGTH,
    MESSAGE_SIGN,
    MESSAGE_START,
    MESSAGE_ACT,
    MESSAGE_COMMIT,
    MESSAGE_SHOW,
    MESSAGE_FOLLOW,
    MESSAGE_TOSS,
    MESSAGE_RESTORE,
    MESSAGE_END,
    MESSAGE_DEAL,
    /* outside the order of rounds: */
    MESSAGE_SUSPECT = 64,
    MESSAGE_FAIL,
    MESSAGE_EVIDENCE,
    MESSAGE_VOUCH,
};
/* "hello", "regret", ... */
const char *message_name(enum message_kind kind);
/* True if the kind fills a slot of a round. */
bool message_in_round(enum message_kind kind);

struct message {
    enum message_kind kind;
    uint8_t sender;
    uint64_t round;
    struct digest session;
    struct digest transcript; /* of all complete rounds before; zeros in a hello */
    const uint8_t *body;      /* borrowed from the envelope */
    size_t body_size;
};

/* Layout, version, sender and sizes only; the signature is not looked at. False for
 * anything that no honest player of this roster could have sent. */
bool envelope_peek(struct message *out, const uint8_t *bytes, size_t n,
                   const struct roster *roster, size_t body_max);
/* True if the envelope, which envelope_peek has accepted, is signed by its sender. */
bool envelope_signed(const struct message *m, const uint8_t *bytes, size_t n,
                     const struct roster *roster);
/* The same in half the time. v: of the roster's keys. True: envelope_signed. False: it
 * is not, or our own arithmetic errs; whoever wants to be certain asks envelope_signed.
 */
bool envelope_accepted(const struct message *m, const uint8_t *bytes, size_t n,
                       const struct roster *roster, const struct verifier *v);
/* What the sender is said to have signed, by its number in the roster; borrows bytes.
 */
struct signed_bytes envelope_claim(const struct message *m, const uint8_t *bytes,
                                   size_t n);
/* Writes and signs; returns the size. capacity >= ENVELOPE_OVERHEAD + body_size. */
size_t envelope_seal(uint8_t *out, size_t capacity, const struct message *m,
                     const struct keypair *key);

#endif
