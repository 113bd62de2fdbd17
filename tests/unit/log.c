/* SPDX-License-Identifier: MIT */
/* The log file of a node: torn, damaged, growing. */
#include "node/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static char path[256];
static const struct record_header header = {.program = "treaty test", .self = 1};

/* A file name that is free, in a directory of its own. */
static void fresh(void)
{
    char directory[] = "/tmp/treaty-log-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/node.log", directory);
}

static void clean(void)
{
    unlink(path);
    *strrchr(path, '/') = '\0';
    ck_assert_int_eq(rmdir(path), 0);
}

static struct keypair key(void)
{
    struct keypair k;
    keypair_from_seed(&k, &(struct seed){{7}});
    return k;
}

static struct log *create(void)
{
    struct log *l;
    char message[256];
    enum status status = log_create(&l, path, &header, message);
    ck_assert_msg(status == STATUS_OK, "%s", message);
    return l;
}

static void append(struct log *l, const char *text)
{
    ck_assert(log_append(l, RECORD_IN, 5, (const uint8_t *)text, strlen(text)));
    ck_assert(log_flush(l, false));
}

static long file_size(void)
{
    struct stat s;
    ck_assert_int_eq(stat(path, &s), 0);
    return (long)s.st_size;
}

/* Writes over, or behind, what is in the file. */
static void scribble(long offset, const void *bytes, size_t n)
{
    int fd = open(path, O_WRONLY);
    ck_assert_int_eq(pwrite(fd, bytes, n, offset), (ssize_t)n);
    close(fd);
}

/* What was read back, as one line. */
struct told {
    char text[256];
};
static void tell(void *context, const struct record *r)
{
    struct told *t = context;
    size_t used = strlen(t->text);
    int size = r->kind == RECORD_IN ? (int)r->size : 0;
    snprintf(t->text + used, sizeof t->text - used, "%d:%.*s ", (int)r->kind, size,
             (const char *)r->payload);
}

static enum status resume(struct log **l, struct told *told, char message[256])
{
    told->text[0] = '\0';
    return log_resume(l, path, &header, tell, told, message);
}

START_TEST(what_was_appended_is_told_in_order_when_resumed)
{
    fresh();
    struct keypair k = key();
    struct log *l = create();
    append(l, "one");
    append(l, "two");
    log_close(l, &k, 6);
    struct told told;
    char message[256];
    ck_assert_int_eq(resume(&l, &told, message), STATUS_OK);
    ck_assert_str_eq(told.text, "1: 2:one 2:two ");
    ck_assert_str_eq(message, "");
    /* The signed end was taken off, and comes again after what is new. */
    append(l, "three");
    log_close(l, &k, 7);

    struct log_reader *r;
    struct record record;
    struct digest before = record_origin();
    ck_assert_int_eq(log_reader_open(&r, path, message), STATUS_OK);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(log_reader_next(r, &record), RECORD_READ);
        before = record.chain;
    }
    ck_assert_int_eq(log_reader_next(r, &record), RECORD_READ);
    ck_assert_int_eq(record.kind, RECORD_END);
    ck_assert(record_end_holds(record.payload, record.size, &before, 4, &k.public_key));
    ck_assert_int_eq(log_reader_next(r, &record), RECORD_SHORT);
    ck_assert_uint_eq(log_reader_count(r), 5);
    log_reader_close(r);
    clean();
}
END_TEST

START_TEST(an_existing_log_is_not_written_over)
{
    fresh();
    log_close(create(), NULL, 0);
    struct log *l;
    char message[256];
    ck_assert_int_eq(log_create(&l, path, &header, message), STATUS_FAILED);
    ck_assert_ptr_nonnull(strstr(message, "exists"));
    clean();
}
END_TEST

START_TEST(others_may_not_read_a_log)
{
    fresh();
    log_close(create(), NULL, 0);
    struct stat s;
    ck_assert_int_eq(stat(path, &s), 0);
    ck_assert_uint_eq(s.st_mode & 0777, 0600);
    clean();
}
END_TEST

START_TEST(a_torn_tail_of_any_length_is_cut_off_and_said)
{
    fresh();
    struct log *l = create();
    append(l, "one");
    long whole = file_size();
    append(l, "this is torn");
    long all = file_size();
    log_close(l, NULL, 0);
    for (long size = all - 1; size > whole; size--) {
        ck_assert_int_eq(truncate(path, size), 0);
        struct told told;
        char message[256];
        ck_assert_int_eq(resume(&l, &told, message), STATUS_OK);
        ck_assert_str_eq(told.text, "1: 2:one ");
        ck_assert_ptr_nonnull(strstr(message, "cut off"));
        ck_assert_int_eq(file_size(), whole);
        append(l, "this is torn");
        log_close(l, NULL, 0);
        ck_assert_int_eq(file_size(), all);
    }
    clean();
}
END_TEST

START_TEST(zeros_after_a_power_cut_are_a_torn_tail)
{
    fresh();
    struct log *l = create();
    append(l, "one");
    long whole = file_size();
    log_close(l, NULL, 0);
    ck_assert_int_eq(truncate(path, whole + 4096), 0);
    struct told told;
    char message[256];
    ck_assert_int_eq(resume(&l, &told, message), STATUS_OK);
    ck_assert_int_eq(file_size(), whole);
    log_close(l, NULL, 0);
    clean();
}
END_TEST

static void flip(long offset, int bit)
{
    uint8_t byte;
    int fd = open(path, O_RDONLY);
    ck_assert_int_eq(pread(fd, &byte, 1, offset), 1);
    close(fd);
    byte ^= (uint8_t)(1 << bit);
    scribble(offset, &byte, 1);
}

/* The last record, too: damage there must not pass for a torn tail. */
START_TEST(a_flipped_bit_anywhere_is_refused_and_nothing_is_cut_off)
{
    fresh();
    struct log *l = create();
    long begins[4] = {0, file_size()};
    append(l, "one");
    begins[2] = file_size();
    append(l, "two");
    begins[3] = file_size();
    append(l, "three");
    const long all = file_size();
    log_close(l, NULL, 0);
    for (long i = 0, record = 0; i < all; i++) {
        record += record < 3 && i == begins[record + 1];
        for (int bit = 0; bit < 8; bit++) {
            struct told told;
            char message[256], place[64];
            flip(i, bit);
            const enum status status = resume(&l, &told, message);
            ck_assert_msg(status == STATUS_FAILED || status == STATUS_USAGE,
                          "bit %d of byte %ld was overlooked", bit, i);
            snprintf(place, sizeof place, "record %ld at byte %ld ", record + 1,
                     begins[record]);
            ck_assert_msg(strstr(message, place) != NULL ||
                              (i < 4 && strstr(message, "no log at all") != NULL),
                          "%s", message);
            ck_assert_int_eq(file_size(), all);
            flip(i, bit);
        }
    }
    clean();
}
END_TEST

/* A record that follows the damage but was not written to its end proves nothing. */
START_TEST(damage_before_a_torn_tail_is_no_torn_tail)
{
    fresh();
    struct log *l = create();
    const long second = file_size();
    append(l, "one");
    append(l, "this is torn");
    log_close(l, NULL, 0);
    ck_assert_int_eq(truncate(path, file_size() - 3), 0);
    const long all = file_size();
    for (int bit = 0; bit < 32; bit++) {
        struct told told;
        char message[256];
        flip(second + bit / 8, bit % 8);
        ck_assert_int_eq(resume(&l, &told, message), STATUS_FAILED);
        ck_assert_int_eq(file_size(), all);
        flip(second + bit / 8, bit % 8);
    }
    clean();
}
END_TEST

START_TEST(a_log_of_another_version_or_of_none_is_refused_and_kept)
{
    static const struct {
        const char *program, *says;
    } cases[] = {{"treaty 99.0", "was written by treaty 99.0, and this is treaty test"},
                 {"treaty \033[31m", "was written by another program"}};
    for (int i = 0; i < 2; i++) {
        fresh();
        struct record_header newer = header;
        struct log *l;
        struct told told;
        char message[256];
        memset(newer.program, 0, sizeof newer.program);
        snprintf(newer.program, sizeof newer.program, "%s", cases[i].program);
        ck_assert_int_eq(log_create(&l, path, &newer, message), STATUS_OK);
        log_close(l, NULL, 0);
        const long all = file_size();
        ck_assert_int_eq(resume(&l, &told, message), STATUS_USAGE);
        ck_assert_msg(strstr(message, cases[i].says) != NULL, "%s", message);
        ck_assert_int_eq(file_size(), all);
        clean();
    }
    fresh();
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    ck_assert_int_ge(fd, 0);
    close(fd);
    struct log *l;
    struct told told;
    char message[256];
    ck_assert_int_eq(resume(&l, &told, message), STATUS_USAGE);
    ck_assert_ptr_nonnull(strstr(message, "is empty or no log at all"));
    clean();
}
END_TEST

/* What cannot be read is not there for now, but it is no torn tail either. */
START_TEST(a_disk_that_does_not_give_a_log_back_is_no_end_of_it)
{
    fresh();
    ck_assert_int_eq(mkdir(path, 0700), 0); /* it opens, and every read fails */
    struct log *l;
    struct told told;
    char message[256];
    ck_assert_int_eq(resume(&l, &told, message), STATUS_FAILED);
    ck_assert_msg(strstr(message, "cannot be read after byte 0") != NULL, "%s",
                  message);
    struct log_reader *r;
    struct record record;
    ck_assert_int_eq(log_reader_open(&r, path, message), STATUS_OK);
    ck_assert_int_eq(log_reader_next(r, &record), RECORD_SHORT);
    ck_assert_int_eq(log_reader_error(r), EISDIR);
    log_reader_close(r);
    ck_assert_int_eq(rmdir(path), 0);
    *strrchr(path, '/') = '\0';
    ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

START_TEST(a_log_of_somebody_else_or_of_other_terms_is_refused)
{
    fresh();
    log_close(create(), NULL, 0);
    struct record_header other = header;
    struct log *l;
    struct told told = {""};
    char message[256];
    other.self = 2;
    ck_assert_int_eq(log_resume(&l, path, &other, tell, &told, message), STATUS_USAGE);
    ck_assert_ptr_nonnull(strstr(message, "another player"));
    other = header;
    other.terms.bytes[0] = 1;
    ck_assert_int_eq(log_resume(&l, path, &other, tell, &told, message), STATUS_USAGE);
    ck_assert_ptr_nonnull(strstr(message, "other terms"));
    other = header;
    other.roster.bytes[0] = 1;
    ck_assert_int_eq(log_resume(&l, path, &other, tell, &told, message), STATUS_USAGE);
    ck_assert_ptr_nonnull(strstr(message, "another roster"));
    ck_assert_str_eq(told.text, "");
    clean();
}
END_TEST

START_TEST(a_reader_follows_a_file_that_grows_and_is_torn_and_mended)
{
    fresh();
    struct log *l = create();
    struct log_reader *r;
    struct record record;
    char message[256];
    ck_assert_int_eq(log_reader_open(&r, path, message), STATUS_OK);
    ck_assert_int_eq(log_reader_next(r, &record), RECORD_READ);
    ck_assert_int_eq(log_reader_next(r, &record), RECORD_SHORT);
    append(l, "one");
    ck_assert_int_eq(log_reader_next(r, &record), RECORD_READ);
    ck_assert_mem_eq(record.payload, "one", 3);
    long whole = file_size();
    append(l, "half");
    log_close(l, NULL, 0);
    ck_assert_int_eq(truncate(path, whole + 20), 0);
    ck_assert_int_eq(log_reader_next(r, &record), RECORD_SHORT);
    struct told told;
    ck_assert_int_eq(resume(&l, &told, message), STATUS_OK);
    append(l, "another");
    ck_assert_int_eq(log_reader_next(r, &record), RECORD_READ);
    ck_assert_mem_eq(record.payload, "another", 7);
    ck_assert_uint_eq(log_reader_offset(r), (uint64_t)whole);
    log_close(l, NULL, 0);
    log_reader_close(r);
    clean();
}
END_TEST

START_TEST(records_are_held_until_they_are_written_together)
{
    fresh();
    struct log *l = create();
    const long header_size = file_size();
    static uint8_t half[RECORD_PAYLOAD_MAX / 2];
    ck_assert(!log_holds(l));
    for (int i = 0; i < 3; i++)
        ck_assert(log_append(l, RECORD_IN, 5, (const uint8_t *)"one", 3));
    ck_assert(log_holds(l));
    ck_assert_int_eq(file_size(), header_size);
    ck_assert(log_flush(l, false));
    ck_assert(!log_holds(l));
    long whole = header_size + 3 * (RECORD_OVERHEAD + 3);
    ck_assert_int_eq(file_size(), whole);
    /* What there is no room for lets the others go first. */
    for (int i = 0; i < 2; i++)
        ck_assert(log_append(l, RECORD_IN, 5, half, sizeof half));
    ck_assert_int_eq(file_size(), whole + RECORD_OVERHEAD + (long)sizeof half);
    log_close(l, NULL, 0);
    ck_assert_int_eq(file_size(), whole + 2 * (RECORD_OVERHEAD + (long)sizeof half));
    clean();
}
END_TEST

START_TEST(the_largest_record_is_read_back)
{
    fresh();
    static uint8_t big[RECORD_PAYLOAD_MAX];
    memset(big, 0x5a, sizeof big);
    struct log *l = create();
    for (int i = 0; i < 3; i++)
        ck_assert(log_append(l, RECORD_IN, 1, big, sizeof big));
    log_close(l, NULL, 0);
    struct log_reader *r;
    struct record record;
    char message[256];
    ck_assert_int_eq(log_reader_open(&r, path, message), STATUS_OK);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(log_reader_next(r, &record), RECORD_READ);
    ck_assert_mem_eq(record.payload, big, sizeof big);
    log_reader_close(r);
    clean();
}
END_TEST

/* In a process of its own, whose files may not grow past a limit: like a full disk, it
 * takes a part. Exit codes tell what went wrong. */
static void append_to_a_full_disk(long whole)
{
    struct log *l;
    struct told told;
    char message[256];
    /* Room for one record and a half. */
    const struct rlimit tight = {(rlim_t)whole + (RECORD_OVERHEAD + 3) * 3 / 2,
                                 RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    if (resume(&l, &told, message) != STATUS_OK || setrlimit(RLIMIT_FSIZE, &tight) != 0)
        _exit(1);
    for (int i = 0; i < 3; i++)
        if (!log_append(l, RECORD_IN, 1, (const uint8_t *)"two", 3))
            _exit(2);
    if (log_flush(l, false) || errno != EFBIG)
        _exit(3);
    /* Having refused once, it stays refused: what was not logged was not said. */
    if (log_append(l, RECORD_IN, 1, NULL, 0) || log_flush(l, false))
        _exit(4);
    log_close(l, NULL, 0);
    _exit(0);
}

START_TEST(a_disk_that_refuses_is_noticed_and_leaves_no_half_record)
{
    fresh();
    struct log *l = create();
    append(l, "one");
    log_close(l, NULL, 0);
    long whole = file_size();
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        append_to_a_full_disk(whole);
    int how;
    ck_assert_int_eq(waitpid(child, &how, 0), child);
    ck_assert_int_eq(how, 0);
    ck_assert_int_eq(file_size(), whole);
    clean();
}
END_TEST

UNIT_MAIN("log", what_was_appended_is_told_in_order_when_resumed,
          an_existing_log_is_not_written_over, others_may_not_read_a_log,
          a_torn_tail_of_any_length_is_cut_off_and_said,
          zeros_after_a_power_cut_are_a_torn_tail,
          a_flipped_bit_anywhere_is_refused_and_nothing_is_cut_off,
          damage_before_a_torn_tail_is_no_torn_tail,
          a_log_of_another_version_or_of_none_is_refused_and_kept,
          a_disk_that_does_not_give_a_log_back_is_no_end_of_it,
          a_log_of_somebody_else_or_of_other_terms_is_refused,
          a_reader_follows_a_file_that_grows_and_is_torn_and_mended,
          records_are_held_until_they_are_written_together,
          the_largest_record_is_read_back,
          a_disk_that_refuses_is_noticed_and_leaves_no_half_record)
