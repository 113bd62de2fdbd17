/* SPDX-License-Identifier: MIT */
/* How one of the candidates that suit everybody is chosen (docs/selection.md). The
 * lottery needs no more than the table; the other two ask each player for a report:
 * what each candidate on the table gains it over the threat, as a share of what the
 * best of them gains it. Nobody can check a report. Therefore a candidate is drawn as
 * for the lottery, and what is worse than it for anybody, by its own report, goes:
 * reports choose among the rest. All of it is integer arithmetic, the same everywhere.
 */
#ifndef TREATY_SAMPLING_SELECTION_H
#define TREATY_SAMPLING_SELECTION_H

#include <stdbool.h>
#include <stdint.h>

struct candidates; /* candidates.h */

enum selection {
    SELECTION_LOTTERY,     /* draw, prune, draw again (candidates.h) */
    SELECTION_NASH,        /* the largest product of gains (Nash 1950): first, as many
                              players as possible with a gain; then the largest product
                              of theirs */
    SELECTION_EGALITARIAN, /* the largest least share of one's own best gain (Kalai and
                              Smorodinsky 1975); of those the largest least but one,
                              and so on (Imai 1983) */
};
enum { SELECTIONS = SELECTION_EGALITARIAN + 1 };
/* "lottery", "nash-bargaining", "egalitarian". */
const char *selection_name(enum selection s);

/* What makes a whole of which a report's gains are shares. */
#define GAIN_ONE (UINT32_C(1) << 30)

/* The report of a player that tells the truth, n entries.
 * payoff  its own, of each candidate
 * threat  its own payoff at the threat, in the same units
 * unit    payoffs are counted in steps of this size, rounded to the nearest: those that
 *         differ by less than half of it may count as the same, those that differ by
 *         more than one and a half never do. At least 2^-30 of the best gain, or 0
 *         where no payoff is above the threat's. */
void selection_report(uint32_t *gain, const double *payoff, uint32_t n, double threat,
                      double unit);
/* True for what selection_report could have made: shares whose greatest is a whole, or
 * nothing but zeros. */
bool selection_report_valid(const uint32_t *gain, uint32_t n);

/* Leaves on the table what the rule (not the lottery) finds best of what is as good as
 * the drawn candidate for every player, by its own report; at least one candidate.
 * Among several no report tells a difference that matters to the rule. gain  each
 * player's report, one after the other: n_players runs of as many entries as there are
 * survivors, in their order Returns how many were as good as the drawn one, itself
 * included. */
uint32_t selection_narrow(struct candidates *t, enum selection rule,
                          const uint32_t *gain, uint8_t n_players, uint32_t drawn);

#endif
