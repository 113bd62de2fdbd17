/* SPDX-License-Identifier: MIT */
/* The tables of docs/selection.md: what is chosen of what suits everybody, by the
 * lottery and by reports, and what lies are worth to liars and to the honest. What is
 * on the table comes of the nodes' own askers; messages and signatures are left out. An
 * argument is the number of random games of each size (default 40). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secure.h"
#include "cli/options.h"
#include "cli/threatening.h"
#include "game/incentive.h"
#include "sampling/asker.h"
#include "sampling/selection.h"

enum { BUDGET = 60, BATCH = 8, DRAWS = 60, ON_TABLE_MAX = PLAYERS_MAX * BUDGET };

/* ---- what is on the table ---- */

/* What suited everybody in one negotiation: who proposed it, and what it gains each
 * player over the threat, as a share of what the best of it gains that player. */
struct offer {
    uint8_t n_players;
    uint32_t n;
    uint64_t proposers[ON_TABLE_MAX]; /* masks */
    double share[PLAYERS_MAX][ON_TABLE_MAX];
};

struct room {
    const struct game *game;
    struct asker *asker[PLAYERS_MAX];
    struct candidates *table;
    double threat[PLAYERS_MAX];
};

static void room_start(struct room *r, const struct game *g,
                       const struct profile *threat, uint64_t seed)
{
    *r = (struct room){.game = g};
    r->table = candidates_new(&g->shape, g->shape.n_players,
                              (uint32_t)g->shape.n_players * BUDGET);
    for (uint8_t i = 0; i < g->shape.n_players; i++) {
        r->threat[i] = payoffs_expect(g->payoffs[i], threat);
        r->asker[i] = asker_new(
            &(struct asker_options){.payoffs = g->payoffs[i],
                                    .tolerance = incentive_tolerance(g->payoffs[i]),
                                    .concept = CONCEPT_NASH,
                                    .incentive = INCENTIVE_INTERIM,
                                    .enforcement = {0.9, 0},
                                    .lambda = 0.5,
                                    .sampler = SAMPLER_SOO,
                                    .sampler_seed = seed + i,
                                    .budget = BUDGET,
                                    .batch = BATCH,
                                    .opening_pure = true});
        if (r->asker[i] == NULL || r->table == NULL)
            abort();
        asker_start(r->asker[i], threat);
    }
}

static void answer(struct room *r, uint32_t index)
{
    struct candidate c;
    double reward[PLAYERS_MAX];
    bool all = true;
    candidates_get(r->table, &c, index);
    for (uint8_t i = 0; i < r->game->shape.n_players; i++) {
        const struct judgement j = asker_judge(r->asker[i], &c);
        reward[i] = j.reward;
        all &= j.suits;
    }
    if (all)
        candidates_accept(r->table, index);
    for (uint8_t i = 0; i < r->game->shape.n_players; i++)
        asker_hear(r->asker[i], index, &c, reward);
}

static void negotiate(struct room *r)
{
    static struct candidate asked[PLAYERS_MAX][BATCH];
    const uint8_t n_players = r->game->shape.n_players;
    const uint32_t rounds = (BUDGET + 2u) * n_players;
    for (uint32_t batch = 0, finished = 0; batch < rounds && finished < n_players;
         batch++) {
        const uint32_t first = candidates_count(r->table);
        uint16_t n[PLAYERS_MAX];
        finished = 0;
        for (uint8_t i = 0; i < n_players; i++) {
            n[i] = asker_propose(r->asker[i], r->table, batch, asked[i]);
            finished += n[i] == 0 && asker_finished(r->asker[i]);
        }
        for (uint8_t i = 0; i < n_players; i++)
            for (uint16_t k = 0; k < n[i]; k++) {
                bool fresh;
                const uint32_t index =
                    candidates_add(r->table, &fresh, &asked[i][k], i);
                candidates_join(r->table, index, player_bit(i));
            }
        for (uint32_t k = first; k < candidates_count(r->table); k++)
            answer(r, k);
    }
}

static double shared(const struct room *r, struct offer *o, uint8_t i)
{
    const struct payoffs *p = r->game->payoffs[i];
    double most = 0;
    for (uint32_t k = 0; k < o->n; k++) {
        struct candidate c;
        candidates_get(r->table, &c, candidates_survivor(r->table, k));
        o->share[i][k] = fmax(concept_payoff(p, CONCEPT_NASH, &c) - r->threat[i], 0);
        most = fmax(most, o->share[i][k]);
    }
    for (uint32_t k = 0; k < o->n && most > incentive_tolerance(p); k++)
        o->share[i][k] /= most;
    return most;
}

/* False where there is nothing to choose, or somebody to whom all is the same. */
static bool offered(struct offer *o, const struct game *g, const struct profile *threat,
                    uint64_t seed)
{
    struct room r;
    bool any = true;
    room_start(&r, g, threat, seed);
    negotiate(&r);
    o->n_players = g->shape.n_players;
    o->n = candidates_survivors(r.table);
    for (uint32_t k = 0; k < o->n; k++)
        o->proposers[k] =
            candidates_proposed_by(r.table, candidates_survivor(r.table, k));
    for (uint8_t i = 0; i < o->n_players; i++)
        any &= shared(&r, o, i) > incentive_tolerance(g->payoffs[i]);
    for (uint8_t i = 0; i < o->n_players; i++)
        asker_free(r.asker[i]);
    candidates_free(r.table);
    return any && o->n > 1;
}

/* ---- choosing ---- */

enum way {
    DRAWN,  /* one draw, and nothing else */
    PRUNED, /* --selection lottery */
    NASH,   /* --selection nash-bargaining */
    EGALITARIAN /* --selection egalitarian */,
    OVER_MEAN, /* Nash over what is as good for all as the draw is on average; where
                  there is none, what was drawn */
    UNGUARDED, /* Nash over all that is on the table, whatever was drawn */
};
enum { WAYS = UNGUARDED + 1 };
static const char *const way_names[WAYS] = {"draw alone",      "lottery",
                                            "nash-bargaining", "egalitarian",
                                            "over the mean",   "unguarded"};

/* What a liar says of a share s: in a report, or, for the lottery, how it marks. */
enum lie {
    TRUTH,
    FAVOURITE,  /* nothing but its favourite gains it anything; marks it better and all
                   others worse */
    EXAGGERATE, /* s to the power of 8; marks as worse what is not three quarters of the
                   way from the draw to its favourite */
    UNDERSTATE, /* s to the power of 1/8; marks as the draw what is better */
};
enum { LIES = UNDERSTATE + 1 };
static const char *const lie_names[LIES] = {"truth", "favourite", "exaggerate",
                                            "understate"};

static uint32_t favourite(const struct offer *o, uint8_t i)
{
    uint32_t best = 0;
    for (uint32_t k = 1; k < o->n; k++)
        best = o->share[i][k] > o->share[i][best] ? k : best;
    return best;
}

static void report(uint32_t *gain, const struct offer *o, uint8_t i, enum lie lie)
{
    static double said[ON_TABLE_MAX];
    const uint32_t best = favourite(o, i);
    for (uint32_t k = 0; k < o->n; k++) {
        const double s = o->share[i][k];
        said[k] = lie == FAVOURITE    ? (k == best)
                  : lie == EXAGGERATE ? pow(s, 8)
                  : lie == UNDERSTATE ? pow(s, 0.125)
                                      : s;
    }
    selection_report(gain, said, o->n, 0, 1.0 / GAIN_ONE);
}

static enum mark mark_of(const struct offer *o, uint8_t i, uint32_t k, uint32_t drawn,
                         enum lie lie)
{
    const uint32_t best = favourite(o, i);
    const double s = o->share[i][k], d = o->share[i][drawn];
    const enum mark truth = s < d - 1e-9   ? MARK_WORSE
                            : s > d + 1e-9 ? MARK_BETTER
                                           : MARK_EQUAL;
    if (k == drawn)
        return MARK_EQUAL;
    if (lie == FAVOURITE)
        return k == best ? MARK_BETTER : MARK_WORSE;
    if (lie == EXAGGERATE)
        return s < d + 0.75 * (o->share[i][best] - d) - 1e-9 ? MARK_WORSE : truth;
    if (lie == UNDERSTATE && truth == MARK_BETTER)
        return MARK_EQUAL;
    return truth;
}

/* Candidates whose index is their place in the offer. */
static struct candidates *table_of(const struct offer *o)
{
    static const struct shape shape = {2, {2, 1}};
    struct candidates *t = candidates_new(&shape, o->n_players, o->n);
    if (t == NULL)
        abort();
    for (uint32_t k = 0; k < o->n; k++) {
        const struct candidate c = {{k, WEIGHT_ONE - k, WEIGHT_ONE}};
        bool fresh;
        uint8_t first = 0;
        while ((o->proposers[k] & player_bit(first)) == 0)
            first++;
        (void)candidates_add(t, &fresh, &c, first);
        candidates_join(t, k, o->proposers[k]);
        candidates_accept(t, k);
    }
    return t;
}

static uint32_t draw(const struct candidates *t, struct prng *p)
{
    const uint8_t j = (uint8_t)prng_below(p, candidates_proposers(t));
    return candidates_draw(t, j, (uint32_t)prng_below(p, candidates_of(t, j)));
}

static uint32_t prune(const struct offer *o, struct candidates *t, uint32_t drawn,
                      const enum lie *lies, struct prng *p)
{
    for (;;) {
        for (uint32_t k = 0; k < candidates_survivors(t); k++)
            for (uint8_t i = 0; i < o->n_players; i++) {
                const uint32_t at = candidates_survivor(t, k);
                candidates_mark(t, at, mark_of(o, i, at, drawn, lies[i]));
            }
        if (candidates_prune(t, drawn))
            return drawn;
        drawn = draw(t, p);
    }
}

/* The mean of a report over the draw. */
static double mean_report(const struct offer *o, const uint32_t *gain)
{
    double mean = 0;
    uint32_t proposers = 0;
    for (uint8_t i = 0; i < o->n_players; i++) {
        double sum = 0;
        uint32_t n = 0;
        for (uint32_t k = 0; k < o->n; k++) {
            n += o->proposers[k] >> i & 1;
            sum += (o->proposers[k] >> i & 1) != 0 ? gain[k] : 0;
        }
        proposers += n > 0;
        mean += n > 0 ? sum / n : 0;
    }
    return mean / proposers;
}

/* Nash over what is at least `least` for each; CANDIDATES_NONE where there is none. */
static uint32_t best_over(const struct offer *o, const uint32_t *gain,
                          const double *least)
{
    double most = -INFINITY;
    uint32_t best = CANDIDATES_NONE;
    for (uint32_t k = 0; k < o->n; k++) {
        double merit = 0;
        bool fits = true;
        for (uint8_t i = 0; i < o->n_players; i++) {
            const double g = gain[i * o->n + k];
            fits &= g >= least[i];
            merit += g > 0 ? log(g) : -1e4;
        }
        if (!fits || merit <= most)
            continue;
        most = merit;
        best = k;
    }
    return best;
}

static uint32_t choose(const struct offer *o, enum way way, const uint32_t *gain,
                       const enum lie *lies, uint32_t drawn, struct prng *p)
{
    double least[PLAYERS_MAX] = {0};
    uint32_t result = drawn;
    struct candidates *t = table_of(o);
    if (way == PRUNED)
        result = prune(o, t, drawn, lies, p);
    if (way == NASH || way == EGALITARIAN) {
        selection_narrow(t, way == NASH ? SELECTION_NASH : SELECTION_EGALITARIAN, gain,
                         o->n_players, drawn);
        result = draw(t, p);
    }
    for (uint8_t i = 0; way == OVER_MEAN && i < o->n_players; i++)
        least[i] = mean_report(o, gain + i * o->n);
    if (way == OVER_MEAN || way == UNGUARDED)
        result = best_over(o, gain, least);
    for (uint8_t i = 0; result == CANDIDATES_NONE && i < o->n_players; i++)
        least[i] = gain[i * o->n + drawn];
    if (result == CANDIDATES_NONE)
        result = best_over(o, gain, least);
    candidates_free(t);
    return result;
}

/* ---- what comes of it ---- */

/* Sums over draws, of shares. */
struct sums {
    double n, mean, least, product, spread;
    double liar, honest, honest_n, below; /* below: the worst of an honest one's result
                                             against the draw */
};

static void add(struct sums *s, const struct offer *o, uint32_t result, uint32_t drawn,
                const enum lie *lies)
{
    double sum = 0, least = 1, most = 0, product = 1;
    for (uint8_t i = 0; i < o->n_players; i++) {
        const double u = o->share[i][result];
        sum += u;
        least = fmin(least, u);
        most = fmax(most, u);
        product *= u;
        if (lies[i] != TRUTH) {
            s->liar += u;
            continue;
        }
        s->honest += u;
        s->honest_n++;
        if (u < o->share[i][drawn] - 1e-6)
            s->below = fmin(s->below, u - o->share[i][drawn]);
    }
    s->n++;
    s->mean += sum / o->n_players;
    s->least += least;
    s->product += pow(product, 1.0 / o->n_players);
    s->spread += most - least;
}

/* liars: how many lie, beginning with one that the seed chooses. The same draws for all
 * ways and lies. */
static void play(struct sums *s, const struct offer *o, enum way way, enum lie lie,
                 uint8_t liars, uint64_t seed)
{
    static uint32_t gain[PLAYERS_MAX * ON_TABLE_MAX];
    struct prng draws = {seed}, p = {seed + 1};
    enum lie lies[PLAYERS_MAX] = {TRUTH};
    struct candidates *t = table_of(o);
    for (uint8_t k = 0; k < liars; k++)
        lies[(seed + k) % o->n_players] = lie;
    for (uint8_t i = 0; i < o->n_players; i++)
        report(gain + i * o->n, o, i, lies[i]);
    for (int k = 0; k < DRAWS; k++) {
        const uint32_t drawn = draw(t, &draws);
        add(s, o, choose(o, way, gain, lies, drawn, &p), drawn, lies);
    }
    candidates_free(t);
}

/* ---- all of them ---- */

static const struct group {
    const char *name;
    uint8_t n_players, n_actions; /* 0: a file of games/ */
} groups[] = {{"prisoners-dilemma", 0, 0}, {"battle-of-the-sexes", 0, 0},
              {"aumann-chicken", 0, 0},    {"public-goods-3", 0, 0},
              {"random 2 x 2", 2, 2},      {"random 3 x 3", 2, 3},
              {"random 2 x 2 x 2", 3, 2},  {"random 2^4", 4, 2}};
enum { GROUPS = sizeof groups / sizeof groups[0], OFFERS_MAX = 1000, SEEDS = 5 };

static struct offer *offers[OFFERS_MAX];
static uint8_t group_of[OFFERS_MAX];
static uint32_t n_offers;

static void random_game(struct game *g, const struct group *of, uint64_t seed)
{
    struct prng p = {seed};
    double value[64];
    *g = (struct game){.shape = {.n_players = of->n_players}};
    for (uint8_t i = 0; i < of->n_players; i++)
        g->shape.n_actions[i] = of->n_actions;
    for (uint8_t i = 0; i < of->n_players; i++) {
        for (uint32_t a = 0; a < shape_profiles(&g->shape); a++)
            value[a] = (double)prng_below(&p, 1000);
        g->payoffs[i] = payoffs_new(&g->shape, i, value);
    }
}

static bool take(uint8_t group, struct game *g, uint64_t seed, char *reason)
{
    struct profile threat;
    struct offer *o = malloc(sizeof *o);
    if (o == NULL || n_offers == OFFERS_MAX ||
        find_threat(&threat, g, reason) != STATUS_OK) {
        free(o);
        return false;
    }
    if (!offered(o, g, &threat, seed)) {
        free(o);
        return true;
    }
    group_of[n_offers] = group;
    offers[n_offers++] = o;
    return true;
}

static bool gather(uint32_t n_games)
{
    char reason[REASON_SIZE] = "too many games", path[64];
    for (uint8_t k = 0; k < GROUPS; k++) {
        const struct group *of = &groups[k];
        for (uint32_t n = 0; n < (of->n_players == 0 ? SEEDS : n_games); n++) {
            struct game g;
            memset(&g, 0, sizeof g);
            (void)snprintf(path, sizeof path, "games/%s.nfg", of->name);
            if (of->n_players > 0)
                random_game(&g, of, 1000 * (uint64_t)k + n);
            else if (game_load(&g, path, reason) != STATUS_OK)
                return fprintf(stderr, "%s: %s\n", path, reason) < 0;
            if (!take(k, &g, n, reason) && of->n_players == 0)
                return fprintf(stderr, "%s: %s\n", path, reason) < 0;
            game_free(&g);
        }
    }
    return true;
}

static void table_of_truth(void)
{
    printf("What is chosen where all report the truth: gains over the threat, as "
           "shares of "
           "each\nplayer's best on the table. Mean over players, the least of them, "
           "geometric mean, and\nthe greatest less the least.\n\n");
    printf("%-20s %5s %6s  %-16s %6s %6s %6s %6s\n", "game", "games", "table",
           "chosen by", "mean", "least", "geom.", "spread");
    for (uint8_t g = 0; g < GROUPS; g++)
        for (int way = 0; way < WAYS; way++) {
            struct sums s = {0};
            double n = 0, size = 0;
            for (uint32_t k = 0; k < n_offers; k++) {
                if (group_of[k] != g)
                    continue;
                play(&s, offers[k], (enum way)way, TRUTH, 0, k);
                n++;
                size += offers[k]->n;
            }
            if (n > 0)
                printf("%-20s %5.0f %6.0f  %-16s %6.3f %6.3f %6.3f %6.3f\n",
                       way == 0 ? groups[g].name : "", n, size / n, way_names[way],
                       s.mean / s.n, s.least / s.n, s.product / s.n, s.spread / s.n);
        }
}

/* All games weigh the same. */
static void table_of_lies(void)
{
    printf(
        "\nWhat lies are worth, over all of these games: the liar's share and the mean "
        "of the honest\nplayers', where one lies; the same mean where all do; and how "
        "far "
        "below the draw an honest\nplayer ever ended.\n\n");
    printf("%-16s %-12s %8s %8s %8s %8s\n", "chosen by", "lie", "liar", "honest",
           "all lie", "below");
    for (int way = DRAWN; way < WAYS; way++)
        for (int lie = TRUTH; lie < (way == DRAWN ? TRUTH + 1 : LIES); lie++) {
            struct sums one = {0}, all = {0};
            for (uint32_t k = 0; k < n_offers; k++) {
                play(&one, offers[k], (enum way)way, (enum lie)lie, 1, k);
                play(&all, offers[k], (enum way)way, (enum lie)lie,
                     offers[k]->n_players, k);
            }
            if (lie == TRUTH)
                printf("%-16s %-12s %8s %8.3f %8s %8.3f\n", way_names[way],
                       lie_names[lie], "", all.mean / all.n, "", all.below);
            else
                printf("%-16s %-12s %8.3f %8.3f %8.3f %8.3f\n", "", lie_names[lie],
                       one.liar / one.n, one.honest / one.honest_n, all.mean / all.n,
                       one.below);
        }
}

int main(int argc, char **argv)
{
    const unsigned long n_games = argc > 1 ? strtoul(argv[1], NULL, 10) : 40;
    if (!secure_start() || n_games < 1 || n_games > 200 || !gather((uint32_t)n_games))
        return EXIT_FAILURE;
    table_of_truth();
    table_of_lies();
    for (uint32_t k = 0; k < n_offers; k++)
        free(offers[k]);
    return EXIT_SUCCESS;
}
