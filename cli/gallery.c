/* SPDX-License-Identifier: MIT */
/* Hides how logs are followed, and what becomes of those that are put away or torn. */
#include "cli/gallery.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cli/archive.h"
#include "cli/staging.h"
#include "node/files.h"
#include "node/log.h"

enum { READ_MS = 100, AT_ONCE = 256, LOOK_MS = 500 };

static uint64_t clock_ms(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- opening ---- */

static bool exists(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0;
}

/* A run whose nodes have not written anything yet. */
static bool is_young_run(const char *place)
{
    char path[PATH_SIZE];
    return directory_path(path, place, "terms.yaml") && exists(path) &&
           directory_path(path, place, "roster.yaml") && exists(path);
}

static enum status read_terms(struct gallery *g, const char *place,
                              char reason[REASON_SIZE])
{
    static struct addresses addresses; /* of no interest here */
    char path[PATH_SIZE], message[256] = "";
    enum status status = directory_path(path, place, "terms.yaml")
                             ? terms_read(&g->insight.terms, path, message)
                             : STATUS_USAGE;
    if (status == STATUS_OK && directory_path(path, place, "roster.yaml"))
        status = roster_read(&g->insight.roster, &addresses, path, message);
    if (status == STATUS_OK &&
        !roster_valid(&g->insight.roster, &g->insight.terms, message))
        status = STATUS_USAGE;
    if (status != STATUS_OK)
        (void)snprintf(reason, REASON_SIZE, "%s", message);
    return status;
}

/* A run has a place for everybody's log, whether it is there yet or not. */
static void add_run(struct gallery *g, const char *place)
{
    char home[PATH_SIZE];
    g->cluster = true;
    g->n = g->insight.terms.shape.n_players;
    for (uint8_t i = 0; i < g->n; i++) {
        g->node[i].player = i;
        (void)node_path(g->node[i].log, place, i, "node.log");
        if (node_path(home, place, i, ""))
            insight_take(&g->insight, home);
    }
}

static void add_log(struct gallery *g, const struct archive *a)
{
    char home[PATH_SIZE];
    g->n = 1;
    memcpy(g->node[0].log, a->log[0], sizeof g->node[0].log);
    g->node[0].player = a->owner[0] != ANYBODY ? a->owner[0] : 0;
    if (path_directory(home, sizeof home, a->log[0]))
        insight_take(&g->insight, home);
}

enum status gallery_open(struct gallery *g, const char *place, char reason[REASON_SIZE])
{
    static struct archive archive;
    memset(g, 0, sizeof *g);
    (void)snprintf(g->place, sizeof g->place, "%s", place);
    if (is_young_run(place)) {
        const enum status status = read_terms(g, place, reason);
        if (status == STATUS_OK)
            add_run(g, place);
        return status;
    }
    const enum status status = archive_open(&archive, place, reason);
    if (status != STATUS_OK)
        return status;
    g->insight.terms = archive.terms;
    g->insight.roster = archive.roster;
    if (archive.cluster)
        add_run(g, place);
    else
        add_log(g, &archive);
    return STATUS_OK;
}

/* ---- following ---- */

static void forget(struct watched *w)
{
    log_reader_close(w->reader);
    w->reader = NULL;
    tale_free(w->tale);
    w->tale = NULL;
    account_free(&w->account);
    memset(&w->account, 0, sizeof w->account);
    w->state = WATCHED_ABSENT;
    w->words[0] = 0;
}

void gallery_free(struct gallery *g)
{
    for (uint8_t k = 0; k < g->n; k++)
        forget(&g->node[k]);
    insight_free(&g->insight);
}

static void begin(struct gallery *g, struct watched *w)
{
    char message[256];
    struct stat found;
    if (stat(w->log, &found) != 0 || found.st_size == 0)
        return;
    forget(w);
    w->read_up = false;
    g->changes++;
    w->edition++;
    w->file = (uint64_t)found.st_ino;
    w->account =
        (struct account){.terms = &g->insight.terms, .roster = &g->insight.roster};
    if (log_reader_open(&w->reader, w->log, message) != STATUS_OK) {
        w->reader = NULL;
        w->state = WATCHED_BROKEN;
        memcpy(w->words, message, sizeof w->words);
        return;
    }
    w->tale = tale_new(&g->insight, &w->account);
    w->state = w->tale != NULL ? WATCHED_OPEN : WATCHED_BROKEN;
    if (w->tale == NULL)
        (void)snprintf(w->words, sizeof w->words, "memory is short");
}

/* Another file in its place, or one that became shorter than what was read of it: a
 * node that goes on takes the signed end off again. */
static bool is_another(const struct watched *w)
{
    struct stat found;
    return stat(w->log, &found) == 0 &&
           ((uint64_t)found.st_ino != w->file ||
            (w->reader != NULL &&
             (uint64_t)found.st_size <= log_reader_offset(w->reader)));
}

static void break_off(struct gallery *g, struct watched *w, enum record_reading reading)
{
    char reason[REASON_SIZE] = "";
    if (reading == RECORD_BROKEN)
        (void)archive_broken(w->log, w->reader, reason);
    else
        (void)archive_strange(w->log, reason);
    w->state = WATCHED_BROKEN;
    (void)snprintf(w->words, sizeof w->words, "%.255s", reason);
    g->changes++;
}

/* True if there is more to read. */
static bool read_some(struct gallery *g, struct watched *w)
{
    struct record record;
    for (int k = 0; k < AT_ONCE; k++) {
        const enum record_reading reading = log_reader_next(w->reader, &record);
        if (reading == RECORD_SHORT)
            return false;
        /* What stood behind a signed end that was taken off was read in its old form.
         */
        if (reading == RECORD_BROKEN && w->state == WATCHED_CLOSED) {
            begin(g, w);
            return w->state == WATCHED_OPEN;
        }
        if (reading == RECORD_READ)
            account_record(&w->account, &record);
        if (reading == RECORD_BROKEN || !w->account.opened) {
            break_off(g, w, reading);
            return false;
        }
        w->player = w->account.self;
        tale_record(w->tale, &record);
        w->state = w->account.closed ? WATCHED_CLOSED : WATCHED_OPEN;
        g->changes++;
    }
    return true;
}

static bool read_more(struct gallery *g, struct watched *w)
{
    const bool readable = w->state == WATCHED_OPEN || w->state == WATCHED_CLOSED;
    const bool more = readable && read_some(g, w);
    g->changes += !more && !w->read_up;
    w->read_up |= !more;
    return more;
}

bool gallery_read(struct gallery *g)
{
    const uint64_t start_ms = clock_ms(CLOCK_MONOTONIC);
    bool more = true;
    for (uint8_t k = 0; k < g->n; k++) {
        struct watched *w = &g->node[k];
        if (w->looked_ms != 0 && start_ms < w->looked_ms + LOOK_MS)
            continue;
        w->looked_ms = start_ms;
        if (w->state == WATCHED_ABSENT || is_another(w))
            begin(g, w);
    }
    while (more && clock_ms(CLOCK_MONOTONIC) < start_ms + READ_MS) {
        more = false;
        for (uint8_t k = 0; k < g->n; k++)
            more |= read_more(g, &g->node[k]);
    }
    return more;
}

uint8_t gallery_first(const struct gallery *g)
{
    uint32_t guilty = 0;
    uint8_t best = 0;
    for (uint8_t k = 0; k < g->n; k++)
        guilty |= account_guilty(&g->node[k].account);
    for (uint8_t k = 1; k < g->n; k++) {
        const bool clean = (guilty >> g->node[k].player & 1) == 0;
        const bool best_clean = (guilty >> g->node[best].player & 1) == 0;
        if (clean != best_clean
                ? clean
                : g->node[k].account.round > g->node[best].account.round)
            best = k;
    }
    return best;
}

/* ---- how everybody is ---- */

static const char *state_name(enum watched_state s)
{
    static const char *const names[] = {[WATCHED_ABSENT] = "absent",
                                        [WATCHED_OPEN] = "open",
                                        [WATCHED_CLOSED] = "closed",
                                        [WATCHED_BROKEN] = "broken"};
    return names[s];
}

static void emit_waiting(const struct gallery *g, const struct account *a,
                         struct json *j)
{
    if (a->waiting_for == 0 || a->ended)
        return;
    emit_object(j, "waiting");
    emit_list(j, "missing");
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        if ((a->waiting_for >> i & 1) != 0)
            emit_integer(j, NULL, i + 1u);
    emit_close(j);
    emit_integer(j, "since_ms", a->waiting_since_ms);
    if (a->has_session)
        emit_integer(j, "until_ms", a->waiting_since_ms + g->insight.terms.hard_ms);
    emit_close(j);
}

static void emit_node(const struct gallery *g, const struct watched *w, struct json *j)
{
    const struct account *a = &w->account;
    emit_object(j, NULL);
    emit_integer(j, "node", w->player + 1u);
    emit_text(j, "state", state_name(w->state));
    emit_integer(j, "edition", w->edition);
    if (w->state == WATCHED_BROKEN)
        emit_text(j, "words", w->words);
    if (w->state != WATCHED_ABSENT && a->n_records > 0) {
        emit_text(j, "phase", phase_name(a->phase));
        emit_integer(j, "since_ms", a->entered_ms);
        emit_integer(j, "round", a->round);
        emit_integer(j, "records", a->n_records);
        emit_integer(j, "stages", a->stages.n);
        emit_integer(j, "first_ms", a->first_ms);
        emit_integer(j, "last_ms", a->last_ms);
        emit_bool(j, "ended", a->ended);
        emit_text(j, "outcome", outcome_name(a->outcome));
        emit_waiting(g, a, j);
    }
    emit_close(j);
}

void gallery_emit(const struct gallery *g, FILE *out)
{
    struct json j = {.out = out};
    emit_object(&j, NULL);
    emit_integer(&j, "now_ms", clock_ms(CLOCK_REALTIME));
    emit_integer(&j, "first", g->node[gallery_first(g)].player + 1u);
    emit_list(&j, "nodes");
    for (uint8_t k = 0; k < g->n; k++)
        emit_node(g, &g->node[k], &j);
    emit_close(&j);
    emit_close(&j);
}
