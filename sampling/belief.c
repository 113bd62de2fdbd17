/* SPDX-License-Identifier: MIT */
/* Hides the estimate: a Gaussian prior, every payoff by itself, conditioned on each
 * equation as it comes. Since all players answer the same questions, what is
 * not known (the covariance) is the same for all of them.
 *
 * The estimate is linear in what the equations say: one that taught something is a
 * lesson, and a lesson whose sign was wrong can be turned over at any time. */
#include "sampling/belief.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define DETERMINED 1e-9 /* of the prior variance */
#define AGREE 1e-6      /* of the scale: the same number but for rounding */
#define MODERATE 1e101  /* nobody's payoffs are so far from the threat's */
#define CLEARLY                                                                        \
    0.3 /* of a reward, for the sign that was expected to be the right one */

enum { WITNESSES = 16 };

/* What an equation said that taught nothing new: it must agree with the lessons. */
struct witness {
    double reward[BELIEF_PLAYERS_MAX];
    double *effect; /* by lesson: how much of it enters what is expected */
};

struct belief {
    struct payoffs *of[BELIEF_PLAYERS_MAX];
    const struct payoffs *own;
    uint8_t n_players;
    uint32_t n_profiles;
    double scale[BELIEF_PLAYERS_MAX];
    double *covariance; /* n_profiles squared */
    double *along;      /* n_profiles: covariance times the weights at hand */
    bool corrects;
    double tempted; /* refused though it pays u: elsewhere it pays this times u */
    uint32_t n_lessons;
    double
        *response;  /* by lesson and profile: what a lesson of 1 adds to the estimate */
    uint32_t *pure; /* by lesson: the pure profile that it is about, or n_profiles */
    /* By player and lesson: what was said, whether its sign was guessed, and whether
     * witnesses agree with the guess. */
    double *said;
    bool *unsure, *confirmed;
    uint32_t n_witnesses; /* ever; the last WITNESSES are kept */
    struct witness witness[WITNESSES];
    double *effects;
};

static bool reserve(struct belief *b, uint32_t m)
{
    const size_t each = (size_t)m * b->n_players;
    b->covariance = calloc((size_t)m * m, sizeof *b->covariance);
    b->response = calloc((size_t)m * m, sizeof *b->response);
    b->along = calloc(m, sizeof *b->along);
    b->pure = calloc(m, sizeof *b->pure);
    b->said = calloc(each, sizeof *b->said);
    b->unsure = calloc(each, sizeof *b->unsure);
    b->confirmed = calloc(each, sizeof *b->confirmed);
    b->effects = calloc((size_t)WITNESSES * m, sizeof *b->effects);
    for (uint32_t w = 0; b->effects != NULL && w < WITNESSES; w++)
        b->witness[w].effect = b->effects + (size_t)w * m;
    bool whole = b->covariance != NULL && b->response != NULL && b->along != NULL &&
                 b->pure != NULL && b->said != NULL && b->unsure != NULL &&
                 b->confirmed != NULL && b->effects != NULL;
    for (uint8_t i = 0; i < b->n_players; i++) {
        b->of[i] = payoffs_new_zero(&b->own->shape, i);
        whole = whole && b->of[i] != NULL;
    }
    return whole;
}

struct belief *belief_new(const struct belief_options *o)
{
    const struct payoffs *own = o->own;
    struct belief *b = calloc(1, sizeof *b);
    if (b == NULL)
        return NULL;
    const uint32_t m = shape_profiles(&own->shape);
    CHECK(m <= BELIEF_PROFILES_MAX && own->shape.n_players <= BELIEF_PLAYERS_MAX);
    b->own = own;
    b->n_players = own->shape.n_players;
    b->n_profiles = m;
    b->tempted = o->tempted;
    b->corrects = o->corrects;
    if (!reserve(b, m)) {
        belief_free(b);
        return NULL;
    }
    for (uint32_t a = 0; a < m; a++)
        b->covariance[(size_t)a * (m + 1)] = 1;
    return b;
}

void belief_free(struct belief *b)
{
    if (b == NULL)
        return;
    for (uint8_t i = 0; i < b->n_players; i++)
        payoffs_free(b->of[i]);
    free(b->covariance);
    free(b->response);
    free(b->along);
    free(b->pure);
    free(b->said);
    free(b->unsure);
    free(b->confirmed);
    free(b->effects);
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

/* Up to two lessons turned over; the same twice, or n_lessons: none. */
struct turn {
    uint32_t one, other;
};

/* What a turn adds to something to which each lesson contributes `of`, as far apart as
 * stride. */
static double turned_by(const struct belief *b, uint8_t player, struct turn t,
                        const double *of, size_t stride)
{
    const double *said = b->said + (size_t)player * b->n_profiles;
    double by = 0;
    if (t.one < b->n_lessons)
        by -= 2 * said[t.one] * of[t.one * stride];
    if (t.other < b->n_lessons && t.other != t.one)
        by -= 2 * said[t.other] * of[t.other * stride];
    return by;
}

/* What each witness would have been expected to say, by what was said. */
static void testimony(const struct belief *b, uint8_t player, double *expected)
{
    const double *said = b->said + (size_t)player * b->n_profiles;
    for (uint32_t w = 0; w < WITNESSES && w < b->n_witnesses; w++) {
        expected[w] = 0;
        for (uint32_t e = 0; e < b->n_lessons; e++)
            expected[w] += said[e] * b->witness[w].effect[e];
    }
}

/* How many witnesses agree after a turn. */
static uint32_t agreeing(const struct belief *b, uint8_t player, struct turn t,
                         const double *expected)
{
    const double near = AGREE * b->scale[player];
    uint32_t agree = 0;
    for (uint32_t w = 0; w < WITNESSES && w < b->n_witnesses; w++) {
        const double reward = b->witness[w].reward[player];
        const double now =
            expected[w] + turned_by(b, player, t, b->witness[w].effect, 1);
        agree += fabs(now - reward) < near || (reward < 0 && fabs(now + reward) < near);
    }
    return agree;
}

/* A pure profile that was refused pays less than the threat, or somewhere else pays so
 * much more that it tempts. */
static bool plausible(const struct belief *b, uint8_t player, struct turn t,
                      uint32_t lesson)
{
    const struct shape *s = &b->own->shape;
    const double *value = b->of[player]->value;
    const uint32_t profile = b->pure[lesson], m = b->n_profiles;
    uint8_t actions[PLAYERS_MAX];
    if (profile == m)
        return true;
    const double here =
        value[profile] + turned_by(b, player, t, b->response + profile, m);
    if (here <= 0)
        return true;
    profile_actions(actions, s, profile);
    for (uint8_t k = 0; k < s->n_actions[player]; k++) {
        actions[player] = k;
        const uint32_t a = profile_index(s, actions);
        if (value[a] + turned_by(b, player, t, b->response + a, m) > b->tempted * here)
            return true;
    }
    return false;
}

static void turn_over(struct belief *b, uint8_t player, uint32_t lesson)
{
    double *said = b->said + (size_t)player * b->n_profiles + lesson;
    const double *response = b->response + (size_t)lesson * b->n_profiles;
    for (uint32_t a = 0; a < b->n_profiles; a++)
        b->of[player]->value[a] -= 2 * *said * response[a];
    *said = -*said;
}

/* What was said contradicts itself: turns over one guess, or two, so that more of what
 * was heard agrees; of turns that are as good, one that makes sense, or the smaller. */
static bool correct(struct belief *b, uint8_t player)
{
    const bool *unsure = b->unsure + (size_t)player * b->n_profiles;
    const uint32_t n = b->n_lessons;
    double expected[WITNESSES];
    struct turn best = {n, n};
    testimony(b, player, expected);
    uint32_t most = 2 * agreeing(b, player, best, expected) + 1;
    for (uint32_t apart = 0; apart < n; apart++)
        for (uint32_t e = 0; e + apart < n; e++) {
            const struct turn t = {e, e + apart};
            if (!unsure[t.one] || !unsure[t.other])
                continue;
            uint32_t good = 2 * agreeing(b, player, t, expected);
            if (good + 1 > most)
                good +=
                    plausible(b, player, t, t.one) && plausible(b, player, t, t.other);
            if (good > most) {
                most = good;
                best = t;
            }
        }
    if (best.one == n)
        return false;
    turn_over(b, player, best.one);
    if (best.other != best.one)
        turn_over(b, player, best.other);
    return true;
}

/* ---- what is heard ---- */

static uint32_t pure_of(const struct belief *b, const double *weight)
{
    for (uint32_t a = 0; a < b->n_profiles; a++)
        if (weight[a] >= 1)
            return a;
    return b->n_profiles;
}

static double expect(const struct belief *b, uint8_t player, const double *weight)
{
    double expected = 0;
    for (uint32_t a = 0; a < b->n_profiles; a++)
        expected += weight[a] * b->of[player]->value[a];
    return expected;
}

static bool moderate(const struct belief *b, uint8_t player, double reward)
{
    return player != b->own->player && fabs(reward) < MODERATE;
}

/* An equation that the lessons determine. True if something had to be corrected. */
static bool testify(struct belief *b, const double *weight, const double *rewards)
{
    const uint32_t m = b->n_profiles;
    struct witness *w = &b->witness[b->n_witnesses % WITNESSES];
    bool learned = false;
    b->n_witnesses++;
    for (uint32_t e = 0; e < m; e++) {
        w->effect[e] = 0;
        for (uint32_t a = 0; e < b->n_lessons && a < m; a++)
            w->effect[e] += weight[a] * b->response[(size_t)e * m + a];
    }
    for (uint8_t j = 0; j < b->n_players; j++) {
        const double near = AGREE * b->scale[j];
        const double expected = expect(b, j, weight);
        w->reward[j] = moderate(b, j, rewards[j]) ? rewards[j] : expected;
        if (fabs(fabs(expected) - fabs(w->reward[j])) > near) {
            learned |= b->corrects && correct(b, j);
            continue;
        }
        for (uint32_t e = 0; e < b->n_lessons; e++) {
            const size_t at = (size_t)j * m + e;
            b->confirmed[at] |= fabs(w->effect[e] * b->said[at]) > near;
        }
    }
    return learned;
}

/* U_j less the threat's: what the reward says, with the sign that is likelier. Pure
 * profiles are refused because they pay too little; if they tempt too much instead,
 * that comes out later. */
static double surplus_of(bool pure, double expected, double reward)
{
    if (reward >= 0 || pure)
        return reward;
    return expected > CLEARLY * -reward ? -reward : reward;
}

/* What earlier lessons say of what the new one is about counts no more. */
static void make_room(struct belief *b, const double *weight, const double *new)
{
    const uint32_t m = b->n_profiles;
    for (uint32_t e = 0; e < b->n_lessons; e++) {
        double *old = b->response + (size_t)e * m, part = 0;
        for (uint32_t a = 0; a < m; a++)
            part += weight[a] * old[a];
        for (uint32_t a = 0; a < m; a++)
            old[a] -= new[a] * part;
    }
}

/* variance: of what was expected. */
static void learn(struct belief *b, const double *weight, const double *rewards,
                  double variance)
{
    const uint32_t m = b->n_profiles, lesson = b->n_lessons;
    double *new = b->response + (size_t)lesson *m;
    b->pure[lesson] = pure_of(b, weight);
    for (uint32_t a = 0; a < m; a++)
        new[a] = b->along[a] / variance;
    make_room(b, weight, new);
    for (uint8_t j = 0; j < b->n_players; j++) {
        const size_t at = (size_t)j * m + lesson;
        const double expected = expect(b, j, weight);
        const bool heard = moderate(b, j, rewards[j]);
        b->said[at] =
            heard ? surplus_of(b->pure[lesson] < m, expected, rewards[j]) : expected;
        b->unsure[at] = heard && rewards[j] < 0;
        for (uint32_t a = 0; j != b->own->player && a < m; a++)
            b->of[j]->value[a] += new[a] * (b->said[at] - expected);
    }
    for (uint32_t a = 0; a < m; a++)
        for (uint32_t c = 0; c < m; c++)
            b->covariance[(size_t)a * m + c] -= b->along[a] * new[c];
    b->n_lessons++;
}

bool belief_hear(struct belief *b, const double *weight, const double *rewards)
{
    const uint32_t m = b->n_profiles;
    double variance = 0;
    for (uint32_t a = 0; a < m; a++)
        b->along[a] = 0;
    for (uint32_t c = 0; c < m; c++)
        for (uint32_t a = 0; weight[c] > 0 && a < m; a++)
            b->along[a] += b->covariance[(size_t)c * m + a] * weight[c];
    for (uint32_t a = 0; a < m; a++)
        variance += weight[a] * b->along[a];
    for (uint8_t j = 0; j < b->n_players; j++)
        if (moderate(b, j, rewards[j]))
            b->scale[j] = fmax(b->scale[j], fabs(rewards[j]));
    if (variance <= DETERMINED || b->n_lessons == m)
        return testify(b, weight, rewards);
    learn(b, weight, rewards, variance);
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
    for (uint32_t e = 0; e < b->n_lessons; e++) {
        const size_t at = (size_t)player * b->n_profiles + e;
        if (b->pure[e] == profile)
            return b->unsure[at] && !b->confirmed[at] && b->said[at] < 0;
    }
    return false;
}

double belief_scale(const struct belief *b, uint8_t player)
{
    return b->scale[player] > 0 ? b->scale[player] : 1;
}
