/* SPDX-License-Identifier: MIT */
/* Rows under named columns, for programs to read: as CSV, or as JSON objects. */
#ifndef TREATY_CLI_SHEET_H
#define TREATY_CLI_SHEET_H

#include "cli/json.h"

struct sheet_cell {
    const char *text; /* NULL: a number */
    double number;
    bool empty;
};
/* Start as {.column = ...}, a list of names that ends with NULL; release with
 * sheet_free. Cells are added row by row, from left to right. Texts are borrowed. */
struct sheet {
    const char *const *column;
    size_t n, capacity;
    struct sheet_cell *cell; /* owned */
    bool short_of_memory;    /* cells are missing */
};
void sheet_text(struct sheet *s, const char *text);
void sheet_number(struct sheet *s, double number);
/* No number, or one that is not known. */
void sheet_nothing(struct sheet *s);
void sheet_free(struct sheet *s);

/* Numbers read back exactly. */
void sheet_csv(const struct sheet *s, FILE *out);
/* A list of objects; what is empty is null. */
void sheet_json(const struct sheet *s, struct json *j, const char *key);

#endif
