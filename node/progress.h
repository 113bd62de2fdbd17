/* SPDX-License-Identifier: MIT */
/* What people read on standard error while a node runs: short lines, and for a silence
 * who is missed, since when, until when, and what to do. */
#ifndef TREATY_NODE_PROGRESS_H
#define TREATY_NODE_PROGRESS_H

#include "node/lines.h"
#include "node/service.h"
#include "protocol/player.h"

struct progress {
    bool quiet;
    enum log_format format;
    const char *(*note_name)(enum note_kind kind); /* NULL: lines have no names */
    const struct note *note;                       /* that lines are said about now */
    const struct service *service; /* borrowed for life; NULL: nobody is told */
    uint8_t self;
    const struct terms *terms;   /* borrowed for life */
    const struct roster *roster; /* likewise */
    const struct addresses *addresses;
    uint64_t start_ms, stage_ms; /* of the node; of the last line about a stage */
    uint64_t strangers;          /* mask of those who run with other terms */
    uint64_t begun_ms;           /* of this process, after which it can hear others */
};

/* One note of the player. silent_ms: for each player, since when nothing of its process
 * was heard; UINT64_MAX if never. */
void progress_note(struct progress *p, const struct note *n,
                   const struct report *report, const uint64_t silent_ms[PLAYERS_MAX],
                   uint64_t now_ms);
/* A line of the shell's own. */
void progress_say(const struct progress *p, uint64_t now_ms, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
