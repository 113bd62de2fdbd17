/* SPDX-License-Identifier: MIT */
/* SOO: hides the tree of cells. A cell keeps its parent and which third of it it is;
 * boxes are computed when needed. The search is a fixed sequence of comparisons, and
 * each is made as soon as all values in it are known, so the order in which values are
 * told changes nothing but the time. */
#include "sampling/soo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define NO_CELL UINT32_MAX

struct cell {
    double value;
    uint32_t parent;
    uint32_t next; /* another leaf of the same depth */
    uint16_t depth;
    uint8_t third; /* of its parent: 0 low, 1 middle, 2 high */
    bool leaf;
    bool known;
    bool inherited; /* its point is its parent's: never asked */
};

struct soo {
    uint16_t dimensions;
    uint16_t first;
    enum soo_points points;
    uint32_t evaluations;
    uint32_t asked;
    uint32_t next_ask; /* no cell before this one is still to be asked */
    uint32_t expansions;
    uint32_t n_cells;
    uint32_t depth; /* of the tree */
    uint32_t sweep_depth;
    uint32_t sweep_limit;
    double sweep_best; /* the best value expanded in this sweep */
    struct cell *cells;
    uint32_t *leaves; /* by depth: the newest leaf, or NO_CELL */
};

/* Where a cell lies: along dimension d it is the part index[d] of parts[d] equal ones.
 */
struct box {
    uint64_t index[SOO_DIMENSIONS_MAX];
    uint64_t parts[SOO_DIMENSIONS_MAX]; /* powers of three */
};

/* All cells of a depth have the same shape, so the longest side of a cell, ties broken
 * in turn from `first` on, depends on its depth alone. */
static uint16_t split_dimension(const struct soo *s, uint32_t depth)
{
    CHECK(s->dimensions > 0);
    return (uint16_t)((s->first + depth) % s->dimensions);
}

static void cell_box(const struct soo *s, struct box *out, uint32_t index)
{
    for (uint16_t d = 0; d < s->dimensions; d++) {
        out->index[d] = 0;
        out->parts[d] = 1;
    }
    while (s->cells[index].depth > 0) {
        const struct cell *c = &s->cells[index];
        uint16_t d = split_dimension(s, c->depth - 1u);
        out->index[d] += c->third * out->parts[d];
        out->parts[d] *= 3;
        index = c->parent;
    }
}

/* Sides below SOO_SPLITS_MAX trisections keep 2 parts below 2^53: the quotient is of
 * two exact integers. */
static double box_point(const struct soo *s, const struct box *b, uint16_t d)
{
    if (s->points == SOO_BORDERS && b->parts[d] > 1) {
        if (b->index[d] == 0)
            return 0;
        if (b->index[d] == b->parts[d] - 1)
            return 1;
    }
    return (double)(2 * b->index[d] + 1) / (double)(2 * b->parts[d]);
}

/* The third of a cell that contains its point, when it is split along d. */
static uint8_t heir(const struct soo *s, const struct box *b, uint16_t d)
{
    double point = box_point(s, b, d);
    if (point <= 0)
        return 0;
    return point >= 1 ? 2 : 1;
}

static void add_leaf(struct soo *s, struct cell cell)
{
    cell.leaf = true;
    cell.next = s->leaves[cell.depth];
    s->leaves[cell.depth] = s->n_cells;
    s->cells[s->n_cells] = cell;
    s->n_cells++;
}

static void remove_leaf(struct soo *s, uint32_t index)
{
    struct cell *c = &s->cells[index];
    uint32_t *link = &s->leaves[c->depth];
    while (*link != index)
        link = &s->cells[*link].next;
    *link = c->next;
    c->leaf = false;
}

static void expand(struct soo *s, uint32_t index)
{
    const struct cell parent = s->cells[index];
    struct box box;
    cell_box(s, &box, index);
    uint8_t inherits = heir(s, &box, split_dimension(s, parent.depth));
    remove_leaf(s, index);
    for (uint8_t third = 0; third < 3; third++) {
        bool same = third == inherits;
        add_leaf(s, (struct cell){.value = same ? parent.value : 0,
                                  .parent = index,
                                  .depth = (uint16_t)(parent.depth + 1u),
                                  .third = third,
                                  .known = same,
                                  .inherited = same});
    }
    if (s->depth < parent.depth + 1u)
        s->depth = parent.depth + 1u;
    s->expansions++;
}

/* h_max(n) = ceil(sqrt(n)): Munos 2011, section 4. */
static uint32_t depth_allowed(uint32_t expansions)
{
    return (uint32_t)ceil(sqrt((double)expansions));
}

static void start_sweep(struct soo *s)
{
    uint32_t limit = depth_allowed(s->expansions);
    uint32_t splittable = (uint32_t)s->dimensions * SOO_SPLITS_MAX - 1;
    if (limit > s->depth)
        limit = s->depth;
    if (limit > splittable)
        limit = splittable;
    s->sweep_limit = limit;
    s->sweep_depth = 0;
    s->sweep_best = -INFINITY;
}

/* The best leaf of a depth, ties to the oldest; NO_CELL if there is none. False if a
 * value that must be compared is not known. */
static bool best_leaf(const struct soo *s, uint32_t *out, uint32_t depth)
{
    uint32_t best = NO_CELL;
    for (uint32_t i = s->leaves[depth]; i != NO_CELL; i = s->cells[i].next) {
        const struct cell *c = &s->cells[i];
        if (!c->known)
            return false;
        /* The list runs from the newest to the oldest. */
        if (best == NO_CELL || c->value >= s->cells[best].value)
            best = i;
    }
    *out = best;
    return true;
}

/* Goes on with the sweeps for as long as all that is compared is known. Every sweep
 * expands something (there is always a leaf within its limit: to have none, a tree of n
 * expansions would have to be complete down to depth ceil(sqrt(n))), so this ends. */
static void advance(struct soo *s)
{
    uint32_t leaf;
    while (s->expansions < s->evaluations / 2 && best_leaf(s, &leaf, s->sweep_depth)) {
        /* Munos' rule. As the heir of what was expanded one depth above has the same
         * value, it never refuses here; it would if ties were refused, or if no child
         * inherited. */
        if (leaf != NO_CELL && s->cells[leaf].value >= s->sweep_best) {
            s->sweep_best = s->cells[leaf].value;
            expand(s, leaf);
        }
        s->sweep_depth++;
        if (s->sweep_depth > s->sweep_limit)
            start_sweep(s);
    }
}

struct soo *soo_new(uint16_t dimensions, uint32_t evaluations, uint16_t first,
                    enum soo_points points)
{
    CHECK(dimensions >= 1 && dimensions <= SOO_DIMENSIONS_MAX);
    CHECK(evaluations >= 1 && evaluations <= SOO_EVALUATIONS_MAX);
    struct soo *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    /* The first evaluation is the whole cube's, every expansion brings two more, and
     * the last one may find only one left. */
    uint32_t expansions_max = evaluations / 2;
    size_t n_depths = (size_t)depth_allowed(expansions_max) + 2;
    s->cells = calloc(1 + 3 * (size_t)expansions_max, sizeof *s->cells);
    s->leaves = calloc(n_depths, sizeof *s->leaves);
    if (s->cells == NULL || s->leaves == NULL) {
        soo_free(s);
        return NULL;
    }
    for (size_t depth = 0; depth < n_depths; depth++)
        s->leaves[depth] = NO_CELL;
    s->dimensions = dimensions;
    s->first = (uint16_t)(first % dimensions);
    s->points = points;
    s->evaluations = evaluations;
    add_leaf(s, (struct cell){.parent = NO_CELL});
    start_sweep(s);
    return s;
}

void soo_free(struct soo *s)
{
    if (s == NULL)
        return;
    free(s->cells);
    free(s->leaves);
    free(s);
}

bool soo_ask(struct soo *s, double *point, uint32_t *id)
{
    while (s->next_ask < s->n_cells && s->cells[s->next_ask].inherited)
        s->next_ask++;
    if (s->next_ask == s->n_cells || s->asked == s->evaluations)
        return false;
    struct box box;
    cell_box(s, &box, s->next_ask);
    for (uint16_t d = 0; d < s->dimensions; d++)
        point[d] = box_point(s, &box, d);
    *id = s->next_ask;
    s->next_ask++;
    s->asked++;
    return true;
}

void soo_tell(struct soo *s, uint32_t id, double value)
{
    CHECK(id < s->next_ask && !s->cells[id].known && !isnan(value));
    s->cells[id].value = value;
    s->cells[id].known = true;
    advance(s);
}

bool soo_exhausted(const struct soo *s)
{
    return s->asked == s->evaluations;
}

uint32_t soo_cells(const struct soo *s)
{
    return s->n_cells;
}

void soo_cell(const struct soo *s, uint32_t index, struct soo_cell *out)
{
    CHECK(index < s->n_cells);
    const struct cell *c = &s->cells[index];
    struct box box;
    cell_box(s, &box, index);
    memset(out, 0, sizeof *out);
    for (uint16_t d = 0; d < s->dimensions; d++) {
        double parts = (double)box.parts[d];
        out->low[d] = (double)box.index[d] / parts;
        out->high[d] = (double)(box.index[d] + 1) / parts;
        out->point[d] = box_point(s, &box, d);
    }
    out->value = c->value;
    out->depth = c->depth;
    out->leaf = c->leaf;
    out->known = c->known;
}
