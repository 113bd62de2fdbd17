/* SPDX-License-Identifier: MIT */
/* JSON as our reports print it: one line, keys in the order of writing, numbers in the
 * shortest form that reads back to the same double. */
#ifndef TREATY_CLI_JSON_H
#define TREATY_CLI_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { JSON_DEPTH_MAX = 32, NUMBER_SIZE = 32 };

/* Start as {out}. */
struct json {
    FILE *out;
    bool follows; /* something stands before, in this object or list */
    uint8_t depth;
    char closing[JSON_DEPTH_MAX];
};

/* Everywhere key is the name inside an object, and NULL inside a list or at the top. */
void emit_object(struct json *j, const char *key);
void emit_list(struct json *j, const char *key);
/* Closes the innermost object or list. */
void emit_close(struct json *j);
/* Closes what is open and ends the line. */
void emit_end(struct json *j);

/* v must be finite. */
void emit_number(struct json *j, const char *key, double v);
void emit_integer(struct json *j, const char *key, uint64_t v);
void emit_bool(struct json *j, const char *key, bool v);
void emit_null(struct json *j, const char *key);
/* Bytes that are not UTF-8 become U+FFFD. */
void emit_text(struct json *j, const char *key, const char *text);
void emit_hex(struct json *j, const char *key, const uint8_t *bytes, size_t n);
/* A list of numbers. */
void emit_numbers(struct json *j, const char *key, const double *v, size_t n);

/* The shortest decimal that strtod reads back to v. Returns out. */
const char *number_exact(char out[NUMBER_SIZE], double v);

#endif
