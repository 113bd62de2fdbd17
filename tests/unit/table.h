/* SPDX-License-Identifier: MIT */
/* Several players around one table, all in memory: what one says is handed to
 * everybody, its author first. Tests look at every message and note, and may drop or
 * rewrite what is on its way. */
#ifndef TREATY_TESTS_TABLE_H
#define TREATY_TESTS_TABLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "protocol/message.h"
#include "protocol/player.h"

enum { TABLE_ENVELOPE_MAX = 1 << 17 };

struct parcel {
    uint8_t from, to;
    bool asked_for; /* a repeat or a relay, not what its author says now */
    uint8_t *bytes;
    size_t size;
};

/* One event as a player had it, or one action as it did it. */
struct happening {
    uint8_t player;
    enum event_kind kind;
    uint64_t now_ms;
    uint8_t *bytes;
    size_t size;
};

struct seen_note {
    uint8_t of;
    struct note note;
    struct candidate candidate;
    uint64_t now_ms;
};

struct table {
    struct terms terms;
    struct roster roster;
    struct keypair key[PLAYERS_MAX];
    struct payoffs *payoffs[PLAYERS_MAX];
    struct private_options options[PLAYERS_MAX];
    struct seed seed[PLAYERS_MAX];
    struct player *player[PLAYERS_MAX];
    bool absent[PLAYERS_MAX]; /* not started, or gone: hears and says nothing */
    uint64_t now_ms;
    struct parcel *parcel; /* a ring of what is on its way */
    size_t first, n_parcels, capacity;
    struct seen_note *note;
    size_t n_notes;
    struct happening *said; /* what was said, as its author said it */
    size_t n_said;
    struct happening *event; /* of player `recorded`, where there is one */
    size_t n_events;
    int recorded;
    struct work *work[WORKS_MAX]; /* of the player at hand */
    uint8_t n_works;
    uint32_t n_sent, n_played;
    uint8_t played[PLAYERS_MAX]; /* the latest action */
    struct actions actions;
    /* Called for every parcel as it is put on its way: false drops it. It may change
     * the bytes (table_resign makes them valid again); *size at most
     * TABLE_ENVELOPE_MAX. */
    bool (*meddle)(struct table *t, struct parcel *p);
    void *context; /* the test's */
    uint32_t count;
};

/* The payoff of player at these actions. */
typedef double table_payoff(uint8_t player, const uint8_t *actions);

static inline double dilemma(uint8_t player, const uint8_t *actions)
{
    static const double value[2][2] = {{2, -1}, {3, 0}}; /* [own][other] */
    return value[actions[player]][actions[1 - player]];
}

static inline double sexes(uint8_t player, const uint8_t *actions)
{
    if (actions[0] != actions[1])
        return 0;
    return actions[0] == player ? 2 : 1;
}

static inline double pennies(uint8_t player, const uint8_t *actions)
{
    return (actions[0] == actions[1]) == (player == 0) ? 1 : -1;
}

/* Contribute (0) or not (1); for each contribution everybody gets 0.6. */
static inline double public_goods(uint8_t player, const uint8_t *actions)
{
    double sum = actions[player] == 1 ? 1 : 0;
    for (uint8_t i = 0; i < 5; i++)
        sum += actions[i] == 0 ? 0.6 : 0;
    return sum;
}

static inline double public_goods_3(uint8_t player, const uint8_t *actions)
{
    double sum = actions[player] == 1 ? 1 : 0;
    for (uint8_t i = 0; i < 3; i++)
        sum += actions[i] == 0 ? 0.6 : 0;
    return sum;
}

static inline void table_name_all(struct table *t)
{
    struct terms *x = &t->terms;
    snprintf(x->title, sizeof x->title, "a table");
    for (uint8_t i = 0; i < x->shape.n_players; i++) {
        snprintf(x->player_name[i], NAME_MAX, "player %u", i + 1u);
        snprintf(t->roster.name[i], NAME_MAX, "player %u", i + 1u);
    }
    for (uint16_t k = 0; k < shape_weights(&x->shape); k++)
        snprintf(x->action_name[k], NAME_MAX, "action %u", k + 1u);
}

/* n_players with n_actions each; players are born by table_start. The threat is given:
 * everybody's last action, unless the test says otherwise. */
static inline struct table *table_new(uint8_t n_players, uint16_t n_actions,
                                      table_payoff *payoff)
{
    struct table *t = calloc(1, sizeof *t);
    CHECK(t != NULL);
    terms_default(&t->terms);
    struct shape *s = &t->terms.shape;
    *s = shape_uniform(n_players, n_actions);
    t->roster.n_players = n_players;
    table_name_all(t);
    uint8_t actions[PLAYERS_MAX];
    memset(actions, (uint8_t)(n_actions - 1), sizeof actions);
    t->terms.threat_given = true;
    candidate_from_pure(&t->terms.threat, s, actions);
    t->terms.stages = 5;
    t->terms.budget = 20;
    for (uint8_t i = 0; i < n_players; i++) {
        double *value = calloc(shape_profiles(s), sizeof *value);
        CHECK(value != NULL);
        for (uint32_t a = 0; a < shape_profiles(s); a++) {
            profile_actions(actions, s, a);
            value[a] = payoff(i, actions);
        }
        t->payoffs[i] = payoffs_new(s, i, value);
        free(value);
        t->options[i] = (struct private_options){0.9, 0.5, SAMPLER_SOO, i, 1};
        t->seed[i].bytes[0] = (uint8_t)(i + 1);
        struct seed key_seed = {{7, (uint8_t)i}};
        keypair_from_seed(&t->key[i], &key_seed);
        t->roster.key[i] = t->key[i].public_key;
    }
    t->capacity = 1 << 16;
    t->parcel = calloc(t->capacity, sizeof *t->parcel);
    t->recorded = -1;
    t->now_ms = 1000;
    return t;
}

static inline void table_free(struct table *t)
{
    for (uint8_t i = 0; i < t->roster.n_players; i++) {
        player_free(t->player[i]);
        payoffs_free(t->payoffs[i]);
    }
    while (t->n_parcels > 0) {
        free(t->parcel[t->first].bytes);
        t->first = (t->first + 1) % t->capacity;
        t->n_parcels--;
    }
    for (size_t k = 0; k < t->n_said; k++)
        free(t->said[k].bytes);
    for (size_t k = 0; k < t->n_events; k++)
        free(t->event[k].bytes);
    free(t->parcel);
    free(t->note);
    free(t->said);
    free(t->event);
    free(t);
}

/* Room for one more in an array of n: it doubles whenever n is a power of two. */
static inline void *table_grow(void *array, size_t n, size_t size)
{
    if ((n & (n - 1)) != 0)
        return array;
    void *larger = realloc(array, (n > 0 ? 2 * n : 1) * size);
    CHECK(larger != NULL);
    return larger;
}

static inline struct happening happened(uint8_t player, enum event_kind kind,
                                        uint64_t now_ms, const uint8_t *bytes,
                                        size_t size)
{
    struct happening h = {player, kind, now_ms, NULL, size};
    if (size > 0) {
        h.bytes = malloc(size);
        CHECK(h.bytes != NULL);
        memcpy(h.bytes, bytes, size);
    }
    return h;
}

static inline void table_send(struct table *t, uint8_t from, uint8_t to, bool asked_for,
                              const uint8_t *bytes, size_t size)
{
    CHECK(t->n_parcels < t->capacity);
    struct parcel p = {from, to, asked_for, malloc(TABLE_ENVELOPE_MAX), size};
    CHECK(p.bytes != NULL && size <= TABLE_ENVELOPE_MAX);
    memcpy(p.bytes, bytes, size);
    if (t->meddle != NULL && !t->meddle(t, &p)) {
        free(p.bytes);
        return;
    }
    uint8_t *fit = realloc(p.bytes, p.size > 0 ? p.size : 1);
    p.bytes = fit != NULL ? fit : p.bytes;
    t->parcel[(t->first + t->n_parcels++) % t->capacity] = p;
}

/* The body of an envelope, changed or not, signed by a player of the table. */
static inline void table_resign(const struct table *t, uint8_t *bytes, size_t *size,
                                struct message *m)
{
    static uint8_t out[TABLE_ENVELOPE_MAX];
    *size = envelope_seal(out, sizeof out, m, &t->key[m->sender]);
    memcpy(bytes, out, *size);
}

static inline struct message table_peek(const struct table *t, const uint8_t *bytes,
                                        size_t size)
{
    struct message m;
    CHECK(envelope_peek(&m, bytes, size, &t->roster, terms_body_max(&t->terms)));
    return m;
}

static inline void table_note(struct table *t, uint8_t of, const struct note *n)
{
    t->note = table_grow(t->note, t->n_notes, sizeof *t->note);
    struct seen_note *s = &t->note[t->n_notes++];
    *s = (struct seen_note){.of = of, .note = *n, .now_ms = t->now_ms};
    if (n->candidate != NULL)
        s->candidate = *n->candidate;
}

static inline void table_act(struct table *t, uint8_t player, const struct action *a)
{
    switch (a->kind) {
    case ACTION_SAY:
        t->said = table_grow(t->said, t->n_said, sizeof *t->said);
        t->said[t->n_said++] =
            happened(player, EVENT_MESSAGE, t->now_ms, a->bytes, a->size);
        table_send(t, player, player, false, a->bytes, a->size);
        for (uint8_t i = 0; i < t->roster.n_players; i++)
            if (i != player)
                table_send(t, player, i, false, a->bytes, a->size);
        return;
    case ACTION_SEND:
        t->n_sent++;
        table_send(t, player, a->to, true, a->bytes, a->size);
        return;
    case ACTION_PLAY:
        t->n_played++;
        t->played[player] = a->play;
        return;
    case ACTION_NOTE:
        table_note(t, player, &a->note);
        return;
    case ACTION_WORK:
        work_do(a->work);
        CHECK(t->n_works < WORKS_MAX);
        t->work[t->n_works++] = a->work;
        return;
    case ACTION_KEEP:
        return;
    }
}

static inline void table_step(struct table *t, uint8_t player, enum event_kind kind,
                              const uint8_t *bytes, size_t size)
{
    struct event e = {.kind = kind, .now_ms = t->now_ms, .bytes = bytes, .size = size};
    if (t->recorded == player) {
        t->event = table_grow(t->event, t->n_events, sizeof *t->event);
        t->event[t->n_events++] = happened(player, kind, t->now_ms, bytes, size);
    }
    for (;;) { /* work is done at once */
        player_step(t->player[player], &e, &t->actions);
        for (size_t k = 0; k < t->actions.n; k++)
            table_act(t, player, &t->actions.item[k]);
        if (t->n_works == 0)
            return;
        e = (struct event){.kind = EVENT_WORK, .now_ms = t->now_ms};
        e.work = t->work[--t->n_works];
    }
}

/* A player with this seat's secrets, as table_start makes it. */
static inline struct player *table_player(const struct table *t, uint8_t i)
{
    struct player *p = player_new(&t->terms, &t->roster, i, &t->key[i], t->payoffs[i],
                                  &t->options[i], &t->seed[i]);
    CHECK(p != NULL);
    return p;
}

static inline void table_start(struct table *t)
{
    char message[256];
    CHECK(terms_valid(&t->terms, message));
    CHECK(roster_valid(&t->roster, &t->terms, message));
    for (uint8_t i = 0; i < t->roster.n_players; i++)
        t->player[i] = table_player(t, i);
    for (uint8_t i = 0; i < t->roster.n_players; i++)
        if (!t->absent[i])
            table_step(t, i, EVENT_START, NULL, 0);
}

/* Delivers the oldest parcel; false when there is none. */
static inline bool table_deliver(struct table *t)
{
    if (t->n_parcels == 0)
        return false;
    struct parcel p = t->parcel[t->first];
    t->first = (t->first + 1) % t->capacity;
    t->n_parcels--;
    if (!t->absent[p.to])
        table_step(t, p.to, EVENT_MESSAGE, p.bytes, p.size);
    free(p.bytes);
    return true;
}

/* On to the next deadline; false when nobody waits for anything. */
static inline bool table_wait(struct table *t)
{
    uint64_t next = UINT64_MAX;
    for (uint8_t i = 0; i < t->roster.n_players; i++)
        if (!t->absent[i] && player_deadline_ms(t->player[i]) < next)
            next = player_deadline_ms(t->player[i]);
    if (next == UINT64_MAX)
        return false;
    if (next > t->now_ms)
        t->now_ms = next;
    for (uint8_t i = 0; i < t->roster.n_players; i++)
        if (!t->absent[i] && player_deadline_ms(t->player[i]) <= t->now_ms)
            table_step(t, i, EVENT_TIME, NULL, 0);
    return true;
}

/* Until everybody is done, or for so many deadlines. */
static inline void table_run(struct table *t)
{
    for (uint32_t waits = 0; waits < 100000; waits++) {
        while (table_deliver(t))
            continue;
        if (!table_wait(t))
            return;
    }
    CHECK(false && "a table that is done at last");
}

static inline struct report table_report(const struct table *t, uint8_t player)
{
    struct report r;
    player_report(t->player[player], &r);
    return r;
}

static inline void table_all_ended(const struct table *t, enum outcome outcome)
{
    for (uint8_t i = 0; i < t->roster.n_players; i++) {
        const struct report r = table_report(t, i);
        CHECK(t->absent[i] || r.outcome == outcome);
    }
}

/* The k-th note of a kind that a player made, or NULL. */
static inline const struct seen_note *table_found(const struct table *t, uint8_t of,
                                                  enum note_kind kind, size_t k)
{
    for (size_t n = 0; n < t->n_notes; n++)
        if (t->note[n].of == of && t->note[n].note.kind == kind && k-- == 0)
            return &t->note[n];
    return NULL;
}

static inline size_t table_count(const struct table *t, uint8_t of, enum note_kind kind)
{
    size_t count = 0;
    for (size_t n = 0; n < t->n_notes; n++)
        count += t->note[n].of == of && t->note[n].note.kind == kind;
    return count;
}

/* What a player said k-th of a kind, counted from 0: false where there is none. */
static inline bool table_said(const struct table *t, uint8_t player,
                              enum message_kind kind, size_t k, struct message *m)
{
    for (size_t n = 0; n < t->n_said; n++) {
        if (t->said[n].player != player)
            continue;
        *m = table_peek(t, t->said[n].bytes, t->said[n].size);
        if (m->kind == kind && k-- == 0)
            return true;
    }
    return false;
}

static inline double table_payoff_of(const struct table *t, uint8_t player,
                                     const struct candidate *c)
{
    struct profile x;
    profile_from_candidate(&x, &t->terms.shape, c);
    return payoffs_expect(t->payoffs[player], &x);
}

/* Everybody holds the same. */
static inline void table_agrees(const struct table *t)
{
    const struct report first = table_report(t, 0);
    for (uint8_t i = 1; i < t->roster.n_players; i++) {
        const struct report r = table_report(t, i);
        CHECK(digest_equal(&first.session, &r.session));
        CHECK(digest_equal(&first.agreement_digest, &r.agreement_digest));
        CHECK(candidate_equal(&first.agreement, &r.agreement));
        CHECK(first.agreed == r.agreed && first.round == r.round);
    }
}

/* For meddle: three in ten messages are lost. */
static inline bool table_lossy(struct table *t, struct parcel *p)
{
    struct prng r = {t->count++ * UINT64_C(7919) + 1};
    return p->from == p->to || prng_below(&r, 10) >= 3;
}

#endif
