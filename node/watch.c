/* SPDX-License-Identifier: MIT */
/* Hides sums over notes. */
#include "node/watch.h"

#include <string.h>

void watch_start(struct watch *w, const struct payoffs *own, double discount)
{
    memset(w, 0, sizeof *w);
    w->payoffs = own;
    w->discount = discount;
}

static double payoff(const struct watch *w, const uint8_t *actions)
{
    return payoffs_pure(w->payoffs, actions);
}

/* What each stage since has cost those who broke the agreement: this node, if it did.
 */
static void weigh_stage(struct watch *w, double earned)
{
    const uint32_t kept = w->n_deviations < WATCH_KEPT ? w->n_deviations : WATCH_KEPT;
    for (uint32_t i = 0; i < kept; i++) {
        struct watched_deviation *d = &w->deviation[i];
        if (d->player != w->payoffs->player || d->fault != FAULT_ACTION)
            continue;
        d->weight *= w->discount;
        d->loss += d->weight * (w->agreed_payoff - earned);
    }
}

static void see_stage(struct watch *w, const struct note *n)
{
    const struct shape *s = &w->payoffs->shape;
    if (n->number >= STAGE_MODES)
        return;
    memcpy(w->last_actions, n->actions, s->n_players);
    for (uint8_t i = 0; i < s->n_players; i++)
        w->observed[n->number][shape_offset(s, i) + n->actions[i]]++;
    w->stages[n->number]++;
    weigh_stage(w, payoff(w, n->actions));
}

/* The stage's own note comes before. */
static void weigh(const struct watch *w, struct watched_deviation *d)
{
    uint8_t actions[PLAYERS_MAX];
    memcpy(actions, w->last_actions, sizeof actions);
    const double played = payoff(w, actions);
    actions[d->player] = d->prescribed;
    const double prescribed = payoff(w, actions);
    const double at_stake = w->agreed_payoff - w->threat_payoff;
    d->weight = 1;
    if (d->player != w->payoffs->player) {
        d->harm = prescribed - played;
        return;
    }
    d->gain = played - prescribed;
    if (d->gain > 0)
        d->deterred_from = at_stake > 0 ? d->gain / (d->gain + at_stake) : -1;
}

static void see_deviation(struct watch *w, const struct note *n)
{
    struct watched_deviation d = {.stage = n->stage,
                                  .player = n->player,
                                  .fault = (enum fault_kind)n->number,
                                  .played = (uint8_t)(n->other & 255),
                                  .prescribed = (uint8_t)(n->other >> 8)};
    if (n->player >= w->payoffs->shape.n_players || n->number >= FAULT_KINDS)
        return;
    if (d.fault == FAULT_ACTION)
        weigh(w, &d);
    else
        w->guilty |= player_bit(n->player);
    w->harm += d.harm;
    w->deviations_of[n->player][n->number]++;
    w->deviation[w->n_deviations++ % WATCH_KEPT] = d;
}

/* What an action proved already, the blame that follows proves again. */
static void see_blame(struct watch *w, const struct note *n)
{
    const uint32_t last = (w->n_deviations - 1) % WATCH_KEPT;
    if (w->n_deviations > 0 && n->stage > 0 && w->deviation[last].stage == n->stage &&
        w->deviation[last].player == n->player)
        return;
    see_deviation(w, n);
}

static void see_punishment(struct watch *w, const struct note *n)
{
    struct watched_punishment *last =
        &w->punishment[(w->n_punishments - 1) % WATCH_KEPT];
    if (n->kind == NOTE_RESTORED) {
        if (w->n_punishments > 0)
            last->restored = n->stage;
    } else if (w->n_punishments > 0 && last->restored == 0) {
        last->length = n->number; /* a deviation while punishing starts it anew */
    } else {
        w->punishment[w->n_punishments++ % WATCH_KEPT] =
            (struct watched_punishment){n->stage, n->number, 0};
    }
}

static void see_waiting(struct watch *w, const struct note *n)
{
    const uint64_t known = n->round == w->wait_round ? w->waited_for : 0;
    for (uint8_t i = 0; i < w->payoffs->shape.n_players; i++)
        w->waits[i] += ((n->mask & ~known) >> i & 1) != 0;
    w->wait_round = n->round;
    w->waited_for = known | n->mask;
}

static void see_healed(struct watch *w, const struct note *n)
{
    for (uint8_t i = 0; i < w->payoffs->shape.n_players; i++)
        if (n->round == w->wait_round && (w->waited_for >> i & 1) != 0)
            w->waited_ms[i] += n->number;
    w->waited_for = 0;
}

static void see_peer(struct watch *w, const struct note *n)
{
    const uint64_t bit = n->player < PLAYERS_MAX ? player_bit(n->player) : 0;
    w->strangers |= n->kind == NOTE_STRANGER ? bit : 0;
    w->reborn |= n->kind == NOTE_REBORN ? bit : 0;
    w->silent |= n->kind == NOTE_REFUSED ? n->mask : 0;
    w->doubled = w->doubled || n->kind == NOTE_DOUBLE;
}

void watch_note(struct watch *w, const struct note *n)
{
    struct profile threat;
    if (n->kind == NOTE_THREAT && n->candidate != NULL) {
        profile_from_candidate(&threat, &w->payoffs->shape, n->candidate);
        w->threat_payoff = payoffs_expect(w->payoffs, &threat);
        w->threatened = true;
    } else if (n->kind == NOTE_AGREED) {
        w->agreed_payoff = n->value;
    } else if (n->kind == NOTE_STAGE) {
        see_stage(w, n);
    } else if (n->kind == NOTE_DEVIATION) {
        see_deviation(w, n);
    } else if (n->kind == NOTE_BLAMED) {
        see_blame(w, n);
    } else if (n->kind == NOTE_PUNISHING || n->kind == NOTE_RESTORED) {
        see_punishment(w, n);
    } else if (n->kind == NOTE_WAITING) {
        see_waiting(w, n);
    } else if (n->kind == NOTE_HEALED) {
        see_healed(w, n);
    } else {
        see_peer(w, n);
    }
}
