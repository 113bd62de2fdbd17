/* SPDX-License-Identifier: MIT */
/* The three samplers: hides how points on a product of simplices are found, and sees to
 * it that no candidate is given twice (two points can be the same candidate once they
 * are rounded to weights). */
#include "sampling/sampler.h"

#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/secure.h"
#include "sampling/candidates.h"
#include "sampling/simplex.h"
#include "sampling/soo.h"

const char *const sampler_names[] = {[SAMPLER_SOO] = "soo",
                                     [SAMPLER_GRID] = "grid",
                                     [SAMPLER_RANDOM] = "random",
                                     [SAMPLER_SURROGATE] = "surrogate",
                                     [SAMPLER_KINDS] = NULL};

/* A point of the search whose value is that of a question which has not been told. */
struct waiting {
    uint32_t point;
    uint32_t question;
};

/* All points whose shares are multiples of 1 / denominator, in a strided order; and
 * then with the next denominator, up to the last. */
struct lattice {
    uint32_t denominator;
    uint32_t last;
    uint64_t n_points;
    uint64_t n_visited;
    uint64_t position;
    uint64_t stride;
};

struct sampler {
    struct sampler_options options;
    enum sampler_kind kind;
    uint32_t resolution;
    struct candidates *asked; /* a question's id is its index here */
    double *values;           /* by question */
    bool *told;
    bool ready; /* the last of the asked has not been given yet */
    struct lattice lattice;
    struct prng prng;
    uint32_t drawn;          /* by SAMPLER_RANDOM */
    struct soo *soo;         /* SAMPLER_SOO: one of the two, the other NULL */
    struct simplex *simplex; /* where there is one simplex only */
    struct waiting *waiting;
    uint32_t n_waiting;
};

/* Different points can be one candidate: where cells meet, or where weights are coarse.
 */
enum { POINTS_PER_QUESTION = 2, DRAWS_PER_QUESTION = 64 };

static uint16_t dimensions(const struct shape *s)
{
    return (uint16_t)(shape_weights(s) - s->n_players);
}

/* ---- SOO ---- */

/* From the unit cube of m - 1 dimensions onto the simplex of m actions:
 *     share_k = c_k max(c) / sum(c)  for all actions but the last, which has the rest.
 * Along each ray from the origin this stretches the segment inside the cube, which ends
 * where max(c) = 1, to the one inside the simplex, which ends where the shares sum to
 * 1: so it is continuous, one to one and onto, the border goes to the border, and no
 * cell is wasted. It and its inverse are Lipschitz, so what is smooth on the simplex is
 * smooth on the cube, which is all that SOO asks for. For two actions it is the
 * identity. */
static void simplex_from_cube(double *share, const double *c, uint16_t n_actions)
{
    double max = 0, sum = 0, rest = 1;
    for (uint16_t k = 0; k + 1 < n_actions; k++) {
        max = fmax(max, c[k]);
        sum += c[k];
    }
    for (uint16_t k = 0; k + 1 < n_actions; k++) {
        share[k] = sum > 0 ? c[k] * (max / sum) : 0;
        rest -= share[k];
    }
    share[n_actions - 1] = fmax(rest, 0);
}

/* The first dimension of a node's own simplex: nodes begin with what they decide. */
static uint16_t first_dimension(const struct sampler_options *o)
{
    if (o->self >= o->shape.n_players)
        return o->self;
    return (uint16_t)(shape_offset(&o->shape, o->self) - o->self);
}

static bool soo_next(struct sampler *s, struct profile *out, uint32_t *id)
{
    double c[SOO_DIMENSIONS_MAX];
    if (s->simplex != NULL)
        return simplex_ask(s->simplex, out->share, id);
    if (!soo_ask(s->soo, c, id))
        return false;
    uint16_t d = 0, w = 0;
    for (uint8_t i = 0; i < s->options.shape.n_players; i++) {
        uint16_t n_actions = s->options.shape.n_actions[i];
        simplex_from_cube(out->share + w, c + d, n_actions);
        w = (uint16_t)(w + n_actions);
        d = (uint16_t)(d + n_actions - 1);
    }
    return true;
}

/* ---- grid ---- */

#define POINTS_MAX (UINT64_C(1) << 62)

/* How many ways there are to write total as a sum of n_parts numbers, in order:
 * total + n_parts - 1 over n_parts - 1; POINTS_MAX if it is more than that. */
static uint64_t compositions(uint32_t total, uint16_t n_parts)
{
    uint64_t n = 1;
    for (uint16_t j = 1; j < n_parts; j++) {
        if (n > POINTS_MAX / ((uint64_t)total + j))
            return POINTS_MAX;
        n = n * ((uint64_t)total + j) / j;
    }
    return n;
}

static uint64_t lattice_points(const struct shape *s, uint32_t denominator)
{
    uint64_t n = 1;
    for (uint8_t i = 0; i < s->n_players; i++) {
        uint64_t more = compositions(denominator, s->n_actions[i]);
        if (n > POINTS_MAX / more)
            return POINTS_MAX;
        n *= more;
    }
    return n;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b > 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Steps of the golden section of the number of points spread every prefix evenly over
 * the numbering; coprime, they visit all. */
static void lattice_level(struct sampler *s, uint32_t denominator)
{
    struct lattice *l = &s->lattice;
    l->denominator = denominator;
    l->n_points = lattice_points(&s->options.shape, denominator);
    CHECK(l->n_points < POINTS_MAX);
    l->stride = (uint64_t)((double)l->n_points * 0.6180339887498949);
    if (l->stride == 0)
        l->stride = 1;
    while (common_divisor(l->n_points, l->stride) != 1)
        l->stride++;
    l->position = prng_below(&s->prng, l->n_points);
    l->n_visited = 0;
}

/* The coarsest lattice with enough points is the last. On one simplex the coarser ones
 * come before it, so that points that few actions mix come first. */
static void lattice_start(struct sampler *s)
{
    const struct sampler_options *o = &s->options;
    uint32_t last = 1;
    while (lattice_points(&o->shape, last) < o->budget && dimensions(&o->shape) > 0 &&
           last < s->resolution)
        last++;
    s->lattice.last = last;
    lattice_level(s, o->shape.n_players == 1 ? 1 : last);
}

/* The rank-th composition of denominator into n_actions parts, in lexicographic order.
 */
static void simplex_from_rank(double *share, uint64_t rank, uint32_t denominator,
                              uint16_t n_actions)
{
    uint32_t left = denominator;
    for (uint16_t k = 0; k + 1 < n_actions; k++) {
        uint32_t part = 0;
        for (;; part++) {
            uint64_t n = compositions(left - part, (uint16_t)(n_actions - k - 1));
            if (rank < n)
                break;
            rank -= n;
        }
        share[k] = (double)part / denominator;
        left -= part;
    }
    share[n_actions - 1] = (double)left / denominator;
}

static bool lattice_next(struct sampler *s, struct profile *out)
{
    struct lattice *l = &s->lattice;
    if (l->n_visited == l->n_points && l->denominator == l->last)
        return false;
    if (l->n_visited == l->n_points)
        lattice_level(s, l->denominator + 1);
    uint64_t rank = l->position;
    uint16_t w = 0;
    for (uint8_t i = 0; i < s->options.shape.n_players; i++) {
        uint16_t n_actions = s->options.shape.n_actions[i];
        uint64_t n = compositions(l->denominator, n_actions);
        simplex_from_rank(out->share + w, rank % n, l->denominator, n_actions);
        rank /= n;
        w = (uint16_t)(w + n_actions);
    }
    l->position = (l->position + l->stride) % l->n_points;
    l->n_visited++;
    return true;
}

/* ---- random ---- */

/* On one simplex, which can have many corners, how many of them are mixed is drawn
 * first: n with a chance of about 2^-n. Uniform on the whole of it would be near the
 * middle, and what is worth agreeing on mixes few. The first n of a shuffle. */
static uint16_t random_support(struct sampler *s, uint16_t *action, uint16_t n_actions)
{
    uint16_t n = 1;
    while (n < n_actions && prng_below(&s->prng, 2) == 0)
        n++;
    for (uint16_t k = 0; k < n_actions; k++)
        action[k] = k;
    for (uint16_t k = 0; k < n; k++) {
        const uint16_t other = (uint16_t)(k + prng_below(&s->prng, n_actions - k));
        const uint16_t kept = action[k];
        action[k] = action[other];
        action[other] = kept;
    }
    return n;
}

/* Shares in proportion to exponential variables are uniform on the simplex. */
static void random_next(struct sampler *s, struct profile *out)
{
    const struct shape *shape = &s->options.shape;
    uint16_t w = 0, action[WEIGHTS_MAX] = {0};
    for (uint8_t i = 0; i < shape->n_players; i++) {
        const uint16_t n_actions = shape->n_actions[i];
        uint16_t n = n_actions;
        for (uint16_t k = 0; k < n_actions; k++)
            out->share[w + k] = 0;
        if (shape->n_players == 1)
            n = random_support(s, action, n_actions);
        double sum = 0;
        for (uint16_t k = 0; k < n; k++) {
            const uint16_t at = (uint16_t)(w + (shape->n_players == 1 ? action[k] : k));
            /* Half a step up, so that no logarithm is of 0 and not all are 0. */
            out->share[at] = -log(prng_share(&s->prng) + 0x1p-54);
            sum += out->share[at];
        }
        for (uint16_t k = 0; k < n_actions; k++)
            out->share[w + k] /= sum;
        w = (uint16_t)(w + n_actions);
    }
}

/* ---- ask and tell ---- */

static void soo_hear(struct sampler *s, uint32_t id, double value)
{
    if (s->simplex != NULL)
        simplex_tell(s->simplex, id, value);
    else
        soo_tell(s->soo, id, value);
}

static bool next_point(struct sampler *s, struct profile *out, uint32_t *id)
{
    switch (s->kind) {
    case SAMPLER_SURROGATE:
    case SAMPLER_SOO:
        return soo_next(s, out, id);
    case SAMPLER_GRID:
        return lattice_next(s, out);
    case SAMPLER_RANDOM:
        if (s->drawn == DRAWS_PER_QUESTION * s->options.budget)
            return false;
        s->drawn++;
        random_next(s, out);
        return true;
    }
    NEVER("not a sampler");
}

/* Finds the next question before it is asked for, so that it is known whether there is
 * one. A cell whose point was asked before takes part in the search with that value. */
static void seek(struct sampler *s)
{
    struct profile point;
    uint32_t id = 0;
    while (!s->ready && candidates_count(s->asked) < s->options.budget &&
           next_point(s, &point, &id)) {
        struct candidate c;
        candidate_from_profile_at(&c, &s->options.shape, s->resolution, &point);
        uint32_t question = candidates_add(s->asked, &s->ready, &c, 0);
        if (s->kind != SAMPLER_SOO)
            continue;
        if (s->told[question])
            soo_hear(s, id, s->values[question]);
        else
            s->waiting[s->n_waiting++] = (struct waiting){id, question};
    }
}

/* The corners that are evaluated first: at most half of the budget goes into that. */
static uint16_t opened(const struct sampler_options *o)
{
    const uint32_t half = o->budget > 1 ? o->budget / 2 : 1;
    return half < o->shape.n_actions[0] ? (uint16_t)half : o->shape.n_actions[0];
}

/* Nodes begin with different ones. */
static uint16_t first_corner(const struct sampler_options *o)
{
    const double turn = o->self * 0.6180339887498949;
    return (uint16_t)((turn - floor(turn)) * o->shape.n_actions[0]);
}

/* As many as their shares find room for. */
static uint32_t simplex_points(const struct sampler_options *o)
{
    const uint32_t room = (uint32_t)SIMPLEX_EVALUATIONS_MAX / o->shape.n_actions[0];
    if (o->budget > room / POINTS_PER_QUESTION)
        return o->budget > room ? o->budget : room;
    return POINTS_PER_QUESTION * o->budget;
}

static bool soo_start(struct sampler *s)
{
    const struct sampler_options *o = &s->options;
    const bool one = o->shape.n_players == 1;
    const uint32_t points = one ? simplex_points(o) : o->budget;
    s->waiting = calloc(points, sizeof *s->waiting);
    if (one)
        s->simplex =
            simplex_new(o->shape.n_actions[0], points, opened(o), first_corner(o));
    else
        s->soo =
            soo_new(dimensions(&o->shape), points, first_dimension(o), SOO_BORDERS);
    return s->waiting != NULL && (s->simplex != NULL || s->soo != NULL);
}

struct sampler *sampler_new(const struct sampler_options *o)
{
    CHECK(o->budget >= 1 && o->budget <= SAMPLER_BUDGET_MAX);
    struct sampler *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->options = *o;
    s->resolution = o->resolution == 0 ? WEIGHT_ONE : o->resolution;
    /* Where nobody has a choice there is one point, and the grid of one point finds it.
     */
    s->kind = o->kind == SAMPLER_SURROGATE ? SAMPLER_SOO : o->kind;
    if (dimensions(&o->shape) == 0)
        s->kind = SAMPLER_GRID;
    s->prng.state = o->seed;
    s->prng.state = prng_next(&s->prng) + o->self;
    s->asked = candidates_new(&o->shape, 1, o->budget);
    s->values = calloc(o->budget, sizeof *s->values);
    s->told = calloc(o->budget, sizeof *s->told);
    if (s->asked == NULL || s->values == NULL || s->told == NULL ||
        (s->kind == SAMPLER_SOO && !soo_start(s))) {
        sampler_free(s);
        return NULL;
    }
    if (s->kind == SAMPLER_GRID)
        lattice_start(s);
    seek(s);
    return s;
}

void sampler_free(struct sampler *s)
{
    if (s == NULL)
        return;
    candidates_free(s->asked);
    soo_free(s->soo);
    simplex_free(s->simplex);
    free(s->waiting);
    free(s->values);
    free(s->told);
    free(s);
}

bool sampler_ask(struct sampler *s, struct question *out)
{
    if (!s->ready)
        return false;
    out->id = candidates_count(s->asked) - 1;
    candidates_get(s->asked, &out->point, out->id);
    s->ready = false;
    seek(s);
    return true;
}

void sampler_tell(struct sampler *s, uint32_t id, double value)
{
    CHECK(id + (s->ready ? 1u : 0u) < candidates_count(s->asked));
    CHECK(!s->told[id] && !isnan(value));
    s->values[id] = value;
    s->told[id] = true;
    for (uint32_t i = s->n_waiting; i-- > 0;) {
        struct waiting w = s->waiting[i];
        if (w.question != id)
            continue;
        s->waiting[i] = s->waiting[--s->n_waiting];
        soo_hear(s, w.point, value);
    }
    seek(s);
}

bool sampler_exhausted(const struct sampler *s)
{
    if (s->ready)
        return false;
    return candidates_count(s->asked) == s->options.budget ||
           (s->soo == NULL && s->simplex == NULL) ||
           (s->soo != NULL && soo_exhausted(s->soo)) ||
           (s->simplex != NULL && simplex_exhausted(s->simplex));
}
