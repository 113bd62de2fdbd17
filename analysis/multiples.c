/* SPDX-License-Identifier: MIT */
/* Hides how numbers stay exact: two machine words each while they fit, GMP where they
 * do not, and in the end one common denominator for all. */
#include "analysis/multiples.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "game/lexical.h"

static const char memory_short[] = "need more memory than there is";

/* A number in lowest terms; where below is 0 it is wide[above]. */
struct fraction {
    int64_t above;
    uint64_t below;
};

struct gathering {
    struct fraction *list;
    size_t n, capacity;
    mpq_t *wide;
    size_t n_wide, wide_capacity;
    mpz_t multiple;      /* of all denominators, the least */
    uint64_t last_below; /* divides it */
};

/* ---- gathering ---- */

struct gathering *gathering_new(void)
{
    struct gathering *g = calloc(1, sizeof *g);
    if (g == NULL)
        return NULL;
    mpz_init_set_ui(g->multiple, 1);
    g->last_below = 1;
    return g;
}

static void empty(struct gathering *g)
{
    for (size_t i = 0; i < g->n_wide; i++)
        mpq_clear(g->wide[i]);
    free(g->wide);
    free(g->list);
    g->wide = NULL;
    g->list = NULL;
    g->n = g->capacity = g->n_wide = g->wide_capacity = 0;
    g->last_below = 1;
    mpz_set_ui(g->multiple, 1);
}

void gathering_free(struct gathering *g)
{
    if (g == NULL)
        return;
    empty(g);
    mpz_clear(g->multiple);
    free(g);
}

size_t gathering_size(const struct gathering *g)
{
    return g->n;
}

static const char *push(struct gathering *g, struct fraction number)
{
    if (g->n == g->capacity) {
        const size_t capacity = g->capacity == 0 ? 64 : 2 * g->capacity;
        struct fraction *grown = realloc(g->list, capacity * sizeof *grown);
        if (grown == NULL)
            return memory_short;
        g->list = grown;
        g->capacity = capacity;
    }
    g->list[g->n++] = number;
    return NULL;
}

static const char *too_fine(const struct gathering *g)
{
    return mpz_sizeinbase(g->multiple, 2) > SCALE_BITS_MAX
               ? "has no common denominator below 2^4096 with those before it"
               : NULL;
}

static const char *push_small(struct gathering *g, int64_t above, uint64_t below)
{
    if (below != 1 && below != g->last_below) {
        if (!mpz_divisible_ui_p(g->multiple, below))
            mpz_lcm_ui(g->multiple, g->multiple, below);
        g->last_below = below;
        const char *fault = too_fine(g);
        if (fault != NULL)
            return fault;
    }
    return push(g, (struct fraction){above, below});
}

static const char *push_wide(struct gathering *g, mpq_srcptr number)
{
    if (g->n_wide == g->wide_capacity) {
        const size_t capacity = g->wide_capacity == 0 ? 16 : 2 * g->wide_capacity;
        mpq_t *grown = realloc(g->wide, capacity * sizeof *grown);
        if (grown == NULL)
            return memory_short;
        g->wide = grown;
        g->wide_capacity = capacity;
    }
    if (g->n_wide == WIDE_MAX)
        return "is the millionth that needs more than 64 bits";
    mpz_lcm(g->multiple, g->multiple, mpq_denref(number));
    const char *fault = too_fine(g);
    if (fault == NULL)
        fault = push(g, (struct fraction){(int64_t)g->n_wide, 0});
    if (fault != NULL)
        return fault;
    mpq_init(g->wide[g->n_wide]);
    mpq_set(g->wide[g->n_wide++], number);
    return NULL;
}

const char *gathering_add_rational(struct gathering *g, mpq_srcptr number)
{
    if (mpz_fits_slong_p(mpq_numref(number)) && mpz_fits_ulong_p(mpq_denref(number)))
        return push_small(g, mpz_get_si(mpq_numref(number)),
                          mpz_get_ui(mpq_denref(number)));
    return push_wide(g, number);
}

const char *gathering_repeat(struct gathering *g, size_t n)
{
    CHECK(n < g->n);
    return push(g, g->list[n]);
}

void gathering_cut(struct gathering *g, size_t first, size_t end)
{
    CHECK(first <= end && end <= g->n);
    if (first == end)
        return;
    memmove(g->list + first, g->list + end, (g->n - end) * sizeof *g->list);
    g->n -= end - first;
}

/* ---- reading ---- */

static uint64_t divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* A decimal taken apart: its digits as one number, and the power of ten they are to be
 * multiplied with. */
struct decimal {
    bool negative;
    uint64_t digits; /* 0 and many where there are more than 18 */
    bool many;
    int64_t power;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Returns how far the digits go, of which those after the point lower the power. */
static size_t decimal_digits(struct decimal *out, const char *s, size_t n, size_t i)
{
    bool point = false;
    for (; i < n && (is_digit(s[i]) || s[i] == '.'); i++) {
        if (s[i] == '.') {
            point = true;
            continue;
        }
        if (out->digits >= 100000000000000000)
            out->many = true;
        out->digits = out->many ? 0 : out->digits * 10 + (uint64_t)(s[i] - '0');
        out->power -= point;
    }
    return i;
}

static struct decimal decimal_read(const char *s, size_t n)
{
    struct decimal d = {.negative = s[0] == '-'};
    size_t i = decimal_digits(&d, s, n, s[0] == '-' || s[0] == '+');
    if (i < n) { /* an exponent */
        int64_t exponent = 0;
        const bool down = s[++i] == '-';
        for (i += s[i] == '-' || s[i] == '+'; i < n; i++)
            if (exponent < 10000)
                exponent = exponent * 10 + (s[i] - '0');
        d.power += down ? -exponent : exponent;
    }
    return d;
}

/* All digits of s[0 .. n) that stand before an exponent, as one number. */
static void digits_read(mpz_ptr out, const char *s, size_t n)
{
    char digits[NUMBER_MAX + 1];
    size_t size = 0;
    for (size_t i = 0; i < n && s[i] != 'e' && s[i] != 'E'; i++)
        if (is_digit(s[i]))
            digits[size++] = s[i];
    digits[size] = '\0';
    CHECK(mpz_set_str(out, digits, 10) == 0);
}

static const char *add_wide_decimal(struct gathering *g, const char *s, size_t n,
                                    const struct decimal *d)
{
    mpq_t number;
    mpz_t ten;
    mpq_init(number);
    mpz_init(ten);
    digits_read(mpq_numref(number), s, n);
    mpz_ui_pow_ui(ten, 10, (unsigned long)llabs(d->power));
    if (d->power >= 0)
        mpz_mul(mpq_numref(number), mpq_numref(number), ten);
    else
        mpz_set(mpq_denref(number), ten);
    if (d->negative)
        mpq_neg(number, number);
    mpq_canonicalize(number);
    const char *fault = gathering_add_rational(g, number);
    mpz_clear(ten);
    mpq_clear(number);
    return fault;
}

static const char *add_decimal(struct gathering *g, const char *s, size_t n)
{
    struct decimal d = decimal_read(s, n);
    uint64_t below = 1;
    if (d.digits == 0 && !d.many)
        return push_small(g, 0, 1);
    if (llabs(d.power) > NUMBER_MAX + EXPONENT_MAX)
        return "has an exponent beyond 400";
    for (; !d.many && d.power < 0 && below < 1000000000000000000; d.power++)
        below *= 10;
    for (; !d.many && d.power > 0 && d.digits < 100000000000000000; d.power--)
        d.digits *= 10;
    if (d.many || d.power != 0) {
        d = decimal_read(s, n);
        return add_wide_decimal(g, s, n, &d);
    }
    const uint64_t common = below == 1 ? 1 : divisor(d.digits, below);
    const int64_t above = (int64_t)(d.digits / common);
    return push_small(g, d.negative ? -above : above, below / common);
}

static const char *add_fraction(struct gathering *g, const char *s, size_t n,
                                size_t slash)
{
    mpq_t number;
    mpq_init(number);
    digits_read(mpq_numref(number), s, slash);
    digits_read(mpq_denref(number), s + slash + 1, n - slash - 1);
    if (s[0] == '-')
        mpz_neg(mpq_numref(number), mpq_numref(number));
    mpq_canonicalize(number);
    const char *fault = gathering_add_rational(g, number);
    mpq_clear(number);
    return fault;
}

/* Most numbers are short and plain: these need no second look. False if this is not. */
static bool plain(struct fraction *out, const char *s, size_t n)
{
    const bool negative = n > 0 && s[0] == '-';
    uint64_t digits = 0, below = 1, common;
    size_t i = negative;
    bool point = false;
    if (n > 16 || i == n || !is_digit(s[n - 1]))
        return false;
    for (; i < n && (is_digit(s[i]) || (s[i] == '.' && !point)); i++) {
        below *= point ? 10 : 1;
        if (s[i] == '.')
            point = true;
        else
            digits = digits * 10 + (uint64_t)(s[i] - '0');
    }
    if (i < n && s[i] == '/' && !point && i > negative) {
        for (below = 0, i++; i < n && is_digit(s[i]); i++)
            below = below * 10 + (uint64_t)(s[i] - '0');
    }
    if (i < n || below == 0)
        return false;
    common = below == 1 ? 1 : divisor(digits, below);
    out->above = negative ? -(int64_t)(digits / common) : (int64_t)(digits / common);
    out->below = below / common;
    return true;
}

const char *gathering_add(struct gathering *g, const char *text, size_t size)
{
    struct fraction number;
    if (plain(&number, text, size))
        return push_small(g, number.above, number.below);
    double nearest;
    const char *fault = number_value(&nearest, text, size);
    if (fault != NULL)
        return fault;
    const char *slash = memchr(text, '/', size);
    return slash != NULL ? add_fraction(g, text, size, (size_t)(slash - text))
                         : add_decimal(g, text, size);
}

/* ---- settling ---- */

/* above times multiple / below, where all of it fits into machine words. */
static bool settle_small(int64_t *value, const struct gathering *g)
{
    if (g->n_wide > 0 || !mpz_fits_ulong_p(g->multiple))
        return false;
    const uint64_t multiple = mpz_get_ui(g->multiple);
    uint64_t below = 1, factor = multiple, common = 0;
    for (size_t i = 0; i < g->n; i++) {
        if (g->list[i].below != below) {
            below = g->list[i].below;
            factor = multiple / below;
        }
        if (__builtin_mul_overflow(g->list[i].above, factor, &value[i]) ||
            value[i] == INT64_MIN)
            return false;
        if (common != 1)
            common = divisor((uint64_t)llabs(value[i]), common);
    }
    for (size_t i = 0; common > 1 && i < g->n; i++)
        value[i] /= (int64_t)common;
    return true;
}

/* The same with numbers of any size. */
static void settle_wide(mpz_t *wide, const struct gathering *g)
{
    mpz_t common;
    mpz_init(common);
    for (size_t i = 0; i < g->n; i++) {
        const struct fraction *f = &g->list[i];
        mpz_init(wide[i]);
        if (f->below == 0) {
            mpq_srcptr number = g->wide[f->above];
            mpz_divexact(wide[i], g->multiple, mpq_denref(number));
            mpz_mul(wide[i], wide[i], mpq_numref(number));
        } else {
            mpz_divexact_ui(wide[i], g->multiple, f->below);
            mpz_mul_si(wide[i], wide[i], f->above);
        }
        mpz_gcd(common, common, wide[i]);
    }
    for (size_t i = 0; mpz_cmp_ui(common, 1) > 0 && i < g->n; i++)
        mpz_divexact(wide[i], wide[i], common);
    mpz_clear(common);
}

/* What value[i] or wide[i] must be multiplied with to be the i-th number gathered. */
static void settle_scale(struct multiples *out, const struct gathering *g)
{
    mpq_set_ui(out->scale, 1, 1);
    for (size_t i = 0; i < g->n; i++) {
        const struct fraction *f = &g->list[i];
        if (f->below != 0 && f->above == 0)
            continue;
        mpq_t number;
        mpq_init(number);
        if (f->below == 0) {
            mpq_set(number, g->wide[f->above]);
        } else {
            mpz_set_si(mpq_numref(number), f->above);
            mpz_set_ui(mpq_denref(number), f->below);
        }
        if (out->value != NULL)
            mpz_set_si(mpq_numref(out->scale), out->value[i]);
        else
            mpz_set(mpq_numref(out->scale), out->wide[i]);
        mpq_div(out->scale, number, out->scale);
        mpq_clear(number);
        return;
    }
}

static void wide_free(mpz_t *wide, size_t n)
{
    for (size_t i = 0; wide != NULL && i < n; i++)
        mpz_clear(wide[i]);
    free(wide);
}

/* Once a common factor is gone, they may fit after all. */
static void narrow(struct multiples *m)
{
    for (size_t i = 0; i < m->n; i++)
        if (!mpz_fits_slong_p(m->wide[i]) || mpz_get_si(m->wide[i]) == INT64_MIN)
            return;
    m->value = malloc((m->n > 0 ? m->n : 1) * sizeof *m->value);
    if (m->value == NULL)
        return;
    for (size_t i = 0; i < m->n; i++)
        m->value[i] = mpz_get_si(m->wide[i]);
    wide_free(m->wide, m->n);
    m->wide = NULL;
}

const char *gathering_settle(struct multiples *out, struct gathering *g)
{
    struct multiples m = {.n = g->n};
    const size_t room = g->n > 0 ? g->n : 1;
    m.value = malloc(room * sizeof *m.value);
    if (m.value == NULL)
        return memory_short;
    mpq_init(m.scale);
    if (!settle_small(m.value, g)) {
        free(m.value);
        m.value = NULL;
        m.wide = g->n <= WIDE_MAX ? malloc(room * sizeof *m.wide) : NULL;
        if (m.wide == NULL) {
            mpq_clear(m.scale);
            return g->n <= WIDE_MAX
                       ? memory_short
                       : "need more than 64 bits on their common denominator, and are "
                         "more than a million";
        }
        settle_wide(m.wide, g);
        narrow(&m);
    }
    settle_scale(&m, g);
    empty(g);
    *out = m;
    return NULL;
}

/* ---- what was settled ---- */

void multiples_free(struct multiples *m)
{
    free(m->value);
    wide_free(m->wide, m->n);
    mpq_clear(m->scale);
    m->value = NULL;
    m->wide = NULL;
    m->n = 0;
}

void multiples_get(mpq_ptr out, const struct multiples *m, size_t i)
{
    CHECK(i < m->n);
    if (m->value != NULL)
        mpq_set_si(out, m->value[i], 1);
    else
        mpq_set_z(out, m->wide[i]);
    mpq_mul(out, out, m->scale);
}

void multiples_difference(mpz_ptr out, const struct multiples *m, size_t i, size_t k)
{
    CHECK(i < m->n && k < m->n);
    if (m->value == NULL) {
        mpz_sub(out, m->wide[i], m->wide[k]);
        return;
    }
    mpz_set_si(out, m->value[i]);
    if (m->value[k] < 0)
        mpz_add_ui(out, out, (unsigned long)-m->value[k]);
    else
        mpz_sub_ui(out, out, (unsigned long)m->value[k]);
}

int multiples_order(const struct multiples *m, size_t i, size_t k)
{
    CHECK(i < m->n && k < m->n);
    if (m->value != NULL)
        return (m->value[i] > m->value[k]) - (m->value[i] < m->value[k]);
    const int order = mpz_cmp(m->wide[i], m->wide[k]);
    return (order > 0) - (order < 0);
}

/* ---- numbers to people ---- */

/* The decimal places that number takes, or 19 if more than 18 or without end. */
static unsigned long places_of(mpq_srcptr number)
{
    mpz_t ten;
    unsigned long places = 0;
    mpz_init_set_ui(ten, 1);
    while (places < 19 && !mpz_divisible_p(ten, mpq_denref(number))) {
        mpz_mul_ui(ten, ten, 10);
        places++;
    }
    mpz_clear(ten);
    return places;
}

/* scaled / 10^places with so many decimal places. */
static bool decimal_write(char *out, size_t size, mpz_srcptr scaled,
                          unsigned long places)
{
    char digits[NUMBER_MAX + 32];
    mpz_t amount;
    if (mpz_sizeinbase(scaled, 10) > NUMBER_MAX)
        return false;
    mpz_init(amount);
    mpz_abs(amount, scaled);
    (void)gmp_snprintf(digits, sizeof digits, "%0*Zd", (int)places + 1, amount);
    mpz_clear(amount);
    const size_t whole = strlen(digits) - places;
    const int n = snprintf(out, size, "%s%.*s%s%s", mpz_sgn(scaled) < 0 ? "-" : "",
                           (int)whole, digits, places > 0 ? "." : "", digits + whole);
    return n > 0 && (size_t)n < size;
}

bool rational_write(char *out, size_t size, mpq_srcptr number)
{
    const unsigned long places = places_of(number);
    bool fits;
    mpz_t scaled;
    if (places > 18) {
        const size_t needed = mpz_sizeinbase(mpq_numref(number), 10) +
                              mpz_sizeinbase(mpq_denref(number), 10) + 3;
        if (needed > size)
            return false;
        (void)gmp_snprintf(out, size, "%Qd", number);
        return true;
    }
    mpz_init(scaled);
    mpz_ui_pow_ui(scaled, 10, places);
    mpz_mul(scaled, scaled, mpq_numref(number));
    mpz_divexact(scaled, scaled, mpq_denref(number));
    fits = decimal_write(out, size, scaled, places);
    mpz_clear(scaled);
    return fits;
}

/* GMP's own conversion cuts off what a double does not hold. Two numbers that doubles
 * hold have a quotient that is rounded once. Otherwise 64 bits of the quotient and one
 * that says whether anything follows are. */
double rational_double(mpq_srcptr number)
{
    mpz_t above, below, rest;
    if (mpz_sizeinbase(mpq_numref(number), 2) <= 53 &&
        mpz_sizeinbase(mpq_denref(number), 2) <= 53)
        return mpz_get_d(mpq_numref(number)) / mpz_get_d(mpq_denref(number));
    mpz_inits(above, below, rest, NULL);
    mpz_abs(above, mpq_numref(number));
    mpz_set(below, mpq_denref(number));
    const long shift =
        66 - ((long)mpz_sizeinbase(above, 2) - (long)mpz_sizeinbase(below, 2));
    if (shift > 0)
        mpz_mul_2exp(above, above, (unsigned long)shift);
    else
        mpz_mul_2exp(below, below, (unsigned long)-shift);
    mpz_fdiv_qr(above, rest, above, below);
    char text[96];
    (void)gmp_snprintf(text, sizeof text, "0x%ZX.%cp%ld", above,
                       mpz_sgn(rest) != 0 ? '8' : '0', -shift);
    mpz_clears(above, below, rest, NULL);
    const double value = strtod(text, NULL);
    return mpq_sgn(number) < 0 && value > 0 ? -value : value; /* never -0 */
}
