/* SPDX-License-Identifier: MIT */
/* Hides how a table makes columns of a deck, and how a column is read. */
#include "lottery/deck.h"

#include <string.h>

#include "base/check.h"
#include "base/curve.h"

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

/* One half of the column of `seat`: the sum of all rows, each as often as the seat's
 * action there says. Rows of equal actions are summed first; then the sums from the
 * highest action down are, each as often as its action says, in two additions apiece.
 */
static struct point column_half(const struct curve_flat *row, uint32_t n_rows,
                                const uint8_t *table, uint8_t n_seats, uint8_t seat)
{
    struct curve of_action[DECK_ACTIONS_MAX], running = CURVE_ZERO, total = CURVE_ZERO;
    for (uint32_t action = 0; action < DECK_ACTIONS_MAX; action++)
        of_action[action] = CURVE_ZERO;
    uint32_t highest = 0;
    for (uint32_t r = 0; r < n_rows; r++) {
        const uint8_t action = table[(size_t)r * n_seats + seat];
        CHECK(action < DECK_ACTIONS_MAX);
        curve_add_flat(&of_action[action], &row[r]);
        highest = action > highest ? action : highest;
    }
    for (uint32_t action = highest; action > 0; action--) {
        curve_add(&running, &of_action[action]);
        curve_add(&total, &running);
    }
    return curve_write(&total);
}

void deck_columns(struct cipher *columns, const struct cipher *deck, uint32_t n_rows,
                  const uint8_t *table, uint8_t n_seats)
{
    struct curve_flat row[DECK_ROWS_MAX];
    CHECK(deck_rows_valid(n_rows));
    for (int half = 0; half < 2; half++) {
        for (uint32_t r = 0; r < n_rows; r++) {
            struct curve read;
            CHECK(curve_read(&read, half == 0 ? &deck[r].a : &deck[r].b));
            row[r] = curve_flatten(&read);
        }
        for (uint8_t i = 0; i < n_seats; i++) {
            struct point *out = half == 0 ? &columns[i].a : &columns[i].b;
            *out = column_half(row, n_rows, table, n_seats, i);
        }
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
