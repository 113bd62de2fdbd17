/* SPDX-License-Identifier: MIT */
/* From hello to start: what the messages said is computed here once more, by other
 * means, and must be what the players certified. */
#include "protocol/negotiation.h"

#include <math.h>

#include "tests/unit/table.h"
#include "tests/unit/unit.h"

static struct body_propose proposal; /* too large for a stack */

/* ---- the whole negotiation, again, from the messages alone ---- */

enum { GAINS = 256 };
struct again {
    struct candidates *table;
    uint32_t asked_by[PLAYERS_MAX];
    uint32_t n_asked, first_drawn;
    uint32_t n_finished; /* in the latest row of proposals */
    bool has_first;
    uint32_t drawn;
    struct digest mix;
    uint32_t gain[PLAYERS_MAX][GAINS]; /* what was reported */
};
static uint32_t n_last_left; /* prunings after which no draw was needed */
static uint32_t n_selected;  /* selections that were not what was drawn, */
static uint32_t n_tied;      /* and that were drawn among equals */

static struct digest transcript_after(const struct table *t, uint64_t round)
{
    for (size_t n = 0; n < t->n_notes; n++)
        if (t->note[n].of == 0 && t->note[n].note.kind == NOTE_ROUND &&
            t->note[n].note.round == round)
            return t->note[n].note.digest;
    ck_abort_msg("no such round");
}

/* What a player said in a round. */
static struct message said_in(const struct table *t, uint8_t player, uint64_t round)
{
    for (size_t n = 0; n < t->n_said; n++) {
        const struct message m = table_peek(t, t->said[n].bytes, t->said[n].size);
        if (m.sender == player && m.round == round && message_in_round(m.kind))
            return m;
    }
    ck_abort_msg("no such message");
}

/* A row of sampling: answers to the n candidates from `first`, which the row before
 * asked about, and new questions. */
static void again_sample(struct again *a, const struct table *t, uint64_t round,
                         uint32_t first)
{
    static struct body_propose b;
    uint8_t suits[256], all[256];
    double reward[256];
    const uint32_t n = a->n_asked - first;
    a->n_finished = 0;
    memset(all, 1, sizeof all);
    for (uint8_t i = 0; i < t->roster.n_players; i++) {
        const struct message m = said_in(t, i, round);
        struct body_answer said = {&b, n, suits,
                                   t->terms.share_rewards ? reward : NULL};
        ck_assert_int_eq(m.kind, n > 0 ? MESSAGE_ANSWER : MESSAGE_PROPOSE);
        ck_assert(body_answer_read(&said, m.body, m.body_size, &t->terms));
        for (uint32_t k = 0; k < n; k++)
            all[k] = (uint8_t)(all[k] & suits[k]);
        a->n_finished += b.finished;
        for (uint16_t k = 0; k < b.n_candidates; k++) {
            bool fresh;
            ck_assert(candidate_valid(&b.candidate[k], &t->terms.shape));
            const uint32_t index = candidates_add(a->table, &fresh, &b.candidate[k], i);
            ck_assert_msg(index >= first + n, "asked twice");
            candidates_join(a->table, index, player_bit(i));
            a->n_asked += fresh;
        }
        a->asked_by[i] += b.n_candidates;
        ck_assert_uint_le(a->asked_by[i], t->terms.budget);
        ck_assert_uint_le(b.n_candidates, t->terms.batch);
    }
    for (uint32_t k = 0; k < n; k++)
        if (all[k])
            candidates_accept(a->table, first + k);
}

/* It opens the commitment of the round before: of a set, or a prune, where that is
 * last; with its report, where reports select. */
static void again_ticket(struct again *a, const struct table *t, uint64_t round,
                         uint32_t draw, uint8_t i, struct ticket *ticket)
{
    const struct digest session = table_report(t, 0).session;
    const bool reports = t->terms.selection != SELECTION_LOTTERY;
    const uint32_t n = candidates_survivors(a->table);
    const struct message m = said_in(t, i, round), set = said_in(t, i, round - 1);
    struct body_reveal b = {.n_gains = reports ? n : 0, .gain = a->gain[i]};
    struct digest commitment;
    ck_assert(m.kind == MESSAGE_REVEAL && n <= GAINS);
    ck_assert(body_reveal_read(&b, m.body, m.body_size));
    memcpy(commitment.bytes, set.body + set.body_size - 32, 32);
    ck_assert(reports ? lottery_opens_report(&commitment, &session, 1, i, &b.ticket,
                                             b.gain, n)
                      : lottery_opens(&commitment, &session, draw, i, &b.ticket));
    *ticket = b.ticket;
}

static void again_reveal(struct again *a, const struct table *t, uint64_t round,
                         uint32_t draw)
{
    struct ticket ticket[PLAYERS_MAX];
    const struct digest session = table_report(t, 0).session;
    for (uint8_t i = 0; i < t->roster.n_players; i++)
        again_ticket(a, t, round, draw, i, &ticket[i]);
    const struct digest before = transcript_after(t, round - 1);
    const struct digest mix =
        lottery_mix(&session, draw, &before, ticket, t->roster.n_players);
    const uint64_t j = lottery_integer(&mix, 0, candidates_proposers(a->table));
    const uint64_t k = lottery_integer(&mix, 1, candidates_of(a->table, (uint8_t)j));
    a->mix = mix;
    a->drawn = candidates_draw(a->table, (uint8_t)j, (uint32_t)k);
    if (!a->has_first)
        a->first_drawn = a->drawn;
    a->has_first = true;
    const struct seen_note *n = table_found(t, 0, NOTE_DRAWN, draw - 1);
    struct candidate c;
    candidates_get(a->table, &c, a->drawn);
    ck_assert(n != NULL && candidate_equal(&n->candidate, &c));
}

/* Truthful marks, and what they lead to; true if there is a result: the drawn one, or
 * the only one left. */
static bool again_prune(struct again *a, const struct table *t, uint64_t round)
{
    uint8_t mark[256];
    struct candidate drawn, c;
    candidates_get(a->table, &drawn, a->drawn);
    const uint32_t n = candidates_survivors(a->table);
    for (uint8_t i = 0; i < t->roster.n_players; i++) {
        const struct message m = said_in(t, i, round);
        struct body_prune b = {n, mark, {{0}}};
        ck_assert_int_eq(m.kind, MESSAGE_PRUNE);
        ck_assert(body_prune_read(&b, m.body, m.body_size));
        const double u = table_payoff_of(t, i, &drawn);
        for (uint32_t k = 0; k < n; k++) {
            candidates_get(a->table, &c, candidates_survivor(a->table, k));
            const double v = table_payoff_of(t, i, &c);
            if (v < u - 1e-6)
                ck_assert_uint_eq(mark[k], MARK_WORSE);
            else if (v > u + 1e-6)
                ck_assert_uint_eq(mark[k], MARK_BETTER);
            candidates_mark(a->table, candidates_survivor(a->table, k),
                            (enum mark)mark[k]);
        }
    }
    if (candidates_prune(a->table, a->drawn))
        return true;
    if (candidates_survivors(a->table) > 1)
        return false;
    a->drawn = candidates_survivor(a->table, 0);
    n_last_left++;
    return true;
}

/* A report is the share of the own best gain over the threat, and tells apart what the
 * player can tell apart. */
static void check_report(const struct again *a, const struct table *t, uint8_t i)
{
    const uint32_t n = candidates_survivors(a->table);
    const double threat = table_payoff_of(t, i, &t->terms.threat);
    double u[GAINS], most = 0;
    for (uint32_t k = 0; k < n; k++) {
        struct candidate c;
        candidates_get(a->table, &c, candidates_survivor(a->table, k));
        u[k] = table_payoff_of(t, i, &c) - threat;
        most = u[k] > most ? u[k] : most;
    }
    for (uint32_t k = 0; k < n; k++) {
        const double share = a->gain[i][k] / (double)GAIN_ONE;
        ck_assert_double_eq_tol(share, most > 1e-6 ? u[k] / most : 0, 1e-6);
        for (uint32_t l = 0; l < n; l++)
            ck_assert(u[k] < u[l] + 1e-6 || a->gain[i][k] > a->gain[i][l]);
    }
}

/* How good a candidate is by the rule, for sums of logarithms and least shares: enough
 * to tell it from what is clearly better. */
static double merit(const struct again *a, const struct table *t, uint32_t k)
{
    double least = 1, sum = 0;
    for (uint8_t i = 0; i < t->roster.n_players; i++) {
        const double share = a->gain[i][k] / (double)GAIN_ONE;
        least = share < least ? share : least;
        sum += share > 0 ? log(share) : -1e6;
    }
    return t->terms.selection == SELECTION_NASH ? sum : least;
}

/* Of what is as good as the drawn one for all, the result is the best; where several
 * are, what the same tickets draw of them. */
static void again_select(struct again *a, const struct table *t)
{
    const uint32_t n = candidates_survivors(a->table);
    const struct seen_note *note = table_found(t, 0, NOTE_SELECTED, 0);
    uint32_t drawn = 0, chosen = 0, left = 0;
    while (candidates_survivor(a->table, drawn) != a->drawn)
        drawn++;
    for (uint8_t i = 0; i < t->roster.n_players; i++)
        check_report(a, t, i);
    ck_assert(note != NULL);
    ck_assert_uint_eq(note->note.number, t->terms.selection);
    a->drawn = candidates_find(a->table, &note->candidate);
    while (candidates_survivor(a->table, chosen) != a->drawn)
        chosen++;
    for (uint32_t k = 0; k < n; k++) {
        bool as_good = true, alike = true;
        for (uint8_t i = 0; i < t->roster.n_players; i++) {
            as_good = as_good && a->gain[i][k] >= a->gain[i][drawn];
            alike = alike && a->gain[i][k] == a->gain[i][chosen];
        }
        ck_assert(k != chosen || as_good);
        ck_assert(!as_good || merit(a, t, k) <= merit(a, t, chosen) + 1e-6);
        left += as_good;
        if (!alike) /* for the draw among equals: these go */
            candidates_mark(a->table, candidates_survivor(a->table, k), MARK_WORSE);
    }
    const struct seen_note *pruned = table_found(t, 0, NOTE_PRUNED, 0);
    ck_assert(pruned != NULL && pruned->note.other == left);
    n_selected += drawn != chosen;
    ck_assert(candidates_prune(a->table, a->drawn));
    if (note->note.other != candidates_survivors(a->table))
        return; /* the rule finds some alike that are not */
    n_tied += note->note.other > 1;
    const uint64_t j = lottery_integer(&a->mix, 2, candidates_proposers(a->table));
    const uint64_t k = lottery_integer(&a->mix, 3, candidates_of(a->table, (uint8_t)j));
    ck_assert_uint_eq(a->drawn, candidates_draw(a->table, (uint8_t)j, (uint32_t)k));
}

/* From the first proposal to the last pruning. */
static struct again negotiate_again(const struct table *t)
{
    struct again a = {0};
    a.table = candidates_new(&t->terms.shape, t->roster.n_players,
                             t->terms.budget * t->roster.n_players);
    struct message m;
    ck_assert(table_said(t, 0, MESSAGE_PROPOSE, 0, &m));
    uint64_t round = m.round;
    uint32_t before = 0; /* the row before this one */
    for (;; round++) {
        const enum message_kind kind = said_in(t, 0, round).kind;
        if (kind != MESSAGE_PROPOSE && kind != MESSAGE_ANSWER)
            break;
        const uint32_t first = before;
        before = a.n_asked;
        again_sample(&a, t, round, first);
    }
    ck_assert_uint_eq(a.n_finished, t->roster.n_players); /* nobody was cut short */
    const struct seen_note *n = table_found(t, 0, NOTE_SAMPLED, 0);
    ck_assert_uint_eq(n->note.number, a.n_asked);
    ck_assert_uint_eq(n->note.other, candidates_survivors(a.table));
    if (candidates_survivors(a.table) == 1)
        a.drawn = candidates_survivor(a.table, 0);
    if (said_in(t, 0, round).kind != MESSAGE_SET)
        return a;
    uint32_t draw = 1;
    if (t->terms.selection != SELECTION_LOTTERY) {
        again_reveal(&a, t, ++round, 1);
        again_select(&a, t);
    } else {
        do {
            again_reveal(&a, t, ++round, draw++);
            round++;
        } while (!again_prune(&a, t, round));
    }
    ck_assert_int_eq(said_in(t, 0, round + 1).kind,
                     t->terms.finite && t->terms.length == 0 ? MESSAGE_LENGTH
                                                             : MESSAGE_SIGN);
    return a;
}

static bool dominated(const struct table *t, const struct candidate *by,
                      const struct candidate *c)
{
    bool better = false;
    for (uint8_t i = 0; i < t->roster.n_players; i++) {
        const double u = table_payoff_of(t, i, by), v = table_payoff_of(t, i, c);
        if (u < v - 1e-9)
            return false;
        better = better || u > v + 1e-9;
    }
    return better;
}

/* The result is what was computed again, nothing in A_s dominates it, and nobody has
 * less than at the first draw or than at the threat. */
static void check_result(const struct table *t)
{
    struct again a = negotiate_again(t);
    const struct report r = table_report(t, 0);
    struct candidate c;
    ck_assert(r.agreed);
    candidates_get(a.table, &c, a.drawn);
    ck_assert(candidate_equal(&c, &r.agreement));
    ck_assert(candidates_accepted(a.table, a.drawn));
    for (uint32_t k = 0; k < candidates_count(a.table); k++) {
        candidates_get(a.table, &c, k);
        ck_assert(!candidates_accepted(a.table, k) || !dominated(t, &c, &r.agreement));
    }
    candidates_get(a.table, &c, a.has_first ? a.first_drawn : a.drawn);
    for (uint8_t i = 0; i < t->roster.n_players; i++) {
        const double u = table_payoff_of(t, i, &r.agreement);
        ck_assert_double_ge(u, table_payoff_of(t, i, &c) - 1e-9);
        ck_assert_double_ge(u, table_payoff_of(t, i, &r.threat) - 1e-9);
        const struct report other = table_report(t, i);
        ck_assert(digest_equal(&r.agreement_digest, &other.agreement_digest));
    }
    candidates_free(a.table);
}

static struct table *negotiated(struct table *t)
{
    t->terms.stages = 0;
    table_start(t);
    table_run(t);
    return t;
}

START_TEST(the_agreement_follows_from_the_messages)
{
    for (int k = 0; k < 9; k++) {
        struct table *t = k % 3 == 0   ? table_new(2, 2, dilemma)
                          : k % 3 == 1 ? table_new(3, 2, public_goods_3)
                                       : table_new(5, 2, public_goods);
        t->terms.selection = (enum selection)(k / 3);
        t->terms.budget = k < 3 ? t->terms.budget : 20;
        negotiated(t);
        table_all_ended(t, OUTCOME_PLAYED);
        check_result(t);
        table_free(t);
    }
}
END_TEST

START_TEST(it_follows_whatever_the_sampler_and_the_weight_of_the_own_reward)
{
    static const double lambdas[] = {0, 0.5, 1};
    for (int k = 0; k < 9; k++) {
        struct table *t = table_new(2, 2, dilemma);
        t->terms.batch = (uint16_t)(1 + k);
        t->terms.budget = 30;
        t->terms.opening_pure = k % 2 == 0;
        for (uint8_t i = 0; i < 2; i++) {
            t->options[i].lambda = lambdas[k % 3];
            t->options[i].sampler = (enum sampler_kind)(k / 3);
        }
        negotiated(t);
        table_all_ended(t, OUTCOME_PLAYED);
        check_result(t);
        table_free(t);
    }
}
END_TEST

static uint64_t noise_seed;

static double noise(uint8_t player, const uint8_t *actions)
{
    struct prng p = {noise_seed * 1000003 + player * 1009u + actions[0] * 31u +
                     actions[1] * 7u};
    prng_next(&p);
    return (double)prng_below(&p, 7); /* few values, so that there are many ties */
}

/* The threat: a pure equilibrium of the random game, if it has one. */
static bool random_threat(struct table *t)
{
    for (uint32_t a = 0; a < 9; a++) {
        uint8_t actions[2];
        struct profile x;
        profile_actions(actions, &t->terms.shape, a);
        candidate_from_pure(&t->terms.threat, &t->terms.shape, actions);
        profile_from_candidate(&x, &t->terms.shape, &t->terms.threat);
        if (incentive_regret(t->payoffs[0], &x) <= 0 &&
            incentive_regret(t->payoffs[1], &x) <= 0)
            return true;
    }
    return false;
}

START_TEST(it_follows_in_random_games_with_many_ties)
{
    uint32_t n_negotiated = 0, n_pruned = 0;
    n_last_left = 0;
    for (noise_seed = 1; noise_seed <= 100; noise_seed++) {
        struct table *t = table_new(2, 3, noise);
        t->terms.budget = 12;
        if (random_threat(t)) {
            negotiated(t);
            table_all_ended(t, OUTCOME_PLAYED);
            if (table_report(t, 0).agreed)
                check_result(t);
            n_negotiated++;
            n_pruned += table_report(t, 0).pruning_rounds > 1;
        }
        table_free(t);
    }
    ck_assert_uint_gt(n_negotiated, 15);
    ck_assert_uint_gt(n_pruned, 2);
    ck_assert_uint_gt(n_last_left, 2);
}
END_TEST

START_TEST(what_all_report_selects)
{
    uint32_t n_negotiated = 0;
    n_selected = n_tied = 0;
    for (noise_seed = 1; noise_seed <= 60; noise_seed++) {
        struct table *t = table_new(2, 3, noise);
        t->terms.selection =
            noise_seed % 2 == 0 ? SELECTION_NASH : SELECTION_EGALITARIAN;
        t->terms.budget = 12;
        if (random_threat(t)) {
            negotiated(t);
            table_all_ended(t, OUTCOME_PLAYED);
            if (table_report(t, 0).agreed)
                check_result(t);
            ck_assert_uint_le(table_report(t, 0).pruning_rounds, 1);
            n_negotiated++;
        }
        table_free(t);
    }
    ck_assert_uint_gt(n_negotiated, 15);
    ck_assert_uint_gt(n_selected, 3);
    ck_assert_uint_gt(n_tied, 1);
}
END_TEST

/* Who meets where gets what both are worth there; elsewhere nobody gets anything. The
 * first place is the threat, the second worse for both than the third and the fourth;
 * the last has what the second player likes best. */
static double places(uint8_t player, const uint8_t *actions)
{
    static const double worth[5][2] = {
        {0, 0}, {0.4, 0.4}, {6, 6}, {10, 4.5}, {0.5, 10}};
    return actions[0] == actions[1] ? worth[actions[0]][player] : 0;
}

/* Where the draw leaves both open, the third place has the larger least share, 0.6, and
 * the fourth the larger product, 0.45. */
START_TEST(the_two_rules_choose_differently)
{
    uint32_t n_open = 0;
    for (uint8_t k = 0; k < 16; k++) {
        struct table *t = table_new(2, 5, places);
        const uint8_t expected[2] = {k % 2 == 0 ? 2 : 3, k % 2 == 0 ? 2 : 3};
        struct candidate c;
        t->terms.selection = k % 2 == 0 ? SELECTION_EGALITARIAN : SELECTION_NASH;
        t->terms.budget = 30;
        t->terms.threat_given = true;
        candidate_from_pure(&t->terms.threat, &t->terms.shape, (uint8_t[]){0, 0});
        t->seed[0].bytes[7] = k;
        negotiated(t);
        table_all_ended(t, OUTCOME_PLAYED);
        const struct report r = table_report(t, 0);
        const struct candidate *drawn = &table_found(t, 0, NOTE_DRAWN, 0)->candidate;
        candidate_from_pure(&c, &t->terms.shape, expected);
        if (table_payoff_of(t, 0, drawn) < 6 && table_payoff_of(t, 1, drawn) < 4.5) {
            n_open++;
            ck_assert(candidate_equal(&r.agreement, &c));
        }
        table_free(t);
    }
    ck_assert_uint_gt(n_open, 6);
}
END_TEST

/* ---- judging ---- */

START_TEST(each_player_judges_with_its_own_discount)
{
    struct table *t = table_new(2, 2, dilemma);
    t->options[0].discount = 0.9;
    t->options[1].discount = 0.4;
    negotiated(t);
    check_result(t);
    const struct report r = table_report(t, 0);
    for (uint8_t i = 0; i < 2; i++) {
        struct profile x;
        struct incentive_view v;
        profile_from_candidate(&x, &t->terms.shape, &r.agreement);
        incentive_view_profile(&v, t->payoffs[i], &x, 0);
        const struct enforcement e = {t->options[i].discount, 0};
        ck_assert(incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e, 1e-8));
    }
    struct message m;
    uint8_t suits[2][256];
    double reward[256];
    uint32_t differ = 0;
    for (size_t k = 0; table_said(t, 0, MESSAGE_ANSWER, k, &m); k++) {
        const size_t size =
            m.body_size - body_proposal_read(&proposal, m.body, m.body_size, &t->terms);
        uint32_t n = (uint32_t)(size / 8);
        while ((n + 7) / 8 + 8 * n > size)
            n--;
        for (uint8_t i = 0; i < 2; i++) {
            struct body_answer b = {&proposal, n, suits[i], reward};
            ck_assert(table_said(t, i, MESSAGE_ANSWER, k, &m));
            ck_assert(body_answer_read(&b, m.body, m.body_size, &t->terms));
        }
        differ += memcmp(suits[0], suits[1], n) != 0;
    }
    ck_assert_uint_gt(differ, 0);
    table_free(t);
}
END_TEST

START_TEST(without_shared_rewards_answers_are_bits)
{
    struct table *t = table_new(2, 2, dilemma);
    t->terms.share_rewards = false;
    negotiated(t);
    table_all_ended(t, OUTCOME_PLAYED);
    check_result(t);
    struct message m;
    for (size_t k = 0; table_said(t, 0, MESSAGE_ANSWER, k, &m); k++)
        ck_assert_uint_le(
            m.body_size - body_proposal_read(&proposal, m.body, m.body_size, &t->terms),
            2); /* two batches of eight bits at most */
    table_free(t);
}
END_TEST

START_TEST(the_shortest_punishment_is_the_longest_that_somebody_needs)
{
    static const double discounts[3][2] = {{0.9, 0.4}, {0.35, 0.9}, {0.6, 0.6}};
    for (int k = 0; k < 3; k++) {
        struct table *t = table_new(2, 2, dilemma);
        t->terms.finite = true;
        uint32_t longest = 0;
        t->options[0].discount = discounts[k][0];
        t->options[1].discount = discounts[k][1];
        negotiated(t);
        const struct report r = table_report(t, 0);
        ck_assert(r.agreed);
        for (uint8_t i = 0; i < 2; i++) {
            struct profile x;
            struct incentive_view v;
            profile_from_candidate(&x, &t->terms.shape, &r.agreement);
            incentive_view_profile(&v, t->payoffs[i], &x, 0);
            uint32_t length = 1;
            struct enforcement e = {t->options[i].discount, 1};
            while (!incentive_holds(&v, CONCEPT_NASH, INCENTIVE_INTERIM, &e, 4e-9))
                e.length = ++length;
            longest = length > longest ? length : longest;
            ck_assert_uint_eq(table_report(t, i).length, r.length);
        }
        ck_assert_uint_eq(r.length, longest);
        table_free(t);
    }
}
END_TEST

START_TEST(a_given_length_is_the_length)
{
    struct table *t = table_new(2, 2, dilemma);
    struct message m;
    t->terms.finite = true;
    t->terms.length = 7;
    negotiated(t);
    ck_assert_uint_eq(table_report(t, 1).length, 7);
    ck_assert(!table_said(t, 0, MESSAGE_LENGTH, 0, &m));
    table_free(t);
}
END_TEST

/* ---- threats ---- */

START_TEST(a_threat_that_is_no_equilibrium_ends_it_and_names_who_refused)
{
    struct table *t = table_new(2, 2, dilemma);
    const uint8_t exploited[2] = {0, 1}; /* the first would rather defect as well */
    candidate_from_pure(&t->terms.threat, &t->terms.shape, exploited);
    table_start(t);
    table_run(t);
    table_all_ended(t, OUTCOME_NO_THREAT);
    for (uint8_t i = 0; i < 2; i++) {
        ck_assert_uint_eq(table_found(t, i, NOTE_NO_THREAT, 0)->note.mask, 1);
        ck_assert(!table_report(t, i).has_threat);
    }
    ck_assert_uint_eq(t->n_played, 0);
    table_free(t);
}
END_TEST

START_TEST(a_threat_is_found_together_and_suits_everybody)
{
    table_payoff *const games[] = {dilemma, sexes, pennies};
    for (int k = 0; k < 3; k++) {
        struct table *t = table_new(2, 2, games[k]);
        t->terms.threat_given = false;
        negotiated(t);
        table_all_ended(t, OUTCOME_PLAYED);
        const struct report a = table_report(t, 0), b = table_report(t, 1);
        ck_assert(a.has_threat && candidate_equal(&a.threat, &b.threat));
        struct profile x;
        profile_from_candidate(&x, &t->terms.shape, &a.threat);
        for (uint8_t i = 0; i < 2; i++)
            ck_assert_double_le(incentive_regret(t->payoffs[i], &x),
                                1e-3 * payoffs_range(t->payoffs[i]));
        table_free(t);
    }
}
END_TEST

/* Rock, paper, scissors, but for the payoffs: no equilibrium within one round. */
START_TEST(where_no_threat_is_found_nothing_is_played)
{
    noise_seed = 3;
    struct table *t = NULL;
    for (;; noise_seed++) {
        t = table_new(2, 3, noise);
        if (!random_threat(t))
            break;
        table_free(t);
    }
    t->terms.threat_given = false;
    t->terms.threat_epsilon = 0;
    t->terms.threat_rounds = 1;
    table_start(t);
    table_run(t);
    table_all_ended(t, OUTCOME_NO_THREAT);
    ck_assert_uint_eq(table_found(t, 0, NOTE_NO_THREAT, 0)->note.mask, 0);
    ck_assert_uint_eq(t->n_played, 0);
    table_free(t);
}
END_TEST

START_TEST(where_nothing_suits_everybody_the_threat_is_signed)
{
    struct table *t = table_new(2, 2, pennies);
    for (int k = 0; k < 4; k++)
        t->terms.threat.weight[k] = WEIGHT_ONE / 2;
    t->terms.budget = 1; /* a pure profile each, and each suits only one */
    negotiated(t);
    table_all_ended(t, OUTCOME_PLAYED);
    const struct report r = table_report(t, 0);
    ck_assert(!r.agreed && r.certified == 0 && r.asked == 2);
    ck_assert(candidate_equal(&r.agreement, &t->terms.threat));
    ck_assert_uint_eq(table_count(t, 0, NOTE_NO_AGREEMENT), 1);
    ck_assert_uint_eq(table_count(t, 0, NOTE_AGREED), 0);
    table_free(t);
}
END_TEST

UNIT_MAIN("negotiation", the_agreement_follows_from_the_messages,
          it_follows_whatever_the_sampler_and_the_weight_of_the_own_reward,
          it_follows_in_random_games_with_many_ties, what_all_report_selects,
          the_two_rules_choose_differently, each_player_judges_with_its_own_discount,
          without_shared_rewards_answers_are_bits,
          the_shortest_punishment_is_the_longest_that_somebody_needs,
          a_given_length_is_the_length,
          a_threat_that_is_no_equilibrium_ends_it_and_names_who_refused,
          a_threat_is_found_together_and_suits_everybody,
          where_no_threat_is_found_nothing_is_played,
          where_nothing_suits_everybody_the_threat_is_signed)
