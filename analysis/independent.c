/* SPDX-License-Identifier: MIT */
/* Hides a branch and bound. A cell is a simplex of mixed actions for each of the others
 * but one, who keeps all of its own. If those draw the corners of their simplices
 * together with the last one's action, they can do at least as much as by mixing each
 * for itself within the cell; what they can do so is the value of a game on a matrix.
 * It bounds the cell from below, and the closer the smaller the cell is. From above
 * comes whatever each mixing for itself does, computed for what was drawn, seen from
 * each player alone. */
#include "analysis/independent.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/matrix.h"
#include "analysis/pure.h"

static const char memory[] = "needs more memory than there is";

enum {
    UNIT_BITS = 30, /* corners have shares that are multiples of 2^-30 */
    WORK_MAX = 1 << 20,
    SWEEPS_MAX = 8,
    SIMPLE_BITS = 40, /* of denominators; where shares are worse they are rounded */
};

struct cell {
    mpq_t least;
    /* For each player but the one held and the last: n_actions corners of n_actions
     * shares, one after the other. */
    uint32_t *corner;
};

struct hunt {
    const struct exact_game *g;
    const struct shape *shape;
    uint8_t player, last;
    uint32_t corner_at[PLAYERS_MAX]; /* where a player's corners are in a cell */
    uint32_t n_corners;              /* shares in a cell */
    uint32_t n_cells;
    struct cell *cell;
    mpq_t *share; /* of all others, that are being tried */
    struct independent *out;
    /* The payoffs of the player, times below, as seen from some mixtures of the others:
     * of those who are fixed only the first action counts. */
    mpz_t *seen;
    mpz_t below;
    bool fixed[PLAYERS_MAX];
};

static bool other(const struct hunt *h, uint8_t j)
{
    return j != h->player;
}

static bool divided(const struct hunt *h, uint8_t j)
{
    return j != h->player && j != h->last;
}

/* ---- payoffs, seen from mixtures ---- */

static void see_all(struct hunt *h)
{
    for (uint32_t at = 0; at < shape_profiles(h->shape); at++)
        pure_payoff(h->seen[at], h->g, at, h->player);
    mpz_set_ui(h->below, 1);
    memset(h->fixed, 0, sizeof h->fixed);
}

/* True for the first profile of each row along j's actions that still counts. */
static bool row_start(const struct hunt *h, uint8_t j, uint32_t at)
{
    for (uint8_t i = 0; i < h->shape->n_players; i++) {
        if ((i == j || h->fixed[i]) && at % h->shape->n_actions[i] != 0)
            return false;
        at /= h->shape->n_actions[i];
    }
    return true;
}

/* j chooses among corners of a cell instead of actions. */
static void see_corners(struct hunt *h, uint8_t j, const uint32_t *corner)
{
    const uint32_t stride = pure_stride(h->shape, j), n = h->shape->n_actions[j];
    mpz_t mixed[ACTIONS_MAX];
    for (uint32_t v = 0; v < n; v++)
        mpz_init(mixed[v]);
    for (uint32_t at = 0; at < shape_profiles(h->shape); at++) {
        if (!row_start(h, j, at))
            continue;
        for (uint32_t v = 0; v < n; v++) {
            mpz_set_ui(mixed[v], 0);
            for (uint32_t k = 0; k < n; k++)
                mpz_addmul_ui(mixed[v], h->seen[at + k * stride], corner[v * n + k]);
        }
        for (uint32_t v = 0; v < n; v++)
            mpz_swap(h->seen[at + v * stride], mixed[v]);
    }
    for (uint32_t v = 0; v < n; v++)
        mpz_clear(mixed[v]);
    mpz_mul_2exp(h->below, h->below, UNIT_BITS);
}

/* j does what is in share. */
static void see_fixed(struct hunt *h, uint8_t j)
{
    const uint32_t stride = pure_stride(h->shape, j), n = h->shape->n_actions[j];
    const mpq_t *share = (const mpq_t *)h->share + shape_offset(h->shape, j);
    mpz_t weight[ACTIONS_MAX], common, sum;
    mpz_inits(common, sum, NULL);
    mpz_set_ui(common, 1);
    for (uint32_t k = 0; k < n; k++)
        mpz_lcm(common, common, mpq_denref(share[k]));
    for (uint32_t k = 0; k < n; k++) {
        mpz_init(weight[k]);
        mpz_divexact(weight[k], common, mpq_denref(share[k]));
        mpz_mul(weight[k], weight[k], mpq_numref(share[k]));
    }
    for (uint32_t at = 0; at < shape_profiles(h->shape); at++) {
        if (!row_start(h, j, at))
            continue;
        mpz_set_ui(sum, 0);
        for (uint32_t k = 0; k < n; k++)
            mpz_addmul(sum, h->seen[at + k * stride], weight[k]);
        mpz_swap(h->seen[at], sum);
    }
    for (uint32_t k = 0; k < n; k++)
        mpz_clear(weight[k]);
    mpz_mul(h->below, h->below, common);
    mpz_clears(common, sum, NULL);
    h->fixed[j] = true;
}

/* What the player gets at best if all who are not fixed draw together, and how they do:
 * a share for each of their profiles. False when memory is short. */
static bool draw_together(mpq_ptr value, mpq_t *drawn, const struct hunt *h)
{
    const uint32_t n_rows = h->shape->n_actions[h->player];
    const uint32_t n_profiles = shape_profiles(h->shape);
    const uint32_t stride = pure_stride(h->shape, h->player);
    uint32_t n_columns = 0, column = 0;
    for (uint32_t at = 0; at < n_profiles; at++)
        n_columns += row_start(h, h->player, at);
    struct matrix *m = matrix_new(n_rows, n_columns);
    if (m == NULL)
        return false;
    mpz_t common;
    mpz_init(common);
    for (uint32_t at = 0; at < n_profiles; at++) {
        if (!row_start(h, h->player, at))
            continue;
        for (uint32_t k = 0; k < n_rows; k++) {
            mpz_set(m->entry[k * n_columns + column], h->seen[at + k * stride]);
            mpz_gcd(common, common, h->seen[at + k * stride]);
        }
        column++;
    }
    for (uint32_t k = 0; k < n_rows * n_columns && mpz_sgn(common) > 0; k++)
        mpz_divexact(m->entry[k], m->entry[k], common);
    const bool solved = matrix_solve(value, NULL, drawn, m);
    matrix_free(m);
    mpq_t scale;
    mpq_init(scale);
    mpq_set_num(scale, common);
    mpq_set_den(scale, h->below);
    mpq_canonicalize(scale);
    mpq_mul(value, value, scale);
    mpq_mul(value, value, h->g->payoffs.scale);
    mpq_clear(scale);
    mpz_clear(common);
    return solved;
}

/* ---- from above ---- */

/* Fractions that have become long make everything slow. */
static void simplify(struct hunt *h, uint8_t j)
{
    mpq_t *share = h->share + shape_offset(h->shape, j);
    uint8_t greatest = 0;
    bool simple = true;
    mpq_t rest;
    mpz_t units;
    for (uint8_t k = 0; k < h->shape->n_actions[j]; k++) {
        simple = simple && mpz_sizeinbase(mpq_denref(share[k]), 2) <= SIMPLE_BITS;
        greatest = mpq_cmp(share[k], share[greatest]) > 0 ? k : greatest;
    }
    if (simple)
        return;
    mpq_init(rest);
    mpz_init(units);
    mpq_set_ui(rest, 1, 1);
    for (uint8_t k = 0; k < h->shape->n_actions[j]; k++) {
        if (k == greatest)
            continue;
        mpz_mul_2exp(units, mpq_numref(share[k]), UNIT_BITS);
        mpz_fdiv_q(units, units, mpq_denref(share[k]));
        mpq_set_z(share[k], units);
        mpq_div_2exp(share[k], share[k], UNIT_BITS);
        mpq_sub(rest, rest, share[k]);
    }
    mpq_set(share[greatest], rest);
    mpq_clear(rest);
    mpz_clear(units);
}

/* j does its best against the player, the others doing what is in share; *better where
 * that is less than all before. False when memory is short. */
static bool hold(struct hunt *h, uint8_t j, bool *better)
{
    mpq_t value;
    mpq_init(value);
    see_all(h);
    for (uint8_t i = 0; i < h->shape->n_players; i++)
        if (other(h, i) && i != j)
            see_fixed(h, i);
    const bool done = draw_together(value, h->share + shape_offset(h->shape, j), h);
    *better = done && mpq_cmp(value, h->out->most) < 0;
    if (*better) {
        mpq_set(h->out->most, value);
        for (uint16_t k = 0; k < shape_weights(h->shape); k++)
            mpq_set(h->out->share[k], h->share[k]);
    }
    simplify(h, j);
    mpq_clear(value);
    return done;
}

/* In turns, the last one first, until nobody does better. */
static bool hold_in_turns(struct hunt *h)
{
    bool better;
    if (!hold(h, h->last, &better))
        return false;
    for (int sweep = 0; sweep < SWEEPS_MAX && better; sweep++) {
        bool any = false;
        for (uint8_t j = 0; j < h->shape->n_players; j++) {
            if (!other(h, j))
                continue;
            if (!hold(h, j, &better))
                return false;
            any = any || better;
        }
        better = any;
    }
    return true;
}

/* share: what each other player does by itself when profiles of corners are drawn. */
static void see_each_alone(struct hunt *h, const struct cell *c, const mpq_t *drawn)
{
    mpq_t part;
    mpq_init(part);
    for (uint16_t k = 0; k < shape_weights(h->shape); k++)
        mpq_set_ui(h->share[k], 0, 1);
    uint32_t column = 0;
    for (uint32_t at = 0; at < shape_profiles(h->shape); at++) {
        if (pure_action(h->shape, h->player, at) != 0)
            continue;
        mpq_srcptr weight = drawn[column++];
        for (uint8_t j = 0; j < h->shape->n_players && mpq_sgn(weight) > 0; j++) {
            mpq_t *share = h->share + shape_offset(h->shape, j);
            const uint32_t n = h->shape->n_actions[j];
            const uint32_t v = pure_action(h->shape, j, at);
            if (j == h->last)
                mpq_add(share[v], share[v], weight);
            for (uint32_t k = 0; divided(h, j) && k < n; k++) {
                mpq_set_ui(part, c->corner[h->corner_at[j] + v * n + k], 1);
                mpq_div_2exp(part, part, UNIT_BITS);
                mpq_mul(part, part, weight);
                mpq_add(share[k], share[k], part);
            }
        }
    }
    mpq_clear(part);
    for (uint8_t j = 0; j < h->shape->n_players; j++)
        if (other(h, j))
            simplify(h, j);
}

/* ---- from below ---- */

static bool bound(struct hunt *h, struct cell *c, mpq_srcptr least, mpq_t *drawn)
{
    see_all(h);
    for (uint8_t j = 0; j < h->shape->n_players; j++)
        if (divided(h, j))
            see_corners(h, j, c->corner + h->corner_at[j]);
    if (!draw_together(c->least, drawn, h))
        return false;
    if (mpq_cmp(c->least, least) < 0)
        mpq_set(c->least, least);
    see_each_alone(h, c, (const mpq_t *)drawn);
    return hold_in_turns(h);
}

/* The two corners of one player that are farthest apart. False where there are none or
 * they are next to each other. */
static bool longest_edge(const struct hunt *h, const struct cell *c, uint32_t **one,
                         uint32_t **two, uint32_t *n_shares)
{
    uint64_t longest = 0;
    for (uint8_t j = 0; j < h->shape->n_players; j++) {
        const uint32_t n = h->shape->n_actions[j];
        uint32_t *corner = c->corner + h->corner_at[j];
        for (uint32_t v = 0; divided(h, j) && v < n; v++)
            for (uint32_t w = 0; w < v; w++) {
                uint64_t length = 0;
                for (uint32_t k = 0; k < n; k++) {
                    const uint32_t a = corner[v * n + k], b = corner[w * n + k];
                    length += a > b ? a - b : b - a;
                }
                if (length <= longest)
                    continue;
                longest = length;
                *one = corner + v * n;
                *two = corner + w * n;
                *n_shares = n;
            }
    }
    for (uint32_t k = 0; longest > 0 && k < *n_shares; k++)
        if (((*one)[k] + (*two)[k]) % 2 != 0)
            return false;
    return longest > 0;
}

/* A copy of a cell behind the last. NULL when memory is short. */
static struct cell *copy_cell(struct hunt *h, uint32_t k)
{
    struct cell *c = &h->cell[h->n_cells];
    c->corner = malloc(h->n_corners * sizeof *c->corner);
    if (c->corner == NULL)
        return NULL;
    memcpy(c->corner, h->cell[k].corner, h->n_corners * sizeof *c->corner);
    mpq_init(c->least);
    h->n_cells++;
    return c;
}

/* Halves cell k: it becomes one half, and the other comes last. *done where that cannot
 * be. False when memory is short. */
static bool halve(struct hunt *h, uint32_t k, mpq_t *drawn, bool *done)
{
    uint32_t *one = NULL, *two = NULL, n = 0;
    mpq_t least;
    *done = !longest_edge(h, &h->cell[k], &one, &two, &n);
    if (*done || one == NULL || two == NULL)
        return true;
    struct cell *half = copy_cell(h, k);
    if (half == NULL)
        return false;
    uint32_t *kept = half->corner + (two - h->cell[k].corner);
    for (uint32_t x = 0; x < n; x++)
        kept[x] = one[x] = (one[x] + two[x]) / 2;
    mpq_init(least);
    mpq_set(least, h->cell[k].least);
    const bool bounded =
        bound(h, &h->cell[k], least, drawn) && bound(h, half, least, drawn);
    mpq_clear(least);
    return bounded;
}

static uint32_t least_cell(const struct hunt *h)
{
    uint32_t least = 0;
    for (uint32_t k = 1; k < h->n_cells; k++)
        if (mpq_cmp(h->cell[k].least, h->cell[least].least) < 0)
            least = k;
    return least;
}

/* How far apart the bounds may stay. */
static void find_tolerance(mpq_ptr out, const struct hunt *h)
{
    mpq_t payoff, low;
    mpq_inits(payoff, low, NULL);
    for (uint32_t at = 0; at < shape_profiles(h->shape); at++) {
        exact_payoff(payoff, h->g, at, h->player);
        if (at == 0 || mpq_cmp(payoff, low) < 0)
            mpq_set(low, payoff);
        if (at == 0 || mpq_cmp(payoff, out) > 0)
            mpq_set(out, payoff);
    }
    mpq_sub(out, out, low);
    mpq_set_ui(payoff, 1, 1000000);
    mpq_mul(out, out, payoff);
    mpq_clears(payoff, low, NULL);
}

static bool search(struct hunt *h, uint32_t cells_max, mpq_t *drawn)
{
    bool kept = true, done = false;
    mpq_t tolerance, gap;
    mpq_inits(tolerance, gap, NULL);
    find_tolerance(tolerance, h);
    while (kept && !done) {
        const uint32_t k = least_cell(h);
        mpq_set(h->out->least, h->cell[k].least);
        mpq_sub(gap, h->out->most, h->out->least);
        done = mpq_cmp(gap, tolerance) <= 0 || h->n_cells >= cells_max;
        if (!done)
            kept = halve(h, k, drawn, &done);
    }
    if (mpq_cmp(h->out->least, h->out->most) > 0)
        mpq_set(h->out->least, h->out->most);
    mpq_clears(tolerance, gap, NULL);
    return kept;
}

/* ---- the whole ---- */

/* Everything, or nothing but what hunt_end releases. */
static bool hunt_start(struct hunt *h, uint32_t cells_max)
{
    const uint32_t n_profiles = shape_profiles(h->shape);
    h->last = h->player == 0 ? 1 : 0;
    for (uint8_t j = 0; j < h->shape->n_players; j++)
        if (other(h, j) && h->shape->n_actions[j] > h->shape->n_actions[h->last])
            h->last = j;
    for (uint8_t j = 0; j < h->shape->n_players; j++) {
        h->corner_at[j] = h->n_corners;
        if (divided(h, j))
            h->n_corners += (uint32_t)h->shape->n_actions[j] * h->shape->n_actions[j];
    }
    mpz_init(h->below);
    h->cell = calloc(cells_max, sizeof *h->cell);
    h->seen = calloc(n_profiles, sizeof *h->seen);
    h->share = calloc(shape_weights(h->shape), sizeof *h->share);
    for (uint32_t at = 0; h->seen != NULL && at < n_profiles; at++)
        mpz_init(h->seen[at]);
    for (uint16_t k = 0; h->share != NULL && k < shape_weights(h->shape); k++)
        mpq_init(h->share[k]);
    if (h->cell == NULL || h->seen == NULL || h->share == NULL)
        return false;
    h->cell[0].corner = calloc(h->n_corners + 1u, sizeof *h->cell[0].corner);
    if (h->cell[0].corner == NULL)
        return false;
    mpq_init(h->cell[0].least);
    h->n_cells = 1;
    for (uint8_t j = 0; j < h->shape->n_players; j++)
        for (uint32_t k = 0; divided(h, j) && k < h->shape->n_actions[j]; k++)
            h->cell[0].corner[h->corner_at[j] + k * h->shape->n_actions[j] + k] =
                UINT32_C(1) << UNIT_BITS;
    return true;
}

static void hunt_end(struct hunt *h)
{
    for (uint32_t k = 0; k < h->n_cells; k++) {
        mpq_clear(h->cell[k].least);
        free(h->cell[k].corner);
    }
    for (uint32_t at = 0; h->seen != NULL && at < shape_profiles(h->shape); at++)
        mpz_clear(h->seen[at]);
    for (uint16_t k = 0; h->share != NULL && k < shape_weights(h->shape); k++)
        mpq_clear(h->share[k]);
    mpz_clear(h->below);
    free(h->cell);
    free((void *)h->seen);
    free((void *)h->share);
}

/* Against one profile, which is the best in pure actions. */
static void start_pure(struct hunt *h)
{
    const uint32_t held = pure_minmax(h->g, h->player);
    exact_payoff(h->out->most, h->g, held, h->player);
    for (uint8_t j = 0; j < h->shape->n_players; j++)
        if (other(h, j))
            mpq_set_ui(h->out->share[shape_offset(h->shape, j) +
                                     pure_action(h->shape, j, held)],
                       1, 1);
}

static bool run(struct hunt *h, mpq_srcptr together, const mpq_t *others)
{
    const uint32_t n_drawn = shape_profiles(h->shape) / h->shape->n_actions[h->player];
    const uint32_t cells_max =
        WORK_MAX / shape_profiles(h->shape) / h->shape->n_actions[h->player] / 2 + 1;
    const uint32_t limit =
        cells_max < INDEPENDENT_CELLS_MAX ? cells_max : INDEPENDENT_CELLS_MAX;
    mpq_t *drawn = malloc(n_drawn * sizeof *drawn);
    for (uint32_t k = 0; drawn != NULL && k < n_drawn; k++)
        mpq_init(drawn[k]);
    bool done = hunt_start(h, limit) && drawn != NULL;
    if (done) {
        start_pure(h);
        mpq_set(h->cell[0].least, together);
        see_each_alone(h, &h->cell[0], others);
        done = hold_in_turns(h) && search(h, limit, drawn);
    }
    hunt_end(h);
    for (uint32_t k = 0; drawn != NULL && k < n_drawn; k++)
        mpq_clear(drawn[k]);
    free((void *)drawn);
    return done;
}

const char *independent_minmax(struct independent *out, const struct exact_game *g,
                               uint8_t player, mpq_srcptr together, const mpq_t *others)
{
    struct hunt *h = calloc(1, sizeof *h);
    *out = (struct independent){.shape = g->head.shape};
    mpq_inits(out->least, out->most, NULL);
    out->share = calloc(shape_weights(&out->shape), sizeof *out->share);
    for (uint16_t k = 0; out->share != NULL && k < shape_weights(&out->shape); k++)
        mpq_init(out->share[k]);
    bool done = h != NULL && out->share != NULL;
    if (done) {
        h->g = g;
        h->shape = &g->head.shape;
        h->player = player;
        h->out = out;
        done = run(h, together, others);
    }
    free(h);
    out->exact = done && mpq_equal(out->least, out->most);
    if (!done)
        independent_free(out);
    return done ? NULL : memory;
}

void independent_free(struct independent *i)
{
    for (uint16_t k = 0; i->share != NULL && k < shape_weights(&i->shape); k++)
        mpq_clear(i->share[k]);
    free((void *)i->share);
    i->share = NULL;
    mpq_clears(i->least, i->most, NULL);
}
