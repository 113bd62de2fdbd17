/* SPDX-License-Identifier: MIT */
/* Hides how losses, delays, partitions and crashes are written. */
#include "cli/weather.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct flag flags_weather[] = {
    {"loss", "P", "share of messages that are lost (default 0)"},
    {"delay", "MIN:MAX", "how long a message takes, in ms (default 10:50)"},
    {"partition", "A,B@FROM:TO",
     "nothing passes between A and B meanwhile\n"
     "Repeatable. Times are in ms, or have an s behind them. A or B may be several "
     "nodes, as 1+2."},
    {"crash", "NODE@TIME[:RESTART]",
     "the node dies, and starts again or not\n"
     "Repeatable. It starts RESTART after TIME, or never. Times are in ms, or have an "
     "s "
     "behind them."},
    {"duplicate", "P", "share of messages that arrive twice"},
    {"reorder", "P", "share of messages that others overtake"},
    {NULL, NULL, NULL},
};

enum { TIME_MAX_MS = WORLD_LIMIT_MS };

static bool wrong(const char *option, const char *text, const char *expected,
                  char *reason)
{
    (void)snprintf(reason, REASON_SIZE, "--%s: '%.100s' is not %s", option, text,
                   expected);
    return false;
}

/* Reads "1500", "1500ms" or "1.5s" and what follows it. */
static bool read_time(uint64_t *ms, const char **rest)
{
    char *end = NULL;
    const double v = strtod(*rest, &end);
    if ((*rest)[0] < '0' || (*rest)[0] > '9' || end == *rest || !isfinite(v))
        return false;
    double scale = 1;
    if (strncmp(end, "ms", 2) == 0) {
        end += 2;
    } else if (*end == 's') {
        scale = 1000;
        end++;
    }
    if (v * scale > TIME_MAX_MS)
        return false;
    *ms = (uint64_t)llround(v * scale);
    *rest = end;
    return true;
}

/* Reads "1" or "1+3+4" and what follows it. */
static bool read_nodes(uint64_t *mask, const char **rest, uint8_t n_players)
{
    *mask = 0;
    for (const char *s = *rest;; s++) {
        char *end = NULL;
        const unsigned long v = *s >= '0' && *s <= '9' ? strtoul(s, &end, 10) : 0;
        if (v < 1 || v > n_players)
            return false;
        *mask |= player_bit((uint8_t)(v - 1));
        s = end;
        if (*s != '+') {
            *rest = s;
            return true;
        }
    }
}

static bool take_delay(struct network *n, const char *text, char *reason)
{
    const char *rest = text;
    uint64_t least = 0, most = 0;
    bool fits = read_time(&least, &rest) && *rest++ == ':' && read_time(&most, &rest) &&
                *rest == 0 && least <= most;
    if (!fits)
        return wrong("delay", text, "MIN:MAX in ms with MIN <= MAX", reason);
    n->delay_ms_min = (uint32_t)least;
    n->delay_ms_max = (uint32_t)most;
    return true;
}

static bool take_partition(struct network *n, const char *text, uint8_t n_players,
                           char *reason)
{
    const char *rest = text;
    struct partition p;
    const bool fits = read_nodes(&p.a, &rest, n_players) && *rest++ == ',' &&
                      read_nodes(&p.b, &rest, n_players) && *rest++ == '@' &&
                      read_time(&p.from_ms, &rest) && *rest++ == ':' &&
                      read_time(&p.to_ms, &rest) && *rest == 0 &&
                      p.from_ms <= p.to_ms && (p.a & p.b) == 0;
    if (!fits)
        return wrong("partition", text,
                     "A,B@FROM:TO with two different nodes and FROM <= TO in ms",
                     reason);
    if (n->n_partitions == WORLD_PARTITIONS_MAX)
        return wrong("partition", text, "possible: there are too many of them", reason);
    n->partition[n->n_partitions++] = p;
    return true;
}

static bool take_crash(struct network *n, const char *text, uint8_t n_players,
                       char *reason)
{
    const char *rest = text;
    uint64_t mask = 0;
    struct crash c = {0};
    bool fits = read_nodes(&mask, &rest, n_players) && (mask & (mask - 1)) == 0 &&
                *rest++ == '@' && read_time(&c.at_ms, &rest);
    if (fits && *rest == ':') {
        rest++;
        fits = read_time(&c.restart_ms, &rest) && c.restart_ms > 0;
    }
    if (!fits || *rest != 0)
        return wrong("crash", text, "NODE@TIME or NODE@TIME:RESTART, times in ms",
                     reason);
    if (n->n_crashes == WORLD_CRASHES_MAX)
        return wrong("crash", text, "possible: there are too many of them", reason);
    while (mask >> c.player != 1)
        c.player++;
    n->crash[n->n_crashes++] = c;
    return true;
}

enum status weather_read(struct network *out, const struct given *g, uint8_t n_players,
                         char reason[REASON_SIZE])
{
    memset(out, 0, sizeof *out);
    out->delay_ms_min = WORLD_DELAY_MS_MIN;
    out->delay_ms_max = WORLD_DELAY_MS_MAX;
    for (size_t i = 0; i < g->n_options; i++) {
        const char *name = g->option[i].flag->name, *value = g->option[i].value;
        bool fits = true;
        if (strcmp(name, "loss") == 0)
            fits = read_decimal(&out->loss, name, value, 0, 1, false, reason);
        else if (strcmp(name, "duplicate") == 0)
            fits = read_decimal(&out->duplicate, name, value, 0, 1, false, reason);
        else if (strcmp(name, "reorder") == 0)
            fits = read_decimal(&out->reorder, name, value, 0, 1, false, reason);
        else if (strcmp(name, "delay") == 0)
            fits = take_delay(out, value, reason);
        else if (strcmp(name, "partition") == 0)
            fits = take_partition(out, value, n_players, reason);
        else if (strcmp(name, "crash") == 0)
            fits = take_crash(out, value, n_players, reason);
        if (!fits)
            return STATUS_USAGE;
    }
    return STATUS_OK;
}
