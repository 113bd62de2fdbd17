/* SPDX-License-Identifier: MIT */
/* Serves the page on which people watch a session, from its logs or as
 * running nodes tell it. */
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "cli/gallery.h"
#include "cli/site.h"
#include "cli/words.h"

enum { TURN_MS = 50 };

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

/* Whose payoffs the page will show. */
static void say_insight(struct line *l, const struct insight *s)
{
    const uint64_t known = insight_known(s);
    const uint64_t all = players_all(s->terms.shape.n_players);
    if (known == all) {
        line_add(l, "It shows everybody's payoffs");
    } else if (known == 0) {
        line_add(l, "It shows nobody's payoffs: none lie beside the log, and no --game "
                    "was given");
    } else {
        line_add(l, "It shows the payoffs of ");
        say_players(l, &s->terms, known);
        line_add(l, " alone");
    }
}

static void announce(const struct gallery *g, const struct site *s)
{
    struct line l = {0};
    line_add(&l, "The page is at %s (Ctrl-C ends it). ", site_address(s));
    say_insight(&l, &g->insight);
    line_add(&l, site_on_loopback(s)
                     ? "; only users of this machine can read it."
                     : "; everybody who can reach this address can read it.");
    print_wrapped(stderr, l.text, 0);
}

static enum status serve(struct gallery *g, struct site *s, bool once,
                         char reason[REASON_SIZE])
{
    bool more = gallery_read(g);
    while (!stopped) {
        if (!site_turn(s, more ? 0 : TURN_MS, reason))
            return STATUS_FAILED;
        if (more || !once)
            more = gallery_read(g);
    }
    return STATUS_OK;
}

/* Nodes by their addresses, which may not answer yet: they, or their machines, may be
 * starting at the same time. */
static enum status call(struct gallery *gallery, const struct given *g,
                        char reason[REASON_SIZE])
{
    enum { TRIES = 30 };
    static char address[PLAYERS_MAX][FETCH_ADDRESS_SIZE];
    const char *list[PLAYERS_MAX];
    enum status status = STATUS_FAILED;
    if (given_last(g, "once", NULL)) {
        (void)snprintf(reason, REASON_SIZE,
                       "--once is for logs; running nodes are followed");
        return STATUS_USAGE;
    }
    for (size_t k = 0; k < g->n_operands; k++) {
        if (k >= PLAYERS_MAX || !fetch_address(address[k], g->operand[k])) {
            (void)snprintf(reason, REASON_SIZE,
                           "%.300s: expected one directory or log, or the addresses of "
                           "running nodes, such as localhost:9101",
                           g->operand[k]);
            return STATUS_USAGE;
        }
        list[k] = address[k];
    }
    for (int k = 0; k < TRIES && status == STATUS_FAILED && !stopped; k++) {
        const struct timespec second = {1, 0};
        if (k > 0)
            (void)nanosleep(&second, NULL);
        status = gallery_call(gallery, list, (uint8_t)g->n_operands, reason);
        if (k == 0 && status == STATUS_FAILED)
            (void)fprintf(stderr, "%s: asking for %d s\n", reason, TRIES);
    }
    return status;
}

static bool is_place(const char *operand)
{
    struct stat found;
    char address[FETCH_ADDRESS_SIZE];
    return stat(operand, &found) == 0 || !fetch_address(address, operand);
}

static enum status run_observe(const struct command *c, const struct given *g)
{
    static struct gallery gallery;
    char reason[REASON_SIZE] = "";
    struct site *site = NULL;
    const char *listen = "8400", *game;
    (void)given_last(g, "listen", &listen);
    enum status status = g->n_operands == 1 && is_place(g->operand[0])
                             ? gallery_open(&gallery, g->operand[0], reason)
                             : call(&gallery, g, reason);
    if (status == STATUS_OK && given_last(g, "game", &game))
        status = insight_take_game(&gallery.insight, game, reason);
    if (status == STATUS_OK)
        status = site_open(&site, &gallery, listen, reason);
    if (status == STATUS_OK) {
        const struct sigaction end = {.sa_handler = stop};
        const struct sigaction none = {.sa_handler = SIG_IGN};
        (void)sigaction(SIGINT, &end, NULL);
        (void)sigaction(SIGTERM, &end, NULL);
        (void)sigaction(SIGPIPE, &none, NULL);
        announce(&gallery, site);
        status = serve(&gallery, site, given_last(g, "once", NULL), reason);
    }
    site_free(site);
    gallery_free(&gallery);
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

static const struct flag flags_observe[] = {
    {"listen", "[HOST:]PORT", "where the page is (127.0.0.1:8400); port 0: any"},
    {"game", "GAME.nfg", "shows everybody's payoffs: the game that was dealt"},
    {"once", NULL, "show the logs as they are now, and do not follow them"},
    {NULL, NULL, NULL},
};

const struct command command_observe = {
    .name = "observe",
    .usage = "DIR|FILE|ADDRESS... [--listen [HOST:]PORT] [options]",
    .summary = "a page in the browser: what was asked, agreed, played and punished",
    .help =
        "  treaty observe runs/20260102-030405\n"
        "  treaty observe demo/node-2 --listen 8401\n"
        "  treaty observe somewhere/node.log --game games/chicken.nfg\n"
        "  treaty observe localhost:9101 localhost:9102\n"
        "\n"
        "DIR is what cluster, simulate or deal has left, or one node's directory; the\n"
        "nodes may still run, or not have begun. ADDRESS is where a running node\n"
        "answers over HTTP (treaty node --http). The page is served until Ctrl-C and\n"
        "asks no other host for anything. It shows the payoffs that it was given: a\n"
        "run's directory holds everybody's, a node's its own, the others none.\n"
        "Whoever can reach the address can read it; docs/page.md says the rest.\n",
    .flags = {flags_observe},
    .operand = {"DIR|FILE|ADDRESS"},
    .operands_min = 1,
    .operands_max = OPERANDS_MAX,
    .run = run_observe,
};
