/* SPDX-License-Identifier: MIT */
/* Searches of others ask no more than they may, and what they find is on the table. */
#include "study/rivals.h"

#include "cli/threatening.h"
#include "study/rivals_paper.h"
#include "study/study_games.h"
#include "tests/unit/unit.h"

enum { BUDGET = 40 };

struct stage {
    struct game game;
    struct profile threat;
    struct bout_options o;
};

static void set_up(struct stage *s, enum concept concept, uint64_t seed)
{
    char reason[REASON_SIZE];
    ck_assert(class_game(&s->game, GAMES_PAPER, 1, &(struct random_games){0}));
    ck_assert_int_eq(find_threat(&s->threat, &s->game, reason), STATUS_OK);
    s->o = (struct bout_options){.game = &s->game,
                                 .threat = &s->threat,
                                 .seed = seed,
                                 .asking = {.concept = concept,
                                            .enforcement = {0.9, 0},
                                            .lambda = 0.5,
                                            .budget = BUDGET,
                                            .batch = 8}};
}

static struct bout *held(const struct rival *r, const struct stage *s)
{
    struct bout *b = bout_new(&s->o);
    ck_assert_ptr_nonnull(b);
    ck_assert(rival_negotiate(r, b, &s->o));
    return b;
}

START_TEST(each_asks_within_its_budget_and_finds_agreements)
{
    for (const struct rival *r = rivals; r->name != NULL; r++)
        for (int concept = CONCEPT_NASH; concept <= CONCEPT_PRIVATE; concept ++) {
            struct stage s;
            set_up(&s, (enum concept) concept, 3);
            struct bout *b = held(r, &s);
            ck_assert_uint_le(bout_asked(b), 2 * BUDGET);
            ck_assert_uint_ge(bout_asked(b), BUDGET / 2);
            ck_assert_uint_gt(bout_accepted(b), 0);
            bout_free(b);
            game_free(&s.game);
        }
}
END_TEST

START_TEST(the_same_seed_asks_the_same)
{
    for (const struct rival *r = rivals; r->name != NULL; r++) {
        struct stage s;
        set_up(&s, CONCEPT_NASH, 8);
        struct bout *a = held(r, &s), *b = held(r, &s);
        ck_assert_uint_eq(bout_asked(a), bout_asked(b));
        for (uint32_t k = 0; k < bout_asked(a); k++) {
            struct candidate x, y;
            bout_candidate(a, &x, k);
            bout_candidate(b, &y, k);
            ck_assert(candidate_equal(&x, &y));
        }
        bout_free(a);
        bout_free(b);
        game_free(&s.game);
    }
}
END_TEST

/* The published search begins with the middle of the square, and asks it again in no
 * player's name. */
START_TEST(the_published_search_begins_in_the_middle)
{
    struct stage s;
    struct candidate c;
    set_up(&s, CONCEPT_NASH, 1);
    struct bout *b = held(&rivals[0], &s);
    ck_assert_str_eq(rivals[0].name, "soo-published");
    bout_candidate(b, &c, 0);
    for (uint32_t k = 0; k < 4; k++)
        ck_assert_uint_eq(c.weight[k], WEIGHT_ONE / 2);
    for (uint32_t k = 0; k < bout_asked(b); k++) {
        bout_candidate(b, &c, k); /* centres never reach the border */
        ck_assert(c.weight[0] > 0 && c.weight[1] > 0 && c.weight[2] > 0 &&
                  c.weight[3] > 0);
    }
    bout_free(b);
    game_free(&s.game);
}
END_TEST

/* For distributions five sixths of the cube are outside of the simplex; what is there
 * counts and is not asked. */
START_TEST(what_is_outside_of_the_simplex_costs_questions)
{
    struct stage s;
    set_up(&s, CONCEPT_PUBLIC, 1);
    struct bout *b = held(&rivals[0], &s);
    ck_assert_uint_lt(bout_asked(b), 2 * BUDGET - 10);
    bout_free(b);
    game_free(&s.game);
}
END_TEST

/* In the prisoner's dilemma at 0.9, whose frontier is equation (24), the paper's
 * program comes as near as its authors recorded. */
START_TEST(the_papers_program_comes_as_near_as_was_recorded)
{
    enum { LOTTERIES = 400 };
    static const struct {
        uint32_t questions;
        double distance, error;
    } recorded[] = {{20, 0.1615, 0.04}, {200, 0.0167, 0.006}};
    struct stage s;
    struct contest c = {.concept = CONCEPT_NASH, .discount = 0.9, .unit = {1, 1}};
    struct frontier best;
    set_up(&s, CONCEPT_NASH, 1);
    c.game = &s.game;
    frontier_start(&best, 2);
    ck_assert(frontier_add(&best, (const double[]){0, 8 / 3.}));
    ck_assert(frontier_add(&best, (const double[]){2, 2}));
    ck_assert(frontier_add(&best, (const double[]){8 / 3., 0}));
    best.joined = calloc(3, sizeof *best.joined);
    best.joined[0] = best.joined[1] = true;
    ck_assert(rivals_paper_plays(&s.game.shape));
    for (size_t k = 0; k < sizeof recorded / sizeof recorded[0]; k++) {
        double settled[2 * LOTTERIES], sum = 0;
        struct frontier f;
        ck_assert_uint_gt(
            rivals_paper_hold(&f, settled, &c, recorded[k].questions, LOTTERIES, 5), 0);
        for (size_t l = 0; l < LOTTERIES; l++)
            sum += frontier_distance(&best, settled + 2 * l);
        ck_assert_double_eq_tol(sum / LOTTERIES, recorded[k].distance,
                                recorded[k].error);
        frontier_free(&f);
    }
    frontier_free(&best);
    game_free(&s.game);
}
END_TEST

UNIT_MAIN("rivals", each_asks_within_its_budget_and_finds_agreements,
          the_same_seed_asks_the_same, the_published_search_begins_in_the_middle,
          what_is_outside_of_the_simplex_costs_questions,
          the_papers_program_comes_as_near_as_was_recorded)
