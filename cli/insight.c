/* SPDX-License-Identifier: MIT */
/* Hides where payoffs lie. */
#include "cli/insight.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/polygon.h"
#include "cli/options.h"
#include "cli/staging.h"
#include "game/counts.h"
#include "node/files.h"

enum { PURE_SHOWN_MAX = 1024 };

void insight_take(struct insight *s, const char *directory)
{
    static struct node_config config;
    char path[PATH_SIZE], message[256];
    if (!directory_path(path, directory, "node.yaml") ||
        config_read(&config, path, NULL, message) != STATUS_OK ||
        config.self >= s->terms.shape.n_players || s->payoffs[config.self] != NULL)
        return;
    if (payoffs_read(&s->payoffs[config.self], &s->terms.shape, config.self,
                     config.payoffs_path, message) == STATUS_OK)
        s->discount[config.self] = config.options.discount;
}

static bool fits(const struct insight *s, const struct game *g)
{
    const struct shape *a = &s->terms.shape, *b = &g->shape;
    return a->n_players == b->n_players &&
           memcmp(a->n_actions, b->n_actions, a->n_players * sizeof a->n_actions[0]) ==
               0;
}

enum status insight_take_game(struct insight *s, const char *path,
                              char reason[REASON_SIZE])
{
    struct game game;
    enum status status = game_load(&game, path, reason);
    if (status != STATUS_OK)
        return status;
    if (!fits(s, &game)) {
        (void)snprintf(reason, REASON_SIZE,
                       "--game %.200s: its players or actions are not those of the "
                       "session's terms (\"%.100s\"): give the game that was dealt",
                       path, s->terms.title);
        game_free(&game);
        return STATUS_USAGE;
    }
    for (uint8_t i = 0; i < game.shape.n_players; i++) {
        payoffs_free(s->payoffs[i]);
        s->payoffs[i] = game.payoffs[i];
        game.payoffs[i] = NULL;
    }
    game_free(&game);
    return STATUS_OK;
}

void insight_free(struct insight *s)
{
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        payoffs_free(s->payoffs[i]);
    memset(s->payoffs, 0, sizeof s->payoffs);
}

uint64_t insight_known(const struct insight *s)
{
    uint64_t mask = 0;
    for (uint8_t i = 0; i < s->terms.shape.n_players; i++)
        if (s->payoffs[i] != NULL)
            mask |= player_bit(i);
    return mask;
}

double insight_expect(const struct insight *s, uint8_t player,
                      const struct candidate *c, bool agreeable)
{
    const struct payoffs *p = s->payoffs[player];
    const struct shape shape = agreeable ? terms_candidates(&s->terms) : s->terms.shape;
    struct profile x;
    double sum = 0;
    profile_from_candidate(&x, &shape, c);
    if (!agreeable || s->terms.concept == CONCEPT_NASH)
        return payoffs_expect(p, &x);
    for (uint16_t k = 0; k < shape.n_actions[0]; k++)
        sum += x.share[k] * p->value[k];
    return sum;
}

void insight_expected(const struct insight *s, struct json *j, const char *key,
                      const struct candidate *c, bool agreeable)
{
    emit_list(j, key);
    for (uint8_t i = 0; i < s->terms.shape.n_players; i++)
        if (s->payoffs[i] != NULL)
            emit_number(j, NULL, insight_expect(s, i, c, agreeable));
        else
            emit_null(j, NULL);
    emit_close(j);
}

void insight_played(const struct insight *s, struct json *j, const char *key,
                    const uint8_t *actions)
{
    emit_list(j, key);
    for (uint8_t i = 0; i < s->terms.shape.n_players; i++)
        if (s->payoffs[i] != NULL)
            emit_number(j, NULL, payoffs_pure(s->payoffs[i], actions));
        else
            emit_null(j, NULL);
    emit_close(j);
}

static const char *concept_word(enum concept concept)
{
    return concept == CONCEPT_NASH     ? "nash"
           : concept == CONCEPT_PUBLIC ? "public"
                                       : "private";
}

static void emit_player(const struct insight *s, struct json *j, uint8_t i)
{
    const struct shape *shape = &s->terms.shape;
    emit_object(j, NULL);
    emit_integer(j, "player", i + 1u);
    emit_text(j, "name", s->terms.player_name[i]);
    emit_hex(j, "key", s->roster.key[i].bytes, sizeof s->roster.key[i].bytes);
    emit_list(j, "actions");
    for (uint8_t k = 0; k < shape->n_actions[i]; k++)
        emit_text(j, NULL, s->terms.action_name[shape_offset(shape, i) + k]);
    emit_close(j);
    if (s->payoffs[i] != NULL) {
        emit_number(j, "least", s->payoffs[i]->least);
        emit_number(j, "greatest", s->payoffs[i]->greatest);
    }
    if (s->discount[i] > 0)
        emit_number(j, "delta", s->discount[i]);
    emit_close(j);
}

void insight_emit(const struct insight *s, struct json *j)
{
    const struct terms *t = &s->terms;
    emit_object(j, NULL);
    emit_text(j, "version", TREATY_VERSION);
    emit_text(j, "game", t->title);
    emit_text(j, "concept", concept_word(t->concept));
    emit_text(j, "strategy", t->finite ? "finite" : "grim");
    emit_integer(j, "stages", t->stages);
    emit_integer(j, "budget", t->budget);
    emit_integer(j, "deadline_ms", t->hard_ms);
    emit_bool(j, "test", t->test);
    emit_integer(j, "profiles", shape_profiles(&t->shape));
    emit_list(j, "players");
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        emit_player(s, j, i);
    emit_close(j);
    emit_list(j, "payoffs_of");
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        if (s->payoffs[i] != NULL)
            emit_integer(j, NULL, i + 1u);
    emit_close(j);
}

static void emit_spots(struct json *j, const char *key, const struct spot *spot,
                       uint32_t n)
{
    emit_list(j, key);
    for (uint32_t k = 0; k < n; k++)
        emit_numbers(j, NULL, spot[k].at, 2);
    emit_close(j);
}

/* All that two players can get, where it depends on counts: by what each of them does
 * and by the crowd of the others, who are put in order. */
static void spots_by_count(struct spot *spot, const struct insight *s, uint8_t x,
                           uint8_t y)
{
    const struct shape *shape = &s->terms.shape;
    const uint16_t m = shape->n_actions[0];
    const uint8_t n_others = (uint8_t)(shape->n_players - 2);
    const uint32_t n_crowds = crowds(n_others, m);
    uint8_t count[ACTIONS_MAX] = {n_others}, actions[PLAYERS_MAX];
    for (uint32_t v = 0; v < n_crowds; v++, crowd_next(count, m)) {
        uint8_t left = count[0], action = 0;
        for (uint8_t i = 0; i < shape->n_players; i++) {
            if (i == x || i == y)
                continue;
            while (left == 0 && action + 1 < m)
                left = count[++action];
            left = (uint8_t)(left - (left > 0)); /* one is over where x is y */
            actions[i] = action;
        }
        for (uint32_t k = 0; k < (uint32_t)m * m; k++) {
            actions[x] = (uint8_t)(k % m);
            actions[y] = (uint8_t)(k / m);
            *spot++ = (struct spot){{payoffs_pure(s->payoffs[x], actions),
                                     payoffs_pure(s->payoffs[y], actions)}};
        }
    }
}

bool insight_plane(const struct insight *s, struct json *j, uint8_t x, uint8_t y)
{
    const struct shape *shape = &s->terms.shape;
    const struct payoffs *of_x = s->payoffs[x], *of_y = s->payoffs[y];
    const bool by_count = of_x->value == NULL || of_y->value == NULL;
    const uint32_t m = shape->n_actions[0];
    const uint32_t n =
        by_count ? m * m * crowds((uint8_t)(shape->n_players - 2), (uint16_t)m)
                 : shape_profiles(shape);
    struct polygon hull = {0};
    struct spot *spot = calloc(n, sizeof *spot);
    if (spot == NULL)
        return false;
    if (by_count)
        spots_by_count(spot, s, x, y);
    else
        for (uint32_t k = 0; k < n; k++)
            spot[k] = (struct spot){{of_x->value[k], of_y->value[k]}};
    emit_object(j, NULL);
    if (n <= PURE_SHOWN_MAX)
        emit_spots(j, "pure", spot, n);
    const bool done = polygon_around(&hull, spot, n);
    free(spot);
    emit_spots(j, "hull", hull.corner, hull.n);
    emit_end(j);
    polygon_free(&hull);
    return done;
}
