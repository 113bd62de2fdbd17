/* SPDX-License-Identifier: MIT */
/* Hides in which order a node's files come to be, so that a crash between any two of
 * them can be told from a loss, and how a second instance is kept away. */
#define _DEFAULT_SOURCE /* flock */
#include "node/home.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "node/files.h"
#include "node/service.h"
#include "node/sessions.h"

#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#endif
#ifndef WATCHED
#define WATCHED 0
#endif

enum { BIRTH_SIZE = 32 + 8 }; /* the seed, then the attempt */
enum { DESCRIPTORS_MIN = 64, DESCRIPTORS_PER_PLAYER = 6, DESCRIPTORS_WANTED = 1024 };

enum status process_prepare(uint8_t n_players, char message[256])
{
    const struct rlimit none = {0, 0};
    const rlim_t needed = DESCRIPTORS_MIN + (rlim_t)DESCRIPTORS_PER_PLAYER * n_players;
    struct rlimit files;
    setrlimit(RLIMIT_CORE, &none);
    /* A leak checker is a debugger, which this would keep away as well. */
    if (!WATCHED)
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    signal(SIGPIPE, SIG_IGN);
    if (getrlimit(RLIMIT_NOFILE, &files) < 0)
        return STATUS_OK;
    /* More would only let strangers hold more: each connection may hold a message. */
    files.rlim_cur =
        files.rlim_max < DESCRIPTORS_WANTED ? files.rlim_max : DESCRIPTORS_WANTED;
    setrlimit(RLIMIT_NOFILE, &files);
    /* Without a descriptor to spare a node can let nobody in. */
    if (files.rlim_cur < needed)
        return message_set(
            message, STATUS_FAILED,
            "%llu open files are allowed, %llu are needed: raise the limit "
            "with ulimit -n",
            (unsigned long long)files.rlim_cur, (unsigned long long)needed);
    return STATUS_OK;
}

/* Holds path until the descriptor is closed, also by the end of the process. */
static enum status lock_take(int *out, const char *path, int flags, const char *what,
                             char message[MESSAGE_SIZE])
{
    int fd = open(path, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EROFS || errno == EACCES))
        return message_set(
            message, STATUS_FAILED,
            "%s: cannot be written: %s: a node keeps its log there: make "
            "it writable, or name another place (data in node.yaml)",
            path_short(path), strerror(errno));
    if (fd < 0)
        return message_set(message, STATUS_FAILED, "%s: cannot be locked: %s",
                           path_short(path), strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        *out = fd;
        return STATUS_OK;
    }
    bool taken = errno == EWOULDBLOCK;
    const char *why = strerror(errno);
    close(fd);
    return taken ? message_set(
                       message, STATUS_FAILED,
                       "%s: another node runs with this %s: two with one %s would "
                       "contradict each other; stop it first",
                       path_short(path), what, what)
                 : message_set(message, STATUS_FAILED, "%s: cannot be locked: %s",
                               path_short(path), why);
}

/* A name in the kernel, gone with the process, and the same for every copy of a key. */
static enum status lock_machine(int *out, const struct public_key *key,
                                const char *path, char message[MESSAGE_SIZE])
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    char hex[2 * sizeof key->bytes + 1];
    hex_encode(hex, key->bytes, sizeof key->bytes);
    /* It begins with a NUL: no file. */
    (void)snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "treaty-%s", hex);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&name, sizeof name) == 0) {
        *out = fd;
        return STATUS_OK;
    }
    const int error = errno;
    if (fd >= 0)
        close(fd);
    if (error == EADDRINUSE)
        return message_set(message, STATUS_FAILED,
                           "%s: another node on this machine runs with a copy of this "
                           "key: two with one key would contradict each other; stop it "
                           "first",
                           path_short(path));
    return message_set(message, STATUS_FAILED, "%s: cannot be locked: %s",
                       path_short(path), strerror(error));
}

static enum status read_common(struct home *h, const char *config_path,
                               char message[MESSAGE_SIZE])
{
    struct node_config *c = &h->config;
    enum status status = config_read(c, config_path, NULL, message);
    if (status == STATUS_OK)
        status = terms_read(&h->terms, c->terms_path, message);
    if (status == STATUS_OK)
        status = config_read(c, config_path, &h->terms, message);
    if (status == STATUS_OK)
        status = roster_read(&h->roster, &h->addresses, c->roster_path, message);
    char why[MESSAGE_SIZE];
    if (status == STATUS_OK && !roster_valid(&h->roster, &h->terms, why))
        status = message_set(message, STATUS_USAGE, "%s: %s",
                             path_short(c->roster_path), why);
    return status;
}

static enum status read_own(struct home *h, char message[MESSAGE_SIZE])
{
    struct node_config *c = &h->config;
    (void)service_credential(c->key_path, sizeof c->key_path, "key");
    enum status status = key_read(&h->key, c->key_path, message);
    if (status != STATUS_OK)
        return status;
    if (memcmp(&h->key.public_key, &h->roster.key[c->self], sizeof h->key.public_key) !=
        0)
        return message_set(message, STATUS_USAGE,
                           "%s: is not the key that the roster has for player %u (%s): "
                           "check player, key and roster in node.yaml",
                           path_short(c->key_path), c->self + 1u,
                           h->roster.name[c->self]);
    return payoffs_read(&h->payoffs, &h->terms.shape, c->self, c->payoffs_path,
                        message);
}

static enum status settle(struct home *h, char message[MESSAGE_SIZE])
{
    const char *data = h->config.data_path;
    char lock_path[PATH_SIZE + 32];
    if (mkdir(data, 0700) < 0 && errno != EEXIST)
        return message_set(message, STATUS_FAILED, "%s: cannot be made: %s",
                           path_short(data), strerror(errno));
    directory_sync(data); /* the one that it is in */
    snprintf(h->log_path, sizeof h->log_path, "%s/node.log", data);
    snprintf(h->seed_path, sizeof h->seed_path, "%s/session.seed", data);
    snprintf(h->result_path, sizeof h->result_path, "%s/result.json", data);
    snprintf(lock_path, sizeof lock_path, "%s/lock", data);
    enum status status = lock_take(&h->data_lock, lock_path, O_RDWR | O_CREAT,
                                   "data directory", message);
    if (status == STATUS_OK)
        status = lock_take(&h->key_lock, h->config.key_path, O_RDONLY, "key", message);
    if (status == STATUS_OK)
        status = lock_machine(&h->machine_lock, &h->key.public_key, h->config.key_path,
                              message);
    return status == STATUS_OK ? sessions_mend(h, message) : status;
}

static uint64_t wall_clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

enum status home_read(struct home *h, const char *config_path, char message[256])
{
    memset(h, 0, sizeof *h);
    h->data_lock = h->key_lock = h->machine_lock = -1;
    enum status status = read_common(h, config_path, message);
    if (status == STATUS_OK)
        status = read_own(h, message);
    if (status != STATUS_OK)
        home_close(h);
    return status;
}

enum status home_open(struct home *h, const char *config_path, bool again,
                      char message[256])
{
    enum status status = home_read(h, config_path, message);
    if (status != STATUS_OK)
        return status;
    status = settle(h, message);
    if (status == STATUS_OK && again)
        status = sessions_renew(h, wall_clock_ms(), message);
    if (status != STATUS_OK)
        home_close(h);
    return status;
}

void home_close(struct home *h)
{
    payoffs_free(h->payoffs);
    h->payoffs = NULL;
    int *const locks[] = {&h->data_lock, &h->key_lock, &h->machine_lock};
    for (size_t i = 0; i < sizeof locks / sizeof locks[0]; i++) {
        if (*locks[i] >= 0)
            close(*locks[i]);
        *locks[i] = -1;
    }
    secure_wipe(&h->key, sizeof h->key);
    secure_wipe(&h->birth, sizeof h->birth);
}

/* True if nothing was said yet: there is no more than a header. */
static bool log_is_fresh(const char *path)
{
    struct log_reader *r;
    struct record record;
    char message[MESSAGE_SIZE];
    if (log_reader_open(&r, path, message) != STATUS_OK)
        return false;
    enum record_reading reading = log_reader_next(r, &record);
    while (reading == RECORD_READ && record.kind != RECORD_IN &&
           record.kind != RECORD_OUT)
        reading = log_reader_next(r, &record);
    const bool fresh = reading == RECORD_SHORT && log_reader_error(r) == 0;
    log_reader_close(r);
    return fresh;
}

enum status birth_read(struct birth *out, const char *path, char message[256])
{
    uint8_t bytes[BIRTH_SIZE + 1];
    size_t size = 0;
    enum status status = secret_read(bytes, sizeof bytes, &size, path, message);
    if (status == STATUS_OK && size != BIRTH_SIZE)
        status = message_set(message, STATUS_FAILED,
                             "%s: is not whole (%zu bytes, expected %d), so this node "
                             "cannot say again what it said: restore it, or give this "
                             "session up with treaty node --again",
                             path_short(path), size, BIRTH_SIZE);
    if (status == STATUS_OK) {
        struct reader r = {bytes, BIRTH_SIZE, false};
        read_bytes(&r, out->seed.bytes, sizeof out->seed.bytes);
        out->attempt = read_u64(&r);
    }
    secure_wipe(bytes, sizeof bytes);
    return status;
}

static enum status birth_make(struct home *h, char message[MESSAGE_SIZE])
{
    uint8_t bytes[BIRTH_SIZE];
    struct writer w = {bytes, sizeof bytes, 0, false};
    const uint64_t last = sessions_last_attempt(h), now_ms = wall_clock_ms();
    secure_random(h->birth.seed.bytes, sizeof h->birth.seed.bytes);
    h->birth.attempt = now_ms > last ? now_ms : last + 1;
    write_bytes(&w, h->birth.seed.bytes, sizeof h->birth.seed.bytes);
    write_u64(&w, h->birth.attempt);
    CHECK(w.size == sizeof bytes);
    enum status status = file_write_private(h->seed_path, bytes, sizeof bytes, message);
    secure_wipe(bytes, sizeof bytes);
    return status;
}

/* The seed goes to the disk before the first word, at once and whole, and after the
 * log's header: so a crash leaves neither a part of it nor a seed without a log. */
static enum status birth_get(struct home *h, char message[MESSAGE_SIZE])
{
    if (access(h->seed_path, F_OK) == 0)
        return birth_read(&h->birth, h->seed_path, message);
    if (log_is_fresh(h->log_path))
        return birth_make(h, message);
    return message_set(message, STATUS_FAILED,
                       "%s: is lost, so this node cannot say again what it said: "
                       "restore it, or give this session up with treaty node --again",
                       path_short(h->seed_path));
}

enum status home_remember(struct home *h, struct log **out, const struct memory *m,
                          char message[256])
{
    struct record_header header = {.program = LOG_PROGRAM,
                                   .self = h->config.self,
                                   .terms = terms_digest(&h->terms),
                                   .roster = roster_digest(&h->roster)};
    const bool there = access(h->log_path, F_OK) == 0;
    if (!there && access(h->seed_path, F_OK) == 0)
        return message_set(
            message, STATUS_FAILED,
            "%s: is lost, so this node could contradict what it said: "
            "restore it, or give this session up with treaty node --again",
            path_short(h->log_path));
    enum status status = STATUS_OK;
    message[0] = '\0';
    if (!there)
        status = log_create(out, h->log_path, &header, message);
    if (status == STATUS_OK)
        status = birth_get(h, message);
    h->config.options.attempt = h->birth.attempt;
    if (status == STATUS_OK && !m->player_born(m->context))
        status = message_set(message, STATUS_FAILED, "no memory for the player");
    if (status == STATUS_OK && there)
        status = log_resume(out, h->log_path, &header, m->visit, m->context, message);
    if (status != STATUS_OK && !there && *out != NULL) {
        log_close(*out, NULL, 0);
        *out = NULL;
    }
    return status;
}

enum status home_recall(struct home *h, const struct memory *m, char message[256])
{
    struct log_reader *r = NULL;
    struct record record;
    enum record_reading reading;
    if (access(h->log_path, F_OK) != 0 || access(h->seed_path, F_OK) != 0)
        return message_set(
            message, STATUS_USAGE,
            "%s: is not there, and nothing can be replayed without it",
            path_short(access(h->log_path, F_OK) != 0 ? h->log_path : h->seed_path));
    enum status status = birth_get(h, message);
    if (status == STATUS_OK)
        status = log_reader_open(&r, h->log_path, message);
    h->config.options.attempt = h->birth.attempt;
    if (status == STATUS_OK && !m->player_born(m->context))
        status = message_set(message, STATUS_FAILED, "no memory for the player");
    while (status == STATUS_OK &&
           (reading = log_reader_next(r, &record)) != RECORD_SHORT)
        if (reading == RECORD_READ)
            m->visit(m->context, &record);
        else
            status = message_set(message, STATUS_FALSE,
                                 "%s: record %llu at byte %llu: chain: it does not "
                                 "continue the chain of hashes",
                                 path_short(h->log_path),
                                 (unsigned long long)log_reader_count(r) + 1,
                                 (unsigned long long)log_reader_offset(r));
    log_reader_close(r);
    return status;
}
