/* SPDX-License-Identifier: MIT */
/* Many runs over several processes, with the output of one. */
#ifndef TREATY_CLI_RUNS_H
#define TREATY_CLI_RUNS_H

#include <stdint.h>
#include <stdio.h>

#include "node/status.h"

enum { RUN_JOBS_MAX = 256 };

/* One run, numbered from 0: writes what it has to say to out. */
typedef enum status run_function(void *context, uint64_t number, FILE *out);

/* Does runs 0 .. n - 1 in that many processes and copies what they write to out in the
 * order of their numbers, whatever order they end in. Returns the first status that is
 * not STATUS_OK, in that order. */
enum status runs_in_order(uint64_t n, uint64_t jobs, run_function *run, void *context,
                          FILE *out);

#endif
