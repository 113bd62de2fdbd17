/* SPDX-License-Identifier: MIT */
/* Hides nanomsg and all its traps. Each remedy stands where the trap is;
 * docs/transport.md has the list. */
#include "node/links.h"

#include <arpa/inet.h>
#include <errno.h>
#include <nanomsg/nn.h>
#include <nanomsg/pipeline.h>
#include <nanomsg/tcp.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/bytes.h"
#include "base/check.h"
#include "node/door.h"
#include "node/files.h"

enum {
    HEARTBEAT_MS = 300,
    HEARD_MS = 1000,   /* what people see: a peer is silent after this */
    HEARD_BEATS = 4,   /* a peer is heard if something came within so many own beats */
    UNHEARD_BEATS = 3, /* a peer that says so often that it does not hear us, and has
                          been sent as much meanwhile, ... */
    BLOCKED_BEATS =
        7, /* or that takes nothing at so many beats, though it lives, ... */
    ABSENT_BEATS = 28, /* or at so many, ... */
    REMAKE_MS = 1500,  /* gets a new link, but not more often than this, ... */
    REMAKE_GROWTH =
        3,           /* and after each that was in vain half as often, so many times */
    GREET_BEATS = 4, /* whoever comes in has said so within so many beats */
    CROWDED_MS = 1500, /* not more often than this is everybody sent away */
    RESOLVE_MS = 1000, /* between two questions to the name server */
    RECONNECT_MS = 20,
    QUEUE_SIZE_MIN = 1 << 16,
    PACE_PLAYERS = 16,     /* with more, all of this takes longer: pace_of */
    FRAME_MESSAGE = 'M',   /* then a message */
    FRAME_HEARTBEAT = 'H', /* then sender u8, mask u64 of those it hears */
    HEARTBEAT_SIZE = 10,
    HOST_SIZE = 128,
    NONE = -1,
};

/* "tcp://HOST:PORT", taken apart. */
struct endpoint {
    char host[HOST_SIZE];
    uint16_t port;
    int family; /* AF_INET or AF_INET6 for a literal address; AF_UNSPEC for a name */
};

/* Frames that wait until a peer takes them, each behind its u32 size; the oldest makes
 * room for the newest. */
struct queue {
    uint8_t *bytes;
    size_t capacity, start, used;
};

struct peer {
    struct links *links;
    uint8_t player;
    struct endpoint endpoint;
    int socket, connection; /* NONE while there is none */
    uv_poll_t writable;
    uv_getaddrinfo_t question;
    bool asking, polling;
    unsigned answers;   /* how often its name was resolved */
    uint64_t ask_at_ms; /* the next question to the name server */
    uint64_t made_ms;   /* when the link was made */
    uint64_t heard_ms;  /* when something came last; 0: nothing yet */
    /* Counted in beats, and not in ms: a node that is kept from running neither hears
     * nor is heard, and must not conclude from it that its links are dead. */
    unsigned quiet;   /* own beats since something came of it */
    unsigned blocked; /* own beats since it took something */
    unsigned unheard; /* its beats in a row that say that it does not hear us */
    unsigned called;  /* own beats since the first of them */
    unsigned vain;    /* links made again since it was known to hear us */
    bool told,
        tells; /* something was sent since the last beat; it says that it hears */
    struct queue queue;
};

struct links {
    struct links_options options;
    struct endpoint listen;
    struct door *door;
    uv_timer_t beat;
    unsigned n_open; /* handles and questions that are not over */
    bool closing;
    struct links_counts counts;
    uint8_t *scratch; /* one frame on its way out of a queue */
    struct peer peers[PLAYERS_MAX];
};

/* Heartbeats and links grow with the square of the number of nodes, and those of a
 * machine share it: 64 nodes at the pace of 16 would do nothing else. */
static unsigned pace(uint8_t n_players)
{
    return (n_players + PACE_PLAYERS - 1u) / PACE_PLAYERS;
}

static unsigned pace_of(const struct links *l)
{
    return pace(l->options.n_players);
}

uint64_t links_heard_ms(uint8_t n_players)
{
    return HEARD_MS * pace(n_players);
}

/* --- addresses ------------------------------------------------------------------- */

static bool port_read(uint16_t *out, const char *text)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return false;
    unsigned long port = strtoul(text, &end, 10);
    if (*end != '\0' || port < 1 || port > UINT16_MAX)
        return false;
    *out = (uint16_t)port;
    return true;
}

/* nanomsg refuses names with an underscore, without a word. */
static bool host_valid(const char *host)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-.";
    return host[0] != '\0' && host[0] != '-' && strspn(host, letters) == strlen(host);
}

static bool endpoint_read(struct endpoint *out, const char *address,
                          char message[MESSAGE_SIZE])
{
    static const char scheme[] = "tcp://";
    const char *host = address + strlen(scheme);
    const char *colon = strrchr(address, ':');
    uint8_t binary[16];
    *out = (struct endpoint){.family = AF_UNSPEC};
    if (strncmp(address, scheme, strlen(scheme)) != 0 || colon == NULL ||
        colon < host || (size_t)(colon - host) >= sizeof out->host ||
        !port_read(&out->port, colon + 1)) {
        message_set(message, STATUS_USAGE,
                    "'%.100s' is no address for listen or the roster: expected "
                    "tcp://HOST:PORT with a port from 1 to 65535",
                    address);
        return false;
    }
    size_t n = (size_t)(colon - host);
    memcpy(out->host, host, n);
    const bool brackets = n > 2 && host[0] == '[' && host[n - 1] == ']';
    if (brackets) {
        memmove(out->host, out->host + 1, n - 2);
        out->host[n - 2] = '\0';
    }
    if (inet_pton(brackets ? AF_INET6 : AF_INET, out->host, binary) == 1)
        out->family = brackets ? AF_INET6 : AF_INET;
    if (out->family == AF_UNSPEC && (brackets || !host_valid(out->host))) {
        message_set(
            message, STATUS_USAGE,
            "'%.100s' names no host: expected a name of letters, digits, '-' and "
            "'.', an IPv4 address or an IPv6 address in brackets",
            address);
        return false;
    }
    return true;
}

bool address_valid(const char *address, char message[256])
{
    struct endpoint e;
    return endpoint_read(&e, address, message);
}

/* Connects a socket to a numeric address. NONE with errno on failure. An IPv4 literal
 * aborts the process where IPV4ONLY is off, so it follows the family. */
static int attach(int socket, int family, const char *host, uint16_t port)
{
    char address[HOST_SIZE + 24];
    int ipv4_only = family == AF_INET6 ? 0 : 1;
    snprintf(address, sizeof address,
             family == AF_INET6 ? "tcp://[%s]:%u" : "tcp://%s:%u", host, port);
    if (nn_setsockopt(socket, NN_SOL_SOCKET, NN_IPV4ONLY, &ipv4_only,
                      sizeof ipv4_only) < 0)
        return NONE;
    return nn_connect(socket, address);
}

/* --- a peer's link --------------------------------------------------------------- */

static void link_connect(struct peer *p, int family, const char *host)
{
    p->connection = attach(p->socket, family, host, p->endpoint.port);
    p->made_ms = uv_now(p->links->options.loop);
    p->unheard = p->called = p->blocked = 0;
    if (p->connection < 0)
        p->ask_at_ms = p->made_ms + RESOLVE_MS;
}

static void links_free(struct links *l)
{
    for (uint8_t i = 0; i < PLAYERS_MAX; i++) {
        if (l->peers[i].socket >= 0)
            nn_close(l->peers[i].socket);
        free(l->peers[i].queue.bytes);
    }
    free(l->scratch);
    free(l);
}

/* One handle or question is over. The sockets are closed only after the last: nanomsg
 * would close descriptors that libuv still watches, and their numbers would come back.
 */
static void over(struct links *l)
{
    CHECK(l->n_open > 0);
    l->n_open--;
    if (l->closing && l->n_open == 0)
        links_free(l);
}

static void closed(uv_handle_t *h)
{
    over(h->data);
}

/* A name may have several addresses of which one is listened on (localhost is often ::1
 * first): each remaking of the link takes the next. */
static const struct addrinfo *address_pick(const struct addrinfo *found, unsigned turn)
{
    unsigned n = 0;
    for (const struct addrinfo *a = found; a != NULL; a = a->ai_next)
        n++;
    for (turn = n > 0 ? turn % n : 0; turn > 0; turn--)
        found = found->ai_next;
    return found;
}

static void resolved(uv_getaddrinfo_t *question, int status, struct addrinfo *found)
{
    struct peer *p = question->data;
    struct links *l = p->links;
    char host[HOST_SIZE] = "";
    p->asking = false;
    p->ask_at_ms = uv_now(l->options.loop) + RESOLVE_MS;
    if (status == 0 && !l->closing) {
        const struct addrinfo *a = address_pick(found, p->answers++);
        if (a->ai_family == AF_INET)
            uv_ip4_name((const struct sockaddr_in *)(const void *)a->ai_addr, host,
                        sizeof host);
        else if (a->ai_family == AF_INET6)
            uv_ip6_name((const struct sockaddr_in6 *)(const void *)a->ai_addr, host,
                        sizeof host);
        if (host[0] != '\0')
            link_connect(p, a->ai_family, host);
    }
    uv_freeaddrinfo(found);
    over(l);
}

/* Names are asked for here, in libuv's threads: nanomsg would wait for a silent name
 * server while it closes, and never says that a name is unknown. */
static void link_ask(struct peer *p)
{
    struct links *l = p->links;
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    if (p->asking || uv_now(l->options.loop) < p->ask_at_ms)
        return;
    p->question.data = p;
    p->ask_at_ms = uv_now(l->options.loop) + RESOLVE_MS;
    if (uv_getaddrinfo(l->options.loop, &p->question, resolved, p->endpoint.host, NULL,
                       &hints) != 0)
        return;
    p->asking = true;
    l->n_open++;
}

static void link_make(struct peer *p)
{
    if (p->connection >= 0)
        return;
    if (p->endpoint.family == AF_UNSPEC)
        link_ask(p);
    else if (uv_now(p->links->options.loop) >= p->ask_at_ms)
        link_connect(p, p->endpoint.family, p->endpoint.host);
}

/* The remedy for the stuck link: if a peer's reset comes while nanomsg shakes hands,
 * the link counts as connected for ever, loses one frame and takes no other. Connecting
 * a second time without the shutdown would make two pipes. */
static void link_remake(struct peer *p)
{
    const uint64_t age_ms = uv_now(p->links->options.loop) - p->made_ms;
    if (p->connection < 0 || age_ms < (REMAKE_MS * pace_of(p->links)) << p->vain)
        return;
    if (p->vain < REMAKE_GROWTH)
        p->vain++;
    nn_shutdown(p->socket, p->connection);
    p->connection = NONE;
    p->links->counts.remade++;
    link_make(p);
}

/* --- sending --------------------------------------------------------------------- */

static void ring_copy_in(struct queue *q, size_t at, const uint8_t *bytes, size_t n)
{
    size_t first = q->capacity - at < n ? q->capacity - at : n;
    memcpy(q->bytes + at, bytes, first);
    memcpy(q->bytes, bytes + first, n - first);
}

static void ring_copy_out(const struct queue *q, size_t at, uint8_t *bytes, size_t n)
{
    size_t first = q->capacity - at < n ? q->capacity - at : n;
    memcpy(bytes, q->bytes + at, first);
    memcpy(bytes + first, q->bytes, n - first);
}

static uint32_t queue_first_size(const struct queue *q)
{
    uint32_t size;
    ring_copy_out(q, q->start, (uint8_t *)&size, sizeof size);
    return size;
}

static void queue_drop_first(struct queue *q)
{
    size_t n = sizeof(uint32_t) + queue_first_size(q);
    q->start = (q->start + n) % q->capacity;
    q->used -= n;
}

/* Returns how many frames had to go. */
static uint64_t queue_add(struct queue *q, const uint8_t *message, size_t n)
{
    const uint32_t size = (uint32_t)n + 1;
    const uint8_t kind = FRAME_MESSAGE;
    uint64_t dropped = 0;
    while (q->capacity - q->used < sizeof size + size) {
        queue_drop_first(q);
        dropped++;
    }
    size_t at = (q->start + q->used) % q->capacity;
    ring_copy_in(q, at, (const uint8_t *)&size, sizeof size);
    at = (at + sizeof size) % q->capacity;
    ring_copy_in(q, at, &kind, 1);
    ring_copy_in(q, (at + 1) % q->capacity, message, n);
    q->used += sizeof size + size;
    return dropped;
}

/* True if nanomsg took the frame, which promises nothing. */
static bool frame_send(struct peer *p, const void *head, size_t head_size,
                       const uint8_t *rest, size_t rest_size)
{
    struct nn_iovec parts[2] = {{(void *)(uintptr_t)head, head_size},
                                {(void *)(uintptr_t)rest, rest_size}};
    struct nn_msghdr m = {.msg_iov = parts, .msg_iovlen = 2};
    if (nn_sendmsg(p->socket, &m, NN_DONTWAIT) < 0)
        return false;
    p->blocked = 0;
    p->told = true;
    return true;
}

static void count_sent(struct links *l, size_t size)
{
    l->counts.messages_sent++;
    l->counts.bytes_sent += size;
}

static void poll_stop(struct peer *p)
{
    if (p->polling)
        uv_poll_stop(&p->writable);
    p->polling = false;
}

/* The descriptor is an eventfd of nanomsg's, readable while a send would be taken. It
 * is never read, and only watched while something waits, because it stays readable. */
static void writable(uv_poll_t *h, int status, int events)
{
    struct peer *p = (struct peer *)((char *)h - offsetof(struct peer, writable));
    struct links *l = p->links;
    (void)status;
    (void)events;
    while (p->queue.used > 0) {
        uint32_t size = queue_first_size(&p->queue);
        size_t at = (p->queue.start + sizeof size) % p->queue.capacity;
        ring_copy_out(&p->queue, at, l->scratch, size);
        if (!frame_send(p, l->scratch, size, NULL, 0))
            return;
        count_sent(l, size);
        queue_drop_first(&p->queue);
    }
    poll_stop(p);
}

void links_send(struct links *l, uint8_t to, const uint8_t *bytes, size_t size)
{
    static const uint8_t kind = FRAME_MESSAGE;
    CHECK(to < l->options.n_players && to != l->options.self);
    CHECK(size <= l->options.message_max);
    struct peer *p = &l->peers[to];
    if (l->closing)
        return;
    if (p->queue.used == 0 && frame_send(p, &kind, 1, bytes, size)) {
        count_sent(l, size + 1);
        return;
    }
    l->counts.dropped += queue_add(&p->queue, bytes, size);
    if (!p->polling)
        p->polling = uv_poll_start(&p->writable, UV_READABLE, writable) == 0;
}

/* --- heartbeats ------------------------------------------------------------------ */

static bool heard(const struct peer *p)
{
    return p->heard_ms != 0 && p->quiet < HEARD_BEATS;
}

static void heartbeat_write(const struct links *l, uint8_t out[HEARTBEAT_SIZE])
{
    struct writer w = {out, HEARTBEAT_SIZE, 0, false};
    uint64_t mask = 0;
    for (uint8_t i = 0; i < l->options.n_players; i++)
        mask |= heard(&l->peers[i]) ? player_bit(i) : 0;
    write_u8(&w, FRAME_HEARTBEAT);
    write_u8(&w, l->options.self);
    write_u64(&w, mask);
    CHECK(!w.bad && w.size == HEARTBEAT_SIZE);
}

/* Of a peer from which nothing comes nanomsg finds out by itself when it is there
 * again, unless it has another address then. */
static bool link_blocked(const struct peer *p)
{
    const bool hopeful = heard(p) || p->endpoint.family == AF_UNSPEC;
    return p->blocked >= (hopeful ? BLOCKED_BEATS : ABSENT_BEATS);
}

/* A peer that hears us, and is heard, learns nothing from a heartbeat while other
 * frames go to it. */
static void beat_one(struct peer *p, const uint8_t bytes[HEARTBEAT_SIZE])
{
    const bool needed = !p->told || !p->tells || !heard(p);
    p->told = false;
    p->quiet += p->quiet < HEARD_BEATS;
    p->blocked++;
    p->called += p->unheard > 0;
    if (p->queue.used == 0 && needed)
        frame_send(p, bytes, HEARTBEAT_SIZE, NULL, 0);
    if (link_blocked(p) || (p->unheard >= UNHEARD_BEATS && p->called >= UNHEARD_BEATS))
        link_remake(p);
}

static void beat(uv_timer_t *t)
{
    struct links *l = t->data;
    uint8_t bytes[HEARTBEAT_SIZE];
    heartbeat_write(l, bytes);
    l->counts.crowded += door_keep(l->door);
    for (uint8_t i = 0; i < l->options.n_players; i++)
        if (i != l->options.self) {
            link_make(&l->peers[i]);
            beat_one(&l->peers[i], bytes);
        }
}

static void peer_heard(struct peer *p)
{
    if (!heard(p)) /* it is back, or has a way to us at last */
        p->vain = 0;
    p->heard_ms = uv_now(p->links->options.loop);
    p->quiet = 0;
}

/* Not signed: whoever forges one can make us renew a link now and then, no more. Which
 * peer a connection belongs to is known by it. False if it is none. */
static bool heartbeat_read(struct links *l, uint8_t *mark, const uint8_t *bytes,
                           size_t size)
{
    struct reader r = {bytes, size, false};
    uint8_t sender = read_u8(&r);
    uint64_t mask = read_u64(&r);
    if (!reader_done(&r) || sender >= l->options.n_players ||
        sender == l->options.self) {
        l->counts.dropped++;
        return false;
    }
    struct peer *p = &l->peers[sender];
    *mark = (uint8_t)(sender + 1);
    peer_heard(p);
    p->tells = (mask >> l->options.self & 1) != 0;
    if (p->tells)
        p->unheard = p->called = p->vain = 0;
    else
        p->unheard++;
    return true;
}

/* --- receiving ------------------------------------------------------------------- */

/* True if the frame holds a message. */
static bool frame_take(struct links *l, const struct bytes *frame, uint8_t *mark,
                       enum welcome *welcome)
{
    const uint8_t *at = frame->at;
    const size_t size = frame->size;
    if (size >= 1 && at[0] == FRAME_HEARTBEAT) {
        if (!heartbeat_read(l, mark, at + 1, size - 1))
            *welcome = WELCOME_FALSE;
        return false;
    }
    if (size < 1 + l->options.message_min || size > 1 + l->options.message_max ||
        at[0] != FRAME_MESSAGE) {
        l->counts.dropped++;
        *welcome = WELCOME_FALSE;
        return false;
    }
    if (*mark != 0)
        peer_heard(&l->peers[*mark - 1]);
    l->counts.messages_received++;
    l->counts.bytes_received += size;
    return true;
}

static void frames_take(void *context, const struct bytes *frames,
                        uint8_t *const *marks, enum welcome *welcome, size_t n)
{
    struct links *l = context;
    struct bytes message[LINKS_MESSAGES_MAX];
    enum welcome of[LINKS_MESSAGES_MAX] = {WELCOME_ANY};
    size_t place[LINKS_MESSAGES_MAX], n_messages = 0;
    for (size_t i = 0; i < n; i++) {
        if (!frame_take(l, &frames[i], marks[i], &welcome[i]))
            continue;
        message[n_messages] = (struct bytes){frames[i].at + 1, frames[i].size - 1};
        place[n_messages++] = i;
    }
    if (n_messages > 0)
        l->options.receive(l->options.context, message, of, n_messages);
    for (size_t k = 0; k < n_messages; k++)
        welcome[place[k]] = of[k];
}

/* --- opening and closing --------------------------------------------------------- */

static bool watch(struct links *l, uv_poll_t *handle, int socket, int option)
{
    int fd;
    size_t size = sizeof fd;
    if (nn_getsockopt(socket, NN_SOL_SOCKET, option, &fd, &size) < 0 ||
        uv_poll_init(l->options.loop, handle, fd) != 0)
        return false;
    handle->data = l;
    l->n_open++;
    return true;
}

static bool set(int socket, int level, int option, int value)
{
    return nn_setsockopt(socket, level, option, &value, sizeof value) == 0;
}

static enum status listen_failed(const struct links *l, int error,
                                 char message[MESSAGE_SIZE])
{
    const char *why = uv_strerror(error);
    if (error == UV_EADDRINUSE)
        why =
            "the port is taken: stop the program that listens there (perhaps this node "
            "runs already), or change the port in node.yaml and in everybody's "
            "roster.yaml";
    else if (error == UV_EADDRNOTAVAIL)
        why = "this machine has no such address: listen on 0.0.0.0 or on one it has";
    else if (error == UV_EACCES)
        why = "not allowed: use a port from 1024 on";
    return message_set(message, STATUS_FAILED, "listen %.100s: %s", l->options.listen,
                       why);
}

/* A name to listen on is looked up at once: there is nothing yet that could wait for
 * it. */
static bool listen_resolve(struct links *l)
{
    struct endpoint *e = &l->listen;
    uv_getaddrinfo_t question;
    const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    if (e->family != AF_UNSPEC)
        return true;
    if (uv_getaddrinfo(l->options.loop, &question, NULL, e->host, NULL, &hints) != 0)
        return false;
    uv_ip4_name((const struct sockaddr_in *)(const void *)question.addrinfo->ai_addr,
                e->host, sizeof e->host);
    e->family = AF_INET;
    uv_freeaddrinfo(question.addrinfo);
    return true;
}

static void door_closed(void *context)
{
    over(context);
}

static enum status open_door(struct links *l, char message[MESSAGE_SIZE])
{
    const struct door_options o = {.loop = l->options.loop,
                                   .frame_max = l->options.message_max + 1,
                                   .greet_looks = GREET_BEATS,
                                   .crowded_ms = CROWDED_MS * pace_of(l),
                                   .receive = frames_take,
                                   .closed = door_closed,
                                   .context = l};
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    if (!endpoint_read(&l->listen, l->options.listen, message))
        return STATUS_USAGE;
    if (!listen_resolve(l))
        return message_set(message, STATUS_FAILED,
                           "listen %.100s: the name is unknown: use an address of this "
                           "machine, or 0.0.0.0 for all",
                           l->options.listen);
    int error = l->listen.family == AF_INET6
                    ? uv_ip6_addr(l->listen.host, l->listen.port, &address.v6)
                    : uv_ip4_addr(l->listen.host, l->listen.port, &address.v4);
    if (error == 0)
        error = door_open(&l->door, &o, &address.any);
    if (error != 0)
        return listen_failed(l, error, message);
    l->n_open++;
    return STATUS_OK;
}

static enum status open_peer(struct links *l, uint8_t player,
                             char message[MESSAGE_SIZE])
{
    struct peer *p = &l->peers[player];
    if (!endpoint_read(&p->endpoint, l->options.addresses->address[player], message))
        return STATUS_USAGE;
    p->queue.capacity = 2 * (l->options.message_max + 1 + sizeof(uint32_t));
    if (p->queue.capacity < QUEUE_SIZE_MIN)
        p->queue.capacity = QUEUE_SIZE_MIN;
    p->queue.bytes = malloc(p->queue.capacity);
    p->socket = nn_socket(AF_SP, NN_PUSH);
    if (p->queue.bytes == NULL || p->socket < 0 ||
        !set(p->socket, NN_TCP, NN_TCP_NODELAY, 1) ||
        !set(p->socket, NN_SOL_SOCKET, NN_RECONNECT_IVL,
             (int)(RECONNECT_MS * pace_of(l) * pace_of(l))) ||
        !set(p->socket, NN_SOL_SOCKET, NN_RECONNECT_IVL_MAX, 0) ||
        !watch(l, &p->writable, p->socket, NN_SNDFD))
        return message_set(message, STATUS_FAILED, "no socket for player %u: %s",
                           player + 1u, nn_strerror(nn_errno()));
    link_make(p);
    return STATUS_OK;
}

enum status links_open(struct links **out, const struct links_options *o,
                       char message[256])
{
    struct links *l = calloc(1, sizeof *l);
    if (l == NULL)
        return message_set(message, STATUS_FAILED, "no memory for the links");
    l->options = *o;
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        l->peers[i] =
            (struct peer){.links = l, .player = i, .socket = NONE, .connection = NONE};
    uv_timer_init(o->loop, &l->beat);
    l->beat.data = l;
    l->n_open = 1;
    l->scratch = malloc(o->message_max + 1);
    enum status status = STATUS_OK;
    if (l->scratch == NULL)
        status = message_set(message, STATUS_FAILED, "no memory for the links");
    if (status == STATUS_OK)
        status = open_door(l, message);
    for (uint8_t i = 0; i < o->n_players && status == STATUS_OK; i++)
        if (i != o->self)
            status = open_peer(l, i, message);
    if (status != STATUS_OK) {
        links_close(l);
        return status;
    }
    uv_timer_start(&l->beat, beat, 0, HEARTBEAT_MS * pace_of(l));
    *out = l;
    return STATUS_OK;
}

void links_close(struct links *l)
{
    if (l == NULL || l->closing)
        return;
    l->closing = true;
    uv_close((uv_handle_t *)&l->beat, closed);
    if (l->door != NULL)
        door_close(l->door);
    for (uint8_t i = 0; i < PLAYERS_MAX; i++) {
        struct peer *p = &l->peers[i];
        if (p->asking)
            uv_cancel((uv_req_t *)&p->question);
        if (p->writable.data == NULL)
            continue;
        poll_stop(p);
        uv_close((uv_handle_t *)&p->writable, closed);
    }
}

uint64_t links_silent_ms(const struct links *l, uint8_t player)
{
    const struct peer *p = &l->peers[player];
    return p->heard_ms == 0 ? UINT64_MAX : uv_now(l->options.loop) - p->heard_ms;
}

bool links_waiting(const struct links *l)
{
    return door_waiting(l->door);
}

void links_count(const struct links *l, struct links_counts *out)
{
    *out = l->counts;
}
