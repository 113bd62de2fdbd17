/* SPDX-License-Identifier: MIT */
/* Hides what journald and readers of JSON expect of a line. */
#include "node/lines.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { TEXT_SIZE = 1024 };

/* systemd says of which pipe it is: standard error may since have been sent elsewhere.
 */
static bool to_journal(void)
{
    unsigned long long device = 0, inode = 0;
    struct stat s;
    const char *stream = getenv("JOURNAL_STREAM");
    return stream != NULL && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
           fstat(fileno(stderr), &s) == 0 && s.st_dev == (dev_t)device &&
           s.st_ino == (ino_t)inode;
}

/* Names are others' words. */
static void safe(char out[TEXT_SIZE], const char *text, bool ascii)
{
    size_t i = 0;
    for (; i < TEXT_SIZE - 1 && text[i] != '\0'; i++) {
        const unsigned char c = (unsigned char)text[i];
        out[i] = (char)(c < 0x20 || c == 0x7f || (ascii && c > 0x7f) ? '?' : c);
    }
    out[i] = '\0';
}

static void say_json(const struct spoken *s, const char *text)
{
    static const char *const levels[] = {
        [LEVEL_ERROR] = "error",
        [LEVEL_WARNING] = "warning",
        [LEVEL_NOTICE] = "notice",
        [LEVEL_INFO] = "info",
    };
    char ascii[TEXT_SIZE];
    json_t *line =
        json_pack("{s:I, s:s, s:s, s:i}", "time_ms", (json_int_t)s->time_ms, "level",
                  levels[s->level], "event", s->event, "node", (int)s->node);
    json_t *words = json_string(text);
    if (words == NULL) { /* cut within a letter, or never UTF-8 */
        safe(ascii, text, true);
        words = json_string(ascii);
    }
    if (s->round > 0)
        (void)json_object_set_new(line, "round", json_integer((json_int_t)s->round));
    if (s->stage > 0)
        (void)json_object_set_new(line, "stage", json_integer((json_int_t)s->stage));
    (void)json_object_set_new(line, "text", words);
    (void)json_dumpf(line, stderr, JSON_COMPACT);
    (void)fputc('\n', stderr);
    json_decref(line);
}

void lines_say(enum log_format format, const struct spoken *s)
{
    char text[TEXT_SIZE];
    const uint64_t ms = s->time_ms - s->since_ms;
    safe(text, s->text, false);
    if (to_journal())
        (void)fprintf(stderr, "<%d>", (int)s->level);
    if (format == LOG_JSON)
        say_json(s, text + strspn(text, " "));
    else if (to_journal())
        (void)fprintf(stderr, "%s\n", text);
    else
        (void)fprintf(stderr, "[%4llu.%03llu] %s\n", (unsigned long long)(ms / 1000),
                      (unsigned long long)(ms % 1000), text);
}
