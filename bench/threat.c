/* SPDX-License-Identifier: MIT */
/* The search for a threat in games with random payoffs: how long it may go on and how
 * long it did, the microseconds that one player works in a round, and how many
 * incentive checks of a mixed candidate these are, measured before and after; the
 * payoff table's kilobytes are all that a player keeps besides some fifty. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/secure.h"
#include "game/incentive.h"
#include "game/threat.h"

enum { SEATS_MAX = 20 };

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct table {
    struct shape shape;
    struct payoffs *payoffs[SEATS_MAX];
    struct threat_search *search[SEATS_MAX];
    struct threat_word word[SEATS_MAX];
};

static void start(struct table *t, uint32_t rounds_max, struct prng *rng)
{
    const uint32_t n = shape_profiles(&t->shape);
    double *value = malloc(n * sizeof *value);
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        for (uint32_t a = 0; value != NULL && a < n; a++)
            value[a] = prng_share(rng);
        if (value == NULL || (t->payoffs[i] = payoffs_new(&t->shape, i, value)) == NULL)
            exit(EXIT_FAILURE);
        t->search[i] = threat_search_new(t->payoffs[i], 1e-4, rounds_max, i);
        if (t->search[i] == NULL)
            exit(EXIT_FAILURE);
    }
    free(value);
}

static void end(struct table *t)
{
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        threat_search_free(t->search[i]);
        payoffs_free(t->payoffs[i]);
    }
}

/* Seconds of one check, at the profile where everybody plays everything alike. */
static double seconds_of_check(const struct table *t)
{
    const uint32_t turns = 1 + 1000000 / shape_profiles(&t->shape);
    double sum = 0;
    struct profile x;
    double *share = x.share;
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        for (uint16_t k = 0; k < t->shape.n_actions[i]; k++)
            *share++ = 1.0 / t->shape.n_actions[i];
    const double first = now();
    for (uint32_t turn = 0; turn < turns; turn++)
        for (uint8_t i = 0; i < t->shape.n_players; i++)
            sum += incentive_regret(t->payoffs[i], &x);
    const double seconds = now() - first;
    if (!(sum >= 0))
        abort();
    return seconds / turns / t->shape.n_players;
}

static void print_search(uint8_t n_players, uint16_t n_actions, uint32_t rounds_max)
{
    static struct table t;
    struct prng rng = {30};
    enum threat_state state = THREAT_SEARCHING;
    uint32_t n_rounds = 0;
    t.shape = shape_uniform(n_players, n_actions);
    start(&t, rounds_max, &rng);
    double check = seconds_of_check(&t);
    const double first = now();
    for (; state == THREAT_SEARCHING; n_rounds++) {
        for (uint8_t i = 0; i < n_players; i++)
            threat_say(t.search[i], &t.word[i]);
        for (uint8_t i = 0; i < n_players; i++)
            state = threat_hear(t.search[i], t.word);
    }
    const double seconds = (now() - first) / n_rounds / n_players;
    check = (check + seconds_of_check(&t)) / 2;
    (void)printf("%2u x %-2u %8.1f %8u %7u  %-5s %9.2f %7.2f\n", n_players, n_actions,
                 shape_profiles(&t.shape) * sizeof(double) / 1024.0, rounds_max,
                 n_rounds, state == THREAT_FOUND ? "found" : "none", 1e6 * seconds,
                 seconds / check);
    end(&t);
}

int main(void)
{
    (void)puts("players table KB  at most  rounds            us  checks");
    print_search(4, 4, 1000);
    print_search(10, 3, 500);
    print_search(12, 2, 1000);
    print_search(16, 2, 500);
    print_search(20, 2, 100);
    print_search(6, 8, 200);
    return EXIT_SUCCESS;
}
