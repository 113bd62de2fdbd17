/* SPDX-License-Identifier: MIT */
/* Questions about mediators: the best distribution that everybody obeys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/correlated.h"
#include "cli/options.h"
#include "cli/solve.h"

struct wish {
    enum aim aim;
    uint8_t player;
    const char *text;
};

static bool read_aim(struct wish *w, const struct problem *q, char *reason)
{
    static const struct {
        const char *name;
        enum aim aim;
        bool of_player;
    } aims[] = {{"welfare", AIM_WELFARE, false},
                {"worst-welfare", AIM_WORST_WELFARE, false},
                {"egalitarian", AIM_EGALITARIAN, false},
                {"best", AIM_BEST, true},
                {"worst", AIM_WORST, true}};
    uint64_t player = 1;
    w->text = "welfare";
    (void)given_last(q->given, "aim", &w->text);
    const size_t size = strcspn(w->text, ":");
    for (size_t k = 0; k < sizeof aims / sizeof aims[0]; k++) {
        if (strlen(aims[k].name) != size || strncmp(aims[k].name, w->text, size) != 0 ||
            aims[k].of_player != (w->text[size] == ':'))
            continue;
        w->aim = aims[k].aim;
        if (aims[k].of_player && !read_whole(&player, "aim", w->text + size + 1, 1,
                                             q->game.shape.n_players, reason))
            return false;
        w->player = (uint8_t)(player - 1);
        return true;
    }
    (void)refusal(STATUS_USAGE, reason,
                  "--aim: '%.60s' is not known: welfare, worst-welfare, egalitarian, "
                  "best:PLAYER or worst:PLAYER",
                  w->text);
    return false;
}

static void told_json(const struct problem *q, const struct wish *w,
                      const struct correlated *c)
{
    double welfare = 0;
    struct json j = {.out = stdout};
    for (uint8_t i = 0; i < q->game.shape.n_players; i++)
        welfare += c->payoff[i];
    put_problem(&j, q);
    emit_text(&j, "aim", w->text);
    emit_numbers(&j, "payoffs", c->payoff, q->game.shape.n_players);
    emit_number(&j, "welfare", welfare);
    emit_number(&j, "violation", c->violation);
    emit_numbers(&j, "distribution", c->share, shape_profiles(&q->game.shape));
    emit_end(&j);
}

static void told_text(const struct problem *q, const struct wish *w,
                      const struct correlated *c)
{
    const uint32_t n = shape_profiles(&q->game.shape);
    uint64_t count = 0, row = 0;
    struct line l = {0};
    line_add(&l, "%s, %s equilibrium, pays (", w->text, q->what);
    for (uint8_t i = 0; i < q->game.shape.n_players; i++)
        line_add(&l, "%s%.6g", i > 0 ? ", " : "", c->payoff[i] == 0 ? 0 : c->payoff[i]);
    line_add(&l, "):");
    print_line(&l);
    for (uint32_t at = 0; at < n; at++)
        count += c->share[at] > 0;
    for (uint32_t at = 0; at < n; at++) {
        if (c->share[at] == 0 || !row_shown(q, row++, count))
            continue;
        line_add(&l, "  %-12.6g ", c->share[at]);
        say_pure(&l, q, at);
        line_add(&l, "  ");
        say_payoffs(&l, q, at);
        print_line(&l);
    }
    (void)printf("\nNobody gains by disobeying: at most %.2g, by rounding.\n",
                 c->violation);
}

static enum status solve_told(struct problem *q, enum obedience obedience,
                              char reason[REASON_SIZE])
{
    struct wish w = {0};
    struct correlated c;
    if (!read_aim(&w, q, reason))
        return STATUS_USAGE;
    const char *fault = correlated_find(&c, &q->exact, obedience, w.aim, w.player);
    if (fault != NULL)
        return refusal(STATUS_FAILED, reason, "the program %s", fault);
    if (q->json)
        told_json(q, &w, &c);
    else
        told_text(q, &w, &c);
    correlated_free(&c);
    return STATUS_OK;
}

enum status solve_correlated(struct problem *q, char reason[REASON_SIZE])
{
    return solve_told(q, OBEDIENCE_TOLD, reason);
}

enum status solve_coarse(struct problem *q, char reason[REASON_SIZE])
{
    return solve_told(q, OBEDIENCE_COARSE, reason);
}
