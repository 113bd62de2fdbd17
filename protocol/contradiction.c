/* SPDX-License-Identifier: MIT */
/* Hides which of an author's words are at hand. */
#include "protocol/contradiction.h"

#include <string.h>

#include "base/check.h"

void refusals_keep(struct refusals *r, const struct message *m, const uint8_t *bytes,
                   size_t size)
{
    CHECK(m->kind == MESSAGE_FAIL && size == sizeof r->bytes[0]);
    if (r->heard[m->sender])
        return;
    r->heard[m->sender] = true;
    memcpy(r->bytes[m->sender], bytes, size);
    r->message[m->sender] = *m;
    r->message[m->sender].body = r->bytes[m->sender] + ENVELOPE_HEADER;
}

enum fault_kind contradiction_find(struct body_evidence *out, const struct refusals *r,
                                   const struct round *rows, const struct message *m,
                                   const uint8_t *bytes, size_t size)
{
    *out = (struct body_evidence){bytes, bytes, size, size};
    enum fault_kind fault = fault_between(m, m);
    const uint64_t now = round_number(rows);
    for (uint64_t n = now > 0 ? now - 1 : 0; fault == FAULT_NONE && n <= now + 1; n++) {
        const struct message *other = round_message(rows, n, m->sender);
        if (other == NULL)
            continue;
        out->first = round_slot(rows, n, m->sender, &out->first_size);
        fault = fault_between(other, m);
    }
    if (fault == FAULT_NONE && r->heard[m->sender]) {
        out->first = r->bytes[m->sender];
        out->first_size = sizeof r->bytes[m->sender];
        fault = fault_between(&r->message[m->sender], m);
    }
    return fault;
}
