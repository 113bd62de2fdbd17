/* SPDX-License-Identifier: MIT */
/* What is said of pure actions, against definitions written down once more. */
#include "analysis/pure.h"

#include "tests/unit/raw.h"
#include "tests/unit/unit.h"

static void by_definition(uint32_t *tempted, const struct raw *r)
{
    for (uint32_t at = 0; at < shape_profiles(&r->shape); at++) {
        tempted[at] = 0;
        for (uint8_t i = 0; i < r->shape.n_players; i++)
            for (uint8_t b = 0; b < r->shape.n_actions[i]; b++)
                if (raw_if(r, at, i, b) > raw_at(r, at, i))
                    tempted[at] |= 1u << i;
    }
}

START_TEST(the_sweep_finds_who_could_gain_at_every_profile)
{
    struct prng p = {1};
    static struct raw r;
    static uint32_t found[RAW_MAX], wanted[RAW_MAX];
    for (int round = 0; round < 2000; round++) {
        struct exact_game g;
        raw_shape(&r, &p, 4, 4);
        raw_random(&r, &p, 2 + (unsigned)round % 4);
        raw_to_exact(&g, &r);
        pure_sweep(found, &g);
        by_definition(wanted, &r);
        ck_assert_mem_eq(found, wanted, shape_profiles(&r.shape) * sizeof *found);
        for (uint32_t at = 0; at < shape_profiles(&r.shape); at++) {
            bool strict = true;
            for (uint8_t i = 0; i < r.shape.n_players; i++)
                for (uint8_t b = 0; b < r.shape.n_actions[i]; b++)
                    strict = strict && (b == pure_action(&r.shape, i, at) ||
                                        raw_if(&r, at, i, b) < raw_at(&r, at, i));
            ck_assert_int_eq(pure_strict(&g, at), strict);
        }
        exact_free(&g);
    }
}
END_TEST

START_TEST(an_added_dominated_action_changes_no_equilibrium)
{
    struct prng p = {3};
    static struct raw r, more;
    static uint32_t before[RAW_MAX], after[RAW_MAX];
    for (int round = 0; round < 500; round++) {
        struct exact_game g, h;
        raw_shape(&r, &p, 3, 3);
        raw_random(&r, &p, 3);
        more = r;
        const uint8_t last = (uint8_t)(r.shape.n_players - 1);
        const uint32_t n = shape_profiles(&r.shape);
        const uint32_t slice = n / r.shape.n_actions[last];
        more.shape.n_actions[last]++; /* its profiles come after all others */
        for (uint32_t at = 0; at < slice; at++)
            for (uint8_t i = 0; i <= last; i++)
                more.value[(n + at) * (last + 1u) + i] =
                    raw_at(&r, at, i) - (i == last);
        raw_to_exact(&g, &r);
        raw_to_exact(&h, &more);
        pure_sweep(before, &g);
        pure_sweep(after, &h);
        for (uint32_t at = 0; at < n; at++)
            ck_assert_int_eq(before[at] == 0, after[at] == 0);
        for (uint32_t at = n; at < n + slice; at++)
            ck_assert_int_ne(after[at], 0);
        exact_free(&g);
        exact_free(&h);
    }
}
END_TEST

static void potential_moves_alike(const struct raw *r, mpz_t *value, bool exact)
{
    for (uint32_t at = 0; at < shape_profiles(&r->shape); at++)
        for (uint8_t i = 0; i < r->shape.n_players; i++)
            for (uint8_t b = 0; b < r->shape.n_actions[i]; b++) {
                uint8_t actions[PLAYERS_MAX];
                profile_actions(actions, &r->shape, at);
                actions[i] = b;
                const uint32_t to = profile_index(&r->shape, actions);
                const int gain = raw_at(r, to, i) - raw_at(r, at, i);
                const int step = (int)(mpz_get_si(value[to]) - mpz_get_si(value[at]));
                if (exact)
                    ck_assert_int_eq(step, gain);
                else
                    ck_assert_int_eq((step > 0) - (step < 0), (gain > 0) - (gain < 0));
            }
}

/* A circle of profiles in which every step is no loss to the one who moves, and one is
 * a gain: by following all steps that are no loss, from the end of each that gains. */
static bool circle(const struct raw *r)
{
    const uint32_t n = shape_profiles(&r->shape);
    for (uint32_t start = 0; start < n; start++)
        for (uint8_t i = 0; i < r->shape.n_players; i++)
            for (uint8_t b = 0; b < r->shape.n_actions[i]; b++) {
                if (raw_if(r, start, i, b) <= raw_at(r, start, i))
                    continue;
                bool reached[RAW_MAX] = {false};
                reached[pure_reply(&r->shape, i, start, b)] = true;
                for (bool any = true; any;) {
                    any = false;
                    for (uint32_t at = 0; at < n; at++)
                        for (uint8_t j = 0; reached[at] && j < r->shape.n_players; j++)
                            for (uint8_t k = 0; k < r->shape.n_actions[j]; k++) {
                                const uint32_t to = pure_reply(&r->shape, j, at, k);
                                if (reached[to] ||
                                    raw_if(r, at, j, k) < raw_at(r, at, j))
                                    continue;
                                any = reached[to] = true;
                            }
                }
                if (reached[start])
                    return true;
            }
    return false;
}

START_TEST(potentials_move_as_payoffs_do_and_are_missed_only_where_steps_form_a_circle)
{
    struct prng p = {4};
    static struct raw r;
    static mpz_t value[64];
    int seen[3] = {0};
    for (int k = 0; k < 64; k++)
        mpz_init(value[k]);
    for (int round = 0; round < 1500; round++) {
        struct exact_game g;
        enum potential found;
        raw_shape(&r, &p, 3, 3);
        raw_random(&r, &p, 2 + (unsigned)round % 3);
        /* Every third game has an exact potential, every third an ordinal one. */
        for (uint32_t at = 0; round % 3 != 2 && at < shape_profiles(&r.shape); at++)
            for (uint8_t i = r.shape.n_players; i-- > 0;) {
                const int shared = r.value[at * r.shape.n_players];
                r.value[at * r.shape.n_players + i] =
                    round % 3 == 0 ? shared : (i + 1) * shared * shared * shared;
            }
        raw_to_exact(&g, &r);
        ck_assert(pure_potential(&found, value, &g));
        seen[found]++;
        /* On its scale a payoff may have lost a common factor: put it back. */
        for (uint32_t at = 0; found == POTENTIAL_EXACT && at < shape_profiles(&r.shape);
             at++) {
            mpz_mul(value[at], value[at], mpq_numref(g.payoffs.scale));
            ck_assert_int_eq(mpz_cmp_ui(mpq_denref(g.payoffs.scale), 1), 0);
        }
        if (found == POTENTIAL_NONE)
            ck_assert(circle(&r));
        else
            potential_moves_alike(&r, value, found == POTENTIAL_EXACT);
        if (round % 3 != 2)
            ck_assert_int_ne(found, POTENTIAL_NONE);
        if (round % 3 == 0)
            ck_assert_int_eq(found, POTENTIAL_EXACT);
        exact_free(&g);
    }
    ck_assert_int_gt(seen[POTENTIAL_NONE], 100);
    ck_assert_int_gt(seen[POTENTIAL_ORDINAL], 100);
    for (int k = 0; k < 64; k++)
        mpz_clear(value[k]);
}
END_TEST

START_TEST(pure_minmax_and_maxmin_are_what_they_are_called)
{
    struct prng p = {5};
    static struct raw r;
    for (int round = 0; round < 1000; round++) {
        struct exact_game g;
        raw_shape(&r, &p, 3, 4);
        raw_random(&r, &p, 6);
        raw_to_exact(&g, &r);
        for (uint8_t i = 0; i < r.shape.n_players; i++) {
            int secured = -1, held = 100;
            for (uint8_t k = 0; k < r.shape.n_actions[i]; k++) {
                int worst = 100;
                for (uint32_t at = 0; at < shape_profiles(&r.shape); at++)
                    if (raw_if(&r, at, i, k) < worst)
                        worst = raw_if(&r, at, i, k);
                secured = worst > secured ? worst : secured;
            }
            for (uint32_t at = 0; at < shape_profiles(&r.shape); at++) {
                int best = -1;
                for (uint8_t k = 0; k < r.shape.n_actions[i]; k++)
                    if (raw_if(&r, at, i, k) > best)
                        best = raw_if(&r, at, i, k);
                held = best < held ? best : held;
            }
            ck_assert_int_eq(raw_at(&r, pure_maxmin(&g, i), i), secured);
            ck_assert_int_eq(raw_at(&r, pure_minmax(&g, i), i), held);
        }
        exact_free(&g);
    }
}
END_TEST

UNIT_MAIN("pure", the_sweep_finds_who_could_gain_at_every_profile,
          an_added_dominated_action_changes_no_equilibrium,
          potentials_move_as_payoffs_do_and_are_missed_only_where_steps_form_a_circle,
          pure_minmax_and_maxmin_are_what_they_are_called)
