/* SPDX-License-Identifier: MIT */
#include "study/cma.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/secure.h"

enum { REDRAWS_MAX = 100, SWEEPS_MAX = 30 };
#define FIRST_STEP 0.3
#define PI 3.14159265358979323846

struct cma {
    const struct cma_problem *p;
    size_t n, population, parents;
    struct prng random;
    double step, parents_effective;
    double path_rate, step_rate, one_rate, mu_rate, damping, usual_length;
    uint32_t generation;
    double *weight;                                           /* parents */
    double *mean, *path, *step_path, *scale, *shift, *turned; /* n */
    double *covariance, *axis; /* n x n; columns of axis are the principal axes */
    double *work;              /* n x n */
    double *step_of;           /* population runs of n: (x - mean) / step */
    double *value;             /* population */
    size_t *rank;              /* population, best first */
};

/* One piece of memory for all. */
static bool allot(struct cma *c)
{
    const size_t n = c->n,
                 all = c->parents + 6 * n + 3 * n * n + c->population * (n + 1);
    double *room = calloc(all, sizeof *room);
    c->rank = calloc(c->population, sizeof *c->rank);
    if (room == NULL || c->rank == NULL) {
        free(room);
        free(c->rank);
        return false;
    }
    double **const vectors[] = {&c->mean,  &c->path,  &c->step_path,
                                &c->scale, &c->shift, &c->turned};
    double **const matrices[] = {&c->covariance, &c->axis, &c->work};
    c->weight = room;
    room += c->parents;
    for (size_t k = 0; k < sizeof vectors / sizeof vectors[0]; k++, room += n)
        *vectors[k] = room;
    for (size_t k = 0; k < sizeof matrices / sizeof matrices[0]; k++, room += n * n)
        *matrices[k] = room;
    c->step_of = room;
    c->value = room + c->population * n;
    return true;
}

/* The tutorial's table 1. */
static void choose(struct cma *c)
{
    const double n = (double)c->n;
    double sum = 0, squares = 0;
    for (size_t k = 0; k < c->parents; k++) {
        c->weight[k] = log(((double)c->population + 1) / 2) - log((double)k + 1);
        sum += c->weight[k];
    }
    for (size_t k = 0; k < c->parents; k++) {
        c->weight[k] /= sum;
        squares += c->weight[k] * c->weight[k];
    }
    const double mu = 1 / squares;
    c->parents_effective = mu;
    c->path_rate = (4 + mu / n) / (n + 4 + 2 * mu / n);
    c->step_rate = (mu + 2) / (n + mu + 5);
    c->one_rate = 2 / ((n + 1.3) * (n + 1.3) + mu);
    c->mu_rate =
        fmin(1 - c->one_rate, 2 * (mu - 2 + 1 / mu) / ((n + 2) * (n + 2) + mu));
    c->damping = 1 + 2 * fmax(0, sqrt((mu - 1) / (n + 1)) - 1) + c->step_rate;
    c->usual_length = sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
    c->step = FIRST_STEP;
    for (size_t i = 0; i < c->n; i++) {
        c->mean[i] = 0.5;
        c->covariance[i * c->n + i] = c->axis[i * c->n + i] = c->scale[i] = 1;
    }
}

static double normal(struct prng *p)
{
    const double u = 1 - prng_share(p), v = prng_share(p);
    return sqrt(-2 * log(u)) * cos(2 * PI * v);
}

/* Columns i and j of the axes, and rows and columns of the matrix, are turned so that
 * its entry at i, j vanishes. */
static void turn(struct cma *c, size_t i, size_t j)
{
    const size_t n = c->n;
    double *a = c->work;
    const double theta = (a[j * n + j] - a[i * n + i]) / (2 * a[i * n + j]);
    const double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    const double cosine = 1 / sqrt(t * t + 1), sine = t * cosine;
    for (size_t k = 0; k < n; k++) {
        const double x = a[k * n + i], y = a[k * n + j];
        a[k * n + i] = cosine * x - sine * y;
        a[k * n + j] = sine * x + cosine * y;
    }
    for (size_t k = 0; k < n; k++) {
        const double x = a[i * n + k], y = a[j * n + k];
        a[i * n + k] = cosine * x - sine * y;
        a[j * n + k] = sine * x + cosine * y;
        const double u = c->axis[k * n + i], v = c->axis[k * n + j];
        c->axis[k * n + i] = cosine * u - sine * v;
        c->axis[k * n + j] = sine * u + cosine * v;
    }
}

/* Axes and scales from the covariance, by Jacobi's method. */
static void decompose(struct cma *c)
{
    const size_t n = c->n;
    memcpy(c->work, c->covariance, n * n * sizeof *c->work);
    memset(c->axis, 0, n * n * sizeof *c->axis);
    for (size_t i = 0; i < n; i++)
        c->axis[i * n + i] = 1;
    for (int sweep = 0; sweep < SWEEPS_MAX; sweep++) {
        bool still = true;
        for (size_t i = 0; i < n; i++)
            for (size_t j = i + 1; j < n; j++) {
                const double size = sqrt(fabs(c->work[i * n + i] * c->work[j * n + j]));
                if (fabs(c->work[i * n + j]) <= 1e-14 * size)
                    continue;
                turn(c, i, j);
                still = false;
            }
        if (still)
            break;
    }
    for (size_t i = 0; i < n; i++)
        c->scale[i] = sqrt(fmax(c->work[i * n + i], 1e-30));
}

/* A point in the cube, and the step to it. */
static void draw(struct cma *c, double *step, double *cube)
{
    const size_t n = c->n;
    bool inside = false;
    for (int tries = 0; !inside && tries < REDRAWS_MAX; tries++) {
        memset(step, 0, n * sizeof *step);
        for (size_t j = 0; j < n; j++) {
            const double z = c->scale[j] * normal(&c->random);
            for (size_t i = 0; i < n; i++)
                step[i] += c->axis[i * n + j] * z;
        }
        inside = true;
        for (size_t i = 0; i < n; i++) {
            cube[i] = c->mean[i] + c->step * step[i];
            inside &= cube[i] >= 0 && cube[i] <= 1;
        }
    }
    for (size_t i = 0; i < n; i++) {
        cube[i] = fmin(fmax(cube[i], 0), 1);
        step[i] = (cube[i] - c->mean[i]) / c->step;
    }
}

/* Mean, paths, covariance and step from the better half of a generation. */
static void learn(struct cma *c)
{
    const size_t n = c->n;
    double length = 0;
    memset(c->shift, 0, n * sizeof *c->shift);
    for (size_t k = 0; k < c->parents; k++)
        for (size_t i = 0; i < n; i++)
            c->shift[i] += c->weight[k] * c->step_of[c->rank[k] * n + i];
    memset(c->turned, 0, n * sizeof *c->turned);
    for (size_t j = 0; j < n; j++) { /* the shift, if steps were of one length */
        double along = 0;
        for (size_t i = 0; i < n; i++)
            along += c->axis[i * n + j] * c->shift[i];
        for (size_t i = 0; i < n; i++)
            c->turned[i] += c->axis[i * n + j] * along / c->scale[j];
    }
    const double a = c->step_rate, b = c->path_rate, mu = c->parents_effective;
    for (size_t i = 0; i < n; i++) {
        c->mean[i] += c->step * c->shift[i];
        c->step_path[i] =
            (1 - a) * c->step_path[i] + sqrt(a * (2 - a) * mu) * c->turned[i];
        length += c->step_path[i] * c->step_path[i];
    }
    length = sqrt(length);
    const double settled = sqrt(1 - pow(1 - a, 2. * ++c->generation));
    const bool moves = length / settled < (1.4 + 2 / ((double)n + 1)) * c->usual_length;
    for (size_t i = 0; i < n; i++)
        c->path[i] =
            (1 - b) * c->path[i] + moves * sqrt(b * (2 - b) * mu) * c->shift[i];
    const double kept =
        1 - c->one_rate - c->mu_rate + (moves ? 0 : c->one_rate * b * (2 - b));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double *entry = &c->covariance[i * n + j];
            *entry = kept * *entry + c->one_rate * c->path[i] * c->path[j];
            for (size_t k = 0; k < c->parents; k++) {
                const double *y = c->step_of + c->rank[k] * n;
                *entry += c->mu_rate * c->weight[k] * y[i] * y[j];
            }
        }
    c->step *= exp(fmin(1, a / c->damping * (length / c->usual_length - 1)));
}

/* False if the search is over before the generation is whole. */
static bool generation(struct cma *c, double *cube)
{
    for (size_t k = 0; k < c->population; k++) {
        if (c->p->over(c->p->context))
            return false;
        draw(c, c->step_of + k * c->n, cube);
        c->value[k] = c->p->value(c->p->context, cube);
        size_t place = k; /* ties: the older first */
        while (place > 0 && c->value[c->rank[place - 1]] < c->value[k]) {
            c->rank[place] = c->rank[place - 1];
            place--;
        }
        c->rank[place] = k;
    }
    return true;
}

bool cma_search(const struct cma_problem *p, uint64_t seed)
{
    struct cma c = {.p = p, .n = p->n, .random = {seed}};
    double *cube = calloc(p->n, sizeof *cube);
    c.population = 4 + (size_t)(3 * log((double)p->n));
    c.parents = c.population / 2;
    if (cube == NULL || !allot(&c)) {
        free(cube);
        return false;
    }
    choose(&c);
    while (generation(&c, cube)) {
        learn(&c);
        decompose(&c);
    }
    free(c.weight); /* and all that is part of it */
    free(c.rank);
    free(cube);
    return true;
}
