/* SPDX-License-Identifier: MIT */
/* Hides how the words of a command line become terms and private options. */
#include "cli/options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arena.h"
#include "game/formats.h"
#include "node/files.h"

const struct flag flags_terms[] = {
    {"delta", "D",
     "discount factor, 0 <= D < 1 (default 0.9)\n"
     "NODE=D (repeatable) gives one node its own, which it keeps to itself."},
    {"strategy", "grim|finite[:L]",
     "punishment for ever (default), or L stages\n"
     "Without L it is the shortest that deters every player."},
    {"stages", "T", "stages to play after the agreement (default 100)"},
    {"defect", "NODE@STAGE[:ACTION]",
     "that node breaks the agreement there\n"
     "Repeatable. Without ACTION it plays the most profitable action other than the "
     "prescribed one."},
    {"misbehave", "NODE:KIND[@WHEN]",
     "it breaks the protocol: `treaty help misbehave`\n"
     "Repeatable. WHEN is a stage, or a round as rN; without it, from the start."},
    {"threat", "PROFILE",
     "the static equilibrium to punish with\nWithout it the nodes find one."},
    {"budget", "N", "proposals of each node (default 100)"},
    {"concept", "nash|public|private",
     "what is agreed on (default nash)\n"
     "A profile of observable mixed actions (nash); a distribution over pure profiles "
     "from which each stage's is drawn in public; or one whose draws each player sees "
     "its own part of (private)."},
    {NULL, NULL, NULL},
};

const struct flag flags_search[] = {
    {"resolution", "16|64|256", "private: in what weights are counted (default 64)"},
    {"sampler", "soo|grid|random|surrogate",
     "where proposals come from (default surrogate)\nNODE=NAME (repeatable) sets one "
     "node's."},
    {"opening", "pure|none",
     "whether pure profiles come first (default pure)\n"
     "They take at most half of a node's budget, and are shared out so that nodes do "
     "not "
     "repeat each other."},
    {"batch", "N", "proposals in one round, 1 to 64 (default 8)"},
    {"lambda", "X",
     "weight of one's own reward, 0 to 1 (default 0.5)\n"
     "The lambda of equation (10). NODE=X (repeatable) sets one node's. Where all have "
     "1, no rewards are shared."},
    {"incentive", "interim|ex-ante",
     "the condition that a node applies\n"
     "Once it has seen its own coin (interim, the default), or equation (7) of the "
     "paper, before the draw (ex-ante)."},
    {"selection", "lottery|nash-bargaining|egalitarian",
     "how one is chosen of what suits everybody\n"
     "Draws and prunings (lottery, the default); or a draw, and of what is worse than "
     "it "
     "for nobody the largest product of gains (nash-bargaining), or the largest least "
     "share of its best gain that anybody gets (egalitarian), by what all report."},
    {"deadline", "SECONDS",
     "silence after which nobody goes on (default 30)\n"
     "Ten times that before everybody has said hello."},
    {"verdict", "default|strict[:SECONDS]",
     "how it is decided that a node fell silent\n"
     "Each for itself (default), or all alike as long as no message takes longer than "
     "SECONDS (strict, 0.5)."},
    {NULL, NULL, NULL},
};

const struct flag flags_report[] = {
    {"seed", "S",
     "makes it repeatable (default: drawn at random)\n"
     "A whole number, from which everything follows that is not cryptographic; under "
     "simulate everything."},
    {"out", "DIR",
     "where all that is left behind goes\n"
     "Terms, roster, the agreement and each node's directory. It must not exist yet."},
    {"json", NULL, "the report as one JSON object"},
    {"quiet", NULL, "no story on standard error"},
    {NULL, NULL, NULL},
};

/* ---- single values ---- */

bool read_whole(uint64_t *out, const char *option, const char *text, uint64_t least,
                uint64_t most, char reason[REASON_SIZE])
{
    char *end = NULL;
    errno = 0;
    const unsigned long long v = strtoull(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && *end == 0 && errno == 0 && v >= least &&
        v <= most) {
        *out = v;
        return true;
    }
    (void)snprintf(reason, REASON_SIZE,
                   "--%s: '%.100s' is no whole number from %llu to %llu", option, text,
                   (unsigned long long)least, (unsigned long long)most);
    return false;
}

bool read_decimal(double *out, const char *option, const char *text, double least,
                  double most, bool below, char reason[REASON_SIZE])
{
    char *end = NULL;
    const double v = strtod(text, &end);
    const bool decimal = strspn(text, "+-.0123456789eE") == strlen(text);
    if (decimal && end != text && *end == 0 && isfinite(v) && v >= least &&
        (below ? v < most : v <= most)) {
        *out = v == 0 ? 0 : v;
        return true;
    }
    (void)snprintf(reason, REASON_SIZE,
                   "--%s: '%.100s' is not allowed: expected a number from %g to %s%g",
                   option, text, least, below ? "less than " : "", most);
    return false;
}

bool read_node(uint8_t *player, const char **rest, const char *option, const char *text,
               char separator, uint8_t n_players, char reason[REASON_SIZE])
{
    const size_t digits = strspn(text, "0123456789");
    const unsigned long v = digits > 0 && digits < 4 ? strtoul(text, NULL, 10) : 0;
    if (v >= 1 && v <= n_players && text[digits] == separator) {
        *player = (uint8_t)(v - 1);
        *rest = text + digits + 1;
        return true;
    }
    (void)snprintf(reason, REASON_SIZE,
                   "--%s: '%.100s' does not start with a node, 1 to %u, and '%c'",
                   option, text, n_players, separator);
    return false;
}

bool read_strategy(bool *finite, uint32_t *length, const char *text,
                   char reason[REASON_SIZE])
{
    uint64_t stages = 0;
    *finite = strncmp(text, "finite", 6) == 0;
    *length = 0;
    if (strcmp(text, "grim") == 0 || strcmp(text, "finite") == 0)
        return true;
    if (strncmp(text, "finite:", 7) != 0) {
        (void)snprintf(reason, REASON_SIZE,
                       "--strategy: '%.100s' is not known: grim, finite or finite:L",
                       text);
        return false;
    }
    if (!read_whole(&stages, "strategy finite:L", text + 7, 1, LENGTH_MAX, reason))
        return false;
    *length = (uint32_t)stages;
    return true;
}

bool read_profile(struct profile *out, const struct game *game, const char *option,
                  const char *text, char reason[REASON_SIZE])
{
    char message[FORMAT_MESSAGE_MAX + 1];
    if (profile_read(out, game, text, message))
        return true;
    (void)snprintf(reason, REASON_SIZE, "--%s: '%.100s': %s", option, text, message);
    return false;
}

/* The index of text among names (which end with NULL), or -1 with the reason. */
static int read_choice(const char *option, const char *text, const char *const *names,
                       char reason[REASON_SIZE])
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], text) == 0)
            return i;
    int n =
        snprintf(reason, REASON_SIZE, "--%s: '%.100s' is not known: ", option, text);
    for (int i = 0; names[i] != NULL && n < REASON_SIZE; i++)
        n += snprintf(reason + n, REASON_SIZE - (size_t)n, "%s%s",
                      i == 0                 ? ""
                      : names[i + 1] == NULL ? " or "
                                             : ", ",
                      names[i]);
    return -1;
}

/* ---- one function per option ---- */

/* Where an option may be "VALUE" for all or "NODE=VALUE" for one: the mask of nodes
 * that it is for, 0 with the reason. */
static uint64_t nodes_of(const char **value, const char *option, const char *text,
                         const struct settings *s, char reason[REASON_SIZE])
{
    uint8_t player = 0;
    *value = text;
    if (strchr(text, '=') == NULL)
        return UINT64_MAX;
    if (!read_node(&player, value, option, text, '=', s->terms.shape.n_players, reason))
        return 0;
    return player_bit(player);
}

static bool take_delta(struct settings *s, const char *text, char *reason)
{
    const char *value;
    double delta = 0;
    const uint64_t nodes = nodes_of(&value, "delta", text, s, reason);
    if (nodes == 0 || !read_decimal(&delta, "delta", value, 0, 1, true, reason))
        return false;
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        if (nodes >> i & 1)
            s->private_options[i].discount = delta;
    if (nodes == UINT64_MAX)
        s->discount = delta;
    return true;
}

static bool take_lambda(struct settings *s, const char *text, char *reason)
{
    const char *value;
    double lambda = 0;
    const uint64_t nodes = nodes_of(&value, "lambda", text, s, reason);
    if (nodes == 0 || !read_decimal(&lambda, "lambda", value, 0, 1, false, reason))
        return false;
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        if (nodes >> i & 1)
            s->private_options[i].lambda = lambda;
    return true;
}

static bool take_sampler(struct settings *s, const char *text, char *reason)
{
    const char *value;
    const uint64_t nodes = nodes_of(&value, "sampler", text, s, reason);
    const int kind =
        nodes == 0 ? -1 : read_choice("sampler", value, sampler_names, reason);
    if (kind < 0)
        return false;
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        if (nodes >> i & 1)
            s->private_options[i].sampler = (enum sampler_kind)kind;
    return true;
}

static bool take_concept(struct settings *s, const char *text, char *reason)
{
    static const char *const names[] = {[CONCEPT_NASH] = "nash",
                                        [CONCEPT_PUBLIC] = "public",
                                        [CONCEPT_PRIVATE] = "private",
                                        NULL};
    const int chosen = read_choice("concept", text, names, reason);
    if (chosen < 0)
        return false;
    s->terms.concept = (enum concept)chosen;
    return true;
}

static bool take_resolution(struct settings *s, const char *text, char *reason)
{
    static const char *const names[] = {"16", "64", "256", NULL};
    static const uint16_t resolutions[] = {16, 64, 256};
    const int n = read_choice("resolution", text, names, reason);
    if (n >= 0)
        s->terms.resolution = resolutions[n];
    return n >= 0;
}

static bool take_incentive(struct settings *s, const char *text, char *reason)
{
    static const char *const names[] = {
        [INCENTIVE_INTERIM] = "interim", [INCENTIVE_EX_ANTE] = "ex-ante", NULL};
    const int incentive = read_choice("incentive", text, names, reason);
    if (incentive >= 0)
        s->terms.incentive = (enum incentive)incentive;
    return incentive >= 0;
}

static bool take_strategy(struct settings *s, const char *text, char *reason)
{
    return read_strategy(&s->terms.finite, &s->terms.length, text, reason);
}

static bool take_opening(struct settings *s, const char *text, char *reason)
{
    static const char *const names[] = {"none", "pure", NULL};
    const int opening = read_choice("opening", text, names, reason);
    s->terms.opening_pure = opening == 1;
    return opening >= 0;
}

static bool take_selection(struct settings *s, const char *text, char *reason)
{
    const char *names[SELECTIONS + 1] = {NULL};
    for (int k = 0; k < SELECTIONS; k++)
        names[k] = selection_name((enum selection)k);
    const int selection = read_choice("selection", text, names, reason);
    s->terms.selection = (enum selection)selection;
    return selection >= 0;
}

static bool take_budget(struct settings *s, const char *text, char *reason)
{
    uint64_t v = 0;
    const uint64_t most = (uint64_t)CANDIDATES_MAX / s->terms.shape.n_players;
    const bool fits = read_whole(&v, "budget", text, 1, most, reason);
    s->terms.budget = (uint32_t)v;
    return fits;
}

static bool take_batch(struct settings *s, const char *text, char *reason)
{
    uint64_t v = 0;
    const bool fits = read_whole(&v, "batch", text, 1, BATCH_MAX, reason);
    s->terms.batch = (uint16_t)v;
    return fits;
}

static bool take_stages(struct settings *s, const char *text, char *reason)
{
    uint64_t v = 0;
    const bool fits = read_whole(&v, "stages", text, 0, STAGES_MAX, reason);
    s->terms.stages = (uint32_t)v;
    return fits;
}

static bool take_deadline(struct settings *s, const char *text, char *reason)
{
    double seconds = 0;
    if (!read_decimal(&seconds, "deadline", text, s->terms.soft_ms / 1000.0,
                      HARD_MS_MAX / 1000.0, false, reason))
        return false;
    s->terms.hard_ms = (uint32_t)llround(seconds * 1000);
    return true;
}

static bool take_verdict(struct settings *s, const char *text, char *reason)
{
    static const char *const names[] = {
        [VERDICT_DEFAULT] = "default", [VERDICT_STRICT] = "strict", NULL};
    const char *colon = strchr(text, ':');
    const size_t length = colon == NULL ? strlen(text) : (size_t)(colon - text);
    const bool timed = colon != NULL && length == strlen("strict") &&
                       strncmp(text, "strict", length) == 0;
    double seconds = s->terms.delay_ms / 1000.0;
    if (timed && !read_decimal(&seconds, "verdict", colon + 1, 0.001,
                               HARD_MS_MAX / 1000.0, false, reason))
        return false;
    const int verdict = read_choice("verdict", timed ? "strict" : text, names, reason);
    s->terms.delay_ms = (uint32_t)llround(seconds * 1000);
    s->terms.verdict = (enum verdict)verdict;
    return verdict >= 0;
}

static bool take_threat(struct settings *s, const char *text, char *reason)
{
    struct profile profile;
    if (!read_profile(&profile, s->game, "threat", text, reason))
        return false;
    s->terms.threat_given = true;
    memset(&s->terms.threat, 0, sizeof s->terms.threat);
    candidate_from_profile(&s->terms.threat, &s->terms.shape, &profile);
    return true;
}

static bool take_defect(struct settings *s, const char *text, char *reason)
{
    const char *rest;
    char message[256];
    uint8_t player = 0;
    if (!read_node(&player, &rest, "defect", text, '@', s->terms.shape.n_players,
                   reason))
        return false;
    struct misdeeds *m = &s->misdeeds[player];
    s->terms.test = true;
    if (m->n_defections == DEFECTIONS_MAX) {
        (void)snprintf(reason, REASON_SIZE, "--defect: at most %d for one node",
                       DEFECTIONS_MAX);
        return false;
    }
    if (defection_read(&m->defection[m->n_defections++], rest, &s->terms, player,
                       message))
        return true;
    (void)snprintf(reason, REASON_SIZE, "--defect: '%.100s': %s", text, message);
    return false;
}

static bool take_misbehave(struct settings *s, const char *text, char *reason)
{
    const char *rest;
    char message[256];
    uint8_t player = 0;
    if (!read_node(&player, &rest, "misbehave", text, ':', s->terms.shape.n_players,
                   reason))
        return false;
    struct misdeeds *m = &s->misdeeds[player];
    s->terms.test = true;
    if (m->n_misbehaviours == MISBEHAVIOURS_MAX) {
        (void)snprintf(reason, REASON_SIZE, "--misbehave: at most %d for one node",
                       MISBEHAVIOURS_MAX);
        return false;
    }
    if (misbehaviour_read(&m->misbehaviour[m->n_misbehaviours++], rest, message))
        return true;
    (void)snprintf(reason, REASON_SIZE,
                   "--misbehave: '%.100s': %s; `treaty help misbehave` lists the kinds",
                   text, message);
    return false;
}

static bool take_seed(struct settings *s, const char *text, char *reason)
{
    s->seeded = true;
    return read_whole(&s->seed, "seed", text, 0, UINT64_MAX, reason);
}

static bool take_out(struct settings *s, const char *text, char *reason)
{
    s->out = text;
    if (text[0] != 0)
        return true;
    (void)snprintf(reason, REASON_SIZE, "--out: a directory has a name");
    return false;
}

static bool take_base_port(struct settings *s, const char *text, char *reason)
{
    uint64_t v = 0;
    const uint64_t most = (uint64_t)UINT16_MAX - s->terms.shape.n_players;
    const bool fits = read_whole(&v, "base-port", text, 1, most, reason);
    s->base_port = (uint16_t)v;
    return fits;
}

static bool take_http_base_port(struct settings *s, const char *text, char *reason)
{
    uint64_t v = 0;
    const uint64_t most = UINT16_MAX - s->terms.shape.n_players;
    const bool fits = read_whole(&v, "http-base-port", text, 1, most, reason);
    s->http_base_port = (uint16_t)v;
    return fits;
}

static bool take_host(struct settings *s, const char *text, char *reason)
{
    const char *hole = strstr(text, "%d");
    s->host = text;
    /* nanomsg refuses names with an underscore */
    const size_t plain =
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                     "XYZ0123456789.-%");
    const char *first = strchr(text, '%');
    const bool one_hole = first == hole && (hole == NULL || !strchr(hole + 1, '%'));
    if (text[0] != 0 && text[plain] == 0 && one_hole && strlen(text) < 128)
        return true;
    (void)snprintf(
        reason, REASON_SIZE,
        "--host: '%.100s' is no name for hosts: letters, digits, '-' and '.', "
        "with %%d once where the node's number goes, such as node-%%d",
        text);
    return false;
}

static bool take_json(struct settings *s, const char *text, char *reason)
{
    (void)text;
    (void)reason;
    s->json = true;
    return true;
}

static bool take_quiet(struct settings *s, const char *text, char *reason)
{
    (void)text;
    (void)reason;
    s->quiet = true;
    return true;
}

static const struct {
    const char *option;
    bool (*take)(struct settings *s, const char *text, char *reason);
    bool for_node; /* "NODE=VALUE" goes before "VALUE", in whatever order they stand */
} takers[] = {
    {"delta", take_delta, true},
    {"lambda", take_lambda, true},
    {"sampler", take_sampler, true},
    {"concept", take_concept, false},
    {"resolution", take_resolution, false},
    {"incentive", take_incentive, false},
    {"strategy", take_strategy, false},
    {"opening", take_opening, false},
    {"selection", take_selection, false},
    {"budget", take_budget, false},
    {"batch", take_batch, false},
    {"stages", take_stages, false},
    {"deadline", take_deadline, false},
    {"threat", take_threat, false},
    {"verdict", take_verdict, false},
    {"defect", take_defect, false},
    {"misbehave", take_misbehave, false},
    {"seed", take_seed, false},
    {"out", take_out, false},
    {"base-port", take_base_port, false},
    {"http-base-port", take_http_base_port, false},
    {"host", take_host, false},
    {"json", take_json, false},
    {"quiet", take_quiet, false},
};

/* ---- all of them ---- */

/* When to ask for what is missing. A round is N (N - 1) messages, which one machine has
 * to judge where all the nodes are on it: who asks earlier only adds to them. */
static uint32_t soft_ms_of(uint8_t n_players)
{
    const uint32_t quarter = n_players * n_players / 4u;
    return quarter > 200 ? quarter : 200;
}

static void settings_default(struct settings *s, const struct game *game)
{
    memset(s, 0, sizeof *s);
    s->game = game;
    s->discount = 0.9;
    terms_default(&s->terms);
    memcpy(s->terms.title, game->title, sizeof s->terms.title);
    s->terms.shape = game->shape;
    s->terms.soft_ms = soft_ms_of(game->shape.n_players);
    memcpy(s->terms.player_name, game->player_name, sizeof s->terms.player_name);
    memcpy(s->terms.action_name, game->action_name, sizeof s->terms.action_name);
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        s->private_options[i] = (struct private_options){
            .discount = 0.9, .lambda = 0.5, .sampler = SAMPLER_SURROGATE, .attempt = 1};
}

void settings_seed(struct settings *s, uint64_t seed)
{
    struct prng seeds = {seed};
    s->seed = seed;
    for (uint8_t i = 0; i < s->terms.shape.n_players; i++)
        s->private_options[i].sampler_seed = prng_next(&seeds);
}

/* What follows from all options together. */
static enum status settings_finish(struct settings *s, char reason[REASON_SIZE])
{
    char message[256];
    const uint8_t n_players = s->terms.shape.n_players;
    s->terms.share_rewards = false;
    for (uint8_t i = 0; i < n_players; i++) {
        s->terms.share_rewards |= s->private_options[i].lambda < 1;
        for (uint8_t k = 0; k < s->misdeeds[i].n_defections; k++) {
            const uint32_t stage = s->misdeeds[i].defection[k].stage;
            if (stage <= s->terms.stages)
                continue;
            (void)snprintf(
                reason, REASON_SIZE,
                "--defect: stage %u is never played: the last one is %u (see "
                "--stages)",
                stage, s->terms.stages);
            return STATUS_USAGE;
        }
    }
    if (!s->seeded) {
        secure_random(&s->seed, sizeof s->seed);
        s->seed >>= 11; /* so that a reader of JSON who knows only doubles keeps it */
    }
    settings_seed(s, s->seed);
    if (terms_valid(&s->terms, message))
        return STATUS_OK;
    (void)snprintf(reason, REASON_SIZE, "%s", message);
    return STATUS_USAGE;
}

enum status settings_read(struct settings *s, const struct game *game,
                          const struct given *g, char reason[REASON_SIZE])
{
    settings_default(s, game);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < g->n_options; i++)
            for (size_t k = 0; k < sizeof takers / sizeof takers[0]; k++) {
                const char *value = g->option[i].value;
                if (strcmp(takers[k].option, g->option[i].flag->name) != 0)
                    continue;
                const bool late = takers[k].for_node && strchr(value, '=') != NULL;
                if (late == (pass == 1) && !takers[k].take(s, value, reason))
                    return STATUS_USAGE;
            }
    return settings_finish(s, reason);
}

/* ---- games ---- */

/* An action graph, as the table that it stands for. */
static enum status graph_load(struct game *out, const char *path,
                              char reason[REASON_SIZE])
{
    struct loaded *l = calloc(1, sizeof *l);
    if (l == NULL) {
        (void)snprintf(reason, REASON_SIZE, "memory is short");
        return STATUS_FAILED;
    }
    enum status status = loaded_read(l, path, reason);
    if (status == STATUS_OK)
        status = loaded_expand(l, "`treaty game convert`", reason);
    if (status == STATUS_OK && !exact_to_game(out, &l->table)) {
        (void)snprintf(reason, REASON_SIZE,
                       "%.200s: memory is short, or a payoff is beyond what a double "
                       "holds",
                       path);
        status = STATUS_USAGE;
    }
    loaded_free(l);
    free(l);
    return status;
}

static enum status table_load(struct game *out, const char *path,
                              char reason[REASON_SIZE])
{
    struct format_error error = {0};
    char message[256];
    char *text = NULL;
    size_t size = 0;
    if (file_read(&text, &size, path, message) != STATUS_OK) {
        (void)snprintf(reason, REASON_SIZE, "%s", message);
        return STATUS_USAGE;
    }
    const char *start = size > 0 ? text + strspn(text, " \t\r\n\v\f") : "";
    if (start[0] == '#') {
        free(text);
        return graph_load(out, path, reason);
    }
    const bool by_count = strncmp(start, "COUNTS", strlen("COUNTS")) == 0;
    const bool fits = by_count ? counts_read(out, text, size, &error)
                               : nfg_read(out, text, size, &error);
    free(text);
    if (!fits) {
        (void)snprintf(reason, REASON_SIZE, "%.200s:%u:%u: %s%s", path, error.line,
                       error.column, error.message,
                       error.line == 1 && error.column == 1
                           ? "; a game begins with NFG 1 R, COUNTS 1, or #AGG"
                           : "");
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

enum status game_load(struct game *out, const char *path, char reason[REASON_SIZE])
{
    const enum status status = table_load(out, path, reason);
    if (status != STATUS_OK)
        return status;
    for (uint8_t i = 0; i < out->shape.n_players; i++) {
        if (!payoffs_spread(&out->payoffs[i])) {
            (void)snprintf(reason, REASON_SIZE, "memory is short");
            game_free(out);
            return STATUS_FAILED;
        }
        if (!payoffs_moderate(out->payoffs[i])) {
            (void)snprintf(reason, REASON_SIZE,
                           "%.200s: a payoff of player %u is beyond %g: divide all "
                           "payoffs of that player by the same number",
                           path, i + 1u, PAYOFF_MAX);
            game_free(out);
            return STATUS_USAGE;
        }
    }
    return STATUS_OK;
}
