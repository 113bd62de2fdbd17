/* SPDX-License-Identifier: MIT */
/* Any bytes as a log: the chain lets nothing through that was not written; and what was
 * written, in records of sizes that the bytes choose, reads back the same. */
#include "protocol/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"

enum { LOG_MAX = 1 << 16 };

static void read_payload(const uint8_t *payload, size_t size)
{
    static const struct terms terms = {.shape = {2, {2, 3}}};
    uint8_t out[NOTE_SIZE_MAX];
    struct note n;
    struct candidate c;
    struct record_header h;
    if (note_read(&n, &c, payload, size, &terms))
        CHECK(note_write(out, &n, &terms) == size && memcmp(out, payload, size) == 0);
    if (record_header_read(&h, payload, size)) {
        record_header_write(out, &h);
        CHECK(memcmp(out, payload, size) == 0 && h.self < PLAYERS_MAX);
    }
    static const struct digest chain = {{1}};
    static const struct public_key key = {{1}};
    CHECK(!record_end_holds(payload, size, &chain, 1, &key));
}

static void read_raw(const uint8_t *data, size_t size)
{
    struct digest chain = record_origin();
    struct record r;
    size_t used, at = 0;
    while (record_read(&r, &used, &chain, data + at, size - at) == RECORD_READ) {
        CHECK(used == RECORD_OVERHEAD + r.size && used <= size - at);
        at += used;
    }
}

static void write_and_read(const uint8_t *data, size_t size)
{
    static uint8_t log[LOG_MAX];
    struct reader r = {data, size, false};
    struct digest chain = record_origin(), again = record_origin();
    size_t n = 0, at = 0;
    while (r.size > 2) {
        const enum record_kind kind =
            (enum record_kind)(RECORD_HEADER + read_u8(&r) % RECORD_END);
        const size_t want = read_u8(&r), payload_size = want < r.size ? want : r.size;
        const uint8_t *payload = read_run(&r, payload_size);
        const size_t written = record_write(log + n, sizeof log - n, &chain, kind, n,
                                            payload, payload_size);
        if (written == 0)
            break;
        struct record back;
        size_t used;
        CHECK(record_read(&back, &used, &again, log + at, written) == RECORD_READ);
        CHECK(used == written && back.kind == kind && back.size == payload_size);
        CHECK(payload_size == 0 || memcmp(back.payload, payload, payload_size) == 0);
        n += written;
        at += used;
    }
    CHECK(digest_equal(&chain, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    if (!started)
        CHECK(secure_start());
    started = true;
    read_raw(data, size);
    read_payload(data, size);
    write_and_read(data, size);
    return 0;
}
