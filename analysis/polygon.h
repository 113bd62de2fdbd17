/* SPDX-License-Identifier: MIT */
/* Convex polygons in a plane of two players' payoffs. */
#ifndef TREATY_ANALYSIS_POLYGON_H
#define TREATY_ANALYSIS_POLYGON_H

#include <stdbool.h>
#include <stdint.h>

struct spot {
    double at[2];
};
/* Counterclockwise; one corner is a point, two are a segment, none is nothing. */
struct polygon {
    uint32_t n;
    struct spot *corner; /* owned */
};

/* The hull of spot[0 .. n), which is sorted. False when memory is short. */
bool polygon_around(struct polygon *out, struct spot *spot, uint32_t n);
/* What of p has at least `least` of both. False when memory is short. */
bool polygon_above(struct polygon *out, const struct polygon *p, const double *least);
/* True if s is inside, or outside by at most tolerance. */
bool polygon_has(const struct polygon *p, const struct spot *s, double tolerance);
void polygon_free(struct polygon *p);

#endif
