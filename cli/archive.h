/* SPDX-License-Identifier: MIT */
/* The logs that a cluster, a simulation or a single node has left, and what is needed
 * to read them: terms and roster. */
#ifndef TREATY_CLI_ARCHIVE_H
#define TREATY_CLI_ARCHIVE_H

#include "cli/account.h"
#include "cli/command.h"
#include "node/config.h"
#include "node/log.h"

struct archive {
    struct terms terms;
    struct roster roster;
    bool cluster; /* a directory with one directory per node */
    uint8_t n_logs;
    char log[PLAYERS_MAX][PATH_SIZE];
    /* Whose each log is by the name of its directory, node-K; ANYBODY where it has
     * another name. Only archive_open fills it in. */
    uint8_t owner[PLAYERS_MAX];
};
enum { ANYBODY = 255 };

/* Terms or roster lie beside home, or above it. */
bool archive_beside(char out[PATH_SIZE], const char *home, const char *name);
/* place: the directory of a cluster or of a node, or a log file. STATUS_USAGE, with the
 * reason, where there are no logs, or no terms and roster beside or above them. */
enum status archive_open(struct archive *a, const char *place,
                         char reason[REASON_SIZE]);
/* Reads log k into an account (release with account_free) as far as it goes.
 * STATUS_FALSE where the chain is broken, STATUS_USAGE where it was written under other
 * terms. */
enum status archive_account(struct account *out, const struct archive *a, uint8_t k,
                            char reason[REASON_SIZE]);
/* What to say of a record that does not continue the chain. */
enum status archive_broken(const char *path, const struct log_reader *r,
                           char reason[REASON_SIZE]);
/* The same for a header that does not fit terms and roster. */
enum status archive_strange(const char *path, char reason[REASON_SIZE]);

#endif
