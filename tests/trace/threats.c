/* SPDX-License-Identifier: MIT */
/* Rows of the threat table about what is on the table, what is drawn and what is left:
 * liars and coalitions move none of it further than the rules let them. */
#include <math.h>

#include "protocol/message.h"
#include "sampling/candidates.h"
#include "tests/trace/trace.h"

enum { CHEAT = 1 };

/* ---- reading a log again ---- */

/* What player 1's log says was proposed and answered, row by row. */
struct retelling {
    const struct world *world;
    struct candidates *table;
    uint32_t first, size; /* of the row that is to be answered */
    uint32_t refused[CANDIDATES_MAX / 64];
    uint32_t n_yes, n_answers;
    uint32_t asked_by[PLAYERS_MAX];
};

/* One row: answers to the row before, and proposals. */
static void retell_row(struct retelling *r, const struct message *row)
{
    static uint8_t suits[PLAYERS_MAX * BATCH_MAX];
    static double reward[PLAYERS_MAX * BATCH_MAX];
    static struct body_propose proposal;
    const struct terms *t = world_terms(r->world);
    const uint32_t asked = candidates_count(r->table);
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        struct body_answer b = {&proposal, r->size, suits,
                                t->share_rewards ? reward : NULL};
        ck_assert(body_answer_read(&b, row[i].body, row[i].body_size, t));
        for (uint32_t k = 0; k < r->size; k++)
            r->refused[r->first + k] += suits[k] == 0;
        for (uint16_t k = 0; k < proposal.n_candidates; k++) {
            bool fresh;
            const uint32_t index =
                candidates_add(r->table, &fresh, &proposal.candidate[k], i);
            ck_assert_uint_ge(index, asked);
            candidates_join(r->table, index, player_bit(i));
            r->asked_by[i]++;
        }
    }
    r->first = asked;
    r->size = candidates_count(r->table) - asked;
}

/* Goes over the whole log, row by row. */
static void retell(struct retelling *r, const struct world *w)
{
    static struct sampling_rows rows; /* large */
    const struct terms *t = world_terms(w);
    memset(r, 0, sizeof *r);
    r->world = w;
    r->table =
        candidates_new(&t->shape, t->shape.n_players, t->budget * t->shape.n_players);
    sampling_rows_of(&rows, w);
    for (uint32_t round = 0; round < SAMPLING_ROUNDS_MAX; round++)
        if (rows.n_said[round] == t->shape.n_players)
            retell_row(r, rows.said[round]);
    for (uint32_t k = 0; k < candidates_count(r->table); k++)
        if (r->refused[k] == 0)
            candidates_accept(r->table, k);
}

/* What the tickets of the first draw in player 1's log say together. */
static struct digest first_mix(const struct world *w)
{
    const struct terms *t = world_terms(w);
    struct ticket ticket[PLAYERS_MAX];
    struct pages p = pages_of(w, 0);
    struct digest session, transcript;
    struct record r;
    uint32_t n = 0;
    while (n < t->shape.n_players && pages_next(&p, &r)) {
        struct message m;
        struct body_reveal b = {.n_gains = 0};
        if ((r.kind != RECORD_IN && r.kind != RECORD_OUT) ||
            !envelope_peek(&m, r.payload, r.size, world_roster(w), terms_body_max(t)) ||
            m.kind != MESSAGE_REVEAL)
            continue;
        ck_assert(body_reveal_read(&b, m.body, m.body_size));
        ticket[m.sender] = b.ticket;
        session = m.session;
        transcript = m.transcript;
        n++;
    }
    ck_assert_uint_eq(n, t->shape.n_players);
    return lottery_mix(&session, 1, &transcript, ticket, (uint8_t)n);
}

/* Row 9. There is no message that says "everybody said yes": what is on the table is
 * what the answers make of it, whoever lies in its own. */
START_TEST(t_as_recompute)
{
    static const enum misbehaviour_kind lies[] = {
        MISBEHAVE_GARBAGE, MISBEHAVE_FALSE_YES, MISBEHAVE_STUFF, MISBEHAVE_LATE};
    for (uint64_t seed = 1; seed <= 12; seed++) {
        static struct retelling r;
        struct scenario s;
        struct note n;
        scenario_public_goods(&s, (uint8_t)(2 + seed % 3));
        s.options.seed = seed;
        s.private_options[0].discount =
            0.6; /* so that not everything suits everybody */
        misbehave(&s, CHEAT, lies[seed % 4], 0);
        struct world *w = play_out(&s);
        retell(&r, w);
        ck_assert(note_of(w, 0, NOTE_SAMPLED, 1, &n));
        ck_assert_uint_eq(n.number, candidates_count(r.table));
        ck_assert_uint_eq(n.other, candidates_survivors(r.table));
        for (uint32_t k = 1; note_of(w, 0, NOTE_DRAWN, k, &n); k++) {
            const uint32_t index = candidates_find(r.table, n.candidate);
            ck_assert(index != CANDIDATES_NONE && candidates_accepted(r.table, index));
            ck_assert((candidates_proposed_by(r.table, index) & player_bit(n.player)) !=
                      0);
        }
        candidates_free(r.table);
        finish(&s, w);
    }
}
END_TEST

/* ---- proposals ---- */

enum { WAYS = 7 };

static uint64_t sum_of(const struct candidate *c, const struct shape *s)
{
    uint64_t sum = 0;
    for (uint16_t i = 0; i < shape_weights(s); i++)
        sum += c->weight[i];
    return sum;
}

/* What is wrong with a proposal, as its layout or the rules see it: a number from 0 to
 * WAYS - 1. */
static int what_is_wrong(const struct world *w, const struct message *m,
                         const struct body_propose *earlier)
{
    static struct body_propose b;
    const struct terms *t = world_terms(w);
    const struct shape *s = &t->shape;
    struct reader r = {m->body, m->body_size, false};
    const bool finished = read_u8(&r) != 0;
    const uint16_t n = read_u16(&r);
    if (n > t->batch)
        return 0;
    if (finished && n > 0)
        return 1;
    for (uint16_t k = 0; k < n; k++) {
        for (uint16_t i = 0; i < shape_weights(s); i++)
            b.candidate[k].weight[i] = read_u32(&r);
        if (!candidate_valid(&b.candidate[k], s))
            return sum_of(&b.candidate[k], s) > s->n_players * (uint64_t)WEIGHT_ONE ? 2
                                                                                    : 6;
    }
    for (uint16_t k = 1; k < n; k++) {
        const int order = candidate_order(&b.candidate[k - 1], &b.candidate[k], s);
        if (order >= 0)
            return order == 0 ? 3 : 4;
    }
    for (uint16_t k = 0; k < n; k++)
        if (earlier->n_candidates > 0 &&
            candidate_equal(&b.candidate[k], &earlier->candidate[0]))
            return 5;
    return WAYS;
}

/* Row 10, every kind of it: whatever is wrong with it, the row in which it stands is
 * the last that anybody completes. */
START_TEST(t_propose_malformed)
{
    uint32_t seen[WAYS + 1] = {0};
    for (uint64_t seed = 1; seed <= 60; seed++) {
        static struct body_propose earlier;
        struct scenario s;
        struct pages p;
        struct record r;
        int wrong = WAYS;
        scenario_public_goods(&s, 2);
        s.options.seed = seed;
        s.terms.budget = 8;
        s.terms.batch = 2;
        const uint64_t first = round_when_honest(&s, CHEAT, MESSAGE_PROPOSE);
        misbehave(&s, CHEAT, MISBEHAVE_BAD_PROPOSAL, first + 1 + seed % 5);
        struct world *w = play_out(&s);
        everybody_proves(w, CHEAT, FAULT_ILLEGAL);
        earlier.n_candidates = 0;
        for (p = pages_of(w, CHEAT); pages_next(&p, &r);) {
            struct message m;
            if (r.kind != RECORD_OUT ||
                !envelope_peek(&m, r.payload, r.size, world_roster(w),
                               terms_body_max(world_terms(w))) ||
                (m.kind != MESSAGE_PROPOSE && m.kind != MESSAGE_ANSWER))
                continue;
            wrong = what_is_wrong(w, &m, &earlier);
            ck_assert_uint_eq(count_notes(w, 0, NOTE_ROUND) > m.round, wrong == WAYS);
            if (earlier.n_candidates == 0 && wrong == WAYS)
                ck_assert_uint_gt(
                    body_proposal_read(&earlier, m.body, m.body_size, world_terms(w)),
                    0);
        }
        seen[wrong]++;
        finish(&s, w);
    }
    for (int way = 0; way < WAYS; way++)
        ck_assert_msg(seen[way] > 0, "way %d was not seen", way);
    ck_assert_uint_eq(seen[WAYS], 0);
}
END_TEST

/* ---- what is drawn ---- */

/* The quantile 1 - 1e-6 of chi-square with 2 degrees of freedom: a right lottery fails
 * once in a million choices of seeds, and the seeds are fixed. */
static const double CHI_SQUARE_2 = 27.63;

static uint32_t draw_from(const struct candidates *table, const struct digest *mix)
{
    const uint8_t j = (uint8_t)lottery_integer(mix, 0, candidates_proposers(table));
    return candidates_draw(table, j,
                           (uint32_t)lottery_integer(mix, 1, candidates_of(table, j)));
}

/* Draws from the table often, and compares how often each of three was the proposer
 * with what is expected; were candidates drawn instead of proposers, this would notice.
 */
static void check_shares(const struct candidates *table, uint8_t stuffer)
{
    enum { N_DRAWS = 20000 };
    const double expected = N_DRAWS / 3.0, n = candidates_survivors(table);
    uint32_t drawn[3] = {0}, stuffed = 0;
    double chi_square = 0;
    struct prng p = {11};
    for (uint32_t k = 0; k < n; k++)
        stuffed += candidates_proposer(table, candidates_survivor(table, k)) == stuffer;
    for (int k = 0; k < N_DRAWS; k++) {
        struct digest mix;
        for (size_t i = 0; i < sizeof mix.bytes; i++)
            mix.bytes[i] = (uint8_t)prng_next(&p);
        const uint8_t j =
            (uint8_t)lottery_integer(&mix, 0, candidates_proposers(table));
        drawn[candidates_nth_proposer(table, j)]++;
    }
    for (int i = 0; i < 3; i++)
        chi_square += pow(drawn[i] - expected, 2) / expected;
    ck_assert_msg(chi_square < CHI_SQUARE_2, "%u, %u and %u draws", drawn[0], drawn[1],
                  drawn[2]);
    ck_assert_double_gt(pow(N_DRAWS * stuffed / n - expected, 2) / expected,
                        CHI_SQUARE_2);
}

/* Row 11. One player fills the table with copies of its favourite; every proposer is
 * drawn as often all the same, and players do draw like that. */
START_TEST(t_stuffing_chi2)
{
    for (uint64_t seed = 1; seed <= 12; seed++) {
        static struct retelling r;
        struct scenario s;
        struct note n;
        scenario_public_goods(&s, 3);
        s.options.seed = seed;
        s.terms.budget = 8;
        s.terms.stages = 1;
        for (uint8_t i = 0; i < 3; i++)
            s.private_options[i].discount = i == CHEAT ? 0.9 : 0.55;
        misbehave(&s, CHEAT, MISBEHAVE_STUFF, 0);
        struct world *w = play_out(&s);
        retell(&r, w);
        ck_assert_uint_eq(r.asked_by[CHEAT], s.terms.budget);
        const struct digest mix = first_mix(w);
        ck_assert(note_of(w, 0, NOTE_DRAWN, 1, &n));
        ck_assert_uint_eq(candidates_find(r.table, n.candidate),
                          draw_from(r.table, &mix));
        if (seed == 1) {
            ck_assert_uint_eq(candidates_proposers(r.table), 3);
            check_shares(r.table, CHEAT);
        }
        candidates_free(r.table);
        finish(&s, w);
    }
}
END_TEST

/* ---- what is left ---- */

/* Row 17. */
START_TEST(t_prune_illegal)
{
    for (uint8_t n = 2; n <= 4; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        misbehave(&s, CHEAT, MISBEHAVE_BAD_PRUNE, 0);
        struct world *w = play_out(&s);
        everybody_proves(w, CHEAT, FAULT_ILLEGAL);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_DRAWN), 1);
        ck_assert_uint_eq(count_notes(w, 0, NOTE_PRUNED), 0);
        finish(&s, w);
    }
}
END_TEST

/* A public good that three value differently: in so many levels, for each profile. To
 * keep remains what pays best. */
static void scenario_of_chance(struct scenario *s, uint64_t seed, uint32_t levels)
{
    struct prng p = {seed};
    scenario_public_goods(s, 3);
    const struct shape *shape = &s->game.shape;
    for (uint32_t k = 0; k < shape_profiles(shape); k++) {
        uint8_t actions[PLAYERS_MAX];
        profile_actions(actions, shape, k);
        for (uint8_t i = 0; i < 3; i++)
            scenario_pay(s, i, actions,
                         s->game.payoffs[i]->value[k] +
                             0.9 * (double)prng_below(&p, levels) / levels);
    }
    s->options.seed = seed;
    s->terms.budget = 4;
    s->terms.stages = 1;
}

/* Row 18. Ties (payoffs on two levels), and up to all players lying about what is
 * better: every draw removes a candidate, or is the last. */
START_TEST(t_prune_terminates)
{
    uint32_t most = 0;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        struct scenario s;
        struct note sampled, pruned;
        scenario_of_chance(&s, seed, 1 + seed % 2);
        for (uint8_t i = 0; i < seed % 4; i++)
            misbehave(&s, i, MISBEHAVE_NEVER_CONTENT, 0);
        struct world *w = play_out(&s);
        const uint8_t witness = (uint8_t)(seed % 4 < 3 ? 2 : 0);
        if (note_of(w, witness, NOTE_SAMPLED, 1, &sampled)) {
            uint32_t left = sampled.other, draws = 0;
            while (note_of(w, witness, NOTE_PRUNED, draws + 1, &pruned)) {
                ck_assert_uint_gt(left, pruned.other - (draws == 0));
                left = pruned.other;
                draws++;
            }
            ck_assert_uint_le(draws, sampled.other);
            most = draws > most ? draws : most;
            ck_assert_uint_eq(report_of(w, witness).outcome, OUTCOME_PLAYED);
        }
        finish(&s, w);
    }
    ck_assert_uint_gt(most, 3); /* it did go on for a while */
}
END_TEST

/* Row 19. One who marks truthfully, two who lie: the result is never worse for it than
 * what was drawn first. */
START_TEST(t_prune_floor)
{
    uint32_t better = 0, same = 0;
    for (uint64_t seed = 1; seed <= 32; seed++) {
        struct scenario s;
        struct note n;
        struct profile x;
        scenario_of_chance(&s, seed, 100);
        for (uint8_t i = 1; i < 3; i++)
            misbehave(&s, i,
                      seed % 4 == i ? MISBEHAVE_OVER_PRUNE : MISBEHAVE_NEVER_CONTENT,
                      0);
        struct world *w = play_out(&s);
        if (note_of(w, 0, NOTE_DRAWN, 1, &n)) {
            profile_from_candidate(&x, &s.terms.shape, n.candidate);
            const double first = payoffs_expect(s.game.payoffs[0], &x);
            ck_assert(note_of(w, 0, NOTE_AGREED, 1, &n));
            ck_assert_double_ge(n.value, first - 1e-6);
            better += n.value > first + 1e-6;
            same += n.value <= first + 1e-6;
        }
        finish(&s, w);
    }
    ck_assert_uint_gt(better, 3);
    ck_assert_uint_gt(same, 3);
}
END_TEST

/* ---- coalitions ---- */

/* The coalition picks, among some tickets, those that favour it most if the honest
 * ticket is what it believes; how often the draw favours it then. */
static uint32_t favoured(bool knows, uint32_t n_draws)
{
    enum { TRIES = 8, HONEST = 2 };
    const struct digest session = {{1}}, transcript = {{2}};
    struct prng p = {52};
    uint32_t n = 0;
    for (uint32_t k = 1; k <= n_draws; k++) {
        struct ticket honest = {{0}}, best[3] = {{{0}}};
        for (size_t i = 0; i < sizeof honest.bytes; i++)
            honest.bytes[i] = (uint8_t)prng_next(&p);
        /* All that is known of it before one commits oneself: its commitment. */
        const struct digest c = lottery_commit(&session, k, HONEST, &honest);
        for (int tries = 0; tries < TRIES; tries++) {
            best[0].bytes[0]++;
            memcpy(best[HONEST].bytes, knows ? honest.bytes : c.bytes,
                   sizeof honest.bytes);
            const struct digest mix = lottery_mix(&session, k, &transcript, best, 3);
            if (lottery_integer(&mix, 0, 2) == 0)
                break;
        }
        best[HONEST] = honest;
        const struct digest mix = lottery_mix(&session, k, &transcript, best, 3);
        n += lottery_integer(&mix, 0, 2) == 0;
    }
    return n;
}

/* Row 52. Two of three know each other's secrets, wait for the honest ticket, and stop
 * where the draw is not to their liking. So all draws that they let happen are; but
 * these are not more than without them. Each bound is 4.9 standard deviations: a right
 * lottery is beyond it once in a million choices of seeds, and the seeds are fixed. */
START_TEST(t_coalition_lottery)
{
    enum { N_WORLDS = 120, N_DRAWS = 10000 };
    uint32_t drawn = 0;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        struct scenario s;
        scenario_public_goods(&s, 3);
        s.options.seed = seed;
        s.terms.budget = 2;
        s.terms.stages = 1;
        s.terms.hard_ms = 500;
        misbehave(&s, 1, MISBEHAVE_CONSPIRE, 0);
        misbehave(&s, 2, MISBEHAVE_CONSPIRE, 0);
        struct world *w = play_out(&s);
        if (count_notes(w, 0, NOTE_DRAWN) > 0) {
            const struct digest mix = first_mix(w);
            ck_assert_uint_eq(lottery_integer(&mix, 0, 2), 0);
            drawn++;
        } else {
            everybody_ends(w, OUTCOME_OMISSION, 0);
        }
        finish(&s, w);
    }
    ck_assert_double_lt(fabs(drawn - N_WORLDS / 2.0), 4.9 * sqrt(N_WORLDS) / 2);
    const uint32_t blind = favoured(false, N_DRAWS);
    ck_assert_double_lt(fabs(blind - N_DRAWS / 2.0), 4.9 * sqrt(N_DRAWS) / 2);
    /* The same choice of tickets with the honest one known would decide the draw. */
    ck_assert_uint_gt(favoured(true, N_DRAWS), N_DRAWS - N_DRAWS / 100);
}
END_TEST

/* They share their keys, too. Whoever signs, what is proven is proven against the owner
 * of the key, and never against the honest. */
START_TEST(who_gives_away_its_key_answers_for_what_is_signed_with_it)
{
    for (uint8_t n = 3; n <= 5; n++) {
        struct scenario s;
        scenario_public_goods(&s, n);
        const uint64_t round = round_when_honest(&s, 1, MESSAGE_ANSWER);
        for (uint8_t i = 1; i < n; i++)
            misbehave(&s, i, MISBEHAVE_IMPERSONATE, round);
        struct world *w = play_out(&s);
        struct note blamed;
        ck_assert_uint_eq(report_of(w, 0).outcome, OUTCOME_FAULT);
        ck_assert(note_of(w, 0, NOTE_BLAMED, 1, &blamed));
        ck_assert_uint_ne(blamed.player, 0);
        ck_assert_uint_eq(blamed.number, FAULT_EQUIVOCATION);
        for (uint8_t i = 1; i < n; i++)
            ck_assert_uint_eq(world_deeds(w, i).misbehaviours, 1);
        finish(&s, w);
    }
}
END_TEST

/* All but one, in every composition of tricks: the honest one is never proven guilty,
 * holds what it signed, and comes to an end. The laws see to that; this makes worlds of
 * coalitions only. */
START_TEST(coalitions_of_all_but_one_break_no_law)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct scenario s;
        struct prng p = {seed};
        const uint8_t n = (uint8_t)(3 + seed % 3);
        scenario_public_goods(&s, n);
        s.options.seed = seed;
        s.terms.hard_ms = 1000;
        for (uint8_t i = 0; i < n; i++)
            for (int k = 0; i != seed % n && k < 2; k++)
                misbehave(&s, i,
                          (enum misbehaviour_kind)prng_below(&p, MISBEHAVIOUR_KINDS),
                          prng_below(&p, 30));
        struct world *w = play_out(&s);
        ck_assert_uint_ne(report_of(w, (uint8_t)(seed % n)).outcome, OUTCOME_OPEN);
        finish(&s, w);
    }
}
END_TEST

UNIT_MAIN("threats", t_as_recompute, t_propose_malformed, t_stuffing_chi2,
          t_prune_illegal, t_prune_terminates, t_prune_floor, t_coalition_lottery,
          who_gives_away_its_key_answers_for_what_is_signed_with_it,
          coalitions_of_all_but_one_break_no_law)
