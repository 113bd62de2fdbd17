/* SPDX-License-Identifier: MIT */
/* The paper's two simulations and its pictures of payoffs, one run at a time: what a
 * run says follows from the seed and its number alone. */
#ifndef TREATY_STUDY_PAPER_FIGURES_H
#define TREATY_STUDY_PAPER_FIGURES_H

#include "study/paper_workshop.h"

/* ---- Figure 2: the prisoner's dilemma at 0.9 ---- */

enum { FIGURE2_BUDGETS = 9 };
extern const uint32_t figure2_budgets[FIGURE2_BUDGETS]; /* N_c, from 5 to 200 */

struct distances {
    double curve;  /* xi, equation (25) */
    double points; /* the same to 200 points of the curve, as the authors have it */
    bool agreed;
};
enum { FIGURE2_POINTS = 200 };
struct figure2_run {
    struct distances threat; /* of regret matching */
    struct distances negotiated[PAPER_VERSIONS][PAPER_CONCEPTS][PAPER_SAMPLERS]
                               [FIGURE2_BUDGETS];
};
bool figure2_run(struct figure2_run *out, struct paper_workshop *w, uint64_t seed,
                 uint32_t run);

/* ---- Figure 3: four games, three discount factors, eight algorithms ---- */

enum { PAPER_DISCOUNTS = 3, FIGURE3_QUESTIONS = 100 };
extern const double paper_discounts[PAPER_DISCOUNTS];

struct figure3_cell {
    double threat[2]; /* what regret matching found */
    struct paper_outcome negotiated[PAPER_VERSIONS][PAPER_CONCEPTS][PAPER_SAMPLERS];
};
struct figure3_run {
    struct figure3_cell cell[PAPER_GAMES][PAPER_DISCOUNTS];
};
/* versions: a bit for each of enum paper_version; the others are left as they are. */
bool figure3_run(struct figure3_run *out, struct paper_workshop *w, uint64_t seed,
                 uint32_t run, unsigned versions);

/* ---- Figure 4: payoffs of mixed profiles ---- */

enum { FIGURE4_PANELS = 4 };
struct figure4_panel {
    enum paper_game game;
    double discount;
    enum paper_sampler sampler;
    uint32_t questions;
    const char *title;
};
extern const struct figure4_panel figure4_panels[FIGURE4_PANELS];

struct figure4_run {
    struct {
        double threat[2];
        struct paper_outcome written, repaired;
    } panel[FIGURE4_PANELS];
};
bool figure4_run(struct figure4_run *out, struct paper_workshop *w, uint64_t seed,
                 uint32_t run);
/* A_s of one run, as the paper says. */
void figure4_accepted(struct paper_accepted *out, const struct paper_workshop *w,
                      uint64_t seed, uint32_t run, uint32_t panel);

#endif
