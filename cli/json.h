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
void json_object(struct json *j, const char *key);
void json_list(struct json *j, const char *key);
/* Closes the innermost object or list. */
void json_close(struct json *j);
/* Closes what is open and ends the line. */
void json_end(struct json *j);

/* v must be finite. */
void json_number(struct json *j, const char *key, double v);
void json_integer(struct json *j, const char *key, uint64_t v);
void json_bool(struct json *j, const char *key, bool v);
void json_null(struct json *j, const char *key);
/* Bytes that are not UTF-8 become U+FFFD. */
void json_text(struct json *j, const char *key, const char *text);
void json_hex(struct json *j, const char *key, const uint8_t *bytes, size_t n);
/* A list of numbers. */
void json_numbers(struct json *j, const char *key, const double *v, size_t n);

/* The shortest decimal that strtod reads back to v. Returns out. */
const char *number_exact(char out[NUMBER_SIZE], double v);

#endif
