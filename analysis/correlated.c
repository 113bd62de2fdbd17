/* SPDX-License-Identifier: MIT */
/* Hides how the rows of incentives are numbered, and checks what the solver says: it
 * computes in doubles, the payoffs are exact. */
#include "analysis/correlated.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/linear.h"
#include "analysis/pure.h"
#include "base/check.h"

/* Differences of payoffs as doubles, each rounded once, as shares of the largest range
 * of a player: the solver likes numbers around 1. */
struct scaled {
    const struct exact_game *g;
    double unit; /* the largest range, in the game's scale; 1 if all are 0 */
    mpz_t one, two;
};

static double difference(struct scaled *s, uint8_t player, uint32_t profile,
                         uint32_t other)
{
    pure_payoff(s->one, s->g, profile, player);
    pure_payoff(s->two, s->g, other, player);
    mpz_sub(s->one, s->one, s->two);
    return mpz_get_d(s->one) / s->unit;
}

static void scaled_start(struct scaled *s, const struct exact_game *g)
{
    const uint32_t n_profiles = shape_profiles(&g->head.shape);
    *s = (struct scaled){.g = g, .unit = 1};
    mpz_inits(s->one, s->two, NULL);
    double range = 0;
    for (uint8_t i = 0; i < g->head.shape.n_players; i++) {
        uint32_t least = 0, greatest = 0;
        for (uint32_t at = 1; at < n_profiles; at++) {
            least = exact_order(g, i, at, least) < 0 ? at : least;
            greatest = exact_order(g, i, at, greatest) > 0 ? at : greatest;
        }
        range = fmax(range, difference(s, i, greatest, least));
    }
    s->unit = range > 0 ? range : 1;
}

static void scaled_end(struct scaled *s)
{
    mpz_clears(s->one, s->two, NULL);
}

/* ---- the program ---- */

/* Player i, told r (or nothing, for coarse: r is not used), does b. */
static void add_incentive(struct linear *l, struct scaled *s, enum obedience obedience,
                          uint8_t i, uint8_t r, uint8_t b)
{
    const struct shape *shape = &s->g->head.shape;
    for (uint32_t at = 0; at < shape_profiles(shape); at++) {
        if (obedience == OBEDIENCE_TOLD && pure_action(shape, i, at) != r)
            continue;
        linear_term(l, at, difference(s, i, pure_reply(shape, i, at, b), at));
    }
    linear_row(l, -LINEAR_FREE, 0);
}

static void add_incentives(struct linear *l, struct scaled *s, enum obedience obedience)
{
    const struct shape *shape = &s->g->head.shape;
    for (uint8_t i = 0; i < shape->n_players; i++)
        for (uint8_t b = 0; b < shape->n_actions[i]; b++) {
            if (obedience == OBEDIENCE_COARSE)
                add_incentive(l, s, obedience, i, 0, b);
            for (uint8_t r = 0; obedience == OBEDIENCE_TOLD && r < shape->n_actions[i];
                 r++)
                if (r != b)
                    add_incentive(l, s, obedience, i, r, b);
        }
}

/* Payoffs count from the first profile's, so that large common parts do not matter. */
static void add_goal(struct linear *l, struct scaled *s, enum aim aim, uint8_t player)
{
    const struct shape *shape = &s->g->head.shape;
    const uint32_t n_profiles = shape_profiles(shape);
    for (uint32_t at = 0; at < n_profiles && aim != AIM_EGALITARIAN; at++) {
        double sum = 0;
        for (uint8_t i = 0; i < shape->n_players; i++)
            if (aim == AIM_WELFARE || aim == AIM_WORST_WELFARE || i == player)
                sum += difference(s, i, at, 0);
        linear_goal(l, at, aim == AIM_WORST_WELFARE || aim == AIM_WORST ? -sum : sum);
    }
    if (aim != AIM_EGALITARIAN)
        return;
    linear_goal(l, n_profiles, 1);
    linear_unbounded(l, n_profiles);
    mpz_t base;
    mpz_init(base);
    pure_payoff(base, s->g, 0, 0);
    for (uint8_t i = 0; i < shape->n_players; i++) {
        for (uint32_t at = 0; at < n_profiles; at++) {
            pure_payoff(s->one, s->g, at, i);
            mpz_sub(s->one, s->one, base);
            linear_term(l, at, mpz_get_d(s->one) / s->unit);
        }
        linear_term(l, n_profiles, -1);
        linear_row(l, 0, LINEAR_FREE);
    }
    mpz_clear(base);
}

/* ---- what is checked afterwards ---- */

/* The left side of a row for shares that are multiples of 2^-60. */
static void row_value(mpz_ptr out, struct scaled *s, const double *share,
                      enum obedience obedience, uint8_t i, uint8_t r, uint8_t b)
{
    const struct shape *shape = &s->g->head.shape;
    mpz_set_ui(out, 0);
    for (uint32_t at = 0; at < shape_profiles(shape); at++) {
        if (share[at] == 0 ||
            (obedience == OBEDIENCE_TOLD && pure_action(shape, i, at) != r))
            continue;
        pure_payoff(s->one, s->g, pure_reply(shape, i, at, b), i);
        pure_payoff(s->two, s->g, at, i);
        mpz_sub(s->one, s->one, s->two);
        mpz_set_d(s->two, ldexp(share[at], 60));
        mpz_addmul(out, s->one, s->two);
    }
}

double correlated_violation(const double *share, const struct exact_game *g,
                            enum obedience obedience)
{
    const struct shape *shape = &g->head.shape;
    struct scaled s = {.g = g, .unit = 1};
    mpz_t value, worst;
    mpq_t scaled;
    mpz_inits(s.one, s.two, value, worst, NULL);
    mpq_init(scaled);
    for (uint8_t i = 0; i < shape->n_players; i++)
        for (uint8_t b = 0; b < shape->n_actions[i]; b++)
            for (uint8_t r = 0; r < shape->n_actions[i]; r++) {
                if (obedience == OBEDIENCE_COARSE && r > 0)
                    continue;
                row_value(value, &s, share, obedience, i, r, b);
                if (mpz_cmp(value, worst) > 0)
                    mpz_set(worst, value);
            }
    mpq_set_z(scaled, worst);
    mpq_div_2exp(scaled, scaled, 60);
    mpq_mul(scaled, scaled, g->payoffs.scale);
    const double violation = rational_double(scaled);
    mpz_clears(s.one, s.two, value, worst, NULL);
    mpq_clear(scaled);
    return violation;
}

static void expect(struct correlated *c, const struct exact_game *g)
{
    mpq_t sum, part, payoff;
    mpq_inits(sum, part, payoff, NULL);
    for (uint8_t i = 0; i < g->head.shape.n_players; i++) {
        mpq_set_ui(sum, 0, 1);
        for (uint32_t at = 0; at < shape_profiles(&g->head.shape); at++) {
            if (c->share[at] == 0)
                continue;
            exact_payoff(payoff, g, at, i);
            mpq_set_d(part, c->share[at]);
            mpq_mul(part, part, payoff);
            mpq_add(sum, sum, part);
        }
        c->payoff[i] = rational_double(sum);
    }
    mpq_clears(sum, part, payoff, NULL);
}

/* What the solver takes for 0 becomes 0, and the rest sums to 1. Rounding to multiples
 * of 2^-60 changes no double above 2^-8. */
static void settle(double *share, uint32_t n)
{
    double sum = 0;
    for (uint32_t at = 0; at < n; at++) {
        share[at] = share[at] < 1e-11 ? 0 : share[at];
        sum += share[at];
    }
    for (uint32_t at = 0; at < n; at++)
        share[at] = ldexp(floor(ldexp(share[at] / sum, 60)), -60);
}

static size_t count_terms(const struct shape *s)
{
    size_t n = 2;
    for (uint8_t i = 0; i < s->n_players; i++)
        n += s->n_actions[i];
    return n * shape_profiles(s);
}

/* NULL, or why not. */
static const char *solve_well(double *share, double *violation, struct linear *l,
                              const struct exact_game *g, enum obedience obedience,
                              double limit)
{
    const uint32_t n_profiles = shape_profiles(&g->head.shape);
    const char *fault = "was not solved";
    for (int way = 0; way < 2 && fault != NULL; way++) {
        if ((way == 0 ? linear_solve(l, share) : linear_solve_otherwise(l, share)) !=
            LINEAR_OPTIMAL)
            continue;
        settle(share, n_profiles);
        *violation = correlated_violation(share, g, obedience);
        fault = *violation <= limit
                    ? NULL
                    : "was solved so badly that somebody would gain by disobeying";
    }
    return fault;
}

const char *correlated_find(struct correlated *out, const struct exact_game *g,
                            enum obedience obedience, enum aim aim, uint8_t player)
{
    const uint32_t n_profiles = shape_profiles(&g->head.shape);
    const bool spare = aim == AIM_EGALITARIAN;
    if (count_terms(&g->head.shape) > CORRELATED_TERMS_MAX)
        return "would have more than 4194304 coefficients";
    struct linear *l = linear_new(n_profiles + spare);
    double *share = calloc(n_profiles + 1u, sizeof *share);
    struct scaled s;
    const char *fault = "needs more memory than there is";
    scaled_start(&s, g);
    if (l != NULL && share != NULL) {
        for (uint32_t at = 0; at < n_profiles; at++)
            linear_term(l, at, 1);
        linear_row(l, 1, 1);
        add_incentives(l, &s, obedience);
        add_goal(l, &s, aim, player);
        const double limit = 1e-9 * s.unit * rational_double(g->payoffs.scale);
        fault = solve_well(share, &out->violation, l, g, obedience, limit);
    }
    if (fault == NULL) {
        out->share = share;
        expect(out, g);
    }
    if (fault != NULL)
        free(share);
    scaled_end(&s);
    linear_free(l);
    return fault;
}

void correlated_free(struct correlated *c)
{
    free(c->share);
    c->share = NULL;
}
