/* SPDX-License-Identifier: MIT */
/* Hides what node.yaml, payoffs.yaml and key files look like: what one node has for
 * itself. */
#include "node/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "game/counts.h"
#include "node/http_address.h"
#include "node/yaml.h"

struct yaml_restart {
    uint32_t *cooldown_ms, *budget;
};

struct yaml_http {
    char *listen;
    int *private, *stay;
};

struct yaml_node {
    char *terms, *roster, *key, *payoffs, *data, *listen;
    uint8_t player;
    char *discount, *lambda;
    int *sampler;
    uint64_t *sampler_seed;
    struct yaml_restart *restart;
    int *sync;
    struct yaml_http *http;
    char **defect, **misbehave;
    uint32_t defect_count, misbehave_count;
};

static const cyaml_strval_t samplers[] = {{"soo", SAMPLER_SOO},
                                          {"grid", SAMPLER_GRID},
                                          {"random", SAMPLER_RANDOM},
                                          {"surrogate", SAMPLER_SURROGATE}};
static const cyaml_strval_t syncs[] = {{"words", SYNC_WORDS},
                                       {"agreement", SYNC_AGREEMENT}};
static const cyaml_schema_value_t text_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 127)};

#define PATH(key, member)                                                              \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, struct yaml_node, member, 1,       \
                           PATH_SIZE - 1)
#define NUMBER(member, flag)                                                           \
    CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER | (flag), struct yaml_node,     \
                           member, 1, 63)

static const cyaml_schema_field_t restart_fields[] = {
    CYAML_FIELD_UINT_PTR("cooldown_ms", CYAML_FLAG_OPTIONAL, struct yaml_restart,
                         cooldown_ms),
    CYAML_FIELD_UINT_PTR("budget", CYAML_FLAG_OPTIONAL, struct yaml_restart, budget),
    CYAML_FIELD_END};

#define FLAG(member)                                                                   \
    CYAML_FIELD_ENUM_PTR(#member, CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT,             \
                         struct yaml_http, member, yaml_bools,                         \
                         CYAML_ARRAY_LEN(yaml_bools))
static const cyaml_schema_field_t http_fields[] = {
    CYAML_FIELD_STRING_PTR("listen", CYAML_FLAG_POINTER, struct yaml_http, listen, 1,
                           ADDRESS_SIZE - 1),
    FLAG(private), FLAG(stay), CYAML_FIELD_END};

static const cyaml_schema_field_t node_fields[] = {
    PATH("terms", terms),
    PATH("roster", roster),
    PATH("key", key),
    PATH("payoffs", payoffs),
    PATH("data", data),
    CYAML_FIELD_STRING_PTR("listen", CYAML_FLAG_POINTER, struct yaml_node, listen, 1,
                           ADDRESS_SIZE - 1),
    CYAML_FIELD_UINT("player", CYAML_FLAG_DEFAULT, struct yaml_node, player),
    NUMBER(discount, CYAML_FLAG_DEFAULT),
    NUMBER(lambda, CYAML_FLAG_OPTIONAL),
    CYAML_FIELD_ENUM_PTR("sampler", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT,
                         struct yaml_node, sampler, samplers,
                         CYAML_ARRAY_LEN(samplers)),
    CYAML_FIELD_UINT_PTR("sampler_seed", CYAML_FLAG_OPTIONAL, struct yaml_node,
                         sampler_seed),
    CYAML_FIELD_MAPPING_PTR("restart", CYAML_FLAG_OPTIONAL, struct yaml_node, restart,
                            restart_fields),
    CYAML_FIELD_ENUM_PTR("sync", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT,
                         struct yaml_node, sync, syncs, CYAML_ARRAY_LEN(syncs)),
    CYAML_FIELD_MAPPING_PTR("http", CYAML_FLAG_OPTIONAL, struct yaml_node, http,
                            http_fields),
    CYAML_FIELD_SEQUENCE("defect", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct yaml_node, defect, &text_schema, 0, DEFECTIONS_MAX),
    CYAML_FIELD_SEQUENCE("misbehave", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct yaml_node, misbehave, &text_schema, 0,
                         MISBEHAVIOURS_MAX),
    CYAML_FIELD_END};
static const cyaml_schema_value_t node_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct yaml_node, node_fields)};

/* ---- what goes before the file ---- */

const char *const config_fields[] = {"terms",
                                     "roster",
                                     "key",
                                     "payoffs",
                                     "data",
                                     "listen",
                                     "player",
                                     "discount",
                                     "lambda",
                                     "sampler",
                                     "sampler_seed",
                                     "sync",
                                     "restart.cooldown_ms",
                                     "restart.budget",
                                     "http.listen",
                                     "http.private",
                                     "http.stay",
                                     NULL};

const char *config_variable(char out[VARIABLE_SIZE], const char *field)
{
    int n = snprintf(out, VARIABLE_SIZE, "TREATY_%s", field);
    for (int i = 0; i < n && i < VARIABLE_SIZE; i++)
        out[i] = (char)(out[i] == '.' ? '_' : toupper((unsigned char)out[i]));
    return out;
}

static char * override(const char *field)
{
    char name[VARIABLE_SIZE];
    char *value = getenv(config_variable(name, field));
    return value != NULL && value[0] != '\0' ? value : NULL;
}

const char *config_override(const char *field)
{
    return override(field);
}

/* Values from outside, as the file would have held them. */
struct above {
    struct yaml_restart restart;
    struct yaml_http http;
    uint32_t cooldown_ms, budget;
    uint64_t sampler_seed;
    int sampler, sync, private, stay;
};

static enum status above_wrong(const char *field, const char *expected,
                               char message[MESSAGE_SIZE])
{
    char name[VARIABLE_SIZE];
    return message_set(message, STATUS_USAGE, "%s is '%.60s': expected %s",
                       config_variable(name, field), override(field), expected);
}

/* False where the field is not set, or wrong: then status says so. */
static bool above_number(uint64_t *out, const char *field, uint64_t most,
                         enum status *status, char message[MESSAGE_SIZE])
{
    const char *value = override(field);
    char *end = NULL;
    if (value == NULL || *status != STATUS_OK)
        return false;
    errno = 0;
    *out = strtoull(value, &end, 10);
    if (value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0 &&
        *out <= most)
        return true;
    *status = above_wrong(
        field, "a whole number that is not negative and not too large", message);
    return false;
}

static bool above_word(int *out, const char *field, const cyaml_strval_t *words,
                       size_t n, enum status *status, char message[MESSAGE_SIZE])
{
    const char *value = override(field);
    if (value == NULL || *status != STATUS_OK)
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i].str, value) == 0) {
            *out = (int)words[i].val;
            return true;
        }
    *status = above_wrong(field,
                          words == samplers ? "soo, grid, random or surrogate"
                          : words == syncs  ? "words or agreement"
                                            : "true or false",
                          message);
    return false;
}

static enum status take_above_texts(struct yaml_node *y, struct above *a,
                                    char message[MESSAGE_SIZE])
{
    const struct {
        const char *field;
        char **at;
    } texts[] = {{"terms", &y->terms},
                 {"roster", &y->roster},
                 {"key", &y->key},
                 {"payoffs", &y->payoffs},
                 {"data", &y->data},
                 {"listen", &y->listen},
                 {"discount", &y->discount},
                 {"lambda", &y->lambda},
                 {"http.listen", &a->http.listen}};
    for (size_t i = 0; i < CYAML_ARRAY_LEN(texts); i++) {
        char *value = override(texts[i].field);
        if (value != NULL)
            *texts[i].at = value;
        if (value != NULL && strlen(value) >= ADDRESS_SIZE)
            return above_wrong(texts[i].field, "less than 256 letters", message);
    }
    return STATUS_OK;
}

/* Sets y to what the environment says, where it says something. a keeps the values. */
static enum status take_above(struct yaml_node *y, struct above *a,
                              char message[MESSAGE_SIZE])
{
    uint64_t n = 0;
    memset(a, 0, sizeof *a);
    if (y->restart != NULL)
        a->restart = *y->restart;
    if (y->http != NULL)
        a->http = *y->http;
    enum status status = take_above_texts(y, a, message);
    if (above_number(&n, "player", UINT8_MAX, &status, message))
        y->player = (uint8_t)n;
    if (above_number(&a->sampler_seed, "sampler_seed", UINT64_MAX, &status, message))
        y->sampler_seed = &a->sampler_seed;
    if (above_number(&n, "restart.cooldown_ms", UINT32_MAX, &status, message)) {
        a->cooldown_ms = (uint32_t)n;
        a->restart.cooldown_ms = &a->cooldown_ms;
    }
    if (above_number(&n, "restart.budget", UINT32_MAX, &status, message)) {
        a->budget = (uint32_t)n;
        a->restart.budget = &a->budget;
    }
    if (above_word(&a->sampler, "sampler", samplers, CYAML_ARRAY_LEN(samplers), &status,
                   message))
        y->sampler = &a->sampler;
    if (above_word(&a->sync, "sync", syncs, CYAML_ARRAY_LEN(syncs), &status, message))
        y->sync = &a->sync;
    if (above_word(&a->private, "http.private", yaml_bools, 2, &status, message))
        a->http.private = &a->private;
    if (above_word(&a->stay, "http.stay", yaml_bools, 2, &status, message))
        a->http.stay = &a->stay;
    y->restart = &a->restart;
    y->http = a->http.listen != NULL ? &a->http : NULL;
    return status;
}

/* A mistake may stand in a variable, and not in the file that is named: all that are
 * set are told. */
static void mention_above(char message[MESSAGE_SIZE])
{
    char name[VARIABLE_SIZE];
    size_t used = strlen(message);
    if (strncmp(message, "TREATY_", 7) == 0)
        return;
    for (size_t i = 0; config_fields[i] != NULL && used < MESSAGE_SIZE; i++)
        if (override(config_fields[i]) != NULL)
            used += (size_t)snprintf(message + used, MESSAGE_SIZE - used,
                                     "; %s goes before the file",
                                     config_variable(name, config_fields[i]));
}

/* As few digits as read back to the same number. */
static void value_of_number(char out[PATH_SIZE], double v)
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, PATH_SIZE, "%.*g", digits, v);
        if (strtod(out, NULL) == v)
            return;
    }
}

static void value_of_option(char out[PATH_SIZE], const struct node_config *c,
                            const char *field)
{
    if (strcmp(field, "player") == 0)
        snprintf(out, PATH_SIZE, "%u", c->self + 1u);
    if (strcmp(field, "discount") == 0)
        value_of_number(out, c->options.discount);
    if (strcmp(field, "lambda") == 0)
        value_of_number(out, c->options.lambda);
    if (strcmp(field, "sampler") == 0)
        snprintf(out, PATH_SIZE, "%s", samplers[c->options.sampler].str);
    if (strcmp(field, "sampler_seed") == 0)
        snprintf(out, PATH_SIZE, "%llu", (unsigned long long)c->options.sampler_seed);
    if (strcmp(field, "sync") == 0)
        snprintf(out, PATH_SIZE, "%s", syncs[c->sync].str);
    if (strcmp(field, "restart.cooldown_ms") == 0)
        snprintf(out, PATH_SIZE, "%u", c->restart.cooldown_ms);
    if (strcmp(field, "restart.budget") == 0)
        snprintf(out, PATH_SIZE, "%u", c->restart.budget);
    if (strcmp(field, "http.private") == 0 && c->http.listen[0] != '\0')
        snprintf(out, PATH_SIZE, "%s", c->http.own ? "true" : "false");
    if (strcmp(field, "http.stay") == 0 && c->http.listen[0] != '\0')
        snprintf(out, PATH_SIZE, "%s", c->http.stay ? "true" : "false");
}

void config_value(char out[PATH_SIZE], const struct node_config *c, const char *field)
{
    const struct {
        const char *field, *text;
    } texts[] = {{"terms", c->terms_path},       {"roster", c->roster_path},
                 {"key", c->key_path},           {"payoffs", c->payoffs_path},
                 {"data", c->data_path},         {"listen", c->listen},
                 {"http.listen", c->http.listen}};
    out[0] = '\0';
    for (size_t i = 0; i < CYAML_ARRAY_LEN(texts); i++)
        if (strcmp(field, texts[i].field) == 0)
            snprintf(out, PATH_SIZE, "%s", texts[i].text);
    value_of_option(out, c, field);
}

/* ---- what it comes to ---- */

static enum status take_paths(struct node_config *c, const struct yaml_node *y,
                              const struct yaml_file *f, char message[MESSAGE_SIZE])
{
    const struct {
        const char *field, *path;
        char *out;
    } paths[] = {{"terms", y->terms, c->terms_path},
                 {"roster", y->roster, c->roster_path},
                 {"key", y->key, c->key_path},
                 {"payoffs", y->payoffs, c->payoffs_path},
                 {"data", y->data, c->data_path}};
    for (size_t i = 0; i < CYAML_ARRAY_LEN(paths); i++)
        if (!path_join(paths[i].out, PATH_SIZE, c->directory, paths[i].path))
            return yaml_wrong(f, message, paths[i].field,
                              "the path is longer than %d bytes", PATH_SIZE - 1);
    return STATUS_OK;
}

static enum status take_options(struct node_config *c, const struct yaml_node *y,
                                const struct yaml_file *f, char message[MESSAGE_SIZE])
{
    struct private_options *o = &c->options;
    *o = (struct private_options){.lambda = 0.5, .sampler = SAMPLER_SURROGATE};
    enum status status = yaml_number(&o->discount, f, "discount", y->discount, message);
    if (status == STATUS_OK && y->lambda != NULL)
        status = yaml_number(&o->lambda, f, "lambda", y->lambda, message);
    if (status != STATUS_OK)
        return status;
    if (y->sampler != NULL)
        o->sampler = (enum sampler_kind) * y->sampler;
    if (y->sampler_seed != NULL)
        o->sampler_seed = *y->sampler_seed;
    if (y->player < 1 || y->player > PLAYERS_MAX)
        return yaml_wrong(f, message, "player",
                          "expected the number of this player in the roster, from 1, "
                          "found %u",
                          y->player);
    c->self = (uint8_t)(y->player - 1);
    if (!(o->discount >= 0 && o->discount < 1))
        return yaml_wrong(f, message, "discount",
                          "expected 0 <= discount < 1, found %g: 0.9 is usual",
                          o->discount);
    if (!(o->lambda >= 0 && o->lambda <= 1))
        return yaml_wrong(f, message, "lambda", "expected 0 <= lambda <= 1, found %g",
                          o->lambda);
    return STATUS_OK;
}

static void take_restart(struct node_config *c, const struct yaml_restart *y)
{
    c->restart = (struct restart){RESTART_COOLDOWN_MS, RESTART_BUDGET};
    if (y != NULL && y->cooldown_ms != NULL)
        c->restart.cooldown_ms = *y->cooldown_ms;
    if (y != NULL && y->budget != NULL)
        c->restart.budget = *y->budget;
}

bool http_config_take(struct http_config *c, const char *listen, bool stay,
                      char message[256])
{
    c->stay = c->stay || stay;
    if (listen == NULL)
        return true;
    snprintf(c->listen, sizeof c->listen, "%s", listen);
    return http_address_valid(listen, &c->own, message);
}

static enum status take_http(struct node_config *c, const struct yaml_http *y,
                             const struct yaml_file *f, char message[MESSAGE_SIZE])
{
    char why[MESSAGE_SIZE];
    bool loopback;
    if (y == NULL)
        return STATUS_OK;
    if (!http_address_valid(y->listen, &loopback, why))
        return yaml_wrong(f, message, "http", "listen: %s", why);
    snprintf(c->http.listen, sizeof c->http.listen, "%s", y->listen);
    c->http.own = y->private != NULL ? *y->private != 0 : loopback;
    c->http.stay = y->stay != NULL && *y->stay != 0;
    return STATUS_OK;
}

static enum status take_misdeeds(struct node_config *c, const struct yaml_node *y,
                                 const struct terms *terms, const struct yaml_file *f,
                                 char message[MESSAGE_SIZE])
{
    struct misdeeds *m = &c->misdeeds;
    char why[MESSAGE_SIZE];
    if (terms == NULL || y->defect_count + y->misbehave_count == 0)
        return STATUS_OK;
    if (!terms->test)
        return yaml_wrong(
            f, message, y->defect_count > 0 ? "defect" : "misbehave",
            "a node breaks the rules only in a test: remove this field, or "
            "let the terms of everybody say test: true");
    for (uint32_t i = 0; i < y->defect_count; i++, m->n_defections++)
        if (!defection_read(&m->defection[i], y->defect[i], terms, c->self, why))
            return yaml_wrong(f, message, "defect", "%s", why);
    for (uint32_t i = 0; i < y->misbehave_count; i++, m->n_misbehaviours++)
        if (!misbehaviour_read(&m->misbehaviour[i], y->misbehave[i], why))
            return yaml_wrong(f, message, "misbehave", "%s", why);
    return STATUS_OK;
}

enum status config_read(struct node_config *out, const char *path,
                        const struct terms *terms_or_null, char message[256])
{
    struct yaml_file f;
    enum status status = yaml_open(&f, path, &node_schema, message);
    if (status != STATUS_OK)
        return status;
    struct above above;
    struct yaml_node node = *(struct yaml_node *)f.data, *y = &node;
    status = take_above(y, &above, message);
    memset(out, 0, sizeof *out);
    snprintf(out->listen, sizeof out->listen, "%s", y->listen);
    take_restart(out, y->restart);
    out->sync = y->sync != NULL ? (enum sync) * y->sync : SYNC_WORDS;
    if (status == STATUS_OK &&
        !path_directory(out->directory, sizeof out->directory, path))
        status = yaml_wrong(&f, message, "", "the path is too long");
    if (status == STATUS_OK)
        status = take_paths(out, y, &f, message);
    if (status == STATUS_OK)
        status = take_options(out, y, &f, message);
    if (status == STATUS_OK)
        status = take_http(out, y->http, &f, message);
    if (status == STATUS_OK && terms_or_null != NULL &&
        out->self >= terms_or_null->shape.n_players)
        status = yaml_wrong(&f, message, "player",
                            "the terms have only %u players, found %u",
                            terms_or_null->shape.n_players, y->player);
    if (status == STATUS_OK)
        status = take_misdeeds(out, y, terms_or_null, &f, message);
    if (status != STATUS_OK)
        mention_above(message);
    yaml_close(&f);
    return status;
}

/* Inside the file's directory a path is written relative to it, so that the directory
 * can be moved. */
static const char *relative(const struct node_config *c, const char *path)
{
    size_t n = strlen(c->directory);
    if (n > 0 && strncmp(path, c->directory, n) == 0 && path[n] == '/')
        return path + n + 1;
    return path;
}

static void print_misdeeds(FILE *f, const struct misdeeds *m)
{
    for (uint8_t i = 0; i < m->n_defections; i++) {
        const struct defection *d = &m->defection[i];
        fprintf(f, i == 0 ? "defect:\n" : "");
        if (d->action == ANY_ACTION)
            fprintf(f, "  - \"%u\"\n", d->stage);
        else
            fprintf(f, "  - \"%u:%u\"\n", d->stage, d->action + 1u);
    }
    for (uint8_t i = 0; i < m->n_misbehaviours; i++) {
        const struct misbehaviour *b = &m->misbehaviour[i];
        fprintf(f, i == 0 ? "misbehave:\n" : "");
        fprintf(f, "  - \"%s", misbehaviour_name(b->kind));
        if (b->from_stage != 0)
            fprintf(f, "@%u", b->from_stage);
        else if (b->from_round != 0)
            fprintf(f, "@r%llu", (unsigned long long)b->from_round);
        fprintf(f, "\"\n");
    }
}

static void print_http(FILE *f, const struct http_config *h)
{
    if (h->listen[0] == '\0')
        return;
    fprintf(f, "http:\n  listen: ");
    yaml_print_string(f, h->listen);
    fprintf(f, "\n  private: %s\n  stay: %s\n", h->own ? "true" : "false",
            h->stay ? "true" : "false");
}

enum status config_write(const struct node_config *c, const char *path,
                         const struct terms *terms, char message[256])
{
    if (c->misdeeds.n_defections + c->misdeeds.n_misbehaviours > 0 && !terms->test)
        return message_set(
            message, STATUS_USAGE,
            "%s: a node breaks the rules only where the terms say test: true",
            path_short(path));
    struct yaml_printer p;
    enum status status = yaml_printer_open(&p, message);
    if (status != STATUS_OK)
        return status;
    const struct {
        const char *field, *path;
    } paths[] = {{"terms", c->terms_path},
                 {"roster", c->roster_path},
                 {"key", c->key_path},
                 {"payoffs", c->payoffs_path},
                 {"data", c->data_path}};
    fprintf(p.out, "# One node: %s. Paths are relative to this file.\n",
            "what it alone knows and decides");
    for (size_t i = 0; i < CYAML_ARRAY_LEN(paths); i++) {
        fprintf(p.out, "%s: ", paths[i].field);
        yaml_print_string(p.out, relative(c, paths[i].path));
        fprintf(p.out, "\n");
    }
    fprintf(p.out, "listen: ");
    yaml_print_string(p.out, c->listen);
    fprintf(p.out, "\nplayer: %u\ndiscount: ", c->self + 1u);
    yaml_print_number(p.out, c->options.discount);
    fprintf(p.out, "\nlambda: ");
    yaml_print_number(p.out, c->options.lambda);
    fprintf(p.out, "\nsampler: %s\nsampler_seed: %llu\n",
            samplers[c->options.sampler].str,
            (unsigned long long)c->options.sampler_seed);
    fprintf(p.out, "restart:\n  cooldown_ms: %u\n  budget: %u\n",
            c->restart.cooldown_ms, c->restart.budget);
    fprintf(p.out, "sync: %s\n", syncs[c->sync].str);
    print_http(p.out, &c->http);
    print_misdeeds(p.out, &c->misdeeds);
    return yaml_printer_close(&p, path, false, message);
}

/* One of the two: by pure profile, or by count. */
struct yaml_payoffs {
    char **payoffs;
    uint32_t payoffs_count;
    char **by_count;
    uint32_t by_count_count;
};
static const cyaml_schema_value_t payoff_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, 63)};
static const cyaml_schema_field_t payoffs_fields[] = {
    CYAML_FIELD_SEQUENCE("payoffs", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct yaml_payoffs, payoffs, &payoff_schema, 1, PROFILES_MAX),
    CYAML_FIELD_SEQUENCE("by_count", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct yaml_payoffs, by_count, &payoff_schema, 1, COUNTS_MAX),
    CYAML_FIELD_END};
static const cyaml_schema_value_t payoffs_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct yaml_payoffs, payoffs_fields)};

static enum status take_numbers(double **out, const struct yaml_file *f,
                                const char *field, char *const *text, uint32_t n,
                                char message[MESSAGE_SIZE])
{
    double *value = malloc(n * sizeof *value);
    if (value == NULL)
        return message_set(message, STATUS_FAILED, "%s: no memory for the payoffs",
                           path_short(f->path));
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < n && status == STATUS_OK; i++)
        status = yaml_number(&value[i], f, field, text[i], message);
    if (status == STATUS_OK)
        *out = value;
    else
        free(value);
    return status;
}

static enum status take_table(struct payoffs **out, const struct shape *shape,
                              uint8_t player, const struct yaml_file *f,
                              char message[MESSAGE_SIZE])
{
    const struct yaml_payoffs *y = f->data;
    const uint32_t n = shape_profiles(shape);
    double *value = NULL;
    if (!shape_tabled(shape))
        return yaml_wrong(f, message, "payoffs",
                          "this game has too many pure profiles: expected by_count");
    if (y->payoffs_count != n)
        return yaml_wrong(
            f, message, "payoffs",
            "expected %u numbers, one per pure profile (the first player's "
            "action varies fastest), found %u",
            n, y->payoffs_count);
    const enum status status =
        take_numbers(&value, f, "payoffs", y->payoffs, n, message);
    if (status == STATUS_OK)
        *out = payoffs_new(shape, player, value);
    free(value);
    return status;
}

static enum status take_counts(struct payoffs **out, const struct shape *shape,
                               uint8_t player, const struct yaml_file *f,
                               char message[MESSAGE_SIZE])
{
    const struct yaml_payoffs *y = f->data;
    double *value = NULL;
    if (y->by_count_count > 0 && !shape_counted(shape))
        return yaml_wrong(f, message, "by_count",
                          "not everybody has the same actions: expected payoffs");
    const uint16_t m = shape->n_actions[0];
    const uint32_t n = m * crowds((uint8_t)(shape->n_players - 1), m);
    if (y->by_count_count != n)
        return yaml_wrong(f, message, "by_count",
                          "expected %u numbers, for each own action one per crowd of "
                          "the others, found %u",
                          n, y->by_count_count);
    const enum status status =
        take_numbers(&value, f, "by_count", y->by_count, n, message);
    if (status == STATUS_OK)
        *out = payoffs_new_by_count(shape, player, value);
    free(value);
    return status;
}

static enum status take_payoffs(struct payoffs **out, const struct shape *shape,
                                uint8_t player, const struct yaml_file *f,
                                char message[MESSAGE_SIZE])
{
    const struct yaml_payoffs *y = f->data;
    if ((y->payoffs_count > 0) == (y->by_count_count > 0))
        return yaml_wrong(f, message, "payoffs", "expected either payoffs or by_count");
    *out = NULL;
    const enum status status = y->payoffs_count > 0
                                   ? take_table(out, shape, player, f, message)
                                   : take_counts(out, shape, player, f, message);
    if (status != STATUS_OK)
        return status;
    if (*out != NULL && payoffs_moderate(*out) && payoffs_spread(out))
        return STATUS_OK;
    const bool immoderate = *out != NULL && !payoffs_moderate(*out);
    payoffs_free(*out);
    *out = NULL;
    if (!immoderate)
        return message_set(message, STATUS_FAILED, "%s: no memory for the payoffs",
                           path_short(f->path));
    return message_set(message, STATUS_USAGE,
                       "%s: payoffs: one is beyond %g: divide all by the same number",
                       path_short(f->path), PAYOFF_MAX);
}

enum status payoffs_read(struct payoffs **out, const struct shape *shape,
                         uint8_t player, const char *path, char message[256])
{
    struct yaml_file f;
    enum status status = file_is_private(path, message);
    if (status == STATUS_OK)
        status = yaml_open(&f, path, &payoffs_schema, message);
    if (status != STATUS_OK)
        return status;
    status = take_payoffs(out, shape, player, &f, message);
    yaml_close(&f);
    return status;
}

static void print_numbers(FILE *out, const double *value, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        fprintf(out, i == 0 ? "[" : i % 8 == 0 ? ",\n  " : ", ");
        yaml_print_number(out, value[i]);
    }
    fprintf(out, "]\n");
}

enum status payoffs_write(const struct payoffs *p, const char *path, char message[256])
{
    const uint16_t m = p->shape.n_actions[0];
    const unsigned player = p->player + 1u;
    struct yaml_printer printer;
    enum status status = yaml_printer_open(&printer, message);
    if (status != STATUS_OK)
        return status;
    if (p->counts == NULL) {
        fprintf(printer.out,
                "# Player %u's payoffs, one per pure profile; the first player's "
                "action varies fastest.\npayoffs: ",
                player);
        print_numbers(printer.out, p->value, shape_profiles(&p->shape));
    } else {
        fprintf(printer.out,
                "# Player %u's payoffs: for each own action, one per crowd of the "
                "others (treaty-files(5)).\nby_count: ",
                player);
        print_numbers(printer.out, counts_value(p->counts),
                      m * crowds((uint8_t)(p->shape.n_players - 1), m));
    }
    return yaml_printer_close(&printer, path, true, message);
}

enum { KEY_FILE_MAX = 66 }; /* 64 digits, a line break, and one byte too many */

enum status key_read(struct keypair *out, const char *path, char message[256])
{
    uint8_t text[KEY_FILE_MAX + 1] = {0};
    size_t size = 0;
    enum status status = secret_read(text, KEY_FILE_MAX, &size, path, message);
    if (status != STATUS_OK)
        return status;
    struct seed seed;
    if (size == 65 && text[64] == '\n')
        text[64] = '\0';
    if (!hex_decode(seed.bytes, sizeof seed.bytes, (const char *)text))
        status = message_set(message, STATUS_USAGE,
                             "%s: is no key: expected 64 hexadecimal digits as treaty "
                             "keygen writes them",
                             path_short(path));
    else
        keypair_from_seed(out, &seed);
    secure_wipe(text, sizeof text);
    secure_wipe(&seed, sizeof seed);
    return status;
}

enum status key_write(const struct keypair *key, const char *path, char message[256])
{
    char text[2 * sizeof key->seed.bytes + 2], public_path[PATH_SIZE + 8];
    int n = snprintf(public_path, sizeof public_path, "%s.pub", path);
    if (n < 0 || (size_t)n >= sizeof public_path)
        return message_set(message, STATUS_USAGE, "%s: the path is too long",
                           path_short(path));
    hex_encode(text, key->seed.bytes, sizeof key->seed.bytes);
    text[2 * sizeof key->seed.bytes] = '\n';
    enum status status = secret_write(path, text, sizeof text - 1, message);
    secure_wipe(text, sizeof text);
    if (status != STATUS_OK)
        return status;
    hex_encode(text, key->public_key.bytes, sizeof key->public_key.bytes);
    text[2 * sizeof key->public_key.bytes] = '\n';
    return file_write(public_path, text, sizeof text - 1, message);
}
