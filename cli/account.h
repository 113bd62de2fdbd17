/* SPDX-License-Identifier: MIT */
/* What one node's log says happened, gathered record by record: the same for a log that
 * is read afterwards, one that grows, and one of a simulation. */
#ifndef TREATY_CLI_ACCOUNT_H
#define TREATY_CLI_ACCOUNT_H

#include "protocol/record.h"

/* What is prescribed in a stage, as NOTE_STAGE numbers it. */
enum stage_mode { STAGE_AS_AGREED, STAGE_PUNISHING, STAGE_WITHOUT_TREATY };

/* Everybody's actions in the stages that were played, in order. */
struct stages {
    uint32_t n;
    size_t capacity;
    uint8_t n_players;
    uint8_t *actions; /* n times n_players */
    uint8_t *mode;    /* enum stage_mode */
};
/* actions of stage, counted from 1: n_players entries. */
const uint8_t *stage_actions(const struct stages *s, uint32_t stage);

/* A deviation that is proven by what was signed. */
struct deviation {
    uint32_t stage; /* 0 before the play */
    uint8_t player;
    enum fault_kind fault;
    uint8_t played, prescribed; /* FAULT_ACTION only */
    uint64_t round;             /* other faults only */
};
/* A claim, signed and not provable, that some fell silent. */
struct claim {
    uint64_t round;
    uint32_t stage; /* 0 before the play */
    uint8_t by;
    uint64_t silent; /* mask */
};
struct punishment {
    uint32_t from;
    uint32_t length;   /* 0 for ever */
    uint32_t restored; /* the first stage that is played as agreed again; 0: never */
};

struct account {
    const struct terms *terms;   /* borrowed */
    const struct roster *roster; /* borrowed */
    uint8_t self;
    bool opened; /* its header fits terms and roster */
    bool closed; /* it ends with RECORD_END */
    uint64_t n_records, first_ms, last_ms;

    bool has_session, has_threat, no_threat, no_agreement, chosen, treaty;
    struct digest session, agreement_digest, certificate;
    struct candidate threat, agreement;
    uint32_t threat_rounds;
    uint64_t refusers; /* mask of those whom a threat does not suit */
    uint32_t asked, certified, sampling_rounds, pruning_rounds;
    uint32_t length;  /* of punishment, as agreed; 0 for ever */
    uint64_t signers; /* mask of those who signed; what, is in signed_digest */
    struct digest signed_digest[PLAYERS_MAX];

    struct stages stages;
    size_t n_deviations, deviations_capacity;
    struct deviation *deviations;
    size_t n_claims, claims_capacity;
    struct claim *claims;
    size_t n_punishments, punishments_capacity;
    struct punishment *punishments;
    bool ended;
    enum outcome outcome;

    enum phase phase;
    uint64_t round; /* the last complete one */
    uint64_t entered_ms, phase_ms[PHASE_OVER + 1];
    uint64_t waiting_for; /* mask; 0 when nobody is waited for */
    uint64_t waiting_since_ms;
};

/* Start with everything 0 but terms and roster. */
void account_record(struct account *a, const struct record *r);
void account_free(struct account *a);
/* False for a claim whose author is proven to have broken the protocol, or fell silent
 * itself, say all others who claim anything, and there are at least two of them. Who
 * cheats by silence may still sign claims. */
bool account_credits(const struct account *a, const struct claim *c);
/* How many have signed the agreement, as far as this log knows. */
uint32_t account_signatures(const struct account *a);
/* Mask of those who are proven to have broken the protocol: their logs prove nothing.
 */
uint64_t account_guilty(const struct account *a);
/* Seconds that were spent in the phases from first to last. */
double account_seconds(const struct account *a, enum phase first, enum phase last);

/* Whether all these logs tell the same. Those in `doubtful` (they misbehave) are not
 * asked, and those in `cut` (they died) may end early; the others may be one stage
 * apart. False with a sentence in `found`. */
bool accounts_agree(const struct account *accounts, uint8_t n, uint64_t doubtful,
                    uint64_t cut, char found[256]);
/* The one to report from: not doubtful, and the longest. */
uint8_t accounts_fullest(const struct account *accounts, uint8_t n, uint64_t doubtful);

/* A longer array for one more element than n, or the end of the program with exit code
 * 1 where memory is short: reports are of no use without it. */
void *array_grow(void *array, size_t n, size_t *capacity, size_t size);

#endif
