/* SPDX-License-Identifier: MIT */
/* Hides buckets. A scalar is a sum of digits from -2^(c-1) to 2^(c-1) - 1 times powers
 * of 2^c. For each power, from the highest, every point goes to the bucket of its
 * digit, and the buckets, each as often as its number says, are summed in two additions
 * apiece. */
#include "base/weigher.h"

#include <string.h>

#include "base/bytes.h"

enum { WINDOW_MAX = 8, SCALAR_BITS = 253, FEW = 40, FEW_WINDOW = 4 };

void weigher_start(struct weigher *w)
{
    w->sum = CURVE_ZERO;
    w->bad = false;
    w->n = 0;
}

/* The width c for which n points cost least: (253 / c) (n + 2^c) additions. */
static uint32_t window_for(uint32_t n)
{
    uint32_t best = 2;
    for (uint32_t c = 3; c <= WINDOW_MAX; c++)
        if ((n + (1u << c)) * best < (n + (1u << best)) * c)
            best = c;
    return best;
}

/* Adds 2^(c-1) at every digit, so that each digit read back from the sum is too large
 * by that, and none has to borrow from the next. */
static void offset_digits(uint32_t scalar[WEIGHER_WORDS], uint32_t c, uint32_t n_digits)
{
    uint32_t offset[WEIGHER_WORDS] = {0};
    for (uint32_t d = 0; d < n_digits; d++) {
        const uint32_t bit = d * c + c - 1;
        offset[bit / 32] |= UINT32_C(1) << (bit % 32);
    }
    uint64_t carry = 0;
    for (int i = 0; i < WEIGHER_WORDS; i++) {
        carry += (uint64_t)scalar[i] + offset[i];
        scalar[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static int32_t digit_at(const uint32_t scalar[WEIGHER_WORDS], uint32_t bit, uint32_t c)
{
    const uint32_t word = bit / 32;
    uint64_t two = scalar[word];
    if (word + 1 < WEIGHER_WORDS)
        two |= (uint64_t)scalar[word + 1] << 32;
    const uint32_t value = (uint32_t)(two >> (bit % 32)) & ((1u << c) - 1);
    return (int32_t)value - (int32_t)(1u << (c - 1));
}

/* The sum over all points of their digits at `bit`. */
static void sum_digits(struct curve *sum, const struct weigher *w, uint32_t bit,
                       uint32_t c)
{
    struct curve bucket[1 << (WINDOW_MAX - 1)], running = CURVE_ZERO,
                                                total = CURVE_ZERO;
    const uint32_t n_buckets = 1u << (c - 1);
    for (uint32_t k = 0; k < n_buckets; k++)
        bucket[k] = CURVE_ZERO;
    for (uint32_t i = 0; i < w->n; i++) {
        const int32_t digit = digit_at(w->scalar[i], bit, c);
        if (digit > 0)
            curve_add_flat(&bucket[digit - 1], &w->point[i]);
        else if (digit < 0)
            curve_sub_flat(&bucket[-digit - 1], &w->point[i]);
    }
    for (uint32_t k = n_buckets; k-- > 0;) {
        curve_add(&running, &bucket[k]);
        curve_add(&total, &running);
    }
    curve_add(sum, &total);
}

static void sum_many(struct curve *sum, struct weigher *w)
{
    const uint32_t c = window_for(w->n);
    const uint32_t n_digits = SCALAR_BITS / c + 1; /* and one bit more at the least */
    for (uint32_t i = 0; i < w->n; i++)
        offset_digits(w->scalar[i], c, n_digits);
    for (uint32_t d = n_digits; d-- > 0;) {
        for (uint32_t k = 0; k < c; k++)
            curve_double(sum);
        sum_digits(sum, w, d * c, c);
    }
}

static void sum_few(struct curve *sum, struct weigher *w)
{
    enum { MULTIPLES = 1 << (FEW_WINDOW - 1) };
    const uint32_t n_digits = SCALAR_BITS / FEW_WINDOW + 1;
    struct curve multiple[FEW][MULTIPLES + 1];
    for (uint32_t i = 0; i < w->n; i++) {
        offset_digits(w->scalar[i], FEW_WINDOW, n_digits);
        multiple[i][0] = CURVE_ZERO;
        for (int k = 1; k <= MULTIPLES; k++) {
            multiple[i][k] = multiple[i][k - 1];
            curve_add_flat(&multiple[i][k], &w->point[i]);
        }
    }
    for (uint32_t d = n_digits; d-- > 0;) {
        for (uint32_t k = 0; k < FEW_WINDOW; k++)
            curve_double(sum);
        for (uint32_t i = 0; i < w->n; i++) {
            const int32_t digit = digit_at(w->scalar[i], d * FEW_WINDOW, FEW_WINDOW);
            if (digit > 0)
                curve_add(sum, &multiple[i][digit]);
            else if (digit < 0)
                curve_sub(sum, &multiple[i][-digit]);
        }
    }
}

static void flush(struct weigher *w)
{
    struct curve sum = CURVE_ZERO;
    if (w->n == 0)
        return;
    if (w->n <= FEW)
        sum_few(&sum, w);
    else
        sum_many(&sum, w);
    curve_add(&w->sum, &sum);
    w->n = 0;
}

void weigher_add(struct weigher *w, const struct scalar *s, const struct point *p)
{
    struct curve read;
    if (point_is_zero(p))
        return;
    if (!curve_read(&read, p)) {
        w->bad = true;
        return;
    }
    if (w->n == WEIGHER_TERMS)
        flush(w);
    w->point[w->n] = curve_flatten(&read);
    struct reader r = {s->bytes, sizeof s->bytes, false};
    memset(w->scalar[w->n], 0, sizeof w->scalar[w->n]);
    for (int i = 0; i < 8; i++)
        w->scalar[w->n][i] = read_u32(&r);
    w->n++;
}

bool weigher_is_zero(struct weigher *w)
{
    flush(w);
    return !w->bad && curve_is_zero(&w->sum);
}

bool weigher_sum(struct weigher *w, struct point *sum)
{
    flush(w);
    *sum = curve_write(&w->sum);
    return !w->bad;
}
