/* SPDX-License-Identifier: MIT */
/* A session as somebody sees it who takes no part in it: the same rows lead to the same
 * conclusions as in a player (negotiation.c and play.c draw them for both), but there
 * are no payoffs, no secrets and no clock, and nothing is said. Whoever holds the
 * messages of a session can so find out what they mean. */
#ifndef TREATY_PROTOCOL_OBSERVER_H
#define TREATY_PROTOCOL_OBSERVER_H

#include "protocol/negotiation.h"
#include "protocol/play.h"
#include "protocol/round.h"

/* Opaque. */
struct observer;

/* terms and roster must be valid and fit each other; they are copied. NULL when memory
 * is short. */
struct observer *observer_new(const struct terms *terms, const struct roster *roster);
/* One that does not judge the proofs about decks, until observer_doubt is called: then
 * those of the rows that follow. For who knows that somebody has signed the rounds
 * before (evidence.h). */
struct observer *observer_new_reader(const struct terms *terms,
                                     const struct roster *roster);
void observer_doubt(struct observer *o);
void observer_free(struct observer *o);

/* Files a message, whose signature and session are the caller's to check; see
 * round_file. A hello of a later attempt is FILED too, in the place of the earlier one,
 * as long as nobody can have completed round 1: the session then begins anew. */
enum filing observer_file(struct observer *o, const struct message *m,
                          const uint8_t *bytes, size_t n);
/* True if everybody's message of this round is there and the session is not over. */
bool observer_row_full(const struct observer *o);
/* The row is full: which pieces of work on decks (work_number) it gives every player,
 * as a mask. They are done here, at once; observer_conclude does it too, where this was
 * not called before. */
uint32_t observer_work(struct observer *o);
/* True where the stage at hand is one of private recommendations. */
bool observer_in_private(const struct observer *o);
/* True if a player concludes this row only when all of its work is done. */
bool observer_waits(const struct observer *o);
/* Draws the conclusions from the full row and goes on to the next round, or, at a
 * fault, ends there. notes receives what an honest player notes meanwhile, in order,
 * but for NOTE_HEALED; their candidates are borrowed until the next call. Own regret
 * and payoff are 0 in them. */
struct conclusion observer_conclude(struct observer *o, struct actions *notes);
/* The session is over for another reason than a row: claims of silence, evidence. */
void observer_end(struct observer *o, enum outcome outcome);

/* Where the session stands. PHASE_OVER when it is over. */
enum phase observer_phase(const struct observer *o);
enum outcome observer_outcome(const struct observer *o);
/* The kind of message that this round is made of. */
enum message_kind observer_expected(const struct observer *o);
const struct round *observer_round(const struct observer *o);
const struct play *observer_play(const struct observer *o);
const struct negotiation *observer_negotiation(const struct observer *o);
/* Zeros until the hellos are complete. */
struct digest observer_session(const struct observer *o);
/* The attempt of the hello that counts, in rounds 0 and 1; 0 where there is none. */
uint64_t observer_attempt(const struct observer *o, uint8_t player);
/* What hellos carry instead of a session. */
struct digest observer_before(const struct observer *o);
/* All but wishes and waits; see player_report. */
void observer_report(const struct observer *o, struct report *out);

#endif
