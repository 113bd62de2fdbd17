/* SPDX-License-Identifier: MIT */
/* Hides byte order and the bookkeeping of cursors. */
#include "base/bytes.h"

#include <math.h>
#include <string.h>

#include "base/check.h"

_Static_assert(sizeof(double) == sizeof(uint64_t), "a double is a binary64");

const uint8_t *read_run(struct reader *r, size_t n)
{
    if (r->bad || n > r->size) {
        r->bad = true;
        return NULL;
    }
    const uint8_t *run = r->bytes;
    /* The standard forbids even adding 0 to a null pointer, which an empty input may
     * be. */
    if (n > 0)
        r->bytes += n;
    r->size -= n;
    return run;
}

static uint64_t read_uint(struct reader *r, size_t n)
{
    const uint8_t *run = read_run(r, n);
    if (!run)
        return 0;
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)run[i] << (8 * i);
    return v;
}

uint8_t read_u8(struct reader *r)
{
    return (uint8_t)read_uint(r, 1);
}

uint16_t read_u16(struct reader *r)
{
    return (uint16_t)read_uint(r, 2);
}

uint32_t read_u32(struct reader *r)
{
    return (uint32_t)read_uint(r, 4);
}

uint64_t read_u64(struct reader *r)
{
    return read_uint(r, 8);
}

double read_f64(struct reader *r)
{
    uint64_t bits = read_u64(r);
    double v;
    memcpy(&v, &bits, sizeof v);
    if (!isfinite(v) || (v == 0 && signbit(v))) {
        r->bad = true;
        return 0;
    }
    return v;
}

void read_bytes(struct reader *r, void *out, size_t n)
{
    if (n == 0)
        return;
    const uint8_t *run = read_run(r, n);
    if (run)
        memcpy(out, run, n);
    else
        memset(out, 0, n);
}

bool reader_done(const struct reader *r)
{
    return !r->bad && r->size == 0;
}

void write_bytes(struct writer *w, const void *in, size_t n)
{
    if (w->bad || n > w->capacity - w->size) {
        w->bad = true;
        return;
    }
    if (n > 0)
        memcpy(w->bytes + w->size, in, n);
    w->size += n;
}

static void write_uint(struct writer *w, uint64_t v, size_t n)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(v >> (8 * i));
    write_bytes(w, bytes, n);
}

void write_u8(struct writer *w, uint8_t v)
{
    write_uint(w, v, 1);
}

void write_u16(struct writer *w, uint16_t v)
{
    write_uint(w, v, 2);
}

void write_u32(struct writer *w, uint32_t v)
{
    write_uint(w, v, 4);
}

void write_u64(struct writer *w, uint64_t v)
{
    write_uint(w, v, 8);
}

void write_f64(struct writer *w, double v)
{
    CHECK(isfinite(v));
    double one_zero = v == 0 ? 0 : v;
    uint64_t bits;
    memcpy(&bits, &one_zero, sizeof bits);
    write_u64(w, bits);
}
