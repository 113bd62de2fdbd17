/* SPDX-License-Identifier: MIT */
/* Hides which file holds what: terms and roster are for everybody, a node's directory
 * is for that node. */
#include "cli/deal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/words.h"

enum { BASE_PORT_DEFAULT = 7000 };

void places_from(struct place places[PLAYERS_MAX], const char *host, uint16_t base_port,
                 uint8_t n_players)
{
    for (uint8_t i = 0; i < n_players; i++) {
        const unsigned port = base_port + i + 1u;
        const char *hole = host != NULL ? strstr(host, "%d") : NULL;
        char name[160] = "127.0.0.1";
        if (hole != NULL)
            (void)snprintf(name, sizeof name, "%.*s%u%s", (int)(hole - host), host,
                           i + 1u, hole + 2);
        else if (host != NULL)
            (void)snprintf(name, sizeof name, "%s", host);
        /* A name is resolved by the others; a node itself listens on all it has. */
        const bool numeric = name[strspn(name, "0123456789.")] == 0;
        (void)snprintf(places[i].address, ADDRESS_SIZE, "tcp://%s:%u", name, port);
        (void)snprintf(places[i].listen, ADDRESS_SIZE, "tcp://%s:%u",
                       numeric ? name : "0.0.0.0", port);
    }
}

static enum status refused(enum status status, const char *message,
                           char reason[REASON_SIZE])
{
    (void)snprintf(reason, REASON_SIZE, "%s", message);
    return status;
}

static enum status write_node(const struct staging *s, const struct settings *settings,
                              const struct place *place, uint8_t player, enum sync sync,
                              const struct keypair *key, char reason[REASON_SIZE])
{
    static struct node_config config; /* large, and written one after the other */
    char path[PATH_SIZE], message[256];
    memset(&config, 0, sizeof config);
    (void)snprintf(config.terms_path, PATH_SIZE, "../terms.yaml");
    (void)snprintf(config.roster_path, PATH_SIZE, "../roster.yaml");
    (void)snprintf(config.key_path, PATH_SIZE, "key");
    (void)snprintf(config.payoffs_path, PATH_SIZE, "payoffs.yaml");
    (void)snprintf(config.data_path, PATH_SIZE, ".");
    (void)snprintf(config.listen, ADDRESS_SIZE, "%s", place->listen);
    if (settings->http_base_port > 0) {
        (void)snprintf(config.http.listen, ADDRESS_SIZE, "127.0.0.1:%u",
                       settings->http_base_port + player + 1u);
        config.http.own = true;
    }
    config.self = player;
    config.sync = sync;
    config.restart = (struct restart){RESTART_COOLDOWN_MS, RESTART_BUDGET};
    config.options = settings->private_options[player];
    config.misdeeds = settings->misdeeds[player];
    if (!node_path(path, s->built, player, "") || mkdir(path, 0700) != 0)
        return refused(STATUS_FAILED, strerror(errno), reason);
    (void)node_path(path, s->built, player, "key");
    enum status status = key_write(key, path, message);
    if (status == STATUS_OK && node_path(path, s->built, player, "payoffs.yaml"))
        status = payoffs_write(settings->game->payoffs[player], path, message);
    if (status == STATUS_OK && node_path(path, s->built, player, "node.yaml"))
        status = config_write(&config, path, &settings->terms, message);
    return status == STATUS_OK ? STATUS_OK : refused(status, message, reason);
}

enum status deal_write(const struct staging *s, const struct settings *settings,
                       const struct place *places, enum sync sync,
                       char reason[REASON_SIZE])
{
    static struct addresses addresses;
    struct roster roster = {.n_players = settings->terms.shape.n_players};
    char path[PATH_SIZE], message[256];
    enum status status = STATUS_OK;
    memset(&addresses, 0, sizeof addresses);
    for (uint8_t i = 0; i < roster.n_players && status == STATUS_OK; i++) {
        struct seed seed;
        struct keypair key;
        secure_random(&seed, sizeof seed);
        keypair_from_seed(&key, &seed);
        memcpy(roster.name[i], settings->terms.player_name[i], sizeof roster.name[i]);
        memcpy(addresses.address[i], places[i].address, ADDRESS_SIZE);
        roster.key[i] = key.public_key;
        status = write_node(s, settings, &places[i], i, sync, &key, reason);
        secure_wipe(&seed, sizeof seed);
        secure_wipe(&key, sizeof key);
    }
    if (status != STATUS_OK)
        return status;
    (void)directory_path(path, s->built, "terms.yaml");
    status = terms_write(&settings->terms, path, message);
    if (status == STATUS_OK && directory_path(path, s->built, "roster.yaml"))
        status = roster_write(&roster, &addresses, path, message);
    return status == STATUS_OK ? STATUS_OK : refused(status, message, reason);
}

/* ---- the command ---- */

static enum status deal(const struct settings *settings, const char *directory,
                        char reason[REASON_SIZE])
{
    struct place places[PLAYERS_MAX];
    struct staging staging;
    const uint16_t base_port =
        settings->base_port > 0 ? settings->base_port : BASE_PORT_DEFAULT;
    places_from(places, settings->host, base_port, settings->terms.shape.n_players);
    enum status status = staging_open(&staging, directory, reason);
    if (status != STATUS_OK)
        return status;
    status = deal_write(&staging, settings, places, SYNC_WORDS, reason);
    if (status != STATUS_OK) {
        staging_drop(&staging);
        return status;
    }
    return staging_keep(&staging, reason);
}

static enum status run_deal(const struct command *c, const struct given *g)
{
    static struct settings settings;
    static struct game game;
    char reason[REASON_SIZE];
    enum status status = game_load(&game, g->operand[0], reason);
    if (status != STATUS_OK)
        return complain(c, status, reason);
    status = settings_read(&settings, &game, g, reason);
    if (status == STATUS_OK)
        status = deal(&settings, g->operand[1], reason);
    if (status == STATUS_OK)
        (void)printf(
            "%s: %u nodes; start each with `treaty node %s/node-K/node.yaml`\n",
            g->operand[1], game.shape.n_players, g->operand[1]);
    game_free(&game);
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

static const struct flag flags_deal[] = {
    {"host", "NAME-%d",
     "where the nodes run (default: on this machine)\n%d becomes the node's number."},
    {"base-port", "PORT", "node K listens on PORT + K (default 7000)"},
    {"seed", "S", "makes the samplers repeatable (default: random)\nA whole number."},
    {"http-base-port", "PORT",
     "node K answers over HTTP on port PORT + K\n"
     "Of its own machine. By default none does."},
    {NULL, NULL, NULL},
};

const struct command command_deal = {
    .name = "deal",
    .usage = "GAME.nfg DIR [options]",
    .summary = "split a game into terms, roster and a directory per node",
    .help =
        "  treaty deal games/prisoners-dilemma.nfg demo\n"
        "  treaty deal games/channel-access-4.nfg radios --host radio-%d\n"
        "\n"
        "DIR/terms.yaml and DIR/roster.yaml are for everybody. DIR/node-K is for node\n"
        "K alone: node.yaml, its key (and key.pub), and payoffs.yaml with its own\n"
        "payoffs, never another's. Copy the first two and node-K to each machine and\n"
        "start `treaty node node-K/node.yaml` there.\n",
    .flags = {flags_deal, flags_terms, flags_search},
    .operand = {"GAME", "DIR"},
    .operands_min = 2,
    .operands_max = 2,
    .run = run_deal,
};
