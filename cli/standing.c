/* SPDX-License-Identifier: MIT */
/* Hides where a node's word is had: over HTTP, or from its log. */
#include "cli/standing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/staging.h"
#include "node/sight.h"

/* ---- fields ---- */

const json_t *told(const struct standing *s, const char *field, const char *inside)
{
    const json_t *j = json_object_get(s->told, field);
    return inside == NULL ? j : json_object_get(j, inside);
}

uint64_t told_whole(const struct standing *s, const char *field, const char *inside)
{
    const json_int_t v = json_integer_value(told(s, field, inside));
    return v > 0 ? (uint64_t)v : 0;
}

double told_number(const struct standing *s, const char *field, const char *inside)
{
    const json_t *j = told(s, field, inside);
    return json_is_number(j) ? json_number_value(j) : NAN;
}

const char *told_text(const struct standing *s, const char *field, const char *inside)
{
    const json_t *j = told(s, field, inside);
    return json_is_string(j) ? json_string_value(j) : "";
}

/* ---- over HTTP ---- */

static void take_answer(struct standing *s, struct fetch *f)
{
    json_error_t error;
    if (f->body == NULL) {
        memcpy(s->why, f->why, sizeof s->why);
        return;
    }
    s->told = json_loads(f->body, JSON_REJECT_DUPLICATES, &error);
    if (f->code == 200 && told_whole(s, "interface", NULL) == INTERFACE_VERSION) {
        s->live = true;
        (void)snprintf(s->name, sizeof s->name, "%s", told_text(s, "name", NULL));
        return;
    }
    json_decref(s->told);
    s->told = NULL;
    (void)snprintf(s->why, sizeof s->why,
                   "what answers there is no treaty node of this version (HTTP %ld)",
                   f->code);
}

/* ---- from logs ---- */

static const char *state_name(const struct account *a)
{
    if (a->ended)
        return "over";
    if (a->stages.n == 0 && a->phase < PHASE_ACT)
        return a->has_session ? "negotiating" : "waiting";
    return a->n_punishments > 0 && a->punishments[a->n_punishments - 1].restored == 0
               ? "punishing"
               : "playing";
}

static json_t *told_by_log(const struct account *a)
{
    json_t *players = json_array();
    for (uint8_t i = 0; i < a->terms->shape.n_players; i++)
        json_array_append_new(players,
                              json_pack("{ss}", "name", a->terms->player_name[i]));
    return json_pack("{si ss ss ss sI sI sI s{ss sI so} s{sI sI}}", "node", a->self + 1,
                     "state", state_name(a), "phase", phase_name(a->phase), "outcome",
                     outcome_name(a->outcome), "round", (json_int_t)a->round, "stage",
                     (json_int_t)a->stages.n, "stages_played", (json_int_t)a->stages.n,
                     "game", "title", a->terms->title, "stages",
                     (json_int_t)a->terms->stages, "players", players, "play",
                     "deviations_total", (json_int_t)a->n_deviations,
                     "punishments_total", (json_int_t)a->n_punishments);
}

static void read_log(struct standing *s)
{
    static struct archive archive; /* large */
    struct account account;
    char reason[REASON_SIZE];
    if (archive_open(&archive, s->log, reason) != STATUS_OK) {
        (void)snprintf(s->why, sizeof s->why, "%.180s", reason);
        return;
    }
    if (archive_account(&account, &archive, 0, reason) == STATUS_OK) {
        s->told = told_by_log(&account);
        (void)snprintf(s->name, sizeof s->name, "%s",
                       archive.terms.player_name[account.self]);
    } else {
        (void)snprintf(s->why, sizeof s->why, "%.180s", reason);
    }
    account_free(&account);
}

/* ---- all of them ---- */

void standings_free(struct standing *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        json_decref(s[i].told);
        s[i].told = NULL;
        s[i].live = false;
    }
}

void standings_look(struct standing *s, size_t n, long timeout_ms)
{
    static struct fetch fetches[STANDINGS_MAX];
    size_t asked[STANDINGS_MAX], n_asked = 0;
    standings_free(s, n);
    for (size_t i = 0; i < n; i++) {
        s[i].why[0] = '\0';
        if (s[i].address[0] == '\0')
            continue;
        fetches[n_asked] = (struct fetch){.path = "/status"};
        memcpy(fetches[n_asked].address, s[i].address, FETCH_ADDRESS_SIZE);
        asked[n_asked++] = i;
    }
    fetch_all(fetches, n_asked, timeout_ms);
    for (size_t k = 0; k < n_asked; k++)
        take_answer(&s[asked[k]], &fetches[k]);
    fetch_free(fetches, n_asked);
    for (size_t i = 0; i < n; i++)
        if (s[i].told == NULL && s[i].log[0] != '\0' && access(s[i].log, F_OK) == 0)
            read_log(&s[i]);
}

/* A node's directory: where it answers, and its log. */
static bool find_node(struct standing *s, const char *directory)
{
    static struct node_config config; /* large */
    char path[PATH_SIZE], message[256];
    memset(s, 0, sizeof *s);
    if (!directory_path(path, directory, "node.yaml") ||
        config_read(&config, path, NULL, message) != STATUS_OK)
        return directory_path(s->log, directory, "node.log") &&
               access(s->log, F_OK) == 0;
    (void)directory_path(s->log, config.data_path, "node.log");
    if (config.http.listen[0] != '\0' && !fetch_address(s->address, config.http.listen))
        s->address[0] = '\0';
    (void)snprintf(s->why, sizeof s->why, "it has not begun, and does not answer");
    return true;
}

enum status standings_find(struct standing *s, size_t *n, const char *directory,
                           char reason[REASON_SIZE])
{
    char path[PATH_SIZE];
    *n = 0;
    if (find_node(&s[0], directory)) {
        *n = 1;
        return STATUS_OK;
    }
    for (uint8_t k = 0; k < PLAYERS_MAX; k++)
        if (node_path(path, directory, k, "") && access(path, F_OK) == 0 &&
            find_node(&s[*n], path))
            ++*n;
    if (*n > 0)
        return STATUS_OK;
    (void)snprintf(reason, REASON_SIZE,
                   "%.300s: there is no node.yaml and no node.log in it, nor in "
                   "directories node-1, node-2, ...",
                   directory);
    return STATUS_USAGE;
}

/* ---- words ---- */

void say_standing(struct line *l, const struct standing *s)
{
    const char *state = told_text(s, "state", NULL);
    const uint64_t played = told_whole(s, "stages_played", NULL);
    const double agreed = told_number(s, "agreement", "payoff");
    const double average = told_number(s, "play", "average_payoff");
    const uint64_t deviations = told_whole(s, "play", "deviations_total");
    line_add(l, "%s", state);
    if (strcmp(state, "over") == 0)
        line_add(l, " (%s)", told_text(s, "outcome", NULL));
    if (strcmp(state, "negotiating") == 0 || strcmp(state, "waiting") == 0)
        line_add(l, ", in '%s'", told_text(s, "phase", NULL));
    line_add(l, ", round %llu, ", (unsigned long long)told_whole(s, "round", NULL));
    say_count(l, played, "stage", "stages");
    line_add(l, " of %llu played", (unsigned long long)told_whole(s, "game", "stages"));
    if (deviations > 0) {
        line_add(l, ", ");
        say_count(l, deviations, "deviation", "deviations");
    }
    if (isfinite(average)) {
        line_add(l, ", own payoff ");
        say_number(l, average);
        line_add(l, " per stage");
        if (isfinite(agreed)) {
            line_add(l, " (agreed ");
            say_number(l, agreed);
            line_add(l, ")");
        }
    }
}
