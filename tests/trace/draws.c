/* SPDX-License-Identifier: MIT */
/* What is drawn before each stage, in public or in private: as often as was agreed,
 * whatever was drawn before. Every session tells its seed and what came of it.
 * TREATY_STAGES asks for sessions of that length (make statistics). */
#include <stdio.h>

#include "tests/trace/trace.h"
#include "tests/unit/statistics.h"

enum { STAGES = 400, PRIVATE_STAGES = 100, PROFILES_SEEN_MAX = 4 };

struct draws {
    struct candidate agreed;
    uint32_t n_stages;
    uint32_t count[PROFILES_SEEN_MAX];
    uint32_t pairs[PROFILES_SEEN_MAX * PROFILES_SEEN_MAX]; /* stages 1 2, 3 4, .. */
};

static uint32_t stages_wanted(uint32_t usual)
{
    const char *text = getenv("TREATY_STAGES");
    return text != NULL ? (uint32_t)strtoul(text, NULL, 10) : usual;
}

static void read_draws(struct draws *d, const struct world *w, enum note_kind kind)
{
    static struct candidate candidate;
    const struct terms *t = world_terms(w);
    struct pages p = pages_of(w, 0);
    struct record r;
    struct note n;
    uint32_t before = 0;
    memset(d, 0, sizeof *d);
    while (pages_next(&p, &r)) {
        if (r.kind != RECORD_NOTE || !note_read(&n, &candidate, r.payload, r.size, t))
            continue;
        if (n.kind == NOTE_AGREED)
            d->agreed = candidate;
        if (n.kind != kind)
            continue;
        const uint32_t profile = profile_index(&t->shape, n.actions);
        ck_assert_uint_lt(profile, PROFILES_SEEN_MAX);
        d->count[profile]++;
        if (d->n_stages++ % 2 == 1)
            d->pairs[PROFILES_SEEN_MAX * before + profile]++;
        before = profile;
    }
}

static double share_of(const struct draws *d, uint32_t profile)
{
    return (double)d->agreed.weight[profile] / WEIGHT_ONE;
}

static void check_draws(const struct draws *d, uint64_t seed)
{
    double mean[PROFILES_SEEN_MAX], together[PROFILES_SEEN_MAX * PROFILES_SEEN_MAX];
    const uint32_t n_pairs = d->n_stages / 2;
    for (uint32_t a = 0; a < PROFILES_SEEN_MAX; a++) {
        mean[a] = d->n_stages * share_of(d, a);
        for (uint32_t b = 0; b < PROFILES_SEEN_MAX; b++)
            together[PROFILES_SEEN_MAX * a + b] =
                n_pairs * share_of(d, a) * share_of(d, b);
    }
    int degrees = 0;
    const double p = chi_square_test(d->count, mean, PROFILES_SEEN_MAX, &degrees);
    const double pair = chi_square_test(d->pairs, together,
                                        PROFILES_SEEN_MAX * PROFILES_SEEN_MAX, NULL);
    (void)printf("seed %llu: %u stages, %d profiles, p %.3f; pairs, p %.3f\n",
                 (unsigned long long)seed, d->n_stages, degrees + 1, p, pair);
    ck_assert_msg(degrees >= 1, "seed %llu agrees on one profile: nothing is tested",
                  (unsigned long long)seed);
    ck_assert_msg(p > STATISTICS_LEVEL, "seed %llu: p %g", (unsigned long long)seed, p);
    ck_assert_msg(pair > STATISTICS_LEVEL, "seed %llu: pairs, p %g",
                  (unsigned long long)seed, pair);
}

/* Two who gain by turns: 1;1 pays the first 4 and costs the other 1, 2;2 the other way
 * round, all else is nothing, and 1;2 is stable. So no profile alone is better than the
 * threat for both, and whatever they agree on draws both 1;1 and 2;2. Everybody is
 * honest: what is played is what was drawn. */
static void play_and_check(enum concept concept, uint64_t seed, uint32_t stages)
{
    static struct draws d;
    struct scenario s;
    scenario_start(&s, &(struct shape){2, {2, 2}});
    for (uint8_t k = 0; k < 2; k++) {
        const uint8_t both[2] = {k, k};
        scenario_pay(&s, k, both, 4);
        scenario_pay(&s, 1 - k, both, -1);
    }
    candidate_from_pure(&s.terms.threat, &s.terms.shape, (const uint8_t[]){0, 1});
    s.terms.threat_given = true;
    s.terms.concept = concept;
    s.terms.resolution = 16;
    s.terms.stages = stages;
    s.terms.opening_pure = false;
    s.terms.budget = 30;
    s.options.seed = seed;
    for (uint8_t i = 0; i < 2; i++) {
        s.private_options[i].sampler = SAMPLER_RANDOM;
        s.private_options[i].sampler_seed = seed;
        s.private_options[i].discount = 0.95;
    }
    struct world *w = play_out(&s);
    read_draws(&d, w, NOTE_STAGE);
    ck_assert_uint_eq(d.n_stages, stages);
    check_draws(&d, seed);
    finish(&s, w);
}

START_TEST(public_draws_follow_the_agreement)
{
    for (uint64_t seed = 1; seed <= 2; seed++)
        play_and_check(CONCEPT_PUBLIC, seed, stages_wanted(STAGES));
}
END_TEST

START_TEST(private_recommendations_follow_the_agreement)
{
    play_and_check(CONCEPT_PRIVATE, 1, stages_wanted(PRIVATE_STAGES));
}
END_TEST

UNIT_MAIN("draws", public_draws_follow_the_agreement,
          private_recommendations_follow_the_agreement)
