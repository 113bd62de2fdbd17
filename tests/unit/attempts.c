/* SPDX-License-Identifier: MIT */
/* Who says hello more than once: with a greater attempt, with an earlier one, with the
 * same. */
#include "protocol/fault.h"
#include "protocol/player.h"
#include "protocol/transcript.h"
#include "tests/unit/table.h"
#include "tests/unit/unit.h"

/* The hello that the second player says in another life. */
static void another_hello(const struct table *t, uint64_t attempt, uint8_t life,
                          struct happening *out)
{
    static struct actions actions;
    struct private_options options = t->options[1];
    struct seed seed = t->seed[1];
    options.attempt = attempt;
    seed.bytes[31] = life;
    struct player *p = player_new(&t->terms, &t->roster, 1, &t->key[1], t->payoffs[1],
                                  &options, &seed);
    const struct event start = {.kind = EVENT_START, .now_ms = t->now_ms};
    player_step(p, &start, &actions);
    for (size_t k = 0; k < actions.n; k++)
        if (actions.item[k].kind == ACTION_SAY)
            *out = happened(1, EVENT_MESSAGE, t->now_ms, actions.item[k].bytes,
                            actions.item[k].size);
    player_free(p);
}

/* Anybody can keep a hello and repeat it to everybody, its author included: before the
 * true one, so that the session is first named by the wrong one, or after it. */
START_TEST(a_hello_of_an_earlier_attempt_stops_nobody)
{
    for (int late = 0; late < 4; late++) {
        struct table *t = table_new(3, 2, public_goods_3);
        struct happening old;
        t->options[1].attempt = 9;
        t->meddle = late >= 2 ? table_lossy : NULL;
        another_hello(t, 8, 1, &old);
        t->absent[1] = true;
        table_start(t);
        for (uint8_t i = 0; i < 3 && late % 2 == 0; i++)
            table_step(t, i, EVENT_MESSAGE, old.bytes, old.size);
        t->absent[1] = false;
        table_step(t, 1, EVENT_START, NULL, 0);
        while (late == 1 && table_report(t, 0).round == 0)
            table_deliver(t);
        for (uint8_t i = 0; i < 3; i++)
            table_step(t, i, EVENT_MESSAGE, old.bytes, old.size);
        table_run(t);
        table_all_ended(t, OUTCOME_PLAYED);
        table_agrees(t);
        ck_assert(late >= 2 || t->now_ms < 1000 + 5000); /* nobody's patience ended */
        ck_assert(late >= 2 || table_count(t, 0, NOTE_SESSION) == (late == 0 ? 2 : 1));
        free(old.bytes);
        table_free(t);
    }
}
END_TEST

/* Who goes along with somebody that begins anew, with the nonce of before, is in
 * another session: it says nothing that contradicts what it said in the first. */
START_TEST(a_nonce_of_before_leads_nobody_to_contradict_itself)
{
    struct table *t = table_new(3, 2, public_goods_3);
    struct message m;
    struct body_hello hello;
    table_start(t);
    while (table_report(t, 0).round == 0 && table_deliver(t))
        continue;
    ck_assert(table_said(t, 1, MESSAGE_HELLO, 0, &m));
    static uint8_t body[TABLE_ENVELOPE_MAX], bytes[TABLE_ENVELOPE_MAX];
    struct writer w = {body, sizeof body, 0, false};
    ck_assert(body_hello_read(&hello, m.body, m.body_size));
    hello.attempt++;
    body_hello_write(&w, &hello);
    m.body = body;
    table_step(t, 0, EVENT_MESSAGE, bytes,
               envelope_seal(bytes, sizeof bytes, &m, &t->key[1]));
    ck_assert_uint_eq(table_count(t, 0, NOTE_SESSION), 2);
    size_t n_own = 0;
    for (size_t a = 0; a < t->n_said; a++) {
        const struct message x = table_peek(t, t->said[a].bytes, t->said[a].size);
        n_own += x.sender == 0 && x.kind != MESSAGE_HELLO;
        for (size_t b = 0; b < a && x.sender == 0; b++) {
            const struct message y = table_peek(t, t->said[b].bytes, t->said[b].size);
            ck_assert_int_eq(fault_between(&x, &y), FAULT_NONE);
        }
    }
    ck_assert_uint_eq(n_own, 2);
    table_free(t);
}
END_TEST

START_TEST(two_hellos_of_one_attempt_are_proven_to_everybody)
{
    struct table *t = table_new(3, 2, public_goods_3);
    struct happening other;
    another_hello(t, t->options[1].attempt, 1, &other);
    table_start(t);
    table_step(t, 0, EVENT_MESSAGE, other.bytes, other.size);
    table_run(t);
    ck_assert_uint_lt(t->now_ms, 1000 + 5000);
    for (uint8_t i = 0; i < 3; i += 2) {
        const struct seen_note *n = table_found(t, i, NOTE_BLAMED, 0);
        ck_assert(n != NULL && n->note.player == 1);
        ck_assert_uint_eq(n->note.number, FAULT_EQUIVOCATION);
        ck_assert_int_eq(table_report(t, i).outcome, OUTCOME_FAULT);
    }
    free(other.bytes);
    table_free(t);
}
END_TEST

/* Two of one attempt in an earlier session are no reason against a later one. */
START_TEST(proof_of_an_earlier_attempt_ends_nothing)
{
    struct table *t = table_new(3, 2, public_goods_3);
    struct happening one, other;
    another_hello(t, 1, 1, &one);
    another_hello(t, 1, 2, &other);
    t->options[1].attempt = 2;
    static uint8_t body[TABLE_ENVELOPE_MAX], bytes[TABLE_ENVELOPE_MAX];
    struct writer w = {body, sizeof body, 0, false};
    body_evidence_write(
        &w, &(struct body_evidence){one.bytes, other.bytes, one.size, other.size});
    struct message m = table_peek(t, one.bytes, one.size);
    m.kind = MESSAGE_EVIDENCE;
    m.sender = 2;
    m.body = body;
    m.body_size = w.size;
    size_t n;
    table_resign(t, bytes, &n, &m);
    table_start(t);
    table_step(t, 0, EVENT_MESSAGE, bytes, n);
    while (table_report(t, 0).round < 2) {
        table_step(t, 0, EVENT_MESSAGE, bytes, n);
        table_deliver(t);
    }
    table_run(t);
    table_all_ended(t, OUTCOME_PLAYED);
    free(one.bytes);
    free(other.bytes);
    table_free(t);
}
END_TEST

START_TEST(a_later_hello_in_a_named_session_is_told_and_changes_nothing)
{
    struct table *t = table_new(3, 2, public_goods_3);
    struct happening later;
    another_hello(t, 2, 1, &later);
    table_start(t);
    while (table_report(t, 0).round < 4)
        table_deliver(t);
    const struct report before = table_report(t, 0);
    for (int k = 0; k < 100; k++)
        for (uint8_t i = 0; i < 2; i++)
            table_step(t, i, EVENT_MESSAGE, later.bytes, later.size);
    const struct report after = table_report(t, 0);
    ck_assert_uint_eq(after.verifications, before.verifications + 1);
    ck_assert_uint_eq(table_count(t, 0, NOTE_REBORN), 1);
    ck_assert_uint_eq(table_found(t, 0, NOTE_REBORN, 0)->note.player, 1);
    ck_assert_uint_eq(table_count(t, 1, NOTE_REBORN), 0);
    ck_assert_uint_eq(table_count(t, 1, NOTE_DOUBLE), 1); /* somebody has its key */
    table_run(t);
    table_all_ended(t, OUTCOME_PLAYED);
    free(later.bytes);
    table_free(t);
}
END_TEST

START_TEST(the_same_seed_and_attempt_say_the_same_hello_again)
{
    struct table *t = table_new(2, 2, dilemma);
    struct happening a, b, c;
    another_hello(t, 3, 1, &a);
    another_hello(t, 3, 1, &b);
    another_hello(t, 4, 1, &c);
    ck_assert_uint_eq(a.size, b.size);
    ck_assert_mem_eq(a.bytes, b.bytes, a.size);
    ck_assert_mem_ne(a.bytes, c.bytes, a.size);
    free(a.bytes);
    free(b.bytes);
    free(c.bytes);
    table_free(t);
}
END_TEST

UNIT_MAIN("attempts", a_hello_of_an_earlier_attempt_stops_nobody,
          a_nonce_of_before_leads_nobody_to_contradict_itself,
          two_hellos_of_one_attempt_are_proven_to_everybody,
          proof_of_an_earlier_attempt_ends_nothing,
          a_later_hello_in_a_named_session_is_told_and_changes_nothing,
          the_same_seed_and_attempt_say_the_same_hello_again)
