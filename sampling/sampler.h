/* SPDX-License-Identifier: MIT */
/* Where a node's proposals come from. Ask and tell: the value of a point is a round of
 * messages, so the sampler never calls anybody; it is asked for a point and told the
 * value when it is known. */
#ifndef TREATY_SAMPLING_SAMPLER_H
#define TREATY_SAMPLING_SAMPLER_H

#include "game/game.h"

enum { SAMPLER_BUDGET_MAX = 1 << 20 };

/* SAMPLER_SURROGATE is what a player does that knows its own payoffs (asker.h); where
 * it has nothing to go by, it searches as SAMPLER_SOO does. */
enum sampler_kind { SAMPLER_SOO, SAMPLER_GRID, SAMPLER_RANDOM, SAMPLER_SURROGATE };
enum { SAMPLER_KINDS = SAMPLER_SURROGATE + 1 };
/* What each is called, by kind; ends with NULL. */
extern const char *const sampler_names[];

struct sampler_options {
    enum sampler_kind kind;
    /* Points lie on the product of these players' simplices. A distribution over pure
     * profiles is a point on one simplex. */
    struct shape shape;
    /* Weights are multiples of WEIGHT_ONE / resolution, a power of two; 0: any weights.
     */
    uint32_t resolution;
    uint64_t seed; /* for SAMPLER_RANDOM, and for where SAMPLER_GRID starts */
    uint8_t self;  /* which node asks: nodes start at different places */
    /* How many points will be asked for, at most, those that need no message because
     * the answers are on the table already included; in 1..SAMPLER_BUDGET_MAX. */
    uint32_t budget;
};

/* A point to evaluate; id is the sampler's own name for it: 0, 1, 2, .. in the order of
 * asking. */
struct question {
    uint32_t id;
    struct candidate point;
};

/* Opaque. */
struct sampler;

/* NULL when memory is short. The only allocation. */
struct sampler *sampler_new(const struct sampler_options *o);
void sampler_free(struct sampler *s);
/* The next point, or false when there is none now: either the sampler is waiting to be
 * told values, or it is exhausted. No candidate is given twice. */
bool sampler_ask(struct sampler *s, struct question *out);
/* The value (equation (10)) of a point that was asked for; larger is better; not a NaN.
 * Each question is told at most once; the order is free and changes nothing. */
void sampler_tell(struct sampler *s, uint32_t id, double value);
/* True if sampler_ask will never give a point again, whatever is told. */
bool sampler_exhausted(const struct sampler *s);

#endif
