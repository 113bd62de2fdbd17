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

/* About one signature of bytes that are kept from this place on. */
struct verdict {
    size_t signer, place, n;
    struct signature signature;
    bool accepted;
};
enum { KEPT_MAX = 1 << 15 };

struct verifier {
    size_t n_keys;
    const struct public_key *key;
    struct verdict ahead[VERIFIER_CLAIMS_MAX];
    size_t n_ahead;
    uint8_t kept[KEPT_MAX];
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

/* The point that R has to be; false if nothing can be it. */
static bool expected_r(struct curve *r, const struct verifier *v, size_t i,
                       const struct signature *s, const uint8_t *bytes, size_t n)
{
    struct scalar scalar;
    memcpy(scalar.bytes, s->bytes + 32, sizeof scalar.bytes);
    if (!v->own[i].prepared || !scalar_canonical(&scalar))
        return false;
    const struct scalar h = challenge(s, &v->key[i], bytes, n);
    *r = difference(&v->base, &scalar, &v->own[i], &h);
    return true;
}

/* True if s B - h A is R, byte for byte: what libsodium asks as well. It also refuses
 * an s that is not canonical and an R of small order; valid keys are of prime order, so
 * the neutral element is the only R of small order for which the equation can hold. */
static bool is_r(const struct signature *s, const struct curve *r,
                 const struct public_key *encoded)
{
    return memcmp(encoded->bytes, s->bytes, sizeof encoded->bytes) == 0 &&
           !curve_is_zero(r);
}

/* The verdict about it, if it was looked at ahead; else NULL. */
static const struct verdict *recall(const struct verifier *v, size_t i,
                                    const struct signature *s, const uint8_t *bytes,
                                    size_t n)
{
    for (size_t k = 0; k < v->n_ahead; k++) {
        const struct verdict *known = &v->ahead[k];
        if (known->signer == i && known->n == n &&
            memcmp(&known->signature, s, sizeof known->signature) == 0 &&
            memcmp(v->kept + known->place, bytes, n) == 0)
            return known;
    }
    return NULL;
}

bool verifier_accepts(const struct verifier *v, size_t i, const struct signature *s,
                      const uint8_t *bytes, size_t n)
{
    CHECK(i < v->n_keys);
    const struct verdict *known = recall(v, i, s, bytes, n);
    if (known != NULL)
        return known->accepted;
    struct curve r;
    struct public_key encoded;
    if (!expected_r(&r, v, i, s, bytes, n))
        return false;
    curve_write_keys(&encoded, &r, 1);
    return is_r(s, &r, &encoded);
}

void verifier_look_ahead(struct verifier *v, const struct signed_bytes *claims,
                         size_t n)
{
    struct curve r[VERIFIER_CLAIMS_MAX];
    struct public_key encoded[VERIFIER_CLAIMS_MAX];
    size_t used = 0;
    CHECK(n <= VERIFIER_CLAIMS_MAX);
    v->n_ahead = 0;
    for (size_t k = 0; k < n; k++) {
        const struct signed_bytes *c = &claims[k];
        CHECK(c->signer < v->n_keys);
        if (c->n > KEPT_MAX - used ||
            !expected_r(&r[v->n_ahead], v, c->signer, &c->signature, c->bytes, c->n))
            continue;
        memcpy(v->kept + used, c->bytes, c->n);
        v->ahead[v->n_ahead++] =
            (struct verdict){c->signer, used, c->n, c->signature, false};
        used += c->n;
    }
    curve_write_keys(encoded, r, v->n_ahead);
    for (size_t k = 0; k < v->n_ahead; k++)
        v->ahead[k].accepted = is_r(&v->ahead[k].signature, &r[k], &encoded[k]);
}
