/* SPDX-License-Identifier: MIT */
/* Files that are whole or not there: read with a limit, written beside their name and
 * moved into place, so that no crash leaves half of one. */
#ifndef TREATY_NODE_FILES_H
#define TREATY_NODE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/status.h"

enum {
    MESSAGE_SIZE = 256,        /* of every message for people, with its NUL */
    FILE_SIZE_MAX = 256 << 20, /* a payoff table of 4 million numbers, and room */
};

/* Fills message with a sentence (cut where it does not fit) and returns status. */
enum status message_set(char message[MESSAGE_SIZE], enum status status,
                        const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The end of a path that is too long to be quoted whole in a message. */
const char *path_short(const char *path);
/* path relative to directory, unless it is absolute. False if it does not fit. */
bool path_join(char *out, size_t size, const char *directory, const char *path);
/* The directory of a file: "." where the path has none. */
bool path_directory(char *out, size_t size, const char *path);

/* The whole file with a NUL behind it, to be released with free. */
enum status file_read(char **out, size_t *size, const char *path,
                      char message[MESSAGE_SIZE]);
/* Beside path, synced, then moved over it. An older file is replaced at once or not at
 * all. */
enum status file_write(const char *path, const void *bytes, size_t size,
                       char message[MESSAGE_SIZE]);
/* The same for what is nobody else's affair, such as payoffs: mode 0600. */
enum status file_write_private(const char *path, const void *bytes, size_t size,
                               char message[MESSAGE_SIZE]);

/* Refuses a file at which others are let, with what to do. Where there is none, that is
 * for who reads it to say. */
enum status file_is_private(const char *path, char message[MESSAGE_SIZE]);

/* Secrets: at most capacity bytes, of a plain file (no link) that belongs to this user
 * and that nobody else may read. */
enum status secret_read(uint8_t *out, size_t capacity, size_t *size, const char *path,
                        char message[MESSAGE_SIZE]);
/* Mode 0600, synced; never over an existing file or through a link. A file that could
 * not be written whole is removed again. */
enum status secret_write(const char *path, const void *bytes, size_t size,
                         char message[MESSAGE_SIZE]);

/* write() until all is out. False, with errno, when the disk refuses. */
bool write_all(int fd, const void *bytes, size_t size);
/* Makes names in the directory of path last through a power cut. Best effort. */
void directory_sync(const char *path);

#endif
