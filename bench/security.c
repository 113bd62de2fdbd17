/* SPDX-License-Identifier: MIT */
/* How long the six notions take, with full fronts, on one thread: tables in which
 * nobody is like anybody else and every level is hard to prove, beside a subtraction
 * and a comparison for each of their pairs of profiles; and players that are alike. */
#include "analysis/security.h"
#include "analysis/classics.h"
#include "bench/row.h"

/* A subtraction and a comparison of numbers in the nearest cache: the least mean of
 * some turns. */
static double seconds_of_pair(void)
{
    enum { N = 1024, TIMES = 2000, TURNS = 5 };
    static int64_t before[N], after[N];
    double least = 1;
    int64_t best = 0;
    for (int k = 0; k < N; k++)
        after[k] = (k * 7919) % N;
    for (int turn = 0; turn < TURNS; turn++) {
        const double start = bench_now();
        for (int time = 0; time < TIMES; time++) {
            before[time % N] = time;
            for (int k = 0; k < N; k++)
                best = after[k] - before[k] > best ? after[k] - before[k] : best;
        }
        const double mean = (bench_now() - start) / TIMES / N;
        least = mean < least ? mean : least;
    }
    return best > 0 ? least : 1;
}

static void tell(const char *what, const char *size, const struct arena *a,
                 const uint32_t *action)
{
    const struct security_options o = {UINT32_MAX, UINT32_MAX, METHOD_CHOSEN,
                                       1,          NULL,       false};
    const char *fault;
    const double start = bench_now();
    struct security *s = security_new(a, action, &o, &fault);
    if (s == NULL)
        return;
    const double took = bench_now() - start;
    const bool by_pairs = s->method != METHOD_COUNTS;
    row(what, size, took, by_pairs ? s->cost * seconds_of_pair() : NO_BOUND_SECONDS,
        by_pairs ? "pairs" : NO_BOUND, "%s=%.3g k=%u l=%u t=%u m=%u",
        by_pairs ? "pairs" : "counts", s->cost, s->resiliency, s->repellence,
        s->immunity, s->stability);
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

typedef void filling(struct gathering *, uint32_t, uint32_t, const uint32_t *);

static void bench_table(uint32_t n, uint32_t n_actions, const char *of, filling *fill)
{
    static struct game head;
    struct exact_game g;
    uint32_t action[PLAYERS_MAX] = {0};
    char size[32];
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
        (void)snprintf(size, sizeof size, "%u x %u", n, n_actions);
        tell(of, size, &a, action);
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
    char size[32];
    const struct arena a = {NULL, &graph};
    ioc_init(&ioc);
    forwarding_init(&fd);
    (void)snprintf(size, sizeof size, "%u x 2", n);
    for (uint32_t i = 0; i < n; i++)
        action[i] = 1;
    if (ioc_graph(&graph, &ioc, n) == NULL) {
        tell("players alike, outsourcing", size, &a, action);
        agg_free(&graph);
    }
    for (uint32_t i = 1; i < n; i++)
        action[i] = 0;
    if (forwarding_graph(&graph, &fd, n) == NULL) {
        tell("players alike, forwarding", size, &a, action);
        agg_free(&graph);
    }
    ioc_clear(&ioc);
    forwarding_clear(&fd);
}

int main(void)
{
    static const uint32_t sizes[][2] = {{12, 2}, {16, 2}, {12, 3}, {20, 2}};
    bench_graph(100);
    if (!bench_tiny())
        bench_graph(1000);
    for (size_t k = 0; k < (bench_tiny() ? 1 : sizeof sizes / sizeof sizes[0]); k++) {
        bench_table(sizes[k][0], sizes[k][1], "different contractors", contractors);
        bench_table(sizes[k][0], sizes[k][1], "different givers", givers);
    }
    return EXIT_SUCCESS;
}
