/* SPDX-License-Identifier: MIT */
/* Hides sums. Payoffs of pure profiles are looked up, never recomputed. */
#include "cli/measure.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

double measure_deterrence(double gain, double loss_per_stage)
{
    if (gain <= 0)
        return 0;
    return loss_per_stage > 0 ? gain / (gain + loss_per_stage) : -1;
}

static double stage_payoff(const struct payoffs *p, const uint8_t *actions)
{
    return payoffs_pure(p, actions);
}

static void measure_profiles(struct measures *m, const struct game *g,
                             const struct account *a)
{
    struct profile threat;
    profile_from_candidate(&threat, &g->shape, &a->threat);
    for (uint8_t i = 0; i < g->shape.n_players; i++) {
        if (a->has_threat) {
            m->threat_payoff[i] = payoffs_expect(g->payoffs[i], &threat);
            m->epsilon[i] = incentive_regret(g->payoffs[i], &threat);
        }
        m->agreement_payoff[i] =
            a->treaty ? concept_payoff(g->payoffs[i], a->terms->concept, &a->agreement)
                      : m->threat_payoff[i];
    }
}

static void measure_play(struct measures *m, const struct game *g,
                         const struct private_options *options, const struct account *a)
{
    for (uint8_t i = 0; i < g->shape.n_players; i++) {
        const double discount = options[i].discount;
        double sum = 0, discounted = 0, weight = 1 - discount;
        for (uint32_t stage = 1; stage <= a->stages.n; stage++) {
            const double u =
                stage_payoff(g->payoffs[i], stage_actions(&a->stages, stage));
            sum += u;
            discounted += weight * u;
            weight *= discount;
        }
        m->average[i] = a->stages.n > 0 ? sum / a->stages.n : 0;
        m->discounted[i] = discounted;
    }
}

static void add_offence(struct measures *m, const struct offence *o)
{
    m->offences =
        array_grow(m->offences, m->n_offences, &m->capacity, sizeof *m->offences);
    m->offences[m->n_offences++] = *o;
}

static void weigh(struct offence *o, const struct game *g, const struct account *a,
                  const struct measures *m)
{
    const struct payoffs *p = g->payoffs[o->node];
    uint8_t actions[PLAYERS_MAX];
    memcpy(actions, stage_actions(&a->stages, o->stage), g->shape.n_players);
    const double got = stage_payoff(p, actions);
    actions[o->node] = o->prescribed;
    o->weighed = true;
    o->gain = got - stage_payoff(p, actions);
    o->deterred_from = measure_deterrence(o->gain, m->agreement_payoff[o->node] -
                                                       m->threat_payoff[o->node]);
}

static void collect_proven(struct measures *m, const struct game *g,
                           const struct account *a)
{
    for (size_t i = 0; i < a->n_deviations; i++) {
        const struct deviation *d = &a->deviations[i];
        struct offence o = {.stage = d->stage,
                            .node = d->player,
                            .kind = fault_name(d->fault),
                            .round = d->round,
                            .played = d->played,
                            .prescribed = d->prescribed};
        if (d->fault == FAULT_ACTION && d->stage >= 1 && d->stage <= a->stages.n)
            weigh(&o, g, a, m);
        add_offence(m, &o);
    }
}

/* Who is said to have fallen silent, each once, with how many say so. */
static void collect_omissions(struct measures *m, const struct account *a)
{
    for (uint8_t i = 0; i < a->terms->shape.n_players; i++) {
        struct offence o = {.node = i, .kind = "omission"};
        for (size_t k = 0; k < a->n_claims; k++) {
            const struct claim *c = &a->claims[k];
            if ((c->silent >> i & 1) == 0 || c->by == i || !account_credits(a, c))
                continue;
            if (o.claims == 0 || c->round < o.round) {
                o.round = c->round;
                o.stage = c->stage;
            }
            o.claims++;
        }
        if (o.claims > 0)
            add_offence(m, &o);
    }
}

static int offence_order(const void *a, const void *b)
{
    const struct offence *x = a, *y = b;
    if (x->stage != y->stage)
        return x->stage < y->stage ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

/* What each weighed offence has cost since: from the last stage backwards,
 *     loss(t) = d (U - u(t + 1) + loss(t + 1)). */
static void measure_losses(struct measures *m, const struct game *g,
                           const struct private_options *options,
                           const struct account *a)
{
    for (uint8_t i = 0; i < g->shape.n_players; i++) {
        double loss = 0;
        size_t next = m->n_offences;
        for (uint32_t stage = a->stages.n; stage >= 1 && next > 0; stage--) {
            while (next > 0 && m->offences[next - 1].stage >= stage) {
                struct offence *o = &m->offences[--next];
                if (o->node == i && o->stage == stage && o->weighed)
                    o->loss = loss;
            }
            const double u =
                stage_payoff(g->payoffs[i], stage_actions(&a->stages, stage));
            loss = options[i].discount * (m->agreement_payoff[i] - u + loss);
        }
    }
}

void measures_take(struct measures *out, const struct game *game,
                   const struct private_options *options, const struct account *a)
{
    memset(out, 0, sizeof *out);
    CHECK(a->stages.n == 0 || a->stages.n_players == game->shape.n_players);
    measure_profiles(out, game, a);
    measure_play(out, game, options, a);
    collect_proven(out, game, a);
    collect_omissions(out, a);
    if (out->n_offences > 1)
        qsort(out->offences, out->n_offences, sizeof *out->offences, offence_order);
    measure_losses(out, game, options, a);
}

void measures_free(struct measures *m)
{
    free(m->offences);
    memset(m, 0, sizeof *m);
}
