/* SPDX-License-Identifier: MIT */
/* Private recommendations: the decks of one session on their way through its rounds.
 * What is said of them, what a full row of it means, and which work it gives.
 * docs/protocol.md, section 6, has the order and says why; lottery/deck.h has the
 * cryptography. */
#ifndef TREATY_PROTOCOL_DEALING_H
#define TREATY_PROTOCOL_DEALING_H

#include "protocol/message_deck.h"
#include "protocol/negotiation.h"
#include "protocol/work.h"

/* Whose view it is. */
enum dealing_view {
    DEALING_PLAYER,   /* one that has a seat, and secrets */
    DEALING_OBSERVER, /* nobody; every proof is judged */
    DEALING_READER,   /* nobody; proofs are judged once dealing_doubt was called */
};

/* Opaque. */
struct dealing;

/* NULL when memory is short. The terms of the context, which are of a private
 * concept, are borrowed for life. */
struct dealing *dealing_new(const struct context *c, enum dealing_view view);
/* No work may be out. NULL is fine. */
void dealing_free(struct dealing *d);
void dealing_doubt(struct dealing *d);

/* ---- keys: they ride at the end of `sign`, BODY_KEY_SIZE bytes ---- */

void dealing_say_key(struct dealing *d, const struct context *c, struct writer *body);
/* False if its proof does not hold. */
bool dealing_hear_key(struct dealing *d, const struct context *c, uint8_t player,
                      const uint8_t *bytes);
/* Everybody's keys are there: this is agreed. False if the keys cancel each other. */
bool dealing_start(struct dealing *d, const struct context *c,
                   const struct agreement *a);
/* True from then on, where there is something to deal. */
bool dealing_started(const struct dealing *d);

/* ---- rounds ---- */

/* The full row of START, DEAL, or, in a private stage, COMMIT or SHOW: begins the work
 * that it gives, a mask of work_number; called once for each such row. That work is
 * then out. */
uint32_t dealing_begin(struct dealing *d, enum phase phase, const struct message *row);
struct work *dealing_work(struct dealing *d, uint8_t number);
/* It is done and back. */
void dealing_worked(struct dealing *d, struct work *w);
/* True while work is out. All rows but those of COMMIT wait for it. */
bool dealing_busy(const struct dealing *d);

/* What this player says. */
void dealing_say_pass(const struct dealing *d, struct writer *body);
void dealing_say_show(const struct dealing *d, struct writer *body);
/* Its recommendation in the stage at hand; nobody else's is known to it. */
uint8_t dealing_action(const struct dealing *d);

/* Whether what stands behind the first n bytes of a body is what belongs there. */
bool dealing_pass_legal(const struct dealing *d, const struct message *m, size_t n);
bool dealing_show_legal(const struct dealing *d, const struct message *m, size_t n);
/* Whom the work that is back finds guilty of a proof that does not hold; n_players:
 * nobody. */
uint8_t dealing_guilty(const struct dealing *d);
/* What each player was told to play, after the openings of a row of SHOW have held. */
const uint8_t *dealing_drawn(const struct dealing *d);
/* A row is concluded. What the work of a COMMIT row finds counts when the SHOW row
 * after it is. */
void dealing_deal_over(struct dealing *d);
void dealing_commit_over(struct dealing *d);
void dealing_show_over(struct dealing *d);
/* True if the pass at hand is the last before the first stage. */
bool dealing_last_dealt(const struct dealing *d);

#endif
