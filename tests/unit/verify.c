/* SPDX-License-Identifier: MIT */
/* Whether anything in a log can be changed without being noticed. A forger may join the
 * chain of hashes again, and may be the log's owner, who can sign its end anew. */
#include "protocol/audit.h"

#include <stdio.h>

#include "protocol/message.h"
#include "tests/unit/forger.h"

enum { SEED = 5 };

static struct scenario scenario;
static struct world *world;
static struct sheets sheets;
static struct keypair owner;

/* A session with a lottery, a deviation, a punishment with coins, and a restoration. */
static void play_on(uint8_t player, enum concept concept, enum selection selection)
{
    scenario_meeting(&scenario, SEED);
    scenario.terms.concept = concept;
    scenario.terms.selection = selection;
    scenario.misdeeds[1].defection[0] = (struct defection){2, ANY_ACTION};
    scenario.misdeeds[1].n_defections = 1;
    world = world_played(&scenario);
    sheets_of(&sheets, world, player);
    owner = forged_key(SEED, player);
}

static void play(uint8_t player)
{
    play_on(player, CONCEPT_NASH, SELECTION_LOTTERY);
}

static void leave(void)
{
    world_free(world);
    scenario_free(&scenario);
}

static bool note_at(const struct record *r, struct note *n)
{
    static struct candidate candidate;
    return r->kind == RECORD_NOTE &&
           note_read(n, &candidate, r->payload, r->size, world_terms(world));
}

static size_t count(enum note_kind kind)
{
    struct note n;
    size_t found = 0;
    for (size_t i = 0; i < sheets.n; i++)
        found += note_at(&sheets.record[i], &n) && n.kind == kind;
    return found;
}

START_TEST(the_log_has_everything_in_it_and_holds)
{
    for (uint8_t player = 0; player < 2; player++) {
        play(player);
        ck_assert_uint_ge(count(NOTE_DRAWN), 1);
        ck_assert_uint_eq(count(NOTE_DEVIATION), 1);
        ck_assert_uint_eq(count(NOTE_PUNISHING), 1);
        ck_assert_uint_eq(count(NOTE_RESTORED), 1);
        ck_assert(sheets_hold(&sheets, world, NULL));
        ck_assert(sheets_hold(&sheets, world, &owner));
        leave();
    }
}
END_TEST

START_TEST(the_summary_counts_what_was_checked)
{
    play(0);
    struct audit *a = audit_new(world_terms(world), world_roster(world));
    struct audit_fault f;
    struct report shown, played;
    for (size_t i = 0; i < sheets.n; i++)
        ck_assert(audit_record(a, &sheets.record[i], &f));
    const struct audit_summary *s = audit_summary(a);
    ck_assert_uint_eq(s->records, sheets.n);
    ck_assert_uint_eq(s->rounds, count(NOTE_ROUND));
    ck_assert_uint_eq(s->messages, 2 * s->rounds);
    ck_assert_uint_eq(s->heard_rounds[0], s->rounds);
    ck_assert_uint_eq(s->heard_rounds[1], s->rounds);
    ck_assert_uint_eq(s->draws, count(NOTE_DRAWN));
    ck_assert_uint_eq(s->coins, 2);
    ck_assert_uint_eq(s->punished, 1);
    ck_assert_uint_eq(s->restorations, 1);
    ck_assert_uint_eq(s->deviations, 1);
    ck_assert_uint_eq(s->guilty, 2);
    ck_assert(s->closed && s->ended);
    world_report(world, 0, &played);
    observer_report(audit_observer(a), &shown);
    ck_assert_int_eq(shown.outcome, OUTCOME_PLAYED);
    ck_assert_uint_eq(shown.stages_played, 5);
    ck_assert_uint_eq(shown.asked, played.asked);
    ck_assert_uint_eq(shown.certified, played.certified);
    ck_assert_uint_eq(shown.pruning_rounds, played.pruning_rounds);
    ck_assert(candidate_equal(&shown.agreement, &played.agreement));
    ck_assert(digest_equal(&shown.agreement_digest, &played.agreement_digest));
    audit_free(a);
    leave();
}
END_TEST

START_TEST(public_draws_are_counted)
{
    play_on(0, CONCEPT_PUBLIC, SELECTION_LOTTERY);
    struct audit *a = audit_new(world_terms(world), world_roster(world));
    struct audit_fault f;
    for (size_t i = 0; i < sheets.n; i++)
        ck_assert(audit_record(a, &sheets.record[i], &f));
    const struct audit_summary *s = audit_summary(a);
    ck_assert_uint_eq(s->tosses, count(NOTE_TOSSED));
    ck_assert_uint_eq(s->tosses, 4); /* one of five stages is punished */
    ck_assert_uint_eq(s->coins, 2);
    ck_assert_uint_eq(s->restorations, 1);
    audit_free(a);
    leave();
}
END_TEST

/* ---- every byte ---- */

/* As the file has it: the chain notices at once, whatever byte it is. */
static void flip_every_byte_of_the_file(uint8_t player)
{
    static uint8_t bytes[1 << 16];
    size_t size;
    const uint8_t *log = world_log(world, player, &size);
    ck_assert_uint_le(size, sizeof bytes);
    memcpy(bytes, log, size);
    for (size_t i = 0; i < sheets.n; i++)
        for (size_t k = sheets.offset[i]; k < sheets.offset[i + 1]; k++)
            for (int all = 0; all < 2; all++) {
                struct digest chain =
                    i == 0 ? record_origin() : sheets.record[i - 1].chain;
                struct record r;
                size_t used;
                const uint8_t mask = (uint8_t)(all ? 0xff : 1u << k % 8);
                bytes[k] ^= mask;
                ck_assert_int_ne(record_read(&r, &used, &chain,
                                             bytes + sheets.offset[i],
                                             size - sheets.offset[i]),
                                 RECORD_READ);
                bytes[k] ^= mask;
            }
}

/* Numbers in notes that only their author can know. */
static bool own_knowledge(const struct record *original, const struct record *mutated)
{
    struct note a, b;
    if (original->kind == RECORD_HEADER) {
        struct record_header x, y;
        return record_header_read(&x, original->payload, original->size) &&
               record_header_read(&y, mutated->payload, mutated->size) &&
               memcmp(x.program, y.program, sizeof x.program) != 0;
    }
    if (!note_at(original, &a) || !note_at(mutated, &b) || a.kind != b.kind)
        return false;
    if (a.kind == NOTE_AGREED)
        return a.value < b.value || a.value > b.value;
    return (a.kind == NOTE_WAITING || a.kind == NOTE_HEALED) && a.number != b.number;
}

/* A record that is accepted where it stands: is it noticed later, and why may it not
 * be?
 */
static void judge_accepted(size_t i, const struct record *mutated, size_t byte)
{
    const struct record original = sheets.record[i];
    sheets.record[i] = *mutated;
    const bool unnoticed = sheets_hold(&sheets, world, &owner);
    /* Nobody but the owner can do even that. */
    ck_assert(!sheets_hold(&sheets, world, NULL));
    sheets.record[i] = original;
    if (unnoticed && !own_knowledge(&original, mutated))
        ck_abort_msg("record %zu (kind %d), byte %zu: unnoticed", i + 1, original.kind,
                     byte);
}

static struct audit *audit_up_to(size_t n)
{
    struct audit_fault f;
    struct audit *a = audit_new(world_terms(world), world_roster(world));
    for (size_t i = 0; i < n; i++)
        ck_assert(audit_record(a, &sheets.record[i], &f));
    return a;
}

/* One change to record i; *a stands before it, and does so afterwards. */
static void try_change(struct audit **a, size_t i, const struct record *mutated,
                       size_t byte)
{
    struct audit_fault f;
    if (mutated->kind == RECORD_END) {
        /* Only its owner signs that, and it signs what is there. */
        ck_assert(!audit_record(*a, mutated, &f));
        return;
    }
    if (!audit_record(*a, mutated, &f))
        return;
    judge_accepted(i, mutated, byte);
    audit_free(*a);
    *a = audit_up_to(i);
}

static void change_payload(struct audit **a, size_t i)
{
    static uint8_t payload[1 << 14];
    struct record r = sheets.record[i];
    const size_t n = r.size;
    ck_assert_uint_lt(n, sizeof payload);
    memcpy(payload, r.payload, n);
    payload[n] = 0;
    r.payload = payload;
    for (size_t k = 0; k < n; k++) {
        /* The lowest bit makes one small number of another. */
        const uint8_t masks[] = {(uint8_t)(1u << k % 8), 0xff, 1};
        for (size_t j = 0; j < sizeof masks; j++) {
            payload[k] ^= masks[j];
            try_change(a, i, &r, k);
            payload[k] ^= masks[j];
        }
    }
    r.size = n - 1;
    try_change(a, i, &r, n);
    r.size = n + 1;
    try_change(a, i, &r, n);
}

/* The chain is joined again: what is signed and what follows from it must notice. */
static void change_records(size_t first, size_t last)
{
    struct audit *a = audit_up_to(first);
    struct audit_fault f;
    for (size_t i = first; i < last; i++) {
        change_payload(&a, i);
        for (int kind = RECORD_HEADER; kind <= RECORD_END; kind++) {
            struct record r = sheets.record[i];
            r.kind = (enum record_kind)kind;
            if (r.kind != sheets.record[i].kind)
                try_change(&a, i, &r, 4);
        }
        ck_assert(audit_record(a, &sheets.record[i], &f));
    }
    audit_free(a);
}

/* ---- whole records ---- */

static void say_unnoticed(const char *what, size_t i)
{
    ck_abort_msg("%s record %zu (kinds %d, %d): unnoticed", what, i + 1,
                 sheets.record[i].kind,
                 i + 1 < sheets.n ? (int)sheets.record[i + 1].kind : 0);
}

/* When something came in is nobody's signed word. */
static bool both_received(size_t i)
{
    return sheets.record[i].kind == RECORD_IN &&
           sheets.record[i + 1].kind == RECORD_IN &&
           sheets.record[i].time_ms == sheets.record[i + 1].time_ms;
}

static void move_every_record(void)
{
    static struct sheets other;
    for (size_t i = 0; i < sheets.n; i++) {
        other = sheets;
        if (i + 1 < sheets.n) {
            other.record[i] = sheets.record[i + 1];
            other.record[i + 1] = sheets.record[i];
            if (sheets_hold(&other, world, &owner) && !both_received(i))
                say_unnoticed("swapped", i);
        }
        other = sheets;
        memmove(&other.record[i], &other.record[i + 1],
                (sheets.n - i - 1) * sizeof other.record[0]);
        other.n--;
        /* Without its end a log is one that was cut. */
        if (sheets_hold(&other, world, &owner) && i + 1 < sheets.n)
            say_unnoticed("dropped", i);
        other = sheets;
        memmove(&other.record[i + 1], &other.record[i],
                (sheets.n - i) * sizeof other.record[0]);
        other.n++;
        if (sheets_hold(&other, world, &owner))
            say_unnoticed("repeated", i);
    }
}

/* ---- the tail ---- */

static uint64_t heard(uint8_t by, uint8_t of)
{
    static struct sheets all;
    struct audit_fault f;
    sheets_of(&all, world, by);
    struct audit *a = audit_new(world_terms(world), world_roster(world));
    for (size_t i = 0; i < all.n; i++)
        ck_assert(audit_record(a, &all.record[i], &f));
    const uint64_t rounds = audit_summary(a)->heard_rounds[of];
    audit_free(a);
    return rounds;
}

/* A log that was cut between two records holds as far as it goes, is not closed, and
 * has less of its owner's words than the other log, as soon as one of them is cut off.
 * Cut inside a record, it ends with what is no record. */
static void cut_at_every_length(uint8_t player)
{
    struct audit_fault f;
    size_t size, last_word = 0;
    const uint8_t *log = world_log(world, player, &size);
    const uint64_t known = heard((uint8_t)(1 - player), player);
    struct audit *a = audit_up_to(0);
    for (size_t i = 0; i < sheets.n; i++)
        if (sheets.record[i].kind == RECORD_OUT)
            last_word = i;
    for (size_t i = 0; i < sheets.n; i++) {
        struct digest chain = i == 0 ? record_origin() : sheets.record[i - 1].chain;
        struct record r;
        size_t used;
        ck_assert(!audit_summary(a)->closed);
        ck_assert((audit_summary(a)->heard_rounds[player] < known) == (i <= last_word));
        for (size_t k = sheets.offset[i] + 1; k < sheets.offset[i + 1]; k++)
            ck_assert_int_eq(record_read(&r, &used, &chain, log + sheets.offset[i],
                                         k - sheets.offset[i]),
                             RECORD_SHORT);
        ck_assert(audit_record(a, &sheets.record[i], &f));
    }
    ck_assert(audit_summary(a)->closed);
    audit_free(a);
}

START_TEST(t_verify_log_mutations)
{
    play(0);
    flip_every_byte_of_the_file(0);
    change_records(0, sheets.n);
    move_every_record();
    cut_at_every_length(0);
    leave();
    play(1);
    cut_at_every_length(1);
    leave();
}
END_TEST

START_TEST(what_was_drawn_in_public_cannot_be_changed_either)
{
    size_t first = 0;
    struct note n;
    play_on(0, CONCEPT_PUBLIC, SELECTION_LOTTERY);
    while (!note_at(&sheets.record[first], &n) || n.kind != NOTE_SIGNED)
        first++;
    change_records(first, first + 10); /* a stage and two draws */
    leave();
}
END_TEST

/* From the tickets to the signatures: reports, and what they select. */
START_TEST(what_reports_select_cannot_be_changed_either)
{
    size_t first = 0, last;
    struct note n;
    play_on(0, CONCEPT_NASH, SELECTION_NASH);
    while (!note_at(&sheets.record[first], &n) || n.kind != NOTE_SAMPLED)
        first++;
    last = first;
    while (!note_at(&sheets.record[last], &n) || n.kind != NOTE_SELECTED)
        last++;
    change_records(first, last + 2);
    leave();
}
END_TEST

START_TEST(times_may_only_grow)
{
    play(0);
    for (size_t i = 1; i < sheets.n; i++) {
        const struct record original = sheets.record[i];
        if (original.time_ms == 0)
            continue;
        sheets.record[i].time_ms = sheets.record[i - 1].time_ms - 1;
        if (sheets.record[i - 1].time_ms > 0)
            ck_assert(!sheets_hold(&sheets, world, &owner));
        sheets.record[i].time_ms = UINT64_MAX;
        ck_assert(i + 1 == sheets.n || !sheets_hold(&sheets, world, &owner));
        sheets.record[i] = original;
    }
    leave();
}
END_TEST

/* The owner signs something else than it said, in its own log only: from then on its
 * log does not carry the digest that the other has signed. In its last word it can do
 * so, and the two logs then have two words of it. */
START_TEST(not_even_the_owner_can_change_its_own_words)
{
    static uint8_t forged[1 << 14];
    play(1);
    size_t last = 0;
    for (size_t i = 0; i < sheets.n; i++)
        if (sheets.record[i].kind == RECORD_OUT)
            last = i;
    for (size_t i = 0; i < last; i++) {
        struct message m;
        uint8_t body[1 << 12];
        const struct record original = sheets.record[i];
        if (original.kind != RECORD_OUT)
            continue;
        ck_assert(envelope_peek(&m, original.payload, original.size,
                                world_roster(world),
                                terms_body_max(world_terms(world))));
        memcpy(body, m.body, m.body_size);
        body[0] ^= 1;
        m.body = body;
        sheets.record[i].payload = forged;
        sheets.record[i].size = envelope_seal(forged, sizeof forged, &m, &owner);
        if (sheets_hold(&sheets, world, &owner))
            ck_abort_msg("a forged %s is unnoticed", message_name(m.kind));
        sheets.record[i] = original;
    }
    leave();
}
END_TEST

/* ---- who is not this node, these terms, this roster ---- */

START_TEST(a_log_of_other_terms_or_another_roster_is_refused)
{
    play(0);
    struct audit_fault f;
    struct terms terms = *world_terms(world);
    struct roster roster = *world_roster(world);
    terms.hard_ms++;
    struct audit *a = audit_new(&terms, &roster);
    ck_assert(!audit_record(a, &sheets.record[0], &f));
    ck_assert_str_eq(f.field, "terms");
    audit_free(a);
    roster.name[1][0] = 'x';
    a = audit_new(world_terms(world), &roster);
    ck_assert(!audit_record(a, &sheets.record[0], &f));
    ck_assert_str_eq(f.field, "roster");
    audit_free(a);
    leave();
}
END_TEST

/* Nobody who was honest is called a liar, whatever happened to it. */
START_TEST(every_honest_log_of_random_worlds_holds)
{
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct scenario s;
        scenario_random(&s, seed);
        struct world *w = world_new(&s.options);
        ck_assert_ptr_nonnull(w);
        world_run(w);
        for (uint8_t i = 0; i < world_terms(w)->shape.n_players; i++) {
            struct audit_fault f;
            static struct sheets log;
            sheets_of(&log, w, i);
            const size_t n = sheets_accepted(&log, w, NULL, &f);
            if (n < log.n && world_honest(w, i))
                ck_abort_msg("seed %lu, player %u, record %zu: %s: %s",
                             (unsigned long)seed, i + 1u, n + 1, f.field, f.reason);
        }
        world_free(w);
        scenario_free(&s);
    }
}
END_TEST

UNIT_MAIN("verify", the_log_has_everything_in_it_and_holds,
          the_summary_counts_what_was_checked, public_draws_are_counted,
          what_was_drawn_in_public_cannot_be_changed_either, t_verify_log_mutations,
          what_reports_select_cannot_be_changed_either, times_may_only_grow,
          not_even_the_owner_can_change_its_own_words,
          a_log_of_other_terms_or_another_roster_is_refused,
          every_honest_log_of_random_worlds_holds)
