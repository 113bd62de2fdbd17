/* SPDX-License-Identifier: MIT */
/* Rounds: which message fills which slot, and what does not. */
#include "protocol/round.h"

#include <string.h>

#include "tests/unit/unit.h"

enum { PLAYERS = 3, BODY_LIMIT = 64 };

static struct keypair key[PLAYERS];
static struct roster roster;
static const struct digest session = {{1}}, elsewhere = {{2}}, astray = {{3}};

static struct round *three_players(void)
{
    roster.n_players = PLAYERS;
    for (uint8_t i = 0; i < PLAYERS; i++) {
        const struct seed seed = {{i, 1}};
        keypair_from_seed(&key[i], &seed);
        roster.key[i] = key[i].public_key;
    }
    struct round *r = round_new(PLAYERS, BODY_LIMIT);
    ck_assert_ptr_nonnull(r);
    return r;
}

/* Files a message of player for a round, with that body and transcript. */
static enum filing file(struct round *r, uint8_t player, uint64_t number, uint8_t word,
                        const struct digest *of_session, const struct digest *before)
{
    uint8_t bytes[ENVELOPE_OVERHEAD + 1];
    const struct message said = {.kind = MESSAGE_ACT,
                                 .sender = player,
                                 .round = number,
                                 .session = *of_session,
                                 .transcript = *before,
                                 .body = &word,
                                 .body_size = 1};
    struct message m;
    const size_t n = envelope_seal(bytes, sizeof bytes, &said, &key[player]);
    ck_assert(envelope_peek(&m, bytes, n, &roster, BODY_LIMIT));
    return round_file(r, &m, bytes, n);
}

static enum filing file_now(struct round *r, uint8_t player, uint8_t word)
{
    const struct digest t = round_transcript(r);
    return file(r, player, round_number(r), word, &session, &t);
}

/* Fills the row and goes on; returns the new T. */
static struct digest fill(struct round *r)
{
    for (uint8_t i = 0; i < PLAYERS; i++)
        if ((round_missing(r) >> i & 1) != 0)
            ck_assert_int_eq(file_now(r, i, i), FILED);
    const struct digest t = round_close(r, &session);
    round_advance(r, &session, &t);
    return t;
}

START_TEST(a_row_is_full_when_everybody_has_filed)
{
    struct round *r = three_players();
    ck_assert_uint_eq(round_number(r), 0);
    ck_assert_uint_eq(round_missing(r), 7);
    ck_assert_int_eq(file_now(r, 1, 5), FILED);
    ck_assert_uint_eq(round_missing(r), 5);
    ck_assert_int_eq(file_now(r, 0, 6), FILED);
    ck_assert_uint_eq(round_missing(r), 4);
    ck_assert_int_eq(file_now(r, 2, 7), FILED);
    ck_assert_uint_eq(round_missing(r), 0);
    const struct message *row = round_row(r);
    for (uint8_t i = 0; i < PLAYERS; i++)
        ck_assert_uint_eq(row[i].sender, i);
    ck_assert_uint_eq(row[0].body[0], 6);
    ck_assert_uint_eq(row[1].body[0], 5);
    ck_assert_uint_eq(row[2].body[0], 7);
    round_free(r);
}
END_TEST

START_TEST(the_same_words_again_are_a_repeat_and_other_words_a_conflict)
{
    struct round *r = three_players();
    ck_assert_int_eq(file_now(r, 1, 5), FILED);
    ck_assert_int_eq(file_now(r, 1, 5), REPEATED);
    ck_assert_int_eq(file_now(r, 1, 6), CONFLICT);
    const struct digest t = round_transcript(r);
    ck_assert_int_eq(file(r, 1, 0, 5, &elsewhere, &t), CONFLICT);
    ck_assert_int_eq(file(r, 1, 0, 5, &session, &astray), CONFLICT);
    ck_assert_int_eq(file_now(r, 1, 5), REPEATED);
    round_free(r);
}
END_TEST

START_TEST(a_conflict_is_noticed_in_all_three_rows)
{
    struct round *r = three_players();
    const struct digest t0 = round_transcript(r);
    fill(r);
    const struct digest t1 = round_transcript(r);
    ck_assert_int_eq(file_now(r, 0, 0), FILED);
    ck_assert_int_eq(file(r, 0, 2, 1, &session, &astray), FILED);
    ck_assert_int_eq(file(r, 0, 0, 9, &session, &t0), CONFLICT);
    ck_assert_int_eq(file(r, 0, 1, 9, &session, &t1), CONFLICT);
    ck_assert_int_eq(file(r, 0, 2, 9, &session, &astray), CONFLICT);
    ck_assert_int_eq(file(r, 0, 0, 0, &session, &t0), REPEATED);
    ck_assert_int_eq(file(r, 0, 1, 0, &session, &t1), REPEATED);
    ck_assert_int_eq(file(r, 0, 2, 1, &session, &astray), REPEATED);
    round_free(r);
}
END_TEST

START_TEST(another_transcript_is_astray)
{
    struct round *r = three_players();
    ck_assert_int_eq(file(r, 1, 0, 5, &session, &astray), ASTRAY);
    ck_assert_uint_eq(round_missing(r), 7);
    round_free(r);
}
END_TEST

START_TEST(the_window_is_the_round_before_this_one_and_the_next)
{
    struct round *r = three_players();
    static const struct digest zero = {{0}};
    ck_assert_int_eq(file(r, 1, 2, 5, &session, &zero), OUTSIDE);
    ck_assert_int_eq(file(r, 1, UINT64_MAX, 5, &session, &zero), OUTSIDE);
    for (int n = 0; n < 7; n++)
        fill(r);
    ck_assert_uint_eq(round_number(r), 7);
    static const uint64_t outside[] = {0, 4, 5, 9, 10, UINT64_MAX, UINT64_MAX - 1};
    size_t size;
    for (int k = 0; k < 7; k++) {
        ck_assert_int_eq(file(r, 1, outside[k], 5, &session, &zero), OUTSIDE);
        ck_assert_ptr_null(round_slot(r, outside[k], 1, &size));
    }
    ck_assert_ptr_nonnull(round_slot(r, 6, 1, &size));
    ck_assert_ptr_null(round_slot(r, 7, 1, &size));
    ck_assert_ptr_null(round_slot(r, 8, 1, &size));
    ck_assert_int_eq(file(r, 1, 8, 5, &session, &zero), FILED);
    ck_assert_ptr_nonnull(round_slot(r, 8, 1, &size));
    ck_assert_uint_eq(round_missing(r), 7);
    round_free(r);
}
END_TEST

START_TEST(a_slot_holds_the_envelope_byte_by_byte)
{
    struct round *r = three_players();
    uint8_t bytes[ENVELOPE_OVERHEAD + BODY_LIMIT + 1], body[BODY_LIMIT + 1] = {8};
    struct message said = {.kind = MESSAGE_SET, .sender = 2, .session = session}, m;
    said.body = body;
    for (size_t k = 0; k < 2; k++) {
        said.body_size = BODY_LIMIT + 1 - k; /* one too many, then the most */
        const size_t n = envelope_seal(bytes, sizeof bytes, &said, &key[2]);
        ck_assert(envelope_peek(&m, bytes, n, &roster, BODY_LIMIT + 1));
        ck_assert_int_eq(round_file(r, &m, bytes, n), k == 0 ? OUTSIDE : FILED);
        if (k == 0)
            continue;
        size_t size = 0;
        const uint8_t *slot = round_slot(r, 0, 2, &size);
        ck_assert_uint_eq(size, n);
        ck_assert_mem_eq(slot, bytes, n);
        memset(bytes, 0, sizeof bytes); /* the round keeps a copy */
        ck_assert_uint_eq(slot[ENVELOPE_HEADER], 8);
    }
    round_free(r);
}
END_TEST

START_TEST(an_early_message_counts_if_it_carries_the_transcript_to_be)
{
    struct round *r = three_players();
    struct round *ahead = three_players();
    const struct digest t1 = fill(ahead);
    ck_assert_int_eq(file(r, 1, 1, 5, &session, &t1), FILED);
    for (uint8_t i = 0; i < PLAYERS; i++)
        file_now(r, i, i);
    const struct digest t = round_close(r, &session);
    ck_assert(digest_equal(&t, &t1));
    ck_assert_uint_eq(round_advance(r, &session, &t), 0);
    ck_assert_uint_eq(round_missing(r), 5);
    round_free(r);
    round_free(ahead);
}
END_TEST

START_TEST(an_early_message_of_another_history_or_session_is_dropped)
{
    struct round *r = three_players();
    struct round *ahead = three_players();
    const struct digest t1 = fill(ahead);
    ck_assert_int_eq(file(r, 0, 1, 5, &session, &astray), FILED);
    ck_assert_int_eq(file(r, 1, 1, 5, &session, &t1), FILED);
    ck_assert_int_eq(file(r, 2, 1, 5, &elsewhere, &t1), FILED);
    for (uint8_t i = 0; i < PLAYERS; i++)
        file_now(r, i, i);
    const struct digest t = round_close(r, &session);
    ck_assert_uint_eq(round_advance(r, &session, &t), 5);
    ck_assert_uint_eq(round_missing(r), 5);
    ck_assert_int_eq(file_now(r, 0, 5), FILED);
    round_free(r);
    round_free(ahead);
}
END_TEST

/* T as the header has it, hashed here once more. */
START_TEST(the_transcript_is_the_hash_of_session_round_history_and_bodies)
{
    struct round *r = three_players();
    const struct digest before = fill(r);
    for (uint8_t i = 0; i < PLAYERS; i++)
        file_now(r, i, (uint8_t)(10 + i));
    struct hasher whole, one;
    hash_start(&whole, "CA1/T");
    hash_digest(&whole, &session);
    hash_u64(&whole, 1);
    hash_digest(&whole, &before);
    for (uint8_t i = 0; i < PLAYERS; i++) {
        const uint8_t body = (uint8_t)(10 + i);
        hash_start(&one, "CA1/body");
        hash_u32(&one, MESSAGE_ACT);
        hash_bytes(&one, &body, 1);
        const struct digest d = hash_end(&one);
        hash_digest(&whole, &d);
    }
    const struct digest expected = hash_end(&whole), t = round_close(r, &session);
    ck_assert(digest_equal(&t, &expected));
    round_free(r);
}
END_TEST

/* A key's owner can sign the same words twice in different ways; here the second one is
 * no valid signature, which round_file does not ask about. */
START_TEST(a_second_signature_of_the_same_words_changes_nothing)
{
    struct round *a = three_players(), *b = three_players();
    uint8_t bytes[ENVELOPE_OVERHEAD + 1];
    const uint8_t word = 4;
    const struct message said = {.kind = MESSAGE_ACT,
                                 .sender = 1,
                                 .session = session,
                                 .body = &word,
                                 .body_size = 1};
    struct message m;
    const size_t n = envelope_seal(bytes, sizeof bytes, &said, &key[1]);
    ck_assert(envelope_peek(&m, bytes, n, &roster, BODY_LIMIT));
    ck_assert_int_eq(round_file(a, &m, bytes, n), FILED);
    bytes[n - 1] ^= 1;
    ck_assert_int_eq(round_file(a, &m, bytes, n), REPEATED);
    ck_assert_int_eq(round_file(b, &m, bytes, n), FILED);
    const struct digest x = fill(a), y = fill(b);
    ck_assert(digest_equal(&x, &y));
    round_free(a);
    round_free(b);
}
END_TEST

START_TEST(a_hundred_thousand_repeats_change_nothing)
{
    struct round *r = three_players();
    uint8_t bytes[ENVELOPE_OVERHEAD + 1];
    const uint8_t word = 4;
    const struct message said = {.kind = MESSAGE_ACT,
                                 .sender = 1,
                                 .session = session,
                                 .body = &word,
                                 .body_size = 1};
    struct message m;
    const size_t n = envelope_seal(bytes, sizeof bytes, &said, &key[1]);
    ck_assert(envelope_peek(&m, bytes, n, &roster, BODY_LIMIT));
    ck_assert_int_eq(round_file(r, &m, bytes, n), FILED);
    for (int k = 0; k < 100000; k++)
        ck_assert_int_eq(round_file(r, &m, bytes, n), REPEATED);
    ck_assert_uint_eq(round_missing(r), 5);
    round_free(r);
}
END_TEST

START_TEST(all_sixty_four_players_fit)
{
    struct round *r = round_new(PLAYERS_MAX, BODY_LIMIT);
    ck_assert_uint_eq(round_missing(r), UINT64_MAX);
    uint8_t bytes[ENVELOPE_OVERHEAD + 1] = {0};
    for (uint8_t i = 0; i < PLAYERS_MAX; i++) {
        struct message m = {.kind = MESSAGE_ACT, .sender = i, .body_size = 1};
        m.body = bytes + ENVELOPE_HEADER;
        ck_assert_int_eq(round_file(r, &m, bytes, sizeof bytes), FILED);
    }
    ck_assert_uint_eq(round_missing(r), 0);
    const struct digest t = round_close(r, &session);
    ck_assert_uint_eq(round_advance(r, &session, &t), 0);
    ck_assert_uint_eq(round_missing(r), UINT64_MAX);
    round_free(r);
}
END_TEST

UNIT_MAIN("round", a_row_is_full_when_everybody_has_filed,
          the_same_words_again_are_a_repeat_and_other_words_a_conflict,
          a_conflict_is_noticed_in_all_three_rows, another_transcript_is_astray,
          the_window_is_the_round_before_this_one_and_the_next,
          a_slot_holds_the_envelope_byte_by_byte,
          an_early_message_counts_if_it_carries_the_transcript_to_be,
          an_early_message_of_another_history_or_session_is_dropped,
          the_transcript_is_the_hash_of_session_round_history_and_bodies,
          a_second_signature_of_the_same_words_changes_nothing,
          a_hundred_thousand_repeats_change_nothing, all_sixty_four_players_fit)
