/* SPDX-License-Identifier: MIT */
/* What every refused text is told. */
#ifndef TREATY_TESTS_REFUSAL_H
#define TREATY_TESTS_REFUSAL_H

#include <string.h>

#include "base/check.h"
#include "game/formats.h"

/* One line that a terminal can show. */
static inline void refusal_check_message(const char *message, size_t capacity)
{
    const size_t length = strnlen(message, capacity);
    CHECK(length > 0 && length < capacity);
    for (size_t i = 0; i < length; i++)
        CHECK((unsigned char)message[i] >= ' ' && message[i] != 0x7f);
}

/* And a place inside the text. */
static inline void refusal_check(const struct format_error *error, const uint8_t *data,
                                 size_t size)
{
    uint32_t lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    CHECK(error->line >= 1 && error->line <= lines);
    CHECK(error->column >= 1 && error->column <= size + 1);
    refusal_check_message(error->message, sizeof error->message);
}

#endif
