/* SPDX-License-Identifier: MIT */
/* The repeated game: what grim trigger can hold, from which discount factor on, and a
 * picture of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/mixed.h"
#include "analysis/plane.h"
#include "analysis/pure.h"
#include "cli/options.h"
#include "cli/solve.h"
#include "cli/threatening.h"
#include "node/files.h"

struct outlook {
    const struct problem *problem;
    struct repeated repeated;
    enum concept concept;
    bool threat_given;
    struct profile threat;
    double threat_epsilon;       /* what the best deviation from it would gain */
    double secured[PLAYERS_MAX]; /* what each can be held down to */
    struct region region;
    const char *svg;
    bool agreement; /* one is asked about */
    struct incentive_view view[PLAYERS_MAX];
    double least; /* its least discount factor, -1: none */
    bool holds;
};

/* ---- reading ---- */

static bool read_concept(struct outlook *o, char *reason)
{
    const char *name = "public";
    (void)given_last(o->problem->given, "concept", &name);
    for (int concept = CONCEPT_NASH; concept <= CONCEPT_PRIVATE; concept ++)
        if (strcmp(name, concept_names[concept]) == 0) {
            o->concept = (enum concept) concept;
            return true;
        }
    (void)refusal(STATUS_USAGE, reason,
                  "--concept: '%.60s' is not known: public, private or nash", name);
    return false;
}

static bool read_plane(struct outlook *o, char *reason)
{
    const char *text;
    const uint8_t n = o->problem->game.shape.n_players;
    unsigned first = 0, second = 0;
    int size = 0;
    o->repeated.shown[1] = 1;
    if (!given_last(o->problem->given, "plane", &text))
        return true;
    if (sscanf(text, "%3u,%3u%n", &first, &second, &size) != 2 || text[size] != '\0' ||
        first < 1 || first > n || second < 1 || second > n || first == second) {
        (void)refusal(STATUS_USAGE, reason,
                      "--plane: '%.40s' is not two different players of 1 to %u, as in "
                      "1,2",
                      text, n);
        return false;
    }
    o->repeated.shown[0] = (uint8_t)(first - 1);
    o->repeated.shown[1] = (uint8_t)(second - 1);
    return true;
}

static enum status read_threat(struct outlook *o, char *reason)
{
    const struct game *g = &o->problem->game;
    const char *text;
    o->threat_given = given_last(o->problem->given, "threat", &text);
    if (o->threat_given && !read_profile(&o->threat, g, "threat", text, reason))
        return STATUS_USAGE;
    if (!o->threat_given) {
        const enum status status = find_threat(&o->threat, g, reason);
        if (status != STATUS_OK)
            return status;
    }
    for (uint8_t i = 0; i < g->shape.n_players; i++) {
        o->repeated.threat[i] = payoffs_expect(g->payoffs[i], &o->threat);
        o->threat_epsilon =
            fmax(o->threat_epsilon, incentive_regret(g->payoffs[i], &o->threat));
    }
    return STATUS_OK;
}

static void judge(struct outlook *o, enum concept concept)
{
    const struct enforcement e = {o->repeated.discount, 0};
    o->agreement = o->holds = true;
    for (uint8_t i = 0; i < o->problem->game.shape.n_players; i++) {
        const double tolerance = incentive_tolerance(o->problem->game.payoffs[i]);
        const double least = incentive_minimum_discount(&o->view[i], concept,
                                                        INCENTIVE_INTERIM, tolerance);
        o->least = o->least < 0 || least < 0 ? -1 : fmax(o->least, least);
        o->holds =
            incentive_holds(&o->view[i], concept, INCENTIVE_INTERIM, &e, tolerance) &&
            o->holds;
    }
}

/* A profile is judged as one that is mixed anew in each stage; a distribution as drawn
 * in public, or recommended in private. */
static enum status read_agreement(struct outlook *o, char *reason)
{
    const struct game *g = &o->problem->game;
    const char *profile, *distribution;
    char message[FORMAT_MESSAGE_MAX + 1];
    struct profile x;
    const bool by_profile = given_last(o->problem->given, "profile", &profile);
    if (by_profile && !read_profile(&x, g, "profile", profile, reason))
        return STATUS_USAGE;
    for (uint8_t i = 0; by_profile && i < g->shape.n_players; i++)
        incentive_view_profile(&o->view[i], g->payoffs[i], &x, o->repeated.threat[i]);
    if (by_profile)
        judge(o, CONCEPT_NASH);
    if (by_profile || !given_last(o->problem->given, "distribution", &distribution))
        return STATUS_OK;
    if (o->concept == CONCEPT_NASH)
        return refusal(STATUS_USAGE, reason,
                       "--concept nash asks about a profile; a distribution is public "
                       "or private");
    double *phi = calloc(shape_profiles(&g->shape), sizeof *phi);
    if (phi == NULL)
        return refusal(STATUS_FAILED, reason, "memory is short");
    const bool read = distribution_read(phi, g, distribution, message);
    for (uint8_t i = 0; read && i < g->shape.n_players; i++)
        incentive_view_distribution(&o->view[i], g->payoffs[i], phi, o->concept,
                                    o->repeated.threat[i]);
    if (read)
        judge(o, o->concept);
    free(phi);
    return read ? STATUS_OK
                : refusal(STATUS_USAGE, reason, "--distribution: %s", message);
}

static enum status read_outlook(struct outlook *o, uint64_t *seed, char *reason)
{
    const struct given *given = o->problem->given;
    const char *text;
    o->repeated.game = &o->problem->game;
    o->repeated.discount = 0.9;
    *seed = 1;
    if (given_last(given, "delta", &text) &&
        !read_decimal(&o->repeated.discount, "delta", text, 0, 1, true, reason))
        return STATUS_USAGE;
    if (given_last(given, "seed", &text) &&
        !read_whole(seed, "seed", text, 0, UINT64_MAX, reason))
        return STATUS_USAGE;
    (void)given_last(given, "svg", &o->svg);
    if (!read_concept(o, reason) || !read_plane(o, reason))
        return STATUS_USAGE;
    const enum status status = read_threat(o, reason);
    return status == STATUS_OK ? read_agreement(o, reason) : status;
}

/* ---- what else is known of the game ---- */

static void find_secured(struct outlook *o)
{
    const struct problem *q = o->problem;
    mpq_t value;
    mpq_init(value);
    for (uint8_t i = 0; i < q->game.shape.n_players; i++) {
        if (mixed_minmax(value, NULL, NULL, &q->exact, i) != NULL)
            exact_payoff(value, &q->exact, pure_maxmin(&q->exact, i), i);
        o->secured[i] = rational_double(value);
    }
    mpq_clear(value);
}

static void mark(struct plane *p, enum mark kind, double first, double second)
{
    if (p->n_marks == PLANE_MARKS_MAX)
        return;
    p->mark[p->n_marks].kind = kind;
    p->mark[p->n_marks++].spot = (struct spot){{first, second}};
}

/* Mixed equilibria where they can be listed, pure ones in any case. */
static void mark_equilibria(struct plane *p, const struct outlook *o)
{
    const struct problem *q = o->problem;
    const uint8_t *shown = o->repeated.shown;
    const uint32_t n = shape_profiles(&q->game.shape);
    struct mixed_equilibria *e = NULL;
    uint32_t *tempted = malloc(n * sizeof *tempted);
    mpq_t payoff[2];
    mpq_inits(payoff[0], payoff[1], NULL);
    if (mixed_solve(&e, &q->exact) == NULL) {
        for (uint32_t k = 0; k < e->n_pairs; k++) {
            const uint64_t one = e->corner[0][e->pair[k].corner[0]].support;
            const uint64_t two = e->corner[1][e->pair[k].corner[1]].support;
            if ((one & (one - 1)) == 0 && (two & (two - 1)) == 0)
                continue;
            for (int axis = 0; axis < 2; axis++)
                mixed_payoff(payoff[axis], e, &q->exact, k, shown[axis]);
            mark(p, MARK_MIXED, rational_double(payoff[0]), rational_double(payoff[1]));
        }
        mixed_free(e);
    }
    if (tempted != NULL)
        pure_sweep(tempted, &q->exact);
    for (uint32_t at = 0; tempted != NULL && at < n; at++)
        if (tempted[at] == 0)
            mark(p, MARK_PURE, q->game.payoffs[shown[0]]->value[at],
                 q->game.payoffs[shown[1]]->value[at]);
    mpq_clears(payoff[0], payoff[1], NULL);
    free(tempted);
}

static enum status draw(const struct outlook *o, char *reason)
{
    static struct plane p;
    char message[MESSAGE_SIZE];
    const uint8_t *shown = o->repeated.shown;
    p = (struct plane){.repeated = &o->repeated,
                       .region = &o->region,
                       .concept = concept_names[o->concept],
                       .threat = o->threat_given ? "the given profile"
                                                 : "a static equilibrium"};
    p.secured[0] = o->secured[shown[0]];
    p.secured[1] = o->secured[shown[1]];
    mark(&p, MARK_THREAT, o->repeated.threat[shown[0]], o->repeated.threat[shown[1]]);
    mark_equilibria(&p, o);
    p.n_marks = p.n_marks < PLANE_MARKS_MAX ? p.n_marks : PLANE_MARKS_MAX - 1;
    if (o->agreement)
        mark(&p, MARK_AGREEMENT, o->view[shown[0]].payoff, o->view[shown[1]].payoff);
    char *text = plane_draw(&p);
    if (text == NULL)
        return refusal(STATUS_FAILED, reason, "memory is short");
    const enum status status = file_write(o->svg, text, strlen(text), message);
    free(text);
    return status == STATUS_OK ? STATUS_OK : refusal(status, reason, "%s", message);
}

/* ---- JSON ---- */

static void put_spot(struct json *j, const struct spot *s)
{
    emit_numbers(j, NULL, s->at, 2);
}

static void put_least(struct json *j, const char *key, double least)
{
    if (least < 0)
        emit_null(j, key);
    else
        emit_number(j, key, least);
}

static void put_region(struct json *j, const struct outlook *o)
{
    const struct region *r = &o->region;
    emit_object(j, "region");
    emit_list(j, "plane");
    emit_integer(j, NULL, o->repeated.shown[0] + 1u);
    emit_integer(j, NULL, o->repeated.shown[1] + 1u);
    emit_close(j);
    emit_bool(j, "exact", r->exact);
    emit_integer(j, "asked", r->n_asked);
    emit_list(j, "distance");
    for (int axis = 0; axis < 2; axis++)
        if (r->distance[axis] < 0)
            emit_null(j, NULL);
        else
            emit_number(j, NULL, r->distance[axis]);
    emit_close(j);
    emit_integer(j, "held_out", r->n_held);
    put_least(j, "error", r->error);
    if (r->any)
        emit_number(j, "welfare", r->welfare);
    else
        emit_null(j, "welfare");
    emit_list(j, "polygons");
    for (uint32_t k = 0; k < r->n_polygons; k++) {
        emit_list(j, NULL);
        for (uint32_t c = 0; c < r->polygon[k].n; c++)
            put_spot(j, &r->polygon[k].corner[c]);
        emit_close(j);
    }
    emit_close(j);
    emit_list(j, "points");
    for (uint32_t k = 0; k < r->n_spots; k++)
        put_spot(j, &r->spot[k]);
    emit_close(j);
    emit_close(j);
}

static void put_agreement(struct json *j, const struct outlook *o)
{
    if (!o->agreement) {
        emit_null(j, "agreement");
        return;
    }
    emit_object(j, "agreement");
    emit_list(j, "payoffs");
    for (uint8_t i = 0; i < o->problem->game.shape.n_players; i++)
        emit_number(j, NULL, o->view[i].payoff);
    emit_close(j);
    emit_bool(j, "equilibrium", o->holds);
    put_least(j, "minimum_delta", o->least);
    emit_close(j);
}

static void outlook_json(const struct outlook *o)
{
    const struct problem *q = o->problem;
    const uint8_t n = q->game.shape.n_players;
    struct json j = {.out = stdout};
    put_problem(&j, q);
    emit_number(&j, "delta", o->repeated.discount);
    emit_text(&j, "concept", concept_names[o->concept]);
    emit_list(&j, "threat");
    for (uint8_t i = 0; i < n; i++)
        emit_numbers(&j, NULL, o->threat.share + shape_offset(&q->game.shape, i),
                     q->game.shape.n_actions[i]);
    emit_close(&j);
    emit_bool(&j, "threat_given", o->threat_given);
    emit_numbers(&j, "threat_payoffs", o->repeated.threat, n);
    emit_number(&j, "threat_epsilon", o->threat_epsilon);
    emit_numbers(&j, "secured", o->secured, n);
    put_region(&j, o);
    put_agreement(&j, o);
    emit_list(&j, "profiles");
    for (uint32_t at = 0; at < shape_profiles(&q->game.shape); at++) {
        const double least = repeated_minimum_discount(&o->repeated, at);
        if (least < 0)
            continue;
        emit_object(&j, NULL);
        put_pure(&j, q, at);
        put_payoffs(&j, q, at);
        emit_number(&j, "minimum_delta", least);
        emit_close(&j);
    }
    emit_end(&j);
}

/* ---- text ---- */

struct rung {
    uint32_t profile;
    double least, welfare;
};

static int rung_order(const void *one, const void *two)
{
    const struct rung *a = one, *b = two;
    if (a->welfare != b->welfare)
        return a->welfare > b->welfare ? -1 : 1;
    return a->least < b->least ? -1 : a->least > b->least;
}

/* The pure profiles that some discount factor holds, the best for all first. */
static void say_profiles(const struct outlook *o)
{
    const struct problem *q = o->problem;
    const uint32_t n = shape_profiles(&q->game.shape);
    struct rung *rung = malloc(n * sizeof *rung);
    uint32_t count = 0;
    struct line l = {0};
    for (uint32_t at = 0; rung != NULL && at < n; at++) {
        const double least = repeated_minimum_discount(&o->repeated, at);
        if (least < 0)
            continue;
        rung[count] = (struct rung){at, least, 0};
        for (uint8_t i = 0; i < q->game.shape.n_players; i++)
            rung[count].welfare += q->game.payoffs[i]->value[at];
        count++;
    }
    if (count > 0)
        qsort(rung, count, sizeof *rung, rung_order);
    (void)puts(count > 0 ? "\nPure profiles that hold, from which discount factor on:"
                         : "\nNo pure profile holds at any discount factor.");
    for (uint32_t k = 0; k < count && row_shown(q, k, count); k++) {
        line_add(&l, "  %-8.4g", rung[k].least);
        say_pure(&l, q, rung[k].profile);
        line_add(&l, "  ");
        say_payoffs(&l, q, rung[k].profile);
        print_line(&l);
    }
    free(rung);
}

/* What a random sample is worth. */
static void say_error(const struct region *r)
{
    (void)puts("It is a random sample: more may be held.");
    if (r->n_held > 0)
        (void)printf("Every payoff shown is sustainable; the error, %.3g, says how far "
                     "from one shown a\nsustainable payoff typically lies, for either "
                     "player: 95 %% of %u that were held out\nare not farther.\n",
                     r->error, r->n_held);
    else
        (void)puts("Its error is not known.");
}

static void say_region(const struct outlook *o)
{
    const struct region *r = &o->region;
    if (r->exact)
        (void)printf("What is held in public is known exactly: %u convex piece%s",
                     r->n_polygons, r->n_polygons == 1 ? "" : "s");
    else
        (void)printf("What is held is known of %u %s that were asked about", r->n_asked,
                     o->concept == CONCEPT_NASH ? "mixed profiles"
                     : r->distance[0] < 0       ? "distributions"
                                                : "payoffs");
    if (r->any)
        (void)printf(";\nthe most that it pays to all together is %.6g.\n", r->welfare);
    else
        (void)puts(";\nnothing is held.");
    if (!r->exact && r->distance[0] >= 0)
        (void)printf("No payoff is farther than %.3g and %.3g from one that was asked "
                     "about.\n",
                     r->distance[0], r->distance[1]);
    else if (!r->exact)
        say_error(r);
}

static void outlook_text(const struct outlook *o)
{
    const struct problem *q = o->problem;
    struct line l = {0};
    line_add(&l, "%s, %s, discount factor %.6g", q->game.title,
             concept_names[o->concept], o->repeated.discount);
    print_line(&l);
    line_add(&l, "punished for ever with (");
    for (uint8_t i = 0; i < q->game.shape.n_players; i++)
        line_add(&l, "%s%.6g", i > 0 ? ", " : "", o->repeated.threat[i]);
    line_add(&l, ") (%s; nobody gains more than %.3g by leaving it)\n",
             o->threat_given ? "given" : "found", o->threat_epsilon);
    print_line(&l);
    say_region(o);
    say_profiles(o);
    if (!o->agreement)
        return;
    line_add(&l, "\nThe agreement pays (");
    for (uint8_t i = 0; i < q->game.shape.n_players; i++)
        line_add(&l, "%s%.6g", i > 0 ? ", " : "", o->view[i].payoff);
    line_add(&l, ") and %s here; ", o->holds ? "holds" : "does not hold");
    if (o->least < 0)
        line_add(&l, "no discount factor holds it.");
    else
        line_add(&l, "it needs a discount factor of %.6g.", o->least);
    print_line(&l);
}

enum status solve_repeated(struct problem *q, char reason[REASON_SIZE])
{
    struct outlook *o = calloc(1, sizeof *o);
    uint64_t seed;
    if (o == NULL)
        return refusal(STATUS_FAILED, reason, "memory is short");
    o->problem = q;
    enum status status = read_outlook(o, &seed, reason);
    if (status == STATUS_OK) {
        find_secured(o);
        if (!repeated_region(&o->region, &o->repeated, o->concept, seed))
            status = refusal(STATUS_FAILED, reason, "memory is short");
    }
    if (status == STATUS_OK && o->svg != NULL)
        status = draw(o, reason);
    if (status == STATUS_OK && q->json)
        outlook_json(o);
    else if (status == STATUS_OK)
        outlook_text(o);
    region_free(&o->region);
    free(o);
    return status;
}
