/* SPDX-License-Identifier: MIT */
/* What a stage of private recommendations costs one player on one core, for each number
 * of players N and of rows M: to cut a deck, to judge all the cuts of one, and all the
 * rest (columns, blinds, shares, openings); beside what the products of a scalar and a
 * point take that the construction needs (docs/decks.md counts them), at the cost of
 * one as measured around it in the same run. The details have the milliseconds of each
 * part and its ratio, the bytes that a player says in a stage, and how many stages a
 * second that sustains. */
#include <string.h>

#include "bench/row.h"
#include "lottery/deck.h"

enum { SEATS_MAX = 8, TRIALS = 7, PRODUCTS = 200 };

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

/* The mean of many, as a cut is the sum of many. */
static struct cost measure(void)
{
    const struct seed seed = {{1}};
    const struct digest context = {{2}};
    struct scalar s = scalar_derive(&seed, &context, "bench", 0);
    struct point p = point_base(&s);
    const double start = bench_now();
    for (int i = 0; i < PRODUCTS; i++)
        p = point_mul(&s, &p);
    const double middle = bench_now();
    for (int i = 0; i < PRODUCTS; i++) {
        p = point_base(&s);
        memcpy(s.bytes, p.bytes, 31);
    }
    const double end = bench_now();
    return (struct cost){(middle - start) / PRODUCTS, (end - middle) / PRODUCTS};
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
    for (uint8_t i = 0; i < n_seats; i++)
        deck_cut(t->deck[i + 1], t->argument[i], t->deck[i], n_rows, &t->joint,
                 &t->cut[i].place, &t->seed[i]);
}

/* The cut of the last player; the first one's, of the known deck, costs less. */
static double cut_seconds(struct table *t)
{
    const uint8_t last = (uint8_t)(t->n_seats - 1);
    const double start = bench_now();
    deck_cut(t->deck[last + 1], t->argument[last], t->deck[last], t->n_rows, &t->joint,
             &t->cut[last].place, &t->seed[last]);
    return bench_now() - start;
}

static double judge_seconds(const struct table *t)
{
    const double start = bench_now();
    if (cuts_hold(t->cut, t->n_seats, t->n_rows, &t->joint) != t->n_seats)
        abort();
    return bench_now() - start;
}

/* Adds the seconds since `start` to `sum` if it is the first player's work that is
 * asked for: what it makes itself, and what it judges of the others'. */
static void count(double *sum, bool asked, double start)
{
    if (asked)
        *sum += bench_now() - start;
}

static void fail_if(bool false_verdict)
{
    if (false_verdict)
        abort();
}

static double columns_seconds(const struct table *t, struct cipher *columns)
{
    const uint8_t n = t->n_seats;
    struct cipher blinds[SEATS_MAX];
    struct proof proof;
    double seconds = 0, start = bench_now();
    deck_columns(columns, t->deck[n], t->n_rows, t->actions, n);
    count(&seconds, true, start);
    for (uint8_t i = 0; i < n; i++) {
        const struct deck_place *place = &t->cut[i].place;
        start = bench_now();
        blinds_make(blinds, &proof, n, &t->joint, place, &t->seed[i]);
        count(&seconds, i == 0, start);
        start = bench_now();
        fail_if(i > 0 && !blinds_hold(blinds, &proof, n, &t->joint, place));
        blinds_add(columns, blinds, n);
        count(&seconds, true, start);
    }
    return seconds;
}

static double rest_seconds(const struct table *t)
{
    struct cipher columns[SEATS_MAX];
    double seconds = columns_seconds(t, columns);
    for (uint8_t i = 0; i < t->n_seats; i++) {
        const struct deck_place *place = &t->cut[i].place;
        struct point shares[SEATS_MAX], opening;
        struct proof proof, opening_proof;
        double start = bench_now();
        shares_make(shares, &proof, columns, t->n_seats, &t->key[i], place,
                    &t->seed[i]);
        opening_make(&opening, &opening_proof, &columns[i], &t->key[i], place,
                     &t->seed[i]);
        count(&seconds, i == 0, start);
        start = bench_now();
        fail_if(!shares_hold(shares, &proof, columns, t->n_seats, &t->keys[i], place));
        fail_if(
            !opening_holds(&opening, &opening_proof, &columns[i], &t->keys[i], place));
        count(&seconds, i > 0, start);
    }
    return seconds;
}

/* The products that each part needs, as docs/decks.md counts them. */
static double cut_bound(uint32_t rows, double digits, const struct cost *c)
{
    return (5 * rows + 2 * digits + 4) * c->any + (rows + 6) * c->base;
}

static double judge_bound(uint32_t rows, double digits, double n, const struct cost *c)
{
    return (2 * rows * n + 2 * digits + 8 * n + 4) * c->any;
}

static double rest_bound(double n, const struct cost *c)
{
    const double made = 2 * n + 1, judged = (n - 1) * (2 * n + 2 + 2 * n + 4);
    return (n + 2) * c->base + (made + 2 + judged) * c->any;
}

static double bytes_said(uint32_t rows, uint32_t n)
{
    return (double)(rows * sizeof(struct cipher) + cut_size(rows) +
                    n * sizeof(struct cipher) + n * sizeof(struct point) +
                    3 * sizeof(struct proof));
}

/* Each part TRIALS times, with products measured before and after; medians of all. */
static void print_row(struct table *t, uint32_t rows, uint8_t n)
{
    const double digits = rows == 16 ? 4 : rows == 64 ? 8 : 16;
    double cuts[TRIALS], judgements[TRIALS], rests[TRIALS], any[TRIALS], base[TRIALS];
    prepare(t, rows, n);
    for (int k = 0; k < TRIALS; k++) {
        const struct cost before = measure();
        cuts[k] = cut_seconds(t);
        const struct cost after = measure();
        judgements[k] = judge_seconds(t);
        rests[k] = rest_seconds(t);
        any[k] = (before.any + after.any) / 2;
        base[k] = (before.base + after.base) / 2;
    }
    const struct cost c = {median(any, TRIALS), median(base, TRIALS)};
    const double part[3] = {median(cuts, TRIALS), median(judgements, TRIALS),
                            median(rests, TRIALS)};
    const double bound[3] = {cut_bound(rows, digits, &c),
                             judge_bound(rows, digits, n, &c), rest_bound(n, &c)};
    const double sum = part[0] + part[1] + part[2];
    char size[32];
    (void)snprintf(size, sizeof size, "N=%u M=%u", n, rows);
    row("one player's stage", size, sum, bound[0] + bound[1] + bound[2], "products",
        "cut_ms=%.1f (%.2f) judge_ms=%.1f (%.2f) rest_ms=%.1f (%.2f) bytes=%.0f "
        "stages_per_s=%.1f",
        1e3 * part[0], part[0] / bound[0], 1e3 * part[1], part[1] / bound[1],
        1e3 * part[2], part[2] / bound[2], bytes_said(rows, n), 1 / sum);
}

int main(void)
{
    static struct table t;
    const uint8_t seats_max = bench_tiny() ? 2 : SEATS_MAX;
    const uint32_t rows_max = bench_tiny() ? 16 : DECK_ROWS_MAX;
    if (!secure_start())
        return EXIT_FAILURE;
    for (uint8_t n = 2; n <= seats_max; n = (uint8_t)(2 * n))
        for (uint32_t rows = 16; rows <= rows_max; rows *= 4)
            print_row(&t, rows, n);
    return EXIT_SUCCESS;
}
