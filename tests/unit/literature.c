/* SPDX-License-Identifier: MIT */
/* Games whose answers were published, computed from their rules. */
#include <math.h>
#include <string.h>

#include "analysis/correlated.h"
#include "analysis/mixed.h"
#include "analysis/pure.h"
#include "analysis/security.h"
#include "tests/unit/raw.h"
#include "tests/unit/unit.h"

static void value_is(const struct raw *r, long above, unsigned long below)
{
    struct exact_game g;
    mpq_t value;
    mpq_init(value);
    raw_to_exact(&g, r);
    ck_assert(mixed_zero_sum(&g));
    ck_assert_ptr_null(mixed_minmax(value, NULL, NULL, &g, 0));
    ck_assert_int_eq(mpq_cmp_si(value, above, below), 0);
    ck_assert_ptr_null(mixed_minmax(value, NULL, NULL, &g, 1));
    ck_assert_int_eq(mpq_cmp_si(value, -above, below), 0);
    exact_free(&g);
    mpq_clear(value);
}

/* Two cards of three are dealt, both ante 1; a bet is 1. First: what it does with each
 * card is to bet, to check and fold, or to check and call. Second: for each card two
 * bits, whether it calls a bet and whether it bets after a check. */
static int kuhn(uint32_t first, uint32_t second)
{
    int sum = 0;
    for (int mine = 0; mine < 3; mine++)
        for (int yours = 0; yours < 3; yours++) {
            const uint32_t plan = first / (mine == 0 ? 1u : mine == 1 ? 3u : 9u) % 3;
            const uint32_t answer = second >> (2 * yours);
            const int shown = mine > yours ? 1 : -1;
            if (mine == yours)
                continue;
            if (plan == 0)
                sum += (answer & 1) != 0 ? 2 * shown : 1;
            else if ((answer & 2) == 0)
                sum += shown;
            else
                sum += plan == 1 ? -1 : 2 * shown;
        }
    return sum;
}

/* Kuhn 1950: the first player loses 1/18 a game; here six games at a time. */
START_TEST(poker_with_three_cards_costs_the_first_player_an_eighteenth)
{
    static struct raw r = {.shape = {2, {27, 64}}};
    for (uint32_t x = 0; x < 27 * 64; x++) {
        r.value[2 * x] = kuhn(x % 27, x / 27);
        r.value[2 * x + 1] = -r.value[2 * x];
    }
    value_is(&r, -6, 18);
}
END_TEST

/* Ferguson, Game Theory II.1.2: both show one or two fingers, and the one called Odd
 * gets the sum if it is odd, else pays it. */
START_TEST(odd_wins_a_twelfth_from_even)
{
    struct raw r = {.shape = {2, {2, 2}}, .value = {-2, 2, 3, -3, 3, -3, -4, 4}};
    value_is(&r, 1, 12);
}
END_TEST

/* Shapley 1964: the only equilibrium mixes all three and pays 1/3, while a correlated
 * one avoids the diagonal and pays 1/2. */
START_TEST(shapleys_players_do_better_when_they_are_told)
{
    struct raw r = {.shape = {2, {3, 3}}};
    struct exact_game g;
    struct mixed_equilibria *e;
    struct correlated c;
    mpq_t q;
    mpq_init(q);
    for (uint32_t k = 0; k < 3; k++) {
        r.value[2 * (k + 3 * k)] = 1;
        r.value[2 * (k + 3 * ((k + 1) % 3)) + 1] = 1;
    }
    raw_to_exact(&g, &r);
    ck_assert_ptr_null(mixed_solve(&e, &g));
    ck_assert_uint_eq(e->n_pairs, 1);
    for (uint8_t i = 0; i < 2; i++) {
        mixed_payoff(q, e, &g, 0, i);
        ck_assert_int_eq(mpq_cmp_si(q, 1, 3), 0);
        for (uint8_t a = 0; a < 3; a++) {
            mixed_share(q, &e->corner[i][e->pair[0].corner[i]], a);
            ck_assert_int_eq(mpq_cmp_si(q, 1, 3), 0);
        }
    }
    ck_assert_ptr_null(correlated_find(&c, &g, OBEDIENCE_TOLD, AIM_EGALITARIAN, 0));
    ck_assert_double_eq_tol(c.payoff[0], 0.5, 1e-9);
    ck_assert_double_eq_tol(c.payoff[1], 0.5, 1e-9);
    correlated_free(&c);
    mixed_free(e);
    exact_free(&g);
    mpq_clear(q);
}
END_TEST

/* Basu 1994: both claim 2 to 10; both get the lower claim, whose author gets 2 from the
 * other. To claim 2 is the only equilibrium. */
START_TEST(travellers_claim_the_least)
{
    struct raw r = {.shape = {2, {9, 9}}};
    struct exact_game g;
    struct mixed_equilibria *e;
    for (int x = 0; x < 81; x++) {
        const int mine = x % 9 + 2, yours = x / 9 + 2;
        const int low = mine < yours ? mine : yours;
        const int moved = mine < yours ? 2 : mine > yours ? -2 : 0;
        r.value[2 * x] = low + moved;
        r.value[2 * x + 1] = low - moved;
    }
    raw_to_exact(&g, &r);
    ck_assert_ptr_null(mixed_solve(&e, &g));
    ck_assert_uint_eq(e->n_pairs, 1);
    for (uint8_t i = 0; i < 2; i++)
        ck_assert_uint_eq(e->corner[i][e->pair[0].corner[i]].support, 1);
    mixed_free(e);
    exact_free(&g);
}
END_TEST

/* Pigou 1920 with four drivers: a wide road takes 4, a narrow one as much as drivers
 * are on it. Selfish ones may take 4/3 of the time (Roughgarden and Tardos 2002: never
 * more where costs are linear and drivers many), and Rosenthal's (1973) sum is a
 * potential. */
START_TEST(selfish_drivers_take_four_thirds_of_the_time)
{
    struct raw r = {.shape = {4, {2, 2, 2, 2}}};
    struct exact_game g;
    uint32_t tempted[16];
    enum potential kind;
    mpz_t potential[16], welfare;
    long best = -1000, equal_best = -1000, equal_worst = 1000;
    mpz_init(welfare);
    for (uint32_t x = 0; x < 16; x++) {
        mpz_init(potential[x]);
        for (uint32_t i = 0; i < 4; i++)
            r.value[4 * x + i] = x >> i & 1 ? -__builtin_popcount(x) : -4;
    }
    raw_to_exact(&g, &r);
    ck_assert_int_eq(mpq_cmp_ui(g.payoffs.scale, 1, 1), 0);
    pure_sweep(tempted, &g);
    ck_assert(pure_potential(&kind, potential, &g));
    ck_assert_int_eq(kind, POTENTIAL_EXACT);
    for (uint32_t x = 0; x < 16; x++) {
        const long n = __builtin_popcount(x);
        /* -(1 + ... + n) - 4 (4 - n), above the least of all, which is -16. */
        ck_assert_int_eq(mpz_cmp_si(potential[x], 4 * n - n * (n + 1) / 2), 0);
        pure_welfare(welfare, &g, x);
        const long total = mpz_get_si(welfare);
        best = total > best ? total : best;
        if (tempted[x] != 0)
            continue;
        equal_best = total > equal_best ? total : equal_best;
        equal_worst = total < equal_worst ? total : equal_worst;
    }
    ck_assert_int_eq(best, -12);
    ck_assert_int_eq(equal_worst, -16);
    ck_assert_int_eq(equal_best, -13);
    for (uint32_t x = 0; x < 16; x++)
        mpz_clear(potential[x]);
    mpz_clear(welfare);
    exact_free(&g);
}
END_TEST

/* Abraham, Dolev, Gonen and Halpern 2006, where all do their first action. */
static struct security *ask_first(const struct exact_game *g)
{
    const struct arena arena = {g, NULL};
    const struct security_options o = {UINT32_MAX, UINT32_MAX, METHOD_CHOSEN,
                                       1,          NULL,       false};
    const uint32_t action[PLAYERS_MAX] = {0};
    const char *fault;
    struct security *s = security_new(&arena, action, &o, &fault);
    ck_assert_ptr_nonnull(s);
    return s;
}

START_TEST(an_equilibrium_need_not_stand_two_nor_one_that_fails)
{
    enum { N = 5 };
    struct raw r = {.shape = {N, {2, 2, 2, 2, 2}}};
    struct exact_game g;
    /* All 0: 1 each. Two who play 1 get 2, all others 0. */
    for (uint32_t x = 0; x < 1 << N; x++)
        for (uint32_t i = 0; i < N; i++)
            r.value[N * x + i] = x == 0                                     ? 1
                                 : __builtin_popcount(x) == 2 && x >> i & 1 ? 2
                                                                            : 0;
    raw_to_exact(&g, &r);
    struct security *s = ask_first(&g);
    ck_assert_uint_eq(s->resiliency, 1);
    ck_assert_uint_eq(s->immunity, 0);
    security_free(s);
    exact_free(&g);
    /* Whoever leaves a bargain gets 1; if all stay, all get 2, else who stays gets 0.
     */
    for (uint32_t x = 0; x < 1 << N; x++)
        for (uint32_t i = 0; i < N; i++)
            r.value[N * x + i] = x >> i & 1 ? 1 : x == 0 ? 2 : 0;
    raw_to_exact(&g, &r);
    s = ask_first(&g);
    ck_assert_uint_eq(s->resiliency, N);
    ck_assert_uint_eq(s->immunity, 0);
    /* Once somebody has left, everybody gains by leaving. */
    ck_assert_int_eq(s->most_faulty[SIDE_MEMBER][1], 0);
    security_free(s);
    exact_free(&g);
}
END_TEST

/* Rousseau's hunters (Skyrms 2004): both pure equilibria are stable against mutants,
 * the mixture of 2/3 stag is not. */
START_TEST(hunters_of_stags_and_of_hares_are_both_stable)
{
    struct raw r = {.shape = {2, {2, 2}}, .value = {4, 4, 3, 1, 1, 3, 3, 3}};
    struct exact_game g;
    struct mixed_equilibria *e;
    bool stable[3];
    mpq_t q;
    mpq_init(q);
    raw_to_exact(&g, &r);
    ck_assert_ptr_null(mixed_solve(&e, &g));
    ck_assert_uint_eq(e->n_pairs, 3);
    ck_assert(mixed_stable(stable, e, &g));
    ck_assert(stable[0] && stable[1] && !stable[2]);
    mixed_share(q, &e->corner[0][e->pair[2].corner[0]], 0);
    ck_assert_int_eq(mpq_cmp_si(q, 2, 3), 0);
    mixed_free(e);
    exact_free(&g);
    mpq_clear(q);
}
END_TEST

UNIT_MAIN("literature", poker_with_three_cards_costs_the_first_player_an_eighteenth,
          odd_wins_a_twelfth_from_even, shapleys_players_do_better_when_they_are_told,
          travellers_claim_the_least, selfish_drivers_take_four_thirds_of_the_time,
          an_equilibrium_need_not_stand_two_nor_one_that_fails,
          hunters_of_stags_and_of_hares_are_both_stable)
