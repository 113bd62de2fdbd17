/* SPDX-License-Identifier: MIT */
/* Silence: what a network does to it, and what is done where it lasts. */
#include "tests/trace/trace.h"

static void cut(struct scenario *s, uint8_t a, uint8_t b, uint64_t from_ms,
                uint64_t to_ms)
{
    struct network *n = &s->options.network;
    n->partition[n->n_partitions++] =
        (struct partition){UINT32_C(1) << a, UINT32_C(1) << b, from_ms, to_ms};
}

START_TEST(t_link_cut)
{
    for (uint8_t n = 3; n <= 5; n++)
        for (uint8_t a = 0; a < n; a++)
            for (uint8_t b = (uint8_t)(a + 1); b < n; b++) {
                struct scenario s;
                scenario_public_goods(&s, n);
                s.terms.budget = 1;
                s.terms.stages = 3;
                cut(&s, a, b, 0, UINT64_MAX);
                struct world *w = play_out(&s);
                everybody_ends(w, OUTCOME_PLAYED, 3);
                finish(&s, w);
            }
}
END_TEST

START_TEST(a_chain_of_links_is_enough)
{
    struct scenario s;
    scenario_public_goods(&s, 4);
    s.terms.budget = 1;
    s.terms.stages = 3;
    cut(&s, 0, 2, 0, UINT64_MAX);
    cut(&s, 0, 3, 0, UINT64_MAX);
    cut(&s, 1, 3, 0, UINT64_MAX);
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_PLAYED, 3);
    finish(&s, w);
}
END_TEST

START_TEST(what_was_lost_is_asked_for_and_healed)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.options.network.loss = 0.5;
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_PLAYED, 10);
    finish(&s, w);
}
END_TEST

START_TEST(a_partition_that_ends_in_time_is_healed)
{
    struct scenario s;
    scenario_public_goods(&s, 4);
    s.options.network.n_partitions = 1;
    s.options.network.partition[0] = (struct partition){3, 12, 150, 20000};
    s.options.trace = TRACE(NOTE_HEALED) | TRACE(NOTE_ENDED);
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_PLAYED, 10);
    ck_assert_ptr_nonnull(strstr(world_trace(w), "healed"));
    finish(&s, w);
}
END_TEST

START_TEST(a_partition_that_lasts_ends_cooperation_on_both_sides)
{
    struct scenario s;
    scenario_public_goods(&s, 4);
    s.options.network.n_partitions = 1;
    s.options.network.partition[0] = (struct partition){3, 12, 150, UINT64_MAX};
    struct world *w = play_out(&s);
    for (uint8_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(report_of(w, i).outcome, OUTCOME_OMISSION);
        ck_assert_uint_eq(count_notes(w, i, NOTE_BLAMED), 0);
    }
    finish(&s, w);
}
END_TEST

START_TEST(a_node_that_dies_ends_cooperation_alike_everywhere)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    s.terms.budget = 1;
    s.options.network.n_crashes = 1;
    s.options.network.crash[0] = (struct crash){.player = 1, .at_ms = 155};
    s.options.trace = TRACE(NOTE_STAGE) | TRACE(NOTE_REFUSED) | TRACE(NOTE_ENDED);
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_OMISSION, report_of(w, 0).stages_played);
    for (uint8_t i = 0; i < 3; i += 2) {
        struct note n;
        ck_assert(note_of(w, i, NOTE_REFUSED, 1, &n));
        ck_assert_uint_eq(n.mask, 1u << 1);
    }
    finish(&s, w);
}
END_TEST

/* One message comes through at the last moment to one of two: they are one stage apart,
 * never more, and have a history in common. */
START_TEST(t_deadline_split)
{
    for (uint64_t late_ms = 0; late_ms <= 400; late_ms += 20) {
        struct scenario s;
        scenario_public_goods(&s, 3);
        s.terms.hard_ms = 1000;
        cut(&s, 2, 0, 230, UINT64_MAX);
        cut(&s, 2, 1, 230, 1000 + late_ms);
        cut(&s, 0, 1, 230, 1300);
        struct world *w = play_out(&s);
        const uint32_t a = report_of(w, 0).stages_played;
        const uint32_t b = report_of(w, 1).stages_played;
        ck_assert_uint_le(a > b ? a - b : b - a, 1);
        finish(&s, w);
    }
}
END_TEST

START_TEST(who_falls_silent_is_missed_by_everybody)
{
    for (uint8_t n = 2; n <= 5; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        s.misdeeds[1].n_misbehaviours = 1;
        s.misdeeds[1].misbehaviour[0] = (struct misbehaviour){MISBEHAVE_SILENT, 0, 4};
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_OMISSION, 3);
        for (uint8_t i = 0; i < n; i++) {
            struct note refused;
            if (i == 1)
                continue;
            ck_assert(note_of(w, i, NOTE_REFUSED, 1, &refused));
            ck_assert_uint_eq(refused.mask, 1u << 1);
        }
        finish(&s, w);
    }
}
END_TEST

UNIT_MAIN("network", t_link_cut, a_chain_of_links_is_enough,
          what_was_lost_is_asked_for_and_healed,
          a_partition_that_ends_in_time_is_healed,
          a_partition_that_lasts_ends_cooperation_on_both_sides,
          a_node_that_dies_ends_cooperation_alike_everywhere, t_deadline_split,
          who_falls_silent_is_missed_by_everybody)
