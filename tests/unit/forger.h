/* SPDX-License-Identifier: MIT */
/* What a forger needs: the small session whose log is tampered with, the keys of its
 * players, and records that can be moved and joined again. */
#ifndef TREATY_TESTS_FORGER_H
#define TREATY_TESTS_FORGER_H

#include <string.h>

#include "base/bytes.h"
#include "protocol/audit.h"
#include "sim/scenario.h"
#include "tests/unit/unit.h"

/* Two who like to meet, each at its own place; they threaten with the mixed
 * equilibrium. So both meetings suit both, one is drawn, and a punishment is played by
 * coins. */
static inline void scenario_meeting(struct scenario *s, uint64_t seed)
{
    static const struct shape shape = {2, {2, 2}};
    static const uint32_t third = WEIGHT_ONE / 3;
    scenario_start(s, &shape);
    for (uint8_t k = 0; k < 2; k++) {
        const uint8_t here[] = {k, k};
        scenario_pay(s, 0, here, k == 0 ? 2 : 1);
        scenario_pay(s, 1, here, k == 0 ? 1 : 2);
    }
    s->terms.threat_given = true;
    s->terms.threat =
        (struct candidate){{WEIGHT_ONE - third, third, third, WEIGHT_ONE - third}};
    s->terms.finite = true;
    s->terms.length = 1;
    s->terms.budget = 2;
    s->terms.stages = 5;
    s->options.seed = seed;
}

static inline struct world *world_played(const struct scenario *s)
{
    struct world *w = world_new(&s->options);
    ck_assert_ptr_nonnull(w);
    ck_assert(world_run(w));
    return w;
}

/* The keys of a world follow from its seed. */
static inline struct keypair forged_key(uint64_t seed, uint8_t player)
{
    struct seed from = {{0}}, key;
    struct keypair pair;
    const struct digest nowhere = {{0}};
    struct writer to = {from.bytes, sizeof from.bytes, 0, false};
    write_u64(&to, seed);
    const struct secret s = secret_derive(&from, &nowhere, "sim/key", player);
    memcpy(key.bytes, s.bytes, sizeof key.bytes);
    keypair_from_seed(&pair, &key);
    return pair;
}

enum { SHEETS_MAX = 4096 };
/* A log as loose records; payloads are borrowed from the world. */
struct sheets {
    size_t n;
    size_t offset[SHEETS_MAX + 1]; /* in the file */
    struct record record[SHEETS_MAX];
};

static inline void sheets_of(struct sheets *out, const struct world *w, uint8_t player)
{
    size_t size, at = 0, used = 0;
    const uint8_t *bytes = world_log(w, player, &size);
    struct digest chain = record_origin();
    out->n = 0;
    while (at < size) {
        out->offset[out->n] = at;
        ck_assert_uint_lt(out->n, SHEETS_MAX);
        ck_assert_int_eq(
            record_read(&out->record[out->n++], &used, &chain, bytes + at, size - at),
            RECORD_READ);
        at += used;
    }
    out->offset[out->n] = at;
}

/* Joins the sheets to a chain again and audits it. With a key a signed end, if it
 * stands last, is signed anew. Returns how many records were accepted. */
static inline size_t sheets_accepted(const struct sheets *s, const struct world *w,
                                     const struct keypair *key, struct audit_fault *f)
{
    static uint8_t bytes[RECORD_OVERHEAD + RECORD_PAYLOAD_MAX];
    struct digest chain = record_origin();
    struct audit *a = audit_new(world_terms(w), world_roster(w));
    size_t accepted = 0;
    for (bool holds = true; accepted < s->n && holds; accepted += holds) {
        struct record r = s->record[accepted];
        uint8_t end[RECORD_END_SIZE];
        if (key != NULL && r.kind == RECORD_END && r.size == sizeof end) {
            record_end_write(end, &chain, accepted, key);
            r.payload = end;
        }
        ck_assert_uint_gt(record_write(bytes, sizeof bytes, &chain, r.kind, r.time_ms,
                                       r.payload, r.size),
                          0);
        r.chain = chain;
        holds = audit_record(a, &r, f);
    }
    audit_free(a);
    return accepted;
}

static inline bool sheets_hold(const struct sheets *s, const struct world *w,
                               const struct keypair *key)
{
    struct audit_fault f;
    return sheets_accepted(s, w, key, &f) == s->n;
}

#endif
