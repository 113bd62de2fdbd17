/* SPDX-License-Identifier: MIT */
/* How players who know only their own payoffs find a static equilibrium together: the
 * threat that they will punish with. Each round everybody announces a word; what was
 * heard decides, the same way everywhere, whether the search goes on.
 *
 * Regret matching (Hart and Mas-Colell 2000, with announced mixed actions instead of
 * sampled ones) leads near an equilibrium. In every round profiles that everybody can
 * derive from the words are on trial, and everybody claims which of them suit it. Pure
 * ones come first, because they are exact; mixed ones are polished by Newton's method
 * on the indifference equations, until they are exact to the last digit of the weights.
 * A profile that is merely near an equilibrium is accepted when polishing led nowhere.
 *
 * What a player discloses: its mixed actions, one bit per profile on trial, and, while
 * a mixed profile is polished, where the others would have to be for it to be
 * indifferent. Nobody can check a claim of another: a false one leads to a threat that
 * is none for the liar, or to no threat. See docs/theory.md. */
#ifndef TREATY_GAME_THREAT_H
#define TREATY_GAME_THREAT_H

#include "game/game.h"

enum { THREAT_SLOPES_MAX = 512 };
/* The greatest absolute value of a legal slope. */
#define THREAT_SLOPE_LIMIT 1e9

/* What one player announces in one round. */
struct threat_word {
    uint32_t weight[ACTIONS_MAX]; /* own mixed action, sums to WEIGHT_ONE, then zeros */
    uint8_t claims;               /* one bit per profile on trial: it suits me */
    uint16_t n_slopes;            /* 0 outside the polishing of a mixed profile */
    /* Own indifference equations at the polished profile, in reduced row form, without
     * units: a row is the coefficients of the others' unknowns and a right side. */
    double slope[THREAT_SLOPES_MAX];
};

enum threat_state { THREAT_SEARCHING, THREAT_FOUND, THREAT_NONE };

/* The search of one player; opaque. */
struct threat_search;

/* epsilon: a profile suits a player if its regret there is at most epsilon times its
 * payoff range. rounds_max bounds the search. seed starts the later attempts at random
 * mixed actions (the first starts at the uniform one, so that a game that treats two
 * players alike gets a threat that treats them alike); it is the player's own. payoffs
 * are borrowed for life. NULL when memory is short. */
struct threat_search *threat_search_new(const struct payoffs *payoffs, double epsilon,
                                        uint32_t rounds_max, uint64_t seed);
void threat_search_free(struct threat_search *t);
/* What this player announces now. The same until threat_hear. */
void threat_say(const struct threat_search *t, struct threat_word *out);
/* True if the word could have been said now by that player (weights sum to WEIGHT_ONE,
 * the right number of slopes, all within the limit, claims only about what is on
 * trial): anything else is illegal. */
bool threat_word_legal(const struct threat_search *t, uint8_t player,
                       const struct threat_word *w);
/* Everybody's words of this round, in order of players, all legal. The state that
 * follows depends on the words alone, so it is the same for every player. Only while
 * the state is THREAT_SEARCHING; it is another one after rounds_max rounds at the
 * latest. */
enum threat_state threat_hear(struct threat_search *t, const struct threat_word *words);
/* The equilibrium, when the state is THREAT_FOUND. */
void threat_found(const struct threat_search *t, struct candidate *out);

#endif
