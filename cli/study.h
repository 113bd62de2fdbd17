/* SPDX-License-Identifier: MIT */
/* What `treaty study` is asked for, and the lines in which its results are kept. */
#ifndef TREATY_CLI_STUDY_H
#define TREATY_CLI_STUDY_H

#include <stdio.h>

#include "cli/command.h"
#include "study/study.h"
#include "study/study_games.h"
#include "study/study_table.h"

enum { STUDY_GAMES_MAX = 4096, STUDY_CONCEPTS = 3, STUDY_DISCOUNTS_MAX = 16 };

/* Every combination of a game, a concept and a discount factor is a unit, numbered from
 * 0; games vary slowest, discount factors fastest. */
struct study_plan {
    const char *games; /* as they were asked for */
    struct random_games random;
    uint32_t n_games, n_concepts, n_discounts;
    struct {
        const char *file; /* or NULL: a game of a class */
        enum game_class class;
        uint32_t number;
    } game[STUDY_GAMES_MAX];
    enum concept concept[STUDY_CONCEPTS];
    double discount[STUDY_DISCOUNTS_MAX];
    struct study study; /* contenders, budgets, runs and so on, of every unit */
};

uint64_t plan_units(const struct study_plan *p);

/* A unit as it is about to be studied, with its game (to be released), or left out: no
 * threat was found, or there are too many profiles. */
enum status plan_unit(struct study *s, struct game *game, bool *left_out,
                      const struct study_plan *p, uint64_t unit);

/* Prints what one threat for each deviator would add: a table of all groups of games,
 * concepts and discount factors, or the same as CSV. */
enum status study_threats(const struct study_plan *p, uint64_t jobs, bool csv,
                          bool quiet, char reason[REASON_SIZE]);

/* ---- lines ---- */

/* The first line of an output: what was asked for, and which part of it this is. */
void lines_head(FILE *out, const struct study_plan *p, uint64_t shard, uint64_t shards);
/* The lines of a unit. result: NULL where the game is left out. */
void lines_unit(FILE *out, const struct study_plan *p, uint64_t unit, const char *title,
                const struct study *s, const struct study_result *result);

/* The outputs of all shards. Start as {0}. */
struct study_lines;
struct study_lines *lines_new(void);
void lines_free(struct study_lines *l);
/* One output. STATUS_USAGE, with name and what is wrong, if it is no whole output, or
 * of another study than those before, or of a shard that was there before. text is
 * changed, and must live as long as l. */
enum status lines_add(struct study_lines *l, const char *name, char *text,
                      char reason[REASON_SIZE]);
/* STATUS_USAGE if a shard is missing. */
enum status lines_whole(const struct study_lines *l, char reason[REASON_SIZE]);
/* What one run without shards would have put out. */
void lines_print(const struct study_lines *l, FILE *out);

/* Of what they are: contenders and budgets, in their order, and the lines of each unit
 * for every contender and budget. */
uint32_t lines_contenders(const struct study_lines *l);
const char *lines_contender(const struct study_lines *l, uint32_t k);
uint32_t lines_budgets(const struct study_lines *l);
uint32_t lines_budget(const struct study_lines *l, uint32_t k);
uint64_t lines_units(const struct study_lines *l);
const struct study_line *lines_line(const struct study_lines *l, uint64_t unit,
                                    uint32_t contender, uint32_t budget);

/* ---- tables ---- */

/* A table for each group of games, concept and discount factor: how near to the best,
 * or who has more of it; or one with all numbers, as CSV. */
enum study_form { STUDY_TABLES, STUDY_FAIRNESS, STUDY_CSV };
/* against: the number of the contender that the others are compared with. */
void study_tables(const struct study_lines *l, uint32_t against, enum study_form form,
                  FILE *out);

#endif
