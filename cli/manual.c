/* SPDX-License-Identifier: MIT */
/* Hides roff: pages for man(1), made of the same tables as help. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "adversary/adversary.h"
#include "cli/command.h"

/* What roff would take for its own is written so that it does not. */
static void put_text(const char *text, size_t size)
{
    bool begins = true;
    for (size_t i = 0; i < size; i++) {
        const char c = text[i];
        if (begins && (c == '.' || c == '\''))
            (void)fputs("\\&", stdout);
        if (c == '\\')
            (void)fputs("\\e", stdout);
        else if (c == '-')
            (void)fputs("\\-", stdout);
        else if (c == '\'')
            (void)fputs("\\(aq", stdout);
        else if (c == '`')
            (void)fputs("\\(ga", stdout);
        else if (c == '^')
            (void)fputs("\\(ha", stdout);
        else if (c == '~')
            (void)fputs("\\(ti", stdout);
        else
            (void)fputc(c, stdout);
        begins = c == '\n';
    }
}

/* Sentences, each of which begins a line in the source of a page; no line is long. */
static void put_sentences(const char *text)
{
    enum { WIDTH = 72 };
    size_t column = 0;
    while (*text != 0) {
        const size_t size = strcspn(text, " \n");
        const char *next = text + size + strspn(text + size, " \n");
        put_text(text, size);
        column += size + 1;
        const bool ends = size > 0 && strchr(".?!", text[size - 1]) != NULL &&
                          isupper((unsigned char)*next);
        const bool full = column + strcspn(next, " \n") > WIDTH;
        (void)fputc(*next == 0 || ends || full ? '\n' : ' ', stdout);
        if (ends || full)
            column = 0;
        text = next;
    }
}

static void put_word(const char *macro, const char *text)
{
    (void)printf("%s", macro);
    put_text(text, strlen(text));
    (void)fputc('\n', stdout);
}

/* Arguments are words in capitals, which a page shows in italics; the rest is as typed.
 */
static void put_argument(const char *text)
{
    while (*text != 0) {
        const size_t capitals = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (capitals > 0)
            (void)printf("\\fI%.*s\\fR", (int)capitals, text);
        const size_t rest = strcspn(text + capitals, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        put_text(text + capitals, rest);
        text += capitals + rest;
    }
}

static void put_option(const struct flag *f)
{
    (void)fputs(".TP\n\\fB\\-\\-", stdout);
    put_text(f->name, strlen(f->name));
    (void)fputs("\\fR", stdout);
    if (f->argument != NULL) {
        (void)fputc(' ', stdout);
        put_argument(f->argument);
    }
    (void)fputc('\n', stdout);
    const size_t first = strcspn(f->help, "\n");
    put_text(f->help, first);
    (void)fputs(".\n", stdout);
    if (f->help[first] == '\n')
        put_sentences(f->help + first + 1);
}

/* The paragraphs of a help text, tables as they stand and sentences filled: those from
 * the second on, or the first, which are the examples. */
static void put_paragraphs(const char *text, bool examples)
{
    char paragraph[4096];
    bool begun = false;
    for (bool first = true; *text != 0; first = false) {
        const char *end = strstr(text, "\n\n");
        const size_t size = end == NULL ? strlen(text) : (size_t)(end + 1 - text);
        (void)snprintf(paragraph, sizeof paragraph, "%.*s", (int)size, text);
        text += end == NULL ? size : size + 1;
        if (first != examples)
            continue;
        (void)fputs(begun ? ".PP\n" : "", stdout);
        begun = true;
        if (paragraph[0] != ' ') {
            put_sentences(paragraph);
            continue;
        }
        (void)fputs(".nf\n", stdout);
        put_text(paragraph, strlen(paragraph));
        (void)fputs(".fi\n", stdout);
    }
}

static void put_head(const char *name)
{
    (void)fputs(".\\\" Made by treaty help --man: do not edit.\n.TH TREATY", stdout);
    if (name[0] != 0)
        (void)fputs("\\-", stdout);
    for (const char *c = name; *c != 0; c++)
        (void)fputc(toupper((unsigned char)*c), stdout);
    (void)puts(" 1 \"\" \"treaty " TREATY_VERSION "\" \"User Commands\"");
}

static void put_exit_status(void)
{
    (void)puts(".SH EXIT STATUS\n"
               ".TP\n0\nDone. Not reaching an agreement is a result as well.\n"
               ".TP\n1\nIt ran and failed: a node died, a port was taken.\n"
               ".TP\n2\nThe command line, a file or a game is wrong.\n"
               ".TP\n3\nA verification found something false.");
}

static void command_page(const struct command *c)
{
    put_head(c->name);
    (void)printf(".SH NAME\ntreaty\\-%s \\- ", c->name);
    put_text(c->summary, strlen(c->summary));
    (void)printf("\n.SH SYNOPSIS\n\\fBtreaty %s\\fR ", c->name);
    put_argument(c->usage);
    (void)fputs("\n.SH EXAMPLES\n", stdout);
    put_paragraphs(c->help, true);
    if (strstr(c->help, "\n\n") != NULL) {
        (void)puts(".SH DESCRIPTION");
        put_paragraphs(c->help, false);
    }
    if (c->flags[0] != NULL)
        (void)puts(".SH OPTIONS");
    for (size_t i = 0; command_flag(c, i) != NULL; i++)
        put_option(command_flag(c, i));
    put_exit_status();
    (void)puts(".SH SEE ALSO\n.BR treaty (1),\n.BR treaty\\-files (5)");
}

static void put_misbehaviours(void)
{
    (void)puts(".SH MISBEHAVING\n"
               "What\n\\fB\\-\\-misbehave\\fR "
               "\\fINODE\\fR:\\fIKIND\\fR[@\\fIWHEN\\fR]\n"
               "can make a node do, and what follows on a network without faults if "
               "one node does it.");
    for (int kind = 0; kind < MISBEHAVIOUR_KINDS; kind++) {
        const char *help = misbehaviour_help((enum misbehaviour_kind)kind);
        put_word(".TP\n.B ", misbehaviour_name((enum misbehaviour_kind)kind));
        put_sentences(help);
    }
}

static void program_page(void)
{
    put_head("");
    (void)puts(
        ".SH NAME\n"
        "treaty \\- nodes that negotiate agreements of repeated games, and keep them\n"
        ".SH SYNOPSIS\n"
        "\\fBtreaty\\fR \\fICOMMAND\\fR [\\fIoptions\\fR]\n"
        ".SH EXAMPLES\n"
        ".nf\n"
        "  treaty cluster games/prisoners\\-dilemma.nfg \\-\\-defect 2@20\n"
        "  treaty help cluster\n"
        ".fi\n"
        ".SH DESCRIPTION\n"
        "N nodes that do not trust each other, each knowing only its own payoffs,\n"
        "negotiate an equilibrium of the game that they will play over and over, sign\n"
        "it, play it, and punish whoever breaks it, with nobody in the middle.\n"
        ".SH COMMANDS");
    for (size_t i = 0; commands[i] != NULL; i++) {
        (void)printf(".TP\n.BR treaty\\-%s (1)\n", commands[i]->name);
        put_text(commands[i]->summary, strlen(commands[i]->summary));
        (void)puts(".");
    }
    put_misbehaviours();
    put_exit_status();
    (void)puts(".SH ENVIRONMENT\n"
               ".TP\n.B NO_COLOR\nIf it is set and not empty, nothing is coloured.\n"
               ".TP\n.BI TREATY_ FIELD\n"
               "For a node, a field of its configuration, such as TREATY_LISTEN, or\n"
               "TREATY_HTTP_LISTEN for http.listen.\n"
               "It goes before the file; an option goes before it.\n"
               ".BR treaty\\-config (1)\nshows what it comes to.\n"
               ".SH FILES\n"
               ".TP\n.I runs/TIME\nWhat \\fBtreaty cluster\\fR leaves behind,\n"
               "unless \\fB\\-\\-out\\fR names another directory.\n"
               "Its files are explained in\n.BR treaty\\-files (5).\n"
               ".SH SEE ALSO\n.BR treaty\\-files (5),\n.BR libtreaty (3)");
}

void manual_page(const struct command *c_or_null)
{
    if (c_or_null == NULL)
        program_page();
    else
        command_page(c_or_null);
}
