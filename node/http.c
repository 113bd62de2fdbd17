/* SPDX-License-Identifier: MIT */
/* Hides libmicrohttpd, which is driven from outside: libuv watches its epoll
 * descriptor and its deadline, and everything happens in one thread. */
#include "node/http.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "base/check.h"
#include "node/files.h"
#include "node/http_address.h"

enum {
    CONNECTIONS_MAX = 64,
    STREAMS_MAX = 16,
    MEMORY_PER_CONNECTION = 16 << 10, /* request line and headers; then answers */
    BLOCK = 16 << 10,                 /* of a stream, in one turn */
    REQUEST_MS = 10000,               /* from connecting, or from the last answer */
    STALL_MS = 20000,                 /* a stream that has not caught up ... */
    STALL_BYTES = 64 << 10,           /* takes at least so much in that time */
    RATE = 50,                        /* requests a second, after ... */
    BURST = 100,
    BEAT_MS = 250,
    STATUS_MS = 5000, /* a stream hears something so often */
    FINISH_MS = 1000,
    DESCRIPTORS_MIN = 512,
    LAG_WINDOWS = 2, /* of half a minute: the worst of the last minute */
    LAG_WINDOW_MS = 30000,
};

struct http;

/* A connection. */
struct visitor {
    struct http *http;
    struct visitor *next, **link;
    int fd;
    uint64_t since_ms; /* it came, or was answered, or (a stream) was last at ease */
    uint64_t taken;    /* by a stream, since then */
    struct MHD_Connection *connection;
    struct feed *feed; /* NULL: no stream */
    bool suspended;    /* a stream that has everything */
};

struct http {
    struct http_options options;
    char place[80];
    bool loopback, finishing, sealed;
    unsigned n_handles;
    struct MHD_Daemon *daemon;
    uv_poll_t ready;
    uv_timer_t due, beat;
    struct visitor *visitors;
    uint32_t n_streams;
    uint64_t requests, refused;
    double tokens; /* requests that may come at once */
    uint64_t tokens_ms;
    uint64_t beat_ns, finish_ms;
    double lag_s, lag_max_s[LAG_WINDOWS];
    uint64_t lag_window_ms;
    char *status; /* what all streams get, and which of them it is */
    uint64_t status_number, status_ms, status_key;
    struct sight sight; /* of this moment, and what it means */
    struct judgement judgement;
};

/* --- what is shown --------------------------------------------------------------- */

static uint64_t memory_bytes(void)
{
    unsigned long long whole, resident = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f == NULL)
        return 0;
    if (fscanf(f, "%llu %llu", &whole, &resident) != 2)
        resident = 0;
    (void)fclose(f);
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* /proc/self/fd is closed to a process that must leave no core. */
static void count_fds(struct process_sight *p)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    p->max_fds = limit.rlim_cur;
    for (int fd = 0; fd < (int)limit.rlim_cur; fd++)
        p->open_fds += fcntl(fd, F_GETFD) != -1;
}

static void look(struct http *h)
{
    struct rusage usage;
    struct sight *s = &h->sight;
    struct process_sight *p = &s->process;
    memset(s, 0, sizeof *s);
    h->options.look(h->options.context, s);
    s->own = h->options.feed.own;
    p->memory_bytes = memory_bytes();
    count_fds(p);
    getrusage(RUSAGE_SELF, &usage);
    p->cpu_s = (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
               (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    p->loop_lag_s = h->lag_s;
    p->loop_lag_max_s =
        h->lag_max_s[0] > h->lag_max_s[1] ? h->lag_max_s[0] : h->lag_max_s[1];
    p->requests = h->requests;
    p->refused = h->refused;
    p->watchers = h->n_streams;
    sight_judge(s, &h->judgement);
}

/* --- streams --------------------------------------------------------------------- */

static void at_ease(struct visitor *v)
{
    v->since_ms = uv_now(v->http->options.loop);
    v->taken = 0;
}

/* A stream is suspended while there is nothing to say: libmicrohttpd would ask again
 * and again otherwise. */
static ssize_t stream_read(void *context, uint64_t at, char *out, size_t size)
{
    struct visitor *v = context;
    struct http *h = v->http;
    (void)at;
    const size_t n = feed_read(v->feed, out, size, h->status, h->status_number);
    v->taken += n;
    if (n > 0)
        return (ssize_t)n;
    if (feed_over(v->feed) || h->finishing)
        return MHD_CONTENT_READER_END_OF_STREAM;
    at_ease(v);
    v->suspended = true;
    MHD_suspend_connection(v->connection);
    return 0;
}

static void stream_end(void *context)
{
    struct visitor *v = context;
    feed_close(v->feed);
    v->feed = NULL;
    v->http->n_streams--;
}

static void resume(struct visitor *v)
{
    if (!v->suspended)
        return;
    v->suspended = false;
    at_ease(v);
    MHD_resume_connection(v->connection);
}

static void resume_all(struct http *h)
{
    for (struct visitor *v = h->visitors; v != NULL; v = v->next)
        resume(v);
}

void http_wake(struct http *h)
{
    if (h != NULL && h->n_streams > 0)
        resume_all(h);
}

/* Streams are told how the node is, when that is another and now and then. */
static void tell_status(struct http *h)
{
    const uint64_t now_ms = uv_now(h->options.loop);
    if (h->n_streams == 0)
        return;
    look(h);
    const struct judgement *j = &h->judgement;
    const uint64_t key = (uint64_t)j->missing << 8 | (uint64_t)j->state << 2 |
                         (uint64_t)j->degraded << 1 | (uint64_t)j->ready;
    if (h->status != NULL && key == h->status_key && now_ms - h->status_ms < STATUS_MS)
        return;
    char *text = sight_json(&h->sight, &h->judgement);
    if (text == NULL)
        return;
    free(h->status);
    h->status = text;
    h->status_key = key;
    h->status_ms = now_ms;
    h->status_number++;
    resume_all(h);
}

/* --- answers --------------------------------------------------------------------- */

static enum MHD_Result respond(struct MHD_Connection *c, unsigned code,
                               const char *type, struct MHD_Response *r)
{
    if (r == NULL)
        return MHD_NO;
    MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
    if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    if (code == MHD_HTTP_TOO_MANY_REQUESTS || code == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER, "1");
    const enum MHD_Result queued = MHD_queue_response(c, code, r);
    MHD_destroy_response(r);
    return queued;
}

/* text: released with free. */
static enum MHD_Result respond_text(struct MHD_Connection *c, unsigned code,
                                    const char *type, char *text)
{
    if (text == NULL)
        return MHD_NO;
    return respond(
        c, code, type,
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE));
}

/* detail: without quotes. */
static enum MHD_Result refuse(struct http *h, struct MHD_Connection *c, unsigned code,
                              const char *detail)
{
    char text[2 * MESSAGE_SIZE];
    h->refused++;
    snprintf(text, sizeof text, "{\"code\": %u, \"detail\": \"%s\"}\n", code, detail);
    return respond(
        c, code, "application/json",
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_COPY));
}

static enum MHD_Result answer_livez(struct http *h, struct visitor *v)
{
    (void)h;
    return respond_text(v->connection, MHD_HTTP_OK, "text/plain; charset=utf-8",
                        strdup("alive\n"));
}

static enum MHD_Result answer_readyz(struct http *h, struct visitor *v)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return MHD_NO;
    look(h);
    const struct judgement *j = &h->judgement;
    (void)fputs(j->ready ? "ready\n" : "not ready\n", out);
    for (unsigned i = 0; i < j->n_why; i++)
        (void)fprintf(out, "%s\n", j->why[i]);
    if (fclose(out) != 0) {
        free(text);
        return MHD_NO;
    }
    return respond_text(v->connection,
                        j->ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE,
                        "text/plain; charset=utf-8", text);
}

static enum MHD_Result answer_status(struct http *h, struct visitor *v)
{
    look(h);
    return respond_text(v->connection, MHD_HTTP_OK, "application/json",
                        sight_json(&h->sight, &h->judgement));
}

static enum MHD_Result answer_metrics(struct http *h, struct visitor *v)
{
    const char *accept = MHD_lookup_connection_value(v->connection, MHD_HEADER_KIND,
                                                     MHD_HTTP_HEADER_ACCEPT);
    const bool openmetrics =
        accept != NULL && strstr(accept, "application/openmetrics-text") != NULL;
    look(h);
    return respond_text(v->connection, MHD_HTTP_OK,
                        openmetrics ? "application/openmetrics-text; version=1.0.0; "
                                      "charset=utf-8"
                                    : "text/plain; version=0.0.4; charset=utf-8",
                        sight_metrics(&h->sight, &h->judgement, openmetrics));
}

/* What all players have in common, as their files say it: who is lost can compare. */
static enum MHD_Result answer_files(struct http *h, struct visitor *v, bool terms)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return MHD_NO;
    look(h);
    if (terms)
        terms_print(out, &h->sight.home->terms);
    else
        roster_print(out, &h->sight.home->roster, &h->sight.home->addresses);
    if (fclose(out) != 0) {
        free(text);
        return MHD_NO;
    }
    return respond_text(v->connection, MHD_HTTP_OK, "application/yaml", text);
}

static enum MHD_Result answer_terms(struct http *h, struct visitor *v)
{
    return answer_files(h, v, true);
}

static enum MHD_Result answer_roster(struct http *h, struct visitor *v)
{
    return answer_files(h, v, false);
}

static enum MHD_Result answer_events(struct http *h, struct visitor *v)
{
    char message[MESSAGE_SIZE];
    const char *kinds =
        MHD_lookup_connection_value(v->connection, MHD_GET_ARGUMENT_KIND, "kinds");
    const char *after =
        MHD_lookup_connection_value(v->connection, MHD_HEADER_KIND, "Last-Event-ID");
    if (after == NULL)
        after =
            MHD_lookup_connection_value(v->connection, MHD_GET_ARGUMENT_KIND, "after");
    if (h->n_streams == STREAMS_MAX)
        return refuse(h, v->connection, MHD_HTTP_SERVICE_UNAVAILABLE,
                      "16 event streams are open, which is all there are: close one");
    const enum status status =
        feed_open(&v->feed, &h->options.feed, kinds, after, message);
    if (status != STATUS_OK)
        return refuse(h, v->connection,
                      status == STATUS_USAGE && kinds != NULL
                          ? MHD_HTTP_BAD_REQUEST
                          : MHD_HTTP_INTERNAL_SERVER_ERROR,
                      message);
    if (h->sealed)
        feed_finish(v->feed);
    at_ease(v);
    h->n_streams++;
    h->status_ms = 0; /* a new stream begins with the status of now */
    tell_status(h);
    return respond(v->connection, MHD_HTTP_OK, "text/event-stream",
                   MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK,
                                                     stream_read, v, stream_end));
}

static bool has_body(struct MHD_Connection *c)
{
    const char *length =
        MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return (length != NULL && strcmp(length, "0") != 0) ||
           MHD_lookup_connection_value(c, MHD_HEADER_KIND,
                                       MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
}

static bool take_token(struct http *h)
{
    const uint64_t now_ms = uv_now(h->options.loop);
    h->tokens += (double)(now_ms - h->tokens_ms) * RATE / 1000;
    h->tokens_ms = now_ms;
    if (h->tokens > BURST)
        h->tokens = BURST;
    if (h->tokens < 1)
        return false;
    h->tokens--;
    return true;
}

static enum MHD_Result route(struct http *h, struct visitor *v, const char *path)
{
    static const struct {
        const char *path;
        enum MHD_Result (*answer)(struct http *h, struct visitor *v);
    } paths[] = {{"/livez", answer_livez},     {"/readyz", answer_readyz},
                 {"/status", answer_status},   {"/events", answer_events},
                 {"/metrics", answer_metrics}, {"/terms", answer_terms},
                 {"/roster", answer_roster}};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (strcmp(paths[i].path, path) == 0)
            return paths[i].answer(h, v);
    return refuse(
        h, v->connection, MHD_HTTP_NOT_FOUND,
        "there are /livez, /readyz, /status, /events, /metrics, /terms, /roster");
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *c,
                                  const char *path, const char *method,
                                  const char *version, const char *upload,
                                  size_t *upload_size, void **request)
{
    static int begun;
    struct http *h = context;
    struct visitor *v =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    const char *host =
        MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
    (void)version;
    (void)upload;
    if (v == NULL || *upload_size != 0)
        return MHD_NO;
    /* The first call comes before a body would. What is refused now is refused without
     * reading it. */
    if (*request == NULL) {
        *request = &begun;
        v->connection = c;
        h->requests++;
        if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
            strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
            return refuse(h, c, MHD_HTTP_METHOD_NOT_ALLOWED,
                          "nothing can be done here: only GET and HEAD are answered");
        return has_body(c) ? refuse(h, c, MHD_HTTP_CONTENT_TOO_LARGE,
                                    "a request without a body was expected")
                           : MHD_YES;
    }
    if (!take_token(h))
        return refuse(h, c, MHD_HTTP_TOO_MANY_REQUESTS,
                      "more than 50 requests a second: wait a second");
    if (h->loopback && host != NULL && !http_host_local(host))
        return refuse(h, c, MHD_HTTP_FORBIDDEN,
                      "this node is asked for by its address or as localhost");
    return route(h, v, path);
}

/* --- connections ----------------------------------------------------------------- */

static void visitor_free(struct visitor *v)
{
    *v->link = v->next;
    if (v->next != NULL)
        v->next->link = v->link;
    free(v);
}

static void on_connection(void *context, struct MHD_Connection *c,
                          void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http *h = context;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*socket_context != NULL)
            visitor_free(*socket_context);
        return;
    }
    struct visitor *v = calloc(1, sizeof *v);
    *socket_context = v;
    if (v == NULL)
        return;
    v->http = h;
    v->connection = c;
    v->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    v->next = h->visitors;
    v->link = &h->visitors;
    if (v->next != NULL)
        v->next->link = &v->next;
    h->visitors = v;
    at_ease(v);
}

static void on_answered(void *context, struct MHD_Connection *c, void **request,
                        enum MHD_RequestTerminationCode how)
{
    struct visitor *v =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    (void)context;
    (void)how;
    *request = NULL;
    if (v != NULL)
        at_ease(v);
}

/* Who takes its time takes nobody else's: libmicrohttpd only ends those who do nothing
 * at all. */
static void drop_slow_ones(struct http *h)
{
    const uint64_t now_ms = uv_now(h->options.loop);
    for (struct visitor *v = h->visitors; v != NULL; v = v->next) {
        const uint64_t waited_ms = now_ms - v->since_ms;
        if (v->suspended || waited_ms < (v->feed != NULL ? STALL_MS : REQUEST_MS))
            continue;
        if (v->feed != NULL && v->taken >= STALL_BYTES)
            at_ease(v);
        else
            (void)shutdown(v->fd, SHUT_RDWR);
    }
}

/* --- the loop -------------------------------------------------------------------- */

static void run(struct http *h);

static void on_due(uv_timer_t *t)
{
    run(t->data);
}

static void run(struct http *h)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;
    MHD_run(h->daemon);
    /* At once would be before everything else: libuv goes on with timers that are due.
     */
    if (MHD_get_timeout(h->daemon, &wait_ms) == MHD_YES)
        uv_timer_start(&h->due, on_due, wait_ms > 0 ? wait_ms : 1, 0);
    else
        uv_timer_stop(&h->due);
}

static void on_ready(uv_poll_t *p, int status, int events)
{
    (void)status;
    (void)events;
    run(p->data);
}

static void note_lag(struct http *h)
{
    const uint64_t now_ns = uv_hrtime(), now_ms = now_ns / 1000000;
    const double late_s = (double)(now_ns - h->beat_ns) / 1e9 - BEAT_MS / 1e3;
    h->beat_ns = now_ns;
    h->lag_s = late_s > 0 ? late_s : 0;
    if (now_ms - h->lag_window_ms >= LAG_WINDOW_MS) {
        h->lag_window_ms = now_ms;
        h->lag_max_s[1] = h->lag_max_s[0];
        h->lag_max_s[0] = 0;
    }
    if (h->lag_s > h->lag_max_s[0])
        h->lag_max_s[0] = h->lag_s;
}

static void on_beat(uv_timer_t *t)
{
    struct http *h = t->data;
    note_lag(h);
    tell_status(h);
    drop_slow_ones(h);
    run(h);
    if (h->finishing && http_finished(h))
        uv_stop(h->options.loop);
}

void http_seal(struct http *h)
{
    h->sealed = true;
    for (struct visitor *v = h->visitors; v != NULL; v = v->next)
        if (v->feed != NULL)
            feed_finish(v->feed);
    http_wake(h);
}

void http_finish(struct http *h)
{
    h->finishing = true;
    h->finish_ms = uv_now(h->options.loop) + FINISH_MS;
    h->status_ms = 0;
    tell_status(h);
    resume_all(h);
}

bool http_finished(const struct http *h)
{
    return h->n_streams == 0 || uv_now(h->options.loop) >= h->finish_ms;
}

/* --- birth and death ------------------------------------------------------------- */

static int listen_at(const struct http_address *a)
{
    const int on = 1;
    const int fd =
        socket(a->socket.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
                    bind(fd, (const struct sockaddr *)&a->socket, a->size) != 0 ||
                    listen(fd, CONNECTIONS_MAX) != 0)) {
        const int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* Where it listens now: a port that was left to the system has a number. */
static void name_place(struct http *h, int fd)
{
    struct sockaddr_storage here;
    socklen_t size = sizeof here;
    char host[64] = "?";
    if (getsockname(fd, (struct sockaddr *)&here, &size) != 0)
        return;
    if (here.ss_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const void *)&here;
        uv_ip6_name(in, host, sizeof host);
        snprintf(h->place, sizeof h->place, "http://[%s]:%u", host,
                 ntohs(in->sin6_port));
    } else {
        const struct sockaddr_in *in = (const void *)&here;
        uv_ip4_name(in, host, sizeof host);
        snprintf(h->place, sizeof h->place, "http://%s:%u", host, ntohs(in->sin_port));
    }
}

static bool start_daemon(struct http *h, int fd)
{
    const unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
    h->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, h, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_PER_CONNECTION,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(STALL_MS / 1000),
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_NOTIFY_COMPLETED,
        on_answered, h, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    return h->daemon != NULL;
}

static void join_loop(struct http *h)
{
    const union MHD_DaemonInfo *epoll =
        MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct uv_loop_s *loop = h->options.loop;
    uv_poll_init(loop, &h->ready, epoll->epoll_fd);
    uv_timer_init(loop, &h->due);
    uv_timer_init(loop, &h->beat);
    h->ready.data = h->due.data = h->beat.data = h;
    h->n_handles = 3;
    h->beat_ns = uv_hrtime();
    h->lag_window_ms = h->beat_ns / 1000000;
    h->tokens = BURST;
    h->tokens_ms = uv_now(loop);
    uv_poll_start(&h->ready, UV_READABLE, on_ready);
    uv_timer_start(&h->beat, on_beat, BEAT_MS, BEAT_MS);
}

/* Watchers must not use up what links need. */
static bool descriptors_suffice(void)
{
    struct rlimit files;
    return getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= DESCRIPTORS_MIN;
}

enum status http_open(struct http **out, const struct http_options *o,
                      char message[256])
{
    struct http_address address;
    struct http *h;
    int fd;
    if (!descriptors_suffice())
        return message_set(message, STATUS_FAILED,
                           "http: %d open files are needed to be watched: raise the "
                           "limit with ulimit -n, or leave out --http",
                           DESCRIPTORS_MIN);
    if (!http_address_read(&address, o->listen, message))
        return STATUS_USAGE;
    fd = listen_at(&address);
    if (fd < 0)
        return message_set(
            message, STATUS_FAILED,
            "http: cannot listen on %.80s: %s; choose another place with "
            "--http or in node.yaml, or stop who listens there",
            o->listen, strerror(errno));
    h = calloc(1, sizeof *h);
    if (h == NULL || !start_daemon(h, fd)) {
        close(fd);
        free(h);
        return message_set(message, STATUS_FAILED,
                           "http: the server does not start: memory or descriptors are "
                           "short");
    }
    h->options = *o;
    h->loopback = address.loopback;
    name_place(h, fd);
    join_loop(h);
    *out = h;
    return STATUS_OK;
}

const char *http_place(const struct http *h)
{
    return h->place;
}

static void on_closed(uv_handle_t *handle)
{
    struct http *h = handle->data;
    if (--h->n_handles > 0)
        return;
    free(h->status);
    free(h);
}

/* libuv forgets the descriptor before libmicrohttpd closes it, and nothing may be
 * suspended then. */
void http_close(struct http *h)
{
    if (h == NULL)
        return;
    uv_poll_stop(&h->ready);
    uv_timer_stop(&h->due);
    uv_timer_stop(&h->beat);
    resume_all(h);
    MHD_run(h->daemon);
    MHD_stop_daemon(h->daemon);
    CHECK(h->visitors == NULL && h->n_streams == 0);
    uv_close((uv_handle_t *)&h->ready, on_closed);
    uv_close((uv_handle_t *)&h->due, on_closed);
    uv_close((uv_handle_t *)&h->beat, on_closed);
}
