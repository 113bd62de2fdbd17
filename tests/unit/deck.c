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

enum { DRAWS = 8000, ROWS = 16 };

/* Chi-square of DRAWS rows against all being as likely. */
static double chi_square(const uint32_t count[ROWS])
{
    const double mean = (double)DRAWS / ROWS;
    double sum = 0;
    for (int row = 0; row < ROWS; row++)
        sum += (count[row] - mean) * (count[row] - mean) / mean;
    return sum;
}

/* The quantile 1 - 1e-6 of chi-square with 15 degrees of freedom is 55.5: a seed in a
 * million fails, and this one does not. What is drawn is where the 1 ends up when one
 * player cuts honestly and all others by what suits them: here by how far the honest
 * one cut the deck before. */
START_TEST(one_honest_cut_makes_every_row_as_likely_whatever_the_others_do)
{
    const uint8_t seed_byte = 17;
    static struct dealt d;
    uint32_t count[ROWS] = {0}, after[ROWS] = {0}, before = 0;
    dealt_keys(&d, ROWS, 2, seed_byte);
    deck_first(d.deck[0], ROWS);
    for (uint32_t draw = 0; draw < DRAWS; draw++) {
        struct deck_place place = dealt_place(&d, 0);
        struct cut_secret secret;
        place.deck = draw;
        cut_choose(&secret, d.deck[0], ROWS, &d.joint, &place, &d.seed[0]);
        count[secret.distance]++;
        after[(secret.distance + ROWS - before) % ROWS]++;
        before = secret.distance;
    }
    ck_assert_msg(chi_square(count) < 55.5, "seed %d: %g", seed_byte,
                  chi_square(count));
    ck_assert_msg(chi_square(after) < 55.5, "seed %d: %g", seed_byte,
                  chi_square(after));
}
END_TEST

/* A player that is started again says the same bytes; another deck, seat, session, seed
 * or deck before gives others. */
START_TEST(the_same_seed_cuts_the_same_and_anything_else_differently)
{
    static struct dealt a, b;
    struct cipher out[ROWS];
    uint8_t argument[CUT_SIZE_MAX];
    dealt_keys(&a, ROWS, 2, 1);
    dealt_cuts(&a);
    struct deck_place place = dealt_place(&a, 1);
    deck_cut(out, argument, a.deck[1], ROWS, &a.joint, &place, &a.seed[1]);
    ck_assert_mem_eq(out, a.deck[2], sizeof out);
    ck_assert_mem_eq(argument, a.argument[1], cut_size(ROWS));
    struct cut_secret first, other;
    b = a;
    b.deck[1][7] = b.deck[1][8];
    cut_choose(&first, a.deck[1], ROWS, &a.joint, &place, &a.seed[1]);
    for (int change = 0; change < 6; change++) {
        struct deck_place elsewhere = place;
        elsewhere.deck += change == 0;
        elsewhere.seat ^= change == 1;
        elsewhere.session.bytes[1] ^= change == 2;
        cut_choose(&other, change == 3 ? b.deck[1] : a.deck[1], ROWS,
                   change == 4 ? &a.keys[0] : &a.joint, &elsewhere,
                   &a.seed[change != 5]);
        ck_assert(memcmp(first.fresh, other.fresh, ROWS * sizeof *first.fresh) != 0);
    }
}
END_TEST

START_TEST(a_column_that_hides_no_action_gives_none)
{
    const struct cipher column = {POINT_ZERO, POINT_ZERO};
    struct point shares[2] = {POINT_ZERO, POINT_ZERO};
    const struct scalar three = scalar_from_u64(3);
    ck_assert_uint_eq(column_action(&column, shares, 2, 3), 0);
    const struct cipher hides = {POINT_ZERO, point_base(&three)};
    ck_assert_uint_eq(column_action(&hides, shares, 2, 4), 3);
    ck_assert_uint_eq(column_action(&hides, shares, 2, 3), 3);
    shares[1] = hides.b;
    ck_assert_uint_eq(column_action(&hides, shares, 2, 1), 0);
}
END_TEST

UNIT_MAIN("deck", every_player_reads_its_entry_of_the_drawn_row,
          one_honest_cut_makes_every_row_as_likely_whatever_the_others_do,
          the_same_seed_cuts_the_same_and_anything_else_differently,
          a_column_that_hides_no_action_gives_none)
