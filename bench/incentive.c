/* SPDX-License-Identifier: MIT */
/* What it costs one player to judge one candidate, beside what its table costs to read.
 * Mixed actions (Nash, interim), per shape: the microseconds of one pass over the table
 * (the sum of all entries), how many bytes of it that reads in a second, and the
 * microseconds of one copy of it and of a straightforward loop, which goes over all
 * pure profiles and multiplies the shares; then the microseconds of the check and its
 * ratio to the pass, for candidates in which everybody mixes, every other player, and
 * nobody. Distributions over pure profiles: the check, its ratio and the loop, for
 * those that draw all profiles, or four, in public or told in private. Means over the
 * first player, the one in the middle and the last; the least of TRIALS that take
 * turns, because what else the machine does can only add. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/secure.h"
#include "game/incentive.h"

enum { TRIALS = 9, SEATS = 3, CANDIDATES = 8 };
#define TRIAL_SECONDS 0.005

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* One player's tables of one shape, and candidates of one kind. */
struct bench {
    struct payoffs *payoffs[SEATS];
    enum concept concept;
    struct candidate candidate[CANDIDATES];
    double *copy;
    double sink; /* what is computed must be used */
};

/* ---- what is measured: one turn each ---- */

typedef void work(struct bench *b, const struct payoffs *p, const struct candidate *c);

static void check(struct bench *b, const struct payoffs *p, const struct candidate *c)
{
    struct incentive_view v;
    incentive_view_candidate(&v, p, c, b->concept, 0);
    b->sink += v.gain;
}

/* Sixteen sums, so that none waits for another. */
static void pass(struct bench *b, const struct payoffs *p, const struct candidate *c)
{
    (void)c;
    const size_t n = shape_profiles(&p->shape);
    const double *v = p->value;
    double one[4] = {0}, two[4] = {0}, three[4] = {0}, four[4] = {0};
    size_t at = 0;
    for (; at + 16 <= n; at += 16) {
        for (size_t k = 0; k < 4; k++)
            one[k] += v[at + k];
        for (size_t k = 0; k < 4; k++)
            two[k] += v[at + 4 + k];
        for (size_t k = 0; k < 4; k++)
            three[k] += v[at + 8 + k];
        for (size_t k = 0; k < 4; k++)
            four[k] += v[at + 12 + k];
    }
    for (; at < n; at++)
        one[0] += v[at];
    for (int k = 0; k < 4; k++)
        b->sink += one[k] + two[k] + three[k] + four[k];
}

static void copy(struct bench *b, const struct payoffs *p, const struct candidate *c)
{
    (void)c;
    const uint32_t n = shape_profiles(&p->shape);
    memcpy(b->copy, p->value, n * sizeof *b->copy);
    b->sink += b->copy[n / 2];
}

static void loop_mixed(struct bench *b, const struct payoffs *p,
                       const struct candidate *c)
{
    const struct shape *s = &p->shape;
    const uint32_t n = shape_profiles(s);
    double by_action[ACTIONS_MAX] = {0}, best = -INFINITY, worst = INFINITY;
    struct profile x;
    profile_from_candidate(&x, s, c);
    for (uint32_t a = 0; a < n; a++) {
        uint8_t actions[PLAYERS_MAX];
        profile_actions(actions, s, a);
        const double *share = x.share;
        double product = 1;
        for (uint8_t i = 0; i < s->n_players; share += s->n_actions[i++])
            if (i != p->player)
                product *= share[actions[i]];
        by_action[actions[p->player]] += product * p->value[a];
    }
    const double *own = x.share + shape_offset(s, p->player);
    for (uint8_t k = 0; k < s->n_actions[p->player]; k++) {
        best = fmax(best, by_action[k]);
        if (own[k] > 0)
            worst = fmin(worst, by_action[k]);
    }
    b->sink += best - worst;
}

/* For each recommendation, or each profile that was drawn in public, and each reply:
 * over all profiles. */
static void loop_distribution(struct bench *b, const struct payoffs *p,
                              const struct candidate *c)
{
    const struct shape *s = &p->shape;
    const uint32_t n = shape_profiles(s);
    const uint32_t n_signals =
        b->concept == CONCEPT_PUBLIC ? n : s->n_actions[p->player];
    double gain = 0;
    for (uint32_t signal = 0; signal < n_signals; signal++) {
        for (uint8_t reply = 0; reply < s->n_actions[p->player]; reply++) {
            double weight = 0, more = 0;
            for (uint32_t a = 0; a < n; a++) {
                uint8_t actions[PLAYERS_MAX];
                profile_actions(actions, s, a);
                if (signal != (b->concept == CONCEPT_PUBLIC ? a : actions[p->player]))
                    continue;
                actions[p->player] = reply;
                const double share = (double)c->weight[a] / WEIGHT_ONE;
                weight += share;
                more += share * (p->value[profile_index(s, actions)] - p->value[a]);
            }
            if (weight > 0)
                gain = fmax(gain, more / weight);
        }
    }
    b->sink += gain;
}

/* ---- measuring ---- */

static double seconds_of_turns(struct bench *b, work *f, unsigned n)
{
    const double start = now();
    for (unsigned turn = 0; turn < n; turn++)
        for (int seat = 0; seat < SEATS; seat++)
            f(b, b->payoffs[seat], &b->candidate[turn % CANDIDATES]);
    return now() - start;
}

/* Seconds of one turn: as many as fill a trial, for all seats. */
static double seconds_of(struct bench *b, work *f)
{
    unsigned n = 1;
    double seconds = seconds_of_turns(b, f, n);
    while (seconds < TRIAL_SECONDS) {
        n *= 2;
        seconds = seconds_of_turns(b, f, n);
    }
    return seconds / SEATS / n;
}

/* Trials take turns, so that a machine that slows down slows down all. */
static void measure(double *seconds, struct bench *b, work *const *f, size_t n)
{
    for (size_t k = 0; k < n; k++)
        seconds[k] = INFINITY;
    for (int t = 0; t < TRIALS; t++)
        for (size_t k = 0; k < n; k++)
            seconds[k] = fmin(seconds[k], seconds_of(b, f[k]));
}

static bool start(struct bench *b, const struct shape *s, struct prng *rng)
{
    const uint32_t n = shape_profiles(s);
    double *value = malloc(n * sizeof *value);
    *b = (struct bench){.copy = malloc(n * sizeof *b->copy)};
    if (value == NULL || b->copy == NULL)
        return false;
    for (int seat = 0; seat < SEATS; seat++) {
        for (uint32_t a = 0; a < n; a++)
            value[a] = prng_share(rng);
        const int player = seat * (s->n_players - 1) / (SEATS - 1);
        b->payoffs[seat] = payoffs_new(s, (uint8_t)player, value);
        if (b->payoffs[seat] == NULL)
            return false;
    }
    free(value);
    return true;
}

static void end(struct bench *b)
{
    for (int seat = 0; seat < SEATS; seat++)
        payoffs_free(b->payoffs[seat]);
    free(b->copy);
    if (!isfinite(b->sink))
        abort();
}

/* Who of every `period` players mixes: the first of them. */
enum mixing { ALL_MIX = 1, HALF_MIX = 2, NOBODY_MIXES = 0 };

static void draw(struct bench *b, const struct shape *s, enum mixing mixing,
                 struct prng *rng)
{
    for (int k = 0; k < CANDIDATES; k++) {
        struct profile x;
        double *share = x.share;
        for (uint8_t i = 0; i < s->n_players; share += s->n_actions[i++]) {
            const bool mixes = mixing != NOBODY_MIXES && (i + k) % (int)mixing == 0;
            const uint64_t sure = prng_below(rng, s->n_actions[i]);
            for (uint16_t l = 0; l < s->n_actions[i]; l++)
                share[l] = mixes ? 0.1 + prng_share(rng) : l == sure;
        }
        candidate_from_profile(&b->candidate[k], s, &x);
    }
}

static void print_shape(const struct shape *s)
{
    (void)printf("%2u x %-2u %8u", s->n_players, s->n_actions[0], shape_profiles(s));
}

static void print_mixed(uint8_t n_players, uint16_t n_actions, struct prng *rng)
{
    static const enum mixing kinds[] = {ALL_MIX, HALF_MIX, NOBODY_MIXES};
    static work *const f[] = {check, pass, copy, loop_mixed};
    const struct shape s = shape_uniform(n_players, n_actions);
    struct bench b;
    if (!start(&b, &s, rng))
        exit(EXIT_FAILURE);
    print_shape(&s);
    for (int kind = 0; kind < 3; kind++) {
        double seconds[4];
        draw(&b, &s, kinds[kind], rng);
        measure(seconds, &b, f, kind == 0 ? 4 : 2);
        if (kind == 0)
            (void)printf(" %9.3f %5.1f %9.3f %11.3f", 1e6 * seconds[1],
                         1e-9 * sizeof(double) * shape_profiles(&s) / seconds[1],
                         1e6 * seconds[2], 1e6 * seconds[3]);
        (void)printf(" %9.3f %5.2f", 1e6 * seconds[0], seconds[0] / seconds[1]);
    }
    (void)puts("");
    end(&b);
}

static void print_distribution(uint8_t n_players, uint16_t n_actions, struct prng *rng)
{
    static work *const f[] = {check, loop_distribution, pass};
    const struct shape s = shape_uniform(n_players, n_actions);
    struct bench b;
    if (!start(&b, &s, rng))
        exit(EXIT_FAILURE);
    const struct shape own = concept_shape(CONCEPT_PUBLIC, &s);
    print_shape(&s);
    for (int support = 0; support < 2; support++) {
        draw(&b, &own, ALL_MIX, rng);
        for (int k = 0; support == 1 && k < CANDIDATES; k++) {
            struct profile x = {{0}};
            for (int l = 0; l < 4; l++)
                x.share[prng_below(rng, shape_profiles(&s))] += 0.25;
            candidate_from_profile(&b.candidate[k], &own, &x);
        }
        for (int concept = CONCEPT_PUBLIC; concept <= CONCEPT_PRIVATE; concept ++) {
            double seconds[3];
            b.concept = (enum concept) concept;
            measure(seconds, &b, f, 3);
            if (support == 0 && concept == CONCEPT_PUBLIC)
                (void)printf(" %7.3f", 1e6 * seconds[2]);
            (void)printf(" %7.3f %5.1f %8.1f", 1e6 * seconds[0],
                         seconds[0] / seconds[2], 1e6 * seconds[1]);
        }
    }
    (void)puts("");
    end(&b);
}

int main(void)
{
    static const struct {
        uint8_t n_players;
        uint16_t n_actions;
    } mixed[] = {{2, 2},  {2, 8},  {2, 64}, {5, 4}, {10, 3},
                 {12, 2}, {16, 2}, {20, 2}, {6, 8}},
      drawn[] = {{2, 2}, {2, 16}, {4, 4}, {8, 2}};
    struct prng rng = {28};
    (void)printf("%19s%47s%16s%16s\n", "one", "everybody", "every other", "nobody");
    (void)puts("players  entries      pass  GB/s      copy        loop     mixes ratio"
               "     mixes ratio     mixes ratio");
    for (size_t k = 0; k < sizeof mixed / sizeof *mixed; k++)
        print_mixed(mixed[k].n_players, mixed[k].n_actions, &rng);
    (void)printf("\n%24s%23s%23s%23s%23s\n", "one", "all of them, public",
                 "all, private", "four, public", "four, private");
    (void)printf("players  entries    pass");
    for (int kind = 0; kind < 4; kind++)
        (void)printf("   check ratio     loop");
    (void)puts("");
    for (size_t k = 0; k < sizeof drawn / sizeof *drawn; k++)
        print_distribution(drawn[k].n_players, drawn[k].n_actions, &rng);
    return EXIT_SUCCESS;
}
