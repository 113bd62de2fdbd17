/* SPDX-License-Identifier: MIT */
/* Hides what a word of a command line may become, so that the scripts of the shells
 * need to know nothing of treaty but how to ask. */
#include <stdio.h>
#include <string.h>

#include "adversary/adversary.h"
#include "cli/command.h"

/* What stands behind an argument's name in capitals. Others are numbers and the like,
 * which nobody but the user knows. */
static const struct {
    const char *argument;
    const char *kind; /* first line of the answer */
    const char *words;
} arguments[] = {
    {"GAME", "files nfg counts agg", NULL},
    {"CONFIG", "files yaml", NULL},
    {"FILE", "files", NULL},
    {"DIR", "directories", NULL},
    {"QUESTION", "words",
     "nash pure correlated coarse zero-sum minmax dominance potential anarchy ess "
     "repeated"},
    {"AIM", "words", "welfare worst-welfare egalitarian best: worst:"},
};

static void offer(const char *prefix, const char *typed, const char *word, size_t size,
                  const char *meaning)
{
    if (strncmp(word, typed, strlen(typed) < size ? strlen(typed) : size) != 0 ||
        strlen(typed) > size)
        return;
    (void)printf("%s%.*s\t%s\n", prefix, (int)size, word, meaning);
}

static void offer_list(const char *prefix, const char *typed, const char *words)
{
    while (*words != 0) {
        const size_t size = strcspn(words, " ");
        offer(prefix, typed, words, size, "");
        words += size + (words[size] == ' ');
    }
}

static void offer_commands(const char *typed)
{
    (void)puts("words");
    for (size_t i = 0; commands[i] != NULL; i++)
        offer("", typed, commands[i]->name, strlen(commands[i]->name),
              commands[i]->summary);
}

static void offer_options(const struct command *c, const char *typed)
{
    (void)puts("words");
    for (size_t i = 0; command_flag(c, i) != NULL; i++) {
        const struct flag *f = command_flag(c, i);
        char word[64], meaning[128];
        (void)snprintf(word, sizeof word, "--%s", f->name);
        (void)snprintf(meaning, sizeof meaning, "%.*s", (int)strcspn(f->help, "\n"),
                       f->help);
        offer("", typed, word, strlen(word), meaning);
    }
    offer("", typed, "--help", 6, "what it takes, with examples");
}

/* NODE:KIND. Before the colon nothing is known but that it is a number. */
static void offer_misbehaviours(const char *prefix, const char *typed)
{
    char node[64];
    const char *colon = strchr(typed, ':');
    if (colon == NULL) {
        (void)puts("words nospace");
        if (typed[strspn(typed, "0123456789")] == 0)
            for (unsigned i = 1; i <= PLAYERS_MAX; i++) {
                char word[16];
                (void)snprintf(word, sizeof word, "%u:", i);
                offer(prefix, typed, word, strlen(word), "");
            }
        return;
    }
    (void)puts("words");
    (void)snprintf(node, sizeof node, "%s%.*s:", prefix, (int)(colon - typed), typed);
    for (int kind = 0; kind < MISBEHAVIOUR_KINDS; kind++) {
        const char *name = misbehaviour_name((enum misbehaviour_kind)kind);
        const char *help = misbehaviour_help((enum misbehaviour_kind)kind);
        char meaning[128];
        (void)snprintf(meaning, sizeof meaning, "%.*s", (int)strcspn(help, ";"), help);
        offer(node, colon + 1, name, strlen(name), meaning);
    }
}

/* One alternative of an argument, "finite[:L]": the word, if it is one, else what its
 * name stands for, if that is said. True where it had something to say of the kind. */
static bool kind_of(const char *argument, const char **words)
{
    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
        const size_t size = strlen(arguments[i].argument);
        const char *at = strstr(argument, arguments[i].argument);
        const bool whole = at != NULL && (at == argument || at[-1] == '|') &&
                           (at[size] == 0 || at[size] == '|');
        if (!whole)
            continue;
        /* A directory or a file: files are also directories for every shell. */
        const bool both = strchr(argument, '|') != NULL;
        (void)puts(both ? "files" : arguments[i].kind);
        *words = arguments[i].words;
        return true;
    }
    return false;
}

static void offer_argument(const char *argument, const char *prefix, const char *typed)
{
    const char *words = NULL;
    if (argument == NULL)
        return;
    if (strncmp(argument, "NODE:KIND", 9) == 0) {
        offer_misbehaviours(prefix, typed);
        return;
    }
    if (strcmp(argument, "COMMAND") == 0) {
        offer_commands(typed);
        offer("", typed, "misbehave", 9, "the ways to misbehave");
        return;
    }
    if (kind_of(argument, &words)) {
        if (words != NULL)
            offer_list(prefix, typed, words);
        return;
    }
    (void)puts("words");
    while (*argument != 0) {
        const size_t size = strcspn(argument, "|");
        if (argument[0] >= 'a' && argument[0] <= 'z')
            offer(prefix, typed, argument, strcspn(argument, "|["), "");
        argument += size + (argument[size] == '|');
    }
}

/* A value may be for one node: "2=soo". */
static void offer_value(const struct flag *f, const char *name, const char *typed)
{
    char prefix[96];
    const size_t digits = strspn(typed, "0123456789");
    const size_t node = digits > 0 && typed[digits] == '=' ? digits + 1 : 0;
    (void)snprintf(prefix, sizeof prefix, "%s%.*s", name, (int)node, typed);
    offer_argument(f->argument, prefix, typed + node);
}

static const struct flag *flag_named(const struct command *c, const char *word)
{
    const size_t size = strcspn(word, "=");
    for (size_t i = 0; size > 2 && command_flag(c, i) != NULL; i++) {
        const struct flag *f = command_flag(c, i);
        if (strlen(f->name) + 2 == size && strncmp(word + 2, f->name, size - 2) == 0)
            return f;
    }
    return NULL;
}

void complete(size_t n_words, char **words)
{
    const struct flag *open = NULL; /* the option whose value comes next */
    size_t n_operands = 0;
    if (n_words <= 1) {
        offer_commands(n_words == 0 ? "" : words[0]);
        return;
    }
    const struct command *c = command_find(words[0], NULL);
    const char *typed = words[n_words - 1];
    if (c == NULL)
        return;
    for (size_t i = 1; i + 1 < n_words; i++) {
        if (open != NULL) {
            open = NULL;
        } else if (strncmp(words[i], "--", 2) == 0) {
            const struct flag *f = flag_named(c, words[i]);
            const bool alone = f != NULL && f->argument != NULL;
            open = alone && strchr(words[i], '=') == NULL ? f : NULL;
        } else {
            n_operands++;
        }
    }
    if (open != NULL) {
        offer_value(open, "", typed);
    } else if (strncmp(typed, "--", 2) == 0 && strchr(typed, '=') != NULL) {
        const struct flag *f = flag_named(c, typed);
        char name[64];
        const size_t size = strcspn(typed, "=") + 1;
        (void)snprintf(name, sizeof name, "%.*s", (int)size, typed);
        if (f != NULL)
            offer_value(f, name, typed + size);
    } else if (typed[0] != '-' && n_operands < c->operands_max) {
        if (n_operands >= OPERANDS_MAX)
            n_operands = OPERANDS_MAX - 1;
        while (n_operands > 0 && c->operand[n_operands] == NULL)
            n_operands--; /* the last kind may be repeated */
        offer_argument(c->operand[n_operands], "", typed);
    } else {
        offer_options(c, typed);
    }
}
