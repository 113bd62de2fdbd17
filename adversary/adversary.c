/* SPDX-License-Identifier: MIT */
/* Hides who is told what, and when. Everything follows from the misdeeds, the seed and
 * what was said and heard, so a world with a cheat in it can be run again. */
#include "adversary/adversary.h"

#include <stdlib.h>
#include <string.h>

#include "adversary/inside.h"
#include "base/check.h"

/* ---- birth and death ---- */

static bool letter_new(struct letter *l, size_t capacity)
{
    l->bytes = calloc(1, capacity);
    return l->bytes != NULL;
}

static bool letters_new(struct letter *l, size_t n, size_t capacity)
{
    bool room = true;
    for (size_t i = 0; i < n; i++)
        room = letter_new(&l[i], capacity) && room;
    return room;
}

static void letters_free(struct letter *l, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(l[i].bytes);
}

static bool acquire(struct adversary *a)
{
    a->body_max = terms_body_max(a->terms) + BODY_SLACK;
    a->letter_max = ENVELOPE_OVERHEAD + a->body_max;
    a->body = calloc(1, a->body_max);
    a->body_other = calloc(1, a->body_max);
    a->body_extra = calloc(1, a->body_max);
    a->proposal = calloc(1, sizeof *a->proposal);
    bool room = a->body != NULL && a->body_other != NULL && a->body_extra != NULL &&
                a->proposal != NULL;
    room = letters_new(a->extra, EXTRAS, a->letter_max) && room;
    room = letters_new(a->said, ROUNDS_KEPT, a->letter_max) && room;
    room = letters_new(a->told, ROUNDS_KEPT, a->letter_max) && room;
    room = letters_new(a->heard, 2, a->letter_max) && room;
    room = letters_new(a->victim, 2, a->letter_max) && room;
    room = letters_new(a->old, OLD_MAX, a->letter_max) && room;
    return letter_new(&a->own, a->letter_max) && letter_new(&a->other, a->letter_max) &&
           letter_new(&a->held, a->letter_max) &&
           letter_new(&a->garbage, GARBAGE_MAX) && room;
}

struct adversary *adversary_new(const struct misdeeds *m, const struct terms *terms,
                                const struct roster *roster, uint8_t self,
                                const struct keypair *key,
                                const struct payoffs *payoffs, const struct seed *seed)
{
    struct adversary *a = calloc(1, sizeof *a);
    if (a == NULL)
        return NULL;
    a->misdeeds = *m;
    a->terms = terms;
    a->roster = roster;
    a->self = self;
    a->key = *key;
    a->payoffs = payoffs;
    a->seed = *seed;
    const struct digest nowhere = {{0}};
    const struct secret s = secret_derive(seed, &nowhere, "adversary", self);
    memcpy(&a->chance.state, s.bytes, sizeof a->chance.state);
    memcpy(&a->whim, s.bytes + sizeof a->chance.state, sizeof a->whim);
    if (acquire(a))
        return a;
    adversary_free(a);
    return NULL;
}

void adversary_free(struct adversary *a)
{
    if (a == NULL)
        return;
    letters_free(a->extra, EXTRAS);
    letters_free(a->said, ROUNDS_KEPT);
    letters_free(a->told, ROUNDS_KEPT);
    letters_free(a->heard, 2);
    letters_free(a->victim, 2);
    letters_free(a->old, OLD_MAX);
    letters_free(&a->own, 1);
    letters_free(&a->other, 1);
    letters_free(&a->held, 1);
    letters_free(&a->garbage, 1);
    free(a->body);
    free(a->body_other);
    free(a->body_extra);
    free(a->proposal);
    secure_wipe(a, sizeof *a);
    free(a);
}

void adversary_confide(struct adversary *a, uint8_t player, const struct keypair *key,
                       const struct seed *seed)
{
    a->accomplice_key[player] = *key;
    a->accomplices |= player_bit(player);
    a->accomplice[player] = *seed;
}

struct deeds adversary_deeds(const struct adversary *a)
{
    return a->deeds;
}

/* ---- who misbehaves how, and when ---- */

uint8_t player_before(const struct adversary *a)
{
    const uint8_t n = a->terms->shape.n_players;
    return (uint8_t)((a->self + n - 1) % n);
}

uint8_t player_after(const struct adversary *a)
{
    return (uint8_t)((a->self + 1) % a->terms->shape.n_players);
}

/* The half of the others that an equivocator tells something else: those after it. */
static uint64_t half(const struct adversary *a)
{
    const uint8_t n = a->terms->shape.n_players;
    uint64_t mask = 0;
    for (uint8_t k = 1; k <= n / 2; k++)
        mask |= player_bit((uint8_t)((a->self + k) % n));
    return mask;
}

/* What the adaptive do in a round: often something that need not end the session, and
 * seldom anything. It follows from the seed and the round alone, so that whoever was
 * told something is told the same again. */
static uint64_t whims(const struct adversary *a, uint64_t round)
{
    static const uint8_t gentle[] = {
        MISBEHAVE_GARBAGE,      MISBEHAVE_FORGE,      MISBEHAVE_LATE,
        MISBEHAVE_MUTE_TOWARDS, MISBEHAVE_OVER_PRUNE, MISBEHAVE_NEVER_CONTENT,
        MISBEHAVE_FALSE_YES,    MISBEHAVE_PICKY,      MISBEHAVE_NO_PENANCE,
        MISBEHAVE_REPLAY,       MISBEHAVE_FUTURE,     MISBEHAVE_NAG,
        MISBEHAVE_SLANDER,
    };
    struct prng p = {a->whim ^ (round + 1) * UINT64_C(0x9e3779b97f4a7c15)};
    uint64_t mask = 0;
    if (prng_below(&p, 2) == 0)
        mask |= UINT64_C(1) << gentle[prng_below(&p, sizeof gentle)];
    if (prng_below(&p, 12) == 0)
        mask |= UINT64_C(1) << prng_below(&p, MISBEHAVE_ADAPTIVE);
    return mask;
}

static bool covers(const struct adversary *a, const struct misbehaviour *m,
                   enum misbehaviour_kind kind, uint64_t round)
{
    if (m->from_stage != 0 ? a->stage < m->from_stage : round < m->from_round)
        return false;
    return m->kind == kind || (m->kind == MISBEHAVE_ADAPTIVE &&
                               (whims(a, round) >> (unsigned)kind & 1) != 0);
}

bool misbehaves(const struct adversary *a, enum misbehaviour_kind kind, uint64_t round)
{
    for (uint8_t i = 0; i < a->misdeeds.n_misbehaviours; i++)
        if (covers(a, &a->misdeeds.misbehaviour[i], kind, round))
            return true;
    return false;
}

void has_misbehaved(struct adversary *a, enum misbehaviour_kind kind, uint64_t round)
{
    for (uint8_t i = 0; i < a->misdeeds.n_misbehaviours; i++)
        if (covers(a, &a->misdeeds.misbehaviour[i], kind, round))
            a->deeds.misbehaviours |= UINT32_C(1) << i;
}

/* Kinds of messages that show what was committed to. */
static bool shows(enum message_kind kind)
{
    return kind == MESSAGE_REVEAL || kind == MESSAGE_START || kind == MESSAGE_SHOW ||
           kind == MESSAGE_TOSS;
}

struct secret secret_for(const struct adversary *a, const struct message *m,
                         const char *label)
{
    return secret_derive(&a->seed, &m->session, label, m->round);
}

/* ---- copying ---- */

/* Where a kind of message holds what a copyist takes from another one: commitments to a
 * ticket, to coins, to an action, and what opens them. After the last stage nothing is
 * tossed, and nobody would ever see what was committed to for that. */
static bool copied_part(const struct adversary *a, enum message_kind kind,
                        size_t body_size, size_t *offset, size_t *size)
{
    *offset = 0;
    if (kind == MESSAGE_PRUNE)
        *offset = body_size - sizeof(struct digest);
    if (kind == MESSAGE_SIGN || kind == MESSAGE_START)
        *offset = sizeof(struct digest);
    if (kind == MESSAGE_FOLLOW)
        *offset = 1;
    *size = body_size - *offset;
    return kind == MESSAGE_SET || kind == MESSAGE_PRUNE || kind == MESSAGE_REVEAL ||
           kind == MESSAGE_SIGN || kind == MESSAGE_START || kind == MESSAGE_COMMIT ||
           kind == MESSAGE_SHOW || kind == MESSAGE_TOSS ||
           (kind == MESSAGE_FOLLOW && a->stage < a->terms->stages);
}

static const struct letter *heard_in(const struct adversary *a, uint64_t round)
{
    const struct letter *l = &a->heard[round % 2];
    return l->full && l->round == round ? l : NULL;
}

/* True for a cheat that looks at what the player before it says, before it speaks. */
static bool looks_first(const struct adversary *a, enum message_kind kind,
                        uint64_t round, size_t body_size)
{
    size_t offset, size;
    return (misbehaves(a, MISBEHAVE_COPY, round) &&
            copied_part(a, kind, body_size, &offset, &size)) ||
           (misbehaves(a, MISBEHAVE_ROGUE_KEY, round) && keys_ride(a, kind));
}

static void copy(struct draft *d, struct adversary *a, const struct letter *from)
{
    struct message theirs;
    size_t offset, size;
    if (!envelope_peek(&theirs, from->bytes, from->size, a->roster, a->body_max) ||
        theirs.body_size != d->size ||
        !copied_part(a, d->message.kind, d->size, &offset, &size))
        return;
    draft_put(d, offset, theirs.body + offset, size);
    has_misbehaved(a, MISBEHAVE_COPY, d->message.round);
}

/* What it makes of its own words when it has looked. */
static void use(struct draft *d, struct adversary *a, const struct letter *seen)
{
    const uint64_t round = d->message.round;
    if (misbehaves(a, MISBEHAVE_COPY, round))
        copy(d, a, seen);
    if (misbehaves(a, MISBEHAVE_ROGUE_KEY, round) && keys_ride(a, d->message.kind))
        cancel_key(d, a, seen);
}

/* ---- looking before one opens ---- */

static void file_ticket(struct adversary *a, uint8_t player, uint64_t round,
                        const uint8_t *body, size_t size)
{
    struct ticket ticket; /* what is reported with it does not matter here */
    if (size < sizeof ticket || round < a->ticket_round)
        return;
    memcpy(ticket.bytes, body, sizeof ticket.bytes);
    if (round > a->ticket_round)
        a->tickets = 0;
    a->ticket_round = round;
    a->tickets |= player_bit(player);
    a->ticket[player] = ticket;
}

/* What those who conspire will show: all their secrets follow from their seeds. */
static void file_accomplices(struct adversary *a, const struct digest *session,
                             uint64_t round, uint32_t draw)
{
    for (uint8_t i = 0; i < a->terms->shape.n_players; i++) {
        if ((a->accomplices >> i & 1) == 0)
            continue;
        const struct secret s =
            secret_derive(&a->accomplice[i], session, "ticket", draw);
        file_ticket(a, i, round, s.bytes, sizeof s.bytes);
    }
}

/* Halves stand at the end of what shows them. When all are known the next flip is at
 * hand. */
static void file_half(struct adversary *a, uint8_t player, const struct digest *session,
                      uint64_t round, const uint8_t *body, size_t size)
{
    const uint8_t n_players = a->terms->shape.n_players;
    if (round < a->half_round || size < sizeof(struct coin_half))
        return;
    if (round > a->half_round) {
        a->halves = 0;
        a->flipped = false;
    }
    a->half_round = round;
    a->halves |= player_bit(player);
    memcpy(a->half[player].bytes, body + size - sizeof(struct coin_half),
           sizeof(struct coin_half));
    if (a->flipped || a->halves != players_all(n_players))
        return;
    a->flipped = true;
    a->flip++;
    a->beacon = coin_beacon(session, a->flip, &a->beacon, a->half, n_players);
}

static void file_accomplices_halves(struct adversary *a, const struct draft *d)
{
    for (uint8_t i = 0; i < a->terms->shape.n_players; i++) {
        if ((a->accomplices >> i & 1) == 0)
            continue;
        const struct secret s =
            secret_derive(&a->accomplice[i], &d->message.session, "coin", a->flip);
        file_half(a, i, &d->message.session, d->message.round, s.bytes, sizeof s.bytes);
    }
}

static bool shows_half(enum message_kind kind)
{
    return kind == MESSAGE_START || kind == MESSAGE_SHOW || kind == MESSAGE_TOSS;
}

/* What is held is due once what all others show is known. */
static bool all_known(const struct adversary *a)
{
    const uint64_t all = players_all(a->terms->shape.n_players);
    if (!a->held.full)
        return false;
    if (a->held.kind == MESSAGE_TOSS)
        return a->held.round == a->half_round && a->flipped;
    return a->held.kind == MESSAGE_REVEAL && a->held.round == a->ticket_round &&
           a->tickets == all;
}

/* Whether the conspirators like what the tickets, or the halves, would draw. */
static bool welcome(const struct adversary *a, const struct message *m)
{
    if (m->kind == MESSAGE_TOSS)
        return coin_draw(&m->session, a->flip, &a->beacon, a->agreed.weight,
                         (uint16_t)shape_profiles(&a->terms->shape)) %
                   2 ==
               0;
    const struct digest mix = lottery_mix(&m->session, a->draw, &m->transcript,
                                          a->ticket, a->terms->shape.n_players);
    return lottery_integer(&mix, 0, 2) == 0;
}

/* ---- what is really sent ---- */

/* Who does not get a message now, although it is said. */
static uint64_t kept_from(struct adversary *a, enum message_kind kind, uint64_t round)
{
    const uint64_t others = ~player_bit(a->self), next = player_bit(player_after(a));
    const struct {
        enum misbehaviour_kind kind;
        bool now;
        uint64_t deaf;
    } ways[] = {
        {MISBEHAVE_SILENT, true, others},
        {MISBEHAVE_ACCUSE, a->accused, others},
        {MISBEHAVE_WITHHOLD, shows(kind), others},
        {MISBEHAVE_WITHHOLD_SIGN, kind == MESSAGE_SIGN, others},
        {MISBEHAVE_START_SOME, kind == MESSAGE_START, others & ~next},
        {MISBEHAVE_LATE, message_in_round(kind), others},
        {MISBEHAVE_SPLIT, message_in_round(kind), others},
        {MISBEHAVE_MUTE_TOWARDS, true, next},
    };
    uint64_t deaf = 0;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (!ways[i].now || ways[i].deaf == 0 || !misbehaves(a, ways[i].kind, round))
            continue;
        deaf |= ways[i].deaf;
        has_misbehaved(a, ways[i].kind, round);
    }
    return deaf;
}

/* Tells one half something else; returns who was told so. */
static uint64_t tell_otherwise(struct adversary *a, const struct draft *own,
                               struct deliveries *out, uint64_t to)
{
    static const enum misbehaviour_kind ways[] = {
        MISBEHAVE_EQUIVOCATE, MISBEHAVE_SIGN_TWICE, MISBEHAVE_TWO_HELLOS};
    struct draft d = {own->message, a->body_other, own->size, false};
    memcpy(d.body, own->body, own->size);
    say_otherwise(&d, a);
    if (!d.changed)
        return 0;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        has_misbehaved(a, ways[i], d.message.round);
    letter_seal(&a->other, a, &d);
    letter_fill(&a->told[d.message.round % ROUNDS_KEPT], &d.message, a->other.bytes,
                a->other.size);
    deliver(out, half(a) & to, &a->other);
    return half(a);
}

/* Which version of what was said in a round a player is told; NULL: nothing is known of
 * it any more. */
static const struct letter *version_for(const struct adversary *a, uint8_t to,
                                        enum message_kind kind, uint64_t round)
{
    const struct letter *told = &a->told[round % ROUNDS_KEPT];
    const struct letter *said = &a->said[round % ROUNDS_KEPT];
    if (told->full && told->round == round && told->kind == kind &&
        (half(a) & player_bit(to)) != 0)
        return told;
    return said->full && said->round == round && said->kind == kind ? said : NULL;
}

/* Seals the draft and sends it, with whatever goes along. */
static void send_draft(struct adversary *a, const struct draft *d,
                       struct deliveries *out)
{
    const uint64_t round = d->message.round;
    const uint64_t to = ~kept_from(a, d->message.kind, round);
    if (d->changed)
        letter_seal(&a->own, a, d);
    letter_fill(&a->said[round % ROUNDS_KEPT], &d->message, a->own.bytes, a->own.size);
    deliver(out, to & ~tell_otherwise(a, d, out, to), &a->own);
    add_besides(a, d, out, to);
}

static struct draft draft_of(struct adversary *a, const struct message *m)
{
    const struct draft d = {*m, a->body, m->body_size, false};
    memcpy(d.body, m->body, m->body_size);
    return d;
}

/* The words that were held, to be said now. */
static struct draft take_held(struct adversary *a)
{
    struct message m;
    a->held.full = false;
    CHECK(envelope_peek(&m, a->held.bytes, a->held.size, a->roster, a->body_max));
    letter_fill(&a->own, &m, a->held.bytes, a->held.size);
    return draft_of(a, &m);
}

static void open_if_welcome(struct adversary *a, struct deliveries *out)
{
    if (!all_known(a))
        return;
    const struct draft d = take_held(a);
    if (welcome(a, &d.message))
        send_draft(a, &d, out);
}

/* Holds its ticket, or its half of a public draw, until all others are known. */
static void hold(struct adversary *a, const struct report *report,
                 const struct draft *d, struct deliveries *out)
{
    const struct message *m = &d->message;
    if (d->changed)
        letter_seal(&a->own, a, d);
    letter_fill(&a->held, m, a->own.bytes, a->own.size);
    a->draw = report->pruning_rounds + 1;
    a->agreed = report->agreement;
    if (m->kind == MESSAGE_REVEAL) {
        file_accomplices(a, &m->session, m->round, a->draw);
        file_ticket(a, a->self, m->round, d->body, d->size);
    } else {
        file_accomplices_halves(a, d);
        file_half(a, a->self, &m->session, m->round, d->body, d->size);
    }
    has_misbehaved(a, MISBEHAVE_CONSPIRE, d->message.round);
    open_if_welcome(a, out);
}

void adversary_rewrite(struct adversary *a, const struct report *report,
                       const uint8_t *said, size_t size, struct deliveries *out)
{
    struct message m;
    out->n = 0;
    if (a->stage < report->stage) /* after the end it counts only what was played */
        a->stage = report->stage;
    CHECK(envelope_peek(&m, said, size, a->roster, a->body_max));
    letter_fill(&a->own, &m, said, size);
    if (!message_in_round(m.kind)) {
        deliver(out, ~kept_from(a, m.kind, m.round), &a->own);
        return;
    }
    struct draft d = draft_of(a, &m);
    defect(&d, a, report);
    say_falsely(&d, a, report);
    if (looks_first(a, m.kind, m.round, d.size)) {
        if (heard_in(a, m.round) == NULL) {
            letter_fill(&a->held, &m, said, size);
            return;
        }
        use(&d, a, heard_in(a, m.round));
    } else if ((m.kind == MESSAGE_REVEAL || m.kind == MESSAGE_TOSS) &&
               misbehaves(a, MISBEHAVE_CONSPIRE, m.round)) {
        hold(a, report, &d, out);
        return;
    }
    if (shows_half(m.kind) && misdeeds_conspire(&a->misdeeds))
        file_half(a, a->self, &m.session, m.round, d.body, d.size);
    send_draft(a, &d, out);
}

/* ---- what is heard ---- */

/* How many requests a player makes before it has not much patience left: asked so
 * often, the late speak. */
static uint32_t last_request(const struct terms *t)
{
    const uint64_t longest_ms = request_pause_ms(t, t->soft_ms);
    uint64_t at_ms = t->soft_ms, pause_ms = t->soft_ms;
    uint32_t n = 1;
    for (;;) {
        pause_ms = 2 * pause_ms < longest_ms ? 2 * pause_ms : longest_ms;
        at_ms += pause_ms;
        if (at_ms > t->hard_ms - t->hard_ms / 5)
            return n;
        n++;
    }
}

static void hear_request(struct adversary *a, const struct message *m,
                         struct deliveries *out)
{
    struct body_suspect b;
    const uint8_t from = m->sender;
    if (!body_suspect_read(&b, m->body, m->body_size) ||
        (b.missing >> a->self & 1) == 0)
        return;
    const bool split = misbehaves(a, MISBEHAVE_SPLIT, b.round);
    if (!split && !misbehaves(a, MISBEHAVE_LATE, b.round))
        return;
    if (a->wanted_round[from] != b.round)
        a->wanted[from] = 0;
    a->wanted_round[from] = b.round;
    if (++a->wanted[from] < last_request(a->terms) ||
        (split && from != player_after(a)))
        return;
    const struct letter *said = &a->said[b.round % ROUNDS_KEPT];
    const struct letter *l = version_for(a, from, said->kind, b.round);
    if (l != NULL)
        deliver(out, player_bit(from), l);
}

static void hear_the_one_before(struct adversary *a, const struct message *m,
                                const uint8_t *bytes, size_t size,
                                struct deliveries *out)
{
    if (!envelope_signed(m, bytes, size, a->roster))
        return;
    letter_fill(&a->heard[m->round % 2], m, bytes, size);
    if (!a->held.full || a->held.round != m->round)
        return;
    struct draft d = take_held(a);
    use(&d, a, heard_in(a, m->round));
    send_draft(a, &d, out);
}

void adversary_hear(struct adversary *a, const uint8_t *bytes, size_t size,
                    struct deliveries *out)
{
    struct message m;
    out->n = 0;
    if (!envelope_peek(&m, bytes, size, a->roster, a->body_max) || m.sender == a->self)
        return;
    if (m.kind == MESSAGE_SUSPECT)
        hear_request(a, &m, out);
    if (!message_in_round(m.kind))
        return;
    remember(a, &m, bytes, size);
    if (looks_first(a, m.kind, m.round, m.body_size)) {
        if (m.sender == player_before(a))
            hear_the_one_before(a, &m, bytes, size, out);
        return;
    }
    if (m.kind == MESSAGE_REVEAL && misbehaves(a, MISBEHAVE_CONSPIRE, m.round))
        file_ticket(a, m.sender, m.round, m.body, m.body_size);
    if (shows_half(m.kind) && misdeeds_conspire(&a->misdeeds))
        file_half(a, m.sender, &m.session, m.round, m.body, m.body_size);
    if (misbehaves(a, MISBEHAVE_CONSPIRE, m.round))
        open_if_welcome(a, out);
}

bool adversary_sends(struct adversary *a, uint8_t to, struct delivery *what)
{
    struct message m;
    if (!envelope_peek(&m, what->bytes, what->size, a->roster, a->body_max))
        return true;
    if (m.sender != a->self)
        return !misbehaves(a, MISBEHAVE_SILENT, m.round) &&
               !(misbehaves(a, MISBEHAVE_ACCUSE, m.round) && a->accused) &&
               !(misbehaves(a, MISBEHAVE_MUTE_TOWARDS, m.round) &&
                 to == player_after(a));
    if ((kept_from(a, m.kind, m.round) & player_bit(to)) != 0)
        return false;
    const struct letter *l = version_for(a, to, m.kind, m.round);
    if (l != NULL && message_in_round(m.kind)) {
        what->bytes = l->bytes;
        what->size = l->size;
    }
    return true;
}
