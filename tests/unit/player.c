/* SPDX-License-Identifier: MIT */
/* What a player does about time, loss, repeats and lies. */
#include "protocol/player.h"

#include "protocol/transcript.h"
#include "tests/unit/table.h"
#include "tests/unit/unit.h"

/* ---- when all goes well ---- */

START_TEST(two_three_and_five_players_agree_and_play)
{
    for (int k = 0; k < 3; k++) {
        struct table *t = k == 0   ? table_new(2, 2, dilemma)
                          : k == 1 ? table_new(3, 2, public_goods_3)
                                   : table_new(5, 2, public_goods);
        table_start(t);
        table_run(t);
        table_all_ended(t, OUTCOME_PLAYED);
        table_agrees(t);
        const struct report r = table_report(t, 0);
        ck_assert(r.agreed && r.stages_played == 5);
        ck_assert_uint_eq(t->n_played, 5u * t->roster.n_players);
        ck_assert_uint_eq(t->n_sent, 0); /* nobody had to ask */
        table_free(t);
    }
}
END_TEST

START_TEST(a_player_says_one_message_a_round_and_hears_its_own)
{
    struct table *t = table_new(2, 2, dilemma);
    table_start(t);
    table_run(t);
    const struct report r = table_report(t, 0);
    ck_assert_uint_eq(r.said, r.round);
    ck_assert_uint_eq(r.signatures, r.round);
    ck_assert_uint_eq(r.verifications, r.round); /* the other's; its own it knows */
    ck_assert_uint_eq(r.heard_round[1], r.round - 1);
    table_free(t);
}
END_TEST

static bool deaf_towards_itself(struct table *t, struct parcel *p)
{
    return p->from != p->to || p->from != 0 || t->count++ > 0;
}

START_TEST(what_was_not_handed_back_has_not_been_said)
{
    struct table *t = table_new(2, 2, dilemma);
    t->meddle = deaf_towards_itself;
    table_start(t);
    while (table_deliver(t))
        continue;
    struct report r = table_report(t, 0);
    ck_assert_uint_eq(r.round, 0);
    ck_assert_uint_eq(r.missing, 1);
    table_free(t);
}
END_TEST

/* ---- loss, repeats, order ---- */

START_TEST(a_third_of_the_messages_may_be_lost)
{
    for (uint32_t seed = 0; seed < 6; seed++) {
        struct table *t = table_new(3, 2, public_goods_3);
        t->meddle = table_lossy;
        t->count = seed * 100000;
        t->terms.budget = 6;
        table_start(t);
        table_run(t);
        table_all_ended(t, OUTCOME_PLAYED);
        table_agrees(t);
        ck_assert_uint_gt(t->n_sent, 0);
        table_free(t);
    }
}
END_TEST

START_TEST(order_and_repeats_change_nothing)
{
    struct table *calm = table_new(3, 2, public_goods_3);
    struct table *wild = table_new(3, 2, public_goods_3);
    struct prng p = {5};
    table_start(calm);
    table_run(calm);
    table_start(wild);
    while (wild->n_parcels > 0) {
        /* Any of those on their way, sometimes twice. */
        struct parcel *a = &wild->parcel[wild->first];
        struct parcel *b =
            &wild->parcel[(wild->first + prng_below(&p, wild->n_parcels)) %
                          wild->capacity];
        const struct parcel kept = *a;
        *a = *b;
        *b = kept;
        if (prng_below(&p, 3) == 0)
            table_step(wild, a->to, EVENT_MESSAGE, a->bytes, a->size);
        table_deliver(wild);
    }
    table_agrees(wild);
    const struct report x = table_report(calm, 0), y = table_report(wild, 0);
    ck_assert(digest_equal(&x.agreement_digest, &y.agreement_digest));
    ck_assert_int_eq(y.outcome, OUTCOME_PLAYED);
    table_free(calm);
    table_free(wild);
}
END_TEST

static bool cut_between_first_and_last(struct table *t, struct parcel *p)
{
    const uint8_t last = (uint8_t)(t->roster.n_players - 1);
    return !((p->from == 0 && p->to == last) || (p->from == last && p->to == 0));
}

START_TEST(others_pass_on_what_one_link_loses)
{
    struct table *t = table_new(3, 2, public_goods_3);
    t->meddle = cut_between_first_and_last;
    t->terms.budget = 3;
    table_start(t);
    table_run(t);
    table_all_ended(t, OUTCOME_PLAYED);
    table_agrees(t);
    table_free(t);
}
END_TEST

START_TEST(repeats_cost_no_signature_check_and_leave_no_trace)
{
    struct table *t = table_new(2, 2, dilemma);
    t->recorded = 0;
    table_start(t);
    for (int k = 0; k < 9; k++)
        table_deliver(t);
    const struct report before = table_report(t, 0);
    const size_t n_notes = t->n_notes, n_events = t->n_events;
    t->recorded = -1;
    for (uint32_t k = 0; k < 100000; k++) {
        const struct happening *h = &t->event[n_events - 1 - k % 2];
        table_step(t, 0, h->kind, h->bytes, h->size);
        ck_assert_uint_eq(t->actions.n, 0);
    }
    const struct report after = table_report(t, 0);
    ck_assert(after.verifications == before.verifications);
    ck_assert(after.round == before.round && t->n_notes == n_notes);
    table_free(t);
}
END_TEST

START_TEST(words_of_long_ago_and_of_the_far_future_cost_no_signature_check)
{
    struct table *t = table_new(2, 2, dilemma);
    table_start(t);
    for (int k = 0; k < 40; k++)
        table_deliver(t);
    const struct report before = table_report(t, 0);
    ck_assert_uint_gt(before.round, 4);
    static const int64_t offsets[] = {-4, -3, -2, 2, 3, 1 << 20};
    for (int k = 0; k < 6; k++) {
        uint8_t bytes[ENVELOPE_OVERHEAD + 1];
        const uint8_t word = 0;
        const struct message m = {.kind = MESSAGE_ACT,
                                  .sender = 1,
                                  .round = before.round + (uint64_t)offsets[k],
                                  .session = before.session,
                                  .body = &word,
                                  .body_size = 1};
        const size_t n = envelope_seal(bytes, sizeof bytes, &m, &t->key[1]);
        table_step(t, 0, EVENT_MESSAGE, bytes, n);
        ck_assert_uint_eq(t->actions.n, 0);
    }
    const struct report after = table_report(t, 0);
    ck_assert(after.verifications == before.verifications);
    table_free(t);
}
END_TEST

/* The messages among the next few events, as a turn of a node's loop brings them. */
static void look_ahead(struct player *p, const struct table *t, size_t from)
{
    struct bytes next[8];
    size_t n = 0;
    for (size_t k = from; k < from + 8 && k < t->n_events; k++)
        if (t->event[k].kind == EVENT_MESSAGE)
            next[n++] = (struct bytes){t->event[k].bytes, t->event[k].size};
    player_look_ahead(p, next, n);
}

START_TEST(the_same_events_give_the_same_bytes_looked_at_ahead_or_not)
{
    static struct actions again;
    struct table *t = table_new(3, 2, public_goods_3);
    t->meddle = table_lossy;
    t->recorded = 1;
    table_start(t);
    table_run(t);
    struct player *p = table_player(t, 1);
    size_t k = 0;
    for (size_t n = 0; n < t->n_events; n++) {
        const struct happening *h = &t->event[n];
        const struct event e = {
            .kind = h->kind, .now_ms = h->now_ms, .bytes = h->bytes, .size = h->size};
        if (n % 5 == 0)
            look_ahead(p, t, n);
        player_step(p, &e, &again);
        for (size_t a = 0; a < again.n; a++) {
            if (again.item[a].kind != ACTION_SAY)
                continue;
            while (t->said[k].player != 1)
                k++;
            ck_assert_uint_eq(again.item[a].size, t->said[k].size);
            ck_assert_mem_eq(again.item[a].bytes, t->said[k].bytes, t->said[k].size);
            k++;
        }
    }
    struct report a, b = table_report(t, 1);
    player_report(p, &a);
    ck_assert_mem_eq(&a, &b, sizeof a);
    ck_assert_uint_gt(k, 10);
    player_free(p);
    table_free(t);
}
END_TEST

/* Somebody who was left behind by its own log hears its own words before it says them
 * again: the row is then full without anybody filing anything. */
START_TEST(own_words_of_an_earlier_life_do_not_stop_a_player)
{
    struct table *t = table_new(2, 2, dilemma);
    t->recorded = 0;
    table_start(t);
    table_run(t);
    struct player *p = table_player(t, 0);
    static struct actions out;
    struct event e = {.kind = EVENT_START, .now_ms = 1000};
    player_step(p, &e, &out);
    const uint64_t last = table_report(t, 0).round - 1;
    e.kind = EVENT_MESSAGE;
    /* Round by round, but the last one before the one before it; then what the player
     * says is handed back to it. */
    for (uint64_t k = 0; k <= last + 1; k++) {
        const uint64_t round = k == last - 1 ? last : k == last ? last - 1 : k;
        for (size_t n = 0; n < t->n_said; n++) {
            const struct happening *h = &t->said[n];
            if (table_peek(t, h->bytes, h->size).round != (k > last ? last : round))
                continue;
            e.bytes = h->bytes;
            e.size = h->size;
            player_step(p, &e, &out);
        }
    }
    struct report r;
    player_report(p, &r);
    ck_assert_int_eq(r.outcome, OUTCOME_PLAYED);
    player_free(p);
    table_free(t);
}
END_TEST

/* ---- time ---- */

static bool mute(struct table *t, struct parcel *p)
{
    return p->from == p->to || p->from != t->count;
}

/* The time of the first parcel that the first player was asked to send again. */
static bool note_requests(struct table *t, struct parcel *p)
{
    uint64_t *when = t->context;
    if (p->from == 0 && p->asked_for &&
        table_peek(t, p->bytes, p->size).kind == MESSAGE_SUSPECT && when[1] == 0) {
        when[when[0] == 0 ? 0 : 1] = t->now_ms;
        ck_assert_uint_eq(p->to, 1);
    }
    return mute(t, p);
}

START_TEST(what_is_missing_is_asked_for_after_soft_ms_and_then_less_often)
{
    struct table *t = table_new(2, 2, dilemma);
    uint64_t when[2] = {0};
    t->count = 1;
    t->context = when;
    t->meddle = note_requests;
    table_start(t);
    for (int k = 0; k < 4; k++) {
        while (table_deliver(t))
            continue;
        table_wait(t);
    }
    ck_assert_uint_eq(when[0], 1000 + 200);
    ck_assert_uint_eq(when[1], 1000 + 200 + 400);
    table_free(t);
}
END_TEST

START_TEST(silence_ends_the_session_after_hard_ms_and_not_before)
{
    struct table *t = table_new(2, 2, dilemma);
    t->terms.hard_ms = 5000;
    table_start(t);
    for (int k = 0; k < 20; k++)
        table_deliver(t);
    t->absent[1] = true;
    while (table_deliver(t))
        continue;
    const uint64_t since = table_report(t, 0).waiting_since_ms;
    while (table_report(t, 0).outcome == OUTCOME_OPEN) {
        ck_assert_uint_lt(t->now_ms, since + 5000);
        table_wait(t);
        while (table_deliver(t))
            continue;
    }
    ck_assert_uint_eq(t->now_ms, since + 5000);
    ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_OMISSION);
    const struct seen_note *n = table_found(t, 0, NOTE_REFUSED, 0);
    ck_assert_ptr_nonnull(n);
    ck_assert(n->note.mask == 2 && n->note.player == 0);
    ck_assert(n->note.round == table_report(t, 0).round);
    ck_assert_uint_gt(table_count(t, 0, NOTE_WAITING), 0);
    table_free(t);
}
END_TEST

START_TEST(the_first_round_may_take_ten_times_as_long)
{
    struct table *t = table_new(2, 2, dilemma);
    t->terms.hard_ms = 5000;
    t->absent[1] = true;
    table_start(t);
    while (table_report(t, 0).outcome == OUTCOME_OPEN) {
        table_wait(t);
        while (table_deliver(t))
            continue;
    }
    ck_assert_uint_eq(t->now_ms, 1000 + 50000);
    table_free(t);
}
END_TEST

START_TEST(a_late_starter_is_waited_for)
{
    struct table *t = table_new(3, 2, public_goods_3);
    t->terms.budget = 3;
    t->absent[2] = true;
    table_start(t);
    while (t->now_ms < 60000) {
        while (table_deliver(t))
            continue;
        table_wait(t);
    }
    t->absent[2] = false;
    table_step(t, 2, EVENT_START, NULL, 0);
    table_run(t);
    table_all_ended(t, OUTCOME_PLAYED);
    ck_assert_uint_gt(table_count(t, 0, NOTE_HEALED), 0);
    table_free(t);
}
END_TEST

/* Plays some rounds, loses the second player, and lets the first sleep. */
static struct table *about_to_sleep(uint32_t soft_ms, uint32_t hard_ms)
{
    struct table *t = table_new(2, 2, dilemma);
    t->terms.soft_ms = soft_ms;
    t->terms.hard_ms = hard_ms;
    table_start(t);
    for (int k = 0; k < 20; k++)
        table_deliver(t);
    t->absent[1] = true;
    while (table_deliver(t))
        continue;
    ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_OPEN);
    return t;
}

START_TEST(time_asleep_does_not_count_against_others)
{
    struct table *t = about_to_sleep(200, 5000);
    t->now_ms += 3600 * 1000;
    table_step(t, 0, EVENT_TIME, NULL, 0);
    ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_OPEN);
    t->absent[1] = false;
    t->terms.hard_ms = 0;
    table_run(t);
    table_all_ended(t, OUTCOME_PLAYED);
    table_free(t);
}
END_TEST

/* With a soft_ms of some seconds the player itself asks for such pauses. */
START_TEST(a_pause_that_was_asked_for_is_not_sleep)
{
    struct table *t = about_to_sleep(6000, 30000);
    const uint64_t since = table_report(t, 0).waiting_since_ms;
    while (table_report(t, 0).outcome == OUTCOME_OPEN) {
        table_wait(t);
        while (table_deliver(t))
            continue;
    }
    ck_assert_uint_eq(t->now_ms, since + 30000);
    table_free(t);
}
END_TEST

START_TEST(before_it_starts_a_player_wants_nothing_and_stands_anything)
{
    struct table *t = table_new(2, 2, dilemma);
    t->absent[0] = true;
    table_start(t);
    ck_assert(player_deadline_ms(t->player[0]) == UINT64_MAX);
    t->absent[0] = false;
    const struct report other = table_report(t, 1);
    uint8_t bytes[ENVELOPE_OVERHEAD + 12], body[12];
    struct writer w = {body, sizeof body, 0, false};
    body_fail_write(&w, &(struct body_fail){0, 1});
    const struct digest r = roster_digest(&t->roster), x = terms_digest(&t->terms);
    const struct message m = {.kind = MESSAGE_FAIL,
                              .sender = 1,
                              .session = session_before(&r, &x),
                              .body = body,
                              .body_size = w.size};
    const size_t n = envelope_seal(bytes, sizeof bytes, &m, &t->key[1]);
    ck_assert_uint_eq(other.round, 0);
    table_step(t, 0, EVENT_MESSAGE, bytes, n);
    while (table_deliver(t))
        continue;
    table_step(t, 0, EVENT_START, NULL, 0);
    table_run(t);
    table_all_ended(t, OUTCOME_PLAYED);
    table_free(t);
}
END_TEST

static bool no_farewell(struct table *t, struct parcel *p)
{
    return p->to != 0 || table_peek(t, p->bytes, p->size).kind != MESSAGE_END ||
           p->from == 0;
}

START_TEST(a_last_word_that_is_lost_keeps_nobody)
{
    struct table *t = table_new(2, 2, dilemma);
    t->meddle = no_farewell;
    table_start(t);
    while (table_report(t, 0).phase != PHASE_END)
        table_deliver(t);
    t->absent[1] = true;
    uint64_t ended_ms = 0;
    while (!player_done(t->player[0])) {
        while (table_deliver(t))
            continue;
        table_wait(t);
        if (ended_ms == 0 && table_report(t, 0).outcome != OUTCOME_OPEN)
            ended_ms = t->now_ms;
    }
    ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_PLAYED);
    ck_assert_uint_lt(ended_ms, 1000 + t->terms.hard_ms);
    /* It stays to answer: somebody may lack the last stage. */
    ck_assert_uint_eq(t->now_ms, ended_ms + 10 * 200);
    table_free(t);
}
END_TEST

/* ---- words of other sessions ---- */

START_TEST(an_earlier_session_with_the_same_keys_and_terms_means_nothing)
{
    struct table *old = table_new(2, 2, dilemma);
    old->recorded = 0;
    table_start(old);
    table_run(old);
    struct table *t = table_new(2, 2, dilemma);
    t->seed[0].bytes[9] = t->seed[1].bytes[9] = 1;
    table_start(t);
    while (t->n_parcels > 0) {
        for (size_t k = 0; k < old->n_events; k++) {
            const struct happening *h = &old->event[k];
            if (h->size > 0 && table_peek(old, h->bytes, h->size).round > 0)
                table_step(t, 0, EVENT_MESSAGE, h->bytes, h->size);
        }
        table_deliver(t);
    }
    const struct report a = table_report(old, 0), b = table_report(t, 0);
    ck_assert(!digest_equal(&a.session, &b.session));
    table_run(t);
    table_all_ended(t, OUTCOME_PLAYED);
    table_free(old);
    table_free(t);
}
END_TEST

/* A hello of the third player, by another process that has its key. */
static size_t hello_of_a_double(const struct table *t, uint8_t out[TABLE_ENVELOPE_MAX])
{
    static struct actions actions;
    const struct seed other = {{99}};
    const struct event start = {.kind = EVENT_START, .now_ms = t->now_ms};
    struct player *p = player_new(&t->terms, &t->roster, 2, &t->key[2], t->payoffs[2],
                                  &t->options[2], &other);
    CHECK(p != NULL);
    player_step(p, &start, &actions);
    size_t size = 0;
    for (size_t k = 0; k < actions.n; k++)
        if (actions.item[k].kind == ACTION_SAY) {
            size = actions.item[k].size;
            memcpy(out, actions.item[k].bytes, size);
        }
    CHECK(size > 0);
    player_free(p);
    return size;
}

/* The double is heard by others only, and they show its owner what it said. */
START_TEST(who_has_a_double_is_told_so_by_those_who_hear_both)
{
    static uint8_t hello[TABLE_ENVELOPE_MAX];
    for (int double_first = 0; double_first < 2; double_first++) {
        struct table *t = table_new(3, 2, public_goods_3);
        t->absent[1] = true;
        table_start(t);
        const size_t size = hello_of_a_double(t, hello);
        if (double_first)
            table_step(t, 0, EVENT_MESSAGE, hello, size);
        while (table_deliver(t))
            continue;
        if (!double_first)
            table_step(t, 0, EVENT_MESSAGE, hello, size);
        while (table_deliver(t))
            continue;
        ck_assert_uint_eq(table_count(t, 2, NOTE_DOUBLE), 1);
        ck_assert_uint_eq(table_count(t, 0, NOTE_DOUBLE), 0);
        const struct seen_note *n = table_found(t, 2, NOTE_DOUBLE, 0);
        ck_assert_uint_eq(n->note.player, 2);
        ck_assert_uint_eq(n->note.round, 0);
        table_free(t);
    }
}
END_TEST

/* What outside words of a session that has no name yet are worth: nothing. */
START_TEST(a_refusal_of_another_session_is_not_heard_during_the_hellos)
{
    struct table *t = table_new(2, 2, dilemma);
    t->absent[1] = true;
    table_start(t);
    uint8_t bytes[ENVELOPE_OVERHEAD + 12], body[12];
    struct writer w = {body, sizeof body, 0, false};
    body_fail_write(&w, &(struct body_fail){1, 1});
    const struct message m = {.kind = MESSAGE_FAIL,
                              .sender = 1,
                              .round = 1,
                              .session = {{9}},
                              .body = body,
                              .body_size = w.size};
    const size_t n = envelope_seal(bytes, sizeof bytes, &m, &t->key[1]);
    table_step(t, 0, EVENT_MESSAGE, bytes, n);
    ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_OPEN);
    ck_assert_uint_eq(t->actions.n, 0);
    table_free(t);
}
END_TEST

START_TEST(two_words_for_one_slot_of_another_session_prove_nothing_in_this_one)
{
    struct table *t = table_new(2, 2, dilemma);
    t->absent[1] = true;
    table_start(t);
    for (uint8_t word = 0; word < 2; word++) {
        uint8_t bytes[ENVELOPE_OVERHEAD + 1];
        const struct message m = {.kind = MESSAGE_ACT,
                                  .sender = 1,
                                  .round = 1,
                                  .session = {{9}},
                                  .body = &word,
                                  .body_size = 1};
        const size_t n = envelope_seal(bytes, sizeof bytes, &m, &t->key[1]);
        table_step(t, 0, EVENT_MESSAGE, bytes, n);
    }
    ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_OPEN);
    t->absent[1] = false;
    table_step(t, 1, EVENT_START, NULL, 0);
    table_run(t);
    table_all_ended(t, OUTCOME_PLAYED);
    table_free(t);
}
END_TEST

/* What a player refused in an earlier life it will not complete in this one, although
 * what it waited for is there now. */
START_TEST(the_own_refusal_binds_after_a_restart)
{
    struct table *t = table_new(2, 2, dilemma);
    t->terms.hard_ms = 1000;
    t->recorded = 0;
    table_start(t);
    while (table_report(t, 0).round < 4)
        table_deliver(t);
    t->absent[1] = true;
    while (table_report(t, 0).outcome == OUTCOME_OPEN) {
        while (table_deliver(t))
            continue;
        table_wait(t);
    }
    struct message fail;
    ck_assert(table_said(t, 0, MESSAGE_FAIL, 0, &fail));
    struct player *p = table_player(t, 0);
    static struct actions out;
    for (size_t n = 0; n < t->n_events; n++) {
        const struct happening *h = &t->event[n];
        /* Without the time that led to it: as of a process that was asleep. */
        const struct event e = {
            .kind = h->kind, .now_ms = 1000, .bytes = h->bytes, .size = h->size};
        if (h->kind != EVENT_TIME)
            player_step(p, &e, &out);
    }
    struct report r;
    player_report(p, &r);
    ck_assert_int_eq(r.outcome, OUTCOME_OPEN);
    for (size_t n = 0; n < t->n_said; n++) {
        if (table_peek(t, t->said[n].bytes, t->said[n].size).kind != MESSAGE_FAIL)
            continue;
        const struct event e = {.kind = EVENT_MESSAGE,
                                .now_ms = 1000,
                                .bytes = t->said[n].bytes,
                                .size = t->said[n].size};
        player_step(p, &e, &out);
        ck_assert_uint_eq(out.n, 2); /* two notes, and nothing said */
        player_step(p, &e, &out);
        ck_assert_uint_eq(out.n, 0);
    }
    player_report(p, &r);
    ck_assert_int_eq(r.outcome, OUTCOME_OMISSION);
    ck_assert_int_eq(r.phase, PHASE_OVER);
    player_free(p);
    table_free(t);
}
END_TEST

/* ---- strangers ---- */

START_TEST(a_node_with_other_terms_is_met_once_and_not_talked_to)
{
    struct table *t = table_new(2, 2, dilemma), *other = table_new(2, 2, dilemma);
    other->terms.stages++;
    t->absent[1] = other->absent[0] = true;
    table_start(t);
    table_start(other);
    ck_assert_uint_eq(other->n_said, 1);
    for (int k = 0; k < 3; k++)
        table_step(t, 0, EVENT_MESSAGE, other->said[0].bytes, other->said[0].size);
    ck_assert_uint_eq(table_count(t, 0, NOTE_STRANGER), 1);
    ck_assert_uint_eq(table_found(t, 0, NOTE_STRANGER, 0)->note.player, 1);
    ck_assert_uint_eq(table_report(t, 0).missing, 3); /* its own is still on its way */
    table_free(t);
    table_free(other);
}
END_TEST

/* Anybody can write a hello of some other session in anybody's name. */
START_TEST(hellos_of_strangers_cost_a_signature_check_now_and_then)
{
    struct table *t = table_new(2, 2, dilemma);
    table_start(t);
    for (int k = 0; k < 40; k++)
        table_deliver(t);
    const struct report before = table_report(t, 0);
    uint8_t bytes[ENVELOPE_OVERHEAD];
    struct message m = {.kind = MESSAGE_HELLO, .sender = 1, .body = bytes};
    const size_t n = envelope_seal(bytes, sizeof bytes, &m, &t->key[0]);
    for (int k = 0; k < 10000; k++) {
        t->now_ms += k % 100 == 0; /* 100 ms in all */
        table_step(t, 0, EVENT_MESSAGE, bytes, n);
    }
    const struct report after = table_report(t, 0);
    ck_assert_uint_ge(after.verifications, before.verifications + 1);
    ck_assert_uint_le(after.verifications, before.verifications + 3);
    ck_assert_uint_eq(table_count(t, 0, NOTE_STRANGER), 0);
    table_free(t);
}
END_TEST

UNIT_MAIN("player", two_three_and_five_players_agree_and_play,
          a_player_says_one_message_a_round_and_hears_its_own,
          what_was_not_handed_back_has_not_been_said,
          a_third_of_the_messages_may_be_lost, order_and_repeats_change_nothing,
          others_pass_on_what_one_link_loses,
          repeats_cost_no_signature_check_and_leave_no_trace,
          words_of_long_ago_and_of_the_far_future_cost_no_signature_check,
          the_same_events_give_the_same_bytes_looked_at_ahead_or_not,
          own_words_of_an_earlier_life_do_not_stop_a_player,
          what_is_missing_is_asked_for_after_soft_ms_and_then_less_often,
          silence_ends_the_session_after_hard_ms_and_not_before,
          the_first_round_may_take_ten_times_as_long, a_late_starter_is_waited_for,
          time_asleep_does_not_count_against_others,
          a_pause_that_was_asked_for_is_not_sleep,
          before_it_starts_a_player_wants_nothing_and_stands_anything,
          a_last_word_that_is_lost_keeps_nobody,
          an_earlier_session_with_the_same_keys_and_terms_means_nothing,
          who_has_a_double_is_told_so_by_those_who_hear_both,
          a_refusal_of_another_session_is_not_heard_during_the_hellos,
          two_words_for_one_slot_of_another_session_prove_nothing_in_this_one,
          the_own_refusal_binds_after_a_restart,
          a_node_with_other_terms_is_met_once_and_not_talked_to,
          hellos_of_strangers_cost_a_signature_check_now_and_then)
