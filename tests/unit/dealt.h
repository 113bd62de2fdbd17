/* SPDX-License-Identifier: MIT */
/* A deck with all that N honest players say about it, for tests that then change it. */
#ifndef TREATY_TESTS_DEALT_H
#define TREATY_TESTS_DEALT_H

#include <string.h>

#include "base/check.h"
#include "lottery/cut.h"

enum { DEALT_SEATS_MAX = 8 };

struct dealt {
    uint32_t n_rows;
    uint8_t n_seats;
    struct digest session;
    uint32_t number; /* of the deck */
    struct seed seed[DEALT_SEATS_MAX];
    struct deck_key key[DEALT_SEATS_MAX];
    struct point keys[DEALT_SEATS_MAX], joint;
    struct proof key_proof[DEALT_SEATS_MAX];
    struct cipher deck[DEALT_SEATS_MAX + 1][DECK_ROWS_MAX];
    uint8_t argument[DEALT_SEATS_MAX][CUT_SIZE_MAX];
    struct cipher blinds[DEALT_SEATS_MAX][DEALT_SEATS_MAX];
    struct proof blinds_proof[DEALT_SEATS_MAX];
    struct cipher column[DEALT_SEATS_MAX];
    /* share[i][j] is what j gives of the key to column i; sent[j] is what j says of all
     * others'. */
    struct point share[DEALT_SEATS_MAX][DEALT_SEATS_MAX];
    struct point sent[DEALT_SEATS_MAX][DEALT_SEATS_MAX];
    struct proof shares_proof[DEALT_SEATS_MAX], opening_proof[DEALT_SEATS_MAX];
};

static inline struct deck_place dealt_place(const struct dealt *d, uint8_t seat)
{
    return (struct deck_place){d->session, d->number, seat};
}

static inline struct cut dealt_cut(const struct dealt *d, uint8_t seat)
{
    return (struct cut){dealt_place(d, seat), d->deck[seat], d->deck[seat + 1],
                        d->argument[seat]};
}

static inline void dealt_keys(struct dealt *d, uint32_t n_rows, uint8_t n_seats,
                              uint8_t seed)
{
    memset(d, 0, sizeof *d);
    d->n_rows = n_rows;
    d->n_seats = n_seats;
    d->session.bytes[0] = 7;
    d->number = 3;
    for (uint8_t i = 0; i < n_seats; i++) {
        d->seed[i] = (struct seed){{seed, i, 1}};
        deck_key_derive(&d->key[i], &d->seed[i], &d->session, i);
        d->keys[i] = d->key[i].key;
        d->key_proof[i] = deck_key_prove(&d->key[i], &d->seed[i], &d->session, i);
    }
    CHECK(deck_keys_join(&d->joint, d->keys, n_seats));
}

static inline void dealt_cuts(struct dealt *d)
{
    deck_first(d->deck[0], d->n_rows);
    for (uint8_t i = 0; i < d->n_seats; i++) {
        const struct deck_place place = dealt_place(d, i);
        deck_cut(d->deck[i + 1], d->argument[i], d->deck[i], d->n_rows, &d->joint,
                 &place, &d->seed[i]);
    }
}

/* The columns that `table` makes of the last deck, with everybody's blinds. */
static inline void dealt_columns(struct dealt *d, const uint8_t *table)
{
    deck_columns(d->column, d->deck[d->n_seats], d->n_rows, table, d->n_seats);
    for (uint8_t i = 0; i < d->n_seats; i++) {
        const struct deck_place place = dealt_place(d, i);
        blinds_make(d->blinds[i], &d->blinds_proof[i], d->n_seats, &d->joint, &place,
                    &d->seed[i]);
        blinds_add(d->column, d->blinds[i], d->n_seats);
    }
}

static inline void dealt_shares(struct dealt *d)
{
    for (uint8_t j = 0; j < d->n_seats; j++) {
        const struct deck_place place = dealt_place(d, j);
        shares_make(d->sent[j], &d->shares_proof[j], d->column, d->n_seats, &d->key[j],
                    &place, &d->seed[j]);
        for (uint8_t i = 0, n = 0; i < d->n_seats; i++)
            if (i != j)
                d->share[i][j] = d->sent[j][n++];
        opening_make(&d->share[j][j], &d->opening_proof[j], &d->column[j], &d->key[j],
                     &place, &d->seed[j]);
    }
}

#endif
