/* SPDX-License-Identifier: MIT */
/* Hides Newton's method on the equations that everybody is indifferent among what it
 * plays. */
#include "study/statics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/mixed.h"
#include "base/secure.h"
#include "game/incentive.h"

enum { STEPS_MAX = 40, UNKNOWNS_MAX = 64, PURE_MAX = 1 << 16, MIXED_ACTIONS_MAX = 16 };
#define PIVOT_MIN 1e-12
#define STILL 1e-13 /* a step that leads nowhere */
#define SAME 1e-6   /* profiles that are one equilibrium */

struct search {
    const struct game *g;
    struct statics *out;
    struct profile *found; /* room for found_max, owned */
    uint32_t found_max;
    bool short_of_memory;
};

/* ---- what is found ---- */

static bool is_equilibrium(const struct game *g, const struct profile *x)
{
    for (uint8_t i = 0; i < g->shape.n_players; i++)
        if (incentive_regret(g->payoffs[i], x) > incentive_tolerance(g->payoffs[i]))
            return false;
    return true;
}

static bool is_new(const struct search *s, const struct profile *x)
{
    const uint16_t n = shape_weights(&s->g->shape);
    for (uint32_t k = 0; s->found != NULL && k < s->out->n; k++) {
        double most = 0;
        for (uint16_t w = 0; w < n; w++)
            most = fmax(most, fabs(s->found[k].share[w] - x->share[w]));
        if (most < SAME)
            return false;
    }
    return true;
}

static void note(struct statics *out, uint8_t player, double payoff)
{
    if (out->n == 0 || payoff < out->worst[player])
        out->worst[player] = payoff;
}

static void keep(struct search *s, const struct profile *x)
{
    if (!is_equilibrium(s->g, x) || !is_new(s, x))
        return;
    if (s->out->n == s->found_max) {
        const uint32_t n = s->found_max == 0 ? 16 : 2 * s->found_max;
        struct profile *grown = realloc(s->found, n * sizeof *grown);
        s->short_of_memory |= grown == NULL;
        if (grown == NULL)
            return;
        s->found = grown;
        s->found_max = n;
    }
    if (s->found == NULL)
        return;
    for (uint8_t i = 0; i < s->g->shape.n_players; i++)
        note(s->out, i, payoffs_expect(s->g->payoffs[i], x));
    s->found[s->out->n++] = *x;
}

/* ---- Newton's method ---- */

/* Unknowns are the shares of the actions that are played, and each player's payoff. */
struct system {
    uint8_t player[UNKNOWNS_MAX], action[UNKNOWNS_MAX];
    uint16_t n_shares, n;
    double row[UNKNOWNS_MAX][UNKNOWNS_MAX + 1];
};

/* The probability of what all but two players do at a profile. */
static double others(const struct shape *s, const struct profile *x,
                     const uint8_t *actions, uint8_t i, uint8_t j)
{
    double p = 1;
    for (uint8_t k = 0; k < s->n_players; k++)
        if (k != i && k != j)
            p *= x->share[shape_offset(s, k) + actions[k]];
    return p;
}

/* What player i gets on average with its action, given those of the others that the
 * arrays name, and the rest mixing: of no other (pay), of one other (slope). */
static void fill(struct system *y, const struct game *g, const struct profile *x)
{
    const struct shape *s = &g->shape;
    int at[PLAYERS_MAX][ACTIONS_MAX];
    uint8_t actions[PLAYERS_MAX];
    memset(at, -1, sizeof at);
    memset(y->row, 0, sizeof y->row);
    for (uint16_t u = 0; u < y->n_shares; u++)
        at[y->player[u]][y->action[u]] = u;
    for (uint32_t a = 0; a < shape_profiles(s); a++) {
        bool played = true;
        profile_actions(actions, s, a);
        for (uint8_t i = 0; i < s->n_players; i++)
            played &= at[i][actions[i]] >= 0;
        for (uint8_t i = 0; played && i < s->n_players; i++) {
            double *row = y->row[at[i][actions[i]]];
            const double u = g->payoffs[i]->value[a];
            row[y->n] -= u * others(s, x, actions, i, i);
            for (uint8_t j = 0; j < s->n_players; j++)
                if (j != i)
                    row[at[j][actions[j]]] += u * others(s, x, actions, i, j);
        }
    }
    for (uint16_t u = 0; u < y->n_shares; u++) { /* indifference, and shares sum to 1 */
        y->row[u][y->n_shares + y->player[u]] = -1;
        y->row[y->n_shares + y->player[u]][u] = 1;
        y->row[y->n_shares + y->player[u]][y->n] -=
            x->share[shape_offset(s, y->player[u]) + y->action[u]];
    }
    for (uint8_t i = 0; i < s->n_players; i++)
        y->row[y->n_shares + i][y->n] += 1;
}

/* Gauss and Jordan; the right sides become the solution. False if there is not one. */
static bool eliminate(struct system *y)
{
    for (uint16_t k = 0; k < y->n; k++) {
        uint16_t best = k;
        for (uint16_t r = k; r < y->n; r++)
            if (fabs(y->row[r][k]) > fabs(y->row[best][k]))
                best = r;
        if (fabs(y->row[best][k]) < PIVOT_MIN)
            return false;
        for (uint16_t c = k; c <= y->n; c++) {
            const double v = y->row[best][c];
            y->row[best][c] = y->row[k][c];
            y->row[k][c] = v;
        }
        for (uint16_t r = 0; r < y->n; r++) {
            const double factor = y->row[r][k] / y->row[k][k];
            for (uint16_t c = k; r != k && c <= y->n; c++)
                y->row[r][c] -= factor * y->row[k][c];
        }
    }
    for (uint16_t k = 0; k < y->n; k++)
        y->row[k][y->n] /= y->row[k][k];
    return true;
}

/* From x, which plays just the support, to a profile where all are indifferent among
 * it. The payoffs are linear, so a step has them anew each time. */
static bool newton(const struct game *g, struct system *y, struct profile *x)
{
    const struct shape *s = &g->shape;
    double moved = 1;
    for (int step = 0; step < STEPS_MAX && moved > STILL; step++) {
        fill(y, g, x);
        if (!eliminate(y))
            return false;
        moved = 0;
        for (uint16_t u = 0; u < y->n_shares; u++) {
            double *share = &x->share[shape_offset(s, y->player[u]) + y->action[u]];
            *share += y->row[u][y->n];
            moved = fmax(moved, fabs(y->row[u][y->n]));
            if (!(fabs(*share) < 10)) /* it runs away */
                return false;
        }
    }
    for (uint16_t u = 0; u < y->n_shares; u++)
        if (x->share[shape_offset(s, y->player[u]) + y->action[u]] <= 0)
            return false;
    return moved <= STILL;
}

/* ---- supports ---- */

/* The support is a mask of actions for each player; a start in its middle, or not. */
static void try_support(struct search *s, const uint32_t *mask, struct prng *random)
{
    const struct shape *shape = &s->g->shape;
    struct system *y = calloc(1, sizeof *y);
    s->short_of_memory |= y == NULL;
    for (uint8_t i = 0; y != NULL && i < shape->n_players; i++)
        for (uint8_t k = 0; k < shape->n_actions[i]; k++)
            if ((mask[i] >> k & 1) != 0 &&
                y->n_shares + shape->n_players < UNKNOWNS_MAX) {
                y->player[y->n_shares] = i;
                y->action[y->n_shares++] = k;
            }
    for (int start = 0; y != NULL && start < 2; start++) {
        struct profile x = {{0}};
        double sum[PLAYERS_MAX] = {0};
        y->n = (uint16_t)(y->n_shares + shape->n_players);
        for (int pass = 0; pass < 2; pass++)
            for (uint16_t u = 0; u < y->n_shares; u++) {
                double *share =
                    &x.share[shape_offset(shape, y->player[u]) + y->action[u]];
                if (pass == 0)
                    sum[y->player[u]] += *share = start == 0 ? 1 : prng_share(random);
                else
                    *share /= sum[y->player[u]];
            }
        if (newton(s->g, y, &x))
            keep(s, &x);
    }
    free(y);
}

static bool is_pure(const uint32_t *mask, uint8_t n)
{
    for (uint8_t i = 0; i < n; i++)
        if ((mask[i] & (mask[i] - 1)) != 0)
            return false;
    return true;
}

static void every_support(struct search *s, uint64_t seed)
{
    const struct shape *shape = &s->g->shape;
    struct prng random = {seed};
    uint32_t mask[PLAYERS_MAX];
    double n = 1;
    for (uint8_t i = 0; i < shape->n_players; i++) {
        if (shape->n_actions[i] > MIXED_ACTIONS_MAX)
            return;
        n *= (double)((UINT64_C(1) << shape->n_actions[i]) - 1);
    }
    const bool few = n <= STATICS_SUPPORTS_MAX;
    const uint32_t tries = few ? (uint32_t)n : STATICS_SUPPORTS_MAX;
    for (uint32_t k = 0; k < tries; k++) {
        uint32_t rest = k;
        for (uint8_t i = 0; i < shape->n_players; i++) {
            const uint32_t most = (UINT32_C(1) << shape->n_actions[i]) - 1;
            mask[i] = 1 + (few ? rest % most : (uint32_t)prng_below(&random, most));
            rest /= most;
        }
        if (!is_pure(mask, shape->n_players))
            try_support(s, mask, &random);
    }
}

static void every_pure(struct search *s)
{
    const struct shape *shape = &s->g->shape;
    for (uint32_t a = 0; a < shape_profiles(shape) && a < PURE_MAX; a++) {
        struct profile x = {{0}};
        uint8_t actions[PLAYERS_MAX];
        profile_actions(actions, shape, a);
        for (uint8_t i = 0; i < shape->n_players; i++)
            x.share[shape_offset(shape, i) + actions[i]] = 1;
        keep(s, &x);
    }
}

/* ---- two players ---- */

static bool both(struct statics *out, const struct game *g)
{
    struct exact_game exact;
    struct mixed_equilibria *e = NULL;
    if (exact_from_game(&exact, g) != NULL)
        return false;
    if (mixed_solve(&e, &exact) == NULL) {
        mpq_t payoff;
        mpq_init(payoff);
        for (uint32_t k = 0; k < e->n_pairs; k++) {
            for (uint8_t i = 0; i < 2; i++) {
                mixed_payoff(payoff, e, &exact, k, i);
                note(out, i, mpq_get_d(payoff));
            }
            out->n++;
        }
        out->all = true; /* what lies between corners pays what lies between */
        mpq_clear(payoff);
        mixed_free(e);
    }
    exact_free(&exact);
    return out->n > 0;
}

bool statics_find(struct statics *out, const struct game *g, uint64_t seed)
{
    *out = (struct statics){0};
    if (g->shape.n_players == 2)
        return both(out, g);
    struct search s = {.g = g, .out = out};
    every_pure(&s);
    every_support(&s, seed);
    free(s.found);
    return out->n > 0 && !s.short_of_memory;
}
