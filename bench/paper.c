/* SPDX-License-Identifier: MIT */
/* The paper's second simulation, whole: four games, three discount factors, eight
 * algorithms, 100 runs, threats included, on one core; and its largest part done as the
 * paper says it, with 50 sampled deviations for every point that is looked at. */
#include "bench/row.h"
#include "study/paper_figures.h"

enum { RUNS = 100, TRIES = 3 };

static int runs(void)
{
    return bench_tiny() ? 1 : RUNS;
}

/* The least of a few: the others were disturbed. */
static double simulation(struct paper_workshop *w, enum paper_version version)
{
    static struct figure3_run run; /* large */
    double least = 1e9;
    for (int k = 0; k < (bench_tiny() ? 1 : TRIES); k++) {
        const double start = bench_now();
        for (uint32_t r = 0; r < (uint32_t)runs(); r++)
            if (!figure3_run(&run, w, (uint64_t)k, r, 1u << version))
                return -1;
        const double took = bench_now() - start;
        least = took < least ? took : least;
    }
    return least;
}

static double threats(void)
{
    double least = 1e9, sum = 0;
    for (int k = 0; k < (bench_tiny() ? 1 : TRIES); k++) {
        const double start = bench_now();
        struct prng p = {1};
        for (int r = 0; r < runs() * PAPER_DISCOUNTS; r++)
            for (int g = 0; g < PAPER_GAMES; g++) {
                double share[2];
                paper_threat(share, &paper_games[g], PAPER_ROUNDS, &p);
                sum += share[0];
            }
        const double took = bench_now() - start;
        least = took < least ? took : least;
    }
    return sum < 0 ? -1 : least;
}

/* A point of the grid, by all pure deviations or by 50 sampled ones: seconds. */
static double judgement(const struct paper_grid *grid, bool by_samples)
{
    struct paper_case c;
    double least = 1e9;
    uint32_t suits = 0;
    paper_case_set(&c, &paper_games[PAPER_PD], PAPER_NE, 0.9, (const double[]){0, 0});
    for (int k = 0; k < (bench_tiny() ? 1 : TRIES); k++) {
        const double start = bench_now();
        for (uint32_t n = 0; n < grid->n; n++) {
            struct paper_view v;
            if (by_samples)
                paper_judge_sampled(&v, &c, &grid->point[n], PAPER_SAMPLES);
            else
                paper_judge(&v, &c, &grid->point[n]);
            suits += v.suits[0] && v.suits[1];
        }
        const double took = bench_now() - start;
        least = took < least ? took : least;
    }
    return suits == 0 ? -1 : least / grid->n;
}

int main(void)
{
    struct paper_workshop *w = paper_workshop_new();
    if (w == NULL)
        return EXIT_FAILURE;
    const double sampled = judgement(&w->grid[PAPER_NE], true);
    row("(7) at a point, both players", "2 x 2", judgement(&w->grid[PAPER_NE], false),
        sampled, "sampled", "samples=%d", PAPER_SAMPLES);
    row("all of it, as it is written", "4 games", simulation(w, PAPER_WRITTEN), 2,
        "goal", "discounts=3 algorithms=8 runs=%d questions=%d of_it_threats_s=%.3f",
        runs(), FIGURE3_QUESTIONS, threats());
    if (!bench_tiny()) {
        row("all of it, as its program does", "4 games", simulation(w, PAPER_AUTHORS),
            2, "goal", "runs=%d", RUNS);
        row("all of it, a node's samplers", "4 games", simulation(w, PAPER_REPAIRED), 2,
            "goal", "runs=%d", RUNS);
    }
    paper_workshop_free(w);
    return EXIT_SUCCESS;
}
