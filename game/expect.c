/* SPDX-License-Identifier: MIT */
/* Hides how payoff tables are summed. A player who does one thing for sure only says
 * where in the table to look. Of the others, the first few make a block: all their
 * joint actions. Blocks are added up, eight at a time, each as likely as the joint
 * action of the next few players that it belongs to; what comes out is weighted with
 * the block's own probabilities last. So each payoff that counts is read once and
 * multiplied once, mostly in the order in which it lies there, and all else fits the
 * nearest cache.
 *
 * The order of these sums follows from the shape and from who mixes, so the same build
 * finds the same last digit each time; another order would find another one. With all
 * the others sure, what is found is the entry of the table itself. */
#include "game/counts.h"

enum {
    JOINT_MAX = 512, /* joint actions of the block, and of those who choose blocks */
    BLOCK_MIN = 8,   /* what is shorter is not worth a call, */
    DENSE_MIN = 32,  /* and from here on a block had better lie in one piece */
    AT_ONCE = 8,     /* blocks that are added */
    FEW = 16,        /* payoffs that are summed as they come */
    NOBODY = UINT8_MAX,
};

/* A player who mixes, or whose actions are told apart: which of the actions that count
 * are its own. */
struct axis {
    uint16_t first;
    uint16_t n;
};

/* Joint actions of some axes, the first one's varying fastest: how likely each is, and
 * how far into the table it leads. */
struct joint {
    uint32_t n;
    double weight[JOINT_MAX];
    uint32_t step[JOINT_MAX];
};

struct expectation {
    const double *value; /* the table, from where those who are sure point to */
    uint32_t n_payoffs;  /* that count */
    uint8_t n_axes;
    uint8_t own; /* the axis whose actions are told apart, or NOBODY */
    struct axis axis[PLAYERS_MAX];
    /* Of the actions that count. */
    double share[WEIGHTS_MAX];
    uint32_t step[WEIGHTS_MAX];
    uint8_t n_low;       /* axes of the block, */
    uint8_t n_chosen;    /* and those below which blocks are chosen at one go */
    struct joint block;  /* with the own axis, if it is one of these, at weight 1 */
    struct joint choice; /* of blocks */
};

/* ---- which payoffs count ---- */

/* Lists the actions of a player that count, all of them or those that are played, from
 * place first on. Returns the place behind them. */
static uint16_t list_actions(struct expectation *e, uint16_t first, const double *share,
                             uint16_t n_actions, uint32_t stride, bool all)
{
    uint16_t at = first;
    for (uint16_t k = 0; k < n_actions; k++) {
        if (!all && !(share[k] > 0))
            continue;
        e->share[at] = all ? 1 : share[k];
        e->step[at++] = k * stride;
    }
    if (at == first) { /* Shares of nothing are worth nothing. */
        e->share[at] = 0;
        e->step[at++] = 0;
    }
    return at;
}

/* All who mix become axes, and so does the player itself if its actions are told apart,
 * whatever it plays. */
static void find_axes(struct expectation *e, const struct payoffs *p,
                      const struct profile *x, bool told_apart)
{
    const struct shape *s = &p->shape;
    const double *share = x->share;
    uint32_t stride = 1;
    uint16_t first = 0;
    e->value = p->value;
    e->n_payoffs = 1;
    e->n_axes = 0;
    e->own = NOBODY;
    for (uint8_t i = 0; i < s->n_players; i++) {
        const uint16_t n_actions = s->n_actions[i];
        const bool own = told_apart && i == p->player;
        const uint16_t end = list_actions(e, first, share, n_actions, stride, own);
        share += n_actions;
        stride *= n_actions;
        if (!own && end == first + 1 && e->share[first] == 1) {
            e->value += e->step[first];
            continue;
        }
        if (own)
            e->own = e->n_axes;
        e->axis[e->n_axes++] = (struct axis){first, (uint16_t)(end - first)};
        e->n_payoffs *= (uint32_t)(end - first);
        first = end;
    }
}

static void joint_start(struct joint *j)
{
    j->n = 1;
    j->weight[0] = 1;
    j->step[0] = 0;
}

static void scaled(double *restrict to, const double *restrict from, double factor,
                   size_t n)
{
    for (size_t b = 0; b < n; b++)
        to[b] = from[b] * factor;
}

static void shifted(uint32_t *restrict to, const uint32_t *restrict from, uint32_t by,
                    size_t n)
{
    for (size_t b = 0; b < n; b++)
        to[b] = from[b] + by;
}

/* The first action last, because it takes the place of what the others are made from.
 */
static void joint_extend(struct joint *j, const struct expectation *e, uint8_t axis)
{
    const struct axis *a = &e->axis[axis];
    const double *share = e->share + a->first;
    const uint32_t *step = e->step + a->first;
    for (uint32_t k = 1; k < a->n; k++) {
        scaled(j->weight + k * j->n, j->weight, share[k], j->n);
        shifted(j->step + k * j->n, j->step, step[k], j->n);
    }
    for (uint32_t b = 0; b < j->n; b++) {
        j->weight[b] *= share[0];
        j->step[b] += step[0];
    }
    j->n *= a->n;
}

/* Steps increase, so there is no gap if the last one is as great as it must be. */
static bool dense(const struct joint *j)
{
    return j->step[j->n - 1] == j->n - 1;
}

/* A block as large as the number of blocks costs least besides the pass itself; if it
 * ends before the own axis, there is a pass for each own action. */
static bool block_grows(const struct expectation *e)
{
    const struct joint *j = &e->block;
    const bool told_apart = e->own < e->n_axes && e->own >= e->n_low;
    const uint32_t n = told_apart ? e->n_payoffs / e->axis[e->own].n : e->n_payoffs;
    if (e->n_low == e->n_axes || j->n * e->axis[e->n_low].n > JOINT_MAX)
        return false;
    if (j->n >= BLOCK_MIN && 2 * j->n * j->n > n)
        return false;
    const struct axis *next = &e->axis[e->n_low];
    const uint32_t last = j->step[j->n - 1] + e->step[next->first + next->n - 1];
    return j->n < DENSE_MIN || !dense(j) || last == j->n * next->n - 1;
}

/* The own axis, if it is none of the block's, is no axis any more: each of its actions
 * has a sum of its own. */
static void choose_blocks(struct expectation *e)
{
    e->n_low = 0;
    joint_start(&e->block);
    while (block_grows(e))
        joint_extend(&e->block, e, e->n_low++);
    if (e->own < e->n_axes && e->own >= e->n_low) {
        e->n_axes--;
        for (uint8_t a = e->own; a < e->n_axes; a++)
            e->axis[a] = e->axis[a + 1];
        e->own = NOBODY;
    }
    e->n_chosen = e->n_low;
    joint_start(&e->choice);
    while (e->n_chosen < e->n_axes && e->choice.n * e->axis[e->n_chosen].n <= JOINT_MAX)
        joint_extend(&e->choice, e, e->n_chosen++);
}

/* ---- adding blocks ---- */

/* Blocks, and how much of each. */
struct several {
    const double *value[AT_ONCE];
    double weight[AT_ONCE];
};

static inline double mixture(const struct several *s, size_t at)
{
    const double *const *v = s->value;
    const double *w = s->weight;
    return ((w[0] * v[0][at] + w[1] * v[1][at]) + (w[2] * v[2][at] + w[3] * v[3][at])) +
           ((w[4] * v[4][at] + w[5] * v[5][at]) + (w[6] * v[6][at] + w[7] * v[7][at]));
}

/* Two at a time, in so many words: then compilers see at -O2 already that two fit a
 * register. */
static void add_several(double *restrict sum, const struct several *restrict s,
                        size_t n)
{
    size_t b = 0;
    for (; b + 2 <= n; b += 2) {
        const double one = mixture(s, b), two = mixture(s, b + 1);
        sum[b] += one;
        sum[b + 1] += two;
    }
    if (b < n)
        sum[b] += mixture(s, b);
}

static void add_one(double *restrict sum, const double *restrict value, double weight,
                    size_t n)
{
    size_t b = 0;
    for (; b + 2 <= n; b += 2) {
        const double one = weight * value[b], two = weight * value[b + 1];
        sum[b] += one;
        sum[b + 1] += two;
    }
    if (b < n)
        sum[b] += weight * value[b];
}

/* The same for blocks that do not lie in one piece. */
static void add_several_scattered(double *restrict sum,
                                  const struct several *restrict s,
                                  const uint32_t *restrict step, size_t n)
{
    for (size_t b = 0; b < n; b++)
        sum[b] += mixture(s, step[b]);
}

static void add_one_scattered(double *restrict sum, const double *restrict value,
                              double weight, const uint32_t *restrict step, size_t n)
{
    for (size_t b = 0; b < n; b++)
        sum[b] += weight * value[step[b]];
}

/* Blocks of n payoffs: where in the table they begin, how much of each, and where each
 * payoff of a block lies, or NULL if they lie in one piece. */
struct blocks {
    uint32_t n_blocks, n;
    const uint32_t *first, *step;
    const double *weight;
};

/* Adds weight times the blocks that lie from value on. */
static void add_blocks(double *sum, const struct blocks *b, const double *value,
                       double weight)
{
    uint32_t c = 0;
    for (; c + AT_ONCE <= b->n_blocks; c += AT_ONCE) {
        struct several s;
        for (uint32_t k = 0; k < AT_ONCE; k++) {
            s.value[k] = value + b->first[c + k];
            s.weight[k] = weight * b->weight[c + k];
        }
        if (b->step == NULL)
            add_several(sum, &s, b->n);
        else
            add_several_scattered(sum, &s, b->step, b->n);
    }
    for (; c < b->n_blocks; c++) {
        const double w = weight * b->weight[c];
        if (b->step == NULL)
            add_one(sum, value + b->first[c], w, b->n);
        else
            add_one_scattered(sum, value + b->first[c], w, b->step, b->n);
    }
}

/* The axes that are left, from the last one down to axis n. */
static void add_all(double *sum, const struct expectation *e, const double *value,
                    double weight, uint8_t n)
{
    if (n == e->n_chosen) {
        const struct joint *c = &e->choice, *block = &e->block;
        const uint32_t *step = dense(block) ? NULL : block->step;
        add_blocks(sum, &(struct blocks){c->n, block->n, c->step, step, c->weight},
                   value, weight);
        return;
    }
    const struct axis *a = &e->axis[n - 1];
    for (uint16_t k = a->first; k < a->first + a->n; k++)
        add_all(sum, e, value + e->step[k], weight * e->share[k], (uint8_t)(n - 1));
}

/* ---- weighing the block ---- */

static double dot(const double *restrict a, const double *restrict b, size_t n)
{
    double one[4] = {0}, two[4] = {0}, rest = 0;
    size_t k = 0;
    for (; k + 8 <= n; k += 8) {
        for (size_t l = 0; l < 4; l++)
            one[l] += a[k + l] * b[k + l];
        for (size_t l = 0; l < 4; l++)
            two[l] += a[k + 4 + l] * b[k + 4 + l];
    }
    for (; k < n; k++)
        rest += a[k] * b[k];
    for (size_t l = 0; l < 4; l++)
        one[l] += two[l];
    return ((one[0] + one[1]) + (one[2] + one[3])) + rest;
}

/* out: an entry for each action of the own axis, if that is one of the block's, else
 * one. */
static void weigh(double *out, const struct expectation *e, const double *sum)
{
    const struct joint *j = &e->block;
    const bool told_apart = e->own < e->n_low;
    const size_t n_own = told_apart ? e->axis[e->own].n : 1;
    size_t stride = 1;
    for (uint8_t a = 0; a < (told_apart ? e->own : e->n_low); a++)
        stride *= e->axis[a].n;
    if (n_own == 1) {
        out[0] = dot(j->weight, sum, j->n);
        return;
    }
    for (size_t k = 0; k < n_own; k++)
        out[k] = 0;
    if (stride == 1)
        for (size_t b = 0; b < j->n;)
            for (size_t k = 0; k < n_own; k++, b++)
                out[k] += j->weight[b] * sum[b];
    else
        for (size_t b = 0; b < j->n;)
            for (size_t k = 0; k < n_own; k++, b += stride)
                out[k] += dot(j->weight + b, sum + b, stride);
}

static void expect(double *out, const struct expectation *e, const double *value)
{
    double sum[JOINT_MAX];
    if (e->n_low == e->n_axes && dense(&e->block)) {
        weigh(out, e, value);
        return;
    }
    for (size_t b = 0; b < e->block.n; b++)
        sum[b] = 0;
    add_all(sum, e, value, 1, e->n_axes);
    weigh(out, e, sum);
}

/* ---- payoffs ---- */

/* Against one who mixes, with a few actions each: the games of textbooks are not worth
 * any preparation. */
static void expect_few(double *out, const struct expectation *e)
{
    const struct axis *own = &e->axis[e->own], *other = &e->axis[1 - e->own];
    for (uint16_t k = 0; k < own->n; k++) {
        const double *value = e->value + e->step[own->first + k];
        double sum = 0;
        for (uint16_t l = other->first; l < other->first + other->n; l++)
            sum += e->share[l] * value[e->step[l]];
        out[k] = sum;
    }
}

/* Against one who mixes no products of shares are needed, where the payoffs of all own
 * actions are a block, or those of each lie in one piece. False if neither is so. */
static bool expect_against_one(double *out, const struct expectation *e)
{
    const struct axis *own = &e->axis[e->own], *other = &e->axis[1 - e->own];
    const double *share = e->share + other->first;
    const uint32_t *step = e->step + other->first, *own_step = e->step + own->first;
    if (own->n > 1 && own_step[1] == 1) {
        const struct blocks b = {other->n, own->n, step, NULL, share};
        for (uint16_t k = 0; k < own->n; k++)
            out[k] = 0;
        add_blocks(out, &b, e->value, 1);
        return true;
    }
    if (step[other->n - 1] != other->n - 1u)
        return false;
    for (uint16_t k = 0; k < own->n; k++)
        out[k] = dot(share, e->value + own_step[k], other->n);
    return true;
}

double payoffs_expect(const struct payoffs *p, const struct profile *x)
{
    struct expectation e;
    double payoff;
    if (p->counts != NULL)
        return counts_expect(p->counts, x);
    find_axes(&e, p, x, false);
    choose_blocks(&e);
    expect(&payoff, &e, e.value);
    return payoff;
}

void payoffs_by_action(double *out, const struct payoffs *p, const struct profile *x)
{
    struct expectation e;
    if (p->counts != NULL) {
        counts_by_action(out, p->counts, x);
        return;
    }
    find_axes(&e, p, x, true);
    if (e.n_axes == 2 && e.n_payoffs <= FEW) {
        expect_few(out, &e);
        return;
    }
    if (e.n_axes == 2 && expect_against_one(out, &e))
        return;
    const struct axis own = e.axis[e.own];
    choose_blocks(&e);
    if (e.own < e.n_low) {
        expect(out, &e, e.value);
        return;
    }
    for (uint16_t k = 0; k < own.n; k++)
        expect(&out[k], &e, e.value + e.step[own.first + k]);
}
