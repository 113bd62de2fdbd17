/* SPDX-License-Identifier: MIT */
/* How a node's lines stand on standard error: for people; with a priority where they go
 * to a journal; as JSON, an object a line, for machines. */
#ifndef TREATY_NODE_LINES_H
#define TREATY_NODE_LINES_H

#include <stdbool.h>
#include <stdint.h>

enum log_format { LOG_PLAIN, LOG_JSON };
/* As syslog counts them. A warning means that somebody should act. */
enum level { LEVEL_ERROR = 3, LEVEL_WARNING, LEVEL_NOTICE, LEVEL_INFO };

struct spoken {
    enum level level;
    const char *event; /* the name of a note, or "node" for what the shell says */
    uint64_t time_ms;  /* since 1970 */
    uint64_t since_ms; /* when the session's log began */
    uint8_t node;      /* from 1; 0: not known yet */
    uint64_t round;    /* 0: none is told */
    uint32_t stage;    /* likewise */
    const char *text;
};

/* What could play tricks on a terminal, or is no UTF-8, is not printed. */
void lines_say(enum log_format format, const struct spoken *s);

#endif
