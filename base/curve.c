/* SPDX-License-Identifier: MIT */
/* Hides how coordinates are multiplied and encoded.
 *
 * Bounds. A *narrow* number has limbs below 2^52: products have, and what is read, and
 * all that stands in a struct curve. Sums and differences of narrow numbers have limbs
 * below 2^53 + 2^52, and of those only the sums and differences that curve_read and
 * curve_double make with narrow numbers again, below 2^54. Factors may have limbs below
 * 2^54: then each column of a product is below 77 times 2^108, that is 2^115. What is
 * taken away is narrow, or itself 0 less a narrow number, so no limb of it exceeds that
 * of 4 p. */
#include "base/curve.h"

#include <string.h>

#include "base/bytes.h"
#include "base/check.h"

__extension__ typedef unsigned __int128 wide;

/* A verification is a thousand products: calling them would take a sixth of its time.
 */
#define INLINE __attribute__((always_inline)) static inline

enum { LIMB_BITS = 51 };
#define LIMB_MASK ((UINT64_C(1) << LIMB_BITS) - 1)

static const struct field ZERO = {{0}}, ONE = {{1}};
/* d = -121665 / 121666, twice it, a square root of -1, and 1 / sqrt(-1 - d). */
static const struct field D = {{0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029,
                                0x739c663a03cbb, 0x52036cee2b6ff}};
static const struct field TWICE_D = {{0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052,
                                      0x6738cc7407977, 0x2406d9dc56dff}};
static const struct field ROOT = {{0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60,
                                   0x78595a6804c9e, 0x2b8324804fc1d}};
static const struct field TURN = {{0x0fdaa805d40ea, 0x2eb482e57d339, 0x007610274bc58,
                                   0x6510b613dc8ff, 0x786c8905cfaff}};

const struct curve CURVE_ZERO = {{{0}}, {{1}}, {{1}}, {{0}}};

/* --- The field ----------------------------------------------------------------------
 */

/* Limbs below 2^55 become limbs below 2^51 + 2^9: a narrow number. */
INLINE struct field carried(struct field a)
{
    uint64_t carry = 0;
    for (int i = 0; i < 5; i++) {
        a.limb[i] += carry;
        carry = a.limb[i] >> LIMB_BITS;
        a.limb[i] &= LIMB_MASK;
    }
    a.limb[0] += 19 * carry;
    return a;
}

INLINE struct field add(const struct field *x, const struct field *y)
{
    const uint64_t *a = x->limb, *b = y->limb;
    return (struct field){
        {a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]}};
}

/* x + 4 p - y. */
INLINE struct field sub(const struct field *x, const struct field *y)
{
    const uint64_t *a = x->limb, *b = y->limb, first = 4 * (LIMB_MASK - 18),
                   other = 4 * LIMB_MASK;
    return (struct field){{a[0] + first - b[0], a[1] + other - b[1],
                           a[2] + other - b[2], a[3] + other - b[3],
                           a[4] + other - b[4]}};
}

/* Columns below 2^115, the last, in which nothing wraps around, at most 5 times 2^108
 * and a carry: so carries are below 2^64, the last below 2^59.4, and 19 times it with a
 * limb below 2^64. The second limb ends below 2^51 + 2^13, the others below 2^51. */
INLINE struct field reduced(wide r0, wide r1, wide r2, wide r3, wide r4)
{
    r1 += (uint64_t)(r0 >> LIMB_BITS);
    r2 += (uint64_t)(r1 >> LIMB_BITS);
    r3 += (uint64_t)(r2 >> LIMB_BITS);
    r4 += (uint64_t)(r3 >> LIMB_BITS);
    const uint64_t low = ((uint64_t)r0 & LIMB_MASK) + 19 * (uint64_t)(r4 >> LIMB_BITS);
    return (struct field){
        {low & LIMB_MASK, ((uint64_t)r1 & LIMB_MASK) + (low >> LIMB_BITS),
         (uint64_t)r2 & LIMB_MASK, (uint64_t)r3 & LIMB_MASK, (uint64_t)r4 & LIMB_MASK}};
}

INLINE struct field mul(const struct field *x, const struct field *y)
{
    const uint64_t *a = x->limb, *b = y->limb;
    const uint64_t w1 = 19 * b[1], w2 = 19 * b[2], w3 = 19 * b[3], w4 = 19 * b[4];
    return reduced((wide)a[0] * b[0] + (wide)a[1] * w4 + (wide)a[2] * w3 +
                       (wide)a[3] * w2 + (wide)a[4] * w1,
                   (wide)a[0] * b[1] + (wide)a[1] * b[0] + (wide)a[2] * w4 +
                       (wide)a[3] * w3 + (wide)a[4] * w2,
                   (wide)a[0] * b[2] + (wide)a[1] * b[1] + (wide)a[2] * b[0] +
                       (wide)a[3] * w4 + (wide)a[4] * w3,
                   (wide)a[0] * b[3] + (wide)a[1] * b[2] + (wide)a[2] * b[1] +
                       (wide)a[3] * b[0] + (wide)a[4] * w4,
                   (wide)a[0] * b[4] + (wide)a[1] * b[3] + (wide)a[2] * b[2] +
                       (wide)a[3] * b[1] + (wide)a[4] * b[0]);
}

INLINE struct field square(const struct field *x)
{
    const uint64_t *a = x->limb;
    const uint64_t a0 = 2 * a[0], a1 = 2 * a[1], w3 = 19 * a[3], w4 = 19 * a[4];
    return reduced((wide)a[0] * a[0] + (wide)a1 * w4 + (wide)(2 * a[2]) * w3,
                   (wide)a0 * a[1] + (wide)(2 * a[2]) * w4 + (wide)a[3] * w3,
                   (wide)a0 * a[2] + (wide)a[1] * a[1] + (wide)(2 * a[3]) * w4,
                   (wide)a0 * a[3] + (wide)a1 * a[2] + (wide)a[4] * w4,
                   (wide)a0 * a[4] + (wide)a1 * a[3] + (wide)a[2] * a[2]);
}

INLINE struct field times(struct field a, struct field b)
{
    return mul(&a, &b);
}

static struct field squared(struct field a, int times_over)
{
    while (times_over-- > 0)
        a = square(&a);
    return a;
}

/* a^(2^252 - 3) = a^((p - 5) / 8). */
static struct field power_for_root(struct field a)
{
    const struct field a9 = times(squared(a, 3), a);
    const struct field a11 = times(a9, squared(a, 1));
    const struct field e5 = times(squared(a11, 1), a9); /* a^(2^5 - 1), and so on */
    const struct field e10 = times(squared(e5, 5), e5);
    const struct field e20 = times(squared(e10, 10), e10);
    const struct field e40 = times(squared(e20, 20), e20);
    const struct field e50 = times(squared(e40, 10), e10);
    const struct field e100 = times(squared(e50, 50), e50);
    const struct field e200 = times(squared(e100, 100), e100);
    const struct field e250 = times(squared(e200, 50), e50);
    return times(squared(e250, 2), a);
}

/* 1 / a = a^(p - 2), p - 2 = 8 (2^252 - 3) + 3; of 0: 0. */
static struct field inverse(struct field a)
{
    return times(squared(power_for_root(a), 3), times(squared(a, 1), a));
}

/* Its one representative in [0, p), little-endian. */
static void field_write(uint8_t bytes[32], const struct field *a)
{
    struct field c = carried(*a); /* below 2^255 + 2^9, so below 2 p */
    uint64_t over = 19;           /* at the end 1 if c + 19 >= 2^255, that is c >= p */
    for (int i = 0; i < 5; i++)
        over = (c.limb[i] + over) >> LIMB_BITS;
    uint64_t carry = 19 * over;
    for (int i = 0; i < 5; i++) { /* what is carried out of the last is that 2^255 */
        c.limb[i] += carry;
        carry = c.limb[i] >> LIMB_BITS;
        c.limb[i] &= LIMB_MASK;
    }
    const uint64_t *l = c.limb;
    struct writer w = {bytes, 32, 0, false};
    write_u64(&w, l[0] | l[1] << 51);
    write_u64(&w, l[1] >> 13 | l[2] << 38);
    write_u64(&w, l[2] >> 26 | l[3] << 25);
    write_u64(&w, l[3] >> 39 | l[4] << 12);
}

/* The highest bit is dropped; values from p to 2^255 - 1 are taken as they are. */
static struct field field_read(const uint8_t bytes[32])
{
    struct reader r = {bytes, 32, false};
    uint64_t v[4];
    for (int i = 0; i < 4; i++)
        v[i] = read_u64(&r);
    return (struct field){{v[0] & LIMB_MASK, (v[0] >> 51 | v[1] << 13) & LIMB_MASK,
                           (v[1] >> 38 | v[2] << 26) & LIMB_MASK,
                           (v[2] >> 25 | v[3] << 39) & LIMB_MASK,
                           (v[3] >> 12) & LIMB_MASK}};
}

/* 1 if a's representative is odd: RFC 9496 calls that negative. */
static uint64_t is_negative(const struct field *a)
{
    uint8_t bytes[32];
    field_write(bytes, a);
    return bytes[0] & 1;
}

static uint64_t is_zero(const struct field *a)
{
    uint8_t bytes[32], any = 0;
    field_write(bytes, a);
    for (int i = 0; i < 32; i++)
        any |= bytes[i];
    return ((uint64_t)any - 1) >> 63;
}

/* flag ? a : b, flag 0 or 1. */
static struct field either(uint64_t flag, const struct field *a, const struct field *b)
{
    struct field c;
    for (int i = 0; i < 5; i++)
        c.limb[i] = b->limb[i] ^ ((0 - flag) & (a->limb[i] ^ b->limb[i]));
    return c;
}

static struct field negative_if(uint64_t flag, const struct field *a)
{
    const struct field minus = sub(&ZERO, a);
    return either(flag, &minus, a);
}

static struct field absolute(struct field a)
{
    return negative_if(is_negative(&a), &a);
}

/* RFC 9496, 4.2, with u = 1: 1 if v is a square other than 0, and then out is the
 * positive root of 1 / v. (Of v = 0: 0, and out = 0.) */
static uint64_t inverse_root(struct field *out, struct field v)
{
    const struct field v3 = times(squared(v, 1), v);
    const struct field v7 = times(squared(v3, 1), v);
    const struct field r = times(v3, power_for_root(v7));
    const struct field check = times(v, squared(r, 1));
    const struct field turned = mul(&r, &ROOT);
    const struct field less_one = sub(&check, &ONE), more_one = add(&check, &ONE),
                       less_root = add(&check, &ROOT);
    const uint64_t good = is_zero(&less_one), flipped = is_zero(&more_one),
                   flipped_too = is_zero(&less_root);
    *out = absolute(either(flipped | flipped_too, &turned, &r));
    return good | flipped;
}

/* --- The curve ----------------------------------------------------------------------
 */

bool curve_read(struct curve *out, const struct point *in)
{
    const struct field s = field_read(in->bytes);
    uint8_t again[32];
    field_write(again, &s);
    uint8_t differs = in->bytes[0] & 1; /* a negative s */
    for (int i = 0; i < 32; i++)
        differs |= again[i] ^ in->bytes[i];
    const struct field ss = square(&s), u1 = sub(&ONE, &ss), u2 = add(&ONE, &ss),
                       u2_squared = square(&u2);
    const struct field du = times(D, square(&u1)), minus_du = sub(&ZERO, &du),
                       v = sub(&minus_du, &u2_squared);
    struct field root;
    const uint64_t was_square = inverse_root(&root, times(v, u2_squared));
    const struct field den_x = mul(&root, &u2), den_y = times(times(root, den_x), v);
    out->x = carried(absolute(times(add(&s, &s), den_x)));
    out->y = mul(&u1, &den_y);
    out->z = ONE;
    out->t = mul(&out->x, &out->y);
    return differs == 0 &&
           (was_square & ~is_negative(&out->t) & ~is_zero(&out->y)) == 1;
}

struct point curve_write(const struct curve *p)
{
    const struct field u1 = times(add(&p->z, &p->y), sub(&p->z, &p->y));
    const struct field u2 = mul(&p->x, &p->y);
    struct field root;
    (void)inverse_root(&root, times(u1, squared(u2, 1)));
    const struct field den1 = mul(&root, &u1), den2 = mul(&root, &u2);
    const struct field z_inverse = times(times(den1, den2), p->t);
    const struct field ix = mul(&p->x, &ROOT), iy = mul(&p->y, &ROOT),
                       turned = mul(&den1, &TURN), tz = mul(&p->t, &z_inverse);
    const uint64_t rotate = is_negative(&tz);
    const struct field x = either(rotate, &iy, &p->x),
                       den = either(rotate, &turned, &den2);
    struct field y = either(rotate, &ix, &p->y);
    const struct field xz = mul(&x, &z_inverse);
    y = negative_if(is_negative(&xz), &y);
    const struct field s = absolute(times(den, sub(&p->z, &y)));
    struct point out;
    field_write(out.bytes, &s);
    return out;
}

bool curve_is_zero(const struct curve *p)
{
    return (is_zero(&p->x) | is_zero(&p->y)) == 1;
}

/* RFC 8032, 5.1.3: x^2 = u / v, and sqrt(u / v) = u / sqrt(u v). */
bool curve_read_key(struct curve *out, const struct public_key *in)
{
    struct field y = field_read(in->bytes);
    uint8_t again[32];
    field_write(again, &y);
    again[31] |= in->bytes[31] & 0x80;
    const struct field yy = square(&y), dyy = mul(&D, &yy), u = sub(&yy, &ONE),
                       v = add(&dyy, &ONE);
    struct field root;
    const uint64_t was_square = inverse_root(&root, mul(&u, &v));
    const struct field x = mul(&u, &root);
    out->x = carried(negative_if(is_negative(&x) ^ in->bytes[31] >> 7, &x));
    out->y = y;
    out->z = ONE;
    out->t = mul(&out->x, &out->y);
    return was_square == 1 && memcmp(again, in->bytes, sizeof again) == 0;
}

struct curve_flat curve_flatten(const struct curve *p)
{
    return (struct curve_flat){sub(&p->y, &p->x), add(&p->y, &p->x),
                               mul(&TWICE_D, &p->t)};
}

/* One inversion for all (Montgomery 1987): of the product of all z, from which each is
 * taken away in turn. */
static void inverses(struct field *inverse_z, const struct curve *p, size_t n)
{
    struct field before = ONE; /* the product of the z before this one */
    for (size_t i = 0; i < n; i++) {
        inverse_z[i] = before;
        before = mul(&before, &p[i].z);
    }
    struct field rest = inverse(before);
    for (size_t i = n; i-- > 0;) {
        inverse_z[i] = mul(&rest, &inverse_z[i]);
        rest = mul(&rest, &p[i].z);
    }
}

void curve_write_keys(struct public_key *out, const struct curve *p, size_t n)
{
    struct field z[CURVE_KEYS_MAX];
    CHECK(n <= CURVE_KEYS_MAX);
    inverses(z, p, n);
    for (size_t i = 0; i < n; i++) {
        const struct field x = mul(&p[i].x, &z[i]), y = mul(&p[i].y, &z[i]);
        field_write(out[i].bytes, &y);
        out[i].bytes[31] |= (uint8_t)(is_negative(&x) << 7);
    }
}

void curve_flatten_all(struct curve_flat *out, const struct curve *p, size_t n)
{
    struct field z[CURVE_KEYS_MAX];
    for (size_t done = 0, some; done < n; done += some) {
        some = n - done < CURVE_KEYS_MAX ? n - done : CURVE_KEYS_MAX;
        inverses(z, p + done, some);
        for (size_t i = 0; i < some; i++) {
            const struct field x = mul(&p[done + i].x, &z[i]),
                               y = mul(&p[done + i].y, &z[i]);
            const struct curve flat = {x, y, ONE, mul(&x, &y)};
            out[done + i] = curve_flatten(&flat);
        }
    }
}

/* What all sums end with, by the names of the paper. */
INLINE void finish(struct curve *sum, struct field e, struct field f, struct field g,
                   struct field h)
{
    *sum = (struct curve){mul(&e, &f), mul(&g, &h), mul(&f, &g), mul(&e, &h)};
}

void curve_add(struct curve *sum, const struct curve *p)
{
    const struct field a = times(sub(&sum->y, &sum->x), sub(&p->y, &p->x));
    const struct field b = times(add(&sum->y, &sum->x), add(&p->y, &p->x));
    const struct field c = times(times(sum->t, TWICE_D), p->t);
    const struct field zz = mul(&sum->z, &p->z), d = add(&zz, &zz);
    finish(sum, sub(&b, &a), sub(&d, &c), add(&d, &c), add(&b, &a));
}

void curve_sub(struct curve *sum, const struct curve *p)
{
    struct curve opposite = *p;
    opposite.x = carried(sub(&ZERO, &p->x));
    opposite.t = sub(&ZERO, &p->t);
    curve_add(sum, &opposite);
}

void curve_add_flat(struct curve *sum, const struct curve_flat *p)
{
    const struct field a = times(sub(&sum->y, &sum->x), p->minus);
    const struct field b = times(add(&sum->y, &sum->x), p->plus);
    const struct field c = mul(&sum->t, &p->twist), d = add(&sum->z, &sum->z);
    finish(sum, sub(&b, &a), sub(&d, &c), add(&d, &c), add(&b, &a));
}

/* The opposite point has -x: minus and plus change places, and c its sign. */
void curve_sub_flat(struct curve *sum, const struct curve_flat *p)
{
    const struct field a = times(sub(&sum->y, &sum->x), p->plus);
    const struct field b = times(add(&sum->y, &sum->x), p->minus);
    const struct field c = mul(&sum->t, &p->twist), d = add(&sum->z, &sum->z);
    finish(sum, sub(&b, &a), add(&d, &c), sub(&d, &c), add(&b, &a));
}

void curve_double(struct curve *p)
{
    const struct field a = square(&p->x), b = square(&p->y), zz = square(&p->z),
                       c = add(&zz, &zz), h = add(&a, &b);
    const struct field both = add(&p->x, &p->y), ee = square(&both);
    const struct field e = sub(&h, &ee), g = sub(&a, &b), f = add(&c, &g);
    finish(p, e, f, g, h);
}
