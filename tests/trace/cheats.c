/* SPDX-License-Identifier: MIT */
/* Who breaks the protocol before play: what can be proven is proven by everybody, and
 * what cannot ends the session everywhere. */
#include "tests/trace/trace.h"

START_TEST(a_swapped_ticket_is_proven_by_everybody)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    misbehave(&s, 1, MISBEHAVE_BAD_OPENING, 0);
    s.options.trace = TRACE(NOTE_BLAMED) | TRACE(NOTE_ENDED);
    struct world *w = play_out(&s);
    ck_assert_str_eq(world_trace(w), "[  100] 2 > blames 2: opening\n"
                                     "[  100] 2 > ended: fault, 0 stages\n"
                                     "[  100] 1 > blames 2: opening\n"
                                     "[  100] 1 > ended: fault, 0 stages\n"
                                     "[  100] 3 > blames 2: opening\n"
                                     "[  100] 3 > ended: fault, 0 stages\n");
    finish(&s, w);
}
END_TEST

START_TEST(t_reveal_late_choice)
{
    for (uint8_t n = 2; n <= 5; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        misbehave(&s, (uint8_t)(n - 1), MISBEHAVE_BAD_OPENING, 0);
        struct world *w = play_out(&s);
        everybody_proves(w, (uint8_t)(n - 1), FAULT_OPENING);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_DRAWN), 0);
        finish(&s, w);
    }
}
END_TEST

START_TEST(t_commit_copy)
{
    for (uint8_t n = 2; n <= 4; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        misbehave(&s, 1, MISBEHAVE_COPY, 0);
        struct world *w = play_out(&s);
        everybody_proves(w, 1, FAULT_OPENING);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_DRAWN), 0);
        finish(&s, w);
    }
}
END_TEST

START_TEST(t_reveal_withheld)
{
    for (uint8_t n = 2; n <= 4; n++) {
        struct scenario s;
        struct note refused;
        scenario_public_goods(&s, n);
        misbehave(&s, 1, MISBEHAVE_WITHHOLD, 0);
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_OMISSION, 0);
        ck_assert(note_of(w, 0, NOTE_REFUSED, 1, &refused));
        ck_assert_uint_eq(refused.mask, 1u << 1);
        /* Silence is claimed, never proven; and there is no second draw. */
        ck_assert_uint_eq(count_notes(w, 0, NOTE_BLAMED), 0);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_DRAWN), 0);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_SESSION), 1);
        finish(&s, w);
    }
}
END_TEST

/* The cheat says two things in its first message of that kind. */
static void equivocate_in(enum message_kind kind)
{
    for (uint8_t n = 2; n <= 5; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        s.terms.finite = true;
        const uint64_t round = round_when_honest(&s, 1, kind);
        ck_assert_uint_ne(round, UINT64_MAX);
        misbehave(&s, 1, MISBEHAVE_EQUIVOCATE, round);
        struct world *w = play_out(&s);
        everybody_proves(w, 1, FAULT_EQUIVOCATION);
        finish(&s, w);
    }
}

START_TEST(t_equiv_propose)
{
    equivocate_in(MESSAGE_PROPOSE);
}
END_TEST

START_TEST(t_equiv_answer)
{
    equivocate_in(MESSAGE_ANSWER);
}
END_TEST

START_TEST(t_equiv_prune)
{
    equivocate_in(MESSAGE_SET);
    equivocate_in(MESSAGE_PRUNE);
}
END_TEST

START_TEST(t_sign_twice)
{
    equivocate_in(MESSAGE_LENGTH);
    equivocate_in(MESSAGE_SIGN);
}
END_TEST

/* One half is told what convicts its author in that very row, the other half something
 * legal: it learns of the proof as soon as it asks why nobody goes on. */
START_TEST(who_convinces_one_half_and_is_convicted_by_the_other_convinces_nobody)
{
    static const enum message_kind kinds[] = {MESSAGE_PUNISH, MESSAGE_REVEAL,
                                              MESSAGE_START};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        struct scenario s;
        struct note n;
        scenario_public_goods(&s, 4);
        misbehave(&s, 1, MISBEHAVE_EQUIVOCATE, round_when_honest(&s, 1, kinds[k]));
        struct world *w = play_out(&s);
        for (uint8_t i = 0; i < 4; i++) {
            ck_assert(i == 1 || note_of(w, i, NOTE_BLAMED, 1, &n));
            ck_assert_uint_eq(n.player, 1);
        }
        ck_assert_uint_lt(world_now_ms(w), s.terms.hard_ms);
        finish(&s, w);
    }
}
END_TEST

/* Every kind of message, signed with a body that the rules do not allow. */
START_TEST(an_illegal_word_of_any_kind_is_proven_in_its_row)
{
    for (int k = MESSAGE_PUNISH; k <= MESSAGE_ACT; k++) {
        struct scenario s;
        scenario_public_goods(&s, 3);
        s.terms.finite = true;
        const uint64_t round = round_when_honest(&s, 1, (enum message_kind)k);
        ck_assert_uint_ne(round, UINT64_MAX);
        misbehave(&s, 1, MISBEHAVE_ILLEGAL, round);
        struct world *w = play_out(&s);
        everybody_proves(w, 1, FAULT_ILLEGAL);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_ROUND), round);
        finish(&s, w);
    }
}
END_TEST

START_TEST(an_illegal_word_in_the_search_for_a_threat_is_proven)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    s.terms.threat_given = false;
    misbehave(&s, 1, MISBEHAVE_ILLEGAL, round_when_honest(&s, 1, MESSAGE_REGRET));
    struct world *w = play_out(&s);
    everybody_proves(w, 1, FAULT_ILLEGAL);
    finish(&s, w);
}
END_TEST

START_TEST(t_sign_withheld)
{
    for (uint8_t n = 2; n <= 4; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        misbehave(&s, 1, MISBEHAVE_SILENT, round_when_honest(&s, 1, MESSAGE_SIGN));
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_OMISSION, 0);
        for (uint8_t i = 0; i < n; i++)
            ck_assert(i == 1 || count_notes(w, i, NOTE_AGREED) == 0);
        finish(&s, w);
    }
}
END_TEST

START_TEST(t_start_selective)
{
    for (uint8_t n = 3; n <= 5; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        misbehave(&s, 1, MISBEHAVE_MUTE_TOWARDS,
                  round_when_honest(&s, 1, MESSAGE_START));
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_PLAYED, 10);
        finish(&s, w);
    }
}
END_TEST

START_TEST(who_is_mute_from_the_start_is_heard_through_the_others)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    misbehave(&s, 2, MISBEHAVE_MUTE_TOWARDS, 0);
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_PLAYED, 10);
    finish(&s, w);
}
END_TEST

UNIT_MAIN("cheats", a_swapped_ticket_is_proven_by_everybody, t_reveal_late_choice,
          t_commit_copy, t_reveal_withheld, t_equiv_propose, t_equiv_answer,
          t_equiv_prune, t_sign_twice,
          who_convinces_one_half_and_is_convicted_by_the_other_convinces_nobody,
          an_illegal_word_of_any_kind_is_proven_in_its_row,
          an_illegal_word_in_the_search_for_a_threat_is_proven, t_sign_withheld,
          t_start_selective, who_is_mute_from_the_start_is_heard_through_the_others)
