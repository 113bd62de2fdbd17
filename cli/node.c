/* SPDX-License-Identifier: MIT */
/* Runs one node and turns how it ended into an exit code. */
#include "node/node.h"

#include <stdio.h>

#include "cli/command.h"

static enum status run_node(const struct command *c, const struct given *g)
{
    char message[256] = "", reason[REASON_SIZE];
    const bool quiet = given_last(g, "quiet", NULL);
    const bool again = given_last(g, "again", NULL);
    const enum status status = node_run(g->operand[0], quiet, again, message);
    if (status == STATUS_OK)
        return STATUS_OK;
    (void)snprintf(reason, sizeof reason, "%s", message);
    return complain(c, status, reason);
}

static const struct flag flags_node[] = {
    {"quiet", NULL, "no progress on standard error"},
    {"again", NULL,
     "begin a new session where the last one is over or this node has lost its log or "
     "seed; what is left of it is kept as node-K.log, session-K.seed and "
     "result-K.json. "
     "Refused during the cool-down after an early end, and after too many of them "
     "(restart in CONFIG.yaml)"},
    {NULL, NULL, NULL},
};

const struct command command_node = {
    .name = "node",
    .usage = "CONFIG.yaml",
    .summary = "run one node in the foreground until the play ends",
    .help =
        "  treaty node demo/node-1/node.yaml\n"
        "\n"
        "CONFIG.yaml names the terms, the roster, the node's key and its own payoffs;\n"
        "`treaty deal` writes it. The node keeps its log beside it, in node.log, and "
        "goes\n"
        "on from there when it is started again.\n",
    .flags = {flags_node},
    .operands_min = 1,
    .operands_max = 1,
    .run = run_node,
};
