/* SPDX-License-Identifier: MIT */
/* The core in a program of one's own: two players of a game of chicken in one process,
 * with an array instead of a network. Built against what `make install` brings:
 *     cc embed.c $(pkg-config --cflags --libs treaty) */
#include <stdio.h>
#include <string.h>

#include "game/formats.h"
#include "protocol/player.h"

enum { PLAYERS = 2, QUEUE_MAX = 64, BYTES_MAX = 8192 };

/* What is on its way: one's own words come back to oneself as well (player.h). */
struct mail {
    uint8_t to;
    size_t size;
    uint8_t bytes[BYTES_MAX];
};
static struct mail queue[QUEUE_MAX];
static size_t first, n_queued;

static void post(uint8_t to, const uint8_t *bytes, size_t size)
{
    struct mail *m = &queue[(first + n_queued++) % QUEUE_MAX];
    if (n_queued > QUEUE_MAX || size > BYTES_MAX)
        return; /* a full network loses mail: whoever misses it asks for it */
    m->to = to;
    m->size = size;
    memcpy(m->bytes, bytes, size);
}

static void give(struct player *const *players, uint8_t to, const struct event *e)
{
    static struct actions actions;
    player_step(players[to], e, &actions);
    for (size_t i = 0; i < actions.n; i++) {
        const struct action *a = &actions.item[i];
        if (a->kind == ACTION_SAY)
            for (uint8_t other = 0; other < PLAYERS; other++)
                post(other, a->bytes, a->size);
        if (a->kind == ACTION_SEND)
            post(a->to, a->bytes, a->size);
        if (a->kind == ACTION_PLAY)
            (void)printf("player %d plays %d in stage %u\n", to + 1, a->play + 1,
                         a->stage);
        /* ACTION_KEEP and ACTION_NOTE belong into a log, if there is to be one. */
    }
}

static bool set_up(struct player **players, const struct game *game)
{
    static struct terms terms;
    struct roster roster = {.n_players = PLAYERS};
    struct keypair key[PLAYERS];
    struct private_options options = {
        .discount = 0.9, .lambda = 1, .sampler = SAMPLER_SOO};
    struct seed seed;
    char message[256];
    terms_default(&terms);
    terms.shape = game->shape;
    terms.budget = 20;
    terms.stages = 5;
    terms.share_rewards = false;
    for (uint8_t i = 0; i < PLAYERS; i++) {
        secure_random(&seed, sizeof seed);
        keypair_from_seed(&key[i], &seed);
        roster.key[i] = key[i].public_key;
        memcpy(roster.name[i], game->player_name[i], sizeof roster.name[i]);
        memcpy(terms.player_name[i], game->player_name[i], sizeof terms.player_name[i]);
    }
    memcpy(terms.action_name, game->action_name, sizeof terms.action_name);
    if (!terms_valid(&terms, message) || !roster_valid(&roster, &terms, message)) {
        (void)fprintf(stderr, "%s\n", message);
        return false;
    }
    for (uint8_t i = 0; i < PLAYERS; i++) {
        secure_random(&seed, sizeof seed);
        players[i] =
            player_new(&terms, &roster, i, &key[i], game->payoffs[i], &options, &seed);
        if (players[i] == NULL)
            return false;
    }
    return true;
}

int main(void)
{
    static const char chicken[] = "NFG 1 R \"Chicken\" { \"A\" \"B\" } { 2 2 }\n"
                                  "3 3 4 1 1 4 0 0";
    struct player *players[PLAYERS] = {NULL};
    struct game game;
    struct format_error error;
    uint64_t now_ms = 0;
    if (!secure_start() || !nfg_read(&game, chicken, sizeof chicken - 1, &error) ||
        !set_up(players, &game))
        return 1;
    for (uint8_t i = 0; i < PLAYERS; i++)
        give(players, i, &(struct event){.kind = EVENT_START});
    while (!player_done(players[0]) || !player_done(players[1])) {
        if (n_queued == 0) { /* nothing is on its way: time passes */
            now_ms += 10;
            for (uint8_t i = 0; i < PLAYERS; i++)
                give(players, i, &(struct event){.kind = EVENT_TIME, .now_ms = now_ms});
            continue;
        }
        const struct mail m = queue[first];
        first = (first + 1) % QUEUE_MAX;
        n_queued--;
        give(players, m.to,
             &(struct event){.kind = EVENT_MESSAGE,
                             .now_ms = now_ms,
                             .bytes = m.bytes,
                             .size = m.size});
    }
    for (uint8_t i = 0; i < PLAYERS; i++) {
        struct report report;
        player_report(players[i], &report);
        (void)printf("player %d: %s after %u stages, agreed: %s\n", i + 1,
                     outcome_name(report.outcome), report.stages_played,
                     report.agreed ? "yes" : "no");
        player_free(players[i]);
    }
    game_free(&game);
    return 0;
}
