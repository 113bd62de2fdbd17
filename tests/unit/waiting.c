/* SPDX-License-Identifier: MIT */
/* Silence, and what looks like it: nodes that are slow, links that are long. Nothing
 * here takes real time: players hear messages when a world of the test lets them. */
#include "tests/unit/table.h"
#include "tests/unit/unit.h"

/* ---- a world in which everything takes time ---- */

enum { INBOX_MAX = 4096 };

struct letter {
    uint64_t at_ms;
    uint8_t *bytes;
    size_t size;
};
struct slow {
    uint64_t delay_ms; /* on the way */
    uint64_t cost_ms;  /* a player handles one message in so long, and nothing else */
    uint64_t busy_until_ms[PLAYERS_MAX];
    struct letter inbox[PLAYERS_MAX][INBOX_MAX]; /* rings */
    size_t first[PLAYERS_MAX], n[PLAYERS_MAX];
    uint32_t n_words, n_requests, n_answers;
    uint64_t quiet_since_ms; /* when somebody asked last */
};

static bool post(struct table *t, struct parcel *p)
{
    struct slow *s = t->context;
    if (p->from == p->to)
        return true;
    const bool asks = table_peek(t, p->bytes, p->size).kind == MESSAGE_SUSPECT;
    s->n_words += !p->asked_for;
    s->n_requests += asks;
    s->n_answers += p->asked_for && !asks;
    if (asks)
        s->quiet_since_ms = t->now_ms;
    CHECK(s->n[p->to] < INBOX_MAX);
    struct letter *l = &s->inbox[p->to][(s->first[p->to] + s->n[p->to]++) % INBOX_MAX];
    *l = (struct letter){t->now_ms + s->delay_ms, malloc(p->size), p->size};
    CHECK(l->bytes != NULL);
    memcpy(l->bytes, p->bytes, p->size);
    return false;
}

/* As a node does it: what has come first, and the time when nothing more is there. */
static void live(struct table *t, uint8_t i)
{
    struct slow *s = t->context;
    struct letter *l = &s->inbox[i][s->first[i]];
    if (s->busy_until_ms[i] > t->now_ms)
        return;
    if (s->n[i] > 0 && l->at_ms <= t->now_ms) {
        const struct letter read = *l;
        s->first[i] = (s->first[i] + 1) % INBOX_MAX;
        s->n[i]--;
        s->busy_until_ms[i] = t->now_ms + s->cost_ms;
        table_step(t, i, EVENT_MESSAGE, read.bytes, read.size);
        free(read.bytes);
    } else if (player_deadline_ms(t->player[i]) <= t->now_ms) {
        s->busy_until_ms[i] = t->now_ms + s->cost_ms;
        table_step(t, i, EVENT_TIME, NULL, 0);
    }
    while (table_deliver(t)) /* own words */
        continue;
}

static bool all_done(const struct table *t)
{
    for (uint8_t i = 0; i < t->roster.n_players; i++)
        if (!player_done(t->player[i]))
            return false;
    return true;
}

static struct slow *play_slowly(struct table *t, uint64_t delay_ms, uint64_t cost_ms)
{
    struct slow *s = calloc(1, sizeof *s);
    CHECK(s != NULL);
    s->delay_ms = delay_ms;
    s->cost_ms = cost_ms;
    t->context = s;
    t->meddle = post;
    table_start(t);
    while (table_deliver(t))
        continue;
    for (; !all_done(t) && t->now_ms < 1000000; t->now_ms++)
        for (uint8_t i = 0; i < t->roster.n_players; i++)
            live(t, i);
    for (uint8_t i = 0; i < t->roster.n_players; i++)
        for (; s->n[i] > 0; s->n[i]--, s->first[i]++)
            free(s->inbox[i][s->first[i] % INBOX_MAX].bytes);
    return s;
}

/* ---- who is slow must not become slower by it ---- */

/* A round takes a second, five times soft_ms, because every node has to handle the
 * words of all others. If those who wait asked for what is on its way, each round would
 * have thousands of messages instead of 552, and with them take longer. */
START_TEST(players_that_are_all_slow_are_not_asked_for_what_they_are_about_to_say)
{
    struct table *t = table_new(24, 1, public_goods);
    t->terms.stages = 3;
    t->terms.budget = 1;
    struct slow *s = play_slowly(t, 5, 45);
    table_all_ended(t, OUTCOME_PLAYED);
    ck_assert_uint_ge(s->n_words, 24 * 23 * 8);
    ck_assert_uint_le(s->n_requests + s->n_answers, s->n_words / 20);
    free(s);
    table_free(t);
}
END_TEST

/* Half a second to the other and no loss: at first it is asked, then it is known how
 * long its words take. */
START_TEST(how_long_words_take_is_learnt_from_answers_that_were_not_needed)
{
    struct table *t = table_new(2, 2, dilemma);
    t->terms.stages = 200;
    struct slow *s = play_slowly(t, 500, 0);
    table_all_ended(t, OUTCOME_PLAYED);
    ck_assert_uint_gt(s->n_requests, 0);
    ck_assert_uint_le(s->n_requests, 12);
    ck_assert_uint_lt(s->quiet_since_ms, 20000);
    ck_assert_uint_gt(t->now_ms, 100000);
    free(s);
    table_free(t);
}
END_TEST

/* ---- what is lost is asked for as early as ever ---- */

struct waits {
    uint64_t since_ms, longest_ms;
    uint32_t rounds;
};

static bool first_is_mute_to_last(struct table *t, struct parcel *p)
{
    const uint8_t last = (uint8_t)(t->roster.n_players - 1);
    return p->from != 0 || p->to != last;
}

/* One link carries nothing, and every word of it is passed on by others. A player that
 * took the time until then for what is usual would ask later in each round. */
START_TEST(a_link_that_loses_everything_does_not_make_patient)
{
    struct table *t = table_new(4, 1, public_goods);
    t->terms.stages = 60;
    t->meddle = first_is_mute_to_last;
    table_start(t);
    table_run(t);
    table_all_ended(t, OUTCOME_PLAYED);
    uint64_t before_ms = 1000;
    for (size_t k = 0; k < table_count(t, 3, NOTE_ROUND); k++) {
        const uint64_t at_ms = table_found(t, 3, NOTE_ROUND, k)->now_ms;
        ck_assert_uint_le(at_ms - before_ms, 200 + 400);
        before_ms = at_ms;
    }
    ck_assert_uint_gt(table_count(t, 3, NOTE_ROUND), 60);
    table_free(t);
}
END_TEST

/* ---- single players ---- */

static bool hold_back(struct table *t, struct parcel *p)
{
    return p->from == p->to || p->to != 0 ||
           table_peek(t, p->bytes, p->size).round == 0;
}

/* The others of six have entered the second round, and the first waits there. */
static struct table *first_waits(void)
{
    struct table *t = table_new(6, 1, public_goods);
    t->terms.hard_ms = 3000;
    t->meddle = hold_back;
    table_start(t);
    while (table_deliver(t))
        continue;
    ck_assert_uint_eq(table_report(t, 0).round, 1);
    return t;
}

static size_t requests(struct table *t)
{
    size_t n = 0;
    for (size_t k = 0; k < t->actions.n; k++)
        n += t->actions.item[k].kind == ACTION_SEND;
    return n;
}

/* What a player said in a round is heard by the first. */
static void hear_word(struct table *t, uint8_t of, uint64_t round)
{
    for (size_t k = 0; k < t->n_said; k++) {
        const struct happening *h = &t->said[k];
        if (h->player != of || table_peek(t, h->bytes, h->size).round != round)
            continue;
        table_step(t, 0, EVENT_MESSAGE, h->bytes, h->size);
        return;
    }
    ck_abort_msg("player %u said nothing in round %u", of, (unsigned)round);
}

START_TEST(a_trickle_of_words_puts_a_request_off_but_not_for_long)
{
    struct table *t = first_waits();
    const uint64_t since = table_report(t, 0).waiting_since_ms;
    const uint64_t heard[] = {190, 380, 570};
    ck_assert_uint_eq(player_deadline_ms(t->player[0]), since + 200);
    for (uint8_t k = 0; k < 3; k++) {
        t->now_ms = since + heard[k];
        hear_word(t, (uint8_t)(k + 1), 1);
        const uint64_t wanted = heard[k] + 200 < 750 ? heard[k] + 200 : 750;
        ck_assert_uint_eq(player_deadline_ms(t->player[0]), since + wanted);
    }
    t->now_ms = since + 750;
    table_step(t, 0, EVENT_TIME, NULL, 0);
    ck_assert_uint_eq(requests(t), 2); /* the two that are missing */
    table_free(t);
}
END_TEST

/* It has had no time to read. */
START_TEST(silence_is_judged_when_the_time_is_given_and_not_while_words_come)
{
    struct table *t = first_waits();
    t->now_ms = table_report(t, 0).waiting_since_ms + 3000;
    for (uint8_t k = 1; k < 6; k++) {
        hear_word(t, k, 1);
        ck_assert_int_eq(table_report(t, 0).outcome, OUTCOME_OPEN);
    }
    ck_assert_uint_eq(table_report(t, 0).round, 2);
    table_free(t);
}
END_TEST

/* The answer comes while the round of the word, or the next, is still there. */
START_TEST(a_word_that_comes_twice_after_a_request_was_only_late)
{
    for (int twice = 0; twice < 2; twice++) {
        struct table *t = first_waits();
        t->now_ms = player_deadline_ms(t->player[0]);
        table_step(t, 0, EVENT_TIME, NULL, 0);
        ck_assert_uint_eq(requests(t), 5);
        t->now_ms += 800;
        for (uint8_t k = 1; k < 6; k++)
            hear_word(t, k, 1);
        if (twice == 1)
            hear_word(t, 1, 1);
        while (table_deliver(t))
            continue;
        for (uint8_t k = 1; k < 6; k++)
            hear_word(t, k, 2);
        ck_assert_uint_eq(table_report(t, 0).round, 3);
        /* A twelfth of hard_ms, or soft_ms. */
        ck_assert_uint_eq(player_deadline_ms(t->player[0]) - t->now_ms,
                          twice == 1 ? 250 : 200);
        table_free(t);
    }
}
END_TEST

static size_t answers_to(struct table *t, uint64_t missing)
{
    uint8_t body[16], bytes[ENVELOPE_OVERHEAD + sizeof body];
    struct writer w = {body, sizeof body, 0, false};
    const struct report r = table_report(t, 0);
    body_suspect_write(&w, &(struct body_suspect){r.round, missing});
    const struct message m = {.kind = MESSAGE_SUSPECT,
                              .sender = 5,
                              .round = r.round,
                              .session = r.session,
                              .transcript =
                                  table_found(t, 0, NOTE_ROUND, 0)->note.digest,
                              .body = body,
                              .body_size = w.size};
    const size_t n = envelope_seal(bytes, sizeof bytes, &m, &t->key[5]);
    t->now_ms += 1000;
    table_step(t, 0, EVENT_MESSAGE, bytes, n);
    return requests(t);
}

START_TEST(who_asks_for_ones_own_word_is_given_that_and_others_all)
{
    struct table *t = first_waits();
    for (uint8_t k = 1; k < 5; k++)
        hear_word(t, k, 1);
    ck_assert_uint_eq(answers_to(t, 0x1f), 1); /* everybody's */
    ck_assert_uint_eq(answers_to(t, 0x1e), 4); /* everybody's but its own */
    ck_assert_uint_eq(answers_to(t, 0x04), 1);
    table_free(t);
}
END_TEST

/* Those whose words are missing; then four others with them; then sixteen. */
START_TEST(few_others_are_asked_at_first)
{
    static const size_t asked[] = {1, 5, 17, 23};
    struct table *t = table_new(24, 1, public_goods);
    t->meddle = hold_back;
    table_start(t);
    while (table_deliver(t))
        continue;
    for (uint8_t k = 1; k < 23; k++)
        hear_word(t, k, 1);
    for (int k = 0; k < 4; k++) {
        do { /* it also tells people */
            t->now_ms = player_deadline_ms(t->player[0]);
            table_step(t, 0, EVENT_TIME, NULL, 0);
        } while (requests(t) == 0);
        ck_assert_uint_eq(requests(t), asked[k]);
    }
    table_free(t);
}
END_TEST

UNIT_MAIN("waiting",
          players_that_are_all_slow_are_not_asked_for_what_they_are_about_to_say,
          how_long_words_take_is_learnt_from_answers_that_were_not_needed,
          a_link_that_loses_everything_does_not_make_patient,
          a_trickle_of_words_puts_a_request_off_but_not_for_long,
          silence_is_judged_when_the_time_is_given_and_not_while_words_come,
          a_word_that_comes_twice_after_a_request_was_only_late,
          who_asks_for_ones_own_word_is_given_that_and_others_all,
          few_others_are_asked_at_first)
