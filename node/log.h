/* SPDX-License-Identifier: MIT */
/* The log file of a node: records (protocol/record.h), written before what they tell of
 * is sent. Those of one moment are held and written together. Also the reader that
 * follows a growing file. */
#ifndef TREATY_NODE_LOG_H
#define TREATY_NODE_LOG_H

#include "node/status.h"
#include "protocol/record.h"

/* Who writes these logs. A log is finished by the version that began it, because only
 * that one is sure to say the same again. */
#define LOG_PROGRAM "treaty " TREATY_VERSION

/* Opaque. */
struct log;

/* Creates path (refuses an existing file) and writes the header. */
enum status log_create(struct log **out, const char *path,
                       const struct record_header *header, char message[256]);
/* Opens an existing log of the same header to append to: reads it whole, checks the
 * chain, and hands every record to visit in order, save a signed end, in whose place
 * the next record goes (it is signed anew by log_close). A last record that was not
 * written to its end is cut off, and message says so (it is empty otherwise). A record
 * that does not continue the chain is refused with its number and offset, and nothing
 * is cut off. The caller makes sure that nobody else appends. */
enum status log_resume(struct log **out, const char *path,
                       const struct record_header *header,
                       void (*visit)(void *context, const struct record *r),
                       void *context, char message[256]);
/* Puts a record behind the others that are held, which go to the file first where there
 * is no room. False, with errno, when the disk refuses. */
bool log_append(struct log *l, enum record_kind kind, uint64_t time_ms,
                const uint8_t *payload, size_t size);
/* Writes what is held, at once. False, with errno, when the disk refuses: nothing that
 * depends on it may be sent then, none of it stays in the file, and every later call
 * refuses as well. sync: also through to the disk, with all that was written before. */
bool log_flush(struct log *l, bool sync);
bool log_holds(const struct log *l); /* something */
/* Writes what is held, signs the end of the chain, if there is a key, and closes.
 * False, with errno, when the disk refuses. NULL is closed already. */
bool log_close(struct log *l, const struct keypair *key, uint64_t time_ms);

/* Reading, also while the file grows. Opaque. */
struct log_reader;
enum status log_reader_open(struct log_reader **out, const char *path,
                            char message[256]);
void log_reader_close(struct log_reader *r);
/* The next record; its payload is valid until the next call. RECORD_SHORT: no whole
 * record there yet (call again later). RECORD_BROKEN: *offset says where. */
enum record_reading log_reader_next(struct log_reader *r, struct record *out);
uint64_t log_reader_offset(const struct log_reader *r); /* of the last record */
uint64_t log_reader_count(const struct log_reader *r);  /* records so far */
/* errno, where RECORD_SHORT means that the disk would not give more; otherwise 0. */
int log_reader_error(const struct log_reader *r);

#endif
