/* SPDX-License-Identifier: MIT */
/* Who asked about what, and what was answered: read from the messages of a log, one
 * round of sampling at a time. */
#ifndef TREATY_CLI_ASKING_H
#define TREATY_CLI_ASKING_H

#include "protocol/terms.h"

struct asked {
    struct candidate candidate;
    uint8_t proposer;
    uint64_t refused_by; /* mask; 0: it suits everybody */
};

/* Opaque. */
struct asking;
/* terms and roster are borrowed. NULL when memory is short. */
struct asking *asking_new(const struct terms *terms, const struct roster *roster);
void asking_free(struct asking *a);
/* One envelope, in the order of the log, in which messages may come early. True if with
 * it everybody has answered to what everybody has proposed; that round is then here
 * until the next call. */
bool asking_hear(struct asking *a, const uint8_t *bytes, size_t size);
uint32_t asking_count(const struct asking *a);
const struct asked *asking_get(const struct asking *a, uint32_t k);

#endif
