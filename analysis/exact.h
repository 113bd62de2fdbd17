/* SPDX-License-Identifier: MIT */
/* Games in strategic form whose payoffs are exactly what was written: rationals on one
 * scale, so that to compare two of them is to compare two integers. */
#ifndef TREATY_ANALYSIS_EXACT_H
#define TREATY_ANALYSIS_EXACT_H

#include "analysis/multiples.h"
#include "game/formats.h"

/* The payoff of player at a profile is number  profile * n_players + player  of
 * payoffs. Profiles are numbered as in .nfg: the first player's action varies fastest.
 */
struct exact_game {
    struct game head; /* title, shape and names; its payoffs are all NULL */
    struct multiples payoffs;
};

/* Reads an .nfg as nfg_read does, and refuses with the same words; *out is untouched
 * then, else to be released with exact_free. Besides, all payoffs together must have a
 * common denominator below 2^4096. */
bool exact_read(struct exact_game *out, const char *text, size_t size,
                struct format_error *error);
/* head's title, shape and names with payoffs from a gathering of n_players numbers for
 * each profile, which is emptied. NULL, or why not, in words that follow "the payoffs".
 */
const char *exact_build(struct exact_game *out, const struct game *head,
                        struct gathering *payoffs);
void exact_free(struct exact_game *g);

/* Writes g in the payoff version into out[0 .. capacity): integers, decimals that end
 * and fractions, so that exact_read reads back the same. As nfg_write otherwise. */
bool exact_write(const struct exact_game *g, char *out, size_t capacity, size_t *size);

/* The payoff as a rational; out has been initialised. */
void exact_payoff(mpq_ptr out, const struct exact_game *g, uint32_t profile,
                  uint8_t player);
/* The sign of the payoff at one profile minus that at another. */
int exact_order(const struct exact_game *g, uint8_t player, uint32_t profile,
                uint32_t other);

/* Doubles: the nearest to each payoff. False when memory is short or a payoff is beyond
 * doubles. */
bool exact_to_game(struct game *out, const struct exact_game *g);
/* Rationals: exactly what each double is. NULL, or why not ("the payoffs ..."). */
const char *exact_from_game(struct exact_game *out, const struct game *g);

#endif
