/* SPDX-License-Identifier: MIT */
/* Hides how products of many gains are compared exactly. */
#include "sampling/selection.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "sampling/candidates.h"

const char *selection_name(enum selection s)
{
    static const char *const names[SELECTIONS] = {
        [SELECTION_LOTTERY] = "lottery",
        [SELECTION_NASH] = "nash-bargaining",
        [SELECTION_EGALITARIAN] = "egalitarian",
    };
    return names[s];
}

/* ---- reports ---- */

/* A gain in units. Whoever names a finer unit than it may has its greatest gains cut.
 */
static uint32_t units(double gain, double unit)
{
    if (!(gain > 0) || !(unit > 0))
        return 0;
    const double n = floor(gain / unit + 0.5);
    return n < GAIN_ONE ? (uint32_t)n : GAIN_ONE;
}

void selection_report(uint32_t *gain, const double *payoff, uint32_t n, double threat,
                      double unit)
{
    uint64_t most = 0;
    for (uint32_t k = 0; k < n; k++) {
        gain[k] = units(payoff[k] - threat, unit);
        most = gain[k] > most ? gain[k] : most;
    }
    /* most <= GAIN_ONE, so what differs in units differs in shares. */
    for (uint32_t k = 0; k < n && most > 0; k++)
        gain[k] = (uint32_t)(((uint64_t)gain[k] * GAIN_ONE + most / 2) / most);
}

bool selection_report_valid(const uint32_t *gain, uint32_t n)
{
    uint32_t most = 0;
    for (uint32_t k = 0; k < n; k++)
        most = gain[k] > most ? gain[k] : most;
    return most == 0 || most == GAIN_ONE;
}

/* ---- what a rule makes of one candidate ---- */

/* Compared from the first word on, the greater is the better.
 * Nash: how many players gain, then the product of their gains in 32-bit digits, the
 * highest first. Egalitarian: the gains, the least first. */
struct merit {
    uint32_t word[PLAYERS_MAX + 1];
};

static void multiply(uint32_t *digit, uint8_t n_digits, uint32_t by)
{
    uint64_t carry = 0;
    for (uint8_t d = n_digits; d-- > 0;) {
        carry += (uint64_t)digit[d] * by;
        digit[d] = (uint32_t)carry;
        carry >>= 32;
    }
    CHECK(carry == 0);
}

static void merit_nash(struct merit *m, const uint32_t *gain, uint8_t n_players)
{
    uint32_t *digit = m->word + 1;
    memset(m, 0, sizeof *m);
    digit[n_players - 1] = 1;
    for (uint8_t i = 0; i < n_players; i++) {
        if (gain[i] == 0)
            continue;
        m->word[0]++;
        multiply(digit, n_players, gain[i]);
    }
}

static void merit_egalitarian(struct merit *m, const uint32_t *gain, uint8_t n_players)
{
    memset(m, 0, sizeof *m);
    for (uint8_t i = 0; i < n_players; i++) {
        uint8_t at = i;
        for (; at > 0 && m->word[at - 1] > gain[i]; at--)
            m->word[at] = m->word[at - 1];
        m->word[at] = gain[i];
    }
}

static void merit_find(struct merit *m, enum selection rule, const uint32_t *gain,
                       uint8_t n_players)
{
    switch (rule) {
    case SELECTION_NASH:
        merit_nash(m, gain, n_players);
        return;
    case SELECTION_EGALITARIAN:
        merit_egalitarian(m, gain, n_players);
        return;
    case SELECTION_LOTTERY:
        break;
    }
    NEVER("a lottery asks for no reports");
}

static int merit_order(const struct merit *a, const struct merit *b)
{
    for (size_t k = 0; k < sizeof a->word / sizeof a->word[0]; k++)
        if (a->word[k] != b->word[k])
            return a->word[k] > b->word[k] ? 1 : -1;
    return 0;
}

/* ---- all of them ---- */

/* What all players report of the k-th of n candidates. */
static void gains_of(uint32_t *out, const uint32_t *gain, uint8_t n_players, uint32_t n,
                     uint32_t k)
{
    for (uint8_t i = 0; i < n_players; i++)
        out[i] = gain[(size_t)i * n + k];
}

static bool as_good(const uint32_t *gain, const uint32_t *as, uint8_t n_players)
{
    for (uint8_t i = 0; i < n_players; i++)
        if (gain[i] < as[i])
            return false;
    return true;
}

static uint32_t place_of(const struct candidates *t, uint32_t index)
{
    uint32_t k = 0;
    while (candidates_survivor(t, k) != index)
        k++;
    return k;
}

uint32_t selection_narrow(struct candidates *t, enum selection rule,
                          const uint32_t *gain, uint8_t n_players, uint32_t drawn)
{
    const uint32_t n = candidates_survivors(t);
    uint32_t floor_gain[PLAYERS_MAX], own[PLAYERS_MAX], kept = 0;
    struct merit best, merit;
    uint32_t first = drawn; /* of the best */
    gains_of(floor_gain, gain, n_players, n, place_of(t, drawn));
    merit_find(&best, rule, floor_gain, n_players);
    for (uint32_t k = 0; k < n; k++) {
        gains_of(own, gain, n_players, n, k);
        if (!as_good(own, floor_gain, n_players))
            continue;
        kept++;
        merit_find(&merit, rule, own, n_players);
        if (merit_order(&merit, &best) <= 0)
            continue;
        best = merit;
        first = candidates_survivor(t, k);
    }
    for (uint32_t k = 0; k < n; k++) {
        gains_of(own, gain, n_players, n, k);
        merit_find(&merit, rule, own, n_players);
        if (!as_good(own, floor_gain, n_players) || merit_order(&merit, &best) != 0)
            candidates_mark(t, candidates_survivor(t, k), MARK_WORSE);
    }
    CHECK(candidates_prune(t, first));
    return kept;
}
