/* SPDX-License-Identifier: MIT */
/* The files of web/, and what gnuplot draws figures with (study/), which the Makefile
 * turns into bytes of the program. */
#ifndef TREATY_CLI_ASSETS_H
#define TREATY_CLI_ASSETS_H

#include <stddef.h>

struct asset {
    const char *name; /* "page.css" */
    const unsigned char *bytes;
    size_t size;
};

/* Each ends with a NULL name. */
extern const struct asset assets[], plots[];

#endif
