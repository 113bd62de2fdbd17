/* SPDX-License-Identifier: MIT */
/* Options become terms, and every wrong one is refused with its name, its value and
 * what is allowed. */
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

#include "cli/weather.h"
#include "game/formats.h"
#include "tests/unit/unit.h"

static const char dilemma[] =
    "NFG 1 R \"Prisoner's dilemma\" { \"Alice\" \"Bob\" }\n"
    "{ { \"Cooperate\" \"Defect\" } { \"Cooperate\" \"Defect\" } }\n"
    "2 2 3 -1 -1 3 0 0\n";

static struct game game;
static struct settings settings;
static char reason[REASON_SIZE];

static void have_game(void)
{
    struct format_error error;
    ck_assert(nfg_read(&game, dilemma, sizeof dilemma - 1, &error));
}

/* Reads options as if typed behind `treaty cluster GAME`: words separated by blanks. */
static enum status read_options(const struct command *c, const char *options)
{
    static char words[1024];
    static struct given given;
    char *argv[64] = {(char *)(uintptr_t)c->name, (char *)(uintptr_t) "game.nfg"};
    int argc = 2;
    (void)snprintf(words, sizeof words, "%s", options);
    char *rest = NULL;
    for (char *word = strtok_r(words, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    argv[argc] = NULL;
    const enum status status = given_read(&given, c, argc, argv, reason);
    if (status != STATUS_OK)
        return status;
    struct network network;
    const enum status known = settings_read(&settings, &game, &given, reason);
    return known != STATUS_OK
               ? known
               : weather_read(&network, &given, game.shape.n_players, reason);
}

START_TEST(without_options_everything_has_its_default)
{
    have_game();
    ck_assert_int_eq(read_options(&command_cluster, ""), STATUS_OK);
    ck_assert_double_eq(settings.discount, 0.9);
    ck_assert_uint_eq(settings.terms.budget, 100);
    ck_assert_uint_eq(settings.terms.stages, 100);
    ck_assert_uint_eq(settings.terms.hard_ms, 30000);
    ck_assert(settings.terms.opening_pure && !settings.terms.finite);
    ck_assert(settings.terms.share_rewards && !settings.terms.test);
    ck_assert(!settings.terms.threat_given && !settings.json && !settings.quiet);
    ck_assert_int_eq(settings.terms.selection, SELECTION_LOTTERY);
    ck_assert_str_eq(settings.terms.title, "Prisoner's dilemma");
    ck_assert_str_eq(settings.terms.action_name[3], "Defect");
    for (int i = 0; i < 2; i++) {
        ck_assert_double_eq(settings.private_options[i].discount, 0.9);
        ck_assert_double_eq(settings.private_options[i].lambda, 0.5);
        ck_assert_int_eq(settings.private_options[i].sampler, SAMPLER_SURROGATE);
    }
    game_free(&game);
}
END_TEST

START_TEST(one_nodes_own_value_goes_before_that_of_all)
{
    have_game();
    ck_assert_int_eq(read_options(&command_cluster,
                                  "--delta 2=0.5 --delta 0.8 "
                                  "--lambda 1 --lambda 1=0.25 "
                                  "--sampler 2=grid --sampler random"),
                     STATUS_OK);
    ck_assert_double_eq(settings.discount, 0.8);
    ck_assert_double_eq(settings.private_options[0].discount, 0.8);
    ck_assert_double_eq(settings.private_options[1].discount, 0.5);
    ck_assert_double_eq(settings.private_options[0].lambda, 0.25);
    ck_assert_double_eq(settings.private_options[1].lambda, 1);
    ck_assert_int_eq(settings.private_options[0].sampler, SAMPLER_RANDOM);
    ck_assert_int_eq(settings.private_options[1].sampler, SAMPLER_GRID);
    game_free(&game);
}
END_TEST

START_TEST(rewards_are_shared_only_where_somebody_weighs_them)
{
    have_game();
    ck_assert_int_eq(read_options(&command_cluster, "--lambda 1"), STATUS_OK);
    ck_assert(!settings.terms.share_rewards);
    ck_assert_int_eq(read_options(&command_cluster, "--lambda 1 --lambda 2=0.9"),
                     STATUS_OK);
    ck_assert(settings.terms.share_rewards);
    game_free(&game);
}
END_TEST

START_TEST(all_options_reach_the_terms)
{
    have_game();
    ck_assert_int_eq(
        read_options(
            &command_cluster,
            "--strategy finite:3 --incentive ex-ante --opening none --budget 7 "
            "--batch 3 --stages 12 --threat Defect;2 --deadline 2.5 --seed 9 "
            "--out here --json --quiet --base-port 7000 --concept nash "
            "--verdict strict:0.25 --selection nash-bargaining"),
        STATUS_OK);
    ck_assert_int_eq(settings.terms.selection, SELECTION_NASH);
    ck_assert_int_eq(settings.terms.verdict, VERDICT_STRICT);
    ck_assert_uint_eq(settings.terms.delay_ms, 250);
    ck_assert(settings.terms.finite && !settings.terms.opening_pure);
    ck_assert_uint_eq(settings.terms.length, 3);
    ck_assert_int_eq(settings.terms.incentive, INCENTIVE_EX_ANTE);
    ck_assert_uint_eq(settings.terms.budget, 7);
    ck_assert_uint_eq(settings.terms.batch, 3);
    ck_assert_uint_eq(settings.terms.stages, 12);
    ck_assert_uint_eq(settings.terms.hard_ms, 2500);
    ck_assert(settings.terms.threat_given);
    ck_assert_uint_eq(settings.terms.threat.weight[1], WEIGHT_ONE);
    ck_assert_uint_eq(settings.terms.threat.weight[3], WEIGHT_ONE);
    ck_assert(settings.seeded && settings.json && settings.quiet);
    ck_assert_uint_eq(settings.seed, 9);
    ck_assert_str_eq(settings.out, "here");
    ck_assert_uint_eq(settings.base_port, 7000);
    game_free(&game);
}
END_TEST

START_TEST(a_concept_reaches_the_terms)
{
    have_game();
    ck_assert_int_eq(read_options(&command_cluster, "--concept public"), STATUS_OK);
    ck_assert_int_eq(settings.terms.concept, CONCEPT_PUBLIC);
    ck_assert_uint_eq(settings.terms.resolution, 64);
    ck_assert_int_eq(read_options(&command_cluster, "--resolution 256"), STATUS_OK);
    ck_assert_int_eq(settings.terms.concept, CONCEPT_NASH);
    ck_assert_uint_eq(settings.terms.resolution, 256);
    game_free(&game);
}
END_TEST

START_TEST(who_defects_or_misbehaves_makes_it_a_test)
{
    have_game();
    ck_assert_int_eq(
        read_options(&command_cluster,
                     "--defect 2@20 --defect 2@30:Cooperate --defect 1@4:2 "
                     "--misbehave 1:silent@7"),
        STATUS_OK);
    ck_assert(settings.terms.test);
    ck_assert_uint_eq(settings.misdeeds[1].n_defections, 2);
    ck_assert_uint_eq(settings.misdeeds[1].defection[0].stage, 20);
    ck_assert_uint_eq(settings.misdeeds[1].defection[0].action, ANY_ACTION);
    ck_assert_uint_eq(settings.misdeeds[1].defection[1].action, 0);
    ck_assert_uint_eq(settings.misdeeds[0].defection[0].action, 1);
    ck_assert_uint_eq(settings.misdeeds[0].n_misbehaviours, 1);
    ck_assert_int_eq(settings.misdeeds[0].misbehaviour[0].kind, MISBEHAVE_SILENT);
    ck_assert_uint_eq(settings.misdeeds[0].misbehaviour[0].from_stage, 7);
    game_free(&game);
}
END_TEST

START_TEST(the_same_seed_starts_the_same_samplers)
{
    have_game();
    ck_assert_int_eq(read_options(&command_cluster, "--seed 5"), STATUS_OK);
    const uint64_t first = settings.private_options[0].sampler_seed;
    ck_assert_uint_ne(first, settings.private_options[1].sampler_seed);
    ck_assert_int_eq(read_options(&command_cluster, "--seed 6"), STATUS_OK);
    ck_assert_uint_ne(first, settings.private_options[0].sampler_seed);
    settings_seed(&settings, 5);
    ck_assert_uint_eq(first, settings.private_options[0].sampler_seed);
    game_free(&game);
}
END_TEST

/* What is typed, and what the refusal must name. */
static const struct {
    const char *typed;
    const char *says;
} refusals[] = {
    {"--delta 1",
     "--delta: '1' is not allowed: expected a number from 0 to less than 1"},
    {"--delta -0.1", "--delta: '-0.1' is not allowed"},
    {"--delta nan", "--delta: 'nan' is not allowed"},
    {"--delta 0x1p-1", "--delta: '0x1p-1' is not allowed"},
    {"--delta 0.5x", "--delta: '0.5x' is not allowed"},
    {"--delta 3=0.5", "--delta: '3=0.5' does not start with a node, 1 to 2, and '='"},
    {"--delta 0=0.5", "does not start with a node, 1 to 2"},
    {"--concept private --incentive ex-ante",
     "incentive: ex-ante is equation (7), which is for concept nash"},
    {"--concept public --incentive ex-ante",
     "incentive: ex-ante is equation (7), which is for concept nash"},
    {"--resolution 32", "--resolution: '32' is not known: 16, 64 or 256"},
    {"--concept cournot", "--concept: 'cournot' is not known: nash, public or private"},
    {"--incentive paper", "--incentive: 'paper' is not known: interim or ex-ante"},
    {"--strategy weak", "--strategy: 'weak' is not known: grim, finite or finite:L"},
    {"--strategy finite:0",
     "--strategy finite:L: '0' is no whole number from 1 to 100000"},
    {"--strategy finite:", "is no whole number from 1"},
    {"--sampler surrogate-no-hope", "--sampler: 'surrogate-no-hope' is not known: "},
    {"--sampler lbfgs",
     "--sampler: 'lbfgs' is not known: soo, grid, random or surrogate"},
    {"--opening all", "--opening: 'all' is not known"},
    {"--budget 0", "--budget: '0' is no whole number from 1 to 32768"},
    {"--budget 32769", "--budget: '32769' is no whole number"},
    {"--budget 1e3", "--budget: '1e3' is no whole number"},
    {"--budget 99999999999999999999", "is no whole number"},
    {"--batch 65", "--batch: '65' is no whole number from 1 to 64"},
    {"--lambda 1.5", "--lambda: '1.5' is not allowed: expected a number from 0 to 1"},
    {"--threat 1,0", "--threat: '1,0': "},
    {"--threat Defect;Nothing", "--threat: 'Defect;Nothing': "},
    {"--stages -1", "--stages: '-1' is no whole number from 0 to 10000000"},
    {"--defect 3@1", "--defect: '3@1' does not start with a node, 1 to 2, and '@'"},
    {"--defect 2", "--defect: '2' does not start with a node"},
    {"--defect 2@0", "--defect: '2@0': "},
    {"--defect 2@1:Steal", "--defect: '2@1:Steal': "},
    {"--defect 2@101", "--defect: stage 101 is never played: the last one is 100"},
    {"--misbehave 1:rude", "--misbehave: '1:rude': "},
    {"--misbehave silent", "does not start with a node, 1 to 2, and ':'"},
    {"--deadline 0.1",
     "--deadline: '0.1' is not allowed: expected a number from 0.2 to"},
    {"--seed -3", "--seed: '-3' is no whole number"},
    {"--out=", "--out: a directory has a name"},
    {"--base-port 65535", "--base-port: '65535' is no whole number from 1 to 65533"},
    {"--colour", "there is no option '--colour'"},
    {"-x", "there is no option '-x'"},
    {"--json=yes", "--json takes no value"},
    {"--budget", "--budget needs a value"},
    {"another.nfg", "'another.nfg' is one too many"},
};

START_TEST(every_wrong_value_is_refused_by_name)
{
    have_game();
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        reason[0] = 0;
        ck_assert_msg(read_options(&command_cluster, refusals[i].typed) == STATUS_USAGE,
                      "%s was taken", refusals[i].typed);
        ck_assert_msg(strstr(reason, refusals[i].says) != NULL, "%s: \"%s\"",
                      refusals[i].typed, reason);
    }
    game_free(&game);
}
END_TEST

static const struct {
    const char *typed;
    const char *says;
} weather_refusals[] = {
    {"--loss 1.1", "--loss: '1.1' is not allowed: expected a number from 0 to 1"},
    {"--delay 50", "--delay: '50' is not MIN:MAX in ms with MIN <= MAX"},
    {"--delay 50:10", "--delay: '50:10' is not MIN:MAX"},
    {"--partition 1,1@0:5", "--partition: '1,1@0:5' is not A,B@FROM:TO"},
    {"--partition 1,3@0:5", "--partition: '1,3@0:5' is not"},
    {"--partition 1,2@5:1", "--partition: '1,2@5:1' is not"},
    {"--crash 1+2@5", "--crash: '1+2@5' is not NODE@TIME"},
    {"--crash 1@5:0", "--crash: '1@5:0' is not"},
    {"--crash 1@-5", "--crash: '1@-5' is not"},
};

START_TEST(wrong_weather_is_refused_by_name)
{
    have_game();
    for (size_t i = 0; i < sizeof weather_refusals / sizeof weather_refusals[0]; i++) {
        const char *typed = weather_refusals[i].typed;
        reason[0] = 0;
        ck_assert_msg(read_options(&command_simulate, typed) == STATUS_USAGE,
                      "%s was taken", typed);
        ck_assert_msg(strstr(reason, weather_refusals[i].says) != NULL, "%s: \"%s\"",
                      typed, reason);
    }
    game_free(&game);
}
END_TEST

START_TEST(weather_is_read_in_ms_and_in_s)
{
    static char *argv[] = {"simulate",    "game.nfg",     "--delay", "5:1.5s",
                           "--partition", "1,2+3@100:2s", "--crash", "3@1s:250ms",
                           "--loss",      "0.25",         "--crash", "1@7",
                           NULL};
    static struct given given;
    struct network n;
    ck_assert_int_eq(given_read(&given, &command_simulate, 12, argv, reason),
                     STATUS_OK);
    ck_assert_int_eq(weather_read(&n, &given, 3, reason), STATUS_OK);
    ck_assert_uint_eq(n.delay_ms_min, 5);
    ck_assert_uint_eq(n.delay_ms_max, 1500);
    ck_assert_double_eq(n.loss, 0.25);
    ck_assert_uint_eq(n.n_partitions, 1);
    ck_assert_uint_eq(n.partition[0].a, 1);
    ck_assert_uint_eq(n.partition[0].b, 6);
    ck_assert_uint_eq(n.partition[0].from_ms, 100);
    ck_assert_uint_eq(n.partition[0].to_ms, 2000);
    ck_assert_uint_eq(n.n_crashes, 2);
    ck_assert_uint_eq(n.crash[0].player, 2);
    ck_assert_uint_eq(n.crash[0].at_ms, 1000);
    ck_assert_uint_eq(n.crash[0].restart_ms, 250);
    ck_assert_uint_eq(n.crash[1].player, 0);
    ck_assert_uint_eq(n.crash[1].restart_ms, 0);
}
END_TEST

START_TEST(help_is_asked_for_anywhere)
{
    static char *argv[] = {"cluster", "--json", "--help", NULL};
    static struct given given;
    ck_assert_int_eq(given_read(&given, &command_cluster, 3, argv, reason), STATUS_OK);
    ck_assert(given.asks_help);
}
END_TEST

UNIT_MAIN("options", without_options_everything_has_its_default,
          one_nodes_own_value_goes_before_that_of_all,
          rewards_are_shared_only_where_somebody_weighs_them,
          all_options_reach_the_terms, a_concept_reaches_the_terms,
          who_defects_or_misbehaves_makes_it_a_test,
          the_same_seed_starts_the_same_samplers, every_wrong_value_is_refused_by_name,
          wrong_weather_is_refused_by_name, weather_is_read_in_ms_and_in_s,
          help_is_asked_for_anywhere)
