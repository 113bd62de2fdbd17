/* SPDX-License-Identifier: MIT */
/* Games that are made, converted and shown: `treaty game`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/classics.h"
#include "cli/arena.h"
#include "cli/options.h"
#include "game/lexical.h"
#include "node/files.h"

/* ---- numbers of options ---- */

static bool read_rational(mpq_ptr out, const struct given *g, const char *option,
                          char reason[REASON_SIZE])
{
    const char *text;
    struct multiples one;
    if (!given_last(g, option, &text))
        return true;
    struct gathering *gathering = gathering_new();
    const char *fault = gathering == NULL
                            ? "needs more memory than there is"
                            : gathering_add(gathering, text, strlen(text));
    if (fault == NULL)
        fault = gathering_settle(&one, gathering);
    gathering_free(gathering);
    if (fault != NULL) {
        (void)snprintf(reason, REASON_SIZE, "--%s: '%.60s' %s", option, text, fault);
        return false;
    }
    multiples_get(out, &one, 0);
    multiples_free(&one);
    return true;
}

/* ---- where games go ---- */

static enum status write_text(const struct given *g, const char *text, size_t size,
                              char reason[REASON_SIZE])
{
    const char *path;
    char message[MESSAGE_SIZE];
    if (!given_last(g, "out", &path)) {
        if (fwrite(text, 1, size, stdout) == size)
            return STATUS_OK;
        (void)snprintf(reason, REASON_SIZE, "standard output cannot be written");
        return STATUS_FAILED;
    }
    const enum status status = file_write(path, text, size, message);
    if (status != STATUS_OK)
        (void)snprintf(reason, REASON_SIZE, "%s", message);
    return status;
}

static enum status write_game(const struct given *g, const struct arena *a,
                              char reason[REASON_SIZE])
{
    size_t size = 0;
    if (a->table != NULL)
        (void)exact_write(a->table, NULL, 0, &size);
    else
        (void)agg_write(a->graph, NULL, 0, &size);
    char *text = size > 0 ? malloc(size) : NULL;
    if (text == NULL) {
        (void)snprintf(reason, REASON_SIZE, "%s",
                       size > 0 ? "memory is short"
                                : "a name ends with a backslash, or a payoff has too "
                                  "many digits: the format cannot say this game");
        return STATUS_FAILED;
    }
    const bool written = a->table != NULL ? exact_write(a->table, text, size, &size)
                                          : agg_write(a->graph, text, size, &size);
    const enum status status =
        written ? write_text(g, text, size, reason) : STATUS_FAILED;
    free(text);
    return status;
}

static bool wants_graph(const struct given *g, bool otherwise, enum status *status,
                        char reason[REASON_SIZE])
{
    const char *format;
    if (!given_last(g, "format", &format))
        return otherwise;
    if (strcmp(format, "agg") != 0 && strcmp(format, "nfg") != 0) {
        (void)snprintf(reason, REASON_SIZE,
                       "--format: '%.60s' is not known: nfg or agg", format);
        *status = STATUS_USAGE;
    }
    return strcmp(format, "agg") == 0;
}

/* ---- generators ---- */

static bool read_players(uint32_t *n, const struct given *g, char reason[REASON_SIZE])
{
    const char *text = "3";
    uint64_t players;
    (void)given_last(g, "players", &text);
    if (!read_whole(&players, "players", text, 2, AGG_PLAYERS_MAX, reason))
        return false;
    *n = (uint32_t)players;
    return true;
}

static enum status finish(const struct given *g, struct loaded *made, bool graph,
                          const char *fault, char reason[REASON_SIZE])
{
    if (fault != NULL) {
        (void)snprintf(reason, REASON_SIZE, "the game %s", fault);
        return STATUS_USAGE;
    }
    if (graph)
        made->arena.graph = &made->graph;
    else
        made->arena.table = &made->table;
    const enum status status = write_game(g, &made->arena, reason);
    loaded_free(made);
    return status;
}

static enum status make_ioc(const struct given *g, struct loaded *made,
                            char reason[REASON_SIZE])
{
    struct ioc p;
    uint32_t n;
    enum status status = STATUS_OK;
    const bool graph = wants_graph(g, false, &status, reason);
    ioc_init(&p);
    if (status == STATUS_OK && (!read_players(&n, g, reason) ||
                                !read_rational(p.reward, g, "reward", reason) ||
                                !read_rational(p.bounty, g, "bounty", reason) ||
                                !read_rational(p.fine, g, "fine", reason) ||
                                !read_rational(p.cost, g, "cost", reason) ||
                                !read_rational(p.guess_cost, g, "cost-q", reason) ||
                                !read_rational(p.guess_right, g, "q", reason)))
        status = STATUS_USAGE;
    if (status == STATUS_OK &&
        (mpq_sgn(p.guess_right) < 0 || mpq_cmp_ui(p.guess_right, 1, 1) > 0)) {
        (void)snprintf(reason, REASON_SIZE, "--q: expected a probability, 0 to 1");
        status = STATUS_USAGE;
    }
    if (status == STATUS_OK)
        status = finish(g, made, graph,
                        graph ? ioc_graph(&made->graph, &p, n)
                              : ioc_table(&made->table, &p, n),
                        reason);
    ioc_clear(&p);
    return status;
}

static enum status make_forwarding(const struct given *g, struct loaded *made,
                                   char reason[REASON_SIZE])
{
    struct forwarding p;
    uint32_t n;
    enum status status = STATUS_OK;
    const bool graph = wants_graph(g, false, &status, reason);
    forwarding_init(&p);
    if (status == STATUS_OK &&
        (!read_players(&n, g, reason) || !read_rational(p.gain, g, "gain", reason) ||
         !read_rational(p.cost, g, "cost", reason)))
        status = STATUS_USAGE;
    if (status == STATUS_OK)
        status = finish(g, made, graph,
                        graph ? forwarding_graph(&made->graph, &p, n)
                              : forwarding_table(&made->table, &p, n),
                        reason);
    forwarding_clear(&p);
    return status;
}

/* ---- files ---- */

static enum status convert(const struct given *g, struct loaded *l,
                           char reason[REASON_SIZE])
{
    enum status status = STATUS_OK;
    const bool was_graph = l->arena.graph != NULL;
    const bool graph = wants_graph(g, !was_graph, &status, reason);
    const char *fault = NULL;
    if (status != STATUS_OK)
        return status;
    if (graph == was_graph)
        return write_game(g, &l->arena, reason);
    struct loaded *made = calloc(1, sizeof *made);
    if (made == NULL) {
        (void)snprintf(reason, REASON_SIZE, "memory is short");
        return STATUS_FAILED;
    }
    fault = graph ? agg_from_table(&made->graph, &l->table)
                  : agg_expand(&made->table, &l->graph);
    status = finish(g, made, graph, fault, reason);
    free(made);
    return status;
}

static void show(const struct loaded *l)
{
    const struct arena *a = &l->arena;
    const uint32_t n = arena_players(a);
    char name[LABEL_SIZE], scale[NUMBER_MAX + 1];
    double profiles = 1;
    (void)printf("%s%s%u players\n", loaded_title(l),
                 loaded_title(l)[0] != '\0' ? ": " : "", n);
    for (uint32_t i = 0; i < n; i++)
        profiles *= arena_actions(a, i);
    for (uint32_t i = 0; i < n && i < 40; i++) {
        (void)printf("  %u  %s:", i + 1, player_label(name, l, i));
        for (uint32_t k = 0; k < arena_actions(a, i); k++)
            (void)printf("%s %s", k > 0 ? "," : "", action_label(name, l, i, k));
        (void)puts("");
    }
    if (n > 40)
        (void)printf("  ... and %u more\n", n - 40);
    (void)printf("%.10g profiles, %zu payoffs", profiles, arena_payoffs(a)->n);
    if (a->graph != NULL)
        (void)printf(" on %u nodes", a->graph->n_nodes);
    if (rational_write(scale, sizeof scale, arena_payoffs(a)->scale))
        (void)printf(", all multiples of %s%s", scale,
                     arena_payoffs(a)->value != NULL ? "" : " (beyond 64 bits)");
    (void)puts("");
}

static enum status run_game(const struct command *c, const struct given *g)
{
    static struct loaded loaded;
    char reason[REASON_SIZE];
    const char *what = g->operand[0];
    const bool file = strcmp(what, "convert") == 0 || strcmp(what, "show") == 0;
    enum status status = STATUS_USAGE;
    (void)snprintf(reason, sizeof reason,
                   "'%.60s' is not known: ioc, fd, convert FILE or show FILE", what);
    if (file != (g->n_operands == 2)) {
        if (file)
            (void)snprintf(reason, sizeof reason, "which file? treaty game %s FILE",
                           what);
        else if (strcmp(what, "ioc") == 0 || strcmp(what, "fd") == 0)
            (void)snprintf(reason, sizeof reason,
                           "'%.100s' is one too many: %s takes options only",
                           g->operand[1], what);
        return complain(c, status, reason);
    }
    memset(&loaded, 0, sizeof loaded);
    if (strcmp(what, "ioc") == 0)
        status = make_ioc(g, &loaded, reason);
    else if (strcmp(what, "fd") == 0)
        status = make_forwarding(g, &loaded, reason);
    else if (file)
        status = loaded_read(&loaded, g->operand[1], reason);
    if (status == STATUS_OK && strcmp(what, "convert") == 0)
        status = convert(g, &loaded, reason);
    else if (status == STATUS_OK && strcmp(what, "show") == 0)
        show(&loaded);
    loaded_free(&loaded);
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

static const struct flag flags_game[] = {
    {"players", "N", "how many (default 3)"},
    {"reward", "R", "ioc: for the right result (default 20)"},
    {"bounty", "B", "ioc: for who works among the lazy (default 20)"},
    {"fine", "F", "ioc: for who is lazy among others (default 2.5)"},
    {"cost", "C", "ioc: of computing (10); fd: of forwarding (1)"},
    {"cost-q", "C", "ioc: of guessing (default 5)"},
    {"q", "Q", "ioc: how often a guess is right (default 0.5)"},
    {"gain", "G", "fd: from a packet that is forwarded (default 2)"},
    {"format", "nfg|agg",
     "a table, or an action graph, which stays small\n"
     "convert makes the other one, unless told."},
    {"out", "FILE", "where the game goes\nBy default to standard output."},
    {NULL, NULL, NULL},
};

const struct command command_game = {
    .name = "game",
    .usage = "ioc|fd|convert FILE|show FILE [options]",
    .summary = "make a game of the literature, or convert or show a file",
    .help = "  treaty game ioc --players 5 --bounty 8 --out ioc-05.nfg\n"
            "  treaty game fd --players 1000 --format agg --out fd-1000.agg\n"
            "  treaty game convert ioc-05.nfg --out ioc-05.agg\n"
            "\n"
            "ioc: contractors compute (D) or guess (L); fd: radios forward (F) or drop "
            "(D)\n"
            "a packet. Numbers may be fractions: --q 1/3. A table becomes an action "
            "graph\n"
            "that is small where players are interchangeable; payoffs stay what they "
            "were.\n",
    .flags = {flags_game},
    .operand = {"ioc|fd|convert|show", "GAME"},
    .operands_min = 1,
    .operands_max = 2,
    .run = run_game,
};
