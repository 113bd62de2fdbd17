/* SPDX-License-Identifier: MIT */
/* A large sum of products of points and scalars that are no secret, as the check of a
 * proof needs it: several times faster than one product after the other (Pippenger's
 * buckets). Time depends on everything. */
#ifndef TREATY_BASE_WEIGHER_H
#define TREATY_BASE_WEIGHER_H

#include "base/curve.h"

enum {
    WEIGHER_TERMS = 1024, /* are gathered before they are summed */
    WEIGHER_WORDS = 9,    /* of 32 bits, for a scalar with what its digits borrow */
};

/* About 200 KB; of whoever calls. */
struct weigher {
    struct curve sum;
    bool bad;
    uint32_t n;
    struct curve_flat point[WEIGHER_TERMS];
    uint32_t scalar[WEIGHER_TERMS][WEIGHER_WORDS];
};

void weigher_start(struct weigher *w);
/* Adds s P. P need not be checked: bytes that are no element turn the sum bad. */
void weigher_add(struct weigher *w, const struct scalar *s, const struct point *p);
/* True if nothing was bad and the sum is neutral. */
bool weigher_is_zero(struct weigher *w);
/* False if something was bad. */
bool weigher_sum(struct weigher *w, struct point *sum);

#endif
