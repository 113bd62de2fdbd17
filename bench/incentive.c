/* SPDX-License-Identifier: MIT */
/* What it costs one player to judge one candidate, beside what cannot be left out.
 *
 * Mixed actions (Nash, interim), for candidates in which everybody mixes, every other
 * player, and nobody: one pass over the payoffs that can happen, whatever the player
 * itself does (the sum of as many entries in one piece), and one over the weights,
 * which makes shares of them.
 *
 * Distributions over pure profiles, of all profiles or of four. Public: each profile
 * that can be drawn has a payoff for each reply, so that pass again. Private: each
 * recommendation has to be weighed against each reply, so each profile that can be
 * drawn takes as many products and additions as there are replies.
 *
 * Details have a straightforward loop, which goes over all pure profiles and multiplies
 * the shares, a copy of the table, and the pass alone. Means over the first player, the
 * one in the middle and the last; the least of trials that take turns, because what
 * else the machine does can only add. */
#include <math.h>
#include <string.h>

#include "base/secure.h"
#include "bench/row.h"
#include "game/incentive.h"

enum { SEATS = 3, CANDIDATES = 8 };

static int trials(void)
{
    return bench_tiny() ? 1 : 9;
}

static double trial_seconds(void)
{
    return bench_tiny() ? 1e-5 : 5e-3;
}

/* One player's tables of one shape, and candidates of one kind. */
struct bench {
    struct payoffs *payoffs[SEATS];
    enum concept concept;
    struct candidate candidate[CANDIDATES];
    size_t n_entries[SEATS]; /* that can happen, the player's own actions told apart */
    size_t n_products[SEATS];
    double *copy;
    double sink; /* what is computed must be used */
};

/* ---- what is measured: one turn each ---- */

typedef void work(struct bench *b, int seat, const struct candidate *c);

static void check(struct bench *b, int seat, const struct candidate *c)
{
    struct incentive_view v;
    incentive_view_candidate(&v, b->payoffs[seat], c, b->concept, 0);
    b->sink += v.gain;
}

/* Sixteen sums, so that none waits for another. */
static double sum_of(const double *v, size_t n)
{
    double one[4] = {0}, two[4] = {0}, three[4] = {0}, four[4] = {0}, sum = 0;
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
        sum += v[at];
    for (int k = 0; k < 4; k++)
        sum += one[k] + two[k] + three[k] + four[k];
    return sum;
}

static void pass(struct bench *b, int seat, const struct candidate *c)
{
    (void)c;
    b->sink += sum_of(b->payoffs[seat]->value, b->n_entries[seat]);
}

/* Weights become shares. */
static void pass_weights(struct bench *b, int seat, const struct candidate *c)
{
    const struct shape s = concept_shape(b->concept, &b->payoffs[seat]->shape);
    struct profile x;
    profile_from_candidate(&x, &s, c);
    b->sink += x.share[shape_weights(&s) / 2];
}

/* As many products of two numbers, added up. */
static void products(struct bench *b, int seat, const struct candidate *c)
{
    static const double share[16] = {0.5, 0.25};
    const struct payoffs *p = b->payoffs[seat];
    const size_t n = shape_profiles(&p->shape);
    double sum[16] = {0};
    (void)c;
    for (size_t done = 0; done < b->n_products[seat];) {
        const size_t left = b->n_products[seat] - done, end = left < n ? left : n;
        size_t at = 0;
        for (; at + 16 <= end; at += 16)
            for (size_t k = 0; k < 16; k++)
                sum[k] += share[k] * p->value[at + k];
        for (; at < end; at++)
            sum[0] += share[at % 16] * p->value[at];
        done += end;
    }
    b->sink += sum_of(sum, 16);
}

static void copy(struct bench *b, int seat, const struct candidate *c)
{
    const struct payoffs *p = b->payoffs[seat];
    (void)c;
    const uint32_t n = shape_profiles(&p->shape);
    memcpy(b->copy, p->value, n * sizeof *b->copy);
    b->sink += b->copy[n / 2];
}

static void loop_mixed(struct bench *b, int seat, const struct candidate *c)
{
    const struct payoffs *p = b->payoffs[seat];
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
static void loop_distribution(struct bench *b, int seat, const struct candidate *c)
{
    const struct payoffs *p = b->payoffs[seat];
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
    const double start = bench_now();
    for (unsigned turn = 0; turn < n; turn++)
        for (int seat = 0; seat < SEATS; seat++)
            f(b, seat, &b->candidate[turn % CANDIDATES]);
    return bench_now() - start;
}

/* Seconds of one turn: as many as fill a trial, for all seats. */
static double seconds_of(struct bench *b, work *f)
{
    unsigned n = 1;
    double seconds = seconds_of_turns(b, f, n);
    while (seconds < trial_seconds()) {
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
    for (int t = 0; t < trials(); t++)
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

/* How many entries of each seat's table can happen, on average over the candidates. */
static void count_entries(struct bench *b, const struct shape *s)
{
    for (int seat = 0; seat < SEATS; seat++) {
        b->n_entries[seat] = 0;
        for (int k = 0; k < CANDIDATES; k++) {
            const uint32_t *weight = b->candidate[k].weight;
            size_t n = 1;
            for (uint8_t i = 0; i < s->n_players; weight += s->n_actions[i++]) {
                size_t played = 0;
                for (uint16_t l = 0; l < s->n_actions[i]; l++)
                    played += weight[l] > 0;
                n *= i == b->payoffs[seat]->player ? s->n_actions[i] : played;
            }
            b->n_entries[seat] += n;
        }
        b->n_entries[seat] /= CANDIDATES;
    }
}

static void print_mixed(uint8_t n_players, uint16_t n_actions, struct prng *rng)
{
    static const struct {
        const char *name;
        enum mixing mixing;
    } kinds[] = {{"everybody mixes", ALL_MIX},
                 {"every other player mixes", HALF_MIX},
                 {"nobody mixes", NOBODY_MIXES}};
    static work *const f[] = {check, pass, pass_weights, copy, loop_mixed};
    const struct shape s = shape_uniform(n_players, n_actions);
    struct bench b;
    char size[32];
    if (!start(&b, &s, rng))
        exit(EXIT_FAILURE);
    (void)snprintf(size, sizeof size, "%u x %u", n_players, n_actions);
    for (int kind = 0; kind < 3; kind++) {
        double seconds[5];
        draw(&b, &s, kinds[kind].mixing, rng);
        count_entries(&b, &s);
        measure(seconds, &b, f, kind == 0 ? 5 : 3);
        if (kind == 0)
            row(kinds[kind].name, size, seconds[0], seconds[1] + seconds[2], "pass",
                "entries=%zu pass_us=%.3f copy_us=%.3f loop_us=%.2f", b.n_entries[0],
                1e6 * seconds[1], 1e6 * seconds[3], 1e6 * seconds[4]);
        else
            row(kinds[kind].name, size, seconds[0], seconds[1] + seconds[2], "pass",
                "entries=%zu pass_us=%.3f", b.n_entries[SEATS / 2], 1e6 * seconds[1]);
    }
    end(&b);
}

/* Four profiles, evenly. */
static void draw_four(struct bench *b, const struct shape *own, struct prng *rng)
{
    for (int k = 0; k < CANDIDATES; k++) {
        struct profile x = {{0}};
        for (int l = 0; l < 4; l++)
            x.share[prng_below(rng, shape_weights(own))] += 0.25;
        candidate_from_profile(&b->candidate[k], own, &x);
    }
}

static void print_distribution(uint8_t n_players, uint16_t n_actions, struct prng *rng)
{
    static const char *const names[2][2] = {{"public, all profiles", "public, four"},
                                            {"private, all profiles", "private, four"}};
    static work *const by_pass[] = {check, pass_weights, pass, loop_distribution};
    static work *const by_products[] = {check, pass_weights, products,
                                        loop_distribution};
    const struct shape s = shape_uniform(n_players, n_actions);
    const struct shape own = concept_shape(CONCEPT_PUBLIC, &s);
    struct bench b;
    char size[32];
    if (!start(&b, &s, rng))
        exit(EXIT_FAILURE);
    (void)snprintf(size, sizeof size, "%u x %u", n_players, n_actions);
    for (int support = 0; support < 2; support++) {
        const size_t n = support == 0 ? shape_profiles(&s) : 4;
        draw(&b, &own, ALL_MIX, rng);
        if (support == 1)
            draw_four(&b, &own, rng);
        for (int seat = 0; seat < SEATS; seat++) {
            b.n_products[seat] = n * n_actions;
            b.n_entries[seat] = support == 0 ? n : n * n_actions;
        }
        for (int hidden = 0; hidden < 2; hidden++) {
            double seconds[4];
            b.concept = hidden ? CONCEPT_PRIVATE : CONCEPT_PUBLIC;
            measure(seconds, &b, hidden ? by_products : by_pass, 4);
            row(names[hidden][support], size, seconds[0], seconds[1] + seconds[2],
                hidden ? "replies" : "pass", "drawn=%zu weights_us=%.3f loop_us=%.1f",
                n, 1e6 * seconds[1], 1e6 * seconds[3]);
        }
    }
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
    for (size_t k = 0; k < (bench_tiny() ? 2 : sizeof mixed / sizeof *mixed); k++)
        print_mixed(mixed[k].n_players, mixed[k].n_actions, &rng);
    for (size_t k = 0; k < (bench_tiny() ? 1 : sizeof drawn / sizeof *drawn); k++)
        print_distribution(drawn[k].n_players, drawn[k].n_actions, &rng);
    return EXIT_SUCCESS;
}
