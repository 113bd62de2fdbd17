/* SPDX-License-Identifier: MIT */
/* Says what nodes are doing, from their logs. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/archive.h"
#include "cli/json.h"
#include "cli/standing.h"
#include "cli/words.h"

/* A log of a real node is not older than this; virtual clocks start at 0. */
#define CLOCK_MS_MIN UINT64_C(1000000000000)

enum { ANSWER_MS = 3000 };

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

/* ---- asked over HTTP ---- */

static void text_told(const struct standing *s)
{
    struct line l = {0};
    const json_t *why = told(s, "why", NULL), *sentence;
    size_t i;
    say_standing(&l, s);
    line_add(&l, "; %s", told_text(s, "health", NULL));
    line_clean(&l);
    (void)printf("node %-3u ", (unsigned)told_whole(s, "node", NULL));
    print_wrapped(stdout, l.text, 9);
    json_array_foreach((json_t *)(uintptr_t)why, i, sentence)
    {
        l = (struct line){0};
        line_add(&l, "%s", json_string_value(sentence));
        line_clean(&l);
        (void)printf("%9s", "");
        print_wrapped(stdout, l.text, 9);
    }
}

/* STATUS_FAILED, with the reason, if one does not answer, or is not ready and is asked
 * to be. */
static enum status show_told(struct standing *s, size_t n, bool as_json, bool ready,
                             char reason[REASON_SIZE])
{
    enum status status = STATUS_OK;
    standings_look(s, n, ANSWER_MS);
    for (size_t i = 0; i < n; i++) {
        if (s[i].told == NULL) {
            status = STATUS_FAILED;
            (void)snprintf(reason, REASON_SIZE,
                           "%.200s: %.180s. Does the node run, with --http or http: in "
                           "its node.yaml?",
                           s[i].address, s[i].why);
            continue;
        }
        if (as_json) {
            (void)json_dumpf(s[i].told, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
            (void)putchar('\n');
        } else {
            text_told(&s[i]);
        }
        if (ready && !json_is_true(told(&s[i], "ready", NULL))) {
            status = STATUS_FAILED;
            (void)snprintf(reason, REASON_SIZE, "%.200s: the node is not ready",
                           s[i].address);
        }
    }
    standings_free(s, n);
    return status;
}

static enum status run_status(const struct command *c, const struct given *g)
{
    static struct archive archive;
    static struct standing standings[OPERANDS_MAX];
    char reason[REASON_SIZE];
    const bool as_json = given_last(g, "json", NULL);
    const char *place = g->n_operands > 0 ? g->operand[0] : ".";
    size_t n = 0;
    for (; n < g->n_operands && access(g->operand[n], F_OK) != 0; n++)
        if (!fetch_address(standings[n].address, g->operand[n]))
            break;
    if (n > 0 && n == g->n_operands) {
        const enum status told_status =
            show_told(standings, n, as_json, given_last(g, "ready", NULL), reason);
        return told_status == STATUS_OK ? STATUS_OK : complain(c, told_status, reason);
    }
    if (g->n_operands > 1)
        return complain(c, STATUS_USAGE,
                        "expected one directory, or one or more addresses HOST:PORT");
    enum status status = archive_open(&archive, place, reason);
    if (status == STATUS_OK)
        status = show_status(&archive, as_json, reason);
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

static const struct flag flags_status[] = {
    {"json", NULL, "one JSON object\nOf addresses the /status of each, a line each."},
    {"ready", NULL,
     "exit code 1 unless the node is ready\nWith an ADDRESS: a health check."},
    {NULL, NULL, NULL},
};

const struct command command_status = {
    .name = "status",
    .usage = "[DIR | ADDRESS...]",
    .summary = "say what a node, or each node of a cluster, is doing",
    .help =
        "  treaty status runs/20260102-030405\n"
        "  treaty status demo/node-2 --json\n"
        "  treaty status localhost:9101 localhost:9102\n"
        "\n"
        "A DIR is read from its logs, so it works for nodes that run and for those\n"
        "that have ended; without DIR it is the current directory. ADDRESS is\n"
        "[HOST:]PORT of a running node's HTTP interface (treaty node --http), which\n"
        "says more: whom it misses, since when, and what to do. Exit code 1 where\n"
        "nobody answers.\n",
    .flags = {flags_status},
    .operand = {"DIR", "ADDRESS"},
    .operands_max = OPERANDS_MAX,
    .run = run_status,
};
