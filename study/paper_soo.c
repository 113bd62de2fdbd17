/* SPDX-License-Identifier: MIT */
/* Hides the tree. */
#include "study/paper_soo.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/check.h"

enum { CELLS_MAX = 1 + 3 * (PAPER_EVALUATIONS_MAX / 2 + 2) };

struct cell {
    double low[PAPER_DIMENSIONS_MAX], high[PAPER_DIMENSIONS_MAX];
    double centre[PAPER_DIMENSIONS_MAX];
    double value;
    uint32_t depth, sweep; /* in which it was made, from 1 on */
    bool leaf;
};

struct search {
    unsigned dimensions;
    uint32_t evaluations, evaluated; /* allowed, and made */
    enum paper_cells cells;
    paper_value *value;
    void *context;
    uint32_t n, depth; /* of the tree */
    uint32_t sweep;
    struct cell cell[CELLS_MAX];
};

static void evaluate(struct search *s, struct cell *c)
{
    c->value = s->value(s->context, c->centre);
    s->evaluated++;
}

/* The longest side, the first of equals; to the authors' program sides that differ by a
 * rounding are not equal. */
static unsigned longest(const struct search *s, const struct cell *c)
{
    const double forgiven = s->cells == PAPER_CELLS_PARTITION ? 1e-12 : 0;
    unsigned best = 0;
    for (unsigned d = 1; d < s->dimensions; d++)
        if (c->high[d] - c->low[d] > c->high[best] - c->low[best] + forgiven)
            best = d;
    return best;
}

/* Thirds of the side, and their centres. The middle child has its parent's centre, and
 * so its value. */
static void cut_in_thirds(struct cell *child, unsigned side, unsigned which)
{
    const double low = child->low[side], third = (child->high[side] - low) / 3;
    child->low[side] = low + which * third;
    child->high[side] = low + (which + 1) * third;
    if (which != 1)
        child->centre[side] = (child->low[side] + child->high[side]) / 2;
}

/* The middle child is cut along this side, but with the borders that its parent has
 * along the first one: right where that is the side, and no partition elsewhere. */
static void cut_as_the_authors(struct cell *child, unsigned side, unsigned which)
{
    const unsigned from = which == 1 ? 0 : side;
    const double low = child->low[from], high = child->high[from];
    const double first = (2 * low + high) / 3, second = (low + 2 * high) / 3;
    if (which > 0)
        child->low[side] = which == 1 ? first : second;
    if (which < 2)
        child->high[side] = which == 1 ? second : first;
    if (which != 1)
        child->centre[side] = (which == 0 ? 5 * low + high : low + 5 * high) / 6;
}

static void add_child(struct search *s, uint32_t parent, unsigned side, unsigned which)
{
    struct cell *child = &s->cell[s->n];
    *child = s->cell[parent];
    child->depth++;
    child->leaf = true;
    child->sweep = s->sweep;
    if (s->cells == PAPER_CELLS_AUTHORS)
        cut_as_the_authors(child, side, which);
    else
        cut_in_thirds(child, side, which);
    if (which != 1) {
        if (s->cells == PAPER_CELLS_PARTITION && s->evaluated == s->evaluations)
            return;
        evaluate(s, child);
    }
    s->depth = child->depth > s->depth ? child->depth : s->depth;
    s->n++;
}

/* The authors' middle child is the youngest. */
static void expand(struct search *s, uint32_t parent)
{
    static const unsigned orders[2][3] = {
        [PAPER_CELLS_PARTITION] = {0, 1, 2}, [PAPER_CELLS_AUTHORS] = {0, 2, 1}};
    const unsigned side = longest(s, &s->cell[parent]);
    s->cell[parent].leaf = false;
    for (unsigned k = 0; k < 3; k++)
        add_child(s, parent, side, orders[s->cells][k]);
}

/* The best leaf of this depth, the oldest of equals; s->n if there is none. The authors
 * pass over those that were made in this sweep. */
static uint32_t best_leaf(const struct search *s, uint32_t depth)
{
    uint32_t best = s->n;
    for (uint32_t k = 0; k < s->n; k++)
        if (s->cell[k].leaf && s->cell[k].depth == depth &&
            (s->cells == PAPER_CELLS_PARTITION || s->cell[k].sweep < s->sweep) &&
            (best == s->n || s->cell[k].value > s->cell[best].value))
            best = k;
    return best;
}

/* How deep a cell that is cut may lie. The authors count the whole cube as depth 1 and
 * cut nothing that is ceil(sqrt(n)) deep. */
static uint32_t deepest(const struct search *s)
{
    const uint32_t limit = (uint32_t)ceil(sqrt(s->evaluations));
    if (s->cells == PAPER_CELLS_PARTITION)
        return s->depth < limit ? s->depth : limit;
    return limit < 2 ? 0 : limit - 2;
}

/* False if nothing was left to cut. */
static bool sweep(struct search *s)
{
    const uint32_t last = deepest(s);
    bool any = false;
    double best = -INFINITY;
    s->sweep++;
    for (uint32_t depth = 0; depth <= last && s->evaluated < s->evaluations; depth++) {
        const uint32_t leaf = best_leaf(s, depth);
        if (leaf == s->n || s->cell[leaf].value < best)
            continue;
        best = s->cell[leaf].value;
        any = true;
        expand(s, leaf);
    }
    return any;
}

void paper_search(unsigned dimensions, uint32_t evaluations, enum paper_cells cells,
                  paper_value *value, void *context)
{
    struct search s;
    CHECK(dimensions <= PAPER_DIMENSIONS_MAX && evaluations > 0 &&
          evaluations <= PAPER_EVALUATIONS_MAX);
    s.dimensions = dimensions;
    s.evaluations = evaluations;
    s.evaluated = 0;
    s.cells = cells;
    s.value = value;
    s.context = context;
    s.n = 1;
    s.depth = 0;
    s.sweep = 0;
    memset(&s.cell[0], 0, sizeof s.cell[0]);
    for (unsigned d = 0; d < dimensions; d++) {
        s.cell[0].high[d] = 1;
        s.cell[0].centre[d] = 0.5;
    }
    s.cell[0].leaf = true;
    evaluate(&s, &s.cell[0]);
    while (s.evaluated < s.evaluations && sweep(&s))
        ;
}
