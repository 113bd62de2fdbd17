/* SPDX-License-Identifier: MIT */
/* Notes as lines for people: what a trace test compares and a progress line shows. */
#ifndef TREATY_SIM_TRACE_H
#define TREATY_SIM_TRACE_H

#include "protocol/player.h"

/* One bit for each kind of note, to say which ones are told. */
#define TRACE(kind) (UINT64_C(1) << (kind))
/* All but the end of each round. */
#define TRACE_STORY (~TRACE(NOTE_ROUND))

enum { TRACE_LINE_MAX = 1024 };
/* "[   10] 2 > reveal": the time in ms, the player from 1, what it notes; names as in
 * the terms; no newline. Returns its length; what does not fit is cut. */
size_t trace_line(char out[TRACE_LINE_MAX], const struct terms *terms, uint64_t now_ms,
                  uint8_t player, const struct note *note);
/* "[   10] 2 > crashes": what befalls a player that it cannot note itself. */
size_t trace_fate(char out[TRACE_LINE_MAX], uint64_t now_ms, uint8_t player,
                  const char *fate);

#endif
