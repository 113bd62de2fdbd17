/* SPDX-License-Identifier: MIT */
/* What moving the bytes alone costs: processes on loopback, each joined to each other
 * one by a bare TCP connection of libuv's, that sign nothing and look at nothing.
 *     mesh <ROUNDS
 * A line of ROUNDS is a round: the name of its phase, then how many bytes each of the
 * processes sends to each other one. A process begins a round when it has the whole of
 * the one before from everybody. Printed is for each phase, in the order of their first
 * rounds: its name, its seconds, and the processor seconds of all processes together.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "base/check.h"

enum {
    MEMBERS_MAX = 64,
    PHASES_MAX = 8,
    NAME_SIZE = 16,
    LINE_MAX_SIZE = 4096,
    BUFFER_SIZE = 1 << 16,
    NOBODY = 255,
};

struct cost {
    double seconds, processor_seconds;
};

/* The first round is one byte each, of no phase: it shows that everybody is there. */
struct rounds {
    unsigned n_members, n_phases;
    size_t n, capacity;
    char name[PHASES_MAX][NAME_SIZE];
    struct round {
        unsigned phase;
        uint32_t size[MEMBERS_MAX];
    } * round;
    uint32_t largest;
};

struct connection {
    uv_tcp_t tcp;
    uv_connect_t request;
    uint8_t member; /* NOBODY until it has said who it is */
};

struct member {
    const struct rounds *rounds;
    uint8_t self;
    size_t round; /* said, and waited for */
    unsigned n_joined, n_writing;
    uint64_t heard[MEMBERS_MAX], wanted[MEMBERS_MAX]; /* bytes of each other one */
    struct connection connection[MEMBERS_MAX];
    unsigned n_connections;
    uv_loop_t loop;
    uv_tcp_t door;
    struct cost mark, cost[PHASES_MAX];
    uint8_t buffer[BUFFER_SIZE]; /* what is heard, which nobody looks at */
    uint8_t *bytes;              /* what is said */
};

struct rest {
    uv_write_t request;
    struct member *member;
};

/* ---- the rounds ---- */

static unsigned phase_of(struct rounds *r, const char *name)
{
    unsigned k = 0;
    while (k < r->n_phases && strcmp(r->name[k], name) != 0)
        k++;
    CHECK(k < PHASES_MAX);
    if (k == r->n_phases)
        (void)snprintf(r->name[r->n_phases++], NAME_SIZE, "%s", name);
    return k;
}

static struct round *round_add(struct rounds *r)
{
    if (r->n == r->capacity) {
        r->capacity = 2 * r->capacity + 64;
        r->round = realloc(r->round, r->capacity * sizeof *r->round);
        CHECK(r->round != NULL);
    }
    return &r->round[r->n++];
}

static void rounds_read(struct rounds *r, FILE *in)
{
    static char line[LINE_MAX_SIZE];
    struct round *first = round_add(r);
    first->phase = 0;
    for (unsigned i = 0; i < MEMBERS_MAX; i++)
        first->size[i] = 1;
    while (fgets(line, sizeof line, in) != NULL) {
        char *rest, *name = strtok_r(line, " \n", &rest);
        if (name == NULL)
            continue;
        struct round *round = round_add(r);
        round->phase = phase_of(r, name);
        r->n_members = 0;
        for (char *word; (word = strtok_r(NULL, " \n", &rest)) != NULL;) {
            CHECK(r->n_members < MEMBERS_MAX);
            const uint32_t size = (uint32_t)strtoul(word, NULL, 10);
            round->size[r->n_members++] = size;
            r->largest = size > r->largest ? size : r->largest;
        }
    }
}

/* ---- one of the processes ---- */

static struct cost cost_now(void)
{
    struct rusage used;
    (void)getrusage(RUSAGE_SELF, &used);
    return (struct cost){
        1e-9 * (double)uv_hrtime(),
        (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
            1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec)};
}

static void phase_pay(struct member *m, unsigned phase)
{
    const struct cost now = cost_now();
    m->cost[phase].seconds += now.seconds - m->mark.seconds;
    m->cost[phase].processor_seconds +=
        now.processor_seconds - m->mark.processor_seconds;
    m->mark = now;
}

static void stop_when_done(struct member *m)
{
    if (m->round == m->rounds->n && m->n_writing == 0)
        uv_stop(&m->loop);
}

static void on_written(uv_write_t *request, int status)
{
    struct rest *rest = (struct rest *)(void *)request;
    CHECK(status == 0);
    rest->member->n_writing--;
    stop_when_done(rest->member);
    free(rest);
}

static void say_to(struct member *m, struct connection *c, uint32_t size)
{
    uv_stream_t *stream = (uv_stream_t *)&c->tcp;
    uv_buf_t whole = uv_buf_init((char *)m->bytes, size);
    const int taken = uv_try_write(stream, &whole, 1);
    CHECK(taken >= 0 || taken == UV_EAGAIN);
    const uint32_t done = taken > 0 ? (uint32_t)taken : 0;
    if (done == size)
        return;
    struct rest *rest = malloc(sizeof *rest);
    CHECK(rest != NULL);
    rest->member = m;
    m->n_writing++;
    whole = uv_buf_init((char *)m->bytes, size - done);
    CHECK(uv_write(&rest->request, stream, &whole, 1, on_written) == 0);
}

static void say(struct member *m)
{
    const struct round *r = &m->rounds->round[m->round];
    for (unsigned i = 0; i < m->n_connections; i++) {
        m->wanted[m->connection[i].member] += r->size[m->connection[i].member];
        say_to(m, &m->connection[i], r->size[m->self]);
    }
}

static bool round_whole(const struct member *m)
{
    for (unsigned i = 0; i < m->rounds->n_members; i++)
        if (m->heard[i] < m->wanted[i])
            return false;
    return true;
}

static void go_on(struct member *m)
{
    while (m->round < m->rounds->n && round_whole(m)) {
        const unsigned phase = m->rounds->round[m->round].phase;
        if (m->round == 0)
            m->mark = cost_now();
        m->round++;
        if (m->round == m->rounds->n || m->rounds->round[m->round].phase != phase)
            phase_pay(m, phase);
        if (m->round < m->rounds->n)
            say(m);
    }
    stop_when_done(m);
}

static void joined(struct member *m)
{
    if (++m->n_joined < m->rounds->n_members - 1)
        return;
    say(m);
    go_on(m);
}

static void give_buffer(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
    struct member *m = handle->loop->data;
    (void)wanted;
    *out = uv_buf_init((char *)m->buffer, sizeof m->buffer);
}

static void on_heard(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct member *m = stream->loop->data;
    struct connection *c = (struct connection *)(void *)stream;
    if (n < 0) { /* it has heard everything, and so have we */
        (void)uv_read_stop(stream);
        return;
    }
    if (n > 0 && c->member == NOBODY) {
        c->member = (uint8_t)buffer->base[0];
        m->heard[c->member] += (uint64_t)n - 1;
        joined(m);
    } else if (n > 0) {
        m->heard[c->member] += (uint64_t)n;
    }
    if (m->n_joined == m->rounds->n_members - 1)
        go_on(m);
}

static struct connection *connection_add(struct member *m, uint8_t member)
{
    struct connection *c = &m->connection[m->n_connections++];
    c->member = member;
    CHECK(uv_tcp_init(&m->loop, &c->tcp) == 0);
    return c;
}

static void listen_to(struct connection *c)
{
    CHECK(uv_tcp_nodelay(&c->tcp, 1) == 0);
    CHECK(uv_read_start((uv_stream_t *)&c->tcp, give_buffer, on_heard) == 0);
}

static void on_guest(uv_stream_t *door, int status)
{
    struct connection *c = connection_add(door->loop->data, NOBODY);
    CHECK(status == 0 && uv_accept(door, (uv_stream_t *)&c->tcp) == 0);
    listen_to(c);
}

static void on_connected(uv_connect_t *request, int status)
{
    struct member *m = request->handle->loop->data;
    struct connection *c = (struct connection *)(void *)request->handle;
    uv_buf_t name = uv_buf_init((char *)&m->self, 1);
    CHECK(status == 0);
    listen_to(c);
    CHECK(uv_try_write(request->handle, &name, 1) == 1);
    joined(m);
}

/* Joins those before it and is joined by those behind. Its costs go into the pipe. */
static void member_live(const struct rounds *r, uint8_t self, const int *doors,
                        const uint16_t *ports, int out)
{
    struct member *m = calloc(1, sizeof *m);
    CHECK(m != NULL && uv_loop_init(&m->loop) == 0);
    m->loop.data = m;
    m->rounds = r;
    m->self = self;
    m->bytes = calloc(1, r->largest + 1);
    CHECK(m->bytes != NULL && uv_tcp_init(&m->loop, &m->door) == 0 &&
          uv_tcp_open(&m->door, doors[self]) == 0 &&
          uv_listen((uv_stream_t *)&m->door, MEMBERS_MAX, on_guest) == 0);
    for (uint8_t i = 0; i < self; i++) {
        struct sockaddr_in address;
        struct connection *c = connection_add(m, i);
        CHECK(uv_ip4_addr("127.0.0.1", ports[i], &address) == 0);
        CHECK(uv_tcp_connect(&c->request, &c->tcp, (struct sockaddr *)&address,
                             on_connected) == 0);
    }
    (void)uv_run(&m->loop, UV_RUN_DEFAULT);
    CHECK(write(out, m->cost, sizeof m->cost) == (ssize_t)sizeof m->cost);
    _exit(EXIT_SUCCESS);
}

/* ---- all of them ---- */

static void open_doors(unsigned n, int *doors, uint16_t *ports)
{
    for (unsigned i = 0; i < n; i++) {
        struct sockaddr_in address = {.sin_family = AF_INET};
        socklen_t size = sizeof address;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        doors[i] = socket(AF_INET, SOCK_STREAM, 0);
        CHECK(doors[i] >= 0 && bind(doors[i], (struct sockaddr *)&address, size) == 0 &&
              listen(doors[i], MEMBERS_MAX) == 0 &&
              getsockname(doors[i], (struct sockaddr *)&address, &size) == 0);
        ports[i] = ntohs(address.sin_port);
    }
}

int main(void)
{
    static struct rounds rounds;
    int doors[MEMBERS_MAX], ends[2];
    uint16_t ports[MEMBERS_MAX];
    struct cost sum[PHASES_MAX] = {{0, 0}}, one[PHASES_MAX];
    rounds_read(&rounds, stdin);
    const unsigned n = rounds.n_members;
    if (n < 2 || pipe(ends) != 0) {
        (void)fputs("usage: mesh <ROUNDS, for two or more\n", stderr);
        return EXIT_FAILURE;
    }
    open_doors(n, doors, ports);
    for (uint8_t i = 0; i < n; i++) {
        const pid_t pid = fork();
        CHECK(pid >= 0);
        if (pid == 0)
            member_live(&rounds, i, doors, ports, ends[1]);
    }
    (void)close(ends[1]);
    for (unsigned i = 0; i < n; i++) {
        if (read(ends[0], one, sizeof one) != (ssize_t)sizeof one)
            return EXIT_FAILURE; /* one of them has said why */
        for (unsigned k = 0; k < rounds.n_phases; k++) {
            sum[k].seconds += one[k].seconds / n;
            sum[k].processor_seconds += one[k].processor_seconds;
        }
    }
    while (wait(NULL) > 0)
        continue;
    for (unsigned k = 0; k < rounds.n_phases; k++)
        (void)printf("%s %.6f %.6f\n", rounds.name[k], sum[k].seconds,
                     sum[k].processor_seconds);
    return EXIT_SUCCESS;
}
