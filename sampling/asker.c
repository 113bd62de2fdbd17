/* SPDX-License-Identifier: MIT */
/* Hides how questions wait. What several players want to ask at the same time only one
 * of them needs to: a question that the opening or the sampler wants is asked at once
 * if it is this player's turn, and one round later if nobody else has asked it by then;
 * if somebody has, the answer is taken for free. */
#include "sampling/asker.h"

#include <stdlib.h>

#include "game/counts.h"
#include "sampling/surrogate.h"

enum {
    POOL_MAX = 256,
    MODEL_OPEN_MAX = 4, /* what is asked next depends on the answers */
    PLENTY = 4,         /* questions for each pure profile */
    MODEL_IDEAS = 64,   /* how many to look at before there is nothing new in them */
    EVALUATIONS_PER_QUESTION = 100, /* with lambda = 1 a sampler need not ask to know */
    EVALUATIONS_MAX = 100000,
    EVALUATED_WEIGHTS_MAX = 1 << 22, /* what a sampler may remember of them */
};
#define NOT_SAMPLED UINT32_MAX /* the question is not the sampler's */

struct wish {
    uint32_t question; /* the sampler's id */
    uint32_t since;    /* the first round in which it could be asked */
    bool asked;        /* by this player, and not answered yet */
    struct candidate candidate;
};

struct asker {
    struct asker_options o;
    struct shape candidates; /* what is asked about */
    struct sampler *sampler; /* one of the two, the other NULL */
    struct surrogate *model;
    bool finished; /* and stays so */
    bool plenty;   /* a model has many more questions than there are profiles */
    double threat_payoff;
    uint32_t asked;
    uint32_t opened;  /* questions that were spent on the opening */
    uint32_t opening; /* the next pure profile to look at */
    uint32_t n_wishes;
    uint32_t n_open;     /* how many of them it has asked */
    uint32_t n_answered; /* candidates on the table */
    uint32_t idle;       /* rows with nothing to ask and nothing to hear */
    struct wish wish[POOL_MAX];
    double *value; /* equation (10), by index in the table */
};

/* Points that a sampler may look at when the own payoff is all that it needs: only
 * those that suit are asked about. */
static uint32_t evaluations(const struct asker *a)
{
    const uint32_t remembered =
        (uint32_t)EVALUATED_WEIGHTS_MAX / shape_weights(&a->candidates);
    const uint32_t most = remembered < EVALUATIONS_MAX ? remembered : EVALUATIONS_MAX;
    return a->o.budget < most / EVALUATIONS_PER_QUESTION
               ? EVALUATIONS_PER_QUESTION * a->o.budget
               : most;
}

/* A model needs rewards to learn from. */
static bool has_model(const struct asker_options *o)
{
    return o->sampler == SAMPLER_SURROGATE && o->lambda < 1 &&
           surrogate_fits(&o->payoffs->shape);
}

static struct surrogate *model_of(const struct asker_options *o)
{
    struct surrogate_options m = {.payoffs = o->payoffs,
                                  .tolerance = o->tolerance,
                                  .concept = o->concept,
                                  .incentive = o->incentive,
                                  .enforcement = o->enforcement,
                                  .resolution = o->resolution,
                                  .without = o->without};
    if (o->shortest)
        m.enforcement.length = LENGTH_MAX;
    return surrogate_new(&m);
}

struct asker *asker_new(const struct asker_options *o)
{
    struct asker *a = calloc(1, sizeof *a);
    if (a == NULL)
        return NULL;
    a->o = *o;
    a->candidates = concept_shape(o->concept, &o->payoffs->shape);
    /* With lambda < 1 a value is the answers of all, so every point is a question;
     * those that others ask first come for free, hence as many as the table holds. */
    const uint32_t table_size = o->payoffs->shape.n_players * o->budget;
    const struct sampler_options s = {
        .kind = o->sampler,
        .shape = a->candidates,
        .resolution = o->resolution,
        .seed = o->sampler_seed,
        .self = o->payoffs->player,
        .budget = o->lambda < 1 ? table_size : evaluations(a),
    };
    a->plenty = table_size / PLENTY >= shape_listed(&o->payoffs->shape);
    if (has_model(o))
        a->model = model_of(o);
    else
        a->sampler = sampler_new(&s);
    a->value = calloc(table_size, sizeof *a->value);
    if ((a->sampler == NULL && a->model == NULL) || a->value == NULL) {
        asker_free(a);
        return NULL;
    }
    a->opening =
        o->opening_pure ? o->payoffs->player : shape_listed(&o->payoffs->shape);
    return a;
}

void asker_free(struct asker *a)
{
    if (a == NULL)
        return;
    sampler_free(a->sampler);
    surrogate_free(a->model);
    free(a->value);
    free(a);
}

void asker_start(struct asker *a, const struct profile *threat)
{
    a->threat_payoff = payoffs_expect(a->o.payoffs, threat);
    if (a->model != NULL)
        surrogate_start(a->model, threat);
}

struct judgement asker_judge(const struct asker *a, const struct candidate *candidate)
{
    const struct asker_options *o = &a->o;
    struct incentive_view v;
    incentive_view_candidate(&v, o->payoffs, candidate, o->concept, a->threat_payoff);
    const bool suits =
        o->shortest
            ? incentive_minimum_length(&v, o->concept, o->incentive,
                                       o->enforcement.discount, o->tolerance) > 0
            : incentive_holds(&v, o->concept, o->incentive, &o->enforcement,
                              o->tolerance);
    return (struct judgement){v.payoff, incentive_reward(&v, suits), suits};
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
    a->n_open -= w->asked;
    *w = a->wish[--a->n_wishes];
}

static bool may_wish(const struct asker *a)
{
    return a->n_wishes < POOL_MAX && a->asked + a->n_wishes - a->n_open < a->o.budget;
}

/* The pure profiles are shared out by their number; a player asks for those of its
 * share that suit itself, for at most half of its budget. */
static void wish_opening(struct asker *a, const struct candidates *table,
                         uint32_t batch)
{
    const struct shape *s = &a->o.payoffs->shape;
    const uint32_t n_profiles = shape_listed(s);
    const uint32_t share = a->o.budget - a->o.budget / 2;
    for (; a->opening < n_profiles && a->opened < share && may_wish(a);
         a->opening += s->n_players) {
        uint8_t actions[PLAYERS_MAX];
        struct wish w = {.question = NOT_SAMPLED, .since = batch};
        listed_actions(actions, s, a->opening);
        concept_pure(&w.candidate, a->o.concept, s, actions);
        if (candidates_find(table, &w.candidate) != CANDIDATES_NONE ||
            !asker_judge(a, &w.candidate).suits)
            continue;
        a->wish[a->n_wishes++] = w;
        a->opened++;
    }
}

static void wish_modelled(struct asker *a, const struct candidates *table,
                          uint32_t batch)
{
    struct wish w = {.question = NOT_SAMPLED, .since = batch};
    for (int idea = 0; idea < MODEL_IDEAS; idea++) {
        if (a->n_wishes >= MODEL_OPEN_MAX || !may_wish(a) ||
            !surrogate_next(a->model, table, &w.candidate))
            return;
        if (candidates_find(table, &w.candidate) == CANDIDATES_NONE &&
            wish_for(a, &w.candidate) == NULL)
            a->wish[a->n_wishes++] = w;
    }
}

static void wish_sampled(struct asker *a, const struct candidates *table,
                         uint32_t batch)
{
    const bool alone = a->o.lambda >= 1; /* its own reward is all that it goes by */
    struct question q;
    while (may_wish(a) && sampler_ask(a->sampler, &q)) {
        const uint32_t index = candidates_find(table, &q.point);
        const struct judgement own = asker_judge(a, &q.point);
        struct wish *known = wish_for(a, &q.point);
        if (alone)
            sampler_tell(a->sampler, q.id, own.reward);
        else if (index < a->n_answered)
            sampler_tell(a->sampler, q.id, a->value[index]);
        if (alone ? index != CANDIDATES_NONE || !own.suits : index < a->n_answered)
            continue;
        const uint32_t question = alone ? NOT_SAMPLED : q.id;
        if (known != NULL)
            known->question = question;
        else
            a->wish[a->n_wishes++] = (struct wish){question, batch, false, q.point};
    }
}

/* Keeps the proposal strictly increasing. */
static void propose_insert(struct candidate *proposal, uint16_t n,
                           const struct candidate *c, const struct shape *s)
{
    uint16_t at = n;
    for (; at > 0 && candidate_order(c, &proposal[at - 1], s) < 0; at--)
        proposal[at] = proposal[at - 1];
    proposal[at] = *c;
}

static bool has_turn(const struct asker *a, const struct candidate *c, uint32_t batch)
{
    const struct payoffs *own = a->o.payoffs;
    return a->model != NULL ? surrogate_turn(a->model, c, batch, a->plenty)
                            : candidates_turn(c, &a->candidates, batch,
                                              own->shape.n_players) == own->player;
}

/* Somebody may ask something in the same row that tells a model what it does not know.
 */
static uint32_t patience(const struct asker *a)
{
    return a->model != NULL && !surrogate_certain(a->model);
}

uint16_t asker_propose(struct asker *a, const struct candidates *table, uint32_t batch,
                       struct candidate *proposal)
{
    uint16_t n = 0;
    if (a->finished)
        return 0;
    wish_opening(a, table, batch);
    if (a->model != NULL)
        wish_modelled(a, table, batch);
    else
        wish_sampled(a, table, batch);
    for (uint32_t k = 0; k < a->n_wishes && n < a->o.batch; k++) {
        struct wish *w = &a->wish[k];
        if (candidates_find(table, &w->candidate) != CANDIDATES_NONE ||
            (w->since == batch && !has_turn(a, &w->candidate, batch)))
            continue;
        propose_insert(proposal, n++, &w->candidate, &a->candidates);
        w->asked = true;
    }
    /* A proposed wish stays until it is answered, so `asked` must not count it twice.
     */
    a->asked += n;
    a->n_open += n;
    /* Answers to what others asked can give a model new ideas. */
    const bool learns = a->model != NULL && a->n_answered < candidates_count(table);
    a->idle = n == 0 && a->n_wishes == 0 && !learns ? a->idle + 1 : 0;
    a->finished = n == 0 && (a->idle > patience(a) || a->asked == a->o.budget);
    return n;
}

bool asker_finished(const struct asker *a)
{
    return a->finished;
}

uint32_t asker_rounds_max(uint32_t budget, uint8_t n_players)
{
    return (budget + 2) * (n_players < 3 ? 3u : n_players) + 2;
}

void asker_hear(struct asker *a, uint32_t index, const struct candidate *candidate,
                const double *rewards)
{
    const uint8_t n = a->o.payoffs->shape.n_players, self = a->o.payoffs->player;
    a->n_answered = index + 1;
    double others = 0;
    for (uint8_t i = 0; i < n; i++)
        if (i != self)
            others += rewards[i];
    /* The paper sums the others' rewards and calls it an average; this is one. */
    a->value[index] =
        a->o.lambda * rewards[self] + (1 - a->o.lambda) * others / (n - 1);
    if (a->model != NULL)
        surrogate_hear(a->model, candidate, rewards);
    struct wish *w = wish_for(a, candidate);
    if (w == NULL)
        return;
    if (w->question != NOT_SAMPLED)
        sampler_tell(a->sampler, w->question, a->value[index]);
    wish_drop(a, w);
}
