/* SPDX-License-Identifier: MIT */
/* What somebody who watches a session was given: the terms, the keys, and the payoffs
 * of some players, of all, or of nobody. A run's directory has everybody's, a node's
 * its own. */
#ifndef TREATY_CLI_INSIGHT_H
#define TREATY_CLI_INSIGHT_H

#include "cli/command.h"
#include "cli/json.h"
#include "node/config.h"

struct insight {
    struct terms terms;
    struct roster roster;
    struct payoffs *payoffs[PLAYERS_MAX]; /* owned; NULL: not given */
    double discount[PLAYERS_MAX];         /* where payoffs were given; 0: not known */
};

/* Adds what the directory of a node holds of its own: payoffs and discount factor. What
 * is not there, or may not be read, was not given. */
void insight_take(struct insight *s, const char *directory);
/* Adds everybody's from a game. STATUS_USAGE, with the reason, where its players or
 * actions are not those of the terms. */
enum status insight_take_game(struct insight *s, const char *path,
                              char reason[REASON_SIZE]);
void insight_free(struct insight *s);

/* Mask of the players whose payoffs were given. */
uint64_t insight_known(const struct insight *s);
/* What a player whose payoffs were given expects of c: of what is agreed on, which may
 * be a distribution, or (agreeable is false) of a profile such as the threat. */
double insight_expect(const struct insight *s, uint8_t player,
                      const struct candidate *c, bool agreeable);
/* A list of that with one entry per player, null where payoffs were not given. */
void insight_expected(const struct insight *s, struct json *j, const char *key,
                      const struct candidate *c, bool agreeable);
/* The same for one action of each. */
void insight_played(const struct insight *s, struct json *j, const char *key,
                    const uint8_t *actions);
/* What the watcher knows at the start, as one object of docs/page.md, open to more. */
void insight_emit(const struct insight *s, struct json *j);
/* What is possible for two players, who may be the same: the corners of the hull of all
 * pure profiles' payoffs, and these themselves where there are few. A whole object.
 * False when memory is short. Both players' payoffs must be known. */
bool insight_plane(const struct insight *s, struct json *j, uint8_t x, uint8_t y);

#endif
