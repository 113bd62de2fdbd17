/* SPDX-License-Identifier: MIT */
/* Cheats: what they are told on the command line, and what they make of honest words.
 */
#include "adversary/adversary.h"

#include <stdio.h>
#include <string.h>

#include "lottery/coin.h"
#include "protocol/message.h"
#include "sim/scenario.h"
#include "tests/unit/unit.h"

enum { SELF = 1, ROUND = 7, STAGE = 3 };

/* Player 2 of three, in a stage of the public goods game. */
struct cheat {
    struct scenario scenario;
    struct roster roster;
    struct keypair key[3];
    struct seed seed;
    struct report report;
    struct misdeeds misdeeds;
    struct adversary *adversary;
    struct deliveries out;
    uint8_t said[1024];
    size_t size;
};

static void start(struct cheat *c)
{
    memset(c, 0, sizeof *c);
    scenario_public_goods(&c->scenario, 3);
    c->roster.n_players = 3;
    for (uint8_t i = 0; i < 3; i++) {
        const struct seed s = {{(uint8_t)(i + 1)}};
        keypair_from_seed(&c->key[i], &s);
        c->roster.key[i] = c->key[i].public_key;
    }
    c->seed = (struct seed){{9}};
    c->report.stage = STAGE;
    candidate_from_pure(&c->report.prescribed, &c->scenario.terms.shape,
                        (const uint8_t[]){0, 0, 0});
}

static void be_born(struct cheat *c)
{
    c->adversary =
        adversary_new(&c->misdeeds, &c->scenario.terms, &c->roster, SELF, &c->key[SELF],
                      c->scenario.game.payoffs[SELF], &c->seed);
    ck_assert_ptr_nonnull(c->adversary);
}

static void does(struct cheat *c, enum misbehaviour_kind kind)
{
    c->misdeeds.misbehaviour[c->misdeeds.n_misbehaviours++] =
        (struct misbehaviour){.kind = kind};
}

static void end(struct cheat *c)
{
    adversary_free(c->adversary);
    scenario_free(&c->scenario);
}

static void says(struct cheat *c, enum message_kind kind, const uint8_t *body, size_t n)
{
    const struct message m = {
        .kind = kind, .sender = SELF, .round = ROUND, .body = body, .body_size = n};
    c->size = envelope_seal(c->said, sizeof c->said, &m, &c->key[SELF]);
    adversary_rewrite(c->adversary, &c->report, c->said, c->size, &c->out);
}

static void acts(struct cheat *c, uint8_t action)
{
    says(c, MESSAGE_ACT, &action, 1);
}

/* The message in a delivery; it must be signed by the cheat. */
static struct message message_in(const struct cheat *c, size_t item)
{
    struct message m;
    const struct delivery *d = &c->out.item[item];
    ck_assert(envelope_peek(&m, d->bytes, d->size, &c->roster, 4096));
    ck_assert(envelope_signed(&m, d->bytes, d->size, &c->roster));
    ck_assert_uint_eq(m.sender, SELF);
    return m;
}

static bool reaches(const struct cheat *c, size_t item, uint8_t player)
{
    return (c->out.item[item].to >> player & 1) != 0;
}

/* ---- the command line ---- */

START_TEST(a_defection_is_a_stage_and_perhaps_an_action)
{
    struct scenario s;
    struct defection d;
    char message[256];
    scenario_public_goods(&s, 2);
    strcpy(s.terms.action_name[2], "Give");
    strcpy(s.terms.action_name[3], "Keep");
    ck_assert(defection_read(&d, "20", &s.terms, 1, message));
    ck_assert_uint_eq(d.stage, 20);
    ck_assert_uint_eq(d.action, ANY_ACTION);
    ck_assert(defection_read(&d, "1:Keep", &s.terms, 1, message));
    ck_assert_uint_eq(d.stage, 1);
    ck_assert_uint_eq(d.action, 1);
    ck_assert(defection_read(&d, "1:1", &s.terms, 1, message));
    ck_assert_uint_eq(d.action, 0);
    scenario_free(&s);
}
END_TEST

START_TEST(a_defection_that_cannot_be_read_says_why)
{
    static const char *const wrong[] = {
        "",   "0",   "x",    "-1",    "1.5",
        "1:", "1:9", "1:No", "3:1:1", "99999999999",
        "1 ", " 1",  "+1",   "1:0",   "111111111111111111"};
    struct scenario s;
    scenario_public_goods(&s, 2);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct defection d;
        char message[256] = "";
        ck_assert_msg(!defection_read(&d, wrong[i], &s.terms, 0, message), "%s",
                      wrong[i]);
        ck_assert_ptr_nonnull(strstr(message, wrong[i]));
    }
    scenario_free(&s);
}
END_TEST

START_TEST(every_misbehaviour_has_a_name_that_is_read_back_and_a_help_text)
{
    for (int k = 0; k < MISBEHAVIOUR_KINDS; k++) {
        const enum misbehaviour_kind kind = (enum misbehaviour_kind)k;
        struct misbehaviour m;
        char text[64], message[256];
        ck_assert(misbehaviour_read(&m, misbehaviour_name(kind), message));
        ck_assert_uint_eq(m.kind, kind);
        ck_assert_uint_eq(m.from_round, 0);
        ck_assert_uint_eq(m.from_stage, 0);
        snprintf(text, sizeof text, "%s@12", misbehaviour_name(kind));
        ck_assert(misbehaviour_read(&m, text, message));
        ck_assert_uint_eq(m.from_stage, 12);
        snprintf(text, sizeof text, "%s@r34", misbehaviour_name(kind));
        ck_assert(misbehaviour_read(&m, text, message));
        ck_assert_uint_eq(m.from_round, 34);
        ck_assert_uint_eq(m.from_stage, 0);
        ck_assert_uint_gt(strlen(misbehaviour_help(kind)), 20);
    }
}
END_TEST

START_TEST(a_misbehaviour_that_cannot_be_read_says_why)
{
    static const char *const wrong[] = {"",         "quiet",     "silent@",  "silent@0",
                                        "silent@r", "silent@rx", "silent@x", "silen",
                                        "silent ",  "silent@1r"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct misbehaviour m;
        char message[256] = "";
        ck_assert_msg(!misbehaviour_read(&m, wrong[i], message), "%s", wrong[i]);
        ck_assert_ptr_nonnull(strstr(message, wrong[i]));
    }
}
END_TEST

/* ---- defections ---- */

START_TEST(without_misdeeds_the_words_go_out_as_they_are)
{
    struct cheat c;
    start(&c);
    be_born(&c);
    acts(&c, 0);
    ck_assert_uint_eq(c.out.n, 1);
    ck_assert_uint_eq(c.out.item[0].to, UINT64_MAX);
    ck_assert_mem_eq(c.out.item[0].bytes, c.said, c.size);
    ck_assert_uint_eq(adversary_plays(c.adversary, &c.report, STAGE, 0), 0);
    end(&c);
}
END_TEST

START_TEST(a_defector_plays_the_best_reply_in_its_stage_and_keeps_to_the_rest)
{
    struct cheat c;
    start(&c);
    c.misdeeds.defection[c.misdeeds.n_defections++] =
        (struct defection){STAGE, ANY_ACTION};
    be_born(&c);
    c.report.stage = STAGE - 1;
    acts(&c, 0);
    ck_assert_uint_eq(message_in(&c, 0).body[0], 0);
    c.report.stage = STAGE;
    ck_assert_uint_eq(adversary_plays(c.adversary, &c.report, STAGE, 0), 1);
    acts(&c, 0);
    ck_assert_uint_eq(message_in(&c, 0).body[0], 1);
    ck_assert_uint_eq(c.out.item[0].to, UINT64_MAX);
    c.report.stage = STAGE + 1;
    acts(&c, 0);
    ck_assert_uint_eq(message_in(&c, 0).body[0], 0);
    end(&c);
}
END_TEST

START_TEST(a_defector_may_play_a_worse_action_that_was_named)
{
    struct cheat c;
    start(&c);
    c.misdeeds.defection[c.misdeeds.n_defections++] = (struct defection){STAGE, 0};
    be_born(&c);
    acts(&c, 1);
    ck_assert_uint_eq(message_in(&c, 0).body[0], 0);
    ck_assert_uint_eq(adversary_plays(c.adversary, &c.report, STAGE, 1), 0);
    end(&c);
}
END_TEST

START_TEST(where_it_mixes_a_defector_commits_to_what_it_will_show)
{
    struct cheat c;
    start(&c);
    c.misdeeds.defection[c.misdeeds.n_defections++] =
        (struct defection){STAGE, ANY_ACTION};
    be_born(&c);
    const struct digest session = {{0}};
    const struct secret s = secret_derive(&c.seed, &session, "nonce", STAGE);
    struct nonce nonce;
    memcpy(nonce.bytes, s.bytes, sizeof nonce.bytes);
    uint8_t commit[64] = {0}, show[65] = {0};
    struct digest d = action_commit(&session, STAGE, SELF, 0, &nonce);
    memcpy(commit, d.bytes, sizeof d.bytes);
    memcpy(show + 1, nonce.bytes, sizeof nonce.bytes);
    says(&c, MESSAGE_COMMIT, commit, sizeof commit);
    struct body_commit committed;
    struct message m = message_in(&c, 0);
    ck_assert(body_commit_read(&committed, m.body, m.body_size));
    ck_assert_uint_eq(adversary_plays(c.adversary, &c.report, STAGE, 0), 1);
    says(&c, MESSAGE_SHOW, show, sizeof show);
    struct body_show shown;
    m = message_in(&c, 0);
    ck_assert(body_show_read(&shown, m.body, m.body_size, 2));
    ck_assert_uint_eq(shown.action, 1);
    d = action_commit(&session, STAGE, SELF, 1, &shown.nonce);
    ck_assert(digest_equal(&d, &committed.action));
    end(&c);
}
END_TEST

/* ---- misbehaviours ---- */

START_TEST(the_silent_speak_to_themselves_only)
{
    struct cheat c;
    start(&c);
    does(&c, MISBEHAVE_SILENT);
    be_born(&c);
    acts(&c, 0);
    ck_assert_uint_eq(c.out.n, 1);
    ck_assert_uint_eq(c.out.item[0].to, 1u << SELF);
    struct delivery d = {1u << 0, c.said, c.size};
    ck_assert(!adversary_sends(c.adversary, 0, &d));
    end(&c);
}
END_TEST

START_TEST(the_mute_towards_one_speak_to_all_others)
{
    struct cheat c;
    start(&c);
    does(&c, MISBEHAVE_MUTE_TOWARDS);
    be_born(&c);
    acts(&c, 0);
    ck_assert(reaches(&c, 0, 0) && reaches(&c, 0, SELF) && !reaches(&c, 0, 2));
    struct delivery d = {1u << 2, c.said, c.size};
    ck_assert(!adversary_sends(c.adversary, 2, &d));
    ck_assert(adversary_sends(c.adversary, 0, &d));
    end(&c);
}
END_TEST

START_TEST(an_equivocator_tells_one_half_something_else_and_sticks_to_it)
{
    struct cheat c;
    start(&c);
    does(&c, MISBEHAVE_EQUIVOCATE);
    be_born(&c);
    acts(&c, 0);
    ck_assert_uint_eq(c.out.n, 2);
    ck_assert_uint_eq(c.out.item[0].to & c.out.item[1].to, 0);
    ck_assert(reaches(&c, 0, 2) && reaches(&c, 1, 0) && reaches(&c, 1, SELF));
    ck_assert_uint_eq(message_in(&c, 0).body[0], 1);
    ck_assert_uint_eq(message_in(&c, 1).body[0], 0);
    struct delivery d = {1u << 2, c.said, c.size};
    ck_assert(adversary_sends(c.adversary, 2, &d));
    ck_assert_uint_eq(d.size, c.out.item[0].size);
    ck_assert_mem_eq(d.bytes, c.out.item[0].bytes, d.size);
    d = (struct delivery){1u << 0, c.said, c.size};
    ck_assert(adversary_sends(c.adversary, 0, &d));
    ck_assert_mem_eq(d.bytes, c.said, c.size);
    end(&c);
}
END_TEST

START_TEST(garbage_and_forgeries_come_besides_the_own_words)
{
    struct cheat c;
    start(&c);
    does(&c, MISBEHAVE_GARBAGE);
    does(&c, MISBEHAVE_FORGE);
    be_born(&c);
    for (int i = 0; i < 100; i++) {
        acts(&c, 0);
        ck_assert_uint_eq(c.out.n, 3);
        ck_assert_mem_eq(c.out.item[0].bytes, c.said, c.size);
        for (size_t k = 1; k < 3; k++) {
            struct message m;
            const struct delivery *d = &c.out.item[k];
            ck_assert(!reaches(&c, k, SELF));
            ck_assert(!envelope_peek(&m, d->bytes, d->size, &c.roster, 4096) ||
                      !envelope_signed(&m, d->bytes, d->size, &c.roster));
        }
    }
    end(&c);
}
END_TEST

START_TEST(a_withholder_keeps_its_ticket_and_nothing_else)
{
    static const uint8_t ticket[32] = {1};
    struct cheat c;
    start(&c);
    does(&c, MISBEHAVE_WITHHOLD);
    be_born(&c);
    acts(&c, 0);
    ck_assert(reaches(&c, 0, 0));
    says(&c, MESSAGE_REVEAL, ticket, sizeof ticket);
    ck_assert_uint_eq(c.out.item[0].to, 1u << SELF);
    struct delivery d = {1u << 0, c.said, c.size};
    ck_assert(!adversary_sends(c.adversary, 0, &d));
    end(&c);
}
END_TEST

START_TEST(an_illegal_body_cannot_be_read)
{
    struct cheat c;
    start(&c);
    does(&c, MISBEHAVE_ILLEGAL);
    be_born(&c);
    acts(&c, 0);
    struct body_act b;
    const struct message m = message_in(&c, 0);
    ck_assert(!body_act_read(&b, m.body, m.body_size, 2));
    end(&c);
}
END_TEST

START_TEST(a_copyist_waits_for_the_player_before_it_and_repeats_it)
{
    static const uint8_t own[32] = {1}, theirs[32] = {2};
    struct cheat c;
    uint8_t bytes[512];
    start(&c);
    does(&c, MISBEHAVE_COPY);
    be_born(&c);
    says(&c, MESSAGE_SET, own, sizeof own);
    ck_assert_uint_eq(c.out.n, 0);
    const struct message m = {.kind = MESSAGE_SET,
                              .sender = SELF - 1,
                              .round = ROUND,
                              .body = theirs,
                              .body_size = sizeof theirs};
    const size_t size = envelope_seal(bytes, sizeof bytes, &m, &c.key[SELF - 1]);
    adversary_hear(c.adversary, bytes, size, &c.out);
    ck_assert_uint_eq(c.out.n, 1);
    ck_assert_uint_eq(c.out.item[0].to, UINT64_MAX);
    ck_assert_mem_eq(message_in(&c, 0).body, theirs, sizeof theirs);
    adversary_hear(c.adversary, bytes, size, &c.out);
    ck_assert_uint_eq(c.out.n, 0);
    end(&c);
}
END_TEST

/* ---- at the last moment ---- */

/* Another player asks for the cheat's message of the round; what the cheat does then.
 */
static void asks(struct cheat *c, uint8_t player, uint64_t round)
{
    uint8_t body[16], bytes[512];
    struct writer w = {body, sizeof body, 0, false};
    body_suspect_write(&w, &(struct body_suspect){round, 1u << SELF});
    const struct message m = {.kind = MESSAGE_SUSPECT,
                              .sender = player,
                              .round = round,
                              .body = body,
                              .body_size = w.size};
    const size_t size = envelope_seal(bytes, sizeof bytes, &m, &c->key[player]);
    adversary_hear(c->adversary, bytes, size, &c->out);
}

/* With 200 ms and 5 s requests come after 0.2, 0.6, 1.4, 2.4 and 3.4 s; the next would
 * leave less than a fifth of the patience. */
START_TEST(the_late_speak_when_they_are_asked_for_the_tenth_time)
{
    struct cheat c;
    start(&c);
    c.scenario.terms.hard_ms = 5000;
    does(&c, MISBEHAVE_LATE);
    be_born(&c);
    acts(&c, 0);
    ck_assert(reaches(&c, 0, SELF) && !reaches(&c, 0, 0) && !reaches(&c, 0, 2));
    struct delivery d = {1u << 0, c.said, c.size};
    ck_assert(!adversary_sends(c.adversary, 0, &d));
    for (int k = 1; k < 10; k++) {
        asks(&c, 0, ROUND);
        ck_assert_uint_eq(c.out.n, 0);
        asks(&c, 2, ROUND - 1); /* of another round: does not count for this one */
        ck_assert_uint_eq(c.out.n, 0);
    }
    asks(&c, 0, ROUND);
    ck_assert_uint_eq(c.out.n, 1);
    ck_assert_uint_eq(c.out.item[0].to, 1u << 0);
    ck_assert_mem_eq(c.out.item[0].bytes, c.said, c.size);
    asks(&c, 2, ROUND); /* each has its own count */
    ck_assert_uint_eq(c.out.n, 0);
    end(&c);
}
END_TEST

START_TEST(who_splits_speaks_to_the_player_after_it_only)
{
    struct cheat c;
    start(&c);
    c.scenario.terms.hard_ms = 300; /* one request, then patience is short */
    does(&c, MISBEHAVE_SPLIT);
    be_born(&c);
    acts(&c, 0);
    for (int k = 0; k < 3; k++) {
        asks(&c, 0, ROUND);
        ck_assert_uint_eq(c.out.n, 0);
        asks(&c, 2, ROUND);
        ck_assert_uint_eq(c.out.n, 1);
        ck_assert_uint_eq(c.out.item[0].to, 1u << 2);
    }
    end(&c);
}
END_TEST

/* ---- what is counted, and what is picked ---- */

START_TEST(what_had_an_effect_is_counted)
{
    struct cheat c;
    start(&c);
    does(&c, MISBEHAVE_WITHHOLD);
    does(&c, MISBEHAVE_GARBAGE);
    does(&c, MISBEHAVE_GRIND);
    c.misdeeds.n_defections = 2;
    c.misdeeds.defection[0] = (struct defection){STAGE, 0};
    c.misdeeds.defection[1] = (struct defection){STAGE + 1, ANY_ACTION};
    be_born(&c);
    ck_assert_uint_eq(adversary_deeds(c.adversary).misbehaviours, 0);
    acts(&c, 0); /* the action that was prescribed anyway */
    ck_assert_uint_eq(adversary_deeds(c.adversary).misbehaviours, 2);
    ck_assert_uint_eq(adversary_deeds(c.adversary).defections, 0);
    c.report.stage = STAGE + 1;
    acts(&c, 0);
    ck_assert_uint_eq(adversary_deeds(c.adversary).defections, 2);
    static const uint8_t ticket[32] = {1};
    says(&c, MESSAGE_REVEAL, ticket, sizeof ticket);
    ck_assert_uint_eq(adversary_deeds(c.adversary).misbehaviours, 3);
    end(&c);
}
END_TEST

START_TEST(what_was_read_is_written_the_same)
{
    static const char *const texts[] = {"silent", "late@3", "adaptive@r40"};
    struct scenario s;
    struct misbehaviour m;
    struct defection d;
    char text[MISDEED_TEXT_MAX], message[256];
    for (size_t i = 0; i < 3; i++) {
        ck_assert(misbehaviour_read(&m, texts[i], message));
        misbehaviour_text(text, &m);
        ck_assert_str_eq(text, texts[i]);
    }
    scenario_public_goods(&s, 2);
    ck_assert(defection_read(&d, "7", &s.terms, 0, message));
    defection_text(text, &d);
    ck_assert_str_eq(text, "7");
    ck_assert(defection_read(&d, "8:2", &s.terms, 0, message));
    defection_text(text, &d);
    ck_assert_str_eq(text, "8:2");
    scenario_free(&s);
}
END_TEST

/* The adaptive do something in some rounds and not in all, and tell a player that asks
 * again what they told it before. */
START_TEST(the_adaptive_stick_to_what_they_said)
{
    struct cheat c;
    uint32_t changed = 0, kept = 0;
    start(&c);
    does(&c, MISBEHAVE_ADAPTIVE);
    be_born(&c);
    for (uint64_t round = 1; round <= 400; round++) {
        static uint8_t said[2048];
        const uint8_t action = 0;
        const struct message m = {.kind = MESSAGE_ACT,
                                  .sender = SELF,
                                  .round = round,
                                  .body = &action,
                                  .body_size = 1};
        const size_t size = envelope_seal(said, sizeof said, &m, &c.key[SELF]);
        c.report.round = round;
        c.report.stage = (uint32_t)round;
        adversary_rewrite(c.adversary, &c.report, said, size, &c.out);
        const uint8_t *first = NULL;
        for (size_t i = 0; i < c.out.n && first == NULL; i++)
            if (reaches(&c, i, 2))
                first = c.out.item[i].bytes;
        struct delivery again = {1u << 2, said, size};
        if (first != NULL && adversary_sends(c.adversary, 2, &again))
            ck_assert_mem_eq(again.bytes, first, size);
        changed += c.out.n > 1 || first == NULL || memcmp(first, said, size) != 0;
        kept += c.out.n == 1 && first != NULL && memcmp(first, said, size) == 0;
    }
    ck_assert_uint_gt(changed, 80);
    ck_assert_uint_gt(kept, 80);
    end(&c);
}
END_TEST

START_TEST(a_stuffer_keeps_to_its_budget_and_then_has_finished)
{
    struct cheat c;
    static struct body_propose b;
    uint32_t asked = 0;
    start(&c);
    does(&c, MISBEHAVE_STUFF);
    c.scenario.terms.budget = 11;
    c.scenario.terms.batch = 4;
    be_born(&c);
    for (uint32_t batch = 0; batch < 6; batch++) {
        static const uint8_t nothing[3] = {1, 0, 0};
        c.report.sampling_rounds = batch;
        says(&c, MESSAGE_PROPOSE, nothing, sizeof nothing);
        const struct message m = message_in(&c, 0);
        ck_assert(body_propose_read(&b, m.body, m.body_size, &c.scenario.terms));
        asked += b.n_candidates;
        ck_assert_uint_eq(b.finished, asked == 11 && b.n_candidates == 0);
    }
    ck_assert_uint_eq(asked, 11);
    end(&c);
}
END_TEST

START_TEST(a_misbehaviour_begins_when_it_was_told_to)
{
    struct cheat c;
    start(&c);
    c.misdeeds.n_misbehaviours = 1;
    c.misdeeds.misbehaviour[0] = (struct misbehaviour){MISBEHAVE_SILENT, 0, STAGE + 1};
    be_born(&c);
    acts(&c, 0);
    ck_assert(reaches(&c, 0, 0));
    c.report.stage = STAGE + 1;
    acts(&c, 0);
    ck_assert(!reaches(&c, 0, 0));
    end(&c);
    start(&c);
    c.misdeeds.n_misbehaviours = 1;
    c.misdeeds.misbehaviour[0] = (struct misbehaviour){MISBEHAVE_SILENT, ROUND + 1, 0};
    be_born(&c);
    acts(&c, 0);
    ck_assert(reaches(&c, 0, 0));
    end(&c);
}
END_TEST

START_TEST(the_same_seed_cheats_the_same_way)
{
    struct cheat a, b;
    start(&a);
    start(&b);
    does(&a, MISBEHAVE_GARBAGE);
    does(&b, MISBEHAVE_GARBAGE);
    be_born(&a);
    be_born(&b);
    for (int i = 0; i < 20; i++) {
        acts(&a, 0);
        acts(&b, 0);
        ck_assert_uint_eq(a.out.item[1].size, b.out.item[1].size);
        if (a.out.item[1].size > 0)
            ck_assert_mem_eq(a.out.item[1].bytes, b.out.item[1].bytes,
                             a.out.item[1].size);
    }
    end(&a);
    end(&b);
}
END_TEST

UNIT_MAIN("adversary", a_defection_is_a_stage_and_perhaps_an_action,
          a_defection_that_cannot_be_read_says_why,
          every_misbehaviour_has_a_name_that_is_read_back_and_a_help_text,
          a_misbehaviour_that_cannot_be_read_says_why,
          without_misdeeds_the_words_go_out_as_they_are,
          a_defector_plays_the_best_reply_in_its_stage_and_keeps_to_the_rest,
          a_defector_may_play_a_worse_action_that_was_named,
          where_it_mixes_a_defector_commits_to_what_it_will_show,
          the_silent_speak_to_themselves_only, the_mute_towards_one_speak_to_all_others,
          an_equivocator_tells_one_half_something_else_and_sticks_to_it,
          garbage_and_forgeries_come_besides_the_own_words,
          a_withholder_keeps_its_ticket_and_nothing_else,
          an_illegal_body_cannot_be_read,
          a_copyist_waits_for_the_player_before_it_and_repeats_it,
          the_late_speak_when_they_are_asked_for_the_tenth_time,
          who_splits_speaks_to_the_player_after_it_only, what_had_an_effect_is_counted,
          what_was_read_is_written_the_same, the_adaptive_stick_to_what_they_said,
          a_stuffer_keeps_to_its_budget_and_then_has_finished,
          a_misbehaviour_begins_when_it_was_told_to, the_same_seed_cheats_the_same_way)
