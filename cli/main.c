/* SPDX-License-Identifier: MIT */
/* The program: finds the command and hands it what was typed. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/secure.h"
#include "cli/command.h"
#include "cli/json.h"
#include "node/sight.h"
#include "protocol/envelope.h"
#include "protocol/player.h"

const struct command *const commands[] = {
    &command_cluster,   &command_simulate, &command_check,
    &command_solve,     &command_security, &command_study,
    &command_reproduce, &command_game,     &command_log,
    &command_observe,   &command_verify,   &command_replay,
    &command_status,    &command_top,      &command_doctor,
    &command_deal,      &command_config,   &command_keygen,
    &command_node,      &command_help,     NULL,
};

static enum status run(const struct command *c, int argc, char **argv)
{
    char reason[REASON_SIZE];
    struct given given;
    if (given_read(&given, c, argc, argv, reason) != STATUS_OK) {
        (void)complain(c, STATUS_USAGE, reason);
        if (strncmp(reason, "--", 2) != 0)
            hint(c);
        return STATUS_USAGE;
    }
    if (given.asks_help) {
        help_command(c);
        return STATUS_OK;
    }
    return c->run(c, &given);
}

/* What others rely on, each with a version of its own. */
static enum status say_version(int argc, char **argv)
{
    struct json j = {.out = stdout};
    if (argc > 2 && (argc > 3 || strcmp(argv[2], "--json") != 0)) {
        (void)fputs("treaty: --version takes nothing but --json\n", stderr);
        return STATUS_USAGE;
    }
    if (argc == 2) {
        (void)printf("treaty " TREATY_VERSION "\n"
                     "library %d, wire format %d, HTTP interface %d\n",
                     LIBRARY_VERSION, ENVELOPE_VERSION, INTERFACE_VERSION);
        return STATUS_OK;
    }
    emit_object(&j, NULL);
    emit_text(&j, "version", TREATY_VERSION);
    emit_integer(&j, "library", LIBRARY_VERSION);
    emit_integer(&j, "wire", ENVELOPE_VERSION);
    emit_integer(&j, "http", INTERFACE_VERSION);
    emit_end(&j);
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    (void)setlocale(LC_CTYPE, "C.UTF-8"); /* names are UTF-8 whatever the terminal is */
    if (!secure_start()) {
        (void)fputs("treaty: the system has no entropy\n", stderr);
        return STATUS_FAILED;
    }
    if (argc < 2) {
        help_all();
        return STATUS_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0)
        return (int)say_version(argc, argv);
    if (strcmp(argv[1], "complete") == 0) {
        complete((size_t)argc - 2, argv + 2);
        return STATUS_OK;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        argv[1] = "help";
    const struct command *meant = NULL;
    const struct command *c = command_find(argv[1], &meant);
    if (c == NULL) {
        (void)fprintf(stderr, "treaty: there is no command '%s'; ", argv[1]);
        if (strncmp(argv[1], "--v", 3) == 0)
            (void)fputs("did you mean `treaty --version`?\n", stderr);
        else if (meant != NULL)
            (void)fprintf(stderr, "did you mean `treaty %s`?\n", meant->name);
        else
            (void)fputs("try `treaty help`\n", stderr);
        return STATUS_USAGE;
    }
    const enum status status = run(c, argc - 1, argv + 1);
    if (fflush(stdout) != 0 && status == STATUS_OK) {
        (void)fputs("treaty: standard output cannot be written\n", stderr);
        return STATUS_FAILED;
    }
    return (int)status;
}
