/* SPDX-License-Identifier: MIT */
/* Simultaneous Optimistic Optimization (Munos 2011, "Optimistic optimization of a
 * deterministic function without the knowledge of its smoothness"), on the unit cube,
 * as ask and tell. Deterministic: a tree of cells, each split in three along its
 * longest side; every sweep expands at each depth h the best leaf if it is at least as
 * good as all expanded at smaller depths in this sweep, for h = 0 .. min(depth of the
 * tree, h_max(n)) with h_max(n) = ceil(sqrt(n)), both as the sweep begins, after n
 * expansions. */
#ifndef TREATY_SAMPLING_SOO_H
#define TREATY_SAMPLING_SOO_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SOO_DIMENSIONS_MAX = 256,
    SOO_EVALUATIONS_MAX = 1 << 28,
    /* No side is split oftener, so that every border is an exact number of 3^-32. */
    SOO_SPLITS_MAX = 32,
};

/* Where a cell is evaluated. Munos: at its centre. SOO_BORDERS: a cell that touches the
 * border of the cube is evaluated there (along each dimension in which it touches one
 * side), because the centres never reach the border and the pure actions are there. In
 * both, one child of every cell contains its parent's point, inherits the value and is
 * not asked again. */
enum soo_points { SOO_CENTRES, SOO_BORDERS };

struct soo_cell {
    double low[SOO_DIMENSIONS_MAX];
    double high[SOO_DIMENSIONS_MAX];
    double point[SOO_DIMENSIONS_MAX]; /* where it is evaluated */
    double value;
    uint32_t depth;
    bool leaf;
    bool known; /* its value has been told */
};

/* Opaque. */
struct soo;

/* dimensions in 1..SOO_DIMENSIONS_MAX. evaluations: how many values will be told at
 * most, in 1..SOO_EVALUATIONS_MAX. first: the dimension that wins ties for the longest
 * side (those after it follow in turn), so that nodes split in different orders. NULL
 * when memory is short. */
struct soo *soo_new(uint16_t dimensions, uint32_t evaluations, uint16_t first,
                    enum soo_points points);
void soo_free(struct soo *s);
/* The point of a cell whose value is not known: point has `dimensions` entries in
 * [0, 1], id is the index of the cell. False when all cells that may be expanded now
 * wait for values, or the evaluations are used up. */
bool soo_ask(struct soo *s, double *point, uint32_t *id);
/* The value of a cell that was asked for: once each, in any order; not a NaN. */
void soo_tell(struct soo *s, uint32_t id, double value);
/* True if all evaluations have been asked for. */
bool soo_exhausted(const struct soo *s);
/* For tests and pictures: the cells so far, leaves and inner ones, by age. */
uint32_t soo_cells(const struct soo *s);
void soo_cell(const struct soo *s, uint32_t index, struct soo_cell *out);

#endif
