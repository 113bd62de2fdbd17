/* Simultaneous Optimistic Optimization (Munos 2011, "Optimistic optimization of a
 * deterministic function without the knowledge of its smoothness"), on the unit cube, as
 * ask and tell. Deterministic: a tree of cells, each split in three along its longest
 * side; every sweep expands at each depth the best leaf that is better than all expanded
 * at smaller depths in this sweep, down to h_max(n) = ceil(sqrt(n)) for n expansions. */
#ifndef TREATY_SAMPLING_SOO_H
#define TREATY_SAMPLING_SOO_H

#include <stdbool.h>
#include <stdint.h>

enum { SOO_DIMENSIONS_MAX = 256 };

struct soo_cell {
    double low[SOO_DIMENSIONS_MAX];
    double high[SOO_DIMENSIONS_MAX];
    double value;
    uint32_t depth;
    bool leaf;
    bool known; /* its value has been told */
};

/* Opaque. */
struct soo;

/* dimensions in 1..SOO_DIMENSIONS_MAX. evaluations: how many values will be told at
 * most. first: the dimension that wins ties for the longest side, so that nodes split in
 * different orders. NULL when memory is short. */
struct soo *soo_new(uint16_t dimensions, uint32_t evaluations, uint16_t first);
void soo_free(struct soo *s);
/* The centre of a cell whose value is not known: point has `dimensions` entries in
 * [0, 1], id names it. False when all cells that may be expanded now wait for values, or
 * the evaluations are used up. The first child in the middle inherits its parent's value
 * and is not asked again. */
bool soo_ask(struct soo *s, double *point, uint32_t *id);
void soo_tell(struct soo *s, uint32_t id, double value);
bool soo_exhausted(const struct soo *s);
/* For tests and pictures: the cells so far, leaves and inner ones. */
uint32_t soo_cells(const struct soo *s);
void soo_cell(const struct soo *s, uint32_t index, struct soo_cell *out);

#endif
