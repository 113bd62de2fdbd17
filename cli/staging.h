/* SPDX-License-Identifier: MIT */
/* A directory that appears whole or not at all: it is built beside its final place
 * under another name, and renamed when everything in it is written. */
#ifndef TREATY_CLI_STAGING_H
#define TREATY_CLI_STAGING_H

#include "cli/command.h"
#include "node/config.h"

struct staging {
    char place[PATH_SIZE];
    char built[PATH_SIZE];
};

/* STATUS_USAGE where place exists already or cannot be a name; for those who want to
 * know before they have anything to keep. */
enum status staging_vacant(const char *place, char reason[REASON_SIZE]);
/* Makes the directory to build in, and the parents of place. STATUS_USAGE where place
 * exists already, STATUS_FAILED where the disk refuses. */
enum status staging_open(struct staging *s, const char *place,
                         char reason[REASON_SIZE]);
/* Moves it to its place. */
enum status staging_keep(struct staging *s, char reason[REASON_SIZE]);
/* Removes whatever was built. */
void staging_drop(struct staging *s);
/* Removes a directory of a run with the nodes' directories in it: two levels, which is
 * all that is ever built. */
void directory_remove(const char *directory);

/* Joins with '/'. False, with out empty, where it does not fit. */
bool directory_path(char out[PATH_SIZE], const char *directory, const char *name);
/* "directory/node-K/name", K from 1; name may be empty. */
bool node_path(char out[PATH_SIZE], const char *directory, uint8_t player,
               const char *name);

#endif
