/* Hides the wording of notes. */
#include "sim/story.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
        vsnprintf(l->text + l->size, STORY_LINE_MAX - l->size, format, arguments);
    va_end(arguments);
    if (n > 0)
        l->size += (size_t)n;
    if (l->size > STORY_LINE_MAX - 1)
        l->size = STORY_LINE_MAX - 1;
}

static void say_players(struct line *l, uint32_t mask)
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

static void say_punishing(struct line *l, const struct note *n)
{
    say(l, "punishes from stage %" PRIu32, n->stage);
    if (n->number == 0)
        say(l, " for ever");
    else
        say(l, " for %" PRIu32 " stages", n->number);
}

static void say_agreed(struct line *l, const struct terms *t, const struct note *n)
{
    say(l, "agreed on ");
    say_candidate(l, t, n->candidate);
    if (n->number != 0)
        say(l, ", punishment for %" PRIu32 " stages", n->number);
}

static void say_negotiation(struct line *l, const struct terms *t, const struct note *n)
{
    switch (n->kind) {
    case NOTE_THREAT:
        say(l, "threat ");
        say_candidate(l, t, n->candidate);
        return;
    case NOTE_NO_THREAT:
        say(l, "no threat");
        if (n->mask != 0) {
            say(l, ": refused by ");
            say_players(l, n->mask);
        }
        return;
    case NOTE_SAMPLED:
        say(l, "%" PRIu32 " of %" PRIu32 " suit everybody", n->other, n->number);
        return;
    case NOTE_DRAWN:
        say(l, "draw %" PRIu32 " of %" PRIu32 ": ", n->number, n->other);
        say_candidate(l, t, n->candidate);
        say(l, " by %u", n->player + 1u);
        return;
    case NOTE_PRUNED:
        say(l, "pruned, %" PRIu32 " left", n->other);
        return;
    case NOTE_NO_AGREEMENT:
        say(l, "no agreement");
        return;
    case NOTE_AGREED:
        say_agreed(l, t, n);
        return;
    case NOTE_SIGNED:
        say(l, "signed");
        return;
    case NOTE_ENTERED:
    case NOTE_ROUND:
    case NOTE_SESSION:
    case NOTE_STAGE:
    case NOTE_DEVIATION:
    case NOTE_PUNISHING:
    case NOTE_RESTORED:
    case NOTE_WAITING:
    case NOTE_HEALED:
    case NOTE_REFUSED:
    case NOTE_BLAMED:
    case NOTE_STRANGER:
    case NOTE_ENDED:
        return;
    }
}

static void say_wrong(struct line *l, const struct note *n)
{
    switch (n->kind) {
    case NOTE_WAITING:
        say(l, "waits in round %" PRIu64 " for ", n->round);
        say_players(l, n->mask);
        return;
    case NOTE_HEALED:
        say(l, "round %" PRIu64 " healed", n->round);
        return;
    case NOTE_REFUSED:
        say(l, "%u refuses round %" PRIu64 ": silence of ", n->player + 1u, n->round);
        say_players(l, n->mask);
        return;
    case NOTE_BLAMED:
        say(l, "blames %u: %s", n->player + 1u, fault_name((enum fault_kind)n->number));
        return;
    case NOTE_STRANGER:
        say(l, "%u is a stranger", n->player + 1u);
        return;
    case NOTE_ENTERED:
    case NOTE_ROUND:
    case NOTE_SESSION:
    case NOTE_THREAT:
    case NOTE_NO_THREAT:
    case NOTE_SAMPLED:
    case NOTE_DRAWN:
    case NOTE_PRUNED:
    case NOTE_NO_AGREEMENT:
    case NOTE_AGREED:
    case NOTE_SIGNED:
    case NOTE_STAGE:
    case NOTE_DEVIATION:
    case NOTE_PUNISHING:
    case NOTE_RESTORED:
    case NOTE_ENDED:
        return;
    }
}

static void say_note(struct line *l, const struct terms *t, const struct note *n)
{
    switch (n->kind) {
    case NOTE_ENTERED:
        say(l, "%s", phase_name((enum phase)n->number));
        return;
    case NOTE_ROUND:
        say(l, "round %" PRIu64 " complete", n->round);
        return;
    case NOTE_SESSION:
        say(l, "session");
        return;
    case NOTE_STAGE:
        say_stage(l, t, n);
        return;
    case NOTE_DEVIATION:
        say_deviation(l, t, n);
        return;
    case NOTE_PUNISHING:
        say_punishing(l, n);
        return;
    case NOTE_RESTORED:
        say(l, "restored from stage %" PRIu32, n->stage);
        return;
    case NOTE_ENDED:
        say(l, "ended: %s, %" PRIu32 " stages", outcome_name((enum outcome)n->number),
            n->stage);
        return;
    case NOTE_THREAT:
    case NOTE_NO_THREAT:
    case NOTE_SAMPLED:
    case NOTE_DRAWN:
    case NOTE_PRUNED:
    case NOTE_NO_AGREEMENT:
    case NOTE_AGREED:
    case NOTE_SIGNED:
        say_negotiation(l, t, n);
        return;
    case NOTE_WAITING:
    case NOTE_HEALED:
    case NOTE_REFUSED:
    case NOTE_BLAMED:
    case NOTE_STRANGER:
        say_wrong(l, n);
        return;
    }
}

size_t story_line(char out[STORY_LINE_MAX], const struct terms *terms, uint64_t now_ms,
                  uint8_t player, const struct note *note)
{
    struct line l = {out, 0};
    say(&l, "[%5" PRIu64 "] %u > ", now_ms, player + 1u);
    say_note(&l, terms, note);
    return l.size;
}

size_t story_fate(char out[STORY_LINE_MAX], uint64_t now_ms, uint8_t player,
                  const char *fate)
{
    struct line l = {out, 0};
    say(&l, "[%5" PRIu64 "] %u > %s", now_ms, player + 1u, fate);
    return l.size;
}
