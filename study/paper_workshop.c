/* SPDX-License-Identifier: MIT */
/* Hides how a negotiation of the paper's becomes one of the nodes' (PAPER_REPAIRED). */
#include "study/paper_workshop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "game/incentive.h"
#include "game/threat.h"
#include "study/bout.h"

/* The nodes' own figures: how good a threat must be, how many rounds they look for it,
 * how many candidates they ask about at once, how fine private lotteries are. */
#define THREAT_EPSILON 1e-3
enum { THREAT_ROUNDS = 2000, BATCH = 8, RESOLUTION = 64 };

enum { TASKS_MAX = 64 };
struct paper_memory {
    uint32_t n;
    struct paper_task task[TASKS_MAX];
    struct paper_accepted accepted[TASKS_MAX];
};

/* ---- the games ---- */

static struct game *game_of(const struct paper_payoffs *g)
{
    struct game *game = calloc(1, sizeof *game);
    if (game == NULL)
        return NULL;
    (void)snprintf(game->title, sizeof game->title, "%s", g->name);
    game->shape = shape_uniform(2, 2);
    for (uint8_t i = 0; i < 2; i++) {
        /* The first player's action varies fastest here, and slowest in the paper. */
        const double *u = g->payoff[i];
        const double value[] = {u[0], u[2], u[1], u[3]};
        game->payoffs[i] = payoffs_new(&game->shape, i, value);
        if (game->payoffs[i] == NULL) {
            game_free(game);
            free(game);
            return NULL;
        }
    }
    return game;
}

static bool find_exact(struct profile *out, const struct game *g)
{
    struct threat_search *search[2];
    struct threat_word words[2];
    enum threat_state state = THREAT_SEARCHING;
    for (uint8_t i = 0; i < 2; i++)
        search[i] =
            threat_search_new(g->payoffs[i], THREAT_EPSILON, THREAT_ROUNDS, i + 1u);
    const bool whole = search[0] != NULL && search[1] != NULL;
    while (whole && state == THREAT_SEARCHING) {
        for (uint8_t i = 0; i < 2; i++)
            threat_say(search[i], &words[i]);
        for (uint8_t i = 0; i < 2; i++)
            state = threat_hear(search[i], words);
    }
    if (whole && state == THREAT_FOUND) {
        struct candidate found;
        threat_found(search[0], &found);
        profile_from_candidate(out, &g->shape, &found);
    }
    for (uint8_t i = 0; i < 2; i++)
        threat_search_free(search[i]);
    return whole && state == THREAT_FOUND;
}

struct paper_workshop *paper_workshop_new(void)
{
    struct paper_workshop *w = calloc(1, sizeof *w);
    if (w != NULL)
        w->memory = calloc(1, sizeof *w->memory);
    bool whole = w != NULL && w->memory != NULL;
    for (unsigned k = 0; whole && k < PAPER_CONCEPTS; k++)
        paper_grid_fill(&w->grid[k], (enum paper_concept)k);
    for (unsigned k = 0; whole && k < PAPER_GAMES; k++) {
        w->game[k] = game_of(&paper_games[k]);
        whole = w->game[k] != NULL && find_exact(&w->exact[k], w->game[k]);
        for (uint8_t i = 0; whole && i < 2; i++)
            w->exact_payoff[k][i] =
                payoffs_expect(w->game[k]->payoffs[i], &w->exact[k]);
    }
    if (whole)
        return w;
    paper_workshop_free(w);
    return NULL;
}

void paper_workshop_free(struct paper_workshop *w)
{
    if (w == NULL)
        return;
    for (unsigned k = 0; k < PAPER_GAMES; k++)
        if (w->game[k] != NULL) {
            game_free(w->game[k]);
            free(w->game[k]);
        }
    free(w->memory);
    free(w);
}

/* ---- one negotiation ---- */

static struct asker_options asking(const struct paper_task *t)
{
    static const enum sampler_kind kinds[] = {[PAPER_EQUISPACED] = SAMPLER_GRID,
                                              [PAPER_RANDOM] = SAMPLER_RANDOM,
                                              [PAPER_SOO_HALF] = SAMPLER_SOO,
                                              [PAPER_SOO_OWN] = SAMPLER_SOO};
    const bool alone = t->concept == PAPER_CE;
    return (struct asker_options){
        .concept = alone ? CONCEPT_PRIVATE : CONCEPT_NASH,
        .resolution = alone ? RESOLUTION : 0,
        .incentive = INCENTIVE_INTERIM,
        .enforcement = {.discount = t->discount},
        .lambda = t->sampler == PAPER_SOO_OWN ? 1 : 0.5,
        .sampler = kinds[t->sampler],
        .budget = t->questions,
        .batch = BATCH,
    };
}

static bool sample_repaired(struct paper_accepted *out, const struct paper_workshop *w,
                            const struct paper_task *t, uint64_t seed)
{
    const struct bout_options o = {.game = w->game[t->game],
                                   .threat = &w->exact[t->game],
                                   .seed = seed,
                                   .asking = asking(t)};
    struct bout *b = bout_new(&o);
    if (b == NULL)
        return false;
    bout_negotiate(b);
    out->n = bout_accepted(b);
    for (uint32_t k = 0; k < out->n; k++) {
        const uint32_t index = bout_accept(b, k);
        memcpy(out->row[k].payoff, bout_payoff(b, index), sizeof out->row[k].payoff);
        out->row[k].proposer = bout_proposer(b, index);
    }
    bout_free(b);
    return true;
}

static bool same_task(const struct paper_task *a, const struct paper_task *b)
{
    return a->game == b->game && a->concept == b->concept && a->sampler == b->sampler &&
           a->discount == b->discount && a->questions == b->questions;
}

/* NULL when memory is short. */
static const struct paper_accepted *remember(struct paper_workshop *w,
                                             const struct paper_task *t)
{
    struct paper_memory *m = w->memory;
    for (uint32_t k = 0; k < m->n; k++)
        if (same_task(&m->task[k], t))
            return &m->accepted[k];
    CHECK(m->n < TASKS_MAX);
    if (!sample_repaired(&m->accepted[m->n], w, t, 0))
        return NULL;
    m->task[m->n] = *t;
    return &m->accepted[m->n++];
}

/* NULL when memory is short. */
static const struct paper_accepted *sampled(struct paper_accepted *room,
                                            struct paper_workshop *w,
                                            const struct paper_task *t, struct prng *p)
{
    struct paper_case c;
    const bool chance = t->sampler == PAPER_EQUISPACED || t->sampler == PAPER_RANDOM;
    if (t->version == PAPER_REPAIRED && !chance)
        return remember(w, t);
    if (t->version == PAPER_REPAIRED)
        return sample_repaired(room, w, t, prng_next(p)) ? room : NULL;
    paper_case_set(&c, &paper_games[t->game], t->concept, t->discount, t->threat);
    paper_sample(room, &c, &w->grid[t->concept], t->sampler, t->version, t->questions,
                 p);
    return room;
}

bool paper_negotiate(struct paper_outcome *out, struct paper_workshop *w,
                     const struct paper_task *t, struct prng *p)
{
    const double *threat =
        t->version == PAPER_REPAIRED ? w->exact_payoff[t->game] : t->threat;
    const double *payoff = threat;
    struct paper_accepted room;
    const struct paper_accepted *a = sampled(&room, w, t, p);
    if (a == NULL)
        return false;
    out->agreed = a->n > 0;
    if (a->n > 0) {
        double tolerance[2];
        for (unsigned i = 0; i < 2; i++)
            tolerance[i] = incentive_tolerance(w->game[t->game]->payoffs[i]);
        payoff = a->row[paper_prune(a, t->version, tolerance, p)].payoff;
    }
    for (unsigned i = 0; i < 2; i++) {
        out->payoff[i] = payoff[i];
        out->gained[i] = payoff[i] - threat[i];
    }
    return true;
}

struct prng paper_stream(uint64_t seed, const uint32_t *numbers, unsigned n)
{
    struct prng p = {seed};
    for (unsigned k = 0; k < n; k++)
        p.state = prng_next(&p) ^ numbers[k];
    return (struct prng){prng_next(&p)};
}
