/* SPDX-License-Identifier: MIT */
#include "sampling/seat.h"

void seat_take(struct seat *s, const struct shape *game, uint8_t player)
{
    *s = (struct seat){.game = *game, .here = *game, .player = player};
    for (uint8_t j = 0; j < game->n_players; j++)
        s->here.n_actions[j] = game->n_actions[seat_player(s, j)];
}

uint8_t seat_player(const struct seat *s, uint8_t j)
{
    return (uint8_t)((s->player + j) % s->game.n_players);
}

uint16_t seat_weight(const struct seat *s, enum concept concept, uint16_t w)
{
    if (concept == CONCEPT_NASH) {
        uint8_t j = 0;
        for (; w >= s->here.n_actions[j]; j++)
            w = (uint16_t)(w - s->here.n_actions[j]);
        return (uint16_t)(shape_offset(&s->game, seat_player(s, j)) + w);
    }
    uint8_t here[PLAYERS_MAX], there[PLAYERS_MAX];
    profile_actions(here, &s->here, w);
    for (uint8_t j = 0; j < s->game.n_players; j++)
        there[seat_player(s, j)] = here[j];
    return (uint16_t)profile_index(&s->game, there);
}

void seat_here(const struct seat *s, enum concept concept, struct candidate *out,
               const struct candidate *c)
{
    const struct shape weights = concept_shape(concept, &s->game);
    for (uint16_t w = 0; w < shape_weights(&weights); w++)
        out->weight[w] = c->weight[seat_weight(s, concept, w)];
}

void seat_there(const struct seat *s, enum concept concept, struct candidate *out,
                const struct candidate *c)
{
    const struct shape weights = concept_shape(concept, &s->game);
    for (uint16_t w = 0; w < shape_weights(&weights); w++)
        out->weight[seat_weight(s, concept, w)] = c->weight[w];
}
