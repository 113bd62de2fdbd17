/* SPDX-License-Identifier: MIT */
/* Cheats with decks, in whole sessions: rows 34 to 40 of docs/threats.md. */
#include "tests/trace/trace.h"

enum { CHEAT = 1 };

static void private_goods(struct scenario *s, uint8_t n_players)
{
    scenario_public_goods(s, n_players);
    s->terms.concept = CONCEPT_PRIVATE;
    s->terms.resolution = 16;
    s->terms.opening_pure = false;
    s->terms.budget = 4;
    s->terms.stages = 3;
    s->terms.hard_ms = 1000;
    for (uint8_t i = 0; i < n_players; i++) {
        s->private_options[i].discount = 0.95;
        s->private_options[i].sampler = SAMPLER_RANDOM;
    }
}

static void misbehave_in_stage(struct scenario *s, enum misbehaviour_kind kind,
                               uint32_t stage)
{
    s->misdeeds[CHEAT] =
        (struct misdeeds){.n_misbehaviours = 1, .misbehaviour = {{kind, 0, stage}}};
}

/* The cheat is proven guilty after so many stages, and has done what it is proven of.
 */
static void proven_after(struct scenario *s, uint32_t stages)
{
    struct world *w = play_out(s);
    ck_assert_uint_eq(world_deeds(w, CHEAT).misbehaviours, 1);
    everybody_proves(w, CHEAT, FAULT_PROOF);
    everybody_ends(w, OUTCOME_FAULT, stages);
    finish(s, w);
}

/* Row 34. A row twice, known rows, another order, half a row of another: the cheat has
 * one way for each of four rounds in a row. It cuts its first deck in the second round
 * of dealing; when that is judged, nobody's share of that deck has left. Later, a stage
 * is not concluded before the deck that came with it is judged. */
START_TEST(t_shuffle_cheat)
{
    for (uint64_t pass = 1; pass <= 3; pass++) {
        struct scenario s;
        private_goods(&s, 3);
        const uint64_t round = round_when_honest(&s, CHEAT, MESSAGE_DEAL);
        misbehave(&s, CHEAT, MISBEHAVE_MARKED_DECK, round + pass);
        proven_after(&s, 0);
    }
    struct scenario s;
    private_goods(&s, 2);
    s.terms.stages = 5;
    misbehave_in_stage(&s, MISBEHAVE_MARKED_DECK, 2);
    proven_after(&s, 1);
}
END_TEST

/* Row 35. The proof of an earlier deck, which was right for that one. */
START_TEST(t_shuffle_context)
{
    struct scenario s;
    private_goods(&s, 2);
    misbehave(&s, CHEAT, MISBEHAVE_OLD_PROOF, 0);
    proven_after(&s, 0);
    private_goods(&s, 2);
    s.terms.stages = 5;
    misbehave_in_stage(&s, MISBEHAVE_OLD_PROOF, 2);
    proven_after(&s, 1);
}
END_TEST

/* Row 36. Before the first stage it is a share, later an opening or a share. */
START_TEST(t_share_wrong)
{
    struct scenario s;
    private_goods(&s, 2);
    misbehave(&s, CHEAT, MISBEHAVE_BAD_SHARE, 0);
    proven_after(&s, 0);
    for (uint32_t stage = 1; stage <= 2; stage++) {
        private_goods(&s, 2);
        misbehave_in_stage(&s, MISBEHAVE_BAD_SHARE, stage);
        proven_after(&s, stage - 1);
    }
}
END_TEST

/* Row 38. It waits for the key that it cancels. */
START_TEST(t_rogue_key)
{
    for (uint8_t n = 2; n <= 3; n++) {
        struct scenario s;
        private_goods(&s, n);
        misbehave(&s, CHEAT, MISBEHAVE_ROGUE_KEY, 0);
        proven_after(&s, 0);
    }
}
END_TEST

/* Row 39. The opening shows what it was told to do; it is punished from the next stage
 * on. */
START_TEST(t_deviate_recommendation)
{
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct scenario s;
        struct note n;
        private_goods(&s, 2);
        s.options.seed = seed;
        defect(&s, CHEAT, 2);
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_PLAYED, s.terms.stages);
        ck_assert(note_of(w, 0, NOTE_DEVIATION, 1, &n));
        ck_assert_uint_eq(n.stage, 2);
        ck_assert_uint_eq(n.player, CHEAT);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_DEVIATION), 1);
        ck_assert(note_of(w, 0, NOTE_PUNISHING, 1, &n));
        ck_assert_uint_eq(n.stage, 3);
        finish(&s, w);
    }
}
END_TEST

/* Row 40. What shows its action opens the others' next recommendations, too: it knows
 * its own when it has heard theirs, and says nothing. Nobody goes on; what that is
 * worth, EXIT has weighed (t_exit_rejects). */
START_TEST(t_share_withheld)
{
    for (uint8_t n = 2; n <= 3; n++) {
        struct scenario s;
        private_goods(&s, n);
        misbehave_in_stage(&s, MISBEHAVE_WITHHOLD, 2);
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_OMISSION, 1);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_BLAMED), 0);
        finish(&s, w);
    }
}
END_TEST

UNIT_MAIN("decks", t_shuffle_cheat, t_shuffle_context, t_share_wrong, t_rogue_key,
          t_deviate_recommendation, t_share_withheld)
