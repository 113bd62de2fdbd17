/* SPDX-License-Identifier: MIT */
/* Hides the lotteries. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "study/paper_negotiation.h"

/* Rows of A_s that are left, in their order. */
struct left {
    const struct paper_accepted *all;
    uint32_t n;
    uint32_t row[2 * PAPER_BUDGET_MAX];
};

static const double *payoff(const struct left *l, uint32_t k)
{
    return l->all->row[l->row[k]].payoff;
}

static int point_order(const struct left *l, uint32_t a, uint32_t b)
{
    const double *x = l->all->row[a].point.at, *y = l->all->row[b].point.at;
    for (unsigned d = 0; d < 4; d++)
        if (x[d] != y[d])
            return x[d] < y[d] ? -1 : 1;
    return 0;
}

static bool no_worse(const double *a, const double *b)
{
    return a[0] >= b[0] && a[1] >= b[1];
}

static bool ties(const double *a, const double *b)
{
    return a[0] == b[0] && a[1] == b[1];
}

/* Equation (12). */
static double joint_draw(struct prng *p)
{
    const double w = prng_share(p) + prng_share(p);
    return w < 1 ? w : w - 1;
}

/* What is worse than the drawn one for anybody goes. */
static void drop_worse(struct left *l, uint32_t drawn)
{
    double least[2];
    uint32_t n = 0;
    memcpy(least, payoff(l, drawn), sizeof least);
    for (uint32_t k = 0; k < l->n; k++)
        if (no_worse(payoff(l, k), least))
            l->row[n++] = l->row[k];
    l->n = n;
}

/* True if no draw of (13), which never comes to the last row, removes anything: the
 * others all pay the same and the last is no worse. */
static bool stuck(const struct left *l)
{
    for (uint32_t k = 1; k + 1 < l->n; k++)
        if (!ties(payoff(l, k), payoff(l, 0)))
            return false;
    return no_worse(payoff(l, l->n - 1), payoff(l, 0));
}

static uint32_t prune_written(struct left *l, struct prng *p)
{
    while (l->n > 1 && !stuck(l)) {
        /* (13), with rows counted from 0 */
        const uint32_t drawn = (uint32_t)((double)(l->n - 1) * joint_draw(p));
        drop_worse(l, drawn);
    }
    return l->row[l->n - 1];
}

/* Each player sorts by its own payoff, the best first, and keeps what comes before the
 * first row that pays it what the drawn one does, and that row: of ties one is left,
 * and it need not be the drawn one. */
static void keep_to_first_ties(struct left *l, uint32_t drawn)
{
    double paid[2];
    uint32_t first[2], n = 0;
    memcpy(paid, payoff(l, drawn), sizeof paid);
    for (unsigned i = 0; i < 2; i++)
        for (first[i] = 0; payoff(l, first[i])[i] != paid[i];)
            first[i]++;
    for (uint32_t k = 0; k < l->n; k++) {
        const double *here = payoff(l, k);
        if ((here[0] > paid[0] || k == first[0]) &&
            (here[1] > paid[1] || k == first[1]))
            l->row[n++] = l->row[k];
    }
    l->n = n;
}

/* The order of rows after the first pruning: by their points. */
static void sort_by_point(struct left *l)
{
    for (uint32_t k = 1; k < l->n; k++) {
        const uint32_t row = l->row[k];
        uint32_t at = k;
        for (; at > 0 && point_order(l, l->row[at - 1], row) > 0; at--)
            l->row[at] = l->row[at - 1];
        l->row[at] = row;
    }
}

/* What was drawn last is the result, whatever is left. */
static uint32_t prune_authors(struct left *l, struct prng *p)
{
    uint32_t chosen;
    do {
        const double w = joint_draw(p);
        const uint32_t drawn = (uint32_t)lround((double)(l->n - 1) * w);
        chosen = l->row[drawn];
        keep_to_first_ties(l, drawn);
        sort_by_point(l);
    } while (l->n > 1);
    return chosen;
}

/* First one of those who proposed something that is left, then one of that player's. */
static uint32_t draw_fairly(const struct left *l, struct prng *p)
{
    uint32_t of[2] = {0}, k = 0;
    for (uint32_t row = 0; row < l->n; row++)
        of[l->all->row[l->row[row]].proposer]++;
    const uint64_t first = prng_below(p, of[0] > 0 && of[1] > 0 ? 2 : 1);
    const uint8_t player = of[0] > 0 ? (uint8_t)first : 1;
    uint64_t rest = prng_below(p, of[player]);
    while (l->all->row[l->row[k]].proposer != player || rest-- > 0)
        k++;
    return k;
}

static uint32_t prune_fairly(struct left *l, const double tolerance[2], struct prng *p)
{
    for (;;) {
        const uint32_t drawn = draw_fairly(l, p), chosen = l->row[drawn];
        const double *here = payoff(l, drawn);
        bool better = false;
        uint32_t n = 0;
        for (uint32_t k = 0; k < l->n; k++) {
            const double *there = payoff(l, k);
            if (there[0] < here[0] - tolerance[0] || there[1] < here[1] - tolerance[1])
                continue;
            better |=
                there[0] > here[0] + tolerance[0] || there[1] > here[1] + tolerance[1];
            l->row[n++] = l->row[k];
        }
        l->n = n;
        if (!better)
            return chosen;
        for (n = 0; l->row[n] != chosen;)
            n++;
        l->n--;
        memmove(&l->row[n], &l->row[n + 1], (l->n - n) * sizeof l->row[0]);
    }
}

uint32_t paper_prune(const struct paper_accepted *a, enum paper_version version,
                     const double tolerance[2], struct prng *p)
{
    struct left l = {.all = a, .n = a->n};
    CHECK(a->n > 0);
    for (uint32_t k = 0; k < a->n; k++)
        l.row[k] = k;
    switch (version) {
    case PAPER_AUTHORS:
        return prune_authors(&l, p);
    case PAPER_WRITTEN:
        return prune_written(&l, p);
    case PAPER_REPAIRED:
        return prune_fairly(&l, tolerance, p);
    }
    return 0;
}
