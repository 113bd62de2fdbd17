/* SPDX-License-Identifier: MIT */
/* Hides how a table of exact payoffs comes from a file, and how it becomes one again.
 */
#include "analysis/exact.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "game/lexical.h"

/* ---- reading ---- */

/* What is heard from a file: rows of payoffs, and in files with outcomes which row each
 * profile has. */
struct hearing {
    struct gathering *payoffs;
    uint32_t *outcome;
    size_t n_outcomes, capacity;
};

static const char *hear_payoff(void *context, const char *text, size_t size)
{
    const struct hearing *h = context;
    return gathering_add(h->payoffs, text, size);
}

static const char *hear_outcome(void *context, uint32_t outcome)
{
    struct hearing *h = context;
    if (h->n_outcomes == h->capacity) {
        const size_t capacity = h->capacity == 0 ? 64 : 2 * h->capacity;
        uint32_t *grown = realloc(h->outcome, capacity * sizeof *grown);
        if (grown == NULL)
            return "needs more memory than there is";
        h->outcome = grown;
        h->capacity = capacity;
    }
    h->outcome[h->n_outcomes++] = outcome;
    return NULL;
}

/* Profiles that share an outcome get its payoffs each. Those without one get 0. */
static const char *spread(struct hearing *h, uint32_t n_profiles, uint8_t n_players)
{
    const size_t n_heard = gathering_size(h->payoffs);
    const char *fault = NULL;
    if (h->n_outcomes == 0)
        return NULL;
    for (uint32_t profile = 0; fault == NULL && profile < n_profiles; profile++)
        for (uint8_t i = 0; fault == NULL && i < n_players; i++) {
            const size_t row = h->outcome[profile];
            fault = row == 0 ? gathering_add(h->payoffs, "0", 1)
                             : gathering_repeat(h->payoffs, (row - 1) * n_players + i);
        }
    if (fault == NULL)
        gathering_cut(h->payoffs, 0, n_heard);
    return fault;
}

/* A refusal that no place in the file is to blame for. */
static bool refuse(struct format_error *error, const char *fault)
{
    error->line = error->column = 1;
    (void)snprintf(error->message, sizeof error->message, "the payoffs %s", fault);
    return false;
}

bool exact_read(struct exact_game *out, const char *text, size_t size,
                struct format_error *error)
{
    struct hearing h = {.payoffs = gathering_new()};
    const struct nfg_listener listener = {&h, hear_payoff, hear_outcome};
    struct game *head = calloc(1, sizeof *head);
    bool read = false;
    if (h.payoffs == NULL || head == NULL) {
        (void)refuse(error, "need more memory than there is");
    } else if (nfg_read_numbers(head, text, size, &listener, error)) {
        const char *fault =
            spread(&h, shape_profiles(&head->shape), head->shape.n_players);
        if (fault == NULL)
            fault = exact_build(out, head, h.payoffs);
        read = fault == NULL || refuse(error, fault);
    }
    gathering_free(h.payoffs);
    free(h.outcome);
    free(head);
    return read;
}

const char *exact_build(struct exact_game *out, const struct game *head,
                        struct gathering *payoffs)
{
    struct multiples settled;
    CHECK(gathering_size(payoffs) ==
          (size_t)shape_profiles(&head->shape) * head->shape.n_players);
    const char *fault = gathering_settle(&settled, payoffs);
    if (fault != NULL)
        return fault;
    out->head = *head;
    memset(out->head.payoffs, 0, sizeof out->head.payoffs);
    out->payoffs = settled;
    return NULL;
}

void exact_free(struct exact_game *g)
{
    multiples_free(&g->payoffs);
}

/* ---- single payoffs ---- */

static size_t place(const struct exact_game *g, uint32_t profile, uint8_t player)
{
    return (size_t)profile * g->head.shape.n_players + player;
}

void exact_payoff(mpq_ptr out, const struct exact_game *g, uint32_t profile,
                  uint8_t player)
{
    multiples_get(out, &g->payoffs, place(g, profile, player));
}

int exact_order(const struct exact_game *g, uint8_t player, uint32_t profile,
                uint32_t other)
{
    return multiples_order(&g->payoffs, place(g, profile, player),
                           place(g, other, player));
}

/* ---- doubles ---- */

bool exact_to_game(struct game *out, const struct exact_game *g)
{
    const uint32_t n_profiles = shape_profiles(&g->head.shape);
    double *value = malloc(n_profiles * sizeof *value);
    struct game *made = malloc(sizeof *made);
    bool complete = value != NULL && made != NULL;
    mpq_t payoff;
    mpq_init(payoff);
    if (complete)
        *made = g->head;
    for (uint8_t i = 0; complete && i < g->head.shape.n_players; i++) {
        for (uint32_t profile = 0; profile < n_profiles; profile++) {
            exact_payoff(payoff, g, profile, i);
            value[profile] = rational_double(payoff);
            complete = complete && isfinite(value[profile]);
        }
        made->payoffs[i] = complete ? payoffs_new(&made->shape, i, value) : NULL;
        complete = made->payoffs[i] != NULL;
    }
    if (complete)
        *out = *made;
    else if (made != NULL && value != NULL)
        game_free(made);
    mpq_clear(payoff);
    free(made);
    free(value);
    return complete;
}

const char *exact_from_game(struct exact_game *out, const struct game *g)
{
    struct gathering *payoffs = gathering_new();
    const char *fault = payoffs == NULL ? "need more memory than there is" : NULL;
    mpq_t payoff;
    mpq_init(payoff);
    for (uint32_t profile = 0; fault == NULL && profile < shape_profiles(&g->shape);
         profile++)
        for (uint8_t i = 0; fault == NULL && i < g->shape.n_players; i++) {
            mpq_set_d(payoff, g->payoffs[i]->value[profile]);
            fault = gathering_add_rational(payoffs, payoff);
        }
    if (fault == NULL)
        fault = exact_build(out, g, payoffs);
    mpq_clear(payoff);
    gathering_free(payoffs);
    return fault;
}

/* ---- writing ---- */

struct sink {
    char *bytes;
    size_t capacity;
    size_t size; /* of everything so far, whether it fitted or not */
};

static void put(struct sink *out, const char *s, size_t n)
{
    if (out->size <= out->capacity && n <= out->capacity - out->size && n > 0)
        memcpy(out->bytes + out->size, s, n);
    out->size += n;
}

static bool put_name(struct sink *out, const char *name)
{
    const size_t n = strlen(name);
    put(out, "\"", 1);
    for (size_t i = 0; i < n; i++) {
        if (name[i] == '"')
            put(out, "\\", 1);
        put(out, name + i, 1);
    }
    put(out, "\" ", 2);
    return n == 0 || name[n - 1] != '\\';
}

static bool put_head(struct sink *out, const struct game *head)
{
    const char(*action)[NAME_MAX + 1] = head->action_name;
    put(out, "NFG 1 R ", 8);
    bool sayable = put_name(out, head->title);
    put(out, "\n{ ", 3);
    for (uint8_t i = 0; i < head->shape.n_players; i++)
        sayable = put_name(out, head->player_name[i]) && sayable;
    put(out, "}\n{\n", 4);
    for (uint8_t i = 0; i < head->shape.n_players; i++) {
        put(out, "{ ", 2);
        for (uint8_t k = 0; k < head->shape.n_actions[i]; k++)
            sayable = put_name(out, *action++) && sayable;
        put(out, "}\n", 2);
    }
    put(out, "}\n\n", 3);
    return sayable;
}

bool exact_write(const struct exact_game *g, char *out, size_t capacity, size_t *size)
{
    struct sink sink = {out, capacity, 0};
    bool sayable = put_head(&sink, &g->head);
    mpq_t payoff;
    mpq_init(payoff);
    for (size_t i = 0; sayable && i < g->payoffs.n; i++) {
        char number[NUMBER_MAX + 1];
        multiples_get(payoff, &g->payoffs, i);
        sayable = rational_write(number, sizeof number, payoff);
        if (sayable)
            put(&sink, number, strlen(number));
        put(&sink, (i + 1) % g->head.shape.n_players != 0 ? " " : "\n", 1);
    }
    mpq_clear(payoff);
    *size = sayable ? sink.size : 0;
    return sayable && sink.size <= capacity;
}
