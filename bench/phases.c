/* SPDX-License-Identifier: MIT */
/* What each phase of a cluster cost: one run's lines of the table that `make bench`
 * prints.
 *     phases REPORT.json DIR SIGN VERIFY CORES
 * REPORT.json is what `treaty cluster --json --out DIR` printed; SIGN and VERIFY are
 * the seconds of one signature and of one verification. Messages, bytes and signatures
 * are counted in the logs: each said once, to N - 1 others. Seconds, and what was sent
 * in all, repeats and relays included, are the report's. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/archive.h"
#include "protocol/envelope.h"

enum part { THREAT, SAMPLING, PRUNING, SIGNING, PLAY, OTHER, PARTS };

static const char *const part_names[PARTS] = {
    [THREAT] = "threat",   [SAMPLING] = "sampling", [PRUNING] = "pruning",
    [SIGNING] = "signing", [PLAY] = "play",         [OTHER] = "hello, end",
};

struct cost {
    uint64_t messages, bytes, signatures;
};

static enum part part_of(enum message_kind kind)
{
    switch (kind) {
    case MESSAGE_REGRET:
    case MESSAGE_PUNISH:
    case MESSAGE_PUNISH_OK:
        return THREAT;
    case MESSAGE_PROPOSE:
    case MESSAGE_ANSWER:
        return SAMPLING;
    case MESSAGE_SET:
    case MESSAGE_REVEAL:
    case MESSAGE_PRUNE:
        return PRUNING;
    case MESSAGE_LENGTH:
    case MESSAGE_SIGN:
    case MESSAGE_START:
        return SIGNING;
    case MESSAGE_DEAL:
    case MESSAGE_ACT:
    case MESSAGE_COMMIT:
    case MESSAGE_SHOW:
    case MESSAGE_FOLLOW:
    case MESSAGE_TOSS:
    case MESSAGE_RESTORE:
        return PLAY;
    case MESSAGE_HELLO:
    case MESSAGE_END:
    case MESSAGE_SUSPECT:
    case MESSAGE_FAIL:
    case MESSAGE_EVIDENCE:
    case MESSAGE_VOUCH:
        return OTHER;
    }
    return OTHER;
}

static bool count_log(struct cost costs[PARTS], const struct archive *a, uint8_t node)
{
    struct log_reader *reader;
    char message[256];
    if (log_reader_open(&reader, a->log[node], message) != STATUS_OK) {
        (void)fprintf(stderr, "%s\n", message);
        return false;
    }
    const uint64_t others = a->roster.n_players - 1u;
    for (struct record r; log_reader_next(reader, &r) == RECORD_READ;) {
        struct message m;
        if (r.kind != RECORD_OUT ||
            !envelope_peek(&m, r.payload, r.size, &a->roster, RECORD_PAYLOAD_MAX))
            continue;
        struct cost *c = &costs[part_of(m.kind)];
        c->signatures++;
        c->messages += others;
        c->bytes += others * r.size;
    }
    log_reader_close(reader);
    return true;
}

static void print_costs(const struct cost costs[PARTS], const json_t *report,
                        const struct archive *a, const double *seconds_of)
{
    const double sign_seconds = seconds_of[0], verify_seconds = seconds_of[1];
    for (int part = 0; part < PARTS; part++) {
        const struct cost *c = &costs[part];
        const json_t *seconds =
            json_object_get(json_object_get(report, "seconds"), part_names[part]);
        (void)printf("%2u  %-12s %9" PRIu64 " %11" PRIu64 " %11" PRIu64,
                     a->roster.n_players, part_names[part], c->messages, c->bytes,
                     c->signatures);
        if (seconds)
            (void)printf(" %9.3f", json_number_value(seconds));
        else
            (void)printf(" %9s", "");
        (void)printf(" %9.3f\n", ((double)c->signatures * sign_seconds +
                                  (double)c->messages * verify_seconds) /
                                     seconds_of[2]);
    }
    const json_t *network = json_object_get(report, "network");
    (void)printf("%2u  %-12s %9lld %11lld %11lld\n\n", a->roster.n_players,
                 "sent in all",
                 (long long)json_integer_value(json_object_get(network, "messages")),
                 (long long)json_integer_value(json_object_get(network, "bytes")),
                 (long long)json_integer_value(json_object_get(network, "signatures")));
}

int main(int n_arguments, char **arguments)
{
    if (n_arguments != 6) {
        (void)fputs("usage: phases REPORT.json DIR SIGN VERIFY CORES\n", stderr);
        return EXIT_FAILURE;
    }
    json_error_t error;
    json_t *report = json_load_file(arguments[1], 0, &error);
    if (!report) {
        (void)fprintf(stderr, "%s:%d: %s\n", arguments[1], error.line, error.text);
        return EXIT_FAILURE;
    }
    static struct archive archive;
    static struct cost costs[PARTS];
    char reason[REASON_SIZE];
    bool good = archive_open(&archive, arguments[2], reason) == STATUS_OK;
    if (!good)
        (void)fprintf(stderr, "%s\n", reason);
    for (uint8_t node = 0; good && node < archive.n_logs; node++)
        good = count_log(costs, &archive, node);
    const double seconds_of[3] = {strtod(arguments[3], NULL),
                                  strtod(arguments[4], NULL),
                                  strtod(arguments[5], NULL)};
    if (good)
        print_costs(costs, report, &archive, seconds_of);
    json_decref(report);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
