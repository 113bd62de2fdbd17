/* SPDX-License-Identifier: MIT */
/* The games that samplers are compared on. */
#ifndef TREATY_STUDY_STUDY_GAMES_H
#define TREATY_STUDY_STUDY_GAMES_H

#include "game/game.h"

/* The paper's four; games where pure profiles are no answer; random ones, of which
 * those for tuning and those for tables are never the same. */
enum game_class { GAMES_PAPER, GAMES_COORDINATION, GAMES_TUNING, GAMES_RANDOM };
enum { GAME_CLASSES = GAMES_RANDOM + 1, RANDOM_SHAPES_MAX = 64 };
/* "paper", "coordination", "tuning", "random"; ends with NULL. */
extern const char *const game_classes[];

/* Which random games. */
struct random_games {
    uint8_t players[2]; /* from, to */
    uint8_t actions[2]; /* from, to; of every player of a game */
    uint32_t count;     /* by number of players */
    uint64_t seed;
};

/* How many games of a class there are. */
uint32_t class_size(enum game_class class, const struct random_games *r);
/* The k-th, counted from 0; release with game_free. title: what it is called in tables;
 * random games with equally many players are called alike. The payoffs of random games
 * are whole numbers from 0 to 999, each as likely. False when memory is short. */
bool class_game(struct game *out, enum game_class class, uint32_t k,
                const struct random_games *r);

#endif
