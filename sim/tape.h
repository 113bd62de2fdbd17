/* SPDX-License-Identifier: MIT */
/* The log of a node without a file: the same records, in memory, and a reader that
 * leads a player through them again. */
#ifndef TREATY_SIM_TAPE_H
#define TREATY_SIM_TAPE_H

#include "protocol/record.h"

struct tape {
    uint8_t *bytes; /* owned */
    size_t size, capacity;
    uint64_t n_records;
    struct digest chain;
};
void tape_start(struct tape *t);
void tape_end(struct tape *t);
void tape_append(struct tape *t, enum record_kind kind, uint64_t time_ms,
                 const uint8_t *payload, size_t size);

/* Walks over the records; the tape may grow meanwhile. */
struct tape_reader {
    const struct tape *tape;
    size_t offset; /* of the next record */
    struct digest chain;
    bool broken; /* what stands at offset is no whole record */
};
void tape_read(struct tape_reader *r, const struct tape *t);
/* The next record; its payload is borrowed until the tape grows. False at the end. */
bool tape_next(struct tape_reader *r, struct record *out);

#endif
