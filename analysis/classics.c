/* SPDX-License-Identifier: MIT */
/* Hides that tables and action graphs are made from one formula, which asks only what
 * one does oneself and how many others do the first of two actions. */
#include "analysis/classics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/crowd.h"
#include "base/check.h"

static const char memory_short[] = "needs more memory than there is";

/* The payoff of action, 0 or 1, where others of n - 1 others play the first action. */
typedef void formula(mpq_ptr out, const void *parameters, uint32_t n, uint32_t action,
                     uint32_t others);

/* ---- the formulas ---- */

void ioc_init(struct ioc *p)
{
    mpq_inits(p->reward, p->bounty, p->fine, p->cost, p->guess_cost, p->guess_right,
              NULL);
    mpq_set_ui(p->reward, 20, 1);
    mpq_set_ui(p->bounty, 20, 1);
    mpq_set_ui(p->fine, 5, 2);
    mpq_set_ui(p->cost, 10, 1);
    mpq_set_ui(p->guess_cost, 5, 1);
    mpq_set_ui(p->guess_right, 1, 2);
}

void ioc_clear(struct ioc *p)
{
    mpq_clears(p->reward, p->bounty, p->fine, p->cost, p->guess_cost, p->guess_right,
               NULL);
}

static void ioc_payoff(mpq_ptr out, const void *parameters, uint32_t n, uint32_t action,
                       uint32_t others)
{
    const struct ioc *p = parameters;
    const bool lazy = action == 0;
    mpq_t caught, part;
    mpq_inits(caught, part, NULL);
    mpq_set_ui(caught, 1, 1); /* 1 - q */
    mpq_sub(caught, caught, p->guess_right);
    mpq_set(out, p->reward);
    if (lazy && others + 1 < n) {
        mpq_mul(out, out, p->guess_right);
        mpq_set_ui(part, n - others - 1, others + 1);
        mpq_canonicalize(part);
        mpq_mul(part, part, p->bounty);
        mpq_add(part, part, p->fine);
        mpq_mul(part, part, caught);
        mpq_sub(out, out, part);
    } else if (!lazy && others > 0) {
        mpq_mul(part, p->bounty, caught);
        mpq_add(out, out, part);
    }
    mpq_sub(out, out, lazy ? p->guess_cost : p->cost);
    mpq_clears(caught, part, NULL);
}

void forwarding_init(struct forwarding *p)
{
    mpq_inits(p->gain, p->cost, NULL);
    mpq_set_ui(p->gain, 2, 1);
    mpq_set_ui(p->cost, 1, 1);
}

void forwarding_clear(struct forwarding *p)
{
    mpq_clears(p->gain, p->cost, NULL);
}

static void forwarding_payoff(mpq_ptr out, const void *parameters, uint32_t n,
                              uint32_t action, uint32_t others)
{
    const struct forwarding *p = parameters;
    if (action == 1)
        mpq_sub(out, p->gain, p->cost);
    else if (others + 1 < n)
        mpq_set(out, p->gain);
    else
        mpq_set_ui(out, 0, 1);
}

/* ---- tables ---- */

static const char *table_head(struct game *head, uint32_t n, const char *title,
                              const char *const *actions)
{
    if (n < 2 || n > 22)
        return "has a table for 2 to 22 players; ask for an action graph";
    (void)snprintf(head->title, sizeof head->title, "%s", title);
    head->shape.n_players = (uint8_t)n;
    for (uint32_t i = 0; i < n; i++) {
        head->shape.n_actions[i] = 2;
        (void)snprintf(head->player_name[i], NAME_MAX + 1, "P%u", i + 1);
        for (size_t k = 0; k < 2; k++)
            (void)snprintf(head->action_name[2 * i + k], NAME_MAX + 1, "%s",
                           actions[k]);
    }
    return NULL;
}

static const char *table_payoffs(struct gathering *payoffs, uint32_t n, formula *payoff,
                                 const void *parameters)
{
    const char *fault = NULL;
    mpq_t value;
    mpq_init(value);
    for (uint32_t profile = 0; fault == NULL && profile < 1u << n; profile++) {
        const uint32_t first = n - (uint32_t)__builtin_popcount(profile);
        for (uint32_t i = 0; fault == NULL && i < n; i++) {
            const uint32_t action = profile >> i & 1;
            payoff(value, parameters, n, action, first - (action == 0));
            fault = gathering_add_rational(payoffs, value);
        }
    }
    mpq_clear(value);
    return fault;
}

static const char *table_of(struct exact_game *out, uint32_t n, const char *title,
                            const char *const *actions, formula *payoff,
                            const void *parameters)
{
    struct game *head = calloc(1, sizeof *head);
    struct gathering *payoffs = gathering_new();
    const char *fault = memory_short;
    if (head != NULL && payoffs != NULL) {
        fault = table_head(head, n, title, actions);
        if (fault == NULL)
            fault = table_payoffs(payoffs, n, payoff, parameters);
        if (fault == NULL)
            fault = exact_build(out, head, payoffs);
    }
    gathering_free(payoffs);
    free(head);
    return fault;
}

const char *ioc_table(struct exact_game *out, const struct ioc *p, uint32_t n)
{
    return table_of(out, n, "IOC", (const char *const[]){"L", "D"}, ioc_payoff, p);
}

const char *forwarding_table(struct exact_game *out, const struct forwarding *p,
                             uint32_t n)
{
    return table_of(out, n, "FD", (const char *const[]){"D", "F"}, forwarding_payoff,
                    p);
}

/* ---- action graphs ---- */

/* Nodes for the actions of n_sets sets, node after node, each a neighbour of all. */
static bool graph_room(struct agg *a, uint32_t n_players, uint32_t n_nodes,
                       uint32_t n_sets)
{
    mpq_init(a->payoffs.scale);
    a->n_players = n_players;
    a->n_nodes = n_nodes;
    a->n_sets = n_sets;
    a->set_of = calloc(n_players, sizeof *a->set_of);
    a->set = calloc(n_sets, sizeof *a->set);
    a->neighbour = calloc(n_nodes, sizeof *a->neighbour);
    a->table = calloc(n_nodes, sizeof *a->table);
    a->function = calloc(1, sizeof *a->function);
    if (a->set_of == NULL || a->set == NULL || a->neighbour == NULL ||
        a->table == NULL || a->function == NULL)
        return false;
    for (uint32_t v = 0; v < n_nodes; v++) {
        a->neighbour[v].item = calloc(n_nodes, sizeof(uint32_t));
        if (a->neighbour[v].item == NULL)
            return false;
        a->neighbour[v].n = n_nodes;
        for (uint32_t i = 0; i < n_nodes; i++)
            a->neighbour[v].item[i] = i;
    }
    return true;
}

static bool graph_set(struct agg *a, uint32_t set, uint32_t first, uint32_t n)
{
    a->set[set].item = calloc(n, sizeof(uint32_t));
    if (a->set[set].item == NULL)
        return false;
    a->set[set].n = n;
    for (uint32_t k = 0; k < n; k++)
        a->set[set].item[k] = first + k;
    return true;
}

static const char *graph_configure(struct agg *a)
{
    uint64_t steps = AGG_STEPS_MAX;
    size_t n_payoffs = 0;
    const char *fault = NULL;
    for (uint32_t v = 0; fault == NULL && v < a->n_nodes; v++) {
        fault = agg_configure(a, v, &steps);
        a->table[v].first = n_payoffs;
        n_payoffs += a->table[v].n_rows;
    }
    return fault == NULL ? NULL : "has more configurations than an action graph may";
}

static const char *graph_fill(struct agg *a, uint32_t n, formula *payoff,
                              const void *parameters)
{
    struct gathering *payoffs = gathering_new();
    const char *fault = payoffs == NULL ? memory_short : NULL;
    mpq_t value;
    mpq_init(value);
    for (uint32_t v = 0; v < 2; v++)
        for (uint32_t row = 0; fault == NULL && row < a->table[v].n_rows; row++) {
            const uint32_t first = (uint32_t)a->table[v].tuple[2 * row];
            payoff(value, parameters, n, v, first - (v == 0));
            fault = gathering_add_rational(payoffs, value);
        }
    mpq_clear(value);
    if (fault == NULL)
        fault = agg_settle(a, payoffs);
    gathering_free(payoffs);
    return fault;
}

static const char *graph_of(struct agg *out, uint32_t n, formula *payoff,
                            const void *parameters)
{
    struct agg a = {0};
    if (n < 2 || n > AGG_PLAYERS_MAX)
        return "is for 2 to 4096 players";
    const char *fault =
        graph_room(&a, n, 2, 1) && graph_set(&a, 0, 0, 2) ? NULL : memory_short;
    if (fault == NULL)
        fault = graph_configure(&a);
    if (fault == NULL)
        fault = graph_fill(&a, n, payoff, parameters);
    if (fault == NULL)
        *out = a;
    else
        agg_free(&a);
    return fault;
}

const char *ioc_graph(struct agg *out, const struct ioc *p, uint32_t n)
{
    return graph_of(out, n, ioc_payoff, p);
}

const char *forwarding_graph(struct agg *out, const struct forwarding *p, uint32_t n)
{
    return graph_of(out, n, forwarding_payoff, p);
}

/* ---- from a table ---- */

static bool graph_of_crowd(struct agg *a, const struct crowd *c)
{
    if (!graph_room(a, c->n_players, c->n_actions, c->n_classes))
        return false;
    for (uint32_t i = 0; i < c->n_players; i++)
        a->set_of[i] = c->class_of[i];
    for (uint32_t k = 0; k < c->n_classes; k++)
        if (!graph_set(a, k, c->class[k].first, c->class[k].n_actions))
            return false;
    return true;
}

static const char *fill_from_crowd(struct agg *a, const struct crowd *c)
{
    struct gathering *payoffs = gathering_new();
    const char *fault = payoffs == NULL ? memory_short : NULL;
    mpq_t value;
    mpq_init(value);
    for (uint32_t v = 0; v < a->n_nodes; v++)
        for (uint32_t row = 0; fault == NULL && row < a->table[v].n_rows; row++) {
            const int64_t *count = a->table[v].tuple + (size_t)row * a->n_nodes;
            uint64_t cell = 0;
            for (uint32_t k = 0; k < c->n_classes; k++)
                for (uint32_t action = 0; action < c->class[k].n_actions; action++)
                    cell += c->class[k].radix[action] *
                            (uint64_t)count[c->class[k].first + action];
            multiples_get(value, c->payoffs, c->payoff[cell * c->n_actions + v]);
            fault = gathering_add_rational(payoffs, value);
        }
    mpq_clear(value);
    if (fault == NULL)
        fault = agg_settle(a, payoffs);
    gathering_free(payoffs);
    return fault;
}

/* Every player on nodes of its own, so that a configuration is a profile. */
static bool graph_of_strangers(struct agg *a, const struct shape *s)
{
    if (!graph_room(a, s->n_players, shape_weights(s), s->n_players))
        return false;
    for (uint8_t i = 0; i < s->n_players; i++) {
        a->set_of[i] = i;
        if (!graph_set(a, i, shape_offset(s, i), s->n_actions[i]))
            return false;
    }
    return true;
}

static const char *fill_from_table(struct agg *a, const struct exact_game *g)
{
    const struct shape *s = &g->head.shape;
    struct gathering *payoffs = gathering_new();
    const char *fault = payoffs == NULL ? memory_short : NULL;
    mpq_t value;
    mpq_init(value);
    for (uint32_t v = 0; v < a->n_nodes; v++)
        for (uint32_t row = 0; fault == NULL && row < a->table[v].n_rows; row++) {
            const int64_t *count = a->table[v].tuple + (size_t)row * a->n_nodes;
            uint8_t actions[PLAYERS_MAX] = {0}, player = 0;
            for (uint8_t i = 0; i < s->n_players; i++)
                while (count[shape_offset(s, i) + actions[i]] == 0)
                    actions[i]++;
            while (v >= shape_offset(s, player) + (uint32_t)s->n_actions[player])
                player++;
            exact_payoff(value, g, profile_index(s, actions), player);
            fault = gathering_add_rational(payoffs, value);
        }
    mpq_clear(value);
    if (fault == NULL)
        fault = agg_settle(a, payoffs);
    gathering_free(payoffs);
    return fault;
}

const char *agg_from_table(struct agg *out, const struct exact_game *g)
{
    const struct arena arena = {g, NULL};
    struct agg a = {0};
    struct crowd *c = crowd_new(&arena);
    const bool room =
        c != NULL ? graph_of_crowd(&a, c) : graph_of_strangers(&a, &g->head.shape);
    const char *fault = room ? graph_configure(&a) : memory_short;
    if (fault == NULL)
        fault = c != NULL ? fill_from_crowd(&a, c) : fill_from_table(&a, g);
    crowd_free(c);
    if (fault == NULL)
        *out = a;
    else
        agg_free(&a);
    return fault;
}
