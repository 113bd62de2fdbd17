/* SPDX-License-Identifier: MIT */
/* What could be held if each deviator were punished by the static equilibrium that is
 * worst for it, beside what one for all holds. */
#ifndef TREATY_STUDY_THREATS_H
#define TREATY_STUDY_THREATS_H

#include "study/statics.h"
#include "study/truth.h"

/* Who deviates is punished by: */
enum threat_kind {
    THREAT_COMMON, /* the static equilibrium that the nodes would find */
    THREAT_OWN,    /* of those that were found, and of that one, the worst for it */
};
enum { THREAT_KINDS = THREAT_OWN + 1 };

/* Payoffs above what the common threat pays, in the units of the contest. */
struct threat_reach {
    enum truth_grade grade;
    bool better;   /* something is held that is better for somebody, worse for nobody */
    double volume; /* below what is held */
    double even;   /* what all can get more at once */
    double mean;   /* the greatest mean of all players */
};
struct threats_compared {
    uint32_t
        statics;    /* that were found; 1 for games where none but the common one was */
    bool all;       /* there are no others */
    double harsher; /* by how much the own threat is worse, the mean over players */
    struct threat_reach of[THREAT_KINDS];
};

/* c: threat, punished and units are those of the common threat. False when memory is
 * short. */
bool threats_compare(struct threats_compared *out, const struct contest *c,
                     uint32_t effort, uint64_t seed);

#endif
