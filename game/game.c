/* SPDX-License-Identifier: MIT */
/* Hides how payoff tables are walked: expectations are one linear pass that skips what
 * is played with probability 0, without any scratch memory of the size of the table. */
#include "game/game.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* ---- shapes and pure profiles ---- */

bool shape_valid(const struct shape *s)
{
    if (s->n_players < 2 || s->n_players > PLAYERS_MAX)
        return false;
    uint32_t profiles = 1, weights = 0;
    for (uint8_t i = 0; i < s->n_players; i++) {
        if (s->n_actions[i] < 1 || s->n_actions[i] > ACTIONS_MAX)
            return false;
        weights += s->n_actions[i];
        profiles *= s->n_actions[i];
        if (profiles > PROFILES_MAX || weights > WEIGHTS_MAX)
            return false;
    }
    return true;
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
    uint32_t profiles = 1;
    for (uint8_t i = 0; i < s->n_players; i++)
        profiles *= s->n_actions[i];
    return profiles;
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
    uint16_t n_weights = shape_weights(s);
    for (uint16_t w = 0; w < n_weights; w++)
        out->share[w] = (double)c->weight[w] / WEIGHT_ONE;
}

/* ---- payoffs ---- */

struct payoffs *payoffs_new(const struct shape *s, uint8_t player, const double *value)
{
    CHECK(shape_valid(s) && player < s->n_players);
    uint32_t n_profiles = shape_profiles(s);
    struct payoffs *p = malloc(sizeof *p);
    if (!p)
        return NULL;
    p->value = malloc(n_profiles * sizeof *p->value);
    if (!p->value) {
        free(p);
        return NULL;
    }
    p->shape = *s;
    p->player = player;
    p->least = p->greatest = value[0];
    for (uint32_t a = 0; a < n_profiles; a++) {
        CHECK(isfinite(value[a]));
        p->value[a] = value[a];
        p->least = fmin(p->least, value[a]);
        p->greatest = fmax(p->greatest, value[a]);
    }
    return p;
}

void payoffs_free(struct payoffs *p)
{
    if (!p)
        return;
    free(p->value);
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

/* The first players' actions vary fastest, so their joint actions lie side by side: a
 * block of at most BLOCK_MAX payoffs. Blocks are summed with the weights of the other
 * players' actions first, and the block that comes out is weighted last. */
enum { BLOCK_MAX = 512 };

struct contraction {
    const struct shape *shape;
    const double *share[PLAYERS_MAX]; /* one mixed action per player, borrowed */
    uint8_t n_low;                    /* how many players the block holds */
    uint32_t block;                   /* joint actions of those */
};

static void contraction_start(struct contraction *c, const struct shape *s,
                              const struct profile *x)
{
    c->shape = s;
    c->n_low = 0;
    c->block = 1;
    for (uint8_t i = 0; i < s->n_players; i++)
        c->share[i] = x->share + shape_offset(s, i);
    while (c->n_low < s->n_players && c->block * s->n_actions[c->n_low] <= BLOCK_MAX)
        c->block *= s->n_actions[c->n_low++];
}

/* Adds weight times the payoffs of n_players players' joint actions, value[0 .. size),
 * with all but the block's players summed out. */
static void add_blocks(double *sum, const struct contraction *c, const double *value,
                       uint32_t size, uint8_t n_players, double weight)
{
    if (n_players == c->n_low) {
        for (uint32_t b = 0; b < c->block; b++)
            sum[b] += weight * value[b];
        return;
    }
    uint8_t last = (uint8_t)(n_players - 1);
    uint32_t stride = size / c->shape->n_actions[last];
    for (uint8_t k = 0; k < c->shape->n_actions[last]; k++) {
        double share = c->share[last][k];
        if (share > 0)
            add_blocks(sum, c, value + k * stride, stride, last, weight * share);
    }
}

static void sum_blocks(double *sum, const struct contraction *c,
                       const struct payoffs *p)
{
    memset(sum, 0, c->block * sizeof *sum);
    add_blocks(sum, c, p->value, shape_profiles(c->shape), c->shape->n_players, 1);
}

static double weigh_block(const double *sum, const struct contraction *c)
{
    double weight[BLOCK_MAX];
    weight[0] = 1;
    uint32_t n = 1;
    for (uint8_t i = 0; i < c->n_low; i++) {
        /* From the last action down, so that the first n weights are read before they
         * are overwritten. */
        for (uint16_t k = c->shape->n_actions[i]; k-- > 0;) {
            for (uint32_t b = 0; b < n; b++)
                weight[k * n + b] = weight[b] * c->share[i][k];
        }
        n *= c->shape->n_actions[i];
    }
    double total = 0;
    for (uint32_t b = 0; b < c->block; b++)
        total += weight[b] * sum[b];
    return total;
}

double payoffs_expect(const struct payoffs *p, const struct profile *x)
{
    struct contraction c;
    double sum[BLOCK_MAX];
    contraction_start(&c, &p->shape, x);
    sum_blocks(sum, &c, p);
    return weigh_block(sum, &c);
}

void payoffs_by_action(double *out, const struct payoffs *p, const struct profile *x)
{
    struct contraction c;
    double sum[BLOCK_MAX], only[ACTIONS_MAX] = {0};
    contraction_start(&c, &p->shape, x);
    c.share[p->player] = only;
    bool own_in_block = p->player < c.n_low;
    /* Who is in the block does not matter for the sums: one pass does for all actions.
     */
    if (own_in_block)
        sum_blocks(sum, &c, p);
    for (uint8_t k = 0; k < p->shape.n_actions[p->player]; k++) {
        only[k] = 1;
        if (!own_in_block)
            sum_blocks(sum, &c, p);
        out[k] = weigh_block(sum, &c);
        only[k] = 0;
    }
}

void game_free(struct game *g)
{
    for (uint8_t i = 0; i < g->shape.n_players; i++) {
        payoffs_free(g->payoffs[i]);
        g->payoffs[i] = NULL;
    }
}
