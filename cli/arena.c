/* SPDX-License-Identifier: MIT */
/* Hides that games come in two formats, and how profiles of a thousand players are
 * typed.
 */
#include "cli/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "game/lexical.h"
#include "node/files.h"

static bool game_by_table(struct game *g)
{
    for (uint8_t i = 0; i < g->shape.n_players; i++) {
        struct payoffs *p = payoffs_by_table(g->payoffs[i]);
        if (p == NULL)
            return false;
        payoffs_free(g->payoffs[i]);
        g->payoffs[i] = p;
    }
    return true;
}

/* Payoffs by count as a small table, written as text so that decimals stay what they
 * are. The error is that of text. */
static bool table_of_counts(struct loaded *out, const char *text, size_t size,
                            struct format_error *error)
{
    struct game *g = calloc(1, sizeof *g);
    char *table = NULL;
    size_t n = 0;
    bool made = false;
    *error = (struct format_error){1, 1, "there is not enough memory for this game"};
    if (g == NULL || !counts_read(g, text, size, error)) {
        free(g);
        return false;
    }
    if (!shape_tabled(&g->shape) || shape_profiles(&g->shape) > EXPANDED_MAX) {
        (void)snprintf(error->message, sizeof error->message,
                       "this question needs a table, and the game has more than %d "
                       "profiles; payoffs by count are for cluster, deal, simulate "
                       "and check",
                       EXPANDED_MAX);
    } else if (game_by_table(g) && !nfg_write(g, NULL, 0, &n) && n > 0) {
        table = malloc(n);
        made = table != NULL && nfg_write(g, table, n, &n) &&
               exact_read(&out->table, table, n, error);
    }
    free(table);
    game_free(g);
    free(g);
    return made;
}

enum status loaded_read(struct loaded *out, const char *path, char reason[REASON_SIZE])
{
    struct format_error error = {0};
    char message[MESSAGE_SIZE];
    char *text = NULL;
    size_t size = 0, at = 0;
    memset(out, 0, sizeof *out);
    if (file_read(&text, &size, path, message) != STATUS_OK) {
        (void)snprintf(reason, REASON_SIZE, "%s", message);
        return STATUS_USAGE;
    }
    while (at < size && character_blank(text[at]))
        at++;
    const bool graph = at < size && text[at] == '#';
    const bool by_count = size - at >= 6 && memcmp(text + at, "COUNTS", 6) == 0;
    const bool read = graph      ? agg_read(&out->graph, text, size, &error)
                      : by_count ? table_of_counts(out, text, size, &error)
                                 : exact_read(&out->table, text, size, &error);
    free(text);
    if (!read) {
        (void)snprintf(reason, REASON_SIZE, "%.200s:%u:%u: %s%s", path, error.line,
                       error.column, error.message,
                       error.line == 1 && error.column == 1 && !by_count
                           ? "; a game begins with NFG 1 R, COUNTS 1, or #AGG"
                           : "");
        return STATUS_USAGE;
    }
    if (graph)
        out->arena.graph = &out->graph;
    else
        out->arena.table = &out->table;
    return STATUS_OK;
}

void loaded_free(struct loaded *l)
{
    if (l->arena.graph != NULL)
        agg_free(&l->graph);
    if (l->arena.table != NULL)
        exact_free(&l->table);
    l->arena = (struct arena){0};
}

enum status loaded_expand(struct loaded *l, const char *way, char reason[REASON_SIZE])
{
    double profiles = 1;
    if (l->arena.table != NULL)
        return STATUS_OK;
    for (uint32_t i = 0; i < l->graph.n_players; i++)
        profiles *= agg_actions(&l->graph, i);
    if (profiles > EXPANDED_MAX && profiles <= PROFILES_MAX && way != NULL) {
        (void)snprintf(reason, REASON_SIZE,
                       "this question needs the table of the action graph, which has "
                       "%.0f profiles: %s makes it",
                       profiles, way);
        return STATUS_USAGE;
    }
    const char *fault = agg_expand(&l->table, &l->graph);
    if (fault != NULL) {
        (void)snprintf(reason, REASON_SIZE,
                       "this question needs the table of the action graph, but the "
                       "game %s; `treaty solve --what pure` and `treaty security` "
                       "answer without a table",
                       fault);
        return STATUS_USAGE;
    }
    agg_free(&l->graph);
    l->arena = (struct arena){.table = &l->table};
    return STATUS_OK;
}

const char *loaded_title(const struct loaded *l)
{
    return l->arena.table != NULL ? l->table.head.title : "";
}

const char *player_label(char out[LABEL_SIZE], const struct loaded *l, uint32_t player)
{
    if (l->arena.table != NULL)
        (void)snprintf(out, LABEL_SIZE, "%s", l->table.head.player_name[player]);
    else
        (void)snprintf(out, LABEL_SIZE, "%u", player + 1);
    return out;
}

const char *action_label(char out[LABEL_SIZE], const struct loaded *l, uint32_t player,
                         uint32_t action)
{
    const struct game *head = &l->table.head;
    if (l->arena.table != NULL)
        (void)snprintf(
            out, LABEL_SIZE, "%s",
            head->action_name[shape_offset(&head->shape, (uint8_t)player) + action]);
    else
        (void)snprintf(out, LABEL_SIZE, "%u", action + 1);
    return out;
}

/* ---- profiles ---- */

/* One action of player by its name, or else by its number. */
static bool find_action(uint32_t *out, const struct loaded *l, uint32_t player,
                        const char *text, size_t size)
{
    const uint32_t n = arena_actions(&l->arena, player);
    char label[LABEL_SIZE];
    uint32_t number;
    for (uint32_t k = 0; l->arena.table != NULL && k < n; k++)
        if (strlen(action_label(label, l, player, k)) == size &&
            memcmp(label, text, size) == 0) {
            *out = k;
            return true;
        }
    if (!number_count(&number, text, size) || number < 1 || number > n)
        return false;
    *out = number - 1;
    return true;
}

static void trim(const char **text, size_t *size)
{
    while (*size > 0 && character_blank(**text)) {
        ++*text;
        --*size;
    }
    while (*size > 0 && character_blank((*text)[*size - 1]))
        --*size;
}

/* Splits "ACTION*N" or "ACTION*": how many players it stands for, 0 for all that
 * remain.
 */
static bool find_times(uint32_t *times, const char *text, size_t *size)
{
    size_t star = *size;
    *times = 1;
    while (star > 0 && text[star - 1] != '*')
        star--;
    if (star == 0)
        return true;
    const bool all = star == *size;
    if (!all && (!number_count(times, text + star, *size - star) || *times == 0))
        return false;
    if (all)
        *times = 0;
    *size = star - 1;
    return true;
}

static uint32_t count_items(const char *text)
{
    uint32_t n = *text != '\0';
    for (; *text != '\0'; text++)
        n += *text == ';' && text[1] != '\0';
    return n;
}

static bool read_item(uint32_t *action, uint32_t *player, const struct loaded *l,
                      const char *text, size_t size, uint32_t n_behind,
                      char reason[REASON_SIZE])
{
    const uint32_t n = arena_players(&l->arena);
    uint32_t times = 1;
    trim(&text, &size);
    const int shown = size < 60 ? (int)size : 60;
    if (*player == n) {
        (void)snprintf(reason, REASON_SIZE,
                       "--profile: '%.*s' is one too many for %u "
                       "players",
                       shown, text, n);
        return false;
    }
    size_t named = size;
    if (!find_action(&action[*player], l, *player, text, size) &&
        !find_times(&times, text, &named))
        named = 0;
    if (times == 0)
        times = n - *player > n_behind ? n - *player - n_behind : 1;
    for (; named > 0 && times > 0 && *player < n; times--, ++*player)
        if (!find_action(&action[*player], l, *player, text, named))
            break;
    if (times == 0)
        return true;
    if (*player == n)
        (void)snprintf(reason, REASON_SIZE,
                       "--profile: '%.*s' is for more than %u players", shown, text, n);
    else
        (void)snprintf(reason, REASON_SIZE,
                       "--profile: '%.*s' is no action of player %u: give a name or a "
                       "number from 1 to %u",
                       shown, text, *player + 1, arena_actions(&l->arena, *player));
    return false;
}

bool read_actions(uint32_t *action, const struct loaded *l, const char *text,
                  char reason[REASON_SIZE])
{
    const uint32_t n = arena_players(&l->arena);
    uint32_t left = count_items(text), player = 0;
    for (const char *at = text; *at != '\0';) {
        const size_t size = strcspn(at, ";");
        left--;
        if (!read_item(action, &player, l, at, size, left, reason))
            return false;
        at += size + (at[size] == ';');
    }
    if (player == n)
        return true;
    (void)snprintf(reason, REASON_SIZE,
                   "--profile: there are actions for %u of %u players", player, n);
    return false;
}
