/* SPDX-License-Identifier: MIT */
/* Hides what may stand where in a log: a walk beside an observer, which is told the
 * same messages, owes the same notes, and says what the player would have said of them.
 */
#include "protocol/audit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/fault.h"
#include "protocol/message.h"

struct audit {
    struct terms terms;
    struct roster roster;
    struct digest terms_digest, roster_digest;
    struct observer *observer;
    struct audit_summary summary;
    struct digest chain; /* after the last record */
    uint64_t first_ms, last_ms;
    struct actions owed; /* notes that must follow, */
    size_t paid;         /* and how many of them have */
    uint32_t healed_stage;
    uint32_t works;    /* mask: work on decks that is under way */
    bool worked;       /* the row that was just completed had to wait for it */
    bool waited;       /* a wait was noted in this round */
    bool was_waited;   /* and in the one before it */
    bool played;       /* what was done in this stage has been noted: */
    uint8_t play;      /* this */
    bool may_end;      /* somebody refused, so the session may end here */
    double own_regret; /* at the threat, as the owner signed it */
    uint64_t refused, blamed, strangers, reborn; /* masks of players */
    bool doubled;
    uint64_t attempt[PLAYERS_MAX]; /* of the hellos that counted */
    uint64_t said_rounds;          /* one more than the last that the owner spoke in */
};

__attribute__((format(printf, 3, 4))) static bool
wrong(struct audit_fault *f, const char *field, const char *format, ...)
{
    va_list arguments;
    f->field = field;
    va_start(arguments, format);
    vsnprintf(f->reason, sizeof f->reason, format, arguments);
    va_end(arguments);
    return false;
}

struct audit *audit_new(const struct terms *terms, const struct roster *roster)
{
    struct audit *a = calloc(1, sizeof *a);
    if (a == NULL)
        return NULL;
    a->terms = *terms;
    a->roster = *roster;
    a->terms_digest = terms_digest(terms);
    a->roster_digest = roster_digest(roster);
    a->observer = observer_new(terms, roster);
    if (a->observer == NULL) {
        audit_free(a);
        return NULL;
    }
    return a;
}

void audit_free(struct audit *a)
{
    if (a == NULL)
        return;
    observer_free(a->observer);
    free(a);
}

const struct audit_summary *audit_summary(const struct audit *a)
{
    return &a->summary;
}

const struct observer *audit_observer(const struct audit *a)
{
    return a->observer;
}

static const char *note_word(enum note_kind kind)
{
    static const char *const words[] = {
        [NOTE_ENTERED] = "entered",
        [NOTE_ROUND] = "round",
        [NOTE_SESSION] = "session",
        [NOTE_THREAT] = "threat",
        [NOTE_NO_THREAT] = "no_threat",
        [NOTE_SAMPLED] = "sampled",
        [NOTE_DRAWN] = "drawn",
        [NOTE_PRUNED] = "pruned",
        [NOTE_NO_AGREEMENT] = "no_agreement",
        [NOTE_AGREED] = "agreed",
        [NOTE_SIGNED] = "signed",
        [NOTE_STAGE] = "stage",
        [NOTE_DEVIATION] = "deviation",
        [NOTE_PUNISHING] = "punishing",
        [NOTE_RESTORED] = "restored",
        [NOTE_WAITING] = "waiting",
        [NOTE_HEALED] = "healed",
        [NOTE_REFUSED] = "refused",
        [NOTE_BLAMED] = "blamed",
        [NOTE_STRANGER] = "stranger",
        [NOTE_ENDED] = "ended",
        [NOTE_DOUBLE] = "double",
        [NOTE_TOSSED] = "tossed",
        [NOTE_REBORN] = "reborn",
        [NOTE_WORKED] = "worked",
        [NOTE_SELECTED] = "selected",
    };
    const size_t n = sizeof words / sizeof words[0];
    return (size_t)kind < n && words[kind] != NULL ? words[kind] : "unknown";
}

static uint64_t round_now(const struct audit *a)
{
    return round_number(observer_round(a->observer));
}

static bool over(const struct audit *a)
{
    return observer_phase(a->observer) == PHASE_OVER;
}

static uint64_t everybody(const struct audit *a)
{
    return players_all(a->roster.n_players);
}

/* ---- what must be noted ---- */

static const struct note *owed_note(const struct audit *a)
{
    return a->paid < a->owed.n ? &a->owed.item[a->paid].note : NULL;
}

static bool nothing_owed(const struct audit *a, struct audit_fault *f)
{
    const struct note *owed = owed_note(a);
    return owed == NULL ||
           wrong(f, "note",
                 "what was noted before it lacks '%s', which follows from the messages",
                 note_word(owed->kind));
}

static void owe(struct audit *a, struct note n)
{
    if (a->paid == a->owed.n)
        a->paid = a->owed.n = 0;
    a->owed.item[a->owed.n++] = (struct action){.kind = ACTION_NOTE, .note = n};
}

static void owe_end(struct audit *a, enum outcome outcome)
{
    observer_end(a->observer, outcome);
    owe(a, (struct note){.kind = NOTE_ENDED,
                         .number = outcome,
                         .stage = observer_play(a->observer)->played});
}

/* ---- what follows from a full row ---- */

static void sum_up(struct audit *a, const struct note *n)
{
    struct audit_summary *s = &a->summary;
    if (n->kind == NOTE_SESSION)
        s->session = n->digest;
    else if (n->kind == NOTE_SIGNED)
        s->certificate = n->digest;
    else if (n->kind == NOTE_DRAWN)
        s->draws++;
    else if (n->kind == NOTE_TOSSED)
        s->tosses++;
    else if (n->kind == NOTE_RESTORED)
        s->restorations++;
    else if (n->kind == NOTE_STAGE)
        s->punished += n->number == 1;
    else if (n->kind == NOTE_ROUND) {
        s->rounds = n->round + 1;
        s->transcript = n->digest;
    } else if (n->kind == NOTE_DEVIATION || n->kind == NOTE_BLAMED) {
        s->guilty |= player_bit(n->player);
        s->deviations += n->kind == NOTE_DEVIATION;
    }
}

/* The owner's own part of the row, where notes repeat it. */
static void remember_own(struct audit *a)
{
    const struct message *own =
        &round_row(observer_round(a->observer))[a->summary.self];
    struct body_punish_ok b;
    if (observer_phase(a->observer) == PHASE_PUNISH_OK &&
        body_punish_ok_read(&b, own->body, own->body_size))
        a->own_regret = b.regret;
}

static void conclude(struct audit *a)
{
    const enum phase phase = observer_phase(a->observer);
    const bool in_private = observer_in_private(a->observer);
    remember_own(a);
    a->paid = 0;
    const struct conclusion c = observer_conclude(a->observer, &a->owed);
    for (size_t i = 0; i < a->owed.n; i++) {
        struct note *n = &a->owed.item[i].note;
        if (n->kind == NOTE_THREAT)
            n->value = a->own_regret;
        sum_up(a, n);
    }
    if (c.fault != FAULT_NONE) {
        a->blamed |= player_bit(c.guilty);
        return;
    }
    a->healed_stage = phase == PHASE_START ? 0 : observer_play(a->observer)->stage;
    if (phase == PHASE_SHOW && in_private)
        a->summary.decks++;
    else if (phase == PHASE_SHOW)
        a->summary.coins += a->roster.n_players;
    a->worked = phase == PHASE_START || phase >= PHASE_ACT;
    a->was_waited = a->waited;
    a->waited = false;
    a->played = false;
}

/* ---- messages ---- */

/* What the owner says it does must be what it has noted that it does. */
static bool play_holds(const struct audit *a, const struct message *m,
                       struct audit_fault *f)
{
    const uint16_t n_actions = a->terms.shape.n_actions[a->summary.self];
    uint8_t said;
    if (!message_action(&said, m, n_actions))
        return true;
    if (!a->played)
        return wrong(f, "play", "says an action that it has not noted to have played");
    return said == a->play ||
           wrong(f, "play", "says that it played action %u, and has noted action %u",
                 said + 1u, a->play + 1u);
}

static bool session_holds(const struct audit *a, const struct message *m)
{
    const struct digest session = observer_session(a->observer);
    const struct digest before = observer_before(a->observer);
    if (m->kind == MESSAGE_HELLO)
        return m->round == 0 && digest_equal(&m->session, &before);
    /* While the session has no name, a message of round 1 is kept unjudged. */
    if (round_now(a) == 0)
        return (m->round == 1 && message_in_round(m->kind)) ||
               digest_equal(&m->session, &before);
    return digest_equal(&m->session, &session) ||
           (m->round == 0 && digest_equal(&m->session, &before));
}

/* A word of the owner: it says one in each round, as soon as that begins. What it hears
 * itself say from others is from a life that its log has lost, a round ahead. */
static bool own_word_holds(const struct audit *a, const struct message *m,
                           const struct record *r, struct audit_fault *f)
{
    const uint64_t now = round_now(a);
    if (r->kind == RECORD_IN)
        return m->round == now + 1 ||
               wrong(f, "sender", "the owner's own message is no received one");
    if (over(a))
        return wrong(f, "kind", "its owner speaks although the session is over");
    if (m->round != now || a->said_rounds > now)
        return wrong(f, "round",
                     "its owner speaks in round %" PRIu64 ", at round %" PRIu64 "%s",
                     m->round, now, m->round == now ? ", once more" : "");
    return play_holds(a, m, f);
}

static bool hear_in_round(struct audit *a, const struct message *m,
                          const struct record *r, struct audit_fault *f)
{
    const uint64_t now = round_now(a);
    if (m->sender == a->summary.self && !own_word_holds(a, m, r, f))
        return false;
    switch (observer_file(a->observer, m, r->payload, r->size)) {
    case FILED:
        break;
    case REPEATED:
        if (r->kind == RECORD_IN)
            return wrong(f, "round",
                         "player %u's message of round %" PRIu64 " is there twice",
                         m->sender + 1u, m->round);
        break;
    case CONFLICT:
        return wrong(f, "round",
                     "player %u has signed two messages for round %" PRIu64
                     ": one cannot be part of this log",
                     m->sender + 1u, m->round);
    case ASTRAY:
        return wrong(f, "transcript",
                     "is not the digest of the %" PRIu64 " rounds before it", now);
    case OUTSIDE:
        return wrong(f, "round",
                     "round %" PRIu64 " is no part of this log at round "
                     "%" PRIu64,
                     m->round, now);
    }
    if (m->round == 0)
        a->attempt[m->sender] = observer_attempt(a->observer, m->sender);
    /* A later hello may have begun the session anew. */
    if (r->kind == RECORD_OUT || round_now(a) < now)
        a->said_rounds = round_now(a) + 1;
    if (a->summary.heard_rounds[m->sender] < m->round + 1)
        a->summary.heard_rounds[m->sender] = m->round + 1;
    if (!observer_row_full(a->observer))
        return true;
    if (a->said_rounds <= round_now(a))
        return wrong(f, "sender", "its owner has not spoken in round %" PRIu64, now);
    a->works |= observer_work(a->observer);
    if (a->works == 0 || !observer_waits(a->observer))
        conclude(a);
    return true;
}

/* Work on decks is done that a row has given, and for which it may have waited. */
static bool work_holds(struct audit *a, const struct record *r, struct audit_fault *f)
{
    if (!nothing_owed(a, f))
        return false;
    if (r->size != 1 || r->payload[0] >= WORKS_MAX ||
        (a->works >> r->payload[0] & 1) == 0)
        return wrong(f, "work", "no row before it gives such work");
    a->works &= ~(UINT32_C(1) << r->payload[0]);
    if (!over(a) && a->works == 0 && observer_row_full(a->observer))
        conclude(a);
    return true;
}

/* A claim that some fell silent, by which its author leaves the session. */
static bool hear_fail(struct audit *a, const struct message *m, const struct record *r,
                      struct audit_fault *f)
{
    struct body_fail b;
    const bool own = r->kind == RECORD_OUT;
    const uint64_t now = round_now(a);
    const struct round *round = observer_round(a->observer);
    const uint64_t missing = round_missing(round);
    const struct digest t = round_transcript(round);
    if (!body_fail_read(&b, m->body, m->body_size) || b.round != m->round)
        return wrong(f, "body", "a claim about another round than its own");
    if ((a->refused & player_bit(m->sender)) != 0)
        return wrong(f, "sender", "player %u refuses twice", m->sender + 1u);
    if (own ? b.round != now || over(a) : b.round > now + 1 || b.round + 1 < now)
        return wrong(f, "round", "a refusal of round %" PRIu64 " at round %" PRIu64,
                     b.round, now);
    if (own && (!digest_equal(&t, &m->transcript) ||
                (b.missing != missing &&
                 b.missing != (missing & ~a->refused & ~player_bit(a->summary.self)))))
        return wrong(f, "body",
                     "its owner claims silence of others than those whose "
                     "messages are missing");
    a->refused |= player_bit(m->sender);
    a->summary.claims++;
    owe(a, (struct note){.kind = NOTE_REFUSED,
                         .player = m->sender,
                         .mask = own ? b.missing : b.missing & everybody(a),
                         .round = b.round,
                         .stage = observer_play(a->observer)->stage});
    if (own)
        owe_end(a, OUTCOME_OMISSION);
    else
        a->may_end = !over(a);
    return true;
}

/* Two hellos concern this session if they are of the attempt that counts here, or of a
 * later one. */
static bool concerns_session(const struct audit *a, const struct message *m)
{
    struct body_hello b;
    const struct digest session = observer_session(a->observer);
    const struct digest before = observer_before(a->observer);
    if (m->kind != MESSAGE_HELLO)
        return round_now(a) > 0 && digest_equal(&m->session, &session);
    return digest_equal(&m->session, &before) &&
           body_hello_read(&b, m->body, m->body_size) &&
           b.attempt >= a->attempt[m->sender];
}

static bool hear_evidence(struct audit *a, const struct message *m,
                          struct audit_fault *f)
{
    struct body_evidence e;
    struct message first;
    uint8_t guilty;
    enum fault_kind fault;
    const size_t slot_max = terms_slot_max(&a->terms);
    if (!body_evidence_read(&e, m->body, m->body_size) ||
        !envelope_peek(&first, e.first, e.first_size, &a->roster, slot_max) ||
        !concerns_session(a, &first) ||
        (fault = fault_proven(&guilty, &e, &a->roster, slot_max)) == FAULT_NONE)
        return wrong(f, "body", "the evidence in it proves nothing");
    if ((a->blamed & player_bit(guilty)) != 0)
        return wrong(f, "body", "player %u is proven guilty twice", guilty + 1u);
    a->blamed |= player_bit(guilty);
    a->summary.guilty |= player_bit(guilty);
    a->summary.proofs++;
    owe(a, (struct note){.kind = NOTE_BLAMED,
                         .player = guilty,
                         .number = fault,
                         .round = round_now(a),
                         .stage = observer_play(a->observer)->stage});
    if (!over(a))
        owe_end(a, OUTCOME_FAULT);
    return true;
}

static bool message_holds(struct audit *a, const struct record *r,
                          struct audit_fault *f)
{
    struct message m;
    const bool out = r->kind == RECORD_OUT;
    if (!nothing_owed(a, f))
        return false;
    if (!envelope_peek(&m, r->payload, r->size, &a->roster, terms_body_max(&a->terms)))
        return wrong(f, "envelope", "is no message of this roster and these terms");
    /* One's own words may come back from others after a power cut. */
    if (m.sender == a->summary.self ? !out && !message_in_round(m.kind) : out)
        return wrong(f, "sender", "a message of player %u stands here as %s",
                     m.sender + 1u, out ? "said by the owner" : "received");
    if (!session_holds(a, &m))
        return wrong(f, "session", "the message is of another session");
    if (!envelope_signed(&m, r->payload, r->size, &a->roster))
        return wrong(f, "signature", "player %u has not signed this", m.sender + 1u);
    a->summary.messages++;
    if (message_in_round(m.kind))
        return hear_in_round(a, &m, r, f);
    if (m.kind == MESSAGE_FAIL)
        return hear_fail(a, &m, r, f);
    if (m.kind == MESSAGE_EVIDENCE)
        return hear_evidence(a, &m, f);
    /* The message that it vouches for follows in the log. */
    struct body_vouch vouch;
    if (m.kind == MESSAGE_VOUCH && a->terms.verdict == VERDICT_STRICT &&
        body_vouch_read(&vouch, m.body, m.body_size))
        return true;
    return wrong(f, "kind", "a message of this kind is no part of a log");
}

/* ---- notes ---- */

static bool same_note(const struct audit *a, const struct note *x, const struct note *y)
{
    uint8_t one[NOTE_SIZE_MAX], other[NOTE_SIZE_MAX];
    const size_t n = note_write(one, x, &a->terms);
    return note_write(other, y, &a->terms) == n && memcmp(one, other, n) == 0;
}

/* The first of a note's fields that is not as it should be. */
static const char *differing(const struct audit *a, const struct note *n,
                             const struct note *should)
{
    struct note x = *n;
    const char *field = "kind";
    if (n->kind != should->kind)
        return field;
#define TAKE(member)                                                                   \
    x.member = should->member;                                                         \
    field = #member;                                                                   \
    if (same_note(a, &x, should))                                                      \
    return field
    TAKE(player);
    TAKE(stage);
    TAKE(number);
    TAKE(other);
    TAKE(mask);
    TAKE(round);
    TAKE(value);
    TAKE(digest);
    TAKE(candidate);
#undef TAKE
    return "actions";
}

static bool owed_holds(struct audit *a, const struct note *n, struct audit_fault *f)
{
    struct note should = *owed_note(a);
    /* Only the owner knows its payoffs. */
    if (n->kind == NOTE_AGREED)
        should.value = n->value;
    if (same_note(a, n, &should)) {
        a->paid++;
        a->summary.ended = a->summary.ended || n->kind == NOTE_ENDED;
        return true;
    }
    if (n->kind != should.kind)
        return wrong(f, "note", "says '%s' where '%s' follows from the messages",
                     note_word(n->kind), note_word(should.kind));
    return wrong(f, differing(a, n, &should),
                 "the note '%s' does not say what follows from the messages",
                 note_word(n->kind));
}

static bool waiting_holds(struct audit *a, const struct note *n, uint64_t now_ms,
                          struct audit_fault *f)
{
    const struct round *round = observer_round(a->observer);
    const struct note should = {.kind = NOTE_WAITING,
                                .round = round_number(round),
                                .stage = observer_play(a->observer)->stage,
                                .mask = round_missing(round),
                                .number = n->number};
    if (over(a) || !same_note(a, n, &should) || n->number > now_ms - a->first_ms)
        return wrong(f, over(a) ? "note" : differing(a, n, &should),
                     "the note 'waiting' is not about what is missing here");
    a->waited = true;
    return true;
}

/* The wait for the row that was just completed is over, or the work on it. */
static bool healed_holds(struct audit *a, const struct note *n, uint64_t now_ms,
                         struct audit_fault *f)
{
    const struct note *owed = owed_note(a);
    const struct note should = {.kind = n->kind,
                                .round = n->round,
                                .stage = a->healed_stage,
                                .number = n->number};
    bool *waited = n->kind == NOTE_HEALED ? &a->was_waited : &a->worked;
    if (owed == NULL || owed->kind != NOTE_ROUND || owed->round != n->round ||
        !*waited || !same_note(a, n, &should) || n->number > now_ms - a->first_ms)
        return wrong(f, "note", "nothing was waited for that is healed here");
    *waited = false;
    return true;
}

/* What no message in the log tells of: once each. */
static bool rumour_holds(struct audit *a, const struct note *n, struct audit_fault *f)
{
    const bool own = n->kind == NOTE_DOUBLE;
    uint64_t *known = n->kind == NOTE_STRANGER ? &a->strangers : &a->reborn;
    const struct note should = {.kind = n->kind,
                                .player = n->player,
                                .stage = observer_play(a->observer)->stage,
                                .round = own ? n->round : 0};
    if ((own ? a->doubled : (*known & player_bit(n->player)) != 0) ||
        own != (n->player == a->summary.self) || n->player >= a->roster.n_players ||
        n->round > round_now(a) + 1 || !same_note(a, n, &should))
        return wrong(f, "note", "the note '%s' has no place here", note_word(n->kind));
    if (own)
        a->doubled = true;
    else
        *known |= player_bit(n->player);
    return true;
}

/* Ends that no row brings: somebody refused, or a farewell never came. */
static bool end_holds(struct audit *a, const struct note *n, struct audit_fault *f)
{
    const bool farewell = observer_phase(a->observer) == PHASE_END;
    const struct note should = {.kind = NOTE_ENDED,
                                .number =
                                    a->may_end ? OUTCOME_OMISSION : OUTCOME_PLAYED,
                                .stage = observer_play(a->observer)->played};
    const struct note played = {
        .kind = NOTE_ENDED, .number = OUTCOME_PLAYED, .stage = should.stage};
    if (over(a) || (!a->may_end && !farewell) ||
        (!same_note(a, n, &should) && (!farewell || !same_note(a, n, &played))))
        return wrong(f, "note", "nothing in the messages ends the session so here");
    observer_end(a->observer, (enum outcome)n->number);
    a->summary.ended = true;
    return true;
}

static bool note_holds(struct audit *a, const struct record *r, struct audit_fault *f)
{
    struct note n;
    struct candidate candidate;
    uint8_t again[NOTE_SIZE_MAX];
    if (!note_read(&n, &candidate, r->payload, r->size, &a->terms) ||
        note_write(again, &n, &a->terms) != r->size ||
        memcmp(again, r->payload, r->size) != 0)
        return wrong(f, "note", "is no note");
    if (n.kind == NOTE_HEALED || n.kind == NOTE_WORKED)
        return healed_holds(a, &n, r->time_ms, f);
    if (n.kind == NOTE_STRANGER || n.kind == NOTE_REBORN || n.kind == NOTE_DOUBLE)
        return rumour_holds(a, &n, f);
    if (owed_note(a) != NULL)
        return owed_holds(a, &n, f);
    if (n.kind == NOTE_WAITING)
        return waiting_holds(a, &n, r->time_ms, f);
    if (n.kind == NOTE_ENDED)
        return end_holds(a, &n, f);
    return wrong(f, "note", "nothing in the messages leads to the note '%s'",
                 note_word(n.kind));
}

/* ---- the rest ---- */

static bool header_holds(struct audit *a, const struct record *r, struct audit_fault *f)
{
    struct record_header h;
    if (!record_header_read(&h, r->payload, r->size))
        return wrong(f, "header", "is no header");
    const size_t n = strlen(h.program);
    for (size_t i = 0; i < sizeof h.program; i++)
        if (i < n ? h.program[i] < ' ' || h.program[i] > '~' : h.program[i] != 0)
            return wrong(f, "program", "is no name of a program");
    if (h.self >= a->roster.n_players)
        return wrong(f, "node", "the roster has no player %u", h.self + 1u);
    if (!digest_equal(&h.terms, &a->terms_digest))
        return wrong(f, "terms", "it was written under other terms than those given");
    if (!digest_equal(&h.roster, &a->roster_digest))
        return wrong(f, "roster", "it was written for another roster than that given");
    a->summary.self = h.self;
    memcpy(a->summary.program, h.program, sizeof h.program);
    a->first_ms = r->time_ms;
    owe(a, (struct note){.kind = NOTE_ENTERED, .number = PHASE_HELLO});
    return true;
}

static bool deed_holds(struct audit *a, const struct record *r, struct audit_fault *f)
{
    struct reader in = {r->payload, r->size, false};
    const uint32_t stage = read_u32(&in);
    const uint8_t action = read_u8(&in);
    const enum phase phase = observer_phase(a->observer);
    const uint32_t now = observer_play(a->observer)->stage;
    if (!nothing_owed(a, f))
        return false;
    if (!reader_done(&in) || action >= a->terms.shape.n_actions[a->summary.self])
        return wrong(f, "action", "is no action of its owner");
    if ((phase != PHASE_ACT && phase != PHASE_SHOW && phase != PHASE_FOLLOW) ||
        stage != now || a->played)
        return wrong(f, "stage", "nothing is to be played in stage %" PRIu32 " here",
                     stage);
    a->played = true;
    a->play = action;
    return true;
}

static bool closing_holds(struct audit *a, const struct record *r,
                          struct audit_fault *f)
{
    if (!nothing_owed(a, f))
        return false;
    if (!record_end_holds(r->payload, r->size, &a->chain, a->summary.records,
                          &a->roster.key[a->summary.self]))
        return wrong(f, "end",
                     "its owner has not signed that the log ends so, after %" PRIu64
                     " records",
                     a->summary.records);
    a->summary.closed = true;
    return true;
}

static bool holds(struct audit *a, const struct record *r, struct audit_fault *f)
{
    switch (r->kind) {
    case RECORD_HEADER:
        return header_holds(a, r, f);
    case RECORD_IN:
    case RECORD_OUT:
        return message_holds(a, r, f);
    case RECORD_NOTE:
        return note_holds(a, r, f);
    case RECORD_PLAY:
        return deed_holds(a, r, f);
    case RECORD_END:
        return closing_holds(a, r, f);
    case RECORD_WORK:
        return work_holds(a, r, f);
    }
    return wrong(f, "kind", "is no record");
}

bool audit_record(struct audit *a, const struct record *r, struct audit_fault *fault)
{
    const bool first = a->summary.records == 0;
    if (a->summary.closed)
        return wrong(fault, "record", "stands behind the signed end of the log");
    if (first != (r->kind == RECORD_HEADER))
        return wrong(fault, "kind", "a log begins with its one header");
    if (r->time_ms < a->last_ms)
        return wrong(fault, "time", "is earlier than the record before it");
    if (!holds(a, r, fault))
        return false;
    a->last_ms = r->time_ms;
    a->chain = r->chain;
    a->summary.records++;
    return true;
}
