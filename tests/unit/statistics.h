/* SPDX-License-Identifier: MIT */
/* Tests of chance, so that they state how often a right program would fail them. */
#ifndef TREATY_TESTS_STATISTICS_H
#define TREATY_TESTS_STATISTICS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* A right program fails a single test once in a million choices of seeds; the seeds are
 * fixed. */
#define STATISTICS_LEVEL 1e-6

/* The probability that chi-square with that many degrees of freedom is greater than x:
 * the upper incomplete gamma function, from the lower one's series. */
static inline double chi_square_tail(double x, int degrees)
{
    const double a = degrees / 2.0, half = x / 2;
    double term = exp(a * log(half) - half - lgamma(a + 1)), sum = 0;
    if (x <= 0)
        return 1;
    for (int k = 1; term > 1e-18 && k < 10000; k++) {
        sum += term;
        term *= half / (a + k);
    }
    return sum < 1 ? 1 - sum : 0;
}

/* The p-value of counts under expected means; cells with a mean below 5 are counted as
 * one. 0 where something happened that cannot. *degrees may be NULL. */
static inline double chi_square_test(const uint32_t *count, const double *mean,
                                     uint32_t n_cells, int *degrees)
{
    double x = 0, small_count = 0, small_mean = 0;
    int cells = 0;
    for (uint32_t k = 0; k < n_cells; k++) {
        if (mean[k] <= 0 && count[k] > 0)
            return 0;
        if (mean[k] < 5) {
            small_count += count[k];
            small_mean += mean[k];
            continue;
        }
        x += (count[k] - mean[k]) * (count[k] - mean[k]) / mean[k];
        cells++;
    }
    if (small_mean > 0) {
        x += (small_count - small_mean) * (small_count - small_mean) / small_mean;
        cells++;
    }
    if (degrees != NULL)
        *degrees = cells - 1;
    return cells > 1 ? chi_square_tail(x, cells - 1) : 1;
}

#endif
