/* SPDX-License-Identifier: MIT */
/* Signatures for campaigns of simulated worlds: linked in place of base/signature.c,
 * far faster, and good for nothing else. A signature is a hash under the signer's seed,
 * and signature_holds knows the seeds of those who have signed, like a judge to whom
 * everybody has lent its stamp. Without the seed nobody can forge here either, and
 * other bytes need another signature. Keys stay Ed25519's, so that a world tells the
 * same story with both. */
#include <stdlib.h>
#include <string.h>

#include "base/secure.h"

/* The last ones who have signed: those of one world, and of the one before it. */
enum { SIGNERS = 128 };
static struct keypair signers[SIGNERS];
static size_t n_signers, newest;

static const struct keypair *signer(const struct public_key *key)
{
    for (size_t back = 0; back < n_signers; back++) {
        const struct keypair *k = &signers[(newest + SIGNERS - back) % SIGNERS];
        if (memcmp(&k->public_key, key, sizeof *key) == 0)
            return k;
    }
    return NULL;
}

static struct signature seal(const struct keypair *key, const uint8_t *bytes, size_t n)
{
    struct hasher h;
    struct signature s;
    hash_start(&h, "sim/seal");
    hash_bytes(&h, key->seed.bytes, sizeof key->seed.bytes);
    hash_bytes(&h, bytes, n);
    const struct digest d = hash_end(&h);
    memcpy(s.bytes, d.bytes, sizeof d.bytes);
    memcpy(s.bytes + sizeof d.bytes, d.bytes, sizeof d.bytes);
    return s;
}

struct signature sign(const struct keypair *key, const uint8_t *bytes, size_t n)
{
    if (signer(&key->public_key) == NULL) {
        newest = (newest + 1) % SIGNERS;
        signers[newest] = *key;
        n_signers += n_signers < SIGNERS;
    }
    return seal(key, bytes, n);
}

bool signature_holds(const struct signature *s, const struct public_key *key,
                     const uint8_t *bytes, size_t n)
{
    const struct keypair *k = signer(key);
    if (k == NULL)
        return false;
    const struct signature right = seal(k, bytes, n);
    return memcmp(s, &right, sizeof right) == 0;
}

struct verifier {
    const struct public_key *key;
};

struct verifier *verifier_new(const struct public_key *keys, size_t n_keys)
{
    struct verifier *v = n_keys > 0 ? malloc(sizeof *v) : NULL;
    if (v != NULL)
        v->key = keys;
    return v;
}

void verifier_free(struct verifier *v)
{
    free(v);
}

bool verifier_accepts(const struct verifier *v, size_t i, const struct signature *s,
                      const uint8_t *bytes, size_t n)
{
    return signature_holds(s, &v->key[i], bytes, n);
}

void verifier_look_ahead(struct verifier *v, const struct signed_bytes *claims,
                         size_t n)
{
    (void)v;
    (void)claims;
    (void)n;
}
