/* SPDX-License-Identifier: MIT */
/* Hides how a report becomes JSON. */
#include "node/result.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "node/files.h"

static enum span span_of(enum phase phase)
{
    switch (phase) {
    case PHASE_WAITING:
    case PHASE_HELLO:
    case PHASE_OVER:
        return SPAN_NONE;
    case PHASE_REGRET:
    case PHASE_PUNISH:
    case PHASE_PUNISH_OK:
        return SPAN_THREAT;
    case PHASE_PROPOSE:
    case PHASE_ANSWER:
        return SPAN_SAMPLING;
    case PHASE_SET:
    case PHASE_REVEAL:
    case PHASE_PRUNE:
        return SPAN_PRUNING;
    case PHASE_LENGTH:
    case PHASE_SIGN:
    case PHASE_START:
        return SPAN_SIGNING;
    case PHASE_DEAL:
    case PHASE_ACT:
    case PHASE_COMMIT:
    case PHASE_SHOW:
    case PHASE_FOLLOW:
    case PHASE_TOSS:
    case PHASE_RESTORE:
    case PHASE_END:
        return SPAN_PLAY;
    }
    return SPAN_NONE;
}

void tally_start(struct tally *t, double discount)
{
    memset(t, 0, sizeof *t);
    t->discount = discount;
    t->weight = 1 - discount;
}

static double processor_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* All nodes of one machine have the same. */
static double wall_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void enter(struct tally *t, enum span span, double now_s)
{
    const double processor_now_s = processor_s();
    if (t->began_s[span] == 0)
        t->began_s[span] = wall_s();
    t->seconds[t->span] += now_s - t->since_s;
    t->processor_seconds[t->span] += processor_now_s - t->since_processor_s;
    t->span = span;
    t->since_s = now_s;
    t->since_processor_s = processor_now_s;
}

void tally_note(struct tally *t, const struct note *n, const struct payoffs *payoffs,
                double now_s)
{
    if (n->kind == NOTE_ENTERED && n->number <= PHASE_OVER)
        enter(t, span_of((enum phase)n->number), now_s);
    else if (n->kind == NOTE_ENDED)
        enter(t, SPAN_NONE, now_s);
    else if (n->kind == NOTE_SIGNED) {
        t->signed_by_all = true;
        t->certificate = n->digest;
    } else if (n->kind == NOTE_STAGE) {
        double payoff = payoffs_pure(payoffs, n->actions);
        t->payoff_sum += payoff;
        t->payoff_discounted += t->weight * payoff;
        t->weight *= t->discount;
        t->n_stages++;
    }
}

/* JSON has no infinities. */
static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *hexadecimal(const struct digest *d)
{
    char hex[2 * sizeof d->bytes + 1];
    hex_encode(hex, d->bytes, sizeof d->bytes);
    return json_string(hex);
}

static json_t *weights(const struct candidate *c, const struct shape *s)
{
    json_t *players = json_array();
    for (uint8_t i = 0; i < s->n_players; i++) {
        json_t *player = json_array();
        for (uint8_t k = 0; k < s->n_actions[i]; k++)
            json_array_append_new(player,
                                  json_integer(c->weight[shape_offset(s, i) + k]));
        json_array_append_new(players, player);
    }
    return players;
}

/* One list for a distribution, else one for each player. */
static json_t *agreed_weights(const struct candidate *c, const struct terms *t)
{
    const struct shape s = terms_candidates(t);
    if (t->concept == CONCEPT_NASH)
        return weights(c, &s);
    json_t *list = json_array();
    for (uint16_t k = 0; k < shape_weights(&s); k++)
        json_array_append_new(list, json_integer(c->weight[k]));
    return list;
}

static double expected(const struct payoffs *payoffs, const struct candidate *c)
{
    struct profile p;
    profile_from_candidate(&p, &payoffs->shape, c);
    return payoffs_expect(payoffs, &p);
}

static void put(json_t *object, const char *field, json_t *value)
{
    json_object_set_new(object, field, value);
}

static void put_who(json_t *j, const struct home *h, const struct report *r)
{
    static const struct digest none;
    put(j, "player", json_integer(h->config.self + 1));
    put(j, "name", json_string(h->roster.name[h->config.self]));
    put(j, "game", json_string(h->terms.title));
    put(j, "session",
        digest_equal(&r->session, &none) ? json_null() : hexadecimal(&r->session));
    put(j, "outcome", json_string(outcome_name(r->outcome)));
    put(j, "phase", json_string(phase_name(r->phase)));
}

static void put_agreement(json_t *j, const struct home *h, const struct report *r,
                          const struct tally *t)
{
    const struct shape *s = &h->terms.shape;
    const bool threat = r->has_threat, agreed = r->agreed;
    put(j, "has_threat", json_boolean(threat));
    put(j, "threat", threat ? weights(&r->threat, s) : json_null());
    put(j, "threat_regret", threat ? number(r->threat_regret) : json_null());
    put(j, "threat_rounds", json_integer(r->threat_rounds));
    put(j, "threat_payoff",
        threat ? number(expected(h->payoffs, &r->threat)) : json_null());
    put(j, "agreed", json_boolean(agreed));
    put(j, "agreement",
        agreed ? agreed_weights(&r->agreement, &h->terms) : json_null());
    put(j, "agreement_digest",
        agreed ? hexadecimal(&r->agreement_digest) : json_null());
    put(j, "length", json_integer(r->length));
    put(j, "agreement_payoff",
        agreed ? number(concept_payoff(h->payoffs, h->terms.concept, &r->agreement))
               : json_null());
    put(j, "certificate",
        t->signed_by_all ? hexadecimal(&t->certificate) : json_null());
    put(j, "asked", json_integer(r->asked));
    put(j, "certified", json_integer(r->certified));
    put(j, "sampling_rounds", json_integer(r->sampling_rounds));
    put(j, "pruning_rounds", json_integer(r->pruning_rounds));
}

static void put_play(json_t *j, const struct report *r, const struct tally *t)
{
    const bool played = t->n_stages > 0;
    put(j, "stages_played", json_integer(r->stages_played));
    put(j, "average_payoff",
        played ? number(t->payoff_sum / t->n_stages) : json_null());
    put(j, "discounted_payoff", played ? number(t->payoff_discounted) : json_null());
}

static json_t *spans(const double seconds[SPANS])
{
    json_t *j = json_object();
    put(j, "threat", number(seconds[SPAN_THREAT]));
    put(j, "sampling", number(seconds[SPAN_SAMPLING]));
    put(j, "pruning", number(seconds[SPAN_PRUNING]));
    put(j, "signing", number(seconds[SPAN_SIGNING]));
    put(j, "play", number(seconds[SPAN_PLAY]));
    return j;
}

static void put_costs(json_t *j, const struct report *r, const struct tally *t,
                      const struct links_counts *c)
{
    json_t *network = json_object();
    struct rusage usage;
    put(network, "messages_sent", json_integer((json_int_t)c->messages_sent));
    put(network, "bytes_sent", json_integer((json_int_t)c->bytes_sent));
    put(network, "messages_received", json_integer((json_int_t)c->messages_received));
    put(network, "bytes_received", json_integer((json_int_t)c->bytes_received));
    put(network, "dropped", json_integer((json_int_t)c->dropped));
    put(network, "links_remade", json_integer((json_int_t)c->remade));
    put(network, "crowded", json_integer((json_int_t)c->crowded));
    put(network, "signatures", json_integer((json_int_t)r->signatures));
    put(network, "verifications", json_integer((json_int_t)r->verifications));
    put(j, "network", network);
    put(j, "seconds", spans(t->seconds));
    put(j, "processor_seconds", spans(t->processor_seconds));
    put(j, "began", spans(t->began_s));
    getrusage(RUSAGE_SELF, &usage);
    put(j, "memory_kib_max", json_integer(usage.ru_maxrss));
}

/* Bit masks, in the order of the configuration. */
static void put_misdeeds(json_t *j, const struct home *h, const struct tally *t)
{
    const struct misdeeds *m = &h->config.misdeeds;
    if (m->n_defections + m->n_misbehaviours == 0)
        return;
    json_t *done = json_object();
    put(done, "defections", json_integer((json_int_t)t->deeds.defections));
    put(done, "misbehaviours", json_integer(t->deeds.misbehaviours));
    put(j, "misdeeds_done", done);
}

enum status result_write(const struct home *h, const struct report *report,
                         const struct tally *t, const struct links_counts *counts,
                         char message[256])
{
    json_t *j = json_object();
    put_who(j, h, report);
    put_agreement(j, h, report, t);
    put_play(j, report, t);
    put_misdeeds(j, h, t);
    put_costs(j, report, t, counts);
    char *text = json_dumps(j, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    json_decref(j);
    if (text == NULL)
        return message_set(message, STATUS_FAILED, "%s: no memory to write it",
                           path_short(h->result_path));
    enum status status =
        file_write_private(h->result_path, text, strlen(text), message);
    free(text);
    return status;
}
