/* SPDX-License-Identifier: MIT */
/* YAML in and out: files are read through libcyaml against a schema, and what libcyaml
 * says about a mistake becomes one sentence with file, line, column and field. Files
 * are written by a small printer, because libcyaml prints numbers that do not read
 * back. */
#ifndef TREATY_NODE_YAML_H
#define TREATY_NODE_YAML_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <stdio.h>

#include "node/files.h"

/* True and false, and nothing else: libcyaml's own type takes every word for true. */
extern const cyaml_strval_t yaml_bools[2];

/* A file that was read: data as the schema lays it out, and the text for messages. */
struct yaml_file {
    const char *path; /* borrowed */
    const cyaml_schema_value_t *schema;
    char *text;
    void *data;
};

enum status yaml_open(struct yaml_file *out, const char *path,
                      const cyaml_schema_value_t *schema, char message[MESSAGE_SIZE]);
void yaml_close(struct yaml_file *f);
/* A mistake in a field that the schema could not see: "path:line: field: ..." with the
 * line where the field stands, if it is a field of the outermost mapping. */
enum status yaml_wrong(const struct yaml_file *f, char message[MESSAGE_SIZE],
                       const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same for a sentence of the core, "field: what is wrong", or without a field. */
enum status yaml_sentence(const struct yaml_file *f, char message[MESSAGE_SIZE],
                          const char *sentence);

/* A finite number, all of text; otherwise as yaml_wrong. Numbers are read as words,
 * since libcyaml would take "0,9" for 0. */
enum status yaml_number(double *out, const struct yaml_file *f, const char *field,
                        const char *text, char message[MESSAGE_SIZE]);

/* A double-quoted YAML string that reads back to text, which must be UTF-8. */
void yaml_print_string(FILE *out, const char *text);
/* As few digits as read back to the same number. */
void yaml_print_number(FILE *out, double number);

/* A file that is being written: print to out, then close, which writes it in one move.
 */
struct yaml_printer {
    FILE *out;
    char *bytes;
    size_t size;
};
enum status yaml_printer_open(struct yaml_printer *p, char message[MESSAGE_SIZE]);
enum status yaml_printer_close(struct yaml_printer *p, const char *path, bool private,
                               char message[MESSAGE_SIZE]);

#endif
