/* SPDX-License-Identifier: MIT */
/* Any bytes as a game file: they are read or refused with a place inside them, and what
 * was read is written so that it reads back the same. */
#include "game/formats.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/refusal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(const struct game *a, const struct game *b)
{
    CHECK(strcmp(a->title, b->title) == 0);
    CHECK(a->shape.n_players == b->shape.n_players);
    CHECK(memcmp(a->shape.n_actions, b->shape.n_actions, sizeof a->shape.n_actions) ==
          0);
    CHECK(memcmp(a->player_name, b->player_name, sizeof a->player_name) == 0);
    CHECK(memcmp(a->action_name, b->action_name, sizeof a->action_name) == 0);
    for (uint8_t player = 0; player < a->shape.n_players; player++)
        CHECK(memcmp(a->payoffs[player]->value, b->payoffs[player]->value,
                     shape_profiles(&a->shape) * sizeof(double)) == 0);
}

/* Names that are in the way of each other, or empty, could not be typed. */
static void check_names(const struct game *g)
{
    uint16_t weight = 0;
    for (uint8_t player = 0; player < g->shape.n_players; player++) {
        CHECK(g->player_name[player][0] != '\0');
        for (uint8_t other = 0; other < player; other++)
            CHECK(strcmp(g->player_name[player], g->player_name[other]) != 0);
        for (uint8_t k = 0; k < g->shape.n_actions[player]; k++) {
            CHECK(g->action_name[weight + k][0] != '\0');
            for (uint8_t other = 0; other < k; other++)
                CHECK(strcmp(g->action_name[weight + k],
                             g->action_name[weight + other]) != 0);
        }
        weight = (uint16_t)(weight + g->shape.n_actions[player]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct game g, back;
    struct format_error error;
    size_t written, again;
    if (!nfg_read(&g, (const char *)data, size, &error)) {
        refusal_check(&error, data, size);
        return 0;
    }
    check_names(&g);
    CHECK(!nfg_write(&g, NULL, 0, &written) && written > 0);
    char *text = malloc(written);
    CHECK(text != NULL);
    CHECK(nfg_write(&g, text, written, &again) && again == written);
    CHECK(nfg_read(&back, text, written, &error));
    check_same(&g, &back);
    free(text);
    game_free(&g);
    game_free(&back);
    return 0;
}
