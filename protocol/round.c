/* SPDX-License-Identifier: MIT */
/* Hides the three rows and their buffers. */
#include "protocol/round.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { ROWS = 3 };

struct slot {
    bool filled;
    size_t size;
    uint8_t *bytes; /* into round.storage */
};

struct row {
    struct slot slot[PLAYERS_MAX];
    struct message message[PLAYERS_MAX]; /* bodies point into the slots */
};

struct round {
    uint8_t n_players;
    size_t envelope_max;
    uint64_t number;
    struct digest transcript;
    struct row row[ROWS]; /* row of round n is row[n % ROWS] */
    uint8_t *storage;
};

struct round *round_new(uint8_t n_players, size_t slot_max)
{
    CHECK(n_players >= 1 && n_players <= PLAYERS_MAX);
    struct round *r = calloc(1, sizeof *r);
    if (r == NULL)
        return NULL;
    r->n_players = n_players;
    r->envelope_max = ENVELOPE_OVERHEAD + slot_max;
    r->storage = calloc((size_t)ROWS * n_players, r->envelope_max);
    if (r->storage == NULL) {
        round_free(r);
        return NULL;
    }
    for (size_t k = 0; k < ROWS; k++)
        for (uint8_t i = 0; i < n_players; i++)
            r->row[k].slot[i].bytes =
                r->storage + (k * n_players + i) * r->envelope_max;
    return r;
}

void round_free(struct round *r)
{
    if (r == NULL)
        return;
    free(r->storage);
    free(r);
}

uint64_t round_number(const struct round *r)
{
    return r->number;
}

struct digest round_transcript(const struct round *r)
{
    return r->transcript;
}

/* True if there is a row for that round: the one before, this one, the next. */
static bool in_window(const struct round *r, uint64_t number)
{
    return number <= r->number + 1 && number + 1 >= r->number;
}

static bool same_words(const struct message *a, const struct message *b)
{
    return a->kind == b->kind && digest_equal(&a->session, &b->session) &&
           digest_equal(&a->transcript, &b->transcript) &&
           a->body_size == b->body_size && memcmp(a->body, b->body, a->body_size) == 0;
}

static void fill(struct row *row, const struct message *m, const uint8_t *bytes,
                 size_t n)
{
    struct slot *slot = &row->slot[m->sender];
    memcpy(slot->bytes, bytes, n);
    slot->size = n;
    slot->filled = true;
    row->message[m->sender] = *m;
    row->message[m->sender].body = slot->bytes + (m->body - bytes);
}

enum filing round_file(struct round *r, const struct message *m, const uint8_t *bytes,
                       size_t n)
{
    CHECK(m->sender < r->n_players);
    if (!in_window(r, m->round) || n > r->envelope_max)
        return OUTSIDE;
    struct row *row = &r->row[m->round % ROWS];
    struct slot *slot = &row->slot[m->sender];
    if (slot->filled)
        return same_words(m, &row->message[m->sender]) ? REPEATED : CONFLICT;
    if (m->round < r->number)
        return OUTSIDE;
    if (m->round == r->number && !digest_equal(&m->transcript, &r->transcript))
        return ASTRAY;
    fill(row, m, bytes, n);
    return FILED;
}

void round_replace(struct round *r, const struct message *m, const uint8_t *bytes,
                   size_t n)
{
    CHECK(m->sender < r->n_players && m->round == r->number && n <= r->envelope_max);
    fill(&r->row[m->round % ROWS], m, bytes, n);
}

void round_reopen(struct round *r)
{
    CHECK(r->number == 1);
    r->number = 0;
    r->transcript = (struct digest){{0}};
    for (size_t k = 1; k < ROWS; k++)
        for (uint8_t i = 0; i < r->n_players; i++)
            r->row[k].slot[i].filled = false;
}

const uint8_t *round_slot(const struct round *r, uint64_t number, uint8_t player,
                          size_t *size)
{
    CHECK(player < r->n_players);
    if (!in_window(r, number))
        return NULL;
    const struct slot *slot = &r->row[number % ROWS].slot[player];
    if (!slot->filled)
        return NULL;
    *size = slot->size;
    return slot->bytes;
}

const struct message *round_message(const struct round *r, uint64_t number,
                                    uint8_t player)
{
    size_t size;
    if (round_slot(r, number, player, &size) == NULL)
        return NULL;
    return &r->row[number % ROWS].message[player];
}

uint64_t round_missing(const struct round *r)
{
    uint64_t missing = 0;
    for (uint8_t i = 0; i < r->n_players; i++)
        if (!r->row[r->number % ROWS].slot[i].filled)
            missing |= player_bit(i);
    return missing;
}

const struct message *round_row(const struct round *r)
{
    CHECK(round_missing(r) == 0);
    return r->row[r->number % ROWS].message;
}

/* The bodies are hashed, not the signatures: a key's owner can make several valid
 * signatures of the same words, and these must not split the transcript. */
struct digest round_close(const struct round *r, const struct digest *session)
{
    const struct message *row = round_row(r);
    struct hasher whole;
    hash_start(&whole, "CA1/T");
    hash_digest(&whole, session);
    hash_u64(&whole, r->number);
    hash_digest(&whole, &r->transcript);
    for (uint8_t i = 0; i < r->n_players; i++) {
        struct hasher h;
        hash_start(&h, "CA1/body");
        hash_u32(&h, row[i].kind);
        hash_bytes(&h, row[i].body, row[i].body_size);
        const struct digest d = hash_end(&h);
        hash_digest(&whole, &d);
    }
    return hash_end(&whole);
}

uint64_t round_advance(struct round *r, const struct digest *session,
                       const struct digest *transcript)
{
    CHECK(round_missing(r) == 0);
    r->number++;
    r->transcript = *transcript;
    struct row *row = &r->row[r->number % ROWS];
    uint64_t astray = 0;
    for (uint8_t i = 0; i < r->n_players; i++) {
        const struct message *m = &row->message[i];
        if (row->slot[i].filled && (!digest_equal(&m->session, session) ||
                                    !digest_equal(&m->transcript, transcript))) {
            row->slot[i].filled = false;
            astray |= player_bit(i);
        }
    }
    struct row *next = &r->row[(r->number + 1) % ROWS];
    for (uint8_t i = 0; i < r->n_players; i++)
        next->slot[i].filled = false;
    return astray;
}
