/* SPDX-License-Identifier: MIT */
/* Which payoffs grim trigger can hold in a repeated game: the plane of two players'
 * payoffs, and what part of it is sustained. Conditions and words are those of
 * docs/theory.md. */
#ifndef TREATY_ANALYSIS_REPEATED_H
#define TREATY_ANALYSIS_REPEATED_H

#include "analysis/polygon.h"
#include "game/incentive.h"

struct repeated {
    const struct game *game;    /* borrowed */
    double discount;            /* in [0, 1) */
    double threat[PLAYERS_MAX]; /* u_i(p) of the static equilibrium that punishes */
    uint8_t shown[2];           /* the two players of the plane */
};

struct region {
    uint32_t n_polygons, n_spots;
    struct polygon *polygon; /* owned; the region is their union */
    struct spot *spot;       /* owned; or single payoffs that are sustained */
    /* True: the polygons are the region, up to rounding. False: every spot is
     * sustained, and what lies between them was not asked. */
    bool exact;
    uint32_t n_asked;
    /* How far a payoff of the plane can be from the nearest that was asked, for each of
     * the two players; -1 where there is no bound, 0 where exact. It says nothing of
     * whether that one is sustained. */
    double distance[2];
    /* Where a random sample was asked: n_held sustained ones of a further sample, which
     * are no spots. 95 % of them pay each of the two players within `error`, in payoff
     * units, of what the nearest spot does; -1 where there is none. */
    uint32_t n_held;
    double error;
    bool any; /* something is sustained */
    double
        welfare; /* the greatest sum of all players' payoffs that is, as far as asked */
};

/* Fills *out (release with region_free). Exact for CONCEPT_PUBLIC while there are at
 * most 2^20 ways to limit the support; a raster of payoffs, each answered by a linear
 * program, for CONCEPT_PRIVATE of two players; a grid or a random sample of profiles or
 * distributions otherwise (seed). False when memory is short. */
bool repeated_region(struct region *out, const struct repeated *r, enum concept concept,
                     uint64_t seed);
void region_free(struct region *r);

/* The hull of all payoffs in the plane. False when memory is short. */
bool repeated_hull(struct polygon *out, const struct repeated *r);

/* What player could gain at a pure profile, by another action or by walking out before
 * it is played: max(best reply, threat) - payoff. */
double repeated_temptation(const struct repeated *r, uint8_t player, uint32_t profile);
/* The least discount factor at which everybody keeps the pure profile under grim
 * trigger, or -1 if none below 1 will do. */
double repeated_minimum_discount(const struct repeated *r, uint32_t profile);

/* True if some distribution pays exactly `payoff` (one number per player) and is kept,
 * drawn in public or recommended in private. By linear programming, up to its
 * tolerance. */
bool repeated_sustains(const struct repeated *r, enum concept concept,
                       const double *payoff);

#endif
