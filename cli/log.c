/* SPDX-License-Identifier: MIT */
/* Shows a log to people, or record by record to programs. */
#include "node/log.h"
#include "node/files.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/archive.h"
#include "cli/staging.h"
#include "cli/story.h"
#include "cli/stream.h"
#include "cli/words.h"

struct showing {
    const struct archive *archive;
    struct account account; /* of the log that is shown */
    struct story *story;    /* NULL: JSON */
    bool follow;
};

static void pause_briefly(void)
{
    const struct timespec t = {0, 50000000};
    (void)nanosleep(&t, NULL);
}

static void show_record(struct showing *s, const struct record *r, uint64_t number)
{
    account_record(&s->account, r);
    if (s->story != NULL)
        story_record(s->story, s->account.self, r);
    else
        stream_record(stdout, r, number, &s->archive->terms, &s->archive->roster, true);
}

/* To the end of the log, or, following it, until it is closed. */
static enum status show_log(struct showing *s, char reason[REASON_SIZE])
{
    char message[256];
    const char *path = s->archive->log[0];
    struct log_reader *reader;
    struct record record;
    enum status status = log_reader_open(&reader, path, message);
    if (status != STATUS_OK) {
        (void)snprintf(reason, REASON_SIZE, "%s", message);
        return status;
    }
    while (status == STATUS_OK && !s->account.closed) {
        const enum record_reading reading = log_reader_next(reader, &record);
        if (reading == RECORD_BROKEN) {
            status = archive_broken(path, reader, reason);
        } else if (reading == RECORD_READ) {
            show_record(s, &record, log_reader_count(reader));
            if (!s->account.opened)
                status = archive_strange(path, reason);
        } else if (s->follow) {
            if (s->story != NULL)
                story_pulse(s->story);
            (void)fflush(stdout);
            pause_briefly();
        } else {
            break;
        }
    }
    log_reader_close(reader);
    return status;
}

/* What the logs of the other nodes say of the same session. */
static enum status compare(struct showing *s, char reason[REASON_SIZE])
{
    static struct account accounts[PLAYERS_MAX];
    char found[256];
    struct line l = {0};
    uint64_t ended = 0, guilty = 0;
    enum status status = STATUS_OK;
    uint8_t n = 0;
    for (; n < s->archive->n_logs && status == STATUS_OK; n++) {
        status = archive_account(&accounts[n], s->archive, n, reason);
        ended += accounts[n].ended;
        guilty |= account_guilty(&accounts[n]);
    }
    const bool over = ended == s->archive->n_logs;
    if (status == STATUS_OK &&
        !accounts_agree(accounts, n, guilty, over ? 0 : UINT64_MAX, found)) {
        (void)snprintf(reason, REASON_SIZE, "%s", found);
        status = STATUS_FALSE;
    }
    if (status == STATUS_OK && s->story != NULL && n > 1) {
        line_add(&l, "this is node %u's log; %s agree%s with it%s",
                 s->account.self + 1u, n > 2 ? "all the others'" : "the other one",
                 n > 2 ? "" : "s", over ? "" : " so far");
        story_say(s->story, s->account.last_ms, "logs", l.text, false);
    }
    for (uint8_t i = 0; i < n; i++)
        account_free(&accounts[i]);
    return status;
}

/* The payoffs that lie beside the logs: all of a cluster that ran here, or one node's.
 */
static void find_payoffs(struct payoffs *payoffs[PLAYERS_MAX], const struct archive *a)
{
    char home[PATH_SIZE], path[PATH_SIZE], message[256];
    for (uint8_t k = 0; k < a->n_logs; k++) {
        const uint8_t player = a->owner[k];
        if (player < a->terms.shape.n_players && payoffs[player] == NULL &&
            path_directory(home, sizeof home, a->log[k]) &&
            directory_path(path, home, "payoffs.yaml"))
            (void)payoffs_read(&payoffs[player], &a->terms.shape, player, path,
                               message);
    }
}

static enum status run_log(const struct command *c, const struct given *g)
{
    static struct archive archive;
    static struct showing showing;
    struct payoffs *payoffs[PLAYERS_MAX] = {NULL};
    char reason[REASON_SIZE];
    enum status status = archive_open(&archive, g->operand[0], reason);
    if (status != STATUS_OK)
        return complain(c, status, reason);
    showing = (struct showing){
        .archive = &archive,
        .account = {.terms = &archive.terms, .roster = &archive.roster},
        .follow = given_last(g, "follow", NULL)};
    if (!given_last(g, "json", NULL)) {
        find_payoffs(payoffs, &archive);
        showing.story = story_new(
            &(struct story_options){.out = stdout,
                                    .terms = &archive.terms,
                                    .roster = &archive.roster,
                                    .colour = wants_colour(stdout),
                                    .live = showing.follow && is_terminal(stdout),
                                    .asking = true,
                                    .payoffs = payoffs,
                                    .verbose = given_last(g, "verbose", NULL)});
        if (showing.story == NULL)
            return complain(c, STATUS_FAILED, "memory is short");
    }
    status = show_log(&showing, reason);
    if (status == STATUS_OK && archive.cluster)
        status = compare(&showing, reason);
    story_free(showing.story);
    account_free(&showing.account);
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        payoffs_free(payoffs[i]);
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

static const struct flag flags_log[] = {
    {"follow", NULL, "go on while the log grows, until it is closed"},
    {"verbose", NULL, "also proposals that were refused, and by whom"},
    {"json", NULL, "one JSON object per record\ndocs/log.md names the fields."},
    {NULL, NULL, NULL},
};

const struct command command_log = {
    .name = "log",
    .usage = "DIR|FILE [--follow] [--verbose] [--json]",
    .summary = "tell what happened: proposals, the agreement, stages, deviations",
    .help =
        "  treaty log runs/20260102-030405\n"
        "  treaty log runs/20260102-030405/node-2 --follow\n"
        "  treaty log runs/20260102-030405/node-2 --json | jq 'select(.note)'\n"
        "\n"
        "DIR is what cluster or simulate has left (node 1's log is told, and compared\n"
        "with the others'), or one node's directory. Each line starts with the "
        "seconds\n"
        "since the log began. Equal stages share a line. A log whose chain is broken,\n"
        "or that contradicts the others', ends with exit code 3.\n",
    .flags = {flags_log},
    .operand = {"DIR|FILE"},
    .operands_min = 1,
    .operands_max = 1,
    .run = run_log,
};
