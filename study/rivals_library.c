/* SPDX-License-Identifier: MIT */
#include "study/rivals_library.h"

#ifndef TREATY_WITHOUT_NLOPT
#include <math.h>
#include <nlopt.h>

static nlopt_algorithm algorithm_of(enum library_search search)
{
    switch (search) {
    case LIBRARY_DIRECT:
        return NLOPT_GN_DIRECT_L;
    case LIBRARY_CRS:
        return NLOPT_GN_CRS2_LM;
    case LIBRARY_ISRES:
        return NLOPT_GN_ISRES;
    case LIBRARY_ESCH:
        return NLOPT_GN_ESCH;
    }
    return NLOPT_GN_DIRECT_L;
}

/* By default a population of these would be larger than most budgets, and none would
 * ever breed. */
static unsigned population(const struct duel *d, enum library_search search)
{
    const unsigned few = d->o->asking.budget / 4 > 8 ? d->o->asking.budget / 4 : 8;
    const unsigned usual = 10 * (d->dimensions + 1u);
    const unsigned chosen = few < usual ? few : usual;
    /* It takes a simplex of them. */
    return search == LIBRARY_CRS && chosen < d->dimensions + 2u ? d->dimensions + 2u
                                                                : chosen;
}

struct call {
    struct duel *duel;
    nlopt_opt opt;
};

static double value(unsigned n, const double *cube, double *gradient, void *context)
{
    const struct call *c = context;
    (void)n;
    (void)gradient; /* none of these searches asks for it */
    if (duel_over(c->duel)) {
        (void)nlopt_force_stop(c->opt);
        return -HUGE_VAL;
    }
    return duel_value(c->duel, cube);
}

void library_search(struct duel *d, enum library_search search)
{
    double cube[WEIGHTS_MAX], reached;
    struct call c = {d, nlopt_create(algorithm_of(search), d->dimensions)};
    if (c.opt == NULL)
        return;
    for (uint16_t k = 0; k < d->dimensions; k++)
        cube[k] = 0.5;
    if (search != LIBRARY_DIRECT)
        (void)nlopt_set_population(c.opt, population(d, search));
    nlopt_srand((unsigned long)d->seed);
    (void)nlopt_set_lower_bounds1(c.opt, 0);
    (void)nlopt_set_upper_bounds1(c.opt, 1);
    (void)nlopt_set_max_objective(c.opt, value, &c);
    (void)nlopt_optimize(c.opt, cube, &reached);
    nlopt_destroy(c.opt);
}
#else

void library_search(struct duel *d, enum library_search search)
{
    (void)d;
    (void)search;
}
#endif
