/* SPDX-License-Identifier: MIT */
/* From hello to start: what a full row means in each phase before play, and what this
 * player says next. Everything that is shared follows from the rows alone; the player's
 * own payoffs decide only its private answers. */
#ifndef TREATY_PROTOCOL_NEGOTIATION_H
#define TREATY_PROTOCOL_NEGOTIATION_H

#include "protocol/message.h"
#include "protocol/player.h"
#include "protocol/transcript.h"

struct dealing; /* dealing.h */

/* What every phase of one player's session shares. */
struct context {
    const struct terms *terms;
    const struct roster *roster;
    const struct payoffs *payoffs;
    const struct private_options *options;
    const struct seed *seed;
    uint8_t self;
    double tolerance; /* of comparisons of own payoffs, in their units */
    struct digest terms_digest, roster_digest;
    struct digest session;    /* zeros until the hellos are complete */
    struct digest transcript; /* T of all rounds before the row at hand */
    struct actions *out;      /* where notes and actions of this step go */
    struct dealing *dealing;  /* NULL unless recommendations are private */
};
void context_note(struct context *c, const struct note *n);

/* What a full row led to. */
struct conclusion {
    enum phase next;      /* what is to be said now; PHASE_OVER: nothing */
    enum outcome outcome; /* with PHASE_OVER */
    uint8_t guilty;       /* with a fault: whose message proves it */
    enum fault_kind fault;
};

/* Opaque. */
struct negotiation;

/* NULL when memory is short. The context is borrowed for life. */
struct negotiation *negotiation_new(const struct context *c);
void negotiation_free(struct negotiation *n);
/* Writes the body of what this player says in a phase, and returns its kind. */
enum message_kind negotiation_say(struct negotiation *n, struct context *c,
                                  enum phase phase, struct writer *body);
/* The row of this phase is full. row: one message per player. */
struct conclusion negotiation_conclude(struct negotiation *n, struct context *c,
                                       enum phase phase, const struct message *row);
/* What was agreed, once the phase is past PHASE_SIGN; and its digest. */
const struct agreement *negotiation_agreement(const struct negotiation *n);
struct digest negotiation_agreement_digest(const struct negotiation *n);
/* The coins as the start left them: commitments to the halves of flip 1, by player, and
 * the beacon of that flip. */
const struct digest *negotiation_coins(const struct negotiation *n,
                                       struct digest *beacon);
/* Own half of a flip; the same for ever. */
struct coin_half context_coin_half(const struct context *c, uint32_t flip);
/* Fills the fields of the report that belong to the negotiation. */
void negotiation_report(const struct negotiation *n, struct report *out);

#endif
