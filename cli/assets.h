/* SPDX-License-Identifier: MIT */
/* The files of web/, which the Makefile turns into bytes of the program. */
#ifndef TREATY_CLI_ASSETS_H
#define TREATY_CLI_ASSETS_H

#include <stddef.h>

struct asset {
    const char *name; /* "page.css" */
    const unsigned char *bytes;
    size_t size;
};

/* Ends with a NULL name. */
extern const struct asset assets[];

#endif
