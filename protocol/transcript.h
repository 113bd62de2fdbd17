/* SPDX-License-Identifier: MIT */
/* What the transcript as a whole means: the identity of a session, of an agreement, and
 * of its certificate. */
#ifndef TREATY_PROTOCOL_TRANSCRIPT_H
#define TREATY_PROTOCOL_TRANSCRIPT_H

#include "protocol/envelope.h"

/* What hellos carry instead of a session: terms and roster, so that nodes which were
 * configured differently notice. */
struct digest session_before(const struct digest *roster, const struct digest *terms);
/* Everybody's whole hello is in it, its fresh nonce and its attempt, so nothing said in
 * another session fits this one: neither in one whose nonces were others, nor in one
 * that somebody began anew with a nonce of before. hellos: one per player, in order. */
struct digest session_identity(const struct digest *roster, const struct digest *terms,
                               const struct message *hellos, uint8_t n_players);

struct agreement {
    bool agreed; /* false: nothing suited everybody, and the threat is played */
    /* What is agreed on, in the shape of terms_candidates. Where nothing is: the threat
     * again, or, where candidates are distributions, no weight on anything. */
    struct candidate candidate;
    struct candidate threat; /* a mixed profile */
    uint32_t length;         /* stages of punishment; 0 for ever */
};
/* What everybody signs. */
struct digest agreement_digest(const struct agreement *a, const struct digest *session,
                               const struct terms *t);
/* All signatures together: the row of sign messages is the contract. */
struct digest certificate_digest(const struct message *row, uint8_t n_players,
                                 const struct digest *session);

#endif
