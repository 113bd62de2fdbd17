/* SPDX-License-Identifier: MIT */
/* Many negotiations of one game, by several samplers with several budgets, against the
 * best that there is. */
#ifndef TREATY_STUDY_STUDY_H
#define TREATY_STUDY_STUDY_H

#include "study/rivals.h"
#include "study/truth.h"

enum { STUDY_SAMPLERS_MAX = 32, STUDY_BUDGETS_MAX = 16 };

/* A sampler of the nodes, or a rival. */
struct contender {
    const char *name;
    enum sampler_kind kind;
    const struct rival *rival; /* NULL: a sampler of the nodes, or: */
    bool paper;                /* the paper's program (study/rivals_paper.h) */
    uint32_t
        without; /* what is left out of the surrogate (sampling/surrogate.h), or 0 */
};
/* The k-th of all there are; false where there are no more. */
bool contender_number(struct contender *out, uint32_t k);

struct study {
    struct contest contest;
    /* What the players are told in common; budget and sampler are filled in. */
    struct asker_options asking;
    uint32_t n_contenders, n_budgets;
    struct contender contender[STUDY_SAMPLERS_MAX];
    uint32_t budget[STUDY_BUDGETS_MAX];
    uint32_t runs;      /* each with seeds of its own for samplers and lotteries */
    uint32_t lotteries; /* that decide each run's table */
    uint64_t seed;      /* of run 0, the same for every contender and budget */
    uint32_t effort;    /* of truth_find */
};

/* What became of one run. */
struct bout_measures {
    double distance; /* of what is agreed on, or of the threat; mean over lotteries */
    double volume;   /* what A_s dominates above the threat, as a share of what the
                        frontier does */
    bool agreed;     /* A_s has something better than the threat */
    double first; /* what the first player gets more than the others do on average; mean
                     over lotteries, scaled. In a game that treats all alike it is 0 but
                     for chance, or somebody is favoured */
};

struct study_result {
    enum truth_grade grade;
    bool better;       /* something is held that is better than the threat */
    double beyond;     /* of the frontier, as truth_find has it */
    uint32_t frontier; /* points */
    double volume;     /* below the frontier */
    /* By contender, then budget, then run; owned. */
    struct bout_measures *measures;
};

/* False when memory is short. Release with study_result_free. */
bool study_make(struct study_result *out, const struct study *s);
void study_result_free(struct study_result *r);

#endif
