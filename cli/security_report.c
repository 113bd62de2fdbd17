/* SPDX-License-Identifier: MIT */
/* Hides how levels, pairs and counterexamples are worded. */
#include "cli/security_report.h"

#include <stdio.h>
#include <string.h>

#include "game/lexical.h"

enum { EXACT_SIZE = NUMBER_MAX + 1 };

static const char *exact(char out[EXACT_SIZE], mpq_srcptr number)
{
    if (!rational_write(out, EXACT_SIZE, number))
        (void)snprintf(out, EXACT_SIZE, "%.17g", rational_double(number));
    return out;
}

void print_profile(const struct loaded *l, const uint32_t *action)
{
    const uint32_t n = arena_players(&l->arena);
    char label[LABEL_SIZE], next[LABEL_SIZE];
    for (uint32_t i = 0; i < n;) {
        uint32_t end = i + 1;
        (void)action_label(label, l, i, action[i]);
        while (end < n && strcmp(action_label(next, l, end, action[end]), label) == 0)
            end++;
        if (end - i <= 3)
            end = i + 1;
        (void)printf("%s%s", i > 0 ? ";" : "", label);
        if (end - i > 1)
            (void)printf("*%u", end - i);
        i = end;
    }
}

static bool bounded(const struct security *s)
{
    return s->front->coalition_max < s->n_players ||
           s->front->byzantine_max < s->n_players;
}

/* ---- JSON ---- */

static void json_players(struct json *j, const char *key, const struct witness *w,
                         enum role role)
{
    emit_list(j, key);
    for (uint32_t i = 0; i < w->n_players; i++)
        if (w->deed[i].role == role)
            emit_integer(j, NULL, i + 1);
    emit_close(j);
}

static void json_amount(struct json *j, const char *key, const char *exact_key,
                        mpq_srcptr amount)
{
    char text[EXACT_SIZE];
    emit_number(j, key, rational_double(amount));
    emit_text(j, exact_key, exact(text, amount));
}

static void json_witness(struct json *j, const struct loaded *l,
                         const struct witness *w)
{
    char label[LABEL_SIZE];
    emit_object(j, NULL);
    emit_text(j, "notion", notion_name(w->notion));
    emit_integer(j, "size", w->size);
    emit_integer(j, "faulty", w->faulty);
    json_players(j, "coalition", w, ROLE_MEMBER);
    json_players(j, "byzantine", w, ROLE_BYZANTINE);
    emit_list(j, "actions");
    for (uint32_t i = 0; i < w->n_players; i++)
        emit_integer(j, NULL, w->deed[i].action + 1);
    emit_close(j);
    emit_list(j, "action_names");
    for (uint32_t i = 0; i < w->n_players; i++)
        emit_text(j, NULL, action_label(label, l, i, w->deed[i].action));
    emit_close(j);
    emit_list(j, "before");
    for (uint32_t i = 0; i < w->n_players; i++)
        emit_number(j, NULL, rational_double(w->before[i]));
    emit_close(j);
    emit_list(j, "after");
    for (uint32_t i = 0; i < w->n_players; i++)
        emit_number(j, NULL, rational_double(w->after[i]));
    emit_close(j);
    emit_integer(j, "player", w->player + 1);
    json_amount(j, w->notion == NOTION_IMMUNITY ? "loss" : "gain", "exact", w->gain);
    emit_close(j);
}

static void json_pairs(struct json *j, const char *key, const struct security *s,
                       enum side side)
{
    emit_list(j, key);
    for (uint32_t i = 0; i < s->n_pairs[side]; i++) {
        emit_list(j, NULL);
        emit_integer(j, NULL, s->pairs[side][i].size);
        emit_integer(j, NULL, s->pairs[side][i].faulty);
        emit_close(j);
    }
    emit_close(j);
}

static void json_most_faulty(struct json *j, const char *key, const struct security *s,
                             enum side side)
{
    emit_list(j, key);
    for (uint32_t k = 0; k <= s->front->coalition_max; k++)
        if (s->most_faulty[side][k] >= 0)
            emit_integer(j, NULL, (uint64_t)s->most_faulty[side][k]);
        else
            emit_null(j, NULL);
    emit_close(j);
}

static void json_gains(struct json *j, const char *key, const struct security *s,
                       const struct loaded *l, mpz_t *most)
{
    mpq_t gain;
    mpq_init(gain);
    emit_list(j, key);
    for (uint32_t k = 1; k <= s->front->coalition_max; k++) {
        mpq_set_z(gain, most[k]);
        mpq_mul(gain, gain, arena_payoffs(&l->arena)->scale);
        emit_number(j, NULL, rational_double(gain));
    }
    emit_close(j);
    mpq_clear(gain);
}

void security_json(struct json *j, const struct loaded *l, const struct security *s,
                   bool explain)
{
    char label[LABEL_SIZE];
    emit_list(j, "profile");
    for (uint32_t i = 0; i < s->n_players; i++)
        emit_integer(j, NULL, s->profile[i] + 1);
    emit_close(j);
    emit_list(j, "action_names");
    for (uint32_t i = 0; i < s->n_players; i++)
        emit_text(j, NULL, action_label(label, l, i, s->profile[i]));
    emit_close(j);
    emit_integer(j, "resiliency", s->resiliency);
    emit_integer(j, "repellence", s->repellence);
    emit_integer(j, "immunity", s->immunity);
    json_pairs(j, "robustness", s, SIDE_MEMBER);
    json_pairs(j, "resistance", s, SIDE_TOTAL);
    emit_integer(j, "stability", s->stability);
    json_most_faulty(j, "robust_faulty", s, SIDE_MEMBER);
    json_most_faulty(j, "resistant_faulty", s, SIDE_TOTAL);
    json_gains(j, "largest_gains", s, l, s->front->most_total);
    json_gains(j, "largest_member_gains", s, l, s->front->most_member);
    if (bounded(s)) {
        emit_integer(j, "max_k", s->front->coalition_max);
        emit_integer(j, "max_t", s->front->byzantine_max);
    }
    emit_bool(j, "complete", s->complete);
    emit_text(j, "method", method_name(s->method));
    if (!explain)
        return;
    emit_list(j, "witnesses");
    for (int n = 0; n < NOTIONS; n++) {
        struct witness *w = witness_new(s, &l->arena, (enum notion)n);
        if (w != NULL)
            json_witness(j, l, w);
        witness_free(w);
    }
    emit_close(j);
}

/* ---- text ---- */

static void print_pairs(const struct security *s, enum side side)
{
    for (uint32_t i = 0; i < s->n_pairs[side]; i++)
        (void)printf("%s(%u,%u)", i > 0 ? " " : "", s->pairs[side][i].size,
                     s->pairs[side][i].faulty);
    (void)puts("");
}

static void print_level(const char *name, const struct security *s, uint32_t level,
                        const char *meaning)
{
    (void)printf("  %-11s %s%u of %u  %s\n", name, s->complete ? "" : "at most ", level,
                 s->n_players, meaning);
}

static void print_role(const struct loaded *l, const struct witness *w, enum role role)
{
    char name[LABEL_SIZE], label[LABEL_SIZE];
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->n_players; i++) {
        if (w->deed[i].role != role)
            continue;
        if (n++ < 8)
            (void)printf("%s%s plays %s", n > 1 ? ", " : " ", player_label(name, l, i),
                         action_label(label, l, i, w->deed[i].action));
    }
    if (n > 8)
        (void)printf(" and %u more", n - 8);
}

static void print_witness(const struct loaded *l, const struct witness *w)
{
    char name[LABEL_SIZE], before[EXACT_SIZE], after[EXACT_SIZE], gain[EXACT_SIZE];
    (void)printf("  %s:", notion_name(w->notion));
    if (w->size > 0)
        print_role(l, w, ROLE_MEMBER);
    if (w->faulty > 0) {
        (void)printf("%s Byzantine:", w->size > 0 ? ";" : "");
        print_role(l, w, ROLE_BYZANTINE);
    }
    const bool together = w->notion == NOTION_REPELLENCE ||
                          w->notion == NOTION_RESISTANCE ||
                          w->notion == NOTION_STABILITY;
    (void)printf(": %s gets %s instead of %s", player_label(name, l, w->player),
                 exact(after, w->after[w->player]),
                 exact(before, w->before[w->player]));
    if (together)
        (void)printf(", the coalition %s more", exact(gain, w->gain));
    (void)puts("");
}

static void print_gains(const struct loaded *l, const struct security *s)
{
    char total[EXACT_SIZE];
    mpq_t gain;
    mpq_init(gain);
    (void)printf("Largest gain of a coalition of 1, 2, ...:");
    for (uint32_t k = 1; k <= s->front->coalition_max && k <= 24; k++) {
        mpq_set_z(gain, s->front->most_total[k]);
        mpq_mul(gain, gain, arena_payoffs(&l->arena)->scale);
        (void)printf(" %s", exact(total, gain));
    }
    (void)puts(s->front->coalition_max > 24 ? " ..." : "");
    mpq_clear(gain);
}

void security_text(const struct loaded *l, const struct security *s, bool explain)
{
    (void)printf("%s%s%u players, profile ", loaded_title(l),
                 loaded_title(l)[0] != '\0' ? ": " : "", s->n_players);
    print_profile(l, s->profile);
    (void)puts("");
    print_level("resiliency", s, s->resiliency,
                "no coalition of so many has a member that gains");
    print_level("repellence", s, s->repellence,
                "no coalition of so many gains together");
    print_level("immunity", s, s->immunity,
                "so many Byzantine players harm nobody else");
    print_level("stability", s, s->stability,
                "so many gain nothing together, whatever all others do");
    (void)printf("  robustness  (k,t): ");
    print_pairs(s, SIDE_MEMBER);
    (void)printf("  resistance  (l,t): ");
    print_pairs(s, SIDE_TOTAL);
    if (bounded(s))
        (void)printf("Asked about coalitions of at most %u and at most %u Byzantine "
                     "players only:\nhigher levels may hold, and stability may not "
                     "beside more.\n",
                     s->front->coalition_max, s->front->byzantine_max);
    if (!s->complete)
        (void)puts("Stopped early: every level may be lower.");
    if (!explain)
        return;
    print_gains(l, s);
    (void)puts("Smallest counterexamples:");
    for (int n = 0; n < NOTIONS; n++) {
        struct witness *w = witness_new(s, &l->arena, (enum notion)n);
        if (w != NULL)
            print_witness(l, w);
        witness_free(w);
    }
}
