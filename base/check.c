/* SPDX-License-Identifier: MIT */
/* Hides how the process ends when one of our own claims turns out false. */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void check_failed(const char *claim, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: this should hold but does not: %s\n", file, line,
                  claim);
    abort();
}
