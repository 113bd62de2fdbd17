/* SPDX-License-Identifier: MIT */
/* The text of Gambit's .agg: words between blanks, comments where an item of its list
 * may start, and the place where a text goes wrong. Nobody outside sees a word. */
#include "analysis/agg.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "game/lexical.h"

struct parser {
    struct cursor cursor; /* behind the word */
    const char *word;     /* the one just read; empty at the end of the file */
    size_t word_size;
    struct text_place place; /* of the word */
    struct format_error *error;
    struct agg *a;
    struct gathering *payoffs;
    uint64_t steps; /* left for finding configurations */
};

/* ---- words ---- */

static void skip_line(struct cursor *c)
{
    while (c->at < c->size && c->text[c->at] != '\n')
        cursor_pass(c, 1);
}

static void skip_comments(struct cursor *c)
{
    cursor_skip_blanks(c);
    while (c->at < c->size && c->text[c->at] == '#') {
        skip_line(c);
        cursor_skip_blanks(c);
    }
}

static bool is_bracket(char c)
{
    return c == '[' || c == ']';
}

/* A bracket, or what goes on to the next blank or bracket. */
static void next(struct parser *p)
{
    struct cursor *c = &p->cursor;
    cursor_skip_blanks(c);
    p->place = cursor_place(c);
    p->word = c->text + c->at;
    const size_t start = c->at;
    if (c->at < c->size && is_bracket(c->text[c->at]))
        cursor_pass(c, 1);
    else
        while (c->at < c->size && !character_blank(c->text[c->at]) &&
               !is_bracket(c->text[c->at]))
            cursor_pass(c, 1);
    p->word_size = c->at - start;
}

static void next_item(struct parser *p)
{
    skip_comments(&p->cursor);
    next(p);
}

/* ---- refusals: all return false, so that a reader can end with one ---- */

static bool refuse(struct parser *p, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)place_refuse(&p->place, p->error, format, arguments);
    va_end(arguments);
    return false;
}

static bool refuse_memory(struct parser *p)
{
    return refuse(p, "there is not enough memory for this game");
}

/* Says what should have been the word just read. */
static bool expected(struct parser *p, const char *format, ...)
{
    char what[128], found[EXCERPT_SIZE] = "end of file";
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    if (p->word_size > 0)
        text_excerpt(found, p->word, p->word_size);
    return refuse(p, "expected %s, found %s", what, found);
}

/* ---- numbers ---- */

/* The word just read, a natural number of at most most. */
static bool take_count(struct parser *p, uint32_t *out, uint32_t least, uint32_t most,
                       const char *what)
{
    if (!number_count(out, p->word, p->word_size) || *out < least)
        return expected(p, "%s, from %u on", what, least);
    if (*out > most)
        return expected(p, "%s, at most %u", what, most);
    return true;
}

static bool take_integer(struct parser *p, int64_t *out, int64_t least,
                         const char *what)
{
    uint32_t size;
    const bool negative = p->word_size > 0 && p->word[0] == '-';
    if (!number_count(&size, p->word + negative, p->word_size - negative) ||
        (negative && p->word_size > 1 && p->word[1] == '+'))
        return expected(p, "%s", what);
    *out = negative ? -(int64_t)size : size;
    if (size > AGG_WEIGHT_MAX || *out < least)
        return expected(p, "%s, from %d to %d", what, (int)least, AGG_WEIGHT_MAX);
    return true;
}

static bool take_bracket(struct parser *p, char bracket, const char *where)
{
    next(p);
    if (p->word_size != 1 || p->word[0] != bracket)
        return expected(p, "'%c' %s", bracket, where);
    return true;
}

/* ---- the graph ---- */

static bool read_kind(struct parser *p)
{
    next(p);
    if (p->word_size != 4 || memcmp(p->word, "#AGG", 4) != 0)
        return expected(p, "#AGG");
    skip_line(&p->cursor);
    return true;
}

static bool read_sizes(struct parser *p)
{
    struct agg *a = p->a;
    next_item(p);
    if (!take_count(p, &a->n_players, 1, AGG_PLAYERS_MAX, "the number of players"))
        return false;
    next_item(p);
    uint32_t n_nodes, n_functions;
    if (!take_count(p, &n_nodes, 1, AGG_NODES_MAX, "the number of action nodes"))
        return false;
    next_item(p);
    if (!take_count(p, &n_functions, 0, AGG_FUNCTIONS_MAX,
                    "the number of function nodes"))
        return false;
    a->set_of = calloc(a->n_players, sizeof *a->set_of);
    a->set = calloc(a->n_players, sizeof *a->set);
    a->neighbour = calloc(n_nodes + n_functions, sizeof *a->neighbour);
    a->function = calloc(n_functions + 1, sizeof *a->function);
    a->table = calloc(n_nodes, sizeof *a->table);
    a->n_nodes = n_nodes;
    a->n_functions = n_functions;
    return (a->set_of != NULL && a->set != NULL && a->neighbour != NULL &&
            a->function != NULL && a->table != NULL) ||
           refuse_memory(p);
}

/* Reads the n nodes of player's set, and keeps it unless another has the same. */
static bool read_set(struct parser *p, uint32_t player, uint32_t n)
{
    struct agg *a = p->a;
    struct agg_list set = {n, calloc(n, sizeof *set.item)};
    if (set.item == NULL)
        return refuse_memory(p);
    skip_comments(&p->cursor);
    bool good = true;
    for (uint32_t k = 0; good && k < n; k++) {
        char what[80];
        (void)snprintf(what, sizeof what, "action node %u of %u of player %u", k + 1, n,
                       player + 1);
        next(p);
        good = take_count(p, &set.item[k], k > 0 ? set.item[k - 1] + 1 : 0,
                          a->n_nodes - 1, what);
    }
    uint32_t same = 0;
    while (good && same < a->n_sets &&
           (a->set[same].n != n ||
            memcmp(a->set[same].item, set.item, n * sizeof *set.item) != 0))
        same++;
    if (good)
        a->set_of[player] = same;
    if (good && same == a->n_sets)
        a->set[a->n_sets++] = set;
    else
        free(set.item);
    return good;
}

static bool read_sets(struct parser *p)
{
    struct agg *a = p->a;
    uint32_t *n_actions = calloc(a->n_players, sizeof *n_actions);
    bool good = true;
    if (n_actions == NULL)
        return refuse_memory(p);
    skip_comments(&p->cursor);
    for (uint32_t i = 0; good && i < a->n_players; i++) {
        char what[80];
        (void)snprintf(what, sizeof what, "the number of actions of player %u of %u",
                       i + 1, a->n_players);
        next(p);
        good = take_count(p, &n_actions[i], 1, a->n_nodes, what);
    }
    for (uint32_t i = 0; good && i < a->n_players; i++)
        good = read_set(p, i, n_actions[i]);
    free(n_actions);
    return good;
}

static bool read_neighbours(struct parser *p, uint32_t node)
{
    struct agg *a = p->a;
    const bool function = node >= a->n_nodes;
    char what[80];
    uint32_t n;
    (void)snprintf(what, sizeof what, "the number of neighbours of %s node %u",
                   function ? "function" : "action", node);
    next_item(p);
    if (!take_count(p, &n, 0, AGG_NEIGHBOURS_MAX, what))
        return false;
    struct agg_list *list = &a->neighbour[node];
    list->item = calloc(n + 1, sizeof *list->item);
    if (list->item == NULL)
        return refuse_memory(p);
    for (; list->n < n; list->n++) {
        (void)snprintf(what, sizeof what, "neighbour %u of %u of node %u", list->n + 1,
                       n, node);
        next(p);
        if (!take_count(p, &list->item[list->n], 0, a->n_nodes + a->n_functions - 1,
                        what))
            return false;
    }
    return true;
}

static bool read_weights(struct parser *p, struct agg_function *f, uint32_t n)
{
    const int64_t least = f->type == AGG_WEIGHTED_EXISTS ? 0 : -AGG_WEIGHT_MAX;
    next(p);
    if (!take_integer(p, &f->base, least, "the base value of a function node") ||
        !take_bracket(p, '[', "before the weights of a function node"))
        return false;
    f->weight = calloc(n, sizeof *f->weight);
    if (f->weight == NULL)
        return refuse_memory(p);
    for (uint32_t v = 0; v < n; v++) {
        char what[80];
        (void)snprintf(what, sizeof what, "weight %u of %u of a function node", v + 1,
                       n);
        next(p);
        if (!take_integer(p, &f->weight[v], least, what))
            return false;
    }
    return take_bracket(p, ']', "after the weights of a function node");
}

static bool read_signature(struct parser *p, struct agg_function *f)
{
    uint32_t type;
    next_item(p);
    if (!number_count(&type, p->word, p->word_size) ||
        !(type <= AGG_LOWEST ||
          (type >= AGG_WEIGHTED_SUM && type <= AGG_WEIGHTED_LOWEST)))
        return expected(p, "the type of a function node, 0 to 3 or 10 to 13");
    f->type = (enum agg_type)type;
    return type < AGG_WEIGHTED_SUM || read_weights(p, f, p->a->n_nodes);
}

/* ---- from which action nodes a function node is reached ---- */

static bool same_signature(const struct agg *a, const struct agg_function *f,
                           const struct agg_function *g)
{
    return f->type == g->type && f->base == g->base &&
           (f->weight == NULL ||
            memcmp(f->weight, g->weight, a->n_nodes * sizeof *f->weight) == 0);
}

/* Adds to function's reach that of all its neighbours, which must be known before. */
static bool reach_add(struct parser *p, uint32_t function)
{
    struct agg *a = p->a;
    struct agg_function *f = &a->function[function];
    const struct agg_list *list = &a->neighbour[a->n_nodes + function];
    for (uint32_t i = 0; i < list->n; i++) {
        if (list->item[i] < a->n_nodes) {
            f->reach[list->item[i]]++;
            continue;
        }
        const struct agg_function *g = &a->function[list->item[i] - a->n_nodes];
        if (!same_signature(a, f, g))
            return refuse(p,
                          "expected function nodes %u and %u, of which one is the "
                          "other's neighbour, to be of one type, base and weights",
                          a->n_nodes + function, list->item[i]);
        for (uint32_t v = 0; v < a->n_nodes; v++)
            f->reach[v] += g->reach[v];
    }
    for (uint32_t v = 0; v < a->n_nodes; v++)
        if (f->reach[v] > AGG_WEIGHT_MAX)
            return refuse(p,
                          "expected at most %d ways from function node %u to action "
                          "node %u, found %u",
                          AGG_WEIGHT_MAX, a->n_nodes + function, v, f->reach[v]);
    return true;
}

/* A function node is ready once all function nodes among its neighbours are. */
static bool reach_ready(const struct agg *a, uint32_t function)
{
    const struct agg_list *list = &a->neighbour[a->n_nodes + function];
    for (uint32_t i = 0; i < list->n; i++)
        if (list->item[i] >= a->n_nodes &&
            a->function[list->item[i] - a->n_nodes].reach == NULL)
            return false;
    return true;
}

static bool find_reach(struct parser *p)
{
    struct agg *a = p->a;
    uint32_t n_known = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (uint32_t f = 0; f < a->n_functions; f++) {
            if (a->function[f].reach != NULL || !reach_ready(a, f))
                continue;
            a->function[f].reach = calloc(a->n_nodes, sizeof(uint32_t));
            if (a->function[f].reach == NULL)
                return refuse_memory(p);
            if (!reach_add(p, f))
                return false;
            moved = true;
            n_known++;
        }
    }
    return n_known == a->n_functions ||
           refuse(p, "expected function nodes that do not reach themselves, found a "
                     "circle among them");
}

/* ---- payoffs ---- */

/* A payoff, which what says more of. */
static bool take_payoff(struct parser *p, const char *what)
{
    char shown[EXCERPT_SIZE];
    next(p);
    if (p->word_size == 0)
        return expected(p, "%s", what);
    const char *fault = gathering_add(p->payoffs, p->word, p->word_size);
    text_excerpt(shown, p->word, p->word_size);
    return fault == NULL ||
           refuse(p, "expected %s, found %s, which %s", what, shown, fault);
}

/* Reads "[c1 ... ck]" and finds its row: UINT32_MAX if it cannot occur. */
static bool read_tuple(struct parser *p, uint32_t node, uint32_t *row)
{
    int64_t tuple[AGG_NEIGHBOURS_MAX];
    const uint32_t n = p->a->neighbour[node].n;
    if (!take_bracket(p, '[', "before a configuration"))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t count;
        next(p);
        if (!number_count(&count, p->word, p->word_size))
            return expected(p, "count %u of %u of a configuration of node %u", i + 1, n,
                            node);
        tuple[i] = count;
    }
    if (!take_bracket(p, ']', "after a configuration"))
        return false;
    *row = agg_row(p->a, node, tuple);
    return true;
}

/* Configurations in any order, each with its payoff: gathered as they come, then added
 * again in the order of the rows. where[row] is one more than the place they came at.
 */
static bool read_mapping(struct parser *p, uint32_t node, size_t *where)
{
    const uint32_t n_rows = p->a->table[node].n_rows;
    const size_t first = gathering_size(p->payoffs);
    uint32_t n, row = 0;
    next_item(p);
    if (!take_count(p, &n, 0, UINT32_MAX - 1, "the number of configurations"))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        if (!read_tuple(p, node, &row))
            return false;
        if (row != UINT32_MAX && where[row] != 0)
            return refuse(p,
                          "expected every configuration of node %u once, found one "
                          "again",
                          node);
        if (!take_payoff(p, "the payoff of a configuration"))
            return false;
        if (row != UINT32_MAX)
            where[row] = gathering_size(p->payoffs);
    }
    for (row = 0; row < n_rows; row++) {
        if (where[row] == 0)
            return refuse(p,
                          "expected a payoff for each of the %u configurations of "
                          "node %u that can occur, found none for number %u",
                          n_rows, node, row + 1);
        if (gathering_repeat(p->payoffs, where[row] - 1) != NULL)
            return refuse_memory(p);
    }
    gathering_cut(p->payoffs, first, gathering_size(p->payoffs) - n_rows);
    return true;
}

static bool read_table(struct parser *p, uint32_t node)
{
    struct agg_table *t = &p->a->table[node];
    uint32_t type;
    next_item(p);
    if (!number_count(&type, p->word, p->word_size) || type > 1)
        return expected(p, "payoff type 0 or 1 of action node %u", node);
    const char *fault = agg_configure(p->a, node, &p->steps);
    if (fault != NULL)
        return refuse(p, "the configurations of node %u %s", node, fault);
    t->first = gathering_size(p->payoffs);
    if (type == 1) {
        size_t *where = calloc(t->n_rows + 1, sizeof *where);
        const bool good =
            where != NULL ? read_mapping(p, node, where) : refuse_memory(p);
        free(where);
        return good;
    }
    for (uint32_t row = 0; row < t->n_rows; row++) {
        char what[80];
        (void)snprintf(what, sizeof what, "payoff %u of %u on node %u", row + 1,
                       t->n_rows, node);
        if (!take_payoff(p, what))
            return false;
    }
    return true;
}

static bool read_all(struct parser *p)
{
    struct agg *a = p->a;
    if (!read_kind(p) || !read_sizes(p) || !read_sets(p))
        return false;
    for (uint32_t node = 0; node < a->n_nodes + a->n_functions; node++)
        if (!read_neighbours(p, node))
            return false;
    for (uint32_t f = 0; f < a->n_functions; f++)
        if (!read_signature(p, &a->function[f]))
            return false;
    if (!find_reach(p))
        return false;
    for (uint32_t node = 0; node < a->n_nodes; node++)
        if (!read_table(p, node))
            return false;
    next_item(p);
    if (p->word_size > 0)
        return expected(p, "end of file after the payoffs of %u nodes", a->n_nodes);
    const char *fault = agg_settle(a, p->payoffs);
    return fault == NULL || refuse(p, "the payoffs %s", fault);
}

bool agg_read(struct agg *out, const char *text, size_t size,
              struct format_error *error)
{
    struct agg a = {0};
    struct parser p = {.cursor = cursor_start(text, size),
                       .error = error,
                       .a = &a,
                       .steps = AGG_STEPS_MAX};
    p.payoffs = gathering_new();
    mpq_init(a.payoffs.scale);
    const bool read = p.payoffs != NULL ? read_all(&p) : refuse_memory(&p);
    gathering_free(p.payoffs);
    if (read)
        *out = a;
    else
        agg_free(&a);
    return read;
}

/* ---- writing ---- */

struct sink {
    char *bytes;
    size_t capacity;
    size_t size; /* of everything so far, whether it fitted or not */
};

static void put(struct sink *out, const char *format, ...)
{
    char text[NUMBER_MAX + 64];
    va_list arguments;
    va_start(arguments, format);
    const size_t n = (size_t)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    CHECK(n < sizeof text);
    if (out->size <= out->capacity && n <= out->capacity - out->size && n > 0)
        memcpy(out->bytes + out->size, text, n);
    out->size += n;
}

static void put_list(struct sink *out, const struct agg_list *list)
{
    for (uint32_t i = 0; i < list->n; i++)
        put(out, "%s%u", i > 0 ? " " : "", list->item[i]);
    put(out, "\n");
}

static void put_graph(struct sink *out, const struct agg *a)
{
    put(out, "#AGG\n%u %u %u\n", a->n_players, a->n_nodes, a->n_functions);
    for (uint32_t i = 0; i < a->n_players; i++)
        put(out, "%s%u", i > 0 ? " " : "", agg_actions(a, i));
    put(out, "\n");
    for (uint32_t i = 0; i < a->n_players; i++)
        put_list(out, &a->set[a->set_of[i]]);
    for (uint32_t node = 0; node < a->n_nodes + a->n_functions; node++) {
        put(out, "%u%s", a->neighbour[node].n, a->neighbour[node].n > 0 ? " " : "");
        put_list(out, &a->neighbour[node]);
    }
    for (uint32_t f = 0; f < a->n_functions; f++) {
        put(out, "%d", (int)a->function[f].type);
        if (a->function[f].weight != NULL)
            put(out, " %lld [", (long long)a->function[f].base);
        for (uint32_t v = 0; a->function[f].weight != NULL && v < a->n_nodes; v++)
            put(out, "%s%lld%s", v > 0 ? " " : "", (long long)a->function[f].weight[v],
                v + 1 == a->n_nodes ? "]" : "");
        put(out, "\n");
    }
}

bool agg_write(const struct agg *a, char *out, size_t capacity, size_t *size)
{
    struct sink sink = {out, capacity, 0};
    bool sayable = true;
    mpq_t payoff;
    put_graph(&sink, a);
    mpq_init(payoff);
    for (uint32_t node = 0; node < a->n_nodes; node++) {
        put(&sink, "0");
        for (uint32_t row = 0; row < a->table[node].n_rows; row++) {
            char number[NUMBER_MAX + 1];
            multiples_get(payoff, &a->payoffs, a->table[node].first + row);
            sayable = sayable && rational_write(number, sizeof number, payoff);
            if (sayable)
                put(&sink, " %s", number);
        }
        put(&sink, "\n");
    }
    mpq_clear(payoff);
    *size = sayable ? sink.size : 0;
    return sayable && sink.size <= capacity;
}
