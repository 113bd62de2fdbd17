/* SPDX-License-Identifier: MIT */
/* Titles and names as they stand in quotes in game files. formats.h says what becomes
 * of them. */
#ifndef TREATY_GAME_NAMES_H
#define TREATY_GAME_NAMES_H

#include "game/game.h"

/* What bars a text from being a name, or a title (controls_pass); NULL if nothing does.
 */
const char *quoted_fault(const char *text, size_t n, bool controls_pass);
/* Copies what stands between the quotes of text[0 .. n), undoing \", with blanks for
 * control characters, cut to max bytes, with zeros behind it. Cutting must not leave a
 * backslash at the end: no text of a file can end with one, so such a name could not be
 * written again. */
void quoted_copy(char *out, size_t max, const char *text, size_t n);
/* Gives every one of the n names one of its own: an empty one becomes its number, and
 * one that is taken gets the first free suffix of _2, _3, ... */
void names_distinguish(char names[][NAME_MAX + 1], size_t n);

#endif
