/* SPDX-License-Identifier: MIT */
/* Hides how the report is laid out for people. */
#include <string.h>

#include "cli/idle.h"
#include "cli/report.h"
#include "cli/words.h"

enum { HEAD_COLUMNS = 14, NAME_COLUMNS = 24 };

static void row(FILE *out, const char *head, const struct line *l)
{
    (void)fprintf(out, "  %-*s", HEAD_COLUMNS - 2, head);
    print_wrapped(out, l->text, HEAD_COLUMNS);
}

static void row_threat(FILE *out, const struct report_input *in)
{
    const struct account *a = in->account;
    struct line l = {0};
    if (!a->has_threat) {
        line_add(&l, "none");
    } else {
        double worst = 0;
        for (uint8_t i = 0; i < a->terms->shape.n_players; i++)
            worst = in->measures->epsilon[i] > worst ? in->measures->epsilon[i] : worst;
        say_candidate(&l, a->terms, &a->threat);
        line_add(&l, in->settings->terms.threat_given ? " (given)" : " (found in ");
        if (!in->settings->terms.threat_given) {
            say_count(&l, a->threat_rounds, "round", "rounds");
            line_add(&l, ")");
        }
        line_add(&l, "; nobody could gain more than %.3g by leaving it", worst);
    }
    row(out, "threat", &l);
}

static void row_agreement(FILE *out, const struct report_input *in)
{
    const struct account *a = in->account;
    struct line l = {0};
    say_candidates(&l, a->terms, a->asked);
    line_add(&l, " asked about in ");
    say_count(&l, a->sampling_rounds, "round", "rounds");
    line_add(&l, ", %u suit everybody; ", a->certified);
    say_count(&l, a->pruning_rounds, "draw", "draws");
    if (a->terms->selection != SELECTION_LOTTERY)
        line_add(&l, ", then %s", selection_name(a->terms->selection));
    row(out, "sampling", &l);
    l = (struct line){0};
    line_add(&l, a->treaty ? "" : "no: ");
    report_why(&l, a);
    if (!a->treaty) {
        row(out, "agreed", &l);
        return;
    }
    say_agreed(&l, a->terms, &a->agreement);
    row(out, "agreed", &l);
    l = (struct line){0};
    line_add(&l, "by %u of %u; digest ", account_signatures(a),
             a->terms->shape.n_players);
    say_digest(&l, &a->agreement_digest);
    line_add(&l, "; who breaks it is punished for ");
    if (a->length == 0)
        line_add(&l, "ever");
    else
        say_count(&l, a->length, "stage", "stages");
    row(out, "signed", &l);
}

static void row_offence(FILE *out, const struct report_input *in,
                        const struct offence *o)
{
    struct line l = {0};
    if (o->stage > 0)
        line_add(&l, "stage %u: ", o->stage);
    say_player(&l, in->account->terms, o->node);
    if (o->weighed) {
        line_add(&l, " played %s instead of %s, gained ",
                 action_name(in->account->terms, o->node, o->played),
                 action_name(in->account->terms, o->node, o->prescribed));
        say_number(&l, o->gain);
        line_add(&l, " and has lost ");
        say_number(&l, o->loss);
        line_add(&l, " since");
        if (o->deterred_from > 0)
            line_add(&l, "; grim trigger deters it from delta %.4g on",
                     o->deterred_from);
        else if (o->deterred_from < 0)
            line_add(&l, "; no discount factor deters it");
    } else if (o->claims > 0) {
        line_add(&l, " fell silent, say %u of %u others (round %llu)", o->claims,
                 in->account->terms->shape.n_players - 1u,
                 (unsigned long long)o->round);
    } else {
        line_add(&l, " is proven to have broken the protocol: %s (round %llu)", o->kind,
                 (unsigned long long)o->round);
    }
    row(out, "deviation", &l);
}

static void rows_play(FILE *out, const struct report_input *in)
{
    const struct account *a = in->account;
    struct line l = {0};
    say_count(&l, a->stages.n, "stage", "stages");
    line_add(&l, " of %u", in->settings->terms.stages);
    if (a->ended && a->outcome != OUTCOME_PLAYED)
        line_add(&l, "; %s", outcome_name(a->outcome));
    row(out, "played", &l);
    for (size_t i = 0; i < in->measures->n_offences; i++)
        row_offence(out, in, &in->measures->offences[i]);
    for (size_t i = 0; i < a->n_punishments; i++) {
        const struct punishment *p = &a->punishments[i];
        l = (struct line){0};
        line_add(&l, "from stage %u ", p->from);
        if (p->length == 0)
            line_add(&l, "on, for ever");
        else if (p->restored > 0)
            line_add(&l, "to stage %u, then as agreed again", p->restored - 1);
        else
            line_add(&l, "on, to the end of the play");
        row(out, "punishment", &l);
    }
}

static void rows_idle(FILE *out, const struct report_input *in)
{
    struct idle idle;
    for (size_t k = 0; idle_find(&idle, in, k); k++) {
        struct line l = {0};
        line_add(&l, "%s: %s", idle.misdeed, idle.why);
        row(out, "no effect", &l);
    }
}

static void table(FILE *out, const struct report_input *in)
{
    const struct measures *m = in->measures;
    const struct terms *t = in->account->terms;
    (void)fprintf(out, "\n  %-*s%7s%11s%11s%11s%12s\n", NAME_COLUMNS, "payoffs",
                  "delta", "threat", "agreement", "average", "discounted");
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        char agreement[32] = "-", threat[32] = "-";
        struct line name = {0};
        say_player(&name, t, i);
        const size_t columns = text_columns(name.text);
        if (in->account->has_threat)
            (void)snprintf(threat, sizeof threat, "%.5g", m->threat_payoff[i]);
        if (in->account->treaty)
            (void)snprintf(agreement, sizeof agreement, "%.5g", m->agreement_payoff[i]);
        (void)fprintf(out, "  %s%*s%7.4g%11s%11s%11.5g%12.5g\n", name.text,
                      columns < NAME_COLUMNS ? (int)(NAME_COLUMNS - columns) : 1, "",
                      in->settings->private_options[i].discount, threat, agreement,
                      m->average[i], m->discounted[i]);
    }
    (void)fputc('\n', out);
}

static void row_network(FILE *out, const struct report_input *in)
{
    struct line l = {0};
    line_add(&l, "%llu messages, %llu bytes, %llu signatures, %llu verifications",
             (unsigned long long)in->traffic.messages,
             (unsigned long long)in->traffic.bytes,
             (unsigned long long)in->traffic.signatures,
             (unsigned long long)in->traffic.verifications);
    row(out, "network", &l);
}

static void row_seconds(FILE *out, const struct report_input *in)
{
    const struct account *a = in->account;
    struct line l = {0};
    line_add(&l, "threat %.4g, sampling %.4g, pruning %.4g, signing %.4g, play %.4g%s",
             account_seconds(a, PHASE_REGRET, PHASE_PUNISH_OK),
             account_seconds(a, PHASE_PROPOSE, PHASE_ANSWER),
             account_seconds(a, PHASE_SET, PHASE_PRUNE),
             account_seconds(a, PHASE_LENGTH, PHASE_START),
             account_seconds(a, PHASE_ACT, PHASE_END),
             in->virtual_time ? " (virtual)" : "");
    row(out, "seconds", &l);
}

static void rows_wrong(FILE *out, const struct report_input *in)
{
    struct line l;
    for (uint8_t i = 0; in->endings != NULL && i < in->account->terms->shape.n_players;
         i++) {
        l = (struct line){0};
        line_add(&l, "node %u ", i + 1u);
        if (!report_ending(&l, &in->endings[i]))
            continue;
        if (in->endings[i].words[0] != 0)
            line_add(&l, ": %s", in->endings[i].words);
        row(out, "FAILED", &l);
    }
    for (uint32_t i = 0; in->breaches != NULL && i < in->breaches->n; i++) {
        const struct breach *b = &in->breaches->item[i];
        if (i == BREACHES_MAX)
            break;
        l = (struct line){0};
        line_add(&l, "%s, node %u: %s", law_text(b->law), b->player + 1u, b->found);
        row(out, "BROKEN LAW", &l);
    }
    if (in->disagreement != NULL) {
        l = (struct line){0};
        line_add(&l, "%s", in->disagreement);
        row(out, "DISAGREE", &l);
    }
}

void report_text(FILE *out, const struct report_input *in)
{
    const struct terms *t = in->account->terms;
    struct line l = {0};
    line_add(&l, "%s, %u players", t->title[0] != 0 ? t->title : "A game without title",
             t->shape.n_players);
    if (in->account->has_session) {
        line_add(&l, ", session ");
        say_digest(&l, &in->account->session);
    }
    print_wrapped(out, l.text, 0);
    (void)fputc('\n', out);
    row_threat(out, in);
    row_agreement(out, in);
    rows_play(out, in);
    rows_idle(out, in);
    table(out, in);
    row_network(out, in);
    row_seconds(out, in);
    rows_wrong(out, in);
    if (in->out == NULL)
        return;
    l = (struct line){0};
    line_add(&l, "%s; `treaty log %s` tells the story again", in->out, in->out);
    row(out, "left in", &l);
}
