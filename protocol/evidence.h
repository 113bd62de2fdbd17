/* SPDX-License-Identifier: MIT */
/* Proofs as files: bytes that convince a stranger who has nothing but the roster that
 * one player broke the protocol or the agreement. docs/protocol.md, section 9, has the
 * layout and says why no honest player can be proven guilty by them.
 *
 * What a player says in a round is judged by the rounds before it. It has signed their
 * digest T with the very message that is judged, so their bodies suffice: nobody else's
 * signature is needed to show which rounds it meant. */
#ifndef TREATY_PROTOCOL_EVIDENCE_H
#define TREATY_PROTOCOL_EVIDENCE_H

#include "protocol/fault.h"
#include "protocol/observer.h"
#include "protocol/record.h"

/* What is proven, by the numbers of E1 to E7. */
enum evidence_kind {
    EVIDENCE_TWO_WORDS = 1,  /* E1: two signed messages for one slot */
    EVIDENCE_OPENING = 2,    /* E2: what was shown is not what was committed to */
    EVIDENCE_ACTION = 3,     /* E3: an action other than the prescribed one */
    EVIDENCE_PROOF = 4,      /* E4: a proof about a deck that does not hold */
    EVIDENCE_ILLEGAL = 5,    /* E5: a signed body that the rules do not allow */
    EVIDENCE_EXCLUSIVE = 6,  /* E6: it refused a round and went on, or signed twice */
    EVIDENCE_ACCUSATION = 7, /* E7: a claim of silence that its author's own T denies */
};
/* "two words", "opening", ... */
const char *evidence_name(enum evidence_kind kind);

/* What a proof says, once it has been judged. */
struct evidence {
    enum evidence_kind kind;
    uint8_t guilty;
    struct digest session;
    uint64_t round;
    uint32_t stage;             /* E2 and E3 in play; else 0 */
    uint8_t played, prescribed; /* E3 */
    enum message_kind message;  /* what it was guilty in */
    bool has_terms;             /* E2, E3, E5: they come with the proof */
    struct terms terms;
};
/* True if the bytes prove what they say to whoever has this roster. If not, reason says
 * what is wrong. Terms come with the proof where they are needed. */
bool evidence_holds(struct evidence *out, const uint8_t *bytes, size_t n,
                    const struct roster *roster, char reason[256]);
/* True if the bytes begin like a proof, so that they are worth judging. */
bool evidence_looks_so(const uint8_t *bytes, size_t n);

/* Makes the proof of two messages of one player (for a claim that contradicts itself:
 * of one, twice). Returns its size, or 0 where they prove nothing or capacity is short.
 */
size_t evidence_of_words(uint8_t *out, size_t capacity, const struct roster *roster,
                         const struct body_evidence *words);

/* Finds the proofs that a node's log holds, record by record. Opaque. */
struct evidence_search;
/* Told of each proof; the bytes are borrowed for the call. */
typedef void evidence_found(void *context, const struct evidence *e,
                            const uint8_t *bytes, size_t n);
/* capacity: of the largest proof, in bytes; the size of the log and 64 KiB are enough.
 * Of each player and kind only the first proof is told. NULL when memory is short. */
struct evidence_search *evidence_search_new(const struct terms *terms,
                                            const struct roster *roster,
                                            size_t capacity, evidence_found *found,
                                            void *context);
void evidence_search_free(struct evidence_search *s);
/* The next record, in order. */
void evidence_search_record(struct evidence_search *s, const struct record *r);

#endif
