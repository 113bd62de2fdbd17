/* SPDX-License-Identifier: MIT */
/* Hides which candidate is which, and which stages share an event. */
#include "cli/tale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/asking.h"
#include "cli/measure.h"
#include "cli/report.h"
#include "cli/stream.h"
#include "protocol/message.h"

enum { STAGES_AT_ONCE = 4096, PROFILES_TOLD_MAX = 256 };

struct told {
    char *text; /* NULL: stages */
    uint32_t first, last, mode;
    uint64_t time_ms;
};

struct tale {
    const struct insight *insight;
    const struct account *account;
    struct asking *asking;
    struct candidates *table; /* the same candidates as at the nodes, numbered alike */
    uint32_t drawn;           /* CANDIDATES_NONE: none */
    uint64_t marked;          /* mask of players whose prune, or report, was heard */
    uint8_t *mark;
    uint32_t *gain; /* one report */
    /* Bodies of prunes that came before the last ticket was opened, or of what opened
     * tickets together with reports; owned. */
    struct {
        uint8_t *body;
        size_t size;
    } early[PLAYERS_MAX];
    size_t n, capacity;
    struct told *event;
};

struct tale *tale_new(const struct insight *insight, const struct account *account)
{
    const struct terms *terms = &insight->terms;
    struct tale *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->insight = insight;
    t->account = account;
    t->drawn = CANDIDATES_NONE;
    t->asking = asking_new(terms, &insight->roster);
    const struct shape shape = terms_candidates(terms);
    t->table = candidates_new(&shape, terms->shape.n_players, CANDIDATES_MAX);
    t->mark = calloc(CANDIDATES_MAX, 1);
    t->gain = calloc(CANDIDATES_MAX, sizeof *t->gain);
    if (t->asking != NULL && t->table != NULL && t->mark != NULL && t->gain != NULL)
        return t;
    tale_free(t);
    return NULL;
}

static void forget_early(struct tale *t)
{
    for (uint8_t i = 0; i < PLAYERS_MAX; i++) {
        free(t->early[i].body);
        t->early[i].body = NULL;
    }
}

void tale_free(struct tale *t)
{
    if (t == NULL)
        return;
    for (size_t k = 0; k < t->n; k++)
        free(t->event[k].text);
    forget_early(t);
    free(t->event);
    free(t->mark);
    free(t->gain);
    candidates_free(t->table);
    asking_free(t->asking);
    free(t);
}

static struct told *append(struct tale *t)
{
    t->event = array_grow(t->event, t->n, &t->capacity, sizeof *t->event);
    t->event[t->n] = (struct told){0};
    return &t->event[t->n++];
}

/* ---- events in the making ---- */

struct making {
    struct json json;
    FILE *memory;
    char *text;
    size_t size;
};

static bool begin(struct making *m, const char *note, uint64_t time_ms)
{
    *m = (struct making){0};
    m->memory = open_memstream(&m->text, &m->size);
    if (m->memory == NULL)
        return false;
    m->json = (struct json){.out = m->memory};
    emit_object(&m->json, NULL);
    emit_integer(&m->json, "time_ms", time_ms);
    emit_text(&m->json, "note", note);
    return true;
}

static void finish(struct tale *t, struct making *m)
{
    emit_close(&m->json);
    if (fclose(m->memory) == 0)
        append(t)->text = m->text;
}

/* ---- candidates ---- */

static void put_candidate(struct tale *t, struct json *j, const struct asked *a,
                          uint32_t id)
{
    emit_object(j, NULL);
    emit_integer(j, "id", id + 1u);
    emit_integer(j, "proposer", a->proposer + 1u);
    emit_agreed(j, &t->insight->terms, &a->candidate);
    insight_expected(t->insight, j, "payoffs", &a->candidate, true);
    emit_list(j, "refused_by");
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        if ((a->refused_by >> i & 1) != 0)
            emit_integer(j, NULL, i + 1u);
    emit_close(j);
    emit_close(j);
}

/* Everybody has answered to what everybody has proposed in one round. */
static void tell_asked(struct tale *t, uint64_t time_ms)
{
    struct making m;
    if (asking_count(t->asking) == 0 || !begin(&m, "asked", time_ms))
        return;
    emit_integer(&m.json, "round", t->account->round);
    emit_list(&m.json, "candidates");
    for (uint32_t k = 0; k < asking_count(t->asking); k++) {
        const struct asked *a = asking_get(t->asking, k);
        bool fresh = false;
        if (candidates_count(t->table) == CANDIDATES_MAX)
            break;
        const uint32_t id =
            candidates_add(t->table, &fresh, &a->candidate, a->proposer);
        if (fresh && a->refused_by == 0)
            candidates_accept(t->table, id);
        put_candidate(t, &m.json, a, id);
    }
    emit_close(&m.json);
    finish(t, &m);
}

/* What a player says of the candidates on the table: in as many words, or by what each
 * gains it. */
static bool read_marks(struct tale *t, const uint8_t *body, size_t size)
{
    const uint32_t n = candidates_survivors(t->table);
    struct body_prune b = {n, t->mark, {{0}}};
    struct body_reveal r = {.n_gains = n, .gain = t->gain};
    uint32_t drawn = 0; /* its place */
    if (t->insight->terms.selection == SELECTION_LOTTERY)
        return body_prune_read(&b, body, size);
    if (!body_reveal_read(&r, body, size))
        return false;
    while (drawn < n && candidates_survivor(t->table, drawn) != t->drawn)
        drawn++;
    for (uint32_t k = 0; k < n; k++)
        t->mark[k] = drawn < n && t->gain[k] < t->gain[drawn] ? MARK_WORSE : MARK_EQUAL;
    return true;
}

static void take_prune(struct tale *t, uint8_t sender, const uint8_t *body, size_t size)
{
    const uint32_t n = candidates_survivors(t->table);
    if ((t->marked >> sender & 1) != 0 || !read_marks(t, body, size))
        return;
    t->marked |= player_bit(sender);
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t id = candidates_survivor(t->table, k);
        if (id != t->drawn)
            candidates_mark(t->table, id, (enum mark)t->mark[k]);
    }
}

static void hear_prune(struct tale *t, const struct record *r)
{
    const struct terms *terms = &t->insight->terms;
    const enum message_kind kind =
        terms->selection == SELECTION_LOTTERY ? MESSAGE_PRUNE : MESSAGE_REVEAL;
    struct message m;
    if (!envelope_peek(&m, r->payload, r->size, &t->insight->roster,
                       terms_body_max(terms)) ||
        m.kind != kind)
        return;
    if (t->drawn != CANDIDATES_NONE) {
        take_prune(t, m.sender, m.body, m.body_size);
        return;
    }
    if (t->early[m.sender].body != NULL || m.body_size == 0)
        return;
    t->early[m.sender].body = malloc(m.body_size);
    t->early[m.sender].size = m.body_size;
    if (t->early[m.sender].body != NULL)
        memcpy(t->early[m.sender].body, m.body, m.body_size);
}

static void put_ids(const struct tale *t, struct json *j, const char *key,
                    const struct candidate *c)
{
    const uint32_t id = candidates_find(t->table, c);
    if (id != CANDIDATES_NONE)
        emit_integer(j, key, id + 1u);
    insight_expected(t->insight, j, "payoffs", c, true);
}

static void tell_drawn(struct tale *t, struct json *j, const struct note *n)
{
    if (n->candidate == NULL)
        return;
    put_ids(t, j, "id", n->candidate);
    t->drawn = candidates_find(t->table, n->candidate);
    if (t->drawn != CANDIDATES_NONE && !candidates_survives(t->table, t->drawn))
        t->drawn = CANDIDATES_NONE; /* nobody can have drawn that */
    t->marked = 0;
    candidates_unmark(t->table);
    for (uint8_t i = 0; i < PLAYERS_MAX && t->drawn != CANDIDATES_NONE; i++)
        if (t->early[i].body != NULL)
            take_prune(t, i, t->early[i].body, t->early[i].size);
    forget_early(t);
}

/* Ends a pruning with this candidate: the ids of those that are gone. */
static void put_gone(struct tale *t, struct json *j, uint32_t drawn)
{
    const uint32_t before = candidates_survivors(t->table);
    uint32_t *ids = calloc(before + 1, sizeof *ids);
    if (ids == NULL)
        return;
    for (uint32_t k = 0; k < before; k++)
        ids[k] = candidates_survivor(t->table, k);
    (void)candidates_prune(t->table, drawn);
    emit_list(j, "ids");
    for (uint32_t k = 0; k < before; k++)
        if (!candidates_survives(t->table, ids[k]))
            emit_integer(j, NULL, ids[k] + 1u);
    emit_close(j);
    free(ids);
}

static void tell_pruned(struct tale *t, struct json *j)
{
    if (t->drawn != CANDIDATES_NONE)
        put_gone(t, j, t->drawn);
    t->drawn = CANDIDATES_NONE;
}

/* Of what was left, all but the one that was selected. */
static void tell_selected(struct tale *t, struct json *j, const struct note *n)
{
    if (n->candidate == NULL)
        return;
    put_ids(t, j, "id", n->candidate);
    const uint32_t selected = candidates_find(t->table, n->candidate);
    if (selected == CANDIDATES_NONE || !candidates_survives(t->table, selected))
        return;
    candidates_unmark(t->table);
    for (uint32_t k = 0; k < candidates_survivors(t->table); k++)
        if (candidates_survivor(t->table, k) != selected)
            candidates_mark(t->table, candidates_survivor(t->table, k), MARK_WORSE);
    put_gone(t, j, selected);
}

/* ---- the play ---- */

static void tell_stage(struct tale *t, const struct note *n, uint64_t time_ms)
{
    struct told *last = t->n > 0 ? &t->event[t->n - 1] : NULL;
    if (n->stage == 0 || n->stage > t->account->stages.n)
        return;
    if (last != NULL && last->text == NULL && last->mode == n->number &&
        last->last + 1 == n->stage) {
        last->last = n->stage;
        return;
    }
    *append(t) = (struct told){NULL, n->stage, n->stage, n->number, time_ms};
}

/* What it gained at once, and from which discount factor on that does not pay. */
static void put_gain(const struct tale *t, struct json *j, const struct note *n)
{
    const struct account *a = t->account;
    const struct payoffs *p =
        n->player < PLAYERS_MAX ? t->insight->payoffs[n->player] : NULL;
    uint8_t actions[PLAYERS_MAX];
    if (p == NULL || (enum fault_kind)n->number != FAULT_ACTION || n->stage == 0 ||
        n->stage > a->stages.n)
        return;
    memcpy(actions, stage_actions(&a->stages, n->stage), p->shape.n_players);
    const double got = payoffs_pure(p, actions);
    actions[n->player] = (uint8_t)(n->other >> 8);
    const double gain = got - payoffs_pure(p, actions);
    emit_number(j, "gain", gain);
    if (!a->treaty || !a->has_threat)
        return;
    const double from = measure_deterrence(
        gain, insight_expect(t->insight, n->player, &a->agreement, true) -
                  insight_expect(t->insight, n->player, &a->threat, false));
    if (from >= 0)
        emit_number(j, "deterred_from_delta", from);
    else
        emit_null(j, "deterred_from_delta");
}

static void put_actions(FILE *out, const struct stages *s, uint32_t first,
                        uint32_t last)
{
    static const char digits[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    (void)fputs("\"actions\": \"", out);
    for (uint32_t stage = first; stage <= last; stage++)
        for (uint8_t i = 0; i < s->n_players; i++)
            (void)putc(digits[stage_actions(s, stage)[i] % ACTIONS_MAX], out);
    (void)putc('"', out);
}

/* What was earned in each of these stages: each pure profile once, at the first stage
 * in which it was played. */
static void put_earned(const struct tale *t, struct json *j, uint32_t first,
                       uint32_t last)
{
    const struct stages *s = &t->account->stages;
    uint32_t told[PROFILES_TOLD_MAX];
    uint32_t n = 0;
    if (insight_known(t->insight) == 0)
        return;
    emit_object(j, "payoffs");
    for (uint32_t stage = first; stage <= last; stage++) {
        const uint8_t *actions = stage_actions(s, stage);
        char key[16];
        uint32_t k = 0;
        while (k < n && memcmp(stage_actions(s, told[k]), actions, s->n_players) != 0)
            k++;
        if (k < n)
            continue;
        if (n < PROFILES_TOLD_MAX)
            told[n++] = stage;
        (void)snprintf(key, sizeof key, "%u", stage);
        insight_played(t->insight, j, key, actions);
    }
    emit_close(j);
}

static void put_stages(const struct tale *t, const struct told *e, uint32_t first,
                       uint32_t last, FILE *out)
{
    static const char *const modes[] = {[STAGE_AS_AGREED] = "as agreed",
                                        [STAGE_PUNISHING] = "punishing",
                                        [STAGE_WITHOUT_TREATY] = "no agreement"};
    struct json j = {.out = out};
    emit_object(&j, NULL);
    emit_integer(&j, "time_ms", e->time_ms);
    emit_text(&j, "note", "stages");
    emit_integer(&j, "from", first);
    emit_integer(&j, "to", last);
    emit_text(&j, "mode", modes[e->mode <= STAGE_WITHOUT_TREATY ? e->mode : 0]);
    put_earned(t, &j, first, last);
    (void)fputs(", ", out);
    put_actions(out, &t->account->stages, first, last);
    emit_close(&j);
}

/* ---- records ---- */

static void tell_note(struct tale *t, const struct note *note, uint64_t time_ms)
{
    struct making m;
    struct note copy = *note, *n = &copy;
    n->value = NAN; /* what is known of payoffs, insight says */
    if (n->kind == NOTE_ROUND || n->kind == NOTE_TOSSED || n->kind == NOTE_WORKED)
        return; /* as many as there are stages */
    if (n->kind == NOTE_STAGE) {
        tell_stage(t, n, time_ms);
        return;
    }
    if (!begin(&m, stream_note_name(n->kind), time_ms))
        return;
    stream_note(&m.json, n, &t->insight->terms);
    if (n->kind == NOTE_THREAT && n->candidate != NULL)
        insight_expected(t->insight, &m.json, "payoffs", n->candidate, false);
    else if (n->kind == NOTE_DRAWN)
        tell_drawn(t, &m.json, n);
    else if (n->kind == NOTE_PRUNED)
        tell_pruned(t, &m.json);
    else if (n->kind == NOTE_SELECTED)
        tell_selected(t, &m.json, n);
    else if (n->kind == NOTE_AGREED && n->candidate != NULL)
        put_ids(t, &m.json, "id", n->candidate);
    else if (n->kind == NOTE_DEVIATION)
        put_gain(t, &m.json, n);
    finish(t, &m);
}

void tale_record(struct tale *t, const struct record *r)
{
    struct candidate candidate;
    struct note note;
    struct making m;
    if (r->kind == RECORD_IN || r->kind == RECORD_OUT) {
        if (asking_hear(t->asking, r->payload, r->size))
            tell_asked(t, r->time_ms);
        hear_prune(t, r);
    } else if (r->kind == RECORD_NOTE) {
        if (note_read(&note, &candidate, r->payload, r->size, &t->insight->terms))
            tell_note(t, &note, r->time_ms);
    } else if (r->kind == RECORD_END && begin(&m, "closed", r->time_ms)) {
        finish(t, &m);
    }
}

bool tale_next(const struct tale *t, struct telling_place *at, FILE *out)
{
    while (at->event < t->n) {
        const struct told *e = &t->event[at->event];
        if (e->text != NULL) {
            (void)fputs(e->text, out);
            *at = (struct telling_place){at->event + 1, 0};
            return true;
        }
        const uint32_t first = at->stage >= e->first ? at->stage + 1 : e->first;
        if (first > e->last) {
            if (at->event + 1 == t->n)
                return false; /* it may grow */
            *at = (struct telling_place){at->event + 1, 0};
            continue;
        }
        const uint32_t last =
            e->last - first < STAGES_AT_ONCE ? e->last : first + STAGES_AT_ONCE - 1;
        put_stages(t, e, first, last, out);
        at->stage = last;
        return true;
    }
    return false;
}
