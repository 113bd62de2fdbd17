/* SPDX-License-Identifier: MIT */
/* Expected payoffs, against the definition written out: over all pure profiles, what
 * each is worth times how likely it is. */
#include "game/game.h"

#include <math.h>
#include <string.h>

#include "tests/unit/unit.h"

/* The share of a pure profile, without the part of player own. */
static double share_without(const struct shape *s, const struct profile *x,
                            const uint8_t *actions, uint8_t own)
{
    const double *share = x->share;
    double product = 1;
    for (uint8_t i = 0; i < s->n_players; share += s->n_actions[i++])
        if (i != own)
            product *= share[actions[i]];
    return product;
}

/* out[k]: for its own action k. size: the same of the payoffs' sizes, for each action
 * what rounding is measured by. */
static void by_definition(double *out, double *size, const struct payoffs *p,
                          const struct profile *x)
{
    const struct shape *s = &p->shape;
    for (uint16_t k = 0; k < s->n_actions[p->player]; k++)
        out[k] = size[k] = 0;
    for (uint32_t a = 0; a < shape_profiles(s); a++) {
        uint8_t actions[PLAYERS_MAX];
        profile_actions(actions, s, a);
        const double share = share_without(s, x, actions, p->player);
        if (share == 0)
            continue; /* there may be no number there */
        out[actions[p->player]] += share * p->value[a];
        size[actions[p->player]] += share * fabs(p->value[a]);
    }
}

/* One in `mixers` players mixes; of the actions of those, one in `holes` is not played.
 * Payoffs are linear in each share, also where shares do not sum to 1: those that are
 * computed need not, to the last digit. */
static void random_profile(struct profile *x, const struct shape *s, unsigned mixers,
                           unsigned holes, struct prng *rng)
{
    double *share = x->share;
    for (uint8_t i = 0; i < s->n_players; share += s->n_actions[i++]) {
        const bool mixes = prng_below(rng, mixers) == 0;
        double sum = 0;
        for (uint16_t k = 0; k < s->n_actions[i]; k++)
            sum += share[k] =
                mixes && prng_below(rng, holes) > 0 ? 0.01 + prng_share(rng) : 0;
        if (sum == 0)
            share[prng_below(rng, s->n_actions[i])] = sum = 1;
        if (prng_below(rng, 3) == 0)
            sum *= 1.25;
        for (uint16_t k = 0; k < s->n_actions[i]; k++)
            share[k] /= sum;
    }
    for (uint32_t w = shape_weights(s); w < WEIGHTS_MAX; w++)
        x->share[w] = NAN; /* unspecified: must not be looked at */
}

static struct payoffs *random_payoffs(const struct shape *s, uint8_t player,
                                      struct prng *rng)
{
    double *value = malloc(shape_profiles(s) * sizeof *value);
    for (uint32_t a = 0; a < shape_profiles(s); a++)
        value[a] = 20 * prng_share(rng) - 10;
    struct payoffs *p = payoffs_new(s, player, value);
    free(value); /* payoffs_new copies */
    return p;
}

/* What cannot happen is not even looked at: no number stands there. */
static void blot_out(struct payoffs *p, const struct profile *x)
{
    const struct shape *s = &p->shape;
    for (uint32_t a = 0; a < shape_profiles(s); a++) {
        uint8_t actions[PLAYERS_MAX];
        profile_actions(actions, s, a);
        if (share_without(s, x, actions, p->player) == 0)
            p->value[a] = NAN;
    }
}

static void check_expectation(const struct shape *s, uint8_t player, unsigned mixers,
                              unsigned holes, struct prng *rng)
{
    struct payoffs *p = random_payoffs(s, player, rng);
    struct profile x;
    double expected[ACTIONS_MAX], size[ACTIONS_MAX], found[ACTIONS_MAX];
    double payoff = 0, payoff_size = 0;
    random_profile(&x, s, mixers, holes, rng);
    blot_out(p, &x);
    const double *own = x.share + shape_offset(s, player);
    by_definition(expected, size, p, &x);
    payoffs_by_action(found, p, &x);
    for (uint16_t k = 0; k < s->n_actions[player]; k++) {
        ck_assert(fabs(found[k] - expected[k]) <= 1e-13 * size[k]);
        payoff += own[k] > 0 ? own[k] * expected[k] : 0;
        payoff_size += own[k] * size[k];
    }
    ck_assert(fabs(payoffs_expect(p, &x) - payoff) <= 1e-13 * payoff_size);
    payoffs_free(p);
}

static void check_expectations(const struct shape *s, unsigned mixers, unsigned holes,
                               struct prng *rng)
{
    for (uint8_t i = 0; i < s->n_players; i++)
        check_expectation(s, i, mixers, holes, rng);
}

START_TEST(expected_payoffs_are_what_the_definition_says)
{
    struct prng rng = {21};
    for (unsigned run = 0; run < 400; run++) {
        struct shape s = {.n_players = (uint8_t)(2 + prng_below(&rng, 5))};
        for (uint8_t i = 0; i < s.n_players; i++)
            s.n_actions[i] = (uint16_t)(1 + prng_below(&rng, 5));
        const unsigned mixers = 1 + run % 3, holes = run % 2 == 0 ? 1000 : 4;
        check_expectations(&s, mixers, holes, &rng);
    }
}
END_TEST

/* Blocks that are short and long, whole and full of holes, few and many, with what is
 * told apart at their beginning, inside, at their end and above. */
START_TEST(tables_of_every_form_are_summed)
{
    static const struct shape shapes[] = {
        {2, {64, 64}},
        {2, {1, 64}},
        {2, {64, 1}},
        {3, {64, 9, 5}},
        {3, {9, 64, 3}},
        {3, {23, 23, 23}},
        {3, {2, 64, 64}},
        {4, {8, 8, 8, 8}},
        {4, {3, 1, 7, 9}},
        {5, {5, 1, 64, 1, 7}},
        {6, {1, 1, 1, 1, 1, 1}},
    };
    struct prng rng = {22};
    for (unsigned kind = 0; kind < 6; kind++) {
        const unsigned mixers = 1 + kind % 2, holes = kind / 2 == 0 ? 1000 : 2 * kind;
        for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
            check_expectations(&shapes[k], mixers, holes, &rng);
        struct shape s = shape_uniform(12, 2);
        check_expectations(&s, mixers, holes, &rng);
        /* Twenty, most of whom have no choice. */
        s = shape_uniform(20, 1);
        for (int more = 0; more < 10; more++)
            s.n_actions[prng_below(&rng, 20)] = 2;
        check_expectations(&s, mixers, holes, &rng);
    }
}
END_TEST

/* Twenty who all have a choice: a few mix. */
START_TEST(of_a_large_table_only_what_can_happen_counts)
{
    const struct shape s = shape_uniform(20, 2);
    struct prng rng = {23};
    double *value = malloc(shape_profiles(&s) * sizeof *value);
    for (uint32_t a = 0; a < shape_profiles(&s); a++)
        value[a] = a;
    for (unsigned run = 0; run < 20; run++) {
        const uint8_t player = (uint8_t)prng_below(&rng, 20);
        struct payoffs *p = payoffs_new(&s, player, value);
        struct profile x;
        double found[2], expected = 0;
        random_profile(&x, &s, run % 4 == 0 ? 1000 : 2, 1000, &rng);
        for (int i = 0; i < 20; i++) {
            const double sum = x.share[2 * i] + x.share[2 * i + 1];
            x.share[2 * i] /= sum;
            x.share[2 * i + 1] /= sum;
            expected += i == player ? 0 : x.share[2 * i + 1] * (1 << i);
        }
        payoffs_by_action(found, p, &x);
        ck_assert_double_eq_tol(found[0], expected, 1e-13 * 0x1p20);
        ck_assert_double_eq_tol(found[1], expected + (1 << player), 1e-13 * 0x1p20);
        payoffs_free(p);
    }
    free(value);
}
END_TEST

/* Sums round, so another order would find another last digit: a player that repeats a
 * computation finds the same. And where nobody mixes, nothing is summed. */
START_TEST(pure_profiles_have_the_payoff_that_the_table_says)
{
    struct prng rng = {24};
    for (int run = 0; run < 300; run++) {
        struct shape s = {.n_players = (uint8_t)(2 + prng_below(&rng, 4))};
        for (uint8_t i = 0; i < s.n_players; i++)
            s.n_actions[i] = (uint16_t)(1 + prng_below(&rng, 6));
        const uint8_t player = (uint8_t)prng_below(&rng, s.n_players);
        struct payoffs *p = random_payoffs(&s, player, &rng);
        struct candidate c;
        struct profile x;
        uint8_t actions[PLAYERS_MAX];
        double found[ACTIONS_MAX];
        profile_actions(actions, &s, (uint32_t)prng_below(&rng, shape_profiles(&s)));
        candidate_from_pure(&c, &s, actions);
        profile_from_candidate(&x, &s, &c);
        ck_assert(payoffs_expect(p, &x) == p->value[profile_index(&s, actions)]);
        payoffs_by_action(found, p, &x);
        for (uint16_t k = 0; k < s.n_actions[player]; k++) {
            actions[player] = (uint8_t)k;
            ck_assert(found[k] == p->value[profile_index(&s, actions)]);
        }
        payoffs_free(p);
    }
}
END_TEST

START_TEST(shares_of_nothing_are_worth_nothing)
{
    static const struct shape shapes[] = {
        {2, {2, 2}}, {3, {64, 9, 5}}, {3, {23, 23, 23}}, {2, {1, 1}}};
    struct prng rng = {25};
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        struct payoffs *p = random_payoffs(&shapes[k], 1, &rng);
        struct profile x;
        double found[ACTIONS_MAX];
        random_profile(&x, &shapes[k], 1, 1000, &rng);
        memset(x.share, 0, shapes[k].n_actions[0] * sizeof *x.share);
        ck_assert(payoffs_expect(p, &x) == 0);
        payoffs_by_action(found, p, &x);
        for (uint16_t own = 0; own < shapes[k].n_actions[1]; own++)
            ck_assert(found[own] == 0);
        payoffs_free(p);
    }
}
END_TEST

START_TEST(the_greatest_table_is_summed_in_one_pass)
{
    const struct shape s = shape_uniform(22, 2);
    double *value = malloc(PROFILES_MAX * sizeof *value);
    for (uint32_t a = 0; a < PROFILES_MAX; a++)
        value[a] = (a >> 21) + 10 * (a & 1);
    struct profile x;
    for (int w = 0; w < 44; w++)
        x.share[w] = 0.5;
    for (uint8_t i = 0; i < 22; i += 21) {
        struct payoffs *p = payoffs_new(&s, i, value);
        double by_action[2];
        payoffs_by_action(by_action, p, &x);
        ck_assert_double_eq_tol(by_action[0], i == 0 ? 0.5 : 5, 1e-9);
        ck_assert_double_eq_tol(by_action[1], i == 0 ? 10.5 : 6, 1e-9);
        payoffs_free(p);
    }
    free(value);
}
END_TEST

UNIT_MAIN("expect", expected_payoffs_are_what_the_definition_says,
          tables_of_every_form_are_summed, of_a_large_table_only_what_can_happen_counts,
          pure_profiles_have_the_payoff_that_the_table_says,
          shares_of_nothing_are_worth_nothing, the_greatest_table_is_summed_in_one_pass)
