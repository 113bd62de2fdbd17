/* SPDX-License-Identifier: MIT */
/* Hides where a client stands in the log, and how its id says so. */
#include "node/feed.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "node/files.h"
#include "protocol/envelope.h"

enum {
    PASSED_MAX = 256, /* records that are passed over at once */
    TAG_BYTES = 4,    /* of the chain, in an id */
    MESSAGE_KINDS = MESSAGE_VOUCH + 1,
    NAME_SIZE = 16,
};

struct feed {
    struct feed_options options;
    struct log_reader *reader; /* NULL: to be opened again */
    bool record_wanted[RECORD_KINDS], message_wanted[MESSAGE_KINDS];
    uint64_t seek; /* the record that the client has seen last; 0: it is found */
    uint8_t seek_tag[TAG_BYTES], last_tag[TAG_BYTES]; /* that one's; of the last read */
    off_t ended_size; /* of the log, with a signed end that may be taken off again */
    bool finishing, over;
    uint64_t status_number; /* of the last one that this client got */
    char *text;             /* what is still to be read of it: */
    size_t text_size, text_read;
};

/* --- what is wanted -------------------------------------------------------------- */

static const char *const record_names[RECORD_KINDS] = {
    [RECORD_HEADER] = "header", [RECORD_IN] = "in",     [RECORD_OUT] = "out",
    [RECORD_NOTE] = "note",     [RECORD_PLAY] = "play", [RECORD_END] = "end",
    [RECORD_WORK] = "work"};

static bool is_message(int kind)
{
    return (kind >= MESSAGE_HELLO && kind <= MESSAGE_DEAL) || kind >= MESSAGE_SUSPECT;
}

static bool want(struct feed *f, const char *name)
{
    bool known = false;
    for (int k = RECORD_HEADER; k < RECORD_KINDS; k++)
        if (strcmp(record_names[k], name) == 0)
            known = f->record_wanted[k] = true;
    if (known) /* "end" is the log's, not the farewell's */
        return true;
    for (int k = MESSAGE_HELLO; k < MESSAGE_KINDS; k++)
        if (is_message(k) && strcmp(message_name((enum message_kind)k), name) == 0)
            known = f->message_wanted[k] = true;
    return known;
}

static enum status want_all(struct feed *f, const char *kinds,
                            char message[MESSAGE_SIZE])
{
    char name[NAME_SIZE];
    for (int k = 0; k < RECORD_KINDS && kinds == NULL; k++)
        f->record_wanted[k] = true;
    while (kinds != NULL) {
        const size_t n = strcspn(kinds, ",");
        snprintf(name, sizeof name, "%.*s", (int)(n < NAME_SIZE ? n : NAME_SIZE - 1),
                 kinds);
        if (n >= NAME_SIZE || !want(f, name))
            return message_set(message, STATUS_USAGE,
                               "kinds: expected header, in, out, note, play, work, end "
                               "or names of messages, separated by commas");
        kinds = kinds[n] == ',' ? kinds + n + 1 : NULL;
    }
    return STATUS_OK;
}

static bool wanted(const struct feed *f, const struct record *r)
{
    struct message m;
    /* An action that the others have not seen yet. */
    if (r->kind == RECORD_PLAY && !f->options.own)
        return false;
    if (f->record_wanted[r->kind])
        return true;
    return (r->kind == RECORD_IN || r->kind == RECORD_OUT) &&
           envelope_peek(&m, r->payload, r->size, f->options.roster,
                         terms_body_max(f->options.terms)) &&
           f->message_wanted[m.kind];
}

/* --- where the client is --------------------------------------------------------- */

static bool hex_digit(uint8_t *out, char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    *out = (uint8_t)(at == NULL ? 0 : at - digits);
    return at != NULL;
}

/* "17-5f0c2a91". What is no id at all is one of another log. */
static void seek_after(struct feed *f, const char *after)
{
    char *rest;
    errno = 0;
    f->seek = UINT64_MAX;
    if (!isdigit((unsigned char)after[0]))
        return;
    const uint64_t number = strtoull(after, &rest, 10);
    if (errno != 0 || number == 0 || rest[0] != '-' ||
        strlen(rest + 1) != (size_t)2 * TAG_BYTES)
        return;
    for (int i = 0; i < TAG_BYTES; i++) {
        uint8_t high, low;
        if (!hex_digit(&high, rest[1 + 2 * i]) || !hex_digit(&low, rest[2 + 2 * i]))
            return;
        f->seek_tag[i] = (uint8_t)(high << 4 | low);
    }
    f->seek = number;
}

enum status feed_open(struct feed **out, const struct feed_options *o,
                      const char *kinds, const char *after, char message[256])
{
    struct feed *f = calloc(1, sizeof *f);
    if (f == NULL)
        return message_set(message, STATUS_FAILED, "no memory for a stream of events");
    f->options = *o;
    if (after != NULL)
        seek_after(f, after);
    enum status status = want_all(f, kinds, message);
    if (status == STATUS_OK)
        status = log_reader_open(&f->reader, o->log_path, message);
    if (status != STATUS_OK) {
        feed_close(f);
        f = NULL;
    }
    *out = f;
    return status;
}

void feed_close(struct feed *f)
{
    if (f == NULL)
        return;
    log_reader_close(f->reader);
    free(f->text);
    free(f);
}

void feed_finish(struct feed *f)
{
    f->finishing = true;
}

bool feed_over(const struct feed *f)
{
    return f->over && f->text_read == f->text_size;
}

/* --- events ---------------------------------------------------------------------- */

/* Replaces the text, which has been read: what is printed to the stream until
 * text_end. NULL where memory is short: then the client is better off without us. */
static FILE *text_begin(struct feed *f)
{
    free(f->text);
    f->text = NULL;
    f->text_size = f->text_read = 0;
    FILE *out = open_memstream(&f->text, &f->text_size);
    f->over = f->over || out == NULL;
    return out;
}

static void text_end(struct feed *f, FILE *out)
{
    const bool whole = ferror(out) == 0;
    if (fclose(out) == 0 && whole)
        return;
    f->text_size = 0;
    f->over = true;
}

static void tell_status(struct feed *f, const char *status, uint64_t number)
{
    FILE *out = text_begin(f);
    if (out == NULL)
        return;
    if (f->status_number == 0)
        (void)fputs("retry: 2000\n", out);
    (void)fprintf(out, "event: status\ndata: %s\n\n", status);
    f->status_number = number;
    text_end(f, out);
}

static void tell_record(struct feed *f, const struct record *r)
{
    const uint64_t number = log_reader_count(f->reader);
    char tag[2 * TAG_BYTES + 1];
    FILE *out = text_begin(f);
    if (out == NULL)
        return;
    hex_encode(tag, r->chain.bytes, TAG_BYTES);
    (void)fprintf(out, "id: %llu-%s\ndata: ", (unsigned long long)number, tag);
    f->options.words(out, r, number, f->options.terms, f->options.roster,
                     f->options.own);
    (void)fputc('\n', out);
    text_end(f, out);
}

/* The history is not the one that the client knows: all of it comes again. */
static void tell_reset(struct feed *f)
{
    FILE *out = text_begin(f);
    f->seek = 0;
    f->ended_size = 0;
    log_reader_close(f->reader);
    f->reader = NULL;
    if (out == NULL)
        return;
    (void)fputs("event: reset\ndata: {\"why\":\"this log has no such record: it is "
                "another session's, or another node's\"}\n\n",
                out);
    text_end(f, out);
}

/* True if this record is to be passed over, because the client has seen it. */
static bool seen(struct feed *f, const struct record *r)
{
    if (f->seek == 0)
        return false;
    if (log_reader_count(f->reader) < f->seek)
        return true;
    if (memcmp(r->chain.bytes, f->seek_tag, TAG_BYTES) != 0)
        tell_reset(f);
    f->seek = 0;
    return true;
}

static off_t log_size(const struct feed *f)
{
    struct stat s;
    return stat(f->options.log_path, &s) == 0 ? s.st_size : -1;
}

/* A signed end that may be taken off again is not read: the client stays at the record
 * before it, and looks again when the log has grown. */
static void stay_before(struct feed *f, uint64_t number)
{
    f->ended_size = log_size(f);
    f->seek = number - 1;
    memcpy(f->seek_tag, f->last_tag, TAG_BYTES);
    log_reader_close(f->reader);
    f->reader = NULL;
}

/* One record further. False where there is none to be told, for now or at all. */
static bool step(struct feed *f)
{
    struct record r;
    const enum record_reading reading = log_reader_next(f->reader, &r);
    if (reading == RECORD_SHORT && f->seek != 0)
        tell_reset(f);
    else if (reading == RECORD_BROKEN)
        f->over = true;
    if (reading != RECORD_READ)
        return f->text_read < f->text_size;
    if (r.kind == RECORD_END && !f->finishing) {
        stay_before(f, log_reader_count(f->reader));
        return false;
    }
    f->over = r.kind == RECORD_END;
    memcpy(f->last_tag, r.chain.bytes, TAG_BYTES);
    if (!seen(f, &r) && wanted(f, &r))
        tell_record(f, &r);
    return !f->over || f->text_read < f->text_size;
}

/* Prepares the next event. False where nothing is to be said for now. */
static bool next_record(struct feed *f)
{
    char message[MESSAGE_SIZE];
    if (f->reader == NULL && !f->finishing && log_size(f) == f->ended_size)
        return false;
    if (f->reader == NULL &&
        log_reader_open(&f->reader, f->options.log_path, message) != STATUS_OK) {
        f->over = true;
        return false;
    }
    for (int passed = 0; passed < PASSED_MAX; passed++)
        if (!step(f))
            return false;
        else if (f->text_read < f->text_size)
            return true;
    FILE *out = text_begin(f);
    if (out == NULL)
        return false;
    (void)fputs(":\n\n", out);
    text_end(f, out);
    return true;
}

size_t feed_read(struct feed *f, char *out, size_t size, const char *status,
                 uint64_t number)
{
    size_t used = 0;
    while (used < size) {
        if (f->text_read < f->text_size) {
            const size_t left = f->text_size - f->text_read;
            const size_t n = left < size - used ? left : size - used;
            memcpy(out + used, f->text + f->text_read, n);
            f->text_read += n;
            used += n;
        } else if (!f->over && f->status_number != number && status != NULL)
            tell_status(f, status, number);
        else if (f->over || !next_record(f))
            break;
    }
    return used;
}
