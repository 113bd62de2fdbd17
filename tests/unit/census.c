/* SPDX-License-Identifier: MIT */
/* Pure equilibria of action graphs, counted, against every profile of the table. */
#include "analysis/census.h"

#include "analysis/classics.h"
#include "tests/unit/raw.h"
#include "tests/unit/unit.h"

enum { GROUPS = 2 };

/* Players up to `first` are alike, and so are the others: what one gets depends on its
 * group, its action and how many of each group do what. */
static void random_alike(struct raw *r, struct prng *p, uint8_t first)
{
    static int value[GROUPS][3][1 << 12];
    for (int g = 0; g < GROUPS; g++)
        for (int k = 0; k < 3; k++)
            for (int x = 0; x < 1 << 12; x++)
                value[g][k][x] = (int)prng_below(p, 4);
    for (uint32_t at = 0; at < shape_profiles(&r->shape); at++) {
        uint8_t actions[PLAYERS_MAX];
        int state = 0;
        profile_actions(actions, &r->shape, at);
        for (uint8_t i = 0; i < r->shape.n_players; i++)
            if (actions[i] > 0)
                state += 1 << (3 * (2 * (i >= first) + actions[i] - 1));
        for (uint8_t i = 0; i < r->shape.n_players; i++)
            r->value[at * r->shape.n_players + i] =
                value[i >= first][actions[i]][state];
    }
}

static bool equilibrium(const struct raw *r, uint32_t at, bool *strict)
{
    uint8_t actions[PLAYERS_MAX];
    *strict = true;
    profile_actions(actions, &r->shape, at);
    for (uint8_t i = 0; i < r->shape.n_players; i++)
        for (uint8_t b = 0; b < r->shape.n_actions[i]; b++) {
            if (raw_if(r, at, i, b) > raw_at(r, at, i))
                return false;
            *strict =
                *strict && (b == actions[i] || raw_if(r, at, i, b) < raw_at(r, at, i));
        }
    return true;
}

/* The equilibrium that a profile belongs to, or one past the last. */
static uint32_t find_state(const struct census *c, const struct agg *a,
                           const struct raw *r, uint32_t at)
{
    uint32_t count[PLAYERS_MAX * 3] = {0}, k = 0;
    uint8_t actions[PLAYERS_MAX];
    profile_actions(actions, &r->shape, at);
    for (uint32_t i = 0; i < a->n_players; i++)
        count[c->first[a->set_of[i]] + actions[i]]++;
    while (k < c->n_equilibria && memcmp(c->count + (size_t)k * c->n_places, count,
                                         c->n_places * sizeof *count) != 0)
        k++;
    return k;
}

static void agree(const struct census *c, const struct agg *a, const struct raw *r)
{
    mpz_t ways, sum;
    mpq_t payoff;
    unsigned long n = 0;
    mpz_inits(ways, sum, NULL);
    mpq_init(payoff);
    for (uint32_t at = 0; at < shape_profiles(&r->shape); at++) {
        uint8_t actions[PLAYERS_MAX];
        bool strict;
        if (!equilibrium(r, at, &strict))
            continue;
        const uint32_t k = find_state(c, a, r, at);
        ck_assert_uint_lt(k, c->n_equilibria);
        ck_assert_int_eq(c->strict[k], strict);
        profile_actions(actions, &r->shape, at);
        for (uint8_t i = 0; i < r->shape.n_players; i++) {
            census_payoff(payoff, c, a, k, c->first[a->set_of[i]] + actions[i]);
            ck_assert_int_eq(mpq_cmp_si(payoff, raw_at(r, at, i), 1), 0);
        }
        n++;
    }
    for (uint32_t k = 0; k < c->n_equilibria; k++) {
        census_profiles(ways, c, a, k);
        mpz_add(sum, sum, ways);
    }
    ck_assert_int_eq(mpz_cmp_ui(sum, n), 0);
    mpz_clears(ways, sum, NULL);
    mpq_clear(payoff);
}

START_TEST(counted_equilibria_are_those_of_the_table)
{
    struct prng p = {31};
    static struct raw r;
    unsigned n_kinds = 0, n_strict = 0;
    for (int round = 0; round < 300; round++) {
        struct exact_game g;
        struct agg a;
        struct census c;
        const uint8_t n = (uint8_t)(2 + prng_below(&p, 5));
        const uint8_t first = (uint8_t)(1 + prng_below(&p, n));
        r.shape = (struct shape){.n_players = n};
        for (uint8_t i = 0; i < n; i++)
            r.shape.n_actions[i] = (uint8_t)(i < first ? 2 + round % 2 : 2);
        if (shape_profiles(&r.shape) * n > RAW_MAX)
            continue;
        random_alike(&r, &p, first);
        raw_to_exact(&g, &r);
        ck_assert_ptr_null(agg_from_table(&a, &g));
        exact_free(&g);
        ck_assert_ptr_null(census_take(&c, &a));
        agree(&c, &a, &r);
        n_kinds += c.n_equilibria;
        for (uint32_t k = 0; k < c.n_equilibria; k++)
            n_strict += c.strict[k];
        census_free(&c);
        agg_free(&a);
    }
    ck_assert_uint_gt(n_kinds, 200);
    ck_assert_uint_gt(n_strict, 50);
    ck_assert_uint_lt(n_strict, n_kinds);
}
END_TEST

/* In the forwarding dilemma all forward but one, whoever it is. */
START_TEST(a_thousand_players_are_counted_not_listed)
{
    struct forwarding fd;
    struct agg a;
    struct census c;
    mpz_t ways;
    mpz_init(ways);
    forwarding_init(&fd);
    ck_assert_ptr_null(forwarding_graph(&a, &fd, 1000));
    ck_assert_ptr_null(census_take(&c, &a));
    ck_assert_uint_eq(c.n_states, 1001);
    ck_assert_uint_eq(c.n_equilibria, 1);
    census_profiles(ways, &c, &a, 0);
    ck_assert_int_eq(mpz_cmp_ui(ways, 1000), 0);
    census_free(&c);
    agg_free(&a);
    forwarding_clear(&fd);
    mpz_clear(ways);
}
END_TEST

UNIT_MAIN("census", counted_equilibria_are_those_of_the_table,
          a_thousand_players_are_counted_not_listed)
