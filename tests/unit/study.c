/* SPDX-License-Identifier: MIT */
/* What a study says of games whose best is known. */
#include "study/study.h"

#include <math.h>

#include "cli/threatening.h"
#include "sampling/surrogate.h"
#include "study/study_games.h"
#include "tests/unit/unit.h"

enum { RUNS = 4, BUDGETS = 2, CONTENDERS = 3 };

static void set_up(struct study *s, struct game *g, enum game_class class, uint32_t k,
                   enum concept concept, double discount)
{
    char reason[REASON_SIZE];
    ck_assert(class_game(g, class, k, &(struct random_games){0}));
    *s =
        (struct study){.contest = {.game = g, .concept = concept, .discount = discount},
                       .asking = {.lambda = 0.5, .batch = 8, .opening_pure = true},
                       .n_contenders = CONTENDERS,
                       .n_budgets = BUDGETS,
                       .budget = {4, 30},
                       .runs = RUNS,
                       .lotteries = 5,
                       .seed = 9,
                       .effort = 4000};
    ck_assert(contender_number(&s->contender[0], SAMPLER_RANDOM));
    ck_assert(contender_number(&s->contender[1], SAMPLER_RANDOM));
    ck_assert(contender_number(&s->contender[2], SAMPLER_KINDS));
    ck_assert_str_eq(s->contender[2].name, "soo-published");
    ck_assert_int_eq(find_threat(&s->contest.punishment, g, reason), STATUS_OK);
    contest_threaten(&s->contest);
    contest_units(&s->contest, true);
}

static const struct bout_measures *at(const struct study_result *r, uint32_t contender,
                                      uint32_t budget, uint32_t run)
{
    return &r->measures[(contender * BUDGETS + budget) * RUNS + run];
}

/* The same sampler twice: the same games, the same seeds of samplers and lotteries. */
START_TEST(contenders_have_the_same_seeds)
{
    struct game g;
    struct study s;
    struct study_result r;
    bool varies = false;
    set_up(&s, &g, GAMES_PAPER, 1, CONCEPT_NASH, 0.9);
    ck_assert(study_make(&r, &s));
    ck_assert(r.better);
    for (uint32_t b = 0; b < BUDGETS; b++)
        for (uint32_t k = 0; k < RUNS; k++) {
            const struct bout_measures *m = at(&r, 0, b, k), *same = at(&r, 1, b, k);
            ck_assert_double_eq(m->distance, same->distance);
            ck_assert_double_eq(m->volume, same->volume);
            ck_assert_double_eq(m->first, same->first);
            varies |= m->distance != at(&r, 0, b, 0)->distance;
            ck_assert_double_ge(m->distance, 0);
            ck_assert_double_le(fabs(m->first), 8 / 3. + 1e-9); /* equation (24) */
            ck_assert(m->volume > 0.5 && m->volume <= 1 + 1e-9);
            ck_assert(m->agreed);
        }
    ck_assert(varies);
    ck_assert_double_gt(at(&r, 0, 1, 0)->volume, at(&r, 0, 0, 0)->volume);
    study_result_free(&r);
    game_free(&g);
}
END_TEST

/* Chicken at 0.9: a published search of 4 questions finds nothing, so that the threat,
 * -1/10 for both, is what is measured; both swerving pays 0. */
START_TEST(without_an_agreement_the_threat_is_measured)
{
    struct game g;
    struct study s;
    struct study_result r;
    set_up(&s, &g, GAMES_PAPER, 3, CONCEPT_PUBLIC, 0.9);
    ck_assert(study_make(&r, &s));
    ck_assert_int_eq(r.grade, TRUTH_EXACT);
    ck_assert(r.better);
    const struct bout_measures *m = at(&r, 2, 0, 0);
    ck_assert(!m->agreed);
    ck_assert_double_eq(m->volume, 0);
    ck_assert_double_eq_tol(m->distance, 0.1 * sqrt(2), 1e-4);
    study_result_free(&r);
    game_free(&g);
}
END_TEST

START_TEST(where_nothing_is_better_it_says_so)
{
    struct game g;
    struct study s;
    struct study_result r;
    set_up(&s, &g, GAMES_PAPER, 0, CONCEPT_PUBLIC, 0.9); /* matching pennies */
    ck_assert(study_make(&r, &s));
    ck_assert(!r.better);
    study_result_free(&r);
    game_free(&g);
}
END_TEST

/* Equation (10) by hand: both cooperate, which pays each 2 above the threat; one
 * defects, which the other does not keep: 3 and -1. */
START_TEST(a_value_is_ones_own_reward_and_the_others)
{
    struct game g;
    struct study s;
    struct candidate c = {{0}};
    bool fresh;
    set_up(&s, &g, GAMES_PAPER, 1, CONCEPT_NASH, 0.9);
    s.asking.budget = 4;
    s.asking.lambda = 0.75;
    s.asking.enforcement.discount = 0.9;
    struct bout *b = bout_new(&(struct bout_options){
        .game = &g, .threat = &s.contest.punishment, .asking = s.asking});
    candidate_from_pure(&c, &g.shape, (const uint8_t[]){0, 0});
    const uint32_t both = bout_ask(b, &fresh, &c, 0);
    ck_assert_double_eq_tol(bout_value(b, both, 0), 2, 1e-9);
    candidate_from_pure(&c, &g.shape, (const uint8_t[]){1, 0});
    const uint32_t one = bout_ask(b, &fresh, &c, 1);
    ck_assert_double_eq_tol(bout_payoff(b, one)[0], 3, 1e-9);
    ck_assert_double_eq_tol(bout_value(b, one, 0), 0.75 * 3 - 0.25 * 1, 1e-9);
    ck_assert_double_eq_tol(bout_value(b, one, 1), -0.75 * 1 + 0.25 * 3, 1e-9);
    ck_assert_uint_eq(bout_accepted(b), 1);
    bout_free(b);
    game_free(&g);
}
END_TEST

/* Congestion (docs/study.md): the threat pays 23/16, and games for tuning are none of
 * those for tables. */
START_TEST(games_are_as_the_document_has_them)
{
    struct game g, other;
    struct study s;
    set_up(&s, &g, GAMES_COORDINATION, 3, CONCEPT_NASH, 0.5);
    for (uint8_t i = 0; i < 3; i++)
        ck_assert_double_eq_tol(s.contest.threat[i], 23 / 16., 1e-6);
    ck_assert_double_eq(g.payoffs[2]->value[4], 5); /* the third draws, two tend */
    ck_assert_double_eq(g.payoffs[0]->value[4], 2);
    ck_assert_double_eq(g.payoffs[0]->value[6], 1); /* the first tends alone */
    ck_assert_double_eq(g.payoffs[2]->value[6], 3);
    game_free(&g);
    for (uint64_t seed = 0; seed < 50; seed++) {
        const struct random_games r = {{2, 3}, {2, 4}, 6, seed},
                                  next = {{2, 3}, {2, 4}, 6, seed + 1};
        for (uint32_t k = 0; k < class_size(GAMES_RANDOM, &r); k++) {
            ck_assert(class_game(&g, GAMES_RANDOM, k, &r));
            ck_assert_uint_eq(g.shape.n_players, 2 + k / 6);
            ck_assert_uint_eq(g.shape.n_actions[0], 2 + k % 3);
            const double *value = g.payoffs[0]->value;
            ck_assert(class_game(&other, GAMES_TUNING, k, &r));
            ck_assert_mem_ne(value, other.payoffs[0]->value, 4 * sizeof *value);
            game_free(&other);
            ck_assert(class_game(&other, GAMES_TUNING, k, &next));
            ck_assert_mem_ne(value, other.payoffs[0]->value, 4 * sizeof *value);
            game_free(&other);
            game_free(&g);
        }
    }
}
END_TEST

/* Each stands after the paper's program, under a name of its own. */
START_TEST(an_idea_can_be_left_out)
{
    struct contender c;
    uint32_t k = 0;
    while (contender_number(&c, k) && !c.paper)
        k++;
    for (uint32_t idea = 0; idea < SURROGATE_IDEAS; idea++) {
        ck_assert(contender_number(&c, ++k));
        ck_assert_int_eq(c.kind, SAMPLER_SURROGATE);
        ck_assert_uint_eq(c.without, 1u << idea);
        ck_assert_str_eq(c.name, surrogate_without[idea]);
        for (uint32_t other = 0; other < idea; other++)
            ck_assert_str_ne(c.name, surrogate_without[other]);
    }
    ck_assert(!contender_number(&c, ++k));
}
END_TEST

UNIT_MAIN("study", contenders_have_the_same_seeds,
          without_an_agreement_the_threat_is_measured,
          where_nothing_is_better_it_says_so, a_value_is_ones_own_reward_and_the_others,
          games_are_as_the_document_has_them, an_idea_can_be_left_out)
