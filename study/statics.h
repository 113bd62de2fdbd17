/* SPDX-License-Identifier: MIT */
/* The static equilibria of a game, for what each of them pays whom. */
#ifndef TREATY_STUDY_STATICS_H
#define TREATY_STUDY_STATICS_H

#include "game/game.h"

/* At most so many supports are tried in a game of more than two players. */
enum { STATICS_SUPPORTS_MAX = 4000 };

struct statics {
    uint32_t n; /* how many were found; of a connected set only its corners count */
    bool all;   /* there are no others */
    double
        worst[PLAYERS_MAX]; /* what each player gets in the one that is worst for it */
};

/* Two players: all of them, exactly. More: the pure ones, and for each way to choose
 * who mixes what (in games with more ways than STATICS_SUPPORTS_MAX, as many drawn at
 * random) those to which Newton's method leads from the middle and from a random start.
 * More than 16 actions: the pure ones alone. False when memory is short, or where none
 * was found. */
bool statics_find(struct statics *out, const struct game *g, uint64_t seed);

#endif
