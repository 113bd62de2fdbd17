/* SPDX-License-Identifier: MIT */
#include "study/rivals_paper.h"

#include "study/paper_negotiation.h"

bool rivals_paper_plays(const struct shape *s)
{
    return s->n_players == 2 && s->n_actions[0] == 2 && s->n_actions[1] == 2;
}

uint32_t rivals_paper_hold(struct frontier *table, double *settled,
                           const struct contest *c, uint32_t questions,
                           uint32_t lotteries, uint64_t seed)
{
    struct paper_payoffs p = {.name = c->game->title, .label = ""};
    struct paper_accepted a;
    struct paper_case paper;
    struct prng lottery = {seed};
    for (uint8_t i = 0; i < 2;
         i++) /* there the second player's action varies fastest */
        for (uint32_t k = 0; k < PAPER_PROFILES; k++)
            p.payoff[i][k] = c->game->payoffs[i]->value[k % 2 * 2 + k / 2];
    paper_case_set(&paper, &p, c->concept == CONCEPT_NASH ? PAPER_NE : PAPER_CE,
                   c->discount, c->threat);
    paper_sample(&a, &paper, NULL, PAPER_SOO_HALF, PAPER_AUTHORS, questions, &lottery);
    frontier_start(table, 2);
    for (uint32_t k = 0; k < a.n; k++) {
        double scaled[PLAYERS_MAX];
        contest_scale(scaled, c, a.row[k].payoff);
        (void)frontier_add(table, scaled);
    }
    for (uint32_t k = 0; a.n > 0 && k < lotteries; k++) {
        const uint32_t row = paper_prune(&a, PAPER_AUTHORS, paper.tolerance, &lottery);
        contest_scale(settled + 2 * (size_t)k, c, a.row[row].payoff);
    }
    return a.n;
}
