/* SPDX-License-Identifier: MIT */
/* Any records as the log of a node that is watched: nothing of what somebody else may
 * have written into one, or told over HTTP, stops the observer. The bytes are a log
 * whose chain is not looked at. The saved one is the first player's of
 *     treaty simulate games/prisoners-dilemma.nfg --strategy finite --defect 2@4
 *         --stages 16 --budget 6 --selection nash-bargaining --loss 0.05 --seed 3
 * and is to be made anew where the wire format is another one. */
#include "cli/tale.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "cli/retelling.h"
#include "cli/stream.h"

static struct insight insight;

static void begin(void)
{
    static const double value[] = {2, 3, -1, 0};
    CHECK(secure_start());
    terms_default(&insight.terms);
    insight.terms.shape = (struct shape){2, {2, 2}};
    insight.roster.n_players = 2;
    insight.payoffs[1] = payoffs_new(&insight.terms.shape, 1, value);
}

/* Told as JSON, and taken out of that again: no object where a number is beyond JSON's.
 */
static void tell(const struct record *r, FILE *nowhere)
{
    static uint8_t payload[RECORD_PAYLOAD_MAX];
    char *text = NULL;
    size_t size = 0;
    struct record again;
    FILE *memory = open_memstream(&text, &size);
    stream_record(memory, r, 1, &insight.terms, &insight.roster, true);
    (void)fclose(memory);
    json_t *told = json_loads(text, 0, NULL);
    if (told != NULL)
        (void)record_retold(&again, payload, told, &insight.terms);
    json_decref(told);
    (void)fputs(text, nowhere);
    free(text);
}

static bool next_record(struct record *out, struct reader *r)
{
    const uint32_t size = read_u32(r);
    *out = (struct record){.kind = (enum record_kind)read_u8(r)};
    out->time_ms = read_u64(r);
    if (r->bad || size > r->size || out->kind < RECORD_HEADER || out->kind > RECORD_END)
        return false;
    out->size = size;
    out->payload = read_run(r, size);
    read_bytes(r, out->chain.bytes, sizeof out->chain.bytes);
    return !r->bad;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (insight.payoffs[1] == NULL)
        begin();
    struct account account = {.terms = &insight.terms, .roster = &insight.roster};
    struct tale *tale = tale_new(&insight, &account);
    struct telling_place place = {0};
    struct reader r = {data, size, false};
    struct record record;
    FILE *nowhere = fopen("/dev/null", "w");
    CHECK(tale != NULL && nowhere != NULL);
    while (next_record(&record, &r)) {
        if (!stream_tells(&record, &insight.terms))
            continue;
        tell(&record, nowhere);
        account_record(&account, &record);
        tale_record(tale, &record);
        while (tale_next(tale, &place, nowhere))
            ;
    }
    (void)fclose(nowhere);
    tale_free(tale);
    account_free(&account);
    return 0;
}
