/* SPDX-License-Identifier: MIT */
/* Every way to cheat with a deck, and that it does not hold: cheats that make a false
 * deck and argue for it, and anybody who changes or moves what others made. */
#include <stdio.h>

#include "tests/unit/dealt.h"
#include "tests/unit/plain_cut.h"
#include "tests/unit/unit.h"

enum { ROWS = 16, SEATS = 3, CHEAT = 1 };

static struct dealt d, honest_deal;
/* Players 0 and 1 have equal columns, player 2 another. */
static uint8_t table[ROWS * SEATS];

static void deal_once(void)
{
    for (uint32_t r = 0; r < ROWS; r++) {
        table[r * SEATS] = table[r * SEATS + 1] = (uint8_t)(r % 5);
        table[r * SEATS + 2] = (uint8_t)(r / 4);
    }
    dealt_keys(&d, ROWS, SEATS, 5);
    dealt_cuts(&d);
    dealt_columns(&d, table);
    dealt_shares(&d);
    honest_deal = d;
}

static void deal(void)
{
    d = honest_deal;
}

/* The library's verdict on the cheat's cut; the plain equations must be of one mind
 * with it wherever the bytes are well formed. */
static bool cut_good(void)
{
    const struct cut cut = dealt_cut(&d, CHEAT);
    return cuts_hold(&cut, 1, ROWS, &d.joint) == 1;
}

static bool plainly_good(void)
{
    const struct deck_place place = dealt_place(&d, CHEAT);
    const struct digest statement =
        cut_statement(d.deck[CHEAT], d.deck[CHEAT + 1], ROWS, &d.joint, &place);
    return plain_holds(d.argument[CHEAT], d.deck[CHEAT], d.deck[CHEAT + 1], ROWS,
                       &statement, d.joint);
}

/* --- Cheats that cut ----------------------------------------------------------------
 */

static struct cut_secret cheats_secret(void)
{
    const struct deck_place place = dealt_place(&d, CHEAT);
    struct cut_secret secret;
    cut_choose(&secret, d.deck[CHEAT], ROWS, &d.joint, &place, &d.seed[CHEAT]);
    return secret;
}

/* Argues for whatever deck stands there, as well as the library can. */
static void argue(const struct cut_secret *secret)
{
    const struct deck_place place = dealt_place(&d, CHEAT);
    cut_argue(d.argument[CHEAT], d.deck[CHEAT], d.deck[CHEAT + 1], ROWS, &d.joint,
              &place, secret, &d.seed[CHEAT]);
}

static void check_cheat(const struct cut_secret *secret)
{
    argue(secret);
    ck_assert(!cut_good());
    ck_assert(!plainly_good());
}

START_TEST(an_honest_cut_holds_by_the_plain_equations_too)
{
    deal();
    ck_assert(cut_good());
    ck_assert(plainly_good());
}
END_TEST

START_TEST(a_row_that_appears_twice_does_not_hold)
{
    deal();
    struct cut_secret secret = cheats_secret();
    d.deck[CHEAT + 1][3] = d.deck[CHEAT + 1][2];
    check_cheat(&secret);
    secret.fresh[3] = secret.fresh[2];
    check_cheat(&secret);
    /* Nor when it is encrypted anew. */
    struct cipher *row = &d.deck[CHEAT + 1][3];
    const struct scalar one = scalar_from_u64(1);
    const struct point again = point_base(&one);
    row->a = point_add(&row->a, &again);
    row->b = point_add(&row->b, &d.joint);
    secret.fresh[3] = scalar_add(&secret.fresh[3], &one);
    check_cheat(&secret);
}
END_TEST

/* A 1 or a 0 where the cheat wants it, in place of whatever was there. */
START_TEST(a_row_of_the_cheats_own_does_not_hold)
{
    for (uint64_t hidden = 0; hidden < 2; hidden++)
        for (uint32_t row = 0; row < ROWS; row += 5) {
            deal();
            const struct cut_secret secret = cheats_secret();
            const struct scalar m = scalar_from_u64(hidden);
            const struct point g = point_base(&m),
                               blind = point_mul(&secret.fresh[row], &d.joint);
            d.deck[CHEAT + 1][row] =
                (struct cipher){point_base(&secret.fresh[row]), point_add(&g, &blind)};
            check_cheat(&secret);
        }
}
END_TEST

START_TEST(a_row_that_hides_one_more_does_not_hold)
{
    deal();
    const struct cut_secret secret = cheats_secret();
    const struct scalar one = scalar_from_u64(1);
    const struct point g = point_base(&one);
    struct cipher *row = d.deck[CHEAT + 1];
    row[4].b = point_add(&row[4].b, &g);
    check_cheat(&secret);
    /* Nor when another hides one less, so that all together hide 1. */
    row[9].b = point_sub(&row[9].b, &g);
    check_cheat(&secret);
    /* Nor what is off in its first half. */
    deal();
    row[4].a = point_add(&row[4].a, &g);
    check_cheat(&secret);
    /* Nor what is off in both, by as much in opposite ways. */
    row[4].b = point_sub(&row[4].b, &g);
    check_cheat(&secret);
}
END_TEST

/* The deck that everybody knows, encrypted anew: the cheat would know the drawn row. */
START_TEST(a_deck_whose_rows_the_cheat_knows_does_not_hold)
{
    deal();
    const struct cut_secret secret = cheats_secret();
    struct cipher known[ROWS];
    deck_first(known, ROWS);
    cut_apply(d.deck[CHEAT + 1], known, ROWS, &d.joint, &secret);
    check_cheat(&secret);
}
END_TEST

START_TEST(an_order_that_is_no_cut_does_not_hold)
{
    deal();
    struct cut_secret secret = cheats_secret();
    struct cipher *rows = d.deck[CHEAT + 1];
    const struct cipher row = rows[6];
    rows[6] = rows[11];
    rows[11] = row;
    const struct scalar fresh = secret.fresh[6];
    secret.fresh[6] = secret.fresh[11];
    secret.fresh[11] = fresh;
    check_cheat(&secret);
}
END_TEST

START_TEST(a_cut_by_another_distance_than_argued_does_not_hold)
{
    deal();
    struct cut_secret secret = cheats_secret();
    for (uint32_t wrong = 1; wrong < ROWS; wrong += 3) {
        secret.distance = (secret.distance + wrong) % ROWS;
        check_cheat(&secret);
    }
}
END_TEST

/* What a prover gets who argues with flags that are not of one value each: half of two
 * cuts, or twice one less another. All equations but the one about flags are met. */
START_TEST(flags_that_are_no_flags_do_not_hold)
{
    static const int64_t cheat[3][4] = {{1, 1, -1, 0}, {2, -1, 0, 0}, {0, 0, 0, 1}};
    for (int c = 0; c < 3; c++) {
        deal();
        const struct cut_secret secret = cheats_secret();
        const struct deck_place place = dealt_place(&d, CHEAT);
        struct plain p = {.y = number(0)};
        plain_start(&p, ROWS, 0, &(struct digest){{0}}, &d.seed[CHEAT]);
        for (uint32_t t = 0; t < 4; t++) {
            const uint64_t size =
                (uint64_t)(cheat[c][t] < 0 ? -cheat[c][t] : cheat[c][t]);
            p.b[t] = cheat[c][t] < 0 ? minus(number(0), number(size)) : number(size);
        }
        /* out_j = sum over cuts k of their flags times row j - k. */
        for (uint32_t j = 0; j < ROWS; j++) {
            struct cipher *row = &d.deck[CHEAT + 1][j];
            row->a = of_base(secret.fresh[j]);
            row->b = of(secret.fresh[j], d.joint);
            for (uint32_t k = 0; k < ROWS; k++) {
                const struct cipher *in = &d.deck[CHEAT][(j + ROWS - k) % ROWS];
                const struct scalar flag = times(p.b[k / 4], p.b[4 + k % 4]);
                row->a = sum(row->a, of(flag, in->a));
                row->b = sum(row->b, of(flag, in->b));
            }
        }
        const struct digest statement =
            cut_statement(d.deck[CHEAT], d.deck[CHEAT + 1], ROWS, &d.joint, &place);
        plain_argue(d.argument[CHEAT], &p, d.deck[CHEAT], &statement, d.joint,
                    secret.fresh);
        ck_assert_int_eq(plainly_good(), c == 2); /* the last is honest */
        ck_assert_int_eq(cut_good(), c == 2);
    }
}
END_TEST

/* --- What others made, changed ------------------------------------------------------
 */

START_TEST(a_deck_that_is_replaced_does_not_hold)
{
    deal();
    struct cipher other[ROWS];
    struct cut_secret secret = cheats_secret();
    secret.fresh[0] = scalar_add(&secret.fresh[0], &secret.fresh[1]);
    cut_apply(other, d.deck[CHEAT], ROWS, &d.joint, &secret);
    memcpy(d.deck[CHEAT + 1], other, sizeof other);
    ck_assert(!cut_good());
    deal();
    memcpy(d.deck[CHEAT], other, sizeof other);
    ck_assert(!cut_good());
}
END_TEST

START_TEST(a_cut_holds_in_its_own_place_only)
{
    deal();
    struct cut cut = dealt_cut(&d, CHEAT);
    const struct cut honest = cut;
    cut.place.session.bytes[31] ^= 1;
    ck_assert_uint_eq(cuts_hold(&cut, 1, ROWS, &d.joint), 0);
    cut = honest;
    cut.place.deck++;
    ck_assert_uint_eq(cuts_hold(&cut, 1, ROWS, &d.joint), 0);
    cut = honest;
    cut.place.seat++;
    ck_assert_uint_eq(cuts_hold(&cut, 1, ROWS, &d.joint), 0);
    cut = honest;
    ck_assert_uint_eq(cuts_hold(&cut, 1, ROWS, &d.keys[0]), 0);
    cut.in = d.deck[CHEAT - 1];
    ck_assert_uint_eq(cuts_hold(&cut, 1, ROWS, &d.joint), 0);
    cut = honest;
    cut.argument = d.argument[CHEAT - 1];
    ck_assert_uint_eq(cuts_hold(&cut, 1, ROWS, &d.joint), 0);
    ck_assert_uint_eq(cuts_hold(&honest, 1, ROWS, &d.joint), 1);
}
END_TEST

/* One bit of every 32 bytes of argument and deck, chosen by the seed. */
START_TEST(no_bit_can_be_flipped)
{
    struct prng prng = {20261122};
    deal();
    uint8_t *const part[3] = {d.argument[CHEAT], (void *)d.deck[CHEAT],
                              (void *)d.deck[CHEAT + 1]};
    const size_t size[3] = {cut_size(ROWS), ROWS * sizeof(struct cipher),
                            ROWS * sizeof(struct cipher)};
    for (int k = 0; k < 3; k++)
        for (size_t at = 0; at < size[k]; at += 32) {
            if (k == 1 && at % 256 != 0)
                continue; /* `in` is only hashed: a bit of one row in four will do */
            const uint64_t bit = prng_below(&prng, 256);
            uint8_t *byte = &part[k][at + bit / 8];
            *byte ^= (uint8_t)(1u << (bit % 8));
            /* `in` must hold before; a flip that makes no element is refused there. */
            const bool asked =
                k != 1 || points_valid(&d.deck[CHEAT]->a, (size_t)2 * ROWS, true);
            ck_assert_msg(!asked || !cut_good(), "part %d, byte %zu, bit %d", k,
                          at + bit / 8, (int)(bit % 8));
            *byte ^= (uint8_t)(1u << (bit % 8));
        }
    ck_assert(cut_good());
}
END_TEST

/* s + l acts as s in every equation. */
static void add_order(struct scalar *s)
{
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a,       0x63,
                                      0x12, 0x58, 0xd6, 0x9c, 0xf7,       0xa2,
                                      0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
    unsigned carry = 0;
    for (int i = 0; i < 32; i++) {
        carry += (unsigned)s->bytes[i] + order[i];
        s->bytes[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

START_TEST(scalars_have_one_encoding)
{
    deal();
    const struct cut_argument parts = cut_parts(d.argument[CHEAT], ROWS);
    for (const struct scalar *s = parts.answer; s <= parts.fresh_key; s++) {
        struct scalar *changed =
            (void *)(d.argument[CHEAT] + ((const uint8_t *)s - d.argument[CHEAT]));
        const struct scalar kept = *s;
        add_order(changed);
        ck_assert(plainly_good());
        ck_assert(!cut_good());
        *changed = kept;
    }
    const struct deck_place place = dealt_place(&d, CHEAT);
    struct proof *const proofs[] = {&d.key_proof[CHEAT], &d.blinds_proof[CHEAT],
                                    &d.shares_proof[CHEAT], &d.opening_proof[CHEAT]};
    for (int k = 0; k < 8; k++) {
        struct scalar *s = k % 2 ? &proofs[k / 2]->response : &proofs[k / 2]->challenge;
        const struct scalar kept = *s;
        add_order(s);
        bool good[4] = {
            deck_key_holds(&d.keys[CHEAT], proofs[0], &d.session, CHEAT),
            blinds_hold(d.blinds[CHEAT], proofs[1], SEATS, &d.joint, &place),
            shares_hold(d.sent[CHEAT], proofs[2], d.column, SEATS, &d.keys[CHEAT],
                        &place),
            opening_holds(&d.share[CHEAT][CHEAT], proofs[3], &d.column[CHEAT],
                          &d.keys[CHEAT], &place)};
        for (int i = 0; i < 4; i++)
            ck_assert_int_eq(good[i], i != k / 2);
        *s = kept;
    }
}
END_TEST

/* Bytes that are no element; and 0, where an honest player never sends it although the
 * equations hold. */
START_TEST(points_are_elements_and_rows_are_not_neutral)
{
    deal();
    const struct point odd = {{1}};
    const struct point no_square = {{0x26, 0x94, 0x8d, 0x35, 0xca, 0x62, 0xe6, 0x43,
                                     0xe2, 0x6a, 0x83, 0x17, 0x73, 0x32, 0xe6, 0xb6,
                                     0xaf, 0xeb, 0x9d, 0x08, 0xe4, 0x26, 0x8b, 0x65,
                                     0x0f, 0x1f, 0x5b, 0xbd, 0x8d, 0x81, 0xd3, 0x71}};
    struct point *const argument = (void *)d.argument[CHEAT];
    for (int k = 0; k < 8; k++) {
        const struct point kept = argument[k];
        argument[k] = k % 2 ? odd : no_square;
        ck_assert(!cut_good());
        argument[k] = kept;
    }
    /* Seat 0 cuts the deck whose first halves are all neutral. */
    struct cut cut = dealt_cut(&d, 0);
    struct cut_secret secret;
    cut_choose(&secret, d.deck[0], ROWS, &d.joint, &cut.place, &d.seed[0]);
    secret.fresh[5] = scalar_from_u64(0);
    cut_apply(d.deck[1], d.deck[0], ROWS, &d.joint, &secret);
    cut_argue(d.argument[0], d.deck[0], d.deck[1], ROWS, &d.joint, &cut.place, &secret,
              &d.seed[0]);
    const struct digest statement =
        cut_statement(d.deck[0], d.deck[1], ROWS, &d.joint, &cut.place);
    ck_assert(
        plain_holds(d.argument[0], d.deck[0], d.deck[1], ROWS, &statement, d.joint));
    ck_assert_uint_eq(cuts_hold(&cut, 1, ROWS, &d.joint), 0);
}
END_TEST

/* Of the first deck, G_0 without an exponent is neutral, which is allowed; bytes that
 * are no element, and act as the neutral one where nobody asks, are not. */
START_TEST(what_is_no_element_does_not_act_as_the_neutral_one)
{
    for (int odd = 0; odd < 2; odd++) {
        deal();
        const struct cut cut = dealt_cut(&d, 0);
        struct cut_secret secret;
        struct plain p;
        cut_choose(&secret, d.deck[0], ROWS, &d.joint, &cut.place, &d.seed[0]);
        const struct digest statement =
            cut_statement(d.deck[0], d.deck[1], ROWS, &d.joint, &cut.place);
        plain_start(&p, ROWS, secret.distance, &statement, &d.seed[0]);
        p.mask[0] = number(0);
        p.neutral.bytes[0] = (uint8_t)odd;
        plain_argue(d.argument[0], &p, d.deck[0], &statement, d.joint, secret.fresh);
        ck_assert_uint_eq(cuts_hold(&cut, 1, ROWS, &d.joint), odd ? 0 : 1);
    }
}
END_TEST

START_TEST(judging_many_names_the_first_that_does_not_hold)
{
    for (uint8_t bad = 0; bad < SEATS; bad++) {
        deal();
        struct cut cuts[SEATS];
        for (uint8_t i = 0; i < SEATS; i++)
            cuts[i] = dealt_cut(&d, i);
        ck_assert_uint_eq(cuts_hold(cuts, SEATS, ROWS, &d.joint), SEATS);
        const struct scalar one = scalar_from_u64(1);
        struct scalar *key = (void *)(d.argument[bad] + cut_size(ROWS) - 32);
        *key = scalar_add(key, &one);
        ck_assert_uint_eq(cuts_hold(cuts, SEATS, ROWS, &d.joint), bad);
        /* In any order, of decks that are not each other's. */
        const struct cut mixed[3] = {cuts[(bad + 2) % SEATS], cuts[(bad + 1) % SEATS],
                                     cuts[bad]};
        ck_assert_uint_eq(cuts_hold(mixed, 3, ROWS, &d.joint), 2);
        ck_assert_uint_eq(cuts_hold(mixed, 2, ROWS, &d.joint), 2);
        /* Nor where its bytes are no argument at all. */
        *key = scalar_sub(key, &one);
        add_order(key);
        ck_assert_uint_eq(cuts_hold(cuts, SEATS, ROWS, &d.joint), bad);
        ck_assert_uint_eq(cuts_hold(mixed, 3, ROWS, &d.joint), 2);
    }
    ck_assert_uint_eq(cuts_hold(NULL, 0, ROWS, &d.joint), 0);
}
END_TEST

/* Two cuts, each off by what makes up for the other. */
START_TEST(errors_of_two_cuts_do_not_cancel)
{
    deal();
    struct cut cuts[2] = {dealt_cut(&d, 0), dealt_cut(&d, 1)};
    for (int back = 1; back <= 3; back++) { /* s, z_C, z_A */
        struct scalar *key[2];
        for (uint8_t i = 0; i < 2; i++)
            key[i] = (void *)(d.argument[i] + cut_size(ROWS) - 32 * (size_t)back);
        const struct scalar kept[2] = {*key[0], *key[1]}, one = scalar_from_u64(1);
        *key[0] = scalar_add(key[0], &one);
        *key[1] = scalar_sub(key[1], &one);
        ck_assert_uint_eq(cuts_hold(cuts, 2, ROWS, &d.joint), 0);
        *key[0] = kept[0];
        *key[1] = kept[1];
    }
}
END_TEST

/* --- Blinds -------------------------------------------------------------------------
 */

static bool blinds_good(void)
{
    const struct deck_place place = dealt_place(&d, CHEAT);
    return blinds_hold(d.blinds[CHEAT], &d.blinds_proof[CHEAT], SEATS, &d.joint,
                       &place);
}

START_TEST(blinds_hide_zeros_and_hold_in_their_own_place_only)
{
    deal();
    const struct scalar one = scalar_from_u64(1);
    const struct point g = point_base(&one);
    struct cipher *blinds = d.blinds[CHEAT];
    for (int i = 0; i < SEATS; i++) {
        const struct cipher kept = blinds[i];
        blinds[i].b = point_add(&kept.b, &g);
        ck_assert(!blinds_good());
        blinds[i].b = kept.b;
        blinds[i].a = point_sub(&kept.a, &g);
        ck_assert(!blinds_good());
        blinds[i] = (struct cipher){POINT_ZERO, POINT_ZERO};
        ck_assert(!blinds_good());
        blinds[i] = kept;
    }
    /* One more here and one less there. */
    blinds[0].b = point_add(&blinds[0].b, &g);
    blinds[1].b = point_sub(&blinds[1].b, &g);
    ck_assert(!blinds_good());
    blinds[0].b = point_sub(&blinds[0].b, &g);
    blinds[1].b = point_add(&blinds[1].b, &g);
    ck_assert(blinds_good());
    struct deck_place place[3];
    for (int k = 0; k < 3; k++)
        place[k] = dealt_place(&d, CHEAT);
    place[0].session.bytes[0] ^= 1;
    place[1].deck++;
    place[2].seat++;
    for (int k = 0; k < 3; k++)
        ck_assert(
            !blinds_hold(blinds, &d.blinds_proof[CHEAT], SEATS, &d.joint, &place[k]));
    ck_assert(
        !blinds_hold(blinds, &d.blinds_proof[CHEAT], SEATS - 1, &d.joint, &place[0]));
    ck_assert(!blinds_hold(blinds, &d.blinds_proof[0], SEATS, &d.joint, &place[0]));
    const struct deck_place here = dealt_place(&d, CHEAT);
    ck_assert(!blinds_hold(blinds, &d.blinds_proof[CHEAT], SEATS, &d.keys[1], &here));
}
END_TEST

/* Zeros that the equations accept: an exponent that is 0. */
START_TEST(a_blind_that_blinds_nothing_does_not_hold)
{
    deal();
    struct deck_place place = dealt_place(&d, CHEAT);
    struct cipher none[SEATS] = {{POINT_ZERO, POINT_ZERO}};
    const struct proof nothing = {scalar_from_u64(0), scalar_from_u64(0)};
    ck_assert(!blinds_hold(none, &nothing, SEATS, &d.joint, &place));
    ck_assert(!blinds_hold(none, &d.blinds_proof[CHEAT], SEATS, &d.joint, &place));
}
END_TEST

/* --- Shares and openings ------------------------------------------------------------
 */

static bool shares_good(void)
{
    const struct deck_place place = dealt_place(&d, CHEAT);
    return shares_hold(d.sent[CHEAT], &d.shares_proof[CHEAT], d.column, SEATS,
                       &d.keys[CHEAT], &place);
}

START_TEST(a_share_is_of_ones_own_key_and_of_this_column)
{
    deal();
    const struct scalar one = scalar_from_u64(1);
    const struct point g = point_base(&one);
    struct point *sent = d.sent[CHEAT];
    for (int i = 0; i < SEATS - 1; i++) {
        const struct point kept = sent[i];
        const struct point foreign[] = {point_add(&kept, &g), d.sent[0][1],
                                        d.sent[2][0],         POINT_ZERO,
                                        sent[1 - i],          {{1}}};
        for (size_t k = 0; k < sizeof foreign / sizeof foreign[0]; k++) {
            sent[i] = foreign[k];
            ck_assert(!shares_good());
        }
        sent[i] = kept;
    }
    sent[0] = point_add(&sent[0], &g);
    sent[1] = point_sub(&sent[1], &g);
    ck_assert(!shares_good());
    sent[0] = point_sub(&sent[0], &g);
    sent[1] = point_add(&sent[1], &g);
    ck_assert(shares_good());
    /* All of another's shares, proof and all. */
    const struct deck_place place = dealt_place(&d, CHEAT);
    ck_assert(!shares_hold(d.sent[0], &d.shares_proof[0], d.column, SEATS,
                           &d.keys[CHEAT], &place));
    ck_assert(!shares_hold(sent, &d.shares_proof[CHEAT], d.column, SEATS, &d.keys[0],
                           &place));
    struct cipher columns[SEATS];
    memcpy(columns, d.column, sizeof columns);
    columns[0].a = point_add(&columns[0].a, &g);
    ck_assert(!shares_hold(sent, &d.shares_proof[CHEAT], columns, SEATS, &d.keys[CHEAT],
                           &place));
}
END_TEST

START_TEST(shares_and_openings_hold_in_their_own_place_only)
{
    deal();
    struct deck_place place[3];
    for (int k = 0; k < 3; k++)
        place[k] = dealt_place(&d, CHEAT);
    place[0].session.bytes[9] ^= 1;
    place[1].deck--;
    place[2].seat--;
    for (int k = 0; k < 3; k++) {
        ck_assert(!shares_hold(d.sent[CHEAT], &d.shares_proof[CHEAT], d.column, SEATS,
                               &d.keys[CHEAT], &place[k]));
        ck_assert(!opening_holds(&d.share[CHEAT][CHEAT], &d.opening_proof[CHEAT],
                                 &d.column[CHEAT], &d.keys[CHEAT], &place[k]));
    }
}
END_TEST

START_TEST(an_opening_is_of_ones_own_key_and_column)
{
    deal();
    const struct deck_place place = dealt_place(&d, CHEAT);
    const struct proof *proof = &d.opening_proof[CHEAT];
    const struct point *share = &d.share[CHEAT][CHEAT];
    const struct scalar one = scalar_from_u64(1);
    const struct point g = point_base(&one), more = point_add(share, &g);
    ck_assert(opening_holds(share, proof, &d.column[CHEAT], &d.keys[CHEAT], &place));
    ck_assert(!opening_holds(&more, proof, &d.column[CHEAT], &d.keys[CHEAT], &place));
    ck_assert(!opening_holds(share, proof, &d.column[0], &d.keys[CHEAT], &place));
    ck_assert(!opening_holds(share, proof, &d.column[CHEAT], &d.keys[0], &place));
    /* The proof for all others' columns is none for one's own. */
    ck_assert(!opening_holds(share, &d.shares_proof[CHEAT], &d.column[CHEAT],
                             &d.keys[CHEAT], &place));
    /* What the cheat would gain: another action than the one it was told. */
    struct point shares[SEATS];
    memcpy(shares, d.share[CHEAT], sizeof shares);
    const uint8_t action = column_action(&d.column[CHEAT], shares, SEATS, 6);
    shares[CHEAT] = point_sub(share, &g);
    ck_assert_uint_eq(column_action(&d.column[CHEAT], shares, SEATS, 6), action + 1);
}
END_TEST

/* A column whose first half is neutral has neutral shares. Proves `share` of it,
 * whatever its bytes are: where they are no element they act as the neutral one. */
static struct proof prove_neutral(const char *tag, const struct deck_place *place,
                                  const struct point *share)
{
    struct hasher h;
    struct proof proof;
    const struct scalar nonce = number(5);
    const struct deck_key *key = &d.key[place->seat];
    hash_start(&h, tag);
    hash_digest(&h, &place->session);
    hash_u32(&h, place->deck);
    hash_u32(&h, place->seat);
    hash_u32(&h, 1);
    hash_bytes(&h, &key->key, 32);
    hash_bytes(&h, &POINT_ZERO, 32);
    hash_bytes(&h, share, 32);
    const struct digest statement = hash_end(&h);
    const struct point commitments[2] = {of_base(nonce), POINT_ZERO};
    proof.challenge = plain_challenge("CA1/deck/equal", &statement, commitments, 2);
    proof.response = plus(nonce, times(proof.challenge, key->secret));
    return proof;
}

START_TEST(a_share_is_an_element_even_of_a_neutral_column)
{
    deal();
    const struct deck_place place = dealt_place(&d, 1);
    const struct cipher columns[2] = {{POINT_ZERO, POINT_ZERO},
                                      {POINT_ZERO, POINT_ZERO}};
    const struct point share[2] = {POINT_ZERO, {{1}}};
    for (int odd = 0; odd < 2; odd++) {
        const struct proof shares =
            prove_neutral("CA1/deck/shares", &place, &share[odd]);
        const struct proof opening =
            prove_neutral("CA1/deck/open", &place, &share[odd]);
        ck_assert_int_eq(
            shares_hold(&share[odd], &shares, columns, 2, &d.keys[1], &place), !odd);
        ck_assert_int_eq(
            opening_holds(&share[odd], &opening, &columns[1], &d.keys[1], &place),
            !odd);
        /* Which of the two it is for is part of what is proven. */
        ck_assert(!shares_hold(&share[odd], &opening, columns, 2, &d.keys[1], &place));
        ck_assert(
            !opening_holds(&share[odd], &shares, &columns[1], &d.keys[1], &place));
    }
}
END_TEST

/* --- Keys ---------------------------------------------------------------------------
 */

/* The last key makes the joint key one whose secret the cheat knows. */
START_TEST(a_rogue_key_has_no_proof)
{
    deal();
    struct deck_key known;
    deck_key_derive(&known, &d.seed[CHEAT], &d.session, SEATS);
    struct point rogue = known.key;
    for (uint8_t i = 0; i < SEATS; i++)
        if (i != CHEAT)
            rogue = point_sub(&rogue, &d.keys[i]);
    struct point keys[SEATS], joint;
    memcpy(keys, d.keys, sizeof keys);
    keys[CHEAT] = rogue;
    ck_assert(deck_keys_join(&joint, keys, SEATS));
    ck_assert(point_equal(&joint, &known.key));
    const struct deck_key claimed = {known.secret, rogue};
    const struct proof proofs[3] = {
        deck_key_prove(&claimed, &d.seed[CHEAT], &d.session, CHEAT),
        deck_key_prove(&known, &d.seed[CHEAT], &d.session, CHEAT),
        d.key_proof[0],
    };
    for (int k = 0; k < 3; k++)
        ck_assert(!deck_key_holds(&rogue, &proofs[k], &d.session, CHEAT));
    /* And the one that makes it neutral is no key at all. */
    keys[CHEAT] = point_sub(&rogue, &known.key);
    ck_assert(!deck_keys_join(&joint, keys, SEATS));
}
END_TEST

START_TEST(a_key_holds_for_one_session_and_seat_only)
{
    deal();
    struct digest other = d.session;
    other.bytes[5] ^= 4;
    ck_assert(!deck_key_holds(&d.keys[0], &d.key_proof[0], &other, 0));
    ck_assert(!deck_key_holds(&d.keys[0], &d.key_proof[0], &d.session, 1));
    const struct proof nothing = {scalar_from_u64(0), scalar_from_u64(0)};
    ck_assert(!deck_key_holds(&POINT_ZERO, &nothing, &d.session, 0));
    const struct deck_key zero = {scalar_from_u64(0), POINT_ZERO};
    const struct proof known = deck_key_prove(&zero, &d.seed[0], &d.session, 0);
    ck_assert(!deck_key_holds(&zero.key, &known, &d.session, 0));
}
END_TEST

/* --- Reading what is another's ------------------------------------------------------
 */

/* Players 0 and 1 have equal columns. What player 0 gives of the key to 1's column is
 * then what it keeps to itself of the key to its own: player 2 reads 0's recommendation
 * before it is opened. `columns` are those of which the shares were made. */
static uint8_t read_by_player_2(const struct cipher columns[SEATS])
{
    struct point sent[SEATS][SEATS];
    struct proof proof;
    for (uint8_t j = 0; j < SEATS; j++) {
        const struct deck_place place = dealt_place(&d, j);
        shares_make(sent[j], &proof, columns, SEATS, &d.key[j], &place, &d.seed[j]);
    }
    /* sent[0] = {1's column, 2's}; sent[1] = {0's, 2's}; sent[2] = {0's, 1's}. */
    const struct point shares[SEATS] = {sent[0][0], sent[1][0], sent[2][0]};
    return column_action(&columns[0], shares, SEATS, 5);
}

START_TEST(t_column_dependency)
{
    struct cipher bare[SEATS];
    deal();
    const uint8_t truth = column_action(&d.column[0], d.share[0], SEATS, 5);
    ck_assert_uint_lt(truth, 5);
    deck_columns(bare, d.deck[SEATS], ROWS, table, SEATS);
    ck_assert_uint_eq(read_by_player_2(bare), truth);
    ck_assert_uint_eq(read_by_player_2(d.column), 5); /* nothing that is an action */
    /* One honest player's blinds are enough. */
    blinds_add(bare, d.blinds[1], SEATS);
    ck_assert_uint_eq(read_by_player_2(bare), 5);
}
END_TEST

UNIT_MAIN_AFTER(
    deal_once(), "deck_cheats", an_honest_cut_holds_by_the_plain_equations_too,
    a_row_that_appears_twice_does_not_hold, a_row_of_the_cheats_own_does_not_hold,
    a_row_that_hides_one_more_does_not_hold,
    a_deck_whose_rows_the_cheat_knows_does_not_hold,
    an_order_that_is_no_cut_does_not_hold,
    a_cut_by_another_distance_than_argued_does_not_hold,
    flags_that_are_no_flags_do_not_hold, a_deck_that_is_replaced_does_not_hold,
    a_cut_holds_in_its_own_place_only, no_bit_can_be_flipped, scalars_have_one_encoding,
    points_are_elements_and_rows_are_not_neutral,
    what_is_no_element_does_not_act_as_the_neutral_one,
    judging_many_names_the_first_that_does_not_hold, errors_of_two_cuts_do_not_cancel,
    blinds_hide_zeros_and_hold_in_their_own_place_only,
    a_blind_that_blinds_nothing_does_not_hold,
    a_share_is_of_ones_own_key_and_of_this_column,
    shares_and_openings_hold_in_their_own_place_only,
    an_opening_is_of_ones_own_key_and_column,
    a_share_is_an_element_even_of_a_neutral_column, a_rogue_key_has_no_proof,
    a_key_holds_for_one_session_and_seat_only, t_column_dependency)
