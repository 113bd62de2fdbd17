/* SPDX-License-Identifier: MIT */
#include "study/study_table.h"

#include <math.h>

/* Sums of values and of their squares, around the first. */
struct tally {
    uint32_t n;
    double first, sum, squares;
};

static void count(struct tally *t, double value)
{
    if (t->n++ == 0)
        t->first = value;
    t->sum += value - t->first;
    t->squares += (value - t->first) * (value - t->first);
}

static struct estimate estimated(const struct tally *t)
{
    struct estimate e = {0};
    if (t->n == 0)
        return e;
    const double n = t->n, mean = t->sum / n;
    e.n = t->n;
    e.mean = t->first + mean;
    if (t->n > 1)
        e.error = sqrt(fmax(t->squares / n - mean * mean, 0) / (n - 1));
    return e;
}

static double mean(const double *value, uint32_t n)
{
    double sum = 0;
    for (uint32_t k = 0; k < n; k++)
        sum += value[k];
    return sum / n;
}

/* One game: its runs are what varies. */
static void one_game(struct study_cell *out, const struct study_line *line,
                     const struct study_line *against)
{
    struct tally of[STUDY_MEASURES] = {{0}}, difference = {0};
    for (uint32_t r = 0; r < line->runs; r++) {
        for (int k = 0; k < STUDY_MEASURES; k++)
            count(&of[k], line->value[k][r]);
        if (against != NULL)
            count(&difference,
                  line->value[STUDY_DISTANCE][r] - against->value[STUDY_DISTANCE][r]);
    }
    for (int k = 0; k < STUDY_MEASURES; k++)
        out->of[k] = estimated(&of[k]);
    out->difference = estimated(&difference);
}

static void many_games(struct study_cell *out, const struct study_line *const *lines,
                       const struct study_line *const *against, uint32_t n)
{
    struct tally of[STUDY_MEASURES] = {{0}}, difference = {0};
    for (uint32_t g = 0; g < n; g++) {
        const struct study_line *line = lines[g];
        if (!line->better)
            continue;
        for (int k = 0; k < STUDY_MEASURES; k++)
            count(&of[k], mean(line->value[k], line->runs));
        if (against != NULL)
            count(&difference,
                  mean(line->value[STUDY_DISTANCE], line->runs) -
                      mean(against[g]->value[STUDY_DISTANCE], against[g]->runs));
    }
    for (int k = 0; k < STUDY_MEASURES; k++)
        out->of[k] = estimated(&of[k]);
    out->difference = estimated(&difference);
}

void study_cell(struct study_cell *out, const struct study_line *const *lines,
                const struct study_line *const *against, uint32_t n)
{
    uint32_t only = 0;
    struct tally beyond = {0};
    *out = (struct study_cell){0};
    for (uint32_t k = 0; k < n; k++) {
        const struct study_line *line = lines[k];
        out->skipped += !line->found;
        out->nothing += line->found && !line->better;
        out->games += line->better;
        if (!line->better)
            continue;
        only = k;
        if (!isnan(line->beyond))
            count(&beyond, line->beyond);
        if (line->grade > out->grade)
            out->grade = line->grade;
    }
    out->beyond = estimated(&beyond);
    if (out->games == 1)
        one_game(out, lines[only], against != NULL ? against[only] : NULL);
    else
        many_games(out, lines, against, n);
}
