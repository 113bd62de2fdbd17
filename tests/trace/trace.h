/* SPDX-License-Identifier: MIT */
/* What trace tests share: a scenario is played out, the laws are checked, and the story
 * is compared line by line. */
#ifndef TREATY_TESTS_TRACE_H
#define TREATY_TESTS_TRACE_H

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "protocol/envelope.h"
#include "sim/laws.h"
#include "sim/scenario.h"
#include "tests/unit/unit.h"

/* Runs the scenario to its end; no law may be broken. */
static inline struct world *play_out(const struct scenario *s)
{
    struct breaches breaches;
    struct world *w = world_new(&s->options);
    ck_assert_ptr_nonnull(w);
    world_run(w);
    if (!laws_hold(w, &breaches)) {
        char text[BREACHES_TEXT_MAX];
        breaches_text(text, &breaches, s->options.seed, "seed ");
        ck_abort_msg("%s%s", text, world_trace(w));
    }
    return w;
}

/* The end of what a scenario plays. */
static inline void finish(struct scenario *s, struct world *w)
{
    world_free(w);
    scenario_free(s);
}

static inline void misbehave(struct scenario *s, uint8_t player,
                             enum misbehaviour_kind kind, uint64_t from_round)
{
    struct misdeeds *m = &s->misdeeds[player];
    m->misbehaviour[m->n_misbehaviours++] =
        (struct misbehaviour){.kind = kind, .from_round = from_round};
}

static inline void defect(struct scenario *s, uint8_t player, uint32_t stage)
{
    struct misdeeds *m = &s->misdeeds[player];
    m->defection[m->n_defections++] = (struct defection){stage, ANY_ACTION};
}

/* Walks over the records of one player's log. */
struct pages {
    const uint8_t *bytes;
    size_t size;
    struct digest chain;
};

static inline struct pages pages_of(const struct world *w, uint8_t player)
{
    struct pages p = {.chain = record_origin()};
    p.bytes = world_log(w, player, &p.size);
    return p;
}

static inline bool pages_next(struct pages *p, struct record *out)
{
    size_t used = 0;
    if (p->size == 0 ||
        record_read(out, &used, &p->chain, p->bytes, p->size) != RECORD_READ)
        return false;
    p->bytes += used;
    p->size -= used;
    return true;
}

/* The first round in which the player says that kind of message; UINT64_MAX if none. */
static inline uint64_t round_of(const struct world *w, uint8_t player,
                                enum message_kind kind)
{
    struct pages p = pages_of(w, player);
    struct record r;
    while (pages_next(&p, &r)) {
        struct message m;
        if (r.kind == RECORD_OUT &&
            envelope_peek(&m, r.payload, r.size, world_roster(w),
                          terms_body_max(world_terms(w))) &&
            m.kind == kind)
            return m.round;
    }
    return UINT64_MAX;
}

/* Where the scenario would come to that kind of message if everybody were honest. */
static inline uint64_t round_when_honest(const struct scenario *s, uint8_t player,
                                         enum message_kind kind)
{
    struct world_options o = s->options;
    o.misdeeds = NULL;
    o.trace = 0;
    struct world *w = world_new(&o);
    ck_assert_ptr_nonnull(w);
    world_run(w);
    const uint64_t round = round_of(w, player, kind);
    world_free(w);
    return round;
}

/* The n-th note (from 1) of a kind in a player's log. False if there are fewer. */
static inline bool note_of(const struct world *w, uint8_t player, enum note_kind kind,
                           uint32_t nth, struct note *out)
{
    static struct candidate candidate;
    struct pages p = pages_of(w, player);
    struct record r;
    while (pages_next(&p, &r))
        if (r.kind == RECORD_NOTE &&
            note_read(out, &candidate, r.payload, r.size, world_terms(w)) &&
            out->kind == kind && --nth == 0)
            return true;
    return false;
}

static inline uint32_t count_notes(const struct world *w, uint8_t player,
                                   enum note_kind kind)
{
    struct note n;
    uint32_t count = 0;
    while (note_of(w, player, kind, count + 1, &n))
        count++;
    return count;
}

static inline struct report report_of(const struct world *w, uint8_t player)
{
    struct report r;
    world_report(w, player, &r);
    return r;
}

/* How many messages a player sent, one for each receiver. */
static inline uint64_t world_messages(const struct world *w, uint8_t player)
{
    struct world_counts counts;
    world_counts(w, player, &counts);
    return counts.messages;
}

/* Every honest player proves the cheat guilty of that. */
static inline void everybody_proves(const struct world *w, uint8_t cheat,
                                    enum fault_kind fault)
{
    for (uint8_t i = 0; i < world_roster(w)->n_players; i++) {
        struct note n;
        if (!world_honest(w, i))
            continue;
        ck_assert_msg(note_of(w, i, NOTE_BLAMED, 1, &n), "%d blames nobody\n%s", i + 1,
                      world_trace(w));
        ck_assert_uint_eq(n.player, cheat);
        ck_assert_uint_eq(n.number, fault);
        ck_assert_uint_eq(report_of(w, i).outcome, OUTCOME_FAULT);
    }
}

/* Every honest player ends like this. */
static inline void everybody_ends(const struct world *w, enum outcome outcome,
                                  uint32_t stages)
{
    for (uint8_t i = 0; i < world_roster(w)->n_players; i++) {
        if (!world_honest(w, i) || world_dead(w, i))
            continue;
        const struct report r = report_of(w, i);
        ck_assert_msg(r.outcome == outcome && r.stages_played == stages,
                      "%d ends with %s after %u stages\n%s", i + 1,
                      outcome_name(r.outcome), r.stages_played, world_trace(w));
    }
}

/* The lines of one player's story, without the time. */
static inline const char *story_of(const struct world *w, uint8_t player)
{
    static char text[1 << 14];
    char who[16];
    size_t size = 0;
    snprintf(who, sizeof who, "] %d > ", player + 1);
    for (const char *line = world_trace(w); *line != '\0';
         line = strchr(line, '\n') + 1) {
        const size_t n = (size_t)(strchr(line, '\n') - line) + 1;
        const char *said = strchr(line, ']');
        if (strncmp(said, who, strlen(who)) != 0)
            continue;
        said += strlen(who);
        const size_t rest = n - (size_t)(said - line);
        ck_assert_uint_lt(size + rest, sizeof text);
        memcpy(text + size, said, rest);
        size += rest;
    }
    text[size] = '\0';
    return text;
}

/* Everybody tells the same story. */
static inline void all_tell(const struct world *w, const char *story)
{
    for (uint8_t i = 0; i < world_roster(w)->n_players; i++)
        ck_assert_str_eq(story_of(w, i), story);
}

/* What was said in the rounds of sampling, from player 1's log: by round and player. Of
 * the last there may be less than a row. */
enum { SAMPLING_ROUNDS_MAX = 400 };
struct sampling_rows {
    uint32_t n_said[SAMPLING_ROUNDS_MAX];
    struct message said[SAMPLING_ROUNDS_MAX][PLAYERS_MAX];
};
static inline void sampling_rows_of(struct sampling_rows *out, const struct world *w)
{
    struct pages p = pages_of(w, 0);
    struct record record;
    memset(out->n_said, 0, sizeof out->n_said);
    while (pages_next(&p, &record)) {
        struct message m;
        if ((record.kind != RECORD_IN && record.kind != RECORD_OUT) ||
            !envelope_peek(&m, record.payload, record.size, world_roster(w),
                           terms_body_max(world_terms(w))) ||
            (m.kind != MESSAGE_PROPOSE && m.kind != MESSAGE_ANSWER))
            continue;
        ck_assert_uint_lt(m.round, SAMPLING_ROUNDS_MAX);
        out->said[m.round][m.sender] = m;
        out->n_said[m.round]++;
    }
}

#endif
