/* SPDX-License-Identifier: MIT */
/* The table of candidates, for growing numbers of them: nanoseconds per candidate of
 * putting it on the table, of looking for it and for one that is not there, of
 * accepting it, and of the first pruning; then how many draws it takes until one is
 * left or nobody would be better off, and the nanoseconds of all these per candidate.
 * Payoffs are random, and each player has its own. What grows down a column is not
 * linear. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/secure.h"
#include "sampling/candidates.h"

enum { PLAYERS = 4, MOST = 65536, TRIALS = 5 };

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum step { ADDING, FINDING, ACCEPTING, PRUNING, ALL_PRUNING, STEPS };

struct bench {
    struct shape shape;
    uint32_t n;
    struct candidate candidate[2 * MOST]; /* the second half is on no table */
    double payoff[MOST][PLAYERS];
    double seconds[STEPS]; /* the least of all trials */
    uint32_t n_draws;
};

/* Random weights; the last of each player's is what the others leave. */
static void draw(struct candidate *c, const struct shape *s, struct prng *rng)
{
    uint32_t *weight = c->weight;
    *c = (struct candidate){{0}};
    for (uint8_t i = 0; i < s->n_players; weight += s->n_actions[i++]) {
        uint32_t *last = &weight[s->n_actions[i] - 1];
        *last = WEIGHT_ONE;
        for (uint32_t *w = weight; w < last; w++) {
            *w = (uint32_t)prng_below(rng, WEIGHT_ONE / s->n_actions[i]);
            *last -= *w;
        }
    }
}

static void draw_all(struct bench *b, struct prng *rng)
{
    for (uint32_t k = 0; k < 2 * b->n; k++)
        draw(&b->candidate[k], &b->shape, rng);
    for (uint32_t k = 0; k < b->n; k++)
        for (int i = 0; i < PLAYERS; i++)
            b->payoff[k][i] = prng_share(rng);
    for (int step = 0; step < STEPS; step++)
        b->seconds[step] = INFINITY;
}

static void count(struct bench *b, enum step step, double start)
{
    const double seconds = now() - start;
    if (seconds < b->seconds[step])
        b->seconds[step] = seconds;
}

static void mark_all(const struct bench *b, struct candidates *t, uint32_t drawn)
{
    for (uint32_t k = 0; k < candidates_survivors(t); k++) {
        const uint32_t at = candidates_survivor(t, k);
        for (int i = 0; i < PLAYERS; i++)
            if (b->payoff[at][i] != b->payoff[drawn][i])
                candidates_mark(t, at,
                                b->payoff[at][i] < b->payoff[drawn][i] ? MARK_WORSE
                                                                       : MARK_BETTER);
    }
}

static void prune_all(struct bench *b, struct candidates *t, struct prng *rng)
{
    const double start = now();
    bool done = false;
    b->n_draws = 0;
    while (!done && candidates_survivors(t) > 1) {
        const double first = now();
        const uint8_t j = (uint8_t)prng_below(rng, candidates_proposers(t));
        const uint32_t drawn =
            candidates_draw(t, j, (uint32_t)prng_below(rng, candidates_of(t, j)));
        mark_all(b, t, drawn);
        done = candidates_prune(t, drawn);
        if (b->n_draws++ == 0)
            count(b, PRUNING, first);
    }
    count(b, ALL_PRUNING, start);
}

static void turn(struct bench *b, struct prng *rng)
{
    struct candidates *t = candidates_new(&b->shape, PLAYERS, b->n);
    uint32_t n_found = 0;
    bool fresh;
    if (t == NULL)
        exit(EXIT_FAILURE);
    double start = now();
    for (uint32_t k = 0; k < b->n; k++)
        (void)candidates_add(t, &fresh, &b->candidate[k], (uint8_t)(k % PLAYERS));
    count(b, ADDING, start);
    start = now();
    for (uint32_t k = 0; k < 2 * b->n; k++)
        n_found += candidates_find(t, &b->candidate[k]) != CANDIDATES_NONE;
    count(b, FINDING, start);
    if (n_found != b->n)
        abort();
    start = now();
    for (uint32_t k = 0; k < b->n; k++)
        candidates_accept(t, k);
    count(b, ACCEPTING, start);
    prune_all(b, t, rng);
    candidates_free(t);
}

int main(void)
{
    static struct bench b;
    struct prng rng = {29};
    (void)puts("weights  candidates    add   find  accept  one pruning  draws  all");
    for (int kind = 0; kind < 2; kind++) {
        b.shape = kind == 0 ? shape_uniform(PLAYERS, 2) : shape_uniform(1, WEIGHTS_MAX);
        for (b.n = 1024; b.n <= MOST; b.n *= 8) {
            draw_all(&b, &rng);
            for (int trial = 0; trial < TRIALS; trial++)
                turn(&b, &rng);
            const double unit = 1e9 / b.n;
            (void)printf("%7u %11u %6.0f %6.0f %7.0f %12.0f %6u %4.0f\n",
                         shape_weights(&b.shape), b.n, unit * b.seconds[ADDING],
                         unit * b.seconds[FINDING], unit * b.seconds[ACCEPTING],
                         unit * b.seconds[PRUNING], b.n_draws,
                         unit * b.seconds[ALL_PRUNING]);
        }
    }
    return EXIT_SUCCESS;
}
