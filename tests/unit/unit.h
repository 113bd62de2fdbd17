/* SPDX-License-Identifier: MIT */
/* The frame of a unit test program: one Check suite, one main. */
#ifndef TREATY_TESTS_UNIT_H
#define TREATY_TESTS_UNIT_H

#include <check.h>
#include <stdlib.h>

#include "base/secure.h"

/* Ends a test program: runs the cases in order and exits 0 if all pass. */
#define UNIT_MAIN(name, ...) UNIT_MAIN_AFTER((void)0, name, __VA_ARGS__)
/* The same, after what all cases begin with. */
#define UNIT_MAIN_AFTER(prepare, name, ...)                                            \
    int main(void)                                                                     \
    {                                                                                  \
        const TTest *const cases[] = {__VA_ARGS__};                                    \
        if (!secure_start())                                                           \
            return EXIT_FAILURE;                                                       \
        prepare;                                                                       \
        Suite *s = suite_create(name);                                                 \
        TCase *c = tcase_create(name);                                                 \
        tcase_set_timeout(c, 120);                                                     \
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)                    \
            tcase_add_test(c, cases[i]);                                               \
        suite_add_tcase(s, c);                                                         \
        SRunner *r = srunner_create(s);                                                \
        srunner_run_all(r, CK_ENV);                                                    \
        int failed = srunner_ntests_failed(r);                                         \
        srunner_free(r);                                                               \
        return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;                              \
    }

#endif
