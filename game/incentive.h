/* SPDX-License-Identifier: MIT */
/* When does a player keep an agreement? The incentive conditions of Parras and Zazo
 * 2020, and the two that a running system needs besides (interim, EXIT). Derivations
 * are in docs/theory.md.
 *
 * All conditions have the form   gain <= k (U_i - u_i(p))   with
 *     k = d / (1 - d)               for grim trigger,
 *     k = d (1 - d^L) / (1 - d)     for L stages of punishment,
 * d the discount factor, U_i the payoff of the agreement per stage, u_i(p) that of the
 * punishment. Slacks are reported as (1 - d) (k (U_i - u_i(p)) - gain). */
#ifndef TREATY_GAME_INCENTIVE_H
#define TREATY_GAME_INCENTIVE_H

#include "game/game.h"

/* Comparisons forgive this much, as a share of the player's payoff range: it stands for
 * rounding, so that the static equilibrium itself is not refused by the last digit. */
#define INCENTIVE_TOLERANCE 1e-9

/* The longest finite punishment that is ever considered. */
enum { LENGTH_MAX = 100000 };

/* In units of the player's payoffs: INCENTIVE_TOLERANCE times their range, and a little
 * of their size, for players to whom everything is nearly the same. */
double incentive_tolerance(const struct payoffs *p);

enum concept { CONCEPT_NASH, CONCEPT_PUBLIC, CONCEPT_PRIVATE };

/* What a candidate is made of: one simplex for each player's actions (CONCEPT_NASH), or
 * a single one, of all pure profiles in their order. */
struct shape concept_shape(enum concept concept, const struct shape *game);
/* The most pure profiles that a game may have so that distributions over them can be
 * agreed on. */
enum { DISTRIBUTION_MAX = WEIGHTS_MAX };
/* The candidate that plays these actions for sure. */
void concept_pure(struct candidate *out, enum concept concept, const struct shape *game,
                  const uint8_t *actions);
/* A player's expected payoff per stage under a candidate. */
double concept_payoff(const struct payoffs *p, enum concept concept,
                      const struct candidate *c);

/* What a player knows when it could deviate from a mixed profile: its own coin (what a
 * running node knows), or not yet (equation (7) of the paper). */
enum incentive { INCENTIVE_INTERIM, INCENTIVE_EX_ANTE };

struct enforcement {
    double discount; /* in [0, 1) */
    uint32_t length; /* stages of punishment; 0 is for ever (grim trigger) */
};

/* One player's view of one agreement. */
struct incentive_view {
    double payoff;        /* U_i, per stage */
    double threat_payoff; /* u_i(p), per stage */
    double gain;          /* the best one-stage gain, over all that it may have seen */
    double ex_ante_gain;  /* the gain of equation (7); CONCEPT_NASH only, else 0 */
    /* The least over all signals of E[u_i | signal]; payoff itself for CONCEPT_NASH. */
    double exit_payoff;
};

/* Fills view for a mixed profile (CONCEPT_NASH): gain is the interim one,
 *     max over k with x_i(k) > 0 of  max over b of u_i(b, x_-i) - u_i(k, x_-i),
 * ex_ante_gain is that of (7), max over b of u_i(b, x_-i) - u_i(x). Never fails. */
void incentive_view_profile(struct incentive_view *view, const struct payoffs *p,
                            const struct profile *x, double threat_payoff);
/* Fills view for a distribution over pure profiles (shape_profiles shares, summing to
 * 1) as equation (9) has it (CONCEPT_PRIVATE) or for the publicly drawn profile
 * (CONCEPT_PUBLIC). Never fails. */
void incentive_view_distribution(struct incentive_view *view, const struct payoffs *p,
                                 const double *distribution, enum concept concept,
                                 double threat_payoff);

/* One of the two, as the concept has it, for a candidate. */
void incentive_view_candidate(struct incentive_view *view, const struct payoffs *p,
                              const struct candidate *c, enum concept concept,
                              double threat_payoff);

/* k of the header's head. */
double enforcement_weight(const struct enforcement *e);
/* (1 - d) (k (U_i - u_i(p)) - gain). */
double incentive_slack(const struct incentive_view *v, double gain,
                       const struct enforcement *e);
/* Left side minus right side of EXIT at its smallest:
 * (1 - d) exit_payoff + d U_i - u_i(p), and for L stages of punishment
 * (1 - d) exit_payoff + d U_i - (1 - d^L) u_i(p) - d^L U_i. */
double incentive_exit_slack(const struct incentive_view *v,
                            const struct enforcement *e);
/* True if the player keeps the agreement: slack, individual rationality U_i >= u_i(p)
 * and, for distributions, EXIT are not negative, up to tolerance (in payoff units:
 * see incentive_tolerance). */
bool incentive_holds(const struct incentive_view *v, enum concept concept,
                     enum incentive incentive, const struct enforcement *e,
                     double tolerance);
/* The least discount factor at which grim trigger deters the player (slack, and EXIT
 * for distributions), or -1 if none below 1 does. */
double incentive_minimum_discount(const struct incentive_view *v, enum concept concept,
                                  enum incentive incentive, double tolerance);
/* The least number of punishment stages in 1..LENGTH_MAX that deters at this discount
 * factor, or 0 if none does. */
uint32_t incentive_minimum_length(const struct incentive_view *v, enum concept concept,
                                  enum incentive incentive, double discount,
                                  double tolerance);

/* How far player is from a best reply at x: max over b of u_i(b, x_-i) - u_i(x), >= 0.
 * A profile is a static e-equilibrium where this is <= e for everybody (equation (2)).
 */
double incentive_regret(const struct payoffs *p, const struct profile *x);
/* Equation (11): |U_i - u_i(p)| where the player would accept, else its negative. */
double incentive_reward(const struct incentive_view *v, bool accepted);

#endif
