/* SPDX-License-Identifier: MIT */
/* Hides the order of the search: it is a fixed sequence of comparisons, and each is
 * made as soon as all values in it are known, so the order in which values are told
 * changes nothing but the time. */
#include "sampling/tree.h"

#include <math.h>
#include <stdlib.h>

#include "base/check.h"

/* h_max(n) = ceil(sqrt(n)): Munos 2011, section 4. */
static uint32_t depth_allowed(uint32_t expansions)
{
    return (uint32_t)ceil(sqrt((double)expansions));
}

static void start_sweep(struct tree *t)
{
    uint32_t limit = depth_allowed(t->expansions);
    if (limit > t->depth)
        limit = t->depth;
    if (limit > t->depth_max - 1)
        limit = t->depth_max - 1;
    t->sweep_limit = limit;
    t->sweep_depth = 0;
    t->sweep_best = -INFINITY;
}

bool tree_start(struct tree *t, uint32_t expansions_max, uint8_t children,
                uint32_t depth_max)
{
    CHECK(children >= 2 && depth_max >= 1);
    const size_t n_depths = (size_t)depth_allowed(expansions_max) + 2;
    *t = (struct tree){.cells_max = 1 + expansions_max * children,
                       .expansions_max = expansions_max,
                       .depth_max = depth_max};
    t->cells = calloc(t->cells_max, sizeof *t->cells);
    t->leaves = calloc(n_depths, sizeof *t->leaves);
    if (t->cells == NULL || t->leaves == NULL)
        return false;
    for (size_t depth = 0; depth < n_depths; depth++)
        t->leaves[depth] = TREE_NONE;
    t->n_cells = 1;
    t->cells[0] =
        (struct tree_cell){.parent = TREE_NONE, .next = TREE_NONE, .leaf = true};
    t->leaves[0] = 0;
    start_sweep(t);
    return true;
}

void tree_free(struct tree *t)
{
    free(t->cells);
    free(t->leaves);
}

uint32_t tree_add(struct tree *t, uint32_t parent)
{
    CHECK(t->n_cells < t->cells_max);
    const uint32_t cell = t->n_cells++;
    const uint16_t depth = (uint16_t)(t->cells[parent].depth + 1u);
    t->cells[cell] = (struct tree_cell){
        .parent = parent, .next = t->leaves[depth], .depth = depth, .leaf = true};
    t->leaves[depth] = cell;
    if (t->depth < depth)
        t->depth = depth;
    return cell;
}

void tree_tell(struct tree *t, uint32_t cell, double value)
{
    CHECK(cell < t->n_cells && !t->cells[cell].known && !isnan(value));
    t->cells[cell].value = value;
    t->cells[cell].known = true;
}

static void remove_leaf(struct tree *t, uint32_t cell)
{
    struct tree_cell *c = &t->cells[cell];
    uint32_t *link = &t->leaves[c->depth];
    while (*link != cell)
        link = &t->cells[*link].next;
    *link = c->next;
    c->leaf = false;
}

/* The best leaf of a depth, ties to the oldest; TREE_NONE if there is none. False if a
 * value that must be compared is not known. */
static bool best_leaf(const struct tree *t, uint32_t *out, uint32_t depth)
{
    uint32_t best = TREE_NONE;
    for (uint32_t i = t->leaves[depth]; i != TREE_NONE; i = t->cells[i].next) {
        const struct tree_cell *c = &t->cells[i];
        if (!c->known)
            return false;
        /* The list runs from the newest to the oldest. */
        if (best == TREE_NONE || c->value >= t->cells[best].value)
            best = i;
    }
    *out = best;
    return true;
}

/* Every sweep expands something (there is always a leaf within its limit: to have none,
 * a tree of n expansions would have to be complete down to depth ceil(sqrt(n))), so
 * this ends. */
uint32_t tree_next(struct tree *t)
{
    while (t->expansions < t->expansions_max) {
        if (t->sweep_depth > t->sweep_limit)
            start_sweep(t);
        uint32_t leaf;
        if (!best_leaf(t, &leaf, t->sweep_depth))
            return TREE_NONE;
        t->sweep_depth++;
        /* Munos' rule. */
        if (leaf != TREE_NONE && t->cells[leaf].value >= t->sweep_best) {
            t->sweep_best = t->cells[leaf].value;
            remove_leaf(t, leaf);
            t->expansions++;
            return leaf;
        }
    }
    return TREE_NONE;
}
