/* SPDX-License-Identifier: MIT */
/* SOO: its cells are a partition whatever it is told, its tree is that of Munos' loop,
 * and it finds the maxima of the usual functions with the usual budgets. */
#include "sampling/soo.h"

#include <math.h>
#include <string.h>

#include "tests/unit/unit.h"

enum { CELLS_MAX = 4000, SPLITS = 8 };

struct point {
    double x[SOO_DIMENSIONS_MAX];
};
typedef double function(const double *x, uint16_t n);

static uint64_t pow3(uint32_t n)
{
    uint64_t p = 1;
    while (n-- > 0)
        p *= 3;
    return p;
}

/* A border as a whole number of 3^-SPLITS. */
static uint64_t thirds(double border)
{
    double scaled = border * (double)pow3(SPLITS);
    if (fabs(scaled - round(scaled)) > 1e-6)
        ck_abort_msg("%.17g is no multiple of 3^-%d", border, SPLITS);
    return (uint64_t)llround(scaled);
}

static bool same_numbers(const double *a, const double *b, uint16_t n)
{
    for (uint16_t d = 0; d < n; d++) {
        if (a[d] != b[d])
            return false;
    }
    return true;
}

static bool apart(const uint64_t *a_low, const uint64_t *a_high, const uint64_t *b_low,
                  const uint64_t *b_high, uint16_t n)
{
    for (uint16_t d = 0; d < n; d++) {
        if (a_high[d] <= b_low[d] || b_high[d] <= a_low[d])
            return true;
    }
    return false;
}

static void assert_partition(const struct soo *s, uint16_t n)
{
    static uint64_t low[CELLS_MAX][6], high[CELLS_MAX][6];
    uint32_t n_leaves = 0;
    uint64_t volume = 0;
    for (uint32_t i = 0; i < soo_cells(s); i++) {
        struct soo_cell c;
        soo_cell(s, i, &c);
        if (!c.leaf)
            continue;
        uint64_t product = 1;
        for (uint16_t d = 0; d < n; d++) {
            low[n_leaves][d] = thirds(c.low[d]);
            high[n_leaves][d] = thirds(c.high[d]);
            if (high[n_leaves][d] <= low[n_leaves][d] ||
                high[n_leaves][d] > pow3(SPLITS) || c.point[d] < c.low[d] ||
                c.point[d] > c.high[d])
                ck_abort_msg("cell %u is no cell, or its point is elsewhere", i);
            product *= high[n_leaves][d] - low[n_leaves][d];
        }
        volume += product;
        bool alone = true;
        for (uint32_t j = 0; j < n_leaves; j++)
            alone &= apart(low[n_leaves], high[n_leaves], low[j], high[j], n);
        ck_assert(alone);
        n_leaves++;
    }
    ck_assert_uint_eq(volume, pow3((uint32_t)SPLITS * n));
}

START_TEST(the_leaves_partition_the_cube_after_every_step)
{
    struct prng prng = {1};
    for (int run = 0; run < 40; run++) {
        uint16_t n = (uint16_t)(1 + prng_below(&prng, 4));
        uint32_t evaluations = 1 + (uint32_t)prng_below(&prng, 60);
        enum soo_points points = run % 2 ? SOO_BORDERS : SOO_CENTRES;
        struct soo *s = soo_new(n, evaluations, (uint16_t)run, points);
        struct point p;
        uint32_t id;
        assert_partition(s, n);
        while (soo_ask(s, p.x, &id)) {
            soo_tell(s, id, prng_share(&prng));
            assert_partition(s, n);
        }
        ck_assert(soo_exhausted(s));
        soo_free(s);
    }
}
END_TEST

START_TEST(no_point_is_asked_twice_and_each_is_that_of_its_cell)
{
    static struct point asked[601];
    for (int run = 0; run < 12; run++) {
        uint16_t n = (uint16_t)(1 + run / 2 % 3);
        struct prng prng = {(uint64_t)run};
        struct soo *s = soo_new(n, 600, 0, run % 2 ? SOO_BORDERS : SOO_CENTRES);
        uint32_t n_asked = 0, id;
        while (soo_ask(s, asked[n_asked].x, &id)) {
            struct soo_cell c;
            soo_cell(s, id, &c);
            ck_assert(same_numbers(c.point, asked[n_asked].x, n));
            bool fresh = true;
            for (uint32_t i = 0; i < n_asked; i++)
                fresh &= !same_numbers(asked[i].x, asked[n_asked].x, n);
            ck_assert(fresh);
            soo_tell(s, id, prng_share(&prng));
            n_asked++;
        }
        ck_assert_uint_eq(n_asked, 600);
        soo_free(s);
    }
}
END_TEST

START_TEST(a_child_that_inherits_has_the_point_and_the_value_of_a_parent)
{
    for (int borders = 0; borders < 2; borders++) {
        struct prng prng = {5};
        struct soo *s = soo_new(2, 101, 0, borders ? SOO_BORDERS : SOO_CENTRES);
        static bool asked[CELLS_MAX];
        memset(asked, 0, sizeof asked);
        struct point p;
        uint32_t id, inherited = 0;
        while (soo_ask(s, p.x, &id)) {
            asked[id] = true;
            soo_tell(s, id, prng_share(&prng));
        }
        for (uint32_t i = 0; i < soo_cells(s); i++) {
            struct soo_cell c, older;
            soo_cell(s, i, &c);
            ck_assert(c.known);
            bool found = asked[i];
            for (uint32_t j = 0; j < i && !found; j++) {
                soo_cell(s, j, &older);
                found = same_numbers(older.point, c.point, 2) &&
                        older.value == c.value && older.depth + 1 == c.depth;
            }
            ck_assert(found);
            inherited += !asked[i];
        }
        ck_assert_uint_eq(inherited, 50);
        ck_assert_uint_eq(soo_cells(s), 151);
        soo_free(s);
    }
}
END_TEST

/* ---- Munos' loop, with whole boxes and a function to call ---- */

struct plain_cell {
    double low[3], high[3], value;
    uint32_t depth;
    bool leaf;
};
struct plain {
    uint16_t n;
    uint16_t first;
    uint32_t n_cells;
    uint32_t n_evaluated;
    struct plain_cell cell[CELLS_MAX];
};

static void plain_centre(const struct plain *t, double *x, uint32_t i)
{
    for (uint16_t d = 0; d < t->n; d++)
        x[d] = (t->cell[i].low[d] + t->cell[i].high[d]) / 2;
}

static void plain_expand(struct plain *t, uint32_t i, function *f)
{
    uint16_t longest = t->first;
    for (uint16_t k = 1; k < t->n; k++) {
        uint16_t d = (uint16_t)((t->first + k) % t->n);
        double side = t->cell[i].high[d] - t->cell[i].low[d];
        if (side > (t->cell[i].high[longest] - t->cell[i].low[longest]) * 1.5)
            longest = d;
    }
    double low = t->cell[i].low[longest], high = t->cell[i].high[longest];
    t->cell[i].leaf = false;
    for (uint32_t third = 0; third < 3; third++) {
        struct plain_cell *c = &t->cell[t->n_cells];
        *c = t->cell[i];
        c->leaf = true;
        c->depth++;
        c->low[longest] = low + (high - low) * third / 3;
        c->high[longest] = low + (high - low) * (third + 1) / 3;
        if (third != 1) {
            double x[3];
            plain_centre(t, x, t->n_cells);
            c->value = f(x, t->n);
            t->n_evaluated++;
        }
        t->n_cells++;
    }
}

static void plain_run(struct plain *t, uint32_t evaluations, function *f)
{
    double x[3];
    t->cell[0] = (struct plain_cell){.high = {1, 1, 1}, .leaf = true};
    plain_centre(t, x, 0);
    t->cell[0].value = f(x, t->n);
    t->n_cells = t->n_evaluated = 1;
    uint32_t expansions = 0, depth = 0;
    while (t->n_evaluated < evaluations) {
        double best_so_far = -INFINITY;
        uint32_t h_max = (uint32_t)ceil(sqrt(expansions));
        uint32_t last = depth < h_max ? depth : h_max;
        for (uint32_t h = 0; h <= last && t->n_evaluated < evaluations; h++) {
            uint32_t best = CELLS_MAX;
            for (uint32_t i = 0; i < t->n_cells; i++) {
                if (t->cell[i].leaf && t->cell[i].depth == h &&
                    (best == CELLS_MAX || t->cell[i].value > t->cell[best].value))
                    best = i;
            }
            if (best == CELLS_MAX || t->cell[best].value < best_so_far)
                continue;
            best_so_far = t->cell[best].value;
            plain_expand(t, best, f);
            expansions++;
            if (depth < h + 1)
                depth = h + 1;
        }
    }
}

/* Few levels, so that ties are the rule. */
static double steps(const double *x, uint16_t n)
{
    double sum = 0;
    for (uint16_t d = 0; d < n; d++)
        sum += sin(11 * x[d] + d);
    return floor(2 * sum + 0.123);
}

static double waves(const double *x, uint16_t n)
{
    double product = 1;
    for (uint16_t d = 0; d < n; d++)
        product *= sin(13 * x[d] + d) * sin(27 * x[d]);
    return product;
}

START_TEST(the_tree_is_that_of_munos_loop)
{
    static struct plain t;
    function *const functions[] = {steps, waves};
    for (uint16_t run = 0; run < 18; run++) {
        function *f = functions[run % 2];
        t.n = (uint16_t)(1 + run / 2 % 3);
        t.first = (uint16_t)(run / 6 % t.n);
        plain_run(&t, 401, f);
        struct soo *s = soo_new(t.n, 401, t.first, SOO_CENTRES);
        struct point p;
        uint32_t id;
        while (soo_ask(s, p.x, &id))
            soo_tell(s, id, f(p.x, t.n));
        ck_assert_uint_eq(soo_cells(s), t.n_cells);
        for (uint32_t i = 0; i < t.n_cells; i++) {
            struct soo_cell c;
            soo_cell(s, i, &c);
            bool same = c.depth == t.cell[i].depth && c.leaf == t.cell[i].leaf;
            for (uint16_t d = 0; d < t.n; d++)
                same &= fabs(c.low[d] - t.cell[i].low[d]) < 1e-12 &&
                        fabs(c.high[d] - t.cell[i].high[d]) < 1e-12;
            ck_assert_msg(same, "run %u, cell %u", run, i);
        }
        soo_free(s);
    }
}
END_TEST

START_TEST(the_order_of_telling_does_not_change_the_tree)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        uint16_t n = (uint16_t)(1 + seed % 3);
        struct prng prng = {seed};
        struct soo *in_order = soo_new(n, 200, 0, SOO_BORDERS);
        struct soo *shuffled = soo_new(n, 200, 0, SOO_BORDERS);
        struct point p;
        static struct point pending[200];
        uint32_t ids[200], n_pending = 0, most = 0, id;
        while (soo_ask(in_order, p.x, &id))
            soo_tell(in_order, id, waves(p.x, n));
        while (true) {
            while (soo_ask(shuffled, pending[n_pending].x, &ids[n_pending]))
                n_pending++;
            if (n_pending == 0)
                break;
            most = n_pending > most ? n_pending : most;
            uint32_t i = (uint32_t)prng_below(&prng, n_pending);
            soo_tell(shuffled, ids[i], waves(pending[i].x, n));
            n_pending--;
            ids[i] = ids[n_pending];
            pending[i] = pending[n_pending];
        }
        ck_assert_uint_ge(most, 2);
        ck_assert_uint_eq(soo_cells(shuffled), soo_cells(in_order));
        for (uint32_t i = 0; i < soo_cells(in_order); i++) {
            struct soo_cell a, b;
            soo_cell(in_order, i, &a);
            soo_cell(shuffled, i, &b);
            if (!same_numbers(a.low, b.low, n) || !same_numbers(a.high, b.high, n) ||
                a.value != b.value || a.leaf != b.leaf)
                ck_abort_msg("cell %u differs", i);
        }
        soo_free(in_order);
        soo_free(shuffled);
    }
}
END_TEST

START_TEST(exactly_the_evaluations_are_asked_for)
{
    for (uint32_t evaluations = 1; evaluations < 40; evaluations++) {
        struct soo *s = soo_new(2, evaluations, 0, SOO_CENTRES);
        struct point p;
        uint32_t id;
        for (uint32_t i = 0; i < evaluations; i++) {
            ck_assert(!soo_exhausted(s));
            ck_assert(soo_ask(s, p.x, &id));
            soo_tell(s, id, waves(p.x, 2));
        }
        ck_assert(soo_exhausted(s));
        ck_assert(!soo_ask(s, p.x, &id));
        soo_free(s);
    }
}
END_TEST

START_TEST(a_sweep_waits_for_the_values_it_compares)
{
    struct soo *s = soo_new(1, 9, 0, SOO_CENTRES);
    struct point p;
    uint32_t id, low, high;
    ck_assert(soo_ask(s, p.x, &id));
    ck_assert(p.x[0] == 0.5);
    ck_assert(!soo_ask(s, p.x, &low));
    ck_assert(!soo_exhausted(s));
    soo_tell(s, id, 1);
    ck_assert(soo_ask(s, p.x, &low));
    ck_assert_double_eq_tol(p.x[0], 1.0 / 6, 1e-15);
    ck_assert(soo_ask(s, p.x, &high));
    ck_assert_double_eq_tol(p.x[0], 5.0 / 6, 1e-15);
    ck_assert(!soo_ask(s, p.x, &id));
    soo_tell(s, high, 0);
    ck_assert(!soo_ask(s, p.x, &id));
    soo_tell(s, low, 2);
    ck_assert(soo_ask(s, p.x, &id));
    ck_assert_double_eq_tol(p.x[0], 1.0 / 18, 1e-15);
    soo_free(s);
}
END_TEST

START_TEST(sides_are_split_in_turn_from_the_first_on)
{
    struct soo *s = soo_new(3, 7, 2, SOO_CENTRES);
    struct point p;
    struct soo_cell c;
    uint32_t id;
    while (soo_ask(s, p.x, &id))
        soo_tell(s, id, p.x[2]);
    soo_cell(s, 3, &c);
    ck_assert_double_eq_tol(c.low[2], 2.0 / 3, 1e-15);
    ck_assert(c.high[0] == 1 && c.high[1] == 1);
    soo_cell(s, 4, &c);
    ck_assert_double_eq_tol(c.high[0], 1.0 / 3, 1e-15);
    ck_assert(c.high[1] == 1 && c.depth == 2);
    soo_free(s);
}
END_TEST

START_TEST(no_side_is_split_beyond_what_a_double_holds)
{
    struct soo *s = soo_new(1, 4001, 0, SOO_CENTRES);
    struct point p;
    uint32_t id, deepest = 0;
    while (soo_ask(s, p.x, &id))
        soo_tell(s, id, -fabs(p.x[0] - 0.12345678901234567));
    for (uint32_t i = 0; i < soo_cells(s); i++) {
        struct soo_cell c;
        soo_cell(s, i, &c);
        deepest = c.depth > deepest ? c.depth : deepest;
        ck_assert(c.low[0] < c.point[0] && c.point[0] < c.high[0]);
    }
    ck_assert_uint_eq(deepest, SOO_SPLITS_MAX);
    ck_assert(soo_exhausted(s));
    soo_free(s);
}
END_TEST

START_TEST(the_largest_cube_works)
{
    struct soo *s = soo_new(SOO_DIMENSIONS_MAX, 1001, 255, SOO_BORDERS);
    struct point p;
    uint32_t id, n_asked = 0;
    while (soo_ask(s, p.x, &id)) {
        double sum = 0;
        for (int d = 0; d < SOO_DIMENSIONS_MAX; d++)
            sum += p.x[d];
        soo_tell(s, id, sum);
        n_asked++;
    }
    ck_assert_uint_eq(n_asked, 1001);
    soo_free(s);
}
END_TEST

/* ---- known maxima ---- */

static double best_of_soo(uint16_t n, uint32_t evaluations, enum soo_points points,
                          function *f)
{
    struct soo *s = soo_new(n, evaluations, 0, points);
    struct point p;
    uint32_t id;
    double best = -INFINITY;
    while (soo_ask(s, p.x, &id)) {
        double value = f(p.x, n);
        best = fmax(best, value);
        soo_tell(s, id, value);
    }
    soo_free(s);
    return best;
}

/* The mean of 50 runs of plain random search. */
static double best_of_random(uint16_t n, uint32_t evaluations, function *f)
{
    struct prng prng = {7};
    double sum = 0;
    for (int run = 0; run < 50; run++) {
        double best = -INFINITY;
        for (uint32_t i = 0; i < evaluations; i++) {
            struct point p;
            for (uint16_t d = 0; d < n; d++)
                p.x[d] = prng_share(&prng);
            best = fmax(best, f(p.x, n));
        }
        sum += best / 50;
    }
    return sum;
}

static double two_sines(const double *x, uint16_t n)
{
    (void)n;
    return (sin(13 * x[0]) * sin(27 * x[0]) + 1) / 2;
}

static double garland(const double *x, uint16_t n)
{
    (void)n;
    return x[0] * (1 - x[0]) * (4 - sqrt(fabs(sin(60 * x[0]))));
}

static double sphere(const double *x, uint16_t n)
{
    double sum = 0;
    for (uint16_t d = 0; d < n; d++)
        sum += (x[d] - 0.3) * (x[d] - 0.3);
    return -sum;
}

static double corner(const double *x, uint16_t n)
{
    double sum = 0;
    for (uint16_t d = 0; d < n; d++)
        sum += d % 2 == 0 ? x[d] : -x[d];
    return sum;
}

/* On [-5, 10] x [0, 15]; greatest value -0.397887. */
static double branin(const double *x, uint16_t n)
{
    (void)n;
    const double pi = 3.14159265358979323846;
    double a = 15 * x[0] - 5, b = 15 * x[1];
    double bowl = b - 5.1 / (4 * pi * pi) * a * a + 5 / pi * a - 6;
    return -(bowl * bowl + 10 * (1 - 1 / (8 * pi)) * cos(a) + 10);
}

/* On [-5, 10] squared; greatest value 0. */
static double rosenbrock(const double *x, uint16_t n)
{
    (void)n;
    double a = 15 * x[0] - 5, b = 15 * x[1] - 5;
    return -(100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a));
}

/* Greatest value 3.86278. */
static double hartmann3(const double *x, uint16_t n)
{
    (void)n;
    static const double alpha[4] = {1, 1.2, 3, 3.2};
    static const double a[4][3] = {
        {3, 10, 30}, {0.1, 10, 35}, {3, 10, 30}, {0.1, 10, 35}};
    static const double p[4][3] = {{0.3689, 0.1170, 0.2673},
                                   {0.4699, 0.4387, 0.7470},
                                   {0.1091, 0.8732, 0.5547},
                                   {0.0381, 0.5743, 0.8828}};
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        double inner = 0;
        for (int j = 0; j < 3; j++)
            inner += a[i][j] * (x[j] - p[i][j]) * (x[j] - p[i][j]);
        sum += alpha[i] * exp(-inner);
    }
    return sum;
}

/* The losses of SOO for this function in table 1 of Munos 2011, to three digits. */
START_TEST(the_product_of_two_sines_is_found_as_munos_reports)
{
    const double greatest = 0.9755991438115746;
    ck_assert_double_eq_tol(greatest - best_of_soo(1, 100, SOO_CENTRES, two_sines),
                            5.90e-7, 0.005e-7);
    ck_assert_double_eq_tol(greatest - best_of_soo(1, 150, SOO_CENTRES, two_sines),
                            1.92e-10, 0.005e-10);
}
END_TEST

static const struct {
    const char *name;
    function *f;
    uint16_t n;
    uint32_t evaluations;
    double greatest;
    double loss; /* measured, rounded up */
} known[] = {
    {"garland", garland, 1, 500, 0.9977723739199237, 1e-4},
    {"branin", branin, 2, 300, -0.39788735772973816, 5e-5},
    {"rosenbrock", rosenbrock, 2, 600, 0, 6e-6},
    {"hartmann3", hartmann3, 3, 300, 3.86277978733, 5e-3},
    {"sphere", sphere, 2, 100, 0, 2e-5},
    {"sphere", sphere, 3, 200, 0, 3e-4},
    {"sphere", sphere, 4, 400, 0, 3e-3},
    {"sphere", sphere, 5, 800, 0, 4e-3},
    {"sphere", sphere, 6, 1600, 0, 5e-3},
};

START_TEST(known_maxima_are_found_and_better_than_at_random)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        uint32_t evaluations = known[i].evaluations;
        double random = best_of_random(known[i].n, evaluations, known[i].f);
        for (int borders = 0; borders < 2; borders++) {
            double best = best_of_soo(known[i].n, evaluations,
                                      borders ? SOO_BORDERS : SOO_CENTRES, known[i].f);
            ck_assert_msg(known[i].greatest - best <= known[i].loss,
                          "%s, %u dimensions", known[i].name, known[i].n);
            ck_assert_msg(known[i].greatest - best < (known[i].greatest - random) / 5,
                          "%s, %u dimensions", known[i].name, known[i].n);
        }
    }
}
END_TEST

START_TEST(with_borders_a_corner_is_reached_exactly)
{
    for (uint16_t n = 1; n <= 6; n++) {
        uint16_t n_even = (uint16_t)((n + 1) / 2); /* dimensions that count upwards */
        double greatest = n_even;
        uint32_t evaluations = 4u * n * n + 3;
        ck_assert(best_of_soo(n, evaluations, SOO_BORDERS, corner) == greatest);
        ck_assert(best_of_soo(n, evaluations, SOO_CENTRES, corner) < greatest);
    }
}
END_TEST

UNIT_MAIN("soo", the_leaves_partition_the_cube_after_every_step,
          no_point_is_asked_twice_and_each_is_that_of_its_cell,
          a_child_that_inherits_has_the_point_and_the_value_of_a_parent,
          the_tree_is_that_of_munos_loop, the_order_of_telling_does_not_change_the_tree,
          exactly_the_evaluations_are_asked_for,
          a_sweep_waits_for_the_values_it_compares,
          sides_are_split_in_turn_from_the_first_on,
          no_side_is_split_beyond_what_a_double_holds, the_largest_cube_works,
          the_product_of_two_sines_is_found_as_munos_reports,
          known_maxima_are_found_and_better_than_at_random,
          with_borders_a_corner_is_reached_exactly)
