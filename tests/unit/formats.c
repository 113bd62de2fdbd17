/* SPDX-License-Identifier: MIT */
/* Game files: what is read, and what is refused, to the column. */
#include "game/formats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/reading.h"

static void must_refuse(const char *text, size_t size, uint32_t line, uint32_t column,
                        const char *message)
{
    struct game g;
    struct game before;
    struct format_error error;
    memset(&g, 0xa5, sizeof g);
    memcpy(&before, &g, sizeof g);
    ck_assert_msg(!read_text(&g, text, size, &error), "read <%s>", text);
    ck_assert_msg(strcmp(error.message, message) == 0, "<%s> gave \"%s\", not \"%s\"",
                  text, error.message, message);
    ck_assert_msg(error.line == line && error.column == column,
                  "<%s> gave %u:%u, not %u:%u", text, error.line, error.column, line,
                  column);
    ck_assert_mem_eq(&g, &before, sizeof g);
}

struct refusal {
    const char *text;
    uint32_t line, column;
    const char *message;
};

static void must_refuse_all(const struct refusal *refusals, size_t n)
{
    for (size_t i = 0; i < n; i++)
        must_refuse(refusals[i].text, strlen(refusals[i].text), refusals[i].line,
                    refusals[i].column, refusals[i].message);
}

#define MUST_REFUSE_ALL(table)                                                         \
    must_refuse_all((table), sizeof(table) / sizeof((table)[0]))

static void payoffs_are(const struct game *g, uint8_t player, const double *value)
{
    const struct payoffs *p = g->payoffs[player];
    ck_assert_uint_eq(p->player, player);
    ck_assert_uint_eq(p->shape.n_players, g->shape.n_players);
    for (uint32_t i = 0; i < shape_profiles(&g->shape); i++)
        ck_assert_msg(p->value[i] == value[i], "player %u, profile %u: %g, not %g",
                      player + 1u, i + 1, p->value[i], value[i]);
}

#define PAYOFFS_ARE(g, player, ...)                                                    \
    payoffs_are((g), (player), (const double[]){__VA_ARGS__})

/* ---- both versions ---- */

START_TEST(the_first_players_action_varies_fastest)
{
    struct game g;
    must_read(&g, "NFG 1 R \"T\" { \"A\" \"B\" \"C\" }\n"
                  "{ { \"a1\" \"a2\" } { \"b1\" \"b2\" \"b3\" } { \"c1\" \"c2\" } }\n"
                  "111 -111 .111  211 -211 .211  121 -121 .121  221 -221 .221\n"
                  "131 -131 .131  231 -231 .231\n"
                  "112 -112 .112  212 -212 .212  122 -122 .122  222 -222 .222\n"
                  "132 -132 .132  232 -232 .232\n");
    ck_assert_str_eq(g.title, "T");
    ck_assert_uint_eq(g.shape.n_players, 3);
    ck_assert_uint_eq(g.shape.n_actions[0], 2);
    ck_assert_uint_eq(g.shape.n_actions[1], 3);
    ck_assert_uint_eq(g.shape.n_actions[2], 2);
    ck_assert_str_eq(g.player_name[0], "A");
    ck_assert_str_eq(g.player_name[1], "B");
    ck_assert_str_eq(g.player_name[2], "C");
    const char *action[] = {"a1", "a2", "b1", "b2", "b3", "c1", "c2"};
    for (size_t k = 0; k < 7; k++)
        ck_assert_str_eq(g.action_name[k], action[k]);
    PAYOFFS_ARE(&g, 0, 111, 211, 121, 221, 131, 231, 112, 212, 122, 222, 132, 232);
    PAYOFFS_ARE(&g, 1, -111, -211, -121, -221, -131, -231, -112, -212, -122, -222, -132,
                -232);
    PAYOFFS_ARE(&g, 2, .111, .211, .121, .221, .131, .231, .112, .212, .122, .222, .132,
                .232);
    ck_assert(g.payoffs[0]->least == 111 && g.payoffs[0]->greatest == 232);
    game_free(&g);
}
END_TEST

START_TEST(outcomes_may_repeat_stay_unused_or_be_none)
{
    struct game g;
    must_read(
        &g, "NFG 1 R \"T\" { \"A\" \"B\" } { { \"U\" \"D\" } { \"L\" \"M\" \"R\" } }\n"
            "{ { \"\" 1, 2 } { \"unused\" 3 4, } { \"x\" 5,6, } {\"\"7 8} }\n"
            "1 0 3 4 +1 04");
    PAYOFFS_ARE(&g, 0, 1, 0, 5, 7, 1, 7);
    PAYOFFS_ARE(&g, 1, 2, 0, 6, 8, 2, 8);
    game_free(&g);
    must_read(&g, "NFG 1 R \"\" { \"A\" \"B\" } { 1 2 } { } 0 0");
    PAYOFFS_ARE(&g, 0, 0, 0);
    PAYOFFS_ARE(&g, 1, 0, 0);
    game_free(&g);
}
END_TEST

START_TEST(either_list_of_actions_goes_with_either_body_and_a_comment)
{
    const char *actions[] = {"{ { \"1\" \"2\" } { \"1\" } }", "{ 2 1 }", "{2\t+1}"};
    const char *comment[] = {"", "\"a comment\"", "\"\"", "\"{ 1 2\n\\\" \x01\xff\""};
    const char *body[] = {"1 2 3 4", "{ { \"\" 3 4 } { \"\" 1 2 } } 2 1"};
    for (size_t a = 0; a < 3; a++)
        for (size_t c = 0; c < 4; c++)
            for (size_t b = 0; b < 2; b++) {
                char text[256];
                struct game g;
                snprintf(text, sizeof text, "NFG 1 D \"T\" { \"A\" \"B\" } %s %s %s",
                         actions[a], comment[c], body[b]);
                must_read(&g, text);
                ck_assert_uint_eq(g.shape.n_actions[0], 2);
                ck_assert_uint_eq(g.shape.n_actions[1], 1);
                ck_assert_str_eq(g.action_name[0], "1");
                ck_assert_str_eq(g.action_name[1], "2");
                ck_assert_str_eq(g.action_name[2], "1");
                PAYOFFS_ARE(&g, 0, 1, 3);
                PAYOFFS_ARE(&g, 1, 2, 4);
                game_free(&g);
            }
}
END_TEST

START_TEST(blanks_matter_only_where_they_separate)
{
    const char *texts[] = {
        "NFG 1 R \"T\"{\"A\"\"B\"}{{\"x\"\"y\"}{\"z\"}}1 2 3 4",
        "\n\n NFG\t1\vR\f\"T\"\r\n{ \"A\" \"B\" } { { \"x\" \"y\" } { \"z\" } }"
        "\r\n1\n2\r3\v4\f\n",
        "NFG 1R\n\"T\" { \"A\" \"B\" } { { \"x\" \"y\" } { \"z\" } } \"c\"1+2 3+4",
        "NFG 1 D \"T\" {\"A\" \"B\"} { {\"x\" \"y\"} {\"z\"}}{{\"\"1,2}{\"\"3,4,}}1 "
        "2\n\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct game g;
        must_read(&g, texts[i]);
        ck_assert_str_eq(g.title, "T");
        ck_assert_str_eq(g.player_name[1], "B");
        ck_assert_str_eq(g.action_name[1], "y");
        PAYOFFS_ARE(&g, 0, 1, 3);
        PAYOFFS_ARE(&g, 1, 2, 4);
        game_free(&g);
    }
}
END_TEST

START_TEST(no_prefix_of_a_file_is_a_file)
{
    const char *texts[] = {
        "NFG 1 R \"T\" { \"A\" \"B\" } { { \"x\" \"y\" } { \"z\" } } \"c\" 1 2/3 3e1 4",
        "NFG 1 R \"T\" { \"A\" \"B\" } { 2 1 } { { \"o\" 1, 2.5 } { \"p\" 3, 4 } } 1 2",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t size = 0; size < strlen(texts[i]); size++) {
            struct game g;
            struct format_error error;
            ck_assert(!read_text(&g, texts[i], size, &error));
            ck_assert_uint_eq(error.line, 1);
            ck_assert(error.column >= 1 && error.column <= size + 1);
            ck_assert_ptr_nonnull(strstr(error.message, "expected "));
        }
}
END_TEST

/* ---- numbers ---- */

START_TEST(a_number_ends_where_it_cannot_go_on)
{
    struct game g;
    must_read(&g, "NFG 1 R \"\" { \"A\" \"B\" } { 2 4 }"
                  "1-2 1/2.5 1.5.25 3+4/5 .5-.5 1e1.5 2e3-4 1/4-1");
    PAYOFFS_ARE(&g, 0, 1, 0.5, 1.5, 3, 0.5, 10, 2000, 0.25);
    PAYOFFS_ARE(&g, 1, -2, 0.5, 0.25, 0.8, -0.5, 0.5, -4, -1);
    game_free(&g);
}
END_TEST

START_TEST(what_is_no_finite_number_is_refused)
{
    static const struct {
        const char *written, *found;
        uint32_t column;
    } cases[] = {
        {"-", "-, which is not a number", 1},
        {"+", "+, which is not a number", 1},
        {".", "., which is not a number", 1},
        {"-.", "-., which is not a number", 1},
        {"1e", "1e, which is not a number", 1},
        {"1e+", "1e+, which is not a number", 1},
        {"3.e", "3.e, which is not a number", 1},
        {"-e5", "-e5, which is not a number", 1},
        {".e5", ".e5, which is not a number", 1},
        {"1/", "1/, which is not a number", 1},
        {"1/-2", "1/, which is not a number", 1},
        {"-/2", "-/2, which is not a number", 1},
        {"--1", "-, which is not a number", 1},
        {"1/0", "1/0, which has a zero denominator", 1},
        {"0/00", "0/00, which has a zero denominator", 1},
        {"1e309", "1e309, which is too large", 1},
        {"-1e309", "-1e309, which is too large", 1},
        {"1e99999999999999999999", "1e99999999999999999999, which is too large", 1},
        {"nan", "'nan'", 1},
        {"inf", "'inf'", 1},
        {"-inf", "-, which is not a number", 1},
        {"Infinity", "'Infinity'", 1},
        {"/2", "'/2'", 1},
        {"e5", "'e5'", 1},
        {",", "','", 1},
        {"\xe2\x88\x92"
         "1",
         "'\xe2\x88\x92"
         "1'",
         1},
        {"1\xff\x07", "'\\xff\\x07'", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[128], message[256];
        bool first = cases[i].column == 1;
        snprintf(text, sizeof text, "NFG 1 R \"\" { \"a\" \"b\" }\n{ 1 1 }\n  %s 2",
                 cases[i].written);
        snprintf(message, sizeof message,
                 "expected a payoff for player %d at profile 1 of 1, found %s",
                 first ? 1 : 2, cases[i].found);
        must_refuse(text, strlen(text), 3, first ? 3 : 4, message);
    }
}
END_TEST

START_TEST(a_number_that_turns_into_something_else_is_refused_there)
{
    static const struct refusal refusals[] = {
        {"NFG 1 R \"\" {\"a\" \"b\"} {1 1} 0x10 2", 1, 29,
         "expected a payoff for player 2 at profile 1 of 1, found 'x10'"},
        {"NFG 1 R \"\" {\"a\" \"b\"} {1 1} 1/2e5 2", 1, 31,
         "expected a payoff for player 2 at profile 1 of 1, found 'e5'"},
        {"NFG 1 R \"\" {\"a\" \"b\"} {1 1} 1.5/2 2", 1, 31,
         "expected a payoff for player 2 at profile 1 of 1, found '/2'"},
        {"NFG 1 R \"\" {\"a\" \"b\"} {1 1} 1, 2", 1, 29,
         "expected a payoff for player 2 at profile 1 of 1, found ','"},
    };
    MUST_REFUSE_ALL(refusals);
}
END_TEST

/* ---- texts ---- */

START_TEST(a_backslash_means_something_only_before_a_quote)
{
    struct game g;
    must_read(&g,
              "NFG 1 R \"say \\\"hi\\\"\" { \"c\\d\" \"a\\\\\\\"b\" }\n"
              "{ { \"\\\"\" \"\\\\x\" \"\\\\\" \" } { \"\\\"\\\"\" } } 1 2 3 4 5 6");
    ck_assert_str_eq(g.title, "say \"hi\"");
    ck_assert_str_eq(g.player_name[0], "c\\d");
    ck_assert_str_eq(g.player_name[1], "a\\\\\"b");
    ck_assert_str_eq(g.action_name[0], "\"");
    ck_assert_str_eq(g.action_name[1], "\\\\x");
    /* The second of two backslashes hides the quote as well. */
    ck_assert_str_eq(g.action_name[2], "\\\" ");
    ck_assert_str_eq(g.action_name[3], "\"\"");
    game_free(&g);
}
END_TEST

START_TEST(a_title_may_hold_line_breaks_which_become_blanks)
{
    struct game g;
    must_read(&g, "NFG 1 R \" a\nb\tc\xc2\x9f"
                  "d\x7f{}, \" { \"A\" \" b  c \" } { 1 1 } 1 2");
    ck_assert_str_eq(g.title, " a b c d {}, ");
    ck_assert_str_eq(g.player_name[1], " b  c ");
    game_free(&g);
}
END_TEST

START_TEST(lines_inside_texts_count)
{
    static const struct refusal refusals[] = {
        {"NFG 1 R \"a\nb\n\" { \"A\" \"B\" } \"c\n", 3, 15,
         "expected '{' before the actions of the players, found a text without a "
         "closing quote"},
        {"NFG 1 R \"a\" { \"A\" \"B\" } { 1 1 } \"\n\n c\" x", 3, 5,
         "expected a payoff for player 1 at profile 1 of 1, found 'x'"},
        {"NFG 1 R \"a\" { \"A\" \"B\" }\r\n{ 1 1 }\r\r\n  x", 3, 3,
         "expected a payoff for player 1 at profile 1 of 1, found 'x'"},
    };
    MUST_REFUSE_ALL(refusals);
}
END_TEST

START_TEST(utf8_passes_and_nothing_that_only_looks_like_it)
{
    static const struct {
        const char *name;
        bool good;
    } cases[] = {
        {"J\xc3\xb6rg", true},
        {"\xc2\xa0", true},
        {"\xdf\xbf", true},
        {"\xe0\xa0\x80", true},
        {"\xed\x9f\xbf", true},
        {"\xee\x80\x80", true},
        {"\xef\xbf\xbf", true},
        {"\xf0\x90\x80\x80", true},
        {"\xf4\x8f\xbf\xbf", true},
        {"\x80", false},
        {"\xbf", false},
        {"\xc0\x80", false},
        {"\xc1\xbf", false},
        {"\xc3", false},
        {"\xc3(", false},
        {"\xe0\x9f\xbf", false},
        {"\xe2\x82", false},
        {"\xe2(\xa1", false},
        {"\xe2\x82(", false},
        {"\xed\xa0\x80", false},
        {"\xf0\x8f\xbf\xbf", false},
        {"\xf0\x90\x80", false},
        {"\xf4\x90\x80\x80", false},
        {"\xf5\x80\x80\x80", false},
        {"\xff", false},
        {"\xf0\x90\x80(", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[128];
        struct game g;
        struct format_error error;
        const char *name = cases[i].name;
        snprintf(text, sizeof text, "NFG 1 R \"%s\" { \"A\" \"B\" } { 1 1 } 1 2", name);
        ck_assert_msg(read_text(&g, text, strlen(text), &error) == cases[i].good,
                      "case %zu", i);
        if (cases[i].good)
            game_free(&g);
        snprintf(text, sizeof text, "NFG 1 R \"\" { \"A\" \"%s\" } { 1 1 } 1 2", name);
        ck_assert_msg(read_text(&g, text, strlen(text), &error) == cases[i].good,
                      "case %zu", i);
        if (!cases[i].good)
            continue;
        ck_assert_str_eq(g.player_name[1], name);
        game_free(&g);
    }
}
END_TEST

START_TEST(names_with_control_characters_are_refused)
{
    static const struct refusal refusals[] = {
        {"NFG 1 R \"\" { \"A\"\n\"a\nb\" } {1 1} 1 2", 2, 1,
         "the name \"a\\x0ab\" has a control character in it"},
        {"NFG 1 R \"\" { \"A\" \"\x1b[2J\" } {1 1} 1 2", 1, 18,
         "the name \"\\x1b[2J\" has a control character in it"},
        {"NFG 1 R \"\" { \"A\" \"B\" } { { \"\t\" } { \"x\" } } 1 2", 1, 28,
         "the name \"\\x09\" has a control character in it"},
        {"NFG 1 R \"\" { \"A\" \"B\" } { { \"x\" } { \"\x7f\" } } 1 2", 1, 36,
         "the name \"\\x7f\" has a control character in it"},
        {"NFG 1 R \"\" { \"A\" \"B\" } { { \"x\" } { \"\xc2\x80\" } } 1 2", 1, 36,
         "the name \"\\xc2\\x80\" has a control character in it"},
        {"NFG 1 R \"\" { \"A\" \"B\" } { { \"x\" } { \"\xc3\" } } 1 2", 1, 36,
         "the name \"\\xc3\" is not UTF-8"},
        {"NFG 1 R \"x\xff\" { \"A\" \"B\" } { 1 1 } 1 2", 1, 9,
         "the title \"x\\xff\" is not UTF-8"},
    };
    MUST_REFUSE_ALL(refusals);
}
END_TEST

START_TEST(names_become_different_and_the_first_keeps_its_own)
{
    struct game g;
    must_read(&g,
              "NFG 1 R \"\" { \"\" \"P\" \"P\" \"1\" }\n"
              "{ { \"x\" \"x\" \"\" \"x\" \"x_2\" } { \"\" \"1\" \"\" \"3\" \"3\" }\n"
              "  { \"\" \"\" \"X\" } { \"x\" } }\n{ } 0 0 0 0 0  0 0 0 0 0  0 0 0 0 0 "
              "0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  0 0 0 0 0 "
              "0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  0 0 0 0 0 "
              "0 0 0 0 0  0 0 0 0 0");
    const char *player[] = {"1_2", "P", "P_2", "1"};
    const char *action[] = {"x",   "x_3", "3",   "x_4", "x_2", "1_2", "1",
                            "3_2", "3",   "3_3", "1",   "2",   "X",   "x"};
    for (size_t i = 0; i < 4; i++)
        ck_assert_str_eq(g.player_name[i], player[i]);
    for (size_t k = 0; k < 14; k++)
        ck_assert_str_eq(g.action_name[k], action[k]);
    game_free(&g);
}
END_TEST

/* n bytes: a's, and at the end what is given. */
static const char *padded(char *out, size_t n, const char *end)
{
    memset(out, 'a', n);
    memcpy(out + n - strlen(end), end, strlen(end));
    out[n] = '\0';
    return out;
}

START_TEST(long_names_are_cut_between_characters)
{
    static const struct {
        size_t size;
        const char *end;
        size_t left;
    } cases[] = {
        {63, "bcd", 63},      {64, "bcd", 63},          {64, "\xc3\xb6", 62},
        {63, "\xc3\xb6", 63}, {65, "\xe2\x82\xac", 62}, {66, "\xf0\x90\x80\x80", 62},
        {64, "\\x", 62},      {65, "\\\\x", 62},        {66, "\\\\xy", 62},
        {64, "\\\"", 63},     {65, "\\\"", 63},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[128], title[512], text[1024];
        struct game g;
        padded(name, cases[i].size, cases[i].end);
        padded(title, cases[i].size + TITLE_MAX - NAME_MAX, cases[i].end);
        snprintf(text, sizeof text,
                 "NFG 1 R \"%s\" { \"%s\" \"B\" } { {\"%s\"} {\"x\"} } 1 2", title,
                 name, name);
        must_read(&g, text);
        ck_assert_msg(strlen(g.player_name[0]) == cases[i].left, "case %zu: %zu", i,
                      strlen(g.player_name[0]));
        ck_assert_str_eq(g.player_name[0], g.action_name[0]);
        ck_assert_uint_eq(strlen(g.title), cases[i].left + TITLE_MAX - NAME_MAX);
        ck_assert_int_eq(strncmp(g.player_name[0], name, 60), 0);
        game_free(&g);
    }
}
END_TEST

START_TEST(long_names_that_are_cut_to_the_same_become_different)
{
    char name[3][128], text[1024], wanted[128];
    struct game g;
    padded(name[0], 80, "x");
    padded(name[1], 81, "x");
    padded(name[2], 63, "\xc3\xb6z");
    snprintf(text, sizeof text,
             "NFG 1 R \"\" { \"A\" \"B\" } { { \"%s\" \"%s\" \"%s\" \"%s\" } {\"x\"} }"
             "1 2 3 4 5 6 7 8",
             name[0], name[1], name[2], name[2]);
    must_read(&g, text);
    ck_assert_str_eq(g.action_name[0], padded(wanted, 63, "a"));
    ck_assert_str_eq(g.action_name[1], padded(wanted, 63, "_2"));
    ck_assert_str_eq(g.action_name[2], padded(wanted, 63, "\xc3\xb6z"));
    /* Making room for the suffix takes the whole of the two-byte character. */
    ck_assert_str_eq(g.action_name[3], padded(wanted, 62, "_2"));
    game_free(&g);
}
END_TEST

START_TEST(a_name_of_backslashes_alone_is_empty_once_cut)
{
    char name[128], text[512];
    struct game g;
    memset(name, '\\', 100);
    snprintf(name + 100, sizeof name - 100, "x");
    snprintf(text, sizeof text, "NFG 1 R \"\" { \"A\" \"%s\" } { 1 1 } 1 2", name);
    must_read(&g, text);
    ck_assert_str_eq(g.player_name[1], "2");
    game_free(&g);
}
END_TEST

/* ---- refusals ---- */

START_TEST(a_wrong_head_is_refused_where_it_goes_wrong)
{
    static const struct refusal refusals[] = {
        {"", 1, 1, "expected NFG, found end of file"},
        {" \n\t\n ", 3, 2, "expected NFG, found end of file"},
        {"1 R", 1, 1, "expected NFG, found 1"},
        {"nfg 1 R", 1, 1, "expected NFG, found 'nfg'"},
        {"EFG 2 R", 1, 1, "expected NFG, found 'EFG'"},
        {"NFG1 R", 1, 1, "expected NFG, found 'NFG1'"},
        {"NF 1 R", 1, 1, "expected NFG, found 'NF'"},
        {"\"NFG\" 1 R", 1, 1, "expected NFG, found the text \"NFG\""},
        {"\xef\xbb\xbfNFG 1 R", 1, 1, "expected NFG, found '\\xef\\xbb\\xbfNFG'"},
        {"# c\nNFG 1 R", 1, 1, "expected NFG, found '#'"},
        {"NFG", 1, 4, "expected version 1, found end of file"},
        {"NFG 2 R", 1, 5, "expected version 1, found 2"},
        {"NFG 1.0 R", 1, 5, "expected version 1, found 1.0"},
        {"NFG 11 R", 1, 5, "expected version 1, found 11"},
        {"NFG R", 1, 5, "expected version 1, found 'R'"},
        {"NFG 1 \"T\"", 1, 7, "expected R or D, found the text \"T\""},
        {"NFG 1 r \"T\"", 1, 7, "expected R or D, found 'r'"},
        {"NFG 1 RD \"T\"", 1, 7, "expected R or D, found 'RD'"},
        {"NFG 1 R{ \"T\"", 1, 7, "expected R or D, found 'R{'"},
        {"NFG 1 R\n{ \"A\" \"B\" }", 2, 1, "expected the title in quotes, found '{'"},
        {"NFG 1 R title", 1, 9, "expected the title in quotes, found 'title'"},
        {"NFG 1 R \"ti\\\"", 1, 9,
         "expected the title in quotes, found a text without a closing quote"},
        {"NFG 1 R \"T\" \"A\"", 1, 13,
         "expected '{' before the names of the players, found the text \"A\""},
        {"NFG 1 R \"T\" { \"A\" 3 }", 1, 19,
         "expected the name of a player in quotes or '}', found 3"},
        {"NFG 1 R \"T\" { \"A\" { 1 1", 1, 19,
         "expected the name of a player in quotes or '}', found '{'"},
        {"NFG 1 R \"T\" { }", 1, 15, "expected at least 2 players, found 0"},
        {"NFG 1 R \"T\" { \"A\" } { 2 } 1 2", 1, 19,
         "expected at least 2 players, found 1"},
    };
    MUST_REFUSE_ALL(refusals);
}
END_TEST

START_TEST(wrong_actions_are_refused_where_they_go_wrong)
{
#define HEAD "NFG 1 R \"T\" { \"A\" \"B\" }\n"
    static const struct refusal refusals[] = {
        {HEAD "2 2", 2, 1, "expected '{' before the actions of the players, found 2"},
        {HEAD "{", 2, 2,
         "expected '{' before the actions of player 1 of 2, found end of file"},
        {HEAD "{ }", 2, 3,
         "expected '{' before the actions of player 1 of 2, found '}'"},
        {HEAD "{ 2 }", 2, 5,
         "expected the number of actions of player 2 of 2, found '}'"},
        {HEAD "{ 2 2 2 }", 2, 7,
         "expected '}' after the actions of 2 players, found 2"},
        {HEAD "{ 2 { \"x\" } }", 2, 5,
         "expected the number of actions of player 2 of 2, found '{'"},
        {HEAD "{ { \"x\" } 2 }", 2, 11,
         "expected '{' before the actions of player 2 of 2, found 2"},
        {HEAD "{ { \"x\" } }", 2, 11,
         "expected '{' before the actions of player 2 of 2, found '}'"},
        {HEAD "{ { \"x\" } { \"x\" } { \"x\" } }", 2, 19,
         "expected '}' after the actions of 2 players, found '{'"},
        {HEAD "{ { \"x\" 3 } }", 2, 9,
         "expected the name of an action of player 1 in quotes or '}', found 3"},
        {HEAD "{ { \"x\" } { x } }", 2, 13,
         "expected the name of an action of player 2 in quotes or '}', found 'x'"},
        {HEAD "{ { \"x\" }\n { } }", 3, 2,
         "expected at least one action of player 2, found none"},
        {HEAD "{ 0 2 }", 2, 3, "expected at least one action of player 1, found none"},
        {HEAD "{ 2 2.0 }", 2, 5,
         "expected the number of actions of player 2 of 2, found 2.0"},
        {HEAD "{ 2 4/2 }", 2, 5,
         "expected the number of actions of player 2 of 2, found 4/2"},
        {HEAD "{ 2 -2 }", 2, 5,
         "expected the number of actions of player 2 of 2, found -2"},
        {HEAD "{ 2 + }", 2, 5,
         "expected the number of actions of player 2 of 2, found +, which is not a "
         "number"},
        {HEAD "{ 65 2 }", 2, 3, "player 1 has more than 64 actions"},
        {HEAD "{ 4294967298 2 }", 2, 3, "player 1 has more than 64 actions"},
        {HEAD "{ 2 18446744073709551618 }", 2, 5, "player 2 has more than 64 actions"},
    };
    MUST_REFUSE_ALL(refusals);
}
END_TEST

START_TEST(wrong_payoffs_are_refused_and_counted)
{
#define PLAYERS "NFG 1 R \"T\" { \"A\" \"B\" } { 2 2 }\n"
    static const struct refusal refusals[] = {
        {PLAYERS, 2, 1,
         "expected a payoff for player 1 at profile 1 of 4, found end of file after 0 "
         "of "
         "8 payoffs"},
        {PLAYERS "1 2 3 4 5", 2, 10,
         "expected a payoff for player 2 at profile 3 of 4, found end of file after 5 "
         "of "
         "8 payoffs"},
        {PLAYERS "1 2 3 4 5 6 7\n\n", 4, 1,
         "expected a payoff for player 2 at profile 4 of 4, found end of file after 7 "
         "of "
         "8 payoffs"},
        {PLAYERS "1 2 3 } 5 6 7 8", 2, 7,
         "expected a payoff for player 2 at profile 2 of 4, found '}'"},
        {PLAYERS "\"c\" \"d\" 1 2 3", 2, 5,
         "expected a payoff for player 1 at profile 1 of 4, found the text \"d\""},
        {PLAYERS "1 2 3 4 5 6 7 8\n9", 3, 1,
         "expected end of file after 8 payoffs, found 9"},
        {PLAYERS "1 2 3 4 5 6 7 8 9 10 11-12", 2, 17,
         "expected end of file after 8 payoffs, found 12"},
        {PLAYERS "1 2 3 4 5 6 7 8 x", 2, 17,
         "expected end of file after 8 payoffs, found 'x'"},
        {PLAYERS "1 2 3 4 5 6 7 8 \"", 2, 17,
         "expected end of file after 8 payoffs, found a text without a closing quote"},
    };
    MUST_REFUSE_ALL(refusals);
}
END_TEST

START_TEST(wrong_outcomes_are_refused_and_counted)
{
    static const struct refusal refusals[] = {
        {PLAYERS "{", 2, 2,
         "expected '{' before another outcome or '}' after the last, found end of "
         "file"},
        {PLAYERS "{ 1", 2, 3,
         "expected '{' before another outcome or '}' after the last, found 1"},
        {PLAYERS "{ { 1 2 } }", 2, 5,
         "expected the name of outcome 1 in quotes, found 1"},
        {PLAYERS "{ { \"\" 1 2 } { \"\" 1 } }", 2, 21,
         "expected a payoff for player 2 in outcome 2, found '}'"},
        {PLAYERS "{ { \"\" 1,, 2 } }", 2, 10,
         "expected a payoff for player 2 in outcome 1, found ','"},
        {PLAYERS "{ { \"\" , 1 2 } }", 2, 8,
         "expected a payoff for player 1 in outcome 1, found ','"},
        {PLAYERS "{ { \"\" 1 1/0 } }", 2, 10,
         "expected a payoff for player 2 in outcome 1, found 1/0, which has a zero "
         "denominator"},
        {PLAYERS "{ { \"\" 1 2 3 } }", 2, 12,
         "expected '}' after the 2 payoffs of outcome 1, found 3"},
        {PLAYERS "{ { \"\" 1 2 } } 1 2 1 1", 2, 18,
         "expected an outcome from 0 to 1 at profile 2 of 4, found 2"},
        {PLAYERS "{ { \"\" 1 2 } } 1 -1 1 1", 2, 18,
         "expected an outcome from 0 to 1 at profile 2 of 4, found -1"},
        {PLAYERS "{ { \"\" 1 2 } } 1 1 1.0 1", 2, 20,
         "expected an outcome from 0 to 1 at profile 3 of 4, found 1.0"},
        {PLAYERS "{ { \"\" 1 2 } } 1 1 1 4294967297", 2, 22,
         "expected an outcome from 0 to 1 at profile 4 of 4, found 4294967297"},
        {PLAYERS "{ { \"\" 1 2 } } 1 1 1", 2, 21,
         "expected an outcome from 0 to 1 at profile 4 of 4, found end of file after 3 "
         "of "
         "4 outcomes"},
        {PLAYERS "{ { \"\" 1 2 } } 1 1 1 1 1 1", 2, 24,
         "expected end of file after 4 outcomes, found 6"},
        {PLAYERS "{ { \"\" 1 2 } } 1 1 1 1 }", 2, 24,
         "expected end of file after 4 outcomes, found '}'"},
    };
    MUST_REFUSE_ALL(refusals);
}
END_TEST

START_TEST(a_nul_byte_is_refused_wherever_it_stands)
{
    const char text[] = "NFG 1 R \"a\0b\" {\"A\" \"B\"}\n{1 1} 1 \0 2";
    must_refuse(text, sizeof text - 1, 1, 11, "expected text, found a NUL byte");
    must_refuse(PLAYERS "\n 1 2 3 4 5 6 7 8\0", strlen(PLAYERS) + 18, 3, 17,
                "expected text, found a NUL byte");
    must_refuse("\0", 1, 1, 1, "expected text, found a NUL byte");
}
END_TEST

START_TEST(a_long_fault_is_shown_in_part)
{
    char text[4000], message[256];
    memset(text, 'x', sizeof text);
    snprintf(message, sizeof message, "expected NFG, found '%.49s...'", text);
    must_refuse(text, sizeof text, 1, 1, message);
    memset(text, '\xff', sizeof text);
    must_refuse(
        text, sizeof text, 1, 1,
        "expected NFG, found '\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff"
        "\\xff\\xff\\xff...'");
    memset(text, '1', sizeof text);
    for (size_t i = 0; i < strlen(PLAYERS); i++)
        text[i] = PLAYERS[i];
    snprintf(
        message, sizeof message,
        "expected a payoff for player 1 at profile 1 of 4, found %.49s..., which has "
        "more than 1000 characters",
        text + strlen(PLAYERS));
    must_refuse(text, strlen(PLAYERS) + 1001, 2, 1, message);
}
END_TEST

/* ---- limits ---- */

/* Writes n copies of what, and ends with a NUL. */
static size_t repeat(char *out, const char *what, size_t n)
{
    size_t size = strlen(what);
    for (size_t i = 0; i < n; i++)
        memcpy(out + i * size, what, size);
    out[n * size] = '\0';
    return n * size;
}

START_TEST(the_largest_numbers_of_players_and_actions_are_read)
{
    static char text[20000];
    struct game g;
    size_t size = (size_t)sprintf(text, "NFG 1 R \"\" {");
    size += repeat(text + size, "\"\"", TABLE_PLAYERS_MAX);
    size += (size_t)sprintf(text + size, "} {");
    size += repeat(text + size, " 1", TABLE_PLAYERS_MAX - 1);
    size += (size_t)sprintf(text + size, " 64 } { } ");
    repeat(text + size, "0 ", 64);
    must_read(&g, text);
    ck_assert_uint_eq(g.shape.n_players, TABLE_PLAYERS_MAX);
    ck_assert_uint_eq(g.shape.n_actions[TABLE_PLAYERS_MAX - 1], 64);
    ck_assert_str_eq(g.player_name[31], "32");
    ck_assert_str_eq(g.action_name[31 + 63], "64");
    game_free(&g);
}
END_TEST

START_TEST(one_player_too_many_is_refused)
{
    static char text[20000];
    size_t size = (size_t)sprintf(text, "NFG 1 R \"\" {");
    size += repeat(text + size, "\"\"", TABLE_PLAYERS_MAX + 1);
    size += (size_t)sprintf(text + size, "}");
    must_refuse(text, size, 1, 13 + 2 * TABLE_PLAYERS_MAX,
                "a table has at most 32 players");
}
END_TEST

START_TEST(one_action_too_many_is_refused)
{
    static char text[20000];
    size_t size = (size_t)sprintf(text, "NFG 1 R \"\" {\"A\"\"B\"}{\n{");
    size += repeat(text + size, "\"\"", ACTIONS_MAX + 1);
    must_refuse(text, size, 2, 2 + 2 * ACTIONS_MAX,
                "player 1 has more than 64 actions");
}
END_TEST

START_TEST(too_many_actions_or_profiles_together_are_refused)
{
#define FIVE "NFG 1 R \"\" {\"\"\"\"\"\"\"\"\"\"} {\n"
    static const struct refusal refusals[] = {
        {FIVE " 64 64 64 64 1 }", 2, 11,
         "players 1 to 4 have more than 4194304 profiles together"},
        {FIVE " 64 64 64 16 1 } x", 2, 18,
         "expected a payoff for player 1 at profile 1 of 4194304, found 'x'"},
        {FIVE " 64 64 64 17 1 }", 2, 11,
         "players 1 to 4 have more than 4194304 profiles together"},
        {FIVE " 64 64 64 8 2 } x", 2, 17,
         "expected a payoff for player 1 at profile 1 of 4194304, found 'x'"},
        {FIVE " 64 64 64 8 3 }", 2, 13,
         "players 1 to 5 have more than 4194304 profiles together"},
        {FIVE " 64 64 64 2 62 }", 2, 13,
         "players 1 to 5 have more than 4194304 profiles together"},
        {FIVE " 64 64 64 2 63 }", 2, 13,
         "players 1 to 5 have more than 256 actions together"},
        {FIVE " {\"\"} {\"\"} 3", 2, 12,
         "expected '{' before the actions of player 3 of 5, found 3"},
    };
    MUST_REFUSE_ALL(refusals);
}
END_TEST

START_TEST(the_largest_game_is_read_and_one_profile_more_is_not)
{
    static char text[(2 << 22) + 200];
    struct game g;
    size_t size = (size_t)sprintf(text, "NFG 1 R \"\" {\"\"\"\"\"\"\"\"} {64 64 32 32} "
                                        "{{\"\" 1 2 3 4}{\"\" 5 6 7 8}} ");
    size += repeat(text + size, "1 ", PROFILES_MAX - 1);
    memcpy(text + size, "2", 2);
    must_read(&g, text);
    for (uint8_t player = 0; player < 4; player++) {
        const double *value = g.payoffs[player]->value;
        ck_assert(value[0] == player + 1 && value[PROFILES_MAX - 2] == player + 1);
        ck_assert(value[PROFILES_MAX - 1] == player + 5);
    }
    game_free(&g);
    size = (size_t)sprintf(text, "NFG 1 R \"\" {\"\"\"\"\"\"\"\"} {64 64 32 33} 1");
    must_refuse(text, size, 1, 33,
                "players 1 to 4 have more than 4194304 profiles together");
}
END_TEST

UNIT_MAIN("formats", the_first_players_action_varies_fastest,
          outcomes_may_repeat_stay_unused_or_be_none,
          either_list_of_actions_goes_with_either_body_and_a_comment,
          blanks_matter_only_where_they_separate, no_prefix_of_a_file_is_a_file,
          a_number_ends_where_it_cannot_go_on, what_is_no_finite_number_is_refused,
          a_number_that_turns_into_something_else_is_refused_there,
          a_backslash_means_something_only_before_a_quote,
          a_title_may_hold_line_breaks_which_become_blanks, lines_inside_texts_count,
          utf8_passes_and_nothing_that_only_looks_like_it,
          names_with_control_characters_are_refused,
          names_become_different_and_the_first_keeps_its_own,
          long_names_are_cut_between_characters,
          long_names_that_are_cut_to_the_same_become_different,
          a_name_of_backslashes_alone_is_empty_once_cut,
          a_wrong_head_is_refused_where_it_goes_wrong,
          wrong_actions_are_refused_where_they_go_wrong,
          wrong_payoffs_are_refused_and_counted, wrong_outcomes_are_refused_and_counted,
          a_nul_byte_is_refused_wherever_it_stands, a_long_fault_is_shown_in_part,
          the_largest_numbers_of_players_and_actions_are_read,
          one_player_too_many_is_refused, one_action_too_many_is_refused,
          too_many_actions_or_profiles_together_are_refused,
          the_largest_game_is_read_and_one_profile_more_is_not)
