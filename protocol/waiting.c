/* SPDX-License-Identifier: MIT */
/* Hides what a player does about silence: when it asks for what it misses, and whom,
 * when it tells people, and when it refuses to go on. Nodes that are too slow for their
 * own deadlines must not become slower by what they do about it: a player asks when
 * nothing new has come for longer than it is used to wait, which it measures. */
#include <string.h>

#include "base/check.h"
#include "protocol/mind.h"

enum {
    SLEPT_MS = 3000,     /* so late after the deadline means: nobody watched */
    HELLO_PATIENCE = 10, /* nodes are started by hand: the first round may be slow */
    NOTICE_SOFTS = 5,    /* people hear of a silence after so many soft_ms */
    END_SOFTS = 50,      /* waiting for farewells that nothing depends on */
    PAUSE_GROWTH = 5,    /* the longest pause between requests, to the first */
    PAUSE_SHARE = 12,    /* no pause is longer than this share of hard_ms */
    FIRST_SHARE = 4,     /* the first request comes after this one, come what may */
    HELPERS = 4,         /* who misses nothing and is asked as well: 4, 16, all */
};

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* ---- how long a player is used to wait ---- */

/* Smoothed as TCP smooths the time of a round trip (RFC 6298): what is usual by eighths
 * of what was seen, its spread by quarters. Both are kept so many times over, so that
 * no fraction is lost. */
static void learn(struct waiting *w, uint64_t waited_ms)
{
    const uint64_t usual = w->usual_8 / 8;
    const uint64_t away = later(waited_ms, usual) - earlier(waited_ms, usual);
    if (w->measured) {
        w->spread_4 = w->spread_4 - w->spread_4 / 4 + away;
        w->usual_8 = w->usual_8 - usual + waited_ms;
    } else {
        w->spread_4 = 2 * waited_ms;
        w->usual_8 = 8 * waited_ms;
    }
    w->measured = true;
}

/* No pause is longer, or there would be no time to ask again. */
static uint64_t pause_max(const struct terms *t)
{
    return later(t->soft_ms, t->hard_ms / PAUSE_SHARE);
}

uint64_t request_pause_ms(const struct terms *t, uint64_t first_ms)
{
    return earlier(PAUSE_GROWTH * first_ms, pause_max(t));
}

/* After so long without anything new it is time to ask. Strict verdicts count on being
 * asked in bounded time. */
static uint64_t first_pause(const struct player *p)
{
    const struct waiting *w = &p->waiting;
    if (mind_strict(p))
        return p->terms.soft_ms;
    return earlier(later(p->terms.soft_ms, w->usual_8 / 8 + w->spread_4),
                   pause_max(&p->terms));
}

static struct waited *row_of(struct waiting *w, uint64_t round)
{
    struct waited *row = &w->row[round % WAITS_KEPT];
    return round > 0 && row->round == round ? row : NULL;
}

static struct waited *this_row(struct player *p)
{
    return &p->waiting.row[round_number(p->round) % WAITS_KEPT];
}

void mind_wait_anew(struct player *p)
{
    struct waiting *w = &p->waiting;
    const uint64_t now = round_number(p->round);
    const struct waited *last = row_of(w, now - 1);
    if (last != NULL && w->requests == 0)
        learn(w, last->longest_ms);
    if (now <= 1) /* nodes are started by hand: their hellos teach nothing */
        memset(w->row, 0, sizeof w->row);
    w->row[now % WAITS_KEPT] = (struct waited){.round = now};
    w->requests = 0;
    w->pause_ms = first_pause(p);
    w->quiet_ms = p->entered_ms = p->now_ms;
    w->ask_ms = p->now_ms + w->pause_ms;
    w->latest_ms = p->now_ms + later(p->terms.soft_ms, p->terms.hard_ms / FIRST_SHARE);
    w->notice_pause_ms = (uint64_t)NOTICE_SOFTS * p->terms.soft_ms;
    w->notice_ms = p->now_ms + w->notice_pause_ms;
    p->noticed = false;
}

/* Where everybody is slow words trickle in, and each that comes says that others may be
 * on their way. Whoever trickles to keep this player from asking keeps it so long and
 * no longer. */
void mind_progress(struct player *p, const struct message *m)
{
    struct waiting *w = &p->waiting;
    if (m->sender == p->context.self)
        return;
    struct waited *row = this_row(p);
    row->longest_ms = later(row->longest_ms, p->now_ms - w->quiet_ms);
    w->quiet_ms = p->now_ms;
    if (!mind_strict(p))
        w->ask_ms = earlier(later(w->ask_ms, p->now_ms + w->pause_ms), w->latest_ms);
}

/* A word that had been asked for, came, and comes again as the answer was only late: so
 * this player has to wait longer. A word that was lost comes once, and teaches nothing:
 * how long it took is how long this player waited before it asked. Where others were
 * asked as well, who repeats it tells nothing either. */
static bool repeats(struct player *p, const struct message *m)
{
    struct waited *row = row_of(&p->waiting, m->round);
    if (row == NULL || row->helped || (row->asked >> m->sender & 1) == 0)
        return false;
    row->asked &= ~player_bit(m->sender);
    return true;
}

static void learn_from(struct player *p, uint64_t round)
{
    struct waited *row = row_of(&p->waiting, round);
    row->asked = 0;
    learn(&p->waiting, row->longest_ms);
}

void mind_repeated(struct player *p, const struct message *m)
{
    if (repeats(p, m))
        learn_from(p, m->round);
}

void mind_belated(struct player *p, const struct message *m, const uint8_t *bytes,
                  size_t size)
{
    if (!repeats(p, m))
        return;
    p->verifications++;
    const bool accepted = envelope_accepted(m, bytes, size, &p->roster, p->verifier);
    mind_judge(p, accepted ? WORTH_VAIN : WORTH_FALSE);
    if (accepted)
        learn_from(p, m->round);
}

/* ---- asking ---- */

/* Anybody who has a message may pass it on. But whoever is asked answers with all that
 * it has, so few are asked at first; others in the next round. */
static uint64_t helpers(const struct player *p, uint64_t missing)
{
    const uint8_t n = p->roster.n_players;
    uint64_t mask = 0;
    uint32_t wanted = 1;
    for (uint32_t k = 0; k < p->waiting.requests && wanted < n; k++)
        wanted *= HELPERS;
    if (wanted == 1)
        return 0;
    for (uint8_t k = 0; k < n && wanted > 0; k++) {
        const uint64_t bit =
            player_bit((uint8_t)((p->context.self + round_number(p->round) + k) % n));
        if (((missing | ~mind_others(p)) & bit) != 0)
            continue;
        mask |= bit;
        wanted--;
    }
    return mask;
}

/* Asks those whose messages are missing; when that did not help, others as well. With
 * strict verdicts everybody is asked, at equal pauses. */
static void ask(struct player *p)
{
    struct waiting *w = &p->waiting;
    const uint64_t missing = round_missing(p->round);
    struct writer body = {p->body, terms_body_max(&p->terms), 0, false};
    body_suspect_write(&body, &(struct body_suspect){round_number(p->round), missing});
    const size_t size = mind_seal(p, p->aside, MESSAGE_SUSPECT, body.size);
    const bool strict = mind_strict(p);
    const uint64_t others = strict ? mind_others(p) & ~missing : helpers(p, missing);
    mind_send(p, missing | others, p->aside, size);
    w->requests++;
    this_row(p)->asked |= missing;
    this_row(p)->helped |= others != 0;
    if (!strict)
        w->pause_ms =
            earlier(2 * w->pause_ms, request_pause_ms(&p->terms, first_pause(p)));
    w->ask_ms = p->now_ms + w->pause_ms;
    w->latest_ms = w->ask_ms + w->pause_ms;
}

static void notice(struct player *p)
{
    struct waiting *w = &p->waiting;
    mind_note(p, (struct note){.kind = NOTE_WAITING,
                               .round = round_number(p->round),
                               .mask = round_missing(p->round),
                               .number = (uint32_t)(p->now_ms - p->entered_ms)});
    p->noticed = true;
    w->notice_ms = p->now_ms + w->notice_pause_ms;
    w->notice_pause_ms *= 2;
}

/* ---- patience ---- */

uint64_t phase_patience_ms(const struct terms *t, enum phase phase)
{
    if (phase == PHASE_END)
        return (uint64_t)END_SOFTS * t->soft_ms;
    if (phase == PHASE_HELLO)
        return HELLO_PATIENCE * (uint64_t)t->hard_ms;
    return t->verdict == VERDICT_STRICT ? strict_patience_ms(t) : t->hard_ms;
}

void mind_wait(struct player *p)
{
    if (p->phase == PHASE_WAITING || p->phase == PHASE_OVER || mind_working(p))
        return;
    if (p->now_ms >= p->entered_ms + phase_patience_ms(&p->terms, p->phase)) {
        if (p->phase == PHASE_END) {
            mind_end(p, OUTCOME_PLAYED); /* somebody may still lack the last stage */
            p->linger_ms = p->now_ms + (uint64_t)LINGER_SOFTS * p->terms.soft_ms;
        } else
            mind_refuse(p, round_missing(p->round));
        return;
    }
    if (p->now_ms >= p->waiting.ask_ms)
        ask(p);
    if (p->now_ms >= p->waiting.notice_ms)
        notice(p);
}

/* Time in which this player did not run although it wanted to (its process was stopped,
 * its machine slept, it had much to read) does not count against others. */
void mind_wake_up(struct player *p, uint64_t now_ms)
{
    struct waiting *w = &p->waiting;
    const uint64_t due_ms = player_deadline_ms(p);
    p->now_ms = now_ms;
    if (p->phase == PHASE_WAITING || p->phase == PHASE_OVER || now_ms <= due_ms ||
        now_ms - due_ms < SLEPT_MS)
        return;
    const uint64_t slept_ms = now_ms - due_ms;
    p->entered_ms += slept_ms;
    w->quiet_ms += slept_ms;
    w->ask_ms += slept_ms;
    w->latest_ms += slept_ms;
    w->notice_ms += slept_ms;
}

uint64_t player_deadline_ms(const struct player *p)
{
    const struct waiting *w = &p->waiting;
    if (p->phase == PHASE_WAITING)
        return UINT64_MAX;
    if (p->phase == PHASE_OVER)
        return player_done(p) ? UINT64_MAX : p->linger_ms;
    if (mind_working(p))
        return UINT64_MAX;
    return earlier(earlier(w->ask_ms, w->notice_ms),
                   p->entered_ms + phase_patience_ms(&p->terms, p->phase));
}
