/* SPDX-License-Identifier: MIT */
/* The games that come along: their payoffs are what games/README.md says. */
#include "game/formats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "study/study_games.h"
#include "tests/unit/reading.h"

static size_t read_file(char text[1 << 16], const char *path)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    const size_t size = fread(text, 1, 1 << 16, file);
    fclose(file);
    return size;
}

static void load(struct game *g, const char *path)
{
    static char text[1 << 16];
    struct format_error error;
    const size_t size = read_file(text, path);
    ck_assert_msg(read_text(g, text, size, &error), "%s:%u:%u: %s", path, error.line,
                  error.column, error.message);
}

/* Of a game by count and of two actions: what everybody gets for the first and for the
 * second while k of the others take the first. */
static void counts_are(const char *path, uint8_t n, double (*first)(unsigned k),
                       double (*second)(unsigned k))
{
    static char text[1 << 16];
    struct game g;
    struct format_error error;
    const size_t size = read_file(text, path);
    ck_assert_msg(counts_read(&g, text, size, &error), "%s:%u:%u: %s", path, error.line,
                  error.column, error.message);
    ck_assert_uint_eq(g.shape.n_players, n);
    ck_assert_uint_eq(g.shape.n_actions[0], 2);
    for (uint8_t i = 0; i < n; i++)
        for (uint8_t k = 0; k < n; k++) {
            uint8_t actions[PLAYERS_MAX];
            for (uint8_t j = 0; j < n; j++)
                actions[j] = (j + n - i) % n > k; /* k of those after i, not i */
            actions[i] = 0;
            ck_assert(payoffs_pure(g.payoffs[i], actions) == first(k));
            actions[i] = 1;
            ck_assert(payoffs_pure(g.payoffs[i], actions) == second(k));
        }
    game_free(&g);
}

static double works(unsigned k)
{
    return k + 1 - 6.0;
}

static double rests(unsigned k)
{
    return k;
}

static double sends(unsigned k)
{
    return k == 0 ? 0.8 : -0.2;
}

static double backs_off(unsigned k)
{
    return 0 * k;
}

START_TEST(the_games_by_count_follow_their_formulas)
{
    counts_are("games/dam-16.counts", 16, works, rests);
    counts_are("games/slotted-aloha-32.counts", 32, sends, backs_off);
}
END_TEST

/* The rows of a matrix of pairs, as papers print them: player 1 chooses the row. */
static void matrix_is(const char *path, const char *title, const char *const *actions,
                      size_t n, const double (*pair)[2])
{
    struct game g;
    load(&g, path);
    ck_assert_str_eq(g.title, title);
    ck_assert_uint_eq(g.shape.n_players, 2);
    for (uint8_t player = 0; player < 2; player++) {
        ck_assert_uint_eq(g.shape.n_actions[player], n);
        for (size_t k = 0; k < n; k++)
            ck_assert_str_eq(g.action_name[player * n + k], actions[k]);
        for (size_t row = 0; row < n; row++)
            for (size_t column = 0; column < n; column++)
                ck_assert(g.payoffs[player]->value[column * n + row] ==
                          pair[row * n + column][player]);
    }
    game_free(&g);
}

START_TEST(the_games_of_the_paper_are_as_figure_1_has_them)
{
    matrix_is("games/matching-pennies.nfg", "Matching pennies",
              (const char *[]){"Heads", "Tails"}, 2,
              (const double[][2]){{1, -1}, {-1, 1}, {-1, 1}, {1, -1}});
    matrix_is("games/prisoners-dilemma.nfg", "Prisoner's dilemma",
              (const char *[]){"Cooperate", "Defect"}, 2,
              (const double[][2]){{2, 2}, {-1, 3}, {3, -1}, {0, 0}});
    matrix_is("games/battle-of-the-sexes.nfg", "Battle of the sexes",
              (const char *[]){"Opera", "Football"}, 2,
              (const double[][2]){{2, 1}, {0, 0}, {0, 0}, {1, 2}});
    matrix_is("games/chicken.nfg", "Chicken", (const char *[]){"Straight", "Swerve"}, 2,
              (const double[][2]){{-10, -10}, {1, -1}, {-1, 1}, {0, 0}});
}
END_TEST

START_TEST(the_other_games_of_two_are_as_stated)
{
    matrix_is("games/aumann-chicken.nfg", "Aumann's chicken",
              (const char *[]){"Yield", "Dare"}, 2,
              (const double[][2]){{6, 6}, {2, 7}, {7, 2}, {0, 0}});
    matrix_is("games/price-competition.nfg", "Price competition",
              (const char *[]){"High", "Middle", "Low"}, 3,
              (const double[][2]){{18, 18},
                                  {0, 32},
                                  {0, 20},
                                  {32, 0},
                                  {16, 16},
                                  {0, 20},
                                  {20, 0},
                                  {20, 0},
                                  {10, 10}});
}
END_TEST

static void is_public_good(const char *path, uint8_t n, int endowment, int factor)
{
    struct game g;
    load(&g, path);
    ck_assert_uint_eq(g.shape.n_players, n);
    for (uint32_t profile = 0; profile < shape_profiles(&g.shape); profile++) {
        uint8_t action[PLAYERS_MAX];
        int given = 0;
        profile_actions(action, &g.shape, profile);
        for (uint8_t player = 0; player < n; player++)
            given += action[player] == 0 ? endowment : 0;
        for (uint8_t player = 0; player < n; player++) {
            int kept = action[player] == 0 ? 0 : endowment;
            ck_assert(g.payoffs[player]->value[profile] ==
                      (double)(n * kept + factor * given) / n);
        }
    }
    ck_assert_str_eq(g.action_name[0], "Contribute");
    ck_assert_str_eq(g.action_name[1], "Keep");
    game_free(&g);
}

START_TEST(the_public_goods_games_follow_their_formula)
{
    is_public_good("games/public-goods-3.nfg", 3, 10, 2);
    is_public_good("games/public-goods-5.nfg", 5, 1, 3);
}
END_TEST

START_TEST(the_radios_with_slots_of_their_own_follow_their_formula)
{
    struct game g;
    load(&g, "games/channel-access-4.nfg");
    ck_assert_uint_eq(g.shape.n_players, 4);
    for (uint32_t profile = 0; profile < 16; profile++) {
        uint8_t greedy[PLAYERS_MAX];
        profile_actions(greedy, &g.shape, profile);
        const int n_greedy = greedy[0] + greedy[1] + greedy[2] + greedy[3];
        for (uint8_t player = 0; player < 4; player++) {
            const int packets =
                60 + 105 * greedy[player] - 50 * (n_greedy - greedy[player]);
            ck_assert(g.payoffs[player]->value[profile] == packets);
        }
    }
    ck_assert_str_eq(g.action_name[0], "Polite");
    ck_assert_str_eq(g.action_name[7], "Greedy");
    game_free(&g);
}
END_TEST

START_TEST(the_radios_without_a_plan_follow_their_formula)
{
    struct game g;
    load(&g, "games/slotted-aloha-4.nfg");
    ck_assert_uint_eq(g.shape.n_players, 4);
    for (uint32_t profile = 0; profile < 16; profile++) {
        uint8_t action[PLAYERS_MAX];
        profile_actions(action, &g.shape, profile);
        for (uint8_t player = 0; player < 4; player++) {
            double packets = 4096;
            for (uint8_t other = 0; other < 4; other++) {
                double sends = action[other] == 0 ? 0.125 : 0.75;
                packets *= other == player ? sends : 1 - sends;
            }
            ck_assert(g.payoffs[player]->value[profile] == packets);
        }
    }
    ck_assert_str_eq(g.action_name[0], "Polite");
    ck_assert_str_eq(g.action_name[7], "Greedy");
    game_free(&g);
}
END_TEST

START_TEST(the_radios_with_capture_follow_their_formula)
{
    struct game g;
    load(&g, "games/capture-3.nfg");
    ck_assert_uint_eq(g.shape.n_players, 3);
    for (uint32_t profile = 0; profile < 8; profile++) {
        uint8_t grabs[PLAYERS_MAX];
        profile_actions(grabs, &g.shape, profile);
        for (uint8_t player = 0; player < 3; player++) {
            double packets = grabs[player] ? 0 : 8 / 4.0;
            /* A slot of each owner; who shares sends in its own ones only. */
            for (uint8_t owner = 0; owner < 3; owner++) {
                uint8_t high = 0;
                for (uint8_t other = 0; other < 3; other++)
                    if (other != player && grabs[other])
                        high++;
                const bool sends = grabs[player] || owner == player;
                const bool drowns = owner != player && !grabs[owner];
                if (sends && high == 0)
                    packets += 4 * (drowns ? 9 / 16.0 : 1);
            }
            ck_assert(g.payoffs[player]->value[profile] == 2 * packets);
        }
    }
    ck_assert_str_eq(g.action_name[0], "Share");
    ck_assert_str_eq(g.action_name[5], "Grab");
    game_free(&g);
}
END_TEST

/* And the study, which makes it from fewer numbers, has the same. */
START_TEST(the_well_follows_its_formula)
{
    static const struct random_games none = {{2, 2}, {2, 2}, 1, 1};
    struct game g, studied = {.title = ""};
    load(&g, "games/congestion-3.nfg");
    for (uint32_t k = 0; strcmp(studied.title, "congestion") != 0; k++) {
        game_free(&studied);
        ck_assert_uint_lt(k, class_size(GAMES_COORDINATION, &none));
        ck_assert(class_game(&studied, GAMES_COORDINATION, k, &none));
    }
    ck_assert_uint_eq(g.shape.n_players, 3);
    for (uint32_t profile = 0; profile < 8; profile++) {
        uint8_t draws[PLAYERS_MAX];
        profile_actions(draws, &g.shape, profile);
        const int drawing = draws[0] + draws[1] + draws[2];
        for (uint8_t player = 0; player < 3; player++) {
            const double tends = drawing == 2 ? 1 : 2;
            const double buckets =
                draws[player] ? fmin(5, 6.0 * (3 - drawing) / drawing) : tends;
            ck_assert(g.payoffs[player]->value[profile] == buckets);
            ck_assert(studied.payoffs[player]->value[profile] == buckets);
        }
    }
    ck_assert_str_eq(g.action_name[0], "Tend");
    ck_assert_str_eq(g.action_name[5], "Draw");
    game_free(&studied);
    game_free(&g);
}
END_TEST

UNIT_MAIN("games", the_games_of_the_paper_are_as_figure_1_has_them,
          the_other_games_of_two_are_as_stated,
          the_public_goods_games_follow_their_formula,
          the_radios_with_slots_of_their_own_follow_their_formula,
          the_radios_with_capture_follow_their_formula,
          the_radios_without_a_plan_follow_their_formula, the_well_follows_its_formula,
          the_games_by_count_follow_their_formulas)
