/* SPDX-License-Identifier: MIT */
/* Hides that a signature is Ed25519's. These two functions are a file of their own so
 * that a program can be linked with others in their place: what it runs is then the
 * very core that a node runs, with cheaper signatures. */
#include <sodium.h>

#include "base/secure.h"

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
