/* SPDX-License-Identifier: MIT */
/* Answers questions about a game before anybody plays it: its equilibria, what each
 * player can secure, and what a repeated game can hold. */
#include "cli/solve.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

/* ---- what all answers say ---- */

enum status refusal(enum status status, char reason[REASON_SIZE], const char *format,
                    ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reason, REASON_SIZE, format, arguments);
    va_end(arguments);
    return status;
}

void put_problem(struct json *j, const struct problem *q)
{
    emit_object(j, NULL);
    emit_text(j, "game", q->game.title);
    emit_text(j, "what", q->what);
    emit_list(j, "players");
    for (uint8_t i = 0; i < q->game.shape.n_players; i++)
        emit_text(j, NULL, q->game.player_name[i]);
    emit_close(j);
}

const char *say_action(const struct problem *q, uint8_t player, uint8_t action)
{
    return q->game.action_name[shape_offset(&q->game.shape, player) + action];
}

void put_pure(struct json *j, const struct problem *q, uint32_t profile)
{
    uint8_t actions[PLAYERS_MAX];
    profile_actions(actions, &q->game.shape, profile);
    emit_list(j, "profile");
    for (uint8_t i = 0; i < q->game.shape.n_players; i++)
        emit_integer(j, NULL, actions[i] + 1u);
    emit_close(j);
    emit_list(j, "actions");
    for (uint8_t i = 0; i < q->game.shape.n_players; i++)
        emit_text(j, NULL, say_action(q, i, actions[i]));
    emit_close(j);
}

void put_rational(struct json *j, const char *key, const char *exact_key,
                  mpq_srcptr number)
{
    enum { DIGITS = 4096 };
    char text[DIGITS];
    emit_number(j, key, rational_double(number));
    if (exact_key == NULL)
        return;
    if (rational_write(text, sizeof text, number))
        emit_text(j, exact_key, text);
    else
        emit_null(j, exact_key);
}

void put_shares(struct json *j, const char *key, const mpq_t *share, uint32_t n,
                bool exact)
{
    enum { DIGITS = 4096 };
    char text[DIGITS];
    emit_list(j, key);
    for (uint32_t k = 0; k < n; k++) {
        if (!exact)
            emit_number(j, NULL, rational_double(share[k]));
        else if (rational_write(text, sizeof text, share[k]))
            emit_text(j, NULL, text);
        else
            emit_null(j, NULL);
    }
    emit_close(j);
}

void put_payoffs(struct json *j, const struct problem *q, uint32_t profile)
{
    emit_list(j, "payoffs");
    for (uint8_t i = 0; i < q->game.shape.n_players; i++)
        emit_number(j, NULL, q->game.payoffs[i]->value[profile]);
    emit_close(j);
}

void say_pure(struct line *l, const struct problem *q, uint32_t profile)
{
    uint8_t actions[PLAYERS_MAX];
    profile_actions(actions, &q->game.shape, profile);
    for (uint8_t i = 0; i < q->game.shape.n_players; i++)
        line_add(l, "%s%s", i > 0 ? ", " : "", say_action(q, i, actions[i]));
}

void say_rational(struct line *l, mpq_srcptr number)
{
    char text[24];
    if (rational_write(text, 14, number))
        line_add(l, "%s", text);
    else
        line_add(l, "%.6g", rational_double(number));
}

void say_mixture(struct line *l, const struct problem *q, uint8_t player,
                 const mpq_t *share)
{
    bool follows = false;
    for (uint8_t k = 0; k < q->game.shape.n_actions[player]; k++) {
        if (mpq_sgn(share[k]) == 0)
            continue;
        line_add(l, "%s%s", follows ? " + " : "", say_action(q, player, k));
        if (mpq_cmp_ui(share[k], 1, 1) != 0) {
            line_add(l, " ");
            say_rational(l, share[k]);
        }
        follows = true;
    }
}

void say_payoffs(struct line *l, const struct problem *q, uint32_t profile)
{
    mpq_t payoff;
    mpq_init(payoff);
    for (uint8_t i = 0; i < q->game.shape.n_players; i++) {
        exact_payoff(payoff, &q->exact, profile, i);
        line_add(l, "%s", i > 0 ? ", " : "(");
        say_rational(l, payoff);
    }
    line_add(l, ")");
    mpq_clear(payoff);
}

void print_line(struct line *l)
{
    (void)puts(l->text);
    *l = (struct line){0};
}

bool row_shown(const struct problem *q, uint64_t k, uint64_t n)
{
    if (q->limit == 0 || k < q->limit)
        return true;
    if (k == q->limit)
        (void)printf("... and %llu more (--limit 0 shows all)\n",
                     (unsigned long long)(n - k));
    return false;
}

/* ---- the command ---- */

static const struct {
    const char *name;
    enum status (*solve)(struct problem *q, char reason[REASON_SIZE]);
} questions[] = {
    {"nash", solve_nash},
    {"pure", solve_pure},
    {"correlated", solve_correlated},
    {"coarse", solve_coarse},
    {"zero-sum", solve_zero_sum},
    {"minmax", solve_minmax},
    {"dominance", solve_dominance},
    {"potential", solve_potential},
    {"anarchy", solve_anarchy},
    {"ess", solve_ess},
    {"repeated", solve_repeated},
};

/* Small action graphs become tables, so that answers look alike; pure equilibria of
 * large ones are found without. */
static enum status read_problem(struct problem *q, const char *path,
                                char reason[REASON_SIZE])
{
    enum status status = loaded_read(&q->loaded, path, reason);
    if (status != STATUS_OK)
        return status;
    const bool asked = given_last(q->given, "expand", NULL);
    status = loaded_expand(&q->loaded, asked ? NULL : "--expand", reason);
    if (status != STATUS_OK)
        return strcmp(q->what, "pure") == 0 ? STATUS_OK : status;
    q->exact = q->loaded.table;
    if (exact_to_game(&q->game, &q->exact))
        return STATUS_OK;
    return refusal(STATUS_USAGE, reason,
                   "%.200s: memory is short, or a payoff is beyond what a double holds",
                   path);
}

static enum status answer(struct problem *q, size_t question, char reason[REASON_SIZE])
{
    enum status status = read_problem(q, q->given->operand[0], reason);
    if (status == STATUS_OK && q->loaded.arena.table == NULL)
        status = solve_graph(q, reason);
    else if (status == STATUS_OK)
        status = questions[question].solve(q, reason);
    game_free(&q->game);
    loaded_free(&q->loaded);
    return status;
}

static enum status run_solve(const struct command *c, const struct given *g)
{
    struct problem *q = calloc(1, sizeof *q);
    char reason[REASON_SIZE] = "memory is short";
    const char *limit = NULL;
    size_t k = 0;
    if (q == NULL)
        return complain(c, STATUS_FAILED, reason);
    q->given = g;
    q->what = "nash";
    q->json = given_last(g, "json", NULL);
    q->limit = 40;
    (void)given_last(g, "what", &q->what);
    const size_t n = sizeof questions / sizeof questions[0];
    while (k < n && strcmp(questions[k].name, q->what) != 0)
        k++;
    enum status status = STATUS_OK;
    if (k == n)
        status = refusal(STATUS_USAGE, reason,
                         "--what: '%.60s' is not known: `treaty help solve` has the "
                         "questions",
                         q->what);
    else if (given_last(g, "limit", &limit) &&
             !read_whole(&q->limit, "limit", limit, 0, UINT32_MAX, reason))
        status = STATUS_USAGE;
    if (status == STATUS_OK)
        status = answer(q, k, reason);
    free(q);
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

static const struct flag flags_solve[] = {
    {"what", "QUESTION", "what is asked: one of those above\nWithout it, nash."},
    {"json", NULL, "the answer as one JSON object"},
    {"limit", "N", "rows of a list (default 40; 0 for all)"},
    {"expand", NULL,
     "make a large table of an action graph\nOf more than 4096 profiles."},
    {NULL, NULL, NULL},
};

static const struct flag flags_aim[] = {
    {"aim", "AIM",
     "correlated, coarse: what the best is best for\n"
     "welfare (default), worst-welfare, egalitarian, best:PLAYER or worst:PLAYER."},
    {"weak", NULL, "dominance: weakly dominated actions go, too"},
    {NULL, NULL, NULL},
};

static const struct flag flags_repeated[] = {
    {"delta", "D", "repeated: discount factor (default 0.9)\nA number, 0 <= D < 1."},
    {"svg", "FILE", "repeated: a picture of the payoff plane"},
    {"concept", "public|private|nash",
     "repeated: what is agreed on (default public)\nThe default is exact."},
    {"threat", "PROFILE",
     "repeated: what the punishment is\nWithout it a static equilibrium is found."},
    {"profile", "P", "repeated: an agreement to judge and to mark"},
    {"distribution", "PHI",
     "repeated: or a distribution\nOne number for each pure profile."},
    {"plane", "A,B", "repeated: whose payoffs are shown (default 1,2)"},
    {"seed", "S", "repeated: for what has to be sampled (default 1)"},
    {NULL, NULL, NULL},
};

const struct command command_solve = {
    .name = "solve",
    .usage = "GAME.nfg|GAME.agg [--what QUESTION] [options]",
    .summary = "a game's equilibria, what can be secured, what can be held",
    .help =
        "  treaty solve games/battle-of-the-sexes.nfg\n"
        "  treaty solve games/aumann-chicken.nfg --what correlated --aim egalitarian\n"
        "  treaty solve games/chicken.nfg --what repeated --delta 0.6 --svg plane.svg\n"
        "\n"
        "  nash        every equilibrium of two players, with exact probabilities\n"
        "  pure        every equilibrium in pure actions\n"
        "  correlated  the best distribution that everybody obeys, told its own "
        "action\n"
        "  coarse      the same for who must obey before being told\n"
        "  zero-sum    the value and the optimal mixed actions\n"
        "  minmax      what each player can secure, what it can be held down to\n"
        "  dominance   which actions are never worth doing, round by round\n"
        "  potential   whether all climb the same hill, exactly or in order\n"
        "  anarchy     what equilibria cost, against the best for all together\n"
        "  ess         evolutionarily stable strategies of a symmetric game\n"
        "  repeated    what grim trigger can hold, and from which discount factor on\n",
    .flags = {flags_solve, flags_repeated, flags_aim},
    .operand = {"GAME"},
    .operands_min = 1,
    .operands_max = 1,
    .run = run_solve,
};
