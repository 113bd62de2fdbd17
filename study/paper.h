/* SPDX-License-Identifier: MIT */
/* The paper's games and its table: Parras and Zazo 2020, "A distributed algorithm to
 * obtain repeated games equilibria with discounting"; equation numbers are the paper's.
 */
#ifndef TREATY_STUDY_PAPER_H
#define TREATY_STUDY_PAPER_H

/* Figure 1: matching pennies, the prisoner's dilemma, the battle of the sexes, the
 * game of chicken. */
enum paper_game { PAPER_MP, PAPER_PD, PAPER_BS, PAPER_CG };
enum { PAPER_GAMES = 4, PAPER_PROFILES = 4 };

struct paper_payoffs {
    const char *name;  /* "prisoner's dilemma" */
    const char *label; /* as the paper has it: "PD" */
    /* payoff[i] of player i at its pure profiles, in the paper's order: (1,1), (1,2),
     * (2,1), (2,2). */
    double payoff[2][PAPER_PROFILES];
};

extern const struct paper_payoffs paper_games[PAPER_GAMES];

/* The distance between a sampled action and one that lies between two of them: as
 * equation (23) has it, 1 / (2 (K - 1)), and as Table 1 was computed, 1 / K. */
enum paper_spacing { PAPER_SPACING_EQUATION, PAPER_SPACING_TABLE };
/* Equation (23): what a player may miss by looking for deviations on a grid of
 * samples (K_i, at least 2) instead of trying its pure actions. */
double paper_bound(const struct paper_payoffs *g, unsigned player, double discount,
                   unsigned samples, enum paper_spacing spacing);

#endif
