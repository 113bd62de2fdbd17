/* SPDX-License-Identifier: MIT */
/* Hides what is hashed into a coin. The half is fixed by a commitment before the beacon
 * is known, and the beacon holds a half of everybody's: so nobody chooses a coin, and
 * nobody else can foresee it. */
#include "lottery/coin.h"

#include "base/bytes.h"
#include "base/check.h"

struct digest coin_commit(const struct digest *session, uint32_t flip, uint8_t seat,
                          const struct coin_half *half)
{
    struct hasher h;
    hash_start(&h, "CA1/K");
    hash_digest(&h, session);
    hash_u32(&h, flip);
    hash_u32(&h, seat);
    hash_bytes(&h, half->bytes, sizeof half->bytes);
    return hash_end(&h);
}

struct digest coin_beacon(const struct digest *session, uint32_t flip,
                          const struct digest *before, const struct coin_half *halves,
                          uint8_t n_halves)
{
    struct hasher h;
    hash_start(&h, "CA1/B");
    hash_digest(&h, session);
    hash_u32(&h, flip);
    hash_digest(&h, before);
    for (uint8_t i = 0; i < n_halves; i++)
        hash_bytes(&h, halves[i].bytes, sizeof halves[i].bytes);
    return hash_end(&h);
}

static uint16_t weighed(const struct digest *random, const uint32_t *weights,
                        uint16_t n)
{
    struct reader r = {random->bytes, sizeof random->bytes, false};
    uint32_t v = (uint32_t)(read_u64(&r) & (COIN_ONE - 1));
    for (uint16_t k = 0; k < n; k++) {
        if (v < weights[k])
            return k;
        v -= weights[k];
    }
    NEVER("weights sum to COIN_ONE");
}

uint8_t coin_action(const struct digest *session, uint32_t flip, uint8_t seat,
                    const struct coin_half *half, const struct digest *beacon,
                    const uint32_t *weights, uint16_t n_actions)
{
    struct hasher h;
    hash_start(&h, "CA1/coin");
    hash_digest(&h, session);
    hash_u32(&h, flip);
    hash_u32(&h, seat);
    hash_bytes(&h, half->bytes, sizeof half->bytes);
    hash_digest(&h, beacon);
    const struct digest coin = hash_end(&h);
    return (uint8_t)weighed(&coin, weights, n_actions);
}

uint16_t coin_draw(const struct digest *session, uint32_t flip,
                   const struct digest *beacon, const uint32_t *weights, uint16_t n)
{
    struct hasher h;
    hash_start(&h, "CA1/draw");
    hash_digest(&h, session);
    hash_u32(&h, flip);
    hash_digest(&h, beacon);
    const struct digest draw = hash_end(&h);
    return weighed(&draw, weights, n);
}

struct digest action_commit(const struct digest *session, uint32_t stage, uint8_t seat,
                            uint8_t action, const struct nonce *nonce)
{
    struct hasher h;
    hash_start(&h, "CA1/act");
    hash_digest(&h, session);
    hash_u32(&h, stage);
    hash_u32(&h, seat);
    hash_u32(&h, action);
    hash_bytes(&h, nonce->bytes, sizeof nonce->bytes);
    return hash_end(&h);
}
