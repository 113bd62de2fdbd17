/* SPDX-License-Identifier: MIT */
/* Hides where logs, terms and rosters lie. */
#define _DEFAULT_SOURCE /* realpath */
#include "cli/archive.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/staging.h"
#include "node/files.h"

static bool is_directory(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

static bool exists(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0;
}

/* K - 1 where the last part of the path is node-K. */
static uint8_t owner_of(const char *home)
{
    char whole[PATH_MAX] = "";
    unsigned k = 0;
    const char *name = realpath(home, whole) != NULL ? strrchr(whole, '/') : NULL;
    if (name == NULL || sscanf(name, "/node-%u", &k) != 1 || k == 0 || k > PLAYERS_MAX)
        return ANYBODY;
    return (uint8_t)(k - 1);
}

static enum status find_logs(struct archive *a, const char *place, char *home,
                             char reason[REASON_SIZE])
{
    char path[PATH_SIZE];
    if (!exists(place)) {
        (void)snprintf(reason, REASON_SIZE,
                       "%.300s: there is no such file or directory", place);
        return STATUS_USAGE;
    }
    if (!is_directory(place)) {
        a->n_logs = 1;
        (void)snprintf(a->log[0], PATH_SIZE, "%s", place);
        if (!path_directory(home, PATH_SIZE, place))
            return STATUS_USAGE;
        a->owner[0] = owner_of(home);
        return STATUS_OK;
    }
    (void)snprintf(home, PATH_SIZE, "%s", place);
    if (directory_path(path, place, "node.log") && exists(path)) {
        a->n_logs = 1;
        memcpy(a->log[0], path, sizeof path);
        a->owner[0] = owner_of(home);
        return STATUS_OK;
    }
    a->cluster = true;
    for (uint8_t k = 0; k < PLAYERS_MAX; k++)
        if (node_path(a->log[a->n_logs], place, k, "node.log") &&
            exists(a->log[a->n_logs]))
            a->owner[a->n_logs++] = k;
    if (a->n_logs > 0)
        return STATUS_OK;
    (void)snprintf(reason, REASON_SIZE,
                   "%.300s: there is no node.log in it, nor a node-1/node.log", place);
    return STATUS_USAGE;
}

bool archive_beside(char out[PATH_SIZE], const char *home, const char *name)
{
    char above[PATH_SIZE];
    return (directory_path(out, home, name) && exists(out)) ||
           (directory_path(above, home, "..") && directory_path(out, above, name) &&
            exists(out));
}

enum status archive_open(struct archive *a, const char *place, char reason[REASON_SIZE])
{
    static struct addresses addresses; /* of no interest here */
    char home[PATH_SIZE] = "", terms[PATH_SIZE], roster[PATH_SIZE], message[256] = "";
    memset(a, 0, sizeof *a);
    enum status status = find_logs(a, place, home, reason);
    if (status != STATUS_OK)
        return status;
    if (!archive_beside(terms, home, "terms.yaml") ||
        !archive_beside(roster, home, "roster.yaml")) {
        (void)snprintf(
            reason, REASON_SIZE,
            "%.300s: terms.yaml and roster.yaml are neither beside the log nor "
            "above it",
            place);
        return STATUS_USAGE;
    }
    status = terms_read(&a->terms, terms, message);
    if (status == STATUS_OK)
        status = roster_read(&a->roster, &addresses, roster, message);
    if (status == STATUS_OK && !roster_valid(&a->roster, &a->terms, message))
        status = STATUS_USAGE;
    if (status != STATUS_OK)
        (void)snprintf(reason, REASON_SIZE, "%s", message);
    return status;
}

enum status archive_broken(const char *path, const struct log_reader *r,
                           char reason[REASON_SIZE])
{
    (void)snprintf(
        reason, REASON_SIZE,
        "%.300s: what follows record %llu, at byte %llu, does not continue the "
        "chain",
        path, (unsigned long long)log_reader_count(r),
        (unsigned long long)log_reader_offset(r));
    return STATUS_FALSE;
}

enum status archive_strange(const char *path, char reason[REASON_SIZE])
{
    (void)snprintf(
        reason, REASON_SIZE,
        "%.300s: it was written under other terms or for another roster than "
        "those beside it",
        path);
    return STATUS_USAGE;
}

enum status archive_account(struct account *out, const struct archive *a, uint8_t k,
                            char reason[REASON_SIZE])
{
    char message[256];
    struct log_reader *reader;
    struct record record;
    *out = (struct account){.terms = &a->terms, .roster = &a->roster};
    enum status status = log_reader_open(&reader, a->log[k], message);
    if (status != STATUS_OK) {
        (void)snprintf(reason, REASON_SIZE, "%s", message);
        return status;
    }
    enum record_reading reading;
    while ((reading = log_reader_next(reader, &record)) == RECORD_READ)
        account_record(out, &record);
    if (reading == RECORD_BROKEN)
        status = archive_broken(a->log[k], reader, reason);
    else if (out->n_records > 0 && !out->opened)
        status = archive_strange(a->log[k], reason);
    log_reader_close(reader);
    return status;
}
