/* SPDX-License-Identifier: MIT */
/* The punishment where none is given: the static equilibrium that the nodes would find.
 */
#ifndef TREATY_CLI_THREATENING_H
#define TREATY_CLI_THREATENING_H

#include "cli/command.h"
#include "game/game.h"

/* All players' searches side by side, as the nodes do it over the network.
 * STATUS_FAILED, with the reason, where none is found. */
enum status find_threat(struct profile *out, const struct game *game,
                        char reason[REASON_SIZE]);

#endif
