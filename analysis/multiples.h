/* SPDX-License-Identifier: MIT */
/* Numbers as people write them, gathered exactly and brought to one scale: each becomes
 * a whole multiple of the largest rational that divides them all. */
#ifndef TREATY_ANALYSIS_MULTIPLES_H
#define TREATY_ANALYSIS_MULTIPLES_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* <gmp.h> brings <limits.h>, whose NAME_MAX is about files and not about players. */
#undef NAME_MAX

enum {
    EXPONENT_MAX = 400,    /* of a power of ten, either way */
    SCALE_BITS_MAX = 4096, /* of the common denominator */
    WIDE_MAX = 1 << 20,    /* numbers in a list that 64 bits do not hold */
};

/* Number i is value[i] times scale, or wide[i] times scale where value is NULL because
 * one of them needs more than 64 bits. scale is positive. All are owned. */
struct multiples {
    size_t n;
    int64_t *value;
    mpz_t *wide;
    mpq_t scale;
};

/* Numbers that are being gathered. NULL when memory is short. */
struct gathering;
struct gathering *gathering_new(void);
void gathering_free(struct gathering *g);
/* Adds all of text[0 .. size): an integer, a decimal, an exponent or a fraction a/b, by
 * the rules of number_value, but as what it is. NULL, or what is wrong with it, in
 * words that follow "which". */
const char *gathering_add(struct gathering *g, const char *text, size_t size);
/* Adds a number that is no text. */
const char *gathering_add_rational(struct gathering *g, mpq_srcptr number);
/* Adds the n-th number once more. */
const char *gathering_repeat(struct gathering *g, size_t n);
/* Forgets the numbers from the first-th up to, not including, the end-th. */
void gathering_cut(struct gathering *g, size_t first, size_t end);
size_t gathering_size(const struct gathering *g);
/* Fills *out (release with multiples_free) with all numbers in the order of adding, and
 * empties g. NULL, or why not, in words that follow "the payoffs". */
const char *gathering_settle(struct multiples *out, struct gathering *g);

void multiples_free(struct multiples *m);
/* value[i] or wide[i], times scale. out has been initialised. */
void multiples_get(mpq_ptr out, const struct multiples *m, size_t i);
/* value[i] - value[k] or wide[i] - wide[k]; out has been initialised. */
void multiples_difference(mpz_ptr out, const struct multiples *m, size_t i, size_t k);
/* The sign of number i minus number k. */
int multiples_order(const struct multiples *m, size_t i, size_t k);

/* True, with text in out and NUL behind it, if size bytes suffice: an integer, a
 * decimal if it ends after at most 18 places, else a/b; as both formats of games read
 * it. */
bool rational_write(char *out, size_t size, mpq_srcptr number);
/* The nearest double; an infinity where there is none. */
double rational_double(mpq_srcptr number);

#endif
