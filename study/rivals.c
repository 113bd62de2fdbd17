/* SPDX-License-Identifier: MIT */
/* Hides the cube: from its points to candidates. */
#include "study/rivals.h"

#include <math.h>

#include "sampling/soo.h"
#include "study/cma.h"
#include "study/rivals_library.h"

enum { LOOKS_PER_QUESTION = 50 };

const struct rival rivals[] = {
    {"soo-published", "the paper's: centres of cells, -10 outside of the simplex",
     RIVAL_PUBLISHED},
    {"cma", "CMA-ES (Hansen 2016)", RIVAL_CMA},
#ifndef TREATY_WITHOUT_NLOPT
    {"direct", "DIRECT-L (Gablonsky and Kelley 2001), of NLopt", LIBRARY_DIRECT},
    {"crs", "controlled random search (Kaelo and Ali 2006), of NLopt", LIBRARY_CRS},
    {"isres", "an evolution strategy (Runarsson and Yao 2005), of NLopt",
     LIBRARY_ISRES},
    {"esch", "an evolutionary search (da Silva Santos 2010), of NLopt", LIBRARY_ESCH},
#endif
    {NULL, NULL, 0},
};

bool duel_over(const struct duel *d)
{
    const uint32_t budget = d->o->asking.budget;
    return d->asked >= budget || d->looked >= LOOKS_PER_QUESTION * budget;
}

static double asked(struct duel *d, const struct profile *x)
{
    struct candidate c;
    bool fresh;
    candidate_from_profile_at(
        &c, &d->candidates,
        d->o->asking.resolution == 0 ? WEIGHT_ONE : d->o->asking.resolution, x);
    const uint32_t index = bout_ask(d->bout, &fresh, &c, d->self);
    d->asked += fresh;
    return bout_value(d->bout, index, d->self);
}

/* Along each ray from the origin the cube is stretched onto the simplex, as the
 * samplers do (sampling/sampler.c). */
double duel_value(struct duel *d, const double *cube)
{
    struct profile x;
    uint16_t w = 0;
    d->looked++;
    for (uint8_t i = 0; i < d->candidates.n_players; i++) {
        const uint16_t m = d->candidates.n_actions[i];
        double most = 0, sum = 0, rest = 1;
        for (uint16_t k = 0; k + 1 < m; k++) {
            most = fmax(most, cube[k]);
            sum += cube[k];
        }
        for (uint16_t k = 0; k + 1 < m; k++) {
            x.share[w + k] = sum > 0 ? cube[k] * (most / sum) : 0;
            rest -= x.share[w + k];
        }
        x.share[w + m - 1] = fmax(rest, 0);
        cube += m - 1;
        w = (uint16_t)(w + m);
    }
    return asked(d, &x);
}

/* The cube as it is; what is outside of the simplices scores -10, and counts. */
static double published_value(struct duel *d, const double *cube)
{
    struct profile x;
    uint16_t w = 0;
    d->looked++;
    for (uint8_t i = 0; i < d->candidates.n_players; i++) {
        const uint16_t m = d->candidates.n_actions[i];
        double rest = 1;
        for (uint16_t k = 0; k + 1 < m; k++) {
            x.share[w + k] = cube[k];
            rest -= cube[k];
        }
        if (rest < 0) {
            d->asked++;
            return -10;
        }
        x.share[w + m - 1] = rest;
        cube += m - 1;
        w = (uint16_t)(w + m);
    }
    return asked(d, &x);
}

static bool published(struct duel *d)
{
    double cube[SOO_DIMENSIONS_MAX];
    uint32_t id;
    struct soo *s = soo_new(d->dimensions, LOOKS_PER_QUESTION * d->o->asking.budget, 0,
                            SOO_CENTRES);
    if (s == NULL)
        return false;
    while (!duel_over(d) && soo_ask(s, cube, &id))
        soo_tell(s, id, published_value(d, cube));
    soo_free(s);
    return true;
}

static double evolved_value(void *duel, const double *cube)
{
    return duel_value(duel, cube);
}

static bool evolved_over(void *duel)
{
    return duel_over(duel);
}

static bool evolved(struct duel *d)
{
    const struct cma_problem p = {d->dimensions, d, evolved_value, evolved_over};
    return cma_search(&p, d->seed);
}

bool rival_negotiate(const struct rival *r, struct bout *b,
                     const struct bout_options *o)
{
    struct prng seeds = {o->seed};
    struct duel d = {.bout = b,
                     .o = o,
                     .candidates = concept_shape(o->asking.concept, &o->game->shape)};
    d.dimensions = (uint16_t)(shape_weights(&d.candidates) - d.candidates.n_players);
    for (uint8_t i = 0; i < o->game->shape.n_players; i++) {
        d.self = i;
        d.asked = d.looked = 0;
        d.seed = prng_next(&seeds);
        if (d.dimensions == 0)
            continue;
        if (r->algorithm >= 0)
            library_search(&d, (enum library_search)r->algorithm);
        else if (!(r->algorithm == RIVAL_CMA ? evolved(&d) : published(&d)))
            return false;
    }
    return true;
}
