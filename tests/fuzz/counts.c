/* SPDX-License-Identifier: MIT */
/* Any bytes as a game with payoffs by count: it is read or refused with a place inside
 * it, and what was read is a game whose payoffs are those of its pure profiles. */
#include "game/counts.h"

#include <math.h>
#include <string.h>

#include "tests/fuzz/refusal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A few pure profiles, chosen by the input's size. */
static void check_player(const struct game *g, uint8_t player, size_t size)
{
    const struct payoffs *p = g->payoffs[player];
    CHECK(p != NULL && p->player == player && p->value == NULL);
    CHECK(isfinite(p->least) && isfinite(p->greatest) && p->least <= p->greatest);
    for (uint32_t k = 0; k < 3; k++) {
        uint8_t actions[PLAYERS_MAX];
        struct candidate pure;
        struct profile x;
        listed_actions(actions, &g->shape,
                       (uint32_t)((size * 7919 + k) % shape_listed(&g->shape)));
        candidate_from_pure(&pure, &g->shape, actions);
        profile_from_candidate(&x, &g->shape, &pure);
        const double payoff = payoffs_pure(p, actions);
        CHECK(payoff >= p->least && payoff <= p->greatest);
        CHECK(payoffs_expect(p, &x) == payoff);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct game g;
    struct format_error error;
    if (!counts_read(&g, (const char *)data, size, &error)) {
        refusal_check(&error, data, size);
        return 0;
    }
    CHECK(shape_valid(&g.shape) && shape_counted(&g.shape));
    for (uint8_t i = 0; i < g.shape.n_players; i++) {
        CHECK(g.player_name[i][0] != '\0');
        for (uint8_t j = 0; j < i; j++)
            CHECK(strcmp(g.player_name[i], g.player_name[j]) != 0);
    }
    check_player(&g, (uint8_t)(size % g.shape.n_players), size);
    game_free(&g);
    return 0;
}
