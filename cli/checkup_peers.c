/* SPDX-License-Identifier: MIT */
/* Hides how others are reached and compared with. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cli/finding.h"
#include "cli/standing.h"

enum { CONNECT_MS = 1500, ANSWER_MS = 2000, CLOCK_APART_S = 5 };

/* ---- who is there ---- */

/* 0 if somebody listens there; otherwise errno. */
static int try_to_connect(const struct addrinfo *a)
{
    int error = 0;
    socklen_t size = sizeof error;
    const int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return errno;
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    const bool begun =
        connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS;
    if (begun && poll(&ready, 1, CONNECT_MS) != 1)
        error = ETIMEDOUT;
    else if (!begun || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    (void)close(fd);
    return error;
}

static void look_at_peer(struct checkup *c, uint8_t player)
{
    const char *address = c->home.addresses.address[player];
    const char *name = c->home.roster.name[player];
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *a = NULL;
    char host[ADDRESS_SIZE], port[8];
    if (!endpoint_split(host, sizeof host, port, address))
        return;
    const int unknown = getaddrinfo(host, port, &hints, &a);
    if (unknown != 0) {
        fix(found(c, "peers", FINDING_WRONG,
                  "%s (player %u): nobody knows the name %s: %s", name, player + 1u,
                  host, gai_strerror(unknown)),
            "mend the address in roster.yaml, or the name service of this machine");
        return;
    }
    int error = ENOENT;
    for (const struct addrinfo *k = a; k != NULL && error != 0; k = k->ai_next)
        error = try_to_connect(k);
    freeaddrinfo(a);
    if (error == 0)
        (void)found(c, "peers", FINDING_OK, "%s (player %u) listens at %s", name,
                    player + 1u, address);
    else if (error == ECONNREFUSED)
        fix(found(c, "peers", FINDING_WRONG, "%s (player %u): nobody listens at %s",
                  name, player + 1u, address),
            "start it with treaty node and its node.yaml; if it runs, compare listen "
            "there with this address in roster.yaml");
    else
        fix(found(c, "peers", FINDING_WRONG, "%s (player %u): %s does not answer: %s",
                  name, player + 1u, address, strerror(error)),
            "is that machine on, is the address right, does a firewall stand between?");
}

void checkup_peers(struct checkup *c)
{
    char host[ADDRESS_SIZE], port[8], listen_host[ADDRESS_SIZE], listen_port[8];
    const uint8_t self = c->home.config.self;
    for (uint8_t i = 0; i < c->home.roster.n_players; i++)
        if (i != self)
            look_at_peer(c, i);
    if (endpoint_split(host, sizeof host, port, c->home.addresses.address[self]) &&
        endpoint_split(listen_host, sizeof listen_host, listen_port,
                       c->home.config.listen) &&
        strcmp(port, listen_port) != 0)
        fix(found(c, "ports", FINDING_NOTE,
                  "the others look for this node at port %s, and it listens on %s",
                  port, listen_port),
            "right only where something forwards the one to the other; otherwise mend "
            "listen in node.yaml");
}

void checkup_itself(struct checkup *c)
{
    struct standing s = {.log = ""};
    if (!c->running || c->home.config.http.listen[0] == '\0' ||
        !fetch_address(s.address, c->home.config.http.listen))
        return;
    standings_look(&s, 1, ANSWER_MS);
    const json_t *why = told(&s, "why", NULL);
    for (size_t i = 0; i < json_array_size(why); i++)
        (void)found(c, "session",
                    strcmp(told_text(&s, "health", NULL), "degraded") == 0
                        ? FINDING_WRONG
                        : FINDING_NOTE,
                    "%.380s", json_string_value(json_array_get(why, i)));
    if (s.told != NULL && json_array_size(why) == 0)
        (void)found(c, "session", FINDING_OK, "it is %s, and misses nobody",
                    told_text(&s, "state", NULL));
    standings_free(&s, 1);
}

/* ---- who has the same ---- */

static char *print_files(const struct home *h, bool terms)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    if (terms)
        terms_print(out, &h->terms);
    else
        roster_print(out, &h->roster, &h->addresses);
    (void)fclose(out);
    return text;
}

static bool same_line(const char *a, const char *b)
{
    const size_t n = strcspn(a, "\n");
    return n == strcspn(b, "\n") && memcmp(a, b, n) == 0;
}

/* The first line in which two printings differ; addresses may be others for each. False
 * where there is none. */
static bool first_difference(const char *a, const char *b, char ours[128],
                             char theirs[128])
{
    while (*a != '\0' || *b != '\0') {
        const size_t indent = strspn(a, " ");
        if (!same_line(a, b) && strncmp(a + indent, "address:", 8) != 0) {
            (void)snprintf(ours, 128, "%.*s", (int)strcspn(a, "\n"), a);
            (void)snprintf(theirs, 128, "%.*s", (int)strcspn(b, "\n"), b);
            return true;
        }
        a += strcspn(a, "\n");
        b += strcspn(b, "\n");
        a += *a == '\n';
        b += *b == '\n';
    }
    return false;
}

static void compare_texts(struct checkup *c, const char *who, const char *file,
                          const char *ours, const char *theirs)
{
    char here[128], there[128];
    if (ours == NULL || theirs == NULL)
        return;
    if (!first_difference(ours, theirs, here, there)) {
        (void)found(c, "terms", FINDING_OK, "%s has the same %s", who, file);
        return;
    }
    fix(found(c, "terms", FINDING_WRONG,
              "%s has another %s: '%.110s' here, '%.110s' there", who, file,
              here + strspn(here, " "), there + strspn(there, " ")),
        "agree on one %s, copy it to both, and start the node that changed again with "
        "--again",
        file);
}

static void compare_clock(struct checkup *c, const char *who, const char *body)
{
    json_t *told_there = body != NULL ? json_loads(body, 0, NULL) : NULL;
    const json_int_t ms = json_integer_value(json_object_get(told_there, "time_ms"));
    const long long apart = (long long)time(NULL) - (long long)(ms / 1000);
    if (ms > 0 && (apart > CLOCK_APART_S || apart < -CLOCK_APART_S))
        fix(found(c, "clock", FINDING_NOTE, "%s's clock is %lld s %s this one's", who,
                  apart > 0 ? apart : -apart, apart > 0 ? "behind" : "ahead of"),
            "run an NTP client on both, so that their logs can be compared");
    json_decref(told_there);
}

void checkup_compare(struct checkup *c, const char *address)
{
    static const char *const paths[] = {"/terms", "/roster", "/status"};
    struct fetch f[3];
    char *terms = print_files(&c->home, true), *roster = print_files(&c->home, false);
    for (int i = 0; i < 3; i++) {
        f[i] = (struct fetch){.path = paths[i]};
        (void)snprintf(f[i].address, sizeof f[i].address, "%s", address);
    }
    fetch_all(f, 3, ANSWER_MS);
    if (f[0].body == NULL || f[0].code != 200)
        fix(found(c, "terms", FINDING_WRONG, "%s: does not answer: %s", address,
                  f[0].why),
            "start that node with --http, or leave the address out");
    else
        compare_texts(c, address, "terms.yaml", terms, f[0].body);
    if (f[1].body != NULL && f[1].code == 200)
        compare_texts(c, address, "roster.yaml", roster, f[1].body);
    compare_clock(c, address, f[2].body);
    fetch_free(f, 3);
    free(terms);
    free(roster);
}

void checkup_compare_files(struct checkup *c, const char *config_path)
{
    static struct home other; /* large */
    char message[256];
    if (home_read(&other, config_path, message) != STATUS_OK) {
        fix(found(c, "terms", FINDING_WRONG, "%s", message),
            "mend what it names, and look again");
        return;
    }
    char *ours[] = {print_files(&c->home, true), print_files(&c->home, false)};
    char *theirs[] = {print_files(&other, true), print_files(&other, false)};
    const char *who = other.roster.name[other.config.self];
    compare_texts(c, who, "terms.yaml", ours[0], theirs[0]);
    compare_texts(c, who, "roster.yaml", ours[1], theirs[1]);
    for (int i = 0; i < 2; i++) {
        free(ours[i]);
        free(theirs[i]);
    }
    home_close(&other);
}
