/* SPDX-License-Identifier: MIT */
/* The table of candidates: nothing is lost or doubled, the draw is fair on both levels,
 * and pruning ends with something good whatever the others mark. */
#include "sampling/candidates.h"

#include <string.h>

#include "tests/unit/unit.h"

static const struct shape square = {2, {2, 2}};

/* The number-th candidate of a square game; different numbers, different candidates. */
static struct candidate numbered(uint32_t number)
{
    struct candidate c = {{0}};
    c.weight[0] = number;
    c.weight[1] = WEIGHT_ONE - number;
    c.weight[2] = number / 3;
    c.weight[3] = WEIGHT_ONE - number / 3;
    return c;
}

static uint32_t add(struct candidates *t, uint32_t number, uint8_t proposer)
{
    struct candidate c = numbered(number);
    bool fresh;
    uint32_t index = candidates_add(t, &fresh, &c, proposer);
    ck_assert(fresh);
    return index;
}

START_TEST(what_was_added_is_found_again_with_its_first_proposer)
{
    struct candidates *t = candidates_new(&square, 3, 1000);
    struct candidate c, got;
    bool fresh;
    for (uint32_t i = 0; i < 1000; i++) {
        c = numbered(i * 7);
        ck_assert(candidates_find(t, &c) == CANDIDATES_NONE);
        ck_assert(candidates_add(t, &fresh, &c, (uint8_t)(i % 3)) == i && fresh);
    }
    for (uint32_t i = 0; i < 1000; i++) {
        c = numbered(i * 7);
        ck_assert(candidates_find(t, &c) == i);
        ck_assert(candidates_add(t, &fresh, &c, (uint8_t)((i + 1) % 3)) == i && !fresh);
        ck_assert(candidates_proposer(t, i) == i % 3);
        memset(&got, 0xff, sizeof got);
        candidates_get(t, &got, i);
        ck_assert(candidate_equal(&got, &c));
        ck_assert(!candidates_accepted(t, i) && !candidates_survives(t, i));
    }
    ck_assert_uint_eq(candidates_count(t), 1000);
    ck_assert_uint_eq(candidates_survivors(t), 0);
    ck_assert_uint_eq(candidates_proposers(t), 0);
    candidates_free(t);
}
END_TEST

START_TEST(candidates_that_differ_in_the_last_weights_only_are_different)
{
    struct shape s = {1, {64}};
    struct candidates *t = candidates_new(&s, 2, 500);
    struct candidate c = {{0}};
    bool fresh;
    c.weight[0] = WEIGHT_ONE - 500;
    for (uint32_t i = 0; i < 500; i++) {
        c.weight[62] = 500 - i;
        c.weight[63] = i;
        ck_assert(candidates_find(t, &c) == CANDIDATES_NONE);
        ck_assert(candidates_add(t, &fresh, &c, 1) == i && fresh);
    }
    candidates_free(t);
}
END_TEST

START_TEST(survivors_are_in_the_order_of_indices_whenever_they_were_accepted)
{
    struct candidates *t = candidates_new(&square, 2, 10);
    const uint32_t accepted[] = {7, 2, 9, 0, 4};
    const uint32_t sorted[] = {0, 2, 4, 7, 9};
    for (uint32_t i = 0; i < 10; i++)
        add(t, i, 0);
    for (int i = 0; i < 5; i++)
        candidates_accept(t, accepted[i]);
    ck_assert_uint_eq(candidates_survivors(t), 5);
    for (uint32_t k = 0; k < 5; k++) {
        ck_assert_uint_eq(candidates_survivor(t, k), sorted[k]);
        ck_assert(candidates_survives(t, sorted[k]));
        ck_assert(candidates_accepted(t, sorted[k]));
    }
    ck_assert(!candidates_survives(t, 1) && !candidates_accepted(t, 1));
    candidates_free(t);
}
END_TEST

START_TEST(the_draw_is_uniform_over_proposers_and_then_over_what_they_proposed)
{
    /* Player 0 floods, 1 proposed nothing that was accepted, 2 one, 3 two. */
    const uint8_t proposer[] = {0, 3, 0, 1, 0, 2, 0, 3, 0, 1};
    const uint32_t share[] = {2, 5, 2, 0, 2, 10, 2, 5, 2, 0}; /* of 30 */
    struct candidates *t = candidates_new(&square, 4, 10);
    uint32_t drawn[10] = {0};
    for (uint32_t i = 0; i < 10; i++) {
        add(t, i, proposer[i]);
        if (proposer[i] != 1)
            candidates_accept(t, i);
    }
    uint8_t proposers = candidates_proposers(t);
    ck_assert_uint_eq(proposers, 3);
    for (uint8_t j = 0; j < proposers; j++) {
        uint32_t n = candidates_of(t, j), last = 0;
        for (uint32_t k = 0; k < n; k++) {
            uint32_t index = candidates_draw(t, j, k);
            ck_assert(k == 0 || index > last);
            last = index;
            drawn[index] += 30u / proposers / n;
        }
    }
    ck_assert_mem_eq(drawn, share, sizeof share);
    candidates_free(t);
}
END_TEST

/* Player 1 asks at the same time for all that player 0 asks about. That costs player 0
 * nothing: it is drawn as often as it would have been, with the same candidates; and
 * what it copied makes the copier's own less likely. */
START_TEST(who_copies_a_proposal_takes_nothing_away)
{
    struct candidates *t = candidates_new(&square, 3, 5);
    uint32_t drawn[5] = {0};
    static const uint32_t share[] = {4 + 2, 4 + 2, 2, 2, 8}; /* of 24 */
    for (uint32_t i = 0; i < 5; i++) {
        const uint8_t proposer = i < 2 ? 0 : i < 4 ? 1 : 2;
        candidates_accept(t, add(t, i, proposer));
        if (i < 2)
            candidates_join(t, i, player_bit(1));
        ck_assert_uint_eq(candidates_proposed_by(t, i),
                          i < 2 ? 3 : player_bit(proposer));
        ck_assert_uint_eq(candidates_proposer(t, i), proposer);
    }
    ck_assert_uint_eq(candidates_proposers(t), 3);
    for (uint8_t j = 0; j < 3; j++) {
        ck_assert_uint_eq(candidates_nth_proposer(t, j), j);
        ck_assert_uint_eq(candidates_of(t, j), j == 0 ? 2 : j == 1 ? 4 : 1);
        for (uint32_t k = 0; k < candidates_of(t, j); k++)
            drawn[candidates_draw(t, j, k)] += 8 / candidates_of(t, j);
    }
    ck_assert_mem_eq(drawn, share, sizeof share);
    candidates_free(t);
}
END_TEST

START_TEST(who_has_no_survivor_left_is_not_drawn)
{
    struct candidates *t = candidates_new(&square, 3, 3);
    for (uint32_t i = 0; i < 3; i++)
        candidates_accept(t, add(t, i, (uint8_t)i));
    candidates_mark(t, 0, MARK_WORSE);
    candidates_mark(t, 2, MARK_BETTER);
    ck_assert(!candidates_prune(t, 1));
    ck_assert_uint_eq(candidates_proposers(t), 1);
    ck_assert_uint_eq(candidates_of(t, 0), 1);
    ck_assert_uint_eq(candidates_draw(t, 0, 0), 2);
    ck_assert(candidates_accepted(t, 0) && !candidates_survives(t, 0));
    ck_assert(candidates_accepted(t, 1) && !candidates_survives(t, 1));
    candidates_free(t);
}
END_TEST

START_TEST(better_for_one_and_worse_for_another_goes_and_improves_nothing)
{
    for (int order = 0; order < 2; order++) {
        struct candidates *t = candidates_new(&square, 2, 3);
        for (uint32_t i = 0; i < 3; i++)
            candidates_accept(t, add(t, i, 0));
        candidates_mark(t, 1, order == 0 ? MARK_BETTER : MARK_WORSE);
        candidates_mark(t, 1, order == 0 ? MARK_WORSE : MARK_BETTER);
        candidates_mark(t, 2, MARK_EQUAL);
        ck_assert(candidates_prune(t, 0));
        ck_assert(!candidates_survives(t, 1));
        ck_assert(candidates_survives(t, 0) && candidates_survives(t, 2));
        candidates_free(t);
    }
}
END_TEST

START_TEST(marks_are_forgotten_when_a_pruning_ends)
{
    struct candidates *t = candidates_new(&square, 2, 3);
    for (uint32_t i = 0; i < 3; i++)
        candidates_accept(t, add(t, i, 0));
    candidates_mark(t, 1, MARK_BETTER);
    candidates_mark(t, 2, MARK_BETTER);
    ck_assert(!candidates_prune(t, 0));
    ck_assert(candidates_prune(t, 1));
    ck_assert_uint_eq(candidates_survivors(t), 2);
    candidates_free(t);
}
END_TEST

/* ---- whole prunings ---- */

enum { PLAYERS = 3, TABLE_MAX = 40 };

struct scene {
    uint32_t n;
    int payoff[TABLE_MAX][PLAYERS]; /* small integers, so that many are equal */
    bool liar[PLAYERS];
    uint32_t first_drawn;
    uint32_t draws;
};

static enum mark truth(const struct scene *s, int player, uint32_t index,
                       uint32_t drawn)
{
    int difference = s->payoff[index][player] - s->payoff[drawn][player];
    if (difference == 0)
        return MARK_EQUAL;
    return difference < 0 ? MARK_WORSE : MARK_BETTER;
}

static void mark_all(struct candidates *t, const struct scene *s, uint32_t drawn,
                     struct prng *prng)
{
    for (uint32_t k = 0; k < candidates_survivors(t); k++) {
        uint32_t index = candidates_survivor(t, k);
        for (int player = 0; player < PLAYERS && index != drawn; player++) {
            enum mark lie = (enum mark)prng_below(prng, 3);
            candidates_mark(t, index,
                            s->liar[player] ? lie : truth(s, player, index, drawn));
        }
    }
}

/* Draws and prunes to the end; returns the result. */
static uint32_t settle(struct scene *s, struct prng *prng)
{
    struct candidates *t = candidates_new(&square, PLAYERS, s->n);
    for (uint32_t i = 0; i < s->n; i++)
        candidates_accept(t, add(t, i, (uint8_t)prng_below(prng, PLAYERS)));
    uint32_t drawn, left;
    s->draws = 0;
    bool done;
    do {
        uint8_t j = (uint8_t)prng_below(prng, candidates_proposers(t));
        drawn = candidates_draw(t, j, (uint32_t)prng_below(prng, candidates_of(t, j)));
        if (s->draws == 0)
            s->first_drawn = drawn;
        s->draws++;
        left = candidates_survivors(t);
        mark_all(t, s, drawn, prng);
        done = candidates_prune(t, drawn);
        ck_assert(candidates_survives(t, drawn) == done);
        ck_assert(done || candidates_survivors(t) < left);
        ck_assert_uint_ge(candidates_survivors(t), 1);
    } while (!done);
    ck_assert_uint_le(s->draws, s->n);
    candidates_free(t);
    return drawn;
}

static void random_scene(struct scene *s, struct prng *prng)
{
    s->n = 1 + (uint32_t)prng_below(prng, TABLE_MAX);
    for (uint32_t i = 0; i < s->n; i++)
        for (int player = 0; player < PLAYERS; player++)
            s->payoff[i][player] = (int)prng_below(prng, 4);
    memset(s->liar, 0, sizeof s->liar);
}

START_TEST(pruning_ends_whatever_is_marked)
{
    struct prng prng = {11};
    for (int run = 0; run < 300; run++) {
        struct scene s;
        random_scene(&s, &prng);
        for (int player = 0; player < PLAYERS; player++)
            s.liar[player] = true;
        settle(&s, &prng);
    }
}
END_TEST

START_TEST(one_truthful_player_never_ends_below_the_first_draw)
{
    struct prng prng = {12};
    for (int run = 0; run < 300; run++) {
        struct scene s;
        random_scene(&s, &prng);
        for (int player = 1; player < PLAYERS; player++)
            s.liar[player] = true;
        uint32_t result = settle(&s, &prng);
        ck_assert_int_ge(s.payoff[result][0], s.payoff[s.first_drawn][0]);
    }
}
END_TEST

static bool dominates(const int *a, const int *b)
{
    bool better = false;
    for (int player = 0; player < PLAYERS; player++) {
        if (a[player] < b[player])
            return false;
        better |= a[player] > b[player];
    }
    return better;
}

START_TEST(no_accepted_candidate_dominates_the_result_of_truthful_marks)
{
    struct prng prng = {13};
    uint32_t most_draws = 0;
    for (int run = 0; run < 500; run++) {
        struct scene s;
        random_scene(&s, &prng);
        uint32_t result = settle(&s, &prng);
        most_draws = s.draws > most_draws ? s.draws : most_draws;
        for (uint32_t i = 0; i < s.n; i++)
            ck_assert(!dominates(s.payoff[i], s.payoff[result]));
        for (int player = 0; player < PLAYERS; player++)
            ck_assert_int_ge(s.payoff[result][player], s.payoff[s.first_drawn][player]);
    }
    ck_assert_uint_ge(most_draws, 3);
}
END_TEST

/* The authors' program keeps what comes before the first tie, and then (1, 1, 1) can
 * stay although (1, 1, 2) is on the table. */
START_TEST(a_tie_does_not_hide_what_dominates_it)
{
    struct prng prng = {14};
    for (int run = 0; run < 200; run++) {
        struct scene s = {
            4, {{1, 1, 1}, {1, 1, 1}, {1, 1, 2}, {1, 1, 1}}, {false}, 0, 0};
        ck_assert_uint_eq(settle(&s, &prng), 2);
    }
}
END_TEST

START_TEST(equal_candidates_all_stay_and_the_drawn_one_is_the_result)
{
    struct prng prng = {15};
    struct scene s = {TABLE_MAX, {{0}}, {false}, 0, 0};
    for (int run = 0; run < 50; run++) {
        uint32_t result = settle(&s, &prng);
        ck_assert_uint_eq(result, s.first_drawn);
        ck_assert_uint_eq(s.draws, 1);
    }
}
END_TEST

START_TEST(everybody_has_one_turn_in_as_many_rounds_as_players)
{
    uint32_t first[5] = {0};
    for (uint32_t number = 0; number < 500; number++) {
        struct candidate c = numbered(number);
        uint32_t seen = 0;
        for (uint32_t round = 1000; round < 1005; round++)
            seen |= 1u << candidates_turn(&c, &square, round, 5);
        ck_assert_uint_eq(seen, 31);
        first[candidates_turn(&c, &square, 0, 5)]++;
    }
    for (int player = 0; player < 5; player++)
        ck_assert(first[player] > 60 && first[player] < 140);
}
END_TEST

START_TEST(the_turn_moves_on_by_one_each_round_from_the_hash_of_the_weights)
{
    struct candidate c = numbered(123456789);
    struct hasher h;
    hash_start(&h, "CA1/turn");
    for (int w = 0; w < 4; w++)
        hash_u32(&h, c.weight[w]);
    struct digest d = hash_end(&h);
    uint64_t hash = 0;
    for (int i = 0; i < 8; i++)
        hash |= (uint64_t)d.bytes[i] << 8 * i;
    for (uint32_t round = 0; round < 9; round++)
        ck_assert_uint_eq(candidates_turn(&c, &square, round, 7),
                          (hash % 7 + round) % 7);
    ck_assert_uint_eq(candidates_turn(&c, &square, UINT32_MAX, 7),
                      (hash % 7 + UINT32_MAX % 7) % 7);
}
END_TEST

UNIT_MAIN("candidates", what_was_added_is_found_again_with_its_first_proposer,
          candidates_that_differ_in_the_last_weights_only_are_different,
          survivors_are_in_the_order_of_indices_whenever_they_were_accepted,
          the_draw_is_uniform_over_proposers_and_then_over_what_they_proposed,
          who_copies_a_proposal_takes_nothing_away,
          who_has_no_survivor_left_is_not_drawn,
          better_for_one_and_worse_for_another_goes_and_improves_nothing,
          marks_are_forgotten_when_a_pruning_ends, pruning_ends_whatever_is_marked,
          one_truthful_player_never_ends_below_the_first_draw,
          no_accepted_candidate_dominates_the_result_of_truthful_marks,
          a_tie_does_not_hide_what_dominates_it,
          equal_candidates_all_stay_and_the_drawn_one_is_the_result,
          everybody_has_one_turn_in_as_many_rounds_as_players,
          the_turn_moves_on_by_one_each_round_from_the_hash_of_the_weights)
