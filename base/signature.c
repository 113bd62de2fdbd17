/* SPDX-License-Identifier: MIT */
/* Hides that a signature is Ed25519's, and how the products of keys that stay the same
 * are prepared. These functions are a file of their own so that a program can be linked
 * with others in their place: what it runs is then the very core that a node runs, with
 * cheaper signatures. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/curve.h"

_Static_assert(sizeof(struct signature) == crypto_sign_BYTES, "signature");

struct signature sign(const struct keypair *key, const uint8_t *bytes, size_t n)
{
    struct signature s;
    crypto_sign_detached(s.bytes, NULL, bytes, n, key->expanded);
    return s;
}

bool signature_holds(const struct signature *s, const struct public_key *key,
                     const uint8_t *bytes, size_t n)
{
    return crypto_sign_verify_detached(s->bytes, bytes, n, key->bytes) == 0;
}

/* ---- of keys that are known in advance ---- */

/* A scalar is a sum of digits from -16 to 15 times powers of 2^5, the highest at least
 * 0. Digit k stands at place k / PER_PLACE, in step k % PER_PLACE: for each place the
 * multiples of P 2^(35 place) are prepared, so that a product is the sum of one
 * multiple per digit, doubled five times from each step to the one before. */
enum {
    DIGIT_BITS = 5,
    MULTIPLES = 1 << (DIGIT_BITS - 1),
    PLACES = 8,
    PER_PLACE = 7,
    DIGITS = 51, /* 255 bits */
};
_Static_assert(PLACES *PER_PLACE >= DIGITS && DIGITS * DIGIT_BITS > 253, "digits");

struct multiples {
    bool prepared;
    struct curve_flat of[PLACES][MULTIPLES]; /* 1, 2, .., 16 times the place's point */
};

struct verifier {
    size_t n_keys;
    const struct public_key *key;
    struct multiples base;  /* of Ed25519's base point */
    struct multiples own[]; /* of each key */
};

/* y = 4 / 5, x even. */
static const struct public_key BASE_POINT = {
    {0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
     0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
     0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66}};

static void prepare(struct multiples *m, const struct public_key *key)
{
    struct curve point, multiple[PLACES * MULTIPLES];
    m->prepared = public_key_valid(key) && curve_read_key(&point, key);
    if (!m->prepared)
        return;
    for (int place = 0; place < PLACES; place++) {
        struct curve *first = &multiple[place * MULTIPLES];
        first[0] = point;
        for (int k = 1; k < MULTIPLES; k++) {
            first[k] = first[k - 1];
            curve_add(&first[k], &point);
        }
        for (int k = 0; k < DIGIT_BITS * PER_PLACE; k++)
            curve_double(&point);
    }
    curve_flatten_all(&m->of[0][0], multiple, PLACES * MULTIPLES);
}

struct verifier *verifier_new(const struct public_key *keys, size_t n_keys)
{
    struct verifier *v = calloc(1, sizeof *v + n_keys * sizeof v->own[0]);
    if (v == NULL)
        return NULL;
    v->n_keys = n_keys;
    v->key = keys;
    prepare(&v->base, &BASE_POINT);
    for (size_t i = 0; i < n_keys; i++)
        prepare(&v->own[i], &keys[i]);
    return v;
}

void verifier_free(struct verifier *v)
{
    free(v);
}

static void digits_of(int8_t digit[DIGITS], const struct scalar *s)
{
    int carry = 0;
    for (int k = 0; k < DIGITS; k++) {
        const int bit = k * DIGIT_BITS, byte = bit / 8;
        const int above = byte + 1 < 32 ? s->bytes[byte + 1] << 8 : 0;
        const int value =
            ((s->bytes[byte] | above) >> bit % 8 & (2 * MULTIPLES - 1)) + carry;
        carry = value >= MULTIPLES;
        digit[k] = (int8_t)(carry ? value - 2 * MULTIPLES : value);
    }
}

static void add_digit(struct curve *sum, const struct curve_flat of[MULTIPLES],
                      int digit)
{
    if (digit > 0)
        curve_add_flat(sum, &of[digit - 1]);
    else if (digit < 0)
        curve_sub_flat(sum, &of[-digit - 1]);
}

/* s B - h A. */
static struct curve difference(const struct multiples *b, const struct scalar *s,
                               const struct multiples *a, const struct scalar *h)
{
    int8_t s_digit[DIGITS], h_digit[DIGITS];
    struct curve sum = CURVE_ZERO;
    digits_of(s_digit, s);
    digits_of(h_digit, h);
    for (int step = PER_PLACE - 1; step >= 0; step--) {
        for (int k = 0; k < DIGIT_BITS && step < PER_PLACE - 1; k++)
            curve_double(&sum);
        for (int k = step; k < DIGITS; k += PER_PLACE) {
            add_digit(&sum, b->of[k / PER_PLACE], s_digit[k]);
            add_digit(&sum, a->of[k / PER_PLACE], -h_digit[k]);
        }
    }
    return sum;
}

/* H(R, A, bytes) modulo the order, as in RFC 8032, 5.1.7. */
static struct scalar challenge(const struct signature *s, const struct public_key *key,
                               const uint8_t *bytes, size_t n)
{
    crypto_hash_sha512_state state;
    uint8_t wide[64];
    struct scalar h;
    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, s->bytes, 32);
    crypto_hash_sha512_update(&state, key->bytes, sizeof key->bytes);
    crypto_hash_sha512_update(&state, bytes, n);
    crypto_hash_sha512_final(&state, wide);
    crypto_core_ristretto255_scalar_reduce(h.bytes, wide);
    return h;
}

/* True if s B - h A is R, byte for byte: what libsodium asks as well. It also refuses
 * an s that is not canonical and an R of small order; valid keys are of prime order, so
 * the neutral element is the only R of small order for which the equation can hold. */
bool verifier_accepts(const struct verifier *v, size_t i, const struct signature *s,
                      const uint8_t *bytes, size_t n)
{
    struct scalar scalar;
    CHECK(i < v->n_keys);
    memcpy(scalar.bytes, s->bytes + 32, sizeof scalar.bytes);
    if (!v->own[i].prepared || !scalar_canonical(&scalar))
        return false;
    const struct scalar h = challenge(s, &v->key[i], bytes, n);
    const struct curve r = difference(&v->base, &scalar, &v->own[i], &h);
    const struct public_key encoded = curve_write_key(&r);
    return memcmp(encoded.bytes, s->bytes, sizeof encoded.bytes) == 0 &&
           !curve_is_zero(&r);
}
