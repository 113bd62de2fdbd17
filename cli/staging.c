/* SPDX-License-Identifier: MIT */
/* Hides temporary names and what has to be removed when something goes wrong. */
#include "cli/staging.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

__attribute__((format(printf, 2, 3))) static bool path_print(char out[PATH_SIZE],
                                                             const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int n = vsnprintf(out, PATH_SIZE, format, arguments);
    va_end(arguments);
    const bool fits = n >= 0 && n < PATH_SIZE;
    if (!fits)
        out[0] = 0;
    return fits;
}

bool directory_path(char out[PATH_SIZE], const char *directory, const char *name)
{
    return path_print(out, "%s/%s", directory, name);
}

bool node_path(char out[PATH_SIZE], const char *directory, uint8_t player,
               const char *name)
{
    return path_print(out, "%s/node-%u%s%s", directory, player + 1u,
                      name[0] != 0 ? "/" : "", name);
}

static enum status system_refused(const char *path, char reason[REASON_SIZE])
{
    (void)snprintf(reason, REASON_SIZE, "%.300s: %s", path, strerror(errno));
    return STATUS_FAILED;
}

static enum status make_parents(const char *place, char reason[REASON_SIZE])
{
    char path[PATH_SIZE];
    (void)path_print(path, "%s", place);
    for (char *s = path + 1; *s != 0; s++) {
        if (*s != '/')
            continue;
        *s = 0;
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return system_refused(path, reason);
        *s = '/';
    }
    return STATUS_OK;
}

enum status staging_vacant(const char *place, char reason[REASON_SIZE])
{
    struct stat found;
    const size_t size = strlen(place);
    if (size == 0 || size + sizeof ".new-XXXXXX" > PATH_SIZE) {
        (void)snprintf(reason, REASON_SIZE,
                       "'%.300s' cannot be the name of a directory", place);
        return STATUS_USAGE;
    }
    if (lstat(place, &found) == 0) {
        (void)snprintf(reason, REASON_SIZE,
                       "%.300s exists already; give a directory that does not", place);
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

enum status staging_open(struct staging *s, const char *place, char reason[REASON_SIZE])
{
    const enum status status = staging_vacant(place, reason);
    if (status != STATUS_OK)
        return status;
    (void)path_print(s->place, "%s", place);
    for (size_t n = strlen(s->place); n > 1 && s->place[n - 1] == '/'; n--)
        s->place[n - 1] = 0;
    (void)path_print(s->built, "%s.new-XXXXXX", s->place);
    if (make_parents(s->place, reason) != STATUS_OK)
        return STATUS_FAILED;
    if (mkdtemp(s->built) == NULL)
        return system_refused(s->built, reason);
    const mode_t mask = umask(0);
    (void)umask(mask);
    if (chmod(s->built, 0777 & ~mask) != 0) {
        staging_drop(s);
        return system_refused(s->place, reason);
    }
    return STATUS_OK;
}

enum status staging_keep(struct staging *s, char reason[REASON_SIZE])
{
    if (rename(s->built, s->place) == 0)
        return STATUS_OK;
    const enum status status = system_refused(s->place, reason);
    staging_drop(s);
    return status;
}

static void remove_level(const char *path, int depth)
{
    char inner[PATH_SIZE];
    DIR *directory = opendir(path);
    if (directory == NULL)
        return;
    for (struct dirent *e = readdir(directory); e != NULL; e = readdir(directory)) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
            !directory_path(inner, path, e->d_name))
            continue;
        if (unlink(inner) != 0 && depth > 0)
            remove_level(inner, depth - 1);
    }
    (void)closedir(directory);
    (void)rmdir(path);
}

void directory_remove(const char *directory)
{
    remove_level(directory, 1);
}

void staging_drop(struct staging *s)
{
    directory_remove(s->built);
}
