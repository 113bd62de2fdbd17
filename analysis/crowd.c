/* SPDX-License-Identifier: MIT */
/* Hides how interchangeable players are found, and the search over how many of them do
 * what: a game of a thousand alike has half a million states, not 3^1000. */
#include "analysis/crowd.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { VALUES_MAX = 1 << 25 };

/* ---- who is like whom ---- */

static bool same(const struct multiples *m, size_t one, size_t other)
{
    return m->value != NULL ? m->value[one] == m->value[other]
                            : multiples_order(m, one, other) == 0;
}

/* True if the game stays what it is when two players swap places. */
static bool interchangeable(const struct exact_game *g, uint8_t one, uint8_t other)
{
    const struct shape *shape = &g->head.shape;
    const uint8_t n = shape->n_players;
    uint32_t step[PLAYERS_MAX + 1] = {1};
    uint8_t action[PLAYERS_MAX] = {0};
    for (uint8_t i = 0; i < n; i++)
        step[i + 1] = step[i] * shape->n_actions[i];
    for (uint32_t profile = 0; profile < step[n]; profile++) {
        const uint32_t swapped = profile + (step[one] - step[other]) *
                                               (uint32_t)(action[other] - action[one]);
        const size_t here = (size_t)profile * n, there = (size_t)swapped * n;
        if (!same(&g->payoffs, here + one, there + other))
            return false;
        for (uint8_t i = 0; swapped > profile && i < n; i++)
            if (i != one && i != other && !same(&g->payoffs, here + i, there + i))
                return false;
        for (uint8_t i = 0; i < n && ++action[i] == shape->n_actions[i]; i++)
            action[i] = 0;
    }
    return true;
}

/* Swapping is transitive, so one member stands for its class. */
static void classes_of_table(struct crowd *c, const struct exact_game *g)
{
    const struct shape *shape = &g->head.shape;
    uint8_t member[PLAYERS_MAX];
    for (uint8_t i = 0; i < shape->n_players; i++) {
        uint32_t class = 0;
        while (class < c->n_classes &&
               (shape->n_actions[i] != shape->n_actions[member[class]] ||
                !interchangeable(g, member[class], i)))
            class ++;
        c->class_of[i] = class;
        if (class == c->n_classes) {
            member[class] = i;
            c->class[class].n_actions = shape->n_actions[i];
            c->n_classes++;
        }
        c->class[class].n_players++;
    }
}

static void classes_of_graph(struct crowd *c, const struct agg *a)
{
    c->n_classes = a->n_sets;
    for (uint32_t i = 0; i < a->n_players; i++) {
        c->class_of[i] = a->set_of[i];
        c->class[a->set_of[i]].n_players++;
        c->class[a->set_of[i]].n_actions = agg_actions(a, i);
    }
}

/* Numbers the cells: how many of a class play its k-th action is a digit, except for
 * the first action, which the others determine. Returns how many there are. */
static double number_cells(struct crowd *c)
{
    double n_cells = 1;
    uint64_t radix = 1;
    for (uint32_t i = 0; i < c->n_classes; i++) {
        struct crowd_class *class = &c->class[i];
        class->first = c->n_actions;
        c->n_actions += class->n_actions;
        class->radix = calloc(class->n_actions + 1, sizeof *class->radix);
        if (class->radix == NULL)
            return -1;
        for (uint32_t k = 1; k < class->n_actions; k++) {
            class->radix[k] = radix;
            n_cells *= class->n_players + 1;
            radix *= class->n_players + 1; /* wraps where n_cells is too large anyway */
        }
    }
    return n_cells;
}

/* ---- what they get ---- */

static void fill_from_table(struct crowd *c, const struct exact_game *g)
{
    const struct shape *shape = &g->head.shape;
    uint8_t action[PLAYERS_MAX];
    for (uint32_t profile = 0; profile < shape_profiles(shape); profile++) {
        uint64_t cell = 0;
        profile_actions(action, shape, profile);
        for (uint8_t i = 0; i < shape->n_players; i++)
            cell += c->class[c->class_of[i]].radix[action[i]];
        for (uint8_t i = 0; i < shape->n_players; i++)
            c->payoff[cell * c->n_actions + c->class[c->class_of[i]].first +
                      action[i]] = profile * shape->n_players + i;
    }
}

/* How many players are on each action of each class and on each node of the graph. */
struct spread {
    uint64_t cell;
    uint32_t *on_action, *on_node;
};

static void put_player(struct spread *s, const struct crowd *c, uint32_t class,
                       uint32_t action, uint32_t n)
{
    const uint32_t place = c->class[class].first + action;
    s->cell += c->class[class].radix[action] * n;
    s->on_action[place] += n;
    if (s->on_node != NULL)
        s->on_node[c->node[place]] += n;
}

static void take_player(struct spread *s, const struct crowd *c, uint32_t class,
                        uint32_t action, uint32_t n)
{
    const uint32_t place = c->class[class].first + action;
    s->cell -= c->class[class].radix[action] * n;
    s->on_action[place] -= n;
    if (s->on_node != NULL)
        s->on_node[c->node[place]] -= n;
}

static void fill_cell(struct crowd *c, const struct spread *s)
{
    for (uint32_t place = 0; place < c->n_actions; place++)
        if (s->on_action[place] > 0)
            c->payoff[s->cell * c->n_actions + place] =
                (uint32_t)agg_payoff(c->graph, c->node[place], s->on_node);
}

/* All ways to put left players of class on its actions from action on. */
static void fill_from_graph(struct crowd *c, struct spread *s, uint32_t class,
                            uint32_t action, uint32_t left)
{
    if (class == c->n_classes) {
        fill_cell(c, s);
        return;
    }
    const bool last = action + 1 == c->class[class].n_actions;
    for (uint32_t n = last ? left : 0; n <= left; n++) {
        put_player(s, c, class, action, n);
        if (!last)
            fill_from_graph(c, s, class, action + 1, left - n);
        else
            fill_from_graph(c, s, class + 1, 0,
                            class + 1 < c->n_classes ? c->class[class + 1].n_players
                                                     : 0);
        take_player(s, c, class, action, n);
    }
}

static bool spread_start(struct spread *s, const struct crowd *c)
{
    s->cell = 0;
    s->on_action = calloc(c->n_actions + 1, sizeof *s->on_action);
    s->on_node =
        c->graph != NULL ? calloc(c->graph->n_nodes, sizeof *s->on_node) : NULL;
    return s->on_action != NULL && (c->graph == NULL || s->on_node != NULL);
}

static void spread_end(struct spread *s)
{
    free(s->on_action);
    free(s->on_node);
}

static bool nodes_of(struct crowd *c, const struct agg *a)
{
    c->graph = a;
    c->node = calloc(c->n_actions + 1, sizeof *c->node);
    for (uint32_t i = 0; c->node != NULL && i < c->n_classes; i++)
        for (uint32_t k = 0; k < c->class[i].n_actions; k++)
            c->node[c->class[i].first + k] = a->set[i].item[k];
    return c->node != NULL;
}

/* False when memory is short, or when there are too many values for a table's crowd. */
static bool fill(struct crowd *c, const struct arena *a, double n_cells)
{
    struct spread s;
    if (a->graph != NULL && !nodes_of(c, a->graph))
        return false;
    if (n_cells * c->n_actions > VALUES_MAX)
        return a->graph != NULL;
    c->payoff = calloc((size_t)n_cells * c->n_actions, sizeof *c->payoff);
    if (c->payoff == NULL)
        return false;
    if (a->table != NULL) {
        fill_from_table(c, a->table);
        return true;
    }
    const bool started = spread_start(&s, c);
    if (started)
        fill_from_graph(c, &s, 0, 0, c->class[0].n_players);
    spread_end(&s);
    return started;
}

struct crowd *crowd_new(const struct arena *a)
{
    struct crowd *c = calloc(1, sizeof *c);
    const uint32_t n = arena_players(a);
    if (c == NULL)
        return NULL;
    c->n_players = n;
    c->class_of = calloc(n, sizeof *c->class_of);
    c->class = calloc(n, sizeof *c->class);
    c->payoffs = arena_payoffs(a);
    if (c->class_of == NULL || c->class == NULL) {
        crowd_free(c);
        return NULL;
    }
    if (a->table != NULL)
        classes_of_table(c, a->table);
    else
        classes_of_graph(c, a->graph);
    const bool good = a->graph != NULL || c->n_classes < n;
    const double n_cells = good ? number_cells(c) : -1;
    if (n_cells >= 0 && fill(c, a, n_cells))
        return c;
    crowd_free(c);
    return NULL;
}

void crowd_free(struct crowd *c)
{
    if (c == NULL)
        return;
    for (uint32_t i = 0; c->class != NULL && i < c->n_classes; i++)
        free(c->class[i].radix);
    free(c->class);
    free(c->class_of);
    free(c->payoff);
    free(c->node);
    free(c);
}

/* ---- the search ---- */

/* The players of one class that play one action in the profile: they are alike. */
struct kind {
    uint32_t class, action;
    uint32_t n_players;
    uint32_t left;                 /* of them, who keep to the profile */
    uint32_t *members, *byzantine; /* on each other action; owned */
};

/* Who gains how much, n of them alike. */
struct group {
    mpz_t gain;
    uint32_t n;
};

struct count {
    const struct crowd *c;
    const uint32_t *profile;
    struct front *f;
    const atomic_bool *stop;
    uint32_t n_kinds, n_members, n_byzantine;
    struct kind *kind;
    struct spread before, after; /* before: without what the coalition plays */
    struct spread start;         /* the profile itself */
    struct group *group;         /* of each kind: what those gain who keep to it */
    uint32_t *ranked;            /* kinds, those first that gain most */
    struct deed *deed;
    uint32_t *taken; /* of each kind, when deeds are handed out */
    mpz_t total, best, gain, rest;
};

/* Which payoff a player of class has with action where everybody is as in s. */
static size_t payoff(const struct count *k, const struct spread *s, uint32_t class,
                     uint32_t action)
{
    const struct crowd *c = k->c;
    const uint32_t place = c->class[class].first + action;
    if (c->payoff != NULL)
        return c->payoff[s->cell * c->n_actions + place];
    return agg_payoff(c->graph, c->node[place], s->on_node);
}

/* What a player gains that plays after and played before. */
static void gain_of(mpz_ptr out, const struct count *k, uint32_t class, uint32_t after,
                    uint32_t before)
{
    multiples_difference(out, k->c->payoffs, payoff(k, &k->after, class, after),
                         payoff(k, &k->before, class, before));
}

/* The next player of a kind that has nothing to do yet. */
static struct deed *hand_out(struct count *k, uint32_t kind)
{
    const struct kind *d = &k->kind[kind];
    for (uint32_t i = k->taken[kind]; i < k->c->n_players; i++)
        if (k->c->class_of[i] == d->class && k->profile[i] == d->action) {
            k->taken[kind] = i + 1;
            return &k->deed[i];
        }
    NEVER("more deeds of a kind than players");
}

/* Names the players behind the counts, n_idle outsiders that join the coalition too. */
static const struct deed *deeds_of(struct count *k, uint32_t n_idle)
{
    for (uint32_t i = 0; i < k->c->n_players; i++)
        k->deed[i] = (struct deed){k->profile[i], ROLE_OUTSIDER};
    for (uint32_t i = 0; i < k->n_kinds; i++) {
        const struct kind *d = &k->kind[i];
        k->taken[i] = 0;
        for (uint32_t action = 0; action < k->c->class[d->class].n_actions; action++) {
            for (uint32_t n = 0; n < d->members[action]; n++)
                *hand_out(k, i) = (struct deed){action, ROLE_MEMBER};
            for (uint32_t n = 0; n < d->byzantine[action]; n++)
                *hand_out(k, i) = (struct deed){action, ROLE_BYZANTINE};
        }
    }
    for (uint32_t r = 0; n_idle > 0 && r < k->n_kinds; r++)
        for (uint32_t n = k->group[k->ranked[r]].n; n_idle > 0 && n > 0; n--, n_idle--)
            hand_out(k, k->ranked[r])->role = ROLE_MEMBER;
    return k->deed;
}

/* What members together gain, and the most that one of them does: total and best. */
static void members_gain(struct count *k)
{
    mpz_set_ui(k->total, 0);
    mpz_set_ui(k->best, 0);
    for (uint32_t i = 0; i < k->n_kinds; i++) {
        const struct kind *d = &k->kind[i];
        if (d->left == d->n_players)
            continue;
        for (uint32_t action = 0; action < k->c->class[d->class].n_actions; action++) {
            if (d->members[action] == 0)
                continue;
            gain_of(k->gain, k, d->class, action, d->action);
            mpz_addmul_ui(k->total, k->gain, d->members[action]);
            if (mpz_cmp(k->gain, k->best) > 0)
                mpz_set(k->best, k->gain);
        }
    }
}

/* What outsiders gain: fills groups and ranks them, those that nobody is in last.
 * Returns whether any gains. */
static bool outsiders_gain(struct count *k)
{
    for (uint32_t i = 0; i < k->n_kinds; i++) {
        const struct kind *d = &k->kind[i];
        struct group *g = &k->group[i];
        g->n = d->left;
        if (g->n > 0)
            gain_of(g->gain, k, d->class, d->action, d->action);
        uint32_t at = i;
        for (; at > 0 && g->n > 0; at--) {
            const struct group *other = &k->group[k->ranked[at - 1]];
            if (other->n > 0 && mpz_cmp(other->gain, g->gain) >= 0)
                break;
            k->ranked[at] = k->ranked[at - 1];
        }
        k->ranked[at] = i;
    }
    const struct group *first = &k->group[k->ranked[0]];
    return first->n > 0 && mpz_sgn(first->gain) > 0;
}

/* How many outsiders must join, those first that gain most, until the total is above 0;
 * UINT32_MAX if it never is. */
static uint32_t joiners(struct count *k)
{
    uint32_t n = 0;
    mpz_set(k->rest, k->total);
    for (uint32_t r = 0; mpz_sgn(k->rest) <= 0 && r < k->n_kinds; r++) {
        const struct group *g = &k->group[k->ranked[r]];
        if (g->n == 0 || mpz_sgn(g->gain) <= 0)
            break;
        /* floor(-rest / gain) + 1 of them, or all */
        mpz_tdiv_q(k->gain, k->rest, g->gain);
        const uint32_t taken = mpz_cmp_si(k->gain, -(long)g->n) > 0
                                   ? (uint32_t)-mpz_get_si(k->gain) + 1
                                   : g->n;
        mpz_addmul_ui(k->rest, g->gain, taken);
        n += taken;
    }
    return mpz_sgn(k->rest) > 0 ? n : UINT32_MAX;
}

static void raise_to(mpz_ptr most, mpz_srcptr gain)
{
    if (mpz_cmp(gain, most) > 0)
        mpz_set(most, gain);
}

/* The largest gains of coalitions of each size that these deviators belong to. */
static void note_gains(struct count *k)
{
    uint32_t size = k->n_members;
    raise_to(k->f->most_member[size], k->best);
    raise_to(k->f->most_total[size], k->total);
    mpz_set(k->rest, k->total);
    for (uint32_t r = 0; r < k->n_kinds; r++) {
        const struct group *g = &k->group[k->ranked[r]];
        if (g->n > 0)
            raise_to(k->f->most_member[size + 1], g->gain);
        for (uint32_t n = 0; n < g->n; n++) {
            mpz_add(k->rest, k->rest, g->gain);
            raise_to(k->f->most_total[++size], k->rest);
        }
    }
}

/* Byzantine players alone: does anybody else lose? */
static void look_for_harm(struct count *k)
{
    if (k->n_byzantine >= k->f->harm.size)
        return;
    for (uint32_t i = 0; i < k->n_kinds; i++) {
        const struct kind *d = &k->kind[i];
        if (d->left == 0 ||
            multiples_order(k->c->payoffs, payoff(k, &k->after, d->class, d->action),
                            payoff(k, &k->start, d->class, d->action)) >= 0)
            continue;
        front_offer_harm(k->f, k->n_byzantine, deeds_of(k, 0));
        return;
    }
}

static void look(struct count *k)
{
    const uint32_t e = k->n_members, r = k->n_byzantine;
    if (e == 0) {
        look_for_harm(k);
        return;
    }
    const uint32_t robust = front_limit(k->f, SIDE_MEMBER, r, UINT64_MAX);
    const uint32_t resistant = front_limit(k->f, SIDE_TOTAL, r, UINT64_MAX);
    if (r > 0 && e >= robust && e >= resistant)
        return;
    members_gain(k);
    const bool outsider = outsiders_gain(k);
    if (mpz_sgn(k->best) > 0 && e < robust)
        front_offer(k->f, SIDE_MEMBER, r, e, UINT64_MAX, deeds_of(k, 0));
    else if (outsider && e + 1 < robust)
        front_offer(k->f, SIDE_MEMBER, r, e + 1, UINT64_MAX, deeds_of(k, 1));
    const uint32_t n_joiners = joiners(k);
    if (n_joiners < resistant && e + n_joiners < resistant)
        front_offer(k->f, SIDE_TOTAL, r, e + n_joiners, UINT64_MAX,
                    deeds_of(k, n_joiners));
    if (r == 0)
        note_gains(k);
}

static void move(struct count *k, struct kind *d, uint32_t action, enum role role,
                 uint32_t n)
{
    take_player(&k->after, k->c, d->class, d->action, n);
    put_player(&k->after, k->c, d->class, action, n);
    d->left -= n;
    if (role == ROLE_MEMBER) {
        d->members[action] += n;
        k->n_members += n;
        return;
    }
    take_player(&k->before, k->c, d->class, d->action, n);
    put_player(&k->before, k->c, d->class, action, n);
    d->byzantine[action] += n;
    k->n_byzantine += n;
}

static void move_back(struct count *k, struct kind *d, uint32_t action, enum role role,
                      uint32_t n)
{
    put_player(&k->after, k->c, d->class, d->action, n);
    take_player(&k->after, k->c, d->class, action, n);
    d->left += n;
    if (role == ROLE_MEMBER) {
        d->members[action] -= n;
        k->n_members -= n;
        return;
    }
    put_player(&k->before, k->c, d->class, d->action, n);
    take_player(&k->before, k->c, d->class, action, n);
    d->byzantine[action] -= n;
    k->n_byzantine -= n;
}

/* All numbers of players of kind on action, as members and as Byzantine players, then
 * the same for the next action and the next kind. False once stopped. */
static bool choose(struct count *k, uint32_t kind, uint32_t action, enum role role)
{
    if (kind == k->n_kinds) {
        look(k);
        return k->stop == NULL || !atomic_load_explicit(k->stop, memory_order_relaxed);
    }
    struct kind *d = &k->kind[kind];
    if (action == k->c->class[d->class].n_actions)
        return choose(k, kind + 1, 0, ROLE_MEMBER);
    if (action == d->action)
        return choose(k, kind, action + 1, ROLE_MEMBER);
    const uint32_t room = role == ROLE_MEMBER ? k->f->coalition_max - k->n_members
                                              : k->f->byzantine_max - k->n_byzantine;
    const uint32_t most = d->left < room ? d->left : room;
    bool going = true;
    uint32_t n = 0;
    for (; going; n++) {
        going = role == ROLE_MEMBER ? choose(k, kind, action, ROLE_BYZANTINE)
                                    : choose(k, kind, action + 1, ROLE_MEMBER);
        if (n == most || !going)
            break;
        move(k, d, action, role, 1);
    }
    move_back(k, d, action, role, n);
    return going;
}

/* ---- setting it up ---- */

static bool find_kinds(struct count *k)
{
    for (uint32_t i = 0; i < k->c->n_players; i++) {
        uint32_t kind = 0;
        while (kind < k->n_kinds && (k->kind[kind].class != k->c->class_of[i] ||
                                     k->kind[kind].action != k->profile[i]))
            kind++;
        struct kind *d = &k->kind[kind];
        d->n_players++;
        d->left++;
        if (kind < k->n_kinds)
            continue;
        const uint32_t n_actions = k->c->class[k->c->class_of[i]].n_actions;
        k->n_kinds++;
        d->class = k->c->class_of[i];
        d->action = k->profile[i];
        d->members = calloc(n_actions, sizeof *d->members);
        d->byzantine = calloc(n_actions, sizeof *d->byzantine);
        if (d->members == NULL || d->byzantine == NULL)
            return false;
    }
    return true;
}

static bool count_start(struct count *k)
{
    const uint32_t n = k->c->n_players;
    k->kind = calloc(n, sizeof *k->kind);
    k->group = calloc(n, sizeof *k->group);
    k->ranked = calloc(n, sizeof *k->ranked);
    k->taken = calloc(n, sizeof *k->taken);
    k->deed = calloc(n, sizeof *k->deed);
    mpz_inits(k->total, k->best, k->gain, k->rest, NULL);
    for (uint32_t i = 0; k->group != NULL && i < n; i++)
        mpz_init(k->group[i].gain);
    const bool spreads = (int)spread_start(&k->before, k->c) &
                         (int)spread_start(&k->after, k->c) &
                         (int)spread_start(&k->start, k->c);
    if (!spreads || k->kind == NULL || k->group == NULL || k->ranked == NULL ||
        k->taken == NULL || k->deed == NULL || !find_kinds(k))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        put_player(&k->before, k->c, k->c->class_of[i], k->profile[i], 1);
        put_player(&k->after, k->c, k->c->class_of[i], k->profile[i], 1);
        put_player(&k->start, k->c, k->c->class_of[i], k->profile[i], 1);
    }
    return true;
}

static void count_end(struct count *k)
{
    for (uint32_t i = 0; k->kind != NULL && i < k->n_kinds; i++) {
        free(k->kind[i].members);
        free(k->kind[i].byzantine);
    }
    free(k->kind);
    for (uint32_t i = 0; k->group != NULL && i < k->c->n_players; i++)
        mpz_clear(k->group[i].gain);
    free(k->group);
    free(k->ranked);
    free(k->taken);
    free(k->deed);
    mpz_clears(k->total, k->best, k->gain, k->rest, NULL);
    spread_end(&k->before);
    spread_end(&k->after);
    spread_end(&k->start);
}

static double choices(uint32_t n, uint32_t k)
{
    double c = 1;
    for (uint32_t i = 1; i <= k; i++)
        c = c * (n - k + i) / i;
    return c;
}

double crowd_states(const struct crowd *c, const uint32_t *action,
                    uint32_t coalition_max, uint32_t byzantine_max)
{
    struct count k = {.c = c, .profile = action};
    double states = 1;
    k.kind = calloc(c->n_players, sizeof *k.kind);
    if (k.kind != NULL && find_kinds(&k))
        for (uint32_t i = 0; i < k.n_kinds; i++) {
            const uint32_t others = 2 * (c->class[k.kind[i].class].n_actions - 1);
            states *= choices(k.kind[i].n_players + others, others);
        }
    else
        states = 1e300;
    /* Sizes alone bound it too: who deviates, times what each does. */
    double bounded = 0, ways = 1;
    const uint32_t most = coalition_max + byzantine_max;
    for (uint32_t size = 0; size <= most && size <= c->n_players; size++) {
        bounded += ways;
        ways *= (c->n_players - size) * 2. * c->n_actions / (size + 1.);
    }
    for (uint32_t i = 0; k.kind != NULL && i < k.n_kinds; i++) {
        free(k.kind[i].members);
        free(k.kind[i].byzantine);
    }
    free(k.kind);
    return most < c->n_players && bounded < states ? bounded : states;
}

bool crowd_search(struct front *f, const struct crowd *c, const uint32_t *action,
                  const atomic_bool *stop)
{
    struct count k = {.c = c, .profile = action, .f = f, .stop = stop};
    bool complete = count_start(&k);
    CHECK(complete);
    complete = choose(&k, 0, 0, ROLE_MEMBER);
    for (uint32_t size = 1; size <= c->n_players; size++)
        raise_to(f->most_member[size], f->most_member[size - 1]);
    count_end(&k);
    return complete;
}
