/* SPDX-License-Identifier: MIT */
/* Assertions that stay on in every build: a false one is our own bug, never a peer's.
 */
#ifndef TREATY_BASE_CHECK_H
#define TREATY_BASE_CHECK_H

/* Says which claim failed and where, on standard error, and aborts the process. */
_Noreturn void check_failed(const char *claim, const char *file, int line);

#define CHECK(claim) ((claim) ? (void)0 : check_failed(#claim, __FILE__, __LINE__))

/* A place that is never reached. */
#define NEVER(what) check_failed(what, __FILE__, __LINE__)

#endif
