/* SPDX-License-Identifier: MIT */
/* Frames between nodes: two nodes in one process, and strangers on raw TCP. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "node/links.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "tests/unit/unit.h"

enum { MESSAGE_MAX = 4000, PATIENCE_MS = 30000 };

/* Two nodes on one loop, and what each was handed. */
struct mail {
    struct links *links;
    unsigned n_messages;
    uint32_t last, sum;
    unsigned this_turn, most_per_turn;
};
struct pair {
    uv_loop_t loop;
    uv_timer_t guard;
    uv_prepare_t turn;
    struct addresses addresses;
    struct mail mail[2];
    bool impatient;
};

static void receive_one(void *context, const uint8_t *bytes, size_t size)
{
    struct mail *m = context;
    uint32_t number;
    ck_assert_uint_ge(size, sizeof number);
    memcpy(&number, bytes, sizeof number);
    bool intact = true;
    for (size_t i = sizeof number; i < size; i++)
        intact = intact && bytes[i] == (uint8_t)number;
    ck_assert(intact);
    m->n_messages++;
    m->last = number;
    m->sum += number;
    m->this_turn++;
    if (m->this_turn > m->most_per_turn)
        m->most_per_turn = m->this_turn;
}

static void receive(void *context, const struct bytes *messages, enum welcome *welcome,
                    size_t n)
{
    (void)welcome;
    for (size_t i = 0; i < n; i++)
        receive_one(context, messages[i].at, messages[i].size);
}

static void impatient(uv_timer_t *t)
{
    struct pair *p = t->data;
    p->impatient = true;
}

static void turn(uv_prepare_t *t)
{
    struct pair *p = t->data;
    p->mail[0].this_turn = p->mail[1].this_turn = 0;
}

static int raw_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    return fd;
}

static struct sockaddr_in local(uint16_t port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

static uint16_t free_port(void)
{
    int fd = raw_socket();
    struct sockaddr_in a = local(0);
    socklen_t size = sizeof a;
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, size), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &size), 0);
    close(fd);
    return ntohs(a.sin_port);
}

static uint16_t port_of(const struct pair *p, int i)
{
    return (uint16_t)atoi(strrchr(p->addresses.address[i], ':') + 1);
}

static void start(struct pair *p)
{
    memset(p, 0, sizeof *p);
    for (int i = 0; i < 2; i++)
        snprintf(p->addresses.address[i], ADDRESS_SIZE, "tcp://127.0.0.1:%u",
                 free_port());
    uv_loop_init(&p->loop);
    uv_timer_init(&p->loop, &p->guard);
    uv_prepare_init(&p->loop, &p->turn);
    p->guard.data = p->turn.data = p;
    uv_timer_start(&p->guard, impatient, PATIENCE_MS, 0);
    uv_prepare_start(&p->turn, turn);
}

static enum status try_open(struct pair *p, uint8_t i, char message[256])
{
    const struct links_options o = {.loop = &p->loop,
                                    .self = i,
                                    .n_players = 2,
                                    .listen = p->addresses.address[i],
                                    .addresses = &p->addresses,
                                    .message_min = sizeof(uint32_t),
                                    .message_max = MESSAGE_MAX,
                                    .receive = receive,
                                    .context = &p->mail[i]};
    return links_open(&p->mail[i].links, &o, message);
}

static void open_node(struct pair *p, uint8_t i)
{
    char message[256];
    enum status status = try_open(p, i, message);
    ck_assert_msg(status == STATUS_OK, "%s", message);
}

static void close_node(struct pair *p, uint8_t i)
{
    links_close(p->mail[i].links);
    p->mail[i].links = NULL;
    for (int n = 0; n < 5; n++)
        uv_run(&p->loop, UV_RUN_NOWAIT);
}

static void stop(struct pair *p)
{
    links_close(p->mail[0].links);
    links_close(p->mail[1].links);
    uv_close((uv_handle_t *)&p->guard, NULL);
    uv_close((uv_handle_t *)&p->turn, NULL);
    uv_run(&p->loop, UV_RUN_DEFAULT);
    ck_assert_int_eq(uv_loop_close(&p->loop), 0);
}

/* Turns the loop until the claim holds; patience is generous, so it never decides. */
#define UNTIL(p, claim)                                                                \
    while (!(claim)) {                                                                 \
        ck_assert_msg(!(p)->impatient, "still not: " #claim);                          \
        uv_run(&(p)->loop, UV_RUN_ONCE);                                               \
    }

static void say(struct pair *p, uint8_t from, uint32_t number, size_t size)
{
    uint8_t bytes[MESSAGE_MAX];
    memset(bytes, (uint8_t)number, sizeof bytes);
    memcpy(bytes, &number, sizeof number);
    links_send(p->mail[from].links, (uint8_t)(1 - from), bytes, size);
}

static bool acquainted(const struct pair *p)
{
    return links_silent_ms(p->mail[0].links, 1) < 1000 &&
           links_silent_ms(p->mail[1].links, 0) < 1000;
}

START_TEST(two_nodes_exchange_frames_of_all_sizes)
{
    struct pair p;
    start(&p);
    open_node(&p, 0);
    open_node(&p, 1);
    UNTIL(&p, acquainted(&p));
    for (uint32_t i = 0; i < 500; i++) {
        say(&p, 0, i, 4 + i * 7);
        say(&p, 1, i, MESSAGE_MAX - i);
        unsigned expected = i + 1;
        UNTIL(&p, p.mail[0].n_messages == expected && p.mail[1].n_messages == expected);
        ck_assert_uint_eq(p.mail[0].last, i);
    }
    struct links_counts c;
    links_count(p.mail[0].links, &c);
    ck_assert_uint_eq(c.messages_sent, 500);
    ck_assert_uint_eq(c.messages_received, 500);
    ck_assert_uint_eq(c.dropped, 0);
    ck_assert_uint_eq(c.remade, 0);
    stop(&p);
}
END_TEST

START_TEST(what_is_sent_too_early_waits_and_the_newest_are_kept)
{
    struct pair p;
    start(&p);
    open_node(&p, 0);
    for (uint32_t i = 1; i <= 100; i++)
        say(&p, 0, i, MESSAGE_MAX);
    struct links_counts c;
    links_count(p.mail[0].links, &c);
    ck_assert_uint_gt(c.dropped, 80); /* the queue has 64 KiB */
    open_node(&p, 1);
    unsigned kept = 100 - (unsigned)c.dropped;
    UNTIL(&p, p.mail[1].n_messages == kept);
    ck_assert_uint_eq(p.mail[1].last, 100);
    stop(&p);
}
END_TEST

START_TEST(a_peer_that_comes_back_is_reached_again)
{
    struct pair p;
    start(&p);
    open_node(&p, 0);
    for (int i = 0; i < 3; i++) {
        open_node(&p, 1);
        UNTIL(&p, acquainted(&p));
        /* What was sent while it was away may have come as well. */
        say(&p, 0, 7, 50);
        UNTIL(&p, p.mail[1].last == 7);
        close_node(&p, 1);
        p.mail[1].last = 0;
        for (int n = 0; n < 10; n++)
            say(&p, 0, 8, 100);
    }
    stop(&p);
}
END_TEST

START_TEST(a_flood_is_taken_in_bounded_turns)
{
    struct pair p;
    start(&p);
    open_node(&p, 0);
    open_node(&p, 1);
    UNTIL(&p, acquainted(&p));
    uint32_t sent = 0;
    while (sent < 20000) {
        for (int i = 0; i < 200; i++)
            say(&p, 0, ++sent, 20);
        uv_run(&p.loop, UV_RUN_NOWAIT);
    }
    UNTIL(&p, p.mail[1].last == 20000);
    ck_assert_uint_le(p.mail[1].most_per_turn, 64);
    stop(&p);
}
END_TEST

static int stranger(uint16_t port)
{
    struct sockaddr_in a = local(port);
    int fd = raw_socket();
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

/* Closes with a reset instead of a farewell. */
static void reset(int fd)
{
    const struct linger l = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);
    close(fd);
}

static void put(int fd, const void *bytes, size_t n)
{
    ck_assert_int_eq(send(fd, bytes, n, MSG_NOSIGNAL), (ssize_t)n);
}

/* The first bytes of a PUSH socket's connection; of a PULL socket's with 0x51. */
static const uint8_t push_header[8] = {0, 'S', 'P', 0, 0, 0x50, 0, 0};
static const uint8_t pull_header[8] = {0, 'S', 'P', 0, 0, 0x51, 0, 0};

START_TEST(half_headers_and_resets_do_no_harm)
{
    struct pair p;
    start(&p);
    open_node(&p, 0);
    open_node(&p, 1);
    UNTIL(&p, acquainted(&p));
    for (size_t i = 0; i < 200; i++) {
        int fd = stranger(port_of(&p, 1));
        put(fd, push_header, i % 9);
        reset(fd);
        uv_run(&p.loop, UV_RUN_NOWAIT);
    }
    say(&p, 0, 1, 100);
    UNTIL(&p, p.mail[1].last == 1);
    stop(&p);
}
END_TEST

static void put_frame(int fd, uint64_t announced, const void *bytes, size_t n)
{
    uint8_t size[8];
    for (int i = 0; i < 8; i++)
        size[i] = (uint8_t)(announced >> (56 - 8 * i));
    put(fd, size, sizeof size);
    put(fd, bytes, n);
}

/* A whole message, of four bytes. */
static void put_message(int fd, uint32_t number)
{
    uint8_t frame[5] = {'M'};
    memcpy(frame + 1, &number, sizeof number);
    put_frame(fd, sizeof frame, frame, sizeof frame);
}

static bool ended(int fd)
{
    char bytes[64];
    ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    while (n > 0)
        n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    return n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

/* Of 160 descriptors, strangers take all that they can. */
START_TEST(strangers_do_not_keep_a_peer_outside)
{
    const struct rlimit few = {160, 160};
    struct pair p;
    int fds[100];
    struct links_counts c = {0};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    start(&p);
    open_node(&p, 1);
    const int first = stranger(port_of(&p, 1));
    put(first, push_header, sizeof push_header);
    for (int i = 0; i < 100; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM, 0);
        const struct sockaddr_in a = local(port_of(&p, 1));
        if (fds[i] < 0 || connect(fds[i], (const struct sockaddr *)&a, sizeof a) < 0)
            continue;
        put(fds[i], push_header, sizeof push_header);
        uv_run(&p.loop, UV_RUN_NOWAIT);
    }
    UNTIL(&p, ended(first));
    for (int i = 0; i < 100; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    links_count(p.mail[1].links, &c);
    ck_assert_uint_ge(c.crowded, 1);
    open_node(&p, 0);
    say(&p, 0, 1, 100);
    UNTIL(&p, p.mail[1].last == 1);
    close(first);
    stop(&p);
}
END_TEST

START_TEST(who_does_not_greet_is_sent_away)
{
    static const uint8_t other[8] = {0, 'S', 'P', 0, 0, 0x10, 0, 0};
    struct pair p;
    start(&p);
    open_node(&p, 0);
    const int silent = stranger(port_of(&p, 0)), slow = stranger(port_of(&p, 0)),
              wrong = stranger(port_of(&p, 0)), good = stranger(port_of(&p, 0));
    put(slow, push_header, 7);
    put(wrong, other, sizeof other);
    put(good, push_header, sizeof push_header);
    UNTIL(&p, ended(wrong));
    UNTIL(&p, ended(silent) && ended(slow));
    put_message(good, 5);
    UNTIL(&p, p.mail[0].last == 5);
    close(silent);
    close(slow);
    close(wrong);
    close(good);
    stop(&p);
}
END_TEST

START_TEST(frames_come_whole_however_they_are_cut)
{
    uint8_t bytes[3 * 13], *at = bytes;
    struct pair p;
    start(&p);
    open_node(&p, 0);
    for (uint32_t i = 1; i <= 3; i++, at += 13) {
        static const uint8_t head[9] = {0, 0, 0, 0, 0, 0, 0, 5, 'M'};
        memcpy(at, head, sizeof head);
        memcpy(at + sizeof head, &i, sizeof i);
    }
    for (size_t first = 1; first < sizeof bytes; first++) {
        const int fd = stranger(port_of(&p, 0));
        const unsigned expected = p.mail[0].n_messages + 3;
        put(fd, push_header, sizeof push_header);
        put(fd, bytes, first);
        for (int i = 0; i < 3; i++)
            uv_run(&p.loop, UV_RUN_NOWAIT);
        put(fd, bytes + first, sizeof bytes - first);
        UNTIL(&p, p.mail[0].n_messages == expected);
        ck_assert_uint_eq(p.mail[0].sum, 2 * expected);
        close(fd);
    }
    stop(&p);
}
END_TEST

START_TEST(a_flood_delays_others_by_a_few_frames)
{
    struct pair p;
    start(&p);
    open_node(&p, 0);
    const int flood = stranger(port_of(&p, 0)), other = stranger(port_of(&p, 0));
    put(flood, push_header, sizeof push_header);
    for (uint32_t i = 0; i < 5000; i++)
        put_message(flood, 1);
    UNTIL(&p, p.mail[0].n_messages > 0);
    /* In the midst of it. */
    const unsigned before = p.mail[0].n_messages;
    ck_assert_uint_lt(before, 1000);
    put(other, push_header, sizeof push_header);
    put_message(other, 100000);
    UNTIL(&p, p.mail[0].sum >= 100000);
    ck_assert_uint_lt(p.mail[0].n_messages - before, 200);
    UNTIL(&p, p.mail[0].sum == 105000);
    close(flood);
    close(other);
    stop(&p);
}
END_TEST

START_TEST(frames_of_wrong_sizes_and_kinds_end_their_connection)
{
    struct pair p;
    start(&p);
    open_node(&p, 0);
    open_node(&p, 1);
    UNTIL(&p, acquainted(&p));
    static const uint8_t big[MESSAGE_MAX + 2] = {'M'};
    static const struct {
        size_t size;
        const char *bytes;
    } wrong[] = {
        {0, ""},
        {1, "M"},
        {4, "M123"},
        {5, "X1234"},
        {2, "H1"},
        {6, "H\x09\0\0\0\0"},          /* there is no such player */
        {10, "H\x01\0\0\0\0\0\0\0\0"}, /* it is the node itself */
    };
    struct links_counts c = {0};
    int fd;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        fd = stranger(port_of(&p, 1));
        put(fd, push_header, sizeof push_header);
        put_frame(fd, wrong[i].size, wrong[i].bytes, wrong[i].size);
        UNTIL(&p, ended(fd));
        close(fd);
        links_count(p.mail[1].links, &c);
        ck_assert_uint_eq(c.dropped, i + 1);
    }
    /* One byte more than the largest message, and then a lot more: the connection ends,
     * and nothing else. */
    fd = stranger(port_of(&p, 1));
    put(fd, push_header, sizeof push_header);
    put_frame(fd, sizeof big, big, sizeof big);
    UNTIL(&p, ended(fd));
    close(fd);
    fd = stranger(port_of(&p, 1));
    put(fd, push_header, sizeof push_header);
    put_frame(fd, 1ull << 40, big, 10);
    UNTIL(&p, ended(fd));
    close(fd);
    ck_assert_uint_eq(p.mail[1].n_messages, 0);
    say(&p, 0, 1, 100);
    UNTIL(&p, p.mail[1].last == 1);
    stop(&p);
}
END_TEST

/* A listener in the place of player 2 that takes every connection, shakes hands and
 * never reads: to the node, a link that counts as connected and on which nothing
 * arrives. */
struct dead_end {
    int listener, connection;
    unsigned n_connections;
};

static void dead_end_open(struct dead_end *d, uint16_t port)
{
    const int on = 1;
    struct sockaddr_in a = local(port);
    *d = (struct dead_end){.listener = raw_socket(), .connection = -1};
    setsockopt(d->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ck_assert_int_eq(bind(d->listener, (struct sockaddr *)&a, sizeof a), 0);
    ck_assert_int_eq(listen(d->listener, 10), 0);
    fcntl(d->listener, F_SETFL, O_NONBLOCK);
}

static unsigned dead_end_take(struct dead_end *d)
{
    int fd = accept(d->listener, NULL, NULL);
    if (fd >= 0) {
        if (d->connection >= 0)
            close(d->connection);
        d->connection = fd;
        d->n_connections++;
        put(fd, pull_header, sizeof pull_header);
    }
    return d->n_connections;
}

START_TEST(a_link_on_which_the_peer_hears_nothing_is_made_again)
{
    struct pair p;
    struct dead_end d;
    start(&p);
    dead_end_open(&d, port_of(&p, 1));
    open_node(&p, 0);
    UNTIL(&p, dead_end_take(&d) == 1);
    /* The peer is alive, and says that it hears nobody. */
    int fd = stranger(port_of(&p, 0));
    put(fd, push_header, sizeof push_header);
    uint64_t next = 0;
    while (dead_end_take(&d) < 2) {
        ck_assert(!p.impatient);
        if (uv_now(&p.loop) >= next) {
            put_frame(fd, 10, "H\x01\0\0\0\0\0\0\0\0", 10);
            next = uv_now(&p.loop) + 100;
        }
        uv_run(&p.loop, UV_RUN_ONCE);
    }
    struct links_counts c;
    links_count(p.mail[0].links, &c);
    ck_assert_uint_ge(c.remade, 1);
    close(fd);
    close(d.connection);
    close(d.listener);
    stop(&p);
}
END_TEST

START_TEST(a_link_that_takes_nothing_for_long_is_made_again)
{
    struct pair p;
    struct dead_end d;
    start(&p);
    dead_end_open(&d, port_of(&p, 1));
    open_node(&p, 0);
    UNTIL(&p, dead_end_take(&d) == 1);
    while (dead_end_take(&d) < 2) {
        ck_assert(!p.impatient);
        say(&p, 0, 1, MESSAGE_MAX);
        uv_run(&p.loop, UV_RUN_NOWAIT);
    }
    close(d.connection);
    close(d.listener);
    stop(&p);
}
END_TEST

START_TEST(a_taken_port_is_refused_by_name)
{
    struct pair p;
    char message[256];
    start(&p);
    open_node(&p, 0);
    snprintf(p.addresses.address[1], sizeof p.addresses.address[1], "%s",
             p.addresses.address[0]);
    ck_assert_int_eq(try_open(&p, 1, message), STATUS_FAILED);
    ck_assert_ptr_nonnull(strstr(message, p.addresses.address[0]));
    ck_assert_ptr_nonnull(strstr(message, "the port is taken"));
    p.mail[1].links = NULL;
    stop(&p);
}
END_TEST

START_TEST(an_address_that_is_none_is_refused)
{
    static const char *const wrong[] = {"",
                                        "tcp://",
                                        "tcp://h",
                                        "tcp://h:",
                                        "tcp://h:0",
                                        "tcp://h:65536",
                                        "tcp://h:+1",
                                        "tcp://h:1x",
                                        "tcp://:1",
                                        "tcp://node_1:1",
                                        "tcp://[::1:1",
                                        "tcp://[zz]:1",
                                        "ipc://h:1",
                                        "tcp://a b:1",
                                        "tcp://eth0;1.2.3.4:1"};
    char message[256];
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_msg(!address_valid(wrong[i], message), "taken: %s", wrong[i]);
    ck_assert(address_valid("tcp://node-1.example:7001", message));
    ck_assert(address_valid("tcp://127.0.0.1:1", message));
    ck_assert(address_valid("tcp://[fe80::1]:65535", message));
}
END_TEST

/* Asked by libuv in place of the system's: two.example has two addresses, and nobody
 * listens on the first. */
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    int (*ask)(const char *, const char *, const struct addrinfo *,
               struct addrinfo **) = NULL;
    *(void **)&ask = dlsym(RTLD_NEXT, "getaddrinfo");
    if (host == NULL || strcmp(host, "two.example") != 0)
        return ask(host, service, hints, found);
    if (hints->ai_family == AF_INET)
        return ask("127.0.0.1", service, hints, found);
    const int error = ask("::1", service, hints, found);
    return error != 0 ? error : ask("127.0.0.1", service, hints, &(*found)->ai_next);
}

static void meet_by_name(const char *name)
{
    struct pair p;
    start(&p);
    snprintf(p.addresses.address[1], ADDRESS_SIZE, "tcp://%s:%u", name, free_port());
    open_node(&p, 0);
    open_node(&p, 1);
    UNTIL(&p, acquainted(&p));
    stop(&p);
}

START_TEST(names_are_resolved)
{
    meet_by_name("localhost");
}
END_TEST

START_TEST(a_name_is_tried_at_each_of_its_addresses)
{
    meet_by_name("two.example");
}
END_TEST

START_TEST(an_unknown_name_is_asked_for_again_and_can_be_left_at_any_time)
{
    struct pair p;
    start(&p);
    snprintf(p.addresses.address[1], sizeof p.addresses.address[1], "%s",
             "tcp://no-such-host.invalid:1");
    open_node(&p, 0);
    for (int i = 0; i < 8; i++) {
        say(&p, 0, 1, 100);
        uv_run(&p.loop, UV_RUN_ONCE);
    }
    stop(&p);
}
END_TEST

UNIT_MAIN("links", two_nodes_exchange_frames_of_all_sizes,
          what_is_sent_too_early_waits_and_the_newest_are_kept,
          a_peer_that_comes_back_is_reached_again, a_flood_is_taken_in_bounded_turns,
          half_headers_and_resets_do_no_harm, who_does_not_greet_is_sent_away,
          frames_come_whole_however_they_are_cut, a_flood_delays_others_by_a_few_frames,
          strangers_do_not_keep_a_peer_outside,
          frames_of_wrong_sizes_and_kinds_end_their_connection,
          a_link_on_which_the_peer_hears_nothing_is_made_again,
          a_link_that_takes_nothing_for_long_is_made_again,
          a_taken_port_is_refused_by_name, an_address_that_is_none_is_refused,
          names_are_resolved, a_name_is_tried_at_each_of_its_addresses,
          an_unknown_name_is_asked_for_again_and_can_be_left_at_any_time)
