/* SPDX-License-Identifier: MIT */
/* Hides how corners are matched: two make an equilibrium iff each plays only best
 * replies to the other, which is a matter of four masks. */
#include "analysis/mixed.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/corners.h"
#include "analysis/matrix.h"
#include "analysis/pure.h"
#include "base/check.h"

static const char memory[] = "need more memory than there is";

/* ---- corners ---- */

static bool pair_fits(const struct mixed_corner *one, const struct mixed_corner *two)
{
    return (one->support & ~two->replies) == 0 && (two->support & ~one->replies) == 0;
}

/* For the corners of side: what the other player gets, by side's action and then by its
 * own. */
static const char *find_side(struct mixed_equilibria *e, const struct exact_game *g,
                             uint8_t side)
{
    const uint8_t m = e->n_actions[side], n = e->n_actions[1 - side];
    mpz_t *payoff = malloc((size_t)m * n * sizeof *payoff);
    if (payoff == NULL)
        return memory;
    for (uint8_t k = 0; k < m; k++)
        for (uint8_t j = 0; j < n; j++) {
            const uint8_t actions[2] = {side == 0 ? k : j, side == 0 ? j : k};
            mpz_init(payoff[(size_t)k * n + j]);
            pure_payoff(payoff[(size_t)k * n + j], g,
                        profile_index(&g->head.shape, actions), (uint8_t)(1 - side));
        }
    const char *fault =
        corners_find(&e->corner[side], &e->n_corners[side], payoff, m, n);
    for (size_t k = 0; k < (size_t)m * n; k++)
        mpz_clear(payoff[k]);
    free((void *)payoff);
    return fault;
}

static int bits(uint64_t mask)
{
    int n = 0;
    for (; mask != 0; mask &= mask - 1)
        n++;
    return n;
}

static bool side_degenerate(const struct mixed_equilibria *e, uint8_t side)
{
    for (uint32_t k = 0; k < e->n_corners[side]; k++)
        if (bits(e->corner[side][k].replies) > bits(e->corner[side][k].support))
            return true;
    return false;
}

/* ---- equilibria ---- */

static int mask_order(uint64_t one, uint64_t two)
{
    const int fewer = bits(one) - bits(two);
    return fewer != 0 ? fewer : one > two ? 1 : one < two ? -1 : 0;
}

static int corner_order(const void *one, const void *two)
{
    const struct mixed_corner *a = one, *b = two;
    const int by_support = mask_order(a->support, b->support);
    return by_support != 0 ? by_support : mask_order(a->replies, b->replies);
}

static bool match(struct mixed_equilibria *e, bool counting)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < e->n_corners[0]; i++)
        for (uint32_t k = 0; k < e->n_corners[1]; k++) {
            if (!pair_fits(&e->corner[0][i], &e->corner[1][k]))
                continue;
            if (n == MIXED_PAIRS_MAX)
                return false;
            if (!counting)
                e->pair[n] = (struct mixed_pair){{i, k}};
            n++;
        }
    e->n_pairs = n;
    return true;
}

/* ---- maximal sets ---- */

/* The corners of the other side that fit all that this side's masks stand for, as masks
 * again. False if there are none. */
static bool close_over(uint64_t *support, uint64_t *replies,
                       const struct mixed_equilibria *e, uint8_t side,
                       uint64_t other_support, uint64_t other_replies)
{
    bool any = false;
    *support = 0;
    *replies = UINT64_MAX;
    for (uint32_t k = 0; k < e->n_corners[side]; k++) {
        const struct mixed_corner *c = &e->corner[side][k];
        if ((other_support & ~c->replies) != 0 || (c->support & ~other_replies) != 0)
            continue;
        *support |= c->support;
        *replies &= c->replies;
        any = true;
    }
    return any;
}

/* Adds the maximal set that contains all corners of player 1 with these masks, unless
 * it is there. False if the list is full. */
static bool add_set(struct mixed_equilibria *e, uint64_t support, uint64_t replies)
{
    struct mixed_set s;
    if (!close_over(&s.support[1], &s.replies[1], e, 1, support, replies))
        return true;
    (void)close_over(&s.support[0], &s.replies[0], e, 0, s.support[1], s.replies[1]);
    for (uint32_t k = 0; k < e->n_sets; k++)
        if (e->set[k].support[0] == s.support[0] &&
            e->set[k].replies[0] == s.replies[0])
            return true;
    if (e->n_sets == MIXED_SETS_MAX)
        return false;
    e->set[e->n_sets++] = s;
    return true;
}

/* Maximal sets are the closed ones: each corner's own, and what becomes of one when
 * another corner is asked for besides (Ganter's closures). Without degeneracy a corner
 * fits one other, and there is nothing to join. */
static void find_sets(struct mixed_equilibria *e)
{
    e->sets_complete = true;
    for (uint32_t k = 0; k < e->n_pairs && e->sets_complete; k++) {
        const struct mixed_corner *c = &e->corner[0][e->pair[k].corner[0]];
        e->sets_complete = add_set(e, c->support, c->replies);
    }
    if (!e->degenerate)
        return;
    for (uint32_t s = 0; s < e->n_sets && e->sets_complete; s++)
        for (uint32_t k = 0; k < e->n_pairs && e->sets_complete; k++) {
            const struct mixed_corner *c = &e->corner[0][e->pair[k].corner[0]];
            if (k == 0 || e->pair[k].corner[0] != e->pair[k - 1].corner[0])
                e->sets_complete = add_set(e, e->set[s].support[0] | c->support,
                                           e->set[s].replies[0] & c->replies);
        }
}

bool mixed_set_has(const struct mixed_equilibria *e, uint32_t set, uint32_t pair)
{
    for (uint8_t side = 0; side < 2; side++) {
        const struct mixed_corner *c = &e->corner[side][e->pair[pair].corner[side]];
        if ((c->support & ~e->set[set].support[side]) != 0 ||
            (e->set[set].replies[side] & ~c->replies) != 0)
            return false;
    }
    return true;
}

static const char *solve(struct mixed_equilibria *e, const struct exact_game *g)
{
    for (uint8_t side = 0; side < 2; side++) {
        const char *fault = find_side(e, g, side);
        if (fault != NULL)
            return fault;
        e->degenerate = e->degenerate || side_degenerate(e, side);
        qsort(e->corner[side], e->n_corners[side], sizeof e->corner[side][0],
              corner_order);
    }
    if (!match(e, true))
        return "are too many to be listed (the limit is 65536)";
    CHECK(e->n_pairs > 0);
    e->pair = calloc(e->n_pairs, sizeof *e->pair);
    e->set = calloc(MIXED_SETS_MAX, sizeof *e->set);
    if (e->pair == NULL || e->set == NULL)
        return memory;
    (void)match(e, false);
    find_sets(e);
    return NULL;
}

const char *mixed_solve(struct mixed_equilibria **out, const struct exact_game *g)
{
    if (g->head.shape.n_players != 2)
        return "in mixed actions are listed for two players only";
    struct mixed_equilibria *e = calloc(1, sizeof *e);
    if (e == NULL)
        return memory;
    e->n_actions[0] = (uint8_t)g->head.shape.n_actions[0];
    e->n_actions[1] = (uint8_t)g->head.shape.n_actions[1];
    const char *fault = solve(e, g);
    if (fault == NULL)
        *out = e;
    else
        mixed_free(e);
    return fault;
}

void mixed_free(struct mixed_equilibria *e)
{
    if (e == NULL)
        return;
    for (uint8_t side = 0; side < 2; side++)
        corners_free(e->corner[side], e->n_corners[side], e->n_actions[side]);
    free(e->pair);
    free(e->set);
    free(e);
}

void mixed_share(mpq_ptr out, const struct mixed_corner *c, uint8_t action)
{
    mpq_set_num(out, c->weight[action]);
    mpq_set_den(out, c->sum);
    mpq_canonicalize(out);
}

/* ---- payoffs ---- */

/* player's payoff of own action k against the other's corner, times the corner's sum,
 * in the game's scale. */
static void weigh_action(mpz_ptr out, const struct mixed_corner *other,
                         const struct exact_game *g, uint8_t player, uint8_t k)
{
    mpz_t payoff;
    mpz_init(payoff);
    mpz_set_ui(out, 0);
    for (uint8_t j = 0; j < g->head.shape.n_actions[1 - player]; j++) {
        const uint8_t actions[2] = {player == 0 ? k : j, player == 0 ? j : k};
        pure_payoff(payoff, g, profile_index(&g->head.shape, actions), player);
        mpz_addmul(out, payoff, other->weight[j]);
    }
    mpz_clear(payoff);
}

void mixed_payoff(mpq_ptr out, const struct mixed_equilibria *e,
                  const struct exact_game *g, uint32_t pair, uint8_t player)
{
    const struct mixed_corner *own = &e->corner[player][e->pair[pair].corner[player]];
    const struct mixed_corner *other =
        &e->corner[1 - player][e->pair[pair].corner[1 - player]];
    mpz_t sum, part;
    mpz_inits(sum, part, NULL);
    for (uint8_t k = 0; k < e->n_actions[player]; k++) {
        weigh_action(part, other, g, player, k);
        mpz_addmul(sum, part, own->weight[k]);
    }
    mpz_mul(part, own->sum, other->sum);
    mpq_set_num(out, sum);
    mpq_set_den(out, part);
    mpq_canonicalize(out);
    mpq_mul(out, out, g->payoffs.scale);
    mpz_clears(sum, part, NULL);
}

bool mixed_holds(const struct mixed_equilibria *e, const struct exact_game *g,
                 uint32_t pair)
{
    mpq_t payoff, other;
    mpz_t part;
    bool holds = true;
    mpq_inits(payoff, other, NULL);
    mpz_init(part);
    for (uint8_t i = 0; i < 2; i++) {
        const struct mixed_corner *against =
            &e->corner[1 - i][e->pair[pair].corner[1 - i]];
        mixed_payoff(payoff, e, g, pair, i);
        for (uint8_t k = 0; k < e->n_actions[i]; k++) {
            weigh_action(part, against, g, i, k);
            mpq_set_num(other, part);
            mpq_set_den(other, against->sum);
            mpq_canonicalize(other);
            mpq_mul(other, other, g->payoffs.scale);
            holds = holds && mpq_cmp(other, payoff) <= 0;
        }
    }
    mpq_clears(payoff, other, NULL);
    mpz_clear(part);
    return holds;
}

/* ---- pure conflict, and what can be secured ---- */

bool mixed_zero_sum(const struct exact_game *g)
{
    if (g->head.shape.n_players != 2)
        return false;
    mpz_t first, sum;
    bool same = true;
    mpz_inits(first, sum, NULL);
    pure_welfare(first, g, 0);
    for (uint32_t at = 1; same && at < shape_profiles(&g->head.shape); at++) {
        pure_welfare(sum, g, at);
        same = mpz_cmp(first, sum) == 0;
    }
    mpz_clears(first, sum, NULL);
    return same;
}

const char *mixed_minmax(mpq_ptr value, mpq_t *own, mpq_t *others,
                         const struct exact_game *g, uint8_t player)
{
    const struct shape *s = &g->head.shape;
    const uint32_t n_rows = s->n_actions[player];
    const uint32_t n_profiles = shape_profiles(s);
    if (n_profiles > MATRIX_MAX)
        return "is computed for at most 262144 profiles";
    struct matrix *m = matrix_new(n_rows, n_profiles / n_rows);
    if (m == NULL)
        return "needs more memory than there is";
    uint32_t column = 0;
    for (uint32_t at = 0; at < n_profiles; at++) {
        if (pure_action(s, player, at) != 0)
            continue;
        for (uint8_t k = 0; k < n_rows; k++)
            pure_payoff(m->entry[(size_t)k * m->n_columns + column], g,
                        pure_reply(s, player, at, k), player);
        column++;
    }
    const bool solved = matrix_solve(value, own, others, m);
    matrix_free(m);
    if (!solved)
        return "needs more memory than there is";
    mpq_mul(value, value, g->payoffs.scale);
    return NULL;
}
