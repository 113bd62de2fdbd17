/* SPDX-License-Identifier: MIT */
/* Simultaneous Optimistic Optimization (Munos 2011) in the cube, as the paper used it:
 * cells are split in three, and evaluated at their centres. sampling/soo is the search
 * that nodes have; this one can also do what made the published curves. */
#ifndef TREATY_STUDY_PAPER_SOO_H
#define TREATY_STUDY_PAPER_SOO_H

#include <stdint.h>

enum { PAPER_DIMENSIONS_MAX = 3, PAPER_EVALUATIONS_MAX = 1000 };

/* Whether the cells stay a partition of the cube. In the authors' program they do not
 * from the second split on. */
enum paper_cells { PAPER_CELLS_PARTITION, PAPER_CELLS_AUTHORS };

/* The value of a point of the cube; larger is better. */
typedef double paper_value(void *context, const double *at);

/* Asks for the values of `evaluations` points (at most PAPER_EVALUATIONS_MAX). */
void paper_search(unsigned dimensions, uint32_t evaluations, enum paper_cells cells,
                  paper_value *value, void *context);

#endif
