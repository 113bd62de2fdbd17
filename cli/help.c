/* SPDX-License-Identifier: MIT */
/* Hides how the tables of commands, options and misbehaviours are laid out on a
 * screen: what is used most, and where to find the rest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adversary/adversary.h"
#include "base/check.h"
#include "cli/command.h"
#include "cli/words.h"

enum {
    SCREEN_LINES = 23, /* of 24: the prompt takes one */
    COLUMN_SHORT = 32,
    COLUMN_LONG = 26,
};

const struct command *command_find(const char *name, const struct command **meant)
{
    const struct command *best = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; commands[i] != NULL; i++) {
        const size_t distance = word_distance(name, commands[i]->name);
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
        if (distance >= least)
            continue;
        least = distance;
        best = commands[i];
    }
    if (meant != NULL)
        *meant = best;
    return NULL;
}

void help_all(void)
{
    (void)puts("treaty: nodes that agree on how to play a game, sign it and keep it.\n"
               "  treaty cluster games/prisoners-dilemma.nfg --defect 2@20\n"
               "`treaty help COMMAND` explains one of these, with examples.\n");
    for (size_t i = 0; commands[i] != NULL; i++)
        if (commands[i] != &command_help)
            (void)printf("%-9s %s\n", commands[i]->name, commands[i]->summary);
}

/* "--name ARGUMENT", then its text from the column on. */
static void put_flag(FILE *out, const struct flag *f, const char *text, int column)
{
    char head[80];
    const int size = snprintf(head, sizeof head, "  --%s%s%s", f->name,
                              f->argument != NULL ? " " : "",
                              f->argument != NULL ? f->argument : "");
    if (size > column - 2)
        (void)fprintf(out, "%s\n%*s", head, column, "");
    else
        (void)fprintf(out, "%-*s", column, head);
    print_wrapped(out, text, (size_t)column);
}

/* Those paragraphs of a help text that are indented (examples, tables), or all. */
static void put_paragraphs(FILE *out, const char *text, bool all)
{
    while (*text != 0) {
        const char *end = strstr(text, "\n\n");
        const size_t size = end == NULL ? strlen(text) : (size_t)(end + 1 - text);
        if (all || text[0] == ' ')
            (void)fprintf(out, "\n%.*s", (int)size, text);
        text += end == NULL ? size : size + 1;
    }
}

/* Options from the first on that --help only names. */
static void put_names(FILE *out, const struct command *c, size_t first)
{
    struct line *names = calloc(1, sizeof *names);
    if (names == NULL || command_flag(c, first) == NULL) {
        free(names);
        return;
    }
    line_add(names, "Also");
    for (size_t i = first; command_flag(c, i) != NULL; i++)
        line_add(names, "%s --%s", i > first ? "," : "", command_flag(c, i)->name);
    (void)fputs("\n  ", out);
    print_wrapped(out, names->text, 2);
    free(names);
}

/* The first n_shown options in a line each; sentences, too, if asked for. */
static void put_screen(FILE *out, const struct command *c, size_t n_shown,
                       bool sentences)
{
    char *line = NULL;
    (void)fprintf(out, "treaty %s %s\n", c->name, c->usage);
    print_wrapped(out, c->summary, 0);
    put_paragraphs(out, c->help, sentences);
    for (size_t i = 0; i < n_shown; i++) {
        const struct flag *f = command_flag(c, i);
        (void)fputs(i == 0 ? "\n" : "", out);
        line = strndup(f->help, strcspn(f->help, "\n"));
        if (line != NULL)
            put_flag(out, f, line, COLUMN_SHORT);
        free(line);
    }
    put_names(out, c, n_shown);
    (void)fprintf(out, "\n`treaty help --long %s` and treaty-%s(1) tell all.\n",
                  c->name, c->name);
}

static size_t lines_of(const struct command *c, size_t n_shown, bool sentences)
{
    char *text = NULL;
    size_t size = 0, lines = 0;
    FILE *memory = open_memstream(&text, &size);
    if (memory == NULL)
        return 0;
    put_screen(memory, c, n_shown, sentences);
    (void)fclose(memory);
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    free(text);
    return lines;
}

void help_command(const struct command *c)
{
    size_t n_flags = 0;
    while (command_flag(c, n_flags) != NULL)
        n_flags++;
    const bool sentences = lines_of(c, n_flags, true) <= SCREEN_LINES;
    while (n_flags > 0 && lines_of(c, n_flags, sentences) > SCREEN_LINES)
        n_flags--;
    put_screen(stdout, c, n_flags, sentences);
}

void help_long(const struct command *c)
{
    (void)printf("treaty %s %s\n\n", c->name, c->usage);
    print_wrapped(stdout, c->summary, 0);
    put_paragraphs(stdout, c->help, true);
    for (size_t t = 0; t < TABLES_MAX && c->flags[t] != NULL; t++) {
        (void)puts("");
        for (const struct flag *f = c->flags[t]; f->name != NULL; f++) {
            struct line *l = calloc(1, sizeof *l);
            CHECK(l != NULL);
            const size_t first = strcspn(f->help, "\n");
            line_add(l, "%.*s", (int)first, f->help);
            if (f->help[first] == '\n')
                line_add(l, ". %s", f->help + first + 1);
            put_flag(stdout, f, l->text, COLUMN_LONG);
            free(l);
        }
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
    const bool page = given_last(g, "man", NULL);
    if (g->n_operands == 0) {
        if (page)
            manual_page(NULL);
        else
            help_all();
        return STATUS_OK;
    }
    if (strcmp(g->operand[0], "misbehave") == 0) {
        help_misbehave();
        return STATUS_OK;
    }
    const struct command *meant = NULL;
    const struct command *c = command_find(g->operand[0], &meant);
    if (c == NULL) {
        char reason[REASON_SIZE];
        (void)snprintf(reason, sizeof reason, "there is no command '%.100s'%s%s%s",
                       g->operand[0], meant != NULL ? "; did you mean " : "",
                       meant != NULL ? meant->name : "", meant != NULL ? "?" : "");
        return complain(self, STATUS_USAGE, reason);
    }
    if (page)
        manual_page(c);
    else if (given_last(g, "long", NULL))
        help_long(c);
    else
        help_command(c);
    return STATUS_OK;
}

static const struct flag flags_help[] = {
    {"long", NULL, "all options, with all that is to say of them"},
    {"man", NULL, "the same as a page for man(1)\nWithout COMMAND, treaty(1)."},
    {NULL, NULL, NULL},
};

const struct command command_help = {
    .name = "help",
    .usage = "[COMMAND | misbehave]",
    .summary = "explain a command, or the ways to misbehave",
    .help = "  treaty help cluster\n"
            "  treaty help misbehave\n",
    .flags = {flags_help},
    .operands_max = 1,
    .operand = {"COMMAND"},
    .run = run_help,
};
