/* SPDX-License-Identifier: MIT */
/* Any bytes as an action-graph game: they are read or refused with a place inside them,
 * what was read is written so that it reads back the same, and as a table, where it is
 * small, it pays what the graph pays. */
#include "analysis/security.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/refusal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(const struct agg *a, const struct agg *b)
{
    CHECK(a->n_players == b->n_players && a->n_nodes == b->n_nodes);
    CHECK(a->n_functions == b->n_functions && a->n_sets == b->n_sets);
    mpq_t x, y;
    mpq_inits(x, y, NULL);
    for (uint32_t v = 0; v < a->n_nodes; v++) {
        CHECK(a->table[v].n_rows == b->table[v].n_rows);
        for (uint32_t row = 0; row < a->table[v].n_rows; row++) {
            multiples_get(x, &a->payoffs, a->table[v].first + row);
            multiples_get(y, &b->payoffs, b->table[v].first + row);
            CHECK(mpq_equal(x, y));
        }
    }
    mpq_clears(x, y, NULL);
}

static void check_expanded(const struct agg *a)
{
    struct exact_game g;
    const struct arena arena = {NULL, a};
    double profiles = 1;
    for (uint32_t i = 0; i < a->n_players; i++)
        profiles *= agg_actions(a, i);
    if (profiles > 256 || agg_expand(&g, a) != NULL)
        return;
    mpq_t x, y;
    mpq_inits(x, y, NULL);
    for (uint32_t profile = 0; profile < shape_profiles(&g.head.shape); profile++) {
        uint8_t action[PLAYERS_MAX];
        uint32_t same[PLAYERS_MAX];
        profile_actions(action, &g.head.shape, profile);
        for (uint8_t i = 0; i < g.head.shape.n_players; i++)
            same[i] = action[i];
        for (uint8_t i = 0; i < g.head.shape.n_players; i++) {
            exact_payoff(x, &g, profile, i);
            multiples_get(y, &a->payoffs, arena_payoff(&arena, same, i));
            CHECK(mpq_equal(x, y));
        }
    }
    mpq_clears(x, y, NULL);
    exact_free(&g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct agg a, back;
    struct format_error error;
    size_t written, again;
    if (!agg_read(&a, (const char *)data, size, &error)) {
        refusal_check(&error, data, size);
        return 0;
    }
    (void)agg_write(&a, NULL, 0, &written);
    char *text = written > 0 ? malloc(written) : NULL;
    if (text != NULL) {
        CHECK(agg_write(&a, text, written, &again) && again == written);
        CHECK(agg_read(&back, text, written, &error));
        check_same(&a, &back);
        agg_free(&back);
        free(text);
    }
    check_expanded(&a);
    agg_free(&a);
    return 0;
}
