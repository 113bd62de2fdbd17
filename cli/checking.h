/* SPDX-License-Identifier: MIT */
/* `treaty verify` in a process of its own, for those who must not wait for it. */
#ifndef TREATY_CLI_CHECKING_H
#define TREATY_CLI_CHECKING_H

#include <stdbool.h>
#include <stddef.h>

/* One verification at a time. Starts as {0}; release with checking_free. */
struct checking {
    int pid;       /* 0: none runs */
    int fd;        /* what it says */
    int exit_code; /* of the last; -1: a signal ended it, or it never began */
    char *text;    /* what the last one said: JSON, or a complaint in words */
    size_t size, capacity;
};

/* Starts `treaty verify PLACE --json`, unless one is running. False where the system
 * refuses. */
bool checking_start(struct checking *c, const char *place);
/* Takes what has been said. True if with that it came to an end. */
bool checking_read(struct checking *c);
void checking_free(struct checking *c);

#endif
