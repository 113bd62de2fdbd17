/* SPDX-License-Identifier: MIT */
/* Hashes, signatures, derived secrets, the repeatable generator. */
#include "base/secure.h"

#include <string.h>

#include "tests/unit/unit.h"

static bool digest_is(const struct digest *d, const char *hex)
{
    char text[2 * sizeof d->bytes + 1];
    hex_encode(text, d->bytes, sizeof d->bytes);
    return strcmp(text, hex) == 0;
}

/* b2sum -l 256 of the bytes 03 'abc' 'd' 01020304 (little-endian) 0102030405060708. */
START_TEST(a_hash_is_blake2b_over_the_length_of_the_tag_the_tag_and_the_rest)
{
    struct hasher h;
    hash_start(&h, "abc");
    hash_bytes(&h, "d", 1);
    hash_u32(&h, 0x04030201);
    hash_u64(&h, 0x0807060504030201);
    struct digest d = hash_end(&h);
    ck_assert(digest_is(
        &d, "bbeada8ebb77ece1485edfc4a59df69b0a395fc45931693bac17b275a16c01e0"));
}
END_TEST

START_TEST(a_tag_is_not_the_beginning_of_another_one)
{
    struct hasher a, b;
    hash_start(&a, "ab");
    hash_bytes(&a, "c", 1);
    hash_start(&b, "abc");
    struct digest x = hash_end(&a), y = hash_end(&b);
    ck_assert(!digest_equal(&x, &y));
    ck_assert(digest_equal(&x, &x));
}
END_TEST

START_TEST(digests_that_differ_in_one_bit_anywhere_are_not_equal)
{
    struct digest a = {{0}};
    for (size_t i = 0; i < sizeof a.bytes; i++) {
        struct digest b = a;
        b.bytes[i] = 0x80;
        ck_assert(!digest_equal(&a, &b));
    }
}
END_TEST

START_TEST(a_hasher_can_be_copied_half_way)
{
    struct hasher a;
    hash_start(&a, "x");
    hash_u64(&a, 5);
    struct hasher b = a;
    struct digest d = {{1}};
    hash_digest(&a, &d);
    hash_bytes(&b, d.bytes, sizeof d.bytes);
    struct digest x = hash_end(&a), y = hash_end(&b);
    ck_assert(digest_equal(&x, &y));
}
END_TEST

START_TEST(a_secret_depends_on_all_that_it_is_derived_from_and_on_nothing_else)
{
    struct seed seed = {{1}}, other_seed = {{2}};
    struct digest context = {{3}}, other_context = {{4}};
    struct secret s = secret_derive(&seed, &context, "coin", 7);
    struct secret again = secret_derive(&seed, &context, "coin", 7);
    ck_assert_mem_eq(s.bytes, again.bytes, sizeof s.bytes);
    struct secret others[] = {
        secret_derive(&other_seed, &context, "coin", 7),
        secret_derive(&seed, &other_context, "coin", 7),
        secret_derive(&seed, &context, "coi", 7),
        secret_derive(&seed, &context, "coin", 8),
        secret_derive(&seed, &context, "coin", 7 + (1ull << 32)),
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ck_assert_mem_ne(s.bytes, others[i].bytes, sizeof s.bytes);
    /* A node that was restarted with a newer build must say the same bytes again. */
    struct digest d;
    memcpy(d.bytes, s.bytes, sizeof d.bytes);
    ck_assert(digest_is(
        &d, "6158059a0f455a80f9a317fa42420aea1a16abf5cf5d949bb0fa0fba326a5d4f"));
}
END_TEST

/* RFC 8032, section 7.1, test 2. */
START_TEST(signatures_are_ed25519)
{
    struct keypair key;
    struct seed seed;
    ck_assert(
        hex_decode(seed.bytes, 32,
                   "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6f"
                   "b"));
    keypair_from_seed(&key, &seed);
    ck_assert_mem_eq(key.seed.bytes, seed.bytes, sizeof seed.bytes);
    struct digest d;
    memcpy(d.bytes, key.public_key.bytes, sizeof d.bytes);
    ck_assert(digest_is(
        &d, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
    struct signature s = sign(&key, (const uint8_t *)"\x72", 1);
    char text[2 * sizeof s.bytes + 1];
    hex_encode(text, s.bytes, sizeof s.bytes);
    ck_assert_str_eq(
        text, "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
              "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    ck_assert(signature_holds(&s, &key.public_key, (const uint8_t *)"\x72", 1));
}
END_TEST

START_TEST(a_signature_holds_for_its_key_and_bytes_only)
{
    struct keypair key, other;
    keypair_from_seed(&key, &(struct seed){{1}});
    keypair_from_seed(&other, &(struct seed){{2}});
    uint8_t text[] = "the same";
    struct signature s = sign(&key, text, sizeof text);
    ck_assert(signature_holds(&s, &key.public_key, text, sizeof text));
    ck_assert(!signature_holds(&s, &other.public_key, text, sizeof text));
    ck_assert(!signature_holds(&s, &key.public_key, text, sizeof text - 1));
    text[0] ^= 1;
    ck_assert(!signature_holds(&s, &key.public_key, text, sizeof text));
    text[0] ^= 1;
    for (size_t i = 0; i < sizeof s.bytes; i++) {
        struct signature forged = s;
        forged.bytes[i] ^= 1;
        ck_assert(!signature_holds(&forged, &key.public_key, text, sizeof text));
    }
}
END_TEST

static bool key_valid(const char *hex)
{
    struct public_key key;
    ck_assert(hex_decode(key.bytes, sizeof key.bytes, hex));
    return public_key_valid(&key);
}

START_TEST(keys_that_no_honest_owner_can_have_are_refused)
{
    /* A key that is a generator's multiple, then the same point plus the one of order
     * 2:
     * (-x, -y), which passes every test but that of the prime-order subgroup. */
    ck_assert(
        key_valid("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
    ck_assert(
        !key_valid("b0bfe83c17bc76a56d48f558b2e481436367d330d13b69733f32aa0ed50b99f3"));
    /* The neutral point, the points of order 2 and 4, and y = 2^255 - 18: one, but not
     * canonical. */
    ck_assert(
        !key_valid("0100000000000000000000000000000000000000000000000000000000000000"));
    ck_assert(
        !key_valid("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"));
    ck_assert(
        !key_valid("0000000000000000000000000000000000000000000000000000000000000000"));
    ck_assert(
        !key_valid("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"));
    /* y = 2 is on no point of the curve. */
    ck_assert(
        !key_valid("0200000000000000000000000000000000000000000000000000000000000000"));
}
END_TEST

START_TEST(hexadecimal_is_read_back_and_nothing_else_is_read)
{
    uint8_t bytes[3] = {0x00, 0x9f, 0xa0}, out[3] = {1, 1, 1};
    char text[7];
    hex_encode(text, bytes, 3);
    ck_assert_str_eq(text, "009fa0");
    ck_assert(hex_decode(out, 3, text));
    ck_assert_mem_eq(out, bytes, 3);
    ck_assert(!hex_decode(out, 3, "009fa"));
    ck_assert(!hex_decode(out, 3, "009fa0b"));
    ck_assert(!hex_decode(out, 3, "009fa0b1"));
    ck_assert(!hex_decode(out, 3, "009fg0"));
    ck_assert(!hex_decode(out, 3, "00 fa0"));
    ck_assert(!hex_decode(out, 3, ""));
    ck_assert(hex_decode(out, 0, ""));
}
END_TEST

START_TEST(wiping_leaves_zeros)
{
    uint8_t bytes[40];
    memset(bytes, 7, sizeof bytes);
    secure_wipe(bytes, 39);
    for (size_t i = 0; i < 39; i++)
        ck_assert_uint_eq(bytes[i], 0);
    ck_assert_uint_eq(bytes[39], 7);
}
END_TEST

START_TEST(entropy_does_not_repeat)
{
    struct seed a, b;
    secure_random(&a, sizeof a);
    secure_random(&b, sizeof b);
    ck_assert_mem_ne(a.bytes, b.bytes, sizeof a.bytes);
}
END_TEST

/* The first values of the reference implementation for the seed 1234567. */
START_TEST(the_generator_is_splitmix64)
{
    struct prng p = {1234567};
    ck_assert(prng_next(&p) == 6457827717110365317u);
    ck_assert(prng_next(&p) == 3203168211198807973u);
    ck_assert(prng_next(&p) == 9817491932198370423u);
}
END_TEST

START_TEST(below_n_favours_no_value)
{
    struct prng p = {1};
    /* With n = 2^63 + 2^62 plain remainders would bring the lower third twice as often.
     */
    uint64_t n = 3ull << 62;
    int low = 0;
    for (int i = 0; i < 9000; i++) {
        uint64_t v = prng_below(&p, n);
        ck_assert(v < n);
        low += v < 1ull << 62;
    }
    ck_assert_int_gt(low, 2800); /* 3000 expected, six standard deviations are 268 */
    ck_assert_int_lt(low, 3200);
    unsigned seen = 0;
    for (int i = 0; i < 200; i++)
        seen |= 1u << prng_below(&p, 5);
    ck_assert_uint_eq(seen, 0x1f);
    ck_assert_uint_eq(prng_below(&p, 1), 0);
}
END_TEST

START_TEST(a_share_lies_in_0_1_and_is_spread)
{
    struct prng p = {2};
    double sum = 0, least = 1, greatest = 0;
    for (int i = 0; i < 10000; i++) {
        double v = prng_share(&p);
        ck_assert(v >= 0 && v < 1);
        sum += v;
        least = v < least ? v : least;
        greatest = v > greatest ? v : greatest;
    }
    ck_assert_double_eq_tol(sum / 10000, 0.5, 0.02);
    ck_assert(least < 0.01 && greatest > 0.99);
}
END_TEST

UNIT_MAIN("secure", a_hash_is_blake2b_over_the_length_of_the_tag_the_tag_and_the_rest,
          a_tag_is_not_the_beginning_of_another_one,
          digests_that_differ_in_one_bit_anywhere_are_not_equal,
          a_hasher_can_be_copied_half_way,
          a_secret_depends_on_all_that_it_is_derived_from_and_on_nothing_else,
          signatures_are_ed25519, a_signature_holds_for_its_key_and_bytes_only,
          keys_that_no_honest_owner_can_have_are_refused,
          hexadecimal_is_read_back_and_nothing_else_is_read, wiping_leaves_zeros,
          entropy_does_not_repeat, the_generator_is_splitmix64,
          below_n_favours_no_value, a_share_lies_in_0_1_and_is_spread)
