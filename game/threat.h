/* How players who know only their own payoffs find a static equilibrium together: the
 * threat that they will punish with. Each round everybody announces a word; what was
 * heard decides, the same way everywhere, whether the search goes on. Regret matching
 * (Hart and Mas-Colell 2000, with announced mixed actions instead of sampled ones) leads
 * near an equilibrium; pure and small-support profiles nearby are tried first, because
 * they are exact. */
#ifndef TREATY_GAME_THREAT_H
#define TREATY_GAME_THREAT_H

#include "game/game.h"

enum { THREAT_SLOPES_MAX = 512 };

/* What one player announces in one round. */
struct threat_word {
    uint32_t weight[ACTIONS_MAX]; /* own mixed action, sums to WEIGHT_ONE */
    uint8_t claims;               /* one bit per profile on trial: it suits me */
    uint16_t n_slopes;            /* 0 outside the polishing of a mixed profile */
    double slope[THREAT_SLOPES_MAX];
};

enum threat_state { THREAT_SEARCHING, THREAT_FOUND, THREAT_NONE };

/* The search of one player; opaque. */
struct threat_search;

/* epsilon: a profile suits a player if its regret there is at most epsilon times its
 * payoff range. rounds_max bounds the search. seed starts the later attempts at random
 * mixed actions (the first starts at the uniform one). payoffs are borrowed for life.
 * NULL when memory is short. */
struct threat_search *threat_search_new(const struct payoffs *payoffs, double epsilon,
                                        uint32_t rounds_max, uint64_t seed);
void threat_search_free(struct threat_search *t);
/* What this player announces now. The same until threat_hear. */
void threat_say(const struct threat_search *t, struct threat_word *out);
/* True if the word could have been said now by that player (weights sum to WEIGHT_ONE,
 * the right number of slopes, no unknown claim): anything else is illegal. */
bool threat_word_legal(const struct threat_search *t, uint8_t player,
                       const struct threat_word *w);
/* Everybody's words of this round, in order of players, all legal. The state that
 * follows depends on the words alone, so it is the same for every player. */
enum threat_state threat_hear(struct threat_search *t, const struct threat_word *words);
/* The equilibrium, when the state is THREAT_FOUND. */
void threat_found(const struct threat_search *t, struct candidate *out);

#endif
