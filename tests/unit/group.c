/* SPDX-License-Identifier: MIT */
/* The group: which bytes are its elements, and that its arithmetic is one. */
#include "base/group.h"

#include <string.h>

#include "tests/unit/unit.h"

static struct point point_hex(const char *hex)
{
    struct point p;
    ck_assert(hex_decode(p.bytes, sizeof p.bytes, hex));
    return p;
}

static struct scalar scalar_hex(const char *hex)
{
    struct scalar s;
    ck_assert(hex_decode(s.bytes, sizeof s.bytes, hex));
    return s;
}

static struct scalar secret(uint64_t number)
{
    const struct seed seed = {{9}};
    const struct digest context = {{8}};
    return scalar_derive(&seed, &context, "test", number);
}

/* RFC 9496, appendix A.1. */
START_TEST(small_multiples_of_the_generator_are_those_of_the_rfc)
{
    static const char *const multiple[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76",
        "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
        "94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259",
    };
    for (uint64_t k = 0; k < 4; k++) {
        const struct scalar s = scalar_from_u64(k), one = scalar_from_u64(1);
        const struct point expected = point_hex(multiple[k]), base = point_base(&s),
                           g = point_base(&one), product = point_mul(&s, &g);
        ck_assert(point_equal(&base, &expected));
        ck_assert(point_equal(&product, &expected));
    }
}
END_TEST

/* RFC 9496, appendix A.2: one of each kind of bytes that are no element. */
START_TEST(bytes_that_are_no_element_are_refused)
{
    static const char *const bad[] = {
        "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
        /* The generator with the highest bit set: libsodium takes it. */
        "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2df6",
    };
    struct point good[2] = {POINT_ZERO, POINT_ZERO};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct point p = point_hex(bad[i]);
        ck_assert(!point_valid(&p));
        good[1] = p;
        ck_assert(!points_valid(good, 2, true));
    }
    const struct scalar one = scalar_from_u64(1);
    good[0] = point_base(&one);
    good[1] = POINT_ZERO;
    ck_assert(points_valid(good, 2, true));
    ck_assert(!points_valid(good, 2, false));
    ck_assert(points_valid(good, 1, false));
}
END_TEST

START_TEST(only_scalars_below_the_order_are_canonical)
{
    static const char *const good[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0f",
        "eed3f55c1a631258d69cf7a2def9de13ffffffffffffffffffffffffffffff0f",
    };
    static const char *const bad[] = {
        "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
        "f2d3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000001000000000000000000000000000010",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const struct scalar s = scalar_hex(good[i]);
        ck_assert(scalar_canonical(&s));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct scalar s = scalar_hex(bad[i]);
        ck_assert(!scalar_canonical(&s));
    }
}
END_TEST

START_TEST(sums_of_products_are_products_of_sums)
{
    const struct scalar zero = scalar_from_u64(0);
    struct scalar s[5], total = zero;
    struct point p[5];
    const struct scalar k = secret(100);
    const struct point g = point_base(&k);
    for (uint64_t i = 0; i < 5; i++) {
        const struct scalar log = secret(i);
        s[i] = i == 3 ? zero : secret(10 + i);
        p[i] = i == 1 ? POINT_ZERO : point_mul(&log, &g);
        const struct scalar term = scalar_mul(&s[i], &log);
        if (i != 1)
            total = scalar_add(&total, &term);
    }
    const struct point expected = point_mul(&total, &g);
    const struct point sum = point_combine(s, p, 5), none = point_combine(s, p, 0);
    ck_assert(point_equal(&sum, &expected));
    ck_assert(point_is_zero(&none));
    const struct scalar minus = scalar_sub(&zero, &total);
    const struct point opposite = point_mul(&minus, &g);
    const struct point nothing = point_add(&sum, &opposite);
    const struct point twice = point_sub(&sum, &opposite);
    const struct point also = point_add(&sum, &sum);
    ck_assert(point_is_zero(&nothing));
    ck_assert(point_equal(&twice, &also));
}
END_TEST

START_TEST(what_is_derived_or_hashed_depends_on_all_that_it_is_made_of)
{
    const struct seed seed = {{9}}, other_seed = {{10}};
    const struct digest context = {{8}}, other_context = {{9}};
    const struct scalar s[6] = {
        scalar_derive(&seed, &context, "test", 0),
        scalar_derive(&other_seed, &context, "test", 0),
        scalar_derive(&seed, &other_context, "test", 0),
        scalar_derive(&seed, &context, "tess", 0),
        scalar_derive(&seed, &context, "test", 1),
        scalar_derive(&seed, &context, "test", 2),
    };
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < i; j++)
            ck_assert(!scalar_equal(&s[i], &s[j]));
    struct hasher h;
    struct point p[2];
    struct scalar x[2];
    for (uint32_t i = 0; i < 2; i++) {
        hash_start(&h, "test");
        hash_u32(&h, i);
        p[i] = point_hash_end(&h);
        hash_start(&h, "test");
        hash_u32(&h, i);
        x[i] = scalar_hash_end(&h);
        ck_assert(point_valid(&p[i]) && scalar_canonical(&x[i]));
    }
    ck_assert(!point_equal(&p[0], &p[1]));
    ck_assert(!scalar_equal(&x[0], &x[1]));
}
END_TEST

UNIT_MAIN("group", small_multiples_of_the_generator_are_those_of_the_rfc,
          bytes_that_are_no_element_are_refused,
          only_scalars_below_the_order_are_canonical,
          sums_of_products_are_products_of_sums,
          what_is_derived_or_hashed_depends_on_all_that_it_is_made_of)
