/* SPDX-License-Identifier: MIT */
/* Many runs over several processes, with the output of one. */
#ifndef TREATY_CLI_RUNS_H
#define TREATY_CLI_RUNS_H

#include <stdint.h>
#include <stdio.h>

#include "cli/command.h"

enum { RUN_JOBS_MAX = 256 };

/* One run, numbered from 0: writes what it has to say to out. */
typedef enum status run_function(void *context, uint64_t number, FILE *out);

/* The number-th of `of` parts, counted from 1, of n runs: runs first .. first + n - 1.
 * The parts follow each other, and each is as long as the next, or one run longer or
 * shorter. */
struct share {
    uint64_t number, of, first, n;
};
/* From "I/N", as --shard has it; there are `runs` in all, and no part is empty. what:
 * they are, as "runs". */
bool share_read(struct share *out, const char *text, uint64_t runs, const char *what,
                char reason[REASON_SIZE]);

/* Does runs 0 .. n - 1 in that many processes and copies what they write to out in the
 * order of their numbers, whatever order they end in. Returns the first status that is
 * not STATUS_OK, in that order. progress: what is counted, as "games": a line on
 * standard error, live if that is a terminal; or NULL. */
enum status runs_in_order(uint64_t n, uint64_t jobs, run_function *run, void *context,
                          const char *progress, FILE *out);

#endif
