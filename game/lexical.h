/* SPDX-License-Identifier: MIT */
/* The characters and numbers that texts from people are made of: game files and what is
 * typed on a command line. */
#ifndef TREATY_GAME_LEXICAL_H
#define TREATY_GAME_LEXICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NUMBER_MAX = 1000, /* characters of a number */
    EXCERPT_SIZE = 56, /* bytes that an excerpt takes at most, with its NUL */
};

/* Space, tab, CR, LF, VT, FF. */
bool character_blank(char c);
/* The bytes of the UTF-8 character that s[0 .. n) starts with, 0 if it starts with none
 * (RFC 3629: neither overlong forms nor surrogates nor what lies beyond U+10FFFF). */
size_t character_size(const char *s, size_t n);
/* True for the control characters of C0 and C1 and for DEL. */
bool character_control(const char *character, size_t size);

/* Shows s[0 .. n) inside a message: shortened, and safe to print. What is no character,
 * control characters and byte-order marks are written \xNN. */
void text_excerpt(char out[EXCERPT_SIZE], const char *s, size_t n);

/* How far s[0 .. n) goes on like a number: 0 if it does not start like one. What it
 * spans may still be none ("-", "1/", "1e"): number_value says so. */
size_t number_span(const char *s, size_t n);
/* Reads all of s[0 .. n), an integer, a decimal, an exponent or a fraction a/b, as the
 * double nearest to what is written; never an infinity, a NaN or a negative zero. NULL,
 * or what is wrong with it, in words that follow "which". */
const char *number_value(double *out, const char *s, size_t n);
/* True for a plain natural number (a plus sign may precede it), which is then *out, or
 * UINT32_MAX if that is less. */
bool number_count(uint32_t *out, const char *s, size_t n);

#endif
