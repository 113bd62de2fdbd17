/* SPDX-License-Identifier: MIT */
/* The options that say what a simulated network does to messages and processes. */
#ifndef TREATY_CLI_WEATHER_H
#define TREATY_CLI_WEATHER_H

#include "cli/options.h"
#include "sim/world.h"

extern const struct flag flags_weather[];

enum status weather_read(struct network *out, const struct given *g, uint8_t n_players,
                         char reason[REASON_SIZE]);

#endif
