/* SPDX-License-Identifier: MIT */
/* What is answered about an action graph as it is: pure equilibria, by how many players
 * are on each node. */
#include <stdio.h>

#include "analysis/census.h"
#include "cli/solve.h"

/* One entry per set of actions: its players' counts by action, and what each gets. */
static void put_state(struct json *j, const struct agg *a, const struct census *c,
                      uint32_t k)
{
    const uint32_t *count = c->count + (size_t)k * c->n_places;
    mpq_t number;
    mpq_init(number);
    census_profiles(mpq_numref(number), c, a, k);
    emit_object(j, NULL);
    put_rational(j, "profiles", NULL, number);
    emit_bool(j, "strict", c->strict[k]);
    for (int key = 0; key < 2; key++) {
        emit_list(j, key == 0 ? "counts" : "payoffs");
        for (uint32_t s = 0; s < a->n_sets; s++) {
            emit_list(j, NULL);
            for (uint32_t p = c->first[s]; p < c->first[s] + a->set[s].n; p++)
                if (key == 0) {
                    emit_integer(j, NULL, count[p]);
                } else if (count[p] == 0) {
                    emit_null(j, NULL);
                } else {
                    census_payoff(number, c, a, k, p);
                    put_rational(j, NULL, NULL, number);
                }
            emit_close(j);
        }
        emit_close(j);
    }
    emit_close(j);
    mpq_clear(number);
}

static void census_json(const struct problem *q, const struct agg *a,
                        const struct census *c)
{
    struct json j = {.out = stdout};
    emit_object(&j, NULL);
    emit_text(&j, "game", "Action graph");
    emit_text(&j, "what", q->what);
    emit_integer(&j, "n_players", a->n_players);
    emit_list(&j, "sets");
    for (uint32_t s = 0; s < a->n_sets; s++) {
        emit_list(&j, NULL);
        for (uint32_t i = 0; i < a->n_players; i++)
            if (a->set_of[i] == s)
                emit_integer(&j, NULL, i + 1u);
        emit_close(&j);
    }
    emit_close(&j);
    emit_integer(&j, "count", c->n_equilibria);
    emit_list(&j, "equilibria");
    for (uint32_t k = 0; k < c->n_equilibria; k++)
        put_state(&j, a, c, k);
    emit_end(&j);
}

static void say_state(const struct agg *a, const struct census *c, uint32_t k)
{
    const uint32_t *count = c->count + (size_t)k * c->n_places;
    struct line l = {0};
    mpq_t number;
    mpq_init(number);
    census_profiles(mpq_numref(number), c, a, k);
    line_add(&l, "%s", c->strict[k] ? "  strict  " : "          ");
    line_add(&l, "%-12.6g ", rational_double(number));
    for (uint32_t s = 0; s < a->n_sets; s++) {
        bool follows = false;
        line_add(&l, "%s", s > 0 ? "; " : "");
        for (uint32_t p = c->first[s]; p < c->first[s] + a->set[s].n; p++) {
            if (count[p] == 0)
                continue;
            census_payoff(number, c, a, k, p);
            line_add(&l, "%s%u do %u (", follows ? ", " : "", count[p],
                     p - c->first[s] + 1);
            say_rational(&l, number);
            line_add(&l, ")");
            follows = true;
        }
    }
    print_line(&l);
    mpq_clear(number);
}

static void census_text(const struct problem *q, const struct agg *a,
                        const struct census *c)
{
    struct line l = {0};
    say_count(&l, c->n_equilibria, "kind of pure equilibrium",
              "kinds of pure equilibria");
    line_add(&l, "%s", c->n_equilibria > 0 ? ":" : ".");
    print_line(&l);
    if (c->n_equilibria > 0)
        (void)puts(
            "          profiles     players and actions (what each of them gets)");
    for (uint32_t k = 0; k < c->n_equilibria && row_shown(q, k, c->n_equilibria); k++)
        say_state(a, c, k);
    for (uint32_t s = 0; s < a->n_sets && a->n_sets > 1; s++) {
        uint32_t first = 0;
        while (a->set_of[first] != s)
            first++;
        (void)printf("%sgroup %u: %s %u has the first of its %u\n", s == 0 ? "\n" : "",
                     s + 1, "player", first + 1, c->n_players[s]);
    }
}

enum status solve_graph(struct problem *q, char reason[REASON_SIZE])
{
    struct census c;
    const char *fault = census_take(&c, q->loaded.arena.graph);
    if (fault != NULL)
        return refusal(STATUS_FAILED, reason, "the game %s", fault);
    if (q->json)
        census_json(q, q->loaded.arena.graph, &c);
    else
        census_text(q, q->loaded.arena.graph, &c);
    census_free(&c);
    return STATUS_OK;
}
