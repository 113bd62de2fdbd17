/* SPDX-License-Identifier: MIT */
/* A command of treaty: what it is called, what it takes, what help says of it, and the
 * function that does it. Help, manual pages, what a shell completes and the reading of
 * options are made from these tables. */
#ifndef TREATY_CLI_COMMAND_H
#define TREATY_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/status.h"

enum {
    FLAGS_MAX = 64,
    TABLES_MAX = 6,
    GIVEN_MAX = 512,
    OPERANDS_MAX = 64, /* kinds of them, and nodes that are asked at once */
    REASON_SIZE = 512
};

/* One option. A table ends with a NULL name; what is used most comes first, because
 * `--help` shows no more than a screen.
 * argument   NULL where it takes none. What a shell completes follows from it: words in
 *            small letters between bars are the choices, FILE, DIR and the other names
 *            in complete.c stand for more
 * help       the first line, of at most 48 columns, for `--help`; sentences for the
 *            manual may follow after a line break */
struct flag {
    const char *name;
    const char *argument;
    const char *help;
};

/* What was typed: options in their order, and operands. Texts are borrowed from argv.
 */
struct given {
    size_t n_options;
    struct {
        const struct flag *flag;
        const char *value; /* NULL where the option takes none */
    } option[GIVEN_MAX];
    size_t n_operands;
    char *const *operand; /* n_operands */
    bool asks_help;
};

struct command {
    const char *name;
    const char *usage;   /* "GAME.nfg [options]" */
    const char *summary; /* one line */
    const char *help;    /* examples, indented; an empty line; sentences */
    const struct flag *flags[TABLES_MAX]; /* tables, until the first NULL */
    size_t operands_min, operands_max;
    const char *operand[OPERANDS_MAX]; /* what each is, in the words of arguments */
    enum status (*run)(const struct command *c, const struct given *g);
};

extern const struct command command_cluster, command_simulate, command_deal,
    command_config, command_keygen, command_node, command_status, command_top,
    command_doctor, command_log, command_observe, command_verify, command_replay,
    command_check, command_solve, command_security, command_study, command_reproduce,
    command_game, command_help;

/* All of them, in the order of help; ends with NULL. */
extern const struct command *const commands[];
/* NULL if there is none of this name; then *meant, if not NULL, becomes the one that
 * was probably meant, or NULL. */
const struct command *command_find(const char *name, const struct command **meant);

/* Sorts argv[1 ..) by the command's tables. STATUS_USAGE, with the reason, for an
 * unknown option, a missing value, or too many or too few operands. */
enum status given_read(struct given *out, const struct command *c, int argc,
                       char **argv, char reason[REASON_SIZE]);
/* True if the option was given; *value is its last value. value may be NULL. */
bool given_last(const struct given *g, const char *name, const char **value);

/* How far two words are apart, in letters that were left out, added or mistaken: 0 for
 * the same; SIZE_MAX for what nobody would take for the other. */
size_t word_distance(const char *typed, const char *meant);
/* The i-th option of all the tables, NULL where there are no more. */
const struct flag *command_flag(const struct command *c, size_t i);

/* Where help is to be had, for a command line that was wrong. */
void hint(const struct command *c);
/* Says on standard error what went wrong, as "treaty NAME: reason", and after a reason
 * that begins with an option's name the hint. Returns status. */
enum status complain(const struct command *c, enum status status, const char *reason);

/* What a screen of 24 lines holds, examples first. */
void help_all(void);
void help_command(const struct command *c);
/* All that there is to say: for people, and as a page for man(1). Without a command:
 * the page of the whole program. */
void help_long(const struct command *c);
void manual_page(const struct command *c_or_null);

/* What the last of these words, which follow "treaty", may become: for shells. First a
 * line with what is wanted: "words", "words nospace" where more belongs to the same
 * word, "files" and the endings that are meant, or "directories"; then the words, each
 * with a tab and what it means. */
void complete(size_t n_words, char **words);

#endif
