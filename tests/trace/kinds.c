/* SPDX-License-Identifier: MIT */
/* What follows from each way to misbehave that `treaty help misbehave` lists, where one
 * player does it and the network is calm. */
#include "tests/trace/trace.h"

enum { CHEAT = 1 };

/* The kind, from the round in which player 2 first says that kind of message. */
static void misbehave_from(struct scenario *s, enum misbehaviour_kind kind,
                           enum message_kind first)
{
    const uint64_t round = round_when_honest(s, CHEAT, first);
    ck_assert_uint_ne(round, UINT64_MAX);
    misbehave(s, CHEAT, kind, round);
}

static bool had_effect(const struct world *w)
{
    return world_deeds(w, CHEAT).misbehaviours == 1;
}

/* ---- what is ignored: the session is the same as without it ---- */

START_TEST(what_is_ignored_changes_nothing)
{
    static const enum misbehaviour_kind kinds[] = {
        MISBEHAVE_GARBAGE, MISBEHAVE_FORGE, MISBEHAVE_REPLAY, MISBEHAVE_FLOOD,
        MISBEHAVE_FUTURE,  MISBEHAVE_NAG,   MISBEHAVE_SLANDER};
    for (uint8_t n = 2; n <= 4; n += 2) {
        struct scenario s;
        scenario_public_goods(&s, n);
        struct world *honest = play_out(&s);
        const struct report before = report_of(honest, 0);
        world_free(honest);
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            memset(s.misdeeds, 0, sizeof s.misdeeds);
            misbehave(&s, CHEAT, kinds[k], 0);
            struct world *w = play_out(&s);
            everybody_ends(w, OUTCOME_PLAYED, 10);
            const struct report after = report_of(w, 0);
            ck_assert_msg(had_effect(w), "%s did nothing", misbehaviour_name(kinds[k]));
            ck_assert(digest_equal(&before.agreement_digest, &after.agreement_digest));
            ck_assert_uint_eq(count_notes(w, 0, NOTE_BLAMED), 0);
            ck_assert_uint_eq(count_notes(w, 0, NOTE_REFUSED), 0);
            world_free(w);
        }
        scenario_free(&s);
    }
}
END_TEST

/* Row 42. Nothing that is not signed, and nothing that fills a slot already, costs a
 * player the check of a signature more than once. */
START_TEST(t_flood_auth)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    struct world *honest = play_out(&s);
    const uint64_t verifications = report_of(honest, 0).verifications;
    const uint64_t sent = world_messages(honest, CHEAT);
    world_free(honest);
    misbehave(&s, CHEAT, MISBEHAVE_FLOOD, 0);
    misbehave(&s, CHEAT, MISBEHAVE_REPLAY, 0);
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_PLAYED, 10);
    ck_assert_uint_gt(world_messages(w, CHEAT), 12 * sent);
    ck_assert_uint_le(report_of(w, 0).verifications, verifications + verifications / 8);
    finish(&s, w);
}
END_TEST

/* ---- silence in all its forms ---- */

START_TEST(who_keeps_its_signature_prevents_the_agreement)
{
    for (uint8_t n = 2; n <= 4; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        misbehave(&s, CHEAT, MISBEHAVE_WITHHOLD_SIGN, 0);
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_OMISSION, 0);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_AGREED), 0);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_BLAMED), 0);
        ck_assert(had_effect(w));
        finish(&s, w);
    }
}
END_TEST

START_TEST(who_starts_with_one_starts_with_all)
{
    for (uint8_t n = 3; n <= 5; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        misbehave(&s, CHEAT, MISBEHAVE_START_SOME, 0);
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_PLAYED, 10);
        ck_assert(had_effect(w));
        finish(&s, w);
    }
}
END_TEST

/* Row 51. It speaks when the others have lost four fifths of their patience, round
 * after round; they wait, ask, and go on. */
START_TEST(t_slowloris_rounds)
{
    for (uint8_t n = 2; n <= 3; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        s.terms.hard_ms = 5000;
        misbehave(&s, CHEAT, MISBEHAVE_LATE, 0);
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_PLAYED, 10);
        const uint32_t rounds = count_notes(w, 0, NOTE_ROUND);
        ck_assert_uint_gt(world_now_ms(w), 3000 * (uint64_t)(rounds - 2));
        ck_assert_uint_gt(count_notes(w, 0, NOTE_WAITING), rounds - 3);
        ck_assert_uint_gt(count_notes(w, 0, NOTE_HEALED), rounds - 3);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_REFUSED), 0);
        finish(&s, w);
    }
}
END_TEST

START_TEST(who_speaks_to_one_at_the_last_moment_splits_by_one_stage_at_most)
{
    for (uint8_t n = 2; n <= 5; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        s.terms.hard_ms = 1000;
        misbehave_from(&s, MISBEHAVE_SPLIT, MESSAGE_ACT);
        struct world *w = play_out(&s);
        uint32_t least = UINT32_MAX, most = 0;
        for (uint8_t i = 0; i < n; i++) {
            const uint32_t stages = report_of(w, i).stages_played;
            least = i != CHEAT && stages < least ? stages : least;
            most = i != CHEAT && stages > most ? stages : most;
        }
        ck_assert_uint_le(most - least, 1);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_BLAMED), 0);
        ck_assert(had_effect(w));
        finish(&s, w);
    }
}
END_TEST

/* ---- accusations ---- */

START_TEST(a_false_accusation_ends_the_play_and_is_the_accusers_alone)
{
    static const enum misbehaviour_kind kinds[] = {MISBEHAVE_ACCUSE,
                                                   MISBEHAVE_FAIL_AND_GO_ON};
    for (uint8_t n = 2; n <= 4; n++)
        for (size_t k = 0; k < 2; k++) {
            struct scenario s;
            struct note refused;
            scenario_public_goods(&s, n);
            s.misdeeds[CHEAT].n_misbehaviours = 1;
            s.misdeeds[CHEAT].misbehaviour[0] = (struct misbehaviour){kinds[k], 0, 4};
            struct world *w = play_out(&s);
            for (uint8_t i = 0; i < n; i++) {
                if (i == CHEAT)
                    continue;
                ck_assert_uint_eq(report_of(w, i).outcome, OUTCOME_OMISSION);
                ck_assert(note_of(w, i, NOTE_REFUSED, 1, &refused));
                ck_assert_uint_eq(refused.player, CHEAT);
                ck_assert_uint_eq(refused.mask, 1u << (CHEAT + 1) % n);
                /* Who goes on all the same has said two things that exclude each other.
                 */
                ck_assert_uint_eq(count_notes(w, i, NOTE_BLAMED), k);
                if (k == 1) {
                    ck_assert(note_of(w, i, NOTE_BLAMED, 1, &refused));
                    ck_assert_uint_eq(refused.player, CHEAT);
                    ck_assert_uint_eq(refused.number, FAULT_EXCLUSIVE);
                }
                /* Nobody else claims that the accused fell silent. */
                for (uint32_t q = 2; note_of(w, i, NOTE_REFUSED, q, &refused); q++)
                    ck_assert_uint_eq(refused.mask & 1u << (CHEAT + 1) % n, 0);
            }
            ck_assert(had_effect(w));
            finish(&s, w);
        }
}
END_TEST

/* ---- two words ---- */

START_TEST(two_signatures_for_two_agreements_agree_on_nothing)
{
    for (uint8_t n = 2; n <= 5; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        misbehave(&s, CHEAT, MISBEHAVE_SIGN_TWICE, 0);
        struct world *w = play_out(&s);
        for (uint8_t i = 0; i < n; i++) {
            struct note blamed;
            if (i == CHEAT)
                continue;
            ck_assert_uint_eq(report_of(w, i).outcome, OUTCOME_FAULT);
            ck_assert(note_of(w, i, NOTE_BLAMED, 1, &blamed));
            ck_assert_uint_eq(blamed.player, CHEAT);
            ck_assert_uint_eq(count_notes(w, i, NOTE_SIGNED), 0);
        }
        ck_assert_uint_lt(world_now_ms(w), s.terms.hard_ms);
        finish(&s, w);
    }
}
END_TEST

/* Each half has a name of its own for the session, and nothing is signed in either. */
START_TEST(two_hellos_lead_nowhere)
{
    for (uint8_t n = 3; n <= 5; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        misbehave(&s, CHEAT, MISBEHAVE_TWO_HELLOS, 0);
        struct world *w = play_out(&s);
        for (uint8_t i = 0; i < n; i++) {
            const enum outcome outcome = report_of(w, i).outcome;
            ck_assert(i == CHEAT || outcome == OUTCOME_OMISSION ||
                      outcome == OUTCOME_FAULT);
            ck_assert_uint_eq(count_notes(w, i, NOTE_THREAT), 0);
        }
        ck_assert(had_effect(w));
        finish(&s, w);
    }
}
END_TEST

/* ---- what is played ---- */

/* Row 50. To the cheat only the present matters: its own answer would be no to
 * everything. It says yes, and breaks the agreement in the first stage; that stage is
 * all it takes from the others. */
START_TEST(t_false_yes)
{
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct scenario s;
        struct note stage;
        scenario_public_goods(&s, 2);
        s.options.seed = seed;
        s.terms.finite = seed % 2 == 0; /* then also of a length that deters nobody */
        s.private_options[CHEAT].discount = 0;
        struct world *w = play_out(&s);
        ck_assert(note_of(w, 0, NOTE_STAGE, 1, &stage));
        ck_assert_uint_eq(stage.actions[0], 1); /* as without any agreement */
        world_free(w);
        misbehave(&s, CHEAT, MISBEHAVE_FALSE_YES, 0);
        w = play_out(&s);
        everybody_ends(w, OUTCOME_PLAYED, 10);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_AGREED), 1);
        for (uint32_t t = 1; t <= 10; t++) {
            ck_assert(note_of(w, 0, NOTE_STAGE, t, &stage));
            ck_assert_uint_eq(stage.mask, t == 1 ? 1u << CHEAT : 0);
            ck_assert_uint_eq(stage.number, t == 1 ? 0 : 1);
        }
        finish(&s, w);
    }
}
END_TEST

/* It is punished for ever, and not because of grim trigger. */
START_TEST(who_does_no_penance_is_never_forgiven)
{
    struct scenario s;
    struct note stage;
    scenario_public_goods(&s, 3);
    s.terms.finite = true;
    s.terms.length = 2;
    s.terms.stages = 20;
    defect(&s, CHEAT, 3);
    misbehave(&s, CHEAT, MISBEHAVE_NO_PENANCE, 0);
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_PLAYED, 20);
    ck_assert_uint_eq(count_notes(w, 0, NOTE_RESTORED), 0);
    for (uint32_t t = 4; t <= 20; t++) {
        ck_assert(note_of(w, 0, NOTE_STAGE, t, &stage));
        ck_assert_uint_eq(stage.number, 1);
        ck_assert_uint_eq(stage.mask, 1u << CHEAT);
    }
    ck_assert(had_effect(w));
    finish(&s, w);
}
END_TEST

START_TEST(who_relapses_every_time_is_forgiven_only_so_often)
{
    struct scenario s;
    struct note stage;
    scenario_public_goods(&s, 3);
    s.terms.finite = true;
    s.terms.length = 2;
    s.terms.restorations_max = 3;
    s.terms.stages = 20;
    misbehave(&s, CHEAT, MISBEHAVE_RELAPSE, 0);
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_PLAYED, 20);
    ck_assert_uint_eq(count_notes(w, 0, NOTE_RESTORED), 3);
    for (uint32_t t = 1; t <= 20; t++) { /* every third stage, and four times in all */
        ck_assert(note_of(w, 0, NOTE_STAGE, t, &stage));
        ck_assert_uint_eq(stage.mask, t % 3 == 1 && t <= 10 ? 1u << CHEAT : 0);
        ck_assert_uint_eq(stage.number, t % 3 == 1 && t <= 10 ? 0 : 1);
    }
    finish(&s, w);
}
END_TEST

/* Nobody agrees, and a mixed threat is played. As long as that is an equilibrium no
 * coin tempts anybody; where it is none, the picky follow one of their two coins only,
 * and are seen when they do not. */
START_TEST(who_is_picky_about_its_coin_is_seen)
{
    uint32_t seen = 0, kept = 0;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct scenario s;
        struct note stage;
        scenario_pennies(&s);
        scenario_pay(&s, 0, (uint8_t[]){0, 0}, 2); /* so the second mixes 2 : 3 */
        s.terms.threat.weight[2] = WEIGHT_ONE / 5 * 2;
        s.terms.threat.weight[3] = WEIGHT_ONE - s.terms.threat.weight[2];
        s.private_options[0].discount = s.private_options[CHEAT].discount = 0;
        s.options.seed = seed;
        misbehave(&s, CHEAT, MISBEHAVE_PICKY, 0);
        struct world *w = play_out(&s);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_DEVIATION), 0);
        ck_assert(!had_effect(w));
        world_free(w);
        s.terms.threat.weight[0] += WEIGHT_ONE / 4;
        s.terms.threat.weight[1] -= WEIGHT_ONE / 4;
        s.terms.threat_epsilon = 1;
        w = play_out(&s);
        for (uint32_t t = 1; t <= 10; t++) {
            ck_assert(note_of(w, 0, NOTE_STAGE, t, &stage));
            ck_assert_uint_eq(stage.actions[CHEAT],
                              1); /* the first plays 0 too often */
            seen += stage.mask != 0;
            kept += stage.mask == 0;
        }
        finish(&s, w);
    }
    ck_assert_uint_gt(seen, 15);
    ck_assert_uint_gt(kept, 15);
}
END_TEST

/* ---- at the same time, and as the moment has it ---- */

START_TEST(two_tricks_in_one_node_are_both_played)
{
    struct scenario s;
    scenario_public_goods(&s, 4);
    misbehave(&s, CHEAT, MISBEHAVE_GARBAGE, 0);
    misbehave_from(&s, MISBEHAVE_EQUIVOCATE, MESSAGE_ANSWER);
    struct world *w = play_out(&s);
    everybody_proves(w, CHEAT, FAULT_EQUIVOCATION);
    ck_assert_uint_eq(world_deeds(w, CHEAT).misbehaviours, 3);
    finish(&s, w);
}
END_TEST

/* Up to N - 1 of them, each as its own seed has it: no law is broken, and by now every
 * way of ending has been seen. */
START_TEST(the_adaptive_break_no_law)
{
    uint32_t outcomes[OUTCOME_FAULT + 1] = {0};
    for (uint64_t seed = 1; seed <= 120; seed++) {
        struct scenario s;
        const uint8_t n = (uint8_t)(2 + seed % 4);
        scenario_public_goods(&s, n);
        s.options.seed = seed;
        s.terms.hard_ms = 2000;
        s.terms.finite = seed % 3 == 0;
        for (uint8_t k = 0; k <= seed / 4 % (n - 1u); k++)
            misbehave(&s, (uint8_t)(n - 1 - k), MISBEHAVE_ADAPTIVE, seed % 7 * 4);
        struct world *w = play_out(&s);
        outcomes[report_of(w, 0).outcome]++;
        finish(&s, w);
    }
    ck_assert_uint_eq(outcomes[OUTCOME_OPEN], 0);
    ck_assert_uint_gt(outcomes[OUTCOME_PLAYED], 5);
    ck_assert_uint_gt(outcomes[OUTCOME_OMISSION], 5);
    ck_assert_uint_gt(outcomes[OUTCOME_FAULT], 5);
}
END_TEST

UNIT_MAIN("kinds", what_is_ignored_changes_nothing, t_flood_auth,
          who_keeps_its_signature_prevents_the_agreement,
          who_starts_with_one_starts_with_all, t_slowloris_rounds,
          who_speaks_to_one_at_the_last_moment_splits_by_one_stage_at_most,
          a_false_accusation_ends_the_play_and_is_the_accusers_alone,
          two_signatures_for_two_agreements_agree_on_nothing, two_hellos_lead_nowhere,
          t_false_yes, who_does_no_penance_is_never_forgiven,
          who_relapses_every_time_is_forgiven_only_so_often,
          who_is_picky_about_its_coin_is_seen, two_tricks_in_one_node_are_both_played,
          the_adaptive_break_no_law)
