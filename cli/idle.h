/* SPDX-License-Identifier: MIT */
/* Misdeeds that were asked for and had no effect: a defection to what was prescribed
 * anyway, a misbehaviour whose moment never came. */
#ifndef TREATY_CLI_IDLE_H
#define TREATY_CLI_IDLE_H

#include "cli/report.h"

struct idle {
    uint8_t node;
    char misdeed[MISDEED_TEXT_MAX + 24]; /* as it was asked for: "--defect 2@20" */
    char why[80];
};

/* True if any node was told to break something. */
bool idle_asked(const struct settings *s);
/* The nth of them, counted from 0; false if there are fewer. A node that left no result
 * has left no word about its misdeeds either. */
bool idle_find(struct idle *out, const struct report_input *in, size_t nth);

#endif
