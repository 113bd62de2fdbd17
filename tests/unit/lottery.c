/* SPDX-License-Identifier: MIT */
/* Commitments that are bound to their seat, and integers that favour nobody. */
#include "lottery/lottery.h"

#include "sampling/selection.h"

#include <math.h>
#include <string.h>

#include "tests/unit/unit.h"

static struct ticket ticket_of(uint8_t n)
{
    struct ticket t = {{n}};
    return t;
}

static struct digest digest_of(uint64_t n)
{
    struct hasher h;
    hash_start(&h, "test");
    hash_u64(&h, n);
    return hash_end(&h);
}

static const struct digest session = {{1}};
static const struct digest transcript = {{2}};

START_TEST(a_ticket_opens_its_own_commitment)
{
    const struct ticket t = ticket_of(9);
    const struct digest c = lottery_commit(&session, 3, 1, &t);
    ck_assert(lottery_opens(&c, &session, 3, 1, &t));
}
END_TEST

START_TEST(a_commitment_copied_by_another_seat_does_not_open)
{
    const struct ticket t = ticket_of(9);
    const struct digest c = lottery_commit(&session, 3, 0, &t);
    for (uint8_t seat = 1; seat < 32; seat++)
        ck_assert(!lottery_opens(&c, &session, 3, seat, &t));
}
END_TEST

START_TEST(a_commitment_opens_in_its_draw_and_its_session_only)
{
    const struct ticket t = ticket_of(9), other = ticket_of(10);
    const struct digest elsewhere = {{3}};
    const struct digest c = lottery_commit(&session, 3, 1, &t);
    ck_assert(!lottery_opens(&c, &session, 4, 1, &t));
    ck_assert(!lottery_opens(&c, &elsewhere, 3, 1, &t));
    ck_assert(!lottery_opens(&c, &session, 3, 1, &other));
}
END_TEST

START_TEST(a_report_is_fixed_with_its_ticket)
{
    const struct ticket t = ticket_of(9), other = ticket_of(10);
    const uint32_t report[] = {7, 0, GAIN_ONE}, changed[] = {7, 1, GAIN_ONE};
    const struct digest c = lottery_commit_report(&session, 3, 1, &t, report, 3);
    const struct digest alone = lottery_commit(&session, 3, 1, &t);
    ck_assert(lottery_opens_report(&c, &session, 3, 1, &t, report, 3));
    ck_assert(!lottery_opens_report(&c, &session, 3, 1, &t, changed, 3));
    ck_assert(!lottery_opens_report(&c, &session, 3, 1, &t, report, 2));
    ck_assert(!lottery_opens_report(&c, &session, 3, 1, &other, report, 3));
    ck_assert(!lottery_opens_report(&c, &session, 3, 0, &t, report, 3));
    ck_assert(!lottery_opens_report(&c, &session, 2, 1, &t, report, 3));
    ck_assert(!lottery_opens_report(&c, &transcript, 3, 1, &t, report, 3));
    ck_assert(!lottery_opens_report(&alone, &session, 3, 1, &t, report, 0));
}
END_TEST

START_TEST(every_bit_of_a_ticket_is_committed_to)
{
    const struct ticket t = ticket_of(9);
    const struct digest c = lottery_commit(&session, 3, 1, &t);
    for (size_t bit = 0; bit < 8 * sizeof t.bytes; bit++) {
        struct ticket changed = t;
        changed.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert(!lottery_opens(&c, &session, 3, 1, &changed));
    }
}
END_TEST

START_TEST(every_ticket_and_its_place_count_in_the_mix)
{
    struct ticket t[3] = {ticket_of(1), ticket_of(2), ticket_of(3)};
    const struct digest before = lottery_mix(&session, 1, &transcript, t, 3);
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < sizeof t[0].bytes; k++) {
            t[i].bytes[k] ^= 0x80;
            const struct digest after = lottery_mix(&session, 1, &transcript, t, 3);
            ck_assert(!digest_equal(&before, &after));
            t[i].bytes[k] ^= 0x80;
        }
    }
    const struct ticket swapped[3] = {t[1], t[0], t[2]};
    const struct digest after = lottery_mix(&session, 1, &transcript, swapped, 3);
    ck_assert(!digest_equal(&before, &after));
}
END_TEST

START_TEST(draws_differ_by_draw_session_and_transcript)
{
    const struct ticket t[2] = {ticket_of(1), ticket_of(2)};
    const struct digest other = {{9}};
    const struct digest a = lottery_mix(&session, 1, &transcript, t, 2);
    const struct digest b = lottery_mix(&session, 2, &transcript, t, 2);
    const struct digest c = lottery_mix(&other, 1, &transcript, t, 2);
    const struct digest d = lottery_mix(&session, 1, &other, t, 2);
    ck_assert(!digest_equal(&a, &b) && !digest_equal(&a, &c) && !digest_equal(&a, &d));
}
END_TEST

/* With one ticket the two of N = 2 would cancel out if they were combined by exclusive
 * or, and a copied ticket would decide. */
START_TEST(equal_tickets_do_not_cancel_out)
{
    const struct ticket a[2] = {ticket_of(1), ticket_of(1)};
    const struct ticket b[2] = {ticket_of(2), ticket_of(2)};
    const struct digest x = lottery_mix(&session, 1, &transcript, a, 2);
    const struct digest y = lottery_mix(&session, 1, &transcript, b, 2);
    ck_assert(!digest_equal(&x, &y));
}
END_TEST

START_TEST(an_integer_is_below_the_number_of_outcomes_and_the_same_for_ever)
{
    static const uint64_t outcomes[] = {1, 2, 3, 7, 100, UINT64_C(1) << 63, UINT64_MAX};
    for (size_t k = 0; k < sizeof outcomes / sizeof outcomes[0]; k++)
        for (uint64_t n = 0; n < 1000; n++) {
            const struct digest mix = digest_of(n);
            const uint64_t v = lottery_integer(&mix, 1, outcomes[k]);
            ck_assert(v < outcomes[k]);
            ck_assert(v == lottery_integer(&mix, 1, outcomes[k]));
        }
}
END_TEST

/* Three quarters of 2^64 outcomes: a remainder without rejection would be below a third
 * of them twice as often; with it the lower third has a third. 2^64 mod outcomes is
 * large here, so nearly a quarter of the words is drawn again, some of them five times.
 */
START_TEST(an_integer_is_drawn_by_rejection)
{
    const uint64_t outcomes = UINT64_C(3) << 62;
    uint32_t low = 0;
    for (uint64_t n = 0; n < 30000; n++) {
        const struct digest mix = digest_of(n);
        low += lottery_integer(&mix, 0, outcomes) < UINT64_C(1) << 62;
    }
    /* Mean 10000, standard deviation 82. */
    ck_assert_uint_gt(low, 9600);
    ck_assert_uint_lt(low, 10400);
}
END_TEST

START_TEST(different_uses_of_one_mix_are_independent)
{
    uint32_t same = 0, cell[2][2] = {{0}};
    for (uint64_t n = 0; n < 20000; n++) {
        const struct digest mix = digest_of(n);
        const uint64_t a = lottery_integer(&mix, 0, 2);
        const uint64_t b = lottery_integer(&mix, 1, 2);
        cell[a][b]++;
        same += a == b;
    }
    for (int k = 0; k < 4; k++) { /* mean 5000, standard deviation 61 */
        ck_assert_uint_gt(cell[k / 2][k % 2], 4700);
        ck_assert_uint_lt(cell[k / 2][k % 2], 5300);
    }
    ck_assert_uint_gt(same, 0);
}
END_TEST

/* A million mixes of the same seeds; the bound is the quantile 1 - 1e-6 of chi-square
 * by the approximation of Wilson and Hilferty. */
static void check_uniform(uint64_t outcomes)
{
    static uint32_t count[128];
    memset(count, 0, sizeof count);
    const uint32_t n_draws = 1000000;
    struct prng p = {outcomes};
    for (uint32_t n = 0; n < n_draws; n++) {
        struct digest mix = {{0}};
        const uint64_t word = prng_next(&p);
        memcpy(mix.bytes, &word, sizeof word);
        count[lottery_integer(&mix, 0, outcomes)]++;
    }
    const double mean = (double)n_draws / (double)outcomes;
    double chi_square = 0;
    for (uint64_t k = 0; k < outcomes; k++) {
        const double off = count[k] - mean;
        chi_square += off * off / mean;
    }
    const double freedom = (double)outcomes - 1, spread = 2 / (9 * freedom);
    const double bound = freedom * pow(1 - spread + 4.753 * sqrt(spread), 3);
    ck_assert_msg(chi_square < bound, "%llu outcomes: chi-square %g, at most %g",
                  (unsigned long long)outcomes, chi_square, bound);
}

/* Row 16 of the threat table. */
START_TEST(t_lottery_uniform)
{
    static const uint64_t outcomes[] = {2, 3, 5, 7, 100};
    for (size_t k = 0; k < sizeof outcomes / sizeof outcomes[0]; k++)
        check_uniform(outcomes[k]);
}
END_TEST

/* Independent of this program: b2sum -l 256 over the bytes that the header describes.
 */
START_TEST(the_hashes_are_those_of_the_specification)
{
    const struct ticket t = ticket_of(9);
    const struct digest c = lottery_commit(&session, 3, 1, &t);
    const struct digest w = lottery_mix(&session, 3, &transcript, &t, 1);
    char text[65];
    hex_encode(text, c.bytes, sizeof c.bytes);
    ck_assert_str_eq(
        text, "0bf68e711bc01603983c8175a6351458e4050b2efe9b2724a9f97c82de692052");
    hex_encode(text, w.bytes, sizeof w.bytes);
    ck_assert_str_eq(
        text, "8f07fc2fd23e418f6eae291c59e4482ff346cf35f1d8eb58c339ffb426de70d7");
    ck_assert_uint_eq(lottery_integer(&w, 1, UINT64_MAX),
                      UINT64_C(12485300569088674770));
}
END_TEST

UNIT_MAIN("lottery", a_ticket_opens_its_own_commitment,
          a_commitment_copied_by_another_seat_does_not_open,
          a_commitment_opens_in_its_draw_and_its_session_only,
          a_report_is_fixed_with_its_ticket, every_bit_of_a_ticket_is_committed_to,
          every_ticket_and_its_place_count_in_the_mix,
          draws_differ_by_draw_session_and_transcript, equal_tickets_do_not_cancel_out,
          an_integer_is_below_the_number_of_outcomes_and_the_same_for_ever,
          an_integer_is_drawn_by_rejection, different_uses_of_one_mix_are_independent,
          t_lottery_uniform, the_hashes_are_those_of_the_specification)
