/* SPDX-License-Identifier: MIT */
/* Hides the order of things: first all negotiations, whose payoffs widen what is known
 * of the frontier, then the measuring. */
#include "study/study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sampling/surrogate.h"
#include "study/rivals_paper.h"

/* Agreements that are raised to the frontier: with more players each takes longer. */
enum { RAISED_MAX = 256 };

/* What is left of a negotiation until it is measured. */
struct trial {
    struct frontier table; /* what is best of A_s */
    double *settled;       /* by lottery and player; NULL: nothing was accepted */
    bool paper;            /* some of it is kept by the paper's condition alone */
};

bool contender_number(struct contender *out, uint32_t k)
{
    if (k < SAMPLER_KINDS) {
        *out =
            (struct contender){.name = sampler_names[k], .kind = (enum sampler_kind)k};
        return true;
    }
    const struct rival *r = rivals;
    for (k -= SAMPLER_KINDS; k > 0 && r->name != NULL; k--)
        r++;
    if (r->name != NULL)
        *out = (struct contender){.name = r->name, .rival = r};
    else if (k == 0)
        *out = (struct contender){.name = "paper", .paper = true};
    else if (k <= SURROGATE_IDEAS)
        *out = (struct contender){.name = surrogate_without[k - 1],
                                  .kind = SAMPLER_SURROGATE,
                                  .without = UINT32_C(1) << (k - 1)};
    return r->name != NULL || k <= SURROGATE_IDEAS;
}

/* ---- one negotiation ---- */

/* Seeds of a run: one for its samplers, one for its lotteries. */
static uint64_t run_seed(const struct study *s, uint32_t run, uint64_t *lotteries)
{
    struct prng p = {s->seed + run};
    const uint64_t samplers = prng_next(&p);
    *lotteries = prng_next(&p);
    return samplers;
}

static bool settle_all(struct trial *t, const struct study *s, const struct bout *b,
                       uint64_t seed)
{
    const uint8_t n = s->contest.game->shape.n_players;
    struct prng p = {seed};
    t->settled = calloc((size_t)s->lotteries * n, sizeof *t->settled);
    for (uint32_t k = 0; t->settled != NULL && k < s->lotteries; k++) {
        const uint32_t index = bout_settle(b, NULL, &p);
        if (index == UINT32_MAX)
            return false;
        contest_scale(t->settled + (size_t)k * n, &s->contest, bout_payoff(b, index));
    }
    return t->settled != NULL;
}

static bool hold_paper(struct trial *t, const struct study *s, uint32_t budget,
                       uint64_t seed)
{
    t->paper = true;
    t->settled = calloc((size_t)s->lotteries * 2, sizeof *t->settled);
    if (t->settled == NULL)
        return false;
    if (rivals_paper_hold(&t->table, t->settled, &s->contest, budget, s->lotteries,
                          seed) > 0)
        return true;
    free(t->settled);
    t->settled = NULL;
    return true;
}

static bool hold(struct trial *t, const struct study *s, const struct contender *c,
                 uint32_t budget, uint32_t run)
{
    uint64_t lotteries;
    struct bout_options o = {.game = s->contest.game,
                             .threat = &s->contest.punishment,
                             .seed = run_seed(s, run, &lotteries),
                             .asking = s->asking};
    o.asking.concept = s->contest.concept;
    o.asking.incentive = s->contest.incentive;
    o.asking.enforcement = (struct enforcement){s->contest.discount, 0};
    o.asking.sampler = c->kind;
    o.asking.without = c->without;
    o.asking.budget = budget;
    if (c->paper)
        return hold_paper(t, s, budget, lotteries);
    struct bout *b = bout_new(&o);
    if (b == NULL)
        return false;
    bool whole = true;
    if (c->rival != NULL)
        whole = rival_negotiate(c->rival, b, &o);
    else
        bout_negotiate(b);
    frontier_start(&t->table, s->contest.game->shape.n_players);
    for (uint32_t k = 0; k < bout_accepted(b); k++) {
        double scaled[PLAYERS_MAX];
        contest_scale(scaled, &s->contest, bout_payoff(b, bout_accept(b, k)));
        (void)frontier_add(&t->table, scaled);
    }
    if (whole && bout_accepted(b) > 0)
        whole = settle_all(t, s, b, lotteries);
    bout_free(b);
    return whole;
}

/* ---- the frontier, with all that was found ---- */

/* What is known of the frontier grows by what was accepted, and by what can be reached
 * from what was agreed on. */
static bool widen(struct frontier *f, const struct study *s, const struct trial *trial,
                  uint32_t n)
{
    const uint8_t n_players = s->contest.game->shape.n_players;
    double up[PLAYERS_MAX], point[PLAYERS_MAX];
    uint32_t raised = 0;
    double beyond;
    struct lottery *l = NULL;
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t a = 0; !trial[k].paper && a < trial[k].table.n; a++)
            (void)frontier_add(f, trial[k].table.point + (size_t)a * n_players);
    if (s->contest.concept == CONCEPT_NASH)
        return true;
    l = lottery_new(&s->contest);
    if (l == NULL)
        return false;
    struct frontier seen;
    frontier_start(&seen, n_players);
    for (uint8_t i = 0; i < n_players; i++)
        up[i] = 1;
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t d = 0; trial[k].settled != NULL && !trial[k].paper &&
                             d < s->lotteries && raised < RAISED_MAX / n_players;
             d++) {
            const double *u = trial[k].settled + (size_t)d * n_players;
            if (!frontier_add(&seen, u)) /* what is above it was raised already */
                continue;
            raised++;
            if (lottery_ray(l, point, u, up, &beyond))
                (void)frontier_add(f, point);
        }
    frontier_free(&seen);
    lottery_free(l);
    return true;
}

/* ---- measuring ---- */

static bool above_threat(const struct frontier *f)
{
    const double nothing[PLAYERS_MAX] = {0};
    return frontier_dominates(f, nothing);
}

static void measure(struct bout_measures *m, const struct study *s,
                    const struct frontier *f, const double *most, double volume,
                    const struct trial *t)
{
    const uint8_t n = s->contest.game->shape.n_players;
    const double threat[PLAYERS_MAX] = {0};
    *m = (struct bout_measures){.agreed = above_threat(&t->table)};
    m->volume = volume > 0 ? frontier_volume(&t->table, most) / volume : 0;
    if (t->settled == NULL) {
        m->distance = frontier_distance(f, threat);
        return;
    }
    for (uint32_t k = 0; k < s->lotteries; k++) {
        const double *u = t->settled + (size_t)k * n;
        m->distance += frontier_distance(f, u) / s->lotteries;
        for (uint8_t i = 1; i < n; i++)
            m->first += (u[0] - u[i]) / (n - 1) / s->lotteries;
    }
}

static void compare(struct study_result *out, const struct study *s,
                    const struct frontier *f, const struct trial *trial, uint32_t n)
{
    double most[PLAYERS_MAX];
    frontier_most(f, most);
    out->frontier = f->n;
    out->better = above_threat(f);
    out->volume = frontier_volume(f, most);
    for (uint32_t k = 0; k < n; k++)
        measure(&out->measures[k], s, f, most, out->volume, &trial[k]);
}

bool study_make(struct study_result *out, const struct study *s)
{
    const uint32_t n = s->n_contenders * s->n_budgets * s->runs;
    struct trial *trial = calloc(n, sizeof *trial);
    struct frontier f = {0};
    *out = (struct study_result){.measures = calloc(n, sizeof *out->measures)};
    bool whole = trial != NULL && out->measures != NULL;
    for (uint32_t k = 0; whole && k < n; k++)
        whole = hold(&trial[k], s, &s->contender[k / s->runs / s->n_budgets],
                     s->budget[k / s->runs % s->n_budgets], k % s->runs);
    whole =
        whole &&
        truth_find(&f, &out->grade, &out->beyond, &s->contest, s->effort, s->seed) &&
        widen(&f, s, trial, n) && truth_join(&f, &out->grade, &s->contest);
    if (whole)
        compare(out, s, &f, trial, n);
    frontier_free(&f);
    for (uint32_t k = 0; trial != NULL && k < n; k++) {
        frontier_free(&trial[k].table);
        free(trial[k].settled);
    }
    free(trial);
    if (!whole)
        study_result_free(out);
    return whole;
}

void study_result_free(struct study_result *r)
{
    free(r->measures);
    r->measures = NULL;
}
