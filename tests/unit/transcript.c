/* SPDX-License-Identifier: MIT */
/* The identities of sessions, agreements and certificates: what they depend on. */
#include "protocol/transcript.h"

#include <string.h>

#include "tests/unit/unit.h"

static const struct digest roster = {{1}}, terms_hash = {{2}}, other = {{3}};

static struct terms two_by_two(void)
{
    struct terms t;
    terms_default(&t);
    t.shape = (struct shape){2, {2, 2}};
    return t;
}

static struct agreement some_agreement(void)
{
    struct agreement a = {.agreed = true, .length = 3};
    a.candidate.weight[0] = a.candidate.weight[3] = WEIGHT_ONE;
    a.threat.weight[1] = a.threat.weight[3] = WEIGHT_ONE;
    return a;
}

START_TEST(before_the_hellos_a_session_is_roster_and_terms_in_that_order)
{
    const struct digest a = session_before(&roster, &terms_hash);
    const struct digest b = session_before(&terms_hash, &roster);
    const struct digest c = session_before(&roster, &other);
    const struct digest d = session_before(&roster, &terms_hash);
    ck_assert(!digest_equal(&a, &b) && !digest_equal(&a, &c) && digest_equal(&a, &d));
}
END_TEST

START_TEST(a_session_depends_on_every_byte_of_every_hello_and_its_seat)
{
    enum { SIZE = sizeof(struct digest) * 3 + 8 };
    uint8_t body[3][SIZE] = {{4}, {5}, {6}};
    struct message hello[3];
    for (int i = 0; i < 3; i++)
        hello[i] = (struct message){.body = body[i], .body_size = SIZE};
    const struct digest before = session_identity(&roster, &terms_hash, hello, 3);
    struct digest x;
    for (int i = 0; i < 3; i++)
        for (size_t k = 0; k < SIZE; k++) {
            body[i][k] ^= 1;
            x = session_identity(&roster, &terms_hash, hello, 3);
            ck_assert(!digest_equal(&before, &x));
            body[i][k] ^= 1;
        }
    const struct message swapped[3] = {hello[1], hello[0], hello[2]};
    x = session_identity(&roster, &terms_hash, swapped, 3);
    ck_assert(!digest_equal(&before, &x));
    x = session_identity(&other, &terms_hash, hello, 3);
    ck_assert(!digest_equal(&before, &x));
    x = session_identity(&roster, &other, hello, 3);
    ck_assert(!digest_equal(&before, &x));
}
END_TEST

static void check_differs(const struct agreement *a, const struct digest *session,
                          const struct terms *t)
{
    const struct terms same = two_by_two();
    const struct agreement first = some_agreement();
    const struct digest x = agreement_digest(&first, &roster, &same);
    const struct digest y = agreement_digest(a, session, t);
    ck_assert(!digest_equal(&x, &y));
}

START_TEST(an_agreement_depends_on_all_that_is_agreed)
{
    const struct terms t = two_by_two();
    struct agreement a = some_agreement();
    check_differs(&a, &other, &t);
    a.agreed = false;
    check_differs(&a, &roster, &t);
    a = some_agreement();
    a.length = 4;
    check_differs(&a, &roster, &t);
    for (int k = 0; k < 4; k++) {
        a = some_agreement();
        a.candidate.weight[k] ^= 1;
        check_differs(&a, &roster, &t);
        a = some_agreement();
        a.threat.weight[k] ^= 1;
        check_differs(&a, &roster, &t);
    }
    a = some_agreement();
    struct terms changed = t;
    changed.stages++;
    check_differs(&a, &roster, &changed);
    changed = t;
    changed.concept = CONCEPT_PUBLIC;
    check_differs(&a, &roster, &changed);
}
END_TEST

START_TEST(a_certificate_depends_on_every_body_and_on_no_signature)
{
    uint8_t bodies[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
    struct message row[3];
    memset(row, 0, sizeof row);
    for (uint8_t i = 0; i < 3; i++)
        row[i] = (struct message){.sender = i, .body = bodies[i], .body_size = 4};
    const struct digest before = certificate_digest(row, 3, &roster);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 4; k++) {
            bodies[i][k] ^= 1;
            const struct digest after = certificate_digest(row, 3, &roster);
            ck_assert(!digest_equal(&before, &after));
            bodies[i][k] ^= 1;
        }
    const struct digest elsewhere = certificate_digest(row, 3, &other);
    ck_assert(!digest_equal(&before, &elsewhere));
}
END_TEST

UNIT_MAIN("transcript", before_the_hellos_a_session_is_roster_and_terms_in_that_order,
          a_session_depends_on_every_byte_of_every_hello_and_its_seat,
          an_agreement_depends_on_all_that_is_agreed,
          a_certificate_depends_on_every_body_and_on_no_signature)
