/* SPDX-License-Identifier: MIT */
/* Hides the rows of proposals and answers. */
#include "cli/asking.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "protocol/message.h"

struct asking {
    const struct terms *terms;
    const struct roster *roster;
    uint64_t round;              /* of the proposals */
    uint32_t proposed, answered; /* masks of players */
    uint32_t n;
    bool ordered;
    struct body_propose proposal;
    uint8_t suits[PLAYERS_MAX * BATCH_MAX];
    double reward[PLAYERS_MAX * BATCH_MAX];
    struct asked asked[]; /* n_players times BATCH_MAX */
};

struct asking *asking_new(const struct terms *terms, const struct roster *roster)
{
    const size_t n = (size_t)terms->shape.n_players * BATCH_MAX;
    struct asking *a = calloc(1, sizeof *a + n * sizeof a->asked[0]);
    if (a == NULL)
        return NULL;
    a->terms = terms;
    a->roster = roster;
    return a;
}

void asking_free(struct asking *a)
{
    free(a);
}

static void hear_proposal(struct asking *a, const struct message *m)
{
    if (m->round != a->round) {
        a->round = m->round;
        a->proposed = a->answered = a->n = 0;
        a->ordered = false;
    }
    const uint32_t bit = UINT32_C(1) << m->sender;
    if ((a->proposed & bit) != 0 ||
        !body_propose_read(&a->proposal, m->body, m->body_size, a->terms))
        return;
    a->proposed |= bit;
    for (uint16_t k = 0; k < a->proposal.n_candidates; k++)
        a->asked[a->n++] = (struct asked){a->proposal.candidate[k], m->sender, 0};
}

/* Answers are in the order of proposers; the log has the proposals as they came. */
static void order(struct asking *a)
{
    for (uint32_t i = 1; i < a->n && !a->ordered; i++) {
        const struct asked moved = a->asked[i];
        uint32_t k = i;
        for (; k > 0 && a->asked[k - 1].proposer > moved.proposer; k--)
            a->asked[k] = a->asked[k - 1];
        a->asked[k] = moved;
    }
    a->ordered = true;
}

static bool hear_answer(struct asking *a, const struct message *m)
{
    const uint32_t all = (uint32_t)((UINT64_C(1) << a->terms->shape.n_players) - 1);
    const uint32_t bit = UINT32_C(1) << m->sender;
    struct body_answer b = {a->n, a->suits, a->terms->share_rewards ? a->reward : NULL};
    if (m->round != a->round + 1 || a->proposed != all || (a->answered & bit) != 0 ||
        !body_answer_read(&b, m->body, m->body_size))
        return false;
    order(a);
    a->answered |= bit;
    for (uint32_t k = 0; k < a->n; k++)
        if (a->suits[k] == 0)
            a->asked[k].refused_by |= bit;
    return a->answered == all;
}

bool asking_hear(struct asking *a, const uint8_t *bytes, size_t size)
{
    struct message m;
    if (!envelope_peek(&m, bytes, size, a->roster, terms_body_max(a->terms)))
        return false;
    if (m.kind == MESSAGE_PROPOSE)
        hear_proposal(a, &m);
    return m.kind == MESSAGE_ANSWER && hear_answer(a, &m);
}

uint32_t asking_count(const struct asking *a)
{
    return a->n;
}

const struct asked *asking_get(const struct asking *a, uint32_t k)
{
    CHECK(k < a->n);
    return &a->asked[k];
}
