/* SPDX-License-Identifier: MIT */
/* Says what is wrong with a node, and what to do about it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/checkup.h"
#include "cli/json.h"
#include "cli/sentences.h"
#include "cli/staging.h"

enum { CHECK_COLUMNS = 12, TEXT_COLUMN = 8 + CHECK_COLUMNS + 1 };

static const char *const states[] = {
    [FINDING_OK] = "ok", [FINDING_NOTE] = "note", [FINDING_WRONG] = "wrong"};

static void print_finding(const struct finding *f, bool colour)
{
    static const char *const codes[] = {[FINDING_OK] = "\033[32m",
                                        [FINDING_NOTE] = "\033[33m",
                                        [FINDING_WRONG] = "\033[1;31m"};
    struct line l = {0};
    (void)printf("%s%-7s%s %-*s ", colour ? codes[f->state] : "",
                 f->state == FINDING_WRONG ? "WRONG" : states[f->state],
                 colour ? "\033[0m" : "", CHECK_COLUMNS, f->check);
    line_add(&l, "%s", f->what);
    line_clean(&l);
    print_wrapped(stdout, l.text, TEXT_COLUMN);
    if (f->fix[0] == '\0')
        return;
    l = (struct line){0};
    line_add(&l, "%s", f->fix);
    line_clean(&l);
    (void)printf("%*s", TEXT_COLUMN, "do: ");
    print_wrapped(stdout, l.text, TEXT_COLUMN);
}

static void json_findings(const struct checkup *c, const char *path, bool healthy)
{
    struct json j = {.out = stdout};
    emit_object(&j, NULL);
    emit_text(&j, "config", path);
    if (c->readable)
        emit_integer(&j, "node", c->home.config.self + 1u);
    else
        emit_null(&j, "node");
    emit_bool(&j, "running", c->running);
    emit_bool(&j, "healthy", healthy);
    emit_list(&j, "findings");
    for (size_t i = 0; i < c->n; i++) {
        const struct finding *f = &c->finding[i];
        emit_object(&j, NULL);
        emit_text(&j, "check", f->check);
        emit_text(&j, "state", states[f->state]);
        emit_text(&j, "what", f->what);
        if (f->fix[0] != '\0')
            emit_text(&j, "fix", f->fix);
        else
            emit_null(&j, "fix");
        emit_close(&j);
    }
    emit_end(&j);
}

/* All the configurations that were named, in DIRs too. */
static size_t find_configs(char paths[][PATH_SIZE], size_t most, const struct given *g)
{
    size_t n = 0;
    for (size_t i = 0; i < (g->n_operands > 0 ? g->n_operands : 1) && n < most; i++) {
        const char *place = g->n_operands > 0 ? g->operand[i] : ".";
        char inside[PATH_SIZE];
        if (directory_path(inside, place, "node.yaml") && access(inside, F_OK) == 0) {
            memcpy(paths[n++], inside, PATH_SIZE);
            continue;
        }
        const size_t before = n;
        for (uint8_t k = 0; k < PLAYERS_MAX && n < most; k++)
            if (node_path(inside, place, k, "node.yaml") && access(inside, F_OK) == 0)
                memcpy(paths[n++], inside, PATH_SIZE);
        if (n == before)
            (void)snprintf(paths[n++], PATH_SIZE, "%s", place);
    }
    return n;
}

/* STATUS_USAGE where its files are wrong, STATUS_FAILED where anything else is. */
static enum status examine(struct checkup *c, char paths[][PATH_SIZE], size_t n,
                           size_t at, const struct given *g)
{
    enum status status = STATUS_USAGE;
    if (checkup_files(c, paths[at])) {
        status = STATUS_OK;
        checkup_machine(c);
        checkup_peers(c);
        checkup_itself(c);
        for (size_t i = 0; i < g->n_options; i++) {
            char address[FETCH_ADDRESS_SIZE];
            if (strcmp(g->option[i].flag->name, "peer") == 0 &&
                fetch_address(address, g->option[i].value))
                checkup_compare(c, address);
        }
        for (size_t i = 0; i < n && at == 0; i++)
            if (i != at)
                checkup_compare_files(c, paths[i]);
    }
    for (size_t i = 0; i < c->n && status == STATUS_OK; i++)
        if (c->finding[i].state == FINDING_WRONG)
            status = STATUS_FAILED;
    return status;
}

static enum status run_doctor(const struct command *c, const struct given *g)
{
    static struct checkup checkup;
    static char paths[PLAYERS_MAX][PATH_SIZE];
    const bool as_json = given_last(g, "json", NULL);
    const bool colour = wants_colour(stdout);
    enum status worst = STATUS_OK;
    const size_t n = find_configs(paths, PLAYERS_MAX, g);
    for (size_t i = 0; i < g->n_options; i++) {
        char address[FETCH_ADDRESS_SIZE];
        if (strcmp(g->option[i].flag->name, "peer") == 0 &&
            !fetch_address(address, g->option[i].value))
            return complain(c, STATUS_USAGE, "--peer: expected [HOST:]PORT");
    }
    for (size_t i = 0; i < n; i++) {
        const enum status status = examine(&checkup, paths, n, i, g);
        if (as_json)
            json_findings(&checkup, paths[i], status == STATUS_OK);
        for (size_t k = 0; k < checkup.n && !as_json; k++)
            print_finding(&checkup.finding[k], colour);
        checkup_close(&checkup);
        worst = status > worst ? status : worst;
    }
    return worst;
}

static const struct flag flags_doctor[] = {
    {"peer", "ADDRESS",
     "compare terms and roster with that node's\nADDRESS is [HOST:]PORT of its HTTP "
     "interface. Repeatable."},
    {"json", NULL, "one JSON object for each node"},
    {NULL, NULL, NULL},
};

const struct command command_doctor = {
    .name = "doctor",
    .usage = "[CONFIG.yaml | DIR]... [--peer ADDRESS]",
    .summary = "say what is wrong with a node, and what to do",
    .help =
        "  treaty doctor demo/node-1/node.yaml\n"
        "  treaty doctor demo                        # all nodes on this machine\n"
        "  treaty doctor node.yaml --peer radio-2:9101\n"
        "\n"
        "Files, permissions, disk, limits, clock, ports, unreachable peers, and where\n"
        "terms or rosters differ, which field. Nothing is changed. The exit code is 0\n"
        "where nothing is wrong, 1 where something is, 2 where the node's own files\n"
        "are.\n",
    .flags = {flags_doctor},
    .operand = {"CONFIG"},
    .operands_max = OPERANDS_MAX,
    .run = run_doctor,
};
