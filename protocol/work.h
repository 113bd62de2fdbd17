/* SPDX-License-Identifier: MIT */
/* Work that takes longer than a player may think: making and checking the decks of
 * private recommendations. A piece of work is a block of memory of its own, which holds
 * all that it needs and takes up what it finds, so any thread may do it while the
 * player goes on. Who does it needs this header and nothing else. */
#ifndef TREATY_PROTOCOL_WORK_H
#define TREATY_PROTOCOL_WORK_H

#include <stdint.h>

/* Numbers of work are below this, so a mask of them fits 32 bits. */
enum { WORKS_MAX = 32 };

/* Opaque. */
struct work;

/* Does it. Only whoever holds it touches it until it is handed back. The same work has
 * the same results, whenever and wherever it is done. */
void work_do(struct work *w);
/* Which of the player's pieces it is: of all that are out at a time, each has another
 * number. */
uint8_t work_number(const struct work *w);

#endif
