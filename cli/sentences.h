/* SPDX-License-Identifier: MIT */
/* One note in one sentence for people. */
#ifndef TREATY_CLI_SENTENCES_H
#define TREATY_CLI_SENTENCES_H

#include "cli/words.h"
#include "protocol/player.h"

enum tone { TONE_PLAIN, TONE_GOOD, TONE_WARNING, TONE_ALARM };

struct sentence {
    char head[24];
    struct line text;
    enum tone tone;
};

/* A note, and what was told before it. */
struct telling {
    const struct note *note;
    const struct terms *terms;
    const struct candidate *threat; /* NULL: none yet */
    uint8_t player;                 /* whose note it is */
    enum phase phase;               /* where that player is */
    bool has_treaty;
    bool chorus; /* several nodes tell: what only one of them knows is left out */
    const struct candidate *agreement; /* NULL: none yet */
    const uint8_t *actions;            /* of the last stage; NULL: none yet */
    struct payoffs *const *payoffs;    /* those that are known; NULL: nobody's */
};

/* False for the kinds that are not told in sentences: rounds, phases, and stages. */
bool sentence_of(struct sentence *out, const struct telling *w);

#endif
