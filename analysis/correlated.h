/* SPDX-License-Identifier: MIT */
/* Correlated and coarse correlated equilibria: distributions over the pure profiles
 * that nobody gains by disobeying, chosen by linear programming. */
#ifndef TREATY_ANALYSIS_CORRELATED_H
#define TREATY_ANALYSIS_CORRELATED_H

#include "analysis/exact.h"

enum { CORRELATED_TERMS_MAX = 1 << 22 }; /* coefficients of the program */

/* Correlated: for each action r that player may be told, and every other b,
 *     sum over a with a_i = r of phi(a) (u_i(b, a_-i) - u_i(a)) <= 0.
 * Coarse: for every b, sum over all a of phi(a) (u_i(b, a_-i) - u_i(a)) <= 0.
 * Source: Aumann 1974; Moulin and Vial 1978. */
enum obedience { OBEDIENCE_TOLD, OBEDIENCE_COARSE };

enum aim {
    AIM_WELFARE,       /* the greatest sum of payoffs */
    AIM_WORST_WELFARE, /* the least sum */
    AIM_EGALITARIAN,   /* the greatest least payoff, in the units of the game */
    AIM_BEST,          /* the greatest payoff of one player */
    AIM_WORST,         /* the least payoff of one player */
};

struct correlated {
    double *share;              /* shape_profiles entries, owned; they sum to 1 */
    double payoff[PLAYERS_MAX]; /* expected */
    /* The largest left side of a row above, for these very shares, from the raw payoffs
     * and rounded once: at most 1e-9 of the largest payoff range. */
    double violation;
};

/* NULL with *out (release with correlated_free), or why not, in words that follow "the
 * program". player counts for AIM_BEST and AIM_WORST. Where several distributions reach
 * the aim, it is one of them. */
const char *correlated_find(struct correlated *out, const struct exact_game *g,
                            enum obedience obedience, enum aim aim, uint8_t player);
void correlated_free(struct correlated *c);

/* The violation of any distribution, as above. */
double correlated_violation(const double *share, const struct exact_game *g,
                            enum obedience obedience);

#endif
