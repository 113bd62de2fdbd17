/* SPDX-License-Identifier: MIT */
/* Hides how states are visited: as an odometer with one wheel per set of actions, on
 * each of which its players are spread over its nodes in all ways. */
#include "analysis/census.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static const char memory[] = "needs more memory than there is";

/* ---- states ---- */

/* In how many ways n players can be on k nodes, or above CENSUS_MAX. */
static uint64_t count_spreads(uint32_t n, uint32_t k)
{
    uint64_t ways = 1;
    for (uint32_t i = 1; i < k && ways <= CENSUS_MAX; i++)
        ways = ways * (n + i) / i; /* n over 4096: no overflow before the limit */
    return ways;
}

/* All on the first node, to begin with. */
static void spread_start(uint32_t *count, uint32_t n_nodes, uint32_t n_players)
{
    memset(count, 0, n_nodes * sizeof *count);
    count[0] = n_players;
}

/* The next way; false, and the first again, after the last. */
static bool spread_next(uint32_t *count, uint32_t n_nodes)
{
    uint32_t k = 0;
    while (count[k] == 0)
        k++;
    const uint32_t rest = count[k] - 1;
    if (k + 1 == n_nodes) {
        spread_start(count, n_nodes, rest + 1);
        return false;
    }
    count[k] = 0;
    count[k + 1]++;
    count[0] = rest;
    return true;
}

static uint32_t places_of(const struct agg *a, uint32_t set)
{
    return a->set[set].n;
}

static bool state_next(uint32_t *count, const struct census *c, const struct agg *a)
{
    for (uint32_t s = 0; s < a->n_sets; s++)
        if (spread_next(count + c->first[s], places_of(a, s)))
            return true;
    return false;
}

/* ---- equilibria ---- */

/* on: how many players are on each action node. Of a player on one of the set's nodes
 * the sign of what it gains by the other. */
static int gain_sign(const struct agg *a, uint32_t *on, uint32_t from, uint32_t to)
{
    const size_t before = agg_payoff(a, from, on);
    on[from]--;
    on[to]++;
    const size_t after = agg_payoff(a, to, on);
    on[to]--;
    on[from]++;
    return multiples_order(&a->payoffs, after, before);
}

static void populate(uint32_t *on, const uint32_t *count, const struct census *c,
                     const struct agg *a)
{
    memset(on, 0, a->n_nodes * sizeof *on);
    for (uint32_t p = 0; p < c->n_places; p++)
        on[c->node[p]] += count[p];
}

static bool holds(bool *strict, const uint32_t *count, uint32_t *on,
                  const struct census *c, const struct agg *a)
{
    *strict = true;
    for (uint32_t s = 0; s < a->n_sets; s++) {
        const uint32_t first = c->first[s], end = first + places_of(a, s);
        for (uint32_t p = first; p < end; p++)
            for (uint32_t q = first; q < end && count[p] > 0; q++) {
                const int sign = p == q ? -1 : gain_sign(a, on, c->node[p], c->node[q]);
                if (sign > 0)
                    return false;
                *strict = *strict && sign < 0;
            }
    }
    return true;
}

static bool keep(struct census *c, const uint32_t *count, bool strict)
{
    if (c->n_equilibria == c->n_room) {
        const uint32_t room = c->n_room == 0 ? 64 : 2 * c->n_room;
        uint32_t *counts =
            realloc(c->count, (size_t)room * c->n_places * sizeof *counts);
        c->count = counts != NULL ? counts : c->count;
        bool *stricts = realloc(c->strict, room * sizeof *stricts);
        c->strict = stricts != NULL ? stricts : c->strict;
        if (counts == NULL || stricts == NULL)
            return false;
        c->n_room = room;
    }
    memcpy(c->count + (size_t)c->n_equilibria * c->n_places, count,
           c->n_places * sizeof *count);
    c->strict[c->n_equilibria++] = strict;
    return true;
}

static const char *visit(struct census *c, const struct agg *a)
{
    uint32_t *count = calloc(c->n_places, sizeof *count);
    uint32_t *on = calloc(a->n_nodes, sizeof *on);
    bool kept = count != NULL && on != NULL, more = kept;
    for (uint32_t s = 0; kept && s < a->n_sets; s++)
        spread_start(count + c->first[s], places_of(a, s), c->n_players[s]);
    for (; kept && more; more = state_next(count, c, a)) {
        bool strict;
        populate(on, count, c, a);
        if (holds(&strict, count, on, c, a))
            kept = keep(c, count, strict);
    }
    free(count);
    free(on);
    return kept ? NULL : memory;
}

static const char *census_start(struct census *c, const struct agg *a)
{
    *c = (struct census){.n_states = 1};
    for (uint32_t s = 0; s < a->n_sets; s++)
        c->n_places += places_of(a, s);
    CHECK(a->n_sets > 0 &&
          c->n_places > 0); /* there is a player, and it can do something */
    c->first = calloc(a->n_sets, sizeof *c->first);
    c->node = calloc(c->n_places, sizeof *c->node);
    c->n_players = calloc(a->n_sets, sizeof *c->n_players);
    if (c->first == NULL || c->node == NULL || c->n_players == NULL)
        return memory;
    for (uint32_t i = 0; i < a->n_players; i++)
        c->n_players[a->set_of[i]]++;
    for (uint32_t s = 0, place = 0; s < a->n_sets; s++) {
        c->first[s] = place;
        for (uint32_t k = 0; k < places_of(a, s); k++)
            c->node[place++] = a->set[s].item[k];
        c->n_states *= count_spreads(c->n_players[s], places_of(a, s));
        if (c->n_states > CENSUS_MAX)
            return "has more than 4194304 ways to spread its players over the nodes";
    }
    return NULL;
}

const char *census_take(struct census *out, const struct agg *a)
{
    const char *fault = census_start(out, a);
    if (fault == NULL)
        fault = visit(out, a);
    if (fault != NULL)
        census_free(out);
    return fault;
}

void census_free(struct census *c)
{
    free(c->first);
    free(c->node);
    free(c->n_players);
    free(c->count);
    free(c->strict);
    *c = (struct census){0};
}

/* ---- what they stand for ---- */

void census_profiles(mpz_ptr out, const struct census *c, const struct agg *a,
                     uint32_t k)
{
    const uint32_t *count = c->count + (size_t)k * c->n_places;
    mpz_t ways;
    mpz_init(ways);
    mpz_set_ui(out, 1);
    for (uint32_t s = 0; s < a->n_sets; s++) {
        uint32_t left = c->n_players[s];
        for (uint32_t p = 0; p < places_of(a, s); p++) {
            mpz_bin_uiui(ways, left, count[c->first[s] + p]);
            mpz_mul(out, out, ways);
            left -= count[c->first[s] + p];
        }
    }
    mpz_clear(ways);
}

void census_payoff(mpq_ptr out, const struct census *c, const struct agg *a, uint32_t k,
                   uint32_t place)
{
    uint32_t on[AGG_NODES_MAX];
    populate(on, c->count + (size_t)k * c->n_places, c, a);
    multiples_get(out, &a->payoffs, agg_payoff(a, c->node[place], on));
}
