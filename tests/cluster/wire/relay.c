/* SPDX-License-Identifier: MIT */
/* The network between nodes that share a machine: takes connections at one port, passes
 * their bytes on to another a while later, and cuts some of them, as a seed decides.
 *     relay SEED DELAY_MS CUTS_PER_MINUTE FROM-TO [FROM-TO ...]
 * All ports are on 127.0.0.1. It says "cut" for each, and runs until it is killed. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PORTS_MAX = 64, LINES_MAX = 512, CHUNK = 4096, CHUNKS_MAX = 16 };

/* Bytes on their way, in the order in which they came. */
struct chunk {
    uint64_t due_ms;
    size_t size, sent;
    uint8_t bytes[CHUNK];
};
/* One direction of a connection. */
struct way {
    unsigned first, n;
    struct chunk *chunk; /* CHUNKS_MAX of them */
};
/* A connection: end 0 is who called, end 1 whom it is passed on to. way[k] begins at
 * end k. */
struct line {
    bool open;
    int end[2];
    struct way way[2];
};

struct relay {
    unsigned n_ports;
    int listener[PORTS_MAX];
    uint16_t target[PORTS_MAX];
    struct line line[LINES_MAX];
    uint64_t random, delay_ms, cut_ms;
    unsigned cuts_per_minute;
};

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* xorshift64*: below n. */
static uint64_t draw(struct relay *r, uint64_t n)
{
    r->random ^= r->random >> 12;
    r->random ^= r->random << 25;
    r->random ^= r->random >> 27;
    return (r->random * UINT64_C(0x2545F4914F6CDD1D) >> 33) % n;
}

static int tcp_socket(void)
{
    const int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (fd < 0)
        return fd;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static struct sockaddr_in at(uint16_t port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

/* With a reset where a cut is meant: the hardest way for both. */
static void line_close(struct line *l, bool reset)
{
    const struct linger at_once = {1, 0};
    for (int k = 0; k < 2; k++) {
        if (reset)
            setsockopt(l->end[k], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(l->end[k]);
        free(l->way[k].chunk);
    }
    *l = (struct line){.open = false};
}

static void line_open(struct relay *r, unsigned port)
{
    const struct sockaddr_in target = at(r->target[port]);
    const int caller = accept(r->listener[port], NULL, NULL), one = 1;
    struct line *l = r->line;
    if (caller < 0)
        return;
    while (l < r->line + LINES_MAX && l->open)
        l++;
    const int called = l < r->line + LINES_MAX ? tcp_socket() : -1;
    if (called < 0 ||
        (connect(called, (const struct sockaddr *)&target, sizeof target) < 0 &&
         errno != EINPROGRESS)) {
        close(caller);
        if (called >= 0)
            close(called);
        return;
    }
    fcntl(caller, F_SETFL, O_NONBLOCK);
    setsockopt(caller, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    *l = (struct line){.open = true, .end = {caller, called}};
    for (int k = 0; k < 2; k++)
        if ((l->way[k].chunk = malloc(CHUNKS_MAX * sizeof *l->way[k].chunk)) == NULL)
            exit(1);
}

/* False where the connection is over. */
static bool take(struct relay *r, struct line *l, int k)
{
    struct way *w = &l->way[k];
    struct chunk *c = &w->chunk[(w->first + w->n) % CHUNKS_MAX];
    if (w->n == CHUNKS_MAX)
        return true;
    const ssize_t n = recv(l->end[k], c->bytes, CHUNK, 0);
    if (n <= 0)
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    c->size = (size_t)n;
    c->sent = 0;
    c->due_ms = now_ms() + r->delay_ms;
    w->n++;
    return true;
}

static bool give(struct line *l, int k)
{
    struct way *w = &l->way[k];
    while (w->n > 0) {
        struct chunk *c = &w->chunk[w->first];
        if (c->due_ms > now_ms())
            return true;
        const ssize_t n =
            send(l->end[1 - k], c->bytes + c->sent, c->size - c->sent, MSG_NOSIGNAL);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        c->sent += (size_t)n;
        if (c->sent < c->size)
            return true;
        w->first = (w->first + 1) % CHUNKS_MAX;
        w->n--;
    }
    return true;
}

static void cut_one(struct relay *r)
{
    unsigned open[LINES_MAX], n = 0;
    if (r->cuts_per_minute == 0 || now_ms() < r->cut_ms)
        return;
    r->cut_ms = now_ms() + 1 + draw(r, 2 * 60000 / r->cuts_per_minute);
    for (unsigned i = 0; i < LINES_MAX; i++)
        if (r->line[i].open)
            open[n++] = i;
    if (n == 0)
        return;
    line_close(&r->line[open[draw(r, n)]], true);
    puts("cut");
    fflush(stdout);
}

/* What an end is watched for, and for how long at most. */
static short wanted(const struct line *l, int k, uint64_t now, int *timeout_ms)
{
    const struct way *in = &l->way[k], *out = &l->way[1 - k];
    short events = in->n < CHUNKS_MAX ? POLLIN : 0;
    if (out->n == 0)
        return events;
    const uint64_t due = out->chunk[out->first].due_ms;
    if (due <= now)
        return (short)(events | POLLOUT);
    if (due - now < (uint64_t)*timeout_ms)
        *timeout_ms = (int)(due - now);
    return events;
}

static void turn(struct relay *r)
{
    struct pollfd fds[PORTS_MAX + 2 * LINES_MAX];
    struct line *of[LINES_MAX];
    nfds_t n = 0;
    unsigned n_lines = 0;
    int timeout_ms = 100;
    for (unsigned i = 0; i < r->n_ports; i++)
        fds[n++] = (struct pollfd){.fd = r->listener[i], .events = POLLIN};
    for (struct line *l = r->line; l < r->line + LINES_MAX; l++) {
        if (!l->open)
            continue;
        of[n_lines++] = l;
        for (int k = 0; k < 2; k++)
            fds[n++] = (struct pollfd){.fd = l->end[k],
                                       .events = wanted(l, k, now_ms(), &timeout_ms)};
    }
    if (poll(fds, n, timeout_ms) < 0)
        return;
    for (unsigned i = 0; i < n_lines; i++) {
        bool alive = true;
        for (int k = 0; k < 2; k++) {
            const short events = fds[r->n_ports + 2 * i + (unsigned)k].revents;
            if ((events & (POLLIN | POLLHUP | POLLERR)) != 0)
                alive = alive && take(r, of[i], k);
        }
        alive = alive && give(of[i], 0) && give(of[i], 1);
        if (!alive)
            line_close(of[i], false);
    }
    for (unsigned i = 0; i < r->n_ports; i++)
        if ((fds[i].revents & POLLIN) != 0)
            line_open(r, i);
    cut_one(r);
}

/* "FROM-TO" */
static bool port_open(struct relay *r, const char *text)
{
    unsigned from, to;
    if (r->n_ports == PORTS_MAX || sscanf(text, "%u-%u", &from, &to) != 2)
        return false;
    const struct sockaddr_in a = at((uint16_t)from);
    const int fd = tcp_socket();
    if (fd < 0 || bind(fd, (const struct sockaddr *)&a, sizeof a) < 0 ||
        listen(fd, 64) < 0) {
        perror(text);
        return false;
    }
    r->listener[r->n_ports] = fd;
    r->target[r->n_ports++] = (uint16_t)to;
    return true;
}

int main(int argc, char **argv)
{
    static struct relay relay;
    bool good = argc > 4;
    signal(SIGPIPE, SIG_IGN);
    for (int i = 4; i < argc && good; i++)
        good = port_open(&relay, argv[i]);
    if (!good) {
        fprintf(stderr, "relay SEED DELAY_MS CUTS_PER_MINUTE FROM-TO ...\n");
        return 2;
    }
    relay.random = strtoull(argv[1], NULL, 10) * 2 + 1;
    relay.delay_ms = strtoull(argv[2], NULL, 10);
    relay.cuts_per_minute = (unsigned)strtoul(argv[3], NULL, 10);
    relay.cut_ms = now_ms() + 1000;
    for (;;)
        turn(&relay);
}
