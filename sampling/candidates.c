/* SPDX-License-Identifier: MIT */
/* The table of candidates: hides how they are stored and found again. Weights lie
 * packed, as many per candidate as the shape has; a hash table over them with open
 * addressing finds an equal one; the survivors are a list in the order of indices. */
#include "sampling/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/secure.h"

struct entry {
    uint64_t proposers; /* mask */
    bool accepted;
    bool survives;
    bool worse; /* somebody said so, in the pruning that is going on */
    bool better;
};

struct candidates {
    struct shape weights;
    uint16_t n_weights;
    uint8_t n_players;
    uint32_t capacity;
    uint32_t n;
    uint32_t n_survivors;
    size_t n_slots;  /* a power of two, at least twice the capacity */
    uint32_t *slots; /* indices of entries, or CANDIDATES_NONE */
    uint32_t *weight;
    uint32_t *survivors;
    struct entry *entries;
};

/* A cryptographic hash, because peers choose what is hashed. The weights in one piece,
 * little-endian: one call for each would take longer than the hash. */
static uint64_t hash_weights(const char *tag, const uint32_t *weight, uint16_t n)
{
    uint8_t bytes[sizeof *weight * WEIGHTS_MAX];
    struct hasher h;
    for (size_t i = 0; i < n; i++)
        for (unsigned byte = 0; byte < sizeof *weight; byte++)
            bytes[sizeof *weight * i + byte] = (uint8_t)(weight[i] >> 8 * byte);
    hash_start(&h, tag);
    hash_bytes(&h, bytes, sizeof *weight * n);
    const struct digest d = hash_end(&h);
    uint64_t hash = 0;
    for (int i = 7; i >= 0; i--)
        hash = hash << 8 | d.bytes[i];
    return hash;
}

/* The slot that holds the candidate, or the empty one where it belongs. */
static size_t find_slot(const struct candidates *t, const struct candidate *c)
{
    size_t slot = (size_t)hash_weights("CA1/table", c->weight, t->n_weights);
    for (slot &= t->n_slots - 1;; slot = (slot + 1) & (t->n_slots - 1)) {
        uint32_t index = t->slots[slot];
        if (index == CANDIDATES_NONE)
            return slot;
        if (memcmp(t->weight + (size_t)index * t->n_weights, c->weight,
                   t->n_weights * sizeof *c->weight) == 0)
            return slot;
    }
}

struct candidates *candidates_new(const struct shape *weights, uint8_t n_players,
                                  uint32_t capacity)
{
    CHECK(capacity >= 1 && capacity < CANDIDATES_NONE / 4);
    CHECK(n_players >= 1 && n_players <= PLAYERS_MAX);
    struct candidates *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->weights = *weights;
    t->n_weights = shape_weights(weights);
    t->n_players = n_players;
    t->capacity = capacity;
    t->n_slots = 2;
    while (t->n_slots < 2 * (size_t)capacity)
        t->n_slots *= 2;
    t->slots = calloc(t->n_slots, sizeof *t->slots);
    t->weight = calloc((size_t)capacity * t->n_weights, sizeof *t->weight);
    t->survivors = calloc(capacity, sizeof *t->survivors);
    t->entries = calloc(capacity, sizeof *t->entries);
    if (t->slots == NULL || t->weight == NULL || t->survivors == NULL ||
        t->entries == NULL) {
        candidates_free(t);
        return NULL;
    }
    for (size_t slot = 0; slot < t->n_slots; slot++)
        t->slots[slot] = CANDIDATES_NONE;
    return t;
}

void candidates_free(struct candidates *t)
{
    if (t == NULL)
        return;
    free(t->slots);
    free(t->weight);
    free(t->survivors);
    free(t->entries);
    free(t);
}

uint32_t candidates_add(struct candidates *t, bool *fresh, const struct candidate *c,
                        uint8_t proposer)
{
    CHECK(proposer < t->n_players);
    CHECK(candidate_valid(c, &t->weights));
    size_t slot = find_slot(t, c);
    *fresh = t->slots[slot] == CANDIDATES_NONE;
    if (*fresh) {
        CHECK(t->n < t->capacity);
        memcpy(t->weight + (size_t)t->n * t->n_weights, c->weight,
               t->n_weights * sizeof *c->weight);
        t->entries[t->n] = (struct entry){.proposers = player_bit(proposer)};
        t->slots[slot] = t->n;
        t->n++;
    }
    return t->slots[slot];
}

uint32_t candidates_find(const struct candidates *t, const struct candidate *c)
{
    return t->slots[find_slot(t, c)];
}

uint32_t candidates_count(const struct candidates *t)
{
    return t->n;
}

void candidates_get(const struct candidates *t, struct candidate *out, uint32_t index)
{
    CHECK(index < t->n);
    memset(out, 0, sizeof *out);
    memcpy(out->weight, t->weight + (size_t)index * t->n_weights,
           t->n_weights * sizeof *out->weight);
}

void candidates_join(struct candidates *t, uint32_t index, uint64_t proposers)
{
    CHECK(index < t->n && (proposers & ~players_all(t->n_players)) == 0);
    t->entries[index].proposers |= proposers;
}

uint8_t candidates_proposer(const struct candidates *t, uint32_t index)
{
    CHECK(index < t->n);
    uint8_t player = 0;
    while ((t->entries[index].proposers & player_bit(player)) == 0)
        player++;
    return player;
}

uint64_t candidates_proposed_by(const struct candidates *t, uint32_t index)
{
    CHECK(index < t->n);
    return t->entries[index].proposers;
}

void candidates_accept(struct candidates *t, uint32_t index)
{
    CHECK(index < t->n && !t->entries[index].accepted);
    t->entries[index].accepted = true;
    t->entries[index].survives = true;
    uint32_t k = t->n_survivors;
    for (; k > 0 && t->survivors[k - 1] > index; k--)
        t->survivors[k] = t->survivors[k - 1];
    t->survivors[k] = index;
    t->n_survivors++;
}

bool candidates_accepted(const struct candidates *t, uint32_t index)
{
    CHECK(index < t->n);
    return t->entries[index].accepted;
}

bool candidates_survives(const struct candidates *t, uint32_t index)
{
    CHECK(index < t->n);
    return t->entries[index].survives;
}

uint32_t candidates_survivors(const struct candidates *t)
{
    return t->n_survivors;
}

uint32_t candidates_survivor(const struct candidates *t, uint32_t k)
{
    CHECK(k < t->n_survivors);
    return t->survivors[k];
}

/* True if the player proposed the k-th survivor. */
static bool proposed(const struct candidates *t, uint32_t k, uint8_t player)
{
    return (t->entries[t->survivors[k]].proposers & player_bit(player)) != 0;
}

/* How many survivors each player proposed. of: n_players entries. */
static void count_by_proposer(const struct candidates *t, uint32_t *of)
{
    memset(of, 0, t->n_players * sizeof *of);
    for (uint32_t k = 0; k < t->n_survivors; k++)
        for (uint8_t player = 0; player < t->n_players; player++)
            of[player] += proposed(t, k, player);
}

uint8_t candidates_proposers(const struct candidates *t)
{
    uint32_t of[PLAYERS_MAX];
    count_by_proposer(t, of);
    uint8_t proposers = 0;
    for (uint8_t player = 0; player < t->n_players; player++)
        if (of[player] > 0)
            proposers++;
    return proposers;
}

/* The j-th player that proposed a survivor, and how many they are. */
static uint8_t nth_proposer(const struct candidates *t, uint32_t *n_survivors,
                            uint8_t j)
{
    uint32_t of[PLAYERS_MAX];
    count_by_proposer(t, of);
    uint8_t player = 0;
    for (;; player++) {
        CHECK(player < t->n_players);
        if (of[player] == 0)
            continue;
        if (j == 0)
            break;
        j--;
    }
    *n_survivors = of[player];
    return player;
}

uint8_t candidates_nth_proposer(const struct candidates *t, uint8_t j)
{
    uint32_t n_survivors;
    return nth_proposer(t, &n_survivors, j);
}

uint32_t candidates_of(const struct candidates *t, uint8_t j)
{
    uint32_t n_survivors;
    nth_proposer(t, &n_survivors, j);
    return n_survivors;
}

uint32_t candidates_draw(const struct candidates *t, uint8_t j, uint32_t k)
{
    uint32_t n_survivors;
    uint8_t proposer = nth_proposer(t, &n_survivors, j);
    CHECK(k < n_survivors);
    uint32_t i = 0;
    for (;; i++) {
        if (!proposed(t, i, proposer))
            continue;
        if (k == 0)
            return t->survivors[i];
        k--;
    }
}

void candidates_mark(struct candidates *t, uint32_t index, enum mark mark)
{
    CHECK(candidates_survives(t, index));
    switch (mark) {
    case MARK_EQUAL:
        return;
    case MARK_WORSE:
        t->entries[index].worse = true;
        return;
    case MARK_BETTER:
        t->entries[index].better = true;
        return;
    }
    NEVER("not a mark");
}

void candidates_unmark(struct candidates *t)
{
    for (uint32_t k = 0; k < t->n_survivors; k++) {
        t->entries[t->survivors[k]].worse = false;
        t->entries[t->survivors[k]].better = false;
    }
}

bool candidates_prune(struct candidates *t, uint32_t drawn)
{
    CHECK(candidates_survives(t, drawn));
    CHECK(!t->entries[drawn].worse && !t->entries[drawn].better);
    bool improvable = false;
    for (uint32_t k = 0; k < t->n_survivors; k++) {
        const struct entry *e = &t->entries[t->survivors[k]];
        if (e->better && !e->worse)
            improvable = true;
    }
    uint32_t kept = 0;
    for (uint32_t k = 0; k < t->n_survivors; k++) {
        uint32_t index = t->survivors[k];
        struct entry *e = &t->entries[index];
        e->survives = !e->worse && !(improvable && index == drawn);
        e->better = false; /* and who is worse is gone */
        if (e->survives)
            t->survivors[kept++] = index;
    }
    t->n_survivors = kept;
    return !improvable;
}

uint8_t candidates_turn(const struct candidate *c, const struct shape *weights,
                        uint32_t round, uint8_t n_players)
{
    CHECK(n_players >= 1);
    uint64_t hash = hash_weights("CA1/turn", c->weight, shape_weights(weights));
    return (uint8_t)((hash % n_players + round) % n_players);
}
