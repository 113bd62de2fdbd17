/* SPDX-License-Identifier: MIT */
/* Hides that an observer is a player without a mouth: to the functions that conclude it
 * is one whose payoffs are all 0. */
#include "protocol/observer.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "protocol/dealing.h"

/* The rounds of a session are called after the messages that they are made of. */
_Static_assert((int)PHASE_HELLO == (int)MESSAGE_HELLO &&
                   (int)PHASE_PROPOSE == (int)MESSAGE_PROPOSE &&
                   (int)PHASE_SIGN == (int)MESSAGE_SIGN &&
                   (int)PHASE_ACT == (int)MESSAGE_ACT &&
                   (int)PHASE_END == (int)MESSAGE_END &&
                   (int)PHASE_DEAL == (int)MESSAGE_DEAL,
               "phases and kinds of messages have the same numbers");

struct observer {
    struct terms terms;
    struct roster roster;
    struct payoffs *payoffs;
    struct private_options options;
    struct seed seed;
    struct context context;
    struct digest before;
    struct round *round;
    struct negotiation *negotiation;
    struct play play;
    enum phase phase;
    enum outcome outcome;
    bool worked; /* on this round's row */
};

static struct observer *look(const struct terms *terms, const struct roster *roster,
                             enum dealing_view view)
{
    CHECK(roster->n_players == terms->shape.n_players);
    struct observer *o = calloc(1, sizeof *o);
    if (o == NULL)
        return NULL;
    o->terms = *terms;
    o->roster = *roster;
    o->phase = PHASE_HELLO;
    o->payoffs = payoffs_new_zero(&terms->shape, 0); /* nothing to gain */
    if (o->payoffs == NULL) {
        observer_free(o);
        return NULL;
    }
    o->context = (struct context){
        .terms = &o->terms,
        .roster = &o->roster,
        .payoffs = o->payoffs,
        .options = &o->options,
        .seed = &o->seed,
        .tolerance = incentive_tolerance(o->payoffs),
        .terms_digest = terms_digest(&o->terms),
        .roster_digest = roster_digest(&o->roster),
    };
    o->before = session_before(&o->context.roster_digest, &o->context.terms_digest);
    o->round = round_new(roster->n_players, terms_slot_max(terms));
    o->negotiation = negotiation_new(&o->context);
    const bool in_private = terms->concept == CONCEPT_PRIVATE;
    if (in_private)
        o->context.dealing = dealing_new(&o->context, view);
    if (o->round == NULL || o->negotiation == NULL ||
        (in_private && o->context.dealing == NULL)) {
        observer_free(o);
        return NULL;
    }
    return o;
}

struct observer *observer_new(const struct terms *terms, const struct roster *roster)
{
    return look(terms, roster, DEALING_OBSERVER);
}

struct observer *observer_new_reader(const struct terms *terms,
                                     const struct roster *roster)
{
    return look(terms, roster, DEALING_READER);
}

void observer_doubt(struct observer *o)
{
    if (o->context.dealing != NULL)
        dealing_doubt(o->context.dealing);
}

void observer_free(struct observer *o)
{
    if (o == NULL)
        return;
    payoffs_free(o->payoffs);
    round_free(o->round);
    negotiation_free(o->negotiation);
    dealing_free(o->context.dealing);
    free(o);
}

static uint64_t hello_attempt(const struct message *m)
{
    struct body_hello b;
    return m->kind == MESSAGE_HELLO && body_hello_read(&b, m->body, m->body_size)
               ? b.attempt
               : 0;
}

uint64_t observer_attempt(const struct observer *o, uint8_t player)
{
    struct message m;
    size_t n;
    const uint8_t *bytes = round_slot(o->round, 0, player, &n);
    return bytes != NULL &&
                   envelope_peek(&m, bytes, n, &o->roster, terms_slot_max(&o->terms))
               ? hello_attempt(&m)
               : 0;
}

enum filing observer_file(struct observer *o, const struct message *m,
                          const uint8_t *bytes, size_t n)
{
    const enum filing filing = round_file(o->round, m, bytes, n);
    if (filing != CONFLICT || m->round > 0 || round_number(o->round) > 1 ||
        o->phase == PHASE_OVER || hello_attempt(m) <= observer_attempt(o, m->sender))
        return filing;
    if (round_number(o->round) == 1)
        round_reopen(o->round);
    o->phase = PHASE_HELLO;
    round_replace(o->round, m, bytes, n);
    return FILED;
}

bool observer_row_full(const struct observer *o)
{
    return o->phase != PHASE_OVER && round_missing(o->round) == 0;
}

/* Who says something of another kind than this round is made of; n_players: nobody. */
static uint8_t astray(const struct observer *o)
{
    const struct message *row = round_row(o->round);
    uint8_t i = 0;
    while (i < o->roster.n_players && row[i].kind == observer_expected(o))
        i++;
    return i;
}

uint32_t observer_work(struct observer *o)
{
    struct dealing *d = o->context.dealing;
    CHECK(observer_row_full(o));
    if (o->worked || !play_deals(&o->play, &o->context, o->phase) ||
        astray(o) < o->roster.n_players)
        return 0;
    o->worked = true;
    const uint32_t begun = dealing_begin(d, o->phase, round_row(o->round));
    for (uint8_t k = 0; k < 32; k++)
        if ((begun >> k & 1) != 0) {
            struct work *w = dealing_work(d, k);
            work_do(w);
            dealing_worked(d, w);
        }
    return begun;
}

bool observer_waits(const struct observer *o)
{
    return o->phase != PHASE_COMMIT;
}

bool observer_in_private(const struct observer *o)
{
    return play_private(&o->play, &o->context);
}

/* What the row says: who is guilty, or what comes next. */
static struct conclusion conclude(struct observer *o)
{
    const struct message *row = round_row(o->round);
    const uint8_t i = astray(o);
    o->context.transcript = round_transcript(o->round);
    if (i < o->roster.n_players)
        return (struct conclusion){PHASE_OVER, OUTCOME_FAULT, i, FAULT_ILLEGAL};
    observer_work(o);
    if (o->phase >= PHASE_ACT)
        return play_conclude(&o->play, &o->context, o->phase, row);
    return negotiation_conclude(o->negotiation, &o->context, o->phase, row);
}

/* A negotiation makes the digest of its agreement when it signs it. */
static void sign_nothing(struct observer *o)
{
    uint8_t body[256];
    struct writer w = {body, sizeof body, 0, false};
    negotiation_say(o->negotiation, &o->context, PHASE_SIGN, &w);
}

static void enter(struct observer *o, enum phase next)
{
    if (phase_group(next) != phase_group(o->phase))
        context_note(&o->context, &(struct note){.kind = NOTE_ENTERED, .number = next});
    o->phase = next;
    if (next == PHASE_SIGN)
        sign_nothing(o);
}

static void note_end(struct observer *o)
{
    context_note(&o->context, &(struct note){.kind = NOTE_ENDED,
                                             .number = o->outcome,
                                             .stage = o->play.played});
}

struct conclusion observer_conclude(struct observer *o, struct actions *notes)
{
    CHECK(observer_row_full(o));
    notes->n = 0;
    o->context.out = notes;
    struct conclusion c = conclude(o);
    if (c.fault != FAULT_NONE) {
        context_note(&o->context, &(struct note){.kind = NOTE_BLAMED,
                                                 .player = c.guilty,
                                                 .number = c.fault,
                                                 .round = round_number(o->round),
                                                 .stage = o->play.stage});
        observer_end(o, OUTCOME_FAULT);
        note_end(o);
        return c;
    }
    const struct digest t = round_close(o->round, &o->context.session);
    context_note(&o->context, &(struct note){.kind = NOTE_ROUND,
                                             .round = round_number(o->round),
                                             .digest = t});
    if (o->phase == PHASE_START)
        c.next = play_start(&o->play, &o->context, o->negotiation);
    round_advance(o->round, &o->context.session, &t);
    if (c.next == PHASE_OVER) {
        observer_end(o, c.outcome);
        note_end(o);
    } else
        enter(o, c.next);
    o->worked = false;
    return c;
}

void observer_end(struct observer *o, enum outcome outcome)
{
    o->phase = PHASE_OVER;
    o->outcome = outcome;
}

enum phase observer_phase(const struct observer *o)
{
    return o->phase;
}

enum outcome observer_outcome(const struct observer *o)
{
    return o->outcome;
}

enum message_kind observer_expected(const struct observer *o)
{
    return (enum message_kind)o->phase;
}

const struct round *observer_round(const struct observer *o)
{
    return o->round;
}

const struct play *observer_play(const struct observer *o)
{
    return &o->play;
}

const struct negotiation *observer_negotiation(const struct observer *o)
{
    return o->negotiation;
}

struct digest observer_session(const struct observer *o)
{
    return o->context.session;
}

struct digest observer_before(const struct observer *o)
{
    return o->before;
}

void observer_report(const struct observer *o, struct report *out)
{
    memset(out, 0, sizeof *out);
    const struct agreement *a = negotiation_agreement(o->negotiation);
    negotiation_report(o->negotiation, out);
    out->phase = o->phase;
    out->outcome = o->outcome;
    out->round = round_number(o->round);
    out->session = o->context.session;
    out->threat = a->threat;
    out->stages_played = o->play.played;
    if (o->play.stage == 0)
        return;
    out->agreed = a->agreed;
    out->agreement = a->candidate;
    out->agreement_digest = negotiation_agreement_digest(o->negotiation);
    out->length = a->length;
}
