/* Where a node's proposals come from. Ask and tell: the value of a point is a round of
 * messages, so the sampler never calls anybody; it is asked for a point and told the
 * value when it is known. */
#ifndef TREATY_SAMPLING_SAMPLER_H
#define TREATY_SAMPLING_SAMPLER_H

#include "game/game.h"

enum sampler_kind { SAMPLER_SOO, SAMPLER_GRID, SAMPLER_RANDOM };

struct sampler_options {
    enum sampler_kind kind;
    struct shape shape; /* points lie on the product of these players' simplices */
    uint64_t seed;      /* for SAMPLER_RANDOM, and for the order of SAMPLER_GRID */
    uint8_t self;       /* which node asks: nodes start at different places */
    uint32_t budget;    /* how many points will be asked for, at most */
};

/* A point to evaluate; id is the sampler's own name for it. */
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
 * told values, or it is exhausted. */
bool sampler_ask(struct sampler *s, struct question *out);
/* The value (equation (10)) of a point that was asked for; larger is better. Each
 * question is told once; the order is free. */
void sampler_tell(struct sampler *s, uint32_t id, double value);
/* True if sampler_ask will never give a point again, whatever is told. */
bool sampler_exhausted(const struct sampler *s);

#endif
