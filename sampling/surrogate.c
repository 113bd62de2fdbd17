/* SPDX-License-Identifier: MIT */
/* Hides what is asked next, and why. */
#include "sampling/surrogate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/secure.h"
#include "sampling/belief.h"
#include "sampling/improve.h"
#include "sampling/seat.h"

enum {
    STANDS_MAX = 64,
    PURE_STARTS = 6,
    RANDOM_STARTS = 3,
    RANDOM_STARTS_FIRST = 16, /* as long as nothing is accepted */
    SPREADS = 16,             /* proportions that are tried before more is heard */
    MENDINGS = 8,             /* steps of one unit of a coarse weight */
};
#define OPTIMISM                                                                       \
    0.5 /* what is not known at all may be this share of the scale higher */
#define DOUBTFUL 1e-6
#define ROUNDING 1e-9 /* of the scale */
#define EQUAL 1e-6    /* raises, but for rounding */

const char *const surrogate_without[] = {
    [IDEA_PURE_STARTS] = "surrogate-no-pure-starts",
    [IDEA_RANDOM_STARTS] = "surrogate-no-random-starts",
    [IDEA_TOGETHER] = "surrogate-no-joint-move",
    [IDEA_MENDING] = "surrogate-no-mending",
    [IDEA_EXPLORING] = "surrogate-no-exploring",
    [IDEA_HOPE] = "surrogate-no-hope",
    [IDEA_SPREAD] = "surrogate-no-spread",
    [IDEA_CORRECTION] = "surrogate-no-correction",
};

/* Payoffs as they are believed to be, or as they may be at best. */
enum outlook { LIKELY, HOPEFUL, OUTLOOKS };

/* What is to be improved on: something that suits everybody and that nothing else so
 * far dominates. */
struct stand {
    double surplus[PLAYERS_MAX]; /* over the threat */
    struct profile start;        /* of CONCEPT_NASH */
    uint32_t tried[OUTLOOKS]; /* what was known when it was last tried to improve it */
};

struct surrogate {
    struct surrogate_options o;
    struct seat seat; /* from where all the rest is seen: oneself is player 0 */
    struct shape game, candidates;
    struct payoffs *own;
    double threat_payoff;
    struct belief *belief;
    struct improver *improver;
    struct prng prng;
    uint32_t known;      /* counts what was learned */
    struct stand threat; /* stands as long as nothing else does */
    uint32_t n_stands;
    struct stand stand[STANDS_MAX];
    uint32_t spread_known, n_spread;
    uint32_t n_heard;
    bool explored[WEIGHTS_MAX];
    struct prospects prospects;
};

bool surrogate_fits(const struct shape *game)
{
    const uint32_t n_profiles = shape_profiles(game);
    return game->n_players <= BELIEF_PLAYERS_MAX && n_profiles > 1 &&
           n_profiles <= BELIEF_PROFILES_MAX;
}

static bool has(const struct surrogate *s, enum surrogate_idea idea)
{
    return (s->o.without >> idea & 1) == 0;
}

/* The own payoffs as they look from the seat. */
static struct payoffs *own_payoffs(const struct seat *seat,
                                   const struct payoffs *payoffs)
{
    double value[WEIGHTS_MAX];
    for (uint16_t a = 0; a < shape_profiles(&seat->here); a++) {
        uint8_t actions[PLAYERS_MAX];
        struct candidate c;
        struct profile x;
        profile_actions(actions, &seat->game, seat_weight(seat, CONCEPT_PUBLIC, a));
        candidate_from_pure(&c, &seat->game, actions);
        profile_from_candidate(&x, &seat->game, &c);
        value[a] = payoffs_expect(payoffs, &x);
    }
    return payoffs_new(&seat->here, 0, value);
}

struct surrogate *surrogate_new(const struct surrogate_options *o)
{
    struct surrogate *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->o = *o;
    seat_take(&s->seat, &o->payoffs->shape, o->payoffs->player);
    s->game = s->seat.here;
    s->candidates = concept_shape(o->concept, &s->game);
    s->known = 1;
    s->prng.state = 1; /* everybody's */
    s->own = own_payoffs(&s->seat, o->payoffs);
    if (s->own != NULL)
        s->belief = belief_new(&(struct belief_options){
            .own = s->own,
            .tempted = 1 + enforcement_weight(&o->enforcement),
            .corrects = has(s, IDEA_CORRECTION),
        });
    s->improver = improver_new(
        &(struct improve_options){s->game, o->concept, o->incentive, o->enforcement});
    if (s->belief == NULL || s->improver == NULL) {
        surrogate_free(s);
        return NULL;
    }
    return s;
}

void surrogate_free(struct surrogate *s)
{
    if (s == NULL)
        return;
    belief_free(s->belief);
    improver_free(s->improver);
    payoffs_free(s->own);
    free(s);
}

void surrogate_start(struct surrogate *s, const struct profile *threat)
{
    for (uint16_t w = 0; w < shape_weights(&s->game); w++)
        s->threat.start.share[w] =
            threat->share[seat_weight(&s->seat, CONCEPT_NASH, w)];
    s->threat_payoff = payoffs_expect(s->own, &s->threat.start);
    belief_start(s->belief, s->threat_payoff);
}

/* ---- whose turn it is ---- */

bool surrogate_turn(const struct surrogate *s, const struct candidate *c,
                    uint32_t round, bool plenty)
{
    const uint8_t n = s->game.n_players;
    struct candidate least = *c;
    uint8_t from = 0;
    bool alike = true, same = true;
    for (uint8_t i = 1; i < n; i++)
        alike = alike && s->game.n_actions[i] == s->game.n_actions[0];
    for (uint8_t i = 1; i < n && alike; i++) {
        struct candidate other;
        struct seat seat;
        seat_take(&seat, &s->seat.game, i);
        seat_here(&seat, s->o.concept, &other, c);
        const int order = candidate_order(&other, &least, &s->candidates);
        same = same && order == 0;
        if (order < 0) {
            least = other;
            from = i;
        }
    }
    if (alike && same && plenty)
        return true;
    return (candidates_turn(&least, &s->candidates, round, n) + from) % n ==
           s->seat.player;
}

/* ---- what is heard ---- */

/* How likely each pure profile is under a candidate. */
static void weights_of(const struct surrogate *s, double *weight,
                       const struct candidate *c)
{
    struct profile x;
    profile_from_candidate(&x, &s->candidates, c);
    for (uint32_t a = 0; a < shape_profiles(&s->game); a++) {
        uint8_t actions[PLAYERS_MAX];
        uint16_t offset = 0;
        if (s->o.concept != CONCEPT_NASH) {
            weight[a] = x.share[a];
            continue;
        }
        profile_actions(actions, &s->game, a);
        weight[a] = 1;
        for (uint8_t i = 0; i < s->game.n_players; i++) {
            weight[a] *= x.share[offset + actions[i]];
            offset = (uint16_t)(offset + s->game.n_actions[i]);
        }
    }
}

static bool at_least(const struct surrogate *s, const double *a, const double *b)
{
    for (uint8_t j = 0; j < s->game.n_players; j++)
        if (a[j] < b[j] - ROUNDING * belief_scale(s->belief, j))
            return false;
    return true;
}

/* Everybody keeps it: what it dominates need not be improved any more. */
static void accept(struct surrogate *s, const struct candidate *c,
                   const double *surplus)
{
    uint32_t kept = 0;
    for (uint32_t k = 0; k < s->n_stands; k++)
        if (at_least(s, s->stand[k].surplus, surplus))
            return;
    for (uint32_t k = 0; k < s->n_stands; k++)
        if (!at_least(s, surplus, s->stand[k].surplus))
            s->stand[kept++] = s->stand[k];
    s->n_stands = kept;
    if (kept == STANDS_MAX)
        return;
    struct stand *new = &s->stand[s->n_stands++];
    *new = (struct stand){0};
    memcpy(new->surplus, surplus, s->game.n_players * sizeof *surplus);
    profile_from_candidate(&new->start, &s->candidates, c);
}

void surrogate_hear(struct surrogate *s, const struct candidate *c,
                    const double *rewards)
{
    double weight[WEIGHTS_MAX], surplus[PLAYERS_MAX];
    struct candidate here;
    bool all = true;
    s->n_heard++;
    seat_here(&s->seat, s->o.concept, &here, c);
    for (uint8_t j = 0; j < s->game.n_players; j++) {
        surplus[j] = rewards[seat_player(&s->seat, j)];
        all = all && surplus[j] >= 0;
    }
    weights_of(s, weight, &here);
    if (belief_hear(s->belief, weight, surplus))
        s->known++;
    if (all)
        accept(s, &here, surplus);
}

/* ---- how things look ---- */

bool surrogate_certain(const struct surrogate *s)
{
    for (uint32_t a = 0; a < shape_profiles(&s->game); a++) {
        if (belief_doubt(s->belief, a) >= DOUBTFUL)
            return false;
        for (uint8_t j = 0; j < s->game.n_players; j++)
            if (belief_guessed(s->belief, j, a))
                return false;
    }
    return true;
}

/* A profile that a player refused may pay it more than the threat, if it pays still
 * more to leave it. */
static bool may_tempt(const struct surrogate *s, uint8_t j, uint32_t profile)
{
    const double *value = belief_payoffs(s->belief, j)->value;
    const double enough = 1 + enforcement_weight(&s->o.enforcement);
    uint8_t actions[PLAYERS_MAX];
    if (!belief_guessed(s->belief, j, profile))
        return false;
    profile_actions(actions, &s->game, profile);
    for (uint8_t k = 0; k < s->game.n_actions[j]; k++) {
        actions[j] = k;
        if (value[profile_index(&s->game, actions)] > -value[profile] * enough)
            return true;
    }
    return false;
}

static void look(struct surrogate *s, enum outlook outlook)
{
    struct prospects *p = &s->prospects;
    for (uint8_t j = 0; j < s->game.n_players; j++) {
        const double *value = belief_payoffs(s->belief, j)->value;
        p->scale[j] = belief_scale(s->belief, j);
        for (uint32_t a = 0; a < shape_profiles(&s->game); a++) {
            p->value[j][a] = value[a];
            if (outlook == LIKELY || j == 0)
                continue;
            if (may_tempt(s, j, a))
                p->value[j][a] = -value[a];
            p->value[j][a] += OPTIMISM * p->scale[j] * sqrt(belief_doubt(s->belief, a));
        }
    }
}

static void view(const struct surrogate *s, struct incentive_view *v, uint8_t j,
                 const struct candidate *c)
{
    if (j == 0)
        incentive_view_candidate(v, s->own, c, s->o.concept, s->threat_payoff);
    else
        incentive_view_candidate(v, belief_payoffs(s->belief, j), c, s->o.concept, 0);
}

/* Nobody is asked what it will refuse. */
static bool suits(const struct surrogate *s, uint8_t j, const struct candidate *c)
{
    struct incentive_view v;
    const double tolerance =
        j == 0 ? s->o.tolerance : ROUNDING * belief_scale(s->belief, j);
    view(s, &v, j, c);
    return incentive_holds(&v, s->o.concept, s->o.incentive, &s->o.enforcement,
                           tolerance);
}

static bool worth_asking(const struct surrogate *s, enum outlook outlook,
                         const struct candidate *c)
{
    if (outlook == HOPEFUL)
        return suits(s, 0, c);
    for (uint8_t j = 0; j < s->game.n_players; j++)
        if (!suits(s, j, c))
            return false;
    return true;
}

/* ---- coarse weights ---- */

/* What is lacking for whom most is until it keeps a distribution, as a share of its
 * scale; 0 if all keep it. */
static double lacking(const struct surrogate *s, const struct candidate *c)
{
    const struct enforcement *e = &s->o.enforcement;
    double most = 0;
    for (uint8_t j = 0; j < s->game.n_players; j++) {
        struct incentive_view v;
        const double scale = belief_scale(s->belief, j);
        view(s, &v, j, c);
        most = fmax(most, (v.threat_payoff - v.payoff) / scale);
        most = fmax(most, -incentive_slack(&v, v.gain, e) / scale);
        most = fmax(most, -incentive_exit_slack(&v, e) / scale);
    }
    return most;
}

/* The best that moving one unit between two profiles that are drawn makes of it. */
static double mend_once(const struct surrogate *s, struct candidate *c, double least)
{
    const uint32_t unit = WEIGHT_ONE / s->o.resolution;
    const struct candidate before = *c;
    for (uint16_t from = 0; from < s->candidates.n_actions[0]; from++)
        for (uint16_t to = 0; to < s->candidates.n_actions[0]; to++) {
            if (from == to || before.weight[from] == 0 || before.weight[to] == 0)
                continue;
            struct candidate other = before;
            other.weight[from] -= unit;
            other.weight[to] += unit;
            const double now = lacking(s, &other);
            if (now < least) {
                least = now;
                *c = other;
            }
        }
    return least;
}

/* The nearest coarse distribution is often just outside of what all keep. */
static void mend(const struct surrogate *s, struct candidate *c)
{
    double before = INFINITY, least = lacking(s, c);
    for (int step = 0; step < MENDINGS && least > 0 && least < before; step++) {
        before = least;
        least = mend_once(s, c, least);
    }
}

/* ---- ideas ---- */

static void start_pure(const struct surrogate *s, struct profile *out, uint32_t profile)
{
    uint8_t actions[PLAYERS_MAX];
    struct candidate c;
    profile_actions(actions, &s->game, profile);
    candidate_from_pure(&c, &s->game, actions);
    profile_from_candidate(out, &s->game, &c);
}

/* The pure profile that comes next in the order of what it adds for whom it adds least,
 * equal ones in the order of what they pay oneself; false if none does. */
static bool next_pure(const struct surrogate *s, struct profile *out,
                      const double *base, const double *direction, double *least,
                      double *own)
{
    const struct prospects *p = &s->prospects;
    uint32_t next = 0;
    double next_least = -INFINITY, next_own = -INFINITY;
    for (uint32_t a = 0; a < shape_profiles(&s->game); a++) {
        const double pays = p->value[0][a];
        double adds = INFINITY;
        for (uint8_t j = 0; j < s->game.n_players; j++)
            adds =
                fmin(adds, (p->value[j][a] - base[j]) / (p->scale[j] * direction[j]));
        if ((adds < *least || (adds <= *least && pays < *own)) &&
            (adds > next_least || (adds >= next_least && pays > next_own))) {
            next = a;
            next_least = adds;
            next_own = pays;
        }
    }
    *least = next_least;
    *own = next_own;
    if (isfinite(next_least))
        start_pure(s, out, next);
    return isfinite(next_least);
}

/* Exponential variables in proportion are uniform on a simplex. */
static double exponential(struct surrogate *s)
{
    return -log(prng_share(&s->prng) + 0x1p-54);
}

/* With some actions left out, or with all. */
static void start_random(struct surrogate *s, struct profile *out, bool some)
{
    for (uint8_t i = 0; i < s->game.n_players; i++) {
        const uint16_t n = s->game.n_actions[i], w = shape_offset(&s->game, i);
        const uint16_t kept = (uint16_t)prng_below(&s->prng, n);
        double sum = 0;
        for (uint16_t k = 0; k < n; k++) {
            const bool left_out = prng_below(&s->prng, 2) == 0 && some && k != kept;
            const double part = exponential(s);
            out->share[w + k] = left_out ? 0 : part;
            sum += out->share[w + k];
        }
        for (uint16_t k = 0; k < n; k++)
            out->share[w + k] /= sum;
    }
}

struct attempt {
    const double *base, *direction;
    double by;
    struct profile x;
};

/* Of what is equal the own favourite, so that each in its turn finds what the others
 * find in theirs. */
static void try_start(struct surrogate *s, struct attempt *best,
                      const struct profile *start)
{
    struct profile x;
    const struct payoffs *own = belief_payoffs(s->belief, 0);
    const double by =
        improve(s->improver, &s->prospects, best->base, best->direction, start, &x);
    if (!(by > best->by - EQUAL))
        return;
    if (by > best->by + EQUAL ||
        (by > 0 && payoffs_expect(own, &x) > payoffs_expect(own, &best->x))) {
        best->by = by;
        best->x = x;
    }
}

/* Of what stands, what raises all the most, and by how much; NULL if nothing does. */
static const struct stand *best_stand(const struct surrogate *s, double *by,
                                      const double *base, const double *direction)
{
    const uint8_t n = s->game.n_players;
    const struct stand *best = NULL;
    *by = 0;
    for (uint32_t k = 0; k < s->n_stands; k++) {
        double least = INFINITY, sum = 0;
        for (uint8_t j = 0; j < n; j++) {
            const double raise = (s->stand[k].surplus[j] - base[j]) /
                                 (s->prospects.scale[j] * direction[j]);
            least = fmin(least, raise);
            sum += raise;
        }
        if (least + IMPROVE_SUM_COUNTS / n * sum > *by && least >= 0) {
            *by = least + IMPROVE_SUM_COUNTS / n * sum;
            best = &s->stand[k];
        }
    }
    return best;
}

/* Mixed profiles are improved from where one starts: at what is to be improved, at what
 * stands, at the threat, which everybody keeps, at good pure profiles, and anywhere.
 * From the best of what comes of that all players move at once. */
static double improve_mixed(struct surrogate *s, const double *base,
                            const double *direction, const struct profile *start,
                            const struct stand *standing, struct profile *out)
{
    const int anywhere = s->n_stands == 0 ? RANDOM_STARTS_FIRST : RANDOM_STARTS;
    struct attempt best = {base, direction, 0, *start};
    struct profile x;
    double least = INFINITY, own = INFINITY;
    try_start(s, &best, start);
    if (standing != NULL)
        try_start(s, &best, &standing->start);
    for (int k = 0; k < PURE_STARTS && has(s, IDEA_PURE_STARTS); k++)
        if (next_pure(s, &x, base, direction, &least, &own))
            try_start(s, &best, &x);
    for (int k = 0; k < anywhere && has(s, IDEA_RANDOM_STARTS); k++) {
        start_random(s, &x, k % 2 != 0);
        try_start(s, &best, &x);
    }
    if (has(s, IDEA_TOGETHER))
        best.by = improve_together(s->improver, &s->prospects, base, direction, best.by,
                                   &best.x);
    *out = best.x;
    return best.by;
}

static bool idea(struct surrogate *s, enum outlook outlook, const struct stand *stand,
                 const double *direction, struct candidate *out)
{
    const uint32_t resolution = s->o.resolution == 0 ? WEIGHT_ONE : s->o.resolution;
    struct profile x;
    double stands;
    const struct stand *standing = best_stand(s, &stands, stand->surplus, direction);
    const double by =
        s->o.concept == CONCEPT_NASH
            ? improve_mixed(s, stand->surplus, direction, &stand->start, standing, &x)
            : improve(s->improver, &s->prospects, stand->surplus, direction, NULL, &x);
    if (by <= stands + EQUAL)
        return false;
    candidate_from_profile_at(out, &s->candidates, resolution, &x);
    if (s->o.resolution != 0 && s->o.concept != CONCEPT_NASH && outlook == LIKELY &&
        has(s, IDEA_MENDING))
        mend(s, out);
    return worth_asking(s, outlook, out);
}

static bool try_stand(struct surrogate *s, enum outlook outlook, struct stand *stand,
                      struct candidate *out)
{
    double even[PLAYERS_MAX];
    for (uint8_t j = 0; j < s->game.n_players; j++)
        even[j] = 1;
    if (stand->tried[outlook] == s->known)
        return false;
    stand->tried[outlook] = s->known;
    return idea(s, outlook, stand, even, out);
}

static bool try_stands(struct surrogate *s, enum outlook outlook, struct candidate *out)
{
    look(s, outlook);
    if (s->n_stands == 0)
        return try_stand(s, outlook, &s->threat, out);
    for (uint32_t k = 0; k < s->n_stands; k++)
        if (try_stand(s, outlook, &s->stand[k], out))
            return true;
    return false;
}

/* Of what nobody has been asked about, and what is in doubt, the own favourite. */
static bool explore(struct surrogate *s, const struct candidates *table,
                    struct candidate *out)
{
    const double *own = belief_payoffs(s->belief, 0)->value;
    uint32_t best = UINT32_MAX;
    for (uint32_t a = 0; a < shape_profiles(&s->game); a++) {
        uint8_t actions[PLAYERS_MAX];
        struct candidate c, there;
        if (s->explored[a] || belief_doubt(s->belief, a) < DOUBTFUL ||
            (best != UINT32_MAX && own[a] <= own[best]))
            continue;
        profile_actions(actions, &s->game, a);
        concept_pure(&c, s->o.concept, &s->game, actions);
        seat_there(&s->seat, s->o.concept, &there, &c);
        if (candidates_find(table, &there) != CANDIDATES_NONE)
            continue;
        best = a;
        *out = c;
    }
    if (best != UINT32_MAX)
        s->explored[best] = true;
    return best != UINT32_MAX;
}

static bool spread(struct surrogate *s, const struct candidates *table,
                   struct candidate *out)
{
    const enum outlook outlook = s->n_stands == 0 ? HOPEFUL : LIKELY;
    double direction[PLAYERS_MAX];
    if (s->n_heard < candidates_count(table) && !surrogate_certain(s))
        return false; /* what is open may tell */
    look(s, outlook);
    if (s->spread_known != s->known)
        s->n_spread = 0;
    s->spread_known = s->known;
    while (s->n_spread++ < SPREADS) {
        for (uint8_t i = 0; i < s->game.n_players; i++)
            direction[i] = 0.05 + exponential(s);
        if (idea(s, outlook, &s->threat, direction, out))
            return true;
    }
    return false;
}

bool surrogate_next(struct surrogate *s, const struct candidates *table,
                    struct candidate *out)
{
    struct candidate here;
    const bool found = try_stands(s, LIKELY, &here) ||
                       (has(s, IDEA_EXPLORING) && explore(s, table, &here)) ||
                       (has(s, IDEA_HOPE) && try_stands(s, HOPEFUL, &here)) ||
                       (has(s, IDEA_SPREAD) && spread(s, table, &here));
    if (found)
        seat_there(&s->seat, s->o.concept, out, &here);
    return found;
}
