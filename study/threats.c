/* SPDX-License-Identifier: MIT */
#include "study/threats.h"

#include <math.h>

static void measure(struct threat_reach *r, const struct frontier *f,
                    const double *most)
{
    const uint8_t n = f->n_players;
    const double nothing[PLAYERS_MAX] = {0};
    r->better = frontier_dominates(f, nothing);
    r->volume = f->n > 0 ? frontier_volume(f, most) : 0;
    for (uint32_t k = 0; k < f->n; k++) {
        const double *point = f->point + (size_t)k * n;
        double least = HUGE_VAL, sum = 0;
        for (uint8_t i = 0; i < n; i++) {
            least = fmin(least, point[i]);
            sum += point[i] / n;
        }
        if (least < -FRONTIER_TOLERANCE) /* worse than the common threat for somebody */
            continue;
        r->even = fmax(r->even, least);
        r->mean = fmax(r->mean, sum);
    }
}

/* The frontier of a contest, with what all can get more at once on it. */
static bool find(struct frontier *f, struct threat_reach *r, const struct contest *c,
                 uint32_t effort, uint64_t seed)
{
    const double base[PLAYERS_MAX] = {0};
    double up[PLAYERS_MAX], point[PLAYERS_MAX], beyond;
    if (!truth_find(f, &r->grade, &beyond, c, effort, seed))
        return false;
    if (c->concept != CONCEPT_NASH) {
        struct lottery *l = lottery_new(c);
        if (l == NULL)
            return false;
        for (uint8_t i = 0; i < c->game->shape.n_players; i++)
            up[i] = 1;
        if (lottery_ray(l, point, base, up, &beyond))
            (void)frontier_add(f, point);
        lottery_free(l);
    }
    return true;
}

bool threats_compare(struct threats_compared *out, const struct contest *c,
                     uint32_t effort, uint64_t seed)
{
    const uint8_t n = c->game->shape.n_players;
    struct statics statics;
    struct contest own = *c;
    struct frontier f[THREAT_KINDS] = {{0}};
    double most[PLAYERS_MAX], other[PLAYERS_MAX];
    *out = (struct threats_compared){.statics = 1};
    if (statics_find(&statics, c->game, seed)) {
        out->statics = statics.n;
        out->all = statics.all;
        for (uint8_t i = 0; i < n; i++) {
            own.punished[i] = fmin(c->punished[i], statics.worst[i]);
            const struct payoffs *p = c->game->payoffs[i];
            if (p->greatest > p->least)
                out->harsher +=
                    (c->punished[i] - own.punished[i]) / (p->greatest - p->least) / n;
        }
    }
    bool whole = find(&f[THREAT_COMMON], &out->of[THREAT_COMMON], c, effort, seed) &&
                 find(&f[THREAT_OWN], &out->of[THREAT_OWN], &own, effort, seed);
    /* What one threat for all holds is held by one for each, too: searches may say
     * otherwise. */
    for (uint32_t k = 0; whole && k < f[THREAT_COMMON].n; k++)
        (void)frontier_add(&f[THREAT_OWN], f[THREAT_COMMON].point + (size_t)k * n);
    whole = whole && truth_join(&f[THREAT_COMMON], &out->of[THREAT_COMMON].grade, c) &&
            truth_join(&f[THREAT_OWN], &out->of[THREAT_OWN].grade, &own);
    if (whole) {
        frontier_most(&f[THREAT_COMMON], most);
        frontier_most(&f[THREAT_OWN], other);
        for (uint8_t i = 0; i < n; i++)
            most[i] = fmax(most[i], other[i]);
        for (int k = 0; k < THREAT_KINDS; k++)
            measure(&out->of[k], &f[k], most);
    }
    for (int k = 0; k < THREAT_KINDS; k++)
        frontier_free(&f[k]);
    return whole;
}
