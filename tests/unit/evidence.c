/* SPDX-License-Identifier: MIT */
/* What convinces a stranger, and that nothing convinces it that an honest player broke
 * the rules: not a proof with a changed byte, and no combination of true messages. */
#include "protocol/evidence.h"

#include <stdio.h>

#include "protocol/message.h"
#include "tests/unit/forger.h"

enum { SEED = 5, PROOF_MAX = 1 << 16 };

static char reason[256];

/* ---- proofs that logs hold ---- */

struct finds {
    const struct world *world;
    uint32_t guilty[EVIDENCE_ACCUSATION + 1]; /* by kind: masks */
    enum evidence_kind wanted;
    size_t size; /* of the first one of that kind */
    uint8_t bytes[PROOF_MAX];
};
static struct finds finds;

static void found(void *context, const struct evidence *e, const uint8_t *bytes,
                  size_t n)
{
    struct finds *f = context;
    f->guilty[e->kind] |= UINT32_C(1) << e->guilty;
    if (world_honest(f->world, e->guilty))
        ck_abort_msg("seed %lu: honest player %u is proven guilty of %s",
                     (unsigned long)world_seed(f->world), e->guilty + 1u,
                     evidence_name(e->kind));
    if (e->kind != f->wanted || f->size > 0)
        return;
    ck_assert_uint_le(n, sizeof f->bytes);
    memcpy(f->bytes, bytes, n);
    f->size = n;
}

/* Searches one player's log. Returns which faults its notes name, as masks by kind. */
static void search(const struct world *w, uint8_t player,
                   uint32_t noted[EVIDENCE_ACCUSATION + 1])
{
    static const enum evidence_kind kinds[] = {
        [FAULT_EQUIVOCATION] = EVIDENCE_TWO_WORDS,
        [FAULT_OPENING] = EVIDENCE_OPENING,
        [FAULT_ACTION] = EVIDENCE_ACTION,
        [FAULT_PROOF] = EVIDENCE_PROOF,
        [FAULT_ILLEGAL] = EVIDENCE_ILLEGAL,
        [FAULT_EXCLUSIVE] = EVIDENCE_EXCLUSIVE,
        [FAULT_ACCUSATION] = EVIDENCE_ACCUSATION,
    };
    static struct sheets s;
    struct candidate candidate;
    struct note n;
    sheets_of(&s, w, player);
    struct evidence_search *e = evidence_search_new(
        world_terms(w), world_roster(w), s.offset[s.n] + (1 << 16), found, &finds);
    for (size_t i = 0; i < s.n; i++) {
        const struct record *r = &s.record[i];
        evidence_search_record(e, r);
        if (r->kind == RECORD_NOTE &&
            note_read(&n, &candidate, r->payload, r->size, world_terms(w)) &&
            (n.kind == NOTE_DEVIATION || n.kind == NOTE_BLAMED))
            noted[kinds[n.number]] |= UINT32_C(1) << n.player;
    }
    evidence_search_free(e);
}

/* What the notes of an honest log name is proven, and nothing else; world is freed. */
static void everything_noted_is_proven(struct world *w, enum evidence_kind wanted)
{
    memset(&finds, 0, sizeof finds);
    finds.world = w;
    finds.wanted = wanted;
    for (uint8_t i = 0; i < world_terms(w)->shape.n_players; i++) {
        uint32_t noted[EVIDENCE_ACCUSATION + 1] = {0};
        if (!world_honest(w, i))
            continue;
        memset(finds.guilty, 0, sizeof finds.guilty);
        search(w, i, noted);
        for (int k = 0; k <= EVIDENCE_ACCUSATION; k++)
            if ((noted[k] & ~finds.guilty[k]) != 0)
                ck_abort_msg("seed %lu, player %u: no proof of fault %d",
                             (unsigned long)world_seed(w), i + 1u, k);
    }
}

static struct roster roster; /* of the last world */

static enum concept concept; /* of all sessions */

static void scenario_make(struct scenario *s)
{
    scenario_meeting(s, SEED);
    s->terms.concept = concept;
}

/* Player 2 misbehaves; the proof of that kind is left in finds. */
static void cheat(enum misbehaviour_kind how, uint32_t from_stage, uint64_t from_round,
                  enum evidence_kind wanted)
{
    struct scenario s;
    scenario_make(&s);
    s.misdeeds[1].misbehaviour[0] = (struct misbehaviour){
        .kind = how, .from_stage = from_stage, .from_round = from_round};
    s.misdeeds[1].n_misbehaviours = 1;
    struct world *w = world_new(&s.options);
    world_run(w);
    roster = *world_roster(w);
    everything_noted_is_proven(w, wanted);
    world_free(w);
    scenario_free(&s);
    if (finds.size == 0)
        ck_abort_msg("%s: not proven", misbehaviour_name(how));
}

static void defect(uint32_t stage)
{
    struct scenario s;
    scenario_make(&s);
    s.misdeeds[1].defection[0] = (struct defection){2, ANY_ACTION};
    s.misdeeds[1].defection[1] = (struct defection){stage, ANY_ACTION};
    s.misdeeds[1].n_defections = stage == 2 ? 1 : 2;
    struct world *w = world_played(&s);
    roster = *world_roster(w);
    everything_noted_is_proven(w, EVIDENCE_ACTION);
    world_free(w);
    scenario_free(&s);
    ck_assert_uint_gt(finds.size, 0);
}

/* What a claim that contradicts its own header proves. */
static void accuse(void)
{
    uint8_t body_bytes[16], envelope[256];
    struct writer body = {body_bytes, sizeof body_bytes, 0, false};
    const struct keypair key = forged_key(SEED, 1);
    body_suspect_write(&body, &(struct body_suspect){7, 1});
    const struct message m = {.kind = MESSAGE_SUSPECT,
                              .sender = 1,
                              .round = 9,
                              .session = {{3}},
                              .transcript = {{4}},
                              .body = body_bytes,
                              .body_size = body.size};
    const size_t n = envelope_seal(envelope, sizeof envelope, &m, &key);
    const struct body_evidence words = {envelope, envelope, n, n};
    finds.size = evidence_of_words(finds.bytes, sizeof finds.bytes, &roster, &words);
}

static void holds_against_player_2(enum evidence_kind kind)
{
    struct evidence e;
    if (!evidence_holds(&e, finds.bytes, finds.size, &roster, reason))
        ck_abort_msg("%s", reason);
    ck_assert_int_eq(e.kind, kind);
    ck_assert_uint_eq(e.guilty, 1);
}

START_TEST(every_kind_of_proof_convinces_a_stranger)
{
    struct evidence e;
    cheat(MISBEHAVE_EQUIVOCATE, 0, 3, EVIDENCE_TWO_WORDS);
    holds_against_player_2(EVIDENCE_TWO_WORDS);
    cheat(MISBEHAVE_BAD_OPENING, 0, 0, EVIDENCE_OPENING);
    holds_against_player_2(EVIDENCE_OPENING);
    defect(2);
    holds_against_player_2(EVIDENCE_ACTION);
    ck_assert(evidence_holds(&e, finds.bytes, finds.size, &roster, reason));
    ck_assert_uint_eq(e.stage, 2);
    ck_assert_uint_eq(e.played, 1 - e.prescribed);
    ck_assert(e.has_terms);
    cheat(MISBEHAVE_ILLEGAL, 0, 3, EVIDENCE_ILLEGAL);
    holds_against_player_2(EVIDENCE_ILLEGAL);
    cheat(MISBEHAVE_FAIL_AND_GO_ON, 2, 0, EVIDENCE_EXCLUSIVE);
    holds_against_player_2(EVIDENCE_EXCLUSIVE);
    accuse();
    holds_against_player_2(EVIDENCE_ACCUSATION);
}
END_TEST

START_TEST(a_public_draw_that_was_broken_convinces_a_stranger)
{
    struct evidence e;
    concept = CONCEPT_PUBLIC;
    defect(2);
    holds_against_player_2(EVIDENCE_ACTION);
    ck_assert(evidence_holds(&e, finds.bytes, finds.size, &roster, reason));
    ck_assert(e.message == MESSAGE_FOLLOW && e.stage == 2);
    ck_assert_uint_eq(e.played, 1 - e.prescribed);
    cheat(MISBEHAVE_GRIND, 3, 0, EVIDENCE_OPENING);
    holds_against_player_2(EVIDENCE_OPENING);
    ck_assert(evidence_holds(&e, finds.bytes, finds.size, &roster, reason));
    ck_assert(e.message == MESSAGE_TOSS && e.stage == 2);
    cheat(MISBEHAVE_ILLEGAL, 3, 0, EVIDENCE_ILLEGAL);
    holds_against_player_2(EVIDENCE_ILLEGAL);
    cheat(MISBEHAVE_EQUIVOCATE, 3, 0, EVIDENCE_TWO_WORDS);
    holds_against_player_2(EVIDENCE_TWO_WORDS);
    concept = CONCEPT_NASH;
}
END_TEST

START_TEST(an_illegal_word_of_every_round_is_proven)
{
    for (uint64_t round = 1; round <= 14; round++)
        cheat(MISBEHAVE_ILLEGAL, 0, round, EVIDENCE_ILLEGAL);
}
END_TEST

START_TEST(what_is_noted_in_random_worlds_is_proven_and_nobody_else_is)
{
    for (uint64_t seed = 100; seed < 130; seed++) {
        struct scenario s;
        scenario_random(&s, seed);
        struct world *w = world_new(&s.options);
        world_run(w);
        everything_noted_is_proven(w, EVIDENCE_TWO_WORDS);
        world_free(w);
        scenario_free(&s);
    }
}
END_TEST

/* ---- by mutation ---- */

static void no_byte_can_be_changed(bool thorough)
{
    static uint8_t longer[PROOF_MAX + 1];
    struct evidence e;
    uint8_t *bytes = finds.bytes;
    ck_assert(evidence_holds(&e, bytes, finds.size, &roster, reason));
    for (size_t i = 0; i < finds.size; i++)
        for (int all = 0; all < (thorough ? 2 : 1); all++) {
            const uint8_t mask = (uint8_t)(all ? 0xff : 1u << i % 8);
            bytes[i] ^= mask;
            if (evidence_holds(&e, bytes, finds.size, &roster, reason))
                ck_abort_msg("kind %d, byte %zu: still a proof", e.kind, i);
            bytes[i] ^= mask;
        }
    for (size_t n = 0; n < finds.size; n += thorough ? 1 : 7)
        ck_assert(!evidence_holds(&e, bytes, n, &roster, reason));
    memcpy(longer, bytes, finds.size);
    longer[finds.size] = 0;
    ck_assert(!evidence_holds(&e, longer, finds.size + 1, &roster, reason));
}

START_TEST(no_byte_of_a_proof_can_be_changed)
{
    cheat(MISBEHAVE_EQUIVOCATE, 0, 3, EVIDENCE_TWO_WORDS);
    no_byte_can_be_changed(true);
    cheat(MISBEHAVE_FAIL_AND_GO_ON, 2, 0, EVIDENCE_EXCLUSIVE);
    no_byte_can_be_changed(true);
    accuse();
    no_byte_can_be_changed(true);
    cheat(MISBEHAVE_BAD_OPENING, 0, 0, EVIDENCE_OPENING);
    no_byte_can_be_changed(false);
    cheat(MISBEHAVE_ILLEGAL, 0, 3, EVIDENCE_ILLEGAL);
    no_byte_can_be_changed(false);
    defect(4); /* by coins */
    no_byte_can_be_changed(false);
}
END_TEST

START_TEST(a_proof_is_for_one_roster)
{
    struct evidence e;
    cheat(MISBEHAVE_EQUIVOCATE, 0, 3, EVIDENCE_TWO_WORDS);
    roster.name[0][0] ^= 1;
    ck_assert(!evidence_holds(&e, finds.bytes, finds.size, &roster, reason));
    ck_assert_str_eq(reason, "it was made for another roster");
}
END_TEST

/* ---- by search ---- */

enum { WORLDS = 4, WORDS_MAX = 1024 };
struct word {
    const uint8_t *bytes;
    size_t size;
};
static struct word words[WORDS_MAX];
static size_t n_words;

/* Sessions of the same players that ended in different ways. */
static struct world *session_of(struct scenario *s, int k)
{
    scenario_meeting(s, SEED);
    s->terms.stages += (uint32_t)k;
    if (k == 1)
        s->options.network.partition[s->options.network.n_partitions++] =
            (struct partition){1, 2, 150, 10000000};
    if (k == 2)
        s->options.network.crash[s->options.network.n_crashes++] =
            (struct crash){.player = 0, .at_record = 40};
    if (k == 3)
        s->options.network.crash[s->options.network.n_crashes++] =
            (struct crash){.player = 0, .at_record = 30, .restart_ms = 500};
    struct world *w = world_new(&s->options);
    world_run(w);
    return w;
}

static void gather_words(const struct world *w)
{
    static struct sheets s;
    for (uint8_t i = 0; i < 2; i++) {
        sheets_of(&s, w, i);
        for (size_t k = 0; k < s.n; k++)
            if (s.record[k].kind == RECORD_OUT) {
                ck_assert_uint_lt(n_words, WORDS_MAX);
                words[n_words++] = (struct word){s.record[k].payload, s.record[k].size};
            }
    }
}

START_TEST(no_two_words_of_honest_players_prove_anything)
{
    struct scenario s[WORLDS];
    struct world *w[WORLDS];
    static uint8_t out[PROOF_MAX];
    size_t n_fail = 0;
    n_words = 0;
    for (int k = 0; k < WORLDS; k++) {
        w[k] = session_of(&s[k], k);
        gather_words(w[k]);
    }
    for (size_t i = 0; i < n_words; i++)
        for (size_t k = 0; k < n_words; k++) {
            const struct body_evidence e = {words[i].bytes, words[k].bytes,
                                            words[i].size, words[k].size};
            ck_assert_uint_eq(
                evidence_of_words(out, sizeof out, world_roster(w[0]), &e), 0);
        }
    for (size_t i = 0; i < n_words; i++)
        n_fail += words[i].bytes[5] == MESSAGE_FAIL;
    ck_assert_uint_ge(n_fail, 2); /* or nothing was tried that could go wrong */
    for (int k = 0; k < WORLDS; k++) {
        world_free(w[k]);
        scenario_free(&s[k]);
    }
}
END_TEST

/* The rows of a session, from the log of one who was there. */
struct rows {
    uint64_t n;
    struct word word[256][2];
};

static void rows_of(struct rows *out, const struct world *w, uint8_t player)
{
    static struct sheets s;
    struct message m;
    memset(out, 0, sizeof *out);
    sheets_of(&s, w, player);
    for (size_t k = 0; k < s.n; k++) {
        const struct record *r = &s.record[k];
        if ((r->kind != RECORD_IN && r->kind != RECORD_OUT) ||
            !envelope_peek(&m, r->payload, r->size, world_roster(w),
                           terms_body_max(world_terms(w))) ||
            !message_in_round(m.kind))
            continue;
        ck_assert_uint_lt(m.round, 256);
        out->word[m.round][m.sender] = (struct word){r->payload, r->size};
        if (m.round >= out->n)
            out->n = m.round + 1;
    }
}

/* "The rounds 0 .. n - 1 of these rows, and then this row, convict that player." head:
 * a true proof of that session, for its beginning and its terms. */
static bool believed(const uint8_t *head, uint8_t kind, uint8_t guilty,
                     const struct rows *before, uint64_t n, const struct word *row)
{
    static uint8_t bytes[PROOF_MAX];
    struct reader r = {head + 42, 4, false};
    const size_t terms_size = read_u32(&r);
    struct writer w = {bytes, sizeof bytes, 0, false};
    struct evidence e;
    write_bytes(&w, head, 8);
    write_u8(&w, kind);
    write_u8(&w, guilty);
    write_bytes(&w, head + 10, 32 + 4 + terms_size);
    write_u64(&w, n);
    for (uint64_t k = 0; k < n; k++)
        for (uint8_t i = 0; i < 2; i++) {
            const struct word *x = &before->word[k][i];
            write_u8(&w, x->bytes[5]);
            write_u32(&w, (uint32_t)(x->size - ENVELOPE_OVERHEAD));
            write_bytes(&w, x->bytes + ENVELOPE_HEADER, x->size - ENVELOPE_OVERHEAD);
        }
    for (uint8_t i = 0; i < 2; i++) {
        write_u32(&w, (uint32_t)row[i].size);
        write_bytes(&w, row[i].bytes, row[i].size);
    }
    ck_assert(!w.bad);
    return evidence_holds(&e, bytes, w.size, &roster, reason);
}

/* Every row behind every beginning of a session, of either of two sessions of which one
 * had a cheat in it: only what the cheat did convicts it, and only there. */
START_TEST(no_rounds_of_a_session_convict_the_honest)
{
    static const uint8_t kinds[] = {EVIDENCE_OPENING, EVIDENCE_ACTION,
                                    EVIDENCE_ILLEGAL};
    static struct rows rows[2];
    struct scenario honest, cheated;
    size_t n_believed = 0;
    defect(2);
    scenario_meeting(&honest, SEED);
    scenario_meeting(&cheated, SEED);
    cheated.misdeeds[1].defection[0] = (struct defection){2, ANY_ACTION};
    cheated.misdeeds[1].n_defections = 1;
    struct world *w[2] = {world_played(&honest), world_played(&cheated)};
    rows_of(&rows[0], w[0], 0);
    rows_of(&rows[1], w[1], 0);
    ck_assert_uint_gt(rows[1].n, 12);
    for (int a = 0; a < 2; a++)
        for (int b = 0; b < 2; b++)
            for (uint64_t n = 1; n < rows[a].n; n++)
                for (uint64_t r = n > 2 ? n - 2 : 0; r < rows[b].n && r < n + 3; r++)
                    for (uint8_t g = 0; g < 2; g++)
                        for (size_t k = 0; k < sizeof kinds; k++)
                            if (believed(finds.bytes, kinds[k], g, &rows[a], n,
                                         rows[b].word[r])) {
                                n_believed++;
                                ck_assert_uint_eq(g, 1);
                                ck_assert_uint_eq(kinds[k], EVIDENCE_ACTION);
                                ck_assert_int_eq(b, 1);
                                ck_assert_uint_eq(r, n);
                            }
    /* The beginnings are the same up to the deviation, so it is believed twice. */
    ck_assert_uint_eq(n_believed, 2);
    for (int k = 0; k < 2; k++)
        world_free(w[k]);
    scenario_free(&honest);
    scenario_free(&cheated);
}
END_TEST

UNIT_MAIN("evidence", every_kind_of_proof_convinces_a_stranger,
          a_public_draw_that_was_broken_convinces_a_stranger,
          an_illegal_word_of_every_round_is_proven,
          what_is_noted_in_random_worlds_is_proven_and_nobody_else_is,
          no_byte_of_a_proof_can_be_changed, a_proof_is_for_one_roster,
          no_two_words_of_honest_players_prove_anything,
          no_rounds_of_a_session_convict_the_honest)
