/* SPDX-License-Identifier: MIT */
/* What a search for violations has found so far: for each number of Byzantine deviators
 * the smallest coalition that profits, and who does what then. The searches differ (by
 * tables, by counts, with wide numbers); what they find is kept here. */
#ifndef TREATY_ANALYSIS_FRONT_H
#define TREATY_ANALYSIS_FRONT_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#undef NAME_MAX /* see analysis/multiples.h */

enum role { ROLE_OUTSIDER, ROLE_MEMBER, ROLE_BYZANTINE };

/* What one player is and does in a counterexample. */
struct deed {
    uint32_t action;
    enum role role;
};

/* Who must gain for a coalition to profit. */
enum side {
    SIDE_MEMBER, /* any of its members: resiliency, robustness */
    SIDE_TOTAL,  /* its members together: repellence, resistance, stability */
    SIDES,
};

struct finding {
    uint32_t size; /* of the coalition; n_players + 1 if none was found */
    uint64_t
        order; /* of two with one size, the one found lower in this order is kept */
    struct deed *deed; /* of each player, owned; NULL if none was found */
};

struct front {
    uint32_t n_players;
    uint32_t coalition_max, byzantine_max; /* larger ones are not looked for */
    struct finding *smallest[SIDES];       /* by the number of Byzantine deviators */
    uint32_t *smallest_below[SIDES]; /* size of the smallest beside fewer of them */
    struct finding harm; /* the fewest deviators that leave an outsider worse off */
    /* By the size of a coalition, without Byzantine players: the most that all members
     * together, and that one of them, gain on the scale of the payoffs; never below 0.
     */
    mpz_t *most_total, *most_member;
};

/* NULL when memory is short. */
struct front *front_new(uint32_t n_players, uint32_t coalition_max,
                        uint32_t byzantine_max);
void front_free(struct front *f);

/* The size below which a coalition beside n_byzantine deviators is news. A violation
 * with fewer deviators is one with more as well, some of them idle. */
uint32_t front_limit(const struct front *f, enum side side, uint32_t n_byzantine,
                     uint64_t order);
/* Keeps a violation if it is news. deed: n_players entries, copied. */
void front_offer(struct front *f, enum side side, uint32_t n_byzantine, uint32_t size,
                 uint64_t order, const struct deed *deed);
/* The same for n_byzantine deviators that harm an outsider. */
void front_offer_harm(struct front *f, uint32_t n_byzantine, const struct deed *deed);

#endif
