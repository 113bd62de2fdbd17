/* SPDX-License-Identifier: MIT */
/* Hides how bytes become frames, and whose turn it is. */
#include "node/door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

#include "base/check.h"

enum {
    GREETING_SIZE = 8,
    SIZE_SIZE = 8,
    FRAMES_PER_VISIT = 4,
    /* Of those who come to be read, and as many of those who wait. */
    FRAMES_PER_TURN = DOOR_FRAMES_MAX / 2,
    BYTES_PER_TURN = 1 << 20,
    READ_SIZE = 8192,
    STRANGERS_MAX = 256,
    /* From one door_keep to the next: vain or false frames of one guest, of all
     * strangers together. */
    VAIN_MAX = 16,
    VAIN_OF_STRANGERS = 64,
    BACKLOG = 128,
};

static const uint8_t push_greeting[GREETING_SIZE] = {0, 'S', 'P', 0, 0, 0x50, 0, 0};
static const uint8_t pull_greeting[GREETING_SIZE] = {0, 'S', 'P', 0, 0, 0x51, 0, 0};

/* Who has come in. What it says is a greeting, then size, frame, size, frame. */
struct guest {
    uv_tcp_t tcp;
    struct door *door;
    struct guest *before, *after; /* among all that are in */
    struct guest *behind;         /* in its line */
    struct line *line;            /* in which it waits; NULL: in none */
    unsigned looks; /* at how many door_keep it was there and had not greeted */
    uint8_t mark;
    bool greeted, leaving;
    bool known;              /* it has brought something new, and is no stranger */
    unsigned spent;          /* vain frames since the last door_keep */
    uint8_t head[SIZE_SIZE]; /* what there is of the greeting or of a size */
    size_t head_got;
    uint8_t *frame; /* one that has not come whole; NULL: there is none */
    size_t frame_size, frame_got;
    uint8_t *rest; /* what was read and has to wait; NULL: nothing */
    size_t rest_size, rest_taken;
};

/* Of those who wait, the first one first. */
struct line {
    struct guest *first, *last;
};

struct door {
    struct door_options options;
    uv_tcp_t listener;
    uv_check_t turn_over;
    uv_idle_t hurry; /* the loop does not sleep while somebody waits */
    unsigned n_handles;
    bool closing, stalled; /* somebody stands before the door for want of memory */
    uint64_t emptied_ms;
    struct guest *guests;
    struct line turns, aside; /* for their turn; for the next door_keep */
    unsigned n_strangers, spent_by_strangers;
    unsigned frames_left; /* in this turn */
    size_t bytes_left;
    struct bytes whole[DOOR_FRAMES_MAX]; /* the frames of this turn, each of malloc */
    struct guest *from[DOOR_FRAMES_MAX]; /* who sent them */
    size_t n_whole;
    uint8_t scratch[READ_SIZE];
};

/* --- coming and going ------------------------------------------------------------ */

static void handle_closed(struct door *d)
{
    CHECK(d->n_handles > 0);
    if (--d->n_handles > 0 || !d->closing)
        return;
    for (size_t i = 0; i < d->n_whole; i++)
        free((void *)(uintptr_t)d->whole[i].at);
    if (d->options.closed != NULL)
        d->options.closed(d->options.context);
    free(d);
}

static void door_handle_closed(uv_handle_t *h)
{
    handle_closed(h->data);
}

static void guest_gone(uv_handle_t *h)
{
    struct guest *g = h->data;
    struct door *d = g->door;
    free(g->frame);
    free(g->rest);
    free(g);
    handle_closed(d);
}

static void line_up(struct line *line, struct guest *g)
{
    g->line = line;
    g->behind = NULL;
    *(line->first == NULL ? &line->first : &line->last->behind) = g;
    line->last = g;
}

/* It need not be the first: it may leave at any time. */
static void line_leave(struct guest *g)
{
    struct guest **at = &g->line->first, *before = NULL;
    while (*at != g) {
        before = *at;
        at = &(*at)->behind;
    }
    *at = g->behind;
    if (g->line->last == g)
        g->line->last = before;
    g->line = NULL;
}

static void leave(struct guest *g)
{
    struct door *d = g->door;
    if (g->leaving)
        return;
    g->leaving = true;
    if (g->line != NULL)
        line_leave(g);
    d->n_strangers -= !g->known;
    if (g->before != NULL)
        g->before->after = g->after;
    else
        d->guests = g->after;
    if (g->after != NULL)
        g->after->before = g->before;
    uv_close((uv_handle_t *)&g->tcp, guest_gone);
}

static void all_leave(struct door *d)
{
    while (d->guests != NULL)
        leave(d->guests);
}

static void strangers_leave(struct door *d)
{
    for (struct guest *g = d->guests, *after; g != NULL; g = after) {
        after = g->after;
        if (!g->known)
            leave(g);
    }
}

/* --- frames ---------------------------------------------------------------------- */

/* Eight bytes are there: a greeting, or the size of the next frame. */
static void head_read(struct guest *g)
{
    uint64_t size = 0;
    g->head_got = 0;
    if (!g->greeted) {
        g->greeted = memcmp(g->head, push_greeting, GREETING_SIZE) == 0;
        if (!g->greeted)
            leave(g);
        return;
    }
    for (int i = 0; i < SIZE_SIZE; i++)
        size = size << 8 | g->head[i];
    if (size <= g->door->options.frame_max)
        g->frame = malloc((size_t)size + 1);
    if (g->frame == NULL) {
        leave(g);
        return;
    }
    g->frame_size = (size_t)size;
    g->frame_got = 0;
}

/* Takes frames out of bytes, at most so many. Returns how many bytes are done with. */
static size_t take(struct guest *g, const uint8_t *bytes, size_t n, unsigned *n_frames)
{
    struct door *d = g->door;
    size_t used = 0;
    while (!g->leaving && *n_frames > 0 && (used < n || g->frame != NULL)) {
        uint8_t *into =
            g->frame != NULL ? g->frame + g->frame_got : g->head + g->head_got;
        const size_t wanted =
            g->frame != NULL ? g->frame_size - g->frame_got : SIZE_SIZE - g->head_got;
        const size_t got = wanted < n - used ? wanted : n - used;
        memcpy(into, bytes + used, got);
        used += got;
        if (g->frame == NULL) {
            g->head_got += got;
            if (g->head_got == SIZE_SIZE)
                head_read(g);
        } else {
            g->frame_got += got;
            if (got < wanted)
                break;
            CHECK(d->n_whole < DOOR_FRAMES_MAX);
            d->from[d->n_whole] = g;
            d->whole[d->n_whole++] = (struct bytes){g->frame, g->frame_size};
            g->frame = NULL;
            --*n_frames;
        }
    }
    return used;
}

/* --- what frames were worth ------------------------------------------------------ */

static void judge(struct guest *g, enum welcome welcome)
{
    struct door *d = g->door;
    if (g->leaving)
        return;
    switch (welcome) {
    case WELCOME_ANY:
        return;
    case WELCOME_NEW:
        d->n_strangers -= !g->known;
        g->known = true;
        return;
    case WELCOME_FALSE:
        d->spent_by_strangers += !g->known;
        leave(g);
        return;
    case WELCOME_VAIN:
        d->spent_by_strangers += !g->known;
        g->spent++;
        return;
    }
}

/* Strangers share what may be wasted on them: each of them may be the same one, who
 * comes anew for each frame. */
static bool may_speak(const struct guest *g)
{
    return g->spent < VAIN_MAX &&
           (g->known || g->door->spent_by_strangers < VAIN_OF_STRANGERS);
}

/* The frames are the turn's no longer when somebody looks at them: whoever does may end
 * everything. Who has left is remembered until the loop's turn is over. */
static void hand_over(struct door *d)
{
    struct bytes whole[DOOR_FRAMES_MAX];
    struct guest *from[DOOR_FRAMES_MAX];
    uint8_t *mark[DOOR_FRAMES_MAX];
    enum welcome welcome[DOOR_FRAMES_MAX] = {WELCOME_ANY};
    const size_t n = d->n_whole;
    d->n_whole = 0;
    memcpy(whole, d->whole, n * sizeof whole[0]);
    for (size_t i = 0; i < n; i++) {
        from[i] = d->from[i];
        mark[i] = &from[i]->mark;
    }
    if (n > 0 && !d->closing)
        d->options.receive(d->options.context, whole, mark, welcome, n);
    for (size_t i = 0; i < n; i++) {
        judge(from[i], welcome[i]);
        free((void *)(uintptr_t)whole[i].at);
    }
}

/* --- turns ----------------------------------------------------------------------- */

static void give_buffer(uv_handle_t *h, size_t wanted, uv_buf_t *out)
{
    struct guest *g = h->data;
    (void)wanted;
    *out = uv_buf_init((char *)g->door->scratch, READ_SIZE);
}

/* Nothing more is read of it before it has had its turn. */
static void wait_for_turn(struct guest *g)
{
    line_up(&g->door->turns, g);
    uv_read_stop((uv_stream_t *)&g->tcp);
}

/* Takes a few frames, as many as this turn has left. Returns how many bytes are done
 * with. */
static size_t visit(struct guest *g, const uint8_t *bytes, size_t n)
{
    struct door *d = g->door;
    const unsigned given =
        d->frames_left < FRAMES_PER_VISIT ? d->frames_left : FRAMES_PER_VISIT;
    unsigned n_frames = given;
    const size_t used = take(g, bytes, n, &n_frames);
    d->frames_left -= given - n_frames;
    return used;
}

/* What is left of the bytes has to wait; without memory for that, who sent it goes. */
static void keep_rest(struct guest *g, const uint8_t *bytes, size_t n)
{
    g->rest = malloc(n);
    if (g->rest == NULL) {
        leave(g);
        return;
    }
    memcpy(g->rest, bytes, n);
    g->rest_size = n;
    g->rest_taken = 0;
    wait_for_turn(g);
}

static void guest_heard(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct guest *g = stream->data;
    struct door *d = g->door;
    const uint8_t *bytes = (const uint8_t *)buffer->base;
    if (n < 0)
        leave(g);
    if (n <= 0)
        return;
    const size_t size = (size_t)n, used = may_speak(g) ? visit(g, bytes, size) : 0;
    d->bytes_left -= size < d->bytes_left ? size : d->bytes_left;
    if (g->leaving)
        return;
    if (used < size)
        keep_rest(g, bytes + used, size - used);
    else if (d->bytes_left == 0)
        wait_for_turn(g);
}

/* The first of those who wait has its turn, and stands at the end again if that was not
 * enough. */
static void serve_first(struct door *d)
{
    struct guest *g = d->turns.first;
    line_leave(g);
    if (!may_speak(g)) {
        line_up(&d->aside, g);
        return;
    }
    if (g->rest != NULL)
        g->rest_taken +=
            visit(g, g->rest + g->rest_taken, g->rest_size - g->rest_taken);
    if (g->leaving)
        return;
    if (g->rest != NULL && g->rest_taken < g->rest_size) {
        wait_for_turn(g);
        return;
    }
    free(g->rest);
    g->rest = NULL;
    if (uv_read_start((uv_stream_t *)&g->tcp, give_buffer, guest_heard) != 0)
        leave(g);
}

static void hurry(uv_idle_t *h)
{
    (void)h; /* that it is there is all: the loop does not sleep */
}

/* Those who wait have the end of a turn to themselves. */
static void turn_over(uv_check_t *h)
{
    struct door *d = h->data;
    d->frames_left = FRAMES_PER_TURN;
    while (d->turns.first != NULL && d->frames_left > 0 && !d->closing)
        serve_first(d);
    d->frames_left = FRAMES_PER_TURN;
    d->bytes_left = BYTES_PER_TURN;
    hand_over(d);
    if (d->closing)
        return;
    if (d->turns.first != NULL)
        uv_idle_start(&d->hurry, hurry);
    else
        uv_idle_stop(&d->hurry);
}

/* --- the door -------------------------------------------------------------------- */

/* libuv has taken somebody in, and takes nobody else before that one is accepted. */
static void let_in(uv_stream_t *listener, int status)
{
    struct door *d = listener->data;
    uv_buf_t greeting = uv_buf_init((char *)(uintptr_t)pull_greeting, GREETING_SIZE);
    if (status != 0)
        return;
    struct guest *g = calloc(1, sizeof *g);
    d->stalled = g == NULL || uv_tcp_init(d->options.loop, &g->tcp) != 0;
    if (d->stalled) {
        free(g);
        return;
    }
    d->n_handles++;
    g->tcp.data = g;
    g->door = d;
    g->after = d->guests;
    if (d->guests != NULL)
        d->guests->before = g;
    d->guests = g;
    d->n_strangers++;
    uv_stream_t *stream = (uv_stream_t *)&g->tcp;
    if (uv_accept(listener, stream) != 0 || d->n_strangers > STRANGERS_MAX ||
        uv_try_write(stream, &greeting, 1) != GREETING_SIZE ||
        uv_read_start(stream, give_buffer, guest_heard) != 0)
        leave(g);
}

/* The lowest free descriptor of the upper half tells how many are held (below, some are
 * given up and taken all the time): three in four of those allowed are more than peers
 * ever need. */
static bool crowded(const struct door *d)
{
    if (d->n_strangers >= STRANGERS_MAX)
        return true;
    struct rlimit files;
    int fd;
    if (uv_fileno((const uv_handle_t *)&d->listener, &fd) != 0 ||
        getrlimit(RLIMIT_NOFILE, &files) != 0)
        return false;
    fd = fcntl(fd, F_DUPFD_CLOEXEC, (int)(files.rlim_cur / 2));
    if (fd < 0)
        return errno == EMFILE;
    close(fd);
    return (rlim_t)fd >= files.rlim_cur - files.rlim_cur / 4;
}

bool door_waiting(const struct door *d)
{
    return d->turns.first != NULL;
}

/* Who comes while this node does not run has not been looked at, and must not be sent
 * away for that: so looks are counted, and not the time. */
bool door_keep(struct door *d)
{
    const uint64_t now_ms = uv_now(d->options.loop);
    if (d->stalled)
        let_in((uv_stream_t *)&d->listener, 0);
    for (struct guest *g = d->guests, *after; g != NULL; g = after) {
        after = g->after;
        g->spent = 0;
        if (!g->greeted && g->line == NULL && ++g->looks >= d->options.greet_looks)
            leave(g);
    }
    d->spent_by_strangers = 0;
    while (d->aside.first != NULL) {
        struct guest *g = d->aside.first;
        line_leave(g);
        line_up(&d->turns, g);
        uv_idle_start(&d->hurry, hurry);
    }
    if (now_ms - d->emptied_ms < d->options.crowded_ms || !crowded(d))
        return false;
    d->emptied_ms = now_ms;
    if (d->n_strangers > 0)
        strangers_leave(d);
    else
        all_leave(d);
    return true;
}

int door_open(struct door **out, const struct door_options *o,
              const struct sockaddr *address)
{
    struct door *d = calloc(1, sizeof *d);
    if (d == NULL)
        return UV_ENOMEM;
    d->options = *o;
    d->emptied_ms = uv_now(o->loop);
    d->listener.data = d->turn_over.data = d->hurry.data = d;
    uv_check_init(o->loop, &d->turn_over);
    uv_idle_init(o->loop, &d->hurry);
    d->frames_left = FRAMES_PER_TURN;
    d->bytes_left = BYTES_PER_TURN;
    d->n_handles = 3;
    int error = uv_tcp_init(o->loop, &d->listener);
    CHECK(error == 0); /* it makes no socket yet */
    error = uv_tcp_bind(&d->listener, address, 0);
    if (error == 0)
        error = uv_listen((uv_stream_t *)&d->listener, BACKLOG, let_in);
    if (error != 0) {
        d->options.closed = NULL;
        door_close(d);
        return error;
    }
    uv_check_start(&d->turn_over, turn_over);
    *out = d;
    return 0;
}

void door_close(struct door *d)
{
    if (d->closing)
        return;
    d->closing = true;
    all_leave(d);
    uv_close((uv_handle_t *)&d->listener, door_handle_closed);
    uv_close((uv_handle_t *)&d->turn_over, door_handle_closed);
    uv_close((uv_handle_t *)&d->hurry, door_handle_closed);
}
