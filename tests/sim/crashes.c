/* SPDX-License-Identifier: MIT */
/* Small sessions in which a player dies at every place, in every way, while somebody
 * else keeps or breaks the rules. Nothing that was agreed or played changes where all
 * are honest; no law is broken, and nobody says two things, where one is not.
 *     TREATY_CRASH_STRIDE=1 crashes
 * takes each place for itself; otherwise every so-manieth, each time from another one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "protocol/message.h"
#include "sim/laws.h"
#include "sim/scenario.h"

/* Where a player dies: k is the number of a record of its log. */
enum pattern {
    AFTER_RECORD,    /* once k is written, before it does what k tells of */
    AFTER_SENDING,   /* once it has done that, and all else that it does at that time */
    AGAIN_AND_AGAIN, /* after k, and as soon as it is back and writes, twice more */
    TOGETHER,        /* after k, and another player after its own k */
    AWAY,            /* after k, for so long that the others ask one another */
    PATTERNS,
};
static const char *const pattern_names[] = {"after record", "after sending",
                                            "again and again", "together", "away"};

enum { VICTIM = 0, OTHER = 1, SESSIONS = 5, KINDS_MAX = 128 };

static struct {
    uint64_t worlds, restarts, broken;
    bool said[KINDS_MAX]; /* kinds of message that some victim said */
} total;

static void defect(struct scenario *s, uint8_t player, uint32_t stage)
{
    struct misdeeds *m = &s->misdeeds[player];
    m->defection[m->n_defections++] = (struct defection){stage, ANY_ACTION};
}

/* All honest, or one who only plays something else. */
static void session(struct scenario *s, int k)
{
    if (k == 1)
        scenario_pennies(s);
    else
        scenario_public_goods(s, k == 2 ? 3 : 2);
    s->terms.budget = k == 0 ? 2 : 1;
    s->terms.stages = k == 2 ? 4 : 3;
    s->terms.concept = k == 4 ? CONCEPT_PUBLIC : CONCEPT_NASH;
    if (k < 2)
        return;
    s->terms.finite = true;
    s->terms.length =
        k == 2 || k == 4 ? 1 : 0; /* 0: the shortest that deters everybody */
    s->terms.threat_given = k == 3;
    defect(s, 1, 1);
}

static void cheating(struct scenario *s, enum misbehaviour_kind kind)
{
    scenario_public_goods(s, 3);
    s->terms.budget = 2;
    s->terms.stages = 4;
    s->terms.finite = true;
    s->terms.length = 1;
    s->misdeeds[OTHER].n_misbehaviours = 1;
    s->misdeeds[OTHER].misbehaviour[0] = (struct misbehaviour){.kind = kind};
    if (kind == MISBEHAVE_NO_PENANCE)
        defect(s, OTHER, 1);
}

/* The times of the victim's records, and the kinds of what it said. */
static size_t look(const struct world *w, uint64_t *times, size_t capacity)
{
    size_t size, used, n = 0;
    const uint8_t *bytes = world_log(w, VICTIM, &size);
    struct digest chain = record_origin();
    struct record r;
    while (size > 0 && record_read(&r, &used, &chain, bytes, size) == RECORD_READ) {
        struct message m;
        CHECK(n < capacity);
        times[n++] = r.time_ms;
        if (r.kind == RECORD_OUT &&
            envelope_peek(&m, r.payload, r.size, world_roster(w),
                          terms_body_max(world_terms(w))))
            total.said[m.kind] = true;
        bytes += used;
        size -= used;
    }
    return n;
}

static void die(struct network *n, uint8_t player, uint64_t record, uint64_t at_ms,
                uint64_t away_ms)
{
    n->crash[n->n_crashes++] = (struct crash){
        .player = player, .at_record = record, .at_ms = at_ms, .restart_ms = away_ms};
}

static void plan(struct network *n, enum pattern pattern, uint64_t k, uint64_t time_ms)
{
    n->n_crashes = 0;
    switch (pattern) {
    case AFTER_RECORD:
        die(n, VICTIM, k, 0, 37);
        return;
    case AFTER_SENDING:
        die(n, VICTIM, 0, time_ms + 1, 37);
        return;
    case AGAIN_AND_AGAIN:
        for (uint64_t again = 0; again < 3; again++)
            die(n, VICTIM, k + again, 0, 3);
        return;
    case TOGETHER:
        die(n, VICTIM, k, 0, 37);
        die(n, OTHER, k, 0, 61);
        return;
    case AWAY:
        die(n, VICTIM, k, 0, 1500);
        return;
    case PATTERNS:
        return;
    }
}

static bool same_end(const struct report *a, const struct report *b)
{
    return a->outcome == b->outcome && a->stages_played == b->stages_played &&
           digest_equal(&a->agreement_digest, &b->agreement_digest);
}

/* One world; before: how the victim ended without a death, where that must not change.
 */
static void run(struct scenario *s, const char *name, enum pattern pattern, uint64_t k,
                const struct report *before)
{
    struct breaches breaches;
    struct world_counts counts;
    struct report after;
    struct world *w = world_new(&s->options);
    CHECK(w != NULL);
    world_run(w);
    world_counts(w, VICTIM, &counts);
    world_report(w, VICTIM, &after);
    const bool lawful = laws_hold(w, &breaches);
    const bool changed = before != NULL && !same_end(before, &after);
    total.worlds++;
    total.restarts += counts.restarts;
    if (!lawful || changed || counts.contradictions > 0) {
        char text[BREACHES_TEXT_MAX] = "";
        total.broken++;
        printf("%s, %s %" PRIu64 ": %s, %" PRIu32 " stages, %" PRIu32
               " contradictions\n",
               name, pattern_names[pattern], k, outcome_name(after.outcome),
               after.stages_played, counts.contradictions);
        if (!lawful)
            breaches_text(text, &breaches, s->options.seed, "seed ");
        fputs(text, stdout);
    }
    world_free(w);
}

/* Every place, from the one after `from` on, in steps of stride. */
static void die_everywhere(struct scenario *s, const char *name, uint64_t from,
                           uint64_t stride, bool same)
{
    static uint64_t times[1 << 14];
    struct report before;
    s->options.network.n_crashes = 0;
    struct world *calm = world_new(&s->options);
    CHECK(calm != NULL);
    world_run(calm);
    world_report(calm, VICTIM, &before);
    const size_t n = look(calm, times, sizeof times / sizeof times[0]);
    world_free(calm);
    for (enum pattern p = AFTER_RECORD; p < PATTERNS; p++)
        for (uint64_t k = 1 + (from + p) % stride; k < n; k += stride) {
            plan(&s->options.network, p, k, times[k - 1]);
            run(s, name, p, k, same ? &before : NULL);
        }
    scenario_free(s);
}

/* Of the messages that fill slots, each kind was said before some death. */
static void check_kinds(void)
{
    for (int kind = MESSAGE_HELLO; kind <= MESSAGE_END; kind++)
        if (!total.said[kind]) {
            printf("no victim ever said %s\n", message_name((enum message_kind)kind));
            total.broken++;
        }
}

int main(void)
{
    const char *text = getenv("TREATY_CRASH_STRIDE");
    const uint64_t stride =
        text != NULL && *text != '\0' ? strtoull(text, NULL, 10) : 36;
    if (!secure_start() || stride == 0)
        return EXIT_FAILURE;
    for (int k = 0; k < SESSIONS; k++) {
        struct scenario s;
        char name[32];
        session(&s, k);
        (void)snprintf(name, sizeof name, "session %d", k);
        die_everywhere(&s, name, 0, (stride + 8) / 9, true);
    }
    check_kinds();
    for (int kind = 0; kind < MISBEHAVIOUR_KINDS; kind++) {
        struct scenario s;
        cheating(&s, (enum misbehaviour_kind)kind);
        die_everywhere(&s, misbehaviour_name((enum misbehaviour_kind)kind),
                       (uint64_t)kind, stride, false);
    }
    printf("%" PRIu64 " worlds, %" PRIu64 " restarts, %" PRIu64 " broken\n",
           total.worlds, total.restarts, total.broken);
    return total.broken == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
