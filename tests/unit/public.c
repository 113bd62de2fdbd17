/* SPDX-License-Identifier: MIT */
/* Concept public: distributions are negotiated by the public condition with EXIT, each
 * stage's profile is drawn from what everybody has shown, and who breaks a draw is
 * punished and chooses none. */
#include <math.h>

#include "protocol/play.h"
#include "tests/unit/table.h"
#include "tests/unit/unit.h"

/* ---- negotiation ---- */

/* The condition as docs/theory.md has it, by brute force over profiles and actions; a
 * length of 0 is for ever. Payoffs are small whole numbers, so errors are too. */
static bool keeps(const struct payoffs *p, const struct candidate *c, double threat,
                  double d, uint32_t length)
{
    const struct shape *s = &p->shape;
    const double back = length == 0 ? 0 : pow(d, length);
    double v = 0;
    for (uint32_t a = 0; a < shape_profiles(s); a++)
        v += (double)c->weight[a] / WEIGHT_ONE * p->value[a];
    if (v < threat - 1e-7)
        return false;
    for (uint32_t a = 0; a < shape_profiles(s); a++) {
        uint8_t actions[PLAYERS_MAX];
        if (c->weight[a] == 0)
            continue;
        profile_actions(actions, s, a);
        for (uint8_t b = 0; b < s->n_actions[p->player]; b++) {
            actions[p->player] = b;
            const double gain = p->value[profile_index(s, actions)] - p->value[a];
            if ((1 - d) * gain > d * (1 - back) * (v - threat) + 1e-7)
                return false;
        }
        if ((1 - d) * p->value[a] + d * v < (1 - back) * threat + back * v - 1e-7)
            return false;
    }
    return true;
}

/* With an open length: whether any length deters. */
static bool would_keep(const struct table *t, uint8_t i, const struct candidate *c)
{
    struct profile x;
    profile_from_candidate(&x, &t->terms.shape, &t->terms.threat);
    const double threat = payoffs_expect(t->payoffs[i], &x), d = t->options[i].discount;
    if (!t->terms.finite || t->terms.length > 0)
        return keeps(t->payoffs[i], c, threat, d, t->terms.length);
    for (uint32_t length = 1; length < 300; length++)
        if (keeps(t->payoffs[i], c, threat, d, length))
            return true;
    return false;
}

struct tally {
    uint32_t yes, no, mixed_yes;
};

/* What a player says while it samples. */
static bool said_in_round(const struct table *t, uint8_t player, uint64_t round,
                          struct message *m)
{
    for (size_t k = 0; table_said(t, player, MESSAGE_ANSWER, k, m); k++)
        if (m->round == round)
            return true;
    for (size_t k = 0; table_said(t, player, MESSAGE_PROPOSE, k, m); k++)
        if (m->round == round)
            return true;
    return false;
}

/* One row: answers to the n candidates of the row before, which are in asked, and
 * proposals, which take their place. */
static bool check_row(const struct table *t, uint64_t round, struct candidate *asked,
                      uint32_t *n, struct tally *tally)
{
    static struct body_propose b;
    static struct candidate next[2 * BATCH_MAX];
    const struct shape s = terms_candidates(&t->terms);
    uint32_t n_next = 0;
    for (uint8_t i = 0; i < t->roster.n_players; i++) {
        uint8_t suits[2 * BATCH_MAX];
        double reward[2 * BATCH_MAX];
        struct body_answer said = {&b, *n, suits,
                                   t->terms.share_rewards ? reward : NULL};
        struct message m;
        if (!said_in_round(t, i, round, &m))
            return false;
        ck_assert(body_answer_read(&said, m.body, m.body_size, &t->terms));
        for (uint32_t k = 0; k < *n; k++) {
            const bool yes = would_keep(t, i, &asked[k]);
            ck_assert_msg((suits[k] != 0) == yes, "player %d, round %d, %u: %d", i + 1,
                          (int)round, k, suits[k]);
            tally->yes += yes;
            tally->no += !yes;
            tally->mixed_yes += yes && !candidate_pure(&asked[k], &s);
        }
        for (uint16_t k = 0; k < b.n_candidates; k++) {
            uint32_t same = 0; /* two may ask the same at the same time */
            while (same < n_next && !candidate_equal(&next[same], &b.candidate[k]))
                same++;
            if (same == n_next)
                next[n_next++] = b.candidate[k];
        }
    }
    memcpy(asked, next, n_next * sizeof *asked);
    *n = n_next;
    return true;
}

static void check_rows(const struct table *t, struct tally *tally)
{
    static struct candidate asked[2 * BATCH_MAX];
    struct message first;
    uint32_t n = 0;
    ck_assert(table_said(t, 0, MESSAGE_PROPOSE, 0, &first));
    for (uint64_t round = first.round; check_row(t, round, asked, &n, tally);)
        round++;
}

/* The mixed equilibrium threatens. A grid has lotteries over the two pure ones. */
static struct table *sexes_in_public(bool finite, uint32_t length, double discount)
{
    struct table *t = table_new(2, 2, sexes);
    const uint32_t third = WEIGHT_ONE / 3;
    t->terms.threat =
        (struct candidate){{WEIGHT_ONE - third, third, third, WEIGHT_ONE - third}};
    t->terms.concept = CONCEPT_PUBLIC;
    t->terms.finite = finite;
    t->terms.length = length;
    t->terms.opening_pure = false;
    t->terms.budget = 30;
    for (uint8_t i = 0; i < 2; i++) {
        t->options[i].sampler = SAMPLER_GRID;
        t->options[i].discount = discount;
    }
    return t;
}

/* Both defect as a threat. */
static struct table *dilemma_in_public(bool finite, uint32_t length, double discount)
{
    struct table *t = sexes_in_public(finite, length, discount);
    struct table *d = table_new(2, 2, dilemma);
    const struct candidate threat = d->terms.threat;
    d->terms = t->terms;
    d->terms.threat = threat;
    memcpy(d->options, t->options, sizeof d->options);
    table_free(t);
    return d;
}

START_TEST(answers_follow_the_public_condition_with_exit)
{
    static const struct {
        bool finite;
        uint32_t length;
        double discount[2];
    } cases[] = {{false, 0, {0.9, 0.9}},
                 {false, 0, {0.7, 0.8}},
                 {true, 1, {0.9, 0.9}},
                 {true, 3, {0.8, 0.9}},
                 {true, 0, {0.8, 0.8}}};
    struct tally all = {0, 0, 0};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++)
        for (int pure = 0; pure < 2; pure++) {
            struct table *t = sexes_in_public(cases[k].finite, cases[k].length, 0);
            t->terms.opening_pure = pure == 1;
            t->terms.stages = 1;
            t->options[0].discount = cases[k].discount[0];
            t->options[1].discount = cases[k].discount[1];
            t->options[1].sampler = pure == 1 ? SAMPLER_GRID : SAMPLER_RANDOM;
            t->options[0].sampler = SAMPLER_RANDOM;
            table_start(t);
            table_run(t);
            check_rows(t, &all);
            table_all_ended(t, OUTCOME_PLAYED);
            table_free(t);
        }
    ck_assert_uint_gt(all.no, 100);
    ck_assert_uint_gt(all.yes, 100);
    ck_assert_uint_gt(all.mixed_yes, 50);
}
END_TEST

/* Chicken at 1/2 (docs/theory.md): a lottery over both who gives way tempts nobody to
 * play otherwise, and yet it is not agreed on, since who sees itself give way would
 * rather end it. With more patience it is. */
static double chicken(uint8_t player, const uint8_t *actions)
{
    static const double value[2][2] = {{0, -1}, {1, -10}}; /* [own][other] */
    return value[actions[player]][actions[1 - player]];
}

static uint32_t suits_in_chicken(double discount)
{
    struct table *t = table_new(2, 2, chicken);
    const uint32_t dare = WEIGHT_ONE / 10;
    t->terms.threat = (struct candidate){
        {WEIGHT_ONE - dare, dare, WEIGHT_ONE - dare, dare}}; /* pays -1/10 */
    t->terms.concept = CONCEPT_PUBLIC;
    t->terms.opening_pure = false;
    t->terms.budget = 40;
    t->terms.stages = 1;
    for (uint8_t i = 0; i < 2; i++) {
        t->options[i].sampler = SAMPLER_GRID;
        t->options[i].discount = discount;
    }
    table_start(t);
    table_run(t);
    const uint32_t certified = table_report(t, 0).certified;
    struct tally tally = {0, 0, 0};
    check_rows(t, &tally);
    table_free(t);
    return certified;
}

START_TEST(who_would_rather_end_it_says_no)
{
    ck_assert_uint_eq(suits_in_chicken(0.5), 0);
    ck_assert_uint_gt(suits_in_chicken(0.98), 0);
}
END_TEST

START_TEST(the_length_is_the_longest_that_somebody_needs)
{
    struct table *t = dilemma_in_public(true, 0, 0.45); /* one stage deters no gain */
    t->options[1].discount = 0.85;
    table_start(t);
    table_run(t);
    const struct report r = table_report(t, 0);
    struct profile x;
    profile_from_candidate(&x, &t->terms.shape, &t->terms.threat);
    uint32_t longest = 0;
    ck_assert(r.agreed && r.length > 1);
    for (uint8_t i = 0; i < 2; i++) {
        uint32_t length = 1;
        const double threat = payoffs_expect(t->payoffs[i], &x);
        while (
            !keeps(t->payoffs[i], &r.agreement, threat, t->options[i].discount, length))
            length++;
        longest = length > longest ? length : longest;
    }
    ck_assert_uint_eq(r.length, longest);
    table_free(t);
}
END_TEST

/* ---- stages ---- */

/* In which stages the second player does something else than its player says, and how:
 * for each kind of message at most one change. */
struct deviant {
    enum message_kind kind;
    uint64_t stages; /* bit s: stage s */
    size_t at;       /* the byte that is changed */
};

static bool deviate(struct table *t, struct parcel *p)
{
    static uint8_t body[TABLE_ENVELOPE_MAX];
    struct message m = table_peek(t, p->bytes, p->size);
    const uint32_t stage = table_report(t, m.sender).stage;
    if (p->from != m.sender || m.sender != 1 || stage >= 64)
        return true;
    for (const struct deviant *d = t->context; d->stages != 0; d++) {
        if (d->kind != m.kind || (d->stages >> stage & 1) == 0)
            continue;
        memcpy(body, m.body, m.body_size);
        body[d->at] ^= 1;
        m.body = body;
        table_resign(t, p->bytes, &p->size, &m);
        return true;
    }
    return true;
}

typedef struct table *table_maker(bool finite, uint32_t length, double discount);

/* A session in which more than one profile may be drawn: the tickets of the lottery
 * that chooses the agreement are changed until they choose such a one. */
static struct table *played_in(table_maker *make, struct deviant *d, bool finite,
                               uint32_t length, uint32_t stages)
{
    for (uint8_t seed = 0; seed < 20; seed++) {
        struct table *t = make(finite, length, 0.95);
        t->context = d;
        t->meddle = deviate;
        t->terms.stages = stages;
        t->seed[0].bytes[1] = seed;
        table_start(t);
        table_run(t);
        table_all_ended(t, OUTCOME_PLAYED);
        const struct report r = table_report(t, 0);
        const struct shape s = terms_candidates(&t->terms);
        ck_assert(r.agreed);
        if (!candidate_pure(&r.agreement, &s))
            return t;
        table_free(t);
    }
    ck_abort_msg("only pure profiles are agreed on");
}

static struct table *played(struct deviant *d, bool finite, uint32_t length,
                            uint32_t stages)
{
    return played_in(sexes_in_public, d, finite, length, stages);
}

/* The notes of a player's stages as letters: a as agreed, p while punishing; in
 * capitals where somebody deviated; . a draw, ! one that failed, + a restoration. */
static void check_story(const struct table *t, const char *expected)
{
    for (uint8_t i = 0; i < 2; i++) {
        char text[512];
        size_t n = 0;
        uint64_t noted = 0;
        for (size_t k = 0; k < t->n_notes && n < sizeof text - 2; k++) {
            const struct note *note = &t->note[k].note;
            if (t->note[k].of != i)
                continue;
            if (note->kind == NOTE_STAGE) {
                text[n++] = (note->mask == 0 ? "ap" : "AP")[note->number];
                noted = note->mask;
            }
            if (note->kind == NOTE_TOSSED)
                text[n++] = '.';
            if (note->kind == NOTE_DEVIATION && noted == 0)
                text[n++] = '!';
            if (note->kind == NOTE_RESTORED)
                text[n++] = '+';
        }
        text[n] = 0;
        ck_assert_str_eq(text, expected);
    }
}

START_TEST(every_stage_is_drawn_and_played_as_drawn)
{
    struct deviant none[] = {{0, 0, 0}};
    struct table *t = played(none, false, 0, 5);
    check_story(t, ".a.a.a.a.a");
    for (size_t k = 0; k < 5; k++) {
        const struct note *toss = &table_found(t, 0, NOTE_TOSSED, k)->note;
        const struct note *stage = &table_found(t, 0, NOTE_STAGE, k)->note;
        ck_assert_uint_eq(toss->stage, k + 1);
        ck_assert_mem_eq(toss->actions, stage->actions, 2);
        ck_assert_mem_eq(toss->actions, table_found(t, 1, NOTE_TOSSED, k)->note.actions,
                         2);
    }
    struct message m;
    ck_assert(!table_said(t, 0, MESSAGE_TOSS, 4, &m)); /* none after the last */
    ck_assert(!table_said(t, 0, MESSAGE_ACT, 0, &m));
    table_free(t);
}
END_TEST

START_TEST(no_stages_need_no_draw)
{
    struct deviant none[] = {{0, 0, 0}};
    struct table *t = played(none, false, 0, 0);
    check_story(t, "");
    table_free(t);
}
END_TEST

/* Everything that has been shown, and the draws computed again from it: START, then
 * each TOSS, and between them each SHOW of a mixed threat. */
START_TEST(what_is_drawn_follows_from_what_was_shown)
{
    struct deviant d[] = {{MESSAGE_FOLLOW, 1u << 4, 0}, {0, 0, 0}};
    struct table *t = played(d, true, 2, 12);
    check_story(t, ".a.a.a.App+.a.a.a.a.a.a");
    const struct report r = table_report(t, 0);
    struct digest beacon = {{0}};
    struct coin_half half[2];
    uint32_t flip = 0, tosses = 0, shown = 0;
    for (size_t k = 0; k < t->n_said; k++) {
        struct body_start start;
        struct body_show show;
        struct body_toss toss;
        const struct message m = table_peek(t, t->said[k].bytes, t->said[k].size);
        if (m.kind == MESSAGE_START && body_start_read(&start, m.body, m.body_size))
            half[m.sender] = start.half;
        else if (m.kind == MESSAGE_SHOW &&
                 body_show_read(&show, m.body, m.body_size, 2))
            half[m.sender] = show.half;
        else if (m.kind == MESSAGE_TOSS && body_toss_read(&toss, m.body, m.body_size))
            half[m.sender] = toss.half;
        else
            continue;
        shown |= 1u << m.sender;
        if (shown != 3)
            continue;
        shown = 0;
        flip++;
        beacon = coin_beacon(&r.session, flip, &beacon, half, 2);
        if (m.kind == MESSAGE_SHOW)
            continue;
        const uint32_t n = coin_draw(&r.session, flip, &beacon, r.agreement.weight, 4);
        ck_assert_uint_eq(table_found(t, 0, NOTE_TOSSED, tosses++)->note.number, n);
    }
    ck_assert_uint_eq(tosses, 10);
    table_free(t);
}
END_TEST

START_TEST(another_action_than_the_drawn_is_punished_for_ever_under_grim)
{
    struct deviant d[] = {{MESSAGE_FOLLOW, 1u << 3, 0}, {0, 0, 0}};
    struct table *t = played(d, false, 0, 7);
    check_story(t, ".a.a.Apppp");
    const struct seen_note *n = table_found(t, 0, NOTE_DEVIATION, 0);
    const struct note *toss = &table_found(t, 0, NOTE_TOSSED, 2)->note;
    ck_assert(n->note.player == 1 && n->note.stage == 3);
    ck_assert_uint_eq(n->note.number, FAULT_ACTION);
    ck_assert_uint_eq(n->note.other >> 8, toss->actions[1]);
    ck_assert_uint_eq(n->note.other & 255, 1u - toss->actions[1]);
    ck_assert_uint_eq(table_found(t, 0, NOTE_PUNISHING, 0)->note.stage, 4);
    table_free(t);
}
END_TEST

/* The half that does not open its commitment draws nothing: neither at once nor, which
 * would be worth a punishment, after it. */
START_TEST(a_broken_draw_is_punished_and_what_is_drawn_then_needs_new_halves)
{
    struct deviant d[] = {{MESSAGE_TOSS, 1u << 4, 0}, {0, 0, 0}};
    struct table *t = played(d, true, 1, 8);
    check_story(t, ".a.a.a!p+.a.a.a.a");
    const struct seen_note *n = table_found(t, 0, NOTE_DEVIATION, 0);
    ck_assert(n->note.player == 1 && n->note.stage == 3);
    ck_assert_uint_eq(n->note.number, FAULT_OPENING);
    struct message m;
    ck_assert(table_said(t, 0, MESSAGE_TOSS, 6, &m));
    ck_assert(!table_said(t, 0, MESSAGE_TOSS, 7, &m));
    table_free(t);
}
END_TEST

START_TEST(who_breaks_the_draw_after_the_restoration_is_punished_again)
{
    struct deviant d[] = {
        {MESSAGE_FOLLOW, 1u << 2, 0}, {MESSAGE_TOSS, 1u << 4, 31}, {0, 0, 0}};
    struct table *t = played(d, true, 1, 7);
    check_story(t, ".a.Ap+!p+.a.a.a");
    table_free(t);
}
END_TEST

START_TEST(a_commitment_that_was_not_to_be_opened_is_found_when_it_is)
{
    struct deviant follow[] = {{MESSAGE_FOLLOW, 1u << 2, 5}, {0, 0, 0}};
    struct table *t = played(follow, true, 2, 8); /* binds the draw of stage 4 */
    check_story(t, ".a.a.a!pp+.a.a.a");
    table_free(t);
    struct deviant restore[] = {
        {MESSAGE_FOLLOW, 1u << 2, 0}, {MESSAGE_RESTORE, ~UINT64_C(0), 40}, {0, 0, 0}};
    t = played(restore, true, 1, 6); /* binds the draw after the next */
    check_story(t, ".a.Ap+.a!p+.a");
    table_free(t);
}
END_TEST

START_TEST(a_pure_threat_stands_between_draws_as_well)
{
    struct deviant d[] = {
        {MESSAGE_FOLLOW, 1u << 2 | 1u << 6, 0}, {MESSAGE_TOSS, 1u << 10, 3}, {0, 0, 0}};
    struct table *t = played_in(dilemma_in_public, d, true, 2, 14);
    struct message m;
    check_story(t, ".a.App+.a.App+.a!pp+.a.a.a");
    ck_assert(!table_said(t, 0, MESSAGE_SHOW, 0, &m));
    table_free(t);
}
END_TEST

START_TEST(without_an_agreement_the_threat_is_played_and_nothing_drawn)
{
    struct table *t = table_new(2, 2, pennies); /* somebody regrets every profile */
    for (int k = 0; k < 4; k++)
        t->terms.threat.weight[k] = WEIGHT_ONE / 2;
    t->terms.concept = CONCEPT_PUBLIC;
    t->options[0].discount = t->options[1].discount = 0;
    t->terms.stages = 4;
    table_start(t);
    table_run(t);
    table_all_ended(t, OUTCOME_PLAYED);
    ck_assert(!table_report(t, 0).agreed);
    ck_assert_uint_eq(table_count(t, 0, NOTE_STAGE), 4);
    ck_assert_uint_eq(table_count(t, 0, NOTE_TOSSED), 0);
    table_free(t);
}
END_TEST

UNIT_MAIN("public", answers_follow_the_public_condition_with_exit,
          who_would_rather_end_it_says_no,
          the_length_is_the_longest_that_somebody_needs,
          every_stage_is_drawn_and_played_as_drawn, no_stages_need_no_draw,
          what_is_drawn_follows_from_what_was_shown,
          another_action_than_the_drawn_is_punished_for_ever_under_grim,
          a_broken_draw_is_punished_and_what_is_drawn_then_needs_new_halves,
          who_breaks_the_draw_after_the_restoration_is_punished_again,
          a_commitment_that_was_not_to_be_opened_is_found_when_it_is,
          a_pure_threat_stands_between_draws_as_well,
          without_an_agreement_the_threat_is_played_and_nothing_drawn)
