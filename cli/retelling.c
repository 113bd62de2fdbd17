/* SPDX-License-Identifier: MIT */
/* Hides which field of an object stands for which of a note. Nothing here trusts what
 * was told: numbers, names and lengths are those of the terms, or the object is none.
 */
#include "cli/retelling.h"

#include <math.h>
#include <string.h>

#include "base/bytes.h"
#include "cli/stream.h"

/* ---- values ---- */

static bool whole(uint64_t *out, const json_t *told, const char *key, uint64_t most)
{
    const json_t *v = json_object_get(told, key);
    const json_int_t n = json_is_integer(v) ? json_integer_value(v) : -1;
    *out = n >= 0 ? (uint64_t)n : 0;
    return n >= 0 && (uint64_t)n <= most;
}

static int nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How many bytes; 0 for what is not hexadecimal or too long. */
static size_t hex(uint8_t *out, size_t capacity, const json_t *v)
{
    const char *text = json_string_value(v);
    const size_t n = text != NULL ? strlen(text) : 0;
    if (n % 2 != 0 || n / 2 > capacity)
        return 0;
    for (size_t k = 0; k < n / 2; k++) {
        const int high = nibble(text[2 * k]), low = nibble(text[2 * k + 1]);
        if (high < 0 || low < 0)
            return 0;
        out[k] = (uint8_t)(high << 4 | low);
    }
    return n / 2;
}

static bool digest(struct digest *out, const json_t *told, const char *key)
{
    return hex(out->bytes, sizeof out->bytes, json_object_get(told, key)) ==
           sizeof out->bytes;
}

/* Shares are told exactly, so the weights are those that were signed. */
static bool take_shares(uint32_t *weight, const json_t *list, uint16_t n)
{
    if (!json_is_array(list) || json_array_size(list) != n)
        return false;
    for (uint16_t k = 0; k < n; k++) {
        const double share = json_number_value(json_array_get(list, k));
        if (!(share >= 0 && share <= 1))
            return false;
        weight[k] = (uint32_t)llround(share * WEIGHT_ONE);
    }
    return true;
}

static bool take_candidate(struct candidate *out, const json_t *told,
                           const struct terms *t, bool threat)
{
    const struct shape shape = threat ? t->shape : terms_candidates(t);
    const json_t *profile = json_object_get(told, "profile");
    memset(out, 0, sizeof *out);
    if (profile == NULL)
        return take_shares(out->weight, json_object_get(told, "distribution"),
                           shape_weights(&shape)) &&
               candidate_valid(out, &shape);
    for (uint8_t i = 0; i < shape.n_players; i++)
        if (!take_shares(out->weight + shape_offset(&shape, i),
                         json_array_get(profile, i), shape.n_actions[i]))
            return false;
    return candidate_valid(out, &shape);
}

/* ---- fields of notes ---- */

static bool take_player(struct note *n, const json_t *v, const struct terms *t)
{
    const json_int_t k = json_integer_value(v);
    n->player = (uint8_t)(k - 1);
    return k >= 1 && k <= t->shape.n_players;
}

static bool take_mask(struct note *n, const json_t *v, const struct terms *t)
{
    if (!json_is_array(v))
        return false;
    for (size_t i = 0; i < json_array_size(v); i++) {
        const json_int_t k = json_integer_value(json_array_get(v, i));
        if (k < 1 || k > t->shape.n_players)
            return false;
        n->mask |= player_bit((uint8_t)(k - 1));
    }
    return true;
}

static bool take_actions(struct note *n, const json_t *v, const struct terms *t)
{
    if (json_array_size(v) != t->shape.n_players)
        return false;
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        const json_int_t k = json_integer_value(json_array_get(v, i));
        if (k < 1 || k > t->shape.n_actions[i])
            return false;
        n->actions[i] = (uint8_t)(k - 1);
    }
    return true;
}

/* The number of a name among the first `most` + 1. */
static bool take_name(struct note *n, const json_t *v, const char *(*name)(uint32_t k),
                      uint32_t most)
{
    const char *text = json_string_value(v);
    for (n->number = 0; text != NULL && n->number <= most; n->number++)
        if (name(n->number) != NULL && strcmp(name(n->number), text) == 0)
            return true;
    return false;
}

static const char *name_of_phase(uint32_t k)
{
    return phase_name((enum phase)k);
}
static const char *name_of_outcome(uint32_t k)
{
    return outcome_name((enum outcome)k);
}
static const char *name_of_fault(uint32_t k)
{
    return k == FAULT_NONE ? NULL : fault_name((enum fault_kind)k);
}
static const char *name_of_mode(uint32_t k)
{
    return stream_mode_name(k);
}

static const char *name_of_selection(uint32_t k)
{
    return selection_name((enum selection)k);
}

static bool take_number(struct note *n, const char *key, uint64_t v)
{
    static const struct {
        const char *key;
        enum { ROUND, STAGE, NUMBER, OTHER } field;
    } fields[] = {
        {"round", ROUND},     {"stage", STAGE},     {"from", STAGE},
        {"stages", STAGE},    {"draw", NUMBER},     {"asked", NUMBER},
        {"length", NUMBER},   {"since_ms", NUMBER}, {"after_ms", NUMBER},
        {"certified", OTHER}, {"on_table", OTHER},  {"left", OTHER},
        {"best", OTHER},
    };
    for (size_t k = 0; k < sizeof fields / sizeof fields[0]; k++) {
        if (strcmp(fields[k].key, key) != 0)
            continue;
        if (fields[k].field == ROUND)
            n->round = v;
        else if (fields[k].field == STAGE)
            n->stage = (uint32_t)v;
        else if (fields[k].field == NUMBER)
            n->number = (uint32_t)v;
        else
            n->other = (uint32_t)v;
        return fields[k].field == ROUND || v <= UINT32_MAX;
    }
    if (strcmp(key, "rounds") == 0) { /* of which search, the kind says */
        n->round = n->kind == NOTE_SAMPLED ? v : 0;
        n->number = n->kind == NOTE_SAMPLED ? n->number : (uint32_t)v;
    }
    return v <= UINT32_MAX;
}

static bool take_field(struct note *n, const char *key, const json_t *v,
                       const struct terms *t)
{
    if (json_is_integer(v) && strcmp(key, "node") != 0 && strcmp(key, "proposer") != 0)
        return json_integer_value(v) >= 0 &&
               take_number(n, key, (uint64_t)json_integer_value(v));
    if (strcmp(key, "node") == 0 || strcmp(key, "proposer") == 0)
        return take_player(n, v, t);
    if (strcmp(key, "refused_by") == 0 || strcmp(key, "deviated") == 0 ||
        strcmp(key, "missing") == 0 || strcmp(key, "silent") == 0)
        return take_mask(n, v, t);
    if (strcmp(key, "actions") == 0)
        return take_actions(n, v, t);
    if (strcmp(key, "phase") == 0)
        return take_name(n, v, name_of_phase, PHASE_OVER);
    if (strcmp(key, "outcome") == 0)
        return take_name(n, v, name_of_outcome, OUTCOME_FAULT);
    if (strcmp(key, "fault") == 0)
        return take_name(n, v, name_of_fault, FAULT_KINDS - 1);
    if (strcmp(key, "selection") == 0)
        return take_name(n, v, name_of_selection, SELECTIONS - 1);
    if (strcmp(key, "mode") == 0)
        return take_name(n, v, name_of_mode, 2);
    if (strcmp(key, "transcript") == 0 || strcmp(key, "session") == 0 ||
        strcmp(key, "digest") == 0 || strcmp(key, "certificate") == 0)
        return hex(n->digest.bytes, sizeof n->digest.bytes, v) ==
               sizeof n->digest.bytes;
    return true;
}

/* Own payoffs may be whole numbers in JSON, and null where they are not shown. */
static double own_value(const json_t *told)
{
    const json_t *v = json_object_get(told, "regret");
    v = v != NULL ? v : json_object_get(told, "payoff");
    return json_is_number(v) ? json_number_value(v) : 0;
}

static bool note_kind_of(enum note_kind *out, const json_t *told)
{
    const char *name = json_string_value(json_object_get(told, "note"));
    for (int k = NOTE_ENTERED; name != NULL && k < NOTE_KINDS; k++)
        if (strcmp(stream_note_name((enum note_kind)k), name) == 0) {
            *out = (enum note_kind)k;
            return true;
        }
    return false;
}

static bool take_played(struct note *n, const json_t *told, const struct terms *t)
{
    uint64_t played, prescribed;
    const uint16_t most = t->shape.n_actions[n->player];
    if (!whole(&played, told, "played", ACTIONS_MAX) ||
        !whole(&prescribed, told, "prescribed", ACTIONS_MAX) || played < 1 ||
        prescribed < 1)
        return false;
    n->other = (uint32_t)(played - 1) | (uint32_t)(prescribed - 1) << 8;
    return (enum fault_kind)n->number != FAULT_ACTION ||
           (played <= most && prescribed <= most);
}

static size_t retell_note(uint8_t *out, const json_t *told, const struct terms *t)
{
    struct note n = {0};
    struct candidate candidate;
    const char *key;
    json_t *v;
    if (!note_kind_of(&n.kind, told))
        return 0;
    const bool toss = n.kind == NOTE_TOSSED;
    json_object_foreach((json_t *)(uintptr_t)told, key, v)
    {
        if (strcmp(key, "time_ms") != 0 && strcmp(key, "record") != 0 &&
            !json_is_null(v) && !take_field(&n, key, v, t))
            return 0;
    }
    if (toss) {
        uint64_t number;
        if (!whole(&number, told, "number", UINT32_MAX) || number < 1)
            return 0;
        n.number = (uint32_t)(number - 1);
    }
    if (n.kind == NOTE_THREAT || n.kind == NOTE_DRAWN || n.kind == NOTE_SELECTED ||
        n.kind == NOTE_AGREED) {
        if (!take_candidate(&candidate, told, t, n.kind == NOTE_THREAT))
            return 0;
        n.candidate = &candidate;
    }
    if (n.kind == NOTE_THREAT || n.kind == NOTE_AGREED)
        n.value = own_value(told);
    if (n.kind == NOTE_DEVIATION && !take_played(&n, told, t))
        return 0;
    return note_write(out, &n, t);
}

/* ---- records ---- */

static size_t retell_header(uint8_t *out, const json_t *told, const struct terms *t)
{
    struct record_header h = {.program = ""};
    struct note n = {0};
    const char *program = json_string_value(json_object_get(told, "program"));
    if (program == NULL || strlen(program) >= sizeof h.program ||
        !take_player(&n, json_object_get(told, "node"), t) ||
        !digest(&h.terms, told, "terms") || !digest(&h.roster, told, "roster"))
        return 0;
    memcpy(h.program, program, strlen(program) + 1);
    h.self = n.player;
    record_header_write(out, &h);
    return RECORD_HEADER_SIZE;
}

static size_t retell_end(uint8_t *out, const json_t *told)
{
    struct writer w = {out, RECORD_END_SIZE, 0, false};
    uint64_t n_records;
    struct signature signature;
    if (!whole(&n_records, told, "records", INT64_MAX) ||
        hex(signature.bytes, sizeof signature.bytes,
            json_object_get(told, "signature")) != sizeof signature.bytes)
        return 0;
    write_u64(&w, n_records);
    write_bytes(&w, signature.bytes, sizeof signature.bytes);
    return w.size;
}

bool record_retold(struct record *out, uint8_t buffer[RECORD_PAYLOAD_MAX],
                   const json_t *told, const struct terms *terms)
{
    const char *kind = json_string_value(json_object_get(told, "kind"));
    *out = (struct record){.payload = buffer};
    if (kind == NULL || !whole(&out->time_ms, told, "time_ms", INT64_MAX))
        return false;
    if (strcmp(kind, "in") == 0 || strcmp(kind, "out") == 0) {
        out->kind = kind[0] == 'i' ? RECORD_IN : RECORD_OUT;
        out->size = hex(buffer, RECORD_PAYLOAD_MAX, json_object_get(told, "envelope"));
    } else if (strcmp(kind, "note") == 0) {
        out->kind = RECORD_NOTE;
        out->size = retell_note(buffer, told, terms);
    } else if (strcmp(kind, "header") == 0) {
        out->kind = RECORD_HEADER;
        out->size = retell_header(buffer, told, terms);
    } else if (strcmp(kind, "end") == 0) {
        out->kind = RECORD_END;
        out->size = retell_end(buffer, told);
    }
    return out->size > 0;
}
