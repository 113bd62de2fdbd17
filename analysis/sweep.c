/* SPDX-License-Identifier: MIT */
/* Hides how all pairs of profiles are looked at fast: renumbered and cut into blocks
 * that stay in the cache, with what can no longer be news left out before it is looked
 * at. */
#include "analysis/sweep.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/sweep_block.h"
#include "base/check.h"

struct sweep {
    struct front *f;
    const struct exact_game *g;
    const uint32_t *profile;
    const atomic_bool *stop;
    uint32_t n, n_profiles;
    uint32_t n_low_players;
    uint32_t
        step[PLAYERS_MAX + 1]; /* between rows that differ in one player's action */
    bool broad;
    void *table, *least, *masks;
    uint32_t n_groups;
    uint32_t n_low;
    uint32_t *first;
    struct low_pair *pair;
    uint8_t *deviating;
    uint64_t n_blocks;
    atomic_uint_least64_t next_block;
    pthread_mutex_t lock; /* of the front */
};

double sweep_pairs(const struct shape *shape)
{
    double pairs = 1;
    for (uint8_t i = 0; i < shape->n_players; i++)
        pairs *= 2 * shape->n_actions[i] - 1;
    return pairs;
}

/* The greatest payoff difference of any player, or UINT64_MAX. */
static uint64_t widest(const struct exact_game *g, int64_t *least)
{
    const uint8_t n = g->head.shape.n_players;
    const int64_t *value = g->payoffs.value;
    int64_t greatest[PLAYERS_MAX];
    uint64_t range = 0;
    if (value == NULL)
        return UINT64_MAX;
    for (uint8_t i = 0; i < n; i++)
        least[i] = greatest[i] = value[i];
    for (size_t k = n; k < g->payoffs.n; k += n)
        for (uint8_t i = 0; i < n; i++) {
            least[i] = value[k + i] < least[i] ? value[k + i] : least[i];
            greatest[i] = value[k + i] > greatest[i] ? value[k + i] : greatest[i];
        }
    for (uint8_t i = 0; i < n; i++)
        if ((uint64_t)greatest[i] - (uint64_t)least[i] > range)
            range = (uint64_t)greatest[i] - (uint64_t)least[i];
    return range;
}

bool sweep_fits(const struct exact_game *g)
{
    int64_t least[PLAYERS_MAX];
    return widest(g, least) <= (uint64_t)INT64_MAX / (2u * g->head.shape.n_players);
}

/* What action number 0, 1, ... of the renumbered game is: the profile's own first. */
static uint32_t old_action(uint32_t own, uint32_t action)
{
    return action == 0 ? own : action <= own ? action - 1 : action;
}

static int64_t row_payoff(const struct sweep *s, uint64_t row, uint32_t player)
{
    const uint64_t at = row * s->n_groups * LANES + player;
    return s->broad ? ((const int64_t *)s->table)[at] : ((const int32_t *)s->table)[at];
}

/* ---- the renumbered table ---- */

static void fill_row(struct sweep *s, uint32_t row, uint32_t profile,
                     const int64_t *least)
{
    const int64_t *from = s->g->payoffs.value + (size_t)profile * s->n;
    const uint64_t at = (uint64_t)row * s->n_groups * LANES;
    for (uint32_t i = 0; i < s->n; i++)
        if (s->broad)
            ((int64_t *)s->table)[at + i] = from[i] - least[i];
        else
            ((int32_t *)s->table)[at + i] = (int32_t)(from[i] - least[i]);
}

static void fill_table(struct sweep *s, const int64_t *least)
{
    const struct shape *shape = &s->g->head.shape;
    uint32_t action[PLAYERS_MAX] = {0}, profile = 0;
    for (uint32_t i = 0; i < s->n; i++)
        profile += s->profile[i] * s->step[i];
    for (uint32_t row = 0; row < s->n_profiles; row++) {
        fill_row(s, row, profile, least);
        for (uint32_t i = 0; i < s->n; i++) {
            profile -= old_action(s->profile[i], action[i]) * s->step[i];
            if (++action[i] == shape->n_actions[i])
                action[i] = 0;
            profile += old_action(s->profile[i], action[i]) * s->step[i];
            if (action[i] != 0)
                break;
        }
    }
}

static void least_of_row(struct sweep *s, uint64_t least, uint64_t row,
                         uint32_t players, bool first)
{
    for (uint32_t i = 0; i < s->n; i++) {
        const uint64_t at = row * s->n_groups * LANES + i;
        int64_t *const broad = (int64_t *)s->least + least * s->n_groups * LANES + i;
        int32_t *const narrow = (int32_t *)s->least + least * s->n_groups * LANES + i;
        if (!(players >> i & 1))
            continue;
        if (s->broad) {
            const int64_t payoff = ((const int64_t *)s->table)[at];
            *broad = first || payoff < *broad ? payoff : *broad;
        } else {
            const int32_t payoff = ((const int32_t *)s->table)[at];
            *narrow = first || payoff < *narrow ? payoff : *narrow;
        }
    }
}

static uint32_t digit_of(const struct sweep *s, uint32_t row, uint32_t player)
{
    return row / s->step[player] % s->g->head.shape.n_actions[player];
}

/* Who of the players first .. end deviates in a row: a bit each. */
static uint32_t deviating_in(const struct sweep *s, uint32_t row, uint32_t end)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < end; i++)
        bits |= (uint32_t)(digit_of(s, row, i) != 0) << i;
    return bits;
}

/* All pairs of the low players, by the row after. */
static bool fill_pairs(struct sweep *s)
{
    size_t n_pairs = 1;
    for (uint32_t i = 0; i < s->n_low_players; i++)
        n_pairs *= 2 * s->g->head.shape.n_actions[i] - 1u;
    s->first = calloc(s->n_low + 1, sizeof *s->first);
    s->pair = calloc(n_pairs, sizeof *s->pair);
    s->deviating = calloc(s->n_low, sizeof *s->deviating);
    if (s->first == NULL || s->pair == NULL || s->deviating == NULL)
        return false;
    uint32_t n = 0;
    for (uint32_t after = 0; after < s->n_low; after++) {
        s->deviating[after] = (uint8_t)deviating_in(s, after, s->n_low_players);
        for (uint32_t members = s->deviating[after];;
             members = (members - 1) & s->deviating[after]) {
            uint32_t before = after;
            for (uint32_t i = 0; i < s->n_low_players; i++)
                if (members >> i & 1)
                    before -= digit_of(s, after, i) * s->step[i];
            s->pair[n++] = (struct low_pair){(uint16_t)before, (uint8_t)members,
                                             (uint8_t)__builtin_popcount(members)};
            if (members == 0)
                break;
        }
        s->first[after + 1] = n;
    }
    return n == n_pairs;
}

/* See struct block. The first row of each is one where no low player deviates. */
static void fill_least(struct sweep *s)
{
    const uint32_t all = (uint32_t)((UINT64_C(1) << s->n) - 1);
    for (uint32_t row = 0; row < s->n_profiles; row++)
        least_of_row(s, row / s->n_low, row, all & ~s->deviating[row % s->n_low],
                     row % s->n_low == 0);
}

static bool sweep_start(struct sweep *s)
{
    const struct shape *shape = &s->g->head.shape;
    int64_t least[PLAYERS_MAX];
    const uint64_t range = widest(s->g, least);
    s->n = shape->n_players;
    CHECK(s->n > 0);
    s->n_profiles = shape_profiles(shape);
    s->step[0] = 1;
    for (uint32_t i = 0; i < s->n; i++)
        s->step[i + 1] = s->step[i] * shape->n_actions[i];
    s->broad = range > (uint64_t)INT32_MAX / (2 * s->n);
    s->n_groups = (s->n + LANES - 1) / LANES;
    while (s->n_low_players < s->n && s->n_low_players < LOW_MAX &&
           s->step[s->n_low_players + 1] <= BLOCK_MAX)
        s->n_low_players++;
    s->n_low = s->step[s->n_low_players];
    s->n_blocks = 1;
    for (uint32_t i = s->n_low_players; i < s->n; i++)
        s->n_blocks *= 2 * shape->n_actions[i] - 1u;
    const size_t lane_size = s->broad ? sizeof(int64_t) : sizeof(int32_t);
    const size_t size = (size_t)s->n_profiles * s->n_groups * LANES * lane_size;
    s->table = aligned_alloc(64, (size + 63) / 64 * 64);
    s->least = aligned_alloc(64, (size / s->n_low + 63) / 64 * 64);
    s->masks = aligned_alloc(64, MASKS_SIZE);
    if (s->table == NULL || s->least == NULL || s->masks == NULL || !fill_pairs(s))
        return false;
    memset(s->table, 0, size);
    memset(s->least, 0, size / s->n_low);
    fill_table(s, least);
    fill_least(s);
    if (s->broad)
        block_masks_broad(s->masks);
    else
        block_masks_narrow(s->masks);
    atomic_init(&s->next_block, 0);
    return pthread_mutex_init(&s->lock, NULL) == 0;
}

static void sweep_end(struct sweep *s)
{
    free(s->table);
    free(s->least);
    free(s->masks);
    free(s->first);
    free(s->pair);
    free(s->deviating);
}

/* ---- one pair ---- */

/* A pair of profiles, and what everybody gains from one to the other. */
struct look {
    uint32_t after, before;      /* rows */
    uint32_t members, deviating; /* bits */
    uint32_t n_members, n_byzantine;
    uint64_t order;
    int64_t gain[PLAYERS_MAX];
    uint8_t outsider[PLAYERS_MAX]; /* those who gain most first */
    uint32_t n_outsiders;
    int64_t total, best;
};

static void look_at(struct look *l, const struct sweep *s)
{
    l->n_members = (uint32_t)__builtin_popcount(l->members);
    l->n_byzantine = (uint32_t)__builtin_popcount(l->deviating) - l->n_members;
    l->n_outsiders = 0;
    l->total = l->best = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        if (l->deviating >> i & ~(l->members >> i) & 1)
            continue;
        const int64_t gain = row_payoff(s, l->after, i) - row_payoff(s, l->before, i);
        l->gain[i] = gain;
        if (l->members >> i & 1) {
            l->total += gain;
            l->best = gain > l->best ? gain : l->best;
            continue;
        }
        uint32_t at = l->n_outsiders++;
        for (; at > 0 && l->gain[l->outsider[at - 1]] < gain; at--)
            l->outsider[at] = l->outsider[at - 1];
        l->outsider[at] = (uint8_t)i;
    }
}

/* The deeds of a pair, with the first n_idle outsiders in the coalition. */
static void deeds_of(struct deed *deed, const struct sweep *s, const struct look *l,
                     uint32_t n_idle)
{
    for (uint32_t i = 0; i < s->n; i++) {
        const uint32_t action = old_action(s->profile[i], digit_of(s, l->after, i));
        deed[i] = (struct deed){action, ROLE_OUTSIDER};
        if (l->members >> i & 1)
            deed[i].role = ROLE_MEMBER;
        else if (l->deviating >> i & 1)
            deed[i].role = ROLE_BYZANTINE;
    }
    for (uint32_t k = 0; k < n_idle; k++)
        deed[l->outsider[k]].role = ROLE_MEMBER;
}

/* The smallest coalition on a side that these deviators make, by how many join them;
 * UINT32_MAX if none profits. */
static uint32_t joiners(const struct look *l, enum side side)
{
    int64_t total = l->total;
    if (side == SIDE_MEMBER) {
        if (l->best > 0)
            return 0;
        return l->n_outsiders > 0 && l->gain[l->outsider[0]] > 0 ? 1 : UINT32_MAX;
    }
    for (uint32_t n = 0;; n++) {
        if (total > 0)
            return n;
        if (n == l->n_outsiders || l->gain[l->outsider[n]] <= 0)
            return UINT32_MAX;
        total += l->gain[l->outsider[n]];
    }
}

/* True if there was news. */
static bool offer(struct sweep *s, const struct look *l)
{
    struct deed deed[PLAYERS_MAX];
    bool news = false;
    for (int side = 0; side < SIDES; side++) {
        const uint32_t n_idle = joiners(l, (enum side)side);
        if (n_idle == UINT32_MAX)
            continue;
        CHECK(pthread_mutex_lock(&s->lock) == 0);
        if (l->n_members + n_idle <
            front_limit(s->f, (enum side)side, l->n_byzantine, l->order)) {
            deeds_of(deed, s, l, n_idle);
            front_offer(s->f, (enum side)side, l->n_byzantine, l->n_members + n_idle,
                        l->order, deed);
            news = true;
        }
        CHECK(pthread_mutex_unlock(&s->lock) == 0);
    }
    return news;
}

/* ---- without Byzantine players: one look per profile ---- */

/* The largest gains so far, by the size of the coalition. */
struct gains {
    int64_t total[PLAYERS_MAX + 1], member[PLAYERS_MAX + 1];
};

static void raise_to(int64_t *most, int64_t gain)
{
    if (gain > *most)
        *most = gain;
}

static void note_gains(struct gains *g, const struct look *l)
{
    int64_t total = l->total;
    raise_to(&g->total[l->n_members], total);
    raise_to(&g->member[l->n_members], l->best);
    for (uint32_t k = 0; k < l->n_outsiders; k++) {
        const int64_t gain = l->gain[l->outsider[k]];
        total += gain;
        raise_to(&g->total[l->n_members + k + 1], total);
        raise_to(&g->member[l->n_members + k + 1], gain);
    }
}

/* The deviators as Byzantine players: does an outsider lose? */
static void look_for_harm(struct sweep *s, struct look *l)
{
    struct deed deed[PLAYERS_MAX];
    if (l->n_outsiders == 0 || l->gain[l->outsider[l->n_outsiders - 1]] >= 0 ||
        l->n_members >= s->f->harm.size)
        return;
    const struct look harm = {.after = l->after, .deviating = l->deviating};
    deeds_of(deed, s, &harm, 0);
    front_offer_harm(s->f, l->n_members, deed);
}

static bool stopped(const struct sweep *s)
{
    return s->stop != NULL && atomic_load_explicit(s->stop, memory_order_relaxed);
}

static bool sweep_alone(struct sweep *s)
{
    struct gains gains = {0};
    uint32_t row = 1;
    for (; row < s->n_profiles && ((row & 0xfff) != 0 || !stopped(s)); row++) {
        struct look l = {.after = row};
        l.members = l.deviating = deviating_in(s, row, s->n);
        look_at(&l, s);
        look_for_harm(s, &l);
        if (l.n_members > s->f->coalition_max)
            continue;
        (void)offer(s, &l);
        note_gains(&gains, &l);
    }
    for (uint32_t size = 0; size <= s->n; size++) {
        if (size > 0)
            raise_to(&gains.member[size], gains.member[size - 1]);
        mpz_set_si(s->f->most_total[size], gains.total[size]);
        mpz_set_si(s->f->most_member[size], gains.member[size]);
    }
    return row == s->n_profiles;
}

/* ---- with Byzantine players: blocks of pairs ---- */

struct worker {
    struct sweep *s;
    struct block b;
    uint64_t order;
    uint32_t n_members, n_byzantine; /* of the high players */
};

static uint8_t need_of(const struct worker *w, uint32_t members, uint32_t byzantine)
{
    const struct front *f = w->s->f;
    if (members == 0 || byzantine == 0 || members > f->coalition_max ||
        byzantine > f->byzantine_max)
        return 0;
    const uint32_t member = front_limit(f, SIDE_MEMBER, byzantine, w->order);
    const uint32_t total = front_limit(f, SIDE_TOTAL, byzantine, w->order);
    return (uint8_t)((members < member ? NEED_MEMBER : 0) |
                     (members + 1 < member ? NEED_MEMBER_IDLE : 0) |
                     (members < total ? NEED_TOTAL : 0) |
                     (members + 1 < total ? NEED_TOTAL_JOINED : 0));
}

/* What is still to be asked in the worker's block. False if nothing is. */
static bool find_needs(struct worker *w)
{
    bool any = false;
    CHECK(pthread_mutex_lock(&w->s->lock) == 0);
    for (uint32_t deviating = 0; deviating <= w->s->n_low_players; deviating++)
        for (uint32_t members = 0; members <= deviating; members++) {
            w->b.need[deviating][members] = need_of(
                w, w->n_members + members, w->n_byzantine + deviating - members);
            any = any || w->b.need[deviating][members] != 0;
        }
    CHECK(pthread_mutex_unlock(&w->s->lock) == 0);
    return any;
}

static void found(void *context, uint32_t low_after, const struct low_pair *pair)
{
    struct worker *w = context;
    if (w->b.need[__builtin_popcount(w->b.deviating[low_after])][pair->n_members] == 0)
        return;
    struct look l = {.after = (uint32_t)w->b.after + low_after,
                     .before = (uint32_t)w->b.before + pair->before,
                     .members = w->b.members | pair->members,
                     .deviating = w->b.high_deviating | w->b.deviating[low_after],
                     .order = w->order};
    look_at(&l, w->s);
    if (offer(w->s, &l))
        (void)find_needs(w);
}

/* What the high players do in a block: nothing, or an action as a member, or as a
 * Byzantine player; the number of the block has a digit for each of them. */
static void place_block(struct worker *w, uint64_t number)
{
    const struct sweep *s = w->s;
    w->order = number + 1;
    w->b.after = w->b.before = 0;
    w->b.members = w->b.high_deviating = 0;
    for (uint32_t i = s->n_low_players; i < s->n; i++) {
        const uint32_t others = s->g->head.shape.n_actions[i] - 1u;
        const uint32_t does = (uint32_t)(number % (2 * others + 1));
        number /= 2 * others + 1;
        if (does == 0)
            continue;
        const bool member = does <= others;
        const uint64_t moved = (uint64_t)(member ? does : does - others) * s->step[i];
        w->b.after += moved;
        w->b.before += member ? 0 : moved;
        w->b.members |= (uint32_t)member << i;
        w->b.high_deviating |= UINT32_C(1) << i;
    }
    w->n_members = (uint32_t)__builtin_popcount(w->b.members);
    w->n_byzantine = (uint32_t)__builtin_popcount(w->b.high_deviating) - w->n_members;
}

static void *work(void *context)
{
    struct sweep *s = context;
    struct worker w = {.s = s};
    w.b = (struct block){.table = s->table,
                         .least = s->least,
                         .masks = s->masks,
                         .n_groups = s->n_groups,
                         .n_low = s->n_low,
                         .first = s->first,
                         .pair = s->pair,
                         .deviating = s->deviating,
                         .context = &w,
                         .found = found};
    while (!stopped(s)) {
        const uint64_t number = atomic_fetch_add(&s->next_block, 1);
        if (number >= s->n_blocks)
            return NULL;
        place_block(&w, number);
        if (!find_needs(&w))
            continue;
        if (s->broad)
            block_sweep_broad(&w.b);
        else
            block_sweep_narrow(&w.b);
    }
    return NULL;
}

static void work_together(struct sweep *s, uint32_t n_threads)
{
    enum { THREADS_MAX = 64 };
    pthread_t thread[THREADS_MAX];
    uint32_t n = 0;
    while (n + 1 < n_threads && n < THREADS_MAX && n + 1 < s->n_blocks &&
           pthread_create(&thread[n], NULL, work, s) == 0)
        n++;
    (void)work(s);
    while (n > 0)
        CHECK(pthread_join(thread[--n], NULL) == 0);
}

bool sweep_search(struct front *f, const struct exact_game *g, const uint32_t *action,
                  uint32_t n_threads, const atomic_bool *stop)
{
    struct sweep s = {.f = f, .g = g, .profile = action, .stop = stop};
    const bool started = sweep_start(&s);
    CHECK(started);
    bool complete = sweep_alone(&s);
    if (complete && f->byzantine_max > 0)
        work_together(&s, n_threads);
    complete = complete && !stopped(&s);
    CHECK(pthread_mutex_destroy(&s.lock) == 0);
    sweep_end(&s);
    return complete;
}
