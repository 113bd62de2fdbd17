/* SPDX-License-Identifier: MIT */
/* The owner of a key can sign the same words in many ways. That must neither split the
 * others nor convict anybody. */
#include <string.h>

#include "protocol/evidence.h"
#include "protocol/fault.h"
#include "tests/unit/table.h"
#include "tests/unit/unit.h"

/* Of libsodium, whose headers belong to base/secure.c: a signature with a nonce of
 * one's own takes the group's scalars, which nothing but this test has a use for. */
int crypto_hash_sha512(unsigned char *out, const unsigned char *in,
                       unsigned long long n);
void crypto_core_ed25519_scalar_reduce(unsigned char *out, const unsigned char *in);
void crypto_core_ed25519_scalar_mul(unsigned char *out, const unsigned char *x,
                                    const unsigned char *y);
void crypto_core_ed25519_scalar_add(unsigned char *out, const unsigned char *x,
                                    const unsigned char *y);

static void scalar_of(uint8_t out[32], const struct seed *seed)
{
    uint8_t h[64] = {0};
    crypto_hash_sha512(h, seed->bytes, sizeof seed->bytes);
    h[0] &= 248;
    h[31] &= 127;
    h[31] |= 64;
    memset(h + 32, 0, 32);
    crypto_core_ed25519_scalar_reduce(out, h);
}

/* R = rB, S = r + H(R, A, bytes) a, with r from a seed of the signer's choice: as good
 * a signature as any. */
static struct signature sign_otherwise(const struct keypair *key, const uint8_t *bytes,
                                       size_t n, uint8_t choice)
{
    static uint8_t whole[64 + TABLE_ENVELOPE_MAX];
    const struct seed nonce_seed = {{choice, 77}};
    struct keypair nonce;
    struct signature s;
    uint8_t r[32], a[32], k[32], h[64];
    keypair_from_seed(&nonce, &nonce_seed);
    scalar_of(r, &nonce_seed);
    scalar_of(a, &key->seed);
    memcpy(whole, nonce.public_key.bytes, 32);
    memcpy(whole + 32, key->public_key.bytes, 32);
    memcpy(whole + 64, bytes, n);
    crypto_hash_sha512(h, whole, 64 + n);
    crypto_core_ed25519_scalar_reduce(k, h);
    memcpy(s.bytes, nonce.public_key.bytes, 32);
    crypto_core_ed25519_scalar_mul(s.bytes + 32, k, a);
    crypto_core_ed25519_scalar_add(s.bytes + 32, s.bytes + 32, r);
    return s;
}

/* Player 2 signs every message anew for everybody but itself: another signature for
 * each. */
static bool sign_for_each(struct table *t, struct parcel *p)
{
    if (p->from != 1 || p->to == 1 || table_peek(t, p->bytes, p->size).sender != 1)
        return true;
    const size_t n = p->size - sizeof(struct signature);
    const struct signature s =
        sign_otherwise(&t->key[1], p->bytes, n, (uint8_t)(p->to + 1));
    ck_assert(signature_holds(&s, &t->key[1].public_key, p->bytes, n));
    ck_assert_int_ne(memcmp(s.bytes, p->bytes + n, sizeof s.bytes), 0);
    memcpy(p->bytes + n, s.bytes, sizeof s.bytes);
    t->count++;
    return true;
}

START_TEST(t_sig_nonunique)
{
    struct table *t = table_new(3, 2, public_goods_3);
    t->meddle = sign_for_each;
    table_start(t);
    table_run(t);
    table_all_ended(t, OUTCOME_PLAYED);
    ck_assert_uint_gt(t->count, 20);
    const size_t n = table_count(t, 0, NOTE_ROUND);
    for (uint8_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(table_count(t, i, NOTE_BLAMED), 0);
        ck_assert_uint_eq(table_count(t, i, NOTE_DEVIATION), 0);
        ck_assert_uint_eq(table_count(t, i, NOTE_ROUND), n);
        for (size_t k = 0; k < n; k++)
            ck_assert(digest_equal(&table_found(t, i, NOTE_ROUND, k)->note.digest,
                                   &table_found(t, 0, NOTE_ROUND, k)->note.digest));
    }
    table_free(t);
}
END_TEST

START_TEST(two_signatures_of_the_same_words_are_no_evidence)
{
    static uint8_t again[TABLE_ENVELOPE_MAX], out[2 * TABLE_ENVELOPE_MAX];
    struct table *t = table_new(2, 2, dilemma);
    uint8_t guilty;
    table_start(t);
    table_run(t);
    for (size_t k = 0; k < t->n_said; k++) {
        const struct happening *h = &t->said[k];
        const size_t n = h->size - sizeof(struct signature);
        memcpy(again, h->bytes, n);
        const struct signature s = sign_otherwise(&t->key[h->player], again, n, 9);
        memcpy(again + n, s.bytes, sizeof s.bytes);
        const struct body_evidence e = {h->bytes, again, h->size, h->size};
        ck_assert_int_eq(
            fault_proven(&guilty, &e, &t->roster, terms_body_max(&t->terms)),
            FAULT_NONE);
        ck_assert_uint_eq(evidence_of_words(out, sizeof out, &t->roster, &e), 0);
    }
    table_free(t);
}
END_TEST

UNIT_MAIN("evidence", t_sig_nonunique, two_signatures_of_the_same_words_are_no_evidence)
