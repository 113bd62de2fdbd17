/* SPDX-License-Identifier: MIT */
/* Hides how profiles that differ in one player's action are found: they lie a stride
 * apart, so no list of actions is ever made. */
#include "analysis/pure.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

_Static_assert(sizeof(long) >= sizeof(int64_t), "GMP takes what payoffs are kept in");

uint32_t pure_stride(const struct shape *s, uint8_t player)
{
    uint32_t stride = 1;
    for (uint8_t i = 0; i < player; i++)
        stride *= s->n_actions[i];
    return stride;
}

uint8_t pure_action(const struct shape *s, uint8_t player, uint32_t profile)
{
    return (uint8_t)(profile / pure_stride(s, player) % s->n_actions[player]);
}

uint32_t pure_reply(const struct shape *s, uint8_t player, uint32_t profile,
                    uint8_t action)
{
    const uint32_t stride = pure_stride(s, player);
    const uint32_t own = profile / stride % s->n_actions[player];
    return profile - own * stride + action * stride;
}

void pure_payoff(mpz_ptr out, const struct exact_game *g, uint32_t profile,
                 uint8_t player)
{
    const size_t place = (size_t)profile * g->head.shape.n_players + player;
    if (g->payoffs.value != NULL)
        mpz_set_si(out, g->payoffs.value[place]);
    else
        mpz_set(out, g->payoffs.wide[place]);
}

void pure_welfare(mpz_ptr out, const struct exact_game *g, uint32_t profile)
{
    mpz_t payoff;
    mpz_init(payoff);
    mpz_set_ui(out, 0);
    for (uint8_t i = 0; i < g->head.shape.n_players; i++) {
        pure_payoff(payoff, g, profile, i);
        mpz_add(out, out, payoff);
    }
    mpz_clear(payoff);
}

/* ---- equilibria ---- */

void pure_sweep(uint32_t *tempted, const struct exact_game *g)
{
    const struct shape *s = &g->head.shape;
    const uint32_t n_profiles = shape_profiles(s);
    memset(tempted, 0, n_profiles * sizeof *tempted);
    for (uint8_t i = 0; i < s->n_players; i++) {
        const uint32_t stride = pure_stride(s, i), end = stride * s->n_actions[i];
        for (uint32_t first = 0; first < n_profiles; first++) {
            if (first % end >= stride)
                continue;
            uint32_t best = first;
            for (uint32_t at = first; at < first + end; at += stride)
                if (exact_order(g, i, at, best) > 0)
                    best = at;
            for (uint32_t at = first; at < first + end; at += stride)
                if (exact_order(g, i, at, best) < 0)
                    tempted[at] |= UINT32_C(1) << i;
        }
    }
}

bool pure_strict(const struct exact_game *g, uint32_t profile)
{
    const struct shape *s = &g->head.shape;
    for (uint8_t i = 0; i < s->n_players; i++)
        for (uint8_t b = 0; b < s->n_actions[i]; b++) {
            const uint32_t other = pure_reply(s, i, profile, b);
            if (other != profile && exact_order(g, i, other, profile) >= 0)
                return false;
        }
    return true;
}

/* ---- potentials ---- */

/* Sums the payoff changes along one path to each profile: from the profile with the
 * highest player's action set back to its first, whose sum is known already. */
static void sum_changes(mpz_t *value, const struct exact_game *g)
{
    const struct shape *s = &g->head.shape;
    mpz_t payoff;
    mpz_init(payoff);
    mpz_set_ui(value[0], 0);
    for (uint32_t at = 1; at < shape_profiles(s); at++) {
        uint8_t i = (uint8_t)(s->n_players - 1);
        while (pure_action(s, i, at) == 0)
            i--;
        const uint32_t from = pure_reply(s, i, at, 0);
        pure_payoff(payoff, g, at, i);
        mpz_add(value[at], value[from], payoff);
        pure_payoff(payoff, g, from, i);
        mpz_sub(value[at], value[at], payoff);
    }
    mpz_clear(payoff);
}

/* True if every change of one action changes value and the player's payoff alike. It is
 * enough to compare each profile with the one in which that player does its first. */
static bool changes_alike(mpz_t *value, const struct exact_game *g)
{
    const struct shape *s = &g->head.shape;
    mpz_t change, payoff;
    mpz_inits(change, payoff, NULL);
    bool alike = true;
    for (uint32_t at = 0; alike && at < shape_profiles(s); at++)
        for (uint8_t i = 0; alike && i < s->n_players; i++) {
            const uint32_t from = pure_reply(s, i, at, 0);
            mpz_sub(change, value[at], value[from]);
            pure_payoff(payoff, g, at, i);
            mpz_sub(change, change, payoff);
            pure_payoff(payoff, g, from, i);
            mpz_add(change, change, payoff);
            alike = mpz_sgn(change) == 0;
        }
    mpz_clears(change, payoff, NULL);
    return alike;
}

static void lower_to_zero(mpz_t *value, uint32_t n)
{
    mpz_t least;
    mpz_init_set(least, value[0]);
    for (uint32_t at = 1; at < n; at++)
        if (mpz_cmp(value[at], least) < 0)
            mpz_set(least, value[at]);
    for (uint32_t at = 0; at < n; at++)
        mpz_sub(value[at], value[at], least);
    mpz_clear(least);
}

/* Profiles between which some player is indifferent must share their potential: they
 * are one class, named by a member. */
static uint32_t class_of(uint32_t *parent, uint32_t at)
{
    while (parent[at] != at) {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    return at;
}

/* Calls a step every pair of profiles of which one is better for the player who alone
 * moves between them. Ordered by class: whatever has no lower neighbour left is next.
 */
struct climb {
    const struct exact_game *g;
    uint32_t *parent;
    uint32_t *below; /* per class: steps into it from classes that are not placed yet */
    uint32_t *next;  /* per profile: the next of its class, in a ring */
    uint32_t *queue;
    uint32_t *height;
};

static void join_indifferent(struct climb *c)
{
    const struct shape *s = &c->g->head.shape;
    const uint32_t n_profiles = shape_profiles(s);
    for (uint32_t at = 0; at < n_profiles; at++)
        c->parent[at] = c->next[at] = at;
    for (uint32_t at = 0; at < n_profiles; at++)
        for (uint8_t i = 0; i < s->n_players; i++)
            for (uint8_t b = 0; b < pure_action(s, i, at); b++) {
                const uint32_t other = pure_reply(s, i, at, b);
                const uint32_t one = class_of(c->parent, at);
                const uint32_t two = class_of(c->parent, other);
                if (one == two || exact_order(c->g, i, at, other) != 0)
                    continue;
                c->parent[two] = one;
                const uint32_t after = c->next[one]; /* two rings become one */
                c->next[one] = c->next[two];
                c->next[two] = after;
            }
}

/* Visits every step up from the profile: counts it, or takes it back and queues the
 * classes that nothing is below any more. */
static void steps_up(struct climb *c, uint32_t at, bool placed, uint32_t *n_queued)
{
    const struct shape *s = &c->g->head.shape;
    const uint32_t here = class_of(c->parent, at);
    for (uint8_t i = 0; i < s->n_players; i++)
        for (uint8_t b = 0; b < s->n_actions[i]; b++) {
            const uint32_t other = pure_reply(s, i, at, b);
            if (exact_order(c->g, i, other, at) <= 0)
                continue;
            const uint32_t there = class_of(c->parent, other);
            if (!placed) {
                c->below[there]++;
                continue;
            }
            if (c->height[there] < c->height[here] + 1)
                c->height[there] = c->height[here] + 1;
            if (--c->below[there] == 0)
                c->queue[(*n_queued)++] = there;
        }
}

/* False if the steps up form a circle. */
static bool place_classes(struct climb *c)
{
    const uint32_t n_profiles = shape_profiles(&c->g->head.shape);
    uint32_t n_classes = 0, n_queued = 0;
    for (uint32_t at = 0; at < n_profiles; at++)
        steps_up(c, at, false, NULL);
    for (uint32_t at = 0; at < n_profiles; at++) {
        if (class_of(c->parent, at) != at)
            continue;
        n_classes++;
        if (c->below[at] == 0)
            c->queue[n_queued++] = at;
    }
    for (uint32_t k = 0; k < n_queued; k++) {
        uint32_t at = c->queue[k];
        do {
            steps_up(c, at, true, &n_queued);
            at = c->next[at];
        } while (at != c->queue[k]);
    }
    return n_queued == n_classes;
}

static bool ordinal_potential(bool *found, mpz_t *value, const struct exact_game *g)
{
    const uint32_t n_profiles = shape_profiles(&g->head.shape);
    uint32_t *room = calloc((size_t)n_profiles * 5, sizeof *room);
    if (room == NULL)
        return false;
    struct climb c = {g,
                      room,
                      room + n_profiles,
                      room + (size_t)n_profiles * 2,
                      room + (size_t)n_profiles * 3,
                      room + (size_t)n_profiles * 4};
    join_indifferent(&c);
    *found = place_classes(&c);
    for (uint32_t at = 0; *found && at < n_profiles; at++)
        mpz_set_ui(value[at], c.height[class_of(c.parent, at)]);
    free(room);
    return true;
}

bool pure_potential(enum potential *found, mpz_t *value, const struct exact_game *g)
{
    bool ordinal = false;
    *found = POTENTIAL_NONE;
    sum_changes(value, g);
    if (changes_alike(value, g)) {
        *found = POTENTIAL_EXACT;
        lower_to_zero(value, shape_profiles(&g->head.shape));
        return true;
    }
    if (!ordinal_potential(&ordinal, value, g))
        return false;
    if (ordinal)
        *found = POTENTIAL_ORDINAL;
    return true;
}

/* ---- what one can make sure of ---- */

uint32_t pure_maxmin(const struct exact_game *g, uint8_t player)
{
    const struct shape *s = &g->head.shape;
    uint32_t worst[ACTIONS_MAX] = {0}, best = 0;
    for (uint8_t k = 0; k < s->n_actions[player]; k++)
        worst[k] = pure_reply(s, player, 0, k);
    for (uint32_t at = 0; at < shape_profiles(s); at++) {
        uint32_t *mine = &worst[pure_action(s, player, at)];
        if (exact_order(g, player, at, *mine) < 0)
            *mine = at;
    }
    best = worst[0];
    for (uint8_t k = 1; k < s->n_actions[player]; k++)
        if (exact_order(g, player, worst[k], best) > 0)
            best = worst[k];
    return best;
}

uint32_t pure_minmax(const struct exact_game *g, uint8_t player)
{
    const struct shape *s = &g->head.shape;
    uint32_t worst = 0;
    bool any = false;
    for (uint32_t at = 0; at < shape_profiles(s); at++) {
        if (pure_action(s, player, at) != 0)
            continue;
        uint32_t best = at;
        for (uint8_t k = 1; k < s->n_actions[player]; k++) {
            const uint32_t other = pure_reply(s, player, at, k);
            if (exact_order(g, player, other, best) > 0)
                best = other;
        }
        if (!any || exact_order(g, player, best, worst) < 0)
            worst = best;
        any = true;
    }
    return worst;
}
