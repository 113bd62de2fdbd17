/* SPDX-License-Identifier: MIT */
/* The payoff plane of two players as a picture (SVG): what is possible, what is
 * individually rational, what is sustained, and where equilibria and agreements lie. It
 * keeps apart in print without colour. */
#ifndef TREATY_ANALYSIS_PLANE_H
#define TREATY_ANALYSIS_PLANE_H

#include "analysis/repeated.h"

enum { PLANE_MARKS_MAX = 256 };

enum mark { MARK_PURE, MARK_MIXED, MARK_THREAT, MARK_AGREEMENT };

struct plane {
    const struct repeated *repeated; /* borrowed, as all pointers here */
    const struct region *region;
    const char *concept;
    const char *threat; /* what the punishment is, for the legend */
    double secured[2];  /* what the two players can be held down to */
    uint32_t n_marks;
    struct {
        enum mark kind;
        struct spot spot;
    } mark[PLANE_MARKS_MAX];
};

/* The text of an SVG file, to be freed; NULL when memory is short. */
char *plane_draw(const struct plane *p);

#endif
