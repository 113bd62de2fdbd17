/* SPDX-License-Identifier: MIT */
/* Hides the wording of notes. */
#include "sim/trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* A line being written: cut where it would grow too long. */
struct line {
    char *text;
    size_t size;
};

__attribute__((format(printf, 2, 3))) static void say(struct line *l,
                                                      const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int n =
        vsnprintf(l->text + l->size, TRACE_LINE_MAX - l->size, format, arguments);
    va_end(arguments);
    if (n > 0)
        l->size += (size_t)n;
    if (l->size > TRACE_LINE_MAX - 1)
        l->size = TRACE_LINE_MAX - 1;
}

static void say_players(struct line *l, uint64_t mask)
{
    const char *between = "";
    for (unsigned i = 0; i < PLAYERS_MAX; i++) {
        if ((mask >> i & 1) == 0)
            continue;
        say(l, "%s%u", between, i + 1);
        between = ", ";
    }
}

static void say_action(struct line *l, const struct terms *t, uint8_t player,
                       uint32_t action)
{
    if (player < t->shape.n_players && action < t->shape.n_actions[player])
        say(l, "%s", t->action_name[shape_offset(&t->shape, player) + action]);
    else
        say(l, "?");
}

/* "Cooperate;Defect", or "0.500,0.500;Defect" where a player mixes. */
static void say_candidate(struct line *l, const struct terms *t,
                          const struct candidate *c)
{
    if (c == NULL)
        return;
    const uint32_t *weight = c->weight;
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        if (i > 0)
            say(l, ";");
        uint8_t sure = 0;
        while (sure < t->shape.n_actions[i] && weight[sure] != WEIGHT_ONE)
            sure++;
        if (sure < t->shape.n_actions[i])
            say_action(l, t, i, sure);
        else
            for (uint8_t k = 0; k < t->shape.n_actions[i]; k++)
                say(l, "%s%.3f", k > 0 ? "," : "", weight[k] / (double)WEIGHT_ONE);
        weight += t->shape.n_actions[i];
    }
}

static void say_agreed_on(struct line *l, const struct terms *t,
                          const struct candidate *c)
{
    const struct shape s = terms_candidates(t);
    if (t->concept == CONCEPT_NASH || c == NULL) {
        say_candidate(l, t, c);
        return;
    }
    for (uint16_t k = 0; k < shape_weights(&s); k++)
        say(l, "%s%.3f", k > 0 ? "," : "", c->weight[k] / (double)WEIGHT_ONE);
}

/* ---- one function for each kind of note ---- */

static void say_entered(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "%s", phase_name((enum phase)n->number));
}

static void say_round(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "round %" PRIu64 " complete", n->round);
}

static void say_session(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    (void)n;
    say(l, "session");
}

static void say_threat(struct line *l, const struct terms *t, const struct note *n)
{
    say(l, "threat ");
    say_candidate(l, t, n->candidate);
}

static void say_no_threat(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "no threat");
    if (n->mask == 0)
        return;
    say(l, ": refused by ");
    say_players(l, n->mask);
}

static void say_sampled(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "%" PRIu32 " of %" PRIu32 " suit everybody", n->other, n->number);
}

static void say_drawn(struct line *l, const struct terms *t, const struct note *n)
{
    say(l, "draw %" PRIu32 " of %" PRIu32 ": ", n->number, n->other);
    say_agreed_on(l, t, n->candidate);
    say(l, " by %u", n->player + 1u);
}

static void say_pruned(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "pruned, %" PRIu32 " left", n->other);
}

static void say_selected(struct line *l, const struct terms *t, const struct note *n)
{
    say(l, "%s of %" PRIu32 ": ", selection_name((enum selection)n->number), n->other);
    say_agreed_on(l, t, n->candidate);
    say(l, " by %u", n->player + 1u);
}

static void say_no_agreement(struct line *l, const struct terms *t,
                             const struct note *n)
{
    (void)t;
    (void)n;
    say(l, "no agreement");
}

static void say_agreed(struct line *l, const struct terms *t, const struct note *n)
{
    say(l, "agreed on ");
    say_agreed_on(l, t, n->candidate);
    if (n->number != 0)
        say(l, ", punishment for %" PRIu32 " stages", n->number);
}

static void say_signed(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    (void)n;
    say(l, "signed");
}

static void say_stage(struct line *l, const struct terms *t, const struct note *n)
{
    say(l, "stage %" PRIu32 ": ", n->stage);
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        if (i > 0)
            say(l, ";");
        say_action(l, t, i, n->actions[i]);
    }
    if (n->number == 1)
        say(l, ", punishing");
    if (n->mask != 0) {
        say(l, ", broken by ");
        say_players(l, n->mask);
    }
}

static void say_deviation(struct line *l, const struct terms *t, const struct note *n)
{
    say(l, "stage %" PRIu32 ": %u deviates: ", n->stage, n->player + 1u);
    if (n->number != FAULT_ACTION) {
        say(l, "%s", fault_name((enum fault_kind)n->number));
        return;
    }
    say_action(l, t, n->player, n->other % 256);
    say(l, " instead of ");
    say_action(l, t, n->player, n->other / 256);
}

static void say_punishing(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "punishes from stage %" PRIu32, n->stage);
    if (n->number == 0)
        say(l, " for ever");
    else
        say(l, " for %" PRIu32 " stages", n->number);
}

static void say_restored(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "restored from stage %" PRIu32, n->stage);
}

static void say_waiting(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "waits in round %" PRIu64 " for ", n->round);
    say_players(l, n->mask);
}

static void say_healed(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "round %" PRIu64 " healed", n->round);
}

static void say_refused(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "%u refuses round %" PRIu64 ": silence of ", n->player + 1u, n->round);
    say_players(l, n->mask);
}

static void say_blamed(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "blames %u: %s", n->player + 1u, fault_name((enum fault_kind)n->number));
}

static void say_stranger(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "%u is a stranger", n->player + 1u);
}

static void say_reborn(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "%u began anew", n->player + 1u);
}

static void say_ended(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "ended: %s, %" PRIu32 " stages", outcome_name((enum outcome)n->number),
        n->stage);
}

static void say_double(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "double: somebody else speaks with this key, in round %" PRIu64, n->round);
}

static void say_tossed(struct line *l, const struct terms *t, const struct note *n)
{
    say(l, "drawn for stage %" PRIu32 ": ", n->stage);
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        if (i > 0)
            say(l, ";");
        say_action(l, t, i, n->actions[i]);
    }
}

static void say_worked(struct line *l, const struct terms *t, const struct note *n)
{
    (void)t;
    say(l, "round %" PRIu64 " waited %" PRIu32 " ms for work", n->round, n->number);
}

static void (*const wordings[])(struct line *, const struct terms *,
                                const struct note *) = {
    [NOTE_ENTERED] = say_entered,
    [NOTE_ROUND] = say_round,
    [NOTE_SESSION] = say_session,
    [NOTE_THREAT] = say_threat,
    [NOTE_NO_THREAT] = say_no_threat,
    [NOTE_SAMPLED] = say_sampled,
    [NOTE_DRAWN] = say_drawn,
    [NOTE_PRUNED] = say_pruned,
    [NOTE_NO_AGREEMENT] = say_no_agreement,
    [NOTE_AGREED] = say_agreed,
    [NOTE_SIGNED] = say_signed,
    [NOTE_STAGE] = say_stage,
    [NOTE_DEVIATION] = say_deviation,
    [NOTE_PUNISHING] = say_punishing,
    [NOTE_RESTORED] = say_restored,
    [NOTE_WAITING] = say_waiting,
    [NOTE_HEALED] = say_healed,
    [NOTE_REFUSED] = say_refused,
    [NOTE_BLAMED] = say_blamed,
    [NOTE_STRANGER] = say_stranger,
    [NOTE_REBORN] = say_reborn,
    [NOTE_ENDED] = say_ended,
    [NOTE_DOUBLE] = say_double,
    [NOTE_TOSSED] = say_tossed,
    [NOTE_WORKED] = say_worked,
    [NOTE_SELECTED] = say_selected,
};

size_t trace_line(char out[TRACE_LINE_MAX], const struct terms *terms, uint64_t now_ms,
                  uint8_t player, const struct note *note)
{
    struct line l = {out, 0};
    say(&l, "[%5" PRIu64 "] %u > ", now_ms, player + 1u);
    wordings[note->kind](&l, terms, note);
    return l.size;
}

size_t trace_fate(char out[TRACE_LINE_MAX], uint64_t now_ms, uint8_t player,
                  const char *fate)
{
    struct line l = {out, 0};
    say(&l, "[%5" PRIu64 "] %u > %s", now_ms, player + 1u, fate);
    return l.size;
}
