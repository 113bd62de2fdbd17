/* SPDX-License-Identifier: MIT */
/* Action-graph games, Gambit's .agg: what a player gets depends on the node that it
 * plays and on how many players are on the neighbours of that node. A game of a
 * thousand players stays as small as its file; it is expanded only by agg_expand. */
#ifndef TREATY_ANALYSIS_AGG_H
#define TREATY_ANALYSIS_AGG_H

#include "analysis/exact.h"

enum {
    AGG_PLAYERS_MAX = 4096,
    AGG_NODES_MAX = 1024,     /* action nodes */
    AGG_FUNCTIONS_MAX = 256,  /* function nodes */
    AGG_NEIGHBOURS_MAX = 256, /* of one node */
    AGG_WEIGHT_MAX = 1 << 20, /* of a function node, either way; also paths to a node */
    AGG_CELLS_MAX = 1 << 24,  /* numbers in all configurations of all nodes */
    AGG_STEPS_MAX = 1 << 27,  /* numbers tried to find out which can occur */
};

enum agg_type {
    AGG_SUM = 0,
    AGG_EXISTS = 1,
    AGG_HIGHEST = 2,
    AGG_LOWEST = 3,
    AGG_WEIGHTED_SUM = 10,
    AGG_WEIGHTED_EXISTS = 11,
    AGG_WEIGHTED_HIGHEST = 12,
    AGG_WEIGHTED_LOWEST = 13,
};

struct agg_list {
    uint32_t n;
    uint32_t *item; /* owned */
};

/* What a function node makes of the players on the action nodes it is reached from. */
struct agg_function {
    enum agg_type type;
    int64_t base;    /* d of the weighted types */
    int64_t *weight; /* of each action node, owned; NULL for the plain types */
    uint32_t *reach; /* for each action node: on how many paths it is reached; owned */
};

/* The payoffs on one action node: row r of tuple, n_counts numbers, is a configuration
 * of its neighbours; rows ascend. Payoff first + r of the game belongs to it. */
struct agg_table {
    uint32_t n_rows, n_counts;
    int64_t *tuple; /* owned */
    size_t first;
};

struct agg {
    uint32_t n_players, n_nodes, n_functions, n_sets;
    uint32_t *set_of;           /* of each player: which set of actions it has */
    struct agg_list *set;       /* the different sets, their nodes ascending */
    struct agg_list *neighbour; /* of each action node, then of each function node */
    struct agg_function *function;
    struct agg_table *table; /* of each action node */
    struct multiples payoffs;
};

/* Reads text[0 .. size) into *out (release with agg_free; untouched on failure). On
 * failure false, with *error filled as by nfg_read. Where Gambit is loose, this is not:
 * sets must ascend, every configuration that can occur must have its payoff, and
 * nothing may follow the last. A node that nobody can play has no configurations. */
bool agg_read(struct agg *out, const char *text, size_t size,
              struct format_error *error);
void agg_free(struct agg *a);
/* Writes a into out[0 .. capacity), all payoffs in the list version; no NUL is added.
 * *size is the size of the text, also when it does not fit: then false. */
bool agg_write(const struct agg *a, char *out, size_t capacity, size_t *size);

/* How many actions player has, and on which node it is with one of them. */
uint32_t agg_actions(const struct agg *a, uint32_t player);
uint32_t agg_node(const struct agg *a, uint32_t player, uint32_t action);
/* Which of a's payoffs a player on node gets when count[v] players are on each action
 * node v, node's own among them. */
size_t agg_payoff(const struct agg *a, uint32_t node, const uint32_t *count);

/* The same game as a table, "Action graph", players and actions named by numbers. NULL,
 * or why not, in words that follow "the game". */
const char *agg_expand(struct exact_game *out, const struct agg *a);

/* For the reader: finds which configurations of node can occur and puts them,
 * ascending, into its table; everything but payoffs and tables is there. *steps counts
 * down. NULL, or why not, in words that follow "the configurations". */
const char *agg_configure(struct agg *a, uint32_t node, uint64_t *steps);
/* Gives a, which has none yet, its payoffs. As gathering_settle. */
const char *agg_settle(struct agg *a, struct gathering *payoffs);
/* The row of node's table that holds tuple, or UINT32_MAX. */
uint32_t agg_row(const struct agg *a, uint32_t node, const int64_t *tuple);

#endif
