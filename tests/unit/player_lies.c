/* SPDX-License-Identifier: MIT */
/* What a player does about those who lie, refuse, accuse or forge. */
#include "protocol/player.h"

#include "tests/unit/table.h"
#include "tests/unit/unit.h"

/* Changes the body of what the last player says of a kind, for some, and signs it. */
struct lie {
    enum message_kind kind;
    uint32_t to; /* mask */
    size_t at;   /* from the end, for an answer: its proposal could not be another */
    uint8_t by;
    uint8_t shorter;
    bool other_history;
    enum message_kind as; /* where not 0 */
};

static bool lie_about(struct table *t, struct parcel *p)
{
    const struct lie *lie = t->context;
    static uint8_t body[TABLE_ENVELOPE_MAX];
    struct message m = table_peek(t, p->bytes, p->size);
    if (m.sender != t->roster.n_players - 1 || m.kind != lie->kind ||
        (lie->to >> p->to & 1) == 0 || p->from != m.sender)
        return true;
    memcpy(body, m.body, m.body_size);
    m.body = body;
    const size_t at = lie->at % m.body_size;
    body[m.kind == MESSAGE_ANSWER ? m.body_size - 1 - at : at] ^= lie->by;
    m.body_size -= lie->shorter;
    if (lie->as != 0)
        m.kind = lie->as;
    if (lie->other_history)
        m.transcript.bytes[0] ^= 1;
    table_resign(t, p->bytes, &p->size, &m);
    return true;
}

static struct table *three_and_a_lie(struct lie *lie)
{
    struct table *t = table_new(3, 2, public_goods_3);
    t->terms.budget = 4;
    t->terms.hard_ms = 3000;
    t->context = lie;
    t->meddle = lie_about;
    table_start(t);
    return t;
}

/* Every honest player ends with proof against the third and against nobody else. */
static void check_all_blame_the_third(const struct table *t, uint32_t fault)
{
    for (uint8_t i = 0; i < 2; i++) {
        const struct seen_note *n = table_found(t, i, NOTE_BLAMED, 0);
        ck_assert_msg(n != NULL, "player %u blames nobody", i + 1u);
        ck_assert_uint_eq(n->note.player, 2);
        ck_assert(fault == FAULT_NONE || n->note.number == fault);
        ck_assert_int_eq(table_report(t, i).outcome, OUTCOME_FAULT);
        ck_assert_uint_eq(table_count(t, i, NOTE_BLAMED), 1);
    }
}

START_TEST(two_stories_are_proven_to_everybody)
{
    static const enum message_kind kinds[] = {MESSAGE_PUNISH_OK, MESSAGE_ANSWER,
                                              MESSAGE_SET, MESSAGE_ACT, MESSAGE_COMMIT};
    for (int k = 0; k < 4; k++) {
        struct lie lie = {.kind = kinds[k], .to = 1, .at = 1, .by = 1};
        lie.at = kinds[k] == MESSAGE_ACT ? 0 : 2;
        struct table *t = three_and_a_lie(&lie);
        table_run(t);
        check_all_blame_the_third(t, FAULT_EQUIVOCATION);
        /* Nobody had to wait until patience was over. */
        ck_assert_uint_lt(t->now_ms, 1000 + 3000 + 2000);
        table_free(t);
    }
}
END_TEST

/* To the first player the lie is illegal as it stands; the second was told the truth,
 * goes on, and learns what happened when it asks. */
START_TEST(an_illegal_story_told_to_one_convinces_the_other_as_well)
{
    static const enum message_kind kinds[] = {MESSAGE_PUNISH, MESSAGE_PROPOSE,
                                              MESSAGE_ANSWER, MESSAGE_SIGN,
                                              MESSAGE_START,  MESSAGE_REVEAL};
    for (int k = 0; k < 6; k++) {
        struct lie lie = {.kind = kinds[k], .to = 5, .at = 0, .shorter = 1};
        struct table *t = three_and_a_lie(&lie);
        table_run(t);
        check_all_blame_the_third(t, FAULT_NONE);
        ck_assert_uint_lt(t->now_ms, 1000 + 3000 + 2000);
        table_free(t);
    }
}
END_TEST

START_TEST(what_everybody_sees_is_illegal_at_once)
{
    static const struct {
        enum message_kind kind;
        uint32_t fault;
    } cases[] = {
        {MESSAGE_PUNISH, FAULT_ILLEGAL},  {MESSAGE_PUNISH_OK, FAULT_ILLEGAL},
        {MESSAGE_PROPOSE, FAULT_ILLEGAL}, {MESSAGE_ANSWER, FAULT_ILLEGAL},
        {MESSAGE_SET, FAULT_ILLEGAL},     {MESSAGE_REVEAL, FAULT_ILLEGAL},
        {MESSAGE_PRUNE, FAULT_ILLEGAL},   {MESSAGE_SIGN, FAULT_ILLEGAL},
        {MESSAGE_START, FAULT_ILLEGAL},   {MESSAGE_ACT, FAULT_ILLEGAL},
        {MESSAGE_END, FAULT_ILLEGAL},     {MESSAGE_HELLO, FAULT_ILLEGAL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct lie lie = {.kind = cases[k].kind, .to = 7, .shorter = 1};
        struct table *t = three_and_a_lie(&lie);
        table_run(t);
        check_all_blame_the_third(t, cases[k].fault);
        ck_assert_uint_lt(t->now_ms, 1000 + 3000);
        table_free(t);
    }
}
END_TEST

START_TEST(the_right_words_under_another_name_are_illegal)
{
    static const enum message_kind kinds[][2] = {{MESSAGE_REVEAL, MESSAGE_SET},
                                                 {MESSAGE_SET, MESSAGE_REVEAL},
                                                 {MESSAGE_SIGN, MESSAGE_HELLO},
                                                 {MESSAGE_SIGN, MESSAGE_START}};
    for (int k = 0; k < 4; k++) {
        struct lie lie = {.kind = kinds[k][0], .as = kinds[k][1], .to = 7};
        struct table *t = three_and_a_lie(&lie);
        table_run(t);
        if (kinds[k][1] == MESSAGE_HELLO) /* which no session has after the first row */
            table_all_ended(t, OUTCOME_OMISSION);
        else
            check_all_blame_the_third(t, FAULT_ILLEGAL);
        table_free(t);
    }
}
END_TEST

START_TEST(a_false_opening_is_proven)
{
    static const enum message_kind kinds[] = {MESSAGE_REVEAL, MESSAGE_START};
    for (int k = 0; k < 2; k++) {
        struct lie lie = {.kind = kinds[k], .to = 7, .at = 33, .by = 1};
        struct table *t = three_and_a_lie(&lie);
        table_run(t);
        check_all_blame_the_third(t, FAULT_OPENING);
        table_free(t);
    }
}
END_TEST

START_TEST(words_of_another_history_stop_nobody_but_their_author)
{
    struct lie lie = {.kind = MESSAGE_ANSWER, .to = 3, .other_history = true};
    struct table *t = three_and_a_lie(&lie);
    table_run(t);
    for (uint8_t i = 0; i < 2; i++) {
        const struct report r = table_report(t, i);
        ck_assert(r.outcome == OUTCOME_FAULT || r.outcome == OUTCOME_OMISSION);
        for (size_t n = 0; n < t->n_notes; n++)
            ck_assert(t->note[n].note.kind != NOTE_BLAMED ||
                      t->note[n].note.player == 2);
    }
    table_free(t);
}
END_TEST

/* T of the rounds before this one, as player 0 has it; zeros where it is not known. */
static struct digest history(const struct table *t, uint64_t round)
{
    struct digest out = {{0}};
    for (size_t n = 0; n < t->n_notes; n++)
        if (t->note[n].of == 0 && t->note[n].note.kind == NOTE_ROUND &&
            t->note[n].note.round + 1 == round)
            out = t->note[n].note.digest;
    return out;
}

/* Hands player `to` a message that `from` signs but never had to say. */
static void forge(struct table *t, uint8_t from, uint8_t to, enum message_kind kind,
                  uint64_t round, const struct writer *body)
{
    static uint8_t bytes[TABLE_ENVELOPE_MAX];
    const struct message m = {.kind = kind,
                              .sender = from,
                              .round = round,
                              .session = table_report(t, to).session,
                              .transcript = history(t, round),
                              .body = body->bytes,
                              .body_size = body->size};
    const size_t n = envelope_seal(bytes, sizeof bytes, &m, &t->key[from]);
    table_step(t, to, EVENT_MESSAGE, bytes, n);
}

static void forge_fail(struct table *t, uint8_t from, uint8_t to, uint64_t round,
                       uint64_t missing)
{
    uint8_t bytes[CLAIM_SIZE];
    struct writer w = {bytes, sizeof bytes, 0, false};
    body_fail_write(&w, &(struct body_fail){round, missing});
    forge(t, from, to, MESSAGE_FAIL, round, &w);
}

static struct table *three_in_the_middle(void)
{
    struct table *t = table_new(3, 2, public_goods_3);
    table_start(t);
    while (table_report(t, 0).round < 5)
        table_deliver(t);
    return t;
}

/* Whoever refuses could choose the moment in which everybody's words are on their way,
 * and make honest players accuse each other. */
START_TEST(a_refusal_makes_nobody_name_those_it_has_not_asked)
{
    struct table *t = three_in_the_middle();
    ck_assert_uint_ne(table_report(t, 0).missing & 2u, 0);
    forge_fail(t, 2, 0, table_report(t, 0).round, 2);
    ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_OMISSION);
    ck_assert_uint_eq(table_count(t, 0, NOTE_REFUSED), 1);
    ck_assert_uint_eq(table_found(t, 0, NOTE_REFUSED, 0)->note.player, 2);
    table_free(t);
}
END_TEST

START_TEST(a_refusal_ends_the_session_for_all_who_hear_of_it)
{
    struct table *t = three_in_the_middle();
    forge_fail(t, 2, 0, table_report(t, 0).round, 1);
    t->absent[2] = true;
    table_run(t);
    table_all_ended(t, OUTCOME_OMISSION);
    /* The second heard of it from the first, long before its own patience was over. */
    ck_assert_uint_lt(t->now_ms, 1000 + 5000);
    table_free(t);
}
END_TEST

START_TEST(a_refusal_of_another_round_or_for_nobody_is_not_heard)
{
    struct table *t = three_in_the_middle();
    const uint64_t round = table_report(t, 0).round;
    forge_fail(t, 2, 0, round + 2, 1);
    forge_fail(t, 2, 0, UINT64_MAX, 1);
    forge_fail(t, 2, 0, round, 0);
    uint8_t bytes[CLAIM_SIZE];
    struct writer w = {bytes, sizeof bytes, 0, false};
    body_fail_write(&w, &(struct body_fail){round + 1, 1});
    forge(t, 2, 0, MESSAGE_FAIL, round, &w);
    ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_OPEN);
    forge_fail(t, 2, 0, round + 1, 1);
    ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_OMISSION);
    table_free(t);
}
END_TEST

START_TEST(those_who_were_asked_in_vain_are_named_as_well)
{
    struct table *t = table_new(3, 2, public_goods_3);
    table_start(t);
    for (int k = 0; k < 60; k++)
        table_deliver(t);
    t->absent[1] = true;
    t->absent[2] = true;
    while (table_deliver(t))
        continue;
    for (int k = 0; k < 3; k++)
        table_wait(t);
    forge_fail(t, 2, 0, table_report(t, 0).round, 2);
    const struct seen_note *n = table_found(t, 0, NOTE_REFUSED, 1);
    ck_assert_ptr_nonnull(n);
    ck_assert(n->note.player == 0 && n->note.mask == 2);
    table_free(t);
}
END_TEST

static void write_evidence(struct table *t, struct writer *body, uint8_t guilty,
                           uint8_t signer, bool of_this_session)
{
    static uint8_t two[2][ENVELOPE_OVERHEAD + 1];
    struct body_evidence e = {two[0], two[1], 0, 0};
    struct report r = table_report(t, 0);
    if (!of_this_session)
        r.session.bytes[0] ^= 1;
    for (uint8_t word = 0; word < 2; word++) {
        const struct message m = {.kind = MESSAGE_ACT,
                                  .sender = guilty,
                                  .round = r.round,
                                  .session = r.session,
                                  .body = &word,
                                  .body_size = 1};
        *(word == 0 ? &e.first_size : &e.second_size) =
            envelope_seal(two[word], sizeof two[word], &m, &t->key[signer]);
    }
    body_evidence_write(body, &e);
}

START_TEST(evidence_is_believed_if_it_is_signed_and_passed_on)
{
    static uint8_t bytes[2048];
    struct table *t = three_in_the_middle();
    struct writer w = {bytes, sizeof bytes, 0, false};
    write_evidence(t, &w, 2, 1, true); /* in the third's name, signed by the second */
    forge(t, 1, 0, MESSAGE_EVIDENCE, table_report(t, 0).round, &w);
    ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_OPEN);
    w.size = 0;
    write_evidence(t, &w, 2, 2, false); /* of an older session with the same keys */
    forge(t, 1, 0, MESSAGE_EVIDENCE, table_report(t, 0).round, &w);
    ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_OPEN);
    w.size = 0;
    write_evidence(t, &w, 2, 2, true);
    forge(t, 1, 0, MESSAGE_EVIDENCE, table_report(t, 0).round, &w);
    ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_FAULT);
    ck_assert_uint_eq(table_found(t, 0, NOTE_BLAMED, 0)->note.player, 2);
    bool passed_on = false;
    for (size_t k = 0; k < t->actions.n; k++)
        passed_on = passed_on || (t->actions.item[k].kind == ACTION_SEND &&
                                  t->actions.item[k].to == 2);
    ck_assert(passed_on);
    table_free(t);
}
END_TEST

/* Who has refused and then hears a proof passes on the proof and not its refusal. */
START_TEST(a_proof_that_comes_late_is_passed_on_as_well)
{
    static uint8_t bytes[2048];
    struct table *t = three_in_the_middle();
    forge_fail(t, 2, 0, table_report(t, 0).round, 2);
    struct writer w = {bytes, sizeof bytes, 0, false};
    write_evidence(t, &w, 2, 2, true);
    forge(t, 1, 0, MESSAGE_EVIDENCE, table_report(t, 0).round, &w);
    ck_assert_uint_gt(t->actions.n, 1);
    for (size_t k = 0; k < t->actions.n; k++)
        if (t->actions.item[k].kind == ACTION_SEND)
            ck_assert_int_eq(
                table_peek(t, t->actions.item[k].bytes, t->actions.item[k].size).kind,
                MESSAGE_EVIDENCE);
    ck_assert_uint_eq(table_count(t, 0, NOTE_BLAMED), 1);
    table_free(t);
}
END_TEST

/* Requests cannot be used to make a player send without end. */
START_TEST(requests_are_answered_four_times_in_a_soft_ms)
{
    struct table *t = three_in_the_middle();
    const struct report r = table_report(t, 0);
    uint32_t answered = 0;
    for (uint32_t k = 0; k < 1000; k++) {
        uint8_t bytes[CLAIM_SIZE];
        struct writer w = {bytes, sizeof bytes, 0, false};
        body_suspect_write(&w, &(struct body_suspect){r.round - 1, 7});
        t->now_ms = 5000 + k / 5; /* 200 ms in all */
        forge(t, 2, 0, MESSAGE_SUSPECT, r.round, &w);
        answered += t->actions.n > 0 && t->actions.item[0].kind == ACTION_SEND;
    }
    ck_assert_uint_ge(answered, 3);
    ck_assert_uint_le(answered, 5);
    table_free(t);
}
END_TEST

/* What a shell is told about who wastes its time. */
START_TEST(what_a_message_was_good_for_is_told)
{
    static uint8_t bytes[2048];
    struct table *t = three_in_the_middle();
    const struct report r = table_report(t, 0);
    struct writer w = {bytes, CLAIM_SIZE, 0, false};
    body_suspect_write(&w, &(struct body_suspect){r.round, 1});
    forge(t, 2, 0, MESSAGE_SUSPECT, r.round, &w);
    ck_assert_int_eq(t->actions.worth, WORTH_VAIN);
    forge(t, 2, 0, MESSAGE_SUSPECT, r.round, &w); /* too soon to be looked at */
    ck_assert_int_eq(t->actions.worth, WORTH_LITTLE);
    const struct keypair kept = t->key[2];
    t->key[2] = t->key[1]; /* in another's name */
    w.size = 0;
    body_fail_write(&w, &(struct body_fail){r.round, 2});
    forge(t, 2, 0, MESSAGE_FAIL, r.round, &w);
    ck_assert_int_eq(t->actions.worth, WORTH_FALSE);
    t->key[2] = kept;
    w.size = 0;
    write_u64(&w, 7);
    forge(t, 2, 0, MESSAGE_EVIDENCE, r.round, &w); /* of nothing */
    ck_assert_int_eq(t->actions.worth, WORTH_FALSE);
    w.size = 0;
    body_fail_write(&w, &(struct body_fail){r.round, 2});
    forge(t, 2, 0, MESSAGE_FAIL, r.round, &w);
    ck_assert_int_eq(t->actions.worth, WORTH_NEW);
    table_step(t, 0, EVENT_TIME, NULL, 0);
    ck_assert_int_eq(t->actions.worth, WORTH_LITTLE);
    table_free(t);
}
END_TEST

/* All others live in another history; the answers to all of them at once must not be
 * more than one step can hold. */
START_TEST(thirty_one_players_in_another_history_do_not_overwhelm_one)
{
    struct table *t = table_new(32, 1, public_goods);
    table_start(t);
    while (table_report(t, 0).round < 1)
        table_deliver(t);
    const struct report r = table_report(t, 0);
    for (uint8_t i = 1; i < 32; i++) {
        uint8_t bytes[ENVELOPE_OVERHEAD + 4];
        const struct message m = {.kind = MESSAGE_PUNISH_OK,
                                  .sender = i,
                                  .round = r.round + 1,
                                  .session = r.session,
                                  .transcript = {{1}},
                                  .body = bytes,
                                  .body_size = 0};
        const size_t n = envelope_seal(bytes, sizeof bytes, &m, &t->key[i]);
        table_step(t, 0, EVENT_MESSAGE, bytes, n);
    }
    while (table_report(t, 0).round < 2)
        table_deliver(t);
    ck_assert_uint_le(t->actions.n, PLAYER_ACTIONS_MAX);
    /* It shows them its row at once, without being asked. */
    ck_assert_int_eq(t->actions.item[t->actions.n - 1].kind, ACTION_SEND);
    table_free(t);
}
END_TEST

/* ---- words that exclude each other ---- */

static void check_blamed(const struct table *t, uint8_t by, enum fault_kind fault)
{
    const struct seen_note *n = table_found(t, by, NOTE_BLAMED, 0);
    ck_assert(n != NULL && n->note.player == 2);
    ck_assert_uint_eq(n->note.number, fault);
}

/* The first has a refusal and a later word of the third, in either order, at the start
 * or in the middle; the second learns of it by evidence. */
START_TEST(t_withdraw_exclusive)
{
    for (int k = 0; k < 4; k++) {
        struct table *t = table_new(3, 2, public_goods_3);
        table_start(t);
        struct message m;
        while (k < 2 ? table_report(t, 0).round < 5
                     : table_report(t, 0).phase < PHASE_START)
            table_deliver(t);
        const uint64_t round = table_report(t, 0).round;
        while (table_report(t, 2).round < round + 1)
            table_deliver(t);
        ck_assert_uint_le(table_report(t, 0).round, round + 1);
        if (k % 2 == 0) { /* the later word first */
            while (table_report(t, 0).heard_round[2] < round + 1)
                table_deliver(t);
            forge_fail(t, 2, 0, round, 1);
        } else {
            forge_fail(t, 2, 0, round, 1);
            ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_OMISSION);
            ck_assert_uint_eq(table_count(t, 0, NOTE_BLAMED), 0);
        }
        table_run(t);
        check_blamed(t, 0, FAULT_EXCLUSIVE);
        check_blamed(t, 1, FAULT_EXCLUSIVE);
        ck_assert(table_said(t, 0, MESSAGE_EVIDENCE, 0, &m));
        ck_assert_uint_eq(table_count(t, 0, NOTE_BLAMED), 1);
        table_free(t);
    }
}
END_TEST

/* A second agreement: in the round of the first it is equivocation. */
START_TEST(t_sign_twice)
{
    for (uint64_t later = 0; later < 2; later++) {
        struct table *t = table_new(3, 2, public_goods_3);
        table_start(t);
        struct message m;
        while (!table_said(t, 2, MESSAGE_SIGN, 0, &m))
            table_deliver(t);
        while (table_report(t, 0).heard_round[2] < m.round)
            table_deliver(t);
        uint8_t bytes[128];
        struct writer w = {bytes, sizeof bytes, 0, false};
        body_sign_write(&w, &(struct body_sign){.agreement = {{9}}});
        forge(t, 2, 0, MESSAGE_SIGN, m.round + later, &w);
        const enum fault_kind fault = later ? FAULT_EXCLUSIVE : FAULT_EQUIVOCATION;
        check_blamed(t, 0, fault);
        table_run(t);
        check_blamed(t, 1, fault);
        table_free(t);
    }
}
END_TEST

/* What its author's own transcript contradicts: a message that has to be there by then,
 * or a history that it does not live in. What may be true is no proof. */
START_TEST(t_false_accusation)
{
    for (int k = 0; k < 4; k++) {
        struct table *t = three_in_the_middle();
        const uint64_t round = table_report(t, 0).round;
        while (table_report(t, 0).heard_round[2] < round)
            table_deliver(t);
        uint8_t bytes[CLAIM_SIZE];
        struct writer w = {bytes, sizeof bytes, 0, false};
        /* In rounds that it has completed, with its own and with another history; in
         * the round that it is in; and in one that is to come. */
        const uint64_t accused = k < 2 ? round - 1 : k == 2 ? round : round + 1;
        body_suspect_write(&w, &(struct body_suspect){accused, 1});
        t->now_ms += 1000;
        forge(t, 2, 0, MESSAGE_SUSPECT, k == 1 ? round + 1 : round, &w);
        if (k < 2)
            check_blamed(t, 0, FAULT_ACCUSATION);
        else
            ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_OPEN);
        table_run(t);
        if (k < 2)
            check_blamed(t, 1, FAULT_ACCUSATION);
        else
            table_all_ended(t, OUTCOME_PLAYED);
        table_free(t);
    }
}
END_TEST

UNIT_MAIN("player_lies", two_stories_are_proven_to_everybody,
          an_illegal_story_told_to_one_convinces_the_other_as_well,
          what_everybody_sees_is_illegal_at_once, a_false_opening_is_proven,
          the_right_words_under_another_name_are_illegal,
          words_of_another_history_stop_nobody_but_their_author,
          a_refusal_makes_nobody_name_those_it_has_not_asked,
          a_refusal_ends_the_session_for_all_who_hear_of_it,
          a_refusal_of_another_round_or_for_nobody_is_not_heard,
          those_who_were_asked_in_vain_are_named_as_well, t_withdraw_exclusive,
          t_sign_twice, t_false_accusation,
          evidence_is_believed_if_it_is_signed_and_passed_on,
          a_proof_that_comes_late_is_passed_on_as_well,
          requests_are_answered_four_times_in_a_soft_ms,
          what_a_message_was_good_for_is_told,
          thirty_one_players_in_another_history_do_not_overwhelm_one)
