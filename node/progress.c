/* SPDX-License-Identifier: MIT */
/* Hides the words for what a player notes. */
#include "node/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "node/sight.h"

enum { STAGE_LINE_MS = 1000, HEAR_MS = 2000, ALIVE_MS = 700, TEXT_SIZE = 512 };

/* A warning means that somebody should act. What is wrong with a peer is one; that a
 * message is late is none until nothing at all is heard of its sender's process. */
static enum level level_of(const struct note *n, const char *text)
{
    switch (n->kind) {
    case NOTE_DEVIATION:
    case NOTE_REFUSED:
    case NOTE_BLAMED:
    case NOTE_STRANGER:
    case NOTE_REBORN:
    case NOTE_DOUBLE:
    case NOTE_NO_THREAT:
        return LEVEL_WARNING;
    case NOTE_WAITING:
        return text[0] == ' ' && strstr(text, "nothing need be done") == NULL
                   ? LEVEL_WARNING
                   : LEVEL_NOTICE;
    case NOTE_SESSION:
    case NOTE_THREAT:
    case NOTE_NO_AGREEMENT:
    case NOTE_AGREED:
    case NOTE_SIGNED:
    case NOTE_PUNISHING:
    case NOTE_RESTORED:
    case NOTE_HEALED:
    case NOTE_ENDED:
        return LEVEL_NOTICE;
    case NOTE_ENTERED:
    case NOTE_ROUND:
    case NOTE_SAMPLED:
    case NOTE_DRAWN:
    case NOTE_PRUNED:
    case NOTE_SELECTED:
    case NOTE_STAGE:
    case NOTE_TOSSED:
    case NOTE_WORKED:
        return LEVEL_INFO;
    }
    return LEVEL_INFO;
}

void progress_say(const struct progress *p, uint64_t now_ms, const char *format, ...)
{
    char text[TEXT_SIZE];
    if (p->quiet)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    /* Not the details of the line before it, and anybody may read what the service
     * manager is told: nothing of one's own. */
    if (p->service != NULL && text[0] != ' ' && strstr(text, "own ") == NULL)
        service_status(p->service, text);
    const struct note *n = p->note;
    const bool named = n != NULL && p->note_name != NULL;
    lines_say(p->format,
              &(struct spoken){.level = n != NULL ? level_of(n, text) : LEVEL_INFO,
                               .event = named ? p->note_name(n->kind) : "node",
                               .time_ms = now_ms,
                               .since_ms = p->start_ms,
                               .node = (uint8_t)(p->self + 1),
                               .round = n != NULL ? n->round : 0,
                               .stage = n != NULL ? n->stage : 0,
                               .text = text});
}

static const char *who(const struct progress *p, uint8_t player)
{
    return player == p->self               ? "this node"
           : player < p->roster->n_players ? p->roster->name[player]
                                           : "nobody";
}

/* "Col (player 2), Dan (player 3)" */
static void who_all(const struct progress *p, uint64_t mask, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (uint8_t i = 0; i < p->roster->n_players && used < size; i++)
        if ((mask >> i & 1) != 0)
            used += (size_t)snprintf(out + used, size - used, "%s%s (player %u)",
                                     used > 0 ? ", " : "", p->roster->name[i], i + 1u);
}

static const char *action_of(const struct progress *p, uint8_t player, uint32_t action)
{
    const struct shape *s = &p->terms->shape;
    if (player >= s->n_players || action >= s->n_actions[player])
        return "?";
    return p->terms->action_name[shape_offset(s, player) + action];
}

static void say_silence(const struct progress *p, uint8_t player,
                        const uint64_t *silent, uint64_t now_ms)
{
    char advice[TEXT_SIZE / 2];
    const char *name = p->roster->name[player];
    enum peer_state state = silent[player] > ALIVE_MS ? PEER_MISSING : PEER_UP;
    if ((p->strangers >> player & 1) != 0)
        state = PEER_STRANGER;
    else if (silent[player] == UINT64_MAX)
        state = PEER_UNHEARD;
    if (state == PEER_UNHEARD && now_ms - p->begun_ms < HEAR_MS)
        return;
    peer_advice(advice, sizeof advice, state, p->addresses->address[player]);
    if (state == PEER_UP)
        progress_say(p, now_ms, "  %s's process is alive, so nothing need be done yet",
                     name);
    else if (state == PEER_UNHEARD)
        progress_say(p, now_ms, "  nothing of %s's process was heard yet: %s", name,
                     advice);
    else if (state == PEER_STRANGER)
        progress_say(p, now_ms, "  %s runs with other terms or another roster: %s",
                     name, advice);
    else
        progress_say(p, now_ms, "  %s's process was last heard %.1f s ago: %s", name,
                     (double)silent[player] / 1000, advice);
}

static void say_waiting(const struct progress *p, const struct note *n,
                        const struct report *r, const uint64_t *silent, uint64_t now_ms)
{
    char names[256], until[96] = "", stage[32] = "";
    const uint64_t patience_ms = phase_patience_ms(p->terms, r->phase);
    who_all(p, n->mask, names, sizeof names);
    if (patience_ms > n->number)
        snprintf(until, sizeof until, "; this node %s in %.1f s",
                 r->phase == PHASE_END ? "ends without it" : "goes no further",
                 (double)(patience_ms - n->number) / 1000);
    if (n->stage > 0)
        snprintf(stage, sizeof stage, ", stage %u", n->stage);
    progress_say(p, now_ms,
                 "waiting for the %s message of %s (round %llu%s) since %.1f s%s",
                 phase_name(r->phase), names, (unsigned long long)n->round, stage,
                 (double)n->number / 1000, until);
    for (uint8_t i = 0; i < p->roster->n_players; i++)
        if ((n->mask >> i & 1) != 0 && i != p->self)
            say_silence(p, i, silent, now_ms);
}

static void say_stage(struct progress *p, const struct note *n, uint64_t now_ms)
{
    if (n->stage != p->terms->stages && n->stage > 1 &&
        now_ms - p->stage_ms < STAGE_LINE_MS)
        return;
    p->stage_ms = now_ms;
    progress_say(p, now_ms, "stage %u of %u is played%s", n->stage, p->terms->stages,
                 n->number != 0 ? ", punishing" : "");
}

/* What concerns the agreement. */
static void say_negotiation(const struct progress *p, const struct note *n,
                            uint64_t now_ms)
{
    char names[256], hex[17];
    who_all(p, n->mask, names, sizeof names);
    hex_encode(hex, n->digest.bytes, 8);
    if (n->kind == NOTE_SESSION)
        progress_say(p, now_ms, "session %s...: all %u players are there", hex,
                     p->roster->n_players);
    if (n->kind == NOTE_THREAT)
        progress_say(p, now_ms, "the threat is found (%u rounds; own regret %g)",
                     n->number, n->value);
    if (n->kind == NOTE_NO_THREAT)
        progress_say(p, now_ms, "no static equilibrium was found in %u rounds%s%s",
                     n->number, names[0] ? "; it does not suit " : "", names);
    if (n->kind == NOTE_SAMPLED)
        progress_say(p, now_ms, "%u candidates were asked about, %u suit everybody",
                     n->number, n->other);
    if (n->kind == NOTE_DRAWN)
        progress_say(p, now_ms,
                     "lottery %u: one of %s's candidates, of %u on the table",
                     n->number, who(p, n->player), n->other);
    if (n->kind == NOTE_PRUNED)
        progress_say(p, now_ms, "lottery %u: %u left", n->number, n->other);
    if (n->kind == NOTE_SELECTED)
        progress_say(p, now_ms, "one of %s's candidates is the best by %s",
                     who(p, n->player), selection_name((enum selection)n->number));
    if (n->kind == NOTE_NO_AGREEMENT)
        progress_say(p, now_ms, "nothing suits everybody: the threat will be played");
    if (n->kind == NOTE_AGREED)
        progress_say(p, now_ms, "agreed on %s...: own payoff %g per stage", hex,
                     n->value);
    if (n->kind == NOTE_SIGNED)
        progress_say(p, now_ms, "everybody has signed; certificate %s...", hex);
}

/* What went wrong with somebody. */
static void say_trouble(const struct progress *p, const struct note *n, uint64_t now_ms)
{
    char names[256];
    who_all(p, n->mask, names, sizeof names);
    if (n->kind == NOTE_DEVIATION && n->number != FAULT_ACTION)
        progress_say(p, now_ms, "stage %u: %s is proven guilty of %s", n->stage,
                     who(p, n->player), fault_name((enum fault_kind)n->number));
    else if (n->kind == NOTE_DEVIATION)
        progress_say(p, now_ms, "stage %u: %s played %s instead of %s", n->stage,
                     who(p, n->player), action_of(p, n->player, n->other % 256),
                     action_of(p, n->player, n->other / 256));
    if (n->kind == NOTE_REFUSED)
        progress_say(p, now_ms, "%s goes no further: it misses %s in round %llu",
                     who(p, n->player), names, (unsigned long long)n->round);
    if (n->kind == NOTE_BLAMED)
        progress_say(p, now_ms, "%s is proven guilty of %s in round %llu",
                     who(p, n->player), fault_name((enum fault_kind)n->number),
                     (unsigned long long)n->round);
    if (n->kind == NOTE_DOUBLE)
        progress_say(
            p, now_ms,
            "somebody else speaks with this node's key: stop the other process; "
            "if there is none, the key was stolen: make a new one");
    if (n->kind == NOTE_STRANGER)
        progress_say(
            p, now_ms,
            "%s runs with other terms or another roster, or has lost its session: "
            "compare terms.yaml and roster.yaml with its own",
            who(p, n->player));
    if (n->kind == NOTE_REBORN)
        progress_say(p, now_ms,
                     "%s has begun anew, without its memory of this session, which it "
                     "cannot come back to: stop all nodes and begin a new one",
                     who(p, n->player));
}

static void tell(struct progress *p, const struct note *n, const struct report *report,
                 const uint64_t silent_ms[PLAYERS_MAX], uint64_t now_ms)
{
    switch (n->kind) {
    case NOTE_ENTERED:
    case NOTE_ROUND:
    case NOTE_TOSSED:
    case NOTE_WORKED:
        return;
    case NOTE_SESSION:
    case NOTE_THREAT:
    case NOTE_NO_THREAT:
    case NOTE_SAMPLED:
    case NOTE_DRAWN:
    case NOTE_PRUNED:
    case NOTE_SELECTED:
    case NOTE_NO_AGREEMENT:
    case NOTE_AGREED:
    case NOTE_SIGNED:
        say_negotiation(p, n, now_ms);
        return;
    case NOTE_STAGE:
        say_stage(p, n, now_ms);
        return;
    case NOTE_DEVIATION:
    case NOTE_REFUSED:
    case NOTE_BLAMED:
    case NOTE_DOUBLE:
    case NOTE_STRANGER:
    case NOTE_REBORN:
        p->strangers |= n->kind == NOTE_STRANGER ? player_bit(n->player) : 0;
        say_trouble(p, n, now_ms);
        return;
    case NOTE_PUNISHING:
        if (n->number == 0)
            progress_say(p, now_ms, "punishing from stage %u on, for ever", n->stage);
        else
            progress_say(p, now_ms, "punishing from stage %u on, for %u stages",
                         n->stage, n->number);
        return;
    case NOTE_RESTORED:
        progress_say(p, now_ms, "as agreed again from stage %u on", n->stage);
        return;
    case NOTE_WAITING:
        say_waiting(p, n, report, silent_ms, now_ms);
        return;
    case NOTE_HEALED:
        progress_say(p, now_ms, "round %llu is complete after %.1f s",
                     (unsigned long long)n->round, (double)n->number / 1000);
        return;
    case NOTE_ENDED:
        progress_say(p, now_ms, "over: %s, %u stages played",
                     outcome_name((enum outcome)n->number), n->stage);
        return;
    }
}

void progress_note(struct progress *p, const struct note *n,
                   const struct report *report, const uint64_t silent_ms[PLAYERS_MAX],
                   uint64_t now_ms)
{
    p->note = n;
    tell(p, n, report, silent_ms, now_ms);
    p->note = NULL;
}
