/* SPDX-License-Identifier: MIT */
/* Dominated actions, against the definition on games in which at most three actions
 * are left to a player: a mixture of the two others is one number, and where it
 * dominates is an interval. With more actions, against all mixtures in twelfths. */
#include "analysis/dominated.h"

#include "tests/unit/raw.h"
#include "tests/unit/unit.h"

/* What is left of a game. */
typedef bool left_t[PLAYERS_MAX][ACTIONS_MAX];

/* Share a/n of action `one` and the rest of `two`, against k: below 0 where it loses
 * somewhere, 0 where it never does, 1 where it also gains once, 2 where always. */
static int against(const struct raw *r, const left_t left, uint8_t i, uint8_t k,
                   const int *share, int n)
{
    bool once = false, always = true;
    for (uint32_t at = 0; at < shape_profiles(&r->shape); at++) {
        uint8_t actions[PLAYERS_MAX];
        bool there = true;
        int gain = -n * raw_if(r, at, i, k);
        profile_actions(actions, &r->shape, at);
        for (uint8_t j = 0; j < r->shape.n_players; j++)
            there = there && (j == i || left[j][actions[j]]);
        for (uint8_t b = 0; b < r->shape.n_actions[i]; b++)
            gain += share[b] * raw_if(r, at, i, b);
        if (there && gain < 0)
            return -1;
        once = once || (there && gain > 0);
        always = always && (!there || gain > 0);
    }
    return !once ? 0 : always ? 2 : 1;
}

/* True if some mixture in n-ths of what else is left dominates action k. Only the first
 * four actions are mixed. */
static bool dominated(const struct raw *r, const left_t left, uint8_t i, uint8_t k,
                      int n, bool strict)
{
    int share[ACTIONS_MAX] = {0};
    for (share[0] = 0; share[0] <= n; share[0]++)
        for (share[1] = 0; share[0] + share[1] <= n; share[1]++)
            for (share[2] = 0; share[0] + share[1] + share[2] <= n; share[2]++) {
                bool there = share[k] == 0;
                share[3] = n - share[0] - share[1] - share[2];
                for (uint8_t b = 0; b < 4; b++)
                    there = there && (share[b] == 0 ||
                                      (b < r->shape.n_actions[i] && left[i][b]));
                if (there && share[k] == 0 &&
                    against(r, left, i, k, share, n) >= (strict ? 2 : 1))
                    return true;
            }
    return false;
}

/* Payoff differences of these games are at most 5, so the ends of an interval are
 * multiples of 1/2520, and so is something between two that differ. */
enum { FINE = 2520, TWELFTHS = 12 };

static bool dominated_by_two(const struct raw *r, const left_t left, uint8_t i,
                             uint8_t k, bool strict)
{
    const uint8_t a = (uint8_t)((k + 1) % 3), b = (uint8_t)((k + 2) % 3);
    int share[ACTIONS_MAX] = {0};
    for (int n = 0; n <= FINE; n++) {
        share[a] = n;
        share[b] = FINE - n;
        const bool there = (n == 0 || (a < r->shape.n_actions[i] && left[i][a])) &&
                           (n == FINE || (b < r->shape.n_actions[i] && left[i][b]));
        if (there && against(r, left, i, k, share, FINE) >= (strict ? 2 : 1))
            return true;
    }
    return false;
}

static uint32_t fate_of(const struct domination *d, uint8_t i, uint8_t k)
{
    return d->fate[shape_offset(&d->shape, i) + k].round;
}

/* All that goes in one round goes at once. */
static uint32_t eliminate_by_definition(const struct raw *r, left_t left, bool strict)
{
    for (uint32_t n_rounds = 0;; n_rounds++) {
        left_t goes = {{false}};
        bool any = false;
        for (uint8_t i = 0; i < r->shape.n_players; i++)
            for (uint8_t k = 0; k < r->shape.n_actions[i]; k++)
                if (left[i][k] &&
                    dominated_by_two(r, (const bool(*)[ACTIONS_MAX])left, i, k, strict))
                    any = goes[i][k] = true;
        if (!any)
            return n_rounds;
        for (uint8_t i = 0; i < r->shape.n_players; i++)
            for (uint8_t k = 0; k < r->shape.n_actions[i]; k++)
                left[i][k] = left[i][k] && !goes[i][k];
    }
}

START_TEST(dominated_actions_go_round_by_round_as_the_definitions_say)
{
    struct prng p = {22};
    static struct raw r;
    static struct domination d;
    int n_mixed[2] = {0, 0};
    for (int game = 0; game < 300; game++) {
        struct exact_game g;
        raw_shape(&r, &p, 3, 3);
        if (game % 4 != 0)
            r.shape = (struct shape){.n_players = 2, .n_actions = {3, 3}};
        raw_random(&r, &p, 3 + (unsigned)game % 4);
        raw_to_exact(&g, &r);
        for (int strict = 0; strict < 2; strict++) {
            left_t left;
            memset(left, true, sizeof left);
            const uint32_t n_rounds = eliminate_by_definition(&r, left, strict);
            ck_assert(
                dominated_find(&d, &g, strict ? DOMINANCE_STRICT : DOMINANCE_WEAK));
            ck_assert(d.complete);
            ck_assert_uint_eq(d.n_rounds, n_rounds);
            for (uint8_t i = 0; i < r.shape.n_players; i++)
                for (uint8_t k = 0; k < r.shape.n_actions[i]; k++) {
                    ck_assert_int_eq(fate_of(&d, i, k) == 0, left[i][k]);
                    n_mixed[strict] +=
                        d.fate[shape_offset(&r.shape, i) + k].mixture != NULL;
                }
            dominated_free(&d);
        }
        exact_free(&g);
    }
    ck_assert_int_gt(n_mixed[0], 2);
    ck_assert_int_gt(n_mixed[1], 3);
}
END_TEST

/* What the mixture gains over k against everything that was left in its round, by its
 * own fractions. */
static void mixture_holds(const struct raw *r, const struct domination *d, uint8_t i,
                          uint8_t k, bool strict)
{
    const struct elimination *fate = &d->fate[shape_offset(&r->shape, i) + k];
    bool once = false;
    mpq_t sum, part;
    mpq_inits(sum, part, NULL);
    for (uint8_t b = 0; b < r->shape.n_actions[i]; b++) {
        mpq_add(sum, sum, fate->mixture[b]);
        ck_assert_int_ge(mpq_sgn(fate->mixture[b]), 0);
        ck_assert(
            mpq_sgn(fate->mixture[b]) == 0 ||
            (b != k && (fate_of(d, i, b) == 0 || fate_of(d, i, b) >= fate->round)));
    }
    ck_assert_int_eq(mpq_cmp_ui(sum, 1, 1), 0);
    for (uint32_t at = 0; at < shape_profiles(&r->shape); at++) {
        uint8_t actions[PLAYERS_MAX];
        bool there = true;
        profile_actions(actions, &r->shape, at);
        for (uint8_t j = 0; j < r->shape.n_players; j++) {
            const uint32_t gone = fate_of(d, j, actions[j]);
            there = there && (j == i || gone == 0 || gone >= fate->round);
        }
        mpq_set_si(sum, -raw_if(r, at, i, k), 1);
        for (uint8_t b = 0; b < r->shape.n_actions[i]; b++) {
            mpq_set_si(part, raw_if(r, at, i, b), 1);
            mpq_mul(part, part, fate->mixture[b]);
            mpq_add(sum, sum, part);
        }
        ck_assert(!there || mpq_sgn(sum) >= strict);
        once = once || (there && mpq_sgn(sum) > 0);
    }
    ck_assert(once);
    mpq_clears(sum, part, NULL);
}

START_TEST(every_mixture_dominates_and_none_in_twelfths_is_missed)
{
    struct prng p = {23};
    static struct raw r;
    static struct domination d;
    int n_mixed = 0;
    for (int game = 0; game < 400; game++) {
        struct exact_game g;
        const bool strict = game % 2 == 0;
        r.shape = (struct shape){.n_players = 2, .n_actions = {4, 3}};
        raw_random(&r, &p, 3 + (unsigned)game % 8);
        raw_to_exact(&g, &r);
        ck_assert(dominated_find(&d, &g, strict ? DOMINANCE_STRICT : DOMINANCE_WEAK));
        left_t left;
        for (uint8_t i = 0; i < 2; i++)
            for (uint8_t k = 0; k < r.shape.n_actions[i]; k++)
                left[i][k] = fate_of(&d, i, k) == 0;
        for (uint8_t i = 0; i < 2; i++)
            for (uint8_t k = 0; k < r.shape.n_actions[i]; k++) {
                if (left[i][k])
                    ck_assert(!dominated(&r, (const bool(*)[ACTIONS_MAX])left, i, k,
                                         TWELFTHS, strict));
                if (d.fate[shape_offset(&r.shape, i) + k].mixture == NULL)
                    continue;
                mixture_holds(&r, &d, i, k, strict);
                n_mixed++;
            }
        dominated_free(&d);
        exact_free(&g);
    }
    ck_assert_int_gt(n_mixed, 40);
}
END_TEST

static uint32_t rounds_of(const struct raw *r, enum dominance dominance,
                          struct domination *d)
{
    struct exact_game g;
    raw_to_exact(&g, r);
    ck_assert(dominated_find(d, &g, dominance));
    exact_free(&g);
    return d->n_rounds;
}

/* Half top and half middle pays 3 against left and right; bottom pays 2, and 0 is the
 * least of each of the two. Where bottom pays 3 itself, nothing gains. Where a third
 * thing can happen that makes all equal, 2 goes weakly. */
START_TEST(half_of_each_dominates_where_neither_does)
{
    static struct raw r = {
        .shape = {.n_players = 2, .n_actions = {3, 2}},
        .value = {6, 0, 0, 0, 2, 0, 0, 0, 6, 0, 2, 0, 1, 0, 1, 0, 1, 0}};
    static struct domination d;
    ck_assert_uint_eq(rounds_of(&r, DOMINANCE_STRICT, &d), 1);
    ck_assert_ptr_nonnull(d.fate[2].mixture);
    ck_assert_int_eq(mpq_cmp_ui(d.fate[2].mixture[0], 1, 2), 0);
    ck_assert_int_eq(mpq_cmp_ui(d.fate[2].mixture[1], 1, 2), 0);
    dominated_free(&d);
    r.shape.n_actions[1] = 3;
    ck_assert_uint_eq(rounds_of(&r, DOMINANCE_STRICT, &d), 0);
    dominated_free(&d);
    ck_assert_uint_eq(rounds_of(&r, DOMINANCE_WEAK, &d), 1);
    ck_assert_ptr_nonnull(d.fate[2].mixture);
    dominated_free(&d);
    r.value[4] = r.value[10] = 3;
    ck_assert_uint_eq(rounds_of(&r, DOMINANCE_WEAK, &d), 0);
    dominated_free(&d);
}
END_TEST

UNIT_MAIN("dominated", dominated_actions_go_round_by_round_as_the_definitions_say,
          every_mixture_dominates_and_none_in_twelfths_is_missed,
          half_of_each_dominates_where_neither_does)
