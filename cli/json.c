/* SPDX-License-Identifier: MIT */
/* Hides commas, escapes and the search for the shortest decimal. */
#include "cli/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

const char *number_exact(char out[NUMBER_SIZE], double v)
{
    CHECK(isfinite(v));
    if (v == 0)
        v = 0; /* no negative zero */
    for (int precision = 15; precision <= 17; precision++) {
        (void)snprintf(out, NUMBER_SIZE, "%.*g", precision, v);
        if (strtod(out, NULL) == v)
            break;
    }
    return out;
}

/* How many bytes the UTF-8 character at s has, or 0 if none starts there. */
static size_t character_size(const unsigned char *s)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {
        {0x80, 0, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (size_t n = 0; n < sizeof forms / sizeof forms[0]; n++) {
        if ((s[0] & forms[n].mask) != forms[n].lead)
            continue;
        uint32_t code = s[0] & (unsigned char)~forms[n].mask;
        for (size_t i = 1; i <= n; i++) {
            if ((s[i] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (s[i] & 0x3f);
        }
        const bool surrogate = code >= 0xd800 && code <= 0xdfff;
        return code < forms[n].least || surrogate || code > 0x10ffff ? 0 : n + 1;
    }
    return 0;
}

static void put_text(FILE *out, const char *text)
{
    (void)fputc('"', out);
    for (const unsigned char *s = (const unsigned char *)text; *s != 0;) {
        const size_t n = character_size(s);
        if (n == 0)
            (void)fputs("\xef\xbf\xbd", out);
        else if (*s == '"' || *s == '\\')
            (void)fprintf(out, "\\%c", *s);
        else if (*s < 0x20 || *s == 0x7f)
            (void)fprintf(out, "\\u%04x", *s);
        else
            (void)fwrite(s, 1, n, out);
        s += n == 0 ? 1 : n;
    }
    (void)fputc('"', out);
}

/* What goes before every value. */
static void lead(struct json *j, const char *key)
{
    if (j->follows)
        (void)fputs(", ", j->out);
    j->follows = true;
    if (key == NULL)
        return;
    put_text(j->out, key);
    (void)fputs(": ", j->out);
}

static void open_bracket(struct json *j, const char *key, char bracket, char closing)
{
    CHECK(j->depth < JSON_DEPTH_MAX);
    lead(j, key);
    (void)fputc(bracket, j->out);
    j->closing[j->depth++] = closing;
    j->follows = false;
}

void emit_object(struct json *j, const char *key)
{
    open_bracket(j, key, '{', '}');
}

void emit_list(struct json *j, const char *key)
{
    open_bracket(j, key, '[', ']');
}

void emit_close(struct json *j)
{
    CHECK(j->depth > 0);
    (void)fputc(j->closing[--j->depth], j->out);
    j->follows = true;
}

void emit_end(struct json *j)
{
    while (j->depth > 0)
        emit_close(j);
    (void)fputc('\n', j->out);
    j->follows = false;
}

void emit_number(struct json *j, const char *key, double v)
{
    char text[NUMBER_SIZE];
    lead(j, key);
    (void)fputs(number_exact(text, v), j->out);
}

void emit_integer(struct json *j, const char *key, uint64_t v)
{
    lead(j, key);
    (void)fprintf(j->out, "%llu", (unsigned long long)v);
}

void emit_bool(struct json *j, const char *key, bool v)
{
    lead(j, key);
    (void)fputs(v ? "true" : "false", j->out);
}

void emit_null(struct json *j, const char *key)
{
    lead(j, key);
    (void)fputs("null", j->out);
}

void emit_text(struct json *j, const char *key, const char *text)
{
    lead(j, key);
    put_text(j->out, text);
}

void emit_hex(struct json *j, const char *key, const uint8_t *bytes, size_t n)
{
    lead(j, key);
    (void)fputc('"', j->out);
    for (size_t i = 0; i < n; i++)
        (void)fprintf(j->out, "%02x", bytes[i]);
    (void)fputc('"', j->out);
}

void emit_numbers(struct json *j, const char *key, const double *v, size_t n)
{
    emit_list(j, key);
    for (size_t i = 0; i < n; i++)
        emit_number(j, NULL, v[i]);
    emit_close(j);
}
