/* SPDX-License-Identifier: MIT */
/* Hides how gains are enumerated. For a fixed behaviour of the others a player's payoff
 * is affine in its own mixed action, so some pure action is a best deviation: the pure
 * ones are tried, all of them, and nothing is sampled. */
#include "game/incentive.h"

#include <math.h>
#include <string.h>

#include "base/check.h"

/* Rounding errors are some units in the last place of the payoffs themselves. */
#define ROUNDING 1e-13

double incentive_tolerance(const struct payoffs *p)
{
    return INCENTIVE_TOLERANCE * payoffs_range(p) +
           ROUNDING * fmax(fabs(p->least), fabs(p->greatest));
}

/* fmin and fmax for what is no NaN: a comparison instead of a call. */
static double least(double a, double b)
{
    return a < b ? a : b;
}

static double greatest(double a, double b)
{
    return a > b ? a : b;
}

void incentive_view_profile(struct incentive_view *view, const struct payoffs *p,
                            const struct profile *x, double threat_payoff)
{
    double by_action[ACTIONS_MAX];
    payoffs_by_action(by_action, p, x);
    const double *own = x->share + shape_offset(&p->shape, p->player);
    double best = by_action[0], worst_drawn = INFINITY, payoff = 0;
    for (uint8_t k = 0; k < p->shape.n_actions[p->player]; k++) {
        best = greatest(best, by_action[k]);
        payoff += own[k] * by_action[k];
        if (own[k] > 0)
            worst_drawn = least(worst_drawn, by_action[k]);
    }
    *view = (struct incentive_view){.payoff = payoff,
                                    .threat_payoff = threat_payoff,
                                    .gain = best - worst_drawn,
                                    .ex_ante_gain = greatest(best - payoff, 0),
                                    .exit_payoff = payoff};
}

/* ---- distributions ---- */

/* Where the player's own action sits in the numbering of pure profiles: they are
 * low + stride (own + n_own high), low < stride, high < n_high. */
struct slices {
    uint32_t stride;
    uint32_t n_own;
    uint32_t n_high;
};

static struct slices slices_of(const struct payoffs *p)
{
    struct slices s = {.stride = 1, .n_own = p->shape.n_actions[p->player]};
    for (uint8_t i = 0; i < p->player; i++)
        s.stride *= p->shape.n_actions[i];
    s.n_high = shape_profiles(&p->shape) / s.stride / s.n_own;
    return s;
}

/* The signal is the whole profile: each one in the support must hold by itself. One
 * that is never drawn is nobody's worst, and where none is, nothing is gained. */
static void view_public(struct incentive_view *view, const struct payoffs *p,
                        const double *distribution)
{
    const struct slices s = slices_of(p);
    const size_t stride = s.stride;
    double payoff = 0, gain = 0, exit_payoff = INFINITY;
    for (uint32_t high = 0; high < s.n_high; high++) {
        const double *value = p->value + stride * s.n_own * high;
        const double *share = distribution + stride * s.n_own * high;
        for (size_t low = 0; low < stride; low++) {
            double best = -INFINITY, worst_drawn = INFINITY, part = 0;
            for (size_t a = low; a < stride * s.n_own; a += stride) {
                best = greatest(best, value[a]);
                worst_drawn = least(worst_drawn, share[a] > 0 ? value[a] : INFINITY);
                part += share[a] * value[a];
            }
            payoff += part;
            gain = greatest(gain, best - worst_drawn);
            exit_payoff = least(exit_payoff, worst_drawn);
        }
    }
    view->payoff = payoff;
    view->gain = gain;
    view->exit_payoff = exit_payoff;
}

/* instead[k]: E[u_i(k, a_-i) | recommended], times the probability of the
 * recommendation, which is returned. */
static double payoffs_instead(double *restrict instead, const struct payoffs *p,
                              const struct slices *s,
                              const double *restrict distribution, uint32_t recommended)
{
    const size_t stride = s->stride, n_own = s->n_own;
    double total = 0;
    for (size_t k = 0; k < n_own; k++)
        instead[k] = 0;
    for (uint32_t high = 0; high < s->n_high; high++) {
        const double *restrict value = p->value + stride * n_own * high;
        const double *share = distribution + stride * (n_own * high + recommended);
        for (size_t low = 0; low < stride; low++) {
            const double drawn = share[low];
            if (!(drawn > 0))
                continue;
            total += drawn;
            for (size_t k = 0; k < n_own; k++)
                instead[k] += drawn * value[stride * k + low];
        }
    }
    return total;
}

/* The signal is the player's own recommendation. Equation (9) is conditional on it: one
 * of probability 0 never comes and so imposes nothing. */
static void view_private(struct incentive_view *view, const struct payoffs *p,
                         const double *distribution)
{
    const struct slices s = slices_of(p);
    for (uint32_t r = 0; r < s.n_own; r++) {
        double instead[ACTIONS_MAX];
        const double share = payoffs_instead(instead, p, &s, distribution, r);
        if (!(share > 0))
            continue;
        for (uint32_t k = 0; k < s.n_own; k++)
            view->gain = greatest(view->gain, (instead[k] - instead[r]) / share);
        view->exit_payoff = least(view->exit_payoff, instead[r] / share);
        view->payoff += instead[r];
    }
}

void incentive_view_distribution(struct incentive_view *view, const struct payoffs *p,
                                 const double *distribution, enum concept concept,
                                 double threat_payoff)
{
    *view = (struct incentive_view){.threat_payoff = threat_payoff,
                                    .exit_payoff = INFINITY};
    switch (concept) {
    case CONCEPT_PUBLIC:
        view_public(view, p, distribution);
        return;
    case CONCEPT_PRIVATE:
        view_private(view, p, distribution);
        return;
    case CONCEPT_NASH:
        CHECK(concept != CONCEPT_NASH);
    }
}

/* ---- candidates ---- */

struct shape concept_shape(enum concept concept, const struct shape *game)
{
    if (concept == CONCEPT_NASH)
        return *game;
    CHECK(shape_profiles(game) <= DISTRIBUTION_MAX);
    return (struct shape){.n_players = 1,
                          .n_actions = {(uint16_t)shape_profiles(game)}};
}

void concept_pure(struct candidate *out, enum concept concept, const struct shape *game,
                  const uint8_t *actions)
{
    if (concept == CONCEPT_NASH) {
        candidate_from_pure(out, game, actions);
        return;
    }
    CHECK(shape_profiles(game) <= DISTRIBUTION_MAX);
    memset(out, 0, sizeof *out);
    out->weight[profile_index(game, actions)] = WEIGHT_ONE;
}

double concept_payoff(const struct payoffs *p, enum concept concept,
                      const struct candidate *c)
{
    const struct shape shape = concept_shape(concept, &p->shape);
    struct profile x;
    profile_from_candidate(&x, &shape, c);
    if (concept == CONCEPT_NASH)
        return payoffs_expect(p, &x);
    double payoff = 0;
    for (uint16_t a = 0; a < shape.n_actions[0]; a++)
        payoff += x.share[a] * p->value[a];
    return payoff;
}

void incentive_view_candidate(struct incentive_view *view, const struct payoffs *p,
                              const struct candidate *c, enum concept concept,
                              double threat_payoff)
{
    const struct shape shape = concept_shape(concept, &p->shape);
    struct profile x;
    profile_from_candidate(&x, &shape, c);
    if (concept == CONCEPT_NASH)
        incentive_view_profile(view, p, &x, threat_payoff);
    else
        incentive_view_distribution(view, p, x.share, concept, threat_payoff);
}

/* ---- conditions ---- */

/* (1 - d) k, without the division: d for grim trigger, d (1 - d^L) for L stages. */
static double deterrence(const struct enforcement *e)
{
    double returns = e->length == 0 ? 0 : pow(e->discount, e->length);
    return e->discount * (1 - returns);
}

double enforcement_weight(const struct enforcement *e)
{
    return deterrence(e) / (1 - e->discount);
}

double incentive_slack(const struct incentive_view *v, double gain,
                       const struct enforcement *e)
{
    return deterrence(e) * (v->payoff - v->threat_payoff) - (1 - e->discount) * gain;
}

double incentive_exit_slack(const struct incentive_view *v, const struct enforcement *e)
{
    double returns = e->length == 0 ? 0 : pow(e->discount, e->length);
    return (1 - e->discount) * v->exit_payoff + e->discount * v->payoff -
           (1 - returns) * v->threat_payoff - returns * v->payoff;
}

static double gain_of(const struct incentive_view *v, enum concept concept,
                      enum incentive incentive)
{
    bool ex_ante = concept == CONCEPT_NASH && incentive == INCENTIVE_EX_ANTE;
    return ex_ante ? v->ex_ante_gain : v->gain;
}

bool incentive_holds(const struct incentive_view *v, enum concept concept,
                     enum incentive incentive, const struct enforcement *e,
                     double tolerance)
{
    double gain = gain_of(v, concept, incentive);
    return v->payoff - v->threat_payoff >= -tolerance &&
           incentive_slack(v, gain, e) >= -tolerance &&
           (concept == CONCEPT_NASH || incentive_exit_slack(v, e) >= -tolerance);
}

/* For grim trigger both conditions read   d (U - u(p)) >= (1 - d) temptation,   the
 * temptation being the gain or, for EXIT, what the signal promises less than u(p). */
double incentive_minimum_discount(const struct incentive_view *v, enum concept concept,
                                  enum incentive incentive, double tolerance)
{
    double surplus = v->payoff - v->threat_payoff;
    double temptation = gain_of(v, concept, incentive);
    if (concept != CONCEPT_NASH)
        temptation = fmax(temptation, v->threat_payoff - v->exit_payoff);
    if (surplus < -tolerance)
        return -1;
    if (temptation <= tolerance)
        return 0;
    /* A surplus within the tolerance is no surplus: without one nothing deters. */
    if (surplus <= tolerance)
        return -1;
    double discount = temptation / (surplus + temptation);
    return discount < 1 ? discount : -1;
}

/* The longer the punishment, the more it deters, so bisection finds the shortest; the
 * closed form would need the same comparison with its neighbours afterwards. */
uint32_t incentive_minimum_length(const struct incentive_view *v, enum concept concept,
                                  enum incentive incentive, double discount,
                                  double tolerance)
{
    uint32_t too_short = 0, long_enough = LENGTH_MAX;
    struct enforcement e = {discount, LENGTH_MAX};
    if (!incentive_holds(v, concept, incentive, &e, tolerance))
        return 0;
    while (long_enough - too_short > 1) {
        e.length = too_short + (long_enough - too_short) / 2;
        if (incentive_holds(v, concept, incentive, &e, tolerance))
            long_enough = e.length;
        else
            too_short = e.length;
    }
    return long_enough;
}

double incentive_regret(const struct payoffs *p, const struct profile *x)
{
    struct incentive_view view;
    incentive_view_profile(&view, p, x, 0);
    return view.ex_ante_gain;
}

double incentive_reward(const struct incentive_view *v, bool accepted)
{
    double distance = fabs(v->payoff - v->threat_payoff);
    return accepted ? distance : -distance;
}
