/* SPDX-License-Identifier: MIT */
/* Hides which fields each kind of record has. */
#include "cli/stream.h"

#include <math.h>

#include "cli/report.h"
#include "protocol/message.h"

static void put_players(struct json *j, const char *key, uint64_t mask)
{
    emit_list(j, key);
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        if (mask >> i & 1)
            emit_integer(j, NULL, i + 1u);
    emit_close(j);
}

static void put_digest(struct json *j, const char *key, const struct digest *d)
{
    emit_hex(j, key, d->bytes, sizeof d->bytes);
}

static void put_candidate(struct json *j, const struct note *n, const struct terms *t)
{
    if (n->candidate != NULL)
        emit_agreed(j, t, n->candidate);
}

/* Of this node alone: null where it is not to be shown. */
static void put_own(struct json *j, const char *key, double v)
{
    if (isfinite(v))
        emit_number(j, key, v);
    else
        emit_null(j, key);
}

static void put_length(struct json *j, uint32_t length)
{
    if (length > 0)
        emit_integer(j, "length", length);
    else
        emit_null(j, "length");
}

const char *stream_mode_name(uint32_t mode)
{
    return mode == 0 ? "as agreed" : mode == 1 ? "punishing" : "no agreement";
}

static void put_entered(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_text(j, "phase",
              phase_name(n->number <= PHASE_OVER ? (enum phase)n->number : PHASE_OVER));
}

static void put_round(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "round", n->round);
    put_digest(j, "transcript", &n->digest);
}

static void put_session(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    put_digest(j, "session", &n->digest);
}

static void put_threat(struct json *j, const struct note *n, const struct terms *t)
{
    if (n->candidate != NULL)
        emit_profile(j, "profile", &t->shape, n->candidate);
    put_own(j, "regret", n->value);
    emit_integer(j, "rounds", n->number);
}

static void put_no_threat(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "rounds", n->number);
    put_players(j, "refused_by", n->mask);
}

static void put_sampled(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "asked", n->number);
    emit_integer(j, "certified", n->other);
    emit_integer(j, "rounds", n->round);
}

static void put_drawn(struct json *j, const struct note *n, const struct terms *t)
{
    emit_integer(j, "draw", n->number);
    emit_integer(j, "on_table", n->other);
    emit_integer(j, "proposer", n->player + 1u);
    put_candidate(j, n, t);
}

static void put_pruned(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "draw", n->number);
    emit_integer(j, "left", n->other);
}

static void put_selected(struct json *j, const struct note *n, const struct terms *t)
{
    emit_text(j, "selection", selection_name((enum selection)n->number));
    emit_integer(j, "best", n->other);
    emit_integer(j, "proposer", n->player + 1u);
    put_candidate(j, n, t);
}

static void put_agreed(struct json *j, const struct note *n, const struct terms *t)
{
    put_candidate(j, n, t);
    put_digest(j, "digest", &n->digest);
    put_length(j, n->number);
    put_own(j, "payoff", n->value);
}

static void put_signed(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    put_digest(j, "certificate", &n->digest);
}

static void put_stage(struct json *j, const struct note *n, const struct terms *t)
{
    emit_integer(j, "stage", n->stage);
    emit_list(j, "actions");
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        emit_integer(j, NULL, n->actions[i] + 1u);
    emit_close(j);
    emit_text(j, "mode", stream_mode_name(n->number));
    put_players(j, "deviated", n->mask);
}

static void put_tossed(struct json *j, const struct note *n, const struct terms *t)
{
    emit_integer(j, "stage", n->stage);
    emit_integer(j, "number", n->number + 1u);
    emit_list(j, "actions");
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        emit_integer(j, NULL, n->actions[i] + 1u);
    emit_close(j);
}

static void put_deviation(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "stage", n->stage);
    emit_integer(j, "node", n->player + 1u);
    emit_text(j, "fault", fault_name((enum fault_kind)n->number));
    if (n->number != FAULT_ACTION) {
        emit_null(j, "played");
        emit_null(j, "prescribed");
        return;
    }
    emit_integer(j, "played", (n->other & 255) + 1u);
    emit_integer(j, "prescribed", (n->other >> 8) + 1u);
}

static void put_punishing(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "from", n->stage);
    put_length(j, n->number);
}

static void put_restored(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "stage", n->stage);
}

static void put_waiting(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "round", n->round);
    emit_integer(j, "stage", n->stage);
    put_players(j, "missing", n->mask);
    emit_integer(j, "since_ms", n->number);
}

static void put_healed(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "round", n->round);
    emit_integer(j, "after_ms", n->number);
}

static void put_refused(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "node", n->player + 1u);
    put_players(j, "silent", n->mask);
    emit_integer(j, "round", n->round);
    emit_integer(j, "stage", n->stage);
}

static void put_blamed(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "node", n->player + 1u);
    emit_text(j, "fault", fault_name((enum fault_kind)n->number));
    emit_integer(j, "round", n->round);
    emit_integer(j, "stage", n->stage);
}

static void put_player(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "node", n->player + 1u);
}

static void put_ended(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_text(j, "outcome", outcome_name((enum outcome)n->number));
    emit_integer(j, "stages", n->stage);
}

static void put_double(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "round", n->round);
}

static void put_worked(struct json *j, const struct note *n, const struct terms *t)
{
    (void)t;
    emit_integer(j, "round", n->round);
    emit_integer(j, "stage", n->stage);
    emit_integer(j, "after_ms", n->number);
}

static const struct {
    const char *name;
    void (*put)(struct json *j, const struct note *n, const struct terms *t);
} notes[] = {
    [NOTE_ENTERED] = {"entered", put_entered},
    [NOTE_ROUND] = {"round", put_round},
    [NOTE_SESSION] = {"session", put_session},
    [NOTE_THREAT] = {"threat", put_threat},
    [NOTE_NO_THREAT] = {"no_threat", put_no_threat},
    [NOTE_SAMPLED] = {"sampled", put_sampled},
    [NOTE_DRAWN] = {"drawn", put_drawn},
    [NOTE_PRUNED] = {"pruned", put_pruned},
    [NOTE_NO_AGREEMENT] = {"no_agreement", NULL},
    [NOTE_AGREED] = {"agreed", put_agreed},
    [NOTE_SIGNED] = {"signed", put_signed},
    [NOTE_STAGE] = {"stage", put_stage},
    [NOTE_DEVIATION] = {"deviation", put_deviation},
    [NOTE_PUNISHING] = {"punishing", put_punishing},
    [NOTE_RESTORED] = {"restored", put_restored},
    [NOTE_WAITING] = {"waiting", put_waiting},
    [NOTE_HEALED] = {"healed", put_healed},
    [NOTE_REFUSED] = {"refused", put_refused},
    [NOTE_BLAMED] = {"blamed", put_blamed},
    [NOTE_STRANGER] = {"stranger", put_player},
    [NOTE_REBORN] = {"reborn", put_player},
    [NOTE_ENDED] = {"ended", put_ended},
    [NOTE_DOUBLE] = {"double", put_double},
    [NOTE_TOSSED] = {"tossed", put_tossed},
    [NOTE_WORKED] = {"worked", put_worked},
    [NOTE_SELECTED] = {"selected", put_selected},
};

static bool is_action(const struct terms *t, uint8_t player, uint32_t action)
{
    return action < t->shape.n_actions[player];
}

static bool holds_actions(const struct note *n, const struct terms *t)
{
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        if (!is_action(t, i, n->actions[i]))
            return false;
    return true;
}

static bool holds_candidate(const struct note *n, const struct terms *t)
{
    return n->candidate != NULL &&
           (n->kind == NOTE_THREAT ? candidate_valid(n->candidate, &t->shape)
                                   : terms_candidate_valid(t, n->candidate));
}

static bool is_told(const struct note *n, const struct terms *t)
{
    if (n->player >= t->shape.n_players ||
        (n->mask & ~players_all(t->shape.n_players)) != 0)
        return false;
    if (n->kind == NOTE_SELECTED && n->number >= SELECTIONS)
        return false;
    if (n->kind == NOTE_THREAT || n->kind == NOTE_DRAWN || n->kind == NOTE_SELECTED ||
        n->kind == NOTE_AGREED)
        return holds_candidate(n, t);
    if (n->kind == NOTE_STAGE || n->kind == NOTE_TOSSED)
        return holds_actions(n, t);
    if (n->kind == NOTE_BLAMED)
        return n->number > FAULT_NONE && n->number < FAULT_KINDS;
    if (n->kind == NOTE_DEVIATION)
        return n->number > FAULT_NONE && n->number < FAULT_KINDS &&
               (n->number != FAULT_ACTION || (is_action(t, n->player, n->other & 255) &&
                                              is_action(t, n->player, n->other >> 8)));
    if (n->kind == NOTE_ENDED)
        return n->number <= OUTCOME_FAULT;
    return n->kind != NOTE_ENTERED || n->number <= PHASE_OVER;
}

bool stream_tells(const struct record *r, const struct terms *terms)
{
    struct candidate candidate;
    struct note n;
    return r->kind != RECORD_NOTE ||
           (note_read(&n, &candidate, r->payload, r->size, terms) &&
            is_told(&n, terms));
}

const char *stream_note_name(enum note_kind kind)
{
    return notes[kind].name;
}

void stream_note(struct json *j, const struct note *n, const struct terms *t)
{
    if (notes[n->kind].put != NULL)
        notes[n->kind].put(j, n, t);
}

static void put_note(struct json *j, const struct record *r, const struct terms *t,
                     bool own)
{
    struct candidate candidate;
    struct note n;
    if (!note_read(&n, &candidate, r->payload, r->size, t))
        return;
    if (!own)
        n.value = NAN;
    emit_text(j, "note", stream_note_name(n.kind));
    stream_note(j, &n, t);
}

static void emit_asked(struct json *j, const struct terms *t, const struct candidate *c)
{
    const struct shape s = terms_candidates(t);
    struct profile x;
    profile_from_candidate(&x, &s, c);
    if (t->concept == CONCEPT_NASH)
        emit_profile(j, NULL, &s, c);
    else
        emit_numbers(j, NULL, x.share, shape_weights(&s));
}

static void put_proposals(struct json *j, const struct message *m,
                          const struct terms *t)
{
    static struct body_propose b; /* too large for a stack */
    if ((m->kind != MESSAGE_PROPOSE && m->kind != MESSAGE_ANSWER) ||
        body_proposal_read(&b, m->body, m->body_size, t) == 0)
        return;
    emit_bool(j, "finished", b.finished);
    emit_list(j, "candidates");
    for (uint16_t k = 0; k < b.n_candidates; k++)
        emit_asked(j, t, &b.candidate[k]);
    emit_close(j);
}

static void put_message(struct json *j, const struct record *r, const struct terms *t,
                        const struct roster *roster)
{
    struct message m;
    if (envelope_peek(&m, r->payload, r->size, roster, terms_body_max(t))) {
        emit_text(j, "message", message_name(m.kind));
        emit_integer(j, "sender", m.sender + 1u);
        emit_integer(j, "round", m.round);
        put_digest(j, "transcript", &m.transcript);
        put_proposals(j, &m, t);
    }
    emit_hex(j, "envelope", r->payload, r->size);
}

static void put_header(struct json *j, const struct record *r)
{
    struct record_header h;
    if (!record_header_read(&h, r->payload, r->size))
        return;
    emit_text(j, "program", h.program);
    emit_integer(j, "node", h.self + 1u);
    put_digest(j, "terms", &h.terms);
    put_digest(j, "roster", &h.roster);
}

static void put_play(struct json *j, const struct record *r)
{
    struct reader reader = {r->payload, r->size, false};
    const uint32_t stage = read_u32(&reader);
    const uint8_t action = read_u8(&reader);
    if (!reader_done(&reader))
        return;
    emit_integer(j, "stage", stage);
    emit_integer(j, "action", action + 1u);
}

static void put_end(struct json *j, const struct record *r)
{
    struct reader reader = {r->payload, r->size, false};
    struct signature signature;
    const uint64_t n_records = read_u64(&reader);
    read_bytes(&reader, signature.bytes, sizeof signature.bytes);
    if (!reader_done(&reader))
        return;
    emit_integer(j, "records", n_records);
    emit_hex(j, "signature", signature.bytes, sizeof signature.bytes);
}

void stream_record(FILE *out, const struct record *r, uint64_t number,
                   const struct terms *terms, const struct roster *roster, bool own)
{
    static const char *const kinds[] = {
        [RECORD_HEADER] = "header", [RECORD_IN] = "in",     [RECORD_OUT] = "out",
        [RECORD_NOTE] = "note",     [RECORD_PLAY] = "play", [RECORD_END] = "end",
        [RECORD_WORK] = "work"};
    struct json j = {.out = out};
    emit_object(&j, NULL);
    emit_integer(&j, "record", number);
    emit_integer(&j, "time_ms", r->time_ms);
    emit_text(&j, "kind", kinds[r->kind]);
    if (r->kind == RECORD_HEADER)
        put_header(&j, r);
    else if (r->kind == RECORD_IN || r->kind == RECORD_OUT)
        put_message(&j, r, terms, roster);
    else if (r->kind == RECORD_NOTE)
        put_note(&j, r, terms, own);
    else if (r->kind == RECORD_PLAY)
        put_play(&j, r);
    else if (r->kind == RECORD_WORK)
        emit_integer(&j, "number", r->payload[0]);
    else
        put_end(&j, r);
    emit_hex(&j, "chain", r->chain.bytes, sizeof r->chain.bytes);
    emit_end(&j);
}
