/* SPDX-License-Identifier: MIT */
/* Hides how records reach the disk and how a file that may have been cut short, damaged
 * or still be growing is read. */
#include "node/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "node/files.h"

enum {
    RECORD_MAX = RECORD_OVERHEAD + RECORD_PAYLOAD_MAX,
    READ_AHEAD = 1 << 16,
    LOG_PATH_SIZE = 1100,
};

/* Where the next record goes, and where the last one ends: a signed end stands between,
 * until something is written in its place. */
struct known {
    uint64_t size, n_records;
    struct digest chain;
    uint64_t whole_size;
};

struct log {
    int fd;
    bool refused;     /* the disk did: nothing is appended any more */
    struct known at;  /* with what is held */
    uint64_t written; /* bytes of the records that are in the file */
    size_t n_held;
    uint8_t held[RECORD_MAX];
};

/* Bytes [start, end) of the buffer are those of the file from offset on. */
struct log_reader {
    int fd;
    int error;            /* errno of a read that failed; 0: none did */
    uint64_t offset;      /* of what is read next */
    uint64_t last_offset; /* of the last record, or of what is broken */
    uint64_t n_records;
    struct digest chain;
    size_t start, end;
    uint8_t buffer[RECORD_MAX + READ_AHEAD];
};

enum status log_reader_open(struct log_reader **out, const char *path,
                            char message[256])
{
    struct log_reader *r = malloc(sizeof *r);
    if (r == NULL) {
        message_set(message, STATUS_FAILED, "%s: no memory to read it",
                    path_short(path));
        return STATUS_FAILED;
    }
    r->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (r->fd < 0) {
        free(r);
        message_set(message, STATUS_USAGE, "%s: cannot be opened: %s", path_short(path),
                    strerror(errno));
        return STATUS_USAGE;
    }
    r->offset = r->last_offset = r->n_records = 0;
    r->start = r->end = 0;
    r->error = 0;
    r->chain = record_origin();
    *out = r;
    return STATUS_OK;
}

void log_reader_close(struct log_reader *r)
{
    if (r == NULL)
        return;
    close(r->fd);
    free(r);
}

/* Puts more of the file behind what is in the buffer. False at the end of the file. */
static bool fill(struct log_reader *r)
{
    memmove(r->buffer, r->buffer + r->start, r->end - r->start);
    r->end -= r->start;
    r->start = 0;
    size_t room = sizeof r->buffer - r->end;
    if (room > READ_AHEAD)
        room = READ_AHEAD;
    ssize_t n;
    do
        n = pread(r->fd, r->buffer + r->end, room, (off_t)(r->offset + r->end));
    while (n < 0 && errno == EINTR);
    r->error = n < 0 ? errno : 0;
    if (n > 0)
        r->end += (size_t)n;
    return n > 0;
}

enum record_reading log_reader_next(struct log_reader *r, struct record *out)
{
    for (;;) {
        size_t used = 0;
        enum record_reading reading =
            record_read(out, &used, &r->chain, r->buffer + r->start, r->end - r->start);
        if (reading == RECORD_READ) {
            r->last_offset = r->offset;
            r->offset += used;
            r->start += used;
            r->n_records++;
            return RECORD_READ;
        }
        if (reading == RECORD_BROKEN) {
            r->last_offset = r->offset;
            return RECORD_BROKEN;
        }
        if (!fill(r)) {
            /* The bytes of a torn record may be cut off and written anew before the
             * next call, so they are read again then. */
            r->start = r->end = 0;
            return RECORD_SHORT;
        }
    }
}

uint64_t log_reader_offset(const struct log_reader *r)
{
    return r->last_offset;
}

uint64_t log_reader_count(const struct log_reader *r)
{
    return r->n_records;
}

int log_reader_error(const struct log_reader *r)
{
    return r->error;
}

/* A file that holds exactly these bytes appears under path at once, or not at all. */
static enum status appear(const char *path, const uint8_t *bytes, size_t size,
                          char message[MESSAGE_SIZE])
{
    char temporary[LOG_PATH_SIZE];
    int n = snprintf(temporary, sizeof temporary, "%s.new", path);
    if (n < 0 || (size_t)n >= sizeof temporary)
        return message_set(message, STATUS_USAGE, "%s: the path is too long",
                           path_short(path));
    unlink(temporary); /* left by a crash, if anything */
    enum status status = secret_write(temporary, bytes, size, message);
    if (status != STATUS_OK)
        return status;
    if (link(temporary, path) < 0)
        status = message_set(message, STATUS_FAILED, "%s: cannot be created: %s",
                             path_short(path), strerror(errno));
    unlink(temporary);
    directory_sync(path);
    return status;
}

static uint64_t wall_clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Opens the file of a log whose size, count and chain are known. */
static enum status attach(struct log **out, const char *path, const struct known *known,
                          char message[MESSAGE_SIZE])
{
    struct log *l = malloc(sizeof *l);
    int fd = open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
    if (l == NULL || fd < 0)
        goto refuse;
    l->fd = fd;
    l->refused = false;
    l->at = *known;
    l->written = known->size;
    l->n_held = 0;
    if (ftruncate(fd, (off_t)known->whole_size) < 0)
        goto refuse;
    *out = l;
    return STATUS_OK;
refuse:
    message_set(message, STATUS_FAILED, "%s: cannot be appended to: %s",
                path_short(path), l == NULL ? "no memory" : strerror(errno));
    if (fd >= 0)
        close(fd);
    free(l);
    return STATUS_FAILED;
}

enum status log_create(struct log **out, const char *path,
                       const struct record_header *header, char message[256])
{
    uint8_t payload[RECORD_HEADER_SIZE], record[RECORD_OVERHEAD + RECORD_HEADER_SIZE];
    struct digest chain = record_origin();
    record_header_write(payload, header);
    size_t size = record_write(record, sizeof record, &chain, RECORD_HEADER,
                               wall_clock_ms(), payload, sizeof payload);
    CHECK(size == sizeof record);
    enum status status = appear(path, record, size, message);
    if (status != STATUS_OK)
        return status;
    struct known known = {size, 1, chain, size};
    return attach(out, path, &known, message);
}

static bool printable(const char *text)
{
    while (*text >= ' ' && *text <= '~')
        text++;
    return *text == '\0';
}

static enum status header_check(const struct record *r,
                                const struct record_header *expected, const char *path,
                                char message[MESSAGE_SIZE])
{
    struct record_header h = {0};
    const char *wrong = NULL;
    if (r->kind != RECORD_HEADER || !record_header_read(&h, r->payload, r->size))
        wrong = "does not begin with the header of a log";
    else if (strcmp(h.program, expected->program) != 0)
        return message_set(message, STATUS_USAGE,
                           "%s: was written by %s, and this is %s: let that one finish "
                           "the session",
                           path_short(path),
                           printable(h.program) ? h.program : "another program",
                           expected->program);
    else if (h.self != expected->self)
        wrong = "is the log of another player: check player and data in node.yaml";
    else if (!digest_equal(&h.terms, &expected->terms))
        wrong =
            "belongs to other terms: restore terms.yaml, or use a new data directory";
    else if (!digest_equal(&h.roster, &expected->roster))
        wrong = "belongs to another roster: restore roster.yaml, or use a new data "
                "directory";
    if (wrong == NULL)
        return STATUS_OK;
    return message_set(message, STATUS_USAGE, "%s: %s", path_short(path), wrong);
}

/* True if a whole record stands somewhere in the tail: then what precedes it was
 * damaged, not torn. A record proves itself by the chain in the 32 bytes before it. */
static bool record_inside(const uint8_t *tail, size_t size)
{
    struct digest before;
    for (size_t i = sizeof before.bytes; i + RECORD_OVERHEAD <= size; i++) {
        struct record r;
        size_t used;
        memcpy(before.bytes, tail + i - sizeof before.bytes, sizeof before.bytes);
        if (record_read(&r, &used, &before, tail + i, size - i) == RECORD_READ)
            return true;
    }
    return false;
}

/* True if one bit of its size is all that keeps the tail from beginning with a whole
 * record: that is damage, too, though it looks as if the file ended too soon. */
static bool size_damaged(struct log_reader *r, size_t size)
{
    bool found = false;
    if (size < RECORD_OVERHEAD)
        return false;
    for (unsigned bit = 0; bit < 32 && !found; bit++) {
        struct record record;
        struct digest chain = r->chain;
        size_t used;
        r->buffer[bit / 8] ^= (uint8_t)(1u << bit % 8);
        found = record_read(&record, &used, &chain, r->buffer, size) == RECORD_READ;
        r->buffer[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    return found;
}

static bool all_zero(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* What follows the last record that holds: nothing, a torn record, or damage. */
static enum status tail_check(struct log_reader *r, enum record_reading last,
                              const char *path, char message[MESSAGE_SIZE])
{
    struct stat s;
    if (fstat(r->fd, &s) < 0)
        return message_set(message, STATUS_FAILED, "%s: %s", path_short(path),
                           strerror(errno));
    const uint64_t left = (uint64_t)s.st_size - r->offset;
    if (left == 0)
        return STATUS_OK;
    r->start = r->end = 0;
    while (r->end < RECORD_MAX && fill(r))
        continue;
    const size_t size = r->end - r->start;
    if (r->error != 0)
        return message_set(message, STATUS_FAILED,
                           "%s: cannot be read after byte %llu: %s: mend the disk, or "
                           "restore the file from a copy",
                           path_short(path), (unsigned long long)r->offset,
                           strerror(r->error));
    /* After a power cut the end of a file may be there as zeros. */
    if (left <= RECORD_MAX &&
        (all_zero(r->buffer, size) || (last == RECORD_SHORT && !size_damaged(r, size) &&
                                       !record_inside(r->buffer, size)))) {
        message_set(
            message, STATUS_OK,
            "%s: cut off %llu bytes of a record that was not written to its end "
            "(after record %llu)",
            path_short(path), (unsigned long long)left,
            (unsigned long long)r->n_records);
        return STATUS_OK;
    }
    return message_set(
        message, STATUS_FAILED,
        "%s: record %llu at byte %llu does not continue the chain: the "
        "file was damaged or changed. Restore it from a copy; without it "
        "this session cannot go on (treaty node --again gives it up)",
        path_short(path), (unsigned long long)r->n_records + 1,
        (unsigned long long)r->offset);
}

/* Reads everything; *known is where to go on: before a signed end, which is signed anew
 * when it comes again. */
static enum status walk(struct log_reader *r, struct known *known, const char *path,
                        const struct record_header *header,
                        void (*visit)(void *context, const struct record *r),
                        void *context, char message[MESSAGE_SIZE])
{
    enum record_reading reading;
    struct record record;
    while ((reading = log_reader_next(r, &record)) == RECORD_READ) {
        if (r->n_records == 1) {
            enum status status = header_check(&record, header, path, message);
            if (status != STATUS_OK)
                return status;
        }
        known->whole_size = r->offset;
        if (record.kind == RECORD_END)
            continue;
        *known = (struct known){r->offset, r->n_records, r->chain, r->offset};
        visit(context, &record);
    }
    if (r->n_records == 0 && reading == RECORD_SHORT && r->error == 0)
        return message_set(message, STATUS_USAGE,
                           "%s: is empty or no log at all: restore it from a copy; "
                           "without it this session cannot go on (treaty node --again "
                           "gives it up)",
                           path_short(path));
    return tail_check(r, reading, path, message);
}

enum status log_resume(struct log **out, const char *path,
                       const struct record_header *header,
                       void (*visit)(void *context, const struct record *r),
                       void *context, char message[256])
{
    struct log_reader *r = NULL;
    struct known known = {0};
    message[0] = '\0';
    enum status status = log_reader_open(&r, path, message);
    if (status != STATUS_OK)
        return status;
    status = walk(r, &known, path, header, visit, context, message);
    log_reader_close(r);
    if (status != STATUS_OK)
        return status;
    return attach(out, path, &known, message);
}

bool log_append(struct log *l, enum record_kind kind, uint64_t time_ms,
                const uint8_t *payload, size_t size)
{
    if (l->refused ||
        (l->n_held + RECORD_OVERHEAD + size > RECORD_MAX && !log_flush(l, false)))
        return false;
    const size_t n = record_write(l->held + l->n_held, RECORD_MAX - l->n_held,
                                  &l->at.chain, kind, time_ms, payload, size);
    CHECK(n > 0);
    l->n_held += n;
    l->at.size += n;
    l->at.n_records++;
    return true;
}

bool log_holds(const struct log *l)
{
    return l->n_held > 0;
}

/* A signed end stands behind the records until others take its place. */
static bool write_held(struct log *l)
{
    const bool ended = l->at.whole_size > l->written;
    if (l->n_held == 0)
        return true;
    return (!ended || ftruncate(l->fd, (off_t)l->written) == 0) &&
           write_all(l->fd, l->held, l->n_held);
}

bool log_flush(struct log *l, bool sync)
{
    if (l->refused)
        return false;
    if (!write_held(l) || (sync && fdatasync(l->fd) < 0)) {
        /* Half a record would hide whatever might follow it. If even this is refused,
         * the next start cuts it off. */
        const int error = errno;
        l->refused = true;
        int cut = ftruncate(l->fd, (off_t)l->written);
        (void)cut;
        errno = error;
        return false;
    }
    if (l->n_held > 0)
        l->at.whole_size = l->written = l->at.size;
    l->n_held = 0;
    return true;
}

bool log_close(struct log *l, const struct keypair *key, uint64_t time_ms)
{
    if (l == NULL)
        return true;
    bool whole = log_flush(l, false);
    if (whole && key != NULL) {
        uint8_t end[RECORD_END_SIZE];
        record_end_write(end, &l->at.chain, l->at.n_records, key);
        whole =
            log_append(l, RECORD_END, time_ms, end, sizeof end) && log_flush(l, true);
    }
    const int error = errno;
    close(l->fd);
    free(l);
    errno = error;
    return whole;
}
