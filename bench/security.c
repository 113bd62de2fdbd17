/* SPDX-License-Identifier: MIT */
/* How long the six notions take, with full fronts, on one thread: tables in which
 * nobody is like anybody else and every level is hard to prove, and players that are
 * alike. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "analysis/classics.h"
#include "analysis/security.h"

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void tell(const char *what, const struct arena *a, const uint32_t *action,
                 double built)
{
    const struct security_options o = {UINT32_MAX, UINT32_MAX, METHOD_CHOSEN,
                                       1,          NULL,       false};
    const char *fault;
    const double start = seconds();
    struct security *s = security_new(a, action, &o, &fault);
    if (s == NULL) {
        (void)printf("%-28s the game %s\n", what, fault);
        return;
    }
    (void)printf("%-28s %10.4f s  %-7s %.3g pairs or states; built in %.2f s; "
                 "k %u l %u t %u m %u\n",
                 what, seconds() - start, method_name(s->method), s->cost, built,
                 s->resiliency, s->repellence, s->immunity, s->stability);
    (void)fflush(stdout);
    security_free(s);
}

/* Outsourced computation whose contractors have costs of their own: the first action is
 * diligent, all others are lazy. */
static void contractors(struct gathering *payoffs, uint32_t n, uint32_t n_actions,
                        const uint32_t *action)
{
    uint32_t lazy = 0;
    mpq_t payoff;
    mpq_init(payoff);
    for (uint32_t i = 0; i < n; i++)
        lazy += action[i] != 0;
    for (uint32_t i = 0; i < n; i++) {
        const long own = (long)i * (long)(action[i] != 0) + (long)action[i] % n_actions;
        long hundredths = lazy == 0 ? 1000 : 2000;
        if (action[i] != 0)
            hundredths = lazy == n ? 1500 : 375 - 1000L * (n - lazy) / lazy;
        mpq_set_si(payoff, hundredths - own, 1);
        (void)gathering_add_rational(payoffs, payoff);
    }
    mpq_clear(payoff);
}

/* Whoever leaves its first action loses a little more than it gives to all others:
 * there is always somebody who gains, and never enough to pay for it. */
static void givers(struct gathering *payoffs, uint32_t n, uint32_t n_actions,
                   const uint32_t *action)
{
    uint32_t giving = 0;
    mpq_t payoff;
    mpq_init(payoff);
    for (uint32_t i = 0; i < n; i++)
        giving += action[i] != 0;
    for (uint32_t i = 0; i < n; i++) {
        const long gives = action[i] != 0;
        const long loses = 100L * n + (long)i + (long)action[i] % n_actions;
        mpq_set_si(payoff, 100 * ((long)giving - gives) - gives * loses, 1);
        (void)gathering_add_rational(payoffs, payoff);
    }
    mpq_clear(payoff);
}

static void bench_table(uint32_t n, uint32_t n_actions, const char *of,
                        void (*fill)(struct gathering *, uint32_t, uint32_t,
                                     const uint32_t *))
{
    static struct game head;
    struct exact_game g;
    uint32_t action[PLAYERS_MAX] = {0};
    char what[64];
    const double start = seconds();
    struct gathering *payoffs = gathering_new();
    head.shape.n_players = (uint8_t)n;
    for (uint32_t i = 0; i < n; i++)
        head.shape.n_actions[i] = (uint8_t)n_actions;
    for (uint32_t x = 0; x < shape_profiles(&head.shape); x++) {
        fill(payoffs, n, n_actions, action);
        for (uint32_t i = 0; i < n && ++action[i] == n_actions; i++)
            action[i] = 0;
    }
    if (exact_build(&g, &head, payoffs) == NULL) {
        const struct arena a = {&g, NULL};
        (void)snprintf(what, sizeof what, "%u x %u, different %s", n, n_actions, of);
        tell(what, &a, action, seconds() - start);
        exact_free(&g);
    }
    gathering_free(payoffs);
}

static void bench_graph(uint32_t n)
{
    static uint32_t action[AGG_PLAYERS_MAX];
    struct forwarding fd;
    struct ioc ioc;
    struct agg graph;
    char what[64];
    const struct arena a = {NULL, &graph};
    double start = seconds();
    ioc_init(&ioc);
    forwarding_init(&fd);
    for (uint32_t i = 0; i < n; i++)
        action[i] = 1;
    if (ioc_graph(&graph, &ioc, n) == NULL) {
        (void)snprintf(what, sizeof what, "%u x 2, alike (IOC)", n);
        tell(what, &a, action, seconds() - start);
        agg_free(&graph);
    }
    for (uint32_t i = 1; i < n; i++)
        action[i] = 0;
    start = seconds();
    if (forwarding_graph(&graph, &fd, n) == NULL) {
        (void)snprintf(what, sizeof what, "%u x 2, alike (FD)", n);
        tell(what, &a, action, seconds() - start);
        agg_free(&graph);
    }
    ioc_clear(&ioc);
    forwarding_clear(&fd);
}

int main(void)
{
    static const uint32_t sizes[][2] = {{12, 2}, {16, 2}, {12, 3}, {20, 2}};
    bench_graph(100);
    bench_graph(1000);
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        bench_table(sizes[k][0], sizes[k][1], "contractors", contractors);
        bench_table(sizes[k][0], sizes[k][1], "givers", givers);
    }
    return EXIT_SUCCESS;
}
