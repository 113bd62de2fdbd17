/* SPDX-License-Identifier: MIT */
/* Correlated equilibria: the best ones, against all corners of the polytope found by
 * solving every system of equations. */
#include "analysis/correlated.h"

#include <math.h>

#include "tests/unit/raw.h"
#include "tests/unit/unit.h"

enum { COLUMNS_MAX = 6, ROWS_MAX = 24 };

/* Rows a x <= 0, the nonnegativity of x among them. */
struct polytope {
    int n, n_rows;
    double row[ROWS_MAX][COLUMNS_MAX];
};

static void brute_rows(struct polytope *t, const struct raw *r, bool coarse)
{
    t->n = (int)shape_profiles(&r->shape);
    t->n_rows = 0;
    memset(t->row, 0, sizeof t->row);
    for (int k = 0; k < t->n; k++)
        t->row[t->n_rows++][k] = -1;
    for (uint8_t i = 0; i < r->shape.n_players; i++)
        for (uint8_t b = 0; b < r->shape.n_actions[i]; b++)
            for (uint8_t told = 0; told < r->shape.n_actions[i]; told++) {
                if (coarse ? told > 0 : told == b)
                    continue;
                for (uint32_t at = 0; at < (uint32_t)t->n; at++) {
                    uint8_t actions[PLAYERS_MAX];
                    profile_actions(actions, &r->shape, at);
                    if (coarse || actions[i] == told)
                        t->row[t->n_rows][at] = raw_if(r, at, i, b) - raw_at(r, at, i);
                }
                t->n_rows++;
            }
}

static bool solved(int n, double a[COLUMNS_MAX][COLUMNS_MAX + 1])
{
    for (int k = 0; k < n; k++) {
        int best = k;
        for (int i = k + 1; i < n; i++)
            if (fabs(a[i][k]) > fabs(a[best][k]))
                best = i;
        if (fabs(a[best][k]) < 1e-9)
            return false;
        for (int j = 0; j <= n; j++) {
            const double kept = a[k][j];
            a[k][j] = a[best][j];
            a[best][j] = kept;
        }
        for (int i = 0; i < n; i++)
            for (int j = n; i != k && j >= k; j--)
                a[i][j] -= a[i][k] / a[k][k] * a[k][j];
    }
    for (int k = 0; k < n; k++)
        a[k][n] /= a[k][k];
    return true;
}

/* The greatest of a linear goal is reached at a corner; the egalitarian one is not
 * linear, and is checked otherwise. */
static double brute_best(const struct polytope *t, const double *goal)
{
    double best = -1e9;
    int chosen[COLUMNS_MAX];
    const int depth = t->n - 1;
    for (int k = 0; k < depth; k++)
        chosen[k] = k;
    for (bool more = true; more;) {
        double a[COLUMNS_MAX][COLUMNS_MAX + 1] = {{0}}, value = 0;
        for (int k = 0; k < t->n; k++)
            a[0][k] = 1;
        a[0][t->n] = 1;
        for (int i = 0; i < depth; i++)
            memcpy(a[i + 1], t->row[chosen[i]], sizeof t->row[0]);
        for (int i = 0; i < depth; i++)
            a[i + 1][t->n] = 0;
        bool inside = solved(t->n, a);
        for (int i = 0; inside && i < t->n_rows; i++) {
            double left = 0;
            for (int k = 0; k < t->n; k++)
                left += t->row[i][k] * a[k][t->n];
            inside = left < 1e-9;
        }
        for (int k = 0; k < t->n; k++)
            value += goal[k] * a[k][t->n];
        if (inside && value > best)
            best = value;
        int at = depth - 1;
        while (at >= 0 && chosen[at] == t->n_rows - depth + at)
            at--;
        more = at >= 0;
        for (int k = at; more && k < depth; k++)
            chosen[k] = k == at ? chosen[k] + 1 : chosen[k - 1] + 1;
    }
    return best;
}

static double left_side_max(const struct polytope *t, const double *share)
{
    double worst = 0;
    for (int i = 0; i < t->n_rows; i++) {
        double left = 0;
        for (int k = 0; k < t->n; k++)
            left += t->row[i][k] * share[k];
        worst = fmax(worst, left);
    }
    return worst;
}

static double goal_of(const struct raw *r, uint32_t at, enum aim aim, uint8_t player)
{
    double sum = 0;
    for (uint8_t i = 0; i < r->shape.n_players; i++)
        if (aim == AIM_WELFARE || aim == AIM_WORST_WELFARE || i == player)
            sum += raw_at(r, at, i);
    return aim == AIM_WORST || aim == AIM_WORST_WELFARE ? -sum : sum;
}

START_TEST(the_best_equilibria_are_as_good_as_the_best_corner)
{
    static const enum aim aims[] = {AIM_WELFARE, AIM_WORST_WELFARE, AIM_BEST,
                                    AIM_WORST};
    struct prng p = {21};
    static struct raw r;
    for (int round = 0; round < 300; round++) {
        struct exact_game g;
        struct polytope t;
        const bool coarse = round % 2 == 1, three = round % 3 == 0;
        r.shape = (struct shape){2, {2, three ? 3 : 2}};
        raw_random(&r, &p, round % 4 < 2 ? 3 : 30);
        raw_to_exact(&g, &r);
        brute_rows(&t, &r, coarse);
        for (int k = 0; k < 4; k++) {
            const uint8_t player = (uint8_t)(round / 2 % 2);
            struct correlated c;
            double goal[COLUMNS_MAX], value = 0;
            ck_assert_ptr_null(correlated_find(
                &c, &g, coarse ? OBEDIENCE_COARSE : OBEDIENCE_TOLD, aims[k], player));
            for (int at = 0; at < t.n; at++) {
                goal[at] = goal_of(&r, (uint32_t)at, aims[k], player);
                value += goal[at] * c.share[at];
            }
            ck_assert_double_eq_tol(value, brute_best(&t, goal), 1e-7);
            ck_assert_double_le(left_side_max(&t, c.share), 1e-7);
            ck_assert_double_le(c.violation, 1e-7);
            correlated_free(&c);
        }
        exact_free(&g);
    }
}
END_TEST

START_TEST(more_players_keep_every_row_and_coarse_is_never_worse)
{
    struct prng p = {22};
    static struct raw r;
    for (int round = 0; round < 300; round++) {
        struct exact_game g;
        struct correlated told, coarse, fair;
        raw_shape(&r, &p, 4, 3);
        raw_random(&r, &p, 4);
        raw_to_exact(&g, &r);
        ck_assert_ptr_null(correlated_find(&told, &g, OBEDIENCE_TOLD, AIM_WELFARE, 0));
        ck_assert_ptr_null(
            correlated_find(&coarse, &g, OBEDIENCE_COARSE, AIM_WELFARE, 0));
        ck_assert_ptr_null(
            correlated_find(&fair, &g, OBEDIENCE_TOLD, AIM_EGALITARIAN, 0));
        double sum[2] = {0}, least[2] = {1e9, 1e9};
        for (uint8_t i = 0; i < r.shape.n_players; i++) {
            sum[0] += told.payoff[i];
            sum[1] += coarse.payoff[i];
            least[0] = fmin(least[0], told.payoff[i]);
            least[1] = fmin(least[1], fair.payoff[i]);
        }
        ck_assert_double_ge(sum[1], sum[0] - 1e-7);
        ck_assert_double_ge(least[1], least[0] - 1e-7);
        /* Whoever is obeyed when it tells is obeyed when it asks for all or nothing. */
        ck_assert_double_le(correlated_violation(told.share, &g, OBEDIENCE_COARSE),
                            1e-7);
        /* And the check is no formality: told the first profile for sure, somebody
         * disobeys wherever somebody can gain there. */
        for (uint32_t at = 0; at < shape_profiles(&r.shape); at++)
            told.share[at] = at == 0;
        int gain = 0;
        for (uint8_t i = 0; i < r.shape.n_players; i++)
            for (uint8_t b = 0; b < r.shape.n_actions[i]; b++)
                if (raw_if(&r, 0, i, b) - raw_at(&r, 0, i) > gain)
                    gain = raw_if(&r, 0, i, b) - raw_at(&r, 0, i);
        ck_assert_double_eq(correlated_violation(told.share, &g, OBEDIENCE_TOLD), gain);
        correlated_free(&told);
        correlated_free(&coarse);
        correlated_free(&fair);
        exact_free(&g);
    }
}
END_TEST

START_TEST(aumanns_chicken_pays_twenty_one_quarters_to_both)
{
    static const char text[] = "NFG 1 R \"\" {\"A\" \"B\"} {2 2} 6 6 7 2 2 7 0 0";
    struct exact_game g;
    struct correlated c;
    struct format_error error;
    ck_assert(exact_read(&g, text, strlen(text), &error));
    ck_assert_ptr_null(correlated_find(&c, &g, OBEDIENCE_TOLD, AIM_WELFARE, 0));
    ck_assert_double_eq_tol(c.payoff[0] + c.payoff[1], 10.5, 1e-9);
    ck_assert_double_eq_tol(c.share[0], 0.5, 1e-9);
    ck_assert_double_eq_tol(c.share[3], 0, 1e-9);
    correlated_free(&c);
    ck_assert_ptr_null(correlated_find(&c, &g, OBEDIENCE_TOLD, AIM_EGALITARIAN, 0));
    ck_assert_double_eq_tol(c.payoff[0], 5.25, 1e-9);
    correlated_free(&c);
    /* Nobody has ever more than the 7 of the equilibrium that it likes best. */
    ck_assert_ptr_null(correlated_find(&c, &g, OBEDIENCE_TOLD, AIM_BEST, 1));
    ck_assert_double_eq_tol(c.payoff[1], 7, 1e-9);
    correlated_free(&c);
    ck_assert_ptr_null(correlated_find(&c, &g, OBEDIENCE_TOLD, AIM_WORST, 1));
    ck_assert_double_eq_tol(c.payoff[1], 2, 1e-9);
    correlated_free(&c);
    exact_free(&g);
}
END_TEST

START_TEST(scaling_payoffs_scales_the_answer)
{
    struct prng p = {23};
    static struct raw r, other;
    for (int round = 0; round < 200; round++) {
        struct exact_game g, h;
        struct correlated c, d;
        raw_shape(&r, &p, 3, 3);
        raw_random(&r, &p, 5);
        other = r;
        for (uint32_t k = 0; k < shape_profiles(&r.shape) * r.shape.n_players; k++)
            other.value[k] = 1000 * r.value[k] - 123;
        raw_to_exact(&g, &r);
        raw_to_exact(&h, &other);
        ck_assert_ptr_null(correlated_find(&c, &g, OBEDIENCE_TOLD, AIM_WELFARE, 0));
        ck_assert_ptr_null(correlated_find(&d, &h, OBEDIENCE_TOLD, AIM_WELFARE, 0));
        double sum[2] = {0};
        for (uint8_t i = 0; i < r.shape.n_players; i++) {
            sum[0] += 1000 * c.payoff[i] - 123;
            sum[1] += d.payoff[i];
        }
        ck_assert_double_eq_tol(sum[0], sum[1], 1e-4);
        correlated_free(&c);
        correlated_free(&d);
        exact_free(&g);
        exact_free(&h);
    }
}
END_TEST

/* Programs of a few hundred rows are solved well, not only small ones. */
START_TEST(fourteen_actions_are_not_too_many_to_be_obeyed)
{
    struct prng p = {55};
    static struct raw r;
    for (int round = 0; round < 12; round++) {
        struct exact_game g;
        struct correlated c;
        r.shape = (struct shape){.n_players = 2, .n_actions = {14, 14}};
        raw_random(&r, &p, 1000);
        raw_to_exact(&g, &r);
        for (int k = 0; k < 2; k++) {
            const char *fault = correlated_find(&c, &g, OBEDIENCE_TOLD,
                                                k == 0 ? AIM_WELFARE : AIM_WORST, 0);
            ck_assert_msg(fault == NULL, "game %d: %s", round, fault);
            ck_assert_double_lt(c.violation, 1e-9);
            correlated_free(&c);
        }
        exact_free(&g);
    }
}
END_TEST

UNIT_MAIN("correlated", fourteen_actions_are_not_too_many_to_be_obeyed,
          the_best_equilibria_are_as_good_as_the_best_corner,
          more_players_keep_every_row_and_coarse_is_never_worse,
          aumanns_chicken_pays_twenty_one_quarters_to_both,
          scaling_payoffs_scales_the_answer)
