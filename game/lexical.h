/* SPDX-License-Identifier: MIT */
/* The characters and numbers that texts from people are made of, game files and what is
 * typed on a command line; and where a reader of such a text stands. */
#ifndef TREATY_GAME_LEXICAL_H
#define TREATY_GAME_LEXICAL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NUMBER_MAX = 1000, /* characters of a number */
    EXCERPT_SIZE = 56, /* bytes that an excerpt takes at most, with its NUL */
    FORMAT_MESSAGE_MAX = 255,
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

/* Where and why a text was refused: 1-based line and column (counted in bytes) of the
 * first thing that does not fit, and what was expected and found there. The message is
 * one line; control characters and broken UTF-8 are shown as \xNN. */
struct format_error {
    uint32_t line;
    uint32_t column;
    char message[FORMAT_MESSAGE_MAX + 1];
};

/* Where something begins: 1-based, columns in bytes. */
struct text_place {
    uint32_t line, column;
};

/* How far a reader is in text[0 .. size), which is borrowed. */
struct cursor {
    const char *text;
    size_t size;
    size_t at;
    size_t line_start; /* of the line that at is on */
    uint32_t line;     /* from 1 */
};
static inline struct cursor cursor_start(const char *text, size_t size)
{
    return (struct cursor){.text = text, .size = size, .line = 1};
}
/* Over the next n bytes, which there are. */
static inline void cursor_pass(struct cursor *c, size_t n)
{
    for (; n > 0; n--)
        if (c->text[c->at++] == '\n') {
            c->line++;
            c->line_start = c->at;
        }
}
/* Over the blanks that come next. */
static inline void cursor_skip_blanks(struct cursor *c)
{
    while (c->at < c->size && character_blank(c->text[c->at]))
        cursor_pass(c, 1);
}
static inline struct text_place cursor_place(const struct cursor *c)
{
    return (struct text_place){c->line, (uint32_t)(c->at - c->line_start) + 1};
}

/* Fills *error with the place and what is wrong there; false, so that a reader can end
 * with it. */
bool place_refuse(const struct text_place *at, struct format_error *error,
                  const char *format, va_list arguments);

#endif
