/* SPDX-License-Identifier: MIT */
/* result.json: what one node has to show for itself when it is over (node.h lists the
 * fields), and the sums that are kept for it along the way. */
#ifndef TREATY_NODE_RESULT_H
#define TREATY_NODE_RESULT_H

#include "node/home.h"
#include "node/links.h"

/* What people see as one phase. */
enum span {
    SPAN_NONE,
    SPAN_THREAT,
    SPAN_SAMPLING,
    SPAN_PRUNING,
    SPAN_SIGNING,
    SPAN_PLAY
};
enum { SPANS = SPAN_PLAY + 1 };

struct tally {
    double seconds[SPANS], processor_seconds[SPANS];
    double began_s[SPANS]; /* by the wall clock; 0: not yet in this process */
    enum span span;
    double since_s, since_processor_s;
    double payoff_sum, payoff_discounted;
    double discount, weight; /* weight: of the next stage */
    uint32_t n_stages;
    bool signed_by_all;
    struct digest certificate;
    struct deeds deeds; /* of a node that was told to break something */
};
void tally_start(struct tally *t, double discount);
/* One note of the player, at a time in seconds. */
void tally_note(struct tally *t, const struct note *n, const struct payoffs *payoffs,
                double now_s);

enum status result_write(const struct home *h, const struct report *report,
                         const struct tally *t, const struct links_counts *counts,
                         char message[256]);

#endif
