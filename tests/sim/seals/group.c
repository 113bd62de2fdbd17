/* SPDX-License-Identifier: MIT */
/* A group for campaigns of simulated worlds: linked in place of base/group.c,
 * base/curve.c and base/weigher.c, far faster, and good for nothing else. An element is
 * written as its own logarithm, so every sum is right, every false proof is false, and
 * nothing is hidden. */
#include <string.h>

#include "base/weigher.h"

const struct point POINT_ZERO = {{0}};
const struct curve CURVE_ZERO = {{{0}}, {{0}}, {{0}}, {{0}}};

static struct scalar logarithm(const struct point *p)
{
    struct scalar s;
    memcpy(s.bytes, p->bytes, sizeof s.bytes);
    return s;
}

static struct point element(struct scalar s)
{
    struct point p;
    memcpy(p.bytes, s.bytes, sizeof p.bytes);
    return p;
}

bool point_equal(const struct point *a, const struct point *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

bool point_valid(const struct point *p)
{
    const struct scalar s = logarithm(p);
    return scalar_canonical(&s);
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
    return point_equal(p, &POINT_ZERO);
}

struct point point_hash_end(struct hasher *h)
{
    return element(scalar_hash_end(h));
}

struct point point_add(const struct point *a, const struct point *b)
{
    const struct scalar x = logarithm(a), y = logarithm(b);
    return element(scalar_add(&x, &y));
}

struct point point_sub(const struct point *a, const struct point *b)
{
    const struct scalar x = logarithm(a), y = logarithm(b);
    return element(scalar_sub(&x, &y));
}

struct point point_base(const struct scalar *s)
{
    return element(*s);
}

struct point point_mul(const struct scalar *s, const struct point *p)
{
    const struct scalar x = logarithm(p);
    return element(scalar_mul(s, &x));
}

struct point point_combine(const struct scalar *s, const struct point *p, size_t n)
{
    struct point sum = POINT_ZERO;
    for (size_t i = 0; i < n; i++) {
        const struct point term = point_mul(&s[i], &p[i]);
        sum = point_add(&sum, &term);
    }
    return sum;
}

/* The logarithm lies in the first of the coordinates. */
static struct point held(const struct field *f)
{
    struct point p;
    memcpy(p.bytes, f->limb, sizeof p.bytes);
    return p;
}

static void hold(struct field *f, struct point p)
{
    memcpy(f->limb, p.bytes, sizeof p.bytes);
}

bool curve_read(struct curve *out, const struct point *in)
{
    *out = CURVE_ZERO;
    hold(&out->x, *in);
    return point_valid(in);
}

struct point curve_write(const struct curve *p)
{
    return held(&p->x);
}

bool curve_is_zero(const struct curve *p)
{
    const struct point e = held(&p->x);
    return point_is_zero(&e);
}

struct curve_flat curve_flatten(const struct curve *p)
{
    return (struct curve_flat){p->x, p->x, p->x};
}

static void add_held(struct field *sum, const struct field *f)
{
    const struct point a = held(sum), b = held(f);
    hold(sum, point_add(&a, &b));
}

static void sub_held(struct field *sum, const struct field *f)
{
    const struct point a = held(sum), b = held(f);
    hold(sum, point_sub(&a, &b));
}

void curve_add(struct curve *sum, const struct curve *p)
{
    add_held(&sum->x, &p->x);
}

void curve_sub(struct curve *sum, const struct curve *p)
{
    sub_held(&sum->x, &p->x);
}

void curve_add_flat(struct curve *sum, const struct curve_flat *p)
{
    add_held(&sum->x, &p->plus);
}

void curve_sub_flat(struct curve *sum, const struct curve_flat *p)
{
    sub_held(&sum->x, &p->plus);
}

void curve_double(struct curve *p)
{
    add_held(&p->x, &p->x);
}

void weigher_start(struct weigher *w)
{
    w->sum = CURVE_ZERO;
    w->bad = false;
}

void weigher_add(struct weigher *w, const struct scalar *s, const struct point *p)
{
    struct curve product = CURVE_ZERO;
    w->bad = w->bad || !point_valid(p);
    hold(&product.x, point_mul(s, p));
    curve_add(&w->sum, &product);
}

bool weigher_is_zero(struct weigher *w)
{
    return !w->bad && curve_is_zero(&w->sum);
}

bool weigher_sum(struct weigher *w, struct point *sum)
{
    *sum = curve_write(&w->sum);
    return !w->bad;
}
