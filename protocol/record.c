/* SPDX-License-Identifier: MIT */
/* Hides the layout of records and what the chain hashes. */
#include "protocol/record.h"

#include <string.h>

#include "base/bytes.h"
#include "base/check.h"

struct digest record_origin(void)
{
    struct hasher h;
    hash_start(&h, "CA1/log/0");
    return hash_end(&h);
}

static struct digest chain_on(const struct digest *chain, enum record_kind kind,
                              uint64_t time_ms, const uint8_t *payload, size_t size)
{
    struct hasher h;
    hash_start(&h, "CA1/log");
    hash_digest(&h, chain);
    hash_u32(&h, kind);
    hash_u64(&h, time_ms);
    hash_u64(&h, size);
    hash_bytes(&h, payload, size);
    return hash_end(&h);
}

size_t record_write(uint8_t *out, size_t capacity, struct digest *chain,
                    enum record_kind kind, uint64_t time_ms, const uint8_t *payload,
                    size_t size)
{
    if (size > RECORD_PAYLOAD_MAX || capacity < RECORD_OVERHEAD + size)
        return 0;
    *chain = chain_on(chain, kind, time_ms, payload, size);
    struct writer w = {out, capacity, 0, false};
    write_u32(&w, (uint32_t)size);
    write_u8(&w, (uint8_t)kind);
    write_u64(&w, time_ms);
    write_bytes(&w, payload, size);
    write_bytes(&w, chain->bytes, sizeof chain->bytes);
    return w.size;
}

enum record_reading record_read(struct record *out, size_t *used, struct digest *chain,
                                const uint8_t *bytes, size_t size)
{
    struct reader r = {bytes, size, false};
    const uint32_t payload_size = read_u32(&r);
    const uint8_t kind = read_u8(&r);
    out->time_ms = read_u64(&r);
    if (r.bad)
        return RECORD_SHORT;
    if (payload_size > RECORD_PAYLOAD_MAX || kind < RECORD_HEADER || kind > RECORD_WORK)
        return RECORD_BROKEN;
    out->kind = (enum record_kind)kind;
    out->size = payload_size;
    out->payload = read_run(&r, payload_size);
    read_bytes(&r, out->chain.bytes, sizeof out->chain.bytes);
    if (r.bad)
        return RECORD_SHORT;
    const struct digest expected =
        chain_on(chain, out->kind, out->time_ms, out->payload, out->size);
    if (!digest_equal(&expected, &out->chain))
        return RECORD_BROKEN;
    *chain = expected;
    *used = RECORD_OVERHEAD + payload_size;
    return RECORD_READ;
}

static uint16_t note_weights(enum note_kind kind, const struct terms *t)
{
    const struct shape candidates = terms_candidates(t);
    return shape_weights(kind == NOTE_THREAT ? &t->shape : &candidates);
}

size_t note_write(uint8_t out[NOTE_SIZE_MAX], const struct note *n,
                  const struct terms *t)
{
    const uint16_t n_weights = n->candidate != NULL ? note_weights(n->kind, t) : 0;
    struct writer w = {out, NOTE_SIZE_MAX, 0, false};
    write_u8(&w, (uint8_t)n->kind);
    write_u8(&w, n->player);
    write_u32(&w, n->stage);
    write_u32(&w, n->number);
    write_u32(&w, n->other);
    write_u64(&w, n->mask);
    write_u64(&w, n->round);
    write_f64(&w, n->value);
    write_bytes(&w, n->digest.bytes, sizeof n->digest.bytes);
    write_bytes(&w, n->actions, t->shape.n_players);
    write_u8(&w, n->candidate != NULL);
    for (uint16_t k = 0; k < n_weights; k++)
        write_u32(&w, n->candidate->weight[k]);
    CHECK(!w.bad);
    return w.size;
}

bool note_read(struct note *out, struct candidate *candidate, const uint8_t *payload,
               size_t size, const struct terms *t)
{
    struct reader r = {payload, size, false};
    memset(out, 0, sizeof *out);
    memset(candidate, 0, sizeof *candidate);
    const uint8_t kind = read_u8(&r);
    out->player = read_u8(&r);
    out->stage = read_u32(&r);
    out->number = read_u32(&r);
    out->other = read_u32(&r);
    out->mask = read_u64(&r);
    out->round = read_u64(&r);
    out->value = read_f64(&r);
    read_bytes(&r, out->digest.bytes, sizeof out->digest.bytes);
    read_bytes(&r, out->actions, t->shape.n_players);
    const uint8_t has_candidate = read_u8(&r);
    out->kind = (enum note_kind)kind;
    const uint16_t n_weights = has_candidate == 1 ? note_weights(out->kind, t) : 0;
    for (uint16_t k = 0; k < n_weights; k++)
        candidate->weight[k] = read_u32(&r);
    out->candidate = has_candidate == 1 ? candidate : NULL;
    return reader_done(&r) && has_candidate <= 1 && kind >= NOTE_ENTERED &&
           kind < NOTE_KINDS && out->player < PLAYERS_MAX;
}

void record_header_write(uint8_t out[RECORD_HEADER_SIZE], const struct record_header *h)
{
    struct writer w = {out, RECORD_HEADER_SIZE, 0, false};
    write_bytes(&w, h->program, sizeof h->program);
    write_u8(&w, h->self);
    write_bytes(&w, h->terms.bytes, sizeof h->terms.bytes);
    write_bytes(&w, h->roster.bytes, sizeof h->roster.bytes);
    CHECK(w.size == RECORD_HEADER_SIZE);
}

bool record_header_read(struct record_header *out, const uint8_t *payload, size_t size)
{
    struct reader r = {payload, size, false};
    read_bytes(&r, out->program, sizeof out->program);
    out->self = read_u8(&r);
    read_bytes(&r, out->terms.bytes, sizeof out->terms.bytes);
    read_bytes(&r, out->roster.bytes, sizeof out->roster.bytes);
    return reader_done(&r) && out->program[sizeof out->program - 1] == 0 &&
           out->self < PLAYERS_MAX;
}

/* What the owner signs: where the chain ends, and after how many records, so that a
 * tail cannot be cut off unnoticed. */
enum { END_CLAIM_SIZE = 8 + 32 + 8 };

static void end_claim(uint8_t out[END_CLAIM_SIZE], const struct digest *chain,
                      uint64_t n_records)
{
    struct writer w = {out, END_CLAIM_SIZE, 0, false};
    write_bytes(&w, "CA1/end", 8);
    write_bytes(&w, chain->bytes, sizeof chain->bytes);
    write_u64(&w, n_records);
    CHECK(w.size == END_CLAIM_SIZE);
}

void record_end_write(uint8_t out[RECORD_END_SIZE], const struct digest *chain,
                      uint64_t n_records, const struct keypair *key)
{
    uint8_t claim[END_CLAIM_SIZE];
    end_claim(claim, chain, n_records);
    const struct signature s = sign(key, claim, sizeof claim);
    struct writer w = {out, RECORD_END_SIZE, 0, false};
    write_u64(&w, n_records);
    write_bytes(&w, s.bytes, sizeof s.bytes);
    CHECK(w.size == RECORD_END_SIZE);
}

bool record_end_holds(const uint8_t *payload, size_t size, const struct digest *chain,
                      uint64_t n_records, const struct public_key *key)
{
    struct reader r = {payload, size, false};
    struct signature s;
    const uint64_t counted = read_u64(&r);
    read_bytes(&r, s.bytes, sizeof s.bytes);
    uint8_t claim[END_CLAIM_SIZE];
    end_claim(claim, chain, n_records);
    return reader_done(&r) && counted == n_records &&
           signature_holds(&s, key, claim, sizeof claim);
}
