/* SPDX-License-Identifier: MIT */
/* What a cheat says in its slots, to know whether it ever says two things in one. So
 * the laws can ask for what a cheat did, and not for what it was meant to do. */
#ifndef TREATY_SIM_OVERHEARD_H
#define TREATY_SIM_OVERHEARD_H

#include "protocol/message.h"

enum { OVERHEARD_ROUNDS = 8 }; /* remembered at a time */

struct overheard {
    struct version {
        bool said;
        uint64_t round;
        struct digest words; /* all but the signature */
    } version[OVERHEARD_ROUNDS];
    bool two_faced; /* two messages for one slot, both signed */
};

/* A message that the player sends in its own name, to whomever, while round is the
 * latest that anybody is in: only those near it can fill a slot. */
void overheard_add(struct overheard *o, const struct message *m, const uint8_t *bytes,
                   size_t size, const struct roster *roster, uint64_t round);

#endif
