/* SPDX-License-Identifier: MIT */
/* Questions about pure actions: equilibria, dominance, potentials, and what anarchy
 * costs. */
#include <stdio.h>
#include <stdlib.h>

#include "analysis/correlated.h"
#include "analysis/dominated.h"
#include "analysis/pure.h"
#include "cli/solve.h"

static const char memory[] = "memory is short";

/* ---- equilibria ---- */

static uint64_t count_equilibria(const uint32_t *tempted, uint32_t n)
{
    uint64_t count = 0;
    for (uint32_t at = 0; at < n; at++)
        count += tempted[at] == 0;
    return count;
}

static void pure_json(const struct problem *q, const uint32_t *tempted, uint32_t n)
{
    struct json j = {.out = stdout};
    put_problem(&j, q);
    emit_integer(&j, "count", count_equilibria(tempted, n));
    emit_list(&j, "equilibria");
    for (uint32_t at = 0; at < n; at++) {
        if (tempted[at] != 0)
            continue;
        emit_object(&j, NULL);
        put_pure(&j, q, at);
        put_payoffs(&j, q, at);
        emit_bool(&j, "strict", pure_strict(&q->exact, at));
        emit_close(&j);
    }
    emit_end(&j);
}

static void pure_text(const struct problem *q, const uint32_t *tempted, uint32_t n)
{
    struct line l = {0};
    const uint64_t count = count_equilibria(tempted, n);
    uint64_t k = 0;
    say_count(&l, count, "equilibrium", "equilibria");
    line_add(&l, " among %u pure profiles%s", n, count > 0 ? ":" : ".");
    print_line(&l);
    for (uint32_t at = 0; at < n; at++) {
        if (tempted[at] != 0 || !row_shown(q, k++, count))
            continue;
        line_add(&l, "  ");
        say_pure(&l, q, at);
        line_add(&l, "  ");
        say_payoffs(&l, q, at);
        line_add(&l, "%s", pure_strict(&q->exact, at) ? "  strict" : "");
        print_line(&l);
    }
}

enum status solve_pure(struct problem *q, char reason[REASON_SIZE])
{
    const uint32_t n = shape_profiles(&q->game.shape);
    uint32_t *tempted = malloc(n * sizeof *tempted);
    if (tempted == NULL)
        return refusal(STATUS_FAILED, reason, "%s", memory);
    pure_sweep(tempted, &q->exact);
    if (q->json)
        pure_json(q, tempted, n);
    else
        pure_text(q, tempted, n);
    free(tempted);
    return STATUS_OK;
}

/* ---- dominance ---- */

/* Calls tell with every action that goes, round by round. */
static void each_eliminated(const struct domination *d,
                            void (*tell)(void *context, uint8_t player, uint8_t action,
                                         const struct elimination *fate),
                            void *context)
{
    const struct shape *s = &d->shape;
    for (uint32_t round = 1; round <= d->n_rounds; round++)
        for (uint8_t i = 0; i < s->n_players; i++)
            for (uint8_t k = 0; k < s->n_actions[i]; k++) {
                const struct elimination *f = &d->fate[shape_offset(s, i) + k];
                if (f->round == round)
                    tell(context, i, k, f);
            }
}

struct telling {
    const struct problem *q;
    struct json *json;
    const char *kind;
};

static void put_eliminated(void *context, uint8_t player, uint8_t action,
                           const struct elimination *fate)
{
    const struct telling *t = context;
    const uint16_t n = t->q->game.shape.n_actions[player];
    emit_object(t->json, NULL);
    emit_integer(t->json, "round", fate->round);
    emit_integer(t->json, "player", player + 1u);
    emit_text(t->json, "action", say_action(t->q, player, action));
    if (fate->mixture == NULL) {
        emit_text(t->json, "by", say_action(t->q, player, fate->by));
    } else {
        emit_null(t->json, "by");
        put_shares(t->json, "mixture", (const mpq_t *)fate->mixture, n, false);
        put_shares(t->json, "exact_mixture", (const mpq_t *)fate->mixture, n, true);
    }
    emit_close(t->json);
}

static void say_eliminated(void *context, uint8_t player, uint8_t action,
                           const struct elimination *fate)
{
    const struct telling *t = context;
    struct line l = {0};
    line_add(&l, "round %u: %s: %s is %s dominated by ", fate->round,
             t->q->game.player_name[player], say_action(t->q, player, action), t->kind);
    if (fate->mixture == NULL)
        line_add(&l, "%s", say_action(t->q, player, fate->by));
    else
        say_mixture(&l, t->q, player, (const mpq_t *)fate->mixture);
    print_line(&l);
}

static void dominance_json(const struct problem *q, const struct domination *d,
                           bool weak)
{
    const struct shape *s = &q->game.shape;
    struct json j = {.out = stdout};
    struct telling t = {q, &j, NULL};
    put_problem(&j, q);
    emit_text(&j, "dominance", weak ? "weak" : "strict");
    emit_bool(&j, "complete", d->complete);
    emit_integer(&j, "rounds", d->n_rounds);
    emit_list(&j, "eliminated");
    each_eliminated(d, put_eliminated, &t);
    emit_close(&j);
    emit_list(&j, "left");
    for (uint8_t i = 0; i < s->n_players; i++) {
        emit_list(&j, NULL);
        for (uint8_t k = 0; k < s->n_actions[i]; k++)
            if (d->fate[shape_offset(s, i) + k].round == 0)
                emit_text(&j, NULL, say_action(q, i, k));
        emit_close(&j);
    }
    emit_end(&j);
}

static void dominance_text(const struct problem *q, const struct domination *d,
                           bool weak)
{
    const struct shape *s = &q->game.shape;
    struct telling t = {q, NULL, weak ? "weakly" : "strictly"};
    struct line l = {0};
    if (d->n_rounds == 0)
        (void)printf("No action is %s dominated by another or by a mixture.\n", t.kind);
    each_eliminated(d, say_eliminated, &t);
    if (!d->complete)
        (void)puts("Mixtures were not looked for against every action: the game is too "
                   "large.");
    if (d->n_rounds == 0)
        return;
    (void)puts("\nWhat is left:");
    for (uint8_t i = 0; i < s->n_players; i++) {
        bool follows = false;
        line_add(&l, "  %s: ", q->game.player_name[i]);
        for (uint8_t k = 0; k < s->n_actions[i]; k++) {
            if (d->fate[shape_offset(s, i) + k].round != 0)
                continue;
            line_add(&l, "%s%s", follows ? ", " : "", say_action(q, i, k));
            follows = true;
        }
        print_line(&l);
    }
}

enum status solve_dominance(struct problem *q, char reason[REASON_SIZE])
{
    const bool weak = given_last(q->given, "weak", NULL);
    struct domination *d = calloc(1, sizeof *d);
    const bool found =
        d != NULL &&
        dominated_find(d, &q->exact, weak ? DOMINANCE_WEAK : DOMINANCE_STRICT);
    if (found && q->json)
        dominance_json(q, d, weak);
    else if (found)
        dominance_text(q, d, weak);
    if (found)
        dominated_free(d);
    free(d);
    return found ? STATUS_OK : refusal(STATUS_FAILED, reason, "%s", memory);
}

/* ---- potentials ---- */

static void potential_value(mpq_ptr out, const struct problem *q, enum potential found,
                            mpz_srcptr value)
{
    mpq_set_z(out, value);
    if (found == POTENTIAL_EXACT)
        mpq_mul(out, out, q->exact.payoffs.scale);
}

static void potential_json(const struct problem *q, enum potential found, mpz_t *value)
{
    static const char *const names[] = {[POTENTIAL_NONE] = "none",
                                        [POTENTIAL_ORDINAL] = "ordinal",
                                        [POTENTIAL_EXACT] = "exact"};
    const uint32_t n = shape_profiles(&q->game.shape);
    struct json j = {.out = stdout};
    mpq_t number;
    mpq_init(number);
    put_problem(&j, q);
    emit_text(&j, "potential", names[found]);
    emit_list(&j, "values");
    for (uint32_t at = 0; at < n && found != POTENTIAL_NONE; at++) {
        potential_value(number, q, found, value[at]);
        emit_number(&j, NULL, rational_double(number));
    }
    emit_end(&j);
    mpq_clear(number);
}

static void potential_text(const struct problem *q, enum potential found, mpz_t *value)
{
    const uint32_t n = shape_profiles(&q->game.shape);
    struct line l = {0};
    mpq_t number;
    if (found == POTENTIAL_NONE) {
        (void)puts("No potential, not even in order: steps that are no loss to the one "
                   "who\ntakes them, and once a gain, lead back to where they began.");
        return;
    }
    (void)puts(
        found == POTENTIAL_EXACT
            ? "An exact potential: it changes by as much as the payoff of whoever "
              "moves alone."
            : "An ordinal potential: it rises where whoever moves alone gains, "
              "and stays\nwhere that player is indifferent. It is not exact.");
    (void)puts("Whoever improves on its own climbs it, so such steps end.\n");
    mpq_init(number);
    for (uint32_t at = 0; at < n && row_shown(q, at, n); at++) {
        potential_value(number, q, found, value[at]);
        line_add(&l, "  ");
        say_pure(&l, q, at);
        line_add(&l, "  ");
        say_rational(&l, number);
        print_line(&l);
    }
    mpq_clear(number);
}

enum status solve_potential(struct problem *q, char reason[REASON_SIZE])
{
    const uint32_t n = shape_profiles(&q->game.shape);
    enum potential found;
    mpz_t *value = malloc(n * sizeof *value);
    for (uint32_t at = 0; value != NULL && at < n; at++)
        mpz_init(value[at]);
    const bool done = value != NULL && pure_potential(&found, value, &q->exact);
    if (done && q->json)
        potential_json(q, found, value);
    else if (done)
        potential_text(q, found, value);
    for (uint32_t at = 0; value != NULL && at < n; at++)
        mpz_clear(value[at]);
    free((void *)value);
    return done ? STATUS_OK : refusal(STATUS_FAILED, reason, "%s", memory);
}

/* ---- what anarchy costs ---- */

struct anarchy {
    uint32_t best_profile; /* of all */
    uint64_t n_pure;
    double optimum, pure_best, pure_worst, told_best, told_worst;
    const char *fault; /* why there are no correlated ones, or NULL */
};

/* The optimum against what equilibria pay, never below 1; with payoffs that are costs
 * the other way round. False where sums have both signs, or are 0. */
static bool ratio(double *out, double optimum, double equilibrium)
{
    const bool gains = optimum > 0 && equilibrium > 0;
    const bool costs = optimum < 0 && equilibrium < 0;
    *out = gains ? optimum / equilibrium : costs ? equilibrium / optimum : 0;
    return gains || costs;
}

static double welfare_at(const struct problem *q, uint32_t profile, mpz_ptr sum)
{
    mpq_t number;
    mpq_init(number);
    pure_welfare(sum, &q->exact, profile);
    mpq_set_z(number, sum);
    mpq_mul(number, number, q->exact.payoffs.scale);
    const double welfare = rational_double(number);
    mpq_clear(number);
    return welfare;
}

static bool anarchy_pure(struct anarchy *a, const struct problem *q)
{
    const uint32_t n = shape_profiles(&q->game.shape);
    uint32_t *tempted = malloc(n * sizeof *tempted);
    mpz_t sum, best;
    if (tempted == NULL)
        return false;
    mpz_inits(sum, best, NULL);
    pure_sweep(tempted, &q->exact);
    for (uint32_t at = 0; at < n; at++) {
        const double welfare = welfare_at(q, at, sum);
        if (at == 0 || mpz_cmp(sum, best) > 0) {
            mpz_set(best, sum);
            a->best_profile = at;
            a->optimum = welfare;
        }
        if (tempted[at] != 0)
            continue;
        a->pure_best =
            a->n_pure == 0 || welfare > a->pure_best ? welfare : a->pure_best;
        a->pure_worst =
            a->n_pure == 0 || welfare < a->pure_worst ? welfare : a->pure_worst;
        a->n_pure++;
    }
    mpz_clears(sum, best, NULL);
    free(tempted);
    return true;
}

static const char *anarchy_told(struct anarchy *a, const struct problem *q)
{
    static const enum aim aims[] = {AIM_WELFARE, AIM_WORST_WELFARE};
    for (int k = 0; k < 2; k++) {
        struct correlated c;
        double sum = 0;
        const char *fault = correlated_find(&c, &q->exact, OBEDIENCE_TOLD, aims[k], 0);
        if (fault != NULL)
            return fault;
        for (uint8_t i = 0; i < q->game.shape.n_players; i++)
            sum += c.payoff[i];
        *(k == 0 ? &a->told_best : &a->told_worst) = sum;
        correlated_free(&c);
    }
    return NULL;
}

static void put_ratios(struct json *j, const char *key, double optimum, double best,
                       double worst)
{
    double value;
    emit_object(j, key);
    emit_number(j, "best", best);
    emit_number(j, "worst", worst);
    if (ratio(&value, optimum, worst))
        emit_number(j, "anarchy", value);
    else
        emit_null(j, "anarchy");
    if (ratio(&value, optimum, best))
        emit_number(j, "stability", value);
    else
        emit_null(j, "stability");
    emit_close(j);
}

static void anarchy_json(const struct problem *q, const struct anarchy *a)
{
    struct json j = {.out = stdout};
    put_problem(&j, q);
    emit_object(&j, "optimum");
    put_pure(&j, q, a->best_profile);
    emit_number(&j, "welfare", a->optimum);
    emit_close(&j);
    emit_integer(&j, "pure_equilibria", a->n_pure);
    if (a->n_pure > 0)
        put_ratios(&j, "pure", a->optimum, a->pure_best, a->pure_worst);
    else
        emit_null(&j, "pure");
    if (a->fault == NULL)
        put_ratios(&j, "correlated", a->optimum, a->told_best, a->told_worst);
    else
        emit_null(&j, "correlated");
    emit_end(&j);
}

static void anarchy_row(const char *name, double optimum, double best, double worst)
{
    char anarchy[24] = "none", stability[24] = "none";
    double value;
    if (ratio(&value, optimum, worst))
        (void)snprintf(anarchy, sizeof anarchy, "%.4g", value);
    if (ratio(&value, optimum, best))
        (void)snprintf(stability, sizeof stability, "%.4g", value);
    (void)printf("%-12s%10.6g%10.6g%10s%10s\n", name, best, worst, anarchy, stability);
}

static void anarchy_text(const struct problem *q, const struct anarchy *a)
{
    struct line l = {0};
    line_add(&l, "Best for all together: ");
    say_pure(&l, q, a->best_profile);
    line_add(&l, ", in sum %.6g.\n", a->optimum);
    print_line(&l);
    (void)printf("%-12s%10s%10s%10s%10s\n", "equilibria", "best", "worst", "anarchy",
                 "stability");
    if (a->n_pure > 0)
        anarchy_row("pure", a->optimum, a->pure_best, a->pure_worst);
    else
        (void)printf("%-12s%10s\n", "pure", "none");
    if (a->fault == NULL)
        anarchy_row("correlated", a->optimum, a->told_best, a->told_worst);
    else
        (void)printf("%-12sthe program %s\n", "correlated", a->fault);
    (void)puts("\nanarchy is the optimum over the worst, stability over the best; none "
               "where the\nsums are not all gains or all costs.");
}

enum status solve_anarchy(struct problem *q, char reason[REASON_SIZE])
{
    struct anarchy a = {0};
    if (!anarchy_pure(&a, q))
        return refusal(STATUS_FAILED, reason, "%s", memory);
    a.fault = anarchy_told(&a, q);
    if (q->json)
        anarchy_json(q, &a);
    else
        anarchy_text(q, &a);
    return STATUS_OK;
}
