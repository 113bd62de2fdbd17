/* SPDX-License-Identifier: MIT */
/* How findings are put down, for the parts of a checkup. */
#ifndef TREATY_CLI_FINDING_H
#define TREATY_CLI_FINDING_H

#include "cli/checkup.h"

/* One more; what to do about it is said with fix. */
struct finding *found(struct checkup *c, const char *check, enum finding_state state,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));
void fix(struct finding *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "tcp://HOST:PORT", taken apart; false where it is none. */
bool endpoint_split(char *host, size_t size, char port[8], const char *address);

#endif
