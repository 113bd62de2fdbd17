/* SPDX-License-Identifier: MIT */
/* Answers questions about one agreement without playing it: when everybody keeps it,
 * what a deviation gains, and what it takes to deter it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json.h"
#include "cli/options.h"
#include "cli/threatening.h"
#include "cli/words.h"
#include "game/formats.h"

struct inquiry {
    struct game game;
    struct terms terms; /* names, for people */
    double delta;
    double discount[PLAYERS_MAX];
    enum concept concept;
    bool finite;
    uint32_t length; /* 0 with finite: the shortest that deters everybody */
    struct profile profile;
    double *distribution; /* NULL: the profile is asked about */
    bool threat_given;
    struct profile threat;
    bool json;
};

struct answer {
    struct incentive_view view[PLAYERS_MAX];
    double slack[PLAYERS_MAX], ex_ante_slack[PLAYERS_MAX], exit_slack[PLAYERS_MAX];
    double threat_epsilon[PLAYERS_MAX];
    double minimum_delta[PLAYERS_MAX];    /* -1: none */
    uint32_t minimum_length[PLAYERS_MAX]; /* 0: none */
    bool holds[PLAYERS_MAX];
    bool equilibrium;
};

/* ---- reading the question ---- */

static enum status read_deltas(struct inquiry *q, const struct given *g, char *reason)
{
    q->delta = 0.9;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < g->n_options; i++) {
            const char *value = g->option[i].value;
            uint8_t player = 0;
            if (strcmp(g->option[i].flag->name, "delta") != 0 ||
                (strchr(value, '=') != NULL) != (pass == 1))
                continue;
            double delta;
            if (pass == 1 && !read_node(&player, &value, "delta", value, '=',
                                        q->game.shape.n_players, reason))
                return STATUS_USAGE;
            if (!read_decimal(&delta, "delta", value, 0, 1, true, reason))
                return STATUS_USAGE;
            if (pass == 1)
                q->discount[player] = delta;
            else
                q->delta = delta;
        }
    return STATUS_OK;
}

static enum status read_concept(struct inquiry *q, const struct given *g, char *reason)
{
    const char *name = NULL;
    const bool distribution = given_last(g, "distribution", NULL);
    q->concept = distribution ? CONCEPT_PUBLIC : CONCEPT_NASH;
    if (!given_last(g, "concept", &name))
        return STATUS_OK;
    for (int concept = CONCEPT_NASH; concept <= CONCEPT_PRIVATE; concept ++) {
        if (strcmp(name, concept_names[concept]) != 0)
            continue;
        q->concept = (enum concept) concept;
        if (q->concept != CONCEPT_NASH || !distribution)
            return STATUS_OK;
        (void)snprintf(
            reason, REASON_SIZE,
            "--concept nash asks about a profile; a distribution is public or "
            "private");
        return STATUS_USAGE;
    }
    (void)snprintf(reason, REASON_SIZE,
                   "--concept: '%.100s' is not known: nash, public or private", name);
    return STATUS_USAGE;
}

/* A profile asked about as a distribution: everybody mixes by itself. */
static void spread(struct inquiry *q)
{
    uint8_t actions[PLAYERS_MAX];
    for (uint32_t index = 0; index < shape_profiles(&q->game.shape); index++) {
        profile_actions(actions, &q->game.shape, index);
        double share = 1;
        for (uint8_t i = 0; i < q->game.shape.n_players; i++)
            share *= q->profile.share[shape_offset(&q->game.shape, i) + actions[i]];
        q->distribution[index] = share;
    }
}

static enum status read_agreement(struct inquiry *q, const struct given *g,
                                  char *reason)
{
    const char *profile = NULL, *distribution = NULL;
    char message[FORMAT_MESSAGE_MAX + 1];
    const bool by_profile = given_last(g, "profile", &profile);
    const bool by_distribution = given_last(g, "distribution", &distribution);
    if (by_profile == by_distribution) {
        (void)snprintf(reason, REASON_SIZE,
                       "ask about either --profile P or "
                       "--distribution PHI");
        return STATUS_USAGE;
    }
    if (by_profile && !read_profile(&q->profile, &q->game, "profile", profile, reason))
        return STATUS_USAGE;
    if (q->concept == CONCEPT_NASH)
        return STATUS_OK;
    if (q->game.payoffs[0]->counts != NULL) {
        (void)snprintf(
            reason, REASON_SIZE,
            "--concept: this game has payoffs by count and more than %d pure "
            "profiles: nash is all that can be asked about",
            DISTRIBUTION_MAX);
        return STATUS_USAGE;
    }
    q->distribution = calloc(shape_profiles(&q->game.shape), sizeof(double));
    if (q->distribution == NULL) {
        (void)snprintf(reason, REASON_SIZE, "memory is short");
        return STATUS_FAILED;
    }
    if (by_profile)
        spread(q);
    else if (!distribution_read(q->distribution, &q->game, distribution, message)) {
        (void)snprintf(reason, REASON_SIZE, "--distribution: %s", message);
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

static enum status inquiry_read(struct inquiry *q, const struct given *g, char *reason)
{
    const char *strategy = "grim", *threat = NULL;
    enum status status = game_load(&q->game, g->operand[0], reason);
    if (status != STATUS_OK)
        return status;
    terms_default(&q->terms);
    q->terms.shape = q->game.shape;
    memcpy(q->terms.player_name, q->game.player_name, sizeof q->terms.player_name);
    memcpy(q->terms.action_name, q->game.action_name, sizeof q->terms.action_name);
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        q->discount[i] = -1;
    if ((status = read_deltas(q, g, reason)) != STATUS_OK ||
        (status = read_concept(q, g, reason)) != STATUS_OK ||
        (status = read_agreement(q, g, reason)) != STATUS_OK)
        return status;
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        if (q->discount[i] < 0)
            q->discount[i] = q->delta;
    (void)given_last(g, "strategy", &strategy);
    q->threat_given = given_last(g, "threat", &threat);
    q->json = given_last(g, "json", NULL);
    if (!read_strategy(&q->finite, &q->length, strategy, reason) ||
        (q->threat_given &&
         !read_profile(&q->threat, &q->game, "threat", threat, reason)))
        return STATUS_USAGE;
    return STATUS_OK;
}

/* ---- the answer ---- */

static void answer_views(struct answer *a, const struct inquiry *q)
{
    for (uint8_t i = 0; i < q->game.shape.n_players; i++) {
        const struct payoffs *p = q->game.payoffs[i];
        const double threat_payoff = payoffs_expect(p, &q->threat);
        a->threat_epsilon[i] = incentive_regret(p, &q->threat);
        if (q->concept == CONCEPT_NASH)
            incentive_view_profile(&a->view[i], p, &q->profile, threat_payoff);
        else
            incentive_view_distribution(&a->view[i], p, q->distribution, q->concept,
                                        threat_payoff);
    }
}

static void answer_minima(struct answer *a, const struct inquiry *q)
{
    for (uint8_t i = 0; i < q->game.shape.n_players; i++) {
        const double tolerance = incentive_tolerance(q->game.payoffs[i]);
        a->minimum_delta[i] = incentive_minimum_discount(&a->view[i], q->concept,
                                                         INCENTIVE_INTERIM, tolerance);
        a->minimum_length[i] = incentive_minimum_length(
            &a->view[i], q->concept, INCENTIVE_INTERIM, q->discount[i], tolerance);
    }
}

/* The length that is asked about: the given one, or the shortest that deters everybody,
 * as the nodes would agree on; for ever where none does. */
static uint32_t length_asked(const struct answer *a, const struct inquiry *q)
{
    uint32_t longest = 0;
    if (!q->finite || q->length > 0)
        return q->length;
    for (uint8_t i = 0; i < q->game.shape.n_players; i++) {
        if (a->minimum_length[i] == 0)
            return 0;
        longest = a->minimum_length[i] > longest ? a->minimum_length[i] : longest;
    }
    return longest;
}

static void answer_conditions(struct answer *a, const struct inquiry *q)
{
    const uint32_t length = length_asked(a, q);
    a->equilibrium = true;
    for (uint8_t i = 0; i < q->game.shape.n_players; i++) {
        const struct incentive_view *v = &a->view[i];
        const struct enforcement e = {q->discount[i], length};
        const double tolerance = incentive_tolerance(q->game.payoffs[i]);
        a->slack[i] = incentive_slack(v, v->gain, &e);
        a->ex_ante_slack[i] = incentive_slack(v, v->ex_ante_gain, &e);
        a->exit_slack[i] = incentive_exit_slack(v, &e);
        a->holds[i] = incentive_holds(v, q->concept, INCENTIVE_INTERIM, &e, tolerance);
        a->equilibrium = a->equilibrium && a->holds[i];
    }
}

/* ---- printing ---- */

static void json_player(struct json *j, const struct inquiry *q, const struct answer *a,
                        uint8_t i)
{
    emit_object(j, NULL);
    emit_number(j, "slack", a->slack[i]);
    if (q->concept == CONCEPT_NASH) {
        emit_number(j, "ex_ante_slack", a->ex_ante_slack[i]);
        emit_null(j, "exit_slack");
    } else {
        emit_null(j, "ex_ante_slack");
        emit_number(j, "exit_slack", a->exit_slack[i]);
    }
    emit_number(j, "gain", a->view[i].gain);
    if (a->minimum_delta[i] >= 0)
        emit_number(j, "minimum_delta", a->minimum_delta[i]);
    else
        emit_null(j, "minimum_delta");
    if (a->minimum_length[i] > 0)
        emit_integer(j, "minimum_length", a->minimum_length[i]);
    else
        emit_null(j, "minimum_length");
    emit_bool(j, "holds", a->holds[i]);
    emit_close(j);
}

static void json_shares(struct json *j, const char *key, const struct inquiry *q,
                        const struct profile *x)
{
    emit_list(j, key);
    for (uint8_t i = 0; i < q->game.shape.n_players; i++)
        emit_numbers(j, NULL, x->share + shape_offset(&q->game.shape, i),
                     q->game.shape.n_actions[i]);
    emit_close(j);
}

static void answer_json(const struct inquiry *q, const struct answer *a)
{
    const uint8_t n = q->game.shape.n_players;
    double payoffs[PLAYERS_MAX], threat_payoffs[PLAYERS_MAX];
    struct json j = {.out = stdout};
    for (uint8_t i = 0; i < n; i++) {
        payoffs[i] = a->view[i].payoff;
        threat_payoffs[i] = a->view[i].threat_payoff;
    }
    emit_object(&j, NULL);
    emit_text(&j, "game", q->game.title);
    emit_text(&j, "concept", concept_names[q->concept]);
    emit_number(&j, "delta", q->delta);
    emit_numbers(&j, "deltas", q->discount, n);
    emit_text(&j, "strategy", q->finite ? "finite" : "grim");
    if (length_asked(a, q) > 0)
        emit_integer(&j, "length", length_asked(a, q));
    if (q->distribution == NULL)
        json_shares(&j, "profile", q, &q->profile);
    else
        emit_numbers(&j, "distribution", q->distribution,
                     shape_profiles(&q->game.shape));
    emit_numbers(&j, "payoffs", payoffs, n);
    json_shares(&j, "threat", q, &q->threat);
    emit_bool(&j, "threat_given", q->threat_given);
    emit_numbers(&j, "threat_payoffs", threat_payoffs, n);
    emit_numbers(&j, "threat_epsilon", a->threat_epsilon, n);
    emit_bool(&j, "equilibrium", a->equilibrium);
    emit_list(&j, "players");
    for (uint8_t i = 0; i < n; i++)
        json_player(&j, q, a, i);
    emit_end(&j);
}

static void text_head(const struct inquiry *q, const struct answer *a)
{
    struct line l = {0};
    struct candidate c = {{0}};
    double worst = 0;
    line_add(&l, "%s, %s, ", q->game.title, concept_names[q->concept]);
    if (q->distribution == NULL) {
        candidate_from_profile(&c, &q->game.shape, &q->profile);
        say_candidate(&l, &q->terms, &c);
    } else {
        line_add(&l, "a distribution over %u profiles", shape_profiles(&q->game.shape));
    }
    print_wrapped(stdout, l.text, 0);
    l = (struct line){0};
    for (uint8_t i = 0; i < q->game.shape.n_players; i++)
        worst = a->threat_epsilon[i] > worst ? a->threat_epsilon[i] : worst;
    memset(&c, 0, sizeof c);
    candidate_from_profile(&c, &q->game.shape, &q->threat);
    line_add(&l, "punished %s with ", q->finite ? "for a time" : "for ever");
    say_candidate(&l, &q->terms, &c);
    line_add(&l, " (%s; nobody could gain more than %.3g by leaving it)",
             q->threat_given ? "given" : "found", worst);
    print_wrapped(stdout, l.text, 0);
}

/* What rounding leaves of nothing is nothing to people; JSON has it all. */
static double seen(const struct inquiry *q, uint8_t player, double value)
{
    return fabs(value) <= incentive_tolerance(q->game.payoffs[player]) ? 0 : value;
}

static void text_row(const struct inquiry *q, const struct answer *a, uint8_t i)
{
    enum { NAME_COLUMNS = 16 };
    const bool nash = q->concept == CONCEPT_NASH;
    struct line name = {0};
    char least[24] = "none", length[24] = "none";
    if (a->minimum_delta[i] >= 0)
        (void)snprintf(least, sizeof least, "%.4g", a->minimum_delta[i]);
    if (a->minimum_length[i] > 0)
        (void)snprintf(length, sizeof length, "%u", a->minimum_length[i]);
    say_player(&name, &q->terms, i);
    const size_t columns = text_columns(name.text);
    const double other = nash ? a->ex_ante_slack[i] : a->exit_slack[i];
    (void)printf("%s%*s%8.4g %8.4g %7.4g %8.4g %8.4g %7s %6s %s\n", name.text,
                 columns < NAME_COLUMNS ? (int)(NAME_COLUMNS - columns) : 1, "",
                 a->view[i].payoff, a->view[i].threat_payoff,
                 seen(q, i, a->view[i].gain), seen(q, i, a->slack[i]),
                 seen(q, i, other), least, length, a->holds[i] ? "keeps" : "breaks");
}

static void answer_text(const struct inquiry *q, const struct answer *a)
{
    text_head(q, a);
    (void)printf("\n%-16s%8s%9s%8s%9s%9s%8s%7s\n", "player", "payoff", "threat", "gain",
                 "slack", q->concept == CONCEPT_NASH ? "ex ante" : "exit",
                 "delta>=", "L>=");
    for (uint8_t i = 0; i < q->game.shape.n_players; i++)
        text_row(q, a, i);
    (void)printf("\n%s\n", a->equilibrium ? "Everybody keeps it: an equilibrium."
                                          : "Not everybody keeps it: no equilibrium.");
}

static enum status run_check(const struct command *c, const struct given *g)
{
    static struct inquiry inquiry;
    static struct answer answer;
    char reason[REASON_SIZE];
    enum status status = inquiry_read(&inquiry, g, reason);
    if (status == STATUS_OK && !inquiry.threat_given)
        status = find_threat(&inquiry.threat, &inquiry.game, reason);
    if (status == STATUS_OK) {
        answer_views(&answer, &inquiry);
        answer_minima(&answer, &inquiry);
        answer_conditions(&answer, &inquiry);
        if (inquiry.json)
            answer_json(&inquiry, &answer);
        else
            answer_text(&inquiry, &answer);
    }
    free(inquiry.distribution);
    game_free(&inquiry.game);
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

static const struct flag flags_check[] = {
    {"delta", "D",
     "discount factor, 0 <= D < 1 (default 0.9)\n"
     "NODE=D (repeatable) gives one player its own."},
    {"profile", "P",
     "the mixed profile: '1,0;0.5,0.5' or 'Stop;Go'\n"
     "Players are separated by semicolons; each is a list of probabilities, an "
     "action's "
     "name or its number."},
    {"distribution", "PHI",
     "or the distribution over pure profiles\n"
     "One number for each, the first player's action varying fastest."},
    {"concept", "nash|public|private",
     "what a player sees before it could deviate\n"
     "Its own coin (nash, the default for profiles), the whole drawn profile (public, "
     "the default for distributions), or its own recommendation (private)."},
    {"threat", "PROFILE",
     "what the punishment is\nWithout it a static equilibrium is found."},
    {"strategy", "grim|finite[:L]",
     "punishment for ever (default), or L stages\n"
     "Without L it is the shortest that deters everybody."},
    {"json", NULL, "the answer as one JSON object"},
    {NULL, NULL, NULL},
};

const struct command command_check = {
    .name = "check",
    .usage = "GAME.nfg --profile P | --distribution PHI [options]",
    .summary = "say whether everybody keeps an agreement, and what deters whom",
    .help =
        "  treaty check games/prisoners-dilemma.nfg --profile 'Cooperate;Cooperate'\n"
        "  treaty check games/chicken.nfg --delta 0.5 --concept private \\\n"
        "      --distribution 0,0.5,0.5,0 --json\n"
        "\n"
        "slack is (1-delta) (k (U - u(p)) - gain) at its smallest: not negative where "
        "the\n"
        "player keeps the agreement. gain is the best one-stage gain behind it, "
        "delta>=\n"
        "the least discount factor at which grim trigger deters the player, L>= the "
        "least\n"
        "number of punishment stages that does at this discount factor.\n",
    .flags = {flags_check},
    .operand = {"GAME"},
    .operands_min = 1,
    .operands_max = 1,
    .run = run_check,
};
