/* SPDX-License-Identifier: MIT */
/* Hides the rounds: all propose, all answer, all hear, as in protocol/negotiation.c. */
#include "study/bout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct bout {
    struct bout_options o;
    struct shape candidates;
    struct asker *asker[PLAYERS_MAX];
    double tolerance[PLAYERS_MAX];
    struct candidates *table;
    uint32_t capacity;
    double *value;  /* by index and player */
    double *payoff; /* by index and player */
    uint32_t *accepted, n_accepted;
    /* A row: what each player proposes, in runs of batch. */
    struct candidate *proposal;
};

static bool asker_begin(struct bout *b, uint8_t i, uint64_t seed)
{
    struct asker_options a = b->o.asking;
    a.payoffs = b->o.game->payoffs[i];
    a.tolerance = incentive_tolerance(a.payoffs);
    a.sampler_seed = seed;
    b->tolerance[i] = a.tolerance;
    b->asker[i] = asker_new(&a);
    if (b->asker[i] != NULL)
        asker_start(b->asker[i], b->o.threat);
    return b->asker[i] != NULL;
}

struct bout *bout_new(const struct bout_options *o)
{
    struct bout *b = calloc(1, sizeof *b);
    if (b == NULL)
        return NULL;
    const uint8_t n = o->game->shape.n_players;
    struct prng seeds = {o->seed};
    b->o = *o;
    b->candidates = concept_shape(o->asking.concept, &o->game->shape);
    b->capacity = n * o->asking.budget;
    b->table = candidates_new(&b->candidates, n, b->capacity);
    b->value = calloc((size_t)b->capacity * n, sizeof *b->value);
    b->payoff = calloc((size_t)b->capacity * n, sizeof *b->payoff);
    b->accepted = calloc(b->capacity, sizeof *b->accepted);
    b->proposal = calloc((size_t)n * o->asking.batch, sizeof *b->proposal);
    bool whole = b->table != NULL && b->value != NULL && b->payoff != NULL &&
                 b->accepted != NULL && b->proposal != NULL;
    for (uint8_t i = 0; whole && i < n; i++)
        whole = asker_begin(b, i, prng_next(&seeds));
    if (whole)
        return b;
    bout_free(b);
    return NULL;
}

void bout_free(struct bout *b)
{
    if (b == NULL)
        return;
    for (uint8_t i = 0; i < b->o.game->shape.n_players; i++)
        asker_free(b->asker[i]);
    candidates_free(b->table);
    free(b->value);
    free(b->payoff);
    free(b->accepted);
    free(b->proposal);
    free(b);
}

/* Everybody's answer to what has just been put on the table. */
static void answer(struct bout *b, const struct candidate *c, uint32_t index,
                   double *reward)
{
    const uint8_t n = b->o.game->shape.n_players;
    const double lambda = b->o.asking.lambda;
    double sum = 0;
    bool all = true;
    for (uint8_t i = 0; i < n; i++) {
        const struct judgement own = asker_judge(b->asker[i], c);
        all &= own.suits;
        reward[i] = own.reward;
        sum += own.reward;
        b->payoff[(size_t)index * n + i] = own.payoff;
    }
    for (uint8_t i = 0; i < n; i++)
        b->value[(size_t)index * n + i] =
            lambda * reward[i] + (1 - lambda) * (sum - reward[i]) / (n - 1);
    if (all) {
        candidates_accept(b->table, index);
        b->accepted[b->n_accepted++] = index;
    }
}

uint32_t bout_ask(struct bout *b, bool *fresh, const struct candidate *c,
                  uint8_t proposer)
{
    double reward[PLAYERS_MAX];
    const uint32_t index = candidates_add(b->table, fresh, c, proposer);
    if (*fresh)
        answer(b, c, index, reward);
    return index;
}

double bout_value(const struct bout *b, uint32_t index, uint8_t player)
{
    return b->value[(size_t)index * b->o.game->shape.n_players + player];
}

/* One row: proposals, and answers to those of the row before, which stand on the table
 * from index `open` on. False if it asked nothing, and nobody will ask anything more.
 */
static bool round_of(struct bout *b, uint32_t round, uint32_t open)
{
    const uint8_t n = b->o.game->shape.n_players;
    const uint32_t asked_before = candidates_count(b->table);
    uint16_t asked[PLAYERS_MAX];
    bool wanted = false;
    for (uint8_t i = 0; i < n; i++) {
        asked[i] = asker_propose(b->asker[i], b->table, round,
                                 b->proposal + (size_t)i * b->o.asking.batch);
        wanted |= asked[i] > 0 || !asker_finished(b->asker[i]);
    }
    /* All are on the table before the first answer is heard. */
    for (uint8_t i = 0; i < n; i++)
        for (uint16_t k = 0; k < asked[i]; k++) {
            bool fresh;
            const uint32_t index = candidates_add(
                b->table, &fresh, &b->proposal[(size_t)i * b->o.asking.batch + k], i);
            candidates_join(b->table, index, player_bit(i));
        }
    for (uint32_t index = open; index < asked_before; index++) {
        struct candidate c;
        double reward[PLAYERS_MAX];
        candidates_get(b->table, &c, index);
        answer(b, &c, index, reward);
        for (uint8_t i = 0; i < n; i++)
            asker_hear(b->asker[i], index, &c, reward);
    }
    return wanted;
}

void bout_negotiate(struct bout *b)
{
    const uint32_t most =
        asker_rounds_max(b->o.asking.budget, b->o.game->shape.n_players);
    uint32_t open = 0;
    for (uint32_t round = 0;; round++) {
        const uint32_t asked = candidates_count(b->table);
        const bool wanted = round_of(b, round, open);
        open = asked;
        if (candidates_count(b->table) == asked && (!wanted || round + 1 >= most))
            return;
    }
}

uint32_t bout_asked(const struct bout *b)
{
    return candidates_count(b->table);
}

uint32_t bout_accepted(const struct bout *b)
{
    return b->n_accepted;
}

uint32_t bout_accept(const struct bout *b, uint32_t k)
{
    return b->accepted[k];
}

void bout_candidate(const struct bout *b, struct candidate *out, uint32_t index)
{
    candidates_get(b->table, out, index);
}

uint8_t bout_proposer(const struct bout *b, uint32_t index)
{
    return candidates_proposer(b->table, index);
}

const double *bout_payoff(const struct bout *b, uint32_t index)
{
    return b->payoff + (size_t)index * b->o.game->shape.n_players;
}

/* What each player says of what is left, compared with what was drawn. */
static void mark_all(const struct bout *b, struct candidates *t, uint32_t drawn)
{
    const double *here = bout_payoff(b, b->accepted[drawn]);
    for (uint32_t k = 0; k < candidates_survivors(t); k++) {
        const uint32_t at = candidates_survivor(t, k);
        const double *there = bout_payoff(b, b->accepted[at]);
        for (uint8_t i = 0; i < b->o.game->shape.n_players && at != drawn; i++)
            if (fabs(there[i] - here[i]) > b->tolerance[i])
                candidates_mark(t, at, there[i] < here[i] ? MARK_WORSE : MARK_BETTER);
    }
}

uint32_t bout_settle(const struct bout *b, uint32_t *first, struct prng *lottery)
{
    struct candidates *t =
        candidates_new(&b->candidates, b->o.game->shape.n_players, b->n_accepted);
    uint32_t drawn = UINT32_MAX, draws = 0;
    if (t == NULL)
        return UINT32_MAX;
    for (uint32_t k = 0; k < b->n_accepted; k++) {
        struct candidate c;
        bool fresh;
        candidates_get(b->table, &c, b->accepted[k]);
        (void)candidates_add(t, &fresh, &c,
                             candidates_proposer(b->table, b->accepted[k]));
        candidates_join(t, k, candidates_proposed_by(b->table, b->accepted[k]));
        candidates_accept(t, k);
    }
    do {
        const uint8_t j = (uint8_t)prng_below(lottery, candidates_proposers(t));
        drawn =
            candidates_draw(t, j, (uint32_t)prng_below(lottery, candidates_of(t, j)));
        if (draws++ == 0 && first != NULL)
            *first = b->accepted[drawn];
        mark_all(b, t, drawn);
    } while (!candidates_prune(t, drawn));
    candidates_free(t);
    return b->accepted[drawn];
}
