/* SPDX-License-Identifier: MIT */
/* What tests of texts share: reading a game that must be one. */
#ifndef TREATY_TESTS_READING_H
#define TREATY_TESTS_READING_H

#include <string.h>

#include "game/formats.h"
#include "tests/unit/unit.h"

/* A copy without anything behind it, so that reading too far is noticed. */
static inline bool read_text(struct game *g, const char *text, size_t size,
                             struct format_error *error)
{
    char *copy = malloc(size > 0 ? size : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, size);
    memset(error, 0x5a, sizeof *error);
    bool read = nfg_read(g, copy, size, error);
    free(copy);
    return read;
}

static inline void must_read(struct game *g, const char *text)
{
    struct format_error error;
    ck_assert_msg(read_text(g, text, strlen(text), &error), "%u:%u: %s in <%s>",
                  error.line, error.column, error.message, text);
}

#endif
