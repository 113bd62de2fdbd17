/* SPDX-License-Identifier: MIT */
/* Hides how logs are followed, and what becomes of those that are put away or torn. */
#define _GNU_SOURCE /* memfd_create */
#include "cli/gallery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/archive.h"
#include "cli/retelling.h"
#include "cli/staging.h"
#include "cli/stream.h"
#include "node/files.h"
#include "node/log.h"

enum { READ_MS = 100, AT_ONCE = 256, LOOK_MS = 500, ANSWER_MS = 3000 };

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

static enum status read_terms(struct gallery *g, const char *terms, const char *roster,
                              char reason[REASON_SIZE])
{
    static struct addresses addresses; /* of no interest here */
    char message[256] = "";
    enum status status = terms_read(&g->insight.terms, terms, message);
    if (status == STATUS_OK)
        status = roster_read(&g->insight.roster, &addresses, roster, message);
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

static enum status open_young_run(struct gallery *g, const char *place,
                                  char reason[REASON_SIZE])
{
    char terms[PATH_SIZE], roster[PATH_SIZE];
    (void)directory_path(terms, place, "terms.yaml");
    (void)directory_path(roster, place, "roster.yaml");
    const enum status status = read_terms(g, terms, roster, reason);
    if (status == STATUS_OK)
        add_run(g, place);
    return status;
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
    if (is_young_run(place))
        return open_young_run(g, place, reason);
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

/* ---- running nodes ---- */

/* A text as a file, under a name that others can open: readers of files read it too. */
static int as_file(char path[64], const char *text)
{
    const int fd = memfd_create("treaty", MFD_CLOEXEC);
    if (fd >= 0)
        (void)snprintf(path, 64, "/proc/self/fd/%d", fd);
    if (fd < 0 || write_all(fd, text, strlen(text)))
        return fd;
    (void)close(fd);
    return -1;
}

static enum status take_terms(struct gallery *g, const struct fetch asked[2],
                              char reason[REASON_SIZE])
{
    char terms[64] = "", roster[64] = "", why[REASON_SIZE] = "memory is short";
    const int fds[2] = {as_file(terms, asked[0].body), as_file(roster, asked[1].body)};
    enum status status = STATUS_FAILED;
    if (fds[0] >= 0 && fds[1] >= 0)
        status = read_terms(g, terms, roster, why);
    if (status != STATUS_OK)
        (void)snprintf(reason, REASON_SIZE,
                       "%.100s: its terms or its roster cannot be read: %.300s",
                       asked[0].address, why);
    for (int k = 0; k < 2; k++)
        if (fds[k] >= 0)
            (void)close(fds[k]);
    return status;
}

static enum status ask_terms(struct gallery *g, const char *address,
                             char reason[REASON_SIZE])
{
    struct fetch asked[2] = {{.path = "/terms"}, {.path = "/roster"}};
    enum status status = STATUS_FAILED;
    for (int k = 0; k < 2; k++)
        (void)snprintf(asked[k].address, sizeof asked[k].address, "%s", address);
    fetch_all(asked, 2, ANSWER_MS);
    if (asked[0].code == 200 && asked[1].code == 200)
        status = take_terms(g, asked, reason);
    else
        (void)snprintf(reason, REASON_SIZE, "%.200s does not answer (%.150s)", address,
                       asked[0].why[0] != '\0' ? asked[0].why : "not as a node does");
    fetch_free(asked, 2);
    return status;
}

static void forget(struct watched *w);
static void begin_account(struct gallery *g, struct watched *w);

/* A record, as a node tells it. */
static void hear_record(struct watched *w, const json_t *told)
{
    static uint8_t payload[RECORD_PAYLOAD_MAX];
    struct record record;
    if (w->state == WATCHED_BROKEN ||
        !record_retold(&record, payload, told, &w->gallery->insight.terms) ||
        !stream_tells(&record, &w->gallery->insight.terms))
        return;
    if (w->state == WATCHED_ABSENT || record.kind == RECORD_HEADER)
        begin_account(w->gallery, w);
    account_record(&w->account, &record);
    if (!w->account.opened) {
        w->state = WATCHED_BROKEN;
        (void)snprintf(w->words, sizeof w->words,
                       "it plays by other terms, or with another roster");
        return;
    }
    w->player = w->account.self;
    tale_record(w->tale, &record);
    w->state = w->account.closed ? WATCHED_CLOSED : WATCHED_OPEN;
    if (w->account.stages.n > 0)
        hearing_spare_messages(w->hearing);
}

static void hear(void *context, const char *event, const char *data)
{
    struct watched *w = context;
    w->gallery->changes++;
    if (strcmp(event, "reset") == 0) {
        forget(w);
        return;
    }
    json_t *told = event[0] == '\0' ? json_loads(data, JSON_ALLOW_NUL, NULL) : NULL;
    if (told != NULL)
        hear_record(w, told);
    json_decref(told);
}

/* Which players they are: those that answer say so; the others are the rest, in order.
 */
static void number_nodes(uint8_t player[], const char *const *address, uint8_t n)
{
    struct fetch asked[PLAYERS_MAX] = {0};
    uint64_t taken = 0, known = 0;
    for (uint8_t k = 0; k < n; k++) {
        asked[k].path = "/status";
        (void)snprintf(asked[k].address, sizeof asked[k].address, "%s", address[k]);
    }
    fetch_all(asked, n, ANSWER_MS);
    for (uint8_t k = 0; k < n; k++) {
        json_t *told =
            asked[k].body != NULL ? json_loads(asked[k].body, 0, NULL) : NULL;
        const json_int_t node = json_integer_value(json_object_get(told, "node"));
        if (node >= 1 && node <= PLAYERS_MAX && (taken >> (node - 1) & 1) == 0) {
            player[k] = (uint8_t)(node - 1);
            taken |= player_bit((uint8_t)(node - 1));
            known |= player_bit((uint8_t)k);
        }
        json_decref(told);
    }
    for (uint8_t k = 0; k < n; k++) {
        if ((known >> k & 1) != 0)
            continue;
        for (player[k] = 0; (taken >> player[k] & 1) != 0; player[k]++)
            ;
        taken |= player_bit(player[k]);
    }
    fetch_free(asked, n);
}

enum status gallery_call(struct gallery *g, const char *const *address, uint8_t n,
                         char reason[REASON_SIZE])
{
    enum status status = STATUS_FAILED;
    uint8_t player[PLAYERS_MAX] = {0};
    memset(g, 0, sizeof *g);
    for (uint8_t k = 0; k < n && status == STATUS_FAILED; k++)
        status = ask_terms(g, address[k], reason);
    if (status != STATUS_OK)
        return status;
    if (n > g->insight.terms.shape.n_players) {
        (void)snprintf(reason, REASON_SIZE,
                       "%u addresses, but the session has %u players: name each once",
                       n, g->insight.terms.shape.n_players);
        return STATUS_USAGE;
    }
    number_nodes(player, address, n);
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        for (uint8_t k = 0; k < n; k++) {
            struct watched *w = &g->node[g->n];
            if (player[k] != i)
                continue;
            *w = (struct watched){.gallery = g, .player = i};
            w->hearing = hearing_new(address[k], hear, w);
            if (w->hearing != NULL)
                g->n++;
        }
    return STATUS_OK;
}

/* True if there may be more at once. */
static bool hear_more(struct gallery *g, struct watched *w)
{
    const bool more = hearing_turn(w->hearing);
    const char *why = hearing_why(w->hearing);
    if (why == NULL && w->state == WATCHED_GONE)
        w->state = w->account.closed ? WATCHED_CLOSED : WATCHED_OPEN;
    if (why != NULL && w->state == WATCHED_OPEN && !w->account.ended) {
        w->state = WATCHED_GONE;
        w->gone_ms = clock_ms(CLOCK_REALTIME);
        g->changes++;
    }
    if (why != NULL && (w->state == WATCHED_GONE || w->state == WATCHED_ABSENT))
        (void)snprintf(w->words, sizeof w->words, "%.200s", why);
    g->changes += !more && !w->read_up;
    w->read_up |= !more && w->state != WATCHED_ABSENT;
    return more;
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
    for (uint8_t k = 0; k < g->n; k++) {
        hearing_free(g->node[k].hearing);
        forget(&g->node[k]);
    }
    insight_free(&g->insight);
}

static void begin_account(struct gallery *g, struct watched *w)
{
    forget(w);
    w->read_up = false;
    w->edition++;
    g->changes++;
    w->account =
        (struct account){.terms = &g->insight.terms, .roster = &g->insight.roster};
    w->tale = tale_new(&g->insight, &w->account);
    w->state = w->tale != NULL ? WATCHED_OPEN : WATCHED_BROKEN;
    if (w->tale == NULL)
        (void)snprintf(w->words, sizeof w->words, "memory is short");
}

static void begin(struct gallery *g, struct watched *w)
{
    char message[256];
    struct stat found;
    if (stat(w->log, &found) != 0 || found.st_size == 0)
        return;
    begin_account(g, w);
    w->file = (uint64_t)found.st_ino;
    if (w->state == WATCHED_OPEN &&
        log_reader_open(&w->reader, w->log, message) != STATUS_OK) {
        w->reader = NULL;
        w->state = WATCHED_BROKEN;
        memcpy(w->words, message, sizeof w->words);
    }
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
    else if (!w->account.opened)
        (void)archive_strange(w->log, reason);
    else
        (void)snprintf(reason, sizeof reason,
                       "record %llu says what no node says: treaty verify tells more",
                       (unsigned long long)log_reader_count(w->reader));
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
        const bool told =
            reading == RECORD_READ && stream_tells(&record, &g->insight.terms);
        if (told)
            account_record(&w->account, &record);
        if (!told || !w->account.opened) {
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
    if (w->hearing != NULL)
        return hear_more(g, w);
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
        if (w->hearing != NULL ||
            (w->looked_ms != 0 && start_ms < w->looked_ms + LOOK_MS))
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
    uint64_t guilty = 0;
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
                                        [WATCHED_BROKEN] = "broken",
                                        [WATCHED_GONE] = "gone"};
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
    emit_bool(j, "file", w->hearing == NULL);
    if (w->words[0] != '\0')
        emit_text(j, "words", w->words);
    if (w->state == WATCHED_GONE)
        emit_integer(j, "gone_since_ms", w->gone_ms);
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
