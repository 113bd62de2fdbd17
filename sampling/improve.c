/* SPDX-License-Identifier: MIT */
/* Hides the linear programs. Conditions under which a player keeps a candidate are
 * linear once it is known what the agreement pays it at least; what a pure profile or
 * action asks for only if it is played is decided by branching. */
#include "sampling/improve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "sampling/program.h"

#define LEAST_SHARE 1e-6 /* what is less is rounding, and left out */
#define MARGIN 2e-7      /* of the scale: what rounding to weights may cost */
#define LEAST_RAISE 1e-5 /* of the scale */
#define JOINT_FIRST 0.5  /* of the way to a pure action: how far all move at once */
#define JOINT_LAST 1e-4
enum { PATIENCE = 24, SWEEPS = 4, PROMISES = 5, PROMISE_TURNS = 3 };
enum { JOINT_STEPS = 40, JOINT_ROUNDS = 2 };

struct improver {
    struct improve_options o;
    uint32_t n_profiles;
    double gain_weight; /* a gain of 1 is deterred by a surplus of 1 / this */
    double exit_weight; /* the same for what a signal pays less than the threat */
    struct program *program;
    /* The problem at hand: columns to share out, what each pays, and what it asks for
     * if it has a share. */
    uint32_t n_columns;
    double value[IMPROVE_PLAYERS_MAX][WEIGHTS_MAX];
    double need[IMPROVE_PLAYERS_MAX][WEIGHTS_MAX];
    double base[PLAYERS_MAX];
    double unit[PLAYERS_MAX]; /* scale times direction */
    /* Mixed profiles: what j's action b pays j where i, whose turn it is, plays z, at
     * z times the number of j's actions plus b. */
    double cross[IMPROVE_PLAYERS_MAX][WEIGHTS_MAX];
    int patience;
    double best;
    double best_share[WEIGHTS_MAX];
};

struct improver *improver_new(const struct improve_options *o)
{
    struct improver *m = calloc(1, sizeof *m);
    if (m == NULL)
        return NULL;
    const struct enforcement *e = &o->enforcement;
    const double returns = e->length == 0 ? 0 : pow(e->discount, e->length);
    m->o = *o;
    m->n_profiles = shape_profiles(&o->shape);
    CHECK(m->n_profiles <= WEIGHTS_MAX && o->shape.n_players <= IMPROVE_PLAYERS_MAX);
    m->gain_weight = enforcement_weight(e);
    m->exit_weight = (e->discount - returns) / (1 - e->discount);
    uint32_t conditions = 0, most = m->n_profiles;
    if (shape_weights(&o->shape) > most)
        most = shape_weights(&o->shape);
    for (uint8_t i = 0; i < o->shape.n_players; i++)
        conditions += (uint32_t)o->shape.n_actions[i] * o->shape.n_actions[i] + 3;
    m->program = program_new(conditions, most + 1);
    if (m->program == NULL) {
        improver_free(m);
        return NULL;
    }
    return m;
}

void improver_free(struct improver *m)
{
    if (m == NULL)
        return;
    program_free(m->program);
    free(m);
}

/* ---- one program ---- */

/* The raise, and everybody's part in it; further rows may follow. */
static void start_rows(struct improver *m)
{
    const uint8_t n_players = m->o.shape.n_players;
    program_start(m->program, m->n_columns + 1, m->n_columns);
    double *goal = program_goal(m->program);
    goal[m->n_columns] = 1;
    for (uint8_t j = 0; j < n_players; j++) {
        double *row = program_row(m->program);
        row[m->n_columns] = 1;
        for (uint32_t k = 0; k < m->n_columns; k++) {
            row[k] = (m->base[j] - m->value[j][k]) / m->unit[j];
            goal[k] -= IMPROVE_SUM_COUNTS / n_players * row[k];
        }
    }
}

/* U_j is at least this. */
static void require(struct improver *m, uint8_t j, double least)
{
    double *row = program_row(m->program);
    CHECK(row != NULL);
    for (uint32_t k = 0; k < m->n_columns; k++)
        row[k] = (least - m->value[j][k]) / m->unit[j];
}

struct branch {
    bool out[WEIGHTS_MAX + 1];
    double least[PLAYERS_MAX]; /* 0: nothing beyond the base */
};

static double solve(struct improver *m, const struct branch *b, double *share)
{
    const uint32_t kept = program_rows(m->program);
    for (uint8_t j = 0; j < m->o.shape.n_players; j++)
        if (b->least[j] > 0)
            require(m, j, b->least[j]);
    const bool solved = program_solve(m->program, share, b->out);
    program_cut(m->program, kept);
    double score = 0;
    for (uint32_t k = 0; solved && k <= m->n_columns; k++)
        score += program_goal(m->program)[k] * share[k];
    return score;
}

/* The column with a share that asks for most of what is not paid, or n_columns. */
static uint32_t unpaid(const struct improver *m, const double *share)
{
    uint32_t worst = m->n_columns;
    double worst_by = MARGIN / 2;
    for (uint8_t j = 0; j < m->o.shape.n_players; j++) {
        double payoff = 0;
        for (uint32_t k = 0; k < m->n_columns; k++)
            payoff += share[k] * m->value[j][k];
        for (uint32_t k = 0; k < m->n_columns; k++) {
            const double by = (m->need[j][k] - payoff) / m->unit[j];
            if (share[k] > LEAST_SHARE && by > worst_by) {
                worst_by = by;
                worst = k;
            }
        }
    }
    return worst;
}

/* Raises m->best: what is drawn must be paid for, or is not drawn. */
static void branch(struct improver *m, const struct branch *b)
{
    double share[WEIGHTS_MAX + 1];
    if (m->patience-- <= 0)
        return;
    const double score = solve(m, b, share);
    if (score <= m->best + LEAST_RAISE)
        return;
    const uint32_t column = unpaid(m, share);
    if (column == m->n_columns) {
        m->best = score;
        memcpy(m->best_share, share, m->n_columns * sizeof *share);
        return;
    }
    struct branch next = *b;
    for (uint8_t j = 0; j < m->o.shape.n_players; j++)
        next.least[j] = fmax(next.least[j], m->need[j][column] + MARGIN * m->unit[j]);
    branch(m, &next);
    next = *b;
    next.out[column] = true;
    branch(m, &next);
}

/* Small shares go, the rest is scaled. */
static void take(const struct improver *m, double *share)
{
    double sum = 0;
    for (uint32_t k = 0; k < m->n_columns; k++) {
        share[k] = m->best_share[k] > LEAST_SHARE ? m->best_share[k] : 0;
        sum += share[k];
    }
    for (uint32_t k = 0; k < m->n_columns; k++)
        share[k] /= sum;
}

/* ---- distributions drawn in public ---- */

static double ratio(double needed, double weight)
{
    if (needed <= 0)
        return 0;
    return weight > 0 ? needed / weight : INFINITY;
}

/* Least U_j under which j keeps a drawn profile: gain <= gain_weight U_j, and what is
 * drawn is not so far below the threat that it would rather fall silent. */
static void public_needs(struct improver *m, const struct prospects *p,
                         struct branch *b)
{
    const struct shape *s = &m->o.shape;
    for (uint32_t a = 0; a < m->n_profiles; a++) {
        uint8_t actions[PLAYERS_MAX];
        profile_actions(actions, s, a);
        for (uint8_t j = 0; j < s->n_players; j++) {
            const double here = p->value[j][a];
            const uint8_t own = actions[j];
            double best = here;
            for (uint8_t k = 0; k < s->n_actions[j]; k++) {
                actions[j] = k;
                best = fmax(best, p->value[j][profile_index(s, actions)]);
            }
            actions[j] = own;
            const double gain = best - here - MARGIN / 8 * p->scale[j];
            m->need[j][a] =
                fmax(ratio(gain, m->gain_weight), ratio(-here, m->exit_weight));
            b->out[a] |= m->need[j][a] > p->scale[j];
        }
    }
}

static void improve_public(struct improver *m, const struct prospects *p, double *share)
{
    struct branch b = {0};
    public_needs(m, p, &b);
    start_rows(m);
    branch(m, &b);
    if (m->best > LEAST_RAISE)
        take(m, share);
}

/* ---- private recommendations ---- */

/* Told to do k, player j does b instead, or (b the same) walks out, if it is promised
 * this much. */
static void private_row(struct improver *m, const struct prospects *p, uint8_t j,
                        uint8_t k, uint8_t b, double promised)
{
    const struct shape *s = &m->o.shape;
    double *row = program_row(m->program);
    CHECK(row != NULL);
    for (uint32_t a = 0; a < m->n_profiles; a++) {
        uint8_t actions[PLAYERS_MAX];
        profile_actions(actions, s, a);
        if (actions[j] != k)
            continue;
        actions[j] = b;
        const double here = p->value[j][a];
        const double gain =
            b == k ? -here : p->value[j][profile_index(s, actions)] - here;
        const double weight = b == k ? m->exit_weight : m->gain_weight;
        row[a] = (gain - weight * promised) / p->scale[j] + MARGIN;
    }
}

static double payoff_of(const struct improver *m, uint8_t j, const double *share)
{
    double payoff = 0;
    for (uint32_t k = 0; k < m->n_columns; k++)
        payoff += share[k] * m->value[j][k];
    return payoff;
}

/* With what the last solution pays as the next promise, as long as that raises it. */
static void keep_promises(struct improver *m, const struct prospects *p,
                          double *promised)
{
    const struct shape *s = &m->o.shape;
    const struct branch none = {0};
    double share[WEIGHTS_MAX + 1];
    for (int turn = 0; turn < PROMISE_TURNS; turn++) {
        start_rows(m);
        for (uint8_t j = 0; j < s->n_players; j++) {
            require(m, j, promised[j]);
            for (uint8_t k = 0; k < s->n_actions[j]; k++)
                for (uint8_t b = 0; b < s->n_actions[j]; b++)
                    private_row(m, p, j, k, b, promised[j]);
        }
        const double score = solve(m, &none, share);
        if (score <= LEAST_RAISE)
            return;
        for (uint8_t j = 0; j < s->n_players; j++)
            promised[j] = fmax(promised[j], payoff_of(m, j, share));
        if (score <= m->best + LEAST_RAISE)
            return;
        m->best = score;
        memcpy(m->best_share, share, m->n_columns * sizeof *share);
    }
}

static void improve_private(struct improver *m, const struct prospects *p,
                            double *share)
{
    const uint8_t n_players = m->o.shape.n_players;
    double ideal[WEIGHTS_MAX + 1], promised[PLAYERS_MAX] = {0};
    const struct branch none = {0};
    start_rows(m);
    if (solve(m, &none, ideal) <= LEAST_RAISE)
        return;
    for (int part = PROMISES - 1; part >= 0; part--) {
        for (uint8_t j = 0; j < n_players; j++)
            promised[j] = m->base[j] + (double)part / (PROMISES - 1) *
                                           ideal[m->n_columns] * m->unit[j];
        keep_promises(m, p, promised);
    }
    if (m->best > LEAST_RAISE)
        take(m, share);
}

/* ---- mixed profiles ---- */

/* By player and action: what it pays each player if i plays k for sure and j plays b,
 * all else as in x. */
static double expect(const struct improver *m, const double *value,
                     const struct profile *x, double *by_action, uint8_t j)
{
    const struct shape *s = &m->o.shape;
    double payoff = 0;
    for (uint8_t b = 0; b < s->n_actions[j]; b++)
        by_action[b] = 0;
    for (uint32_t a = 0; a < m->n_profiles; a++) {
        uint32_t rest = a;
        double weight = 1;
        uint16_t offset = 0;
        uint8_t own = 0;
        for (uint8_t i = 0; i < s->n_players && weight > 0; i++) {
            const uint8_t action = (uint8_t)(rest % s->n_actions[i]);
            rest /= s->n_actions[i];
            if (i == j)
                own = action;
            else
                weight *= x->share[offset + action];
            offset = (uint16_t)(offset + s->n_actions[i]);
        }
        by_action[own] += weight * value[a];
    }
    const double *share = x->share + shape_offset(s, j);
    for (uint8_t b = 0; b < s->n_actions[j]; b++)
        payoff += share[b] * by_action[b];
    return payoff;
}

/* The conditions of j, who is not i, as rows over i's actions. */
static void others_rows(struct improver *m, const struct profile *x, uint8_t i,
                        uint8_t j)
{
    const struct shape *s = &m->o.shape;
    const double *own = x->share + shape_offset(s, j);
    const bool ex_ante = m->o.incentive == INCENTIVE_EX_ANTE;
    for (uint8_t k = 0; k < s->n_actions[j]; k++) {
        if (!ex_ante && !(own[k] > 0))
            continue;
        for (uint8_t b = 0; b < s->n_actions[j]; b++) {
            if (b == k && !ex_ante)
                continue;
            double *row = program_row(m->program);
            CHECK(row != NULL);
            for (uint8_t z = 0; z < s->n_actions[i]; z++) {
                const double *at = m->cross[j] + (size_t)z * s->n_actions[j];
                const double gain = at[b] - (ex_ante ? m->value[j][z] : at[k]);
                row[z] = (gain - m->gain_weight * m->value[j][z]) / m->unit[j] + MARGIN;
            }
        }
        if (ex_ante)
            return;
    }
}

/* What i's actions pay, and what the others' would beside them. */
static void fill_block(struct improver *m, const struct prospects *p,
                       const struct profile *x, uint8_t i)
{
    const struct shape *s = &m->o.shape;
    const uint16_t offset = shape_offset(s, i);
    struct profile y = *x;
    m->n_columns = s->n_actions[i];
    for (uint16_t z = 0; z < m->n_columns; z++) {
        memset(y.share + offset, 0, m->n_columns * sizeof *y.share);
        y.share[offset + z] = 1;
        for (uint8_t j = 0; j < s->n_players; j++) {
            double by_action[ACTIONS_MAX];
            m->value[j][z] = expect(m, p->value[j], &y, by_action, j);
            if (j != i)
                memcpy(m->cross[j] + (size_t)z * s->n_actions[j], by_action,
                       s->n_actions[j] * sizeof *by_action);
        }
    }
}

/* i's own conditions: before its coin falls they are about all that it plays, after it
 * about each action that it may draw. */
static void own_needs(struct improver *m, const struct prospects *p, struct branch *b,
                      uint8_t i)
{
    double best = -INFINITY;
    for (uint16_t z = 0; z < m->n_columns; z++)
        best = fmax(best, m->value[i][z]);
    memset(m->need, 0, sizeof m->need);
    if (m->o.incentive == INCENTIVE_EX_ANTE) {
        require(m, i, best / (1 + m->gain_weight) + MARGIN * p->scale[i]);
        return;
    }
    for (uint16_t z = 0; z < m->n_columns; z++) {
        const double gain = best - m->value[i][z] - MARGIN / 8 * p->scale[i];
        m->need[i][z] = ratio(gain, m->gain_weight);
        b->out[z] = m->need[i][z] > p->scale[i];
    }
}

/* Lets i choose; false if that raises nothing. */
static bool improve_block(struct improver *m, const struct prospects *p,
                          struct profile *x, uint8_t i)
{
    const double before = m->best;
    struct branch b = {0};
    fill_block(m, p, x, i);
    start_rows(m);
    for (uint8_t j = 0; j < m->o.shape.n_players; j++)
        if (j != i)
            others_rows(m, x, i, j);
    own_needs(m, p, &b, i);
    m->patience = PATIENCE;
    branch(m, &b);
    if (m->best <= before)
        return false;
    take(m, x->share + shape_offset(&m->o.shape, i));
    return true;
}

/* ---- mixed profiles, all players at once ---- */

/* A profile, and what it pays: each player's payoff, and, by weight, what each of its
 * actions would pay it. */
struct place {
    struct profile x;
    double payoff[PLAYERS_MAX];
    double by_action[WEIGHTS_MAX];
    bool used[WEIGHTS_MAX]; /* by weight, of place_use */
};

static void place_set(struct place *at, const struct improver *m,
                      const struct prospects *p, const struct profile *x)
{
    const struct shape *s = &m->o.shape;
    at->x = *x;
    for (uint8_t j = 0; j < s->n_players; j++)
        at->payoff[j] =
            expect(m, p->value[j], x, at->by_action + shape_offset(s, j), j);
}

/* Actions that a player takes, or would keep to if it took them. */
static void place_use(struct place *at, const struct improver *m)
{
    const struct shape *s = &m->o.shape;
    uint16_t w = 0;
    for (uint8_t j = 0; j < s->n_players; j++) {
        const uint16_t end = (uint16_t)(w + s->n_actions[j]);
        double best = -INFINITY;
        for (uint16_t k = w; k < end; k++)
            best = fmax(best, at->by_action[k]);
        for (; w < end; w++)
            at->used[w] = m->o.incentive == INCENTIVE_EX_ANTE || at->x.share[w] > 0 ||
                          best - at->by_action[w] <=
                              m->gain_weight * at->payoff[j] + MARGIN * m->unit[j];
    }
}

/* What is lacking until j keeps a place, in units of its payoffs. */
static double lacking(const struct improver *m, const struct place *at, uint8_t j)
{
    const struct shape *s = &m->o.shape;
    const uint16_t offset = shape_offset(s, j);
    double best = -INFINITY, least = INFINITY;
    for (uint16_t k = offset; k < offset + s->n_actions[j]; k++) {
        best = fmax(best, at->by_action[k]);
        if (at->x.share[k] > 0)
            least = fmin(least, at->by_action[k]);
    }
    if (m->o.incentive == INCENTIVE_EX_ANTE)
        least = at->payoff[j];
    return best - least - m->gain_weight * at->payoff[j];
}

/* As the programs' goal counts it; -INFINITY if somebody does not keep it, or loses. */
static double worth(const struct improver *m, const struct prospects *p,
                    const struct place *at)
{
    const uint8_t n_players = m->o.shape.n_players;
    double least = INFINITY, sum = 0;
    for (uint8_t j = 0; j < n_players; j++) {
        const double raise = (at->payoff[j] - m->base[j]) / m->unit[j];
        if (lacking(m, at, j) > -MARGIN / 8 * p->scale[j])
            return -INFINITY;
        least = fmin(least, raise);
        sum += raise;
    }
    if (least < 0)
        return -INFINITY;
    return least + IMPROVE_SUM_COUNTS / n_players * sum;
}

/* Is there a condition of j's about doing b where it would do k? Before its coin falls
 * there is one for each b. */
static bool asks(const struct improver *m, const struct place *at, uint8_t j, uint8_t k,
                 uint8_t b)
{
    if (m->o.incentive == INCENTIVE_EX_ANTE)
        return k == 0;
    return b != k && at->used[shape_offset(&m->o.shape, j) + k];
}

/* Each player's part in the raise, its part of what is shared out (the same as
 * everybody's), and its conditions. */
static void joint_rows(struct improver *m, const struct place *at)
{
    const struct shape *s = &m->o.shape;
    const uint16_t n = shape_weights(s);
    program_start(m->program, n + 1u, n);
    program_goal(m->program)[n] = 1;
    for (uint8_t j = 0; j < s->n_players; j++) {
        program_row(m->program)[n] = 1;
        CHECK(program_row(m->program) != NULL);
        for (uint8_t k = 0; k < s->n_actions[j]; k++)
            for (uint8_t b = 0; b < s->n_actions[j]; b++)
                if (asks(m, at, j, k, b))
                    CHECK(program_row(m->program) != NULL);
    }
}

/* Payoffs are linear in each player's shares; what several players do at once adds up
 * as long as it is little. The column that is all of what i moves, towards z: what
 * would be paid there, if that were so. */
static void joint_column(struct improver *m, const struct prospects *p,
                         const struct place *at, double radius, uint8_t i, uint8_t z)
{
    const struct shape *s = &m->o.shape;
    const uint32_t width = shape_weights(s) + 1u, column = shape_offset(s, i) + z;
    const double far = radius * s->n_players;
    double *goal = program_goal(m->program) + column;
    double *row = program_nth(m->program, 0) + column;
    struct profile y = at->x;
    struct place there;
    memset(y.share + shape_offset(s, i), 0, s->n_actions[i] * sizeof *y.share);
    y.share[column] = 1;
    place_set(&there, m, p, &y);
    for (uint8_t j = 0; j < s->n_players; j++) {
        const double *was = at->by_action + shape_offset(s, j);
        const double *is = there.by_action + shape_offset(s, j);
        const double payoff = at->payoff[j] + far * (there.payoff[j] - at->payoff[j]);
        *row = (m->base[j] - payoff) / m->unit[j];
        *goal -= IMPROVE_SUM_COUNTS / s->n_players * *row;
        row += width;
        *row = (i == j) - 1.0 / s->n_players;
        row += width;
        for (uint8_t k = 0; k < s->n_actions[j]; k++)
            for (uint8_t b = 0; b < s->n_actions[j]; b++) {
                if (!asks(m, at, j, k, b))
                    continue;
                const double other = was[b] + far * (is[b] - was[b]);
                const double here = m->o.incentive == INCENTIVE_EX_ANTE
                                        ? payoff
                                        : was[k] + far * (is[k] - was[k]);
                *row = (other - here - m->gain_weight * payoff) / m->unit[j] + MARGIN;
                row += width;
            }
    }
}

/* The best profile that is no further from `at` than `radius` of the way to any pure
 * actions, if what is linear near `at` were so up to there. False if it is no better
 * than the base. */
static bool joint_step(struct improver *m, const struct prospects *p,
                       const struct place *at, double radius, struct profile *out)
{
    const struct shape *s = &m->o.shape;
    double share[WEIGHTS_MAX + 1];
    bool unused[WEIGHTS_MAX + 1] = {false};
    joint_rows(m, at);
    for (uint8_t i = 0; i < s->n_players; i++)
        for (uint8_t z = 0; z < s->n_actions[i]; z++) {
            const uint16_t column = (uint16_t)(shape_offset(s, i) + z);
            joint_column(m, p, at, radius, i, z);
            unused[column] = !at->used[column];
        }
    if (!program_solve(m->program, share, unused))
        return false;
    for (uint8_t i = 0; i < s->n_players; i++) {
        const uint16_t offset = shape_offset(s, i),
                       end = (uint16_t)(offset + s->n_actions[i]);
        double sum = 0;
        for (uint16_t k = offset; k < end; k++)
            sum += share[k];
        if (sum < 0.5 / s->n_players)
            return false;
        for (uint16_t k = offset; k < end; k++)
            out->share[k] = (1 - radius) * at->x.share[k] + radius * share[k] / sum;
    }
    return true;
}

/* Steps, ever smaller ones; where one leaves what all keep, the next leads back. x
 * becomes the best on the way that all keep. */
static void improve_jointly(struct improver *m, const struct prospects *p,
                            struct profile *x)
{
    struct place at;
    struct profile next;
    double radius = JOINT_FIRST;
    place_set(&at, m, p, x);
    for (int step = 0; step < JOINT_STEPS && radius > JOINT_LAST; step++) {
        double now = -INFINITY;
        place_use(&at, m);
        const bool moved = joint_step(m, p, &at, radius, &next);
        if (moved) {
            place_set(&at, m, p, &next);
            now = worth(m, p, &at);
        }
        if (now > m->best + LEAST_RAISE / 10) {
            m->best = now;
            *x = next;
            continue;
        }
        radius /= 2;
        if (!moved || isfinite(now))
            place_set(&at, m, p, x);
    }
}

/* The players take turns until nothing improves. */
static void improve_in_turn(struct improver *m, const struct prospects *p,
                            struct profile *x)
{
    const uint8_t n_players = m->o.shape.n_players;
    for (uint32_t still = 0, turn = 0;
         still < n_players && turn < (uint32_t)SWEEPS * n_players; turn++) {
        const bool better = improve_block(m, p, x, (uint8_t)(turn % n_players));
        still = better ? 1 : still + 1;
    }
}

/* ---- what is asked for ---- */

static void begin(struct improver *m, const struct prospects *p, const double *base,
                  const double *direction)
{
    for (uint8_t j = 0; j < m->o.shape.n_players; j++) {
        m->base[j] = base[j];
        m->unit[j] = p->scale[j] * direction[j];
    }
}

double improve_together(struct improver *m, const struct prospects *p,
                        const double *base, const double *direction, double by,
                        struct profile *x)
{
    begin(m, p, base, direction);
    m->best = by;
    for (int round = 0; round < JOINT_ROUNDS; round++) {
        const double before = m->best;
        improve_jointly(m, p, x);
        if (m->best <= before + LEAST_RAISE)
            break;
        improve_in_turn(m, p, x);
    }
    return m->best;
}

double improve(struct improver *m, const struct prospects *p, const double *base,
               const double *direction, const struct profile *start,
               struct profile *out)
{
    begin(m, p, base, direction);
    m->best = 0;
    m->patience = PATIENCE;
    m->n_columns = m->n_profiles;
    if (m->o.concept != CONCEPT_NASH)
        memcpy(m->value, p->value, sizeof m->value);
    switch (m->o.concept) {
    case CONCEPT_NASH:
        *out = *start;
        improve_in_turn(m, p, out);
        return m->best;
    case CONCEPT_PUBLIC:
        improve_public(m, p, out->share);
        return m->best;
    case CONCEPT_PRIVATE:
        improve_private(m, p, out->share);
        return m->best;
    }
    NEVER("not a concept");
}
