/* SPDX-License-Identifier: MIT */
/* Games that are asked about rather than played: files of either format, with exact
 * payoffs, and pure profiles of any number of players as people type them. */
#ifndef TREATY_CLI_ARENA_H
#define TREATY_CLI_ARENA_H

#include "analysis/security.h"
#include "cli/command.h"

enum {
    LABEL_SIZE = NAME_MAX + 1,
    EXPANDED_MAX = 4096, /* profiles of an action graph that is expanded unasked */
};

/* A game that was read: arena points to one of the two. */
struct loaded {
    struct arena arena;
    struct exact_game table;
    struct agg graph;
};

/* Reads an .nfg or .agg file, whichever it is. STATUS_USAGE with FILE:LINE:COLUMN and
 * what was expected. Release with loaded_free. */
enum status loaded_read(struct loaded *out, const char *path, char reason[REASON_SIZE]);
void loaded_free(struct loaded *l);
/* For questions that need the table: an action graph becomes one, in place.
 * STATUS_USAGE where it has more than EXPANDED_MAX profiles, unless way is NULL, which
 * says how to ask for it all the same; or more than any table may have. Then nothing
 * has changed. */
enum status loaded_expand(struct loaded *l, const char *way, char reason[REASON_SIZE]);

/* "" for action graphs, which have none. */
const char *loaded_title(const struct loaded *l);
/* Names, or numbers from 1 for action graphs. Returns out. */
const char *player_label(char out[LABEL_SIZE], const struct loaded *l, uint32_t player);
const char *action_label(char out[LABEL_SIZE], const struct loaded *l, uint32_t player,
                         uint32_t action);

/* Reads a pure profile: one action per player, by name or number from 1, separated by
 * ';'. ACTION*N stands for N players, ACTION* for all that remain but those named
 * behind it. action: an entry per player. */
bool read_actions(uint32_t *action, const struct loaded *l, const char *text,
                  char reason[REASON_SIZE]);

#endif
