/* SPDX-License-Identifier: MIT */
/* What a negotiation does not allow: each rule is broken once, by the last player, in a
 * body that it signs. */
#include "protocol/negotiation.h"

#include "tests/unit/table.h"
#include "tests/unit/unit.h"

static struct body_propose proposal; /* room for one */

/* What the last player says of a kind, to all, as the test writes it; proposals in
 * answers, too. */
struct rewriting {
    enum message_kind kind;
    bool (*write)(struct table *t, const struct message *m, struct writer *w);
};

static bool rewrite(struct table *t, struct parcel *p)
{
    static uint8_t body[TABLE_ENVELOPE_MAX];
    const struct rewriting *r = t->context;
    struct message m = table_peek(t, p->bytes, p->size);
    struct writer w = {body, sizeof body, 0, false};
    const bool sampling = m.kind == MESSAGE_ANSWER && r->kind == MESSAGE_PROPOSE;
    if (m.sender != t->roster.n_players - 1 || (m.kind != r->kind && !sampling) ||
        p->from != m.sender || !r->write(t, &m, &w))
        return true;
    m.body = body;
    m.body_size = w.size;
    table_resign(t, p->bytes, &p->size, &m);
    return true;
}

static uint64_t illegal_round; /* where the test says in which round it must show */

static void check_illegal(enum message_kind kind,
                          bool (*write)(struct table *, const struct message *,
                                        struct writer *))
{
    struct rewriting r = {kind, write};
    struct table *t = table_new(3, 2, public_goods_3);
    t->terms.finite = kind == MESSAGE_LENGTH;
    t->terms.selection =
        kind == MESSAGE_REVEAL ? SELECTION_EGALITARIAN : SELECTION_LOTTERY;
    t->terms.budget = 8;
    t->context = &r;
    t->meddle = rewrite;
    table_start(t);
    table_run(t);
    for (uint8_t i = 0; i < 2; i++) {
        const struct seen_note *n = table_found(t, i, NOTE_BLAMED, 0);
        ck_assert_msg(n != NULL, "%s is legal", message_name(kind));
        ck_assert(n->note.player == 2 && n->note.number == FAULT_ILLEGAL);
        ck_assert(illegal_round == 0 || n->note.round == illegal_round);
        ck_assert_int_eq(table_report(t, i).outcome, OUTCOME_FAULT);
    }
    illegal_round = 0;
    table_free(t);
}

/* Puts the proposal in the place of that of a message; its answers stay. */
static void put_proposal(struct table *t, const struct message *m, struct writer *w)
{
    static struct body_propose own;
    const size_t size = body_proposal_read(&own, m->body, m->body_size, &t->terms);
    ck_assert_uint_gt(size, 0);
    body_propose_write(w, &proposal, &t->terms);
    write_bytes(w, m->body + size, m->body_size - size);
}

/* Something that was asked in an earlier round. */
static bool asked_before(struct table *t, const struct message *m, struct writer *w)
{
    static struct body_propose old;
    struct message said;
    ck_assert_uint_gt(body_proposal_read(&proposal, m->body, m->body_size, &t->terms),
                      0);
    if (proposal.finished || t->count == 3) /* else illegal for other reasons */
        return false;
    ck_assert(table_said(t, 0, MESSAGE_PROPOSE, 0, &said) && said.round < m->round);
    ck_assert(body_propose_read(&old, said.body, said.body_size, &t->terms));
    ck_assert_uint_gt(old.n_candidates, 0);
    proposal = (struct body_propose){.n_candidates = 1};
    proposal.candidate[0] = old.candidate[0];
    put_proposal(t, m, w);
    t->count++; /* told to three, in one round only */
    illegal_round = m->round;
    return true;
}

/* One each round, whether or not its player has more to ask: above the budget at last.
 */
static bool without_end(struct table *t, const struct message *m, struct writer *w)
{
    struct candidate *c = &proposal.candidate[0];
    const uint32_t weight = (table_report(t, 2).sampling_rounds + 1) << 20;
    proposal = (struct body_propose){.n_candidates = 1};
    for (uint8_t i = 0; i < 3; i++) {
        c->weight[2 * i] = weight;
        c->weight[2 * i + 1] = WEIGHT_ONE - weight;
    }
    put_proposal(t, m, w);
    t->count++;
    return true;
}

static bool finished_with_candidates(struct table *t, const struct message *m,
                                     struct writer *w)
{
    if (body_proposal_read(&proposal, m->body, m->body_size, &t->terms) == 0 ||
        proposal.n_candidates == 0)
        return false;
    proposal.finished = true;
    put_proposal(t, m, w);
    return true;
}

/* Finished in the first round, and not in the second. */
static bool finished_too_early(struct table *t, const struct message *m,
                               struct writer *w)
{
    proposal =
        (struct body_propose){.finished = table_report(t, 2).sampling_rounds % 2 == 0};
    put_proposal(t, m, w);
    return true;
}

/* One byte of answers more than there were questions. */
static bool answers_too_much(struct table *t, const struct message *m, struct writer *w)
{
    (void)t;
    write_bytes(w, m->body, m->body_size);
    write_u8(w, 0);
    return true;
}

static bool all_worse(struct table *t, const struct message *m, struct writer *w)
{
    static const uint8_t worse = 0x55;
    const size_t n_packed = m->body_size - 32;
    (void)t;
    for (size_t k = 0; k < n_packed; k++)
        write_bytes(w, &worse, 1);
    write_bytes(w, m->body + n_packed, 32);
    /* Padding stays zero. */
    for (uint32_t bit = 2 * table_report(t, 0).certified; bit < 8 * n_packed; bit++)
        w->bytes[bit / 8] = (uint8_t)(w->bytes[bit / 8] & ~(1u << bit % 8));
    return true;
}

/* Half of what it is: nothing gains its author a whole. */
static bool no_whole(struct table *t, const struct message *m, struct writer *w)
{
    struct reader r = {m->body + 32, m->body_size - 32, false};
    (void)t;
    write_bytes(w, m->body, 32);
    while (w->size < m->body_size)
        write_u32(w, read_u32(&r) / 2);
    return true;
}

static bool another_agreement(struct table *t, const struct message *m,
                              struct writer *w)
{
    (void)t;
    write_bytes(w, m->body, m->body_size);
    w->bytes[31] ^= 1;
    return true;
}

static bool another_threat(struct table *t, const struct message *m, struct writer *w)
{
    (void)t;
    write_bytes(w, m->body + 4, 4); /* the other way round */
    write_bytes(w, m->body, 4);
    return true;
}

static bool length_zero(struct table *t, const struct message *m, struct writer *w)
{
    (void)t;
    (void)m;
    write_u32(w, 0);
    return true;
}

START_TEST(rules_are_enforced)
{
    check_illegal(MESSAGE_ANSWER, asked_before);
    check_illegal(MESSAGE_PROPOSE, answers_too_much);
    check_illegal(MESSAGE_ANSWER, answers_too_much);
    check_illegal(MESSAGE_PROPOSE, without_end);
    check_illegal(MESSAGE_PROPOSE, finished_with_candidates);
    check_illegal(MESSAGE_PROPOSE, finished_too_early);
    check_illegal(MESSAGE_PRUNE, all_worse);
    check_illegal(MESSAGE_REVEAL, no_whole);
    check_illegal(MESSAGE_SIGN, another_agreement);
    check_illegal(MESSAGE_START, another_agreement);
    check_illegal(MESSAGE_PUNISH, another_threat);
    check_illegal(MESSAGE_LENGTH, length_zero);
}
END_TEST

START_TEST(t_query_budget)
{
    struct rewriting r = {MESSAGE_PROPOSE, without_end};
    struct table *t = table_new(3, 2, public_goods_3);
    t->terms.budget = 8;
    t->context = &r;
    t->meddle = rewrite;
    table_start(t);
    table_run(t);
    ck_assert_uint_eq(table_found(t, 0, NOTE_BLAMED, 0)->note.player, 2);
    ck_assert_uint_eq(t->count, 3 * 9); /* each told to three; the ninth is too many */
    table_free(t);
}
END_TEST

/* Rewards are anybody's claims; the largest must not lead to what is no number. */
static bool boastful(struct table *t, const struct message *m, struct writer *w)
{
    const size_t first =
        body_proposal_read(&proposal, m->body, m->body_size, &t->terms);
    const size_t n_bits =
        (m->body_size - first) % 8 == 0 ? 8 : (m->body_size - first) % 8;
    write_bytes(w, m->body, first + n_bits);
    while (w->size < m->body_size)
        write_f64(w, t->count % 2 == 0 ? 1.7e308 : -1.7e308);
    t->count++;
    return true;
}

START_TEST(boasting_harms_nobody)
{
    for (int k = 0; k < 6; k++) {
        struct rewriting r = {MESSAGE_ANSWER, boastful};
        struct table *t = table_new(3, 2, public_goods_3);
        for (uint8_t i = 0; i < 3; i++) {
            t->options[i].lambda = k % 3 / 2.0;
            t->options[i].sampler = k < 3 ? SAMPLER_SOO : SAMPLER_RANDOM;
        }
        t->count = 0;
        t->context = &r;
        t->meddle = rewrite;
        t->terms.stages = 1;
        table_start(t);
        table_run(t);
        for (uint8_t i = 0; i < 2; i++)
            ck_assert(table_count(t, i, NOTE_BLAMED) == 0 ||
                      table_found(t, i, NOTE_BLAMED, 0)->note.player == 2);
        table_free(t);
    }
}
END_TEST

UNIT_MAIN("rules", rules_are_enforced, t_query_budget, boasting_harms_nobody)
