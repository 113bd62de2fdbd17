/* SPDX-License-Identifier: MIT */
/* Hides getopt: options are read by the same tables that help is printed from. */
#include "cli/command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

const struct flag *command_flag(const struct command *c, size_t i)
{
    for (size_t t = 0; t < TABLES_MAX && c->flags[t] != NULL; t++)
        for (const struct flag *f = c->flags[t]; f->name != NULL; f++)
            if (i-- == 0)
                return f;
    return NULL;
}

enum { LONG = 256 }; /* what getopt finds from here on are long options */

/* getopt's table from ours; flags says which of ours each entry is. The last entry but
 * the end is --help, which every command has. */
static size_t options_of(struct option *options, const struct flag **flags,
                         const struct command *c)
{
    size_t n = 0;
    for (const struct flag *f; n < FLAGS_MAX && (f = command_flag(c, n)) != NULL; n++) {
        flags[n] = f;
        options[n] = (struct option){
            f->name, f->argument == NULL ? no_argument : required_argument, NULL,
            LONG + (int)n}; /* each another, or an abbreviation of two would be one */
    }
    options[n] = (struct option){"help", no_argument, NULL, 'h'};
    options[n + 1] = (struct option){0};
    return n;
}

size_t word_distance(const char *typed, const char *meant)
{
    enum { LETTERS_MAX = 32 };
    size_t row[LETTERS_MAX + 1];
    const size_t n = strlen(typed), m = strlen(meant);
    if (n == 0 || n > LETTERS_MAX || m > LETTERS_MAX)
        return SIZE_MAX;
    for (size_t k = 0; k <= m; k++)
        row[k] = k;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= m; k++) {
            const size_t mistaken = diagonal + (typed[i - 1] != meant[k - 1]);
            const size_t either = row[k] < row[k - 1] ? row[k] : row[k - 1];
            diagonal = row[k];
            row[k] = mistaken < either + 1 ? mistaken : either + 1;
        }
    }
    if (strncmp(typed, meant, n) == 0)
        return 1;
    return 3 * row[m] <= (n > m ? n : m) ? row[m] : SIZE_MAX;
}

/* Says that there is no such option, and which one was probably meant. */
static void suggest_option(const struct option *options, const char *word, size_t size,
                           char reason[REASON_SIZE])
{
    char name[64];
    const struct option *best = NULL;
    size_t least = SIZE_MAX;
    (void)snprintf(name, sizeof name, "%.*s", size > 2 ? (int)size - 2 : 0, word + 2);
    for (const struct option *o = options; o->name != NULL; o++) {
        const size_t distance = word_distance(name, o->name);
        if (distance >= least)
            continue;
        least = distance;
        best = o;
    }
    const int n = snprintf(reason, REASON_SIZE, "there is no option '%.100s'", word);
    if (best != NULL)
        (void)snprintf(reason + n, REASON_SIZE - (size_t)n, "; did you mean --%s?",
                       best->name);
}

static enum status refuse_option(const struct option *options, char **argv,
                                 char reason[REASON_SIZE])
{
    const char *word = argv[optind - 1];
    if (optopt > 1 && optopt < LONG) {
        (void)snprintf(reason, REASON_SIZE, "there is no option '-%c'", optopt);
        return STATUS_USAGE;
    }
    const size_t size = strcspn(word, "=");
    for (const struct option *o = options; o->name != NULL; o++) {
        if (size < 3 || strncmp(word + 2, o->name, size - 2) != 0)
            continue;
        const char *fault = o->has_arg == no_argument     ? "takes no value"
                            : strlen(o->name) + 2 == size ? "needs a value"
                                                          : NULL;
        if (fault == NULL)
            break;
        (void)snprintf(reason, REASON_SIZE, "--%s %s", o->name, fault);
        return STATUS_USAGE;
    }
    suggest_option(options, word, size, reason);
    return STATUS_USAGE;
}

static enum status take_operands(struct given *out, const struct command *c, int argc,
                                 char **argv, char reason[REASON_SIZE])
{
    out->n_operands = (size_t)(argc - optind);
    if (out->n_operands < c->operands_min) {
        (void)snprintf(reason, REASON_SIZE, "something is missing: treaty %s %s",
                       c->name, c->usage);
        return STATUS_USAGE;
    }
    if (out->n_operands > c->operands_max) {
        (void)snprintf(reason, REASON_SIZE, "'%s' is one too many: treaty %s %s",
                       argv[optind + (int)c->operands_max], c->name, c->usage);
        return STATUS_USAGE;
    }
    out->operand = argv + optind;
    return STATUS_OK;
}

enum status given_read(struct given *out, const struct command *c, int argc,
                       char **argv, char reason[REASON_SIZE])
{
    struct option options[FLAGS_MAX + 2];
    const struct flag *flags[FLAGS_MAX];
    (void)options_of(options, flags, c);
    memset(out, 0, sizeof *out);
    optind = 0; /* makes getopt forget an earlier reading */
    opterr = 0;
    for (;;) {
        const int found = getopt_long(argc, argv, "h", options, NULL);
        if (found == -1)
            break;
        if (found == 'h') {
            out->asks_help = true;
            return STATUS_OK;
        }
        if (found == '?')
            return refuse_option(options, argv, reason);
        if (out->n_options == GIVEN_MAX) {
            (void)snprintf(reason, REASON_SIZE, "more than %d options", GIVEN_MAX);
            return STATUS_USAGE;
        }
        out->option[out->n_options].flag = flags[found - LONG];
        out->option[out->n_options++].value = optarg;
    }
    return take_operands(out, c, argc, argv, reason);
}

bool given_last(const struct given *g, const char *name, const char **value)
{
    for (size_t i = g->n_options; i-- > 0;)
        if (strcmp(g->option[i].flag->name, name) == 0) {
            if (value != NULL)
                *value = g->option[i].value;
            return true;
        }
    return false;
}

void hint(const struct command *c)
{
    (void)fprintf(stderr, "`treaty help %s` says what it takes.\n", c->name);
}

enum status complain(const struct command *c, enum status status, const char *reason)
{
    (void)fflush(stdout);
    (void)fprintf(stderr, "treaty %s: %s\n", c->name, reason);
    if (strncmp(reason, "--", 2) == 0)
        hint(c);
    return status;
}
