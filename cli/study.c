/* SPDX-License-Identifier: MIT */
/* Compares samplers: many negotiations without messages, against the best that there
 * is. Everything that is printed follows from the seed. */
#include "cli/study.h"

#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "cli/runs.h"
#include "cli/threatening.h"
#include "cli/words.h"
#include "node/files.h"
#include "study/rivals_paper.h"

/* ---- what is asked for ---- */

/* The words between the commas of a list, one after the other. False at its end. */
static bool next_word(char word[256], const char **list)
{
    const size_t size = strcspn(*list, ",");
    if (**list == 0)
        return false;
    (void)snprintf(word, 256, "%.*s", (int)(size < 255 ? size : 255), *list);
    *list += size + ((*list)[size] == ',');
    return true;
}

static bool take_class(struct study_plan *p, const char *word, bool *known)
{
    for (int c = 0; game_classes[c] != NULL; c++) {
        if (strcmp(word, game_classes[c]) != 0)
            continue;
        *known = true;
        const uint32_t n = class_size((enum game_class)c, &p->random);
        for (uint32_t k = 0; k < n; k++) {
            if (p->n_games == STUDY_GAMES_MAX)
                return false;
            p->game[p->n_games].class = (enum game_class)c;
            p->game[p->n_games++].number = k;
        }
    }
    return true;
}

static enum status take_games(struct study_plan *p, const char *list,
                              char reason[REASON_SIZE])
{
    char word[256];
    p->games = list;
    while (next_word(word, &list)) {
        bool known = false;
        bool room = take_class(p, word, &known);
        if (!known && p->n_games < STUDY_GAMES_MAX) {
            if (strchr(word, '.') == NULL) {
                (void)snprintf(reason, REASON_SIZE,
                               "--games: '%.100s' is neither paper, coordination, "
                               "random, tuning nor a file",
                               word);
                return STATUS_USAGE;
            }
            p->game[p->n_games++].file = strdup(word);
        } else {
            room = room && known;
        }
        if (!room) {
            (void)snprintf(reason, REASON_SIZE, "--games: at most %d games",
                           STUDY_GAMES_MAX);
            return STATUS_USAGE;
        }
    }
    return STATUS_OK;
}

/* Better now than when half of the study is done. */
static enum status try_files(const struct study_plan *p, char reason[REASON_SIZE])
{
    enum status status = STATUS_OK;
    for (uint32_t k = 0; status == STATUS_OK && k < p->n_games; k++) {
        struct game game;
        if (p->game[k].file == NULL)
            continue;
        status = game_load(&game, p->game[k].file, reason);
        if (status == STATUS_OK)
            game_free(&game);
    }
    return status;
}

/* "FROM:TO", or one number. */
static bool take_range(uint8_t range[2], const char *option, const char *text,
                       uint64_t least, uint64_t most, char reason[REASON_SIZE])
{
    char word[32];
    uint64_t from, to;
    const char *colon = strchr(text, ':');
    (void)snprintf(word, sizeof word, "%.*s",
                   colon == NULL ? 31 : (int)(colon - text < 31 ? colon - text : 31),
                   text);
    if (!read_whole(&from, option, word, least, most, reason) ||
        !read_whole(&to, option, colon == NULL ? word : colon + 1, from, most, reason))
        return false;
    range[0] = (uint8_t)from;
    range[1] = (uint8_t)to;
    return true;
}

static enum status take_concepts(struct study_plan *p, const char *list,
                                 char reason[REASON_SIZE])
{
    char word[256];
    while (next_word(word, &list)) {
        int k = CONCEPT_PRIVATE;
        while (k >= 0 && strcmp(word, concept_names[k]) != 0)
            k--;
        if (k < 0) {
            (void)snprintf(reason, REASON_SIZE,
                           "--concept: '%.100s' is not nash, public or private", word);
            return STATUS_USAGE;
        }
        if (p->n_concepts == STUDY_CONCEPTS) {
            (void)snprintf(reason, REASON_SIZE, "--concept: there are %d to name",
                           STUDY_CONCEPTS);
            return STATUS_USAGE;
        }
        p->concept[p->n_concepts++] = (enum concept)k;
    }
    return STATUS_OK;
}

static enum status take_discounts(struct study_plan *p, const char *list,
                                  char reason[REASON_SIZE])
{
    char word[256];
    while (next_word(word, &list)) {
        if (p->n_discounts == STUDY_DISCOUNTS_MAX) {
            (void)snprintf(reason, REASON_SIZE, "--delta: at most %d of them",
                           STUDY_DISCOUNTS_MAX);
            return STATUS_USAGE;
        }
        if (!read_decimal(&p->discount[p->n_discounts++], "delta", word, 0, 1, true,
                          reason))
            return STATUS_USAGE;
    }
    return STATUS_OK;
}

static enum status take_budgets(struct study *s, const char *list,
                                char reason[REASON_SIZE])
{
    char word[256];
    uint64_t v;
    while (next_word(word, &list)) {
        if (s->n_budgets == STUDY_BUDGETS_MAX) {
            (void)snprintf(reason, REASON_SIZE, "--budget: at most %d of them",
                           STUDY_BUDGETS_MAX);
            return STATUS_USAGE;
        }
        if (!read_whole(&v, "budget", word, 1, 10000, reason))
            return STATUS_USAGE;
        s->budget[s->n_budgets++] = (uint32_t)v;
    }
    return STATUS_OK;
}

/* The paper's program is written for games of 2 x 2, and for so many questions. */
static bool paper_can(const struct study_plan *p)
{
    bool can = true;
    for (uint32_t k = 0; k < p->n_games; k++)
        can = can && p->game[k].file == NULL && p->game[k].class == GAMES_PAPER;
    for (uint32_t k = 0; k < p->study.n_budgets; k++)
        can = can && p->study.budget[k] <= RIVALS_PAPER_BUDGET_MAX;
    return can;
}

static enum status take_samplers(struct study_plan *p, const char *list,
                                 char reason[REASON_SIZE])
{
    struct study *s = &p->study;
    char word[256];
    while (list != NULL && next_word(word, &list)) {
        struct contender c;
        uint32_t k = 0;
        while (contender_number(&c, k) && strcmp(c.name, word) != 0)
            k++;
        if (!contender_number(&c, k) || s->n_contenders == STUDY_SAMPLERS_MAX) {
            size_t size = (size_t)snprintf(reason, REASON_SIZE,
                                           "--samplers: '%.60s' is none of", word);
            const bool less = strncmp(word, "surrogate-", 10) == 0;
            const char *comma = "";
            for (k = 0; contender_number(&c, k) && size < REASON_SIZE; k++) {
                if (less != (c.without != 0))
                    continue;
                size += (size_t)snprintf(reason + size, REASON_SIZE - size, "%s %s",
                                         comma, c.name);
                comma = ",";
            }
            return STATUS_USAGE;
        }
        s->contender[s->n_contenders++] = c;
    }
    for (uint32_t k = 0; s->n_contenders < STUDY_SAMPLERS_MAX && list == NULL &&
                         contender_number(&s->contender[s->n_contenders], k);
         k++)
        s->n_contenders += s->contender[s->n_contenders].without == 0 &&
                           (!s->contender[s->n_contenders].paper || paper_can(p));
    for (uint32_t k = 0; k < s->n_contenders; k++)
        if (s->contender[k].paper && !paper_can(p)) {
            (void)snprintf(reason, REASON_SIZE,
                           "--samplers: paper is for the paper's games, and %d "
                           "questions at most",
                           RIVALS_PAPER_BUDGET_MAX);
            return STATUS_USAGE;
        }
    return STATUS_OK;
}

static const char *or_else(const struct given *g, const char *name, const char *text)
{
    (void)given_last(g, name, &text);
    return text;
}

static enum status take_numbers(struct study_plan *p, const struct given *g,
                                char reason[REASON_SIZE])
{
    uint64_t runs, count, lotteries, effort;
    if (!take_range(p->random.players, "players", or_else(g, "players", "2:6"), 2, 6,
                    reason) ||
        !take_range(p->random.actions, "actions", or_else(g, "actions", "2:4"), 2, 8,
                    reason) ||
        !read_whole(&count, "count", or_else(g, "count", "12"), 1, 1000, reason) ||
        !read_whole(&runs, "runs", or_else(g, "runs", "10"), 1, 100000, reason) ||
        !read_whole(&lotteries, "lotteries", or_else(g, "lotteries", "10"), 1, 100000,
                    reason) ||
        !read_whole(&effort, "effort", or_else(g, "effort", "400000"), 100, 1000000000,
                    reason) ||
        !read_whole(&p->random.seed, "seed", or_else(g, "seed", "1"), 0, 1000000000000,
                    reason) ||
        !read_decimal(&p->study.asking.lambda, "lambda", or_else(g, "lambda", "0.5"), 0,
                      1, false, reason))
        return STATUS_USAGE;
    p->random.count = (uint32_t)count;
    p->study.runs = (uint32_t)runs;
    p->study.lotteries = (uint32_t)lotteries;
    p->study.effort = (uint32_t)effort;
    p->study.seed = p->random.seed;
    return STATUS_OK;
}

static enum status take_words(struct study_plan *p, const struct given *g,
                              char reason[REASON_SIZE])
{
    const char *opening = or_else(g, "opening", "pure");
    const char *incentive = or_else(g, "incentive", "interim");
    p->study.asking.batch = 8;
    p->study.asking.resolution = 0;
    p->study.asking.opening_pure = strcmp(opening, "pure") == 0;
    p->study.contest.incentive =
        strcmp(incentive, "interim") == 0 ? INCENTIVE_INTERIM : INCENTIVE_EX_ANTE;
    if (!p->study.asking.opening_pure && strcmp(opening, "none") != 0) {
        (void)snprintf(reason, REASON_SIZE, "--opening: '%.100s' is not pure or none",
                       opening);
        return STATUS_USAGE;
    }
    if (strcmp(incentive, "interim") != 0 && strcmp(incentive, "ex-ante") != 0) {
        (void)snprintf(reason, REASON_SIZE,
                       "--incentive: '%.100s' is not interim or ex-ante", incentive);
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

/* The number of whom the others are compared with; the first, where nobody is named. */
static bool find_against(uint32_t *out, const struct given *g, const char *const *names,
                         uint32_t n, char reason[REASON_SIZE])
{
    const char *against;
    *out = 0;
    if (!given_last(g, "against", &against))
        return true;
    while (*out < n && strcmp(names[*out], against) != 0)
        ++*out;
    if (*out == n)
        (void)snprintf(reason, REASON_SIZE,
                       "--against: '%.100s' is not among those who are compared",
                       against);
    return *out < n;
}

/* Of a list: nothing in it, or one thing twice, which would count as two and make
 * errors look smaller than they are. */
static bool refuse_list(const char *option, uint32_t n, bool twice,
                        char reason[REASON_SIZE])
{
    if (n == 0 || twice)
        (void)snprintf(reason, REASON_SIZE, "--%s: %s", option,
                       twice ? "names something twice" : "names nothing");
    return n == 0 || twice;
}

static bool same_game(const struct study_plan *p, uint32_t a, uint32_t b)
{
    const char *file = p->game[a].file, *other = p->game[b].file;
    if (file != NULL || other != NULL)
        return file != NULL && other != NULL && strcmp(file, other) == 0;
    return p->game[a].class == p->game[b].class &&
           p->game[a].number == p->game[b].number;
}

static enum status try_lists(const struct study_plan *p, char reason[REASON_SIZE])
{
    const struct study *s = &p->study;
    bool game = false, concept = false, discount = false, budget = false,
         contender = false;
    for (uint32_t k = 0; k < p->n_games; k++)
        for (uint32_t b = 0; b < k && !game; b++)
            game = same_game(p, k, b);
    for (uint32_t k = 0; k < p->n_concepts; k++)
        for (uint32_t b = 0; b < k; b++)
    concept |= p->concept[k] == p->concept[b];
    for (uint32_t k = 0; k < p->n_discounts; k++)
        for (uint32_t b = 0; b < k; b++)
            discount |= p->discount[k] == p->discount[b];
    for (uint32_t k = 0; k < s->n_budgets; k++)
        for (uint32_t b = 0; b < k; b++)
            budget |= s->budget[k] == s->budget[b];
    for (uint32_t k = 0; k < s->n_contenders; k++)
        for (uint32_t b = 0; b < k; b++)
            contender |= strcmp(s->contender[k].name, s->contender[b].name) == 0;
    const bool refused = refuse_list("games", p->n_games, game, reason) ||
                         refuse_list("concept", p->n_concepts, concept, reason) ||
                         refuse_list("delta", p->n_discounts, discount, reason) ||
                         refuse_list("budget", s->n_budgets, budget, reason) ||
                         refuse_list("samplers", s->n_contenders, contender, reason);
    return refused ? STATUS_USAGE : STATUS_OK;
}

static enum status plan_read(struct study_plan *p, const struct given *g,
                             char reason[REASON_SIZE])
{
    enum status status = take_numbers(p, g, reason);
    if (status == STATUS_OK)
        status = take_words(p, g, reason);
    if (status == STATUS_OK)
        status = take_games(p, or_else(g, "games", "paper"), reason);
    if (status == STATUS_OK)
        status = try_files(p, reason);
    if (status == STATUS_OK)
        status = take_concepts(p, or_else(g, "concept", "nash,public,private"), reason);
    if (status == STATUS_OK)
        status = take_discounts(p, or_else(g, "delta", "0.1,0.5,0.9"), reason);
    if (status == STATUS_OK)
        status = take_budgets(&p->study, or_else(g, "budget", "5,20,100"), reason);
    if (status == STATUS_OK)
        status = take_samplers(p, or_else(g, "samplers", NULL), reason);
    if (status == STATUS_OK)
        status = try_lists(p, reason);
    const char *names[STUDY_SAMPLERS_MAX];
    for (uint32_t k = 0; k < p->study.n_contenders; k++)
        names[k] = p->study.contender[k].name;
    uint32_t against;
    if (status == STATUS_OK &&
        !find_against(&against, g, names, p->study.n_contenders, reason))
        status = STATUS_USAGE;
    return status;
}

/* ---- a unit ---- */

enum { ROWS = 64 }; /* of private advice, as terms have them by default */

struct work {
    struct study_plan plan;
    uint64_t skipped; /* units that fall to the shards before this one */
};

static enum status unit_game(struct game *out, const struct study_plan *p, uint32_t k,
                             char reason[REASON_SIZE])
{
    if (p->game[k].file != NULL)
        return game_load(out, p->game[k].file, reason);
    if (class_game(out, p->game[k].class, p->game[k].number, &p->random))
        return STATUS_OK;
    (void)snprintf(reason, REASON_SIZE, "memory is short");
    return STATUS_FAILED;
}

enum status plan_unit(struct study *s, struct game *game, bool *left_out,
                      const struct study_plan *p, uint64_t unit)
{
    const uint32_t k = (uint32_t)(unit / p->n_discounts / p->n_concepts);
    char reason[REASON_SIZE];
    const enum status status = unit_game(game, p, k, reason);
    if (status != STATUS_OK)
        return status;
    *s = p->study;
    s->seed = p->study.seed * UINT64_C(1000003) + k * UINT64_C(1000000007);
    s->contest.game = game;
    s->contest.concept = p->concept[unit / p->n_discounts % p->n_concepts];
    s->contest.discount = p->discount[unit % p->n_discounts];
    s->asking.resolution = s->contest.concept == CONCEPT_PRIVATE ? ROWS : 0;
    const bool fits = s->contest.concept == CONCEPT_NASH ||
                      shape_profiles(&game->shape) <= DISTRIBUTION_MAX;
    *left_out = !fits || find_threat(&s->contest.punishment, game, reason) != STATUS_OK;
    if (*left_out)
        return STATUS_OK;
    contest_threaten(&s->contest);
    contest_units(&s->contest,
                  p->game[k].file == NULL && p->game[k].class == GAMES_PAPER);
    return STATUS_OK;
}

static enum status study_unit(void *context, uint64_t number, FILE *out)
{
    const struct work *w = context;
    const uint64_t unit = w->skipped + number;
    struct game game;
    struct study_result result;
    bool left_out;
    struct study *s = malloc(sizeof *s);
    enum status status = STATUS_FAILED;
    if (s != NULL)
        status = plan_unit(s, &game, &left_out, &w->plan, unit);
    if (status != STATUS_OK) {
        free(s);
        return STATUS_FAILED;
    }
    if (left_out) {
        lines_unit(out, &w->plan, unit, game.title, s, NULL);
    } else {
        status = study_make(&result, s) ? STATUS_OK : STATUS_FAILED;
        if (status == STATUS_OK) {
            lines_unit(out, &w->plan, unit, game.title, s, &result);
            study_result_free(&result);
        }
    }
    game_free(&game);
    free(s);
    return status;
}

/* ---- the command ---- */

/* What the lines say: tables, or the lines themselves. */
static enum status tell(const struct study_lines *l, const struct given *g,
                        char reason[REASON_SIZE])
{
    const char *names[STUDY_SAMPLERS_MAX];
    uint32_t against = 0, n = 0;
    for (; n < lines_contenders(l) && n < STUDY_SAMPLERS_MAX; n++)
        names[n] = lines_contender(l, n);
    if (!find_against(&against, g, names, n, reason))
        return STATUS_USAGE;
    if (given_last(g, "json", NULL))
        lines_print(l, stdout);
    else
        study_tables(l, against,
                     given_last(g, "csv", NULL)        ? STUDY_CSV
                     : given_last(g, "fairness", NULL) ? STUDY_FAIRNESS
                                                       : STUDY_TABLES,
                     stdout);
    return STATUS_OK;
}

/* Every shard's output is kept until all are read: the tables need them at once. */
static enum status merge(const struct given *g, char reason[REASON_SIZE])
{
    char message[MESSAGE_SIZE], **text = calloc(g->n_operands + 1, sizeof *text);
    struct study_lines *l = lines_new();
    enum status status = STATUS_OK;
    if (g->n_operands == 0) {
        (void)snprintf(reason, REASON_SIZE, "--merge: which files?");
        status = STATUS_USAGE;
    }
    for (size_t k = 0; status == STATUS_OK && k < g->n_operands; k++) {
        size_t size;
        status = file_read(&text[k], &size, g->operand[k], message);
        if (status != STATUS_OK)
            (void)snprintf(reason, REASON_SIZE, "%s", message);
        else
            status = lines_add(l, g->operand[k], text[k], reason);
    }
    if (status == STATUS_OK)
        status = lines_whole(l, reason);
    if (status == STATUS_OK)
        status = tell(l, g, reason);
    lines_free(l);
    for (size_t k = 0; text != NULL && k < g->n_operands; k++)
        free(text[k]);
    free(text);
    return status;
}

/* Lines go out as they come, where they are wanted; a table needs all of them. */
static enum status hold(struct work *w, const struct share *share, uint64_t jobs,
                        const struct given *g, char reason[REASON_SIZE])
{
    const bool lines_wanted =
        given_last(g, "json", NULL) || given_last(g, "shard", NULL);
    const char *progress = given_last(g, "quiet", NULL) ? NULL : "games";
    char *text = NULL;
    size_t size = 0;
    FILE *out = lines_wanted ? stdout : open_memstream(&text, &size);
    (void)snprintf(reason, REASON_SIZE, "memory is short");
    if (out == NULL)
        return STATUS_FAILED;
    w->skipped = share->first;
    lines_head(out, &w->plan, share->number, share->of);
    enum status status = runs_in_order(share->n, jobs, study_unit, w, progress, out);
    if (lines_wanted)
        return status;
    struct study_lines *l = lines_new();
    if (fclose(out) != 0 || l == NULL)
        status = STATUS_FAILED;
    if (status == STATUS_OK)
        status = lines_add(l, "the study", text, reason);
    if (status == STATUS_OK)
        status = tell(l, g, reason);
    lines_free(l);
    free(text);
    return status;
}

static const struct flag flags_study[] = {
    {"games", "G,..", "paper (default), coordination, random, tuning, files"},
    {"concept", "C,..", "nash, public, private (default: all)"},
    {"delta", "D,..", "discount factors (default 0.1,0.5,0.9)"},
    {"budget", "N,..", "questions of each player (default 5,20,100)"},
    {"samplers", "S,..", "who is compared (default: all)"},
    {"against", "S", "whom they are compared with (default: the first)"},
    {"runs", "R", "with seeds of their own (default 10)"},
    {"jobs", "J", "as many processes at once (default 1)"},
    {"shard", "I/N", "only the I-th of N parts, as lines"},
    {"merge", NULL, "the tables of the FILES with all shards' lines"},
    {"fairness", NULL, "who gets more, instead of how near to the best"},
    {"threats", NULL, "what a punishment for each deviator would add"},
    {"csv", NULL, "the tables as one, in CSV"},
    {"json", NULL, "lines of JSON instead of tables"},
    {"seed", "S", "of games, samplers and lotteries (default 1)"},
    {"count", "N", "random games for each number of players"},
    {"players", "A:B", "of random games (default 2:6)"},
    {"actions", "A:B", "of random games (default 2:4)"},
    {"opening", "pure|none", "do nodes ask about pure profiles first?"},
    {"lambda", "L", "weight of a node's own reward (default 0.5)"},
    {"incentive", "interim|ex-ante", "what a player knows before it acts"},
    {"lotteries", "N", "that decide each run's table (default 10)"},
    {"effort", "N", "profiles looked at for the frontier of nash"},
    {"quiet", NULL, "no progress on standard error"},
    {NULL, NULL, NULL},
};

/* What does not go together: a second form, and with --merge what the files say. */
static enum status try_forms(const struct given *g, char reason[REASON_SIZE])
{
    static const char *const forms[] = {"json", "csv", "fairness"};
    static const char *const negotiated[] = {
        "shard",   "json", "fairness",  "budget",  "samplers",
        "against", "runs", "lotteries", "opening", "lambda"};
    static const char *const merging[] = {"merge",    "json",  "csv",
                                          "fairness", "quiet", "against"};
    const char *form = NULL;
    for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++) {
        if (!given_last(g, forms[k], NULL))
            continue;
        if (form != NULL) {
            (void)snprintf(reason, REASON_SIZE, "--%s or --%s, not both", form,
                           forms[k]);
            return STATUS_USAGE;
        }
        form = forms[k];
    }
    if (given_last(g, "shard", NULL) && form != NULL && strcmp(form, "json") != 0) {
        (void)snprintf(reason, REASON_SIZE,
                       "--%s: a shard has lines; tables are made by --merge of all",
                       form);
        return STATUS_USAGE;
    }
    for (size_t k = 0;
         given_last(g, "threats", NULL) && k < sizeof negotiated / sizeof negotiated[0];
         k++)
        if (given_last(g, negotiated[k], NULL)) {
            (void)snprintf(reason, REASON_SIZE,
                           "--threats: nothing is negotiated, so --%s does nothing",
                           negotiated[k]);
            return STATUS_USAGE;
        }
    for (const struct flag *f = flags_study;
         given_last(g, "merge", NULL) && f->name != NULL; f++) {
        bool goes = false;
        for (size_t k = 0; k < sizeof merging / sizeof merging[0]; k++)
            goes = goes || strcmp(f->name, merging[k]) == 0;
        if (!goes && given_last(g, f->name, NULL)) {
            (void)snprintf(reason, REASON_SIZE,
                           "--merge: --%s was settled when the parts were made",
                           f->name);
            return STATUS_USAGE;
        }
    }
    return STATUS_OK;
}

static enum status run_study(const struct command *c, const struct given *g)
{
    static struct work w;
    char reason[REASON_SIZE] = "";
    const char *text;
    uint64_t jobs = 1;
    struct share share;
    enum status status = try_forms(g, reason);
    if (status == STATUS_OK && given_last(g, "merge", NULL)) {
        status = merge(g, reason);
        return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
    }
    if (status == STATUS_OK)
        status = plan_read(&w.plan, g, reason);
    share = (struct share){1, 1, 0, plan_units(&w.plan)};
    if (status == STATUS_OK &&
        (!read_whole(&jobs, "jobs", or_else(g, "jobs", "1"), 1, RUN_JOBS_MAX, reason) ||
         (given_last(g, "shard", &text) &&
          !share_read(&share, text, plan_units(&w.plan),
                      "games, concepts and discount factors together", reason))))
        status = STATUS_USAGE;
    if (status == STATUS_OK && g->n_operands > 0) {
        (void)snprintf(reason, REASON_SIZE,
                       "'%.100s' is one too many: files go with --merge or --games",
                       g->operand[0]);
        status = STATUS_USAGE;
    }
    if (status == STATUS_OK && given_last(g, "threats", NULL))
        status = study_threats(&w.plan, jobs, given_last(g, "csv", NULL),
                               given_last(g, "quiet", NULL), reason);
    else if (status == STATUS_OK)
        status = hold(&w, &share, jobs, g, reason);
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

const struct command command_study = {
    .name = "study",
    .usage = "[options] [FILE...]",
    .summary = "compares samplers: how near to the best they agree",
    .help = "  treaty study --games paper --concept nash --delta 0.9 --budget 20,200\n"
            "  treaty study --games random --shard 3/8 --jobs 2 > part-3\n"
            "  treaty study --merge part-*\n"
            "\n"
            "Negotiations without messages, by the nodes' own samplers and by others'\n"
            "searches, against the frontier of what can be held at all.\n",
    .flags = {flags_study},
    .operand = {"FILE"},
    .operands_max = SIZE_MAX,
    .run = run_study,
};
