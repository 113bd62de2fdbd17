/* SPDX-License-Identifier: MIT */
/* Hides libcyaml's way of reporting: a log of lines, of which the first names the
 * mistake and the second the place. */
#include "node/yaml.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

const cyaml_strval_t yaml_bools[2] = {{"false", 0}, {"true", 1}};

/* What libcyaml said while it read one file. */
struct complaint {
    char what[160]; /* the first error */
    char field[64]; /* the innermost field, and its place */
    unsigned long line, column;
};

static void complaint_place(struct complaint *c, const char *line)
{
    const char *place = strstr(line, "(line: ");
    if (place == NULL || c->line != 0)
        return;
    sscanf(place, "(line: %lu, column: %lu)", &c->line, &c->column);
}

/* The first field that the way out from the mistake passes. */
static void complaint_field(struct complaint *c, const char *line)
{
    const char *field = strstr(line, "in mapping field '");
    if (field == NULL || c->field[0] != '\0')
        return;
    field += strlen("in mapping field '");
    snprintf(c->field, sizeof c->field, "%.*s", (int)strcspn(field, "'"), field);
}

static void hear(cyaml_log_t level, void *context, const char *format, va_list args)
{
    struct complaint *c = context;
    char line[512];
    vsnprintf(line, sizeof line, format, args);
    line[strcspn(line, "\n")] = '\0';
    const char *said = strncmp(line, "Load: ", 6) == 0 ? line + 6 : line;
    if (strstr(said, "(line: ") != NULL) {
        complaint_place(c, said);
        complaint_field(c, said);
    } else if (c->what[0] == '\0' && level == CYAML_LOG_ERROR) {
        snprintf(c->what, sizeof c->what, "%.*s", (int)sizeof c->what - 1, said);
    }
}

/* What would have been right, and what to do. */
static const char *complaint_advice(const struct complaint *c, cyaml_err_t error)
{
    if (error == CYAML_ERR_INVALID_KEY)
        return "there is no such field: check its spelling or remove it";
    if (strstr(c->what, "Expecting MAPPING, got") != NULL)
        return "expected a list of FIELD: VALUE; treaty-files(5) has the fields";
    if (error == CYAML_ERR_MAPPING_FIELD_MISSING)
        return "add it";
    if (error == CYAML_ERR_ALIAS)
        return "aliases are not allowed: write the value out";
    if (strstr(c->what, "already seen") != NULL)
        return "remove one of the two";
    if (strstr(c->what, "UINT") != NULL || strstr(c->what, "uint64") != NULL)
        return "expected a whole number that is not negative and not too large";
    if (error == CYAML_ERR_LIBYAML_PARSER)
        return "this is not YAML: mind indentation, quotes and brackets";
    return "treaty-files(5) has the fields of this file";
}

/* The words that an enumeration of this name knows: "; expected one of a, b". */
static void choices(char *out, size_t size, const cyaml_schema_field_t *fields,
                    const char *name)
{
    for (; fields->key != NULL; fields++) {
        if (fields->value.type != CYAML_ENUM || strcmp(fields->key, name) != 0)
            continue;
        size_t used = (size_t)snprintf(out, size, "expected one of");
        for (uint32_t i = 0; i < fields->value.enumeration.count && used < size; i++)
            used += (size_t)snprintf(out + used, size - used, "%s %s", i > 0 ? "," : "",
                                     fields->value.enumeration.strings[i].str);
    }
}

static enum status complain(const char *path, const cyaml_schema_value_t *schema,
                            const struct complaint *c, cyaml_err_t error,
                            char message[MESSAGE_SIZE])
{
    char place[48] = "", words[96] = "";
    choices(words, sizeof words, schema->mapping.fields, c->field);
    if (c->line != 0)
        snprintf(place, sizeof place, ":%lu:%lu", c->line, c->column);
    return message_set(message, STATUS_USAGE, "%s%s: %s%s%s; %s", path_short(path),
                       place, c->field, c->field[0] ? ": " : "",
                       c->what[0] ? c->what : cyaml_strerror(error),
                       words[0] ? words : complaint_advice(c, error));
}

static cyaml_config_t reading(struct complaint *c)
{
    return (cyaml_config_t){.log_fn = hear,
                            .log_ctx = c,
                            .mem_fn = cyaml_mem,
                            .log_level = CYAML_LOG_ERROR,
                            .flags = CYAML_CFG_NO_ALIAS};
}

enum status yaml_open(struct yaml_file *out, const char *path,
                      const cyaml_schema_value_t *schema, char message[MESSAGE_SIZE])
{
    *out = (struct yaml_file){.path = path, .schema = schema};
    size_t size;
    enum status status = file_read(&out->text, &size, path, message);
    if (status != STATUS_OK)
        return status;
    if (strlen(out->text) != size) {
        free(out->text);
        return message_set(message, STATUS_USAGE, "%s: holds a NUL byte: not YAML",
                           path_short(path));
    }
    struct complaint c = {.line = 0};
    cyaml_config_t config = reading(&c);
    cyaml_err_t error = cyaml_load_data((const uint8_t *)out->text, size, &config,
                                        schema, &out->data, NULL);
    if (error == CYAML_OK && out->data != NULL)
        return STATUS_OK;
    free(out->text);
    if (error == CYAML_OK)
        return message_set(message, STATUS_USAGE, "%s: is empty", path_short(path));
    return complain(path, schema, &c, error, message);
}

void yaml_close(struct yaml_file *f)
{
    struct complaint c = {.line = 0};
    cyaml_config_t config = reading(&c);
    config.log_fn = NULL;
    cyaml_free(&config, f->schema, f->data, 0);
    free(f->text);
}

/* The line of a field of the outermost mapping, or 0. */
static unsigned long line_of(const char *text, const char *field)
{
    unsigned long line = 1;
    size_t n = strlen(field);
    for (const char *p = text; p != NULL && *p != '\0'; line++) {
        if (strncmp(p, field, n) == 0 && p[n] == ':')
            return line;
        p = strchr(p, '\n');
        p = p == NULL ? NULL : p + 1;
    }
    return 0;
}

enum status yaml_wrong(const struct yaml_file *f, char message[MESSAGE_SIZE],
                       const char *field, const char *format, ...)
{
    char what[MESSAGE_SIZE], place[32] = "";
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    unsigned long line = line_of(f->text, field);
    if (line != 0)
        snprintf(place, sizeof place, ":%lu", line);
    return message_set(message, STATUS_USAGE, "%s%s: %s%s%s", path_short(f->path),
                       place, field, field[0] ? ": " : "", what);
}

enum status yaml_sentence(const struct yaml_file *f, char message[MESSAGE_SIZE],
                          const char *sentence)
{
    char field[32];
    size_t n = strspn(sentence, "abcdefghijklmnopqrstuvwxyz_");
    if (n == 0 || n >= sizeof field || sentence[n] != ':' || sentence[n + 1] != ' ')
        return yaml_wrong(f, message, "", "%s", sentence);
    memcpy(field, sentence, n);
    field[n] = '\0';
    return yaml_wrong(f, message, field, "%s", sentence + n + 2);
}

enum status yaml_number(double *out, const struct yaml_file *f, const char *field,
                        const char *text, char message[MESSAGE_SIZE])
{
    char *end;
    *out = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(*out))
        return yaml_wrong(f, message, field, "expected a finite number, found '%.40s'",
                          text);
    return STATUS_OK;
}

/* One code point of UTF-8, at least one byte. */
static uint32_t code_point(const char **text)
{
    const unsigned char *p = (const unsigned char *)*text;
    int n = p[0] >= 0xf0 ? 3 : p[0] >= 0xe0 ? 2 : p[0] >= 0xc0 ? 1 : 0;
    uint32_t point = n == 0 ? p[0] : p[0] & (0x3fu >> n);
    int i = 1;
    for (; i <= n && (p[i] & 0xc0) == 0x80; i++)
        point = point << 6 | (p[i] & 0x3fu);
    *text += i;
    return point;
}

/* YAML takes this as it is between double quotes. Line breaks of other scripts would be
 * folded into blanks. */
static bool plain(uint32_t point)
{
    if (point < 0x80)
        return point >= 0x20 && point < 0x7f && point != '"' && point != '\\';
    return point > 0xa0 && point != 0x2028 && point != 0x2029 && point != 0xfeff &&
           point != 0xfffe && point != 0xffff;
}

void yaml_print_string(FILE *out, const char *text)
{
    fputc('"', out);
    while (*text != '\0') {
        const char *start = text;
        uint32_t point = code_point(&text);
        if (plain(point))
            fwrite(start, 1, (size_t)(text - start), out);
        else if (point == '"' || point == '\\')
            fprintf(out, "\\%c", (int)point);
        else
            fprintf(out, point < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)point);
    }
    fputc('"', out);
}

void yaml_print_number(FILE *out, double number)
{
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    fputs(text, out);
}

enum status yaml_printer_open(struct yaml_printer *p, char message[MESSAGE_SIZE])
{
    p->out = open_memstream(&p->bytes, &p->size);
    if (p->out == NULL)
        return message_set(message, STATUS_FAILED, "no memory to write a file");
    return STATUS_OK;
}

enum status yaml_printer_close(struct yaml_printer *p, const char *path, bool private,
                               char message[MESSAGE_SIZE])
{
    bool done = ferror(p->out) == 0;
    done = fclose(p->out) == 0 && done;
    enum status status;
    if (!done)
        status = message_set(message, STATUS_FAILED, "%s: no memory to write it",
                             path_short(path));
    else if (private)
        status = file_write_private(path, p->bytes, p->size, message);
    else
        status = file_write(path, p->bytes, p->size, message);
    free(p->bytes);
    return status;
}
