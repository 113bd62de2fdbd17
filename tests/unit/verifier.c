/* SPDX-License-Identifier: MIT */
/* Signatures of keys that are known in advance: what is accepted is what libsodium
 * accepts, and nothing else. */
#include <string.h>

#include "base/curve.h"
#include "tests/unit/unit.h"

enum { KEYS = 12, LONGEST = 300 };

struct signers {
    struct keypair pair[KEYS];
    struct public_key key[KEYS];
    struct verifier *verifier;
};

static void make_signers(struct signers *s)
{
    for (uint8_t i = 0; i < KEYS; i++) {
        const struct seed seed = {{i, 7}};
        keypair_from_seed(&s->pair[i], &seed);
        s->key[i] = s->pair[i].public_key;
    }
    s->verifier = verifier_new(s->key, KEYS);
    ck_assert_ptr_nonnull(s->verifier);
}

static struct public_key key_of(const struct curve *p)
{
    struct public_key key;
    curve_write_keys(&key, p, 1);
    return key;
}

START_TEST(whatever_is_signed_is_accepted_for_its_key_and_bytes_only)
{
    struct signers s;
    struct prng prng = {20261122};
    uint8_t bytes[LONGEST];
    make_signers(&s);
    for (size_t round = 0; round < 400; round++) {
        const size_t i = round % KEYS, n = prng_below(&prng, LONGEST - 1);
        for (size_t k = 0; k < sizeof bytes; k++)
            bytes[k] = (uint8_t)prng_next(&prng);
        const struct signature held = sign(&s.pair[i], bytes, n);
        ck_assert_msg(verifier_accepts(s.verifier, i, &held, bytes, n), "%zu", round);
        ck_assert(!verifier_accepts(s.verifier, (i + 1) % KEYS, &held, bytes, n));
        ck_assert(!verifier_accepts(s.verifier, i, &held, bytes, n + 1));
        struct signature other = held;
        other.bytes[prng_below(&prng, 64)] ^= (uint8_t)(1u << prng_below(&prng, 8));
        ck_assert(!verifier_accepts(s.verifier, i, &other, bytes, n));
    }
    verifier_free(s.verifier);
}
END_TEST

enum { CLAIM_SIZE = 690 }; /* more of these than what is kept of them */

static void make_claim(struct signed_bytes *c, uint8_t *bytes, const struct signers *s,
                       struct prng *prng)
{
    const size_t i = prng_below(prng, KEYS);
    memset(bytes, (int)prng_below(prng, 4), CLAIM_SIZE + 1);
    *c = (struct signed_bytes){i, sign(&s->pair[i], bytes, CLAIM_SIZE), bytes,
                               CLAIM_SIZE};
    switch (prng_below(prng, 6)) {
    case 0:
        c->signer = prng_below(prng, KEYS);
        break;
    case 1:
        c->n++;
        break;
    case 2:
        c->signature.bytes[prng_below(prng, 64)] ^= 1;
        break;
    case 3:
        c->signature.bytes[63] |= 0x80; /* no scalar */
        break;
    default:
        break;
    }
}

/* Two thirds of the claims are wrong, in all ways that come early or late in their
 * judgement. What is asked afterwards are also signatures under others' names and
 * bytes. */
START_TEST(what_was_looked_at_ahead_has_the_same_verdict)
{
    static uint8_t bytes[VERIFIER_CLAIMS_MAX][CLAIM_SIZE + 1];
    struct signers s, alone;
    struct prng prng = {20261123};
    struct signed_bytes claim[VERIFIER_CLAIMS_MAX];
    make_signers(&s);
    make_signers(&alone);
    for (size_t round = 0; round < 12; round++) {
        const size_t n = round == 0 ? VERIFIER_CLAIMS_MAX : prng_below(&prng, 9);
        for (size_t k = 0; k < n; k++)
            make_claim(&claim[k], bytes[k], &s, &prng);
        verifier_look_ahead(s.verifier, claim, n);
        for (size_t k = 0; k < n; k++)
            for (size_t ask = 0; ask < 4; ask++) {
                struct signed_bytes c = claim[k];
                const size_t other = prng_below(&prng, n);
                c.signer = ask == 1 ? claim[other].signer : c.signer;
                c.bytes = ask == 2 ? bytes[other] : c.bytes;
                c.n += ask == 3 && c.n == CLAIM_SIZE;
                const bool now =
                    verifier_accepts(s.verifier, c.signer, &c.signature, c.bytes, c.n);
                ck_assert_msg(now == verifier_accepts(alone.verifier, c.signer,
                                                      &c.signature, c.bytes, c.n),
                              "round %zu, claim %zu, question %zu", round, k, ask);
            }
    }
    verifier_free(s.verifier);
    verifier_free(alone.verifier);
}
END_TEST

START_TEST(no_bit_of_a_signature_can_be_another)
{
    struct signers s;
    make_signers(&s);
    const uint8_t bytes[] = "said once";
    const struct signature held = sign(&s.pair[3], bytes, sizeof bytes);
    for (size_t bit = 0; bit < 512; bit++) {
        struct signature other = held;
        other.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert_msg(!verifier_accepts(s.verifier, 3, &other, bytes, sizeof bytes),
                      "bit %zu", bit);
    }
    verifier_free(s.verifier);
}
END_TEST

/* R = O, and s = h a, which the owner of the third key can compute (made once with a
 * program of its own): the equation holds, and libsodium refuses such an R. */
START_TEST(an_r_of_small_order_is_refused_although_the_equation_holds)
{
    struct signers s;
    make_signers(&s);
    const uint8_t bytes[] = "no nonce";
    struct signature held = {{1}};
    ck_assert(
        hex_decode(held.bytes + 32, 32,
                   "e8eb334bb28edbd30a6c7fe356dc692dc82d34c0bf350a14f2fed3fca27a900c"));
    ck_assert(!signature_holds(&held, &s.key[2], bytes, sizeof bytes));
    ck_assert(!verifier_accepts(s.verifier, 2, &held, bytes, sizeof bytes));
    verifier_free(s.verifier);
}
END_TEST

START_TEST(an_s_that_is_not_below_the_order_is_refused)
{
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                      0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                      0,    0,    0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0x10};
    struct signers s;
    make_signers(&s);
    const uint8_t bytes[] = "twice";
    for (size_t i = 0; i < KEYS; i++) {
        struct signature held = sign(&s.pair[i], bytes, sizeof bytes);
        unsigned carry = 0;
        for (size_t k = 0; k < 32; k++) {
            carry += (unsigned)held.bytes[32 + k] + order[k];
            held.bytes[32 + k] = (uint8_t)carry;
            carry >>= 8;
        }
        ck_assert(!signature_holds(&held, &s.key[i], bytes, sizeof bytes));
        ck_assert(!verifier_accepts(s.verifier, i, &held, bytes, sizeof bytes));
    }
    verifier_free(s.verifier);
}
END_TEST

/* The neutral element, one of order 2, and y = 2, which is no point's. */
START_TEST(of_a_key_that_is_none_nothing_is_accepted)
{
    const struct public_key keys[3] = {
        {{1}},
        {{0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
        {{2}}};
    struct verifier *v = verifier_new(keys, 3);
    const struct signature zero = {{1}};
    for (size_t i = 0; i < 3; i++)
        ck_assert(!verifier_accepts(v, i, &zero, NULL, 0));
    verifier_free(v);
}
END_TEST

/* A key of order 8 takes part in the equation only if h is no multiple of 8: whoever
 * knows r can sign with s = r, and nobody's key it is. */
START_TEST(a_key_of_small_order_is_none)
{
    struct public_key key = {{0x58}}; /* the base point; r = 9 */
    struct curve base, nine;
    struct signature held = {{0}};
    memset(key.bytes + 1, 0x66, 31);
    ck_assert(curve_read_key(&base, &key));
    nine = base;
    for (int k = 0; k < 3; k++)
        curve_double(&nine);
    curve_add(&nine, &base);
    const struct public_key r = key_of(&nine);
    memcpy(held.bytes, r.bytes, 32);
    held.bytes[32] = 9;
    ck_assert(
        hex_decode(key.bytes, 32,
                   "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"));
    struct verifier *v = verifier_new(&key, 1);
    for (uint8_t k = 0; k < 100; k++) /* one in eight */
        ck_assert(!verifier_accepts(v, 0, &held, &k, 1));
    verifier_free(v);
}
END_TEST

START_TEST(points_are_read_as_ed25519_writes_them)
{
    struct prng prng = {3};
    unsigned n_points = 0;
    for (int i = 0; i < 600; i++) {
        struct public_key p;
        struct curve c;
        for (size_t k = 0; k < sizeof p.bytes; k++)
            p.bytes[k] = (uint8_t)prng_next(&prng);
        if (i < 19) { /* p = 2^255 - 19 to 2^255 - 1, for 0 to 18 */
            memset(p.bytes, 0xff, 32);
            p.bytes[0] = (uint8_t)(0xed + i);
            p.bytes[31] = i % 2 == 0 ? 0x7f : 0xff;
            ck_assert(!curve_read_key(&c, &p));
        }
        if (!curve_read_key(&c, &p)) {
            ck_assert(!public_key_valid(&p));
            continue;
        }
        n_points++;
        for (int k = 0; k < 3; k++)
            curve_double(&c); /* now certainly of the order that keys have */
        const struct public_key eightfold = key_of(&c);
        ck_assert(public_key_valid(&eightfold));
        ck_assert(curve_read_key(&c, &eightfold));
        const struct public_key again = key_of(&c);
        ck_assert_mem_eq(&again, &eightfold, sizeof again);
    }
    ck_assert_uint_gt(n_points, 200); /* mean 270 */
    ck_assert_uint_lt(n_points, 340);
}
END_TEST

UNIT_MAIN("verifier", whatever_is_signed_is_accepted_for_its_key_and_bytes_only,
          what_was_looked_at_ahead_has_the_same_verdict,
          no_bit_of_a_signature_can_be_another,
          an_r_of_small_order_is_refused_although_the_equation_holds,
          an_s_that_is_not_below_the_order_is_refused,
          of_a_key_that_is_none_nothing_is_accepted, a_key_of_small_order_is_none,
          points_are_read_as_ed25519_writes_them)
