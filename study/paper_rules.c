/* SPDX-License-Identifier: MIT */
#include "study/paper_rules.h"

#include <math.h>

#include "game/incentive.h"

void paper_case_set(struct paper_case *out, const struct paper_payoffs *g,
                    enum paper_concept concept, double discount, const double threat[2])
{
    *out = (struct paper_case){.game = g, .concept = concept, .discount = discount};
    for (unsigned i = 0; i < 2; i++) {
        double least = g->payoff[i][0], greatest = least;
        for (unsigned k = 1; k < PAPER_PROFILES; k++) {
            least = fmin(least, g->payoff[i][k]);
            greatest = fmax(greatest, g->payoff[i][k]);
        }
        out->threat[i] = threat[i];
        out->tolerance[i] = INCENTIVE_TOLERANCE * (greatest - least);
    }
}

/* ---- payoffs ---- */

/* What player i gets for its action k when the other plays its first with probability
 * `other`. */
static double by_action(const double u[PAPER_PROFILES], unsigned i, unsigned k,
                        double other)
{
    const double first = u[i == 0 ? 2 * k : k];
    const double second = u[i == 0 ? 2 * k + 1 : 2 + k];
    return other * first + (1 - other) * second;
}

static double own_share(const struct paper_point *p, unsigned i)
{
    return p->at[i];
}

void paper_payoff(double out[2], const struct paper_payoffs *g,
                  enum paper_concept concept, const struct paper_point *p)
{
    for (unsigned i = 0; i < 2; i++) {
        const double *u = g->payoff[i];
        if (concept == PAPER_CE)
            out[i] =
                p->at[0] * u[0] + p->at[1] * u[1] + p->at[2] * u[2] + p->at[3] * u[3];
        else
            out[i] = own_share(p, i) * by_action(u, i, 0, p->at[1 - i]) +
                     (1 - own_share(p, i)) * by_action(u, i, 1, p->at[1 - i]);
    }
}

/* ---- the conditions ---- */

/* (7), and u_i >= u_i(p). */
static bool keeps_mixed(const struct paper_case *c, unsigned i, double payoff,
                        double deviation)
{
    const double slack =
        payoff - (1 - c->discount) * deviation - c->discount * c->threat[i];
    return slack >= -c->tolerance[i] && payoff >= c->threat[i] - c->tolerance[i];
}

/* (9) for each recommendation that can come, and U_i >= u_i(p). */
static bool keeps_distribution(const struct paper_case *c, unsigned i, double payoff,
                               const struct paper_point *p)
{
    const double *u = c->game->payoff[i];
    const unsigned own = i == 0 ? 2 : 1, others = i == 0 ? 1 : 2;
    if (payoff < c->threat[i] - c->tolerance[i])
        return false;
    for (unsigned k = 0; k < 2; k++) {
        const unsigned told = k * own, instead = (1 - k) * own;
        const double a = p->at[told], b = p->at[told + others];
        if (a + b <= 0)
            continue;
        const double gain = (a * (u[instead] - u[told]) +
                             b * (u[instead + others] - u[told + others])) /
                            (a + b);
        if ((1 - c->discount) * gain + c->discount * (c->threat[i] - payoff) >
            c->tolerance[i])
            return false;
    }
    return true;
}

void paper_judge(struct paper_view *out, const struct paper_case *c,
                 const struct paper_point *p)
{
    if (c->concept == PAPER_CE) {
        paper_payoff(out->payoff, c->game, c->concept, p);
        for (unsigned i = 0; i < 2; i++)
            out->suits[i] = keeps_distribution(c, i, out->payoff[i], p);
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        const double first = by_action(c->game->payoff[i], i, 0, p->at[1 - i]);
        const double second = by_action(c->game->payoff[i], i, 1, p->at[1 - i]);
        out->payoff[i] = own_share(p, i) * first + (1 - own_share(p, i)) * second;
        out->suits[i] = keeps_mixed(c, i, out->payoff[i], fmax(first, second));
    }
}

void paper_judge_sampled(struct paper_view *out, const struct paper_case *c,
                         const struct paper_point *p, unsigned samples)
{
    paper_judge(out, c, p);
    for (unsigned i = 0; i < 2 && c->concept == PAPER_NE; i++) {
        double best = -INFINITY;
        for (unsigned k = 0; k < samples; k++) {
            struct paper_point deviation = *p;
            double payoff[2];
            deviation.at[i] = (double)k / (double)(samples - 1);
            paper_payoff(payoff, c->game, c->concept, &deviation);
            best = fmax(best, payoff[i]);
        }
        out->suits[i] = keeps_mixed(c, i, out->payoff[i], best);
    }
}

double paper_reward(const struct paper_case *c, const struct paper_view *v,
                    unsigned player)
{
    const double size = fabs(v->payoff[player] - c->threat[player]);
    return v->suits[player] ? size : -size;
}

/* ---- the threat ---- */

/* The first action's probability, from the regrets for both. */
static double matched(const double regret[2])
{
    const double first = fmax(regret[0], 0), second = fmax(regret[1], 0);
    return first + second > 0 ? first / (first + second) : 0.5;
}

void paper_threat(double share[2], const struct paper_payoffs *g, unsigned rounds,
                  struct prng *p)
{
    double regret[2][2] = {{0}};
    unsigned firsts[2] = {0};
    for (unsigned t = 0; t < rounds; t++) {
        unsigned action[2];
        for (unsigned i = 0; i < 2; i++) {
            action[i] = prng_share(p) < matched(regret[i]) ? 0 : 1;
            firsts[i] += action[i] == 0;
        }
        for (unsigned i = 0; i < 2; i++) {
            const double *u = g->payoff[i];
            const unsigned own = i == 0 ? 2 : 1;
            const unsigned played = 2 * action[0] + action[1];
            const unsigned instead = action[i] == 0 ? played + own : played - own;
            regret[i][1 - action[i]] += u[instead] - u[played];
        }
    }
    for (unsigned i = 0; i < 2; i++)
        share[i] = (double)firsts[i] / (double)rounds;
}

/* ---- the frontier ---- */

/* (24) has a corner at (2, 2) and ends on the axes. */
static const double frontier[3][2] = {{0, 8.0 / 3}, {2, 2}, {8.0 / 3, 0}};

double paper_distance(const double payoff[2])
{
    double least = INFINITY;
    for (unsigned s = 0; s < 2; s++) {
        const double *from = frontier[s], *to = frontier[s + 1];
        const double dx = to[0] - from[0], dy = to[1] - from[1];
        const double along = ((payoff[0] - from[0]) * dx + (payoff[1] - from[1]) * dy) /
                             (dx * dx + dy * dy);
        const double t = fmin(fmax(along, 0), 1);
        least = fmin(least,
                     hypot(payoff[0] - from[0] - t * dx, payoff[1] - from[1] - t * dy));
    }
    return least;
}

double paper_distance_to_points(const double payoff[2], unsigned points)
{
    double least = INFINITY;
    for (unsigned k = 0; k < points; k++) {
        const double x = 8.0 / 3 * (double)k / (double)(points - 1);
        const double y = x <= 2 ? (8 - x) / 3 : 8 - 3 * x;
        least = fmin(least, hypot(payoff[0] - x, payoff[1] - y));
    }
    return least;
}
