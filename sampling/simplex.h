/* SPDX-License-Identifier: MIT */
/* Simultaneous Optimistic Optimization on one simplex, as ask and tell. Deterministic.
 * Cells are simplices, the whole one first. A cell is split in two at the middle of one
 * of its edges, so its children are simplices again, share a face and nothing else, and
 * the leaves are a partition at any time. What is evaluated are corners: first those of
 * the whole simplex, then the middles, so points that few corners mix come first. The
 * value of a cell is the best that is known of its corners. */
#ifndef TREATY_SAMPLING_SIMPLEX_H
#define TREATY_SAMPLING_SIMPLEX_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SIMPLEX_CORNERS_MAX = 256,
    SIMPLEX_EVALUATIONS_MAX = 1 << 22,
};

struct simplex_cell {
    uint16_t n_corners;
    uint32_t corner[SIMPLEX_CORNERS_MAX]; /* points, in no order */
    double value;
    uint16_t depth;
    bool leaf;
    bool known;
};

/* Opaque. */
struct simplex;

/* n_corners in 2..SIMPLEX_CORNERS_MAX. evaluations: how many values will be told at
 * most, up to SIMPLEX_EVALUATIONS_MAX; the first `opened` of them, in 1..n_corners, are
 * those of corners of the whole simplex, from corner `first` on. Corners that are not
 * opened are mixed when nothing else is left. NULL when memory is short. */
struct simplex *simplex_new(uint16_t n_corners, uint32_t evaluations, uint16_t opened,
                            uint16_t first);
void simplex_free(struct simplex *s);
/* A point whose value is not known: n_corners shares that sum to 1. False when all that
 * may be asked now waits for values, or the search is over. Corners of the whole
 * simplex have their number as id. Two ids can be one point, the middle of two edges.
 */
bool simplex_ask(struct simplex *s, double *share, uint32_t *id);
/* The value of a point that was asked for: once each, in any order; not a NaN. */
void simplex_tell(struct simplex *s, uint32_t id, double value);
/* True if all evaluations have been asked for, or cells were split too often without
 * bringing a new point. */
bool simplex_exhausted(const struct simplex *s);
/* For tests and pictures: the cells so far, leaves and inner ones, by age, and where a
 * point lies. */
uint32_t simplex_cells(const struct simplex *s);
void simplex_cell(const struct simplex *s, uint32_t index, struct simplex_cell *out);
void simplex_point(const struct simplex *s, uint32_t id, double *share);

#endif
