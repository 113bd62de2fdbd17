/* SPDX-License-Identifier: MIT */
/* Sessions of more players than 32 bits can name, with payoffs by count: everybody
 * plays to the end; who deviates is seen, named and punished; whose silence is claimed,
 * too; and logs and proofs say so to a stranger. many 33 64 plays with 33 players, and
 * then with 64. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "game/counts.h"
#include "protocol/audit.h"
#include "protocol/evidence.h"
#include "sim/laws.h"
#include "sim/scenario.h"

enum { STAGES = 4, DEVIANT_STAGE = 2, SILENT_STAGE = 4 };

/* Public goods: to give costs 3 and gives 2 to everybody. */
static void public_goods(struct scenario *s, uint8_t n)
{
    const struct shape shape = shape_uniform(n, 2);
    double value[2 * PLAYERS_MAX];
    scenario_start(s, &shape);
    for (uint8_t keepers = 0; keepers < n; keepers++) {
        const double others_give = 2.0 * (n - 1 - keepers);
        value[keepers] = others_give + 2 - 3;
        value[n + keepers] = others_give;
    }
    for (uint8_t i = 0; i < n; i++) {
        payoffs_free(s->game.payoffs[i]);
        s->game.payoffs[i] = payoffs_new_by_count(&shape, i, value);
        CHECK(s->game.payoffs[i] != NULL);
        s->terms.threat.weight[2 * i + 1] = WEIGHT_ONE;
    }
    s->terms.threat_given = true;
    s->terms.budget = 1;
    s->terms.stages = STAGES;
    s->terms.soft_ms = 500; /* everybody asks everybody for what the silent one owes */
    s->terms.hard_ms = 1000;
}

static struct world *play_out(const struct scenario *s)
{
    struct breaches breaches;
    struct world *w = world_new(&s->options);
    CHECK(w != NULL);
    world_run(w);
    if (!laws_hold(w, &breaches)) {
        char text[BREACHES_TEXT_MAX];
        breaches_text(text, &breaches, s->options.seed, "seed ");
        (void)fputs(text, stderr);
        CHECK(breaches.n == 0);
    }
    return w;
}

static void end(struct scenario *s, struct world *w)
{
    world_free(w);
    scenario_free(s);
}

/* What an honest player has to say about the two. */
static void check_note(const struct note *n, uint8_t deviant, uint8_t silent)
{
    if (n->kind == NOTE_DEVIATION) {
        CHECK(n->player == deviant && n->stage == DEVIANT_STAGE);
        CHECK(n->number == FAULT_ACTION && (n->other & 0xff) != n->other >> 8);
    } else if (n->kind == NOTE_STAGE) {
        /* Afterwards everybody punishes, the deviant included. */
        CHECK(n->mask == (n->stage == DEVIANT_STAGE ? player_bit(deviant) : 0));
        CHECK(n->number == (n->stage > DEVIANT_STAGE));
    } else if (n->kind == NOTE_SAMPLED) {
        CHECK(n->round < 8); /* until all had finished, not until no more may ask */
    } else if (n->kind == NOTE_REFUSED) {
        CHECK(n->mask == player_bit(silent) && n->stage == SILENT_STAGE);
    } else if (n->kind == NOTE_ENDED) {
        CHECK(n->number == OUTCOME_OMISSION && n->stage == SILENT_STAGE - 1);
    }
}

struct proofs {
    const struct roster *roster;
    uint64_t guilty;
};

static void found(void *context, const struct evidence *e, const uint8_t *bytes,
                  size_t n)
{
    struct proofs *p = context;
    struct evidence judged;
    char reason[256];
    CHECK(e->kind == EVIDENCE_ACTION);
    CHECK(evidence_holds(&judged, bytes, n, p->roster, reason));
    CHECK(judged.guilty == e->guilty && judged.stage == DEVIANT_STAGE);
    p->guilty |= player_bit(judged.guilty);
}

/* A stranger is led through a log, and through the proof in it. */
static void check_log(const struct world *w, uint8_t player, uint8_t deviant,
                      uint8_t silent)
{
    struct proofs proofs = {world_roster(w), 0};
    struct candidate candidate;
    struct audit_fault fault;
    struct digest chain = record_origin();
    struct note n;
    struct record r;
    uint32_t notes[NOTE_KINDS] = {0};
    size_t size, used;
    const uint8_t *bytes = world_log(w, player, &size);
    struct audit *a = audit_new(world_terms(w), world_roster(w));
    struct evidence_search *e = evidence_search_new(world_terms(w), world_roster(w),
                                                    size + (1 << 16), found, &proofs);
    CHECK(a != NULL && e != NULL);
    for (; record_read(&r, &used, &chain, bytes, size) == RECORD_READ;
         bytes += used, size -= used) {
        CHECK(audit_record(a, &r, &fault));
        evidence_search_record(e, &r);
        if (r.kind == RECORD_NOTE) {
            CHECK(note_read(&n, &candidate, r.payload, r.size, world_terms(w)));
            check_note(&n, deviant, silent);
            notes[n.kind]++;
        }
    }
    CHECK(size == 0 && audit_summary(a)->guilty == player_bit(deviant));
    CHECK(proofs.guilty == player_bit(deviant));
    CHECK(notes[NOTE_DEVIATION] == 1 && notes[NOTE_STAGE] == SILENT_STAGE - 1);
    CHECK(notes[NOTE_REFUSED] > 0 && notes[NOTE_ENDED] == 1);
    evidence_search_free(e);
    audit_free(a);
}

/* The last player deviates, and the one before it falls silent. */
static void play(uint8_t n_players)
{
    struct scenario s;
    const uint8_t deviant = (uint8_t)(n_players - 1), silent = (uint8_t)(n_players - 2);
    public_goods(&s, n_players);
    s.misdeeds[deviant].defection[0] = (struct defection){DEVIANT_STAGE, ANY_ACTION};
    s.misdeeds[deviant].n_defections = 1;
    s.misdeeds[silent].misbehaviour[0] =
        (struct misbehaviour){.kind = MISBEHAVE_SILENT, .from_stage = SILENT_STAGE};
    s.misdeeds[silent].n_misbehaviours = 1;
    struct world *w = play_out(&s);
    check_log(w, 0, deviant, silent);
    check_log(w, (uint8_t)(n_players - 3), deviant, silent);
    end(&s, w);
    (void)printf("%u players: one deviated and was punished, one fell silent\n",
                 n_players);
}

int main(int argc, char **argv)
{
    CHECK(secure_start());
    for (int i = 1; i < argc; i++)
        play((uint8_t)atoi(argv[i]));
    return EXIT_SUCCESS;
}
