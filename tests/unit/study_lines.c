/* SPDX-License-Identifier: MIT */
/* Outputs of shards become those of the whole, or are refused. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/study.h"
#include "tests/unit/unit.h"

enum { SHARDS = 3, GAMES = 7, RUNS = 2 };

static struct study_plan plan;

static void prepare(void)
{
    plan = (struct study_plan){.games = "made up",
                               .n_games = GAMES,
                               .n_concepts = 1,
                               .n_discounts = 1,
                               .discount = {0.1},
                               .study = {.n_contenders = 2,
                                         .n_budgets = 2,
                                         .contender = {{.name = "a"}, {.name = "b"}},
                                         .budget = {5, 20},
                                         .runs = RUNS,
                                         .seed = 12}};
}

/* Unit k, whose distances are k + 0.25, k + 1.25 and so on; the last one is left out.
 */
static void put_unit(FILE *out, uint64_t unit)
{
    struct bout_measures measures[4 * RUNS] = {{0}};
    const struct study_result r = {.grade = TRUTH_KNOWN,
                                   .beyond = unit == 4 ? 0.125 : NAN,
                                   .better = true,
                                   .measures = measures};
    const struct game g = {.shape = {.n_players = 2}};
    struct study s = plan.study;
    s.contest.game = &g;
    for (unsigned k = 0; k < 4 * RUNS; k++)
        measures[k].distance = (double)unit + k + 0.25;
    lines_unit(out, &plan, unit, "a \"game\"", &s, unit + 1 == GAMES ? NULL : &r);
}

static char *output(uint64_t shard, uint64_t shards)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    lines_head(out, &plan, shard, shards);
    for (uint64_t k = GAMES * (shard - 1) / shards; k < GAMES * shard / shards; k++)
        put_unit(out, k);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

START_TEST(shards_in_any_order_become_the_whole)
{
    char reason[REASON_SIZE] = "", *whole = output(1, 1), *text[SHARDS], *merged;
    static const char *const names[] = {"one", "two", "three"};
    size_t size;
    struct study_lines *l = lines_new();
    for (int k = SHARDS - 1; k >= 0; k--) {
        text[k] = output((uint64_t)k + 1, SHARDS);
        ck_assert_int_eq(lines_whole(l, reason),
                         k == SHARDS - 1 ? STATUS_OK : STATUS_USAGE);
        ck_assert_int_eq(lines_add(l, names[k], text[k], reason), STATUS_OK);
    }
    ck_assert_int_eq(lines_whole(l, reason), STATUS_OK);
    FILE *out = open_memstream(&merged, &size);
    lines_print(l, out);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_str_eq(merged, whole);
    ck_assert_uint_eq(lines_units(l), GAMES);
    const struct study_line *line = lines_line(l, 4, 1, 0);
    ck_assert_str_eq(line->group, "a \"game\"");
    ck_assert_str_eq(line->concept, "nash");
    ck_assert_uint_eq(line->runs, RUNS);
    ck_assert_double_eq(line->value[STUDY_DISTANCE][1], 4 + 5 + 0.25);
    ck_assert(line->found && line->better && line->grade == TRUTH_KNOWN);
    ck_assert_double_eq(line->beyond, 0.125);
    ck_assert(isnan(lines_line(l, 3, 1, 0)->beyond));
    ck_assert(!lines_line(l, GAMES - 1, 0, 0)->found);
    lines_free(l);
    for (int k = 0; k < SHARDS; k++)
        free(text[k]);
    free(whole);
    free(merged);
}
END_TEST

/* A second output that does not go with the first, and what is said of it. */
static void refused(char *text, const char *why)
{
    char reason[REASON_SIZE] = "", *first = output(1, SHARDS);
    struct study_lines *l = lines_new();
    ck_assert_int_eq(lines_add(l, "first", first, reason), STATUS_OK);
    ck_assert_int_eq(lines_add(l, "second", text, reason), STATUS_USAGE);
    ck_assert_msg(strncmp(reason, "second", 6) == 0 && strstr(reason, why) != NULL,
                  "said \"%s\", not \"%s\"", reason, why);
    lines_free(l);
    free(first);
    free(text);
}

static char *changed(char *text, const char *from, const char *to)
{
    char *at = strstr(text, from);
    ck_assert_ptr_nonnull(at);
    ck_assert_uint_eq(strlen(from), strlen(to));
    while (*to != 0)
        *at++ = *to++;
    return text;
}

static char *cut(char *text, size_t from_end)
{
    text[strlen(text) - from_end] = 0;
    return text;
}

START_TEST(what_does_not_belong_is_refused_by_name)
{
    refused(strdup(""), "no whole line");
    refused(strdup("{}\n"), "does not begin");
    refused(strdup("[1, 2\n"), "does not begin");
    refused(output(1, SHARDS), "is shard 1, as first is");
    refused(output(2, SHARDS + 1), "other shards");
    plan.study.seed = 13;
    char *other = output(2, SHARDS);
    plan.study.seed = 12;
    refused(other, "another study");
    refused(cut(output(2, SHARDS), 1), ":9: ends before it is whole");
    refused(cut(output(2, SHARDS), 200), "ends before it is whole");
    refused(changed(output(2, SHARDS), "\"unit\": 3", "\"unit\": 2"), ":6: is not");
    refused(changed(output(2, SHARDS), "\"b\", \"q", "\"a\", \"q"), ":4: is not");
    refused(changed(output(2, SHARDS), "2.25", "null"), ":2: is not");
    refused(changed(output(2, SHARDS), "beyond", "beside"), ":2: is not");
    refused(changed(output(2, SHARDS), "best known", "best unowd"), ":2: is not");
    char *longer = output(2, SHARDS), *last = output(3, SHARDS);
    char *both = malloc(strlen(longer) + strlen(last) + 1);
    (void)strcat(strcpy(both, longer), strchr(last, '\n') + 1);
    free(longer);
    free(last);
    refused(both, "goes on behind its end");
}
END_TEST

UNIT_MAIN_AFTER(prepare(), "study_lines", shards_in_any_order_become_the_whole,
                what_does_not_belong_is_refused_by_name)
