/* SPDX-License-Identifier: MIT */
/* What could be agreed on at best: the frontier of all payoffs that everybody keeps. */
#ifndef TREATY_STUDY_TRUTH_H
#define TREATY_STUDY_TRUTH_H

#include "game/incentive.h"
#include "study/truth_frontier.h"

/* A game and what is asked of an agreement. The punishment is grim trigger. */
struct contest {
    const struct game *game; /* borrowed */
    enum concept concept;
    enum incentive incentive;
    double discount;            /* of every player */
    struct profile punishment;  /* p, a static equilibrium */
    double threat[PLAYERS_MAX]; /* u_i(p): without an agreement */
    double
        punished[PLAYERS_MAX]; /* who deviated, for ever; the same if p punishes all */
    double unit[PLAYERS_MAX];  /* what the payoffs above the threat are divided by */
};

/* Threat and punishment of a contest: what p pays. */
void contest_threaten(struct contest *c);
/* The units of a contest: 1 for everybody, or what the game pays a player at most, less
 * the threat (1 where that is nothing). */
void contest_units(struct contest *c, bool plain);
/* Payoffs, and what they are above the threat in the units. */
void contest_scale(double *scaled, const struct contest *c, const double *payoff);

enum truth_grade {
    TRUTH_EXACT, /* every payoff of the frontier is on it, or between two joined ones */
    TRUTH_POINTS, /* its points are on the frontier, exactly; between them nothing is
                     known */
    TRUTH_KNOWN,  /* the best that is known: a long search */
};
/* "exact", "exact at points", "best known". */
extern const char *const truth_grades[];

/* Fills *out (release with frontier_free). Mixed profiles: a lattice, then a search
 * around what is best, both as fine as `effort` evaluations allow (of a game of 2 x 2;
 * fewer of larger ones): best known.
 * Distributions: a linear program for each of many directions, with branch and bound
 * over what may be drawn (public) or over what is promised (private). seed: of the
 * search. *beyond: where the search was cut short, how much more than what was found
 * players could get on average at most; the mean over directions. 0 where it was not,
 * NAN for mixed profiles, of which nothing is known. False when memory is short. */
bool truth_find(struct frontier *out, enum truth_grade *grade, double *beyond,
                const struct contest *c, uint32_t effort, uint64_t seed);

/* Two players: finds out where the frontier is straight between neighbours, and adds
 * what is missing between them. Of mixed profiles, neighbours that are near are taken
 * to be joined. Others: leaves it as it is. False when memory is short. */
bool truth_join(struct frontier *f, enum truth_grade *grade, const struct contest *c);

/* The parts of truth_find, in files of their own. */
bool truth_nash(struct frontier *out, const struct contest *c, uint32_t effort,
                uint64_t seed);
bool truth_lottery(struct frontier *out, enum truth_grade *grade, double *beyond,
                   const struct contest *c);
bool lottery_join(struct frontier *f, enum truth_grade *grade, const struct contest *c);

/* Raises an agreement to the frontier: *point, which is held, becomes a payoff of the
 * frontier that is as good for all, and as much better for all at once as can be. False
 * if none was found. Distributions only. */
struct lottery;
struct lottery *lottery_new(const struct contest *c);
void lottery_free(struct lottery *l);
/* From `base` (scaled, held by nobody necessarily) as far as possible in a direction
 * (entries >= 0): point is held, is at least base + x direction for the greatest x >= 0
 * that there is, and nothing dominates it. False if there is none. *beyond: 0, or how
 * much greater x might be where the search was cut short. */
bool lottery_ray(struct lottery *l, double *point, const double *base,
                 const double *direction, double *beyond);

#endif
