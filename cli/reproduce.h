/* SPDX-License-Identifier: MIT */
/* What `treaty reproduce` is asked for, and the figures of the paper as what it prints:
 * rows for programs, tables and sentences for people. */
#ifndef TREATY_CLI_REPRODUCE_H
#define TREATY_CLI_REPRODUCE_H

#include "cli/sheet.h"
#include "study/paper_figures.h"

enum { REPRODUCE_RUNS_MAX = 100000, REPRODUCE_SHEETS = 2 };

struct reproduction {
    struct paper_workshop *workshop;
    uint64_t runs, seed;
    const void *data; /* what all runs said, one after the other */
};

/* One table or figure. sheets: names of the files of rows, without ".csv"; what is
 * drawn of them is name.svg, as study/name.gp has it. */
struct figure {
    const char *name;
    const char *title;
    bool drawn;
    size_t run_size; /* bytes of one run; 0: nothing is left to chance */
    bool (*run)(void *out, struct paper_workshop *w, uint64_t seed, uint32_t run);
    const char *sheets[REPRODUCE_SHEETS];
    void (*fill)(struct sheet *sheets, const struct reproduction *r);
    void (*say)(FILE *out, const struct reproduction *r);
};
extern const struct figure reproduce_table1, reproduce_figure2, reproduce_figure3,
    reproduce_figure4;

/* A mean, and how far it may be off. */
struct mean {
    uint64_t n;
    double mean, squares;
};
void mean_add(struct mean *m, double value);
/* The standard error of the mean; 0 for a single value. */
double mean_error(const struct mean *m);

/* "authors", "written", "repaired"; "NE", "CE"; "eq", "rn", "op1", "op2". */
extern const char *const reproduce_versions[], *const reproduce_concepts[],
                                                   *const reproduce_samplers[];

#endif
