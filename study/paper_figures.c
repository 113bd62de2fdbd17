/* SPDX-License-Identifier: MIT */
#include "study/paper_figures.h"

#include <string.h>

const uint32_t figure2_budgets[FIGURE2_BUDGETS] = {5,  10,  20,  30, 50,
                                                   70, 100, 150, 200};
const double paper_discounts[PAPER_DISCOUNTS] = {0.1, 0.5, 0.9};

/* Which stream of random numbers is for what. */
enum { STREAM_FIGURE2 = 2, STREAM_FIGURE3 = 3, STREAM_FIGURE4 = 4 };

/* What regret matching finds pays the players this. */
static void find_threat(double payoff[2], enum paper_game game, struct prng *p)
{
    double share[2];
    paper_threat(share, &paper_games[game], PAPER_ROUNDS, p);
    const struct paper_point average = {{share[0], share[1]}};
    paper_payoff(payoff, &paper_games[game], PAPER_NE, &average);
}

/* Everybody starts from the same threat, and draws from a stream of its own. */
static struct prng task_stream(const struct paper_task *t, struct prng base)
{
    const uint32_t numbers[] = {t->version, t->concept, t->sampler, t->questions};
    return paper_stream(prng_next(&base), numbers, 4);
}

static bool negotiate(struct paper_outcome *out, struct paper_workshop *w,
                      const struct paper_task *t, struct prng base)
{
    struct prng p = task_stream(t, base);
    return paper_negotiate(out, w, t, &p);
}

/* ---- Figure 2 ---- */

static struct distances measure(const double payoff[2], bool agreed)
{
    return (struct distances){paper_distance(payoff),
                              paper_distance_to_points(payoff, FIGURE2_POINTS), agreed};
}

bool figure2_run(struct figure2_run *out, struct paper_workshop *w, uint64_t seed,
                 uint32_t run)
{
    const uint32_t numbers[] = {STREAM_FIGURE2, run};
    struct prng p = paper_stream(seed, numbers, 2);
    struct paper_task t = {.game = PAPER_PD, .discount = 0.9};
    bool whole = true;
    memset(out, 0, sizeof *out); /* padding too: it is handed on as bytes */
    find_threat(t.threat, t.game, &p);
    out->threat = measure(t.threat, false);
    for (int v = 0; v < PAPER_VERSIONS; v++)
        for (int c = 0; c < PAPER_CONCEPTS; c++)
            for (int s = 0; s < PAPER_SAMPLERS; s++)
                for (unsigned k = 0; whole && k < FIGURE2_BUDGETS; k++) {
                    struct paper_outcome o;
                    t.version = (enum paper_version)v;
                    t.concept = (enum paper_concept)c;
                    t.sampler = (enum paper_sampler)s;
                    t.questions = figure2_budgets[k];
                    whole = negotiate(&o, w, &t, p);
                    out->negotiated[v][c][s][k] = measure(o.payoff, o.agreed);
                }
    return whole;
}

/* ---- Figure 3 ---- */

static bool fill_cell(struct figure3_cell *cell, struct paper_workshop *w,
                      struct paper_task *t, struct prng p, unsigned versions)
{
    bool whole = true;
    for (int v = 0; v < PAPER_VERSIONS; v++)
        for (int c = 0; c < PAPER_CONCEPTS; c++)
            for (int s = 0; s < PAPER_SAMPLERS; s++) {
                if (!whole || (versions & 1u << v) == 0)
                    continue;
                t->version = (enum paper_version)v;
                t->concept = (enum paper_concept)c;
                t->sampler = (enum paper_sampler)s;
                whole = negotiate(&cell->negotiated[v][c][s], w, t, p);
            }
    return whole;
}

bool figure3_run(struct figure3_run *out, struct paper_workshop *w, uint64_t seed,
                 uint32_t run, unsigned versions)
{
    bool whole = true;
    for (uint32_t game = 0; game < PAPER_GAMES; game++)
        for (uint32_t d = 0; whole && d < PAPER_DISCOUNTS; d++) {
            const uint32_t numbers[] = {STREAM_FIGURE3, run, game, d};
            struct prng p = paper_stream(seed, numbers, 4);
            struct figure3_cell *cell = &out->cell[game][d];
            struct paper_task t = {.game = (enum paper_game)game,
                                   .discount = paper_discounts[d],
                                   .questions = FIGURE3_QUESTIONS};
            find_threat(t.threat, t.game, &p);
            memcpy(cell->threat, t.threat, sizeof cell->threat);
            whole = fill_cell(cell, w, &t, p, versions);
        }
    return whole;
}

/* ---- Figure 4 ---- */

const struct figure4_panel figure4_panels[FIGURE4_PANELS] = {
    {PAPER_PD, 0.5, PAPER_EQUISPACED, 100, "(a) PD, δ = 0.5, equispaced"},
    {PAPER_PD, 0.9, PAPER_EQUISPACED, 100, "(b) PD, δ = 0.9, equispaced"},
    {PAPER_PD, 0.9, PAPER_SOO_OWN, 100, "(c) PD, δ = 0.9, SOO with λ = 1"},
    {PAPER_BS, 0.9, PAPER_EQUISPACED, 100, "(d) BS, δ = 0.9, equispaced"},
};

/* The numbers of one panel in one run: first the threat's. */
static struct prng panel_stream(uint64_t seed, uint32_t run, uint32_t panel)
{
    const uint32_t numbers[] = {STREAM_FIGURE4, run, panel};
    return paper_stream(seed, numbers, 3);
}

static struct paper_task panel_task(uint32_t panel, struct prng *p)
{
    const struct figure4_panel *shown = &figure4_panels[panel];
    struct paper_task t = {.game = shown->game,
                           .sampler = shown->sampler,
                           .discount = shown->discount,
                           .questions = shown->questions,
                           .version = PAPER_WRITTEN};
    find_threat(t.threat, t.game, p);
    return t;
}

bool figure4_run(struct figure4_run *out, struct paper_workshop *w, uint64_t seed,
                 uint32_t run)
{
    bool whole = true;
    memset(out, 0, sizeof *out);
    for (uint32_t k = 0; whole && k < FIGURE4_PANELS; k++) {
        struct prng p = panel_stream(seed, run, k);
        struct paper_task t = panel_task(k, &p);
        memcpy(out->panel[k].threat, t.threat, sizeof t.threat);
        whole = negotiate(&out->panel[k].written, w, &t, p);
        t.version = PAPER_REPAIRED;
        whole = whole && negotiate(&out->panel[k].repaired, w, &t, p);
    }
    return whole;
}

void figure4_accepted(struct paper_accepted *out, const struct paper_workshop *w,
                      uint64_t seed, uint32_t run, uint32_t panel)
{
    struct prng p = panel_stream(seed, run, panel);
    const struct paper_task t = panel_task(panel, &p);
    struct paper_case c;
    p = task_stream(&t, p);
    paper_case_set(&c, &paper_games[t.game], t.concept, t.discount, t.threat);
    paper_sample(out, &c, &w->grid[t.concept], t.sampler, t.version, t.questions, &p);
}
