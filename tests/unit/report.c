/* SPDX-License-Identifier: MIT */
/* The numbers of a report, worked out by hand, and how they are printed. */
#include "cli/report.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"

/* The prisoner's dilemma: (2,2) (-1,3); (3,-1) (0,0). */
static struct game game;
static struct settings settings;
static struct roster roster;
static struct account account;
static struct measures measures;

enum { COOPERATE, DEFECT };

static void name(char *out, const char *text)
{
    (void)snprintf(out, NAME_MAX + 1, "%s", text);
}

static void have_game(void)
{
    static const double first[] = {2, 3, -1, 0}, second[] = {2, -1, 3, 0};
    memset(&game, 0, sizeof game);
    (void)snprintf(game.title, sizeof game.title, "PD");
    game.shape = (struct shape){2, {2, 2}};
    name(game.player_name[0], "Alice");
    name(game.player_name[1], "Bob");
    for (int i = 0; i < 4; i++)
        name(game.action_name[i], i % 2 == 0 ? "Cooperate" : "Defect");
    game.payoffs[0] = payoffs_new(&game.shape, 0, first);
    game.payoffs[1] = payoffs_new(&game.shape, 1, second);
    memset(&settings, 0, sizeof settings);
    settings.game = &game;
    settings.discount = 0.9;
    terms_default(&settings.terms);
    (void)snprintf(settings.terms.title, sizeof settings.terms.title, "PD");
    settings.terms.shape = game.shape;
    memcpy(settings.terms.player_name, game.player_name, sizeof game.player_name);
    memcpy(settings.terms.action_name, game.action_name, sizeof game.action_name);
    settings.terms.stages = 4;
    settings.private_options[0].discount = 0.5;
    settings.private_options[1].discount = 0.9;
    memset(&roster, 0, sizeof roster);
    roster.n_players = 2;
    account = (struct account){.terms = &settings.terms, .roster = &roster};
}

static void clean_up(void)
{
    measures_free(&measures);
    account_free(&account);
    game_free(&game);
}

/* Lets the account read a note as it stands in a log. */
static void log_note(uint64_t time_ms, const struct note *n)
{
    uint8_t payload[NOTE_SIZE_MAX];
    struct record r = {.kind = RECORD_NOTE, .time_ms = time_ms, .payload = payload};
    r.size = note_write(payload, n, &settings.terms);
    account_record(&account, &r);
}

static void log_pure(enum note_kind kind, uint8_t first, uint8_t second)
{
    struct candidate c;
    memset(&c, 0, sizeof c);
    candidate_from_pure(&c, &game.shape, (uint8_t[]){first, second});
    log_note(0, &(struct note){.kind = kind, .candidate = &c, .number = 0});
}

static void log_treaty(void)
{
    log_pure(NOTE_THREAT, DEFECT, DEFECT);
    log_pure(NOTE_AGREED, COOPERATE, COOPERATE);
    log_note(0, &(struct note){.kind = NOTE_SIGNED});
}

static void log_stage(uint32_t stage, uint8_t first, uint8_t second, uint32_t mode)
{
    log_note(10 * stage, &(struct note){.kind = NOTE_STAGE,
                                        .stage = stage,
                                        .number = mode,
                                        .actions = {first, second}});
}

static void log_deviation(uint32_t stage, uint8_t player, uint8_t played,
                          uint8_t prescribed)
{
    log_note(10 * stage, &(struct note){.kind = NOTE_DEVIATION,
                                        .stage = stage,
                                        .player = player,
                                        .number = FAULT_ACTION,
                                        .other = played + 256u * prescribed});
}

static void log_defection_at_two(void)
{
    log_treaty();
    log_stage(1, COOPERATE, COOPERATE, 0);
    log_stage(2, COOPERATE, DEFECT, 0);
    log_deviation(2, 1, DEFECT, COOPERATE);
    log_note(20, &(struct note){.kind = NOTE_PUNISHING, .stage = 3});
    log_stage(3, DEFECT, DEFECT, 1);
    log_stage(4, DEFECT, DEFECT, 1);
}

START_TEST(payoffs_are_of_what_was_really_played)
{
    have_game();
    log_defection_at_two();
    measures_take(&measures, &game, settings.private_options, &account);
    ck_assert_double_eq(measures.threat_payoff[0], 0);
    ck_assert_double_eq(measures.epsilon[0], 0);
    ck_assert_double_eq(measures.agreement_payoff[1], 2);
    ck_assert_double_eq(measures.average[0], (2. - 1 + 0 + 0) / 4);
    ck_assert_double_eq(measures.average[1], (2. + 3 + 0 + 0) / 4);
    /* (1 - d) (u(1) + d u(2) + ...), each with its own d */
    ck_assert_double_eq_tol(measures.discounted[0], 0.5 * (2 - 0.5), 1e-15);
    ck_assert_double_eq_tol(measures.discounted[1], 0.1 * (2 + 0.9 * 3), 1e-15);
    clean_up();
}
END_TEST

START_TEST(a_deviation_gains_once_and_loses_ever_after)
{
    have_game();
    log_defection_at_two();
    measures_take(&measures, &game, settings.private_options, &account);
    ck_assert_uint_eq(measures.n_offences, 1);
    const struct offence *o = &measures.offences[0];
    ck_assert_uint_eq(o->stage, 2);
    ck_assert_uint_eq(o->node, 1);
    ck_assert_str_eq(o->kind, "action");
    ck_assert_double_eq(o->gain, 3 - 2);
    ck_assert_double_eq_tol(o->loss, 0.9 * (2 - 0) + 0.81 * (2 - 0), 1e-14);
    ck_assert_double_eq_tol(o->deterred_from, 1. / (1 + 2 - 0), 1e-15);
    clean_up();
}
END_TEST

START_TEST(gains_are_weighed_against_what_the_others_really_played)
{
    have_game();
    log_treaty();
    log_stage(1, DEFECT, DEFECT, 0); /* both deviate at once */
    log_deviation(1, 0, DEFECT, COOPERATE);
    log_deviation(1, 1, DEFECT, COOPERATE);
    measures_take(&measures, &game, settings.private_options, &account);
    ck_assert_uint_eq(measures.n_offences, 2);
    ck_assert_uint_eq(measures.offences[0].node, 0);
    ck_assert_double_eq(measures.offences[0].gain, 0 - -1);
    ck_assert_double_eq(measures.offences[1].gain, 0 - -1);
    ck_assert_double_eq(measures.offences[1].loss, 0); /* the play is over */
    clean_up();
}
END_TEST

START_TEST(repeated_offences_are_measured_each_from_its_own_stage)
{
    have_game();
    log_treaty();
    log_stage(1, COOPERATE, DEFECT, 0);
    log_deviation(1, 1, DEFECT, COOPERATE);
    log_stage(2, DEFECT, COOPERATE, 1); /* and again, while it is punished */
    log_deviation(2, 1, COOPERATE, DEFECT);
    log_stage(3, DEFECT, DEFECT, 1);
    measures_take(&measures, &game, settings.private_options, &account);
    ck_assert_uint_eq(measures.n_offences, 2);
    ck_assert_double_eq_tol(measures.offences[0].loss, 0.9 * (2 - -1) + 0.81 * (2 - 0),
                            1e-14);
    ck_assert_double_eq(measures.offences[1].gain, -1 - 0);
    ck_assert_double_eq(measures.offences[1].deterred_from, 0);
    ck_assert_double_eq_tol(measures.offences[1].loss, 0.9 * (2 - 0), 1e-14);
    clean_up();
}
END_TEST

START_TEST(what_no_discount_factor_deters_is_said_so)
{
    ck_assert_double_eq(measure_deterrence(1, 0), -1);
    ck_assert_double_eq(measure_deterrence(1, -2), -1);
    ck_assert_double_eq(measure_deterrence(0, 0), 0);
    ck_assert_double_eq(measure_deterrence(3, 1), 0.75);
}
END_TEST

START_TEST(without_a_treaty_the_threat_is_what_others_are_compared_with)
{
    have_game();
    log_pure(NOTE_THREAT, DEFECT, DEFECT);
    log_note(0, &(struct note){.kind = NOTE_NO_AGREEMENT});
    log_note(0, &(struct note){.kind = NOTE_SIGNED});
    log_stage(1, DEFECT, DEFECT, 2);
    measures_take(&measures, &game, settings.private_options, &account);
    ck_assert(!account.treaty);
    ck_assert_double_eq(measures.agreement_payoff[0], 0);
    clean_up();
}
END_TEST

START_TEST(silence_is_counted_by_who_claims_it)
{
    have_game();
    log_treaty();
    log_note(
        5, &(struct note){
               .kind = NOTE_REFUSED, .player = 0, .mask = 2, .round = 44, .stage = 1});
    log_note(6, &(struct note){.kind = NOTE_REFUSED,
                               .player = 0,
                               .mask = 2,
                               .round = 44,
                               .stage = 1}); /* heard again */
    measures_take(&measures, &game, settings.private_options, &account);
    ck_assert_uint_eq(measures.n_offences, 1);
    ck_assert_str_eq(measures.offences[0].kind, "omission");
    ck_assert_uint_eq(measures.offences[0].claims, 1);
    ck_assert_uint_eq(measures.offences[0].round, 44);
    ck_assert(!measures.offences[0].weighed);
    clean_up();
}
END_TEST

START_TEST(who_all_others_call_silent_convicts_nobody)
{
    struct claim claims[] = {{44, 1, 0, 2}, {44, 1, 2, 2}, {45, 1, 1, 4}};
    struct account a = {.n_claims = 3, .claims = claims};
    ck_assert(account_credits(&a, &claims[0]));
    ck_assert(account_credits(&a, &claims[1]));
    ck_assert(!account_credits(&a, &claims[2]));
    /* Of two that claim each other's silence nobody knows which one it was. */
    struct claim both[] = {{44, 1, 0, 2}, {44, 1, 1, 1}};
    struct account two = {.n_claims = 2, .claims = both};
    ck_assert(account_credits(&two, &both[0]));
    ck_assert(account_credits(&two, &both[1]));
}
END_TEST

static const char *printed(void (*print)(FILE *, const struct report_input *),
                           const struct report_input *in)
{
    static char text[8192];
    FILE *out = fmemopen(text, sizeof text, "w");
    print(out, in);
    (void)fclose(out);
    return text;
}

START_TEST(the_json_of_a_session_is_as_documented)
{
    have_game();
    log_defection_at_two();
    measures_take(&measures, &game, settings.private_options, &account);
    const struct report_input in = {.settings = &settings,
                                    .account = &account,
                                    .measures = &measures,
                                    .traffic = {8, 800, 4, 4}};
    ck_assert_str_eq(
        printed(report_json, &in),
        "{\"session\": null, \"game\": \"PD\", \"players\": [\"Alice\", \"Bob\"], "
        "\"delta\": 0.9, \"deltas\": [0.5, 0.9], \"concept\": \"nash\", "
        "\"incentive\": \"interim\", \"strategy\": \"grim\", \"seed\": 0, "
        "\"threat\": {\"profile\": [[0, 1], [0, 1]], \"payoffs\": [0, 0], "
        "\"epsilon\": [0, 0], \"rounds\": 0}, "
        "\"sampling\": {\"asked\": 0, \"certified\": 0, \"rounds\": 0}, "
        "\"pruning\": {\"selection\": \"lottery\", \"rounds\": 0}, \"agreed\": true, "
        "\"agreement\": {\"profile\": [[1, 0], [1, 0]], \"payoffs\": [2, 2], "
        "\"digest\": \"00000000000000000000000000000000"
        "00000000000000000000000000000000\", \"signatures\": 0, \"length\": null}, "
        "\"play\": {\"stages\": 4, \"average_payoffs\": [0.25, 1.25], "
        "\"discounted_payoffs\": [0.75, 0.4699999999999999], "
        "\"deviations\": [{\"stage\": 2, \"node\": 2, \"kind\": \"action\", \"gain\": "
        "1, "
        "\"loss\": 3.42, \"deterred_from_delta\": 0.3333333333333333, \"played\": 2, "
        "\"prescribed\": 1}], "
        "\"punishments\": [{\"from\": 3, \"to\": null, \"strategy\": \"grim\"}], "
        "\"outcome\": \"open\"}, "
        "\"network\": {\"messages\": 8, \"bytes\": 800, \"signatures\": 4, "
        "\"verifications\": 4}, "
        "\"seconds\": {\"threat\": 0, \"sampling\": 0, \"pruning\": 0, \"signing\": 0, "
        "\"play\": 0}}\n");
    clean_up();
}
END_TEST

START_TEST(a_finite_punishment_ends_with_its_last_punished_stage)
{
    have_game();
    log_treaty();
    log_stage(1, COOPERATE, DEFECT, 0);
    log_note(1, &(struct note){.kind = NOTE_PUNISHING, .stage = 2, .number = 1});
    log_stage(2, DEFECT, DEFECT, 1);
    log_note(2, &(struct note){.kind = NOTE_RESTORED, .stage = 3});
    log_stage(3, COOPERATE, DEFECT, 0);
    log_note(3, &(struct note){.kind = NOTE_PUNISHING, .stage = 4, .number = 9});
    log_stage(4, DEFECT, DEFECT, 1);
    measures_take(&measures, &game, settings.private_options, &account);
    const struct report_input in = {
        .settings = &settings, .account = &account, .measures = &measures};
    ck_assert_ptr_nonnull(
        strstr(printed(report_json, &in),
               "\"punishments\": [{\"from\": 2, \"to\": 2, \"strategy\": \"finite\", "
               "\"length\": 1}, {\"from\": 4, \"to\": 4, \"strategy\": \"finite\", "
               "\"length\": 9}]"));
    clean_up();
}
END_TEST

START_TEST(why_nothing_was_agreed_on_is_said)
{
    have_game();
    log_note(1, &(struct note){.kind = NOTE_NO_THREAT, .number = 7, .mask = 2});
    log_note(1, &(struct note){.kind = NOTE_ENDED, .number = OUTCOME_NO_THREAT});
    measures_take(&measures, &game, settings.private_options, &account);
    const struct report_input in = {
        .settings = &settings, .account = &account, .measures = &measures};
    const char *text = printed(report_json, &in);
    ck_assert_ptr_nonnull(strstr(text, "\"threat\": null"));
    ck_assert_ptr_nonnull(
        strstr(text, "\"agreed\": false, \"why\": \"the threat is no static "
                     "equilibrium for Bob (2)\", \"agreement\": null"));
    ck_assert_ptr_nonnull(strstr(text, "\"stages\": 0"));
    clean_up();
}
END_TEST

START_TEST(numbers_are_the_shortest_that_read_back)
{
    static const struct {
        double v;
        const char *text;
    } numbers[] = {{2, "2"},
                   {0.1, "0.1"},
                   {-0.0, "0"},
                   {0.1 + 0.2, "0.30000000000000004"},
                   {1. / 3, "0.3333333333333333"},
                   {-1e300, "-1e+300"}};
    char text[NUMBER_SIZE];
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        ck_assert_str_eq(number_exact(text, numbers[i].v), numbers[i].text);
    struct prng p = {1};
    for (int i = 0; i < 10000; i++) {
        const double v = (prng_share(&p) - 0.5) * DBL_MAX * prng_share(&p);
        ck_assert_double_eq(strtod(number_exact(text, v), NULL), v);
    }
}
END_TEST

static void print_names(FILE *out, const struct report_input *in)
{
    (void)in;
    struct json j = {.out = out};
    emit_list(&j, NULL);
    emit_text(&j, NULL, "a \"b\" \\ \t \x7f");
    emit_text(&j, NULL, "Z\xc3\xbcrich \xff\xc3 \xed\xa0\x80");
    emit_end(&j);
}

START_TEST(names_become_valid_json_whatever_bytes_they_have)
{
    ck_assert_str_eq(printed(print_names, NULL),
                     "[\"a \\\"b\\\" \\\\ \\u0009 \\u007f\", "
                     "\"Z\xc3\xbcrich \xef\xbf\xbd\xef\xbf\xbd "
                     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"]\n");
}
END_TEST

/* ---- several logs ---- */

static void copy_play(struct account *to, uint8_t self, uint32_t n, uint8_t last)
{
    memset(to, 0, sizeof *to);
    account = (struct account){.terms = &settings.terms, .roster = &roster};
    log_treaty();
    for (uint32_t stage = 1; stage <= n; stage++)
        log_stage(stage, COOPERATE, stage == n ? last : COOPERATE, 0);
    *to = account;
    to->self = self;
    memset(&account, 0, sizeof account);
}

START_TEST(logs_that_tell_different_plays_do_not_agree)
{
    struct account both[2];
    char found[256];
    have_game();
    copy_play(&both[0], 0, 3, COOPERATE);
    copy_play(&both[1], 1, 3, DEFECT);
    ck_assert(!accounts_agree(both, 2, 0, 0, found));
    ck_assert_str_eq(found, "the logs of nodes 1 and 2 tell different actions");
    ck_assert(
        accounts_agree(both, 2, 2, 0, found)); /* node 2 cheats: it is not asked */
    account_free(&both[1]);
    copy_play(&both[1], 1, 2, COOPERATE);
    ck_assert(accounts_agree(both, 2, 0, 0, found)); /* one stage apart */
    ck_assert_uint_eq(accounts_fullest(both, 2, 0), 0);
    account_free(&both[1]);
    copy_play(&both[1], 1, 1, COOPERATE);
    ck_assert(!accounts_agree(both, 2, 0, 0, found));
    ck_assert(accounts_agree(both, 2, 0, 2, found)); /* node 2 died */
    ck_assert_uint_eq(accounts_fullest(both, 2, 1), 1);
    account_free(&both[0]);
    account_free(&both[1]);
    clean_up();
}
END_TEST

UNIT_MAIN("report", payoffs_are_of_what_was_really_played,
          a_deviation_gains_once_and_loses_ever_after,
          gains_are_weighed_against_what_the_others_really_played,
          repeated_offences_are_measured_each_from_its_own_stage,
          what_no_discount_factor_deters_is_said_so,
          without_a_treaty_the_threat_is_what_others_are_compared_with,
          silence_is_counted_by_who_claims_it,
          who_all_others_call_silent_convicts_nobody,
          the_json_of_a_session_is_as_documented,
          a_finite_punishment_ends_with_its_last_punished_stage,
          why_nothing_was_agreed_on_is_said, numbers_are_the_shortest_that_read_back,
          names_become_valid_json_whatever_bytes_they_have,
          logs_that_tell_different_plays_do_not_agree)
