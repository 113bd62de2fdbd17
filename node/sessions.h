/* SPDX-License-Identifier: MIT */
/* The sessions that a data directory has seen: the one at hand, and earlier ones, whose
 * files are kept as node-K.log, session-K.seed and result-K.json, K counted from 1.
 * What they came to decides whether another may begin: nothing begins again by itself.
 */
#ifndef TREATY_NODE_SESSIONS_H
#define TREATY_NODE_SESSIONS_H

#include "node/home.h"

/* Puts the session at hand away, so that a new one can begin. STATUS_OK, too, where
 * there is none. STATUS_USAGE while it is not over. STATUS_FAILED where too many of
 * this roster and these terms ended early (by silence, by a proven fault, or because
 * this node lost its log or its seed), with who withheld each time; and where the last
 * one did and its cool-down is not over, with how long to wait. Both limits are those
 * of node.yaml. */
enum status sessions_renew(const struct home *h, uint64_t now_ms, char message[256]);
/* Finishes what a crash cut short in the midst of sessions_renew. */
enum status sessions_mend(const struct home *h, char message[256]);
/* The latest attempt of all that were put away; 0 if none was. */
uint64_t sessions_last_attempt(const struct home *h);

#endif
