/* SPDX-License-Identifier: MIT */
/* Hides what is asked: a raster over the payoffs, all mixed profiles on a grid, or a
 * random sample of profiles or distributions. Of the sustained ones that fall into one
 * cell of the picture, the first is kept. */
#include "analysis/inquiry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/secure.h"

enum {
    CELLS = 128, /* of the picture, each way */
    PROFILES_ASKED = 40000,
    SAMPLE_MAX = 20000,
    SAMPLE_WORK = 1 << 25,
    HELD_MAX = 500,
    GRID_MIN = 4,
    GRID_MAX = 200,
};

struct survey {
    const struct repeated *r;
    enum concept concept;
    struct region *out;
    double tolerance[PLAYERS_MAX];
    double least[2], size[2]; /* of what may be sustained */
    bool seen[CELLS][CELLS];
    struct profile profile;
    double *distribution;
};

/* What pays both no less than the punishment, and the box around it. */
static bool survey_box(struct polygon *out, struct survey *s)
{
    struct polygon hull;
    double least[2];
    *out = (struct polygon){0, NULL};
    for (int axis = 0; axis < 2; axis++) {
        const uint8_t i = s->r->shown[axis];
        least[axis] = s->r->threat[i] - s->tolerance[i];
    }
    const bool made = repeated_hull(&hull, s->r) && polygon_above(out, &hull, least);
    polygon_free(&hull);
    for (int axis = 0; axis < 2; axis++) {
        double greatest = out->n > 0 ? out->corner[0].at[axis] : 0;
        s->least[axis] = greatest;
        for (uint32_t k = 1; k < out->n; k++) {
            s->least[axis] = fmin(s->least[axis], out->corner[k].at[axis]);
            greatest = fmax(greatest, out->corner[k].at[axis]);
        }
        s->size[axis] = greatest - s->least[axis];
    }
    return made;
}

static uint32_t cell_of(const struct survey *s, const struct spot *spot, int axis)
{
    const double size = s->size[axis];
    const double at = size > 0 ? (spot->at[axis] - s->least[axis]) / size * CELLS : 0;
    return at < 0 ? 0 : at >= CELLS ? CELLS - 1 : (uint32_t)at;
}

static void keep(struct survey *s, const double *payoff)
{
    struct region *out = s->out;
    const struct spot spot = {{payoff[s->r->shown[0]], payoff[s->r->shown[1]]}};
    double welfare = 0;
    for (uint8_t i = 0; i < s->r->game->shape.n_players; i++)
        welfare += payoff[i];
    if (!out->any || welfare > out->welfare)
        out->welfare = welfare;
    out->any = true;
    bool *seen = &s->seen[cell_of(s, &spot, 0)][cell_of(s, &spot, 1)];
    if (!*seen)
        out->spot[out->n_spots++] = spot;
    *seen = true;
}

/* Judges the profile or the distribution of the survey, as a node would. payoff: what
 * it pays everybody, where it is sustained. */
static bool sustained(const struct survey *s, double *payoff)
{
    const struct game *g = s->r->game;
    const struct enforcement e = {s->r->discount, 0};
    for (uint8_t i = 0; i < g->shape.n_players; i++) {
        struct incentive_view v;
        if (s->concept == CONCEPT_NASH)
            incentive_view_profile(&v, g->payoffs[i], &s->profile, s->r->threat[i]);
        else
            incentive_view_distribution(&v, g->payoffs[i], s->distribution, s->concept,
                                        s->r->threat[i]);
        if (!incentive_holds(&v, s->concept, INCENTIVE_INTERIM, &e, s->tolerance[i]))
            return false;
        payoff[i] = v.payoff;
    }
    return true;
}

static void ask(struct survey *s)
{
    double payoff[PLAYERS_MAX];
    s->out->n_asked++;
    if (sustained(s, payoff))
        keep(s, payoff);
}

/* ---- a raster of payoffs ---- */

static void raster(struct survey *s, const struct polygon *box)
{
    const uint32_t n_profiles = shape_profiles(&s->r->game->shape);
    const int side = n_profiles <= 16 ? 96 : n_profiles <= 64 ? 48 : 24;
    const double small = (s->size[0] + s->size[1]) * 1e-9;
    for (int axis = 0; axis < 2; axis++)
        s->out->distance[axis] = s->size[axis] / side / 2;
    for (int place = 0; place < (side + 1) * (side + 1); place++) {
        struct spot spot;
        double payoff[PLAYERS_MAX];
        for (int axis = 0; axis < 2; axis++) {
            const int step = axis == 0 ? place % (side + 1) : place / (side + 1);
            spot.at[axis] = s->least[axis] + s->size[axis] * step / side;
            payoff[s->r->shown[axis]] = spot.at[axis];
        }
        if (!polygon_has(box, &spot, small))
            continue;
        s->out->n_asked++;
        if (repeated_sustains(s->r, s->concept, payoff))
            keep(s, payoff);
    }
    for (uint32_t k = 0; k < box->n; k++) { /* corners lie on no raster */
        double payoff[PLAYERS_MAX];
        for (int axis = 0; axis < 2; axis++)
            payoff[s->r->shown[axis]] = box->corner[k].at[axis];
        s->out->n_asked++;
        if (repeated_sustains(s->r, s->concept, payoff))
            keep(s, payoff);
    }
}

/* Pure profiles lie on no raster. */
static void ask_pure(struct survey *s, uint32_t n_max)
{
    const struct shape *shape = &s->r->game->shape;
    uint32_t n = shape_profiles(shape);
    n = n < n_max ? n : n_max;
    for (uint32_t at = 0; at < n; at++) {
        uint8_t actions[PLAYERS_MAX];
        profile_actions(actions, shape, at);
        memset(s->profile.share, 0, sizeof s->profile.share);
        for (uint8_t i = 0; i < shape->n_players; i++)
            s->profile.share[shape_offset(shape, i) + actions[i]] = 1;
        s->distribution[at] = 1;
        ask(s);
        s->distribution[at] = 0;
    }
}

/* ---- a grid of mixed profiles ---- */

/* How many mixed actions have shares that are multiples of 1 / steps. */
static double grid_actions(uint32_t steps, uint16_t n_actions)
{
    double n = 1;
    for (uint32_t k = 1; k < n_actions; k++)
        n = n * (steps + k) / k;
    return n;
}

static uint32_t grid_steps(const struct shape *shape)
{
    for (uint32_t steps = GRID_MAX; steps >= GRID_MIN; steps--) {
        double n = 1;
        for (uint8_t i = 0; i < shape->n_players; i++)
            n *= grid_actions(steps, shape->n_actions[i]);
        if (n <= PROFILES_ASKED)
            return steps;
    }
    return 0;
}

/* The next way to share out steps among the actions; false after the last, which
 * becomes the first. */
static bool share_next(uint32_t *count, uint16_t n, uint32_t steps)
{
    uint16_t k = 0;
    while (k + 1 < n && count[k] == 0)
        k++;
    if (k + 1 >= n) {
        memset(count, 0, n * sizeof *count);
        count[0] = steps;
        return false;
    }
    const uint32_t moved = count[k];
    count[k] = 0;
    count[0] = moved - 1;
    count[k + 1]++;
    return true;
}

static void grid(struct survey *s, uint32_t steps)
{
    const struct shape *shape = &s->r->game->shape;
    uint32_t count[WEIGHTS_MAX] = {0};
    uint16_t n_actions = 0;
    for (uint8_t i = 0; i < shape->n_players; i++) {
        count[shape_offset(shape, i)] = steps;
        n_actions = (uint16_t)(n_actions + shape->n_actions[i]);
    }
    /* Rounding a mixed action to the grid moves at most n / (2 steps) of weight, half
     * of it from one action to another. */
    for (int axis = 0; axis < 2; axis++)
        s->out->distance[axis] = payoffs_range(s->r->game->payoffs[s->r->shown[axis]]) *
                                 n_actions / (4. * steps);
    for (bool more = true; more;) {
        for (uint16_t w = 0; w < n_actions; w++)
            s->profile.share[w] = (double)count[w] / steps;
        ask(s);
        more = false;
        for (uint8_t i = 0; i < shape->n_players && !more; i++)
            more =
                share_next(count + shape_offset(shape, i), shape->n_actions[i], steps);
    }
}

/* ---- samples ---- */

/* Uniform on the simplex of a few of n entries. */
static void draw_shares(double *share, uint32_t n, uint32_t few, struct prng *p)
{
    double sum = 0;
    memset(share, 0, n * sizeof *share);
    const uint32_t chosen = 1 + (uint32_t)prng_below(p, n < few ? n : few);
    for (uint32_t k = 0; k < chosen; k++)
        share[prng_below(p, n)] += -log(1 - prng_share(p)) + 1e-12;
    for (uint32_t k = 0; k < n; k++)
        sum += share[k];
    for (uint32_t k = 0; k < n; k++)
        share[k] /= sum;
}

static void draw_anew(struct survey *s, struct prng *p)
{
    enum { FEW = 6 };
    const struct shape *shape = &s->r->game->shape;
    for (uint8_t i = 0; i < shape->n_players && s->concept == CONCEPT_NASH; i++)
        draw_shares(s->profile.share + shape_offset(shape, i), shape->n_actions[i], FEW,
                    p);
    if (s->concept != CONCEPT_NASH)
        draw_shares(s->distribution, shape_profiles(shape), FEW, p);
}

/* From the nearest spot: the greater of the two players' differences. */
static double distance_to_spots(const struct region *out, const struct spot *from)
{
    double nearest = HUGE_VAL;
    for (uint32_t k = 0; k < out->n_spots; k++)
        nearest = fmin(nearest, fmax(fabs(out->spot[k].at[0] - from->at[0]),
                                     fabs(out->spot[k].at[1] - from->at[1])));
    return nearest;
}

static int double_order(const void *one, const void *two)
{
    const double a = *(const double *)one, b = *(const double *)two;
    return a < b ? -1 : a > b;
}

/* What a sample missed cannot be seen in it, but in another one that is drawn alike. */
static void hold_out(struct survey *s, struct prng *p, uint32_t n_tries)
{
    struct region *out = s->out;
    double distance[HELD_MAX], payoff[PLAYERS_MAX];
    for (uint32_t k = 0; out->any && k < n_tries && out->n_held < HELD_MAX; k++) {
        draw_anew(s, p);
        if (!sustained(s, payoff))
            continue;
        const struct spot spot = {{payoff[s->r->shown[0]], payoff[s->r->shown[1]]}};
        distance[out->n_held++] = distance_to_spots(out, &spot);
    }
    if (out->n_held == 0)
        return;
    qsort(distance, out->n_held, sizeof *distance, double_order);
    out->error = distance[(out->n_held * 95 + 99) / 100 - 1];
}

static void sample(struct survey *s, uint64_t seed)
{
    const struct shape *shape = &s->r->game->shape;
    struct prng p = {seed};
    uint32_t n = SAMPLE_WORK / (shape_profiles(shape) * shape->n_players);
    n = n > SAMPLE_MAX ? SAMPLE_MAX : n < 64 ? 64 : n;
    s->out->distance[0] = s->out->distance[1] = -1;
    ask_pure(s, n / 2);
    while (s->out->n_asked < n) {
        draw_anew(s, &p);
        ask(s);
    }
    hold_out(s, &p, n);
}

bool region_ask(struct region *out, const struct repeated *r, enum concept concept,
                uint64_t seed)
{
    const struct shape *shape = &r->game->shape;
    const uint32_t n_profiles = shape_profiles(shape), steps = grid_steps(shape);
    struct survey *s = calloc(1, sizeof *s);
    struct polygon box = {0, NULL};
    bool complete = s != NULL;
    out->spot = calloc((size_t)CELLS * CELLS, sizeof *out->spot);
    if (s != NULL) {
        s->r = r;
        s->concept = concept;
        s->out = out;
        s->distribution = calloc(n_profiles, sizeof *s->distribution);
        complete = s->distribution != NULL && out->spot != NULL;
        for (uint8_t i = 0; i < shape->n_players; i++)
            s->tolerance[i] = incentive_tolerance(r->game->payoffs[i]);
        complete = survey_box(&box, s) && complete;
    }
    if (complete && concept == CONCEPT_NASH && steps > 0) {
        grid(s, steps);
    } else if (complete && concept == CONCEPT_PRIVATE && shape->n_players == 2 &&
               n_profiles <= 400) {
        ask_pure(s, n_profiles);
        raster(s, &box);
    } else if (complete) {
        sample(s, seed);
    }
    polygon_free(&box);
    if (s != NULL)
        free(s->distribution);
    free(s);
    return complete;
}
