/* SPDX-License-Identifier: MIT */
/* Hides what a player makes of bytes that come in: which fill a slot, which are
 * answered, which end the session, and which cost no more than a look. */
#include <string.h>

#include "base/check.h"
#include "protocol/mind.h"

/* ---- proofs ---- */

/* Signed with this player's key, but it says something else here. */
static void meet_double(struct player *p, uint64_t round)
{
    if (p->doubled)
        return;
    p->doubled = true;
    mind_note(p, (struct note){
                     .kind = NOTE_DOUBLE, .player = p->context.self, .round = round});
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
    p->farewell_size = mind_seal(p, p->farewell, MESSAGE_EVIDENCE, body.size);
    mind_act(p, ACTION_SAY, 0, p->farewell, p->farewell_size);
    if (m->sender == p->context.self)
        meet_double(p, m->round);
    mind_blame(p, m->sender, fault);
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
    pauses->begun |= player_bit(player);
    pauses->since_ms[player] = p->now_ms;
}

void mind_judge(struct player *p, enum worth worth)
{
    p->context.out->worth = worth;
}

/* A signature that is checked for nothing but to know whose the words are. */
static bool holds(struct player *p, const struct message *m, const uint8_t *bytes,
                  size_t size)
{
    p->verifications++;
    const bool holding = envelope_signed(m, bytes, size, &p->roster);
    mind_judge(p, holding ? WORTH_VAIN : WORTH_FALSE);
    return holding;
}

static void relay(struct player *p, uint8_t to, uint64_t round, uint64_t mask)
{
    for (uint8_t i = 0; i < p->roster.n_players; i++) {
        size_t size = 0;
        const uint8_t *bytes =
            (mask >> i & 1) != 0 ? round_slot(p->round, round, i, &size) : NULL;
        if (bytes != NULL)
            mind_send(p, player_bit(to), bytes, size);
    }
}

/* Somebody's history differs from ours: the row before, side by side with its own,
 * shows who said two things. */
static void compare_rows(struct player *p, uint8_t with)
{
    if (round_number(p->round) == 0 || !pause_over(p, &p->comparisons, with))
        return;
    pause_begin(p, &p->comparisons, with);
    relay(p, with, round_number(p->round) - 1, UINT64_MAX);
}

bool mind_working(const struct player *p)
{
    return p->begun && round_missing(p->round) == 0 && dealing_busy(p->context.dealing);
}

/* Begins the work that a full row about decks gives. False while it has to be waited
 * for; what a row of COMMIT gives is waited for with the row of SHOW. */
static bool worked_out(struct player *p, const struct message *row)
{
    struct dealing *d = p->context.dealing;
    if (!play_deals(&p->play, &p->context, p->phase))
        return true;
    if (!p->begun) {
        const uint32_t begun = dealing_begin(d, p->phase, row);
        p->begun = true;
        p->full_ms = p->now_ms;
        for (uint8_t k = 0; k < 32; k++)
            if ((begun >> k & 1) != 0) {
                mind_act(p, ACTION_WORK, 0, NULL, 0);
                p->context.out->item[p->context.out->n - 1].work = dealing_work(d, k);
            }
    }
    return p->phase == PHASE_COMMIT || !dealing_busy(d);
}

static void note_waits(struct player *p)
{
    const uint64_t round = round_number(p->round);
    if (p->noticed)
        mind_note(p, (struct note){.kind = NOTE_HEALED,
                                   .round = round,
                                   .number = (uint32_t)(p->now_ms - p->entered_ms)});
    if (p->begun && p->now_ms > p->full_ms)
        mind_note(p, (struct note){.kind = NOTE_WORKED,
                                   .round = round,
                                   .number = (uint32_t)(p->now_ms - p->full_ms)});
}

static void row_is_full(struct player *p)
{
    const struct message *row = round_row(p->round);
    p->context.transcript = round_transcript(p->round);
    for (uint8_t i = 0; i < p->roster.n_players; i++)
        if (row[i].kind != p->expected) {
            mind_blame(p, i, FAULT_ILLEGAL);
            return;
        }
    if (!worked_out(p, row))
        return;
    struct conclusion done =
        mind_in_play(p->phase)
            ? play_conclude(&p->play, &p->context, p->phase, row)
            : negotiation_conclude(p->negotiation, &p->context, p->phase, row);
    if (done.fault != FAULT_NONE) {
        mind_blame(p, done.guilty, done.fault);
        return;
    }
    note_waits(p);
    const struct digest t = round_close(p->round, &p->context.session);
    context_note(&p->context, &(struct note){.kind = NOTE_ROUND,
                                             .round = round_number(p->round),
                                             .digest = t});
    if (p->phase == PHASE_START)
        done.next = play_start(&p->play, &p->context, p->negotiation);
    const uint64_t astray = round_advance(p->round, &p->context.session, &t);
    if (done.next == PHASE_OVER)
        mind_end(p, done.outcome);
    else
        mind_say(p, done.next);
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
    const uint64_t bit = player_bit(m->sender);
    if ((p->strangers & bit) != 0 || digest_equal(&m->session, &p->before) ||
        !pause_over(p, &p->introductions, m->sender))
        return;
    pause_begin(p, &p->introductions, m->sender);
    if (!holds(p, m, bytes, size))
        return;
    p->strangers |= bit;
    mind_note(p, (struct note){.kind = NOTE_STRANGER, .player = m->sender});
}

/* Somebody has another name for the session, because it has another hello of somebody.
 * The row of hellos shows which is the later one, or that somebody said two; if it is
 * this player's that is old, it will be shown the other's in turn. Who has ended shows
 * it as well: its proof bears a name that the other drops. */
static void meet_namesake(struct player *p, const struct message *m,
                          const uint8_t *bytes, size_t size)
{
    if (round_number(p->round) != 1 || m->round != 1 ||
        !pause_over(p, &p->comparisons, m->sender))
        return;
    if (holds(p, m, bytes, size))
        compare_rows(p, m->sender);
}

void mind_go_on(struct player *p)
{
    if (p->phase != PHASE_WAITING && p->phase != PHASE_OVER &&
        round_missing(p->round) == 0)
        row_is_full(p);
}

static void keep(struct player *p, const struct message *m, const uint8_t *bytes,
                 size_t size, const struct body_vouch *with)
{
    mind_act(p, ACTION_KEEP, 0, bytes, size);
    mind_judge(p, WORTH_NEW);
    mind_vouch(p, m, bytes, size, with);
    mind_progress(p, m);
    if (m->round == 0)
        p->attempt[m->sender] = attempt_of(m);
    if (p->heard_round[m->sender] < m->round)
        p->heard_round[m->sender] = m->round;
    mind_go_on(p);
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
        mind_send(p, player_bit(m->sender), bytes, size);
        round_replace(p->round, m, bytes, size);
        keep(p, m, bytes, size, NULL);
    } else if (m->sender == p->context.self)
        meet_double(p, m->round);
}

void mind_file(struct player *p, const struct message *m, const uint8_t *bytes,
               size_t size, const struct body_vouch *with)
{
    if (prove(p, m, bytes, size))
        return;
    const bool own = m->sender == p->context.self;
    switch (round_file(p->round, m, bytes, size)) {
    case FILED:
        keep(p, m, bytes, size, with);
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

/* Requests about a later round than any before are answered at once; others wait.
 * Anybody can repeat an old request, and must not keep a new one from being answered by
 * that. */
static bool too_soon(const struct player *p, const struct message *m)
{
    struct body_suspect b;
    if (!body_suspect_read(&b, m->body, m->body_size))
        return true;
    const uint64_t asked = p->asked_round[m->sender];
    return b.round <= asked &&
           !pause_over(p, b.round < asked ? &p->late_answers : &p->answers, m->sender);
}

/* Who misses this player's own word asks for that, and may miss everybody's because all
 * are slow: if each then passed on what it has, N players would cause N^3 messages. Who
 * has the own word asks for the others'. With strict verdicts everybody is counted on.
 */
static uint64_t asked_of_me(const struct player *p, uint64_t missing)
{
    const uint64_t own = player_bit(p->context.self);
    return (missing & own) != 0 && !mind_strict(p) ? own : missing;
}

static void hear_suspect(struct player *p, const struct message *m)
{
    struct body_suspect b;
    if (!body_suspect_read(&b, m->body, m->body_size))
        return;
    const bool earlier = b.round < p->asked_round[m->sender];
    pause_begin(p, earlier ? &p->late_answers : &p->answers, m->sender);
    if (!earlier)
        p->asked_round[m->sender] = b.round;
    if (p->farewell_size > 0)
        mind_send(p, player_bit(m->sender), p->farewell, p->farewell_size);
    relay(p, m->sender, b.round, asked_of_me(p, b.missing));
    mind_answer_vouches(p, m->sender, b.round, b.missing);
    /* Who found a full row guilty will not go on; those who did, because they were told
     * something else there, need to see this row to find out. */
    if (p->outcome == OUTCOME_FAULT && b.round == round_number(p->round) + 1)
        relay(p, m->sender, round_number(p->round), UINT64_MAX);
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
 * moment in which everybody's is. With strict verdicts a refusal is no reason to stop:
 * at the end of the round everybody comes to the same verdict. */
static void hear_fail(struct player *p, const struct message *m, const uint8_t *bytes,
                      size_t size)
{
    struct body_fail b;
    const uint64_t round = round_number(p->round);
    const uint64_t bit = player_bit(m->sender);
    if (!body_fail_read(&b, m->body, m->body_size) || b.round != m->round ||
        b.round > round + 1 || b.round + 1 < round || (p->refused & bit) != 0 ||
        p->phase == PHASE_WAITING)
        return;
    p->refused |= bit;
    refusals_keep(&p->refusals, m, bytes, size);
    mind_act(p, ACTION_KEEP, 0, bytes, size);
    mind_judge(p, WORTH_NEW);
    mind_note(p, (struct note){.kind = NOTE_REFUSED,
                               .player = m->sender,
                               .mask = b.missing &
                                       (mind_others(p) | player_bit(p->context.self)),
                               .round = b.round});
    if (p->phase == PHASE_OVER || mind_strict(p))
        return;
    const bool had_time = p->now_ms >= p->entered_ms + p->terms.soft_ms;
    const uint64_t missing =
        had_time ? round_missing(p->round) & ~p->refused & mind_others(p) : 0;
    if (missing != 0) {
        mind_refuse(p, missing);
        return;
    }
    keep_farewell(p, bytes, size);
    mind_end(p, OUTCOME_OMISSION);
}

/* The own refusal, in an earlier life, binds: what made this player sign it may have
 * been a moment that it does not come to again. */
static void recall_refusal(struct player *p, const struct message *m,
                           const uint8_t *bytes, size_t size)
{
    struct body_fail b;
    if (p->phase == PHASE_WAITING || p->phase == PHASE_OVER ||
        !body_fail_read(&b, m->body, m->body_size))
        return;
    keep_farewell(p, bytes, size);
    p->refused |= player_bit(p->context.self);
    mind_note(p, (struct note){.kind = NOTE_REFUSED,
                               .player = p->context.self,
                               .mask = b.missing,
                               .round = b.round});
    mind_end(p, OUTCOME_OMISSION);
}

static void hear_evidence(struct player *p, const struct message *m,
                          const uint8_t *bytes, size_t size)
{
    struct body_evidence e;
    struct message first;
    uint8_t guilty;
    const size_t slot_max = terms_slot_max(&p->terms);
    if (!body_evidence_read(&e, m->body, m->body_size) ||
        !envelope_peek(&first, e.first, e.first_size, &p->roster, slot_max)) {
        mind_judge(p, WORTH_FALSE);
        return;
    }
    if (!concerns_session(p, &first) || (p->blamed >> first.sender & 1) != 0)
        return;
    p->verifications += 2;
    const enum fault_kind fault = fault_proven(&guilty, &e, &p->roster, slot_max);
    mind_judge(p, fault != FAULT_NONE ? WORTH_NEW : WORTH_FALSE);
    if (fault == FAULT_NONE)
        return;
    mind_act(p, ACTION_KEEP, 0, bytes, size);
    memcpy(p->farewell, bytes, size); /* a proof says more than a refusal */
    p->farewell_size = size;
    mind_send(p, mind_others(p) & ~player_bit(m->sender), p->farewell,
              p->farewell_size);
    if (guilty == p->context.self)
        meet_double(p, first.round);
    mind_blame(p, guilty, fault);
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
    const uint64_t bit = player_bit(m->sender);
    const bool own = m->sender == p->context.self;
    const uint64_t attempt = attempt_of(m);
    const uint64_t least =
        own && attempt > 0 ? p->options.attempt : p->attempt[m->sender];
    if (attempt == least || (attempt > least && !own && hellos_open(p)))
        return false;
    if (attempt < least || p->phase == PHASE_WAITING || p->phase == PHASE_OVER ||
        (p->reborn & bit) != 0)
        return true;
    if (!holds(p, m, bytes, size))
        return true;
    p->reborn |= bit;
    if (own)
        meet_double(p, m->round);
    else
        mind_note(p, (struct note){.kind = NOTE_REBORN, .player = m->sender});
    return true;
}

/* Words that fill no slot. */
static void hear_aside(struct player *p, const struct message *m, const uint8_t *bytes,
                       size_t size)
{
    if (m->kind != MESSAGE_EVIDENCE && prove(p, m, bytes, size))
        return;
    if (m->kind == MESSAGE_SUSPECT)
        hear_suspect(p, m);
    else if (m->kind == MESSAGE_FAIL)
        hear_fail(p, m, bytes, size);
    else
        hear_evidence(p, m, bytes, size);
}

/* An error of our own arithmetic must silence nobody, so what it does not accept
 * libsodium judges: once in a round for each author, or forgers could have everything
 * judged twice. */
static bool second_opinion(struct player *p, const struct message *m,
                           const uint8_t *bytes, size_t size)
{
    const uint64_t author = 1ull << m->sender, round = round_number(p->round);
    if (p->reconsidered_round != round) {
        p->reconsidered_round = round;
        p->reconsidered = 0;
    }
    if ((p->reconsidered & author) != 0)
        return false;
    p->reconsidered |= author;
    return envelope_signed(m, bytes, size, &p->roster);
}

/* True if the message could fill a slot that is empty: these are most of what comes,
 * and mind_hear asks for their signatures whatever comes before them. */
static bool fills_slot(const struct player *p, const struct message *m)
{
    size_t size;
    return message_in_round(m->kind) && m->kind != MESSAGE_HELLO &&
           m->sender != p->context.self && of_this_session(p, m) &&
           !outside(p, m->round) &&
           round_slot(p->round, m->round, m->sender, &size) == NULL;
}

void player_look_ahead(struct player *p, const struct bytes *messages, size_t n)
{
    struct signed_bytes claims[VERIFIER_CLAIMS_MAX];
    size_t n_claims = 0;
    for (size_t i = 0; i < n && n_claims < VERIFIER_CLAIMS_MAX; i++) {
        struct message m;
        if (envelope_peek(&m, messages[i].at, messages[i].size, &p->roster,
                          terms_body_max(&p->terms)) &&
            fills_slot(p, &m))
            claims[n_claims++] = envelope_claim(&m, messages[i].at, messages[i].size);
    }
    if (n_claims > 1)
        verifier_look_ahead(p->verifier, claims, n_claims);
}

/* Cheap checks first: nothing unsigned costs more than a look at its header, and a
 * repeat of what is filed is recognized without its signature. */
void mind_hear(struct player *p, const uint8_t *bytes, size_t size)
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
            mind_go_on(p);
        else
            mind_repeated(p, &m);
        return;
    }
    if (m.kind == MESSAGE_HELLO && hear_vain_hello(p, &m, bytes, size))
        return;
    if (message_in_round(m.kind) && outside(p, m.round)) {
        mind_belated(p, &m, bytes, size);
        return;
    }
    if (own ? !message_in_round(m.kind) && m.kind != MESSAGE_FAIL
            : m.kind == MESSAGE_SUSPECT && too_soon(p, &m))
        return;
    if (m.kind == MESSAGE_VOUCH) {
        mind_hear_vouch(p, &m, bytes, size);
        return;
    }
    if (message_in_round(m.kind) && filed == NULL && mind_closed(p, &m))
        return;
    if (!own || size != p->said_size || memcmp(bytes, p->said, size) != 0) {
        p->verifications++;
        const bool accepted =
            envelope_accepted(&m, bytes, size, &p->roster, p->verifier) ||
            second_opinion(p, &m, bytes, size);
        mind_judge(p, accepted ? WORTH_VAIN : WORTH_FALSE);
        if (!accepted)
            return;
    }
    if (message_in_round(m.kind))
        mind_file(p, &m, bytes, size, NULL);
    else if (own)
        recall_refusal(p, &m, bytes, size);
    else
        hear_aside(p, &m, bytes, size);
}
