/* SPDX-License-Identifier: MIT */
/* Many random worlds, the laws in each of them, and a census of what was tried.
 *     TREATY_SEED=1 TREATY_WORLDS=1000 TREATY_SHARD=1/1 worlds
 * runs the seeds from TREATY_SEED on, or the I-th of N parts of them: the censuses of
 * all parts add up to that of the whole. How fast it was goes to stderr. With one world
 * it tells its whole story. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/census.h"
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
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- a world that comes to no end ---- */

static char last_words[128];
static volatile sig_atomic_t n_last_words;

static void say_last_words(int signal_number)
{
    (void)!write(STDOUT_FILENO, last_words, (size_t)n_last_words);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

/* What is said where this world ends the whole program, or takes too long for whoever
 * waits. */
static void prepare_last_words(uint64_t seed, const char *command)
{
    n_last_words =
        snprintf(last_words, sizeof last_words,
                 "cut off in a world; to repeat it: %s%" PRIu64 "\n", command, seed);
}

static void watch_signals(void)
{
    static const int numbers[] = {SIGABRT, SIGSEGV, SIGFPE, SIGBUS, SIGTERM};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        signal(numbers[i], say_last_words);
}

/* ---- worlds ---- */

static void run(uint64_t seed, struct census *census, bool story, const char *command)
{
    struct scenario s;
    struct breaches breaches;
    prepare_last_words(seed, command);
    scenario_random(&s, seed);
    s.options.trace = story ? TRACE_STORY : 0;
    s.options.watch = census_watch;
    s.options.context = census;
    struct world *w = world_new(&s.options);
    if (w == NULL) {
        printf("seed %" PRIu64 " makes no world\n", seed);
        exit(EXIT_FAILURE);
    }
    world_run(w);
    if (story)
        fputs(world_trace(w), stdout);
    const bool lawful = laws_hold(w, &breaches);
    if (!lawful) {
        char text[BREACHES_TEXT_MAX];
        breaches_text(text, &breaches, seed, command);
        fputs(text, stdout);
        fflush(stdout);
    }
    census_add(census, w, lawful);
    world_free(w);
    scenario_free(&s);
}

/* The part of n seeds that falls to shard I/N. */
static void take_shard(uint64_t *first, uint64_t *n)
{
    unsigned i = 1, of = 1;
    const char *text = getenv("TREATY_SHARD");
    if (text != NULL && *text != '\0' &&
        (sscanf(text, "%u/%u", &i, &of) != 2 || i < 1 || i > of)) {
        printf("TREATY_SHARD: '%s' is not I/N with I from 1 to N\n", text);
        exit(EXIT_FAILURE);
    }
    const uint64_t from = *n * (i - 1) / of, to = *n * i / of;
    *first += from;
    *n = to - from;
}

int main(int argc, char **argv)
{
    uint64_t n_worlds = from_environment("TREATY_WORLDS", WORLDS);
    uint64_t first = from_environment("TREATY_SEED", 1);
    const bool story = n_worlds == 1;
    const bool sealed = argc > 0 && strstr(argv[0], "-sealed") != NULL;
    const char *command = sealed ? "make sim FAST=1 SEED=" : "make sim SEED=";
    static struct census census;
    if (!secure_start())
        return EXIT_FAILURE;
    watch_signals();
    take_shard(&first, &n_worlds);
    const double start = seconds();
    for (uint64_t i = 0; i < n_worlds; i++)
        run(first + i, &census, story, command);
    const double took = seconds() - start;
    census_write(stdout, &census);
    fprintf(stderr,
            "%" PRIu64 " worlds in %.1f s of CPU: %.0f worlds per second and core\n",
            n_worlds, took, (double)n_worlds / took);
    return census.lawless == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
