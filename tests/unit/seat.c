/* SPDX-License-Identifier: MIT */
/* From a seat the game is the same, but for the numbers of the players. */
#include "sampling/seat.h"

#include <stdlib.h>

#include "base/secure.h"
#include "tests/unit/unit.h"

static const struct shape shape = {3, {2, 3, 4}};

static void fill(struct candidate *c, enum concept concept, uint64_t seed)
{
    const struct shape weights = concept_shape(concept, &shape);
    struct profile x;
    struct prng p = {seed};
    for (uint16_t w = 0; w < shape_weights(&weights); w++)
        x.share[w] = prng_share(&p) + 0.01;
    for (uint8_t i = 0; i < weights.n_players; i++) {
        double *share = x.share + shape_offset(&weights, i), sum = 0;
        for (uint16_t k = 0; k < weights.n_actions[i]; k++)
            sum += share[k];
        for (uint16_t k = 0; k < weights.n_actions[i]; k++)
            share[k] /= sum;
    }
    candidate_from_profile_at(c, &weights, WEIGHT_ONE, &x);
}

START_TEST(the_others_follow_in_a_circle)
{
    struct seat s;
    seat_take(&s, &shape, 1);
    for (uint8_t j = 0; j < 3; j++) {
        ck_assert_uint_eq(seat_player(&s, j), (j + 1u) % 3);
        ck_assert_uint_eq(s.here.n_actions[j], shape.n_actions[(j + 1u) % 3]);
    }
    /* The first player's two actions are the last two weights from here. */
    ck_assert_uint_eq(seat_weight(&s, CONCEPT_NASH, 7), 0);
    ck_assert_uint_eq(seat_weight(&s, CONCEPT_NASH, 8), 1);
    ck_assert_uint_eq(seat_weight(&s, CONCEPT_NASH, 0), 2);
}
END_TEST

/* And what everybody is paid under a candidate is the same from any seat. */
START_TEST(a_candidate_pays_the_same_from_each_seat)
{
    double value[24], seen[24];
    struct prng p = {5};
    for (int a = 0; a < 24; a++)
        value[a] = (double)prng_below(&p, 1000);
    struct payoffs *third = payoffs_new(&shape, 2, value);
    for (int concept = CONCEPT_NASH; concept <= CONCEPT_PRIVATE; concept ++)
        for (uint8_t player = 0; player < 3; player++) {
            const struct shape weights = concept_shape((enum concept) concept, &shape);
            struct candidate c, here, back;
            struct seat s;
            seat_take(&s, &shape, player);
            for (uint16_t a = 0; a < 24; a++)
                seen[a] = value[seat_weight(&s, CONCEPT_PUBLIC, a)];
            struct payoffs *same =
                payoffs_new(&s.here, (uint8_t)((2 + 3 - player) % 3), seen);
            fill(&c, (enum concept) concept, player);
            seat_here(&s, (enum concept) concept, &here, &c);
            seat_there(&s, (enum concept) concept, &back, &here);
            ck_assert_int_eq(candidate_order(&c, &back, &weights), 0);
            ck_assert_double_eq_tol(concept_payoff(same, (enum concept) concept, &here),
                                    concept_payoff(third, (enum concept) concept, &c),
                                    1e-9);
            payoffs_free(same);
        }
    payoffs_free(third);
}
END_TEST

UNIT_MAIN("seat", the_others_follow_in_a_circle,
          a_candidate_pays_the_same_from_each_seat)
