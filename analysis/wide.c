/* SPDX-License-Identifier: MIT */
/* The sweep for payoffs that no machine word holds: the same pairs, one after the
 * other, in GMP's integers. It is slow, and as plain as can be. */
#include <stdlib.h>

#include "analysis/sweep.h"
#include "base/check.h"

struct walk {
    struct front *f;
    const struct exact_game *g;
    const uint32_t *profile;
    const atomic_bool *stop;
    uint32_t n;
    uint32_t step[PLAYERS_MAX + 1];
    uint32_t after, before, start; /* profiles */
    uint32_t n_members, n_byzantine;
    struct deed deed[PLAYERS_MAX];
    mpz_t gain[PLAYERS_MAX], total;
    uint32_t outsider[PLAYERS_MAX]; /* those who gain most first */
    uint32_t n_outsiders;
};

/* What player gains from one profile to another. */
static void gain_of(mpz_ptr out, const struct walk *w, uint32_t player, uint32_t after,
                    uint32_t before)
{
    multiples_difference(out, &w->g->payoffs, (size_t)after * w->n + player,
                         (size_t)before * w->n + player);
}

static void look_for_harm(struct walk *w)
{
    for (uint32_t i = 0; i < w->n; i++) {
        if (w->deed[i].role != ROLE_OUTSIDER)
            continue;
        gain_of(w->gain[i], w, i, w->after, w->start);
        if (mpz_sgn(w->gain[i]) < 0) {
            front_offer_harm(w->f, w->n_byzantine, w->deed);
            return;
        }
    }
}

static void raise_to(mpz_ptr most, mpz_srcptr gain)
{
    if (mpz_cmp(gain, most) > 0)
        mpz_set(most, gain);
}

/* Everybody's gain, outsiders ranked. Returns whether a member gains. */
static bool find_gains(struct walk *w)
{
    bool gains = false;
    w->n_outsiders = 0;
    mpz_set_ui(w->total, 0);
    for (uint32_t i = 0; i < w->n; i++) {
        if (w->deed[i].role == ROLE_BYZANTINE)
            continue;
        gain_of(w->gain[i], w, i, w->after, w->before);
        if (w->deed[i].role == ROLE_MEMBER) {
            mpz_add(w->total, w->total, w->gain[i]);
            gains = gains || mpz_sgn(w->gain[i]) > 0;
            if (w->n_byzantine == 0)
                raise_to(w->f->most_member[w->n_members], w->gain[i]);
            continue;
        }
        uint32_t at = w->n_outsiders++;
        for (; at > 0 && mpz_cmp(w->gain[w->outsider[at - 1]], w->gain[i]) < 0; at--)
            w->outsider[at] = w->outsider[at - 1];
        w->outsider[at] = i;
    }
    return gains;
}

static void look(struct walk *w)
{
    const uint32_t e = w->n_members, r = w->n_byzantine;
    if (e == 0) {
        look_for_harm(w);
        return;
    }
    struct deed idle[PLAYERS_MAX];
    const bool gains = find_gains(w);
    for (uint32_t i = 0; i < w->n; i++)
        idle[i] = w->deed[i];
    if (gains)
        front_offer(w->f, SIDE_MEMBER, r, e, UINT64_MAX, idle);
    for (uint32_t k = 0; k <= w->n_outsiders; k++) {
        if (mpz_sgn(w->total) > 0)
            front_offer(w->f, SIDE_TOTAL, r, e + k, UINT64_MAX, idle);
        if (r == 0)
            raise_to(w->f->most_total[e + k], w->total);
        if (k == w->n_outsiders)
            return;
        const uint32_t i = w->outsider[k];
        if (r == 0)
            raise_to(w->f->most_member[e + k + 1], w->gain[i]);
        idle[i].role = ROLE_MEMBER;
        if (k == 0 && !gains && mpz_sgn(w->gain[i]) > 0)
            front_offer(w->f, SIDE_MEMBER, r, e + 1, UINT64_MAX, idle);
        mpz_add(w->total, w->total, w->gain[i]);
    }
}

/* Player and those behind it: nothing, or each other action in each role. */
static bool walk(struct walk *w, uint32_t player)
{
    if (player == w->n) {
        look(w);
        return w->stop == NULL || !atomic_load_explicit(w->stop, memory_order_relaxed);
    }
    const uint32_t own = w->profile[player];
    w->deed[player] = (struct deed){own, ROLE_OUTSIDER};
    bool going = walk(w, player + 1);
    for (uint32_t k = 0; going && k < w->g->head.shape.n_actions[player]; k++) {
        const uint32_t moved = (k - own) * w->step[player]; /* wraps, and back again */
        if (k == own)
            continue;
        w->after += moved;
        if (w->n_members < w->f->coalition_max) {
            w->deed[player] = (struct deed){k, ROLE_MEMBER};
            w->n_members++;
            going = walk(w, player + 1);
            w->n_members--;
        }
        if (going && w->n_byzantine < w->f->byzantine_max) {
            w->deed[player] = (struct deed){k, ROLE_BYZANTINE};
            w->before += moved;
            w->n_byzantine++;
            going = walk(w, player + 1);
            w->n_byzantine--;
            w->before -= moved;
        }
        w->after -= moved;
    }
    w->deed[player] = (struct deed){own, ROLE_OUTSIDER};
    return going;
}

bool wide_search(struct front *f, const struct exact_game *g, const uint32_t *action,
                 const atomic_bool *stop)
{
    struct walk w = {.f = f, .g = g, .profile = action, .stop = stop};
    w.n = g->head.shape.n_players;
    w.step[0] = 1;
    mpz_init(w.total);
    for (uint32_t i = 0; i < w.n; i++) {
        w.step[i + 1] = w.step[i] * g->head.shape.n_actions[i];
        w.start += action[i] * w.step[i];
        mpz_init(w.gain[i]);
    }
    w.after = w.before = w.start;
    const bool complete = walk(&w, 0);
    for (uint32_t size = 1; size <= w.n; size++)
        raise_to(f->most_member[size], f->most_member[size - 1]);
    for (uint32_t i = 0; i < w.n; i++)
        mpz_clear(w.gain[i]);
    mpz_clear(w.total);
    return complete;
}
