/* SPDX-License-Identifier: MIT */
/* Hides which search a game gets, and how levels and maximal pairs follow from the
 * smallest violations that it finds. */
#include "analysis/security.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/crowd.h"
#include "analysis/sweep.h"
#include "base/check.h"

/* Beyond these nobody waits: pairs of a sweep, states of a count, pairs of wide ones.
 */
#define PAIRS_MAX 1e13
#define STATES_MAX 1e12
#define WIDE_PAIRS_MAX 1e10

/* ---- games ---- */

uint32_t arena_players(const struct arena *a)
{
    return a->table != NULL ? a->table->head.shape.n_players : a->graph->n_players;
}

uint32_t arena_actions(const struct arena *a, uint32_t player)
{
    return a->table != NULL ? a->table->head.shape.n_actions[player]
                            : agg_actions(a->graph, player);
}

const struct multiples *arena_payoffs(const struct arena *a)
{
    return a->table != NULL ? &a->table->payoffs : &a->graph->payoffs;
}

size_t arena_payoff(const struct arena *a, const uint32_t *action, uint32_t player)
{
    const uint32_t n = arena_players(a);
    if (a->graph != NULL) {
        uint32_t count[AGG_NODES_MAX] = {0};
        for (uint32_t i = 0; i < n; i++)
            count[agg_node(a->graph, i, action[i])]++;
        return agg_payoff(a->graph, agg_node(a->graph, player, action[player]), count);
    }
    size_t profile = 0;
    for (uint32_t i = n; i-- > 0;)
        profile = profile * arena_actions(a, i) + action[i];
    return profile * n + player;
}

bool security_nash(const struct arena *a, const uint32_t *action)
{
    const uint32_t n = arena_players(a);
    uint32_t count[AGG_NODES_MAX] = {0};
    uint32_t *tried = malloc(n * sizeof *tried);
    bool nash = true;
    CHECK(tried != NULL);
    memcpy(tried, action, n * sizeof *tried);
    for (uint32_t i = 0; a->graph != NULL && i < n; i++)
        count[agg_node(a->graph, i, action[i])]++;
    for (uint32_t i = 0; nash && i < n; i++) {
        const size_t own =
            a->graph != NULL
                ? agg_payoff(a->graph, agg_node(a->graph, i, action[i]), count)
                : arena_payoff(a, action, i);
        for (uint32_t k = 0; nash && k < arena_actions(a, i); k++) {
            size_t other;
            tried[i] = k;
            if (a->graph != NULL) {
                count[agg_node(a->graph, i, action[i])]--;
                count[agg_node(a->graph, i, k)]++;
                other = agg_payoff(a->graph, agg_node(a->graph, i, k), count);
                count[agg_node(a->graph, i, k)]--;
                count[agg_node(a->graph, i, action[i])]++;
            } else {
                other = arena_payoff(a, tried, i);
            }
            nash = multiples_order(arena_payoffs(a), other, own) <= 0;
        }
        tried[i] = action[i];
    }
    free(tried);
    return nash;
}

/* ---- the search ---- */

const char *method_name(enum method m)
{
    static const char *const names[] = {[METHOD_CHOSEN] = "chosen",
                                        [METHOD_COUNTS] = "counts",
                                        [METHOD_SWEEP] = "sweep",
                                        [METHOD_WIDE] = "wide"};
    return names[m];
}

/* How a search may be done, and what it would take: infinite where it cannot. */
struct plan {
    struct crowd *crowd;
    double states, pairs, wide_pairs;
};

static struct plan plan_new(const struct arena *a, const uint32_t *action,
                            const struct front *f, enum method wanted)
{
    struct plan p = {NULL, 1e300, 1e300, 1e300};
    if (wanted == METHOD_CHOSEN || wanted == METHOD_COUNTS)
        p.crowd = crowd_new(a);
    if (p.crowd != NULL)
        p.states = crowd_states(p.crowd, action, f->coalition_max, f->byzantine_max);
    if (a->table == NULL)
        return p;
    if (wanted != METHOD_WIDE && sweep_fits(a->table))
        p.pairs = sweep_pairs(&a->table->head.shape);
    else
        p.wide_pairs = sweep_pairs(&a->table->head.shape);
    return p;
}

/* The method that takes least: a state of a count costs as much as a few pairs. */
static enum method plan_choose(const struct plan *p, enum method wanted, double *cost)
{
    enum { STATE_COST = 8 };
    enum method m = wanted;
    if (wanted == METHOD_CHOSEN)
        m = p->states * STATE_COST < p->pairs && p->states < p->wide_pairs
                ? METHOD_COUNTS
            : p->pairs < p->wide_pairs ? METHOD_SWEEP
                                       : METHOD_WIDE;
    *cost = m == METHOD_COUNTS  ? p->states
            : m == METHOD_SWEEP ? p->pairs
                                : p->wide_pairs;
    return m;
}

static const char *plan_fault(enum method m, double cost)
{
    const double most = m == METHOD_COUNTS  ? STATES_MAX
                        : m == METHOD_SWEEP ? PAIRS_MAX
                                            : WIDE_PAIRS_MAX;
    if (cost <= most)
        return NULL;
    if (cost < 1e300)
        return "has more pairs of profiles than can be looked at; ask about smaller "
               "coalitions and fewer Byzantine players";
    return "cannot be searched in this way";
}

static const char *search(struct security *s, const struct arena *a)
{
    const struct security_options *o = &s->options;
    struct plan p = plan_new(a, s->profile, s->front, o->method);
    s->method = plan_choose(&p, o->method, &s->cost);
    const char *fault = plan_fault(s->method, s->cost);
    if (fault == NULL && s->method == METHOD_COUNTS)
        s->complete = crowd_search(s->front, p.crowd, s->profile, o->stop);
    else if (fault == NULL && s->method == METHOD_SWEEP)
        s->complete =
            sweep_search(s->front, a->table, s->profile, o->n_threads, o->stop);
    else if (fault == NULL)
        s->complete = wide_search(s->front, a->table, s->profile, o->stop);
    crowd_free(p.crowd);
    return fault;
}

/* ---- levels ---- */

/* The size of the smallest coalition that profits beside at most n_byzantine players.
 */
static uint32_t smallest(const struct front *f, enum side side, uint32_t n_byzantine)
{
    const uint32_t below = f->smallest_below[side][n_byzantine];
    const uint32_t own = f->smallest[side][n_byzantine].size;
    return own < below ? own : below;
}

static uint32_t capped(uint32_t level, uint32_t most)
{
    return level < most ? level : most;
}

static int32_t most_faulty_of(const struct security *s, enum side side, uint32_t size)
{
    int32_t most = (int32_t)s->front->byzantine_max;
    while (most >= 0 && smallest(s->front, side, (uint32_t)most) <= size)
        most--;
    /* T = N has no outsider: whoever is immune to n - 1 is to n. */
    if (side == SIDE_MEMBER && s->options.robust_is_immune &&
        most > (int32_t)s->immunity)
        most = (int32_t)s->immunity;
    return most;
}

static void find_pairs(struct security *s, enum side side)
{
    for (uint32_t size = 0; size <= s->front->coalition_max; size++)
        s->most_faulty[side][size] = most_faulty_of(s, side, size);
    for (uint32_t size = s->front->coalition_max + 1; size <= s->n_players; size++)
        s->most_faulty[side][size] = -1;
    for (uint32_t size = 0; size <= s->front->coalition_max; size++) {
        int32_t most = s->most_faulty[side][size];
        if (most > (int32_t)(s->n_players - size))
            most = (int32_t)(s->n_players - size);
        const int32_t next =
            size < s->front->coalition_max ? s->most_faulty[side][size + 1] : -1;
        /* A larger size that allows as many is another, better pair. */
        if (most < 0 || (next >= most && most < (int32_t)(s->n_players - size)))
            continue;
        s->pairs[side][s->n_pairs[side]++] = (struct pair){size, (uint32_t)most};
    }
}

static void find_levels(struct security *s)
{
    const struct front *f = s->front;
    const uint32_t all = f->byzantine_max;
    s->resiliency = capped(smallest(f, SIDE_MEMBER, 0) - 1, f->coalition_max);
    s->repellence = capped(smallest(f, SIDE_TOTAL, 0) - 1, f->coalition_max);
    s->stability = capped(smallest(f, SIDE_TOTAL, all) - 1, f->coalition_max);
    s->immunity = f->harm.deed != NULL ? f->harm.size - 1 : f->byzantine_max;
    find_pairs(s, SIDE_MEMBER);
    find_pairs(s, SIDE_TOTAL);
}

/* ---- answers ---- */

static bool room_for(struct security *s, const uint32_t *action)
{
    const size_t n = (size_t)s->n_players + 1;
    s->front =
        front_new(s->n_players, s->options.coalition_max, s->options.byzantine_max);
    s->profile = malloc(n * sizeof *s->profile);
    for (int side = 0; side < SIDES; side++) {
        s->most_faulty[side] = calloc(n, sizeof *s->most_faulty[side]);
        s->pairs[side] = calloc(n, sizeof *s->pairs[side]);
        if (s->most_faulty[side] == NULL || s->pairs[side] == NULL)
            return false;
    }
    if (s->profile == NULL || s->front == NULL)
        return false;
    memcpy(s->profile, action, s->n_players * sizeof *action);
    return true;
}

struct security *security_new(const struct arena *a, const uint32_t *action,
                              const struct security_options *options,
                              const char **fault)
{
    struct security *s = calloc(1, sizeof *s);
    *fault = "needs more memory than there is";
    if (s == NULL)
        return NULL;
    s->n_players = arena_players(a);
    s->options = *options;
    if (room_for(s, action))
        *fault = search(s, a);
    if (*fault != NULL) {
        security_free(s);
        return NULL;
    }
    find_levels(s);
    return s;
}

void security_free(struct security *s)
{
    if (s == NULL)
        return;
    front_free(s->front);
    for (int side = 0; side < SIDES; side++) {
        free(s->most_faulty[side]);
        free(s->pairs[side]);
    }
    free(s->profile);
    free(s);
}
