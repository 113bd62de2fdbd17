/* SPDX-License-Identifier: MIT */
/* What private recommendations cost: for each number of players and rows the time to
 * cut a deck and to judge the cuts of a whole one, what is said in a stage, and how
 * many stages a second one core sustains; each time beside the bound that one product
 * of a scalar and a point, measured in the same run, sets: docs/decks.md, section 7. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lottery/deck.h"

enum { SEATS_MAX = 8, TRIALS = 5 };

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int order(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *seconds, size_t n)
{
    qsort(seconds, n, sizeof *seconds, order);
    return seconds[n / 2];
}

/* What one product costs: of any point, and of the generator. */
struct cost {
    double any, base;
};

static struct cost measure(void)
{
    enum { PRODUCTS = 301 };
    static double any[PRODUCTS], base[PRODUCTS];
    const struct seed seed = {{1}};
    const struct digest context = {{2}};
    struct scalar s = scalar_derive(&seed, &context, "bench", 0);
    struct point p = point_base(&s);
    for (int i = 0; i < PRODUCTS; i++) {
        double start = now();
        p = point_mul(&s, &p);
        any[i] = now() - start;
        start = now();
        const struct point q = point_base(&s);
        base[i] = now() - start;
        memcpy(s.bytes, q.bytes, 31);
        s.bytes[31] = 0;
    }
    return (struct cost){median(any, PRODUCTS), median(base, PRODUCTS)};
}

/* A deck and all that is said about it. */
struct table {
    uint32_t n_rows;
    uint8_t n_seats;
    struct seed seed[SEATS_MAX];
    struct deck_key key[SEATS_MAX];
    struct point joint, keys[SEATS_MAX];
    struct cipher deck[SEATS_MAX + 1][DECK_ROWS_MAX];
    uint8_t argument[SEATS_MAX][CUT_SIZE_MAX];
    uint8_t actions[DECK_ROWS_MAX * SEATS_MAX];
    struct cut cut[SEATS_MAX];
};

static void prepare(struct table *t, uint32_t n_rows, uint8_t n_seats)
{
    const struct digest session = {{3}};
    memset(t, 0, sizeof *t);
    t->n_rows = n_rows;
    t->n_seats = n_seats;
    for (uint8_t i = 0; i < n_seats; i++) {
        t->seed[i] = (struct seed){{4, i}};
        deck_key_derive(&t->key[i], &t->seed[i], &session, i);
        t->keys[i] = t->key[i].key;
        t->cut[i] =
            (struct cut){{session, 0, i}, t->deck[i], t->deck[i + 1], t->argument[i]};
    }
    if (!deck_keys_join(&t->joint, t->keys, n_seats))
        abort();
    for (size_t k = 0; k < (size_t)n_rows * n_seats; k++)
        t->actions[k] = (uint8_t)(k % 3);
    deck_first(t->deck[0], n_rows);
}

/* The cut of any player but the first, whose deck is known and costs a fifth. */
static double cut_seconds(struct table *t)
{
    double seconds[SEATS_MAX];
    for (uint8_t i = 0; i < t->n_seats; i++) {
        const double start = now();
        deck_cut(t->deck[i + 1], t->argument[i], t->deck[i], t->n_rows, &t->joint,
                 &t->cut[i].place, &t->seed[i]);
        seconds[i] = now() - start;
    }
    return median(seconds + 1, t->n_seats - 1u);
}

static double judge_seconds(const struct table *t)
{
    double seconds[TRIALS];
    for (int k = 0; k < TRIALS; k++) {
        const double start = now();
        if (cuts_hold(t->cut, t->n_seats, t->n_rows, &t->joint) != t->n_seats)
            abort();
        seconds[k] = now() - start;
    }
    return median(seconds, TRIALS);
}

/* Columns, blinds, shares and openings: what one player does for one stage. */
static double rest_seconds(const struct table *t)
{
    struct cipher columns[SEATS_MAX], blinds[SEATS_MAX][SEATS_MAX];
    struct proof proof[SEATS_MAX];
    struct point shares[SEATS_MAX][SEATS_MAX];
    const uint8_t n = t->n_seats;
    double seconds = 0;
    deck_columns(columns, t->deck[n], t->n_rows, t->actions, n);
    double start = now();
    deck_columns(columns, t->deck[n], t->n_rows, t->actions, n);
    seconds += now() - start;
    for (uint8_t i = 0; i < n; i++) {
        start = now();
        blinds_make(blinds[i], &proof[i], n, &t->joint, &t->cut[i].place, &t->seed[i]);
        if (i == 0)
            seconds += now() - start;
        start = now();
        if (i > 0 && !blinds_hold(blinds[i], &proof[i], n, &t->joint, &t->cut[i].place))
            abort();
        blinds_add(columns, blinds[i], n);
        seconds += now() - start;
    }
    for (uint8_t i = 0; i < n; i++) {
        start = now();
        shares_make(shares[i], &proof[i], columns, n, &t->key[i], &t->cut[i].place,
                    &t->seed[i]);
        if (i == 0)
            seconds += now() - start;
        start = now();
        if (i > 0 && !shares_hold(shares[i], &proof[i], columns, n, &t->keys[i],
                                  &t->cut[i].place))
            abort();
        seconds += now() - start;
    }
    for (uint8_t i = 0; i < n; i++) {
        start = now();
        opening_make(shares[i], &proof[i], &columns[i], &t->key[i], &t->cut[i].place,
                     &t->seed[i]);
        if (i == 0)
            seconds += now() - start;
        start = now();
        if (i > 0 && !opening_holds(shares[i], &proof[i], &columns[i], &t->keys[i],
                                    &t->cut[i].place))
            abort();
        seconds += now() - start;
    }
    return seconds;
}

int main(void)
{
    static struct table t;
    if (!secure_start())
        return EXIT_FAILURE;
    const struct cost cost = measure();
    (void)printf("product %.1f us, of the generator %.1f us\n", 1e6 * cost.any,
                 1e6 * cost.base);
    for (uint8_t n = 2; n <= SEATS_MAX; n = (uint8_t)(2 * n))
        for (uint32_t rows = 16; rows <= DECK_ROWS_MAX; rows *= 4) {
            prepare(&t, rows, n);
            const double cut = cut_seconds(&t), judge = judge_seconds(&t),
                         rest = rest_seconds(&t);
            (void)printf("%u %3u cut %.2f (bound %.2f) judge %.2f (naive bound %.2f) "
                         "rest %.2f ms\n",
                         n, rows, 1e3 * cut,
                         1e3 * ((5 * rows + 4 * n) * cost.any + rows * cost.base),
                         1e3 * judge, 1e3 * 2 * rows * n * cost.any, 1e3 * rest);
        }
    return EXIT_SUCCESS;
}
