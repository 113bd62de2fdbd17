/* SPDX-License-Identifier: MIT */
/* Questions about mixed actions, which are answered with exact probabilities. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/independent.h"
#include "analysis/matrix.h"
#include "analysis/mixed.h"
#include "analysis/pure.h"
#include "cli/solve.h"

static const char memory[] = "memory is short";

/* ---- equilibria ---- */

static void put_corners(struct json *j, const char *key,
                        const struct mixed_equilibria *e, uint32_t pair, bool exact)
{
    mpq_t share[ACTIONS_MAX];
    emit_list(j, key);
    for (uint8_t i = 0; i < 2; i++) {
        const uint8_t n = e->n_actions[i];
        for (uint8_t k = 0; k < n; k++) {
            mpq_init(share[k]);
            mixed_share(share[k], &e->corner[i][e->pair[pair].corner[i]], k);
        }
        put_shares(j, NULL, (const mpq_t *)share, n, exact);
        for (uint8_t k = 0; k < n; k++)
            mpq_clear(share[k]);
    }
    emit_close(j);
}

static bool pair_pure(const struct mixed_equilibria *e, uint32_t pair)
{
    for (uint8_t i = 0; i < 2; i++) {
        const uint64_t support = e->corner[i][e->pair[pair].corner[i]].support;
        if ((support & (support - 1)) != 0)
            return false;
    }
    return true;
}

static void put_equilibrium(struct json *j, const struct problem *q,
                            const struct mixed_equilibria *e, uint32_t pair)
{
    mpq_t payoff[2];
    emit_object(j, NULL);
    put_corners(j, "profile", e, pair, false);
    put_corners(j, "exact", e, pair, true);
    for (uint8_t i = 0; i < 2; i++) {
        mpq_init(payoff[i]);
        mixed_payoff(payoff[i], e, &q->exact, pair, i);
    }
    put_shares(j, "payoffs", (const mpq_t *)payoff, 2, false);
    put_shares(j, "exact_payoffs", (const mpq_t *)payoff, 2, true);
    mpq_clears(payoff[0], payoff[1], NULL);
    emit_bool(j, "pure", pair_pure(e, pair));
    emit_close(j);
}

static void nash_json(const struct problem *q, const struct mixed_equilibria *e)
{
    struct json j = {.out = stdout};
    put_problem(&j, q);
    emit_bool(&j, "degenerate", e->degenerate);
    emit_integer(&j, "count", e->n_pairs);
    emit_list(&j, "equilibria");
    for (uint32_t k = 0; k < e->n_pairs; k++)
        put_equilibrium(&j, q, e, k);
    emit_close(&j);
    emit_bool(&j, "sets_complete", e->sets_complete);
    emit_list(&j, "sets");
    for (uint32_t s = 0; s < e->n_sets; s++) {
        emit_list(&j, NULL);
        for (uint32_t k = 0; k < e->n_pairs; k++)
            if (mixed_set_has(e, s, k))
                emit_integer(&j, NULL, k + 1u);
        emit_close(&j);
    }
    emit_end(&j);
}

static void say_corner(struct line *l, const struct problem *q,
                       const struct mixed_corner *c, uint8_t player)
{
    mpq_t share;
    bool follows = false;
    mpq_init(share);
    for (uint8_t k = 0; k < q->game.shape.n_actions[player]; k++) {
        if ((c->support >> k & 1) == 0)
            continue;
        mixed_share(share, c, k);
        line_add(l, "%s%s", follows ? " + " : "", say_action(q, player, k));
        if (mpq_cmp_ui(share, 1, 1) != 0) {
            line_add(l, " ");
            say_rational(l, share);
        }
        follows = true;
    }
    mpq_clear(share);
}

static void say_equilibrium(struct line *l, const struct problem *q,
                            const struct mixed_equilibria *e, uint32_t pair)
{
    mpq_t payoff;
    mpq_init(payoff);
    line_add(l, "%3u  ", pair + 1);
    for (uint8_t i = 0; i < 2; i++) {
        line_add(l, "%s", i > 0 ? "; " : "");
        say_corner(l, q, &e->corner[i][e->pair[pair].corner[i]], i);
    }
    for (uint8_t i = 0; i < 2; i++) {
        mixed_payoff(payoff, e, &q->exact, pair, i);
        line_add(l, "%s", i > 0 ? ", " : "  (");
        say_rational(l, payoff);
    }
    line_add(l, ")");
    mpq_clear(payoff);
}

/* Sets of more than one equilibrium, by the numbers of their corners. */
static void say_sets(const struct problem *q, const struct mixed_equilibria *e)
{
    struct line l = {0};
    uint32_t row = 0;
    for (uint32_t s = 0; s < e->n_sets; s++) {
        uint32_t n = 0;
        for (uint32_t k = 0; k < e->n_pairs; k++)
            n += mixed_set_has(e, s, k);
        if (n < 2)
            continue;
        if (row++ == 0)
            (void)puts("\nWhat lies between is an equilibrium, too: any mixture of "
                       "player 1's sides\nof these with any mixture of player 2's:");
        if (!row_shown(q, row - 1, e->n_sets))
            return;
        line_add(&l, "  ");
        for (uint32_t k = 0, shown = 0; k < e->n_pairs; k++)
            if (mixed_set_has(e, s, k))
                line_add(&l, "%s%u", shown++ > 0 ? ", " : "", k + 1);
        print_line(&l);
    }
    if (!e->sets_complete)
        (void)printf("  ... and more sets: only %d are listed\n", MIXED_SETS_MAX);
}

static void nash_text(const struct problem *q, const struct mixed_equilibria *e)
{
    struct line l = {0};
    say_count(&l, e->n_pairs, e->degenerate ? "extreme equilibrium" : "equilibrium",
              e->degenerate ? "extreme equilibria" : "equilibria");
    line_add(&l, "%s", e->degenerate ? ", of a degenerate game:" : ", and no others:");
    print_line(&l);
    for (uint32_t k = 0; k < e->n_pairs && row_shown(q, k, e->n_pairs); k++) {
        say_equilibrium(&l, q, e, k);
        print_line(&l);
    }
    if (e->degenerate)
        say_sets(q, e);
}

/* NULL with the reason: STATUS_FAILED for memory and limits, STATUS_USAGE for games of
 * more players. */
static struct mixed_equilibria *find_equilibria(enum status *status,
                                                const struct problem *q, char *reason)
{
    struct mixed_equilibria *e = NULL;
    *status = STATUS_OK;
    if (q->game.shape.n_players != 2) {
        *status = refusal(STATUS_USAGE, reason,
                          "mixed equilibria are listed for two players, and this game "
                          "has %u: try --what pure or --what correlated",
                          q->game.shape.n_players);
        return NULL;
    }
    const char *fault = mixed_solve(&e, &q->exact);
    if (fault != NULL)
        *status = refusal(STATUS_FAILED, reason,
                          "the equilibria %s; --what pure and --what correlated go "
                          "farther",
                          fault);
    return e;
}

enum status solve_nash(struct problem *q, char reason[REASON_SIZE])
{
    enum status status;
    struct mixed_equilibria *e = find_equilibria(&status, q, reason);
    if (e == NULL)
        return status;
    if (q->json)
        nash_json(q, e);
    else
        nash_text(q, e);
    mixed_free(e);
    return status;
}

/* ---- evolutionary stability ---- */

static void ess_json(const struct problem *q, const struct mixed_equilibria *e,
                     const bool *stable)
{
    struct json j = {.out = stdout};
    put_problem(&j, q);
    emit_list(&j, "stable");
    for (uint32_t k = 0; k < e->n_pairs; k++)
        if (stable[k])
            put_equilibrium(&j, q, e, k);
    emit_end(&j);
}

static void ess_text(const struct problem *q, const struct mixed_equilibria *e,
                     const bool *stable)
{
    struct line l = {0};
    uint64_t n = 0, row = 0;
    for (uint32_t k = 0; k < e->n_pairs; k++)
        n += stable[k];
    say_count(&l, n, "evolutionarily stable strategy",
              "evolutionarily stable strategies");
    line_add(&l, "%s", n > 0 ? ", and no others:" : ".");
    print_line(&l);
    for (uint32_t k = 0; k < e->n_pairs; k++) {
        mpq_t payoff;
        if (!stable[k] || !row_shown(q, row++, n))
            continue;
        mpq_init(payoff);
        mixed_payoff(payoff, e, &q->exact, k, 0);
        line_add(&l, "  ");
        say_corner(&l, q, &e->corner[0][e->pair[k].corner[0]], 0);
        line_add(&l, "  pays ");
        say_rational(&l, payoff);
        print_line(&l);
        mpq_clear(payoff);
    }
}

enum status solve_ess(struct problem *q, char reason[REASON_SIZE])
{
    enum status status;
    if (!mixed_symmetric(&q->exact))
        return refusal(
            STATUS_USAGE, reason,
            "the game does not look the same to both players, so there is no "
            "one strategy that all could have");
    struct mixed_equilibria *e = find_equilibria(&status, q, reason);
    if (e == NULL)
        return status;
    bool *stable = calloc(e->n_pairs, sizeof *stable);
    if (stable == NULL)
        status = refusal(STATUS_FAILED, reason, "%s", memory);
    else if (!mixed_stable(stable, e, &q->exact))
        status = refusal(STATUS_FAILED, reason,
                         "more than 12 actions that a strategy does not play are best "
                         "against it: that takes too long to judge");
    else if (q->json)
        ess_json(q, e, stable);
    else
        ess_text(q, e, stable);
    free(stable);
    mixed_free(e);
    return status;
}

/* ---- what can be secured ---- */

struct secured {
    mpq_t value;
    mpq_t own[ACTIONS_MAX];
    uint32_t n_others;
    mpq_t *others;
};

static const char *secured_find(struct secured *s, const struct problem *q,
                                uint8_t player)
{
    const uint16_t n = q->game.shape.n_actions[player];
    s->n_others = shape_profiles(&q->game.shape) / n;
    s->others = malloc(s->n_others * sizeof *s->others);
    mpq_init(s->value);
    for (uint8_t k = 0; k < ACTIONS_MAX; k++)
        mpq_init(s->own[k]);
    for (uint32_t k = 0; s->others != NULL && k < s->n_others; k++)
        mpq_init(s->others[k]);
    return s->others == NULL
               ? "needs more memory than there is"
               : mixed_minmax(s->value, s->own, s->others, &q->exact, player);
}

static void secured_free(struct secured *s)
{
    mpq_clear(s->value);
    for (uint8_t k = 0; k < ACTIONS_MAX; k++)
        mpq_clear(s->own[k]);
    for (uint32_t k = 0; s->others != NULL && k < s->n_others; k++)
        mpq_clear(s->others[k]);
    free((void *)s->others);
}

enum status solve_zero_sum(struct problem *q, char reason[REASON_SIZE])
{
    struct secured s;
    if (!mixed_zero_sum(&q->exact))
        return refusal(STATUS_USAGE, reason,
                       "the game is not zero-sum: it needs two players whose payoffs "
                       "have the same sum everywhere; try --what minmax");
    const char *fault = secured_find(&s, q, 0);
    if (fault == NULL && q->json) {
        struct json j = {.out = stdout};
        put_problem(&j, q);
        put_rational(&j, "value", "exact_value", s.value);
        for (int exact = 0; exact < 2; exact++) {
            emit_list(&j, exact ? "exact" : "profile");
            put_shares(&j, NULL, (const mpq_t *)s.own, q->game.shape.n_actions[0],
                       exact);
            put_shares(&j, NULL, (const mpq_t *)s.others, s.n_others, exact);
            emit_close(&j);
        }
        emit_end(&j);
    } else if (fault == NULL) {
        struct line l = {0};
        line_add(&l, "Value for %s: ", q->game.player_name[0]);
        say_rational(&l, s.value);
        print_line(&l);
        for (uint8_t i = 0; i < 2; i++) {
            line_add(&l, "  %s secures it with ", q->game.player_name[i]);
            say_mixture(&l, q, i, (const mpq_t *)(i == 0 ? s.own : s.others));
            print_line(&l);
        }
    }
    secured_free(&s);
    return fault == NULL ? STATUS_OK
                         : refusal(STATUS_FAILED, reason, "the value %s", fault);
}

/* The profile of the others that column `place` of the punishment stands for. */
static uint32_t column_profile(const struct shape *s, uint8_t player, uint32_t place)
{
    const uint32_t stride = pure_stride(s, player);
    return place % stride + place / stride * stride * s->n_actions[player];
}

static void put_apart(struct json *j, const struct problem *q, uint8_t player,
                      const struct independent *apart)
{
    emit_object(j, "independent");
    emit_bool(j, "known", apart->exact);
    put_rational(j, "least", "exact_least", apart->least);
    put_rational(j, "most", "exact_most", apart->most);
    for (int exact = 0; exact < 2; exact++) {
        emit_list(j, exact ? "exact" : "profile");
        for (uint8_t i = 0; i < apart->shape.n_players; i++) {
            const mpq_t *share = (const mpq_t *)apart->share;
            if (i == player)
                emit_null(j, NULL);
            else
                put_shares(j, NULL, share + shape_offset(&q->game.shape, i),
                           apart->shape.n_actions[i], exact);
        }
        emit_close(j);
    }
    emit_close(j);
}

static void put_minmax(struct json *j, const struct problem *q, uint8_t player,
                       const struct secured *s, const struct independent *apart)
{
    const struct shape *shape = &q->game.shape;
    mpq_t value;
    mpq_init(value);
    emit_object(j, NULL);
    exact_payoff(value, &q->exact, pure_maxmin(&q->exact, player), player);
    put_rational(j, "pure_maxmin", "exact_pure_maxmin", value);
    exact_payoff(value, &q->exact, pure_minmax(&q->exact, player), player);
    put_rational(j, "pure_minmax", "exact_pure_minmax", value);
    put_rational(j, "minmax", "exact_minmax", s->value);
    emit_bool(j, "punished_together", shape->n_players > 2);
    put_shares(j, "own", (const mpq_t *)s->own, shape->n_actions[player], false);
    emit_list(j, "punishment");
    for (uint32_t k = 0; k < s->n_others; k++) {
        uint8_t actions[PLAYERS_MAX];
        if (mpq_sgn(s->others[k]) == 0)
            continue;
        profile_actions(actions, shape, column_profile(shape, player, k));
        emit_object(j, NULL);
        put_rational(j, "share", "exact", s->others[k]);
        emit_list(j, "profile");
        for (uint8_t i = 0; i < shape->n_players; i++)
            if (i == player)
                emit_null(j, NULL);
            else
                emit_integer(j, NULL, actions[i] + 1u);
        emit_close(j);
        emit_close(j);
    }
    emit_close(j);
    put_apart(j, q, player, apart);
    emit_close(j);
    mpq_clear(value);
}

static void say_minmax(const struct problem *q, uint8_t player, const struct secured *s)
{
    enum { COLUMN = 18, WIDE = 12 };
    const uint32_t profile[2] = {pure_maxmin(&q->exact, player),
                                 pure_minmax(&q->exact, player)};
    struct line l = {0};
    mpq_t value;
    mpq_init(value);
    const size_t columns = text_columns(q->game.player_name[player]);
    line_add(&l, "%s%*s", q->game.player_name[player],
             columns < COLUMN ? (int)(COLUMN - columns) : 1, "");
    for (int k = 0; k < 3; k++) {
        struct line number = {0};
        if (k == 1)
            say_rational(&number, s->value);
        else
            exact_payoff(value, &q->exact, profile[k / 2], player);
        if (k != 1)
            say_rational(&number, value);
        line_add(&l, "%-*s", WIDE, number.text);
    }
    say_mixture(&l, q, player, (const mpq_t *)s->own);
    print_line(&l);
    mpq_clear(value);
}

/* Exactly if that is short, else rounded so that it stays a bound: way -1 is down. */
static void say_bound(struct line *l, mpq_srcptr number, int way)
{
    char text[24];
    const double value = rational_double(number);
    if (rational_write(text, 10, number))
        line_add(l, "%s", text);
    else
        line_add(l, "%.7g", value + way * 5e-7 * fabs(value));
}

static void say_apart(const struct problem *q, uint8_t player,
                      const struct independent *apart)
{
    struct line l = {0};
    line_add(&l, "  %s: %s", q->game.player_name[player], apart->exact ? "" : "to ");
    if (apart->exact) {
        say_rational(&l, apart->most);
    } else {
        say_bound(&l, apart->most, 1);
        line_add(&l, ", and never below ");
        say_bound(&l, apart->least, -1);
    }
    line_add(&l, ", by ");
    for (uint8_t i = 0, n = 0; i < apart->shape.n_players; i++) {
        if (i == player)
            continue;
        line_add(&l, "%s", n++ > 0 ? "; " : "");
        say_mixture(&l, q, i,
                    (const mpq_t *)apart->share + shape_offset(&apart->shape, i));
    }
    print_line(&l);
}

static void say_legend(const struct problem *q, const struct independent *apart)
{
    const uint8_t n = q->game.shape.n_players;
    if (n == 2) {
        (void)puts("\none action: secured by one action for sure. mixing: secured by "
                   "mixing, and what\nthe other can hold it to by mixing. held to: by "
                   "one action of the other.");
        return;
    }
    (void)puts(
        "\none action: secured by one action for sure. mixing: secured by mixing, "
        "and what\nthe others can hold it to if they draw their actions "
        "together. held to: by one\nprofile of theirs.\n\nIf each of the others "
        "mixes for itself they can hold");
    for (uint8_t i = 0; i < n; i++)
        say_apart(q, i, &apart[i]);
}

/* One player's row, or entry. What the others can do each for itself is kept. */
static const char *tell_minmax(struct json *j, const struct problem *q, uint8_t player,
                               struct independent *apart)
{
    struct secured s;
    const char *fault = secured_find(&s, q, player);
    if (fault == NULL)
        fault = independent_minmax(apart, &q->exact, player, s.value,
                                   (const mpq_t *)s.others);
    if (fault == NULL && q->json)
        put_minmax(j, q, player, &s, apart);
    else if (fault == NULL)
        say_minmax(q, player, &s);
    secured_free(&s);
    return fault;
}

enum status solve_minmax(struct problem *q, char reason[REASON_SIZE])
{
    const char *fault = NULL;
    struct json j = {.out = stdout};
    struct independent apart[PLAYERS_MAX];
    uint8_t n = 0;
    if (shape_profiles(&q->game.shape) > MATRIX_MAX)
        return refusal(STATUS_FAILED, reason,
                       "the minmax is computed for at most %d profiles", MATRIX_MAX);
    if (q->json) {
        put_problem(&j, q);
        emit_list(&j, "minmax");
    } else {
        (void)printf("%-18s%-12s%-12s%-12s%s\n", "player", "one action", "mixing",
                     "held to", "secures \"mixing\" with");
    }
    while (fault == NULL && n < q->game.shape.n_players) {
        fault = tell_minmax(&j, q, n, &apart[n]);
        if (fault == NULL)
            n++;
    }
    if (q->json)
        emit_end(&j);
    else if (fault == NULL)
        say_legend(q, apart);
    for (uint8_t i = 0; i < n; i++)
        independent_free(&apart[i]);
    return fault == NULL ? STATUS_OK
                         : refusal(STATUS_FAILED, reason, "the minmax %s", fault);
}
