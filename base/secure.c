/* SPDX-License-Identifier: MIT */
/* Hides libsodium, but for signature.c, scalar.c and group.c. */
#include "base/secure.h"

#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"

_Static_assert(sizeof(struct hasher) >= sizeof(crypto_generichash_state),
               "a hasher holds libsodium's state");
_Static_assert(sizeof(struct seed) == crypto_sign_SEEDBYTES, "seed");
_Static_assert(sizeof(struct public_key) == crypto_sign_PUBLICKEYBYTES, "public key");
_Static_assert(sizeof((struct keypair *)0)->expanded == crypto_sign_SECRETKEYBYTES,
               "secret key");

enum { LABEL_MAX = 255 };

bool secure_start(void)
{
    return sodium_init() >= 0;
}

static crypto_generichash_state *state_of(struct hasher *h)
{
    return (void *)h->state;
}

/* One byte for the length, then the label: no label is the beginning of another one. */
static void hash_label(struct hasher *h, const char *label)
{
    size_t n = strlen(label);
    CHECK(n <= LABEL_MAX);
    uint8_t length = (uint8_t)n;
    hash_bytes(h, &length, 1);
    hash_bytes(h, label, n);
}

void hash_start(struct hasher *h, const char *tag)
{
    crypto_generichash_init(state_of(h), NULL, 0, sizeof(struct digest));
    hash_label(h, tag);
}

void hash_bytes(struct hasher *h, const void *bytes, size_t n)
{
    if (n > 0)
        crypto_generichash_update(state_of(h), bytes, n);
}

void hash_u32(struct hasher *h, uint32_t v)
{
    uint8_t bytes[4];
    struct writer w = {bytes, sizeof bytes, 0, false};
    write_u32(&w, v);
    hash_bytes(h, bytes, sizeof bytes);
}

void hash_u64(struct hasher *h, uint64_t v)
{
    uint8_t bytes[8];
    struct writer w = {bytes, sizeof bytes, 0, false};
    write_u64(&w, v);
    hash_bytes(h, bytes, sizeof bytes);
}

void hash_digest(struct hasher *h, const struct digest *d)
{
    hash_bytes(h, d->bytes, sizeof d->bytes);
}

struct digest hash_end(struct hasher *h)
{
    struct digest d;
    crypto_generichash_final(state_of(h), d.bytes, sizeof d.bytes);
    return d;
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

struct secret secret_derive(const struct seed *seed, const struct digest *context,
                            const char *label, uint64_t number)
{
    struct hasher h;
    crypto_generichash_init(state_of(&h), seed->bytes, sizeof seed->bytes,
                            sizeof(struct secret));
    hash_digest(&h, context);
    hash_label(&h, label);
    hash_u64(&h, number);
    struct secret secret;
    crypto_generichash_final(state_of(&h), secret.bytes, sizeof secret.bytes);
    secure_wipe(&h, sizeof h);
    return secret;
}

void keypair_from_seed(struct keypair *out, const struct seed *seed)
{
    out->seed = *seed;
    crypto_sign_seed_keypair(out->public_key.bytes, out->expanded, seed->bytes);
}

bool public_key_valid(const struct public_key *key)
{
    return crypto_core_ed25519_is_valid_point(key->bytes) == 1;
}

void secure_wipe(void *bytes, size_t n)
{
    sodium_memzero(bytes, n);
}

void secure_wipe_stack(size_t n)
{
    sodium_stackzero(n);
}

void secure_random(void *out, size_t n)
{
    randombytes_buf(out, n);
}

void hex_encode(char *out, const uint8_t *bytes, size_t n)
{
    sodium_bin2hex(out, 2 * n + 1, bytes, n);
}

bool hex_decode(uint8_t *out, size_t n, const char *text)
{
    size_t size;
    if (strlen(text) != 2 * n)
        return false;
    return sodium_hex2bin(out, n, text, 2 * n, NULL, &size, NULL) == 0 && size == n;
}

/* SplitMix64: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
 * generators". */
uint64_t prng_next(struct prng *p)
{
    uint64_t z = p->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t prng_below(struct prng *p, uint64_t n)
{
    CHECK(n > 0);
    /* 2^64 mod n: the values below it would come once too often. */
    uint64_t surplus = (0 - n) % n;
    for (;;) {
        uint64_t v = prng_next(p);
        if (v >= surplus)
            return v % n;
    }
}

double prng_share(struct prng *p)
{
    return (double)(prng_next(p) >> 11) * 0x1p-53;
}
