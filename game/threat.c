/* SPDX-License-Identifier: MIT */
/* Hides how the search for a static equilibrium goes on: regret matching for everybody,
 * profiles on trial, and the polishing of mixed profiles by Newton's method.
 *
 * What is shared (rows, sums, trials, the profile under polish) is made of announced
 * integers by integer arithmetic, so it is the same for every player on every machine.
 * Floating point stays with the player that computed it: it decides what that player
 * announces, and nothing else. */
#include "game/threat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/secure.h"
#include "game/counts.h"

/* What is on trial in a round, in the order in which it is preferred: bit numbers of
 * the claims. */
enum trial {
    TRIAL_ROUNDED, /* the last row, each player's likeliest action for sure */
    TRIAL_EXACT,   /* the polished profile, to the last digit */
    TRIAL_LISTED,  /* and the two after it: pure profiles, one after the other */
    TRIAL_LISTED_2,
    TRIAL_LISTED_3,
    TRIAL_POLISHED, /* the polished profile, as good as epsilon asks */
    TRIAL_ROW,      /* the last row itself */
    TRIAL_AVERAGE,  /* the average of the rows of this attempt */
};
enum { TRIALS = 8, LISTED = 3 };

/* Newton's method goes by two rounds: slopes at a profile, then everybody's own part of
 * the step from there. Each profile that it visits is on trial once. */
enum polish {
    POLISH_NONE,
    POLISH_SLOPES, /* the words carry slopes at the polished profile */
    POLISH_STEP,   /* the words carry the next polished profile instead of a row */
    POLISH_LAST,   /* one more trial, then it ends */
};

/* The figures behind these are in docs/theory.md. */
enum {
    FIRST_PART = 8,        /* the first attempt takes this part of rounds_max, */
    LATER_PART = 16,       /* the later ones that part, */
    ATTEMPT_MIN = 32,      /* but no less than this */
    ROWS_MAX = 1 << 16,    /* of one attempt, so that weighted sums fit 64 bits */
    PAUSE = 4,             /* rows between polishings */
    STEPS_MAX = 12,        /* of one polishing */
    FALLBACK_POLISHES = 8, /* polishings before an approximate profile is accepted */
    UNKNOWNS_MAX = 128,    /* of the linear system of a step */
};

/* A mixed profile counts as exact where nobody gains more than this share of its range:
 * weights are multiples of 2^-30, so less cannot be asked for. */
#define EXACT 1e-8
/* A pivot this much smaller than the first one is taken for 0. */
#define PIVOT_MIN 1e-9

struct threat_search {
    const struct payoffs *payoffs; /* borrowed */
    double epsilon;
    uint32_t rounds_max;
    struct prng prng; /* for own starting points only */

    /* Shared: functions of the words. */
    enum threat_state state;
    uint32_t round;
    uint32_t attempt_end;  /* the round after which a new attempt starts */
    uint32_t attempt_rows; /* of this attempt so far */
    bool listing;          /* from the second attempt on */
    uint32_t listed;       /* pure profiles that have been on trial one by one */
    enum polish polish;
    uint32_t n_polishes;
    uint32_t n_steps;       /* of this polishing */
    uint32_t pause;         /* rows until the next one */
    uint32_t fallback_left; /* polishings until it is accepted; 0: there is none */
    struct candidate row, polished, fallback, found;
    uint64_t sum[WEIGHTS_MAX]; /* of this attempt's rows, the n-th one n times */
    uint64_t sum_weight;

    /* Own. */
    double regret[ACTIONS_MAX]; /* accumulated, never negative */
    double latest[ACTIONS_MAX]; /* advantages at the last row */
    double row_regret;          /* at the last row */
    struct threat_word word;
    double system[UNKNOWNS_MAX][UNKNOWNS_MAX + 1];
};

static const struct shape *shape_of(const struct threat_search *t)
{
    return &t->payoffs->shape;
}

/* ---- integer profiles: what everybody computes alike ---- */

static uint8_t heaviest(const uint32_t *weight, uint16_t n_actions)
{
    uint8_t best = 0;
    for (uint8_t k = 1; k < n_actions; k++) {
        if (weight[k] > weight[best])
            best = k;
    }
    return best;
}

/* Scales one player's weights so that they sum to WEIGHT_ONE; not all are 0. */
static void rescale(uint32_t *weight, uint16_t n_actions)
{
    uint64_t sum = 0;
    uint32_t missing = WEIGHT_ONE;
    for (uint8_t k = 0; k < n_actions; k++)
        sum += weight[k];
    CHECK(sum > 0);
    for (uint8_t k = 0; k < n_actions; k++) {
        weight[k] = (uint32_t)((uint64_t)weight[k] * WEIGHT_ONE / sum);
        missing -= weight[k];
    }
    weight[heaviest(weight, n_actions)] += missing;
}

static void average(struct candidate *out, const struct threat_search *t)
{
    const struct shape *s = shape_of(t);
    memset(out, 0, sizeof *out);
    for (uint8_t i = 0; i < s->n_players; i++) {
        uint16_t offset = shape_offset(s, i);
        for (uint8_t k = 0; k < s->n_actions[i]; k++)
            out->weight[offset + k] = (uint32_t)(t->sum[offset + k] / t->sum_weight);
        rescale(out->weight + offset, s->n_actions[i]);
    }
}

/* False where somebody's likeliest action is not clear: a coin toss by the numbering of
 * the actions would favour somebody in a game that treats all alike. */
static bool rounded(struct candidate *out, const struct candidate *c,
                    const struct shape *s)
{
    uint8_t actions[PLAYERS_MAX];
    for (uint8_t i = 0; i < s->n_players; i++) {
        const uint32_t *weight = c->weight + shape_offset(s, i);
        actions[i] = heaviest(weight, s->n_actions[i]);
        for (uint8_t k = 0; k < s->n_actions[i]; k++) {
            if (k != actions[i] && weight[actions[i]] - weight[k] < WEIGHT_ONE >> 10)
                return false;
        }
    }
    candidate_from_pure(out, s, actions);
    return true;
}

static uint8_t support_size(const uint32_t *weight, uint16_t n_actions)
{
    uint8_t size = 0;
    for (uint8_t k = 0; k < n_actions; k++)
        size = (uint8_t)(size + (weight[k] > 0));
    return size;
}

/* The unknowns of a polishing: the actions that are played besides each player's
 * likeliest one. */
static uint32_t own_unknowns(const struct candidate *c, const struct shape *s,
                             uint8_t player)
{
    return support_size(c->weight + shape_offset(s, player), s->n_actions[player]) - 1u;
}

static uint32_t unknowns(const struct candidate *c, const struct shape *s)
{
    uint32_t n = 0;
    for (uint8_t i = 0; i < s->n_players; i++)
        n += own_unknowns(c, s, i);
    return n;
}

/* One equation per own action but one, and one unknown per action but one of the
 * others: who has more equations than the others have unknowns drops its least likely
 * action. */
static void balance(struct candidate *c, const struct shape *s)
{
    for (uint8_t i = 0; i < s->n_players;) {
        uint32_t *weight = c->weight + shape_offset(s, i);
        uint32_t own = own_unknowns(c, s, i);
        if (own <= unknowns(c, s) - own) {
            i++;
            continue;
        }
        uint8_t least = heaviest(weight, s->n_actions[i]);
        for (uint8_t k = 0; k < s->n_actions[i]; k++) {
            if (weight[k] > 0 && weight[k] <= weight[least])
                least = k;
        }
        weight[least] = 0;
        rescale(weight, s->n_actions[i]);
        i = 0;
    }
}

static void drop_below(struct candidate *c, const struct shape *s, uint32_t least)
{
    for (uint8_t i = 0; i < s->n_players; i++) {
        uint32_t *weight = c->weight + shape_offset(s, i);
        uint8_t best = heaviest(weight, s->n_actions[i]);
        for (uint8_t k = 0; k < s->n_actions[i]; k++) {
            if (k != best && weight[k] < least)
                weight[k] = 0;
        }
        rescale(weight, s->n_actions[i]);
    }
}

/* How many numbers player announces about the polished profile: for each action that it
 * plays besides its likeliest one, one for each unknown of the others and one more. */
static uint32_t slopes_at(const struct candidate *c, const struct shape *s,
                          uint8_t player)
{
    uint32_t own = own_unknowns(c, s, player);
    return own * (unknowns(c, s) - own + 1);
}

static bool polishable(const struct candidate *c, const struct shape *s)
{
    uint32_t n = unknowns(c, s);
    if (n == 0 || n > UNKNOWNS_MAX)
        return false;
    for (uint8_t i = 0; i < s->n_players; i++) {
        if (slopes_at(c, s, i) > THREAT_SLOPES_MAX)
            return false;
    }
    return true;
}

static uint32_t slopes_due(const struct threat_search *t, uint8_t player)
{
    return t->polish == POLISH_SLOPES ? slopes_at(&t->polished, shape_of(t), player)
                                      : 0;
}

/* ---- own payoffs, in units of the payoff range ---- */

/* Halves, so that the difference of two finite payoffs is finite. */
static double in_units(const struct payoffs *p, double a, double b)
{
    double half_range = p->greatest / 2 - p->least / 2;
    return half_range > 0 ? (a / 2 - b / 2) / half_range : 0;
}

/* advantage[k]: what action k gains on the mixed action played. Returns the most. */
static double advantages(double *advantage, const struct payoffs *p,
                         const struct candidate *c)
{
    struct profile x;
    profile_from_candidate(&x, &p->shape, c);
    const double *own = x.share + shape_offset(&p->shape, p->player);
    uint16_t n_actions = p->shape.n_actions[p->player];
    payoffs_by_action(advantage, p, &x);
    double payoff = 0, best = 0;
    for (uint8_t k = 0; k < n_actions; k++)
        payoff += own[k] * advantage[k];
    for (uint8_t k = 0; k < n_actions; k++) {
        advantage[k] = in_units(p, advantage[k], payoff);
        best = fmax(best, advantage[k]);
    }
    return best;
}

static void set_own_weights(struct threat_search *t, const struct candidate *at,
                            const double *share)
{
    const struct shape *s = shape_of(t);
    uint8_t player = t->payoffs->player;
    uint16_t offset = shape_offset(s, player);
    struct profile x;
    struct candidate c;
    profile_from_candidate(&x, s, at);
    memcpy(x.share + offset, share, s->n_actions[player] * sizeof *share);
    candidate_from_profile(&c, s, &x);
    memcpy(t->word.weight, c.weight + offset, s->n_actions[player] * sizeof *c.weight);
}

/* ---- polishing ---- */

/* Gauss-Jordan with complete pivoting on n_rows rows of n_columns unknowns and a right
 * side. Returns the rank; column[r] is the unknown that row r is solved for. */
static uint32_t eliminate(double (*system)[UNKNOWNS_MAX + 1], uint32_t *column,
                          uint32_t n_rows, uint32_t n_columns)
{
    double first = 0;
    for (uint32_t rank = 0; rank < n_rows; rank++) {
        uint32_t row = rank, col = 0;
        for (uint32_t r = rank; r < n_rows; r++) {
            for (uint32_t c = 0; c < n_columns; c++) {
                if (fabs(system[r][c]) > fabs(system[row][col])) {
                    row = r;
                    col = c;
                }
            }
        }
        double pivot = system[row][col];
        if (rank == 0)
            first = fabs(pivot);
        if (!(fabs(pivot) > PIVOT_MIN * first))
            return rank;
        for (uint32_t c = 0; c <= n_columns; c++) {
            double v = system[row][c];
            system[row][c] = system[rank][c];
            system[rank][c] = v / pivot;
        }
        column[rank] = col;
        for (uint32_t r = 0; r < n_rows; r++) {
            double factor = system[r][col];
            if (r == rank || factor == 0)
                continue;
            for (uint32_t c = 0; c <= n_columns; c++)
                system[r][c] -= factor * system[rank][c];
            system[r][col] = 0;
        }
    }
    return n_rows;
}

static double clamp(double v)
{
    v = fmin(fmax(v, -THREAT_SLOPE_LIMIT), THREAT_SLOPE_LIMIT);
    return v == 0 ? 0 : v; /* a negative zero has no encoding */
}

/* Sets one column per unknown of player j: how the advantage of each own action over
 * the likeliest one changes with it. Payoffs are affine in every single share, so that
 * is a difference of two payoffs. */
static uint32_t slopes_by(struct threat_search *t, struct profile *x, uint8_t j,
                          uint32_t column)
{
    const struct payoffs *p = t->payoffs;
    const struct shape *s = &p->shape;
    const uint32_t *own = t->polished.weight + shape_offset(s, p->player);
    const uint32_t *weight = t->polished.weight + shape_offset(s, j);
    double *share = x->share + shape_offset(s, j);
    double kept[ACTIONS_MAX], with[ACTIONS_MAX], without[ACTIONS_MAX];
    uint8_t base = heaviest(own, s->n_actions[p->player]);
    uint8_t base_of_j = heaviest(weight, s->n_actions[j]);
    memcpy(kept, share, s->n_actions[j] * sizeof *kept);
    memset(share, 0, s->n_actions[j] * sizeof *share);
    share[base_of_j] = 1;
    payoffs_by_action(without, p, x);
    share[base_of_j] = 0;
    for (uint8_t l = 0; l < s->n_actions[j]; l++) {
        if (l == base_of_j || weight[l] == 0)
            continue;
        share[l] = 1;
        payoffs_by_action(with, p, x);
        share[l] = 0;
        double base_slope = in_units(p, with[base], without[base]);
        uint32_t row = 0;
        for (uint8_t k = 0; k < s->n_actions[p->player]; k++) {
            if (k != base && own[k] > 0)
                t->system[row++][column] =
                    in_units(p, with[k], without[k]) - base_slope;
        }
        column++;
    }
    memcpy(share, kept, s->n_actions[j] * sizeof *kept);
    return column;
}

/* The own equations: where the others would have to move to, to first order, for this
 * player to be indifferent between the actions that it plays. They are announced in
 * reduced form, which says nothing about how much is at stake for it. */
static void say_slopes(struct threat_search *t)
{
    const struct payoffs *p = t->payoffs;
    const struct shape *s = &p->shape;
    const uint32_t *own = t->polished.weight + shape_offset(s, p->player);
    uint8_t base = heaviest(own, s->n_actions[p->player]);
    uint32_t solved_for[UNKNOWNS_MAX], n_columns = 0, n_rows = 0, n = 0;
    double advantage[ACTIONS_MAX];
    struct profile x;
    t->word.n_slopes = (uint16_t)slopes_due(t, p->player);
    if (t->word.n_slopes == 0)
        return;
    profile_from_candidate(&x, s, &t->polished);
    for (uint8_t j = 0; j < s->n_players; j++) {
        if (j != p->player && own_unknowns(&t->polished, s, j) > 0)
            n_columns = slopes_by(t, &x, j, n_columns);
    }
    advantages(advantage, p, &t->polished);
    for (uint8_t k = 0; k < s->n_actions[p->player]; k++) {
        if (k != base && own[k] > 0)
            t->system[n_rows++][n_columns] = advantage[base] - advantage[k];
    }
    uint32_t rank = eliminate(t->system, solved_for, n_rows, n_columns);
    for (uint32_t r = 0; r < n_rows; r++) {
        for (uint32_t c = 0; c <= n_columns; c++)
            t->word.slope[n++] = r < rank ? clamp(t->system[r][c]) : 0;
    }
}

/* Puts everybody's equations together. A player's own unknowns, of which there are as
 * many as it has equations, do not appear in these. */
static void gather(struct threat_search *t, const struct threat_word *words)
{
    const struct shape *s = shape_of(t);
    uint32_t n = unknowns(&t->polished, s), first = 0;
    CHECK(words != NULL); /* nobody polishes before the first words */
    for (uint8_t i = 0; i < s->n_players; i++) {
        const double *slope = words[i].slope;
        uint32_t end = first + own_unknowns(&t->polished, s, i);
        for (uint32_t row = first; row < end; row++) {
            for (uint32_t c = 0; c <= n; c++)
                t->system[row][c] = c >= first && c < end ? 0 : *slope++;
        }
        first = end;
    }
}

/* The own part of Newton's step. An action whose share would be negative is dropped; an
 * unknown that the equations do not determine stays where it is. */
static void say_step(struct threat_search *t, const struct threat_word *words)
{
    const struct shape *s = shape_of(t);
    const uint8_t player = t->payoffs->player;
    const uint16_t n_actions = s->n_actions[player];
    const uint32_t *own = t->polished.weight + shape_offset(s, player);
    uint8_t base = heaviest(own, n_actions);
    uint32_t n = unknowns(&t->polished, s), solved_for[UNKNOWNS_MAX], unknown = 0;
    double step[UNKNOWNS_MAX] = {0}, share[ACTIONS_MAX], rest = 1;
    gather(t, words);
    uint32_t rank = eliminate(t->system, solved_for, n, n);
    for (uint32_t r = 0; r < rank; r++)
        step[solved_for[r]] = t->system[r][n];
    for (uint8_t i = 0; i < player; i++)
        unknown += own_unknowns(&t->polished, s, i);
    for (uint8_t k = 0; k < n_actions; k++) {
        if (k == base)
            continue;
        share[k] = (double)own[k] / WEIGHT_ONE;
        if (own[k] > 0)
            share[k] = fmin(fmax(share[k] + step[unknown++], 0), 1);
        rest -= share[k];
    }
    share[base] = fmax(rest, 0);
    set_own_weights(t, &t->polished, share);
}

/* ---- regret matching ---- */

/* Hart and Mas-Colell 2000, with expectations instead of samples. Regrets below zero
 * are forgotten (Tammelin 2014), and the last advantages count once more as a forecast
 * of the next ones (Farina, Kroer and Sandholm 2021). */
static void update_regrets(struct threat_search *t)
{
    t->row_regret = advantages(t->latest, t->payoffs, &t->row);
    for (uint8_t k = 0; k < shape_of(t)->n_actions[t->payoffs->player]; k++)
        t->regret[k] = fmax(t->regret[k] + t->latest[k], 0);
}

static void say_row(struct threat_search *t)
{
    const struct shape *s = shape_of(t);
    uint8_t player = t->payoffs->player;
    double share[ACTIONS_MAX], sum = 0;
    for (uint8_t k = 0; k < s->n_actions[player]; k++)
        sum += share[k] = fmax(t->regret[k] + t->latest[k], 0);
    if (sum > 1e-12)
        set_own_weights(t, &t->row, share);
    else /* Nothing is regretted: as before. */
        memcpy(t->word.weight, t->row.weight + shape_offset(s, player),
               s->n_actions[player] * sizeof *t->word.weight);
}

/* ---- trials ---- */

/* The profile behind a claim, the same for everybody. False if there is none now. */
static bool on_trial(struct candidate *out, const struct threat_search *t,
                     enum trial number)
{
    const struct shape *s = shape_of(t);
    uint8_t actions[PLAYERS_MAX];
    uint64_t listed = (uint64_t)t->listed + number - TRIAL_LISTED;
    if (t->polish == POLISH_STEP)
        return false;
    switch (number) {
    case TRIAL_ROUNDED:
        return rounded(out, &t->row, s);
    case TRIAL_EXACT:
    case TRIAL_POLISHED:
        *out = t->polished;
        return t->polish != POLISH_NONE;
    case TRIAL_LISTED:
    case TRIAL_LISTED_2:
    case TRIAL_LISTED_3:
        if (!t->listing || listed >= shape_listed(s))
            return false;
        listed_actions(actions, s, (uint32_t)listed);
        candidate_from_pure(out, s, actions);
        return true;
    case TRIAL_ROW:
        *out = t->row;
        return t->attempt_rows > 0;
    case TRIAL_AVERAGE:
        if (t->attempt_rows > 0)
            average(out, t);
        return t->attempt_rows > 0;
    }
    return false;
}

static bool must_be_exact(enum trial number)
{
    return number < TRIAL_POLISHED;
}

static void say_claims(struct threat_search *t)
{
    double polished_regret = 0;
    for (unsigned number = 0; number < TRIALS; number++) {
        struct candidate c;
        double unused[ACTIONS_MAX], regret;
        if (!on_trial(&c, t, number))
            continue;
        if (number == TRIAL_ROW)
            regret = t->row_regret;
        else if (number == TRIAL_POLISHED)
            regret = polished_regret;
        else
            regret = advantages(unused, t->payoffs, &c);
        if (number == TRIAL_EXACT)
            polished_regret = regret;
        if (regret <= (must_be_exact(number) ? fmin(EXACT, t->epsilon) : t->epsilon))
            t->word.claims |= (uint8_t)(1u << number);
    }
}

/* What suits everybody ends the search if it is exact. What is merely near an
 * equilibrium is kept, in case polishing leads nowhere. */
static void hear_claims(struct threat_search *t, const struct threat_word *words)
{
    unsigned claims = ~0u;
    for (uint8_t i = 0; i < shape_of(t)->n_players; i++)
        claims &= words[i].claims;
    for (unsigned number = 0; number < TRIALS; number++) {
        struct candidate c;
        if (!(claims >> number & 1) || !on_trial(&c, t, number))
            continue;
        if (must_be_exact(number)) {
            t->found = c;
            t->state = THREAT_FOUND;
            return;
        }
        if (number == TRIAL_POLISHED || t->fallback_left == 0)
            t->fallback = c;
        if (t->fallback_left == 0)
            t->fallback_left = FALLBACK_POLISHES;
    }
}

/* ---- rounds ---- */

static void hear_row(struct threat_search *t, const struct threat_word *words)
{
    const struct shape *s = shape_of(t);
    t->attempt_rows++;
    t->sum_weight += t->attempt_rows;
    for (uint8_t i = 0; i < s->n_players; i++) {
        uint16_t offset = shape_offset(s, i);
        for (uint8_t k = 0; k < s->n_actions[i]; k++) {
            t->row.weight[offset + k] = words[i].weight[k];
            t->sum[offset + k] += (uint64_t)words[i].weight[k] * t->attempt_rows;
        }
    }
    update_regrets(t);
    if (t->listing)
        t->listed += t->listed < shape_listed(s) ? LISTED : 0;
}

/* Where the next polishing starts: the average or the last row, and what is near an
 * equilibrium where there is such a profile, with more or fewer of the small weights
 * dropped, in turns. */
static void start_polishing(struct threat_search *t)
{
    static const uint32_t parts[] = {20, 5, 100, 3};
    static const uint32_t fallback_parts[] = {100, 20, 1000, 5};
    const struct shape *s = shape_of(t);
    uint32_t turn = t->n_polishes++, part = parts[turn / 2 % 4];
    if (t->fallback_left > 0 && t->fallback_left % 2 == 0) {
        t->polished = t->fallback;
        part = fallback_parts[t->fallback_left / 2 % 4];
    } else if (turn % 2 == 1) {
        t->polished = t->row;
    } else {
        average(&t->polished, t);
    }
    drop_below(&t->polished, s, WEIGHT_ONE / part);
    balance(&t->polished, s);
    t->n_steps = 0;
    t->polish = polishable(&t->polished, s) ? POLISH_SLOPES : POLISH_LAST;
}

static void end_polishing(struct threat_search *t)
{
    t->polish = POLISH_NONE;
    t->pause = PAUSE;
    if (t->fallback_left > 0 && --t->fallback_left == 0) {
        t->found = t->fallback;
        t->state = THREAT_FOUND;
    }
}

static void hear_step(struct threat_search *t, const struct threat_word *words)
{
    const struct shape *s = shape_of(t);
    uint32_t furthest = 0;
    for (uint8_t i = 0; i < s->n_players; i++) {
        uint32_t *weight = t->polished.weight + shape_offset(s, i);
        for (uint8_t k = 0; k < s->n_actions[i]; k++) {
            uint32_t now = words[i].weight[k];
            uint32_t distance = now > weight[k] ? now - weight[k] : weight[k] - now;
            furthest = distance > furthest ? distance : furthest;
            weight[k] = now;
        }
    }
    balance(&t->polished, s);
    /* A step of two units of the last digit led nowhere. */
    bool goes_on = furthest > 2 && ++t->n_steps < STEPS_MAX;
    t->polish = goes_on && polishable(&t->polished, s) ? POLISH_SLOPES : POLISH_LAST;
}

static void start_attempt(struct threat_search *t)
{
    bool first = t->round == 0;
    uint32_t rows = t->rounds_max / (first ? FIRST_PART : LATER_PART);
    rows = rows < ATTEMPT_MIN ? ATTEMPT_MIN : rows > ROWS_MAX ? ROWS_MAX : rows;
    t->attempt_end = t->round + rows;
    t->attempt_rows = 0;
    t->listing = !first;
    t->pause = PAUSE;
    t->sum_weight = 0;
    memset(t->sum, 0, sizeof t->sum);
    for (uint8_t k = 0; k < ACTIONS_MAX; k++) {
        t->latest[k] = 0;
        /* Exponential variates make a mixed action uniform on the simplex. */
        t->regret[k] = first ? 0 : -log(1 - prng_share(&t->prng));
    }
}

static void say_next(struct threat_search *t, const struct threat_word *words)
{
    t->word.claims = 0;
    t->word.n_slopes = 0;
    if (t->polish == POLISH_STEP) {
        say_step(t, words);
        return;
    }
    say_row(t);
    say_claims(t);
    say_slopes(t);
}

static void move_on(struct threat_search *t, const struct threat_word *words)
{
    if (t->polish == POLISH_STEP) {
        hear_step(t, words);
        return;
    }
    hear_row(t, words);
    switch (t->polish) {
    case POLISH_SLOPES:
        t->polish = POLISH_STEP;
        return;
    case POLISH_LAST:
        end_polishing(t);
        return;
    case POLISH_NONE:
        if (t->fallback_left > 0 || t->pause == 0)
            start_polishing(t);
        else if (t->round >= t->attempt_end)
            start_attempt(t);
        else
            t->pause--;
        return;
    case POLISH_STEP:
        CHECK(t->polish != POLISH_STEP);
    }
}

enum threat_state threat_hear(struct threat_search *t, const struct threat_word *words)
{
    CHECK(t->state == THREAT_SEARCHING);
    t->round++;
    hear_claims(t, words);
    if (t->state == THREAT_SEARCHING)
        move_on(t, words);
    if (t->state == THREAT_SEARCHING && t->round >= t->rounds_max) {
        t->found = t->fallback;
        t->state = t->fallback_left > 0 ? THREAT_FOUND : THREAT_NONE;
    }
    if (t->state == THREAT_SEARCHING)
        say_next(t, words);
    return t->state;
}

bool threat_word_legal(const struct threat_search *t, uint8_t player,
                       const struct threat_word *w)
{
    const struct shape *s = shape_of(t);
    struct candidate c;
    uint64_t sum = 0;
    for (uint8_t k = 0; k < ACTIONS_MAX; k++) {
        if (k >= s->n_actions[player] && w->weight[k] != 0)
            return false;
        sum += w->weight[k];
    }
    if (sum != WEIGHT_ONE || w->n_slopes != slopes_due(t, player))
        return false;
    for (uint16_t i = 0; i < w->n_slopes; i++) {
        if (!(fabs(w->slope[i]) <= THREAT_SLOPE_LIMIT))
            return false;
    }
    for (unsigned number = 0; number < TRIALS; number++) {
        if (w->claims >> number & 1 && !on_trial(&c, t, number))
            return false;
    }
    return true;
}

/* ---- the rest of the contract ---- */

struct threat_search *threat_search_new(const struct payoffs *payoffs, double epsilon,
                                        uint32_t rounds_max, uint64_t seed)
{
    struct threat_search *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->payoffs = payoffs;
    t->epsilon = epsilon;
    t->rounds_max = rounds_max;
    t->prng.state = seed;
    const struct shape *s = &payoffs->shape;
    for (uint8_t i = 0; i < s->n_players; i++) {
        uint32_t *weight = t->row.weight + shape_offset(s, i);
        for (uint8_t k = 0; k < s->n_actions[i]; k++)
            weight[k] = 1;
        rescale(weight, s->n_actions[i]);
    }
    start_attempt(t);
    say_next(t, NULL);
    return t;
}

void threat_search_free(struct threat_search *t)
{
    free(t);
}

void threat_say(const struct threat_search *t, struct threat_word *out)
{
    *out = t->word;
}

void threat_found(const struct threat_search *t, struct candidate *out)
{
    CHECK(t->state == THREAT_FOUND);
    *out = t->found;
}
