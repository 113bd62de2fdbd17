/* SPDX-License-Identifier: MIT */
/* Mixed equilibria of two-player games, all of them and exactly, and what a player can
 * be held down to. */
#ifndef TREATY_ANALYSIS_MIXED_H
#define TREATY_ANALYSIS_MIXED_H

#include "analysis/exact.h"

enum {
    MIXED_RAYS_MAX = 1 << 14,  /* corners of a polyhedron on the way */
    MIXED_PAIRS_MAX = 1 << 16, /* extreme equilibria */
    MIXED_SETS_MAX = 1 << 12,
};

/* A mixed action at a corner: action k has probability weight[k] / sum. */
struct mixed_corner {
    uint64_t support; /* mask of the actions that it plays */
    uint64_t replies; /* mask of the other player's best replies to it */
    mpz_t *weight;
    mpz_t sum;
};

/* An equilibrium whose two mixed actions are corners: by number. */
struct mixed_pair {
    uint32_t corner[2];
};

/* A set of equilibria: all pairs of a mixture of these corners of player 1 with a
 * mixture of those of player 2. A corner belongs to it iff it plays only actions of
 * support and all of replies are best against it. */
struct mixed_set {
    uint64_t support[2]; /* of player 1's and player 2's corners together */
    uint64_t replies[2]; /* common to player 1's, to player 2's */
};

/* All equilibria: the union of the sets, which are the maximal ones. In a nondegenerate
 * game each set is one pair. pairs are sorted, pure ones first. */
struct mixed_equilibria {
    uint8_t n_actions[2];
    bool degenerate; /* some mixed action has more best replies than actions it plays */
    uint32_t n_corners[2];
    struct mixed_corner *corner[2];
    uint32_t n_pairs;
    struct mixed_pair *pair;
    uint32_t n_sets;
    struct mixed_set *set;
    bool sets_complete; /* false: there are more than MIXED_SETS_MAX */
};

/* NULL with *out (release with mixed_free), or why not, in words that follow "the
 * equilibria": two players only, and not more corners than the limits allow. The list
 * is never empty (Nash 1951). Source: Avis, Rosenberg, Savani and von Stengel 2010,
 * "Enumeration of Nash equilibria for two-player games". */
const char *mixed_solve(struct mixed_equilibria **out, const struct exact_game *g);
void mixed_free(struct mixed_equilibria *e);

/* The probability of an action at a corner; out has been initialised. */
void mixed_share(mpq_ptr out, const struct mixed_corner *c, uint8_t action);
/* player's expected payoff in equilibrium number pair. */
void mixed_payoff(mpq_ptr out, const struct mixed_equilibria *e,
                  const struct exact_game *g, uint32_t pair, uint8_t player);
bool mixed_set_has(const struct mixed_equilibria *e, uint32_t set, uint32_t pair);
/* True if nobody gains by any action, computed anew from the payoffs. */
bool mixed_holds(const struct mixed_equilibria *e, const struct exact_game *g,
                 uint32_t pair);

/* True if both have the same actions and the game looks the same from either side. */
bool mixed_symmetric(const struct exact_game *g);
/* The evolutionarily stable strategies of a symmetric game: stable[pair] is set where
 * equilibrium number pair is one played against itself (n_pairs entries). There are no
 * others: each is a corner. False where more than 12 actions that it does not play are
 * best replies to a candidate. Source: Haigh 1975; Abakuks 1980. */
bool mixed_stable(bool *stable, const struct mixed_equilibria *e,
                  const struct exact_game *g);

/* True if at every profile the payoffs of the two players have the same sum; then the
 * game is one of pure conflict. */
bool mixed_zero_sum(const struct exact_game *g);
/* value: what player can secure with a mixed action, which is also what all others can
 * hold it down to when they draw their actions together. With more than two players
 * that may be less than they can do by mixing each for itself (independent.h). own:
 * n_actions of player; others: one probability for each profile in which player does
 * its first action, in their order; both initialised, or NULL. NULL, or why not, in
 * words that follow "the minmax". */
const char *mixed_minmax(mpq_ptr value, mpq_t *own, mpq_t *others,
                         const struct exact_game *g, uint8_t player);

#endif
