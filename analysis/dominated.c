/* SPDX-License-Identifier: MIT */
/* Hides how a mixture is found, by a linear program in whole numbers. Of all mixtures
 * that never lose, one has the greatest least gain and one gains the greatest sum: the
 * action is strictly dominated iff the first is positive, weakly iff the second is. */
#include "analysis/dominated.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/matrix.h"
#include "analysis/pure.h"

/* One action, against all others of the same player that are left. */
struct contest {
    const struct exact_game *exact;
    enum dominance dominance;
    struct elimination before[WEIGHTS_MAX]; /* as the last round left it */
    uint8_t player, worse;
    uint8_t n_others, other[ACTIONS_MAX];
    uint32_t n_against, *against; /* the profiles where it is done; what is left */
};

static void find_others(struct contest *c)
{
    const struct shape *s = &c->exact->head.shape;
    const uint16_t offset = shape_offset(s, c->player);
    c->n_others = 0;
    for (uint8_t k = 0; k < s->n_actions[c->player]; k++)
        if (k != c->worse && c->before[offset + k].round == 0)
            c->other[c->n_others++] = k;
}

/* True if all that the others do in this profile is still there. */
static bool others_left(const struct contest *c, uint32_t profile)
{
    const struct shape *s = &c->exact->head.shape;
    const struct elimination *fate = c->before;
    for (uint8_t i = 0; i < s->n_players; i++) {
        const uint8_t action = (uint8_t)(profile % s->n_actions[i]);
        if (i != c->player && fate[action].round != 0)
            return false;
        profile /= s->n_actions[i];
        fate += s->n_actions[i];
    }
    return true;
}

static void find_against(struct contest *c)
{
    const struct shape *s = &c->exact->head.shape;
    const uint32_t n_profiles = shape_profiles(s), stride = pure_stride(s, c->player);
    c->n_against = 0;
    for (uint32_t at = 0; at < n_profiles; at++)
        if (at / stride % s->n_actions[c->player] == c->worse && others_left(c, at))
            c->against[c->n_against++] = at;
}

/* The sign of what the player gains by another action in a profile. */
static int gain_sign(const struct contest *c, uint8_t other, uint32_t at)
{
    const uint32_t reply = pure_reply(&c->exact->head.shape, c->player, at, other);
    return exact_order(c->exact, c->player, reply, at);
}

static bool dominates(const struct contest *c, uint8_t other)
{
    bool once = false;
    for (uint32_t k = 0; k < c->n_against; k++) {
        const int sign = gain_sign(c, other, c->against[k]);
        if (sign < 0 || (sign == 0 && c->dominance == DOMINANCE_STRICT))
            return false;
        once = once || sign > 0;
    }
    return once;
}

/* Where nothing else is as good (or, to begin with, nothing is better) no mixture is.
 */
static bool best_once(const struct contest *c)
{
    const int enough = c->dominance == DOMINANCE_STRICT ? 0 : -1;
    for (uint32_t k = 0; k < c->n_against; k++) {
        bool best = true;
        for (uint8_t b = 0; best && b < c->n_others; b++)
            best = gain_sign(c, c->other[b], c->against[k]) <= enough;
        if (best)
            return true;
    }
    return false;
}

/* ---- mixtures ---- */

static void gain(mpz_ptr out, const struct contest *c, uint8_t b, uint32_t k)
{
    const uint32_t at = c->against[k];
    const uint32_t reply =
        pure_reply(&c->exact->head.shape, c->player, at, c->other[b]);
    const size_t n = c->exact->head.shape.n_players;
    multiples_difference(out, &c->exact->payoffs, reply * n + c->player,
                         at * n + c->player);
}

/* A row for each profile: the loss and, strictly, the least gain are together at most
 * 0. A last one: the shares are at most 1 together, and a goal above 0 takes all of it.
 */
static void write_program(struct matrix *m, mpz_t *goal, const struct contest *c)
{
    const uint32_t n_columns = m->n_columns, last = c->n_against;
    for (uint32_t k = 0; k < c->n_against; k++) {
        for (uint8_t b = 0; b < c->n_others; b++) {
            mpz_ptr loss = m->entry[(size_t)k * n_columns + b];
            gain(loss, c, b, k);
            if (c->dominance == DOMINANCE_WEAK)
                mpz_add(goal[b], goal[b], loss);
            mpz_neg(loss, loss);
        }
        if (c->dominance == DOMINANCE_STRICT)
            mpz_set_ui(m->entry[(size_t)k * n_columns + c->n_others], 1);
    }
    for (uint8_t b = 0; b < c->n_others; b++)
        mpz_set_ui(m->entry[(size_t)last * n_columns + b], 1);
    if (c->dominance == DOMINANCE_STRICT)
        mpz_set_ui(goal[c->n_others], 1);
}

/* True with *value positive iff a mixture, share, dominates; false when memory is
 * short. */
static bool mix(mpq_ptr value, mpq_t *share, const struct contest *c)
{
    const uint32_t n_columns =
        c->n_others + (c->dominance == DOMINANCE_STRICT ? 1u : 0u);
    struct matrix *m = matrix_new(c->n_against + 1, n_columns);
    mpz_t goal[ACTIONS_MAX];
    mpz_t *limit = malloc((c->n_against + 1u) * sizeof *limit);
    bool solved = false;
    for (uint32_t k = 0; k < n_columns; k++)
        mpz_init(goal[k]);
    for (uint32_t k = 0; limit != NULL && k <= c->n_against; k++)
        mpz_init_set_ui(limit[k], k == c->n_against);
    if (m != NULL && limit != NULL) {
        write_program(m, goal, c);
        solved =
            matrix_maximise(value, share, m, (const mpz_t *)goal, (const mpz_t *)limit);
    }
    for (uint32_t k = 0; k < n_columns; k++)
        mpz_clear(goal[k]);
    for (uint32_t k = 0; limit != NULL && k <= c->n_against; k++)
        mpz_clear(limit[k]);
    free((void *)limit);
    matrix_free(m);
    return solved;
}

/* The shares of all of the player's actions, 0 but for the others'. */
static mpq_t *spread(const mpq_t *share, const struct contest *c)
{
    const uint16_t n = c->exact->head.shape.n_actions[c->player];
    mpq_t *all = malloc(n * sizeof *all);
    for (uint8_t k = 0; all != NULL && k < n; k++)
        mpq_init(all[k]);
    for (uint8_t b = 0; all != NULL && b < c->n_others; b++)
        mpq_set(all[c->other[b]], share[b]);
    return all;
}

/* *mixture: one that dominates, or NULL. False when memory is short. */
static bool find_mixture(mpq_t **mixture, const struct contest *c)
{
    mpq_t value, share[ACTIONS_MAX]; /* the last one may be the least gain */
    mpq_init(value);
    for (uint8_t b = 0; b <= c->n_others; b++)
        mpq_init(share[b]);
    *mixture = NULL;
    bool done = mix(value, share, c);
    if (done && mpq_sgn(value) > 0) {
        *mixture = spread((const mpq_t *)share, c);
        done = *mixture != NULL;
    }
    for (uint8_t b = 0; b <= c->n_others; b++)
        mpq_clear(share[b]);
    mpq_clear(value);
    return done;
}

/* ---- rounds ---- */

/* One action that dominates alone is the simpler answer. False when memory is short. */
static bool judge(struct domination *out, struct contest *c, bool *goes)
{
    struct elimination *fate =
        &out->fate[shape_offset(&out->shape, c->player) + c->worse];
    *goes = false;
    if (fate->round != 0)
        return true;
    find_others(c);
    find_against(c);
    for (uint8_t b = 0; b < c->n_others && !*goes; b++)
        if (dominates(c, c->other[b])) {
            fate->by = c->other[b];
            *goes = true;
        }
    if (*goes || c->n_others < 2 || best_once(c))
        return true;
    if ((c->n_against + 1u) * (c->n_others + (size_t)1) > MATRIX_MAX) {
        out->complete = false;
        return true;
    }
    if (!find_mixture(&fate->mixture, c))
        return false;
    *goes = fate->mixture != NULL;
    return true;
}

/* False when memory is short. */
static bool play_round(struct domination *out, struct contest *c, bool *any)
{
    *any = false;
    out->complete = true; /* what the last round could not find out counts */
    memcpy(c->before, out->fate, sizeof c->before);
    for (c->player = 0; c->player < out->shape.n_players; c->player++)
        for (c->worse = 0; c->worse < out->shape.n_actions[c->player]; c->worse++) {
            bool goes;
            if (!judge(out, c, &goes))
                return false;
            if (goes)
                out->fate[shape_offset(&out->shape, c->player) + c->worse].round =
                    out->n_rounds + 1;
            *any = *any || goes;
        }
    return true;
}

bool dominated_find(struct domination *out, const struct exact_game *g,
                    enum dominance dominance)
{
    struct contest *c = calloc(1, sizeof *c);
    *out = (struct domination){.shape = g->head.shape};
    bool done = c != NULL, any = true;
    if (done) {
        c->exact = g;
        c->dominance = dominance;
        c->against = malloc(shape_profiles(&out->shape) * sizeof *c->against);
        done = c->against != NULL;
    }
    while (done && any) {
        done = play_round(out, c, &any);
        out->n_rounds += any;
    }
    if (c != NULL)
        free(c->against);
    free(c);
    if (!done)
        dominated_free(out);
    return done;
}

void dominated_free(struct domination *d)
{
    for (uint8_t i = 0; i < d->shape.n_players; i++)
        for (uint8_t k = 0; k < d->shape.n_actions[i]; k++) {
            struct elimination *fate = &d->fate[shape_offset(&d->shape, i) + k];
            for (uint8_t b = 0; fate->mixture != NULL && b < d->shape.n_actions[i]; b++)
                mpq_clear(fate->mixture[b]);
            free((void *)fate->mixture);
            fate->mixture = NULL;
        }
}
