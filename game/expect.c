/* SPDX-License-Identifier: MIT */
/* Hides how payoff tables are walked: expectations are one linear pass that skips what
 * is played with probability 0, without any scratch memory of the size of the table. */
#include <string.h>

#include "game/game.h"

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
