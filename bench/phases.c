/* SPDX-License-Identifier: MIT */
/* What each phase of a session cost, beside what it has to cost at least.
 *     phases rounds DIR
 * prints for each round its phase and the size of each player's message, as mesh reads
 * them.
 *     phases table DIR CRYPTO MESH CORES STAGES
 * prints the rows of each phase of what `treaty cluster --out DIR` has left. CRYPTO is
 * what bench/crypto printed, once or more often (then the mean counts), MESH what
 * bench/mesh printed for these rounds.
 *
 * Messages, bytes and signatures are counted in the logs: each word is signed once, and
 * goes to N - 1 others, each of whom has to verify it once. A phase lasts from when the
 * last node has entered it until the last has left it; before the first, nodes wait for
 * those that start later. Processor seconds are the nodes' sum. What a phase takes at
 * least, on CORES processors, with S and V the seconds of a signature and of a
 * verification:
 *     seconds:           (signatures S + messages V) / CORES + the mesh's seconds
 *     processor seconds:  signatures S + messages V + the mesh's processor seconds */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "bench/parts.h"
#include "bench/row.h"
#include "cli/archive.h"
#include "protocol/envelope.h"

struct time {
    double seconds, processor_seconds;
};

struct cost {
    uint64_t messages, bytes, signatures;
    struct time took, mesh;
};

struct prices {
    double sign, verify;
    double cores;
};

/* ---- the logs ---- */

/* The words of the rounds that one log says of its owner, in order. */
struct words {
    struct log_reader *reader;
    const struct archive *archive;
};

static bool words_open(struct words *w, const struct archive *a, uint8_t node)
{
    char message[256];
    w->archive = a;
    if (log_reader_open(&w->reader, a->log[node], message) == STATUS_OK)
        return true;
    (void)fprintf(stderr, "%s\n", message);
    return false;
}

static bool words_next(struct words *w, enum part *part, size_t *size)
{
    struct record r;
    struct message m;
    while (log_reader_next(w->reader, &r) == RECORD_READ)
        if (r.kind == RECORD_OUT &&
            envelope_peek(&m, r.payload, r.size, &w->archive->roster,
                          RECORD_PAYLOAD_MAX) &&
            message_in_round(m.kind)) {
            *part = part_of(m.kind);
            *size = r.size;
            return true;
        }
    return false;
}

static bool count_log(struct cost costs[PARTS], const struct archive *a, uint8_t node)
{
    struct words words;
    enum part part;
    const uint64_t others = a->roster.n_players - 1u;
    if (!words_open(&words, a, node))
        return false;
    for (size_t size; words_next(&words, &part, &size);) {
        costs[part].signatures++;
        costs[part].messages += others;
        costs[part].bytes += others * size;
    }
    log_reader_close(words.reader);
    return true;
}

/* Each log has one word for each round. */
static bool print_rounds(const struct archive *a)
{
    static struct words words[PLAYERS_MAX];
    bool good = true, more = true;
    for (uint8_t i = 0; i < a->n_logs; i++)
        good = good && words_open(&words[i], a, i);
    while (good && more) {
        size_t size[PLAYERS_MAX];
        enum part part = OTHER;
        for (uint8_t i = 0; i < a->n_logs; i++)
            more = words_next(&words[i], &part, &size[i]) && more;
        if (!more)
            break;
        (void)printf("%s", part_names[part]);
        for (uint8_t i = 0; i < a->n_logs; i++)
            (void)printf(" %zu", size[i]);
        (void)putchar('\n');
    }
    for (uint8_t i = 0; i < a->n_logs; i++)
        log_reader_close(words[i].reader);
    return good;
}

/* ---- what was measured ---- */

static bool results_read(struct cost costs[PARTS], const char *directory, uint8_t n)
{
    double last_in[PARTS] = {0}, last_out[PARTS] = {0};
    for (uint8_t i = 0; i < n; i++) {
        char path[PATH_SIZE];
        (void)snprintf(path, sizeof path, "%s/node-%u/result.json", directory, i + 1u);
        json_t *result = json_load_file(path, 0, NULL);
        const json_t *seconds = json_object_get(result, "seconds");
        const json_t *processor = json_object_get(result, "processor_seconds");
        const json_t *began = json_object_get(result, "began");
        if (processor == NULL)
            (void)fprintf(stderr, "%s: is no result of a node\n", path);
        for (int k = 0; processor != NULL && k < PARTS; k++) {
            struct time *took = &costs[k].took;
            const double entered =
                             json_number_value(json_object_get(began, part_names[k])),
                         left = entered + json_number_value(
                                              json_object_get(seconds, part_names[k]));
            last_in[k] = entered > last_in[k] ? entered : last_in[k];
            last_out[k] = left > last_out[k] ? left : last_out[k];
            took->seconds = last_out[k] - last_in[k];
            took->processor_seconds +=
                json_number_value(json_object_get(processor, part_names[k]));
        }
        const bool good = processor != NULL;
        json_decref(result);
        if (!good)
            return false;
    }
    return true;
}

/* Lines of a name and one or two numbers. */
static FILE *table_open(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        perror(path);
    return file;
}

static bool prices_read(struct prices *p, const char *path)
{
    FILE *file = table_open(path);
    char name[32];
    double value, n_sign = 0, n_verify = 0;
    while (file != NULL && fscanf(file, "%31s %lf", name, &value) == 2)
        if (strcmp(name, "sign") == 0) {
            p->sign += value;
            n_sign++;
        } else if (strcmp(name, "verify") == 0) {
            p->verify += value;
            n_verify++;
        }
    if (file != NULL)
        (void)fclose(file);
    p->sign /= n_sign > 0 ? n_sign : 1;
    p->verify /= n_verify > 0 ? n_verify : 1;
    return n_sign > 0 && n_verify > 0;
}

static bool mesh_read(struct cost costs[PARTS], const char *path)
{
    FILE *file = table_open(path);
    char name[32];
    struct time time;
    while (file != NULL && fscanf(file, "%31s %lf %lf", name, &time.seconds,
                                  &time.processor_seconds) == 3)
        for (int k = 0; k < PARTS; k++)
            if (strcmp(name, part_names[k]) == 0)
                costs[k].mesh = time;
    if (file != NULL)
        (void)fclose(file);
    return file != NULL;
}

/* ---- the table ---- */

struct bound {
    double seconds, processor_seconds;
};

static struct bound bound_of(const struct cost *c, const struct prices *p)
{
    const double crypto =
        (double)c->signatures * p->sign + (double)c->messages * p->verify;
    return (struct bound){crypto / p->cores + c->mesh.seconds,
                          crypto + c->mesh.processor_seconds};
}

static void print_cost(unsigned n, const char *name, const struct cost *c,
                       const struct prices *p)
{
    const struct bound bound = bound_of(c, p);
    char size[32];
    (void)snprintf(size, sizeof size, "N=%u", n);
    row(name, size, c->took.seconds, bound.seconds, "mesh",
        "rounds=%" PRIu64 " messages=%" PRIu64 " bytes=%" PRIu64 " signed=%" PRIu64
        " verified=%" PRIu64,
        c->signatures / n, c->messages, c->bytes, c->signatures, c->messages);
}

/* What is done times of `unit`, in so many seconds of the clock. */
static void print_processors(unsigned n, const char *name, const struct cost *c,
                             const struct prices *p, const char *unit, double done)
{
    const struct bound bound = bound_of(c, p);
    char size[32], what[64];
    (void)snprintf(size, sizeof size, "N=%u", n);
    (void)snprintf(what, sizeof what, "%s, all processors", name);
    row(what, size, c->took.processor_seconds, bound.processor_seconds, "mesh-cpu",
        "us_per_message=%.1f bound=%.1f %s_per_s=%.5g bound=%.5g",
        1e6 * c->took.processor_seconds / (double)c->messages,
        1e6 * bound.processor_seconds / (double)c->messages, unit,
        done / c->took.seconds, done / bound.seconds);
}

static void cost_add(struct cost *sum, const struct cost *c)
{
    sum->messages += c->messages;
    sum->bytes += c->bytes;
    sum->signatures += c->signatures;
    sum->took.seconds += c->took.seconds;
    sum->took.processor_seconds += c->took.processor_seconds;
    sum->mesh.seconds += c->mesh.seconds;
    sum->mesh.processor_seconds += c->mesh.processor_seconds;
}

static void print_table(const struct cost costs[PARTS], unsigned n,
                        const struct prices *p, double stages)
{
    struct cost negotiation = {0};
    for (int k = THREAT; k <= SIGNING; k++) {
        print_cost(n, part_names[k], &costs[k], p);
        cost_add(&negotiation, &costs[k]);
    }
    print_cost(n, "negotiation, all of these", &negotiation, p);
    print_cost(n, part_names[PLAY], &costs[PLAY], p);
    print_processors(n, "negotiation", &negotiation, p, "rounds",
                     (double)negotiation.signatures / n);
    print_processors(n, part_names[PLAY], &costs[PLAY], p, "stages", stages);
}

int main(int n_arguments, char **arguments)
{
    static struct archive archive;
    static struct cost costs[PARTS];
    struct prices prices = {0};
    char reason[REASON_SIZE];
    const bool rounds = n_arguments == 3 && strcmp(arguments[1], "rounds") == 0;
    const bool table = n_arguments == 7 && strcmp(arguments[1], "table") == 0;
    if (!rounds && !table) {
        (void)fputs("usage: phases rounds DIR | phases table "
                    "DIR CRYPTO MESH CORES STAGES\n",
                    stderr);
        return EXIT_FAILURE;
    }
    if (archive_open(&archive, arguments[2], reason) != STATUS_OK) {
        (void)fprintf(stderr, "%s\n", reason);
        return EXIT_FAILURE;
    }
    if (rounds)
        return print_rounds(&archive) ? EXIT_SUCCESS : EXIT_FAILURE;
    bool good = true;
    for (uint8_t node = 0; good && node < archive.n_logs; node++)
        good = count_log(costs, &archive, node);
    good = good && results_read(costs, arguments[2], archive.n_logs) &&
           prices_read(&prices, arguments[3]) && mesh_read(costs, arguments[4]);
    prices.cores = strtod(arguments[5], NULL);
    if (!good || !(prices.cores > 0))
        return EXIT_FAILURE;
    print_table(costs, archive.n_logs, &prices, strtod(arguments[6], NULL));
    return EXIT_SUCCESS;
}
