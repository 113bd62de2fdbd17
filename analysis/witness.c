/* SPDX-License-Identifier: MIT */
/* Hides how a counterexample is found among the violations, and checks it once more
 * from the game's own payoffs, by nothing but the definition. */
#include <stdlib.h>
#include <string.h>

#include "analysis/security.h"
#include "base/check.h"

const char *notion_name(enum notion n)
{
    static const char *const names[] = {
        [NOTION_RESILIENCY] = "resiliency", [NOTION_REPELLENCE] = "repellence",
        [NOTION_IMMUNITY] = "immunity",     [NOTION_ROBUSTNESS] = "robustness",
        [NOTION_RESISTANCE] = "resistance", [NOTION_STABILITY] = "stability",
    };
    return names[n];
}

static enum side side_of(enum notion n)
{
    return n == NOTION_RESILIENCY || n == NOTION_ROBUSTNESS ? SIDE_MEMBER : SIDE_TOTAL;
}

/* The violation that a notion's witness tells; NULL if there is none. */
static const struct finding *finding_of(const struct front *f, enum notion n)
{
    const struct finding *list = f->smallest[side_of(n)];
    const struct finding *best = NULL;
    if (n == NOTION_IMMUNITY)
        return f->harm.deed != NULL ? &f->harm : NULL;
    if (n == NOTION_RESILIENCY || n == NOTION_REPELLENCE)
        return list[0].deed != NULL ? &list[0] : NULL;
    for (uint32_t t = 0; t <= f->n_players; t++)
        if (list[t].deed != NULL && (best == NULL || list[t].size < best->size))
            best = &list[t];
    return best;
}

/* What everybody gets where the Byzantine players play their deeds, and the coalition
 * too if it deviates. */
static void payoffs_at(mpq_t *out, const struct witness *w, const struct security *s,
                       const struct arena *a, uint32_t *action, bool coalition,
                       bool byzantine)
{
    for (uint32_t i = 0; i < w->n_players; i++) {
        const bool plays = (w->deed[i].role == ROLE_MEMBER && coalition) ||
                           (w->deed[i].role == ROLE_BYZANTINE && byzantine);
        action[i] = plays ? w->deed[i].action : s->profile[i];
    }
    uint32_t count[AGG_NODES_MAX] = {0};
    for (uint32_t i = 0; a->graph != NULL && i < w->n_players; i++)
        count[agg_node(a->graph, i, action[i])]++;
    for (uint32_t i = 0; i < w->n_players; i++)
        multiples_get(
            out[i], arena_payoffs(a),
            a->graph != NULL
                ? agg_payoff(a->graph, agg_node(a->graph, i, action[i]), count)
                : arena_payoff(a, action, i));
}

/* What is gained or lost, by whom. False if this is no counterexample. */
static bool judge(struct witness *w)
{
    mpq_t gain, total;
    bool first = true;
    mpq_inits(gain, total, NULL);
    mpq_set_ui(w->gain, 0, 1);
    for (uint32_t i = 0; i < w->n_players; i++) {
        const enum role role = w->deed[i].role;
        if (role != (w->notion == NOTION_IMMUNITY ? ROLE_OUTSIDER : ROLE_MEMBER))
            continue;
        mpq_sub(gain, w->after[i], w->before[i]);
        if (w->notion == NOTION_IMMUNITY)
            mpq_neg(gain, gain);
        mpq_add(total, total, gain);
        if (first || mpq_cmp(gain, w->gain) > 0) {
            w->player = i;
            mpq_set(w->gain, gain);
        }
        first = false;
    }
    if (w->notion != NOTION_IMMUNITY && side_of(w->notion) == SIDE_TOTAL)
        mpq_set(w->gain, total);
    mpq_clears(gain, total, NULL);
    return mpq_sgn(w->gain) > 0;
}

/* True if sizes are what was said, and everybody else keeps to the profile. */
static bool sizes_hold(const struct witness *w, const struct security *s)
{
    uint32_t n[ROLE_BYZANTINE + 1] = {0};
    for (uint32_t i = 0; i < w->n_players; i++) {
        n[w->deed[i].role]++;
        if (w->deed[i].role == ROLE_OUTSIDER && w->deed[i].action != s->profile[i])
            return false;
    }
    return n[ROLE_MEMBER] == w->size && n[ROLE_BYZANTINE] == w->faulty;
}

static struct witness *witness_room(uint32_t n_players)
{
    struct witness *w = calloc(1, sizeof *w);
    if (w == NULL)
        return NULL;
    w->n_players = n_players;
    mpq_init(w->gain);
    w->deed = calloc(n_players, sizeof *w->deed);
    w->before = malloc(n_players * sizeof *w->before);
    w->after = malloc(n_players * sizeof *w->after);
    for (uint32_t i = 0; w->before != NULL && i < n_players; i++)
        mpq_init(w->before[i]);
    for (uint32_t i = 0; w->after != NULL && i < n_players; i++)
        mpq_init(w->after[i]);
    if (w->deed != NULL && w->before != NULL && w->after != NULL)
        return w;
    witness_free(w);
    return NULL;
}

struct witness *witness_new(const struct security *s, const struct arena *a,
                            enum notion notion)
{
    const struct finding *f = finding_of(s->front, notion);
    uint32_t *action = malloc(s->n_players * sizeof *action);
    struct witness *w = f != NULL && action != NULL ? witness_room(s->n_players) : NULL;
    if (w != NULL) {
        w->notion = notion;
        memcpy(w->deed, f->deed, s->n_players * sizeof *w->deed);
        if (notion == NOTION_IMMUNITY)
            w->faulty = f->size;
        else
            w->size = f->size;
        if (notion != NOTION_IMMUNITY)
            w->faulty = (uint32_t)(f - s->front->smallest[side_of(notion)]);
        payoffs_at(w->before, w, s, a, action, false, notion != NOTION_IMMUNITY);
        payoffs_at(w->after, w, s, a, action, true, true);
        CHECK(sizes_hold(w, s) && judge(w));
    }
    free(action);
    return w;
}

void witness_free(struct witness *w)
{
    if (w == NULL)
        return;
    for (uint32_t i = 0; w->before != NULL && i < w->n_players; i++)
        mpq_clear(w->before[i]);
    for (uint32_t i = 0; w->after != NULL && i < w->n_players; i++)
        mpq_clear(w->after[i]);
    mpq_clear(w->gain);
    free(w->before);
    free(w->after);
    free(w->deed);
    free(w);
}
