/* SPDX-License-Identifier: MIT */
/* Cursors over bytes: everything that crosses a network or a disk is read and written
 * through them, little-endian, straight through. A cursor that runs over its end goes
 * bad and stays bad, so a decoder asks once, at its end. */
#ifndef TREATY_BASE_BYTES_H
#define TREATY_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of somebody else's, borrowed. */
struct bytes {
    const uint8_t *at;
    size_t size;
};

/* Reads from bytes[0 .. size). Start as {bytes, size, false}; bytes are borrowed. */
struct reader {
    const uint8_t *bytes;
    size_t size; /* what is left */
    bool bad;
};

/* Each returns 0 (or fills with zeros) once the cursor is bad. */
uint8_t read_u8(struct reader *r);
uint16_t read_u16(struct reader *r);
uint32_t read_u32(struct reader *r);
uint64_t read_u64(struct reader *r);
/* IEEE 754 binary64; a NaN, an infinity or a negative zero turns the cursor bad, so
 * that every value has one encoding. */
double read_f64(struct reader *r);
void read_bytes(struct reader *r, void *out, size_t n);
/* A borrowed run of n bytes inside the input, or NULL when it runs over. */
const uint8_t *read_run(struct reader *r, size_t n);
/* True if nothing ran over and nothing is left over. */
bool reader_done(const struct reader *r);

/* Writes to bytes[0 .. capacity). Start as {bytes, capacity, 0, false}. */
struct writer {
    uint8_t *bytes;
    size_t capacity;
    size_t size; /* what has been written */
    bool bad;
};

void write_u8(struct writer *w, uint8_t v);
void write_u16(struct writer *w, uint16_t v);
void write_u32(struct writer *w, uint32_t v);
void write_u64(struct writer *w, uint64_t v);
/* v must be finite; a negative zero is written as zero. */
void write_f64(struct writer *w, double v);
void write_bytes(struct writer *w, const void *in, size_t n);

#endif
