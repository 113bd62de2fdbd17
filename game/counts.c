/* SPDX-License-Identifier: MIT */
/* Hides how the others' crowd is distributed: one player after the other joins it, and
 * a crowd of j players comes from one of j - 1. Crowds are numbered so that the place
 * of one in memory does not depend on how many have joined. */
#include "game/counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

struct counts {
    uint8_t player;
    uint8_t n_players;
    uint16_t n_actions;
    uint32_t n_crowds;          /* of the others */
    uint32_t n_of[PLAYERS_MAX]; /* crowds of so many players */
    double *value;              /* own action by crowd */
    /* With more than two actions, for each crowd and each action but the first: the
     * crowd with one player less who takes it, or n_crowds where nobody does. */
    uint32_t *without;
    double *share; /* of the crowds so far, and a 0 behind them */
};

/* ---- numbers of crowds ---- */

/* n choose k, or UINT32_MAX where that is beyond COUNTS_MAX. */
static uint32_t choose(uint32_t n, uint32_t k)
{
    uint64_t c = 1;
    if (k > n)
        return 0;
    if (k > n - k)
        k = n - k;
    /* What has been multiplied so far is itself n - k + i choose i, which only grows.
     */
    for (uint32_t i = 1; i <= k && c <= COUNTS_MAX; i++)
        c = c * (n - k + i) / i;
    return c <= COUNTS_MAX ? (uint32_t)c : UINT32_MAX;
}

uint32_t crowds(uint8_t n_players, uint16_t n_actions)
{
    return choose(n_players + n_actions - 1u, n_actions - 1u);
}

bool shape_counted(const struct shape *s)
{
    for (uint8_t i = 1; i < s->n_players; i++)
        if (s->n_actions[i] != s->n_actions[0])
            return false;
    return s->n_players > 0 && s->n_actions[0] > 0 &&
           crowds((uint8_t)(s->n_players - 1), s->n_actions[0]) <=
               COUNTS_MAX / s->n_actions[0];
}

/* The k-th partial sum of counts, k - 1 added, makes a strictly increasing sequence: a
 * set of n_actions - 1 numbers, which the combinatorial number system numbers. */
uint32_t crowd_number(const uint8_t *count, uint16_t n_actions)
{
    uint32_t number = 0, sum = 0;
    for (uint16_t k = 1; k < n_actions; k++) {
        sum += count[k];
        number += choose(sum + k - 1u, k);
    }
    return number;
}

void crowd_count(uint8_t *count, uint8_t n_players, uint16_t n_actions, uint32_t number)
{
    uint32_t above = n_players;
    for (uint16_t k = (uint16_t)(n_actions - 1); k > 0; k--) {
        uint32_t sum = above;
        while (choose(sum + k - 1u, k) > number)
            sum--;
        number -= choose(sum + k - 1u, k);
        /* Who is not among the first k actions takes the next one; of all actions, the
         * first. */
        count[k + 1 < n_actions ? k + 1 : 0] = (uint8_t)(above - sum);
        above = sum;
    }
    count[n_actions > 1 ? 1 : 0] = (uint8_t)above;
}

/* The first partial sum that may grow does, and those before it start from 0. Each one
 * who joins those up to action k leaves the next action, or, at the last, the first. */
void crowd_next(uint8_t *count, uint16_t n_actions)
{
    uint8_t sum = 0;
    for (uint16_t k = 1; k < n_actions; k++) {
        uint8_t *from = &count[k + 1 < n_actions ? k + 1 : 0];
        sum = (uint8_t)(sum + count[k]);
        count[k] = 0;
        if (*from > 0) {
            --*from;
            count[k] = (uint8_t)(sum + 1);
            return;
        }
    }
    count[0] = (uint8_t)(count[0] + sum);
}

/* ---- profiles to try ---- */

uint32_t shape_listed(const struct shape *s)
{
    if (shape_tabled(s))
        return shape_profiles(s);
    const uint32_t m = s->n_actions[0];
    return m + (crowds(s->n_players, s->n_actions[0]) - m) * s->n_players;
}

/* Of all crowds the number-th in which not all do the same: those in which all do have
 * the numbers that are left out, in the order of the actions 1, m, m - 1, .. 2. */
static uint32_t mixed_crowd(const struct shape *s, uint32_t number)
{
    const uint16_t m = s->n_actions[0];
    uint8_t count[ACTIONS_MAX] = {0};
    for (uint16_t k = 0; k < m; k++) {
        const uint16_t action = (uint16_t)(k == 0 ? 0 : m - k);
        count[action] = s->n_players;
        number += number >= crowd_number(count, m);
        count[action] = 0;
    }
    return number;
}

void listed_actions(uint8_t *actions, const struct shape *s, uint32_t number)
{
    if (shape_tabled(s)) {
        profile_actions(actions, s, number);
        return;
    }
    const uint8_t n = s->n_players;
    const uint16_t m = s->n_actions[0];
    uint8_t count[ACTIONS_MAX] = {0}, first = 0, action = 0;
    if (number < m) {
        count[number] = n;
    } else {
        const uint32_t n_mixed = crowds(n, m) - m;
        crowd_count(count, n, m, mixed_crowd(s, (number - m) % n_mixed));
        first = (uint8_t)((number - m) / n_mixed);
    }
    for (uint8_t i = 0; i < n; i++) {
        while (count[action] == 0)
            action++;
        count[action]--;
        actions[(first + i) % n] = action;
    }
}

/* ---- the table ---- */

static void link_crowds(struct counts *c)
{
    uint8_t count[ACTIONS_MAX] = {(uint8_t)(c->n_players - 1)};
    uint32_t *without = c->without;
    for (uint32_t v = 0; v < c->n_crowds; v++, crowd_next(count, c->n_actions)) {
        for (uint16_t k = 1; k < c->n_actions; k++) {
            *without = c->n_crowds;
            if (count[k] > 0) {
                count[k]--;
                *without = crowd_number(count, c->n_actions);
                count[k]++;
            }
            without++;
        }
    }
}

struct counts *counts_new(const struct shape *s, uint8_t player, const double *value)
{
    CHECK(shape_counted(s) && player < s->n_players);
    struct counts *c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    c->player = player;
    c->n_players = s->n_players;
    c->n_actions = s->n_actions[0];
    for (uint8_t i = 0; i < s->n_players; i++)
        c->n_of[i] = crowds(i, c->n_actions);
    c->n_crowds = c->n_of[s->n_players - 1];
    const size_t n_values = (size_t)c->n_actions * c->n_crowds;
    c->value = malloc(n_values * sizeof *c->value);
    c->share = calloc(c->n_crowds + 1u, sizeof *c->share);
    if (c->n_actions > 2)
        c->without =
            malloc((size_t)c->n_crowds * (c->n_actions - 1u) * sizeof *c->without);
    if (c->value == NULL || c->share == NULL ||
        (c->n_actions > 2 && c->without == NULL)) {
        counts_free(c);
        return NULL;
    }
    memcpy(c->value, value, n_values * sizeof *value);
    if (c->n_actions > 2)
        link_crowds(c);
    return c;
}

void counts_free(struct counts *c)
{
    if (c == NULL)
        return;
    free(c->value);
    free(c->share);
    free(c->without);
    free(c);
}

const double *counts_value(const struct counts *c)
{
    return c->value;
}

double counts_at(const struct counts *c, const uint8_t *actions)
{
    uint8_t count[ACTIONS_MAX] = {0};
    for (uint8_t i = 0; i < c->n_players; i++)
        count[actions[i]]++;
    count[actions[c->player]]--;
    return c->value[(size_t)actions[c->player] * c->n_crowds +
                    crowd_number(count, c->n_actions)];
}

/* ---- expectations ---- */

/* One more player joins with these shares; n crowds are possible then. A crowd is made
 * of crowds with lower numbers and itself, so from the last to the first. */
static void join_two(double *share, const double *mixed, uint32_t n)
{
    for (uint32_t v = n - 1; v > 0; v--)
        share[v] = mixed[0] * share[v] + mixed[1] * share[v - 1];
    share[0] *= mixed[0];
}

static void join(const struct counts *c, const double *mixed, uint32_t n)
{
    const uint16_t n_more = (uint16_t)(c->n_actions - 1);
    double *share = c->share;
    for (uint32_t v = n; v-- > 0;) {
        const uint32_t *without = c->without + (size_t)v * n_more;
        double sum = mixed[0] * share[v];
        for (uint16_t k = 0; k < n_more; k++)
            sum += mixed[k + 1] * share[without[k]];
        share[v] = sum;
    }
}

/* Who plays one action for sure moves every crowd by one; with that the exact shares 0
 * and 1 of pure profiles need no case of their own. */
static void gather_others(const struct counts *c, const struct profile *x)
{
    uint8_t joined = 0;
    memset(c->share, 0, (c->n_crowds + 1u) * sizeof *c->share);
    c->share[0] = 1;
    for (uint8_t i = 0; i < c->n_players; i++) {
        const double *mixed = x->share + (size_t)i * c->n_actions;
        if (i == c->player)
            continue;
        joined++;
        if (c->n_actions == 2)
            join_two(c->share, mixed, c->n_of[joined]);
        else if (c->n_actions > 2)
            join(c, mixed, c->n_of[joined]);
    }
}

void counts_by_action(double *out, const struct counts *c, const struct profile *x)
{
    gather_others(c, x);
    for (uint16_t k = 0; k < c->n_actions; k++) {
        const double *value = c->value + (size_t)k * c->n_crowds;
        double sum = 0;
        for (uint32_t v = 0; v < c->n_crowds; v++)
            sum += c->share[v] * value[v];
        out[k] = sum;
    }
}

double counts_expect(const struct counts *c, const struct profile *x)
{
    double by_action[ACTIONS_MAX], sum = 0;
    const double *own = x->share + (size_t)c->player * c->n_actions;
    counts_by_action(by_action, c, x);
    for (uint16_t k = 0; k < c->n_actions; k++)
        sum += own[k] * by_action[k];
    return sum;
}
