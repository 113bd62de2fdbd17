/* SPDX-License-Identifier: MIT */
/* Table 1 and Figure 2. */
#include <math.h>
#include <string.h>

#include "cli/reproduce.h"
#include "study/paper_published.h"

const char *const reproduce_versions[] = {"authors", "written", "repaired"};
const char *const reproduce_concepts[] = {"NE", "CE"};
const char *const reproduce_samplers[] = {"eq", "rn", "op1", "op2"};

void mean_add(struct mean *m, double value)
{
    const double before = value - m->mean;
    m->mean += before / (double)++m->n;
    m->squares += before * (value - m->mean);
}

double mean_error(const struct mean *m)
{
    if (m->n < 2)
        return 0;
    return sqrt(m->squares / (double)(m->n - 1) / (double)m->n);
}

/* ---- Table 1 ---- */

static const char *const table1_columns[] = {"game",    "delta", "published",
                                             "spacing", "bound", NULL};

static void fill_table1(struct sheet *sheets, const struct reproduction *r)
{
    static const char *const spacings[] = {"1/(2(K-1))", "1/K"};
    (void)r;
    sheets[0].column = table1_columns;
    for (int game = 0; game < PAPER_GAMES; game++)
        for (int d = 0; d < PAPER_DISCOUNTS; d++)
            for (int s = PAPER_SPACING_EQUATION; s <= PAPER_SPACING_TABLE; s++) {
                sheet_text(&sheets[0], paper_games[game].label);
                sheet_number(&sheets[0], paper_discounts[d]);
                sheet_number(&sheets[0], published_table1[game][d]);
                sheet_text(&sheets[0], spacings[s]);
                sheet_number(&sheets[0],
                             paper_bound(&paper_games[game], 0, paper_discounts[d],
                                         PAPER_SAMPLES, (enum paper_spacing)s));
            }
}

static void say_table1(FILE *out, const struct reproduction *r)
{
    (void)r;
    (void)fputs("Table 1: the bound (20) on what equispaced sampling with K = 50 may "
                "miss, as\nthe paper prints it, with the spacing that it was computed "
                "with, and with that\nof its own equation (23)\n\n"
                "game  delta    paper  spacing 1/K  1/(2(K-1))  what is missed\n",
                out);
    for (int game = 0; game < PAPER_GAMES; game++)
        for (int d = 0; d < PAPER_DISCOUNTS; d++) {
            const struct paper_payoffs *g = &paper_games[game];
            const double delta = paper_discounts[d];
            (void)fprintf(
                out, "%-4s  %5.1f  %7.4f  %11.4f  %10.4f  %14d\n", g->label, delta,
                published_table1[game][d],
                paper_bound(g, 0, delta, PAPER_SAMPLES, PAPER_SPACING_TABLE),
                paper_bound(g, 0, delta, PAPER_SAMPLES, PAPER_SPACING_EQUATION), 0);
        }
    (void)fputs(
        "\nThe printed numbers are those of the spacing 1/K. Equation (23) has "
        "1/(2(K-1)),\nhalf the distance between neighbours, which makes all of them "
        "smaller by 50/98.\nNothing of it is ever missed: a payoff is affine in one's "
        "own mixed action, so the\nbest deviation is a pure action, and the grid {0, "
        "1/49, .., 1} has both.\n",
        out);
}

const struct figure reproduce_table1 = {.name = "table1",
                                        .title = "Table 1",
                                        .sheets = {"table1"},
                                        .fill = fill_table1,
                                        .say = say_table1};

/* ---- Figure 2 ---- */

struct figure2 {
    struct mean threat[2]; /* to the curve; to points of it */
    struct figure2_means {
        struct mean distance[2];
        uint64_t agreed;
    } cell[PAPER_VERSIONS][PAPER_CONCEPTS][PAPER_SAMPLERS][FIGURE2_BUDGETS];
};

static void figure2_fold(struct figure2 *f, const struct reproduction *r)
{
    memset(f, 0, sizeof *f);
    for (uint64_t k = 0; k < r->runs; k++) {
        const struct figure2_run *run = (const struct figure2_run *)r->data + k;
        const struct distances *in = &run->negotiated[0][0][0][0];
        struct figure2_means *into = &f->cell[0][0][0][0];
        mean_add(&f->threat[0], run->threat.curve);
        mean_add(&f->threat[1], run->threat.points);
        for (size_t c = 0; c < sizeof f->cell / sizeof f->cell[0][0][0][0]; c++) {
            mean_add(&into[c].distance[0], in[c].curve);
            mean_add(&into[c].distance[1], in[c].points);
            into[c].agreed += in[c].agreed;
        }
    }
}

static bool run_figure2(void *out, struct paper_workshop *w, uint64_t seed,
                        uint32_t run)
{
    return figure2_run(out, w, seed, run);
}

static const char *const figure2_columns[] = {"version",
                                              "concept",
                                              "sampler",
                                              "questions",
                                              "mean_xi",
                                              "standard_error",
                                              "agreed",
                                              "mean_xi_to_200_points",
                                              "published_mean_xi",
                                              NULL};

static void figure2_row(struct sheet *s, const char *const names[3], uint32_t questions,
                        const struct mean m[2], double agreed, double published)
{
    for (int k = 0; k < 3; k++)
        sheet_text(s, names[k]);
    sheet_number(s, questions);
    sheet_number(s, m[0].mean);
    sheet_number(s, mean_error(&m[0]));
    sheet_number(s, agreed);
    sheet_number(s, m[1].mean);
    if (published >= 0)
        sheet_number(s, published);
    else
        sheet_nothing(s);
}

static void fill_figure2(struct sheet *sheets, const struct reproduction *r)
{
    static struct figure2 f; /* large */
    figure2_fold(&f, r);
    sheets[0].column = figure2_columns;
    for (unsigned k = 0; k < FIGURE2_BUDGETS; k++) {
        const char *const names[] = {"authors", "static", "rm"};
        figure2_row(&sheets[0], names, figure2_budgets[k], f.threat, 0,
                    PUBLISHED_STATIC);
    }
    for (int v = 0; v < PAPER_VERSIONS; v++)
        for (int c = 0; c < PAPER_CONCEPTS; c++)
            for (int s = 0; s < PAPER_SAMPLERS; s++)
                for (unsigned k = 0; k < FIGURE2_BUDGETS; k++) {
                    const struct figure2_means *m = &f.cell[v][c][s][k];
                    const char *const names[] = {reproduce_versions[v],
                                                 reproduce_concepts[c],
                                                 reproduce_samplers[s]};
                    figure2_row(&sheets[0], names, figure2_budgets[k], m->distance,
                                (double)m->agreed / (double)r->runs,
                                v == PAPER_AUTHORS
                                    ? published_distance((enum paper_concept)c,
                                                         (enum paper_sampler)s,
                                                         figure2_budgets[k])
                                    : -1);
                }
}

static const char *const long_names[] = {
    "equispaced (eq)", "random (rn)", "SOO, lambda 1/2 (op1)", "SOO, lambda 1 (op2)"};

static void say_row(FILE *out, const char *name, const struct figure2_means *row,
                    int measure)
{
    (void)fprintf(out, "  %-20s", name);
    for (unsigned k = 0; k < FIGURE2_BUDGETS; k++)
        (void)fprintf(out, " %6.3f", row[k].distance[measure].mean);
    (void)fputc('\n', out);
}

static void say_published(FILE *out, enum paper_concept c, enum paper_sampler s)
{
    (void)fprintf(out, "  %-20s", "paper");
    for (unsigned k = 0; k < FIGURE2_BUDGETS; k++) {
        const double xi = published_distance(c, s, figure2_budgets[k]);
        if (xi >= 0)
            (void)fprintf(out, " %6.3f", xi);
        else
            (void)fputs("      -", out);
    }
    (void)fputc('\n', out);
}

static unsigned budget_index(uint32_t questions)
{
    for (unsigned k = 0; k < FIGURE2_BUDGETS; k++)
        if (figure2_budgets[k] == questions)
            return k;
    return 0;
}

static void say_slips(FILE *out, const struct figure2 *f, uint64_t runs)
{
    const unsigned ten = budget_index(10), hundred = budget_index(100);
    const struct figure2_means(*of)[PAPER_CONCEPTS][PAPER_SAMPLERS][FIGURE2_BUDGETS] =
        f->cell;
    const struct figure2_means *asks_nobody = of[PAPER_AUTHORS][PAPER_NE][0];
    (void)fprintf(
        out,
        "\nWhat follows from a slip of the program that made the published figure:\n"
        "- eq asks nobody: it intersects two random subsets of the grid. A_s is empty "
        "in\n  %.0f %% of the runs at 10 questions; xi is %.3f there, and %.3f where "
        "players ask,\n  as Algorithm 2 says. That alone makes it the worst curve.\n",
        100 - 100 * (double)asks_nobody[ten].agreed / (double)runs,
        asks_nobody[ten].distance[1].mean,
        of[PAPER_WRITTEN][PAPER_NE][0][ten].distance[0].mean);
    (void)fprintf(
        out,
        "- CE with SOO searches a cube five sixths of which are no distributions: xi "
        "is\n  %.3f at 100 questions, and %.3f where the cube is mapped onto the "
        "simplex.\n"
        "- SOO's cells stop being a partition: NE at 100 questions %.4f, with a "
        "partition\n  %.4f.\n",
        of[PAPER_AUTHORS][PAPER_CE][2][hundred].distance[1].mean,
        of[PAPER_WRITTEN][PAPER_CE][2][hundred].distance[0].mean,
        of[PAPER_AUTHORS][PAPER_NE][2][hundred].distance[1].mean,
        of[PAPER_WRITTEN][PAPER_NE][2][hundred].distance[0].mean);
    (void)fprintf(
        out,
        "- xi is taken to 200 points of the curve: for the static equilibrium %.4f, to "
        "the\n  curve itself %.4f.\n"
        "- The lottery's index is rounded, which halves the chance of the first and of "
        "the\n  last; (13) never draws the last; ours draws each alike.\n"
        "- Cooperation for sure has xi = 0 and is one of four pure profiles: with "
        "cells that\n  are evaluated at the border SOO finds it at once (ours).\n",
        f->threat[1].mean, f->threat[0].mean);
}

static void say_figure2(FILE *out, const struct reproduction *r)
{
    static struct figure2 f; /* large */
    double error = 0;
    figure2_fold(&f, r);
    (void)fprintf(out,
                  "Figure 2: mean distance xi from the frontier (24); prisoner's "
                  "dilemma, delta 0.9,\n%llu runs\n\n  %-20s",
                  (unsigned long long)r->runs, "questions N_c");
    for (unsigned k = 0; k < FIGURE2_BUDGETS; k++)
        (void)fprintf(out, " %6u", figure2_budgets[k]);
    (void)fprintf(out,
                  "\n\nstatic equilibrium (RM): paper %.3f, here %.4f (%.4f to the "
                  "curve)\n",
                  PUBLISHED_STATIC, f.threat[1].mean, f.threat[0].mean);
    for (int c = 0; c < PAPER_CONCEPTS; c++)
        for (int s = 0; s < PAPER_SAMPLERS; s++) {
            (void)fprintf(out, "\n%s, %s\n", reproduce_concepts[c], long_names[s]);
            say_published(out, (enum paper_concept)c, (enum paper_sampler)s);
            say_row(out, "its program", f.cell[PAPER_AUTHORS][c][s], 1);
            say_row(out, "as it is written", f.cell[PAPER_WRITTEN][c][s], 0);
            say_row(out, "ours", f.cell[PAPER_REPAIRED][c][s], 0);
            for (int v = 0; v < PAPER_VERSIONS; v++)
                for (unsigned k = 0; k < FIGURE2_BUDGETS; k++)
                    error = fmax(error, mean_error(&f.cell[v][c][s][k].distance[0]));
        }
    (void)fprintf(out, "\nNo standard error is above %.3f.\n", error);
    say_slips(out, &f, r->runs);
}

const struct figure reproduce_figure2 = {.name = "figure2",
                                         .title = "Figure 2",
                                         .drawn = true,
                                         .run_size = sizeof(struct figure2_run),
                                         .run = run_figure2,
                                         .sheets = {"figure2"},
                                         .fill = fill_figure2,
                                         .say = say_figure2};
