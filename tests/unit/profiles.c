/* SPDX-License-Identifier: MIT */
/* Profiles and distributions, as people type and mistype them. */
#include "game/formats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/reading.h"

static void start_profiles(struct game *g)
{
    must_read(g,
              "NFG 1 R \"\" { \"A\" \"B\" \"C\" }\n"
              "{ { \"Cooperate\" \"Defect\" } { \"2\" \"1\" \"a, b\" } { \"solo\" } }\n"
              "{ } 0 0 0 0 0 0");
}

static void profile_is(const struct game *g, const char *text, const double *share)
{
    struct profile x;
    char message[FORMAT_MESSAGE_MAX + 1] = "";
    ck_assert_msg(profile_read(&x, g, text, message), "%s: %s", text, message);
    for (size_t k = 0; k < shape_weights(&g->shape); k++)
        ck_assert_msg(x.share[k] == share[k], "%s: share %zu is %.17g, not %.17g", text,
                      k, x.share[k], share[k]);
}

#define PROFILE_IS(text, ...) profile_is(&g, text, (const double[]){__VA_ARGS__})

START_TEST(a_profile_is_read_by_name_number_and_probability)
{
    struct game g;
    start_profiles(&g);
    PROFILE_IS("Cooperate;3;solo", 1, 0, 0, 0, 1, 1);
    PROFILE_IS("2;a, b;1", 0, 1, 0, 0, 1, 1);
    PROFILE_IS("1; +3 ;1.0", 1, 0, 0, 0, 1, 1);
    PROFILE_IS("0.25,0.75;0,0,1;1/1", 0.25, 0.75, 0, 0, 1, 1);
    PROFILE_IS(" 1/4 ,\t.75 ; 1e0, 0, 0\n;1", 0.25, 0.75, 1, 0, 0, 1);
    PROFILE_IS(" Defect ;0.5,-0,0.5;solo", 0, 1, 0.5, 0, 0.5, 1);
    game_free(&g);
}
END_TEST

START_TEST(a_name_goes_before_a_number)
{
    struct game g;
    start_profiles(&g);
    PROFILE_IS("1;2;1", 1, 0, 1, 0, 0, 1);
    PROFILE_IS("1;1;1", 1, 0, 0, 1, 0, 1);
    game_free(&g);
}
END_TEST

START_TEST(probabilities_are_scaled_to_sum_to_one)
{
    struct game g;
    struct profile x;
    char message[FORMAT_MESSAGE_MAX + 1];
    start_profiles(&g);
    ck_assert(profile_read(&x, &g, "0.3333333,0.6666666;1;1", message));
    ck_assert(fabs(x.share[0] + x.share[1] - 1) <= 0x1p-52);
    ck_assert(fabs(x.share[0] - 0.3333333 / 0.9999999) <= 0x1p-53);
    ck_assert(profile_read(&x, &g, "0.5,0.5000009;1;1", message));
    ck_assert(profile_read(&x, &g, "0.5,0.4999991;1;1", message));
    ck_assert(!profile_read(&x, &g, "0.5,0.500002;1;1", message));
    ck_assert(!profile_read(&x, &g, "0.5,0.499998;1;1", message));
    game_free(&g);
}
END_TEST

START_TEST(one_part_may_stand_for_several_players)
{
    static const char *const same[] = {"1;1;1", "1*3",  "1*2;1",  "1*;1",
                                       "1*",    "1;1*", "1;1 *2", "1*1;1*2"};
    struct game g;
    struct profile x;
    char message[FORMAT_MESSAGE_MAX + 1];
    start_profiles(&g);
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        ck_assert_msg(profile_read(&x, &g, same[i], message), "%s: %s", same[i],
                      message);
        ck_assert(x.share[0] == 1 && x.share[3] == 1 && x.share[5] == 1);
    }
    ck_assert(profile_read(&x, &g, "2;2*1;1*", message));
    ck_assert(x.share[1] == 1 && x.share[2] == 1 && x.share[5] == 1);
    game_free(&g);
}
END_TEST

/* Each a text and the message that refuses it. */
static void must_refuse_profiles(const char *const (*cases)[2], size_t n)
{
    struct game g;
    start_profiles(&g);
    for (size_t i = 0; i < n; i++) {
        struct profile x, before;
        char message[FORMAT_MESSAGE_MAX + 1] = "";
        memset(&x, 0xa5, sizeof x);
        memcpy(&before, &x, sizeof x);
        ck_assert_msg(!profile_read(&x, &g, cases[i][0], message), "read %s",
                      cases[i][0]);
        ck_assert_str_eq(message, cases[i][1]);
        for (size_t k = 0; k < WEIGHTS_MAX; k++)
            ck_assert(x.share[k] == before.share[k]);
    }
    game_free(&g);
}

START_TEST(a_wrong_action_is_refused_with_the_player_and_the_fix)
{
    static const char *const cases[][2] = {
        {"", "expected the actions of 3 players separated by ';', found 1"},
        {"1;1", "expected the actions of 3 players separated by ';', found 2"},
        {"1;1;1;", "expected the actions of 3 players separated by ';', found 4"},
        {"1*2", "expected the actions of 3 players separated by ';', found 2"},
        {"1*4", "expected the actions of 3 players separated by ';', found 4"},
        {"1*;1;1;1", "expected the actions of 3 players separated by ';', found 4"},
        {"1;1*0;1",
         "player 2: \"1*0\" is none of the 3 actions; give a number from 1 to 3, 3 "
         "probabilities, or a name: 2, 1, a, b"},
        {"Coperate;1;1", "player 1: \"Coperate\" is none of the 2 actions; give a "
                         "number from 1 to 2, 2 "
                         "probabilities, or a name: Cooperate, Defect"},
        {"cooperate;1;1", "player 1: \"cooperate\" is none of the 2 actions; give a "
                          "number from 1 to 2, 2 "
                          "probabilities, or a name: Cooperate, Defect"},
        {"1;;1",
         "player 2: \"\" is none of the 3 actions; give a number from 1 to 3, 3 "
         "probabilities, or a name: 2, 1, a, b"},
        {"0;1;1",
         "player 1: \"0\" is none of the 2 actions; give a number from 1 to 2, 2 "
         "probabilities, or a name: Cooperate, Defect"},
        {"3;1;1",
         "player 1: \"3\" is none of the 2 actions; give a number from 1 to 2, 2 "
         "probabilities, or a name: Cooperate, Defect"},
        {"0.5;1;1",
         "player 1: \"0.5\" is none of the 2 actions; give a number from 1 to 2, 2 "
         "probabilities, or a name: Cooperate, Defect"},
        {"4294967297;1;1", "player 1: \"4294967297\" is none of the 2 actions; give a "
                           "number from 1 to 2, 2 "
                           "probabilities, or a name: Cooperate, Defect"},
        {"1;1;so",
         "player 3: \"so\" is none of the 1 actions; give a number from 1 to 1, "
         "1 probabilities, or a name: solo"},
    };
    must_refuse_profiles(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(wrong_probabilities_are_refused_with_the_player_and_the_place)
{
    static const char *const cases[][2] = {
        {"1,0,0;1;1", "player 1: expected 2 probabilities separated by ',', found 3"},
        {"1;0,1;1", "player 2: expected 3 probabilities separated by ',', found 2"},
        {"1;1;1,0", "player 3: expected 1 probabilities separated by ',', found 2"},
        {"0.5,half;1;1",
         "player 1: expected probability 2 of 2, but \"half\" is not a number"},
        {"nan,1;1;1",
         "player 1: expected probability 1 of 2, but \"nan\" is not a number"},
        {"inf,1;1;1",
         "player 1: expected probability 1 of 2, but \"inf\" is not a number"},
        {"0x1,0;1;1",
         "player 1: expected probability 1 of 2, but \"0x1\" is not a number"},
        {"1,;1;1", "player 1: expected probability 2 of 2, but \"\" is not a number"},
        {"1 0,0;1;1",
         "player 1: expected probability 1 of 2, but \"1 0\" is not a number"},
        {"1,0/0;1;1",
         "player 1: expected probability 2 of 2, but \"0/0\" has a zero denominator"},
        {"1e999,0;1;1",
         "player 1: expected probability 1 of 2, but \"1e999\" is too large"},
        {"1;1.5,-0.5,0;1",
         "player 2: expected probability 2 of 3, but \"-0.5\" is negative"},
        {"0.5,0.4;1;1", "player 1: the 2 probabilities must sum to 1, not to 0.9"},
        {"1;1,1,0;1", "player 2: the 3 probabilities must sum to 1, not to 2"},
        {"0,0;1;1", "player 1: the 2 probabilities must sum to 1, not to 0"},
        {"1e308,1e308;1;1", "player 1: the 2 probabilities must sum to 1, not to inf"},
        {"1;1;0.5", "player 3: the 1 probabilities must sum to 1, not to 0.5"},
    };
    must_refuse_profiles(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(a_message_lists_as_many_actions_as_it_has_room_for)
{
    for (size_t size = 0; size <= NAME_MAX; size++) {
        char name[64], text[4096], message[FORMAT_MESSAGE_MAX + 100];
        struct game g;
        struct profile x;
        memset(name, 'a', sizeof name);
        name[size] = '\0';
        size_t n = (size_t)snprintf(text, sizeof text,
                                    "NFG 1 R \"\" {\"\"\"\"}{{\"%s\"", name);
        for (unsigned k = 0; k < 40; k++)
            n += (size_t)snprintf(text + n, sizeof text - n, "\"%s\"", name);
        n += (size_t)snprintf(text + n, sizeof text - n, "}{\"x\"}} { }");
        for (unsigned k = 0; k < 41; k++)
            n += (size_t)snprintf(text + n, sizeof text - n, " 0");
        must_read(&g, text);
        memset(message, '#', sizeof message);
        ck_assert(!profile_read(&x, &g, "no;1", message));
        n = strlen(message);
        ck_assert_uint_le(n, FORMAT_MESSAGE_MAX);
        ck_assert_uint_ge(n, FORMAT_MESSAGE_MAX - NAME_MAX - 5);
        ck_assert_str_eq(message + n - 5, ", ...");
        game_free(&g);
    }
}
END_TEST

START_TEST(a_distribution_has_one_number_for_each_profile)
{
    struct game g;
    double share[6];
    char message[FORMAT_MESSAGE_MAX + 1];
    start_profiles(&g);
    ck_assert(distribution_read(share, &g, "0.5,1/4; .125 ,0,0.125,0", message));
    const double wanted[] = {0.5, 0.25, 0.125, 0, 0.125, 0};
    ck_assert_mem_eq(share, wanted, sizeof share);
    ck_assert(distribution_read(share, &g, "0.3333333,0.6666666,0,0,0,0", message));
    ck_assert(fabs(share[0] + share[1] - 1) <= 0x1p-52);
    game_free(&g);
}
END_TEST

START_TEST(a_wrong_distribution_is_refused)
{
    static const char *const cases[][2] = {
        {"1,0,0,0,0",
         "expected 6 probabilities, one for each profile, separated by ',', "
         "found 5"},
        {"1,0;0,0;0,0,0",
         "expected 6 probabilities, one for each profile, separated by "
         "',', found 7"},
        {"",
         "expected 6 probabilities, one for each profile, separated by ',', found 1"},
        {"1,0,0,0,x,0", "expected probability 5 of 6, but \"x\" is not a number"},
        {"1,0,0,0,,0", "expected probability 5 of 6, but \"\" is not a number"},
        {"2,0,0,-1,0,0", "expected probability 4 of 6, but \"-1\" is negative"},
        {"1,0,0,1,0,0", "the 6 probabilities must sum to 1, not to 2"},
    };
    struct game g;
    start_profiles(&g);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double share[6];
        char message[FORMAT_MESSAGE_MAX + 1] = "";
        ck_assert(!distribution_read(share, &g, cases[i][0], message));
        ck_assert_str_eq(message, cases[i][1]);
    }
    game_free(&g);
}
END_TEST

UNIT_MAIN("profiles", a_profile_is_read_by_name_number_and_probability,
          a_name_goes_before_a_number, probabilities_are_scaled_to_sum_to_one,
          one_part_may_stand_for_several_players,
          a_wrong_action_is_refused_with_the_player_and_the_fix,
          wrong_probabilities_are_refused_with_the_player_and_the_place,
          a_message_lists_as_many_actions_as_it_has_room_for,
          a_distribution_has_one_number_for_each_profile,
          a_wrong_distribution_is_refused)
