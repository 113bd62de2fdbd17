/* SPDX-License-Identifier: MIT */
/* The answers of `treaty security`, for people and as JSON. */
#ifndef TREATY_CLI_SECURITY_REPORT_H
#define TREATY_CLI_SECURITY_REPORT_H

#include "cli/arena.h"
#include "cli/json.h"

/* Adds the fields of one profile's answer to the object that is open. */
void security_json(struct json *j, const struct loaded *l, const struct security *s,
                   bool explain);
void security_text(const struct loaded *l, const struct security *s, bool explain);
/* "D;D;F", with * for runs of more than 3 alike. */
void print_profile(const struct loaded *l, const uint32_t *action);

#endif
