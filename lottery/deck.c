/* SPDX-License-Identifier: MIT */
/* Hides how a table makes columns of a deck, and how a column is read. */
#include "lottery/deck.h"

#include <string.h>

#include "base/check.h"

void deck_first(struct cipher *deck, uint32_t n_rows)
{
    const struct scalar one = scalar_from_u64(1);
    memset(deck, 0, n_rows * sizeof *deck);
    deck[0].b = point_base(&one);
}

bool deck_keys_join(struct point *joint, const struct point *keys, uint8_t n_seats)
{
    *joint = POINT_ZERO;
    for (uint8_t i = 0; i < n_seats; i++)
        *joint = point_add(joint, &keys[i]);
    return !point_is_zero(joint);
}

static struct cipher cipher_add(const struct cipher *x, const struct cipher *y)
{
    return (struct cipher){point_add(&x->a, &y->a), point_add(&x->b, &y->b)};
}

/* Adds n times a ciphertext, n at most DECK_ACTIONS_MAX, for everybody to see. */
static void add_times(struct cipher *sum, const struct cipher *x, uint8_t n)
{
    const struct scalar s = scalar_from_u64(n);
    if (n == 0)
        return;
    struct cipher term = *x;
    if (n > 1)
        term = (struct cipher){point_mul(&s, &x->a), point_mul(&s, &x->b)};
    *sum = cipher_add(sum, &term);
}

/* A run of equal rows is summed once for all columns. */
void deck_columns(struct cipher *columns, const struct cipher *deck, uint32_t n_rows,
                  const uint8_t *table, uint8_t n_seats)
{
    memset(columns, 0, n_seats * sizeof *columns);
    for (uint32_t first = 0, end; first < n_rows; first = end) {
        const uint8_t *row = &table[(size_t)first * n_seats];
        struct cipher run = deck[first];
        for (end = first + 1; end < n_rows; end++) {
            if (memcmp(row, &table[(size_t)end * n_seats], n_seats) != 0)
                break;
            run = cipher_add(&run, &deck[end]);
        }
        for (uint8_t i = 0; i < n_seats; i++)
            add_times(&columns[i], &run, row[i]);
    }
}

void blinds_add(struct cipher *columns, const struct cipher *blinds, uint8_t n_seats)
{
    for (uint8_t i = 0; i < n_seats; i++)
        columns[i] = cipher_add(&columns[i], &blinds[i]);
}

uint8_t column_action(const struct cipher *column, const struct point *shares,
                      uint8_t n_seats, uint8_t n_actions)
{
    struct point hidden = column->b;
    for (uint8_t i = 0; i < n_seats; i++)
        hidden = point_sub(&hidden, &shares[i]);
    const struct scalar one = scalar_from_u64(1);
    const struct point step = point_base(&one);
    struct point candidate = POINT_ZERO;
    /* All are looked at whichever it is: to its owner it is a secret still. */
    uint32_t found = n_actions;
    for (uint32_t action = 0; action < n_actions; action++) {
        const uint32_t mask = 0u - (uint32_t)point_equal(&hidden, &candidate);
        found ^= mask & (found ^ action);
        candidate = point_add(&candidate, &step);
    }
    return (uint8_t)found;
}
