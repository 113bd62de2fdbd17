/* SPDX-License-Identifier: MIT */
/* Hides how it is found out why a misdeed had no effect. */
#include "cli/idle.h"

#include <stdio.h>

bool idle_asked(const struct settings *s)
{
    for (uint8_t i = 0; i < s->terms.shape.n_players; i++)
        if (s->misdeeds[i].n_defections + s->misdeeds[i].n_misbehaviours > 0)
            return true;
    return false;
}

static void describe_defection(struct idle *out, const struct account *a,
                               const struct defection *d)
{
    char text[MISDEED_TEXT_MAX];
    defection_text(text, d);
    (void)snprintf(out->misdeed, sizeof out->misdeed, "--defect %u@%s", out->node + 1u,
                   text);
    if (d->stage > a->stages.n)
        (void)snprintf(out->why, sizeof out->why, "stage %u was never played",
                       d->stage);
    else if (a->terms->shape.n_actions[out->node] < 2)
        (void)snprintf(out->why, sizeof out->why, "it has only one action");
    else
        (void)snprintf(out->why, sizeof out->why,
                       "that action was prescribed in stage %u", d->stage);
}

static void describe_misbehaviour(struct idle *out, const struct account *a,
                                  const struct misbehaviour *m)
{
    char text[MISDEED_TEXT_MAX];
    misbehaviour_text(text, m);
    (void)snprintf(out->misdeed, sizeof out->misdeed, "--misbehave %u:%s",
                   out->node + 1u, text);
    if (m->from_stage > a->stages.n)
        (void)snprintf(out->why, sizeof out->why, "stage %u was never played",
                       m->from_stage);
    else if (m->from_round > a->round)
        (void)snprintf(out->why, sizeof out->why, "round %llu was never complete",
                       (unsigned long long)m->from_round);
    else
        (void)snprintf(out->why, sizeof out->why, "there was no occasion for it");
}

/* The nth of one node; *nth is lowered by how many there are where it is not found. */
static bool find_of(struct idle *out, const struct report_input *in, size_t *nth)
{
    const struct misdeeds *m = &in->settings->misdeeds[out->node];
    const struct deeds *done = &in->deeds[out->node];
    for (uint8_t i = 0; i < m->n_defections; i++)
        if ((done->defections >> i & 1) == 0 && (*nth)-- == 0) {
            describe_defection(out, in->account, &m->defection[i]);
            return true;
        }
    for (uint8_t i = 0; i < m->n_misbehaviours; i++)
        if ((done->misbehaviours >> i & 1) == 0 && (*nth)-- == 0) {
            describe_misbehaviour(out, in->account, &m->misbehaviour[i]);
            return true;
        }
    return false;
}

bool idle_find(struct idle *out, const struct report_input *in, size_t nth)
{
    for (out->node = 0; out->node < in->settings->terms.shape.n_players; out->node++)
        if ((in->deeds_known >> out->node & 1) != 0 && find_of(out, in, &nth))
            return true;
    return false;
}
