/* SPDX-License-Identifier: MIT */
/* Hides how shapes are numbered, how weights are rounded and who owns payoff tables. */
#include "game/counts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "game/incentive.h"

/* ---- shapes and pure profiles ---- */

bool shape_valid(const struct shape *s)
{
    if (s->n_players < 2 || s->n_players > PLAYERS_MAX)
        return false;
    uint32_t weights = 0;
    for (uint8_t i = 0; i < s->n_players; i++) {
        if (s->n_actions[i] < 1 || s->n_actions[i] > ACTIONS_MAX)
            return false;
        weights += s->n_actions[i];
    }
    return weights <= WEIGHTS_MAX && (shape_tabled(s) || shape_counted(s));
}

bool shape_tabled(const struct shape *s)
{
    return s->n_players <= TABLE_PLAYERS_MAX && shape_profiles(s) <= PROFILES_MAX;
}

struct shape shape_uniform(uint8_t n_players, uint16_t n_actions)
{
    struct shape s = {.n_players = n_players};
    for (uint8_t i = 0; i < n_players; i++)
        s.n_actions[i] = n_actions;
    return s;
}

uint32_t shape_profiles(const struct shape *s)
{
    uint64_t profiles = 1;
    for (uint8_t i = 0; i < s->n_players && profiles < UINT32_MAX; i++)
        profiles *= s->n_actions[i];
    return profiles < UINT32_MAX ? (uint32_t)profiles : UINT32_MAX;
}

uint16_t shape_weights(const struct shape *s)
{
    return shape_offset(s, s->n_players);
}

uint16_t shape_offset(const struct shape *s, uint8_t player)
{
    uint16_t offset = 0;
    for (uint8_t i = 0; i < player; i++)
        offset = (uint16_t)(offset + s->n_actions[i]);
    return offset;
}

uint32_t profile_index(const struct shape *s, const uint8_t *actions)
{
    uint32_t index = 0;
    for (uint8_t i = s->n_players; i-- > 0;)
        index = index * s->n_actions[i] + actions[i];
    return index;
}

void profile_actions(uint8_t *actions, const struct shape *s, uint32_t index)
{
    for (uint8_t i = 0; i < s->n_players; i++) {
        actions[i] = (uint8_t)(index % s->n_actions[i]);
        index /= s->n_actions[i];
    }
}

/* ---- candidates ---- */

bool candidate_valid(const struct candidate *c, const struct shape *s)
{
    uint16_t w = 0;
    for (uint8_t i = 0; i < s->n_players; i++) {
        uint64_t sum = 0;
        for (uint16_t k = 0; k < s->n_actions[i]; k++)
            sum += c->weight[w++];
        if (sum != WEIGHT_ONE)
            return false;
    }
    for (; w < WEIGHTS_MAX; w++) {
        if (c->weight[w] != 0)
            return false;
    }
    return true;
}

bool candidate_pure(const struct candidate *c, const struct shape *s)
{
    uint16_t n_weights = shape_weights(s);
    for (uint16_t w = 0; w < n_weights; w++) {
        if (c->weight[w] != 0 && c->weight[w] != WEIGHT_ONE)
            return false;
    }
    return true;
}

bool candidate_on_grid(const struct candidate *c, const struct shape *s,
                       uint32_t resolution)
{
    const uint32_t step = WEIGHT_ONE / resolution;
    uint16_t n_weights = shape_weights(s);
    for (uint16_t w = 0; w < n_weights; w++) {
        if (c->weight[w] % step != 0)
            return false;
    }
    return true;
}

bool candidate_equal(const struct candidate *a, const struct candidate *b)
{
    return memcmp(a->weight, b->weight, sizeof a->weight) == 0;
}

/* A weight is encoded little-endian, so its lowest byte is compared first. */
static uint32_t first_byte_highest(uint32_t v)
{
    return (v & 0xff) << 24 | (v & 0xff00) << 8 | (v >> 8 & 0xff00) | v >> 24;
}

int candidate_order(const struct candidate *a, const struct candidate *b,
                    const struct shape *s)
{
    uint16_t n_weights = shape_weights(s);
    for (uint16_t w = 0; w < n_weights; w++) {
        uint32_t mine = first_byte_highest(a->weight[w]);
        uint32_t other = first_byte_highest(b->weight[w]);
        if (mine != other)
            return mine < other ? -1 : 1;
    }
    return 0;
}

void candidate_from_pure(struct candidate *out, const struct shape *s,
                         const uint8_t *actions)
{
    memset(out, 0, sizeof *out);
    for (uint8_t i = 0; i < s->n_players; i++)
        out->weight[shape_offset(s, i) + actions[i]] = WEIGHT_ONE;
}

/* Largest remainders for one player: floors first, then one more for those that lost
 * most by it; all in steps of WEIGHT_ONE / resolution. */
static void weights_from_shares(uint32_t *weight, uint32_t resolution,
                                const double *share, uint16_t n_actions)
{
    double sum = 0, remainder[WEIGHTS_MAX];
    for (uint16_t k = 0; k < n_actions; k++)
        sum += share[k];
    CHECK(sum > 0 && isfinite(sum));
    uint32_t missing = resolution;
    for (uint16_t k = 0; k < n_actions; k++) {
        double exact = share[k] / sum * resolution;
        CHECK(exact >= 0);
        weight[k] = (uint32_t)exact;
        remainder[k] = exact - weight[k];
        missing -= weight[k];
    }
    for (; missing > 0; missing--) {
        uint16_t next = 0;
        for (uint16_t k = 1; k < n_actions; k++) {
            if (remainder[k] > remainder[next])
                next = k;
        }
        weight[next]++;
        remainder[next] = -1;
    }
    for (uint16_t k = 0; k < n_actions; k++)
        weight[k] *= WEIGHT_ONE / resolution;
}

void candidate_from_profile(struct candidate *out, const struct shape *s,
                            const struct profile *p)
{
    candidate_from_profile_at(out, s, WEIGHT_ONE, p);
}

void candidate_from_profile_at(struct candidate *out, const struct shape *s,
                               uint32_t resolution, const struct profile *p)
{
    memset(out, 0, sizeof *out);
    for (uint8_t i = 0; i < s->n_players; i++) {
        uint16_t offset = shape_offset(s, i);
        weights_from_shares(out->weight + offset, resolution, p->share + offset,
                            s->n_actions[i]);
    }
}

void profile_from_candidate(struct profile *out, const struct shape *s,
                            const struct candidate *c)
{
    const size_t n_weights = shape_weights(s);
    const uint32_t *weight = c->weight;
    double *share = out->share;
    size_t w = 0;
    /* Four at a time, as signed numbers: then compilers see at -O2 that one instruction
     * makes doubles of two. */
    for (; w + 4 <= n_weights; w += 4)
        for (size_t k = 0; k < 4; k++)
            share[w + k] = (double)(int32_t)weight[w + k] / WEIGHT_ONE;
    for (; w < n_weights; w++)
        share[w] = (double)weight[w] / WEIGHT_ONE;
}

/* ---- payoffs ---- */

/* What both kinds have, and the extremes of n values. */
static struct payoffs *payoffs_start(const struct shape *s, uint8_t player,
                                     const double *value, uint32_t n)
{
    struct payoffs *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    p->shape = *s;
    p->player = player;
    p->least = p->greatest = value[0];
    for (uint32_t a = 0; a < n; a++) {
        CHECK(isfinite(value[a]));
        p->least = fmin(p->least, value[a]);
        p->greatest = fmax(p->greatest, value[a]);
    }
    return p;
}

struct payoffs *payoffs_new(const struct shape *s, uint8_t player, const double *value)
{
    CHECK(shape_valid(s) && shape_tabled(s) && player < s->n_players);
    const uint32_t n_profiles = shape_profiles(s);
    struct payoffs *p = payoffs_start(s, player, value, n_profiles);
    if (p == NULL)
        return NULL;
    p->value = malloc(n_profiles * sizeof *p->value);
    if (p->value == NULL) {
        payoffs_free(p);
        return NULL;
    }
    memcpy(p->value, value, n_profiles * sizeof *value);
    return p;
}

static uint32_t n_counts(const struct shape *s)
{
    return s->n_actions[0] * crowds((uint8_t)(s->n_players - 1), s->n_actions[0]);
}

struct payoffs *payoffs_new_by_count(const struct shape *s, uint8_t player,
                                     const double *value)
{
    CHECK(shape_valid(s) && shape_counted(s) && player < s->n_players);
    struct payoffs *p = payoffs_start(s, player, value, n_counts(s));
    if (p == NULL)
        return NULL;
    p->counts = counts_new(s, player, value);
    if (p->counts == NULL) {
        payoffs_free(p);
        return NULL;
    }
    return p;
}

struct payoffs *payoffs_new_zero(const struct shape *s, uint8_t player)
{
    const bool tabled = shape_tabled(s);
    double *value = calloc(tabled ? shape_profiles(s) : n_counts(s), sizeof *value);
    if (value == NULL)
        return NULL;
    struct payoffs *p =
        tabled ? payoffs_new(s, player, value) : payoffs_new_by_count(s, player, value);
    free(value);
    return p;
}

struct payoffs *payoffs_copy(const struct payoffs *p)
{
    return p->counts == NULL
               ? payoffs_new(&p->shape, p->player, p->value)
               : payoffs_new_by_count(&p->shape, p->player, counts_value(p->counts));
}

struct payoffs *payoffs_by_table(const struct payoffs *p)
{
    CHECK(shape_tabled(&p->shape));
    if (p->counts == NULL)
        return payoffs_copy(p);
    const uint32_t n_profiles = shape_profiles(&p->shape);
    double *value = malloc(n_profiles * sizeof *value);
    if (value == NULL)
        return NULL;
    for (uint32_t a = 0; a < n_profiles; a++) {
        uint8_t actions[PLAYERS_MAX];
        profile_actions(actions, &p->shape, a);
        value[a] = counts_at(p->counts, actions);
    }
    struct payoffs *table = payoffs_new(&p->shape, p->player, value);
    free(value);
    return table;
}

bool payoffs_spread(struct payoffs **p)
{
    if ((*p)->counts == NULL || !shape_tabled(&(*p)->shape) ||
        shape_profiles(&(*p)->shape) > DISTRIBUTION_MAX)
        return true;
    struct payoffs *table = payoffs_by_table(*p);
    if (table == NULL)
        return false;
    payoffs_free(*p);
    *p = table;
    return true;
}

double payoffs_pure(const struct payoffs *p, const uint8_t *actions)
{
    return p->counts == NULL ? p->value[profile_index(&p->shape, actions)]
                             : counts_at(p->counts, actions);
}

void payoffs_free(struct payoffs *p)
{
    if (!p)
        return;
    free(p->value);
    counts_free(p->counts);
    free(p);
}

bool payoffs_moderate(const struct payoffs *p)
{
    return p->least >= -PAYOFF_MAX && p->greatest <= PAYOFF_MAX;
}

double payoffs_range(const struct payoffs *p)
{
    return p->greatest - p->least;
}

void game_free(struct game *g)
{
    for (uint8_t i = 0; i < g->shape.n_players; i++) {
        payoffs_free(g->payoffs[i]);
        g->payoffs[i] = NULL;
    }
}
