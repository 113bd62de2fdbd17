/* SPDX-License-Identifier: MIT */
#include "study/study_games.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/secure.h"
#include "study/paper.h"

const char *const game_classes[] = {[GAMES_PAPER] = "paper",
                                    [GAMES_COORDINATION] = "coordination",
                                    [GAMES_TUNING] = "tuning",
                                    [GAMES_RANDOM] = "random",
                                    NULL};

static bool table_game(struct game *out, const char *title, const struct shape *s,
                       const double *const *value)
{
    *out = (struct game){.shape = *s};
    (void)snprintf(out->title, sizeof out->title, "%s", title);
    for (uint8_t i = 0; i < s->n_players; i++) {
        out->payoffs[i] = payoffs_new(s, i, value[i]);
        if (out->payoffs[i] == NULL) {
            game_free(out);
            return false;
        }
    }
    return true;
}

/* ---- the paper's ---- */

/* Theirs are numbered with the second player's action varying fastest. */
static bool paper_game(struct game *out, const struct paper_payoffs *p)
{
    double value[2][PAPER_PROFILES];
    const struct shape s = shape_uniform(2, 2);
    for (uint8_t i = 0; i < 2; i++)
        for (uint32_t a = 0; a < PAPER_PROFILES; a++)
            value[i][a % 2 * 2 + a / 2] = p->payoff[i][a];
    return table_game(out, p->name, &s, (const double *const[]){value[0], value[1]});
}

/* ---- where pure profiles are no answer ---- */

/* Everybody's payoff follows from its own action and from how many of the others take
 * the second one. */
struct symmetric {
    const char *title;
    uint8_t n_players;
    double payoff[2][3]; /* by own action, then by number of others */
};

static const struct symmetric symmetric_games[] = {
    /* Aumann 1974: yield or dare. */
    {"Aumann's chicken", 2, {{6, 2, 0}, {7, 0, 0}}},
    /* Radios share a frame or grab it (docs/correlated.md). */
    {"capture", 3, {{12, 4, 4}, {17, 0, 0}}},
    /* A public good with congestion: who draws water shares 6 buckets for each who
     * tends the well, 5 at most; who tends it alone gets 1, with others 2, because two
     * are enough. The static equilibrium that treats all alike (each tends with
     * probability 1/4) pays 23/16. Two tend: 2, 2 and 5; three: 2 each. First action:
     * tend. */
    {"congestion", 3, {{2, 2, 1}, {5, 3, 0}}},
};
enum {
    SYMMETRIC_GAMES = sizeof symmetric_games / sizeof symmetric_games[0],
    COORDINATION_GAMES = SYMMETRIC_GAMES + 1
};

static bool symmetric_game(struct game *out, const struct symmetric *g)
{
    double value[3][8];
    const struct shape s = shape_uniform(g->n_players, 2);
    for (uint32_t a = 0; a < shape_profiles(&s); a++) {
        uint8_t actions[PLAYERS_MAX];
        unsigned second = 0;
        profile_actions(actions, &s, a);
        for (uint8_t i = 0; i < s.n_players; i++)
            second += actions[i];
        for (uint8_t i = 0; i < s.n_players; i++)
            value[i][a] = g->payoff[actions[i]][second - actions[i]];
    }
    return table_game(out, g->title, &s,
                      (const double *const[]){value[0], value[1], value[2]});
}

/* ---- random ones ---- */

/* The seeds of both kinds never meet: they are one bit apart. */
static bool random_game(struct game *out, bool held_out, uint32_t k,
                        const struct random_games *r)
{
    const uint8_t n_players = (uint8_t)(r->players[0] + k / r->count);
    const uint32_t n_shapes = r->actions[1] - r->actions[0] + 1u;
    const struct shape s =
        shape_uniform(n_players, (uint16_t)(r->actions[0] + k % r->count % n_shapes));
    struct prng p = {(r->seed << 1 | held_out) * UINT64_C(0x100000001) + k % r->count};
    p.state = prng_next(&p) + n_players;
    char title[TITLE_MAX + 1];
    double *value = malloc(shape_profiles(&s) * sizeof *value);
    (void)snprintf(title, sizeof title, "%s, %u players",
                   game_classes[held_out ? GAMES_RANDOM : GAMES_TUNING], n_players);
    *out = (struct game){.shape = s};
    (void)snprintf(out->title, sizeof out->title, "%s", title);
    bool made = value != NULL;
    for (uint8_t i = 0; made && i < n_players; i++) {
        for (uint32_t a = 0; a < shape_profiles(&s); a++)
            value[a] = (double)prng_below(&p, 1000);
        out->payoffs[i] = payoffs_new(&s, i, value);
        made = out->payoffs[i] != NULL;
    }
    free(value);
    if (!made)
        game_free(out);
    return made;
}

uint32_t class_size(enum game_class class, const struct random_games *r)
{
    switch (class) {
    case GAMES_PAPER:
        return PAPER_GAMES;
    case GAMES_COORDINATION:
        return COORDINATION_GAMES;
    case GAMES_TUNING:
    case GAMES_RANDOM:
        return (r->players[1] - r->players[0] + 1u) * r->count;
    }
    return 0;
}

bool class_game(struct game *out, enum game_class class, uint32_t k,
                const struct random_games *r)
{
    switch (class) {
    case GAMES_PAPER:
        return paper_game(out, &paper_games[k]);
    case GAMES_COORDINATION:
        return k == 0 ? paper_game(out, &paper_games[PAPER_BS])
                      : symmetric_game(out, &symmetric_games[k - 1]);
    case GAMES_TUNING:
    case GAMES_RANDOM:
        return random_game(out, class == GAMES_RANDOM, k, r);
    }
    return false;
}
