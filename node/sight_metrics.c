/* SPDX-License-Identifier: MIT */
/* Hides the two formats in which monitors read numbers: OpenMetrics 1.0, where a
 * counter's family has no _total and the text has an end, and Prometheus text 0.0.4,
 * where both are otherwise. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/sight.h"

struct metrics {
    FILE *out;
    bool openmetrics;
};

enum type { GAUGE, COUNTER, INFO, STATESET };

/* The head of a family. unit: NULL, or the last word of the name. */
static void family(const struct metrics *m, const char *name, enum type type,
                   const char *unit, const char *help)
{
    static const char *const types[] = {[GAUGE] = "gauge",
                                        [COUNTER] = "counter",
                                        [INFO] = "info",
                                        [STATESET] = "stateset"};
    const bool plain = !m->openmetrics;
    const char *end = plain && type == COUNTER ? "_total"
                      : plain && type == INFO  ? "_info"
                                               : "";
    (void)fprintf(m->out, "# TYPE %s%s %s\n", name, end,
                  plain && type != COUNTER ? "gauge" : types[type]);
    if (m->openmetrics && unit != NULL)
        (void)fprintf(m->out, "# UNIT %s %s\n", name, unit);
    (void)fprintf(m->out, "# HELP %s%s %s\n", name, end, help);
}

/* A label's value may be others' words: all but three characters stand for themselves.
 */
static void label(const struct metrics *m, const char *before, const char *name,
                  const char *value)
{
    (void)fprintf(m->out, "%s%s=\"", before, name);
    for (; *value != '\0'; value++)
        if (*value == '\n')
            (void)fputs("\\n", m->out);
        else
            (void)fprintf(m->out, *value == '"' || *value == '\\' ? "\\%c" : "%c",
                          *value);
    (void)fputc('"', m->out);
}

static void value(const struct metrics *m, double v)
{
    if (isnan(v) || isinf(v))
        (void)fprintf(m->out, " %s\n", isnan(v) ? "NaN" : v > 0 ? "+Inf" : "-Inf");
    else
        (void)fprintf(m->out, " %.17g\n", v);
}

/* A family of one sample without labels. */
static void single(const struct metrics *m, const char *name, enum type type,
                   const char *unit, double v, const char *help)
{
    family(m, name, type, unit, help);
    (void)fprintf(m->out, "%s%s", name, type == COUNTER ? "_total" : "");
    value(m, v);
}

static void node_labels(const struct metrics *m, const struct sight *s, uint8_t player)
{
    char number[8];
    snprintf(number, sizeof number, "%u", player + 1u);
    label(m, "{", "node", number);
    label(m, ",", "name", s->home->roster.name[player]);
}

/* --- what there is --------------------------------------------------------------- */

static void put_build(const struct metrics *m)
{
    family(m, "treaty_build", INFO, NULL, "The program and its interface.");
    (void)fputs("treaty_build_info", m->out);
    label(m, "{", "version", TREATY_VERSION);
    (void)fprintf(m->out, ",interface=\"%d\"} 1\n", INTERFACE_VERSION);
}

static void put_states(const struct metrics *m, const struct sight *s,
                       const struct judgement *d)
{
    const struct report *r = &s->report;
    family(m, "treaty_state", STATESET, NULL, "What the node is about.");
    for (int i = 0; i < NODE_STATES; i++) {
        (void)fputs("treaty_state", m->out);
        label(m, "{", "treaty_state", node_state_name((enum node_state)i));
        (void)fprintf(m->out, "} %d\n", d->state == (enum node_state)i);
    }
    family(m, "treaty_phase", STATESET, NULL, "The protocol's phase.");
    for (int i = 0; i <= PHASE_OVER; i++) {
        (void)fputs("treaty_phase", m->out);
        label(m, "{", "treaty_phase", phase_name((enum phase)i));
        (void)fprintf(m->out, "} %d\n", r->phase == (enum phase)i);
    }
    single(m, "treaty_ready", GAUGE, NULL, d->ready, "1 where /readyz says so.");
    single(m, "treaty_degraded", GAUGE, NULL, d->degraded,
           "1 as soon as one peer is missing.");
    single(m, "treaty_round", GAUGE, NULL, (double)r->round,
           "The round of the protocol.");
    single(m, "treaty_stage", GAUGE, NULL, r->stage,
           "The stage that is played; 0 before play.");
    single(m, "treaty_stages", GAUGE, NULL, s->home->terms.stages,
           "The stages that are to be played.");
    single(m, "treaty_stages_played", COUNTER, NULL, r->stages_played,
           "Complete stages.");
    single(m, "treaty_waiting_seconds", GAUGE, "seconds",
           d->awaited != 0 ? (double)(s->now_ms - d->awaited_since_ms) / 1000 : 0,
           "For how long somebody's message of this round is overdue; 0: nobody's.");
}

/* One number of each of the others. */
static void each_peer(const struct metrics *m, const struct sight *s, const char *name,
                      enum type type, const char *unit, const char *help,
                      double (*of)(const struct sight *s, const struct judgement *d,
                                   uint8_t player),
                      const struct judgement *d)
{
    family(m, name, type, unit, help);
    for (uint8_t i = 0; i < s->home->roster.n_players; i++) {
        const double v = of(s, d, i);
        if (i == s->home->config.self || isnan(v))
            continue;
        (void)fprintf(m->out, "%s%s", name, type == COUNTER ? "_total" : "");
        node_labels(m, s, i);
        (void)fputc('}', m->out);
        value(m, v);
    }
}

static double peer_up(const struct sight *s, const struct judgement *d, uint8_t i)
{
    (void)s;
    return d->peer[i] == PEER_UP;
}

static double peer_silence(const struct sight *s, const struct judgement *d, uint8_t i)
{
    (void)d;
    return s->silent_ms[i] == UINT64_MAX ? NAN : (double)s->silent_ms[i] / 1000;
}

static double peer_round(const struct sight *s, const struct judgement *d, uint8_t i)
{
    (void)d;
    return (double)s->report.heard_round[i];
}

static double peer_overdue(const struct sight *s, const struct judgement *d, uint8_t i)
{
    (void)s;
    return (d->awaited >> i & 1) != 0;
}

static double peer_waits(const struct sight *s, const struct judgement *d, uint8_t i)
{
    (void)d;
    return (double)s->watch->waits[i];
}

static double peer_waited(const struct sight *s, const struct judgement *d, uint8_t i)
{
    (void)d;
    return (double)s->watch->waited_ms[i] / 1000;
}

static void put_peers(const struct metrics *m, const struct sight *s,
                      const struct judgement *d)
{
    each_peer(m, s, "treaty_peer_up", GAUGE, NULL, "1 while the peer is heard.",
              peer_up, d);
    each_peer(m, s, "treaty_peer_silence_seconds", GAUGE, "seconds",
              "Since the peer's last sign of life; absent before the first.",
              peer_silence, d);
    each_peer(m, s, "treaty_peer_round", GAUGE, NULL,
              "The latest round in which the peer took part.", peer_round, d);
    each_peer(m, s, "treaty_peer_overdue", GAUGE, NULL,
              "1 while the peer's message of this round is overdue.", peer_overdue, d);
    each_peer(m, s, "treaty_peer_waits", COUNTER, NULL,
              "Rounds in which this node had to wait for the peer.", peer_waits, d);
    each_peer(
        m, s, "treaty_peer_waited_seconds", COUNTER, "seconds",
        "How long this node has waited for the peer, in rounds that are complete.",
        peer_waited, d);
}

static void action_sample(const struct metrics *m, const struct sight *s,
                          const char *name, uint8_t player, uint8_t action)
{
    const struct terms *t = &s->home->terms;
    (void)fputs(name, m->out);
    node_labels(m, s, player);
    label(m, ",", "action", t->action_name[shape_offset(&t->shape, player) + action]);
}

/* What was promised and what came of it, as shares of the stages as agreed. */
static void put_shares(const struct metrics *m, const struct sight *s)
{
    const struct shape *shape = &s->home->terms.shape;
    const uint32_t n = s->watch->stages[0];
    double promise[WEIGHTS_MAX];
    sight_promise(s, promise);
    family(m, "treaty_action_promised_ratio", GAUGE, "ratio",
           "The agreement's probability of each action.");
    for (uint8_t i = 0; i < shape->n_players && s->report.agreed; i++)
        for (uint8_t k = 0; k < shape->n_actions[i]; k++) {
            action_sample(m, s, "treaty_action_promised_ratio", i, k);
            (void)fputc('}', m->out);
            value(m, promise[shape_offset(shape, i) + k]);
        }
    family(m, "treaty_action_observed_ratio", GAUGE, "ratio",
           "The share of the stages as agreed in which each action was played.");
    for (uint8_t i = 0; i < shape->n_players && n > 0; i++)
        for (uint8_t k = 0; k < shape->n_actions[i]; k++) {
            action_sample(m, s, "treaty_action_observed_ratio", i, k);
            (void)fputc('}', m->out);
            value(m, (double)s->watch->observed[0][shape_offset(shape, i) + k] / n);
        }
}

static void put_actions(const struct metrics *m, const struct sight *s)
{
    static const char *const modes[] = {"agreed", "punishing", "without"};
    const struct shape *shape = &s->home->terms.shape;
    put_shares(m, s);
    family(m, "treaty_actions", COUNTER, NULL,
           "How often each action was played, by what the stage was.");
    for (uint8_t i = 0; i < shape->n_players; i++)
        for (uint8_t k = 0; k < shape->n_actions[i]; k++)
            for (int mode = 0; mode < STAGE_MODES; mode++) {
                action_sample(m, s, "treaty_actions_total", i, k);
                label(m, ",", "mode", modes[mode]);
                (void)fputc('}', m->out);
                value(m, s->watch->observed[mode][shape_offset(shape, i) + k]);
            }
}

static void put_deviations(const struct metrics *m, const struct sight *s)
{
    const struct watch *w = s->watch;
    family(m, "treaty_deviations", COUNTER, NULL,
           "What was proven against each node, by the kind of fault.");
    for (uint8_t i = 0; i < s->home->roster.n_players; i++)
        for (int k = FAULT_NONE + 1; k < FAULT_KINDS; k++) {
            (void)fputs("treaty_deviations_total", m->out);
            node_labels(m, s, i);
            label(m, ",", "fault", fault_name((enum fault_kind)k));
            (void)fputc('}', m->out);
            value(m, (double)w->deviations_of[i][k]);
        }
    single(m, "treaty_punishments", COUNTER, NULL, w->n_punishments,
           "Punishments that were begun.");
    single(m, "treaty_punishing", GAUGE, NULL, s->report.punishing,
           "1 while a punishment is served.");
}

/* The last deviation of this node, if it ever broke the agreement. */
static void put_own_deviation(const struct metrics *m, const struct sight *s)
{
    const struct watch *w = s->watch;
    const struct watched_deviation *own = NULL;
    const uint32_t kept = w->n_deviations < WATCH_KEPT ? w->n_deviations : WATCH_KEPT;
    for (uint32_t k = w->n_deviations - kept; k < w->n_deviations; k++)
        if (w->deviation[k % WATCH_KEPT].player == s->home->config.self &&
            w->deviation[k % WATCH_KEPT].fault == FAULT_ACTION)
            own = &w->deviation[k % WATCH_KEPT];
    if (own == NULL)
        return;
    single(m, "treaty_own_deviation_gain", GAUGE, NULL, own->gain,
           "What this node's last deviation gained at once, in its payoffs.");
    single(m, "treaty_own_deviation_loss", GAUGE, NULL, own->loss,
           "What it has cost since, discounted to the deviation.");
    single(m, "treaty_own_deviation_deterred_from_delta", GAUGE, NULL,
           own->deterred_from < 0 ? 1 : own->deterred_from,
           "The discount factor from which on grim trigger deters it; 1: none does.");
}

static void put_payoffs(const struct metrics *m, const struct sight *s)
{
    const struct tally *t = &s->tally;
    if (!s->own)
        return;
    if (s->report.agreed)
        single(m, "treaty_agreement_payoff", GAUGE, NULL, s->watch->agreed_payoff,
               "This node's own payoff per stage, as agreed.");
    if (s->watch->threatened)
        single(m, "treaty_threat_payoff", GAUGE, NULL, s->watch->threat_payoff,
               "This node's own payoff per stage of punishment.");
    if (t->n_stages > 0) {
        single(m, "treaty_average_payoff", GAUGE, NULL, t->payoff_sum / t->n_stages,
               "This node's own payoff per stage, as realised.");
        single(m, "treaty_discounted_payoff", GAUGE, NULL, t->payoff_discounted,
               "This node's own discounted payoff so far.");
    }
    single(m, "treaty_deviation_harm", GAUGE, NULL, s->watch->harm,
           "What others' deviations have cost this node at once, in all.");
    put_own_deviation(m, s);
}

static void put_negotiation(const struct metrics *m, const struct sight *s)
{
    static const char *const spans[] = {[SPAN_THREAT] = "threat",
                                        [SPAN_SAMPLING] = "sampling",
                                        [SPAN_PRUNING] = "pruning",
                                        [SPAN_SIGNING] = "signing",
                                        [SPAN_PLAY] = "play"};
    const struct report *r = &s->report;
    single(m, "treaty_agreed", GAUGE, NULL, r->agreed, "1 once there is an agreement.");
    single(m, "treaty_candidates_asked", GAUGE, NULL, r->asked,
           "Proposals that were asked about.");
    single(m, "treaty_candidates_certified", GAUGE, NULL, r->certified,
           "Of these, how many suit everybody.");
    family(m, "treaty_span_seconds", COUNTER, "seconds",
           "Time spent in each part of the session.");
    for (int i = SPAN_THREAT; i < SPANS; i++) {
        (void)fputs("treaty_span_seconds_total", m->out);
        label(m, "{", "span", spans[i]);
        (void)fputc('}', m->out);
        value(m, s->tally.seconds[i]);
    }
}

static void put_network(const struct metrics *m, const struct sight *s)
{
    const struct links_counts *c = &s->links;
    single(m, "treaty_messages_sent", COUNTER, NULL, (double)c->messages_sent,
           "Messages sent to peers, without heartbeats.");
    single(m, "treaty_sent_bytes", COUNTER, "bytes", (double)c->bytes_sent,
           "Bytes of these.");
    single(m, "treaty_messages_received", COUNTER, NULL, (double)c->messages_received,
           "Messages received from anybody.");
    single(m, "treaty_received_bytes", COUNTER, "bytes", (double)c->bytes_received,
           "Bytes of these.");
    single(m, "treaty_frames_dropped", COUNTER, NULL, (double)c->dropped,
           "Frames of wrong sizes or kinds, and what queues had no room for.");
    single(m, "treaty_links_remade", COUNTER, NULL, (double)c->remade,
           "Links to peers that were made again.");
    single(m, "treaty_crowded", COUNTER, NULL, (double)c->crowded,
           "Times that all connections were ended, to make room.");
    single(m, "treaty_signatures", COUNTER, NULL, (double)s->report.signatures,
           "Signatures made.");
    single(m, "treaty_verifications", COUNTER, NULL, (double)s->report.verifications,
           "Signatures checked.");
}

static void put_process(const struct metrics *m, const struct sight *s)
{
    const struct process_sight *p = &s->process;
    single(m, "treaty_event_loop_lag_seconds", GAUGE, "seconds", p->loop_lag_s,
           "How late the event loop's last beat was.");
    single(m, "treaty_event_loop_lag_max_seconds", GAUGE, "seconds", p->loop_lag_max_s,
           "The latest beat of the last minute.");
    single(m, "treaty_watchers", GAUGE, NULL, p->watchers, "Open event streams.");
    single(m, "treaty_http_requests", COUNTER, NULL, (double)p->requests,
           "Requests to this interface.");
    single(m, "treaty_http_refused", COUNTER, NULL, (double)p->refused,
           "Requests that were answered with an error.");
    single(m, "process_cpu_seconds", COUNTER, "seconds", p->cpu_s,
           "User and system CPU time.");
    single(m, "process_open_fds", GAUGE, NULL, (double)p->open_fds,
           "Open file descriptors.");
    single(m, "process_max_fds", GAUGE, NULL, (double)p->max_fds,
           "The most file descriptors that may be open.");
    single(m, "process_resident_memory_bytes", GAUGE, "bytes", (double)p->memory_bytes,
           "Resident memory.");
    single(m, "process_start_time_seconds", GAUGE, "seconds",
           (double)s->started_ms / 1000,
           "When this process began, in seconds since 1970.");
}

char *sight_metrics(const struct sight *s, const struct judgement *d, bool openmetrics)
{
    char *text = NULL;
    size_t size;
    struct metrics m = {open_memstream(&text, &size), openmetrics};
    if (m.out == NULL)
        return NULL;
    put_build(&m);
    put_states(&m, s, d);
    put_peers(&m, s, d);
    put_negotiation(&m, s);
    put_actions(&m, s);
    put_deviations(&m, s);
    put_payoffs(&m, s);
    put_network(&m, s);
    put_process(&m, s);
    if (openmetrics)
        (void)fputs("# EOF\n", m.out);
    const bool whole = ferror(m.out) == 0;
    if (fclose(m.out) == 0 && whole)
        return text;
    free(text);
    return NULL;
}
