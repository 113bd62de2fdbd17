/* SPDX-License-Identifier: MIT */
/* Hides how questions wait for their turn. A question that the opening or the sampler
 * wants is kept in a pool until the round comes in which this player, and nobody else,
 * may propose it; if another player asks it first, the answer is taken for free. */
#include "protocol/sampling.h"

#include <stdlib.h>

enum {
    POOL_MAX = 256,
    EVALUATIONS_PER_QUESTION = 100, /* with lambda = 1 a sampler need not ask to know */
    EVALUATIONS_MAX = 100000,
    EVALUATED_WEIGHTS_MAX = 1 << 22, /* what a sampler may remember of them */
};
#define NOT_SAMPLED UINT32_MAX /* the question is not the sampler's */

struct wish {
    uint32_t question; /* the sampler's id */
    struct candidate candidate;
};

struct asker {
    struct sampler *sampler;
    double threat_payoff;
    double lambda;
    struct enforcement enforcement;
    bool shortest; /* the length of the punishment is still open */
    uint32_t asked;
    uint32_t opened;  /* questions that were spent on the opening */
    uint32_t opening; /* the next pure profile to look at */
    uint32_t n_wishes;
    struct wish wish[POOL_MAX];
    double *value; /* equation (10), by index in the table */
};

/* Points that a sampler may look at when the own payoff is all that it needs: only
 * those that suit are asked about. */
static uint32_t evaluations(const struct terms *t)
{
    const struct shape candidates = terms_candidates(t);
    const uint32_t remembered =
        (uint32_t)EVALUATED_WEIGHTS_MAX / shape_weights(&candidates);
    const uint32_t most = remembered < EVALUATIONS_MAX ? remembered : EVALUATIONS_MAX;
    return t->budget < most / EVALUATIONS_PER_QUESTION
               ? EVALUATIONS_PER_QUESTION * t->budget
               : most;
}

struct asker *asker_new(const struct context *c)
{
    struct asker *a = calloc(1, sizeof *a);
    if (a == NULL)
        return NULL;
    /* With lambda < 1 a value is the answers of all, so every point is a question;
     * those that others ask first come for free, hence as many as the table holds. */
    a->lambda = c->terms->share_rewards ? c->options->lambda : 1;
    const uint32_t table_size = c->terms->shape.n_players * c->terms->budget;
    const struct sampler_options o = {
        .kind = c->options->sampler,
        .shape = terms_candidates(c->terms),
        .resolution = terms_resolution(c->terms),
        .seed = c->options->sampler_seed,
        .self = c->self,
        .budget = a->lambda < 1 ? table_size : evaluations(c->terms),
    };
    a->sampler = sampler_new(&o);
    a->value = calloc(table_size, sizeof *a->value);
    if (a->sampler == NULL || a->value == NULL) {
        asker_free(a);
        return NULL;
    }
    a->enforcement = (struct enforcement){c->options->discount, c->terms->length};
    a->shortest = c->terms->finite && c->terms->length == 0;
    a->opening = c->terms->opening_pure ? c->self : shape_profiles(&c->terms->shape);
    return a;
}

void asker_free(struct asker *a)
{
    if (a == NULL)
        return;
    sampler_free(a->sampler);
    free(a->value);
    free(a);
}

void asker_start(struct asker *a, double threat_payoff)
{
    a->threat_payoff = threat_payoff;
}

bool asker_judge(const struct asker *a, const struct context *c,
                 const struct candidate *candidate, double *reward)
{
    const enum concept concept = c->terms->concept;
    struct incentive_view v;
    incentive_view_candidate(&v, c->payoffs, candidate, concept, a->threat_payoff);
    const enum incentive incentive = c->terms->incentive;
    const bool suits =
        a->shortest
            ? incentive_minimum_length(&v, concept, incentive, c->options->discount,
                                       c->tolerance) > 0
            : incentive_holds(&v, concept, incentive, &a->enforcement, c->tolerance);
    *reward = incentive_reward(&v, suits);
    return suits;
}

static struct wish *wish_for(struct asker *a, const struct candidate *candidate)
{
    for (uint32_t k = 0; k < a->n_wishes; k++)
        if (candidate_equal(&a->wish[k].candidate, candidate))
            return &a->wish[k];
    return NULL;
}

static void wish_drop(struct asker *a, struct wish *w)
{
    *w = a->wish[--a->n_wishes];
}

static bool may_wish(const struct asker *a, const struct context *c)
{
    return a->n_wishes < POOL_MAX && a->asked + a->n_wishes < c->terms->budget;
}

/* The pure profiles are shared out by their number; a player asks for those of its
 * share that suit itself, for at most half of its budget. */
static void wish_opening(struct asker *a, const struct context *c,
                         const struct candidates *table)
{
    const struct shape *s = &c->terms->shape;
    const uint32_t n_profiles = shape_profiles(s);
    const uint32_t share = c->terms->budget - c->terms->budget / 2;
    for (; a->opening < n_profiles && a->opened < share && may_wish(a, c);
         a->opening += s->n_players) {
        uint8_t actions[PLAYERS_MAX];
        struct wish w = {.question = NOT_SAMPLED};
        double reward;
        profile_actions(actions, s, a->opening);
        concept_pure(&w.candidate, c->terms->concept, s, actions);
        if (candidates_find(table, &w.candidate) != CANDIDATES_NONE ||
            !asker_judge(a, c, &w.candidate, &reward))
            continue;
        a->wish[a->n_wishes++] = w;
        a->opened++;
    }
}

static void wish_sampled(struct asker *a, const struct context *c,
                         const struct candidates *table)
{
    struct question q;
    while (may_wish(a, c) && sampler_ask(a->sampler, &q)) {
        double reward;
        const uint32_t index = candidates_find(table, &q.point);
        const bool suits = asker_judge(a, c, &q.point, &reward);
        struct wish *known = wish_for(a, &q.point);
        if (a->lambda >= 1)
            sampler_tell(a->sampler, q.id, reward);
        else if (index != CANDIDATES_NONE)
            sampler_tell(a->sampler, q.id, a->value[index]);
        if (index != CANDIDATES_NONE || (a->lambda >= 1 && !suits))
            continue;
        const uint32_t question = a->lambda >= 1 ? NOT_SAMPLED : q.id;
        if (known != NULL)
            known->question = question;
        else
            a->wish[a->n_wishes++] = (struct wish){question, q.point};
    }
}

/* Keeps the proposal strictly increasing, as its layout asks. */
static void propose_insert(struct body_propose *p, const struct candidate *c,
                           const struct shape *s)
{
    uint16_t at = p->n_candidates++;
    for (; at > 0 && candidate_order(c, &p->candidate[at - 1], s) < 0; at--)
        p->candidate[at] = p->candidate[at - 1];
    p->candidate[at] = *c;
}

void asker_propose(struct asker *a, const struct context *c,
                   const struct candidates *table, uint32_t batch,
                   struct body_propose *out)
{
    const struct shape s = terms_candidates(c->terms);
    wish_opening(a, c, table);
    wish_sampled(a, c, table);
    out->n_candidates = 0;
    for (uint32_t k = 0; k < a->n_wishes && out->n_candidates < c->terms->batch; k++) {
        const struct candidate *w = &a->wish[k].candidate;
        if (candidates_turn(w, &s, batch, c->terms->shape.n_players) == c->self)
            propose_insert(out, w, &s);
    }
    a->asked += out->n_candidates;
    /* A proposed wish stays until it is answered, so `asked` must not count it twice.
     */
    out->finished = a->n_wishes == 0;
}

void asker_hear(struct asker *a, const struct context *c, uint32_t index,
                const struct candidate *candidate, const double *rewards)
{
    const uint8_t n = c->terms->shape.n_players;
    double others = 0;
    for (uint8_t i = 0; i < n; i++)
        if (i != c->self)
            others += rewards[i];
    /* The paper sums the others' rewards and calls it an average; this is one. */
    a->value[index] = a->lambda * rewards[c->self] + (1 - a->lambda) * others / (n - 1);
    struct wish *w = wish_for(a, candidate);
    if (w == NULL)
        return;
    if (w->question != NOT_SAMPLED)
        sampler_tell(a->sampler, w->question, a->value[index]);
    wish_drop(a, w);
}
