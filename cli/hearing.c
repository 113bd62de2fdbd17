/* SPDX-License-Identifier: MIT */
/* Hides libcurl, and how server-sent events are written. */
#define _DEFAULT_SOURCE /* strsep */
#include "cli/hearing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "protocol/record.h"

enum {
    ID_SIZE = 64,
    /* A record's envelope is told in hexadecimal; its candidates besides. */
    EVENT_MAX = 4 * RECORD_PAYLOAD_MAX,
    AGAIN_MS = 1000,
};

struct hearing {
    char address[FETCH_ADDRESS_SIZE];
    heard_fn *heard;
    void *context;
    char last[ID_SIZE]; /* the last record that was heard; empty: none */
    char why[FETCH_WHY_SIZE];
    bool came, answers;
    bool spare, call_again; /* no messages; on a new connection, at the next turn */
    char *text;             /* of the event that is coming, line by line */
    size_t size, capacity;
    void *multi, *easy; /* libcurl's; NULL: not connected */
    unsigned long long again_ms;
};

/* ---- events ---- */

/* The rest of the line that begins with this field, or NULL. */
static char *field(char *line, const char *name)
{
    const size_t n = strlen(name);
    return strncmp(line, name, n) == 0 ? line + n : NULL;
}

static void take_event(struct hearing *h)
{
    const char *event = "", *data = NULL, *id = NULL;
    char *rest = h->text;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        char *found;
        if ((found = field(line, "event: ")) != NULL)
            event = found;
        else if ((found = field(line, "data: ")) != NULL)
            data = found;
        else if ((found = field(line, "id: ")) != NULL)
            id = found;
    }
    if (strcmp(event, "reset") == 0)
        h->last[0] = '\0';
    if (id != NULL && strlen(id) < sizeof h->last &&
        strspn(id, "0123456789abcdef-") == strlen(id))
        (void)snprintf(h->last, sizeof h->last, "%s", id);
    if (data != NULL) {
        h->came = true;
        h->heard(h->context, event, data);
    }
}

static bool make_room(struct hearing *h, size_t n)
{
    if (h->size + n + 1 <= h->capacity)
        return true;
    const size_t capacity = 2 * (h->size + n + 1);
    char *text = capacity <= EVENT_MAX ? realloc(h->text, capacity) : NULL;
    if (text == NULL)
        return false;
    h->text = text;
    h->capacity = capacity;
    return true;
}

/* An event ends with an empty line. False for one that is longer than any. */
static bool take_bytes(struct hearing *h, const char *bytes, size_t n)
{
    if (!make_room(h, n))
        return false;
    for (size_t k = 0; k < n; k++) {
        h->text[h->size++] = bytes[k];
        if (bytes[k] != '\n' || h->size < 2 || h->text[h->size - 2] != '\n')
            continue;
        h->text[h->size] = '\0';
        take_event(h);
        h->size = 0;
    }
    return true;
}

struct hearing *hearing_new(const char *address, heard_fn *heard, void *context)
{
    struct hearing *h = calloc(1, sizeof *h);
    if (h == NULL)
        return NULL;
    (void)snprintf(h->address, sizeof h->address, "%s", address);
    (void)snprintf(h->why, sizeof h->why, "it was not asked yet");
    h->heard = heard;
    h->context = context;
    return h;
}

void hearing_spare_messages(struct hearing *h)
{
    h->call_again |= !h->spare;
    h->spare = true;
}

const char *hearing_why(const struct hearing *h)
{
    return h->answers ? NULL : h->why;
}

#ifdef TREATY_WITHOUT_CURL

void hearing_free(struct hearing *h)
{
    free(h);
}

bool hearing_turn(struct hearing *h)
{
    (void)take_bytes;
    (void)snprintf(h->why, sizeof h->why, "this treaty was built without libcurl");
    return false;
}

#else

#include <curl/curl.h>

static unsigned long long now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned long long)now.tv_sec * 1000 +
           (unsigned long long)now.tv_nsec / 1000000;
}

static size_t take(char *bytes, size_t one, size_t n, void *context)
{
    struct hearing *h = context;
    long code = 0;
    (void)one;
    (void)curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &code);
    h->answers = code == 200;
    return h->answers && take_bytes(h, bytes, n) ? n : 0;
}

static void hang_up(struct hearing *h)
{
    if (h->easy != NULL) {
        (void)curl_multi_remove_handle(h->multi, h->easy);
        curl_easy_cleanup(h->easy);
    }
    if (h->multi != NULL)
        (void)curl_multi_cleanup(h->multi);
    h->multi = h->easy = NULL;
    h->answers = false;
    h->size = 0;
    h->again_ms = now_ms() + AGAIN_MS;
}

static void call(struct hearing *h)
{
    /* Who hears nothing for this long talks to nobody: /events is never silent so long.
     */
    enum { SILENCE_S = 15, CONNECT_MS = 3000 };
    char url[FETCH_ADDRESS_SIZE + 2 * ID_SIZE];
    h->multi = curl_multi_init();
    h->easy = curl_easy_init();
    if (h->multi == NULL || h->easy == NULL) {
        hang_up(h);
        return;
    }
    (void)snprintf(url, sizeof url, "http://%s/events?kinds=header,note,end%s%s%s",
                   h->address, h->spare ? "" : ",in,out",
                   h->last[0] != '\0' ? "&after=" : "", h->last);
    /* Nothing of the surroundings decides where a question goes. */
    (void)curl_easy_setopt(h->easy, CURLOPT_URL, url);
    (void)curl_easy_setopt(h->easy, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(h->easy, CURLOPT_PROTOCOLS_STR, "http");
    (void)curl_easy_setopt(h->easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(h->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    (void)curl_easy_setopt(h->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    (void)curl_easy_setopt(h->easy, CURLOPT_LOW_SPEED_TIME, (long)SILENCE_S);
    (void)curl_easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, take);
    (void)curl_easy_setopt(h->easy, CURLOPT_WRITEDATA, h);
    (void)curl_multi_add_handle(h->multi, h->easy);
}

static void conclude(struct hearing *h, CURLcode result)
{
    long code = 0;
    (void)curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &code);
    if (code != 0 && code != 200)
        (void)snprintf(h->why, sizeof h->why, "it answers with %ld", code);
    else
        (void)snprintf(h->why, sizeof h->why, "%.150s",
                       result == CURLE_OK ? "it has ended the stream"
                                          : curl_easy_strerror(result));
    hang_up(h);
}

bool hearing_turn(struct hearing *h)
{
    int running = 0, left = 0;
    h->came = false;
    if (h->easy == NULL && now_ms() >= h->again_ms)
        call(h);
    if (h->easy == NULL)
        return false;
    (void)curl_multi_perform(h->multi, &running);
    const CURLMsg *message = curl_multi_info_read(h->multi, &left);
    if (message != NULL && message->msg == CURLMSG_DONE)
        conclude(h, message->data.result);
    if (h->call_again) {
        h->call_again = false;
        hang_up(h);
        h->again_ms = 0;
        h->answers = true; /* it was this side that ended the stream */
    }
    return h->came;
}

void hearing_free(struct hearing *h)
{
    if (h == NULL)
        return;
    hang_up(h);
    free(h->text);
    free(h);
}

#endif
