/* SPDX-License-Identifier: MIT */
/* A negotiation without messages is the one with messages: what players say to each
 * other in a simulated world is what a bout has on its table, line by line. */
#include "study/bout.h"

#include "protocol/message.h"
#include "tests/trace/trace.h"

enum { RUNS = 3 };

/* The bout of a scenario whose players have all the same options. */
static struct bout *bout_of(const struct scenario *s, const struct profile *threat,
                            uint64_t seed)
{
    struct bout *b = bout_new(&(struct bout_options){
        .game = &s->game,
        .threat = threat,
        .seed = seed,
        .asking = {.concept = s->terms.concept,
                   .resolution = terms_resolution(&s->terms),
                   .incentive = s->terms.incentive,
                   .enforcement = {s->private_options[0].discount, s->terms.length},
                   .lambda = s->private_options[0].lambda,
                   .sampler = s->private_options[0].sampler,
                   .budget = s->terms.budget,
                   .batch = s->terms.batch,
                   .opening_pure = s->terms.opening_pure}});
    ck_assert_ptr_nonnull(b);
    return b;
}

/* Compares a row of proposals, which stand in the bout from *index on. What two have
 * asked together stands there once, where the first of them had it. */
static void same_row(const struct bout *b, const struct message *row,
                     const struct terms *t, uint32_t *index)
{
    static struct body_propose said;
    const uint32_t first = *index;
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        ck_assert_uint_gt(body_proposal_read(&said, row[i].body, row[i].body_size, t),
                          0);
        for (uint16_t k = 0; k < said.n_candidates; k++) {
            struct candidate c;
            uint32_t at = first;
            for (; at < *index; at++) {
                bout_candidate(b, &c, at);
                if (candidate_equal(&c, &said.candidate[k]))
                    break;
            }
            ck_assert_uint_lt(at, bout_asked(b));
            bout_candidate(b, &c, at);
            ck_assert(candidate_equal(&c, &said.candidate[k]));
            *index += at == *index;
        }
    }
}

/* Returns what was certified. */
static uint32_t same_as_told(const struct bout *b, const struct world *w)
{
    static struct sampling_rows rows; /* large */
    const struct terms *t = world_terms(w);
    uint32_t index = 0;
    sampling_rows_of(&rows, w);
    for (uint32_t round = 0; round < SAMPLING_ROUNDS_MAX; round++)
        if (rows.n_said[round] == t->shape.n_players)
            same_row(b, rows.said[round], t, &index);
    const struct report r = report_of(w, 0);
    ck_assert_uint_eq(index, bout_asked(b));
    ck_assert_uint_eq(r.certified, bout_accepted(b));
    if (r.certified == 0)
        return 0;
    bool found = false;
    for (uint32_t k = 0; k < bout_accepted(b); k++) {
        struct candidate c;
        bout_candidate(b, &c, bout_accept(b, k));
        found |= candidate_equal(&c, &r.agreement);
    }
    ck_assert(found);
    return r.certified;
}

static uint32_t one_case(enum concept concept, enum sampler_kind kind, double lambda,
                         bool opening, uint64_t seed)
{
    struct scenario s;
    struct profile threat;
    struct prng seeds = {seed};
    scenario_public_goods(&s, seed % 2 == 0 ? 2 : 3);
    s.terms.stages = 1;
    s.terms.budget = 14;
    s.terms.batch = 3;
    s.terms.concept = concept;
    s.terms.opening_pure = opening;
    s.terms.share_rewards = lambda < 1;
    for (uint8_t i = 0; i < s.game.shape.n_players; i++) {
        s.private_options[i].sampler = kind;
        s.private_options[i].sampler_seed = prng_next(&seeds);
        s.private_options[i].lambda = lambda;
    }
    profile_from_candidate(&threat, &s.game.shape, &s.terms.threat);
    struct bout *b = bout_of(&s, &threat, seed);
    bout_negotiate(b);
    struct world *w = play_out(&s);
    const uint32_t certified = same_as_told(b, w);
    bout_free(b);
    finish(&s, w);
    return certified;
}

START_TEST(a_bout_asks_and_accepts_what_a_world_does)
{
    uint32_t certified = 0;
    for (int kind = 0; kind < SAMPLER_KINDS; kind++)
        for (uint64_t seed = 1; seed <= RUNS; seed++) {
            certified +=
                one_case(CONCEPT_NASH, (enum sampler_kind)kind, 0.5, seed != 2, seed);
            certified += one_case(CONCEPT_PUBLIC, (enum sampler_kind)kind,
                                  seed == 2 ? 1 : 0.5, true, seed);
        }
    ck_assert_uint_gt(certified, 50);
}
END_TEST

/* ---- the draw ---- */

enum { DRAWS = 6000 };

/* Two players of whom one proposed three things and the other one, none better than
 * another: the two-level draw. */
START_TEST(each_proposer_is_as_likely_and_so_is_each_of_its_candidates)
{
    struct scenario s;
    struct profile threat;
    struct prng lottery = {7};
    uint32_t drawn[4] = {0};
    scenario_start(&s, &(struct shape){.n_players = 2, .n_actions = {2, 2}});
    for (uint32_t k = 0; k < 4; k++)
        threat.share[k] = 0.5;
    s.terms.budget = 4;
    struct bout *b = bout_of(&s, &threat, 1);
    for (uint32_t k = 0; k < 4; k++) {
        struct candidate c = {{0}};
        bool fresh;
        uint8_t actions[] = {(uint8_t)(k & 1), (uint8_t)(k >> 1)};
        candidate_from_pure(&c, &s.game.shape, actions);
        ck_assert_uint_eq(bout_ask(b, &fresh, &c, k == 3), k);
        ck_assert(fresh);
    }
    ck_assert_uint_eq(bout_accepted(b), 4);
    for (int k = 0; k < DRAWS; k++) {
        uint32_t first;
        drawn[bout_settle(b, &first, &lottery)]++;
    }
    double chi = 0;
    for (uint32_t k = 0; k < 4; k++) {
        const double expected = DRAWS * (k == 3 ? 1 / 2. : 1 / 6.);
        chi += (drawn[k] - expected) * (drawn[k] - expected) / expected;
    }
    ck_assert_double_lt(chi, 16.3); /* 3 degrees of freedom: one in a thousand */
    bout_free(b);
    scenario_free(&s);
}
END_TEST

/* What is agreed on pays nobody less than what was drawn, and nothing that was accepted
 * dominates it. */
START_TEST(what_is_settled_is_not_dominated)
{
    struct scenario s;
    struct profile threat;
    struct prng lottery = {3};
    scenario_public_goods(&s, 2);
    s.terms.budget = 40;
    s.private_options[0].sampler = SAMPLER_RANDOM;
    profile_from_candidate(&threat, &s.game.shape, &s.terms.threat);
    struct bout *b = bout_of(&s, &threat, 5);
    bout_negotiate(b);
    ck_assert_uint_gt(bout_accepted(b), 5);
    for (int k = 0; k < 50; k++) {
        uint32_t first;
        const double *end = bout_payoff(b, bout_settle(b, &first, &lottery));
        ck_assert_double_ge(end[0], bout_payoff(b, first)[0] - 1e-6);
        ck_assert_double_ge(end[1], bout_payoff(b, first)[1] - 1e-6);
        for (uint32_t a = 0; a < bout_accepted(b); a++) {
            const double *other = bout_payoff(b, bout_accept(b, a));
            ck_assert(other[0] <= end[0] + 1e-6 || other[1] <= end[1] + 1e-6);
        }
    }
    bout_free(b);
    scenario_free(&s);
}
END_TEST

UNIT_MAIN("bout", a_bout_asks_and_accepts_what_a_world_does,
          each_proposer_is_as_likely_and_so_is_each_of_its_candidates,
          what_is_settled_is_not_dominated)
