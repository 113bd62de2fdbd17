/* SPDX-License-Identifier: MIT */
/* Messages that come at the worst of moments: what the default verdict makes of them,
 * and the strict one. Whole players sit at a table; the way of every message to an
 * honest one takes as long as the network, which is the cheats' friend, likes. */
#include "protocol/strict.h"

#include "tests/unit/table.h"
#include "tests/unit/unit.h"

enum { SOFT = 200, HARD = 1500, DELAY = 100, ASKING = 2 * SOFT + 2 * DELAY };
enum { SUBROUND = ASKING + DELAY, FLIGHTS = 1 << 12 };

struct flight {
    uint64_t due_ms;
    uint8_t to;
    uint8_t *bytes; /* NULL: it has landed */
    size_t size;
};

/* The last players are cheats: they play as they should until the round of the attack,
 * in which they keep to themselves what they say, and from then on they say nothing. */
struct attack {
    struct table *table;
    struct prng chance;
    uint8_t n_honest, author;
    uint64_t delay_ms;                /* of the network, at most */
    uint64_t round;                   /* of the attack */
    uint8_t word[TABLE_ENVELOPE_MAX]; /* what the author keeps */
    size_t word_size;
    struct flight flight[FLIGHTS];
    size_t n_flights;
};

static void fly(struct attack *a, uint64_t due_ms, uint8_t to, const uint8_t *bytes,
                size_t size)
{
    size_t k = 0;
    while (k < a->n_flights && a->flight[k].bytes != NULL)
        k++;
    ck_assert_uint_lt(k, FLIGHTS);
    if (k == a->n_flights)
        a->n_flights++;
    a->flight[k] = (struct flight){due_ms, to, malloc(size), size};
    memcpy(a->flight[k].bytes, bytes, size);
}

static bool over_the_network(struct table *t, struct parcel *p)
{
    struct attack *a = t->context;
    const struct message m = table_peek(t, p->bytes, p->size);
    const bool late = m.round >= a->round || !message_in_round(m.kind);
    if (p->from == p->to || (p->from >= a->n_honest && p->to >= a->n_honest))
        return true;
    if (p->from == a->author && m.sender == a->author && m.round == a->round &&
        message_in_round(m.kind)) {
        memcpy(a->word, p->bytes, p->size);
        a->word_size = p->size;
    }
    if (p->from >= a->n_honest && (late || (p->asked_for && a->round < UINT64_MAX)))
        return false;
    const uint64_t way = prng_below(&a->chance, 2) == 0
                             ? a->delay_ms
                             : prng_below(&a->chance, a->delay_ms + 1);
    fly(a, t->now_ms + (p->to < a->n_honest ? way : 0), p->to, p->bytes, p->size);
    return false;
}

/* What is due now lands, in any order; then all who want to be woken are. False when
 * nothing is under way and nobody waits. */
static bool move_on(struct attack *a)
{
    struct table *t = a->table;
    uint64_t next = UINT64_MAX;
    while (table_deliver(t))
        continue;
    for (size_t k = 0; k < a->n_flights; k++)
        if (a->flight[k].bytes != NULL && a->flight[k].due_ms < next)
            next = a->flight[k].due_ms;
    for (uint8_t i = 0; i < t->roster.n_players; i++)
        if (player_deadline_ms(t->player[i]) < next)
            next = player_deadline_ms(t->player[i]);
    if (next == UINT64_MAX)
        return false;
    t->now_ms = next > t->now_ms ? next : t->now_ms;
    for (uint8_t i = 0; i < t->roster.n_players; i++)
        if (player_deadline_ms(t->player[i]) <= t->now_ms)
            table_step(t, i, EVENT_TIME, NULL, 0);
    for (size_t k = 0; k < a->n_flights; k++) {
        struct flight *f = &a->flight[k];
        if (f->bytes == NULL || f->due_ms > t->now_ms)
            continue;
        uint8_t *bytes = f->bytes;
        f->bytes = NULL;
        table_step(t, f->to, EVENT_MESSAGE, bytes, f->size);
        free(bytes);
        while (table_deliver(t))
            continue;
    }
    return true;
}

static uint8_t n_goods;

/* Contribute (0) or not (1); for each contribution everybody gets 0.6. */
static double goods(uint8_t player, const uint8_t *actions)
{
    double sum = actions[player] == 1 ? 1 : 0;
    for (uint8_t i = 0; i < n_goods; i++)
        sum += actions[i] == 0 ? 0.6 : 0;
    return sum;
}

/* Plays into the second stage. */
static struct attack *begin(enum verdict verdict, uint8_t n_players, uint8_t n_honest,
                            uint64_t seed)
{
    struct attack *a = calloc(1, sizeof *a);
    CHECK(a != NULL);
    n_goods = n_players;
    struct table *t = table_new(n_players, 2, goods);
    *a = (struct attack){.table = t,
                         .chance = {seed},
                         .n_honest = n_honest,
                         .author = n_honest,
                         .delay_ms = DELAY,
                         .round = UINT64_MAX};
    t->terms.verdict = verdict;
    t->terms.soft_ms = SOFT;
    t->terms.hard_ms = HARD;
    t->terms.delay_ms = DELAY;
    t->terms.budget = 1;
    t->terms.stages = 8;
    t->context = a;
    t->meddle = over_the_network;
    table_start(t);
    while (table_report(t, 0).stage < 2)
        ck_assert(move_on(a));
    a->round = table_report(t, 0).round + 2; /* of which nobody has said anything yet */
    return a;
}

static void run(struct attack *a)
{
    while (move_on(a))
        continue;
}

static void run_until(struct attack *a, uint64_t ms)
{
    struct table *t = a->table;
    while (t->now_ms < ms) {
        /* A landing at that very moment, before anybody is woken. */
        static const uint8_t nothing[1] = {0};
        fly(a, ms, 0, nothing, 1);
        ck_assert(move_on(a));
        for (size_t k = 0; k < a->n_flights; k++)
            if (a->flight[k].bytes != NULL && a->flight[k].size == 1) {
                free(a->flight[k].bytes);
                a->flight[k].bytes = NULL;
            }
    }
}

static void stop(struct attack *a)
{
    for (size_t k = 0; k < a->n_flights; k++)
        free(a->flight[k].bytes);
    table_free(a->table);
    free(a);
}

/* The author's word, with the co-signatures of all cheats. */
static size_t vouched(const struct attack *a, uint8_t out[TABLE_ENVELOPE_MAX])
{
    const struct table *t = a->table;
    uint8_t body[4096], signatures[PLAYERS_MAX * 64];
    size_t size = 0;
    struct body_vouch b = {.envelope = a->word, .envelope_size = a->word_size};
    for (uint8_t i = (uint8_t)(a->author + 1); i < t->roster.n_players; i++) {
        const struct signature s = strict_cosign(a->word, a->word_size, &t->key[i]);
        memcpy(signatures + size, s.bytes, sizeof s.bytes);
        size += sizeof s.bytes;
        b.mask |= UINT32_C(1) << i;
    }
    if (b.mask == 0) {
        memcpy(out, a->word, a->word_size);
        return a->word_size;
    }
    b.signatures = signatures;
    struct writer w = {body, sizeof body, 0, false};
    body_vouch_write(&w, &b);
    struct message m = table_peek(t, a->word, a->word_size);
    m.kind = MESSAGE_VOUCH;
    m.sender = (uint8_t)(t->roster.n_players - 1);
    m.body = body;
    m.body_size = w.size;
    return envelope_seal(out, TABLE_ENVELOPE_MAX, &m, &t->key[m.sender]);
}

/* The cheats give their word to one honest player at that moment of its round. */
static void release(struct attack *a, uint8_t to, uint64_t since_ms)
{
    static uint8_t bytes[TABLE_ENVELOPE_MAX];
    struct table *t = a->table;
    while (table_report(t, to).round < a->round || a->word_size == 0)
        if (!move_on(a)) /* it never came so far: only where messages take too long */
            return;
    const uint64_t moment = table_report(t, to).waiting_since_ms + since_ms;
    if (table_report(t, to).round > a->round || moment < t->now_ms)
        return;
    run_until(a, moment);
    const size_t size = vouched(a, bytes);
    table_step(t, to, EVENT_MESSAGE, bytes, size);
}

/* How many rounds and stages the honest players differ by, at most. */
static uint64_t skew(const struct attack *a, uint32_t *stages)
{
    uint64_t least = UINT64_MAX, most = 0;
    uint32_t fewest = UINT32_MAX, all = 0;
    for (uint8_t i = 0; i < a->n_honest; i++) {
        const struct report r = table_report(a->table, i);
        ck_assert_int_eq(r.outcome, OUTCOME_OMISSION);
        least = r.round < least ? r.round : least;
        most = r.round > most ? r.round : most;
        fewest = r.stages_played < fewest ? r.stages_played : fewest;
        all = r.stages_played > all ? r.stages_played : all;
    }
    *stages = all - fewest;
    return most - least;
}

/* Everybody's transcripts, as far as both go. */
static void check_one_past(const struct attack *a)
{
    for (uint8_t i = 1; i < a->n_honest; i++)
        for (size_t k = 0;; k++) {
            const struct seen_note *x = table_found(a->table, 0, NOTE_ROUND, k);
            const struct seen_note *y = table_found(a->table, i, NOTE_ROUND, k);
            if (x == NULL || y == NULL)
                break;
            ck_assert(digest_equal(&x->note.digest, &y->note.digest));
        }
}

/* TREATY_SCHEDULES=1000 plays as many of each kind. */
static uint64_t schedules(uint64_t few)
{
    const char *wanted = getenv("TREATY_SCHEDULES");
    return wanted != NULL ? strtoull(wanted, NULL, 10) : few;
}

/* One of three keeps its word to itself, and gives it to the first in the last moment:
 * the first acts in a stage of which the second has already said that it will never
 * come. With strict verdicts the first vouches for it, and both have it. */
START_TEST(t_deadline_split)
{
    uint32_t stages, n_split = 0;
    for (uint64_t seed = 0; seed < schedules(6); seed++) {
        struct attack *a = begin(VERDICT_DEFAULT, 3, 2, seed);
        release(a, 0, HARD - 1);
        run(a);
        ck_assert_uint_le(skew(a, &stages), 1);
        ck_assert_uint_le(stages, 1);
        n_split += stages;
        check_one_past(a);
        stop(a);
    }
    ck_assert_uint_gt(n_split, 0);
    for (uint64_t seed = 0; seed < schedules(9); seed++) {
        struct attack *a = begin(VERDICT_STRICT, 3, 2, seed);
        release(a, 0, HARD + 1 - seed % 3);
        run(a);
        ck_assert_msg(skew(a, &stages) == 0 && stages == 0, "seed %d", (int)seed);
        /* In time for one is in time for all; too late for one, for all. */
        ck_assert_uint_eq(table_report(a->table, 1).round, a->round + (seed % 3 > 0));
        check_one_past(a);
        stop(a);
    }
}
END_TEST

/* Cheats sign for each other, and hold back until the last moment at which as many
 * signatures as they have are enough. */
static uint64_t chain(uint8_t n_players, uint8_t n_honest, uint64_t seed,
                      uint64_t delay_ms)
{
    uint32_t stages;
    struct attack *a = begin(VERDICT_STRICT, n_players, n_honest, seed);
    a->delay_ms = delay_ms;
    const uint64_t n_signatures = (uint64_t)(n_players - n_honest);
    release(a, (uint8_t)prng_below(&a->chance, n_honest),
            HARD + (n_signatures - 1) * SUBROUND - prng_below(&a->chance, 2));
    run(a);
    const uint64_t rounds = skew(a, &stages);
    ck_assert_uint_le(stages, rounds);
    check_one_past(a);
    stop(a);
    return rounds;
}

START_TEST(cheats_who_sign_for_each_other_split_nobody)
{
    for (uint8_t n = 3; n <= 5; n++)
        for (uint8_t honest = 2; honest < n; honest++)
            for (uint64_t seed = 0; seed < schedules(3); seed++)
                ck_assert_msg(chain(n, honest, seed, DELAY) == 0,
                              "%d honest of %d, seed %d", honest, n, (int)seed);
}
END_TEST

/* What strict verdicts rest on. */
START_TEST(slower_messages_than_the_terms_say_may_split)
{
    uint64_t n_split = 0;
    for (uint64_t seed = 0; seed < schedules(8); seed++)
        n_split += chain(3, 2, seed, 10 * DELAY);
    ck_assert_uint_gt(n_split, 0);
}
END_TEST

UNIT_MAIN("strict", t_deadline_split, cheats_who_sign_for_each_other_split_nobody,
          slower_messages_than_the_terms_say_may_split)
