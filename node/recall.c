/* SPDX-License-Identifier: MIT */
/* Hides how a player is led through its log again after a crash, and how it is compared
 * with it. */
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "node/inside.h"

/* While the log is read again nothing is sent and nothing is written twice. */
void recall_action(struct node *n, const struct action *a)
{
    struct replay *r = &n->replay;
    struct pending_note *p;
    switch (a->kind) {
    case ACTION_SAY:
        if (n->adversary != NULL)
            node_say_otherwise(n, a);
        else
            shelf_put(&n->shelf, a->bytes, a->size);
        return;
    case ACTION_SEND:
    case ACTION_KEEP:
        return;
    case ACTION_PLAY:
        r->play = *a;
        r->play_pending = true;
        return;
    case ACTION_NOTE:
        tally_note(&n->tally, &a->note, n->home.payoffs, (double)n->now_ms / 1000);
        watch_note(&n->watch, &a->note);
        p = &r->notes[r->n_notes++ % PENDING_MAX];
        p->size = note_write(p->payload, &a->note, &n->home.terms);
        return;
    case ACTION_WORK:
        r->work[work_number(a->work)] = a->work;
        return;
    }
}

/* Evidence is said because of a message that is nowhere else in the log, so that
 * message is taken out of it again. */
static void recall_evidence(struct node *n, const struct message *m)
{
    struct body_evidence e;
    if (m->kind == MESSAGE_EVIDENCE && body_evidence_read(&e, m->body, m->body_size))
        node_give(n, EVENT_MESSAGE, e.second, e.second_size);
}

/* Lets the time of the log pass until the player says something: what does not follow
 * from a message was said because of the time. */
static void pass_time(struct node *n, uint64_t until_ms)
{
    while (n->shelf.n == 0 && n->now_ms < until_ms) {
        const uint64_t wanted_ms = player_deadline_ms(n->player);
        const bool last = wanted_ms >= until_ms || wanted_ms <= n->now_ms;
        n->now_ms = last ? until_ms : wanted_ms;
        node_give(n, EVENT_TIME, NULL, 0);
    }
    if (n->now_ms < until_ms)
        n->now_ms = until_ms;
}

/* Led through its log a player hears of the time less often than when it was awake, and
 * what looks like sleep makes it more patient. What the log says that it refused, it
 * refuses: a little later. */
static void pass_patience(struct node *n)
{
    struct report report;
    player_report(n->player, &report);
    while (n->shelf.n == 0 && report.phase != PHASE_OVER) {
        const uint64_t wanted_ms = player_deadline_ms(n->player);
        n->now_ms = wanted_ms > n->now_ms ? wanted_ms : n->now_ms;
        node_give(n, EVENT_TIME, NULL, 0);
        player_report(n->player, &report);
    }
}

/* A player that refuses to go on has contradicted nothing, in whichever words: which
 * reason it gives may depend on a moment that is in no log. */
static bool over_anyway(const struct node *n, const struct message *m)
{
    struct report report;
    player_report(n->player, &report);
    return m->kind == MESSAGE_FAIL ||
           (!message_in_round(m->kind) && report.phase == PHASE_OVER);
}

/* What was said before must be what the player says again. */
static void replay_out(struct node *n, const struct record *r)
{
    struct message m;
    size_t size = 0;
    bool same = false;
    const bool ours = envelope_peek(&m, r->payload, r->size, &n->home.roster,
                                    terms_body_max(&n->home.terms));
    if (n->shelf.n == 0 && ours)
        recall_evidence(n, &m);
    pass_time(n, r->time_ms);
    if (n->shelf.n == 0 && ours && m.kind == MESSAGE_FAIL && n->adversary == NULL)
        pass_patience(n);
    if (n->shelf.n > 0) {
        const uint8_t *bytes = shelf_get(&n->shelf, 0, &size);
        same = size == r->size && memcmp(bytes, r->payload, size) == 0;
        shelf_drop(&n->shelf);
    }
    /* An adversary may have said anything. */
    if (same || n->adversary != NULL || (ours && over_anyway(n, &m))) {
        node_give(n, EVENT_MESSAGE, r->payload, r->size);
        return;
    }
    message_set(n->replay.wrong, STATUS_FAILED,
                "%s: led through its log, this node would say something else than in "
                "record %llu: its program, payoffs, options or seed are not those that "
                "the log was written with; restore them, or give up this session",
                path_short(n->home.log_path), (unsigned long long)n->replay.n_records);
}

/* A note that the log has, and so have all before it. False if it was not made again.
 */
static bool replay_note(struct replay *p, const struct record *r)
{
    for (unsigned i = 0; i < PENDING_MAX && i < p->n_notes; i++) {
        unsigned at = (p->n_notes - 1 - i) % PENDING_MAX;
        if (p->notes[at].size != r->size ||
            memcmp(p->notes[at].payload, r->payload, r->size) != 0)
            continue;
        for (; i < PENDING_MAX && i < p->n_notes; i++)
            p->notes[(p->n_notes - 1 - i) % PENDING_MAX].size = 0;
        return true;
    }
    return false;
}

/* The player went on there because its work was done; so it does again. */
static void replay_work(struct node *n, const struct record *r)
{
    const uint8_t number = r->size == 1 ? r->payload[0] : WORKS_MAX;
    struct work *work = number < WORKS_MAX ? n->replay.work[number] : NULL;
    if (work == NULL) {
        message_set(n->replay.wrong, STATUS_FAILED, "%s: tells of work without a cause",
                    path_short(n->home.log_path));
        return;
    }
    n->replay.work[number] = NULL;
    n->now_ms = r->time_ms > n->now_ms ? r->time_ms : n->now_ms;
    work_do(work);
    node_give_work(n, work);
}

void recall_record(void *context, const struct record *r)
{
    struct node *n = context;
    struct replay *p = &n->replay;
    p->n_records++;
    p->last_ms = r->time_ms;
    if (p->wrong[0] != '\0' || r->kind == RECORD_HEADER || r->kind == RECORD_END)
        return;
    if (!p->started) {
        n->now_ms = n->progress.start_ms = r->time_ms;
        p->started = true;
        node_give(n, EVENT_START, NULL, 0);
    }
    if (r->kind == RECORD_OUT) {
        replay_out(n, r);
        return;
    }
    /* Only what was given to the player moves its time: what it says because time has
     * passed, it must be given the time for, in small steps. */
    if (r->kind == RECORD_IN) {
        n->now_ms = r->time_ms > n->now_ms ? r->time_ms : n->now_ms;
        node_give(n, EVENT_MESSAGE, r->payload, r->size);
    } else if (r->kind == RECORD_NOTE)
        replay_note(p, r);
    else if (r->kind == RECORD_WORK)
        replay_work(n, r);
    else
        p->play_pending = false;
}

/* Does what the crash left undone: notes, the last action, the last words. */
void recall_finish(struct node *n)
{
    struct replay *p = &n->replay;
    unsigned n_left = p->n_notes < PENDING_MAX ? p->n_notes : PENDING_MAX;
    p->running = false;
    for (unsigned i = n_left; i > 0; i--) {
        struct pending_note *left = &p->notes[(p->n_notes - i) % PENDING_MAX];
        if (left->size > 0)
            node_keep(n, RECORD_NOTE, left->payload, left->size);
    }
    if (p->play_pending)
        node_play(n, &p->play);
    for (uint8_t k = 0; k < WORKS_MAX; k++)
        if (p->work[k] != NULL)
            works_begin(n->works, p->work[k]);
    for (unsigned i = 0; i < n->shelf.n && !n->stopping; i++) {
        size_t size;
        const uint8_t *bytes = shelf_get(&n->shelf, i, &size);
        if (node_keep(n, RECORD_OUT, bytes, size) && node_write(n, true))
            node_send_to_others(n, UINT64_MAX, bytes, size);
    }
}

/* --- a look back -------------------------------------------------------------------
 */

static void differ(struct node *n, const char *what)
{
    struct replay *p = &n->replay;
    if (p->wrong[0] == '\0')
        message_set(p->wrong, STATUS_FALSE, "%s: record %llu at byte %llu: %s",
                    path_short(n->home.log_path), (unsigned long long)p->n_records,
                    (unsigned long long)p->offset, what);
}

/* What a player notes because of the time that passes, or of what no log has. */
static bool of_the_moment(const struct note *n)
{
    return n->kind == NOTE_WAITING || n->kind == NOTE_HEALED ||
           n->kind == NOTE_STRANGER || n->kind == NOTE_REBORN || n->kind == NOTE_DOUBLE;
}

static void compare_note(struct node *n, const struct record *r)
{
    struct note note;
    struct candidate candidate;
    struct replay *p = &n->replay;
    p->compared->notes++;
    if (replay_note(p, r))
        return;
    if (!note_read(&note, &candidate, r->payload, r->size, &n->home.terms)) {
        differ(n, "is no note");
        return;
    }
    if (of_the_moment(&note))
        return;
    if (note.kind == NOTE_ENDED) /* patience ends by the time alone */
        pass_time(n, r->time_ms);
    if (!replay_note(p, r))
        differ(n, "the player, led through its log, does not note this");
}

static void compare_play(struct node *n, const struct record *r)
{
    struct replay *p = &n->replay;
    struct reader in = {r->payload, r->size, false};
    const uint32_t stage = read_u32(&in);
    const uint8_t action = read_u8(&in);
    p->compared->plays++;
    if (!reader_done(&in) || !p->play_pending || p->play.stage != stage ||
        (n->adversary == NULL && p->play.play != action))
        differ(n, "the player, led through its log, does not play this");
    p->play_pending = false;
}

void recall_compare(void *context, const struct record *r)
{
    struct node *n = context;
    struct replay *p = &n->replay;
    if (p->wrong[0] != '\0')
        return;
    if (r->kind == RECORD_NOTE || r->kind == RECORD_PLAY) {
        p->n_records++;
        p->last_ms = r->time_ms;
        if (!p->started) { /* before its first word it notes that it begins */
            n->now_ms = n->progress.start_ms = r->time_ms;
            p->started = true;
            node_give(n, EVENT_START, NULL, 0);
        }
        if (r->kind == RECORD_NOTE)
            compare_note(n, r);
        else
            compare_play(n, r);
    } else {
        recall_record(n, r);
        if (p->wrong[0] != '\0') {
            p->wrong[0] = '\0';
            differ(n, "the player, led through its log, says something else");
        }
    }
    p->compared->records++;
    p->compared->messages += r->kind == RECORD_IN || r->kind == RECORD_OUT;
    p->compared->said += r->kind == RECORD_OUT;
    p->offset += RECORD_OVERHEAD + r->size;
}
