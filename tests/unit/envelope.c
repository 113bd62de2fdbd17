/* SPDX-License-Identifier: MIT */
/* Signed bytes: nothing that is changed on its way is taken for its author's word. */
#include "protocol/envelope.h"

#include <string.h>

#include "tests/unit/unit.h"

enum { BODY_SIZE = 40, BODY_LIMIT = 64, SIZE = ENVELOPE_OVERHEAD + BODY_SIZE };

static struct roster roster;
static struct keypair key[3];
static const struct digest session = {{1}}, transcript = {{2}};

static void two_players_and_a_stranger(void)
{
    roster.n_players = 2;
    for (uint8_t i = 0; i < 3; i++) {
        const struct seed seed = {{i, 1}};
        keypair_from_seed(&key[i], &seed);
        if (i < 2)
            roster.key[i] = key[i].public_key;
    }
}

static struct message some_message(void)
{
    static const uint8_t body[BODY_SIZE] = {11, 12, 13};
    return (struct message){.kind = MESSAGE_ANSWER,
                            .sender = 1,
                            .round = UINT64_C(0x0102030405060708),
                            .session = session,
                            .transcript = transcript,
                            .body = body,
                            .body_size = sizeof body};
}

static bool opens(struct message *m, const uint8_t *bytes, size_t n)
{
    return envelope_peek(m, bytes, n, &roster, BODY_LIMIT) &&
           envelope_signed(m, bytes, n, &roster);
}

START_TEST(what_was_sealed_is_read_back)
{
    two_players_and_a_stranger();
    uint8_t bytes[SIZE];
    const struct message said = some_message();
    struct message m;
    ck_assert_uint_eq(envelope_seal(bytes, sizeof bytes, &said, &key[1]), SIZE);
    ck_assert(opens(&m, bytes, SIZE));
    ck_assert_int_eq(m.kind, MESSAGE_ANSWER);
    ck_assert_uint_eq(m.sender, 1);
    ck_assert(m.round == said.round && m.body_size == said.body_size);
    ck_assert(digest_equal(&m.session, &session));
    ck_assert(digest_equal(&m.transcript, &transcript));
    ck_assert_mem_eq(m.body, said.body, BODY_SIZE);
}
END_TEST

START_TEST(the_layout_is_that_of_the_specification)
{
    two_players_and_a_stranger();
    uint8_t bytes[SIZE];
    const struct message said = some_message();
    envelope_seal(bytes, sizeof bytes, &said, &key[1]);
    static const uint8_t start[8] = {'C', 'A', '1', '\n', 3, MESSAGE_ANSWER, 0, 0};
    static const uint8_t middle[16] = {8, 7, 6, 5, 4, 3, 2, 1, 1, 0, 0, 0, 40, 0, 0, 0};
    ck_assert_mem_eq(bytes, start, 8);
    ck_assert_mem_eq(bytes + 8, session.bytes, 32);
    ck_assert_mem_eq(bytes + 40, middle, 16);
    ck_assert_mem_eq(bytes + 56, transcript.bytes, 32);
    ck_assert_mem_eq(bytes + 88, said.body, BODY_SIZE);
}
END_TEST

START_TEST(no_bit_can_be_flipped)
{
    two_players_and_a_stranger();
    uint8_t bytes[SIZE];
    struct message said = some_message(), m;
    envelope_seal(bytes, sizeof bytes, &said, &key[1]);
    for (size_t bit = 0; bit < 8 * (size_t)SIZE; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert_msg(!opens(&m, bytes, SIZE), "bit %zu", bit);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    ck_assert(opens(&m, bytes, SIZE));
}
END_TEST

START_TEST(no_size_but_its_own_is_read)
{
    two_players_and_a_stranger();
    uint8_t bytes[SIZE + 1] = {0};
    struct message said = some_message(), m;
    envelope_seal(bytes, sizeof bytes, &said, &key[1]);
    for (size_t n = 0; n <= SIZE + 1; n++) {
        uint8_t *exact = malloc(n > 0 ? n : 1);
        memcpy(exact, bytes, n);
        ck_assert(envelope_peek(&m, exact, n, &roster, BODY_LIMIT) == (n == SIZE));
        free(exact);
    }
}
END_TEST

START_TEST(nobody_signs_for_another)
{
    two_players_and_a_stranger();
    uint8_t bytes[SIZE];
    struct message said = some_message(), m;
    envelope_seal(bytes, sizeof bytes, &said, &key[0]);
    ck_assert(!opens(&m, bytes, SIZE));
    envelope_seal(bytes, sizeof bytes, &said, &key[2]);
    ck_assert(!opens(&m, bytes, SIZE));
    said.sender = 2;
    envelope_seal(bytes, sizeof bytes, &said, &key[2]);
    ck_assert(!envelope_peek(&m, bytes, SIZE, &roster, BODY_LIMIT));
    said.sender = 255;
    envelope_seal(bytes, sizeof bytes, &said, &key[2]);
    ck_assert(!envelope_peek(&m, bytes, SIZE, &roster, BODY_LIMIT));
}
END_TEST

START_TEST(a_sender_of_256_is_not_the_first_player)
{
    two_players_and_a_stranger();
    uint8_t bytes[SIZE];
    struct message said = some_message(), m;
    said.sender = 0;
    envelope_seal(bytes, sizeof bytes, &said, &key[0]);
    bytes[49] = 1;
    ck_assert(!envelope_peek(&m, bytes, SIZE, &roster, BODY_LIMIT));
}
END_TEST

START_TEST(a_body_may_be_empty_or_as_large_as_the_limit_and_no_larger)
{
    two_players_and_a_stranger();
    static const uint8_t body[BODY_LIMIT + 1] = {1};
    uint8_t bytes[ENVELOPE_OVERHEAD + BODY_LIMIT + 1];
    struct message said = some_message(), m;
    said.body = body;
    for (size_t n = 0; n <= BODY_LIMIT + 1; n++) {
        said.body_size = n;
        const size_t size = envelope_seal(bytes, sizeof bytes, &said, &key[1]);
        ck_assert_uint_eq(size, ENVELOPE_OVERHEAD + n);
        ck_assert(opens(&m, bytes, size) == (n <= BODY_LIMIT));
    }
}
END_TEST

START_TEST(only_known_kinds_are_read)
{
    two_players_and_a_stranger();
    uint8_t bytes[SIZE];
    struct message said = some_message(), m;
    unsigned n_known = 0;
    envelope_seal(bytes, sizeof bytes, &said, &key[1]);
    for (unsigned kind = 0; kind < 256; kind++) {
        bytes[5] = (uint8_t)kind;
        const bool known = (kind >= MESSAGE_HELLO && kind <= MESSAGE_DEAL) ||
                           (kind >= MESSAGE_SUSPECT && kind <= MESSAGE_VOUCH);
        ck_assert(envelope_peek(&m, bytes, SIZE, &roster, BODY_LIMIT) == known);
        if (!known)
            continue;
        n_known++;
        ck_assert(strlen(message_name((enum message_kind)kind)) > 0);
        ck_assert(message_in_round((enum message_kind)kind) == (kind <= MESSAGE_DEAL));
    }
    ck_assert_uint_eq(n_known, 24);
}
END_TEST

/* A header has one form: what its author puts where nothing belongs is refused even if
 * it is signed, or one statement could be said in many ways. */
START_TEST(signed_words_in_unused_fields_are_refused)
{
    two_players_and_a_stranger();
    static const size_t unused[] = {0, 3, 4, 6, 7, 50, 51};
    uint8_t bytes[SIZE];
    const struct message said = some_message();
    struct message m;
    for (size_t k = 0; k < sizeof unused / sizeof unused[0]; k++) {
        envelope_seal(bytes, sizeof bytes, &said, &key[1]);
        bytes[unused[k]] ^= 4;
        const struct signature s = sign(&key[1], bytes, SIZE - sizeof s.bytes);
        memcpy(bytes + SIZE - sizeof s.bytes, s.bytes, sizeof s.bytes);
        ck_assert_msg(!envelope_peek(&m, bytes, SIZE, &roster, BODY_LIMIT), "byte %zu",
                      unused[k]);
    }
}
END_TEST

UNIT_MAIN("envelope", what_was_sealed_is_read_back,
          the_layout_is_that_of_the_specification, no_bit_can_be_flipped,
          no_size_but_its_own_is_read, nobody_signs_for_another,
          a_sender_of_256_is_not_the_first_player,
          a_body_may_be_empty_or_as_large_as_the_limit_and_no_larger,
          only_known_kinds_are_read, signed_words_in_unused_fields_are_refused)
