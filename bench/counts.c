/* SPDX-License-Identifier: MIT */
/* How long a player takes to judge a candidate in which everybody mixes, with payoffs
 * by count: beside the products that it takes to find how likely each crowd of the
 * others is (one of k players is made of crowds of k - 1, by each action of the one who
 * joins) and to weigh each payoff with it, at the price of a multiplication and an
 * addition in the nearest cache; in the details, beside the table of the same game. */
#include <math.h>

#include "base/check.h"
#include "base/secure.h"
#include "bench/row.h"
#include "game/counts.h"
#include "game/incentive.h"

enum { TABLE_MAX = 1 << 20, TURNS = 7 };

/* The least mean of some turns. */
static double check_seconds(const struct payoffs *p, const struct profile *x)
{
    struct incentive_view view;
    const double long_enough = bench_tiny() ? 2e-5 : 2e-3;
    double best = INFINITY;
    uint32_t times = 1;
    for (int turn = 0; turn < TURNS;) {
        const double from = bench_now();
        for (uint32_t k = 0; k < times; k++)
            incentive_view_profile(&view, p, x, 0);
        const double seconds = bench_now() - from;
        CHECK(isfinite(view.gain));
        if (seconds < long_enough && times < 1u << 24) {
            times *= 2;
            continue;
        }
        best = fmin(best, seconds / times);
        turn++;
    }
    return best;
}

static double product_seconds(void)
{
    enum { N = 1024, TIMES = 500 };
    static double sum[N], value[N];
    double best = INFINITY;
    for (int turn = 0; turn < TURNS; turn++) {
        const double from = bench_now();
        for (int k = 0; k < TIMES; k++) {
            const double share = 1.0 / (k + 1);
            for (int v = 0; v < N; v++)
                sum[v] += share * value[v];
        }
        best = fmin(best, bench_now() - from);
    }
    CHECK(isfinite(sum[N / 2]));
    return best / TIMES / N;
}

static double n_products(uint8_t n_players, uint16_t n_actions)
{
    double n = n_actions * crowds((uint8_t)(n_players - 1), n_actions);
    for (uint8_t joined = 1; joined < n_players; joined++)
        n += n_actions * crowds((uint8_t)(joined - 1), n_actions);
    return n;
}

static void measure(uint8_t n_players, uint16_t n_actions)
{
    const struct shape s = shape_uniform(n_players, n_actions);
    struct prng chance = {1};
    struct profile x;
    char size[32];
    const uint32_t n = n_actions * crowds((uint8_t)(n_players - 1), n_actions);
    double *value = malloc(n * sizeof *value);
    CHECK(shape_counted(&s) && value != NULL);
    for (uint32_t k = 0; k < n; k++)
        value[k] = prng_share(&chance);
    for (uint16_t k = 0; k < shape_weights(&s); k++)
        x.share[k] = 1.0 / n_actions;
    struct payoffs *c = payoffs_new_by_count(&s, (uint8_t)(n_players / 2), value);
    CHECK(c != NULL);
    const double seconds = check_seconds(c, &x);
    const double bound = n_products(n_players, n_actions) * product_seconds();
    double table = NAN;
    if (shape_tabled(&s) && shape_profiles(&s) <= TABLE_MAX) {
        struct payoffs *t = payoffs_by_table(c);
        CHECK(t != NULL);
        table = check_seconds(t, &x);
        payoffs_free(t);
    }
    (void)snprintf(size, sizeof size, "%u x %u", n_players, n_actions);
    if (isfinite(table))
        row("everybody mixes, by count", size, seconds, bound, "crowds",
            "payoffs=%u by_table_us=%.2f", n, 1e6 * table);
    else
        row("everybody mixes, by count", size, seconds, bound, "crowds", "payoffs=%u",
            n);
    payoffs_free(c);
    free(value);
}

int main(void)
{
    static const uint8_t players[] = {4, 8, 16, 32, 64};
    if (!secure_start())
        return EXIT_FAILURE;
    for (uint16_t m = 2; m <= 4; m++)
        for (size_t k = 0; k < (bench_tiny() ? 2 : sizeof players); k++)
            measure(players[k], m);
    return EXIT_SUCCESS;
}
