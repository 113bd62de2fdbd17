/* SPDX-License-Identifier: MIT */
/* How players, profiles, numbers and times are said to people, the same everywhere. */
#ifndef TREATY_CLI_WORDS_H
#define TREATY_CLI_WORDS_H

#include <stdbool.h>
#include <stdio.h>

#include "protocol/terms.h"

enum { LINE_SIZE = 16384 };

/* By enum concept: "nash", "public", "private". */
extern const char *const concept_names[];

/* A piece of text that grows; what does not fit is cut. Start with size 0. */
struct line {
    size_t size;
    char text[LINE_SIZE];
};
__attribute__((format(printf, 2, 3))) void line_add(struct line *l, const char *format,
                                                    ...);

/* Others' words may not play tricks on a terminal: control characters become '?'. */
void line_clean(struct line *l);

/* "Alice (2)", or "Radio 2" where the name has its number in it. */
void say_player(struct line *l, const struct terms *t, uint8_t player);
/* "Alice (1), Bob (2) and Eve (3)"; "nobody" where the mask is empty. */
void say_players(struct line *l, const struct terms *t, uint64_t mask);
/* One player's action by name. An action that is not in the terms is said as "?". */
const char *action_name(const struct terms *t, uint8_t player, uint8_t action);
/* "Cooperate, Defect"; with more than two players who do the same: "all Polite". */
void say_actions(struct line *l, const struct terms *t, const uint8_t *actions);
/* Like say_actions where everybody's action is sure; else "Heads 0.25 + Tails 0.75;
 * Heads": players separated by semicolons. */
void say_candidate(struct line *l, const struct terms *t, const struct candidate *c);
/* What is agreed on or asked about: the same for a mixed profile; for a distribution
 * its likeliest profiles, "(Opera, Opera) 0.5 + (Ballet, Ballet) 0.5". */
void say_agreed(struct line *l, const struct terms *t, const struct candidate *c);
/* Four digits: "0.3333", "2", "1.2e+09". */
void say_number(struct line *l, double v);
/* "1 stage", "3 stages". */
void say_count(struct line *l, uint64_t n, const char *one, const char *many);
/* How many candidates: "1 profile", "3 distributions". */
void say_candidates(struct line *l, const struct terms *t, uint64_t n);
/* The first eight digits of a digest. */
void say_digest(struct line *l, const struct digest *d);

/* How many columns a text takes: wide characters take two, accents none, once main has
 * chosen a locale that knows them. */
size_t text_columns(const char *text);
/* Prints text broken at blanks so that no line passes column 80 where words allow it;
 * the first line starts at `column`, where the cursor is, and so do all others. */
void print_wrapped(FILE *out, const char *text, size_t column);

/* True where this stream is a terminal, and where colour is wanted on it. */
bool is_terminal(FILE *stream);
bool wants_colour(FILE *stream);

#endif
