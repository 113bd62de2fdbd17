/* SPDX-License-Identifier: MIT */
/* What the blocks of a sweep share. The table is renumbered so that everybody's action
 * in the profile is 0, and cut into blocks: within one the high players keep still, and
 * all profiles of the low players follow each other. A block of pairs is all that low
 * players can do while the high ones do one thing. */
#ifndef TREATY_ANALYSIS_SWEEP_BLOCK_H
#define TREATY_ANALYSIS_SWEEP_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LANES = 8,       /* payoffs that are looked at together */
    GROUPS_MAX = 4,  /* of lanes: enough for all players */
    BLOCK_MAX = 256, /* profiles of the low players */
    LOW_MAX = 8,     /* low players: those of the first group of lanes at most */
    MASKS_SIZE = (1 << LANES) * LANES * 8, /* bytes of masks, aligned to 64 */
};

/* What a pair of sizes is still asked for. */
enum need {
    NEED_MEMBER = 1,       /* does a deviating member gain? */
    NEED_MEMBER_IDLE = 2,  /* does any other? */
    NEED_TOTAL = 4,        /* do the deviating members gain together? */
    NEED_TOTAL_JOINED = 8, /* do they with those who join them? */
};

/* Low players of a pair: after, some of them deviate; before, only those who are not of
 * the coalition. */
struct low_pair {
    uint16_t before;
    uint8_t members; /* a bit for each low player */
    uint8_t n_members;
};

struct block {
    const void *table; /* rows of n_groups * LANES payoffs, aligned to 64 bytes */
    /* Of each block of rows, in their form: the least that each player gets in one of
     * them, for low players in one where it does what it does in the profile. */
    const void *least;
    const void *masks; /* filled by block_masks_narrow or _broad */
    uint32_t n_groups;
    uint32_t n_low;        /* profiles of the low players */
    const uint32_t *first; /* n_low + 1: where each after's pairs start */
    const struct low_pair *pair;
    const uint8_t *deviating; /* of each after: a bit for each low player that does */
    uint64_t after, before;   /* first rows of the two blocks */
    uint32_t members, high_deviating; /* of the high players, a bit for each player */
    /* need[deviating low players][members among them] */
    uint8_t need[LOW_MAX + 1][LOW_MAX + 1];
    void *context;
    /* Called for each pair that may be news, if what is needed for any pair with that
     * row after were needed for it. */
    void (*found)(void *context, uint32_t low_after, const struct low_pair *pair);
};

void block_masks_narrow(void *masks);
void block_masks_broad(void *masks);
/* Goes through the pairs of a block; payoffs are int32_t, or int64_t. */
void block_sweep_narrow(const struct block *b);
void block_sweep_broad(const struct block *b);

#endif
