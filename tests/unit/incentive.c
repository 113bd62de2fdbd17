/* SPDX-License-Identifier: MIT */
/* When a player keeps an agreement: against the definitions written out, against closed
 * forms, and against the counts of docs/theory.md. */
#include "game/incentive.h"

#include <math.h>
#include <string.h>

#include "tests/unit/unit.h"

static const struct shape two_by_two = {2, {2, 2}};

/* Payoffs of a 2x2 game, listed as people read the matrix: rows from the top. */
struct matrix {
    double rows[4][2];
};
static const struct matrix prisoners = {{{2, 2}, {-1, 3}, {3, -1}, {0, 0}}};
static const struct matrix sexes = {{{2, 1}, {0, 0}, {0, 0}, {1, 2}}};
static const struct matrix chicken = {{{-10, -10}, {1, -1}, {-1, 1}, {0, 0}}};
static const struct matrix aumann = {{{6, 6}, {2, 7}, {7, 2}, {0, 0}}};

static struct payoffs *player_of(const struct matrix *m, uint8_t player)
{
    double value[4];
    for (int a = 0; a < 4; a++)
        value[a] = m->rows[2 * (a % 2) + a / 2][player];
    return payoffs_new(&two_by_two, player, value);
}

static double tolerance_of(const struct payoffs *p)
{
    return INCENTIVE_TOLERANCE * payoffs_range(p);
}

/* ---- the conditions, written out ---- */

static double share_of(const struct shape *s, const struct profile *x, uint32_t a)
{
    uint8_t actions[PLAYERS_MAX];
    double share = 1;
    profile_actions(actions, s, a);
    for (uint8_t i = 0; i < s->n_players; i++)
        share *= x->share[shape_offset(s, i) + actions[i]];
    return share;
}

/* The payoff in profile a if the player does b instead. */
static double instead(const struct payoffs *p, uint32_t a, uint8_t b)
{
    uint8_t actions[PLAYERS_MAX];
    profile_actions(actions, &p->shape, a);
    actions[p->player] = b;
    return p->value[profile_index(&p->shape, actions)];
}

static uint8_t own_action(const struct payoffs *p, uint32_t a)
{
    uint8_t actions[PLAYERS_MAX];
    profile_actions(actions, &p->shape, a);
    return actions[p->player];
}

START_TEST(a_candidate_is_seen_as_its_concept_has_it)
{
    const struct shape s = {3, {2, 4, 2}};
    struct prng rng = {12};
    double value[16];
    for (int round = 0; round < 50; round++) {
        for (int a = 0; a < 16; a++)
            value[a] = prng_share(&rng);
        struct payoffs *p = payoffs_new(&s, (uint8_t)(round % 3), value);
        for (int concept = CONCEPT_NASH; concept <= CONCEPT_PRIVATE; concept ++) {
            const struct shape own = concept_shape((enum concept) concept, &s);
            struct profile x;
            struct candidate c;
            struct incentive_view v, direct;
            ck_assert_uint_eq(shape_weights(&own), concept == CONCEPT_NASH ? 8 : 16);
            for (int k = 0; k < 16; k++)
                x.share[k] = 0.1 + prng_share(&rng);
            candidate_from_profile(&c, &own, &x);
            profile_from_candidate(&x, &own, &c);
            incentive_view_candidate(&v, p, &c, (enum concept) concept, 0.25);
            if (concept == CONCEPT_NASH)
                incentive_view_profile(&direct, p, &x, 0.25);
            else
                incentive_view_distribution(&direct, p, x.share, (enum concept) concept,
                                            0.25);
            ck_assert(v.gain == direct.gain && v.exit_payoff == direct.exit_payoff);
            ck_assert(v.payoff == direct.payoff && v.threat_payoff == 0.25);
            ck_assert(fabs(concept_payoff(p, (enum concept) concept, &c) - v.payoff) <
                      1e-12);
            for (uint32_t a = 0; a < 16; a++) {
                uint8_t actions[3];
                profile_actions(actions, &s, a);
                concept_pure(&c, (enum concept) concept, &s, actions);
                ck_assert(candidate_valid(&c, &own));
                ck_assert(fabs(concept_payoff(p, (enum concept) concept, &c) -
                               value[a]) < 1e-12);
            }
        }
        payoffs_free(p);
    }
}
END_TEST

static struct incentive_view view_by_definition(const struct payoffs *p,
                                                const double *distribution,
                                                enum concept concept)
{
    struct incentive_view v = {.exit_payoff = INFINITY};
    uint32_t n = shape_profiles(&p->shape);
    const uint16_t n_own = p->shape.n_actions[p->player];
    for (uint32_t a = 0; a < n; a++)
        v.payoff += distribution[a] * p->value[a];
    for (uint32_t signal = 0; signal < (concept == CONCEPT_PUBLIC ? n : n_own);
         signal++) {
        for (uint8_t b = 0; b < n_own; b++) {
            double weight = 0, kept = 0, broken = 0;
            for (uint32_t a = 0; a < n; a++) {
                uint32_t seen = concept == CONCEPT_PUBLIC ? a : own_action(p, a);
                if (seen != signal)
                    continue;
                weight += distribution[a];
                kept += distribution[a] * p->value[a];
                broken += distribution[a] * instead(p, a, b);
            }
            if (weight == 0)
                continue;
            v.gain = fmax(v.gain, (broken - kept) / weight);
            v.exit_payoff = fmin(v.exit_payoff, kept / weight);
        }
    }
    return v;
}

static struct payoffs *random_payoffs(struct prng *rng, struct shape *s)
{
    s->n_players = (uint8_t)(2 + prng_below(rng, 3));
    for (uint8_t i = 0; i < s->n_players; i++)
        s->n_actions[i] = (uint8_t)(1 + prng_below(rng, 4));
    double value[256];
    for (uint32_t a = 0; a < shape_profiles(s); a++)
        value[a] = (double)prng_below(rng, 21) - 10;
    return payoffs_new(s, (uint8_t)prng_below(rng, s->n_players), value);
}

static void random_shares(double *share, uint32_t n, struct prng *rng)
{
    double sum = 0;
    for (uint32_t k = 0; k < n; k++)
        sum += share[k] = prng_below(rng, 3) ? prng_share(rng) : 0;
    if (sum == 0)
        share[0] = sum = 1;
    for (uint32_t k = 0; k < n; k++)
        share[k] /= sum;
}

START_TEST(distributions_are_judged_as_the_definitions_say)
{
    struct prng rng = {31};
    for (int run = 0; run < 600; run++) {
        struct shape s = {0};
        struct payoffs *p = random_payoffs(&rng, &s);
        double distribution[256];
        random_shares(distribution, shape_profiles(&s), &rng);
        for (int c = 0; c < 2; c++) {
            enum concept concept = c == 0 ? CONCEPT_PUBLIC : CONCEPT_PRIVATE;
            struct incentive_view v, w = view_by_definition(p, distribution, concept);
            incentive_view_distribution(&v, p, distribution, concept, 0.25);
            ck_assert_double_eq_tol(v.payoff, w.payoff, 1e-12);
            ck_assert_double_eq_tol(v.gain, w.gain, 1e-12);
            ck_assert_double_eq_tol(v.exit_payoff, w.exit_payoff, 1e-12);
            ck_assert_double_eq(v.ex_ante_gain, 0);
            ck_assert_double_eq(v.threat_payoff, 0.25);
        }
        payoffs_free(p);
    }
}
END_TEST

START_TEST(profiles_are_judged_as_the_definitions_say)
{
    struct prng rng = {32};
    for (int run = 0; run < 600; run++) {
        struct shape s = {0};
        struct payoffs *p = random_payoffs(&rng, &s);
        struct profile x;
        for (uint8_t i = 0; i < s.n_players; i++)
            random_shares(x.share + shape_offset(&s, i), s.n_actions[i], &rng);
        double product[256], deviated[ACTIONS_MAX] = {0};
        for (uint32_t a = 0; a < shape_profiles(&s); a++)
            product[a] = share_of(&s, &x, a);
        struct incentive_view v, w = view_by_definition(p, product, CONCEPT_PRIVATE);
        incentive_view_profile(&v, p, &x, 0.5);
        ck_assert_double_eq_tol(v.payoff, w.payoff, 1e-12);
        /* What is known is the own draw: the same as a private recommendation. */
        ck_assert_double_eq_tol(v.gain, w.gain, 1e-12);
        double best = -INFINITY;
        for (uint8_t b = 0; b < s.n_actions[p->player]; b++) {
            for (uint32_t a = 0; a < shape_profiles(&s); a++)
                deviated[b] += product[a] * instead(p, a, b);
            best = fmax(best, deviated[b]);
        }
        ck_assert_double_eq_tol(v.ex_ante_gain, best - w.payoff, 1e-12);
        ck_assert_double_eq_tol(incentive_regret(p, &x), best - w.payoff, 1e-12);
        ck_assert_double_eq(v.exit_payoff, v.payoff);
        ck_assert_double_eq(v.threat_payoff, 0.5);
        ck_assert(v.gain >= v.ex_ante_gain - 1e-12 && v.ex_ante_gain >= 0);
        payoffs_free(p);
    }
}
END_TEST

START_TEST(a_recommendation_that_never_comes_imposes_nothing)
{
    /* Rows: a recommendation of "bottom" would be broken, but it has probability 0. */
    double value[] = {1, 100, 1, 100};
    struct payoffs *p = payoffs_new(&two_by_two, 0, value);
    double distribution[] = {0, 0.5, 0, 0.5};
    struct incentive_view v;
    incentive_view_distribution(&v, p, distribution, CONCEPT_PRIVATE, 0);
    ck_assert_double_eq(v.gain, 0);
    ck_assert_double_eq(v.exit_payoff, 100);
    incentive_view_distribution(&v, p, distribution, CONCEPT_PUBLIC, 0);
    ck_assert_double_eq(v.gain, 0);
    ck_assert_double_eq(v.exit_payoff, 100);
    payoffs_free(p);
}
END_TEST

START_TEST(where_nothing_matters_nothing_is_gained)
{
    /* The sum of the shares is not 1 to the last digit, so the payoff may come out
     * above the best one. */
    struct prng rng = {33};
    struct shape s = {2, {4, 1}};
    for (int run = 0; run < 200; run++) {
        double v = prng_share(&rng), value[] = {v, v, v, v};
        struct payoffs *p = payoffs_new(&s, 0, value);
        struct profile x = {{0, 0, 0, 0, 1}};
        random_shares(x.share, 4, &rng);
        ck_assert(incentive_regret(p, &x) >= 0);
        payoffs_free(p);
    }
}
END_TEST

/* ---- the example: prisoner's dilemma at (2, 2) ---- */

START_TEST(the_prisoners_cooperate_from_the_known_discounts_on)
{
    struct payoffs *p = player_of(&prisoners, 0);
    struct profile x = {{1, 0, 1, 0}};
    struct incentive_view v;
    incentive_view_profile(&v, p, &x, 0);
    ck_assert_double_eq(v.payoff, 2);
    ck_assert_double_eq(v.gain, 1);
    ck_assert_double_eq(v.ex_ante_gain, 1);
    double tolerance = tolerance_of(p);
    double least =
        incentive_minimum_discount(&v, CONCEPT_NASH, INCENTIVE_INTERIM, tolerance);
    ck_assert_double_eq_tol(least, 1. / 3, 1e-15);
    /* Length 1 from 1/2 on; length 2 where 2 d (1 + d) = 1.
     */
    double from[] = {1. / 3, 0.5, (sqrt(3) - 1) / 2};
    for (uint32_t length = 0; length < 3; length++) {
        struct enforcement e = {from[length], length};
        ck_assert(incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e, tolerance));
        e.discount -= 1e-7;
        ck_assert(!incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e, tolerance));
    }
    ck_assert_double_eq_tol(from[2], 0.3661, 1e-4);
    ck_assert_uint_eq(
        incentive_minimum_length(&v, CONCEPT_NASH, INCENTIVE_INTERIM, 0.5, tolerance),
        1);
    ck_assert_uint_eq(incentive_minimum_length(&v, CONCEPT_NASH, INCENTIVE_INTERIM,
                                               0.3662, tolerance),
                      2);
    ck_assert_uint_eq(incentive_minimum_length(&v, CONCEPT_NASH, INCENTIVE_INTERIM,
                                               0.3660, tolerance),
                      3);
    ck_assert_uint_eq(
        incentive_minimum_length(&v, CONCEPT_NASH, INCENTIVE_INTERIM, 0.333, tolerance),
        0);
    ck_assert_uint_eq(
        incentive_minimum_length(&v, CONCEPT_NASH, INCENTIVE_INTERIM, 0, tolerance), 0);
    payoffs_free(p);
}
END_TEST

START_TEST(weights_and_slacks_are_those_of_the_formulas)
{
    ck_assert_double_eq_tol(enforcement_weight(&(struct enforcement){0.9, 0}), 9,
                            1e-12);
    ck_assert_double_eq_tol(enforcement_weight(&(struct enforcement){0.5, 2}), 0.75,
                            1e-15);
    ck_assert_double_eq(enforcement_weight(&(struct enforcement){0, 3}), 0);
    ck_assert_double_eq(enforcement_weight(&(struct enforcement){0, 0}), 0);
    struct incentive_view v = {.payoff = 2,
                               .threat_payoff = -1,
                               .gain = 4,
                               .ex_ante_gain = 1,
                               .exit_payoff = -3};
    struct enforcement grim = {0.8, 0}, two = {0.8, 2};
    ck_assert_double_eq_tol(incentive_slack(&v, 4, &grim), .8 * 3 - .2 * 4, 1e-14);
    ck_assert_double_eq_tol(incentive_slack(&v, 4, &two), .8 * .36 * 3 - .2 * 4, 1e-14);
    ck_assert_double_eq_tol(incentive_exit_slack(&v, &grim), .2 * -3 + .8 * 2 + 1,
                            1e-14);
    ck_assert_double_eq_tol(incentive_exit_slack(&v, &two),
                            .2 * -3 + .8 * 2 + .36 - .64 * 2, 1e-14);
    ck_assert_double_eq(incentive_reward(&v, true), 3);
    ck_assert_double_eq(incentive_reward(&v, false), -3);
    v.payoff = -3;
    ck_assert_double_eq(incentive_reward(&v, true), 2);
    ck_assert_double_eq(incentive_reward(&v, false), -2);
}
END_TEST

START_TEST(each_part_of_the_condition_can_fail_alone)
{
    struct enforcement e = {0.5, 0};
    struct incentive_view good = {.payoff = 2,
                                  .threat_payoff = 1,
                                  .gain = 1,
                                  .ex_ante_gain = 1,
                                  .exit_payoff = 0};
    ck_assert(incentive_holds(&good, CONCEPT_NASH, INCENTIVE_INTERIM, &e, 0));
    ck_assert(incentive_holds(&good, CONCEPT_PUBLIC, INCENTIVE_INTERIM, &e, 0));
    struct incentive_view v = good;
    v.gain = 1.1;
    ck_assert(!incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e, 0));
    ck_assert(incentive_holds(&v, CONCEPT_NASH, INCENTIVE_EX_ANTE, &e, 0));
    /* Ex ante is a word about mixed profiles only. */
    ck_assert(!incentive_holds(&v, CONCEPT_PUBLIC, INCENTIVE_EX_ANTE, &e, 0));
    ck_assert(incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e, 0.06));
    v.ex_ante_gain = 1.1;
    ck_assert(!incentive_holds(&v, CONCEPT_NASH, INCENTIVE_EX_ANTE, &e, 0));
    v = good;
    v.exit_payoff = -0.1;
    ck_assert(!incentive_holds(&v, CONCEPT_PRIVATE, INCENTIVE_INTERIM, &e, 0));
    ck_assert(incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e, 0));
    ck_assert(incentive_holds(&v, CONCEPT_PRIVATE, INCENTIVE_INTERIM, &e, 0.06));
    /* Individual rationality counts at discount 0 too, where the slack is 0. */
    v = (struct incentive_view){.payoff = 1, .threat_payoff = 1.5};
    e.discount = 0;
    ck_assert(!incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e, 0));
    v.threat_payoff = 1;
    ck_assert(incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e, 0));
}
END_TEST

START_TEST(the_static_equilibrium_itself_is_never_refused)
{
    /* Battle of the sexes, mixed: shares of a third and payoffs of two thirds are not
     * exact in binary, so only the tolerance accepts them at every discount. */
    struct profile x = {{2. / 3, 1. / 3, 1. / 3, 2. / 3}};
    for (uint8_t i = 0; i < 2; i++) {
        struct payoffs *p = player_of(&sexes, i);
        struct incentive_view v;
        incentive_view_profile(&v, p, &x, 2. / 3);
        double tolerance = tolerance_of(p);
        for (double d = 0; d < 1; d += 0.01) {
            struct enforcement e = {d, 0};
            ck_assert(
                incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e, tolerance));
        }
        ck_assert_double_eq(
            incentive_minimum_discount(&v, CONCEPT_NASH, INCENTIVE_INTERIM, tolerance),
            0);
        ck_assert_uint_eq(
            incentive_minimum_length(&v, CONCEPT_NASH, INCENTIVE_INTERIM, 0, tolerance),
            1);
        payoffs_free(p);
    }
}
END_TEST

/* ---- least discount and least length ---- */

static struct incentive_view random_view(struct prng *rng)
{
    struct incentive_view v = {.payoff = 4 * prng_share(rng) - 1, .threat_payoff = 0};
    v.gain = prng_below(rng, 4) ? 3 * prng_share(rng) : 0;
    v.ex_ante_gain = v.gain * prng_share(rng);
    v.exit_payoff = v.payoff - (prng_below(rng, 4) ? 3 * prng_share(rng) : 0);
    return v;
}

START_TEST(below_the_least_discount_grim_trigger_does_not_deter_and_from_it_on_it_does)
{
    struct prng rng = {41};
    double tolerance = 1e-9;
    for (int run = 0; run < 3000; run++) {
        struct incentive_view v = random_view(&rng);
        enum concept concept = (enum concept)prng_below(&rng, 3);
        enum incentive incentive = (enum incentive)prng_below(&rng, 2);
        double least = incentive_minimum_discount(&v, concept, incentive, tolerance);
        struct enforcement e = {least, 0};
        if (least < 0) {
            ck_assert_double_eq(least, -1);
            e.discount = 1 - 1e-6;
            ck_assert(!incentive_holds(&v, concept, incentive, &e, tolerance));
            continue;
        }
        ck_assert(least < 1);
        ck_assert(incentive_holds(&v, concept, incentive, &e, tolerance));
        e.discount = (1 + least) / 2;
        ck_assert(incentive_holds(&v, concept, incentive, &e, tolerance));
        e.discount = least - 1e-5;
        if (e.discount >= 0)
            ck_assert(!incentive_holds(&v, concept, incentive, &e, tolerance));
    }
}
END_TEST

START_TEST(where_nothing_is_lost_by_punishment_no_discount_deters)
{
    struct incentive_view v = {.payoff = 1, .threat_payoff = 1, .gain = 1};
    ck_assert_double_eq(
        incentive_minimum_discount(&v, CONCEPT_NASH, INCENTIVE_INTERIM, 1e-9), -1);
    v.payoff = 1 + 1e-10; /* no more than rounding */
    ck_assert_double_eq(
        incentive_minimum_discount(&v, CONCEPT_NASH, INCENTIVE_INTERIM, 1e-9), -1);
    v.payoff = 1 + 1e-8; /* deters, but only where 1 - d is too small for a double */
    v.gain = 1e9;
    ck_assert_double_eq(
        incentive_minimum_discount(&v, CONCEPT_NASH, INCENTIVE_INTERIM, 1e-9), -1);
    v.payoff = 1 - 1e-10;
    v.gain = 1e-10;
    ck_assert_double_eq(
        incentive_minimum_discount(&v, CONCEPT_NASH, INCENTIVE_INTERIM, 1e-9), 0);
    v.payoff = 0.9;
    ck_assert_double_eq(
        incentive_minimum_discount(&v, CONCEPT_NASH, INCENTIVE_INTERIM, 1e-9), -1);
}
END_TEST

/* d^n <= 1 - (1 - d) temptation / (d surplus); EXIT asks for one stage more. */
static double length_by_formula(double temptation, double surplus, double d)
{
    double q = 1 - (1 - d) * temptation / (d * surplus);
    if (temptation <= 0)
        return 0;
    return q > 0 ? ceil(log(q) / log(d) - 1e-12) : INFINITY;
}

START_TEST(the_least_length_is_that_of_the_formula)
{
    struct prng rng = {42};
    int finite = 0, none = 0, more_than_one = 0;
    for (int run = 0; run < 3000; run++) {
        struct incentive_view v = random_view(&rng);
        enum concept concept = (enum concept)prng_below(&rng, 3);
        enum incentive incentive = (enum incentive)prng_below(&rng, 2);
        double d = 0.3 + 0.69 * prng_share(&rng);
        bool ex_ante = concept == CONCEPT_NASH && incentive == INCENTIVE_EX_ANTE;
        double length =
            fmax(1, length_by_formula(ex_ante ? v.ex_ante_gain : v.gain, v.payoff, d));
        if (concept != CONCEPT_NASH)
            length = fmax(length, 1 + length_by_formula(-v.exit_payoff, v.payoff, d));
        if (v.payoff < 0 || length > LENGTH_MAX)
            length = 0;
        uint32_t least = incentive_minimum_length(&v, concept, incentive, d, 1e-12);
        ck_assert_msg(least == (uint32_t)length, "run %d: %u, not %g", run, least,
                      length);
        finite += least > 0;
        more_than_one += least > 1;
        none += least == 0;
    }
    /* All three answers came often. */
    ck_assert_int_gt(finite, 500);
    ck_assert_int_gt(more_than_one, 300);
    ck_assert_int_gt(none, 500);
}
END_TEST

START_TEST(the_longest_length_is_found_and_none_beyond_it)
{
    /* Near the threshold of grim trigger the least length grows without bound. */
    struct incentive_view v = {.payoff = 1, .threat_payoff = 0};
    double d = 0.9999;
    struct enforcement e = {d, LENGTH_MAX};
    v.gain = enforcement_weight(&e) * (1 - 1e-13);
    ck_assert_uint_gt(
        incentive_minimum_length(&v, CONCEPT_NASH, INCENTIVE_INTERIM, d, 0),
        LENGTH_MAX / 2);
    e.length = 0;
    v.gain = enforcement_weight(&e) * (1 - 1e-13);
    ck_assert_uint_eq(
        incentive_minimum_length(&v, CONCEPT_NASH, INCENTIVE_INTERIM, d, 0), 0);
    /* Deterred by the longest one only. */
    d = 0.999999;
    e = (struct enforcement){d, LENGTH_MAX};
    v.gain = enforcement_weight(&e);
    ck_assert_uint_eq(
        incentive_minimum_length(&v, CONCEPT_NASH, INCENTIVE_INTERIM, d, 1e-13),
        LENGTH_MAX);
    v.gain *= 1.0001;
    ck_assert_uint_eq(
        incentive_minimum_length(&v, CONCEPT_NASH, INCENTIVE_INTERIM, d, 1e-13), 0);
}
END_TEST

START_TEST(the_longer_the_punishment_the_more_it_deters_and_grim_most)
{
    struct prng rng = {43};
    for (int run = 0; run < 500; run++) {
        struct incentive_view v = random_view(&rng);
        v.payoff = fabs(v.payoff);
        double d = prng_share(&rng);
        double before = -INFINITY, exit_before = -INFINITY;
        for (uint32_t length = 1; length < 40; length++) {
            struct enforcement e = {d, length};
            ck_assert(incentive_slack(&v, v.gain, &e) >= before - 1e-14);
            ck_assert(incentive_exit_slack(&v, &e) >= exit_before - 1e-14);
            before = incentive_slack(&v, v.gain, &e);
            exit_before = incentive_exit_slack(&v, &e);
        }
        struct enforcement grim = {d, 0};
        ck_assert(incentive_slack(&v, v.gain, &grim) >= before - 1e-14);
        ck_assert(incentive_exit_slack(&v, &grim) >= exit_before - 1e-14);
    }
}
END_TEST

/* ---- relations between the conditions ---- */

START_TEST(interim_implies_ex_ante_and_public_implies_private)
{
    struct prng rng = {44};
    for (int run = 0; run < 400; run++) {
        struct shape s = {0};
        struct payoffs *p = random_payoffs(&rng, &s);
        double distribution[256];
        random_shares(distribution, shape_profiles(&s), &rng);
        struct incentive_view open, closed;
        incentive_view_distribution(&open, p, distribution, CONCEPT_PUBLIC, 0);
        incentive_view_distribution(&closed, p, distribution, CONCEPT_PRIVATE, 0);
        ck_assert(open.gain >= closed.gain - 1e-12);
        ck_assert(open.exit_payoff <= closed.exit_payoff + 1e-12);
        payoffs_free(p);
    }
}
END_TEST

/* A mixed profile that is interim kept is a product distribution that satisfies (9) and
 * EXIT as well, whenever the punishment is a static equilibrium. */
START_TEST(interim_implies_exit_when_the_threat_is_an_equilibrium)
{
    struct payoffs *p = player_of(&sexes, 0);
    int held = 0;
    for (int y = 0; y <= 20; y++) {
        for (int z = 0; z <= 20; z++) {
            struct profile x = {{y / 20., 1 - y / 20., z / 20., 1 - z / 20.}};
            double product[4];
            for (uint32_t a = 0; a < 4; a++)
                product[a] = share_of(&two_by_two, &x, a);
            struct incentive_view v, w;
            incentive_view_profile(&v, p, &x, 2. / 3);
            incentive_view_distribution(&w, p, product, CONCEPT_PRIVATE, 2. / 3);
            for (uint32_t length = 0; length < 5; length++) {
                struct enforcement e = {0.7, length};
                if (!incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e, 1e-9))
                    continue;
                ck_assert(
                    incentive_holds(&w, CONCEPT_PRIVATE, INCENTIVE_INTERIM, &e, 2e-9));
                held++;
            }
        }
    }
    ck_assert_int_gt(held, 50);
    payoffs_free(p);
}
END_TEST

/* ---- the examples of docs/theory.md ---- */

START_TEST(a_profile_can_pass_7_while_its_own_product_distribution_fails_9)
{
    struct payoffs *p = player_of(&prisoners, 0);
    struct profile x = {{0.4, 0.6, 0.4, 0.6}};
    double product[4] = {0.16, 0.24, 0.24, 0.36};
    struct enforcement e = {0.5, 0};
    struct incentive_view v, w;
    incentive_view_profile(&v, p, &x, 0);
    incentive_view_distribution(&w, p, product, CONCEPT_PRIVATE, 0);
    ck_assert_double_eq_tol(incentive_slack(&v, v.ex_ante_gain, &e), 0.2, 1e-12);
    ck_assert_double_eq_tol(incentive_slack(&v, v.gain, &e), -0.1, 1e-12);
    ck_assert_double_eq_tol(incentive_slack(&w, w.gain, &e), -0.1, 1e-12);
    payoffs_free(p);
}
END_TEST

START_TEST(a_punishment_of_ones_own_deters_more_than_one_for_all)
{
    /* Chicken at (0, 0), where driving on gains 1: the mixed equilibrium pays -1/10,
     * the one that is worst for the deviator -1. */
    struct payoffs *p = player_of(&chicken, 0);
    struct profile x = {{0, 1, 0, 1}};
    struct enforcement e = {0.5, 0};
    struct incentive_view v;
    incentive_view_profile(&v, p, &x, -0.1);
    ck_assert(!incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e, 1e-9));
    incentive_view_profile(&v, p, &x, -1);
    ck_assert(incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e, 1e-9));
    payoffs_free(p);
}
END_TEST

START_TEST(a_public_lottery_over_static_equilibria_holds_at_every_discount)
{
    /* Battle of the sexes: 3/2 for both, while no mixed profile pays both more than 3/4
     * alike. */
    double halves[4] = {0.5, 0, 0, 0.5};
    for (uint8_t i = 0; i < 2; i++) {
        struct payoffs *p = player_of(&sexes, i);
        struct enforcement e = {0, 0};
        struct incentive_view v;
        incentive_view_distribution(&v, p, halves, CONCEPT_PUBLIC, 2. / 3);
        ck_assert_double_eq(v.payoff, 1.5);
        ck_assert(incentive_holds(&v, CONCEPT_PUBLIC, INCENTIVE_INTERIM, &e, 0));
        payoffs_free(p);
    }
}
END_TEST

/* ---- the counts of docs/theory.md ---- */

static int count_profiles(const struct matrix *m, double threat_payoff, double discount,
                          enum incentive incentive)
{
    struct payoffs *p[2] = {player_of(m, 0), player_of(m, 1)};
    struct enforcement e = {discount, 0};
    int count = 0;
    for (int y = 0; y <= 50; y++) {
        for (int z = 0; z <= 50; z++) {
            struct profile x = {{y / 50., (50 - y) / 50., z / 50., (50 - z) / 50.}};
            bool all = true;
            for (int i = 0; i < 2; i++) {
                struct incentive_view v;
                incentive_view_profile(&v, p[i], &x, threat_payoff);
                all = all && incentive_holds(&v, CONCEPT_NASH, incentive, &e,
                                             tolerance_of(p[i]));
            }
            count += all;
        }
    }
    payoffs_free(p[0]);
    payoffs_free(p[1]);
    return count;
}

/* Row 32 of the threat table: the known numbers of profiles that (7) accepts. */
START_TEST(t_interim_rejects)
{
    static const struct {
        const struct matrix *game;
        double threat_payoff, discount;
        int ex_ante, interim;
    } rows[] = {{&prisoners, 0, 0.5, 867, 443},
                {&prisoners, 0, 0.9, 1607, 1521},
                {&sexes, 2. / 3, 0.5, 306, 2},
                {&sexes, 2. / 3, 0.9, 740, 529}};
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        ck_assert_int_eq(count_profiles(rows[r].game, rows[r].threat_payoff,
                                        rows[r].discount, INCENTIVE_EX_ANTE),
                         rows[r].ex_ante);
        ck_assert_int_eq(count_profiles(rows[r].game, rows[r].threat_payoff,
                                        rows[r].discount, INCENTIVE_INTERIM),
                         rows[r].interim);
    }
}
END_TEST

struct counts {
    int private_gain, private_exit, public_gain, public_exit;
};

static void count_distribution(struct counts *n, struct payoffs *const *p,
                               const double *distribution, double threat_payoff,
                               const struct enforcement *e)
{
    bool gain[2] = {true, true}, all[2] = {true, true};
    for (int i = 0; i < 2; i++) {
        for (int c = 0; c < 2; c++) {
            enum concept concept = c == 0 ? CONCEPT_PRIVATE : CONCEPT_PUBLIC;
            struct incentive_view v;
            incentive_view_distribution(&v, p[i], distribution, concept, threat_payoff);
            double tolerance = tolerance_of(p[i]);
            all[c] =
                all[c] && incentive_holds(&v, concept, INCENTIVE_INTERIM, e, tolerance);
            v.exit_payoff = INFINITY; /* without EXIT */
            gain[c] = gain[c] &&
                      incentive_holds(&v, concept, INCENTIVE_INTERIM, e, tolerance);
        }
    }
    n->private_gain += gain[0];
    n->private_exit += all[0];
    n->public_gain += gain[1];
    n->public_exit += all[1];
}

static struct counts count_distributions(const struct matrix *m, int grid,
                                         double threat_payoff, double discount)
{
    struct payoffs *p[2] = {player_of(m, 0), player_of(m, 1)};
    struct enforcement e = {discount, 0};
    struct counts n = {0};
    for (int a = 0; a <= grid; a++) {
        for (int b = 0; a + b <= grid; b++) {
            for (int c = 0; a + b + c <= grid; c++) {
                double unit = 1. / grid;
                double distribution[] = {a * unit, b * unit, c * unit,
                                         (grid - a - b - c) * unit};
                count_distribution(&n, p, distribution, threat_payoff, &e);
            }
        }
    }
    payoffs_free(p[0]);
    payoffs_free(p[1]);
    return n;
}

/* Row 33: the known numbers of distributions that privacy and EXIT accept. */
START_TEST(t_exit_rejects)
{
    static const struct {
        const struct matrix *game;
        int grid;
        double threat_payoff, discount;
        struct counts counts;
    } rows[] = {{&prisoners, 20, 0, 0.5, {319, 319, 319, 319}},
                {&prisoners, 20, 0, 0.9, {1267, 1267, 1267, 1267}},
                {&sexes, 20, 2. / 3, 0.1, {298, 298, 21, 21}},
                {&sexes, 20, 2. / 3, 0.9, {689, 689, 421, 421}},
                {&chicken, 20, -0.1, 0.5, {41, 2, 3, 0}},
                {&chicken, 20, -0.1, 0.9, {48, 24, 3, 1}},
                {&aumann, 12, 14. / 3, 0.1, {8, 1, 0, 0}},
                {&aumann, 12, 14. / 3, 0.3, {12, 3, 0, 0}},
                {&aumann, 12, 14. / 3, 0.9, {39, 33, 29, 19}}};
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        struct counts n = count_distributions(rows[r].game, rows[r].grid,
                                              rows[r].threat_payoff, rows[r].discount);
        ck_assert_msg(memcmp(&n, &rows[r].counts, sizeof n) == 0,
                      "row %zu: %d %d %d %d", r, n.private_gain, n.private_exit,
                      n.public_gain, n.public_exit);
    }
}
END_TEST

START_TEST(who_does_not_care_keeps_everything)
{
    static const double constants[] = {0.1, 1.0 / 3, -2.3, 1e6 / 7, 1e-9 / 3};
    for (size_t c = 0; c < sizeof constants / sizeof constants[0]; c++) {
        const double value[] = {constants[c], constants[c], constants[c], constants[c]};
        struct payoffs *p = payoffs_new(&two_by_two, 1, value);
        struct prng rng = {c};
        for (int k = 0; k < 1000; k++) {
            const double y = prng_share(&rng), z = prng_share(&rng);
            const struct profile x = {{y, 1 - y, z, 1 - z}};
            const struct enforcement e = {0.9, 1};
            struct incentive_view v;
            incentive_view_profile(&v, p, &x, constants[c]);
            ck_assert_msg(incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e,
                                          incentive_tolerance(p)),
                          "constant %g, draw %d", constants[c], k);
            ck_assert_uint_eq(incentive_minimum_length(&v, CONCEPT_NASH,
                                                       INCENTIVE_INTERIM, 0.9,
                                                       incentive_tolerance(p)),
                              1);
        }
        payoffs_free(p);
    }
}
END_TEST

UNIT_MAIN("incentive", a_candidate_is_seen_as_its_concept_has_it,
          who_does_not_care_keeps_everything,
          distributions_are_judged_as_the_definitions_say,
          profiles_are_judged_as_the_definitions_say,
          a_recommendation_that_never_comes_imposes_nothing,
          where_nothing_matters_nothing_is_gained,
          the_prisoners_cooperate_from_the_known_discounts_on,
          weights_and_slacks_are_those_of_the_formulas,
          each_part_of_the_condition_can_fail_alone,
          the_static_equilibrium_itself_is_never_refused,
          below_the_least_discount_grim_trigger_does_not_deter_and_from_it_on_it_does,
          where_nothing_is_lost_by_punishment_no_discount_deters,
          the_least_length_is_that_of_the_formula,
          the_longest_length_is_found_and_none_beyond_it,
          the_longer_the_punishment_the_more_it_deters_and_grim_most,
          interim_implies_ex_ante_and_public_implies_private,
          interim_implies_exit_when_the_threat_is_an_equilibrium,
          a_profile_can_pass_7_while_its_own_product_distribution_fails_9,
          a_punishment_of_ones_own_deters_more_than_one_for_all,
          a_public_lottery_over_static_equilibria_holds_at_every_discount,
          t_interim_rejects, t_exit_rejects)
