/* SPDX-License-Identifier: MIT */
/* Regions that cannot be computed whole: many payoffs are asked about one by one. */
#ifndef TREATY_ANALYSIS_INQUIRY_H
#define TREATY_ANALYSIS_INQUIRY_H

#include "analysis/repeated.h"

/* What a pure profile pays the two players who are shown. */
struct spot region_spot(const struct repeated *r, uint32_t profile);
/* Fills *out, which is empty, with what is sustained of a raster of payoffs (private,
 * two players), a grid of mixed profiles, or a sample. False when memory is short. */
bool region_ask(struct region *out, const struct repeated *r, enum concept concept,
                uint64_t seed);

#endif
