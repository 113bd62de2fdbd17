/* SPDX-License-Identifier: MIT */
/* Profiles as people type them, and what to tell those who mistype. */
#include "game/formats.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "game/lexical.h"

/* A borrowed run of characters. */
struct part {
    const char *text;
    size_t size;
};

static bool complain(char *message, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, FORMAT_MESSAGE_MAX + 1, format, arguments);
    va_end(arguments);
    return false;
}

/* Cuts off what stands before the first separator, without the blanks around it. */
static struct part cut(struct part *rest, const char *separators)
{
    size_t n = 0;
    while (n < rest->size && strchr(separators, rest->text[n]) == NULL)
        n++;
    struct part part = {rest->text, n};
    rest->text += n < rest->size ? n + 1 : n;
    rest->size -= n < rest->size ? n + 1 : n;
    while (part.size > 0 && character_blank(part.text[part.size - 1]))
        part.size--;
    for (; part.size > 0 && character_blank(part.text[0]); part.size--)
        part.text++;
    return part;
}

static size_t count_parts(struct part text, const char *separators)
{
    size_t n = 1;
    for (size_t i = 0; i < text.size; i++)
        n += strchr(separators, text.text[i]) != NULL;
    return n;
}

/* The probabilities of one list; owner says whose they are, if anybody's. */
static bool read_shares(double *share, size_t n, struct part text,
                        const char *separators, const char *owner, char *message)
{
    char shown[EXCERPT_SIZE];
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        struct part part = cut(&text, separators);
        const char *fault = number_value(&share[i], part.text, part.size);
        if (fault == NULL && share[i] < 0)
            fault = "is negative";
        text_excerpt(shown, part.text, part.size);
        if (fault != NULL)
            return complain(message, "%sexpected probability %zu of %zu, but \"%s\" %s",
                            owner, i + 1, n, shown, fault);
        sum += share[i];
    }
    if (!(fabs(sum - 1) <= 1e-6))
        return complain(message, "%sthe %zu probabilities must sum to 1, not to %.9g",
                        owner, n, sum);
    for (size_t i = 0; i < n; i++)
        share[i] /= sum;
    return true;
}

/* Finds an action by its name, else by its number from 1. */
static bool find_action(uint32_t *action, const struct game *g, uint8_t player,
                        struct part part)
{
    uint32_t n = g->shape.n_actions[player];
    const char(*name)[NAME_MAX + 1] = &g->action_name[shape_offset(&g->shape, player)];
    for (*action = 0; *action < n; ++*action)
        if (strlen(name[*action]) == part.size &&
            memcmp(name[*action], part.text, part.size) == 0)
            return true;
    if (!number_count(action, part.text, part.size) || *action < 1 || *action > n)
        return false;
    --*action;
    return true;
}

/* Says which actions there are: as many names as the message has room for. */
static bool complain_action(char *message, const struct game *g, uint8_t player,
                            struct part part)
{
    char shown[EXCERPT_SIZE];
    unsigned n = g->shape.n_actions[player];
    const char(*name)[NAME_MAX + 1] = &g->action_name[shape_offset(&g->shape, player)];
    text_excerpt(shown, part.text, part.size);
    complain(message,
             "player %u: \"%s\" is none of the %u actions; "
             "give a number from 1 to %u, %u probabilities, or a name:",
             player + 1u, shown, n, n, n);
    size_t size = strlen(message);
    for (unsigned k = 0; k < n; k++) {
        const char *mark = k == 0 ? " " : ", ";
        size_t room = FORMAT_MESSAGE_MAX - size;
        if (strlen(mark) + strlen(name[k]) + strlen(", ...") > room) {
            snprintf(message + size, room + 1, "%s...", mark);
            return false;
        }
        size += (size_t)snprintf(message + size, room + 1, "%s%s", mark, name[k]);
    }
    return false;
}

static bool read_mixed(double *share, const struct game *g, uint8_t player,
                       struct part part, char *message)
{
    char owner[32];
    uint32_t action;
    size_t n = g->shape.n_actions[player];
    size_t found = count_parts(part, ",");
    if (find_action(&action, g, player, part)) {
        for (size_t k = 0; k < n; k++)
            share[k] = k == action;
        return true;
    }
    if (found == 1 && (n > 1 || number_span(part.text, part.size) == 0))
        return complain_action(message, g, player, part);
    snprintf(owner, sizeof owner, "player %u: ", player + 1u);
    if (found != n)
        return complain(message,
                        "%sexpected %zu probabilities separated by ',', found %zu",
                        owner, n, found);
    return read_shares(share, n, part, ",", owner, message);
}

/* For how many players a part stands: 1, or N where *N stands behind it, which is cut
 * off; 0 for all that remain, where it is * alone. An action may bear such a name. */
static uint32_t times_of(struct part *part, const struct game *g, uint8_t player)
{
    uint32_t action, times = 0;
    size_t star = part->size;
    while (star > 0 && part->text[star - 1] != '*')
        star--;
    if (star == 0 || find_action(&action, g, player, *part))
        return 1;
    if (star < part->size &&
        (!number_count(&times, part->text + star, part->size - star) || times == 0))
        return 1;
    struct part kept = {part->text, star - 1};
    *part = cut(&kept, ";");
    return times;
}

/* Gives each player its part, as long as there are players; returns for how many there
 * are parts. */
static size_t deal_parts(struct part of[PLAYERS_MAX], const struct game *g,
                         struct part text)
{
    const uint8_t n = g->shape.n_players;
    size_t behind = count_parts(text, ";"), found = 0;
    while (behind-- > 0) {
        struct part part = cut(&text, ";");
        uint32_t times = times_of(&part, g, (uint8_t)(found < n ? found : n - 1u));
        if (times == 0)
            times = (uint32_t)(found + behind < n ? n - found - behind : 1);
        for (; times > 0 && found < n; times--)
            of[found++] = part;
        found += times;
    }
    return found;
}

bool profile_read(struct profile *out, const struct game *g, const char *text,
                  char *message)
{
    struct part of[PLAYERS_MAX];
    struct profile x = {{0}};
    const size_t found = deal_parts(of, g, (struct part){text, strlen(text)});
    if (found != g->shape.n_players)
        return complain(
            message, "expected the actions of %u players separated by ';', found %zu",
            g->shape.n_players, found);
    for (uint8_t player = 0; player < g->shape.n_players; player++) {
        double *share = x.share + shape_offset(&g->shape, player);
        if (!read_mixed(share, g, player, of[player], message))
            return false;
    }
    *out = x;
    return true;
}

bool distribution_read(double *out, const struct game *g, const char *text,
                       char *message)
{
    struct part rest = {text, strlen(text)};
    size_t n = shape_profiles(&g->shape);
    size_t found = count_parts(rest, ",;");
    if (found != n)
        return complain(
            message,
            "expected %zu probabilities, one for each profile, separated by "
            "',', found %zu",
            n, found);
    return read_shares(out, n, rest, ",;", "", message);
}
