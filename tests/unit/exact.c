/* SPDX-License-Identifier: MIT */
/* Exact payoffs: what is written is what is compared, whatever its size. */
#include "analysis/exact.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "game/lexical.h"
#include "tests/unit/unit.h"

static void must_read(struct exact_game *g, const char *text)
{
    struct format_error error;
    ck_assert_msg(exact_read(g, text, strlen(text), &error), "%u:%u: %s", error.line,
                  error.column, error.message);
}

/* The payoffs of a game of 2 players with n profiles, in the order of the file. */
static void payoffs_are(const char *payoffs, int n, const char *const *wanted)
{
    char text[4096], number[NUMBER_MAX + 1];
    struct exact_game g;
    mpq_t payoff;
    mpq_init(payoff);
    snprintf(text, sizeof text, "NFG 1 R \"\" {\"A\" \"B\"} {%d 1} %s", n, payoffs);
    must_read(&g, text);
    for (int i = 0; i < 2 * n; i++) {
        exact_payoff(payoff, &g, (uint32_t)i / 2, (uint8_t)(i % 2));
        ck_assert(rational_write(number, sizeof number, payoff));
        ck_assert_str_eq(number, wanted[i]);
    }
    exact_free(&g);
    mpq_clear(payoff);
}

START_TEST(every_kind_of_number_is_what_it_says)
{
    payoffs_are("0.1 1/10 1e-1 6/4 -3. +1.50e+1 .25 -007 -0 1/3", 5,
                (const char *const[]){"0.1", "0.1", "0.1", "1.5", "-3", "15", "0.25",
                                      "-7", "0", "1/3"});
    payoffs_are("0.4166666666666661 5/12", 1,
                (const char *const[]){"0.4166666666666661", "5/12"});
    payoffs_are("123456789012345678901234567890 1e30 -1e-30 1/3", 2,
                (const char *const[]){"123456789012345678901234567890",
                                      "1000000000000000000000000000000",
                                      "-1/1000000000000000000000000000000", "1/3"});
}
END_TEST

START_TEST(what_64_bits_hold_on_one_scale_is_kept_in_64_bits)
{
    struct exact_game g;
    must_read(&g, "NFG 1 R \"\" {\"A\" \"B\"} {2 1} 1e30 2e30 -3e30 0");
    ck_assert_ptr_nonnull(g.payoffs.value);
    ck_assert_int_eq(g.payoffs.value[2], -3);
    exact_free(&g);
    must_read(&g, "NFG 1 R \"\" {\"A\" \"B\"} {2 1} 1/6 1/4 0 -1");
    ck_assert_int_eq(g.payoffs.value[0], 2);
    ck_assert_int_eq(g.payoffs.value[1], 3);
    ck_assert_int_eq(g.payoffs.value[3], -12);
    ck_assert_int_eq(mpq_cmp_ui(g.payoffs.scale, 1, 12), 0);
    exact_free(&g);
    must_read(&g, "NFG 1 R \"\" {\"A\" \"B\"} {2 1} 1e30 1 -3e30 0");
    ck_assert_ptr_null(g.payoffs.value);
    ck_assert_int_lt(exact_order(&g, 0, 1, 0), 0);
    ck_assert_int_gt(exact_order(&g, 1, 0, 1), 0);
    ck_assert_int_eq(exact_order(&g, 1, 1, 1), 0);
    exact_free(&g);
    must_read(&g, "NFG 1 R \"\" {\"A\" \"B\"} {2 1} 0 0 0 0");
    ck_assert_int_eq(mpq_cmp_ui(g.payoffs.scale, 1, 1), 0);
    exact_free(&g);
}
END_TEST

START_TEST(outcomes_become_the_payoffs_of_their_profiles)
{
    struct exact_game g;
    must_read(&g,
              "NFG 1 R \"\" {\"A\" \"B\"} {2 2} {{\"a\" 1/3, 2} {\"b\" 3 4}} 2 0 1 2");
    static const int64_t wanted[] = {9, 12, 0, 0, 1, 6, 9, 12};
    ck_assert_uint_eq(g.payoffs.n, 8);
    ck_assert_mem_eq(g.payoffs.value, wanted, sizeof wanted);
    exact_free(&g);
}
END_TEST

START_TEST(what_is_written_reads_back_to_the_same)
{
    const char *text = "NFG 1 R \"a \\\"t\\\"\" \n{ \"A\" \"B\" }\n{\n{ \"x\" \"y\" }\n"
                       "{ \"1\" }\n}\n\n1/3 -0.05\n100000000000000000000 7\n";
    char back[512];
    struct exact_game g;
    size_t size;
    must_read(&g, text);
    ck_assert(!exact_write(&g, NULL, 0, &size));
    ck_assert(exact_write(&g, back, sizeof back, &size));
    back[size] = '\0';
    ck_assert_str_eq(back, text);
    exact_free(&g);
}
END_TEST

static void refuses(const char *text, const char *message)
{
    struct exact_game g;
    struct format_error error;
    ck_assert(!exact_read(&g, text, strlen(text), &error));
    ck_assert_str_eq(error.message, message);
}

START_TEST(what_has_no_exact_value_is_refused_with_its_place)
{
    refuses("NFG 1 R \"\" {\"A\" \"B\"} {1 1} 1 1/0",
            "expected a payoff for player 2 at profile 1 of 1, found 1/0, which has a "
            "zero denominator");
    refuses("NFG 1 R \"\" {\"A\" \"B\"} {1 1} 1 1e-2000",
            "expected a payoff, found 1e-2000, which has an exponent beyond 400");
    refuses("NFG 1 R \"\" {\"A\" \"B\"} {1 1} 1",
            "expected a payoff for player 2 at profile "
            "1 of 1, found end of file after 1 of 2 "
            "payoffs");
}
END_TEST

START_TEST(doubles_are_exact_and_the_nearest_to_what_is_exact)
{
    struct exact_game g, back;
    struct game d;
    must_read(&g, "NFG 1 R \"\" {\"A\" \"B\"} {3 1} 0.1 1/3 9007199254740993 -2.5 "
                  "9007199254740993.0000000001 -1e-330");
    ck_assert(exact_to_game(&d, &g));
    ck_assert(d.payoffs[0]->value[0] == 0.1);
    ck_assert(d.payoffs[1]->value[0] == 1. / 3);
    ck_assert(d.payoffs[0]->value[1] == 0x1p53);
    ck_assert(d.payoffs[1]->value[1] == -2.5);
    ck_assert(d.payoffs[0]->value[2] == 0x1.0000000000001p53);
    ck_assert(!signbit(d.payoffs[1]->value[2]));
    ck_assert_ptr_null(exact_from_game(&back, &d));
    mpq_t payoff;
    mpq_init(payoff);
    for (uint32_t profile = 0; profile < 3; profile++)
        for (uint8_t i = 0; i < 2; i++) {
            exact_payoff(payoff, &back, profile, i);
            ck_assert(mpq_get_d(payoff) == d.payoffs[i]->value[profile]);
        }
    mpq_clear(payoff);
    game_free(&d);
    exact_free(&g);
    exact_free(&back);
}
END_TEST

UNIT_MAIN("exact", every_kind_of_number_is_what_it_says,
          what_64_bits_hold_on_one_scale_is_kept_in_64_bits,
          outcomes_become_the_payoffs_of_their_profiles,
          what_is_written_reads_back_to_the_same,
          what_has_no_exact_value_is_refused_with_its_place,
          doubles_are_exact_and_the_nearest_to_what_is_exact)
