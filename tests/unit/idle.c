/* SPDX-License-Identifier: MIT */
/* What is said of misdeeds that had no effect. */
#include "cli/idle.h"

#include <string.h>

#include "sim/scenario.h"
#include "tests/unit/unit.h"

/* A session of two that played five stages in twenty rounds. */
struct story {
    struct scenario scenario;
    struct settings settings;
    struct account account;
    struct report_input in;
};

static void start(struct story *s)
{
    memset(s, 0, sizeof *s);
    scenario_public_goods(&s->scenario, 2);
    s->settings.terms = s->scenario.terms;
    s->account.terms = &s->settings.terms;
    s->account.stages.n = 5;
    s->account.round = 20;
    s->in.settings = &s->settings;
    s->in.account = &s->account;
    s->in.deeds_known = 3;
}

static void check(const struct story *s, size_t nth, uint8_t node, const char *misdeed,
                  const char *why)
{
    struct idle idle;
    ck_assert(idle_find(&idle, &s->in, nth));
    ck_assert_uint_eq(idle.node, node);
    ck_assert_str_eq(idle.misdeed, misdeed);
    ck_assert_str_eq(idle.why, why);
}

START_TEST(what_had_no_effect_is_told_with_its_reason)
{
    struct story s;
    struct idle idle;
    start(&s);
    ck_assert(!idle_asked(&s.settings));
    struct misdeeds *m = &s.settings.misdeeds[1];
    m->n_defections = 3;
    m->defection[0] = (struct defection){9, ANY_ACTION};
    m->defection[1] = (struct defection){2, ANY_ACTION};
    m->defection[2] = (struct defection){3, 1};
    m->n_misbehaviours = 4;
    m->misbehaviour[0] = (struct misbehaviour){MISBEHAVE_SILENT, 0, 6};
    m->misbehaviour[1] = (struct misbehaviour){MISBEHAVE_LATE, 21, 0};
    m->misbehaviour[2] = (struct misbehaviour){MISBEHAVE_GRIND, 0, 0};
    m->misbehaviour[3] = (struct misbehaviour){MISBEHAVE_NAG, 0, 0};
    s.in.deeds[1] = (struct deeds){2, 8};
    ck_assert(idle_asked(&s.settings));
    check(&s, 0, 1, "--defect 2@9", "stage 9 was never played");
    check(&s, 1, 1, "--defect 2@3:2", "that action was prescribed in stage 3");
    check(&s, 2, 1, "--misbehave 2:silent@6", "stage 6 was never played");
    check(&s, 3, 1, "--misbehave 2:late@r21", "round 21 was never complete");
    check(&s, 4, 1, "--misbehave 2:grind", "there was no occasion for it");
    ck_assert(!idle_find(&idle, &s.in, 5));
    scenario_free(&s.scenario);
}
END_TEST

START_TEST(of_a_node_that_left_no_result_nothing_is_said)
{
    struct story s;
    struct idle idle;
    start(&s);
    for (uint8_t i = 0; i < 2; i++) {
        s.settings.misdeeds[i].n_defections = 1;
        s.settings.misdeeds[i].defection[0] = (struct defection){9, ANY_ACTION};
    }
    s.in.deeds_known = 2;
    check(&s, 0, 1, "--defect 2@9", "stage 9 was never played");
    ck_assert(!idle_find(&idle, &s.in, 1));
    scenario_free(&s.scenario);
}
END_TEST

UNIT_MAIN("idle", what_had_no_effect_is_told_with_its_reason,
          of_a_node_that_left_no_result_nothing_is_said)
