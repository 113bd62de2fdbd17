/* SPDX-License-Identifier: MIT */
/* What rewards say about payoffs: enough answers say all, signs that were guessed are
 * set right, and what is not known is said to be not known. */
#include "sampling/belief.h"

#include <math.h>
#include <string.h>

#include "base/secure.h"
#include "game/incentive.h"
#include "tests/unit/unit.h"

enum { PROFILES = 12 };

static const struct shape shape = {3, {2, 3, 2}};

struct setup {
    double truth[3][PROFILES];
    struct payoffs *own;
    struct belief *belief;
};

static struct setup setup_new(uint64_t seed)
{
    struct setup s;
    struct prng p = {seed};
    for (int i = 0; i < 3; i++)
        for (int a = 0; a < PROFILES; a++)
            s.truth[i][a] = (double)prng_below(&p, 2001) - 1000;
    s.own = payoffs_new(&shape, 1, s.truth[1]);
    s.belief = belief_new(&(struct belief_options){s.own, 2, true});
    belief_start(s.belief, 0);
    return s;
}

static void setup_free(struct setup *s)
{
    belief_free(s->belief);
    payoffs_free(s->own);
}

static double expected(const struct setup *s, int i, const double *weight)
{
    double sum = 0;
    for (int a = 0; a < PROFILES; a++)
        sum += weight[a] * s->truth[i][a];
    return sum;
}

/* accept: who pays at least the threat says yes; else everybody refuses. */
static bool tell(struct setup *s, const double *weight, bool accept)
{
    double rewards[3];
    for (int i = 0; i < 3; i++) {
        const double u = expected(s, i, weight);
        rewards[i] = accept && u >= 0 ? u : -fabs(u);
    }
    return belief_hear(s->belief, weight, rewards);
}

static bool tell_pure(struct setup *s, uint32_t profile, bool accept)
{
    double weight[PROFILES] = {0};
    weight[profile] = 1;
    return tell(s, weight, accept);
}

static void random_weights(double *weight, struct prng *p)
{
    double sum = 0;
    for (int a = 0; a < PROFILES; a++)
        sum += weight[a] = -log(prng_share(p) + 1e-12);
    for (int a = 0; a < PROFILES; a++)
        weight[a] /= sum;
}

static double off(const struct setup *s, int i)
{
    double most = 0;
    for (int a = 0; a < PROFILES; a++)
        most = fmax(most, fabs(belief_payoffs(s->belief, (uint8_t)i)->value[a] -
                               s->truth[i][a]));
    return most;
}

START_TEST(as_many_answers_as_profiles_say_everything)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct setup s = setup_new(seed);
        ck_assert_double_eq_tol(off(&s, 1), 0, 1e-9); /* the own are known */
        for (uint32_t a = 0; a < PROFILES; a++) {
            ck_assert_double_gt(belief_doubt(s.belief, a), 0.5);
            ck_assert(tell_pure(&s, a, true));
            ck_assert_double_lt(belief_doubt(s.belief, a), 1e-9);
        }
        for (int i = 0; i < 3; i += 2)
            ck_assert_double_le(off(&s, i), 1e-6);
        ck_assert(!tell_pure(&s, 3, true)); /* nothing new in that */
        setup_free(&s);
    }
}
END_TEST

/* All payoffs moved up, so that mixtures are accepted and their signs known. */
START_TEST(mixtures_say_as_much)
{
    struct prng p = {8};
    double weight[PROFILES];
    struct setup s = setup_new(3);
    for (int i = 0; i < 3; i++)
        for (int a = 0; a < PROFILES; a++)
            s.truth[i][a] += 1000;
    for (uint32_t k = 0; k < PROFILES; k++) {
        random_weights(weight, &p);
        ck_assert(tell(&s, weight, true));
    }
    for (int i = 0; i < 3; i += 2)
        ck_assert_double_le(off(&s, i), 1e-3);
    random_weights(weight, &p);
    ck_assert(!tell(&s, weight, true));
    setup_free(&s);
}
END_TEST

/* Refused, a payoff seems to be below the threat; where it is not, a mixture with what
 * is known shows it. */
START_TEST(a_wrong_guess_of_a_sign_is_found_out)
{
    struct setup s = setup_new(5);
    memset(s.truth[0], 0, sizeof s.truth[0]);
    s.truth[0][4] = 300;
    s.truth[0][7] = 500;
    for (uint32_t a = 0; a < PROFILES; a++)
        (void)tell_pure(&s, a, a != 4);
    ck_assert_double_eq_tol(belief_payoffs(s.belief, 0)->value[4], -300, 1e-6);
    ck_assert(belief_guessed(s.belief, 0, 4));
    ck_assert(!belief_guessed(s.belief, 0, 7));
    double weight[PROFILES] = {0};
    weight[4] = weight[7] = 0.5;
    ck_assert(tell(&s, weight, true));
    ck_assert_double_eq_tol(belief_payoffs(s.belief, 0)->value[4], 300, 1e-6);
    ck_assert(!belief_guessed(s.belief, 0, 4));
    setup_free(&s);
}
END_TEST

static void pay(struct setup *s, int profile, double payoff)
{
    s->truth[0][profile] = payoff;
}

/* Of two signs that could be turned over, the one that makes sense: who refuses 300
 * must have more elsewhere, and at profile 4 it has not (own actions: 0 and 1 of
 * profiles 4 and 5; 6 and 7). */
START_TEST(the_guess_that_makes_sense_is_turned_over)
{
    for (int tempting = 4; tempting <= 6; tempting += 2) {
        struct setup s = setup_new(5);
        memset(s.truth[0], 0, sizeof s.truth[0]);
        pay(&s, 4, tempting == 4 ? 300 : -300);
        pay(&s, 6, tempting == 6 ? 300 : -300);
        pay(&s, tempting + 1, 900);
        for (uint32_t a = 0; a < PROFILES; a++)
            (void)tell_pure(&s, a, a != 4 && a != 6);
        double weight[PROFILES] = {0};
        weight[4] = weight[6] = 0.5; /* pays nothing: one of them is wrong */
        ck_assert(tell(&s, weight, true));
        ck_assert_double_le(off(&s, 0), 1e-6);
        setup_free(&s);
    }
}
END_TEST

/* And where that was wrong, or two are, later answers show it. */
START_TEST(guesses_are_turned_back_and_two_at_once)
{
    for (uint64_t seed = 0; seed < 30; seed++) {
        struct setup s = setup_new(seed);
        struct prng p = {seed};
        double weight[PROFILES];
        uint32_t refused[2];
        refused[0] = (uint32_t)prng_below(&p, PROFILES);
        refused[1] =
            (refused[0] + 1 + (uint32_t)prng_below(&p, PROFILES - 1)) % PROFILES;
        for (int i = 0; i < 3; i += 2)
            for (int a = 0; a < PROFILES; a++)
                s.truth[i][a] = fabs(s.truth[i][a]) + 1;
        for (uint32_t a = 0; a < PROFILES; a++)
            (void)tell_pure(&s, a, a != refused[0] && a != refused[1]);
        ck_assert_double_gt(off(&s, 0), 1);
        for (int k = 0; k < 3; k++) {
            random_weights(weight, &p);
            (void)tell(&s, weight, true);
        }
        for (int i = 0; i < 3; i += 2)
            ck_assert_msg(off(&s, i) < 1e-3, "seed %u", (unsigned)seed);
        setup_free(&s);
    }
}
END_TEST

/* Whatever it says, all others are known as before, and every number is one. */
START_TEST(a_liar_misleads_about_itself_alone)
{
    static const double lies[] = {1e308, -1e308, 0, 1e99, -1e-300, 7};
    struct setup s = setup_new(9);
    for (uint32_t k = 0; k < 5 * PROFILES; k++) {
        double weight[PROFILES], rewards[3];
        struct prng p = {k};
        if (k < PROFILES) {
            memset(weight, 0, sizeof weight);
            weight[k] = 1;
        } else {
            random_weights(weight, &p);
        }
        rewards[0] = lies[k % 6];
        rewards[1] = 0;
        rewards[2] = expected(&s, 2, weight);
        if (k >= PROFILES)
            rewards[2] = -fabs(rewards[2]);
        (void)belief_hear(s.belief, weight, rewards);
    }
    ck_assert_double_le(off(&s, 2), 1e-6);
    ck_assert(isfinite(belief_scale(s.belief, 0)));
    for (int a = 0; a < PROFILES; a++)
        ck_assert(isfinite(belief_payoffs(s.belief, 0)->value[a]));
    setup_free(&s);
}
END_TEST

UNIT_MAIN("belief", as_many_answers_as_profiles_say_everything, mixtures_say_as_much,
          a_wrong_guess_of_a_sign_is_found_out,
          the_guess_that_makes_sense_is_turned_over,
          guesses_are_turned_back_and_two_at_once, a_liar_misleads_about_itself_alone)
