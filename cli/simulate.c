/* SPDX-License-Identifier: MIT */
/* The same players in one process: one seed, a virtual clock and an adversarial
 * network. Everything that is printed follows from the seed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/contract.h"
#include "cli/deal.h"
#include "cli/outcome.h"
#include "cli/runs.h"
#include "cli/story.h"
#include "cli/weather.h"
#include "node/files.h"

/* Everything that one world is made from. */
struct simulation {
    const struct command *command;
    const struct given *given;
    struct game game;
    struct settings settings;
    struct network network;
    uint64_t runs, jobs;
    uint64_t skipped; /* seeds that fall to the shards before this one */
};

/* ---- one world ---- */

static void watch(void *context, uint64_t now_ms, uint8_t player,
                  const struct note *note)
{
    story_note(context, player, now_ms, note);
}

static struct world *make_world(const struct simulation *s, struct story *story)
{
    return world_new(
        &(struct world_options){.seed = s->settings.seed,
                                .terms = &s->settings.terms,
                                .game = s->settings.game,
                                .private_options = s->settings.private_options,
                                .misdeeds = s->settings.misdeeds,
                                .network = s->network,
                                .watch = story != NULL ? watch : NULL,
                                .context = story});
}

static void read_world(struct account *accounts, const struct world *w)
{
    for (uint8_t i = 0; i < world_terms(w)->shape.n_players; i++) {
        struct digest chain = record_origin();
        struct record record;
        size_t size = 0, used = 0;
        const uint8_t *bytes = world_log(w, i, &size);
        accounts[i] = (struct account){
            .terms = world_terms(w), .roster = world_roster(w), .self = i};
        while (record_read(&record, &used, &chain, bytes, size) == RECORD_READ) {
            account_record(&accounts[i], &record);
            bytes += used;
            size -= used;
        }
    }
}

static void count_traffic(struct traffic *t, const struct world *w)
{
    for (uint8_t i = 0; i < world_terms(w)->shape.n_players; i++) {
        struct world_counts counts;
        struct report report;
        world_counts(w, i, &counts);
        world_report(w, i, &report);
        t->messages += counts.messages;
        t->bytes += counts.bytes;
        t->signatures += report.signatures;
        t->verifications += report.verifications;
    }
}

/* Nodes whose logs end early for a reason that was asked for. */
static uint64_t crashed(const struct network *n)
{
    uint64_t mask = 0;
    for (uint8_t i = 0; i < n->n_crashes; i++)
        mask |= player_bit(n->crash[i].player);
    return mask;
}

/* ---- what is left of it ---- */

static enum status leave_logs(const struct world *w, const struct staging *staging,
                              char message[256])
{
    static struct addresses addresses; /* large */
    const uint8_t n = world_terms(w)->shape.n_players;
    struct place places[PLAYERS_MAX];
    char path[PATH_SIZE];
    places_from(places, NULL, 0,
                n); /* nobody listens: addresses only complete the file */
    for (uint8_t i = 0; i < n; i++)
        memcpy(addresses.address[i], places[i].address, ADDRESS_SIZE);
    enum status status = STATUS_FAILED;
    if (directory_path(path, staging->built, "terms.yaml"))
        status = terms_write(world_terms(w), path, message);
    if (status == STATUS_OK && directory_path(path, staging->built, "roster.yaml"))
        status = roster_write(world_roster(w), &addresses, path, message);
    for (uint8_t i = 0; i < n && status == STATUS_OK; i++) {
        size_t size = 0;
        const uint8_t *bytes = world_log(w, i, &size);
        if (!node_path(path, staging->built, i, "") || mkdir(path, 0700) != 0)
            status = STATUS_FAILED;
        if (status == STATUS_OK && node_path(path, staging->built, i, "node.log"))
            status = file_write(path, bytes, size, message);
    }
    return status;
}

static enum status leave(const struct world *w, const struct account *a,
                         const char *directory, char reason[REASON_SIZE])
{
    struct staging staging;
    char path[PATH_SIZE], message[256] = "the disk refuses";
    enum status status = staging_open(&staging, directory, reason);
    if (status != STATUS_OK)
        return status;
    status = leave_logs(w, &staging, message);
    if (status != STATUS_OK) {
        (void)snprintf(reason, REASON_SIZE, "%s", message);
        staging_drop(&staging);
        return status;
    }
    if (node_path(path, staging.built, a->self, "node.log"))
        status = contract_write(staging.built, a, path, reason);
    if (status == STATUS_OK)
        return staging_keep(&staging, reason);
    staging_drop(&staging);
    return status;
}

/* ---- the command that repeats it ---- */

/* In single quotes wherever a shell could see more than plain text. */
static void quote(struct line *l, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_./:=@+,%";
    if (text[0] != 0 && text[strspn(text, plain)] == 0) {
        line_add(l, "%s", text);
        return;
    }
    line_add(l, "'");
    for (; *text != 0; text++)
        if (*text == '\'')
            line_add(l, "'\\''");
        else
            line_add(l, "%c", *text);
    line_add(l, "'");
}

static void repeat_command(struct line *l, const struct given *g)
{
    static const char *const left_out[] = {"seed", "runs", "shard", "jobs",
                                           "out",  "json", "quiet"};
    line_add(l, "treaty simulate ");
    quote(l, g->operand[0]);
    for (size_t i = 0; i < g->n_options; i++) {
        const char *name = g->option[i].flag->name;
        bool wanted = true;
        for (size_t k = 0; k < sizeof left_out / sizeof left_out[0]; k++)
            wanted = wanted && strcmp(name, left_out[k]) != 0;
        if (!wanted)
            continue;
        line_add(l, " --%s ", name);
        if (g->option[i].value != NULL)
            quote(l, g->option[i].value);
    }
    line_add(l, " --seed ");
}

static void say_breaches(const struct simulation *s, const struct breaches *b)
{
    char text[BREACHES_TEXT_MAX];
    struct line command = {0};
    repeat_command(&command, s->given);
    breaches_text(text, b, s->settings.seed, command.text);
    (void)fprintf(stderr, "%s\n", text);
}

/* ---- a run ---- */

static enum status report_world(const struct simulation *s, const struct world *w,
                                FILE *out, const char *directory,
                                char reason[REASON_SIZE])
{
    struct account accounts[PLAYERS_MAX] = {{0}};
    struct breaches breaches = {0};
    struct report_input in = {.settings = &s->settings,
                              .breaches = &breaches,
                              .out = directory,
                              .virtual_time = true};
    enum status status = STATUS_OK;
    read_world(accounts, w);
    count_traffic(&in.traffic, w);
    for (uint8_t i = 0; i < s->settings.terms.shape.n_players; i++)
        in.deeds[i] = world_deeds(w, i);
    in.deeds_known = UINT64_MAX;
    const bool lawful = laws_hold(w, &breaches);
    const bool agree = outcome_report(out, &in, accounts, crashed(&s->network));
    if (!lawful)
        say_breaches(s, &breaches);
    if (!lawful || !agree) {
        (void)snprintf(reason, REASON_SIZE, "%s",
                       lawful ? "the logs do not agree: see the report"
                              : "a law of the simulation is broken");
        status = STATUS_FAILED;
    }
    if (directory != NULL && leave(w, in.account, directory, reason) != STATUS_OK)
        status = STATUS_FAILED;
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        account_free(&accounts[i]);
    return status;
}

static enum status run_world(const struct simulation *s, FILE *out, bool tell,
                             const char *directory, char reason[REASON_SIZE])
{
    struct story *story = NULL;
    if (tell)
        story = story_new(&(struct story_options){.out = stderr,
                                                  .terms = &s->settings.terms,
                                                  .colour = wants_colour(stderr),
                                                  .payoffs = s->settings.game->payoffs,
                                                  .chorus = true});
    struct world *w = make_world(s, story);
    if (w == NULL) {
        story_free(story);
        (void)snprintf(reason, REASON_SIZE, "memory is short");
        return STATUS_FAILED;
    }
    (void)world_run(w);
    story_free(story);
    if (tell)
        (void)fputc('\n', stderr);
    const enum status status = report_world(s, w, out, directory, reason);
    world_free(w);
    return status;
}

/* One of many: a line of JSON, and its logs in a directory of its own. */
static enum status run_of_many(void *context, uint64_t number, FILE *out)
{
    struct simulation *s = context;
    char reason[REASON_SIZE] = "", directory[PATH_SIZE];
    const char *parent = s->settings.out;
    const uint64_t first = s->settings.seed;
    settings_seed(&s->settings, first + s->skipped + number);
    if (parent != NULL)
        (void)snprintf(directory, sizeof directory, "%.900s/seed-%llu", parent,
                       (unsigned long long)s->settings.seed);
    const enum status status =
        run_world(s, out, false, parent != NULL ? directory : NULL, reason);
    if (status != STATUS_OK)
        (void)fprintf(stderr, "treaty simulate: seed %llu: %s\n",
                      (unsigned long long)s->settings.seed, reason);
    settings_seed(&s->settings, first);
    return status;
}

/* ---- the command ---- */

static enum status simulation_read(struct simulation *s, char reason[REASON_SIZE])
{
    const struct given *g = s->given;
    const char *runs = "1", *jobs = "1", *text;
    struct share share;
    enum status status = settings_read(&s->settings, &s->game, g, reason);
    if (status == STATUS_OK)
        status = weather_read(&s->network, g, s->game.shape.n_players, reason);
    if (status == STATUS_OK && s->settings.out != NULL)
        status = staging_vacant(s->settings.out, reason);
    (void)given_last(g, "runs", &runs);
    (void)given_last(g, "jobs", &jobs);
    if (status == STATUS_OK &&
        (!read_whole(&s->runs, "runs", runs, 1, 1000000000, reason) ||
         !read_whole(&s->jobs, "jobs", jobs, 1, RUN_JOBS_MAX, reason)))
        status = STATUS_USAGE;
    if (status != STATUS_OK || !given_last(g, "shard", &text))
        return status;
    if (!share_read(&share, text, s->runs, "runs", reason))
        return STATUS_USAGE;
    s->skipped = share.first;
    s->runs = share.n;
    return STATUS_OK;
}

static enum status run_simulate(const struct command *c, const struct given *g)
{
    static struct simulation s;
    char reason[REASON_SIZE] = "";
    s.command = c;
    s.given = g;
    enum status status = game_load(&s.game, g->operand[0], reason);
    if (status != STATUS_OK)
        return complain(c, status, reason);
    status = simulation_read(&s, reason);
    if (status != STATUS_OK) {
        game_free(&s.game);
        return complain(c, status, reason);
    }
    if (given_last(g, "runs", NULL)) {
        s.settings.json = true;
        status = runs_in_order(s.runs, s.jobs, run_of_many, &s,
                               s.settings.quiet ? NULL : "runs", stdout);
        (void)snprintf(reason, sizeof reason, "not every run went well");
    } else {
        status = run_world(&s, stdout, !s.settings.quiet, s.settings.out, reason);
    }
    game_free(&s.game);
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

static const struct flag flags_simulate[] = {
    {"runs", "N", "N seeds from S on, a line of JSON for each"},
    {"jobs", "J",
     "as many processes at once (default 1)\nThe output is the same for any J."},
    {"shard", "I/N",
     "only the I-th of N parts of the runs\n"
     "The outputs of all parts, one after the other, are that of the whole."},
    {NULL, NULL, NULL},
};

const struct command command_simulate = {
    .name = "simulate",
    .usage = "GAME.nfg [options]",
    .summary = "the same in one process: virtual time, a hostile network",
    .help =
        "  treaty simulate games/prisoners-dilemma.nfg --seed 1 --loss 0.2\n"
        "  treaty simulate games/channel-access-4.nfg --seed 7 --crash 3@5s:2s\n"
        "  treaty simulate games/chicken.nfg --seed 1 --runs 100 --jobs 2\n"
        "\n"
        "Keys, coins, delays and losses all follow from the seed: the same command\n"
        "gives the same bytes. The seconds of the report are virtual. After every run\n"
        "the laws are checked that must hold in every world; where one is broken, the\n"
        "command that repeats it is printed and the exit code is 1.\n",
    .flags = {flags_weather, flags_report, flags_simulate, flags_terms, flags_search},
    .operand = {"GAME"},
    .operands_min = 1,
    .operands_max = 1,
    .run = run_simulate,
};
