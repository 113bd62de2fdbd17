/* SPDX-License-Identifier: MIT */
/* Hides what is folded, what was told already, and how a line is laid out. */
#include "cli/story.h"

#include <stdlib.h>
#include <string.h>

#include "cli/asking.h"
#include "cli/sentences.h"

enum {
    HEAD_COLUMNS = 13,
    TEXT_COLUMN = 9 + HEAD_COLUMNS + 1,
    TEXT_COLUMNS = 80 - TEXT_COLUMN,
    TOLD_MAX = 256
};

/* Consecutive stages that share a line. */
struct row {
    uint32_t first, last; /* 0: no row */
    uint32_t mode;
    uint64_t time_ms;
    struct line text; /* up to the current run */
    struct line run_text;
    uint32_t run; /* stages in the current run */
    uint32_t n_runs;
    uint8_t actions[PLAYERS_MAX];
};

struct story {
    struct story_options options;
    bool started;
    uint64_t start_ms;
    struct row row;
    bool live_line; /* the last line on the terminal is not finished */
    enum phase phase[PLAYERS_MAX];
    struct candidate threat, agreement;
    bool has_threat, has_treaty;
    uint8_t actions[PLAYERS_MAX]; /* of the last stage */
    struct note toss; /* the latest draw of a stage's profile; kind 0: none */
    bool pending;     /* that stage is not told yet, nor is the draw */
    /* a chorus: how many notes that everybody makes were told, and how many of those
     * each has made; and what only some of them note */
    uint32_t told, made[PLAYERS_MAX];
    size_t n_heard;
    struct note heard[TOLD_MAX];
    struct asking *asking;
};

struct story *story_new(const struct story_options *o)
{
    struct story *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->options = *o;
    if (o->asking && o->roster != NULL)
        s->asking = asking_new(o->terms, o->roster);
    return s;
}

/* ---- lines ---- */

static void erase_live_line(struct story *s)
{
    if (s->live_line)
        (void)fputs("\r\033[K", s->options.out);
    s->live_line = false;
}

static void print_head(const struct story *s, uint64_t time_ms, const char *head,
                       enum tone tone)
{
    static const char *const colours[] = {[TONE_PLAIN] = "",
                                          [TONE_GOOD] = "\033[32m",
                                          [TONE_WARNING] = "\033[33m",
                                          [TONE_ALARM] = "\033[1;31m"};
    const bool coloured = s->options.colour && tone != TONE_PLAIN;
    const uint64_t since = time_ms > s->start_ms ? time_ms - s->start_ms : 0;
    (void)fprintf(s->options.out, "%7.2f  %s%s%s", (double)since / 1000,
                  coloured ? colours[tone] : "", head, coloured ? "\033[0m" : "");
    const size_t columns = text_columns(head);
    if (columns <= HEAD_COLUMNS)
        (void)fprintf(s->options.out, "%*s", (int)(HEAD_COLUMNS - columns) + 1, "");
    else /* a long head has its own line */
        (void)fprintf(s->options.out, "\n%*s", TEXT_COLUMN, "");
}

static void print_line(struct story *s, uint64_t time_ms, const char *head,
                       const struct line *l, enum tone tone)
{
    erase_live_line(s);
    print_head(s, time_ms, head, tone);
    print_wrapped(s->options.out, l->text, TEXT_COLUMN);
}

static void row_line(const struct story *s, struct line *head, struct line *text)
{
    const struct row *r = &s->row;
    if (r->first == r->last)
        line_add(head, "stage %u", r->first);
    else
        line_add(head, r->last < 1000 ? "stages %u-%u" : "%u-%u", r->first, r->last);
    line_add(text, "%s%s", r->text.text, r->run_text.text);
    if (r->run > 1 && r->n_runs > 1)
        line_add(text, " x%u", r->run);
}

static enum tone row_tone(const struct row *r)
{
    return r->mode == 1 ? TONE_WARNING : TONE_PLAIN;
}

static void flush_row(struct story *s)
{
    struct line head = {0}, text = {0};
    if (s->row.first == 0)
        return;
    row_line(s, &head, &text);
    print_line(s, s->row.time_ms, head.text, &text, row_tone(&s->row));
    memset(&s->row, 0, sizeof s->row);
}

void story_pulse(struct story *s)
{
    struct line head = {0}, text = {0};
    if (s->options.live && s->row.first != 0) {
        row_line(s, &head, &text);
        erase_live_line(s);
        print_head(s, s->row.time_ms, head.text, row_tone(&s->row));
        (void)fprintf(s->options.out, "%.*s", TEXT_COLUMNS - 1, text.text);
        s->live_line = true;
    }
    (void)fflush(s->options.out);
}

static void start_row(struct story *s, uint64_t time_ms, const struct note *n)
{
    flush_row(s);
    s->row.first = n->stage;
    s->row.time_ms = time_ms;
    s->row.mode = n->number;
}

/* What was played, and at the start of a line that it was drawn, or what was. */
static void say_stage(const struct story *s, struct line *l, const struct note *n,
                      bool starts)
{
    const struct terms *t = s->options.terms;
    const bool drawn = n->number == 0 && n->stage == s->toss.stage;
    if (drawn && starts)
        line_add(l, "drawn: ");
    if (drawn && n->mask != 0) {
        say_actions(l, t, s->toss.actions);
        line_add(l, "; played: ");
    }
    say_actions(l, t, n->actions);
}

static void tell_stage(struct story *s, uint64_t time_ms, const struct note *n)
{
    struct row *r = &s->row;
    const uint8_t n_players = s->options.terms->shape.n_players;
    struct line actions = {0};
    const bool follows = r->first != 0 && n->stage == r->last + 1 &&
                         n->number == r->mode && n->mask == 0;
    if (!follows)
        start_row(s, time_ms, n);
    if (follows && memcmp(r->actions, n->actions, n_players) == 0) {
        r->run++;
        r->last = n->stage;
        return;
    }
    say_stage(s, &actions, n, !follows);
    if (follows) {
        const size_t columns = text_columns(r->text.text) +
                               text_columns(r->run_text.text) +
                               text_columns(actions.text) + 3 + 12;
        if (columns > TEXT_COLUMNS) {
            start_row(s, time_ms, n);
            actions = (struct line){0};
            say_stage(s, &actions, n, true);
        } else {
            line_add(&r->text, "%s", r->run_text.text);
            if (r->run > 1)
                line_add(&r->text, " x%u", r->run);
            line_add(&r->text, " | ");
        }
    }
    memcpy(r->actions, n->actions, n_players);
    r->run_text = actions;
    r->run = 1;
    r->n_runs++;
    r->last = n->stage;
    if (n->mask != 0)
        flush_row(s);
}

static void tell(struct story *s, uint64_t time_ms, const char *head,
                 const struct line *l, enum tone tone)
{
    flush_row(s);
    print_line(s, time_ms, head, l, tone);
}

/* ---- a chorus ---- */

/* Notes that every node makes, in the same order: they follow from the transcript. */
static bool is_common(enum note_kind kind)
{
    return kind == NOTE_SESSION || kind == NOTE_THREAT || kind == NOTE_NO_THREAT ||
           kind == NOTE_SAMPLED || kind == NOTE_DRAWN || kind == NOTE_PRUNED ||
           kind == NOTE_SELECTED || kind == NOTE_NO_AGREEMENT || kind == NOTE_AGREED ||
           kind == NOTE_SIGNED || kind == NOTE_STAGE || kind == NOTE_DEVIATION ||
           kind == NOTE_PUNISHING || kind == NOTE_RESTORED || kind == NOTE_TOSSED;
}

/* Where the same was told by another node, except for waiting, which is each one's own:
 * there the first one speaks for all until somebody else is missing. */
static bool was_heard(struct story *s, const struct note *n)
{
    for (size_t i = 0; i < s->n_heard; i++) {
        const struct note *h = &s->heard[i];
        const bool same_place = h->kind == n->kind && h->round == n->round;
        if (n->kind == NOTE_ENDED
                ? h->kind == n->kind && h->number == n->number
                : same_place && h->player == n->player && h->mask == n->mask)
            return true;
    }
    if (s->n_heard < TOLD_MAX)
        s->heard[s->n_heard++] = *n;
    return false;
}

static bool is_news(struct story *s, uint8_t player, const struct note *n)
{
    if (!s->options.chorus || n->kind == NOTE_ENTERED || n->kind == NOTE_ROUND)
        return true;
    if (!is_common(n->kind))
        return !was_heard(s, n);
    const bool news = s->made[player]++ == s->told;
    s->told += news;
    return news;
}

/* ---- what is told ---- */

/* The first thing that is told is told at 0. */
static void start(struct story *s, uint64_t time_ms)
{
    if (!s->started)
        s->start_ms = time_ms;
    s->started = true;
}

static void remember(struct story *s, uint8_t player, const struct note *n)
{
    if (n->kind == NOTE_ENTERED)
        s->phase[player] = n->number <= PHASE_OVER ? (enum phase)n->number : PHASE_OVER;
    if (n->kind == NOTE_THREAT && n->candidate != NULL) {
        s->threat = *n->candidate;
        s->has_threat = true;
    }
    if (n->kind == NOTE_AGREED && n->candidate != NULL)
        s->agreement = *n->candidate;
    s->has_treaty = s->has_treaty || n->kind == NOTE_AGREED;
    if (n->kind == NOTE_STAGE)
        memcpy(s->actions, n->actions, sizeof s->actions);
}

/* A draw that nobody has followed yet. */
static void tell_toss(struct story *s, uint64_t time_ms, struct telling w)
{
    struct sentence sentence;
    w.note = &s->toss;
    s->pending = false;
    if (sentence_of(&sentence, &w))
        tell(s, time_ms, sentence.head, &sentence.text, sentence.tone);
}

void story_note(struct story *s, uint8_t player, uint64_t time_ms, const struct note *n)
{
    struct sentence sentence;
    start(s, time_ms);
    if (!is_news(s, player, n))
        return;
    remember(s, player, n);
    if (n->kind == NOTE_TOSSED) { /* told with its stage, or with what comes instead */
        s->toss = *n;
        s->pending = true;
        return;
    }
    if (n->kind == NOTE_STAGE) {
        s->pending = false;
        tell_stage(s, time_ms, n);
        return;
    }
    struct telling w = {n,
                        s->options.terms,
                        s->has_threat ? &s->threat : NULL,
                        player,
                        s->phase[player],
                        s->has_treaty,
                        s->options.chorus,
                        s->has_treaty ? &s->agreement : NULL,
                        s->actions,
                        s->options.payoffs};
    if (!sentence_of(&sentence, &w))
        return;
    if (s->pending)
        tell_toss(s, time_ms, w);
    tell(s, time_ms, sentence.head, &sentence.text, sentence.tone);
}

void story_say(struct story *s, uint64_t time_ms, const char *head, const char *text,
               bool alarming)
{
    struct line l = {0};
    start(s, time_ms);
    line_add(&l, "%s", text);
    tell(s, time_ms, head, &l, alarming ? TONE_ALARM : TONE_PLAIN);
}

/* Each proposer's questions of one round, in one line, and below it what suits all. */
static void tell_asking(struct story *s, uint64_t time_ms)
{
    const struct terms *t = s->options.terms;
    for (uint8_t player = 0; player < t->shape.n_players; player++) {
        struct line l = {0};
        uint32_t asked = 0, accepted = 0;
        for (uint32_t k = 0; k < asking_count(s->asking); k++) {
            const struct asked *a = asking_get(s->asking, k);
            asked += a->proposer == player;
            accepted += a->proposer == player && a->refused_by == 0;
        }
        if (asked == 0)
            continue;
        say_player(&l, t, player);
        line_add(&l, " asked about ");
        say_candidates(&l, t, asked);
        line_add(&l, accepted == 1 ? "; %u suits everybody" : "; %u suit everybody",
                 accepted);
        tell(s, time_ms, "asking", &l, TONE_PLAIN);
        for (uint32_t k = 0; k < asking_count(s->asking); k++) {
            const struct asked *a = asking_get(s->asking, k);
            if (a->proposer != player || (a->refused_by != 0 && !s->options.verbose))
                continue;
            l = (struct line){0};
            say_agreed(&l, t, &a->candidate);
            if (a->refused_by != 0) {
                line_add(&l, "; refused by ");
                say_players(&l, t, a->refused_by);
            }
            tell(s, time_ms, a->refused_by == 0 ? "          yes" : "           no", &l,
                 TONE_PLAIN);
        }
    }
}

void story_record(struct story *s, uint8_t player, const struct record *r)
{
    struct candidate candidate;
    struct note note;
    start(s, r->time_ms);
    const bool is_message = r->kind == RECORD_IN || r->kind == RECORD_OUT;
    if (is_message && s->asking != NULL && asking_hear(s->asking, r->payload, r->size))
        tell_asking(s, r->time_ms);
    if (r->kind == RECORD_NOTE &&
        note_read(&note, &candidate, r->payload, r->size, s->options.terms))
        story_note(s, player, r->time_ms, &note);
}

void story_free(struct story *s)
{
    if (s == NULL)
        return;
    flush_row(s);
    (void)fflush(s->options.out);
    asking_free(s->asking);
    free(s);
}
