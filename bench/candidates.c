/* SPDX-License-Identifier: MIT */
/* The table of candidates, for growing numbers of them: what it takes to put one on the
 * table and to look for one (half of those looked for are there), beside the hash of
 * its weights and a copy of them; to accept it; and all the prunings until one is left
 * or nobody would be better off. Payoffs are random, and each player has its own. What
 * grows with the number is not linear. */
#include <math.h>
#include <string.h>

#include "base/secure.h"
#include "bench/row.h"
#include "sampling/candidates.h"

enum { PLAYERS = 4, MOST = 65536, TRIALS = 5 };

enum step { ADDING, FINDING, HASHING, ACCEPTING, PRUNING, STEPS };

struct bench {
    struct shape shape;
    uint32_t n;
    struct candidate candidate[2 * MOST]; /* the second half is on no table */
    double payoff[MOST][PLAYERS];
    double seconds[STEPS]; /* the least of all trials */
    uint32_t n_draws;
    uint8_t sink; /* what is computed must be used */
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
    const double seconds = bench_now() - start;
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
    const double start = bench_now();
    bool done = false;
    b->n_draws = 0;
    while (!done && candidates_survivors(t) > 1) {
        const uint8_t j = (uint8_t)prng_below(rng, candidates_proposers(t));
        const uint32_t drawn =
            candidates_draw(t, j, (uint32_t)prng_below(rng, candidates_of(t, j)));
        mark_all(b, t, drawn);
        done = candidates_prune(t, drawn);
        b->n_draws++;
    }
    count(b, PRUNING, start);
}

/* What the table cannot do without: the hash, whose bytes are little-endian, and a copy
 * of the weights. */
static void hash_all(struct bench *b)
{
    static uint32_t copy[WEIGHTS_MAX];
    const size_t size = shape_weights(&b->shape) * sizeof *copy;
    uint8_t sum = 0;
    const double start = bench_now();
    for (uint32_t k = 0; k < b->n; k++) {
        struct hasher h;
        memcpy(copy, b->candidate[k].weight, size);
        hash_start(&h, "bench");
        hash_bytes(&h, copy, size);
        sum ^= hash_end(&h).bytes[0];
    }
    count(b, HASHING, start);
    b->sink ^= sum;
}

static void turn(struct bench *b, struct prng *rng)
{
    struct candidates *t = candidates_new(&b->shape, PLAYERS, b->n);
    uint32_t n_found = 0;
    bool fresh;
    if (t == NULL)
        exit(EXIT_FAILURE);
    double start = bench_now();
    for (uint32_t k = 0; k < b->n; k++)
        (void)candidates_add(t, &fresh, &b->candidate[k], (uint8_t)(k % PLAYERS));
    count(b, ADDING, start);
    start = bench_now();
    for (uint32_t k = 0; k < 2 * b->n; k++)
        n_found += candidates_find(t, &b->candidate[k]) != CANDIDATES_NONE;
    count(b, FINDING, start);
    if (n_found != b->n)
        abort();
    start = bench_now();
    for (uint32_t k = 0; k < b->n; k++)
        candidates_accept(t, k);
    count(b, ACCEPTING, start);
    prune_all(b, t, rng);
    hash_all(b);
    candidates_free(t);
}

static void print_rows(const struct bench *b)
{
    char size[32];
    const double *took = b->seconds;
    (void)snprintf(size, sizeof size, "%u of %u", b->n, shape_weights(&b->shape));
    row("put a candidate on the table", size, took[ADDING] / b->n, took[HASHING] / b->n,
        "hash", "weights=%u", shape_weights(&b->shape));
    row("look for one", size, took[FINDING] / b->n / 2, took[HASHING] / b->n, "hash",
        "accept_ns=%.0f prune_ns=%.0f draws=%u", 1e9 * took[ACCEPTING] / b->n,
        1e9 * took[PRUNING] / b->n, b->n_draws);
}

int main(void)
{
    static struct bench b;
    struct prng rng = {29};
    for (int kind = 0; kind < 2; kind++) {
        b.shape = kind == 0 ? shape_uniform(PLAYERS, 2) : shape_uniform(1, WEIGHTS_MAX);
        for (b.n = 1024; b.n <= (bench_tiny() ? 1024 : MOST); b.n *= 8) {
            draw_all(&b, &rng);
            for (int trial = 0; trial < TRIALS; trial++)
                turn(&b, &rng);
            print_rows(&b);
        }
    }
    return EXIT_SUCCESS;
}
