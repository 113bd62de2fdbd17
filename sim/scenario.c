/* SPDX-License-Identifier: MIT */
/* Hides how likely each kind of trouble is. */
#include "sim/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static void name_all(struct game *g)
{
    for (uint8_t i = 0; i < g->shape.n_players; i++) {
        snprintf(g->player_name[i], sizeof g->player_name[i], "%d", i + 1);
        for (uint8_t k = 0; k < g->shape.n_actions[i]; k++)
            snprintf(g->action_name[shape_offset(&g->shape, i) + k],
                     sizeof g->action_name[0], "%d", k + 1);
    }
}

void scenario_start(struct scenario *s, const struct shape *shape)
{
    CHECK(shape_valid(shape));
    memset(s, 0, sizeof *s);
    s->game.shape = *shape;
    name_all(&s->game);
    for (uint8_t i = 0; i < shape->n_players; i++) {
        s->game.payoffs[i] = payoffs_new_zero(shape, i);
        CHECK(s->game.payoffs[i] != NULL);
        s->private_options[i] = (struct private_options){
            .discount = 0.9, .lambda = 0.5, .sampler_seed = i, .attempt = 1};
    }
    terms_default(&s->terms);
    s->terms.shape = *shape;
    memcpy(s->terms.player_name, s->game.player_name, sizeof s->terms.player_name);
    memcpy(s->terms.action_name, s->game.action_name, sizeof s->terms.action_name);
    s->terms.budget = 4;
    s->terms.stages = 10;
    s->terms.threat_rounds = 200;
    s->options = (struct world_options){
        .seed = 1,
        .terms = &s->terms,
        .game = &s->game,
        .private_options = s->private_options,
        .misdeeds = s->misdeeds,
        .network = {.delay_ms_min = 10, .delay_ms_max = 10},
    };
}

void scenario_free(struct scenario *s)
{
    game_free(&s->game);
}

/* The table is made anew, so that what follows from it is right again. */
void scenario_pay(struct scenario *s, uint8_t player, const uint8_t *actions,
                  double payoff)
{
    struct payoffs *old = s->game.payoffs[player];
    old->value[profile_index(&s->game.shape, actions)] = payoff;
    s->game.payoffs[player] = payoffs_new(&s->game.shape, player, old->value);
    CHECK(s->game.payoffs[player] != NULL);
    payoffs_free(old);
}

/* ---- games ---- */

/* One table for each player, made as a whole. */
static double *tables_new(const struct shape *shape)
{
    double *v = calloc((size_t)shape_profiles(shape) * shape->n_players, sizeof *v);
    CHECK(v != NULL);
    return v;
}

/* Takes the tables over. */
static void pay_tables(struct scenario *s, double *tables)
{
    const struct shape *shape = &s->game.shape;
    for (uint8_t i = 0; i < shape->n_players; i++) {
        payoffs_free(s->game.payoffs[i]);
        s->game.payoffs[i] =
            payoffs_new(shape, i, tables + (size_t)i * shape_profiles(shape));
        CHECK(s->game.payoffs[i] != NULL);
    }
    free(tables);
}

static void pay_public_goods(struct scenario *s, double cost, double gift)
{
    const struct shape *shape = &s->game.shape;
    const uint32_t n_profiles = shape_profiles(shape);
    double *v = tables_new(shape);
    for (uint32_t p = 0; p < n_profiles; p++) {
        uint8_t actions[PLAYERS_MAX];
        profile_actions(actions, shape, p);
        double given = 0;
        for (uint8_t i = 0; i < shape->n_players; i++)
            given += actions[i] == 0 ? gift : 0;
        for (uint8_t i = 0; i < shape->n_players; i++)
            v[(size_t)i * n_profiles + p] = given - (actions[i] == 0 ? cost : 0);
    }
    pay_tables(s, v);
}

static void threaten(struct scenario *s, const uint8_t *actions)
{
    s->terms.threat_given = true;
    candidate_from_pure(&s->terms.threat, &s->game.shape, actions);
}

void scenario_public_goods(struct scenario *s, uint8_t n_players)
{
    const struct shape shape = shape_uniform(n_players, 2);
    uint8_t keep[PLAYERS_MAX];
    memset(keep, 1, sizeof keep);
    scenario_start(s, &shape);
    pay_public_goods(s, 3, 2);
    threaten(s, keep);
}

void scenario_pennies(struct scenario *s)
{
    const struct shape shape = {.n_players = 2, .n_actions = {2, 2}};
    scenario_start(s, &shape);
    for (uint8_t a = 0; a < 2; a++)
        for (uint8_t b = 0; b < 2; b++) {
            scenario_pay(s, 0, (uint8_t[]){a, b}, a == b ? 1 : -1);
            scenario_pay(s, 1, (uint8_t[]){a, b}, a == b ? -1 : 1);
        }
    s->terms.threat_given = true;
    for (uint8_t k = 0; k < 4; k++)
        s->terms.threat.weight[k] = WEIGHT_ONE / 2;
}

/* ---- random scenarios ---- */

/* Every part of a scenario is drawn from a sequence of its own, so that a seed keeps
 * its game and its network when there are more ways to cheat, or other extremes. */
enum part { PART_GAME, PART_EXTREMES, PART_CHEATS, PART_CONCEPT, PART_SELECTION };

static struct prng sequence(uint64_t seed, enum part part)
{
    struct prng p = {seed};
    if (part != PART_GAME)
        p.state = prng_next(&p) ^ (uint64_t)part << 56;
    return p;
}

static bool chance(struct prng *p, double share)
{
    return prng_share(p) < share;
}

/* Uniform in [least, greatest]. */
static uint32_t between(struct prng *p, uint32_t least, uint32_t greatest)
{
    return least + (uint32_t)prng_below(p, (uint64_t)greatest - least + 1);
}

enum { LARGE = 9, LARGEST = 16 };

static struct shape random_shape(struct prng *p, struct prng *extremes)
{
    static const uint8_t sizes[] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
                                    3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 6};
    struct shape s = {.n_players = sizes[prng_below(p, sizeof sizes)]};
    if (chance(p, 0.03))
        s.n_players = (uint8_t)between(p, 7, 8);
    if (chance(extremes, 0.002))
        s.n_players = (uint8_t)between(extremes, LARGE, LARGEST);
    for (uint8_t i = 0; i < s.n_players; i++)
        s.n_actions[i] = (uint8_t)(s.n_players <= 4 ? between(p, 2, 3) : 2);
    return s;
}

static void random_payoffs(struct scenario *s, struct prng *p)
{
    const struct shape *shape = &s->game.shape;
    const uint32_t n_profiles = shape_profiles(shape);
    if (chance(p, 0.5) || shape->n_players >= LARGE) {
        pay_public_goods(s, 3, 3.0 / shape->n_players + 0.5);
        return;
    }
    double *v = tables_new(shape);
    for (uint32_t k = 0; k < n_profiles; k++) {
        const double common = between(p, 0, 6);
        for (uint8_t i = 0; i < shape->n_players; i++)
            v[(size_t)i * n_profiles + k] = common + between(p, 0, 4) - 5.0;
    }
    pay_tables(s, v);
}

static bool stable(const struct scenario *s, const uint8_t *actions)
{
    const struct shape *shape = &s->game.shape;
    struct candidate c;
    struct profile x;
    candidate_from_pure(&c, shape, actions);
    profile_from_candidate(&x, shape, &c);
    for (uint8_t i = 0; i < shape->n_players; i++)
        if (incentive_regret(s->game.payoffs[i], &x) > 0)
            return false;
    return true;
}

/* The last static equilibrium in pure actions, where there is one. */
static bool find_threat(const struct scenario *s, uint8_t *actions)
{
    const struct shape *shape = &s->game.shape;
    for (uint32_t k = shape_profiles(shape); k-- > 0;) {
        profile_actions(actions, shape, k);
        if (stable(s, actions))
            return true;
    }
    return false;
}

static void random_terms(struct scenario *s, struct prng *p)
{
    struct terms *t = &s->terms;
    uint8_t actions[PLAYERS_MAX];
    const uint32_t budget_max = t->shape.n_players <= 3 ? 8 : 3;
    t->budget = between(p, 1, budget_max);
    t->batch = (uint16_t)between(p, 1, 8);
    t->stages = between(p, 1, t->shape.n_players <= 4 ? 12 : 6);
    t->opening_pure = chance(p, 0.8);
    t->share_rewards = chance(p, 0.5);
    t->incentive = chance(p, 0.8) ? INCENTIVE_INTERIM : INCENTIVE_EX_ANTE;
    t->finite = chance(p, 0.5);
    t->length = t->finite && chance(p, 0.5) ? between(p, 1, 4) : 0;
    t->restorations_max = (uint16_t)between(p, 0, 3);
    t->threat_rounds = 40;
    t->hard_ms = 5000;
    if (chance(p, 0.7) && find_threat(s, actions))
        threaten(s, actions);
}

static void random_minds(struct scenario *s, struct prng *p)
{
    for (uint8_t i = 0; i < s->game.shape.n_players; i++)
        s->private_options[i] = (struct private_options){
            .discount = chance(p, 0.7) ? 0.9 : prng_share(p),
            .lambda = chance(p, 0.5) ? 0.5 : prng_share(p),
            .sampler = (enum sampler_kind)prng_below(p, SAMPLER_KINDS),
            .sampler_seed = prng_next(p),
            .attempt = 1,
        };
}

static void random_crash(struct network *n, struct prng *p, uint8_t n_players)
{
    struct crash *c = &n->crash[n->n_crashes++];
    *c = (struct crash){.player = (uint8_t)prng_below(p, n_players)};
    if (chance(p, 0.5))
        c->at_record = between(p, 1, 150);
    else
        c->at_ms = between(p, 0, 1500);
    if (chance(p, 0.85))
        c->restart_ms = chance(p, 0.8) ? between(p, 1, 3000) : between(p, 1, 20000);
}

static void random_network(struct network *n, struct prng *p, uint8_t n_players)
{
    n->delay_ms_min = between(p, 0, 30);
    n->delay_ms_max = n->delay_ms_min + (chance(p, 0.8) ? between(p, 0, 60) : 0);
    if (chance(p, 0.4))
        return;
    n->loss = chance(p, 0.6) ? 0.3 * prng_share(p) : 0;
    n->duplicate = chance(p, 0.5) ? 0.3 * prng_share(p) : 0;
    n->reorder = chance(p, 0.5) ? 0.3 * prng_share(p) : 0;
    while (n->n_partitions < 3 && chance(p, 0.3)) {
        struct partition *cut = &n->partition[n->n_partitions++];
        const uint64_t all = players_all(n_players);
        cut->a = prng_below(p, all) + 1;
        cut->b = chance(p, 0.5) ? all & ~cut->a
                                : player_bit((uint8_t)prng_below(p, n_players));
        cut->from_ms = between(p, 0, 1500);
        cut->to_ms = cut->from_ms + between(p, 1, chance(p, 0.8) ? 2000 : 30000);
    }
    while (n->n_crashes < 4 && chance(p, 0.3))
        random_crash(n, p, n_players);
}

/* What is rare, and what it takes to be quick where there are many. */
static void random_extremes(struct scenario *s, struct prng *p)
{
    struct network *n = &s->options.network;
    const uint8_t n_players = s->game.shape.n_players;
    if (n_players >= LARGE) {
        s->terms.budget = 1;
        s->terms.stages = between(p, 1, 3);
    }
    if (chance(p, 0.04)) /* slower than the patience after which one asks */
        n->delay_ms_max = n->delay_ms_min + between(p, 0, 400);
    if (chance(p, 0.04))
        s->terms.hard_ms = between(p, 1000, 30000);
    if (!network_calm(n) && chance(p, 0.05))
        n->loss = 0.3 + 0.3 * prng_share(p);
    if (chance(p, 0.25)) {
        s->terms.verdict = VERDICT_STRICT;
        s->terms.delay_ms =
            5 * n->delay_ms_max + 1; /* what is reordered takes so long */
        const uint32_t least = 4 * (s->terms.soft_ms + s->terms.delay_ms);
        if (s->terms.hard_ms < least)
            s->terms.hard_ms = least;
    }
    if (n->n_crashes > 0 && chance(p, 0.1))
        while (n->n_crashes < 12)
            random_crash(n, p, n_players);
}

static struct misbehaviour random_misbehaviour(struct prng *p, uint32_t stages)
{
    struct misbehaviour m = {
        .kind = (enum misbehaviour_kind)prng_below(p, MISBEHAVIOUR_KINDS)};
    if (chance(p, 0.5))
        m.from_stage = between(p, 1, stages);
    else if (chance(p, 0.8))
        m.from_round = between(p, 0, 40);
    return m;
}

static void random_cheat(struct misdeeds *m, struct prng *p, uint32_t stages)
{
    while (m->n_defections < 4 && chance(p, 0.6))
        m->defection[m->n_defections++] =
            (struct defection){.stage = between(p, 1, stages), .action = ANY_ACTION};
    if (m->n_defections > 0 && chance(p, 0.6))
        return;
    do
        m->misbehaviour[m->n_misbehaviours++] = random_misbehaviour(p, stages);
    while (m->n_misbehaviours < 3 && chance(p, 0.25));
}

/* In three of ten worlds nobody cheats; in the others one player or, as often as
 * that, any number that leaves one honest player to judge. A third of the coalitions do
 * all the same. */
static void random_misdeeds(struct scenario *s, struct prng *p)
{
    const uint8_t n_players = s->game.shape.n_players;
    if (chance(p, 0.3))
        return;
    uint8_t cheats = 1;
    if (n_players > 2 && chance(p, 0.5))
        cheats = (uint8_t)between(p, 2, n_players - 1u);
    const bool alike = chance(p, 1.0 / 3);
    const struct misdeeds *first = NULL;
    /* Each player in turn, with the chance that leaves exactly so many. */
    for (uint8_t i = 0; i < n_players && cheats > 0; i++) {
        struct misdeeds *m = &s->misdeeds[i];
        if (prng_below(p, n_players - i) >= cheats)
            continue;
        cheats--;
        if (first != NULL && alike)
            *m = *first;
        else
            random_cheat(m, p, s->terms.stages);
        first = m;
    }
}

/* Distributions in two of five worlds. There players are often patient, and their first
 * questions not the pure profiles, so that more than one profile is drawn from. A world
 * of mixed profiles stays what it was. */
static void random_concept(struct scenario *s, struct prng *p)
{
    struct terms *t = &s->terms;
    const bool mixed = chance(p, 0.6);
    if (!chance(p, 0.5) || t->incentive != INCENTIVE_INTERIM ||
        shape_profiles(&t->shape) > DISTRIBUTION_MAX)
        return;
    t->concept = CONCEPT_PUBLIC;
    if (!mixed)
        return;
    t->opening_pure = false;
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        s->private_options[i].discount = 0.98;
}

/* Reports select in two of five worlds; the lottery, the default, in the others. Some
 * of those who misbehave there do it by their reports. */
static void random_selection(struct scenario *s, struct prng *p)
{
    if (!chance(p, 0.4))
        return;
    s->terms.selection = chance(p, 0.5) ? SELECTION_NASH : SELECTION_EGALITARIAN;
    for (uint8_t i = 0; i < s->game.shape.n_players; i++)
        if (s->misdeeds[i].n_misbehaviours > 0 && chance(p, 0.3))
            s->misdeeds[i].misbehaviour[0] = (struct misbehaviour){
                .kind = chance(p, 0.7) ? MISBEHAVE_MISREPORT : MISBEHAVE_BAD_REPORT};
}

void scenario_random(struct scenario *s, uint64_t seed)
{
    struct prng p = sequence(seed, PART_GAME);
    struct prng extremes = sequence(seed, PART_EXTREMES);
    struct prng cheats = sequence(seed, PART_CHEATS);
    struct prng concept = sequence(seed, PART_CONCEPT);
    struct prng selection = sequence(seed, PART_SELECTION);
    const struct shape shape = random_shape(&p, &extremes);
    scenario_start(s, &shape);
    random_payoffs(s, &p);
    random_terms(s, &p);
    random_minds(s, &p);
    random_network(&s->options.network, &p, shape.n_players);
    random_extremes(s, &extremes);
    random_misdeeds(s, &cheats);
    random_concept(s, &concept);
    random_selection(s, &selection);
    s->options.seed = seed;
    s->options.limit_ms = 3600000; /* the late take seconds for every round */
}
