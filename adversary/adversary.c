/* Hides how each misdeed is done. Everything follows from the misdeeds, the seed and
 * what was said and heard, so a world with a cheat in it can be run again. */
#include "adversary/adversary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "lottery/coin.h"
#include "protocol/message.h"

enum {
    BODY_SLACK = 64, /* an illegal body may be larger than a legal one */
    GARBAGE_MAX = 512,
    TOLD_MAX = 4, /* rounds in which it is remembered who was told something else */
};

static const struct {
    const char *name, *help;
} kinds[MISBEHAVIOUR_KINDS] = {
    [MISBEHAVE_SILENT] =
        {"silent", "says nothing any more; the others wait, then refuse to go on, "
                   "and the play is over"},
    [MISBEHAVE_EQUIVOCATE] = {"equivocate",
                              "tells one half of the players something else; both "
                              "versions together prove it (with two players: the other "
                              "refuses to go on)"},
    [MISBEHAVE_BAD_OPENING] = {"bad-opening",
                               "shows a ticket, a coin or an action that it did not "
                               "commit to; everybody proves it"},
    [MISBEHAVE_GARBAGE] = {"garbage",
                           "sends bytes that are no message besides its own; they are "
                           "ignored"},
    [MISBEHAVE_FORGE] = {"forge",
                         "sends messages in others' names besides its own; their "
                         "signatures do not hold, so they are ignored"},
    [MISBEHAVE_MUTE_TOWARDS] =
        {"mute-towards", "says nothing to the player after it; with three or more "
                         "players the others pass its words on"},
    [MISBEHAVE_ILLEGAL] = {"illegal",
                           "signs something that the rules do not allow; everybody "
                           "proves it"},
    [MISBEHAVE_WITHHOLD] =
        {"withhold", "keeps its lottery ticket or its coin to itself; the others "
                     "wait, then refuse to go on, and the play is over"},
    [MISBEHAVE_COPY] =
        {"copy", "repeats the commitment of the player before it, and later what "
                 "that player shows; it does not open under another name, which "
                 "everybody proves"},
};

/* One envelope that is remembered. */
struct letter {
    bool full;
    uint64_t round;
    enum message_kind kind;
    size_t size;
    uint8_t *bytes;
};

struct adversary {
    struct misdeeds misdeeds;
    const struct terms *terms;
    const struct roster *roster;
    const struct payoffs *payoffs;
    uint8_t self;
    struct keypair key;
    struct seed seed;
    struct prng chance;
    size_t body_max, letter_max;
    uint8_t *body, *body_other;                /* bodies that are being changed */
    uint32_t stage;                            /* as of the last report */
    uint32_t changed;                          /* the last stage that was changed */
    uint8_t change;                            /* the action there */
    struct nonce nonce;                        /* what it is committed with */
    struct letter own, other, forged, garbage; /* what the deliveries point to */
    struct letter told[TOLD_MAX];              /* what one half was told, by round */
    struct letter heard[2]; /* the latest of the player before, by round */
    struct letter held;     /* own words, until that player has spoken */
};

const char *misbehaviour_name(enum misbehaviour_kind kind)
{
    return kinds[kind].name;
}

const char *misbehaviour_help(enum misbehaviour_kind kind)
{
    return kinds[kind].help;
}

/* ---- reading the command line ---- */

/* A whole number in [least, greatest] that takes up all of text. */
static bool number_read(uint64_t *out, const char *text, uint64_t least,
                        uint64_t greatest)
{
    uint64_t v = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || v > greatest)
            return false;
        v = 10 * v + (uint64_t)(*text - '0');
    }
    *out = v;
    return v >= least && v <= greatest;
}

static bool action_read(uint8_t *out, const char *text, const struct terms *terms,
                        uint8_t player)
{
    const uint8_t n_actions = terms->shape.n_actions[player];
    const uint16_t first = shape_offset(&terms->shape, player);
    for (uint8_t k = 0; k < n_actions; k++) {
        if (strcmp(terms->action_name[first + k], text) == 0) {
            *out = k;
            return true;
        }
    }
    uint64_t number;
    if (!number_read(&number, text, 1, n_actions))
        return false;
    *out = (uint8_t)(number - 1);
    return true;
}

bool defection_read(struct defection *out, const char *text, const struct terms *terms,
                    uint8_t player, char message[256])
{
    char stage[16];
    uint64_t number;
    const char *colon = strchr(text, ':');
    const size_t n = colon != NULL ? (size_t)(colon - text) : strlen(text);
    CHECK(player < terms->shape.n_players);
    snprintf(stage, sizeof stage, "%.*s", (int)(n < sizeof stage ? n : sizeof stage),
             text);
    if (n >= sizeof stage || !number_read(&number, stage, 1, STAGES_MAX)) {
        snprintf(message, 256, "defection \"%.60s\": expected a stage from 1 to %d",
                 text, STAGES_MAX);
        return false;
    }
    *out = (struct defection){(uint32_t)number, ANY_ACTION};
    if (colon != NULL && !action_read(&out->action, colon + 1, terms, player)) {
        snprintf(message, 256,
                 "defection \"%.60s\": \"%.60s\" is no action of player %d", text,
                 colon + 1, player + 1);
        return false;
    }
    return true;
}

bool misbehaviour_read(struct misbehaviour *out, const char *text, char message[256])
{
    const char *at = strchr(text, '@');
    const size_t n = at != NULL ? (size_t)(at - text) : strlen(text);
    int found = MISBEHAVIOUR_KINDS;
    for (int k = 0; k < MISBEHAVIOUR_KINDS; k++)
        if (strlen(kinds[k].name) == n && strncmp(kinds[k].name, text, n) == 0)
            found = k;
    if (found == MISBEHAVIOUR_KINDS) {
        snprintf(message, 256, "\"%.60s\": no such kind of misbehaviour", text);
        return false;
    }
    *out = (struct misbehaviour){.kind = (enum misbehaviour_kind)found};
    uint64_t number = 0;
    const bool is_round = at != NULL && at[1] == 'r';
    if (at != NULL && !number_read(&number, at + 1 + is_round, is_round ? 0 : 1,
                                   is_round ? UINT32_MAX : STAGES_MAX)) {
        snprintf(message, 256,
                 "\"%.60s\": expected a stage from 1, or r and a round, behind @",
                 text);
        return false;
    }
    if (is_round)
        out->from_round = number;
    else
        out->from_stage = (uint32_t)number;
    return true;
}

/* ---- birth and death ---- */

static bool letter_new(struct letter *l, size_t capacity)
{
    l->bytes = calloc(1, capacity);
    return l->bytes != NULL;
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
    a->body_max = terms_body_max(terms) + BODY_SLACK;
    a->letter_max = ENVELOPE_OVERHEAD + a->body_max;
    a->body = calloc(1, a->body_max);
    a->body_other = calloc(1, a->body_max);
    bool room =
        a->body != NULL && a->body_other != NULL &&
        letter_new(&a->own, a->letter_max) && letter_new(&a->other, a->letter_max) &&
        letter_new(&a->forged, a->letter_max) && letter_new(&a->garbage, GARBAGE_MAX) &&
        letter_new(&a->heard[0], a->letter_max) &&
        letter_new(&a->heard[1], a->letter_max) && letter_new(&a->held, a->letter_max);
    for (size_t i = 0; i < TOLD_MAX; i++)
        room = letter_new(&a->told[i], a->letter_max) && room;
    if (room)
        return a;
    adversary_free(a);
    return NULL;
}

void adversary_free(struct adversary *a)
{
    if (a == NULL)
        return;
    struct letter *const letters[] = {&a->own,     &a->other,    &a->forged,
                                      &a->garbage, &a->heard[0], &a->heard[1],
                                      &a->held};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        free(letters[i]->bytes);
    for (size_t i = 0; i < TOLD_MAX; i++)
        free(a->told[i].bytes);
    free(a->body);
    free(a->body_other);
    secure_wipe(a, sizeof *a);
    free(a);
}

/* ---- who is told what, and when ---- */

static uint32_t bit(uint8_t player)
{
    return UINT32_C(1) << player;
}

static uint8_t before(const struct adversary *a)
{
    const uint8_t n = a->terms->shape.n_players;
    return (uint8_t)((a->self + n - 1) % n);
}

static uint8_t after(const struct adversary *a)
{
    return (uint8_t)((a->self + 1) % a->terms->shape.n_players);
}

/* The half of the others that an equivocator tells something else: those after it. */
static uint32_t half(const struct adversary *a)
{
    const uint8_t n = a->terms->shape.n_players;
    uint32_t mask = 0;
    for (uint8_t k = 1; k <= n / 2; k++)
        mask |= bit((uint8_t)((a->self + k) % n));
    return mask;
}

static bool does(const struct adversary *a, enum misbehaviour_kind kind, uint64_t round)
{
    for (uint8_t i = 0; i < a->misdeeds.n_misbehaviours; i++) {
        const struct misbehaviour *m = &a->misdeeds.misbehaviour[i];
        if (m->kind == kind &&
            (m->from_stage != 0 ? a->stage >= m->from_stage : round >= m->from_round))
            return true;
    }
    return false;
}

/* Kinds of messages that show what was committed to. */
static bool shows(enum message_kind kind)
{
    return kind == MESSAGE_REVEAL || kind == MESSAGE_START || kind == MESSAGE_SHOW;
}

/* A run of bytes that follows from the seed and what it is for. */
static struct secret secret_for(const struct adversary *a, const struct message *m,
                                const char *label)
{
    return secret_derive(&a->seed, &m->session, label, m->round);
}

/* ---- defections: another action than the prescribed ---- */

static const struct defection *defection_in(const struct adversary *a, uint32_t stage)
{
    for (uint8_t i = 0; i < a->misdeeds.n_defections; i++)
        if (a->misdeeds.defection[i].stage == stage)
            return &a->misdeeds.defection[i];
    return NULL;
}

/* The best reply, in this one stage, among all actions but one. */
static uint8_t best_other(const struct adversary *a, const struct report *report,
                          uint8_t prescribed)
{
    struct profile x;
    double value[ACTIONS_MAX];
    const uint8_t n_actions = a->terms->shape.n_actions[a->self];
    profile_from_candidate(&x, &a->terms->shape, &report->prescribed);
    payoffs_by_action(value, a->payoffs, &x);
    uint8_t best = prescribed;
    for (uint8_t k = 0; k < n_actions; k++)
        if (k != prescribed && (best == prescribed || value[k] > value[best]))
            best = k;
    return best;
}

static uint8_t choose(const struct adversary *a, const struct report *report,
                      uint32_t stage, uint8_t prescribed)
{
    const struct defection *d = defection_in(a, stage);
    if (d == NULL)
        return prescribed;
    return d->action != ANY_ACTION ? d->action : best_other(a, report, prescribed);
}

uint8_t adversary_plays(struct adversary *a, const struct report *report,
                        uint32_t stage, uint8_t prescribed)
{
    if (a->changed == stage)
        return a->change;
    const uint8_t action = choose(a, report, stage, prescribed);
    if (action != prescribed) {
        a->changed = stage;
        a->change = action;
    }
    return action;
}

/* ---- changing what is said ---- */

/* The own words as they will be sealed: a body that may be changed. */
struct draft {
    struct message message;
    uint8_t *body;
    size_t size;
    bool changed;
};

static void draft_put(struct draft *d, size_t offset, const void *bytes, size_t n)
{
    if (offset + n > d->size)
        return;
    memcpy(d->body + offset, bytes, n);
    d->changed = true;
}

/* Another value in the place of a commitment, a ticket, a half. */
static void draft_scramble(struct draft *d, const struct adversary *a, size_t offset,
                           const char *label)
{
    const struct secret s = secret_for(a, &d->message, label);
    draft_put(d, offset, s.bytes, sizeof s.bytes);
}

static void draft_add_u32(struct draft *d, size_t offset)
{
    if (offset + sizeof(uint32_t) > d->size)
        return;
    struct reader r = {d->body + offset, sizeof(uint32_t), false};
    struct writer w = {d->body + offset, sizeof(uint32_t), 0, false};
    write_u32(&w, read_u32(&r) + 1);
    d->changed = true;
}

/* Another action of one's own for sure, in the place of weights. */
static void draft_weights(struct draft *d, const struct adversary *a)
{
    const uint8_t n_actions = a->terms->shape.n_actions[a->self];
    struct reader r = {d->body, d->size, false};
    const bool first = read_u32(&r) == WEIGHT_ONE;
    if (n_actions < 2)
        return;
    struct writer w = {d->body, d->size, 0, false};
    for (uint8_t k = 0; k < n_actions; k++)
        write_u32(&w, (first ? k == 1 : k == 0) ? WEIGHT_ONE : 0);
    d->changed = !w.bad;
}

static void draft_action(struct draft *d, const struct adversary *a)
{
    const uint8_t n_actions = a->terms->shape.n_actions[a->self];
    const uint8_t other = (uint8_t)((d->body[0] + 1) % n_actions);
    if (n_actions > 1)
        draft_put(d, 0, &other, 1);
}

/* One candidate less; or, where there is none, the other word about being finished. */
static void draft_proposal(struct draft *d, const struct adversary *a)
{
    struct reader r = {d->body, d->size, false};
    const uint8_t finished = read_u8(&r);
    const uint16_t n = read_u16(&r);
    struct writer w = {d->body, d->size, 0, false};
    write_u8(&w, n == 0 ? !finished : finished);
    write_u16(&w, (uint16_t)(n == 0 ? 0 : n - 1));
    if (n > 0)
        d->size -= 4 * (size_t)shape_weights(&a->terms->shape);
    d->changed = true;
}

static void draft_flip(struct draft *d, size_t offset, uint8_t bits)
{
    if (offset >= d->size)
        return;
    d->body[offset] ^= bits;
    d->changed = true;
}

/* Something else that could have been said just as well. */
static void say_otherwise(struct draft *d, const struct adversary *a)
{
    static const char label[] = "otherwise";
    switch (d->message.kind) {
    case MESSAGE_REGRET:
    case MESSAGE_PUNISH:
        draft_weights(d, a);
        return;
    case MESSAGE_PUNISH_OK:
        draft_flip(d, 0, 1);
        return;
    case MESSAGE_PROPOSE:
        draft_proposal(d, a);
        return;
    case MESSAGE_ANSWER:
        draft_flip(d, 0, 1);
        return;
    case MESSAGE_SET:
    case MESSAGE_REVEAL:
    case MESSAGE_COMMIT:
        draft_scramble(d, a, 0, label);
        return;
    case MESSAGE_PRUNE:
        draft_scramble(d, a, d->size - sizeof(struct digest), label);
        return;
    case MESSAGE_SIGN:
    case MESSAGE_START:
        draft_scramble(d, a, sizeof(struct digest), label);
        return;
    case MESSAGE_LENGTH:
    case MESSAGE_END:
        draft_add_u32(d, 0);
        return;
    case MESSAGE_RESTORE:
        draft_add_u32(d, sizeof(struct digest));
        return;
    case MESSAGE_ACT:
    case MESSAGE_SHOW:
        draft_action(d, a);
        return;
    case MESSAGE_HELLO: /* proves nothing: who lost its memory says another one */
    case MESSAGE_SUSPECT:
    case MESSAGE_FAIL:
    case MESSAGE_EVIDENCE:
        return;
    }
}

/* Something that no honest player could say here. */
static void say_illegal(struct draft *d, const struct adversary *a)
{
    switch (d->message.kind) {
    case MESSAGE_REGRET:
    case MESSAGE_PUNISH:
        draft_add_u32(d, 0); /* weights that do not sum to one */
        return;
    case MESSAGE_PUNISH_OK:
    case MESSAGE_ACT:
    case MESSAGE_SHOW:
        draft_flip(d, 0, 0x80); /* neither yes nor no; no such action */
        return;
    case MESSAGE_PROPOSE:
        if (d->size > 3)
            draft_add_u32(d, 3);
        else
            draft_flip(d, 0, 0x80);
        return;
    case MESSAGE_SIGN:
    case MESSAGE_START:
    case MESSAGE_RESTORE:
        draft_scramble(d, a, 0, "illegal"); /* another agreement, another certificate */
        return;
    case MESSAGE_LENGTH:
    case MESSAGE_END:
        draft_put(d, 0, &(const uint32_t){0}, sizeof(uint32_t));
        return;
    case MESSAGE_ANSWER:
    case MESSAGE_SET:
    case MESSAGE_REVEAL:
    case MESSAGE_PRUNE:
    case MESSAGE_COMMIT:
        d->body[d->size++] = 0; /* one byte too many */
        d->changed = true;
        return;
    case MESSAGE_HELLO:
    case MESSAGE_SUSPECT:
    case MESSAGE_FAIL:
    case MESSAGE_EVIDENCE:
        return;
    }
}

/* Shows something other than what was committed to. */
static void open_badly(struct draft *d, const struct adversary *a)
{
    static const char label[] = "bad-opening";
    if (d->message.kind == MESSAGE_REVEAL)
        draft_scramble(d, a, 0, label);
    if (d->message.kind == MESSAGE_START)
        draft_scramble(d, a, sizeof(struct digest), label);
    if (d->message.kind == MESSAGE_SHOW && a->terms->shape.n_actions[a->self] > 1)
        draft_action(d, a);
    else if (d->message.kind == MESSAGE_SHOW)
        draft_scramble(d, a, 1, label);
}

/* The action that the own player has committed to: who knows its seed can open it. */
static bool committed_action(const struct adversary *a, const struct draft *d,
                             uint32_t stage, uint8_t *action)
{
    struct nonce nonce;
    const struct secret s =
        secret_derive(&a->seed, &d->message.session, "nonce", stage);
    memcpy(nonce.bytes, s.bytes, sizeof nonce.bytes);
    for (uint8_t k = 0; k < a->terms->shape.n_actions[a->self]; k++) {
        const struct digest c =
            action_commit(&d->message.session, stage, a->self, k, &nonce);
        *action = k;
        if (d->size >= sizeof c.bytes && memcmp(d->body, c.bytes, sizeof c.bytes) == 0)
            return true;
    }
    return false;
}

/* In a stage of mixed actions all move at once, so the change begins with the
 * commitment. */
static void defect_commit(struct draft *d, struct adversary *a,
                          const struct report *report)
{
    uint8_t action;
    if (defection_in(a, report->stage) == NULL ||
        !committed_action(a, d, report->stage, &action) ||
        adversary_plays(a, report, report->stage, action) == action)
        return;
    const struct secret s = secret_for(a, &d->message, "adversary nonce");
    memcpy(a->nonce.bytes, s.bytes, sizeof a->nonce.bytes);
    const struct digest c = action_commit(&d->message.session, report->stage, a->self,
                                          a->change, &a->nonce);
    draft_put(d, 0, c.bytes, sizeof c.bytes);
}

static void defect(struct draft *d, struct adversary *a, const struct report *report)
{
    const uint32_t stage = report->stage;
    if (d->message.kind == MESSAGE_ACT && d->size == 1) {
        const uint8_t action = adversary_plays(a, report, stage, d->body[0]);
        if (action != d->body[0])
            draft_put(d, 0, &action, 1);
    }
    if (d->message.kind == MESSAGE_COMMIT)
        defect_commit(d, a, report);
    if (d->message.kind == MESSAGE_SHOW && a->changed == stage) {
        draft_put(d, 0, &a->change, 1);
        draft_put(d, 1, a->nonce.bytes, sizeof a->nonce.bytes);
    }
}

/* ---- copying ---- */

/* Where a kind of message holds what a copyist takes from another one: commitments to a
 * ticket, to coins, to an action, and what opens them. */
static bool copied_part(enum message_kind kind, size_t body_size, size_t *offset,
                        size_t *size)
{
    *offset = 0;
    if (kind == MESSAGE_PRUNE)
        *offset = body_size - sizeof(struct digest);
    if (kind == MESSAGE_SIGN || kind == MESSAGE_START)
        *offset = sizeof(struct digest);
    *size = body_size - *offset;
    return kind == MESSAGE_SET || kind == MESSAGE_PRUNE || kind == MESSAGE_REVEAL ||
           kind == MESSAGE_SIGN || kind == MESSAGE_START || kind == MESSAGE_COMMIT ||
           kind == MESSAGE_SHOW;
}

static const struct letter *heard_in(const struct adversary *a, uint64_t round)
{
    const struct letter *l = &a->heard[round % 2];
    return l->full && l->round == round ? l : NULL;
}

static void copy(struct draft *d, const struct adversary *a, const struct letter *from)
{
    struct message theirs;
    size_t offset, size;
    if (!envelope_peek(&theirs, from->bytes, from->size, a->roster, a->body_max) ||
        theirs.body_size != d->size ||
        !copied_part(d->message.kind, d->size, &offset, &size))
        return;
    draft_put(d, offset, theirs.body + offset, size);
}

/* ---- what is really sent ---- */

static void letter_fill(struct letter *l, const struct message *m, const uint8_t *bytes,
                        size_t size)
{
    l->full = true;
    l->round = m->round;
    l->kind = m->kind;
    l->size = size;
    memcpy(l->bytes, bytes, size);
}

static void letter_seal(struct letter *l, const struct adversary *a,
                        const struct draft *d)
{
    struct message m = d->message;
    m.body = d->body;
    m.body_size = d->size;
    l->full = true;
    l->round = m.round;
    l->kind = m.kind;
    l->size = envelope_seal(l->bytes, a->letter_max, &m, &a->key);
}

static void deliver(struct deliveries *out, uint32_t to, const struct letter *l)
{
    CHECK(out->n < DELIVERIES_MAX);
    out->item[out->n++] = (struct delivery){to, l->bytes, l->size};
}

/* Who does not get a message, although it is sent. */
static uint32_t deaf(const struct adversary *a, enum message_kind kind, uint64_t round)
{
    const uint32_t others = ~bit(a->self);
    if (does(a, MISBEHAVE_SILENT, round))
        return others;
    if (does(a, MISBEHAVE_WITHHOLD, round) && shows(kind))
        return others;
    return does(a, MISBEHAVE_MUTE_TOWARDS, round) ? bit(after(a)) : 0;
}

/* Tells one half something else; returns who was told so. */
static uint32_t equivocate(struct adversary *a, const struct draft *own,
                           struct deliveries *out, uint32_t to)
{
    struct draft d = {own->message, a->body_other, own->size, false};
    if (!does(a, MISBEHAVE_EQUIVOCATE, d.message.round))
        return 0;
    memcpy(d.body, own->body, own->size);
    say_otherwise(&d, a);
    if (!d.changed)
        return 0;
    letter_seal(&a->other, a, &d);
    letter_fill(&a->told[d.message.round % TOLD_MAX], &d.message, a->other.bytes,
                a->other.size);
    deliver(out, half(a) & to, &a->other);
    return half(a);
}

/* Bytes that are no message: noise, or the own words with one bit turned. */
static void add_garbage(struct adversary *a, struct deliveries *out, uint32_t to)
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
    deliver(out, to & ~bit(a->self), l);
}

/* The own words in another's name, under the own signature. */
static void add_forgery(struct adversary *a, const struct draft *own,
                        struct deliveries *out, uint32_t to)
{
    const uint8_t n = a->terms->shape.n_players;
    struct draft d = *own;
    const uint64_t k = 1 + prng_below(&a->chance, n - 1u);
    d.message.sender = (uint8_t)((a->self + k) % n);
    letter_seal(&a->forged, a, &d);
    deliver(out, to & ~bit(a->self), &a->forged);
}

/* Seals the draft and sends it, with whatever goes along. */
static void send_draft(struct adversary *a, const struct draft *d,
                       struct deliveries *out)
{
    const uint64_t round = d->message.round;
    uint32_t to = ~deaf(a, d->message.kind, round);
    if (d->changed)
        letter_seal(&a->own, a, d);
    deliver(out, to & ~equivocate(a, d, out, to), &a->own);
    if (does(a, MISBEHAVE_GARBAGE, round))
        add_garbage(a, out, to);
    if (does(a, MISBEHAVE_FORGE, round))
        add_forgery(a, d, out, to);
}

static struct draft draft_of(struct adversary *a, const struct message *m)
{
    const struct draft d = {*m, a->body, m->body_size, false};
    memcpy(d.body, m->body, m->body_size);
    return d;
}

void adversary_rewrite(struct adversary *a, const struct report *report,
                       const uint8_t *said, size_t size, struct deliveries *out)
{
    struct message m;
    size_t part, part_size;
    out->n = 0;
    if (a->stage < report->stage) /* after the end it counts only what was played */
        a->stage = report->stage;
    CHECK(envelope_peek(&m, said, size, a->roster, a->body_max));
    letter_fill(&a->own, &m, said, size);
    if (!message_in_round(m.kind)) {
        deliver(out, ~deaf(a, m.kind, m.round), &a->own);
        return;
    }
    struct draft d = draft_of(a, &m);
    defect(&d, a, report);
    if (does(a, MISBEHAVE_BAD_OPENING, m.round))
        open_badly(&d, a);
    if (does(a, MISBEHAVE_ILLEGAL, m.round))
        say_illegal(&d, a);
    if (does(a, MISBEHAVE_COPY, m.round) &&
        copied_part(m.kind, d.size, &part, &part_size)) {
        if (heard_in(a, m.round) == NULL) {
            letter_fill(&a->held, &m, said, size);
            return;
        }
        copy(&d, a, heard_in(a, m.round));
    }
    send_draft(a, &d, out);
}

void adversary_hear(struct adversary *a, const uint8_t *bytes, size_t size,
                    struct deliveries *out)
{
    struct message m;
    out->n = 0;
    if (!envelope_peek(&m, bytes, size, a->roster, a->body_max) ||
        !does(a, MISBEHAVE_COPY, m.round) || m.sender != before(a) ||
        !message_in_round(m.kind) || !envelope_signed(&m, bytes, size, a->roster))
        return;
    letter_fill(&a->heard[m.round % 2], &m, bytes, size);
    if (!a->held.full || a->held.round != m.round)
        return;
    a->held.full = false;
    CHECK(envelope_peek(&m, a->held.bytes, a->held.size, a->roster, a->body_max));
    letter_fill(&a->own, &m, a->held.bytes, a->held.size);
    struct draft d = draft_of(a, &m);
    copy(&d, a, heard_in(a, m.round));
    send_draft(a, &d, out);
}

bool adversary_sends(struct adversary *a, uint8_t to, struct delivery *what)
{
    struct message m;
    if (!envelope_peek(&m, what->bytes, what->size, a->roster, a->body_max))
        return true;
    if (m.sender != a->self)
        return !does(a, MISBEHAVE_SILENT, m.round) &&
               !(does(a, MISBEHAVE_MUTE_TOWARDS, m.round) && to == after(a));
    if ((deaf(a, m.kind, m.round) & bit(to)) != 0)
        return false;
    const struct letter *told = &a->told[m.round % TOLD_MAX];
    if (told->full && told->round == m.round && told->kind == m.kind &&
        (half(a) & bit(to)) != 0) {
        what->bytes = told->bytes;
        what->size = told->size;
    }
    return true;
}
