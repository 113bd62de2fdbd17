/* SPDX-License-Identifier: MIT */
/* The search for a threat in games with random payoffs: what one player works in a
 * round, beside an incentive check of a mixed candidate, measured before and after: at
 * the row that was heard it cannot do without one. The details say how long the search
 * may go on, how long it did, and how it ended. */
#include "game/threat.h"
#include "base/secure.h"
#include "bench/row.h"
#include "game/incentive.h"

enum { SEATS_MAX = 20 };

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
    const double first = bench_now();
    for (uint32_t turn = 0; turn < turns; turn++)
        for (uint8_t i = 0; i < t->shape.n_players; i++)
            sum += incentive_regret(t->payoffs[i], &x);
    const double seconds = bench_now() - first;
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
    const double first = bench_now();
    for (; state == THREAT_SEARCHING; n_rounds++) {
        for (uint8_t i = 0; i < n_players; i++)
            threat_say(t.search[i], &t.word[i]);
        for (uint8_t i = 0; i < n_players; i++)
            state = threat_hear(t.search[i], t.word);
    }
    const double seconds = (bench_now() - first) / n_rounds / n_players;
    check = (check + seconds_of_check(&t)) / 2;
    char size[32];
    (void)snprintf(size, sizeof size, "%u x %u", n_players, n_actions);
    row("one player's round", size, seconds, check, "check",
        "table_kb=%.1f rounds_max=%u rounds=%u %s",
        shape_profiles(&t.shape) * sizeof(double) / 1024.0, rounds_max, n_rounds,
        state == THREAT_FOUND ? "found" : "none");
    end(&t);
}

int main(void)
{
    print_search(4, 4, 1000);
    if (bench_tiny())
        return EXIT_SUCCESS;
    print_search(10, 3, 500);
    print_search(12, 2, 1000);
    print_search(16, 2, 500);
    print_search(20, 2, 100);
    print_search(6, 8, 200);
    return EXIT_SUCCESS;
}
