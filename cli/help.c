/* SPDX-License-Identifier: MIT */
/* Prints what the tables of commands, options and misbehaviours say. */
#include <stdio.h>
#include <string.h>

#include "adversary/adversary.h"
#include "cli/command.h"
#include "cli/words.h"

const struct command *command_find(const char *name)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

void help_all(void)
{
    (void)puts("treaty: nodes that negotiate agreements of repeated games, sign them,\n"
               "play them and punish who breaks them.\n");
    for (size_t i = 0; commands[i] != NULL; i++)
        (void)printf("  treaty %-9s %s\n", commands[i]->name, commands[i]->summary);
    (void)puts("\nThe first thing to try:\n"
               "  treaty cluster games/prisoners-dilemma.nfg --defect 2@20\n"
               "`treaty help COMMAND` explains one of them with examples.");
}

static void help_flag(const struct flag *f)
{
    enum { COLUMN = 26 };
    char head[80];
    (void)snprintf(head, sizeof head, "  --%s%s%s", f->name,
                   f->argument != NULL ? " " : "",
                   f->argument != NULL ? f->argument : "");
    if (strlen(head) > COLUMN - 2)
        (void)printf("%s\n%*s", head, COLUMN, "");
    else
        (void)printf("%-*s", COLUMN, head);
    print_wrapped(stdout, f->help, COLUMN);
}

void help_command(const struct command *c)
{
    (void)printf("treaty %s %s\n\n", c->name, c->usage);
    print_wrapped(stdout, c->summary, 0);
    (void)printf("\n%s", c->help);
    for (size_t t = 0; t < 4 && c->flags[t] != NULL; t++) {
        (void)puts(t == 0 ? "\nOptions:" : "");
        for (const struct flag *f = c->flags[t]; f->name != NULL; f++)
            help_flag(f);
    }
}

static void help_misbehave(void)
{
    (void)puts(
        "--misbehave NODE:KIND[@WHEN]\n\n"
        "That node breaks the protocol: from stage WHEN on, or from round N where\n"
        "WHEN is rN, or from the start. A node may have several. What had no effect "
        "is\n"
        "said in the report. The kinds, and what follows on a network without faults "
        "if\n"
        "one node does it:\n");
    for (int kind = 0; kind < MISBEHAVIOUR_KINDS; kind++) {
        enum { COLUMN = 18 };
        (void)printf("  %-*s", COLUMN - 2,
                     misbehaviour_name((enum misbehaviour_kind)kind));
        print_wrapped(stdout, misbehaviour_help((enum misbehaviour_kind)kind), COLUMN);
    }
}

static enum status run_help(const struct command *self, const struct given *g)
{
    if (g->n_operands == 0) {
        help_all();
        return STATUS_OK;
    }
    if (strcmp(g->operand[0], "misbehave") == 0) {
        help_misbehave();
        return STATUS_OK;
    }
    const struct command *c = command_find(g->operand[0]);
    if (c == NULL) {
        char reason[REASON_SIZE];
        (void)snprintf(reason, sizeof reason, "there is no command '%s'",
                       g->operand[0]);
        return complain(self, STATUS_USAGE, reason);
    }
    help_command(c);
    return STATUS_OK;
}

const struct command command_help = {
    .name = "help",
    .usage = "[COMMAND | misbehave]",
    .summary = "explain a command, or the ways to misbehave",
    .help = "  treaty help cluster\n"
            "  treaty help misbehave\n",
    .operands_max = 1,
    .run = run_help,
};
