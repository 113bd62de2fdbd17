/* SPDX-License-Identifier: MIT */
/* Evolutionarily stable strategies. Hides the test behind them: a quadratic form of the
 * ways to leave the strategy must be positive, where what is not played can only come
 * in (strict copositivity). */
#include <stdlib.h>

#include "analysis/mixed.h"
#include "analysis/pure.h"
#include "base/check.h"

enum { OUTSIDE_MAX = 12 };

bool mixed_symmetric(const struct exact_game *g)
{
    const struct shape *s = &g->head.shape;
    if (s->n_players != 2 || s->n_actions[0] != s->n_actions[1])
        return false;
    mpz_t mine, other;
    bool same = true;
    mpz_inits(mine, other, NULL);
    for (uint8_t i = 0; same && i < s->n_actions[0]; i++)
        for (uint8_t k = 0; same && k < s->n_actions[0]; k++) {
            const uint8_t actions[2] = {i, k}, mirrored[2] = {k, i};
            pure_payoff(mine, g, profile_index(s, actions), 0);
            pure_payoff(other, g, profile_index(s, mirrored), 1);
            same = mpz_cmp(mine, other) == 0;
        }
    mpz_clears(mine, other, NULL);
    return same;
}

/* A symmetric form of n variables, on fractions. */
struct form {
    uint32_t n;
    mpq_t *cell; /* n * n */
};

static mpq_ptr form_cell(const struct form *f, uint32_t i, uint32_t k)
{
    return f->cell[(size_t)i * f->n + k];
}

static void form_start(struct form *f, uint32_t n)
{
    f->n = n;
    f->cell = malloc(((size_t)n * n + 1) * sizeof *f->cell);
    CHECK(f->cell != NULL); /* at most 64 by 64 */
    for (size_t k = 0; k < (size_t)n * n; k++)
        mpq_init(f->cell[k]);
}

static void form_end(struct form *f)
{
    for (size_t k = 0; k < (size_t)f->n * f->n; k++)
        mpq_clear(f->cell[k]);
    free((void *)f->cell);
}

/* Takes variable k out of all that follow by completing the square; its own coefficient
 * is not 0. */
static void form_complete(const struct form *f, uint32_t k)
{
    mpq_t part;
    mpq_init(part);
    for (uint32_t i = k + 1; i < f->n; i++)
        for (uint32_t j = k + 1; j < f->n; j++) {
            mpq_mul(part, form_cell(f, i, k), form_cell(f, k, j));
            mpq_div(part, part, form_cell(f, k, k));
            mpq_sub(form_cell(f, i, j), form_cell(f, i, j), part);
        }
    mpq_clear(part);
}

/* The determinant on these rows and columns, n of each. */
static void determinant(mpq_ptr out, const struct form *f, const uint32_t *row,
                        const uint32_t *column, uint32_t n)
{
    struct form a;
    mpq_set_ui(out, 1, 1);
    form_start(&a, n);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < n; k++)
            mpq_set(form_cell(&a, i, k), form_cell(f, row[i], column[k]));
    for (uint32_t k = 0; k < n; k++) {
        uint32_t other = k;
        while (other < n && mpq_sgn(form_cell(&a, other, k)) == 0)
            other++;
        if (other == n) {
            mpq_set_ui(out, 0, 1);
            break;
        }
        for (uint32_t j = 0; other != k && j < n; j++)
            mpq_swap(form_cell(&a, other, j), form_cell(&a, k, j));
        if (other != k)
            mpq_neg(out, out);
        mpq_mul(out, out, form_cell(&a, k, k));
        form_complete(&a, k);
    }
    form_end(&a);
}

/* Keller's condition on one principal minor: if the cofactors of its last row are all
 * positive, so is its determinant. */
static bool minor_positive(const struct form *f, const uint32_t *member, uint32_t n)
{
    uint32_t others[OUTSIDE_MAX];
    mpq_t value;
    bool all = true;
    mpq_init(value);
    for (uint32_t left_out = 0; all && left_out < n; left_out++) {
        for (uint32_t k = 0, j = 0; k < n; k++)
            if (k != left_out)
                others[j++] = member[k];
        determinant(value, f, member, others, n - 1);
        all = ((n - 1 + left_out) % 2 == 0 ? mpq_sgn(value) : -mpq_sgn(value)) > 0;
    }
    if (all)
        determinant(value, f, member, member, n);
    const bool positive = !all || mpq_sgn(value) > 0;
    mpq_clear(value);
    return positive;
}

/* True if the form of variables from .. n - 1 is positive for all shares >= 0 that are
 * not all 0. Source: Hadeler 1983, "On copositive matrices" (Keller's criterion). */
static bool strictly_copositive(const struct form *f, uint32_t from)
{
    const uint32_t n = f->n - from;
    for (uint32_t chosen = 1; chosen < UINT32_C(1) << n; chosen++) {
        uint32_t member[OUTSIDE_MAX], n_members = 0;
        for (uint32_t k = 0; k < n; k++)
            if ((chosen >> k & 1) != 0)
                member[n_members++] = from + k;
        if (!minor_positive(f, member, n_members))
            return false;
    }
    return true;
}

/* Adds factor times player 1's payoff of action i against action k. */
static void add_payoff(mpq_ptr sum, const struct exact_game *g, uint8_t i, uint8_t k,
                       int factor)
{
    const uint8_t actions[2] = {i, k};
    mpq_t payoff;
    mpq_init(payoff);
    exact_payoff(payoff, g, profile_index(&g->head.shape, actions), 0);
    if (factor > 0)
        mpq_add(sum, sum, payoff);
    else
        mpq_sub(sum, sum, payoff);
    mpq_clear(payoff);
}

/* With z_i the share that moves from action `home` to member i, leaving the strategy by
 * z changes nothing against it and costs z'Qz against itself, where
 *     Q_ij = a(home, j) + a(i, home) - a(i, j) - a(home, home),   made symmetric. */
static void fill_form(const struct form *f, const struct exact_game *g,
                      const uint8_t *member, uint8_t home)
{
    for (uint32_t i = 0; i < f->n; i++)
        for (uint32_t k = 0; k < f->n; k++)
            for (int turn = 0; turn < 2; turn++) {
                const uint8_t one = member[turn == 0 ? i : k];
                const uint8_t two = member[turn == 0 ? k : i];
                mpq_ptr q = form_cell(f, i, k);
                add_payoff(q, g, home, two, 1);
                add_payoff(q, g, one, home, 1);
                add_payoff(q, g, one, two, -1);
                add_payoff(q, g, home, home, -1);
            }
}

/* The strategy of this corner is an equilibrium against itself: is it stable? */
static bool corner_stable(const struct mixed_corner *c, const struct exact_game *g,
                          uint32_t n_inside, const uint8_t *member, uint32_t n)
{
    struct form f;
    uint8_t home = 0;
    while ((c->support >> home & 1) == 0)
        home++;
    form_start(&f, n);
    fill_form(&f, g, member, home);
    bool stable = true;
    for (uint32_t k = 0; stable && k < n_inside; k++) {
        stable = mpq_sgn(form_cell(&f, k, k)) > 0;
        if (stable)
            form_complete(&f, k);
    }
    stable = stable && strictly_copositive(&f, n_inside);
    form_end(&f);
    return stable;
}

bool mixed_stable(bool *stable, const struct mixed_equilibria *e,
                  const struct exact_game *g)
{
    for (uint32_t k = 0; k < e->n_pairs; k++) {
        const struct mixed_corner *c = &e->corner[0][e->pair[k].corner[0]];
        const struct mixed_corner *d = &e->corner[1][e->pair[k].corner[1]];
        bool same = c->support == d->support;
        for (uint8_t i = 0; i < e->n_actions[0]; i++)
            same = same && mpz_cmp(c->weight[i], d->weight[i]) == 0;
        stable[k] = false;
        if (!same)
            continue;
        uint8_t member[ACTIONS_MAX];
        uint32_t n = 0;
        bool home = true; /* the first of the support is where shares come from */
        for (uint8_t i = 0; i < e->n_actions[0]; i++) {
            if ((c->support >> i & 1) == 0)
                continue;
            if (!home)
                member[n++] = i;
            home = false;
        }
        const uint32_t n_inside = n;
        for (uint8_t i = 0; i < e->n_actions[0]; i++)
            if ((c->replies & ~c->support) >> i & 1)
                member[n++] = i;
        if (n - n_inside > OUTSIDE_MAX)
            return false;
        stable[k] = corner_stable(c, g, n_inside, member, n);
    }
    return true;
}
