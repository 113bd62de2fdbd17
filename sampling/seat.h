/* SPDX-License-Identifier: MIT */
/* A game as it looks from a player's seat: oneself is player 0, and the others follow
 * in a circle. Who works out everything from there favours nobody: in a game that looks
 * alike from all seats, each does for itself what the others do for themselves. */
#ifndef TREATY_SAMPLING_SEAT_H
#define TREATY_SAMPLING_SEAT_H

#include "game/incentive.h"

struct seat {
    struct shape game; /* as everybody numbers it */
    struct shape here; /* as it looks from the seat */
    uint8_t player;
};

void seat_take(struct seat *s, const struct shape *game, uint8_t player);
/* Who is player j here. */
uint8_t seat_player(const struct seat *s, uint8_t j);
/* Which weight of a candidate, as everybody numbers them, is weight w here. */
uint16_t seat_weight(const struct seat *s, enum concept concept, uint16_t w);
/* A candidate as it looks from the seat, and back. */
void seat_here(const struct seat *s, enum concept concept, struct candidate *out,
               const struct candidate *c);
void seat_there(const struct seat *s, enum concept concept, struct candidate *out,
                const struct candidate *c);

#endif
