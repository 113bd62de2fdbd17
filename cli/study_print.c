/* SPDX-License-Identifier: MIT */
/* The tables of a study. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json.h"
#include "cli/study.h"
#include "cli/words.h"

/* Units of one group, concept and discount factor. */
struct block {
    const struct study_lines *lines;
    const struct study_line *first; /* any of its lines */
    uint32_t n;
    uint64_t *unit;
    const struct study_line **own, **other; /* room for n */
    uint32_t against;
};

static bool same_block(const struct study_line *a, const struct study_line *b)
{
    return strcmp(a->group, b->group) == 0 && strcmp(a->concept, b->concept) == 0 &&
           a->discount == b->discount;
}

static void cell_of(struct study_cell *out, const struct block *b, uint32_t contender,
                    uint32_t budget)
{
    for (uint32_t k = 0; k < b->n; k++) {
        b->own[k] = lines_line(b->lines, b->unit[k], contender, budget);
        b->other[k] = lines_line(b->lines, b->unit[k], b->against, budget);
    }
    study_cell(out, b->own, b->other, b->n);
}

/* ---- CSV ---- */

/* Empty where there is none: no game in which anything can be found, or an error of a
 * single value. */
static void put_csv(FILE *out, const struct estimate *e)
{
    char mean[NUMBER_SIZE] = "", error[NUMBER_SIZE] = "";
    if (e->n > 0)
        (void)snprintf(mean, sizeof mean, "%.6g", e->mean);
    if (e->n > 1)
        (void)snprintf(error, sizeof error, "%.6g", e->error);
    (void)fprintf(out, ",%s,%s", mean, error);
}

static void block_csv(const struct block *b, FILE *out)
{
    for (uint32_t c = 0; c < lines_contenders(b->lines); c++)
        for (uint32_t q = 0; q < lines_budgets(b->lines); q++) {
            struct study_cell cell;
            cell_of(&cell, b, c, q);
            (void)fprintf(out, "\"%s\",%s,%g,%s,%u,%u,%u,%u,%s", b->first->group,
                          b->first->concept, b->first->discount,
                          lines_contender(b->lines, c), lines_budget(b->lines, q),
                          cell.games, cell.nothing, cell.skipped,
                          cell.games > 0 ? truth_grades[cell.grade] : "");
            for (int k = 0; k < STUDY_MEASURES; k++)
                put_csv(out, &cell.of[k]);
            put_csv(out, &cell.difference);
            put_csv(out, &cell.beyond);
            (void)fputc('\n', out);
        }
}

/* ---- for people ---- */

/* Six characters at most: "0.0123", "-1.234", "12.34"; "0" where it is nothing at all.
 */
static const char *brief(char text[NUMBER_SIZE], double v)
{
    const double size = fabs(v);
    (void)snprintf(text, NUMBER_SIZE, "%.*f",
                   v == 0      ? 0
                   : size < 1  ? 4
                   : size < 10 ? 3
                               : 2,
                   v);
    return text;
}

/* Better or worse than who it is compared with, by more than twice the error. */
static char verdict(const struct estimate *difference)
{
    const double d = difference->mean, e = 2 * difference->error;
    if (fabs(d) <= e || d == 0)
        return ' ';
    return d < 0 ? '+' : '-';
}

static void block_title(const struct block *b, const struct study_cell *cell, FILE *out)
{
    (void)fprintf(out, "\n%s, %s, delta %g", b->first->group, b->first->concept,
                  b->first->discount);
    if (cell->games + cell->nothing + cell->skipped > 1)
        (void)fprintf(out, ": %u games", cell->games);
    if (cell->games > 0)
        (void)fprintf(out, " (frontier: %s", truth_grades[cell->grade]);
    if (cell->games > 0 && cell->beyond.n > 0 && cell->beyond.mean > 0)
        (void)fprintf(out, ", at most %.1g beyond", cell->beyond.mean);
    if (cell->games > 0)
        (void)fputc(')', out);
    if (cell->nothing > 0)
        (void)fprintf(out, "; in %u nothing is better than the threat", cell->nothing);
    if (cell->skipped > 0)
        (void)fprintf(out, "; %u left out", cell->skipped);
    (void)fputc('\n', out);
}

/* What stands in a column, and how wide it is. */
static const struct column {
    const char *title;
    enum study_measure measure;
    int width;
} columns[] = {{"distance +- error", STUDY_DISTANCE, 16},
               {"volume", STUDY_VOLUME, 6},
               {"agreed %", STUDY_AGREED, 5}},
  fairness[] = {{"first player more than the others +- error", STUDY_FIRST, 17}};

/* What is not all of it must not look so; 0.29 of 100 is 29 all the same. */
static double down(double v)
{
    return floor(v + 1e-6);
}

static void put_cell(const struct column *column, const struct study_cell *cell,
                     struct line *out)
{
    char mean[NUMBER_SIZE], error[NUMBER_SIZE], text[3 * NUMBER_SIZE] = "";
    const struct estimate *e = &cell->of[column->measure];
    switch (column->measure) {
    case STUDY_DISTANCE:
    case STUDY_FIRST:
        (void)snprintf(
            text, sizeof text, "%s %s%c", brief(mean, e->mean), brief(error, e->error),
            column->measure == STUDY_FIRST ? ' ' : verdict(&cell->difference));
        break;
    case STUDY_VOLUME:
        (void)snprintf(text, sizeof text, "%.3f", down(1000 * e->mean) / 1000);
        break;
    case STUDY_AGREED:
        (void)snprintf(text, sizeof text, "%.0f", down(100 * e->mean));
        break;
    }
    line_add(out, "%-*s", column->width, text);
}

/* Without the blanks at its end. */
static void put_row(struct line *l, FILE *out)
{
    while (l->size > 0 && l->text[l->size - 1] == ' ')
        l->text[--l->size] = 0;
    (void)fprintf(out, "%s\n", l->text);
    l->size = 0;
}

static int names_width(const struct study_lines *l)
{
    size_t width = 14;
    for (uint32_t c = 0; c < lines_contenders(l); c++)
        width = strlen(lines_contender(l, c)) + 1 > width
                    ? strlen(lines_contender(l, c)) + 1
                    : width;
    return (int)width;
}

/* Of all budgets together, and of the title above them. */
static int all_width(const struct column *c, uint32_t budgets)
{
    const int title = (int)strlen(c->title) + 2, cells = (int)budgets * c->width;
    return title > cells ? title : cells;
}

static void fill_up(struct line *l, size_t start, int width)
{
    const int written = (int)(l->size - start);
    line_add(l, "%*s", written < width ? width - written : 0, "");
}

static void block_rows(const struct block *b, const struct column *column, size_t n,
                       FILE *out)
{
    const uint32_t budgets = lines_budgets(b->lines);
    const int names = names_width(b->lines);
    struct study_cell cell;
    struct line l = {0};
    line_add(&l, "%-*s", names, "");
    for (size_t k = 0; k < n; k++)
        line_add(&l, "%-*s", all_width(&column[k], budgets), column[k].title);
    put_row(&l, out);
    line_add(&l, "%-*s", names, "questions");
    for (size_t k = 0; k < n; k++) {
        const size_t start = l.size;
        for (uint32_t q = 0; q < budgets; q++)
            line_add(&l, "%-*u", column[k].width, lines_budget(b->lines, q));
        fill_up(&l, start, all_width(&column[k], budgets));
    }
    put_row(&l, out);
    for (uint32_t c = 0; c < lines_contenders(b->lines); c++) {
        line_add(&l, "%-*s", names, lines_contender(b->lines, c));
        for (size_t k = 0; k < n; k++) {
            const size_t start = l.size;
            for (uint32_t q = 0; q < budgets; q++) {
                cell_of(&cell, b, c, q);
                put_cell(&column[k], &cell, &l);
            }
            fill_up(&l, start, all_width(&column[k], budgets));
        }
        put_row(&l, out);
    }
}

static void block_print(const struct block *b, enum study_form form, FILE *out)
{
    struct study_cell cell;
    cell_of(&cell, b, 0, 0);
    if (form == STUDY_CSV) {
        block_csv(b, out);
        return;
    }
    block_title(b, &cell, out);
    if (cell.games > 0 && form == STUDY_FAIRNESS)
        block_rows(b, fairness, 1, out);
    else if (cell.games > 0)
        block_rows(b, columns, sizeof columns / sizeof columns[0], out);
}

void study_tables(const struct study_lines *l, uint32_t against, enum study_form form,
                  FILE *out)
{
    const uint64_t units = lines_units(l);
    struct block b = {.lines = l,
                      .against = against,
                      .unit = calloc(units, sizeof *b.unit),
                      .own = calloc(units, sizeof(void *)),
                      .other = calloc(units, sizeof(void *))};
    bool *done = calloc(units, sizeof *done);
    if (form == STUDY_CSV)
        (void)fputs(
            "group,concept,delta,sampler,questions,games,nothing_better,left_out,"
            "frontier,distance,distance_error,volume,volume_error,agreed,"
            "agreed_error,first,first_error,difference,difference_error,"
            "beyond,beyond_error\n",
            out);
    for (uint64_t unit = 0; done != NULL && b.unit != NULL && b.own != NULL &&
                            b.other != NULL && unit < units;
         unit++) {
        if (done[unit])
            continue;
        b.first = lines_line(l, unit, 0, 0);
        b.n = 0;
        for (uint64_t k = unit; k < units; k++)
            if (same_block(b.first, lines_line(l, k, 0, 0))) {
                done[k] = true;
                b.unit[b.n++] = k;
            }
        block_print(&b, form, out);
    }
    free(done);
    free(b.unit);
    free(b.own);
    free(b.other);
}
