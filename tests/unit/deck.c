/* SPDX-License-Identifier: MIT */
/* A deck among honest players, from keys to openings. */
#include "lottery/deck.h"

#include "tests/unit/dealt.h"
#include "tests/unit/unit.h"

/* Where the 1 lies once all have cut. */
static uint32_t drawn_row(const struct dealt *d)
{
    uint32_t row = 0;
    for (uint8_t i = 0; i < d->n_seats; i++) {
        const struct deck_place place = dealt_place(d, i);
        struct cut_secret secret;
        cut_choose(&secret, d->deck[i], d->n_rows, &d->joint, &place, &d->seed[i]);
        row = (row + secret.distance) % d->n_rows;
    }
    return row;
}

/* Every seat's action says something about the row. */
static void make_table(uint8_t *table, uint32_t n_rows, uint8_t n_seats)
{
    for (uint32_t r = 0; r < n_rows; r++)
        for (uint8_t i = 0; i < n_seats; i++)
            table[r * n_seats + i] = (uint8_t)((r >> (3 * i)) % 7);
}

static void check_deal(uint32_t n_rows, uint8_t n_seats)
{
    static struct dealt d;
    static uint8_t table[DECK_ROWS_MAX * DEALT_SEATS_MAX];
    dealt_keys(&d, n_rows, n_seats, 1);
    dealt_cuts(&d);
    make_table(table, n_rows, n_seats);
    dealt_columns(&d, table);
    dealt_shares(&d);
    struct cut cuts[DEALT_SEATS_MAX];
    const uint32_t row = drawn_row(&d);
    for (uint8_t i = 0; i < n_seats; i++) {
        const struct deck_place place = dealt_place(&d, i);
        cuts[i] = dealt_cut(&d, i);
        ck_assert_uint_eq(cuts_hold(&cuts[i], 1, n_rows, &d.joint), 1);
        ck_assert(deck_key_holds(&d.keys[i], &d.key_proof[i], &d.session, i));
        ck_assert(
            blinds_hold(d.blinds[i], &d.blinds_proof[i], n_seats, &d.joint, &place));
        ck_assert(shares_hold(d.sent[i], &d.shares_proof[i], d.column, n_seats,
                              &d.keys[i], &place));
        ck_assert(opening_holds(&d.share[i][i], &d.opening_proof[i], &d.column[i],
                                &d.keys[i], &place));
        ck_assert_uint_eq(column_action(&d.column[i], d.share[i], n_seats, 7),
                          table[row * n_seats + i]);
    }
    ck_assert_uint_eq(cuts_hold(cuts, n_seats, n_rows, &d.joint), n_seats);
}

START_TEST(every_player_reads_its_entry_of_the_drawn_row)
{
    check_deal(16, 2);
    check_deal(16, 3);
    check_deal(64, 2);
}
END_TEST

UNIT_MAIN("deck", every_player_reads_its_entry_of_the_drawn_row)
