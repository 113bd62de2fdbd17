/* SPDX-License-Identifier: MIT */
/* Hides which action a cheat plays instead of the prescribed one, and how it says so.
 */
#include <string.h>

#include "adversary/inside.h"

/* ---- defections: another action than the prescribed ---- */

static const struct defection *defection_in(const struct adversary *a, uint32_t stage)
{
    for (uint8_t i = 0; i < a->misdeeds.n_defections; i++)
        if (a->misdeeds.defection[i].stage == stage)
            return &a->misdeeds.defection[i];
    return NULL;
}

/* The best reply, in this one stage, among all actions but one. */
static uint8_t best_other(const struct adversary *a, const struct report *report,
                          uint8_t prescribed)
{
    struct profile x;
    double value[ACTIONS_MAX];
    const uint16_t n_actions = a->terms->shape.n_actions[a->self];
    profile_from_candidate(&x, &a->terms->shape, &report->prescribed);
    payoffs_by_action(value, a->payoffs, &x);
    uint8_t best = prescribed;
    for (uint8_t k = 0; k < n_actions; k++)
        if (k != prescribed && (best == prescribed || value[k] > value[best]))
            best = k;
    return best;
}

/* True if another action pays more in this one stage than the prescribed one, by more
 * than what a mixture that must be rounded leaves over. */
static bool tempted(const struct adversary *a, const struct report *report,
                    uint8_t prescribed)
{
    struct profile x;
    double value[ACTIONS_MAX];
    profile_from_candidate(&x, &a->terms->shape, &report->prescribed);
    payoffs_by_action(value, a->payoffs, &x);
    return value[best_other(a, report, prescribed)] >
           value[prescribed] + 1e-6 * payoffs_range(a->payoffs);
}

static bool mixes(const struct adversary *a, const struct candidate *c)
{
    const uint32_t *weight = c->weight + shape_offset(&a->terms->shape, a->self);
    for (uint8_t k = 0; k < a->terms->shape.n_actions[a->self]; k++)
        if (weight[k] != 0 && weight[k] != WEIGHT_ONE)
            return true;
    return false;
}

/* The misbehaviour that makes it play something else in this stage, or
 * MISBEHAVIOUR_KINDS. */
static int temptation(const struct adversary *a, const struct report *report,
                      uint8_t prescribed)
{
    const uint64_t round = report->round;
    if (report->punishing)
        return misbehaves(a, MISBEHAVE_NO_PENANCE, round) ? (int)MISBEHAVE_NO_PENANCE
                                                          : MISBEHAVIOUR_KINDS;
    if (misbehaves(a, MISBEHAVE_RELAPSE, round))
        return MISBEHAVE_RELAPSE;
    if (!tempted(a, report, prescribed))
        return MISBEHAVIOUR_KINDS;
    if (misbehaves(a, MISBEHAVE_FALSE_YES, round))
        return MISBEHAVE_FALSE_YES;
    if (mixes(a, &report->prescribed) && misbehaves(a, MISBEHAVE_PICKY, round))
        return MISBEHAVE_PICKY;
    return MISBEHAVIOUR_KINDS;
}

static uint8_t choose(struct adversary *a, const struct report *report, uint32_t stage,
                      uint8_t prescribed)
{
    const struct defection *d = defection_in(a, stage);
    uint8_t action = prescribed;
    if (d != NULL) {
        action =
            d->action != ANY_ACTION ? d->action : best_other(a, report, prescribed);
        if (action != prescribed)
            a->deeds.defections |= UINT64_C(1) << (d - a->misdeeds.defection);
        return action;
    }
    const int kind = temptation(a, report, prescribed);
    if (kind < MISBEHAVIOUR_KINDS)
        action = best_other(a, report, prescribed);
    if (action != prescribed)
        has_misbehaved(a, (enum misbehaviour_kind)kind, report->round);
    return action;
}

uint8_t adversary_plays(struct adversary *a, const struct report *report,
                        uint32_t stage, uint8_t prescribed)
{
    if (a->changed == stage)
        return a->change;
    if (a->stage < report->stage)
        a->stage = report->stage;
    const uint8_t action = choose(a, report, stage, prescribed);
    if (action != prescribed) {
        a->changed = stage;
        a->change = action;
    }
    return action;
}

/* The action that the own player has committed to: who knows its seed can open it. */
static bool committed_action(const struct adversary *a, const struct draft *d,
                             uint32_t stage, uint8_t *action)
{
    struct nonce nonce;
    const struct secret s =
        secret_derive(&a->seed, &d->message.session, "nonce", stage);
    memcpy(nonce.bytes, s.bytes, sizeof nonce.bytes);
    for (uint8_t k = 0; k < a->terms->shape.n_actions[a->self]; k++) {
        const struct digest c =
            action_commit(&d->message.session, stage, a->self, k, &nonce);
        *action = k;
        if (d->size >= sizeof c.bytes && memcmp(d->body, c.bytes, sizeof c.bytes) == 0)
            return true;
    }
    return false;
}

/* In a stage of mixed actions all move at once, so the change begins with the
 * commitment. */
static void defect_commit(struct draft *d, struct adversary *a,
                          const struct report *report)
{
    uint8_t action;
    if (!committed_action(a, d, report->stage, &action) ||
        adversary_plays(a, report, report->stage, action) == action)
        return;
    const struct secret s = secret_for(a, &d->message, "adversary nonce");
    memcpy(a->nonce.bytes, s.bytes, sizeof a->nonce.bytes);
    const struct digest c = action_commit(&d->message.session, report->stage, a->self,
                                          a->change, &a->nonce);
    draft_put(d, 0, c.bytes, sizeof c.bytes);
}

void defect(struct draft *d, struct adversary *a, const struct report *report)
{
    const uint32_t stage = report->stage;
    if ((d->message.kind == MESSAGE_ACT && d->size == 1) ||
        (d->message.kind == MESSAGE_FOLLOW && d->size > 1)) {
        const uint8_t action = adversary_plays(a, report, stage, d->body[0]);
        if (action != d->body[0])
            draft_put(d, 0, &action, 1);
    }
    if (d->message.kind == MESSAGE_COMMIT)
        defect_commit(d, a, report);
    if (d->message.kind == MESSAGE_SHOW && a->changed == stage) {
        draft_put(d, 0, &a->change, 1);
        draft_put(d, 1, a->nonce.bytes, sizeof a->nonce.bytes);
    }
}
