/* SPDX-License-Identifier: MIT */
/* Private recommendations: decks are dealt before the first stage, each player learns
 * its own recommendation and no other, and after play everybody sees what was
 * recommended. */
#include <stdio.h>
#include <stdlib.h>

#include "protocol/audit.h"
#include "protocol/evidence.h"
#include "tests/trace/trace.h"
#include "tests/unit/table.h"

/* One volunteer is enough: it pays 1, and gives 3 to each of the others; several at
 * once waste what they pay. So no single profile suits everybody but that nobody
 * volunteers, which is the threat. */
static void volunteers(struct scenario *s, uint8_t n_players)
{
    const struct shape shape = shape_uniform(n_players, 2);
    uint8_t actions[PLAYERS_MAX];
    scenario_start(s, &shape);
    for (uint32_t k = 0; k < shape_profiles(&shape); k++) {
        unsigned n = 0;
        profile_actions(actions, &shape, k);
        for (uint8_t i = 0; i < n_players; i++)
            n += actions[i] == 0 ? 1 : 0;
        for (uint8_t i = 0; i < n_players; i++)
            scenario_pay(s, i, actions, actions[i] == 0 ? -1 : n == 1 ? 3 : 0);
    }
    memset(actions, 1, sizeof actions);
    s->terms.threat_given = true;
    candidate_from_pure(&s->terms.threat, &shape, actions);
    s->terms.concept = CONCEPT_PRIVATE;
    s->terms.resolution = 16;
    s->terms.opening_pure = false;
    s->terms.budget = 12;
    s->terms.stages = 4;
    for (uint8_t i = 0; i < n_players; i++) {
        s->private_options[i].discount = 0.97;
        s->private_options[i].sampler = SAMPLER_RANDOM;
    }
}

/* Whoever has terms, roster and a log finds that all of it follows. */
static void logs_hold(const struct world *w)
{
    for (uint8_t i = 0; i < world_terms(w)->shape.n_players; i++) {
        if (!world_honest(w, i))
            continue;
        struct audit *a = audit_new(world_terms(w), world_roster(w));
        struct pages p = pages_of(w, i);
        struct record r;
        uint64_t n = 0;
        while (pages_next(&p, &r)) {
            struct audit_fault f = {0};
            if (!audit_record(a, &r, &f))
                ck_abort_msg("seed %lu, log of %d, record %lu: %s: %s",
                             (unsigned long)world_seed(w), i + 1, (unsigned long)n,
                             f.field, f.reason);
            n++;
        }
        audit_free(a);
    }
}

/* ---- what is said when ---- */

/* One line for each message of play: its kind and the bytes of its body. */
static const char *sizes_of(const struct world *w, uint8_t player)
{
    static char text[2048];
    struct pages p = pages_of(w, player);
    struct record r;
    size_t size = 0;
    while (pages_next(&p, &r)) {
        struct message m;
        if (r.kind == RECORD_OUT &&
            envelope_peek(&m, r.payload, r.size, world_roster(w), 1 << 20) &&
            m.kind >= MESSAGE_SIGN)
            size += (size_t)snprintf(text + size, sizeof text - size, "%s %zu, ",
                                     message_name(m.kind), m.body_size);
    }
    return text;
}

/* Of 16 rows and for two players, a cut has 16 x 64 + 352 + 3 x 64 = 1568 bytes, blinds
 * 2 x 64 + 64 = 192, shares 32 + 64 = 96, an opening as many, a key with its proof 96.
 */
START_TEST(a_deck_is_cut_by_one_after_the_other_while_others_are_played)
{
    struct scenario s;
    volunteers(&s, 2);
    s.terms.stages = 3;
    struct world *w = play_out(&s);
    everybody_ends(w, OUTCOME_PLAYED, 3);
    ck_assert_str_eq(sizes_of(w, 0),
                     "sign 192, start 64, "
                     "deal 1568, "  /* cuts deck 1 */
                     "deal 1760, "  /* cuts deck 2, blinds deck 1 */
                     "deal 1856, "  /* cuts deck 3, blinds 2, shares of 1 */
                     "commit 224, " /* action, blinds deck 3 */
                     "show 225, "   /* action, opening of 1, shares of 2 */
                     "commit 32, "  /* nothing is left to be dealt */
                     "show 225, "   /* action, opening of 2, shares of 3 */
                     "commit 32, "
                     "show 129, " /* action, opening of 3 */
                     "end 4, ");
    ck_assert_str_eq(sizes_of(w, 1),
                     "sign 192, start 64, "
                     "deal 0, "      /* no deck has come to it yet */
                     "deal 1760, "   /* cuts deck 1, blinds deck 1 */
                     "deal 1856, "   /* cuts deck 2, blinds 2, shares of 1 */
                     "commit 1792, " /* action, cuts and blinds deck 3 */
                     "show 225, commit 32, show 225, commit 32, show 129, end 4, ");
    logs_hold(w);
    finish(&s, w);
}
END_TEST

static bool candidate_sure(const struct candidate *c)
{
    bool sure = false;
    for (int k = 0; k < WEIGHTS_MAX; k++)
        sure = sure || c->weight[k] == WEIGHT_ONE;
    return sure;
}

/* Everybody plays what it is told, and only profiles that were agreed on are told. */
START_TEST(what_is_recommended_is_played)
{
    for (uint8_t n = 2; n <= 4; n++) {
        struct scenario s;
        struct note note;
        uint32_t n_profiles = 0, seen = 0;
        volunteers(&s, n);
        s.terms.stages = n == 2 ? 8 : 2;
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_PLAYED, s.terms.stages);
        const struct report r = report_of(w, 0);
        ck_assert(r.agreed && !candidate_sure(&r.agreement));
        for (uint32_t t = 1; t <= s.terms.stages; t++) {
            ck_assert(note_of(w, 0, NOTE_STAGE, t, &note));
            const uint32_t k = profile_index(&s.terms.shape, note.actions);
            ck_assert_uint_gt(r.agreement.weight[k], 0);
            n_profiles += (seen >> k & 1) == 0;
            seen |= UINT32_C(1) << k;
        }
        ck_assert_uint_eq(count_notes(w, 0, NOTE_DEVIATION), 0);
        ck_assert_uint_ge(n_profiles, n == 2 ? 2 : 1);
        logs_hold(w);
        finish(&s, w);
    }
}
END_TEST

/* ---- who knows what ---- */

static bool holds_bytes(const uint8_t *in, size_t n, const uint8_t *what, size_t size)
{
    for (size_t at = 0; at + size <= n; at++)
        if (memcmp(in + at, what, size) == 0)
            return true;
    return false;
}

/* The last share of a player's column opens it to whoever has it. Until the player
 * shows what it played, it is in nobody's log, its own included: then nobody else can
 * tell what it was told to play. */
static struct report nobody_reads(struct scenario *s)
{
    const uint8_t n = s->terms.shape.n_players;
    uint32_t looked_at = 0;
    struct world *w = play_out(s);
    const struct report report = report_of(w, 0);
    ck_assert(report.agreed && !candidate_sure(&report.agreement));
    for (uint8_t owner = 0; owner < n; owner++)
        for (uint8_t reader = 0; reader < n; reader++) {
            struct pages p = pages_of(w, reader);
            const uint8_t *log = p.bytes;
            struct record r;
            while (pages_next(&p, &r)) {
                struct message m;
                if ((r.kind != RECORD_IN && r.kind != RECORD_OUT) ||
                    !envelope_peek(&m, r.payload, r.size, world_roster(w), 1 << 20) ||
                    m.kind != MESSAGE_SHOW || m.sender != owner)
                    continue;
                const size_t before = (size_t)(r.payload - log);
                ck_assert(!holds_bytes(log, before, m.body + 33, 32));
                ck_assert(holds_bytes(log, before + r.size, m.body + 33, 32));
                looked_at++;
            }
        }
    ck_assert_uint_eq(looked_at, n * n * s->terms.stages);
    finish(s, w);
    return report;
}

START_TEST(nobody_can_read_a_recommendation_before_it_is_shown)
{
    struct scenario s;
    volunteers(&s, 3);
    nobody_reads(&s);
}
END_TEST

/* Two who have to meet, at one of two places that each suits one of them better than
 * not to meet at all, which is the threat. */
static void meetings(struct scenario *s)
{
    const struct shape shape = shape_uniform(2, 3);
    struct scenario base;
    volunteers(&base, 2);
    scenario_start(s, &shape);
    for (uint8_t i = 0; i < 2; i++)
        for (uint32_t k = 0; k < 9; k++) {
            uint8_t actions[2];
            profile_actions(actions, &shape, k);
            const double met = actions[0] == 2 ? 0 : actions[0] == i ? 3 : -1;
            scenario_pay(s, i, actions, actions[0] == actions[1] ? met : -4);
            s->private_options[i] = base.private_options[i];
            s->private_options[i].sampler = SAMPLER_SOO;
        }
    s->terms.concept = CONCEPT_PRIVATE;
    s->terms.resolution = 16;
    s->terms.budget = 30;
    s->terms.stages = 4;
    s->terms.threat_given = true;
    candidate_from_pure(&s->terms.threat, &shape, (uint8_t[]){2, 2});
    scenario_free(&base);
}

/* Where both are always told the same their columns hide the same. If that made them
 * equal, the share of one's own column would be what one gives of the other's. */
START_TEST(nor_where_all_are_told_the_same)
{
    struct scenario s;
    meetings(&s);
    const struct report r = nobody_reads(&s);
    ck_assert_uint_eq(r.agreement.weight[0] + r.agreement.weight[4] +
                          r.agreement.weight[8],
                      WEIGHT_ONE);
}
END_TEST

/* What a player is about to do does not stand in its report either, which others may
 * be shown: only how often everybody plays what. */
START_TEST(a_report_says_what_is_agreed_and_not_what_is_recommended)
{
    struct scenario s;
    volunteers(&s, 2);
    struct world *w = world_new(&s.options);
    uint32_t in_play = 0;
    while (world_step(w)) {
        struct report r;
        world_report(w, 0, &r);
        if (r.phase != PHASE_COMMIT && r.phase != PHASE_SHOW)
            continue;
        const uint32_t *phi = r.agreement.weight;
        ck_assert_uint_eq(r.prescribed.weight[0], phi[0] + phi[2]);
        ck_assert_uint_eq(r.prescribed.weight[1], phi[1] + phi[3]);
        ck_assert_uint_eq(r.prescribed.weight[2], phi[0] + phi[1]);
        in_play++;
    }
    ck_assert_uint_gt(in_play, 8);
    finish(&s, w);
}
END_TEST

/* ---- who breaks it ---- */

struct proven {
    uint32_t guilty[EVIDENCE_ACCUSATION + 1]; /* masks, by kind */
    size_t size;                              /* of the latest */
    uint8_t bytes[1 << 18];
};

static void remember_proof(void *context, const struct evidence *e,
                           const uint8_t *bytes, size_t n)
{
    struct proven *p = context;
    p->guilty[e->kind] |= UINT32_C(1) << e->guilty;
    ck_assert_uint_le(n, sizeof p->bytes);
    memcpy(p->bytes, bytes, n);
    p->size = n;
}

static struct proven proven;

static void search_log(const struct world *w, uint8_t player)
{
    struct record r;
    struct pages p = pages_of(w, player);
    memset(&proven, 0, sizeof proven);
    struct evidence_search *s = evidence_search_new(
        world_terms(w), world_roster(w), p.size + (1 << 16), remember_proof, &proven);
    while (pages_next(&p, &r))
        evidence_search_record(s, &r);
    evidence_search_free(s);
}

/* The pipeline of decks stands still while it is punished and goes on where it was. */
START_TEST(a_deviation_is_proven_and_the_decks_go_on_after_it)
{
    struct scenario s;
    struct note n;
    volunteers(&s, 3);
    s.terms.finite = true;
    s.terms.length = 2;
    s.terms.stages = 7;
    defect(&s, 1, 2);
    struct world *w = play_out(&s);
    for (uint8_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(count_notes(w, i, NOTE_DEVIATION), 1);
        ck_assert(note_of(w, i, NOTE_DEVIATION, 1, &n));
        ck_assert(n.player == 1 && n.stage == 2 && n.number == FAULT_ACTION);
        ck_assert(note_of(w, i, NOTE_RESTORED, 1, &n) && n.stage == 5);
        ck_assert(note_of(w, i, NOTE_STAGE, 6, &n) && n.number == 0);
        for (uint32_t stage = 3; stage <= 4; stage++) {
            static const uint8_t threat[3] = {1, 1, 1};
            ck_assert(note_of(w, i, NOTE_STAGE, stage, &n) && n.number == 1);
            ck_assert_int_eq(memcmp(n.actions, threat, sizeof threat), 0);
        }
    }
    everybody_ends(w, OUTCOME_PLAYED, 7);
    logs_hold(w);
    search_log(w, 0);
    ck_assert_uint_eq(proven.guilty[EVIDENCE_ACTION], 2);
    ck_assert_uint_eq(proven.guilty[EVIDENCE_PROOF], 0);
    finish(&s, w);
}
END_TEST

/* A byte of what a player says about decks is changed, for everybody alike. */
struct change {
    enum message_kind kind;
    uint32_t nth; /* message of that kind, from 1 */
    int64_t at;   /* byte of the body; from its end, if negative */
    uint32_t seen;
    uint64_t round; /* of that message */
};

static bool change_a_byte(struct table *t, struct parcel *p)
{
    struct change *c = t->context;
    struct message m = table_peek(t, p->bytes, p->size);
    if (p->from != 1 || p->asked_for || m.kind != c->kind)
        return true;
    if (p->to == p->from) {
        c->seen++;
        if (c->seen == c->nth)
            c->round = m.round;
    }
    if (c->seen != c->nth)
        return true;
    static uint8_t body[1 << 16];
    memcpy(body, m.body, m.body_size);
    m.body = body;
    body[c->at >= 0 ? (size_t)c->at : m.body_size - (size_t)-c->at] ^= 1;
    table_resign(t, p->bytes, &p->size, &m);
    return true;
}

/* The table's player 1 has heard all; what it has heard proves what it has noted. */
static void prove_from(const struct table *t)
{
    struct evidence e;
    char reason[256];
    memset(&proven, 0, sizeof proven);
    struct evidence_search *s =
        evidence_search_new(&t->terms, &t->roster, 1 << 20, remember_proof, &proven);
    for (size_t k = 0; k < t->n_events; k++) {
        const struct happening *h = &t->event[k];
        const struct record r = {
            .kind = RECORD_IN, .payload = h->bytes, .size = h->size};
        if (h->kind == EVENT_MESSAGE)
            evidence_search_record(s, &r);
    }
    uint8_t payload[NOTE_SIZE_MAX];
    const struct note *n = &table_found(t, 0, NOTE_BLAMED, 0)->note;
    const struct record r = {.kind = RECORD_NOTE,
                             .payload = payload,
                             .size = note_write(payload, n, &t->terms)};
    evidence_search_record(s, &r);
    evidence_search_free(s);
    ck_assert_uint_eq(proven.guilty[EVIDENCE_PROOF], 2);
    ck_assert(evidence_holds(&e, proven.bytes, proven.size, &t->roster, reason));
    ck_assert(e.kind == EVIDENCE_PROOF && e.guilty == 1 && e.round == n->round);
    /* Of another player it proves nothing. */
    proven.bytes[9] = 0;
    ck_assert(!evidence_holds(&e, proven.bytes, proven.size, &t->roster, reason));
}

/* Rounds later than the changed message in which the proof is judged. */
static void is_proven(enum message_kind kind, uint32_t nth, int64_t at, uint64_t later)
{
    struct change change = {.kind = kind, .nth = nth, .at = at};
    struct table *t = table_new(2, 2, dilemma);
    t->terms.concept = CONCEPT_PRIVATE;
    t->terms.resolution = 16;
    t->terms.budget = 4;
    t->context = &change;
    t->meddle = change_a_byte;
    t->recorded = 0;
    table_start(t);
    table_run(t);
    for (uint8_t i = 0; i < 2; i++) {
        ck_assert_uint_eq(table_count(t, i, NOTE_BLAMED), 1);
        const struct seen_note *n = table_found(t, i, NOTE_BLAMED, 0);
        ck_assert(n->note.player == 1 && n->note.number == FAULT_PROOF);
        ck_assert_msg(n->note.round == change.round + later,
                      "%s %u: judged in round %lu, said in round %lu",
                      message_name(kind), nth, (unsigned long)n->note.round,
                      (unsigned long)change.round);
    }
    prove_from(t);
    table_free(t);
}

START_TEST(every_proof_that_does_not_hold_convicts_its_author)
{
    is_proven(MESSAGE_SIGN, 1, -1, 0);   /* of the key */
    is_proven(MESSAGE_DEAL, 2, 0, 0);    /* a row of the deck: no point, perhaps */
    is_proven(MESSAGE_DEAL, 2, 1100, 0); /* the argument for a cut */
    is_proven(MESSAGE_DEAL, 2, -1, 0);   /* of the blinds */
    is_proven(MESSAGE_DEAL, 3, -1, 0);   /* of the first shares */
    is_proven(MESSAGE_COMMIT, 1, 32 + 1100,
              1);                       /* a cut in play, before the next share */
    is_proven(MESSAGE_SHOW, 1, 40, 0);  /* the opening */
    is_proven(MESSAGE_SHOW, 2, -96, 0); /* a share of another's column */
}
END_TEST

/* ---- work ---- */

/* Work that takes its time, on a network that loses: everything is played, and it is
 * noted what was waited for. */
START_TEST(late_work_is_waited_for)
{
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct scenario s;
        volunteers(&s, 2);
        s.options.seed = seed;
        s.options.work_ms_max = 700;
        s.options.network.loss = 0.1;
        s.options.network.delay_ms_max = 60;
        struct world *w = play_out(&s);
        everybody_ends(w, OUTCOME_PLAYED, 4);
        ck_assert_uint_gt(count_notes(w, 0, NOTE_WORKED), 3);
        logs_hold(w);
        finish(&s, w);
    }
}
END_TEST

/* A process that dies after any record goes on with the same words, whether its work
 * was done or not. */
START_TEST(t_crash_everywhere_in_private)
{
    struct scenario s;
    volunteers(&s, 2);
    s.terms.stages = 2;
    s.options.work_ms_max = 25;
    struct world *calm = play_out(&s);
    struct pages p = pages_of(calm, 1);
    struct record r;
    uint64_t n_records = 0, first = 0;
    while (pages_next(&p, &r)) {
        n_records++;
        struct message m;
        if (first == 0 && r.kind == RECORD_OUT &&
            envelope_peek(&m, r.payload, r.size, world_roster(calm), 1 << 20) &&
            m.kind == MESSAGE_SIGN)
            first = n_records;
    }
    ck_assert_uint_gt(first, 0);
    /* TREATY_CRASH_STRIDE=1: after every record. */
    const char *text = getenv("TREATY_CRASH_STRIDE");
    const uint64_t stride = text != NULL ? strtoull(text, NULL, 10) : 20;
    for (uint64_t record = first; record < n_records; record += stride) {
        s.options.network.n_crashes = 1;
        s.options.network.crash[0] =
            (struct crash){.player = 1, .at_record = record, .restart_ms = 37};
        struct world *w = play_out(&s);
        struct world_counts c;
        world_counts(w, 1, &c);
        ck_assert(c.restarts == 1 && c.contradictions == 0);
        everybody_ends(w, OUTCOME_PLAYED, 2);
        logs_hold(w);
        world_free(w);
    }
    finish(&s, calm);
}
END_TEST

UNIT_MAIN("private", a_deck_is_cut_by_one_after_the_other_while_others_are_played,
          what_is_recommended_is_played,
          nobody_can_read_a_recommendation_before_it_is_shown,
          nor_where_all_are_told_the_same,
          a_report_says_what_is_agreed_and_not_what_is_recommended,
          a_deviation_is_proven_and_the_decks_go_on_after_it,
          every_proof_that_does_not_hold_convicts_its_author, late_work_is_waited_for,
          t_crash_everywhere_in_private)
