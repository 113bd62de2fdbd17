/* SPDX-License-Identifier: MIT */
/* Runs the core once more over a node's log. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/json.h"
#include "cli/staging.h"
#include "node/files.h"
#include "node/node.h"

/* node.yaml of a node's directory, of one of its logs, or itself. */
static bool find_config(char out[PATH_SIZE], const char *place)
{
    char home[PATH_SIZE];
    struct stat found;
    const size_t n = strlen(place);
    if (n > 5 && strcmp(place + n - 5, ".yaml") == 0)
        return snprintf(out, PATH_SIZE, "%s", place) < PATH_SIZE;
    const bool directory = stat(place, &found) == 0 && S_ISDIR(found.st_mode);
    if (directory ? snprintf(home, sizeof home, "%s", place) >= (int)sizeof home
                  : !path_directory(home, sizeof home, place))
        return false;
    return directory_path(out, home, "node.yaml") && stat(out, &found) == 0;
}

static void tell(const struct replayed *r, bool json)
{
    struct json j = {.out = stdout};
    if (!json) {
        (void)printf("same         %llu records: %llu messages, of which %llu its own, "
                     "%llu notes\n",
                     (unsigned long long)r->records, (unsigned long long)r->messages,
                     (unsigned long long)r->said, (unsigned long long)r->notes);
        if (r->cheat)
            (void)puts("             this node was told to cheat: its own messages are "
                       "not compared");
        return;
    }
    emit_object(&j, NULL);
    emit_bool(&j, "same", true);
    emit_integer(&j, "records", r->records);
    emit_integer(&j, "messages", r->messages);
    emit_integer(&j, "said", r->said);
    emit_integer(&j, "notes", r->notes);
    emit_integer(&j, "plays", r->plays);
    emit_bool(&j, "cheat", r->cheat);
    emit_end(&j);
}

static enum status run_replay(const struct command *c, const struct given *g)
{
    char path[PATH_SIZE], reason[REASON_SIZE], message[256] = "";
    struct replayed r;
    if (!find_config(path, g->operand[0])) {
        (void)snprintf(reason, sizeof reason,
                       "%.300s: no node.yaml lies beside it: a replay takes the node's "
                       "key, payoffs and seed. `treaty verify` takes less",
                       g->operand[0]);
        return complain(c, STATUS_USAGE, reason);
    }
    const enum status status = node_replay(path, &r, message);
    if (status != STATUS_OK)
        return complain(c, status, message);
    tell(&r, given_last(g, "json", NULL));
    return STATUS_OK;
}

static const struct flag flags_replay[] = {
    {"json", NULL,
     "one JSON object\nIts fields: same, records, messages, said, notes, plays."},
    {NULL, NULL, NULL},
};

const struct command command_replay = {
    .name = "replay",
    .usage = "DIR|FILE [--json]",
    .summary = "whether this program would say again what a node's log says",
    .help =
        "  treaty replay runs/20260102-030405/node-2\n"
        "\n"
        "DIR is a node's directory, with its key, payoffs and seed: FILE is its\n"
        "node.log or node.yaml. The player is led through the log as it is after a\n"
        "crash, and all that it says, notes and plays is compared with the log. The\n"
        "first difference ends with exit code 3. The node must not be running.\n",
    .flags = {flags_replay},
    .operand = {"DIR|FILE"},
    .operands_min = 1,
    .operands_max = 1,
    .run = run_replay,
};
