/* SPDX-License-Identifier: MIT */
/* Hides the little grammar that keeps what we say short. */
#define _XOPEN_SOURCE 700 /* wcwidth */
#include "cli/words.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

enum { COLUMNS = 80 };

const char *const concept_names[] = {[CONCEPT_NASH] = "nash",
                                     [CONCEPT_PUBLIC] = "public",
                                     [CONCEPT_PRIVATE] = "private"};

void line_add(struct line *l, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int n = vsnprintf(l->text + l->size, LINE_SIZE - l->size, format, arguments);
    va_end(arguments);
    if (n > 0)
        l->size += (size_t)n;
    if (l->size >= LINE_SIZE)
        l->size = LINE_SIZE - 1;
}

void line_clean(struct line *l)
{
    for (unsigned char *c = (unsigned char *)l->text; *c != '\0'; c++) {
        if (*c < 0x20 || *c == 0x7f)
            *c = '?';
        else if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0) /* U+0080 to U+009F */
            c[0] = c[1] = '?';
    }
}

void say_player(struct line *l, const struct terms *t, uint8_t player)
{
    char number[8];
    (void)snprintf(number, sizeof number, "%u", player + 1u);
    if (player >= t->shape.n_players || strcmp(t->player_name[player], number) == 0)
        line_add(l, "node %s", number);
    else if (strstr(t->player_name[player], number) != NULL)
        line_add(l, "%s", t->player_name[player]);
    else
        line_add(l, "%s (%s)", t->player_name[player], number);
}

void say_players(struct line *l, const struct terms *t, uint64_t mask)
{
    if (mask == 0)
        line_add(l, "nobody");
    for (uint8_t i = 0; i < PLAYERS_MAX; i++) {
        if ((mask >> i & 1) == 0)
            continue;
        say_player(l, t, i);
        const uint64_t rest = i + 1 < PLAYERS_MAX ? mask >> (i + 1) : 0;
        if (rest != 0)
            line_add(l, (rest & (rest - 1)) != 0 ? ", " : " and ");
        if (rest == 0)
            break;
    }
}

const char *action_name(const struct terms *t, uint8_t player, uint8_t action)
{
    if (player >= t->shape.n_players || action >= t->shape.n_actions[player])
        return "?";
    return t->action_name[shape_offset(&t->shape, player) + action];
}

static bool all_alike(const struct terms *t, const uint8_t *actions)
{
    for (uint8_t i = 1; i < t->shape.n_players; i++)
        if (strcmp(action_name(t, i, actions[i]), action_name(t, 0, actions[0])) != 0)
            return false;
    return t->shape.n_players > 2;
}

/* Among many it is who does what, not what each does. */
static bool many(const struct terms *t)
{
    return t->shape.n_players > 8;
}

/* "1-5, 9": players that same() says are like the first of them. Marks them in told. */
static void say_group(struct line *l, const struct terms *t, uint8_t first,
                      bool (*same)(const struct terms *t, const void *of, uint8_t a,
                                   uint8_t b),
                      const void *of, uint64_t *told)
{
    const uint8_t n = t->shape.n_players;
    const char *mark = "";
    for (uint8_t i = first; i < n; i++) {
        if ((*told >> i & 1) != 0 || !same(t, of, first, i))
            continue;
        uint8_t last = i;
        while (last + 1 < n && (*told >> (last + 1) & 1) == 0 &&
               same(t, of, first, (uint8_t)(last + 1)))
            last++;
        line_add(l, "%s%u", mark, i + 1u);
        if (last > i)
            line_add(l, "-%u", last + 1u);
        mark = ", ";
        *told |= players_all((uint8_t)(last + 1)) & ~(player_bit(i) - 1);
        i = last;
    }
}

static bool same_action(const struct terms *t, const void *of, uint8_t a, uint8_t b)
{
    const uint8_t *actions = of;
    return strcmp(action_name(t, a, actions[a]), action_name(t, b, actions[b])) == 0;
}

void say_actions(struct line *l, const struct terms *t, const uint8_t *actions)
{
    uint64_t told = 0;
    if (all_alike(t, actions)) {
        line_add(l, "all %s", action_name(t, 0, actions[0]));
        return;
    }
    for (uint8_t i = 0; many(t) && i < t->shape.n_players; i++)
        if ((told >> i & 1) == 0) {
            line_add(l, "%s%s (", i > 0 ? ", " : "", action_name(t, i, actions[i]));
            say_group(l, t, i, same_action, actions, &told);
            line_add(l, ")");
        }
    if (many(t))
        return;
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        line_add(l, "%s%s", i > 0 ? ", " : "", action_name(t, i, actions[i]));
}

static void say_mixed(struct line *l, const struct terms *t, uint8_t player,
                      const struct candidate *c)
{
    const uint16_t offset = shape_offset(&t->shape, player);
    bool follows = false;
    for (uint8_t k = 0; k < t->shape.n_actions[player]; k++) {
        const uint32_t weight = c->weight[offset + k];
        if (weight == 0)
            continue;
        line_add(l, "%s%s", follows ? " + " : "", action_name(t, player, k));
        if (weight != WEIGHT_ONE)
            line_add(l, " %.4g", weight / (double)WEIGHT_ONE);
        follows = true;
    }
}

static bool same_mixed(const struct terms *t, const void *of, uint8_t a, uint8_t b)
{
    const struct candidate *c = of;
    const uint16_t at = shape_offset(&t->shape, a), to = shape_offset(&t->shape, b);
    if (t->shape.n_actions[a] != t->shape.n_actions[b])
        return false;
    for (uint8_t k = 0; k < t->shape.n_actions[a]; k++)
        if (c->weight[at + k] != c->weight[to + k] ||
            strcmp(action_name(t, a, k), action_name(t, b, k)) != 0)
            return false;
    return true;
}

static void say_all_mixed(struct line *l, const struct terms *t,
                          const struct candidate *c)
{
    uint64_t told = 0;
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        if ((told >> i & 1) != 0)
            continue;
        line_add(l, "%s", i > 0 ? "; " : "");
        say_mixed(l, t, i, c);
        if (many(t)) {
            line_add(l, " (");
            say_group(l, t, i, same_mixed, c, &told);
            line_add(l, ")");
        }
    }
}

void say_candidate(struct line *l, const struct terms *t, const struct candidate *c)
{
    uint8_t actions[PLAYERS_MAX] = {0};
    if (!candidate_pure(c, &t->shape)) {
        say_all_mixed(l, t, c);
        return;
    }
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        while (c->weight[shape_offset(&t->shape, i) + actions[i]] == 0)
            actions[i]++;
    say_actions(l, t, actions);
}

/* The heaviest profile that comes after `last` in the order of weights, then numbers.
 */
static uint32_t next_likely(const struct candidate *c, uint32_t n, uint32_t last)
{
    uint32_t best = n;
    for (uint32_t k = 0; k < n; k++) {
        const bool after = last == n || c->weight[k] < c->weight[last] ||
                           (k > last && c->weight[k] == c->weight[last]);
        if (after && c->weight[k] > 0 && (best == n || c->weight[k] > c->weight[best]))
            best = k;
    }
    return best;
}

static void say_distribution(struct line *l, const struct terms *t,
                             const struct candidate *c)
{
    enum { SHOWN = 8 };
    const uint32_t n = shape_profiles(&t->shape);
    uint32_t left = 0, rest = WEIGHT_ONE, last = n;
    for (uint32_t k = 0; k < n; k++)
        left += c->weight[k] > 0;
    for (uint32_t shown = 0; left > 0 && (shown < SHOWN || left == 1);
         shown++, left--) {
        uint8_t actions[PLAYERS_MAX];
        last = next_likely(c, n, last);
        profile_actions(actions, &t->shape, last);
        line_add(l, "%s(", shown > 0 ? " + " : "");
        say_actions(l, t, actions);
        line_add(l, ") %.4g", c->weight[last] / (double)WEIGHT_ONE);
        rest -= c->weight[last];
    }
    if (left > 0)
        line_add(l, " + %u others %.4g", left, rest / (double)WEIGHT_ONE);
}

void say_agreed(struct line *l, const struct terms *t, const struct candidate *c)
{
    const struct shape s = terms_candidates(t);
    if (t->concept == CONCEPT_NASH) {
        say_candidate(l, t, c);
    } else if (candidate_pure(c, &s)) {
        uint8_t actions[PLAYERS_MAX];
        uint32_t k = 0;
        while (k + 1 < shape_weights(&s) && c->weight[k] == 0)
            k++;
        profile_actions(actions, &t->shape, k);
        say_actions(l, t, actions);
    } else {
        say_distribution(l, t, c);
    }
}

void say_number(struct line *l, double v)
{
    line_add(l, "%.4g", v == 0 ? 0 : v);
}

void say_count(struct line *l, uint64_t n, const char *one, const char *many)
{
    line_add(l, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

void say_candidates(struct line *l, const struct terms *t, uint64_t n)
{
    if (t->concept == CONCEPT_NASH)
        say_count(l, n, "profile", "profiles");
    else
        say_count(l, n, "distribution", "distributions");
}

void say_digest(struct line *l, const struct digest *d)
{
    char hex[2 * sizeof d->bytes + 1];
    hex_encode(hex, d->bytes, sizeof d->bytes);
    line_add(l, "%.8s", hex);
}

size_t text_columns(const char *text)
{
    size_t n = 0, size = strlen(text);
    mbstate_t state = {0};
    while (size > 0) {
        wchar_t character = 0;
        size_t taken = mbrtowc(&character, text, size, &state);
        if (taken == 0 || taken > size) { /* no UTF-8: shown as something narrow */
            taken = 1;
            character = L'?';
            state = (mbstate_t){0};
        }
        const int columns = wcwidth(character);
        n += columns >= 0 ? (size_t)columns : 1;
        text += taken;
        size -= taken;
    }
    return n;
}

void print_wrapped(FILE *out, const char *text, size_t column)
{
    size_t at = column;
    while (*text != 0) {
        const size_t size = strcspn(text, " ");
        char word[LINE_SIZE];
        (void)snprintf(word, sizeof word, "%.*s", (int)size, text);
        const size_t columns = text_columns(word);
        if (at > column && at + 1 + columns > COLUMNS) {
            (void)fprintf(out, "\n%*s", (int)column, "");
            at = column;
        } else if (at > column) {
            (void)fputc(' ', out);
            at++;
        }
        (void)fputs(word, out);
        at += columns;
        text += size;
        text += strspn(text, " ");
    }
    (void)fputc('\n', out);
}

bool is_terminal(FILE *stream)
{
    return isatty(fileno(stream)) == 1;
}

bool wants_colour(FILE *stream)
{
    const char *refused = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    const bool dumb = terminal == NULL || strcmp(terminal, "dumb") == 0;
    return is_terminal(stream) && !dumb && (refused == NULL || refused[0] == 0);
}
