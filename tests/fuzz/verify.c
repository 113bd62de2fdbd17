/* SPDX-License-Identifier: MIT */
/* Any bytes as evidence, and any records as a log: whoever is asked to judge them does
 * not fall, and is convinced of nothing that was not signed. The keys are those of the
 * session that tests/unit/evidence.c plays, in which player 2 is the only cheat; saved
 * inputs hold its true proofs, behind a byte that tells them from logs. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "protocol/audit.h"
#include "protocol/evidence.h"

enum { SEED = 5, INPUT_MAX = 1 << 16, HEAD = 8 + 1 + 1 };

static struct roster roster;

/* As a simulated world makes its keys from its seed. */
static void make_roster(void)
{
    struct seed from = {{0}};
    const struct digest nowhere = {{0}};
    struct writer to = {from.bytes, sizeof from.bytes, 0, false};
    write_u64(&to, SEED);
    roster.n_players = 2;
    for (uint8_t i = 0; i < 2; i++) {
        struct keypair pair;
        struct seed key;
        const struct secret s = secret_derive(&from, &nowhere, "sim/key", i);
        memcpy(key.bytes, s.bytes, sizeof key.bytes);
        keypair_from_seed(&pair, &key);
        roster.key[i] = pair.public_key;
        roster.name[i][0] = (char)('1' + i);
    }
}

/* What only this roster makes true is given: the beginning of the file. */
static void judge(const uint8_t *data, size_t size)
{
    static const uint8_t magic[8] = {'C', 'A', '1', '/', 'e', 'v', '1', '\n'};
    static uint8_t bytes[INPUT_MAX];
    const struct digest d = roster_digest(&roster);
    struct evidence e;
    char reason[256];
    if (size < HEAD + sizeof d.bytes || size > sizeof bytes)
        return;
    memcpy(bytes, data, size);
    memcpy(bytes, magic, sizeof magic);
    memcpy(bytes + HEAD, d.bytes, sizeof d.bytes);
    if (evidence_holds(&e, bytes, size, &roster, reason))
        CHECK(e.guilty == 1);
}

/* A log of these terms whose records are the bytes: kind, time, size, payload. */
static void read_log(const uint8_t *data, size_t size)
{
    struct terms terms;
    struct audit_fault fault;
    struct reader r = {data, size, false};
    uint8_t header[RECORD_HEADER_SIZE];
    terms_default(&terms);
    terms.shape = (struct shape){2, {2, 3}};
    struct record_header h = {.program = "treaty", .terms = terms_digest(&terms)};
    h.roster = roster_digest(&roster);
    record_header_write(header, &h);
    struct record record = {.kind = RECORD_HEADER, .payload = header};
    record.size = sizeof header;
    struct audit *a = audit_new(&terms, &roster);
    CHECK(a != NULL && audit_record(a, &record, &fault));
    for (bool holds = true; holds && r.size > 0;) {
        record.kind = (enum record_kind)(RECORD_HEADER + read_u8(&r) % RECORD_END);
        record.time_ms += read_u8(&r);
        record.size = read_u16(&r);
        record.payload = read_run(&r, record.size);
        holds = record.payload != NULL && audit_record(a, &record, &fault);
    }
    CHECK(audit_summary(a)->messages == 0 && audit_summary(a)->guilty == 0);
    audit_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    if (!started) {
        CHECK(secure_start());
        make_roster();
    }
    started = true;
    if (size == 0)
        return 0;
    if (data[0] == 'L')
        read_log(data + 1, size - 1);
    else
        judge(data + 1, size - 1);
    return 0;
}
