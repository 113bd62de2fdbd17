/* SPDX-License-Identifier: MIT */
/* Games in strategic form: who may do what, and what each player's own payoffs are. A
 * `struct payoffs` is one player's table and nobody else's; only tools that were given
 * the whole game (the launcher, `check`, `simulate`) hold a `struct game`. */
#ifndef TREATY_GAME_GAME_H
#define TREATY_GAME_GAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PLAYERS_MAX = 64,
    ACTIONS_MAX = 64,  /* of one player */
    WEIGHTS_MAX = 256, /* actions of all players together */
    NAME_MAX = 63,     /* bytes of a player's or an action's name, without the NUL */
    TITLE_MAX = 255,
    PROFILES_MAX = 1 << 22, /* entries of one player's payoff table */
    TABLE_PLAYERS_MAX = 32, /* who has one */
};

/* How many players, and how many actions each has. Players, actions and profiles are
 * numbered from 0 inside the program and from 1 towards people. The same for any
 * product of simplices: a distribution over pure profiles is one simplex with as many
 * actions as there are profiles (concept_shape in incentive.h). */
struct shape {
    uint8_t n_players;
    uint16_t n_actions[PLAYERS_MAX];
};

/* Sets of players are masks: bit i is player i. */
static inline uint64_t player_bit(uint8_t player)
{
    return UINT64_C(1) << player;
}
/* All of 1 to PLAYERS_MAX players. */
static inline uint64_t players_all(uint8_t n_players)
{
    return UINT64_MAX >> (PLAYERS_MAX - n_players);
}

/* Of a game: false unless 2 <= n_players <= PLAYERS_MAX, every n_actions
 * in 1..ACTIONS_MAX, their sum <= WEIGHTS_MAX, and payoffs by table (shape_tabled) or
 * by count (shape_counted in counts.h) are possible. */
bool shape_valid(const struct shape *s);
/* Of a valid shape: at most TABLE_PLAYERS_MAX players with at most PROFILES_MAX pure
 * profiles. Only then do profiles have numbers. */
bool shape_tabled(const struct shape *s);
/* Everybody has n_actions. */
struct shape shape_uniform(uint8_t n_players, uint16_t n_actions);
/* The number of pure profiles: the product of n_actions; UINT32_MAX if that is less. */
uint32_t shape_profiles(const struct shape *s);
/* The sum of n_actions: how many weights a mixed profile has. */
uint16_t shape_weights(const struct shape *s);
/* Where the weights of player start in a mixed profile. */
uint16_t shape_offset(const struct shape *s, uint8_t player);
/* Pure profiles are numbered as in Gambit's .nfg: the first player's action varies
 * fastest. actions: n_players entries. */
uint32_t profile_index(const struct shape *s, const uint8_t *actions);
void profile_actions(uint8_t *actions, const struct shape *s, uint32_t index);

/* A mixed profile that can be signed: for each player in order one weight per action,
 * integers that sum to WEIGHT_ONE for each player. Never floats: the same everywhere.
 * Entries past shape_weights are 0. A distribution over pure profiles is written in the
 * same way, as the weights of one player whose actions are the profiles. */
#define WEIGHT_ONE (1u << 30)
struct candidate {
    uint32_t weight[WEIGHTS_MAX];
};
/* A mixed profile to compute with: the same order, shares in [0, 1], summing to 1 for
 * each player. Entries past shape_weights are unspecified. */
struct profile {
    double share[WEIGHTS_MAX];
};

/* True if the weights of each player sum to exactly WEIGHT_ONE (and the rest is 0). */
bool candidate_valid(const struct candidate *c, const struct shape *s);
/* True if each player plays one action for sure. */
bool candidate_pure(const struct candidate *c, const struct shape *s);
/* True if every weight is a multiple of WEIGHT_ONE / resolution, a power of two. */
bool candidate_on_grid(const struct candidate *c, const struct shape *s,
                       uint32_t resolution);
bool candidate_equal(const struct candidate *a, const struct candidate *b);
/* Total order by the bytes of the encoding: -1, 0, 1. */
int candidate_order(const struct candidate *a, const struct candidate *b,
                    const struct shape *s);
void candidate_from_pure(struct candidate *out, const struct shape *s,
                         const uint8_t *actions);
/* The nearest candidate: largest remainders, ties to the lowest action, so the weights
 * of each player sum to WEIGHT_ONE. Shares that do not sum to 1 are scaled first. */
void candidate_from_profile(struct candidate *out, const struct shape *s,
                            const struct profile *p);
/* The same with weights that are multiples of WEIGHT_ONE / resolution, a power of two.
 */
void candidate_from_profile_at(struct candidate *out, const struct shape *s,
                               uint32_t resolution, const struct profile *p);
/* Exact: weight / WEIGHT_ONE. */
void profile_from_candidate(struct profile *out, const struct shape *s,
                            const struct candidate *c);

/* One player's payoffs per stage, in the units of the game, every one finite: by a
 * table, or by how many of the others take each action. */
struct payoffs {
    struct shape shape;
    uint8_t player;
    double least, greatest;
    double *value;         /* by profile_index; owned; NULL where they go by count */
    struct counts *counts; /* counts.h; owned; NULL where they go by table */
};
/* Copies value (shape_profiles entries, finite) of a tabled shape. NULL when memory is
 * short. */
struct payoffs *payoffs_new(const struct shape *s, uint8_t player, const double *value);
/* The same of a counted shape, with the entries of counts_new. */
struct payoffs *payoffs_new_by_count(const struct shape *s, uint8_t player,
                                     const double *value);
/* Zeros, by table where the shape has one. */
struct payoffs *payoffs_new_zero(const struct shape *s, uint8_t player);
struct payoffs *payoffs_copy(const struct payoffs *p);
/* The same payoffs by table; the shape must be tabled. */
struct payoffs *payoffs_by_table(const struct payoffs *p);
/* Payoffs by count become a table, in place, where there are so few pure profiles that
 * distributions over them can be agreed on, which takes a table. False when memory is
 * short. */
bool payoffs_spread(struct payoffs **p);
void payoffs_free(struct payoffs *p);
/* False if a payoff is beyond PAYOFF_MAX: then sums, differences and products of
 * payoffs could leave the doubles, and whoever computes with them must refuse the game.
 */
#define PAYOFF_MAX 1e100
bool payoffs_moderate(const struct payoffs *p);
/* greatest - least. */
double payoffs_range(const struct payoffs *p);
/* The payoff of a pure profile. */
double payoffs_pure(const struct payoffs *p, const uint8_t *actions);
/* The expected payoff u_i of a mixed profile (multilinear in the shares). */
double payoffs_expect(const struct payoffs *p, const struct profile *x);
/* For each own action k: u_i(k, x_-i). out: n_actions of the player. */
void payoffs_by_action(double *out, const struct payoffs *p, const struct profile *x);

/* A whole game with everybody's payoffs and all names. */
struct game {
    char title[TITLE_MAX + 1];
    struct shape shape;
    char player_name[PLAYERS_MAX][NAME_MAX + 1];
    char action_name[WEIGHTS_MAX][NAME_MAX + 1]; /* at shape_offset(player) + action */
    struct payoffs *payoffs[PLAYERS_MAX];        /* owned; n_players of them */
};
void game_free(struct game *g);

#endif
