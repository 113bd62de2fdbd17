/* SPDX-License-Identifier: MIT */
/* The log as bytes: a chain that shows every change. */
#include "protocol/record.h"

#include <string.h>

#include "base/bytes.h"
#include "tests/unit/unit.h"

static uint8_t file[4096];

/* Three records: a header's worth of bytes, an empty one, a longer one. */
static size_t three_records(struct digest *chain)
{
    static const uint8_t payload[200] = {1, 2, 3};
    size_t n = 0;
    *chain = record_origin();
    n += record_write(file + n, sizeof file - n, chain, RECORD_HEADER, 1000, payload,
                      20);
    n += record_write(file + n, sizeof file - n, chain, RECORD_PLAY, 1001, payload, 0);
    n += record_write(file + n, sizeof file - n, chain, RECORD_IN, 1002, payload, 200);
    ck_assert_uint_eq(n, 3 * RECORD_OVERHEAD + 220);
    return n;
}

/* How many records of bytes[0 .. size) read well, and how the first that does not. */
static unsigned readable(const uint8_t *bytes, size_t size, enum record_reading *last)
{
    struct digest chain = record_origin();
    struct record r;
    size_t used, at = 0;
    unsigned n = 0;
    while (at < size) {
        *last = record_read(&r, &used, &chain, bytes + at, size - at);
        if (*last != RECORD_READ)
            return n;
        at += used;
        n++;
    }
    return n;
}

START_TEST(what_was_written_is_read_back)
{
    struct digest written;
    const size_t size = three_records(&written);
    struct digest chain = record_origin();
    static const enum record_kind kind[] = {RECORD_HEADER, RECORD_PLAY, RECORD_IN};
    static const size_t sizes[] = {20, 0, 200};
    size_t at = 0;
    for (unsigned k = 0; k < 3; k++) {
        struct record r;
        size_t used;
        ck_assert_int_eq(record_read(&r, &used, &chain, file + at, size - at),
                         RECORD_READ);
        ck_assert_int_eq(r.kind, kind[k]);
        ck_assert_uint_eq(r.time_ms, 1000 + k);
        ck_assert_uint_eq(r.size, sizes[k]);
        ck_assert_uint_eq(used, RECORD_OVERHEAD + sizes[k]);
        ck_assert(r.size == 0 || r.payload[0] == 1);
        ck_assert(digest_equal(&r.chain, &chain));
        at += used;
    }
    ck_assert(digest_equal(&chain, &written) && at == size);
}
END_TEST

START_TEST(no_bit_of_a_log_can_be_flipped)
{
    struct digest chain;
    const size_t size = three_records(&chain);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        enum record_reading last = RECORD_READ;
        file[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const unsigned n = readable(file, size, &last);
        ck_assert_msg(n < 3 && last != RECORD_READ, "bit %zu", bit);
        /* What stands before the change is still good, and nothing after it. */
        const unsigned before = bit / 8 < RECORD_OVERHEAD + 20       ? 0
                                : bit / 8 < 2 * RECORD_OVERHEAD + 20 ? 1
                                                                     : 2;
        ck_assert_uint_eq(n, before);
        file[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}
END_TEST

START_TEST(a_torn_tail_is_short_and_not_broken)
{
    struct digest chain;
    const size_t size = three_records(&chain);
    for (size_t n = 0; n < size; n++) {
        uint8_t *torn = malloc(n > 0 ? n : 1);
        memcpy(torn, file, n);
        enum record_reading last = RECORD_READ;
        const unsigned whole = readable(torn, n, &last);
        const unsigned expected = n < RECORD_OVERHEAD + 20       ? 0
                                  : n < 2 * RECORD_OVERHEAD + 20 ? 1
                                                                 : 2;
        ck_assert_uint_eq(whole, expected);
        const bool between =
            n == 0 || n == RECORD_OVERHEAD + 20 || n == 2 * RECORD_OVERHEAD + 20;
        ck_assert_int_eq(last, between ? RECORD_READ : RECORD_SHORT);
        free(torn);
    }
}
END_TEST

START_TEST(records_cannot_be_dropped_repeated_or_moved)
{
    struct digest chain;
    const size_t size = three_records(&chain);
    const size_t first = RECORD_OVERHEAD + 20, second = RECORD_OVERHEAD;
    uint8_t changed[8192];
    enum record_reading last;
    memcpy(changed, file, first);
    memcpy(changed + first, file + first + second, size - first - second);
    ck_assert_uint_eq(readable(changed, size - second, &last), 1);
    ck_assert_int_eq(last, RECORD_BROKEN);
    memcpy(changed + first, file, first);
    ck_assert_uint_eq(readable(changed, 2 * first, &last), 1);
    ck_assert_int_eq(last, RECORD_BROKEN);
    memcpy(changed, file + first, second);
    memcpy(changed + second, file, first);
    ck_assert_uint_eq(readable(changed, first + second, &last), 0);
    ck_assert_int_eq(last, RECORD_BROKEN);
}
END_TEST

START_TEST(a_record_needs_all_its_room_and_leaves_the_chain_alone_without_it)
{
    static const uint8_t payload[10] = {1};
    uint8_t out[RECORD_OVERHEAD + 10];
    struct digest chain = record_origin();
    const struct digest before = chain;
    for (size_t n = 0; n < sizeof out; n++)
        ck_assert_uint_eq(record_write(out, n, &chain, RECORD_IN, 1, payload, 10), 0);
    ck_assert(digest_equal(&chain, &before));
    ck_assert_uint_eq(record_write(out, sizeof out, &chain, RECORD_IN, 1, payload, 10),
                      sizeof out);
    ck_assert(!digest_equal(&chain, &before));
}
END_TEST

START_TEST(a_payload_has_a_limit_on_both_ways)
{
    const size_t size = RECORD_PAYLOAD_MAX + 1;
    uint8_t *payload = calloc(1, size), *out = calloc(1, size + RECORD_OVERHEAD);
    struct digest chain = record_origin();
    struct record r;
    size_t used;
    ck_assert_uint_eq(
        record_write(out, size + RECORD_OVERHEAD, &chain, RECORD_IN, 1, payload, size),
        0);
    struct writer w = {out, 13, 0, false};
    write_u32(&w, (uint32_t)size);
    write_u8(&w, RECORD_IN);
    write_u64(&w, 1);
    ck_assert_int_eq(record_read(&r, &used, &chain, out, 13), RECORD_BROKEN);
    ck_assert_uint_eq(record_write(out, size + RECORD_OVERHEAD, &chain, RECORD_IN, 1,
                                   payload, size - 1),
                      size - 1 + RECORD_OVERHEAD);
    chain = record_origin();
    ck_assert_int_eq(record_read(&r, &used, &chain, out, size - 1 + RECORD_OVERHEAD),
                     RECORD_READ);
    free(payload);
    free(out);
}
END_TEST

START_TEST(kinds_that_do_not_exist_are_broken_even_if_they_are_chained)
{
    for (unsigned kind = 0; kind < 256; kind++) {
        struct digest chain = record_origin(), read = record_origin();
        struct record r;
        size_t used;
        const size_t n =
            record_write(file, sizeof file, &chain, (enum record_kind)kind, 1, NULL, 0);
        const bool known = kind >= RECORD_HEADER && kind <= RECORD_WORK;
        ck_assert_int_eq(record_read(&r, &used, &read, file, n),
                         known ? RECORD_READ : RECORD_BROKEN);
    }
}
END_TEST

static const struct terms terms = {.shape = {3, {2, 3, 1}}};

static struct note full_note(struct candidate *c)
{
    memset(c, 0, sizeof *c);
    for (uint32_t k = 0; k < 6; k++)
        c->weight[k] = 100 + k;
    struct note n = {.kind = NOTE_DRAWN,
                     .player = 2,
                     .stage = 3,
                     .number = 4,
                     .other = 5,
                     .mask = 6,
                     .round = UINT64_C(7) << 40,
                     .value = -0.75,
                     .digest = {{8, 9}},
                     .actions = {1, 2, 0},
                     .candidate = c};
    return n;
}

START_TEST(a_note_comes_back_with_every_field)
{
    struct candidate c, back_candidate;
    struct note n = full_note(&c), back;
    uint8_t out[NOTE_SIZE_MAX];
    for (int with = 0; with < 2; with++) {
        n.candidate = with ? &c : NULL;
        const size_t size = note_write(out, &n, &terms);
        ck_assert(note_read(&back, &back_candidate, out, size, &terms));
        ck_assert(back.kind == n.kind && back.player == 2 && back.stage == 3);
        ck_assert(back.number == 4 && back.other == 5 && back.mask == 6);
        ck_assert(back.round == n.round && back.value == n.value);
        ck_assert(digest_equal(&back.digest, &n.digest));
        ck_assert_mem_eq(back.actions, n.actions, sizeof n.actions);
        ck_assert((back.candidate != NULL) == (with == 1));
        ck_assert(!with || candidate_equal(back.candidate, &c));
        for (size_t k = 0; k <= size + 1; k++)
            ck_assert(note_read(&back, &back_candidate, out, k, &terms) == (k == size));
    }
}
END_TEST

START_TEST(a_note_of_no_kind_of_no_player_or_with_half_a_candidate_is_refused)
{
    struct candidate c;
    struct note n = full_note(&c), back;
    uint8_t out[NOTE_SIZE_MAX];
    const size_t size = note_write(out, &n, &terms);
    for (unsigned kind = 0; kind < 256; kind++) {
        out[0] = (uint8_t)kind;
        ck_assert(note_read(&back, &c, out, size, &terms) ==
                  (kind >= NOTE_ENTERED && kind < NOTE_KINDS));
    }
    out[0] = NOTE_DRAWN;
    out[1] = PLAYERS_MAX;
    ck_assert(!note_read(&back, &c, out, size, &terms));
    out[1] = PLAYERS_MAX - 1;
    ck_assert(note_read(&back, &c, out, size, &terms));
    const size_t flag = size - 4 * 6 - 1;
    ck_assert_uint_eq(out[flag], 1);
    out[flag] = 0;
    ck_assert(!note_read(&back, &c, out, size, &terms));
    ck_assert(note_read(&back, &c, out, flag + 1, &terms));
    out[flag] = 2;
    ck_assert(!note_read(&back, &c, out, size, &terms));
    ck_assert(!note_read(&back, &c, out, flag + 1, &terms));
}
END_TEST

START_TEST(the_largest_note_fits)
{
    static struct terms large;
    large.shape = shape_uniform(32, 8);
    struct candidate c = {{0}};
    const struct note n = {.kind = NOTE_AGREED, .candidate = &c};
    uint8_t out[NOTE_SIZE_MAX];
    ck_assert_uint_le(note_write(out, &n, &large), NOTE_SIZE_MAX);
}
END_TEST

START_TEST(a_header_comes_back)
{
    struct record_header h = {"treaty 0.1.0", 31, {{1}}, {{2}}}, back;
    uint8_t out[RECORD_HEADER_SIZE];
    record_header_write(out, &h);
    ck_assert(record_header_read(&back, out, sizeof out));
    ck_assert_mem_eq(&h, &back, sizeof h);
    ck_assert(!record_header_read(&back, out, sizeof out - 1));
    memset(h.program, 'x', sizeof h.program); /* not closed */
    record_header_write(out, &h);
    ck_assert(!record_header_read(&back, out, sizeof out));
    h.program[31] = 0;
    h.self = PLAYERS_MAX;
    record_header_write(out, &h);
    ck_assert(!record_header_read(&back, out, sizeof out));
}
END_TEST

START_TEST(an_end_is_signed_over_the_chain_and_the_count)
{
    struct keypair key, other;
    const struct seed seed = {{1}}, other_seed = {{2}};
    keypair_from_seed(&key, &seed);
    keypair_from_seed(&other, &other_seed);
    const struct digest chain = {{3}}, changed = {{4}};
    uint8_t out[RECORD_END_SIZE + 1] = {0};
    record_end_write(out, &chain, 7, &key);
    const size_t n = RECORD_END_SIZE;
    ck_assert(record_end_holds(out, n, &chain, 7, &key.public_key));
    ck_assert(!record_end_holds(out, n, &changed, 7, &key.public_key));
    ck_assert(!record_end_holds(out, n, &chain, 6, &key.public_key));
    ck_assert(!record_end_holds(out, n, &chain, 7, &other.public_key));
    ck_assert(!record_end_holds(out, n - 1, &chain, 7, &key.public_key));
    ck_assert(!record_end_holds(out, n + 1, &chain, 7, &key.public_key));
    for (size_t bit = 0; bit < 8 * n; bit++) {
        out[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert(!record_end_holds(out, n, &chain, 7, &key.public_key));
        out[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    out[0] = 6; /* the count alone, changed in both places, was not signed */
    ck_assert(!record_end_holds(out, n, &chain, 6, &key.public_key));
}
END_TEST

UNIT_MAIN("record", what_was_written_is_read_back, no_bit_of_a_log_can_be_flipped,
          a_torn_tail_is_short_and_not_broken,
          records_cannot_be_dropped_repeated_or_moved,
          a_record_needs_all_its_room_and_leaves_the_chain_alone_without_it,
          a_payload_has_a_limit_on_both_ways,
          kinds_that_do_not_exist_are_broken_even_if_they_are_chained,
          a_note_comes_back_with_every_field,
          a_note_of_no_kind_of_no_player_or_with_half_a_candidate_is_refused,
          the_largest_note_fits, a_header_comes_back,
          an_end_is_signed_over_the_chain_and_the_count)
