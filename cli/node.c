/* SPDX-License-Identifier: MIT */
/* Runs one node and turns how it ended into an exit code. */
#include "node/node.h"

#include <stdio.h>

#include "cli/command.h"
#include "cli/overrides.h"
#include "cli/stream.h"

static enum status run_node(const struct command *c, const struct given *g)
{
    char message[256] = "", reason[REASON_SIZE];
    if (overrides_take(g, reason) != STATUS_OK)
        return complain(c, STATUS_USAGE, reason);
    struct node_options o = {.quiet = given_last(g, "quiet", NULL),
                             .again = given_last(g, "again", NULL),
                             .stay = given_last(g, "stay", NULL),
                             .words = stream_record};
    (void)given_last(g, "http", &o.http);
    const enum status status = node_run(g->operand[0], &o, message);
    if (status == STATUS_OK)
        return STATUS_OK;
    (void)snprintf(reason, sizeof reason, "%s", message);
    return complain(c, status, reason);
}

static const struct flag flags_node[] = {
    FLAG_SET,
    {"quiet", NULL, "no progress on standard error"},
    {"again", NULL,
     "begin a new session, once the last is over\n"
     "Or where this node has lost its log or seed. What is left of the last session is "
     "kept as node-K.log, session-K.seed and result-K.json. Refused during the "
     "cool-down after an early end, and after too many of them (restart in "
     "CONFIG.yaml)."},
    {"http", "[ADDRESS:]PORT",
     "answer over HTTP there\n"
     "Instead of where the file says (http.listen). ADDRESS is 127.0.0.1 where it is "
     "left "
     "out. docs/interface.md has what is answered."},
    {"stay", NULL, "with --http: until SIGTERM\nIt answers on when the play is over."},
    {NULL, NULL, NULL},
};

const struct command command_node = {
    .name = "node",
    .usage = "CONFIG.yaml [--http PORT]",
    .summary = "run one node in the foreground until the play ends",
    .help =
        "  treaty node demo/node-1/node.yaml\n"
        "  treaty node demo/node-1/node.yaml --http 9101 # treaty status "
        "localhost:9101\n"
        "\n"
        "CONFIG.yaml names the terms, the roster, the node's key and its own payoffs;\n"
        "`treaty deal` writes it. The node keeps its log beside it, in node.log, and "
        "goes\n"
        "on from there when it is started again.\n",
    .flags = {flags_node},
    .operand = {"CONFIG"},
    .operands_min = 1,
    .operands_max = 1,
    .run = run_node,
};
