/* SPDX-License-Identifier: MIT */
/* What the paper prints, and what its authors recorded behind Figures 2 and 3. */
#ifndef TREATY_STUDY_PAPER_PUBLISHED_H
#define TREATY_STUDY_PAPER_PUBLISHED_H

#include "study/paper_figures.h"

/* Table 1, by game and discount factor. */
extern const double published_table1[PAPER_GAMES][PAPER_DISCOUNTS];

/* Figure 2: mean xi over 100 runs, or a negative number where N_c is none of
 * figure2_budgets. Their averages of lambda = 3/4 are left out, as in the figure. */
double published_distance(enum paper_concept concept, enum paper_sampler sampler,
                          uint32_t questions);
/* The same of the static equilibrium that regret matching found. */
#define PUBLISHED_STATIC 2.527

/* Figure 3: what a player got more than regret matching gave it, mean over 100 runs, by
 * the number of the discount factor. */
double published_increment(enum paper_game game, unsigned discount,
                           enum paper_concept concept, enum paper_sampler sampler,
                           unsigned player);

/* The static equilibria of a game, as Section 5.1 lists them, and what they pay. */
struct published_static {
    double y, z;
    double payoff[2];
};
/* Returns how many there are, at most 3. */
unsigned published_statics(const struct published_static **out, enum paper_game game);

#endif
