/* Many random worlds, and the laws in each of them.
 *     TREATY_WORLDS=1000 TREATY_SEED=1 worlds
 * runs the seeds from TREATY_SEED on. With one world it tells its whole story. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/laws.h"
#include "sim/scenario.h"

enum { WORLDS = 1000 };

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL && *text != '\0' ? strtoull(text, NULL, 10) : otherwise;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* How many players ended how, over all worlds: so that one sees that each kind of
 * trouble was there. */
struct tally {
    uint64_t outcomes[OUTCOME_FAULT + 1];
    uint64_t agreed, players;
};

static void count(struct tally *t, const struct world *w)
{
    for (uint8_t i = 0; i < world_roster(w)->n_players; i++) {
        struct report r;
        world_report(w, i, &r);
        t->outcomes[r.outcome]++;
        t->agreed += r.agreed;
        t->players++;
    }
}

/* Runs one world; the number of laws that it breaks. */
static uint32_t run(uint64_t seed, struct tally *tally, bool story)
{
    struct scenario s;
    struct breaches breaches;
    scenario_random(&s, seed);
    s.options.trace = story ? TRACE_STORY : 0;
    struct world *w = world_new(&s.options);
    if (w == NULL) {
        printf("seed %" PRIu64 " makes no world\n", seed);
        return 1;
    }
    world_run(w);
    count(tally, w);
    if (story)
        fputs(world_trace(w), stdout);
    if (!laws_hold(w, &breaches)) {
        char text[BREACHES_TEXT_MAX];
        breaches_text(text, &breaches, seed, "make sim SEED=");
        fputs(text, stdout);
        fflush(stdout);
    }
    world_free(w);
    scenario_free(&s);
    return breaches.n;
}

int main(void)
{
    const uint64_t n_worlds = from_environment("TREATY_WORLDS", WORLDS);
    const uint64_t first = from_environment("TREATY_SEED", 1);
    struct tally tally = {{0}, 0, 0};
    uint64_t broken = 0;
    if (!secure_start())
        return EXIT_FAILURE;
    const double start = seconds();
    for (uint64_t i = 0; i < n_worlds; i++)
        broken += run(first + i, &tally, n_worlds == 1);
    printf("%" PRIu64 " worlds, %" PRIu64 " broken laws, %.1f seconds\n", n_worlds,
           broken, seconds() - start);
    printf("of %" PRIu64 " players %" PRIu64 " agreed", tally.players, tally.agreed);
    for (unsigned k = OUTCOME_OPEN; k <= OUTCOME_FAULT; k++)
        printf("; %s %" PRIu64, outcome_name((enum outcome)k), tally.outcomes[k]);
    printf("\n");
    return broken == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
