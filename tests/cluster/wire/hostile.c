/* SPDX-License-Identifier: MIT */
/* A stranger with bad manners, on plain sockets: what nanomsg would never do to a node.
 * Each kind is a row of `kinds` below; `hostile` alone lists them. Frames are read from
 * a file of envelopes in hexadecimal, one a line, as `treaty log --json` prints them
 * and as `hostile seal` makes them. Ports are on 127.0.0.1. */
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
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "node/config.h"
#include "protocol/envelope.h"
#include "protocol/message.h"

enum { FRAME_MAX = 1 << 17, GREETING = 8, WIRE_HEADER = 8, PATIENCE_MS = 10000 };

static const uint8_t push[GREETING] = {0, 'S', 'P', 0, 0, 0x50, 0, 0};
static const uint8_t pull[GREETING] = {0, 'S', 'P', 0, 0, 0x51, 0, 0};

/* Frames as they go over the wire, one behind the other. */
struct frames {
    unsigned n;
    struct frame {
        size_t size;
        uint8_t *bytes;
    } * frame;
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void sleep_ms(uint64_t ms)
{
    const struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
}

static unsigned long number(const char *text)
{
    char *end;
    const unsigned long n = strtoul(text, &end, 10);
    if (end == text || *end != '\0') {
        fprintf(stderr, "hostile: %s is no number\n", text);
        exit(2);
    }
    return n;
}

/* --- connections ----------------------------------------------------------------- */

static struct sockaddr_in at(const char *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)number(port))};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

/* A connection to the node, or -1: it may well have no room left. */
static int call(const char *port)
{
    const struct sockaddr_in a = at(port);
    const int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (fd < 0)
        return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (const struct sockaddr *)&a, sizeof a) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* What the node does to the connection is none of the caller's business. */
static void say(int fd, const void *bytes, size_t n)
{
    while (n > 0) {
        const ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes = (const uint8_t *)bytes + sent;
        n -= (size_t)sent;
    }
}

static void hang_up_with_reset(int fd)
{
    const struct linger at_once = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
}

static void wire_header(uint8_t out[WIRE_HEADER], uint64_t size)
{
    for (int i = 0; i < WIRE_HEADER; i++)
        out[i] = (uint8_t)(size >> (56 - 8 * i));
}

/* N connections that are kept; how many there were is printed. */
static int *call_many(const char *port, unsigned n, const void *greeting, size_t size)
{
    static int *fds; /* held until the end */
    unsigned n_open = 0;
    fds = calloc(n, sizeof *fds);
    if (fds == NULL)
        die("calloc");
    for (unsigned i = 0; i < n; i++) {
        if ((fds[i] = call(port)) < 0)
            continue;
        say(fds[i], greeting, size);
        n_open++;
    }
    printf("%u connections\n", n_open);
    fflush(stdout);
    return fds;
}

/* --- frames ---------------------------------------------------------------------- */

static void add(struct frames *f, const uint8_t *bytes, size_t size)
{
    f->frame = realloc(f->frame, (f->n + 1) * sizeof *f->frame);
    uint8_t *copy = f->frame == NULL ? NULL : malloc(WIRE_HEADER + size);
    if (copy == NULL)
        die("malloc");
    wire_header(copy, size);
    memcpy(copy + WIRE_HEADER, bytes, size);
    f->frame[f->n++] = (struct frame){WIRE_HEADER + size, copy};
}

/* "garbage:SIZE", "heartbeat:SENDER", or a file of envelopes in hexadecimal. */
static struct frames frames_read(const char *source)
{
    static char line[2 * FRAME_MAX + 2];
    static uint8_t bytes[FRAME_MAX];
    static struct frames f; /* held until the end */
    unsigned n;
    if (sscanf(source, "garbage:%u", &n) == 1 && n >= 1 && n <= FRAME_MAX) {
        for (unsigned i = 0; i < n; i++)
            bytes[i] = (uint8_t)(i * 197 + 13);
        bytes[0] = 'M';
        add(&f, bytes, n);
        return f;
    }
    if (sscanf(source, "heartbeat:%u", &n) == 1) {
        const uint8_t heartbeat[10] = {'H', (uint8_t)n};
        add(&f, heartbeat, sizeof heartbeat);
        return f;
    }
    FILE *file = fopen(source, "r");
    if (file == NULL)
        die(source);
    while (fgets(line, sizeof line, file) != NULL) {
        size_t size = 1;
        bytes[0] = 'M';
        for (const char *p = line;
             size < FRAME_MAX && sscanf(p, "%2hhx", &bytes[size]) == 1; p += 2)
            size++;
        add(&f, bytes, size);
    }
    fclose(file);
    if (f.n == 0) {
        fprintf(stderr, "hostile: %s has no frames\n", source);
        exit(2);
    }
    return f;
}

/* --- strangers who do not even shake hands --------------------------------------- */

/* PORT N: a reset right behind the greeting, or behind a part of it. */
static void resets(char **a)
{
    const unsigned n = (unsigned)number(a[1]);
    for (unsigned i = 0; i < n; i++) {
        const int fd = call(a[0]);
        if (fd < 0)
            continue;
        say(fd, push, i % 3 != 0 ? GREETING : i / 3 % GREETING);
        hang_up_with_reset(fd);
    }
}

/* PORT N SECONDS: connections on which nothing is ever said. */
static void idle(char **a)
{
    call_many(a[0], (unsigned)number(a[1]), push, 0);
    sleep_ms(1000 * number(a[2]));
}

/* PORT N SECONDS: the same after a perfect handshake. */
static void squat(char **a)
{
    call_many(a[0], (unsigned)number(a[1]), push, GREETING);
    sleep_ms(1000 * number(a[2]));
}

/* PORT N PAUSE_MS: a greeting byte by byte. */
static void slow(char **a)
{
    const unsigned n = (unsigned)number(a[1]);
    int *fds = call_many(a[0], n, push, 0);
    for (int i = 0; i < GREETING; i++) {
        for (unsigned k = 0; k < n; k++)
            if (fds[k] >= 0)
                say(fds[k], push + i, 1);
        sleep_ms(number(a[2]));
    }
}

/* PORT N SEED: random bytes, on every second connection behind a good greeting. */
static void noise(char **a)
{
    uint64_t x = number(a[2]) * 2 + 1;
    for (unsigned i = 0, n = (unsigned)number(a[1]); i < n; i++) {
        uint8_t bytes[600];
        for (size_t k = 0; k < sizeof bytes; k++) {
            x ^= x >> 12, x ^= x << 25, x ^= x >> 27;
            bytes[k] = (uint8_t)(x * UINT64_C(0x2545F4914F6CDD1D) >> 56);
        }
        const int fd = call(a[0]);
        if (fd < 0)
            continue;
        if (i % 2 != 0)
            say(fd, push, GREETING);
        say(fd, bytes, 1 + x % sizeof bytes);
        close(fd);
    }
}

/* --- strangers who do ------------------------------------------------------------ */

/* PORT N SIZE: a frame that says it has SIZE bytes, and a good part of it. */
static void oversize(char **a)
{
    static const uint8_t zeros[1 << 16];
    uint8_t header[WIRE_HEADER];
    wire_header(header, strtoull(a[2], NULL, 10));
    for (unsigned i = 0, n = (unsigned)number(a[1]); i < n; i++) {
        const int fd = call(a[0]);
        if (fd < 0)
            continue;
        say(fd, push, GREETING);
        say(fd, header, sizeof header);
        say(fd, zeros, sizeof zeros);
        close(fd);
    }
}

/* PORT N SIZE SECONDS: frames of SIZE bytes of which the last never comes. */
static void endless(char **a)
{
    const unsigned n = (unsigned)number(a[1]);
    const size_t size = number(a[2]);
    static uint8_t *body; /* held until the end */
    uint8_t header[WIRE_HEADER];
    body = calloc(1, size);
    int *fds = call_many(a[0], n, push, GREETING);
    if (body == NULL || size == 0)
        die("endless");
    wire_header(header, size);
    for (unsigned i = 0; i < n; i++)
        if (fds[i] >= 0) {
            say(fds[i], header, sizeof header);
            say(fds[i], body, size - 1);
        }
    printf("sent\n");
    fflush(stdout);
    sleep_ms(1000 * number(a[3]));
}

/* PORT FRAMES PAUSE_MS: good frames, a byte at a time. */
static void trickle(char **a)
{
    const struct frames f = frames_read(a[1]);
    const int fd = call(a[0]);
    if (fd < 0)
        die("connect");
    say(fd, push, GREETING);
    for (unsigned i = 0; i < f.n; i++)
        for (size_t k = 0; k < f.frame[i].size; k++) {
            say(fd, f.frame[i].bytes + k, 1);
            sleep_ms(number(a[2]));
        }
}

/* As much as is due by now, in turn over the connections; a full one is passed over. */
static uint64_t pour(const int *fds, unsigned n, const struct frames *f, uint64_t sent,
                     uint64_t due)
{
    static uint8_t batch[2 * FRAME_MAX];
    while (sent < due) {
        const int fd = fds[sent / 8 % n];
        size_t size = 0;
        uint64_t k = 0;
        for (; k < 64 && sent + k < due; k++) {
            const struct frame *frame = &f->frame[(sent + k) % f->n];
            if (size + frame->size > sizeof batch)
                break;
            memcpy(batch + size, frame->bytes, frame->size);
            size += frame->size;
        }
        if (fd >= 0)
            say(fd, batch, size);
        sent += k;
    }
    return sent;
}

/* PORT RATE SECONDS FRAMES: so many frames a second, each over a connection of its own;
 * how many went is printed. */
static void anew(char **a)
{
    const uint64_t rate = number(a[1]), start = now_ms(), for_ms = 1000 * number(a[2]);
    const struct frames f = frames_read(a[3]);
    uint64_t sent = 0, passed;
    while ((passed = now_ms() - start) < for_ms) {
        for (; sent < rate * passed / 1000 && now_ms() - start < for_ms; sent++) {
            const int fd = call(a[0]);
            if (fd < 0)
                continue;
            say(fd, push, GREETING);
            say(fd, f.frame[sent % f.n].bytes, f.frame[sent % f.n].size);
            close(fd);
        }
        sleep_ms(2);
    }
    printf("%llu frames\n", (unsigned long long)sent);
}

/* PORT RATE SECONDS CONNECTIONS FRAMES: so many frames a second, 0 for as many as go;
 * how many went is printed. */
static void flood(char **a)
{
    const uint64_t rate = number(a[1]), start = now_ms(), for_ms = 1000 * number(a[2]);
    const unsigned n = (unsigned)number(a[3]);
    const struct frames f = frames_read(a[4]);
    const int *fds = call_many(a[0], n, push, GREETING);
    uint64_t sent = 0, passed;
    while ((passed = now_ms() - start) < for_ms) {
        sent = pour(fds, n, &f, sent, rate == 0 ? sent + 64 : rate * passed / 1000);
        if (rate != 0)
            sleep_ms(2);
    }
    printf("%llu frames\n", (unsigned long long)sent);
}

/* PORT N FRAMES: all the frames, N times over, as fast as they are taken. */
static void repeat(char **a)
{
    const struct frames f = frames_read(a[2]);
    const int fd = call(a[0]);
    if (fd < 0)
        die("connect");
    say(fd, push, GREETING);
    pour(&fd, 1, &f, 0, number(a[1]) * f.n);
}

/* --- in a peer's place ----------------------------------------------------------- */

static int answer_at(const char *port)
{
    const struct sockaddr_in a = at(port);
    const int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (const struct sockaddr *)&a, sizeof a) < 0 || listen(fd, 64) < 0)
        die(port);
    return fd;
}

/* PORT N: whoever calls is greeted and reset at once, N times. */
static void slam(char **a)
{
    const int listener = answer_at(a[0]);
    for (unsigned i = 0, n = (unsigned)number(a[1]); i < n; i++) {
        const int fd = accept(listener, NULL, NULL);
        uint8_t greeting[GREETING];
        if (i % 2 != 0) /* half of the time only once the caller has greeted */
            (void)!recv(fd, greeting, sizeof greeting, 0);
        say(fd, pull, GREETING);
        hang_up_with_reset(fd);
    }
}

/* PORT SECONDS: the first caller is greeted and then held, and never listened to, while
 * the port is free again for whom it belongs to. */
static void hold(char **a)
{
    const int listener = answer_at(a[0]), fd = accept(listener, NULL, NULL);
    close(listener);
    say(fd, pull, GREETING);
    printf("held\n");
    fflush(stdout);
    sleep_ms(1000 * number(a[1]));
}

/* --- with a member's key --------------------------------------------------------- */

static void print_envelope(const struct message *m, const struct keypair *key)
{
    static uint8_t envelope[FRAME_MAX];
    const size_t size = envelope_seal(envelope, sizeof envelope, m, key);
    for (size_t i = 0; i < size; i++)
        printf("%02x", envelope[i]);
    putchar('\n');
}

/* KEY PLAYER SESSION KIND ROUND SIZE N: N different envelopes that player PLAYER (from
 * 1) has signed: in that session, of that kind (its number), from that round on, with
 * bodies of SIZE bytes that begin with the round, as requests and refusals do. */
static void seal(char **a)
{
    static uint8_t body[FRAME_MAX];
    struct keypair key;
    char message[256];
    if (key_read(&key, a[0], message) != STATUS_OK) {
        fprintf(stderr, "%s\n", message);
        exit(1);
    }
    struct message m = {.kind = (enum message_kind)number(a[3]),
                        .sender = (uint8_t)(number(a[1]) - 1),
                        .body = body,
                        .body_size = number(a[5])};
    for (size_t i = 0; i < sizeof m.session.bytes; i++)
        if (sscanf(a[2] + 2 * i, "%2hhx", &m.session.bytes[i]) != 1)
            die("session");
    for (unsigned long i = 0; i < number(a[6]); i++) {
        m.round = strtoull(a[4], NULL, 10) + i;
        memcpy(body, &m.round,
               sizeof m.round < m.body_size ? sizeof m.round : m.body_size);
        print_envelope(&m, &key);
    }
}

/* --------------------------------------------------------------------------------- */

static const struct kind {
    const char *name, *operands;
    int n_operands;
    void (*run)(char **operands);
} kinds[] = {
    {"resets", "PORT N", 2, resets},
    {"idle", "PORT N SECONDS", 3, idle},
    {"squat", "PORT N SECONDS", 3, squat},
    {"slow", "PORT N PAUSE_MS", 3, slow},
    {"noise", "PORT N SEED", 3, noise},
    {"oversize", "PORT N SIZE", 3, oversize},
    {"endless", "PORT N SIZE SECONDS", 4, endless},
    {"trickle", "PORT FRAMES PAUSE_MS", 3, trickle},
    {"anew", "PORT RATE SECONDS FRAMES", 4, anew},
    {"flood", "PORT RATE SECONDS CONNECTIONS FRAMES", 5, flood},
    {"repeat", "PORT N FRAMES", 3, repeat},
    {"slam", "PORT N", 2, slam},
    {"hold", "PORT SECONDS", 2, hold},
    {"seal", "KEY PLAYER SESSION KIND ROUND SIZE N", 7, seal},
};

int main(int argc, char **argv)
{
    struct rlimit files;
    signal(SIGPIPE, SIG_IGN);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    if (!secure_start())
        return 1;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (argc == 2 + kinds[i].n_operands && strcmp(argv[1], kinds[i].name) == 0) {
            kinds[i].run(argv + 2);
            return 0;
        }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        fprintf(stderr, "hostile %s %s\n", kinds[i].name, kinds[i].operands);
    return 2;
}
