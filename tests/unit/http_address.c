/* SPDX-License-Identifier: MIT */
/* Where a node answers, and who may ask by which name. */
#include "node/http_address.h"

#include <string.h>

#include "cli/fetch.h"
#include "tests/unit/unit.h"

START_TEST(a_port_alone_is_on_this_machine_alone)
{
    struct http_address a;
    char message[256];
    ck_assert(http_address_read(&a, "9101", message));
    ck_assert(a.loopback);
    ck_assert_uint_eq(a.port, 9101);
    ck_assert(http_address_read(&a, "[::1]:0", message) && a.loopback);
    ck_assert(http_address_read(&a, "localhost:1", message) && a.loopback);
    ck_assert(http_address_read(&a, "127.1.2.3:1", message) && a.loopback);
}
END_TEST

START_TEST(what_others_can_reach_is_no_loopback)
{
    static const char *const texts[] = {"0.0.0.0:80", "[::]:80", "192.168.0.1:80"};
    struct http_address a;
    char message[256];
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_msg(http_address_read(&a, texts[i], message) && !a.loopback, "%s",
                      texts[i]);
}
END_TEST

START_TEST(what_is_no_address_is_refused_with_what_is_expected)
{
    static const char *const texts[] = {"",          ":",
                                        "80x",       "65536",
                                        "-1",        "host:80",
                                        "1.2.3:80",  "[::1:80",
                                        "::1:80",    "127.0.0.1:",
                                        " 80",       "127.0.0.1",
                                        "[]:80",     "tcp://1.2.3.4:5",
                                        "0x50",      "[::1]80",
                                        "localhost", "127.0.0.1:99999"};
    struct http_address a;
    char message[256];
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        message[0] = '\0';
        ck_assert_msg(!http_address_read(&a, texts[i], message), "%s", texts[i]);
        ck_assert_ptr_nonnull(strstr(message, "expected PORT"));
    }
}
END_TEST

START_TEST(a_name_that_somebody_pointed_here_is_not_local)
{
    static const char *const local[] = {"localhost",  "localhost:9101", "127.0.0.1:1",
                                        "[::1]:9101", "[::1]",          "10.0.0.7"};
    static const char *const foreign[] = {"evil.example",
                                          "evil.example:80",
                                          "localhost.evil.example",
                                          "127.0.0.1.nip.io",
                                          "[evil]:80",
                                          "",
                                          "[",
                                          "localhost@evil"};
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++)
        ck_assert_msg(http_host_local(local[i]), "%s", local[i]);
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        ck_assert_msg(!http_host_local(foreign[i]), "%s", foreign[i]);
}
END_TEST

START_TEST(a_node_is_asked_for_by_port_or_host_and_port)
{
    char out[FETCH_ADDRESS_SIZE];
    ck_assert(fetch_address(out, "9101"));
    ck_assert_str_eq(out, "localhost:9101");
    ck_assert(fetch_address(out, "http://radio-2:9101/"));
    ck_assert_str_eq(out, "radio-2:9101");
    ck_assert(fetch_address(out, "[::1]:9101"));
    ck_assert(!fetch_address(out, "runs/today"));
    ck_assert(!fetch_address(out, "https://x:9101"));
    ck_assert(!fetch_address(out, "host:9101/status"));
    ck_assert(!fetch_address(out, "user@host:80"));
    ck_assert(!fetch_address(out, ""));
}
END_TEST

UNIT_MAIN("http_address", a_port_alone_is_on_this_machine_alone,
          what_others_can_reach_is_no_loopback,
          what_is_no_address_is_refused_with_what_is_expected,
          a_name_that_somebody_pointed_here_is_not_local,
          a_node_is_asked_for_by_port_or_host_and_port)
