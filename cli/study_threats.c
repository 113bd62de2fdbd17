/* SPDX-License-Identifier: MIT */
/* One punishment for all, or one for each deviator: what each of them holds. */
#include <stdlib.h>
#include <string.h>

#include "cli/reproduce.h"
#include "cli/runs.h"
#include "cli/study.h"
#include "cli/words.h"
#include "study/threats.h"

/* What a process says of a unit. */
struct unit {
    char group[STUDY_GROUP_MAX + 1];
    bool left_out;
    struct threats_compared compared;
};

static enum status compare_unit(void *context, uint64_t number, FILE *out)
{
    const struct study_plan *p = context;
    struct game game;
    struct study *s = malloc(sizeof *s);
    struct unit *u = calloc(1, sizeof *u);
    enum status status = STATUS_FAILED;
    if (s != NULL && u != NULL)
        status = plan_unit(s, &game, &u->left_out, p, number);
    if (status == STATUS_OK) {
        (void)snprintf(u->group, sizeof u->group, "%s", game.title);
        if (!u->left_out &&
            !threats_compare(&u->compared, &s->contest, s->effort, s->seed))
            status = STATUS_FAILED;
        if (fwrite(u, sizeof *u, 1, out) != 1)
            status = STATUS_FAILED;
        game_free(&game);
    }
    free(s);
    free(u);
    return status;
}

/* ---- what they say together ---- */

struct row {
    const struct unit *first;
    uint32_t games, left_out, several, better[THREAT_KINDS];
    struct mean harsher;
    /* Over the games in which own threats hold something better: */
    struct mean even[THREAT_KINDS], even_more, mean[THREAT_KINDS], mean_more;
    struct mean volume; /* of the common threat, as a share of that of own ones */
};

static void add(struct row *r, const struct unit *u)
{
    const struct threats_compared *c = &u->compared;
    const struct threat_reach *common = &c->of[THREAT_COMMON],
                              *own = &c->of[THREAT_OWN];
    r->left_out += u->left_out;
    if (u->left_out)
        return;
    r->games++;
    r->several += c->statics > 1;
    mean_add(&r->harsher, c->harsher);
    for (int k = 0; k < THREAT_KINDS; k++)
        r->better[k] += c->of[k].better;
    if (!own->better)
        return;
    for (int k = 0; k < THREAT_KINDS; k++) {
        mean_add(&r->even[k], c->of[k].even);
        mean_add(&r->mean[k], c->of[k].mean);
    }
    mean_add(&r->even_more, own->even - common->even);
    mean_add(&r->mean_more, own->mean - common->mean);
    mean_add(&r->volume, own->volume > 0 ? common->volume / own->volume : 1);
}

static void print_csv(const struct row *r, const char *concept, double discount)
{
    const struct mean *const m[] = {&r->even[0], &r->even[1], &r->even_more,
                                    &r->mean[0], &r->mean[1], &r->mean_more,
                                    &r->volume};
    (void)printf("\"%s\",%s,%g,%u,%u,%u,%.6g,%u,%u", r->first->group, concept, discount,
                 r->games, r->left_out, r->several, r->harsher.mean,
                 r->better[THREAT_COMMON], r->better[THREAT_OWN]);
    for (size_t k = 0; k < sizeof m / sizeof m[0]; k++)
        if (m[k]->n > 0)
            (void)printf(",%.6g,%.6g", m[k]->mean, mean_error(m[k]));
        else
            (void)printf(",,");
    (void)putchar('\n');
}

static void print_row(const struct row *r, const char *concept, double discount)
{
    (void)printf("%-22.22s %-7s %5g %5u %7u %7.3f %6u %4u", r->first->group, concept,
                 discount, r->games, r->several, r->harsher.mean,
                 r->better[THREAT_COMMON], r->better[THREAT_OWN]);
    if (r->even_more.n > 0)
        (void)printf("  %.3f %.3f  %.3f %.3f  %.3f", r->even[THREAT_COMMON].mean,
                     r->even[THREAT_OWN].mean, r->mean[THREAT_COMMON].mean,
                     r->mean[THREAT_OWN].mean, r->volume.mean);
    (void)putchar('\n');
}

static const char csv_head[] =
    "group,concept,delta,games,left_out,several_equilibria,harsher,better_common,"
    "better_own,even_common,even_common_error,even_own,even_own_error,even_more,"
    "even_more_error,mean_common,mean_common_error,mean_own,mean_own_error,mean_more,"
    "mean_more_error,volume,volume_error\n";
static const char table_head[] =
    "Payoffs above the common threat. Several: games in which more than one static\n"
    "equilibrium was found. Worse: by what share of its payoffs' range the own\n"
    "threat is worse for who deviates. Better: games in which something better than\n"
    "the common threat is held. Of those where it is with own threats: what all can\n"
    "get more at once, the best mean, and the volume under the common threat as a\n"
    "share of that under own ones.\n\n"
    "                                                          better     "
    "at once      mean\n"
    "group                  concept delta games several   worse common  own  "
    "common own   common own   volume\n";

static void print_all(const struct study_plan *p, const struct unit *unit, bool csv)
{
    const uint32_t per_game = p->n_concepts * p->n_discounts;
    (void)fputs(csv ? csv_head : table_head, stdout);
    for (uint32_t g = 0; g < p->n_games; g++) {
        bool seen = false;
        for (uint32_t before = 0; before < g && !seen; before++)
            seen = strcmp(unit[(uint64_t)before * per_game].group,
                          unit[(uint64_t)g * per_game].group) == 0;
        for (uint32_t part = 0; part < per_game && !seen; part++) {
            struct row r = {.first = &unit[(uint64_t)g * per_game]};
            for (uint32_t k = g; k < p->n_games; k++) {
                const struct unit *u = &unit[(uint64_t)k * per_game + part];
                if (strcmp(u->group, r.first->group) == 0)
                    add(&r, u);
            }
            (csv ? print_csv
                 : print_row)(&r, concept_names[p->concept[part / p->n_discounts]],
                              p->discount[part % p->n_discounts]);
        }
    }
}

enum status study_threats(const struct study_plan *p, uint64_t jobs, bool csv,
                          bool quiet, char reason[REASON_SIZE])
{
    struct study_plan plan = *p;
    char *data = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&data, &size);
    (void)snprintf(reason, REASON_SIZE, "memory is short");
    if (out == NULL)
        return STATUS_FAILED;
    enum status status = runs_in_order(plan_units(p), jobs, compare_unit, &plan,
                                       quiet ? NULL : "games", out);
    if (fclose(out) != 0 || size != plan_units(p) * sizeof(struct unit))
        status = STATUS_FAILED;
    if (status == STATUS_OK)
        print_all(p, (const struct unit *)(const void *)data, csv);
    free(data);
    return status;
}
