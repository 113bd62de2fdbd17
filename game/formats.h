/* SPDX-License-Identifier: MIT */
/* Gambit's .nfg file format, both versions (payoff list; outcomes in braces), read and
 * written; games with payoffs by count; and profiles as people type them. */
#ifndef TREATY_GAME_FORMATS_H
#define TREATY_GAME_FORMATS_H

#include "game/game.h"
#include "game/lexical.h"

/* Reads text[0 .. size) into *out (release with game_free; untouched on failure). On
 * failure false, with *error filled. Numbers are integers, decimals, exponents and a/b
 * fractions of at most 1000 characters, and become the nearest double; an infinity is
 * refused, a negative zero becomes zero. Beyond Gambit, a plus sign (+1, 1e+2) and an
 * exponent after a leading point (.5e1) are read.
 *
 * Title and labels must be UTF-8. Control characters are refused in the labels of
 * players and actions and become blanks in the title. What is longer than NAME_MAX or
 * TITLE_MAX bytes is cut between two characters. Afterwards every player has a name of
 * its own, and every action one among its player's: an empty label becomes its number,
 * and one that is taken gets the first free suffix of _2, _3, ...; the first to bear a
 * label keeps it. What follows a name in its array is 0. Time and memory are linear in
 * size and the number of payoffs. */
bool nfg_read(struct game *out, const char *text, size_t size,
              struct format_error *error);

/* Who wants the payoffs as they are written, not as doubles. Both functions are called
 * in the order of the file, and return NULL, or what is wrong in words that follow
 * "which" (then reading ends). */
struct nfg_listener {
    void *context;
    /* One payoff: a number that nfg_read would take, borrowed. The players' payoffs of
     * one profile, or of one outcome, follow each other. */
    const char *(*payoff)(void *context, const char *text, size_t size);
    /* In files with outcomes, once for each profile after all payoffs: which outcome it
     * has, from 1; 0 for none. */
    const char *(*outcome)(void *context, uint32_t outcome);
};
/* As nfg_read, but hands all numbers to the listener; those of out->payoffs are NULL.
 */
bool nfg_read_numbers(struct game *out, const char *text, size_t size,
                      const struct nfg_listener *listener, struct format_error *error);

/* Writes g into out[0 .. capacity) in the payoff version, in a form that Gambit reads
 * and nfg_read reads back to the same game, bit by bit; no NUL is added. *size is the
 * size of the text, also when it does not fit: then false, and out is unspecified, so a
 * first call may ask with capacity 0. False and *size 0 where a name ends with a
 * backslash, which the format cannot say (names from nfg_read never do). */
bool nfg_write(const struct game *g, char *out, size_t capacity, size_t *size);

/* A game with payoffs by count (counts.h), under the rules for texts, names and numbers
 * above:
 *
 *     COUNTS 1 "TITLE"
 *     players 32                        or their names, each in quotes
 *     actions "Send" "Wait"             everybody's
 *     payoffs                           or: payoffs of 3, of "Ann", of 1 to 16
 *       "Send" by "Send": 1 -0.2*31     by how many of the others take "Send": 0 to 31
 *       "Wait": 0                       whatever the others do
 *
 * NUMBER*TIMES is that number so many times. "by crowd" lists a payoff for each crowd
 * of the others, in the order of counts.h. A section of payoffs has one row for each
 * action, and each player is in one section. What follows a # is a comment, up to the
 * end of its line. */
bool counts_read(struct game *out, const char *text, size_t size,
                 struct format_error *error);

/* Mixed profiles: players separated by ';', a list of probabilities separated by ','
 * each, or an action's name or its number from 1; with *N behind it for N players, with
 * * alone for all that remain but those behind it. Blanks around each are ignored. A
 * name goes before a number: where the first action is called "2", 2 is the first
 * action. A lone 1 is the first action. Probabilities are written like the numbers of a
 * file (1/3 is one), must not be negative, must sum to 1 within 1e-6 and are then
 * scaled to sum to
 * 1. False with a message (which player, what was wrong, what would do) that fits
 * FORMAT_MESSAGE_MAX; *out is then untouched. */
bool profile_read(struct profile *out, const struct game *g, const char *text,
                  char *message);
/* One number per pure profile, separated by ',' (or ';'), first player fastest, under
 * the rules for probabilities above; out has shape_profiles entries, unspecified after
 * a failure. */
bool distribution_read(double *out, const struct game *g, const char *text,
                       char *message);

#endif
