/* SPDX-License-Identifier: MIT */
/* How long answers of `treaty solve` take on one thread, and how much longer the plain
 * ways take that everybody would write first: all supports of equal size for mixed
 * equilibria, in doubles; all actions of all players at all profiles for pure ones. */
#include <math.h>

#include "analysis/correlated.h"
#include "analysis/mixed.h"
#include "analysis/pure.h"
#include "base/secure.h"
#include "bench/row.h"

enum { SUPPORT_MAX = 12 };

/* Payoffs from 0 to 999. */
static bool random_game(struct exact_game *out, uint8_t n_players, uint16_t n_actions,
                        uint64_t seed)
{
    static struct game head;
    struct prng p = {seed};
    struct gathering *payoffs = gathering_new();
    mpq_t number;
    mpq_init(number);
    head.shape = (struct shape){.n_players = n_players};
    for (uint8_t i = 0; i < n_players; i++)
        head.shape.n_actions[i] = n_actions;
    const uint32_t n = shape_profiles(&head.shape) * n_players;
    for (uint32_t k = 0; payoffs != NULL && k < n; k++) {
        mpq_set_ui(number, (unsigned long)prng_below(&p, 1000), 1);
        (void)gathering_add_rational(payoffs, number);
    }
    const bool built = payoffs != NULL && exact_build(out, &head, payoffs) == NULL;
    mpq_clear(number);
    gathering_free(payoffs);
    return built;
}

/* ---- mixed equilibria ---- */

struct bimatrix {
    int n;
    double payoff[2][SUPPORT_MAX][SUPPORT_MAX]; /* [player][player's action][other's] */
};

/* The other's mixture on `theirs` that makes all of `mine` pay player the same; its
 * level comes last. False if there is none. */
static bool equalise(double *x, const struct bimatrix *b, int player, unsigned mine,
                     unsigned theirs)
{
    double a[SUPPORT_MAX + 1][SUPPORT_MAX + 2] = {{0}};
    int column[SUPPORT_MAX], m = 0, rows = 1;
    for (int j = 0; j < b->n; j++)
        if (theirs >> j & 1)
            column[m++] = j;
    for (int j = 0; j < m; j++)
        a[0][j] = 1;
    a[0][m + 1] = 1;
    for (int k = 0; k < b->n; k++) {
        if ((mine >> k & 1) == 0)
            continue;
        for (int j = 0; j < m; j++)
            a[rows][j] = b->payoff[player][k][column[j]];
        a[rows++][m] = -1;
    }
    for (int k = 0; k <= m; k++) {
        int best = k;
        for (int i = k + 1; i <= m; i++)
            best = fabs(a[i][k]) > fabs(a[best][k]) ? i : best;
        if (fabs(a[best][k]) < 1e-9)
            return false;
        for (int j = 0; j <= m + 1; j++) {
            const double kept = a[k][j];
            a[k][j] = a[best][j];
            a[best][j] = kept;
        }
        for (int i = 0; i <= m; i++) {
            const double factor = i == k ? 0 : a[i][k] / a[k][k];
            for (int j = k; j <= m + 1; j++)
                a[i][j] -= factor * a[k][j];
        }
    }
    for (int j = 0; j < b->n; j++)
        x[j] = 0;
    for (int j = 0; j < m; j++) {
        x[column[j]] = a[j][m + 1] / a[j][j];
        if (x[column[j]] <= 1e-9)
            return false;
    }
    x[b->n] = a[m][m + 1] / a[m][m];
    return true;
}

static bool nothing_better(const struct bimatrix *b, int player, const double *x)
{
    for (int k = 0; k < b->n; k++) {
        double sum = 0;
        for (int j = 0; j < b->n; j++)
            sum += x[j] * b->payoff[player][k][j];
        if (sum > x[b->n] + 1e-9)
            return false;
    }
    return true;
}

static unsigned count_supports(const struct bimatrix *b)
{
    double x[SUPPORT_MAX + 1], y[SUPPORT_MAX + 1];
    unsigned n = 0;
    for (unsigned one = 1; one < 1u << b->n; one++)
        for (unsigned two = 1; two < 1u << b->n; two++)
            if (__builtin_popcount(one) == __builtin_popcount(two) &&
                equalise(y, b, 0, one, two) && nothing_better(b, 0, y) &&
                equalise(x, b, 1, two, one) && nothing_better(b, 1, x))
                n++;
    return n;
}

static void copy_payoffs(struct bimatrix *b, const struct exact_game *g)
{
    mpz_t payoff;
    mpz_init(payoff);
    for (uint32_t at = 0; at < shape_profiles(&g->head.shape); at++) {
        pure_payoff(payoff, g, at, 0);
        b->payoff[0][at % (uint32_t)b->n][at / (uint32_t)b->n] = mpz_get_d(payoff);
        pure_payoff(payoff, g, at, 1);
        b->payoff[1][at / (uint32_t)b->n][at % (uint32_t)b->n] = mpz_get_d(payoff);
    }
    mpz_clear(payoff);
}

static void bench_nash(uint8_t n)
{
    struct exact_game g;
    struct mixed_equilibria *e;
    static struct bimatrix b;
    char size[32];
    if (!random_game(&g, 2, n, n))
        return;
    double start = bench_now();
    const char *fault = mixed_solve(&e, &g);
    const double ours = bench_now() - start;
    const unsigned found = fault == NULL ? e->n_pairs : 0;
    if (fault == NULL)
        mixed_free(e);
    b.n = n;
    copy_payoffs(&b, &g);
    start = bench_now();
    const unsigned theirs = count_supports(&b);
    (void)snprintf(size, sizeof size, "%u x %u", n, n);
    row("all mixed equilibria", size, ours, bench_now() - start, "supports",
        "found=%u supports=%u", found, theirs);
    exact_free(&g);
}

/* ---- pure equilibria ---- */

static uint32_t count_pure(const struct exact_game *g)
{
    const struct shape *s = &g->head.shape;
    uint32_t n = 0;
    for (uint32_t at = 0; at < shape_profiles(s); at++) {
        bool content = true;
        for (uint8_t i = 0; i < s->n_players; i++)
            for (uint8_t b = 0; b < s->n_actions[i]; b++)
                content =
                    exact_order(g, i, pure_reply(s, i, at, b), at) <= 0 && content;
        n += content;
    }
    return n;
}

static void bench_pure(uint8_t n_players, uint16_t n_actions)
{
    struct exact_game g;
    char size[32];
    if (!random_game(&g, n_players, n_actions, 7))
        return;
    const uint32_t n_profiles = shape_profiles(&g.head.shape);
    uint32_t *tempted = calloc(n_profiles, sizeof *tempted), n = 0;
    double start = bench_now();
    if (tempted != NULL)
        pure_sweep(tempted, &g);
    const double ours = bench_now() - start;
    for (uint32_t at = 0; tempted != NULL && at < n_profiles; at++)
        n += tempted[at] == 0;
    start = bench_now();
    const uint32_t found = count_pure(&g);
    (void)snprintf(size, sizeof size, "%u x %u", n_players, n_actions);
    row("all pure equilibria", size, ours, bench_now() - start, "actions",
        "found=%u one_by_one=%u", n, found);
    free(tempted);
    exact_free(&g);
}

/* ---- mediators ---- */

static void bench_told(uint8_t n_players, uint16_t n_actions, enum obedience obedience)
{
    struct exact_game g;
    struct correlated c;
    char size[32];
    if (!random_game(&g, n_players, n_actions, 9))
        return;
    const double start = bench_now();
    const char *fault = correlated_find(&c, &g, obedience, AIM_WELFARE, 0);
    const double seconds = bench_now() - start;
    (void)snprintf(size, sizeof size, "%u x %u", n_players, n_actions);
    row(obedience == OBEDIENCE_TOLD ? "best correlated equilibrium"
                                    : "best coarse correlated one",
        size, seconds, NO_BOUND_SECONDS, NO_BOUND, "violation=%.1g of 999",
        fault == NULL ? c.violation : NAN);
    if (fault == NULL)
        correlated_free(&c);
    exact_free(&g);
}

int main(void)
{
    bench_nash(6);
    bench_pure(4, 2);
    bench_told(4, 5, OBEDIENCE_TOLD);
    bench_told(4, 5, OBEDIENCE_COARSE);
    if (bench_tiny())
        return EXIT_SUCCESS;
    bench_nash(8);
    bench_nash(10);
    bench_nash(12);
    bench_pure(16, 2);
    bench_pure(20, 2);
    bench_pure(10, 4);
    bench_told(2, 20, OBEDIENCE_TOLD);
    bench_told(10, 2, OBEDIENCE_TOLD);
    return EXIT_SUCCESS;
}
