/* SPDX-License-Identifier: MIT */
/* The argument for a cut once more, as docs/decks.md writes it: sums over all shifts,
 * one equation at a time, nothing shared, nothing hidden, any flags. It is what the
 * library's bytes and verdicts are compared with, and what cheats argue with. */
#ifndef TREATY_TESTS_PLAIN_CUT_H
#define TREATY_TESTS_PLAIN_CUT_H

#include "lottery/cut.h"

/* The exponents of one argument. b: 2 sqrt(n_rows) flags, the high digit's first. */
struct plain {
    uint32_t n_rows, base;
    struct scalar b[CUT_FLAGS_MAX], a[CUT_FLAGS_MAX];
    struct scalar key[4]; /* r_B r_A r_C r_D */
    struct scalar mask[2];
    struct scalar y, v, x;
    struct point neutral; /* how a neutral half of G_0 or G_1 is written */
};

static inline struct scalar plus(struct scalar a, struct scalar b)
{
    return scalar_add(&a, &b);
}
static inline struct scalar minus(struct scalar a, struct scalar b)
{
    return scalar_sub(&a, &b);
}
static inline struct scalar times(struct scalar a, struct scalar b)
{
    return scalar_mul(&a, &b);
}
static inline struct scalar number(uint64_t v)
{
    return scalar_from_u64(v);
}
static inline struct scalar power(struct scalar a, uint32_t n)
{
    struct scalar product = number(1);
    for (uint32_t i = 0; i < n; i++)
        product = times(product, a);
    return product;
}
static inline struct point sum(struct point a, struct point b)
{
    return point_add(&a, &b);
}
static inline struct point of(struct scalar s, struct point p)
{
    return point_mul(&s, &p);
}
static inline struct point of_base(struct scalar s)
{
    return point_base(&s);
}

/* Flags that say `distance`, and the nonces that an honest player would derive. */
static inline void plain_start(struct plain *p, uint32_t n_rows, uint32_t distance,
                               const struct digest *statement, const struct seed *seed)
{
    p->n_rows = n_rows;
    p->neutral = POINT_ZERO;
    for (p->base = 1; p->base * p->base < n_rows;)
        p->base++;
    for (uint32_t t = 0; t < 2 * p->base; t++) {
        const uint32_t digit = t < p->base ? distance / p->base : distance % p->base;
        p->b[t] = number(t % p->base == digit);
    }
    for (uint32_t d = 0; d < 2; d++) {
        p->a[d * p->base] = number(0);
        for (uint32_t t = d * p->base + 1; t < (d + 1) * p->base; t++) {
            p->a[t] = scalar_derive(seed, statement, "flag", t);
            p->a[d * p->base] = minus(p->a[d * p->base], p->a[t]);
        }
    }
    for (uint32_t k = 0; k < 4; k++)
        p->key[k] = scalar_derive(seed, statement, "key", k);
    for (uint32_t k = 0; k < 2; k++)
        p->mask[k] = scalar_derive(seed, statement, "mask", k);
}

static inline struct point plain_base(const char *tag, uint32_t j, bool counted)
{
    struct hasher h;
    hash_start(&h, tag);
    if (counted)
        hash_u32(&h, j);
    return point_hash_end(&h);
}

/* Com(values; key) = key G + sum of values_t h_t. */
static inline struct point plain_commit(const struct plain *p,
                                        const struct scalar *values, struct scalar key)
{
    struct point c = of_base(key);
    for (uint32_t t = 0; t < 2 * p->base; t++)
        c = sum(c, of(values[t], plain_base("CA1/cut/base", t, true)));
    return c;
}

static inline struct scalar plain_challenge(const char *tag,
                                            const struct digest *statement,
                                            const struct point *commitments, size_t n)
{
    struct hasher h;
    hash_start(&h, tag);
    hash_digest(&h, statement);
    hash_bytes(&h, commitments, n * sizeof *commitments);
    return scalar_hash_end(&h);
}

/* The sum over all shifts k of p_k times what `in` says shifted by k, its rows weighed
 * by powers of y. */
static inline struct cipher
plain_shifts(const struct plain *p, const struct scalar *shift, const struct cipher *in)
{
    struct cipher total = {POINT_ZERO, POINT_ZERO};
    for (uint32_t i = 0; i < p->n_rows; i++) {
        struct scalar w = number(0);
        for (uint32_t k = 0; k < p->n_rows; k++)
            w = plus(w, times(shift[k], power(p->y, (i + k) % p->n_rows)));
        total.a = sum(total.a, of(w, in[i].a));
        total.b = sum(total.b, of(w, in[i].b));
    }
    return total;
}

static inline struct cipher plain_mask(const struct plain *p, uint32_t degree,
                                       const struct cipher *in, struct point joint)
{
    struct scalar shift[DECK_ROWS_MAX];
    for (uint32_t k = 0; k < p->n_rows; k++) {
        const uint32_t high = k / p->base, low = p->base + k % p->base;
        shift[k] = degree == 0 ? times(p->a[high], p->a[low])
                               : plus(times(p->b[high], p->a[low]),
                                      times(p->a[high], p->b[low]));
    }
    const struct cipher total = plain_shifts(p, shift, in);
    const struct scalar negative = minus(number(0), number(1));
    return (struct cipher){
        sum(of_base(p->mask[degree]), of(negative, total.a)),
        sum(of(p->mask[degree], joint), of(negative, total.b)),
    };
}

/* Writes the argument. fresh: the exponents of the rows of `out`. */
static inline void plain_argue(uint8_t *argument, struct plain *p,
                               const struct cipher *in, const struct digest *statement,
                               struct point joint, const struct scalar *fresh)
{
    struct point *c = (void *)argument;
    c[0] = plain_commit(p, p->b, p->key[0]);
    c[1] = plain_commit(p, p->a, p->key[1]);
    p->y = plain_challenge("CA1/cut/y", statement, c, 2);
    p->v = plain_challenge("CA1/cut/v", statement, c, 2);
    struct scalar cross = number(0), square = number(0);
    for (uint32_t t = 0; t < 2 * p->base; t++) {
        const struct scalar linear =
            minus(p->a[t], times(number(2), times(p->a[t], p->b[t])));
        cross = plus(cross, times(power(p->v, t), linear));
        square = minus(square, times(power(p->v, t), times(p->a[t], p->a[t])));
    }
    const struct point h = plain_base("CA1/cut/number", 0, false);
    c[2] = sum(of_base(p->key[2]), of(cross, h));
    c[3] = sum(of_base(p->key[3]), of(square, h));
    struct cipher *mask = (void *)(c + 4);
    for (uint32_t degree = 0; degree < 2; degree++) {
        mask[degree] = plain_mask(p, degree, in, joint);
        if (point_is_zero(&mask[degree].a))
            mask[degree].a = p->neutral;
    }
    p->x = plain_challenge("CA1/cut/x", statement, c, 8);
    struct scalar *out = (void *)(mask + 2);
    for (uint32_t t = 0; t < 2 * p->base; t++)
        if (t % p->base != 0)
            *out++ = plus(times(p->b[t], p->x), p->a[t]);
    *out++ = plus(times(p->x, p->key[0]), p->key[1]);
    *out++ = plus(times(p->x, p->key[2]), p->key[3]);
    struct scalar s = number(0);
    for (uint32_t j = 0; j < p->n_rows; j++)
        s = plus(s, times(power(p->y, j), fresh[j]));
    s = minus(times(s, power(p->x, 2)), times(p->x, p->mask[1]));
    *out = minus(s, p->mask[0]);
}

/* The four equations, one by one. Bytes must be well formed. */
static inline bool plain_holds(const uint8_t *argument, const struct cipher *in,
                               const struct cipher *out, uint32_t n_rows,
                               const struct digest *statement, struct point joint)
{
    struct plain p;
    const struct seed none = {{0}};
    plain_start(&p, n_rows, 0, statement, &none);
    const struct point *c = (const void *)argument;
    const struct cipher *mask = (const void *)(c + 4);
    const struct scalar *f = (const void *)(mask + 2), *z = f + 2 * (p.base - 1);
    p.y = plain_challenge("CA1/cut/y", statement, c, 2);
    p.v = plain_challenge("CA1/cut/v", statement, c, 2);
    p.x = plain_challenge("CA1/cut/x", statement, c, 8);
    struct scalar answer[CUT_FLAGS_MAX], e = number(0), shift[DECK_ROWS_MAX],
                                         ys[DECK_ROWS_MAX];
    for (uint32_t t = 0; t < 2 * p.base; t++) {
        const uint32_t first = t / p.base * p.base;
        if (t == first)
            answer[t] = p.x;
        else {
            answer[t] = *f++;
            answer[first] = minus(answer[first], answer[t]);
        }
    }
    for (uint32_t t = 0; t < 2 * p.base; t++)
        e = plus(e, times(power(p.v, t), times(answer[t], minus(p.x, answer[t]))));
    for (uint32_t k = 0; k < n_rows; k++) {
        shift[k] = times(answer[k / p.base], answer[p.base + k % p.base]);
        ys[k] = k == 0 ? times(p.x, p.x) : number(0);
    }
    const struct point flags = sum(of(p.x, c[0]), c[1]),
                       asked = plain_commit(&p, answer, z[0]);
    const struct point h = plain_base("CA1/cut/number", 0, false);
    const struct point numbers = sum(of(p.x, c[2]), c[3]),
                       said = sum(of(e, h), of_base(z[1]));
    const struct cipher left = plain_shifts(&p, ys, out),
                        right = plain_shifts(&p, shift, in);
    const struct point a =
        sum(sum(right.a, mask[0].a), sum(of(p.x, mask[1].a), of_base(z[2])));
    const struct point b =
        sum(sum(right.b, mask[0].b), sum(of(p.x, mask[1].b), of(z[2], joint)));
    return point_equal(&flags, &asked) && point_equal(&numbers, &said) &&
           point_equal(&left.a, &a) && point_equal(&left.b, &b);
}

#endif
