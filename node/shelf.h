/* SPDX-License-Identifier: MIT */
/* A node's own messages, from when they were said until they are handed back to the
 * player, in their order. */
#ifndef TREATY_NODE_SHELF_H
#define TREATY_NODE_SHELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHELF_MAX = 16 };

struct shelf {
    uint8_t *bytes; /* SHELF_MAX slots */
    size_t slot_size, size[SHELF_MAX];
    unsigned start, n;
};

/* message_max: the largest message, in bytes. False when memory is short. */
bool shelf_open(struct shelf *s, size_t message_max);
void shelf_close(struct shelf *s);
/* There must be room. */
void shelf_put(struct shelf *s, const uint8_t *bytes, size_t size);
/* Number i from the oldest, from 0; valid until it is dropped. */
const uint8_t *shelf_get(const struct shelf *s, unsigned i, size_t *size);
/* The oldest, of at least one. */
void shelf_drop(struct shelf *s);

#endif
