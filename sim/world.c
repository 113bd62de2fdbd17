/* SPDX-License-Identifier: MIT */
/* Hides the virtual clock, the chances of the network, and how a player that crashed is
 * led through its log again. */
#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "protocol/message.h"
#include "sim/inside.h"

static const char program[32] = "treaty " TREATY_VERSION;

/* ---- telling ---- */

static void tell_line(struct world *w, const char *line, size_t size)
{
    if (w->trace_size + size + 2 > w->trace_capacity) {
        w->trace_capacity = 2 * (w->trace_size + size + 2);
        w->trace = realloc(w->trace, w->trace_capacity);
        CHECK(w->trace != NULL);
    }
    memcpy(w->trace + w->trace_size, line, size);
    w->trace_size += size;
    memcpy(w->trace + w->trace_size, "\n", 2);
    w->trace_size++;
}

static void tell(struct world *w, uint8_t player, const struct note *n)
{
    if (w->options.watch != NULL)
        w->options.watch(w->options.context, w->now_ms, player, n);
    if ((w->options.trace & TRACE(n->kind)) == 0)
        return;
    char line[TRACE_LINE_MAX];
    tell_line(w, line, trace_line(line, &w->terms, w->now_ms, player, n));
}

static void tell_fate(struct world *w, uint8_t player, const char *fate)
{
    if (w->options.trace == 0)
        return;
    char line[TRACE_LINE_MAX];
    tell_line(w, line, trace_fate(line, w->now_ms, player, fate));
}

/* ---- the network ---- */

static bool happens(struct world *w, double share)
{
    return share > 0 && prng_share(&w->chance) < share;
}

static bool cut(const struct world *w, uint8_t from, uint8_t to)
{
    for (uint8_t i = 0; i < w->options.network.n_partitions; i++) {
        const struct partition *p = &w->options.network.partition[i];
        const bool parted = ((p->a >> from & 1) != 0 && (p->b >> to & 1) != 0) ||
                            ((p->b >> from & 1) != 0 && (p->a >> to & 1) != 0);
        if (parted && p->from_ms <= w->now_ms && w->now_ms < p->to_ms)
            return true;
    }
    return false;
}

static void carry(struct world *w, uint8_t to, struct packet *packet)
{
    const struct network *n = &w->options.network;
    uint64_t takes_ms = n->delay_ms_min;
    if (n->delay_ms_max > n->delay_ms_min)
        takes_ms += prng_below(&w->chance, n->delay_ms_max - n->delay_ms_min + 1u);
    if (happens(w, n->reorder))
        takes_ms += prng_below(&w->chance, 4 * (uint64_t)n->delay_ms_max + 1);
    packet_hold(packet);
    const struct happening h = {.at_ms = w->now_ms + takes_ms,
                                .kind = HAPPENING_ARRIVAL,
                                .player = to,
                                .packet = packet};
    if (!queue_add(&w->queue, &h))
        w->mind[to].counts.lost++;
}

static void transmit(struct world *w, uint8_t from, uint8_t to, struct packet *packet)
{
    w->mind[from].counts.messages++;
    w->mind[from].counts.bytes += packet->size;
    if (cut(w, from, to) || happens(w, w->options.network.loss)) {
        w->mind[to].counts.lost++;
        return;
    }
    carry(w, to, packet);
    if (happens(w, w->options.network.duplicate)) {
        w->mind[to].counts.doubled++;
        carry(w, to, packet);
    }
}

static struct packet *packet_of(const uint8_t *bytes, size_t size)
{
    struct packet *p = packet_new(bytes, size);
    CHECK(p != NULL);
    return p;
}

static bool peek(const struct world *w, struct message *m, const uint8_t *bytes,
                 size_t size)
{
    return envelope_peek(m, bytes, size, &w->roster, terms_body_max(&w->terms));
}

/* Those who conspire have each other's keys: each can make another two-faced. */
static bool has_key_of(const struct world *w, uint8_t self, uint8_t owner)
{
    return self == owner || (misdeeds_conspire(&w->mind[self].misdeeds) &&
                             misdeeds_conspire(&w->mind[owner].misdeeds));
}

static void overhear(struct world *w, uint8_t self, const uint8_t *bytes, size_t size)
{
    struct message m;
    if (w->mind[self].adversary != NULL && peek(w, &m, bytes, size) &&
        has_key_of(w, self, m.sender))
        overheard_add(&w->mind[m.sender].overheard, &m, bytes, size, &w->roster,
                      w->round);
}

static void transmit_to(struct world *w, uint8_t from, uint64_t mask,
                        const uint8_t *bytes, size_t size)
{
    struct packet *p = packet_of(bytes, size);
    overhear(w, from, bytes, size);
    for (uint8_t to = 0; to < w->n_players; to++)
        if (to != from && (mask >> to & 1) != 0)
            transmit(w, from, to, p);
    packet_drop(p);
}

/* ---- the log, and memory of it ---- */

static void append(struct world *w, uint8_t self, enum record_kind kind,
                   const uint8_t *payload, size_t size)
{
    struct mind *m = &w->mind[self];
    tape_append(&m->tape, kind, w->now_ms, payload, size);
    for (uint8_t i = 0; i < w->options.network.n_crashes; i++) {
        const struct crash *c = &w->options.network.crash[i];
        if (c->player != self || c->at_record != m->tape.n_records || w->crashed[i])
            continue;
        w->crashed[i] = true;
        m->dying = c;
    }
}

/* Moves on to the next message of the log, or the next work that was done. */
static void recall(struct memory *m)
{
    do
        m->known = tape_next(&m->reader, &m->next);
    while (m->known && m->next.kind != RECORD_IN && m->next.kind != RECORD_OUT &&
           m->next.kind != RECORD_WORK);
    if (m->known)
        m->tail = m->reader;
}

/* A player that refuses to go on contradicts nothing, in whichever words: which reason
 * it gives may depend on a moment that is in no log. Its refusal binds it, also if it
 * would not have come to it again. */
static bool over_anyway(const struct world *w, uint8_t self, const struct record *r)
{
    struct message m;
    struct report report;
    player_report(w->mind[self].player, &report);
    return peek(w, &m, r->payload, r->size) &&
           (m.kind == MESSAGE_FAIL ||
            (report.phase == PHASE_OVER && !message_in_round(m.kind)));
}

/* True if the log says that this was said, or kept, next: then it is not done again. */
static bool remembers(struct world *w, uint8_t self, enum record_kind kind,
                      const uint8_t *bytes, size_t size)
{
    struct mind *m = &w->mind[self];
    if (!m->memory.known)
        return false;
    const struct record *r = &m->memory.next;
    const bool same =
        r->kind == kind && r->size == size && memcmp(r->payload, bytes, size) == 0;
    if (!same && !over_anyway(w, self, r))
        m->counts.contradictions++;
    if (r->kind == kind)
        recall(&m->memory);
    return true;
}

/* True if a note or a play stands in the log behind its last message. */
static bool in_tail(struct mind *m, enum record_kind kind, const uint8_t *payload,
                    size_t size)
{
    struct record r;
    struct tape_reader ahead = m->memory.tail;
    if (ahead.tape == NULL)
        return false;
    while (tape_next(&ahead, &r)) {
        if (r.kind == kind && r.size == size && memcmp(r.payload, payload, size) == 0)
            return true;
    }
    return false;
}

/* ---- what a player wants done ---- */

static void echo(struct mind *m, const uint8_t *bytes, size_t size)
{
    CHECK(m->n_echoes < ECHOES_MAX);
    m->echo[m->n_echoes++] = packet_of(bytes, size);
}

/* Sends, logs and hands back what is really said. Nothing is said again that the log
 * remembers. */
static void deliver(struct world *w, uint8_t self, const struct deliveries *d)
{
    struct mind *m = &w->mind[self];
    bool said = m->memory.known;
    for (size_t i = 0; i < d->n; i++) {
        if ((d->item[i].to >> self & 1) == 0)
            continue;
        said = remembers(w, self, RECORD_OUT, d->item[i].bytes, d->item[i].size);
        if (!said)
            append(w, self, RECORD_OUT, d->item[i].bytes, d->item[i].size);
        echo(m, d->item[i].bytes, d->item[i].size);
    }
    for (size_t i = 0; i < d->n && !said && m->dying == NULL; i++)
        transmit_to(w, self, d->item[i].to, d->item[i].bytes, d->item[i].size);
}

static void do_say(struct world *w, uint8_t self, const struct action *a)
{
    struct mind *m = &w->mind[self];
    struct deliveries d = {1, {{UINT64_MAX, a->bytes, a->size}}};
    if (m->adversary != NULL) {
        struct report report;
        player_report(m->player, &report);
        adversary_rewrite(m->adversary, &report, a->bytes, a->size, &d);
    }
    deliver(w, self, &d);
}

static void do_send(struct world *w, uint8_t self, const struct action *a)
{
    struct mind *m = &w->mind[self];
    struct delivery d = {player_bit(a->to), a->bytes, a->size};
    if (m->memory.known)
        return;
    if (m->adversary != NULL && !adversary_sends(m->adversary, a->to, &d))
        return;
    transmit_to(w, self, d.to, d.bytes, d.size);
}

static void do_play(struct world *w, uint8_t self, const struct action *a)
{
    struct mind *m = &w->mind[self];
    uint8_t play = a->play;
    if (m->adversary != NULL) {
        struct report report;
        player_report(m->player, &report);
        play = adversary_plays(m->adversary, &report, a->stage, a->play);
    }
    uint8_t payload[5];
    struct writer to = {payload, sizeof payload, 0, false};
    write_u32(&to, a->stage);
    write_u8(&to, play);
    if (m->memory.known || in_tail(m, RECORD_PLAY, payload, sizeof payload))
        return;
    if (play != a->play && m->n_broken < DEFECTIONS_MAX)
        m->broken[m->n_broken++] = (struct broken_stage){a->stage, a->play, play};
    append(w, self, RECORD_PLAY, payload, sizeof payload);
}

static void do_note(struct world *w, uint8_t self, const struct note *n)
{
    struct mind *m = &w->mind[self];
    uint8_t payload[NOTE_SIZE_MAX];
    const size_t size = note_write(payload, n, &w->terms);
    if (m->memory.known || in_tail(m, RECORD_NOTE, payload, size))
        return;
    append(w, self, RECORD_NOTE, payload, size);
    if (n->kind == NOTE_ROUND && n->round >= w->round)
        w->round = n->round + 1;
    if (n->kind == NOTE_ENTERED) {
        m->counts.phase_ms[m->phase] += w->now_ms - m->phase_since_ms;
        m->phase = (enum phase)n->number;
        m->phase_since_ms = w->now_ms;
    }
    tell(w, self, n);
}

static void expect_work(struct world *w, uint8_t self, uint8_t number)
{
    uint64_t takes_ms = 0;
    if (w->options.work_ms_max > 0)
        takes_ms = prng_below(&w->chance, w->options.work_ms_max + 1u);
    const struct happening h = {.at_ms = w->now_ms + takes_ms,
                                .kind = HAPPENING_WORK,
                                .player = self,
                                .number = number};
    CHECK(queue_add(&w->queue, &h));
}

/* Who is led through its log finds there when the work was done. */
static void do_work(struct world *w, uint8_t self, struct work *work)
{
    struct mind *m = &w->mind[self];
    const uint8_t number = work_number(work);
    CHECK(number < WORKS_MAX && m->work[number] == NULL);
    m->work[number] = work;
    if (!m->memory.known)
        expect_work(w, self, number);
}

static void do_action(struct world *w, uint8_t self, const struct action *a, bool own)
{
    switch (a->kind) {
    case ACTION_SAY:
        do_say(w, self, a);
        return;
    case ACTION_SEND:
        do_send(w, self, a);
        return;
    case ACTION_KEEP:
        /* Own words are in the log since they were said. */
        if (!own && !remembers(w, self, RECORD_IN, a->bytes, a->size))
            append(w, self, RECORD_IN, a->bytes, a->size);
        return;
    case ACTION_PLAY:
        do_play(w, self, a);
        return;
    case ACTION_NOTE:
        do_note(w, self, &a->note);
        return;
    case ACTION_WORK:
        do_work(w, self, a->work);
        return;
    }
}

static void step(struct world *w, uint8_t self, const struct event *e, bool own)
{
    struct mind *m = &w->mind[self];
    struct event told = *e;
    if (told.now_ms < m->told_ms) /* it was led beyond the time at which it died */
        told.now_ms = m->told_ms;
    m->told_ms = told.now_ms;
    player_step(m->player, &told, &w->actions);
    for (size_t i = 0; i < w->actions.n && m->dying == NULL; i++)
        do_action(w, self, &w->actions.item[i], own);
}

/* ---- life and death ---- */

static void forget(struct mind *m)
{
    for (size_t i = 0; i < m->n_echoes; i++)
        packet_drop(m->echo[i]);
    m->n_echoes = 0;
    player_free(m->player);
    adversary_free(m->adversary);
    m->player = NULL;
    m->adversary = NULL;
    memset(m->work, 0, sizeof m->work);
    m->memory = (struct memory){0};
}

static void die(struct world *w, uint8_t self)
{
    struct mind *m = &w->mind[self];
    player_report(m->player, &m->report);
    m->deeds = world_deeds(w, self);
    forget(m);
    m->dead = m->dying->restart_ms == 0;
    const struct happening birth = {.at_ms = w->now_ms + m->dying->restart_ms,
                                    .kind = HAPPENING_BIRTH,
                                    .player = self};
    if (!m->dead)
        CHECK(queue_add(&w->queue, &birth));
    m->dying = NULL;
    tell_fate(w, self, "crashes");
}

static void arm(struct world *w, uint8_t self, uint64_t earliest_ms)
{
    struct mind *m = &w->mind[self];
    uint64_t at_ms = player_deadline_ms(m->player);
    if (at_ms < earliest_ms)
        at_ms = earliest_ms;
    if (at_ms >= m->wake_ms)
        return;
    m->wake_ms = at_ms;
    const struct happening wake = {
        .at_ms = at_ms, .kind = HAPPENING_WAKE, .player = self};
    CHECK(queue_add(&w->queue, &wake));
}

/* One event and all that follows from it at once: own words are handed back. */
static void feed(struct world *w, uint8_t self, const struct event *e)
{
    struct mind *m = &w->mind[self];
    step(w, self, e, false);
    /* After the step, so that the log tells what was heard before what was said to it.
     */
    if (m->adversary != NULL && e->kind == EVENT_MESSAGE && m->dying == NULL) {
        struct deliveries d;
        adversary_hear(m->adversary, e->bytes, e->size, &d);
        deliver(w, self, &d);
    }
    while (m->n_echoes > 0 && m->dying == NULL) {
        struct packet *p = m->echo[0];
        m->n_echoes--;
        for (size_t i = 0; i < m->n_echoes; i++)
            m->echo[i] = m->echo[i + 1];
        const struct event own = {.kind = EVENT_MESSAGE,
                                  .now_ms = e->now_ms,
                                  .bytes = p->bytes,
                                  .size = p->size};
        step(w, self, &own, true);
        packet_drop(p);
    }
}

/* After an event: dies, ends, or waits until it wants to be told the time, which is
 * earliest_ms at the earliest. */
static void settle(struct world *w, uint8_t self, uint64_t earliest_ms)
{
    struct mind *m = &w->mind[self];
    if (m->dying != NULL) {
        die(w, self);
        return;
    }
    if (!player_done(m->player)) {
        arm(w, self, earliest_ms);
        return;
    }
    uint8_t payload[RECORD_END_SIZE];
    record_end_write(payload, &m->tape.chain, m->tape.n_records, &m->key);
    append(w, self, RECORD_END, payload, sizeof payload);
    m->dying = NULL; /* who is done cannot be hurt any more */
    m->done = true;
}

/* True until the player has done what the log says next. */
static bool still_at(const struct mind *m, size_t offset)
{
    return m->memory.known && m->memory.reader.offset == offset;
}

/* Evidence is said because of a message that is nowhere else in the log, so that
 * message is taken out of it again. */
static void relive_evidence(struct world *w, uint8_t self, const struct packet *said,
                            uint64_t now_ms)
{
    struct message m;
    struct body_evidence b;
    if (!peek(w, &m, said->bytes, said->size) || m.kind != MESSAGE_EVIDENCE ||
        !body_evidence_read(&b, m.body, m.body_size))
        return;
    const struct event e = {.kind = EVENT_MESSAGE,
                            .now_ms = now_ms,
                            .bytes = b.second,
                            .size = b.second_size};
    feed(w, self, &e);
}

/* What was said and does not follow from a message was said because of the time: so the
 * player is told the time as often as it was then. */
static void relive_time(struct world *w, uint8_t self, size_t offset)
{
    struct mind *m = &w->mind[self];
    const uint64_t until_ms = m->memory.next.time_ms;
    for (bool last = false; !last && still_at(m, offset);) {
        const uint64_t wanted_ms = player_deadline_ms(m->player);
        last = wanted_ms >= until_ms || wanted_ms <= m->told_ms;
        const struct event e = {.kind = EVENT_TIME,
                                .now_ms = last ? until_ms : wanted_ms};
        feed(w, self, &e);
    }
}

/* Led through its log a player hears of the time less often than when it was awake, and
 * what looks like sleep makes it more patient. What the log says that it refused, it
 * refuses: a little later. */
static void relive_patience(struct world *w, uint8_t self, size_t offset)
{
    struct mind *m = &w->mind[self];
    struct message refusal;
    struct report report;
    if (m->adversary != NULL ||
        !peek(w, &refusal, m->memory.next.payload, m->memory.next.size) ||
        refusal.kind != MESSAGE_FAIL)
        return;
    player_report(m->player, &report);
    while (still_at(m, offset) && report.phase != PHASE_OVER) {
        const struct event e = {.kind = EVENT_TIME,
                                .now_ms = player_deadline_ms(m->player)};
        feed(w, self, &e);
        player_report(m->player, &report);
    }
}

/* The work of that number is done, and the player is told. */
static void give_work(struct world *w, uint8_t self, uint8_t number, uint64_t now_ms)
{
    struct mind *m = &w->mind[self];
    const struct event e = {
        .kind = EVENT_WORK, .now_ms = now_ms, .work = m->work[number]};
    m->work[number] = NULL;
    work_do(e.work);
    feed(w, self, &e);
}

static void relive_work(struct world *w, uint8_t self, const struct record *next)
{
    struct mind *m = &w->mind[self];
    const uint8_t number = next->payload[0];
    recall(&m->memory);
    if (number < WORKS_MAX && m->work[number] != NULL)
        give_work(w, self, number, next->time_ms);
    else
        m->counts.contradictions++;
}

/* Leads a player that was born again through one message of its log, or work of it. */
static void relive(struct world *w, uint8_t self)
{
    struct mind *m = &w->mind[self];
    const struct record next = m->memory.next;
    const size_t offset = m->memory.reader.offset;
    if (next.kind == RECORD_WORK) {
        relive_work(w, self, &next);
        return;
    }
    struct packet *p = packet_of(next.payload, next.size);
    if (next.kind == RECORD_OUT) {
        relive_evidence(w, self, p, m->told_ms);
        if (still_at(m, offset))
            relive_time(w, self, offset);
        if (still_at(m, offset))
            relive_patience(w, self, offset);
    }
    if (still_at(m, offset)) {
        const struct event e = {.kind = EVENT_MESSAGE,
                                .now_ms = next.time_ms,
                                .bytes = p->bytes,
                                .size = p->size};
        if (next.kind == RECORD_OUT) {
            m->counts.contradictions += !over_anyway(w, self, &next);
            recall(&m->memory);
        }
        feed(w, self, &e);
    }
    if (still_at(m, offset)) {
        m->counts.contradictions++;
        recall(&m->memory);
    }
    packet_drop(p);
}

/* Those who conspire know each other's secrets. */
static void confide(struct world *w, uint8_t self)
{
    for (uint8_t i = 0; i < w->n_players; i++)
        if (i != self && has_key_of(w, self, i))
            adversary_confide(w->mind[self].adversary, i, &w->mind[i].key,
                              &w->mind[i].seed);
}

static void be_born(struct world *w, uint8_t self)
{
    struct mind *m = &w->mind[self];
    m->player =
        player_new(&w->terms, &w->roster, self, &m->key, w->options.game->payoffs[self],
                   &w->private_options[self], &m->seed);
    CHECK(m->player != NULL);
    if (!world_honest(w, self)) {
        m->adversary = adversary_new(&m->misdeeds, &w->terms, &w->roster, self, &m->key,
                                     w->options.game->payoffs[self], &m->seed);
        CHECK(m->adversary != NULL);
        confide(w, self);
    }
    m->wake_ms = UINT64_MAX;
    m->told_ms = 0;
}

static void birth(struct world *w, uint8_t self)
{
    struct mind *m = &w->mind[self];
    be_born(w, self);
    struct event e = {.kind = EVENT_START, .now_ms = w->now_ms};
    if (m->tape.n_records == 0) {
        struct record_header header = {.self = self,
                                       .terms = terms_digest(&w->terms),
                                       .roster = roster_digest(&w->roster)};
        memcpy(header.program, program, sizeof program);
        uint8_t payload[RECORD_HEADER_SIZE];
        record_header_write(payload, &header);
        append(w, self, RECORD_HEADER, payload, sizeof payload);
    } else {
        tell_fate(w, self, "is back");
        m->counts.restarts++;
        struct record header;
        tape_read(&m->memory.reader, &m->tape);
        CHECK(tape_next(&m->memory.reader, &header));
        m->memory.tail = m->memory.reader;
        recall(&m->memory);
        e.now_ms = header.time_ms;
    }
    if (m->dying == NULL)
        feed(w, self, &e);
    while (m->memory.known && m->dying == NULL)
        relive(w, self);
    for (uint8_t k = 0; k < WORKS_MAX; k++)
        if (m->work[k] != NULL && m->counts.restarts > 0)
            expect_work(w, self, k);
    e = (struct event){.kind = EVENT_TIME, .now_ms = w->now_ms};
    if (m->counts.restarts > 0 && m->dying == NULL)
        feed(w, self, &e);
    m->memory = (struct memory){0};
    settle(w, self, w->now_ms);
}

/* ---- what happens ---- */

static void arrive(struct world *w, const struct happening *h)
{
    struct mind *m = &w->mind[h->player];
    if (m->player == NULL || m->done) {
        m->counts.lost++;
        return;
    }
    m->counts.received++;
    const struct event e = {.kind = EVENT_MESSAGE,
                            .now_ms = w->now_ms,
                            .bytes = h->packet->bytes,
                            .size = h->packet->size};
    feed(w, h->player, &e);
    settle(w, h->player, w->now_ms);
}

static void wake(struct world *w, const struct happening *h)
{
    struct mind *m = &w->mind[h->player];
    if (m->player == NULL || m->done || h->at_ms != m->wake_ms)
        return;
    m->wake_ms = UINT64_MAX;
    const struct event e = {.kind = EVENT_TIME, .now_ms = w->now_ms};
    if (player_deadline_ms(m->player) > w->now_ms) {
        arm(w, h->player, w->now_ms);
        return;
    }
    feed(w, h->player, &e);
    /* A player that still wants to be told this very time would stop the clock. */
    settle(w, h->player, w->now_ms + 1);
}

/* Of an earlier life, perhaps: then the work that has its number now is done early. */
static void finish_work(struct world *w, const struct happening *h)
{
    struct mind *m = &w->mind[h->player];
    if (m->player == NULL || m->done || m->work[h->number] == NULL)
        return;
    append(w, h->player, RECORD_WORK, &h->number, sizeof h->number);
    if (m->dying == NULL)
        give_work(w, h->player, h->number, w->now_ms);
    settle(w, h->player, w->now_ms);
}

static void crash(struct world *w, const struct happening *h)
{
    struct mind *m = &w->mind[h->player];
    if (m->player == NULL || m->done)
        return;
    w->crashed[h->number] = true;
    m->dying = &w->options.network.crash[h->number];
    die(w, h->player);
}

static void happen(struct world *w, const struct happening *h)
{
    switch (h->kind) {
    case HAPPENING_BIRTH:
        birth(w, h->player);
        return;
    case HAPPENING_ARRIVAL:
        arrive(w, h);
        packet_drop(h->packet);
        return;
    case HAPPENING_WAKE:
        wake(w, h);
        return;
    case HAPPENING_CRASH:
        crash(w, h);
        return;
    case HAPPENING_WORK:
        finish_work(w, h);
        return;
    }
}

/* True if all of those (honest or not) have ended. */
static bool all_ended(const struct world *w, bool honest_only)
{
    for (uint8_t i = 0; i < w->n_players; i++)
        if (!w->mind[i].done && !w->mind[i].dead &&
            (!honest_only || world_honest(w, i)))
            return false;
    return true;
}

bool world_ended(const struct world *w)
{
    return all_ended(w, false) ||
           (all_ended(w, true) && w->honest_end_ms != UINT64_MAX &&
            w->now_ms >= w->honest_end_ms + 2 * (uint64_t)w->terms.hard_ms);
}

static bool any_honest(const struct world *w)
{
    for (uint8_t i = 0; i < w->n_players; i++)
        if (world_honest(w, i))
            return true;
    return false;
}

bool world_step(struct world *w)
{
    struct happening h;
    if (world_ended(w) || w->now_ms > w->options.limit_ms || !queue_take(&w->queue, &h))
        return false;
    if (h.at_ms > w->now_ms)
        w->now_ms = h.at_ms;
    happen(w, &h);
    if (w->honest_end_ms == UINT64_MAX && all_ended(w, true) && any_honest(w))
        w->honest_end_ms = w->now_ms;
    return true;
}

bool world_run(struct world *w)
{
    while (world_step(w))
        continue;
    return world_ended(w);
}

/* ---- making one ---- */

static struct seed seed_for(const struct world *w, const char *label, uint8_t player)
{
    struct seed from = {{0}};
    struct writer to = {from.bytes, sizeof from.bytes, 0, false};
    write_u64(&to, w->options.seed);
    const struct digest nowhere = {{0}};
    const struct secret s = secret_derive(&from, &nowhere, label, player);
    struct seed out;
    memcpy(out.bytes, s.bytes, sizeof out.bytes);
    return out;
}

static void populate(struct world *w)
{
    for (uint8_t i = 0; i < w->n_players; i++) {
        struct mind *m = &w->mind[i];
        const struct seed key = seed_for(w, "sim/key", i);
        keypair_from_seed(&m->key, &key);
        m->seed = seed_for(w, "sim/seed", i);
        tape_start(&m->tape);
        w->roster.key[i] = m->key.public_key;
        memcpy(w->roster.name[i], w->terms.player_name[i], sizeof w->roster.name[i]);
        if (w->options.misdeeds != NULL)
            m->misdeeds = w->options.misdeeds[i];
        w->private_options[i] = w->options.private_options[i];
    }
    w->roster.n_players = w->n_players;
    w->options.terms = &w->terms;
    w->options.private_options = w->private_options;
    w->options.misdeeds = NULL;
}

/* Births first, then the crashes that have a time. */
static bool expect(struct world *w)
{
    bool room = true;
    for (uint8_t i = 0; i < w->n_players; i++) {
        const struct happening h = {.kind = HAPPENING_BIRTH, .player = i};
        room = room && queue_add(&w->queue, &h);
    }
    for (uint8_t i = 0; i < w->options.network.n_crashes; i++) {
        const struct crash *c = &w->options.network.crash[i];
        const struct happening h = {.at_ms = c->at_ms,
                                    .kind = HAPPENING_CRASH,
                                    .player = c->player,
                                    .number = i};
        if (c->at_record == 0 && c->player < w->n_players)
            room = room && queue_add(&w->queue, &h);
    }
    return room;
}

static bool fits(const struct world_options *o)
{
    char message[256];
    return terms_valid(o->terms, message) &&
           o->terms->shape.n_players == o->game->shape.n_players &&
           memcmp(o->terms->shape.n_actions, o->game->shape.n_actions,
                  o->game->shape.n_players * sizeof(uint16_t)) == 0 &&
           o->network.delay_ms_min <= o->network.delay_ms_max &&
           o->network.n_partitions <= WORLD_PARTITIONS_MAX &&
           o->network.n_crashes <= WORLD_CRASHES_MAX;
}

struct world *world_new(const struct world_options *o)
{
    if (!fits(o))
        return NULL;
    struct world *w = calloc(1, sizeof *w);
    if (w == NULL)
        return NULL;
    w->options = *o;
    w->terms = *o->terms;
    w->n_players = o->game->shape.n_players;
    if (w->options.limit_ms == 0)
        w->options.limit_ms = WORLD_LIMIT_MS;
    w->honest_end_ms = UINT64_MAX;
    w->chance.state = o->seed;
    populate(w);
    w->trace_capacity = 1;
    w->trace = calloc(w->trace_capacity, 1);
    if (w->trace == NULL || !queue_start(&w->queue) || !expect(w)) {
        world_free(w);
        return NULL;
    }
    return w;
}

void world_free(struct world *w)
{
    if (w == NULL)
        return;
    for (uint8_t i = 0; i < w->n_players; i++) {
        forget(&w->mind[i]);
        tape_end(&w->mind[i].tape);
        secure_wipe(&w->mind[i].key, sizeof w->mind[i].key);
    }
    queue_end(&w->queue);
    free(w->trace);
    free(w);
}
