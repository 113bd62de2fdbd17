/* SPDX-License-Identifier: MIT */
/* Private recommendations: decks are dealt before the first stage, each player learns
 * its own recommendation, and after play everybody sees what was recommended. */
#include "tests/trace/trace.h"

/* Players who care for the future, and for whom a contribution is worth its cost. */
static void private_goods(struct scenario *s, uint8_t n_players)
{
    scenario_public_goods(s, n_players);
    s->terms.concept = CONCEPT_PRIVATE;
    s->terms.resolution = 16;
    s->terms.opening_pure = false;
    s->terms.budget = 6;
    s->terms.stages = 4;
    for (uint8_t i = 0; i < n_players; i++) {
        s->private_options[i].discount = 0.95;
        s->private_options[i].sampler = SAMPLER_RANDOM;
    }
}

START_TEST(t_private_agreed_and_played)
{
    struct scenario s;
    private_goods(&s, 2);
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_PLAYED, s.terms.stages);
    finish(&s, w);
}
END_TEST

UNIT_MAIN("private", t_private_agreed_and_played)
