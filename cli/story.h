/* SPDX-License-Identifier: MIT */
/* Records as lines for people: 80 columns, the time since the first record in seconds,
 * one thing on each line, stages folded. Used for logs, and live by cluster and
 * simulate, where several nodes tell the same story and each thing is told once. */
#ifndef TREATY_CLI_STORY_H
#define TREATY_CLI_STORY_H

#include <stdio.h>

#include "protocol/record.h"

struct story_options {
    FILE *out;
    const struct terms *terms;   /* borrowed */
    const struct roster *roster; /* borrowed; NULL: messages are not looked into */
    bool colour;
    bool live; /* a terminal: the stages that are being played stand on the last line */
    bool chorus;  /* several nodes tell: what only one of them knows is left out */
    bool asking;  /* who asked about what, and what was accepted */
    bool verbose; /* with asking: also what was refused */
    /* What a deviation gained is said where the deviator's payoffs are known: for each
     * player its own or NULL, borrowed; or NULL */
    struct payoffs *const *payoffs;
};

/* Opaque. */
struct story;

/* NULL when memory is short. */
struct story *story_new(const struct story_options *o);
/* Tells what is still folded, and ends. */
void story_free(struct story *s);
/* One record of node `player`. With a chorus, what another node has told is not told
 * again. */
void story_record(struct story *s, uint8_t player, const struct record *r);
void story_note(struct story *s, uint8_t player, uint64_t time_ms,
                const struct note *n);
/* A line of the shell's own, such as the death of a node. */
void story_say(struct story *s, uint64_t time_ms, const char *head, const char *text,
               bool alarming);
/* Brings the last line up to date; for live stories, now and then. */
void story_pulse(struct story *s);

#endif
