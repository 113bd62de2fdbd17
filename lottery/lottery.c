/* SPDX-License-Identifier: MIT */
/* Hides how tickets are bound to their seats and how one mix becomes an integer that
 * favours nobody. */
#include "lottery/lottery.h"

#include "base/bytes.h"
#include "base/check.h"

struct digest lottery_commit(const struct digest *session, uint32_t draw, uint8_t seat,
                             const struct ticket *t)
{
    struct hasher h;
    hash_start(&h, "CA1/lot/c");
    hash_digest(&h, session);
    hash_u32(&h, draw);
    hash_u32(&h, seat);
    hash_bytes(&h, t->bytes, sizeof t->bytes);
    return hash_end(&h);
}

bool lottery_opens(const struct digest *commitment, const struct digest *session,
                   uint32_t draw, uint8_t seat, const struct ticket *t)
{
    struct digest expected = lottery_commit(session, draw, seat, t);
    return digest_equal(commitment, &expected);
}

struct digest lottery_commit_report(const struct digest *session, uint32_t draw,
                                    uint8_t seat, const struct ticket *t,
                                    const uint32_t *report, uint32_t n)
{
    struct hasher h;
    hash_start(&h, "CA1/lot/r");
    hash_digest(&h, session);
    hash_u32(&h, draw);
    hash_u32(&h, seat);
    hash_bytes(&h, t->bytes, sizeof t->bytes);
    for (uint32_t k = 0; k < n; k++)
        hash_u32(&h, report[k]);
    return hash_end(&h);
}

bool lottery_opens_report(const struct digest *commitment, const struct digest *session,
                          uint32_t draw, uint8_t seat, const struct ticket *t,
                          const uint32_t *report, uint32_t n)
{
    struct digest expected = lottery_commit_report(session, draw, seat, t, report, n);
    return digest_equal(commitment, &expected);
}

struct digest lottery_mix(const struct digest *session, uint32_t draw,
                          const struct digest *transcript, const struct ticket *tickets,
                          uint8_t n_tickets)
{
    struct hasher h;
    hash_start(&h, "CA1/lot/w");
    hash_digest(&h, session);
    hash_u32(&h, draw);
    hash_digest(&h, transcript);
    for (uint8_t i = 0; i < n_tickets; i++)
        hash_bytes(&h, tickets[i].bytes, sizeof tickets[i].bytes);
    return hash_end(&h);
}

uint64_t lottery_integer(const struct digest *mix, uint32_t use, uint64_t outcomes)
{
    CHECK(outcomes > 0);
    /* 2^64 mod outcomes: a word below it would favour the small results, so it is drawn
     * again. Rejecting the lowest words is as good as rejecting the highest. */
    const uint64_t refused = (UINT64_MAX - outcomes + 1) % outcomes;
    for (uint32_t block = 0;; block++) {
        struct hasher h;
        hash_start(&h, "CA1/lot/x");
        hash_digest(&h, mix);
        hash_u32(&h, use);
        hash_u32(&h, block);
        const struct digest words = hash_end(&h);
        struct reader r = {words.bytes, sizeof words.bytes, false};
        for (int i = 0; i < 4; i++) {
            const uint64_t word = read_u64(&r);
            if (word >= refused)
                return word % outcomes;
        }
    }
}
