/* SPDX-License-Identifier: MIT */
/* What a node shows of itself: when it is well, why it is not, and both encoders. */
#include "node/sight.h"

#include <jansson.h>
#include <string.h>

#include "tests/unit/unit.h"

enum { NOW = 1000000 };

static struct home home;
static struct watch w;
static struct sight seen;
static struct judgement j;

/* Three players who play; the first is looked at, and hears both others. */
static void begin(void)
{
    static const double values[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    memset(&home, 0, sizeof home);
    terms_default(&home.terms);
    home.terms.shape = (struct shape){3, {2, 2, 2}};
    home.roster.n_players = 3;
    for (uint8_t i = 0; i < 3; i++) {
        snprintf(home.roster.name[i], NAME_MAX + 1, "P%u", i + 1u);
        snprintf(home.terms.player_name[i], NAME_MAX + 1, "P%u", i + 1u);
        snprintf(home.addresses.address[i], ADDRESS_SIZE, "tcp://p%u:7000", i + 1u);
        snprintf(home.terms.action_name[2 * i], NAME_MAX + 1, "left");
        snprintf(home.terms.action_name[2 * i + 1], NAME_MAX + 1, "right");
    }
    home.payoffs = payoffs_new(&home.terms.shape, 0, values);
    watch_start(&w, home.payoffs, 0.9);
    seen = (struct sight){.home = &home,
                          .watch = &w,
                          .own = true,
                          .now_ms = NOW,
                          .started_ms = NOW - 60000,
                          .silent_ms = {0, 100, 200}};
    seen.report.phase = PHASE_ACT;
    seen.report.round = 40;
    seen.report.stage = 7;
    seen.report.agreed = true;
    seen.report.waiting_since_ms = NOW - 5;
    seen.report.agreement.weight[0] = seen.report.agreement.weight[2] = WEIGHT_ONE;
    seen.report.agreement.weight[4] = WEIGHT_ONE / 4;
    seen.report.agreement.weight[5] = WEIGHT_ONE - WEIGHT_ONE / 4;
    seen.report.heard_round[1] = seen.report.heard_round[2] = 40;
}

static void end(void)
{
    payoffs_free(home.payoffs);
}

START_TEST(a_node_that_plays_and_misses_nobody_is_ready)
{
    begin();
    sight_judge(&seen, &j);
    ck_assert(j.ready && !j.degraded);
    ck_assert_uint_eq(j.n_why, 0);
    ck_assert_int_eq(j.state, NODE_PLAYING);
    seen.report.punishing = true;
    sight_judge(&seen, &j);
    ck_assert(j.ready && j.state == NODE_PUNISHING);
    end();
}
END_TEST

START_TEST(one_missing_peer_is_named_with_since_when_and_what_to_do)
{
    begin();
    seen.silent_ms[2] = 3200;
    sight_judge(&seen, &j);
    ck_assert(j.degraded && !j.ready);
    ck_assert_uint_eq(j.missing, 4);
    ck_assert_int_eq(j.peer[2], PEER_MISSING);
    ck_assert_uint_eq(j.n_why, 1);
    ck_assert_ptr_nonnull(strstr(j.why[0], "P3 (player 3) is missing for 3.2 s: "));
    ck_assert_ptr_nonnull(strstr(j.why[0], "start it again"));
    ck_assert_ptr_nonnull(strstr(j.why[0], "tcp://p3:7000"));
    seen.silent_ms[2] = UINT64_MAX;
    sight_judge(&seen, &j);
    ck_assert_int_eq(j.peer[2], PEER_UNHEARD);
    ck_assert_ptr_nonnull(strstr(j.why[0], "was never heard at tcp://p3:7000"));
    end();
}
END_TEST

START_TEST(a_heartbeat_that_is_a_little_late_is_no_missing_peer)
{
    begin();
    seen.silent_ms[1] = 1000;
    sight_judge(&seen, &j);
    ck_assert(!j.degraded);
    seen.silent_ms[1] = 1001;
    sight_judge(&seen, &j);
    ck_assert(j.degraded);
    end();
}
END_TEST

START_TEST(who_is_lost_for_the_session_is_missing_though_it_is_heard)
{
    static const struct {
        enum note_kind kind;
        enum peer_state state;
    } cases[] = {{NOTE_REBORN, PEER_REBORN},
                 {NOTE_BLAMED, PEER_GUILTY},
                 {NOTE_REFUSED, PEER_SILENT}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        watch_note(&w, &(struct note){.kind = cases[i].kind,
                                      .player = 1,
                                      .mask = 2,
                                      .number = FAULT_EQUIVOCATION});
        sight_judge(&seen, &j);
        ck_assert(j.degraded);
        ck_assert_int_eq(j.peer[1], cases[i].state);
        ck_assert_uint_eq(j.n_why, 1);
        end();
    }
}
END_TEST

START_TEST(the_end_is_well_where_all_was_played_and_not_otherwise)
{
    begin();
    seen.report.phase = PHASE_OVER;
    seen.report.outcome = OUTCOME_PLAYED;
    seen.silent_ms[1] = seen.silent_ms[2] = 99999;
    sight_judge(&seen, &j);
    ck_assert(j.ready && !j.degraded && j.state == NODE_OVER);
    seen.report.outcome = OUTCOME_OMISSION;
    sight_judge(&seen, &j);
    ck_assert(!j.ready && j.degraded);
    end();
}
END_TEST

START_TEST(an_overdue_message_has_a_since_and_an_until)
{
    begin();
    seen.report.missing = 4 | 1; /* one's own is nobody's to wait for */
    seen.report.waiting_since_ms = NOW - home.terms.soft_ms + 1;
    sight_judge(&seen, &j);
    ck_assert_uint_eq(j.awaited, 0);
    seen.report.waiting_since_ms = NOW - home.terms.soft_ms;
    sight_judge(&seen, &j);
    ck_assert_uint_eq(j.awaited, 4);
    ck_assert_uint_eq(j.awaited_until_ms - j.awaited_since_ms, home.terms.hard_ms);
    ck_assert(!j.degraded);
    end();
}
END_TEST

static json_t *status(void)
{
    sight_judge(&seen, &j);
    char *text = sight_json(&seen, &j);
    json_t *out = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(out);
    free(text);
    return out;
}

START_TEST(status_shows_own_payoffs_only_where_it_may)
{
    for (int own = 0; own < 2; own++) {
        begin();
        seen.own = own == 1;
        seen.tally.n_stages = 2;
        seen.tally.payoff_sum = 5;
        seen.report.has_threat = true;
        watch_note(&w, &(struct note){.kind = NOTE_AGREED, .value = 7.5});
        json_t *out = status();
        json_t *agreement = json_object_get(out, "agreement");
        json_t *play = json_object_get(out, "play");
        ck_assert_int_eq(json_is_true(json_object_get(out, "private")), own);
        ck_assert_int_eq(json_is_null(json_object_get(agreement, "payoff")), 1 - own);
        ck_assert_int_eq(json_is_null(json_object_get(play, "average_payoff")),
                         1 - own);
        ck_assert_int_eq(
            json_is_null(json_object_get(json_object_get(out, "threat"), "regret")),
            1 - own);
        ck_assert_uint_eq(json_array_size(json_object_get(agreement, "profile")), 3);
        json_decref(out);
        char *text = sight_metrics(&seen, &j, true);
        ck_assert_int_eq(strstr(text, "treaty_agreement_payoff 7.5\n") != NULL, own);
        free(text);
        end();
    }
}
END_TEST

START_TEST(what_was_promised_stands_beside_what_was_played)
{
    begin();
    for (uint32_t t = 1; t <= 4; t++)
        watch_note(&w, &(struct note){.kind = NOTE_STAGE,
                                      .stage = t,
                                      .actions = {0, 0, t == 1 ? 0 : 1}});
    json_t *out = status();
    json_t *third =
        json_array_get(json_object_get(json_object_get(out, "play"), "actions"), 2);
    json_t *promised = json_object_get(third, "promised");
    json_t *observed = json_object_get(third, "observed");
    ck_assert_double_eq(json_real_value(json_array_get(promised, 0)), 0.25);
    ck_assert_double_eq(json_real_value(json_array_get(promised, 1)), 0.75);
    ck_assert_int_eq(json_integer_value(json_array_get(observed, 0)), 1);
    ck_assert_int_eq(json_integer_value(json_array_get(observed, 1)), 3);
    json_decref(out);
    char *text = sight_metrics(&seen, &j, false);
    ck_assert_ptr_nonnull(
        strstr(text, "treaty_action_promised_ratio{node=\"3\",name=\"P3\",action="
                     "\"right\"} 0.75\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "treaty_action_observed_ratio{node=\"3\",name=\"P3\",action="
                     "\"left\"} 0.25\n"));
    free(text);
    end();
}
END_TEST

START_TEST(the_promise_of_a_distribution_is_what_it_gives_each_player_alone)
{
    double promise[WEIGHTS_MAX];
    begin();
    home.terms.concept = CONCEPT_PUBLIC;
    memset(&seen.report.agreement, 0, sizeof seen.report.agreement);
    seen.report.agreement.weight[0] = WEIGHT_ONE / 4; /* left, left, left */
    seen.report.agreement.weight[5] =
        WEIGHT_ONE - WEIGHT_ONE / 4; /* right, left, right */
    sight_promise(&seen, promise);
    ck_assert_double_eq(promise[0], 0.25);
    ck_assert_double_eq(promise[1], 0.75);
    ck_assert_double_eq(promise[2], 1);
    ck_assert_double_eq(promise[3], 0);
    ck_assert_double_eq(promise[5], 0.75);
    end();
}
END_TEST

START_TEST(counters_and_ends_are_as_each_format_has_them)
{
    begin();
    sight_judge(&seen, &j);
    char *om = sight_metrics(&seen, &j, true), *plain = sight_metrics(&seen, &j, false);
    ck_assert_ptr_nonnull(strstr(om, "# TYPE treaty_messages_sent counter\n"));
    ck_assert_ptr_nonnull(strstr(om, "\ntreaty_messages_sent_total 0\n"));
    ck_assert_ptr_nonnull(strstr(plain, "# TYPE treaty_messages_sent_total counter\n"));
    ck_assert_ptr_nonnull(strstr(om, "# TYPE treaty_build info\n"));
    ck_assert_ptr_nonnull(strstr(plain, "# TYPE treaty_build_info gauge\n"));
    ck_assert_str_eq(om + strlen(om) - 7, "\n# EOF\n");
    ck_assert_ptr_null(strstr(plain, "# EOF"));
    ck_assert_ptr_null(strstr(plain, "# UNIT"));
    free(om);
    free(plain);
    end();
}
END_TEST

START_TEST(names_of_others_cannot_break_out_of_a_label)
{
    begin();
    snprintf(home.roster.name[1], NAME_MAX + 1, "a\"} 1\n\\b");
    sight_judge(&seen, &j);
    char *text = sight_metrics(&seen, &j, true);
    ck_assert_ptr_nonnull(
        strstr(text, "treaty_peer_up{node=\"2\",name=\"a\\\"} 1\\n\\\\b\"} 1\n"));
    free(text);
    end();
}
END_TEST

UNIT_MAIN("sight", a_node_that_plays_and_misses_nobody_is_ready,
          one_missing_peer_is_named_with_since_when_and_what_to_do,
          a_heartbeat_that_is_a_little_late_is_no_missing_peer,
          who_is_lost_for_the_session_is_missing_though_it_is_heard,
          the_end_is_well_where_all_was_played_and_not_otherwise,
          an_overdue_message_has_a_since_and_an_until,
          status_shows_own_payoffs_only_where_it_may,
          what_was_promised_stands_beside_what_was_played,
          the_promise_of_a_distribution_is_what_it_gives_each_player_alone,
          counters_and_ends_are_as_each_format_has_them,
          names_of_others_cannot_break_out_of_a_label)
