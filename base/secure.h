/* SPDX-License-Identifier: MIT */
/* With group.h the only door to libsodium: hashes, signatures, derived secrets, and a
 * small repeatable generator for what is no secret. */
#ifndef TREATY_BASE_SECURE_H
#define TREATY_BASE_SECURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct digest {
    uint8_t bytes[32];
};
struct seed {
    uint8_t bytes[32];
};
struct secret {
    uint8_t bytes[32];
};
struct public_key {
    uint8_t bytes[32];
};
struct signature {
    uint8_t bytes[64];
};
struct keypair {
    struct seed seed; /* the 32 bytes that a key file holds */
    struct public_key public_key;
    uint8_t expanded[64]; /* libsodium's secret key: seed, then public key */
};

/* Must be called once before anything else here. False if the system has no entropy. */
bool secure_start(void);

/* BLAKE2b-256, fed piece by piece. Every hash starts with a tag of its own, written
 * with its length in front, so that no two uses can be confused. */
struct hasher {
    _Alignas(64) uint8_t state[384];
};
void hash_start(struct hasher *h, const char *tag);
void hash_bytes(struct hasher *h, const void *bytes, size_t n);
void hash_u32(struct hasher *h, uint32_t v);
void hash_u64(struct hasher *h, uint64_t v);
void hash_digest(struct hasher *h, const struct digest *d);
struct digest hash_end(struct hasher *h);
bool digest_equal(const struct digest *a, const struct digest *b);

/* A secret derived from a seed: keyed BLAKE2b over context, label and number. The same
 * arguments give the same secret for ever, so that a restarted node says the same bytes
 * again. */
struct secret secret_derive(const struct seed *seed, const struct digest *context,
                            const char *label, uint64_t number);

void keypair_from_seed(struct keypair *out, const struct seed *seed);
/* False for a key that no honest owner can have (small order, not canonical). */
bool public_key_valid(const struct public_key *key);
/* Of bytes, by the owner of the key; the same arguments give the same signature. */
struct signature sign(const struct keypair *key, const uint8_t *bytes, size_t n);
bool signature_holds(const struct signature *s, const struct public_key *key,
                     const uint8_t *bytes, size_t n);
/* For keys whose signatures will be looked at often: preparing one takes 15 KB and as
 * long as two or three verifications, and each takes two fifths of the time then. keys:
 * borrowed. */
struct verifier; /* opaque */
struct verifier *verifier_new(const struct public_key *keys, size_t n_keys);
void verifier_free(struct verifier *v);
/* Of bytes, by the owner of keys[i]. True: signature_holds. False: it does not, or
 * keys[i] is no valid key; whoever wants to be certain of that asks signature_holds. */
bool verifier_accepts(const struct verifier *v, size_t i, const struct signature *s,
                      const uint8_t *bytes, size_t n);
/* What the owner of keys[signer] is said to have signed. */
struct signed_bytes {
    size_t signer;
    struct signature signature;
    const uint8_t *bytes; /* borrowed for the call */
    size_t n;
};
/* Judges claims that verifier_accepts will be asked about next: together they take a
 * sixth less time than one by one. The verdicts of the call before are forgotten; of
 * more than 32 KiB the rest is left out. No answer of verifier_accepts depends on it.
 * At most VERIFIER_CLAIMS_MAX. */
enum { VERIFIER_CLAIMS_MAX = 64 };
void verifier_look_ahead(struct verifier *v, const struct signed_bytes *claims,
                         size_t n);

/* Overwrites secrets so that no compiler removes it. */
void secure_wipe(void *bytes, size_t n);
/* Overwrites n bytes of stack below the caller's: what calls before this one left
 * there. */
void secure_wipe_stack(size_t n);
/* Entropy of the system. The core never calls it (make lint sees to that): shells do.
 */
void secure_random(void *out, size_t n);

/* Hexadecimal, lower case: out has 2n + 1 bytes. */
void hex_encode(char *out, const uint8_t *bytes, size_t n);
/* False unless text is exactly 2n hexadecimal digits. */
bool hex_decode(uint8_t *out, size_t n, const char *text);

/* A repeatable generator for samplers and simulations (SplitMix64): no secret depends
 * on it. */
struct prng {
    uint64_t state;
};
uint64_t prng_next(struct prng *p);
/* Uniform in [0, n), n > 0, by rejection: no value is favoured. */
uint64_t prng_below(struct prng *p, uint64_t n);
/* Uniform in [0, 1), a multiple of 2^-53. */
double prng_share(struct prng *p);

#endif
