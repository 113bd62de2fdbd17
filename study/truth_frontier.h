/* SPDX-License-Identifier: MIT */
/* The upper border of a set of payoffs, and how far a payoff is from it. Everything is
 * in scaled payoffs: what a player gets above its threat, in a unit of its own, so that
 * 0 is the threat for everybody. */
#ifndef TREATY_STUDY_TRUTH_FRONTIER_H
#define TREATY_STUDY_TRUTH_FRONTIER_H

#include "game/game.h"

/* Payoffs that nothing in the set dominates, up to FRONTIER_TOLERANCE: no other is as
 * good for all and better for somebody. With two players what lies straight between two
 * of them can belong to it, too. */
#define FRONTIER_TOLERANCE 1e-7
struct frontier {
    uint8_t n_players;
    uint32_t n, n_max;
    double *point; /* n runs of n_players numbers, owned; of two players in the order of
                      what the first gets */
    bool *joined;  /* two players, owned: each point to the next one; or NULL */
};

/* Empty. */
void frontier_start(struct frontier *f, uint8_t n_players);
void frontier_free(struct frontier *f);
/* Adds a payoff unless it is dominated or there already, and removes what it dominates.
 * True if it was added. False, too, when memory is short. Joins are forgotten. */
bool frontier_add(struct frontier *f, const double *point);
/* True if some payoff of it is as good for all and better for somebody, by more than
 * the tolerance. */
bool frontier_dominates(const struct frontier *f, const double *point);
/* The Euclidean distance from a payoff to the frontier: 0 if nothing of it dominates
 * the payoff, else to the nearest point or join. Of points alone it is that to the
 * nearest of them, which is more than to what lies between them. 0 if it is empty. */
double frontier_distance(const struct frontier *f, const double *point);

/* The volume of all payoffs that are at least 0 for everybody and at most what some
 * point of the frontier pays. Exact for two and three players (joins included for two);
 * for more it is the share of VOLUME_SAMPLES points, the same in every call, of the box
 * from 0 to `most`, times its volume. */
enum { VOLUME_SAMPLES = 8192 };
double frontier_volume(const struct frontier *f, const double *most);
/* The greatest payoff of each player on it, at least 0. */
void frontier_most(const struct frontier *f, double *most);

#endif
