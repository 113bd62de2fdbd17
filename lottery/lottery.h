/* SPDX-License-Identifier: MIT */
/* The jointly controlled lottery (Aumann, Maschler and Stearns 1995) for N parties:
 * everybody commits to a ticket, then shows it; the hash of all tickets draws. It is
 * uniform as long as one ticket is, whatever the other N - 1 agree on among themselves.
 */
#ifndef TREATY_LOTTERY_LOTTERY_H
#define TREATY_LOTTERY_LOTTERY_H

#include "base/secure.h"

struct ticket {
    uint8_t bytes[32];
};

/* The commitment that seat makes to its ticket for lottery number `draw`. Session, draw
 * and seat are inside the hash, so nobody can copy another's commitment. */
struct digest lottery_commit(const struct digest *session, uint32_t draw, uint8_t seat,
                             const struct ticket *t);
bool lottery_opens(const struct digest *commitment, const struct digest *session,
                   uint32_t draw, uint8_t seat, const struct ticket *t);
/* The same where a report of n numbers is fixed with the ticket, which hides it: so
 * that it fits neither the draw nor what others report. */
struct digest lottery_commit_report(const struct digest *session, uint32_t draw,
                                    uint8_t seat, const struct ticket *t,
                                    const uint32_t *report, uint32_t n);
bool lottery_opens_report(const struct digest *commitment, const struct digest *session,
                          uint32_t draw, uint8_t seat, const struct ticket *t,
                          const uint32_t *report, uint32_t n);
/* What all tickets together say: 256 bits, bound to the transcript (the candidates that
 * are on the table). tickets: one per seat, in order. */
struct digest lottery_mix(const struct digest *session, uint32_t draw,
                          const struct digest *transcript, const struct ticket *tickets,
                          uint8_t n_tickets);
/* An unbiased integer in [0, outcomes), outcomes > 0, by rejection over the 64-bit
 * words of the mix and of hashes that extend it. `use` separates several integers that
 * are drawn from one mix. Equation (13) of the paper, floor(1 + (L-1) w), never draws
 * the last candidate; this does. */
uint64_t lottery_integer(const struct digest *mix, uint32_t use, uint64_t outcomes);

#endif
