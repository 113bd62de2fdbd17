/* SPDX-License-Identifier: MIT */
/* What a node tells of its log is the log again; and what nobody told is no record. */
#include "cli/retelling.h"

#include <string.h>

#include "cli/stream.h"
#include "tests/unit/unit.h"

static struct terms terms;
static struct roster roster;
static uint8_t payload[RECORD_PAYLOAD_MAX], again[RECORD_PAYLOAD_MAX];

static void begin(enum concept concept)
{
    terms_default(&terms);
    terms.shape = (struct shape){3, {2, 3, 2}};
    terms.concept = concept;
    roster = (struct roster){.n_players = 3};
}

static json_t *told(const struct record *r)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    stream_record(out, r, 7, &terms, &roster, true);
    ck_assert_int_eq(fclose(out), 0);
    json_t *object = json_loads(text, 0, NULL);
    ck_assert_msg(object != NULL, "%s", text);
    free(text);
    return object;
}

static void ck_comes_back(const struct record *r)
{
    struct record back;
    json_t *object = told(r);
    ck_assert(record_retold(&back, again, object, &terms));
    ck_assert_int_eq(back.kind, r->kind);
    ck_assert_uint_eq(back.time_ms, r->time_ms);
    ck_assert_uint_eq(back.size, r->size);
    ck_assert_mem_eq(back.payload, r->payload, r->size);
    json_decref(object);
}

/* Whatever is done to one field: no crash, and nothing but a record or none. */
static void ck_survives(const struct record *r)
{
    struct record back;
    struct candidate candidate;
    struct note note;
    const char *key;
    json_t *v, *object = told(r);
    json_t *const bad[] = {
        json_null(),          json_integer(-1),        json_integer(0),
        json_integer(1000),   json_integer(INT64_MAX), json_real(0.5),
        json_string(""),      json_string("abc"),      json_string("zz"),
        json_array(),         json_object(),           json_true(),
        json_pack("[i]", 99), json_pack("[[f]]", 2.0)};
    json_object_foreach(object, key, v)
    {
        for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
            json_t *changed = json_copy(object);
            json_object_set(changed, key, bad[k]);
            if (record_retold(&back, again, changed, &terms) &&
                back.kind == RECORD_NOTE) {
                ck_assert(
                    note_read(&note, &candidate, back.payload, back.size, &terms));
                for (uint8_t i = 0; i < terms.shape.n_players; i++)
                    ck_assert_uint_lt(note.actions[i], terms.shape.n_actions[i]);
            }
            json_decref(changed);
        }
    }
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++)
        json_decref(bad[k]);
    json_decref(object);
}

static void ck_note(const struct note *n)
{
    struct record r = {
        .kind = RECORD_NOTE, .time_ms = 1795339302527, .payload = payload};
    r.size = note_write(payload, n, &terms);
    ck_comes_back(&r);
    ck_survives(&r);
}

static const struct note plain[] = {
    {.kind = NOTE_ENTERED, .number = PHASE_PRUNE},
    {.kind = NOTE_ROUND, .round = 77, .digest = {{1, 2, 255}}},
    {.kind = NOTE_SESSION, .digest = {{9}}},
    {.kind = NOTE_NO_THREAT, .number = 12, .mask = 5},
    {.kind = NOTE_SAMPLED, .number = 400, .other = 30, .round = 112},
    {.kind = NOTE_PRUNED, .number = 2, .other = 3},
    {.kind = NOTE_NO_AGREEMENT},
    {.kind = NOTE_SIGNED, .digest = {{3}}},
    {.kind = NOTE_STAGE, .stage = 9, .number = 1, .mask = 2, .actions = {1, 2, 0}},
    {.kind = NOTE_TOSSED, .stage = 9, .number = 11, .actions = {1, 2, 1}},
    {.kind = NOTE_WORKED, .round = 44, .stage = 9, .number = 120},
    {.kind = NOTE_DEVIATION,
     .stage = 9,
     .player = 1,
     .number = FAULT_ACTION,
     .other = 2 | 1 << 8},
    {.kind = NOTE_PUNISHING, .stage = 10, .number = 3},
    {.kind = NOTE_PUNISHING, .stage = 10},
    {.kind = NOTE_RESTORED, .stage = 13},
    {.kind = NOTE_WAITING, .round = 40, .stage = 9, .mask = 4, .number = 201},
    {.kind = NOTE_HEALED, .round = 40, .number = 333},
    {.kind = NOTE_REFUSED, .player = 2, .mask = 1, .round = 41, .stage = 10},
    {.kind = NOTE_BLAMED, .player = 2, .number = FAULT_OPENING, .round = 4, .stage = 1},
    {.kind = NOTE_STRANGER, .player = 1},
    {.kind = NOTE_REBORN, .player = 1},
    {.kind = NOTE_ENDED, .number = OUTCOME_OMISSION, .stage = 10},
    {.kind = NOTE_DOUBLE, .round = 5},
};

START_TEST(notes_come_back_as_they_were)
{
    for (int concept = CONCEPT_NASH; concept <= CONCEPT_PRIVATE; concept ++) {
        struct candidate threat = {{0}}, agreeable = {{0}};
        begin((enum concept) concept);
        const struct shape shape = terms_candidates(&terms);
        candidate_from_pure(&threat, &terms.shape, (uint8_t[]){1, 2, 0});
        for (uint8_t i = 0; i < shape.n_players; i++) {
            uint32_t *weight = agreeable.weight + shape_offset(&shape, i);
            weight[0] = WEIGHT_ONE / 4;
            weight[1] = WEIGHT_ONE - WEIGHT_ONE / 4;
        }
        for (size_t k = 0; k < sizeof plain / sizeof plain[0]; k++)
            ck_note(&plain[k]);
        ck_note(&(struct note){
            .kind = NOTE_THREAT, .candidate = &threat, .value = 0.25, .number = 9});
        ck_note(&(struct note){.kind = NOTE_DRAWN,
                               .candidate = &agreeable,
                               .number = 1,
                               .other = 7,
                               .player = 2});
        ck_note(&(struct note){.kind = NOTE_SELECTED,
                               .candidate = &agreeable,
                               .number = SELECTION_EGALITARIAN,
                               .other = 2,
                               .player = 1});
        ck_note(&(struct note){.kind = NOTE_AGREED,
                               .candidate = &agreeable,
                               .digest = {{4}},
                               .number = 3,
                               .value = -1.5});
    }
}
END_TEST

START_TEST(every_kind_of_note_is_tried)
{
    uint32_t seen = UINT32_C(1) << NOTE_THREAT | UINT32_C(1) << NOTE_DRAWN |
                    UINT32_C(1) << NOTE_AGREED | UINT32_C(1) << NOTE_SELECTED;
    for (size_t k = 0; k < sizeof plain / sizeof plain[0]; k++)
        seen |= UINT32_C(1) << plain[k].kind;
    ck_assert_uint_eq(seen,
                      (UINT32_C(1) << NOTE_KINDS) - (UINT32_C(1) << NOTE_ENTERED));
}
END_TEST

START_TEST(headers_ends_and_messages_come_back)
{
    begin(CONCEPT_NASH);
    const struct record_header h = {"treaty 0.1.0", 2, {{1}}, {{2}}};
    struct record r = {.kind = RECORD_HEADER, .time_ms = 1, .payload = payload};
    record_header_write(payload, &h);
    r.size = RECORD_HEADER_SIZE;
    ck_comes_back(&r);
    ck_survives(&r);
    memset(payload, 7, sizeof payload);
    payload[7] = 0; /* no more records than a number in JSON holds */
    r = (struct record){RECORD_END, 2, payload, RECORD_END_SIZE, {{0}}};
    ck_comes_back(&r);
    ck_survives(&r);
    r = (struct record){RECORD_IN, 3, payload, 300, {{0}}};
    ck_comes_back(&r);
    ck_survives(&r);
}
END_TEST

UNIT_MAIN("retelling", notes_come_back_as_they_were, every_kind_of_note_is_tried,
          headers_ends_and_messages_come_back)
