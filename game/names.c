/* SPDX-License-Identifier: MIT */
/* Hides how names are cut, and how those that are alike are told apart. */
#include "game/names.h"

#include <stdio.h>
#include <string.h>

#include "game/lexical.h"

void quoted_copy(char *out, size_t max, const char *text, size_t n_text)
{
    const char *s = text + 1;
    size_t n = n_text - 2;
    size_t size = 0;
    for (size_t i = 0; i < n;) {
        if (s[i] == '\\' && i + 1 < n && s[i + 1] == '"')
            i++;
        size_t step = character_size(s + i, n - i);
        bool control = character_control(s + i, step);
        if (size + (control ? 1 : step) > max)
            break;
        if (control)
            out[size++] = ' ';
        else
            for (size_t k = 0; k < step; k++)
                out[size++] = s[i + k];
        i += step;
    }
    memset(out + size, '\0', max + 1 - size);
    while (size > 0 && out[size - 1] == '\\')
        out[--size] = '\0';
}

const char *quoted_fault(const char *text, size_t n, bool controls_pass)
{
    for (size_t i = 0; i < n;) {
        size_t step = character_size(text + i, n - i);
        if (step == 0)
            return "is not UTF-8";
        if (character_control(text + i, step) && !controls_pass)
            return "has a control character in it";
        i += step;
    }
    return NULL;
}

/* True if any of the n names but one is this name. */
static bool name_taken(char names[][NAME_MAX + 1], size_t n, size_t but,
                       const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (i != but && strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* base with _number behind it, cut so that both fit. */
static void name_numbered(char *out, const char *base, size_t number)
{
    char suffix[24];
    int digits = snprintf(suffix, sizeof suffix, "_%zu", number);
    size_t room = (size_t)(NAME_MAX - digits);
    size_t size = 0;
    size_t n = strlen(base);
    while (size < n) {
        size_t step = character_size(base + size, n - size);
        if (size + step > room)
            break;
        size += step;
    }
    snprintf(out, NAME_MAX + 1, "%.*s%s", (int)size, base, suffix);
}

/* Taken is also what only a later one bears, so that it can keep it. */
void names_distinguish(char names[][NAME_MAX + 1], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char base[NAME_MAX + 1] = "", name[NAME_MAX + 1];
        bool empty = names[i][0] == '\0';
        if (!empty && !name_taken(names, i, i, names[i]))
            continue;
        if (empty)
            snprintf(base, sizeof base, "%zu", i + 1);
        else
            memcpy(base, names[i], sizeof base);
        memcpy(name, base, sizeof name);
        for (size_t number = 2; name_taken(names, n, i, name); number++)
            name_numbered(name, base, number);
        memcpy(names[i], name, sizeof name);
    }
}
