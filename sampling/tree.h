/* SPDX-License-Identifier: MIT */
/* The search of Simultaneous Optimistic Optimization (Munos 2011) without the geometry:
 * a tree of cells with values, and which leaf is expanded next. Every sweep expands at
 * each depth h the best leaf if it is at least as good as all expanded at smaller
 * depths in this sweep, for h = 0 .. min(depth of the tree, ceil(sqrt(n))), both as the
 * sweep begins, after n expansions. How a cell is split, and what its value is, is the
 * owner's business (sampling/soo, sampling/simplex). */
#ifndef TREATY_SAMPLING_TREE_H
#define TREATY_SAMPLING_TREE_H

#include <stdbool.h>
#include <stdint.h>

#define TREE_NONE UINT32_MAX

struct tree_cell {
    double value;
    uint32_t parent; /* TREE_NONE for the root, which is cell 0 */
    uint32_t next;   /* the tree's own: another leaf of the same depth */
    uint16_t depth;
    bool leaf;
    bool known; /* its value has been told */
};

/* Cells are numbered by age and may be read; whoever writes to it is tree_*. */
struct tree {
    struct tree_cell *cells;
    uint32_t *leaves; /* by depth: the newest leaf, or TREE_NONE */
    uint32_t n_cells, cells_max;
    uint32_t expansions, expansions_max;
    uint32_t depth, depth_max; /* of the tree; no cell that deep is expanded */
    uint32_t sweep_depth, sweep_limit;
    double sweep_best; /* the best value expanded in this sweep */
};

/* A tree whose root's value is not known. children: how many a cell is split into.
 * False when memory is short; release with tree_free in either case. */
bool tree_start(struct tree *t, uint32_t expansions_max, uint8_t children,
                uint32_t depth_max);
void tree_free(struct tree *t);
/* The leaf to expand now. It is none any more: its owner adds all its children with
 * tree_add, before it asks again. TREE_NONE: the next comparison needs a value that is
 * not known, or the expansions are used up. */
uint32_t tree_next(struct tree *t);
/* A new leaf under parent, its value not known; returns its number. */
uint32_t tree_add(struct tree *t, uint32_t parent);
/* Once for each cell; not a NaN. */
void tree_tell(struct tree *t, uint32_t cell, double value);

#endif
