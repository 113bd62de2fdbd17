/* SPDX-License-Identifier: MIT */
/* Hides the curves of equal payoff: at each payoff of player 1, z follows from y. */
#include "study/paper_region.h"

#include <math.h>
#include <stdlib.h>

#include "base/check.h"

enum { COLUMNS = 401, STEPS = 2400, INTERVALS_MAX = 8 };

struct interval {
    double low, high;
};
/* What player 2 can get, from the lowest to the highest, with nothing in common. */
struct intervals {
    uint32_t n;
    struct interval at[INTERVALS_MAX];
};

static void add_interval(struct intervals *list, struct interval i)
{
    uint32_t k = 0;
    for (uint32_t old = 0; old < list->n; old++)
        if (list->at[old].low <= i.high && list->at[old].high >= i.low)
            i = (struct interval){fmin(i.low, list->at[old].low),
                                  fmax(i.high, list->at[old].high)};
        else
            list->at[k++] = list->at[old];
    list->n = k;
    if (list->n == INTERVALS_MAX)
        return;
    for (k = list->n++; k > 0 && list->at[k - 1].low > i.low; k--)
        list->at[k] = list->at[k - 1];
    list->at[k] = i;
}

/* The z at which player 1 gets `payoff` with y; false if there is none in [0, 1]. */
static bool opposite(double *z, const double u[PAPER_PROFILES], double payoff, double y)
{
    const double second = y * u[1] + (1 - y) * u[3];
    const double slope = y * u[0] + (1 - y) * u[2] - second;
    if (fabs(slope) < 1e-12)
        return false;
    *z = (payoff - second) / slope;
    if (*z < -1e-9 || *z > 1 + 1e-9)
        return false;
    *z = fmin(fmax(*z, 0), 1);
    return true;
}

static void fill_column(struct intervals *out, const struct paper_case *c,
                        double payoff, bool kept)
{
    struct interval run = {INFINITY, -INFINITY};
    out->n = 0;
    for (unsigned k = 0; k <= STEPS; k++) {
        struct paper_point p = {{(double)k / STEPS}};
        struct paper_view v;
        bool inside = opposite(&p.at[1], c->game->payoff[0], payoff, p.at[0]);
        if (inside) {
            paper_judge(&v, c, &p);
            inside = !kept || (v.suits[0] && v.suits[1]);
        }
        if (inside)
            run = (struct interval){fmin(run.low, v.payoff[1]),
                                    fmax(run.high, v.payoff[1])};
        if ((!inside || k == STEPS) && run.low <= run.high) {
            add_interval(out, run);
            run = (struct interval){INFINITY, -INFINITY};
        }
    }
}

/* Piece by piece, each from left to right. */
static int order(const void *one, const void *other)
{
    const struct paper_column *a = one, *b = other;
    if (a->piece != b->piece)
        return a->piece < b->piece ? -1 : 1;
    return a->at < b->at ? -1 : 1;
}

void paper_region_fill(struct paper_region *out, const struct paper_case *c, bool kept)
{
    const double *u = c->game->payoff[0];
    const double least = fmin(fmin(u[0], u[1]), fmin(u[2], u[3]));
    const double greatest = fmax(fmax(u[0], u[1]), fmax(u[2], u[3]));
    struct intervals before = {0};
    uint32_t piece = 0, next = 0;
    out->n = 0;
    for (unsigned k = 0; k < COLUMNS; k++) {
        const double at = least + (greatest - least) * k / (COLUMNS - 1);
        struct intervals now;
        fill_column(&now, c, at, kept);
        if (now.n != before.n) {
            piece = next;
            next += now.n;
        }
        for (uint32_t i = 0; i < now.n; i++) {
            CHECK(out->n < PAPER_COLUMNS_MAX);
            out->column[out->n++] =
                (struct paper_column){at, now.at[i].low, now.at[i].high, piece + i};
        }
        before = now;
    }
    qsort(out->column, out->n, sizeof out->column[0], order);
}
