/* SPDX-License-Identifier: MIT */
/* Hides how this machine and the node's files are looked at. */
#define _DEFAULT_SOURCE /* flock, adjtimex */
#include "cli/checkup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "cli/finding.h"
#include "cli/staging.h"
#include "node/files.h"
#include "node/http_address.h"

enum {
    SPACE_LOW = 64 << 20, /* bytes free where a log is to grow */
    FILES_WANTED = 1024,
    EPOCH_S = 1704067200, /* 2024 began */
};

struct finding *found(struct checkup *c, const char *check, enum finding_state state,
                      const char *format, ...)
{
    va_list args;
    if (c->n == FINDINGS_MAX)
        c->n--; /* the last one says that there are too many as well as any */
    struct finding *f = &c->finding[c->n++];
    *f = (struct finding){.check = check, .state = state};
    va_start(args, format);
    (void)vsnprintf(f->what, sizeof f->what, format, args);
    va_end(args);
    return f;
}

void fix(struct finding *f, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(f->fix, sizeof f->fix, format, args);
    va_end(args);
}

/* ---- files ---- */

bool checkup_files(struct checkup *c, const char *config_path)
{
    char message[256];
    c->n = 0;
    c->running = false;
    c->readable = home_read(&c->home, config_path, message) == STATUS_OK;
    if (!c->readable) {
        fix(found(c, "files", FINDING_WRONG, "%s", message),
            "mend what it names, and look again");
        return false;
    }
    (void)found(c, "files", FINDING_OK,
                "node %u, %s: configuration, terms, roster, key and payoffs fit each "
                "other",
                c->home.config.self + 1u, c->home.roster.name[c->home.config.self]);
    return true;
}

void checkup_close(struct checkup *c)
{
    if (c->readable)
        home_close(&c->home);
    c->readable = false;
}

static void look_at_mode(struct checkup *c, const char *path, mode_t forbidden,
                         const char *mode, const char *why)
{
    struct stat s;
    if (stat(path, &s) != 0 || (s.st_mode & forbidden) == 0)
        return;
    fix(found(c, "permissions", FINDING_WRONG, "%s: %s", path_short(path), why),
        "chmod %s %s", mode, path_short(path));
}

static void look_at_permissions(struct checkup *c)
{
    const struct node_config *n = &c->home.config;
    char path[PATH_SIZE];
    const size_t before = c->n;
    look_at_mode(c, n->payoffs_path, 077, "600", "others may read this node's payoffs");
    look_at_mode(c, n->data_path, 022, "go-w", "others may write where its log is");
    if (directory_path(path, n->data_path, "session.seed"))
        look_at_mode(c, path, 077, "600", "others may read the seed of its secrets");
    look_at_mode(c, n->directory, 022, "go-w", "others may change its configuration");
    if (access(n->data_path, W_OK | X_OK) != 0 && errno != ENOENT)
        fix(found(c, "permissions", FINDING_WRONG, "%s: its log cannot be written: %s",
                  path_short(n->data_path), strerror(errno)),
            "make the directory writable for this user, or name another (data in "
            "node.yaml)");
    if (c->n == before)
        (void)found(c, "permissions", FINDING_OK,
                    "key, seed and payoffs are for this user alone; the log can be "
                    "written");
}

static void look_at_disk(struct checkup *c)
{
    struct statvfs s;
    if (statvfs(c->home.config.data_path, &s) != 0)
        return;
    const unsigned long long free_bytes = (unsigned long long)s.f_bavail * s.f_frsize;
    if (free_bytes < SPACE_LOW)
        fix(found(c, "disk", FINDING_WRONG,
                  "%llu MiB are free for the log: a node that cannot write stops",
                  free_bytes >> 20),
            "make room, or name another place (data in node.yaml)");
    else
        (void)found(c, "disk", FINDING_OK, "%llu MiB are free for the log",
                    free_bytes >> 20);
}

/* ---- the machine ---- */

static bool swap_is_on(void)
{
    char row[256];
    unsigned rows = 0;
    FILE *f = fopen("/proc/swaps", "re");
    while (f != NULL && fgets(row, sizeof row, f) != NULL)
        rows++;
    if (f != NULL)
        (void)fclose(f);
    return rows > 1; /* the first names the columns */
}

static void look_at_limits(struct checkup *c)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_max < FILES_WANTED)
        fix(found(
                c, "limits", FINDING_WRONG,
                "%llu open files are allowed: strangers who connect could use them up",
                (unsigned long long)files.rlim_max),
            "allow %d: ulimit -n, LimitNOFILE of the unit, or ulimits of the container",
            FILES_WANTED);
    else
        (void)found(c, "limits", FINDING_OK,
                    "enough files may be open; a node forbids "
                    "core dumps itself");
    if (swap_is_on())
        fix(found(c, "limits", FINDING_NOTE,
                  "this machine swaps: keys in memory may reach the disk"),
            "encrypt the swap, or turn it off for this service (MemorySwapMax=0)");
}

static void look_at_clock(struct checkup *c)
{
    struct timex t = {.modes = 0};
    const time_t now = time(NULL);
    if (now < EPOCH_S)
        fix(found(c, "clock", FINDING_WRONG, "it is before 2024, says this machine"),
            "set its clock: a session is named by when it was born");
    else if (adjtimex(&t) >= 0 && (t.status & STA_UNSYNC) != 0)
        fix(found(c, "clock", FINDING_NOTE, "nothing keeps this machine's clock right"),
            "run an NTP client (systemd-timesyncd, chrony): logs of several machines "
            "are compared by time; the protocol needs none");
    else
        (void)found(c, "clock", FINDING_OK, "it is kept right");
}

/* ---- ports ---- */

bool endpoint_split(char *host, size_t size, char port[8], const char *address)
{
    static const char scheme[] = "tcp://";
    const char *start = address, *colon = strrchr(address, ':');
    if (strncmp(address, scheme, strlen(scheme)) == 0)
        start += strlen(scheme);
    if (colon == NULL || colon < start || strlen(colon + 1) > 5)
        return false;
    size_t n = (size_t)(colon - start);
    if (n > 1 && start[0] == '[' && start[n - 1] == ']') {
        start++;
        n -= 2;
    }
    if (n == 0 || n >= size)
        return false;
    memcpy(host, start, n);
    host[n] = '\0';
    (void)snprintf(port, 8, "%.5s", colon + 1);
    return true;
}

/* 0 if somebody could listen there; otherwise errno. */
static int try_to_listen(const struct sockaddr *address, socklen_t size)
{
    const int on = 1;
    int error = 0;
    const int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, address, size) != 0 || listen(fd, 1) != 0)
        error = errno;
    if (fd >= 0)
        (void)close(fd);
    return error;
}

static void look_at_port(struct checkup *c, const char *place, int error)
{
    if (error == 0)
        (void)found(c, "ports", FINDING_OK, "%s is free", place);
    else if (error == EADDRINUSE)
        fix(found(c, "ports", FINDING_WRONG, "%s is taken by another program", place),
            "stop who listens there (ss -ltnp names it), or choose another port, in "
            "node.yaml and for peers in everybody's roster.yaml");
    else
        fix(found(c, "ports", FINDING_WRONG, "%s: nobody can listen there: %s", place,
                  strerror(error)),
            error == EADDRNOTAVAIL
                ? "name an address of this machine, or 0.0.0.0 (listen in node.yaml)"
                : "choose a port from 1024 on, or allow this one to this user");
}

static void look_at_ports(struct checkup *c)
{
    const struct node_config *n = &c->home.config;
    const struct addrinfo hints = {.ai_family = AF_UNSPEC,
                                   .ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *a = NULL;
    struct http_address http;
    char host[ADDRESS_SIZE], port[8], message[256];
    if (c->running) {
        (void)found(c, "ports", FINDING_OK, "this node is running, and has its ports");
        return;
    }
    if (endpoint_split(host, sizeof host, port, n->listen) &&
        getaddrinfo(strcmp(host, "*") == 0 ? "0.0.0.0" : host, port, &hints, &a) == 0) {
        look_at_port(c, n->listen, try_to_listen(a->ai_addr, a->ai_addrlen));
        freeaddrinfo(a);
    }
    if (n->http.listen[0] == '\0' || !http_address_read(&http, n->http.listen, message))
        return;
    look_at_port(c, n->http.listen,
                 try_to_listen((const struct sockaddr *)&http.socket, http.size));
    if (!http.loopback && n->http.own)
        fix(found(c, "privacy", FINDING_WRONG,
                  "%s shows this node's payoffs to everybody on the network",
                  n->http.listen),
            "leave out http.private in node.yaml, or listen on 127.0.0.1");
}

static void look_for_itself(struct checkup *c)
{
    char path[PATH_SIZE];
    if (!directory_path(path, c->home.config.data_path, "lock"))
        return;
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return;
    c->running = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    (void)close(fd);
}

void checkup_machine(struct checkup *c)
{
    look_for_itself(c);
    look_at_permissions(c);
    look_at_disk(c);
    look_at_limits(c);
    look_at_clock(c);
    look_at_ports(c);
}
