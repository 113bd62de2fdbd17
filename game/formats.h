/* Gambit's .nfg file format, both versions (payoff list; outcomes in braces), read and
 * written, and profiles as people type them. */
#ifndef TREATY_GAME_FORMATS_H
#define TREATY_GAME_FORMATS_H

#include "game/game.h"

enum { FORMAT_MESSAGE_MAX = 255 };

/* Where and why a text was refused: 1-based line and column, and what was expected. */
struct format_error {
    uint32_t line;
    uint32_t column;
    char message[FORMAT_MESSAGE_MAX + 1];
};

/* Reads text[0 .. size) into *out (release with game_free; untouched on failure). On
 * failure false, with *error filled. Numbers are integers, decimals, exponents and a/b
 * fractions, and become the nearest double. */
bool nfg_read(struct game *out, const char *text, size_t size,
              struct format_error *error);

/* Mixed profiles: players separated by ';', a list of probabilities separated by ','
 * each, or an action's name or its number from 1. False with a message (which player,
 * what was wrong) that fits FORMAT_MESSAGE_MAX. Probabilities must sum to 1 within 1e-6
 * and are then scaled to sum to 1. */
bool profile_read(struct profile *out, const struct game *g, const char *text,
                  char *message);
/* One number per pure profile, separated by ',' (or ';'), first player fastest; out has
 * shape_profiles entries. */
bool distribution_read(double *out, const struct game *g, const char *text,
                       char *message);

#endif
