/* SPDX-License-Identifier: MIT */
/* Hides the rows of proposals and answers. */
#include "cli/asking.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "protocol/message.h"

/* One round of proposals, and the answers in the round after it. */
struct row {
    uint64_t round;              /* of the proposals */
    uint64_t proposed, answered; /* masks of players */
    uint32_t n;
    struct asked *asked; /* n_players times BATCH_MAX */
    /* Bodies of answers that came before the last proposal; owned. */
    struct {
        uint8_t *body;
        size_t size;
    } early[PLAYERS_MAX];
};

enum { ROWS = 3 };

struct asking {
    const struct terms *terms;
    const struct roster *roster;
    /* The latest three: players are at most one round apart, so a proposal may come
     * before the row before it is full, which has answers to the row before that. */
    struct row row[ROWS];
    const struct row *complete; /* NULL: none so far */
    struct body_propose proposal;
    uint8_t suits[PLAYERS_MAX * BATCH_MAX];
    double reward[PLAYERS_MAX * BATCH_MAX];
    struct asked asked[]; /* of all rows */
};

struct asking *asking_new(const struct terms *terms, const struct roster *roster)
{
    const size_t n = (size_t)terms->shape.n_players * BATCH_MAX;
    struct asking *a = calloc(1, sizeof *a + ROWS * n * sizeof a->asked[0]);
    if (a == NULL)
        return NULL;
    a->terms = terms;
    a->roster = roster;
    for (size_t k = 0; k < ROWS; k++)
        a->row[k].asked = a->asked + k * n;
    return a;
}

static void forget_early(struct row *r)
{
    for (uint8_t i = 0; i < PLAYERS_MAX; i++) {
        free(r->early[i].body);
        r->early[i].body = NULL;
    }
}

void asking_free(struct asking *a)
{
    if (a == NULL)
        return;
    for (size_t k = 0; k < ROWS; k++)
        forget_early(&a->row[k]);
    free(a);
}

/* The row of proposals of this round; NULL if it is none of the latest. */
static struct row *row_of(struct asking *a, uint64_t round)
{
    for (size_t k = 0; k < ROWS; k++)
        if (a->row[k].round == round)
            return &a->row[k];
    return NULL;
}

/* A new row, in the place of the oldest one. */
static struct row *row_begin(struct asking *a, uint64_t round)
{
    struct row *r = &a->row[0];
    for (size_t k = 1; k < ROWS; k++)
        if (a->row[k].round < r->round)
            r = &a->row[k];
    forget_early(r);
    *r = (struct row){.round = round, .asked = r->asked};
    if (a->complete == r)
        a->complete = NULL;
    return r;
}

/* Answers are in the order of proposers, to each candidate once; the log has the
 * proposals as they came. */
static void order(struct row *r)
{
    for (uint32_t i = 1; i < r->n; i++) {
        const struct asked moved = r->asked[i];
        uint32_t k = i;
        for (; k > 0 && r->asked[k - 1].proposer > moved.proposer; k--)
            r->asked[k] = r->asked[k - 1];
        r->asked[k] = moved;
    }
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->n; i++) {
        uint32_t k = 0;
        while (k < n &&
               !candidate_equal(&r->asked[k].candidate, &r->asked[i].candidate))
            k++;
        if (k == n)
            r->asked[n++] = r->asked[i];
    }
    r->n = n;
}

static bool take_answer(struct asking *a, struct row *r, uint8_t sender,
                        const uint8_t *body, size_t size)
{
    struct body_answer b = {&a->proposal, r->n, a->suits,
                            a->terms->share_rewards ? a->reward : NULL};
    if ((r->answered >> sender & 1) != 0 || !body_answer_read(&b, body, size, a->terms))
        return false;
    r->answered |= player_bit(sender);
    for (uint32_t k = 0; k < r->n; k++)
        if (a->suits[k] == 0)
            r->asked[k].refused_by |= player_bit(sender);
    return true;
}

static uint64_t everybody(const struct asking *a)
{
    return players_all(a->terms->shape.n_players);
}

static bool is_complete(struct asking *a, struct row *r)
{
    if (r->proposed != everybody(a) || r->answered != everybody(a))
        return false;
    a->complete = r;
    return true;
}

static bool hear_proposal(struct asking *a, const struct message *m)
{
    struct row *r = row_of(a, m->round);
    if (r == NULL)
        r = row_begin(a, m->round);
    const uint64_t bit = player_bit(m->sender);
    if ((r->proposed & bit) != 0 ||
        body_proposal_read(&a->proposal, m->body, m->body_size, a->terms) == 0)
        return false;
    r->proposed |= bit;
    for (uint16_t k = 0; k < a->proposal.n_candidates; k++)
        r->asked[r->n++] = (struct asked){a->proposal.candidate[k], m->sender, 0};
    if (r->proposed != everybody(a))
        return false;
    order(r);
    for (uint8_t i = 0; i < a->terms->shape.n_players; i++)
        if (r->early[i].body != NULL)
            (void)take_answer(a, r, i, r->early[i].body, r->early[i].size);
    forget_early(r);
    return is_complete(a, r);
}

static bool hear_answer(struct asking *a, const struct message *m)
{
    struct row *r = row_of(a, m->round - 1);
    if (r == NULL)
        return false;
    if (r->proposed == everybody(a))
        return take_answer(a, r, m->sender, m->body, m->body_size) && is_complete(a, r);
    if (r->early[m->sender].body == NULL && m->body_size > 0) {
        uint8_t *copy = malloc(m->body_size);
        if (copy != NULL)
            memcpy(copy, m->body, m->body_size);
        r->early[m->sender].body = copy;
        r->early[m->sender].size = m->body_size;
    }
    return false;
}

bool asking_hear(struct asking *a, const uint8_t *bytes, size_t size)
{
    struct message m;
    if (!envelope_peek(&m, bytes, size, a->roster, terms_body_max(a->terms)))
        return false;
    if (m.kind != MESSAGE_PROPOSE && m.kind != MESSAGE_ANSWER)
        return false;
    const bool answered = m.kind == MESSAGE_ANSWER && hear_answer(a, &m);
    return hear_proposal(a, &m) || answered;
}

uint32_t asking_count(const struct asking *a)
{
    return a->complete != NULL ? a->complete->n : 0;
}

const struct asked *asking_get(const struct asking *a, uint32_t k)
{
    CHECK(a->complete != NULL && k < a->complete->n);
    return &a->complete->asked[k];
}
