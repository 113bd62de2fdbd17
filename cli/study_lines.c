/* SPDX-License-Identifier: MIT */
/* Hides how results become lines of JSON, and lines results again. Each output begins
 * with what was asked for; where two say so differently, they are not of one study. */
#include "cli/study.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json.h"
#include "cli/words.h"

enum { SHARDS_MAX = 1 << 16, PLACES = 6 };

uint64_t plan_units(const struct study_plan *p)
{
    return (uint64_t)p->n_games * p->n_concepts * p->n_discounts;
}

/* ---- out ---- */

/* More digits than these say nothing, and fill disks. */
static double rounded(double v)
{
    char text[NUMBER_SIZE];
    (void)snprintf(text, sizeof text, "%.*g", PLACES, v);
    return strtod(text, NULL);
}

void lines_head(FILE *out, const struct study_plan *p, uint64_t shard, uint64_t shards)
{
    const struct study *s = &p->study;
    struct json j = {.out = out};
    emit_object(&j, NULL);
    emit_object(&j, "study");
    emit_text(&j, "games", p->games);
    emit_numbers(&j, "players",
                 (const double[]){p->random.players[0], p->random.players[1]}, 2);
    emit_numbers(&j, "actions",
                 (const double[]){p->random.actions[0], p->random.actions[1]}, 2);
    emit_integer(&j, "count", p->random.count);
    emit_list(&j, "concept");
    for (uint32_t k = 0; k < p->n_concepts; k++)
        emit_text(&j, NULL, concept_names[p->concept[k]]);
    emit_close(&j);
    emit_numbers(&j, "delta", p->discount, p->n_discounts);
    emit_list(&j, "samplers");
    for (uint32_t k = 0; k < s->n_contenders; k++)
        emit_text(&j, NULL, s->contender[k].name);
    emit_close(&j);
    emit_list(&j, "questions");
    for (uint32_t k = 0; k < s->n_budgets; k++)
        emit_integer(&j, NULL, s->budget[k]);
    emit_close(&j);
    emit_integer(&j, "runs", s->runs);
    emit_integer(&j, "lotteries", s->lotteries);
    emit_integer(&j, "seed", s->seed);
    emit_number(&j, "lambda", s->asking.lambda);
    emit_text(&j, "opening", s->asking.opening_pure ? "pure" : "none");
    emit_text(&j, "incentive",
              s->contest.incentive == INCENTIVE_INTERIM ? "interim" : "ex-ante");
    emit_integer(&j, "resolution", s->asking.resolution);
    emit_integer(&j, "effort", s->effort);
    emit_integer(&j, "units", plan_units(p));
    emit_close(&j);
    emit_list(&j, "shard");
    emit_integer(&j, NULL, shard);
    emit_integer(&j, NULL, shards);
    emit_end(&j);
}

static const char *const measure_names[STUDY_MEASURES] = {
    [STUDY_DISTANCE] = "distance",
    [STUDY_VOLUME] = "volume",
    [STUDY_AGREED] = "agreed",
    [STUDY_FIRST] = "first",
};

static double measure_of(const struct bout_measures *m, enum study_measure which)
{
    switch (which) {
    case STUDY_DISTANCE:
        return rounded(m->distance);
    case STUDY_VOLUME:
        return rounded(m->volume);
    case STUDY_AGREED:
        return m->agreed;
    case STUDY_FIRST:
        return rounded(m->first);
    }
    return 0;
}

static void emit_measures(struct json *j, const struct bout_measures *m, uint32_t runs)
{
    for (int which = 0; which < STUDY_MEASURES; which++) {
        emit_list(j, measure_names[which]);
        for (uint32_t r = 0; r < runs; r++)
            emit_number(j, NULL, measure_of(&m[r], (enum study_measure)which));
        emit_close(j);
    }
}

void lines_unit(FILE *out, const struct study_plan *p, uint64_t unit, const char *title,
                const struct study *s, const struct study_result *result)
{
    for (uint32_t c = 0; c < s->n_contenders; c++)
        for (uint32_t b = 0; b < s->n_budgets; b++) {
            struct json j = {.out = out};
            emit_object(&j, NULL);
            emit_integer(&j, "unit", unit);
            emit_text(&j, "game", title);
            emit_text(&j, "concept",
                      concept_names[p->concept[unit / p->n_discounts % p->n_concepts]]);
            emit_number(&j, "delta", p->discount[unit % p->n_discounts]);
            emit_text(&j, "sampler", s->contender[c].name);
            emit_integer(&j, "questions", s->budget[b]);
            if (result == NULL) {
                emit_null(&j, "frontier");
            } else {
                emit_text(&j, "frontier", truth_grades[result->grade]);
                if (isnan(result->beyond))
                    emit_null(&j, "beyond");
                else
                    emit_number(&j, "beyond", rounded(result->beyond));
                emit_bool(&j, "better", result->better);
                emit_measures(&j, result->measures + (c * s->n_budgets + b) * s->runs,
                              s->runs);
            }
            emit_end(&j);
        }
}

/* ---- in ---- */

struct shard {
    const char *name; /* NULL: not there yet */
    char *text;       /* without its first line */
};
struct study_lines {
    json_t *study; /* what was asked for */
    char *head;    /* the same as it stands in the first output */
    uint64_t units, shards;
    uint32_t n_contenders, n_budgets;
    struct shard *shard;     /* by number */
    struct study_line *line; /* by unit, contender and budget */
};

struct study_lines *lines_new(void)
{
    return calloc(1, sizeof(struct study_lines));
}

void lines_free(struct study_lines *l)
{
    if (l == NULL)
        return;
    const uint64_t n = l->line == NULL ? 0 : l->units * l->n_contenders * l->n_budgets;
    for (uint64_t k = 0; k < n; k++)
        free(l->line[k].value[0]); /* the others are part of it */
    free(l->line);
    free(l->shard);
    free(l->head);
    json_decref(l->study);
    free(l);
}

static uint64_t whole_of(const json_t *j)
{
    const json_int_t v = json_is_integer(j) ? json_integer_value(j) : 0;
    return v > 0 ? (uint64_t)v : 0;
}

static enum status wrong(char reason[REASON_SIZE], const char *name, const char *what)
{
    (void)snprintf(reason, REASON_SIZE, "%.200s: %s", name, what);
    return STATUS_USAGE;
}

/* The first output says what all are of. */
static bool begin(struct study_lines *l, json_t *study, uint64_t shards,
                  const char *text)
{
    l->units = whole_of(json_object_get(study, "units"));
    l->shards = shards;
    l->n_contenders = (uint32_t)json_array_size(json_object_get(study, "samplers"));
    l->n_budgets = (uint32_t)json_array_size(json_object_get(study, "questions"));
    const uint64_t n = l->units * l->n_contenders * l->n_budgets;
    if (n == 0 || l->units > UINT32_MAX || n > UINT32_MAX || shards > SHARDS_MAX)
        return false;
    l->study = json_incref(study);
    l->head = strdup(text);
    l->shard = calloc(shards, sizeof *l->shard);
    l->line = calloc(n, sizeof *l->line);
    return l->head != NULL && l->shard != NULL && l->line != NULL;
}

static enum status head_read(struct study_lines *l, uint64_t *shard, const char *name,
                             const char *text, char reason[REASON_SIZE])
{
    json_t *head = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    json_t *study = json_object_get(head, "study");
    const json_t *part = json_object_get(head, "shard");
    const uint64_t number = whole_of(json_array_get(part, 0));
    const uint64_t shards = whole_of(json_array_get(part, 1));
    enum status status = STATUS_OK;
    if (!json_is_object(study) || number == 0 || number > shards)
        status =
            wrong(reason, name, "does not begin as the output of treaty study does");
    else if (l->study == NULL && !begin(l, study, shards, text))
        status = wrong(reason, name, "is of no study that there can be");
    else if (!json_equal(study, l->study) || shards != l->shards)
        status = wrong(reason, name,
                       "is of another study, or cut into other shards, than the files "
                       "before it");
    else if (l->shard[number - 1].name != NULL)
        (void)snprintf(reason, REASON_SIZE, "%.150s: is shard %llu, as %.150s is", name,
                       (unsigned long long)number, l->shard[number - 1].name);
    else
        *shard = number - 1;
    if (status == STATUS_OK && *shard != number - 1)
        status = STATUS_USAGE;
    json_decref(head);
    return status;
}

/* Numbers of a line, all of them: lists of equal length. */
static bool measures_read(struct study_line *line, const json_t *j)
{
    const size_t runs = json_array_size(json_object_get(j, measure_names[0]));
    if (runs == 0 || runs > UINT32_MAX)
        return false;
    double *value = calloc(STUDY_MEASURES * runs, sizeof *value);
    if (value == NULL)
        return false;
    line->runs = (uint32_t)runs;
    line->value[0] = value; /* the others are part of it */
    for (size_t which = 0; which < STUDY_MEASURES; which++) {
        const json_t *values = json_object_get(j, measure_names[which]);
        line->value[which] = value + which * runs;
        if (json_array_size(values) != runs)
            return false;
        for (size_t r = 0; r < runs; r++) {
            const json_t *v = json_array_get(values, r);
            if (!json_is_number(v))
                return false;
            line->value[which][r] = json_number_value(v);
        }
    }
    return true;
}

static bool line_read(struct study_line *line, const json_t *j)
{
    const char *game = json_string_value(json_object_get(j, "game"));
    const char *concept = json_string_value(json_object_get(j, "concept"));
    const json_t *frontier = json_object_get(j, "frontier");
    if (game == NULL || concept == NULL || frontier == NULL)
        return false;
    (void)snprintf(line->group, sizeof line->group, "%s", game);
    (void)snprintf(line->concept, sizeof line->concept, "%s", concept);
    line->discount = json_number_value(json_object_get(j, "delta"));
    if (json_is_null(frontier))
        return true;
    for (int g = TRUTH_EXACT; g <= TRUTH_KNOWN; g++)
        if (json_is_string(frontier) &&
            strcmp(json_string_value(frontier), truth_grades[g]) == 0) {
            line->grade = (enum truth_grade)g;
            line->found = true;
        }
    const json_t *beyond = json_object_get(j, "beyond");
    line->beyond = json_is_number(beyond) ? json_number_value(beyond) : NAN;
    line->better = json_is_true(json_object_get(j, "better"));
    return line->found && (json_is_number(beyond) || json_is_null(beyond)) &&
           measures_read(line, j);
}

/* The n-th line of all must be of the unit, contender and budget whose turn it is. */
static bool in_turn(const struct study_lines *l, uint64_t n, const json_t *j)
{
    const json_t *samplers = json_object_get(l->study, "samplers");
    const json_t *questions = json_object_get(l->study, "questions");
    const json_t *unit = json_object_get(j, "unit");
    return json_is_integer(unit) &&
           (uint64_t)json_integer_value(unit) == n / l->n_budgets / l->n_contenders &&
           json_equal(json_object_get(j, "questions"),
                      json_array_get(questions, n % l->n_budgets)) &&
           json_equal(json_object_get(j, "sampler"),
                      json_array_get(samplers, n / l->n_budgets % l->n_contenders));
}

static enum status body_read(struct study_lines *l, uint64_t shard, const char *name,
                             char *text, char reason[REASON_SIZE])
{
    const uint64_t per_unit = (uint64_t)l->n_contenders * l->n_budgets;
    const uint64_t end = l->units * (shard + 1) / l->shards * per_unit;
    uint64_t n = l->units * shard / l->shards * per_unit;
    unsigned long row = 2;
    char *next = text;
    for (; *next != 0; row++, n++) {
        char *stop = strchr(next, '\n');
        if (stop == NULL || n == end)
            break;
        *stop = 0;
        json_t *j = json_loads(next, JSON_REJECT_DUPLICATES, NULL);
        const bool good = j != NULL && in_turn(l, n, j) && line_read(&l->line[n], j);
        json_decref(j);
        *stop = '\n';
        if (!good) {
            (void)snprintf(reason, REASON_SIZE,
                           "%.200s:%lu: is not the line that belongs here", name, row);
            return STATUS_USAGE;
        }
        next = stop + 1;
    }
    if (n == end && *next == 0)
        return STATUS_OK;
    (void)snprintf(reason, REASON_SIZE, "%.200s:%lu: %s", name, row,
                   n == end ? "goes on behind its end" : "ends before it is whole");
    return STATUS_USAGE;
}

enum status lines_add(struct study_lines *l, const char *name, char *text,
                      char reason[REASON_SIZE])
{
    uint64_t shard = UINT64_MAX;
    char *end = strchr(text, '\n');
    if (end == NULL)
        return wrong(reason, name, "has no whole line");
    *end = 0;
    enum status status = head_read(l, &shard, name, text, reason);
    *end = '\n';
    if (status == STATUS_OK)
        status = body_read(l, shard, name, end + 1, reason);
    if (status == STATUS_OK)
        l->shard[shard] = (struct shard){name, end + 1};
    return status;
}

enum status lines_whole(const struct study_lines *l, char reason[REASON_SIZE])
{
    unsigned long long k = 0;
    while (k < l->shards && l->shard[k].name != NULL)
        k++;
    if (k == l->shards)
        return STATUS_OK;
    (void)snprintf(reason, REASON_SIZE, "shard %llu of %llu is missing", k + 1,
                   (unsigned long long)l->shards);
    return STATUS_USAGE;
}

void lines_print(const struct study_lines *l, FILE *out)
{
    static const char part[] = ", \"shard\": ";
    const char *end = strstr(l->head, part);
    (void)fprintf(out, "%.*s%s[1, 1]}\n", end == NULL ? 0 : (int)(end - l->head),
                  l->head, part);
    for (uint64_t k = 0; k < l->shards; k++)
        (void)fputs(l->shard[k].text, out);
}

/* ---- what they are ---- */

uint32_t lines_contenders(const struct study_lines *l)
{
    return l->n_contenders;
}

const char *lines_contender(const struct study_lines *l, uint32_t k)
{
    const char *name =
        json_string_value(json_array_get(json_object_get(l->study, "samplers"), k));
    return name == NULL ? "" : name;
}

uint32_t lines_budgets(const struct study_lines *l)
{
    return l->n_budgets;
}

uint32_t lines_budget(const struct study_lines *l, uint32_t k)
{
    return (uint32_t)whole_of(
        json_array_get(json_object_get(l->study, "questions"), k));
}

uint64_t lines_units(const struct study_lines *l)
{
    return l->units;
}

const struct study_line *lines_line(const struct study_lines *l, uint64_t unit,
                                    uint32_t contender, uint32_t budget)
{
    return &l->line[(unit * l->n_contenders + contender) * l->n_budgets + budget];
}
