/* SPDX-License-Identifier: MIT */
/* What the lines of a study say together: means, their standard errors, and
 * differences of what was run with the same games and the same seeds. */
#ifndef TREATY_STUDY_STUDY_TABLE_H
#define TREATY_STUDY_STUDY_TABLE_H

#include "study/truth.h"

enum { STUDY_GROUP_MAX = 255 };

/* What is told of every run. */
enum study_measure { STUDY_DISTANCE, STUDY_VOLUME, STUDY_AGREED, STUDY_FIRST };
enum { STUDY_MEASURES = STUDY_FIRST + 1 };

/* One game, concept and discount factor, one contender, one budget. */
struct study_line {
    char group[STUDY_GROUP_MAX + 1]; /* games that are counted together */
    char concept[8];
    double discount;
    bool found;  /* false: the game was left out, and what follows says nothing */
    bool better; /* something better than the threat is held */
    enum truth_grade grade;
    double beyond; /* of the frontier, as truth_find has it */
    uint32_t runs;
    double *value[STUDY_MEASURES]; /* by measure, then by run */
};

struct estimate {
    uint32_t n; /* values; 0: there is no estimate */
    double mean;
    double error; /* standard error; 0 of a single value */
};

/* A cell of the table. */
struct study_cell {
    uint32_t games;   /* in which something better than the threat is held */
    uint32_t nothing; /* in which nothing is */
    uint32_t
        skipped; /* that were left out: no threat was found, or too many profiles */
    enum truth_grade grade; /* of the frontiers: the weakest of them */
    struct estimate beyond; /* of the frontiers, where it is known */
    struct estimate of[STUDY_MEASURES];
    /* The distance less that of another contender, game by game (or run by run where
     * there is one game). */
    struct estimate difference;
};

/* From lines[k], k = from, from + step, ..: n of them, one per unit of a group, all of
 * one contender and budget; against: those of the other contender, of the same units,
 * or NULL. Means over runs, then over games; errors between games, between runs where
 * there is one game. */
void study_cell(struct study_cell *out, const struct study_line *const *lines,
                const struct study_line *const *against, uint32_t n);

#endif
