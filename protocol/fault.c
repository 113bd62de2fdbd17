/* Hides what counts as proof. */
#include "protocol/fault.h"

#include <string.h>

#include "base/check.h"

const char *fault_name(enum fault_kind kind)
{
    static const char *const names[] = {
        [FAULT_NONE] = "none",       [FAULT_EQUIVOCATION] = "equivocation",
        [FAULT_OPENING] = "opening", [FAULT_ACTION] = "action",
        [FAULT_ILLEGAL] = "illegal",
    };
    CHECK(kind <= FAULT_ILLEGAL);
    return names[kind];
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

bool fault_equivocation(uint8_t *guilty, const struct body_evidence *e,
                        const struct roster *roster, size_t body_max)
{
    struct message a, b;
    if (!envelope_peek(&a, e->first, e->first_size, roster, body_max) ||
        !envelope_peek(&b, e->second, e->second_size, roster, body_max))
        return false;
    if (a.sender != b.sender || a.round != b.round ||
        !digest_equal(&a.session, &b.session))
        return false;
    if (!message_in_round(a.kind) || !message_in_round(b.kind) || !one_attempt(&a, &b))
        return false;
    if (a.kind == b.kind && digest_equal(&a.transcript, &b.transcript) &&
        a.body_size == b.body_size && memcmp(a.body, b.body, a.body_size) == 0)
        return false;
    *guilty = a.sender;
    return envelope_signed(&a, e->first, e->first_size, roster) &&
           envelope_signed(&b, e->second, e->second_size, roster);
}
