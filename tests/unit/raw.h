/* SPDX-License-Identifier: MIT */
/* Games of small whole payoffs for the tests of analysis/: made from an array, asked by
 * actions, so that brute force needs nothing of what it checks. */
#ifndef TREATY_TESTS_RAW_H
#define TREATY_TESTS_RAW_H

#include <stdio.h>
#include <string.h>

#include "analysis/exact.h"
#include "base/check.h"
#include "base/secure.h"

enum { RAW_MAX = 4096 };

/* value[profile * n_players + player] */
struct raw {
    struct shape shape;
    int value[RAW_MAX];
};

static inline void raw_to_exact(struct exact_game *out, const struct raw *r)
{
    static struct game head;
    struct gathering *payoffs = gathering_new();
    memset(&head, 0, sizeof head);
    head.shape = r->shape;
    for (uint8_t i = 0; i < r->shape.n_players; i++)
        snprintf(head.player_name[i], sizeof head.player_name[i], "P%d", i + 1);
    mpq_t number;
    mpq_init(number);
    for (uint32_t k = 0; k < shape_profiles(&r->shape) * r->shape.n_players; k++) {
        mpq_set_si(number, r->value[k], 1);
        CHECK(gathering_add_rational(payoffs, number) == NULL);
    }
    mpq_clear(number);
    CHECK(exact_build(out, &head, payoffs) == NULL);
    gathering_free(payoffs);
}

/* Payoffs in 0 .. values - 1: few values, many ties. */
static inline void raw_random(struct raw *r, struct prng *p, unsigned values)
{
    const uint32_t n = shape_profiles(&r->shape) * r->shape.n_players;
    CHECK(n <= RAW_MAX);
    for (uint32_t k = 0; k < n; k++)
        r->value[k] = (int)prng_below(p, values);
}

static inline void raw_shape(struct raw *r, struct prng *p, unsigned players_max,
                             unsigned actions_max)
{
    r->shape = (struct shape){0};
    r->shape.n_players = (uint8_t)(2 + prng_below(p, players_max - 1));
    for (uint8_t i = 0; i < r->shape.n_players; i++)
        r->shape.n_actions[i] = (uint8_t)(1 + prng_below(p, actions_max));
}

static inline int raw_at(const struct raw *r, uint32_t profile, uint8_t player)
{
    return r->value[profile * r->shape.n_players + player];
}

/* The payoff of player where it does action instead. */
static inline int raw_if(const struct raw *r, uint32_t profile, uint8_t player,
                         uint8_t action)
{
    uint8_t actions[PLAYERS_MAX];
    profile_actions(actions, &r->shape, profile);
    actions[player] = action;
    return raw_at(r, profile_index(&r->shape, actions), player);
}

#endif
