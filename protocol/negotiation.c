/* SPDX-License-Identifier: MIT */
/* Hides how an agreement comes about: one function per phase for what is said, one for
 * what a full row means, and two switches that lead there. */
#include "protocol/negotiation.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "protocol/dealing.h"
#include "sampling/asker.h"

struct negotiation {
    struct threat_search *search;
    struct threat_word *words; /* one per player, while a row is read */
    uint32_t threat_rounds;
    bool has_threat; /* and everybody says that it suits */
    double threat_payoff, threat_regret;

    struct asker *asker;
    struct candidates *table;
    double *payoff; /* own, by index in the table */
    struct body_propose *proposal;
    uint32_t batch;     /* rounds of sampling so far */
    uint32_t row_first; /* index of the first candidate of this round's row */
    uint32_t row_size;  /* how many candidates are to be answered */
    uint32_t asked_by[PLAYERS_MAX];
    uint64_t finished; /* mask of those who said so */
    uint8_t *suits;    /* answers of one body */
    double *reward;    /* n_players runs of answers */
    uint32_t certified;

    uint32_t draw; /* the lottery at hand, from 1 */
    struct digest commitment[PLAYERS_MAX];
    uint32_t drawn;
    struct candidate shown; /* that one, for the note about it */
    uint8_t *mark;
    uint32_t *gain; /* reports, one player's after the other's; NULL with the lottery */
    double *on_table; /* likewise: own payoffs, by place among the survivors */
    uint32_t pruning_rounds;

    struct agreement agreement;
    struct digest agreement_digest;
    struct digest coin_before[PLAYERS_MAX], coin_first[PLAYERS_MAX];
    struct digest certificate;
    struct digest beacon;
};

static const struct conclusion none_found = {PHASE_OVER, OUTCOME_NO_THREAT, 0,
                                             FAULT_NONE};

static struct conclusion go(enum phase next)
{
    return (struct conclusion){next, OUTCOME_OPEN, 0, FAULT_NONE};
}

static struct conclusion proven(uint8_t guilty, enum fault_kind fault)
{
    return (struct conclusion){PHASE_OVER, OUTCOME_FAULT, guilty, fault};
}

static uint32_t table_size(const struct terms *t)
{
    return (uint32_t)t->shape.n_players * t->budget;
}

static struct asker *own_asker(const struct context *c)
{
    const struct terms *t = c->terms;
    return asker_new(&(struct asker_options){
        .payoffs = c->payoffs,
        .tolerance = c->tolerance,
        .concept = t->concept,
        .resolution = terms_resolution(t),
        .incentive = t->incentive,
        .enforcement = {c->options->discount, t->length},
        .shortest = t->finite && t->length == 0,
        .lambda = t->share_rewards ? c->options->lambda : 1,
        .sampler = c->options->sampler,
        .sampler_seed = c->options->sampler_seed,
        .budget = t->budget,
        .batch = t->batch,
        .opening_pure = t->opening_pure,
    });
}

static bool reports(const struct context *c)
{
    return c->terms->selection != SELECTION_LOTTERY;
}

struct negotiation *negotiation_new(const struct context *c)
{
    struct negotiation *n = calloc(1, sizeof *n);
    if (n == NULL)
        return NULL;
    const uint8_t n_players = c->terms->shape.n_players;
    const struct shape candidates = terms_candidates(c->terms);
    const uint32_t n_row = (uint32_t)n_players * c->terms->batch;
    const struct secret start =
        secret_derive(c->seed, &c->terms_digest, "threat", c->self);
    uint64_t threat_seed;
    memcpy(&threat_seed, start.bytes, sizeof threat_seed);
    n->search = threat_search_new(c->payoffs, c->terms->threat_epsilon,
                                  c->terms->threat_rounds, threat_seed);
    n->words = calloc(n_players, sizeof *n->words);
    n->asker = own_asker(c);
    n->table = candidates_new(&candidates, n_players, table_size(c->terms));
    n->payoff = calloc(table_size(c->terms), sizeof *n->payoff);
    n->proposal = calloc(1, sizeof *n->proposal);
    n->suits = calloc(n_row, sizeof *n->suits);
    n->reward = calloc((size_t)n_row * n_players, sizeof *n->reward);
    n->mark = calloc(table_size(c->terms), sizeof *n->mark);
    if (reports(c)) {
        n->gain = calloc((size_t)table_size(c->terms) * n_players, sizeof *n->gain);
        n->on_table = calloc(table_size(c->terms), sizeof *n->on_table);
    }
    if (n->search == NULL || n->words == NULL || n->asker == NULL || n->table == NULL ||
        n->payoff == NULL || n->proposal == NULL || n->suits == NULL ||
        n->reward == NULL || n->mark == NULL ||
        (reports(c) && (n->gain == NULL || n->on_table == NULL))) {
        negotiation_free(n);
        return NULL;
    }
    if (c->terms->threat_given)
        n->agreement.threat = c->terms->threat;
    return n;
}

void negotiation_free(struct negotiation *n)
{
    if (n == NULL)
        return;
    threat_search_free(n->search);
    free(n->words);
    asker_free(n->asker);
    candidates_free(n->table);
    free(n->payoff);
    free(n->proposal);
    free(n->suits);
    free(n->reward);
    free(n->mark);
    free(n->gain);
    free(n->on_table);
    free(n);
}

void context_note(struct context *c, const struct note *note)
{
    CHECK(c->out->n < PLAYER_ACTIONS_MAX);
    struct action *a = &c->out->item[c->out->n++];
    *a = (struct action){.kind = ACTION_NOTE, .note = *note};
}

struct coin_half context_coin_half(const struct context *c, uint32_t flip)
{
    const struct secret s = secret_derive(c->seed, &c->session, "coin", flip);
    struct coin_half half;
    memcpy(half.bytes, s.bytes, sizeof half.bytes);
    return half;
}

static struct ticket own_ticket(const struct context *c, uint32_t draw)
{
    const struct secret s = secret_derive(c->seed, &c->session, "ticket", draw);
    struct ticket t;
    memcpy(t.bytes, s.bytes, sizeof t.bytes);
    return t;
}

/* ---- what is said ---- */

static void say_hello(struct context *c, struct writer *body)
{
    const struct secret s = secret_derive(c->seed, &c->terms_digest, "hello", 0);
    struct body_hello b = {.attempt = c->options->attempt,
                           .roster = c->roster_digest,
                           .terms = c->terms_digest};
    memcpy(b.nonce.bytes, s.bytes, sizeof b.nonce.bytes);
    body_hello_write(body, &b);
}

static void say_regret(struct negotiation *n, const struct context *c,
                       struct writer *body)
{
    threat_say(n->search, &n->words[c->self]);
    body_regret_write(body, &n->words[c->self], c->terms->shape.n_actions[c->self]);
}

static void say_punish(const struct negotiation *n, const struct context *c,
                       struct writer *body)
{
    struct body_punish b = {{0}};
    const uint16_t n_actions = c->terms->shape.n_actions[c->self];
    memcpy(b.weight,
           n->agreement.threat.weight + shape_offset(&c->terms->shape, c->self),
           n_actions * sizeof b.weight[0]);
    body_punish_write(body, &b, n_actions);
}

/* Everybody judges the threat for itself: it is a static equilibrium (equation (2)) if
 * nobody can gain more than epsilon of its range. */
static void say_punish_ok(struct negotiation *n, const struct context *c,
                          struct writer *body)
{
    struct profile x;
    profile_from_candidate(&x, &c->terms->shape, &n->agreement.threat);
    n->threat_payoff = payoffs_expect(c->payoffs, &x);
    n->threat_regret = incentive_regret(c->payoffs, &x);
    const double most =
        c->terms->threat_epsilon * payoffs_range(c->payoffs) + c->tolerance;
    const struct body_punish_ok b = {n->threat_regret <= most, n->threat_regret};
    body_punish_ok_write(body, &b);
}

/* Answers to what the row before asked, if anything, and the next questions. */
static void say_sampling(struct negotiation *n, const struct context *c,
                         struct writer *body)
{
    double *reward = n->reward + (size_t)c->self * n->row_size;
    for (uint32_t k = 0; k < n->row_size; k++) {
        struct candidate x;
        candidates_get(n->table, &x, n->row_first + k);
        const struct judgement own = asker_judge(n->asker, &x);
        n->payoff[n->row_first + k] = own.payoff;
        n->suits[k] = own.suits;
        reward[k] = own.reward;
    }
    n->proposal->n_candidates =
        asker_propose(n->asker, n->table, n->batch, n->proposal->candidate);
    n->proposal->finished = n->proposal->n_candidates == 0 && asker_finished(n->asker);
    const struct body_answer b = {n->proposal, n->row_size, n->suits,
                                  c->terms->share_rewards ? reward : NULL};
    body_answer_write(body, &b, c->terms);
}

static struct digest next_commitment(const struct negotiation *n,
                                     const struct context *c)
{
    const struct ticket t = own_ticket(c, n->draw + 1);
    return lottery_commit(&c->session, n->draw + 1, c->self, &t);
}

/* The own report: what each candidate on the table gains this player. */
static uint32_t *own_report(struct negotiation *n, const struct context *c)
{
    uint32_t *gain = n->gain + (size_t)c->self * n->certified;
    for (uint32_t k = 0; k < n->certified; k++)
        n->on_table[k] = n->payoff[candidates_survivor(n->table, k)];
    selection_report(gain, n->on_table, n->certified, n->threat_payoff, c->tolerance);
    return gain;
}

static void say_set(struct negotiation *n, const struct context *c, struct writer *body)
{
    struct body_set b;
    if (reports(c)) {
        const struct ticket t = own_ticket(c, n->draw + 1);
        b.commitment = lottery_commit_report(&c->session, n->draw + 1, c->self, &t,
                                             own_report(n, c), n->certified);
    } else {
        b.commitment = next_commitment(n, c);
    }
    body_set_write(body, &b);
}

static void say_reveal(struct negotiation *n, const struct context *c,
                       struct writer *body)
{
    struct body_reveal b = {.ticket = own_ticket(c, n->draw)};
    if (reports(c)) {
        b.n_gains = n->certified;
        b.gain = own_report(n, c);
    }
    body_reveal_write(body, &b);
}

/* B.3: whether each candidate on the table is worse or better than the drawn one for
 * this player, or neither. */
static void say_prune(struct negotiation *n, const struct context *c,
                      struct writer *body)
{
    struct body_prune b = {candidates_survivors(n->table), n->mark,
                           next_commitment(n, c)};
    const double drawn = n->payoff[n->drawn];
    for (uint32_t k = 0; k < b.n_marks; k++) {
        const double u = n->payoff[candidates_survivor(n->table, k)];
        b.mark[k] = u < drawn - c->tolerance   ? MARK_WORSE
                    : u > drawn + c->tolerance ? MARK_BETTER
                                               : MARK_EQUAL;
    }
    body_prune_write(body, &b);
}

static void say_length(const struct negotiation *n, const struct context *c,
                       struct writer *body)
{
    const enum concept concept = c->terms->concept;
    struct incentive_view v;
    incentive_view_candidate(&v, c->payoffs, &n->agreement.candidate, concept,
                             n->threat_payoff);
    struct body_length b = {incentive_minimum_length(
        &v, concept, c->terms->incentive, c->options->discount, c->tolerance)};
    if (b.length == 0) /* its yes was not its own: somebody changed its words */
        b.length = LENGTH_MAX;
    body_length_write(body, &b);
}

static void say_sign(struct negotiation *n, const struct context *c,
                     struct writer *body)
{
    n->agreement_digest = agreement_digest(&n->agreement, &c->session, c->terms);
    const struct coin_half before = context_coin_half(c, 0);
    const struct coin_half first = context_coin_half(c, 1);
    const struct body_sign b = {n->agreement_digest,
                                coin_commit(&c->session, 0, c->self, &before),
                                coin_commit(&c->session, 1, c->self, &first)};
    body_sign_write(body, &b);
    if (c->dealing != NULL)
        dealing_say_key(c->dealing, c, body);
}

enum message_kind negotiation_say(struct negotiation *n, struct context *c,
                                  enum phase phase, struct writer *body)
{
    switch (phase) {
    case PHASE_HELLO:
        say_hello(c, body);
        return MESSAGE_HELLO;
    case PHASE_REGRET:
        say_regret(n, c, body);
        return MESSAGE_REGRET;
    case PHASE_PUNISH:
        say_punish(n, c, body);
        return MESSAGE_PUNISH;
    case PHASE_PUNISH_OK:
        say_punish_ok(n, c, body);
        return MESSAGE_PUNISH_OK;
    case PHASE_PROPOSE:
        say_sampling(n, c, body);
        return MESSAGE_PROPOSE;
    case PHASE_ANSWER:
        say_sampling(n, c, body);
        return MESSAGE_ANSWER;
    case PHASE_SET:
        say_set(n, c, body);
        return MESSAGE_SET;
    case PHASE_REVEAL:
        say_reveal(n, c, body);
        return MESSAGE_REVEAL;
    case PHASE_PRUNE:
        say_prune(n, c, body);
        return MESSAGE_PRUNE;
    case PHASE_LENGTH:
        say_length(n, c, body);
        return MESSAGE_LENGTH;
    case PHASE_SIGN:
        say_sign(n, c, body);
        return MESSAGE_SIGN;
    case PHASE_START:
        body_start_write(body,
                         &(struct body_start){n->certificate, context_coin_half(c, 0)});
        return MESSAGE_START;
    case PHASE_WAITING:
    case PHASE_ACT:
    case PHASE_COMMIT:
    case PHASE_SHOW:
    case PHASE_FOLLOW:
    case PHASE_TOSS:
    case PHASE_RESTORE:
    case PHASE_END:
    case PHASE_DEAL:
    case PHASE_OVER:
        break;
    }
    NEVER("not a phase of the negotiation");
}

/* ---- what a full row means ---- */

static struct conclusion conclude_hello(struct context *c, const struct message *row)
{
    const uint8_t n_players = c->terms->shape.n_players;
    for (uint8_t i = 0; i < n_players; i++) {
        struct body_hello b;
        if (!body_hello_read(&b, row[i].body, row[i].body_size))
            return proven(i, FAULT_ILLEGAL);
    }
    c->session = session_identity(&c->roster_digest, &c->terms_digest, row, n_players);
    context_note(c, &(struct note){.kind = NOTE_SESSION, .digest = c->session});
    return go(c->terms->threat_given ? PHASE_PUNISH : PHASE_REGRET);
}

static struct conclusion conclude_regret(struct negotiation *n, struct context *c,
                                         const struct message *row)
{
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++) {
        if (!body_regret_read(&n->words[i], row[i].body, row[i].body_size,
                              c->terms->shape.n_actions[i]) ||
            !threat_word_legal(n->search, i, &n->words[i]))
            return proven(i, FAULT_ILLEGAL);
    }
    n->threat_rounds++;
    switch (threat_hear(n->search, n->words)) {
    case THREAT_SEARCHING:
        return go(PHASE_REGRET);
    case THREAT_FOUND:
        threat_found(n->search, &n->agreement.threat);
        return go(PHASE_PUNISH);
    case THREAT_NONE:
        break;
    }
    context_note(c, &(struct note){.kind = NOTE_NO_THREAT, .number = n->threat_rounds});
    return none_found;
}

static struct conclusion conclude_punish(const struct negotiation *n,
                                         const struct context *c,
                                         const struct message *row)
{
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++) {
        struct body_punish b;
        const uint16_t n_actions = c->terms->shape.n_actions[i];
        const uint32_t *part =
            n->agreement.threat.weight + shape_offset(&c->terms->shape, i);
        if (!body_punish_read(&b, row[i].body, row[i].body_size, n_actions) ||
            memcmp(b.weight, part, n_actions * sizeof part[0]) != 0)
            return proven(i, FAULT_ILLEGAL);
    }
    return go(PHASE_PUNISH_OK);
}

static struct conclusion conclude_punish_ok(struct negotiation *n, struct context *c,
                                            const struct message *row)
{
    uint64_t refused = 0;
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++) {
        struct body_punish_ok b;
        if (!body_punish_ok_read(&b, row[i].body, row[i].body_size))
            return proven(i, FAULT_ILLEGAL);
        if (!b.suits)
            refused |= player_bit(i);
    }
    if (refused != 0) {
        context_note(c, &(struct note){.kind = NOTE_NO_THREAT,
                                       .number = n->threat_rounds,
                                       .mask = refused});
        return none_found;
    }
    context_note(c, &(struct note){.kind = NOTE_THREAT,
                                   .candidate = &n->agreement.threat,
                                   .value = n->threat_regret,
                                   .number = n->threat_rounds});
    n->has_threat = true;
    struct profile threat;
    profile_from_candidate(&threat, &c->terms->shape, &n->agreement.threat);
    asker_start(n->asker, &threat);
    return go(PHASE_PROPOSE);
}

/* One candidate survives, or none: either way there is an agreement to sign. */
static struct conclusion settle(struct negotiation *n, struct context *c)
{
    struct agreement *a = &n->agreement;
    a->agreed = candidates_survivors(n->table) > 0;
    if (!a->agreed) {
        if (c->terms->concept == CONCEPT_NASH)
            a->candidate = a->threat;
        else
            memset(&a->candidate, 0, sizeof a->candidate);
        a->length = 0;
        context_note(c, &(struct note){.kind = NOTE_NO_AGREEMENT});
        return go(PHASE_SIGN);
    }
    candidates_get(n->table, &a->candidate, n->drawn);
    a->length = c->terms->length;
    return go(c->terms->finite && c->terms->length == 0 ? PHASE_LENGTH : PHASE_SIGN);
}

static struct conclusion sampled(struct negotiation *n, struct context *c)
{
    n->certified = candidates_survivors(n->table);
    context_note(c, &(struct note){.kind = NOTE_SAMPLED,
                                   .number = candidates_count(n->table),
                                   .other = n->certified,
                                   .round = n->batch});
    if (n->certified > 1)
        return go(PHASE_SET);
    if (n->certified == 1)
        n->drawn = candidates_survivor(n->table, 0);
    return settle(n, c);
}

/* One proposal: within its author's budget, and nothing that was asked in an earlier
 * row; asked: how many candidates those had. What two ask in one row both have asked,
 * so that nobody can take it from another. */
static bool proposal_file(struct negotiation *n, const struct context *c, uint8_t i,
                          uint32_t asked)
{
    const struct body_propose *p = n->proposal;
    const bool had_finished = (n->finished >> i & 1) != 0;
    if (p->finished && p->n_candidates > 0)
        return false;
    if (had_finished && !p->finished)
        return false;
    n->asked_by[i] += p->n_candidates;
    if (n->asked_by[i] > c->terms->budget)
        return false;
    for (uint16_t k = 0; k < p->n_candidates; k++) {
        bool fresh;
        const uint32_t index = candidates_add(n->table, &fresh, &p->candidate[k], i);
        if (index < asked)
            return false;
        candidates_join(n->table, index, player_bit(i));
    }
    if (p->finished)
        n->finished |= player_bit(i);
    return true;
}

/* Everybody has answered to the candidates of the row before: those that nobody refused
 * are members of A_s. */
static void hear_answers(struct negotiation *n, const struct context *c,
                         const uint8_t *refused)
{
    const uint32_t size = n->row_size;
    for (uint32_t k = 0; k < size; k++) {
        struct candidate x;
        double reward[PLAYERS_MAX];
        const uint32_t index = n->row_first + k;
        if (!refused[k])
            candidates_accept(n->table, index);
        for (uint8_t i = 0; i < c->terms->shape.n_players; i++)
            reward[i] = n->reward[(size_t)i * size + k];
        candidates_get(n->table, &x, index);
        asker_hear(n->asker, index, &x, reward);
    }
}

/* A row of proposals, and of answers to those of the row before. */
static struct conclusion conclude_sampling(struct negotiation *n, struct context *c,
                                           const struct message *row)
{
    const uint8_t n_players = c->terms->shape.n_players;
    const uint32_t asked = candidates_count(n->table), size = n->row_size;
    uint8_t refused[PLAYERS_MAX * BATCH_MAX] = {0};
    for (uint8_t i = 0; i < n_players; i++) {
        struct body_answer b = {n->proposal, size, n->suits,
                                c->terms->share_rewards ? n->reward + (size_t)i * size
                                                        : NULL};
        if (!body_answer_read(&b, row[i].body, row[i].body_size, c->terms) ||
            !proposal_file(n, c, i, asked))
            return proven(i, FAULT_ILLEGAL);
        for (uint32_t k = 0; k < size; k++)
            refused[k] |= n->suits[k] == 0;
    }
    hear_answers(n, c, refused);
    n->row_first = asked;
    n->row_size = candidates_count(n->table) - asked;
    n->batch++;
    if (n->row_size > 0)
        return go(PHASE_ANSWER);
    if (n->finished == players_all(n_players) ||
        n->batch >= asker_rounds_max(c->terms->budget, n_players))
        return sampled(n, c);
    return go(PHASE_PROPOSE);
}

static struct conclusion conclude_set(struct negotiation *n, const struct context *c,
                                      const struct message *row)
{
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++) {
        struct body_set b;
        if (!body_set_read(&b, row[i].body, row[i].body_size))
            return proven(i, FAULT_ILLEGAL);
        n->commitment[i] = b.commitment;
    }
    n->draw++;
    return go(PHASE_REVEAL);
}

/* The two-level draw of A.1: a proposer, then one of its candidates. Two integers of
 * the mix from number `use` on. */
static uint8_t pick(struct negotiation *n, const struct digest *mix, uint32_t use)
{
    const uint8_t j =
        (uint8_t)lottery_integer(mix, use, candidates_proposers(n->table));
    const uint32_t k =
        (uint32_t)lottery_integer(mix, use + 1, candidates_of(n->table, j));
    n->drawn = candidates_draw(n->table, j, k);
    return candidates_nth_proposer(n->table, j);
}

static void draw(struct negotiation *n, struct context *c, const struct digest *mix)
{
    const uint8_t proposer = pick(n, mix, 0);
    candidates_get(n->table, &n->shown, n->drawn);
    context_note(c, &(struct note){.kind = NOTE_DRAWN,
                                   .candidate = &n->shown,
                                   .number = n->draw,
                                   .other = candidates_survivors(n->table),
                                   .player = proposer});
}

/* What is worse for anybody than what was drawn goes; of the rest the best, by what all
 * report, and where several are best, what the same tickets draw of them. */
static struct conclusion narrow(struct negotiation *n, struct context *c,
                                const struct digest *mix)
{
    const uint32_t left = selection_narrow(n->table, c->terms->selection, n->gain,
                                           c->terms->shape.n_players, n->drawn);
    n->pruning_rounds++;
    context_note(c,
                 &(struct note){.kind = NOTE_PRUNED, .number = n->draw, .other = left});
    const uint8_t proposer = pick(n, mix, 2);
    candidates_get(n->table, &n->agreement.candidate, n->drawn);
    context_note(c, &(struct note){.kind = NOTE_SELECTED,
                                   .candidate = &n->agreement.candidate,
                                   .number = c->terms->selection,
                                   .other = candidates_survivors(n->table),
                                   .player = proposer});
    return settle(n, c);
}

/* Whether a player shows what it committed to, and may show it at all. */
static enum fault_kind reveal_fault(struct negotiation *n, const struct context *c,
                                    uint8_t i, const struct message *m,
                                    struct ticket *ticket)
{
    struct body_reveal b = {.n_gains = 0};
    if (reports(c)) {
        b.n_gains = n->certified;
        b.gain = n->gain + (size_t)i * n->certified;
    }
    if (!body_reveal_read(&b, m->body, m->body_size) ||
        !selection_report_valid(b.gain, b.n_gains))
        return FAULT_ILLEGAL;
    *ticket = b.ticket;
    const bool opens =
        reports(c)
            ? lottery_opens_report(&n->commitment[i], &c->session, n->draw, i,
                                   &b.ticket, b.gain, b.n_gains)
            : lottery_opens(&n->commitment[i], &c->session, n->draw, i, &b.ticket);
    return opens ? FAULT_NONE : FAULT_OPENING;
}

static struct conclusion conclude_reveal(struct negotiation *n, struct context *c,
                                         const struct message *row)
{
    const uint8_t n_players = c->terms->shape.n_players;
    struct ticket ticket[PLAYERS_MAX];
    for (uint8_t i = 0; i < n_players; i++) {
        const enum fault_kind fault = reveal_fault(n, c, i, &row[i], &ticket[i]);
        if (fault != FAULT_NONE)
            return proven(i, fault);
    }
    const struct digest mix =
        lottery_mix(&c->session, n->draw, &c->transcript, ticket, n_players);
    draw(n, c, &mix);
    return reports(c) ? narrow(n, c, &mix) : go(PHASE_PRUNE);
}

static struct conclusion conclude_prune(struct negotiation *n, struct context *c,
                                        const struct message *row)
{
    const uint32_t n_marks = candidates_survivors(n->table);
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++) {
        struct body_prune b = {n_marks, n->mark, {{0}}};
        if (!body_prune_read(&b, row[i].body, row[i].body_size))
            return proven(i, FAULT_ILLEGAL);
        for (uint32_t k = 0; k < n_marks; k++) {
            const uint32_t index = candidates_survivor(n->table, k);
            if (index == n->drawn && b.mark[k] != MARK_EQUAL)
                return proven(i, FAULT_ILLEGAL);
            candidates_mark(n->table, index, (enum mark)b.mark[k]);
        }
        n->commitment[i] = b.commitment;
    }
    const bool done = candidates_prune(n->table, n->drawn);
    n->pruning_rounds++;
    context_note(c, &(struct note){.kind = NOTE_PRUNED,
                                   .number = n->draw,
                                   .other = candidates_survivors(n->table)});
    if (!done && candidates_survivors(n->table) > 1) {
        n->draw++;
        return go(PHASE_REVEAL);
    }
    if (!done) /* a draw among one has one end */
        n->drawn = candidates_survivor(n->table, 0);
    return settle(n, c);
}

static struct conclusion conclude_length(struct negotiation *n, const struct context *c,
                                         const struct message *row)
{
    n->agreement.length = 0;
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++) {
        struct body_length b;
        if (!body_length_read(&b, row[i].body, row[i].body_size))
            return proven(i, FAULT_ILLEGAL);
        if (b.length > n->agreement.length)
            n->agreement.length = b.length;
    }
    return go(PHASE_SIGN);
}

/* What everybody signs, and where recommendations are private, the keys behind it. */
static enum fault_kind sign_fault(struct negotiation *n, const struct context *c,
                                  uint8_t i, const struct message *m)
{
    const size_t key_size = c->dealing != NULL ? BODY_KEY_SIZE : 0;
    struct body_sign b;
    if (m->body_size < key_size ||
        !body_sign_read(&b, m->body, m->body_size - key_size) ||
        !digest_equal(&b.agreement, &n->agreement_digest))
        return FAULT_ILLEGAL;
    n->coin_before[i] = b.coin_before;
    n->coin_first[i] = b.coin_first;
    if (c->dealing != NULL &&
        !dealing_hear_key(c->dealing, c, i, m->body + m->body_size - key_size))
        return FAULT_PROOF;
    return FAULT_NONE;
}

static struct conclusion conclude_sign(struct negotiation *n, struct context *c,
                                       const struct message *row)
{
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++) {
        const enum fault_kind fault = sign_fault(n, c, i, &row[i]);
        if (fault != FAULT_NONE)
            return proven(i, fault);
    }
    if (c->dealing != NULL && !dealing_start(c->dealing, c, &n->agreement))
        return proven(0, FAULT_PROOF);
    n->certificate = certificate_digest(row, c->terms->shape.n_players, &c->session);
    if (n->agreement.agreed)
        context_note(
            c, &(struct note){.kind = NOTE_AGREED,
                              .candidate = &n->agreement.candidate,
                              .digest = n->agreement_digest,
                              .number = n->agreement.length,
                              .value = concept_payoff(c->payoffs, c->terms->concept,
                                                      &n->agreement.candidate)});
    return go(PHASE_START);
}

static struct conclusion conclude_start(struct negotiation *n, struct context *c,
                                        const struct message *row)
{
    const uint8_t n_players = c->terms->shape.n_players;
    const struct digest before = {{0}};
    struct coin_half half[PLAYERS_MAX];
    for (uint8_t i = 0; i < n_players; i++) {
        struct body_start b;
        if (!body_start_read(&b, row[i].body, row[i].body_size) ||
            !digest_equal(&b.certificate, &n->certificate))
            return proven(i, FAULT_ILLEGAL);
        const struct digest shown = coin_commit(&c->session, 0, i, &b.half);
        if (!digest_equal(&shown, &n->coin_before[i]))
            return proven(i, FAULT_OPENING);
        half[i] = b.half;
    }
    n->beacon = coin_beacon(&c->session, 1, &before, half, n_players);
    context_note(c, &(struct note){.kind = NOTE_SIGNED, .digest = n->certificate});
    return go(PHASE_ACT);
}

struct conclusion negotiation_conclude(struct negotiation *n, struct context *c,
                                       enum phase phase, const struct message *row)
{
    switch (phase) {
    case PHASE_HELLO:
        return conclude_hello(c, row);
    case PHASE_REGRET:
        return conclude_regret(n, c, row);
    case PHASE_PUNISH:
        return conclude_punish(n, c, row);
    case PHASE_PUNISH_OK:
        return conclude_punish_ok(n, c, row);
    case PHASE_PROPOSE:
    case PHASE_ANSWER:
        return conclude_sampling(n, c, row);
    case PHASE_SET:
        return conclude_set(n, c, row);
    case PHASE_REVEAL:
        return conclude_reveal(n, c, row);
    case PHASE_PRUNE:
        return conclude_prune(n, c, row);
    case PHASE_LENGTH:
        return conclude_length(n, c, row);
    case PHASE_SIGN:
        return conclude_sign(n, c, row);
    case PHASE_START:
        return conclude_start(n, c, row);
    case PHASE_WAITING:
    case PHASE_ACT:
    case PHASE_COMMIT:
    case PHASE_SHOW:
    case PHASE_FOLLOW:
    case PHASE_TOSS:
    case PHASE_RESTORE:
    case PHASE_END:
    case PHASE_DEAL:
    case PHASE_OVER:
        break;
    }
    NEVER("not a phase of the negotiation");
}

const struct agreement *negotiation_agreement(const struct negotiation *n)
{
    return &n->agreement;
}

struct digest negotiation_agreement_digest(const struct negotiation *n)
{
    return n->agreement_digest;
}

const struct digest *negotiation_coins(const struct negotiation *n,
                                       struct digest *beacon)
{
    *beacon = n->beacon;
    return n->coin_first;
}

void negotiation_report(const struct negotiation *n, struct report *out)
{
    out->has_threat = n->has_threat;
    out->threat_rounds = n->threat_rounds;
    out->threat_regret = n->threat_regret;
    out->asked = candidates_count(n->table);
    out->certified = n->certified;
    out->sampling_rounds = n->batch;
    out->pruning_rounds = n->pruning_rounds;
}
