/* Hides the layout of a report. */
#include "cli/report.h"

#include <string.h>

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
    uint32_t silent = 0;
    for (size_t i = 0; i < a->n_claims; i++)
        silent |= a->claims[i].silent;
    say_players(l, a->terms, silent);
    line_add(l, " fell silent before everybody had signed");
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
        line_add(l, "none of the %u profiles that were asked about suits everybody",
                 a->asked);
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
    if (!e->started)
        line_add(l, "was never started");
    else if (e->killed)
        line_add(l, "did not end and was stopped");
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

void json_profile(struct json *j, const char *key, const struct shape *s,
                  const struct candidate *c)
{
    struct profile x;
    profile_from_candidate(&x, s, c);
    json_list(j, key);
    for (uint8_t i = 0; i < s->n_players; i++)
        json_numbers(j, NULL, x.share + shape_offset(s, i), s->n_actions[i]);
    json_close(j);
}

static void json_head(struct json *j, const struct report_input *in)
{
    const struct settings *s = in->settings;
    if (in->account->has_session)
        json_hex(j, "session", in->account->session.bytes,
                 sizeof in->account->session.bytes);
    else
        json_null(j, "session");
    json_text(j, "game", s->terms.title);
    json_list(j, "players");
    for (uint8_t i = 0; i < s->terms.shape.n_players; i++)
        json_text(j, NULL, s->terms.player_name[i]);
    json_close(j);
    json_number(j, "delta", s->discount);
    json_list(j, "deltas");
    for (uint8_t i = 0; i < s->terms.shape.n_players; i++)
        json_number(j, NULL, s->private_options[i].discount);
    json_close(j);
    json_text(j, "concept", "nash");
    json_text(j, "incentive",
              s->terms.incentive == INCENTIVE_EX_ANTE ? "ex-ante" : "interim");
    json_text(j, "strategy", s->terms.finite ? "finite" : "grim");
    json_integer(j, "seed", s->seed);
}

static void json_negotiation(struct json *j, const struct report_input *in)
{
    const struct account *a = in->account;
    const struct shape *s = &in->settings->terms.shape;
    struct line why = {0};
    if (a->has_threat) {
        json_object(j, "threat");
        json_profile(j, "profile", s, &a->threat);
        json_numbers(j, "payoffs", in->measures->threat_payoff, s->n_players);
        json_numbers(j, "epsilon", in->measures->epsilon, s->n_players);
        json_integer(j, "rounds", a->threat_rounds);
        json_close(j);
    } else {
        json_null(j, "threat");
    }
    json_object(j, "sampling");
    json_integer(j, "asked", a->asked);
    json_integer(j, "certified", a->certified);
    json_integer(j, "rounds", a->sampling_rounds);
    json_close(j);
    json_object(j, "pruning");
    json_integer(j, "rounds", a->pruning_rounds);
    json_close(j);
    json_bool(j, "agreed", a->treaty);
    report_why(&why, a);
    if (!a->treaty) {
        json_text(j, "why", why.text);
        json_null(j, "agreement");
        return;
    }
    json_object(j, "agreement");
    json_profile(j, "profile", s, &a->agreement);
    json_numbers(j, "payoffs", in->measures->agreement_payoff, s->n_players);
    json_hex(j, "digest", a->agreement_digest.bytes, sizeof a->agreement_digest.bytes);
    json_integer(j, "signatures", account_signatures(a));
    json_integer(j, "length", a->length);
    json_close(j);
}

static void json_offence(struct json *j, const struct offence *o)
{
    json_object(j, NULL);
    json_integer(j, "stage", o->stage);
    json_integer(j, "node", o->node + 1u);
    json_text(j, "kind", o->kind);
    if (o->weighed) {
        json_number(j, "gain", o->gain);
        json_number(j, "loss", o->loss);
        if (o->deterred_from >= 0)
            json_number(j, "deterred_from_delta", o->deterred_from);
        else
            json_null(j, "deterred_from_delta");
        json_integer(j, "played", o->played + 1u);
        json_integer(j, "prescribed", o->prescribed + 1u);
    } else {
        json_null(j, "gain");
        json_null(j, "loss");
        json_null(j, "deterred_from_delta");
        json_integer(j, "round", o->round);
    }
    if (o->claims > 0)
        json_integer(j, "claims", o->claims);
    json_close(j);
}

static void json_play(struct json *j, const struct report_input *in)
{
    const struct account *a = in->account;
    const uint8_t n_players = in->settings->terms.shape.n_players;
    json_object(j, "play");
    json_integer(j, "stages", a->stages.n);
    json_numbers(j, "average_payoffs", in->measures->average, n_players);
    json_numbers(j, "discounted_payoffs", in->measures->discounted, n_players);
    json_list(j, "deviations");
    for (size_t i = 0; i < in->measures->n_offences; i++)
        json_offence(j, &in->measures->offences[i]);
    json_close(j);
    json_list(j, "punishments");
    for (size_t i = 0; i < a->n_punishments; i++) {
        const struct punishment *p = &a->punishments[i];
        const uint32_t to = punished_to(a, p);
        json_object(j, NULL);
        json_integer(j, "from", p->from);
        if (p->length > 0)
            json_integer(j, "to", to);
        else
            json_null(j, "to");
        json_text(j, "strategy", p->length > 0 ? "finite" : "grim");
        if (p->length > 0)
            json_integer(j, "length", p->length);
        json_close(j);
    }
    json_close(j);
    json_text(j, "outcome", a->ended ? outcome_name(a->outcome) : "open");
    json_close(j);
}

static void json_tail(struct json *j, const struct report_input *in)
{
    const struct account *a = in->account;
    json_object(j, "network");
    json_integer(j, "messages", in->traffic.messages);
    json_integer(j, "bytes", in->traffic.bytes);
    json_integer(j, "signatures", in->traffic.signatures);
    json_integer(j, "verifications", in->traffic.verifications);
    json_close(j);
    json_object(j, "seconds");
    json_number(j, "threat", account_seconds(a, PHASE_REGRET, PHASE_PUNISH_OK));
    json_number(j, "sampling", account_seconds(a, PHASE_PROPOSE, PHASE_ANSWER));
    json_number(j, "pruning", account_seconds(a, PHASE_SET, PHASE_PRUNE));
    json_number(j, "signing", account_seconds(a, PHASE_LENGTH, PHASE_START));
    json_number(j, "play", account_seconds(a, PHASE_ACT, PHASE_END));
    json_close(j);
    if (in->disagreement != NULL)
        json_text(j, "logs_disagree", in->disagreement);
    if (in->out != NULL)
        json_text(j, "out", in->out);
    if (in->endings == NULL)
        return;
    json_list(j, "nodes");
    for (uint8_t i = 0; i < in->settings->terms.shape.n_players; i++) {
        const struct ending *e = &in->endings[i];
        struct line how = {0};
        json_object(j, NULL);
        json_integer(j, "node", i + 1u);
        json_bool(j, "failed", report_ending(&how, e));
        if (e->started && e->signal == 0 && !e->killed)
            json_integer(j, "exit_code", (uint64_t)e->exit_code);
        else
            json_null(j, "exit_code");
        if (e->signal != 0)
            json_integer(j, "signal", (uint64_t)e->signal);
        json_close(j);
    }
    json_close(j);
}

void report_json(FILE *out, const struct report_input *in)
{
    struct json j = {.out = out};
    json_object(&j, NULL);
    json_head(&j, in);
    json_negotiation(&j, in);
    json_play(&j, in);
    json_tail(&j, in);
    json_end(&j);
}
