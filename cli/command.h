/* SPDX-License-Identifier: MIT */
/* A command of treaty: what it is called, what it takes, what help says of it, and the
 * function that does it. Help and the reading of options are made from these tables. */
#ifndef TREATY_CLI_COMMAND_H
#define TREATY_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/status.h"

enum { FLAGS_MAX = 64, GIVEN_MAX = 512, OPERANDS_MAX = 8, REASON_SIZE = 512 };

/* One option. argument is NULL where it takes none. A table ends with a NULL name. */
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
    const char *operand[OPERANDS_MAX];
    bool asks_help;
};

struct command {
    const char *name;
    const char *usage;           /* "GAME.nfg [options]" */
    const char *summary;         /* one line */
    const char *help;            /* examples first */
    const struct flag *flags[4]; /* tables, until the first NULL */
    size_t operands_min, operands_max;
    enum status (*run)(const struct command *c, const struct given *g);
};

extern const struct command command_cluster, command_simulate, command_deal,
    command_keygen, command_node, command_status, command_log, command_verify,
    command_replay, command_check, command_solve, command_security, command_game,
    command_help;

/* All of them, in the order of help; ends with NULL. */
extern const struct command *const commands[];
/* NULL if there is none of this name. */
const struct command *command_find(const char *name);

/* Sorts argv[1 ..) by the command's tables. STATUS_USAGE, with the reason, for an
 * unknown option, a missing value, or too many or too few operands. */
enum status given_read(struct given *out, const struct command *c, int argc,
                       char **argv, char reason[REASON_SIZE]);
/* True if the option was given; *value is its last value. value may be NULL. */
bool given_last(const struct given *g, const char *name, const char **value);

/* Says on standard error what went wrong, as "treaty NAME: reason", and where help is
 * to be had when the command line was wrong. Returns status. */
enum status complain(const struct command *c, enum status status, const char *reason);

void help_all(void);
void help_command(const struct command *c);

#endif
