/* SPDX-License-Identifier: MIT */
#include "cli/sheet.h"

#include <stdlib.h>
#include <string.h>

static void add(struct sheet *s, struct sheet_cell cell)
{
    if (s->n == s->capacity) {
        const size_t capacity = s->capacity * 2 + 256;
        struct sheet_cell *grown = realloc(s->cell, capacity * sizeof *grown);
        if (grown == NULL) {
            s->short_of_memory = true;
            return;
        }
        s->cell = grown;
        s->capacity = capacity;
    }
    s->cell[s->n++] = cell;
}

void sheet_text(struct sheet *s, const char *text)
{
    add(s, (struct sheet_cell){.text = text});
}

void sheet_number(struct sheet *s, double number)
{
    add(s, (struct sheet_cell){.number = number});
}

void sheet_nothing(struct sheet *s)
{
    add(s, (struct sheet_cell){.empty = true});
}

void sheet_free(struct sheet *s)
{
    free(s->cell);
    s->cell = NULL;
}

static size_t n_columns(const struct sheet *s)
{
    size_t n = 0;
    while (s->column[n] != NULL)
        n++;
    return n;
}

/* In quotes where a comma or a quote would be misread. */
static void csv_text(const char *text, FILE *out)
{
    if (text[strcspn(text, ",\"\n")] == 0) {
        (void)fputs(text, out);
        return;
    }
    (void)fputc('"', out);
    for (; *text != 0; text++) {
        if (*text == '"')
            (void)fputc('"', out);
        (void)fputc(*text, out);
    }
    (void)fputc('"', out);
}

void sheet_csv(const struct sheet *s, FILE *out)
{
    const size_t columns = n_columns(s);
    char number[NUMBER_SIZE];
    for (size_t k = 0; k < columns; k++)
        (void)fprintf(out, "%s%s", k > 0 ? "," : "", s->column[k]);
    (void)fputc('\n', out);
    for (size_t k = 0; k < s->n; k++) {
        const struct sheet_cell *c = &s->cell[k];
        if (c->text != NULL)
            csv_text(c->text, out);
        else if (!c->empty)
            (void)fputs(number_exact(number, c->number), out);
        (void)fputc((k + 1) % columns == 0 ? '\n' : ',', out);
    }
}

void sheet_json(const struct sheet *s, struct json *j, const char *key)
{
    const size_t columns = n_columns(s);
    emit_list(j, key);
    for (size_t k = 0; k < s->n; k++) {
        const struct sheet_cell *c = &s->cell[k];
        const char *name = s->column[k % columns];
        if (k % columns == 0)
            emit_object(j, NULL);
        if (c->text != NULL)
            emit_text(j, name, c->text);
        else if (c->empty)
            emit_null(j, name);
        else
            emit_number(j, name, c->number);
        if ((k + 1) % columns == 0)
            emit_close(j);
    }
    emit_close(j);
}
