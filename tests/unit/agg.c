/* SPDX-License-Identifier: MIT */
/* Action-graph games: what function nodes count, which payoffs a file must have, and
 * where a wrong one goes wrong. */
#include "analysis/agg.h"

#include <stdio.h>
#include <string.h>

#include "analysis/classics.h"
#include "tests/unit/raw.h"
#include "tests/unit/unit.h"

static void must_read(struct agg *a, const char *text)
{
    struct format_error error;
    ck_assert_msg(agg_read(a, text, strlen(text), &error), "%u:%u: %s", error.line,
                  error.column, error.message);
}

static void refuses(const char *text, uint32_t line, uint32_t column,
                    const char *message)
{
    struct agg a;
    struct format_error error;
    ck_assert(!agg_read(&a, text, strlen(text), &error));
    ck_assert_str_eq(error.message, message);
    ck_assert_uint_eq(error.line, line);
    ck_assert_uint_eq(error.column, column);
}

/* Both pay the same at every profile. */
static void same_game(const struct exact_game *table, const struct agg *graph)
{
    struct exact_game g;
    mpq_t x, y;
    ck_assert_ptr_null(agg_expand(&g, graph));
    ck_assert_uint_eq(g.head.shape.n_players, table->head.shape.n_players);
    ck_assert_mem_eq(g.head.shape.n_actions, table->head.shape.n_actions,
                     sizeof table->head.shape.n_actions);
    mpq_inits(x, y, NULL);
    for (uint32_t profile = 0; profile < shape_profiles(&g.head.shape); profile++)
        for (uint8_t i = 0; i < g.head.shape.n_players; i++) {
            exact_payoff(x, &g, profile, i);
            exact_payoff(y, table, profile, i);
            ck_assert(mpq_equal(x, y));
        }
    mpq_clears(x, y, NULL);
    exact_free(&g);
}

START_TEST(the_action_graphs_of_ioc_and_fd_pay_what_their_tables_pay)
{
    struct ioc ioc;
    struct forwarding fd;
    ioc_init(&ioc);
    forwarding_init(&fd);
    mpq_set_ui(ioc.guess_right, 1, 3);
    for (uint32_t n = 2; n <= 7; n++) {
        struct exact_game table;
        struct agg graph, again;
        ck_assert_ptr_null(ioc_table(&table, &ioc, n));
        ck_assert_ptr_null(ioc_graph(&graph, &ioc, n));
        ck_assert_ptr_null(agg_from_table(&again, &table));
        same_game(&table, &graph);
        same_game(&table, &again);
        exact_free(&table);
        agg_free(&graph);
        agg_free(&again);
        ck_assert_ptr_null(forwarding_table(&table, &fd, n));
        ck_assert_ptr_null(forwarding_graph(&graph, &fd, n));
        same_game(&table, &graph);
        exact_free(&table);
        agg_free(&graph);
    }
    ioc_clear(&ioc);
    forwarding_clear(&fd);
}
END_TEST

START_TEST(ioc_is_the_paper_s_figure_1_and_its_figure_2_with_the_last_payoff_mended)
{
    static const char nfg[] = "NFG 1 R \"IOC\" {\"P1\" \"P2\" \"P3\"}\n"
                              "{{\"L\" \"D\"} {\"L\" \"D\"} {\"L\" \"D\"}}\n"
                              " 15.0  15.0  15.0 20.0 -1.25 -1.25\n"
                              "-1.25  20.0 -1.25 20.0  20.0 -16.25\n"
                              "-1.25 -1.25  20.0 20.0 -16.25 20.0\n"
                              "-16.25 20.0  20.0 10.0  10.0  10.0\n";
    static const char agg[] = "#AGG\n3 2 0\n2 2 2\n0 1 0 1 0 1\n2 0 1 2 0 1\n"
                              "0 -16.25 -1.25 15.0\n0  10.0   20.0 20.0\n";
    struct exact_game table, made;
    struct agg graph;
    struct ioc ioc;
    struct format_error error;
    ioc_init(&ioc);
    ck_assert_ptr_null(ioc_table(&made, &ioc, 3));
    ck_assert(exact_read(&table, nfg, strlen(nfg), &error));
    must_read(&graph, agg);
    same_game(&table, &graph);
    same_game(&made, &graph);
    exact_free(&table);
    exact_free(&made);
    agg_free(&graph);
    ioc_clear(&ioc);
}
END_TEST

/* ---- function nodes: what Gambit computes, player by player ---- */

enum { NODES = 4 };

static int64_t one_player(int type, int node, const int *paths, int d, const int *w)
{
    const int k = paths[node], none = NODES + 1;
    return type == 0    ? k
           : type == 1  ? k > 0
           : type <= 3  ? (k > 0 ? node : none)
           : type == 10 ? d + k * w[node]
           : type == 11 ? d + k * w[node] > 0
                        : (k > 0 ? w[node] : d);
}

static int64_t folded(int type, int64_t x, int64_t y, int d)
{
    const int64_t none = type <= 3 ? NODES + 1 : d;
    if (type == 0 || type == 10)
        return x + y;
    if (type == 1 || type == 11)
        return x || y;
    if (x == none || y == none)
        return x == none ? y : x;
    return (type % 10 == 2) == (x > y) ? x : y;
}

/* A game whose every payoff is the value of its one function node. */
static void write_function_game(char *text, size_t size, int type, int d, const int *w,
                                const int *neighbours, int n_neighbours)
{
    int at = snprintf(text, size,
                      "#AGG\n3 4 1\n2 2 3\n0 1\n1 2\n1 2 3\n1 4\n1 4\n1 4\n"
                      "1 4\n%d",
                      n_neighbours);
    for (int i = 0; i < n_neighbours; i++)
        at += snprintf(text + at, size - (size_t)at, " %d", neighbours[i]);
    at += snprintf(text + at, size - (size_t)at, "\n%d", type);
    if (type >= 10)
        at += snprintf(text + at, size - (size_t)at, " %d [%d %d %d %d]", d, w[0], w[1],
                       w[2], w[3]);
    for (int node = 0; node < NODES; node++) {
        at += snprintf(text + at, size - (size_t)at, "\n1 200\n");
        for (int value = 0; value < 200; value++)
            at += snprintf(text + at, size - (size_t)at, "[%d] %d ", value, value);
    }
}

START_TEST(function_nodes_fold_what_each_player_contributes)
{
    static const int types[] = {0, 1, 2, 3, 10, 11, 12, 13};
    static const int sets[3][3] = {{0, 1}, {1, 2}, {1, 2, 3}};
    static char text[16384];
    for (int t = 0; t < 8; t++)
        for (int variant = 0; variant < 81; variant++) {
            const int type = types[t], d = variant % 3;
            const int w[] = {variant / 3 % 3, variant / 9 % 3, (variant + 1) % 3,
                             variant / 27};
            const int neighbours[] = {variant % 4, variant / 4 % 4, variant % 4};
            const int n_neighbours = variant % 4;
            int paths[NODES] = {0};
            struct agg a;
            for (int i = 0; i < n_neighbours; i++)
                paths[neighbours[i]]++;
            write_function_game(text, sizeof text, type, d, w, neighbours,
                                n_neighbours);
            must_read(&a, text);
            for (uint32_t x = 0; x < 12; x++) {
                const int on[] = {sets[0][x % 2], sets[1][x / 2 % 2], sets[2][x / 4]};
                uint32_t count[NODES] = {0};
                int64_t wanted = one_player(type, on[0], paths, d, w);
                for (int i = 1; i < 3; i++)
                    wanted =
                        folded(type, wanted, one_player(type, on[i], paths, d, w), d);
                for (int i = 0; i < 3; i++)
                    count[on[i]]++;
                mpq_t payoff;
                mpq_init(payoff);
                multiples_get(payoff, &a.payoffs,
                              agg_payoff(&a, (uint32_t)on[0], count));
                ck_assert_msg(mpq_cmp_si(payoff, wanted, 1) == 0,
                              "type %d, variant %d, profile %u", type, variant, x);
                mpq_clear(payoff);
            }
            agg_free(&a);
        }
}
END_TEST

START_TEST(chained_function_nodes_count_the_ways_to_an_action_node)
{
    struct agg a;
    /* Node 3 sees node 0 once itself and once through node 2. */
    must_read(&a, "#AGG\n2 2 2\n2 2\n0 1\n0 1\n1 3\n1 3\n1 0\n2 2 0\n0\n0\n"
                  "1 3 [0] 5 [2] 6 [4] 7\n1 2 [0] 8 [2] 9");
    const uint32_t both[] = {2, 0}, one[] = {1, 1};
    ck_assert_int_eq(a.payoffs.value[agg_payoff(&a, 0, both)], 7);
    ck_assert_int_eq(a.payoffs.value[agg_payoff(&a, 0, one)], 6);
    ck_assert_int_eq(a.payoffs.value[agg_payoff(&a, 1, one)], 9);
    agg_free(&a);
    refuses(
        "#AGG\n2 2 2\n2 2\n0 1\n0 1\n1 3\n1 3\n1 3\n1 2\n0\n0\n", 11, 1,
        "expected function nodes that do not reach themselves, found a circle among "
        "them");
    refuses(
        "#AGG\n2 2 2\n2 2\n0 1\n0 1\n1 3\n1 3\n1 0\n1 2\n0\n1\n", 11, 1,
        "expected function nodes 3 and 2, of which one is the other's neighbour, to "
        "be of one type, base and weights");
}
END_TEST

START_TEST(a_node_that_nobody_can_play_has_no_payoffs)
{
    struct agg a;
    /* All that is said of it is about configurations that cannot occur. */
    must_read(&a, "#AGG\n2 2 0\n1 1\n1\n1\n1 0\n1 1\n1 0\n0 5\n");
    ck_assert_uint_eq(a.payoffs.n, 1);
    ck_assert_uint_eq(a.table[0].n_rows, 0);
    agg_free(&a);
    must_read(&a, "#AGG\n2 2 0\n1 1\n1\n1\n1 0\n1 1\n1 2 [0] 7 [1] 8\n0 5\n");
    ck_assert_uint_eq(a.payoffs.n, 1);
    agg_free(&a);
    refuses("#AGG\n2 2 0\n1 1\n1\n1\n1 0\n1 1\n0 7\n0 5\n", 8, 3,
            "expected payoff type 0 or 1 of action node 1, found 7");
}
END_TEST

START_TEST(comments_stand_where_an_item_may_start)
{
    struct agg a;
    must_read(&a, "\n #AGG and more\n# a\n2 # b\n2\n#c\n0\n# sizes\n2 2\n# d\n0 1 #e\n"
                  "0 1\n#f\n1 0\n#g\n1 1\n#h\n0 1\n2 #i\n#j\n1 #k\n2 [1]3 [2] 4 #5\n");
    agg_free(&a);
}
END_TEST

START_TEST(what_is_wrong_is_said_with_its_place)
{
    refuses("NFG 1", 1, 1, "expected #AGG, found NFG");
    refuses("#AGG\n0 1 1", 2, 1, "expected the number of players, from 1 on, found 0");
    refuses("#AGG\n2 2 0\n2 2\n1 0\n0 1", 4, 3,
            "expected action node 2 of 2 of player 1, from 2 on, found 0");
    refuses("#AGG\n2 2 0\n2 2\n0 1\n0 2", 5, 3,
            "expected action node 2 of 2 of player 2, at most 1, found 2");
    refuses("#AGG\n2 2 0\n2 2\n0 1\n0 1\n1 0\n1 1\n0 1 2\n0 1", 9, 4,
            "expected payoff 2 of 2 on node 1, found end of file");
    refuses("#AGG\n2 2 0\n2 2\n0 1\n0 1\n1 0\n1 1\n0 1 2\n0 1 2 3", 9, 7,
            "expected end of file after the payoffs of 2 nodes, found 3");
    refuses("#AGG\n2 2 0\n2 2\n0 1\n0 1\n1 0\n1 1\n2 1 2\n0 1 2", 8, 1,
            "expected payoff type 0 or 1 of action node 0, found 2");
    refuses(
        "#AGG\n2 2 0\n2 2\n0 1\n0 1\n1 0\n1 1\n0 1 1/0\n0 1 2", 8, 5,
        "expected payoff 2 of 2 on node 0, found 1/0, which has a zero denominator");
    refuses("#AGG\n2 2 0\n2 2\n0 1\n0 1\n1 0\n1 1\n1 1 [1] 1\n0 1 2", 8, 9,
            "expected a payoff for each of the 2 configurations of node 0 that can "
            "occur, found none for number 2");
    refuses("#AGG\n2 2 1\n2 2\n0 1\n0 1\n1 2\n1 2\n1 0\n10 0 [-1 0]\n0", 10, 1,
            "the configurations of node 0 have a function node with a negative value");
}
END_TEST

START_TEST(a_thousand_players_stay_as_small_as_their_file)
{
    struct forwarding fd;
    struct agg a, back;
    struct exact_game g;
    struct format_error error;
    size_t size;
    forwarding_init(&fd);
    ck_assert_ptr_null(forwarding_graph(&a, &fd, 1000));
    ck_assert_uint_eq(a.payoffs.n, 2000);
    ck_assert(!agg_write(&a, NULL, 0, &size));
    char *text = malloc(size);
    ck_assert(text != NULL && agg_write(&a, text, size, &size));
    ck_assert(agg_read(&back, text, size, &error));
    ck_assert_uint_eq(back.payoffs.n, 2000);
    ck_assert_ptr_nonnull(agg_expand(&g, &back));
    free(text);
    agg_free(&a);
    agg_free(&back);
    forwarding_clear(&fd);
}
END_TEST

/* Also where nobody is like anybody else, and through the text of the graph. */
START_TEST(every_table_is_an_action_graph_that_pays_the_same)
{
    struct prng p = {17};
    static struct raw r;
    static char text[1 << 16];
    for (int round = 0; round < 200; round++) {
        struct exact_game g;
        struct agg graph, again;
        struct format_error error;
        size_t size;
        raw_shape(&r, &p, 4, 3);
        raw_random(&r, &p, 1 + (unsigned)round % 9);
        raw_to_exact(&g, &r);
        ck_assert_ptr_null(agg_from_table(&graph, &g));
        ck_assert(agg_write(&graph, text, sizeof text, &size));
        ck_assert(agg_read(&again, text, size, &error));
        same_game(&g, &graph);
        same_game(&g, &again);
        agg_free(&graph);
        agg_free(&again);
        exact_free(&g);
    }
}
END_TEST

UNIT_MAIN("agg", every_table_is_an_action_graph_that_pays_the_same,
          the_action_graphs_of_ioc_and_fd_pay_what_their_tables_pay,
          ioc_is_the_paper_s_figure_1_and_its_figure_2_with_the_last_payoff_mended,
          function_nodes_fold_what_each_player_contributes,
          chained_function_nodes_count_the_ways_to_an_action_node,
          a_node_that_nobody_can_play_has_no_payoffs,
          comments_stand_where_an_item_may_start, what_is_wrong_is_said_with_its_place,
          a_thousand_players_stay_as_small_as_their_file)
