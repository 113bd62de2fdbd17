/* SPDX-License-Identifier: MIT */
/* The files of a node: what is written reads back, and what is wrong is refused with a
 * sentence that says where and what to do. */
#include "node/config.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "game/counts.h"
#include "tests/unit/unit.h"

static char directory[64], path[128], message[256];

static void fresh(void)
{
    snprintf(directory, sizeof directory, "%s", "/tmp/treaty-config-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/file", directory);
}

static void clean(void)
{
    char public_path[160];
    snprintf(public_path, sizeof public_path, "%s.pub", path);
    unlink(path);
    unlink(public_path);
    ck_assert_int_eq(rmdir(directory), 0);
}

static void put(const char *text)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
    ck_assert_int_eq(chmod(path, 0600), 0);
}

/* The message names the file and has all these words. */
static void says(const char *words)
{
    ck_assert_msg(strstr(message, "/file") != NULL, "no file in: %s", message);
    ck_assert_msg(strstr(message, words) != NULL, "no \"%s\" in: %s", words, message);
}

static struct terms some_terms(void)
{
    struct terms t;
    terms_default(&t);
    snprintf(t.title, sizeof t.title, "%s",
             "A \"title\": with # signs, \\ and \t and \xc3\xa4\xe2\x80\xa8!");
    t.shape = (struct shape){.n_players = 2, .n_actions = {2, 3}};
    snprintf(t.player_name[0], sizeof t.player_name[0], "%s", "true");
    snprintf(t.player_name[1], sizeof t.player_name[1], "%s", "1.5");
    snprintf(t.action_name[0], sizeof t.action_name[0], "%s", "C");
    snprintf(t.action_name[1], sizeof t.action_name[1], "%s", "- D");
    snprintf(t.action_name[2], sizeof t.action_name[2], "%s", "~");
    snprintf(t.action_name[3], sizeof t.action_name[3], "%s", "{x}");
    snprintf(t.action_name[4], sizeof t.action_name[4], "%s", "'");
    return t;
}

START_TEST(terms_read_back_as_they_were)
{
    fresh();
    struct terms t = some_terms(), back;
    t.finite = true;
    t.length = 7;
    t.incentive = INCENTIVE_EX_ANTE;
    t.opening_pure = !t.opening_pure;
    t.share_rewards = !t.share_rewards;
    t.selection = SELECTION_EGALITARIAN;
    t.stages = 12345;
    t.threat_epsilon = 0.1;
    t.threat_given = true;
    t.threat.weight[0] = WEIGHT_ONE;
    t.threat.weight[3] = 1;
    t.threat.weight[4] = WEIGHT_ONE - 1;
    t.test = true;
    t.soft_ms = 50;
    t.hard_ms = 600;
    t.verdict = VERDICT_STRICT;
    t.delay_ms = 70;
    ck_assert_msg(terms_valid(&t, message), "%s", message);
    ck_assert_int_eq(terms_write(&t, path, message), STATUS_OK);
    ck_assert_msg(terms_read(&back, path, message) == STATUS_OK, "%s", message);
    ck_assert_str_eq(back.title, t.title);
    struct digest a = terms_digest(&t), b = terms_digest(&back);
    ck_assert(digest_equal(&a, &b));
    clean();
}
END_TEST

#define TWO_PLAYERS                                                                    \
    "title: T\nplayers:\n  - {name: A, actions: [x, y]}\n  - {name: B, actions: "      \
    "[z]}\n"

START_TEST(terms_that_say_little_are_the_defaults)
{
    fresh();
    struct terms t;
    put(TWO_PLAYERS);
    ck_assert_msg(terms_read(&t, path, message) == STATUS_OK, "%s", message);
    struct terms expected;
    terms_default(&expected);
    ck_assert_uint_eq(t.budget, expected.budget);
    ck_assert_uint_eq(t.hard_ms, expected.hard_ms);
    ck_assert_int_eq(t.verdict, expected.verdict);
    ck_assert_int_eq(t.selection, SELECTION_LOTTERY);
    ck_assert_uint_eq(t.delay_ms, expected.delay_ms);
    ck_assert(!t.threat_given);
    clean();
}
END_TEST

static const struct {
    const char *text, *says;
} wrong_terms[] = {
    {"", "is empty"},
    {"players: [", "not YAML"},
    {TWO_PLAYERS "colour: red\n", "colour; there is no such field"},
    {"title: T\n", "players; add it"},
    {TWO_PLAYERS "concept: mash\n",
     ":5:10: concept: Invalid ENUM value: mash; expected "
     "one of nash, public, private"},
    {TWO_PLAYERS "test: yes please\n", "expected one of false, true"},
    {TWO_PLAYERS "budget: many\n", ":5:9: budget: "},
    {TWO_PLAYERS "budget: -1\n", "whole number"},
    {TWO_PLAYERS "budget: 0\n", ":5: budget: expected 1 to "},
    {TWO_PLAYERS "budget: 3\nbudget: 4\n", "remove one of the two"},
    {TWO_PLAYERS "batch: 65\n", ":5: batch: expected 1 to 64, found 65"},
    {TWO_PLAYERS "batch: 65536\n", "batch: "},
    {TWO_PLAYERS "threat_epsilon: .nan\n", "threat_epsilon: "},
    {TWO_PLAYERS "threat_epsilon: nan\n",
     ":5: threat_epsilon: expected a finite number, found 'nan'"},
    {TWO_PLAYERS "threat_epsilon: 2\n", ":5: threat_epsilon: expected 0 to 1"},
    {TWO_PLAYERS "threat: [{weights: [1, 2]}]\n", ":5: threat: expected one list"},
    {TWO_PLAYERS "threat: [{weights: [1, 2]}, {weights: [1073741824]}]\n",
     ":5: threat: expected weights that sum to 1073741824"},
    {TWO_PLAYERS "hard_ms: 100\nsoft_ms: 200\n", ":5: hard_ms: expected 200 to "},
    {TWO_PLAYERS "length: 3\n", ":5: length: grim"},
    {"title: T\nplayers: [{name: A, actions: [x]}]\n", "players: "},
    {"title: T\nplayers: [{name: A, actions: []}, {name: B, actions: [x]}]\n", ": "},
    {"title: T\nplayers: [{name: A, actions: [x, x]}, {name: B, actions: [x]}]\n",
     ":2: players: two actions"},
    {"title: T\nplayers: [{name: A, actions: *x}, {name: B, actions: [x]}]\n",
     "aliases are not allowed"},
    {"title: T\nplayers: oops\n", ":2:10: players: "},
    {"- 1\n- 2\n", ": "},
};

START_TEST(wrong_terms_are_refused_with_place_and_remedy)
{
    for (size_t i = 0; i < sizeof wrong_terms / sizeof wrong_terms[0]; i++) {
        fresh();
        struct terms t;
        put(wrong_terms[i].text);
        enum status status = terms_read(&t, path, message);
        ck_assert_msg(status == STATUS_USAGE, "accepted: %s", wrong_terms[i].text);
        says(wrong_terms[i].says);
        clean();
    }
}
END_TEST

START_TEST(what_is_missing_or_no_file_is_named)
{
    fresh();
    struct terms t;
    ck_assert_int_eq(terms_read(&t, path, message), STATUS_USAGE);
    says("No such file");
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert_int_eq(terms_read(&t, path, message), STATUS_USAGE);
    says("is a directory: name a file in it");
    ck_assert_int_eq(rmdir(path), 0);
    clean();
}
END_TEST

static struct keypair key_of(uint8_t n)
{
    struct keypair k;
    keypair_from_seed(&k, &(struct seed){{n}});
    return k;
}

START_TEST(a_roster_reads_back_as_it_was)
{
    fresh();
    struct roster r = {.n_players = 2, .name = {"Row", "Col: umn"}}, back;
    struct addresses a = {{"tcp://127.0.0.1:7001", "tcp://node-2:7002"}}, b;
    r.key[0] = key_of(1).public_key;
    r.key[1] = key_of(2).public_key;
    ck_assert_int_eq(roster_write(&r, &a, path, message), STATUS_OK);
    ck_assert_msg(roster_read(&back, &b, path, message) == STATUS_OK, "%s", message);
    struct digest before = roster_digest(&r), after = roster_digest(&back);
    ck_assert(digest_equal(&before, &after));
    ck_assert_str_eq(b.address[1], a.address[1]);
    clean();
}
END_TEST

START_TEST(a_roster_with_a_wrong_key_or_one_address_twice_is_refused)
{
    fresh();
    struct roster r = {.n_players = 2, .name = {"Row", "Col"}};
    struct addresses a = {{"tcp://h:1", "tcp://h:2"}};
    r.key[0] = key_of(1).public_key;
    ck_assert_int_eq(roster_write(&r, &a, path, message), STATUS_OK);
    ck_assert_int_eq(roster_read(&r, &a, path, message), STATUS_USAGE);
    says("Col's key is no Ed25519 key");
    r.key[1] = key_of(1).public_key;
    ck_assert_int_eq(roster_write(&r, &a, path, message), STATUS_OK);
    ck_assert_int_eq(roster_read(&r, &a, path, message), STATUS_USAGE);
    says("the same key");
    r.key[1] = key_of(2).public_key;
    snprintf(a.address[1], sizeof a.address[1], "%s", a.address[0]);
    ck_assert_int_eq(roster_write(&r, &a, path, message), STATUS_OK);
    ck_assert_int_eq(roster_read(&r, &a, path, message), STATUS_USAGE);
    says("same address");
    clean();
}
END_TEST

static struct node_config some_config(void)
{
    struct node_config c = {.listen = "tcp://127.0.0.1:7001",
                            .self = 1,
                            .options = {.discount = 0.1,
                                        .lambda = 1,
                                        .sampler = SAMPLER_RANDOM,
                                        .sampler_seed = UINT64_MAX}};
    snprintf(c.directory, sizeof c.directory, "%s", directory);
    snprintf(c.terms_path, PATH_SIZE, "%s/../terms.yaml", directory);
    snprintf(c.roster_path, sizeof c.roster_path, "%s", "/etc/roster.yaml");
    snprintf(c.key_path, PATH_SIZE, "%s/key", directory);
    snprintf(c.payoffs_path, PATH_SIZE, "%s/payoffs.yaml", directory);
    snprintf(c.data_path, PATH_SIZE, "%s/data", directory);
    return c;
}

START_TEST(a_node_reads_back_as_it_was_and_its_directory_can_be_moved)
{
    fresh();
    struct node_config c = some_config(), back;
    struct terms t = some_terms();
    t.test = true;
    c.restart = (struct restart){UINT32_MAX, 0};
    c.sync = SYNC_AGREEMENT;
    c.misdeeds.n_defections = 2;
    c.misdeeds.defection[0] = (struct defection){20, ANY_ACTION};
    c.misdeeds.defection[1] = (struct defection){21, 2};
    c.misdeeds.n_misbehaviours = 2;
    c.misdeeds.misbehaviour[0] = (struct misbehaviour){MISBEHAVE_WITHHOLD, 0, 5};
    c.misdeeds.misbehaviour[1] = (struct misbehaviour){MISBEHAVE_GARBAGE, 9, 0};
    ck_assert_int_eq(config_write(&c, path, &t, message), STATUS_OK);
    ck_assert_msg(config_read(&back, path, &t, message) == STATUS_OK, "%s", message);
    ck_assert_str_eq(back.directory, c.directory);
    ck_assert_str_eq(back.terms_path, c.terms_path);
    ck_assert_str_eq(back.roster_path, c.roster_path);
    ck_assert_str_eq(back.data_path, c.data_path);
    ck_assert_str_eq(back.listen, c.listen);
    ck_assert_int_eq(back.sync, SYNC_AGREEMENT);
    ck_assert_uint_eq(back.self, 1);
    ck_assert(back.options.discount == c.options.discount);
    ck_assert(back.options.lambda == c.options.lambda);
    ck_assert_int_eq(back.options.sampler, c.options.sampler);
    ck_assert(back.options.sampler_seed == c.options.sampler_seed);
    ck_assert_mem_eq(&back.restart, &c.restart, sizeof c.restart);
    ck_assert_mem_eq(&back.misdeeds, &c.misdeeds, sizeof c.misdeeds);
    /* Without terms the misdeeds stay unread, because their actions are in the terms.
     */
    ck_assert_int_eq(config_read(&back, path, NULL, message), STATUS_OK);
    ck_assert_uint_eq(back.misdeeds.n_defections, 0);
    t.test = false;
    ck_assert_int_eq(config_read(&back, path, &t, message), STATUS_USAGE);
    says("defect: a node breaks the rules only in a test");
    ck_assert_int_eq(config_write(&c, path, &t, message), STATUS_USAGE);
    clean();
}
END_TEST

#define NODE                                                                           \
    "terms: t\nroster: r\nkey: k\npayoffs: p\ndata: d\nlisten: tcp://127.0.0.1:1\n"
static const struct {
    const char *text, *says;
} wrong_nodes[] = {
    {NODE "player: 1\ndiscount: 1\n",
     ":8: discount: expected 0 <= discount < 1, found 1"},
    {NODE "player: 1\ndiscount: -0.1\n", ":8: discount: expected"},
    {NODE "player: 1\ndiscount: nan\n", ":8: discount: expected"},
    {NODE "player: 1\ndiscount: inf\n", ":8: discount: expected a finite"},
    {NODE "player: 1\ndiscount: 0,9\n", ":8: discount: expected a finite"},
    {NODE "player: 1\n", "discount; add it"},
    {NODE "player: 0\ndiscount: 0.9\n", ":7: player: expected the number"},
    {NODE "player: 3\ndiscount: 0.9\n", ":7: player: the terms have only 2"},
    {NODE "player: 300\ndiscount: 0.9\n", ":7:9: player: "},
    {NODE "player: 1\ndiscount: 0.9\nlambda: 2\n", ":9: lambda: expected"},
    {NODE "player: 1\ndiscount: 0.9\nsampler: sobol\n",
     "one of soo, grid, random, surrogate"},
    {NODE "player: 1\ndiscount: 0.9\ndefect: [\"0\"]\n", ":9: defect: "},
    {NODE "player: 1\ndiscount: 0.9\nmisbehave: [dance]\n", ":9: misbehave: "},
    {NODE "player: 1\ndiscount: 0.9\nkeys: x\n", "no such field"},
    {NODE "player: 1\ndiscount: 0.9\nrestart: never\n", ":9"},
    {NODE "player: 1\ndiscount: 0.9\nrestart:\n  cooldown_ms: -1\n", ":10:16: "},
    {NODE "player: 1\ndiscount: 0.9\nrestart:\n  budget: 4294967296\n", ":10:11: "},
    {NODE "player: 1\ndiscount: 0.9\nrestart:\n  often: 1\n", "no such field"},
};

START_TEST(a_node_that_says_nothing_of_restarts_has_the_usual_limits)
{
    static const char *const texts[] = {"", "restart: {}\n", "restart: {budget: 3}\n"};
    for (int i = 0; i < 3; i++) {
        struct node_config c;
        char text[512];
        fresh();
        snprintf(text, sizeof text, "%s%s", NODE "player: 1\ndiscount: 0.9\n",
                 texts[i]);
        put(text);
        ck_assert_msg(config_read(&c, path, NULL, message) == STATUS_OK, "%s", message);
        ck_assert_uint_eq(c.restart.cooldown_ms, RESTART_COOLDOWN_MS);
        ck_assert_uint_eq(c.restart.budget, RESTART_BUDGET);
        clean();
    }
}
END_TEST

START_TEST(a_wrong_node_is_refused_with_place_and_remedy)
{
    for (size_t i = 0; i < sizeof wrong_nodes / sizeof wrong_nodes[0]; i++) {
        fresh();
        struct node_config c;
        struct terms t = some_terms();
        t.test = true;
        put(wrong_nodes[i].text);
        enum status status = config_read(&c, path, &t, message);
        ck_assert_msg(status == STATUS_USAGE, "accepted: %s", wrong_nodes[i].text);
        says(wrong_nodes[i].says);
        clean();
    }
}
END_TEST

START_TEST(payoffs_read_back_to_the_last_bit)
{
    fresh();
    const struct shape s = {.n_players = 2, .n_actions = {2, 3}};
    const double value[] = {0.1, -1.0 / 3, PAYOFF_MAX, -PAYOFF_MAX, DBL_MIN, 5e-324};
    struct payoffs *p = payoffs_new(&s, 1, value), *back;
    ck_assert_int_eq(payoffs_write(p, path, message), STATUS_OK);
    ck_assert_msg(payoffs_read(&back, &s, 1, path, message) == STATUS_OK, "%s",
                  message);
    ck_assert_mem_eq(back->value, value, sizeof value);
    ck_assert_uint_eq(back->player, 1);
    payoffs_free(back);
    payoffs_free(p);
    const struct shape other = {.n_players = 2, .n_actions = {2, 2}};
    ck_assert_int_eq(payoffs_read(&back, &other, 1, path, message), STATUS_USAGE);
    says("expected 4 numbers");
    clean();
}
END_TEST

START_TEST(payoffs_by_count_read_back_and_small_ones_as_a_table)
{
    const struct shape s = shape_uniform(40, 2), small = shape_uniform(3, 2);
    double value[2 * 40];
    struct payoffs *back;
    for (int k = 0; k < 80; k++)
        value[k] = k / 7.0 - 3;
    fresh();
    struct payoffs *p = payoffs_new_by_count(&s, 39, value);
    ck_assert_int_eq(payoffs_write(p, path, message), STATUS_OK);
    ck_assert_msg(payoffs_read(&back, &s, 39, path, message) == STATUS_OK, "%s",
                  message);
    ck_assert_mem_eq(counts_value(back->counts), value, sizeof value);
    ck_assert_uint_eq(back->player, 39);
    payoffs_free(back);
    payoffs_free(p);
    const struct shape fewer = shape_uniform(39, 2), uneven = {2, {2, 3}};
    ck_assert_int_eq(payoffs_read(&back, &fewer, 1, path, message), STATUS_USAGE);
    says("by_count: expected 78 numbers");
    ck_assert_int_eq(payoffs_read(&back, &uneven, 1, path, message), STATUS_USAGE);
    says("expected payoffs");
    clean();
    fresh();
    put("by_count: [1, 2, 3, 4, 5, 6]\n");
    ck_assert_int_eq(payoffs_read(&back, &small, 1, path, message), STATUS_OK);
    /* Player 2's, by the first's, its own and the third's action. */
    ck_assert_mem_eq(back->value, ((double[]){1, 2, 4, 5, 2, 3, 5, 6}),
                     8 * sizeof(double));
    payoffs_free(back);
    clean();
    fresh();
    put("payoffs: [1, 2]\n");
    ck_assert_int_eq(payoffs_read(&back, &s, 1, path, message), STATUS_USAGE);
    says("expected by_count");
    clean();
    fresh();
    put("payoffs: [1, 2]\nby_count: [1, 2]\n");
    ck_assert_int_eq(payoffs_read(&back, &small, 1, path, message), STATUS_USAGE);
    says("expected either payoffs or by_count");
    clean();
}
END_TEST

START_TEST(payoffs_that_are_no_numbers_are_refused)
{
    static const char *const words[] = {"nan",  "inf",  "-inf", "1e999",
                                        ".inf", "much", "",     "1e101"};
    const struct shape s = {.n_players = 2, .n_actions = {1, 2}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        fresh();
        char text[64];
        struct payoffs *p;
        snprintf(text, sizeof text, "payoffs: [1, \"%s\"]\n", words[i]);
        put(text);
        ck_assert_int_eq(payoffs_read(&p, &s, 0, path, message), STATUS_USAGE);
        says("payoffs: ");
        clean();
    }
}
END_TEST

START_TEST(payoffs_that_others_may_read_are_refused)
{
    const struct shape s = {.n_players = 2, .n_actions = {1, 2}};
    static const mode_t modes[] = {0604, 0640, 0644, 0620};
    struct payoffs *p;
    fresh();
    put("payoffs: [1, 2]\n");
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        ck_assert_int_eq(chmod(path, modes[i]), 0);
        ck_assert_int_eq(payoffs_read(&p, &s, 0, path, message), STATUS_USAGE);
        says("run chmod 600");
    }
    ck_assert_int_eq(chmod(path, 0400), 0);
    ck_assert_int_eq(payoffs_read(&p, &s, 0, path, message), STATUS_OK);
    payoffs_free(p);
    clean();
}
END_TEST

static const char plain_node[] =
    "terms: t\nroster: r\nkey: k\npayoffs: p\ndata: d\nlisten: tcp://127.0.0.1:1\n"
    "player: 1\ndiscount: 0.9\nlambda: 0.25\nsampler: grid\n";

START_TEST(the_environment_goes_before_the_file)
{
    static const struct {
        const char *field, *variable, *value;
    } cases[] = {{"listen", "TREATY_LISTEN", "tcp://10.0.0.1:7"},
                 {"player", "TREATY_PLAYER", "3"},
                 {"discount", "TREATY_DISCOUNT", "0.5"},
                 {"lambda", "TREATY_LAMBDA", "1"},
                 {"sampler", "TREATY_SAMPLER", "random"},
                 {"sync", "TREATY_SYNC", "agreement"},
                 {"sampler_seed", "TREATY_SAMPLER_SEED", "18446744073709551615"},
                 {"restart.cooldown_ms", "TREATY_RESTART_COOLDOWN_MS", "7"},
                 {"restart.budget", "TREATY_RESTART_BUDGET", "9"},
                 {"http.listen", "TREATY_HTTP_LISTEN", "127.0.0.1:8"},
                 {"key", "TREATY_KEY", "/run/key"},
                 {"payoffs", "TREATY_PAYOFFS", "/run/payoffs"},
                 {"terms", "TREATY_TERMS", "/etc/terms"},
                 {"roster", "TREATY_ROSTER", "/etc/roster"},
                 {"data", "TREATY_DATA", "/var/lib/treaty"}};
    struct node_config c;
    char value[PATH_SIZE], variable[VARIABLE_SIZE];
    fresh();
    put(plain_node);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_str_eq(config_variable(variable, cases[i].field), cases[i].variable);
        ck_assert_int_eq(config_read(&c, path, NULL, message), STATUS_OK);
        config_value(value, &c, cases[i].field);
        ck_assert_str_ne(value, cases[i].value);
        ck_assert_int_eq(setenv(cases[i].variable, cases[i].value, 1), 0);
        ck_assert_msg(config_read(&c, path, NULL, message) == STATUS_OK, "%s", message);
        config_value(value, &c, cases[i].field);
        ck_assert_str_eq(value, cases[i].value);
        ck_assert_int_eq(setenv(cases[i].variable, "", 1), 0); /* as good as unset */
    }
    clean();
}
END_TEST

START_TEST(a_wrong_variable_is_named)
{
    static const struct {
        const char *variable, *value, *words;
    } cases[] = {{"TREATY_PLAYER", "one", "TREATY_PLAYER is 'one': expected a whole"},
                 {"TREATY_PLAYER", "-1", "TREATY_PLAYER is '-1'"},
                 {"TREATY_PLAYER", "256", "TREATY_PLAYER is '256'"},
                 {"TREATY_SAMPLER", "soon", "expected soo, grid, random or surrogate"},
                 {"TREATY_HTTP_STAY", "yes", "expected true or false"},
                 {"TREATY_DISCOUNT", "1.5", "TREATY_DISCOUNT goes before the file"},
                 {"TREATY_RESTART_BUDGET", "1x", "TREATY_RESTART_BUDGET is '1x'"}};
    struct node_config c;
    fresh();
    put(plain_node);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_int_eq(setenv(cases[i].variable, cases[i].value, 1), 0);
        ck_assert_int_eq(config_read(&c, path, NULL, message), STATUS_USAGE);
        ck_assert_msg(strstr(message, cases[i].words) != NULL, "no \"%s\" in: %s",
                      cases[i].words, message);
        ck_assert_int_eq(unsetenv(cases[i].variable), 0);
    }
    clean();
}
END_TEST

START_TEST(a_key_reads_back_and_is_nobody_elses)
{
    fresh();
    struct keypair k = key_of(9), back;
    ck_assert_int_eq(key_write(&k, path, message), STATUS_OK);
    struct stat s;
    ck_assert_int_eq(stat(path, &s), 0);
    ck_assert_uint_eq(s.st_mode & 0777, 0600);
    ck_assert_msg(key_read(&back, path, message) == STATUS_OK, "%s", message);
    ck_assert_mem_eq(&back, &k, sizeof k);
    ck_assert_int_eq(key_write(&k, path, message), STATUS_USAGE);
    says("not written over");
    ck_assert_int_eq(chmod(path, 0640), 0);
    ck_assert_int_eq(key_read(&back, path, message), STATUS_USAGE);
    says("mode 640");
    clean();
}
END_TEST

START_TEST(a_key_behind_a_link_is_refused)
{
    fresh();
    struct keypair k = key_of(9), back;
    ck_assert_int_eq(key_write(&k, path, message), STATUS_OK);
    char link_path[160];
    snprintf(link_path, sizeof link_path, "%s/file-link", directory);
    ck_assert_int_eq(symlink(path, link_path), 0);
    ck_assert_int_eq(key_read(&back, link_path, message), STATUS_USAGE);
    says("symbolic link");
    unlink(link_path);
    /* Nor is one written through a link that somebody put there. */
    char elsewhere[160];
    snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", directory);
    ck_assert_int_eq(symlink(elsewhere, link_path), 0);
    ck_assert_int_ne(key_write(&k, link_path, message), STATUS_OK);
    ck_assert_int_ne(access(elsewhere, F_OK), 0);
    unlink(link_path);
    clean();
}
END_TEST

START_TEST(a_file_that_is_no_key_is_refused)
{
    static const char *const texts[] = {"", "secret", "\n",
                                        "00000000000000000000000000000000"
                                        "0000000000000000000000000000000g\n",
                                        "00000000000000000000000000000000"
                                        "0000000000000000000000000000000000\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        fresh();
        struct keypair k;
        put(texts[i]);
        ck_assert_int_eq(chmod(path, 0600), 0);
        ck_assert_int_eq(key_read(&k, path, message), STATUS_USAGE);
        says("is no key");
        clean();
    }
}
END_TEST

UNIT_MAIN("config", terms_read_back_as_they_were,
          terms_that_say_little_are_the_defaults,
          wrong_terms_are_refused_with_place_and_remedy,
          what_is_missing_or_no_file_is_named, a_roster_reads_back_as_it_was,
          a_roster_with_a_wrong_key_or_one_address_twice_is_refused,
          a_node_reads_back_as_it_was_and_its_directory_can_be_moved,
          a_wrong_node_is_refused_with_place_and_remedy,
          a_node_that_says_nothing_of_restarts_has_the_usual_limits,
          payoffs_read_back_to_the_last_bit,
          payoffs_by_count_read_back_and_small_ones_as_a_table,
          payoffs_that_are_no_numbers_are_refused,
          payoffs_that_others_may_read_are_refused,
          the_environment_goes_before_the_file, a_wrong_variable_is_named,
          a_key_reads_back_and_is_nobody_elses, a_key_behind_a_link_is_refused,
          a_file_that_is_no_key_is_refused)
