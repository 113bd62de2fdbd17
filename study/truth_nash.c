/* SPDX-License-Identifier: MIT */
/* Hides the search for mixed profiles that everybody keeps: a lattice, pure profiles
 * and the border in it, and then steps away from whatever is undominated, ever smaller
 * ones. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/secure.h"
#include "study/truth.h"

enum { HALVINGS = 12, MEMBERS_MAX = 4096, LEAST_PART = 40 };

struct member {
    struct profile x;
    double scaled[PLAYERS_MAX];
};

struct search {
    const struct contest *c;
    struct frontier *out;
    struct member *member; /* those of the frontier, and some that no longer are */
    uint32_t n_members;
    uint32_t left; /* evaluations */
};

/* With more than two players the frontier is a surface, which has room for more points
 * than can be kept: what all would get hardly more than from one that is there is not
 * looked for. */
#define COARSE 0.005

static bool crowded(const struct search *s, const double *scaled)
{
    const uint8_t n = s->c->game->shape.n_players;
    double lower[PLAYERS_MAX];
    for (uint8_t i = 0; i < n; i++)
        lower[i] = scaled[i] - COARSE;
    return n > 2 && frontier_dominates(s->out, lower);
}

/* Judges a profile; if all keep it and nothing dominates it, it is a member. */
static void look(struct search *s, const struct profile *x)
{
    const struct contest *c = s->c;
    const struct enforcement e = {c->discount, 0};
    double payoff[PLAYERS_MAX], scaled[PLAYERS_MAX];
    if (s->left == 0)
        return;
    s->left--;
    for (uint8_t i = 0; i < c->game->shape.n_players; i++) {
        struct incentive_view v;
        incentive_view_profile(&v, c->game->payoffs[i], x, c->punished[i]);
        if (!incentive_holds(&v, CONCEPT_NASH, c->incentive, &e,
                             incentive_tolerance(c->game->payoffs[i])))
            return;
        payoff[i] = v.payoff;
    }
    contest_scale(scaled, c, payoff);
    if (crowded(s, scaled) || !frontier_add(s->out, scaled) ||
        s->n_members == MEMBERS_MAX)
        return;
    struct member *m = &s->member[s->n_members++];
    m->x = *x;
    memcpy(m->scaled, scaled, sizeof scaled);
}

/* Those that something dominates by now go. */
static void weed(struct search *s)
{
    uint32_t kept = 0;
    for (uint32_t k = 0; k < s->n_members; k++)
        if (!frontier_dominates(s->out, s->member[k].scaled))
            s->member[kept++] = s->member[k];
    s->n_members = kept;
}

/* ---- the lattice ---- */

static double compositions(uint32_t total, uint16_t n_parts)
{
    double n = 1;
    for (uint16_t j = 1; j < n_parts; j++)
        n = n * (total + j) / j;
    return n;
}

static uint32_t finest(const struct shape *s, double points)
{
    uint32_t steps = 1;
    for (;; steps++) {
        double n = 1;
        for (uint8_t i = 0; i < s->n_players; i++)
            n *= compositions(steps + 1, s->n_actions[i]);
        if (n > points)
            return steps;
    }
}

/* All profiles whose shares are multiples of 1 / steps, from weight `at` of player i
 * on, with `left` steps of that player's to give away. */
static void lattice(struct search *s, struct profile *x, uint8_t i, uint16_t k,
                    uint32_t left, uint32_t steps)
{
    const struct shape *shape = &s->c->game->shape;
    if (i == shape->n_players) {
        look(s, x);
        return;
    }
    const uint16_t at = (uint16_t)(shape_offset(shape, i) + k);
    if (k + 1 == shape->n_actions[i]) {
        x->share[at] = (double)left / steps;
        lattice(s, x, (uint8_t)(i + 1), 0, steps, steps);
        return;
    }
    for (uint32_t part = 0; part <= left; part++) {
        x->share[at] = (double)part / steps;
        lattice(s, x, i, (uint16_t)(k + 1), left - part, steps);
    }
}

/* ---- steps ---- */

/* Up to `step` of a share goes from one action of a player to another. */
static bool shift(struct profile *x, const struct shape *s, uint8_t i, uint16_t from,
                  uint16_t to, double step)
{
    const uint16_t at = shape_offset(s, i);
    const double moved = fmin(step, x->share[at + from]);
    if (from == to || moved <= 0)
        return false;
    x->share[at + from] -= moved;
    x->share[at + to] += moved;
    if (x->share[at + from] < 1e-12) { /* rounding is no support */
        x->share[at + to] += x->share[at + from];
        x->share[at + from] = 0;
    }
    return true;
}

/* One player moves; and together with another. */
static void around(struct search *s, const struct profile *x, double step,
                   bool together, struct prng *p)
{
    const struct shape *shape = &s->c->game->shape;
    for (uint8_t i = 0; i < shape->n_players; i++)
        for (uint16_t a = 0; a < shape->n_actions[i]; a++)
            for (uint16_t b = 0; b < shape->n_actions[i]; b++) {
                struct profile y = *x;
                if (!shift(&y, shape, i, a, b, step))
                    continue;
                look(s, &y);
                if (!together)
                    continue;
                /* And one of the others moves along. */
                const uint8_t j = (uint8_t)prng_below(p, shape->n_players);
                const uint16_t m = shape->n_actions[j];
                if (shift(&y, shape, j, (uint16_t)prng_below(p, m),
                          (uint16_t)prng_below(p, m), step * prng_share(p)))
                    look(s, &y);
            }
}

/* Larger tables take longer: fewer evaluations, but never less than a part of all. */
static uint32_t evaluations(const struct shape *s, uint32_t effort)
{
    const uint32_t n = (uint32_t)(4.0 * effort / shape_profiles(s));
    return n > effort / LEAST_PART ? n : effort / LEAST_PART;
}

bool truth_nash(struct frontier *out, const struct contest *c, uint32_t effort,
                uint64_t seed)
{
    const struct shape *shape = &c->game->shape;
    effort = evaluations(shape, effort);
    struct search s = {.c = c, .out = out, .left = effort / 2};
    struct prng p = {seed};
    struct profile x = {{0}};
    s.member = calloc(MEMBERS_MAX, sizeof *s.member);
    if (s.member == NULL)
        return false;
    const uint32_t steps = finest(shape, effort / 2.0);
    if (steps > 1)
        lattice(&s, &x, 0, 0, 1, 1); /* pure profiles, whatever the lattice has */
    lattice(&s, &x, 0, 0, steps, steps);
    double step = 1.0 / steps;
    for (unsigned h = 0; h < HALVINGS; h++, step /= 2) {
        s.left = effort / 2 / HALVINGS;
        weed(&s);
        for (uint32_t k = 0; k < s.n_members && s.left > 0; k++)
            around(&s, &s.member[k].x, step, 2 * h >= HALVINGS, &p);
    }
    free(s.member);
    return true;
}
