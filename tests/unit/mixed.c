/* SPDX-License-Identifier: MIT */
/* Mixed equilibria: all of them, against corners found by solving every system of
 * equations, and against what the literature says of its games. */
#include "analysis/mixed.h"

#include <math.h>

#include "analysis/matrix.h"
#include "analysis/pure.h"
#include "tests/unit/raw.h"
#include "tests/unit/unit.h"

/* ---- corners by brute force ---- */

enum { BRUTE_MAX = 256 };

struct brute_side {
    int n;
    double x[BRUTE_MAX][8];
};

/* Solves a[0 .. n) x = right by Gauss with pivoting; false where it is singular. */
static bool solved(int n, double a[9][10])
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

/* All (x, v) with m of the m + n inequalities tight that keep the others. */
static void brute_corners(struct brute_side *out, const struct raw *r, uint8_t side)
{
    const int m = r->shape.n_actions[side], n = r->shape.n_actions[1 - side];
    out->n = 0;
    for (unsigned tight = 0; tight < 1u << (m + n); tight++) {
        double a[9][10] = {{0}};
        int rows = 1;
        for (int k = 0; k < m; k++)
            a[0][k] = 1;
        a[0][m + 1] = 1;
        for (int c = 0; c < m + n && rows <= m + 1; c++) {
            if ((tight >> c & 1) == 0)
                continue;
            if (rows == m + 1) {
                rows++;
                break;
            }
            for (int k = 0; c >= m && k < m; k++) {
                const uint8_t actions[2] = {(uint8_t)(side == 0 ? k : c - m),
                                            (uint8_t)(side == 0 ? c - m : k)};
                a[rows][k] =
                    raw_at(r, profile_index(&r->shape, actions), (uint8_t)(1 - side));
            }
            if (c < m)
                a[rows][c] = 1;
            else
                a[rows][m] = -1;
            rows++;
        }
        if (rows != m + 1 || !solved(m + 1, a))
            continue;
        bool inside = true;
        for (int k = 0; k < m; k++)
            inside = inside && a[k][m + 1] > -1e-9;
        for (int j = 0; j < n; j++) {
            double payoff = 0;
            for (int k = 0; k < m; k++) {
                const uint8_t actions[2] = {(uint8_t)(side == 0 ? k : j),
                                            (uint8_t)(side == 0 ? j : k)};
                payoff += a[k][m + 1] * raw_at(r, profile_index(&r->shape, actions),
                                               (uint8_t)(1 - side));
            }
            inside = inside && payoff < a[m][m + 1] + 1e-9;
        }
        bool known = false;
        for (int i = 0; i < out->n && !known; i++) {
            known = true;
            for (int k = 0; k < m; k++)
                known = known && fabs(out->x[i][k] - a[k][m + 1]) < 1e-9;
        }
        ck_assert_int_lt(out->n, BRUTE_MAX);
        for (int k = 0; inside && !known && k < m; k++)
            out->x[out->n][k] = a[k][m + 1];
        out->n += inside && !known;
    }
}

static double brute_payoff(const struct raw *r, const double *x, const double *y,
                           uint8_t player)
{
    double sum = 0;
    for (uint8_t i = 0; i < r->shape.n_actions[0]; i++)
        for (uint8_t k = 0; k < r->shape.n_actions[1]; k++) {
            const uint8_t actions[2] = {i, k};
            sum += x[i] * y[k] * raw_at(r, profile_index(&r->shape, actions), player);
        }
    return sum;
}

static bool brute_equilibrium(const struct raw *r, const double *x, const double *y)
{
    for (uint8_t i = 0; i < 2; i++)
        for (uint8_t k = 0; k < r->shape.n_actions[i]; k++) {
            double pure[8] = {0};
            pure[k] = 1;
            const double payoff =
                i == 0 ? brute_payoff(r, pure, y, 0) : brute_payoff(r, x, pure, 1);
            if (payoff > brute_payoff(r, x, y, i) + 1e-7)
                return false;
        }
    return true;
}

static double share(const struct mixed_equilibria *e, uint32_t pair, uint8_t player,
                    uint8_t action)
{
    mpq_t q;
    mpq_init(q);
    mixed_share(q, &e->corner[player][e->pair[pair].corner[player]], action);
    const double d = mpq_get_d(q);
    mpq_clear(q);
    return d;
}

static bool listed(const struct mixed_equilibria *e, const double *x, const double *y)
{
    for (uint32_t k = 0; k < e->n_pairs; k++) {
        bool same = true;
        for (uint8_t a = 0; a < e->n_actions[0]; a++)
            same = same && fabs(share(e, k, 0, a) - x[a]) < 1e-9;
        for (uint8_t a = 0; a < e->n_actions[1]; a++)
            same = same && fabs(share(e, k, 1, a) - y[a]) < 1e-9;
        if (same)
            return true;
    }
    return false;
}

/* A random mixture of a set's corners is an equilibrium. */
static void set_holds(const struct mixed_equilibria *e, const struct raw *r,
                      uint32_t set, struct prng *p)
{
    double x[2][8] = {{0}}, total[2] = {0};
    for (uint32_t k = 0; k < e->n_pairs; k++) {
        if (!mixed_set_has(e, set, k))
            continue;
        for (uint8_t i = 0; i < 2; i++) {
            const double weight = prng_share(p);
            total[i] += weight;
            for (uint8_t a = 0; a < e->n_actions[i]; a++)
                x[i][a] += weight * share(e, k, i, a);
        }
    }
    ck_assert(total[0] > 0);
    for (uint8_t i = 0; i < 2; i++)
        for (uint8_t a = 0; a < e->n_actions[i]; a++)
            x[i][a] /= total[i];
    ck_assert(brute_equilibrium(r, x[0], x[1]));
}

/* How many maximal complete sub-relations the pairs have, by all subsets of player 1's
 * corners. */
static uint32_t brute_sets(const struct mixed_equilibria *e)
{
    uint32_t mine[BRUTE_MAX], n = 0, n_sets = 0;
    for (uint32_t k = 0; k < e->n_pairs; k++)
        if (k == 0 || e->pair[k].corner[0] != e->pair[k - 1].corner[0])
            mine[n++] = e->pair[k].corner[0];
    if (n > 10)
        return 0;
    for (unsigned chosen = 1; chosen < 1u << n; chosen++) {
        uint32_t partners[BRUTE_MAX], n_partners = 0;
        for (uint32_t y = 0; y < e->n_corners[1]; y++) {
            bool all = true;
            for (uint32_t i = 0; i < n; i++) {
                bool pair = false;
                for (uint32_t k = 0; k < e->n_pairs; k++)
                    pair = pair || (e->pair[k].corner[0] == mine[i] &&
                                    e->pair[k].corner[1] == y);
                all = all && (pair || (chosen >> i & 1) == 0);
            }
            if (all)
                partners[n_partners++] = y;
        }
        bool closed = n_partners > 0;
        for (uint32_t i = 0; i < n; i++) {
            uint32_t fits = 0;
            for (uint32_t j = 0; j < n_partners; j++)
                for (uint32_t k = 0; k < e->n_pairs; k++)
                    fits += e->pair[k].corner[0] == mine[i] &&
                            e->pair[k].corner[1] == partners[j];
            closed = closed && ((chosen >> i & 1) != 0 || fits < n_partners);
        }
        n_sets += closed;
    }
    return n_sets;
}

START_TEST(all_extreme_equilibria_and_all_maximal_sets_are_found)
{
    struct prng p = {11};
    static struct raw r;
    static struct brute_side side[2];
    int degenerate = 0;
    for (int round = 0; round < 3000; round++) {
        struct exact_game g;
        struct mixed_equilibria *e;
        r.shape = (struct shape){
            2, {(uint8_t)(1 + prng_below(&p, 4)), (uint8_t)(1 + prng_below(&p, 4))}};
        raw_random(&r, &p, round % 2 == 0 ? 3 : 50);
        raw_to_exact(&g, &r);
        ck_assert_ptr_null(mixed_solve(&e, &g));
        degenerate += e->degenerate;
        brute_corners(&side[0], &r, 0);
        brute_corners(&side[1], &r, 1);
        uint32_t wanted = 0;
        for (int i = 0; i < side[0].n; i++)
            for (int k = 0; k < side[1].n; k++)
                if (brute_equilibrium(&r, side[0].x[i], side[1].x[k])) {
                    ck_assert(listed(e, side[0].x[i], side[1].x[k]));
                    wanted++;
                }
        ck_assert_uint_eq(e->n_pairs, wanted);
        for (uint32_t k = 0; k < e->n_pairs; k++)
            ck_assert(mixed_holds(e, &g, k));
        ck_assert(e->sets_complete);
        const uint32_t sets = brute_sets(e);
        if (sets != 0)
            ck_assert_uint_eq(e->n_sets, sets);
        for (uint32_t s = 0; s < e->n_sets; s++)
            set_holds(e, &r, s, &p);
        if (!e->degenerate) {
            ck_assert_uint_eq(e->n_sets, e->n_pairs);
            ck_assert_uint_eq(e->n_pairs % 2, 1); /* Wilson 1971 */
        }
        mixed_free(e);
        exact_free(&g);
    }
    ck_assert_int_gt(degenerate, 1000);
    ck_assert_int_lt(degenerate, 2900);
}
END_TEST

/* ---- known games ---- */

static void must_read(struct exact_game *g, const char *text)
{
    struct format_error error;
    ck_assert_msg(exact_read(g, text, strlen(text), &error), "%s", error.message);
}

/* "1/3 2/3 ; 1 0" for each equilibrium, in order, separated by '|'. */
static void equilibria_are(const char *text, const char *wanted)
{
    char found[4096] = "";
    struct exact_game g;
    struct mixed_equilibria *e;
    mpq_t q;
    mpq_init(q);
    must_read(&g, text);
    ck_assert_ptr_null(mixed_solve(&e, &g));
    for (uint32_t k = 0; k < e->n_pairs; k++)
        for (uint8_t i = 0; i < 2; i++)
            for (uint8_t a = 0; a < e->n_actions[i]; a++) {
                mixed_share(q, &e->corner[i][e->pair[k].corner[i]], a);
                const size_t size = strlen(found);
                const char *mark = a > 0 ? " " : i > 0 ? " ; " : k > 0 ? " | " : "";
                gmp_snprintf(found + size, sizeof found - size, "%s%Qd", mark, q);
            }
    ck_assert_str_eq(found, wanted);
    mpq_clear(q);
    mixed_free(e);
    exact_free(&g);
}

START_TEST(known_games_have_their_known_equilibria)
{
    equilibria_are(
        "NFG 1 R \"battle of the sexes\" {\"A\" \"B\"} {2 2} 2 1 0 0 0 0 1 2",
        "1 0 ; 1 0 | 0 1 ; 0 1 | 2/3 1/3 ; 1/3 2/3");
    equilibria_are("NFG 1 R \"prisoners\" {\"A\" \"B\"} {2 2} 2 2 3 -1 -1 3 0 0",
                   "0 1 ; 0 1");
    equilibria_are("NFG 1 R \"pennies\" {\"A\" \"B\"} {2 2} 1 -1 -1 1 -1 1 1 -1",
                   "1/2 1/2 ; 1/2 1/2");
    /* von Stengel 2007, "Equilibrium computation for two-player games", (3.2): three
     * equilibria, one of them in pure actions. */
    equilibria_are("NFG 1 R \"von Stengel\" {\"A\" \"B\"} {3 2} "
                   "3 3 2 2 0 3 3 2 5 6 6 1",
                   "1 0 0 ; 1 0 | 4/5 1/5 0 ; 2/3 1/3 | 0 1/3 2/3 ; 1/3 2/3");
}
END_TEST

START_TEST(a_degenerate_game_gets_its_sets)
{
    /* The same with 3 instead of 2 for B at the top right, von Stengel's (3.7): a whole
     * segment of equilibria. */
    struct exact_game g;
    struct mixed_equilibria *e;
    must_read(&g, "NFG 1 R \"\" {\"A\" \"B\"} {3 2} 3 3 2 2 0 3 3 3 5 6 6 1");
    ck_assert_ptr_null(mixed_solve(&e, &g));
    ck_assert(e->degenerate);
    ck_assert_uint_eq(e->n_sets, 2);
    uint32_t in_first = 0;
    for (uint32_t k = 0; k < e->n_pairs; k++)
        in_first += mixed_set_has(e, 0, k);
    ck_assert_uint_eq(in_first, 2);
    mixed_free(e);
    exact_free(&g);
    /* Where nothing matters everything is an equilibrium: one set. */
    must_read(&g, "NFG 1 R \"\" {\"A\" \"B\"} {2 3} 0 0 0 0 0 0 0 0 0 0 0 0");
    ck_assert_ptr_null(mixed_solve(&e, &g));
    ck_assert_uint_eq(e->n_pairs, 6);
    ck_assert_uint_eq(e->n_sets, 1);
    mixed_free(e);
    exact_free(&g);
}
END_TEST

/* n by n coordination: every nonempty set of actions carries one equilibrium. */
START_TEST(coordination_on_eight_has_255_equilibria)
{
    struct raw r = {.shape = {2, {8, 8}}};
    struct exact_game g;
    struct mixed_equilibria *e;
    for (int k = 0; k < 8; k++)
        r.value[(k + 8 * k) * 2] = r.value[(k + 8 * k) * 2 + 1] = 1;
    raw_to_exact(&g, &r);
    ck_assert_ptr_null(mixed_solve(&e, &g));
    ck_assert_uint_eq(e->n_pairs, 255);
    mixed_free(e);
    exact_free(&g);
}
END_TEST

START_TEST(scaling_and_renaming_change_nothing_but_names)
{
    struct prng p = {12};
    static struct raw r, other;
    for (int round = 0; round < 500; round++) {
        struct exact_game g, h;
        struct mixed_equilibria *e, *f;
        r.shape = (struct shape){2, {3, 4}};
        raw_random(&r, &p, 4);
        other = r;
        const uint8_t shift = (uint8_t)prng_below(&p, 3);
        for (uint8_t i = 0; i < 3; i++)
            for (uint8_t k = 0; k < 4; k++)
                for (uint8_t player = 0; player < 2; player++) {
                    const uint32_t to =
                        (uint32_t)((i + shift) % 3 + 3 * k) * 2 + player;
                    other.value[to] =
                        5 * player - 7 + (3 + player) * raw_at(&r, i + 3u * k, player);
                }
        raw_to_exact(&g, &r);
        raw_to_exact(&h, &other);
        ck_assert_ptr_null(mixed_solve(&e, &g));
        ck_assert_ptr_null(mixed_solve(&f, &h));
        ck_assert_uint_eq(e->n_pairs, f->n_pairs);
        ck_assert_uint_eq(e->n_sets, f->n_sets);
        for (uint32_t k = 0; k < e->n_pairs; k++) {
            double x[8] = {0}, y[8] = {0};
            for (uint8_t a = 0; a < 3; a++)
                x[(a + shift) % 3] = share(e, k, 0, a);
            for (uint8_t a = 0; a < 4; a++)
                y[a] = share(e, k, 1, a);
            ck_assert(listed(f, x, y));
        }
        mixed_free(e);
        mixed_free(f);
        exact_free(&g);
        exact_free(&h);
    }
}
END_TEST

/* ---- values ---- */

START_TEST(the_value_of_a_matrix_is_what_both_sides_can_hold)
{
    struct prng p = {13};
    mpq_t value, sum, part, own[6], other[6];
    mpq_inits(value, sum, part, NULL);
    for (int k = 0; k < 6; k++)
        mpq_inits(own[k], other[k], NULL);
    for (int round = 0; round < 2000; round++) {
        const uint32_t m = 1 + (uint32_t)prng_below(&p, 6);
        const uint32_t n = 1 + (uint32_t)prng_below(&p, 6);
        struct matrix *a = matrix_new(m, n);
        for (uint32_t k = 0; k < m * n; k++)
            mpz_set_si(a->entry[k],
                       (long)prng_below(&p, round % 3 == 0 ? 3 : 100) - 20);
        ck_assert(matrix_solve(value, own, other, a));
        for (uint32_t k = 0; k < n; k++) { /* no column holds the rows to less */
            mpq_set_ui(sum, 0, 1);
            for (uint32_t i = 0; i < m; i++) {
                mpq_set_z(part, a->entry[i * n + k]);
                mpq_mul(part, part, own[i]);
                mpq_add(sum, sum, part);
            }
            ck_assert_int_ge(mpq_cmp(sum, value), 0);
        }
        for (uint32_t i = 0; i < m; i++) { /* no row gets more */
            mpq_set_ui(sum, 0, 1);
            for (uint32_t k = 0; k < n; k++) {
                mpq_set_z(part, a->entry[i * n + k]);
                mpq_mul(part, part, other[k]);
                mpq_add(sum, sum, part);
            }
            ck_assert_int_le(mpq_cmp(sum, value), 0);
        }
        mpq_set_ui(sum, 0, 1);
        for (uint32_t i = 0; i < m; i++) {
            ck_assert_int_ge(mpq_sgn(own[i]), 0);
            mpq_add(sum, sum, own[i]);
        }
        ck_assert_int_eq(mpq_cmp_ui(sum, 1, 1), 0);
        mpq_set_ui(sum, 0, 1);
        for (uint32_t k = 0; k < n; k++) {
            ck_assert_int_ge(mpq_sgn(other[k]), 0);
            mpq_add(sum, sum, other[k]);
        }
        ck_assert_int_eq(mpq_cmp_ui(sum, 1, 1), 0);
        matrix_free(a);
    }
    mpq_clears(value, sum, part, NULL);
    for (int k = 0; k < 6; k++)
        mpq_clears(own[k], other[k], NULL);
}
END_TEST

START_TEST(rock_paper_scissors_is_worth_nothing)
{
    struct exact_game g;
    mpq_t value, own[3], others[3];
    mpq_init(value);
    for (int k = 0; k < 3; k++)
        mpq_inits(own[k], others[k], NULL);
    must_read(&g, "NFG 1 R \"\" {\"A\" \"B\"} {3 3} "
                  "0 0 1 -1 -1 1  -1 1 0 0 1 -1  1 -1 -1 1 0 0");
    ck_assert(mixed_zero_sum(&g));
    ck_assert_ptr_null(mixed_minmax(value, own, others, &g, 0));
    ck_assert_int_eq(mpq_sgn(value), 0);
    for (int k = 0; k < 3; k++) {
        ck_assert_int_eq(mpq_cmp_ui(own[k], 1, 3), 0);
        ck_assert_int_eq(mpq_cmp_ui(others[k], 1, 3), 0);
        mpq_clears(own[k], others[k], NULL);
    }
    mpq_clear(value);
    exact_free(&g);
}
END_TEST

/* ---- evolutionary stability ---- */

static void stable_are(const char *payoffs, uint8_t n, const char *wanted)
{
    char text[512], found[512] = "";
    struct exact_game g;
    struct mixed_equilibria *e;
    bool stable[64];
    mpq_t q;
    mpq_init(q);
    snprintf(text, sizeof text, "NFG 1 R \"\" {\"A\" \"B\"} {%u %u} %s", n, n, payoffs);
    must_read(&g, text);
    ck_assert(mixed_symmetric(&g));
    ck_assert_ptr_null(mixed_solve(&e, &g));
    ck_assert(mixed_stable(stable, e, &g));
    for (uint32_t k = 0; k < e->n_pairs; k++)
        for (uint8_t a = 0; stable[k] && a < n; a++) {
            mixed_share(q, &e->corner[0][e->pair[k].corner[0]], a);
            const size_t size = strlen(found);
            gmp_snprintf(found + size, sizeof found - size, "%s%Qd",
                         a > 0      ? " "
                         : size > 0 ? " | "
                                    : "",
                         q);
        }
    ck_assert_str_eq(found, wanted);
    mpq_clear(q);
    mixed_free(e);
    exact_free(&g);
}

START_TEST(known_games_have_their_known_stable_strategies)
{
    /* Hawk and dove, V = 2, C = 4: hawk with V/C (Maynard Smith and Price 1973). */
    stable_are("-1 -1 0 2 2 0 1 1", 2, "1/2 1/2");
    stable_are("2 2 3 -1 -1 3 0 0", 2, "0 1");
    /* Coordination: both pure, never the mixture. */
    stable_are("1 1 0 0 0 0 1 1", 2, "1 0 | 0 1");
    /* Rock, paper, scissors: with 0 for a tie none; with 1/2 lost on a tie the middle.
     */
    stable_are("0 0 1 -1 -1 1  -1 1 0 0 1 -1  1 -1 -1 1 0 0", 3, "");
    stable_are("-.5 -.5 1 -1 -1 1  -1 1 -.5 -.5 1 -1  1 -1 -1 1 -.5 -.5", 3,
               "1/3 1/3 1/3");
    /* Where nothing matters nothing is stable. */
    stable_are("0 0 0 0 0 0 0 0", 2, "");
}
END_TEST

/* No mutant among many can spread: none that does as well against the strategy does as
 * well against itself as the strategy does against it. */
START_TEST(no_mutant_spreads_where_it_is_stable_and_some_does_where_it_is_not)
{
    struct prng p = {14};
    static struct raw r;
    int n_stable = 0, n_unstable = 0;
    for (int round = 0; round < 1500; round++) {
        struct exact_game g;
        struct mixed_equilibria *e;
        bool stable[BRUTE_MAX];
        const uint8_t n = (uint8_t)(2 + prng_below(&p, 2));
        r.shape = (struct shape){2, {n, n}};
        raw_random(&r, &p, 3);
        for (uint8_t i = 0; i < n; i++)
            for (uint8_t k = 0; k < n; k++)
                r.value[(k + n * i) * 2 + 1] = r.value[(i + n * k) * 2];
        raw_to_exact(&g, &r);
        ck_assert_ptr_null(mixed_solve(&e, &g));
        ck_assert(mixed_stable(stable, e, &g));
        for (uint32_t pair = 0; pair < e->n_pairs; pair++) {
            double x[8] = {0}, y[8] = {0};
            bool spreads = false, same = true;
            for (uint8_t a = 0; a < n; a++) {
                x[a] = share(e, pair, 0, a);
                same = same && share(e, pair, 1, a) == x[a];
            }
            for (int i = 0; i <= 24; i++)
                for (int k = 0; k <= (n == 2 ? 0 : 24 - i); k++) {
                    y[0] = i / 24., y[1] = n == 2 ? 1 - y[0] : k / 24.;
                    y[2] = n == 2 ? 0 : 1 - y[0] - y[1];
                    double away = 0;
                    for (uint8_t a = 0; a < n; a++)
                        away += fabs(x[a] - y[a]);
                    spreads =
                        spreads ||
                        (away > 1e-9 &&
                         brute_payoff(&r, y, x, 0) > brute_payoff(&r, x, x, 0) - 1e-9 &&
                         brute_payoff(&r, y, y, 0) > brute_payoff(&r, x, y, 0) - 1e-9);
                }
            if (stable[pair])
                ck_assert(same && !spreads);
            n_stable += stable[pair];
            n_unstable += same && !stable[pair];
            if (same && !stable[pair])
                ck_assert(spreads);
        }
        mixed_free(e);
        exact_free(&g);
    }
    ck_assert_int_gt(n_stable, 300);
    ck_assert_int_gt(n_unstable, 300);
}
END_TEST

UNIT_MAIN("mixed", all_extreme_equilibria_and_all_maximal_sets_are_found,
          known_games_have_their_known_equilibria, a_degenerate_game_gets_its_sets,
          coordination_on_eight_has_255_equilibria,
          scaling_and_renaming_change_nothing_but_names,
          the_value_of_a_matrix_is_what_both_sides_can_hold,
          rock_paper_scissors_is_worth_nothing,
          known_games_have_their_known_stable_strategies,
          no_mutant_spreads_where_it_is_stable_and_some_does_where_it_is_not)
