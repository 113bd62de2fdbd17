/* SPDX-License-Identifier: MIT */
/* Whether the log of a node tells what its messages mean. Record by record: every
 * message must be one that its author signed and that fits its place in the transcript,
 * and every note must be the one that follows from the messages before it. Nothing
 * secret is needed: roster and terms are enough. docs/verifying.md says what cannot be
 * found out this way. Pure: reading files, and the chain of hashes, belong to the
 * caller (record_read). */
#ifndef TREATY_PROTOCOL_AUDIT_H
#define TREATY_PROTOCOL_AUDIT_H

#include "protocol/observer.h"
#include "protocol/record.h"

/* What is false, and why. */
struct audit_fault {
    const char *field; /* "signature", "transcript", "note", ... */
    char reason[224];
};

/* What has been checked so far, and what it came to. */
struct audit_summary {
    uint8_t self;
    char program[32]; /* of the header */
    uint64_t records;
    uint64_t messages;     /* each with its signature */
    uint64_t rounds;       /* complete ones */
    struct digest session; /* zeros until the hellos are complete */
    struct digest transcript;
    uint32_t draws, restorations, deviations;
    uint64_t coins;    /* of mixed actions, opened and tossed again */
    uint64_t decks;    /* of private recommendations, judged and opened again */
    uint64_t tosses;   /* public draws of a stage's profile, drawn again */
    uint32_t punished; /* stages played as punishment */
    uint32_t claims;   /* of silence, signed */
    uint32_t proofs;   /* of two words for one slot */
    uint64_t guilty;   /* mask of those whom messages prove guilty */
    /* One more than the last round in which each player is heard, the owner too. */
    uint64_t heard_rounds[PLAYERS_MAX];
    bool closed;               /* by a signed end */
    bool ended;                /* it tells how the session ended */
    struct digest certificate; /* zeros before everybody has signed */
};

/* Opaque. */
struct audit;

/* terms and roster as for observer_new. NULL when memory is short. */
struct audit *audit_new(const struct terms *terms, const struct roster *roster);
void audit_free(struct audit *a);
/* The next record, whose chain holds. False where it is false; nothing may follow
 * then. */
bool audit_record(struct audit *a, const struct record *r, struct audit_fault *fault);
const struct audit_summary *audit_summary(const struct audit *a);
const struct observer *audit_observer(const struct audit *a);

#endif
