/* SPDX-License-Identifier: MIT */
/* How long a player takes to judge a candidate in which everybody mixes: with payoffs
 * by count, and with the table of the same game where that is possible. bench/counts */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/check.h"
#include "base/secure.h"
#include "game/counts.h"
#include "game/incentive.h"

enum { TABLE_MAX = 1 << 20, TURNS = 7 };

static double now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* The least mean of some turns, in microseconds. */
static double check_us(const struct payoffs *p, const struct profile *x)
{
    struct incentive_view view;
    double best = INFINITY;
    uint32_t times = 1;
    for (int turn = 0; turn < TURNS;) {
        const double from = now_us();
        for (uint32_t k = 0; k < times; k++)
            incentive_view_profile(&view, p, x, 0);
        const double us = now_us() - from;
        CHECK(isfinite(view.gain));
        if (us < 2000 && times < 1u << 24) {
            times *= 2;
            continue;
        }
        best = fmin(best, us / times);
        turn++;
    }
    return best;
}

static void measure(uint8_t n_players, uint16_t n_actions)
{
    const struct shape s = shape_uniform(n_players, n_actions);
    struct prng chance = {1};
    struct profile x;
    const uint32_t n = n_actions * crowds((uint8_t)(n_players - 1), n_actions);
    double *value = malloc(n * sizeof *value);
    CHECK(shape_counted(&s) && value != NULL);
    for (uint32_t k = 0; k < n; k++)
        value[k] = prng_share(&chance);
    for (uint16_t k = 0; k < shape_weights(&s); k++)
        x.share[k] = 1.0 / n_actions;
    struct payoffs *c = payoffs_new_by_count(&s, (uint8_t)(n_players / 2), value);
    CHECK(c != NULL);
    (void)printf("%2u x %u  %8u payoffs by count %10.2f us", n_players, n_actions, n,
                 check_us(c, &x));
    if (shape_tabled(&s) && shape_profiles(&s) <= TABLE_MAX) {
        struct payoffs *t = payoffs_by_table(c);
        CHECK(t != NULL);
        (void)printf("   %8u in the table %10.2f us", shape_profiles(&s),
                     check_us(t, &x));
        payoffs_free(t);
    }
    (void)puts("");
    payoffs_free(c);
    free(value);
}

int main(void)
{
    static const uint8_t players[] = {4, 8, 12, 16, 32, 64};
    if (!secure_start())
        return EXIT_FAILURE;
    for (uint16_t m = 2; m <= 4; m++)
        for (size_t k = 0; k < sizeof players; k++)
            measure(players[k], m);
    return EXIT_SUCCESS;
}
