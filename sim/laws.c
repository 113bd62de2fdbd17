/* SPDX-License-Identifier: MIT */
/* Hides how a log is read into a life, and how lives are compared. */
#include "sim/laws.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static const char *const texts[] = {
    [LAW_LOG] = "a log is a whole chain of records",
    [LAW_ONE_TREATY] = "no two honest players hold different agreements or threats",
    [LAW_INNOCENCE] = "no honest player is proven guilty",
    [LAW_ONE_STORY] = "honest players saw the same draws, actions and deviations",
    [LAW_ONE_PAST] = "honest players have the same transcript",
    [LAW_STEP] = "honest players are never more than one round apart",
    [LAW_END] = "everything ends",
    [LAW_PLAYED] = "without cheats, and with little loss, every stage is played",
    [LAW_NOTICED] = "a deviation is noticed at its stage and punished from the next",
    [LAW_PROVEN] = "what one honest player proves, everybody does",
    [LAW_CAUGHT] = "what proves guilt by itself is proven by everybody",
    [LAW_SAME_VERDICT] = "with strict verdicts honest players complete the same rounds",
    [LAW_AS_DRAWN] = "what was drawn is played, and who plays otherwise is noted",
    [LAW_FLOOR] = "an honest player agrees to no less than the first draw pays it",
    [LAW_SAME_WORDS] = "a restarted player says the same bytes again",
};

const char *law_text(enum law law)
{
    return texts[law];
}

/* What one log tells. */
struct past_round {
    uint64_t time_ms;
    struct digest digest;
};
struct past_stage {
    uint8_t actions[PLAYERS_MAX];
    uint64_t deviators;
    uint32_t number;
    uint64_t noticed;           /* mask of NOTE_DEVIATION with FAULT_ACTION */
    uint64_t opened;            /* with FAULT_OPENING */
    uint32_t tossed;            /* 1: its profile was drawn in public: */
    uint32_t profile;           /* the number, */
    uint8_t drawn[PLAYERS_MAX]; /* and the actions */
};
struct life {
    bool whole, ended;
    bool has_threat, agreed, disagreed, doubled, drew;
    struct candidate threat, agreed_on, drawn_first;
    struct digest agreement;
    struct note toss;  /* the latest */
    uint64_t blamed;   /* mask of those it holds for proven guilty */
    bool contradicted; /* by two messages, one of which may have come at any time */
    enum outcome outcome;
    uint32_t stages; /* that it says were played */
    uint64_t n_rounds, rounds_capacity;
    struct past_round *round; /* owned; from 0 */
    uint32_t n_stages, stages_capacity;
    struct past_stage *stage; /* owned; from 0 */
};

struct trial {
    const struct world *world;
    struct breaches *breaches;
    uint8_t n_players;
    struct life life[PLAYERS_MAX];
};

__attribute__((format(printf, 4, 5))) static void
broken(struct trial *t, enum law law, uint8_t player, const char *format, ...)
{
    struct breaches *b = t->breaches;
    if (b->n < BREACHES_MAX) {
        struct breach *breach = &b->item[b->n];
        breach->law = law;
        breach->player = player;
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(breach->found, sizeof breach->found, format, arguments);
        va_end(arguments);
    }
    b->n++;
}

/* ---- reading ---- */

static void *grown(void *items, uint64_t needed, uint64_t *capacity, size_t size)
{
    if (needed <= *capacity)
        return items;
    *capacity = needed < 64 ? 128 : 2 * needed;
    void *more = realloc(items, *capacity * size);
    CHECK(more != NULL);
    return more;
}

/* The rounds of a log come in order, each once. */
static void read_round(struct trial *t, uint8_t player, const struct note *n,
                       uint64_t time_ms)
{
    struct life *l = &t->life[player];
    if (n->round == 0 && l->n_rounds == 1)
        l->n_rounds = 0; /* a later hello gave the session another name */
    if (n->round != l->n_rounds) {
        broken(t, LAW_LOG, player, "round %" PRIu64 " follows %" PRIu64 " rounds",
               n->round, l->n_rounds);
        return;
    }
    l->round = grown(l->round, l->n_rounds + 1, &l->rounds_capacity, sizeof *l->round);
    l->round[l->n_rounds++] = (struct past_round){time_ms, n->digest};
}

static void read_stage(struct trial *t, uint8_t player, const struct note *n)
{
    struct life *l = &t->life[player];
    uint64_t capacity = l->stages_capacity;
    if (n->stage != l->n_stages + 1) {
        broken(t, LAW_LOG, player, "stage %" PRIu32 " follows stage %" PRIu32, n->stage,
               l->n_stages);
        return;
    }
    l->stage = grown(l->stage, l->n_stages + 1u, &capacity, sizeof *l->stage);
    l->stages_capacity = (uint32_t)capacity;
    struct past_stage *s = &l->stage[l->n_stages++];
    *s = (struct past_stage){.deviators = n->mask, .number = n->number};
    memcpy(s->actions, n->actions, sizeof s->actions);
    s->tossed = l->toss.kind == NOTE_TOSSED && l->toss.stage == n->stage;
    if (!s->tossed)
        return;
    s->profile = l->toss.number;
    memcpy(s->drawn, l->toss.actions, sizeof s->drawn);
}

static void read_note(struct trial *t, uint8_t player, const struct note *n,
                      uint64_t time_ms)
{
    struct life *l = &t->life[player];
    if (n->kind == NOTE_ROUND)
        read_round(t, player, n, time_ms);
    if (n->kind == NOTE_STAGE)
        read_stage(t, player, n);
    if (n->kind == NOTE_TOSSED)
        l->toss = *n;
    if (n->kind == NOTE_DEVIATION && n->stage >= 1 && n->stage <= l->n_stages) {
        struct past_stage *s = &l->stage[n->stage - 1];
        s->noticed |= n->number == FAULT_ACTION ? player_bit(n->player) : 0;
        s->opened |= n->number == FAULT_OPENING ? player_bit(n->player) : 0;
    }
    if (n->kind == NOTE_DEVIATION || n->kind == NOTE_BLAMED)
        l->blamed |= player_bit(n->player);
    if (n->kind == NOTE_BLAMED &&
        (n->number == FAULT_EQUIVOCATION || n->number == FAULT_EXCLUSIVE ||
         n->number == FAULT_ACCUSATION))
        l->contradicted = true;
    if (n->kind == NOTE_THREAT && n->candidate != NULL) {
        l->has_threat = true;
        l->threat = *n->candidate;
    }
    if (n->kind == NOTE_DRAWN && !l->drew) {
        l->drew = true;
        l->drawn_first = *n->candidate;
    }
    if (n->kind == NOTE_AGREED) {
        l->agreed = true;
        l->agreement = n->digest;
        l->agreed_on = *n->candidate;
    }
    if (n->kind == NOTE_NO_AGREEMENT)
        l->disagreed = true;
    if (n->kind == NOTE_DOUBLE)
        l->doubled = true;
    if (n->kind == NOTE_ENDED) {
        l->outcome = (enum outcome)n->number;
        l->stages = n->stage;
    }
}

/* Reads one record; false if it is not what may stand there. */
static bool read_record(struct trial *t, uint8_t player, const struct record *r,
                        const struct digest *chain_before, uint64_t n_before)
{
    const struct roster *roster = world_roster(t->world);
    struct life *l = &t->life[player];
    struct note n;
    struct candidate c;
    if ((r->kind == RECORD_HEADER) != (n_before == 0) || l->ended)
        return false;
    if (r->kind == RECORD_END) {
        l->ended = true;
        return record_end_holds(r->payload, r->size, chain_before, n_before,
                                &roster->key[player]);
    }
    if (r->kind != RECORD_NOTE)
        return true;
    if (!note_read(&n, &c, r->payload, r->size, world_terms(t->world)))
        return false;
    read_note(t, player, &n, r->time_ms);
    return true;
}

static void read_life(struct trial *t, uint8_t player)
{
    size_t size, used;
    const uint8_t *bytes = world_log(t->world, player, &size);
    struct digest chain = record_origin();
    struct life *l = &t->life[player];
    struct record r;
    uint64_t n = 0;
    l->whole = true;
    for (size_t at = 0; at < size && l->whole; at += used, n++) {
        const struct digest before = chain;
        used = 0;
        l->whole =
            record_read(&r, &used, &chain, bytes + at, size - at) == RECORD_READ &&
            read_record(t, player, &r, &before, n);
    }
    /* Death may have come between a stage and what was to be said about it. */
    if (world_dead(t->world, player) && l->n_stages > 0)
        l->n_stages--;
    if (!l->whole)
        broken(t, LAW_LOG, player, "record %" PRIu64 " is not what may stand there", n);
}

/* ---- comparing two honest players ---- */

/* Two honest players can complete one round with different rows, if somebody tells them
 * different things there; but neither of them completes the next one. So where somebody
 * did, only what one of them has gone beyond is compared. */
static bool equivocates(const struct world *w)
{
    for (uint8_t i = 0; i < world_roster(w)->n_players; i++)
        if (world_two_faced(w, i))
            return true;
    return false;
}

static uint64_t comparable(const struct world *w, uint64_t n, uint64_t m)
{
    const uint64_t least = n < m ? n : m;
    return n == m && n > 0 && equivocates(w) ? least - 1 : least;
}

static void judge_treaty(struct trial *t, uint8_t a, uint8_t b)
{
    const struct life *x = &t->life[a], *y = &t->life[b];
    if (x->has_threat && y->has_threat && !candidate_equal(&x->threat, &y->threat))
        broken(t, LAW_ONE_TREATY, a, "its threat is not that of %d", b + 1);
    if (x->agreed && y->agreed && !digest_equal(&x->agreement, &y->agreement))
        broken(t, LAW_ONE_TREATY, a, "its agreement is not that of %d", b + 1);
    if ((x->agreed && y->disagreed) || (x->disagreed && y->agreed))
        broken(t, LAW_ONE_TREATY, a, "only one of it and %d holds an agreement", b + 1);
}

/* That a stage was broken by a wrong opening may show only in the row of TOSS after it,
 * which one of the two may have refused. */
static bool same_stage(const struct life *x, const struct life *y, uint32_t s)
{
    const struct past_stage *mine = &x->stage[s], *theirs = &y->stage[s];
    const bool last = s + 1 == x->n_stages || s + 1 == y->n_stages;
    const bool unknown = last && mine->tossed != 0 && x->n_rounds != y->n_rounds;
    return memcmp(mine->actions, theirs->actions, sizeof mine->actions) == 0 &&
           mine->deviators == theirs->deviators && mine->number == theirs->number &&
           mine->noticed == theirs->noticed &&
           (unknown || mine->opened == theirs->opened) &&
           mine->tossed == theirs->tossed && mine->profile == theirs->profile &&
           memcmp(mine->drawn, theirs->drawn, sizeof mine->drawn) == 0;
}

static void judge_story(struct trial *t, uint8_t a, uint8_t b)
{
    const struct life *x = &t->life[a], *y = &t->life[b];
    const uint64_t n = comparable(t->world, x->n_stages, y->n_stages);
    for (uint32_t s = 0; s < n; s++) {
        if (same_stage(x, y, s))
            continue;
        broken(t, LAW_ONE_STORY, a, "stage %" PRIu32 " is not the one %d saw", s + 1,
               b + 1);
        return;
    }
}

static void judge_past(struct trial *t, uint8_t a, uint8_t b)
{
    const struct life *x = &t->life[a], *y = &t->life[b];
    const uint64_t n = comparable(t->world, x->n_rounds, y->n_rounds);
    for (uint64_t r = 0; r < n; r++) {
        if (digest_equal(&x->round[r].digest, &y->round[r].digest))
            continue;
        broken(t, LAW_ONE_PAST, a, "round %" PRIu64 " is not the one %d completed", r,
               b + 1);
        return;
    }
}

/* Whoever completes round r knows that everybody had completed round r - 1 by then. */
static void judge_step(struct trial *t, uint8_t a, uint8_t b)
{
    const struct life *x = &t->life[a], *y = &t->life[b];
    for (uint64_t r = 1; r < x->n_rounds; r++) {
        if (r - 1 < y->n_rounds && y->round[r - 1].time_ms <= x->round[r].time_ms)
            continue;
        broken(t, LAW_STEP, a,
               "it completed round %" PRIu64 " before %d completed the one before", r,
               b + 1);
        return;
    }
}

/* What strict verdicts rest on. */
static bool in_time(const struct world *w)
{
    const struct network *n = world_network(w);
    const struct terms *t = world_terms(w);
    const uint64_t delay_ms = (n->reorder > 0 ? 5 : 1) * (uint64_t)n->delay_ms_max;
    return t->verdict == VERDICT_STRICT && delay_ms <= t->delay_ms && n->loss <= 0 &&
           n->n_partitions == 0 && n->n_crashes == 0;
}

static void judge_verdict(struct trial *t, uint8_t a, uint8_t b)
{
    enum { STARTED = 2 };
    const struct life *x = &t->life[a], *y = &t->life[b];
    const uint64_t most = x->n_rounds > y->n_rounds ? x->n_rounds : y->n_rounds;
    const uint32_t stages = world_terms(t->world)->stages;
    if (!in_time(t->world) || equivocates(t->world) || x->n_rounds == y->n_rounds ||
        most <= STARTED || x->contradicted || y->contradicted ||
        (x->n_stages == stages && y->n_stages == stages)) /* farewells */
        return;
    broken(t, LAW_SAME_VERDICT, a,
           "it completed %" PRIu64 " rounds, and %d completed %" PRIu64, x->n_rounds,
           b + 1, y->n_rounds);
}

/* ---- one player ---- */

static void judge_innocence(struct trial *t, uint8_t judge)
{
    const struct life *l = &t->life[judge];
    uint64_t accused = l->blamed;
    for (uint32_t s = 0; s < l->n_stages; s++)
        accused |= l->stage[s].deviators;
    for (uint8_t i = 0; i < t->n_players; i++)
        if ((accused >> i & 1) != 0 && world_honest(t->world, i))
            broken(t, LAW_INNOCENCE, judge, "it holds %d for guilty", i + 1);
}

static void judge_end(struct trial *t, uint8_t player)
{
    const struct world *w = t->world;
    const struct life *l = &t->life[player];
    struct world_counts counts;
    if (!world_dead(w, player) && !l->ended)
        broken(t, LAW_END, player, "it had not ended after %" PRIu64 " ms",
               world_now_ms(w));
    world_counts(w, player, &counts);
    if (l->doubled)
        broken(t, LAW_SAME_WORDS, player, "it heard a double of itself");
    if (counts.contradictions != 0)
        broken(t, LAW_SAME_WORDS, player, "%" PRIu32 " words differ from its log",
               counts.contradictions);
}

/* True where all that can go wrong is healed well before anybody's patience ends: a
 * message in thirty is lost at most, and the slowest takes a tenth of hard_ms. */
static bool mild(const struct world *w)
{
    const struct network *n = world_network(w);
    const uint32_t slowest_ms = n->delay_ms_max * (n->reorder > 0 ? 5 : 1);
    return n->n_partitions == 0 && n->n_crashes == 0 && n->loss <= 1.0 / 30 &&
           (network_calm(n) || 10 * slowest_ms <= world_terms(w)->hard_ms);
}

/* Only where nobody cheats, and the network is mild. */
static void judge_played(struct trial *t, uint8_t player)
{
    const struct life *l = &t->life[player];
    const uint32_t stages = world_terms(t->world)->stages;
    if (l->outcome == OUTCOME_NO_THREAT)
        return;
    if (l->outcome != OUTCOME_PLAYED || l->stages != stages || l->n_stages != stages)
        broken(t, LAW_PLAYED, player,
               "%" PRIu32 " of %" PRIu32 " stages, and the outcome is %s", l->n_stages,
               stages, outcome_name(l->outcome));
}

/* True for a cheat with one trick that does not make others refuse before the proof has
 * reached them. */
static bool has_one_trick(const struct misdeeds *m)
{
    const enum misbehaviour_kind kind = m->misbehaviour[0].kind;
    return m->n_misbehaviours <= 1 &&
           (m->n_misbehaviours == 0 ||
            (kind != MISBEHAVE_ADAPTIVE && kind != MISBEHAVE_ACCUSE &&
             kind != MISBEHAVE_FAIL_AND_GO_ON));
}

/* Only where the network is calm and there is one cheat, with one trick: then nobody
 * who is honest falls silent, and a proof finds its way to everybody. */
static void judge_proven(struct trial *t, uint8_t player)
{
    uint8_t cheats = 0;
    bool proven = false;
    for (uint8_t i = 0; i < t->n_players; i++) {
        if (!has_one_trick(world_misdeeds(t->world, i)))
            return;
        cheats = (uint8_t)(cheats + !world_honest(t->world, i));
        proven = proven ||
                 (world_honest(t->world, i) && t->life[i].outcome == OUTCOME_FAULT);
    }
    if (proven && cheats == 1 && t->life[player].outcome == OUTCOME_OMISSION)
        broken(t, LAW_PROVEN, player, "it holds for silence what others have proven");
}

/* Misbehaviour of which every word is its own proof. */
static bool convicts(enum misbehaviour_kind kind)
{
    return kind == MISBEHAVE_BAD_OPENING || kind == MISBEHAVE_COPY ||
           kind == MISBEHAVE_ILLEGAL || kind == MISBEHAVE_GRIND ||
           kind == MISBEHAVE_BAD_PROPOSAL || kind == MISBEHAVE_BAD_PRUNE ||
           kind == MISBEHAVE_MARKED_DECK || kind == MISBEHAVE_OLD_PROOF ||
           kind == MISBEHAVE_BAD_SHARE || kind == MISBEHAVE_ROGUE_KEY ||
           kind == MISBEHAVE_BAD_REPORT;
}

/* On a calm network with one cheat: what it did counts, and not what it was meant to.
 */
static void judge_caught(struct trial *t, uint8_t player)
{
    uint8_t cheats = 0, cheat = 0;
    for (uint8_t i = 0; i < t->n_players; i++) {
        if (world_honest(t->world, i))
            continue;
        cheats++;
        cheat = i;
    }
    const struct misdeeds *m = world_misdeeds(t->world, cheat);
    /* A punishment takes the place of the toss that would have shown a copy. */
    const bool untossed =
        m->n_defections > 0 && m->misbehaviour[0].kind == MISBEHAVE_COPY;
    if (cheats != 1 || m->n_misbehaviours != 1 || untossed ||
        !convicts(m->misbehaviour[0].kind) ||
        world_deeds(t->world, cheat).misbehaviours == 0)
        return;
    if ((t->life[player].blamed >> cheat & 1) == 0)
        broken(t, LAW_CAUGHT, player, "it did not prove what %d did: %s", cheat + 1,
               misbehaviour_name(m->misbehaviour[0].kind));
}

static bool broke(const struct broken_stage *broken_stages, size_t n, uint32_t stage)
{
    for (size_t i = 0; i < n; i++)
        if (broken_stages[i].stage == stage)
            return true;
    return false;
}

/* True for a cheat that says what it plays, and otherwise what it should. One that was
 * born again may have forgotten what it had committed to. */
static bool plays_openly(const struct world *w, uint8_t player)
{
    struct world_counts counts;
    const struct misdeeds *m = world_misdeeds(w, player);
    world_counts(w, player, &counts);
    if (m->n_misbehaviours > 0 && counts.restarts > 0)
        return false;
    for (uint8_t i = 0; i < m->n_misbehaviours; i++) {
        const enum misbehaviour_kind kind = m->misbehaviour[i].kind;
        if (kind != MISBEHAVE_FALSE_YES && kind != MISBEHAVE_PICKY &&
            kind != MISBEHAVE_NO_PENANCE && kind != MISBEHAVE_RELAPSE)
            return false;
    }
    return true;
}

/* A cheat that does nothing but break the agreement: what it really did is compared
 * with what an honest player noticed, stage by stage. */
static void judge_notice(struct trial *t, uint8_t judge, uint8_t cheat)
{
    struct broken_stage stages[DEFECTIONS_MAX];
    const size_t n = world_broken(t->world, cheat, stages, DEFECTIONS_MAX);
    const struct life *l = &t->life[judge];
    const uint64_t bit = player_bit(cheat);
    /* Some begin in the middle of a stage, when they have committed to what they
     * should. */
    const bool suddenly = world_misdeeds(t->world, cheat)->n_misbehaviours > 0;
    for (uint32_t s = 0; s < l->n_stages; s++) {
        const bool did = broke(stages, n, s + 1);
        const uint64_t noted =
            l->stage[s].noticed | (suddenly ? l->stage[s].opened : 0);
        const bool seen = (noted & bit) != 0 && (l->stage[s].deviators & bit) != 0;
        if (did != seen)
            broken(t, LAW_NOTICED, judge,
                   "in stage %" PRIu32 " %d %s the agreement, %s", s + 1, cheat + 1,
                   did ? "broke" : "kept",
                   seen ? "and was noted" : "and was not noted");
        if (did && s + 1 < l->n_stages && l->stage[s + 1].number == 0)
            broken(t, LAW_NOTICED, judge, "stage %" PRIu32 " is not punished", s + 2);
    }
}

/* Every comparison forgives the tolerance, and there may be many of them. */
static void judge_floor(struct trial *t, uint8_t player)
{
    const struct life *l = &t->life[player];
    const enum concept concept = world_terms(t->world)->concept;
    const struct payoffs *p = world_payoffs(t->world, player);
    if (!l->agreed || !l->drew)
        return;
    const double got = concept_payoff(p, concept, &l->agreed_on);
    const double drawn = concept_payoff(p, concept, &l->drawn_first);
    if (got < drawn - 100 * incentive_tolerance(p))
        broken(t, LAW_FLOOR, player, "it agreed to %.17g where %.17g was drawn", got,
               drawn);
}

static void judge_draws(struct trial *t, uint8_t judge)
{
    const struct life *l = &t->life[judge];
    const struct shape *shape = &world_terms(t->world)->shape;
    const bool draws = world_terms(t->world)->concept == CONCEPT_PUBLIC && l->agreed;
    for (uint32_t s = 0; s < l->n_stages; s++) {
        const struct past_stage *stage = &l->stage[s];
        if (draws && (stage->noticed | stage->opened) != 0 && s + 1 < l->n_stages &&
            stage[1].number == 0)
            broken(t, LAW_AS_DRAWN, judge, "stage %" PRIu32 " is not punished", s + 2);
        if (stage->tossed != (draws && stage->number == 0)) {
            broken(t, LAW_AS_DRAWN, judge, "stage %" PRIu32 " is %s", s + 1,
                   stage->tossed ? "drawn" : "not drawn");
            continue;
        }
        if (!stage->tossed)
            continue;
        if (stage->profile >= shape_profiles(shape) ||
            profile_index(shape, stage->drawn) != stage->profile ||
            l->agreed_on.weight[stage->profile] == 0)
            broken(t, LAW_AS_DRAWN, judge, "stage %" PRIu32 " draws what has no weight",
                   s + 1);
        for (uint8_t i = 0; i < t->n_players; i++)
            if ((stage->actions[i] != stage->drawn[i]) !=
                ((stage->deviators >> i & 1) != 0))
                broken(t, LAW_AS_DRAWN, judge,
                       "in stage %" PRIu32 " %d played %d where %d was drawn", s + 1,
                       i + 1, stage->actions[i] + 1, stage->drawn[i] + 1);
    }
}

/* ---- all of it ---- */

static bool all_honest(const struct trial *t)
{
    for (uint8_t i = 0; i < t->n_players; i++)
        if (!world_honest(t->world, i))
            return false;
    return true;
}

static void judge(struct trial *t, uint8_t player)
{
    judge_innocence(t, player);
    judge_end(t, player);
    judge_draws(t, player);
    judge_floor(t, player);
    if (all_honest(t) && mild(t->world))
        judge_played(t, player);
    if (network_calm(world_network(t->world))) {
        judge_proven(t, player);
        judge_caught(t, player);
    }
    for (uint8_t other = 0; other < t->n_players; other++) {
        if (!world_honest(t->world, other)) {
            if (plays_openly(t->world, other))
                judge_notice(t, player, other);
            continue;
        }
        if (other != player)
            judge_step(t, player, other);
        if (other <= player)
            continue;
        judge_treaty(t, player, other);
        judge_story(t, player, other);
        judge_past(t, player, other);
        judge_verdict(t, player, other);
    }
}

bool laws_hold(const struct world *w, struct breaches *out)
{
    struct trial *t = calloc(1, sizeof *t);
    CHECK(t != NULL);
    *out = (struct breaches){0};
    t->world = w;
    t->breaches = out;
    t->n_players = world_roster(w)->n_players;
    for (uint8_t i = 0; i < t->n_players; i++)
        read_life(t, i);
    for (uint8_t i = 0; i < t->n_players; i++)
        if (world_honest(w, i))
            judge(t, i);
    for (uint8_t i = 0; i < t->n_players; i++) {
        free(t->life[i].round);
        free(t->life[i].stage);
    }
    free(t);
    return out->n == 0;
}

void breaches_text(char out[BREACHES_TEXT_MAX], const struct breaches *b, uint64_t seed,
                   const char *command)
{
    size_t size = 0;
    for (uint32_t i = 0; i < b->n && i < BREACHES_MAX && size < BREACHES_TEXT_MAX;
         i++) {
        const struct breach *breach = &b->item[i];
        const int n = snprintf(out + size, BREACHES_TEXT_MAX - size,
                               "broken: %s. Player %d: %s.\n", law_text(breach->law),
                               breach->player + 1, breach->found);
        size += n > 0 ? (size_t)n : 0;
    }
    if (size < BREACHES_TEXT_MAX)
        snprintf(out + size, BREACHES_TEXT_MAX - size,
                 "seed %" PRIu64 "; to repeat it: %s%" PRIu64 "\n", seed, command,
                 seed);
}
