/* SPDX-License-Identifier: MIT */
/* The innermost loop of a sweep, for payoffs of type ELEMENT: 8 players at a time. A
 * vector of lanes is what gcc and clang make of it: one register, or two, or four. */
#ifndef TREATY_ANALYSIS_SWEEP_KERNEL_H
#define TREATY_ANALYSIS_SWEEP_KERNEL_H

#include "analysis/sweep_block.h"

#ifndef ELEMENT
#define ELEMENT int32_t
#endif

typedef ELEMENT lanes __attribute__((vector_size(LANES * sizeof(ELEMENT))));
typedef ELEMENT half __attribute__((vector_size(LANES / 2 * sizeof(ELEMENT))));

struct masks {
    lanes of[1 << LANES]; /* all bits of the lanes whose bit is set */
};

static inline void masks_fill(struct masks *m)
{
    for (uint32_t bits = 0; bits < 1 << LANES; bits++)
        for (uint32_t lane = 0; lane < LANES; lane++)
            m->of[bits][lane] = -(ELEMENT)(bits >> lane & 1);
}

/* The sum over the lanes of one vector. */
static inline __attribute__((always_inline)) ELEMENT lanes_sum(const lanes *v)
{
    const half four = __builtin_shufflevector(*v, *v, 0, 1, 2, 3) +
                      __builtin_shufflevector(*v, *v, 4, 5, 6, 7);
    const half two = four + __builtin_shufflevector(four, four, 2, 3, 0, 1);
    return two[0] + two[1];
}

/* True if any lane, each 0 or -1, is -1. */
static inline __attribute__((always_inline)) bool lanes_any(const lanes *v)
{
    const half four = __builtin_shufflevector(*v, *v, 0, 1, 2, 3) |
                      __builtin_shufflevector(*v, *v, 4, 5, 6, 7);
    const half two = four | __builtin_shufflevector(four, four, 2, 3, 0, 1);
    return (two[0] | two[1]) != 0;
}

/* The sums over the lanes of four vectors: neighbouring lanes are added until each
 * vector is one lane, which takes a third of what four sums one by one do. */
static inline __attribute__((always_inline)) void lanes_sums(half *out,
                                                             const lanes v[4])
{
    const lanes a = __builtin_shufflevector(v[0], v[1], 0, 2, 8, 10, 4, 6, 12, 14) +
                    __builtin_shufflevector(v[0], v[1], 1, 3, 9, 11, 5, 7, 13, 15);
    const lanes b = __builtin_shufflevector(v[2], v[3], 0, 2, 8, 10, 4, 6, 12, 14) +
                    __builtin_shufflevector(v[2], v[3], 1, 3, 9, 11, 5, 7, 13, 15);
    const lanes c = __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14) +
                    __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
    *out = __builtin_shufflevector(c, c, 0, 1, 2, 3) +
           __builtin_shufflevector(c, c, 4, 5, 6, 7);
}

/* What the pairs with one row after have in common. */
struct run {
    lanes after[GROUPS_MAX];
    lanes member[GROUPS_MAX]; /* deviating members among the high players */
    lanes idle[GROUPS_MAX];   /* outsiders whose gain counts for a member's */
    lanes joined[GROUPS_MAX]; /* outsiders whose gain counts for the total */
};

static inline __attribute__((always_inline)) bool
pair_may_be_news(const struct run *run, const lanes *before, const lanes *low_members,
                 uint32_t n_groups, bool asks_member, bool asks_total)
{
    lanes gainers = {0}, total = {0};
#pragma GCC unroll 4
    for (uint32_t g = 0; g < n_groups; g++) {
        const lanes gain = run->after[g] - before[g];
        const lanes up = (lanes)(gain > 0);
        const lanes member = g == 0 ? run->member[g] | *low_members : run->member[g];
        if (asks_member)
            gainers |= up & (member | run->idle[g]);
        if (asks_total)
            total += gain & (member | (up & run->joined[g]));
    }
    return (asks_member && lanes_any(&gainers)) ||
           (asks_total && lanes_sum(&total) > 0);
}

/* What members and those who join them gain, lane by lane. */
static inline __attribute__((always_inline)) void
pair_total(lanes *out, const struct run *run, const lanes *before,
           const lanes *low_members, uint32_t n_groups)
{
    lanes total = {0};
#pragma GCC unroll 4
    for (uint32_t g = 0; g < n_groups; g++) {
        const lanes gain = run->after[g] - before[g];
        const lanes up = (lanes)(gain > 0);
        const lanes member = g == 0 ? run->member[g] | *low_members : run->member[g];
        total += gain & (member | (up & run->joined[g]));
    }
    *out = total;
}

/* Totals alone, of four pairs at a time. Returns the first pair that is left. */
static inline __attribute__((always_inline)) const struct low_pair *
run_sweep_totals(const struct block *b, const struct masks *m, const struct run *run,
                 uint32_t n_groups, uint32_t low_after)
{
    const lanes *before = (const lanes *)b->table + b->before * n_groups;
    const struct low_pair *pair = &b->pair[b->first[low_after]];
    for (uint32_t n = (b->first[low_after + 1] - b->first[low_after]) / 4; n > 0; n--) {
        lanes total[4];
#pragma GCC unroll 4
        for (uint32_t k = 0; k < 4; k++)
            pair_total(&total[k], run, before + (size_t)pair[k].before * n_groups,
                       &m->of[pair[k].members], n_groups);
        half sum;
        lanes_sums(&sum, total);
        const half up = (half)(sum > 0);
        const half some = up | __builtin_shufflevector(up, up, 2, 3, 0, 1);
        if ((some[0] | some[1]) != 0)
            for (uint32_t k = 0; k < 4; k++)
                if (sum[k] > 0)
                    b->found(b->context, low_after, &pair[k]);
        pair += 4;
    }
    return pair;
}

static inline __attribute__((always_inline)) void
run_sweep(const struct block *b, const struct masks *m, const struct run *run,
          uint32_t n_groups, uint32_t low_after, bool asks_member, bool asks_total)
{
    const lanes *before = (const lanes *)b->table + b->before * n_groups;
    const struct low_pair *end = &b->pair[b->first[low_after + 1]];
    const struct low_pair *pair =
        asks_member ? &b->pair[b->first[low_after]]
                    : run_sweep_totals(b, m, run, n_groups, low_after);
    for (; pair < end; pair++)
        if (pair_may_be_news(run, before + (size_t)pair->before * n_groups,
                             &m->of[pair->members], n_groups, asks_member, asks_total))
            b->found(b->context, low_after, pair);
}

/* What is left of the needs of a run if everybody gets before what it gets where it is
 * worst off: in most rows of games whose levels hold, nothing. */
static inline __attribute__((always_inline)) unsigned
run_needs(const struct block *b, const struct masks *m, const struct run *run,
          uint32_t n_groups, unsigned need)
{
    const lanes *least = (const lanes *)b->least + b->before / b->n_low * n_groups;
    const uint32_t byzantine = b->high_deviating & ~b->members;
    lanes gainers = {0}, total = {0};
#pragma GCC unroll 4
    for (uint32_t g = 0; g < n_groups; g++) {
        const lanes gain = run->after[g] - least[g];
        const lanes up = (lanes)(gain > 0) & ~m->of[byzantine >> (g * LANES) & 0xff];
        gainers |= up;
        total += gain & (run->member[g] | up);
    }
    if (!lanes_any(&gainers))
        return 0;
    return lanes_sum(&total) > 0 ? need : need & ~(unsigned)NEED_TOTAL;
}

static inline __attribute__((always_inline)) void row_sweep(const struct block *b,
                                                            const struct masks *m,
                                                            uint32_t n_groups,
                                                            uint32_t low_after)
{
    const lanes *after = (const lanes *)b->table + (b->after + low_after) * n_groups;
    const uint32_t deviating = b->deviating[low_after] | b->high_deviating;
    const uint32_t n_deviating = (uint32_t)__builtin_popcount(b->deviating[low_after]);
    unsigned need = 0;
    struct run run;
    for (uint32_t n_members = 0; n_members <= n_deviating; n_members++)
        need |= b->need[n_deviating][n_members];
    const lanes idle = (lanes){0} - (ELEMENT)((need & NEED_MEMBER_IDLE) != 0);
    const lanes joined = (lanes){0} - (ELEMENT)((need & NEED_TOTAL_JOINED) != 0);
#pragma GCC unroll 4
    for (uint32_t g = 0; g < n_groups; g++) {
        const lanes outside = ~m->of[deviating >> (g * LANES) & 0xff];
        run.after[g] = after[g];
        run.member[g] = m->of[b->members >> (g * LANES) & 0xff];
        run.idle[g] = outside & idle;
        run.joined[g] = outside & joined;
    }
    need = run_needs(b, m, &run, n_groups, need);
    if ((need & NEED_MEMBER) != 0 && (need & NEED_TOTAL) != 0)
        run_sweep(b, m, &run, n_groups, low_after, true, true);
    else if ((need & NEED_MEMBER) != 0)
        run_sweep(b, m, &run, n_groups, low_after, true, false);
    else if ((need & NEED_TOTAL) != 0)
        run_sweep(b, m, &run, n_groups, low_after, false, true);
}

static inline __attribute__((always_inline)) void
block_sweep_groups(const struct block *b, const struct masks *m, uint32_t n_groups)
{
    for (uint32_t low_after = 0; low_after < b->n_low; low_after++)
        row_sweep(b, m, n_groups, low_after);
}

/* A loop for each number of groups, so that each runs in registers. */
static inline __attribute__((always_inline)) void block_sweep(const struct block *b,
                                                              const struct masks *m)
{
    switch (b->n_groups) {
    case 1:
        block_sweep_groups(b, m, 1);
        return;
    case 2:
        block_sweep_groups(b, m, 2);
        return;
    case 3:
        block_sweep_groups(b, m, 3);
        return;
    default:
        block_sweep_groups(b, m, GROUPS_MAX);
        return;
    }
}

#if defined(__x86_64__)
/* The same loops with wider registers, where the processor has them. */
static inline __attribute__((target("avx2"))) void
block_sweep_avx2(const struct block *b)
{
    block_sweep(b, b->masks);
}
#endif

static inline void block_sweep_best(const struct block *b)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        block_sweep_avx2(b);
        return;
    }
#endif
    block_sweep(b, b->masks);
}

#endif
