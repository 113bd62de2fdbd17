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

bool profile_read(struct profile *out, const struct game *g, const char *text,
                  char *message)
{
    struct profile x = {{0}};
    struct part rest = {text, strlen(text)};
    size_t found = count_parts(rest, ";");
    if (found != g->shape.n_players)
        return complain(
            message, "expected the actions of %u players separated by ';', found %zu",
            g->shape.n_players, found);
    for (uint8_t player = 0; player < g->shape.n_players; player++) {
        double *share = x.share + shape_offset(&g->shape, player);
        if (!read_mixed(share, g, player, cut(&rest, ";"), message))
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
