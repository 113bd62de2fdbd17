/* SPDX-License-Identifier: MIT */
/* The tables of a study. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json.h"
#include "cli/study.h"

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

static void put_csv(FILE *out, double v)
{
    char text[NUMBER_SIZE];
    (void)snprintf(text, sizeof text, "%.6g", v);
    (void)fprintf(out, ",%s", text);
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
                          truth_grades[cell.grade]);
            put_csv(out, cell.distance.mean);
            put_csv(out, cell.distance.error);
            put_csv(out, cell.volume.mean);
            put_csv(out, cell.volume.error);
            put_csv(out, cell.agreed.mean);
            put_csv(out, cell.agreed.error);
            put_csv(out, cell.difference.mean);
            put_csv(out, cell.difference.error);
            (void)fputc('\n', out);
        }
}

/* ---- for people ---- */

/* Five characters: ".0123", "1.234", "12.34", "   0 " where it is nothing. */
static const char *brief(char text[16], double v)
{
    char digits[NUMBER_SIZE];
    if (v == 0)
        return strcpy(text, "    0");
    (void)snprintf(digits, sizeof digits, v < 1 ? "%.4f" : v < 10 ? "%.3f" : "%.2f", v);
    (void)snprintf(text, 16, "%5.5s", v < 1 && digits[0] == '0' ? digits + 1 : digits);
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

static void block_head(const struct block *b, FILE *out)
{
    const uint32_t n = lines_budgets(b->lines);
    struct study_cell cell;
    cell_of(&cell, b, 0, 0);
    (void)fprintf(out, "\n%s, %s, delta %g", b->first->group, b->first->concept,
                  b->first->discount);
    if (cell.games + cell.nothing + cell.skipped > 1)
        (void)fprintf(out, ": %u games", cell.games);
    if (cell.games > 0)
        (void)fprintf(out, " (frontier: %s)", truth_grades[cell.grade]);
    if (cell.nothing > 0)
        (void)fprintf(out, "; in %u nothing is better than the threat", cell.nothing);
    if (cell.skipped > 0)
        (void)fprintf(out, "; %u left out", cell.skipped);
    (void)fputc('\n', out);
    if (cell.games == 0)
        return;
    (void)fprintf(out, "%-14s%-*s %-*s %s\n", "", (int)(13 * n), "distance +- error",
                  (int)(5 * n), "volume", "agreed %");
    (void)fprintf(out, "%-14s", "questions");
    for (uint32_t q = 0; q < n; q++)
        (void)fprintf(out, "%-13u", lines_budget(b->lines, q));
    for (uint32_t column = 0; column < 2; column++) {
        (void)fputc(' ', out);
        for (uint32_t q = 0; q < n; q++)
            (void)fprintf(out, "%-5u", lines_budget(b->lines, q));
    }
    (void)fputc('\n', out);
}

static void block_row(const struct block *b, uint32_t contender, FILE *out)
{
    const uint32_t n = lines_budgets(b->lines);
    struct study_cell cell;
    char mean[16], error[16];
    (void)fprintf(out, "%-14s", lines_contender(b->lines, contender));
    for (uint32_t q = 0; q < n; q++) {
        cell_of(&cell, b, contender, q);
        (void)fprintf(out, "%s %s%c ", brief(mean, cell.distance.mean),
                      brief(error, cell.distance.error), verdict(&cell.difference));
    }
    (void)fputc(' ', out);
    for (uint32_t q = 0; q < n; q++) {
        cell_of(&cell, b, contender, q);
        (void)fprintf(out, "%-5.3f", floor(1000 * cell.volume.mean) / 1000);
    }
    (void)fputc(' ', out);
    for (uint32_t q = 0; q < n; q++) {
        cell_of(&cell, b, contender, q);
        (void)fprintf(out, "%-5.0f", floor(100 * cell.agreed.mean));
    }
    (void)fputc('\n', out);
}

static void block_print(const struct block *b, bool csv, FILE *out)
{
    struct study_cell cell;
    if (csv) {
        block_csv(b, out);
        return;
    }
    block_head(b, out);
    cell_of(&cell, b, 0, 0);
    for (uint32_t c = 0; cell.games > 0 && c < lines_contenders(b->lines); c++)
        block_row(b, c, out);
}

void study_tables(const struct study_lines *l, uint32_t against, bool csv, FILE *out)
{
    const uint64_t units = lines_units(l);
    struct block b = {.lines = l,
                      .against = against,
                      .unit = calloc(units, sizeof *b.unit),
                      .own = calloc(units, sizeof *b.own),
                      .other = calloc(units, sizeof *b.other)};
    bool *done = calloc(units, sizeof *done);
    if (csv)
        (void)fputs(
            "group,concept,delta,sampler,questions,games,nothing_better,left_out,"
            "frontier,distance,distance_error,volume,volume_error,agreed,"
            "agreed_error,difference,difference_error\n",
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
        block_print(&b, csv, out);
    }
    free(done);
    free(b.unit);
    free(b.own);
    free(b.other);
}
