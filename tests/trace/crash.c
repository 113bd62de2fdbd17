/* SPDX-License-Identifier: MIT */
/* A process that dies is no player that breaks its word: born again and led through its
 * log, it says the same bytes and goes on. */
#include "tests/trace/trace.h"

static uint64_t count_records(const struct scenario *s, uint8_t player)
{
    struct world *w = world_new(&s->options);
    struct record r;
    uint64_t n = 0;
    world_run(w);
    struct pages p = pages_of(w, player);
    while (pages_next(&p, &r))
        n++;
    world_free(w);
    return n;
}

static void crash_at(struct scenario *s, uint8_t player, uint64_t record,
                     uint64_t restart_ms)
{
    struct network *n = &s->options.network;
    n->crash[n->n_crashes++] =
        (struct crash){.player = player, .at_record = record, .restart_ms = restart_ms};
}

/* Dies after each record of its log in turn; nothing that was agreed or played changes.
 */
static void crash_everywhere(struct scenario *s, uint8_t player)
{
    struct world *calm = play_out(s);
    const struct report before = report_of(calm, player);
    const uint64_t n_records = count_records(s, player);
    for (uint64_t record = 1; record < n_records; record++) {
        s->options.network.n_crashes = 0;
        crash_at(s, player, record, 37);
        struct world *w = play_out(s);
        struct world_counts c;
        world_counts(w, player, &c);
        ck_assert_uint_eq(c.restarts, 1);
        ck_assert_uint_eq(c.contradictions, 0);
        const struct report after = report_of(w, player);
        ck_assert_msg(
            after.outcome == before.outcome &&
                after.stages_played == before.stages_played &&
                digest_equal(&after.agreement_digest, &before.agreement_digest),
            "after record %u: %s, %u stages\n%s", (unsigned)record,
            outcome_name(after.outcome), after.stages_played, world_trace(w));
        world_free(w);
    }
    world_free(calm);
    scenario_free(s);
}

START_TEST(t_crash_everywhere)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.terms.budget = 2;
    s.terms.stages = 3;
    crash_everywhere(&s, 0);
}
END_TEST

START_TEST(t_crash_everywhere_where_actions_are_mixed)
{
    struct scenario s;
    scenario_pennies(&s);
    s.terms.budget = 1;
    s.terms.stages = 3;
    crash_everywhere(&s, 1);
}
END_TEST

START_TEST(t_crash_everywhere_while_a_threat_is_sought_and_a_cheat_punished)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    s.terms.threat_given = false;
    s.terms.finite = true;
    s.terms.length = 1;
    s.terms.budget = 1;
    s.terms.stages = 4;
    defect(&s, 1, 1);
    crash_everywhere(&s, 0);
}
END_TEST

START_TEST(t_crash_everywhere_while_profiles_are_drawn_in_public)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.terms.concept = CONCEPT_PUBLIC;
    s.terms.finite = true;
    s.terms.length = 1;
    s.terms.budget = 1;
    s.terms.stages = 3; /* one is broken, one punished, one drawn again */
    defect(&s, 1, 1);
    crash_everywhere(&s, 0);
}
END_TEST

START_TEST(a_cheat_that_crashes_cheats_the_same_way_again)
{
    struct scenario s;
    scenario_pennies(&s);
    s.terms.budget = 1;
    s.terms.stages = 3;
    defect(&s, 1, 2);
    crash_everywhere(&s, 1);
}
END_TEST

START_TEST(two_who_crash_at_once_and_again_come_back)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    for (uint64_t k = 0; k < 8; k++) {
        crash_at(&s, 0, 11 + 13 * k, 100 + k);
        crash_at(&s, 1, 17 + 11 * k, 300 - k);
    }
    struct world *w = play_out(&s);
    struct world_counts c;
    world_counts(w, 1, &c);
    ck_assert_uint_eq(c.restarts, 8);
    everybody_ends(w, OUTCOME_PLAYED, 10);
    finish(&s, w);
}
END_TEST

START_TEST(everybody_may_crash_at_once)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    for (uint8_t i = 0; i < 3; i++) {
        s.options.network.crash[i] =
            (struct crash){.player = i, .at_ms = 150, .restart_ms = 1000u + i};
        s.options.network.n_crashes++;
    }
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_PLAYED, 10);
    finish(&s, w);
}
END_TEST

/* What it has refused by signature it refuses after its death as well. */
START_TEST(a_refusal_survives_a_crash)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.misdeeds[1].n_misbehaviours = 1;
    s.misdeeds[1].misbehaviour[0] = (struct misbehaviour){MISBEHAVE_SILENT, 0, 2};
    const uint64_t n_records = count_records(&s, 0);
    for (uint64_t back = 1; back <= 4; back++) {
        s.options.network.n_crashes = 0;
        crash_at(&s, 0, n_records - back, 50);
        struct world *w = play_out(&s);
        struct world_counts c;
        world_counts(w, 0, &c);
        ck_assert_uint_eq(c.restarts, 1);
        ck_assert_uint_eq(c.contradictions, 0);
        everybody_ends(w, OUTCOME_OMISSION, 1);
        world_free(w);
    }
    scenario_free(&s);
}
END_TEST

/* What it has proven stays proven, though the words that proved it are in no other log.
 */
START_TEST(a_proof_survives_a_crash)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    misbehave(&s, 1, MISBEHAVE_EQUIVOCATE, round_when_honest(&s, 1, MESSAGE_ACT));
    for (uint8_t player = 0; player < 3; player += 2) {
        const uint64_t n_records = count_records(&s, player);
        for (uint64_t back = 1; back <= 8; back++) {
            s.options.network.n_crashes = 0;
            crash_at(&s, player, n_records - back, 50);
            struct world *w = play_out(&s);
            everybody_proves(w, 1, FAULT_EQUIVOCATION);
            world_free(w);
        }
        s.options.network.n_crashes = 0;
    }
    scenario_free(&s);
}
END_TEST

/* Its patience is what it was, however long it waited between two messages. */
START_TEST(a_refusal_after_a_long_silence_survives_a_crash)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    s.misdeeds[2].n_misbehaviours = 1;
    s.misdeeds[2].misbehaviour[0] =
        (struct misbehaviour){.kind = MISBEHAVE_SILENT, .from_round = 3};
    s.options.network.n_partitions = 1;
    /* What the others say comes 20 s late. */
    s.options.network.partition[0] = (struct partition){1, 6, 25, 20000};
    const uint64_t n_records = count_records(&s, 0);
    for (uint64_t back = 1; back <= 6; back++) {
        s.options.network.n_crashes = 0;
        crash_at(&s, 0, n_records - back, 50);
        struct world *w = play_out(&s);
        struct world_counts c;
        world_counts(w, 0, &c);
        ck_assert_uint_eq(c.restarts, 1);
        ck_assert_uint_eq(c.contradictions, 0);
        world_free(w);
    }
    scenario_free(&s);
}
END_TEST

START_TEST(a_copyist_that_crashes_copies_again)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    misbehave(&s, 1, MISBEHAVE_COPY, 0);
    const uint64_t n_records = count_records(&s, 1);
    for (uint64_t record = 1; record < n_records; record++) {
        s.options.network.n_crashes = 0;
        crash_at(&s, 1, record, 50);
        struct world *w = play_out(&s);
        everybody_proves(w, 1, FAULT_OPENING);
        world_free(w);
    }
    scenario_free(&s);
}
END_TEST

START_TEST(who_stays_away_too_long_is_given_up_and_ends_alike)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    s.terms.hard_ms = 2000;
    s.options.network.n_crashes = 1;
    s.options.network.crash[0] =
        (struct crash){.player = 2, .at_ms = 160, .restart_ms = 10000};
    struct world *w = play_out(&s);
    for (uint8_t i = 0; i < 3; i++)
        ck_assert_uint_eq(report_of(w, i).outcome, OUTCOME_OMISSION);
    finish(&s, w);
}
END_TEST

UNIT_MAIN("crash", t_crash_everywhere, t_crash_everywhere_where_actions_are_mixed,
          t_crash_everywhere_while_a_threat_is_sought_and_a_cheat_punished,
          t_crash_everywhere_while_profiles_are_drawn_in_public,
          a_cheat_that_crashes_cheats_the_same_way_again,
          two_who_crash_at_once_and_again_come_back, everybody_may_crash_at_once,
          a_refusal_survives_a_crash, a_proof_survives_a_crash,
          a_refusal_after_a_long_silence_survives_a_crash,
          a_copyist_that_crashes_copies_again,
          who_stays_away_too_long_is_given_up_and_ends_alike)
