/* SPDX-License-Identifier: MIT */
/* What cluster, simulate and deal are told in common: the terms of the session, and
 * what each node is told alone. Every value is checked here, and a wrong one is refused
 * with the option, the value, and what is allowed. */
#ifndef TREATY_CLI_OPTIONS_H
#define TREATY_CLI_OPTIONS_H

#include "adversary/adversary.h"
#include "cli/command.h"
#include "protocol/player.h"

struct settings {
    const struct game *game; /* borrowed */
    struct terms terms;
    double discount; /* where no node has its own */
    struct private_options private_options[PLAYERS_MAX];
    struct misdeeds misdeeds[PLAYERS_MAX];
    bool seeded;             /* --seed was given */
    uint64_t seed;           /* else drawn by the system */
    const char *out;         /* NULL: not given */
    const char *host;        /* NULL: not given */
    uint16_t base_port;      /* 0: not given */
    uint16_t http_base_port; /* likewise */
    bool json, quiet;
};

/* The tables behind `--help`. */
extern const struct flag flags_terms[];  /* what is agreed on, and what then happens */
extern const struct flag flags_search[]; /* how an agreement is found */
extern const struct flag flags_report[]; /* --seed, --out, --json, --quiet */

/* Fills settings from a game and from what was typed; options that are not of these
 * tables are left to their command. */
enum status settings_read(struct settings *s, const struct game *game,
                          const struct given *g, char reason[REASON_SIZE]);

/* Another seed: what the nodes' samplers start from follows from it. */
void settings_seed(struct settings *s, uint64_t seed);

/* Reads a game file. STATUS_USAGE with FILE:LINE:COLUMN and what was expected. */
enum status game_load(struct game *out, const char *path, char reason[REASON_SIZE]);

/* One value of an option, for the options that only one command has. Each is false,
 * with the reason, for anything but a whole number or a decimal within the limits. */
bool read_whole(uint64_t *out, const char *option, const char *text, uint64_t least,
                uint64_t most, char reason[REASON_SIZE]);
/* below: most itself is not allowed. */
bool read_decimal(double *out, const char *option, const char *text, double least,
                  double most, bool below, char reason[REASON_SIZE]);
/* "NODE=REST" or "NODE:REST" and the like: a number in 1..n_players, then the
 * separator. *rest is what follows it. */
bool read_node(uint8_t *player, const char **rest, const char *option, const char *text,
               char separator, uint8_t n_players, char reason[REASON_SIZE]);
/* "grim", "finite", "finite:L" */
bool read_strategy(bool *finite, uint32_t *length, const char *text,
                   char reason[REASON_SIZE]);
/* Mixed profiles for options such as --threat. */
bool read_profile(struct profile *out, const struct game *game, const char *option,
                  const char *text, char reason[REASON_SIZE]);

#endif
