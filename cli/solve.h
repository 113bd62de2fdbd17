/* SPDX-License-Identifier: MIT */
/* The questions of `treaty solve`, each in its own function: they answer on standard
 * output, as text or as one JSON object. */
#ifndef TREATY_CLI_SOLVE_H
#define TREATY_CLI_SOLVE_H

#include "cli/arena.h"
#include "cli/json.h"
#include "cli/words.h"

struct problem {
    const struct given *given;
    const char *what;
    struct loaded loaded;
    struct exact_game exact; /* loaded's table, borrowed; none if a graph stays one */
    struct game game;        /* the same in doubles */
    bool json;
    uint64_t limit; /* rows of a list for people */
};

/* Each STATUS_OK, or not, with the reason. solve_graph is solve_pure for an action
 * graph that has no table; all others need one. */
enum status solve_graph(struct problem *q, char reason[REASON_SIZE]);
enum status solve_pure(struct problem *q, char reason[REASON_SIZE]);
enum status solve_dominance(struct problem *q, char reason[REASON_SIZE]);
enum status solve_potential(struct problem *q, char reason[REASON_SIZE]);
enum status solve_anarchy(struct problem *q, char reason[REASON_SIZE]);
enum status solve_nash(struct problem *q, char reason[REASON_SIZE]);
enum status solve_ess(struct problem *q, char reason[REASON_SIZE]);
enum status solve_zero_sum(struct problem *q, char reason[REASON_SIZE]);
enum status solve_minmax(struct problem *q, char reason[REASON_SIZE]);
enum status solve_correlated(struct problem *q, char reason[REASON_SIZE]);
enum status solve_coarse(struct problem *q, char reason[REASON_SIZE]);
enum status solve_repeated(struct problem *q, char reason[REASON_SIZE]);

/* Writes the reason and returns the status: refusal(STATUS_USAGE, reason, ...). */
__attribute__((format(printf, 3, 4))) enum status
refusal(enum status status, char reason[REASON_SIZE], const char *format, ...);

/* Opens the object and says which game, which question, and who plays. */
void put_problem(struct json *j, const struct problem *q);
/* "profile": the actions' numbers, "actions": their names. */
void put_pure(struct json *j, const struct problem *q, uint32_t profile);
/* As a number, and as written exactly. */
void put_rational(struct json *j, const char *key, const char *exact_key,
                  mpq_srcptr number);
/* Shares as numbers, or as they are exactly. */
void put_shares(struct json *j, const char *key, const mpq_t *share, uint32_t n,
                bool exact);
/* "payoffs": of everybody at a pure profile. */
void put_payoffs(struct json *j, const struct problem *q, uint32_t profile);

/* "Cooperate, Defect" */
void say_pure(struct line *l, const struct problem *q, uint32_t profile);
const char *say_action(const struct problem *q, uint8_t player, uint8_t action);
/* "14/3", "0.5"; rounded where it would be long. */
void say_rational(struct line *l, mpq_srcptr number);
/* "Opera 2/3 + Football 1/3": a mixed action of player. */
void say_mixture(struct line *l, const struct problem *q, uint8_t player,
                 const mpq_t *share);
/* "(2, 14/3)" */
void say_payoffs(struct line *l, const struct problem *q, uint32_t profile);
void print_line(struct line *l);
/* True while row `k` is to be shown; says how many are left out at the first that is
 * not. */
bool row_shown(const struct problem *q, uint64_t k, uint64_t n);

#endif
