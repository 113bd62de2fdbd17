/* SPDX-License-Identifier: MIT */
/* Characters and numbers: what UTF-8 allows, and how a written number becomes the
 * nearest double, also where a fraction has more digits than a double holds. */
#include "game/lexical.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* NUMBER_MAX digits take 104 limbs, and shifting takes one more. */
enum { NATURAL_LIMBS = 108 };

bool character_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

size_t character_size(const char *s, size_t n)
{
    const unsigned char *c = (const unsigned char *)s;
    if (n == 0)
        return 0;
    if (c[0] < 0x80)
        return 1;
    size_t size = c[0] < 0xc2   ? 0
                  : c[0] < 0xe0 ? 2
                  : c[0] < 0xf0 ? 3
                  : c[0] < 0xf5 ? 4
                                : 0;
    if (size == 0 || size > n)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] >= 0xa0) ||
        (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] >= 0x90))
        return 0;
    return size;
}

bool character_control(const char *character, size_t size)
{
    const unsigned char *c = (const unsigned char *)character;
    return (size == 1 && (c[0] < 0x20 || c[0] == 0x7f)) ||
           (size == 2 && c[0] == 0xc2 && c[1] < 0xa0);
}

void text_excerpt(char out[EXCERPT_SIZE], const char *s, size_t n)
{
    size_t size = 0;
    for (size_t i = 0; i < n;) {
        size_t step = character_size(s + i, n - i);
        /* A byte-order mark is the one fault that nobody sees. */
        bool plain = step > 0 && !character_control(s + i, step) &&
                     !(step == 3 && memcmp(s + i, "\xef\xbb\xbf", 3) == 0);
        if (size + strlen("\\xNN") + strlen("...") >= EXCERPT_SIZE) {
            memcpy(out + size, "...", 3);
            size += 3;
            break;
        }
        if (plain) {
            memcpy(out + size, s + i, step);
            size += step;
            i += step;
        } else {
            snprintf(out + size, EXCERPT_SIZE - size, "\\x%02x", (unsigned char)s[i]);
            size += strlen("\\xNN");
            i++;
        }
    }
    out[size] = '\0';
}

/* A natural number of any size that NUMBER_MAX digits can write; limb[0] is the least
 * significant, and those from n on are 0. */
struct natural {
    uint32_t limb[NATURAL_LIMBS];
    size_t n;
};

static void natural_read(struct natural *out, const char *digits, size_t n)
{
    *out = (struct natural){0};
    for (size_t i = 0; i < n; i++) {
        uint64_t carry = (uint64_t)(digits[i] - '0');
        for (size_t k = 0; k < out->n; k++) {
            carry += (uint64_t)out->limb[k] * 10;
            out->limb[k] = (uint32_t)carry;
            carry >>= 32;
        }
        if (carry > 0) {
            CHECK(out->n < NATURAL_LIMBS);
            out->limb[out->n++] = (uint32_t)carry;
        }
    }
}

static int natural_bits(const struct natural *a)
{
    int bits = 0;
    for (uint32_t top = a->n > 0 ? a->limb[a->n - 1] : 0; top > 0; top >>= 1)
        bits++;
    return a->n > 0 ? (int)(a->n - 1) * 32 + bits : 0;
}

static void natural_shift(struct natural *a, int bits)
{
    struct natural out = {.n = 0};
    size_t limbs = (size_t)bits / 32;
    unsigned rest = (unsigned)bits % 32;
    for (size_t k = 0; k < a->n; k++) {
        uint64_t moved = (uint64_t)a->limb[k] << rest;
        CHECK(k + limbs + 1 < NATURAL_LIMBS);
        out.limb[k + limbs] |= (uint32_t)moved;
        out.limb[k + limbs + 1] |= (uint32_t)(moved >> 32);
    }
    out.n = a->n + limbs + 1;
    while (out.n > 0 && out.limb[out.n - 1] == 0)
        out.n--;
    *a = out;
}

/* Takes b from a where that leaves something natural; false where it does not. */
static bool natural_take(struct natural *a, const struct natural *b)
{
    struct natural out = {.n = a->n};
    int64_t borrow = 0;
    if (b->n > a->n)
        return false;
    for (size_t k = 0; k < a->n; k++) {
        int64_t rest = (int64_t)a->limb[k] - (int64_t)b->limb[k] - borrow;
        borrow = rest < 0;
        out.limb[k] = (uint32_t)rest;
    }
    if (borrow)
        return false;
    while (out.n > 0 && out.limb[out.n - 1] == 0)
        out.n--;
    *a = out;
    return true;
}

/* The double nearest to a / b, both positive. Dividing two rounded doubles would round
 * twice. Instead the first 64 bits of the quotient are found by long division, with one
 * more digit that says whether anything follows, and strtod rounds that once. */
static double natural_divide(struct natural a, struct natural b)
{
    char text[64];
    uint64_t quotient = 0;
    int shift = natural_bits(&a) - natural_bits(&b);
    if (shift > 0)
        natural_shift(&b, shift);
    else
        natural_shift(&a, -shift);
    for (int i = 0; i < 64; i++) {
        quotient <<= 1;
        if (natural_take(&a, &b))
            quotient |= 1;
        natural_shift(&a, 1);
    }
    snprintf(text, sizeof text, "0x%llx.%cp%d", (unsigned long long)quotient,
             a.n > 0 ? '8' : '0', shift - 63);
    return strtod(text, NULL);
}

static size_t digits_end(const char *s, size_t n, size_t i)
{
    while (i < n && is_digit(s[i]))
        i++;
    return i;
}

size_t number_span(const char *s, size_t n)
{
    if (n == 0 || !(is_digit(s[0]) || s[0] == '-' || s[0] == '+' || s[0] == '.'))
        return 0;
    size_t i = digits_end(s, n, s[0] == '-' || s[0] == '+');
    if (i < n && s[i] == '/')
        return digits_end(s, n, i + 1);
    if (i < n && s[i] == '.')
        i = digits_end(s, n, i + 1);
    if (i < n && (s[i] == 'e' || s[i] == 'E')) {
        i++;
        if (i < n && (s[i] == '-' || s[i] == '+'))
            i++;
        i = digits_end(s, n, i);
    }
    return i;
}

static const char *fraction_value(double *out, const char *s, size_t n, size_t slash)
{
    struct natural above, below;
    size_t start = !is_digit(s[0]);
    if (slash <= start || slash + 1 == n)
        return "is not a number";
    natural_read(&above, s + start, slash - start);
    natural_read(&below, s + slash + 1, n - slash - 1);
    if (below.n == 0)
        return "has a zero denominator";
    if (natural_bits(&above) <= DBL_MANT_DIG && natural_bits(&below) <= DBL_MANT_DIG)
        *out = strtod(s + start, NULL) / strtod(s + slash + 1, NULL); /* rounds once */
    else
        *out = natural_divide(above, below);
    if (s[0] == '-')
        *out = -*out;
    return NULL;
}

const char *number_value(double *out, const char *s, size_t n)
{
    char copy[NUMBER_MAX + 1];
    const char *fault = NULL;
    if (n == 0 || number_span(s, n) != n)
        return "is not a number";
    if (n > NUMBER_MAX)
        return "has more than 1000 characters";
    memcpy(copy, s, n);
    copy[n] = '\0';
    size_t slash = strcspn(copy, "/");
    if (slash < n) {
        fault = fraction_value(out, copy, n, slash);
    } else {
        char *end;
        *out = strtod(copy, &end);
        if (end != copy + n)
            fault = "is not a number";
    }
    if (fault != NULL)
        return fault;
    if (!isfinite(*out))
        return "is too large";
    if (*out == 0)
        *out = 0; /* there is no negative zero among payoffs */
    return NULL;
}

bool number_count(uint32_t *out, const char *s, size_t n)
{
    uint64_t value = 0;
    size_t i = n > 0 && s[0] == '+';
    if (i == n || digits_end(s, n, i) != n)
        return false;
    for (; i < n; i++) {
        value = value * 10 + (uint64_t)(s[i] - '0');
        if (value > UINT32_MAX)
            value = UINT32_MAX;
    }
    *out = (uint32_t)value;
    return true;
}

bool place_refuse(const struct text_place *at, struct format_error *error,
                  const char *format, va_list arguments)
{
    error->line = at->line;
    error->column = at->column;
    (void)vsnprintf(error->message, sizeof error->message, format, arguments);
    return false;
}
