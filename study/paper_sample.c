/* SPDX-License-Identifier: MIT */
/* Hides how the paper's players come by what they ask about. */
#include <string.h>

#include "base/check.h"
#include "study/paper_negotiation.h"
#include "study/paper_soo.h"

/* How many random samples a player looks at, at most, as the paper says; and for each
 * question in the authors' program. */
enum { TRIES_MAX = 10000, TRIES_EACH = 1000 };

/* ---- the grid ---- */

static void fill_square(struct paper_grid *g)
{
    for (unsigned k = 0; k < PAPER_SAMPLES; k++)
        for (unsigned l = 0; l < PAPER_SAMPLES; l++)
            g->point[g->n++] =
                (struct paper_point){{(double)k / (double)(PAPER_SAMPLES - 1),
                                      (double)l / (double)(PAPER_SAMPLES - 1)}};
}

static void fill_simplex(struct paper_grid *g)
{
    const double one = PAPER_LATTICE;
    for (unsigned a = 0; a <= PAPER_LATTICE; a++)
        for (unsigned b = 0; a + b <= PAPER_LATTICE; b++)
            for (unsigned c = 0; a + b + c <= PAPER_LATTICE; c++)
                g->point[g->n++] = (struct paper_point){
                    {a / one, b / one, c / one, (PAPER_LATTICE - a - b - c) / one}};
}

void paper_grid_fill(struct paper_grid *out, enum paper_concept concept)
{
    out->n = 0;
    if (concept == PAPER_NE)
        fill_square(out);
    else
        fill_simplex(out);
}

/* ---- A_s ---- */

static bool known(const struct paper_accepted *a, const struct paper_point *p)
{
    for (uint32_t k = 0; k < a->n; k++) {
        const double *at = a->row[k].point.at;
        if (at[0] == p->at[0] && at[1] == p->at[1] && at[2] == p->at[2] &&
            at[3] == p->at[3])
            return true;
    }
    return false;
}

static void accept(struct paper_accepted *a, const struct paper_view *v,
                   const struct paper_point *p)
{
    if (known(a, p))
        return;
    CHECK(a->n < 2 * PAPER_BUDGET_MAX);
    memcpy(a->row[a->n].payoff, v->payoff, sizeof v->payoff);
    a->row[a->n++].point = *p;
}

static void accept_if_both(struct paper_accepted *a, const struct paper_case *c,
                           const struct paper_point *p)
{
    struct paper_view v;
    paper_judge(&v, c, p);
    if (v.suits[0] && v.suits[1])
        accept(a, &v, p);
}

/* ---- equispaced ---- */

/* A random order of 0 .. n - 1, as far as it is asked for. */
struct deal {
    uint32_t n, dealt;
    uint16_t card[PAPER_GRID_MAX];
};

static void deal_start(struct deal *d, uint32_t n)
{
    d->n = n;
    d->dealt = 0;
    for (uint32_t k = 0; k < n; k++)
        d->card[k] = (uint16_t)k;
}

static uint16_t deal_next(struct deal *d, struct prng *p)
{
    const uint32_t from = d->dealt + (uint32_t)prng_below(p, d->n - d->dealt);
    const uint16_t card = d->card[from];
    d->card[from] = d->card[d->dealt];
    d->card[d->dealt++] = card;
    return card;
}

/* The grid in a random order; the player asks about what suits itself. */
static void ask_grid(struct paper_accepted *a, const struct paper_case *c,
                     const struct paper_grid *g, uint32_t questions, struct prng *p)
{
    for (unsigned i = 0; i < 2; i++) {
        struct deal d;
        deal_start(&d, g->n);
        for (uint32_t asked = 0; asked < questions && d.dealt < d.n;) {
            struct paper_view v;
            const struct paper_point *point = &g->point[deal_next(&d, p)];
            paper_judge(&v, c, point);
            if (!v.suits[i])
                continue;
            asked++;
            if (v.suits[1 - i])
                accept(a, &v, point);
        }
    }
}

/* Each takes so many of the points that suit itself, and nobody asks: what lies in both
 * subsets is on the table. */
static void intersect_grid(struct paper_accepted *a, const struct paper_case *c,
                           const struct paper_grid *g, uint32_t questions,
                           struct prng *p)
{
    uint8_t takers[PAPER_GRID_MAX] = {0};
    for (unsigned i = 0; i < 2; i++) {
        struct deal d;
        deal_start(&d, g->n);
        for (uint32_t taken = 0; taken < questions && d.dealt < d.n;) {
            struct paper_view v;
            const uint16_t index = deal_next(&d, p);
            paper_judge(&v, c, &g->point[index]);
            taken += v.suits[i];
            takers[index] = (uint8_t)(takers[index] + v.suits[i]);
        }
    }
    for (uint32_t k = 0; k < g->n; k++)
        if (takers[k] == 2)
            accept_if_both(a, c, &g->point[k]);
}

/* ---- random ---- */

static void swap_up(double *a, double *b)
{
    if (*a > *b) {
        const double kept = *a;
        *a = *b;
        *b = kept;
    }
}

/* The gaps between sorted numbers of [0, 1]: from the cube onto the simplex, six to one
 * and keeping volumes. */
static void gaps(struct paper_point *out, const double *at)
{
    double s[3] = {at[0], at[1], at[2]};
    swap_up(&s[0], &s[1]);
    swap_up(&s[1], &s[2]);
    swap_up(&s[0], &s[1]);
    *out = (struct paper_point){{s[0], s[1] - s[0], s[2] - s[1], 1 - s[2]}};
}

static void draw_point(struct paper_point *out, enum paper_concept concept,
                       struct prng *p)
{
    double at[3];
    for (unsigned k = 0; k < (concept == PAPER_NE ? 2 : 3); k++)
        at[k] = prng_share(p);
    if (concept == PAPER_NE)
        *out = (struct paper_point){{at[0], at[1]}};
    else
        gaps(out, at);
}

static void ask_random(struct paper_accepted *a, const struct paper_case *c,
                       uint32_t questions, struct prng *p)
{
    for (unsigned i = 0; i < 2; i++)
        for (uint32_t tries = 0, asked = 0; tries < TRIES_MAX && asked < questions;
             tries++) {
            struct paper_view v;
            struct paper_point point;
            draw_point(&point, c->concept, p);
            paper_judge(&v, c, &point);
            if (!v.suits[i])
                continue;
            asked++;
            if (v.suits[1 - i])
                accept(a, &v, &point);
        }
}

/* The players take turns, and each looks at so many points for one that suits itself;
 * who finds none ends it for both. */
static void ask_random_in_turn(struct paper_accepted *a, const struct paper_case *c,
                               uint32_t questions, struct prng *p)
{
    for (uint32_t turn = 0; turn < 2 * questions; turn++) {
        const unsigned i = turn % 2;
        struct paper_view v = {.suits = {false, false}};
        struct paper_point point;
        uint32_t tries = 0;
        for (; !v.suits[i] && tries < TRIES_EACH; tries++) {
            draw_point(&point, c->concept, p);
            paper_judge(&v, c, &point);
        }
        if (tries == TRIES_EACH)
            return;
        if (v.suits[1 - i])
            accept(a, &v, &point);
    }
}

/* ---- SOO ---- */

/* What one player's search is for. */
struct search {
    struct paper_accepted *accepted;
    const struct paper_case *c;
    enum paper_version version;
    unsigned player;
    double lambda;
};

/* The authors search the whole cube; this is what lies outside of the simplex. */
static const double outside = -10;

static bool on_simplex(struct paper_point *out, const double *at)
{
    const double rest = 1 - at[0] - at[1] - at[2];
    *out = (struct paper_point){{at[0], at[1], at[2], rest}};
    return rest >= 0;
}

/* Equation (10). */
static double value_of(void *context, const double *at)
{
    const struct search *s = context;
    struct paper_point point;
    struct paper_view v;
    if (s->c->concept == PAPER_NE)
        point = (struct paper_point){{at[0], at[1]}};
    else if (s->version == PAPER_WRITTEN)
        gaps(&point, at);
    else if (!on_simplex(&point, at))
        return outside;
    paper_judge(&v, s->c, &point);
    if (v.suits[0] && v.suits[1])
        accept(s->accepted, &v, &point);
    return s->lambda * paper_reward(s->c, &v, s->player) +
           (1 - s->lambda) * paper_reward(s->c, &v, 1 - s->player);
}

static void ask_search(struct paper_accepted *a, const struct paper_case *c,
                       enum paper_version version, double lambda, uint32_t questions)
{
    const unsigned dimensions = c->concept == PAPER_NE ? 2 : 3;
    const enum paper_cells cells =
        version == PAPER_AUTHORS ? PAPER_CELLS_AUTHORS : PAPER_CELLS_PARTITION;
    /* With lambda = 1/2 both players search for the same, and find the same. */
    for (unsigned i = 0; i < (lambda < 1 ? 1u : 2u); i++) {
        struct search s = {a, c, version, i, lambda};
        paper_search(dimensions, questions, cells, value_of, &s);
    }
}

void paper_sample(struct paper_accepted *out, const struct paper_case *c,
                  const struct paper_grid *grid, enum paper_sampler sampler,
                  enum paper_version version, uint32_t questions, struct prng *p)
{
    CHECK(questions <= PAPER_BUDGET_MAX && version != PAPER_REPAIRED);
    out->n = 0;
    switch (sampler) {
    case PAPER_EQUISPACED:
        if (version == PAPER_AUTHORS)
            intersect_grid(out, c, grid, questions, p);
        else
            ask_grid(out, c, grid, questions, p);
        return;
    case PAPER_RANDOM:
        if (version == PAPER_AUTHORS)
            ask_random_in_turn(out, c, questions, p);
        else
            ask_random(out, c, questions, p);
        return;
    case PAPER_SOO_HALF:
        ask_search(out, c, version, 0.5, questions);
        return;
    case PAPER_SOO_OWN:
        ask_search(out, c, version, 1, questions);
        return;
    }
}
