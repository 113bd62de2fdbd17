/* SPDX-License-Identifier: MIT */
/* When the paper's players keep an agreement, and how far from the best it is: the
 * conditions (7) and (9), the reward (11), regret matching and the frontier (24), for
 * games of two players with two actions each. */
#ifndef TREATY_STUDY_PAPER_RULES_H
#define TREATY_STUDY_PAPER_RULES_H

#include <stdbool.h>

#include "base/secure.h"
#include "study/paper.h"

/* What is negotiated: a pair of mixed actions, or a distribution over pure profiles. */
enum paper_concept { PAPER_NE, PAPER_CE };
enum { PAPER_CONCEPTS = 2 };

/* NE: at[0] = y and at[1] = z, the probabilities of the first actions. CE: phi, in the
 * order of struct paper_payoffs. */
struct paper_point {
    double at[PAPER_PROFILES];
};

/* A game, a concept, a discount factor, and u_i(p). */
struct paper_case {
    const struct paper_payoffs *game;
    enum paper_concept concept;
    double discount;
    double threat[2];
    double tolerance[2]; /* in units of payoff: as everywhere (game/incentive.h) */
};
void paper_case_set(struct paper_case *out, const struct paper_payoffs *g,
                    enum paper_concept concept, double discount,
                    const double threat[2]);

/* What a point is to both players. */
struct paper_view {
    double payoff[2];
    bool suits[2]; /* (7) or (9) holds, and u_i >= u_i(p) */
};

void paper_payoff(double out[2], const struct paper_payoffs *g,
                  enum paper_concept concept, const struct paper_point *p);
/* Deviations are the two pure actions, which is all there is to try: a payoff is affine
 * in one's own mixed action. */
void paper_judge(struct paper_view *out, const struct paper_case *c,
                 const struct paper_point *p);
/* The same as the paper says it: in (7), `samples` equispaced mixed actions from 0 to 1
 * are tried. Both ends are among them, so the answer is always that of paper_judge. */
void paper_judge_sampled(struct paper_view *out, const struct paper_case *c,
                         const struct paper_point *p, unsigned samples);
/* Equation (11). */
double paper_reward(const struct paper_case *c, const struct paper_view *v,
                    unsigned player);

/* Regret matching as the paper has it: unconditional (the regret for an action is what
 * it would have paid in every round so far), on drawn actions, uniform where no regret
 * is positive. share[i]: how often player i played its first action. */
void paper_threat(double share[2], const struct paper_payoffs *g, unsigned rounds,
                  struct prng *p);

/* xi, equation (25): how far payoffs are from the frontier (24) of the prisoner's
 * dilemma, and from `points` points of it, at equal steps of U_1. */
double paper_distance(const double payoff[2]);
double paper_distance_to_points(const double payoff[2], unsigned points);

#endif
