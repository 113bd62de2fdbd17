/* SPDX-License-Identifier: MIT */
/* Hides when a node is ready, when it is degraded, and the words for why. */
#include "node/sight.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "node/links.h"

const char *peer_state_name(enum peer_state state)
{
    static const char *const names[] = {
        [PEER_UP] = "up",           [PEER_UNHEARD] = "unheard",
        [PEER_MISSING] = "missing", [PEER_STRANGER] = "stranger",
        [PEER_REBORN] = "reborn",   [PEER_GUILTY] = "guilty",
        [PEER_SILENT] = "silent"};
    return names[state];
}

const char *node_state_name(enum node_state state)
{
    static const char *const names[] = {[NODE_WAITING] = "waiting",
                                        [NODE_NEGOTIATING] = "negotiating",
                                        [NODE_PLAYING] = "playing",
                                        [NODE_PUNISHING] = "punishing",
                                        [NODE_OVER] = "over"};
    return names[state];
}

void peer_advice(char *out, size_t size, enum peer_state state, const char *address)
{
    out[0] = '\0';
    switch (state) {
    case PEER_UP:
        snprintf(out, size, "its process is alive: nothing need be done yet");
        return;
    case PEER_UNHEARD:
        snprintf(out, size,
                 "start it with treaty node and its node.yaml; if it runs, check its "
                 "address in roster.yaml");
        return;
    case PEER_MISSING:
        snprintf(out, size,
                 "if its process died, start it again with the same node.yaml, and it "
                 "goes on from its log; if it runs, mend the network to %s",
                 address);
        return;
    case PEER_STRANGER:
        snprintf(out, size,
                 "compare its terms.yaml and roster.yaml with this node's (treaty "
                 "doctor does), copy the right ones to it and start it again");
        return;
    case PEER_REBORN:
        snprintf(out, size,
                 "it lost its log and cannot come back to this session: stop all nodes "
                 "and begin a new one (treaty node --again)");
        return;
    case PEER_GUILTY:
        snprintf(out, size,
                 "the proof is in the log (treaty verify): cooperation is over");
        return;
    case PEER_SILENT:
        snprintf(out, size,
                 "cooperation is over: find out why it was silent, then begin a new "
                 "session (treaty node --again)");
        return;
    }
}

void sight_promise(const struct sight *s, double out[WEIGHTS_MAX])
{
    const struct terms *t = &s->home->terms;
    const struct candidate *c = &s->report.agreement;
    uint8_t actions[PLAYERS_MAX];
    memset(out, 0, WEIGHTS_MAX * sizeof *out);
    if (t->concept == CONCEPT_NASH) {
        for (uint16_t k = 0; k < shape_weights(&t->shape); k++)
            out[k] = (double)c->weight[k] / (double)WEIGHT_ONE;
        return;
    }
    for (uint32_t k = 0; k < shape_profiles(&t->shape); k++) {
        profile_actions(actions, &t->shape, k);
        for (uint8_t i = 0; i < t->shape.n_players; i++)
            out[shape_offset(&t->shape, i) + actions[i]] +=
                (double)c->weight[k] / (double)WEIGHT_ONE;
    }
}

/* --- judging --------------------------------------------------------------------- */

static enum node_state state_of(const struct report *r)
{
    switch (r->phase) {
    case PHASE_WAITING:
    case PHASE_HELLO:
        return NODE_WAITING;
    case PHASE_REGRET:
    case PHASE_PUNISH:
    case PHASE_PUNISH_OK:
    case PHASE_PROPOSE:
    case PHASE_ANSWER:
    case PHASE_SET:
    case PHASE_REVEAL:
    case PHASE_PRUNE:
    case PHASE_LENGTH:
    case PHASE_SIGN:
    case PHASE_START:
        return NODE_NEGOTIATING;
    case PHASE_DEAL:
    case PHASE_ACT:
    case PHASE_COMMIT:
    case PHASE_SHOW:
    case PHASE_FOLLOW:
    case PHASE_TOSS:
    case PHASE_RESTORE:
    case PHASE_END:
        return r->punishing ? NODE_PUNISHING : NODE_PLAYING;
    case PHASE_OVER:
        return NODE_OVER;
    }
    return NODE_OVER;
}

static enum peer_state peer_of(const struct sight *s, uint8_t i)
{
    const struct watch *w = s->watch;
    const uint64_t bit = player_bit(i);
    if ((w->guilty & bit) != 0)
        return PEER_GUILTY;
    if ((w->reborn & bit) != 0)
        return PEER_REBORN;
    if ((w->silent & bit) != 0)
        return PEER_SILENT;
    /* Who was a stranger may have come back with the right files. */
    if ((w->strangers & bit) != 0 && s->report.heard_round[i] == 0)
        return PEER_STRANGER;
    if (s->silent_ms[i] == UINT64_MAX)
        return PEER_UNHEARD;
    return s->silent_ms[i] > links_heard_ms(s->home->terms.shape.n_players)
               ? PEER_MISSING
               : PEER_UP;
}

__attribute__((format(printf, 2, 3))) static void why(struct judgement *j,
                                                      const char *format, ...)
{
    va_list args;
    if (j->n_why == WHY_MAX)
        return;
    va_start(args, format);
    vsnprintf(j->why[j->n_why++], WHY_SIZE, format, args);
    va_end(args);
}

static void why_peer(const struct sight *s, struct judgement *j, uint8_t i)
{
    const char *name = s->home->roster.name[i];
    char advice[256], what[160] = "";
    peer_advice(advice, sizeof advice, j->peer[i], s->home->addresses.address[i]);
    switch (j->peer[i]) {
    case PEER_UP:
        return;
    case PEER_UNHEARD:
        snprintf(what, sizeof what, "was never heard at %.100s, for %.1f s",
                 s->home->addresses.address[i],
                 (double)(s->now_ms - s->started_ms) / 1000);
        break;
    case PEER_MISSING:
        snprintf(what, sizeof what, "is missing for %.1f s",
                 (double)s->silent_ms[i] / 1000);
        break;
    case PEER_STRANGER:
        snprintf(what, sizeof what, "has other terms or another roster");
        break;
    case PEER_REBORN:
        snprintf(what, sizeof what, "began anew and is lost for this session");
        break;
    case PEER_GUILTY:
        snprintf(what, sizeof what, "is proven to have broken the protocol");
        break;
    case PEER_SILENT:
        snprintf(what, sizeof what, "fell silent for longer than was agreed");
        break;
    }
    why(j, "%s (player %u) %s: %s", name, i + 1u, what, advice);
}

static void judge_peers(const struct sight *s, struct judgement *j)
{
    const uint8_t self = s->home->config.self;
    const bool done =
        s->report.phase == PHASE_OVER && s->report.outcome == OUTCOME_PLAYED;
    for (uint8_t i = 0; i < s->home->roster.n_players; i++) {
        if (i == self)
            continue;
        j->peer[i] = peer_of(s, i);
        /* Who has said farewell may leave. */
        if (j->peer[i] == PEER_UP || done)
            continue;
        j->missing |= player_bit(i);
        why_peer(s, j, i);
    }
}

static void judge_waiting(const struct sight *s, struct judgement *j)
{
    const struct report *r = &s->report;
    const uint64_t others = r->missing & ~player_bit(s->home->config.self);
    if (others == 0 || r->phase == PHASE_WAITING || r->phase == PHASE_OVER ||
        s->now_ms < r->waiting_since_ms + s->home->terms.soft_ms)
        return;
    j->awaited = others;
    j->awaited_since_ms = r->waiting_since_ms;
    j->awaited_until_ms =
        r->waiting_since_ms + phase_patience_ms(&s->home->terms, r->phase);
}

static void judge_ready(const struct sight *s, struct judgement *j)
{
    const struct report *r = &s->report;
    const bool over = j->state == NODE_OVER;
    if (s->watch->doubled) {
        j->degraded = true;
        why(j, "somebody else speaks with this node's key: stop the other process; if "
               "there is none, the key was stolen: make a new one");
    }
    if (over && r->outcome != OUTCOME_PLAYED) {
        j->degraded = true;
        why(j, "the session is over (%s): begin a new one with treaty node --again",
            outcome_name(r->outcome));
    }
    if (j->state == NODE_WAITING)
        why(j, "the session has not begun: not everybody has said hello");
    if (j->state == NODE_NEGOTIATING)
        why(j, "not agreed yet: in '%s', round %llu", phase_name(r->phase),
            (unsigned long long)r->round);
    j->ready = !j->degraded &&
               (j->state == NODE_PLAYING || j->state == NODE_PUNISHING || over);
}

void sight_judge(const struct sight *s, struct judgement *out)
{
    memset(out, 0, sizeof *out);
    out->state = state_of(&s->report);
    judge_peers(s, out);
    out->degraded = out->missing != 0;
    judge_waiting(s, out);
    judge_ready(s, out);
}
