/* SPDX-License-Identifier: MIT */
/* Stages: what is prescribed, what a deviation leads to, and how punishments end. */
#include "protocol/play.h"

#include "tests/unit/table.h"
#include "tests/unit/unit.h"

/* In which stages the last player does something else than its player says, and how. */
struct deviant {
    uint64_t stages; /* bit s: stage s */
    enum message_kind kind;
    void (*change)(const struct table *t, const struct message *m, uint8_t *body);
};

static bool deviate(struct table *t, struct parcel *p)
{
    static uint8_t body[TABLE_ENVELOPE_MAX];
    const struct deviant *d = t->context;
    struct message m = table_peek(t, p->bytes, p->size);
    const uint32_t stage = table_report(t, m.sender).stage;
    if (p->from != m.sender || m.sender != t->roster.n_players - 1 || stage >= 64 ||
        (d->stages >> stage & 1) == 0)
        return true;
    memcpy(body, m.body, m.body_size);
    m.body = body;
    if (d->change != NULL)
        d->change(t, &m, body);
    else if (m.kind == d->kind)
        body[0] ^= 1; /* the other of two actions */
    table_resign(t, p->bytes, &p->size, &m);
    return true;
}

static struct table *with_deviant(struct table *t, struct deviant *d)
{
    t->context = d;
    t->meddle = deviate;
    return t;
}

/* The notes of a player's stages as letters: a as agreed, p while punishing, n where
 * nothing was agreed; in capitals where somebody deviated. */
static const char *story(const struct table *t, uint8_t player)
{
    static char text[256];
    size_t n = 0;
    for (size_t k = 0; k < t->n_notes && n < sizeof text - 2; k++) {
        const struct note *note = &t->note[k].note;
        if (t->note[k].of != player)
            continue;
        if (note->kind == NOTE_STAGE)
            text[n++] = (note->mask == 0 ? "apn" : "APN")[note->number];
        if (note->kind == NOTE_RESTORED)
            text[n++] = '+';
    }
    text[n] = 0;
    return text;
}

static void check_story(const struct table *t, const char *expected)
{
    for (uint8_t i = 0; i < t->roster.n_players; i++)
        ck_assert_str_eq(story(t, i), expected);
}

static struct table *dilemma_with(bool finite, uint32_t length, uint32_t stages)
{
    struct table *t = table_new(2, 2, dilemma);
    t->terms.budget = 1; /* both cooperate, or both defect: the latter is pruned */
    t->terms.batch = 4;
    t->terms.finite = finite;
    t->terms.length = length;
    t->terms.stages = stages;
    t->options[0].lambda = t->options[1].lambda = 1;
    return t;
}

START_TEST(all_play_as_agreed)
{
    struct table *t = dilemma_with(false, 0, 6);
    table_start(t);
    table_run(t);
    check_story(t, "aaaaaa");
    table_all_ended(t, OUTCOME_PLAYED);
    const struct report r = table_report(t, 0);
    ck_assert(r.stages_played == 6 && !r.punishing);
    ck_assert(t->played[0] == t->played[1] ||
              !candidate_pure(&r.agreement, &t->terms.shape));
    table_free(t);
}
END_TEST

START_TEST(no_stages_are_no_stages)
{
    struct table *t = dilemma_with(false, 0, 0);
    table_start(t);
    table_run(t);
    check_story(t, "");
    table_all_ended(t, OUTCOME_PLAYED);
    ck_assert_uint_eq(t->n_played, 0);
    table_free(t);
}
END_TEST

/* Stories are told about stages of one round each. */
static void run_pure(struct table *t)
{
    table_start(t);
    table_run(t);
    const struct report r = table_report(t, 0);
    ck_assert(r.agreed && candidate_pure(&r.agreement, &t->terms.shape));
}

START_TEST(grim_punishes_for_ever_and_from_the_next_stage)
{
    struct deviant d = {1u << 3, MESSAGE_ACT, NULL};
    struct table *t = with_deviant(dilemma_with(false, 0, 8), &d);
    run_pure(t);
    check_story(t, "aaAppppp");
    const struct seen_note *n = table_found(t, 0, NOTE_DEVIATION, 0);
    ck_assert(n->note.player == 1 && n->note.stage == 3);
    ck_assert_uint_eq(n->note.number, FAULT_ACTION);
    ck_assert_uint_eq(n->note.other & 255, 1); /* played */
    ck_assert_uint_eq(n->note.other >> 8, 0);  /* prescribed */
    n = table_found(t, 0, NOTE_PUNISHING, 0);
    ck_assert(n->note.stage == 4 && n->note.number == 0);
    ck_assert_uint_eq(t->played[0], 1);
    ck_assert(table_report(t, 1).punishing);
    table_all_ended(t, OUTCOME_PLAYED);
    table_free(t);
}
END_TEST

START_TEST(a_finite_punishment_counts_its_stages_and_is_forgiven)
{
    struct deviant d = {1u << 2, MESSAGE_ACT, NULL};
    struct table *t = with_deviant(dilemma_with(true, 3, 8), &d);
    run_pure(t);
    check_story(t, "aAppp+aaa");
    ck_assert_uint_eq(table_found(t, 0, NOTE_PUNISHING, 0)->note.number, 3);
    ck_assert_uint_eq(table_found(t, 0, NOTE_RESTORED, 0)->note.stage, 6);
    ck_assert(!table_report(t, 0).punishing);
    table_free(t);
}
END_TEST

START_TEST(a_deviation_during_punishment_starts_it_anew)
{
    struct deviant d = {1u << 2 | 1u << 4, MESSAGE_ACT, NULL};
    struct table *t = with_deviant(dilemma_with(true, 3, 9), &d);
    run_pure(t);
    check_story(t, "aApPppp+aa");
    table_free(t);
}
END_TEST

START_TEST(whoever_deviates_again_and_again_is_forgiven_only_so_often)
{
    struct deviant d = {1u << 1 | 1u << 3 | 1u << 5, MESSAGE_ACT, NULL};
    struct table *t = with_deviant(dilemma_with(true, 1, 9), &d);
    t->terms.restorations_max = 2;
    run_pure(t);
    check_story(t, "Ap+Ap+Apppp");
    ck_assert_uint_eq(table_found(t, 0, NOTE_PUNISHING, 1)->note.number, 1);
    ck_assert_uint_eq(table_found(t, 0, NOTE_PUNISHING, 2)->note.number, 0);
    table_free(t);
}
END_TEST

START_TEST(nothing_is_forgiven_where_no_restoration_is_allowed)
{
    struct deviant d = {1u << 1, MESSAGE_ACT, NULL};
    struct table *t = with_deviant(dilemma_with(true, 1, 4), &d);
    t->terms.restorations_max = 0;
    run_pure(t);
    check_story(t, "Appp");
    table_free(t);
}
END_TEST

START_TEST(a_deviation_in_the_last_stage_is_noted_and_punishes_nobody)
{
    struct deviant d = {1u << 4, MESSAGE_ACT, NULL};
    struct table *t = with_deviant(dilemma_with(true, 2, 4), &d);
    run_pure(t);
    check_story(t, "aaaA");
    ck_assert_uint_eq(table_count(t, 0, NOTE_PUNISHING), 0);
    ck_assert_uint_eq(table_count(t, 0, NOTE_DEVIATION), 1);
    table_free(t);
}
END_TEST

START_TEST(a_punishment_that_ends_with_the_game_is_not_restored)
{
    struct deviant d = {1u << 2, MESSAGE_ACT, NULL};
    struct table *t = with_deviant(dilemma_with(true, 2, 4), &d);
    run_pure(t);
    check_story(t, "aApp");
    table_free(t);
}
END_TEST

static void another_digest(const struct table *t, const struct message *m,
                           uint8_t *body)
{
    (void)t;
    if (m->kind == MESSAGE_ACT && table_report(t, m->sender).stage == 1)
        body[0] ^= 1;
    if (m->kind == MESSAGE_RESTORE)
        body[0] ^= 1;
}

static void another_stage(const struct table *t, const struct message *m, uint8_t *body)
{
    (void)t;
    if (m->kind == MESSAGE_ACT && table_report(t, m->sender).stage == 1)
        body[0] ^= 1;
    if (m->kind == MESSAGE_RESTORE)
        body[32] ^= 1;
}

static void another_count(const struct table *t, const struct message *m, uint8_t *body)
{
    (void)t;
    if (m->kind == MESSAGE_END)
        body[0] ^= 1;
}

START_TEST(a_restoration_or_a_farewell_that_says_something_else_is_illegal)
{
    struct deviant d[] = {{~UINT64_C(0), MESSAGE_ACT, another_digest},
                          {~UINT64_C(0), MESSAGE_ACT, another_stage},
                          {~UINT64_C(0), MESSAGE_ACT, another_count}};
    for (int k = 0; k < 3; k++) {
        struct table *t = with_deviant(dilemma_with(true, 1, 4), &d[k]);
        table_start(t);
        table_run(t);
        const struct seen_note *n = table_found(t, 0, NOTE_BLAMED, 0);
        ck_assert(n != NULL && n->note.player == 1);
        ck_assert_uint_eq(n->note.number, FAULT_ILLEGAL);
        table_free(t);
    }
}
END_TEST

/* ---- mixed actions ---- */

/* The first wins where they match, three times as much with both first actions; the
 * second where they do not. In equilibrium the first plays 1/2, the second 1/4. */
static double uneven(uint8_t player, const uint8_t *actions)
{
    if (player == 0)
        return actions[0] != actions[1] ? 0 : actions[0] == 0 ? 3 : 1;
    return actions[0] != actions[1] ? 1 : 0;
}

/* Nothing is agreed on, so the threat is played: it mixes in both seats. */
static struct table *mixing(uint32_t stages)
{
    struct table *t = table_new(2, 2, uneven);
    t->terms.threat = (struct candidate){
        {WEIGHT_ONE / 2, WEIGHT_ONE / 2, WEIGHT_ONE / 4, WEIGHT_ONE / 4 * 3}};
    t->terms.budget = 1;
    t->options[0].discount = t->options[1].discount = 0;
    t->terms.stages = stages;
    return t;
}

START_TEST(mixed_actions_come_as_often_as_agreed_and_independently)
{
    enum { STAGES = 4000 };
    struct table *t = mixing(STAGES);
    table_start(t);
    table_run(t);
    table_all_ended(t, OUTCOME_PLAYED);
    ck_assert(!table_report(t, 0).agreed);
    static const double expected[2][2] = {{0.125, 0.375}, {0.125, 0.375}};
    double count[2][2] = {{0}}, chi_square = 0;
    uint32_t repeats = 0;
    int before = -1;
    for (size_t k = 0; k < t->n_notes; k++) {
        const struct note *n = &t->note[k].note;
        if (t->note[k].of != 0 || n->kind != NOTE_STAGE)
            continue;
        ck_assert_uint_eq(n->mask, 0);
        ck_assert_uint_eq(n->number, 2);
        count[n->actions[0]][n->actions[1]]++;
        repeats += before == n->actions[0];
        before = n->actions[0];
    }
    for (int k = 0; k < 4; k++) {
        const double mean = STAGES * expected[k / 2][k % 2];
        const double off = count[k / 2][k % 2] - mean;
        chi_square += off * off / mean;
    }
    ck_assert_double_lt(chi_square, 30.7); /* 3 degrees of freedom, 1 - 1e-6 */
    /* One coin says nothing of the next: mean 2000, standard deviation 32. */
    ck_assert_uint_gt(repeats, 1840);
    ck_assert_uint_lt(repeats, 2160);
    table_free(t);
}
END_TEST

/* The stage notes must be what the coins say: computed again from what was shown. */
START_TEST(what_was_prescribed_follows_from_what_was_shown)
{
    struct table *t = mixing(40);
    table_start(t);
    table_run(t);
    const struct digest session = table_report(t, 0).session;
    struct digest beacon = {{0}};
    struct message m;
    for (uint32_t flip = 1; flip <= 40; flip++) {
        struct coin_half half[2];
        for (uint8_t i = 0; i < 2; i++) {
            if (flip == 1) {
                struct body_start b;
                ck_assert(table_said(t, i, MESSAGE_START, 0, &m));
                ck_assert(body_start_read(&b, m.body, m.body_size));
                half[i] = b.half;
            } else {
                struct body_show b;
                ck_assert(table_said(t, i, MESSAGE_SHOW, flip - 2, &m));
                ck_assert(body_show_read(&b, m.body, m.body_size, 2));
                half[i] = b.half;
            }
        }
        beacon = coin_beacon(&session, flip, &beacon, half, 2);
        for (uint8_t i = 0; i < 2; i++) {
            struct body_show b;
            ck_assert(table_said(t, i, MESSAGE_SHOW, flip - 1, &m));
            ck_assert(body_show_read(&b, m.body, m.body_size, 2));
            ck_assert_uint_eq(b.action, coin_action(&session, flip, i, &b.half, &beacon,
                                                    t->terms.threat.weight + 2 * i, 2));
            ck_assert_uint_eq(table_found(t, 0, NOTE_STAGE, flip - 1)->note.actions[i],
                              b.action);
        }
    }
    table_free(t);
}
END_TEST

/* Commits to the other action and shows it, with everything else as it should be. */
static void other_action(const struct table *t, const struct message *m, uint8_t *body)
{
    const struct report r = table_report(t, 1);
    const struct secret s = secret_derive(&t->seed[1], &r.session, "nonce", r.stage);
    struct nonce nonce;
    memcpy(nonce.bytes, s.bytes, sizeof nonce.bytes);
    for (uint8_t action = 0; action < 2 && m->kind == MESSAGE_COMMIT; action++) {
        const struct digest said =
            action_commit(&r.session, r.stage, 1, action, &nonce);
        const struct digest other =
            action_commit(&r.session, r.stage, 1, 1 - action, &nonce);
        if (memcmp(body, said.bytes, sizeof said.bytes) == 0) {
            memcpy(body, other.bytes, sizeof other.bytes);
            return;
        }
    }
    if (m->kind == MESSAGE_SHOW)
        body[0] ^= 1;
}

/* Shows another action than the one that it committed to, to please a changed mind. */
static void changed_mind(const struct table *t, const struct message *m, uint8_t *body)
{
    (void)t;
    if (m->kind == MESSAGE_SHOW)
        body[0] ^= 1;
}

static void other_half(const struct table *t, const struct message *m, uint8_t *body)
{
    (void)t;
    if (m->kind == MESSAGE_SHOW)
        body[1 + 32] ^= 1;
}

static void other_nonce(const struct table *t, const struct message *m, uint8_t *body)
{
    (void)t;
    if (m->kind == MESSAGE_SHOW)
        body[1] ^= 1;
}

/* Repeats what the first player said: commitments and openings alike. */
static void copied(const struct table *t, const struct message *m, uint8_t *body)
{
    struct message of_first;
    const uint32_t stage = table_report(t, 1).stage;
    if ((m->kind == MESSAGE_SHOW || m->kind == MESSAGE_COMMIT) &&
        table_said(t, 0, m->kind, stage - 1, &of_first))
        memcpy(body, of_first.body, of_first.body_size);
}

START_TEST(what_is_not_what_the_coin_says_is_a_deviation_and_names_its_kind)
{
    static const struct {
        void (*change)(const struct table *, const struct message *, uint8_t *);
        uint32_t fault;
    } cases[] = {{other_action, FAULT_ACTION},
                 {changed_mind, FAULT_OPENING},
                 {other_half, FAULT_OPENING},
                 {other_nonce, FAULT_OPENING},
                 {copied, FAULT_OPENING}};
    for (int k = 0; k < 5; k++) {
        struct deviant d = {1u << 2, MESSAGE_SHOW, cases[k].change};
        struct table *t = with_deviant(mixing(4), &d);
        table_start(t);
        table_run(t);
        const struct seen_note *n = table_found(t, 0, NOTE_DEVIATION, 0);
        ck_assert_msg(n != NULL, "case %d is not noticed", k);
        ck_assert(n->note.player == 1 && n->note.stage == 2);
        ck_assert_msg(n->note.number == cases[k].fault, "case %d: %u", k,
                      n->note.number);
        ck_assert_uint_eq(table_count(t, 1, NOTE_DEVIATION),
                          table_count(t, 0, NOTE_DEVIATION));
        table_all_ended(t, OUTCOME_PLAYED);
        table_free(t);
    }
}
END_TEST

START_TEST(a_pure_agreement_can_be_punished_with_a_mixed_threat)
{
    struct deviant d = {1u << 2, MESSAGE_ACT, NULL};
    struct table *t = with_deviant(table_new(2, 2, sexes), &d);
    const uint32_t third = WEIGHT_ONE / 3;
    t->terms.threat =
        (struct candidate){{WEIGHT_ONE - third, third, third, WEIGHT_ONE - third}};
    t->terms.budget = 1;
    t->options[0].lambda = t->options[1].lambda = 1;
    t->terms.finite = true;
    t->terms.length = 3;
    t->terms.stages = 8;
    t->options[0].discount = t->options[1].discount = 0.1;
    run_pure(t);
    check_story(t, "aAppp+aaa");
    struct message m;
    ck_assert(table_said(t, 0, MESSAGE_SHOW, 2, &m));
    ck_assert(!table_said(t, 0, MESSAGE_SHOW, 3, &m));
    table_free(t);
}
END_TEST

START_TEST(everybody_names_the_same_deviator)
{
    struct deviant d = {1u << 1, MESSAGE_ACT, NULL};
    struct table *t = with_deviant(table_new(5, 2, public_goods), &d);
    t->terms.stages = 3;
    t->terms.budget = 1;
    table_start(t);
    table_run(t);
    ck_assert_uint_eq(table_found(t, 0, NOTE_STAGE, 0)->note.mask, 16);
    for (uint8_t i = 1; i < 5; i++)
        ck_assert_uint_eq(table_found(t, i, NOTE_STAGE, 0)->note.mask, 16);
    table_free(t);
}
END_TEST

START_TEST(silence_during_play_ends_it)
{
    struct table *t = mixing(10);
    t->terms.hard_ms = 2000;
    table_start(t);
    while (table_count(t, 0, NOTE_STAGE) < 3)
        table_deliver(t);
    t->absent[1] = true;
    table_run(t);
    const struct report r = table_report(t, 0);
    ck_assert_int_eq(r.outcome, OUTCOME_OMISSION);
    ck_assert_uint_eq(r.stages_played, table_count(t, 0, NOTE_STAGE));
    ck_assert_uint_lt(r.stages_played, 10);
    table_free(t);
}
END_TEST

UNIT_MAIN("play", all_play_as_agreed, no_stages_are_no_stages,
          grim_punishes_for_ever_and_from_the_next_stage,
          a_finite_punishment_counts_its_stages_and_is_forgiven,
          a_deviation_during_punishment_starts_it_anew,
          whoever_deviates_again_and_again_is_forgiven_only_so_often,
          nothing_is_forgiven_where_no_restoration_is_allowed,
          a_deviation_in_the_last_stage_is_noted_and_punishes_nobody,
          a_punishment_that_ends_with_the_game_is_not_restored,
          a_restoration_or_a_farewell_that_says_something_else_is_illegal,
          mixed_actions_come_as_often_as_agreed_and_independently,
          what_was_prescribed_follows_from_what_was_shown,
          what_is_not_what_the_coin_says_is_a_deviation_and_names_its_kind,
          a_pure_agreement_can_be_punished_with_a_mixed_threat,
          everybody_names_the_same_deviator, silence_during_play_ends_it)
