/* SPDX-License-Identifier: MIT */
/* The way to an agreement, and everything on the way that must not matter: strangers'
 * bytes, repeats, old sessions, a bad network. */
#include "protocol/message.h"
#include "tests/trace/trace.h"

START_TEST(a_small_game_is_negotiated_and_played)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.terms.stages = 2;
    s.terms.budget = 1;
    s.options.seed = 2;
    s.options.trace = TRACE_STORY;
    struct world *w = play_out(&s);
    ck_assert_str_eq(world_trace(w), "[    0] 1 > hello\n"
                                     "[    0] 2 > hello\n"
                                     "[   10] 2 > session\n"
                                     "[   10] 2 > punish\n"
                                     "[   10] 1 > session\n"
                                     "[   10] 1 > punish\n"
                                     "[   30] 2 > threat 2;2\n"
                                     "[   30] 2 > propose\n"
                                     "[   30] 1 > threat 2;2\n"
                                     "[   30] 1 > propose\n"
                                     "[   60] 1 > 2 of 2 suit everybody\n"
                                     "[   60] 1 > set\n"
                                     "[   60] 2 > 2 of 2 suit everybody\n"
                                     "[   60] 2 > set\n"
                                     "[   80] 1 > draw 1 of 2: 2;2 by 2\n"
                                     "[   80] 2 > draw 1 of 2: 2;2 by 2\n"
                                     "[   90] 2 > pruned, 1 left\n"
                                     "[   90] 2 > sign\n"
                                     "[   90] 1 > pruned, 1 left\n"
                                     "[   90] 1 > sign\n"
                                     "[  100] 1 > agreed on 1;1\n"
                                     "[  100] 2 > agreed on 1;1\n"
                                     "[  110] 2 > signed\n"
                                     "[  110] 2 > act\n"
                                     "[  110] 1 > signed\n"
                                     "[  110] 1 > act\n"
                                     "[  120] 1 > stage 1: 1;1\n"
                                     "[  120] 2 > stage 1: 1;1\n"
                                     "[  130] 2 > stage 2: 1;1\n"
                                     "[  130] 2 > end\n"
                                     "[  130] 1 > stage 2: 1;1\n"
                                     "[  130] 1 > end\n"
                                     "[  140] 1 > ended: played, 2 stages\n"
                                     "[  140] 2 > ended: played, 2 stages\n");
    finish(&s, w);
}
END_TEST

START_TEST(without_a_threat_to_begin_with_the_players_find_one)
{
    struct scenario s;
    scenario_public_goods(&s, 3);
    s.terms.threat_given = false;
    s.options.trace = TRACE(NOTE_THREAT);
    struct world *w = play_out(&s);
    ck_assert_ptr_nonnull(strstr(world_trace(w), "1 > threat 2;2;2\n"));
    ck_assert_ptr_nonnull(strstr(world_trace(w), "2 > threat 2;2;2\n"));
    ck_assert_ptr_nonnull(strstr(world_trace(w), "3 > threat 2;2;2\n"));
    everybody_ends(w, OUTCOME_PLAYED, 10);
    finish(&s, w);
}
END_TEST

START_TEST(a_threat_that_is_no_equilibrium_is_refused_and_nothing_is_played)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    candidate_from_pure(&s.terms.threat, &s.terms.shape, (const uint8_t[]){0, 0});
    s.options.trace = TRACE(NOTE_NO_THREAT) | TRACE(NOTE_ENDED);
    struct world *w = play_out(&s);
    ck_assert_str_eq(world_trace(w), "[   30] 2 > no threat: refused by 1, 2\n"
                                     "[   30] 2 > ended: no-threat, 0 stages\n"
                                     "[   30] 1 > no threat: refused by 1, 2\n"
                                     "[   30] 1 > ended: no-threat, 0 stages\n");
    finish(&s, w);
}
END_TEST

START_TEST(where_nothing_suits_everybody_the_threat_is_played)
{
    struct scenario s;
    scenario_public_goods(&s, 2);
    s.private_options[1].discount = 0;
    s.terms.stages = 3;
    s.options.trace = TRACE(NOTE_STAGE) | TRACE(NOTE_DEVIATION) | TRACE(NOTE_PUNISHING);
    struct world *w = play_out(&s);
    ck_assert_ptr_nonnull(strstr(world_trace(w), "1 > stage 3: 2;2\n"));
    ck_assert_ptr_null(strstr(world_trace(w), "punish"));
    everybody_ends(w, OUTCOME_PLAYED, 3);
    finish(&s, w);
}
END_TEST

/* ---- players without a world: exact bytes at the door ---- */

/* Two players who have said hello; what each of them said. */
struct pair {
    struct scenario scenario;
    struct roster roster;
    struct keypair key[2];
    struct player *player[2];
    uint8_t hello[2][512];
    size_t size[2];
    struct actions out;
};

static void meet(struct pair *p, uint8_t session)
{
    memset(p, 0, sizeof *p);
    scenario_public_goods(&p->scenario, 2);
    p->roster.n_players = 2;
    for (uint8_t i = 0; i < 2; i++) {
        const struct seed s = {{(uint8_t)(i + 1)}};
        keypair_from_seed(&p->key[i], &s);
        p->roster.key[i] = p->key[i].public_key;
        p->roster.name[i][0] = (char)('a' + i);
    }
    for (uint8_t i = 0; i < 2; i++) {
        const struct seed s = {{(uint8_t)(i + 1), session}};
        const struct event start = {.kind = EVENT_START};
        p->player[i] = player_new(&p->scenario.terms, &p->roster, i, &p->key[i],
                                  p->scenario.game.payoffs[i],
                                  &p->scenario.private_options[i], &s);
        player_step(p->player[i], &start, &p->out);
        for (size_t k = 0; k < p->out.n; k++) {
            if (p->out.item[k].kind != ACTION_SAY)
                continue;
            p->size[i] = p->out.item[k].size;
            memcpy(p->hello[i], p->out.item[k].bytes, p->size[i]);
        }
    }
}

static void part(struct pair *p)
{
    player_free(p->player[0]);
    player_free(p->player[1]);
    scenario_free(&p->scenario);
}

/* Gives bytes to player 1; true if they became part of its record. */
static bool kept(struct pair *p, const uint8_t *bytes, size_t size)
{
    const struct event e = {.kind = EVENT_MESSAGE, .bytes = bytes, .size = size};
    bool keep = false;
    player_step(p->player[0], &e, &p->out);
    for (size_t k = 0; k < p->out.n; k++)
        keep = keep || p->out.item[k].kind == ACTION_KEEP;
    return keep;
}

START_TEST(t_sig_forged)
{
    struct pair p;
    uint8_t bytes[512];
    meet(&p, 1);
    for (size_t i = 0; i < p.size[1]; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(bytes, p.hello[1], p.size[1]);
            bytes[i] ^= (uint8_t)(1u << bit);
            ck_assert_msg(!kept(&p, bytes, p.size[1]), "byte %zu", i);
        }
    }
    for (size_t n = 0; n < p.size[1]; n++)
        ck_assert(!kept(&p, p.hello[1], n));
    ck_assert(kept(&p, p.hello[1], p.size[1]));
    part(&p);
}
END_TEST

START_TEST(t_replay_session)
{
    struct pair old, now;
    meet(&old, 1);
    meet(&now, 2);
    /* A hello names no session: that it is old shows only in the session's identity. */
    ck_assert(kept(&old, old.hello[0], old.size[0]));
    ck_assert(kept(&old, old.hello[1], old.size[1]));
    uint8_t second[512];
    size_t size = 0;
    for (size_t k = 0; k < old.out.n; k++) {
        if (old.out.item[k].kind != ACTION_SAY)
            continue;
        size = old.out.item[k].size;
        memcpy(second, old.out.item[k].bytes, size);
    }
    ck_assert_uint_gt(size, 0);
    ck_assert(kept(&now, now.hello[0], now.size[0]));
    ck_assert(kept(&now, now.hello[1], now.size[1]));
    ck_assert(!kept(&now, second, size));
    /* Nor does a refusal of the old session end the new one, or a request get answers.
     */
    for (int k = MESSAGE_SUSPECT; k <= MESSAGE_FAIL; k++) {
        struct message m;
        uint8_t body[16];
        struct writer w = {body, sizeof body, 0, false};
        ck_assert(envelope_peek(&m, second, size, &old.roster, 4096));
        body_suspect_write(&w, &(struct body_suspect){m.round, 1});
        m.kind = (enum message_kind)k;
        m.sender = 1;
        m.body = body;
        m.body_size = w.size;
        uint8_t bytes[512];
        const size_t n = envelope_seal(bytes, sizeof bytes, &m, &old.key[1]);
        ck_assert(!kept(&now, bytes, n));
        struct report r;
        player_report(now.player[0], &r);
        ck_assert_uint_eq(r.outcome, OUTCOME_OPEN);
    }
    part(&old);
    part(&now);
}
END_TEST

START_TEST(t_replay_round)
{
    struct pair p;
    meet(&p, 1);
    ck_assert(kept(&p, p.hello[1], p.size[1]));
    for (int i = 0; i < 100000; i++) {
        ck_assert(!kept(&p, p.hello[1], p.size[1]));
        ck_assert_uint_eq(p.out.n, 0);
    }
    struct report r;
    player_report(p.player[0], &r);
    ck_assert_uint_le(r.verifications, 2);
    part(&p);
}
END_TEST

START_TEST(t_round_window)
{
    struct pair p;
    uint8_t bytes[512];
    struct report before, after;
    meet(&p, 1);
    player_report(p.player[0], &before);
    for (uint64_t round = 2; round < 1000; round++) {
        struct message m;
        ck_assert(envelope_peek(&m, p.hello[1], p.size[1], &p.roster, 4096));
        m.kind = MESSAGE_SET;
        m.round = round == 999 ? UINT64_MAX : round;
        const size_t size = envelope_seal(bytes, sizeof bytes, &m, &p.key[1]);
        ck_assert(!kept(&p, bytes, size));
    }
    player_report(p.player[0], &after);
    ck_assert_uint_eq(after.verifications, before.verifications);
    part(&p);
}
END_TEST

/* ---- a bad network ---- */

START_TEST(t_sig_wrong_sender)
{
    struct scenario s;
    scenario_public_goods(&s, 4);
    struct world *honest = play_out(&s);
    const struct report before = report_of(honest, 0);
    misbehave(&s, 1, MISBEHAVE_FORGE, 0);
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_PLAYED, 10);
    const struct report after = report_of(w, 0);
    ck_assert(digest_equal(&before.agreement_digest, &after.agreement_digest));
    world_free(honest);
    finish(&s, w);
}
END_TEST

/* Row 42: bytes that are no message, or of nobody in the roster. They cost no look at a
 * signature, leave nothing in the record, and are answered by nobody. */
START_TEST(t_flood_unauth)
{
    struct pair p;
    uint8_t bytes[4096];
    struct prng chance = {1};
    struct report before, after;
    meet(&p, 1);
    player_report(p.player[0], &before);
    for (int i = 0; i < 100000; i++) {
        size_t size = (size_t)prng_below(&chance, sizeof bytes);
        for (size_t k = 0; k < 64 && k < size; k++)
            bytes[k] = (uint8_t)prng_next(&chance);
        if (i % 2 == 0) { /* all right but for one field of the header */
            static const uint8_t fields[] = {0, 4, 5, 6, 49, 50, 52};
            size = p.size[1];
            memcpy(bytes, p.hello[1], size);
            bytes[fields[i / 2 % 7]] ^= 0x80;
        }
        ck_assert(!kept(&p, bytes, size));
        ck_assert(i % 16 == 14 ||
                  p.out.n == 0); /* the last field is of the transcript */
    }
    player_report(p.player[0], &after);
    ck_assert_uint_eq(after.signatures, before.signatures);
    ck_assert_uint_eq(after.verifications, before.verifications);
    part(&p);
}
END_TEST

START_TEST(t_net_chaos)
{
    for (uint64_t seed = 1; seed <= 24; seed++) {
        struct scenario s;
        scenario_public_goods(&s, (uint8_t)(2 + seed % 4));
        s.options.seed = seed;
        s.options.network = (struct network){.delay_ms_min = 1,
                                             .delay_ms_max = 100,
                                             .loss = 0.3,
                                             .duplicate = 0.3,
                                             .reorder = 0.3};
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_PLAYED, 10);
        finish(&s, w);
    }
}
END_TEST

UNIT_MAIN("agree", a_small_game_is_negotiated_and_played,
          without_a_threat_to_begin_with_the_players_find_one,
          a_threat_that_is_no_equilibrium_is_refused_and_nothing_is_played,
          where_nothing_suits_everybody_the_threat_is_played, t_sig_forged,
          t_replay_session, t_replay_round, t_round_window, t_sig_wrong_sender,
          t_flood_unauth, t_net_chaos)
