/* SPDX-License-Identifier: MIT */
/* Hides how events become the steps of a session, and what is said when. What comes in
 * is hearing.c's, what to do about silence waiting.c's, what the rows mean
 * negotiation.c's and play.c's. */
#include "protocol/player.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "protocol/mind.h"
#include "protocol/transcript.h"

enum {
    ROOM_FOR_DUTIES = 2 * PLAYERS_MAX + 16, /* actions of a step that cannot wait */
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
        [PHASE_FOLLOW] = "follow",       [PHASE_TOSS] = "toss",
        [PHASE_RESTORE] = "restore",     [PHASE_END] = "end",
        [PHASE_DEAL] = "deal",           [PHASE_OVER] = "over",
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

bool mind_in_play(enum phase phase)
{
    return phase >= PHASE_ACT && phase <= PHASE_DEAL;
}

unsigned phase_group(enum phase phase)
{
    static const uint8_t groups[] = {
        [PHASE_WAITING] = 0, [PHASE_HELLO] = 1,     [PHASE_REGRET] = 2,
        [PHASE_PUNISH] = 2,  [PHASE_PUNISH_OK] = 2, [PHASE_PROPOSE] = 3,
        [PHASE_ANSWER] = 3,  [PHASE_SET] = 4,       [PHASE_REVEAL] = 4,
        [PHASE_PRUNE] = 4,   [PHASE_LENGTH] = 5,    [PHASE_SIGN] = 5,
        [PHASE_START] = 5,   [PHASE_ACT] = 6,       [PHASE_COMMIT] = 6,
        [PHASE_SHOW] = 6,    [PHASE_FOLLOW] = 6,    [PHASE_TOSS] = 6,
        [PHASE_RESTORE] = 6, [PHASE_END] = 8,       [PHASE_DEAL] = 7,
        [PHASE_OVER] = 9,
    };
    return groups[phase];
}

/* ---- life ---- */

static bool acquire(struct player *p, const struct payoffs *payoffs)
{
    const size_t slot_max = terms_slot_max(&p->terms);
    const size_t body_max = terms_body_max(&p->terms);
    p->envelope_max = ENVELOPE_OVERHEAD + body_max;
    p->payoffs = payoffs_copy(payoffs);
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
    p->verifier = verifier_new(p->roster.key, p->roster.n_players);
    p->round = round_new(p->roster.n_players, slot_max);
    p->negotiation = negotiation_new(&p->context);
    const bool in_private = p->terms.concept == CONCEPT_PRIVATE;
    if (in_private)
        p->context.dealing = dealing_new(&p->context, DEALING_PLAYER);
    const bool strict = p->terms.verdict == VERDICT_STRICT;
    if (strict)
        p->vouches = vouches_new(p->roster.n_players, p->envelope_max);
    p->said = calloc(1, p->envelope_max);
    p->farewell = calloc(1, p->envelope_max);
    p->aside = calloc(1, p->envelope_max);
    p->body = calloc(1, body_max);
    return (p->vouches != NULL || !strict) &&
           (p->context.dealing != NULL || !in_private) && p->verifier != NULL &&
           p->round != NULL && p->negotiation != NULL && p->said != NULL &&
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
    verifier_free(p->verifier);
    round_free(p->round);
    negotiation_free(p->negotiation);
    vouches_free(p->vouches);
    dealing_free(p->context.dealing);
    free(p->said);
    free(p->farewell);
    free(p->aside);
    free(p->body);
    secure_wipe(p, sizeof *p);
    free(p);
}

/* ---- saying ---- */

void mind_act(struct player *p, enum action_kind kind, uint8_t to, const uint8_t *bytes,
              size_t size)
{
    struct actions *out = p->context.out;
    CHECK(out->n < PLAYER_ACTIONS_MAX);
    out->item[out->n++] =
        (struct action){.kind = kind, .to = to, .bytes = bytes, .size = size};
}

void mind_note(struct player *p, struct note n)
{
    if (n.stage == 0)
        n.stage = p->play.stage;
    context_note(&p->context, &n);
}

uint64_t mind_others(const struct player *p)
{
    return players_all(p->roster.n_players) & ~player_bit(p->context.self);
}

/* Whatever is sent to one player can be asked for again, so it gives way where one step
 * has much to do: what must be done always finds room. */
void mind_send(struct player *p, uint64_t mask, const uint8_t *bytes, size_t size)
{
    for (uint8_t i = 0; i < p->roster.n_players; i++)
        if (((mask & mind_others(p)) >> i & 1) != 0 &&
            p->context.out->n < PLAYER_ACTIONS_MAX - ROOM_FOR_DUTIES)
            mind_act(p, ACTION_SEND, i, bytes, size);
}

size_t mind_seal(struct player *p, uint8_t *out, enum message_kind kind,
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

void mind_say(struct player *p, enum phase phase)
{
    if (phase_group(phase) != phase_group(p->phase))
        context_note(&p->context,
                     &(struct note){.kind = NOTE_ENTERED, .number = phase});
    p->phase = phase;
    struct writer body = {p->body, terms_slot_max(&p->terms), 0, false};
    p->context.transcript = round_transcript(p->round);
    p->expected = mind_in_play(phase)
                      ? play_say(&p->play, &p->context, phase, &body)
                      : negotiation_say(p->negotiation, &p->context, phase, &body);
    CHECK(!body.bad);
    p->said_size = mind_seal(p, p->said, p->expected, body.size);
    p->said_count++;
    mind_act(p, ACTION_SAY, 0, p->said, p->said_size);
    mind_wait_anew(p);
    p->begun = false;
}

void mind_end(struct player *p, enum outcome outcome)
{
    const bool all_have_all = outcome == OUTCOME_PLAYED;
    p->linger_ms =
        p->now_ms + (all_have_all ? p->terms.soft_ms / 2
                                  : (uint64_t)LINGER_SOFTS * p->terms.soft_ms);
    if (mind_strict(p))
        p->linger_ms += 2 * (uint64_t)p->terms.delay_ms;
    p->outcome = outcome;
    p->phase = PHASE_OVER;
    context_note(
        &p->context,
        &(struct note){.kind = NOTE_ENDED, .number = outcome, .stage = p->play.played});
}

/* ---- refusing to go on ---- */

/* Signs that those in the mask were not heard in this round. It is irrevocable: this
 * player will never complete the round. It is a claim, and proves nothing. */
void mind_refuse(struct player *p, uint64_t missing)
{
    struct writer body = {p->body, terms_slot_max(&p->terms), 0, false};
    body_fail_write(&body, &(struct body_fail){round_number(p->round), missing});
    p->farewell_size = mind_seal(p, p->farewell, MESSAGE_FAIL, body.size);
    mind_act(p, ACTION_SAY, 0, p->farewell, p->farewell_size);
    p->refused |= player_bit(p->context.self);
    mind_note(p, (struct note){.kind = NOTE_REFUSED,
                               .player = p->context.self,
                               .mask = missing,
                               .round = round_number(p->round)});
    mind_end(p, OUTCOME_OMISSION);
}

void mind_blame(struct player *p, uint8_t guilty, enum fault_kind fault)
{
    p->blamed |= player_bit(guilty);
    mind_note(p, (struct note){.kind = NOTE_BLAMED,
                               .player = guilty,
                               .number = fault,
                               .round = round_number(p->round)});
    if (p->phase != PHASE_OVER)
        mind_end(p, OUTCOME_FAULT);
}

void player_step(struct player *p, const struct event *event, struct actions *out)
{
    CHECK(event->now_ms >= p->now_ms);
    out->n = 0;
    out->worth = WORTH_LITTLE;
    p->context.out = out;
    mind_wake_up(p, event->now_ms);
    switch (event->kind) {
    case EVENT_START:
        CHECK(p->phase == PHASE_WAITING);
        mind_say(p, PHASE_HELLO);
        p->named_ms = p->entered_ms + phase_patience_ms(&p->terms, p->phase);
        break;
    case EVENT_TIME:
        mind_wait(p);
        break;
    case EVENT_MESSAGE:
        mind_hear(p, event->bytes, event->size);
        break;
    case EVENT_WORK:
        CHECK(p->context.dealing != NULL);
        dealing_worked(p->context.dealing, event->work);
        mind_go_on(p);
        break;
    }
    p->context.out = NULL;
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
    out->working = p->phase != PHASE_OVER && mind_working(p);
    out->session = p->context.session;
    negotiation_report(p->negotiation, out);
    out->agreed = started && a->agreed;
    out->threat = a->threat;
    if (started) {
        out->agreement = a->candidate;
        out->agreement_digest = negotiation_agreement_digest(p->negotiation);
        out->length = a->length;
        report_play(p, out);
    }
    out->signatures = p->signatures;
    out->verifications = p->verifications;
    out->said = p->said_count;
    memcpy(out->heard_round, p->heard_round, sizeof out->heard_round);
}
