/* SPDX-License-Identifier: MIT */
#include "study/truth.h"

#include <math.h>
#include <stdlib.h>

const char *const truth_grades[] = {[TRUTH_EXACT] = "exact",
                                    [TRUTH_POINTS] = "exact at points",
                                    [TRUTH_KNOWN] = "best known"};

void contest_threaten(struct contest *c)
{
    for (uint8_t i = 0; i < c->game->shape.n_players; i++)
        c->threat[i] = c->punished[i] =
            payoffs_expect(c->game->payoffs[i], &c->punishment);
}

void contest_units(struct contest *c, bool plain)
{
    for (uint8_t i = 0; i < c->game->shape.n_players; i++) {
        const double above = c->game->payoffs[i]->greatest - c->threat[i];
        const bool nothing = above <= incentive_tolerance(c->game->payoffs[i]);
        c->unit[i] = plain || nothing ? 1 : above;
    }
}

void contest_scale(double *scaled, const struct contest *c, const double *payoff)
{
    for (uint8_t i = 0; i < c->game->shape.n_players; i++)
        scaled[i] = (payoff[i] - c->threat[i]) / c->unit[i];
}

bool truth_find(struct frontier *out, enum truth_grade *grade, double *beyond,
                const struct contest *c, uint32_t effort, uint64_t seed)
{
    frontier_start(out, c->game->shape.n_players);
    if (c->concept != CONCEPT_NASH)
        return truth_lottery(out, grade, beyond, c);
    *beyond = NAN;
    *grade = TRUTH_KNOWN;
    return truth_nash(out, c, effort, seed);
}

/* Neighbours that are nearer than this part of the whole frontier are joined. */
#define NEAR 0.02

static bool nash_join(struct frontier *f)
{
    f->joined = calloc(f->n + 1, sizeof *f->joined);
    if (f->joined == NULL)
        return false;
    const double *first = f->point, *last = f->point + 2 * (size_t)(f->n - 1);
    for (uint32_t k = 0; k + 1 < f->n; k++) {
        const double *a = f->point + 2 * (size_t)k, *b = a + 2;
        f->joined[k] = b[0] - a[0] < NEAR * (last[0] - first[0]) &&
                       a[1] - b[1] < NEAR * (first[1] - last[1]);
    }
    return true;
}

bool truth_join(struct frontier *f, enum truth_grade *grade, const struct contest *c)
{
    if (f->n == 0 && *grade == TRUTH_POINTS)
        *grade = TRUTH_EXACT; /* nothing is held at all */
    if (c->game->shape.n_players != 2 || f->n == 0)
        return true;
    return c->concept == CONCEPT_NASH ? nash_join(f) : lottery_join(f, grade, c);
}
