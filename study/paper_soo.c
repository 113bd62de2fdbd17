/* SPDX-License-Identifier: MIT */
/* Hides the tree. */
#include "study/paper_soo.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/check.h"

enum { CELLS_MAX = 1 + 3 * (PAPER_EVALUATIONS_MAX / 2 + 1) };

struct cell {
    double low[PAPER_DIMENSIONS_MAX], high[PAPER_DIMENSIONS_MAX];
    double centre[PAPER_DIMENSIONS_MAX];
    double value;
    uint32_t depth;
    bool leaf;
};

struct search {
    unsigned dimensions;
    uint32_t evaluations, evaluated; /* allowed, and made */
    enum paper_cells cells;
    paper_value *value;
    void *context;
    uint32_t n, depth; /* of the tree */
    struct cell cell[CELLS_MAX];
};

static void evaluate(struct search *s, struct cell *c)
{
    c->value = s->value(s->context, c->centre);
    s->evaluated++;
}

/* The longest side, the first of equals. */
static unsigned longest(const struct search *s, const struct cell *c)
{
    unsigned best = 0;
    for (unsigned d = 1; d < s->dimensions; d++)
        if (fabs(c->high[d] - c->low[d]) > fabs(c->high[best] - c->low[best]) + 1e-12)
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

/* The middle is as wide as if every split so far had been of this side, and what is
 * left and right of it goes on to the border of the cube: wrong from the second split
 * on. */
static void cut_as_the_authors(struct cell *child, unsigned side, unsigned which)
{
    const double low = child->low[side], width = child->high[side] - low;
    const double at = child->centre[side], reach = pow(3, -(double)child->depth) / 2;
    child->low[side] = which == 0 ? 0 : which == 1 ? at - reach : at + reach;
    child->high[side] = which == 0 ? at - reach : which == 1 ? at + reach : 1;
    if (which != 1)
        child->centre[side] = fmin(fmax(low + (2 * which + 1) * width / 6, 0), 1);
}

static void add_child(struct search *s, uint32_t parent, unsigned side, unsigned which)
{
    struct cell *child = &s->cell[s->n];
    *child = s->cell[parent];
    child->depth++;
    child->leaf = true;
    if (s->cells == PAPER_CELLS_AUTHORS)
        cut_as_the_authors(child, side, which);
    else
        cut_in_thirds(child, side, which);
    if (which != 1) {
        if (s->evaluated == s->evaluations)
            return;
        evaluate(s, child);
    }
    s->depth = child->depth > s->depth ? child->depth : s->depth;
    s->n++;
}

static void expand(struct search *s, uint32_t parent)
{
    const unsigned side = longest(s, &s->cell[parent]);
    s->cell[parent].leaf = false;
    for (unsigned which = 0; which < 3; which++)
        add_child(s, parent, side, which);
}

/* The best leaf of this depth, the oldest of equals; s->n if there is none. */
static uint32_t best_leaf(const struct search *s, uint32_t depth)
{
    uint32_t best = s->n;
    for (uint32_t k = 0; k < s->n; k++)
        if (s->cell[k].leaf && s->cell[k].depth == depth &&
            (best == s->n || s->cell[k].value > s->cell[best].value))
            best = k;
    return best;
}

static void sweep(struct search *s)
{
    const uint32_t limit = (uint32_t)ceil(sqrt(s->evaluations));
    const uint32_t last = s->depth < limit ? s->depth : limit;
    double best = -INFINITY;
    for (uint32_t depth = 0; depth <= last && s->evaluated < s->evaluations; depth++) {
        const uint32_t leaf = best_leaf(s, depth);
        if (leaf == s->n || s->cell[leaf].value < best)
            continue;
        best = s->cell[leaf].value;
        expand(s, leaf);
    }
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
    memset(&s.cell[0], 0, sizeof s.cell[0]);
    for (unsigned d = 0; d < dimensions; d++) {
        s.cell[0].high[d] = 1;
        s.cell[0].centre[d] = 0.5;
    }
    s.cell[0].leaf = true;
    evaluate(&s, &s.cell[0]);
    while (s.evaluated < s.evaluations)
        sweep(&s);
}
