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
#include "sampling/soo.h"

/* A cell whose value is that of a question which has not been told. */
struct waiting {
    uint32_t cell;
    uint32_t question;
};

/* All points whose shares are multiples of 1 / denominator, in a strided order. */
struct lattice {
    uint32_t denominator;
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
    struct soo *soo; /* NULL unless SAMPLER_SOO */
    struct waiting *waiting;
    uint32_t n_waiting;
};

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

static bool soo_next(struct sampler *s, struct profile *out, uint32_t *cell)
{
    double c[SOO_DIMENSIONS_MAX];
    if (!soo_ask(s->soo, c, cell))
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

/* The coarsest lattice with enough points. Steps of the golden section of the number of
 * points spread every prefix evenly over the numbering; coprime, they visit all. */
static void lattice_start(struct lattice *l, const struct sampler_options *o,
                          struct prng *prng)
{
    l->denominator = 1;
    while (lattice_points(&o->shape, l->denominator) < o->budget &&
           dimensions(&o->shape) > 0)
        l->denominator++;
    l->n_points = lattice_points(&o->shape, l->denominator);
    CHECK(l->n_points < POINTS_MAX);
    l->stride = (uint64_t)((double)l->n_points * 0.6180339887498949);
    if (l->stride == 0)
        l->stride = 1;
    while (common_divisor(l->n_points, l->stride) != 1)
        l->stride++;
    l->position = prng_below(prng, l->n_points);
    l->n_visited = 0;
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
    if (l->n_visited == l->n_points)
        return false;
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

/* Shares in proportion to exponential variables are uniform on the simplex. */
static void random_next(struct sampler *s, struct profile *out)
{
    uint16_t w = 0;
    for (uint8_t i = 0; i < s->options.shape.n_players; i++) {
        uint16_t n_actions = s->options.shape.n_actions[i];
        double sum = 0;
        for (uint16_t k = 0; k < n_actions; k++) {
            /* Half a step up, so that no logarithm is of 0 and not all are 0. */
            out->share[w + k] = -log(prng_share(&s->prng) + 0x1p-54);
            sum += out->share[w + k];
        }
        for (uint16_t k = 0; k < n_actions; k++)
            out->share[w + k] /= sum;
        w = (uint16_t)(w + n_actions);
    }
}

/* ---- ask and tell ---- */

static bool next_point(struct sampler *s, struct profile *out, uint32_t *cell)
{
    switch (s->kind) {
    case SAMPLER_SOO:
        return soo_next(s, out, cell);
    case SAMPLER_GRID:
        return lattice_next(s, out);
    case SAMPLER_RANDOM:
        /* Two actions alone make WEIGHT_ONE + 1 candidates, more than any budget: there
         * is always another. */
        random_next(s, out);
        return true;
    }
    CHECK(false);
    return false;
}

/* Finds the next question before it is asked for, so that it is known whether there is
 * one. A cell whose point was asked before takes part in the search with that value. */
static void seek(struct sampler *s)
{
    struct profile point;
    uint32_t cell = 0;
    while (!s->ready && candidates_count(s->asked) < s->options.budget &&
           next_point(s, &point, &cell)) {
        struct candidate c;
        candidate_from_profile_at(&c, &s->options.shape, s->resolution, &point);
        uint32_t question = candidates_add(s->asked, &s->ready, &c, 0);
        if (s->kind != SAMPLER_SOO)
            continue;
        if (s->told[question])
            soo_tell(s->soo, cell, s->values[question]);
        else
            s->waiting[s->n_waiting++] = (struct waiting){cell, question};
    }
}

static bool soo_start(struct sampler *s)
{
    const struct sampler_options *o = &s->options;
    s->waiting = calloc(o->budget, sizeof *s->waiting);
    s->soo = soo_new(dimensions(&o->shape), o->budget, first_dimension(o), SOO_BORDERS);
    return s->waiting != NULL && s->soo != NULL;
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
    s->kind = dimensions(&o->shape) > 0 ? o->kind : SAMPLER_GRID;
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
        lattice_start(&s->lattice, o, &s->prng);
    seek(s);
    return s;
}

void sampler_free(struct sampler *s)
{
    if (s == NULL)
        return;
    candidates_free(s->asked);
    soo_free(s->soo);
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
        soo_tell(s->soo, w.cell, value);
    }
    seek(s);
}

bool sampler_exhausted(const struct sampler *s)
{
    return !s->ready && (s->soo == NULL || soo_exhausted(s->soo));
}
