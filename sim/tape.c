/* SPDX-License-Identifier: MIT */
/* Hides how the bytes grow. Memory that is short here is the end of the simulation, so
 * it is checked and not reported. */
#include "sim/tape.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { TAPE_FIRST = 1 << 14 };

void tape_start(struct tape *t)
{
    *t = (struct tape){.chain = record_origin()};
}

void tape_end(struct tape *t)
{
    free(t->bytes);
    *t = (struct tape){0};
}

void tape_append(struct tape *t, enum record_kind kind, uint64_t time_ms,
                 const uint8_t *payload, size_t size)
{
    const size_t needed = t->size + RECORD_OVERHEAD + size;
    if (needed > t->capacity) {
        t->capacity = 2 * needed > TAPE_FIRST ? 2 * needed : TAPE_FIRST;
        t->bytes = realloc(t->bytes, t->capacity);
        CHECK(t->bytes != NULL);
    }
    const size_t written = record_write(t->bytes + t->size, t->capacity - t->size,
                                        &t->chain, kind, time_ms, payload, size);
    CHECK(written > 0);
    t->size += written;
    t->n_records++;
}

void tape_read(struct tape_reader *r, const struct tape *t)
{
    *r = (struct tape_reader){.tape = t, .chain = record_origin()};
}

bool tape_next(struct tape_reader *r, struct record *out)
{
    size_t used = 0;
    if (r->broken || r->offset == r->tape->size)
        return false;
    if (record_read(out, &used, &r->chain, r->tape->bytes + r->offset,
                    r->tape->size - r->offset) != RECORD_READ) {
        r->broken = true;
        return false;
    }
    r->offset += used;
    return true;
}
