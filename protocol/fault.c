/* SPDX-License-Identifier: MIT */
/* Hides what counts as proof. */
#include "protocol/fault.h"

#include <string.h>

#include "base/check.h"

const char *fault_name(enum fault_kind kind)
{
    static const char *const names[] = {
        [FAULT_NONE] = "none",           [FAULT_EQUIVOCATION] = "equivocation",
        [FAULT_OPENING] = "opening",     [FAULT_ACTION] = "action",
        [FAULT_PROOF] = "proof",         [FAULT_ILLEGAL] = "illegal",
        [FAULT_EXCLUSIVE] = "exclusive", [FAULT_ACCUSATION] = "accusation",
    };
    CHECK(kind <= FAULT_ACCUSATION);
    return names[kind];
}

static bool same_words(const struct message *a, const struct message *b)
{
    return a->kind == b->kind && digest_equal(&a->transcript, &b->transcript) &&
           a->body_size == b->body_size && memcmp(a->body, b->body, a->body_size) == 0;
}

/* True unless hellos are among them that are not of one attempt. */
static bool one_attempt(const struct message *a, const struct message *b)
{
    struct body_hello x, y;
    if (a->kind != MESSAGE_HELLO && b->kind != MESSAGE_HELLO)
        return true;
    return a->kind == b->kind && body_hello_read(&x, a->body, a->body_size) &&
           body_hello_read(&y, b->body, b->body_size) && x.attempt == y.attempt;
}

/* The round in which an accusation says that somebody is missing. */
static bool accuses(const struct message *m, uint64_t *round)
{
    struct body_suspect suspect;
    struct body_fail fail;
    if (m->kind == MESSAGE_SUSPECT &&
        body_suspect_read(&suspect, m->body, m->body_size)) {
        *round = suspect.round;
        return true;
    }
    if (m->kind == MESSAGE_FAIL && body_fail_read(&fail, m->body, m->body_size)) {
        *round = fail.round;
        return true;
    }
    return false;
}

/* first refuses a round, and second is a word of a later one. A second refusal is no
 * such word: who was started again may give another reason for the first. */
static bool refused_before(const struct message *first, const struct message *second)
{
    uint64_t round;
    return first->kind == MESSAGE_FAIL && accuses(first, &round) &&
           round == first->round && second->round > round &&
           (message_in_round(second->kind) || second->kind == MESSAGE_SUSPECT);
}

/* Its own header says that the round it complains of is complete. */
static bool belated(const struct message *m)
{
    uint64_t round;
    return accuses(m, &round) && round < m->round;
}

/* a accuses in one history, and b is said in another, in the same round. */
static bool two_histories(const struct message *a, const struct message *b)
{
    uint64_t round;
    return accuses(a, &round) && message_in_round(b->kind) && a->round == b->round &&
           !digest_equal(&a->transcript, &b->transcript);
}

enum fault_kind fault_between(const struct message *a, const struct message *b)
{
    if (a->sender != b->sender || !digest_equal(&a->session, &b->session))
        return FAULT_NONE;
    if (message_in_round(a->kind) && message_in_round(b->kind)) {
        if (a->round == b->round)
            return !same_words(a, b) && one_attempt(a, b) ? FAULT_EQUIVOCATION
                                                          : FAULT_NONE;
        return a->kind == MESSAGE_SIGN && b->kind == MESSAGE_SIGN ? FAULT_EXCLUSIVE
                                                                  : FAULT_NONE;
    }
    if (refused_before(a, b) || refused_before(b, a))
        return FAULT_EXCLUSIVE;
    if (two_histories(a, b) || two_histories(b, a) ||
        (belated(a) && a->round == b->round && same_words(a, b)))
        return FAULT_ACCUSATION;
    return FAULT_NONE;
}

enum fault_kind fault_proven(uint8_t *guilty, const struct body_evidence *e,
                             const struct roster *roster, size_t body_max)
{
    struct message a, b;
    if (!envelope_peek(&a, e->first, e->first_size, roster, body_max) ||
        !envelope_peek(&b, e->second, e->second_size, roster, body_max))
        return FAULT_NONE;
    const enum fault_kind fault = fault_between(&a, &b);
    if (fault == FAULT_NONE || !envelope_signed(&a, e->first, e->first_size, roster) ||
        !envelope_signed(&b, e->second, e->second_size, roster))
        return FAULT_NONE;
    *guilty = a.sender;
    return fault;
}
