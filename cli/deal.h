/* SPDX-License-Identifier: MIT */
/* Splits a game into what everybody knows and what each node alone knows, as files. */
#ifndef TREATY_CLI_DEAL_H
#define TREATY_CLI_DEAL_H

#include "cli/options.h"
#include "cli/staging.h"

/* Where a node listens, and where the others find it. */
struct place {
    char listen[ADDRESS_SIZE];
    char address[ADDRESS_SIZE];
};

/* Writes terms, roster and one directory per node (keys, private options, its own
 * payoffs and nobody else's) into an open staging. sync: what its disk is to keep. */
enum status deal_write(const struct staging *s, const struct settings *settings,
                       const struct place *places, enum sync sync,
                       char reason[REASON_SIZE]);
/* Node K listens on port base_port + K; without a host on this machine only. */
void places_from(struct place places[PLAYERS_MAX], const char *host, uint16_t base_port,
                 uint8_t n_players);

#endif
