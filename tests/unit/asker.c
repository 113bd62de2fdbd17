/* SPDX-License-Identifier: MIT */
/* One player's side of the sampling: what equation (10) makes of everybody's rewards,
 * and what comes of asking what another asks. */
#include "sampling/asker.h"
#include "tests/unit/table.h"
#include "tests/unit/unit.h"

enum { ROUNDS = 120 };

/* Who is told the reward of a candidate: the player itself, both others, or one of the
 * two, by the parity of a weight. */
enum teller { SELF, OTHERS, EITHER };

static double landscape(const struct candidate *c)
{
    const double x = (double)c->weight[0] / WEIGHT_ONE - 0.3;
    const double y = (double)c->weight[2] / WEIGHT_ONE - 0.6;
    return 1 - x * x - y * y;
}

static void ask_and_tell(struct asker *a, const struct asker_options *o,
                         enum teller teller, struct candidate *asked, uint32_t *n_asked)
{
    static struct candidate proposal[BATCH_MAX];
    struct candidates *table = candidates_new(&o->payoffs->shape, 3, 3 * o->budget);
    *n_asked = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const uint16_t n = asker_propose(a, table, round, proposal);
        for (uint16_t k = 0; k < n; k++) {
            bool fresh;
            const struct candidate *x = &proposal[k];
            const uint32_t index = candidates_add(table, &fresh, x, 0);
            const bool self =
                teller == SELF || (teller == EITHER && (*n_asked & 1) == 0);
            const double r = landscape(x);
            const double rewards[3] = {self ? r : 0, self ? 0 : r, self ? 0 : r};
            ck_assert(fresh);
            asked[(*n_asked)++] = *x;
            asker_hear(a, index, x, rewards);
        }
    }
    candidates_free(table);
}

/* With a weight of 1/2 a reward counts the same whether the player itself has it or all
 * others do: the others' part is a mean, whatever their number. */
START_TEST(the_rewards_of_others_count_as_their_mean)
{
    struct table *t = table_new(3, 2, public_goods_3);
    const struct asker_options o = {.payoffs = t->payoffs[0],
                                    .enforcement = {t->options[0].discount, 0},
                                    .lambda = t->options[0].lambda,
                                    .sampler = t->options[0].sampler,
                                    .budget = 60,
                                    .batch = t->terms.batch};
    const struct profile threat = {{0}}; /* shares of nothing pay 0 */
    static struct candidate asked[3][256];
    uint32_t n_asked[3];
    for (int teller = SELF; teller <= EITHER; teller++) {
        struct asker *a = asker_new(&o);
        asker_start(a, &threat);
        ask_and_tell(a, &o, (enum teller)teller, asked[teller], &n_asked[teller]);
        asker_free(a);
    }
    ck_assert_uint_eq(n_asked[SELF], 60);
    for (int teller = OTHERS; teller <= EITHER; teller++) {
        ck_assert_uint_eq(n_asked[teller], 60);
        ck_assert_mem_eq(asked[teller], asked[SELF], 60 * sizeof asked[0][0]);
    }
    table_free(t);
}
END_TEST

/* ---- the same question, asked by two ---- */

/* The first player and the last ask one and the same thing in each row of sampling, as
 * long as their budgets last. */
static bool ask_alike(struct table *t, struct parcel *p)
{
    static uint8_t body[TABLE_ENVELOPE_MAX];
    static struct body_propose own, proposal;
    struct message m = table_peek(t, p->bytes, p->size), begun;
    struct writer w = {body, sizeof body, 0, false};
    if (m.sender == 1 || p->from != m.sender ||
        (m.kind != MESSAGE_PROPOSE && m.kind != MESSAGE_ANSWER))
        return true;
    ck_assert(table_said(t, m.sender, MESSAGE_PROPOSE, 0, &begun));
    const uint32_t row = (uint32_t)(m.round - begun.round);
    proposal = (struct body_propose){.finished = row >= t->terms.budget,
                                     .n_candidates = row < t->terms.budget};
    for (uint8_t i = 0; i < 3; i++) {
        proposal.candidate[0].weight[2 * i] = row + 1;
        proposal.candidate[0].weight[2 * i + 1] = WEIGHT_ONE - row - 1;
    }
    const size_t size = body_proposal_read(&own, m.body, m.body_size, &t->terms);
    ck_assert_uint_gt(size, 0);
    body_propose_write(&w, &proposal, &t->terms);
    write_bytes(&w, m.body + size, m.body_size - size); /* its answers stay */
    m.body = body;
    m.body_size = w.size;
    table_resign(t, p->bytes, &p->size, &m);
    return true;
}

/* Nobody is proven guilty of it, and what two ask together is answered once. */
START_TEST(two_may_ask_the_same_at_the_same_time)
{
    struct table *t = table_new(3, 2, public_goods_3);
    t->terms.budget = 8;
    t->meddle = ask_alike;
    table_start(t);
    table_run(t);
    for (uint8_t i = 0; i < 3; i++)
        ck_assert_uint_eq(table_count(t, i, NOTE_BLAMED), 0);
    table_all_ended(t, OUTCOME_PLAYED);
    ck_assert_uint_eq(table_report(t, 1).asked, 8 + 8);
    table_free(t);
}
END_TEST

UNIT_MAIN("asker", the_rewards_of_others_count_as_their_mean,
          two_may_ask_the_same_at_the_same_time)
