/* SPDX-License-Identifier: MIT */
/* Hides the sentences, and which counts a world adds to. */
#include "sim/census.h"

#include <inttypes.h>

#include "base/check.h"

/* ---- stories ---- */

/* FNV-1a, a word at a time. */
static uint64_t blended(uint64_t story, uint64_t word)
{
    story = (story ^ word) * UINT64_C(0x100000001b3);
    return story ^ story >> 29;
}

void census_watch(void *census, uint64_t now_ms, uint8_t player,
                  const struct note *note)
{
    struct census *c = census;
    const uint64_t words[] = {
        now_ms,       player,      note->kind, note->player, note->stage,
        note->number, note->other, note->mask, note->round,
    };
    c->notes[note->kind]++;
    if (note->kind == NOTE_DEVIATION || note->kind == NOTE_BLAMED)
        c->faults[note->number]++;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        c->story = blended(c->story, words[i]);
    for (size_t i = 0; i < sizeof note->digest.bytes; i += 8) {
        uint64_t word = 0;
        for (size_t k = 0; k < 8; k++)
            word = word << 8 | note->digest.bytes[i + k];
        c->story = blended(c->story, word);
    }
    for (size_t i = 0; i < sizeof note->actions; i++)
        c->story = blended(c->story, note->actions[i]);
}

/* ---- counting ---- */

static void count_network(struct census *c, const struct network *n)
{
    c->calm += network_calm(n);
    c->lossy += n->loss > 0;
    c->doubling += n->duplicate > 0;
    c->overtaking += n->reorder > 0;
    c->parted += n->n_partitions > 0;
    c->crashing += n->n_crashes > 0;
    c->crashing_often += n->n_crashes > 1;
}

static void count_cheats(struct census *c, const struct world *w)
{
    const uint8_t n_players = world_roster(w)->n_players;
    const bool calm = network_calm(world_network(w));
    uint8_t cheats = 0;
    bool defecting = false, two_faced = false, misbehaving[MISBEHAVIOUR_KINDS] = {0};
    for (uint8_t i = 0; i < n_players; i++) {
        const struct misdeeds *m = world_misdeeds(w, i);
        const struct deeds done = world_deeds(w, i);
        cheats = (uint8_t)(cheats + !world_honest(w, i));
        defecting = defecting || done.defections != 0;
        two_faced = two_faced || world_two_faced(w, i);
        for (uint8_t k = 0; k < m->n_misbehaviours; k++)
            if ((done.misbehaviours >> k & 1) != 0)
                misbehaving[m->misbehaviour[k].kind] = true;
    }
    c->honest += cheats == 0;
    c->one_cheat += cheats == 1;
    c->coalition += cheats > 1;
    c->one_honest += cheats > 1 && cheats + 1 == n_players;
    c->calm_honest += calm && cheats == 0;
    c->calm_one_cheat += calm && cheats == 1;
    c->defecting += defecting;
    c->two_faced += two_faced;
    for (int k = 0; k < MISBEHAVIOUR_KINDS; k++)
        c->misbehaving[k] += misbehaving[k];
}

static void count_ends(struct census *c, const struct world *w)
{
    uint32_t outcomes = 0;
    for (uint8_t i = 0; i < world_roster(w)->n_players; i++) {
        struct report r;
        if (!world_honest(w, i))
            continue;
        world_report(w, i, &r);
        c->dead += world_dead(w, i);
        c->agreed += r.agreed;
        if (world_dead(w, i))
            continue;
        c->ended[r.outcome]++;
        outcomes |= UINT32_C(1) << r.outcome;
    }
    c->all_played += outcomes == UINT32_C(1) << OUTCOME_PLAYED;
    c->all_alike += (outcomes & (outcomes - 1)) == 0;
}

void census_add(struct census *c, const struct world *w, bool lawful)
{
    const uint8_t n_players = world_roster(w)->n_players;
    c->worlds++;
    c->lawless += !lawful;
    c->players[n_players < CENSUS_LARGE ? n_players : CENSUS_LARGE]++;
    count_network(c, world_network(w));
    count_cheats(c, w);
    count_ends(c, w);
    for (uint8_t i = 0; i < n_players; i++) {
        struct world_counts counts;
        struct broken_stage broken[DEFECTIONS_MAX];
        world_counts(w, i, &counts);
        c->messages += counts.messages;
        c->lost += counts.lost;
        c->doubled += counts.doubled;
        c->restarts += counts.restarts;
        c->broken_stages += world_broken(w, i, broken, DEFECTIONS_MAX);
    }
    c->stories += (uint32_t)(c->story ^ c->story >> 32);
    c->story = 0;
}

/* ---- writing ---- */

static void say(FILE *out, uint64_t count, const char *what, const char *name)
{
    (void)fprintf(out, "%16" PRIu64 "  %s%s\n", count, what, name);
}

static void write_players(FILE *out, const struct census *c)
{
    say(out, c->worlds, "worlds", "");
    say(out, c->lawless, "in which a law is broken", "");
    for (unsigned n = 2; n <= CENSUS_LARGE; n++) {
        char players[32];
        (void)snprintf(players, sizeof players, "%u%s", n,
                       n == CENSUS_LARGE ? " or more" : "");
        say(out, c->players[n], "of players: ", players);
    }
}

static void write_troubles(FILE *out, const struct census *c)
{
    say(out, c->calm, "with a calm network", "");
    say(out, c->lossy, "with loss", "");
    say(out, c->doubling, "with doubled messages", "");
    say(out, c->overtaking, "with overtaken messages", "");
    say(out, c->parted, "with partitions", "");
    say(out, c->crashing, "with a crash", "");
    say(out, c->crashing_often, "with several crashes", "");
    say(out, c->honest, "in which nobody cheats", "");
    say(out, c->one_cheat, "with one cheat", "");
    say(out, c->coalition, "with several cheats", "");
    say(out, c->one_honest, "with several cheats and one honest player", "");
    say(out, c->calm_honest, "with a calm network in which nobody cheats", "");
    say(out, c->calm_one_cheat, "with a calm network and one cheat", "");
    say(out, c->defecting, "in which a defection was carried out", "");
    for (int k = 0; k < MISBEHAVIOUR_KINDS; k++)
        say(out, c->misbehaving[k],
            "with a cheat: ", misbehaviour_name((enum misbehaviour_kind)k));
    say(out, c->two_faced, "in which two words were signed for one slot", "");
}

static void write_events(FILE *out, const struct census *c)
{
    static const struct {
        enum note_kind kind;
        const char *text;
    } told[] = {
        {NOTE_ROUND, "rounds completed by a player"},
        {NOTE_SELECTED, "selections by reports, noted by a player"},
        {NOTE_AGREED, "agreements noted by a player"},
        {NOTE_NO_AGREEMENT, "times that nothing suited everybody"},
        {NOTE_TOSSED, "profiles drawn in public, seen by a player"},
        {NOTE_STAGE, "stages completed by a player"},
        {NOTE_DEVIATION, "deviations noted by a player"},
        {NOTE_PUNISHING, "punishments begun by a player"},
        {NOTE_RESTORED, "restorations noted by a player"},
        {NOTE_WAITING, "waits that a player noted"},
        {NOTE_HEALED, "waits that were healed"},
        {NOTE_REFUSED, "refusals noted by a player"},
        {NOTE_BLAMED, "players proven guilty before a player"},
        {NOTE_REBORN, "later hellos heard by a player"},
        {NOTE_DOUBLE, "doubles of itself heard by a player"},
    };
    say(out, c->messages, "messages sent", "");
    say(out, c->lost, "messages lost", "");
    say(out, c->doubled, "messages doubled", "");
    say(out, c->restarts, "restarts", "");
    say(out, c->broken_stages, "stages in which a cheat broke the agreement", "");
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        say(out, c->notes[told[i].kind], told[i].text, "");
    for (int k = FAULT_NONE + 1; k < FAULT_KINDS; k++)
        say(out, c->faults[k],
            "deviations and proofs of guilt: ", fault_name((enum fault_kind)k));
}

void census_write(FILE *out, const struct census *c)
{
    write_players(out, c);
    write_troubles(out, c);
    write_events(out, c);
    for (int k = OUTCOME_OPEN; k <= OUTCOME_FAULT; k++)
        say(out, c->ended[k],
            "honest players that ended: ", outcome_name((enum outcome)k));
    say(out, c->dead, "honest players that died for good", "");
    say(out, c->agreed, "honest players with an agreement", "");
    say(out, c->all_played, "worlds whose honest players all played to the end", "");
    say(out, c->all_alike, "worlds whose honest players all ended alike", "");
    say(out, c->stories, "is the sum of all stories", "");
}
