/* SPDX-License-Identifier: MIT */
/* When strict verdicts accept what, and that this makes everybody agree: the
 * sub-rounds' arithmetic under schedules that an adversary chooses. The whole player is
 * tried in tests/trace/strict.c. */
#include "protocol/strict.h"

#include <string.h>

#include "tests/unit/unit.h"

enum { SOFT = 50, HARD = 2000, DELAY = 100, ASKING = 2 * SOFT + 2 * DELAY };
enum { SUBROUND = ASKING + DELAY };

static struct terms terms_of(uint8_t n_players)
{
    struct terms t;
    terms_default(&t);
    t.shape.n_players = n_players;
    t.soft_ms = SOFT;
    t.hard_ms = HARD;
    t.delay_ms = DELAY;
    t.verdict = VERDICT_STRICT;
    return t;
}

START_TEST(each_sub_round_asks_for_one_signature_more)
{
    const struct terms t = terms_of(5);
    ck_assert_uint_eq(strict_needed(&t, 0), 1);
    ck_assert_uint_eq(strict_needed(&t, HARD), 1);
    for (uint64_t k = 2; k <= 6; k++) {
        ck_assert_uint_eq(strict_needed(&t, HARD + (k - 2) * SUBROUND + 1), k);
        ck_assert_uint_eq(strict_needed(&t, HARD + (k - 1) * SUBROUND), k);
    }
}
END_TEST

/* Two players need no sub-round besides the first: there is nobody to agree with. */
START_TEST(there_is_a_sub_round_for_everybody_but_one)
{
    for (uint8_t n = 2; n <= PLAYERS_MAX; n++) {
        const struct terms t = terms_of(n);
        const uint64_t patience = strict_patience_ms(&t);
        ck_assert_uint_eq(strict_needed(&t, patience - 1), n - 1u);
        ck_assert_uint_eq(strict_needed(&t, patience), n);
    }
}
END_TEST

START_TEST(who_accepts_what_others_may_not_get_by_asking_vouches)
{
    const struct terms t = terms_of(3);
    ck_assert(!strict_late(&t, 0));
    ck_assert(!strict_late(&t, HARD - 2 * ASKING));
    ck_assert(strict_late(&t, HARD - 2 * ASKING + 1));
    ck_assert(strict_late(&t, HARD + SUBROUND));
    ck_assert_uint_eq(strict_hard_ms_min(&t), 2 * ASKING);
}
END_TEST

START_TEST(a_co_signature_is_of_the_words_and_of_nothing_else)
{
    struct keypair key[2];
    uint8_t one[ENVELOPE_OVERHEAD + 4] = {1}, other[ENVELOPE_OVERHEAD + 4];
    for (uint8_t i = 0; i < 2; i++) {
        const struct seed seed = {{i}};
        keypair_from_seed(&key[i], &seed);
    }
    memcpy(other, one, sizeof one);
    const struct signature s = strict_cosign(one, sizeof one, &key[0]);
    ck_assert(strict_cosigned(&s, one, sizeof one, &key[0].public_key));
    ck_assert(!strict_cosigned(&s, one, sizeof one, &key[1].public_key));
    ck_assert(!strict_cosigned(&s, one, sizeof one - 1, &key[0].public_key));
    for (size_t i = 0; i < sizeof one; i++) {
        other[i] ^= 1;
        /* The last 64 bytes are the author's signature, of which there may be several.
         */
        ck_assert(strict_cosigned(&s, other, sizeof other, &key[0].public_key) ==
                  (i >= ENVELOPE_HEADER + 4));
        other[i] ^= 1;
    }
}
END_TEST

START_TEST(vouches_are_kept_for_two_rounds)
{
    struct vouches *v = vouches_new(3, 16);
    size_t size;
    ck_assert_ptr_null(vouches_find(v, 0, 0, &size));
    for (uint64_t round = 7; round < 10; round++) {
        for (uint8_t i = 0; i < 3; i += 2) {
            memset(vouches_room(v, round, i), (int)(10 * round + i), 16);
            vouches_filled(v, round, i, 5 + i);
        }
        for (uint64_t old = round - 2; old <= round + 1; old++)
            for (uint8_t i = 0; i < 3; i++) {
                const uint8_t *found = vouches_find(v, old, i, &size);
                const bool there =
                    old >= 7 && old + 1 >= round && old <= round && i != 1;
                ck_assert((found != NULL) == there);
                ck_assert(!there || (size == 5u + i && found[0] == 10 * old + i));
            }
    }
    vouches_free(v);
}
END_TEST

/* ---- one slot, as an adversary would fill it ---- */

/* Its author is player 0, a cheat, as are those in the mask. Signatures are bits here:
 * a cheat's are there for the asking, an honest player's from when it vouches. */
struct slot {
    struct terms terms;
    uint64_t patience_ms, delay_ms;
    uint32_t cheats, published;
    uint64_t entered_ms[PLAYERS_MAX];
    bool accepted[PLAYERS_MAX];
};
struct delivery {
    uint64_t at_ms;
    uint8_t to;
    uint32_t signers;
    bool done;
};
enum { DELIVERIES = 256 };
struct schedule {
    size_t n;
    struct delivery item[DELIVERIES];
};

static void plan(struct schedule *s, uint64_t at_ms, uint8_t to, uint32_t signers)
{
    ck_assert_uint_lt(s->n, DELIVERIES);
    s->item[s->n++] = (struct delivery){at_ms, to, signers, false};
}

static uint64_t signatures(uint32_t signers)
{
    return body_vouch_count(signers);
}

/* What player i does with what comes: takes it or not, and sees to it that all others
 * get it: by its own signature at once, or when they ask for it. */
static void come(struct slot *s, struct schedule *all, const struct delivery *d)
{
    const uint64_t since = d->at_ms - s->entered_ms[d->to];
    if (s->accepted[d->to] || d->at_ms < s->entered_ms[d->to] ||
        since >= s->patience_ms ||
        signatures(d->signers) < strict_needed(&s->terms, since))
        return;
    s->accepted[d->to] = true;
    const bool late = strict_late(&s->terms, since);
    const uint32_t signers = d->signers | UINT32_C(1) << d->to;
    if (late)
        s->published |= signers;
    for (uint8_t i = 0; i < s->terms.shape.n_players; i++) {
        if ((s->cheats >> i & 1) != 0 || i == d->to)
            continue;
        if (late)
            plan(all, d->at_ms + s->delay_ms, i, signers);
        else /* asks at the worst of moments, and not before it has entered the round */
            plan(all,
                 (d->at_ms > s->entered_ms[i] ? d->at_ms : s->entered_ms[i]) +
                     2 * SOFT + 2 * s->delay_ms,
                 i, 1);
    }
}

/* True if some honest players have the message at the end and others do not. */
static bool splits(struct slot *s, struct schedule *all)
{
    for (;;) {
        struct delivery *next = NULL;
        for (size_t k = 0; k < all->n; k++)
            if (!all->item[k].done &&
                (next == NULL || all->item[k].at_ms < next->at_ms))
                next = &all->item[k];
        if (next == NULL)
            break;
        next->done = true;
        const struct delivery d = *next;
        come(s, all, &d);
    }
    bool some = false, every = true;
    for (uint8_t i = 0; i < s->terms.shape.n_players; i++)
        if ((s->cheats >> i & 1) == 0) {
            some = some || s->accepted[i];
            every = every && s->accepted[i];
        }
    return some && !every;
}

/* The cheats release the message to a few, just before or after a moment that counts,
 * with as many of their own signatures as they like. */
static bool attack(struct prng *p, uint8_t n_players, uint64_t rounds_less,
                   uint64_t delay_ms)
{
    struct slot s = {.terms = terms_of(n_players), .delay_ms = delay_ms, .cheats = 1};
    struct schedule all = {0};
    s.patience_ms = strict_patience_ms(&s.terms) - rounds_less * SUBROUND;
    for (uint64_t more = prng_below(p, n_players - 2u); more > 0; more--)
        s.cheats |= UINT32_C(1) << prng_below(p, n_players - 2u);
    for (uint8_t i = 0; i < n_players; i++)
        s.entered_ms[i] = 10000 + (prng_below(p, 2) == 0 ? prng_below(p, ASKING + 1)
                                                         : prng_below(p, 2) * ASKING);
    const uint64_t n_released = 1 + prng_below(p, 3);
    for (uint64_t k = 0; k < n_released; k++) {
        const uint8_t to = (uint8_t)prng_below(p, n_players);
        const uint64_t moment = prng_below(p, 4) == 0
                                    ? HARD - 2 * ASKING
                                    : HARD + prng_below(p, n_players) * SUBROUND;
        if ((s.cheats >> to & 1) == 0)
            plan(&all, s.entered_ms[to] + moment + prng_below(p, 3) - 1, to, s.cheats);
    }
    return splits(&s, &all);
}

static uint32_t splits_of(uint64_t rounds_less, uint64_t delay_ms)
{
    uint32_t n_splits = 0;
    struct prng p = {4};
    for (uint8_t n = 3; n <= 5; n++)
        for (int k = 0; k < 10000; k++)
            n_splits += attack(&p, n, rounds_less, delay_ms);
    return n_splits;
}

/* 30000 schedules; and the same with a sub-round less, or with messages that take
 * longer than the terms say, where some must succeed. */
START_TEST(t_dolev_strong)
{
    ck_assert_uint_eq(splits_of(0, DELAY), 0);
    ck_assert_uint_eq(splits_of(0, 0), 0);
    ck_assert_uint_gt(splits_of(1, DELAY), 1000);
    ck_assert_uint_gt(splits_of(0, 5 * DELAY), 1000);
}
END_TEST

UNIT_MAIN("strict", each_sub_round_asks_for_one_signature_more,
          there_is_a_sub_round_for_everybody_but_one,
          who_accepts_what_others_may_not_get_by_asking_vouches,
          a_co_signature_is_of_the_words_and_of_nothing_else,
          vouches_are_kept_for_two_rounds, t_dolev_strong)
