/* SPDX-License-Identifier: MIT */
/* Hides that what a command line sets takes the place of what the environment says. */
#include "cli/overrides.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/config.h"

static bool names(const char *text, const char *field)
{
    const size_t size = strcspn(text, "=");
    return text[size] == '=' && strlen(field) == size &&
           strncmp(text, field, size) == 0;
}

static enum status refuse(const char *text, char reason[REASON_SIZE])
{
    char name[VARIABLE_SIZE];
    const char *meant = NULL;
    size_t least = SIZE_MAX;
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "="), text);
    for (size_t i = 0; config_fields[i] != NULL; i++) {
        const size_t distance = word_distance(name, config_fields[i]);
        if (distance >= least)
            continue;
        least = distance;
        meant = config_fields[i];
    }
    (void)snprintf(reason, REASON_SIZE,
                   "--set: '%.100s' sets no field: expected FIELD=VALUE%s%s%s", text,
                   meant != NULL ? "; did you mean " : "", meant != NULL ? meant : "",
                   meant != NULL ? "=...?" : "; `treaty config show` has the fields");
    return STATUS_USAGE;
}

enum status overrides_take(const struct given *g, char reason[REASON_SIZE])
{
    for (size_t k = 0; k < g->n_options; k++) {
        const char *text = g->option[k].value;
        char variable[VARIABLE_SIZE];
        size_t i = 0;
        if (strcmp(g->option[k].flag->name, "set") != 0)
            continue;
        while (config_fields[i] != NULL && !names(text, config_fields[i]))
            i++;
        if (config_fields[i] == NULL)
            return refuse(text, reason);
        if (setenv(config_variable(variable, config_fields[i]),
                   text + strcspn(text, "=") + 1, 1) != 0) {
            (void)snprintf(reason, REASON_SIZE, "memory is short");
            return STATUS_FAILED;
        }
    }
    return STATUS_OK;
}

bool override_given(const struct given *g, const char *field)
{
    for (size_t k = 0; k < g->n_options; k++)
        if (strcmp(g->option[k].flag->name, "set") == 0 &&
            names(g->option[k].value, field))
            return true;
    return false;
}
