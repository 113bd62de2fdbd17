/* SPDX-License-Identifier: MIT */
/* Hides Andrew's hull and Sutherland and Hodgman's clipping. */
#include "analysis/polygon.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Positive where a, b, c turn to the left. */
static double turn(const struct spot *a, const struct spot *b, const struct spot *c)
{
    return (b->at[0] - a->at[0]) * (c->at[1] - a->at[1]) -
           (b->at[1] - a->at[1]) * (c->at[0] - a->at[0]);
}

static int spot_order(const void *one, const void *two)
{
    const struct spot *a = one, *b = two;
    if (a->at[0] != b->at[0])
        return a->at[0] < b->at[0] ? -1 : 1;
    return a->at[1] < b->at[1] ? -1 : a->at[1] > b->at[1];
}

/* Adds a spot to a chain of which the first `first` stay. */
static void chain_add(struct polygon *p, uint32_t first, const struct spot *s)
{
    while (p->n >= first + 1 &&
           turn(&p->corner[p->n - 2], &p->corner[p->n - 1], s) <= 0)
        p->n--;
    p->corner[p->n++] = *s;
}

bool polygon_around(struct polygon *out, struct spot *spot, uint32_t n)
{
    uint32_t distinct = 0;
    qsort(spot, n, sizeof *spot, spot_order);
    for (uint32_t k = 0; k < n; k++)
        if (distinct == 0 || spot_order(&spot[k], &spot[distinct - 1]) != 0)
            spot[distinct++] = spot[k];
    *out = (struct polygon){0, malloc((2 * (size_t)n + 2) * sizeof *spot)};
    if (out->corner == NULL)
        return false;
    if (distinct < 3) {
        memcpy(out->corner, spot, distinct * sizeof *spot);
        out->n = distinct;
        return true;
    }
    for (uint32_t k = 0; k < distinct; k++)
        chain_add(out, 1, &spot[k]);
    const uint32_t lower = out->n;
    for (uint32_t k = distinct - 1; k-- > 0;)
        chain_add(out, lower, &spot[k]);
    out->n--; /* the first came again */
    return true;
}

/* Keeps what has at least `least` on one axis. */
static void clip(struct spot *out, uint32_t *n_out, const struct spot *in, uint32_t n,
                 int axis, double least)
{
    *n_out = 0;
    for (uint32_t k = 0; k < n; k++) {
        const struct spot *a = &in[k], *b = &in[(k + 1) % n];
        const double over = a->at[axis] - least, next = b->at[axis] - least;
        if (over >= 0)
            out[(*n_out)++] = *a;
        if (n > 1 && ((over > 0 && next < 0) || (over < 0 && next > 0))) {
            struct spot between;
            const double share = over / (over - next);
            between.at[1 - axis] =
                a->at[1 - axis] + share * (b->at[1 - axis] - a->at[1 - axis]);
            between.at[axis] = least;
            out[(*n_out)++] = between;
        }
    }
}

bool polygon_above(struct polygon *out, const struct polygon *p, const double *least)
{
    const size_t room = 2 * (size_t)p->n + 4;
    struct spot *half = malloc(2 * room * sizeof *half);
    uint32_t n_half = 0, n = 0;
    if (half == NULL)
        return false;
    clip(half, &n_half, p->corner, p->n, 0, least[0]);
    clip(half + room, &n, half, n_half, 1, least[1]);
    const bool made = polygon_around(out, half + room, n);
    free(half);
    return made;
}

static double side_distance(const struct spot *a, const struct spot *b,
                            const struct spot *s)
{
    const double x = b->at[0] - a->at[0], y = b->at[1] - a->at[1];
    const double along = x * (s->at[0] - a->at[0]) + y * (s->at[1] - a->at[1]);
    const double square = x * x + y * y;
    const double share = along <= 0 ? 0 : along >= square ? 1 : along / square;
    return hypot(a->at[0] + share * x - s->at[0], a->at[1] + share * y - s->at[1]);
}

/* Clipping leaves slivers, beyond whose ends, too, hardly anything is on the outer side
 * of a side: so ends are looked at as well. */
bool polygon_has(const struct polygon *p, const struct spot *s, double tolerance)
{
    bool inside = p->n > 2, near = false, above[2] = {false}, below[2] = {false};
    for (uint32_t k = 0; k < p->n; k++) {
        const struct spot *a = &p->corner[k], *b = &p->corner[(k + 1) % p->n];
        inside = inside && turn(a, b, s) >= 0;
        near = near || side_distance(a, b, s) <= tolerance;
        for (int axis = 0; axis < 2; axis++) {
            above[axis] = above[axis] || a->at[axis] >= s->at[axis];
            below[axis] = below[axis] || a->at[axis] <= s->at[axis];
        }
    }
    return near || (inside && above[0] && below[0] && above[1] && below[1]);
}

void polygon_free(struct polygon *p)
{
    free(p->corner);
    *p = (struct polygon){0, NULL};
}
