/* SPDX-License-Identifier: MIT */
/* Cursors over bytes. */
#include "base/bytes.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "tests/unit/unit.h"

START_TEST(numbers_are_little_endian_and_read_back)
{
    uint8_t bytes[23 + 2];
    struct writer w = {bytes, sizeof bytes, 0, false};
    write_u8(&w, 0xfe);
    write_u16(&w, 0xa1b2);
    write_u32(&w, 0xc1d2e3f4);
    write_u64(&w, 0xf1e2d3c4b5a69788);
    write_f64(&w, -1.5);
    write_bytes(&w, "ok", 2);
    ck_assert(!w.bad);
    ck_assert_uint_eq(w.size, sizeof bytes);
    static const uint8_t expected[] = {
        0xfe, 0xb2, 0xa1, 0xf4, 0xe3, 0xd2, 0xc1, 0x88, 0x97, 0xa6, 0xb5, 0xc4, 0xd3,
        0xe2, 0xf1, 0,    0,    0,    0,    0,    0,    0xf8, 0xbf, 'o',  'k'};
    ck_assert_mem_eq(bytes, expected, sizeof expected);

    struct reader r = {bytes, sizeof bytes, false};
    ck_assert_uint_eq(read_u8(&r), 0xfe);
    ck_assert_uint_eq(read_u16(&r), 0xa1b2);
    ck_assert_uint_eq(read_u32(&r), 0xc1d2e3f4);
    ck_assert(read_u64(&r) == 0xf1e2d3c4b5a69788);
    ck_assert_double_eq(read_f64(&r), -1.5);
    ck_assert(!reader_done(&r)); /* something is left over */
    char text[2];
    read_bytes(&r, text, 2);
    ck_assert_mem_eq(text, "ok", 2);
    ck_assert(reader_done(&r));
}
END_TEST

START_TEST(a_reader_that_ran_over_stays_bad)
{
    static const uint8_t bytes[] = {1, 2, 3, 4};
    struct reader r = {bytes, 3, false};
    ck_assert_uint_eq(read_u32(&r), 0);
    ck_assert(r.bad);
    /* What would fit now is refused as well. */
    ck_assert_uint_eq(read_u8(&r), 0);
    uint8_t out[2] = {7, 7};
    read_bytes(&r, out, 2);
    ck_assert(out[0] == 0 && out[1] == 0);
    ck_assert_ptr_null(read_run(&r, 1));
    ck_assert(!reader_done(&r));
}
END_TEST

START_TEST(a_bad_reader_at_its_end_is_not_done)
{
    struct reader r = {NULL, 0, false};
    ck_assert(reader_done(&r));
    read_u8(&r);
    ck_assert_uint_eq(r.size, 0);
    ck_assert(!reader_done(&r));
}
END_TEST

START_TEST(a_run_points_into_the_input)
{
    static const uint8_t bytes[] = {1, 2, 3};
    struct reader r = {bytes, 3, false};
    read_u8(&r);
    ck_assert_ptr_eq(read_run(&r, 2), bytes + 1);
    ck_assert(reader_done(&r));
    ck_assert_ptr_null(read_run(&r, 1));
    ck_assert(r.bad);
}
END_TEST

START_TEST(reading_nothing_is_always_possible)
{
    struct reader r = {NULL, 0, false};
    read_bytes(&r, NULL, 0);
    read_run(&r, 0);
    ck_assert(reader_done(&r));
}
END_TEST

static bool f64_accepted(uint64_t bits)
{
    uint8_t bytes[8];
    struct writer w = {bytes, sizeof bytes, 0, false};
    write_u64(&w, bits);
    struct reader r = {bytes, sizeof bytes, false};
    double v = read_f64(&r);
    ck_assert(!r.bad || v == 0);
    return reader_done(&r);
}

START_TEST(a_float_has_one_encoding_and_is_finite)
{
    ck_assert(f64_accepted(0));
    ck_assert(f64_accepted(1)); /* the least subnormal */
    ck_assert(f64_accepted(0x7fefffffffffffff));
    ck_assert(f64_accepted(0xffefffffffffffff));
    ck_assert(!f64_accepted(0x8000000000000000)); /* -0 */
    ck_assert(!f64_accepted(0x7ff0000000000000)); /* infinities */
    ck_assert(!f64_accepted(0xfff0000000000000));
    ck_assert(!f64_accepted(0x7ff0000000000001)); /* NaNs */
    ck_assert(!f64_accepted(0xfff8000000000000));
}
END_TEST

START_TEST(a_negative_zero_is_written_as_zero)
{
    uint8_t bytes[8];
    memset(bytes, 0xff, sizeof bytes);
    struct writer w = {bytes, sizeof bytes, 0, false};
    write_f64(&w, -0.0);
    static const uint8_t zero[8];
    ck_assert_mem_eq(bytes, zero, sizeof zero);
}
END_TEST

START_TEST(a_full_writer_goes_bad_and_writes_nothing_more)
{
    uint8_t bytes[4] = {9, 9, 9, 9};
    struct writer w = {bytes, 3, 0, false};
    write_u16(&w, 0);
    write_u16(&w, 0);
    ck_assert(w.bad);
    ck_assert_uint_eq(w.size, 2);
    write_u8(&w, 0); /* would fit */
    ck_assert(w.bad);
    ck_assert_uint_eq(w.size, 2);
    ck_assert(bytes[2] == 9 && bytes[3] == 9);
}
END_TEST

START_TEST(a_writer_may_be_filled_to_its_last_byte)
{
    uint8_t bytes[4];
    struct writer w = {bytes, 4, 0, false};
    write_u32(&w, 1);
    write_bytes(&w, NULL, 0);
    ck_assert(!w.bad);
    write_u8(&w, 1);
    ck_assert(w.bad);
}
END_TEST

UNIT_MAIN("bytes", numbers_are_little_endian_and_read_back,
          a_reader_that_ran_over_stays_bad, a_bad_reader_at_its_end_is_not_done,
          a_run_points_into_the_input, reading_nothing_is_always_possible,
          a_float_has_one_encoding_and_is_finite, a_negative_zero_is_written_as_zero,
          a_full_writer_goes_bad_and_writes_nothing_more,
          a_writer_may_be_filled_to_its_last_byte)
