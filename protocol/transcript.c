/* SPDX-License-Identifier: MIT */
/* Hides what exactly is hashed into each identity. */
#include "protocol/transcript.h"

struct digest session_before(const struct digest *roster, const struct digest *terms)
{
    struct hasher h;
    hash_start(&h, "CA1/hello");
    hash_digest(&h, roster);
    hash_digest(&h, terms);
    return hash_end(&h);
}

struct digest session_identity(const struct digest *roster, const struct digest *terms,
                               const struct message *hellos, uint8_t n_players)
{
    struct hasher h;
    hash_start(&h, "CA1/sid");
    hash_digest(&h, roster);
    hash_digest(&h, terms);
    for (uint8_t i = 0; i < n_players; i++)
        hash_bytes(&h, hellos[i].body, hellos[i].body_size);
    return hash_end(&h);
}

struct digest agreement_digest(const struct agreement *a, const struct digest *session,
                               const struct terms *t)
{
    const struct shape candidates = terms_candidates(t);
    struct hasher h;
    hash_start(&h, "CA1/agreement");
    hash_digest(&h, session);
    hash_u32(&h, a->agreed);
    hash_u32(&h, t->concept);
    for (uint16_t k = 0; k < shape_weights(&candidates); k++)
        hash_u32(&h, a->candidate.weight[k]);
    for (uint16_t k = 0; k < shape_weights(&t->shape); k++)
        hash_u32(&h, a->threat.weight[k]);
    hash_u32(&h, a->length);
    hash_u32(&h, t->stages);
    return hash_end(&h);
}

struct digest certificate_digest(const struct message *row, uint8_t n_players,
                                 const struct digest *session)
{
    struct hasher h;
    hash_start(&h, "CA1/certificate");
    hash_digest(&h, session);
    for (uint8_t i = 0; i < n_players; i++)
        hash_bytes(&h, row[i].body, row[i].body_size);
    return hash_end(&h);
}
