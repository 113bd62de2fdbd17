/* SPDX-License-Identifier: MIT */
/* Hides what is remembered. */
#include "sim/overheard.h"

enum { NEAR = 2 };

void overheard_add(struct overheard *o, const struct message *m, const uint8_t *bytes,
                   size_t size, const struct roster *roster, uint64_t round)
{
    if (o->two_faced || !message_in_round(m->kind) || m->round > round + NEAR ||
        m->round + NEAR < round)
        return;
    struct hasher h;
    struct version *v = &o->version[m->round % OVERHEARD_ROUNDS];
    hash_start(&h, "sim/version");
    hash_bytes(&h, bytes, size - sizeof(struct signature));
    const struct digest words = hash_end(&h);
    if (!v->said || v->round != m->round)
        *v = (struct version){true, m->round, words};
    else if (!digest_equal(&v->words, &words))
        o->two_faced = envelope_signed(m, bytes, size, roster);
}
