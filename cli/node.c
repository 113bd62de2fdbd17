/* SPDX-License-Identifier: MIT */
/* Runs one node and turns how it ended into an exit code. */
#include "node/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/command.h"
#include "cli/overrides.h"
#include "cli/stream.h"

/* --log-format, before TREATY_LOG_FORMAT. */
static bool read_format(enum log_format *out, const struct given *g,
                        char reason[REASON_SIZE])
{
    const char *text = getenv("TREATY_LOG_FORMAT");
    const bool typed = given_last(g, "log-format", &text);
    *out = text != NULL && strcmp(text, "json") == 0 ? LOG_JSON : LOG_PLAIN;
    if (text == NULL || text[0] == 0 || *out == LOG_JSON || strcmp(text, "plain") == 0)
        return true;
    (void)snprintf(reason, REASON_SIZE, "%s: '%.60s' is not known: plain or json",
                   typed ? "--log-format" : "TREATY_LOG_FORMAT", text);
    return false;
}

static enum status run_node(const struct command *c, const struct given *g)
{
    char message[256] = "", reason[REASON_SIZE];
    if (overrides_take(g, reason) != STATUS_OK)
        return complain(c, STATUS_USAGE, reason);
    struct node_options o = {.quiet = given_last(g, "quiet", NULL),
                             .again = given_last(g, "again", NULL),
                             .stay = given_last(g, "stay", NULL),
                             .words = stream_record,
                             .note_name = stream_note_name};
    (void)given_last(g, "http", &o.http);
    if (!read_format(&o.format, g, reason))
        return complain(c, STATUS_USAGE, reason);
    const enum status status = node_run(g->operand[0], &o, message);
    if (status == STATUS_OK)
        return STATUS_OK;
    if (o.format == LOG_JSON) {
        lines_say(o.format, &(struct spoken){.level = LEVEL_ERROR,
                                             .event = "failed",
                                             .time_ms = (uint64_t)time(NULL) * 1000,
                                             .text = message});
        return status;
    }
    (void)snprintf(reason, sizeof reason, "%s", message);
    return complain(c, status, reason);
}

static const struct flag flags_node[] = {
    FLAG_SET,
    {"log-format", "plain|json",
     "of the lines on standard error (default plain)\n"
     "json is an object for each line: docs/log.md. TREATY_LOG_FORMAT says the same."},
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
