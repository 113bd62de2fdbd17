/* SPDX-License-Identifier: MIT */
/* Game files: the tokens of Gambit's .nfg format, its two bodies, and the place where a
 * text goes wrong. Nobody outside sees a token. */
#include "game/formats.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "game/lexical.h"
#include "game/names.h"

/* ---- tokens ---- */

enum token_kind {
    TOKEN_END,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_NUMBER,
    TOKEN_TEXT,
    TOKEN_UNCLOSED, /* a text that runs into the end of the file */
    TOKEN_SYMBOL,
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
    const struct nfg_listener *listener; /* NULL: payoffs are kept as doubles */
};

/* A quote ends the text unless a backslash stands before it; whether that backslash is
 * itself escaped does not matter to Gambit, so it must not matter here. */
static size_t text_span(const char *s, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (s[i] == '"' && s[i - 1] != '\\')
            return i + 1;
    return 0;
}

static void next(struct parser *p)
{
    struct token *t = &p->token;
    struct cursor *c = &p->cursor;
    cursor_skip_blanks(c);
    const size_t left = c->size - c->at;
    *t = (struct token){TOKEN_SYMBOL, c->text + c->at, 1, cursor_place(c)};
    const char first = left > 0 ? t->text[0] : '\0';
    if (left == 0) {
        t->kind = TOKEN_END;
        t->size = 0;
    } else if (first == '{') {
        t->kind = TOKEN_OPEN;
    } else if (first == '}') {
        t->kind = TOKEN_CLOSE;
    } else if (first == ',') {
        t->kind = TOKEN_COMMA;
    } else if (first == '"') {
        size_t span = text_span(t->text, left);
        t->kind = span > 0 ? TOKEN_TEXT : TOKEN_UNCLOSED;
        t->size = span > 0 ? span : left;
    } else if (number_span(t->text, left) > 0) {
        t->kind = TOKEN_NUMBER;
        t->size = number_span(t->text, left);
    } else {
        while (t->size < left && !character_blank(t->text[t->size]))
            t->size++;
    }
    cursor_pass(c, t->size);
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

static void describe(char *out, size_t size, const struct token *t)
{
    char shown[EXCERPT_SIZE];
    double value;
    const char *fault = NULL;
    text_excerpt(shown, t->text, t->size);
    switch (t->kind) {
    case TOKEN_END:
        snprintf(out, size, "end of file");
        return;
    case TOKEN_UNCLOSED:
        snprintf(out, size, "a text without a closing quote");
        return;
    case TOKEN_NUMBER:
        fault = number_value(&value, t->text, t->size);
        snprintf(out, size, "%s%s%s", shown, fault != NULL ? ", which " : "",
                 fault != NULL ? fault : "");
        return;
    case TOKEN_TEXT:
        snprintf(out, size, "the text %s", shown);
        return;
    case TOKEN_OPEN:
    case TOKEN_CLOSE:
    case TOKEN_COMMA:
    case TOKEN_SYMBOL:
        snprintf(out, size, "'%s'", shown);
        return;
    }
}

/* Says what should have stood where the next token stands. */
static bool expected(struct parser *p, const char *format, ...)
{
    char what[112], found[112];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    describe(found, sizeof found, &p->token);
    return refuse(p, "expected %s, found %s", what, found);
}

static bool take(struct parser *p, enum token_kind kind, const char *what)
{
    if (p->token.kind != kind)
        return expected(p, "%s", what);
    next(p);
    return true;
}

/* ---- names ---- */

static bool take_title(struct parser *p, char *out)
{
    char shown[EXCERPT_SIZE];
    if (p->token.kind != TOKEN_TEXT)
        return expected(p, "the title in quotes");
    const char *fault = quoted_fault(p->token.text, p->token.size, true);
    text_excerpt(shown, p->token.text, p->token.size);
    if (fault != NULL)
        return refuse(p, "the title %s %s", shown, fault);
    quoted_copy(out, TITLE_MAX, p->token.text, p->token.size);
    next(p);
    return true;
}

/* Takes a name, which the caller has seen to be a text. */
static bool take_name(struct parser *p, char *out)
{
    char shown[EXCERPT_SIZE];
    const char *fault = quoted_fault(p->token.text, p->token.size, false);
    text_excerpt(shown, p->token.text, p->token.size);
    if (fault != NULL)
        return refuse(p, "the name %s %s", shown, fault);
    quoted_copy(out, NAME_MAX, p->token.text, p->token.size);
    next(p);
    return true;
}

/* ---- the head of a file: everything before the payoffs ---- */

static bool read_kind(struct parser *p)
{
    const struct token *t = &p->token;
    if (t->kind != TOKEN_SYMBOL || t->size != 3 || memcmp(t->text, "NFG", 3) != 0)
        return expected(p, "NFG");
    next(p);
    if (t->kind != TOKEN_NUMBER || t->size != 1 || t->text[0] != '1')
        return expected(p, "version 1");
    next(p);
    if (t->kind != TOKEN_SYMBOL || t->size != 1 ||
        (t->text[0] != 'R' && t->text[0] != 'D'))
        return expected(p, "R or D");
    next(p);
    return true;
}

static bool read_players(struct parser *p, struct game *g)
{
    uint8_t n = 0;
    if (!take(p, TOKEN_OPEN, "'{' before the names of the players"))
        return false;
    for (; p->token.kind == TOKEN_TEXT; n++) {
        if (n == TABLE_PLAYERS_MAX)
            return refuse(p, "a table has at most %d players", TABLE_PLAYERS_MAX);
        if (!take_name(p, g->player_name[n]))
            return false;
    }
    if (p->token.kind != TOKEN_CLOSE)
        return expected(p, "the name of a player in quotes or '}'");
    if (n < 2)
        return refuse(p, "expected at least 2 players, found %u", n);
    next(p);
    names_distinguish(g->player_name, n);
    g->shape.n_players = n;
    return true;
}

/* Room that the players so far leave to the next: how many weights are taken, and how
 * many profiles the game has with those players alone. */
struct room {
    uint16_t weights;
    uint32_t profiles;
};

/* True if player may have n actions besides what the others have. */
static bool room_holds(struct parser *p, struct room *room, uint8_t player, uint32_t n)
{
    if (n == 0)
        return refuse(p, "expected at least one action of player %u, found none",
                      player + 1u);
    if (n > ACTIONS_MAX)
        return refuse(p, "player %u has more than %d actions", player + 1u,
                      ACTIONS_MAX);
    if (room->weights + n > WEIGHTS_MAX)
        return refuse(p, "players 1 to %u have more than %d actions together",
                      player + 1u, WEIGHTS_MAX);
    if (room->profiles > PROFILES_MAX / n)
        return refuse(p, "players 1 to %u have more than %d profiles together",
                      player + 1u, PROFILES_MAX);
    room->weights = (uint16_t)(room->weights + n);
    room->profiles *= n;
    return true;
}

static bool read_action_names(struct parser *p, struct game *g, struct room *room,
                              uint8_t player)
{
    char(*names)[NAME_MAX + 1] = &g->action_name[room->weights];
    struct token start = p->token;
    uint8_t n = 0;
    if (p->token.kind != TOKEN_OPEN)
        return expected(p, "'{' before the actions of player %u of %u", player + 1u,
                        g->shape.n_players);
    next(p);
    for (; p->token.kind == TOKEN_TEXT; n++) {
        struct room tried = *room;
        if (!room_holds(p, &tried, player, n + 1u) || !take_name(p, names[n]))
            return false;
    }
    if (p->token.kind != TOKEN_CLOSE)
        return expected(p, "the name of an action of player %u in quotes or '}'",
                        player + 1u);
    if (n == 0)
        p->token = start;
    if (!room_holds(p, room, player, n))
        return false;
    next(p);
    names_distinguish(names, n);
    g->shape.n_actions[player] = n;
    return true;
}

static bool read_action_count(struct parser *p, struct game *g, struct room *room,
                              uint8_t player)
{
    char(*names)[NAME_MAX + 1] = &g->action_name[room->weights];
    uint32_t n;
    if (p->token.kind != TOKEN_NUMBER ||
        !number_count(&n, p->token.text, p->token.size))
        return expected(p, "the number of actions of player %u of %u", player + 1u,
                        g->shape.n_players);
    if (!room_holds(p, room, player, n))
        return false;
    next(p);
    names_distinguish(names, n); /* all are empty, so they become their numbers */
    g->shape.n_actions[player] = (uint8_t)n;
    return true;
}

static bool read_actions(struct parser *p, struct game *g)
{
    struct room room = {0, 1};
    if (!take(p, TOKEN_OPEN, "'{' before the actions of the players"))
        return false;
    bool named = p->token.kind != TOKEN_NUMBER;
    for (uint8_t player = 0; player < g->shape.n_players; player++)
        if (named ? !read_action_names(p, g, &room, player)
                  : !read_action_count(p, g, &room, player))
            return false;
    if (p->token.kind != TOKEN_CLOSE)
        return expected(p, "'}' after the actions of %u players", g->shape.n_players);
    next(p);
    CHECK(shape_valid(&g->shape));
    return true;
}

/* ---- the body of a file: the payoffs ---- */

/* Grows as numbers come, so a file that only promises many takes little memory. */
struct numbers {
    double *value;
    size_t n, capacity;
};

static bool push(struct parser *p, struct numbers *list, double value)
{
    if (list->n == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
        double *grown = realloc(list->value, capacity * sizeof *grown);
        if (grown == NULL)
            return refuse_memory(p);
        list->value = grown;
        list->capacity = capacity;
    }
    CHECK(list->value != NULL);
    list->value[list->n++] = value;
    return true;
}

/* Keeps the payoff that the next token is, or hands it over as it is written. */
static bool keep_payoff(struct parser *p, struct numbers *payoffs, double value)
{
    const struct token *t = &p->token;
    char shown[EXCERPT_SIZE];
    if (p->listener == NULL)
        return push(p, payoffs, value);
    const char *fault = p->listener->payoff(p->listener->context, t->text, t->size);
    payoffs->n++;
    if (fault == NULL)
        return true;
    text_excerpt(shown, t->text, t->size);
    return refuse(p, "expected a payoff, found %s, which %s", shown, fault);
}

static bool keep_outcome(struct parser *p, struct numbers *chosen, uint32_t outcome)
{
    if (p->listener == NULL)
        return push(p, chosen, outcome);
    const char *fault = p->listener->outcome(p->listener->context, outcome);
    if (fault != NULL)
        return refuse(p, "expected an outcome, found %u, which %s", outcome, fault);
    chosen->n++;
    return true;
}

static bool token_number(const struct token *t, double *value)
{
    return t->kind == TOKEN_NUMBER && number_value(value, t->text, t->size) == NULL;
}

/* Ends a refusal with how many there were, if the file ended too early. */
static bool with_count(struct parser *p, size_t found, size_t wanted, const char *noun)
{
    size_t size = strlen(p->error->message);
    if (p->token.kind == TOKEN_END)
        snprintf(p->error->message + size, sizeof p->error->message - size,
                 " after %zu of %zu %s", found, wanted, noun);
    return false;
}

static bool read_end(struct parser *p, size_t wanted, const char *noun)
{
    struct parser rest = *p;
    size_t found = wanted;
    if (p->token.kind == TOKEN_END)
        return true;
    if (p->token.kind != TOKEN_NUMBER)
        return expected(p, "end of file after %zu %s", wanted, noun);
    for (; rest.token.kind == TOKEN_NUMBER; next(&rest))
        found++;
    return refuse(p, "expected end of file after %zu %s, found %zu", wanted, noun,
                  found);
}

static bool read_payoffs(struct parser *p, const struct game *g,
                         struct numbers *payoffs)
{
    size_t n_players = g->shape.n_players;
    size_t n_profiles = shape_profiles(&g->shape);
    size_t wanted = n_players * n_profiles;
    double value;
    while (payoffs->n < wanted) {
        if (!token_number(&p->token, &value)) {
            expected(p, "a payoff for player %zu at profile %zu of %zu",
                     payoffs->n % n_players + 1, payoffs->n / n_players + 1,
                     n_profiles);
            return with_count(p, payoffs->n, wanted, "payoffs");
        }
        if (!keep_payoff(p, payoffs, value))
            return false;
        next(p);
    }
    return read_end(p, wanted, "payoffs");
}

static bool read_outcome(struct parser *p, size_t n_players, size_t outcome,
                         struct numbers *payoffs)
{
    double value;
    next(p);
    if (p->token.kind != TOKEN_TEXT)
        return expected(p, "the name of outcome %zu in quotes", outcome);
    next(p);
    for (size_t player = 0; player < n_players; player++) {
        if (!token_number(&p->token, &value))
            return expected(p, "a payoff for player %zu in outcome %zu", player + 1,
                            outcome);
        if (!keep_payoff(p, payoffs, value))
            return false;
        next(p);
        if (p->token.kind == TOKEN_COMMA)
            next(p);
    }
    if (p->token.kind != TOKEN_CLOSE)
        return expected(p, "'}' after the %zu payoffs of outcome %zu", n_players,
                        outcome);
    next(p);
    return true;
}

/* The outcomes, then which of them each profile has: from 1, or 0 for none. */
static bool read_outcomes(struct parser *p, const struct game *g,
                          struct numbers *payoffs, struct numbers *chosen)
{
    size_t n_players = g->shape.n_players;
    size_t n_profiles = shape_profiles(&g->shape);
    size_t n_outcomes = 0;
    uint32_t outcome;
    next(p);
    while (p->token.kind == TOKEN_OPEN)
        if (!read_outcome(p, n_players, ++n_outcomes, payoffs))
            return false;
    if (!take(p, TOKEN_CLOSE, "'{' before another outcome or '}' after the last"))
        return false;
    while (chosen->n < n_profiles) {
        const struct token *t = &p->token;
        if (t->kind != TOKEN_NUMBER || !number_count(&outcome, t->text, t->size) ||
            outcome > n_outcomes) {
            expected(p, "an outcome from 0 to %zu at profile %zu of %zu", n_outcomes,
                     chosen->n + 1, n_profiles);
            return with_count(p, chosen->n, n_profiles, "outcomes");
        }
        if (!keep_outcome(p, chosen, outcome))
            return false;
        next(p);
    }
    return read_end(p, n_profiles, "outcomes");
}

/* Where a profile's payoffs stand in the list: 0 for none, else one more than the place
 * of their row. Without outcomes every profile has a row of its own. */
static size_t row_of(const struct numbers *chosen, size_t profile)
{
    return chosen->n > 0 ? (size_t)chosen->value[profile] : profile + 1;
}

static bool store(struct parser *p, struct game *g, const struct numbers *payoffs,
                  const struct numbers *chosen)
{
    size_t n_players = g->shape.n_players;
    uint32_t n_profiles = shape_profiles(&g->shape);
    double *value = malloc(n_profiles * sizeof *value);
    uint8_t player = 0;
    for (; value != NULL && player < n_players; player++) {
        for (size_t profile = 0; profile < n_profiles; profile++) {
            size_t row = row_of(chosen, profile);
            CHECK(row == 0 || payoffs->value != NULL);
            value[profile] =
                row == 0 ? 0 : payoffs->value[(row - 1) * n_players + player];
        }
        g->payoffs[player] = payoffs_new(&g->shape, player, value);
        if (g->payoffs[player] == NULL)
            break;
    }
    free(value);
    if (player == n_players)
        return true;
    while (player > 0)
        payoffs_free(g->payoffs[--player]);
    return refuse_memory(p);
}

static bool read_body(struct parser *p, struct game *g)
{
    struct numbers payoffs = {0}, chosen = {0};
    bool read = p->token.kind == TOKEN_OPEN ? read_outcomes(p, g, &payoffs, &chosen)
                                            : read_payoffs(p, g, &payoffs);
    read = read && (p->listener != NULL || store(p, g, &payoffs, &chosen));
    free(payoffs.value);
    free(chosen.value);
    return read;
}

bool nfg_read_numbers(struct game *out, const char *text, size_t size,
                      const struct nfg_listener *listener, struct format_error *error)
{
    struct parser p = {
        .cursor = cursor_start(text, size), .error = error, .listener = listener};
    struct game g = {.shape.n_players = 0};
    const char *nul = size > 0 ? memchr(text, '\0', size) : NULL;
    if (nul != NULL) {
        cursor_pass(&p.cursor, (size_t)(nul - text));
        p.token.place = cursor_place(&p.cursor);
        return refuse(&p, "expected text, found a NUL byte");
    }
    next(&p);
    if (!read_kind(&p) || !take_title(&p, g.title) || !read_players(&p, &g) ||
        !read_actions(&p, &g))
        return false;
    if (p.token.kind == TOKEN_TEXT)
        next(&p); /* the comment */
    if (!read_body(&p, &g))
        return false;
    *out = g;
    return true;
}

bool nfg_read(struct game *out, const char *text, size_t size,
              struct format_error *error)
{
    return nfg_read_numbers(out, text, size, NULL, error);
}

/* ---- writing ---- */

struct sink {
    char *bytes;
    size_t capacity;
    size_t size; /* of everything so far, whether it fitted or not */
};

static void put(struct sink *out, const char *s, size_t n)
{
    if (out->size <= out->capacity && n <= out->capacity - out->size && n > 0)
        memcpy(out->bytes + out->size, s, n);
    out->size += n;
}

static void put_string(struct sink *out, const char *s)
{
    put(out, s, strlen(s));
}

static bool put_name(struct sink *out, const char *name)
{
    size_t n = strlen(name);
    put(out, "\"", 1);
    for (size_t i = 0; i < n; i++) {
        if (name[i] == '"')
            put(out, "\\", 1);
        put(out, name + i, 1);
    }
    put(out, "\" ", 2);
    return n == 0 || name[n - 1] != '\\';
}

/* The shortest of 15 to 17 digits that reads back to value. Gambit knows no plus sign,
 * not even in an exponent. */
static void put_number(struct sink *out, double value)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    size_t mantissa = strcspn(text, "+");
    put(out, text, mantissa);
    if (text[mantissa] == '+')
        put_string(out, text + mantissa + 1);
}

bool nfg_write(const struct game *g, char *out, size_t capacity, size_t *size)
{
    struct sink sink = {out, capacity, 0};
    uint8_t n_players = g->shape.n_players;
    uint32_t n_profiles = shape_profiles(&g->shape);
    const char(*action)[NAME_MAX + 1] = g->action_name;
    put_string(&sink, "NFG 1 R ");
    bool sayable = put_name(&sink, g->title);
    put_string(&sink, "\n{ ");
    for (uint8_t player = 0; player < n_players; player++)
        sayable = put_name(&sink, g->player_name[player]) && sayable;
    put_string(&sink, "}\n{\n");
    for (uint8_t player = 0; player < n_players; player++) {
        put_string(&sink, "{ ");
        for (uint8_t k = 0; k < g->shape.n_actions[player]; k++)
            sayable = put_name(&sink, *action++) && sayable;
        put_string(&sink, "}\n");
    }
    put_string(&sink, "}\n\n");
    for (uint32_t profile = 0; profile < n_profiles; profile++)
        for (uint8_t player = 0; player < n_players; player++) {
            put_number(&sink, g->payoffs[player]->value[profile]);
            put_string(&sink, player + 1u < n_players ? " " : "\n");
        }
    *size = sayable ? sink.size : 0;
    return sayable && sink.size <= capacity;
}
