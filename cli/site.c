/* SPDX-License-Identifier: MIT */
/* Hides libmicrohttpd. Everything happens in site_turn, on the caller's thread: streams
 * with nothing to say are suspended until there is something. */
#include "cli/site.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/assets.h"
#include "cli/checking.h"
#include "cli/contract.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/stream.h"
#include "node/http_address.h"
#include "node/log.h"

enum {
    CONNECTIONS_MAX = 64,
    STREAMS_MAX = 32,
    PIECE_SIZE = 64 << 10, /* of a stream, before it is handed on */
    PATIENCE_S = 60,       /* with a client that takes nothing */
    PULSE_MS = 10000,      /* a sign of life, by which a closed stream is noticed */
    NODES_MS = 250,        /* between two `nodes` events */
};

struct stream {
    struct site *site; /* NULL: free */
    struct MHD_Connection *connection;
    bool suspended, caught_up;
    uint8_t k; /* which node's tale */
    uint32_t edition;
    struct telling_place place;
    uint64_t told_changes, told_ms; /* of the last `nodes` */
    char *text;                     /* generated, not yet taken */
    size_t size, taken;
};

struct site {
    struct gallery *gallery;
    struct MHD_Daemon *daemon;
    char address[ADDRESS_SIZE];
    struct http_address at;
    struct checking checking;
    struct stream stream[STREAMS_MAX];
    struct MHD_Connection *waiter[CONNECTIONS_MAX]; /* for a verification to end */
};

static uint64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- answers ---- */

static void put_headers(struct MHD_Response *r, const char *type)
{
    static const char *const pairs[][2] = {
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
         "connect-src 'self'; base-uri 'none'; form-action 'none'; "
         "frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cache-Control", "no-cache"},
    };
    (void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    for (size_t k = 0; k < sizeof pairs / sizeof pairs[0]; k++)
        (void)MHD_add_response_header(r, pairs[k][0], pairs[k][1]);
}

static enum MHD_Result answer(struct MHD_Connection *c, unsigned code,
                              struct MHD_Response *r, const char *type)
{
    if (r == NULL)
        return MHD_NO;
    put_headers(r, type);
    const enum MHD_Result result = MHD_queue_response(c, code, r);
    MHD_destroy_response(r);
    return result;
}

static enum MHD_Result refuse(struct MHD_Connection *c, unsigned code,
                              const char *detail)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (memory == NULL)
        return MHD_NO;
    struct json j = {.out = memory};
    emit_object(&j, NULL);
    emit_integer(&j, "code", code);
    emit_text(&j, "detail", detail);
    emit_end(&j);
    (void)fclose(memory);
    return answer(c, code,
                  MHD_create_response_from_buffer(size, text, MHD_RESPMEM_MUST_FREE),
                  "application/json");
}

/* text: made by open_memstream; it is released here. */
static enum MHD_Result answer_text(struct MHD_Connection *c, char *text, size_t size,
                                   const char *type)
{
    if (text == NULL)
        return refuse(c, MHD_HTTP_INTERNAL_SERVER_ERROR, "memory is short");
    return answer(c, MHD_HTTP_OK,
                  MHD_create_response_from_buffer(size, text, MHD_RESPMEM_MUST_FREE),
                  type);
}

static bool read_number(struct MHD_Connection *c, const char *name, uint64_t most,
                        uint64_t *out)
{
    char reason[REASON_SIZE];
    const char *text = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, name);
    return text != NULL && read_whole(out, name, text, 1, most, reason);
}

/* Which of the watched nodes ?node=K is. False where it is none of them. */
static bool read_watched(const struct site *s, struct MHD_Connection *c, uint8_t *out)
{
    uint64_t node;
    *out = gallery_first(s->gallery);
    if (MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "node") == NULL)
        return true;
    if (!read_number(c, "node", PLAYERS_MAX, &node))
        return false;
    for (uint8_t k = 0; k < s->gallery->n; k++)
        if (s->gallery->node[k].player + 1u == node) {
            *out = k;
            return true;
        }
    return false;
}

/* ---- what is there ---- */

static const char *type_of(const char *name)
{
    static const char *const types[][2] = {{".html", "text/html; charset=utf-8"},
                                           {".css", "text/css; charset=utf-8"},
                                           {".mjs", "text/javascript; charset=utf-8"},
                                           {".svg", "image/svg+xml"}};
    const char *dot = strrchr(name, '.');
    for (size_t k = 0; dot != NULL && k < sizeof types / sizeof types[0]; k++)
        if (strcmp(dot, types[k][0]) == 0)
            return types[k][1];
    return "application/octet-stream";
}

static enum MHD_Result give_asset(struct MHD_Connection *c, const char *name)
{
    for (const struct asset *a = assets; a->name != NULL; a++)
        if (strcmp(a->name, name) == 0)
            return answer(c, MHD_HTTP_OK,
                          MHD_create_response_from_buffer(a->size,
                                                          (void *)(uintptr_t)a->bytes,
                                                          MHD_RESPMEM_PERSISTENT),
                          type_of(name));
    return refuse(c, MHD_HTTP_NOT_FOUND, "there is nothing here; the page is at /");
}

static enum MHD_Result give_about(struct site *s, struct MHD_Connection *c)
{
    char *text = NULL;
    size_t size = 0;
    const struct gallery *g = s->gallery;
    FILE *memory = open_memstream(&text, &size);
    if (memory == NULL)
        return MHD_NO;
    struct json j = {.out = memory};
    insight_emit(&g->insight, &j);
    emit_text(&j, "place", g->place);
    emit_bool(&j, "run", g->cluster);
    emit_integer(&j, "first", g->node[gallery_first(g)].player + 1u);
    emit_list(&j, "nodes");
    for (uint8_t k = 0; k < g->n; k++)
        emit_integer(&j, NULL, g->node[k].player + 1u);
    emit_end(&j);
    (void)fclose(memory);
    return answer_text(c, text, size, "application/json");
}

static enum MHD_Result give_nodes(struct site *s, struct MHD_Connection *c)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (memory == NULL)
        return MHD_NO;
    gallery_emit(s->gallery, memory);
    (void)fclose(memory);
    return answer_text(c, text, size, "application/json");
}

static enum MHD_Result give_plane(struct site *s, struct MHD_Connection *c)
{
    const uint8_t n = s->gallery->insight.terms.shape.n_players;
    const uint64_t known = insight_known(&s->gallery->insight);
    uint64_t x, y;
    char *text = NULL;
    size_t size = 0;
    if (!read_number(c, "x", n, &x) || !read_number(c, "y", n, &y))
        return refuse(c, MHD_HTTP_BAD_REQUEST, "x and y are players, from 1");
    if ((known >> (x - 1) & known >> (y - 1) & 1) == 0)
        return refuse(c, MHD_HTTP_FORBIDDEN,
                      "this observer was not given the payoffs of both");
    FILE *memory = open_memstream(&text, &size);
    if (memory == NULL)
        return MHD_NO;
    struct json j = {.out = memory};
    const bool done =
        insight_plane(&s->gallery->insight, &j, (uint8_t)(x - 1), (uint8_t)(y - 1));
    (void)fclose(memory);
    if (done)
        return answer_text(c, text, size, "application/json");
    free(text);
    return refuse(c, MHD_HTTP_INTERNAL_SERVER_ERROR, "memory is short");
}

/* Of a node that is heard over HTTP: who has signed, but not the signed bytes. */
static enum MHD_Result give_outline(struct site *s, const struct watched *w,
                                    struct MHD_Connection *c)
{
    const struct account *a = &w->account;
    const struct roster *roster = &s->gallery->insight.roster;
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (memory == NULL)
        return MHD_NO;
    struct json j = {.out = memory};
    emit_object(&j, NULL);
    emit_hex(&j, "session", a->session.bytes, sizeof a->session.bytes);
    emit_hex(&j, "digest", a->agreement_digest.bytes, sizeof a->agreement_digest.bytes);
    emit_hex(&j, "certificate", a->certificate.bytes, sizeof a->certificate.bytes);
    emit_agreed(&j, a->terms, &a->agreement);
    emit_list(&j, "signatures");
    for (uint8_t i = 0; i < roster->n_players; i++) {
        if ((a->signers >> i & 1) == 0)
            continue;
        emit_object(&j, NULL);
        emit_integer(&j, "node", i + 1u);
        emit_text(&j, "player", a->terms->player_name[i]);
        emit_hex(&j, "key", roster->key[i].bytes, sizeof roster->key[i].bytes);
        emit_close(&j);
    }
    emit_end(&j);
    (void)fclose(memory);
    return answer_text(c, text, size, "application/json");
}

static enum MHD_Result give_agreement(struct site *s, struct MHD_Connection *c)
{
    uint8_t k;
    char reason[REASON_SIZE], *text = NULL;
    size_t size = 0;
    if (!read_watched(s, c, &k))
        return refuse(c, MHD_HTTP_NOT_FOUND, "no such node is watched");
    const struct watched *w = &s->gallery->node[k];
    if (!w->account.treaty)
        return refuse(c, MHD_HTTP_NOT_FOUND, "nothing was agreed so far");
    if (w->hearing != NULL)
        return give_outline(s, w, c);
    if (contract_text(&text, &size, &w->account, w->log, reason) != STATUS_OK)
        return refuse(c, MHD_HTTP_INTERNAL_SERVER_ERROR, reason);
    return answer_text(c, text, size, "application/json");
}

/* ---- logs to take away ---- */

struct lines {
    struct site *site;
    struct log_reader *reader;
    char *text;
    size_t size, taken;
};

static void lines_free(void *context)
{
    struct lines *l = context;
    log_reader_close(l->reader);
    free(l->text);
    free(l);
}

/* Takes what fits of a text that was generated; frees it when all is taken. */
static ssize_t take(char **text, size_t *size, size_t *taken, char *buffer, size_t max)
{
    const size_t n = *size - *taken < max ? *size - *taken : max;
    memcpy(buffer, *text + *taken, n);
    *taken += n;
    if (*taken == *size) {
        free(*text);
        *text = NULL;
        *size = *taken = 0;
    }
    return (ssize_t)n;
}

static bool lines_next(const struct lines *l, struct record *out)
{
    return log_reader_next(l->reader, out) == RECORD_READ &&
           stream_tells(out, &l->site->gallery->insight.terms);
}

static ssize_t lines_read(void *context, uint64_t position, char *buffer, size_t max)
{
    struct lines *l = context;
    struct record record;
    (void)position;
    if (l->text == NULL) {
        if (!lines_next(l, &record))
            return MHD_CONTENT_READER_END_OF_STREAM;
        FILE *memory = open_memstream(&l->text, &l->size);
        if (memory == NULL)
            return MHD_CONTENT_READER_END_WITH_ERROR;
        const struct insight *insight = &l->site->gallery->insight;
        do {
            stream_record(memory, &record, log_reader_count(l->reader), &insight->terms,
                          &insight->roster, true);
        } while (ftell(memory) < PIECE_SIZE && lines_next(l, &record));
        (void)fclose(memory);
    }
    return take(&l->text, &l->size, &l->taken, buffer, max);
}

static struct MHD_Response *log_as_lines(struct site *s, const struct watched *w)
{
    char message[256];
    struct lines *l = calloc(1, sizeof *l);
    if (l == NULL)
        return NULL;
    l->site = s;
    if (log_reader_open(&l->reader, w->log, message) != STATUS_OK) {
        free(l);
        return NULL;
    }
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE_SIZE, lines_read,
                                             l, lines_free);
}

static struct MHD_Response *log_as_it_is(const struct watched *w)
{
    struct stat found;
    const int fd = open(w->log, O_RDONLY);
    if (fd < 0 || fstat(fd, &found) != 0)
        return NULL;
    return MHD_create_response_from_fd64((uint64_t)found.st_size, fd);
}

static enum MHD_Result give_log(struct site *s, struct MHD_Connection *c)
{
    uint8_t k;
    char name[64];
    const char *as = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "as");
    const bool lines = as != NULL && strcmp(as, "json") == 0;
    if (!read_watched(s, c, &k))
        return refuse(c, MHD_HTTP_NOT_FOUND, "no such node is watched");
    const struct watched *w = &s->gallery->node[k];
    if (w->hearing != NULL)
        return refuse(c, MHD_HTTP_NOT_FOUND,
                      "its log lies with the node; here it is only heard");
    struct MHD_Response *r = lines ? log_as_lines(s, w) : log_as_it_is(w);
    if (r == NULL)
        return refuse(c, MHD_HTTP_NOT_FOUND, "its log is not there, or not readable");
    (void)snprintf(name, sizeof name, "attachment; filename=\"node-%u.%s\"",
                   w->player + 1u, lines ? "jsonl" : "log");
    (void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_DISPOSITION, name);
    return answer(c, MHD_HTTP_OK, r,
                  lines ? "application/x-ndjson" : "application/octet-stream");
}

/* ---- verifying ---- */

static enum MHD_Result give_verdict(struct site *s, struct MHD_Connection *c)
{
    char *text = NULL;
    size_t size = 0;
    const struct checking *k = &s->checking;
    const bool found = k->exit_code == STATUS_OK || k->exit_code == STATUS_FALSE;
    FILE *memory = open_memstream(&text, &size);
    if (memory == NULL)
        return MHD_NO;
    struct json j = {.out = memory};
    emit_object(&j, NULL);
    emit_text(&j, "command", "treaty verify");
    emit_text(&j, "place", s->gallery->place);
    emit_bool(&j, "ran", found);
    /* One line of JSON comes first; what is false is said in words after it. */
    const size_t line = k->size > 0 ? strcspn(k->text, "\n") : 0;
    if (found && line > 0 && k->text[0] == '{')
        (void)fprintf(memory, ", \"verdict\": %.*s", (int)line, k->text);
    else
        emit_text(&j, "words", k->size > 0 ? k->text : "treaty verify did not run");
    emit_end(&j);
    (void)fclose(memory);
    return answer_text(c, text, size, "application/json");
}

static enum MHD_Result verify(struct site *s, struct MHD_Connection *c, void **state)
{
    size_t k = 0;
    if (s->gallery->place[0] == '\0')
        return refuse(c, MHD_HTTP_NOT_FOUND,
                      "these nodes are only heard; treaty verify wants their logs, "
                      "where they lie");
    if (*state == &s->checking) /* it was waited for, and has come to an end */
        return give_verdict(s, c);
    while (k < CONNECTIONS_MAX && s->waiter[k] != NULL)
        k++;
    if (k == CONNECTIONS_MAX || !checking_start(&s->checking, s->gallery->place))
        return refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE, "no process could be started");
    s->waiter[k] = c;
    *state = &s->checking;
    MHD_suspend_connection(c);
    return MHD_YES;
}

static void resume_waiters(struct site *s)
{
    for (size_t k = 0; k < CONNECTIONS_MAX; k++)
        if (s->waiter[k] != NULL) {
            MHD_resume_connection(s->waiter[k]);
            s->waiter[k] = NULL;
        }
}

/* ---- events ---- */

static void begin_again(struct stream *t, const struct watched *w)
{
    t->edition = w->edition;
    t->place = (struct telling_place){0};
    t->caught_up = false;
}

static void write_nodes(struct stream *t, FILE *out)
{
    (void)fputs("event: nodes\ndata: ", out);
    gallery_emit(t->site->gallery, out);
    (void)fputs("\n\n", out);
    t->told_changes = t->site->gallery->changes;
    t->told_ms = now_ms();
}

static void write_events(struct stream *t, const struct watched *w, FILE *out)
{
    char *event = NULL;
    size_t size = 0;
    bool more = w->tale != NULL;
    while (more && ftell(out) < PIECE_SIZE) {
        FILE *memory = open_memstream(&event, &size);
        if (memory == NULL)
            return;
        more = tale_next(w->tale, &t->place, memory);
        (void)fclose(memory);
        if (more)
            (void)fprintf(out, "id: %u.%zu.%u\ndata: %s\n\n", t->edition,
                          t->place.event, t->place.stage, event);
        free(event);
    }
    if (!more && w->read_up && !t->caught_up) {
        t->caught_up = true;
        (void)fputs("event: now\ndata: {}\n\n", out);
    }
}

/* What there is to say; nothing, where size stays 0. */
static void generate(struct stream *t)
{
    const struct gallery *g = t->site->gallery;
    const struct watched *w = &g->node[t->k];
    const uint64_t quiet_ms = now_ms() - t->told_ms;
    FILE *memory = open_memstream(&t->text, &t->size);
    if (memory == NULL)
        return;
    if (t->told_ms == 0)
        (void)fputs("retry: 1000\n\n", memory);
    if (t->edition != w->edition) {
        begin_again(t, w);
        (void)fputs("event: reset\ndata: {}\n\n", memory);
    }
    write_events(t, w, memory);
    if (quiet_ms >= PULSE_MS || (g->changes != t->told_changes && quiet_ms >= NODES_MS))
        write_nodes(t, memory);
    (void)fclose(memory);
    if (t->size == 0) {
        free(t->text);
        t->text = NULL;
    }
}

static ssize_t stream_read(void *context, uint64_t position, char *buffer, size_t max)
{
    struct stream *t = context;
    (void)position;
    if (t->text == NULL)
        generate(t);
    if (t->text != NULL)
        return take(&t->text, &t->size, &t->taken, buffer, max);
    t->suspended = true;
    MHD_suspend_connection(t->connection);
    return 0;
}

static void stream_free(void *context)
{
    struct stream *t = context;
    free(t->text);
    *t = (struct stream){0};
}

/* EventSource names the last event that it has seen when it connects again. */
static void take_up(struct stream *t, struct MHD_Connection *c, const struct watched *w)
{
    unsigned edition, stage;
    size_t event;
    const char *id = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Last-Event-ID");
    if (id != NULL && sscanf(id, "%u.%zu.%u", &edition, &event, &stage) == 3 &&
        edition == w->edition) {
        t->edition = edition;
        t->place = (struct telling_place){event, stage};
    }
}

static enum MHD_Result give_events(struct site *s, struct MHD_Connection *c)
{
    struct stream *t = NULL;
    uint8_t k;
    if (!read_watched(s, c, &k))
        return refuse(c, MHD_HTTP_NOT_FOUND, "no such node is watched");
    for (size_t i = 0; i < STREAMS_MAX && t == NULL; i++)
        if (s->stream[i].site == NULL)
            t = &s->stream[i];
    if (t == NULL)
        return refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE,
                      "too many pages are watching; close one of them");
    *t = (struct stream){.site = s, .connection = c, .k = k};
    take_up(t, c, &s->gallery->node[k]);
    struct MHD_Response *r = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, PIECE_SIZE, stream_read, t, stream_free);
    return answer(c, MHD_HTTP_OK, r, "text/event-stream");
}

static void wake_streams(struct site *s)
{
    const uint64_t now = now_ms();
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        struct stream *t = &s->stream[i];
        if (t->site == NULL || !t->suspended ||
            (s->gallery->changes == t->told_changes && now < t->told_ms + PULSE_MS))
            continue;
        t->suspended = false;
        MHD_resume_connection(t->connection);
    }
}

/* ---- requests ---- */

static enum MHD_Result give(struct site *s, struct MHD_Connection *c, const char *url,
                            void **state)
{
    static const struct {
        const char *url;
        enum MHD_Result (*give)(struct site *s, struct MHD_Connection *c);
    } data[] = {
        {"/data/about", give_about},         {"/data/nodes", give_nodes},
        {"/data/events", give_events},       {"/data/plane", give_plane},
        {"/data/agreement", give_agreement}, {"/data/log", give_log},
    };
    const char *host =
        MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
    if (s->at.loopback && host != NULL && !http_host_local(host))
        return refuse(c, MHD_HTTP_FORBIDDEN,
                      "ask for it by its address, or as localhost");
    for (size_t k = 0; k < sizeof data / sizeof data[0]; k++)
        if (strcmp(url, data[k].url) == 0)
            return data[k].give(s, c);
    if (strcmp(url, "/data/verify") == 0)
        return verify(s, c, state);
    return give_asset(c, strcmp(url, "/") == 0 ? "index.html" : url + 1);
}

/* Called once when the headers were read, then for each piece of a body, then to
 * answer, and once more after a connection was suspended without an answer. */
static enum MHD_Result handle(void *context, struct MHD_Connection *c, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state)
{
    struct site *s = context;
    (void)version;
    (void)data;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
        strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return refuse(c, MHD_HTTP_METHOD_NOT_ALLOWED,
                      "only GET: there is nothing to change here");
    if (*state != NULL && *size == 0)
        return give(s, c, url, state);
    *size = 0;
    *state = &s->at; /* begun */
    return MHD_YES;
}

/* ---- the server ---- */

static void name_address(struct site *s, unsigned port)
{
    char host[INET6_ADDRSTRLEN] = "";
    const struct sockaddr *any = (const struct sockaddr *)&s->at.socket;
    const bool four = any->sa_family == AF_INET;
    const void *number =
        four ? (const void *)&((const struct sockaddr_in *)any)->sin_addr
             : (const void *)&((const struct sockaddr_in6 *)any)->sin6_addr;
    (void)inet_ntop(any->sa_family, number, host, sizeof host);
    (void)snprintf(s->address, sizeof s->address,
                   four ? "http://%s:%u/" : "http://[%s]:%u/", host, port);
}

enum status site_open(struct site **out, struct gallery *gallery, const char *listen,
                      char reason[REASON_SIZE])
{
    char message[256];
    struct site *s = calloc(1, sizeof *s);
    *out = s;
    if (s == NULL)
        return STATUS_FAILED;
    s->gallery = gallery;
    if (!http_address_read(&s->at, listen, message)) {
        (void)snprintf(reason, REASON_SIZE, "--listen %.100s: %s", listen, message);
        site_free(s);
        *out = NULL;
        return STATUS_USAGE;
    }
    struct sockaddr *socket = (struct sockaddr *)&s->at.socket;
    s->daemon = MHD_start_daemon(
        MHD_ALLOW_SUSPEND_RESUME | (socket->sa_family == AF_INET6 ? MHD_USE_IPv6 : 0),
        s->at.port, NULL, NULL, handle, s, MHD_OPTION_SOCK_ADDR, socket,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)PATIENCE_S, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        s->daemon != NULL ? MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)
                          : NULL;
    if (info == NULL) {
        (void)snprintf(reason, REASON_SIZE,
                       "--listen %.100s: this address cannot be had: perhaps another "
                       "program has the port; name another one",
                       listen);
        site_free(s);
        *out = NULL;
        return STATUS_FAILED;
    }
    name_address(s, info->port);
    return STATUS_OK;
}

void site_free(struct site *s)
{
    if (s == NULL)
        return;
    checking_free(&s->checking);
    resume_waiters(s);
    for (size_t i = 0; i < STREAMS_MAX; i++)
        if (s->stream[i].site != NULL && s->stream[i].suspended)
            MHD_resume_connection(s->stream[i].connection);
    if (s->daemon != NULL)
        MHD_stop_daemon(s->daemon);
    free(s);
}

const char *site_address(const struct site *s)
{
    return s->address;
}

bool site_on_loopback(const struct site *s)
{
    return s->at.loopback;
}

bool site_turn(struct site *s, int wait_ms, char reason[REASON_SIZE])
{
    fd_set in, out, other;
    int most = 0;
    MHD_UNSIGNED_LONG_LONG soon_ms;
    if (checking_read(&s->checking))
        resume_waiters(s);
    wake_streams(s);
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&other);
    if (MHD_get_fdset(s->daemon, &in, &out, &other, &most) != MHD_YES) {
        (void)snprintf(reason, REASON_SIZE, "too many files are open");
        return false;
    }
    if (MHD_get_timeout(s->daemon, &soon_ms) == MHD_YES &&
        soon_ms < (MHD_UNSIGNED_LONG_LONG)wait_ms)
        wait_ms = (int)soon_ms;
    struct timeval wait = {wait_ms / 1000, wait_ms % 1000 * 1000};
    if (select(most + 1, &in, &out, &other, &wait) >= 0)
        (void)MHD_run_from_select(s->daemon, &in, &out, &other);
    return true;
}
