/* SPDX-License-Identifier: MIT */
/* Hides what a cheat makes of its own words: other bodies, legal and illegal. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "adversary/inside.h"
#include "base/check.h"
#include "game/counts.h"
#include "sampling/candidates.h"

void draft_put(struct draft *d, size_t offset, const void *bytes, size_t n)
{
    if (offset + n > d->size)
        return;
    memcpy(d->body + offset, bytes, n);
    d->changed = true;
}

/* Another value in the place of a commitment, a ticket, a half. */
static void draft_scramble(struct draft *d, const struct adversary *a, size_t offset,
                           const char *label)
{
    const struct secret s = secret_for(a, &d->message, label);
    draft_put(d, offset, s.bytes, sizeof s.bytes);
}

static void draft_add_u32(struct draft *d, size_t offset)
{
    if (offset + sizeof(uint32_t) > d->size)
        return;
    struct reader r = {d->body + offset, sizeof(uint32_t), false};
    struct writer w = {d->body + offset, sizeof(uint32_t), 0, false};
    write_u32(&w, read_u32(&r) + 1);
    d->changed = true;
}

/* Another action of one's own for sure, in the place of weights. */
static void draft_weights(struct draft *d, const struct adversary *a)
{
    const uint16_t n_actions = a->terms->shape.n_actions[a->self];
    struct reader r = {d->body, d->size, false};
    const bool first = read_u32(&r) == WEIGHT_ONE;
    if (n_actions < 2)
        return;
    struct writer w = {d->body, d->size, 0, false};
    for (uint8_t k = 0; k < n_actions; k++)
        write_u32(&w, (first ? k == 1 : k == 0) ? WEIGHT_ONE : 0);
    d->changed = !w.bad;
}

static void draft_action(struct draft *d, const struct adversary *a)
{
    const uint16_t n_actions = a->terms->shape.n_actions[a->self];
    const uint8_t other = (uint8_t)((d->body[0] + 1) % n_actions);
    if (n_actions > 1)
        draft_put(d, 0, &other, 1);
}

/* Of a proposal, behind which answers may stand: in bytes. */
static size_t proposal_size(const struct draft *d, const struct adversary *a)
{
    const struct shape s = terms_candidates(a->terms);
    struct reader r = {d->body, d->size, false};
    (void)read_u8(&r);
    const size_t size = 3 + 4 * (size_t)read_u16(&r) * shape_weights(&s);
    return size < d->size ? size : d->size;
}

/* One candidate less; or, where there is none, the other word about being finished. */
static void draft_proposal(struct draft *d, const struct adversary *a)
{
    struct reader r = {d->body, d->size, false};
    const uint8_t finished = read_u8(&r);
    const uint16_t n = read_u16(&r);
    struct writer w = {d->body, d->size, 0, false};
    write_u8(&w, n == 0 ? !finished : finished);
    write_u16(&w, (uint16_t)(n == 0 ? 0 : n - 1));
    if (n > 0) {
        const struct shape s = terms_candidates(a->terms);
        d->size -= 4 * (size_t)shape_weights(&s);
    }
    d->changed = true;
}

static void draft_flip(struct draft *d, size_t offset, uint8_t bits)
{
    if (offset >= d->size)
        return;
    d->body[offset] ^= bits;
    d->changed = true;
}

void say_another(struct draft *d, const struct adversary *a)
{
    static const char label[] = "otherwise";
    switch (d->message.kind) {
    case MESSAGE_REGRET:
    case MESSAGE_PUNISH:
        draft_weights(d, a);
        return;
    case MESSAGE_PUNISH_OK:
        draft_flip(d, 0, 1);
        return;
    case MESSAGE_PROPOSE:
        draft_proposal(d, a);
        return;
    case MESSAGE_ANSWER:
        draft_flip(d, proposal_size(d, a), 1);
        return;
    case MESSAGE_SET:
    case MESSAGE_REVEAL:
    case MESSAGE_COMMIT:
    case MESSAGE_TOSS:
    case MESSAGE_DEAL:
        draft_scramble(d, a, 0, label);
        return;
    case MESSAGE_PRUNE:
        draft_scramble(d, a, d->size - sizeof(struct digest), label);
        return;
    case MESSAGE_SIGN:
    case MESSAGE_START:
        draft_scramble(d, a, sizeof(struct digest), label);
        return;
    case MESSAGE_LENGTH:
    case MESSAGE_END:
        draft_add_u32(d, 0);
        return;
    case MESSAGE_RESTORE:
        draft_add_u32(d, sizeof(struct digest));
        return;
    case MESSAGE_ACT:
    case MESSAGE_SHOW:
        draft_action(d, a);
        return;
    case MESSAGE_FOLLOW:
        if (a->stage % 2 == 0)
            draft_action(d, a);
        else
            draft_scramble(d, a, 1, label);
        return;
    case MESSAGE_HELLO: /* that is another kind of misbehaviour */
    case MESSAGE_SUSPECT:
    case MESSAGE_FAIL:
    case MESSAGE_EVIDENCE:
    case MESSAGE_VOUCH:
        return;
    }
}

/* Something that no honest player could say here. */
static void say_illegal(struct draft *d, const struct adversary *a)
{
    switch (d->message.kind) {
    case MESSAGE_REGRET:
    case MESSAGE_PUNISH:
        draft_add_u32(d, 0); /* weights that do not sum to one */
        return;
    case MESSAGE_PUNISH_OK:
    case MESSAGE_ACT:
    case MESSAGE_SHOW:
    case MESSAGE_FOLLOW:
        draft_flip(d, 0, 0x80); /* neither yes nor no; no such action */
        return;
    case MESSAGE_PROPOSE:
        if (d->size > 3)
            draft_add_u32(d, 3);
        else
            draft_flip(d, 0, 0x80);
        return;
    case MESSAGE_SIGN:
    case MESSAGE_START:
    case MESSAGE_RESTORE:
        draft_scramble(d, a, 0, "illegal"); /* another agreement, another certificate */
        return;
    case MESSAGE_LENGTH:
    case MESSAGE_END:
        draft_put(d, 0, &(const uint32_t){0}, sizeof(uint32_t));
        return;
    case MESSAGE_ANSWER:
    case MESSAGE_SET:
    case MESSAGE_REVEAL:
    case MESSAGE_PRUNE:
    case MESSAGE_COMMIT:
    case MESSAGE_TOSS:
    case MESSAGE_DEAL:
        d->body[d->size++] = 0; /* one byte too many */
        d->changed = true;
        return;
    case MESSAGE_HELLO:
    case MESSAGE_SUSPECT:
    case MESSAGE_FAIL:
    case MESSAGE_EVIDENCE:
    case MESSAGE_VOUCH:
        return;
    }
}

void say_otherwise(struct draft *d, const struct adversary *a)
{
    const uint64_t round = d->message.round;
    if (misbehaves(a, MISBEHAVE_EQUIVOCATE, round))
        say_another(d, a);
    if (d->message.kind == MESSAGE_SIGN && misbehaves(a, MISBEHAVE_SIGN_TWICE, round))
        draft_scramble(d, a, 0, "another agreement");
    if (d->message.kind == MESSAGE_HELLO && misbehaves(a, MISBEHAVE_TWO_HELLOS, round))
        draft_scramble(d, a, 0, "another hello");
}

/* Shows something other than what was committed to. */
static void open_badly(struct draft *d, const struct adversary *a)
{
    static const char label[] = "bad-opening";
    if (d->message.kind == MESSAGE_REVEAL || d->message.kind == MESSAGE_TOSS)
        draft_scramble(d, a, 0, label);
    if (d->message.kind == MESSAGE_START)
        draft_scramble(d, a, sizeof(struct digest), label);
    if (d->message.kind == MESSAGE_SHOW && a->terms->shape.n_actions[a->self] > 1)
        draft_action(d, a);
    else if (d->message.kind == MESSAGE_SHOW)
        draft_scramble(d, a, 1, label);
}

/* Shows another half of a coin: at the start, after each stage of mixed actions, and
 * before each whose profile is drawn. */
static void grind(struct draft *d, const struct adversary *a)
{
    static const char label[] = "grind";
    if (d->message.kind == MESSAGE_START || d->message.kind == MESSAGE_SHOW ||
        d->message.kind == MESSAGE_TOSS)
        draft_scramble(d, a, d->size - sizeof(struct coin_half), label);
}

/* ---- proposals ---- */

/* Answers that stand behind a proposal stay. */
static bool proposal_put(struct draft *d, const struct adversary *a)
{
    const struct shape s = terms_candidates(a->terms);
    const size_t before = proposal_size(d, a), answers = d->size - before;
    const size_t now = 3 + 4 * (size_t)a->proposal->n_candidates * shape_weights(&s);
    if (now + answers > a->body_max)
        return false;
    memmove(d->body + now, d->body + before, answers);
    struct writer w = {d->body, now, 0, false};
    body_propose_write(&w, a->proposal, a->terms);
    d->size = now + answers;
    d->changed = true;
    return true;
}

/* The n-th candidate near a pure profile, n from 1. Of one simplex, some weight moves
 * from what is played there to something else; more of it, and elsewhere, as n grows.
 * The simplex is that of one player, all others play as they do there; or it is the
 * only one. */
static void near_copy(struct candidate *out, const struct adversary *a,
                      const uint8_t *actions, uint32_t n)
{
    const struct shape s = terms_candidates(a->terms);
    const uint32_t steps = terms_resolution(a->terms) - 1;
    uint8_t i = a->self < s.n_players ? a->self : 0;
    for (uint8_t k = 0; k < s.n_players && s.n_actions[i] < 2; k++)
        i = (uint8_t)((i + 1) % s.n_players);
    concept_pure(out, a->terms->concept, &a->terms->shape, actions);
    uint32_t *weight = out->weight + shape_offset(&s, i);
    const uint32_t moved = (1 + (n - 1) % steps) * (WEIGHT_ONE / (steps + 1));
    uint32_t from = 0;
    while (weight[from] == 0)
        from++;
    const uint32_t to = (from + 1 + (n - 1) / steps) % s.n_actions[i];
    weight[from] -= moved;
    weight[to] += moved;
}

/* Keeps the proposal strictly increasing, as its layout asks. */
static void proposal_insert(struct body_propose *p, const struct candidate *c,
                            const struct terms *t)
{
    const struct shape s = terms_candidates(t);
    uint16_t at = p->n_candidates++;
    for (; at > 0 && candidate_order(c, &p->candidate[at - 1], &s) < 0; at--)
        p->candidate[at] = p->candidate[at - 1];
    p->candidate[at] = *c;
}

static void favourite(uint8_t *actions, const struct adversary *a)
{
    const struct shape *s = &a->terms->shape;
    uint32_t best = 0;
    double most = -INFINITY;
    for (uint32_t k = 0; k < shape_listed(s); k++) {
        listed_actions(actions, s, k);
        const double payoff = payoffs_pure(a->payoffs, actions);
        if (payoff > most) {
            most = payoff;
            best = k;
        }
    }
    listed_actions(actions, s, best);
}

/* Everything that the budget allows, as soon as it may. */
static void stuff(struct draft *d, struct adversary *a)
{
    const struct terms *t = a->terms;
    uint8_t actions[PLAYERS_MAX];
    struct body_propose *p = a->proposal;
    favourite(actions, a);
    p->n_candidates = 0;
    while (p->n_candidates < t->batch && a->n_stuffed < t->budget) {
        struct candidate c;
        near_copy(&c, a, actions, ++a->stuffing);
        proposal_insert(p, &c, t);
        a->n_stuffed++;
    }
    p->finished = p->n_candidates == 0;
    (void)proposal_put(d, a);
}

/* The ways to propose what must not be proposed. */
enum {
    SPOILT_SUM,
    SPOILT_TWICE,
    SPOILT_ORDER,
    SPOILT_TOO_MANY,
    SPOILT_KNOWN,
    SPOILT_FINISHED,
    SPOILT_WAYS,
};

/* Two legal candidates, in order. */
static void propose_two(struct adversary *a)
{
    uint8_t actions[PLAYERS_MAX];
    favourite(actions, a);
    a->proposal->n_candidates = 0;
    for (int k = 0; k < 2; k++) {
        struct candidate c;
        near_copy(&c, a, actions, ++a->stuffing);
        proposal_insert(a->proposal, &c, a->terms);
    }
}

static void propose_too_many(struct adversary *a)
{
    const uint16_t most = a->terms->batch < BATCH_MAX ? a->terms->batch : BATCH_MAX - 1;
    uint8_t actions[PLAYERS_MAX];
    favourite(actions, a);
    while (a->proposal->n_candidates <= most) {
        struct candidate c;
        near_copy(&c, a, actions, ++a->stuffing);
        proposal_insert(a->proposal, &c, a->terms);
    }
}

static void propose_badly(struct draft *d, struct adversary *a)
{
    const struct secret s = secret_for(a, &d->message, "bad proposal");
    struct body_propose *p = a->proposal;
    struct candidate first;
    unsigned way = s.bytes[0] % SPOILT_WAYS;
    if (way == SPOILT_KNOWN && !a->has_asked)
        way = SPOILT_SUM;
    p->finished = way == SPOILT_FINISHED;
    propose_two(a);
    first = p->candidate[0];
    if (way == SPOILT_SUM) /* too much, or too little */
        p->candidate[0].weight[first.weight[0] > 0 ? 0 : 1] +=
            (s.bytes[1] & 1) != 0 ? 1 : UINT32_MAX;
    if (way == SPOILT_TWICE)
        p->candidate[1] = first;
    if (way == SPOILT_ORDER) {
        p->candidate[0] = p->candidate[1];
        p->candidate[1] = first;
    }
    if (way == SPOILT_TOO_MANY)
        propose_too_many(a);
    if (way == SPOILT_KNOWN) {
        p->n_candidates = 1;
        p->candidate[0] = a->first_asked;
    }
    (void)proposal_put(d, a);
}

/* Remembers the first candidate that was really proposed. */
static void keep_proposal(const struct draft *d, struct adversary *a)
{
    if (!a->has_asked &&
        body_proposal_read(a->proposal, d->body, d->size, a->terms) > 0 &&
        a->proposal->n_candidates > 0) {
        a->has_asked = true;
        a->first_asked = a->proposal->candidate[0];
    }
}

static void rewrite_proposal(struct draft *d, struct adversary *a)
{
    const uint64_t round = d->message.round;
    if (shape_profiles(&a->terms->shape) < 2) /* there is but one thing to propose */
        return;
    if (misbehaves(a, MISBEHAVE_STUFF, round)) {
        stuff(d, a);
        has_misbehaved(a, MISBEHAVE_STUFF, round);
    }
    if (misbehaves(a, MISBEHAVE_BAD_PROPOSAL, round)) {
        propose_badly(d, a);
        has_misbehaved(a, MISBEHAVE_BAD_PROPOSAL, round);
    }
    keep_proposal(d, a);
}

/* ---- answers and prunings ---- */

/* Yes to everything. How many candidates there are to answer follows from how many were
 * asked about since the last answer. */
static void say_yes(struct draft *d, struct adversary *a, const struct report *report)
{
    const uint32_t n = report->asked - a->asked;
    const size_t first = proposal_size(d, a);
    for (uint32_t k = 0; k < n && first + k / 8 < d->size; k++)
        draft_flip(d, first + k / 8, (uint8_t)(~d->body[first + k / 8] & 1u << k % 8));
}

/* Changes every mark that is not MARK_EQUAL, which the drawn candidate's is. */
static void mark_all(struct draft *d, enum mark as)
{
    for (size_t k = 0; k < 4 * (d->size - sizeof(struct digest)); k++) {
        const unsigned shift = 2 * (k % 4);
        const unsigned mark = (unsigned)d->body[k / 4] >> shift & 3;
        if (mark != MARK_EQUAL && mark != as)
            draft_flip(d, k / 4, (uint8_t)((mark ^ as) << shift));
    }
}

/* The drawn one is among those that are as good as it. */
static void mark_drawn(struct draft *d, const struct report *report)
{
    for (uint32_t k = 0; k < report->certified && report->pruning_rounds == 0; k++)
        if ((d->body[k / 4] >> 2 * (k % 4) & 3) == MARK_EQUAL)
            draft_flip(d, k / 4, (uint8_t)(MARK_WORSE << 2 * (k % 4)));
}

/* ---- reports ---- */

/* Where a report begins in what opens a ticket; its size is four bytes a candidate. */
enum { REPORT_AT = sizeof(struct ticket) };

static void draft_gain(struct draft *d, uint32_t k, uint32_t gain)
{
    struct writer w = {d->body + REPORT_AT + 4 * (size_t)k, 4, 0, false};
    write_u32(&w, gain);
    d->changed = true;
}

/* The favourite of a liar that knows no more than how many there are. */
static uint32_t fancied(const struct adversary *a, const struct draft *d, uint32_t n)
{
    const struct secret s = secret_derive(&a->seed, &d->message.session, "fancy", 0);
    return (s.bytes[0] | (uint32_t)s.bytes[1] << 8) % n;
}

/* The commitment to a false report and, in the next round, what opens it. */
static void misreport(struct draft *d, const struct adversary *a,
                      const struct report *report)
{
    const uint32_t n = report->certified, draw = report->pruning_rounds + 1;
    const uint32_t only = fancied(a, d, n);
    if (d->message.kind == MESSAGE_REVEAL) {
        for (uint32_t k = 0; k < n; k++)
            draft_gain(d, k, k == only ? GAIN_ONE : 0);
        return;
    }
    uint32_t *gain = calloc(n, sizeof *gain);
    if (gain == NULL)
        return;
    struct ticket t;
    const struct secret s =
        secret_derive(&a->seed, &d->message.session, "ticket", draw);
    memcpy(t.bytes, s.bytes, sizeof t.bytes);
    gain[only] = GAIN_ONE;
    const struct digest commitment =
        lottery_commit_report(&d->message.session, draw, a->self, &t, gain, n);
    draft_put(d, 0, commitment.bytes, sizeof commitment.bytes);
    free(gain);
}

/* A legal report that is not the one: another whole, or the only one taken back. */
static void report_badly(struct draft *d, const struct report *report)
{
    struct reader r = {d->body + REPORT_AT, d->size - REPORT_AT, false};
    uint32_t n_whole = 0;
    for (uint32_t k = 0; k < report->certified; k++) {
        const uint32_t gain = read_u32(&r);
        if (gain < GAIN_ONE) {
            draft_gain(d, k, GAIN_ONE);
            return;
        }
        n_whole++;
    }
    if (n_whole > 1)
        draft_gain(d, 0, 0);
}

static void say_of_gains_falsely(struct draft *d, const struct adversary *a,
                                 const struct report *report,
                                 enum misbehaviour_kind kind)
{
    if (a->terms->selection == SELECTION_LOTTERY ||
        (d->message.kind != MESSAGE_SET && d->message.kind != MESSAGE_REVEAL))
        return;
    if (kind == MISBEHAVE_MISREPORT)
        misreport(d, a, report);
    if (kind == MISBEHAVE_BAD_REPORT && d->message.kind == MESSAGE_REVEAL)
        report_badly(d, report);
}

/* ---- all of it ---- */

/* One kind of change, if it changes anything. */
static void apply(struct draft *d, struct adversary *a, const struct report *report,
                  enum misbehaviour_kind kind)
{
    const bool changed_before = d->changed;
    d->changed = false;
    if (kind == MISBEHAVE_BAD_OPENING)
        open_badly(d, a);
    if (kind == MISBEHAVE_GRIND)
        grind(d, a);
    if (kind == MISBEHAVE_FALSE_YES && d->message.kind == MESSAGE_ANSWER)
        say_yes(d, a, report);
    if (d->message.kind == MESSAGE_PRUNE) {
        if (kind == MISBEHAVE_OVER_PRUNE)
            mark_all(d, MARK_WORSE);
        if (kind == MISBEHAVE_NEVER_CONTENT)
            mark_all(d, MARK_BETTER);
        if (kind == MISBEHAVE_BAD_PRUNE)
            mark_drawn(d, report);
    }
    say_of_gains_falsely(d, a, report, kind);
    if (kind == MISBEHAVE_ILLEGAL)
        say_illegal(d, a);
    say_of_deck_falsely(d, a, kind);
    if (d->changed)
        has_misbehaved(a, kind, d->message.round);
    d->changed = d->changed || changed_before;
}

void say_falsely(struct draft *d, struct adversary *a, const struct report *report)
{
    if (d->message.kind == MESSAGE_PROPOSE || d->message.kind == MESSAGE_ANSWER)
        rewrite_proposal(d, a);
    for (int kind = 0; kind < MISBEHAVIOUR_KINDS; kind++)
        if (misbehaves(a, (enum misbehaviour_kind)kind, d->message.round))
            apply(d, a, report, (enum misbehaviour_kind)kind);
    if (d->message.kind == MESSAGE_ANSWER)
        a->asked = report->asked;
}
