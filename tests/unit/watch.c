/* SPDX-License-Identifier: MIT */
/* What is gathered from notes: deviations against the theory, counts, waits. */
#include "node/watch.h"

#include <math.h>
#include <string.h>

#include "tests/unit/unit.h"

/* A prisoners' dilemma, seen by the second player. */
static const double values[] = {2, -1, 3, 0};
static struct payoffs *own;
static struct watch w;

static void begin(uint8_t player)
{
    const struct shape shape = {2, {2, 2}};
    own = payoffs_new(&shape, player, values);
    watch_start(&w, own, 0.5);
    struct candidate defect = {.weight = {0, WEIGHT_ONE, 0, WEIGHT_ONE}};
    watch_note(&w, &(struct note){.kind = NOTE_THREAT, .candidate = &defect});
    watch_note(&w, &(struct note){.kind = NOTE_AGREED, .value = 2});
}

static void stage(uint32_t number, uint8_t first, uint8_t second, uint32_t mode)
{
    watch_note(&w, &(struct note){.kind = NOTE_STAGE,
                                  .stage = number,
                                  .actions = {first, second},
                                  .number = mode});
}

static void deviate(uint32_t number, uint8_t player)
{
    watch_note(&w, &(struct note){.kind = NOTE_DEVIATION,
                                  .stage = number,
                                  .player = player,
                                  .number = FAULT_ACTION,
                                  .other = 1});
}

START_TEST(an_own_deviation_is_weighed_against_what_it_costs)
{
    begin(1);
    stage(1, 0, 0, 0);
    stage(2, 0, 1, 0); /* 3 instead of 2 */
    deviate(2, 1);
    ck_assert_double_eq(w.deviation[0].gain, 1);
    ck_assert_double_eq(w.deviation[0].loss, 0);
    ck_assert_double_eq_tol(w.deviation[0].deterred_from, 1.0 / 3, 1e-15);
    stage(3, 1, 1, 1); /* 0 instead of 2, at d */
    stage(4, 1, 1, 1); /* and at d^2 */
    ck_assert_double_eq(w.deviation[0].loss, 0.5 * 2 + 0.25 * 2);
    ck_assert_double_eq(w.harm, 0);
    payoffs_free(own);
}
END_TEST

START_TEST(what_nothing_threatens_is_deterred_by_no_discount_factor)
{
    begin(1);
    watch_note(&w, &(struct note){.kind = NOTE_AGREED, .value = 0});
    stage(1, 0, 1, 0);
    deviate(1, 1);
    ck_assert_double_eq(w.deviation[0].deterred_from, -1);
    payoffs_free(own);
}
END_TEST

START_TEST(the_deviation_of_another_is_what_it_cost_at_once)
{
    begin(1);
    stage(1, 1, 0, 0); /* -1 instead of 2 */
    deviate(1, 0);
    ck_assert_double_eq(w.deviation[0].harm, 3);
    ck_assert_double_eq(w.deviation[0].gain, 0);
    ck_assert_double_eq(w.harm, 3);
    stage(2, 1, 1, 1);
    ck_assert_double_eq(w.deviation[0].loss, 0);
    payoffs_free(own);
}
END_TEST

START_TEST(a_blame_for_the_same_stage_is_the_same_deviation)
{
    begin(0);
    stage(1, 0, 1, 0);
    deviate(1, 1);
    const struct note blame = {
        .kind = NOTE_BLAMED, .stage = 1, .player = 1, .number = FAULT_ACTION};
    watch_note(&w, &blame);
    ck_assert_uint_eq(w.n_deviations, 1);
    watch_note(&w, &(struct note){.kind = NOTE_BLAMED,
                                  .player = 1,
                                  .number = FAULT_EQUIVOCATION,
                                  .round = 9});
    ck_assert_uint_eq(w.n_deviations, 2);
    ck_assert_uint_eq(w.deviations_of[1][FAULT_EQUIVOCATION], 1);
    ck_assert_uint_eq(w.guilty, 2);
    payoffs_free(own);
}
END_TEST

START_TEST(only_the_last_deviations_are_kept_and_all_are_counted)
{
    begin(1);
    for (uint32_t t = 1; t <= WATCH_KEPT + 5; t++) {
        stage(t, 0, 1, 0);
        deviate(t, 1);
    }
    ck_assert_uint_eq(w.n_deviations, WATCH_KEPT + 5);
    ck_assert_uint_eq(w.deviation[4].stage, WATCH_KEPT + 5);
    ck_assert_uint_eq(w.deviation[5].stage, 6);
    payoffs_free(own);
}
END_TEST

START_TEST(actions_are_counted_by_what_the_stage_was)
{
    begin(0);
    stage(1, 0, 1, 0);
    stage(2, 0, 0, 0);
    stage(3, 1, 1, 1);
    stage(4, 1, 1, 2);
    ck_assert_uint_eq(w.observed[0][0], 2);
    ck_assert_uint_eq(w.observed[0][2], 1);
    ck_assert_uint_eq(w.observed[0][3], 1);
    ck_assert_uint_eq(w.observed[1][1], 1);
    ck_assert_uint_eq(w.observed[2][3], 1);
    ck_assert_uint_eq(w.stages[0], 2);
    payoffs_free(own);
}
END_TEST

START_TEST(a_round_is_waited_for_once_however_often_that_is_noted)
{
    begin(0);
    struct note n = {.kind = NOTE_WAITING, .round = 7, .mask = 2, .number = 1000};
    watch_note(&w, &n);
    watch_note(&w, &n);
    ck_assert_uint_eq(w.waits[1], 1);
    watch_note(&w, &(struct note){.kind = NOTE_HEALED, .round = 7, .number = 2500});
    ck_assert_uint_eq(w.waited_ms[1], 2500);
    ck_assert_uint_eq(w.waited_ms[0], 0);
    n.round = 8;
    watch_note(&w, &n);
    ck_assert_uint_eq(w.waits[1], 2);
    payoffs_free(own);
}
END_TEST

START_TEST(a_punishment_that_begins_anew_is_one_until_it_is_restored)
{
    begin(0);
    watch_note(&w, &(struct note){.kind = NOTE_PUNISHING, .stage = 5, .number = 3});
    watch_note(&w, &(struct note){.kind = NOTE_PUNISHING, .stage = 7, .number = 3});
    ck_assert_uint_eq(w.n_punishments, 1);
    watch_note(&w, &(struct note){.kind = NOTE_RESTORED, .stage = 10});
    ck_assert_uint_eq(w.punishment[0].restored, 10);
    watch_note(&w, &(struct note){.kind = NOTE_PUNISHING, .stage = 20});
    ck_assert_uint_eq(w.n_punishments, 2);
    ck_assert_uint_eq(w.punishment[1].from, 20);
    payoffs_free(own);
}
END_TEST

UNIT_MAIN("watch", an_own_deviation_is_weighed_against_what_it_costs,
          what_nothing_threatens_is_deterred_by_no_discount_factor,
          the_deviation_of_another_is_what_it_cost_at_once,
          a_blame_for_the_same_stage_is_the_same_deviation,
          only_the_last_deviations_are_kept_and_all_are_counted,
          actions_are_counted_by_what_the_stage_was,
          a_round_is_waited_for_once_however_often_that_is_noted,
          a_punishment_that_begins_anew_is_one_until_it_is_restored)
