/* SPDX-License-Identifier: MIT */
/* The stages: who breaks the agreement is seen by everybody at that very stage, and
 * punished from the next, for ever or for as long as was agreed. */
#include "tests/trace/trace.h"

#define STAGES                                                                         \
    (TRACE(NOTE_STAGE) | TRACE(NOTE_DEVIATION) | TRACE(NOTE_PUNISHING) |               \
     TRACE(NOTE_RESTORED))

START_TEST(t_deviate_pure)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    s.terms.stages = 6;
    defect(&s, 1, 3);
    s.options.trace = STAGES;
    struct world *w = play_out(&s);
    all_tell(w, "stage 1: 1;1;1\n"
                "stage 2: 1;1;1\n"
                "stage 3: 1;2;1, broken by 2\n"
                "stage 3: 2 deviates: 2 instead of 1\n"
                "punishes from stage 4 for ever\n"
                "stage 4: 2;2;2, punishing\n"
                "stage 5: 2;2;2, punishing\n"
                "stage 6: 2;2;2, punishing\n");
    everybody_ends(w, OUTCOME_PLAYED, 6);
    finish(&s, w);
}
END_TEST

/* Whatever the coin says, the cheat plays the other action: committed to and shown in
 * form, but not what its coin prescribes. */
START_TEST(t_deviate_mixed)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct scenario s;
        struct note n;
        scenario_pennies(&s);
        s.terms.stages = 4;
        s.options.seed = seed;
        defect(&s, 1, 2);
        struct world *w = play_out(&s);
        for (uint8_t i = 0; i < 2; i++) {
            ck_assert_uint_eq(count_notes(w, i, NOTE_DEVIATION), 1);
            ck_assert(note_of(w, i, NOTE_DEVIATION, 1, &n));
            ck_assert_uint_eq(n.player, 1);
            ck_assert_uint_eq(n.stage, 2);
            ck_assert_uint_eq(n.number, FAULT_ACTION);
            ck_assert(note_of(w, i, NOTE_STAGE, 3, &n));
            ck_assert_uint_eq(n.number, 1);
        }
        finish(&s, w);
    }
}
END_TEST

START_TEST(an_honest_coin_is_never_taken_for_a_deviation)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct scenario s;
        scenario_pennies(&s);
        s.options.seed = seed;
        struct world *w = play_out(&s);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_DEVIATION), 0);
        everybody_ends(w, OUTCOME_PLAYED, 10);
        finish(&s, w);
    }
}
END_TEST

/* It shows another action than the one that it committed to. */
START_TEST(t_late_action)
{
    struct scenario s;
    scenario_pennies(&s);
    s.terms.stages = 3;
    s.misdeeds[1].n_misbehaviours = 1;
    s.misdeeds[1].misbehaviour[0] = (struct misbehaviour){MISBEHAVE_BAD_OPENING, 0, 2};
    struct world *w = play_out(&s);
    for (uint8_t i = 0; i < 2; i++) {
        struct note n;
        ck_assert(note_of(w, i, NOTE_DEVIATION, 1, &n));
        ck_assert_uint_eq(n.player, 1);
        ck_assert_uint_eq(n.stage, 2);
        ck_assert_uint_eq(n.number, FAULT_OPENING);
    }
    finish(&s, w);
}
END_TEST

/* The half of a coin that it shows, at the start or after a stage, is not the one that
 * it committed to: whatever it would choose when it knows the beacon. */
START_TEST(t_coin_grind)
{
    struct scenario s;
    struct note n;
    scenario_pennies(&s);
    misbehave(&s, 1, MISBEHAVE_GRIND, 0);
    struct world *w = play_out(&s);
    everybody_proves(w, 1, FAULT_OPENING);
    world_free(w);
    for (uint64_t seed = 1; seed <= 5; seed++) {
        s.options.seed = seed;
        s.misdeeds[1].misbehaviour[0] = (struct misbehaviour){MISBEHAVE_GRIND, 0, 4};
        w = play_out(&s);
        ck_assert(note_of(w, 0, NOTE_DEVIATION, 1, &n));
        ck_assert_uint_eq(n.player, 1);
        ck_assert_uint_eq(n.stage, 4);
        ck_assert_uint_eq(n.number, FAULT_OPENING);
        world_free(w);
    }
    scenario_free(&s);
}
END_TEST

START_TEST(t_coin_copy)
{
    struct scenario s;
    struct note n;
    scenario_pennies(&s);
    misbehave(&s, 1, MISBEHAVE_COPY, 0);
    struct world *w = play_out(&s);
    everybody_proves(w, 1, FAULT_OPENING);
    world_free(w);
    s.misdeeds[1].misbehaviour[0] = (struct misbehaviour){MISBEHAVE_COPY, 0, 2};
    w = play_out(&s);
    ck_assert(note_of(w, 0, NOTE_DEVIATION, 1, &n));
    ck_assert_uint_eq(n.number, FAULT_OPENING);
    ck_assert_uint_eq(n.stage, 2);
    finish(&s, w);
}
END_TEST

START_TEST(t_reveal_stage_withheld)
{
    struct scenario s;
    scenario_pennies(&s);
    s.misdeeds[1].n_misbehaviours = 1;
    s.misdeeds[1].misbehaviour[0] = (struct misbehaviour){MISBEHAVE_WITHHOLD, 0, 3};
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_OMISSION, 2);
    ck_assert_uint_eq(count_notes(w, 0, NOTE_BLAMED), 0);
    finish(&s, w);
}
END_TEST

START_TEST(t_penance)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.terms.finite = true;
    s.terms.length = 2;
    s.terms.stages = 8;
    defect(&s, 1, 2);
    defect(&s, 1, 4); /* while it is punished: its penance begins anew */
    s.options.trace = STAGES;
    struct world *w = play_out(&s);
    all_tell(w, "stage 1: 1;1\n"
                "stage 2: 1;2, broken by 2\n"
                "stage 2: 2 deviates: 2 instead of 1\n"
                "punishes from stage 3 for 2 stages\n"
                "stage 3: 2;2, punishing\n"
                "stage 4: 2;1, punishing, broken by 2\n"
                "stage 4: 2 deviates: 1 instead of 2\n"
                "stage 5: 2;2, punishing\n"
                "stage 6: 2;2, punishing\n"
                "restored from stage 7\n"
                "stage 7: 1;1\n"
                "stage 8: 1;1\n");
    finish(&s, w);
}
END_TEST

START_TEST(t_restore_budget)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.terms.finite = true;
    s.terms.length = 2;
    s.terms.restorations_max = 1;
    s.terms.stages = 7;
    defect(&s, 1, 1);
    defect(&s, 1, 4);
    s.options.trace = STAGES;
    struct world *w = play_out(&s);
    all_tell(w, "stage 1: 1;2, broken by 2\n"
                "stage 1: 2 deviates: 2 instead of 1\n"
                "punishes from stage 2 for 2 stages\n"
                "stage 2: 2;2, punishing\n"
                "stage 3: 2;2, punishing\n"
                "restored from stage 4\n"
                "stage 4: 1;2, broken by 2\n"
                "stage 4: 2 deviates: 2 instead of 1\n"
                "punishes from stage 5 for ever\n"
                "stage 5: 2;2, punishing\n"
                "stage 6: 2;2, punishing\n"
                "stage 7: 2;2, punishing\n");
    finish(&s, w);
}
END_TEST

START_TEST(t_penance_absent)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.terms.finite = true;
    s.terms.length = 3;
    defect(&s, 1, 2);
    s.misdeeds[1].n_misbehaviours = 1;
    s.misdeeds[1].misbehaviour[0] = (struct misbehaviour){MISBEHAVE_SILENT, 0, 4};
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_OMISSION, 3);
    ck_assert(report_of(w, 0).punishing);
    ck_assert_uint_eq(count_notes(w, 0, NOTE_RESTORED), 0);
    finish(&s, w);
}
END_TEST

START_TEST(the_shortest_punishment_that_deters_everybody_is_agreed_on)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.terms.finite = true;
    s.private_options[0].discount = 0.95;
    s.private_options[1].discount = 0.6; /* 0.6 (1 - 0.6^L) / 0.4 >= 1 from L = 3 on */
    s.options.trace = TRACE(NOTE_AGREED);
    struct world *w = play_out(&s);
    ck_assert_ptr_nonnull(
        strstr(world_trace(w), "1 > agreed on 1;1, punishment for 3 stages\n"));
    finish(&s, w);
}
END_TEST

START_TEST(two_who_break_the_agreement_at_once_are_both_seen)
{
    struct scenario s;
    scenario_public_goods(&s, 4);
    s.terms.stages = 4;
    defect(&s, 1, 2);
    defect(&s, 3, 2);
    s.options.trace = STAGES;
    struct world *w = play_out(&s);
    all_tell(w, "stage 1: 1;1;1;1\n"
                "stage 2: 1;2;1;2, broken by 2, 4\n"
                "stage 2: 2 deviates: 2 instead of 1\n"
                "stage 2: 4 deviates: 2 instead of 1\n"
                "punishes from stage 3 for ever\n"
                "stage 3: 2;2;2;2, punishing\n"
                "stage 4: 2;2;2;2, punishing\n");
    finish(&s, w);
}
END_TEST

START_TEST(two_actions_for_one_stage_are_proven)
{
    struct scenario s;
    scenario_public_goods(&s, 4);
    misbehave(&s, 1, MISBEHAVE_EQUIVOCATE, round_when_honest(&s, 1, MESSAGE_ACT) + 2);
    struct world *w = play_out(&s);
    everybody_proves(w, 1, FAULT_EQUIVOCATION);
    ck_assert_uint_ge(report_of(w, 0).stages_played, 2);
    finish(&s, w);
}
END_TEST

UNIT_MAIN("play", t_deviate_pure, t_deviate_mixed,
          an_honest_coin_is_never_taken_for_a_deviation, t_late_action, t_coin_grind,
          t_coin_copy, t_reveal_stage_withheld, t_penance, t_restore_budget,
          t_penance_absent, the_shortest_punishment_that_deters_everybody_is_agreed_on,
          two_who_break_the_agreement_at_once_are_both_seen,
          two_actions_for_one_stage_are_proven)
