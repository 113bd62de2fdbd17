/* SPDX-License-Identifier: MIT */
/* SOO on the cube: hides where the cells of the tree lie. A cell keeps which third of
 * its parent it is; boxes are computed when needed. */
#include "sampling/soo.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "sampling/tree.h"

struct part {
    uint8_t third;  /* of its parent: 0 low, 1 middle, 2 high */
    bool inherited; /* its point is its parent's: never asked */
};

struct soo {
    uint16_t dimensions;
    uint16_t first;
    enum soo_points points;
    uint32_t evaluations;
    uint32_t asked;
    uint32_t next_ask; /* no cell before this one is still to be asked */
    struct tree tree;
    struct part *parts; /* by cell */
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
    while (s->tree.cells[index].depth > 0) {
        const struct tree_cell *c = &s->tree.cells[index];
        uint16_t d = split_dimension(s, c->depth - 1u);
        out->index[d] += s->parts[index].third * out->parts[d];
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

static void expand(struct soo *s, uint32_t index)
{
    const struct tree_cell parent = s->tree.cells[index];
    struct box box;
    cell_box(s, &box, index);
    uint8_t inherits = heir(s, &box, split_dimension(s, parent.depth));
    for (uint8_t third = 0; third < 3; third++) {
        const uint32_t child = tree_add(&s->tree, index);
        s->parts[child] = (struct part){third, third == inherits};
        if (third == inherits)
            tree_tell(&s->tree, child, parent.value);
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
    const uint32_t expansions = evaluations / 2;
    const bool started =
        tree_start(&s->tree, expansions, 3, (uint32_t)dimensions * SOO_SPLITS_MAX);
    s->parts = calloc(1 + 3 * (size_t)expansions, sizeof *s->parts);
    if (!started || s->parts == NULL) {
        soo_free(s);
        return NULL;
    }
    s->dimensions = dimensions;
    s->first = (uint16_t)(first % dimensions);
    s->points = points;
    s->evaluations = evaluations;
    return s;
}

void soo_free(struct soo *s)
{
    if (s == NULL)
        return;
    tree_free(&s->tree);
    free(s->parts);
    free(s);
}

bool soo_ask(struct soo *s, double *point, uint32_t *id)
{
    while (s->next_ask < s->tree.n_cells && s->parts[s->next_ask].inherited)
        s->next_ask++;
    if (s->next_ask == s->tree.n_cells || s->asked == s->evaluations)
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
    uint32_t leaf;
    CHECK(id < s->next_ask && !s->parts[id].inherited);
    tree_tell(&s->tree, id, value);
    while ((leaf = tree_next(&s->tree)) != TREE_NONE)
        expand(s, leaf);
}

bool soo_exhausted(const struct soo *s)
{
    return s->asked == s->evaluations;
}

uint32_t soo_cells(const struct soo *s)
{
    return s->tree.n_cells;
}

void soo_cell(const struct soo *s, uint32_t index, struct soo_cell *out)
{
    CHECK(index < s->tree.n_cells);
    const struct tree_cell *c = &s->tree.cells[index];
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
