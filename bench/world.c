/* SPDX-License-Identifier: MIT */
/* What each phase of a session costs in the simulator, one process on one core, against
 * its signatures and verifications alone: public goods, as bench/run.sh plays them over
 * loopback.
 *     world N BUDGET STAGES CRYPTO
 * CRYPTO is what bench/crypto printed. Messages, bytes and signatures are counted in
 * the logs of the players, as bench/phases does; verifications are those that players
 * counted themselves, and time that of the process, up to when the first player enters
 * the next phase: then it has heard all of this one. */
#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "bench/parts.h"
#include "bench/row.h"
#include "game/counts.h"
#include "protocol/envelope.h"
#include "sim/scenario.h"

struct cost {
    uint64_t messages, bytes, signatures, verifications;
    double seconds;
};

/* Where the time and the verifications of this moment go. */
struct meter {
    enum part part;
    double since;
    uint64_t verified;
    struct cost cost[PARTS];
};

/* ---- the game ---- */

enum { TABLE_MAX = 16 }; /* players; above, payoffs go by count */

/* N players have one unit each; what is given grows by half and is shared by all. */
static void public_goods(struct scenario *s, uint8_t n)
{
    const struct shape shape = shape_uniform(n, 2);
    double value[2 * PLAYERS_MAX];
    scenario_start(s, &shape);
    for (uint8_t keepers = 0; keepers < n; keepers++) {
        value[keepers] = 1.5 * (n - keepers) / n;
        value[n + keepers] = 1 + 1.5 * (n - 1 - keepers) / n;
    }
    for (uint8_t i = 0; i < n; i++) {
        struct payoffs *p = payoffs_new_by_count(&shape, i, value);
        CHECK(p != NULL);
        payoffs_free(s->game.payoffs[i]);
        s->game.payoffs[i] = n <= TABLE_MAX ? payoffs_by_table(p) : p;
        CHECK(s->game.payoffs[i] != NULL);
        if (n <= TABLE_MAX)
            payoffs_free(p);
        s->private_options[i].sampler = SAMPLER_SOO;
    }
}

/* ---- while it goes on ---- */

/* By phase_group: what people see as one phase is one here. */
static enum part part_of_phase(enum phase phase)
{
    static const enum part parts[] = {
        [2] = THREAT, [3] = SAMPLING, [4] = PRUNING, [5] = SIGNING,
        [6] = PLAY,   [7] = PLAY,     [8] = PLAY};
    const unsigned group = phase_group(phase);
    return group >= 2 && group <= 8 ? parts[group] : OTHER;
}

static void watch(void *context, uint64_t now_ms, uint8_t player,
                  const struct note *note)
{
    enum part *part = context;
    (void)now_ms;
    if (player == 0 && note->kind == NOTE_ENTERED)
        *part = part_of_phase((enum phase)note->number);
}

static void account(struct meter *m, const struct world *w, enum part next)
{
    const double now = bench_now();
    uint64_t verified = 0;
    for (uint8_t i = 0; i < world_terms(w)->shape.n_players; i++) {
        struct report report;
        world_report(w, i, &report);
        verified += report.verifications;
    }
    m->cost[m->part].seconds += now - m->since;
    m->cost[m->part].verifications += verified - m->verified;
    m->part = next;
    m->since = now;
    m->verified = verified;
}

/* ---- afterwards ---- */

static void count_log(struct cost costs[PARTS], const struct world *w, uint8_t player)
{
    const uint64_t others = world_terms(w)->shape.n_players - 1u;
    struct digest chain = record_origin();
    struct record r;
    struct message m;
    size_t size = 0, used = 0;
    const uint8_t *bytes = world_log(w, player, &size);
    while (record_read(&r, &used, &chain, bytes, size) == RECORD_READ) {
        if (r.kind == RECORD_OUT &&
            envelope_peek(&m, r.payload, r.size, world_roster(w), RECORD_PAYLOAD_MAX) &&
            message_in_round(m.kind)) {
            struct cost *c = &costs[part_of(m.kind)];
            c->signatures++;
            c->messages += others;
            c->bytes += others * r.size;
        }
        bytes += used;
        size -= used;
    }
}

static bool prices_read(double *sign, double *verify, const char *path)
{
    FILE *file = fopen(path, "r");
    char name[32];
    double value;
    *sign = *verify = 0;
    while (file != NULL && fscanf(file, "%31s %lf", name, &value) == 2) {
        *sign = strcmp(name, "sign") == 0 ? value : *sign;
        *verify = strcmp(name, "verify") == 0 ? value : *verify;
    }
    if (file != NULL)
        (void)fclose(file);
    return *sign > 0 && *verify > 0;
}

static void print_cost(unsigned n, const char *name, const struct cost *c, double sign,
                       double verify)
{
    char size[32];
    (void)snprintf(size, sizeof size, "N=%u", n);
    row(name, size, c->seconds,
        (double)c->signatures * sign + (double)c->verifications * verify, "words",
        "rounds=%" PRIu64 " messages=%" PRIu64 " bytes=%" PRIu64 " signed=%" PRIu64
        " verified=%" PRIu64,
        c->signatures / n, c->messages, c->bytes, c->signatures, c->verifications);
}

static void cost_add(struct cost *sum, const struct cost *c)
{
    sum->messages += c->messages;
    sum->bytes += c->bytes;
    sum->signatures += c->signatures;
    sum->verifications += c->verifications;
    sum->seconds += c->seconds;
}

static void print_world(struct meter *m, const struct world *w, const char *prices)
{
    const uint8_t n = world_terms(w)->shape.n_players;
    struct cost negotiation = {0};
    double sign, verify;
    CHECK(prices_read(&sign, &verify, prices));
    for (uint8_t i = 0; i < n; i++)
        count_log(m->cost, w, i);
    for (int k = THREAT; k <= SIGNING; k++) {
        print_cost(n, part_names[k], &m->cost[k], sign, verify);
        cost_add(&negotiation, &m->cost[k]);
    }
    print_cost(n, "negotiation, all of these", &negotiation, sign, verify);
    print_cost(n, part_names[PLAY], &m->cost[PLAY], sign, verify);
}

int main(int n_arguments, char **arguments)
{
    static struct scenario s;
    static struct meter m = {.part = OTHER};
    enum part part = OTHER;
    const unsigned long n = n_arguments == 5 ? strtoul(arguments[1], NULL, 10) : 0;
    if (n < 2 || n > PLAYERS_MAX || !secure_start()) {
        (void)fputs("usage: world N BUDGET STAGES CRYPTO\n", stderr);
        return EXIT_FAILURE;
    }
    public_goods(&s, (uint8_t)n);
    s.terms.budget = (uint32_t)strtoul(arguments[2], NULL, 10);
    s.terms.stages = (uint32_t)strtoul(arguments[3], NULL, 10);
    s.options.watch = watch;
    s.options.context = &part;
    m.since = bench_now();
    struct world *w = world_new(&s.options);
    CHECK(w != NULL);
    while (world_step(w))
        if (part != m.part)
            account(&m, w, part);
    account(&m, w, OTHER);
    CHECK(world_ended(w));
    print_world(&m, w, arguments[4]);
    world_free(w);
    scenario_free(&s);
    return EXIT_SUCCESS;
}
