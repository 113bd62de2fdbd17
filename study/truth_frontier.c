/* SPDX-License-Identifier: MIT */
/* Hides the geometry. */
#include "study/truth_frontier.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void frontier_start(struct frontier *f, uint8_t n_players)
{
    *f = (struct frontier){.n_players = n_players};
}

void frontier_free(struct frontier *f)
{
    free(f->point);
    free(f->joined);
    *f = (struct frontier){0};
}

static const double *at(const struct frontier *f, uint32_t k)
{
    return f->point + (size_t)k * f->n_players;
}

/* a is at least b for all; *better: and more than that for somebody. */
static bool covers(const double *a, const double *b, uint8_t n, bool *better)
{
    *better = false;
    for (uint8_t i = 0; i < n; i++) {
        if (a[i] < b[i] - FRONTIER_TOLERANCE)
            return false;
        *better |= a[i] > b[i] + FRONTIER_TOLERANCE;
    }
    return true;
}

/* The first of two players' points that pays the first player at least this. */
static uint32_t first_from(const struct frontier *f, double least)
{
    uint32_t low = 0, high = f->n;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (at(f, middle)[0] < least)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Where to look for what covers a point: with two players, what the first gets rises
 * and what the second gets falls from point to point, so it is next to where the point
 * would stand. */
static void nearby(const struct frontier *f, const double *point, uint32_t *from,
                   uint32_t *to)
{
    *from = 0;
    *to = f->n;
    if (f->n_players != 2)
        return;
    *from = first_from(f, point[0] - FRONTIER_TOLERANCE);
    *to = *from < f->n ? *from + 1 : f->n;
    while (*to < f->n && at(f, *to)[0] <= point[0] + FRONTIER_TOLERANCE)
        (*to)++;
    if (*to < f->n)
        (*to)++;
}

bool frontier_dominates(const struct frontier *f, const double *point)
{
    bool better;
    uint32_t from, to;
    nearby(f, point, &from, &to);
    for (uint32_t k = from; k < to; k++)
        if (covers(at(f, k), point, f->n_players, &better) && better)
            return true;
    /* Between two points that are joined. */
    if (f->joined == NULL || from == 0 || from >= f->n || !f->joined[from - 1])
        return false;
    const double *a = at(f, from - 1), *b = at(f, from);
    const double t = (point[0] - a[0]) / (b[0] - a[0]);
    return t >= 0 && t <= 1 && a[1] + t * (b[1] - a[1]) > point[1] + FRONTIER_TOLERANCE;
}

static bool room_for_one(struct frontier *f)
{
    if (f->n < f->n_max)
        return true;
    const uint32_t n = f->n_max == 0 ? 64 : 2 * f->n_max;
    double *grown = realloc(f->point, (size_t)n * f->n_players * sizeof *grown);
    if (grown == NULL)
        return false;
    f->point = grown;
    f->n_max = n;
    return true;
}

/* Two players: what a point covers stands together, just before where it would stand
 * itself or there. */
static void insert(struct frontier *f, const double *point)
{
    bool better;
    uint32_t to = first_from(f, point[0] - FRONTIER_TOLERANCE), from;
    while (to < f->n && covers(point, at(f, to), 2, &better))
        to++;
    from = to;
    while (from > 0 && covers(point, at(f, from - 1), 2, &better))
        from--;
    memmove(f->point + 2 * ((size_t)from + 1), f->point + 2 * (size_t)to,
            2 * (f->n - to) * sizeof *point);
    memcpy(f->point + 2 * (size_t)from, point, 2 * sizeof *point);
    f->n = f->n - (to - from) + 1;
}

/* Any number: what it covers goes, and it stands at the end. */
static void append(struct frontier *f, const double *point)
{
    const size_t size = f->n_players * sizeof *point;
    bool better;
    uint32_t kept = 0;
    for (uint32_t k = 0; k < f->n; k++)
        if (!covers(point, at(f, k), f->n_players, &better)) {
            if (kept != k)
                memcpy(f->point + (size_t)kept * f->n_players, at(f, k), size);
            kept++;
        }
    memcpy(f->point + (size_t)kept * f->n_players, point, size);
    f->n = kept + 1;
}

bool frontier_add(struct frontier *f, const double *point)
{
    bool better;
    uint32_t from, to;
    nearby(f, point, &from, &to);
    for (uint32_t k = from; k < to; k++)
        if (covers(at(f, k), point, f->n_players, &better))
            return false;
    if (!room_for_one(f))
        return false;
    free(f->joined);
    f->joined = NULL;
    if (f->n_players == 2)
        insert(f, point);
    else
        append(f, point);
    return true;
}

/* ---- distance ---- */

/* Squares: which is least they tell as well, and roots take longer than all the rest.
 */
static double square_between(const double *a, const double *b, const double *p)
{
    const double dx = b[0] - a[0], dy = b[1] - a[1], length = dx * dx + dy * dy;
    const double along = (p[0] - a[0]) * dx + (p[1] - a[1]) * dy;
    const double t = along <= 0 ? 0 : along >= length ? 1 : along / length;
    const double x = a[0] + t * dx - p[0], y = a[1] + t * dy - p[1];
    return x * x + y * y;
}

double frontier_distance(const struct frontier *f, const double *point)
{
    double least = HUGE_VAL;
    if (!frontier_dominates(f, point))
        return 0;
    for (uint32_t k = 0; k < f->n; k++) {
        double sum = 0;
        for (uint8_t i = 0; i < f->n_players; i++)
            sum += (at(f, k)[i] - point[i]) * (at(f, k)[i] - point[i]);
        least = sum < least ? sum : least;
        if (f->joined == NULL || k + 1 == f->n || !f->joined[k])
            continue;
        sum = square_between(at(f, k), at(f, k + 1), point);
        least = sum < least ? sum : least;
    }
    return sqrt(least);
}

/* ---- volume ---- */

/* The points by what the first gets: from each to the next what the second gets at
 * least of is that of the next, or falls to it straight. */
static double area(const struct frontier *f)
{
    double sum = 0, before = 0;
    for (uint32_t k = 0; k < f->n; k++) {
        const double x = fmax(at(f, k)[0], 0), y = fmax(at(f, k)[1], 0);
        const bool joined = k > 0 && f->joined != NULL && f->joined[k - 1];
        const double left = joined ? fmax(at(f, k - 1)[1], 0) : y;
        sum += (x - before) * (left + y) / 2;
        before = x;
    }
    return sum;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return x[0] < y[0] ? -1 : x[0] > y[0];
}

/* Slices, from the greatest of the third player's payoffs down: what is below a slice
 * is the area of all points that reach it. */
static double solid(const struct frontier *f)
{
    struct frontier slice;
    double *level = malloc((f->n + 1) * sizeof *level), sum = 0, below = 0;
    if (level == NULL)
        return NAN;
    for (uint32_t k = 0; k < f->n; k++)
        level[k] = fmax(at(f, k)[2], 0);
    qsort(level, f->n, sizeof *level, by_size);
    for (uint32_t l = 0; l < f->n; l++) {
        if (level[l] <= below)
            continue;
        frontier_start(&slice, 2);
        for (uint32_t k = 0; k < f->n; k++)
            if (at(f, k)[2] >= level[l])
                (void)frontier_add(&slice, at(f, k));
        sum += (level[l] - below) * area(&slice);
        frontier_free(&slice);
        below = level[l];
    }
    free(level);
    return sum;
}

static bool reaches(const struct frontier *f, const double *sample)
{
    for (uint32_t k = 0; k < f->n; k++) {
        uint8_t i = 0;
        while (i < f->n_players && at(f, k)[i] >= sample[i])
            i++;
        if (i == f->n_players)
            return true;
    }
    return false;
}

/* Points that fill the box evenly: multiples of powers of the root g > 1 of
 * g^(d+1) = g + 1, the golden section of d dimensions. */
static double sampled(const struct frontier *f, const double *most)
{
    double g = 1.5, step[PLAYERS_MAX], sample[PLAYERS_MAX], box = 1;
    uint32_t inside = 0;
    for (int k = 0; k < 64; k++)
        g = pow(1 + g, 1.0 / (f->n_players + 1));
    for (uint8_t i = 0; i < f->n_players; i++) {
        step[i] = pow(1 / g, i + 1);
        box *= most[i];
    }
    for (uint32_t k = 1; k <= VOLUME_SAMPLES; k++) {
        for (uint8_t i = 0; i < f->n_players; i++) {
            const double turn = 0.5 + k * step[i];
            sample[i] = (turn - floor(turn)) * most[i];
        }
        inside += reaches(f, sample);
    }
    return box * inside / VOLUME_SAMPLES;
}

double frontier_volume(const struct frontier *f, const double *most)
{
    if (f->n_players == 2)
        return area(f);
    return f->n_players == 3 ? solid(f) : sampled(f, most);
}

void frontier_most(const struct frontier *f, double *most)
{
    for (uint8_t i = 0; i < f->n_players; i++) {
        most[i] = 0;
        for (uint32_t k = 0; k < f->n; k++)
            most[i] = fmax(most[i], at(f, k)[i]);
    }
}
