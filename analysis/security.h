/* SPDX-License-Identifier: MIT */
/* How far a pure profile holds against coalitions and Byzantine players: the notions of
 * Abraham et al. (PODC 2006) and of Bicer, Yildiz and Kupcu (CCSW 2021), by definition.
 * With s the profile, C a coalition, T disjoint from it, U_C the sum of U_i over C:
 *     k-resilient       no C of at most k has a deviation by which some i in C gains
 *     l-repellent       no C of at most l has a deviation by which U_C grows
 *     t-immune          no T of at most t can lower U_i for any i outside T
 *     (k,t)-robust      k-resilient, whatever any T of at most t plays
 *     (l,t)-resistant   l-repellent, whatever any T of at most t plays
 *     m-stable          s_C is weakly dominant for every C of at most m, which is to
 * say (m, n)-resistant A level is the largest size that holds. docs/security.md has the
 * edges. */
#ifndef TREATY_ANALYSIS_SECURITY_H
#define TREATY_ANALYSIS_SECURITY_H

#include <stdatomic.h>

#include "analysis/agg.h"
#include "analysis/front.h"

/* A game to ask about: a table or an action graph; the other is NULL. Borrowed. */
struct arena {
    const struct exact_game *table;
    const struct agg *graph;
};

uint32_t arena_players(const struct arena *a);
uint32_t arena_actions(const struct arena *a, uint32_t player);
/* The payoffs of the game, and which of them player has where everybody plays action.
 */
const struct multiples *arena_payoffs(const struct arena *a);
size_t arena_payoff(const struct arena *a, const uint32_t *action, uint32_t player);

/* How the search goes about it. */
enum method {
    METHOD_CHOSEN, /* the one that takes least */
    METHOD_COUNTS, /* over how many of players that are alike do what */
    METHOD_SWEEP,  /* over all pairs of profiles, in blocks, with machine words */
    METHOD_WIDE,   /* the same one by one, with numbers of any size */
};
const char *method_name(enum method m);

struct security_options {
    uint32_t coalition_max, byzantine_max; /* UINT32_MAX: all sizes */
    enum method method;
    uint32_t n_threads;      /* at most; 0 is 1 */
    const atomic_bool *stop; /* the search ends soon after this becomes true; or NULL */
    /* Smaller levels are all that is asked: (k,t) robust only if also t-immune, as
     * other papers define it. */
    bool robust_is_immune;
};

struct pair {
    uint32_t size;   /* k or l */
    uint32_t faulty; /* t */
};

struct security {
    uint32_t n_players;
    uint32_t *profile; /* the actions of the profile */
    struct security_options options;
    enum method method; /* that was used */
    double cost;        /* about how many pairs of profiles, or of counts, there are */
    bool complete;      /* false: stopped early, every level may be lower */
    uint32_t resiliency, repellence, immunity, stability;
    /* The largest t for which (size, t) holds, by size from 0 to n_players; -1 where
     * not even (size, 0) does. (0, t) holds for every t. */
    int32_t *most_faulty[SIDES];
    /* The maximal pairs among those with size + faulty <= n_players, by size. */
    struct pair *pairs[SIDES];
    uint32_t n_pairs[SIDES];
    struct front *front; /* the violations behind it, and the largest gains */
};

/* Answers for the profile action[0 .. n_players). NULL, with why not in *fault (words
 * that follow "the game"), when the method asked for cannot do this game, or when there
 * are more pairs than anybody can wait for. */
struct security *security_new(const struct arena *a, const uint32_t *action,
                              const struct security_options *options,
                              const char **fault);
void security_free(struct security *s);

/* True if no player gains by leaving the profile alone. */
bool security_nash(const struct arena *a, const uint32_t *action);

/* The six notions, as levels one above which there is a counterexample. */
enum notion {
    NOTION_RESILIENCY,
    NOTION_REPELLENCE,
    NOTION_IMMUNITY,
    NOTION_ROBUSTNESS,
    NOTION_RESISTANCE,
    NOTION_STABILITY,
    NOTIONS,
};
const char *notion_name(enum notion n);

/* A counterexample: the coalition and the Byzantine players, what they play, and what
 * everybody gets before (coalition at the profile, Byzantine players as they play) and
 * after (both as they play). For immunity before is the profile itself. */
struct witness {
    enum notion notion;
    uint32_t size, faulty; /* of the coalition; Byzantine players */
    uint32_t player;       /* who gains, or, for immunity, loses; else any member */
    uint32_t n_players;
    struct deed *deed;     /* of each player */
    mpq_t *before, *after; /* payoffs of each player */
    mpq_t gain; /* of player, or of all members together; for immunity its loss */
};
/* A smallest counterexample to the level after the one that holds: for pairs, to the
 * next size beside the fewest faulty players that break it. NULL if all levels hold (or
 * memory is short). Computed anew from the game's payoffs; a counterexample that is
 * none ends the program. */
struct witness *witness_new(const struct security *s, const struct arena *a,
                            enum notion notion);
void witness_free(struct witness *w);

#endif
