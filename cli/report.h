/* SPDX-License-Identifier: MIT */
/* The report of a session, for scripts and for people. */
#ifndef TREATY_CLI_REPORT_H
#define TREATY_CLI_REPORT_H

#include <stdio.h>

#include "cli/json.h"
#include "cli/measure.h"
#include "cli/options.h"
#include "cli/words.h"
#include "sim/laws.h"

/* How a node's process ended. */
struct ending {
    bool started;
    bool stopped;    /* by the launcher: it did not end by itself */
    bool dismissed;  /* with it: because another node did not start, or by a signal */
    int exit_code;   /* -1 where a signal ended it */
    int signal;      /* 0: none */
    char words[256]; /* the last that it said on standard error, where it failed */
};

struct traffic {
    uint64_t messages, bytes, signatures, verifications;
};

struct report_input {
    const struct settings *settings;
    const struct account *account; /* the fullest */
    const struct measures *measures;
    struct traffic traffic;
    struct deeds deeds[PLAYERS_MAX]; /* of the nodes in deeds_known, a mask */
    uint64_t deeds_known;
    const struct ending *endings; /* one per node; NULL: no processes */
    const char *disagreement; /* how logs contradict each other; NULL: they do not */
    const struct breaches *breaches; /* of the laws of a simulation; NULL: no laws */
    const char *out;                 /* where everything was left; NULL: nowhere */
    bool virtual_time;
};

/* One line of JSON with the fields of docs/commands.md. */
void report_json(FILE *out, const struct report_input *in);
/* The same for people, 80 columns. */
void report_text(FILE *out, const struct report_input *in);
/* Why there is no agreement, as one sentence; empty where there is one. */
void report_why(struct line *l, const struct account *a);
/* "by signal 9", "with exit code 1"; false where the node ended as it should. */
bool report_ending(struct line *l, const struct ending *e);

/* A profile as JSON: a list of shares for each player. */
void emit_profile(struct json *j, const char *key, const struct shape *s,
                  const struct candidate *c);

/* What is agreed on, as "profile" (like that) or, for concepts of distributions, as
 * "distribution": one share for each pure profile. */
void emit_agreed(struct json *j, const struct terms *t, const struct candidate *c);

#endif
