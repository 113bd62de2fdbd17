/* SPDX-License-Identifier: MIT */
/* The paper's second simulation, whole: four games, three discount factors, eight
 * algorithms, 100 runs, threats included, on one core; and its largest part done as the
 * paper says it, with 50 sampled deviations for every point that is looked at. */
#include <stdio.h>
#include <time.h>

#include "study/paper_figures.h"

enum { RUNS = 100, TRIES = 4 };

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The least of a few: the others were disturbed. */
static double simulation(struct paper_workshop *w, enum paper_version version)
{
    static struct figure3_run run; /* large */
    double least = 1e9;
    for (int k = 0; k < TRIES; k++) {
        const double start = seconds();
        for (uint32_t r = 0; r < RUNS; r++)
            if (!figure3_run(&run, w, (uint64_t)k, r, 1u << version))
                return -1;
        const double took = seconds() - start;
        least = took < least ? took : least;
    }
    return least;
}

static double threats(void)
{
    double least = 1e9, sum = 0;
    for (int k = 0; k < TRIES; k++) {
        const double start = seconds();
        struct prng p = {1};
        for (int r = 0; r < RUNS * PAPER_DISCOUNTS; r++)
            for (int g = 0; g < PAPER_GAMES; g++) {
                double share[2];
                paper_threat(share, &paper_games[g], PAPER_ROUNDS, &p);
                sum += share[0];
            }
        const double took = seconds() - start;
        least = took < least ? took : least;
    }
    return sum < 0 ? -1 : least;
}

/* A point of the grid, by all pure deviations or by 50 sampled ones: nanoseconds. */
static double judgement(const struct paper_grid *grid, bool by_samples)
{
    struct paper_case c;
    double least = 1e9;
    uint32_t suits = 0;
    paper_case_set(&c, &paper_games[PAPER_PD], PAPER_NE, 0.9, (const double[]){0, 0});
    for (int k = 0; k < TRIES; k++) {
        const double start = seconds();
        for (uint32_t n = 0; n < grid->n; n++) {
            struct paper_view v;
            if (by_samples)
                paper_judge_sampled(&v, &c, &grid->point[n], PAPER_SAMPLES);
            else
                paper_judge(&v, &c, &grid->point[n]);
            suits += v.suits[0] && v.suits[1];
        }
        const double took = seconds() - start;
        least = took < least ? took : least;
    }
    return suits == 0 ? -1 : least / grid->n * 1e9;
}

int main(void)
{
    struct paper_workshop *w = paper_workshop_new();
    if (w == NULL)
        return 1;
    const double exact = judgement(&w->grid[PAPER_NE], false);
    const double sampled = judgement(&w->grid[PAPER_NE], true);
    (void)printf("4 games, 3 discount factors, 8 algorithms, %d runs, N_c = %d\n\n",
                 RUNS, FIGURE3_QUESTIONS);
    (void)printf("%-44s %8.3f s\n", "as the paper is written",
                 simulation(w, PAPER_WRITTEN));
    (void)printf("%-44s %8.3f s\n", "  of it threats", threats());
    (void)printf("%-44s %8.3f s\n", "as its program does it",
                 simulation(w, PAPER_AUTHORS));
    (void)printf("%-44s %8.3f s\n\n", "ours: the samplers of a node",
                 simulation(w, PAPER_REPAIRED));
    (void)printf(
        "(7) at one point, both players: %.0f ns by pure deviations, %.0f ns by "
        "50 sampled ones,\nratio %.1f\n",
        exact, sampled, sampled / exact);
    paper_workshop_free(w);
    return 0;
}
