/* SPDX-License-Identifier: MIT */
/* Hides the heap and the counting of holders. */
#include "sim/queue.h"

#include <stdlib.h>
#include <string.h>

struct packet *packet_new(const uint8_t *bytes, size_t size)
{
    struct packet *p = malloc(sizeof *p + size);
    if (p == NULL)
        return NULL;
    p->holders = 1;
    p->size = size;
    if (size > 0)
        memcpy(p->bytes, bytes, size);
    return p;
}

void packet_hold(struct packet *p)
{
    p->holders++;
}

void packet_drop(struct packet *p)
{
    if (p != NULL && --p->holders == 0)
        free(p);
}

bool queue_start(struct queue *q)
{
    *q = (struct queue){.capacity = 256};
    q->item = malloc(q->capacity * sizeof *q->item);
    return q->item != NULL;
}

void queue_end(struct queue *q)
{
    for (uint32_t i = 0; i < q->n; i++)
        packet_drop(q->item[i].packet);
    free(q->item);
    *q = (struct queue){0};
}

static bool before(const struct happening *a, const struct happening *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static bool grow(struct queue *q)
{
    if (q->n < q->capacity)
        return true;
    if (q->capacity >= QUEUE_MAX)
        return false;
    struct happening *more = realloc(q->item, 2 * q->capacity * sizeof *more);
    if (more == NULL)
        return false;
    q->item = more;
    q->capacity *= 2;
    return true;
}

bool queue_add(struct queue *q, const struct happening *h)
{
    if (!grow(q)) {
        packet_drop(h->packet);
        return false;
    }
    struct happening added = *h;
    added.order = q->added++;
    uint32_t hole = q->n++;
    while (hole > 0) {
        const uint32_t parent = (hole - 1) / 2;
        if (!before(&added, &q->item[parent]))
            break;
        q->item[hole] = q->item[parent];
        hole = parent;
    }
    q->item[hole] = added;
    return true;
}

bool queue_take(struct queue *q, struct happening *out)
{
    if (q->n == 0)
        return false;
    *out = q->item[0];
    const struct happening last = q->item[--q->n];
    uint32_t hole = 0;
    for (;;) {
        uint32_t child = 2 * hole + 1;
        if (child >= q->n)
            break;
        if (child + 1 < q->n && before(&q->item[child + 1], &q->item[child]))
            child++;
        if (!before(&q->item[child], &last))
            break;
        q->item[hole] = q->item[child];
        hole = child;
    }
    if (q->n > 0)
        q->item[hole] = last;
    return true;
}
