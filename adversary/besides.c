/* SPDX-License-Identifier: MIT */
/* Hides what a cheat sends besides its own words: noise, forgeries, repeats, requests,
 * accusations. */
#include <string.h>

#include "adversary/inside.h"

enum { TIMES = 12 }; /* a flood */

void letter_fill(struct letter *l, const struct message *m, const uint8_t *bytes,
                 size_t size)
{
    l->full = true;
    l->round = m->round;
    l->kind = m->kind;
    l->size = size;
    memcpy(l->bytes, bytes, size);
}

void letter_seal(struct letter *l, const struct adversary *a, const struct draft *d)
{
    struct message m = d->message;
    m.body = d->body;
    m.body_size = d->size;
    l->full = true;
    l->round = m.round;
    l->kind = m.kind;
    l->size = envelope_seal(l->bytes, a->letter_max, &m, &a->key);
}

void deliver(struct deliveries *out, uint64_t to, const struct letter *l)
{
    if (out->n < DELIVERIES_MAX)
        out->item[out->n++] = (struct delivery){to, l->bytes, l->size};
}

/* An envelope of another kind, with the session, round and sender of the own words. */
static void seal_extra(struct adversary *a, const struct draft *own, struct letter *l,
                       enum message_kind kind, size_t size)
{
    struct draft d = {own->message, a->body_extra, size, true};
    d.message.kind = kind;
    letter_seal(l, a, &d);
}

/* Bytes that are no message: noise, or the own words with one bit turned. */
static void add_garbage(struct adversary *a, struct deliveries *out, uint64_t to)
{
    struct letter *l = &a->garbage;
    if (prng_below(&a->chance, 2) == 0 && a->own.size <= GARBAGE_MAX) {
        l->size = a->own.size;
        memcpy(l->bytes, a->own.bytes, l->size);
        l->bytes[prng_below(&a->chance, l->size)] ^=
            (uint8_t)(1u << prng_below(&a->chance, 8));
    } else {
        l->size = (size_t)prng_below(&a->chance, GARBAGE_MAX + 1);
        for (size_t i = 0; i < l->size; i++)
            l->bytes[i] = (uint8_t)prng_next(&a->chance);
    }
    deliver(out, to, l);
}

/* The own words in another's name, under the own signature. */
static void add_forgery(struct adversary *a, const struct draft *own,
                        struct deliveries *out, uint64_t to)
{
    const uint8_t n = a->terms->shape.n_players;
    struct draft d = *own;
    const uint64_t k = 1 + prng_below(&a->chance, n - 1u);
    d.message.sender = (uint8_t)((a->self + k) % n);
    letter_seal(&a->extra[FORGERY], a, &d);
    deliver(out, to, &a->extra[FORGERY]);
}

/* Another version of the own words in the name of an accomplice, with its key. */
static void add_impersonation(struct adversary *a, const struct draft *own,
                              struct deliveries *out, uint64_t to)
{
    const uint8_t n = a->terms->shape.n_players;
    uint8_t i = player_after(a);
    while ((a->accomplices >> i & 1) == 0)
        i = (uint8_t)((i + 1) % n);
    struct draft d = {own->message, a->body_extra, own->size, false};
    memcpy(d.body, own->body, own->size);
    say_another(&d, a);
    d.message.sender = i;
    d.message.body = d.body;
    d.message.body_size = d.size;
    struct letter *l = &a->extra[IMPERSONATION];
    l->size = envelope_seal(l->bytes, a->letter_max, &d.message, &a->accomplice_key[i]);
    deliver(out, to & ~player_bit(i), l);
}

static void add_old(struct adversary *a, struct deliveries *out, uint64_t to)
{
    for (size_t k = 0; k < OLD_MAX && k < a->n_old; k++)
        deliver(out, to, &a->old[k]);
}

static void add_repeats(const struct adversary *a, struct deliveries *out, uint64_t to)
{
    for (int k = 1; k < TIMES; k++)
        deliver(out, to, &a->own);
}

/* A ticket for a lottery of long after the window of rounds. */
static void add_future(struct adversary *a, const struct draft *own,
                       struct deliveries *out, uint64_t to)
{
    struct draft d = {own->message, a->body_extra, sizeof(struct digest), true};
    const struct secret s = secret_for(a, &own->message, "future");
    memcpy(d.body, s.bytes, sizeof s.bytes);
    d.message.kind = MESSAGE_SET;
    d.message.round += 2 + (prng_next(&a->chance) >> (prng_next(&a->chance) & 63));
    letter_seal(&a->extra[FUTURE], a, &d);
    deliver(out, to, &a->extra[FUTURE]);
}

static void add_requests(struct adversary *a, const struct draft *own,
                         struct deliveries *out, uint64_t to)
{
    struct writer w = {a->body_extra, a->body_max, 0, false};
    body_suspect_write(&w, &(struct body_suspect){own->message.round, UINT64_MAX});
    seal_extra(a, own, &a->extra[REQUEST], MESSAGE_SUSPECT, w.size);
    for (int k = 0; k < TIMES; k++)
        deliver(out, to, &a->extra[REQUEST]);
}

/* Two signed messages of one player that are no two words for one slot: of two rounds,
 * or, where there are none yet, one in its name that it has not signed. */
static void add_slander(struct adversary *a, const struct draft *own,
                        struct deliveries *out, uint64_t to)
{
    struct body_evidence e;
    struct draft d = *own;
    d.message.sender = player_after(a);
    const struct letter *forged = &a->extra[INNOCENT];
    letter_seal(&a->extra[INNOCENT], a, &d);
    const struct letter *first = a->victim[0].full ? &a->victim[0] : forged;
    const struct letter *second = a->victim[1].full ? &a->victim[1] : forged;
    e = (struct body_evidence){first->bytes, second->bytes, first->size, second->size};
    struct writer w = {a->body_extra, a->body_max, 0, false};
    body_evidence_write(&w, &e);
    if (w.bad)
        return;
    seal_extra(a, own, &a->extra[SLANDER], MESSAGE_EVIDENCE, w.size);
    deliver(out, to, &a->extra[SLANDER]);
}

/* Once: that the player after it fell silent. */
static void add_accusation(struct adversary *a, const struct draft *own,
                           struct deliveries *out, uint64_t to)
{
    struct writer w = {a->body_extra, a->body_max, 0, false};
    if (a->accused || own->message.round == 0)
        return;
    body_fail_write(
        &w, &(struct body_fail){own->message.round, player_bit(player_after(a))});
    seal_extra(a, own, &a->extra[ACCUSATION], MESSAGE_FAIL, w.size);
    deliver(out, to, &a->extra[ACCUSATION]);
    a->accused = true;
}

static bool also(struct adversary *a, enum misbehaviour_kind kind, uint64_t round)
{
    if (!misbehaves(a, kind, round))
        return false;
    has_misbehaved(a, kind, round);
    return true;
}

void add_besides(struct adversary *a, const struct draft *own, struct deliveries *out,
                 uint64_t to)
{
    const uint64_t round = own->message.round;
    to &= ~player_bit(a->self);
    if (also(a, MISBEHAVE_GARBAGE, round))
        add_garbage(a, out, to);
    if (also(a, MISBEHAVE_FORGE, round))
        add_forgery(a, own, out, to);
    if (round > 0 && a->accomplices != 0 && also(a, MISBEHAVE_IMPERSONATE, round))
        add_impersonation(a, own, out, to);
    if (a->n_old > 0 && also(a, MISBEHAVE_REPLAY, round))
        add_old(a, out, to);
    if (also(a, MISBEHAVE_FLOOD, round))
        add_repeats(a, out, to);
    if (also(a, MISBEHAVE_FUTURE, round))
        add_future(a, own, out, to);
    if (also(a, MISBEHAVE_NAG, round))
        add_requests(a, own, out, to);
    if (also(a, MISBEHAVE_SLANDER, round))
        add_slander(a, own, out, to);
    if (round > 0 &&
        (also(a, MISBEHAVE_ACCUSE, round) || also(a, MISBEHAVE_FAIL_AND_GO_ON, round)))
        add_accusation(a, own, out, ~player_bit(a->self));
}

/* Every eighth of what is heard is kept, so that what is said again is of many rounds.
 */
static void keep_old(struct adversary *a, const struct message *m, const uint8_t *bytes,
                     size_t size)
{
    const size_t at = a->n_old < OLD_MAX ? a->n_old : prng_below(&a->chance, OLD_MAX);
    letter_fill(&a->old[at], m, bytes, size);
    if (a->n_old < OLD_MAX)
        a->n_old++;
}

void remember(struct adversary *a, const struct message *m, const uint8_t *bytes,
              size_t size)
{
    if (a->n_old < OLD_MAX || prng_below(&a->chance, 8) == 0)
        keep_old(a, m, bytes, size);
    /* A hello names another session than what follows it. */
    if (m->sender == player_after(a) && m->round > 0)
        letter_fill(&a->victim[m->round % 2], m, bytes, size);
}
