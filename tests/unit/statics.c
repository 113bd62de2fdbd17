/* SPDX-License-Identifier: MIT */
/* Static equilibria that are known, and what one punishment for each deviator holds. */
#include "study/statics.h"

#include <math.h>

#include "cli/threatening.h"
#include "study/study_games.h"
#include "study/threats.h"
#include "tests/unit/unit.h"

/* Three players get 1 if all do their first action, another payoff if all do their
 * second, else 0. */
static void all_alike(struct game *g, double second)
{
    const struct shape s = shape_uniform(3, 2);
    const double value[8] = {1, 0, 0, 0, 0, 0, 0, second};
    *g = (struct game){.shape = s};
    for (uint8_t i = 0; i < 3; i++) {
        g->payoffs[i] = payoffs_new(&s, i, value);
        ck_assert_ptr_nonnull(g->payoffs[i]);
    }
}

/* Two are pure; where all mix, (1 - q)^2 = 4 q^2, so q = 1/3 for the second action,
 * which pays 4/9. */
START_TEST(equilibria_of_three_are_found)
{
    struct game g;
    struct statics s;
    all_alike(&g, 4);
    ck_assert(statics_find(&s, &g, 3));
    ck_assert_uint_eq(s.n, 3);
    ck_assert(!s.all);
    for (uint8_t i = 0; i < 3; i++)
        ck_assert_double_eq_tol(s.worst[i], 4 / 9., 1e-9);
    game_free(&g);
}
END_TEST

/* Of two players all, exactly; each player has a worst one of its own in chicken: -1
 * where the other does not swerve. */
START_TEST(each_player_has_a_worst_one)
{
    struct game g;
    struct statics s;
    ck_assert(class_game(&g, GAMES_PAPER, 3, &(struct random_games){0}));
    ck_assert(statics_find(&s, &g, 1));
    ck_assert_uint_eq(s.n, 3);
    ck_assert(s.all);
    ck_assert_double_eq_tol(s.worst[0], -1, 1e-12);
    ck_assert_double_eq_tol(s.worst[1], -1, 1e-12);
    game_free(&g);
    ck_assert(class_game(&g, GAMES_PAPER, 2, &(struct random_games){0}));
    ck_assert(statics_find(&s, &g, 1));
    ck_assert_double_eq_tol(s.worst[0], 2 / 3., 1e-12);
    game_free(&g);
}
END_TEST

/* Chicken at 0.5. Both swerve, which pays 0: to stay gains 1 once. Against what both
 * mix, -1/10, less than that is lost; against -1, just as much. */
START_TEST(a_punishment_for_each_holds_more)
{
    struct game g;
    struct threats_compared t;
    char reason[REASON_SIZE];
    ck_assert(class_game(&g, GAMES_PAPER, 3, &(struct random_games){0}));
    struct contest c = {.game = &g, .concept = CONCEPT_PUBLIC, .discount = 0.5};
    ck_assert_int_eq(find_threat(&c.punishment, &g, reason), STATUS_OK);
    contest_threaten(&c);
    contest_units(&c, true);
    ck_assert(threats_compare(&t, &c, 4000, 1));
    ck_assert_uint_eq(t.statics, 3);
    ck_assert_double_eq_tol(t.harsher, 0.9 / 11, 1e-7);
    ck_assert(!t.of[THREAT_COMMON].better);
    ck_assert(t.of[THREAT_OWN].better);
    ck_assert_double_eq(t.of[THREAT_COMMON].even, 0);
    ck_assert_double_eq_tol(t.of[THREAT_OWN].even, 0.1, 1e-6);
    ck_assert_double_eq_tol(t.of[THREAT_OWN].mean, 0.1, 1e-6);
    game_free(&g);
}
END_TEST

UNIT_MAIN("statics", equilibria_of_three_are_found, each_player_has_a_worst_one,
          a_punishment_for_each_holds_more)
