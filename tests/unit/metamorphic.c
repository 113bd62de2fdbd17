/* SPDX-License-Identifier: MIT */
/* What must not change an answer, and what must change it in a known way: other names
 * and units, payoffs that one cannot influence, a copy of an action, an action that is
 * never worth doing, a player that has no choice. Small games with many ties. */
#include <math.h>
#include <string.h>

#include "analysis/correlated.h"
#include "analysis/dominated.h"
#include "analysis/mixed.h"
#include "analysis/pure.h"
#include "analysis/security.h"
#include "tests/unit/raw.h"
#include "tests/unit/unit.h"

enum { PROFILES = 512 };

/* ---- answers ---- */

static bool is_tempted(const uint32_t *tempted, uint32_t at, uint8_t player)
{
    return tempted[at] >> player & 1;
}

/* What rational player can be held down to, times scale, plus shift. */
static void minmax_is(const struct exact_game *g, uint8_t player, mpq_ptr value,
                      int scale, int shift)
{
    mpq_t found, moved;
    mpq_inits(found, moved, NULL);
    ck_assert_ptr_null(mixed_minmax(found, NULL, NULL, g, player));
    mpq_set_si(moved, scale, 1);
    mpq_mul(moved, moved, value);
    mpz_addmul_ui(mpq_numref(moved), mpq_denref(moved), (unsigned)abs(shift));
    if (shift < 0)
        mpz_submul_ui(mpq_numref(moved), mpq_denref(moved), 2 * (unsigned)-shift);
    ck_assert(mpq_equal(found, moved));
    mpq_clears(found, moved, NULL);
}

struct potential_found {
    enum potential kind;
    mpz_t value[PROFILES];
};

static void potential_start(struct potential_found *f)
{
    for (int k = 0; k < PROFILES; k++)
        mpz_init(f->value[k]);
}

static void potential_end(struct potential_found *f)
{
    for (int k = 0; k < PROFILES; k++)
        mpz_clear(f->value[k]);
}

/* In the units of the raw payoffs where it is exact. */
static void potential_find(struct potential_found *f, const struct exact_game *g)
{
    ck_assert(pure_potential(&f->kind, f->value, g));
    ck_assert_int_eq(mpz_cmp_ui(mpq_denref(g->payoffs.scale), 1), 0);
    for (uint32_t x = 0; x < shape_profiles(&g->head.shape); x++)
        if (f->kind == POTENTIAL_EXACT)
            mpz_mul(f->value[x], f->value[x], mpq_numref(g->payoffs.scale));
}

static struct security *secure(const struct exact_game *g, uint32_t profile)
{
    const struct arena arena = {g, NULL};
    const struct security_options o = {UINT32_MAX, UINT32_MAX, METHOD_CHOSEN,
                                       1,          NULL,       false};
    uint8_t actions[PLAYERS_MAX];
    uint32_t action[PLAYERS_MAX];
    const char *fault;
    profile_actions(actions, &g->head.shape, profile);
    for (uint8_t i = 0; i < g->head.shape.n_players; i++)
        action[i] = actions[i];
    struct security *s = security_new(&arena, action, &o, &fault);
    ck_assert_ptr_nonnull(s);
    return s;
}

/* Levels and fronts are the same; those about sums only where units were not mixed. */
static void as_secure(const struct exact_game *g, uint32_t x,
                      const struct exact_game *h, uint32_t y, bool totals)
{
    struct security *a = secure(g, x), *b = secure(h, y);
    const size_t size = (a->n_players + 1u) * sizeof(int32_t);
    ck_assert_uint_eq(a->n_players, b->n_players);
    ck_assert_uint_eq(a->resiliency, b->resiliency);
    ck_assert_uint_eq(a->immunity, b->immunity);
    ck_assert_mem_eq(a->most_faulty[SIDE_MEMBER], b->most_faulty[SIDE_MEMBER], size);
    if (totals) {
        ck_assert_uint_eq(a->repellence, b->repellence);
        ck_assert_uint_eq(a->stability, b->stability);
        ck_assert_mem_eq(a->most_faulty[SIDE_TOTAL], b->most_faulty[SIDE_TOTAL], size);
    }
    security_free(a);
    security_free(b);
}

static double best(const struct exact_game *g, enum obedience obedience, enum aim aim,
                   uint8_t player)
{
    struct correlated c;
    double sum = 0, low = HUGE_VAL;
    ck_assert_ptr_null(correlated_find(&c, g, obedience, aim, player));
    for (uint8_t i = 0; i < g->head.shape.n_players; i++) {
        sum += c.payoff[i];
        low = fmin(low, c.payoff[i]);
    }
    const double own = c.payoff[player];
    correlated_free(&c);
    return aim == AIM_EGALITARIAN                ? low
           : aim == AIM_BEST || aim == AIM_WORST ? own
                                                 : sum;
}

/* ---- other names and units ---- */

enum units { OWN_UNITS, ONE_UNIT, ONE_UNIT_AND_ZERO };

struct change {
    uint8_t to[PLAYERS_MAX];        /* where each player goes */
    uint8_t action[PLAYERS_MAX][8]; /* where each of its actions goes */
    int scale[PLAYERS_MAX], shift[PLAYERS_MAX];
};

static void shuffle(uint8_t *out, uint8_t n, struct prng *p)
{
    for (uint8_t i = 0; i < n; i++) {
        const uint8_t k = (uint8_t)prng_below(p, i + 1u);
        out[i] = out[k];
        out[k] = i;
    }
}

static void change_draw(struct change *c, const struct shape *s, struct prng *p,
                        enum units units)
{
    shuffle(c->to, s->n_players, p);
    for (uint8_t i = 0; i < s->n_players; i++) {
        const bool own = units == OWN_UNITS || i == 0;
        shuffle(c->action[i], (uint8_t)s->n_actions[i], p);
        c->scale[i] = own ? 1 + (int)prng_below(p, 4) : c->scale[0];
        c->shift[i] = units != ONE_UNIT_AND_ZERO || i == 0 ? (int)prng_below(p, 9) - 4
                                                           : c->shift[0];
    }
}

static uint32_t change_profile(const struct change *c, const struct shape *from,
                               const struct shape *to, uint32_t x)
{
    uint8_t a[PLAYERS_MAX], b[PLAYERS_MAX] = {0};
    profile_actions(a, from, x);
    for (uint8_t i = 0; i < from->n_players; i++)
        b[c->to[i]] = c->action[i][a[i]];
    return profile_index(to, b);
}

static void change_apply(struct raw *out, const struct raw *r, const struct change *c)
{
    const uint8_t n = r->shape.n_players;
    out->shape = (struct shape){.n_players = n};
    for (uint8_t i = 0; i < n; i++)
        out->shape.n_actions[c->to[i]] = r->shape.n_actions[i];
    for (uint32_t x = 0; x < shape_profiles(&r->shape); x++)
        for (uint8_t i = 0; i < n; i++)
            out->value[change_profile(c, &r->shape, &out->shape, x) * n + c->to[i]] =
                c->scale[i] * raw_at(r, x, i) + c->shift[i];
}

/* A game with ties, sometimes with a potential, and its change. */
static void draw_pair(struct raw *r, struct raw *other, struct change *c,
                      struct prng *p, uint8_t players_max, enum units units)
{
    raw_shape(r, p, players_max, 3);
    raw_random(r, p, 2 + (unsigned)prng_below(p, 4));
    const uint64_t shared = prng_below(p, 4);
    for (uint32_t x = 0; shared < 2 && x < shape_profiles(&r->shape); x++)
        for (uint8_t i = r->shape.n_players; i-- > 0;)
            r->value[x * r->shape.n_players + i] =
                r->value[x * r->shape.n_players] * (shared == 0 ? 1 : i + 1);
    change_draw(c, &r->shape, p, units);
    change_apply(other, r, c);
}

static void same_eliminations(const struct exact_game *g, const struct exact_game *h,
                              const struct change *c, enum dominance dominance)
{
    static struct domination d, e;
    const struct shape *s = &g->head.shape;
    ck_assert(dominated_find(&d, g, dominance) && dominated_find(&e, h, dominance));
    ck_assert_uint_eq(d.n_rounds, e.n_rounds);
    for (uint8_t i = 0; i < s->n_players; i++)
        for (uint8_t k = 0; k < s->n_actions[i]; k++)
            ck_assert_uint_eq(
                d.fate[shape_offset(s, i) + k].round,
                e.fate[shape_offset(&h->head.shape, c->to[i]) + c->action[i][k]].round);
    dominated_free(&d);
    dominated_free(&e);
}

static void same_potential(const struct raw *r, const struct exact_game *g,
                           const struct exact_game *h, const struct change *c,
                           bool one_unit)
{
    static struct potential_found f, k;
    potential_start(&f);
    potential_start(&k);
    potential_find(&f, g);
    potential_find(&k, h);
    ck_assert_int_eq(f.kind == POTENTIAL_NONE, k.kind == POTENTIAL_NONE);
    ck_assert(!one_unit || f.kind == k.kind);
    for (uint32_t x = 0; one_unit && x < shape_profiles(&r->shape); x++) {
        const uint32_t y = change_profile(c, &r->shape, &h->head.shape, x);
        mpz_mul_si(f.value[x], f.value[x], c->scale[0]);
        ck_assert(f.kind != POTENTIAL_EXACT || mpz_cmp(f.value[x], k.value[y]) == 0);
    }
    potential_end(&f);
    potential_end(&k);
}

START_TEST(names_and_units_do_not_matter_to_pure_actions)
{
    struct prng p = {51};
    static struct raw r, other;
    static uint32_t before[PROFILES], after[PROFILES];
    for (int round = 0; round < 1000; round++) {
        struct exact_game g, h;
        struct change c;
        const bool one_unit = round % 2 == 0;
        draw_pair(&r, &other, &c, &p, 5, one_unit ? ONE_UNIT : OWN_UNITS);
        raw_to_exact(&g, &r);
        raw_to_exact(&h, &other);
        pure_sweep(before, &g);
        pure_sweep(after, &h);
        for (uint32_t x = 0; x < shape_profiles(&r.shape); x++) {
            const uint32_t y = change_profile(&c, &r.shape, &other.shape, x);
            for (uint8_t i = 0; i < r.shape.n_players; i++)
                ck_assert_int_eq(is_tempted(before, x, i),
                                 is_tempted(after, y, c.to[i]));
            ck_assert_int_eq(pure_strict(&g, x), pure_strict(&h, y));
        }
        for (uint8_t i = 0; i < r.shape.n_players; i++) {
            ck_assert_int_eq(c.scale[i] * raw_at(&r, pure_maxmin(&g, i), i) +
                                 c.shift[i],
                             raw_at(&other, pure_maxmin(&h, c.to[i]), c.to[i]));
            ck_assert_int_eq(c.scale[i] * raw_at(&r, pure_minmax(&g, i), i) +
                                 c.shift[i],
                             raw_at(&other, pure_minmax(&h, c.to[i]), c.to[i]));
        }
        same_eliminations(&g, &h, &c, DOMINANCE_STRICT);
        same_eliminations(&g, &h, &c, DOMINANCE_WEAK);
        same_potential(&r, &g, &h, &c, one_unit);
        exact_free(&g);
        exact_free(&h);
    }
}
END_TEST

START_TEST(names_and_units_do_not_matter_to_what_others_can_do)
{
    struct prng p = {52};
    static struct raw r, other;
    mpq_t value;
    mpq_init(value);
    for (int round = 0; round < 400; round++) {
        struct exact_game g, h;
        struct change c;
        draw_pair(&r, &other, &c, &p, 4, round % 2 == 0 ? ONE_UNIT : OWN_UNITS);
        raw_to_exact(&g, &r);
        raw_to_exact(&h, &other);
        for (uint8_t i = 0; i < r.shape.n_players; i++) {
            ck_assert_ptr_null(mixed_minmax(value, NULL, NULL, &g, i));
            minmax_is(&h, c.to[i], value, c.scale[i], c.shift[i]);
        }
        exact_free(&g);
        exact_free(&h);
    }
    mpq_clear(value);
}
END_TEST

START_TEST(names_and_units_do_not_matter_to_coalitions)
{
    struct prng p = {53};
    static struct raw r, other;
    for (int round = 0; round < 1500; round++) {
        struct exact_game g, h;
        struct change c;
        draw_pair(&r, &other, &c, &p, 5, ONE_UNIT);
        const uint32_t x = (uint32_t)prng_below(&p, shape_profiles(&r.shape));
        const int by = (int)prng_below(&p, 3);
        for (uint8_t i = 0; i < r.shape.n_players; i++)
            r.value[x * r.shape.n_players + i] += by;
        change_draw(&c, &r.shape, &p, round % 2 == 0 ? ONE_UNIT : OWN_UNITS);
        change_apply(&other, &r, &c);
        raw_to_exact(&g, &r);
        raw_to_exact(&h, &other);
        as_secure(&g, x, &h, change_profile(&c, &r.shape, &other.shape, x),
                  round % 2 == 0);
        exact_free(&g);
        exact_free(&h);
    }
}
END_TEST

START_TEST(names_and_units_do_not_matter_to_correlated_equilibria)
{
    struct prng p = {54};
    static struct raw r, other;
    for (int round = 0; round < 200; round++) {
        struct exact_game g, h;
        struct change c;
        const enum obedience o = round % 2 == 0 ? OBEDIENCE_TOLD : OBEDIENCE_COARSE;
        draw_pair(&r, &other, &c, &p, 4, ONE_UNIT_AND_ZERO);
        raw_to_exact(&g, &r);
        raw_to_exact(&h, &other);
        const uint8_t n = r.shape.n_players, one = (uint8_t)prng_below(&p, n);
        const double scale = c.scale[0], shift = c.shift[0];
        ck_assert_double_eq_tol(best(&h, o, AIM_WELFARE, 0),
                                scale * best(&g, o, AIM_WELFARE, 0) + n * shift, 1e-6);
        ck_assert_double_eq_tol(best(&h, o, AIM_WORST_WELFARE, 0),
                                scale * best(&g, o, AIM_WORST_WELFARE, 0) + n * shift,
                                1e-6);
        ck_assert_double_eq_tol(best(&h, o, AIM_EGALITARIAN, 0),
                                scale * best(&g, o, AIM_EGALITARIAN, 0) + shift, 1e-6);
        exact_free(&h);
        change_draw(&c, &r.shape, &p, OWN_UNITS);
        change_apply(&other, &r, &c);
        raw_to_exact(&h, &other);
        for (enum aim aim = AIM_BEST; aim <= AIM_WORST; aim++)
            ck_assert_double_eq_tol(best(&h, o, aim, c.to[one]),
                                    c.scale[one] * best(&g, o, aim, one) + c.shift[one],
                                    1e-6);
        exact_free(&g);
        exact_free(&h);
    }
}
END_TEST

/* ---- mixed equilibria of two ---- */

static void share_of(mpq_ptr out, const struct mixed_equilibria *e, uint32_t pair,
                     uint8_t player, uint8_t action)
{
    mixed_share(out, &e->corner[player][e->pair[pair].corner[player]], action);
}

/* True if the equilibrium, with its players and actions renamed, is one of other. */
static bool among(const struct mixed_equilibria *other,
                  const struct mixed_equilibria *e, uint32_t pair,
                  const struct change *c)
{
    bool found = false;
    mpq_t x, y;
    mpq_inits(x, y, NULL);
    for (uint32_t k = 0; k < other->n_pairs && !found; k++) {
        found = true;
        for (uint8_t i = 0; i < 2; i++)
            for (uint8_t a = 0; found && a < e->n_actions[i]; a++) {
                share_of(x, e, pair, i, a);
                share_of(y, other, k, c->to[i], c->action[i][a]);
                found = mpq_equal(x, y);
            }
    }
    mpq_clears(x, y, NULL);
    return found;
}

static void same_equilibria(const struct exact_game *g, const struct exact_game *h,
                            const struct change *c)
{
    struct mixed_equilibria *e, *f;
    ck_assert_ptr_null(mixed_solve(&e, g));
    ck_assert_ptr_null(mixed_solve(&f, h));
    ck_assert_uint_eq(e->n_pairs, f->n_pairs);
    ck_assert_uint_eq(e->n_sets, f->n_sets);
    for (uint32_t k = 0; k < e->n_pairs; k++)
        ck_assert(among(f, e, k, c));
    mixed_free(e);
    mixed_free(f);
}

START_TEST(names_and_units_do_not_matter_to_mixed_equilibria)
{
    struct prng p = {55};
    static struct raw r, other;
    for (int round = 0; round < 800; round++) {
        struct exact_game g, h;
        struct change c;
        draw_pair(&r, &other, &c, &p, 2, OWN_UNITS);
        raw_to_exact(&g, &r);
        raw_to_exact(&h, &other);
        same_equilibria(&g, &h, &c);
        exact_free(&g);
        exact_free(&h);
    }
}
END_TEST

/* ---- what one cannot influence ---- */

/* Everybody gets more or less, depending on what the others do alone. */
static void add_by_others(struct raw *out, const struct raw *r, struct prng *p)
{
    static int extra[PROFILES];
    *out = *r;
    for (uint8_t i = 0; i < r->shape.n_players; i++) {
        for (uint32_t x = 0; x < shape_profiles(&r->shape); x++)
            extra[x] = (int)prng_below(p, 7) - 3;
        for (uint32_t x = 0; x < shape_profiles(&r->shape); x++)
            out->value[x * r->shape.n_players + i] +=
                extra[pure_reply(&r->shape, i, x, 0)];
    }
}

static void change_nothing(struct change *c)
{
    for (uint8_t i = 0; i < PLAYERS_MAX; i++) {
        c->to[i] = i;
        for (uint8_t k = 0; k < 8; k++)
            c->action[i][k] = k;
        c->scale[i] = 1;
        c->shift[i] = 0;
    }
}

START_TEST(what_the_others_give_regardless_changes_no_incentive)
{
    struct prng p = {56};
    static struct raw r, other;
    static uint32_t before[PROFILES], after[PROFILES];
    for (int round = 0; round < 600; round++) {
        struct exact_game g, h;
        struct change c;
        double share[PROFILES], sum = 0;
        draw_pair(&r, &other, &c, &p, 4, OWN_UNITS);
        change_nothing(&c);
        add_by_others(&other, &r, &p);
        raw_to_exact(&g, &r);
        raw_to_exact(&h, &other);
        const uint32_t n_profiles = shape_profiles(&r.shape);
        pure_sweep(before, &g);
        pure_sweep(after, &h);
        ck_assert_mem_eq(before, after, n_profiles * sizeof *before);
        for (uint32_t x = 0; x < n_profiles; x++)
            ck_assert_int_eq(pure_strict(&g, x), pure_strict(&h, x));
        same_eliminations(&g, &h, &c, DOMINANCE_STRICT);
        same_eliminations(&g, &h, &c, DOMINANCE_WEAK);
        same_potential(&r, &g, &h, &c, true);
        for (uint32_t x = 0; x < n_profiles; x++)
            sum += share[x] = prng_share(&p);
        for (uint32_t x = 0; x < n_profiles; x++)
            share[x] /= sum;
        for (int o = OBEDIENCE_TOLD; o <= OBEDIENCE_COARSE; o++)
            ck_assert_double_eq_tol(correlated_violation(share, &g, (enum obedience)o),
                                    correlated_violation(share, &h, (enum obedience)o),
                                    1e-12);
        if (r.shape.n_players == 2)
            same_equilibria(&g, &h, &c);
        exact_free(&g);
        exact_free(&h);
    }
}
END_TEST

/* ---- one action more ---- */

/* Player gets one more action, its last: to everybody like the given one, but it loses
 * so much by it. old: which profile of r each of out is like. */
static void extend(struct raw *out, const struct raw *r, uint8_t player, uint8_t action,
                   int loss, uint32_t *old)
{
    out->shape = r->shape;
    const uint8_t added = (uint8_t)out->shape.n_actions[player]++;
    for (uint32_t y = 0; y < shape_profiles(&out->shape); y++) {
        uint8_t a[PLAYERS_MAX];
        profile_actions(a, &out->shape, y);
        const bool new = a[player] == added;
        a[player] = new ? action : a[player];
        old[y] = profile_index(&r->shape, a);
        for (uint8_t i = 0; i < r->shape.n_players; i++)
            out->value[y * r->shape.n_players + i] =
                raw_at(r, old[y], i) - (new &&i == player ? loss : 0);
    }
}

struct extension {
    struct raw r, more;
    struct exact_game g, h;
    uint8_t player, action;
    uint32_t old[PROFILES];
};

static void extension_draw(struct extension *e, struct prng *p, uint8_t players_max,
                           int loss)
{
    struct change unused;
    draw_pair(&e->r, &e->more, &unused, p, players_max, OWN_UNITS);
    e->player = (uint8_t)prng_below(p, e->r.shape.n_players);
    e->action = (uint8_t)prng_below(p, e->r.shape.n_actions[e->player]);
    const uint32_t x = (uint32_t)prng_below(p, shape_profiles(&e->r.shape));
    const int by = (int)prng_below(p, 3);
    for (uint8_t i = 0; i < e->r.shape.n_players; i++)
        e->r.value[x * e->r.shape.n_players + i] += by;
    extend(&e->more, &e->r, e->player, e->action, loss, e->old);
    raw_to_exact(&e->g, &e->r);
    raw_to_exact(&e->h, &e->more);
}

static void extension_end(struct extension *e)
{
    exact_free(&e->g);
    exact_free(&e->h);
}

static bool is_new(const struct extension *e, uint32_t y)
{
    return pure_action(&e->more.shape, e->player, y) == e->r.shape.n_actions[e->player];
}

/* What both a copy and a loss leave alone. */
static void extension_keeps(struct extension *e, struct prng *p)
{
    mpq_t value;
    mpq_init(value);
    for (uint8_t i = 0; i < e->r.shape.n_players; i++) {
        ck_assert_ptr_null(mixed_minmax(value, NULL, NULL, &e->g, i));
        minmax_is(&e->h, i, value, 1, 0);
        ck_assert_int_eq(raw_at(&e->r, pure_maxmin(&e->g, i), i),
                         raw_at(&e->more, pure_maxmin(&e->h, i), i));
        ck_assert_int_eq(raw_at(&e->r, pure_minmax(&e->g, i), i),
                         raw_at(&e->more, pure_minmax(&e->h, i), i));
    }
    mpq_clear(value);
    for (int o = OBEDIENCE_TOLD; o <= OBEDIENCE_COARSE; o++)
        ck_assert_double_eq_tol(best(&e->g, (enum obedience)o, AIM_WELFARE, 0),
                                best(&e->h, (enum obedience)o, AIM_WELFARE, 0), 1e-6);
    for (int k = 0; k < 4; k++) {
        const uint32_t y = (uint32_t)prng_below(p, shape_profiles(&e->more.shape));
        if (!is_new(e, y))
            as_secure(&e->g, e->old[y], &e->h, y, true);
    }
}

START_TEST(a_copy_of_an_action_is_as_good_and_changes_nothing_else)
{
    struct prng p = {57};
    static struct extension e;
    static uint32_t before[PROFILES], after[PROFILES];
    static struct domination d, f;
    static struct potential_found one, two;
    potential_start(&one);
    potential_start(&two);
    for (int round = 0; round < 300; round++) {
        extension_draw(&e, &p, 4, 0);
        extension_keeps(&e, &p);
        pure_sweep(before, &e.g);
        pure_sweep(after, &e.h);
        potential_find(&one, &e.g);
        potential_find(&two, &e.h);
        ck_assert_int_eq(one.kind, two.kind);
        for (uint32_t y = 0; y < shape_profiles(&e.more.shape); y++) {
            ck_assert_uint_eq(after[y], before[e.old[y]]);
            ck_assert(one.kind != POTENTIAL_EXACT ||
                      mpz_cmp(one.value[e.old[y]], two.value[y]) == 0);
        }
        for (int k = DOMINANCE_STRICT; k <= DOMINANCE_WEAK; k++) {
            ck_assert(dominated_find(&d, &e.g, (enum dominance)k) &&
                      dominated_find(&f, &e.h, (enum dominance)k));
            for (uint8_t i = 0; i < e.r.shape.n_players; i++)
                for (uint8_t a = 0; a < e.more.shape.n_actions[i]; a++) {
                    const uint8_t like = a < e.r.shape.n_actions[i] ? a : e.action;
                    ck_assert_uint_eq(d.fate[shape_offset(&e.r.shape, i) + like].round,
                                      f.fate[shape_offset(&e.more.shape, i) + a].round);
                }
            dominated_free(&d);
            dominated_free(&f);
        }
        extension_end(&e);
    }
    potential_end(&one);
    potential_end(&two);
}
END_TEST

/* An extreme equilibrium plays the action or its copy, never both. */
START_TEST(a_copy_doubles_the_equilibria_that_play_it)
{
    struct prng p = {58};
    static struct extension e;
    for (int round = 0; round < 500; round++) {
        struct mixed_equilibria *few, *many;
        struct change c;
        uint32_t wanted = 0;
        extension_draw(&e, &p, 2, 0);
        change_nothing(&c);
        ck_assert_ptr_null(mixed_solve(&few, &e.g));
        ck_assert_ptr_null(mixed_solve(&many, &e.h));
        for (uint32_t k = 0; k < few->n_pairs; k++) {
            const uint64_t played =
                few->corner[e.player][few->pair[k].corner[e.player]].support;
            wanted += (played >> e.action & 1) != 0 ? 2 : 1;
            ck_assert(among(many, few, k, &c));
        }
        ck_assert_uint_eq(many->n_pairs, wanted);
        ck_assert_uint_eq(many->n_sets, few->n_sets);
        mixed_free(few);
        mixed_free(many);
        extension_end(&e);
    }
}
END_TEST

START_TEST(an_action_that_is_never_worth_it_changes_nothing)
{
    struct prng p = {59};
    static struct extension e;
    static uint32_t before[PROFILES], after[PROFILES];
    static struct domination d, f;
    for (int round = 0; round < 300; round++) {
        struct change c;
        extension_draw(&e, &p, round % 3 == 0 ? 2 : 4, 1);
        extension_keeps(&e, &p);
        change_nothing(&c);
        if (e.r.shape.n_players == 2)
            same_equilibria(&e.g, &e.h, &c);
        pure_sweep(before, &e.g);
        pure_sweep(after, &e.h);
        for (uint32_t y = 0; y < shape_profiles(&e.more.shape); y++)
            if (is_new(&e, y))
                ck_assert(is_tempted(after, y, e.player));
            else
                ck_assert_uint_eq(after[y], before[e.old[y]]);
        ck_assert(dominated_find(&d, &e.g, DOMINANCE_STRICT) &&
                  dominated_find(&f, &e.h, DOMINANCE_STRICT));
        for (uint8_t i = 0; i < e.r.shape.n_players; i++)
            for (uint8_t a = 0; a < e.more.shape.n_actions[i]; a++) {
                const uint32_t fate = f.fate[shape_offset(&e.more.shape, i) + a].round;
                if (a < e.r.shape.n_actions[i])
                    ck_assert_int_eq(d.fate[shape_offset(&e.r.shape, i) + a].round == 0,
                                     fate == 0);
                else
                    ck_assert_uint_eq(fate, 1);
            }
        dominated_free(&d);
        dominated_free(&f);
        extension_end(&e);
    }
}
END_TEST

/* ---- one player more ---- */

/* A player at the given seat with one action and one payoff. */
static void seat(struct raw *out, const struct raw *r, uint8_t at, int payoff)
{
    const uint8_t n = r->shape.n_players;
    out->shape = (struct shape){.n_players = (uint8_t)(n + 1)};
    for (uint8_t i = 0; i <= n; i++)
        out->shape.n_actions[i] = i == at ? 1 : r->shape.n_actions[i - (i > at)];
    for (uint32_t x = 0; x < shape_profiles(&r->shape); x++) /* profiles keep numbers */
        for (uint8_t i = 0; i <= n; i++)
            out->value[x * (n + 1u) + i] =
                i == at ? payoff : raw_at(r, x, (uint8_t)(i - (i > at)));
}

static int32_t level_with_one_more(int32_t level, uint32_t n)
{
    return level == (int32_t)n ? level + 1 : level;
}

/* It belongs to every side without a change: what holds for all holds for one more. */
static void as_secure_as_with_one_more(const struct exact_game *g,
                                       const struct exact_game *h, uint32_t x)
{
    struct security *a = secure(g, x), *b = secure(h, x);
    const uint32_t n = a->n_players;
    ck_assert_int_eq((int)b->resiliency, level_with_one_more((int)a->resiliency, n));
    ck_assert_int_eq((int)b->repellence, level_with_one_more((int)a->repellence, n));
    ck_assert_int_eq((int)b->immunity, level_with_one_more((int)a->immunity, n));
    ck_assert_int_eq((int)b->stability, level_with_one_more((int)a->stability, n));
    for (int side = 0; side < SIDES; side++)
        for (uint32_t c = 0; c <= n + 1; c++)
            ck_assert_int_eq(
                b->most_faulty[side][c],
                level_with_one_more(a->most_faulty[side][c <= n ? c : n], n));
    security_free(a);
    security_free(b);
}

START_TEST(a_player_without_a_choice_changes_nothing)
{
    struct prng p = {60};
    static struct raw r, more;
    static uint32_t before[PROFILES], after[PROFILES];
    mpq_t value;
    mpq_init(value);
    for (int round = 0; round < 600; round++) {
        struct exact_game g, h;
        struct change c;
        draw_pair(&r, &more, &c, &p, 4, OWN_UNITS);
        const uint8_t n = r.shape.n_players, at = (uint8_t)prng_below(&p, n + 1u);
        const int payoff = (int)prng_below(&p, 5) - 2;
        const uint32_t x = (uint32_t)prng_below(&p, shape_profiles(&r.shape));
        for (uint8_t i = 0; i < n; i++)
            r.value[x * n + i] += round % 3;
        seat(&more, &r, at, payoff);
        change_nothing(&c);
        for (uint8_t i = at; i < n; i++)
            c.to[i] = (uint8_t)(i + 1);
        raw_to_exact(&g, &r);
        raw_to_exact(&h, &more);
        as_secure_as_with_one_more(&g, &h, x);
        pure_sweep(before, &g);
        pure_sweep(after, &h);
        for (uint32_t y = 0; y < shape_profiles(&r.shape); y++)
            for (uint8_t i = 0; i < n; i++)
                ck_assert_int_eq(is_tempted(before, y, i),
                                 is_tempted(after, y, c.to[i]));
        same_eliminations(&g, &h, &c, round % 2 ? DOMINANCE_STRICT : DOMINANCE_WEAK);
        same_potential(&r, &g, &h, &c, true);
        for (uint8_t i = 0; round % 4 == 0 && i < n; i++) {
            ck_assert_ptr_null(mixed_minmax(value, NULL, NULL, &g, i));
            minmax_is(&h, c.to[i], value, 1, 0);
        }
        if (round % 4 == 0)
            ck_assert_double_eq_tol(best(&h, OBEDIENCE_TOLD, AIM_WELFARE, 0),
                                    best(&g, OBEDIENCE_TOLD, AIM_WELFARE, 0) + payoff,
                                    1e-6);
        exact_free(&g);
        exact_free(&h);
    }
    mpq_clear(value);
}
END_TEST

UNIT_MAIN("metamorphic", names_and_units_do_not_matter_to_pure_actions,
          names_and_units_do_not_matter_to_what_others_can_do,
          names_and_units_do_not_matter_to_coalitions,
          names_and_units_do_not_matter_to_correlated_equilibria,
          names_and_units_do_not_matter_to_mixed_equilibria,
          what_the_others_give_regardless_changes_no_incentive,
          a_copy_of_an_action_is_as_good_and_changes_nothing_else,
          a_copy_doubles_the_equilibria_that_play_it,
          an_action_that_is_never_worth_it_changes_nothing,
          a_player_without_a_choice_changes_nothing)
