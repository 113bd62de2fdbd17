/* SPDX-License-Identifier: MIT */
/* Hides libsodium's arithmetic modulo the order of ristretto255. */
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/group.h"

_Static_assert(sizeof(struct scalar) == crypto_core_ristretto255_SCALARBYTES, "scalar");

/* l, little-endian. */
static const uint8_t ORDER[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                  0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                  0,    0,    0,    0,    0,    0,    0,    0,
                                  0,    0,    0,    0,    0,    0,    0,    0x10};

/* Subtracts from the lowest byte up: what is borrowed at the end says which is larger.
 */
bool scalar_canonical(const struct scalar *s)
{
    uint32_t borrow = 0;
    for (size_t i = 0; i < sizeof ORDER; i++)
        borrow = ((uint32_t)s->bytes[i] - ORDER[i] - borrow) >> 31;
    return borrow == 1;
}

bool scalar_equal(const struct scalar *a, const struct scalar *b)
{
    return sodium_memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

struct scalar scalar_from_u64(uint64_t v)
{
    struct scalar s = {{0}};
    struct writer w = {s.bytes, sizeof s.bytes, 0, false};
    write_u64(&w, v);
    return s;
}

void hash_end_wide(uint8_t wide[64], struct hasher *h)
{
    const struct digest narrow = hash_end(h);
    for (uint32_t half = 0; half < 2; half++) {
        struct hasher again;
        hash_start(&again, "CA1/wide");
        hash_u32(&again, half);
        hash_digest(&again, &narrow);
        const struct digest d = hash_end(&again);
        memcpy(wide + sizeof d.bytes * half, d.bytes, sizeof d.bytes);
    }
}

struct scalar scalar_hash_end(struct hasher *h)
{
    uint8_t wide[64];
    hash_end_wide(wide, h);
    struct scalar s;
    crypto_core_ristretto255_scalar_reduce(s.bytes, wide);
    return s;
}

struct scalar scalar_derive(const struct seed *seed, const struct digest *context,
                            const char *label, uint64_t number)
{
    uint8_t wide[64];
    for (uint64_t half = 0; half < 2; half++) {
        struct secret part = secret_derive(seed, context, label, 2 * number + half);
        memcpy(wide + sizeof part.bytes * half, part.bytes, sizeof part.bytes);
        secure_wipe(&part, sizeof part);
    }
    struct scalar s;
    crypto_core_ristretto255_scalar_reduce(s.bytes, wide);
    secure_wipe(wide, sizeof wide);
    return s;
}

struct scalar scalar_add(const struct scalar *a, const struct scalar *b)
{
    struct scalar s;
    crypto_core_ristretto255_scalar_add(s.bytes, a->bytes, b->bytes);
    return s;
}

struct scalar scalar_sub(const struct scalar *a, const struct scalar *b)
{
    struct scalar s;
    crypto_core_ristretto255_scalar_sub(s.bytes, a->bytes, b->bytes);
    return s;
}

struct scalar scalar_mul(const struct scalar *a, const struct scalar *b)
{
    struct scalar s;
    crypto_core_ristretto255_scalar_mul(s.bytes, a->bytes, b->bytes);
    return s;
}
