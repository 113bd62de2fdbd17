/* SPDX-License-Identifier: MIT */
/* Hides how a region is asked for. In public, who keeps an agreement asks of each drawn
 * profile a least payoff; so for each way to cap these least payoffs, what may be drawn
 * is a set of profiles, what it must pay is a corner, and what it pays is convex: the
 * region is the union of these pieces. In private the rows of the conditions are linear
 * once the payoff is fixed, so single payoffs are asked about. */
#include "analysis/repeated.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/inquiry.h"
#include "analysis/linear.h"
#include "base/check.h"

enum { WAYS_MAX = 1 << 20, PIECES_MAX = 1 << 12, STEPS_MAX = 1 << 26 };

static double tolerance_of(const struct repeated *r, uint8_t player)
{
    return incentive_tolerance(r->game->payoffs[player]);
}

/* What payoffs are divided by before the solver sees them. */
static double unit_of(const struct repeated *r, uint8_t player)
{
    const double range = payoffs_range(r->game->payoffs[player]);
    return range > 0 ? range : 1;
}

static double payoff(const struct repeated *r, uint8_t player, uint32_t profile)
{
    return r->game->payoffs[player]->value[profile];
}

struct spot region_spot(const struct repeated *r, uint32_t profile)
{
    return (struct spot){
        {payoff(r, r->shown[0], profile), payoff(r, r->shown[1], profile)}};
}

bool repeated_hull(struct polygon *out, const struct repeated *r)
{
    const uint32_t n = shape_profiles(&r->game->shape);
    struct spot *spot = malloc(n * sizeof *spot);
    for (uint32_t at = 0; spot != NULL && at < n; at++)
        spot[at] = region_spot(r, at);
    const bool made = spot != NULL && polygon_around(out, spot, n);
    free(spot);
    return made;
}

/* ---- single profiles ---- */

double repeated_temptation(const struct repeated *r, uint8_t player, uint32_t profile)
{
    const struct shape *s = &r->game->shape;
    uint8_t actions[PLAYERS_MAX];
    double best = r->threat[player];
    profile_actions(actions, s, profile);
    for (uint8_t b = 0; b < s->n_actions[player]; b++) {
        actions[player] = b;
        best = fmax(best, payoff(r, player, profile_index(s, actions)));
    }
    const double gain = best - payoff(r, player, profile);
    return gain > tolerance_of(r, player) ? gain : 0;
}

double repeated_minimum_discount(const struct repeated *r, uint32_t profile)
{
    double least = 0;
    for (uint8_t i = 0; i < r->game->shape.n_players; i++) {
        const double over = payoff(r, i, profile) - r->threat[i];
        const double gain = repeated_temptation(r, i, profile);
        if (over < -tolerance_of(r, i) || (gain > 0 && over <= tolerance_of(r, i)))
            return -1;
        least = gain > 0 ? fmax(least, gain / (gain + over)) : least;
    }
    return least;
}

/* What player must get on average to do its part of a profile that all have seen, from
 * (1 - d) T <= d (U - u(p)); an infinity where nothing will do. */
static double need(const struct repeated *r, uint8_t player, uint32_t profile)
{
    const double gain = repeated_temptation(r, player, profile);
    if (gain == 0)
        return r->threat[player];
    return r->discount > 0 ? r->threat[player] + (1 - r->discount) / r->discount * gain
                           : HUGE_VAL;
}

/* ---- regions in public ---- */

/* For each player the different least payoffs that profiles ask for, upwards, and which
 * of them each profile asks for. */
struct needs {
    uint32_t n[PLAYERS_MAX];
    double *value[PLAYERS_MAX];
    uint32_t *rank; /* profile * n_players + player; UINT32_MAX: never */
    uint32_t *support;
    struct spot *spot;
};

static int double_order(const void *one, const void *two)
{
    const double a = *(const double *)one, b = *(const double *)two;
    return a < b ? -1 : a > b;
}

static void needs_free(struct needs *n)
{
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        free(n->value[i]);
    free(n->rank);
    free(n->support);
    free(n->spot);
}

static bool needs_of(struct needs *out, const struct repeated *r, uint8_t player)
{
    const uint32_t n_profiles = shape_profiles(&r->game->shape);
    const double tolerance = tolerance_of(r, player);
    double *value = malloc(n_profiles * sizeof *value);
    uint32_t n = 0;
    out->value[player] = value;
    if (value == NULL)
        return false;
    for (uint32_t at = 0; at < n_profiles; at++)
        value[at] = need(r, player, at);
    qsort(value, n_profiles, sizeof *value, double_order);
    for (uint32_t at = 0; at < n_profiles; at++)
        if (value[at] <= r->game->payoffs[player]->greatest + tolerance &&
            (n == 0 || value[at] > value[n - 1] + tolerance))
            value[n++] = value[at];
    out->n[player] = n;
    for (uint32_t at = 0; at < n_profiles; at++) {
        uint32_t rank = 0;
        while (rank < n && value[rank] < need(r, player, at) - tolerance)
            rank++;
        out->rank[(size_t)at * r->game->shape.n_players + player] =
            rank < n ? rank : UINT32_MAX;
    }
    return true;
}

static bool needs_start(struct needs *n, const struct repeated *r)
{
    const uint32_t n_profiles = shape_profiles(&r->game->shape);
    const uint8_t n_players = r->game->shape.n_players;
    *n = (struct needs){0};
    n->rank = malloc((size_t)n_profiles * n_players * sizeof *n->rank);
    n->support = malloc(n_profiles * sizeof *n->support);
    n->spot = malloc(n_profiles * sizeof *n->spot);
    bool complete = n->rank != NULL && n->support != NULL && n->spot != NULL;
    for (uint8_t i = 0; complete && i < n_players; i++)
        complete = needs_of(n, r, i);
    return complete;
}

/* How many ways there are to cap them; UINT32_MAX for too many. */
static uint32_t needs_ways(const struct needs *n, const struct shape *s)
{
    uint32_t ways = 1;
    for (uint8_t i = 0; i < s->n_players; i++) {
        if (n->n[i] > 0 && ways > WAYS_MAX / n->n[i])
            return UINT32_MAX;
        ways *= n->n[i];
    }
    return ways > STEPS_MAX / shape_profiles(s) ? UINT32_MAX : ways;
}

/* The profiles that ask for no more than the caps. 0 where lower caps have the same:
 * there the piece is larger. */
static uint32_t support_under(struct needs *n, const struct shape *s,
                              const uint32_t *cap)
{
    uint32_t count = 0, reached[PLAYERS_MAX] = {0};
    for (uint32_t at = 0; at < shape_profiles(s); at++) {
        const uint32_t *rank = &n->rank[(size_t)at * s->n_players];
        bool under = true;
        for (uint8_t i = 0; i < s->n_players && under; i++)
            under = rank[i] <= cap[i];
        if (!under)
            continue;
        n->support[count++] = at;
        for (uint8_t i = 0; i < s->n_players; i++)
            reached[i] = rank[i] > reached[i] ? rank[i] : reached[i];
    }
    for (uint8_t i = 0; i < s->n_players; i++)
        if (reached[i] != cap[i])
            return 0;
    return count;
}

/* Two players: the hull of what may be drawn, above what it must pay. */
static bool flat_piece(struct polygon *out, struct needs *n, const struct repeated *r,
                       uint32_t count, const uint32_t *cap)
{
    struct polygon hull;
    double least[2];
    for (uint32_t k = 0; k < count; k++)
        n->spot[k] = region_spot(r, n->support[k]);
    for (int axis = 0; axis < 2; axis++) {
        const uint8_t i = r->shown[axis];
        least[axis] = n->value[i][cap[i]] - tolerance_of(r, i);
    }
    const bool made =
        polygon_around(&hull, n->spot, count) && polygon_above(out, &hull, least);
    polygon_free(&hull);
    return made;
}

/* ---- more players: a piece is the shadow of a polytope ---- */

static struct linear *piece_program(const struct needs *n, const struct repeated *r,
                                    uint32_t count, const uint32_t *cap)
{
    struct linear *l = linear_new(count);
    if (l == NULL)
        return NULL;
    for (uint32_t k = 0; k < count; k++)
        linear_term(l, k, 1);
    linear_row(l, 1, 1);
    for (uint8_t i = 0; i < r->game->shape.n_players; i++) {
        const double least = n->value[i][cap[i]] - tolerance_of(r, i);
        for (uint32_t k = 0; k < count; k++)
            linear_term(l, k, (payoff(r, i, n->support[k]) - least) / unit_of(r, i));
        linear_row(l, 0, LINEAR_FREE);
    }
    return l;
}

/* The farthest spot in a direction, or false where there is none at all. */
static bool farthest(struct spot *out, struct linear *l, const struct needs *n,
                     const struct repeated *r, uint32_t count, double *share,
                     const struct spot *direction)
{
    for (uint32_t k = 0; k < count; k++) {
        const struct spot s = region_spot(r, n->support[k]);
        linear_goal(l, k, s.at[0] * direction->at[0] + s.at[1] * direction->at[1]);
    }
    if (linear_solve(l, share) != LINEAR_OPTIMAL)
        return false;
    *out = (struct spot){{0, 0}};
    for (uint32_t k = 0; k < count; k++) {
        const struct spot s = region_spot(r, n->support[k]);
        out->at[0] += share[k] * s.at[0];
        out->at[1] += share[k] * s.at[1];
    }
    return true;
}

/* Asks beyond each side of what is known until nothing lies there. */
enum { SHADOW_MAX = 64 };
static bool shadow(struct polygon *out, struct linear *l, const struct needs *n,
                   const struct repeated *r, uint32_t count, double *share)
{
    static const struct spot axes[] = {{{1, 0}}, {{0, 1}}, {{-1, 0}}, {{0, -1}}};
    struct spot found[SHADOW_MAX], sorted[SHADOW_MAX];
    const double small = 1e-7 * (payoffs_range(r->game->payoffs[r->shown[0]]) +
                                 payoffs_range(r->game->payoffs[r->shown[1]]));
    uint32_t n_found = 0;
    *out = (struct polygon){0, NULL};
    for (int k = 0; k < 4; k++)
        if (!farthest(&found[n_found++], l, n, r, count, share, &axes[k]))
            return true;
    for (bool more = true; more;) {
        more = false;
        polygon_free(out);
        memcpy(sorted, found, n_found * sizeof *found);
        if (!polygon_around(out, sorted, n_found))
            return false;
        for (uint32_t k = 0; out->n > 1 && k < out->n && n_found < SHADOW_MAX; k++) {
            const struct spot *a = &out->corner[k], *b = &out->corner[(k + 1) % out->n];
            const double length = hypot(b->at[0] - a->at[0], b->at[1] - a->at[1]);
            if (length <= small)
                continue;
            const struct spot outwards = {
                {(b->at[1] - a->at[1]) / length, (a->at[0] - b->at[0]) / length}};
            struct spot *s = &found[n_found];
            if (farthest(s, l, n, r, count, share, &outwards) &&
                (s->at[0] - a->at[0]) * outwards.at[0] +
                        (s->at[1] - a->at[1]) * outwards.at[1] >
                    small) {
                n_found++;
                more = true;
            }
        }
    }
    return true;
}

static bool deep_piece(struct polygon *out, double *welfare, const struct needs *n,
                       const struct repeated *r, uint32_t count, const uint32_t *cap)
{
    struct linear *l = piece_program(n, r, count, cap);
    double *share = malloc(count * sizeof *share);
    bool made = l != NULL && share != NULL && shadow(out, l, n, r, count, share);
    if (made && out->n > 0) {
        for (uint32_t k = 0; k < count; k++) {
            double sum = 0;
            for (uint8_t i = 0; i < r->game->shape.n_players; i++)
                sum += payoff(r, i, n->support[k]);
            linear_goal(l, k, sum);
        }
        *welfare = 0;
        made = linear_solve(l, share) == LINEAR_OPTIMAL;
        for (uint32_t k = 0; made && k < count; k++)
            for (uint8_t i = 0; i < r->game->shape.n_players; i++)
                *welfare += share[k] * payoff(r, i, n->support[k]);
    }
    linear_free(l);
    free(share);
    return made;
}

/* ---- all pieces ---- */

/* False if the piece is inside one that is there already. */
static bool piece_new(const struct region *out, const struct polygon *piece,
                      double tolerance)
{
    for (uint32_t k = 0; k < out->n_polygons; k++) {
        bool inside = true;
        for (uint32_t c = 0; inside && c < piece->n; c++)
            inside = polygon_has(&out->polygon[k], &piece->corner[c], tolerance);
        if (inside)
            return false;
    }
    return true;
}

static void keep_piece(struct region *out, struct polygon *piece, double welfare,
                       double tolerance)
{
    if (piece->n > 0 && (!out->any || welfare > out->welfare))
        out->welfare = welfare;
    out->any = out->any || piece->n > 0;
    if (piece->n > 0 && out->n_polygons < PIECES_MAX &&
        piece_new(out, piece, tolerance))
        out->polygon[out->n_polygons++] = *piece;
    else
        polygon_free(piece);
}

static bool add_piece(struct region *out, struct needs *n, const struct repeated *r,
                      uint32_t count, const uint32_t *cap)
{
    struct polygon piece;
    double welfare = -HUGE_VAL;
    const double tolerance =
        tolerance_of(r, r->shown[0]) + tolerance_of(r, r->shown[1]);
    const bool flat = r->game->shape.n_players == 2;
    if (flat ? !flat_piece(&piece, n, r, count, cap)
             : !deep_piece(&piece, &welfare, n, r, count, cap))
        return false;
    for (uint32_t k = 0; flat && k < piece.n; k++)
        welfare = fmax(welfare, piece.corner[k].at[0] + piece.corner[k].at[1]);
    keep_piece(out, &piece, welfare, tolerance);
    out->n_asked++;
    return true;
}

/* From the highest caps down, so that large pieces come first. */
static bool caps_next(uint32_t *cap, const struct needs *n, uint8_t n_players)
{
    for (uint8_t i = 0; i < n_players; i++) {
        if (cap[i]-- > 0)
            return true;
        cap[i] = n->n[i] - 1;
    }
    return false;
}

/* *found false: there are too many ways. False when memory is short. */
static bool public_region(bool *found, struct region *out, const struct repeated *r)
{
    const struct shape *s = &r->game->shape;
    struct needs n;
    uint32_t cap[PLAYERS_MAX];
    bool complete = needs_start(&n, r);
    const uint32_t ways = complete ? needs_ways(&n, s) : 0;
    *found = ways != UINT32_MAX;
    out->polygon = calloc(PIECES_MAX, sizeof *out->polygon);
    complete = complete && out->polygon != NULL;
    for (uint8_t i = 0; i < s->n_players; i++)
        cap[i] = n.n[i] - 1; /* ways is 0 where there is none */
    for (bool more = complete && *found && ways > 0; more && complete;
         more = caps_next(cap, &n, s->n_players)) {
        const uint32_t count = support_under(&n, s, cap);
        complete = count == 0 || add_piece(out, &n, r, count, cap);
        *found = out->n_polygons < PIECES_MAX &&
                 (s->n_players == 2 || out->n_asked < PIECES_MAX);
        if (!*found)
            break;
    }
    out->exact = *found;
    needs_free(&n);
    return complete;
}

/* ---- one payoff ---- */

static void add_payoff_rows(struct linear *l, const struct repeated *r,
                            const uint32_t *profile, uint32_t count,
                            const double *wanted)
{
    for (uint32_t k = 0; k < count; k++)
        linear_term(l, k, 1);
    linear_row(l, 1, 1);
    for (uint8_t i = 0; i < r->game->shape.n_players; i++) {
        const double range = unit_of(r, i);
        for (uint32_t k = 0; k < count; k++)
            linear_term(l, k, (payoff(r, i, profile[k]) - wanted[i]) / range);
        linear_row(l, 0, 0);
    }
}

/* Told to do k, player i does b instead, or (b its own) walks out. */
static void add_private_row(struct linear *l, const struct repeated *r,
                            const double *wanted, uint8_t i, uint8_t k, uint8_t b)
{
    const struct shape *s = &r->game->shape;
    const double range = unit_of(r, i);
    const double d = r->discount, later = d * (wanted[i] - r->threat[i]);
    for (uint32_t at = 0; at < shape_profiles(s); at++) {
        uint8_t actions[PLAYERS_MAX];
        profile_actions(actions, s, at);
        if (actions[i] != k)
            continue;
        actions[i] = b;
        const double kept = payoff(r, i, at);
        const double left =
            b == k ? r->threat[i] : payoff(r, i, profile_index(s, actions));
        linear_term(l, at, ((1 - d) * (left - kept) - later) / range);
    }
    linear_row(l, -LINEAR_FREE, 0);
}

bool repeated_sustains(const struct repeated *r, enum concept concept,
                       const double *wanted)
{
    CHECK(concept != CONCEPT_NASH);
    const struct shape *s = &r->game->shape;
    const uint32_t n_profiles = shape_profiles(s);
    uint32_t count = 0, *profile = malloc(n_profiles * sizeof *profile);
    if (profile == NULL)
        return false;
    bool possible = true;
    for (uint8_t i = 0; i < s->n_players; i++)
        possible = possible && wanted[i] >= r->threat[i] - tolerance_of(r, i);
    for (uint32_t at = 0; at < n_profiles && possible; at++) {
        bool may = true;
        for (uint8_t i = 0; i < s->n_players && concept == CONCEPT_PUBLIC; i++)
            may = may && need(r, i, at) <= wanted[i] + tolerance_of(r, i);
        if (may)
            profile[count++] = at;
    }
    struct linear *l = count > 0 ? linear_new(count) : NULL;
    if (l != NULL) {
        add_payoff_rows(l, r, profile, count, wanted);
        for (uint8_t i = 0; i < s->n_players && concept == CONCEPT_PRIVATE; i++)
            for (uint8_t k = 0; k < s->n_actions[i]; k++)
                for (uint8_t b = 0; b < s->n_actions[i]; b++)
                    add_private_row(l, r, wanted, i, k, b);
    }
    const bool sustains = l != NULL && linear_solve(l, NULL) == LINEAR_OPTIMAL;
    linear_free(l);
    free(profile);
    return sustains;
}

/* ---- whichever way ---- */

bool repeated_region(struct region *out, const struct repeated *r, enum concept concept,
                     uint64_t seed)
{
    bool found = false;
    *out = (struct region){.error = -1};
    if (concept == CONCEPT_PUBLIC) {
        if (!public_region(&found, out, r))
            return false;
        if (found) {
            const double range = payoffs_range(r->game->payoffs[r->shown[0]]);
            out->welfare = fabs(out->welfare) < 1e-12 * range ? 0 : out->welfare;
            return true;
        }
        region_free(out);
        out->error = -1;
    }
    return region_ask(out, r, concept, seed);
}

void region_free(struct region *r)
{
    for (uint32_t k = 0; k < r->n_polygons; k++)
        polygon_free(&r->polygon[k]);
    free(r->polygon);
    free(r->spot);
    *r = (struct region){0};
}
