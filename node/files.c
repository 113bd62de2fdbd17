/* SPDX-License-Identifier: MIT */
/* Hides how a file is replaced in one move, and what makes a secret file secret. */
#include "node/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/service.h"

enum { PATH_SHOWN_MAX = 90, TEMPORARY_SIZE = 1100 };

enum status message_set(char message[MESSAGE_SIZE], enum status status,
                        const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(message, MESSAGE_SIZE, format, args);
    va_end(args);
    /* A message may quote a file, and a file may hold what a terminal obeys. */
    for (char *c = message; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
    return status;
}

const char *path_short(const char *path)
{
    size_t n = strlen(path);
    if (n <= PATH_SHOWN_MAX)
        return path;
    const char *slash = strchr(path + n - PATH_SHOWN_MAX, '/');
    return slash != NULL ? slash + 1 : path + n - PATH_SHOWN_MAX;
}

bool path_join(char *out, size_t size, const char *directory, const char *path)
{
    while (path[0] == '.' && path[1] == '/')
        path += 2;
    int n;
    if (path[0] == '/')
        n = snprintf(out, size, "%s", path);
    else if (strcmp(path, ".") == 0 || path[0] == '\0')
        n = snprintf(out, size, "%s", directory);
    else
        n = snprintf(out, size, "%s/%s", directory, path);
    return n >= 0 && (size_t)n < size;
}

bool path_directory(char *out, size_t size, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return path_join(out, size, ".", ".");
    size_t n = slash == path ? 1 : (size_t)(slash - path);
    if (n >= size)
        return false;
    memcpy(out, path, n);
    out[n] = '\0';
    return true;
}

bool write_all(int fd, const void *bytes, size_t size)
{
    const char *p = bytes;
    while (size > 0) {
        ssize_t n = write(fd, p, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        size -= (size_t)n;
    }
    return true;
}

void directory_sync(const char *path)
{
    char directory[TEMPORARY_SIZE];
    if (!path_directory(directory, sizeof directory, path))
        return;
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

/* Reads until the end or until capacity is full. */
static ssize_t read_all(int fd, char *out, size_t capacity)
{
    size_t used = 0;
    while (used < capacity) {
        ssize_t n = read(fd, out + used, capacity - used);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        used += (size_t)n;
    }
    return (ssize_t)used;
}

/* Why a file cannot be opened, and what to do. */
static enum status unopened(const char *path, char message[MESSAGE_SIZE])
{
    const int error = errno;
    const char *remedy = error == ENOENT ? ": check its name, and where you are"
                         : error == EACCES
                             ? ": let this user read it, or run as who may"
                             : "";
    return message_set(message, STATUS_USAGE, "%s: cannot be opened: %s%s",
                       path_short(path), strerror(error), remedy);
}

enum status file_read(char **out, size_t *size, const char *path,
                      char message[MESSAGE_SIZE])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return unopened(path, message);
    struct stat s;
    enum status status = STATUS_OK;
    char *bytes = NULL;
    if (fstat(fd, &s) < 0 || !S_ISREG(s.st_mode)) {
        status =
            message_set(message, STATUS_USAGE,
                        S_ISDIR(s.st_mode) ? "%s: is a directory: name a file in it"
                                           : "%s: is not a plain file",
                        path_short(path));
        goto close_file;
    }
    if (s.st_size > FILE_SIZE_MAX) {
        status = message_set(message, STATUS_USAGE, "%s: is larger than %d MiB",
                             path_short(path), FILE_SIZE_MAX >> 20);
        goto close_file;
    }
    bytes = malloc((size_t)s.st_size + 1);
    ssize_t n = bytes == NULL ? -1 : read_all(fd, bytes, (size_t)s.st_size);
    if (n < 0) {
        status = message_set(message, STATUS_FAILED, "%s: cannot be read: %s",
                             path_short(path), strerror(errno));
        free(bytes);
        goto close_file;
    }
    bytes[n] = '\0';
    *out = bytes;
    *size = (size_t)n;
close_file:
    close(fd);
    return status;
}

static enum status replace(const char *path, const void *bytes, size_t size,
                           mode_t mode, char message[MESSAGE_SIZE])
{
    char temporary[TEMPORARY_SIZE];
    int n = snprintf(temporary, sizeof temporary, "%s.new-%ld", path, (long)getpid());
    if (n < 0 || (size_t)n >= sizeof temporary)
        return message_set(message, STATUS_USAGE, "%s: the path is too long",
                           path_short(path));
    int fd =
        open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0)
        return message_set(message, STATUS_FAILED, "%s: cannot be created: %s%s",
                           path_short(path), strerror(errno),
                           errno == ENOENT ? ": make its directory first" : "");
    bool done = write_all(fd, bytes, size) && fsync(fd) == 0;
    done = close(fd) == 0 && done;
    if (!done || rename(temporary, path) < 0) {
        int error = errno;
        unlink(temporary);
        return message_set(message, STATUS_FAILED, "%s: cannot be written: %s",
                           path_short(path), strerror(error));
    }
    directory_sync(path);
    return STATUS_OK;
}

enum status file_write(const char *path, const void *bytes, size_t size,
                       char message[MESSAGE_SIZE])
{
    return replace(path, bytes, size, 0644, message);
}

enum status file_write_private(const char *path, const void *bytes, size_t size,
                               char message[MESSAGE_SIZE])
{
    return replace(path, bytes, size, 0600, message);
}

enum status file_is_private(const char *path, char message[MESSAGE_SIZE])
{
    struct stat s;
    if (stat(path, &s) < 0)
        return STATUS_OK;
    const bool handed = service_handed(path) && s.st_uid == 0;
    if ((s.st_mode & (handed ? 027 : 077)) != 0)
        return message_set(message, STATUS_USAGE,
                           "%s: mode %03o lets others read what is this node's alone: "
                           "run chmod 600",
                           path_short(path), (unsigned)(s.st_mode & 0777));
    return STATUS_OK;
}

/* What must hold of a file before its bytes may be called a secret. */
static enum status secret_check(int fd, const char *path, char message[MESSAGE_SIZE])
{
    struct stat s;
    if (fstat(fd, &s) < 0 || !S_ISREG(s.st_mode))
        return message_set(message, STATUS_USAGE, "%s: is not a plain file",
                           path_short(path));
    const bool handed = service_handed(path) && s.st_uid == 0;
    if (s.st_uid != geteuid() && !handed)
        return message_set(message, STATUS_USAGE,
                           "%s: belongs to user %ld, not to you (%ld): copy it as your "
                           "own, or run as its owner",
                           path_short(path), (long)s.st_uid, (long)geteuid());
    if ((s.st_mode & (handed ? 027 : 077)) != 0)
        return message_set(message, STATUS_USAGE,
                           "%s: mode %03o lets others at a secret: expected 600; run "
                           "chmod 600, and make a new one if others may have read it",
                           path_short(path), (unsigned)(s.st_mode & 0777));
    return STATUS_OK;
}

enum status secret_read(uint8_t *out, size_t capacity, size_t *size, const char *path,
                        char message[MESSAGE_SIZE])
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ELOOP)
        return message_set(message, STATUS_USAGE,
                           "%s: is a symbolic link: name the file itself",
                           path_short(path));
    if (fd < 0)
        return unopened(path, message);
    enum status status = secret_check(fd, path, message);
    if (status == STATUS_OK) {
        ssize_t n = read_all(fd, (char *)out, capacity);
        if (n < 0)
            status = message_set(message, STATUS_FAILED, "%s: cannot be read: %s",
                                 path_short(path), strerror(errno));
        else
            *size = (size_t)n;
    }
    close(fd);
    return status;
}

enum status secret_write(const char *path, const void *bytes, size_t size,
                         char message[MESSAGE_SIZE])
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return message_set(
            message, STATUS_USAGE,
            "%s: exists already and is not written over: move it away or "
            "choose another name",
            path_short(path));
    if (fd < 0)
        return message_set(message, STATUS_FAILED, "%s: cannot be created: %s",
                           path_short(path), strerror(errno));
    /* The umask may have taken bits away; it must not have left more. */
    bool done = fchmod(fd, 0600) == 0 && write_all(fd, bytes, size) && fsync(fd) == 0;
    int error = errno;
    done = close(fd) == 0 && done;
    if (!done) {
        unlink(path);
        return message_set(message, STATUS_FAILED, "%s: cannot be written: %s",
                           path_short(path), strerror(error));
    }
    directory_sync(path);
    return STATUS_OK;
}
