/* SPDX-License-Identifier: MIT */
/* Figures 3 and 4. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/reproduce.h"
#include "study/paper_published.h"
#include "study/paper_region.h"

/* ---- Figure 3 ---- */

/* By player. */
struct figure3_means {
    struct mean over_matching[2]; /* the increment over what regret matching found */
    struct mean over_threat[2];   /* over the threat that was used */
    uint64_t agreed;
};
struct figure3 {
    struct figure3_means cell[PAPER_GAMES][PAPER_DISCOUNTS][PAPER_VERSIONS]
                             [PAPER_CONCEPTS][PAPER_SAMPLERS];
};

static void fold_outcome(struct figure3_means *m, const struct paper_outcome *o,
                         const double threat[2])
{
    for (int i = 0; i < 2; i++) {
        mean_add(&m->over_matching[i], o->payoff[i] - threat[i]);
        mean_add(&m->over_threat[i], o->gained[i]);
    }
    m->agreed += o->agreed;
}

static void figure3_fold(struct figure3 *f, const struct reproduction *r)
{
    memset(f, 0, sizeof *f);
    for (uint64_t k = 0; k < r->runs; k++)
        for (int g = 0; g < PAPER_GAMES; g++)
            for (int d = 0; d < PAPER_DISCOUNTS; d++) {
                const struct figure3_cell *in =
                    &((const struct figure3_run *)r->data)[k].cell[g][d];
                const struct paper_outcome *outcome = &in->negotiated[0][0][0];
                struct figure3_means *into = &f->cell[g][d][0][0][0];
                for (int c = 0; c < PAPER_VERSIONS * PAPER_CONCEPTS * PAPER_SAMPLERS;
                     c++)
                    fold_outcome(&into[c], &outcome[c], in->threat);
            }
}

static bool run_figure3(void *out, struct paper_workshop *w, uint64_t seed,
                        uint32_t run)
{
    memset(out, 0, sizeof(struct figure3_run));
    return figure3_run(out, w, seed, run, (1u << PAPER_VERSIONS) - 1);
}

static const char *const figure3_columns[] = {
    "game",      "delta",          "version",     "concept", "sampler",   "player",
    "increment", "standard_error", "over_threat", "agreed",  "questions", "published",
    NULL};

static void figure3_rows(struct sheet *s, const struct figure3 *f, uint64_t runs, int g,
                         int d)
{
    for (int v = 0; v < PAPER_VERSIONS; v++)
        for (int c = 0; c < PAPER_CONCEPTS; c++)
            for (int k = 0; k < PAPER_SAMPLERS; k++)
                for (int i = 0; i < 2; i++) {
                    const struct figure3_means *m = &f->cell[g][d][v][c][k];
                    sheet_text(s, paper_games[g].label);
                    sheet_number(s, paper_discounts[d]);
                    sheet_text(s, reproduce_versions[v]);
                    sheet_text(s, reproduce_concepts[c]);
                    sheet_text(s, reproduce_samplers[k]);
                    sheet_number(s, i + 1);
                    sheet_number(s, m->over_matching[i].mean);
                    sheet_number(s, mean_error(&m->over_matching[i]));
                    sheet_number(s, m->over_threat[i].mean);
                    sheet_number(s, (double)m->agreed / (double)runs);
                    sheet_number(s, FIGURE3_QUESTIONS);
                    if (v == PAPER_AUTHORS)
                        sheet_number(
                            s, published_increment((enum paper_game)g, (unsigned)d,
                                                   (enum paper_concept)c,
                                                   (enum paper_sampler)k, (unsigned)i));
                    else
                        sheet_nothing(s);
                }
}

static void fill_figure3(struct sheet *sheets, const struct reproduction *r)
{
    static struct figure3 f; /* large */
    figure3_fold(&f, r);
    sheets[0].column = figure3_columns;
    for (int g = 0; g < PAPER_GAMES; g++)
        for (int d = 0; d < PAPER_DISCOUNTS; d++)
            figure3_rows(&sheets[0], &f, r->runs, g, d);
}

static double both(const struct mean m[2])
{
    return (m[0].mean + m[1].mean) / 2;
}

static void say_game(FILE *out, const struct figure3 *f, int g)
{
    (void)fprintf(out, "\n%s (%s)\n", paper_games[g].name, paper_games[g].label);
    for (int c = 0; c < PAPER_CONCEPTS; c++)
        for (int s = 0; s < PAPER_SAMPLERS; s++) {
            (void)fprintf(out, "  %s %-4s", reproduce_concepts[c],
                          reproduce_samplers[s]);
            for (int d = 0; d < PAPER_DISCOUNTS; d++) {
                (void)fputs(d > 0 ? "  |" : " ", out);
                for (int v = 0; v < PAPER_VERSIONS; v++) {
                    const double gain = both(f->cell[g][d][v][c][s].over_matching);
                    /* No minus in front of what is printed as nothing. */
                    (void)fprintf(out, " %6.3f", fabs(gain) < 5e-4 ? 0 : gain);
                }
            }
            (void)fputc('\n', out);
        }
}

/* How far the program is from what its authors recorded, at most; mean of both players.
 */
static double farthest(const struct figure3 *f)
{
    double most = 0;
    for (int g = 0; g < PAPER_GAMES; g++)
        for (int d = 0; d < PAPER_DISCOUNTS; d++)
            for (int c = 0; c < PAPER_CONCEPTS; c++)
                for (int s = 0; s < PAPER_SAMPLERS; s++) {
                    double off = both(f->cell[g][d][PAPER_AUTHORS][c][s].over_matching);
                    for (unsigned i = 0; i < 2; i++)
                        off -= published_increment((enum paper_game)g, (unsigned)d,
                                                   (enum paper_concept)c,
                                                   (enum paper_sampler)s, i) /
                               2;
                    most = fmax(most, fabs(off));
                }
    return most;
}

static void say_figure3(FILE *out, const struct reproduction *r)
{
    static struct figure3 f; /* large */
    figure3_fold(&f, r);
    (void)fprintf(
        out,
        "Figure 3: what a negotiation pays more than the static equilibrium that "
        "regret\nmatching finds; mean of both players and of %llu runs, %d questions "
        "each. The paper\nhas a picture without numbers: a gain in PD at 0.5 and 0.9, "
        "and none elsewhere.\nFrom its authors' records the program differs by %.3f at "
        "most.\n\n",
        (unsigned long long)r->runs, FIGURE3_QUESTIONS, farthest(&f));
    (void)fputs(
        "               delta 0.1              delta 0.5              delta "
        "0.9\n          program written  ours | program written  ours | program "
        "written  ours\n",
        out);
    for (int g = 0; g < PAPER_GAMES; g++)
        say_game(out, &f, g);
    (void)fprintf(
        out,
        "\nProgram: what made the published figure. Written: the paper's algorithm. "
        "Ours: the\nsamplers of a node, exact static equilibria as threats.\n"
        "- PD, NE eq at 0.9: the program asks nobody and gains %.2f; as it is written "
        "%.2f.\n"
        "- In BS and CG regret matching ends near a pure equilibrium that favours one "
        "player,\n  and nothing is better for both. Our threat treats them alike (2/3 "
        "each, -1/10\n  each): what is agreed on in BS (NE op1, 0.9) pays %.2f more "
        "than "
        "it. Where nothing\n  better is found or held (CG; BS by random mixed "
        "profiles), "
        "that is less than the\n  mean of the two pure equilibria.\n",
        both(f.cell[PAPER_PD][2][PAPER_AUTHORS][PAPER_NE][0].over_matching),
        both(f.cell[PAPER_PD][2][PAPER_WRITTEN][PAPER_NE][0].over_matching),
        both(f.cell[PAPER_BS][2][PAPER_REPAIRED][PAPER_NE][2].over_threat));
}

const struct figure reproduce_figure3 = {.name = "figure3",
                                         .title = "Figure 3",
                                         .drawn = true,
                                         .run_size = sizeof(struct figure3_run),
                                         .run = run_figure3,
                                         .sheets = {"figure3"},
                                         .fill = fill_figure3,
                                         .say = say_figure3};

/* ---- Figure 4 ---- */

static bool run_figure4(void *out, struct paper_workshop *w, uint64_t seed,
                        uint32_t run)
{
    return figure4_run(out, w, seed, run);
}

static const char *const figure4_columns[] = {"panel", "kind", "u1",
                                              "u2",    "runs", NULL};
static const char *const region_columns[] = {"panel", "kind", "piece", "u1",
                                             "low",   "high", NULL};
static const char *const panel_names[FIGURE4_PANELS] = {"a", "b", "c", "d"};

static void add_spot(struct sheet *s, unsigned panel, const char *kind,
                     const double payoff[2], uint64_t runs)
{
    sheet_text(s, panel_names[panel]);
    sheet_text(s, kind);
    sheet_number(s, payoff[0]);
    sheet_number(s, payoff[1]);
    sheet_number(s, (double)runs);
}

struct ending {
    double payoff[2];
};

static int by_payoff(const void *one, const void *other)
{
    const struct ending *a = one, *b = other;
    for (int i = 0; i < 2; i++)
        if (a->payoff[i] < b->payoff[i] || a->payoff[i] > b->payoff[i])
            return a->payoff[i] < b->payoff[i] ? -1 : 1;
    return 0;
}

/* What n runs ended with, each payoff once. */
static void add_endings(struct sheet *s, unsigned panel, const char *kind,
                        struct ending *e, uint64_t n)
{
    qsort(e, n, sizeof *e, by_payoff);
    for (uint64_t k = 0, same; k < n; k += same) {
        for (same = 1; k + same < n && by_payoff(&e[k], &e[k + same]) == 0;)
            same++;
        add_spot(s, panel, kind, e[k].payoff, same);
    }
}

static void add_runs(struct sheet *s, const struct reproduction *r, unsigned panel)
{
    static const char *const kinds[] = {"rm", "written", "repaired"};
    struct ending *e = calloc(r->runs, sizeof *e);
    s->short_of_memory |= e == NULL;
    for (int kind = 0; kind < 3 && e != NULL; kind++) {
        for (uint64_t k = 0; k < r->runs; k++) {
            const struct figure4_run *run = (const struct figure4_run *)r->data + k;
            memcpy(e[k].payoff,
                   kind == 0   ? run->panel[panel].threat
                   : kind == 1 ? run->panel[panel].written.payoff
                               : run->panel[panel].repaired.payoff,
                   sizeof e[k].payoff);
        }
        add_endings(s, panel, kinds[kind], e, r->runs);
    }
    free(e);
}

static void add_region(struct sheet *s, unsigned panel, bool kept)
{
    static struct paper_region region; /* large */
    const struct figure4_panel *shown = &figure4_panels[panel];
    const struct published_static *statics;
    struct paper_case c;
    (void)published_statics(&statics, shown->game);
    paper_case_set(&c, &paper_games[shown->game], PAPER_NE, shown->discount,
                   statics[0].payoff);
    paper_region_fill(&region, &c, kept);
    for (uint32_t k = 0; k < region.n; k++) {
        sheet_text(s, panel_names[panel]);
        sheet_text(s, kept ? "kept" : "possible");
        sheet_number(s, region.column[k].piece);
        sheet_number(s, region.column[k].at);
        sheet_number(s, region.column[k].low);
        sheet_number(s, region.column[k].high);
    }
}

static void fill_panel(struct sheet *sheets, const struct reproduction *r,
                       unsigned panel)
{
    static struct paper_accepted accepted; /* large */
    const struct published_static *statics;
    const unsigned n = published_statics(&statics, figure4_panels[panel].game);
    for (unsigned k = 0; k < n; k++)
        add_spot(&sheets[0], panel, "static", statics[k].payoff, 0);
    figure4_accepted(&accepted, r->workshop, r->seed, 0, panel);
    for (uint32_t k = 0; k < accepted.n; k++)
        add_spot(&sheets[0], panel, "accepted", accepted.row[k].payoff, 1);
    add_runs(&sheets[0], r, panel);
    add_region(&sheets[1], panel, false);
    add_region(&sheets[1], panel, true);
}

static void fill_figure4(struct sheet *sheets, const struct reproduction *r)
{
    sheets[0].column = figure4_columns;
    sheets[1].column = region_columns;
    for (unsigned panel = 0; panel < FIGURE4_PANELS; panel++)
        fill_panel(sheets, r, panel);
}

struct spread {
    struct mean payoff[2];
    uint64_t agreed;
};

static void say_spread(FILE *out, const char *name, const struct spread *s,
                       uint64_t runs)
{
    (void)fprintf(out, "    %-18s (%.3f, %.3f) +- (%.3f, %.3f)", name,
                  s->payoff[0].mean, s->payoff[1].mean, mean_error(&s->payoff[0]),
                  mean_error(&s->payoff[1]));
    if (s->agreed > 0)
        (void)fprintf(out, ", agreed in %.0f %%",
                      100 * (double)s->agreed / (double)runs);
    (void)fputc('\n', out);
}

static void say_figure4(FILE *out, const struct reproduction *r)
{
    (void)fprintf(out,
                  "Figure 4: payoffs of mixed profiles: what regret matching and the "
                  "negotiations of %llu\nruns end with, and their standard errors\n",
                  (unsigned long long)r->runs);
    for (unsigned k = 0; k < FIGURE4_PANELS; k++) {
        struct spread s[3] = {0};
        for (uint64_t n = 0; n < r->runs; n++) {
            const struct figure4_run *run = (const struct figure4_run *)r->data + n;
            for (int i = 0; i < 2; i++) {
                mean_add(&s[0].payoff[i], run->panel[k].threat[i]);
                mean_add(&s[1].payoff[i], run->panel[k].written.payoff[i]);
                mean_add(&s[2].payoff[i], run->panel[k].repaired.payoff[i]);
            }
            s[1].agreed += run->panel[k].written.agreed;
            s[2].agreed += run->panel[k].repaired.agreed;
        }
        (void)fprintf(out, "  %s, %u questions\n", figure4_panels[k].title,
                      figure4_panels[k].questions);
        say_spread(out, "regret matching", &s[0], r->runs);
        say_spread(out, "as it is written", &s[1], r->runs);
        say_spread(out, "ours", &s[2], r->runs);
    }
    (void)fputs(
        "\nThe paper prints a picture and no numbers: in PD a region that grows with "
        "delta, with\nagreements at its upper right; in BS regret matching ends where "
        "nothing is better.\nOurs threatens with (2/3, 2/3) in BS, and ends at one of "
        "the two pure equilibria.\n",
        out);
}

const struct figure reproduce_figure4 = {.name = "figure4",
                                         .title = "Figure 4",
                                         .drawn = true,
                                         .run_size = sizeof(struct figure4_run),
                                         .run = run_figure4,
                                         .sheets = {"figure4", "figure4-regions"},
                                         .fill = fill_figure4,
                                         .say = say_figure4};
