/* SPDX-License-Identifier: MIT */
/* Terms and rosters: every limit and what is said about it, and every field in the
 * digest. */
#include "protocol/terms.h"

#include <stdio.h>
#include <string.h>

#include "protocol/message.h"
#include "tests/unit/unit.h"

static struct terms good(void)
{
    struct terms t;
    terms_default(&t);
    t.shape = (struct shape){2, {2, 3}};
    snprintf(t.title, sizeof t.title, "title");
    for (int i = 0; i < 2; i++)
        snprintf(t.player_name[i], sizeof t.player_name[i], "p%d", i);
    for (int k = 0; k < 5; k++)
        snprintf(t.action_name[k], sizeof t.action_name[k], "a%d", k);
    t.threat_given = true;
    t.threat.weight[1] = WEIGHT_ONE;
    t.threat.weight[4] = WEIGHT_ONE;
    return t;
}

static void check_valid(const struct terms *t)
{
    char message[256];
    ck_assert_msg(terms_valid(t, message), "%s", message);
}

/* The message must name the field, what was expected and what stands there. */
static void check_refused(const struct terms *t, const char *field, const char *found)
{
    char message[256];
    ck_assert(!terms_valid(t, message));
    ck_assert_msg(strncmp(message, field, strlen(field)) == 0, "%s", message);
    ck_assert_msg(strstr(message, found) != NULL, "%s", message);
}

START_TEST(defaults_are_as_stated)
{
    struct terms t;
    terms_default(&t);
    ck_assert(t.budget == 100 && t.batch == 8 && t.stages == 100);
    ck_assert(t.threat_epsilon == 1e-3 && t.threat_rounds == 2000);
    ck_assert(t.restorations_max == 16 && t.soft_ms == 200 && t.hard_ms == 30000);
    ck_assert(!t.finite && t.length == 0 && t.opening_pure && t.share_rewards);
    ck_assert(t.incentive == INCENTIVE_INTERIM && t.concept == CONCEPT_NASH);
    t = good();
    check_valid(&t);
}
END_TEST

#define CHECK_RANGE(field, least, most)                                                \
    do {                                                                               \
        struct terms x = good();                                                       \
        x.hard_ms = HARD_MS_MAX;                                                       \
        x.finite = true;                                                               \
        x.field = (least);                                                             \
        check_valid(&x);                                                               \
        x.field = (most);                                                              \
        check_valid(&x);                                                               \
        x.field = (most) + 1;                                                          \
        check_refused(&x, #field ": expected ", "found");                              \
        if ((least) > 0) {                                                             \
            x.field = (least);                                                         \
            x.field--;                                                                 \
            check_refused(&x, #field ": expected ", "found");                          \
        }                                                                              \
    } while (0)

START_TEST(numbers_have_limits)
{
    CHECK_RANGE(length, 0, LENGTH_MAX);
    CHECK_RANGE(budget, 1, CANDIDATES_MAX / 2);
    CHECK_RANGE(batch, 1, BATCH_MAX);
    CHECK_RANGE(stages, 0, STAGES_MAX);
    CHECK_RANGE(soft_ms, SOFT_MS_MIN, HARD_MS_MAX);
    CHECK_RANGE(hard_ms, 200, HARD_MS_MAX);
    CHECK_RANGE(threat_rounds, 1, THREAT_ROUNDS_MAX);
    struct terms t = good();
    t.batch = 65;
    check_refused(&t, "batch: expected 1 to 64, found 65", "65");
    t = good();
    t.soft_ms = 500;
    t.hard_ms = 499;
    check_refused(&t, "hard_ms: expected 500 to 86400000, found 499", "499");
    t.verdict = VERDICT_STRICT;
    t.hard_ms = 3999;
    check_refused(&t, "hard_ms: strict verdicts with these soft_ms and delay_ms",
                  "4000");
    t.delay_ms = 0;
    check_refused(&t, "delay_ms: expected 1 to 86400000, found 0", "0");
}
END_TEST

START_TEST(more_players_have_a_smaller_budget_each)
{
    struct terms t = good();
    t.shape = (struct shape){3, {1, 1, 3}};
    snprintf(t.player_name[2], sizeof t.player_name[2], "p2");
    t.threat = (struct candidate){{WEIGHT_ONE, WEIGHT_ONE, WEIGHT_ONE}};
    t.budget = CANDIDATES_MAX / 3;
    check_valid(&t);
    t.budget++;
    check_refused(&t, "budget", "21846");
}
END_TEST

START_TEST(an_epsilon_is_a_share)
{
    struct terms t = good();
    t.threat_epsilon = 0;
    check_valid(&t);
    t.threat_epsilon = 1;
    check_valid(&t);
    t.threat_epsilon = 1.5;
    check_refused(&t, "threat_epsilon: expected 0 to 1, found 1.5", "1.5");
    t.threat_epsilon = -0.5;
    check_refused(&t, "threat_epsilon", "-0.5");
    t.threat_epsilon = 0.0 / 0.0;
    check_refused(&t, "threat_epsilon", "nan");
}
END_TEST

START_TEST(everybody_and_everything_has_a_name)
{
    struct terms t = good();
    t.player_name[1][0] = 0;
    check_refused(&t, "players: player 2 has no name", "2");
    t = good();
    t.action_name[4][0] = 0;
    check_refused(&t, "players: an action has no name", "action");
    t = good();
    t.title[0] = 0;
    check_valid(&t);
}
END_TEST

START_TEST(a_threat_that_is_given_is_a_candidate)
{
    struct terms t = good();
    t.threat.weight[1]--;
    check_refused(&t, "threat: expected weights that sum to 1073741824", "each player");
    t.threat_given = false;
    check_valid(&t);
}
END_TEST

START_TEST(shapes_are_limited)
{
    struct terms t = good();
    t.shape.n_players = 1;
    check_refused(&t, "players: expected 2 to 64 players", "profiles");
    t = good();
    t.shape.n_actions[1] = 0;
    check_refused(&t, "players", "actions");
    t.shape.n_actions[1] = ACTIONS_MAX + 1;
    check_refused(&t, "players", "actions");
}
END_TEST

START_TEST(distributions_have_limits_of_their_own)
{
    struct terms t = good();
    t.concept = CONCEPT_PUBLIC;
    t.resolution = 7; /* means nothing here */
    check_valid(&t);
    t.incentive = INCENTIVE_EX_ANTE;
    check_refused(&t, "incentive", "nash");
    t = good();
    t.concept = CONCEPT_PRIVATE;
    for (unsigned resolution = 0; resolution < 600; resolution++) {
        t.resolution = (uint16_t)resolution;
        if (resolution == 16 || resolution == 64 || resolution == 256)
            check_valid(&t);
        else
            check_refused(&t, "resolution: expected 16, 64 or 256", "found");
    }
}
END_TEST

START_TEST(distributions_are_over_so_many_profiles_at_most)
{
    struct terms t = good();
    t.threat_given = false;
    for (int k = 0; k < 34; k++)
        snprintf(t.action_name[k], sizeof t.action_name[k], "a%d", k);
    for (int i = 0; i < 8; i++)
        snprintf(t.player_name[i], sizeof t.player_name[i], "p%d", i);
    t.concept = CONCEPT_PUBLIC;
    t.shape = shape_uniform(8, 2);
    check_valid(&t);
    t.shape = (struct shape){2, {16, 16}};
    check_valid(&t);
    t.shape = (struct shape){2, {17, 16}};
    check_refused(&t, "concept: distributions are over at most 256", "272");
    t.concept = CONCEPT_NASH;
    check_valid(&t);
}
END_TEST

START_TEST(grim_has_no_length)
{
    struct terms t = good();
    t.length = 3;
    check_refused(&t, "length", "grim");
    t.finite = true;
    check_valid(&t);
}
END_TEST

/* What is written is read back to the last field, by the digest, which is of it. */
static void check_comes_back(const struct terms *t, const char *field)
{
    static uint8_t bytes[TERMS_SIZE_MAX];
    struct writer w = {bytes, sizeof bytes, 0, false};
    struct terms back;
    terms_encode(&w, t);
    struct reader r = {bytes, w.size, false};
    char message[256];
    ck_assert_msg(terms_decode(&back, &r) == terms_valid(t, message), "%s: %s", field,
                  message);
    if (!terms_valid(t, message))
        return;
    ck_assert(reader_done(&r));
    const struct digest a = terms_digest(t), b = terms_digest(&back);
    ck_assert_msg(digest_equal(&a, &b), "%s does not come back", field);
    for (size_t n = 0; n < w.size; n++) {
        struct reader cut = {bytes, n, false};
        ck_assert(!terms_decode(&back, &cut));
    }
}

static void check_digest_differs(const struct terms *changed, const char *field)
{
    const struct terms t = good();
    const struct digest a = terms_digest(&t), b = terms_digest(changed);
    ck_assert_msg(!digest_equal(&a, &b), "%s is not in the digest", field);
    check_comes_back(changed, field);
}

#define CHECK_FIELD(field, value)                                                      \
    do {                                                                               \
        struct terms x = good();                                                       \
        x.field = (value);                                                             \
        check_digest_differs(&x, #field);                                              \
    } while (0)

START_TEST(every_field_is_in_the_digest)
{
    CHECK_FIELD(title[4], 'x');
    CHECK_FIELD(shape.n_actions[0], 1);
    CHECK_FIELD(shape.n_actions[1], 2);
    CHECK_FIELD(player_name[0][1], 'x');
    CHECK_FIELD(player_name[1][1], 'x');
    for (int k = 0; k < 5; k++)
        CHECK_FIELD(action_name[k][1], 'x');
    CHECK_FIELD(concept, CONCEPT_PUBLIC);
    CHECK_FIELD(concept, CONCEPT_PRIVATE);
    struct terms coarse = good(), fine = good();
    coarse.concept = fine.concept = CONCEPT_PRIVATE;
    fine.resolution = 256;
    const struct digest c = terms_digest(&coarse), f = terms_digest(&fine);
    ck_assert(!digest_equal(&c, &f));
    check_comes_back(&fine, "resolution");
    CHECK_FIELD(incentive, INCENTIVE_EX_ANTE);
    CHECK_FIELD(finite, true);
    CHECK_FIELD(length, 1);
    CHECK_FIELD(budget, 101);
    CHECK_FIELD(batch, 9);
    CHECK_FIELD(opening_pure, false);
    CHECK_FIELD(share_rewards, false);
    CHECK_FIELD(selection, SELECTION_NASH);
    CHECK_FIELD(selection, SELECTION_EGALITARIAN);
    CHECK_FIELD(stages, 101);
    CHECK_FIELD(threat_given, false);
    for (int k = 0; k < 5; k++)
        CHECK_FIELD(threat.weight[k], 7);
    CHECK_FIELD(threat_epsilon, 2e-3);
    CHECK_FIELD(threat_rounds, 2001);
    CHECK_FIELD(restorations_max, 17);
    CHECK_FIELD(soft_ms, 201);
    CHECK_FIELD(hard_ms, 30001);
    CHECK_FIELD(verdict, VERDICT_STRICT);
    struct terms strict = good(), slower = good();
    strict.verdict = slower.verdict = VERDICT_STRICT;
    slower.delay_ms++;
    const struct digest a = terms_digest(&strict), b = terms_digest(&slower);
    ck_assert(!digest_equal(&a, &b));
    check_comes_back(&slower, "delay_ms");
    CHECK_FIELD(test, true);
}
END_TEST

START_TEST(the_largest_terms_fit_their_encoding)
{
    static struct terms t;
    static uint8_t bytes[TERMS_SIZE_MAX];
    struct writer w = {bytes, sizeof bytes, 0, false};
    terms_default(&t);
    memset(t.title, 'x', TITLE_MAX);
    t.shape = shape_uniform(PLAYERS_MAX, WEIGHTS_MAX / PLAYERS_MAX);
    t.threat_given = true;
    t.concept = CONCEPT_PRIVATE;
    t.verdict = VERDICT_STRICT;
    for (int i = 0; i < PLAYERS_MAX; i++)
        memset(t.player_name[i], 'x', NAME_MAX);
    for (int k = 0; k < WEIGHTS_MAX; k++)
        memset(t.action_name[k], 'x', NAME_MAX);
    terms_encode(&w, &t);
    ck_assert(!w.bad);
}
END_TEST

START_TEST(a_threat_that_is_not_given_is_not_in_the_digest)
{
    struct terms a = good(), b = good();
    a.threat_given = b.threat_given = false;
    b.threat.weight[0] = 9;
    const struct digest x = terms_digest(&a), y = terms_digest(&b);
    ck_assert(digest_equal(&x, &y));
}
END_TEST

START_TEST(names_do_not_run_into_each_other)
{
    struct terms a = good(), b = good();
    snprintf(a.player_name[0], sizeof a.player_name[0], "ab");
    snprintf(a.player_name[1], sizeof a.player_name[1], "c");
    snprintf(b.player_name[0], sizeof b.player_name[0], "a");
    snprintf(b.player_name[1], sizeof b.player_name[1], "bc");
    struct digest x = terms_digest(&a), y = terms_digest(&b);
    ck_assert(!digest_equal(&x, &y));
    a = b = good();
    snprintf(a.action_name[0], sizeof a.action_name[0], "ab");
    snprintf(a.action_name[1], sizeof a.action_name[1], "c");
    snprintf(b.action_name[0], sizeof b.action_name[0], "a");
    snprintf(b.action_name[1], sizeof b.action_name[1], "bc");
    x = terms_digest(&a);
    y = terms_digest(&b);
    ck_assert(!digest_equal(&x, &y));
    /* What stands behind the end of a name is not part of it. */
    b = a = good();
    b.player_name[0][10] = 'x';
    x = terms_digest(&a);
    y = terms_digest(&b);
    ck_assert(digest_equal(&x, &y));
}
END_TEST

/* The largest bodies that these terms allow fit the slots. */
START_TEST(the_largest_bodies_fit_a_slot)
{
    struct terms t = good();
    static const uint16_t batches[] = {1, 8, BATCH_MAX};
    static const uint32_t budgets[] = {1, 100, CANDIDATES_MAX / 2};
    for (int k = 0; k < 9; k++) {
        t.batch = batches[k / 3];
        t.budget = budgets[k % 3];
        const size_t most = terms_slot_max(&t);
        ck_assert_uint_ge(most, 3 + 4u * 5 * t.batch);                   /* propose */
        ck_assert_uint_ge(most, (2u * t.batch + 7) / 8 + 16u * t.batch); /* answer */
        ck_assert_uint_ge(most, (2u * t.budget + 3) / 4 + 32);           /* prune */
        ck_assert_uint_ge(most, 4 * 3 + 3 + 8u * THREAT_SLOPES_MAX);     /* regret */
        ck_assert_uint_ge(most, 96);
        ck_assert_uint_eq(terms_body_max(&t), 2 * (4 + ENVELOPE_OVERHEAD + most));
        t.selection = SELECTION_NASH;
        ck_assert_uint_ge(terms_slot_max(&t), 32 + 4 * 2u * t.budget); /* reveal */
        t.selection = SELECTION_LOTTERY;
    }
}
END_TEST

static struct roster good_roster(void)
{
    struct roster r = {.n_players = 2};
    for (uint8_t i = 0; i < 2; i++) {
        const struct seed seed = {{i, 1}};
        struct keypair key;
        keypair_from_seed(&key, &seed);
        r.key[i] = key.public_key;
        snprintf(r.name[i], sizeof r.name[i], "n%d", i);
    }
    return r;
}

static void check_roster_refused(const struct roster *r, const char *expected)
{
    const struct terms t = good();
    char message[256];
    ck_assert(!roster_valid(r, &t, message));
    ck_assert_str_eq(message, expected);
}

START_TEST(a_roster_has_distinct_names_and_valid_distinct_keys)
{
    const struct terms t = good();
    char message[256];
    struct roster r = good_roster();
    ck_assert(roster_valid(&r, &t, message));
    r.n_players = 3;
    check_roster_refused(&r, "the roster has 3 players and the terms 2");
    r = good_roster();
    r.name[1][0] = 0;
    check_roster_refused(&r, "player 2: no name");
    r = good_roster();
    memset(&r.key[1], 0, sizeof r.key[1]);
    check_roster_refused(&r, "player 2: its key is no valid key");
    r = good_roster();
    r.name[1][1] = '0';
    check_roster_refused(&r, "players 1 and 2 have the same name or the same key");
    r = good_roster();
    r.key[1] = r.key[0];
    check_roster_refused(&r, "players 1 and 2 have the same name or the same key");
}
END_TEST

START_TEST(every_name_and_key_of_a_roster_is_in_its_digest)
{
    const struct roster r = good_roster();
    const struct digest before = roster_digest(&r);
    for (int i = 0; i < 2; i++) {
        struct roster changed = r;
        changed.name[i][0] = 'x';
        struct digest after = roster_digest(&changed);
        ck_assert(!digest_equal(&before, &after));
        changed = r;
        changed.key[i].bytes[31] ^= 1;
        after = roster_digest(&changed);
        ck_assert(!digest_equal(&before, &after));
    }
    struct roster swapped = r;
    swapped.key[0] = r.key[1];
    swapped.key[1] = r.key[0];
    struct digest after = roster_digest(&swapped);
    ck_assert(!digest_equal(&before, &after));
    swapped = r;
    swapped.n_players = 1;
    after = roster_digest(&swapped);
    ck_assert(!digest_equal(&before, &after));
}
END_TEST

UNIT_MAIN("terms", defaults_are_as_stated, numbers_have_limits,
          more_players_have_a_smaller_budget_each, an_epsilon_is_a_share,
          everybody_and_everything_has_a_name, a_threat_that_is_given_is_a_candidate,
          shapes_are_limited, grim_has_no_length,
          distributions_have_limits_of_their_own,
          distributions_are_over_so_many_profiles_at_most,
          the_largest_terms_fit_their_encoding, every_field_is_in_the_digest,
          a_threat_that_is_not_given_is_not_in_the_digest,
          names_do_not_run_into_each_other, the_largest_bodies_fit_a_slot,
          a_roster_has_distinct_names_and_valid_distinct_keys,
          every_name_and_key_of_a_roster_is_in_its_digest)
