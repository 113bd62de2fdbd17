/* SPDX-License-Identifier: MIT */
/* The prime-order group ristretto255 and the field of its exponents, both as the 32
 * bytes that cross a network. What is received is checked once, by scalar_canonical and
 * point_valid; everything else takes only what has been checked or was made here.
 *
 * Time does not depend on scalars: every function takes the same time for any of them,
 * secret or not, except where it says so. */
#ifndef TREATY_BASE_GROUP_H
#define TREATY_BASE_GROUP_H

#include "base/secure.h"

/* An integer modulo the group's order l = 2^252 +
 * 27742317777372353535851937790883648493, little-endian, less than l. */
struct scalar {
    uint8_t bytes[32];
};
/* An element of the group in its one encoding. The neutral element is 32 zeros. */
struct point {
    uint8_t bytes[32];
};

/* True if the bytes are less than l. libsodium does not ask: l + 5 acts as 5. */
bool scalar_canonical(const struct scalar *s);
bool scalar_equal(const struct scalar *a, const struct scalar *b);
struct scalar scalar_from_u64(uint64_t v);
/* Ends a hash as hash_end does and stretches the digest d to 64 bytes,
 * H("CA1/wide", 0, d) and H("CA1/wide", 1, d). */
void hash_end_wide(uint8_t wide[64], struct hasher *h);
/* Ends a hash with these 64 bytes modulo l: even but for 2^-256. */
struct scalar scalar_hash_end(struct hasher *h);
/* A secret exponent: 64 bytes of secret_derive, numbers 2 n and 2 n + 1, modulo l. */
struct scalar scalar_derive(const struct seed *seed, const struct digest *context,
                            const char *label, uint64_t number);
struct scalar scalar_add(const struct scalar *a, const struct scalar *b);
struct scalar scalar_sub(const struct scalar *a, const struct scalar *b);
struct scalar scalar_mul(const struct scalar *a, const struct scalar *b);

extern const struct point POINT_ZERO;
bool point_equal(const struct point *a, const struct point *b);
/* True if the bytes are the encoding of an element, the neutral one included. */
bool point_valid(const struct point *p);
bool point_is_zero(const struct point *p);
/* Ends a hash with what they are mapped to: an element whose logarithm nobody knows. */
struct point point_hash_end(struct hasher *h);
struct point point_add(const struct point *a, const struct point *b);
struct point point_sub(const struct point *a, const struct point *b);
/* s G, G the group's generator. */
struct point point_base(const struct scalar *s);
/* s P. Fast if P is neutral, which is no secret anywhere here. */
struct point point_mul(const struct scalar *s, const struct point *p);
/* s_0 P_0 + .. + s_(n-1) P_(n-1). */
struct point point_combine(const struct scalar *s, const struct point *p, size_t n);
/* True if all n are valid; without zero_allowed, and none is neutral. */
bool points_valid(const struct point *p, size_t n, bool zero_allowed);

#endif
