/* SPDX-License-Identifier: MIT */
/* Two tables of docs/. Without an argument: how good the distributions are that players
 * find. The nodes' samplers, their table and the pruning are the real ones; messages
 * and signatures are left out, so that many negotiations can be looked at. With
 * "privacy": how many distributions players keep if they see all of it, or only their
 * own action. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/linear.h"
#include "base/secure.h"
#include "cli/options.h"
#include "cli/threatening.h"
#include "game/incentive.h"
#include "sampling/candidates.h"
#include "sampling/sampler.h"

enum { WISHES = 256, LOTTERIES = 20, BATCH = 8 };

struct setting {
    const struct game *game;
    enum concept concept;
    double discount, lambda;
    enum sampler_kind sampler;
    bool opening;
    uint32_t budget;
    double threat[PLAYERS_MAX];
    uint32_t resolution;
    uint64_t seed;
};

static struct shape simplex_of(const struct game *g)
{
    struct shape s = {.n_players = 1};
    s.n_actions[0] = (uint16_t)shape_profiles(&g->shape);
    return s;
}

static bool judge(double *reward, const struct setting *t, uint8_t i,
                  const struct candidate *c)
{
    struct profile x;
    struct incentive_view v;
    const struct shape s = simplex_of(t->game);
    const struct enforcement e = {t->discount, 0};
    profile_from_candidate(&x, &s, c);
    incentive_view_distribution(&v, t->game->payoffs[i], x.share, t->concept,
                                t->threat[i]);
    const bool holds = incentive_holds(&v, t->concept, INCENTIVE_INTERIM, &e,
                                       incentive_tolerance(t->game->payoffs[i]));
    *reward = incentive_reward(&v, holds);
    return holds;
}

static double payoff_of(const struct setting *t, uint8_t i, const struct candidate *c)
{
    double sum = 0;
    for (uint32_t a = 0; a < shape_profiles(&t->game->shape); a++)
        sum += c->weight[a] / (double)WEIGHT_ONE * t->game->payoffs[i]->value[a];
    return sum;
}

/* ---- a negotiation, as protocol/sampling.c has it ---- */

struct wish {
    uint32_t question; /* UINT32_MAX: not the sampler's */
    struct candidate c;
};
struct node {
    struct sampler *sampler;
    uint32_t asked, opening, n_wishes;
    struct wish wish[WISHES];
};
struct room {
    const struct setting *t;
    struct candidates *table;
    double *value; /* by candidate and player */
    struct node node[PLAYERS_MAX];
};

static struct wish *wish_for(struct node *n, const struct candidate *c)
{
    for (uint32_t k = 0; k < n->n_wishes; k++)
        if (candidate_equal(&n->wish[k].c, c))
            return &n->wish[k];
    return NULL;
}

static bool may_wish(const struct room *r, const struct node *n)
{
    return n->n_wishes < WISHES && n->asked + n->n_wishes < r->t->budget;
}

static void wish_opening(struct room *r, uint8_t i)
{
    struct node *n = &r->node[i];
    const uint32_t m = shape_profiles(&r->t->game->shape);
    const uint32_t share = r->t->budget - r->t->budget / 2;
    for (; r->t->opening && n->opening < m && n->opening < share && may_wish(r, n);
         n->opening += r->t->game->shape.n_players) {
        double reward;
        struct wish w = {.question = UINT32_MAX};
        w.c.weight[n->opening] = WEIGHT_ONE;
        if (candidates_find(r->table, &w.c) == CANDIDATES_NONE &&
            judge(&reward, r->t, i, &w.c))
            n->wish[n->n_wishes++] = w;
    }
}

static void wish_sampled(struct room *r, uint8_t i)
{
    struct node *n = &r->node[i];
    struct question q;
    const uint8_t n_players = r->t->game->shape.n_players;
    while (may_wish(r, n) && sampler_ask(n->sampler, &q)) {
        double reward;
        const uint32_t index = candidates_find(r->table, &q.point);
        const bool suits = judge(&reward, r->t, i, &q.point);
        if (r->t->lambda >= 1)
            sampler_tell(n->sampler, q.id, reward);
        else if (index != CANDIDATES_NONE)
            sampler_tell(n->sampler, q.id, r->value[index * n_players + i]);
        if (index != CANDIDATES_NONE || (r->t->lambda >= 1 && !suits))
            continue;
        const uint32_t question = r->t->lambda >= 1 ? UINT32_MAX : q.id;
        struct wish *known = wish_for(n, &q.point);
        if (known != NULL)
            known->question = question;
        else
            n->wish[n->n_wishes++] = (struct wish){question, q.point};
    }
}

static void answer(struct room *r, const struct candidate *c, uint8_t proposer)
{
    const uint8_t n_players = r->t->game->shape.n_players;
    double reward[PLAYERS_MAX], sum = 0;
    bool fresh, all = true;
    const uint32_t index = candidates_add(r->table, &fresh, c, proposer);
    for (uint8_t i = 0; i < n_players; i++) {
        all &= judge(&reward[i], r->t, i, c);
        sum += reward[i];
    }
    if (all)
        candidates_accept(r->table, index);
    for (uint8_t i = 0; i < n_players; i++) {
        struct node *n = &r->node[i];
        const double v = r->t->lambda * reward[i] +
                         (1 - r->t->lambda) * (sum - reward[i]) / (n_players - 1);
        r->value[index * n_players + i] = v;
        struct wish *w = wish_for(n, c);
        if (w == NULL)
            continue;
        if (w->question != UINT32_MAX)
            sampler_tell(n->sampler, w->question, v);
        *w = n->wish[--n->n_wishes];
    }
}

static void negotiate(struct room *r)
{
    const struct shape s = simplex_of(r->t->game);
    const uint8_t n_players = r->t->game->shape.n_players;
    static struct {
        uint8_t who;
        struct candidate c;
    } row[PLAYERS_MAX * BATCH];
    for (uint32_t round = 0, idle = 0; idle <= n_players; round++) {
        uint32_t n_row = 0;
        bool wanted = false;
        for (uint8_t i = 0; i < n_players; i++) {
            struct node *n = &r->node[i];
            uint32_t proposed = 0;
            wish_opening(r, i);
            wish_sampled(r, i);
            wanted |= n->n_wishes > 0;
            for (uint32_t k = 0; k < n->n_wishes && proposed < BATCH; k++) {
                if (candidates_turn(&n->wish[k].c, &s, round, n_players) != i)
                    continue;
                row[n_row].who = i;
                row[n_row++].c = n->wish[k].c;
                proposed++;
            }
            n->asked += proposed;
        }
        for (uint32_t k = 0; k < n_row; k++)
            answer(r, &row[k].c, row[k].who);
        idle = wanted ? 0 : idle + 1;
    }
}

/* Draws and prunes a copy of what is on the table. */
static bool settle(struct candidate *out, const struct room *r, struct prng *p)
{
    const struct shape s = simplex_of(r->t->game);
    const uint8_t n_players = r->t->game->shape.n_players;
    const uint32_t n = candidates_count(r->table);
    struct candidates *t = candidates_new(&s, n_players, n > 0 ? n : 1);
    for (uint32_t k = 0; k < n; k++) {
        struct candidate c;
        bool fresh;
        candidates_get(r->table, &c, k);
        (void)candidates_add(t, &fresh, &c, candidates_proposer(r->table, k));
        if (candidates_accepted(r->table, k))
            candidates_accept(t, k);
    }
    bool done = candidates_survivors(t) == 0;
    const bool any = !done;
    while (!done) {
        const uint8_t j = (uint8_t)prng_below(p, candidates_proposers(t));
        const uint32_t drawn =
            candidates_draw(t, j, (uint32_t)prng_below(p, candidates_of(t, j)));
        candidates_get(t, out, drawn);
        for (uint32_t k = 0; k < candidates_survivors(t); k++) {
            const uint32_t at = candidates_survivor(t, k);
            struct candidate c;
            candidates_get(t, &c, at);
            for (uint8_t i = 0; i < n_players; i++) {
                const double d = payoff_of(r->t, i, &c) - payoff_of(r->t, i, out);
                const double tol = incentive_tolerance(r->t->game->payoffs[i]);
                if (fabs(d) > tol && at != drawn)
                    candidates_mark(t, at, d < 0 ? MARK_WORSE : MARK_BETTER);
            }
        }
        done = candidates_prune(t, drawn);
    }
    candidates_free(t);
    return any;
}

/* ---- the truth ---- */

/* What a publicly drawn profile asks for: least payoffs U_i. */
static double need(const struct setting *t, uint8_t i, uint32_t profile)
{
    const struct shape *s = &t->game->shape;
    uint8_t actions[PLAYERS_MAX];
    double best = t->threat[i];
    const double here = t->game->payoffs[i]->value[profile];
    profile_actions(actions, s, profile);
    for (uint8_t b = 0; b < s->n_actions[i]; b++) {
        actions[i] = b;
        best = fmax(best, t->game->payoffs[i]->value[profile_index(s, actions)]);
    }
    const double gain = best - here;
    if (gain <= incentive_tolerance(t->game->payoffs[i]))
        return t->threat[i];
    return t->threat[i] + gain * (1 - t->discount) / t->discount;
}

struct branch {
    bool out[WEIGHTS_MAX];
    double least[PLAYERS_MAX];
};

static double range_of(const struct setting *t, uint8_t i)
{
    return payoffs_range(t->game->payoffs[i]);
}

/* What is possible under a branch, ignoring what the profiles ask for: the greatest x
 * such that everybody gets base + x of its range at once; share has one entry more, for
 * x. False if nothing is. */
static bool relaxed(double *share, const struct setting *t, const double *base,
                    const struct branch *b)
{
    const uint32_t m = shape_profiles(&t->game->shape);
    struct linear *l = linear_new(m + 1);
    linear_unbounded(l, m);
    linear_goal(l, m, 1);
    for (uint32_t a = 0; a < m; a++)
        if (!b->out[a])
            linear_term(l, a, 1);
    linear_row(l, 1, 1);
    for (uint8_t i = 0; i < t->game->shape.n_players; i++) {
        for (int kind = 0; kind < 2; kind++) {
            const double level = kind == 0 ? base[i] : b->least[i];
            for (uint32_t a = 0; a < m; a++)
                if (!b->out[a])
                    linear_term(
                        l, a, (t->game->payoffs[i]->value[a] - level) / range_of(t, i));
            if (kind == 0)
                linear_term(l, m, -1);
            linear_row(l, 0, LINEAR_FREE);
        }
    }
    const bool solved = linear_solve(l, share) == LINEAR_OPTIMAL;
    linear_free(l);
    return solved;
}

/* The drawn profile that asks for most of what is not paid, or UINT32_MAX. */
static uint32_t unpaid(const struct setting *t, const double *share,
                       const struct branch *b)
{
    const uint32_t m = shape_profiles(&t->game->shape);
    uint32_t worst = UINT32_MAX;
    double worst_by = 1e-7, payoff[PLAYERS_MAX] = {0};
    for (uint32_t a = 0; a < m; a++)
        for (uint8_t i = 0; i < t->game->shape.n_players && !b->out[a]; i++)
            payoff[i] += share[a] * t->game->payoffs[i]->value[a];
    for (uint32_t a = 0; a < m; a++) {
        for (uint8_t i = 0; i < t->game->shape.n_players; i++) {
            const double by = (need(t, i, a) - payoff[i]) / range_of(t, i);
            if (!b->out[a] && share[a] > 1e-9 && by > worst_by) {
                worst_by = by;
                worst = a;
            }
        }
    }
    return worst;
}

/* Raises *best to the greatest x at which all keep what is drawn: branch and bound over
 * what may be drawn. */
static void public_best(double *best, const struct setting *t, const double *base,
                        const struct branch *b, int *patience)
{
    double share[WEIGHTS_MAX + 1];
    if (--*patience < 0 || !relaxed(share, t, base, b))
        return;
    const double x = share[shape_profiles(&t->game->shape)];
    if (x <= *best + 1e-7)
        return;
    const uint32_t profile = unpaid(t, share, b);
    if (profile == UINT32_MAX) {
        *best = x;
        return;
    }
    struct branch next = *b;
    for (uint8_t i = 0; i < t->game->shape.n_players; i++)
        next.least[i] = fmax(next.least[i], need(t, i, profile));
    public_best(best, t, base, &next, patience);
    next = *b;
    next.out[profile] = true;
    public_best(best, t, base, &next, patience);
}

/* Told to do k, player i does b instead, or (b its own) walks out; with U_i as promised
 * the condition is linear. */
static void private_row(struct linear *l, const struct setting *t,
                        const double *promised, uint8_t i, uint8_t k, uint8_t b)
{
    const struct shape *s = &t->game->shape;
    const double d = t->discount, later = d * (promised[i] - t->threat[i]);
    for (uint32_t a = 0; a < shape_profiles(s); a++) {
        uint8_t actions[PLAYERS_MAX];
        profile_actions(actions, s, a);
        if (actions[i] != k)
            continue;
        actions[i] = b;
        const double *v = t->game->payoffs[i]->value;
        const double left = b == k ? t->threat[i] : v[profile_index(s, actions)];
        linear_term(l, a, ((1 - d) * (left - v[a]) - later) / range_of(t, i));
    }
    linear_row(l, -LINEAR_FREE, 0);
}

/* A distribution that pays at least this and is kept. */
static bool private_pays(const struct setting *t, const double *promised)
{
    const struct shape *s = &t->game->shape;
    const uint32_t m = shape_profiles(s);
    struct linear *l = linear_new(m);
    for (uint32_t a = 0; a < m; a++)
        linear_term(l, a, 1);
    linear_row(l, 1, 1);
    for (uint8_t i = 0; i < s->n_players; i++) {
        for (uint32_t a = 0; a < m; a++)
            linear_term(l, a,
                        (t->game->payoffs[i]->value[a] - promised[i]) / range_of(t, i));
        linear_row(l, 0, LINEAR_FREE);
        for (uint8_t k = 0; k < s->n_actions[i]; k++)
            for (uint8_t b = 0; b < s->n_actions[i]; b++)
                private_row(l, t, promised, i, k, b);
    }
    const bool pays = linear_solve(l, NULL) == LINEAR_OPTIMAL;
    linear_free(l);
    return pays;
}

/* Everybody is promised base + x of its range, one player (0: none) a share more. */
static bool line_pays(const struct setting *t, const double *base, double x, int line)
{
    const uint8_t n_players = t->game->shape.n_players;
    double promised[PLAYERS_MAX];
    for (uint8_t i = 0; i < n_players; i++)
        promised[i] = fmax(base[i] + x * range_of(t, i), t->threat[i]);
    if (line > 0) {
        const uint8_t i = (uint8_t)((line - 1) % n_players);
        promised[i] += 0.05 * (1 << (line - 1) / n_players) * range_of(t, i);
    }
    return private_pays(t, promised);
}

/* As public_best, from below: along the diagonal and along lines beside it. */
static void private_best(double *best, const struct setting *t, const double *base)
{
    for (int line = 0; line < 1 + 4 * t->game->shape.n_players; line++) {
        double low = *best + 1e-6, high = 1;
        if (!line_pays(t, base, low, line))
            continue;
        for (int step = 0; step < 18; step++) {
            const double x = (low + high) / 2;
            if (line_pays(t, base, x, line))
                low = x;
            else
                high = x;
        }
        *best = low;
    }
}

/* How much more everybody could have at once, as a share of its payoff range. */
static double missed(const struct setting *t, const double *base)
{
    double best = 0;
    int patience = 100000;
    struct branch b = {0};
    memcpy(b.least, t->threat, sizeof b.least);
    if (t->concept == CONCEPT_PUBLIC)
        public_best(&best, t, base, &b, &patience);
    else
        private_best(&best, t, base);
    if (patience < 0)
        (void)fprintf(stderr, "the search for the best was cut short\n");
    return best;
}

/* ---- one negotiation ---- */

static void room_start(struct room *r, const struct setting *t)
{
    const struct shape s = simplex_of(t->game);
    const uint8_t n_players = t->game->shape.n_players;
    const uint32_t all = n_players * t->budget;
    memset(r, 0, sizeof *r);
    r->t = t;
    r->table = candidates_new(&s, n_players, all);
    r->value = calloc((size_t)all * n_players, sizeof *r->value);
    for (uint8_t i = 0; i < n_players; i++) {
        r->node[i].opening = i;
        r->node[i].sampler = sampler_new(
            &(struct sampler_options){.kind = t->sampler,
                                      .shape = s,
                                      .resolution = t->resolution,
                                      .seed = t->seed,
                                      .self = i,
                                      .budget = t->lambda < 1 ? all : 100 * t->budget});
    }
    if (r->table == NULL || r->value == NULL)
        abort();
}

static void room_end(struct room *r)
{
    for (uint8_t i = 0; i < r->t->game->shape.n_players; i++)
        sampler_free(r->node[i].sampler);
    candidates_free(r->table);
    free(r->value);
}

struct found {
    bool agreed;
    double missed;
};

static struct found look(const struct setting *t)
{
    static struct room r;
    struct prng p = {t->seed};
    struct found f = {0};
    room_start(&r, t);
    negotiate(&r);
    for (int k = 0; k < LOTTERIES; k++) {
        struct candidate c;
        double base[PLAYERS_MAX];
        f.agreed = settle(&c, &r, &p);
        for (uint8_t i = 0; i < t->game->shape.n_players; i++)
            base[i] = f.agreed ? payoff_of(t, i, &c) : t->threat[i];
        f.missed += missed(t, base) / LOTTERIES;
        if (!f.agreed) {
            f.missed *= LOTTERIES;
            break;
        }
    }
    room_end(&r);
    return f;
}

/* ---- all of them ---- */

enum { RANDOM_GAMES = 20, GAMES = 5 + 2 * RANDOM_GAMES, SEEDS = 3 };

static struct game games[GAMES];
static double threats[GAMES][PLAYERS_MAX];

static const struct group {
    const char *name;
    int first, n;
} groups[] = {{"prisoners-dilemma", 0, 1},
              {"battle-of-the-sexes", 1, 1},
              {"chicken", 2, 1},
              {"aumann-chicken", 3, 1},
              {"capture-3", 4, 1},
              {"random 3 x 3 x 3", 5, RANDOM_GAMES},
              {"random 2^5", 5 + RANDOM_GAMES, RANDOM_GAMES}};
enum { GROUPS = sizeof groups / sizeof groups[0] };

/* Payoffs from 0 to 999. */
static void random_game(struct game *g, uint8_t n_players, uint8_t n_actions,
                        uint64_t seed)
{
    struct prng p = {seed};
    double value[WEIGHTS_MAX];
    *g = (struct game){.shape = {.n_players = n_players}};
    for (uint8_t i = 0; i < n_players; i++)
        g->shape.n_actions[i] = n_actions;
    for (uint8_t i = 0; i < n_players; i++) {
        for (uint32_t a = 0; a < shape_profiles(&g->shape); a++)
            value[a] = (double)prng_below(&p, 1000);
        g->payoffs[i] = payoffs_new(&g->shape, i, value);
    }
}

static bool games_load(void)
{
    char reason[REASON_SIZE], path[64];
    for (int k = 0; k < GAMES; k++) {
        struct profile threat;
        (void)snprintf(path, sizeof path, "games/%s.nfg", groups[k < 5 ? k : 0].name);
        if (k >= 5 + RANDOM_GAMES)
            random_game(&games[k], 5, 2, (uint64_t)k);
        else if (k >= 5)
            random_game(&games[k], 3, 3, (uint64_t)k);
        if ((k < 5 && game_load(&games[k], path, reason) != STATUS_OK) ||
            find_threat(&threat, &games[k], reason) != STATUS_OK) {
            (void)fprintf(stderr, "%s: %s\n", path, reason);
            return false;
        }
        for (uint8_t i = 0; i < games[k].shape.n_players; i++)
            threats[k][i] = payoffs_expect(games[k].payoffs[i], &threat);
    }
    return true;
}

static void cell(struct setting *t, const struct group *g)
{
    double agreed = 0, sum = 0;
    const int seeds = t->sampler == SAMPLER_SOO ? 1 : SEEDS;
    for (int k = g->first; k < g->first + g->n; k++) {
        for (int seed = 0; seed < seeds; seed++) {
            t->game = &games[k];
            memcpy(t->threat, threats[k], sizeof t->threat);
            t->seed = 100 * (uint64_t)k + (uint64_t)seed;
            const struct found f = look(t);
            agreed += f.agreed;
            sum += f.missed;
        }
    }
    const double n = (double)g->n * seeds;
    (void)printf(" %3.0f %5.2f |", 100 * agreed / n, 100 * sum / n);
    (void)fflush(stdout);
}

static void samplers(void)
{
    static const uint32_t budgets[] = {5, 20, 100};
    (void)printf("Agreements of 100, and what is missed in hundredths of the payoff "
                 "ranges;\nlambda 0.5, opening pure, discount 0.5, private: 64 rows\n"
                 "| %-19s | %-7s | %-6s |   5 questions | 20 | 100 |\n",
                 "game", "concept", "");
    for (int concept = CONCEPT_PUBLIC; concept <= CONCEPT_PRIVATE; concept ++) {
        for (int g = 0; g < GROUPS; g++) {
            for (int kind = 0; kind < SAMPLER_KINDS; kind++) {
                struct setting t = {.concept = (enum concept) concept,
                                    .discount = 0.5,
                                    .lambda = 0.5,
                                    .sampler = (enum sampler_kind)kind,
                                    .opening = true,
                                    .resolution = concept == CONCEPT_PRIVATE ? 64 : 0};
                (void)printf("| %-19s | %-7s | %-6s |", groups[g].name,
                             concept == CONCEPT_PUBLIC ? "public" : "private",
                             sampler_names[kind]);
                for (int b = 0; b < 3; b++) {
                    t.budget = budgets[b];
                    cell(&t, &groups[g]);
                }
                (void)printf("\n");
            }
        }
    }
}

/* ---- what privacy buys ---- */

/* Columns: (9); (9) and EXIT; each drawn profile; the same and EXIT. */
static void judge_columns(uint32_t counts[4], const struct game *g, const double *share,
                          const double *threat, double discount)
{
    const struct enforcement e = {discount, 0};
    for (int column = 0; column < 4; column++) {
        const enum concept concept = column < 2 ? CONCEPT_PRIVATE : CONCEPT_PUBLIC;
        bool all = true;
        for (uint8_t i = 0; i < g->shape.n_players; i++) {
            struct incentive_view v;
            const double tolerance = incentive_tolerance(g->payoffs[i]);
            incentive_view_distribution(&v, g->payoffs[i], share, concept, threat[i]);
            all = all && v.payoff >= v.threat_payoff - tolerance &&
                  incentive_slack(&v, v.gain, &e) >= -tolerance &&
                  (column % 2 == 0 || incentive_exit_slack(&v, &e) >= -tolerance);
        }
        counts[column] += all;
    }
}

static void privacy_row(const struct game *g, const double *threat, double discount,
                        int steps)
{
    uint32_t counts[4] = {0};
    for (int a = 0; a <= steps; a++)
        for (int b = 0; a + b <= steps; b++)
            for (int c = 0; a + b + c <= steps; c++) {
                const double share[4] = {(double)a / steps, (double)b / steps,
                                         (double)c / steps,
                                         (double)(steps - a - b - c) / steps};
                judge_columns(counts, g, share, threat, discount);
            }
    (void)printf(" %.1f | %5u | %5u | %5u | %5u |\n", discount, counts[0], counts[1],
                 counts[2], counts[3]);
}

static void privacy(void)
{
    static const double discounts[4][3] = {
        {0.5, 0.9, 0}, {0.1, 0.9, 0}, {0.5, 0.9, 0}, {0.1, 0.3, 0.9}};
    (void)printf("| game (threat) | steps | delta | (9) | with EXIT | public | with "
                 "EXIT |\n");
    for (int k = 0; k < 4; k++) {
        const int steps = k == 3 ? 12 : 20;
        for (int d = 0; d < 3 && discounts[k][d] > 0; d++) {
            (void)printf("| %-19s (%.4g, %.4g) | 1/%d |", groups[k].name, threats[k][0],
                         threats[k][1], steps);
            privacy_row(&games[k], threats[k], discounts[k][d], steps);
        }
    }
}

int main(int argc, char **argv)
{
    if (!secure_start() || !games_load())
        return EXIT_FAILURE;
    if (argc > 1 && strcmp(argv[1], "privacy") == 0)
        privacy();
    else
        samplers();
    return EXIT_SUCCESS;
}
