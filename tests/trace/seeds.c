/* Seeds of worlds in which a law was broken once. */
#include "tests/trace/trace.h"

static const uint64_t seeds[] = {
    101378, /* a refusal that was prompted by another one, then a crash */
    105799, /* death between a stage and what was to be said about it */
    106964, /* a copyist whose log told its answer before what it had heard */
    107445, /* a refusal after two long outages */
    108903,
};

START_TEST(what_broke_once_holds_now)
{
    struct scenario s;
    scenario_random(&s, seeds[_i]);
    struct world *w = play_out(&s);
    finish(&s, w);
}
END_TEST

int main(void)
{
    if (!secure_start())
        return EXIT_FAILURE;
    Suite *suite = suite_create("seeds");
    TCase *c = tcase_create("seeds");
    tcase_add_loop_test(c, what_broke_once_holds_now, 0,
                        (int)(sizeof seeds / sizeof seeds[0]));
    suite_add_tcase(suite, c);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    const int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
