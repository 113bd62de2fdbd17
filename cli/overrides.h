/* SPDX-License-Identifier: MIT */
/* `--set FIELD=VALUE`: what a command line says of a node's configuration. It goes
 * before the environment, which goes before the file. */
#ifndef TREATY_CLI_OVERRIDES_H
#define TREATY_CLI_OVERRIDES_H

#include "cli/command.h"

/* For the tables of commands that have it. */
#define FLAG_SET                                                                       \
    {                                                                                  \
        "set", "FIELD=VALUE",                                                          \
            "a field of CONFIG.yaml, set from here\n"                                  \
            "Repeatable. It goes before TREATY_FIELD of the environment, which goes "  \
            "before the file."                                                         \
    }

/* Takes every --set. STATUS_USAGE, with the reason, where there is no such field. */
enum status overrides_take(const struct given *g, char reason[REASON_SIZE]);
/* True if the last word about this field is a --set. */
bool override_given(const struct given *g, const char *field);

#endif
