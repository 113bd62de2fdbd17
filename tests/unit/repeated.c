/* SPDX-License-Identifier: MIT */
/* What grim trigger holds: regions against the conditions of game/incentive asked one
 * distribution at a time, and the games whose thresholds are known. */
#include "analysis/repeated.h"

#include <math.h>
#include <string.h>

#include "tests/unit/raw.h"
#include "tests/unit/unit.h"

static void random_game(struct game *g, struct prng *p, uint8_t n_players,
                        uint8_t actions_max, unsigned values)
{
    double value[64];
    memset(g, 0, sizeof *g);
    g->shape.n_players = n_players;
    for (uint8_t i = 0; i < n_players; i++)
        g->shape.n_actions[i] = (uint8_t)(1 + prng_below(p, actions_max));
    for (uint8_t i = 0; i < n_players; i++) {
        for (uint32_t k = 0; k < shape_profiles(&g->shape); k++)
            value[k] = (double)prng_below(p, values);
        g->payoffs[i] = payoffs_new(&g->shape, i, value);
    }
}

/* A punishment that is easy to have: a little more than the least payoff. It need not
 * be an equilibrium for the conditions to be what they are. */
static void random_threat(struct repeated *r, struct prng *p)
{
    for (uint8_t i = 0; i < r->game->shape.n_players; i++)
        r->threat[i] = r->game->payoffs[i]->least +
                       prng_share(p) * payoffs_range(r->game->payoffs[i]) / 2;
}

/* As a node judges: every player keeps it. payoff gets what it pays. */
static bool kept(const struct repeated *r, const double *distribution,
                 enum concept concept, double *payoff)
{
    const struct enforcement e = {r->discount, 0};
    bool all = true;
    for (uint8_t i = 0; i < r->game->shape.n_players; i++) {
        const struct payoffs *p = r->game->payoffs[i];
        struct incentive_view v;
        incentive_view_distribution(&v, p, distribution, concept, r->threat[i]);
        all = all && incentive_holds(&v, concept, INCENTIVE_INTERIM, &e,
                                     INCENTIVE_TOLERANCE * payoffs_range(p));
        payoff[i] = v.payoff;
    }
    return all;
}

static void draw(double *distribution, uint32_t n, struct prng *p)
{
    double sum = 0;
    memset(distribution, 0, n * sizeof *distribution);
    for (uint64_t few = 1 + prng_below(p, 4); few > 0; few--)
        distribution[prng_below(p, n)] += prng_share(p) + 1e-3;
    for (uint32_t k = 0; k < n; k++)
        sum += distribution[k];
    for (uint32_t k = 0; k < n; k++)
        distribution[k] /= sum;
}

static bool region_has(const struct region *g, const struct spot *s, double tolerance)
{
    for (uint32_t k = 0; k < g->n_polygons; k++)
        if (polygon_has(&g->polygon[k], s, tolerance))
            return true;
    return false;
}

/* What public lotteries sustain is in the region, and the corners of the region are
 * sustained: the region is neither too small nor too large. */
START_TEST(the_public_region_is_what_public_lotteries_sustain)
{
    struct prng p = {31};
    int n_kept = 0, n_corners = 0;
    for (int round = 0; round < 60; round++) {
        struct game g;
        random_game(&g, &p, round % 3 == 0 ? 3 : 2, round % 3 == 0 ? 2 : 3, 8);
        struct repeated r = {.game = &g, .discount = prng_share(&p), .shown = {1, 0}};
        struct region region;
        double distribution[64], payoff[PLAYERS_MAX];
        random_threat(&r, &p);
        ck_assert(repeated_region(&region, &r, CONCEPT_PUBLIC, 1));
        ck_assert(region.exact);
        for (int k = 0; k < 200; k++) {
            draw(distribution, shape_profiles(&g.shape), &p);
            if (!kept(&r, distribution, CONCEPT_PUBLIC, payoff))
                continue;
            const struct spot s = {{payoff[1], payoff[0]}};
            double welfare = 0;
            for (uint8_t i = 0; i < g.shape.n_players; i++)
                welfare += payoff[i];
            n_kept++;
            ck_assert(region_has(&region, &s, 1e-6));
            ck_assert_double_ge(region.welfare, welfare - 1e-6);
            ck_assert(repeated_sustains(&r, CONCEPT_PUBLIC, payoff));
        }
        for (uint32_t k = 0; k < region.n_polygons && g.shape.n_players == 2; k++) {
            double middle[2] = {0};
            for (uint32_t c = 0; c < region.polygon[k].n; c++)
                for (int axis = 0; axis < 2; axis++)
                    middle[1 - axis] +=
                        region.polygon[k].corner[c].at[axis] / region.polygon[k].n;
            ck_assert(repeated_sustains(&r, CONCEPT_PUBLIC, middle));
            n_corners++;
        }
        region_free(&region);
        game_free(&g);
    }
    ck_assert_int_gt(n_kept, 600);
    ck_assert_int_gt(n_corners, 40);
}
END_TEST

START_TEST(payoffs_of_kept_recommendations_are_sustained_in_private)
{
    struct prng p = {32};
    int n_kept = 0, n_not = 0;
    for (int round = 0; round < 80; round++) {
        struct game g;
        random_game(&g, &p, (uint8_t)(2 + round % 2), 2, 6);
        struct repeated r = {.game = &g, .discount = prng_share(&p), .shown = {0, 1}};
        double distribution[64], payoff[PLAYERS_MAX];
        random_threat(&r, &p);
        for (int k = 0; k < 60; k++) {
            draw(distribution, shape_profiles(&g.shape), &p);
            const bool keeps = kept(&r, distribution, CONCEPT_PRIVATE, payoff);
            if (keeps)
                ck_assert(repeated_sustains(&r, CONCEPT_PRIVATE, payoff));
            n_kept += keeps;
            n_not += !keeps && !repeated_sustains(&r, CONCEPT_PRIVATE, payoff);
        }
        game_free(&g);
    }
    ck_assert_int_gt(n_kept, 200);
    ck_assert_int_gt(n_not, 200);
}
END_TEST

/* A fine grid of distributions over the four profiles of a 2x2 game: no payoff that is
 * said not to be sustained is that of a kept distribution, and each spot of the region
 * has a kept one near. */
START_TEST(the_private_raster_agrees_with_a_grid_of_distributions)
{
    enum { STEPS = 24 };
    struct prng p = {33};
    for (int round = 0; round < 2; round++) {
        struct game g;
        struct region region;
        do {
            random_game(&g, &p, 2, 2, 6);
        } while (shape_profiles(&g.shape) < 4 && (game_free(&g), true));
        struct repeated r = {.game = &g, .discount = 0.5, .shown = {0, 1}};
        double payoff[PLAYERS_MAX];
        random_threat(&r, &p);
        ck_assert(repeated_region(&region, &r, CONCEPT_PRIVATE, 1));
        ck_assert(!region.exact);
        for (int a = 0; a <= STEPS; a++)
            for (int b = 0; a + b <= STEPS; b++)
                for (int c = 0; a + b + c <= STEPS; c++) {
                    const double phi[4] = {(double)a / STEPS, (double)b / STEPS,
                                           (double)c / STEPS,
                                           (double)(STEPS - a - b - c) / STEPS};
                    if (!kept(&r, phi, CONCEPT_PRIVATE, payoff))
                        continue;
                    ck_assert_double_ge(region.welfare + region.distance[0] * 2 +
                                            region.distance[1] * 2 + 0.5,
                                        payoff[0] + payoff[1]);
                }
        for (uint32_t k = 0; k < region.n_spots; k += 3)
            ck_assert(repeated_sustains(&r, CONCEPT_PRIVATE, region.spot[k].at));
        region_free(&region);
        game_free(&g);
    }
}
END_TEST

/* The way in which samples are drawn, once more. */
static void draw_sample(double *distribution, uint32_t n, struct prng *p)
{
    double sum = 0;
    memset(distribution, 0, n * sizeof *distribution);
    for (uint64_t few = 1 + prng_below(p, n < 6 ? n : 6); few > 0; few--)
        distribution[prng_below(p, n)] -= log(1 - prng_share(p)) - 1e-12;
    for (uint32_t k = 0; k < n; k++)
        sum += distribution[k];
    for (uint32_t k = 0; k < n; k++)
        distribution[k] /= sum;
}

static bool spot_near(const struct region *g, const double *payoff, double error)
{
    for (uint32_t k = 0; k < g->n_spots; k++)
        if (fabs(g->spot[k].at[0] - payoff[0]) <= error &&
            fabs(g->spot[k].at[1] - payoff[1]) <= error)
            return true;
    return false;
}

/* Others that are drawn alike lie within the error as often as it says: between 90 and
 * 99 in 100. */
START_TEST(a_sample_is_as_far_off_as_it_says)
{
    struct prng p = {35};
    int n_judged = 0;
    for (int round = 0; round < 12; round++) {
        struct game g;
        struct region region, again;
        double distribution[64], payoff[PLAYERS_MAX];
        int n_kept = 0, n_near = 0;
        random_game(&g, &p, 3, 3, 6);
        struct repeated r = {.game = &g, .discount = 0.8, .shown = {0, 1}};
        random_threat(&r, &p);
        ck_assert(repeated_region(&region, &r, CONCEPT_PRIVATE, 7));
        ck_assert(repeated_region(&again, &r, CONCEPT_PRIVATE, 7));
        ck_assert_double_eq(region.error, again.error);
        ck_assert_uint_eq(region.n_held, again.n_held);
        ck_assert_int_eq(region.error >= 0, region.n_held > 0);
        for (int k = 0; k < 4000 && region.n_held == 500; k++) {
            draw_sample(distribution, shape_profiles(&g.shape), &p);
            if (!kept(&r, distribution, CONCEPT_PRIVATE, payoff))
                continue;
            n_kept++;
            n_near += spot_near(&region, payoff, region.error + 1e-12);
        }
        if (n_kept >= 500 && region.error > 0) {
            ck_assert_int_ge(n_near, n_kept * 90 / 100);
            ck_assert_int_le(n_near, n_kept * 99 / 100);
            n_judged++;
        }
        region_free(&region);
        region_free(&again);
        game_free(&g);
    }
    ck_assert_int_ge(n_judged, 4);
}
END_TEST

static void read_game(struct game *g, const char *text)
{
    struct format_error error;
    ck_assert(nfg_read(g, text, strlen(text), &error));
}

START_TEST(the_prisoners_region_is_known)
{
    struct game g;
    struct region region;
    read_game(&g, "NFG 1 R \"\" {\"A\" \"B\"} {2 2} 2 2 3 -1 -1 3 0 0");
    struct repeated r = {.game = &g, .discount = 0.9, .shown = {0, 1}};
    ck_assert_double_eq_tol(repeated_minimum_discount(&r, 0), 1. / 3, 1e-12);
    ck_assert_double_eq(repeated_minimum_discount(&r, 1), -1);
    ck_assert_double_eq(repeated_minimum_discount(&r, 3), 0);
    /* At (D, C) the one who is exploited asks for 1/9 on average; nothing that the
     * folk theorem has above that is missing. */
    ck_assert(repeated_region(&region, &r, CONCEPT_PUBLIC, 1));
    ck_assert_double_eq_tol(region.welfare, 4, 1e-6);
    const struct spot in[] = {
        {{0, 0}}, {{2, 2}}, {{8. / 3 - 0.04, 0.12}}, {{1. / 9, 1. / 9}}};
    const struct spot out[] = {{{0.05, 0.5}}, {{2.72, 0.05}}, {{2.4, 1.9}}};
    for (int k = 0; k < 4; k++)
        ck_assert(region_has(&region, &in[k], 1e-6));
    for (int k = 0; k < 3; k++)
        ck_assert(!region_has(&region, &out[k], 1e-6));
    region_free(&region);
    /* Below 1/3 only the static equilibrium is left. */
    r.discount = 0.3;
    ck_assert(repeated_region(&region, &r, CONCEPT_PUBLIC, 1));
    ck_assert_double_eq_tol(region.welfare, 0, 1e-6);
    region_free(&region);
    r.discount = 0;
    ck_assert(repeated_region(&region, &r, CONCEPT_PUBLIC, 1));
    ck_assert_double_eq_tol(region.welfare, 0, 1e-6);
    region_free(&region);
    game_free(&g);
}
END_TEST

/* In mixed actions the players of the battle of the sexes cannot both have more than
 * 3/4; a public lottery gives 3/2 at every discount factor. */
START_TEST(a_lottery_gives_the_sexes_more_than_mixing_does)
{
    struct game g;
    struct region region;
    read_game(&g, "NFG 1 R \"\" {\"A\" \"B\"} {2 2} 2 1 0 0 0 0 1 2");
    struct repeated r = {
        .game = &g, .discount = 0.9, .threat = {2. / 3, 2. / 3}, .shown = {0, 1}};
    ck_assert(repeated_region(&region, &r, CONCEPT_NASH, 1));
    ck_assert_double_eq(region.welfare, 3);
    for (uint32_t k = 0; k < region.n_spots; k++)
        if (fabs(region.spot[k].at[0] - region.spot[k].at[1]) < 1e-9)
            ck_assert_double_le(region.spot[k].at[0], 0.75 + 1e-9);
    region_free(&region);
    r.discount = 0.01;
    ck_assert(repeated_region(&region, &r, CONCEPT_PUBLIC, 1));
    ck_assert(region_has(&region, &(struct spot){{1.5, 1.5}}, 1e-9));
    region_free(&region);
    game_free(&g);
}
END_TEST

START_TEST(the_least_discount_of_a_profile_is_where_nodes_begin_to_keep_it)
{
    struct prng p = {34};
    for (int round = 0; round < 500; round++) {
        struct game g;
        random_game(&g, &p, 2, 3, 6);
        struct repeated r = {.game = &g, .shown = {0, 1}};
        double distribution[64] = {0}, payoff[PLAYERS_MAX];
        random_threat(&r, &p);
        for (uint32_t at = 0; at < shape_profiles(&g.shape); at++) {
            const double least = repeated_minimum_discount(&r, at);
            distribution[at] = 1;
            for (int k = 0; k < 10; k++) {
                r.discount = k / 10. + 0.0123;
                ck_assert_int_eq(kept(&r, distribution, CONCEPT_PUBLIC, payoff),
                                 least >= 0 && r.discount >= least);
            }
            distribution[at] = 0;
        }
        game_free(&g);
    }
}
END_TEST

START_TEST(a_sliver_ends_where_it_ends)
{
    struct spot spot[] = {{{1, 2}}, {{3, 1}}, {{3, 1 + 1e-13}}, {{3 + 1e-13, 1}}};
    const struct spot in[] = {{{1, 2}}, {{2, 1.5}}, {{3, 1}}};
    const struct spot out[] = {{{0, 2.5}}, {{5, 0}}, {{0.99, 2.005}}, {{2, 1.6}}};
    for (uint32_t n = 2; n <= 4; n++) {
        struct polygon p;
        struct spot some[4];
        memcpy(some, spot, sizeof spot);
        ck_assert(polygon_around(&p, some, n));
        for (int k = 0; k < 3; k++)
            ck_assert(polygon_has(&p, &in[k], 1e-9));
        for (int k = 0; k < 4; k++)
            ck_assert(!polygon_has(&p, &out[k], 1e-9));
        polygon_free(&p);
    }
}
END_TEST

/* ---- what must not change an answer ---- */

/* Where players and actions go, and in which units they are paid. */
struct change {
    uint8_t to[3], action[3][4];
    double scale[3], shift[3];
};

static void shuffle(uint8_t *out, uint8_t n, struct prng *p)
{
    for (uint8_t i = 0; i < n; i++) {
        const uint8_t k = (uint8_t)prng_below(p, i + 1u);
        out[i] = out[k];
        out[k] = i;
    }
}

/* g with other names and units. The players shown are still those who were. */
static void change_draw(struct change *c, struct repeated *out, struct game *h,
                        const struct repeated *r, struct prng *p, bool one_unit)
{
    const struct game *g = r->game;
    const uint8_t n = g->shape.n_players;
    double value[3][64];
    memset(h, 0, sizeof *h);
    h->shape.n_players = n;
    *out = *r;
    out->game = h;
    shuffle(c->to, n, p);
    for (uint8_t i = 0; i < n; i++) {
        shuffle(c->action[i], (uint8_t)g->shape.n_actions[i], p);
        h->shape.n_actions[c->to[i]] = g->shape.n_actions[i];
        c->scale[i] = one_unit && i > 0 ? c->scale[0] : 0.5 + (double)prng_below(p, 4);
        c->shift[i] = (double)prng_below(p, 9) - 4;
        out->threat[c->to[i]] = c->scale[i] * r->threat[i] + c->shift[i];
    }
    for (uint32_t x = 0; x < shape_profiles(&g->shape); x++) {
        uint8_t a[PLAYERS_MAX], b[PLAYERS_MAX] = {0};
        profile_actions(a, &g->shape, x);
        for (uint8_t i = 0; i < n; i++)
            b[c->to[i]] = c->action[i][a[i]];
        for (uint8_t i = 0; i < n; i++)
            value[c->to[i]][profile_index(&h->shape, b)] =
                c->scale[i] * g->payoffs[i]->value[x] + c->shift[i];
    }
    for (uint8_t i = 0; i < n; i++)
        h->payoffs[i] = payoffs_new(&h->shape, i, value[i]);
    for (int axis = 0; axis < 2; axis++)
        out->shown[axis] = c->to[r->shown[axis]];
}

static uint32_t changed_profile(const struct change *c, const struct game *g,
                                const struct game *h, uint32_t x)
{
    uint8_t a[PLAYERS_MAX], b[PLAYERS_MAX] = {0};
    profile_actions(a, &g->shape, x);
    for (uint8_t i = 0; i < g->shape.n_players; i++)
        b[c->to[i]] = c->action[i][a[i]];
    return profile_index(&h->shape, b);
}

/* Where all have one unit. */
static double changed_welfare(const struct change *c, const struct game *g,
                              const struct region *region)
{
    double welfare = c->scale[0] * region->welfare;
    for (uint8_t i = 0; i < g->shape.n_players; i++)
        welfare += c->shift[i];
    return welfare;
}

/* What a random distribution pays. */
static void draw_payoff(double *payoff, const struct game *g, struct prng *p)
{
    double distribution[64];
    draw(distribution, shape_profiles(&g->shape), p);
    for (uint8_t i = 0; i < g->shape.n_players; i++) {
        payoff[i] = 0;
        for (uint32_t x = 0; x < shape_profiles(&g->shape); x++)
            payoff[i] += distribution[x] * g->payoffs[i]->value[x];
    }
}

START_TEST(names_and_units_change_no_region)
{
    struct prng p = {36};
    int n_in = 0, n_out = 0;
    for (int round = 0; round < 80; round++) {
        struct game g, h;
        struct change c;
        struct region region, other;
        random_game(&g, &p, round % 3 == 0 ? 3 : 2, round % 3 == 0 ? 2 : 3, 5);
        struct repeated q,
            r = {.game = &g, .discount = prng_share(&p), .shown = {1, 0}};
        random_threat(&r, &p);
        change_draw(&c, &q, &h, &r, &p, round % 2 == 0);
        for (uint32_t x = 0; x < shape_profiles(&g.shape); x++)
            ck_assert_double_eq_tol(
                repeated_minimum_discount(&r, x),
                repeated_minimum_discount(&q, changed_profile(&c, &g, &h, x)), 1e-9);
        ck_assert(repeated_region(&region, &r, CONCEPT_PUBLIC, 1));
        ck_assert(repeated_region(&other, &q, CONCEPT_PUBLIC, 1));
        ck_assert_int_eq(region.any, other.any);
        if (round % 2 == 0 && region.any)
            ck_assert_double_eq_tol(other.welfare, changed_welfare(&c, &g, &region),
                                    1e-5);
        for (int k = 0; k < 40; k++) {
            double payoff[PLAYERS_MAX], moved[PLAYERS_MAX] = {0};
            draw_payoff(payoff, &g, &p);
            for (uint8_t i = 0; i < g.shape.n_players; i++)
                moved[c.to[i]] = c.scale[i] * payoff[i] + c.shift[i];
            const struct spot at = {{payoff[1], payoff[0]}};
            const struct spot there = {{moved[c.to[1]], moved[c.to[0]]}};
            const bool in = region_has(&region, &at, 1e-9);
            ck_assert(in || !region_has(&other, &there, 0) ||
                      region_has(&region, &at, 1e-5));
            ck_assert(!in || region_has(&other, &there, 1e-5));
            ck_assert_int_eq(repeated_sustains(&r, CONCEPT_PUBLIC, payoff),
                             repeated_sustains(&q, CONCEPT_PUBLIC, moved));
            if (k < 10)
                ck_assert_int_eq(repeated_sustains(&r, CONCEPT_PRIVATE, payoff),
                                 repeated_sustains(&q, CONCEPT_PRIVATE, moved));
            n_in += in;
            n_out += !in;
        }
        region_free(&region);
        region_free(&other);
        game_free(&g);
        game_free(&h);
    }
    ck_assert_int_gt(n_in, 300);
    ck_assert_int_gt(n_out, 500);
}
END_TEST

/* Patience and a worse punishment only help, and who keeps an agreement that all have
 * seen keeps it knowing less. */
START_TEST(patience_and_punishment_and_ignorance_only_help)
{
    struct prng p = {37};
    int n_gained[3] = {0};
    for (int round = 0; round < 90; round++) {
        struct game g;
        random_game(&g, &p, round % 3 == 0 ? 3 : 2, round % 3 == 0 ? 2 : 3, 5);
        struct repeated r = {.game = &g, .discount = prng_share(&p), .shown = {0, 1}};
        random_threat(&r, &p);
        struct repeated patient = r, feared = r;
        patient.discount += (1 - r.discount) * 0.5;
        for (uint8_t i = 0; i < g.shape.n_players; i++)
            feared.threat[i] -= prng_share(&p);
        for (int k = 0; k < 20; k++) {
            double payoff[PLAYERS_MAX];
            draw_payoff(payoff, &g, &p);
            for (int concept = CONCEPT_PUBLIC; concept <= CONCEPT_PRIVATE; concept ++) {
                const enum concept seen = (enum concept) concept;
                const bool sustains = repeated_sustains(&r, seen, payoff);
                const bool more[2] = {repeated_sustains(&patient, seen, payoff),
                                      repeated_sustains(&feared, seen, payoff)};
                ck_assert(!sustains || (more[0] && more[1]));
                n_gained[0] += more[0] && !sustains;
                n_gained[1] += more[1] && !sustains;
            }
            const bool public = repeated_sustains(&r, CONCEPT_PUBLIC, payoff);
            const bool private = repeated_sustains(&r, CONCEPT_PRIVATE, payoff);
            ck_assert(!public || private);
            n_gained[2] += private && !public;
        }
        game_free(&g);
    }
    for (int k = 0; k < 3; k++)
        ck_assert_int_gt(n_gained[k], 20);
}
END_TEST

/* A third player with one action and one payoff: polygons become shadows of polytopes,
 * which must be the same. And a copy of an action, or one that is as good to others and
 * worse to its player, adds nothing worth having. */
static void add_seat(struct game *h, const struct game *g)
{
    double value[64] = {0};
    memset(h, 0, sizeof *h);
    h->shape = g->shape;
    h->shape.n_actions[h->shape.n_players++] = 1;
    for (uint8_t i = 0; i < g->shape.n_players; i++)
        h->payoffs[i] = payoffs_new(&h->shape, i, g->payoffs[i]->value);
    h->payoffs[g->shape.n_players] = payoffs_new(&h->shape, g->shape.n_players, value);
}

static void add_action(struct game *h, const struct game *g, uint8_t player,
                       uint8_t like, double loss)
{
    double value[64];
    memset(h, 0, sizeof *h);
    h->shape = g->shape;
    const uint8_t added = (uint8_t)h->shape.n_actions[player]++;
    for (uint8_t i = 0; i < g->shape.n_players; i++) {
        for (uint32_t y = 0; y < shape_profiles(&h->shape); y++) {
            uint8_t a[PLAYERS_MAX];
            profile_actions(a, &h->shape, y);
            const bool new = a[player] == added;
            a[player] = new ? like : a[player];
            value[y] = g->payoffs[i]->value[profile_index(&g->shape, a)] -
                       (new &&i == player ? loss : 0);
        }
        h->payoffs[i] = payoffs_new(&h->shape, i, value);
    }
}

START_TEST(nothing_is_sustained_by_what_adds_nothing)
{
    struct prng p = {38};
    for (int round = 0; round < 90; round++) {
        struct game g, h;
        struct region region, other;
        random_game(&g, &p, 2, 3, 5);
        struct repeated r = {.game = &g, .discount = prng_share(&p), .shown = {0, 1}};
        random_threat(&r, &p);
        struct repeated q = r;
        q.game = &h;
        q.threat[2] = round % 2 == 0 ? 0 : -1;
        const uint8_t player = (uint8_t)prng_below(&p, 2);
        const uint8_t like = (uint8_t)prng_below(&p, g.shape.n_actions[player]);
        if (round % 3 == 0)
            add_seat(&h, &g);
        else
            add_action(&h, &g, player, like, round % 3 == 1 ? 0 : 1);
        ck_assert(repeated_region(&region, &r, CONCEPT_PUBLIC, 1));
        ck_assert(repeated_region(&other, &q, CONCEPT_PUBLIC, 1));
        ck_assert(region.exact && other.exact);
        ck_assert(region.any || !other.any || round % 3 == 2);
        ck_assert(!region.any || other.any);
        if (region.any)
            ck_assert_double_eq_tol(region.welfare, other.welfare, 1e-5);
        for (int k = 0; k < 40; k++) {
            double payoff[PLAYERS_MAX] = {0};
            draw_payoff(payoff, &g, &p);
            const struct spot at = {{payoff[0], payoff[1]}};
            ck_assert(!region_has(&region, &at, 0) || region_has(&other, &at, 1e-5));
            ck_assert(round % 3 == 2 || !region_has(&other, &at, 0) ||
                      region_has(&region, &at, 1e-5));
            if (round % 3 != 2 && k < 10)
                for (int c = CONCEPT_PUBLIC; c <= CONCEPT_PRIVATE; c++)
                    ck_assert_int_eq(repeated_sustains(&r, (enum concept)c, payoff),
                                     repeated_sustains(&q, (enum concept)c, payoff));
        }
        region_free(&region);
        region_free(&other);
        game_free(&g);
        game_free(&h);
    }
}
END_TEST

/* All mixed profiles of a grid are asked, whoever is called player 1. */
START_TEST(the_grid_of_mixed_profiles_does_not_know_names)
{
    struct prng p = {39};
    for (int round = 0; round < 4; round++) {
        struct game g, h;
        struct change c;
        struct region region, other;
        random_game(&g, &p, 2, 3, 5);
        struct repeated q,
            r = {.game = &g, .discount = prng_share(&p), .shown = {0, 1}};
        random_threat(&r, &p);
        change_draw(&c, &q, &h, &r, &p, true);
        ck_assert(repeated_region(&region, &r, CONCEPT_NASH, 1));
        ck_assert(repeated_region(&other, &q, CONCEPT_NASH, 1));
        ck_assert_int_eq(region.any, other.any);
        ck_assert_uint_eq(region.n_asked, other.n_asked);
        for (int axis = 0; axis < 2; axis++)
            ck_assert_double_eq_tol(other.distance[axis],
                                    c.scale[axis] * region.distance[axis], 1e-9);
        if (region.any)
            ck_assert_double_eq_tol(other.welfare, changed_welfare(&c, &g, &region),
                                    1e-9);
        region_free(&region);
        region_free(&other);
        game_free(&g);
        game_free(&h);
    }
}
END_TEST

UNIT_MAIN("repeated", the_public_region_is_what_public_lotteries_sustain,
          payoffs_of_kept_recommendations_are_sustained_in_private,
          the_private_raster_agrees_with_a_grid_of_distributions,
          a_sample_is_as_far_off_as_it_says, the_prisoners_region_is_known,
          a_lottery_gives_the_sexes_more_than_mixing_does,
          the_least_discount_of_a_profile_is_where_nodes_begin_to_keep_it,
          a_sliver_ends_where_it_ends, names_and_units_change_no_region,
          patience_and_punishment_and_ignorance_only_help,
          nothing_is_sustained_by_what_adds_nothing,
          the_grid_of_mixed_profiles_does_not_know_names)
