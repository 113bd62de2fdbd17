/* SPDX-License-Identifier: MIT */
/* What is drawn before each stage: as often as was agreed, whatever was drawn before.
 * TREATY_STAGES makes sessions longer than `make test` does (make statistics). */
#include <stdio.h>

#include "tests/trace/trace.h"
#include "tests/unit/statistics.h"

enum { SESSIONS = 2, STAGES = 600, PROFILES_SEEN_MAX = 8 };

struct draws {
    struct candidate agreed;
    uint32_t n_stages;
    uint32_t count[PROFILES_SEEN_MAX];
    uint32_t pairs[PROFILES_SEEN_MAX * PROFILES_SEEN_MAX]; /* stages 1 2, 3 4, .. */
};

static uint32_t stages_wanted(void)
{
    const char *text = getenv("TREATY_STAGES");
    return text != NULL ? (uint32_t)strtoul(text, NULL, 10) : STAGES;
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
    const double n_pairs = (double)(d->n_stages / 2);
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

START_TEST(public_draws_follow_the_agreement)
{
    static const uint64_t seeds[SESSIONS] = {1, 12};
    for (int k = 0; k < SESSIONS; k++) {
        static struct draws d;
        struct scenario s;
        scenario_public_goods(&s, k == 0 ? 3 : 2);
        s.terms.concept = CONCEPT_PUBLIC;
        s.terms.stages = stages_wanted();
        s.terms.opening_pure = false;
        s.terms.budget = 6;
        s.options.seed = seeds[k];
        for (uint8_t i = 0; i < s.game.shape.n_players; i++) {
            s.private_options[i].sampler = SAMPLER_RANDOM;
            s.private_options[i].sampler_seed = seeds[k];
            s.private_options[i].discount = 0.95;
        }
        struct world *w = play_out(&s);
        read_draws(&d, w, NOTE_TOSSED);
        ck_assert_uint_eq(d.n_stages, s.terms.stages);
        check_draws(&d, seeds[k]);
        finish(&s, w);
    }
}
END_TEST

UNIT_MAIN("draws", public_draws_follow_the_agreement)
