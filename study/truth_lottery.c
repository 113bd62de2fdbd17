/* SPDX-License-Identifier: MIT */
/* Hides linear programs over distributions. What is drawn in public asks of its players
 * least payoffs, so branch and bound decides of single profiles whether they may be
 * drawn at all. In private the conditions are linear once the payoffs are promised, so
 * branch and bound cuts the promises into boxes: with the highest promise of a box they
 * are weaker than they are (a bound), with the lowest stronger (an agreement). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/linear.h"
#include "study/truth.h"

enum {
    WORK_MAX = 1 << 17, /* profiles in all programs of one ray */
    PROMISES_MAX = 40,  /* programs of a ray that promises more than two */
    RAISES_MAX = 8,     /* of an agreement by what it pays itself */
    FILLED_MAX = 12,    /* halvings of what is between two points */
};
#define KEPT 1e-9           /* what rounding may tempt with */
#define FINE 5e-4           /* what lies nearer than this is not looked between */
#define NARROW 1e-4         /* promises that are as good as one */
#define POLISH (1.0 / 4096) /* what all payoffs count beside the direction */

/* A part of all agreements that is still to be looked through. */
struct part {
    double bound;              /* no agreement in it has a greater goal */
    double low[PLAYERS_MAX];   /* what each is paid at least */
    double high[PLAYERS_MAX];  /* in private: at most */
    bool out[WEIGHTS_MAX];     /* in public: profiles that are not drawn */
    double point[PLAYERS_MAX]; /* what the program that bounds it pays */
    uint32_t choice; /* in public the profile, in private the player to branch on */
};

struct lottery {
    const struct contest *c;
    uint32_t m;          /* pure profiles */
    double *paid, *need; /* by profile and player, scaled */
    /* The ray at hand. */
    const double *base, *direction;
    double best; /* goal of the best agreement so far; -HUGE_VAL: none */
    double best_point[PLAYERS_MAX];
    double *share; /* m + 1 */
    uint32_t programs;
    struct part *part; /* owned */
    uint32_t n_parts, parts_max;
    bool short_of_memory;
};

/* What a better agreement must be better by. */
static double gap(const struct lottery *l)
{
    return l->c->concept == CONCEPT_PUBLIC ? 1e-7 : 1e-4;
}

/* What is as good as on a line. */
static double straightness(const struct lottery *l)
{
    return l->c->concept == CONCEPT_PUBLIC ? 1e-5 : 5e-4;
}

static uint8_t players(const struct lottery *l)
{
    return l->c->game->shape.n_players;
}

/* ---- what a profile pays, and what it asks for when it is drawn in public ---- */

static double pays(const struct lottery *l, uint32_t profile, uint8_t i)
{
    const struct contest *c = l->c;
    return (c->game->payoffs[i]->value[profile] - c->threat[i]) / c->unit[i];
}

/* What player i is left with once it has deviated. */
static double left_with(const struct lottery *l, uint8_t i)
{
    const struct contest *c = l->c;
    return (c->punished[i] - c->threat[i]) / c->unit[i];
}

/* The least payoff U_i with which player i keeps a profile drawn in public: the gain of
 * another action, or of walking out, at most weighs as much as what is lost. */
static double asks(const struct lottery *l, uint32_t profile, uint8_t i)
{
    const struct shape *s = &l->c->game->shape;
    uint8_t actions[PLAYERS_MAX];
    double best = left_with(l, i);
    profile_actions(actions, s, profile);
    for (uint8_t b = 0; b < s->n_actions[i]; b++) {
        actions[i] = b;
        best = fmax(best, pays(l, profile_index(s, actions), i));
    }
    const double gain = best - pays(l, profile, i);
    const double d = l->c->discount;
    if (gain <= incentive_tolerance(l->c->game->payoffs[i]) / l->c->unit[i])
        return left_with(l, i);
    return d > 0 ? left_with(l, i) + gain * (1 - d) / d : HUGE_VAL;
}

struct lottery *lottery_new(const struct contest *c)
{
    struct lottery *l = calloc(1, sizeof *l);
    if (l == NULL)
        return NULL;
    l->c = c;
    l->m = shape_profiles(&c->game->shape);
    const uint8_t n = players(l);
    l->paid = calloc((size_t)l->m * n, sizeof *l->paid);
    l->need = calloc((size_t)l->m * n, sizeof *l->need);
    l->share = calloc(l->m + 1, sizeof *l->share);
    if (l->paid == NULL || l->need == NULL || l->share == NULL) {
        lottery_free(l);
        return NULL;
    }
    for (uint32_t a = 0; a < l->m; a++)
        for (uint8_t i = 0; i < n; i++) {
            l->paid[(size_t)a * n + i] = pays(l, a, i);
            l->need[(size_t)a * n + i] = asks(l, a, i);
        }
    return l;
}

void lottery_free(struct lottery *l)
{
    if (l == NULL)
        return;
    free(l->paid);
    free(l->need);
    free(l->share);
    free(l->part);
    free(l);
}

/* ---- programs ---- */

/* Columns are the shares of the profiles, and x. The goal is x, and a little of all
 * payoffs, so that nothing dominates what is best. Rows: shares sum to 1; what each
 * player gets is at least base + x direction, and within its limits. */
static struct linear *program(const struct lottery *l, const bool *out,
                              const double *least, const double *greatest)
{
    const uint8_t n = players(l);
    struct linear *p = linear_new(l->m + 1);
    if (p == NULL)
        return NULL;
    linear_goal(p, l->m, 1);
    for (uint32_t a = 0; a < l->m; a++) {
        double sum = 0;
        for (uint8_t i = 0; i < n; i++)
            sum += l->paid[(size_t)a * n + i];
        linear_goal(p, a, POLISH * sum);
        if (out == NULL || !out[a])
            linear_term(p, a, 1);
    }
    linear_row(p, 1, 1);
    for (uint8_t i = 0; i < n; i++)
        for (int kind = 0; kind < 2; kind++) {
            for (uint32_t a = 0; a < l->m; a++)
                if (out == NULL || !out[a])
                    linear_term(p, a, l->paid[(size_t)a * n + i]);
            if (kind == 0 && l->direction[i] > 0)
                linear_term(p, l->m, -l->direction[i]);
            if (kind == 0)
                linear_row(p, l->base[i], LINEAR_FREE);
            else
                linear_row(p, least[i], greatest == NULL ? LINEAR_FREE : greatest[i]);
        }
    /* Where a profile may not be drawn its column is in no row but this one. */
    for (uint32_t a = 0; a < l->m; a++)
        if (out != NULL && out[a])
            linear_term(p, a, 1);
    linear_row(p, 0, 0);
    return p;
}

/* Of more than two players private promises are too many for a whole search. */
static uint64_t work_max(const struct lottery *l)
{
    const bool hopeless = l->c->concept == CONCEPT_PRIVATE && players(l) > 2;
    return hopeless ? (uint64_t)PROMISES_MAX * l->m : (uint64_t)WORK_MAX;
}

/* Solves and forgets the program: what the shares pay, and the goal; false if there is
 * nothing, or nothing that is better than what is known. */
static bool solved(struct lottery *l, struct linear *p, double *point, double *goal)
{
    const uint8_t n = players(l);
    enum linear_outcome outcome = LINEAR_FAILED;
    if (p != NULL)
        outcome = linear_solve(p, l->share);
    if (p != NULL && outcome == LINEAR_FAILED)
        outcome = linear_solve_otherwise(p, l->share);
    linear_free(p);
    l->programs++;
    if (outcome != LINEAR_OPTIMAL)
        return false;
    *goal = l->share[l->m];
    for (uint8_t i = 0; i < n; i++) {
        point[i] = 0;
        for (uint32_t a = 0; a < l->m; a++)
            point[i] += l->share[a] * l->paid[(size_t)a * n + i];
        *goal += POLISH * point[i];
    }
    return *goal > l->best + gap(l);
}

static void take(struct lottery *l, const double *point, double goal)
{
    l->best = goal;
    memcpy(l->best_point, point, players(l) * sizeof *point);
}

/* ---- parts ---- */

static void keep_part(struct lottery *l, const struct part *b)
{
    if (l->n_parts == l->parts_max) {
        const uint32_t n = l->parts_max == 0 ? 64 : 2 * l->parts_max;
        struct part *grown = realloc(l->part, n * sizeof *grown);
        if (grown == NULL) {
            l->short_of_memory = true;
            return;
        }
        l->part = grown;
        l->parts_max = n;
    }
    l->part[l->n_parts++] = *b;
}

/* The part that promises most leaves the list. False if none promises more than what is
 * known. */
static bool next_part(struct part *out, struct lottery *l)
{
    uint32_t most = 0;
    for (uint32_t k = 1; k < l->n_parts; k++)
        if (l->part[k].bound > l->part[most].bound)
            most = k;
    if (l->n_parts == 0 || l->part[most].bound <= l->best + gap(l))
        return false;
    *out = l->part[most];
    l->part[most] = l->part[--l->n_parts];
    return true;
}

/* ---- in public ---- */

/* The drawn profile that asks for most of what is not paid, or UINT32_MAX. */
static uint32_t unpaid(const struct lottery *l, const double *point)
{
    const uint8_t n = players(l);
    uint32_t worst = UINT32_MAX;
    double most = gap(l);
    for (uint32_t a = 0; a < l->m; a++)
        for (uint8_t i = 0; i < n && l->share[a] > 1e-9; i++)
            if (l->need[(size_t)a * n + i] - point[i] > most) {
                most = l->need[(size_t)a * n + i] - point[i];
                worst = a;
            }
    return worst;
}

static void look_public(struct lottery *l, struct part *b)
{
    if (!solved(l, program(l, b->out, b->low, NULL), b->point, &b->bound))
        return;
    b->choice = unpaid(l, b->point);
    if (b->choice == UINT32_MAX)
        take(l, b->point, b->bound);
    else
        keep_part(l, b);
}

/* It is paid for, or not drawn. */
static void branch_public(struct lottery *l, const struct part *b)
{
    struct part next = *b;
    bool payable = true;
    for (uint8_t i = 0; i < players(l); i++) {
        const double need = l->need[(size_t)b->choice * players(l) + i];
        next.low[i] = fmax(next.low[i], need);
        payable &= need < LINEAR_FREE;
    }
    if (payable)
        look_public(l, &next);
    next = *b;
    next.out[b->choice] = true;
    look_public(l, &next);
}

/* ---- in private ---- */

/* What player i gains at the profile a, which tells it to do k, by doing b instead or
 * (b its own) by walking out. */
static double temptation(const struct lottery *l, uint32_t a, uint8_t *actions,
                         uint8_t i, uint8_t b)
{
    const uint8_t n = players(l), k = actions[i];
    actions[i] = b;
    const uint32_t there = profile_index(&l->c->game->shape, actions);
    actions[i] = k;
    const double left = b == k ? left_with(l, i) : l->paid[(size_t)there * n + i];
    return (1 - l->c->discount) * (left - l->paid[(size_t)a * n + i]);
}

/* Told to do k, player i does not do b instead: what it gains is at most what it loses,
 * d (U_i - V_i) for each share with which it is told so, V_i what it is left with. Of
 * the product of U_i, which is within low and high, and that share, two bounds are
 * linear: high times the share (`loose`), and U_i - low + low times the share. */
static void obedience(struct linear *p, const struct lottery *l, double low,
                      double high, uint8_t i, uint8_t k, uint8_t b, bool loose)
{
    const struct shape *s = &l->c->game->shape;
    const double d = l->c->discount;
    uint8_t actions[PLAYERS_MAX];
    for (uint32_t a = 0; a < l->m; a++) {
        const double u = l->paid[(size_t)a * s->n_players + i];
        double weight = loose ? 0 : -d * u;
        profile_actions(actions, s, a);
        if (actions[i] == k)
            weight += temptation(l, a, actions, i, b) -
                      d * ((loose ? high : low) - left_with(l, i));
        linear_term(p, a, weight);
    }
    linear_row(p, -LINEAR_FREE, loose ? 0 : -d * low);
}

/* Payoffs within the box, and the conditions as weak as the box has them, or with its
 * lower ends as what is promised. */
static struct linear *promised_program(const struct lottery *l, const struct part *b,
                                       bool weak)
{
    const struct shape *s = &l->c->game->shape;
    struct linear *p = program(l, NULL, b->low, weak ? b->high : NULL);
    for (uint8_t i = 0; p != NULL && i < s->n_players; i++)
        for (uint8_t k = 0; k < s->n_actions[i]; k++)
            for (uint8_t other = 0; other < s->n_actions[i]; other++) {
                obedience(p, l, b->low[i], weak ? b->high[i] : b->low[i], i, k, other,
                          true);
                if (weak)
                    obedience(p, l, b->low[i], b->high[i], i, k, other, false);
            }
    return p;
}

/* By how much the shares at hand, which pay `point`, tempt each player too much. The
 * player that is tempted most is returned. */
static uint8_t tempted(const struct lottery *l, const double *point, double *most)
{
    const struct shape *s = &l->c->game->shape;
    uint8_t actions[PLAYERS_MAX], who = 0;
    *most = -HUGE_VAL;
    for (uint8_t i = 0; i < s->n_players; i++)
        for (uint8_t k = 0; k < s->n_actions[i]; k++)
            for (uint8_t b = 0; b < s->n_actions[i]; b++) {
                double sum = 0;
                for (uint32_t a = 0; a < l->m; a++) {
                    if (l->share[a] <= 0)
                        continue;
                    profile_actions(actions, s, a);
                    if (actions[i] == k)
                        sum += l->share[a] *
                               (temptation(l, a, actions, i, b) -
                                l->c->discount * (point[i] - left_with(l, i)));
                }
                if (sum > *most) {
                    *most = sum;
                    who = i;
                }
            }
    return who;
}

static void look_private(struct lottery *l, struct part *b)
{
    double inner[PLAYERS_MAX], inner_goal, most;
    if (!solved(l, promised_program(l, b, true), b->point, &b->bound))
        return;
    const uint8_t i = tempted(l, b->point, &most);
    b->choice = i;
    if (most < KEPT) {
        take(l, b->point, b->bound);
        return;
    }
    /* What pays more can be promised more, which holds more. */
    struct part kept = *b;
    for (unsigned k = 0; k < RAISES_MAX && solved(l, promised_program(l, &kept, false),
                                                  inner, &inner_goal);
         k++) {
        take(l, inner, inner_goal);
        memcpy(kept.low, inner, players(l) * sizeof *inner);
    }
    if (b->high[i] - b->low[i] >= NARROW)
        keep_part(l, b);
}

static void branch_private(struct lottery *l, const struct part *b)
{
    const uint8_t i = (uint8_t)b->choice;
    const double middle = fmin((b->point[i] + b->high[i]) / 2, b->high[i] - NARROW / 4);
    struct part upper = *b, lower = *b;
    upper.low[i] = middle;
    lower.high[i] = middle;
    look_private(l, &upper);
    look_private(l, &lower);
}

/* ---- a ray ---- */

static void look_at_all(struct lottery *l)
{
    struct part all = {0};
    for (uint8_t i = 0; i < players(l); i++)
        all.low[i] = left_with(l, i);
    if (l->c->concept == CONCEPT_PUBLIC) {
        look_public(l, &all);
        return;
    }
    for (uint8_t i = 0; i < players(l); i++)
        for (uint32_t a = 0; a < l->m; a++)
            all.high[i] = fmax(all.high[i], l->paid[(size_t)a * players(l) + i]);
    look_private(l, &all);
}

bool lottery_ray(struct lottery *l, double *point, const double *base,
                 const double *direction, double *beyond)
{
    struct part b;
    l->base = base;
    l->direction = direction;
    l->best = -HUGE_VAL;
    l->programs = 0;
    l->n_parts = 0;
    look_at_all(l);
    *beyond = 0;
    while (next_part(&b, l)) {
        if ((uint64_t)l->programs * l->m >= work_max(l)) {
            *beyond = b.bound - fmax(l->best, 0);
            break;
        }
        if (l->c->concept == CONCEPT_PUBLIC)
            branch_public(l, &b);
        else
            branch_private(l, &b);
    }
    if (l->short_of_memory)
        *beyond = HUGE_VAL;
    memcpy(point, l->best_point, players(l) * sizeof *point);
    return l->best > -HUGE_VAL;
}

/* The same, where only matters whether the search came to its end. */
static bool sure_ray(struct lottery *l, double *point, const double *base,
                     const double *direction, bool *certain)
{
    double beyond;
    const bool found = lottery_ray(l, point, base, direction, &beyond);
    *certain &= beyond <= 0;
    return found;
}

/* ---- all directions ---- */

struct directions {
    uint32_t n;
    double beyond; /* sum over them of what a player might get more on average */
};

/* All directions whose entries are multiples of 1 / steps, and sum to 1. */
static void every_direction(struct frontier *out, struct lottery *l, double *direction,
                            uint8_t i, uint32_t left, uint32_t steps,
                            struct directions *seen)
{
    const uint8_t n = players(l);
    const double base[PLAYERS_MAX] = {0};
    double point[PLAYERS_MAX], beyond;
    if (i + 1 == n) {
        direction[i] = left;
        if (lottery_ray(l, point, base, direction, &beyond))
            (void)frontier_add(out, point);
        seen->n++;
        seen->beyond += beyond * steps / n;
        return;
    }
    for (uint32_t k = 0; k <= left; k++) {
        direction[i] = k;
        every_direction(out, l, direction, (uint8_t)(i + 1), left - k, steps, seen);
    }
}

/* Between two payoffs of the frontier, of which b pays the first player more: the best
 * that pays it at least the middle. Unless that is where a straight line has it, both
 * sides of it are looked at in the same way. */
static void fill(struct frontier *f, struct lottery *l, const double *a,
                 const double *b, unsigned depth, bool *certain)
{
    static const double up[2] = {0, 1};
    const double near = straightness(l);
    const double base[2] = {(a[0] + b[0]) / 2, b[1]};
    double point[PLAYERS_MAX];
    if (depth == 0 || b[0] - a[0] < FINE || a[1] - b[1] < FINE ||
        !sure_ray(l, point, base, up, certain))
        return;
    const double line = a[1] + (b[1] - a[1]) * (point[0] - a[0]) / (b[0] - a[0]);
    if (fabs(point[1] - line) < near && point[0] - base[0] < near)
        return;
    (void)frontier_add(f, point);
    fill(f, l, a, point, depth - 1, certain);
    fill(f, l, point, b, depth - 1, certain);
}

/* True if what is straight between two neighbours is held. */
static bool straight(struct lottery *l, const double *a, const double *b, bool *certain)
{
    static const double up[2] = {1, 1};
    static const double parts[] = {0.5, 0.25, 0.75};
    const double near = straightness(l);
    double point[PLAYERS_MAX];
    for (int k = 0; k < 3; k++) {
        const double base[2] = {a[0] + parts[k] * (b[0] - a[0]) - near,
                                a[1] + parts[k] * (b[1] - a[1]) - near};
        if (!sure_ray(l, point, base, up, certain) || point[0] > b[0] + near ||
            point[1] > a[1] + near || fabs(point[0] - base[0]) > 4 * near ||
            fabs(point[1] - base[1]) > 4 * near)
            return false;
    }
    return true;
}

bool lottery_join(struct frontier *f, enum truth_grade *grade, const struct contest *c)
{
    bool certain = *grade != TRUTH_KNOWN;
    struct lottery *l = lottery_new(c);
    struct frontier before = {0};
    if (l == NULL)
        return false;
    frontier_start(&before, 2);
    for (uint32_t k = 0; k < f->n; k++)
        (void)frontier_add(&before, f->point + 2 * (size_t)k);
    for (uint32_t k = 0; k + 1 < before.n; k++)
        fill(f, l, before.point + 2 * (size_t)k, before.point + 2 * (size_t)k + 2,
             FILLED_MAX, &certain);
    frontier_free(&before);
    f->joined = calloc(f->n + 1, sizeof *f->joined);
    for (uint32_t k = 0; f->joined != NULL && k + 1 < f->n; k++)
        f->joined[k] = straight(l, f->point + 2 * (size_t)k,
                                f->point + 2 * (size_t)k + 2, &certain);
    lottery_free(l);
    *grade = certain ? TRUTH_EXACT : TRUTH_KNOWN;
    return f->joined != NULL;
}

bool truth_lottery(struct frontier *out, enum truth_grade *grade, double *beyond,
                   const struct contest *c)
{
    static const uint32_t steps[] = {0, 0, 16, 9, 5, 3, 2};
    const uint8_t n = c->game->shape.n_players;
    double direction[PLAYERS_MAX];
    struct directions seen = {0};
    struct lottery *l = lottery_new(c);
    if (l == NULL)
        return false;
    const uint32_t fine = n < 7 ? steps[n] : 1;
    every_direction(out, l, direction, 0, fine, fine, &seen);
    const bool whole = !l->short_of_memory;
    lottery_free(l);
    *beyond = seen.beyond / seen.n;
    *grade = seen.beyond > 0 ? TRUTH_KNOWN : TRUTH_POINTS;
    return whole;
}
