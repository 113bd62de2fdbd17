/* SPDX-License-Identifier: MIT */
/* Hides what function nodes count, which configurations can occur, and where a player's
 * payoff stands. Function nodes follow what Gambit computes, not what its text says:
 * each player contributes for itself, and the contributions are folded. */
#include "analysis/agg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* ---- function nodes ---- */

/* What stands for "nobody" among the values of types that pick one. */
static int64_t nobody(const struct agg *a, const struct agg_function *f)
{
    return f->type == AGG_HIGHEST || f->type == AGG_LOWEST
               ? (int64_t)a->n_nodes + a->n_functions
               : f->base;
}

/* What one player on an action node adds. */
static int64_t contribution(const struct agg *a, const struct agg_function *f,
                            uint32_t node)
{
    const int64_t reach = f->reach[node];
    switch (f->type) {
    case AGG_SUM:
        return reach;
    case AGG_EXISTS:
        return reach > 0;
    case AGG_HIGHEST:
    case AGG_LOWEST:
        return reach > 0 ? (int64_t)node : nobody(a, f);
    case AGG_WEIGHTED_SUM:
        return f->base + reach * f->weight[node];
    case AGG_WEIGHTED_EXISTS:
        return f->base + reach * f->weight[node] > 0;
    case AGG_WEIGHTED_HIGHEST:
    case AGG_WEIGHTED_LOWEST:
        return reach > 0 ? f->weight[node] : f->base;
    }
    return 0;
}

/* The value of both of what two groups of players come to. */
static int64_t fold(const struct agg *a, const struct agg_function *f, int64_t x,
                    int64_t y)
{
    const int64_t none = nobody(a, f);
    switch (f->type) {
    case AGG_SUM:
    case AGG_WEIGHTED_SUM:
        return x + y;
    case AGG_EXISTS:
    case AGG_WEIGHTED_EXISTS:
        return x > 0 || y > 0;
    case AGG_HIGHEST:
    case AGG_WEIGHTED_HIGHEST:
        return x == none || (y != none && y > x) ? y : x;
    case AGG_LOWEST:
    case AGG_WEIGHTED_LOWEST:
        return x == none || (y != none && y < x) ? y : x;
    }
    return 0;
}

/* The same for any neighbour: players on an action node are counted. */
static int64_t seen(const struct agg *a, uint32_t neighbour, uint32_t node)
{
    if (neighbour < a->n_nodes)
        return neighbour == node;
    return contribution(a, &a->function[neighbour - a->n_nodes], node);
}

static int64_t joined(const struct agg *a, uint32_t neighbour, int64_t x, int64_t y)
{
    if (neighbour < a->n_nodes)
        return x + y;
    return fold(a, &a->function[neighbour - a->n_nodes], x, y);
}

static int64_t function_value(const struct agg *a, const struct agg_function *f,
                              const uint32_t *count)
{
    bool started = false;
    int64_t value = 0;
    for (uint32_t v = 0; v < a->n_nodes; v++) {
        if (count[v] == 0)
            continue;
        int64_t one = contribution(a, f, v);
        if (f->type == AGG_SUM || f->type == AGG_WEIGHTED_SUM)
            one *= count[v];
        value = started ? fold(a, f, value, one) : one;
        started = true;
    }
    return value;
}

/* ---- configurations ---- */

static int tuple_order(const int64_t *x, const int64_t *y, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

/* Different tuples, found again by a hash of their numbers. */
struct tuples {
    uint32_t n_counts, n, n_slots;
    int64_t *tuple;
    uint32_t *slot; /* one more than a place in tuple; 0 is free */
};

static uint32_t tuple_hash(const int64_t *tuple, uint32_t n)
{
    uint64_t hash = 0x9e3779b97f4a7c15;
    for (uint32_t i = 0; i < n; i++) {
        hash = (hash ^ (uint64_t)tuple[i]) * 0xff51afd7ed558ccd;
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}

static void tuples_release(struct tuples *t)
{
    free(t->tuple);
    free(t->slot);
    *t = (struct tuples){.n_counts = t->n_counts};
}

static uint32_t *slot_of(const struct tuples *t, const int64_t *tuple)
{
    uint32_t at = tuple_hash(tuple, t->n_counts) & (t->n_slots - 1);
    while (t->slot[at] != 0 &&
           tuple_order(t->tuple + (size_t)(t->slot[at] - 1) * t->n_counts, tuple,
                       t->n_counts) != 0)
        at = (at + 1) & (t->n_slots - 1);
    return &t->slot[at];
}

/* Twice the room. False when memory is short. */
static bool tuples_grow(struct tuples *t)
{
    const uint32_t n_slots = t->n_slots == 0 ? 64 : 2 * t->n_slots;
    const size_t room = (size_t)n_slots / 2 * (t->n_counts > 0 ? t->n_counts : 1);
    int64_t *grown = realloc(t->tuple, room * sizeof *grown);
    uint32_t *slot = calloc(n_slots, sizeof *slot);
    if (grown != NULL)
        t->tuple = grown;
    if (grown == NULL || slot == NULL) {
        free(slot);
        return false;
    }
    free(t->slot);
    t->slot = slot;
    t->n_slots = n_slots;
    for (uint32_t i = 0; i < t->n; i++)
        *slot_of(t, t->tuple + (size_t)i * t->n_counts) = i + 1;
    return true;
}

static bool tuples_add(struct tuples *t, const int64_t *tuple)
{
    if (2 * t->n >= t->n_slots && !tuples_grow(t))
        return false;
    uint32_t *slot = slot_of(t, tuple);
    if (*slot != 0)
        return true;
    for (uint32_t i = 0; i < t->n_counts; i++)
        t->tuple[(size_t)t->n * t->n_counts + i] = tuple[i];
    *slot = ++t->n;
    return true;
}

/* What the search for the configurations of one node knows. */
struct search {
    const struct agg *a;
    const struct agg_list *neighbours;
    uint64_t *steps;
    struct tuples now, next;
};

static const char *search_add(struct search *s, const int64_t *tuple)
{
    if (*s->steps < s->next.n_counts + 1)
        return "take too long to find";
    *s->steps -= s->next.n_counts + 1;
    if ((uint64_t)(s->next.n + 1) * s->next.n_counts > AGG_CELLS_MAX)
        return "are too many";
    return tuples_add(&s->next, tuple) ? NULL : "need more memory than there is";
}

/* One more player, who may play any node of set: from now to next, then next is now. */
static const char *search_step(struct search *s, const struct tuples *choices)
{
    int64_t tuple[AGG_NEIGHBOURS_MAX] = {0};
    const uint32_t n = s->now.n_counts;
    const char *fault = NULL;
    for (uint32_t row = 0; fault == NULL && row < s->now.n; row++)
        for (uint32_t c = 0; fault == NULL && c < choices->n; c++) {
            for (uint32_t i = 0; i < n; i++)
                tuple[i] = joined(s->a, s->neighbours->item[i],
                                  s->now.tuple[(size_t)row * n + i],
                                  choices->tuple[(size_t)c * n + i]);
            fault = search_add(s, tuple);
        }
    tuples_release(&s->now);
    s->now = s->next;
    s->next = (struct tuples){.n_counts = n};
    return fault;
}

/* The different contributions that a player with this set may make. */
static bool choices_of(struct tuples *out, const struct search *s,
                       const struct agg_list *set)
{
    int64_t tuple[AGG_NEIGHBOURS_MAX] = {0};
    *out = (struct tuples){.n_counts = s->neighbours->n};
    for (uint32_t k = 0; k < set->n; k++) {
        for (uint32_t i = 0; i < s->neighbours->n; i++)
            tuple[i] = seen(s->a, s->neighbours->item[i], set->item[k]);
        if (!tuples_add(out, tuple))
            return false;
    }
    return true;
}

/* All that can occur when a player with set own is on node: left in s->now. */
static const char *search_set(struct search *s, uint32_t node, uint32_t own)
{
    const struct agg *a = s->a;
    const struct agg_list alone = {1, &node};
    const char *fault = NULL;
    tuples_release(&s->now);
    if (!choices_of(&s->now, s, &alone))
        return "need more memory than there is";
    for (uint32_t set = 0; fault == NULL && set < a->n_sets; set++) {
        struct tuples choices;
        uint32_t others = 0;
        for (uint32_t player = 0; player < a->n_players; player++)
            others += a->set_of[player] == set;
        others -= set == own;
        if (!choices_of(&choices, s, &a->set[set]))
            fault = "need more memory than there is";
        for (; fault == NULL && others > 0; others--)
            fault = search_step(s, &choices);
        tuples_release(&choices);
    }
    return fault;
}

static bool set_holds(const struct agg_list *set, uint32_t node)
{
    for (uint32_t k = 0; k < set->n; k++)
        if (set->item[k] == node)
            return true;
    return false;
}

/* Ascending, by heapsort: rows are wider than a comparison function could know. */
static void rows_sort(int64_t *tuple, uint32_t n_rows, uint32_t n)
{
    for (uint64_t built = 0, start = n_rows / 2, end = n_rows; end > 1;) {
        if (start > 0)
            start--;
        else
            built = 1;
        if (built == 1 && start == 0) {
            end--;
            for (uint32_t i = 0; i < n; i++) {
                const int64_t swap = tuple[i];
                tuple[i] = tuple[end * n + i];
                tuple[end * n + i] = swap;
            }
        }
        for (uint64_t root = start, child = 2 * root + 1; child < end;
             root = child, child = 2 * root + 1) {
            if (child + 1 < end &&
                tuple_order(tuple + child * n, tuple + (child + 1) * n, n) < 0)
                child++;
            if (tuple_order(tuple + root * n, tuple + child * n, n) >= 0)
                break;
            for (uint32_t i = 0; i < n; i++) {
                const int64_t swap = tuple[root * n + i];
                tuple[root * n + i] = tuple[child * n + i];
                tuple[child * n + i] = swap;
            }
        }
    }
}

/* Counts are never negative in Gambit, where they index a table. */
static const char *keep_rows(struct agg_table *table, const struct tuples *found)
{
    const size_t n_cells = (size_t)found->n * found->n_counts;
    table->n_rows = found->n;
    table->n_counts = found->n_counts;
    table->tuple = malloc((n_cells > 0 ? n_cells : 1) * sizeof *table->tuple);
    if (table->tuple == NULL)
        return "need more memory than there is";
    for (size_t i = 0; i < n_cells; i++) {
        if (found->tuple[i] < 0)
            return "have a function node with a negative value";
        table->tuple[i] = found->tuple[i];
    }
    if (found->n_counts > 0)
        rows_sort(table->tuple, table->n_rows, table->n_counts);
    return NULL;
}

const char *agg_configure(struct agg *a, uint32_t node, uint64_t *steps)
{
    const struct agg_list *neighbours = &a->neighbour[node];
    struct search s = {a, neighbours, steps, {0}, {0}};
    struct tuples all = {.n_counts = neighbours->n};
    const char *fault = NULL;
    s.now.n_counts = s.next.n_counts = neighbours->n;
    for (uint32_t set = 0; fault == NULL && set < a->n_sets; set++) {
        if (!set_holds(&a->set[set], node))
            continue;
        fault = search_set(&s, node, set);
        for (uint32_t row = 0; fault == NULL && row < s.now.n; row++)
            if (!tuples_add(&all, s.now.tuple + (size_t)row * s.now.n_counts))
                fault = "need more memory than there is";
    }
    if (fault == NULL)
        fault = keep_rows(&a->table[node], &all);
    tuples_release(&s.now);
    tuples_release(&s.next);
    tuples_release(&all);
    return fault;
}

uint32_t agg_row(const struct agg *a, uint32_t node, const int64_t *tuple)
{
    const struct agg_table *t = &a->table[node];
    uint32_t low = 0, high = t->n_rows;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const int order =
            tuple_order(t->tuple + (size_t)middle * t->n_counts, tuple, t->n_counts);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return UINT32_MAX;
}

/* ---- payoffs ---- */

const char *agg_settle(struct agg *a, struct gathering *payoffs)
{
    struct multiples settled;
    const char *fault = gathering_settle(&settled, payoffs);
    if (fault != NULL)
        return fault;
    multiples_free(&a->payoffs);
    a->payoffs = settled;
    return NULL;
}

uint32_t agg_actions(const struct agg *a, uint32_t player)
{
    return a->set[a->set_of[player]].n;
}

uint32_t agg_node(const struct agg *a, uint32_t player, uint32_t action)
{
    return a->set[a->set_of[player]].item[action];
}

size_t agg_payoff(const struct agg *a, uint32_t node, const uint32_t *count)
{
    int64_t tuple[AGG_NEIGHBOURS_MAX];
    const struct agg_list *neighbours = &a->neighbour[node];
    for (uint32_t i = 0; i < neighbours->n; i++) {
        const uint32_t v = neighbours->item[i];
        tuple[i] = v < a->n_nodes
                       ? count[v]
                       : function_value(a, &a->function[v - a->n_nodes], count);
    }
    const uint32_t row = agg_row(a, node, tuple);
    CHECK(row != UINT32_MAX);
    return a->table[node].first + row;
}

static void list_free(struct agg_list *list, uint32_t n)
{
    for (uint32_t i = 0; list != NULL && i < n; i++)
        free(list[i].item);
    free(list);
}

void agg_free(struct agg *a)
{
    list_free(a->set, a->n_sets);
    list_free(a->neighbour, a->n_nodes + a->n_functions);
    for (uint32_t f = 0; a->function != NULL && f < a->n_functions; f++) {
        free(a->function[f].weight);
        free(a->function[f].reach);
    }
    for (uint32_t v = 0; a->table != NULL && v < a->n_nodes; v++)
        free(a->table[v].tuple);
    free(a->function);
    free(a->table);
    free(a->set_of);
    multiples_free(&a->payoffs);
    *a = (struct agg){0};
}

/* ---- as a table ---- */

static const char *expand_head(struct game *head, const struct agg *a)
{
    uint32_t n_actions = 0;
    if (a->n_players < 2 || a->n_players > TABLE_PLAYERS_MAX)
        return "has fewer than 2 players or more than 32";
    head->shape.n_players = (uint8_t)a->n_players;
    for (uint32_t i = 0; i < a->n_players; i++) {
        if (agg_actions(a, i) > ACTIONS_MAX)
            return "has a player with more than 64 actions";
        head->shape.n_actions[i] = (uint8_t)agg_actions(a, i);
    }
    if (!shape_valid(&head->shape))
        return "has more than 4194304 profiles or 256 actions";
    (void)snprintf(head->title, sizeof head->title, "Action graph");
    for (uint32_t i = 0; i < a->n_players; i++) {
        (void)snprintf(head->player_name[i], NAME_MAX + 1, "%u", i + 1);
        for (uint32_t k = 0; k < agg_actions(a, i); k++)
            (void)snprintf(head->action_name[n_actions++], NAME_MAX + 1, "%u", k + 1);
    }
    return NULL;
}

static const char *expand_room(struct multiples *out, const struct agg *a, size_t n)
{
    if (a->payoffs.value != NULL) {
        out->value = malloc(n * sizeof *out->value);
    } else {
        if (n > WIDE_MAX)
            return "has more than a million payoffs that need more than 64 bits";
        out->wide = malloc(n * sizeof *out->wide);
    }
    if (out->value == NULL && out->wide == NULL)
        return "needs more memory than there is";
    mpq_init(out->scale);
    mpq_set(out->scale, a->payoffs.scale);
    return NULL;
}

static void expand_payoffs(struct multiples *out, const struct agg *a,
                           const struct shape *shape)
{
    uint32_t count[AGG_NODES_MAX] = {0};
    uint8_t action[PLAYERS_MAX];
    for (uint32_t profile = 0; profile < shape_profiles(shape); profile++) {
        profile_actions(action, shape, profile);
        for (uint32_t i = 0; i < a->n_players; i++)
            count[agg_node(a, i, action[i])]++;
        for (uint32_t i = 0; i < a->n_players; i++) {
            const size_t payoff = agg_payoff(a, agg_node(a, i, action[i]), count);
            if (out->value != NULL)
                out->value[out->n++] = a->payoffs.value[payoff];
            else
                mpz_init_set(out->wide[out->n++], a->payoffs.wide[payoff]);
        }
        for (uint32_t i = 0; i < a->n_players; i++)
            count[agg_node(a, i, action[i])]--;
    }
}

const char *agg_expand(struct exact_game *out, const struct agg *a)
{
    struct multiples payoffs = {0};
    struct game *head = calloc(1, sizeof *head);
    if (head == NULL)
        return "needs more memory than there is";
    const char *fault = expand_head(head, a);
    if (fault == NULL)
        fault = expand_room(&payoffs, a,
                            (size_t)shape_profiles(&head->shape) * a->n_players);
    if (fault == NULL) {
        expand_payoffs(&payoffs, a, &head->shape);
        out->head = *head;
        out->payoffs = payoffs;
    }
    free(head);
    return fault;
}
