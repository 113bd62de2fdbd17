/* SPDX-License-Identifier: MIT */
/* Hides the searches of all players at once. */
#include "cli/threatening.h"

#include <stdio.h>
#include <stdlib.h>

#include "game/threat.h"
#include "protocol/terms.h"

static enum threat_state search_together(struct threat_search *const *search, uint8_t n,
                                         struct threat_word *words)
{
    enum threat_state state = THREAT_SEARCHING;
    while (state == THREAT_SEARCHING) {
        for (uint8_t i = 0; i < n; i++)
            threat_say(search[i], &words[i]);
        for (uint8_t i = 0; i < n; i++)
            state = threat_hear(search[i], words);
    }
    return state;
}

enum status find_threat(struct profile *out, const struct game *game,
                        char reason[REASON_SIZE])
{
    const uint8_t n = game->shape.n_players;
    struct threat_search *search[PLAYERS_MAX] = {0};
    struct threat_word *words = calloc(n, sizeof *words);
    struct terms *terms = calloc(1, sizeof *terms);
    struct candidate found;
    bool complete = words != NULL && terms != NULL;
    enum threat_state state = THREAT_NONE;
    if (complete)
        terms_default(terms);
    for (uint8_t i = 0; complete && i < n; i++) {
        search[i] = threat_search_new(game->payoffs[i], terms->threat_epsilon,
                                      terms->threat_rounds, i + 1u);
        complete = search[i] != NULL;
    }
    if (complete)
        state = search_together(search, n, words);
    if (state == THREAT_FOUND) {
        threat_found(search[0], &found);
        profile_from_candidate(out, &game->shape, &found);
    }
    for (uint8_t i = 0; i < n; i++)
        threat_search_free(search[i]);
    free(words);
    free(terms);
    if (state == THREAT_FOUND)
        return STATUS_OK;
    (void)snprintf(reason, REASON_SIZE, "%s",
                   complete ? "no static equilibrium was found; give one with --threat"
                            : "memory is short");
    return STATUS_FAILED;
}
