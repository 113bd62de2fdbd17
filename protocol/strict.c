/* SPDX-License-Identifier: MIT */
/* Hides the lengths of the sub-rounds and what exactly is co-signed. */
#include "protocol/strict.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* What one honest player has, another has this much later: until it asks (every
 * soft_ms, and it may have to ask once more, since requests are not answered at will),
 * and the way there and back. */
static uint64_t asking_ms(const struct terms *t)
{
    return 2 * (uint64_t)t->soft_ms + 2 * (uint64_t)t->delay_ms;
}

/* Honest players enter a round within this of each other: the first to enter it had
 * everything that the others need for it. */
static uint64_t skew_ms(const struct terms *t)
{
    return asking_ms(t);
}

/* Long enough for what was accepted at the end of one sub-round to come, by whoever's
 * clock, before the end of the next. */
static uint64_t subround_ms(const struct terms *t)
{
    return skew_ms(t) + t->delay_ms;
}

uint64_t strict_needed(const struct terms *t, uint64_t since_ms)
{
    if (since_ms <= t->hard_ms)
        return 1;
    return 2 + (since_ms - t->hard_ms - 1) / subround_ms(t);
}

bool strict_late(const struct terms *t, uint64_t since_ms)
{
    return since_ms + skew_ms(t) + asking_ms(t) > t->hard_ms;
}

uint64_t strict_patience_ms(const struct terms *t)
{
    return t->hard_ms + (uint64_t)(t->shape.n_players - 2) * subround_ms(t) + 1;
}

uint64_t strict_hard_ms_min(const struct terms *t)
{
    return skew_ms(t) + asking_ms(t);
}

/* ---- co-signatures ---- */

/* A tag that no envelope begins with, and the digest of all that the author signed. */
enum { TAG_SIZE = 9, STATEMENT_SIZE = TAG_SIZE + sizeof(struct digest) };

static void statement(uint8_t out[STATEMENT_SIZE], const uint8_t *envelope, size_t size)
{
    struct hasher h;
    CHECK(size >= ENVELOPE_OVERHEAD);
    hash_start(&h, "CA1/vouch");
    hash_bytes(&h, envelope, size - sizeof(struct signature));
    const struct digest d = hash_end(&h);
    memcpy(out, "CA1/vouch", TAG_SIZE);
    memcpy(out + TAG_SIZE, d.bytes, sizeof d.bytes);
}

struct signature strict_cosign(const uint8_t *envelope, size_t size,
                               const struct keypair *key)
{
    uint8_t bytes[STATEMENT_SIZE];
    statement(bytes, envelope, size);
    return sign(key, bytes, sizeof bytes);
}

bool strict_cosigned(const struct signature *s, const uint8_t *envelope, size_t size,
                     const struct public_key *key)
{
    uint8_t bytes[STATEMENT_SIZE];
    statement(bytes, envelope, size);
    return signature_holds(s, key, bytes, sizeof bytes);
}

/* ---- what was vouched for ---- */

enum { ROWS = 2 };

struct vouches {
    uint8_t n_players;
    size_t envelope_max;
    uint64_t round[ROWS]; /* row of round n is n % ROWS */
    size_t size[ROWS][PLAYERS_MAX];
    uint8_t *storage;
};

struct vouches *vouches_new(uint8_t n_players, size_t envelope_max)
{
    struct vouches *v = calloc(1, sizeof *v);
    if (v == NULL)
        return NULL;
    v->n_players = n_players;
    v->envelope_max = envelope_max;
    v->storage = calloc((size_t)ROWS * n_players, envelope_max);
    if (v->storage == NULL) {
        vouches_free(v);
        return NULL;
    }
    return v;
}

void vouches_free(struct vouches *v)
{
    if (v == NULL)
        return;
    free(v->storage);
    free(v);
}

static uint8_t *place(const struct vouches *v, uint64_t round, uint8_t player)
{
    CHECK(player < v->n_players);
    return v->storage + (round % ROWS * v->n_players + player) * v->envelope_max;
}

uint8_t *vouches_room(struct vouches *v, uint64_t round, uint8_t player)
{
    if (v->round[round % ROWS] != round) {
        v->round[round % ROWS] = round;
        memset(v->size[round % ROWS], 0, sizeof v->size[0]);
    }
    return place(v, round, player);
}

void vouches_filled(struct vouches *v, uint64_t round, uint8_t player, size_t size)
{
    CHECK(v->round[round % ROWS] == round && size <= v->envelope_max);
    v->size[round % ROWS][player] = size;
}

const uint8_t *vouches_find(const struct vouches *v, uint64_t round, uint8_t player,
                            size_t *size)
{
    *size = v->round[round % ROWS] == round ? v->size[round % ROWS][player] : 0;
    return *size > 0 ? place(v, round, player) : NULL;
}
