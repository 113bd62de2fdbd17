/* Hides how messages, rounds and time become the steps of a session: which message
 * fills which slot, what is asked for again, and when this player refuses to go on.
 * What the rows mean is negotiation.c's and play.c's. */
#include "protocol/player.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "protocol/contradiction.h"
#include "protocol/message.h"
#include "protocol/negotiation.h"
#include "protocol/play.h"
#include "protocol/round.h"
#include "protocol/transcript.h"

enum {
    ASK_MS_MAX = 1000,   /* the longest pause between two requests */
    SLEPT_MS = 3000,     /* so late after the deadline means: nobody watched */
    HELLO_PATIENCE = 10, /* nodes are started by hand: the first round may be slow */
    NOTICE_SOFTS = 5,    /* people hear of a silence after so many soft_ms */
    LINGER_SOFTS = 10,   /* answering those who are behind, after the end */
    ROOM_FOR_DUTIES = 2 * PLAYERS_MAX + 16, /* actions of a step that cannot wait */
    END_SOFTS = 50, /* waiting for farewells that nothing depends on */
};

/* When each player was last given something that it may not have at will. */
struct pauses {
    uint64_t since_ms[PLAYERS_MAX];
    uint32_t begun; /* mask: since_ms means something */
};

struct player {
    struct terms terms;
    struct roster roster;
    struct keypair key;
    struct payoffs *payoffs;
    struct private_options options;
    struct seed seed;
    struct context context;
    struct digest before; /* what hellos carry instead of a session */

    struct round *round;
    struct negotiation *negotiation;
    struct play play;
    enum phase phase;
    enum outcome outcome;
    enum message_kind expected; /* the kind of message that this round is made of */

    uint64_t now_ms, entered_ms; /* entered: this round */
    uint64_t named_ms;           /* from then on the session keeps its name */
    uint64_t ask_ms, notice_ms;  /* when to ask for what is missing; to tell people */
    uint32_t ask_pause_ms, notice_pause_ms;
    bool asked, noticed;
    bool doubled;       /* it was noted that somebody else has this player's key */
    uint64_t linger_ms; /* after the end: until when */
    struct pauses answers, comparisons; /* requests answered; rows shown unasked */

    uint32_t refused, blamed, strangers, reborn; /* masks of players */
    uint64_t attempt[PLAYERS_MAX];               /* of the hellos that count */
    struct refusals refusals;
    uint64_t heard_round[PLAYERS_MAX];
    uint64_t signatures, verifications, said_count;

    size_t envelope_max;
    size_t said_size, farewell_size;
    uint8_t *said;     /* the own message of this round */
    uint8_t *farewell; /* why the session is over, for those who ask */
    uint8_t *aside;    /* a request */
    uint8_t *body;
};

/* ---- names ---- */

const char *phase_name(enum phase phase)
{
    static const char *const names[] = {
        [PHASE_WAITING] = "waiting",     [PHASE_HELLO] = "hello",
        [PHASE_REGRET] = "regret",       [PHASE_PUNISH] = "punish",
        [PHASE_PUNISH_OK] = "punish-ok", [PHASE_PROPOSE] = "propose",
        [PHASE_ANSWER] = "answer",       [PHASE_SET] = "set",
        [PHASE_REVEAL] = "reveal",       [PHASE_PRUNE] = "prune",
        [PHASE_LENGTH] = "length",       [PHASE_SIGN] = "sign",
        [PHASE_START] = "start",         [PHASE_ACT] = "act",
        [PHASE_COMMIT] = "commit",       [PHASE_SHOW] = "show",
        [PHASE_RESTORE] = "restore",     [PHASE_END] = "end",
        [PHASE_OVER] = "over",
    };
    CHECK(phase <= PHASE_OVER);
    return names[phase];
}

const char *outcome_name(enum outcome outcome)
{
    static const char *const names[] = {
        [OUTCOME_OPEN] = "open",           [OUTCOME_PLAYED] = "played",
        [OUTCOME_NO_THREAT] = "no-threat", [OUTCOME_OMISSION] = "omission",
        [OUTCOME_FAULT] = "fault",
    };
    CHECK(outcome <= OUTCOME_FAULT);
    return names[outcome];
}

static bool in_play(enum phase phase)
{
    return phase >= PHASE_ACT && phase <= PHASE_END;
}

unsigned phase_group(enum phase phase)
{
    static const uint8_t groups[] = {
        [PHASE_WAITING] = 0, [PHASE_HELLO] = 1,     [PHASE_REGRET] = 2,
        [PHASE_PUNISH] = 2,  [PHASE_PUNISH_OK] = 2, [PHASE_PROPOSE] = 3,
        [PHASE_ANSWER] = 3,  [PHASE_SET] = 4,       [PHASE_REVEAL] = 4,
        [PHASE_PRUNE] = 4,   [PHASE_LENGTH] = 5,    [PHASE_SIGN] = 5,
        [PHASE_START] = 5,   [PHASE_ACT] = 6,       [PHASE_COMMIT] = 6,
        [PHASE_SHOW] = 6,    [PHASE_RESTORE] = 6,   [PHASE_END] = 7,
        [PHASE_OVER] = 8,
    };
    return groups[phase];
}

/* ---- life ---- */

static bool acquire(struct player *p, const struct payoffs *payoffs)
{
    const size_t slot_max = terms_slot_max(&p->terms);
    const size_t body_max = terms_body_max(&p->terms);
    p->envelope_max = ENVELOPE_OVERHEAD + body_max;
    p->payoffs = payoffs_new(&payoffs->shape, payoffs->player, payoffs->value);
    if (p->payoffs == NULL)
        return false;
    p->context = (struct context){
        .terms = &p->terms,
        .roster = &p->roster,
        .payoffs = p->payoffs,
        .options = &p->options,
        .seed = &p->seed,
        .self = payoffs->player,
        .tolerance = incentive_tolerance(p->payoffs),
        .terms_digest = terms_digest(&p->terms),
        .roster_digest = roster_digest(&p->roster),
    };
    p->before = session_before(&p->context.roster_digest, &p->context.terms_digest);
    p->round = round_new(p->roster.n_players, slot_max);
    p->negotiation = negotiation_new(&p->context);
    p->said = calloc(1, p->envelope_max);
    p->farewell = calloc(1, p->envelope_max);
    p->aside = calloc(1, p->envelope_max);
    p->body = calloc(1, body_max);
    return p->round != NULL && p->negotiation != NULL && p->said != NULL &&
           p->farewell != NULL && p->aside != NULL && p->body != NULL;
}

struct player *player_new(const struct terms *terms, const struct roster *roster,
                          uint8_t self, const struct keypair *key,
                          const struct payoffs *payoffs,
                          const struct private_options *options,
                          const struct seed *seed)
{
    CHECK(self < roster->n_players && roster->n_players == terms->shape.n_players);
    CHECK(payoffs->player == self);
    struct player *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    p->terms = *terms;
    p->roster = *roster;
    p->key = *key;
    p->options = *options;
    p->seed = *seed;
    if (!acquire(p, payoffs)) {
        player_free(p);
        return NULL;
    }
    return p;
}

void player_free(struct player *p)
{
    if (p == NULL)
        return;
    payoffs_free(p->payoffs);
    round_free(p->round);
    negotiation_free(p->negotiation);
    free(p->said);
    free(p->farewell);
    free(p->aside);
    free(p->body);
    secure_wipe(p, sizeof *p);
    free(p);
}

/* ---- saying ---- */

static void act(struct player *p, enum action_kind kind, uint8_t to,
                const uint8_t *bytes, size_t size)
{
    struct actions *out = p->context.out;
    CHECK(out->n < PLAYER_ACTIONS_MAX);
    out->item[out->n++] =
        (struct action){.kind = kind, .to = to, .bytes = bytes, .size = size};
}

static void note(struct player *p, struct note n)
{
    if (n.stage == 0)
        n.stage = p->play.stage;
    context_note(&p->context, &n);
}

static uint32_t everybody_else(const struct player *p)
{
    uint32_t all = 0;
    for (uint8_t i = 0; i < p->roster.n_players; i++)
        all |= UINT32_C(1) << i;
    return all & ~(UINT32_C(1) << p->context.self);
}

/* Whatever is sent to one player can be asked for again, so it gives way where one step
 * has much to do: what must be done always finds room. */
static void send_to(struct player *p, uint32_t mask, const uint8_t *bytes, size_t size)
{
    for (uint8_t i = 0; i < p->roster.n_players; i++)
        if (((mask & everybody_else(p)) >> i & 1) != 0 &&
            p->context.out->n < PLAYER_ACTIONS_MAX - ROOM_FOR_DUTIES)
            act(p, ACTION_SEND, i, bytes, size);
}

static size_t seal(struct player *p, uint8_t *out, enum message_kind kind,
                   size_t body_size)
{
    const bool named = round_number(p->round) > 0;
    const struct message m = {
        .kind = kind,
        .sender = p->context.self,
        .round = round_number(p->round),
        .session = named ? p->context.session : p->before,
        .transcript = round_transcript(p->round),
        .body = p->body,
        .body_size = body_size,
    };
    p->signatures++;
    return envelope_seal(out, p->envelope_max, &m, &p->key);
}

static void say(struct player *p, enum phase phase)
{
    if (phase_group(phase) != phase_group(p->phase))
        context_note(&p->context,
                     &(struct note){.kind = NOTE_ENTERED, .number = phase});
    p->phase = phase;
    struct writer body = {p->body, terms_slot_max(&p->terms), 0, false};
    p->context.transcript = round_transcript(p->round);
    p->expected = in_play(phase)
                      ? play_say(&p->play, &p->context, phase, &body)
                      : negotiation_say(p->negotiation, &p->context, phase, &body);
    CHECK(!body.bad);
    p->said_size = seal(p, p->said, p->expected, body.size);
    p->said_count++;
    act(p, ACTION_SAY, 0, p->said, p->said_size);
    p->entered_ms = p->now_ms;
    p->ask_pause_ms = p->terms.soft_ms;
    p->ask_ms = p->now_ms + p->ask_pause_ms;
    p->notice_pause_ms = NOTICE_SOFTS * p->terms.soft_ms;
    p->notice_ms = p->now_ms + p->notice_pause_ms;
    p->asked = false;
    p->noticed = false;
}

static void end(struct player *p, enum outcome outcome)
{
    const bool all_have_all = outcome == OUTCOME_PLAYED;
    p->linger_ms =
        p->now_ms + (all_have_all ? p->terms.soft_ms / 2
                                  : (uint64_t)LINGER_SOFTS * p->terms.soft_ms);
    p->outcome = outcome;
    p->phase = PHASE_OVER;
    context_note(
        &p->context,
        &(struct note){.kind = NOTE_ENDED, .number = outcome, .stage = p->play.played});
}

/* ---- refusing to go on ---- */

/* Signs that those in the mask were not heard in this round. It is irrevocable: this
 * player will never complete the round. It is a claim, and proves nothing. */
static void refuse(struct player *p, uint32_t missing)
{
    struct writer body = {p->body, terms_slot_max(&p->terms), 0, false};
    body_fail_write(&body, &(struct body_fail){round_number(p->round), missing});
    p->farewell_size = seal(p, p->farewell, MESSAGE_FAIL, body.size);
    act(p, ACTION_SAY, 0, p->farewell, p->farewell_size);
    p->refused |= UINT32_C(1) << p->context.self;
    note(p, (struct note){.kind = NOTE_REFUSED,
                          .player = p->context.self,
                          .mask = missing,
                          .round = round_number(p->round)});
    end(p, OUTCOME_OMISSION);
}

static void blame(struct player *p, uint8_t guilty, enum fault_kind fault)
{
    p->blamed |= UINT32_C(1) << guilty;
    note(p, (struct note){.kind = NOTE_BLAMED,
                          .player = guilty,
                          .number = fault,
                          .round = round_number(p->round)});
    if (p->phase != PHASE_OVER)
        end(p, OUTCOME_FAULT);
}

/* ---- proofs ---- */

/* Signed with this player's key, but it says something else here. */
static void meet_double(struct player *p, uint64_t round)
{
    if (p->doubled)
        return;
    p->doubled = true;
    note(p,
         (struct note){.kind = NOTE_DOUBLE, .player = p->context.self, .round = round});
}

/* What is no hello, or none that can be read, is of no attempt at all. */
static uint64_t attempt_of(const struct message *m)
{
    struct body_hello b;
    return m->kind == MESSAGE_HELLO && body_hello_read(&b, m->body, m->body_size)
               ? b.attempt
               : 0;
}

/* A hello concerns this session if it is the one that counts here, or a later one. */
static bool concerns_session(const struct player *p, const struct message *m)
{
    size_t size;
    if (m->kind != MESSAGE_HELLO)
        return round_number(p->round) > 0 &&
               digest_equal(&m->session, &p->context.session);
    return digest_equal(&m->session, &p->before) &&
           attempt_of(m) >= p->attempt[m->sender] &&
           (round_number(p->round) > 0 ||
            round_slot(p->round, 0, m->sender, &size) != NULL);
}

/* True if a message contradicts another one of its author: everybody gets to see both.
 */
static bool prove(struct player *p, const struct message *m, const uint8_t *bytes,
                  size_t size)
{
    struct body_evidence e;
    if (!concerns_session(p, m) || (p->blamed >> m->sender & 1) != 0)
        return false;
    const enum fault_kind fault =
        contradiction_find(&e, &p->refusals, p->round, m, bytes, size);
    if (fault == FAULT_NONE)
        return false;
    struct writer body = {p->body, terms_body_max(&p->terms), 0, false};
    body_evidence_write(&body, &e);
    CHECK(!body.bad);
    p->farewell_size = seal(p, p->farewell, MESSAGE_EVIDENCE, body.size);
    act(p, ACTION_SAY, 0, p->farewell, p->farewell_size);
    if (m->sender == p->context.self)
        meet_double(p, m->round);
    blame(p, m->sender, fault);
    return true;
}

/* ---- hearing ---- */

/* Each player is given each kind of thing at most four times in the time after which it
 * may ask again. The kinds do not wait for each other: who always asks just before it
 * shows that its history is another one would otherwise never learn of ours. */
static bool pause_over(const struct player *p, const struct pauses *pauses,
                       uint8_t player)
{
    return (pauses->begun >> player & 1) == 0 ||
           p->now_ms >= pauses->since_ms[player] + p->terms.soft_ms / 4;
}

static void pause_begin(struct player *p, struct pauses *pauses, uint8_t player)
{
    pauses->begun |= UINT32_C(1) << player;
    pauses->since_ms[player] = p->now_ms;
}

static void relay(struct player *p, uint8_t to, uint64_t round, uint32_t mask)
{
    for (uint8_t i = 0; i < p->roster.n_players; i++) {
        size_t size = 0;
        const uint8_t *bytes =
            (mask >> i & 1) != 0 ? round_slot(p->round, round, i, &size) : NULL;
        if (bytes != NULL)
            send_to(p, UINT32_C(1) << to, bytes, size);
    }
}

/* Somebody's history differs from ours: the row before, side by side with its own,
 * shows who said two things. */
static void compare_rows(struct player *p, uint8_t with)
{
    if (round_number(p->round) == 0 || !pause_over(p, &p->comparisons, with))
        return;
    pause_begin(p, &p->comparisons, with);
    relay(p, with, round_number(p->round) - 1, UINT32_MAX);
}

static void row_is_full(struct player *p)
{
    const struct message *row = round_row(p->round);
    p->context.transcript = round_transcript(p->round);
    for (uint8_t i = 0; i < p->roster.n_players; i++)
        if (row[i].kind != p->expected) {
            blame(p, i, FAULT_ILLEGAL);
            return;
        }
    struct conclusion done =
        in_play(p->phase)
            ? play_conclude(&p->play, &p->context, p->phase, row)
            : negotiation_conclude(p->negotiation, &p->context, p->phase, row);
    if (done.fault != FAULT_NONE) {
        blame(p, done.guilty, done.fault);
        return;
    }
    if (p->noticed)
        note(p, (struct note){.kind = NOTE_HEALED,
                              .round = round_number(p->round),
                              .number = (uint32_t)(p->now_ms - p->entered_ms)});
    const struct digest t = round_close(p->round, &p->context.session);
    context_note(&p->context, &(struct note){.kind = NOTE_ROUND,
                                             .round = round_number(p->round),
                                             .digest = t});
    if (p->phase == PHASE_START)
        done.next = play_start(&p->play, &p->context, p->negotiation);
    const uint32_t astray = round_advance(p->round, &p->context.session, &t);
    if (done.next == PHASE_OVER)
        end(p, done.outcome);
    else
        say(p, done.next);
    for (uint8_t i = 0; i < p->roster.n_players; i++)
        if ((astray >> i & 1) != 0)
            compare_rows(p, i);
}

/* True if a message of the rounds belongs to this session. While the hellos are not
 * complete the session has no name yet: a message of round 1 is then kept unjudged, and
 * judged when the round begins. */
static bool of_this_session(const struct player *p, const struct message *m)
{
    if (m->kind == MESSAGE_HELLO)
        return m->round == 0 && digest_equal(&m->session, &p->before);
    if (round_number(p->round) == 0)
        return (m->round == 1 && message_in_round(m->kind)) ||
               digest_equal(&m->session, &p->before);
    return digest_equal(&m->session, &p->context.session) ||
           (m->round == 0 && digest_equal(&m->session, &p->before));
}

static void meet_stranger(struct player *p, const struct message *m,
                          const uint8_t *bytes, size_t size)
{
    const uint32_t bit = UINT32_C(1) << m->sender;
    if ((p->strangers & bit) != 0 || digest_equal(&m->session, &p->before))
        return;
    p->verifications++;
    if (!envelope_signed(m, bytes, size, &p->roster))
        return;
    p->strangers |= bit;
    note(p, (struct note){.kind = NOTE_STRANGER, .player = m->sender});
}

/* Somebody has another name for the session, because it has another hello of somebody.
 * The row of hellos shows which is the later one; if it is this player's that is old,
 * it will be shown the other's in turn. */
static void meet_namesake(struct player *p, const struct message *m,
                          const uint8_t *bytes, size_t size)
{
    if (round_number(p->round) != 1 || m->round != 1 || p->phase == PHASE_OVER ||
        !pause_over(p, &p->comparisons, m->sender))
        return;
    p->verifications++;
    if (envelope_signed(m, bytes, size, &p->roster))
        compare_rows(p, m->sender);
}

static void go_on(struct player *p)
{
    if (p->phase != PHASE_WAITING && p->phase != PHASE_OVER &&
        round_missing(p->round) == 0)
        row_is_full(p);
}

static void keep(struct player *p, const struct message *m, const uint8_t *bytes,
                 size_t size)
{
    act(p, ACTION_KEEP, 0, bytes, size);
    if (m->round == 0)
        p->attempt[m->sender] = attempt_of(m);
    if (p->heard_round[m->sender] < m->round)
        p->heard_round[m->sender] = m->round;
    go_on(p);
}

/* True while a later hello still counts: in the first round, and in the second, which
 * nobody completes before all have the same hellos. */
static bool hellos_open(const struct player *p)
{
    return round_number(p->round) == 0 ||
           (round_number(p->round) == 1 && p->now_ms < p->named_ms);
}

/* A slot is filled by other words. Of two hellos the later attempt counts, so a hello
 * of an earlier session, which anybody may repeat, stops nobody: if it was there first,
 * the session gets another name. What was said under the old one binds nobody. */
static void hear_conflict(struct player *p, const struct message *m,
                          const uint8_t *bytes, size_t size)
{
    const uint64_t before = p->attempt[m->sender], now = attempt_of(m);
    if (m->round == 0 && now > before && hellos_open(p) && p->phase != PHASE_OVER) {
        if (round_number(p->round) == 1) {
            round_reopen(p->round);
            p->phase = PHASE_HELLO;
            p->expected = MESSAGE_HELLO;
        }
        /* An earlier life that still runs learns from it that there is a later one. */
        send_to(p, UINT32_C(1) << m->sender, bytes, size);
        round_replace(p->round, m, bytes, size);
        keep(p, m, bytes, size);
    } else if (m->sender == p->context.self)
        meet_double(p, m->round);
}

static void hear_in_round(struct player *p, const struct message *m,
                          const uint8_t *bytes, size_t size)
{
    const bool own = m->sender == p->context.self;
    switch (round_file(p->round, m, bytes, size)) {
    case FILED:
        keep(p, m, bytes, size);
        return;
    case CONFLICT:
        hear_conflict(p, m, bytes, size);
        return;
    case ASTRAY:
        if (own)
            meet_double(p, m->round);
        else
            compare_rows(p, m->sender);
        return;
    case REPEATED:
    case OUTSIDE:
        return;
    }
}

static void hear_suspect(struct player *p, const struct message *m)
{
    struct body_suspect b;
    if (!body_suspect_read(&b, m->body, m->body_size))
        return;
    pause_begin(p, &p->answers, m->sender);
    if (p->farewell_size > 0)
        send_to(p, UINT32_C(1) << m->sender, p->farewell, p->farewell_size);
    relay(p, m->sender, b.round, b.missing);
    /* Who found a full row guilty will not go on; those who did, because they were told
     * something else there, need to see this row to find out. */
    if (p->outcome == OUTCOME_FAULT && b.round == round_number(p->round) + 1)
        relay(p, m->sender, round_number(p->round), UINT32_MAX);
}

static void keep_farewell(struct player *p, const uint8_t *bytes, size_t size)
{
    if (p->farewell_size > 0)
        return;
    memcpy(p->farewell, bytes, size);
    p->farewell_size = size;
}

/* Somebody will never complete a round, so nobody can complete the next one: this
 * player stops as well, and says whom it misses itself. It names nobody who had less
 * than soft_ms: that message may be on its way, and whoever refuses could choose the
 * moment in which everybody's is. */
static void hear_fail(struct player *p, const struct message *m, const uint8_t *bytes,
                      size_t size)
{
    struct body_fail b;
    const uint64_t round = round_number(p->round);
    const uint32_t bit = UINT32_C(1) << m->sender;
    if (!body_fail_read(&b, m->body, m->body_size) || b.round != m->round ||
        b.round > round + 1 || b.round + 1 < round || (p->refused & bit) != 0 ||
        p->phase == PHASE_WAITING)
        return;
    p->refused |= bit;
    refusals_keep(&p->refusals, m, bytes, size);
    act(p, ACTION_KEEP, 0, bytes, size);
    note(p, (struct note){.kind = NOTE_REFUSED,
                          .player = m->sender,
                          .mask = b.missing &
                                  (everybody_else(p) | UINT32_C(1) << p->context.self),
                          .round = b.round});
    if (p->phase == PHASE_OVER)
        return;
    const bool had_time = p->now_ms >= p->entered_ms + p->terms.soft_ms;
    const uint32_t missing =
        had_time ? round_missing(p->round) & ~p->refused & everybody_else(p) : 0;
    if (missing != 0) {
        refuse(p, missing);
        return;
    }
    keep_farewell(p, bytes, size);
    end(p, OUTCOME_OMISSION);
}

static void hear_evidence(struct player *p, const struct message *m,
                          const uint8_t *bytes, size_t size)
{
    struct body_evidence e;
    struct message first;
    uint8_t guilty;
    const size_t slot_max = terms_slot_max(&p->terms);
    if (!body_evidence_read(&e, m->body, m->body_size) ||
        !envelope_peek(&first, e.first, e.first_size, &p->roster, slot_max) ||
        !concerns_session(p, &first) || (p->blamed >> first.sender & 1) != 0)
        return;
    p->verifications += 2;
    const enum fault_kind fault = fault_proven(&guilty, &e, &p->roster, slot_max);
    if (fault == FAULT_NONE)
        return;
    act(p, ACTION_KEEP, 0, bytes, size);
    memcpy(p->farewell, bytes, size); /* a proof says more than a refusal */
    p->farewell_size = size;
    send_to(p, everybody_else(p) & ~(UINT32_C(1) << m->sender), p->farewell,
            p->farewell_size);
    if (guilty == p->context.self)
        meet_double(p, first.round);
    blame(p, guilty, fault);
}

/* Too late or too early to be filed: not worth the check of a signature. */
static bool outside(const struct player *p, uint64_t round)
{
    const uint64_t now = round_number(p->round);
    return round > now + 1 || round + 1 < now;
}

/* A hello that can fill no slot: one of an earlier attempt than what stands there, or a
 * later one that comes when the session has its name, or of which this player itself
 * knows nothing. True if it is dealt with. A later one means that somebody has lost its
 * memory, or was made to begin anew: there will be no further word of it. */
static bool hear_vain_hello(struct player *p, const struct message *m,
                            const uint8_t *bytes, size_t size)
{
    const uint32_t bit = UINT32_C(1) << m->sender;
    const bool own = m->sender == p->context.self;
    const uint64_t attempt = attempt_of(m);
    const uint64_t least =
        own && attempt > 0 ? p->options.attempt : p->attempt[m->sender];
    if (attempt == least || (attempt > least && !own && hellos_open(p)))
        return false;
    if (attempt < least || p->phase == PHASE_WAITING || p->phase == PHASE_OVER ||
        (p->reborn & bit) != 0)
        return true;
    p->verifications++;
    if (!envelope_signed(m, bytes, size, &p->roster))
        return true;
    p->reborn |= bit;
    if (own)
        meet_double(p, m->round);
    else
        note(p, (struct note){.kind = NOTE_REBORN, .player = m->sender});
    return true;
}

/* Cheap checks first: nothing unsigned costs more than a look at its header, and a
 * repeat of what is filed is recognized without its signature. */
static void hear(struct player *p, const uint8_t *bytes, size_t size)
{
    struct message m;
    if (!envelope_peek(&m, bytes, size, &p->roster, terms_body_max(&p->terms)))
        return;
    const bool own = m.sender == p->context.self;
    if (!of_this_session(p, &m)) {
        if (m.kind == MESSAGE_HELLO && !own)
            meet_stranger(p, &m, bytes, size);
        else if (!own)
            meet_namesake(p, &m, bytes, size);
        return;
    }
    size_t filed_size = 0;
    const uint8_t *filed = round_slot(p->round, m.round, m.sender, &filed_size);
    if (message_in_round(m.kind) && filed != NULL && filed_size == size &&
        memcmp(filed, bytes, size) == 0) {
        if (own) /* one's words of an earlier life may have come before one says them */
            go_on(p);
        return;
    }
    if (m.kind == MESSAGE_HELLO && hear_vain_hello(p, &m, bytes, size))
        return;
    if (message_in_round(m.kind) && outside(p, m.round))
        return;
    if (own && !message_in_round(m.kind))
        return;
    if (m.kind == MESSAGE_SUSPECT && !pause_over(p, &p->answers, m.sender))
        return;
    if (!own || size != p->said_size || memcmp(bytes, p->said, size) != 0) {
        p->verifications++;
        if (!envelope_signed(&m, bytes, size, &p->roster))
            return;
    }
    if (m.kind != MESSAGE_EVIDENCE && prove(p, &m, bytes, size))
        return;
    if (message_in_round(m.kind))
        hear_in_round(p, &m, bytes, size);
    else if (m.kind == MESSAGE_SUSPECT)
        hear_suspect(p, &m);
    else if (m.kind == MESSAGE_FAIL)
        hear_fail(p, &m, bytes, size);
    else
        hear_evidence(p, &m, bytes, size);
}

/* ---- waiting ---- */

static uint64_t patience_ms(const struct player *p)
{
    if (p->phase == PHASE_END)
        return (uint64_t)END_SOFTS * p->terms.soft_ms;
    return (p->phase == PHASE_HELLO ? HELLO_PATIENCE : 1) * (uint64_t)p->terms.hard_ms;
}

/* Asks those whose messages are missing; when that did not help, everybody, since
 * anybody who has a message may pass it on. */
static void ask(struct player *p)
{
    const uint32_t missing = round_missing(p->round);
    struct writer body = {p->body, terms_slot_max(&p->terms), 0, false};
    body_suspect_write(&body, &(struct body_suspect){round_number(p->round), missing});
    const size_t size = seal(p, p->aside, MESSAGE_SUSPECT, body.size);
    send_to(p, p->asked ? UINT32_MAX : missing, p->aside, size);
    p->asked = true;
    p->ask_pause_ms =
        p->ask_pause_ms * 2 < ASK_MS_MAX ? p->ask_pause_ms * 2 : ASK_MS_MAX;
    p->ask_ms = p->now_ms + p->ask_pause_ms;
}

static void notice(struct player *p)
{
    note(p, (struct note){.kind = NOTE_WAITING,
                          .round = round_number(p->round),
                          .mask = round_missing(p->round),
                          .number = (uint32_t)(p->now_ms - p->entered_ms)});
    p->noticed = true;
    p->notice_ms = p->now_ms + p->notice_pause_ms;
    p->notice_pause_ms *= 2;
}

static void wait(struct player *p)
{
    if (p->phase == PHASE_WAITING || p->phase == PHASE_OVER)
        return;
    if (p->now_ms >= p->entered_ms + patience_ms(p)) {
        if (p->phase == PHASE_END) {
            end(p, OUTCOME_PLAYED); /* somebody may still lack the last stage */
            p->linger_ms = p->now_ms + (uint64_t)LINGER_SOFTS * p->terms.soft_ms;
        } else
            refuse(p, round_missing(p->round));
        return;
    }
    if (p->now_ms >= p->ask_ms)
        ask(p);
    if (p->now_ms >= p->notice_ms)
        notice(p);
}

/* Time in which this player did not run although it wanted to (its process was stopped,
 * its machine slept) does not count against others. */
static void wake_up(struct player *p, uint64_t now_ms)
{
    const uint64_t due_ms = player_deadline_ms(p);
    p->now_ms = now_ms;
    if (p->phase != PHASE_WAITING && p->phase != PHASE_OVER && now_ms > due_ms &&
        now_ms - due_ms >= SLEPT_MS)
        p->entered_ms += now_ms - due_ms;
}

void player_step(struct player *p, const struct event *event, struct actions *out)
{
    CHECK(event->now_ms >= p->now_ms);
    out->n = 0;
    p->context.out = out;
    wake_up(p, event->now_ms);
    switch (event->kind) {
    case EVENT_START:
        CHECK(p->phase == PHASE_WAITING);
        say(p, PHASE_HELLO);
        p->named_ms = p->entered_ms + patience_ms(p);
        break;
    case EVENT_TIME:
        break;
    case EVENT_MESSAGE:
        hear(p, event->bytes, event->size);
        break;
    }
    wait(p);
    p->context.out = NULL;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t player_deadline_ms(const struct player *p)
{
    if (p->phase == PHASE_WAITING)
        return UINT64_MAX;
    if (p->phase == PHASE_OVER)
        return player_done(p) ? UINT64_MAX : p->linger_ms;
    return earlier(earlier(p->ask_ms, p->notice_ms), p->entered_ms + patience_ms(p));
}

bool player_done(const struct player *p)
{
    return p->phase == PHASE_OVER && p->now_ms >= p->linger_ms;
}

static void report_play(const struct player *p, struct report *out)
{
    out->stage = p->phase == PHASE_END || p->phase == PHASE_OVER ? p->play.played
                                                                 : p->play.stage;
    out->stages_played = p->play.played;
    out->punishing = p->play.punishing;
    out->punished = p->play.served;
    out->prescribed = *play_prescribed(&p->play);
}

void player_report(const struct player *p, struct report *out)
{
    memset(out, 0, sizeof *out);
    const struct agreement *a = negotiation_agreement(p->negotiation);
    const bool started = p->play.stage > 0;
    out->phase = p->phase;
    out->outcome = p->outcome;
    out->round = round_number(p->round);
    out->missing = p->phase == PHASE_OVER ? 0 : round_missing(p->round);
    out->waiting_since_ms = p->entered_ms;
    out->session = p->context.session;
    negotiation_report(p->negotiation, out);
    out->agreed = started && a->agreed;
    out->threat = a->threat;
    if (started) {
        out->agreement = a->profile;
        out->agreement_digest = negotiation_agreement_digest(p->negotiation);
        out->length = a->length;
        report_play(p, out);
    }
    out->signatures = p->signatures;
    out->verifications = p->verifications;
    out->said = p->said_count;
    memcpy(out->heard_round, p->heard_round, sizeof out->heard_round);
}
