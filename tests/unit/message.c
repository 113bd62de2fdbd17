/* SPDX-License-Identifier: MIT */
/* Bodies: what is written is read back, and nothing else is read. */
#include "protocol/message.h"

#include <math.h>
#include <string.h>

#include "tests/unit/unit.h"

enum { SIZE_MAX_HERE = 1 << 15 };

static uint8_t buffer[SIZE_MAX_HERE];

static struct writer writing(void)
{
    return (struct writer){buffer, sizeof buffer, 0, false};
}

/* Every size but the right one is refused, and every byte is read from an exact block,
 * so that a sanitizer sees what is read behind its end. */
static void check_sizes(size_t written, bool (*read)(const uint8_t *body, size_t n))
{
    for (size_t n = 0; n <= written + 1; n++) {
        uint8_t *exact = calloc(1, n > 0 ? n : 1);
        memcpy(exact, buffer, n < written ? n : written);
        const bool good = read(exact, n);
        ck_assert_msg(good == (n == written), "size %zu of %zu", n, written);
        free(exact);
    }
}

static void fill(struct prng *p, void *bytes, size_t n)
{
    for (size_t k = 0; k < n; k++)
        ((uint8_t *)bytes)[k] = (uint8_t)prng_next(p);
}

/* Weights that sum to WEIGHT_ONE; often some of them are 0. */
static void fill_weights(struct prng *p, uint32_t *weight, uint16_t n_actions)
{
    uint32_t left = WEIGHT_ONE;
    for (uint16_t k = 0; k + 1 < n_actions; k++) {
        weight[k] = prng_below(p, 3) == 0 ? 0 : (uint32_t)prng_below(p, left + 1u);
        left -= weight[k];
    }
    weight[n_actions - 1] = left;
}

static bool read_hello(const uint8_t *body, size_t n)
{
    struct body_hello b;
    return body_hello_read(&b, body, n);
}

static bool read_reveal(const uint8_t *body, size_t n)
{
    struct body_reveal b = {.n_gains = 0};
    return body_reveal_read(&b, body, n);
}

static bool read_set(const uint8_t *body, size_t n)
{
    struct body_set b;
    return body_set_read(&b, body, n);
}

static bool read_sign(const uint8_t *body, size_t n)
{
    struct body_sign b;
    return body_sign_read(&b, body, n);
}

static bool read_start(const uint8_t *body, size_t n)
{
    struct body_start b;
    return body_start_read(&b, body, n);
}

static bool read_commit(const uint8_t *body, size_t n)
{
    struct body_commit b;
    return body_commit_read(&b, body, n);
}

static bool read_show(const uint8_t *body, size_t n)
{
    struct body_show b;
    return body_show_read(&b, body, n, ACTIONS_MAX);
}

static const struct terms nash = {.concept = CONCEPT_NASH};
static const struct terms public = {.concept = CONCEPT_PUBLIC};

static bool read_restore(const uint8_t *body, size_t n)
{
    struct body_restore b;
    return body_restore_read(&b, body, n, &nash);
}

static bool read_restore_and_coin(const uint8_t *body, size_t n)
{
    struct body_restore b;
    return body_restore_read(&b, body, n, &public);
}

static bool read_follow(const uint8_t *body, size_t n)
{
    struct body_follow b;
    return body_follow_read(&b, body, n, ACTIONS_MAX);
}

static bool read_toss(const uint8_t *body, size_t n)
{
    struct body_toss b;
    return body_toss_read(&b, body, n);
}

static bool read_end(const uint8_t *body, size_t n)
{
    struct body_end b;
    return body_end_read(&b, body, n);
}

static bool read_suspect(const uint8_t *body, size_t n)
{
    struct body_suspect b;
    return body_suspect_read(&b, body, n);
}

static bool read_fail(const uint8_t *body, size_t n)
{
    struct body_fail b;
    return body_fail_read(&b, body, n);
}

static bool read_length(const uint8_t *body, size_t n)
{
    struct body_length b;
    return body_length_read(&b, body, n);
}

static bool read_punish_ok(const uint8_t *body, size_t n)
{
    struct body_punish_ok b;
    return body_punish_ok_read(&b, body, n);
}

START_TEST(digests_come_back_and_have_one_size)
{
    struct prng p = {1};
    struct body_hello hello, hello_back;
    struct body_sign s, s_back;
    struct body_commit c, c_back;
    struct body_set set, set_back;
    fill(&p, &hello, sizeof hello);
    fill(&p, &s, sizeof s);
    fill(&p, &c, sizeof c);
    fill(&p, &set, sizeof set);
    struct writer w = writing();
    body_hello_write(&w, &hello);
    ck_assert_uint_eq(w.size, 104);
    ck_assert(body_hello_read(&hello_back, buffer, w.size));
    ck_assert_mem_eq(&hello, &hello_back, sizeof hello);
    check_sizes(w.size, read_hello);
    w = writing();
    body_sign_write(&w, &s);
    ck_assert_uint_eq(w.size, 96);
    ck_assert(body_sign_read(&s_back, buffer, w.size));
    ck_assert_mem_eq(&s, &s_back, sizeof s);
    check_sizes(w.size, read_sign);
    w = writing();
    body_commit_write(&w, &c);
    ck_assert(body_commit_read(&c_back, buffer, w.size));
    ck_assert_mem_eq(&c, &c_back, sizeof c);
    check_sizes(w.size, read_commit);
    w = writing();
    body_set_write(&w, &set);
    ck_assert(body_set_read(&set_back, buffer, w.size));
    ck_assert_mem_eq(&set, &set_back, sizeof set);
    check_sizes(w.size, read_set);
}
END_TEST

START_TEST(secrets_come_back_and_have_one_size)
{
    struct prng p = {2};
    struct body_reveal r = {.n_gains = 0}, r_back = {.n_gains = 0};
    struct body_start s, s_back;
    struct body_show h, h_back;
    fill(&p, &r.ticket, sizeof r.ticket);
    fill(&p, &s, sizeof s);
    fill(&p, &h, sizeof h);
    h.action = 63;
    struct writer w = writing();
    body_reveal_write(&w, &r);
    ck_assert(body_reveal_read(&r_back, buffer, w.size));
    ck_assert_mem_eq(&r, &r_back, sizeof r);
    check_sizes(w.size, read_reveal);
    w = writing();
    body_start_write(&w, &s);
    ck_assert(body_start_read(&s_back, buffer, w.size));
    ck_assert_mem_eq(&s, &s_back, sizeof s);
    check_sizes(w.size, read_start);
    w = writing();
    body_show_write(&w, &h);
    ck_assert(body_show_read(&h_back, buffer, w.size, 64));
    ck_assert_mem_eq(&h, &h_back, sizeof h);
    check_sizes(w.size, read_show);
    ck_assert(!body_show_read(&h_back, buffer, w.size, 63));
    struct body_follow f, f_back;
    struct body_toss t, t_back;
    fill(&p, &f, sizeof f);
    fill(&p, &t, sizeof t);
    f.action = 63;
    w = writing();
    body_follow_write(&w, &f);
    ck_assert(body_follow_read(&f_back, buffer, w.size, 64));
    ck_assert_mem_eq(&f, &f_back, sizeof f);
    check_sizes(w.size, read_follow);
    ck_assert(!body_follow_read(&f_back, buffer, w.size, 63));
    w = writing();
    body_toss_write(&w, &t);
    ck_assert(body_toss_read(&t_back, buffer, w.size));
    ck_assert_mem_eq(&t, &t_back, sizeof t);
    check_sizes(w.size, read_toss);
}
END_TEST

START_TEST(numbers_come_back_and_have_one_size)
{
    struct body_restore r = {{{3}}, 0x01020304, {{4}}}, r_back;
    struct body_end e = {0x01020304}, e_back;
    struct body_suspect s = {UINT64_MAX, 0xf0f1f2f3}, s_back;
    struct body_fail f = {7, 1}, f_back;
    struct writer w = writing();
    body_restore_write(&w, &r, &nash);
    ck_assert(body_restore_read(&r_back, buffer, w.size, &nash));
    ck_assert(digest_equal(&r.agreement, &r_back.agreement) && r.stage == r_back.stage);
    check_sizes(w.size, read_restore);
    w = writing();
    body_restore_write(&w, &r, &public);
    ck_assert(body_restore_read(&r_back, buffer, w.size, &public));
    ck_assert(digest_equal(&r.agreement, &r_back.agreement) && r.stage == r_back.stage);
    ck_assert(digest_equal(&r.coin_next, &r_back.coin_next));
    check_sizes(w.size, read_restore_and_coin);
    w = writing();
    body_end_write(&w, &e);
    ck_assert(body_end_read(&e_back, buffer, w.size) && e_back.stages == e.stages);
    check_sizes(w.size, read_end);
    w = writing();
    body_suspect_write(&w, &s);
    ck_assert(body_suspect_read(&s_back, buffer, w.size));
    ck_assert(s_back.round == s.round && s_back.missing == s.missing);
    check_sizes(w.size, read_suspect);
    w = writing();
    body_fail_write(&w, &f);
    ck_assert(body_fail_read(&f_back, buffer, w.size));
    ck_assert(f_back.round == f.round && f_back.missing == f.missing);
    check_sizes(w.size, read_fail);
}
END_TEST

START_TEST(a_refusal_names_somebody)
{
    struct body_fail f = {7, 0};
    struct writer w = writing();
    body_fail_write(&w, &f);
    ck_assert(!body_fail_read(&f, buffer, w.size));
}
END_TEST

START_TEST(a_length_is_one_to_the_greatest)
{
    static const uint32_t good[] = {1, 2, LENGTH_MAX},
                          bad[] = {0, LENGTH_MAX + 1, UINT32_MAX};
    for (int k = 0; k < 3; k++) {
        struct body_length b = {good[k]}, back;
        struct writer w = writing();
        body_length_write(&w, &b);
        ck_assert(body_length_read(&back, buffer, w.size) && back.length == good[k]);
        check_sizes(w.size, read_length);
        b.length = bad[k];
        w = writing();
        body_length_write(&w, &b);
        ck_assert(!body_length_read(&back, buffer, w.size));
    }
}
END_TEST

START_TEST(an_action_is_one_of_the_senders)
{
    for (unsigned action = 0; action < 256; action++) {
        struct body_act b = {(uint8_t)action}, back;
        struct writer w = writing();
        body_act_write(&w, &b);
        ck_assert(body_act_read(&back, buffer, w.size, 3) == (action < 3));
    }
    struct body_act back;
    buffer[1] = 0;
    ck_assert(!body_act_read(&back, buffer, 2, 3));
    ck_assert(!body_act_read(&back, buffer, 0, 3));
}
END_TEST

START_TEST(weights_sum_to_one_exactly)
{
    struct prng p = {3};
    for (int n = 0; n < 500; n++) {
        struct body_punish b = {{0}}, back;
        const uint16_t n_actions = (uint16_t)(1 + prng_below(&p, ACTIONS_MAX));
        fill_weights(&p, b.weight, n_actions);
        struct writer w = writing();
        body_punish_write(&w, &b, n_actions);
        ck_assert_uint_eq(w.size, 4u * n_actions);
        ck_assert(body_punish_read(&back, buffer, w.size, n_actions));
        ck_assert_mem_eq(&b, &back, sizeof b);
        ck_assert(!body_punish_read(&back, buffer, w.size - 1, n_actions));
        ck_assert(!body_punish_read(&back, buffer, w.size + 1, n_actions));
        buffer[4 * prng_below(&p, n_actions)] ^= 1;
        ck_assert(!body_punish_read(&back, buffer, w.size, n_actions));
    }
}
END_TEST

/* 2^30 + 2^32 would be right in 32 bits. */
START_TEST(a_sum_that_overflows_is_not_one)
{
    struct body_punish b = {{WEIGHT_ONE, 1u << 31, 1u << 31}}, back;
    struct writer w = writing();
    body_punish_write(&w, &b, 3);
    ck_assert(!body_punish_read(&back, buffer, w.size, 3));
}
END_TEST

START_TEST(a_judgement_is_yes_or_no_and_its_regret_a_number_that_is_not_negative)
{
    static const uint64_t bad[] = {
        UINT64_C(0x8000000000000000), /* -0 */
        UINT64_C(0x7ff8000000000000), /* not a number */
        UINT64_C(0x7ff0000000000000), /* infinite */
        UINT64_C(0xbff0000000000000), /* -1 */
    };
    struct body_punish_ok b = {true, 0.25}, back;
    struct writer w = writing();
    body_punish_ok_write(&w, &b);
    ck_assert(body_punish_ok_read(&back, buffer, w.size));
    ck_assert(back.suits && back.regret == 0.25);
    check_sizes(w.size, read_punish_ok);
    for (unsigned v = 2; v < 256; v++) {
        buffer[0] = (uint8_t)v;
        ck_assert(!body_punish_ok_read(&back, buffer, w.size));
    }
    for (int k = 0; k < 4; k++) {
        struct writer raw = writing();
        write_u8(&raw, 0);
        write_u64(&raw, bad[k]);
        ck_assert(!body_punish_ok_read(&back, buffer, raw.size));
    }
}
END_TEST

static struct terms three_players(uint16_t batch)
{
    struct terms t;
    terms_default(&t);
    t.shape = (struct shape){3, {2, 1, 4}};
    t.batch = batch;
    return t;
}

/* The whole is split in steps of the resolution. */
static void fill_candidate(struct prng *p, struct candidate *c, const struct terms *t)
{
    const struct shape s = terms_candidates(t);
    const uint32_t step = WEIGHT_ONE / terms_resolution(t);
    memset(c, 0, sizeof *c);
    for (uint8_t i = 0; i < s.n_players; i++) {
        uint32_t *weight = c->weight + shape_offset(&s, i);
        fill_weights(p, weight, s.n_actions[i]);
        for (uint16_t k = 0; k + 1 < s.n_actions[i]; k++) {
            const uint32_t rest = weight[k] % step;
            weight[k] -= rest;
            weight[s.n_actions[i] - 1] += rest;
        }
    }
}

/* Random candidates in their order, each once. */
static void fill_proposal(struct prng *p, struct body_propose *b, const struct terms *t)
{
    memset(b, 0, sizeof *b);
    b->finished = prng_below(p, 2) == 0;
    const struct shape s = terms_candidates(t);
    const uint16_t wanted = (uint16_t)prng_below(p, t->batch + 1u);
    while (b->n_candidates < wanted) {
        struct candidate c;
        fill_candidate(p, &c, t);
        uint16_t at = b->n_candidates;
        while (at > 0 && candidate_order(&c, &b->candidate[at - 1], &s) < 0)
            at--;
        if (at > 0 && candidate_order(&c, &b->candidate[at - 1], &s) == 0)
            continue;
        memmove(&b->candidate[at + 1], &b->candidate[at],
                (b->n_candidates - at) * sizeof c);
        b->candidate[at] = c;
        b->n_candidates++;
    }
}

START_TEST(a_proposal_comes_back)
{
    static struct body_propose b, back;
    struct prng p = {4};
    struct terms t = three_players(20);
    for (int n = 0; n < 120; n++) {
        t.concept = (enum concept)(n % 3);
        fill_proposal(&p, &b, &t);
        memset(&back, 0, sizeof back);
        struct writer w = writing();
        body_propose_write(&w, &b, &t);
        ck_assert(body_propose_read(&back, buffer, w.size, &t));
        ck_assert_mem_eq(&b, &back, sizeof b);
        ck_assert(!body_propose_read(&back, buffer, w.size - 1, &t));
        ck_assert(!body_propose_read(&back, buffer, w.size + 1, &t));
    }
}
END_TEST

START_TEST(a_proposal_is_strictly_increasing)
{
    static struct body_propose b, back;
    struct prng p = {5};
    const struct terms t = three_players(20);
    do
        fill_proposal(&p, &b, &t);
    while (b.n_candidates < 3);
    const struct candidate first = b.candidate[0];
    b.candidate[0] = b.candidate[1];
    struct writer w = writing();
    body_propose_write(&w, &b, &t);
    ck_assert(!body_propose_read(&back, buffer, w.size, &t)); /* twice the same */
    b.candidate[1] = first;
    w = writing();
    body_propose_write(&w, &b, &t);
    ck_assert(!body_propose_read(&back, buffer, w.size, &t)); /* not in order */
}
END_TEST

START_TEST(a_proposal_holds_a_batch_at_most)
{
    static struct body_propose b, back;
    struct prng p = {6};
    const struct terms large = three_players(BATCH_MAX);
    do
        fill_proposal(&p, &b, &large);
    while (b.n_candidates != BATCH_MAX);
    struct writer w = writing();
    body_propose_write(&w, &b, &large);
    ck_assert(body_propose_read(&back, buffer, w.size, &large));
    const struct terms small = three_players(BATCH_MAX - 1);
    ck_assert(!body_propose_read(&back, buffer, w.size, &small));
    /* A count that has no candidates behind it must not be believed either. */
    buffer[1] = 0xff;
    buffer[2] = 0xff;
    ck_assert(!body_propose_read(&back, buffer, w.size, &large));
}
END_TEST

/* Nor a step of the resolution, for distributions that the deal must make. */
START_TEST(a_distribution_lies_on_the_grid_of_its_resolution)
{
    static struct body_propose b, back;
    struct prng p = {8};
    struct terms fine = three_players(4);
    fine.concept = CONCEPT_PRIVATE;
    fine.resolution = 256;
    struct terms coarse = fine;
    coarse.resolution = 16;
    b.finished = false;
    b.n_candidates = 1;
    for (int n = 0; n < 100; n++) {
        fill_candidate(&p, &b.candidate[0], &fine);
        uint32_t *weight = b.candidate[0].weight;
        const struct shape s = terms_candidates(&fine);
        struct writer w = writing();
        body_propose_write(&w, &b, &fine);
        ck_assert(body_propose_read(&back, buffer, w.size, &fine));
        ck_assert(body_propose_read(&back, buffer, w.size, &coarse) ==
                  candidate_on_grid(&b.candidate[0], &s, 16));
        for (uint32_t moved = 1; moved <= WEIGHT_ONE / 256; moved *= 2) {
            const uint32_t from = weight[0] >= moved ? 0 : 7;
            weight[from] -= moved;
            weight[7 - from] += moved;
            w = writing();
            body_propose_write(&w, &b, &fine);
            const bool step = moved == WEIGHT_ONE / 256;
            ck_assert(weight[from] > WEIGHT_ONE ||
                      body_propose_read(&back, buffer, w.size, &fine) == step);
            weight[from] += moved;
            weight[7 - from] -= moved;
        }
    }
}
END_TEST

static void check_sums(enum concept concept)
{
    static struct body_propose b, back;
    struct prng p = {7};
    struct terms t = three_players(4);
    t.concept = concept;
    do
        fill_proposal(&p, &b, &t);
    while (b.n_candidates < 4);
    struct writer w = writing();
    body_propose_write(&w, &b, &t);
    for (size_t at = 3; at < w.size; at++) {
        buffer[at] ^= 1;
        ck_assert(!body_propose_read(&back, buffer, w.size, &t));
        buffer[at] ^= 1;
    }
    for (unsigned v = 2; v < 256; v++) {
        buffer[0] = (uint8_t)v; /* whether it is finished */
        ck_assert(!body_propose_read(&back, buffer, w.size, &t));
    }
}

START_TEST(every_candidate_of_a_proposal_sums_to_one)
{
    check_sums(CONCEPT_NASH);
    check_sums(CONCEPT_PUBLIC);
    check_sums(CONCEPT_PRIVATE);
}
END_TEST

/* Behind a proposal; the rest of the last byte of bits must be 0. */
START_TEST(answers_come_back_and_their_padding_is_zero)
{
    struct prng p = {8};
    const struct terms t = three_players(5);
    for (uint32_t n = 0; n <= 40; n++) {
        uint8_t suits[40], back_suits[40];
        double reward[40], back_reward[40];
        for (uint32_t k = 0; k < n; k++) {
            suits[k] = (uint8_t)prng_below(&p, 2);
            reward[k] = prng_share(&p) - 0.5;
        }
        static struct body_propose next, back_next;
        fill_proposal(&p, &next, &t);
        struct body_answer b = {&next, n, suits, reward},
                           back = {&back_next, n, back_suits, back_reward};
        struct writer w = writing();
        body_answer_write(&w, &b, &t);
        memset(&back_next, 0, sizeof back_next);
        const size_t first = body_proposal_read(&back_next, buffer, w.size, &t);
        ck_assert_uint_eq(w.size, first + (n + 7) / 8 + 8 * n);
        ck_assert(body_answer_read(&back, buffer, w.size, &t));
        ck_assert_mem_eq(&back_next, &next, sizeof next);
        ck_assert(n == 0 || memcmp(suits, back_suits, n) == 0);
        ck_assert(n == 0 || memcmp(reward, back_reward, n * sizeof reward[0]) == 0);
        ck_assert(!body_answer_read(&back, buffer, w.size + 1, &t));
        ck_assert(!body_answer_read(&back, buffer, w.size - 1, &t));
        for (uint32_t bit = n; bit < 8 * ((n + 7) / 8); bit++) {
            buffer[first + bit / 8] ^= (uint8_t)(1u << bit % 8);
            ck_assert(!body_answer_read(&back, buffer, w.size, &t));
            buffer[first + bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}
END_TEST

START_TEST(answers_without_rewards_have_no_rewards)
{
    uint8_t suits[9] = {1, 0, 0, 1, 0, 0, 0, 0, 1}, back_suits[9];
    double reward[9];
    static struct body_propose none, back_none;
    const struct terms t = three_players(5);
    struct body_answer b = {&none, 9, suits, NULL},
                       back = {&back_none, 9, back_suits, NULL};
    struct writer w = writing();
    body_answer_write(&w, &b, &t);
    ck_assert_uint_eq(w.size, 5);
    ck_assert_uint_eq(buffer[3], 9); /* from the lowest bit of each byte */
    ck_assert_uint_eq(buffer[4], 1);
    ck_assert(body_answer_read(&back, buffer, w.size, &t));
    ck_assert_mem_eq(suits, back_suits, 9);
    back.reward = reward;
    ck_assert(!body_answer_read(&back, buffer, w.size, &t));
}
END_TEST

START_TEST(a_reward_is_a_number_with_one_encoding)
{
    static const uint64_t bad[] = {
        UINT64_C(0x8000000000000000), UINT64_C(0x7ff0000000000001),
        UINT64_C(0xfff8000000000000), UINT64_C(0x7ff0000000000000),
        UINT64_C(0xfff0000000000000),
    };
    uint8_t suits[1];
    double reward[1];
    static struct body_propose none;
    const struct terms t = three_players(5);
    struct body_answer back = {&none, 1, suits, reward};
    for (int k = 0; k < 5; k++) {
        struct writer w = writing();
        body_propose_write(&w, &none, &t);
        write_u8(&w, 1);
        write_u64(&w, bad[k]);
        ck_assert(!body_answer_read(&back, buffer, w.size, &t));
    }
}
END_TEST

START_TEST(marks_come_back_and_their_padding_is_zero)
{
    struct prng p = {9};
    for (uint32_t n = 1; n <= 13; n++) {
        uint8_t mark[13], back_mark[13];
        for (uint32_t k = 0; k < n; k++)
            mark[k] = (uint8_t)prng_below(&p, 3);
        struct body_prune b = {n, mark, {{0}}}, back = {n, back_mark, {{1}}};
        fill(&p, &b.commitment, sizeof b.commitment);
        struct writer w = writing();
        body_prune_write(&w, &b);
        ck_assert_uint_eq(w.size, (n + 3) / 4 + 32);
        ck_assert(body_prune_read(&back, buffer, w.size));
        ck_assert_mem_eq(mark, back_mark, n);
        ck_assert(digest_equal(&b.commitment, &back.commitment));
        ck_assert(!body_prune_read(&back, buffer, w.size - 1));
        ck_assert(!body_prune_read(&back, buffer, w.size + 1));
        for (uint32_t bit = 2 * n; bit < 8 * ((n + 3) / 4); bit++) {
            buffer[bit / 8] ^= (uint8_t)(1u << bit % 8);
            ck_assert(!body_prune_read(&back, buffer, w.size));
            buffer[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        for (uint32_t k = 0; k < n; k++) { /* there is no fourth mark */
            const uint8_t byte = buffer[k / 4];
            buffer[k / 4] |= (uint8_t)(3u << 2 * (k % 4));
            ck_assert(!body_prune_read(&back, buffer, w.size));
            buffer[k / 4] = byte;
        }
    }
}
END_TEST

START_TEST(reports_come_back_and_hold_no_more_than_a_whole)
{
    struct prng p = {19};
    for (uint32_t n = 0; n <= 5; n++) {
        uint32_t gain[5], back_gain[5];
        for (uint32_t k = 0; k < n; k++)
            gain[k] = (uint32_t)prng_below(&p, GAIN_ONE + 1);
        struct body_reveal b = {.n_gains = n, .gain = gain};
        struct body_reveal back = {.n_gains = n, .gain = back_gain};
        fill(&p, &b.ticket, sizeof b.ticket);
        struct writer w = writing();
        body_reveal_write(&w, &b);
        ck_assert_uint_eq(w.size, 32 + 4 * n);
        ck_assert(body_reveal_read(&back, buffer, w.size));
        ck_assert_mem_eq(&b.ticket, &back.ticket, sizeof b.ticket);
        ck_assert_mem_eq(gain, back_gain, n * sizeof *gain);
        ck_assert(!body_reveal_read(&back, buffer, w.size - 1));
        ck_assert(!body_reveal_read(&back, buffer, w.size + 1));
        for (uint32_t k = 0; k < n; k++) {
            struct writer one = {buffer + 32 + 4 * k, 4, 0, false};
            write_u32(&one, GAIN_ONE);
            ck_assert(body_reveal_read(&back, buffer, w.size));
            one.size = 0;
            write_u32(&one, GAIN_ONE + 1);
            ck_assert(!body_reveal_read(&back, buffer, w.size));
            one.size = 0;
            write_u32(&one, gain[k]);
        }
    }
}
END_TEST

START_TEST(a_word_of_the_search_comes_back_and_holds_no_more_slopes_than_it_may)
{
    static struct threat_word b, back;
    struct prng p = {10};
    fill_weights(&p, b.weight, 5);
    b.claims = 0xa5;
    b.n_slopes = THREAT_SLOPES_MAX;
    for (uint16_t k = 0; k < b.n_slopes; k++)
        b.slope[k] = prng_share(&p) - 0.5;
    struct writer w = writing();
    body_regret_write(&w, &b, 5);
    ck_assert_uint_eq(w.size, 20 + 3 + 8 * THREAT_SLOPES_MAX);
    ck_assert(body_regret_read(&back, buffer, w.size, 5));
    ck_assert_mem_eq(b.weight, back.weight, sizeof b.weight);
    ck_assert_mem_eq(b.slope, back.slope, sizeof b.slope);
    ck_assert(back.claims == b.claims && back.n_slopes == b.n_slopes);
    ck_assert(!body_regret_read(&back, buffer, w.size + 1, 5));
    ck_assert(!body_regret_read(&back, buffer, w.size - 1, 5));
    struct writer raw = {buffer + 21, 2, 0, false};
    write_u16(&raw, THREAT_SLOPES_MAX + 1);
    ck_assert(!body_regret_read(&back, buffer, w.size + 8, 5));
}
END_TEST

START_TEST(evidence_holds_two_runs_of_bytes_that_fit)
{
    static const uint8_t one[5] = {1, 2, 3, 4, 5}, two[3] = {6, 7, 8};
    struct body_evidence e = {one, two, sizeof one, sizeof two}, back;
    struct writer w = writing();
    body_evidence_write(&w, &e);
    ck_assert(body_evidence_read(&back, buffer, w.size));
    ck_assert(back.first_size == 5 && back.second_size == 3);
    ck_assert_mem_eq(back.first, one, 5);
    ck_assert_mem_eq(back.second, two, 3);
    ck_assert(!body_evidence_read(&back, buffer, w.size - 1));
    ck_assert(!body_evidence_read(&back, buffer, w.size + 1));
    struct writer raw = {buffer, 4, 0, false};
    write_u32(&raw, UINT32_MAX);
    ck_assert(!body_evidence_read(&back, buffer, w.size));
}
END_TEST

/* Row 41 of the threat table. Whatever bytes are read as a body, writing it again gives
 * the same bytes: nobody has two ways to say one thing. */
START_TEST(t_canonical_fuzz)
{
    struct prng p = {11};
    uint32_t n_read = 0;
    static struct body_propose proposal;
    const struct terms t = three_players(5);
    for (int round = 0; round < 20000; round++) {
        uint8_t body[16], mark[24], suits[24];
        const size_t n = prng_below(&p, sizeof body + 1);
        fill(&p, body, n);
        struct writer w = writing();
        struct body_answer a = {&proposal, (uint32_t)prng_below(&p, 25), suits, NULL};
        if (round % 2 == 0 && n > 2) /* asks about nothing */
            memset(body + 1, 0, 2);
        if (body_answer_read(&a, body, n, &t)) {
            body_answer_write(&w, &a, &t);
            ck_assert(w.size == n && memcmp(body, buffer, n) == 0);
            n_read++;
        }
        uint8_t long_body[40] = {0};
        memcpy(long_body, body, 8);
        const size_t size = 32 + prng_below(&p, 7);
        struct body_prune b = {(uint32_t)prng_below(&p, 25), mark, {{0}}};
        if (body_prune_read(&b, long_body, size)) {
            w = writing();
            body_prune_write(&w, &b);
            ck_assert(w.size == size && memcmp(long_body, buffer, size) == 0);
            n_read++;
        }
    }
    ck_assert_uint_gt(n_read, 100);
}
END_TEST

UNIT_MAIN("message", digests_come_back_and_have_one_size,
          secrets_come_back_and_have_one_size, numbers_come_back_and_have_one_size,
          a_refusal_names_somebody, a_length_is_one_to_the_greatest,
          an_action_is_one_of_the_senders, weights_sum_to_one_exactly,
          a_sum_that_overflows_is_not_one,
          a_judgement_is_yes_or_no_and_its_regret_a_number_that_is_not_negative,
          a_proposal_comes_back, a_proposal_is_strictly_increasing,
          a_proposal_holds_a_batch_at_most, every_candidate_of_a_proposal_sums_to_one,
          a_distribution_lies_on_the_grid_of_its_resolution,
          answers_come_back_and_their_padding_is_zero,
          answers_without_rewards_have_no_rewards,
          a_reward_is_a_number_with_one_encoding,
          marks_come_back_and_their_padding_is_zero,
          reports_come_back_and_hold_no_more_than_a_whole,
          a_word_of_the_search_comes_back_and_holds_no_more_slopes_than_it_may,
          evidence_holds_two_runs_of_bytes_that_fit, t_canonical_fuzz)
