/* SPDX-License-Identifier: MIT */
/* Hides a ring of slots. */
#include "node/shelf.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

bool shelf_open(struct shelf *s, size_t message_max)
{
    *s = (struct shelf){.slot_size = message_max,
                        .bytes = malloc(SHELF_MAX * message_max)};
    return s->bytes != NULL;
}

void shelf_close(struct shelf *s)
{
    free(s->bytes);
    s->bytes = NULL;
}

void shelf_put(struct shelf *s, const uint8_t *bytes, size_t size)
{
    CHECK(s->n < SHELF_MAX && size <= s->slot_size);
    const unsigned at = (s->start + s->n++) % SHELF_MAX;
    memcpy(s->bytes + at * s->slot_size, bytes, size);
    s->size[at] = size;
}

const uint8_t *shelf_get(const struct shelf *s, unsigned i, size_t *size)
{
    const unsigned at = (s->start + i) % SHELF_MAX;
    *size = s->size[at];
    return s->bytes + at * s->slot_size;
}

void shelf_drop(struct shelf *s)
{
    CHECK(s->n > 0);
    s->start = (s->start + 1) % SHELF_MAX;
    s->n--;
}
