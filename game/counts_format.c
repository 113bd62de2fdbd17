/* SPDX-License-Identifier: MIT */
/* Games with payoffs by count as text: their tokens, and what each list of numbers
 * stands for. Nobody outside sees a token. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "game/counts.h"
#include "game/formats.h"
#include "game/lexical.h"
#include "game/names.h"

enum token_kind {
    TOKEN_END,
    TOKEN_TEXT,
    TOKEN_UNCLOSED, /* a text that runs into the end of its line */
    TOKEN_NUMBER,
    TOKEN_WORD,
    TOKEN_SIGN, /* one character */
};

struct token {
    enum token_kind kind;
    const char *text; /* borrowed; with its quotes */
    size_t size;
    struct text_place place;
};

struct parser {
    struct cursor cursor; /* behind the token */
    struct token token;   /* the next one, not yet taken */
    struct format_error *error;
    struct game *game;
    uint32_t n_crowds; /* of the others */
    double *list;      /* the numbers of one row: room for any row */
    double *value;     /* of one player: by own action, then by crowd */
};

/* ---- tokens ---- */

static void skip(struct cursor *c)
{
    bool comment = false;
    for (; c->at < c->size; cursor_pass(c, 1)) {
        const char first = c->text[c->at];
        comment = first == '#' || (comment && first != '\n');
        if (!comment && !character_blank(first))
            return;
    }
}

static size_t text_span(const char *s, size_t n)
{
    for (size_t i = 1; i < n && s[i] != '\n'; i++)
        if (s[i] == '"' && s[i - 1] != '\\')
            return i + 1;
    return 0;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void next(struct parser *p)
{
    struct token *t = &p->token;
    struct cursor *c = &p->cursor;
    skip(c);
    const size_t left = c->size - c->at;
    *t = (struct token){TOKEN_SIGN, c->text + c->at, left > 0, cursor_place(c)};
    if (left == 0) {
        t->kind = TOKEN_END;
    } else if (t->text[0] == '"') {
        const size_t span = text_span(t->text, left);
        t->kind = span > 0 ? TOKEN_TEXT : TOKEN_UNCLOSED;
        t->size = span > 0 ? span : left;
    } else if (number_span(t->text, left) > 0) {
        t->kind = TOKEN_NUMBER;
        t->size = number_span(t->text, left);
    } else if (is_letter(t->text[0])) {
        t->kind = TOKEN_WORD;
        while (t->size < left && is_letter(t->text[t->size]))
            t->size++;
    } else {
        const size_t character = character_size(t->text, left);
        t->size = character > 0 ? character : 1;
    }
    cursor_pass(c, t->size);
}

static bool at_word(const struct parser *p, const char *word)
{
    return p->token.kind == TOKEN_WORD && p->token.size == strlen(word) &&
           memcmp(p->token.text, word, p->token.size) == 0;
}

static bool at_sign(const struct parser *p, char sign)
{
    return p->token.kind == TOKEN_SIGN && p->token.text[0] == sign;
}

/* ---- refusals: all return false, so that a reader can end with one ---- */

static bool refuse(struct parser *p, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)place_refuse(&p->token.place, p->error, format, arguments);
    va_end(arguments);
    return false;
}

static bool refuse_memory(struct parser *p)
{
    return refuse(p, "there is not enough memory for this game");
}

/* Says what should have stood where the next token stands. */
static bool expected(struct parser *p, const char *format, ...)
{
    char what[160], shown[EXCERPT_SIZE];
    const struct token *t = &p->token;
    double value;
    const char *fault =
        t->kind == TOKEN_NUMBER ? number_value(&value, t->text, t->size) : NULL;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    text_excerpt(shown, t->text, t->size);
    if (t->kind == TOKEN_END)
        return refuse(p, "expected %s, found end of file", what);
    if (t->kind == TOKEN_UNCLOSED)
        return refuse(p, "expected %s, found a text without a closing quote", what);
    return refuse(p, "expected %s, found %s%s%s", what, shown,
                  fault != NULL ? ", which " : "", fault != NULL ? fault : "");
}

static bool take_word(struct parser *p, const char *word, const char *what)
{
    if (!at_word(p, word))
        return expected(p, "%s", what);
    next(p);
    return true;
}

static bool take_name(struct parser *p, char *out, size_t max, const char *what)
{
    const bool title = max == TITLE_MAX;
    char shown[EXCERPT_SIZE];
    if (p->token.kind != TOKEN_TEXT)
        return expected(p, "%s in quotes", what);
    const char *fault = quoted_fault(p->token.text, p->token.size, title);
    text_excerpt(shown, p->token.text, p->token.size);
    if (fault != NULL)
        return refuse(p, "%s %s %s", what, shown, fault);
    quoted_copy(out, max, p->token.text, p->token.size);
    next(p);
    return true;
}

/* ---- the head: title, players, actions ---- */

static bool read_kind(struct parser *p)
{
    if (!take_word(p, "COUNTS", "COUNTS"))
        return false;
    if (p->token.kind != TOKEN_NUMBER || p->token.size != 1 || p->token.text[0] != '1')
        return expected(p, "version 1");
    next(p);
    return take_name(p, p->game->title, TITLE_MAX, "the title");
}

static bool read_players(struct parser *p)
{
    struct game *g = p->game;
    uint32_t n = 0;
    if (!take_word(p, "players", "players"))
        return false;
    if (p->token.kind == TOKEN_NUMBER) {
        if (!number_count(&n, p->token.text, p->token.size) || n < 2 || n > PLAYERS_MAX)
            return expected(p, "a number of players from 2 to %d", PLAYERS_MAX);
        next(p);
    }
    for (; p->token.kind == TOKEN_TEXT; n++) {
        if (n == PLAYERS_MAX)
            return refuse(p, "a game has at most %d players", PLAYERS_MAX);
        if (!take_name(p, g->player_name[n], NAME_MAX, "the name"))
            return false;
    }
    if (n < 2)
        return expected(p, "how many players there are, or their names in quotes");
    g->shape.n_players = (uint8_t)n;
    names_distinguish(g->player_name, n);
    return true;
}

static bool read_actions(struct parser *p)
{
    struct game *g = p->game;
    const uint8_t n = g->shape.n_players;
    const uint16_t most =
        (uint16_t)(WEIGHTS_MAX / n < ACTIONS_MAX ? WEIGHTS_MAX / n : ACTIONS_MAX);
    uint16_t m = 0;
    if (!take_word(p, "actions", "actions"))
        return false;
    for (; p->token.kind == TOKEN_TEXT; m++) {
        if (m == most)
            return refuse(p, "%u players have at most %u actions each", n, most);
        if (!take_name(p, g->action_name[m], NAME_MAX, "the name"))
            return false;
    }
    if (m == 0)
        return expected(p, "the name of an action in quotes");
    names_distinguish(g->action_name, m);
    g->shape = shape_uniform(n, m);
    if (!shape_counted(&g->shape))
        return refuse(p,
                      "%u actions for each of %u players have more than %d payoffs "
                      "by count",
                      m, n, COUNTS_MAX);
    for (uint8_t i = 1; i < n; i++)
        memcpy(g->action_name[(size_t)i * m], g->action_name[0],
               m * sizeof g->action_name[0]);
    p->n_crowds = crowds((uint8_t)(n - 1), m);
    return true;
}

/* ---- the body: sections of payoffs ---- */

/* False where the next token is no text that could be a name. */
static bool peek_name(const struct parser *p, char name[NAME_MAX + 1])
{
    const struct token *t = &p->token;
    if (t->kind != TOKEN_TEXT || quoted_fault(t->text, t->size, false) != NULL)
        return false;
    quoted_copy(name, NAME_MAX, t->text, t->size);
    return true;
}

/* A player by its name or its number from 1. */
static bool take_player(struct parser *p, uint8_t *out)
{
    const struct game *g = p->game;
    const uint8_t n = g->shape.n_players;
    char name[NAME_MAX + 1];
    uint32_t number;
    if (p->token.kind == TOKEN_NUMBER) {
        if (!number_count(&number, p->token.text, p->token.size) || number < 1 ||
            number > n)
            return expected(p, "a player from 1 to %u", n);
        *out = (uint8_t)(number - 1);
        next(p);
        return true;
    }
    if (!peek_name(p, name))
        return expected(p, "a player's number or its name in quotes");
    for (uint8_t i = 0; i < n; i++)
        if (strcmp(g->player_name[i], name) == 0) {
            *out = i;
            next(p);
            return true;
        }
    return expected(p, "the name of a player");
}

/* Whose payoffs a section has. */
static bool read_owners(struct parser *p, uint64_t *owners)
{
    uint8_t first = 0, last;
    *owners = players_all(p->game->shape.n_players);
    if (!at_word(p, "of"))
        return true;
    next(p);
    if (!take_player(p, &first))
        return false;
    last = first;
    if (at_word(p, "to")) {
        next(p);
        if (!take_player(p, &last))
            return false;
        if (last < first)
            return refuse(p, "player %u does not come after player %u", last + 1u,
                          first + 1u);
    }
    *owners = players_all((uint8_t)(last + 1)) & ~(player_bit(first) - 1);
    return true;
}

static bool take_action(struct parser *p, uint16_t *out, const char *what)
{
    const struct game *g = p->game;
    char name[NAME_MAX + 1];
    if (!peek_name(p, name))
        return expected(p, "%s in quotes", what);
    for (uint16_t k = 0; k < g->shape.n_actions[0]; k++)
        if (strcmp(g->action_name[k], name) == 0) {
            *out = k;
            next(p);
            return true;
        }
    return expected(p, "%s", what);
}

/* NUMBER, or NUMBER*TIMES. */
static bool take_numbers(struct parser *p, uint32_t *n, uint32_t wanted,
                         const char *action)
{
    double value;
    uint32_t times = 1;
    if (p->token.kind != TOKEN_NUMBER ||
        number_value(&value, p->token.text, p->token.size) != NULL)
        return expected(p, "payoff %u of %u of %.63s", *n + 1, wanted, action);
    next(p);
    if (at_sign(p, '*')) {
        next(p);
        if (p->token.kind != TOKEN_NUMBER ||
            !number_count(&times, p->token.text, p->token.size) || times == 0)
            return expected(p, "how often the number before '*' stands there");
        if (times > wanted - *n)
            return refuse(p, "%.63s has %u payoffs, not %u", action, wanted,
                          times > UINT32_MAX - *n ? UINT32_MAX : *n + times);
        next(p);
    }
    while (times-- > 0)
        p->list[(*n)++] = value;
    return true;
}

/* What one's own action is worth: whatever the others do, by how many of them take one
 * action, or by their crowd. */
static bool read_row(struct parser *p, uint16_t own)
{
    const struct game *g = p->game;
    const uint8_t n_others = (uint8_t)(g->shape.n_players - 1);
    const uint16_t m = g->shape.n_actions[0];
    const bool by = at_word(p, "by");
    bool by_crowd = false;
    uint16_t of = 0;
    if (by) {
        next(p);
        by_crowd = at_word(p, "crowd");
        if (by_crowd)
            next(p);
        else if (!take_action(p, &of, "crowd, or the name of an action"))
            return false;
    }
    if (!at_sign(p, ':'))
        return expected(p, by ? "':'" : "'by' or ':'");
    next(p);
    const uint32_t wanted = by_crowd ? p->n_crowds : by ? n_others + 1u : 1;
    uint32_t n = 0;
    while (n < wanted)
        if (!take_numbers(p, &n, wanted, g->action_name[own]))
            return false;
    if (p->token.kind == TOKEN_NUMBER)
        return refuse(p, "%.63s has %u payoffs here, and there are more",
                      g->action_name[own], wanted);
    double *row = p->value + (size_t)own * p->n_crowds;
    uint8_t count[ACTIONS_MAX] = {n_others};
    for (uint32_t v = 0; v < p->n_crowds; v++, crowd_next(count, m))
        row[v] = p->list[by_crowd ? v : by ? count[of] : 0];
    return true;
}

static bool read_section(struct parser *p, uint64_t *owners)
{
    const uint16_t m = p->game->shape.n_actions[0];
    bool seen[ACTIONS_MAX] = {false};
    if (!take_word(p, "payoffs", "payoffs") || !read_owners(p, owners))
        return false;
    for (uint16_t rows = 0; rows < m; rows++) {
        uint16_t own = 0;
        while (own < m && seen[own])
            own++;
        const char *missing = p->game->action_name[own];
        if (p->token.kind == TOKEN_END || at_word(p, "payoffs"))
            return expected(p, "the payoffs of \"%.63s\"", missing);
        if (!take_action(p, &own, "the name of an action"))
            return false;
        if (seen[own])
            return refuse(p, "the payoffs of \"%.63s\" stand there already",
                          p->game->action_name[own]);
        seen[own] = true;
        if (!read_row(p, own))
            return false;
    }
    return true;
}

static bool store(struct parser *p, uint64_t owners)
{
    struct game *g = p->game;
    for (uint8_t i = 0; i < g->shape.n_players; i++) {
        if ((owners >> i & 1) == 0)
            continue;
        if (g->payoffs[i] != NULL)
            return refuse(p, "the payoffs of player %u stand there already", i + 1u);
        g->payoffs[i] = payoffs_new_by_count(&g->shape, i, p->value);
        if (g->payoffs[i] == NULL)
            return refuse_memory(p);
    }
    return true;
}

static bool read_body(struct parser *p)
{
    const struct game *g = p->game;
    const size_t n_values = (size_t)p->n_crowds * g->shape.n_actions[0];
    p->list = calloc(p->n_crowds + g->shape.n_players, sizeof *p->list);
    p->value = malloc(n_values * sizeof *p->value);
    if (p->list == NULL || p->value == NULL)
        return refuse_memory(p);
    do {
        uint64_t owners;
        const struct token start = p->token;
        if (!read_section(p, &owners))
            return false;
        const struct token end = p->token;
        p->token = start; /* where a section goes wrong as a whole */
        if (!store(p, owners))
            return false;
        p->token = end;
    } while (p->token.kind != TOKEN_END);
    for (uint8_t i = 0; i < g->shape.n_players; i++)
        if (g->payoffs[i] == NULL)
            return expected(p, "payoffs of player %u", i + 1u);
    return true;
}

bool counts_read(struct game *out, const char *text, size_t size,
                 struct format_error *error)
{
    struct game *g = calloc(1, sizeof *g);
    struct parser p = {.cursor = cursor_start(text, size), .error = error, .game = g};
    if (g == NULL)
        return refuse_memory(&p);
    next(&p);
    const bool read =
        read_kind(&p) && read_players(&p) && read_actions(&p) && read_body(&p);
    free(p.list);
    free(p.value);
    if (read)
        *out = *g;
    else
        game_free(g);
    free(g);
    return read;
}
