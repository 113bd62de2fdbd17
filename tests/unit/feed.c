/* SPDX-License-Identifier: MIT */
/* A stream of events: what comes when, over breaks and endings. */
#include "node/feed.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static char path[256];
static struct log *node_log;
static struct terms terms;
static struct roster roster;
static const struct record_header header = {.program = "treaty test", .self = 0};

static void words(FILE *out, const struct record *r, uint64_t number,
                  const struct terms *t, const struct roster *ro, bool own)
{
    (void)t;
    (void)ro;
    (void)fprintf(out, "%llu %d%s\n", (unsigned long long)number, (int)r->kind,
                  own ? "" : " hidden");
}

static void begin(void)
{
    char directory[] = "/tmp/treaty-feed-XXXXXX", message[256];
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/node.log", directory);
    terms_default(&terms);
    terms.shape = (struct shape){2, {2, 2}};
    roster.n_players = 2;
    ck_assert_int_eq(log_create(&node_log, path, &header, message), STATUS_OK);
}

static void clean(void)
{
    ck_assert(log_close(node_log, NULL, 0));
    unlink(path);
    *strrchr(path, '/') = '\0';
    ck_assert_int_eq(rmdir(path), 0);
}

static void append(enum record_kind kind)
{
    ck_assert(log_append(node_log, kind, 5, (const uint8_t *)"x", 1));
    ck_assert(log_flush(node_log, false));
}

static struct feed *follow(const char *kinds, const char *after, bool own)
{
    const struct feed_options o = {path, &terms, &roster, words, own};
    struct feed *f;
    char message[256];
    ck_assert_msg(feed_open(&f, &o, kinds, after, message) == STATUS_OK, "%s", message);
    return f;
}

/* All that there is for now, in pieces of a few bytes. */
static char *read_all(struct feed *f, uint64_t number)
{
    static char text[1 << 16];
    size_t used = 0, n;
    while ((n = feed_read(f, text + used, 7, "{}", number)) > 0)
        used += n;
    text[used] = '\0';
    return text;
}

static void last_id(char id[32], const char *text)
{
    const char *at = text, *found = NULL;
    while ((at = strstr(at, "id: ")) != NULL)
        found = at += 4;
    ck_assert_ptr_nonnull(found);
    snprintf(id, 32, "%.*s", (int)strcspn(found, "\n"), found);
}

START_TEST(the_status_comes_first_and_when_it_is_another)
{
    begin();
    struct feed *f = follow(NULL, NULL, true);
    const char *text = read_all(f, 1);
    ck_assert(strncmp(text, "retry: 2000\nevent: status\ndata: {}\n\nid: 1-", 42) == 0);
    ck_assert_ptr_nonnull(strstr(text, "\ndata: 1 1\n\n"));
    ck_assert_str_eq(read_all(f, 1), "");
    ck_assert_str_eq(read_all(f, 2), "event: status\ndata: {}\n\n");
    feed_close(f);
    clean();
}
END_TEST

START_TEST(who_comes_back_gets_what_follows_and_nothing_twice)
{
    char id[32];
    begin();
    append(RECORD_NOTE);
    struct feed *f = follow(NULL, NULL, true);
    last_id(id, read_all(f, 1));
    feed_close(f);
    append(RECORD_PLAY);
    f = follow(NULL, id, true);
    const char *text = read_all(f, 1);
    ck_assert_ptr_nonnull(strstr(text, "id: 3-"));
    ck_assert_ptr_null(strstr(text, "id: 1-"));
    ck_assert_ptr_null(strstr(text, "id: 2-"));
    ck_assert_ptr_null(strstr(text, "reset"));
    append(RECORD_NOTE);
    ck_assert_ptr_nonnull(strstr(read_all(f, 1), "id: 4-"));
    feed_close(f);
    clean();
}
END_TEST

START_TEST(an_id_of_another_history_brings_all_of_it_after_a_reset)
{
    static const char *const ids[] = {"2-00000000", "99-00000000", "x",          "",
                                      "0-00000000", "2-0000000g",  "-1-00000000"};
    begin();
    append(RECORD_NOTE);
    append(RECORD_NOTE);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct feed *f = follow(NULL, ids[i], true);
        const char *text = read_all(f, 1);
        const char *reset = strstr(text, "event: reset\ndata: {\"why\":");
        ck_assert_msg(reset != NULL, "%s", ids[i]);
        ck_assert_ptr_nonnull(strstr(reset, "id: 1-"));
        ck_assert_ptr_nonnull(strstr(reset, "id: 3-"));
        ck_assert_ptr_null(strstr(reset + 1, "event: reset"));
        feed_close(f);
    }
    clean();
}
END_TEST

START_TEST(only_the_kinds_that_were_asked_for_come)
{
    char message[256];
    struct feed *f;
    const struct feed_options o = {path, &terms, &roster, words, true};
    begin();
    append(RECORD_NOTE);
    append(RECORD_PLAY);
    f = follow("note,header", NULL, true);
    const char *text = read_all(f, 1);
    ck_assert_ptr_nonnull(strstr(text, "data: 1 1\n"));
    ck_assert_ptr_nonnull(strstr(text, "data: 2 4\n"));
    ck_assert_ptr_null(strstr(text, "data: 3 5\n"));
    feed_close(f);
    append(RECORD_WORK);
    f = follow("work", NULL, true);
    text = read_all(f, 1);
    ck_assert_ptr_nonnull(strstr(text, "data: 4 7\n"));
    ck_assert_ptr_null(strstr(text, "data: 2 4\n"));
    feed_close(f);
    ck_assert_int_eq(feed_open(&f, &o, "note,bananas", NULL, message), STATUS_USAGE);
    ck_assert_int_eq(feed_open(&f, &o, "", NULL, message), STATUS_USAGE);
    ck_assert_int_eq(feed_open(&f, &o, "note,", NULL, message), STATUS_USAGE);
    ck_assert_int_eq(feed_open(&f, &o, "aaaaaaaaaaaaaaaaaaaaaaaa", NULL, message),
                     STATUS_USAGE);
    clean();
}
END_TEST

START_TEST(what_only_the_node_may_know_is_left_out)
{
    begin();
    append(RECORD_PLAY);
    append(RECORD_NOTE);
    struct feed *f = follow(NULL, NULL, false);
    const char *text = read_all(f, 1);
    ck_assert_ptr_null(strstr(text, "data: 2 "));
    ck_assert_ptr_nonnull(strstr(text, "data: 3 4 hidden\n"));
    feed_close(f);
    clean();
}
END_TEST

static void ignore(void *context, const struct record *r)
{
    (void)context;
    (void)r;
}

START_TEST(an_end_that_is_taken_off_again_was_never_told)
{
    struct keypair key;
    char message[256];
    keypair_from_seed(&key, &(struct seed){{7}});
    begin();
    append(RECORD_NOTE);
    struct feed *f = follow(NULL, NULL, true);
    ck_assert(log_close(node_log, &key, 9));
    const char *text = read_all(f, 1);
    ck_assert_ptr_nonnull(strstr(text, "id: 2-"));
    ck_assert_ptr_null(strstr(text, "id: 3-"));
    ck_assert_str_eq(read_all(f, 1), "");
    ck_assert(!feed_over(f));
    ck_assert_int_eq(log_resume(&node_log, path, &header, ignore, NULL, message),
                     STATUS_OK);
    append(RECORD_PLAY);
    text = read_all(f, 1);
    ck_assert_ptr_nonnull(strstr(text, "data: 3 5\n"));
    ck_assert_ptr_null(strstr(text, "id: 2-"));
    ck_assert_ptr_null(strstr(text, "reset"));
    feed_close(f);
    clean();
}
END_TEST

START_TEST(a_final_end_is_told_and_ends_the_stream)
{
    struct keypair key;
    keypair_from_seed(&key, &(struct seed){{7}});
    begin();
    struct feed *f = follow(NULL, NULL, true);
    (void)read_all(f, 1);
    ck_assert(log_close(node_log, &key, 9));
    ck_assert_str_eq(read_all(f, 1), "");
    feed_finish(f);
    ck_assert_ptr_nonnull(strstr(read_all(f, 1), "data: 2 6\n"));
    ck_assert(feed_over(f));
    feed_close(f);
    node_log = NULL;
    clean();
}
END_TEST

START_TEST(passing_over_many_records_is_said_in_bounded_steps)
{
    char text[64];
    begin();
    for (int i = 0; i < 600; i++)
        append(RECORD_NOTE);
    struct feed *f = follow("header", NULL, true);
    size_t n = feed_read(f, text, sizeof text - 1, NULL, 0);
    ck_assert(n > 0 && strncmp(text, "id: 1-", 6) == 0);
    text[n] = '\0';
    ck_assert_ptr_nonnull(strstr(text, "\n\n:\n\n"));
    feed_close(f);
    clean();
}
END_TEST

UNIT_MAIN("feed", the_status_comes_first_and_when_it_is_another,
          who_comes_back_gets_what_follows_and_nothing_twice,
          an_id_of_another_history_brings_all_of_it_after_a_reset,
          only_the_kinds_that_were_asked_for_come,
          what_only_the_node_may_know_is_left_out,
          an_end_that_is_taken_off_again_was_never_told,
          a_final_end_is_told_and_ends_the_stream,
          passing_over_many_records_is_said_in_bounded_steps)
