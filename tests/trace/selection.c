/* SPDX-License-Identifier: MIT */
/* Where reports select: what is said when, and what becomes of those who lie in them,
 * change them, copy them or keep them to themselves. */
#include "tests/trace/trace.h"

static const enum selection rules[] = {SELECTION_NASH, SELECTION_EGALITARIAN};

/* A public goods game in which several candidates suit everybody. */
static void scenario_reports(struct scenario *s, uint8_t n_players, int rule)
{
    scenario_public_goods(s, n_players);
    s->terms.selection = rules[rule];
    s->terms.opening_pure = false;
    s->terms.budget = 12;
}

START_TEST(a_report_takes_the_place_of_prunings)
{
    for (int rule = 0; rule < 2; rule++) {
        struct scenario s;
        struct note drawn, pruned, selected, sampled;
        scenario_reports(&s, 3, rule);
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_PLAYED, 10);
        for (uint8_t i = 0; i < 3; i++) {
            ck_assert(note_of(w, i, NOTE_SAMPLED, 1, &sampled) && sampled.other > 1);
            ck_assert_uint_eq(round_of(w, i, MESSAGE_PRUNE), UINT64_MAX);
            const uint64_t set = round_of(w, i, MESSAGE_SET);
            ck_assert_uint_eq(round_of(w, i, MESSAGE_REVEAL), set + 1);
            ck_assert_uint_eq(round_of(w, i, MESSAGE_SIGN), set + 2);
            ck_assert_uint_eq(count_notes(w, i, NOTE_DRAWN), 1);
            ck_assert(note_of(w, i, NOTE_DRAWN, 1, &drawn));
            ck_assert(note_of(w, i, NOTE_PRUNED, 1, &pruned));
            ck_assert(note_of(w, i, NOTE_SELECTED, 1, &selected));
            ck_assert_uint_eq(drawn.other, sampled.other);
            ck_assert(pruned.other >= selected.other && selected.other >= 1);
            ck_assert_uint_eq(selected.number, rules[rule]);
            ck_assert_uint_eq(report_of(w, i).pruning_rounds, 1);
        }
        finish(&s, w);
    }
}
END_TEST

/* A candidate alone needs no draw, and nobody has to report on it. */
START_TEST(where_one_candidate_is_left_nobody_reports)
{
    for (uint32_t k = 0; k < 4; k++) {
        struct scenario s;
        struct note sampled;
        scenario_reports(&s, 2, (int)k / 2);
        s.terms.opening_pure = true;
        s.terms.budget = 2;
        for (uint8_t i = 0; i < 2; i++) /* impatient: nothing holds but the threat */
            s.private_options[i].discount = k % 2 == 0 ? 0.3 : 0.9;
        struct world *w = play_out(&s);
        ck_assert(note_of(w, 0, NOTE_SAMPLED, 1, &sampled));
        ck_assert_uint_eq(sampled.other == 1, k % 2 == 0);
        for (uint8_t i = 0; i < 2; i++) {
            ck_assert_uint_eq(round_of(w, i, MESSAGE_SET) == UINT64_MAX, k % 2 == 0);
            ck_assert_uint_eq(count_notes(w, i, NOTE_SELECTED), k % 2);
            ck_assert_uint_eq(count_notes(w, i, NOTE_AGREED), 1);
        }
        finish(&s, w);
    }
}
END_TEST

/* Rows 53 and 54: another report than the one committed to, or another's. */
static void convicts(enum misbehaviour_kind kind)
{
    for (uint8_t n = 2; n <= 5; n++) {
        struct scenario s;
        scenario_reports(&s, n, n % 2);
        misbehave(&s, (uint8_t)(n - 1), kind, 0);
        struct world *w = play_out(&s);
        everybody_proves(w, (uint8_t)(n - 1), FAULT_OPENING);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_DRAWN), 0);
        finish(&s, w);
    }
}

START_TEST(t_report_late_choice)
{
    convicts(MISBEHAVE_BAD_REPORT);
    convicts(MISBEHAVE_BAD_OPENING);
}
END_TEST

START_TEST(t_report_copy)
{
    convicts(MISBEHAVE_COPY);
}
END_TEST

START_TEST(two_reports_and_reports_that_are_none_are_proven)
{
    static const enum message_kind kinds[] = {MESSAGE_SET, MESSAGE_REVEAL};
    for (int k = 0; k < 2; k++)
        for (int way = 0; way < 2; way++) {
            struct scenario s;
            struct note n;
            scenario_reports(&s, 4, k);
            misbehave(&s, 1, way == 0 ? MISBEHAVE_EQUIVOCATE : MISBEHAVE_ILLEGAL,
                      round_when_honest(&s, 1, kinds[k]));
            struct world *w = play_out(&s);
            for (uint8_t i = 0; i < 4; i++)
                ck_assert(i == 1 ||
                          (note_of(w, i, NOTE_BLAMED, 1, &n) && n.player == 1));
            finish(&s, w);
        }
}
END_TEST

/* Whoever keeps its report to itself has seen the others', and gets the threat. */
START_TEST(t_report_withheld)
{
    for (uint8_t n = 2; n <= 4; n++) {
        struct scenario s;
        struct note refused;
        scenario_reports(&s, n, n % 2);
        misbehave(&s, 1, MISBEHAVE_WITHHOLD, 0);
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_OMISSION, 0);
        ck_assert(note_of(w, 0, NOTE_REFUSED, 1, &refused));
        ck_assert_uint_eq(refused.mask, 1u << 1);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_BLAMED), 0);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_DRAWN), 0);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_SELECTED), 0);
        finish(&s, w);
    }
}
END_TEST

/* Who conspires opens only what draws an even number: that it can, and no more. */
START_TEST(who_looks_before_it_opens_ends_the_session_or_nothing)
{
    uint32_t ended = 0, played = 0;
    for (uint64_t seed = 1; seed <= 16; seed++) {
        struct scenario s;
        scenario_reports(&s, 3, (int)(seed % 2));
        s.terms.stages = 1;
        s.options.seed = seed;
        misbehave(&s, 1, MISBEHAVE_CONSPIRE, 0);
        misbehave(&s, 2, MISBEHAVE_CONSPIRE, 0);
        struct world *w = play_out(&s);
        const enum outcome outcome = report_of(w, 0).outcome;
        ended += outcome == OUTCOME_OMISSION;
        played += outcome == OUTCOME_PLAYED;
        finish(&s, w);
    }
    ck_assert_uint_eq(ended + played, 16);
    ck_assert_uint_gt(ended, 2);
    ck_assert_uint_gt(played, 2);
}
END_TEST

/* Row 55. Two of three lie in their reports, legally: who is honest has at least what
 * was drawn (a law), and sometimes that is all it has. */
START_TEST(t_report_floor)
{
    uint32_t selected = 0, moved = 0;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        struct scenario s;
        struct note n;
        scenario_reports(&s, 3, (int)(seed % 2));
        s.terms.stages = 1;
        s.options.seed = seed;
        misbehave(&s, 1, MISBEHAVE_MISREPORT, 0);
        misbehave(&s, 2, MISBEHAVE_MISREPORT, 0);
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_PLAYED, 1);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_BLAMED), 0);
        if (note_of(w, 0, NOTE_PRUNED, 1, &n)) {
            ck_assert_uint_eq(world_deeds(w, 1).misbehaviours, 1);
            selected++;
            moved += n.other > 1;
        }
        finish(&s, w);
    }
    ck_assert_uint_gt(selected, 20);
    ck_assert_uint_gt(moved, 4);
}
END_TEST

/* Dies after each record from the first commitment to the signature: it reports the
 * same again. */
START_TEST(who_dies_between_its_commitment_and_its_report_reports_the_same)
{
    struct scenario s;
    scenario_reports(&s, 2, 0);
    s.terms.budget = 4;
    s.terms.stages = 1;
    struct world *calm = play_out(&s);
    const struct report before = report_of(calm, 1);
    struct pages p = pages_of(calm, 1);
    struct record r;
    uint32_t record = 0, died = 0;
    bool reporting = false;
    ck_assert_uint_eq(count_notes(calm, 1, NOTE_SELECTED), 1);
    while (pages_next(&p, &r)) {
        struct message m;
        record++;
        if (r.kind == RECORD_OUT &&
            envelope_peek(&m, r.payload, r.size, world_roster(calm),
                          terms_body_max(&s.terms)))
            reporting = m.kind == MESSAGE_SET || m.kind == MESSAGE_REVEAL ||
                        m.kind == MESSAGE_SIGN;
        if (!reporting)
            continue;
        died++;
        s.options.network.n_crashes = 1;
        s.options.network.crash[0] =
            (struct crash){.player = 1, .at_record = record, .restart_ms = 37};
        struct world *w = play_out(&s);
        struct world_counts c;
        world_counts(w, 1, &c);
        const struct report after = report_of(w, 1);
        ck_assert(c.restarts == 1 && c.contradictions == 0);
        ck_assert(digest_equal(&after.agreement_digest, &before.agreement_digest));
        world_free(w);
    }
    ck_assert_uint_gt(died, 8);
    finish(&s, calm);
}
END_TEST

UNIT_MAIN("selection", a_report_takes_the_place_of_prunings,
          where_one_candidate_is_left_nobody_reports, t_report_late_choice,
          t_report_copy, two_reports_and_reports_that_are_none_are_proven,
          t_report_withheld, who_looks_before_it_opens_ends_the_session_or_nothing,
          t_report_floor,
          who_dies_between_its_commitment_and_its_report_reports_the_same)
