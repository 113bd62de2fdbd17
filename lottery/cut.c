/* SPDX-License-Identifier: MIT */
/* Hides what both sides of the argument for a cut compute: hashes, bases, weights. */
#include "lottery/cut.h"

#include <string.h>

#include "base/check.h"

bool deck_rows_valid(uint32_t n_rows)
{
    return n_rows == 16 || n_rows == 64 || n_rows == 256;
}

uint32_t cut_digit_bits(uint32_t n_rows)
{
    CHECK(deck_rows_valid(n_rows));
    return n_rows == 16 ? 2 : n_rows == 64 ? 3 : 4;
}

uint32_t cut_base(uint32_t n_rows)
{
    return UINT32_C(1) << cut_digit_bits(n_rows);
}

size_t cut_size(uint32_t n_rows)
{
    return 4 * sizeof(struct point) + 2 * sizeof(struct cipher) +
           (2 * (cut_base(n_rows) - 1) + 3) * sizeof(struct scalar);
}

/* Casts are no more than names: all of these are arrays of bytes. */
struct cut_argument cut_parts(const uint8_t *argument, uint32_t n_rows)
{
    const struct point *commitment = (const void *)argument;
    const struct cipher *mask = (const void *)(commitment + 4);
    const struct scalar *answer = (const void *)(mask + 2);
    const struct scalar *key = answer + 2 * (cut_base(n_rows) - 1);
    return (struct cut_argument){
        commitment, commitment + 1, commitment + 2, commitment + 3, mask, answer,
        key,        key + 1,        key + 2};
}

struct digest cut_statement(const struct cipher *in, const struct cipher *out,
                            uint32_t n_rows, const struct point *joint,
                            const struct deck_place *place)
{
    struct hasher h;
    hash_start(&h, "CA1/cut");
    hash_digest(&h, &place->session);
    hash_u32(&h, place->deck);
    hash_u32(&h, place->seat);
    hash_u32(&h, n_rows);
    hash_bytes(&h, joint, sizeof *joint);
    hash_bytes(&h, in, n_rows * sizeof *in);
    hash_bytes(&h, out, n_rows * sizeof *out);
    return hash_end(&h);
}

/* The first n of the argument's commitments, which stand at its beginning. */
static struct scalar challenge(const char *tag, const struct digest *statement,
                               const struct cut_argument *parts, size_t n)
{
    struct hasher h;
    hash_start(&h, tag);
    hash_digest(&h, statement);
    hash_bytes(&h, parts->flags, n * sizeof(struct point));
    return scalar_hash_end(&h);
}

void cut_challenge_first(struct cut_challenge *c, const struct digest *statement,
                         const struct cut_argument *parts)
{
    c->y = challenge("CA1/cut/y", statement, parts, 2);
    c->v = challenge("CA1/cut/v", statement, parts, 2);
}

void cut_challenge_last(struct cut_challenge *c, const struct digest *statement,
                        const struct cut_argument *parts)
{
    c->x = challenge("CA1/cut/x", statement, parts, 8);
}

void cut_bases(struct cut_bases *out, uint32_t n_rows)
{
    struct hasher h;
    for (uint32_t j = 0; j < 2 * cut_base(n_rows); j++) {
        hash_start(&h, "CA1/cut/base");
        hash_u32(&h, j);
        out->flag[j] = point_hash_end(&h);
    }
    hash_start(&h, "CA1/cut/number");
    out->number = point_hash_end(&h);
}

/* From row i to i + 1 every exponent grows by one, but for the term with exponent M -
 * 1, which falls back to 0: w_(i+1) = y w_i + p_(M-1-i) (1 - y^M). */
void cut_weights(struct scalar *w, const struct scalar *p, const struct scalar *y,
                 uint32_t n_rows)
{
    const struct scalar one = scalar_from_u64(1);
    struct scalar power = one, sum = scalar_from_u64(0);
    for (uint32_t k = 0; k < n_rows; k++) {
        const struct scalar term = scalar_mul(&p[k], &power);
        sum = scalar_add(&sum, &term);
        power = scalar_mul(&power, y);
    }
    const struct scalar fall = scalar_sub(&one, &power);
    for (uint32_t i = 0; i < n_rows; i++) {
        w[i] = sum;
        const struct scalar grown = scalar_mul(&sum, y);
        const struct scalar fallen = scalar_mul(&p[n_rows - 1 - i], &fall);
        sum = scalar_add(&grown, &fallen);
    }
}
