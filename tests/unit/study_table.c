/* SPDX-License-Identifier: MIT */
/* Means and errors that were computed by hand. */
#include "study/study_table.h"

#include <math.h>

#include "tests/unit/unit.h"

/* Two runs of one game. */
struct pair {
    double value[STUDY_MEASURES][2];
    struct study_line line;
};

static const struct study_line *line_of(struct pair *p, double first, double second)
{
    *p = (struct pair){.value = {{first, second}, {0.5, 1}, {0, 1}, {-1, 1}}};
    p->line = (struct study_line){.found = true, .better = true, .runs = 2};
    for (int k = 0; k < STUDY_MEASURES; k++)
        p->line.value[k] = p->value[k];
    return &p->line;
}

static void is(const struct estimate *e, double mean, double error)
{
    ck_assert_double_eq_tol(e->mean, mean, 1e-12);
    ck_assert_double_eq_tol(e->error, error, 1e-12);
}

START_TEST(of_one_game_the_runs_vary)
{
    struct pair a, b;
    struct study_cell cell;
    const struct study_line *own[] = {line_of(&a, 1, 3)};
    const struct study_line *other[] = {line_of(&b, 1, 1)};
    study_cell(&cell, own, other, 1);
    ck_assert_uint_eq(cell.games, 1);
    is(&cell.of[STUDY_DISTANCE], 2, 1); /* sqrt(((1-2)^2 + (3-2)^2) / 1) / sqrt(2) */
    is(&cell.of[STUDY_VOLUME], 0.75, 0.25);
    is(&cell.of[STUDY_AGREED], 0.5, 0.5);
    is(&cell.of[STUDY_FIRST], 0, 1);
    is(&cell.difference, 1, 1); /* of 0 and 2 */
    ck_assert_uint_eq(cell.difference.n, 2);
    study_cell(&cell, own, NULL, 1);
    is(&cell.difference, 0, 0);
    ck_assert_uint_eq(cell.difference.n, 0);
}
END_TEST

START_TEST(of_many_games_their_means_vary)
{
    struct pair a[2], b[2];
    struct study_cell cell;
    const struct study_line *own[] = {line_of(&a[0], 1, 2), line_of(&a[1], 3, 6)};
    const struct study_line *other[] = {line_of(&b[0], 0, 1), line_of(&b[1], 2, 3)};
    study_cell(&cell, own, other, 2);
    ck_assert_uint_eq(cell.games, 2);
    is(&cell.of[STUDY_DISTANCE], 3, 1.5); /* of 1.5 and 4.5 */
    is(&cell.of[STUDY_VOLUME], 0.75, 0);  /* the same in both */
    is(&cell.difference, 1.5, .5); /* of 1 and 2: paired, so the games cancel out */
}
END_TEST

START_TEST(games_with_nothing_to_find_do_not_count)
{
    struct pair a[4];
    struct study_cell cell;
    const struct study_line *own[] = {line_of(&a[0], 1, 2), line_of(&a[1], 100, 100),
                                      line_of(&a[2], 3, 6), line_of(&a[3], 100, 100)};
    a[0].line.grade = TRUTH_EXACT;
    a[0].line.beyond = NAN;
    a[1].line.beyond = 100;
    a[2].line.beyond = 0.5;
    a[1].line.better = false;
    a[1].line.grade = TRUTH_KNOWN;
    a[2].line.grade = TRUTH_POINTS;
    a[3].line.found = a[3].line.better = false;
    study_cell(&cell, own, NULL, 4);
    ck_assert_uint_eq(cell.games, 2);
    ck_assert_uint_eq(cell.nothing, 1);
    ck_assert_uint_eq(cell.skipped, 1);
    ck_assert_int_eq(cell.grade, TRUTH_POINTS);
    ck_assert_uint_eq(cell.beyond.n, 1);
    is(&cell.beyond, 0.5, 0);
    is(&cell.of[STUDY_DISTANCE], 3, 1.5);
    own[2] = own[1];
    study_cell(&cell, own, NULL, 2);
    is(&cell.of[STUDY_DISTANCE], 1.5, 0.5); /* one game is left: its runs vary */
}
END_TEST

UNIT_MAIN("study_table", of_one_game_the_runs_vary, of_many_games_their_means_vary,
          games_with_nothing_to_find_do_not_count)
