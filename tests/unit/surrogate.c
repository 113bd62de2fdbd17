/* SPDX-License-Identifier: MIT */
/* Players that learn each other's payoffs by asking: what they find, in how many
 * questions, and what a liar can do. */
#include "sampling/surrogate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/secure.h"
#include "sampling/asker.h"
#include "tests/unit/unit.h"

enum { PLAYERS = 5, BUDGET_MAX = 60, BATCH = 8, ROUNDS_MAX = 1000 };

struct setup {
    struct shape shape;
    double value[PLAYERS][64];
    struct profile threat;
    struct asker_options o; /* of all; the payoffs are filled in */
    int liar;               /* whose rewards mean nothing; -1: nobody's */
    struct payoffs *payoffs[PLAYERS];
    struct asker *asker[PLAYERS];
    struct candidates *table;
    uint32_t asked_by[PLAYERS];
};

static void setup_start(struct setup *s)
{
    const uint8_t n = s->shape.n_players;
    const struct shape candidates = concept_shape(s->o.concept, &s->shape);
    s->table = candidates_new(&candidates, n, n * s->o.budget);
    for (uint8_t i = 0; i < n; i++) {
        s->payoffs[i] = payoffs_new(&s->shape, i, s->value[i]);
        s->o.payoffs = s->payoffs[i];
        s->o.tolerance = incentive_tolerance(s->payoffs[i]);
        s->asker[i] = asker_new(&s->o);
        asker_start(s->asker[i], &s->threat);
    }
}

/* Everybody answers. */
static void answer(struct setup *s, uint32_t index)
{
    static const double lies[] = {1e308, -3, 0, -1e308, 5};
    double rewards[PLAYERS];
    struct candidate c;
    bool all = true;
    candidates_get(s->table, &c, index);
    for (uint8_t i = 0; i < s->shape.n_players; i++) {
        const struct judgement own = asker_judge(s->asker[i], &c);
        all = all && own.suits;
        rewards[i] = s->liar == i ? lies[index % 5] : own.reward;
    }
    if (all)
        candidates_accept(s->table, index);
    for (uint8_t i = 0; i < s->shape.n_players; i++)
        asker_hear(s->asker[i], index, &c, rewards);
}

/* One player's proposal, as negotiation.c checks it: who has finished stays so, and
 * nothing is asked that was asked in a row before. Returns how many. */
static uint16_t propose(struct setup *s, uint8_t i, uint32_t round,
                        struct candidate *row)
{
    const bool had_finished = asker_finished(s->asker[i]);
    const uint16_t n = asker_propose(s->asker[i], s->table, round, row);
    s->asked_by[i] += n;
    ck_assert_uint_le(s->asked_by[i], s->o.budget);
    ck_assert(!had_finished || (n == 0 && asker_finished(s->asker[i])));
    for (uint16_t k = 0; k < n; k++)
        ck_assert_uint_eq(candidates_find(s->table, &row[k]), CANDIDATES_NONE);
    return n;
}

/* Each row has proposals, and answers to those of the row before. */
static void negotiate(struct setup *s)
{
    static struct candidate row[PLAYERS][BATCH];
    const uint8_t n = s->shape.n_players;
    uint32_t open = 0;
    setup_start(s);
    for (uint32_t round = 0;; round++) {
        uint16_t n_row[PLAYERS];
        const uint32_t before = candidates_count(s->table);
        bool finished = true;
        ck_assert_uint_lt(round, ROUNDS_MAX);
        for (uint8_t i = 0; i < n; i++) {
            n_row[i] = propose(s, i, round, row[i]);
            finished = finished && n_row[i] == 0 && asker_finished(s->asker[i]);
        }
        for (uint8_t i = 0; i < n; i++)
            for (uint16_t k = 0; k < n_row[i]; k++) {
                bool fresh;
                const uint32_t index = candidates_add(s->table, &fresh, &row[i][k], i);
                candidates_join(s->table, index, player_bit(i));
            }
        for (uint32_t index = open; index < before; index++)
            answer(s, index);
        open = before;
        if (finished && candidates_count(s->table) == before)
            return;
    }
}

static void setup_free(struct setup *s)
{
    for (uint8_t i = 0; i < s->shape.n_players; i++) {
        asker_free(s->asker[i]);
        payoffs_free(s->payoffs[i]);
    }
    candidates_free(s->table);
}

static struct setup setup_of(uint8_t n_players, uint16_t n_actions,
                             enum concept concept, double discount, uint32_t budget)
{
    return (struct setup){.shape = shape_uniform(n_players, n_actions),
                          .o = {.concept = concept,
                                .resolution = concept == CONCEPT_PRIVATE ? 64 : 0,
                                .enforcement = {discount, 0},
                                .lambda = 0.5,
                                .sampler = SAMPLER_SURROGATE,
                                .budget = budget,
                                .batch = BATCH,
                                .opening_pure = true},
                          .liar = -1};
}

static void random_payoffs(struct setup *s, uint64_t seed)
{
    struct prng p = {seed};
    for (uint8_t i = 0; i < s->shape.n_players; i++)
        for (uint32_t a = 0; a < shape_profiles(&s->shape); a++)
            s->value[i][a] = (double)prng_below(&p, 1000);
    /* The first profile threatens; whether it is an equilibrium does not matter. */
    struct candidate c;
    candidate_from_pure(&c, &s->shape, (const uint8_t[PLAYERS]){0});
    profile_from_candidate(&s->threat, &s->shape, &c);
}

/* The most that something on the table pays the player for whom it pays least, of
 * [0, 1] from threat to best; -1 if nothing suits all. */
static double best_for_worst(const struct setup *s)
{
    double best = -1;
    for (uint32_t k = 0; k < candidates_survivors(s->table); k++) {
        struct candidate c;
        double least = 1;
        candidates_get(s->table, &c, candidates_survivor(s->table, k));
        for (uint8_t i = 0; i < s->shape.n_players; i++) {
            const double threat = payoffs_expect(s->payoffs[i], &s->threat);
            const double u = concept_payoff(s->payoffs[i], s->o.concept, &c);
            least = fmin(least, (u - threat) / (s->payoffs[i]->greatest - threat));
        }
        best = fmax(best, least);
    }
    return best;
}

/* Something on the table of another pays everybody more, by a thousandth. */
static bool dominated(const struct setup *s, uint32_t index, const struct setup *by)
{
    struct candidate c, d;
    candidates_get(s->table, &c, index);
    for (uint32_t k = 0; k < candidates_survivors(by->table); k++) {
        bool all = true;
        candidates_get(by->table, &d, candidates_survivor(by->table, k));
        for (uint8_t i = 0; i < s->shape.n_players; i++) {
            const struct payoffs *p = s->payoffs[i];
            all = all &&
                  concept_payoff(p, s->o.concept, &d) >
                      concept_payoff(p, s->o.concept, &c) + 0.001 * payoffs_range(p);
        }
        if (all)
            return true;
    }
    return false;
}

/* Aumann's chicken at 0.3: only advice is kept, and no pure profile is (correlated.md).
 */
START_TEST(advice_that_alone_is_kept_is_found_in_twenty_questions)
{
    struct setup s = setup_of(2, 2, CONCEPT_PRIVATE, 0.3, 10);
    const double one[4] = {6, 7, 2, 0}, two[4] = {6, 2, 7, 0};
    memcpy(s.value[0], one, sizeof one);
    memcpy(s.value[1], two, sizeof two);
    s.threat = (struct profile){{2.0 / 3, 1.0 / 3, 2.0 / 3, 1.0 / 3}};
    negotiate(&s);
    ck_assert_double_ge(best_for_worst(&s), 0.25);
    setup_free(&s);
}
END_TEST

/* Three radios, of whom one may grab: docs/correlated.md. All that is pure is refused.
 */
START_TEST(mixed_profiles_are_found_from_the_threat)
{
    struct setup s = setup_of(3, 2, CONCEPT_NASH, 0.5, 10);
    for (uint32_t a = 0; a < 8; a++)
        for (uint8_t i = 0; i < 3; i++) {
            const uint32_t others = (a & ~(1u << i)) != 0;
            const bool grabs = (a >> i & 1) != 0;
            s.value[i][a] = grabs ? (others ? 0 : 17) : others ? 4 : 12;
        }
    s.threat = (struct profile){{2.0 / 3, 1.0 / 3, 2.0 / 3, 1.0 / 3, 2.0 / 3, 1.0 / 3}};
    negotiate(&s);
    ck_assert_double_gt(best_for_worst(&s), 0.05);
    setup_free(&s);
}
END_TEST

/* Of what suits all and nothing else on the own table dominates, how many leave
 * something for everybody that the other's has. */
static int beaten(const struct setup *s, const struct setup *by)
{
    int n = 0;
    for (uint32_t k = 0; k < candidates_survivors(s->table); k++)
        n += dominated(s, candidates_survivor(s->table, k), by) &&
             !dominated(s, candidates_survivor(s->table, k), s);
    return n;
}

/* With as many questions, over games, concepts and discount factors. */
START_TEST(more_is_found_than_by_a_search_that_knows_nothing)
{
    int model = 0, soo = 0;
    for (int concept = CONCEPT_NASH; concept <= CONCEPT_PRIVATE; concept ++)
        for (uint64_t seed = 0; seed < 16; seed++) {
            struct setup s = setup_of(3, 3, (enum concept) concept,
                                      seed % 2 == 0 ? 0.5 : 0.9, 10),
                         t;
            random_payoffs(&s, seed);
            t = s;
            t.o.sampler = SAMPLER_SOO;
            negotiate(&s);
            negotiate(&t);
            model += beaten(&s, &t);
            soo += beaten(&t, &s);
            setup_free(&s);
            setup_free(&t);
        }
    ck_assert_msg(soo >= 10 && soo >= 2 * model, "%d and %d", model, soo);
}
END_TEST

START_TEST(the_same_again_asks_the_same)
{
    for (int concept = CONCEPT_NASH; concept <= CONCEPT_PRIVATE; concept ++) {
        struct setup s = setup_of(2, 3, (enum concept) concept, 0.5, 20), t;
        random_payoffs(&s, 7);
        t = s;
        negotiate(&s);
        negotiate(&t);
        ck_assert_uint_eq(candidates_count(s.table), candidates_count(t.table));
        for (uint32_t k = 0; k < candidates_count(s.table); k++) {
            struct candidate a, b;
            candidates_get(s.table, &a, k);
            candidates_get(t.table, &b, k);
            ck_assert(candidate_equal(&a, &b));
        }
        setup_free(&s);
        setup_free(&t);
    }
}
END_TEST

/* Nothing stops, nobody exceeds its budget; and what suits all suits all. */
START_TEST(a_liar_spoils_no_more_than_the_agreement)
{
    for (int concept = CONCEPT_NASH; concept <= CONCEPT_PRIVATE; concept ++)
        for (int liar = 0; liar < 3; liar++) {
            struct setup s = setup_of(3, 2, (enum concept) concept, 0.9, 20);
            random_payoffs(&s, (uint64_t)liar);
            s.liar = liar;
            negotiate(&s);
            for (uint32_t k = 0; k < candidates_survivors(s.table); k++) {
                struct candidate c;
                candidates_get(s.table, &c, candidates_survivor(s.table, k));
                for (uint8_t i = 0; i < 3; i++)
                    ck_assert(asker_judge(s.asker[i], &c).suits);
            }
            setup_free(&s);
        }
}
END_TEST

/* Without rewards there is nothing to learn from, and in large games too much. */
START_TEST(where_it_cannot_learn_it_searches)
{
    for (int k = 0; k < 2; k++) {
        struct setup s = setup_of(2, k == 0 ? 3 : 8, CONCEPT_NASH, 0.5, 20), t;
        random_payoffs(&s, 3);
        s.o.lambda = k == 0 ? 1 : 0.5;
        ck_assert_int_eq(surrogate_fits(&s.shape), 1);
        t = s;
        t.o.sampler = SAMPLER_SOO;
        negotiate(&s);
        negotiate(&t);
        bool same = candidates_count(s.table) == candidates_count(t.table);
        for (uint32_t q = 0; same && q < candidates_count(s.table); q++) {
            struct candidate a, b;
            candidates_get(s.table, &a, q);
            candidates_get(t.table, &b, q);
            same = candidate_equal(&a, &b);
        }
        ck_assert_int_eq(same, k == 0);
        setup_free(&s);
        setup_free(&t);
    }
    const struct shape large = shape_uniform(9, 2), wide = shape_uniform(2, 17);
    ck_assert(!surrogate_fits(&large) && !surrogate_fits(&wide));
}
END_TEST

/* The lottery draws a proposer first: everybody has some part in what is on the table.
 */
START_TEST(what_suits_all_is_proposed_by_all)
{
    uint32_t of[3] = {0}, all = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct setup s = setup_of(3, 2, CONCEPT_PUBLIC, 0.9, 20);
        random_payoffs(&s, seed);
        negotiate(&s);
        for (uint32_t k = 0; k < candidates_survivors(s.table); k++, all++) {
            const uint64_t by =
                candidates_proposed_by(s.table, candidates_survivor(s.table, k));
            for (uint8_t i = 0; i < 3; i++)
                of[i] += (by & player_bit(i)) != 0;
        }
        setup_free(&s);
    }
    for (int i = 0; i < 3; i++)
        ck_assert_msg(5 * of[i] > all, "%u of %u", of[i], all);
}
END_TEST

/* Games that look alike to all, with the players numbered on in a circle: the payoff of
 * the first, by its own action and by how many others take the second. */
static const struct alike {
    uint8_t n_players;
    double payoff[2][3], threat; /* the share of the first action in the threat */
    double discount;
    uint32_t alone; /* so many may differ: questions that are the same but for the last
                       digits of a weight */
} alikes[] = {
    {2, {{2, -1, 0}, {3, 0, 0}}, 0, 0.9, 0},      /* prisoner's dilemma */
    {2, {{6, 2, 0}, {7, 0, 0}}, 2.0 / 3, 0.5, 0}, /* Aumann's chicken */
    {2, {{-10, 1, 0}, {-1, 0, 0}}, 0.1, 0.9, 0},  /* the paper's */
    {3, {{12, 4, 4}, {17, 0, 0}}, 2.0 / 3, 0.9, 0},
};

static struct setup setup_alike(const struct alike *g, enum concept concept)
{
    struct setup s = setup_of(g->n_players, 2, concept, g->discount, 20);
    for (uint32_t a = 0; a < shape_profiles(&s.shape); a++)
        for (uint8_t i = 0; i < g->n_players; i++) {
            const uint32_t others = a & ~(1u << i);
            s.value[i][a] =
                g->payoff[a >> i & 1][(others & 1) + (others >> 1 & 1) + (others >> 2)];
            s.threat.share[2 * i] = g->threat;
            s.threat.share[2 * i + 1] = 1 - g->threat;
        }
    return s;
}

/* In the paper's chicken at 0.9 everything that is put on the table is on the frontier,
 * and spread along it: of a fine lattice nothing pays both more by a thousandth of what
 * the best pays both. */
START_TEST(mixed_profiles_are_on_the_frontier)
{
    struct setup s = setup_alike(&alikes[2], CONCEPT_NASH);
    double most = 0;
    negotiate(&s);
    const uint32_t n = candidates_survivors(s.table);
    ck_assert_uint_ge(n, 10);
    for (uint32_t k = 0; k < n; k++) {
        struct candidate c, d;
        candidates_get(s.table, &c, candidates_survivor(s.table, k));
        const double one = concept_payoff(s.payoffs[0], CONCEPT_NASH, &c);
        const double two = concept_payoff(s.payoffs[1], CONCEPT_NASH, &c);
        most = fmax(most, one);
        for (int a = 0; a <= 60; a++)
            for (int b = 0; b <= 60; b++) {
                const double dares = a / 600.0, dare = b / 600.0;
                const struct profile x = {{dares, 1 - dares, dare, 1 - dare}};
                candidate_from_profile_at(&d, &s.shape, WEIGHT_ONE, &x);
                if (!asker_judge(s.asker[0], &d).suits ||
                    !asker_judge(s.asker[1], &d).suits)
                    continue;
                ck_assert(concept_payoff(s.payoffs[0], CONCEPT_NASH, &d) < one + 1e-4 ||
                          concept_payoff(s.payoffs[1], CONCEPT_NASH, &d) < two + 1e-4);
            }
    }
    ck_assert_double_gt(most,
                        0.03); /* of at most 0.1; both have -0.001 in the middle */
    setup_free(&s);
}
END_TEST

/* Is there something that suits all, proposed by those who come `by` later, that pays
 * each what the candidate pays whoever comes so much earlier? */
static bool has_partner(const struct setup *s, uint32_t index, uint8_t by)
{
    const uint8_t n = s->shape.n_players;
    const uint64_t who = candidates_proposed_by(s->table, index);
    struct candidate c, d;
    candidates_get(s->table, &c, index);
    for (uint32_t k = 0; k < candidates_survivors(s->table); k++) {
        const uint32_t other = candidates_survivor(s->table, k);
        const uint64_t then = candidates_proposed_by(s->table, other);
        bool same = true;
        candidates_get(s->table, &d, other);
        for (uint8_t i = 0; i < n && same; i++) {
            const uint8_t j = (uint8_t)((i + by) % n);
            same = (who >> i & 1) == (then >> j & 1) &&
                   fabs(concept_payoff(s->payoffs[i], s->o.concept, &c) -
                        concept_payoff(s->payoffs[j], s->o.concept, &d)) < 1e-3;
        }
        if (same)
            return true;
    }
    return false;
}

/* Nobody is favoured: whoever proposed what, the others proposed the same in their
 * places. */
START_TEST(where_all_are_alike_each_has_what_the_others_have)
{
    for (size_t g = 0; g < sizeof alikes / sizeof alikes[0]; g++)
        for (int concept = CONCEPT_NASH; concept <= CONCEPT_PRIVATE; concept ++) {
            struct setup s = setup_alike(&alikes[g], (enum concept) concept);
            uint32_t alone = 0;
            negotiate(&s);
            for (uint32_t k = 0; k < candidates_survivors(s.table); k++)
                alone += !has_partner(&s, candidates_survivor(s.table, k), 1);
            ck_assert_uint_gt(candidates_survivors(s.table), 0);
            ck_assert_msg(alone <= alikes[g].alone, "game %zu, concept %d: %u", g,
                          concept, alone);
            setup_free(&s);
        }
}
END_TEST

UNIT_MAIN("surrogate", advice_that_alone_is_kept_is_found_in_twenty_questions,
          mixed_profiles_are_found_from_the_threat,
          more_is_found_than_by_a_search_that_knows_nothing,
          the_same_again_asks_the_same, a_liar_spoils_no_more_than_the_agreement,
          where_it_cannot_learn_it_searches,
          where_all_are_alike_each_has_what_the_others_have,
          mixed_profiles_are_on_the_frontier, what_suits_all_is_proposed_by_all)
