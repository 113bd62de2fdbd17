/* SPDX-License-Identifier: MIT */
/* How far a pure profile holds against coalitions and Byzantine players: `treaty
 * security`. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/security_report.h"
#include "game/lexical.h"

/* Set by the first SIGINT: the search ends, and what it found so far is told. */
static atomic_bool interrupted;

struct demand {
    bool asked;
    uint32_t size, faulty;
};

struct request {
    struct loaded loaded;
    struct security_options options;
    uint32_t *action;
    bool all, explain, json;
    /* By notion: the least level; for pairs one that must hold. */
    struct demand demand[NOTIONS];
};

static void on_interrupt(int number)
{
    (void)number;
    atomic_store(&interrupted, true);
    (void)signal(SIGINT, SIG_DFL); /* the second one ends at once */
}

/* ---- reading the question ---- */

static bool read_bound(uint32_t *out, const struct given *g, const char *option,
                       char reason[REASON_SIZE])
{
    const char *text;
    uint64_t value;
    *out = UINT32_MAX;
    if (!given_last(g, option, &text))
        return true;
    if (!read_whole(&value, option, text, 0, AGG_PLAYERS_MAX, reason))
        return false;
    *out = (uint32_t)value;
    return true;
}

/* A number at *at, which goes on behind it. */
static bool read_size(uint32_t *out, const char **at, const char *end)
{
    size_t n = 0;
    while (*at + n < end && (*at)[n] >= '0' && (*at)[n] <= '9')
        n++;
    const bool read = number_count(out, *at, n);
    *at += n;
    return read;
}

static bool read_demand(struct request *q, const char *text, size_t size,
                        char reason[REASON_SIZE])
{
    static const char *const keys[] = {
        [NOTION_RESILIENCY] = "k",      [NOTION_REPELLENCE] = "l",
        [NOTION_IMMUNITY] = "t",        [NOTION_STABILITY] = "m",
        [NOTION_ROBUSTNESS] = "robust", [NOTION_RESISTANCE] = "resistant",
    };
    const int shown = size < 60 ? (int)size : 60;
    for (int n = 0; n < NOTIONS; n++) {
        const size_t key = strlen(keys[n]);
        const bool pair = n == NOTION_ROBUSTNESS || n == NOTION_RESISTANCE;
        const char *at = text + key + 1, *end = text + size;
        struct demand d = {.asked = true};
        if (size <= key + 1 || strncmp(text, keys[n], key) != 0 || text[key] != '=')
            continue;
        if (!read_size(&d.size, &at, end) ||
            (pair && (at == end || *at++ != ':' || !read_size(&d.faulty, &at, end))) ||
            at != end)
            break;
        if (q->demand[n].asked) {
            (void)snprintf(reason, REASON_SIZE,
                           "--require: '%.*s' asks about %s for the second time", shown,
                           text, keys[n]);
            return false;
        }
        q->demand[n] = d;
        return true;
    }
    (void)snprintf(reason, REASON_SIZE,
                   "--require: '%.*s' is not known: k=N, l=N, t=N, m=N, robust=K:T or "
                   "resistant=L:T, separated by commas",
                   shown, text);
    return false;
}

static bool read_demands(struct request *q, const struct given *g,
                         char reason[REASON_SIZE])
{
    const char *text;
    if (!given_last(g, "require", &text))
        return true;
    for (size_t size;; text += size + 1) {
        size = strcspn(text, ",");
        if (!read_demand(q, text, size, reason))
            return false;
        if (text[size] == '\0')
            return true;
    }
}

static enum status request_read(struct request *q, const struct given *g,
                                char reason[REASON_SIZE])
{
    const char *profile = NULL, *jobs = NULL;
    uint64_t n_threads = 1;
    q->all = given_last(g, "all", NULL);
    q->explain = given_last(g, "explain", NULL);
    q->json = given_last(g, "json", NULL);
    if (q->all == given_last(g, "profile", &profile)) {
        (void)snprintf(reason, REASON_SIZE,
                       "ask about either --profile P or --all equilibria");
        return STATUS_USAGE;
    }
    enum status status = loaded_read(&q->loaded, g->operand[0], reason);
    if (status != STATUS_OK)
        return status;
    q->action = calloc(arena_players(&q->loaded.arena), sizeof *q->action);
    if (q->action == NULL) {
        (void)snprintf(reason, REASON_SIZE, "memory is short");
        return STATUS_FAILED;
    }
    q->options.n_threads = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN);
    if (given_last(g, "jobs", &jobs)) {
        if (!read_whole(&n_threads, "jobs", jobs, 1, 64, reason))
            return STATUS_USAGE;
        q->options.n_threads = (uint32_t)n_threads;
    }
    q->options.robust_is_immune = given_last(g, "robust-is-immune", NULL);
    q->options.stop = &interrupted;
    if (!read_bound(&q->options.coalition_max, g, "max-k", reason) ||
        !read_bound(&q->options.byzantine_max, g, "max-t", reason) ||
        !read_demands(q, g, reason) ||
        (!q->all && !read_actions(q->action, &q->loaded, profile, reason)))
        return STATUS_USAGE;
    return STATUS_OK;
}

/* ---- the answer ---- */

static bool meets(const struct request *q, const struct security *s)
{
    const uint32_t level[NOTIONS] = {[NOTION_RESILIENCY] = s->resiliency,
                                     [NOTION_REPELLENCE] = s->repellence,
                                     [NOTION_IMMUNITY] = s->immunity,
                                     [NOTION_STABILITY] = s->stability};
    for (int n = 0; n < NOTIONS; n++) {
        const struct demand *d = &q->demand[n];
        if (!d->asked)
            continue;
        if (n != NOTION_ROBUSTNESS && n != NOTION_RESISTANCE) {
            if (level[n] < d->size)
                return false;
            continue;
        }
        const enum side side = n == NOTION_ROBUSTNESS ? SIDE_MEMBER : SIDE_TOTAL;
        if (d->size > s->n_players || d->faulty > s->n_players ||
            s->most_faulty[side][d->size] < (int32_t)d->faulty)
            return false;
    }
    return true;
}

static enum status answer(struct request *q, char reason[REASON_SIZE])
{
    const char *fault;
    struct security *s = security_new(&q->loaded.arena, q->action, &q->options, &fault);
    if (s == NULL) {
        (void)snprintf(reason, REASON_SIZE, "the game %s", fault);
        return STATUS_USAGE;
    }
    if (q->json) {
        struct json j = {.out = stdout};
        emit_object(&j, NULL);
        emit_text(&j, "game", loaded_title(&q->loaded));
        security_json(&j, &q->loaded, s, q->explain);
        emit_end(&j);
    } else {
        security_text(&q->loaded, s, q->explain);
    }
    const bool met = meets(q, s), complete = s->complete;
    security_free(s);
    if (!met) {
        (void)snprintf(reason, REASON_SIZE, "what --require asks for does not hold");
        return STATUS_FALSE;
    }
    (void)snprintf(reason, REASON_SIZE, "stopped before everything was looked at");
    return complete ? STATUS_OK : STATUS_FAILED;
}

/* ---- all pure equilibria ---- */

struct answers {
    struct security **list;
    size_t n, capacity;
};

static bool better(const struct security *a, const struct security *b)
{
    const uint32_t x[] = {a->resiliency, a->immunity, a->repellence, a->stability};
    const uint32_t y[] = {b->resiliency, b->immunity, b->repellence, b->stability};
    for (size_t i = 0; i < sizeof x / sizeof x[0]; i++)
        if (x[i] != y[i])
            return x[i] > y[i];
    return false;
}

/* Where it belongs by rank: behind those that are as good. */
static bool keep(struct answers *a, struct security *s)
{
    if (a->n == a->capacity) {
        a->capacity = a->capacity == 0 ? 16 : 2 * a->capacity;
        struct security **grown = realloc(a->list, a->capacity * sizeof(void *));
        if (grown == NULL)
            return false;
        a->list = grown;
    }
    size_t at = a->n++;
    for (; at > 0 && better(s, a->list[at - 1]); at--)
        a->list[at] = a->list[at - 1];
    a->list[at] = s;
    return true;
}

static bool next_profile(uint32_t *action, const struct arena *a)
{
    for (uint32_t i = 0; i < arena_players(a); i++) {
        if (++action[i] < arena_actions(a, i))
            return true;
        action[i] = 0;
    }
    return false;
}

static enum status find_all(struct request *q, struct answers *found,
                            char reason[REASON_SIZE])
{
    const struct arena *a = &q->loaded.arena;
    double profiles = 1;
    for (uint32_t i = 0; i < arena_players(a); i++)
        profiles *= arena_actions(a, i);
    if (profiles > PROFILES_MAX) {
        (void)snprintf(reason, REASON_SIZE,
                       "the game has more than %d profiles: ask "
                       "about one with --profile",
                       PROFILES_MAX);
        return STATUS_USAGE;
    }
    do {
        const char *fault = NULL;
        if (!security_nash(a, q->action))
            continue;
        struct security *s = security_new(a, q->action, &q->options, &fault);
        if (s != NULL && keep(found, s))
            continue;
        security_free(s);
        (void)snprintf(reason, REASON_SIZE, "the game %s",
                       fault != NULL ? fault : "needs more memory than there is");
        return STATUS_FAILED;
    } while (!atomic_load(&interrupted) && next_profile(q->action, a));
    return STATUS_OK;
}

static void tell_all(const struct request *q, const struct answers *found)
{
    struct json j = {.out = stdout};
    if (q->json) {
        emit_object(&j, NULL);
        emit_text(&j, "game", loaded_title(&q->loaded));
        emit_bool(&j, "complete", !atomic_load(&interrupted));
        emit_list(&j, "equilibria");
    } else {
        (void)printf("%zu pure equilibria\n", found->n);
    }
    for (size_t i = 0; i < found->n; i++) {
        if (q->json) {
            emit_object(&j, NULL);
            security_json(&j, &q->loaded, found->list[i], q->explain);
            emit_close(&j);
        } else {
            (void)printf("\n%zu. ", i + 1);
            security_text(&q->loaded, found->list[i], q->explain);
        }
    }
    if (q->json)
        emit_end(&j);
}

static enum status answer_all(struct request *q, char reason[REASON_SIZE])
{
    struct answers found = {0};
    enum status status = find_all(q, &found, reason);
    if (status == STATUS_OK)
        tell_all(q, &found);
    bool met = found.n > 0;
    for (size_t i = 0; i < found.n; i++) {
        met = met && (i > 0 || meets(q, found.list[i]));
        security_free(found.list[i]);
    }
    free(found.list);
    if (status != STATUS_OK)
        return status;
    bool asked = false;
    for (int n = 0; n < NOTIONS; n++)
        asked = asked || q->demand[n].asked;
    if (asked && !met) {
        (void)snprintf(reason, REASON_SIZE,
                       "what --require asks for does not hold for the first of them");
        return STATUS_FALSE;
    }
    (void)snprintf(reason, REASON_SIZE, "stopped before everything was looked at");
    return atomic_load(&interrupted) ? STATUS_FAILED : STATUS_OK;
}

static enum status run_security(const struct command *c, const struct given *g)
{
    static struct request request;
    char reason[REASON_SIZE];
    (void)signal(SIGINT, on_interrupt);
    enum status status = request_read(&request, g, reason);
    if (status == STATUS_OK)
        status = request.all ? answer_all(&request, reason) : answer(&request, reason);
    (void)signal(SIGINT, SIG_DFL);
    free(request.action);
    loaded_free(&request.loaded);
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

static const struct flag flags_security[] = {
    {"profile", "P",
     "the pure profile asked about: 'D;D;F'\n"
     "Or numbers of actions, '2;2;1', or '2*999;1' for a thousand players."},
    {"all", NULL, "every pure equilibrium instead\nThose first that hold most."},
    {"explain", NULL,
     "who could break it, how, and for what gain\n"
     "A smallest counterexample for each next level, and the largest gain for each "
     "size "
     "of a coalition: the fine or bounty that would be needed."},
    {"require", "LIST",
     "exit 3 unless these hold: k=1,m=4\n"
     "k=N, l=N, t=N, m=N, robust=K:T, resistant=L:T."},
    {"robust-is-immune", NULL,
     "(k,t)-robust means t-immune as well\nSome papers have it so."},
    {"max-k", "K", "coalitions of at most K players"},
    {"max-t", "T", "at most T Byzantine players"},
    {"jobs", "J", "threads (default: one per core)"},
    {"json", NULL, "the answer as one JSON object"},
    {NULL, NULL, NULL},
};

const struct command command_security = {
    .name = "security",
    .usage = "GAME.nfg|GAME.agg --profile P | --all [options]",
    .summary = "how far a profile holds against coalitions and Byzantines",
    .help =
        "  treaty game ioc --players 5 --out ioc-05.nfg\n"
        "  treaty security ioc-05.nfg --profile 'D*' --explain\n"
        "  treaty security ioc-05.nfg --all --json\n"
        "  treaty security ioc-05.nfg --profile 'D*' --require k=1,m=4\n"
        "\n"
        "Resiliency: the largest coalition of which no member gains by deviating.\n"
        "Repellence: the largest that gains nothing together. Immunity: how many\n"
        "Byzantine players harm nobody else. Robustness (k,t), resistance (l,t): the\n"
        "first two beside any t Byzantine players; the largest pairs are given.\n"
        "Stability: the largest coalition that gains nothing whatever all others do.\n"
        "Payoffs are compared exactly. Interrupted, it tells what it knows so far.\n",
    .flags = {flags_security},
    .operand = {"GAME"},
    .operands_min = 1,
    .operands_max = 1,
    .run = run_security,
};
