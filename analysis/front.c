/* SPDX-License-Identifier: MIT */
/* Hides when a violation is news, so that searches which run in any order, and side by
 * side, come to the same counterexamples. */
#include "analysis/front.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

struct front *front_new(uint32_t n_players, uint32_t coalition_max,
                        uint32_t byzantine_max)
{
    const size_t n = (size_t)n_players + 1;
    struct front *f = calloc(1, sizeof *f);
    if (f == NULL)
        return NULL;
    f->n_players = n_players;
    f->coalition_max = coalition_max < n_players ? coalition_max : n_players;
    f->byzantine_max = byzantine_max < n_players ? byzantine_max : n_players;
    f->harm.size = n_players + 1;
    f->most_total = calloc(n, sizeof *f->most_total);
    f->most_member = calloc(n, sizeof *f->most_member);
    for (int side = 0; side < SIDES; side++) {
        f->smallest[side] = calloc(n, sizeof *f->smallest[side]);
        f->smallest_below[side] = calloc(n, sizeof *f->smallest_below[side]);
    }
    for (size_t i = 0; f->most_total != NULL && i < n; i++)
        mpz_init(f->most_total[i]);
    for (size_t i = 0; f->most_member != NULL && i < n; i++)
        mpz_init(f->most_member[i]);
    for (int side = 0; side < SIDES; side++)
        for (size_t t = 0; f->smallest[side] != NULL && t < n; t++)
            f->smallest[side][t].size = n_players + 1;
    for (int side = 0; side < SIDES; side++)
        for (size_t t = 0; f->smallest_below[side] != NULL && t < n; t++)
            f->smallest_below[side][t] = n_players + 1;
    if (f->smallest_below[SIDE_MEMBER] != NULL &&
        f->smallest_below[SIDE_TOTAL] != NULL && f->most_total != NULL &&
        f->most_member != NULL && f->smallest[SIDE_MEMBER] != NULL &&
        f->smallest[SIDE_TOTAL] != NULL)
        return f;
    front_free(f);
    return NULL;
}

void front_free(struct front *f)
{
    if (f == NULL)
        return;
    for (int side = 0; side < SIDES; side++) {
        for (uint32_t t = 0; f->smallest[side] != NULL && t <= f->n_players; t++)
            free(f->smallest[side][t].deed);
        free(f->smallest[side]);
        free(f->smallest_below[side]);
    }
    for (uint32_t i = 0; f->most_total != NULL && i <= f->n_players; i++)
        mpz_clear(f->most_total[i]);
    for (uint32_t i = 0; f->most_member != NULL && i <= f->n_players; i++)
        mpz_clear(f->most_member[i]);
    free(f->most_total);
    free(f->most_member);
    free(f->harm.deed);
    free(f);
}

uint32_t front_limit(const struct front *f, enum side side, uint32_t n_byzantine,
                     uint64_t order)
{
    const struct finding *own = &f->smallest[side][n_byzantine];
    uint32_t limit = own->size + (own->deed != NULL && order < own->order);
    if (f->smallest_below[side][n_byzantine] < limit)
        limit = f->smallest_below[side][n_byzantine];
    return limit <= f->coalition_max ? limit : f->coalition_max + 1;
}

static void keep(struct finding *out, uint32_t size, uint64_t order,
                 const struct deed *deed, uint32_t n_players)
{
    if (out->deed == NULL)
        out->deed = malloc(n_players * sizeof *deed);
    CHECK(out->deed != NULL);
    memcpy(out->deed, deed, n_players * sizeof *deed);
    out->size = size;
    out->order = order;
}

void front_offer(struct front *f, enum side side, uint32_t n_byzantine, uint32_t size,
                 uint64_t order, const struct deed *deed)
{
    if (size >= front_limit(f, side, n_byzantine, order))
        return;
    keep(&f->smallest[side][n_byzantine], size, order, deed, f->n_players);
    for (uint32_t t = n_byzantine + 1; t <= f->n_players; t++)
        if (size < f->smallest_below[side][t])
            f->smallest_below[side][t] = size;
}

void front_offer_harm(struct front *f, uint32_t n_byzantine, const struct deed *deed)
{
    if (n_byzantine < f->harm.size && n_byzantine <= f->byzantine_max)
        keep(&f->harm, n_byzantine, 0, deed, f->n_players);
}
