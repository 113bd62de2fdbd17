/* SPDX-License-Identifier: MIT */
/* One process per player on this machine: started, followed through their logs, and
 * stopped when they do not end by themselves. No process outlives the launcher. */
#ifndef TREATY_CLI_LAUNCHER_H
#define TREATY_CLI_LAUNCHER_H

#include "cli/archive.h"
#include "cli/report.h"
#include "cli/story.h"

struct launch {
    const char *directory;         /* DIR, with DIR/node-K dealt */
    const struct archive *archive; /* terms and roster, and where the logs will be */
    struct story *story;           /* NULL: nobody listens */
    struct account accounts[PLAYERS_MAX];
    struct ending endings[PLAYERS_MAX];
    bool begun;       /* some node has heard all others */
    bool interrupted; /* by a signal to the launcher */
};

/* Runs all nodes until every process has ended. STATUS_FAILED, with the reason, where
 * they could not even be started; what befell single nodes is in endings. The accounts
 * are released with account_free. */
enum status launch_run(struct launch *l, char reason[REASON_SIZE]);

#endif
