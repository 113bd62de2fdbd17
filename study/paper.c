/* SPDX-License-Identifier: MIT */
#include "study/paper.h"

#include <math.h>

const struct paper_payoffs paper_games[PAPER_GAMES] = {
    [PAPER_MP] = {"matching pennies", "MP", {{1, -1, -1, 1}, {-1, 1, 1, -1}}},
    [PAPER_PD] = {"prisoner's dilemma", "PD", {{2, -1, 3, 0}, {2, 3, -1, 0}}},
    [PAPER_BS] = {"battle of the sexes", "BS", {{2, 0, 0, 1}, {1, 0, 0, 2}}},
    [PAPER_CG] = {"chicken", "CG", {{-10, 1, -1, 0}, {-10, -1, 1, 0}}},
};

/* The gradient of (21) is affine in y and z, so its norm is convex and greatest at a
 * corner of the square. */
static double steepest(const double u[PAPER_PROFILES])
{
    const double a = u[0] - u[1] - u[2] + u[3], b = u[1] - u[3], c = u[2] - u[3];
    double most = 0;
    for (int y = 0; y <= 1; y++)
        for (int z = 0; z <= 1; z++)
            most = fmax(most, hypot(a * z + b, a * y + c));
    return most;
}

double paper_bound(const struct paper_payoffs *g, unsigned player, double discount,
                   unsigned samples, enum paper_spacing spacing)
{
    const double gap = spacing == PAPER_SPACING_EQUATION ? 0.5 / (double)(samples - 1)
                                                         : 1 / (double)samples;
    return (1 - discount) * gap * steepest(g->payoff[player]);
}
