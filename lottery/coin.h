/* SPDX-License-Identifier: MIT */
/* Coins that make a mixed action observable: nobody, the player included, can choose or
 * foresee one, and afterwards everybody can check what it prescribed. And what
 * everybody draws together in public, from the same halves. */
#ifndef TREATY_LOTTERY_COIN_H
#define TREATY_LOTTERY_COIN_H

#include "base/secure.h"

/* What the weights of a mixed action sum to: a power of two, so that the low bits of a
 * hash draw from it exactly. */
#define COIN_ONE (UINT32_C(1) << 30)

/* The player's own half of a coin, secret until the stage is shown. */
struct coin_half {
    uint8_t bytes[32];
};
struct nonce {
    uint8_t bytes[32];
};

/* Commitment to the half of coin number `flip` of seat. */
struct digest coin_commit(const struct digest *session, uint32_t flip, uint8_t seat,
                          const struct coin_half *half);
/* What follows from everybody's halves of the flip before: the public half of flip
 * `flip`. before: the public half of the flip before (zeros for flip 0). */
struct digest coin_beacon(const struct digest *session, uint32_t flip,
                          const struct digest *before, const struct coin_half *halves,
                          uint8_t n_halves);
/* The action that the coin prescribes: the smallest k with w_0 + .. + w_k > v, v the
 * low 30 bits of H(session, flip, seat, half, beacon): exactly distributed as the
 * weights, which sum to COIN_ONE. weights: n_actions entries. */
uint8_t coin_action(const struct digest *session, uint32_t flip, uint8_t seat,
                    const struct coin_half *half, const struct digest *beacon,
                    const uint32_t *weights, uint16_t n_actions);
/* The public draw of a flip: the smallest k with w_0 + .. + w_k > v, v the low 30 bits
 * of H(session, flip, beacon): exactly distributed as the weights, which sum to
 * COIN_ONE. weights: n entries. Who knows the beacon knows it: until everybody's halves
 * of the flip before are shown, nobody does. */
uint16_t coin_draw(const struct digest *session, uint32_t flip,
                   const struct digest *beacon, const uint32_t *weights, uint16_t n);
/* Commitment to the action of a stage, so that all move at once. */
struct digest action_commit(const struct digest *session, uint32_t stage, uint8_t seat,
                            uint8_t action, const struct nonce *nonce);

#endif
