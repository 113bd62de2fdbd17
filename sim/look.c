/* SPDX-License-Identifier: MIT */
/* Hides nothing but where a world keeps what one may ask about it. */
#include <string.h>

#include "sim/inside.h"

uint64_t world_now_ms(const struct world *w)
{
    return w->now_ms;
}

const struct terms *world_terms(const struct world *w)
{
    return &w->terms;
}

const struct roster *world_roster(const struct world *w)
{
    return &w->roster;
}

uint64_t world_seed(const struct world *w)
{
    return w->options.seed;
}

bool world_honest(const struct world *w, uint8_t player)
{
    const struct misdeeds *m = &w->mind[player].misdeeds;
    return m->n_defections == 0 && m->n_misbehaviours == 0;
}

bool world_dead(const struct world *w, uint8_t player)
{
    return w->mind[player].dead;
}

bool network_calm(const struct network *n)
{
    return n->loss <= 0 && n->duplicate <= 0 && n->reorder <= 0 &&
           n->n_partitions == 0 && n->n_crashes == 0;
}

const struct payoffs *world_payoffs(const struct world *w, uint8_t player)
{
    return w->options.game->payoffs[player];
}

const struct network *world_network(const struct world *w)
{
    return &w->options.network;
}

const struct misdeeds *world_misdeeds(const struct world *w, uint8_t player)
{
    return &w->mind[player].misdeeds;
}

void world_report(const struct world *w, uint8_t player, struct report *out)
{
    const struct mind *m = &w->mind[player];
    *out = m->report;
    if (m->player != NULL)
        player_report(m->player, out);
}

const uint8_t *world_log(const struct world *w, uint8_t player, size_t *size)
{
    *size = w->mind[player].tape.size;
    return w->mind[player].tape.bytes;
}

size_t world_broken(const struct world *w, uint8_t player, struct broken_stage *out,
                    size_t capacity)
{
    const struct mind *m = &w->mind[player];
    const size_t n = m->n_broken < capacity ? m->n_broken : capacity;
    memcpy(out, m->broken, n * sizeof out[0]);
    return m->n_broken;
}

struct deeds world_deeds(const struct world *w, uint8_t player)
{
    const struct mind *m = &w->mind[player];
    struct deeds d = m->deeds;
    if (m->adversary != NULL) {
        const struct deeds now = adversary_deeds(m->adversary);
        d.defections |= now.defections;
        d.misbehaviours |= now.misbehaviours;
    }
    return d;
}

bool world_two_faced(const struct world *w, uint8_t player)
{
    return w->mind[player].overheard.two_faced;
}

void world_counts(const struct world *w, uint8_t player, struct world_counts *out)
{
    const struct mind *m = &w->mind[player];
    *out = m->counts;
    if (!m->done)
        out->phase_ms[m->phase] += w->now_ms - m->phase_since_ms;
}

const char *world_trace(const struct world *w)
{
    return w->trace;
}
