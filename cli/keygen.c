/* SPDX-License-Identifier: MIT */
/* Makes a key and says which file is the secret. */
#include <stdio.h>

#include "cli/command.h"
#include "node/config.h"

static enum status run_keygen(const struct command *c, const struct given *g)
{
    struct seed seed;
    struct keypair key;
    char message[256], reason[REASON_SIZE];
    secure_random(&seed, sizeof seed);
    keypair_from_seed(&key, &seed);
    const enum status status = key_write(&key, g->operand[0], message);
    secure_wipe(&seed, sizeof seed);
    secure_wipe(&key, sizeof key);
    if (status != STATUS_OK) {
        (void)snprintf(reason, sizeof reason, "%s", message);
        return complain(c, status, reason);
    }
    (void)printf("%s is the secret key; %s.pub goes into the roster\n", g->operand[0],
                 g->operand[0]);
    return STATUS_OK;
}

const struct command command_keygen = {
    .name = "keygen",
    .usage = "FILE",
    .summary = "make a new Ed25519 key: FILE (mode 0600) and FILE.pub",
    .help = "  treaty keygen node-1/key\n"
            "\n"
            "An existing FILE is never overwritten.\n",
    .operands_min = 1,
    .operands_max = 1,
    .operand = {"FILE"},
    .run = run_keygen,
};
