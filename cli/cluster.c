/* SPDX-License-Identifier: MIT */
/* The main job: deal, start one process per player, tell what happens, and report. */
#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/secure.h"
#include "cli/contract.h"
#include "cli/deal.h"
#include "cli/launcher.h"
#include "cli/outcome.h"

/* ---- ports ---- */

/* A socket that listens there, or -1 with errno; a port of 0 becomes the one it got. */
static int hold(uint16_t *port)
{
    /* As the node will ask: what lingers of an earlier run is no obstacle. */
    const int on = 1, held = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(*port);
    if (held < 0)
        return -1;
    if (setsockopt(held, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(held, (struct sockaddr *)&address, size) == 0 && listen(held, 1) == 0 &&
        getsockname(held, (struct sockaddr *)&address, &size) == 0) {
        *port = ntohs(address.sin_port);
        return held;
    }
    const int reason = errno;
    (void)close(held);
    errno = reason;
    return -1;
}

/* Any port, but rather none of those that systems give to whoever connects: between now
 * and when the node listens there it would be given away now and then. */
static int hold_any(uint16_t *port)
{
    enum { TRIES = 100, LOWEST = 10000, SPAN = 20000 };
    for (int k = 0; k < TRIES; k++) {
        uint16_t chance;
        secure_random(&chance, sizeof chance);
        *port = (uint16_t)(LOWEST + chance % SPAN);
        const int held = hold(port);
        if (held >= 0)
            return held;
    }
    *port = 0;
    return hold(port);
}

/* Ports that nobody listens on now: the given ones, or any where they are 0. All are
 * held until the last is found, so that they are different. False with errno, and
 * *refused the first that could not be had. */
static bool find_ports(uint16_t *ports, uint8_t n, uint8_t *refused)
{
    int sockets[2 * PLAYERS_MAX], reason = 0;
    uint8_t held = 0;
    for (; held < n && reason == 0; held++) {
        *refused = held;
        sockets[held] = ports[held] == 0 ? hold_any(&ports[held]) : hold(&ports[held]);
        if (sockets[held] < 0)
            reason = errno;
    }
    for (uint8_t i = 0; i < held; i++)
        if (sockets[i] >= 0)
            (void)close(sockets[i]);
    errno = reason;
    return reason == 0;
}

static void say_refused(const struct settings *s, uint8_t refused, uint16_t port,
                        char reason[REASON_SIZE])
{
    const uint8_t n = s->terms.shape.n_players;
    const bool http = refused >= n;
    if (!http && s->base_port == 0)
        (void)snprintf(reason, REASON_SIZE, "this machine has no free ports: %s",
                       strerror(errno));
    else
        (void)snprintf(
            reason, REASON_SIZE,
            "%s %u: node %u would %s on port %u: %s; choose another, or leave "
            "the option out",
            http ? "--http-base-port" : "--base-port",
            (unsigned)(http ? s->http_base_port : s->base_port), refused % n + 1u,
            http ? "answer" : "listen", port, strerror(errno));
}

/* A port that is taken is found out here, before anything is written. First the nodes'
 * ports, then those of their interfaces, where they have any. */
static enum status choose_places(struct place *places, const struct settings *s,
                                 char reason[REASON_SIZE])
{
    uint16_t ports[2 * PLAYERS_MAX] = {0};
    uint8_t refused = 0;
    const uint8_t n = s->terms.shape.n_players;
    for (uint8_t i = 0; i < n; i++) {
        ports[i] = (uint16_t)(s->base_port > 0 ? s->base_port + i + 1u : 0);
        ports[n + i] = (uint16_t)(s->http_base_port + i + 1u);
    }
    if (!find_ports(ports, (uint8_t)(s->http_base_port > 0 ? 2 * n : n), &refused)) {
        say_refused(s, refused, ports[refused], reason);
        return STATUS_FAILED;
    }
    for (uint8_t i = 0; i < n; i++) {
        (void)snprintf(places[i].listen, ADDRESS_SIZE, "tcp://127.0.0.1:%u", ports[i]);
        memcpy(places[i].address, places[i].listen, ADDRESS_SIZE);
    }
    return STATUS_OK;
}

/* ---- directories ---- */

/* "runs/20260102-030405", with "-2", "-3", ... where that exists already. */
static void default_directory(char out[PATH_SIZE])
{
    char stamp[32];
    struct stat found;
    struct tm parts;
    const time_t now = time(NULL);
    (void)localtime_r(&now, &parts);
    (void)strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &parts);
    (void)snprintf(out, PATH_SIZE, "runs/%s", stamp);
    for (unsigned k = 2; lstat(out, &found) == 0 && k < 1000; k++)
        (void)snprintf(out, PATH_SIZE, "runs/%s-%u", stamp, k);
}

static enum status deal_cluster(const struct settings *s, const char *directory,
                                char reason[REASON_SIZE])
{
    struct place places[PLAYERS_MAX];
    struct staging staging;
    enum status status = choose_places(places, s, reason);
    if (status == STATUS_OK)
        status = staging_open(&staging, directory, reason);
    if (status != STATUS_OK)
        return status;
    /* Its nodes share a machine, and are no longer needed once that stops. */
    status = deal_write(&staging, s, places, SYNC_AGREEMENT, reason);
    if (status == STATUS_OK)
        return staging_keep(&staging, reason);
    staging_drop(&staging);
    return status;
}

/* What the launcher has to know to read the logs, from the files that it has dealt. */
static enum status read_back(struct archive *a, const char *directory,
                             char reason[REASON_SIZE])
{
    static struct addresses addresses; /* of no interest here */
    char path[PATH_SIZE], message[256] = "a path is too long";
    memset(a, 0, sizeof *a);
    enum status status = STATUS_FAILED;
    if (directory_path(path, directory, "terms.yaml"))
        status = terms_read(&a->terms, path, message);
    if (status == STATUS_OK && directory_path(path, directory, "roster.yaml"))
        status = roster_read(&a->roster, &addresses, path, message);
    a->cluster = true;
    a->n_logs = a->terms.shape.n_players;
    for (uint8_t i = 0; i < a->n_logs; i++)
        (void)node_path(a->log[i], directory, i, "node.log");
    if (status != STATUS_OK)
        (void)snprintf(reason, REASON_SIZE, "%s", message);
    return status;
}

/* ---- the report ---- */

/* What a node did of what it was told to break. */
static void add_deeds(struct report_input *in, json_t *result, uint8_t node)
{
    json_int_t defections, misbehaviours;
    if (json_unpack(result, "{s{sIsI}}", "misdeeds_done", "defections", &defections,
                    "misbehaviours", &misbehaviours) != 0)
        return;
    in->deeds[node] = (struct deeds){(uint64_t)defections, (uint32_t)misbehaviours};
    in->deeds_known |= player_bit(node);
}

/* Adds up what each node counted. A node that died has left no result. */
static void add_result(struct report_input *in, const char *directory, uint8_t node)
{
    struct traffic *t = &in->traffic;
    static const char *const names[] = {"messages_sent", "bytes_sent", "signatures",
                                        "verifications"};
    uint64_t *const sums[] = {&t->messages, &t->bytes, &t->signatures,
                              &t->verifications};
    char path[PATH_SIZE];
    if (!node_path(path, directory, node, "result.json"))
        return;
    json_t *result = json_load_file(path, 0, NULL);
    for (size_t i = 0; i < 4; i++) {
        const json_t *network = json_object_get(result, "network");
        const json_t *count =
            json_object_get(network != NULL ? network : result, names[i]);
        if (json_is_integer(count))
            *sums[i] += (uint64_t)json_integer_value(count);
    }
    add_deeds(in, result, node);
    json_decref(result);
}

static enum status report_cluster(const struct settings *s, struct launch *l,
                                  char reason[REASON_SIZE])
{
    const bool begun = l->begun || l->interrupted;
    struct report_input in = {
        .settings = s, .endings = l->endings, .out = begun ? l->directory : NULL};
    struct line unused = {0};
    uint64_t cut = 0;
    const uint8_t n = s->terms.shape.n_players;
    enum status status = STATUS_OK;
    for (uint8_t i = 0; i < n; i++) {
        add_result(&in, l->directory, i);
        if (report_ending(&unused, &l->endings[i]))
            status = STATUS_FAILED;
        if (l->endings[i].stopped || l->endings[i].exit_code != 0)
            cut |= player_bit(i);
    }
    if (!outcome_report(stdout, &in, l->accounts, cut)) {
        (void)fprintf(stderr, "\nTHE LOGS DO NOT AGREE: see the report\n");
        status = STATUS_FAILED;
    }
    /* The corrected command can use the same name again. */
    if (!begun)
        directory_remove(l->directory);
    const ptrdiff_t fullest = in.account - l->accounts;
    if (status == STATUS_OK || in.account->treaty)
        if (contract_write(l->directory, in.account, l->archive->log[fullest],
                           reason) != STATUS_OK)
            return STATUS_FAILED;
    if (l->interrupted)
        (void)snprintf(reason, REASON_SIZE, "interrupted; the nodes were stopped");
    else if (status != STATUS_OK)
        (void)snprintf(reason, REASON_SIZE, "it failed: see the report");
    return l->interrupted ? STATUS_FAILED : status;
}

/* ---- the command ---- */

static enum status play(const struct settings *s, const char *directory,
                        char reason[REASON_SIZE])
{
    static struct archive archive;
    static struct launch launch;
    enum status status = deal_cluster(s, directory, reason);
    if (status == STATUS_OK)
        status = read_back(&archive, directory, reason);
    if (status != STATUS_OK)
        return status;
    launch = (struct launch){.directory = directory, .archive = &archive};
    if (!s->quiet)
        launch.story = story_new(&(struct story_options){.out = stderr,
                                                         .terms = &archive.terms,
                                                         .roster = &archive.roster,
                                                         .colour = wants_colour(stderr),
                                                         .live = is_terminal(stderr),
                                                         .payoffs = s->game->payoffs,
                                                         .chorus = true});
    status = launch_run(&launch, reason);
    story_free(launch.story);
    if (!s->quiet)
        (void)fputc('\n', stderr);
    if (status == STATUS_OK)
        status = report_cluster(s, &launch, reason);
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        account_free(&launch.accounts[i]);
    return status;
}

static enum status run_cluster(const struct command *c, const struct given *g)
{
    static struct settings settings;
    static struct game game;
    char reason[REASON_SIZE], directory[PATH_SIZE];
    enum status status = game_load(&game, g->operand[0], reason);
    if (status != STATUS_OK)
        return complain(c, status, reason);
    status = settings_read(&settings, &game, g, reason);
    if (settings.out == NULL)
        default_directory(directory);
    else
        (void)snprintf(directory, sizeof directory, "%s", settings.out);
    if (status == STATUS_OK)
        status = play(&settings, directory, reason);
    game_free(&game);
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

static const struct flag flags_cluster[] = {
    {"base-port", "PORT",
     "node K listens on PORT + K\nBy default they listen on ports that are free."},
    {"http-base-port", "PORT",
     "node K answers over HTTP on port PORT + K\n"
     "For treaty status, top and observe. By default none does."},
    {NULL, NULL, NULL},
};

const struct command command_cluster = {
    .name = "cluster",
    .usage = "GAME.nfg [options]",
    .summary = "one process per player here: agree, sign, play, enforce, report",
    .help =
        "  treaty cluster games/prisoners-dilemma.nfg\n"
        "  treaty cluster games/prisoners-dilemma.nfg --defect 2@20\n"
        "  treaty cluster games/channel-access-4.nfg --strategy finite --defect 3@10\n"
        "  treaty cluster games/chicken.nfg --delta 1=0.95 --misbehave 2:silent@10\n"
        "  treaty cluster games/chicken.nfg --json > report.json\n"
        "\n"
        "Every node is a process that knows its own payoffs and nobody else's. The "
        "story\n"
        "goes to standard error while it happens, the report to standard output. DIR\n"
        "(--out, by default runs/ and the time) keeps terms, roster, the agreement "
        "and\n"
        "each node's directory with its log. The exit code is 0 also where nothing "
        "was\n"
        "agreed on; it is 1 where a node died.\n",
    .flags = {flags_terms, flags_report, flags_cluster, flags_search},
    .operand = {"GAME"},
    .operands_min = 1,
    .operands_max = 1,
    .run = run_cluster,
};
