/* SPDX-License-Identifier: MIT */
/* A row of what `make bench` prints, as bench/table.awk reads it: a line of "row", what
 * was measured, of which size, the seconds that it took, the seconds of its bound, the
 * key that says what the bound is, and details as name=value, with tabs between. */
#ifndef TREATY_BENCH_ROW_H
#define TREATY_BENCH_ROW_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* For what has no bound, with the key NO_BOUND: the foot of the table says why. */
#define NO_BOUND_SECONDS (-1.0)
#define NO_BOUND "-"

/* True for a test of the table: small sizes and few turns; what they took is worth
 * nothing. */
static inline bool bench_tiny(void)
{
    return getenv("BENCH_TINY") != NULL;
}

/* Processor seconds of this thread. */
static inline double bench_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* size, what: texts of a line. details: as printf, may be "". */
__attribute__((format(printf, 6, 7))) static inline void
row(const char *what, const char *size, double seconds, double bound, const char *key,
    const char *details, ...)
{
    va_list arguments;
    (void)printf("row\t%s\t%s\t%.9g\t%.9g\t%s\t", what, size, seconds, bound, key);
    va_start(arguments, details);
    (void)vprintf(details, arguments);
    va_end(arguments);
    (void)putchar('\n');
    (void)fflush(stdout);
}

#endif
