/* SPDX-License-Identifier: MIT */
/* Hides what a player does for strict verdicts: which messages come too late for it,
 * for which it vouches, and what it makes of others' vouches. */
#include <string.h>

#include "base/check.h"
#include "protocol/mind.h"
#include "protocol/strict.h"

bool mind_strict(const struct player *p)
{
    return p->terms.verdict == VERDICT_STRICT && round_number(p->round) > 0 &&
           p->expected != MESSAGE_END;
}

static uint64_t since_ms(const struct player *p)
{
    return p->now_ms - p->entered_ms;
}

bool mind_closed(const struct player *p, const struct message *m)
{
    return mind_strict(p) && m->sender != p->context.self &&
           m->round == round_number(p->round) &&
           strict_needed(&p->terms, since_ms(p)) > 1;
}

/* Appends the co-signatures of with, where there is one, and the own one. */
static void collect(const struct player *p, struct body_vouch *b,
                    const struct body_vouch *with, uint8_t *signatures)
{
    const struct signature own = strict_cosign(b->envelope, b->envelope_size, &p->key);
    const uint8_t *next = with != NULL ? with->signatures : NULL;
    size_t size = 0;
    b->mask = player_bit(p->context.self);
    b->signatures = signatures;
    for (uint8_t i = 0; i < p->roster.n_players; i++) {
        const bool given = with != NULL && (with->mask & player_bit(i)) != 0;
        const uint8_t *from = i == p->context.self ? own.bytes : next;
        if (given)
            next += sizeof own;
        if (!given && i != p->context.self)
            continue;
        memcpy(signatures + size, from, sizeof own);
        size += sizeof own;
        b->mask |= player_bit(i);
    }
}

void mind_vouch(struct player *p, const struct message *m, const uint8_t *bytes,
                size_t size, const struct body_vouch *with)
{
    static const struct body_vouch none = {NULL, 0, 0, NULL};
    uint8_t signatures[PLAYERS_MAX * sizeof(struct signature)];
    const uint64_t signers = (with != NULL ? with : &none)->mask |
                             player_bit(m->sender) | player_bit(p->context.self);
    if (!mind_strict(p) || m->sender == p->context.self ||
        m->round != round_number(p->round) || !strict_late(&p->terms, since_ms(p)) ||
        (mind_others(p) & ~signers) == 0)
        return;
    struct body_vouch b = {.envelope = bytes, .envelope_size = size};
    collect(p, &b, with, signatures);
    struct writer body = {p->body, terms_body_max(&p->terms), 0, false};
    body_vouch_write(&body, &b);
    CHECK(!body.bad);
    uint8_t *room = vouches_room(p->vouches, m->round, m->sender);
    const size_t sealed = mind_seal(p, room, MESSAGE_VOUCH, body.size);
    vouches_filled(p->vouches, m->round, m->sender, sealed);
    p->signatures++;
    mind_send(p, mind_others(p) & ~player_bit(m->sender), room, sealed);
}

void mind_answer_vouches(struct player *p, uint8_t to, uint64_t round, uint64_t mask)
{
    for (uint8_t i = 0; p->vouches != NULL && i < p->roster.n_players; i++) {
        size_t size;
        const uint8_t *bytes = vouches_find(p->vouches, round, i, &size);
        if ((mask & player_bit(i)) != 0 && bytes != NULL)
            mind_send(p, player_bit(to), bytes, size);
    }
}

/* True if the inner message could fill a slot of this round, and enough others vouch
 * for it for this moment; signatures are not looked at. */
static bool wanted(const struct player *p, const struct message *m,
                   const struct body_vouch *b, const struct message *inner)
{
    const uint64_t all = mind_others(p) | player_bit(p->context.self);
    const uint64_t others =
        b->mask & ~player_bit(inner->sender) & ~player_bit(p->context.self);
    const struct digest transcript = round_transcript(p->round);
    return message_in_round(inner->kind) && inner->sender != p->context.self &&
           (b->mask & ~all) == 0 && (b->mask & player_bit(m->sender)) != 0 &&
           inner->round == round_number(p->round) &&
           digest_equal(&inner->session, &p->context.session) &&
           digest_equal(&inner->transcript, &transcript) &&
           1u + body_vouch_count(others) >= strict_needed(&p->terms, since_ms(p));
}

static bool signatures_hold(struct player *p, const struct body_vouch *b)
{
    const uint8_t *next = b->signatures;
    for (uint8_t i = 0; i < p->roster.n_players; i++) {
        struct signature s;
        if ((b->mask & player_bit(i)) == 0)
            continue;
        memcpy(s.bytes, next, sizeof s.bytes);
        next += sizeof s.bytes;
        p->verifications++;
        if (!strict_cosigned(&s, b->envelope, b->envelope_size, &p->roster.key[i]))
            return false;
    }
    return true;
}

void mind_hear_vouch(struct player *p, const struct message *m, const uint8_t *bytes,
                     size_t size)
{
    struct body_vouch b;
    struct message inner;
    if (!mind_strict(p) || p->phase == PHASE_WAITING || p->phase == PHASE_OVER ||
        !body_vouch_read(&b, m->body, m->body_size) ||
        !envelope_peek(&inner, b.envelope, b.envelope_size, &p->roster,
                       terms_slot_max(&p->terms)) ||
        !wanted(p, m, &b, &inner))
        return;
    size_t filed_size;
    const uint8_t *filed = round_slot(p->round, inner.round, inner.sender, &filed_size);
    if (filed != NULL && filed_size == b.envelope_size &&
        memcmp(filed, b.envelope, filed_size) == 0)
        return;
    p->verifications += 2;
    const bool holds =
        envelope_signed(m, bytes, size, &p->roster) &&
        envelope_signed(&inner, b.envelope, b.envelope_size, &p->roster) &&
        (filed != NULL || signatures_hold(p, &b));
    mind_judge(p, holds ? WORTH_VAIN : WORTH_FALSE);
    if (!holds)
        return;
    /* The log has the vouch, which shows that the message came in time, and, like every
     * other of its row, the message. */
    if (filed == NULL) {
        mind_act(p, ACTION_KEEP, 0, bytes, size);
        mind_file(p, &inner, b.envelope, b.envelope_size, &b);
    } else
        mind_file(p, &inner, b.envelope, b.envelope_size, NULL);
}
