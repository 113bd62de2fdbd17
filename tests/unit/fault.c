/* SPDX-License-Identifier: MIT */
/* What proves that somebody said two things, and what does not. */
#include "protocol/fault.h"

#include <string.h>

#include "tests/unit/unit.h"

enum { BODY_LIMIT = 128, SIZE = ENVELOPE_OVERHEAD + BODY_LIMIT };

static struct roster roster;
static struct keypair key[3];
static uint8_t first[SIZE], second[SIZE];
static struct body_evidence evidence;
static uint8_t words[2][4] = {{1, 2, 3, 4}, {1, 2, 3, 5}};

static struct message statement(int which)
{
    return (struct message){.kind = MESSAGE_ANSWER,
                            .sender = 1,
                            .round = 9,
                            .session = {{1}},
                            .transcript = {{2}},
                            .body = words[which],
                            .body_size = 4};
}

static void seal_both(const struct message *a, const struct keypair *a_key,
                      const struct message *b, const struct keypair *b_key)
{
    evidence.first = first;
    evidence.second = second;
    evidence.first_size = envelope_seal(first, sizeof first, a, a_key);
    evidence.second_size = envelope_seal(second, sizeof second, b, b_key);
}

static void three_players(void)
{
    roster.n_players = 3;
    for (uint8_t i = 0; i < 3; i++) {
        const struct seed seed = {{i, 1}};
        keypair_from_seed(&key[i], &seed);
        roster.key[i] = key[i].public_key;
    }
}

static enum fault_kind proven(void)
{
    uint8_t guilty = 99;
    const enum fault_kind fault = fault_proven(&guilty, &evidence, &roster, BODY_LIMIT);
    ck_assert_uint_eq(guilty, fault == FAULT_NONE ? 99 : 1);
    return fault;
}

static bool proves(void)
{
    const enum fault_kind fault = proven();
    ck_assert(fault == FAULT_NONE || fault == FAULT_EQUIVOCATION);
    return fault != FAULT_NONE;
}

static bool proves_with(struct message b)
{
    const struct message a = statement(0);
    seal_both(&a, &key[1], &b, &key[1]);
    return proves();
}

START_TEST(two_bodies_in_one_slot_are_proof)
{
    three_players();
    ck_assert(proves_with(statement(1)));
}
END_TEST

START_TEST(two_kinds_or_two_histories_in_one_slot_are_proof)
{
    three_players();
    struct message b = statement(0);
    b.kind = MESSAGE_PROPOSE;
    ck_assert(proves_with(b));
    b = statement(0);
    b.transcript.bytes[31] = 1;
    ck_assert(proves_with(b));
    b = statement(0);
    b.body_size = 3;
    ck_assert(proves_with(b));
}
END_TEST

START_TEST(the_same_words_twice_are_no_proof)
{
    three_players();
    ck_assert(!proves_with(statement(0)));
}
END_TEST

START_TEST(two_rounds_two_sessions_or_two_players_are_no_proof)
{
    three_players();
    struct message b = statement(1);
    b.round = 10;
    ck_assert(!proves_with(b));
    b = statement(1);
    b.session.bytes[0] = 7;
    ck_assert(!proves_with(b));
    const struct message a = statement(0);
    b = statement(1);
    b.sender = 2;
    seal_both(&a, &key[1], &b, &key[2]);
    ck_assert(!proves());
}
END_TEST

/* An accusation in round 9: missing tells one from another. */
static struct message accusation(enum message_kind kind, uint64_t round,
                                 uint64_t missing)
{
    static uint8_t body[8][CLAIM_SIZE];
    static int next;
    struct writer w = {body[next++ % 8], CLAIM_SIZE, 0, false};
    struct message m = statement(0);
    if (kind == MESSAGE_FAIL)
        body_fail_write(&w, &(struct body_fail){round, missing});
    else
        body_suspect_write(&w, &(struct body_suspect){round, missing});
    m.kind = kind;
    m.body = w.bytes;
    m.body_size = w.size;
    return m;
}

/* Both orders mean the same. */
static enum fault_kind between(struct message a, struct message b)
{
    seal_both(&b, &key[1], &a, &key[1]);
    const enum fault_kind fault = proven();
    seal_both(&a, &key[1], &b, &key[1]);
    ck_assert_int_eq(proven(), fault);
    return fault;
}

static struct message in_round(struct message m, uint64_t round)
{
    m.round = round;
    return m;
}

START_TEST(what_an_honest_player_may_sign_is_no_proof)
{
    three_players();
    const struct message word = statement(0), fail = accusation(MESSAGE_FAIL, 9, 1),
                         suspect = accusation(MESSAGE_SUSPECT, 9, 1);
    /* Its word of the round in which it asks, and then refuses; asking anew; another
     * reason after a restart; its words of earlier rounds. */
    ck_assert_int_eq(between(word, fail), FAULT_NONE);
    ck_assert_int_eq(between(word, suspect), FAULT_NONE);
    ck_assert_int_eq(between(suspect, fail), FAULT_NONE);
    ck_assert_int_eq(between(suspect, accusation(MESSAGE_SUSPECT, 9, 4)), FAULT_NONE);
    ck_assert_int_eq(between(fail, accusation(MESSAGE_FAIL, 9, 4)), FAULT_NONE);
    ck_assert_int_eq(between(in_round(word, 8), fail), FAULT_NONE);
    ck_assert_int_eq(between(in_round(accusation(MESSAGE_SUSPECT, 8, 1), 8), fail),
                     FAULT_NONE);
    /* What it asked for has come, and it went on. */
    ck_assert_int_eq(between(suspect, in_round(word, 10)), FAULT_NONE);
    ck_assert_int_eq(between(suspect, in_round(accusation(MESSAGE_SUSPECT, 10, 1), 10)),
                     FAULT_NONE);
    /* In another session it has refused nothing. */
    struct message elsewhere = in_round(word, 10);
    elsewhere.session.bytes[0] ^= 1;
    ck_assert_int_eq(between(fail, elsewhere), FAULT_NONE);
    /* What it passes on as evidence is not its own word. */
    struct message evidence_of = in_round(word, 10);
    evidence_of.kind = MESSAGE_EVIDENCE;
    ck_assert_int_eq(between(fail, evidence_of), FAULT_NONE);
    struct message sign = word;
    sign.kind = MESSAGE_SIGN;
    ck_assert_int_eq(between(sign, in_round(word, 10)), FAULT_NONE);
    ck_assert_int_eq(between(sign, sign), FAULT_NONE);
}
END_TEST

START_TEST(words_that_exclude_each_other_are_proof)
{
    three_players();
    const struct message word = statement(0), fail = accusation(MESSAGE_FAIL, 9, 1);
    ck_assert_int_eq(between(fail, in_round(word, 10)), FAULT_EXCLUSIVE);
    ck_assert_int_eq(between(fail, in_round(word, 99)), FAULT_EXCLUSIVE);
    ck_assert_int_eq(between(fail, in_round(accusation(MESSAGE_SUSPECT, 10, 1), 10)),
                     FAULT_EXCLUSIVE);
    struct message sign = word, again = statement(1);
    sign.kind = again.kind = MESSAGE_SIGN;
    ck_assert_int_eq(between(sign, in_round(sign, 12)), FAULT_EXCLUSIVE);
    ck_assert_int_eq(between(sign, in_round(again, 8)), FAULT_EXCLUSIVE);
    ck_assert_int_eq(between(sign, again), FAULT_EQUIVOCATION);
}
END_TEST

START_TEST(accusations_against_the_own_transcript_are_proof)
{
    three_players();
    struct message other = statement(0);
    other.transcript.bytes[0] ^= 1;
    ck_assert_int_eq(between(accusation(MESSAGE_FAIL, 9, 1), other), FAULT_ACCUSATION);
    ck_assert_int_eq(between(accusation(MESSAGE_SUSPECT, 9, 1), other),
                     FAULT_ACCUSATION);
    for (int k = 0; k < 2; k++) {
        const enum message_kind kind = k == 0 ? MESSAGE_SUSPECT : MESSAGE_FAIL;
        const struct message late = accusation(kind, 8, 1);
        ck_assert_int_eq(between(late, late), FAULT_ACCUSATION);
        const struct message now = accusation(kind, 9, 1);
        ck_assert_int_eq(between(now, now), FAULT_NONE);
        const struct message early = accusation(kind, 10, 1);
        ck_assert_int_eq(between(early, early), FAULT_NONE);
    }
}
END_TEST

static bool hellos_prove(uint64_t first_attempt, uint64_t second_attempt)
{
    uint8_t body[2][128];
    struct message m[2];
    for (uint8_t k = 0; k < 2; k++) {
        const struct body_hello b = {
            .nonce = {{k}}, .attempt = k == 0 ? first_attempt : second_attempt};
        struct writer w = {body[k], sizeof body[k], 0, false};
        body_hello_write(&w, &b);
        m[k] = (struct message){.kind = MESSAGE_HELLO,
                                .sender = 1,
                                .session = {{1}},
                                .body = body[k],
                                .body_size = w.size};
    }
    seal_both(&m[0], &key[1], &m[1], &key[1]);
    return proves();
}

START_TEST(two_hellos_are_proof_if_they_are_of_one_attempt)
{
    three_players();
    ck_assert(hellos_prove(7, 7));
    ck_assert(!hellos_prove(7, 8));
    ck_assert(!hellos_prove(8, 7));
    /* What cannot be read is of no attempt. */
    struct message a = statement(0), b = statement(1);
    a.kind = b.kind = MESSAGE_HELLO;
    seal_both(&a, &key[1], &b, &key[1]);
    ck_assert(!proves());
    b.kind = MESSAGE_ANSWER;
    seal_both(&a, &key[1], &b, &key[1]);
    ck_assert(!proves());
}
END_TEST

START_TEST(nobody_is_proven_guilty_by_what_another_signed)
{
    three_players();
    const struct message a = statement(0), b = statement(1);
    seal_both(&a, &key[1], &b, &key[2]);
    ck_assert(!proves());
    seal_both(&a, &key[2], &b, &key[1]);
    ck_assert(!proves());
}
END_TEST

START_TEST(no_bit_of_the_proof_can_be_flipped)
{
    three_players();
    ck_assert(proves_with(statement(1)));
    for (size_t bit = 0; bit < 8 * evidence.first_size; bit++) {
        first[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert(!proves());
        first[bit / 8] ^= (uint8_t)(1u << bit % 8);
        second[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert(!proves());
        second[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    evidence.first_size--;
    ck_assert(!proves());
    evidence.first_size++;
    evidence.second_size = 0;
    ck_assert(!proves());
}
END_TEST

START_TEST(faults_have_names)
{
    ck_assert_str_eq(fault_name(FAULT_NONE), "none");
    ck_assert_str_eq(fault_name(FAULT_EQUIVOCATION), "equivocation");
    ck_assert_str_eq(fault_name(FAULT_OPENING), "opening");
    ck_assert_str_eq(fault_name(FAULT_ACTION), "action");
    ck_assert_str_eq(fault_name(FAULT_ILLEGAL), "illegal");
    ck_assert_str_eq(fault_name(FAULT_EXCLUSIVE), "exclusive");
    ck_assert_str_eq(fault_name(FAULT_ACCUSATION), "accusation");
}
END_TEST

UNIT_MAIN("fault", two_bodies_in_one_slot_are_proof,
          two_kinds_or_two_histories_in_one_slot_are_proof,
          the_same_words_twice_are_no_proof,
          two_rounds_two_sessions_or_two_players_are_no_proof,
          what_an_honest_player_may_sign_is_no_proof,
          words_that_exclude_each_other_are_proof,
          accusations_against_the_own_transcript_are_proof,
          two_hellos_are_proof_if_they_are_of_one_attempt,
          nobody_is_proven_guilty_by_what_another_signed,
          no_bit_of_the_proof_can_be_flipped, faults_have_names)
