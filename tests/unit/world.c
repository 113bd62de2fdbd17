/* SPDX-License-Identifier: MIT */
/* The virtual network, the virtual clock, and the logs that players leave in it. */
#include "sim/world.h"

#include <string.h>

#include "sim/queue.h"
#include "sim/scenario.h"
#include "sim/tape.h"
#include "tests/trace/trace.h"

/* ---- the queue ---- */

START_TEST(what_happens_first_is_taken_first_and_ties_keep_their_order)
{
    struct queue q;
    struct prng p = {1};
    struct happening h, before = {0};
    ck_assert(queue_start(&q));
    for (int i = 0; i < 5000; i++) {
        h = (struct happening){.at_ms = prng_below(&p, 100), .kind = HAPPENING_WAKE};
        ck_assert(queue_add(&q, &h));
    }
    for (int i = 0; i < 5000; i++) {
        ck_assert(queue_take(&q, &h));
        ck_assert(h.at_ms > before.at_ms || i == 0 ||
                  (h.at_ms == before.at_ms && h.order > before.order));
        before = h;
    }
    ck_assert(!queue_take(&q, &h));
    queue_end(&q);
}
END_TEST

START_TEST(a_queue_that_is_full_refuses_and_drops_the_packet)
{
    struct queue q;
    struct packet *p = packet_new((const uint8_t *)"x", 1);
    ck_assert(queue_start(&q));
    const struct happening h = {.kind = HAPPENING_ARRIVAL, .packet = p};
    for (int i = 0; i < QUEUE_MAX; i++) {
        packet_hold(p);
        ck_assert(queue_add(&q, &h));
    }
    packet_hold(p);
    ck_assert(!queue_add(&q, &h));
    ck_assert_uint_eq(p->holders, 1 + QUEUE_MAX);
    queue_end(&q);
    ck_assert_uint_eq(p->holders, 1);
    packet_drop(p);
}
END_TEST

/* ---- the tape ---- */

START_TEST(what_is_put_on_a_tape_is_read_back_in_order)
{
    struct tape t;
    struct tape_reader reader;
    struct record r;
    tape_start(&t);
    for (uint32_t i = 0; i < 1000; i++)
        tape_append(&t, RECORD_NOTE, i, (const uint8_t *)&i, i % 5);
    tape_read(&reader, &t);
    for (uint32_t i = 0; i < 1000; i++) {
        ck_assert(tape_next(&reader, &r));
        ck_assert_uint_eq(r.time_ms, i);
        ck_assert_uint_eq(r.size, i % 5);
    }
    ck_assert(!tape_next(&reader, &r));
    ck_assert(!reader.broken);
    tape_end(&t);
}
END_TEST

START_TEST(a_tape_with_a_changed_bit_is_broken_there)
{
    struct tape t;
    struct tape_reader reader;
    struct record r;
    tape_start(&t);
    for (uint32_t i = 0; i < 3; i++)
        tape_append(&t, RECORD_NOTE, i, (const uint8_t *)"abc", 3);
    t.bytes[RECORD_OVERHEAD + 3 + 14] ^= 1;
    tape_read(&reader, &t);
    ck_assert(tape_next(&reader, &r));
    ck_assert(!tape_next(&reader, &r));
    ck_assert(reader.broken);
    tape_end(&t);
}
END_TEST

/* ---- the world ---- */

static bool same_logs(const struct world *a, const struct world *b, uint8_t player)
{
    size_t n, m;
    const uint8_t *x = world_log(a, player, &n), *y = world_log(b, player, &m);
    return n == m && memcmp(x, y, n) == 0;
}

START_TEST(the_same_seed_makes_the_same_world_byte_for_byte)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct scenario s, t;
        scenario_random(&s, seed);
        scenario_random(&t, seed);
        struct world *a = world_new(&s.options), *b = world_new(&t.options);
        world_run(a);
        world_run(b);
        for (uint8_t i = 0; i < s.game.shape.n_players; i++)
            ck_assert(same_logs(a, b, i));
        finish(&s, a);
        finish(&t, b);
    }
}
END_TEST

START_TEST(another_seed_makes_another_session)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    struct world *a = play_out(&s);
    s.options.seed = 2;
    struct world *b = play_out(&s);
    const struct report x = report_of(a, 0), y = report_of(b, 0);
    ck_assert(!digest_equal(&x.session, &y.session));
    world_free(a);
    finish(&s, b);
}
END_TEST

START_TEST(terms_that_do_not_fit_the_game_make_no_world)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.terms.budget = 0;
    ck_assert_ptr_null(world_new(&s.options));
    s.terms.budget = 1;
    s.options.network.delay_ms_min = s.options.network.delay_ms_max + 1;
    ck_assert_ptr_null(world_new(&s.options));
    s.options.network.delay_ms_min = 0;
    s.game.shape.n_actions[0] = 1;
    ck_assert_ptr_null(world_new(&s.options));
    s.game.shape.n_actions[0] = 2;
    world_free(world_new(&s.options));
    scenario_free(&s);
}
END_TEST

START_TEST(a_message_takes_as_long_as_the_network_says)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.options.network.delay_ms_min = s.options.network.delay_ms_max = 40;
    s.options.trace = TRACE(NOTE_SESSION);
    struct world *w = play_out(&s);
    ck_assert_str_eq(world_trace(w), "[   40] 2 > session\n"
                                     "[   40] 1 > session\n");
    finish(&s, w);
}
END_TEST

START_TEST(where_everything_is_lost_everything_ends_all_the_same)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    s.options.network.loss = 1;
    struct world *w = play_out(&s);
    for (uint8_t i = 0; i < 3; i++) {
        struct world_counts c;
        world_counts(w, i, &c);
        ck_assert_uint_gt(c.messages, 0);
        ck_assert_uint_eq(c.received, 0);
    }
    everybody_ends(w, OUTCOME_OMISSION, 0);
    finish(&s, w);
}
END_TEST

START_TEST(what_is_doubled_arrives_twice_and_changes_nothing)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    struct world *once = play_out(&s);
    s.options.network.duplicate = 1;
    struct world *twice = play_out(&s);
    struct world_counts a, b;
    world_counts(once, 0, &a);
    world_counts(twice, 0, &b);
    ck_assert_uint_eq(b.doubled, a.messages);
    const struct report x = report_of(once, 0), y = report_of(twice, 0);
    ck_assert(digest_equal(&x.agreement_digest, &y.agreement_digest));
    everybody_ends(twice, OUTCOME_PLAYED, 10);
    world_free(once);
    finish(&s, twice);
}
END_TEST

START_TEST(nothing_passes_a_partition_until_it_is_over)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.options.network.n_partitions = 1;
    s.options.network.partition[0] = (struct partition){1, 2, 0, 5000};
    s.options.trace = TRACE(NOTE_SESSION);
    struct world *w = play_out(&s);
    ck_assert_uint_ge(strtoull(world_trace(w) + 1, NULL, 10), 5000);
    everybody_ends(w, OUTCOME_PLAYED, 10);
    finish(&s, w);
}
END_TEST

START_TEST(who_crashes_for_good_is_dead_and_keeps_its_log)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.options.network.n_crashes = 1;
    s.options.network.crash[0] = (struct crash){.player = 1, .at_ms = 100};
    struct world *w = play_out(&s);
    size_t size;
    ck_assert(world_dead(w, 1) && !world_dead(w, 0));
    ck_assert_ptr_nonnull(world_log(w, 1, &size));
    ck_assert_uint_gt(size, 0);
    ck_assert_uint_gt(report_of(w, 1).round, 0);
    ck_assert_uint_eq(report_of(w, 0).outcome, OUTCOME_OMISSION);
    finish(&s, w);
}
END_TEST

START_TEST(a_log_begins_with_its_header_and_ends_with_its_signed_end)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    struct world *w = play_out(&s);
    struct pages p = pages_of(w, 1);
    struct record r = {0};
    struct record_header header;
    ck_assert(pages_next(&p, &r));
    ck_assert_uint_eq(r.kind, RECORD_HEADER);
    ck_assert(record_header_read(&header, r.payload, r.size));
    ck_assert_uint_eq(header.self, 1);
    const struct digest terms = terms_digest(&s.terms);
    const struct digest roster = roster_digest(world_roster(w));
    ck_assert(digest_equal(&terms, &header.terms));
    ck_assert(digest_equal(&roster, &header.roster));
    while (pages_next(&p, &r))
        continue;
    ck_assert_uint_eq(p.size, 0);
    ck_assert_uint_eq(r.kind, RECORD_END);
    finish(&s, w);
}
END_TEST

START_TEST(a_world_stops_at_its_limit)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.options.limit_ms = 100;
    struct world *w = world_new(&s.options);
    ck_assert(!world_run(w));
    ck_assert(!world_ended(w));
    ck_assert_uint_ge(world_now_ms(w), 100);
    ck_assert_uint_le(world_now_ms(w), 200);
    finish(&s, w);
}
END_TEST

START_TEST(the_time_of_all_phases_is_the_time_until_the_end)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    struct world *w = play_out(&s);
    struct world_counts c;
    uint64_t sum = 0;
    world_counts(w, 0, &c);
    for (unsigned k = 0; k <= PHASE_OVER; k++)
        sum += c.phase_ms[k];
    ck_assert_uint_gt(sum, 200);
    ck_assert_uint_le(sum, world_now_ms(w));
    finish(&s, w);
}
END_TEST

static void count_note(void *context, uint64_t now_ms, uint8_t player,
                       const struct note *note)
{
    uint32_t *counts = context;
    (void)now_ms;
    (void)note;
    counts[player]++;
}

START_TEST(whoever_watches_is_told_every_note_that_is_logged)
{
    struct scenario s;
    uint32_t told[2] = {0, 0};
    scenario_public_goods(&s, 2);
    s.options.watch = count_note;
    s.options.context = told;
    struct world *w = play_out(&s);
    for (uint8_t i = 0; i < 2; i++) {
        struct pages p = pages_of(w, i);
        struct record r;
        uint32_t logged = 0;
        while (pages_next(&p, &r))
            logged += r.kind == RECORD_NOTE;
        ck_assert_uint_eq(told[i], logged);
    }
    finish(&s, w);
}
END_TEST

START_TEST(a_line_says_who_noted_what_when)
{
    struct scenario s;
    char line[TRACE_LINE_MAX];
    struct candidate c = {{WEIGHT_ONE, 0, WEIGHT_ONE / 4, 3 * (WEIGHT_ONE / 4)}};
    scenario_public_goods(&s, 2);
    strcpy(s.terms.action_name[0], "Give");
    struct note n = {.kind = NOTE_AGREED, .candidate = &c, .number = 3};
    size_t size = trace_line(line, &s.terms, 10, 1, &n);
    ck_assert_str_eq(line, "[   10] 2 > agreed on Give;0.250,0.750, punishment for 3 "
                           "stages");
    ck_assert_uint_eq(size, strlen(line));
    n = (struct note){.kind = NOTE_DEVIATION,
                      .stage = 3,
                      .player = 0,
                      .number = FAULT_ACTION,
                      .other = 1};
    trace_line(line, &s.terms, 123456, 0, &n);
    ck_assert_str_eq(line, "[123456] 1 > stage 3: 1 deviates: 2 instead of Give");
    n = (struct note){.kind = NOTE_WAITING, .round = 7, .mask = 5};
    trace_line(line, &s.terms, 0, 1, &n);
    ck_assert_str_eq(line, "[    0] 2 > waits in round 7 for 1, 3");
    scenario_free(&s);
}
END_TEST

UNIT_MAIN("world", what_happens_first_is_taken_first_and_ties_keep_their_order,
          a_queue_that_is_full_refuses_and_drops_the_packet,
          what_is_put_on_a_tape_is_read_back_in_order,
          a_tape_with_a_changed_bit_is_broken_there,
          the_same_seed_makes_the_same_world_byte_for_byte,
          another_seed_makes_another_session,
          terms_that_do_not_fit_the_game_make_no_world,
          a_message_takes_as_long_as_the_network_says,
          where_everything_is_lost_everything_ends_all_the_same,
          what_is_doubled_arrives_twice_and_changes_nothing,
          nothing_passes_a_partition_until_it_is_over,
          who_crashes_for_good_is_dead_and_keeps_its_log,
          a_log_begins_with_its_header_and_ends_with_its_signed_end,
          a_world_stops_at_its_limit, the_time_of_all_phases_is_the_time_until_the_end,
          whoever_watches_is_told_every_note_that_is_logged,
          a_line_says_who_noted_what_when)
