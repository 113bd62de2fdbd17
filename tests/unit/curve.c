/* SPDX-License-Identifier: MIT */
/* Our own sums of elements, beside libsodium's. */
#include "base/curve.h"

#include <string.h>

#include "base/weigher.h"
#include "tests/unit/unit.h"

static struct scalar exponent(uint64_t number)
{
    const struct seed seed = {{3}};
    const struct digest context = {{4}};
    return scalar_derive(&seed, &context, "test", number);
}

static struct point element(uint64_t number)
{
    const struct scalar s = exponent(number);
    return number == 0 ? POINT_ZERO : point_base(&s);
}

/* An element's bytes are read and written again; what is none is refused. Both as
 * libsodium has it. */
static bool check_bytes(const struct point *p)
{
    struct curve c;
    const bool is = curve_read(&c, p);
    ck_assert_int_eq(is, point_valid(p));
    if (is) {
        const struct point again = curve_write(&c);
        ck_assert(point_equal(&again, p));
    }
    return is;
}

START_TEST(any_bytes_are_an_element_or_not_as_libsodium_has_it)
{
    struct prng prng = {20261122};
    uint32_t n_elements = 0;
    for (uint32_t i = 0; i < 4000; i++) {
        struct point p;
        for (int k = 0; k < 32; k++)
            p.bytes[k] = (uint8_t)prng_next(&prng);
        if (i % 8 !=
            0) { /* most of what is even and below 2^255 gets as far as the root */
            p.bytes[0] &= 0xfe;
            p.bytes[31] &= 0x7f;
        }
        n_elements += check_bytes(&p);
    }
    ck_assert_uint_gt(n_elements, 600); /* mean 875 */
    ck_assert_uint_lt(n_elements, 1200);
}
END_TEST

/* 0 to 255, and 2^255 - 256 to 2^255 - 1, among them p = 2^255 - 19 and what follows.
 */
START_TEST(numbers_at_both_ends_are_elements_or_not_as_libsodium_has_it)
{
    for (unsigned i = 0; i < 256; i++) {
        struct point low = {{(uint8_t)i}}, high;
        memset(high.bytes, 0xff, sizeof high.bytes);
        high.bytes[0] = (uint8_t)i;
        high.bytes[31] = 0x7f;
        (void)check_bytes(&low);
        (void)check_bytes(&high);
        high.bytes[31] = 0xff;
        ck_assert(!check_bytes(&high));
    }
}
END_TEST

/* The same number with p added to it: limbs as large as they are allowed to be. */
static void make_large(struct field *f)
{
    for (int i = 0; i < 5; i++)
        f->limb[i] += (UINT64_C(1) << 51) - (i == 0 ? 19 : 1);
}

START_TEST(sums_differences_and_doubles_are_libsodiums)
{
    struct curve sum = CURVE_ZERO;
    struct point expected = POINT_ZERO;
    for (uint64_t i = 0; i < 600; i++) {
        const struct point p = element(i % 50);
        struct curve c;
        ck_assert(curve_read(&c, &p));
        const struct curve_flat flat = curve_flatten(&c);
        if (i % 11 == 0) {
            make_large(&sum.x);
            make_large(&sum.y);
            make_large(&sum.z);
            make_large(&sum.t);
            make_large(&c.x);
        }
        if (i % 3 == 0)
            curve_add(&sum, &c);
        else if (i % 3 == 1)
            curve_add_flat(&sum, &flat);
        else
            curve_sub_flat(&sum, &flat);
        expected = i % 3 == 2 ? point_sub(&expected, &p) : point_add(&expected, &p);
        if (i % 7 == 0) {
            curve_double(&sum);
            expected = point_add(&expected, &expected);
        }
        const struct point got = curve_write(&sum);
        ck_assert_msg(point_equal(&got, &expected), "sum %d", (int)i);
        ck_assert_int_eq(curve_is_zero(&sum), point_is_zero(&expected));
    }
}
END_TEST

/* Opposite elements, whichever of the curve's points their bytes are read as. */
START_TEST(what_is_taken_away_again_leaves_the_neutral_element)
{
    for (uint64_t i = 0; i < 100; i++) {
        const struct point p = element(i), q = element(i + 1), both = point_add(&p, &q);
        const struct point minus = point_sub(&POINT_ZERO, &both);
        struct curve a, b, c;
        ck_assert(curve_read(&a, &p) && curve_read(&b, &q) && curve_read(&c, &minus));
        curve_add(&a, &b);
        ck_assert(!curve_is_zero(&a));
        curve_add(&a, &c);
        ck_assert(curve_is_zero(&a));
        const struct point zero = curve_write(&a);
        ck_assert(point_is_zero(&zero));
    }
}
END_TEST

static struct weigher w;

/* The k-th scalar: the ends of their range, or any. */
static struct scalar scalar_of(uint64_t k)
{
    const struct scalar zero = scalar_from_u64(0), one = scalar_from_u64(1);
    struct scalar high = {{[31] = 0x10}};
    return k % 9 == 0   ? zero
           : k % 9 == 1 ? one
           : k % 9 == 2 ? scalar_sub(&zero, &one)
           : k % 9 == 3 ? high
           : k % 9 == 4 ? scalar_from_u64(k)
                        : exponent(k);
}

START_TEST(a_weighed_sum_is_the_sum_of_the_products)
{
    static const uint32_t size[] = {0, 1, 2, 3, 9, 40, 150, WEIGHER_TERMS + 30};
    for (size_t i = 0; i < sizeof size / sizeof size[0]; i++) {
        struct scalar total = scalar_from_u64(0);
        weigher_start(&w);
        /* Many times the same few elements, whose logarithms are known. */
        for (uint32_t k = 0; k < size[i]; k++) {
            const struct scalar s = scalar_of(k + i), log = exponent(1 + k % 40),
                                term = scalar_mul(&s, &log);
            const struct point p = element(1 + k % 40);
            weigher_add(&w, &s, &p);
            total = scalar_add(&total, &term);
        }
        struct point got;
        const struct point expected = point_base(&total);
        const bool zero = weigher_is_zero(&w);
        ck_assert(weigher_sum(&w, &got));
        ck_assert_msg(point_equal(&got, &expected), "%u terms", size[i]);
        ck_assert_int_eq(zero, point_is_zero(&expected));
        /* And nothing is left once it is taken away. */
        const struct scalar minus =
            scalar_sub(&(struct scalar){{0}}, &(struct scalar){{1}});
        weigher_add(&w, &minus, &got);
        ck_assert(weigher_is_zero(&w));
    }
}
END_TEST

START_TEST(one_bad_term_turns_a_sum_bad)
{
    const struct point good = element(1), bad = {{1}};
    const struct scalar zero = scalar_from_u64(0);
    struct point sum;
    weigher_start(&w);
    weigher_add(&w, &zero, &good);
    ck_assert(weigher_is_zero(&w));
    weigher_add(&w, &zero, &bad);
    ck_assert(!weigher_is_zero(&w));
    ck_assert(!weigher_sum(&w, &sum));
}
END_TEST

UNIT_MAIN("curve", any_bytes_are_an_element_or_not_as_libsodium_has_it,
          numbers_at_both_ends_are_elements_or_not_as_libsodium_has_it,
          sums_differences_and_doubles_are_libsodiums,
          what_is_taken_away_again_leaves_the_neutral_element,
          a_weighed_sum_is_the_sum_of_the_products, one_bad_term_turns_a_sum_bad)
