/* SPDX-License-Identifier: MIT */
/* Payoffs by count say what the table of the same game says, and their files what they
 * stand for. */
#include "game/counts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "game/formats.h"
#include "game/incentive.h"
#include "game/threat.h"
#include "sim/scenario.h"
#include "tests/unit/unit.h"

#define SEED 20260914
#define CLOSE 1e-12

/* ---- numbers of crowds ---- */

START_TEST(every_crowd_has_one_number_and_fewer_players_come_first)
{
    for (uint8_t n = 0; n <= 9; n++)
        for (uint16_t m = 1; m <= 5; m++) {
            const uint32_t n_crowds = crowds(n, m);
            uint8_t next[ACTIONS_MAX] = {n};
            for (uint32_t v = 0; v < n_crowds; v++) {
                uint8_t count[ACTIONS_MAX];
                uint32_t sum = 0;
                crowd_count(count, n, m, v);
                ck_assert_mem_eq(count, next, m);
                crowd_next(next, m);
                for (uint16_t k = 0; k < m; k++)
                    sum += count[k];
                ck_assert_uint_eq(sum, n);
                ck_assert_uint_eq(crowd_number(count, m), v);
                ck_assert(n == 0 || v >= crowds((uint8_t)(n - 1), m) || count[0] > 0);
            }
            ck_assert_uint_eq(next[0], n);
        }
    ck_assert_uint_eq(crowds(63, 2), 64);
    ck_assert_uint_eq(crowds(63, 4), 45760); /* 66 choose 3 */
    ck_assert_uint_eq(crowds(15, 7), 54264); /* 21 choose 6 */
    ck_assert_uint_eq(crowds(63, 64), UINT32_MAX);
}
END_TEST

START_TEST(shapes_are_counted_where_everybody_has_the_same_actions)
{
    struct shape s = shape_uniform(64, 4);
    ck_assert(shape_counted(&s));
    s.n_actions[63] = 3;
    ck_assert(!shape_counted(&s));
    s = shape_uniform(16, 6);
    ck_assert(shape_counted(&s));
    s = shape_uniform(16, 7); /* 379848 payoffs */
    ck_assert(!shape_counted(&s));
}
END_TEST

/* Of 33 players with 3 actions: each crowd, and each that mixes once more for each
 * first player. */
START_TEST(large_games_list_each_crowd_once_for_each_first_player)
{
    const struct shape s = shape_uniform(33, 3);
    const uint32_t n_crowds = crowds(33, 3), n_mixed = n_crowds - 3;
    uint8_t actions[PLAYERS_MAX], count[ACTIONS_MAX];
    static bool seen[33][1000];
    ck_assert_uint_eq(n_crowds, 595);
    ck_assert_uint_eq(shape_listed(&s), 3 + 33 * n_mixed);
    for (uint32_t k = 0; k < shape_listed(&s); k++) {
        memset(count, 0, sizeof count);
        listed_actions(actions, &s, k);
        for (uint8_t i = 0; i < 33; i++)
            count[actions[i]]++;
        if (k < 3) {
            ck_assert_uint_eq(count[k], 33);
            continue;
        }
        const uint32_t v = crowd_number(count, 3), first = (k - 3) / n_mixed;
        ck_assert(count[0] < 33 && count[1] < 33 && count[2] < 33);
        ck_assert(!seen[first][v]);
        seen[first][v] = true;
        /* Who comes first does the first thing that anybody does. */
        const uint8_t least = count[0] > 0 ? 0 : 1;
        ck_assert_uint_eq(actions[first], least);
        ck_assert_uint_ne(actions[(first + 32) % 33], least);
    }
}
END_TEST

START_TEST(games_with_a_table_list_their_profiles)
{
    const struct shape s = shape_uniform(3, 2);
    ck_assert_uint_eq(shape_listed(&s), 8);
    for (uint32_t k = 0; k < 8; k++) {
        uint8_t actions[PLAYERS_MAX];
        listed_actions(actions, &s, k);
        ck_assert_uint_eq(profile_index(&s, actions), k);
    }
}
END_TEST

/* ---- against the table ---- */

static struct payoffs *random_counts(const struct shape *s, uint8_t player,
                                     struct prng *p)
{
    static double value[COUNTS_MAX];
    const uint16_t m = s->n_actions[0];
    const uint32_t n = m * crowds((uint8_t)(s->n_players - 1), m);
    for (uint32_t k = 0; k < n; k++)
        value[k] = (double)prng_below(p, 2001) / 16 - 50;
    struct payoffs *c = payoffs_new_by_count(s, player, value);
    ck_assert_ptr_nonnull(c);
    return c;
}

/* Some mix, some play one action for sure. */
static void random_profile(struct profile *x, const struct shape *s, struct prng *p)
{
    for (uint8_t i = 0; i < s->n_players; i++) {
        double *share = x->share + shape_offset(s, i), sum = 0;
        const uint16_t sure = (uint16_t)prng_below(p, 2u * s->n_actions[i]);
        for (uint16_t k = 0; k < s->n_actions[i]; k++)
            sum += share[k] = sure >= s->n_actions[i] ? prng_share(p) : sure == k;
        for (uint16_t k = 0; k < s->n_actions[i]; k++)
            share[k] /= sum;
    }
}

static void close_to(double a, double b, const struct payoffs *p)
{
    ck_assert_msg(fabs(a - b) <= CLOSE * (payoffs_range(p) + fabs(a)),
                  "seed %d, %u players, %u actions: %.17g, not %.17g", SEED,
                  p->shape.n_players, p->shape.n_actions[0], a, b);
}

static void compare_views(const struct payoffs *c, const struct payoffs *t,
                          const struct profile *x)
{
    double mine[ACTIONS_MAX], other[ACTIONS_MAX];
    struct incentive_view by_count, by_table;
    payoffs_by_action(mine, c, x);
    payoffs_by_action(other, t, x);
    for (uint16_t k = 0; k < c->shape.n_actions[0]; k++)
        close_to(mine[k], other[k], c);
    close_to(payoffs_expect(c, x), payoffs_expect(t, x), c);
    incentive_view_profile(&by_count, c, x, -7);
    incentive_view_profile(&by_table, t, x, -7);
    close_to(by_count.payoff, by_table.payoff, c);
    close_to(by_count.gain, by_table.gain, c);
    close_to(by_count.ex_ante_gain, by_table.ex_ante_gain, c);
    close_to(by_count.exit_payoff, by_table.exit_payoff, c);
    ck_assert(by_count.threat_payoff == -7);
    close_to(incentive_regret(c, x), incentive_regret(t, x), c);
}

START_TEST(expectations_and_incentives_are_those_of_the_table)
{
    struct prng p = {SEED};
    for (uint8_t n = 2; n <= 8; n++)
        for (uint16_t m = 1; m <= 3; m++) {
            const struct shape s = shape_uniform(n, m);
            const uint8_t player = (uint8_t)prng_below(&p, n);
            struct payoffs *c = random_counts(&s, player, &p);
            struct payoffs *t = payoffs_by_table(c);
            ck_assert_ptr_null(c->value);
            ck_assert_ptr_null(t->counts);
            ck_assert(c->least == t->least && c->greatest == t->greatest);
            ck_assert(incentive_tolerance(c) == incentive_tolerance(t));
            for (int k = 0; k < 20; k++) {
                struct profile x;
                random_profile(&x, &s, &p);
                compare_views(c, t, &x);
            }
            payoffs_free(c);
            payoffs_free(t);
        }
}
END_TEST

/* Which entry that is follows from the definition, not from a table made of it. */
START_TEST(a_pure_profile_gives_exactly_the_entry_of_its_crowd)
{
    struct prng p = {SEED};
    for (int k = 0; k < 300; k++) {
        const uint8_t n = (uint8_t)(2 + prng_below(&p, 63));
        const uint16_t m = (uint16_t)(2 + prng_below(&p, 2));
        const struct shape s = shape_uniform(n, m);
        const uint8_t player = (uint8_t)prng_below(&p, n);
        struct payoffs *c = random_counts(&s, player, &p);
        uint8_t actions[PLAYERS_MAX], count[ACTIONS_MAX] = {0};
        struct candidate pure;
        struct profile x;
        for (uint8_t i = 0; i < n; i++) {
            actions[i] = (uint8_t)prng_below(&p, m);
            count[actions[i]] = (uint8_t)(count[actions[i]] + (i != player));
        }
        const double entry =
            counts_value(c->counts)[actions[player] * crowds((uint8_t)(n - 1), m) +
                                    crowd_number(count, m)];
        candidate_from_pure(&pure, &s, actions);
        profile_from_candidate(&x, &s, &pure);
        ck_assert(payoffs_pure(c, actions) == entry);
        ck_assert(payoffs_expect(c, &x) == entry);
        payoffs_free(c);
    }
}
END_TEST

/* 64 players who all send with probability q: N q (1 - q)^(N - 1) by hand. */
START_TEST(sixty_four_players_who_mix_are_exact_enough)
{
    const struct shape s = shape_uniform(64, 2);
    static double value[2 * 64];
    struct profile x;
    value[63] = 1; /* sends, and all 63 others wait */
    struct payoffs *c = payoffs_new_by_count(&s, 40, value);
    for (int k = 1; k < 100; k++) {
        const double q = k / 100.0;
        for (uint8_t i = 0; i < 64; i++) {
            x.share[2 * i] = q;
            x.share[2 * i + 1] = 1 - q;
        }
        const double u = q * pow(1 - q, 63);
        ck_assert(fabs(payoffs_expect(c, &x) - u) <= 1e-13 * u);
    }
    payoffs_free(c);
}
END_TEST

START_TEST(a_copy_and_a_small_table_are_the_same_payoffs)
{
    struct prng p = {SEED};
    const struct shape small = shape_uniform(8, 2), large = shape_uniform(9, 2);
    struct payoffs *a = random_counts(&small, 3, &p), *b = random_counts(&large, 3, &p);
    struct payoffs *copy = payoffs_copy(b);
    ck_assert_mem_eq(counts_value(copy->counts), counts_value(b->counts),
                     2 * 9 * sizeof(double));
    ck_assert(copy->player == 3 && copy->least == b->least);
    const double entry = counts_value(a->counts)[8 + 7]; /* the second, as all others */
    ck_assert(payoffs_spread(&a) && payoffs_spread(&b));
    ck_assert(a->counts == NULL && a->value[255] == entry); /* 256 profiles */
    ck_assert_ptr_nonnull(b->counts);                       /* 512 */
    payoffs_free(a);
    payoffs_free(b);
    payoffs_free(copy);
}
END_TEST

/* ---- sessions ---- */

static void search(struct threat_search *search[], const struct shape *s,
                   struct payoffs *p[], struct candidate *out, enum threat_state *state)
{
    static struct threat_word word[PLAYERS_MAX];
    for (uint8_t i = 0; i < s->n_players; i++)
        search[i] = threat_search_new(p[i], 1e-3, 2000, i);
    for (*state = THREAT_SEARCHING; *state == THREAT_SEARCHING;) {
        for (uint8_t i = 0; i < s->n_players; i++)
            threat_say(search[i], &word[i]);
        for (uint8_t i = 0; i < s->n_players; i++)
            *state = threat_hear(search[i], word);
    }
    if (*state == THREAT_FOUND)
        threat_found(search[0], out);
    for (uint8_t i = 0; i < s->n_players; i++)
        threat_search_free(search[i]);
}

/* The last digits of expectations may differ, so what is found may in the last ones. */
START_TEST(a_threat_is_found_as_with_the_table)
{
    struct prng p = {SEED};
    for (uint8_t n = 2; n <= 5; n++)
        for (uint16_t m = 2; m <= 3; m++) {
            const struct shape s = shape_uniform(n, m);
            struct payoffs *c[PLAYERS_MAX], *t[PLAYERS_MAX];
            struct threat_search *of[PLAYERS_MAX];
            struct candidate mine, other;
            enum threat_state one, two;
            for (uint8_t i = 0; i < n; i++) {
                c[i] = random_counts(&s, i, &p);
                t[i] = payoffs_by_table(c[i]);
            }
            search(of, &s, c, &mine, &one);
            search(of, &s, t, &other, &two);
            ck_assert_int_eq(one, two);
            for (uint16_t w = 0; one == THREAT_FOUND && w < shape_weights(&s); w++)
                ck_assert_msg(mine.weight[w] < other.weight[w] + 1000u &&
                                  other.weight[w] < mine.weight[w] + 1000u,
                              "seed %d, %u players, %u actions: weight %u is %u, "
                              "not %u",
                              SEED, n, m, w, mine.weight[w], other.weight[w]);
            for (uint8_t i = 0; i < n; i++) {
                payoffs_free(c[i]);
                payoffs_free(t[i]);
            }
        }
}
END_TEST

/* Everybody of 40 finds the mixture in which sending is as good as waiting. */
START_TEST(forty_stations_find_the_mixed_threat)
{
    const struct shape s = shape_uniform(40, 2);
    static double value[2 * 40];
    struct payoffs *c[PLAYERS_MAX];
    struct threat_search *of[PLAYERS_MAX];
    struct candidate found;
    enum threat_state state;
    for (int k = 0; k < 39; k++)
        value[k] = -0.2;
    value[39] = 0.8;
    for (uint8_t i = 0; i < 40; i++)
        c[i] = payoffs_new_by_count(&s, i, value);
    search(of, &s, c, &found, &state);
    ck_assert_int_eq(state, THREAT_FOUND);
    const double q = 1 - pow(0.2, 1 / 39.0); /* (1 - q)^39 = 0.2 */
    for (uint8_t i = 0; i < 40; i++) {
        ck_assert(fabs(found.weight[2 * i] / (double)WEIGHT_ONE - q) < 1e-7);
        payoffs_free(c[i]);
    }
}
END_TEST

static struct world *run(struct scenario *s, uint64_t seed)
{
    s->options.seed = seed;
    struct world *w = world_new(&s->options);
    ck_assert_ptr_nonnull(w);
    ck_assert(world_run(w));
    return w;
}

/* Payoffs are sixteenths and pure profiles come first, so what is agreed does not hang
 * on last digits. */
START_TEST(a_session_agrees_on_what_it_agrees_on_with_the_table)
{
    struct prng p = {SEED};
    uint32_t agreed = 0;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        const uint8_t n = (uint8_t)(3 + seed % 3);
        const struct shape shape = shape_uniform(n, (uint16_t)(2 + seed % 2));
        struct scenario s;
        scenario_start(&s, &shape);
        s.terms.stages = 3;
        struct report of[2];
        uint64_t messages[2];
        for (uint8_t i = 0; i < n; i++) {
            payoffs_free(s.game.payoffs[i]);
            s.game.payoffs[i] = random_counts(&shape, i, &p);
        }
        for (int tables = 0; tables < 2; tables++) {
            struct world_counts counts;
            struct world *w = run(&s, seed);
            world_report(w, 0, &of[tables]);
            world_counts(w, 0, &counts);
            messages[tables] = counts.messages;
            world_free(w);
            for (uint8_t i = 0; tables == 0 && i < n; i++) {
                struct payoffs *t = payoffs_by_table(s.game.payoffs[i]);
                payoffs_free(s.game.payoffs[i]);
                s.game.payoffs[i] = t;
            }
        }
        agreed += of[0].agreed;
        ck_assert_int_eq(of[0].outcome, of[1].outcome);
        ck_assert(of[0].agreed == of[1].agreed);
        ck_assert(!of[0].agreed || candidate_equal(&of[0].agreement, &of[1].agreement));
        ck_assert_uint_eq(of[0].asked, of[1].asked);
        ck_assert_uint_eq(of[0].certified, of[1].certified);
        ck_assert_uint_eq(messages[0], messages[1]);
        scenario_free(&s);
    }
    ck_assert_uint_gt(agreed, 2);
}
END_TEST

/* ---- files ---- */

/* From a place of its own, so that reading too far is noticed. */
static bool read_copy(struct game *g, const char *bytes, size_t size,
                      struct format_error *error)
{
    char *copy = malloc(size > 0 ? size : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, bytes, size);
    const bool is_read = counts_read(g, copy, size, error);
    free(copy);
    return is_read;
}

static bool read(struct game *g, const char *text, struct format_error *error)
{
    return read_copy(g, text, strlen(text), error);
}

static double paid(const struct game *g, uint8_t player, const char *actions)
{
    uint8_t a[PLAYERS_MAX];
    for (uint8_t i = 0; i < g->shape.n_players; i++)
        a[i] = (uint8_t)(actions[i] - 'A');
    return payoffs_pure(g->payoffs[player], a);
}

START_TEST(rows_go_by_one_action_by_crowd_or_by_nothing)
{
    struct game g;
    struct format_error error = {0};
    ck_assert_msg(read(&g,
                       "COUNTS 1 \"A \\\"game\\\"\" # with a comment\n"
                       "players 3 actions \"A\" \"B\" \"C\"\n"
                       "payoffs\n"
                       " \"B\" by \"C\": 10 11 1/2\n"
                       " \"A\" by crowd: 0 1 2 3 4 5 # see below\n"
                       " \"C\": -7\n",
                       &error),
                  "%u:%u: %s", error.line, error.column, error.message);
    ck_assert_str_eq(g.title, "A \"game\"");
    ck_assert_str_eq(g.player_name[2], "3");
    ck_assert_str_eq(g.action_name[8], "C");
    ck_assert_uint_eq(g.shape.n_players, 3);
    for (uint8_t i = 0; i < 3; i++)
        ck_assert_uint_eq(g.payoffs[i]->player, i);
    ck_assert(paid(&g, 0, "BAB") == 10 && paid(&g, 1, "CBB") == 11 &&
              paid(&g, 2, "CCB") == 0.5);
    ck_assert(paid(&g, 0, "CAB") == -7 && paid(&g, 2, "CCC") == -7);
    /* The others' crowds in order: AA, AC, AB, CC, BC, BB. */
    ck_assert(paid(&g, 0, "AAA") == 0 && paid(&g, 0, "AAC") == 1 &&
              paid(&g, 0, "ABA") == 2 && paid(&g, 0, "ACC") == 3 &&
              paid(&g, 0, "ABC") == 4 && paid(&g, 0, "ABB") == 5);
    game_free(&g);
}
END_TEST

START_TEST(sections_are_of_some_players)
{
    struct game g;
    struct format_error error = {0};
    ck_assert_msg(read(&g,
                       "COUNTS 1 \"\" players \"Ann\" \"Bob\" \"Eve\" \"Bob\"\n"
                       "actions \"A\" \"B\"\n"
                       "payoffs of \"Eve\" to 4 \"A\": 3 \"B\" by \"A\": 5*4\n"
                       "payoffs of 1 \"A\": 1 \"B\": 2\n"
                       "payoffs of \"Bob\" \"A\" by \"A\": 0*2 9 8 \"B\": 2e0",
                       &error),
                  "%u:%u: %s", error.line, error.column, error.message);
    ck_assert_str_eq(g.player_name[3], "Bob_2");
    ck_assert(paid(&g, 0, "AAAA") == 1 && paid(&g, 2, "AAAA") == 3 &&
              paid(&g, 3, "AAAB") == 5);
    ck_assert(paid(&g, 1, "BABA") == 0 && paid(&g, 1, "AABA") == 9 &&
              paid(&g, 1, "AAAA") == 8);
    game_free(&g);
}
END_TEST

#define HEAD "COUNTS 1 \"\" players 3 actions \"A\" \"B\"\n"
static const struct {
    const char *text;
    uint32_t line, column;
    const char *message;
} refusals[] = {
    {"", 1, 1, "expected COUNTS, found end of file"},
    {"COUNTS 2 \"\"", 1, 8, "expected version 1, found 2"},
    {"COUNTS 1 Title", 1, 10, "expected the title in quotes, found Title"},
    {"COUNTS 1 \"a", 1, 10,
     "expected the title in quotes, found a text without a closing quote"},
    {"COUNTS 1 \"\"\nplayers 65", 2, 9,
     "expected a number of players from 2 to 64, found 65"},
    {"COUNTS 1 \"\"\nplayers actions", 2, 9,
     "expected how many players there are, or their names in quotes, found actions"},
    {"COUNTS 1 \"\" players 2 payoffs", 1, 23, "expected actions, found payoffs"},
    {"COUNTS 1 \"\" players 2 actions :", 1, 31,
     "expected the name of an action in quotes, found :"},
    {"COUNTS 1 \"\" players 64\nactions \"\" \"\" \"\" \"\" \"\"", 2, 21,
     "64 players have at most 4 actions each"},
    {"COUNTS 1 \"\" players 16\nactions \"\" \"\" \"\" \"\" \"\" \"\" \"\" \n:", 3, 1,
     "7 actions for each of 16 players have more than 262144 payoffs by count"},
    {HEAD, 2, 1, "expected payoffs, found end of file"},
    {HEAD "payoffs of 4", 2, 12, "expected a player from 1 to 3, found 4"},
    {HEAD "payoffs of \"Ann\"", 2, 12, "expected the name of a player, found \"Ann\""},
    {HEAD "payoffs of 3 to 2 \"A\"", 2, 19, "player 2 does not come after player 3"},
    {HEAD "payoffs \"C\"", 2, 9, "expected the name of an action, found \"C\""},
    {HEAD "payoffs \"\xff\"", 2, 9,
     "expected the name of an action in quotes, found \"\\xff\""},
    {HEAD "payoffs of \"\xff\"", 2, 12,
     "expected a player's number or its name in quotes, found \"\\xff\""},
    {HEAD "payoffs \"A\" 1", 2, 13, "expected 'by' or ':', found 1"},
    {HEAD "payoffs \"A\" by 1", 2, 16,
     "expected crowd, or the name of an action in quotes, found 1"},
    {HEAD "payoffs \"A\": 1\n", 3, 1,
     "expected the payoffs of \"B\", found end of file"},
    {HEAD "payoffs \"A\": 1\n\"A\": 1", 3, 4,
     "the payoffs of \"A\" stand there already"},
    {HEAD "payoffs \"A\" by \"A\": 1 2\n\"B\"", 3, 1,
     "expected payoff 3 of 3 of A, found \"B\""},
    {HEAD "payoffs \"A\" by crowd: 1 2 3 4", 2, 29,
     "A has 3 payoffs here, and there are more"},
    {HEAD "payoffs \"A\" by \"B\": 1 2*3", 2, 25, "A has 3 payoffs, not 4"},
    {HEAD "payoffs \"A\" by \"B\": 1 2*x", 2, 25,
     "expected how often the number before '*' stands there, found x"},
    {HEAD "payoffs \"A\": 1e999", 2, 14,
     "expected payoff 1 of 1 of A, found 1e999, which is too large"},
    {HEAD "payoffs of 1 \"A\": 1 \"B\": 2\npayoffs \"A\": 1 \"B\": 2", 3, 1,
     "the payoffs of player 1 stand there already"},
    {HEAD "payoffs of 1 to 2 \"A\": 1 \"B\": 2\n", 3, 1,
     "expected payoffs of player 3, found end of file"},
    {HEAD "payoffs \"A\": 1 \"B\": 2 x", 2, 23, "expected payoffs, found x"},
};

START_TEST(what_is_wrong_is_named_with_its_place)
{
    for (size_t k = 0; k < sizeof refusals / sizeof refusals[0]; k++) {
        struct format_error error = {0};
        struct game g;
        ck_assert_msg(!read(&g, refusals[k].text, &error), "read <%s>",
                      refusals[k].text);
        ck_assert_msg(strcmp(error.message, refusals[k].message) == 0 &&
                          error.line == refusals[k].line &&
                          error.column == refusals[k].column,
                      "<%s> gave %u:%u \"%s\"", refusals[k].text, error.line,
                      error.column, error.message);
    }
}
END_TEST

UNIT_MAIN("counts", every_crowd_has_one_number_and_fewer_players_come_first,
          shapes_are_counted_where_everybody_has_the_same_actions,
          large_games_list_each_crowd_once_for_each_first_player,
          games_with_a_table_list_their_profiles,
          expectations_and_incentives_are_those_of_the_table,
          a_pure_profile_gives_exactly_the_entry_of_its_crowd,
          sixty_four_players_who_mix_are_exact_enough,
          a_copy_and_a_small_table_are_the_same_payoffs,
          a_threat_is_found_as_with_the_table, forty_stations_find_the_mixed_threat,
          a_session_agrees_on_what_it_agrees_on_with_the_table,
          rows_go_by_one_action_by_crowd_or_by_nothing, sections_are_of_some_players,
          what_is_wrong_is_named_with_its_place)
