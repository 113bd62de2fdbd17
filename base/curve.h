/* SPDX-License-Identifier: MIT */
/* Sums of elements of ristretto255 without an encoding after each addition: three
 * quarters of what libsodium needs for one. There is no product with a secret here:
 * those are libsodium's. Formulas: RFC 9496 (encodings), Hisil, Wong, Carter and Dawson
 * 2008 (sums; complete, so no pair of points is special). Time never depends on values.
 */
#ifndef TREATY_BASE_CURVE_H
#define TREATY_BASE_CURVE_H

#include "base/group.h"

/* An integer modulo p = 2^255 - 19: the sum of limb[i] 2^(51 i). */
struct field {
    uint64_t limb[5];
};

/* x = X / Z, y = Y / Z, x y = T / Z on the curve -x^2 + y^2 = 1 + d x^2 y^2. Every limb
 * is below 2^52. */
struct curve {
    struct field x, y, z, t;
};
/* The same with z = 1, as summands are kept: y - x, y + x, 2 d x y. */
struct curve_flat {
    struct field minus, plus, twist;
};

extern const struct curve CURVE_ZERO;
/* False if the bytes are no element's encoding. The result has z = 1. */
bool curve_read(struct curve *out, const struct point *in);
struct point curve_write(const struct curve *p);
/* True of all four points of the curve that are the group's neutral element. */
bool curve_is_zero(const struct curve *p);

/* The same curve's points as Ed25519 writes keys and signatures. False if the bytes are
 * no point's one encoding, and for the points whose x is 0. The result has z = 1. */
bool curve_read_key(struct curve *out, const struct public_key *in);
/* Of n points, n at most CURVE_KEYS_MAX: they share one inversion, a fifth of what it
 * takes to verify one signature. */
enum { CURVE_KEYS_MAX = 64 };
void curve_write_keys(struct public_key *out, const struct curve *p, size_t n);

struct curve_flat curve_flatten(const struct curve *p); /* p->z must be 1 */
void curve_flatten_all(struct curve_flat *out, const struct curve *p, size_t n);
void curve_add(struct curve *sum, const struct curve *p);
void curve_sub(struct curve *sum, const struct curve *p);
void curve_add_flat(struct curve *sum, const struct curve_flat *p);
void curve_sub_flat(struct curve *sum, const struct curve_flat *p);
void curve_double(struct curve *p);

#endif
