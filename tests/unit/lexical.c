/* SPDX-License-Identifier: MIT */
/* Characters and numbers: the nearest double, to the last bit. */
#include "game/lexical.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"

/* What number_value says of a copy without anything behind it, so that reading too far
 * is noticed. */
static const char *fault_of(const char *written, double *value)
{
    size_t n = strlen(written);
    char *copy = malloc(n > 0 ? n : 1);
    ck_assert_ptr_nonnull(copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = written[i];
    const char *fault = number_value(value, copy, n);
    if (fault == NULL)
        ck_assert_uint_eq(number_span(copy, n), n);
    free(copy);
    return fault;
}

static void number_is(const char *written, double value)
{
    double found = NAN;
    const char *fault = fault_of(written, &found);
    ck_assert_msg(fault == NULL, "%s %s", written, fault);
    ck_assert_msg(found == value && signbit(found) == signbit(value),
                  "%s became %a, not %a", written, found, value);
}

static void refuses_number(const char *written, const char *reason)
{
    double value;
    const char *fault = fault_of(written, &value);
    ck_assert_msg(fault != NULL, "%s became %a", written, value);
    ck_assert_str_eq(fault, reason);
}

START_TEST(every_kind_of_number_becomes_the_nearest_double)
{
    number_is("0", 0);
    number_is("7", 7);
    number_is("-3", -3);
    number_is("+1", 1);
    number_is("007", 7);
    number_is("1.5", 1.5);
    number_is("-.5", -0.5);
    number_is("+.25", 0.25);
    number_is("3.", 3);
    number_is("3.e1", 30);
    number_is("1e2", 100);
    number_is("1e+2", 100);
    number_is("1.5E-1", 0.15);
    number_is("2E0", 2);
    number_is(".5e1", 5);
    number_is("-1.25e+3", -1250);
    number_is("1/2", 0.5);
    number_is("-3/4", -0.75);
    number_is("+6/4", 1.5);
    number_is("010/004", 2.5);
    number_is("1/3", 0x1.5555555555555p-2);
    number_is("0.1", 0x1.999999999999ap-4);
    number_is("1/10", 0x1.999999999999ap-4);
    number_is("1e-1", 0x1.999999999999ap-4);
    number_is("123456789012345678901234567890", 0x1.8ee90ff6c373ep+96);
    number_is("9007199254740993", 0x1p53);
    number_is("9007199254740993.0000000000000000000000001", 0x1.0000000000001p53);
    number_is("1.7976931348623157e308", 0x1.fffffffffffffp1023);
    number_is("5e-324", 0x1p-1074);
    number_is("1e-400", 0);
}
END_TEST

START_TEST(no_zero_is_negative)
{
    number_is("-0", 0.0);
    number_is("-0.0e5", 0.0);
    number_is("-0/5", 0.0);
    number_is("-1e-400", 0.0);
    number_is("-0/12345678901234567890", 0.0);
}
END_TEST

START_TEST(fractions_of_large_numbers_are_rounded_once)
{
    number_is("24089154938208861744/2275216119781798972", 0x1.52cde541d0463p+3);
    number_is("79377511649665406331/1831403761479293229", 0x1.5abd52541179cp+5);
    number_is("15855543267441242937/569393303678674659", 0x1.bd8ac78799b8dp+4);
    number_is("-51193137411117823114/7777164818041690485", -0x1.a547931ccea39p+2);
    /* Halfway between two doubles, and a little more and less. */
    number_is("27021597764222979/3", 0x1p53);
    number_is("63050394783186965/7", 0x1.0000000000002p53);
    number_is("9007199254740993000000000000000000000000000001"
              "/1000000000000000000000000000000",
              0x1.0000000000001p53);
    number_is("9007199254740992999999999999999999999999999999"
              "/1000000000000000000000000000000",
              0x1p53);
    number_is("9007199254740994999999999999999999999999999999"
              "/1000000000000000000000000000000",
              0x1.0000000000001p53);
    number_is("9007199254740992/9007199254740993", 0x1.fffffffffffffp-1);
    number_is("9007199254740993/9007199254740992", 1);
    number_is("9007199254740994/9007199254740993", 1);
    number_is("9007199254740993/2", 0x1p52);
    number_is("9007199254740995/2", 0x1.0000000000002p52);
}
END_TEST

/* Division by a power of ten is what an exponent says, so strtod knows the answer. */
START_TEST(fractions_agree_with_exponents)
{
    struct prng prng = {7};
    for (int run = 0; run < 3000; run++) {
        char fraction[800], decimal[100];
        size_t digits = 1 + prng_below(&prng, 40);
        size_t zeros = prng_below(&prng, run % 2 ? 30 : 400);
        size_t n = 0;
        for (; n < digits; n++)
            fraction[n] = decimal[n] = (char)('0' + prng_below(&prng, 10));
        snprintf(decimal + n, sizeof decimal - n, "e-%zu", zeros);
        fraction[n++] = '/';
        fraction[n++] = '1';
        memset(fraction + n, '0', zeros);
        fraction[n + zeros] = '\0';
        number_is(fraction, strtod(decimal, NULL));
    }
}
END_TEST

START_TEST(numbers_have_at_most_a_thousand_characters)
{
    char text[1200];
    memset(text, '9', sizeof text);
    memcpy(text, "0.", 2);
    text[1000] = '\0';
    number_is(text, 1);
    /* The most that a denominator, then a numerator, can have to be divided. */
    memset(text, '9', 1000);
    memcpy(text, "1/", 2);
    number_is(text, 0);
    memset(text, '3', 1000);
    memcpy(text + 998, "/7", 2);
    refuses_number(text, "is too large");
    memset(text, '9', 1000);
    text[499] = '/';
    memset(text + 500, '3', 500);
    number_is(text, 0x1.3333333333333p-2);
    memset(text, '9', 1001);
    text[1001] = '\0';
    refuses_number(text, "has more than 1000 characters");
}
END_TEST

START_TEST(what_is_written_wrongly_is_no_number)
{
    static const char *const written[] = {
        "",      "-",     "+",     ".",     "-.",  "1e",   "1e+",  "3.e",   "-e5",
        ".e5",   "1/",    "/2",    "-/2",   "--1", "1/-2", "0x10", "nan",   "inf",
        "-inf",  "1 ",    " 1",    "1,",    "1 2", "1-2",  "1e5.", "1/2.5", "1/2/3",
        "1.5/2", "1/2e1", "1e1e1", "1.2.3", "\"",  "e",
    };
    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++)
        refuses_number(written[i], "is not a number");
    refuses_number("1/0", "has a zero denominator");
    refuses_number("0/000000000000000000000000000000", "has a zero denominator");
    refuses_number("1e309", "is too large");
    refuses_number("-1e309", "is too large");
    refuses_number("1e99999999999999999999", "is too large");
}
END_TEST

START_TEST(a_count_is_plain_and_stops_growing)
{
    uint32_t count = 7;
    static const char *const none[] = {"",    "+",   "-1", "-0", "1.0",
                                       "1e0", "2/1", " 1", "1 ", "x"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        ck_assert(!number_count(&count, none[i], strlen(none[i])));
    ck_assert_uint_eq(count, 7);
    ck_assert(number_count(&count, "+12", 3) && count == 12);
    ck_assert(number_count(&count, "0070", 4) && count == 70);
    ck_assert(number_count(&count, "12", 1) && count == 1);
    ck_assert(number_count(&count, "4294967294", 10) && count == UINT32_MAX - 1);
    ck_assert(number_count(&count, "4294967297", 10) && count == UINT32_MAX);
    ck_assert(number_count(&count, "99999999999999999999999", 23) &&
              count == UINT32_MAX);
}
END_TEST

UNIT_MAIN("lexical", every_kind_of_number_becomes_the_nearest_double,
          no_zero_is_negative, fractions_of_large_numbers_are_rounded_once,
          fractions_agree_with_exponents, numbers_have_at_most_a_thousand_characters,
          what_is_written_wrongly_is_no_number, a_count_is_plain_and_stops_growing)
