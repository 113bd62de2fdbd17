/* SPDX-License-Identifier: MIT */
/* Who comes in, and what becomes of those who waste time. The owner's verdict is in the
 * frame itself; nothing here waits for a clock: the test calls door_keep. */
#include "node/door.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "tests/unit/unit.h"

enum { TURNS = 50, PATIENCE_S = 30, VAIN = 16, VAIN_OF_STRANGERS = 64, A_TURN = 36 };

struct house {
    uv_loop_t loop;
    struct door *door;
    uint16_t port;
    unsigned seen[128]; /* frames, by their first byte */
};

/* 'A' any, 'N' new, 'V' vain, 'F' false; a digit is a frame that costs nothing. */
static enum welcome verdict(uint8_t first)
{
    return first == 'N'   ? WELCOME_NEW
           : first == 'V' ? WELCOME_VAIN
           : first == 'F' ? WELCOME_FALSE
                          : WELCOME_ANY;
}

static void receive(void *context, const struct bytes *frames, uint8_t *const *marks,
                    enum welcome *welcome, size_t n)
{
    struct house *h = context;
    for (size_t i = 0; i < n; i++) {
        const uint8_t *frame = frames[i].at;
        ck_assert_uint_eq(frames[i].size, 1);
        ck_assert_uint_eq(welcome[i], WELCOME_ANY);
        ck_assert(*marks[i] == 0 || *marks[i] == 7);
        *marks[i] = 7;
        h->seen[frame[0] & 127]++;
        welcome[i] = verdict(frame[0]);
    }
}

static void closed(void *context)
{
    struct house *h = context;
    h->door = NULL;
}

static struct sockaddr_in local(uint16_t port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

static void open_house(struct house *h)
{
    memset(h, 0, sizeof *h);
    uv_loop_init(&h->loop);
    const struct door_options o = {.loop = &h->loop,
                                   .frame_max = 100,
                                   .greet_looks = 4,
                                   .receive = receive,
                                   .closed = closed,
                                   .context = h};
    int error = UV_EADDRINUSE;
    for (h->port = (uint16_t)(20000 + getpid() % 20000); error == UV_EADDRINUSE;) {
        const struct sockaddr_in a = local(++h->port);
        error = door_open(&h->door, &o, (const struct sockaddr *)&a);
        /* Where the port is taken, what was begun must come to its end. */
        uv_run(&h->loop, UV_RUN_NOWAIT);
    }
    ck_assert_int_eq(error, 0);
}

static void close_house(struct house *h)
{
    door_close(h->door);
    uv_run(&h->loop, UV_RUN_DEFAULT);
    ck_assert_ptr_null(h->door);
    ck_assert_int_eq(uv_loop_close(&h->loop), 0);
}

static void turns(struct house *h)
{
    for (int i = 0; i < TURNS; i++)
        uv_run(&h->loop, UV_RUN_NOWAIT);
}

/* Turns the loop until the claim holds; patience is generous, so it never decides. What
 * must not come has a few turns more to come in. */
#define UNTIL(h, claim)                                                                \
    for (const time_t until = time(NULL) + PATIENCE_S; !(claim);) {                    \
        ck_assert_msg(time(NULL) < until, "still not: " #claim);                       \
        uv_run(&(h)->loop, UV_RUN_NOWAIT);                                             \
    }

static int caller(const struct house *h)
{
    const struct sockaddr_in a = local(h->port);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

/* Who is greeted is in. */
static bool greeted(int fd)
{
    char bytes[8];
    return recv(fd, bytes, sizeof bytes, MSG_DONTWAIT | MSG_PEEK) == sizeof bytes;
}

static int visitor(struct house *h)
{
    static const uint8_t push[8] = {0, 'S', 'P', 0, 0, 0x50, 0, 0};
    const int fd = caller(h);
    ck_assert_int_eq(send(fd, push, sizeof push, MSG_NOSIGNAL), sizeof push);
    UNTIL(h, greeted(fd));
    return fd;
}

/* So many frames of this first byte. */
static void speak(int fd, char what, int times)
{
    uint8_t frame[9] = {0, 0, 0, 0, 0, 0, 0, 1, (uint8_t)what};
    for (int i = 0; i < times; i++)
        ck_assert_int_eq(send(fd, frame, sizeof frame, MSG_NOSIGNAL), sizeof frame);
}

static bool ended(int fd)
{
    char bytes[64];
    ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    while (n > 0)
        n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    return n == 0 || errno == ECONNRESET;
}

START_TEST(a_false_frame_ends_its_connection_and_no_other)
{
    struct house h;
    open_house(&h);
    const int good = visitor(&h), bad = visitor(&h);
    speak(good, 'N', 1);
    speak(bad, 'N', 1); /* whoever was welcome before, too */
    speak(bad, 'F', 1);
    UNTIL(&h, ended(bad));
    speak(good, 'N', 1);
    UNTIL(&h, h.seen['N'] == 3);
    ck_assert(!ended(good));
    ck_assert_uint_eq(h.seen['F'], 1);
    close(good);
    close(bad);
    close_house(&h);
}
END_TEST

/* A turn's frames are judged together, so a few more than allowed are heard. */
START_TEST(who_wastes_time_is_heard_again_when_the_door_is_looked_after)
{
    struct house h;
    open_house(&h);
    const int good = visitor(&h), bad = visitor(&h);
    speak(good, 'N', 1);
    speak(bad, 'N', 1);
    speak(bad, 'V', 200);
    UNTIL(&h, h.seen['V'] >= VAIN);
    speak(good, 'A', 50);
    UNTIL(&h, h.seen['A'] == 50);
    turns(&h);
    const unsigned first = h.seen['V'];
    ck_assert_uint_lt(first, VAIN + A_TURN);
    door_keep(h.door);
    UNTIL(&h, h.seen['V'] >= first + VAIN);
    turns(&h);
    ck_assert_uint_lt(h.seen['V'], first + VAIN + A_TURN);
    UNTIL(&h, (door_keep(h.door), h.seen['V'] == 200));
    ck_assert(!ended(bad)); /* it may be a peer after all */
    close(good);
    close(bad);
    close_house(&h);
}
END_TEST

/* Whoever comes anew for each false frame meets what all strangers may cost. */
START_TEST(strangers_share_what_may_be_wasted_on_them)
{
    struct house h;
    open_house(&h);
    int fds[2 * VAIN_OF_STRANGERS];
    const int peer = visitor(&h);
    speak(peer, 'N', 1);
    UNTIL(&h, h.seen['N'] == 1);
    for (unsigned i = 0; i < 2 * VAIN_OF_STRANGERS; i++) {
        fds[i] = visitor(&h);
        speak(fds[i], 'F', 1);
        UNTIL(&h, h.seen['F'] == i + 1 || i >= VAIN_OF_STRANGERS);
    }
    const int late = visitor(&h); /* an honest one has to wait like all of them */
    speak(late, 'N', 1);
    speak(peer, 'A', 1); /* a peer does not notice anything */
    UNTIL(&h, h.seen['A'] == 1);
    turns(&h);
    ck_assert_uint_eq(h.seen['F'], VAIN_OF_STRANGERS);
    ck_assert_uint_eq(h.seen['N'], 1);
    UNTIL(&h, (door_keep(h.door), h.seen['F'] == 2 * VAIN_OF_STRANGERS));
    UNTIL(&h, (door_keep(h.door), h.seen['N'] == 2));
    ck_assert(!ended(late));
    for (int i = 0; i < 2 * VAIN_OF_STRANGERS; i++)
        close(fds[i]);
    close(peer);
    close(late);
    close_house(&h);
}
END_TEST

/* 256 of them, whom others then follow in vain. */
START_TEST(too_many_strangers_make_room_and_peers_stay)
{
    struct house h;
    open_house(&h);
    int fds[256];
    const int peer = visitor(&h);
    speak(peer, 'N', 1);
    UNTIL(&h, h.seen['N'] == 1);
    ck_assert(!door_keep(h.door));
    for (int i = 0; i < 256; i++)
        fds[i] = visitor(&h);
    const int outside = caller(&h);
    UNTIL(&h, ended(outside));
    ck_assert(!ended(fds[0]));
    ck_assert(door_keep(h.door));
    for (int i = 0; i < 256; i++) {
        UNTIL(&h, ended(fds[i]));
        close(fds[i]);
    }
    close(outside);
    const int inside = visitor(&h);
    speak(inside, 'N', 1);
    speak(peer, 'N', 1);
    UNTIL(&h, h.seen['N'] == 3);
    ck_assert(!ended(peer));
    close(inside);
    close(peer);
    close_house(&h);
}
END_TEST

/* Looks are counted and not the time: a node that did not run has not looked. */
START_TEST(who_does_not_greet_goes_at_the_fourth_look)
{
    struct house h;
    open_house(&h);
    const int fd = caller(&h);
    UNTIL(&h, greeted(fd));
    for (int i = 0; i < 3; i++)
        door_keep(h.door);
    turns(&h);
    ck_assert(!ended(fd));
    door_keep(h.door);
    UNTIL(&h, ended(fd));
    close(fd);
    close_house(&h);
}
END_TEST

UNIT_MAIN("door", a_false_frame_ends_its_connection_and_no_other,
          who_wastes_time_is_heard_again_when_the_door_is_looked_after,
          strangers_share_what_may_be_wasted_on_them,
          too_many_strangers_make_room_and_peers_stay,
          who_does_not_greet_goes_at_the_fourth_look)
