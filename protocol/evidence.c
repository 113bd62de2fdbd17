/* SPDX-License-Identifier: MIT */
/* Hides the layout of proofs, and how the rounds in them are lived through again. */
#include "protocol/evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "protocol/message.h"

enum {
    MAGIC_SIZE = 8,
    BODY_LIMIT = 1 << 20, /* of a proof that comes without terms */
    REASON = 256,
};
static const char magic[MAGIC_SIZE + 1] = "CA1/ev1\n";

const char *evidence_name(enum evidence_kind kind)
{
    switch (kind) {
    case EVIDENCE_TWO_WORDS:
        return "equivocation";
    case EVIDENCE_OPENING:
        return "opening";
    case EVIDENCE_ACTION:
        return "action";
    case EVIDENCE_PROOF:
        return "proof";
    case EVIDENCE_ILLEGAL:
        return "illegal";
    case EVIDENCE_EXCLUSIVE:
        return "exclusive";
    case EVIDENCE_ACCUSATION:
        return "accusation";
    }
    NEVER("not a kind of proof");
}

bool evidence_looks_so(const uint8_t *bytes, size_t n)
{
    return n >= MAGIC_SIZE && memcmp(bytes, magic, MAGIC_SIZE) == 0;
}

static bool lacks(char reason[REASON], const char *what)
{
    snprintf(reason, REASON, "%s", what);
    return false;
}

/* ---- layout ---- */

static void write_run(struct writer *w, const uint8_t *bytes, size_t n)
{
    write_u32(w, (uint32_t)n);
    write_bytes(w, bytes, n);
}

static const uint8_t *read_sized(struct reader *r, size_t *n)
{
    *n = read_u32(r);
    return read_run(r, *n);
}

static void write_head(struct writer *w, enum evidence_kind kind, uint8_t guilty,
                       const struct roster *roster)
{
    const struct digest d = roster_digest(roster);
    write_bytes(w, magic, MAGIC_SIZE);
    write_u8(w, (uint8_t)kind);
    write_u8(w, guilty);
    write_bytes(w, d.bytes, sizeof d.bytes);
}

/* ---- E1, E6, E7: two words that one author must not sign both ---- */

static const enum evidence_kind kinds[] = {
    [FAULT_EQUIVOCATION] = EVIDENCE_TWO_WORDS, [FAULT_OPENING] = EVIDENCE_OPENING,
    [FAULT_ACTION] = EVIDENCE_ACTION,          [FAULT_PROOF] = EVIDENCE_PROOF,
    [FAULT_ILLEGAL] = EVIDENCE_ILLEGAL,        [FAULT_EXCLUSIVE] = EVIDENCE_EXCLUSIVE,
    [FAULT_ACCUSATION] = EVIDENCE_ACCUSATION,
};

static bool words_judge(struct evidence *out, const struct body_evidence *e,
                        const struct roster *roster)
{
    struct message first;
    const enum fault_kind fault = fault_proven(&out->guilty, e, roster, BODY_LIMIT);
    if (fault == FAULT_NONE ||
        !envelope_peek(&first, e->first, e->first_size, roster, BODY_LIMIT))
        return false;
    out->kind = kinds[fault];
    out->session = first.session;
    out->round = first.round;
    out->message = first.kind;
    return true;
}

size_t evidence_of_words(uint8_t *out, size_t capacity, const struct roster *roster,
                         const struct body_evidence *words)
{
    struct evidence e = {0};
    if (!words_judge(&e, words, roster))
        return 0;
    struct writer w = {out, capacity, 0, false};
    write_head(&w, e.kind, e.guilty, roster);
    write_run(&w, words->first, words->first_size);
    write_run(&w, words->second, words->second_size);
    return w.bad ? 0 : w.size;
}

static bool words_hold(struct evidence *out, struct reader *r,
                       const struct roster *roster, char reason[REASON])
{
    struct body_evidence e;
    e.first = read_sized(r, &e.first_size);
    e.second = read_sized(r, &e.second_size);
    if (!reader_done(r))
        return lacks(reason, "it is cut short, or goes on after its end");
    return words_judge(out, &e, roster) ||
           lacks(reason, "the messages in it are not both signed by one player, or do "
                         "not contradict each other");
}

/* ---- E2, E3, E5: a message, judged by the rounds before it ---- */

/* What the conclusions from the last row say of the guilty. */
static bool row_convicts(struct evidence *out, const struct actions *notes)
{
    for (size_t i = 0; i < notes->n; i++) {
        const struct note *n = &notes->item[i].note;
        if ((n->kind != NOTE_DEVIATION && n->kind != NOTE_BLAMED) ||
            n->player != out->guilty || n->number < FAULT_OPENING ||
            n->number > FAULT_ILLEGAL)
            continue;
        out->kind = kinds[n->number];
        out->stage = n->stage;
        out->played = (uint8_t)(n->other % 256);
        out->prescribed = (uint8_t)(n->other / 256);
        return true;
    }
    return false;
}

/* One row of the rounds before: bodies only, which their digest holds together. */
static bool row_relive(struct observer *o, struct reader *r, const struct terms *t,
                       struct actions *notes)
{
    const struct round *round = observer_round(o);
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        struct message m = {.sender = i,
                            .round = round_number(round),
                            .transcript = round_transcript(round)};
        m.kind = (enum message_kind)read_u8(r);
        m.session = observer_session(o);
        m.body = read_sized(r, &m.body_size);
        if (m.body == NULL || m.body_size > terms_slot_max(t) ||
            observer_file(o, &m, m.body, m.body_size) != FILED)
            return false;
    }
    return observer_row_full(o) && observer_conclude(o, notes).fault == FAULT_NONE;
}

/* The row of the message that is judged: whole and signed. */
static bool row_hold(struct observer *o, struct reader *r, const struct terms *t,
                     const struct roster *roster, struct evidence *out)
{
    const struct digest session = observer_session(o);
    for (uint8_t i = 0; i < roster->n_players; i++) {
        struct message m;
        size_t n;
        const uint8_t *bytes = read_sized(r, &n);
        if (bytes == NULL || !envelope_peek(&m, bytes, n, roster, terms_slot_max(t)) ||
            m.sender != i || m.round != out->round ||
            !digest_equal(&m.session, &session) || !message_in_round(m.kind) ||
            !envelope_signed(&m, bytes, n, roster) ||
            observer_file(o, &m, bytes, n) != FILED)
            return false;
        if (i == out->guilty)
            out->message = m.kind;
    }
    return reader_done(r) && observer_row_full(o);
}

static bool rounds_hold(struct evidence *out, struct reader *r,
                        const struct roster *roster, struct observer *o,
                        struct actions *notes, char reason[REASON])
{
    /* What is proven about a deck is judged with the last row, or the one before it. */
    for (uint64_t k = 0; k < out->round; k++) {
        if (k + 1 == out->round)
            observer_doubt(o);
        if (!row_relive(o, r, &out->terms, notes))
            return lacks(reason, "the rounds in it are no session");
    }
    out->session = observer_session(o);
    if (!row_hold(o, r, &out->terms, roster, out))
        return lacks(reason, "its last row is not signed by everybody for these "
                             "rounds, under these terms");
    observer_conclude(o, notes);
    return row_convicts(out, notes) ||
           lacks(reason, "what was signed is what the rules ask for");
}

static bool row_judge(struct evidence *out, struct reader *r,
                      const struct roster *roster, char reason[REASON])
{
    char message[256];
    size_t n;
    const uint8_t *text = read_sized(r, &n);
    struct reader in = {text, n, text == NULL};
    if (text == NULL || !terms_decode(&out->terms, &in) || !reader_done(&in) ||
        !roster_valid(roster, &out->terms, message))
        return lacks(reason, "the terms in it are none, or not for this roster");
    out->has_terms = true;
    out->round = read_u64(r);
    if (out->round == 0)
        return lacks(reason, "a hello proves nothing");
    struct actions *notes = calloc(1, sizeof *notes);
    struct observer *o = observer_new_reader(&out->terms, roster);
    const bool holds = notes != NULL && o != NULL
                           ? rounds_hold(out, r, roster, o, notes, reason)
                           : lacks(reason, "memory is short");
    observer_free(o);
    free(notes);
    return holds;
}

bool evidence_holds(struct evidence *out, const uint8_t *bytes, size_t n,
                    const struct roster *roster, char reason[256])
{
    struct reader r = {bytes, n, false};
    uint8_t head[MAGIC_SIZE];
    struct digest digest;
    memset(out, 0, sizeof *out);
    read_bytes(&r, head, sizeof head);
    const uint8_t kind = read_u8(&r), guilty = read_u8(&r);
    read_bytes(&r, digest.bytes, sizeof digest.bytes);
    const struct digest known = roster_digest(roster);
    if (r.bad || !evidence_looks_so(bytes, n))
        return lacks(reason, "is no evidence");
    if (!digest_equal(&digest, &known))
        return lacks(reason, "it was made for another roster");
    if (guilty >= roster->n_players || kind < EVIDENCE_TWO_WORDS ||
        kind > EVIDENCE_ACCUSATION)
        return lacks(reason, "it names no player of this roster, or no fault");
    out->guilty = guilty;
    const bool by_row = kind >= EVIDENCE_OPENING && kind <= EVIDENCE_ILLEGAL;
    if (by_row ? !row_judge(out, &r, roster, reason)
               : !words_hold(out, &r, roster, reason))
        return false;
    return (out->guilty == guilty && (uint8_t)out->kind == kind) ||
           lacks(reason, "it proves something else than it says");
}

/* ---- finding them in a log ---- */

struct evidence_search {
    struct terms terms;
    struct roster roster;
    struct observer *observer;
    evidence_found *found;
    void *context;
    bool over;
    uint64_t told[EVIDENCE_ACCUSATION + 1]; /* masks of players, by kind */
    size_t envelope_max;
    struct slot {
        size_t size;
        uint8_t *bytes;                                       /* into slots */
    } fail[PLAYERS_MAX], last[PLAYERS_MAX], row[PLAYERS_MAX]; /* refusals; the latest of
                                  a round; those of the latest row that was full */
    uint64_t row_number;
    size_t row_at; /* of its bodies in rounds */
    uint8_t *slots;
    struct actions notes;
    struct writer rounds; /* of all complete rounds: the bodies */
    struct writer proof;  /* the one at hand */
};

struct evidence_search *evidence_search_new(const struct terms *terms,
                                            const struct roster *roster,
                                            size_t capacity, evidence_found *found,
                                            void *context)
{
    struct evidence_search *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->terms = *terms;
    s->roster = *roster;
    s->found = found;
    s->context = context;
    s->envelope_max = ENVELOPE_OVERHEAD + terms_slot_max(terms);
    s->observer = observer_new_reader(terms, roster);
    s->slots = calloc(3 * (size_t)roster->n_players, s->envelope_max);
    s->rounds = (struct writer){malloc(capacity), capacity, 0, false};
    s->proof = (struct writer){malloc(capacity), capacity, 0, false};
    if (s->observer == NULL || s->slots == NULL || s->rounds.bytes == NULL ||
        s->proof.bytes == NULL) {
        evidence_search_free(s);
        return NULL;
    }
    for (size_t i = 0; i < roster->n_players; i++) {
        s->fail[i].bytes = s->slots + 3 * i * s->envelope_max;
        s->last[i].bytes = s->slots + (3 * i + 1) * s->envelope_max;
        s->row[i].bytes = s->slots + (3 * i + 2) * s->envelope_max;
    }
    return s;
}

void evidence_search_free(struct evidence_search *s)
{
    if (s == NULL)
        return;
    observer_free(s->observer);
    free(s->slots);
    free(s->rounds.bytes);
    free(s->proof.bytes);
    free(s);
}

/* Nothing is told that a stranger would not believe. */
static void tell(struct evidence_search *s, const uint8_t *bytes, size_t n)
{
    struct evidence e;
    char reason[REASON];
    if (n == 0 || !evidence_holds(&e, bytes, n, &s->roster, reason))
        return;
    const uint64_t bit = player_bit(e.guilty);
    if ((s->told[e.kind] & bit) != 0)
        return;
    s->told[e.kind] |= bit;
    s->found(s->context, &e, bytes, n);
}

static void tell_words(struct evidence_search *s, const struct body_evidence *e)
{
    tell(s, s->proof.bytes,
         evidence_of_words(s->proof.bytes, s->proof.capacity, &s->roster, e));
}

/* The proof of what the latest full row convicts somebody. */
static void tell_row(struct evidence_search *s, enum evidence_kind kind, uint8_t guilty)
{
    struct writer *w = &s->proof;
    if ((s->told[kind] >> guilty & 1) != 0)
        return;
    w->size = 0;
    w->bad = false;
    write_head(w, kind, guilty, &s->roster);
    const size_t at = w->size;
    write_u32(w, 0);
    terms_encode(w, &s->terms);
    if (w->bad)
        return;
    struct writer size = {w->bytes + at, 4, 0, false};
    write_u32(&size, (uint32_t)(w->size - at - 4));
    write_u64(w, s->row_number);
    write_bytes(w, s->rounds.bytes, s->row_at);
    for (uint8_t i = 0; i < s->roster.n_players; i++)
        write_run(w, s->row[i].bytes, s->row[i].size);
    if (!w->bad && !s->rounds.bad)
        tell(s, w->bytes, w->size);
}

/* The row is full: what it proves, and its bodies for the proofs to come. */
static void row_is_full(struct evidence_search *s)
{
    const struct message *row = round_row(observer_round(s->observer));
    s->row_number = round_number(observer_round(s->observer));
    if (s->row_number == 0)
        s->rounds.size = 0; /* a later hello may begin the session anew */
    s->row_at = s->rounds.size;
    for (uint8_t i = 0; i < s->roster.n_players; i++) {
        size_t n;
        const uint8_t *bytes =
            round_slot(observer_round(s->observer), row[i].round, i, &n);
        write_u8(&s->rounds, (uint8_t)row[i].kind);
        write_run(&s->rounds, row[i].body, row[i].body_size);
        s->row[i].size = n;
        memcpy(s->row[i].bytes, bytes, n);
    }
    observer_conclude(s->observer, &s->notes);
    for (size_t i = 0; i < s->notes.n; i++) {
        const struct note *n = &s->notes.item[i].note;
        if ((n->kind == NOTE_DEVIATION || n->kind == NOTE_BLAMED) &&
            n->number >= FAULT_OPENING && n->number <= FAULT_ILLEGAL)
            tell_row(s, kinds[n->number], n->player);
    }
}

/* Proofs about decks are much to judge: where the log's owner has judged one, that it
 * does not hold, it is judged once more, and only there. */
static void hear_note(struct evidence_search *s, const struct record *r)
{
    struct candidate candidate;
    struct note n;
    if (note_read(&n, &candidate, r->payload, r->size, &s->terms) &&
        n.kind == NOTE_BLAMED && n.number == FAULT_PROOF &&
        n.player < s->roster.n_players)
        tell_row(s, EVIDENCE_PROOF, n.player);
}

static void keep_word(struct slot *slot, const struct record *r)
{
    memcpy(slot->bytes, r->payload, r->size);
    slot->size = r->size;
}

/* A word beside an earlier one of its author. */
static void compare(struct evidence_search *s, const struct slot *earlier,
                    const struct record *r)
{
    const struct body_evidence e = {earlier->bytes, r->payload, earlier->size, r->size};
    if (earlier->size > 0)
        tell_words(s, &e);
}

void evidence_search_record(struct evidence_search *s, const struct record *r)
{
    struct message m;
    struct body_evidence e;
    if (r->kind == RECORD_NOTE)
        hear_note(s, r);
    if ((r->kind != RECORD_IN && r->kind != RECORD_OUT) ||
        !envelope_peek(&m, r->payload, r->size, &s->roster, terms_body_max(&s->terms)))
        return;
    if (m.kind == MESSAGE_EVIDENCE && body_evidence_read(&e, m.body, m.body_size))
        tell_words(s, &e);
    if (r->size > s->envelope_max)
        return;
    compare(s, &s->fail[m.sender], r);
    compare(s, &s->last[m.sender], r);
    if (m.kind == MESSAGE_FAIL && s->fail[m.sender].size == 0)
        keep_word(&s->fail[m.sender], r);
    if (!message_in_round(m.kind))
        return;
    keep_word(&s->last[m.sender], r);
    if (observer_file(s->observer, &m, r->payload, r->size) == FILED &&
        observer_row_full(s->observer))
        row_is_full(s);
}
