/* SPDX-License-Identifier: MIT */
#include "study/paper_published.h"

const double published_table1[PAPER_GAMES][PAPER_DISCOUNTS] = {
    [PAPER_MP] = {0.0509, 0.0283, 0.0057},
    [PAPER_PD] = {0.0569, 0.0316, 0.0063},
    [PAPER_BS] = {0.0509, 0.0283, 0.0057},
    [PAPER_CG] = {0.2558, 0.1421, 0.0284},
};

/* By concept, sampler and N_c, as figure2_budgets has them. */
static const double distances[PAPER_CONCEPTS][PAPER_SAMPLERS][FIGURE2_BUDGETS] = {
    [PAPER_NE] = {{2.495, 2.478, 2.366, 1.970, 1.305, 0.998, 0.634, 0.304, 0.234},
                  {0.344, 0.273, 0.149, 0.120, 0.085, 0.080, 0.070, 0.051, 0.054},
                  {0.422, 0.346, 0.158, 0.115, 0.070, 0.044, 0.035, 0.019, 0.022},
                  {0.422, 0.422, 0.343, 0.254, 0.269, 0.111, 0.078, 0.052, 0.035}},
    [PAPER_CE] = {{2.507, 2.422, 2.381, 2.015, 1.628, 1.170, 0.726, 0.539, 0.444},
                  {0.539, 0.420, 0.358, 0.308, 0.259, 0.218, 0.179, 0.165, 0.155},
                  {0.843, 1.248, 1.054, 0.787, 0.661, 0.516, 0.407, 0.346, 0.313},
                  {0.843, 1.231, 0.989, 0.849, 0.622, 0.522, 0.464, 0.401, 0.320}},
};

double published_distance(enum paper_concept concept, enum paper_sampler sampler,
                          uint32_t questions)
{
    for (unsigned k = 0; k < FIGURE2_BUDGETS; k++)
        if (figure2_budgets[k] == questions)
            return distances[concept][sampler][k];
    return -1;
}

/* By game, discount factor, concept, sampler and player; 0 where nothing is said. */
static const double
    increments[PAPER_GAMES][PAPER_DISCOUNTS][PAPER_CONCEPTS][PAPER_SAMPLERS][2] = {
        [PAPER_PD] =
            {[1] = {{{1.449, 1.425}, {1.868, 1.825}, {1.936, 1.942}, {1.794, 1.947}},
                    {{1.389, 1.368}, {1.816, 1.744}, {1.687, 1.465}, {1.567, 1.469}}},
             [2] = {{{1.401, 1.391}, {1.664, 1.820}, {1.918, 1.880}, {1.829, 1.670}},
                    {{1.122, 1.212}, {1.711, 1.730}, {1.591, 1.444}, {1.379, 1.410}}}},
        [PAPER_BS] =
            {[0] = {{{0.009, 0.009}}, {{0.002, 0.001}}},
             [1] = {{{0.003, 0.004}, {0, 0}, {0.001, 0.002}, {0.001, 0.002}},
                    {{0.003, 0.002}}},
             [2] = {{{0.003, 0.003}, {0, 0.001}, {0.002, 0.002}, {0.002, 0.002}},
                    {{0.001, 0}}}},
        [PAPER_CG] = {[0] = {{{0.003, 0.002}}, {{0.003, 0.002}}},
                      [1] = {{{0.002, 0.001}, {0.001, 0}}, {{0.002, 0.002}}},
                      [2] = {{{0.002, 0.003}, {0.001, 0}}, {{0.002, 0.001}}}},
};

double published_increment(enum paper_game game, unsigned discount,
                           enum paper_concept concept, enum paper_sampler sampler,
                           unsigned player)
{
    return increments[game][discount][concept][sampler][player];
}

static const struct published_static pennies[] = {{0.5, 0.5, {0, 0}}};
static const struct published_static dilemma[] = {{0, 0, {0, 0}}};
static const struct published_static sexes[] = {
    {2.0 / 3, 1.0 / 3, {2.0 / 3, 2.0 / 3}}, {1, 1, {2, 1}}, {0, 0, {1, 2}}};
static const struct published_static chicken[] = {
    {0.1, 0.1, {-0.1, -0.1}}, {1, 0, {1, -1}}, {0, 1, {-1, 1}}};

unsigned published_statics(const struct published_static **out, enum paper_game game)
{
    switch (game) {
    case PAPER_MP:
        *out = pennies;
        return 1;
    case PAPER_PD:
        *out = dilemma;
        return 1;
    case PAPER_BS:
        *out = sexes;
        return 3;
    case PAPER_CG:
        *out = chicken;
        return 3;
    }
    return 0;
}
