/* SPDX-License-Identifier: MIT */
/* Game files as they are written: short, and the same game again when read. */
#include "game/formats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/reading.h"

static void must_write(const struct game *g, const char *wanted)
{
    char text[2048];
    size_t size;
    ck_assert(nfg_write(g, text, sizeof text, &size));
    ck_assert_uint_lt(size, sizeof text);
    text[size] = '\0';
    ck_assert_str_eq(text, wanted);
}

START_TEST(a_game_is_written_in_the_payoff_version)
{
    struct game g;
    const char *wanted = "NFG 1 R \"a \\\"t\\\" \\x\" \n"
                         "{ \"A\\\"\" \"B\" }\n"
                         "{\n"
                         "{ \"x\" \"y\" }\n"
                         "{ \"1\" }\n"
                         "}\n"
                         "\n"
                         "1 0.1\n"
                         "-2.5 1e20\n";
    must_read(
        &g, "NFG 1 D \"a \\\"t\\\" \\x\" { \"A\\\"\" \"B\" } { {\"x\" \"y\"} {\"\"} } "
            "{ { \"\" -5/2, 1e+20 } { \"\" 1, 1/10 } } 2 1");
    must_write(&g, wanted);
    game_free(&g);
    must_read(&g, wanted);
    must_write(&g, wanted);
    game_free(&g);
}
END_TEST

START_TEST(numbers_are_written_short_and_without_a_plus)
{
    static const char *const written[] = {
        "0",
        "0.3",
        "0.333333333333333",
        "0.3333333333333333",
        "0.30000000000000004",
        "1e300",
        "-1.5e-05",
        "123456789012345",
        "1.7976931348623157e308",
        "-2.2250738585072014e-308",
    };
    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++) {
        char wanted[256];
        struct game g;
        snprintf(wanted, sizeof wanted,
                 "NFG 1 R \"\" \n{ \"A\" \"B\" }\n{\n{ \"x\" }\n{ \"x\" }\n}\n\n%s 0\n",
                 written[i]);
        must_read(&g, wanted);
        must_write(&g, wanted);
        game_free(&g);
    }
}
END_TEST

START_TEST(writing_says_how_much_room_it_takes)
{
    struct game g;
    char text[512];
    size_t size, wanted;
    must_read(&g, "NFG 1 R \"T\" { \"A\" \"B\" } { 2 2 } 1 2 3 4 5 6 7 8");
    ck_assert(!nfg_write(&g, NULL, 0, &wanted));
    ck_assert(nfg_write(&g, text, wanted, &size));
    ck_assert_uint_eq(size, wanted);
    for (size_t capacity = 0; capacity < wanted; capacity++) {
        memset(text, '#', sizeof text);
        ck_assert(!nfg_write(&g, text, capacity, &size));
        ck_assert_uint_eq(size, wanted);
        for (size_t i = capacity; i < sizeof text; i++)
            ck_assert_int_eq(text[i], '#');
    }
    game_free(&g);
}
END_TEST

START_TEST(a_name_with_a_backslash_at_its_end_cannot_be_written)
{
    struct game g;
    must_read(&g, "NFG 1 R \"T\" { \"A\" \"B\" } { 2 2 } 1 2 3 4 5 6 7 8");
    char *name[] = {g.title, g.player_name[0], g.player_name[1], g.action_name[0],
                    g.action_name[3]};
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        char text[512], kept[8];
        size_t size = 1;
        memcpy(kept, name[i], sizeof kept);
        memcpy(name[i], "a\\", 3);
        ck_assert(!nfg_write(&g, text, sizeof text, &size));
        ck_assert_uint_eq(size, 0);
        memcpy(name[i], kept, sizeof kept);
    }
    game_free(&g);
}
END_TEST

static double random_payoff(struct prng *prng)
{
    uint64_t bits = prng_next(prng);
    double value;
    switch (prng_below(prng, 4)) {
    case 0:
        return (double)prng_below(prng, 20) - 10;
    case 1:
        return ((double)prng_below(prng, 2000) - 1000) / 100;
    case 2:
        return prng_share(prng);
    default:
        memcpy(&value, &bits, sizeof value);
        return isfinite(value) && value != 0 ? value : 1;
    }
}

static void random_name(char *out, size_t capacity, struct prng *prng)
{
    static const char *const pieces[] = {"a", "\"", "\\",          "\xc3\xb6",
                                         "{", " ",  "\xe2\x82\xac"};
    size_t size = 0;
    for (uint64_t n = prng_below(prng, 12); n > 0; n--)
        size += (size_t)snprintf(out + size, capacity - size, "%s",
                                 pieces[prng_below(prng, 7)]);
    snprintf(out + size, capacity - size, "z%u", (unsigned)prng_below(prng, 1u << 31));
}

static void random_game(struct game *g, struct prng *prng)
{
    double value[64];
    memset(g, 0, sizeof *g);
    g->shape.n_players = (uint8_t)(2 + prng_below(prng, 2));
    for (uint8_t player = 0; player < g->shape.n_players; player++)
        g->shape.n_actions[player] = (uint8_t)(1 + prng_below(prng, 4));
    random_name(g->title, sizeof g->title, prng);
    for (uint8_t player = 0; player < g->shape.n_players; player++)
        random_name(g->player_name[player], sizeof g->player_name[player], prng);
    for (uint16_t k = 0; k < shape_weights(&g->shape); k++)
        random_name(g->action_name[k], sizeof g->action_name[k], prng);
    for (uint8_t player = 0; player < g->shape.n_players; player++) {
        for (size_t i = 0; i < 64; i++)
            value[i] = random_payoff(prng);
        g->payoffs[player] = payoffs_new(&g->shape, player, value);
    }
}

START_TEST(what_is_written_reads_back_bit_by_bit)
{
    struct prng prng = {11};
    for (int run = 0; run < 500; run++) {
        static char text[16384];
        struct game g, back;
        struct format_error error;
        size_t size;
        random_game(&g, &prng);
        ck_assert(nfg_write(&g, text, sizeof text, &size));
        ck_assert_msg(read_text(&back, text, size, &error), "%u:%u: %s", error.line,
                      error.column, error.message);
        ck_assert_str_eq(back.title, g.title);
        ck_assert_uint_eq(back.shape.n_players, g.shape.n_players);
        ck_assert_mem_eq(back.shape.n_actions, g.shape.n_actions,
                         sizeof g.shape.n_actions);
        for (size_t i = 0; i < PLAYERS_MAX; i++)
            ck_assert_mem_eq(back.player_name[i], g.player_name[i], NAME_MAX + 1);
        for (size_t k = 0; k < WEIGHTS_MAX; k++)
            ck_assert_mem_eq(back.action_name[k], g.action_name[k], NAME_MAX + 1);
        for (uint8_t player = 0; player < g.shape.n_players; player++)
            ck_assert_mem_eq(back.payoffs[player]->value, g.payoffs[player]->value,
                             shape_profiles(&g.shape) * sizeof(double));
        game_free(&g);
        game_free(&back);
    }
}
END_TEST

UNIT_MAIN("nfg_write", a_game_is_written_in_the_payoff_version,
          numbers_are_written_short_and_without_a_plus,
          writing_says_how_much_room_it_takes,
          a_name_with_a_backslash_at_its_end_cannot_be_written,
          what_is_written_reads_back_bit_by_bit)
