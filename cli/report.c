/* SPDX-License-Identifier: MIT */
/* Hides the layout of a report. */
#include "cli/report.h"

#include <string.h>

#include "cli/idle.h"
#include "cli/json.h"
#include "cli/words.h"

/* ---- what both say ---- */

static void say_fault(struct line *l, const struct account *a,
                      const struct deviation *d)
{
    say_player(l, a->terms, d->player);
    line_add(l, " is proven to have broken the protocol: %s", fault_name(d->fault));
}

static void say_silent(struct line *l, const struct account *a)
{
    uint64_t silent = 0, by = 0;
    for (size_t i = 0; i < a->n_claims; i++)
        if (account_credits(a, &a->claims[i])) {
            silent |= a->claims[i].silent;
            by |= player_bit(a->claims[i].by);
        }
    say_players(l, a->terms, silent);
    line_add(l, " fell silent before everybody had signed");
    if ((by & (by - 1)) == 0 && a->terms->shape.n_players > 2) {
        line_add(l, ", says ");
        say_players(l, a->terms, by);
    }
}

void report_why(struct line *l, const struct account *a)
{
    if (a->treaty)
        return;
    if (a->no_threat && a->refusers != 0) {
        line_add(l, "the threat is no static equilibrium for ");
        say_players(l, a->terms, a->refusers);
    } else if (a->no_threat) {
        line_add(l, "no static equilibrium was found to threaten with");
    } else if (a->no_agreement) {
        line_add(l, "none of the ");
        say_candidates(l, a->terms, a->asked);
        line_add(l, " that were asked about suits everybody");
    } else if (a->n_deviations > 0) {
        say_fault(l, a, &a->deviations[0]);
    } else if (a->n_claims > 0) {
        say_silent(l, a);
    } else {
        line_add(l, "the nodes ended before they had agreed");
    }
}

bool report_ending(struct line *l, const struct ending *e)
{
    if (e->dismissed)
        return false;
    if (!e->started)
        line_add(l, "was never started");
    else if (e->stopped)
        line_add(l, "did not end by itself and was stopped");
    else if (e->signal != 0)
        line_add(l, "died by signal %d", e->signal);
    else if (e->exit_code != 0)
        line_add(l, "ended with exit code %d", e->exit_code);
    else
        return false;
    return true;
}

/* The last stage that was punished: 0 for ever. */
static uint32_t punished_to(const struct account *a, const struct punishment *p)
{
    if (p->length == 0)
        return 0;
    return p->restored > 0 ? p->restored - 1 : a->stages.n;
}

/* ---- for scripts ---- */

void emit_profile(struct json *j, const char *key, const struct shape *s,
                  const struct candidate *c)
{
    struct profile x;
    profile_from_candidate(&x, s, c);
    emit_list(j, key);
    for (uint8_t i = 0; i < s->n_players; i++)
        emit_numbers(j, NULL, x.share + shape_offset(s, i), s->n_actions[i]);
    emit_close(j);
}

void emit_agreed(struct json *j, const struct terms *t, const struct candidate *c)
{
    const struct shape s = terms_candidates(t);
    struct profile x;
    if (t->concept == CONCEPT_NASH) {
        emit_profile(j, "profile", &s, c);
        return;
    }
    profile_from_candidate(&x, &s, c);
    emit_numbers(j, "distribution", x.share, shape_weights(&s));
}

static void json_head(struct json *j, const struct report_input *in)
{
    const struct settings *s = in->settings;
    if (in->account->has_session)
        emit_hex(j, "session", in->account->session.bytes,
                 sizeof in->account->session.bytes);
    else
        emit_null(j, "session");
    emit_text(j, "game", s->terms.title);
    emit_list(j, "players");
    for (uint8_t i = 0; i < s->terms.shape.n_players; i++)
        emit_text(j, NULL, s->terms.player_name[i]);
    emit_close(j);
    emit_number(j, "delta", s->discount);
    emit_list(j, "deltas");
    for (uint8_t i = 0; i < s->terms.shape.n_players; i++)
        emit_number(j, NULL, s->private_options[i].discount);
    emit_close(j);
    emit_text(j, "concept", concept_names[s->terms.concept]);
    if (s->terms.concept == CONCEPT_PRIVATE)
        emit_integer(j, "resolution", s->terms.resolution);
    emit_text(j, "incentive",
              s->terms.incentive == INCENTIVE_EX_ANTE ? "ex-ante" : "interim");
    emit_text(j, "strategy", s->terms.finite ? "finite" : "grim");
    emit_integer(j, "seed", s->seed);
}

static void json_negotiation(struct json *j, const struct report_input *in)
{
    const struct account *a = in->account;
    const struct shape *s = &in->settings->terms.shape;
    struct line why = {0};
    if (a->has_threat) {
        emit_object(j, "threat");
        emit_profile(j, "profile", s, &a->threat);
        emit_numbers(j, "payoffs", in->measures->threat_payoff, s->n_players);
        emit_numbers(j, "epsilon", in->measures->epsilon, s->n_players);
        emit_integer(j, "rounds", a->threat_rounds);
        emit_close(j);
    } else {
        emit_null(j, "threat");
    }
    emit_object(j, "sampling");
    emit_integer(j, "asked", a->asked);
    emit_integer(j, "certified", a->certified);
    emit_integer(j, "rounds", a->sampling_rounds);
    emit_close(j);
    emit_object(j, "pruning");
    emit_text(j, "selection", selection_name(a->terms->selection));
    emit_integer(j, "rounds", a->pruning_rounds);
    emit_close(j);
    emit_bool(j, "agreed", a->treaty);
    report_why(&why, a);
    if (!a->treaty) {
        emit_text(j, "why", why.text);
        emit_null(j, "agreement");
        return;
    }
    emit_object(j, "agreement");
    emit_agreed(j, a->terms, &a->agreement);
    emit_numbers(j, "payoffs", in->measures->agreement_payoff, s->n_players);
    emit_hex(j, "digest", a->agreement_digest.bytes, sizeof a->agreement_digest.bytes);
    emit_integer(j, "signatures", account_signatures(a));
    if (a->length > 0)
        emit_integer(j, "length", a->length);
    else
        emit_null(j, "length");
    emit_close(j);
}

static void json_offence(struct json *j, const struct offence *o)
{
    emit_object(j, NULL);
    emit_integer(j, "stage", o->stage);
    emit_integer(j, "node", o->node + 1u);
    emit_text(j, "kind", o->kind);
    if (o->weighed) {
        emit_number(j, "gain", o->gain);
        emit_number(j, "loss", o->loss);
        if (o->deterred_from >= 0)
            emit_number(j, "deterred_from_delta", o->deterred_from);
        else
            emit_null(j, "deterred_from_delta");
        emit_integer(j, "played", o->played + 1u);
        emit_integer(j, "prescribed", o->prescribed + 1u);
    } else {
        emit_null(j, "gain");
        emit_null(j, "loss");
        emit_null(j, "deterred_from_delta");
        emit_integer(j, "round", o->round);
    }
    if (o->claims > 0)
        emit_integer(j, "claims", o->claims);
    emit_close(j);
}

static void json_play(struct json *j, const struct report_input *in)
{
    const struct account *a = in->account;
    const uint8_t n_players = in->settings->terms.shape.n_players;
    emit_object(j, "play");
    emit_integer(j, "stages", a->stages.n);
    emit_numbers(j, "average_payoffs", in->measures->average, n_players);
    emit_numbers(j, "discounted_payoffs", in->measures->discounted, n_players);
    emit_list(j, "deviations");
    for (size_t i = 0; i < in->measures->n_offences; i++)
        json_offence(j, &in->measures->offences[i]);
    emit_close(j);
    emit_list(j, "punishments");
    for (size_t i = 0; i < a->n_punishments; i++) {
        const struct punishment *p = &a->punishments[i];
        const uint32_t to = punished_to(a, p);
        emit_object(j, NULL);
        emit_integer(j, "from", p->from);
        if (p->length > 0)
            emit_integer(j, "to", to);
        else
            emit_null(j, "to");
        emit_text(j, "strategy", p->length > 0 ? "finite" : "grim");
        if (p->length > 0)
            emit_integer(j, "length", p->length);
        emit_close(j);
    }
    emit_close(j);
    emit_text(j, "outcome", a->ended ? outcome_name(a->outcome) : "open");
    emit_close(j);
}

/* Misdeeds that had no effect; nothing where none were asked for. */
static void json_idle(struct json *j, const struct report_input *in)
{
    struct idle idle;
    if (!idle_asked(in->settings))
        return;
    emit_list(j, "idle_misdeeds");
    for (size_t k = 0; idle_find(&idle, in, k); k++) {
        emit_object(j, NULL);
        emit_integer(j, "node", idle.node + 1u);
        emit_text(j, "misdeed", idle.misdeed);
        emit_text(j, "why", idle.why);
        emit_close(j);
    }
    emit_close(j);
}

static void json_nodes(struct json *j, const struct report_input *in)
{
    emit_list(j, "nodes");
    for (uint8_t i = 0; i < in->settings->terms.shape.n_players; i++) {
        const struct ending *e = &in->endings[i];
        struct line how = {0};
        emit_object(j, NULL);
        emit_integer(j, "node", i + 1u);
        emit_bool(j, "failed", report_ending(&how, e));
        if (e->started && e->signal == 0)
            emit_integer(j, "exit_code", (uint64_t)e->exit_code);
        else
            emit_null(j, "exit_code");
        if (e->signal != 0)
            emit_integer(j, "signal", (uint64_t)e->signal);
        if (e->words[0] != 0)
            emit_text(j, "words", e->words);
        emit_close(j);
    }
    emit_close(j);
}

static void json_breaches(struct json *j, const struct breaches *b)
{
    emit_list(j, "broken_laws");
    for (uint32_t i = 0; i < b->n && i < BREACHES_MAX; i++) {
        emit_object(j, NULL);
        emit_text(j, "law", law_text(b->item[i].law));
        emit_integer(j, "node", b->item[i].player + 1u);
        emit_text(j, "found", b->item[i].found);
        emit_close(j);
    }
    emit_close(j);
}

static void json_tail(struct json *j, const struct report_input *in)
{
    const struct account *a = in->account;
    emit_object(j, "network");
    emit_integer(j, "messages", in->traffic.messages);
    emit_integer(j, "bytes", in->traffic.bytes);
    emit_integer(j, "signatures", in->traffic.signatures);
    emit_integer(j, "verifications", in->traffic.verifications);
    emit_close(j);
    emit_object(j, "seconds");
    emit_number(j, "threat", account_seconds(a, PHASE_REGRET, PHASE_PUNISH_OK));
    emit_number(j, "sampling", account_seconds(a, PHASE_PROPOSE, PHASE_ANSWER));
    emit_number(j, "pruning", account_seconds(a, PHASE_SET, PHASE_PRUNE));
    emit_number(j, "signing", account_seconds(a, PHASE_LENGTH, PHASE_START));
    emit_number(j, "play", account_seconds(a, PHASE_ACT, PHASE_END));
    emit_close(j);
    json_idle(j, in);
    if (in->disagreement != NULL)
        emit_text(j, "logs_disagree", in->disagreement);
    if (in->out != NULL)
        emit_text(j, "out", in->out);
    if (in->breaches != NULL)
        json_breaches(j, in->breaches);
    if (in->endings != NULL)
        json_nodes(j, in);
}

void report_json(FILE *out, const struct report_input *in)
{
    struct json j = {.out = out};
    emit_object(&j, NULL);
    json_head(&j, in);
    json_negotiation(&j, in);
    json_play(&j, in);
    json_tail(&j, in);
    emit_end(&j);
}
