/* SPDX-License-Identifier: MIT */
/* What may befall a process at each of its writes, loaded before the C library:
 * LD_PRELOAD=fate.so FATE=WHAT FATE_AT=K. Calls are counted from 1, over all threads:
 * those that write, flush, name or cut a plain file beyond standard error, and those
 * that send on a socket. WHAT is one of
 *
 *   kill   SIGKILL in the place of call K
 *   tear   the same, but a write to a file gets half of its bytes out before
 *   power  the same, and every open file loses what was written since its last flush
 *   full   from the K-th write to a file on, half is written and then ENOSPC
 *   sync   from the K-th flush of a file on, EIO
 *   short  writes to files take at most K bytes
 *
 * With FATE_COUNT, a file, a process that ends says there how many calls it made. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum fate {
    FATE_NONE,
    FATE_KILL,
    FATE_TEAR,
    FATE_POWER,
    FATE_FULL,
    FATE_SYNC,
    FATE_SHORT
};

static enum fate fate;
static long fatal;              /* FATE_AT */
static atomic_long calls;       /* of every kind */
static atomic_long n_of_a_kind; /* of those that full and sync count */

/* By descriptor: one more than the bytes that a loss of power leaves of the file; 0
 * where nothing was written to it. */
enum { FILES_MAX = 1024 };
static off_t flushed[FILES_MAX];
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_send)(int, const void *, size_t, int);
static ssize_t (*real_sendmsg)(int, const struct msghdr *, int);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_close)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_link)(const char *, const char *);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);

/* A function by its name; C has no conversion from data to code. */
static void find(void *function, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof found);
}

__attribute__((constructor)) static void begin(void)
{
    static const char *const names[] = {
        [FATE_KILL] = "kill", [FATE_TEAR] = "tear", [FATE_POWER] = "power",
        [FATE_FULL] = "full", [FATE_SYNC] = "sync", [FATE_SHORT] = "short",
    };
    const char *what = getenv("FATE"), *at = getenv("FATE_AT");
    find(&real_write, "write");
    find(&real_send, "send");
    find(&real_sendmsg, "sendmsg");
    find(&real_fsync, "fsync");
    find(&real_fdatasync, "fdatasync");
    find(&real_close, "close");
    find(&real_ftruncate, "ftruncate");
    find(&real_link, "link");
    find(&real_rename, "rename");
    find(&real_unlink, "unlink");
    fatal = at != NULL ? strtol(at, NULL, 10) : 0;
    for (int k = FATE_KILL; what != NULL && k <= FATE_SHORT; k++)
        if (strcmp(what, names[k]) == 0)
            fate = (enum fate)k;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FATE_COUNT");
    FILE *f = path != NULL ? fopen(path, "w") : NULL;
    if (f == NULL)
        return;
    (void)fprintf(f, "%ld\n", atomic_load(&calls));
    (void)fclose(f);
}

static bool is_file(int fd)
{
    struct stat s;
    return fd > STDERR_FILENO && fstat(fd, &s) == 0 && S_ISREG(s.st_mode);
}

static bool is_socket(int fd)
{
    struct stat s;
    return fstat(fd, &s) == 0 && S_ISSOCK(s.st_mode);
}

/* Counts a call; true where this is the one to die at. */
static bool last_call(void)
{
    const long n = atomic_fetch_add(&calls, 1) + 1;
    return fate >= FATE_KILL && fate <= FATE_POWER && n == fatal;
}

static void die(void)
{
    for (int fd = 0; fate == FATE_POWER && fd < FILES_MAX; fd++)
        if (flushed[fd] > 0)
            (void)real_ftruncate(fd, flushed[fd] - 1);
    (void)kill(getpid(), SIGKILL);
    for (;;)
        (void)pause();
}

static void one_call(void)
{
    if (last_call())
        die();
}

/* All that is in the file is there to stay. */
static void settle(int fd)
{
    struct stat s;
    if (fd >= 0 && fd < FILES_MAX && fstat(fd, &s) == 0)
        flushed[fd] = s.st_size + 1;
}

static ssize_t write_file(int fd, const void *bytes, size_t size)
{
    if (fd < FILES_MAX && flushed[fd] == 0)
        settle(fd);
    if (last_call()) {
        if (fate == FATE_TEAR)
            (void)real_write(fd, bytes, size / 2);
        die();
    }
    if (fate == FATE_SHORT && size > (size_t)fatal)
        size = (size_t)fatal;
    if (fate == FATE_FULL && size > 0) {
        const long n = atomic_fetch_add(&n_of_a_kind, 1) + 1;
        if (n == fatal && size > 1)
            return real_write(fd, bytes, size / 2);
        if (n >= fatal) {
            errno = ENOSPC;
            return -1;
        }
    }
    return real_write(fd, bytes, size);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    if (is_file(fd))
        return write_file(fd, bytes, size);
    if (is_socket(fd))
        one_call();
    return real_write(fd, bytes, size);
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    one_call();
    return real_send(fd, bytes, size, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    one_call();
    return real_sendmsg(fd, message, flags);
}

static bool flush_fails(void)
{
    one_call();
    if (fate != FATE_SYNC || atomic_fetch_add(&n_of_a_kind, 1) + 1 < fatal)
        return false;
    errno = EIO;
    return true;
}

int fsync(int fd)
{
    if (flush_fails() || real_fsync(fd) != 0)
        return -1;
    settle(fd);
    return 0;
}

int fdatasync(int fd)
{
    if (flush_fails() || real_fdatasync(fd) != 0)
        return -1;
    settle(fd);
    return 0;
}

int ftruncate(int fd, off_t size)
{
    one_call();
    const int done = real_ftruncate(fd, size);
    settle(fd);
    return done;
}

int close(int fd)
{
    if (fd >= 0 && fd < FILES_MAX)
        flushed[fd] = 0;
    return real_close(fd);
}

int link(const char *from, const char *to)
{
    one_call();
    return real_link(from, to);
}

int rename(const char *from, const char *to)
{
    one_call();
    return real_rename(from, to);
}

int unlink(const char *path)
{
    one_call();
    return real_unlink(path);
}
