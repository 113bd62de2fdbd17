/* SPDX-License-Identifier: MIT */
/* Hides how a sight becomes the JSON of /status. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "node/sight.h"

static void put(json_t *object, const char *field, json_t *value)
{
    json_object_set_new(object, field, value);
}

/* JSON has no infinities. */
static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* What only this node may know. */
static json_t *secret(const struct sight *s, bool known, double value)
{
    return s->own && known ? number(value) : json_null();
}

static json_t *whole(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *hexadecimal(const struct digest *d)
{
    char hex[2 * sizeof d->bytes + 1];
    hex_encode(hex, d->bytes, sizeof d->bytes);
    return json_string(hex);
}

static json_t *nodes(uint64_t mask)
{
    json_t *list = json_array();
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        if ((mask >> i & 1) != 0)
            json_array_append_new(list, json_integer(i + 1));
    return list;
}

static json_t *numbers(const double *share, uint32_t n)
{
    json_t *list = json_array();
    for (uint32_t k = 0; k < n; k++)
        json_array_append_new(list, json_real(share[k]));
    return list;
}

static json_t *profile(const struct candidate *c, const struct shape *s)
{
    struct profile x;
    json_t *list = json_array();
    profile_from_candidate(&x, s, c);
    for (uint8_t i = 0; i < s->n_players; i++)
        json_array_append_new(list,
                              numbers(x.share + shape_offset(s, i), s->n_actions[i]));
    return list;
}

/* A profile, or a distribution over all pure ones, as the concept has it. */
static void put_agreed(json_t *j, const struct terms *t, const struct candidate *c)
{
    const struct shape all = concept_shape(t->concept, &t->shape);
    struct profile x;
    if (t->concept == CONCEPT_NASH) {
        put(j, "profile", profile(c, &t->shape));
        return;
    }
    profile_from_candidate(&x, &all, c);
    put(j, "distribution", numbers(x.share, shape_weights(&all)));
}

static json_t *game(const struct terms *t)
{
    json_t *j = json_object(), *players = json_array();
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        json_t *player = json_object(), *actions = json_array();
        for (uint8_t k = 0; k < t->shape.n_actions[i]; k++)
            json_array_append_new(
                actions, json_string(t->action_name[shape_offset(&t->shape, i) + k]));
        put(player, "name", json_string(t->player_name[i]));
        put(player, "actions", actions);
        json_array_append_new(players, player);
    }
    put(j, "title", json_string(t->title));
    put(j, "concept",
        json_string(t->concept == CONCEPT_NASH     ? "nash"
                    : t->concept == CONCEPT_PUBLIC ? "public"
                                                   : "private"));
    put(j, "incentive",
        json_string(t->incentive == INCENTIVE_EX_ANTE ? "ex-ante" : "interim"));
    put(j, "strategy", json_string(t->finite ? "finite" : "grim"));
    put(j, "stages", whole(t->stages));
    put(j, "test", json_boolean(t->test));
    put(j, "players", players);
    return j;
}

static void put_who(json_t *j, const struct sight *s)
{
    const struct home *h = s->home;
    const struct digest none = {{0}}, terms = terms_digest(&h->terms),
                        roster = roster_digest(&h->roster);
    put(j, "interface", json_integer(INTERFACE_VERSION));
    put(j, "version", json_string(TREATY_VERSION));
    put(j, "time_ms", whole(s->now_ms));
    put(j, "started_ms", whole(s->started_ms));
    put(j, "node", json_integer(h->config.self + 1));
    put(j, "name", json_string(h->roster.name[h->config.self]));
    put(j, "private", json_boolean(s->own));
    put(j, "game", game(&h->terms));
    put(j, "session",
        digest_equal(&s->report.session, &none) ? json_null()
                                                : hexadecimal(&s->report.session));
    put(j, "terms", hexadecimal(&terms));
    put(j, "roster", hexadecimal(&roster));
}

static void put_state(json_t *j, const struct sight *s, const struct judgement *d)
{
    const struct report *r = &s->report;
    json_t *why = json_array();
    for (unsigned i = 0; i < d->n_why; i++)
        json_array_append_new(why, json_string(d->why[i]));
    put(j, "state", json_string(node_state_name(d->state)));
    put(j, "health", json_string(d->degraded ? "degraded" : "ok"));
    put(j, "ready", json_boolean(d->ready));
    put(j, "why", why);
    put(j, "phase", json_string(phase_name(r->phase)));
    put(j, "round", whole(r->round));
    put(j, "stage", whole(r->stage));
    put(j, "stages_played", whole(r->stages_played));
    put(j, "outcome", json_string(outcome_name(r->outcome)));
}

static json_t *waiting(const struct sight *s, const struct judgement *d)
{
    json_t *j = json_object(), *todo = json_array();
    if (d->awaited == 0) {
        json_decref(todo);
        json_decref(j);
        return json_null();
    }
    for (uint8_t i = 0; i < s->home->roster.n_players; i++) {
        char advice[256], text[WHY_SIZE];
        if ((d->awaited >> i & 1) == 0)
            continue;
        peer_advice(advice, sizeof advice, d->peer[i], s->home->addresses.address[i]);
        snprintf(text, sizeof text, "%s (player %u): %s", s->home->roster.name[i],
                 i + 1u, advice);
        json_array_append_new(todo, json_string(text));
    }
    put(j, "message", json_string(phase_name(s->report.phase)));
    put(j, "round", whole(s->report.round));
    put(j, "stage", whole(s->report.stage));
    put(j, "missing", nodes(d->awaited));
    put(j, "since_ms", whole(d->awaited_since_ms));
    put(j, "until_ms", whole(d->awaited_until_ms));
    put(j, "todo", todo);
    return j;
}

/* Since when a peer is missing: it was heard until then, or never since the start. */
static json_t *missing_since(const struct sight *s, const struct judgement *d,
                             uint8_t i)
{
    if ((d->missing >> i & 1) == 0)
        return json_null();
    return whole(s->silent_ms[i] == UINT64_MAX ? s->started_ms
                                               : s->now_ms - s->silent_ms[i]);
}

static json_t *peers(const struct sight *s, const struct judgement *d)
{
    json_t *list = json_array();
    for (uint8_t i = 0; i < s->home->roster.n_players; i++) {
        json_t *peer;
        if (i == s->home->config.self)
            continue;
        peer = json_object();
        put(peer, "node", json_integer(i + 1));
        put(peer, "name", json_string(s->home->roster.name[i]));
        put(peer, "address", json_string(s->home->addresses.address[i]));
        put(peer, "state", json_string(peer_state_name(d->peer[i])));
        put(peer, "heard_ms",
            s->silent_ms[i] == UINT64_MAX ? json_null()
                                          : whole(s->now_ms - s->silent_ms[i]));
        put(peer, "since_ms", missing_since(s, d, i));
        put(peer, "round", whole(s->report.heard_round[i]));
        put(peer, "waits", whole(s->watch->waits[i]));
        put(peer, "waited_ms", whole(s->watch->waited_ms[i]));
        json_array_append_new(list, peer);
    }
    return list;
}

static json_t *threat(const struct sight *s)
{
    const struct report *r = &s->report;
    json_t *j;
    if (!r->has_threat)
        return json_null();
    j = json_object();
    put(j, "profile", profile(&r->threat, &s->home->terms.shape));
    put(j, "rounds", whole(r->threat_rounds));
    put(j, "regret", secret(s, true, r->threat_regret));
    put(j, "payoff", secret(s, s->watch->threatened, s->watch->threat_payoff));
    return j;
}

static json_t *agreement(const struct sight *s)
{
    const struct report *r = &s->report;
    json_t *j;
    if (!r->agreed)
        return json_null();
    j = json_object();
    put_agreed(j, &s->home->terms, &r->agreement);
    put(j, "digest", hexadecimal(&r->agreement_digest));
    put(j, "certificate",
        s->tally.signed_by_all ? hexadecimal(&s->tally.certificate) : json_null());
    put(j, "length", r->length > 0 ? whole(r->length) : json_null());
    put(j, "payoff", secret(s, true, s->watch->agreed_payoff));
    return j;
}

static json_t *counts(const uint32_t *observed, const struct shape *s, uint8_t player)
{
    json_t *list = json_array();
    for (uint8_t k = 0; k < s->n_actions[player]; k++)
        json_array_append_new(list, whole(observed[shape_offset(s, player) + k]));
    return list;
}

static json_t *actions(const struct sight *s)
{
    const struct shape *shape = &s->home->terms.shape;
    const struct watch *w = s->watch;
    json_t *list = json_array();
    double promise[WEIGHTS_MAX];
    sight_promise(s, promise);
    for (uint8_t i = 0; i < shape->n_players; i++) {
        json_t *player = json_object();
        put(player, "node", json_integer(i + 1));
        put(player, "promised",
            s->report.agreed
                ? numbers(promise + shape_offset(shape, i), shape->n_actions[i])
                : json_null());
        put(player, "observed", counts(w->observed[0], shape, i));
        put(player, "punishing", counts(w->observed[1], shape, i));
        put(player, "without", counts(w->observed[2], shape, i));
        json_array_append_new(list, player);
    }
    return list;
}

static json_t *deviation(const struct sight *s, const struct watched_deviation *d)
{
    json_t *j = json_object();
    const bool action = d->fault == FAULT_ACTION;
    const bool ours = action && d->player == s->home->config.self;
    put(j, "stage", whole(d->stage));
    put(j, "node", json_integer(d->player + 1));
    put(j, "fault", json_string(fault_name(d->fault)));
    put(j, "played", action ? json_integer(d->played + 1) : json_null());
    put(j, "prescribed", action ? json_integer(d->prescribed + 1) : json_null());
    put(j, "gain", secret(s, ours, d->gain));
    put(j, "loss", secret(s, ours, d->loss));
    put(j, "deterred_from_delta",
        secret(s, ours && d->deterred_from >= 0, d->deterred_from));
    put(j, "harm", secret(s, action && !ours, d->harm));
    return j;
}

static json_t *deviations(const struct sight *s)
{
    const struct watch *w = s->watch;
    json_t *list = json_array();
    uint32_t k = w->n_deviations > WATCH_KEPT ? w->n_deviations - WATCH_KEPT : 0;
    for (; k < w->n_deviations; k++)
        json_array_append_new(list, deviation(s, &w->deviation[k % WATCH_KEPT]));
    return list;
}

static json_t *punishments(const struct watch *w)
{
    json_t *list = json_array();
    uint32_t k = w->n_punishments > WATCH_KEPT ? w->n_punishments - WATCH_KEPT : 0;
    for (; k < w->n_punishments; k++) {
        const struct watched_punishment *p = &w->punishment[k % WATCH_KEPT];
        json_t *j = json_object();
        put(j, "from", whole(p->from));
        put(j, "length", p->length > 0 ? whole(p->length) : json_null());
        put(j, "restored", p->restored > 0 ? whole(p->restored) : json_null());
        json_array_append_new(list, j);
    }
    return list;
}

static json_t *play(const struct sight *s)
{
    const struct tally *t = &s->tally;
    const bool played = t->n_stages > 0;
    json_t *j = json_object();
    put(j, "average_payoff",
        secret(s, played, played ? t->payoff_sum / t->n_stages : 0));
    put(j, "discounted_payoff", secret(s, played, t->payoff_discounted));
    put(j, "actions", actions(s));
    put(j, "deviations_total", whole(s->watch->n_deviations));
    put(j, "punishments_total", whole(s->watch->n_punishments));
    put(j, "deviations", deviations(s));
    put(j, "punishments", punishments(s->watch));
    return j;
}

static void put_costs(json_t *j, const struct sight *s)
{
    static const char *const spans[] = {[SPAN_THREAT] = "threat",
                                        [SPAN_SAMPLING] = "sampling",
                                        [SPAN_PRUNING] = "pruning",
                                        [SPAN_SIGNING] = "signing",
                                        [SPAN_PLAY] = "play"};
    const struct links_counts *c = &s->links;
    json_t *network = json_object(), *seconds = json_object();
    put(network, "messages_sent", whole(c->messages_sent));
    put(network, "bytes_sent", whole(c->bytes_sent));
    put(network, "messages_received", whole(c->messages_received));
    put(network, "bytes_received", whole(c->bytes_received));
    put(network, "dropped", whole(c->dropped));
    put(network, "links_remade", whole(c->remade));
    put(network, "crowded", whole(c->crowded));
    put(network, "signatures", whole(s->report.signatures));
    put(network, "verifications", whole(s->report.verifications));
    for (int i = SPAN_THREAT; i < SPANS; i++)
        put(seconds, spans[i], number(s->tally.seconds[i]));
    put(j, "network", network);
    put(j, "seconds", seconds);
}

static json_t *process(const struct sight *s)
{
    const struct process_sight *p = &s->process;
    json_t *j = json_object();
    put(j, "uptime_s", number((double)(s->now_ms - s->started_ms) / 1000));
    put(j, "memory_bytes", whole(p->memory_bytes));
    put(j, "open_fds", whole(p->open_fds));
    put(j, "max_fds", whole(p->max_fds));
    put(j, "loop_lag_s", number(p->loop_lag_s));
    put(j, "loop_lag_max_s", number(p->loop_lag_max_s));
    put(j, "watchers", whole(p->watchers));
    return j;
}

char *sight_json(const struct sight *s, const struct judgement *d)
{
    json_t *j = json_object(), *sampling = json_object(), *pruning = json_object();
    put_who(j, s);
    put_state(j, s, d);
    put(j, "waiting", waiting(s, d));
    put(j, "working", json_boolean(s->report.working));
    put(j, "peers", peers(s, d));
    put(j, "threat", threat(s));
    put(j, "agreement", agreement(s));
    put(sampling, "asked", whole(s->report.asked));
    put(sampling, "certified", whole(s->report.certified));
    put(sampling, "rounds", whole(s->report.sampling_rounds));
    put(pruning, "selection", json_string(selection_name(s->home->terms.selection)));
    put(pruning, "rounds", whole(s->report.pruning_rounds));
    put(j, "sampling", sampling);
    put(j, "pruning", pruning);
    put(j, "play", play(s));
    put_costs(j, s);
    put(j, "process", process(s));
    char *text = json_dumps(j, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(j);
    return text;
}
