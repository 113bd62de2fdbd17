/* SPDX-License-Identifier: MIT */
/* Hides the estimate: a Gaussian prior under which all payoffs of a player are alike,
 * and those of profiles in which more players do the same are more alike; conditioned
 * on each equation as it comes. Since all players answer the same questions, what is
 * not known (the covariance) is the same for all of them. */
#include "sampling/belief.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define LIKENESS 0.2    /* of two profiles that differ in one player's action */
#define DETERMINED 1e-9 /* of the prior variance */
#define AGREE 1e-6      /* of the scale: the same number but for rounding */
#define MODERATE 1e101  /* nobody's payoffs are so far from the threat's */
#define CLEARLY                                                                        \
    0.3 /* of a reward, for the sign that was expected to be the right one */

struct belief {
    struct payoffs *of[BELIEF_PLAYERS_MAX];
    const struct payoffs *own;
    uint8_t n_players;
    uint32_t n_profiles;
    double scale[BELIEF_PLAYERS_MAX];
    double *covariance; /* n_profiles squared */
    double *along;      /* n_profiles: covariance times the weights at hand */
    /* By player and profile: asked as it is and refused, so that the sign was guessed
     * and has not been confirmed. */
    bool *guessed;
};

static double likeness(const struct shape *s, uint32_t a, uint32_t b, double of_one)
{
    uint8_t one[PLAYERS_MAX], other[PLAYERS_MAX];
    double product = 1;
    profile_actions(one, s, a);
    profile_actions(other, s, b);
    for (uint8_t i = 0; i < s->n_players; i++)
        if (one[i] != other[i])
            product *= of_one;
    return product;
}

struct belief *belief_new(const struct payoffs *own, bool alike)
{
    struct belief *b = calloc(1, sizeof *b);
    if (b == NULL)
        return NULL;
    const uint32_t m = shape_profiles(&own->shape);
    CHECK(m <= BELIEF_PROFILES_MAX && own->shape.n_players <= BELIEF_PLAYERS_MAX);
    b->own = own;
    b->n_players = own->shape.n_players;
    b->n_profiles = m;
    b->covariance = calloc((size_t)m * m, sizeof *b->covariance);
    b->along = calloc(m, sizeof *b->along);
    b->guessed = calloc((size_t)m * b->n_players, sizeof *b->guessed);
    bool short_of_memory =
        b->covariance == NULL || b->along == NULL || b->guessed == NULL;
    for (uint8_t i = 0; i < b->n_players; i++) {
        b->of[i] = payoffs_new_zero(&own->shape, i);
        short_of_memory |= b->of[i] == NULL;
    }
    if (short_of_memory) {
        belief_free(b);
        return NULL;
    }
    for (uint32_t a = 0; a < m; a++)
        for (uint32_t c = 0; c < m; c++)
            b->covariance[(size_t)a * m + c] =
                likeness(&own->shape, a, c, alike ? LIKENESS : 0);
    return b;
}

void belief_free(struct belief *b)
{
    if (b == NULL)
        return;
    for (uint8_t i = 0; i < b->n_players; i++)
        payoffs_free(b->of[i]);
    free(b->covariance);
    free(b->along);
    free(b->guessed);
    free(b);
}

void belief_start(struct belief *b, double threat_payoff)
{
    const uint8_t self = b->own->player;
    for (uint32_t a = 0; a < b->n_profiles; a++) {
        uint8_t actions[PLAYERS_MAX];
        struct candidate c;
        struct profile x;
        profile_actions(actions, &b->own->shape, a);
        candidate_from_pure(&c, &b->own->shape, actions);
        profile_from_candidate(&x, &b->own->shape, &c);
        b->of[self]->value[a] = payoffs_expect(b->own, &x) - threat_payoff;
        b->scale[self] = fmax(b->scale[self], fabs(b->of[self]->value[a]));
    }
}

/* ---- signs ---- */

/* The equation contradicts what is known. If one guess was wrong, and which one, shows
 * in how much is missing. */
static bool correct(struct belief *b, uint8_t player, const double *weight,
                    double expected, double size)
{
    double *value = b->of[player]->value;
    const double near = AGREE * b->scale[player];
    for (uint32_t a = 0; a < b->n_profiles; a++) {
        bool *guessed = &b->guessed[(size_t)player * b->n_profiles + a];
        if (!*guessed || !(weight[a] > 0))
            continue;
        if (fabs(fabs(expected - 2 * weight[a] * value[a]) - size) < near) {
            value[a] = -value[a];
            *guessed = false;
            return true;
        }
    }
    return false;
}

static uint32_t pure_of(const struct belief *b, const double *weight)
{
    for (uint32_t a = 0; a < b->n_profiles; a++)
        if (weight[a] >= 1)
            return a;
    return b->n_profiles;
}

/* U_j less the threat's: what the reward says, with the sign that is likelier. Pure
 * profiles are refused because they pay too little; if they tempt too much instead,
 * that comes out later. */
static double surplus_of(struct belief *b, uint8_t player, const double *weight,
                         double expected, double reward)
{
    const uint32_t pure = pure_of(b, weight);
    if (reward >= 0)
        return reward;
    if (pure == b->n_profiles)
        return expected > CLEARLY * -reward ? -reward : reward;
    b->guessed[(size_t)player * b->n_profiles + pure] = true;
    return reward;
}

bool belief_hear(struct belief *b, const double *weight, const double *rewards)
{
    const uint32_t m = b->n_profiles;
    double variance = 0;
    bool learned = false;
    for (uint32_t a = 0; a < m; a++)
        b->along[a] = 0;
    for (uint32_t c = 0; c < m; c++)
        for (uint32_t a = 0; weight[c] > 0 && a < m; a++)
            b->along[a] += b->covariance[(size_t)c * m + a] * weight[c];
    for (uint32_t a = 0; a < m; a++)
        variance += weight[a] * b->along[a];
    for (uint8_t j = 0; j < b->n_players; j++) {
        double expected = 0;
        if (j == b->own->player || !(fabs(rewards[j]) < MODERATE))
            continue;
        b->scale[j] = fmax(b->scale[j], fabs(rewards[j]));
        for (uint32_t a = 0; a < m; a++)
            expected += weight[a] * b->of[j]->value[a];
        if (variance <= DETERMINED) {
            if (fabs(fabs(expected) - fabs(rewards[j])) > AGREE * b->scale[j])
                learned |= correct(b, j, weight, expected, fabs(rewards[j]));
            continue;
        }
        const double by =
            (surplus_of(b, j, weight, expected, rewards[j]) - expected) / variance;
        for (uint32_t a = 0; a < m; a++)
            b->of[j]->value[a] += b->along[a] * by;
    }
    if (variance <= DETERMINED)
        return learned;
    for (uint32_t a = 0; a < m; a++)
        for (uint32_t c = 0; c < m; c++)
            b->covariance[(size_t)a * m + c] -= b->along[a] * b->along[c] / variance;
    return true;
}

const struct payoffs *belief_payoffs(const struct belief *b, uint8_t player)
{
    return b->of[player];
}

double belief_doubt(const struct belief *b, uint32_t profile)
{
    return fmax(b->covariance[(size_t)profile * (b->n_profiles + 1)], 0);
}

bool belief_guessed(const struct belief *b, uint8_t player, uint32_t profile)
{
    return b->guessed[(size_t)player * b->n_profiles + profile];
}

double belief_scale(const struct belief *b, uint8_t player)
{
    return b->scale[player] > 0 ? b->scale[player] : 1;
}
