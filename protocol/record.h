/* SPDX-License-Identifier: MIT */
/* The log of one node as bytes: a chain of records, each hashed together with all
 * before it, so that none can be changed, dropped, repeated or moved. Pure: files
 * belong to the shells. Layout of a record: payload size u32, kind u8, wall-clock time
 * in ms u64, payload, chain 32 bytes. */
#ifndef TREATY_PROTOCOL_RECORD_H
#define TREATY_PROTOCOL_RECORD_H

#include "protocol/player.h"

enum record_kind {
    RECORD_HEADER =
        1,       /* program, terms digest, roster digest, self: see record_header */
    RECORD_IN,   /* a received message that became part of the record */
    RECORD_OUT,  /* a message of one's own */
    RECORD_NOTE, /* a struct note */
    RECORD_PLAY, /* stage u32, action u8: what was done in the world */
    RECORD_END,  /* number of records before it u64, signature over it and the chain */
    RECORD_WORK, /* number u8 (work_number): that work was done, and the player told */
};
enum { RECORD_KINDS = RECORD_WORK + 1 };
enum { RECORD_OVERHEAD = 4 + 1 + 8 + 32, RECORD_PAYLOAD_MAX = 1 << 20 };

struct record {
    enum record_kind kind;
    uint64_t time_ms;
    const uint8_t *payload; /* borrowed */
    size_t size;
    struct digest chain; /* after this record */
};

/* The chain before the first record. */
struct digest record_origin(void);
/* Writes one record and moves *chain on. Returns its size, or 0 when capacity is short.
 */
size_t record_write(uint8_t *out, size_t capacity, struct digest *chain,
                    enum record_kind kind, uint64_t time_ms, const uint8_t *payload,
                    size_t size);
/* RECORD_READ: one record, *used bytes long, which continues the chain; chain moved on.
 * RECORD_SHORT: the bytes end inside a record (a torn tail, or more to come).
 * RECORD_BROKEN: what stands there is no record, or does not continue the chain. */
enum record_reading { RECORD_READ, RECORD_SHORT, RECORD_BROKEN };
enum record_reading record_read(struct record *out, size_t *used, struct digest *chain,
                                const uint8_t *bytes, size_t size);

/* Notes as payloads. Sizes are at most NOTE_SIZE_MAX. A threat has the shape of the
 * game, every other candidate that of terms_candidates. */
enum { NOTE_SIZE_MAX = 128 + 4 * WEIGHTS_MAX };
size_t note_write(uint8_t out[NOTE_SIZE_MAX], const struct note *n,
                  const struct terms *t);
/* candidate receives what the note's candidate points to. */
bool note_read(struct note *out, struct candidate *candidate, const uint8_t *payload,
               size_t size, const struct terms *t);

/* The header names all that a replay needs and the files beside it must match. */
struct record_header {
    char program[32]; /* "treaty 0.1.0" */
    uint8_t self;
    struct digest terms, roster;
};
enum { RECORD_HEADER_SIZE = 32 + 1 + 32 + 32 };
void record_header_write(uint8_t out[RECORD_HEADER_SIZE],
                         const struct record_header *h);
bool record_header_read(struct record_header *out, const uint8_t *payload, size_t size);
/* The payload of RECORD_END, signed by the log's owner. */
enum { RECORD_END_SIZE = 8 + 64 };
void record_end_write(uint8_t out[RECORD_END_SIZE], const struct digest *chain,
                      uint64_t n_records, const struct keypair *key);
bool record_end_holds(const uint8_t *payload, size_t size, const struct digest *chain,
                      uint64_t n_records, const struct public_key *key);

#endif
