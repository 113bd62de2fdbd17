/* SPDX-License-Identifier: MIT */
/* Says what a node's configuration comes to, and where each value is from; or whether
 * the node could be started with it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json.h"
#include "cli/overrides.h"
#include "node/files.h"
#include "node/home.h"

extern char **environ;

enum { WHERE_SIZE = 96 };

/* The line of "field:" at this indentation, from a line on; 0: none. Stops where a
 * field of less indentation begins, unless that is none. */
static unsigned line_of(const char *text, const char *field, bool inner, unsigned from)
{
    const size_t size = strlen(field);
    unsigned line = 1;
    for (const char *p = text; *p != 0; line++) {
        const size_t indent = strspn(p, " ");
        if (line > from && inner && indent == 0 && p[0] != '\n' && p[0] != '#')
            return 0;
        if (line > from && (indent > 0) == inner &&
            strncmp(p + indent, field, size) == 0 && p[indent + size] == ':')
            return line;
        p += strcspn(p, "\n");
        p += *p == '\n';
    }
    return 0;
}

/* "http.listen" is looked for inside http. */
static unsigned line_in_file(const char *text, const char *field)
{
    char outer[64];
    const char *dot = strchr(field, '.');
    if (dot == NULL)
        return line_of(text, field, false, 0);
    (void)snprintf(outer, sizeof outer, "%.*s", (int)(dot - field), field);
    const unsigned line = line_of(text, outer, false, 0);
    return line == 0 ? 0 : line_of(text, dot + 1, true, line);
}

/* Where a value is from, in a word; where: the place. */
static const char *origin_of(const struct given *g, const char *text, const char *field,
                             char where[WHERE_SIZE])
{
    char variable[VARIABLE_SIZE];
    const char *path = g->operand[1], *slash = strrchr(path, '/');
    const unsigned line = line_in_file(text, field);
    where[0] = 0;
    if (override_given(g, field)) {
        (void)snprintf(where, WHERE_SIZE, "--set");
        return "option";
    }
    if (config_override(field) != NULL) {
        (void)snprintf(where, WHERE_SIZE, "%s", config_variable(variable, field));
        return "environment";
    }
    if (line == 0)
        return "default";
    (void)snprintf(where, WHERE_SIZE, "%.64s:%u", slash == NULL ? path : slash + 1,
                   line);
    return "file";
}

static void show_json(const struct given *g, const struct node_config *config,
                      const char *text)
{
    char value[PATH_SIZE], where[WHERE_SIZE];
    struct json j = {.out = stdout};
    emit_object(&j, NULL);
    emit_list(&j, "fields");
    for (size_t i = 0; config_fields[i] != NULL; i++) {
        const char *origin = origin_of(g, text, config_fields[i], where);
        config_value(value, config, config_fields[i]);
        emit_object(&j, NULL);
        emit_text(&j, "field", config_fields[i]);
        emit_text(&j, "value", value);
        emit_text(&j, "origin", origin);
        emit_text(&j, "where", where);
        emit_close(&j);
    }
    emit_end(&j);
}

static void show_text(const struct given *g, const struct node_config *config,
                      const char *text)
{
    char value[PATH_SIZE], where[WHERE_SIZE];
    const bool origins = given_last(g, "origin", NULL);
    for (size_t i = 0; config_fields[i] != NULL; i++) {
        const char *origin = origin_of(g, text, config_fields[i], where);
        config_value(value, config, config_fields[i]);
        if (!origins && value[0] == 0)
            continue;
        (void)printf("%-20s", config_fields[i]);
        (void)printf(origins ? "%-32s %s\n" : "%s\n", value,
                     where[0] != 0 ? where : origin);
    }
}

static enum status show(const struct given *g, char reason[REASON_SIZE])
{
    static struct node_config config;
    char message[MESSAGE_SIZE] = "", *text = NULL;
    size_t size = 0;
    enum status status = config_read(&config, g->operand[1], NULL, message);
    if (status == STATUS_OK)
        status = file_read(&text, &size, g->operand[1], message);
    if (status != STATUS_OK)
        (void)snprintf(reason, REASON_SIZE, "%s", message);
    else if (given_last(g, "json", NULL))
        show_json(g, &config, text);
    else
        show_text(g, &config, text);
    free(text);
    return status;
}

/* Variables that look like ours and set nothing are most likely mistyped. */
static void tell_strangers(void)
{
    for (char **v = environ; *v != NULL; v++) {
        char name[VARIABLE_SIZE], variable[VARIABLE_SIZE], meant[VARIABLE_SIZE] = "";
        size_t least = SIZE_MAX;
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(*v, "="), *v);
        if (strcmp(name, "TREATY_LOG_FORMAT") == 0)
            continue;
        for (size_t i = 0; config_fields[i] != NULL && least > 0; i++) {
            const size_t distance =
                strcmp(name, config_variable(variable, config_fields[i])) == 0
                    ? 0
                    : word_distance(name, variable);
            if (strncmp(name, "TREATY_", 7) != 0 || distance >= least)
                continue;
            least = distance;
            (void)snprintf(meant, sizeof meant, "%s", variable);
        }
        if (least > 0 && meant[0] != 0)
            (void)fprintf(stderr, "treaty config: %s sets nothing; did you mean %s?\n",
                          name, meant);
    }
}

static enum status check(const struct given *g, char reason[REASON_SIZE])
{
    static struct home home;
    char message[MESSAGE_SIZE] = "";
    tell_strangers();
    const enum status status = home_read(&home, g->operand[1], message);
    if (status != STATUS_OK) {
        (void)snprintf(reason, REASON_SIZE, "%s", message);
        return status;
    }
    const struct digest terms = terms_digest(&home.terms);
    const struct digest roster = roster_digest(&home.roster);
    char terms_hex[2 * sizeof terms.bytes + 1], roster_hex[2 * sizeof roster.bytes + 1];
    hex_encode(terms_hex, terms.bytes, sizeof terms.bytes);
    hex_encode(roster_hex, roster.bytes, sizeof roster.bytes);
    const uint8_t self = home.config.self;
    if (given_last(g, "json", NULL)) {
        struct json j = {.out = stdout};
        emit_object(&j, NULL);
        emit_integer(&j, "node", self + 1u);
        emit_text(&j, "name", home.roster.name[self]);
        emit_text(&j, "game", home.terms.title);
        emit_text(&j, "terms", terms_hex);
        emit_text(&j, "roster", roster_hex);
        emit_end(&j);
    } else {
        (void)printf("%s is complete: %s, player %u of %u of %s\n", g->operand[1],
                     home.roster.name[self], self + 1u, home.roster.n_players,
                     home.terms.title);
        (void)printf(
            "terms %.8s, roster %.8s: the same at every node, or they will not "
            "talk\n",
            terms_hex, roster_hex);
    }
    home_close(&home);
    return STATUS_OK;
}

static enum status run_config(const struct command *c, const struct given *g)
{
    char reason[REASON_SIZE] = "";
    enum status status = overrides_take(g, reason);
    if (status != STATUS_OK)
        return complain(c, status, reason);
    if (strcmp(g->operand[0], "check") == 0) {
        status = check(g, reason);
    } else if (strcmp(g->operand[0], "show") == 0) {
        status = show(g, reason);
    } else {
        status = STATUS_USAGE;
        (void)snprintf(reason, sizeof reason, "'%.60s' is not known: check or show",
                       g->operand[0]);
    }
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

static const struct flag flags_config[] = {
    {"origin", NULL,
     "show: where each value is from\n"
     "A line of the file, a variable of the environment, --set, or a default."},
    FLAG_SET,
    {"json", NULL, "one JSON object"},
    {NULL, NULL, NULL},
};

const struct command command_config = {
    .name = "config",
    .usage = "check|show CONFIG.yaml [options]",
    .summary = "what a node's configuration comes to, and whether it is complete",
    .help =
        "  treaty config check demo/node-1/node.yaml\n"
        "  TREATY_LISTEN=tcp://0.0.0.0:7001 treaty config show demo/node-1/node.yaml "
        "\\\n"
        "      --origin\n"
        "\n"
        "check reads all files that the node would start with, and refuses what it\n"
        "would refuse. Nothing is written, and no lock is taken. show prints the "
        "fields\n"
        "of CONFIG.yaml as the node sees them: an option goes before the environment\n"
        "(http.listen is TREATY_HTTP_LISTEN there), which goes before the file. No\n"
        "secret is shown.\n",
    .flags = {flags_config},
    .operands_min = 2,
    .operands_max = 2,
    .operand = {"check|show", "CONFIG"},
    .run = run_config,
};
