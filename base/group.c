/* SPDX-License-Identifier: MIT */
/* Hides libsodium's ristretto255, and that it calls a neutral result a failure. Scalars
 * have a file of their own, so that a program can be linked with another group. */
#include "base/group.h"

#include <sodium.h>

#include "base/check.h"
#include "base/curve.h"

_Static_assert(sizeof(struct point) == crypto_core_ristretto255_BYTES, "point");

const struct point POINT_ZERO = {{0}};

bool point_equal(const struct point *a, const struct point *b)
{
    return sodium_memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* libsodium 1.0.18 ignores the highest bit, so that every element would have two
 * encodings. */
bool point_valid(const struct point *p)
{
    return (p->bytes[31] & 0x80) == 0 &&
           crypto_core_ristretto255_is_valid_point(p->bytes) == 1;
}

bool points_valid(const struct point *p, size_t n, bool zero_allowed)
{
    for (size_t i = 0; i < n; i++)
        if (!point_valid(&p[i]) || (!zero_allowed && point_is_zero(&p[i])))
            return false;
    return true;
}

bool point_is_zero(const struct point *p)
{
    return sodium_is_zero(p->bytes, sizeof p->bytes) == 1;
}

struct point point_hash_end(struct hasher *h)
{
    uint8_t wide[64];
    hash_end_wide(wide, h);
    struct point p;
    crypto_core_ristretto255_from_hash(p.bytes, wide);
    return p;
}

struct point point_add(const struct point *a, const struct point *b)
{
    struct point p;
    CHECK(crypto_core_ristretto255_add(p.bytes, a->bytes, b->bytes) == 0);
    return p;
}

struct point point_sub(const struct point *a, const struct point *b)
{
    struct point p;
    CHECK(crypto_core_ristretto255_sub(p.bytes, a->bytes, b->bytes) == 0);
    return p;
}

/* libsodium returns -1 where the product is neutral, which is no failure inside a sum;
 * it has written 32 zeros then. */
struct point point_base(const struct scalar *s)
{
    struct point p;
    if (crypto_scalarmult_ristretto255_base(p.bytes, s->bytes) != 0)
        return POINT_ZERO;
    return p;
}

struct point point_mul(const struct scalar *s, const struct point *p)
{
    struct point product;
    if (point_is_zero(p) ||
        crypto_scalarmult_ristretto255(product.bytes, s->bytes, p->bytes) != 0)
        return POINT_ZERO;
    return product;
}

struct point point_combine(const struct scalar *s, const struct point *p, size_t n)
{
    struct curve sum = CURVE_ZERO;
    for (size_t i = 0; i < n; i++) {
        if (point_is_zero(&p[i]))
            continue;
        const struct point product = point_mul(&s[i], &p[i]);
        struct curve term;
        CHECK(curve_read(&term, &product));
        curve_add(&sum, &term);
        secure_wipe(&term, sizeof term);
    }
    return curve_write(&sum);
}
