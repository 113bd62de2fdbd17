/* SPDX-License-Identifier: MIT */
/* Says what nodes are doing, from their logs. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/archive.h"
#include "cli/json.h"
#include "cli/words.h"

/* A log of a real node is not older than this; virtual clocks start at 0. */
#define CLOCK_MS_MIN UINT64_C(1000000000000)

static double seconds_ago(uint64_t time_ms)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    const double now_ms = (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
    const double ago = (now_ms - (double)time_ms) / 1000;
    return ago > 0 ? ago : 0;
}

static bool is_punishing(const struct account *a)
{
    return a->n_punishments > 0 && a->punishments[a->n_punishments - 1].restored == 0;
}

static void json_node(struct json *j, const struct account *a, const char *path)
{
    emit_object(j, NULL);
    emit_integer(j, "node", a->self + 1u);
    emit_text(j, "log", path);
    emit_text(j, "phase", phase_name(a->phase));
    emit_integer(j, "round", a->round);
    emit_bool(j, "agreed", a->treaty);
    emit_integer(j, "stages", a->stages.n);
    emit_bool(j, "punishing", is_punishing(a));
    emit_integer(j, "deviations", a->n_deviations);
    emit_list(j, "waiting_for");
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        if (a->waiting_for >> i & 1)
            emit_integer(j, NULL, i + 1u);
    emit_close(j);
    emit_text(j, "outcome", outcome_name(a->outcome));
    emit_bool(j, "closed", a->closed);
    emit_number(j, "seconds_since_written", seconds_ago(a->last_ms));
    emit_close(j);
}

static void text_node(const struct account *a)
{
    struct line l = {0};
    if (a->ended)
        line_add(&l, "%s, ", outcome_name(a->outcome));
    else
        line_add(&l, "in '%s', round %llu, ", phase_name(a->phase),
                 (unsigned long long)a->round);
    say_count(&l, a->stages.n, "stage", "stages");
    line_add(&l, " of %u played", a->terms->stages);
    if (is_punishing(a))
        line_add(&l, ", punishing since stage %u",
                 a->punishments[a->n_punishments - 1].from);
    if (a->waiting_for != 0) {
        line_add(&l, ", waiting for ");
        say_players(&l, a->terms, a->waiting_for);
        if (!a->ended)
            line_add(&l, " for %.1f s", seconds_ago(a->waiting_since_ms));
    }
    if (a->first_ms >= CLOCK_MS_MIN) /* not a simulation's */
        line_add(&l,
                 a->closed ? "; log closed %.0f s ago" : "; last written %.1f s ago",
                 seconds_ago(a->last_ms));
    (void)printf("node %-3u ", a->self + 1u);
    print_wrapped(stdout, l.text, 9);
}

static enum status show_status(const struct archive *archive, bool as_json,
                               char reason[REASON_SIZE])
{
    struct json j = {.out = stdout};
    enum status status = STATUS_OK;
    if (as_json) {
        emit_object(&j, NULL);
        emit_text(&j, "game", archive->terms.title);
        emit_integer(&j, "stages", archive->terms.stages);
        emit_list(&j, "nodes");
    }
    for (uint8_t k = 0; k < archive->n_logs; k++) {
        struct account account;
        const enum status one = archive_account(&account, archive, k, reason);
        if (one != STATUS_OK) {
            status = one;
        } else if (as_json) {
            json_node(&j, &account, archive->log[k]);
        } else {
            text_node(&account);
        }
        account_free(&account);
    }
    if (as_json)
        emit_end(&j);
    return status;
}

static enum status run_status(const struct command *c, const struct given *g)
{
    static struct archive archive;
    char reason[REASON_SIZE];
    const char *place = g->n_operands > 0 ? g->operand[0] : ".";
    if (strchr(place, ':') != NULL)
        return complain(c, STATUS_USAGE,
                        "asking a running node by its address is not offered yet; give "
                        "the directory of a node or of a cluster");
    enum status status = archive_open(&archive, place, reason);
    if (status == STATUS_OK)
        status = show_status(&archive, given_last(g, "json", NULL), reason);
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

static const struct flag flags_status[] = {
    {"json", NULL, "one JSON object"},
    {NULL, NULL, NULL},
};

const struct command command_status = {
    .name = "status",
    .usage = "[DIR]",
    .summary = "say what a node, or each node of a cluster, is doing",
    .help =
        "  treaty status runs/20260102-030405\n"
        "  treaty status demo/node-2 --json\n"
        "\n"
        "It is read from the logs, so it works for nodes that run and for those that\n"
        "have ended. Without DIR it is the current directory. Asking a running node "
        "by\n"
        "its network address is not offered yet.\n",
    .flags = {flags_status},
    .operand = {"DIR"},
    .operands_max = 1,
    .run = run_status,
};
