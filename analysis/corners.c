/* SPDX-License-Identifier: MIT */
/* Hides the double description method (Motzkin and others 1953): the cone of all (x, v)
 * is cut by one best-reply inequality after the other, and its extreme rays are kept
 * with the inequalities that are tight at each. */
#include "analysis/corners.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* coordinate 0 .. n_rows - 1 are x, coordinate n_rows is v; no common divisor. */
struct ray {
    mpz_t *coordinate;
    uint64_t unplayed; /* x_k = 0 */
    uint64_t tight;    /* v = payoff of column j */
    mpz_t slack;       /* of the column that cuts */
};

struct cone {
    uint8_t n_rows, n_columns;
    mpz_t *payoff;
    uint32_t n;
    struct ray *ray; /* MIXED_RAYS_MAX of room */
};

static struct ray *ray_add(struct cone *c)
{
    if (c->n == MIXED_RAYS_MAX)
        return NULL;
    struct ray *r = &c->ray[c->n];
    r->coordinate = malloc((c->n_rows + 1u) * sizeof *r->coordinate);
    if (r->coordinate == NULL)
        return NULL;
    for (uint8_t k = 0; k <= c->n_rows; k++)
        mpz_init(r->coordinate[k]);
    mpz_init(r->slack);
    r->unplayed = r->tight = 0;
    c->n++;
    return r;
}

static void ray_free(struct ray *r, uint8_t n_rows)
{
    for (uint8_t k = 0; k <= n_rows; k++)
        mpz_clear(r->coordinate[k]);
    mpz_clear(r->slack);
    free((void *)r->coordinate);
}

static mpz_ptr column_payoff(const struct cone *c, uint8_t row, uint8_t column)
{
    return c->payoff[(size_t)row * c->n_columns + column];
}

/* The cone of x >= 0 and v >= the payoff of column 0: a ray upwards, and one for each
 * pure action. */
static bool cone_start(struct cone *c)
{
    const uint64_t rows = c->n_rows == 64 ? UINT64_MAX : (UINT64_C(1) << c->n_rows) - 1;
    struct ray *up = ray_add(c);
    if (up == NULL)
        return false;
    mpz_set_ui(up->coordinate[c->n_rows], 1);
    up->unplayed = rows;
    for (uint8_t k = 0; k < c->n_rows; k++) {
        struct ray *r = ray_add(c);
        if (r == NULL)
            return false;
        mpz_set_ui(r->coordinate[k], 1);
        mpz_set(r->coordinate[c->n_rows], column_payoff(c, k, 0));
        r->unplayed = rows & ~(UINT64_C(1) << k);
        r->tight = 1;
    }
    return true;
}

static void find_slack(struct ray *r, const struct cone *c, uint8_t column)
{
    mpz_set(r->slack, r->coordinate[c->n_rows]);
    for (uint8_t k = 0; k < c->n_rows; k++)
        mpz_submul(r->slack, r->coordinate[k], column_payoff(c, k, column));
}

static int bits(uint64_t mask)
{
    int n = 0;
    for (; mask != 0; mask &= mask - 1)
        n++;
    return n;
}

/* Two rays span a face of two dimensions iff no third is tight wherever both are. */
static bool adjacent(const struct cone *c, uint32_t n, uint32_t one, uint32_t two)
{
    const uint64_t unplayed = c->ray[one].unplayed & c->ray[two].unplayed;
    const uint64_t tight = c->ray[one].tight & c->ray[two].tight;
    if (bits(unplayed) + bits(tight) < c->n_rows - 1)
        return false;
    for (uint32_t k = 0; k < n; k++)
        if (k != one && k != two && (unplayed & ~c->ray[k].unplayed) == 0 &&
            (tight & ~c->ray[k].tight) == 0)
            return false;
    return true;
}

/* Where the edge between a ray inside and one outside meets the column's plane. */
static bool add_between(struct cone *c, uint32_t inside, uint32_t outside,
                        uint8_t column)
{
    struct ray *r = ray_add(c);
    if (r == NULL)
        return false;
    const struct ray *in = &c->ray[inside], *out = &c->ray[outside];
    mpz_t divisor;
    mpz_init(divisor);
    for (uint8_t k = 0; k <= c->n_rows; k++) {
        mpz_mul(r->coordinate[k], in->slack, out->coordinate[k]);
        mpz_submul(r->coordinate[k], out->slack, in->coordinate[k]);
        mpz_gcd(divisor, divisor, r->coordinate[k]);
    }
    for (uint8_t k = 0; k <= c->n_rows; k++)
        mpz_divexact(r->coordinate[k], r->coordinate[k], divisor);
    mpz_clear(divisor);
    r->unplayed = in->unplayed & out->unplayed;
    r->tight = (in->tight & out->tight) | UINT64_C(1) << column;
    return true;
}

static bool cut(struct cone *c, uint8_t column)
{
    const uint32_t n = c->n;
    uint32_t kept = 0;
    for (uint32_t k = 0; k < n; k++)
        find_slack(&c->ray[k], c, column);
    for (uint32_t out = 0; out < n; out++) {
        if (mpz_sgn(c->ray[out].slack) >= 0)
            continue;
        for (uint32_t in = 0; in < n; in++)
            if (mpz_sgn(c->ray[in].slack) > 0 && adjacent(c, n, in, out) &&
                !add_between(c, in, out, column))
                return false;
    }
    for (uint32_t k = 0; k < n; k++)
        if (mpz_sgn(c->ray[k].slack) == 0)
            c->ray[k].tight |= UINT64_C(1) << column;
    for (uint32_t k = 0; k < c->n; k++) {
        if (k < n && mpz_sgn(c->ray[k].slack) < 0)
            ray_free(&c->ray[k], c->n_rows);
        else
            c->ray[kept++] = c->ray[k];
    }
    c->n = kept;
    return true;
}

/* Every ray but the one upwards is a corner, once x is scaled to sum to 1. */
static bool take_corners(struct mixed_corner **out, uint32_t *n, const struct cone *c)
{
    const uint64_t rows = c->n_rows == 64 ? UINT64_MAX : (UINT64_C(1) << c->n_rows) - 1;
    *n = 0;
    *out = calloc((size_t)c->n + 1, sizeof **out);
    if (*out == NULL)
        return false;
    for (uint32_t i = 0; i < c->n; i++) {
        const struct ray *r = &c->ray[i];
        struct mixed_corner *corner = &(*out)[*n];
        if (r->unplayed == rows)
            continue;
        corner->weight = malloc(c->n_rows * sizeof *corner->weight);
        if (corner->weight == NULL) {
            corners_free(*out, *n, c->n_rows);
            return false;
        }
        corner->support = rows & ~r->unplayed;
        corner->replies = r->tight;
        mpz_init(corner->sum);
        for (uint8_t k = 0; k < c->n_rows; k++) {
            mpz_init_set(corner->weight[k], r->coordinate[k]);
            mpz_add(corner->sum, corner->sum, r->coordinate[k]);
        }
        ++*n;
    }
    return true;
}

const char *corners_find(struct mixed_corner **out, uint32_t *n, mpz_t *payoff,
                         uint8_t n_rows, uint8_t n_columns)
{
    struct cone c = {n_rows, n_columns, payoff, 0, NULL};
    const char *fault = NULL;
    c.ray = calloc(MIXED_RAYS_MAX, sizeof *c.ray);
    if (c.ray == NULL)
        return "need more memory than there is";
    bool done = cone_start(&c);
    for (uint8_t column = 1; done && column < n_columns; column++)
        done = cut(&c, column);
    if (!done)
        fault = "have too many corners to be listed (the limit is 16384)";
    else if (!take_corners(out, n, &c))
        fault = "need more memory than there is";
    for (uint32_t k = 0; k < c.n; k++)
        ray_free(&c.ray[k], n_rows);
    free(c.ray);
    return fault;
}

void corners_free(struct mixed_corner *corner, uint32_t n, uint8_t n_rows)
{
    for (uint32_t i = 0; corner != NULL && i < n; i++) {
        for (uint8_t k = 0; k < n_rows; k++)
            mpz_clear(corner[i].weight[k]);
        mpz_clear(corner[i].sum);
        free((void *)corner[i].weight);
    }
    free(corner);
}
