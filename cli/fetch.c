/* SPDX-License-Identifier: MIT */
/* Hides libcurl, and what is said where the program was built without it. */
#include "cli/fetch.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool fetch_address(char out[FETCH_ADDRESS_SIZE], const char *text)
{
    static const char scheme[] = "http://";
    if (strncmp(text, scheme, strlen(scheme)) == 0)
        text += strlen(scheme);
    const char *colon = strrchr(text, ':');
    const char *port = colon == NULL ? text : colon + 1;
    const size_t digits = strspn(port, "0123456789");
    const bool slash = port[digits] == '/' && port[digits + 1] == '\0';
    if (digits == 0 || digits > 5 || (port[digits] != '\0' && !slash) ||
        strlen(text) >= FETCH_ADDRESS_SIZE - sizeof "localhost:" ||
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                     "0123456789-.:[]") < strlen(text) - slash)
        return false;
    (void)snprintf(out, FETCH_ADDRESS_SIZE, "%s%s", port == text ? "localhost:" : "",
                   text);
    out[strcspn(out, "/")] = '\0';
    return true;
}

void fetch_free(struct fetch *f, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(f[i].body);
        f[i].body = NULL;
    }
}

#ifdef TREATY_WITHOUT_CURL

void fetch_all(struct fetch *f, size_t n, long timeout_ms)
{
    (void)timeout_ms;
    for (size_t i = 0; i < n; i++) {
        f[i].body = NULL;
        f[i].code = 0;
        (void)snprintf(f[i].why, FETCH_WHY_SIZE,
                       "this treaty was built without libcurl: ask with another "
                       "program, as in curl http://%.80s%.40s",
                       f[i].address, f[i].path);
    }
}

#else

#include <curl/curl.h>

enum { BODY_MAX = 8 << 20, TURN_MS = 200 };

/* One answer while it comes. */
struct reply {
    CURL *handle;
    FILE *out;
    size_t size; /* so far */
    char *text;
    size_t text_size;
    char said[CURL_ERROR_SIZE];
};

static size_t take(char *bytes, size_t one, size_t n, void *context)
{
    struct reply *r = context;
    (void)one;
    r->size += n;
    return r->size <= BODY_MAX ? fwrite(bytes, 1, n, r->out) : 0;
}

static void ask(CURLM *multi, struct reply *r, struct fetch *f, long timeout_ms)
{
    char url[FETCH_ADDRESS_SIZE + 64];
    (void)snprintf(url, sizeof url, "http://%s%.48s", f->address, f->path);
    f->body = NULL;
    f->code = 0;
    f->why[0] = '\0';
    r->handle = curl_easy_init();
    r->out = open_memstream(&r->text, &r->text_size);
    if (r->handle == NULL || r->out == NULL)
        return;
    /* Nothing of the surroundings decides where a question goes. */
    (void)curl_easy_setopt(r->handle, CURLOPT_URL, url);
    (void)curl_easy_setopt(r->handle, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(r->handle, CURLOPT_PROTOCOLS_STR, "http");
    (void)curl_easy_setopt(r->handle, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(r->handle, CURLOPT_TIMEOUT_MS, timeout_ms);
    (void)curl_easy_setopt(r->handle, CURLOPT_WRITEFUNCTION, take);
    (void)curl_easy_setopt(r->handle, CURLOPT_WRITEDATA, r);
    (void)curl_easy_setopt(r->handle, CURLOPT_ERRORBUFFER, r->said);
    (void)curl_multi_add_handle(multi, r->handle);
}

static void conclude(CURLM *multi, struct reply *r, struct fetch *f, CURLcode result)
{
    if (r->handle != NULL) {
        (void)curl_easy_getinfo(r->handle, CURLINFO_RESPONSE_CODE, &f->code);
        (void)curl_multi_remove_handle(multi, r->handle);
        curl_easy_cleanup(r->handle);
    }
    const bool whole = r->out != NULL && fclose(r->out) == 0 && result == CURLE_OK;
    if (whole) {
        f->body = r->text;
        return;
    }
    free(r->text);
    f->code = 0;
    (void)snprintf(f->why, FETCH_WHY_SIZE, "%.180s",
                   r->said[0] != '\0' ? r->said : curl_easy_strerror(result));
}

/* How each ended; who has not is out of time. */
static void collect(CURLM *multi, const struct reply *r, CURLcode *result, size_t n)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left)) != NULL)
        for (size_t i = 0; i < n; i++)
            if (message->msg == CURLMSG_DONE && r[i].handle == message->easy_handle)
                result[i] = message->data.result;
}

void fetch_all(struct fetch *f, size_t n, long timeout_ms)
{
    struct reply replies[FETCH_MAX] = {{.handle = NULL}};
    CURLcode result[FETCH_MAX];
    int running = 0;
    if (n > FETCH_MAX)
        n = FETCH_MAX;
    CURLM *multi = curl_multi_init();
    for (size_t i = 0; i < n; i++) {
        result[i] = CURLE_OPERATION_TIMEDOUT;
        ask(multi, &replies[i], &f[i], timeout_ms);
    }
    do {
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            break;
        collect(multi, replies, result, n);
        if (running > 0)
            (void)curl_multi_poll(multi, NULL, 0, TURN_MS, NULL);
    } while (running > 0);
    for (size_t i = 0; i < n; i++)
        conclude(multi, &replies[i], &f[i], result[i]);
    (void)curl_multi_cleanup(multi);
}

#endif
