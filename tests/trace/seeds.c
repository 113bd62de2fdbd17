/* SPDX-License-Identifier: MIT */
/* Seeds of worlds in which a law was broken once. */
#include "tests/trace/trace.h"

/* A seed keeps its game, its network and its terms but for the concept; that, and who
 * cheats, and how, is told here. */
static const struct {
    uint64_t seed;
    enum concept concept;
    struct misdeeds misdeeds[3];
} seeds[] = {
    /* a refusal that was prompted by another one, then a crash */
    {101378,
     CONCEPT_NASH,
     {[1] = {.n_defections = 2, .defection = {{4, ANY_ACTION}, {2, ANY_ACTION}}}}},
    /* death between a stage and what was to be said about it */
    {105799,
     CONCEPT_NASH,
     {[1] = {.n_defections = 2, .defection = {{2, ANY_ACTION}, {1, ANY_ACTION}}}}},
    /* a copyist whose log told its answer before what it had heard */
    {106964,
     CONCEPT_NASH,
     {[0] = {.n_defections = 1, .defection = {{1, ANY_ACTION}}},
      [1] = {.n_misbehaviours = 1, .misbehaviour = {{MISBEHAVE_COPY, 6, 0}}}}},
    /* a refusal after two long outages */
    {107445, CONCEPT_NASH, {{0}}},
    {108903,
     CONCEPT_NASH,
     {[0] = {.n_defections = 1,
             .defection = {{1, ANY_ACTION}},
             .n_misbehaviours = 1,
             .misbehaviour = {{MISBEHAVE_EQUIVOCATE, 0, 3}}}}},
    /* two hellos, and the one who had proven it was no help to the one it was told */
    {73561,
     CONCEPT_NASH,
     {[2] = {.n_misbehaviours = 1, .misbehaviour = {{MISBEHAVE_TWO_HELLOS, 0, 0}}}}},
};

START_TEST(what_broke_once_holds_now)
{
    struct scenario s;
    scenario_random(&s, seeds[_i].seed);
    s.terms.concept = seeds[_i].concept;
    memset(s.misdeeds, 0, sizeof s.misdeeds);
    memcpy(s.misdeeds, seeds[_i].misdeeds, sizeof seeds[_i].misdeeds);
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
