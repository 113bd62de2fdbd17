/* SPDX-License-Identifier: MIT */
/* What `treaty verify` finds: each log checked by itself (protocol/audit.h), then all
 * of them beside each other, then the files that a run leaves besides its logs. */
#ifndef TREATY_CLI_AUDITING_H
#define TREATY_CLI_AUDITING_H

#include "cli/archive.h"
#include "protocol/audit.h"
#include "protocol/evidence.h"

/* Something false: where it stands and why it is. */
struct problem {
    char path[PATH_SIZE];
    uint64_t record; /* from 1; 0: not a record's */
    uint64_t offset; /* of its first byte */
    const char *field;
    char reason[REASON_SIZE];
};
enum { PROBLEMS_MAX = 128 };

/* One log. */
struct audited {
    struct audit *audit; /* owned */
    bool holds;          /* so far as it goes */
    uint64_t bytes;      /* of the records that hold */
    size_t capacity;
    struct digest *transcript; /* owned; T after each complete round */
};

struct auditing {
    const struct archive *archive; /* borrowed */
    struct audited log[PLAYERS_MAX];
    uint32_t n_results, n_evidence; /* files beside the logs that were checked */
    bool has_contract;
    uint8_t fullest;       /* of the logs that hold, the one with most rounds */
    uint64_t rounds_alike; /* in which all that have them agree */
    size_t n_problems;
    struct problem problem[PROBLEMS_MAX];
};

/* Reads and checks everything. What is false is a problem; STATUS_USAGE or
 * STATUS_FAILED, with the reason, where something cannot be read or is no log. */
enum status auditing_run(struct auditing *a, const struct archive *archive,
                         char reason[REASON_SIZE]);
void auditing_free(struct auditing *a);

#endif
