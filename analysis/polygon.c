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

bool polygon_has(const struct polygon *p, const struct spot *s, double tolerance)
{
    for (uint32_t k = 0; k < p->n; k++) {
        const struct spot *a = &p->corner[k], *b = &p->corner[(k + 1) % p->n];
        const double length = hypot(b->at[0] - a->at[0], b->at[1] - a->at[1]);
        if (length > 0 && turn(a, b, s) < -tolerance * length)
            return false;
        if (p->n <= 2) { /* not past an end */
            const struct spot *other = &p->corner[p->n - 1 - k];
            const double along = (s->at[0] - a->at[0]) * (other->at[0] - a->at[0]) +
                                 (s->at[1] - a->at[1]) * (other->at[1] - a->at[1]);
            const double away = hypot(s->at[0] - a->at[0], s->at[1] - a->at[1]);
            if (away > tolerance && (p->n == 1 || along < 0))
                return false;
        }
    }
    return p->n > 0;
}

void polygon_free(struct polygon *p)
{
    free(p->corner);
    *p = (struct polygon){0, NULL};
}
