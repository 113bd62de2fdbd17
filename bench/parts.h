/* SPDX-License-Identifier: MIT */
/* The phases of a session, as `make bench` names them. */
#ifndef TREATY_BENCH_PARTS_H
#define TREATY_BENCH_PARTS_H

#include "protocol/message.h"

enum part { THREAT, SAMPLING, PRUNING, SIGNING, PLAY, OTHER, PARTS };

static const char *const part_names[PARTS] = {
    [THREAT] = "threat",   [SAMPLING] = "sampling", [PRUNING] = "pruning",
    [SIGNING] = "signing", [PLAY] = "play",         [OTHER] = "hello",
};

/* To which phase the messages of a kind belong. */
static inline enum part part_of(enum message_kind kind)
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
    case MESSAGE_END:
        return PLAY;
    case MESSAGE_HELLO:
    case MESSAGE_SUSPECT:
    case MESSAGE_FAIL:
    case MESSAGE_EVIDENCE:
    case MESSAGE_VOUCH:
        return OTHER;
    }
    return OTHER;
}

#endif
